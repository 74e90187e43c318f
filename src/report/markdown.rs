//! A document as Markdown.

use crate::base::text::thousands;
use crate::report::document::{Block, Document};
use crate::view::{Curve, Curves, Histogram};

/// Writes it.
pub fn markdown(document: &Document) -> String {
    let mut text = format!("# {}\n", escaped(&document.title));
    for block in &document.blocks {
        text.push('\n');
        match block {
            Block::Heading(level, words) => {
                text.push_str(&"#".repeat(usize::from(*level)));
                text.push_str(&format!(" {}\n", escaped(words)));
            }
            Block::Text(words) => text.push_str(&format!("{}\n", escaped(words))),
            Block::List(items) => {
                for item in items {
                    text.push_str(&format!("- {}\n", escaped(item)));
                }
            }
            Block::Table(head, rows) => table(&mut text, head, rows),
            Block::Curves(curves) => lost(&mut text, curves),
            Block::Histogram(histogram) => bars(&mut text, histogram),
        }
    }
    text
}

fn table(text: &mut String, head: &[&str], rows: &[Vec<String>]) {
    text.push_str(&format!(
        "| {} |\n|{}\n",
        head.join(" | "),
        "---|".repeat(head.len())
    ));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|it| escaped(it)).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

/// Customer-minutes lost every few minutes, in place of a chart.
fn lost(text: &mut String, curves: &Curves) {
    const ROWS: usize = 8;
    let mut head = vec!["minute", "this run"];
    head.extend(curves.nothing.is_some().then_some("nobody did anything"));
    head.extend(curves.reference.is_some().then_some("reference"));
    let at = |curve: &Curve, minute| thousands(curve.at(minute));
    let mut minutes: Vec<f64> = (1..=ROWS)
        .map(|row| (curves.span_min * row as f64 / ROWS as f64).round())
        .collect();
    minutes.dedup();
    let rows = minutes.into_iter().map(|minute| {
        let mut cells = vec![format!("{minute:.0}"), at(&curves.you, minute)];
        cells.extend(curves.nothing.as_ref().map(|it| at(it, minute)));
        cells.extend(curves.reference.as_ref().map(|it| at(it, minute)));
        cells
    });
    text.push_str("Customer-minutes lost by then.\n\n");
    table(text, &head, &rows.collect::<Vec<_>>());
}

fn bars(text: &mut String, histogram: &Histogram) {
    const WIDTH: usize = 40;
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1);
    text.push_str("```text\n");
    for (bin, count) in histogram.counts.iter().enumerate() {
        let from = thousands(histogram.edges.get(bin).copied().unwrap_or_default());
        let bar = "█".repeat((count * WIDTH).div_ceil(most));
        let own = if bin == histogram.own {
            " ← this run"
        } else {
            ""
        };
        text.push_str(&format!("{from:>12} {bar} {count}{own}\n"));
    }
    text.push_str("```\n");
}

/// Whatever an author or a player wrote stays text.
fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => {
                text.push('\\');
                text.push(letter);
            }
            '\n' | '\r' => text.push(' '),
            _ => text.push(letter),
        }
    }
    text
}

//! A document as a page of HTML that needs nothing else: no script, no other file, no other host.

use crate::report::document::{Block, Document};
use crate::report::figures::{curves, histogram};

const STYLE: &str = include_str!("page.css");

/// Writes it.
pub fn html(document: &Document) -> String {
    let title = escaped(&document.title);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}\
         </style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for block in &document.blocks {
        match block {
            Block::Heading(level, words) => {
                let level = level.clamp(&2, &6);
                text.push_str(&format!("<h{level}>{}</h{level}>\n", escaped(words)));
            }
            Block::Text(words) => text.push_str(&format!("<p>{}</p>\n", escaped(words))),
            Block::List(items) => {
                text.push_str("<ul>\n");
                for item in items {
                    text.push_str(&format!("<li>{}</li>\n", escaped(item)));
                }
                text.push_str("</ul>\n");
            }
            Block::Table(head, rows) => table(&mut text, head, rows),
            Block::Curves(it) => text.push_str(&curves(it)),
            Block::Histogram(it) => text.push_str(&histogram(it)),
        }
    }
    text.push_str("</main>\n</body>\n</html>\n");
    text
}

fn table(text: &mut String, head: &[&str], rows: &[Vec<String>]) {
    text.push_str("<table>\n<thead><tr>");
    for cell in head {
        text.push_str(&format!("<th scope=\"col\">{}</th>", escaped(cell)));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        text.push_str("<tr>");
        for cell in row {
            let is_figure = cell.starts_with(|it: char| it.is_ascii_digit())
                && cell
                    .chars()
                    .all(|it| it.is_ascii_digit() || ",.:% ".contains(it));
            let class = if is_figure { " class=\"figure\"" } else { "" };
            text.push_str(&format!("<td{class}>{}</td>", escaped(cell)));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n");
}

/// Whatever an author or a player wrote stays text.
pub(super) fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&#39;"),
            _ => text.push(letter),
        }
    }
    text
}

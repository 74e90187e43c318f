//! Findings for people: the lines concerned, a caret under the text, what was expected, help.
//!
//! The drawing is `annotate-snippets`'; this file only decides what it gets to see. It gets a copy
//! of the few lines concerned instead of the whole text, with long lines cut around the place, so
//! that a finding in a one-line file of 8 MiB is as short and as quick as any other.

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use super::{Diagnostic, FileId, Findings, Label, Severity, SourceFile, Sources};

/// Lines longer than this are cut around the place.
const LONGEST_LINE: usize = 240;
/// How much stays visible before a place in a cut line, and of a label's own length.
const CONTEXT: usize = 60;
/// Places further apart than this many lines are drawn as separate excerpts.
const NEAR_LINES: usize = 12;

/// All findings, one after another with an empty line between, and a closing line that counts
/// them; nothing where there is none. `colour` adds ANSI codes.
pub fn render(findings: &Findings, sources: &Sources, colour: bool) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&one(finding, sources, colour));
        out.push_str("\n\n");
    }
    let of = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let parts = [
        (findings.error_count(), "error"),
        (of(Severity::Warning), "warning"),
        (of(Severity::Note), "note"),
    ];
    let counted: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    if !counted.is_empty() {
        out.push_str(&counted.join(", "));
        if findings.left_out() > 0 {
            out.push_str(&format!(" ({} not shown)", findings.left_out()));
        }
        out.push('\n');
    }
    out
}

/// One finding, without a line end.
pub fn one(finding: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let windows = windows(finding, sources);
    let title = level
        .primary_title(finding.message.as_str())
        .id(finding.code.as_str());
    let mut group = Group::with_title(title);
    for window in &windows {
        if window.cut {
            group = group.element(window.origin());
        }
        group = group.element(window.snippet());
    }
    // One accepted thing is in the message already.
    if finding.expected.len() > 1 {
        let list = accepted(&finding.expected);
        group = group.element(Level::NOTE.with_name("expected one of").message(list));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(&[group])
}

/// What would have been right, in one line; where that is a long list, in several, and of each only
/// its name, because what it takes in its brackets is told for the nearest one.
fn accepted(all: &[String]) -> String {
    const MANY: usize = 24;
    const WIDTH: usize = 90;
    if all.len() <= MANY {
        return normalize_untrusted_str(&all.join(", "));
    }
    let mut lines = vec![String::new()];
    for one in all {
        let name = one.split_once('(').map_or(one.as_str(), |(name, _)| name);
        let line = lines.last_mut().filter(|line| line.len() < WIDTH);
        match line {
            Some(line) if line.is_empty() => line.push_str(name),
            Some(line) => line.extend([", ", name]),
            None => lines.push(name.to_owned()),
        }
    }
    let lines = lines.iter().map(|line| normalize_untrusted_str(line));
    lines.collect::<Vec<_>>().join(",\n")
}

/// A few neighbouring lines of one file, copied, and the places in them.
struct Window<'a> {
    file: &'a SourceFile,
    first_line: usize,
    text: String,
    /// Whether columns of `text` are not those of the file, so that the place must be told apart.
    cut: bool,
    /// Start and end in `text`.
    places: Vec<(usize, usize, &'a Label, bool)>,
}

impl<'a> Window<'a> {
    fn origin(&self) -> Origin<'a> {
        let first = self
            .places
            .first()
            .map_or(0, |(_, _, label, _)| label.span.start);
        let position = self.file.position(first);
        Origin::path(self.file.name())
            .line(position.line)
            .char_column(position.column)
    }

    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let annotations = self.places.iter().map(|&(start, end, label, primary)| {
            let kind = if primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let text = (!label.text.is_empty()).then(|| normalize_untrusted_str(&label.text));
            kind.span(start..end).label(text)
        });
        Snippet::source(self.text.as_str())
            .path((!self.cut).then(|| self.file.name()))
            .line_start(self.first_line)
            .annotations(annotations)
    }
}

/// The labels of a finding, primary first, grouped by file and nearness.
fn windows<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Vec<Window<'a>> {
    let mut groups: Vec<(FileId, Vec<(&Label, bool)>)> = Vec::new();
    let others = finding.secondary.iter().map(|label| (label, false));
    for (label, primary) in std::iter::once((&finding.primary, true)).chain(others) {
        let Some(file) = sources.get(label.span.file) else {
            continue;
        };
        let line = file.line_of(label.span.start as usize);
        let near = groups.iter_mut().find(|(id, labels)| {
            *id == label.span.file
                && labels.iter().any(|(other, _)| {
                    file.line_of(other.span.start as usize).abs_diff(line) <= NEAR_LINES
                })
        });
        match near {
            Some((_, labels)) => labels.push((label, primary)),
            None => groups.push((label.span.file, vec![(label, primary)])),
        }
    }
    groups
        .into_iter()
        .filter_map(|(id, labels)| sources.get(id).map(|file| window(file, &labels)))
        .collect()
}

fn window<'a>(file: &'a SourceFile, labels: &[(&'a Label, bool)]) -> Window<'a> {
    let line_of = |label: &Label| file.line_of(label.span.start as usize);
    let lines = labels.iter().map(|(label, _)| line_of(label));
    let first_line = lines.clone().min().unwrap_or(1);
    let last_line = lines.max().unwrap_or(1);
    let mut text = String::new();
    let mut cut = false;
    let mut places = vec![None; labels.len()];
    for line in first_line..=last_line {
        let here: Vec<usize> = (0..labels.len())
            .filter(|&i| line_of(labels[i].0) == line)
            .collect();
        let (line_start, whole) = (file.line_start(line), file.line_text(line));
        let offset_in = |offset: u32| {
            whole.floor_char_boundary(
                (offset as usize)
                    .saturating_sub(line_start)
                    .min(whole.len()),
            )
        };
        let (cut_start, cut_end) = match here.first() {
            _ if whole.len() <= LONGEST_LINE => (0, whole.len()),
            Some(&i) => {
                let start = offset_in(labels[i].0.span.start);
                let from = whole.floor_char_boundary(start.saturating_sub(CONTEXT));
                (
                    from,
                    whole.floor_char_boundary((start + 2 * CONTEXT).min(whole.len())),
                )
            }
            None => (0, whole.floor_char_boundary(LONGEST_LINE)),
        };
        let line_text_start = text.len();
        cut |= cut_start > 0;
        if cut_start > 0 {
            text.push('…');
        }
        let shift = text.len();
        text.push_str(&whole[cut_start..cut_end]);
        let shown = |offset: u32| shift + offset_in(offset).clamp(cut_start, cut_end) - cut_start;
        for i in here {
            let span = labels[i].0.span;
            places[i] = Some((shown(span.start), shown(span.end)));
        }
        if cut_end < whole.len() {
            text.push('…');
        }
        // Without a character the drawing would drop an empty last line and its label with it.
        if text.len() == line_text_start && line == last_line {
            text.push(' ');
        }
        text.push('\n');
    }
    let places = labels
        .iter()
        .zip(places)
        .map(|(&(label, primary), place)| {
            let (start, end) = place.unwrap_or((0, 0));
            (start, end, label, primary)
        })
        .collect();
    Window {
        file,
        first_line,
        text,
        cut,
        places,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Span};

    fn shown(text: &str, start: usize, end: usize) -> String {
        let mut sources = Sources::default();
        let file = sources.add("a.ron", text);
        let finding = Diagnostic::error(Code::BadToken, Span::new(file, start, end), "odd");
        one(&finding.label("here"), &sources, false)
    }

    #[test]
    fn the_caret_is_under_the_text_whatever_comes_before_it() {
        let expected = "\
error[S0101]: odd
 --> a.ron:2:6
  |
2 |     a🔥: xyz,
  |          ^^^ here";
        assert_eq!(shown("(\r\n\ta🔥: xyz,\r\n)\r\n", 11, 14), expected);
    }

    #[test]
    fn empty_files_and_ends_of_files_have_a_place() {
        assert_eq!(
            shown("", 0, 0),
            "error[S0101]: odd\n --> a.ron:1:1\n  |\n1 |  \n  | ^ here"
        );
        assert_eq!(
            shown("(\n", 2, 2),
            "error[S0101]: odd\n --> a.ron:2:1\n  |\n2 |  \n  | ^ here"
        );
        assert_eq!(
            shown("(a", 2, 2),
            "error[S0101]: odd\n --> a.ron:1:3\n  |\n1 | (a\n  |   ^ here"
        );
        assert_eq!(shown("(a", 99, 7), shown("(a", 2, 2));
    }

    #[test]
    fn long_lines_are_cut_and_keep_their_column() {
        let text = format!("[{}!{}]", "1, ".repeat(50_000), "2, ".repeat(50_000));
        let report = shown(&text, 150_001, 150_002);
        assert!(report.contains("--> a.ron:1:150002\n"), "{report}");
        assert!(report.len() < 800, "{report}");
        assert!(report.contains("1, !2, "), "{report}");
    }

    #[test]
    fn two_files_and_distant_places_get_their_own_excerpts() {
        let mut sources = Sources::default();
        let first = sources.add(
            "a.ron",
            format!("(\n  a: 1,{}\n  a: 2,\n)", "\n".repeat(100)),
        );
        let second = sources.add("b.ron", "(b: 3)");
        let finding = Diagnostic::error(Code::DuplicateField, Span::new(first, 112, 113), "twice")
            .also(Span::new(first, 4, 5), "first here")
            .also(Span::new(second, 1, 2), "see also")
            .expected(["x", "y"])
            .help(Some("remove one".to_owned()));
        let expected = "\
error[S0112]: twice
   --> a.ron:103:3
    |
103 |   a: 2,
    |   ^
    |
   ::: a.ron:2:3
    |
  2 |   a: 1,
    |   - first here
    |
   ::: b.ron:1:2
    |
  1 | (b: 3)
    |  - see also
    |
    = expected one of: x, y
    = help: remove one";
        assert_eq!(one(&finding, &sources, false), expected);
        assert!(one(&finding, &sources, true).contains("\u{1b}["));
    }

    #[test]
    fn a_report_ends_with_a_count() {
        let mut sources = Sources::default();
        let file = sources.add("a.ron", "x");
        let mut findings = Findings::default();
        assert_eq!(render(&findings, &sources, false), "");
        findings.push(Diagnostic::error(
            Code::BadToken,
            Span::new(file, 0, 1),
            "odd",
        ));
        findings.push(Diagnostic::warning(
            Code::BadToken,
            Span::new(file, 0, 1),
            "odd",
        ));
        assert!(render(&findings, &sources, false).ends_with("\n\n1 error, 1 warning\n"));
    }
}

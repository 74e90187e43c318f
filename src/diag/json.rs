//! Findings for programs: one JSON object per finding.
//!
//! The keys are a contract with editors and pipelines: they may be added to, never renamed.

use serde::Serialize;

use super::{Diagnostic, Findings, Label, Position, Sources};

/// One finding, flat. Lines and columns count from 1, columns in characters; `end` is the position
/// behind the last character.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JsonFinding {
    /// `S0101`.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The name of the file.
    pub file: String,
    /// Where it starts.
    pub line: usize,
    /// Where it starts.
    pub column: usize,
    /// Where it ends.
    pub end: JsonPosition,
    /// What is wrong.
    pub message: String,
    /// What would have been accepted.
    pub expected: Vec<String>,
    /// How to put it right, or null.
    pub help: Option<String>,
    /// Other places that matter.
    pub related: Vec<JsonLabel>,
}

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct JsonPosition {
    /// The line, from 1.
    pub line: usize,
    /// The character, from 1.
    pub column: usize,
}

/// Another place and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JsonLabel {
    /// The name of the file.
    pub file: String,
    /// Where it starts.
    pub line: usize,
    /// Where it starts.
    pub column: usize,
    /// Where it ends.
    pub end: JsonPosition,
    /// What is said about it.
    pub message: String,
}

/// A finding as the object to serialise.
pub fn finding(finding: &Diagnostic, sources: &Sources) -> JsonFinding {
    let place = label(&finding.primary, sources);
    JsonFinding {
        code: finding.code.as_str(),
        severity: finding.severity.as_str(),
        file: place.file,
        line: place.line,
        column: place.column,
        end: place.end,
        message: finding.message.clone(),
        expected: finding.expected.clone(),
        help: finding.help.clone(),
        related: finding
            .secondary
            .iter()
            .map(|other| label(other, sources))
            .collect(),
    }
}

/// All findings, one object per line.
pub fn render(findings: &Findings, sources: &Sources) -> String {
    let mut out = String::new();
    for item in findings {
        // The object has only strings, numbers and lists, which always serialise.
        out.push_str(&serde_json::to_string(&finding(item, sources)).unwrap_or_default());
        out.push('\n');
    }
    out
}

fn label(label: &Label, sources: &Sources) -> JsonLabel {
    let span = label.span;
    let (file, start, end) = sources.get(span.file).map_or_else(
        || {
            (
                String::new(),
                Position { line: 1, column: 1 },
                Position { line: 1, column: 1 },
            )
        },
        |file| {
            (
                file.name().to_owned(),
                file.position(span.start),
                file.position(span.end),
            )
        },
    );
    JsonLabel {
        file,
        line: start.line,
        column: start.column,
        end: JsonPosition {
            line: end.line,
            column: end.column,
        },
        message: label.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Span};

    #[test]
    fn one_object_per_finding_with_stable_keys() {
        let mut sources = Sources::default();
        let file = sources.add("a.ron", "(\n  timout: \"1s\",\n)");
        let mut findings = Findings::default();
        findings.push(
            Diagnostic::error(
                Code::UnknownField,
                Span::new(file, 4, 10),
                "unknown field `timout`",
            )
            .expected(["timeout"])
            .also(Span::new(file, 0, 1), "in this struct")
            .help(Some("did you mean `timeout`?".to_owned())),
        );
        let expected = concat!(
            r#"{"code":"S0202","severity":"error","file":"a.ron","line":2,"column":3,"#,
            r#""end":{"line":2,"column":9},"message":"unknown field `timout`","#,
            r#""expected":["timeout"],"help":"did you mean `timeout`?","#,
            r#""related":[{"file":"a.ron","line":1,"column":1,"end":{"line":1,"column":2},"#,
            r#""message":"in this struct"}]}"#,
            "\n",
        );
        assert_eq!(render(&findings, &sources), expected);
    }
}

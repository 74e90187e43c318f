//! One finding as data, and the bounded list that collects them.

use super::{Code, Span};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be used.
    Error,
    /// It can be used, and is probably not what the author wants.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The lower-case word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place and what to say about it there (may be nothing).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words, without a full stop.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding this is; `sev1 explain` tells more.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence without a full stop, naming what is wrong.
    pub message: String,
    /// Where it is wrong.
    pub primary: Label,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// Everything that would have been accepted here, as the author would write it.
    pub expected: Vec<String>,
    /// How to put it right, where that can be said.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding with nothing but a message and a place.
    pub fn new(code: Code, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            secondary: Vec::new(),
            expected: Vec::new(),
            help: None,
        }
    }

    /// An error.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, span, message)
    }

    /// A warning.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, span, message)
    }

    /// Says something at the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Points at another place as well.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Lists what would have been accepted.
    #[must_use]
    pub fn expected<S: Into<String>>(mut self, accepted: impl IntoIterator<Item = S>) -> Self {
        self.expected = accepted.into_iter().map(Into::into).collect();
        self
    }

    /// Says how to put it right; takes an option because most suggestions are one.
    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into().or(self.help);
        self
    }
}

/// The findings of one load. Bounded: a megabyte of noise must not become a gigabyte of findings.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    items: Vec<Diagnostic>,
    left_out: usize,
    errors: usize,
}

impl Findings {
    /// How many findings are kept; later ones are only counted.
    pub const LIMIT: usize = 500;

    /// Adds one.
    pub fn push(&mut self, finding: Diagnostic) {
        self.errors += usize::from(finding.severity == Severity::Error);
        if self.items.len() < Self::LIMIT {
            self.items.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// Adds all of another list, its counts included.
    pub fn append(&mut self, other: Self) {
        let kept_errors = |items: &[Diagnostic]| {
            items
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .count()
        };
        self.errors += other.errors - kept_errors(&other.items);
        self.left_out += other.left_out;
        for finding in other.items {
            self.push(finding);
        }
    }

    /// Whether any finding, kept or only counted, is an error.
    pub const fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors there were so far, also those only counted.
    pub const fn error_count(&self) -> usize {
        self.errors
    }

    /// How many findings were only counted.
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Those kept, in the order found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.items.iter()
    }

    /// Puts them in the order of the text: by file, then by place.
    pub fn sort(&mut self) {
        self.items.sort_by_key(|finding| finding.primary.span);
    }

    /// Drops those that `keep` refuses.
    pub fn retain(&mut self, keep: impl Fn(&Diagnostic) -> bool) {
        self.items.retain(keep);
        self.errors = self
            .items
            .iter()
            .filter(|f| f.severity == Severity::Error)
            .count();
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sources;

    #[test]
    fn findings_are_bounded_and_still_counted() {
        let file = Sources::default().add("f", "text");
        let one = || Diagnostic::error(Code::BadToken, Span::new(file, 0, 1), "odd");
        let mut findings = Findings::default();
        for _ in 0..Findings::LIMIT + 7 {
            findings.push(one());
        }
        let mut all = Findings::default();
        all.append(findings);
        assert_eq!(all.iter().count(), Findings::LIMIT);
        assert_eq!(
            (all.left_out(), all.error_count()),
            (7, Findings::LIMIT + 7)
        );
    }
}

//! Clues that are all of one kind. Whoever looks at logs alone would find everything, and whoever does
//! not look there nothing; and one lost telemetry system takes all of it away.

use std::collections::BTreeSet;

use super::Subject;
use crate::diag::{Code, Diagnostic, Findings};
use crate::scenario::model::Clue;

/// Kinds of signals that the clues of a cause must be spread over.
pub const KINDS_NEEDED: usize = 2;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for cause in subject.causes() {
        let clues = &cause.model.truth.clues;
        let kinds: BTreeSet<&str> = clues.iter().map(Clue::kind).collect();
        if let (Some(kind), true, 2..) = (kinds.first(), kinds.len() < KINDS_NEEDED, clues.len()) {
            let message = format!("all clues of {} are of one kind: {kind}", cause.shown());
            let help =
                "add one in another kind of signal: an alarm, a metric, a log line, a finding";
            findings.push(
                Diagnostic::warning(Code::OneSignal, cause.span, message).help(help.to_owned()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::found_after;
    use crate::diag::Code;

    #[test]
    fn three_log_lines_are_one_kind() {
        let found = found_after(&[
            (r#"Alarm("errors"), Log"#, "Log"),
            (
                r#"Finding(look: Diff(of: "shop"), text: "+ quick")"#,
                r#"Log(of: "db", text: "a"), Log(of: "db", text: "b")"#,
            ),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].0, Code::OneSignal);
        assert_eq!(
            found[0].1,
            "all clues of the variant `a` are of one kind: log"
        );
    }
}

//! A cause with fewer than three clues. One sign may be missed and another misread; the third is what
//! lets somebody be sure, and without it a right guess is luck.

use super::Subject;
use crate::diag::{Code, Diagnostic, Findings};

/// Clues that a cause must have.
pub const CLUES_NEEDED: usize = 3;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for cause in subject.causes() {
        let count = cause.model.truth.clues.len();
        if count < CLUES_NEEDED {
            let counted = match count {
                0 => "no clue".to_owned(),
                1 => "one clue".to_owned(),
                _ => format!("{count} clues"),
            };
            let message = format!(
                "{} has {counted}, and a cause needs {CLUES_NEEDED}",
                cause.shown()
            );
            let help = "name signs that can really be found: \
                        `clues: [Alarm(…), Metric(…), Log(…), Finding(…)]`";
            findings.push(
                Diagnostic::warning(Code::FewClues, cause.span, message).help(help.to_owned()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found_after, only_after};
    use crate::diag::Code;

    #[test]
    fn clues_of_scenario_and_variant_count_together() {
        let fewer = (r#"Log(of: "shop", text: "oh"), "#, "");
        let found = found_after(&[fewer]);
        assert_eq!(found.len(), 2, "once per variant: {found:?}");
        assert_eq!(
            found[0].1,
            "the variant `a` has 2 clues, and a cause needs 3"
        );
        let own = (r#""a": ("#, r#""a": (clues: [Log(of: "db", text: "ah")], "#);
        let message = only_after(&[fewer, own], Code::FewClues);
        assert_eq!(message, "the variant `b` has 2 clues, and a cause needs 3");
    }
}

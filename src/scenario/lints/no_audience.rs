//! Communication that is judged and cannot be done: nobody asks to be told, nobody of the team writes
//! the language, or there is no provider who could be told anything.

use super::Subject;
use crate::diag::{Code, Diagnostic, Findings};
use crate::scenario::model::{Kind, Skill};
use crate::scenario::order::Audience;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let model = subject.model;
    if subject.scenario.communication.is_none() {
        return;
    }
    let span = subject.scenario.span;
    let mut report = |message: String, help: &str| {
        let finding = Diagnostic::warning(Code::NoAudience, span, message);
        findings.push(finding.help(help.to_owned()));
    };
    if model.informed.is_empty() && model.weights.communication > 0.0 {
        let message = "communication counts in the score, and nobody asks to be told anything";
        let help = "name an audience: `communication: (status: ())`; \
                    or let it not count: `weights: (communication: 0)`";
        report(message.to_owned(), help);
    }
    for informed in &model.informed {
        let audience = informed.audience.name();
        let mut writers = model
            .team
            .iter()
            .filter(|it| it.skills.contains(&Skill::Support));
        if !writers.any(|it| it.languages.contains(&informed.language)) {
            let message = format!(
                "{audience} is told in `{}`, and nobody who writes messages writes that",
                informed.language
            );
            report(
                message,
                "give somebody with the skill `Support` that language",
            );
        }
        let mut parts = model.world.components.iter();
        if informed.audience == Audience::Vendor
            && !parts.any(|it| matches!(it.kind, Kind::External(_)))
        {
            let message = "the vendor has to be kept informed, and no part is somebody else's";
            report(
                message.to_owned(),
                "add an `External`, or take `vendor` out",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found_after, only_after};
    use crate::diag::Code;

    #[test]
    fn who_is_to_be_told_must_be_there_and_be_written_to() {
        let given = "communication: (status: (first: \"15m\"))";
        let message = only_after(&[(given, "communication: ()")], Code::NoAudience);
        assert!(
            message.starts_with("communication counts in the score"),
            "{message}"
        );
        let weightless = (given, "weights: (communication: 0), communication: ()");
        assert_eq!(found_after(&[weightless]), []);
        let french = (given, "communication: (status: (language: \"fr\"))");
        let message = only_after(&[french], Code::NoAudience);
        assert_eq!(
            message,
            "status page is told in `fr`, and nobody who writes messages writes that"
        );
        let message = only_after(&[(given, "communication: (vendor: ())")], Code::NoAudience);
        assert!(message.starts_with("the vendor has to"), "{message}");
        assert_eq!(
            found_after(&[(given, "")].map(|(old, _)| (old, "starts: \"09:00\""))),
            []
        );
    }
}

//! A line of a colleague that is never said: its cue cannot come, it comes when the incident is over, or
//! nobody can ask its speaker.

use super::{Subject, never_holds};
use crate::base::time::SimTime;
use crate::diag::{Code, Diagnostic, Findings, Spanned};
use crate::scenario::model::{ChatLine, Cue};
use crate::scenario::raw;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut report = |written: &[Spanned<raw::ChatLine>], lines: &[ChatLine]| {
        for (written, line) in written.iter().zip(lines) {
            if let Some(why) = dead(subject, line) {
                let message = format!("this line is never said: {why}");
                findings.push(Diagnostic::warning(
                    Code::DeadLine,
                    written.cue.span,
                    message,
                ));
            }
        }
    };
    report(&subject.scenario.chat, &subject.model.chat);
    for cause in subject.causes() {
        if let Some(variant) = cause.written {
            report(&variant.chat, &cause.model.chat);
        }
    }
}

fn dead(subject: &Subject<'_>, line: &ChatLine) -> Option<String> {
    let limit = subject.model.objectives.time_limit;
    let over = SimTime::ZERO + limit;
    let speaker = subject.model.team.get(line.who)?;
    // The first of the team is the player.
    let is_player = subject
        .model
        .team
        .iter()
        .next()
        .is_some_and(|it| it.name == speaker.name);
    if speaker.arrives.is_some_and(|time| time > limit) {
        return Some(format!("{} arrives when it is over", speaker.name));
    }
    match &line.cue {
        Cue::At(at) if *at <= over && *at + line.after > over => {
            Some(format!("it comes after the time limit of {limit}"))
        }
        _ if line.after > limit => Some(format!("it comes after the time limit of {limit}")),
        Cue::Asked if is_player => Some("nobody can ask the player".to_owned()),
        Cue::Seen(it) => never_holds(it.signal, it.above, it.value).map(str::to_owned),
        // An alarm that never goes off is told at the alarm.
        Cue::Alarm(_) | Cue::At(_) | Cue::Found(_) | Cue::Asked => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found_after, only_after};
    use crate::diag::Code;

    #[test]
    fn lines_whose_cue_cannot_come_are_told() {
        let cue = "who: \"Robin\", cue: Alarm(\"errors\")";
        for (new, why) in [
            ("who: \"you\", cue: Asked", "nobody can ask the player"),
            (
                "who: \"Robin\", cue: At(\"59m\"), after: \"2m\"",
                "it comes after the time limit of 1h",
            ),
            (
                "who: \"Robin\", cue: Asked, after: \"2h\"",
                "it comes after the time limit of 1h",
            ),
            (
                "who: \"Robin\", cue: Seen(component: \"db\", signal: utilisation, above: \"100%\")",
                "no share is ever above all of it",
            ),
        ] {
            let message = only_after(&[(cue, new)], Code::DeadLine);
            assert_eq!(message, format!("this line is never said: {why}"));
        }
        let fine = "who: \"Robin\", cue: At(\"50m\"), after: \"2m\"";
        assert_eq!(found_after(&[(cue, fine)]), []);
    }
}

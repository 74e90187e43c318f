//! An action that is offered and can do nothing: players try it, nothing happens, and they learn that
//! the game is broken. Flags that change nothing, autoscalers without room, releases like the one before.

use super::Subject;
use crate::diag::{Code, Diagnostic, Findings, Span};
use crate::scenario::raw;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all = &subject.scenario.value;
    let worlds = subject.worlds.iter();
    let flags = worlds.clone().map(|it| &it.flags).chain([&all.flags]);
    for (name, flag) in flags.flatten() {
        if flag.changes.is_empty() {
            let message = format!("switching the flag `{}` changes nothing", name.value);
            report(
                name.span,
                message,
                "give it `changes: [Set(…)]`, or take it out",
                findings,
            );
        }
    }
    let components = worlds.map(|it| &it.components).chain([&all.components]);
    for (name, component) in components.flatten() {
        let raw::Component::Service(service) = component else {
            continue;
        };
        if service
            .autoscaler
            .as_ref()
            .is_some_and(|it| it.min == it.max)
        {
            let message = format!(
                "the autoscaler of `{}` has no room: `min` is `max`",
                name.value
            );
            report(name.span, message, "give it room, or take it out", findings);
        }
        // The first one is what runs at the start; there is nothing to compare it with.
        let versions = service.versions.iter().skip(1);
        for (version, _) in versions.filter(|(_, it)| says_nothing(it)) {
            let message = format!(
                "the release `{}` of `{}` is like the first one, and its diff is empty",
                version.value, name.value
            );
            report(
                version.span,
                message,
                "say what it changes (`diff`), or take it out",
                findings,
            );
        }
    }
}

fn says_nothing(version: &raw::Version) -> bool {
    let same = (version.time_factor.0 - 1.0).abs() < f64::EPSILON && version.errors.of_one() <= 0.0;
    same && version.calls.is_empty() && version.leak.is_none() && version.diff.is_empty()
}

fn report(span: Span, message: String, help: &str, findings: &mut Findings) {
    let finding = Diagnostic::warning(Code::IdleOffer, span, message);
    findings.push(finding.help(help.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found_after, only_after};
    use crate::diag::Code;

    #[test]
    fn what_is_offered_must_be_able_to_do_something() {
        let idle = (r#"(changes: [Set(on: "shop", workers: 9)])"#, "()");
        let message = only_after(&[idle], Code::IdleOffer);
        assert_eq!(message, "switching the flag `quick` changes nothing");
        let stuck = (
            "Service(calls",
            "Service(instances: 4, cpu: (time: \"1ms\"), autoscaler: (min: 4, max: 4), calls",
        );
        let message = only_after(&[stuck], Code::IdleOffer);
        assert_eq!(
            message,
            "the autoscaler of `shop` has no room: `min` is `max`"
        );
        let room = (
            "Service(calls",
            "Service(cpu: (time: \"1ms\"), autoscaler: (min: 1, max: 4), calls",
        );
        assert_eq!(found_after(&[room]), []);
        let same = (r#""v1": (), "#, r#""v1": (), "v1.1": (), "#);
        let message = only_after(&[same], Code::IdleOffer);
        assert!(
            message.starts_with("the release `v1.1` of `shop`"),
            "{message}"
        );
    }
}

//! A fault whose condition can never hold, whatever happens. Whether one that could hold ever does is
//! seen only in played incidents: `prove` says so.

use super::{Subject, never_holds};
use crate::diag::{Code, Diagnostic, Findings};
use crate::scenario::model::Trigger;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut told = Vec::new();
    for cause in subject.causes() {
        let own = cause.written.map(|it| it.faults.iter());
        let written = subject
            .scenario
            .faults
            .iter()
            .chain(own.into_iter().flatten());
        for (written, fault) in written.zip(&cause.model.faults) {
            let Trigger::When(condition, _) = &fault.when else {
                continue;
            };
            let why = never_holds(condition.signal, condition.above, condition.value);
            let span = written.when.span;
            if let Some(why) = why.filter(|_| !told.contains(&span)) {
                told.push(span);
                let message = format!("the fault `{}` never begins: {why}", fault.name);
                findings.push(Diagnostic::warning(Code::UnreachableFault, span, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found_after, only_after};
    use crate::diag::Code;

    #[test]
    fn what_cannot_hold_begins_nothing() {
        let below = ("signal: arrivals, above: 5", "signal: arrivals, below: 0");
        let message = only_after(&[below], Code::UnreachableFault);
        assert_eq!(
            message,
            "the fault `late` never begins: nothing is ever below that"
        );
        let all = (
            "signal: arrivals, above: 5",
            "signal: utilisation, above: \"100%\"",
        );
        let message = only_after(&[all], Code::UnreachableFault);
        assert_eq!(
            message,
            "the fault `late` never begins: no share is ever above all of it"
        );
        let nearly = (
            "signal: arrivals, above: 5",
            "signal: utilisation, above: \"99%\"",
        );
        assert_eq!(found_after(&[nearly]), []);
    }
}

//! An alarm with a threshold that nothing crosses. Whether one that could go off ever does is seen only
//! in played incidents: `prove` says so.

use super::{Subject, never_holds};
use crate::diag::{Code, Diagnostic, Findings};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let signals = subject.worlds.iter().map(|it| it.signals.as_ref());
    let signals = signals.chain([subject.scenario.signals.as_ref()]).flatten();
    for written in signals.flat_map(|it| &it.alarms) {
        let alarms = &subject.model.signals.alarms;
        let resolved = alarms.iter().find(|it| it.name == written.name.value);
        let why = resolved.and_then(|it| never_holds(it.signal, it.above, it.threshold));
        if let Some(why) = why {
            let message = format!("the alarm `{}` never goes off: {why}", written.name.value);
            let span = [&written.above, &written.below]
                .into_iter()
                .flatten()
                .next();
            let span = span.map_or(written.name.span, |limit| limit.span);
            findings.push(Diagnostic::warning(Code::SilentAlarm, span, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::only_after;
    use crate::diag::Code;

    #[test]
    fn a_threshold_that_nothing_crosses_is_told() {
        let all = ("error_share, above: \"5%\"", "error_share, above: \"100%\"");
        let message = only_after(&[all], Code::SilentAlarm);
        assert_eq!(
            message,
            "the alarm `errors` never goes off: no share is ever above all of it"
        );
    }
}

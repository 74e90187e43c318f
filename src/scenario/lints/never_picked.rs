//! A variant of weight 0 beside others: no seed ever picks it, so nobody plays it by chance.

use super::Subject;
use crate::diag::{Code, Diagnostic, Findings};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(given) = &subject.scenario.variants else {
        return;
    };
    for (id, variant) in given.iter().filter(|(_, it)| it.weight.value <= 0.0) {
        let message = format!(
            "no seed ever picks the variant `{}`: its weight is 0",
            id.value
        );
        let help = "give it a weight, or take it out".to_owned();
        findings
            .push(Diagnostic::warning(Code::NeverPicked, variant.weight.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::only_after;
    use crate::diag::Code;

    #[test]
    fn a_weight_of_nothing_is_never_picked() {
        let message = only_after(&[("\"b\": (", "\"b\": (weight: 0, ")], Code::NeverPicked);
        assert_eq!(
            message,
            "no seed ever picks the variant `b`: its weight is 0"
        );
    }
}

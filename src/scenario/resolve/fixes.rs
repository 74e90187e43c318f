//! Follow-ups that can be tried: their actions, and the causes that they prevent.

use super::Resolver;
use crate::diag::{Code, Diagnostic, Spanned, did_you_mean};
use crate::scenario::{model, raw};

impl Resolver<'_> {
    /// The fixes of a variant. What its scenario writes for all variants may prevent a cause that this
    /// one does not have.
    pub(super) fn fixes<'r>(
        &mut self,
        written: impl Iterator<Item = &'r Spanned<raw::Fix>>,
        faults: &[model::Fault],
    ) -> Vec<model::Fix> {
        written.map(|fix| self.fix(fix, faults)).collect()
    }

    fn fix(&mut self, fix: &Spanned<raw::Fix>, faults: &[model::Fault]) -> model::Fix {
        let written = fix.r#do.as_ref().map(|it| it.0.as_slice());
        let actions = written.unwrap_or_default().iter();
        let actions = actions.flat_map(|action| self.cause(action)).collect();
        let alarms: Vec<model::Alarm> = fix.alarms.iter().filter_map(|it| self.alarm(it)).collect();
        let is_empty = written.is_none() && fix.prevents.is_empty() && fix.alarms.is_empty();
        if is_empty && self.whole {
            let message = "this follow-up changes nothing, so it cannot be tried";
            let finding = Diagnostic::warning(Code::NoEffect, fix.span, message);
            let help = "give it `do`, `prevents` or `alarms`, or put its words into `follow_ups`"
                .to_owned();
            self.findings.push(finding.help(help));
        }
        let mut prevents = Vec::new();
        for name in &fix.prevents {
            match faults.iter().position(|it| it.name == name.value) {
                Some(index) => prevents.push(index),
                None => self.no_such_fault(name, faults),
            }
        }
        model::Fix {
            what: fix.what.0.clone(),
            actions,
            prevents,
            alarms,
        }
    }

    fn no_such_fault(&mut self, name: &Spanned<String>, faults: &[model::Fault]) {
        let message = format!("there is no fault `{}` here", name.value);
        let mut finding = Diagnostic::error(Code::UnknownName, name.span, message);
        let names = faults.iter().map(|it| it.name.as_str());
        if let Some(near) = did_you_mean(&name.value, names) {
            finding = finding.help(format!("did you mean `{near}`?"));
        }
        self.findings.push(finding);
    }
}

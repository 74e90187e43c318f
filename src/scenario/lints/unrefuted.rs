//! A wrong suspect that nothing speaks against. If a plan of the author holds somebody for guilty who is
//! not, players will; the debrief has to be able to say why that was wrong (`distractors`).

use super::{Cause, Subject};
use crate::diag::{Code, Diagnostic, Findings, Span};
use crate::scenario::decode::Entries;
use crate::scenario::model::Kind;
use crate::scenario::order::Mechanism;
use crate::scenario::raw;

/// Who is held for guilty with less confidence than this is only a guess.
const SURE: f64 = 0.5;
/// Shorter parts of a name are in too many texts.
const LETTERS: usize = 4;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut told = Vec::new();
    for cause in subject.causes() {
        let own = cause.written.map(|it| &it.plans);
        for plans in own.into_iter().chain([&subject.scenario.plans]) {
            for (span, on, is) in suspects(plans) {
                let name = (on.clone(), is);
                if is_right(subject, &cause, &on, is)
                    || is_refuted(subject, &cause, &on, is)
                    || told.contains(&name)
                {
                    continue;
                }
                let message = format!(
                    "nothing says why `{on}` is not at fault in {}",
                    cause.shown()
                );
                let help = format!(
                    "add a line to `distractors` that names `{on}`, and what speaks against it"
                );
                findings.push(Diagnostic::warning(Code::Unrefuted, span, message).help(help));
                told.push(name);
            }
        }
    }
}

/// Whom plans hold for guilty.
fn suspects(plans: &Entries<raw::Plan>) -> Vec<(Span, String, raw::Mechanism)> {
    let steps = plans.iter().flat_map(|(_, plan)| &plan.steps);
    let orders = steps.flat_map(|step| &step.value.r#do.0);
    orders
        .filter_map(|order| match &order.value {
            raw::Action::Suspect { on, is, confidence } if confidence.of_one() >= SURE => {
                Some((order.span, on.value.clone(), *is))
            }
            _ => None,
        })
        .collect()
}

fn is_right(subject: &Subject<'_>, cause: &Cause<'_>, on: &str, is: raw::Mechanism) -> bool {
    let components = &subject.model.world.components;
    let named = |name: &str| Mechanism::ALL.iter().find(|it| it.name() == name);
    // Both lists have the same words; a test of the language holds that.
    let is = named(&format!("{is:?}"));
    let mut suspects = cause.model.truth.suspects.iter();
    suspects.any(|it| components[it.on].name == on && Some(&it.is) == is)
}

/// Whether a text of the cause speaks of a component: by its name or a word of it, or, where a release is
/// suspected, by its number or a word of its diff.
fn is_refuted(subject: &Subject<'_>, cause: &Cause<'_>, on: &str, is: raw::Mechanism) -> bool {
    let mut names = vec![on.to_lowercase()];
    let mut words = words_of(on);
    if is == raw::Mechanism::BadRelease {
        let mut components = subject.model.world.components.iter();
        if let Some(Kind::Service(service)) = components.find(|it| it.name == on).map(|it| &it.kind)
        {
            let versions = &service.versions;
            names.extend(versions.iter().map(|it| it.name.to_lowercase()));
            words.extend(
                versions
                    .iter()
                    .flat_map(|it| &it.diff)
                    .flat_map(|line| words_of(line)),
            );
        }
    }
    let mut texts = cause.model.distractors.iter();
    texts.any(|text| {
        let folded = text.to_lowercase();
        let said = words_of(text);
        names.iter().any(|name| folded.contains(name))
            || words.iter().any(|word| said.contains(word))
    })
}

/// The words of a text that are long enough to mean something.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let long = words.filter(|word| word.chars().count() >= LETTERS);
    long.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found_after, only_after};
    use crate::diag::Code;

    #[test]
    fn whom_a_plan_suspects_needs_a_word_of_defence() {
        let silent = ("The db is slow: no, it is idle.", "It rains.");
        let message = only_after(&[silent], Code::Unrefuted);
        assert_eq!(
            message,
            "nothing says why `db` is not at fault in the variant `a`"
        );
        let guess = ("is: Overload)", r#"is: Overload, confidence: "30%")"#);
        assert_eq!(found_after(&[silent, guess]), []);
        let released = (r#"on: "db", is: Overload"#, r#"on: "shop", is: BadRelease"#);
        let other = (
            r#"truth: [(on: "shop", is: BadRelease)]"#,
            r#"truth: [(on: "db", is: Leak)]"#,
        );
        let message = only_after(&[silent, released, other], Code::Unrefuted);
        assert_eq!(
            message,
            "nothing says why `shop` is not at fault in the variant `a`"
        );
        let named = (
            "The db is slow: no, it is idle.",
            "Release V2 fails no more than others.",
        );
        assert_eq!(found_after(&[named, released, other]), []);
        let right = (r#"on: "db", is: Overload"#, r#"on: "shop", is: BadRelease"#);
        assert_eq!(found_after(&[silent, right]), []);
    }
}

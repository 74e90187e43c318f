//! A wrong suspect that nothing speaks against. If a plan of the author holds somebody for guilty who is
//! not, players will; the debrief has to be able to say why that was wrong (`distractors`).

use super::{Cause, Subject};
use crate::diag::{Code, Diagnostic, Findings, Span};
use crate::scenario::action::Knob;
use crate::scenario::decode::Entries;
use crate::scenario::model::Kind;
use crate::scenario::order::Mechanism;
use crate::scenario::raw;

/// Who is held for guilty with less confidence than this is only a guess.
const SURE: f64 = 0.5;
/// Shorter words are in too many texts, and so many letters make two words alike.
const LETTERS: usize = 4;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut told = Vec::new();
    for cause in subject.causes() {
        let own = cause.written.map(|it| &it.plans);
        for plans in own.into_iter().chain([&subject.scenario.plans]) {
            for (span, on, is) in suspects(plans) {
                let name = (on.clone(), is);
                if is_right(subject, &cause, &on, is)
                    || is_refuted(subject, &cause, &on)
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

/// Whether a text of the cause speaks of a component, by its name or by what could be changed in it. In
/// doubt it does: a defence that is there and not seen would be worse than one that is overlooked.
fn is_refuted(subject: &Subject<'_>, cause: &Cause<'_>, on: &str) -> bool {
    let handles = handles(subject, on);
    let names = handles.iter().map(|it| it.to_lowercase());
    let names: Vec<String> = names.filter(|it| !it.trim().is_empty()).collect();
    let words: Vec<String> = handles.iter().flat_map(|it| words_of(it)).collect();
    let mut texts = cause.model.distractors.iter();
    texts.any(|text| {
        let folded = text.to_lowercase();
        let said = words_of(text);
        let speaks = |word: &String| said.iter().any(|other| is_alike(word, other));
        names.iter().any(|name| folded.contains(name)) || words.iter().any(speaks)
    })
}

/// What people take hold of when they speak of a component: its name, its releases and their diffs, the
/// flags that change it, the jobs that run on it.
fn handles(subject: &Subject<'_>, on: &str) -> Vec<String> {
    let world = &subject.model.world;
    let mut handles = vec![on.to_owned()];
    let Some((id, component)) = world.components.enumerate().find(|(_, it)| it.name == on) else {
        return handles;
    };
    if let Kind::Service(service) = &component.kind {
        for version in &service.versions {
            handles.push(version.name.clone());
            handles.extend(version.diff.iter().cloned());
        }
    }
    let flags = world.flags.iter().filter(|flag| {
        flag.changes.iter().any(|change| match change.knob {
            Knob::Component(other, _) => other == id,
            Knob::Edge(edge, _) => world.edges[edge].from == Some(id),
            Knob::Journey(..) => false,
        })
    });
    handles.extend(flags.map(|flag| flag.name.clone()));
    let jobs = world.jobs.iter().filter(|job| job.on == id);
    handles.extend(jobs.map(|job| job.name.clone()));
    handles
}

/// The words of a text that mean something: long ones, and numbers.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let telling = words.filter(|word| {
        let is_number = word.len() > 1 && word.bytes().all(|b| b.is_ascii_digit());
        is_number || word.chars().count() >= LETTERS
    });
    telling.map(str::to_lowercase).collect()
}

/// Whether two words begin alike: `retry` and `retries`.
fn is_alike(one: &str, other: &str) -> bool {
    let beginning = |word: &str| word.chars().take(LETTERS).collect::<String>();
    one == other || (one.chars().count() >= LETTERS && beginning(one) == beginning(other))
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
        let flag = (
            "The db is slow: no, it is idle.",
            "The quickest errors are not its own.",
        );
        assert_eq!(
            found_after(&[flag, released, other]),
            [],
            "the flag `quick` changes it"
        );
        let right = (r#"on: "db", is: Overload"#, r#"on: "shop", is: BadRelease"#);
        assert_eq!(found_after(&[silent, right]), []);
    }
}

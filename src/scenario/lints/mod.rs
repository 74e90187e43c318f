//! Rules of quality: what can be played and is no good incident all the same. One rule per file, with
//! its reasons, its check and its tests; what authors read about it is in `diag/explain`.
//!
//! Only warnings, and only about scenarios that say what their cause is: a bench for one mechanism owes
//! nobody a clue. Rules that need played incidents are claims of `prove`.

mod dead_line;
mod few_clues;
mod given_away;
mod idle_offer;
mod never_picked;
mod no_audience;
mod one_signal;
mod silent_alarm;
mod unreachable_fault;
mod unrefuted;

pub use few_clues::CLUES_NEEDED;
pub use given_away::given_away;
pub use one_signal::KINDS_NEEDED;

use crate::diag::{Findings, Span, Spanned};
use crate::scenario::model::{self, Signal};
use crate::scenario::raw;
use crate::scenario::signal::SignalUnit;

/// One rule: looks at a scenario and reports.
type Rule = fn(&Subject<'_>, &mut Findings);

const RULES: &[Rule] = &[
    few_clues::check,
    one_signal::check,
    given_away::check,
    unrefuted::check,
    idle_offer::check,
    no_audience::check,
    never_picked::check,
    unreachable_fault::check,
    dead_line::check,
    silent_alarm::check,
];

/// A scenario without errors: as it is written, and what it means.
pub(super) struct Subject<'a> {
    pub(super) scenario: &'a Spanned<raw::Scenario>,
    /// The worlds it starts from, each before those that build on it.
    pub(super) worlds: &'a [raw::World],
    pub(super) model: &'a model::Scenario,
}

/// One cause behind the symptoms.
struct Cause<'a> {
    /// Where it is named; the head of the file if there is only one.
    span: Span,
    /// As it is written, where it has a name.
    written: Option<&'a raw::Variant>,
    model: &'a model::Variant,
}

impl Cause<'_> {
    /// What messages call it.
    fn shown(&self) -> String {
        match self.written {
            Some(_) => format!("the variant `{}`", self.model.id),
            None => "this scenario".to_owned(),
        }
    }
}

impl<'a> Subject<'a> {
    /// All causes, in the order of the file.
    fn causes(&self) -> Vec<Cause<'a>> {
        let variants = self.model.variants.iter();
        match &self.scenario.variants {
            None => variants
                .map(|model| Cause {
                    span: self.scenario.span,
                    written: None,
                    model,
                })
                .collect(),
            Some(given) => variants
                .zip(&given.value)
                .map(|(model, (id, written))| Cause {
                    span: id.span,
                    written: Some(written),
                    model,
                })
                .collect(),
        }
    }

    /// Whether it says anywhere what is wrong.
    fn names_a_cause(&self) -> bool {
        let all = &self.scenario.value;
        let own = all.variants.iter().flat_map(|given| given.value.iter());
        let says = |cause: bool, culprit: bool, truth: bool, clues: bool| {
            cause || culprit || truth || clues
        };
        says(
            !all.cause.is_empty(),
            all.culprit.is_some(),
            !all.truth.is_empty(),
            !all.clues.is_empty(),
        ) || own.into_iter().any(|(_, it)| {
            says(
                it.cause.is_some(),
                it.culprit.is_some(),
                !it.truth.is_empty(),
                !it.clues.is_empty(),
            )
        })
    }
}

/// Holds a scenario to all rules.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.names_a_cause() {
        for rule in RULES {
            rule(subject, findings);
        }
    }
}

/// Why a comparison of a signal can never hold, if it cannot: nothing is below zero, and no share is
/// above all of it.
fn never_holds(signal: Signal, above: bool, value: f64) -> Option<&'static str> {
    if !above && value <= 0.0 {
        return Some("nothing is ever below that");
    }
    let is_share = signal.unit() == SignalUnit::Share;
    (above && is_share && value >= 1.0).then_some("no share is ever above all of it")
}

#[cfg(test)]
mod tests {
    use crate::diag::{Code, Severity};
    use crate::scenario::load::check;

    /// A shop with everything that the rules ask for; `more` replaces parts of it, `old` by `new`.
    pub(super) const GOOD: &str = r#"Scenario(
        title: "A shop", briefing: "Nothing is wrong yet.",
        components: {
            "shop": Service(calls: {"db": ()}, versions: {"v1": (), "v2": (errors: "9%", diff: ["+ quick"])}),
            "db": Database(),
        },
        journeys: {"buy": (to: "shop", rate: "20/s")},
        flags: {"quick": (changes: [Set(on: "shop", workers: 9)])},
        signals: (alarms: [(name: "errors", component: "shop", signal: error_share, above: "5%")]),
        communication: (status: (first: "15m")),
        cause: "The release forgets every eleventh order, and nobody counts them.",
        truth: [(on: "shop", is: BadRelease)],
        clues: [Alarm("errors"), Log(of: "shop", text: "oh"), Finding(look: Diff(of: "shop"), text: "+ quick")],
        spoilers: ["every eleventh"],
        distractors: ["The db is slow: no, it is idle."],
        chat: [(who: "Robin", cue: Alarm("errors"), text: "Look at that.")],
        variants: {
            "a": (faults: [(name: "release", when: At("5m"), do: Deploy(service: "shop", version: "v2"))]),
            "b": (faults: [(name: "late", when: When(component: "db", signal: arrivals, above: 5), do: Deploy(service: "shop", version: "v2"))]),
        },
        plans: {"wrong": (steps: [(at: "7m", do: Suspect(on: "db", is: Overload))])},
    )"#;

    /// Codes and messages of what is found in the good shop after some of it was replaced.
    pub(super) fn found_after(changes: &[(&str, &str)]) -> Vec<(Code, String)> {
        let mut text = GOOD.to_owned();
        for (old, new) in changes {
            assert!(text.contains(old), "{old} is not in the shop");
            text = text.replace(old, new);
        }
        let (_, findings, sources) =
            check("shop.ron", text.as_bytes(), &mut |_| Err(String::new()));
        assert!(
            !findings.has_errors(),
            "{}",
            crate::diag::human::render(&findings, &sources, false)
        );
        findings
            .iter()
            .map(|finding| {
                assert_eq!(finding.severity, Severity::Warning);
                (finding.code, finding.message.clone())
            })
            .collect()
    }

    /// The one finding after a change.
    #[track_caller]
    pub(super) fn only_after(changes: &[(&str, &str)], code: Code) -> String {
        let found = found_after(changes);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, code, "{found:?}");
        found[0].1.clone()
    }

    #[test]
    fn nothing_is_said_of_a_good_scenario() {
        assert_eq!(found_after(&[]), []);
    }

    #[test]
    fn a_bench_that_names_no_cause_owes_nobody_a_clue() {
        let bench = r#"(components: {"a": Service()}, journeys: {"x": (to: "a", rate: "1/s")},
            flags: {"idle": ()}, communication: (),
            faults: [(name: "f", when: At("1m"), do: Restart(component: "a"))])"#;
        let (_, findings, _) = check("bench.ron", bench.as_bytes(), &mut |_| Err(String::new()));
        assert!(findings.is_empty());
    }
}

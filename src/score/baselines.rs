//! What a run is compared with, on the same seed and variant.

use std::sync::Arc;

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::model::{Plan, Scenario};
use crate::score::curve::{Curve, Measure};
use crate::score::recovery::Goal;
use crate::session::{Record, play};

/// The two runs that a run is compared with, and their curves.
#[derive(Clone, Debug)]
pub struct Baselines {
    /// Nobody does anything.
    pub nothing: Arc<Record>,
    /// The reference plan; `None` where the variant has none.
    pub reference: Option<Arc<Record>>,
    minutes: Pair,
    money: Pair,
}

/// Harm over time, of both.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) nothing: Curve,
    pub(super) reference: Option<Curve>,
}

impl Pair {
    fn of(nothing: &Record, reference: Option<&Record>, measure: Measure) -> Self {
        Self {
            nothing: Curve::of(nothing, measure),
            reference: reference.map(|it| Curve::of(it, measure)),
        }
    }

    /// Harm of nobody doing anything and of the reference. A variant without a reference gets a
    /// tenth of the former as the latter.
    pub(super) fn totals(&self) -> (f64, f64) {
        let nothing = self.nothing.total();
        let reference = self.reference.as_ref().map(Curve::total);
        (nothing, reference.unwrap_or(nothing * 0.1))
    }
}

impl Baselines {
    /// Takes runs that have been played already.
    pub fn new(nothing: Arc<Record>, reference: Option<Arc<Record>>) -> Self {
        let pair = |measure| Pair::of(&nothing, reference.as_deref(), measure);
        Self {
            minutes: pair(Measure::Minutes),
            money: pair(Measure::Money),
            nothing,
            reference,
        }
    }

    pub(super) fn harm(&self, measure: Measure) -> &Pair {
        match measure {
            Measure::Minutes => &self.minutes,
            Measure::Money => &self.money,
        }
    }

    /// The customer-minutes that the reference spares, and never nearly nothing: what decisions are
    /// measured by.
    pub fn at_stake(&self) -> f64 {
        let (nothing, reference) = self.minutes.totals();
        (nothing - reference).max(nothing * 0.05).max(1.0)
    }

    /// The first harmful cause.
    pub(super) fn onset(&self) -> Option<SimTime> {
        self.nothing.milestones.onset
    }

    /// How long after the onset the reference reached something. Where it did not, or there is none,
    /// a share of the time there is.
    pub(super) fn reference_took(&self, goal: Goal) -> SimDuration {
        let onset = self.onset().unwrap_or_default();
        let reference = self.reference.as_deref();
        let reached = reference.and_then(|it| goal.reached(it));
        let reached = reached.or_else(|| match goal {
            Goal::Diagnose => reference.and_then(|it| Goal::Mitigate.reached(it)),
            Goal::Acknowledge | Goal::Mitigate | Goal::Recover => None,
        });
        let limit = SimTime::ZERO + self.nothing.scenario.objectives.time_limit;
        let all = limit.since(onset).as_secs_f64();
        reached.map_or_else(
            || SimDuration::from_secs_f64(all * goal.usual_share()),
            |at| at.since(onset),
        )
    }
}

/// The reference plan of a variant: its own, or the scenario's.
pub fn reference_plan(scenario: &Scenario, variant: usize) -> Option<&Plan> {
    let own = scenario.variants.get(variant).map(|it| it.plans.iter());
    let mut all = own.into_iter().flatten().chain(&scenario.plans);
    all.find(|plan| plan.name == "reference")
}

/// Plays both runs that a run of this seed and variant is compared with.
pub fn baselines(scenario: &Arc<Scenario>, seed: u64, variant: usize) -> Baselines {
    let record = |plan| Arc::new(play(scenario, seed, Some(variant), plan).record());
    let reference = reference_plan(scenario, variant);
    let (nothing, reference) =
        rayon::join(|| record(None), || reference.map(|plan| record(Some(plan))));
    Baselines::new(nothing, reference)
}

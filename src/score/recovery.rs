//! Recovery time: how soon the page was taken, the cause found, the harm stopped, the service well.

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::order::Order;
use crate::score::axis::{Axis, Loss};
use crate::score::{Baselines, Why, is_untouched, timing};
use crate::session::{Outcome, Record};

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// Somebody takes the page.
    Acknowledge,
    /// The right suspect is more likely than not.
    Diagnose,
    /// Most of the harm is over.
    Mitigate,
    /// The objectives hold.
    Recover,
}

impl Goal {
    const ALL: [Self; 4] = [
        Self::Acknowledge,
        Self::Diagnose,
        Self::Mitigate,
        Self::Recover,
    ];

    /// Points that it is worth.
    const fn worth(self) -> f64 {
        match self {
            Self::Acknowledge => 15.0,
            Self::Diagnose => 25.0,
            Self::Mitigate | Self::Recover => 30.0,
        }
    }

    /// When it is usually reached, as a share of the time there is: for variants without a reference.
    pub(super) const fn usual_share(self) -> f64 {
        match self {
            Self::Acknowledge => 0.05,
            Self::Diagnose => 0.2,
            Self::Mitigate => 0.3,
            Self::Recover => 0.4,
        }
    }

    /// In words, after "it took … until".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Acknowledge => "somebody took the page",
            Self::Diagnose => "the right cause was suspected",
            Self::Mitigate => "most of the harm was over",
            Self::Recover => "the objectives held",
        }
    }

    /// In words, after "nobody ever" or "it never came to".
    pub const fn never(self) -> &'static str {
        match self {
            Self::Acknowledge => "nobody took the page",
            Self::Diagnose => "the right cause was never suspected in earnest",
            Self::Mitigate => "the harm went on to the end",
            Self::Recover => "the objectives did not hold by the end",
        }
    }

    /// When a record reached it.
    pub(super) fn reached(self, record: &Record) -> Option<SimTime> {
        let m = &record.milestones;
        let recovered = m.recovered.filter(|_| record.outcome == Outcome::Recovered);
        match self {
            Self::Acknowledge => m.acknowledged,
            Self::Diagnose => m.diagnosed,
            // Where there was no harm to speak of, there was none to mitigate.
            Self::Mitigate => m.mitigated.or(recovered),
            Self::Recover => recovered,
        }
    }

    /// The order that reached it.
    fn order(self, record: &Record) -> Option<u32> {
        let place = match self {
            Self::Acknowledge => record
                .journal
                .iter()
                .position(|entry| entry.order == Order::Acknowledge && entry.fate.was_taken())?,
            Self::Diagnose => {
                let at = record.milestones.diagnosed?;
                let found = record.hypotheses.iter().rfind(|it| it.at == at)?;
                return Some(found.order);
            }
            Self::Mitigate | Self::Recover => return None,
        };
        u32::try_from(place + 1).ok()
    }
}

/// The axis.
pub(super) fn axis(record: &Record, baselines: &Baselines) -> Axis {
    let Some(onset) = baselines.onset().filter(|_| !is_untouched(record)) else {
        return Axis::none(Why::NobodyThere);
    };
    let judged: Vec<(Goal, SimDuration)> = Goal::ALL
        .into_iter()
        .filter_map(|goal| Some((goal, limit(goal, baselines, onset)?)))
        .collect();
    let worth: f64 = judged.iter().map(|(goal, _)| goal.worth()).sum();
    let losses = judged.into_iter().map(|(goal, limit)| {
        let reference = baselines.reference_took(goal);
        let reached = goal.reached(record);
        let took = reached.map(|at| at.since(onset));
        let missing = 100.0 - timing::points(took, reference, limit);
        let why = took.map_or(Why::Never { goal }, |took| Why::Late {
            goal,
            took,
            reference,
        });
        Loss {
            points: missing * goal.worth() / worth,
            at: reached,
            order: goal.order(record),
            why,
        }
    });
    Axis::less(losses.collect())
}

/// The time there is for a goal: to the time limit, or until it comes by itself. `None` where it comes
/// by itself as soon as the reference reaches it: then there is nothing to judge.
fn limit(goal: Goal, baselines: &Baselines, onset: SimTime) -> Option<SimDuration> {
    let end = SimTime::ZERO + baselines.nothing.scenario.objectives.time_limit;
    let Some(itself) = goal.reached(&baselines.nothing) else {
        return Some(end.since(onset));
    };
    let itself = itself.since(onset);
    let good = timing::good_enough_s(baselines.reference_took(goal));
    (itself.as_secs_f64() > good).then_some(itself)
}

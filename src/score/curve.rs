//! Harm over time, and places on a logarithmic scale.

use crate::base::math::ln;
use crate::base::time::{SimDuration, SimTime};
use crate::session::{Ending, Impact, Outcome, Record};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Customer-minutes.
    Minutes,
    /// Money.
    Money,
}

impl Measure {
    pub(super) fn of(self, impact: &Impact) -> f64 {
        match self {
            Self::Minutes => impact.customer_minutes,
            Self::Money => impact.money_lost,
        }
    }
}

/// How far back the slope at the end is taken.
const TAIL: SimDuration = SimDuration::from_secs(300);

/// Harm so far, at every moment; straight between two samples.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    points: Vec<(SimTime, f64)>,
    /// Harm per second after the last point.
    tail_per_s: f64,
    /// Nothing is added after this.
    until: SimTime,
}

impl Curve {
    /// The curve of a record. One that ended before its time without having recovered (too much data
    /// lost, or given up) goes on as it was last, to the time limit.
    pub(super) fn of(record: &Record, measure: Measure) -> Self {
        let samples = record.samples.iter();
        let mut points: Vec<_> = samples
            .map(|sample| (sample.at, measure.of(&sample.impact)))
            .collect();
        points.retain(|(at, _)| *at < record.simulated);
        points.push((record.simulated, measure.of(&record.impact)));
        let mut curve = Self {
            points,
            tail_per_s: 0.0,
            until: SimTime::ZERO + record.scenario.objectives.time_limit,
        };
        if ended_before_its_time(record) {
            let end = record.simulated;
            let from = end - TAIL.min(end.since(SimTime::ZERO));
            let secs = end.since(from).as_secs_f64();
            if secs > 0.0 {
                curve.tail_per_s = (curve.at(end) - curve.at(from)).max(0.0) / secs;
            }
        }
        curve
    }

    /// Harm until then.
    pub(super) fn at(&self, at: SimTime) -> f64 {
        let after = self.points.partition_point(|(moment, _)| *moment <= at);
        let Some(&(from, harm)) = after.checked_sub(1).and_then(|it| self.points.get(it)) else {
            return 0.0;
        };
        let Some(&(to, next)) = self.points.get(after) else {
            return harm + self.tail_per_s * at.min(self.until).since(from).as_secs_f64();
        };
        let share = at.since(from).as_secs_f64() / to.since(from).as_secs_f64().max(1e-6);
        harm + (next - harm) * share
    }

    /// Harm between two moments.
    pub(super) fn between(&self, from: SimTime, to: SimTime) -> f64 {
        (self.at(to) - self.at(from)).max(0.0)
    }

    /// Harm in all, to the time limit.
    pub(super) fn total(&self) -> f64 {
        self.at(SimTime::NEVER)
    }
}

/// Whether the harm of a record goes on after its end.
pub(super) fn ended_before_its_time(record: &Record) -> bool {
    record.outcome != Outcome::Recovered && record.ending != Ending::TimeUp
}

/// Where `x` is between `worst` (0) and `best` (100), by proportions; all three are positive and
/// `best` is below `worst`.
pub(super) fn place(x: f64, best: f64, worst: f64) -> f64 {
    if x <= best {
        return 100.0;
    }
    (100.0 * ln(worst / x) / ln(worst / best)).clamp(0.0, 100.0)
}

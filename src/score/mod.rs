//! How well an incident was handled: five axes from 0 to 100, each with the losses that make up what
//! is missing.
//!
//! May use `base`, `scenario`, `sim`, `observe`, `session`. Reads records only: it never changes a
//! session, prints nothing, and gives one record and two baselines the same score for ever.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod axis;
mod baselines;
mod communication;
mod curve;
mod decisions;
mod grounds;
mod hidden;
mod impact;
mod judgement;
mod learning;
mod recovery;
mod shields;
mod standing;
#[cfg(test)]
mod tests;
mod timing;
mod why;

pub use axis::{Axis, AxisName, Loss};
pub use baselines::{Baselines, baselines, reference_plan};
pub use decisions::{Decision, DecisionGroup, MOST_DECISIONS, Verdict, decision_groups};
pub use hidden::{MOST_HIDDEN, hidden};
pub use impact::Phase;
pub use recovery::Goal;
pub use standing::{Eyes, Standing, standing};
pub use why::Why;

use crate::scenario::model::Weights;
use crate::session::Record;

/// How much work a score may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// With counterfactuals: the world is played again without each decision, at most
    /// [`MOST_DECISIONS`] times, and a few times more without several of them and on other seeds, where
    /// one of them seems to have made no difference.
    Full,
    /// Without: harmful and needless decisions are not charged, nor is a right fix for a wrong
    /// reason. Never less than the full score; for comparing thousands of runs.
    Quick,
}

/// The score of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// All axes together, by the scenario's weights.
    pub total: f64,
    /// Harm to customers, between nobody doing anything and the reference.
    pub customer_impact: Axis,
    /// How soon what was reached.
    pub recovery_time: Axis,
    /// What was said to those outside, against what was true.
    pub communication: Axis,
    /// What was decided.
    pub judgement: Axis,
    /// What was understood.
    pub learning: Axis,
    /// What was decided and what came of it; empty in a quick score.
    pub decisions: Vec<Decision>,
    weights: Weights,
}

impl Score {
    /// One axis.
    pub fn axis(&self, name: AxisName) -> &Axis {
        match name {
            AxisName::CustomerImpact => &self.customer_impact,
            AxisName::RecoveryTime => &self.recovery_time,
            AxisName::Communication => &self.communication,
            AxisName::Judgement => &self.judgement,
            AxisName::Learning => &self.learning,
        }
    }

    /// What a point of an axis is worth in the total; all of them add up to 1.
    pub fn weight(&self, name: AxisName) -> f64 {
        weight(&self.weights, name)
    }

    /// Every loss with its axis and what it costs in the total, the largest first.
    pub fn losses(&self) -> Vec<(AxisName, f64, &Loss)> {
        let mut all: Vec<_> = AxisName::ALL
            .into_iter()
            .flat_map(|name| {
                let losses = self.axis(name).losses.iter();
                losses.map(move |loss| (name, loss.points * self.weight(name), loss))
            })
            .collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all
    }
}

fn weight(weights: &Weights, name: AxisName) -> f64 {
    let raw = |name| match name {
        AxisName::CustomerImpact => weights.customer_impact,
        AxisName::RecoveryTime => weights.recovery_time,
        AxisName::Communication => weights.communication,
        AxisName::Judgement => weights.judgement,
        AxisName::Learning => weights.learning,
    };
    let sum: f64 = AxisName::ALL.into_iter().map(raw).sum();
    if sum > 0.0 {
        raw(name) / sum
    } else {
        1.0 / AxisName::ALL.len() as f64
    }
}

/// Scores a run against nobody doing anything and the reference, all on one seed and variant.
pub fn score(record: &Record, baselines: &Baselines, depth: Depth) -> Score {
    let decisions = match depth {
        Depth::Full => decisions::judge(record, baselines),
        Depth::Quick => Vec::new(),
    };
    let unavoidable = baselines.nothing.impact.breaches;
    let elsewhere = record.impact.breaches.saturating_sub(unavoidable);
    let mut score = Score {
        total: 0.0,
        customer_impact: impact::axis(record, baselines),
        recovery_time: recovery::axis(record, baselines),
        communication: communication::axis(record),
        judgement: judgement::axis(record, &decisions, elsewhere),
        learning: learning::axis(record, baselines, &decisions),
        decisions,
        weights: record.scenario.weights,
    };
    let points = AxisName::ALL.map(|name| score.axis(name).points * score.weight(name));
    score.total = points.iter().sum();
    score
}

/// Whether nobody did or said anything at all.
fn is_untouched(record: &Record) -> bool {
    !record.journal.iter().any(|entry| entry.fate.was_taken())
}

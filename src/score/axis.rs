//! One axis of a score: points, and the losses that make up what is missing.

use serde::Serialize;

use crate::base::time::SimTime;
use crate::score::Why;

/// The axes of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum AxisName {
    /// Harm to customers.
    CustomerImpact,
    /// How soon what was reached.
    RecoveryTime,
    /// Messages to those outside.
    Communication,
    /// Decisions.
    Judgement,
    /// Root cause, and how sure one was of it.
    Learning,
}

impl AxisName {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::CustomerImpact,
        Self::RecoveryTime,
        Self::Communication,
        Self::Judgement,
        Self::Learning,
    ];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CustomerImpact => "customer_impact",
            Self::RecoveryTime => "recovery_time",
            Self::Communication => "communication",
            Self::Judgement => "judgement",
            Self::Learning => "learning",
        }
    }

    /// Its name for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CustomerImpact => "customer impact",
            Self::RecoveryTime => "recovery time",
            Self::Communication => "communication",
            Self::Judgement => "judgement",
            Self::Learning => "learning",
        }
    }
}

/// Points that are missing, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// Points of the axis.
    pub points: f64,
    /// The moment it can be traced to; `None` where nothing happened that should have.
    pub at: Option<SimTime>,
    /// Number of the order it can be traced to.
    pub order: Option<u32>,
    /// The reason.
    pub why: Why,
}

impl Loss {
    /// A loss that nothing that happened stands for.
    pub(super) fn of(points: f64, why: Why) -> Self {
        Self {
            points,
            at: None,
            order: None,
            why,
        }
    }

    pub(super) fn at(self, at: SimTime) -> Self {
        Self {
            at: Some(at),
            ..self
        }
    }

    pub(super) fn by(self, order: u32) -> Self {
        Self {
            order: Some(order),
            ..self
        }
    }
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// From 0 to 100.
    pub points: f64,
    /// What is missing, in order of time; their points add up to 100 less the axis's.
    pub losses: Vec<Loss>,
}

impl Axis {
    /// 100 less the losses; where they are more than 100 they share the 100 in proportion.
    pub(super) fn less(losses: Vec<Loss>) -> Self {
        let mut losses = losses;
        losses.retain(|loss| loss.points > 1e-9);
        let sum: f64 = losses.iter().map(|loss| loss.points).sum();
        if sum > 100.0 {
            for loss in &mut losses {
                loss.points *= 100.0 / sum;
            }
        }
        // What nothing that happened stands for comes last.
        losses.sort_by_key(|loss| (loss.at.unwrap_or(SimTime::NEVER), loss.order));
        let sum: f64 = losses.iter().map(|loss| loss.points).sum();
        Self {
            points: (100.0 - sum).max(0.0),
            losses,
        }
    }

    /// Nothing at all, for one reason.
    pub(super) fn none(why: Why) -> Self {
        Self::less(vec![Loss::of(100.0, why)])
    }
}

/// Scales down losses that are worth more than `most` together.
pub(super) fn capped(mut losses: Vec<Loss>, most: f64) -> Vec<Loss> {
    let sum: f64 = losses.iter().map(|loss| loss.points).sum();
    if sum > most {
        for loss in &mut losses {
            loss.points *= most / sum;
        }
    }
    losses
}

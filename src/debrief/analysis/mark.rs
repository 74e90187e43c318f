//! The marks and their thresholds: all of them stand here and nowhere else.
//!
//! A cost is measured as a share of what was at stake: the customer-minutes between nobody doing
//! anything and the reference plan, on the same seed.

use serde::Serialize;

/// Sparing at least this share of what was at stake is excellent.
pub const EXCELLENT: f64 = 0.25;
/// Sparing at least this share is good.
pub const GOOD: f64 = 0.03;
/// Costing at least this share is an inaccuracy.
pub const INACCURACY: f64 = 0.03;
/// Costing at least this share is a mistake.
pub const MISTAKE: f64 = 0.10;
/// Costing at least this share is a blunder.
pub const BLUNDER: f64 = 0.25;
/// An effect below this share is weak: it has to show on other seeds as well, and where the run did not
/// recover it is nothing to be proud of.
pub(super) const WEAK: f64 = 0.10;
/// Other seeds that a weak effect is looked for on.
pub(super) const OTHER_SEEDS: u64 = 4;
/// Of the other seeds that a weak effect is looked for on, this share has to show it.
pub(super) const SHOWS: f64 = 0.75;
/// And on average it has to be this share of what counts as one.
pub(super) const SHOWN: f64 = 0.5;
/// Decisions may hide each other where they spared so much less one by one than the run as a whole, as a
/// share of the latter.
pub(super) const SHORT: f64 = 0.25;
/// A wait of which somebody spent this share looking at something is a mistake at most.
pub(super) const BUSY: f64 = 0.5;

/// How good a decision was, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Spared [`EXCELLENT`] of what was at stake, or more.
    Excellent,
    /// Spared [`GOOD`] of it or more.
    Good,
    /// Made no difference that counts.
    Neutral,
    /// Cost [`INACCURACY`] of it or more.
    Inaccuracy,
    /// Cost [`MISTAKE`] of it or more.
    Mistake,
    /// Cost [`BLUNDER`] of it or more.
    Blunder,
}

impl Mark {
    /// All of them, the best first.
    pub const ALL: [Self; 6] = [
        Self::Excellent,
        Self::Good,
        Self::Neutral,
        Self::Inaccuracy,
        Self::Mistake,
        Self::Blunder,
    ];

    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Neutral => "neutral",
            Self::Inaccuracy => "inaccuracy",
            Self::Mistake => "mistake",
            Self::Blunder => "blunder",
        }
    }

    /// As in annotated games of chess.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Excellent => "!!",
            Self::Good => "!",
            Self::Neutral => "",
            Self::Inaccuracy => "?!",
            Self::Mistake => "?",
            Self::Blunder => "??",
        }
    }

    /// Whether harm was done.
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Inaccuracy | Self::Mistake | Self::Blunder)
    }
}

/// The mark of a cost, as a share of what was at stake; below zero is spared.
pub fn mark_of_share(cost_share: f64) -> Mark {
    if cost_share >= BLUNDER {
        Mark::Blunder
    } else if cost_share >= MISTAKE {
        Mark::Mistake
    } else if cost_share >= INACCURACY {
        Mark::Inaccuracy
    } else if cost_share <= -EXCELLENT {
        Mark::Excellent
    } else if cost_share <= -GOOD {
        Mark::Good
    } else {
        Mark::Neutral
    }
}

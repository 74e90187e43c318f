//! What an analysis says, as plain data. Moments and lengths are microseconds where they are written
//! to a file, as everywhere.

use serde::Serialize;

use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::Mark;
use crate::session::Edits;

/// How much is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Other seeds that the same decisions are played on.
    pub luck_seeds: u32,
    /// Seeds per cause that what could be known is judged by.
    pub foreseen_seeds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            luck_seeds: 200,
            foreseen_seeds: 2,
        }
    }
}

/// What an analysis is at, in the order in which it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The run without each decision, and with it at other times.
    Decisions,
    /// The same decisions where the cause is another one.
    Foreseen,
    /// When each clue could be seen.
    Clues,
    /// The same incident with a fix in place.
    FollowUps,
    /// The same decisions on other seeds.
    Luck,
}

impl Stage {
    /// In a few words, for a progress bar.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Decisions => "the run without each decision",
            Self::Foreseen => "the same decisions with other causes",
            Self::Luck => "the same decisions on other seeds",
            Self::Clues => "when each clue could be seen",
            Self::FollowUps => "the same incident with each follow-up",
        }
    }
}

/// How far an analysis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is at.
    pub stage: Stage,
    /// Branches played so far, of all stages.
    pub done: usize,
    /// Branches in all, as far as is known; may grow.
    pub all: usize,
}

/// Whoever asked for an analysis does not want it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the analysis was stopped")]
pub struct Cancelled;

/// Everything that is learned from one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Analysis {
    /// Customer-minutes that the reference spares against nobody doing anything: all shares are
    /// shares of this.
    pub at_stake_minutes: f64,
    /// Changes, what was taken back, and the longest waits, in order of time.
    pub decisions: Vec<Decision>,
    /// How the same decisions do on other seeds; `None` where there was nothing to play.
    pub luck: Option<Luck>,
    /// The clues of the true cause.
    pub clues: Vec<Clue>,
    /// What might prevent it, each tried.
    pub follow_ups: Vec<FollowUp>,
    /// What was not looked at, and why: one sentence each.
    pub left_out: Vec<String>,
    /// What it took.
    pub work: Work,
}

/// How much was played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Branches.
    pub branches: usize,
    /// Simulated time of all of them together.
    pub simulated: SimDuration,
}

/// What kind of decision it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The world was changed.
    Change,
    /// A change was taken back: undone, or a shield that was lifted again.
    TakenBack,
    /// Nothing was changed for a long time.
    Wait,
}

/// One decision, and what it was worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// What kind.
    pub kind: DecisionKind,
    /// Numbers in the journal, counted from 1; of a wait, the orders that came after it.
    pub orders: Vec<u32>,
    /// When the first was given; of a wait, when it began.
    pub at: SimTime,
    /// How long a wait was; zero for all others.
    pub lasts: SimDuration,
    /// In words.
    pub what: String,
    /// The run against the same run without it (a wait: with all that follows sooner by its length),
    /// gone on by the player's own later orders.
    pub without: Effect,
    /// What it is marked by: mostly `without`. Of a shield, what it came to with its taking back; of decisions
    /// that hide each other, what it is worth where the others are missing; of what was taken back, how well it
    /// was timed, against the time at which it would have done best, or the one at which it would have done
    /// worst.
    pub counted: Effect,
    /// What it was left out together with for `counted`.
    pub together: Option<Together>,
    /// The same, both gone on by the reference plan from there instead. `None` where there is no
    /// reference.
    pub without_then_reference: Option<Effect>,
    /// The run against the same run with it at other times.
    pub moved: Vec<Moved>,
    /// What came of it.
    pub mark: Mark,
    /// It is neutral because other seeds do not show what it came to on this one.
    pub is_luck: bool,
    /// It is neutral because it only softened what it then kept from ending: without it the reference does
    /// better from there on.
    pub is_in_the_way: bool,
    /// Messages of customers that would have been lost without it.
    pub kept_messages: u64,
    /// How much of a wait somebody spent looking at something.
    pub looked: SimDuration,
    /// What could be expected of it by what was known; `None` where it makes no difference or where
    /// nothing else was possible.
    pub foreseen: Option<Foreseen>,
    /// One sentence: why this mark.
    pub why: String,
}

impl Decision {
    /// The run without it and without what it is judged together with.
    pub fn left_out(&self) -> Edits {
        let others = self.together.iter().flat_map(|it| &it.orders);
        Edits::without(self.orders.iter().chain(others).copied())
    }
}

/// Decisions that one is judged together with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Together {
    /// Why.
    pub bond: Bond,
    /// The others' orders.
    pub orders: Vec<u32>,
    /// The others in words.
    pub others: Vec<String>,
}

/// Why decisions are judged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    /// It is a shield, and they are what was turned on it until it was lifted.
    Shield,
    /// Each of them would have been enough.
    Enough,
    /// Each does a part of what the others do.
    Partly,
}

/// What the run lost against a branch of it; below zero is what it spared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Effect {
    /// Customer-minutes.
    pub cost_minutes: f64,
    /// The same as a share of what was at stake.
    pub cost_share: f64,
    /// When the branch had recovered for good; `None` is never.
    pub recovered: Option<SimTime>,
    /// Seconds by which the run recovered later than the branch (below zero: sooner); `None` where
    /// one of the two never did.
    pub slower_s: Option<f64>,
}

/// A decision at another time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// Seconds later than in the run; below zero is earlier.
    pub by_s: i64,
    /// The run against that branch, gone on by the player's own orders.
    pub own: Effect,
    /// The same, both gone on by the reference plan.
    pub reference: Option<Effect>,
}

/// What could be expected of a decision: the average over the causes that were still possible.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Foreseen {
    /// Customer-minutes that it costs on average.
    pub cost_minutes: f64,
    /// The same as a share of what is at stake there, on average.
    pub cost_share: f64,
    /// The mark of that.
    pub mark: Mark,
    /// The causes that were still possible, by what had been shown.
    pub possible: Vec<Possible>,
    /// Worlds that were played.
    pub worlds: usize,
}

/// A cause that was still possible when something was decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Possible {
    /// Id of the variant.
    pub variant: String,
    /// Its share among those that were possible, by the weights of the scenario.
    pub share: f64,
    /// What the decision costs there on average, as a share of what is at stake there.
    pub cost_share: f64,
}

/// The same decisions on other seeds of the same variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Luck {
    /// Id of the variant.
    pub variant: String,
    /// Customer-minutes on each other seed, the smallest first.
    pub minutes: Vec<f64>,
    /// On how many of them it recovered.
    pub recovered: usize,
    /// Customer-minutes of this run.
    pub this_minutes: f64,
    /// Whether this run recovered.
    pub this_recovered: bool,
    /// Edges of the histogram, one more than `counts`.
    pub edges: Vec<f64>,
    /// Other seeds in each bin; the last bin has its upper edge.
    pub counts: Vec<usize>,
    /// The bin that this run falls into.
    pub this_bin: usize,
    /// Share of the other seeds that cost more than this run, from 0 to 1: 1 is the best luck.
    pub worse_share: f64,
    /// Share that cost the same.
    pub equal_share: f64,
    /// What can be said of it, true whatever the shape.
    pub sentence: String,
}

/// A sign of the true cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clue {
    /// The kind of signal: `log`, `metric`, `alarm`, `finding`.
    pub kind: &'static str,
    /// In words.
    pub words: String,
    /// The first moment it was there to be seen, in this run; `None` is never.
    pub visible: Option<SimTime>,
    /// When the player had it before their eyes.
    pub opened: Option<Opened>,
}

/// When a clue was in front of the player.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// When.
    pub at: SimTime,
    /// Number of the order that showed it; `None` for what shows itself (alarms, metrics).
    pub order: Option<u32>,
}

/// How much a follow-up helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Usefulness {
    /// There is no incident any more, even if nobody does anything.
    Prevents,
    /// The harm is smaller.
    Helps,
    /// It makes no difference here.
    NoDifference,
    /// It makes it worse.
    Harms,
}

/// What a choice of follow-ups came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Picked {
    /// From 0 to 100.
    pub points: f64,
    /// Picks that prevent it or help.
    pub helped: usize,
    /// How many there are of those.
    pub of: usize,
    /// Picks that make no difference.
    pub idle: usize,
    /// Picks that make it worse.
    pub harmful: usize,
}

/// A follow-up, tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FollowUp {
    /// Its short name.
    pub name: String,
    /// What it is.
    pub what: String,
    /// Nobody doing anything: without it against with it. Positive is harm that it spares.
    pub nobody: Effect,
    /// The share of that harm that it spares, from 0 to 1.
    pub nobody_share: f64,
    /// The same of the harm of the run.
    pub player_share: f64,
    /// The same with the player's orders. One that makes an alarm go off earlier brings them forward
    /// by as much.
    pub player: Effect,
    /// How much sooner the first alarm goes off with it, in seconds; `None` where one of the two
    /// has none.
    pub alarm_sooner_s: Option<f64>,
    /// What that comes to.
    pub usefulness: Usefulness,
}

//! What is remembered of an incident: the journal of orders, what came of them, what was seen, said
//! and reached. Scores, debriefs and replays read nothing else.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::id::PersonId;
use crate::base::time::SimTime;
use crate::scenario::model::Scenario;
use crate::scenario::order::{Order, Post, Suspect};
use crate::session::evidence::Evidence;
use crate::session::{Impact, Refusal};
use crate::sim::{Event, JourneyTotals};

/// How an incident ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The objectives held for the hold time.
    Recovered,
    /// They did not by the end.
    Unrecovered,
    /// Somebody closed the incident before they did, and they never did.
    ClosedEarly,
}

impl Outcome {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Unrecovered => "unrecovered",
            Self::ClosedEarly => "closed_early",
        }
    }
}

/// Why an incident is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// It was closed, and the objectives hold.
    Closed,
    /// The objectives hold, and nobody has anything left to do.
    StoodDown,
    /// The time limit.
    TimeUp,
    /// More messages are gone for good than may be.
    DataLost,
    /// Whoever played stopped before the end.
    Abandoned,
}

/// Moments that matter; `None` is never.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Milestones {
    /// The first harmful cause began.
    pub onset: Option<SimTime>,
    /// The first alarm after it.
    pub detected: Option<SimTime>,
    /// Somebody took the page.
    pub acknowledged: Option<SimTime>,
    /// The incident was declared.
    pub declared: Option<SimTime>,
    /// The right suspect was written down as more likely than not, and was not dropped any more.
    pub diagnosed: Option<SimTime>,
    /// Harm per minute fell below a tenth of its worst for good.
    pub mitigated: Option<SimTime>,
    /// Start of the healthy time that lasted.
    pub recovered: Option<SimTime>,
    /// The incident was closed for good.
    pub closed: Option<SimTime>,
}

/// One order and what became of it. The number of an entry is its place, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When it was given.
    pub at: SimTime,
    /// Who gave it: the player, a plan, a person at a game day.
    pub actor: String,
    /// What was asked for.
    pub order: Order,
    /// Who was to do it, if that was said.
    pub by: Option<PersonId>,
    /// What became of it.
    pub fate: Fate,
}

/// The order with this number; they are numbered from 1, as people count.
pub fn numbered(journal: &[Entry], number: u32) -> Option<&Entry> {
    journal.get((number as usize).checked_sub(1)?)
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// It was not taken.
    Refused(Refusal),
    /// Somebody works on it.
    Running {
        /// Who.
        who: PersonId,
        /// And is done at.
        until: SimTime,
    },
    /// It is done; what was said and done at once is done by nobody in particular.
    Landed {
        /// Who did it.
        who: Option<PersonId>,
        /// When.
        at: SimTime,
    },
    /// It made no sense any more when its time came.
    Failed {
        /// When.
        at: SimTime,
        /// Why.
        why: Refusal,
    },
    /// It was stopped before it was done.
    Cancelled {
        /// When.
        at: SimTime,
    },
    /// It was done, and taken back.
    Undone {
        /// When it had been done.
        done: SimTime,
        /// When it was taken back.
        at: SimTime,
    },
}

impl Fate {
    /// When it took effect, if it did.
    pub fn landed_at(&self) -> Option<SimTime> {
        match *self {
            Self::Landed { at, .. } => Some(at),
            Self::Undone { done, .. } => Some(done),
            Self::Refused(_)
            | Self::Running { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. } => None,
        }
    }

    /// Whether it was taken at all.
    pub fn was_taken(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

/// Something that happened, as the room learns of it. Scripted causes are among them: whoever shows
/// a record before its end leaves [`Note::World`] of faults out.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// Something happened in the world.
    World(Event),
    /// An alarm or alert fired, or recovered.
    Alarm {
        /// As the pager shows it.
        name: String,
        /// 1 pages, 2 warns, 3 is a ticket.
        severity: u8,
        /// Fired, as opposed to recovered.
        fired: bool,
        /// It is about the budget of an objective, and so of what other alarms are about, too.
        of_budget: bool,
    },
    /// An order was given, by its number.
    Ordered(u32),
    /// An order was not taken.
    Refused(u32),
    /// An order was done.
    Landed(u32),
    /// An order came to nothing.
    Failed(u32),
    /// An order was stopped.
    Cancelled(u32),
    /// What an order did was taken back.
    Undone(u32),
    /// Somebody arrived.
    Arrived(PersonId),
    /// Somebody said something.
    Said {
        /// Who.
        who: PersonId,
        /// What.
        text: String,
    },
    /// Evidence is there, by its place in the list.
    Found(usize),
    /// A message went out, by its place in the list.
    Published(usize),
    /// The incident had been closed early and is open again.
    Reopened,
}

/// A message that went out, with what was true then.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// When.
    pub at: SimTime,
    /// Number of the order.
    pub order: u32,
    /// Who wrote it.
    pub who: PersonId,
    /// The message; its text is filled in.
    pub post: Post,
    /// What was true.
    pub truth: Situation,
}

/// What was true at one moment, for judging what was said then.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Situation {
    /// Least and largest share of customers that were harmed, over windows of the last ten minutes.
    pub harmed_share: (f64, f64),
    /// Messages of customers that are gone for good.
    pub lost_messages: u64,
    /// Whether the objectives hold, and since so many seconds.
    pub healthy_for_s: Option<f64>,
    /// Whether harm per minute has begun to fall: half of its worst or less.
    pub improving: bool,
}

/// A hypothesis as it was written down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hypothesis {
    /// When.
    pub at: SimTime,
    /// Number of the order.
    pub order: u32,
    /// The suspect.
    pub suspect: Suspect,
    /// From 0 to 1.
    pub confidence: f64,
}

/// State at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// When.
    pub at: SimTime,
    /// Harm so far.
    pub impact: Impact,
    /// Share of requests that went well in the last half minute.
    pub success_share: f64,
}

/// Everything about an incident that has been played.
#[derive(Clone, Debug)]
pub struct Record {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Index of the variant.
    pub variant: usize,
    /// The seed.
    pub seed: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub ending: Ending,
    /// When what was reached.
    pub milestones: Milestones,
    /// Harm in all.
    pub impact: Impact,
    /// Money spent on copies beyond those at the start.
    pub spent: f64,
    /// Counts per journey, in the order of the scenario.
    pub journeys: Vec<JourneyTotals>,
    /// Messages of customers that are gone for good.
    pub lost_messages: u64,
    /// Orders.
    pub journal: Vec<Entry>,
    /// What happened, in order.
    pub log: Vec<(SimTime, Note)>,
    /// What was found out.
    pub evidence: Vec<Evidence>,
    /// What was said to those outside.
    pub posts: Vec<Published>,
    /// What was suspected.
    pub hypotheses: Vec<Hypothesis>,
    /// How often the incident was closed too early, and when.
    pub closed_early: Vec<SimTime>,
    /// Samples at even distances.
    pub samples: Vec<Sample>,
    /// Simulated time.
    pub simulated: SimTime,
    /// Digest of all counts of the simulation.
    pub digest: u64,
}

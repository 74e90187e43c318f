//! Who is there, what they say of themselves, who has to be told, and how it all is judged.

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::Action;
use crate::scenario::model::Condition;
use crate::scenario::order::{Audience, Look, Suspect};

/// What somebody knows how to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skill {
    /// Releases, capacity, traffic.
    Platform,
    /// The services: their code, settings and calls.
    Backend,
    /// Databases and caches.
    Data,
    /// Secrets, tokens, grants.
    Security,
    /// Customers and what they are told.
    Support,
}

impl Skill {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Platform,
        Self::Backend,
        Self::Data,
        Self::Security,
        Self::Support,
    ];

    /// Its name in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Backend => "backend",
            Self::Data => "data",
            Self::Security => "security",
            Self::Support => "support",
        }
    }
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Name.
    pub name: String,
    /// What they are, such as "database engineer".
    pub title: String,
    /// What they can do.
    pub skills: Vec<Skill>,
    /// Time from a page until they are there; `None` is here already.
    pub arrives: Option<SimDuration>,
    /// Languages they write in.
    pub languages: Vec<String>,
}

/// Something that a colleague says once.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatLine {
    /// Who; says nothing while not there.
    pub who: PersonId,
    /// What makes them say it.
    pub cue: Cue,
    /// So long after the cue.
    pub after: SimDuration,
    /// The words.
    pub text: String,
}

/// What makes a colleague speak: only what they could know.
#[derive(Clone, Debug, PartialEq)]
pub enum Cue {
    /// A moment.
    At(SimTime),
    /// An alarm went off, by its place in the list.
    Alarm(usize),
    /// A published metric crossed a value.
    Seen(Condition),
    /// Something was looked at.
    Found(Look),
    /// They were asked.
    Asked,
}

/// A sign of the cause that can really be found.
#[derive(Clone, Debug, PartialEq)]
pub enum Clue {
    /// A log line of a component with this in it.
    Log(ComponentId, String),
    /// A published metric that crosses a value.
    Metric(Condition),
    /// An alarm, by its place in the list.
    Alarm(usize),
    /// A finding with this in it.
    Finding(Look, String),
}

impl Clue {
    /// The kind of signal it is found in.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Log(..) => "log",
            Self::Metric(_) => "metric",
            Self::Alarm(_) => "alarm",
            Self::Finding(..) => "finding",
        }
    }
}

/// Somebody who has to be kept informed.
#[derive(Clone, Debug, PartialEq)]
pub struct Informed {
    /// Who.
    pub audience: Audience,
    /// First word at most so long after the first alarm.
    pub first: SimDuration,
    /// Longest time between two.
    pub every: SimDuration,
    /// In this language.
    pub language: String,
}

/// How much each axis of the score counts; only their proportions matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Customer-minutes and money lost.
    pub customer_impact: f64,
    /// How soon what was reached.
    pub recovery_time: f64,
    /// Messages to those outside.
    pub communication: f64,
    /// Decisions.
    pub judgement: f64,
    /// Root cause and how sure one was of it.
    pub learning: f64,
}

impl Default for Weights {
    /// What a scenario gets that says nothing.
    fn default() -> Self {
        Self {
            customer_impact: 35.0,
            recovery_time: 25.0,
            communication: 15.0,
            judgement: 15.0,
            learning: 10.0,
        }
    }
}

/// The same cause once more, after a recovery.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// So long after the objectives held.
    pub after: SimDuration,
    /// What happens.
    pub effects: Vec<Action>,
    /// And is taken back after.
    pub lasts: Option<SimDuration>,
}

/// What is true of a variant, for judging and teaching; never shown before the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    /// Suspects that are right; the first is the best answer.
    pub suspects: Vec<Suspect>,
    /// Signs that can be found.
    pub clues: Vec<Clue>,
    /// Words that give it away, and that nothing a player can reach before the end may contain.
    pub spoilers: Vec<String>,
    /// A second trigger that the reference's repair survives.
    pub again: Option<Again>,
}

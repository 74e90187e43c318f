//! One incident from start to end: a running world, what can be seen of it, a team, and the orders
//! they are given.
//!
//! May use `base`, `scenario`, `sim`, `observe`. Never opens a file or reads a clock: time comes in as
//! a duration. It decides what is taken, who does it, when it lands and when it is over; it never
//! decides whether an order helps: that is the simulation's.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod added;
pub mod catalogue;
mod chat;
mod clock;
pub mod evidence;
mod health;
mod impact;
mod live;
mod plan;
mod play;
mod record;
mod refusal;
pub mod replay;
mod rerun;
mod sense;
mod series;
mod tasks;
mod team;
mod undo;
pub mod words;

pub use clock::{Pace, SPEEDS};
pub use evidence::Evidence;
pub use health::Health;
pub use impact::{Impact, impact_of, lost_messages, spent};
pub use live::{SAMPLE_EVERY, SECOND, Session};
pub use plan::PlanRunner;
pub use play::{Watch, Watched, plan_of, play, play_on, play_watched};
pub use record::{
    Ending, Entry, Fate, Hypothesis, Milestones, Note, Outcome, Published, Record, Sample,
    Situation, numbered,
};
pub use refusal::Refusal;
pub use rerun::{Branch, Edits, Rerun, branches, rerun_without};
pub use series::{Row, SERIES_SIGNALS, SeriesRecorder};
pub use tasks::{MOST_ORDERS, Wait};
pub use team::{Member, PLAYER, Presence, Team};

//! One incident from start to end: a running world, what can be seen of it, and a plan that acts.
//!
//! May use `base`, `scenario::model`, `sim`, `observe`. Never opens a file or reads a clock; its
//! caller gives it a scenario and a seed and gets back what happened.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod health;
mod impact;
mod plan;
mod play;
mod series;

pub use health::Health;
pub use impact::{Impact, impact_of};
pub use plan::PlanRunner;
pub use play::{Entry, Milestones, Outcome, Played, Sample, Watched, play};
pub use series::{Row, SERIES_SIGNALS, SeriesRecorder};

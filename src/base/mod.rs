//! What every other module stands on: time, typed ids, random streams, portable math, statistics.
//!
//! May use nothing else of this crate. Never reads a clock, a file or the environment.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

pub mod digest;
pub mod id;
pub mod math;
pub mod rng;
pub mod stats;
pub mod text;
pub mod time;

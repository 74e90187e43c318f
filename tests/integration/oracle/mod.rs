//! The second oracle: every request simulated on its own, on `desque`'s event queue.
//!
//! For: a judgement on the engine that shares nothing with it. The same [`Case`] goes through
//! both and the answers are compared; where a closed form exists, `trust` first holds the oracle
//! itself to it. Never: any part of `sev1::sim` (only the random streams are common), any flow
//! approximation, or any shortcut that is not exact for one request after another.
//!
//! What a case means: one station of equal servers behind one queue. A call is a client's wish;
//! it makes attempts, one at a time. An attempt that is not answered within the timeout is given
//! up by the client but not by the station, which still does its work (unless told to drop
//! expired work when it is dequeued). A full queue refuses at once. With a cache in front, a hit
//! is answered in no time and a miss goes to the station.

mod cache;
pub(crate) mod case;
mod engine;
pub(crate) mod law;
mod mechanics;
pub(crate) mod outcome;
mod record;
pub(crate) mod rows;
mod station;
mod trust;
mod verdicts;
mod world;

pub(crate) use case::Case;
pub(crate) use engine::run;
pub(crate) use outcome::Outcome;

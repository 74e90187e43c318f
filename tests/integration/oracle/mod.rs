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
mod case;
mod engine;
mod law;
mod outcome;
mod record;
mod rows;
mod station;
mod trust;
mod verdicts;
mod world;

#[expect(
    unused_imports,
    reason = "the whole vocabulary of a case, for the comparisons to come"
)]
pub(crate) use case::{
    Backoff, Budget, Cache, Case, Clients, Crowding, Order, Speed, Station, Stragglers,
};
#[expect(
    unused_imports,
    reason = "the whole vocabulary of a case, for the comparisons to come"
)]
pub(crate) use law::Law;
#[expect(
    unused_imports,
    reason = "the whole vocabulary of an answer, for comparisons to come"
)]
pub(crate) use outcome::{Depth, Outcome, Summary, Verdict, WindowCounts};

pub(crate) use engine::run;

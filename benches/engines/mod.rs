//! The same two cases on general event engines, per request and as fast as each reasonably allows.
//!
//! For: comparing speeds side by side on equal work. Never: correctness tests of SEV1, or timing
//! (the caller does that). Both engines take the same draws in the same order, so their answers
//! must agree; [`Stats::differs_from`] says where they do not.

pub(crate) mod desque_model;
pub(crate) mod nexosim_model;
pub(crate) mod sev1_model;

use sev1::base::rng::{Draws, Stream};

/// What a case answers, alike for every engine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stats {
    /// Simulated calls.
    pub(crate) requests: u64,
    /// Requests the calls made of the station; more than `requests` where callers retry.
    pub(crate) attempts: u64,
    /// Mean seconds a request waited before its service began.
    pub(crate) mean_wait: f64,
    /// Calls answered in time per simulated second.
    pub(crate) goodput: f64,
}

impl Stats {
    /// The first figure that differs by more than 2 %, with both values.
    pub(crate) fn differs_from(&self, other: &Self) -> Option<(&'static str, f64, f64)> {
        let figures = [
            ("requests", self.requests as f64, other.requests as f64),
            ("attempts", self.attempts as f64, other.attempts as f64),
            ("mean wait", self.mean_wait, other.mean_wait),
            ("goodput", self.goodput, other.goodput),
        ];
        figures
            .into_iter()
            .find(|&(_, a, b)| (a - b).abs() > 0.02 * a.abs().max(b.abs()))
    }
}

/// M/M/10 with 8 arrivals a second and a mean service of 1 s (Erlang C: mean wait 0.2046 s).
pub(crate) mod mm10 {
    /// Arrivals per second.
    pub(crate) const RATE: f64 = 8.0;
    /// Servers with a mean service time of one second each.
    pub(crate) const SERVERS: usize = 10;
}

/// One server at 300/s and 280 calls a second that try twice, 1 s each; it stands still for 10 s
/// from second 60 on, after which the retries keep it overloaded for good.
pub(crate) mod retry {
    /// Calls per second.
    pub(crate) const RATE: f64 = 280.0;
    /// Requests per second the server can work off.
    pub(crate) const CAPACITY: f64 = 300.0;
    /// Attempts per call.
    pub(crate) const ATTEMPTS: u32 = 2;
    /// Nanoseconds until a caller gives an attempt up.
    pub(crate) const TIMEOUT: u64 = 1_000_000_000;
    /// Nanoseconds from–to without service.
    pub(crate) const OUTAGE: (u64, u64) = (60_000_000_000, 70_000_000_000);
}

/// The draws of the arrivals.
fn arrival_draws() -> Draws {
    Stream::new(1, "bench arrivals", 0).at(0)
}

/// The draws of the service times.
fn service_draws() -> Draws {
    Stream::new(1, "bench services", 0).at(0)
}

/// An exponential time with this rate per second, in nanoseconds, at least 1.
fn exponential_nanos(draws: &mut Draws, rate: f64) -> u64 {
    ((draws.exponential() * (1e9 / rate)) as u64).max(1)
}

/// When work begun at `start` that takes `work` is done, the outage of [`retry`] considered.
fn end_of_work(start: u64, work: u64) -> u64 {
    let (from, to) = retry::OUTAGE;
    let end = start + work;
    // Whatever part of the outage lies after the start comes on top.
    if start >= to || end <= from {
        end
    } else {
        end + (to - from.max(start))
    }
}

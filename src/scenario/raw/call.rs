//! Dependencies: how one component calls another.

use super::values::Limit;
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{raw_enum, raw_struct};
use crate::scenario::units::{Count, Share};

raw_struct! {
    /// One component's calls to another, with all their policies. `()` is a call with a time-out of
    /// 30 s and no retry.
    pub struct Call {
        /// The component that is called, where the key is only a label: a caller may have several
        /// calls to one component, such as `"orders-db writes": (to: "orders-db")`.
        to: Option<Spanned<String>>,
        /// The operation as traces show it, such as `"GET /prices"`.
        operation: String = "",
        /// Calls per request, on average. 0 is never, except as the source of a fallback.
        per_request: f64 where 0 ..= 1000 = 1,
        /// The journeys whose requests make this call; none named is all.
        journeys: Vec<Spanned<String>> = [],
        /// The caller stops waiting after this.
        timeout: Spanned<Limit<SimDuration>> = "30s",
        /// Tries in all, the first included.
        attempts: u32 where 1 ..= 100 = 1,
        /// The pause before a retry.
        backoff: Backoff = (),
        /// A quota for retries; left out is no quota.
        budget: Option<Budget>,
        /// Stops calling a dependency that fails.
        breaker: Option<Breaker>,
        /// Connections the caller keeps; left out is as many as needed.
        pool: Option<Pool>,
        /// What the caller does when all tries failed.
        fallback: Option<Spanned<Fallback>>,
        /// Whether the fallback is switched on at the start.
        fallback_on: Spanned<bool> = false,
        /// Whether a request fails with this call.
        required: bool = true,
        /// Whether it is made without an idempotency key: a try that was given up and tried again, and
        /// is carried out all the same, then does harm.
        unkeyed: bool = false,
        /// Share of good answers that come back wrong: nothing fails, and it is not what was asked for.
        wrong: Share = "0%",
        /// Share of a balancer's traffic, relative to its other calls.
        weight: Spanned<f64> where 0 ..= 1000000 = 1,
    }
}

raw_struct! {
    /// The pause before retry k: `base` doubled k − 1 times, at most `cap`.
    pub struct Backoff {
        /// Pause before the first retry; zero retries at once.
        base: SimDuration where "0s" ..= "1h" = "0s",
        /// Longest pause.
        cap: SimDuration where "0s" ..= "1h" = "20s",
        /// Whether the pause is drawn between zero and the above.
        jitter: bool = false,
    }
}

raw_struct! {
    /// A retry quota: first tries bring tokens, retries take them.
    pub struct Budget {
        /// Tokens a first try brings: 0.1 allows one retry for ten requests.
        ratio: f64 where 0 ..= 1000 = 0.1,
        /// Tokens at most, and at the start.
        size: f64 where 0 ..= 1000000 = 10,
        /// Tokens of one retry.
        cost: f64 where 0.001 ..= 1000 = 1,
        /// Clients that each have a bucket of their own.
        clients: u32 where 1 ..= 1000000 = 1,
    }
}

raw_struct! {
    /// A circuit breaker.
    pub struct Breaker {
        /// Whether it opens and closes by itself; setting `breaker_failures` switches it on.
        on: bool = true,
        /// Share of failures that opens it.
        failures: Share where "0.1%" ..= "100%" = "50%",
        /// Calls in the window below which it never opens.
        min_calls: u32 where 1 ..= 1000000 = 20,
        /// Length of the window.
        window: SimDuration where "1s" ..= "1h" = "10s",
        /// How long it stays open before it tries again.
        open_for: SimDuration where "1s" ..= "1d" = "30s",
    }
}

raw_struct! {
    /// A connection pool, opened at start.
    pub struct Pool {
        /// Connections per instance of the caller.
        size: Spanned<Count> where 1 ..= 100000 = 10,
        /// A request gives up waiting for a connection after this.
        wait: SimDuration where "0s" ..= "1h" = "1s",
    }
}

raw_enum! {
    /// What replaces an answer.
    pub enum Fallback {
        /// An older or static answer: the request succeeds, degraded.
        Stale,
        /// Another call of the same caller, such as the database behind a cache. Give that call
        /// `per_request: 0` if it serves nothing else.
        Source(call: Spanned<String>),
    }
}

raw_struct! {
    /// What a version changes about one call; what is left out stays.
    pub struct CallChange {
        /// See `Call`.
        timeout: Option<Spanned<SimDuration>>,
        /// See `Call`.
        attempts: Option<u32> where 1 ..= 100,
        /// See `Call`.
        per_request: Option<f64> where 0 ..= 1000,
        /// Share of the calls that fail before they leave, such as a broken token refresh.
        broken: Option<Share>,
        /// See `Call`.
        unkeyed: Option<bool>,
    }
}

//! What the simulation has counted so far. Observers read these and take differences; they never
//! reset them.

use crate::base::stats::Histogram;
use crate::scenario::model::FailureKind;

/// How many kinds of failure there are.
pub const FAILURE_KINDS: usize = 8;

/// Counts of failures by [`FailureKind`].
pub type Failures = [u64; FAILURE_KINDS];

/// All kinds, in the order of their numbers.
pub const ALL_FAILURES: [FailureKind; FAILURE_KINDS] = [
    FailureKind::Error,
    FailureKind::Timeout,
    FailureKind::Refused,
    FailureKind::Throttled,
    FailureKind::Denied,
    FailureKind::Unreachable,
    FailureKind::BreakerOpen,
    FailureKind::Dependency,
];

/// Counts of one component since the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComponentTotals {
    /// Requests that arrived, retries included.
    pub arrivals: u64,
    /// Answers that succeeded, whether or not the caller still waited.
    pub served: u64,
    /// Failures by kind as callers saw them; `Timeout` are answers the caller no longer waited for.
    pub failed: Failures,
    /// Answers that came after the caller had given up: work for nothing.
    pub late: u64,
    /// Expired work thrown away unworked.
    pub dropped: u64,
    /// Calls made to dependencies, retries included.
    pub attempts: u64,
    /// Cache hits.
    pub hits: u64,
    /// Cache misses.
    pub misses: u64,
    /// Entries a full cache threw out.
    pub evictions: u64,
    /// Messages moved to the dead-letter queue.
    pub dead_letters: u64,
    /// Messages lost (retention, or a failover's unreplicated writes).
    pub lost: u64,
    /// Requests handled in a region where their data may not be.
    pub residency_breaches: u64,
    /// Seconds that copies ran, ready or not, beyond those at the start.
    pub extra_copy_s: f64,
    /// Requests that had to wait for a slot.
    pub waited: f64,
    /// Request-seconds inside, waiting or in work (Little's law: divided by time it is the mean
    /// number in the system).
    pub request_s: f64,
    /// Slot-seconds in use.
    pub busy_s: f64,
    /// Slot-seconds there were.
    pub slot_s: f64,
    /// Processor-seconds used.
    pub cpu_s: f64,
    /// Processor-seconds there were.
    pub core_s: f64,
    /// Customers who turned to the support desk about what enters here.
    pub contacts: u64,
    /// Money that good answers to what enters here were worth.
    pub earned: f64,
    /// Time from arrival to answer.
    pub latency: Histogram,
    /// Time spent waiting for a slot.
    pub wait: Histogram,
}

impl ComponentTotals {
    /// Failures of all kinds.
    pub fn failed_total(&self) -> u64 {
        self.failed.iter().sum()
    }
}

/// Counts of one dependency since the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EdgeTotals {
    /// First tries.
    pub first_tries: u64,
    /// Tries, first ones and retries.
    pub tries: u64,
    /// Tries answered with success in time.
    pub ok: u64,
    /// Failed tries by kind.
    pub failed: Failures,
    /// Final failures replaced by a fallback.
    pub fallbacks: u64,
    /// Tries without a key that were carried out although they had been given up and tried again.
    pub repeated: f64,
    /// Good answers in time that were wrong.
    pub wrong: f64,
    /// Seconds that answered tries took, in sum.
    pub latency_s: f64,
}

/// Counts of one journey since the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JourneyTotals {
    /// Requests that customers began.
    pub arrivals: u64,
    /// Succeeded.
    pub served: u64,
    /// Succeeded with an older, partial or late answer.
    pub degraded: u64,
    /// Failed for good, by the last reason.
    pub failed: Failures,
    /// Customers who gave up between two tries.
    pub abandoned: u64,
    /// Messages that put an old state back over a newer one of the same customer.
    pub overwritten: u64,
    /// Message-seconds spent waiting beyond the freshness limit (journeys that complete when
    /// processed).
    pub stale_s: f64,
    /// Effects that requests had once more than they should, as a card that is charged again.
    pub repeated: u64,
    /// Of those that succeeded, degraded or not, how many got a wrong answer.
    pub wrong: u64,
    /// Of these two, how many have been put right.
    pub corrected: u64,
    /// Of these two, how many their customers have noticed.
    pub noticed: f64,
    /// Seconds that they have stood without being put right, in sum.
    pub open_s: f64,
    /// Time from the customer's first try to the answer.
    pub latency: Histogram,
}

impl JourneyTotals {
    /// Requests that are over.
    pub fn settled(&self) -> u64 {
        self.served + self.degraded + self.failed_total() + self.abandoned
    }

    /// Failures of all kinds.
    pub fn failed_total(&self) -> u64 {
        self.failed.iter().sum()
    }

    /// Effects too many and wrong answers that have not been put right.
    pub fn open(&self) -> u64 {
        (self.repeated + self.wrong).saturating_sub(self.corrected)
    }

    /// Requests that are under way.
    pub fn in_flight(&self) -> u64 {
        self.arrivals - self.settled()
    }
}

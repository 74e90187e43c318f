//! Customers: what they ask for, how often, what it is worth, and how they come to complain.

use crate::base::id::EdgeId;
use crate::base::time::{SimDuration, SimTime};

/// A kind of customer request.
#[derive(Clone, Debug)]
pub struct Journey {
    /// Name, such as `checkout`.
    pub name: String,
    /// The customer's call: entry component, patience (timeout), own retries.
    pub edge: EdgeId,
    /// Requests per second over time.
    pub rate: RateProfile,
    /// Higher survives longer when load is shed.
    pub priority: u8,
    /// Money per success.
    pub value: f64,
    /// Requests one active customer makes per minute: turns failed requests into customer-minutes.
    pub per_customer_per_min: f64,
    /// What a degraded answer costs, as a share of a failed one.
    pub degraded_cost: f64,
    /// What one effect too many costs, as a multiple of a failed request.
    pub repeated_cost: f64,
    /// What a wrong answer costs, as a multiple of a failed request.
    pub wrong_cost: f64,
    /// Customer-minutes that either costs for each minute until it is put right.
    pub open_cost: f64,
    /// Who turns to the support desk, and when.
    pub contacts: Contacts,
    /// When an answer counts: at once, or when the message has been processed.
    pub completes: Completes,
    /// Answers (or processed messages) later than this count as degraded.
    pub fresh_within: Option<SimDuration>,
    /// Share of customers who give up after each failed try instead of trying again.
    pub abandon_share: f64,
    /// Made by ourselves, such as tests and probes: nobody is harmed, and no objective counts it.
    pub ours: bool,
}

/// Customers who turn to the support desk about a journey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contacts {
    /// Per second on a quiet day.
    pub usual_per_s: f64,
    /// Share of those with a reason who do.
    pub share: f64,
    /// What does not fail is noticed after so long, on average.
    pub after: SimDuration,
    /// What they say about what did not fail.
    pub says: Vec<String>,
}

/// When a journey is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completes {
    /// When the entry component answers.
    #[default]
    OnAnswer,
    /// When a worker has processed the message it became.
    OnProcessed,
}

/// A rate over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateProfile {
    /// Per second at the start.
    pub base_per_s: f64,
    /// Changes, sorted by time.
    pub points: Vec<RatePoint>,
    /// Standard deviation of a slow random factor around 1 (one draw a minute, interpolated).
    pub noise: f64,
}

/// One change of a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatePoint {
    /// When the new rate is reached.
    pub at: SimTime,
    /// The new rate, per second.
    pub rate_per_s: f64,
    /// Whether the rate moves there in a line from the previous point; otherwise it jumps.
    pub ramp: bool,
}

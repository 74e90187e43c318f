//! Names and units of signals, the same in scenario files and in everything that is printed.

use super::model::Signal;

/// What a signal is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalUnit {
    /// Events per second.
    PerSecond,
    /// Seconds.
    Seconds,
    /// A part of one.
    Share,
    /// How many.
    Count,
}

impl Signal {
    /// All of them, in the order of their declaration.
    pub const ALL: &'static [Self] = &[
        Self::Arrivals,
        Self::Served,
        Self::Failed,
        Self::Attempts,
        Self::InSystem,
        Self::Queued,
        Self::Utilisation,
        Self::Cpu,
        Self::LatencyMean,
        Self::LatencyP50,
        Self::LatencyP95,
        Self::LatencyP99,
        Self::ErrorShare,
        Self::HitShare,
        Self::Connections,
        Self::OldestAge,
        Self::Evictions,
        Self::Throttled,
        Self::Instances,
        Self::DeadLetters,
        Self::Contacts,
        Self::Earned,
    ];

    /// The name in scenario files and in everything that is printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arrivals => "arrivals",
            Self::Served => "served",
            Self::Failed => "failed",
            Self::Attempts => "attempts",
            Self::InSystem => "in_system",
            Self::Queued => "queued",
            Self::Utilisation => "utilisation",
            Self::Cpu => "cpu",
            Self::LatencyMean => "latency_mean",
            Self::LatencyP50 => "latency_p50",
            Self::LatencyP95 => "latency_p95",
            Self::LatencyP99 => "latency_p99",
            Self::ErrorShare => "error_share",
            Self::HitShare => "hit_share",
            Self::Connections => "connections",
            Self::OldestAge => "oldest_age",
            Self::Evictions => "evictions",
            Self::Throttled => "throttled",
            Self::Instances => "instances",
            Self::DeadLetters => "dead_letters",
            Self::Contacts => "contacts",
            Self::Earned => "earned",
        }
    }

    /// What its values are measured in.
    pub const fn unit(self) -> SignalUnit {
        match self {
            Self::Arrivals
            | Self::Served
            | Self::Failed
            | Self::Attempts
            | Self::Evictions
            | Self::Throttled
            | Self::Contacts
            | Self::Earned => SignalUnit::PerSecond,
            Self::LatencyMean
            | Self::LatencyP50
            | Self::LatencyP95
            | Self::LatencyP99
            | Self::OldestAge => SignalUnit::Seconds,
            Self::Utilisation | Self::Cpu | Self::ErrorShare | Self::HitShare => SignalUnit::Share,
            Self::InSystem
            | Self::Queued
            | Self::Connections
            | Self::Instances
            | Self::DeadLetters => SignalUnit::Count,
        }
    }
}

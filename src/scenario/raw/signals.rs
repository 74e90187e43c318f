//! What can be seen: alarms, objectives, log lines, and the names of signals.

use super::values::Amount;
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{
    Cx, Decode, Entries, EnumDesc, EnumReader, Prose, TypeDesc, VariantDesc, raw_enum, raw_struct,
};
use crate::scenario::model::Signal;
use crate::scenario::syntax::Node;
use crate::scenario::units::Share;

/// A signal by its name in lower case, as in everything that the game prints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalName(pub Signal);

macro_rules! signal_names {
    ($($signal:ident: $doc:literal;)*) => {
        impl SignalName {
            /// What authors may write, as data.
            pub const DESC: &'static EnumDesc = &EnumDesc {
                name: "Signal",
                docs: &["What is measured. A rate is per second over the last second."],
                variants: &[$(VariantDesc {
                    name: Signal::$signal.name(),
                    docs: &[$doc],
                    items: &[],
                    fields: &[],
                }),*],
            };
        }
    };
}

signal_names! {
    Arrivals: "Requests per second that arrived, retries included.";
    Served: "Answers per second that succeeded.";
    Failed: "Answers per second that failed.";
    Attempts: "Calls per second to dependencies.";
    InSystem: "Requests inside, waiting or in work.";
    Queued: "Requests that wait for a worker, or messages in a queue.";
    Utilisation: "Share of workers in use.";
    Cpu: "Processor utilisation.";
    LatencyMean: "Mean latency.";
    LatencyP50: "Median latency; for alarms only.";
    LatencyP95: "95th percentile of latency; for alarms only.";
    LatencyP99: "99th percentile of latency; for alarms only.";
    ErrorShare: "Share of failed answers.";
    HitShare: "Hit share of a cache.";
    Connections: "Open connections of a database.";
    OldestAge: "Age of the oldest waiting request or message.";
    Evictions: "Evictions per second of a cache.";
    Throttled: "Throttled requests per second.";
    Instances: "Running copies.";
    DeadLetters: "Messages in the dead-letter queue.";
    Contacts: "Customers per second who turn to the support desk about what enters here.";
    Earned: "Money per second that good answers to what enters here are worth.";
}

impl Decode for SignalName {
    fn describe() -> TypeDesc {
        TypeDesc::Enum(Self::DESC)
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let chosen = EnumReader::open(node, Self::DESC, cx)?;
        chosen.values(cx)?.close(cx);
        let mut all = Signal::ALL.iter().copied();
        all.find(|signal| signal.name() == chosen.name()).map(Self)
    }
}

raw_struct! {
    /// What the player can see, and how late.
    pub struct Signals {
        /// Period of ordinary metrics; left out is the world's, or 60 s.
        period: Option<SimDuration> where "1s" ..= "1h",
        /// Publication delay of metrics; left out is the world's, or 70 s.
        delay: Option<SimDuration> where "0s" ..= "1h",
        /// Telemetry passes through this component: what it loses is not seen.
        telemetry_through: Option<Spanned<String>>,
        /// Alarms; one of the same name replaces the world's.
        alarms: Vec<Alarm> = [],
        /// Service level objectives, with burn-rate alerts.
        slos: Entries<Slo> = {},
        /// Wording of log lines, added to the world's.
        logs: Vec<Log> = [],
    }
}

raw_struct! {
    /// An alarm as CloudWatch has them.
    pub struct Alarm {
        /// Its name as the pager shows it.
        name: Spanned<String>,
        /// Whose signal it looks at.
        component: Spanned<String>,
        /// Which signal.
        signal: Spanned<SignalName>,
        /// Fires above this; or give `below`.
        above: Option<Spanned<Amount>>,
        /// Fires below this.
        below: Option<Spanned<Amount>>,
        /// Length of one period.
        period: SimDuration where "1s" ..= "1h" = "60s",
        /// Breaching periods needed …
        breaching: Spanned<u32> where 1 ..= 1000 = 1,
        /// … among the last so many; left out is as many as `breaching`.
        of: Option<Spanned<u32>> where 1 ..= 1000,
        /// 1 pages, 2 warns, 3 is a ticket.
        severity: u32 where 1 ..= 3 = 1,
    }
}

raw_struct! {
    /// A service level objective.
    pub struct Slo {
        /// Share of requests that must succeed.
        objective: Spanned<Share> = "99.9%",
        /// The journeys it counts; none named is all.
        journeys: Vec<Spanned<String>> = [],
    }
}

raw_struct! {
    /// Wording of a log line.
    pub struct Log {
        /// Who writes it.
        component: Spanned<String>,
        /// What makes it be written.
        on: LogTrigger,
        /// "INFO", "WARN", "ERROR" and the like.
        level: Spanned<String> = "ERROR",
        /// Its text, with `{request}`, `{latency_ms}`, `{version}`, `{note}` (the version's), `{to}`,
        /// `{attempt}`, `{queue}`.
        text: Spanned<Prose>,
        /// Only in this variant.
        variant: Option<Spanned<String>>,
    }
}

raw_enum! {
    /// What makes a component write a line.
    pub enum LogTrigger {
        /// A request succeeded.
        Served,
        /// A request failed for this reason.
        Failed(reason: FailureKind),
        /// A fault of the scenario began: for lines of deploys and configuration.
        Changed,
    }
}

raw_enum! {
    /// Why a call failed, as the caller sees it.
    pub enum FailureKind derive(Copy) {
        /// The called component's own error (500).
        Error,
        /// No answer in time (504).
        Timeout,
        /// No room: full queue, no connection, shed (503).
        Refused,
        /// Rate limit (429).
        Throttled,
        /// Not authorised (403).
        Denied,
        /// Nobody there (502).
        Unreachable,
        /// The caller's own breaker was open.
        BreakerOpen,
        /// A dependency failed and there was no fallback.
        Dependency,
    }
}

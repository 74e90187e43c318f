//! What can be seen: signals, alarms, objectives, log wording.

use serde::Serialize;

use crate::base::id::{ComponentId, JourneyId};
use crate::base::time::SimDuration;

/// A true signal that every component has (a rate is per second over the last second).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Signal {
    /// Requests per second that arrived, retries included.
    Arrivals,
    /// Answers per second that succeeded.
    Served,
    /// Answers per second that failed, time-outs seen by the caller included.
    Failed,
    /// Calls per second made to dependencies.
    Attempts,
    /// Requests inside (waiting or in work).
    InSystem,
    /// Requests waiting for a slot, or messages in a queue.
    Queued,
    /// Share of slots in use.
    Utilisation,
    /// Processor utilisation.
    Cpu,
    /// Mean latency in seconds.
    LatencyMean,
    /// Median latency in seconds.
    LatencyP50,
    /// 95th percentile in seconds.
    LatencyP95,
    /// 99th percentile in seconds.
    LatencyP99,
    /// Share of failed answers.
    ErrorShare,
    /// Hit share of a cache.
    HitShare,
    /// Open connections of a database.
    Connections,
    /// Age of the oldest message in seconds.
    OldestAge,
    /// Evictions per second of a cache.
    Evictions,
    /// Throttled requests per second.
    Throttled,
    /// Running instances.
    Instances,
    /// Messages in the dead-letter queue.
    DeadLetters,
    /// Customers per second who turn to the support desk about what enters here.
    Contacts,
    /// Money per second that good answers to what enters here are worth.
    Earned,
}

/// Everything about what can be seen.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// Period of ordinary metrics.
    pub period: SimDuration,
    /// Publication delay of metrics.
    pub delay: SimDuration,
    /// Telemetry passes through this component: what it loses is not seen.
    pub fate: Option<ComponentId>,
    /// Alarms.
    pub alarms: Vec<Alarm>,
    /// Service level objectives with burn-rate alerts.
    pub slos: Vec<Slo>,
    /// Log wording.
    pub logs: Vec<LogTemplate>,
}

/// A CloudWatch-like alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Name as the pager shows it.
    pub name: String,
    /// Whose metric.
    pub component: ComponentId,
    /// Which.
    pub signal: Signal,
    /// Fires above (true) or below (false).
    pub above: bool,
    /// Threshold in the signal's unit.
    pub threshold: f64,
    /// Length of one period.
    pub period: SimDuration,
    /// Breaching periods needed …
    pub breaching: u32,
    /// … among the last so many.
    pub of: u32,
    /// 1 pages, 2 warns, 3 is a ticket.
    pub severity: u8,
}

/// A service level objective on journeys.
#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    /// Name.
    pub name: String,
    /// Journeys it counts; empty is all.
    pub journeys: Vec<JourneyId>,
    /// Objective, such as 0.999 over 30 days.
    pub objective: f64,
}

/// Wording of a log line.
#[derive(Clone, Debug, PartialEq)]
pub struct LogTemplate {
    /// Who writes it.
    pub component: ComponentId,
    /// What makes it be written.
    pub on: LogTrigger,
    /// "INFO", "WARN", "ERROR".
    pub level: String,
    /// Text with `{…}` places: `{request}`, `{latency_ms}`, `{version}`, `{note}`, `{to}`, `{attempt}`, `{queue}`.
    pub text: String,
    /// Only in this variant (by id).
    pub variant: Option<String>,
}

/// What makes a component write a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogTrigger {
    /// A request succeeded.
    Served,
    /// A request failed for this reason.
    Failed(FailureKind),
    /// A fault of the scenario began (for config and deploy lines).
    Changed,
}

/// Why a call failed, as the caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// The callee's own error (500).
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

//! A finding in pieces, for whoever can draw more than lines of text: made at the same moment from the
//! same simulation, and saying the same.

use serde::Serialize;

use crate::base::id::ComponentId;
use crate::base::time::SimTime;

/// One piece of a finding, in the order in which it reads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Piece {
    /// Words.
    Text(String),
    /// How often log lines of one pattern come.
    Pattern {
        /// "INFO", "WARN", "ERROR", "FATAL".
        level: &'static str,
        /// The pattern; what differs from line to line is `<*>`.
        text: String,
        /// A rate in words, such as `612/min`.
        rate: String,
        /// The rate before, where there is something to compare with.
        before: Option<String>,
    },
    /// One log line.
    Log {
        /// Time of day.
        clock: String,
        /// "INFO", "WARN", "ERROR", "FATAL".
        level: &'static str,
        /// What follows the level.
        text: String,
    },
    /// A line of a diff, with its sign.
    Diff(String),
    /// Something that was changed.
    Change {
        /// When.
        at: SimTime,
        /// When, as time of day.
        clock: String,
        /// What kind, such as `deploy`.
        kind: String,
        /// What.
        text: String,
        /// Somebody of the team did it, in this incident.
        ours: bool,
    },
    /// A request from end to end.
    Trace(TracePiece),
}

/// One request from end to end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracePiece {
    /// Why it is shown, such as `slowest`.
    pub what: &'static str,
    /// Its id, as in log lines.
    pub id: u64,
    /// The customer's journey.
    pub journey: String,
    /// When it began, as time of day.
    pub clock: String,
    /// The spans, parents before their children.
    pub spans: Vec<SpanPiece>,
    /// Spans that are left out at the end.
    pub hidden: usize,
}

/// How a span ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SpanEnd {
    /// With success.
    Ok,
    /// With an older or partial answer.
    Degraded,
    /// With a failure.
    Failed,
}

/// One span of a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpanPiece {
    /// How deep it lies; the customer's is 0.
    pub depth: usize,
    /// Where.
    pub component: Option<ComponentId>,
    /// Where and what, such as `pricing GET /prices, try 2`.
    pub name: String,
    /// All there is to say about it.
    pub words: String,
    /// Seconds from the beginning of the request.
    pub start_s: f64,
    /// How long it took.
    pub duration_s: f64,
    /// Of that, waiting for its turn or a connection.
    pub wait_s: f64,
    /// How it ended.
    pub end: SpanEnd,
}

/// A level of log lines by its name.
pub(super) fn level(name: &str) -> &'static str {
    ["FATAL", "ERROR", "WARN"]
        .into_iter()
        .find(|level| *level == name)
        .unwrap_or("INFO")
}

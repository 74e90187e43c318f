//! Trace trees sampled from the flows.
//!
//! A trace follows the component graph as one request would: waiting, own work, then the calls with
//! their tries, time-outs, pauses, misses and fallbacks. What happens at each step is drawn from the
//! law of the interval, so many traces together show the times and failures that were counted. A
//! trace shows the caller's side: what a component did after its caller gave up is cut off.
//!
//! In every span: duration = waiting + own work + pauses + the time covered by its children.

use crate::base::id::{ComponentId, EdgeId, JourneyId};
use crate::base::rng::Stream;
use crate::base::time::SimTime;
use crate::observe::history::History;
use crate::observe::law::Law;
use crate::observe::spans::Builder;
use crate::scenario::model::{FailureKind, World};

/// Which traces are wanted.
#[derive(Clone, Copy, Debug)]
pub struct TraceQuery {
    /// Of which journey.
    pub journey: JourneyId,
    /// From this moment on …
    pub from: SimTime,
    /// … to before this one.
    pub to: SimTime,
    /// How many.
    pub count: usize,
    /// Only requests that failed; there may be fewer than `count` then.
    pub failed_only: bool,
}

/// What a span is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// The customer's whole request.
    Customer,
    /// One try of a call, as the callee handles it.
    Call,
    /// The worker's part of a message.
    Processing,
    /// Waiting for a connection of the caller's pool.
    Connection,
}

/// How a span ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanOutcome {
    /// With success.
    Ok,
    /// With an older or partial answer.
    Degraded,
    /// With a failure.
    Failed(FailureKind),
}

/// One span of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// The span it belongs to; parents come before their children.
    pub parent: Option<usize>,
    /// What it is about.
    pub kind: SpanKind,
    /// Where; `None` for the customer.
    pub component: Option<ComponentId>,
    /// Along which dependency it was called.
    pub edge: Option<EdgeId>,
    /// Which try of the call, from 1.
    pub attempt: u32,
    /// Microseconds from the beginning of the trace.
    pub start_us: u64,
    /// How long it took.
    pub duration_us: u64,
    /// Of that, waiting for a slot (or in a queue).
    pub wait_us: u64,
    /// Own work.
    pub work_us: u64,
    /// Pauses before retries.
    pub pause_us: u64,
    /// How it ended, as the caller sees it.
    pub outcome: SpanOutcome,
    /// Whether a cache had the entry; `None` for other components.
    pub cache_hit: Option<bool>,
    /// Whether this call replaces another one that failed.
    pub fallback: bool,
    /// Version of the service that handled it.
    pub version: u8,
    /// Whether the caller gave up before the end.
    pub unfinished: bool,
}

/// One request from end to end.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Its id, as in log lines.
    pub id: u64,
    /// When the request began.
    pub at: SimTime,
    /// Of which journey.
    pub journey: JourneyId,
    /// All spans, the root first.
    pub spans: Vec<Span>,
}

/// Draws the traces of a query.
pub(super) fn sample(
    world: &World,
    history: &History,
    seed: u64,
    query: &TraceQuery,
) -> Vec<Trace> {
    let (from, to) = (query.from.as_micros(), query.to.as_micros());
    let Some(law) = Law::read(world, history, from, to) else {
        return Vec::new();
    };
    let stream = Stream::new(seed, "trace", u64::from(query.journey.0));
    let edge = world.journeys[query.journey].edge;
    if law.call(edge).first_tries <= 0.0 {
        return Vec::new();
    }
    // Failed requests may be rare: a bounded search, not an endless one.
    let tries = query.count * if query.failed_only { 50 } else { 1 };
    let shift = stream.at(law.to).uniform();
    let mut traces = Vec::with_capacity(query.count.min(4_096));
    for k in 0..tries {
        if traces.len() >= query.count {
            break;
        }
        let mut draws = stream.at(law.from + k as u64);
        let id = draws.bits();
        let part = (k as f64 + draws.uniform()) / tries as f64;
        let at = law.from + (part * (law.to - law.from) as f64) as u64;
        let mut builder = Builder {
            world,
            history,
            law: &law,
            journey: query.journey,
            at,
            draws,
            spans: Vec::new(),
        };
        // Multiples of the golden ratio fill (0, 1) evenly, so that even a few traces hold about as
        // many failed ones as they should.
        let evenly = shift + k as f64 * 0.618_033_988_749_894_9;
        builder.root(edge, evenly - (evenly as u64) as f64);
        let spans = builder.spans;
        if query.failed_only && !matches!(spans[0].outcome, SpanOutcome::Failed(_)) {
            continue;
        }
        traces.push(Trace {
            id,
            at: SimTime::from_micros(at),
            journey: query.journey,
            spans,
        });
    }
    traces.sort_by_key(|trace| trace.at);
    traces
}

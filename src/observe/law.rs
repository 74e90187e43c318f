//! What a request went through on average in an interval: the law that traces are drawn from.
//!
//! Everything is read off differences of totals, so that sampled traces add up to them. Own work is
//! what remains of a component's time after its waiting and its calls. Approximations: journeys that
//! share a component share its law; several calls of one request run side by side and are taken to
//! last half as much longer than one call as independent exponential times would.

use crate::base::id::{ComponentId, DenseId, EdgeId};
use crate::observe::history::History;
use crate::observe::records::{ComponentSlice, EdgeSlice};
use crate::scenario::model::{FailureKind, Kind, World};
use crate::sim::FAILURE_KINDS;

/// More tries than this are not drawn.
pub(super) const MOST_TRIES: usize = 10;

/// Kinds of failure that are answered at once, without any work.
pub(super) const AT_ONCE: [FailureKind; 5] = [
    FailureKind::Refused,
    FailureKind::Throttled,
    FailureKind::Denied,
    FailureKind::Unreachable,
    FailureKind::BreakerOpen,
];

/// One component.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    /// Mean wait for a slot, and the share of requests that wait at all.
    pub(super) wait_s: f64,
    pub(super) wait_share: f64,
    pub(super) own_s: f64,
    pub(super) hit_share: f64,
    /// Mean time of an answer that took work.
    answer_s: f64,
}

/// One dependency.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Call {
    /// Share of tries that fail, and of these that are repeated where that is allowed.
    pub(super) fails: f64,
    pub(super) again: f64,
    pub(super) most_tries: usize,
    /// Failed tries by kind.
    pub(super) kinds: [f64; FAILURE_KINDS],
    pub(super) first_tries: f64,
    /// Requests that failed because of this call.
    pub(super) hard: f64,
    /// Share of final failures that something replaced or the request did not need.
    pub(super) replaced: f64,
    pub(super) per_request: f64,
    pub(super) timeout_s: f64,
    pub(super) backoff_s: f64,
    pub(super) backoff_cap_s: f64,
    pub(super) jitter: bool,
    /// Mean wait for a connection of a try that got one.
    pub(super) pool_wait_s: f64,
    /// Whether refused tries are those that got none.
    pub(super) pool_refuses: bool,
    /// How much longer this caller's answers take than the callee's do on average.
    pub(super) extra_s: f64,
}

impl Call {
    /// Probability that a call fails for good.
    pub(super) fn final_failure(&self) -> f64 {
        self.ends_after().iter().sum::<f64>()
    }

    /// Probability that a call fails for good after 1, 2, … tries.
    pub(super) fn ends_after(&self) -> [f64; MOST_TRIES] {
        let mut ends = [0.0; MOST_TRIES];
        let mut reached = 1.0;
        for (index, end) in ends.iter_mut().enumerate().take(self.most_tries) {
            let failed = reached * self.fails;
            let last = index + 1 == self.most_tries;
            *end = if last {
                failed
            } else {
                failed * (1.0 - self.again)
            };
            reached = failed * self.again;
        }
        ends
    }

    /// Pause before retry `k`, counted from 1, without jitter.
    pub(super) fn pause_s(&self, k: usize) -> f64 {
        let doubled = self.backoff_s * f64::from(1_u32 << (k - 1).min(20));
        doubled.min(self.backoff_cap_s.max(self.backoff_s))
    }

    /// Mean pause before a retry.
    fn mean_pause_s(&self) -> f64 {
        let (mut sum, mut weight) = (0.0, 0.0);
        let mut reached = 1.0;
        for k in 1..self.most_tries {
            reached *= self.fails * self.again;
            sum += reached * self.pause_s(k);
            weight += reached;
        }
        let mean = if weight > 0.0 { sum / weight } else { 0.0 };
        if self.jitter { mean * 0.5 } else { mean }
    }
}

/// The law of an interval.
#[derive(Clone, Debug)]
pub(super) struct Law {
    nodes: Vec<Node>,
    calls: Vec<Call>,
    /// The slices it was read off begin and end here.
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Law {
    /// Reads the slices that overlap an interval; `None` where there are none, or all are lost.
    pub(super) fn read(world: &World, history: &History, from: u64, to: u64) -> Option<Self> {
        let mut components = vec![ComponentSlice::<f64>::default(); world.components.len()];
        let mut edges = vec![EdgeSlice::<f64>::default(); world.edges.len()];
        let mut span: Option<(u64, u64)> = None;
        for minute in history.minutes(from, to) {
            for slice in &minute.slices {
                if slice.lost || slice.to <= from || slice.from >= to {
                    continue;
                }
                for (sum, part) in components.iter_mut().zip(&slice.components) {
                    add_component(sum, part);
                }
                for (sum, part) in edges.iter_mut().zip(&slice.edges) {
                    add_edge(sum, part);
                }
                span = Some((span.map_or(slice.from, |s| s.0), slice.to));
            }
        }
        let (from, to) = span?;
        let mut calls: Vec<Call> = world
            .edges
            .enumerate()
            .map(|(id, _)| call(world, id, &edges[id.index()]))
            .collect();
        let nodes: Vec<Node> = world
            .components
            .ids()
            .map(|id| node(world, id, &components, &edges, &calls))
            .collect();
        for (id, spec) in world.edges.enumerate() {
            let slice = &edges[id.index()];
            let answered = slice.ok + worked_failures(&slice.failed);
            if answered > 0.0 {
                let seen = slice.latency_s / answered;
                calls[id.index()].extra_s = seen - nodes[spec.to.index()].answer_s;
            }
        }
        Some(Self {
            nodes,
            calls,
            from,
            to,
        })
    }

    pub(super) fn node(&self, id: ComponentId) -> &Node {
        &self.nodes[id.index()]
    }

    pub(super) fn call(&self, id: EdgeId) -> &Call {
        &self.calls[id.index()]
    }
}

/// Failures that took work before they were answered.
fn worked_failures(failed: &[f64; FAILURE_KINDS]) -> f64 {
    failed[FailureKind::Error as usize] + failed[FailureKind::Dependency as usize]
}

fn add_component(sum: &mut ComponentSlice<f64>, part: &ComponentSlice) {
    sum.served += f64::from(part.served);
    sum.hits += f64::from(part.hits);
    sum.misses += f64::from(part.misses);
    sum.answers += f64::from(part.answers);
    sum.latency_s += f64::from(part.latency_s);
    sum.started += f64::from(part.started);
    sum.waited += f64::from(part.waited);
    sum.wait_s += f64::from(part.wait_s);
    for (a, b) in sum.failed.iter_mut().zip(part.failed) {
        *a += f64::from(b);
    }
}

/// Counts add up; of policies the last one stays.
fn add_edge(sum: &mut EdgeSlice<f64>, part: &EdgeSlice) {
    sum.first_tries += f64::from(part.first_tries);
    sum.tries += f64::from(part.tries);
    sum.ok += f64::from(part.ok);
    sum.fallbacks += f64::from(part.fallbacks);
    sum.latency_s += f64::from(part.latency_s);
    sum.pool_wait_s += f64::from(part.pool_wait_s);
    for (a, b) in sum.failed.iter_mut().zip(part.failed) {
        *a += f64::from(b);
    }
    sum.gave_up_s = f64::from(part.gave_up_s);
    sum.most_tries = f64::from(part.most_tries);
    sum.per_request = f64::from(part.per_request);
    sum.backoff_s = f64::from(part.backoff_s);
    sum.backoff_cap_s = f64::from(part.backoff_cap_s);
    sum.jitter = part.jitter;
}

fn call(world: &World, id: EdgeId, slice: &EdgeSlice<f64>) -> Call {
    let spec = &world.edges[id];
    let failed: f64 = slice.failed.iter().sum();
    let ended = slice.ok + failed;
    let mut call = Call {
        fails: if ended > 0.0 { failed / ended } else { 0.0 },
        most_tries: (slice.most_tries.max(1.0) as usize).min(MOST_TRIES),
        kinds: slice.failed,
        first_tries: slice.first_tries,
        per_request: slice.per_request,
        timeout_s: slice.gave_up_s,
        backoff_s: slice.backoff_s,
        backoff_cap_s: slice.backoff_cap_s,
        jitter: slice.jitter,
        ..Call::default()
    };
    let tries_per_call = if slice.first_tries > 0.0 {
        slice.tries / slice.first_tries
    } else {
        1.0
    };
    call.again = repeated(call.fails, call.most_tries, tries_per_call);
    let failed_for_good = (slice.first_tries * call.final_failure()).max(0.0);
    call.replaced = if spec.required || spec.from.is_none() {
        if failed_for_good > 0.0 {
            (slice.fallbacks / failed_for_good).min(1.0)
        } else {
            0.0
        }
    } else {
        1.0
    };
    call.hard = failed_for_good * (1.0 - call.replaced);
    if let (Some(pool), true) = (spec.pool, slice.pool_wait_s > 0.0) {
        let refused = slice.failed[FailureKind::Refused as usize];
        call.pool_refuses = refused > 0.0;
        let theirs = refused * pool.wait.as_secs_f64();
        call.pool_wait_s = (slice.pool_wait_s - theirs).max(0.0) / (slice.tries - refused).max(1.0);
    }
    call
}

/// The share of failed tries that are repeated, from the mean number of tries of a call.
fn repeated(fails: f64, most: usize, tries_per_call: f64) -> f64 {
    let tries = |again: f64| {
        let (mut sum, mut reached) = (0.0, 1.0);
        for _ in 0..most {
            sum += reached;
            reached *= fails * again;
        }
        sum
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if tries(middle) < tries_per_call {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// How much longer `k` calls side by side take than one.
fn side_by_side(k: f64) -> f64 {
    let whole = (k + 0.5) as u32;
    let harmonic: f64 = (1..=whole.max(1)).map(|i| 1.0 / f64::from(i)).sum();
    1.0 + 0.5 * (harmonic - 1.0)
}

fn node(
    world: &World,
    id: ComponentId,
    components: &[ComponentSlice<f64>],
    edges: &[EdgeSlice<f64>],
    calls: &[Call],
) -> Node {
    let spec = &world.components[id];
    let slice = &components[id.index()];
    let at_once: f64 = AT_ONCE
        .iter()
        .map(|&kind| slice.failed[kind as usize])
        .sum();
    let worked = slice.answers - at_once;
    if worked <= 0.0 {
        return Node {
            own_s: spec.station.time.mean.as_secs_f64(),
            ..Node::default()
        };
    }
    let answer_s = slice.latency_s / worked;
    let lookups = slice.hits + slice.misses;
    let hit_share = if lookups > 0.0 {
        slice.hits / lookups
    } else {
        0.0
    };
    if matches!(spec.kind, Kind::Queue(_)) {
        return Node {
            wait_s: answer_s,
            wait_share: 1.0,
            answer_s,
            hit_share,
            own_s: 0.0,
        };
    }
    let mut elsewhere_s = 0.0;
    for &edge in &spec.calls {
        let (slice, call) = (&edges[edge.index()], &calls[edge.index()]);
        let timed_out = slice.failed[FailureKind::Timeout as usize];
        let timeouts_s = if timed_out > 0.0 && call.timeout_s.is_finite() {
            timed_out * call.timeout_s
        } else {
            0.0
        };
        let pauses_s = (slice.tries - slice.first_tries).max(0.0) * call.mean_pause_s();
        let all_s = slice.latency_s + timeouts_s + slice.pool_wait_s + pauses_s;
        let k = call.per_request.max(1.0);
        elsewhere_s += all_s * side_by_side(k) / k;
    }
    if let Kind::Service(service) = &spec.kind
        && let Some(queue) = service.pulls
    {
        // A worker's clock starts when its message was sent.
        let queue = &components[queue.index()];
        elsewhere_s += worked * queue.latency_s / queue.answers.max(1.0);
    }
    let wait_s = slice.wait_s / worked;
    Node {
        wait_s,
        wait_share: (slice.waited / slice.started.max(1.0)).clamp(0.0, 1.0),
        own_s: (answer_s - wait_s - elsewhere_s / worked).max(0.0),
        hit_share,
        answer_s,
    }
}

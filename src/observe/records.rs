//! What the history is made of: ticks, slices and minutes, as small as they can be.

use crate::base::id::{ComponentId, DenseId, EdgeId};
use crate::scenario::model::FailureKind;
use crate::sim::{ALL_FAILURES, FAILURE_KINDS, Failures};

/// One look at the simulation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick {
    pub(super) from: u64,
    pub(super) to: u64,
    /// Whether telemetry of this time was lost.
    pub(super) lost: bool,
    /// Where its failures begin in the minute's list.
    pub(super) failures: u32,
}

/// What one component did in a tick.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) served: u32,
    pub(super) latency_s: f32,
    pub(super) queued: f32,
}

/// Failures of one kind at one place in one tick, in four bytes: trouble brings a lot of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    /// Eight times the place (a component's number, or that of an edge after all components), plus
    /// the kind.
    key: u16,
    count: u16,
}

/// Failures of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed {
    pub(super) kind: FailureKind,
    pub(super) count: u64,
}

/// What one component did in a slice; sums of several are taken in `f64`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ComponentSlice<T = f32> {
    pub(super) served: T,
    pub(super) failed: [T; FAILURE_KINDS],
    pub(super) hits: T,
    pub(super) misses: T,
    /// Answers and the seconds they took.
    pub(super) answers: T,
    pub(super) latency_s: T,
    /// Requests that began to be worked on, how many of them had waited, and how long in sum.
    pub(super) started: T,
    pub(super) waited: T,
    pub(super) wait_s: T,
}

/// What one dependency did in a slice, and its policy at the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EdgeSlice<T = f32> {
    pub(super) first_tries: T,
    pub(super) tries: T,
    pub(super) ok: T,
    pub(super) failed: [T; FAILURE_KINDS],
    pub(super) fallbacks: T,
    pub(super) repeated: T,
    pub(super) wrong: T,
    pub(super) latency_s: T,
    /// Request-seconds spent waiting for a connection (sampled at the ticks).
    pub(super) pool_wait_s: T,
    /// The same as how many waited on average.
    pub(super) pool_waiting: T,
    pub(super) timeout_s: T,
    pub(super) attempts: T,
    /// When callers really gave up and how often they tried, on average over (and at most among) the
    /// versions that ran.
    pub(super) gave_up_s: T,
    pub(super) most_tries: T,
    pub(super) per_request: T,
    pub(super) backoff_s: T,
    pub(super) backoff_cap_s: T,
    pub(super) jitter: bool,
}

/// About ten seconds of everything.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) lost: bool,
    pub(super) components: Vec<ComponentSlice>,
    pub(super) edges: Vec<EdgeSlice>,
}

/// A minute of ticks and slices.
#[derive(Clone, Debug, Default)]
pub(super) struct Minute {
    pub(super) ticks: Vec<Tick>,
    pub(super) rows: Vec<Row>,
    pub(super) failures: Vec<Packed>,
    pub(super) slices: Vec<Slice>,
}

impl Minute {
    pub(super) fn with_room(components: usize) -> Self {
        Self {
            ticks: Vec::with_capacity(60),
            rows: Vec::with_capacity(60 * components),
            failures: Vec::new(),
            slices: Vec::with_capacity(6),
        }
    }

    /// What a component did in the tick with this number.
    pub(super) fn row(&self, tick: usize, component: ComponentId) -> Row {
        let components = self.rows.len() / self.ticks.len().max(1);
        self.rows
            .get(tick * components + component.index())
            .copied()
            .unwrap_or_default()
    }

    /// Failed answers of a component in a tick, by kind.
    pub(super) fn failures_of(
        &self,
        tick: usize,
        component: ComponentId,
    ) -> impl Iterator<Item = Failed> {
        self.failures(tick, component.index())
    }

    /// Failed tries along a dependency, by kind, up to a tick in which requests failed with them.
    pub(super) fn failed_tries(&self, tick: usize, edge: EdgeId) -> impl Iterator<Item = Failed> {
        let components = self.rows.len() / self.ticks.len().max(1);
        self.failures(tick, components + edge.index())
    }

    fn failures(&self, tick: usize, place: usize) -> impl Iterator<Item = Failed> {
        let start = self.ticks[tick].failures as usize;
        let end = self
            .ticks
            .get(tick + 1)
            .map_or(self.failures.len(), |t| t.failures as usize);
        let mine = move |f: &&Packed| usize::from(f.key) / FAILURE_KINDS == place;
        self.failures[start..end]
            .iter()
            .filter(mine)
            .map(|f| Failed {
                kind: ALL_FAILURES[usize::from(f.key) % FAILURE_KINDS],
                count: u64::from(f.count),
            })
    }
}

/// Records by how much failures of each kind grew at one place.
pub(super) fn push_failures(
    list: &mut Vec<Packed>,
    place: usize,
    after: &Failures,
    before: &mut Failures,
) {
    if after == before {
        return;
    }
    for kind in 0..FAILURE_KINDS {
        let mut left = after[kind].saturating_sub(before[kind]);
        // Worlds have a few dozen places; what no key can hold is not recorded.
        let Ok(key) = u16::try_from(place * FAILURE_KINDS + kind) else {
            return;
        };
        while left > 0 {
            let count = left.min(u64::from(u16::MAX));
            list.push(Packed {
                key,
                count: count as u16,
            });
            left -= count;
        }
    }
    *before = *after;
}

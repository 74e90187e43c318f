//! What happened when, compactly: the material that log lines and traces are sampled from.
//!
//! Two grains: **ticks** of about a second (answers and failures by kind, for logs) and **slices** of
//! about ten seconds (times and tries, for traces). They are kept by the minute; a closed minute is
//! shared between clones. Bounded: the last four hours, and some thousand changes of fleets.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::id::{ComponentId, DenseId, EdgeId};
use crate::base::time::SimTime;
use crate::observe::metrics::{Gauges, KEEP};
use crate::scenario::action::{ComponentKnob, EdgeKnob, Knob};
use crate::sim::{ComponentTotals, EdgeTotals, FAILURE_KINDS, Failures, Sim};

const MINUTE_US: u64 = 60_000_000;
const SLICE_US: u64 = 10_000_000;
/// Shorter ticks are not taken, however often the observer is called.
const TICK_US: u64 = 900_000;
const KEPT_MINUTES: usize = (KEEP.as_micros() / MINUTE_US) as usize;
const KEPT_FLEETS: usize = 4_096;

/// One look at the simulation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick {
    pub(super) from: u64,
    pub(super) to: u64,
    /// Whether telemetry of this time was lost.
    pub(super) lost: bool,
    /// Where its failures begin in the minute's list.
    failures: u32,
}

/// What one component did in a tick.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) served: u32,
    pub(super) latency_s: f32,
    pub(super) queued: f32,
}

/// Failures of one kind at one place in one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed {
    /// A component's number, or that of an edge after all components.
    of: u16,
    pub(super) kind: u8,
    pub(super) count: u32,
}

/// What one component did in a slice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ComponentSlice {
    pub(super) served: f64,
    pub(super) failed: [f64; FAILURE_KINDS],
    pub(super) hits: f64,
    pub(super) misses: f64,
    /// Answers and the seconds they took.
    pub(super) answers: f64,
    pub(super) latency_s: f64,
    /// Requests that began to be worked on, how many of them had waited, and how long in sum.
    pub(super) started: f64,
    pub(super) waited: f64,
    pub(super) wait_s: f64,
}

/// What one dependency did in a slice, and its policy at the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EdgeSlice {
    pub(super) first_tries: f64,
    pub(super) tries: f64,
    pub(super) ok: f64,
    pub(super) failed: [f64; FAILURE_KINDS],
    pub(super) fallbacks: f64,
    pub(super) latency_s: f64,
    /// Request-seconds spent waiting for a connection (sampled at the ticks).
    pub(super) pool_wait_s: f64,
    /// The same as how many waited on average.
    pub(super) pool_waiting: f64,
    pub(super) timeout_s: f64,
    pub(super) attempts: f64,
    pub(super) per_request: f64,
    pub(super) backoff_s: f64,
    pub(super) backoff_cap_s: f64,
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
    rows: Vec<Row>,
    failures: Vec<Failed>,
    pub(super) slices: Vec<Slice>,
}

impl Minute {
    fn with_room(components: usize) -> Self {
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
        self.rows.get(tick * components + component.index()).copied().unwrap_or_default()
    }

    fn failures(&self, tick: usize) -> &[Failed] {
        let start = self.ticks[tick].failures as usize;
        let end = self.ticks.get(tick + 1).map_or(self.failures.len(), |t| t.failures as usize);
        &self.failures[start..end]
    }

    /// Failed answers of a component in a tick, by kind.
    pub(super) fn failures_of(
        &self,
        tick: usize,
        component: ComponentId,
    ) -> impl Iterator<Item = &Failed> {
        self.failures(tick).iter().filter(move |f| f.of == component.0)
    }

    /// Failed tries along a dependency in a tick, by kind.
    pub(super) fn failed_tries(&self, tick: usize, edge: EdgeId) -> impl Iterator<Item = &Failed> {
        let components = self.rows.len() / self.ticks.len().max(1);
        self.failures(tick).iter().filter(move |f| usize::from(f.of) == components + edge.index())
    }
}

/// Instances by version from a moment on.
#[derive(Clone, Debug)]
struct Fleet {
    at: u64,
    component: ComponentId,
    ready: Arc<[u32]>,
    /// Share of requests that fail whatever the version.
    error_share: f32,
}

/// Totals of a component at the last tick.
#[derive(Clone, Debug, Default)]
struct ComponentSeen {
    served: u64,
    failed: Failures,
    answers: f64,
    latency_s: f64,
}

/// The numbers of a component's totals that slices need, without the histograms.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    served: u64,
    failed: Failures,
    hits: u64,
    misses: u64,
    answers: f64,
    latency_s: f64,
    started: f64,
    waited: f64,
    wait_s: f64,
}

impl Marks {
    fn of(t: &ComponentTotals) -> Self {
        Self {
            served: t.served,
            failed: t.failed,
            hits: t.hits,
            misses: t.misses,
            answers: t.latency.total(),
            latency_s: t.latency.sum(),
            started: t.wait.total(),
            waited: t.waited,
            wait_s: t.wait.sum(),
        }
    }

    fn since(&self, earlier: &Self) -> ComponentSlice {
        ComponentSlice {
            served: grew(self.served, earlier.served),
            failed: std::array::from_fn(|k| grew(self.failed[k], earlier.failed[k])),
            hits: grew(self.hits, earlier.hits),
            misses: grew(self.misses, earlier.misses),
            answers: (self.answers - earlier.answers).max(0.0),
            latency_s: (self.latency_s - earlier.latency_s).max(0.0),
            started: (self.started - earlier.started).max(0.0),
            waited: (self.waited - earlier.waited).max(0.0),
            wait_s: (self.wait_s - earlier.wait_s).max(0.0),
        }
    }
}

/// The running record.
#[derive(Clone, Debug)]
pub(super) struct History {
    minutes: VecDeque<Arc<Minute>>,
    open: Minute,
    ticked: u64,
    sliced: u64,
    lost_in_slice: bool,
    seen: Vec<ComponentSeen>,
    edges_failed: Vec<Failures>,
    marks: Vec<Marks>,
    edge_marks: Vec<EdgeTotals>,
    pool_wait_s: Vec<f64>,
    /// Dependencies with a connection pool.
    pooled: Vec<EdgeId>,
    fleets: VecDeque<Fleet>,
    /// Which components have more than one version.
    versioned: Vec<ComponentId>,
}

impl History {
    pub(super) fn new(sim: &Sim) -> Self {
        let world = &sim.scenario().world;
        let now = sim.now().as_micros();
        let mut history = Self {
            minutes: VecDeque::new(),
            open: Minute::with_room(world.components.len()),
            ticked: now,
            sliced: now,
            lost_in_slice: false,
            seen: world.components.ids().map(|id| seen(sim.component(id))).collect(),
            edges_failed: world.edges.ids().map(|id| sim.edge(id).failed).collect(),
            marks: world.components.ids().map(|id| Marks::of(sim.component(id))).collect(),
            edge_marks: world.edges.ids().map(|id| sim.edge(id).clone()).collect(),
            pool_wait_s: vec![0.0; world.edges.len()],
            pooled: world.edges.enumerate().filter(|(_, e)| e.pool.is_some()).map(|(id, _)| id).collect(),
            fleets: VecDeque::new(),
            versioned: world
                .components
                .ids()
                .filter(|&id| sim.versions_running(id).len() > 1)
                .collect(),
        };
        history.note_fleets(sim);
        history
    }

    /// Whether enough time has passed for another tick.
    pub(super) fn is_due(&self, now: SimTime) -> bool {
        now.as_micros() >= self.ticked + TICK_US
    }

    /// Records what happened since the last tick.
    pub(super) fn observe(&mut self, sim: &Sim, gauges: &[Gauges], lost: bool) {
        let now = sim.now().as_micros();
        if self.ticked / MINUTE_US != (now - 1) / MINUTE_US && !self.open.ticks.is_empty() {
            self.close_minute();
        }
        let failures = self.open.failures.len() as u32;
        self.open.ticks.push(Tick { from: self.ticked, to: now, lost, failures });
        for (index, seen) in self.seen.iter_mut().enumerate() {
            let t = sim.component(ComponentId::from_index(index));
            let answers = t.latency.total() - seen.answers;
            let mean = if answers > 0.0 { (t.latency.sum() - seen.latency_s) / answers } else { 0.0 };
            self.open.rows.push(Row {
                served: (t.served - seen.served) as u32,
                latency_s: mean as f32,
                queued: gauges[index].queued as f32,
            });
            push_failures(&mut self.open.failures, index, &t.failed, &mut seen.failed);
            (seen.served, seen.answers, seen.latency_s) = (t.served, t.latency.total(), t.latency.sum());
        }
        let offset = self.seen.len();
        for (index, before) in self.edges_failed.iter_mut().enumerate() {
            let t = sim.edge(EdgeId::from_index(index));
            push_failures(&mut self.open.failures, offset + index, &t.failed, before);
        }
        let passed_s = (now - self.ticked) as f64 * 1e-6;
        for &id in &self.pooled {
            self.pool_wait_s[id.index()] += f64::from(sim.edge_view(id).waiting) * passed_s;
        }
        self.ticked = now;
        self.lost_in_slice |= lost;
        if !self.versioned.is_empty() {
            self.note_fleets(sim);
        }
        if now >= self.sliced + SLICE_US || now % SLICE_US == 0 {
            self.slice(sim, now);
        }
    }

    fn close_minute(&mut self) {
        let next = Minute::with_room(self.seen.len());
        let closed = std::mem::replace(&mut self.open, next);
        self.minutes.push_back(Arc::new(closed));
        if self.minutes.len() > KEPT_MINUTES {
            self.minutes.pop_front();
        }
    }

    fn slice(&mut self, sim: &Sim, now: u64) {
        let mut components = Vec::with_capacity(self.marks.len());
        for (index, mark) in self.marks.iter_mut().enumerate() {
            let next = Marks::of(sim.component(ComponentId::from_index(index)));
            components.push(next.since(mark));
            *mark = next;
        }
        let mut edges = Vec::with_capacity(self.edge_marks.len());
        for (index, mark) in self.edge_marks.iter_mut().enumerate() {
            let id = EdgeId::from_index(index);
            let waited = std::mem::take(&mut self.pool_wait_s[index]);
            let passed_s = (now - self.sliced).max(1) as f64 * 1e-6;
            edges.push(edge_slice(sim, id, mark, waited, passed_s));
            mark.clone_from(sim.edge(id));
        }
        let lost = std::mem::take(&mut self.lost_in_slice);
        self.open.slices.push(Slice { from: self.sliced, to: now, lost, components, edges });
        self.sliced = now;
    }

    fn note_fleets(&mut self, sim: &Sim) {
        let at = sim.now().as_micros();
        for &component in &self.versioned {
            let ready = sim.versions_running(component);
            let error = sim.parameter(Knob::Component(component, ComponentKnob::ErrorShare)) as f32;
            let last = self.fleets.iter().rev().find(|fleet| fleet.component == component);
            if last.is_some_and(|l| *l.ready == *ready && l.error_share == error) {
                continue;
            }
            self.fleets.push_back(Fleet { at, component, ready: ready.into(), error_share: error });
        }
        // The oldest go first; what is asked about a time before them gets the oldest there is.
        while self.fleets.len() > KEPT_FLEETS {
            self.fleets.pop_front();
        }
    }

    /// Instances by version and the error share common to all versions at a moment; `None` where
    /// there is only one version.
    pub(super) fn fleet(&self, component: ComponentId, at: u64) -> Option<(&[u32], f64)> {
        let mut mine = self.fleets.iter().rev().filter(|f| f.component == component);
        let mut found = mine.next()?;
        while found.at > at {
            let Some(earlier) = mine.next() else { break };
            found = earlier;
        }
        Some((&found.ready, f64::from(found.error_share)))
    }

    /// All minutes that overlap a span of time, oldest first.
    pub(super) fn minutes(&self, from: u64, to: u64) -> impl Iterator<Item = &Minute> {
        let all = self.minutes.iter().map(Arc::as_ref).chain(std::iter::once(&self.open));
        all.filter(move |minute| {
            let first = minute.ticks.first().map_or(u64::MAX, |t| t.from);
            first < to && minute.ticks.last().is_some_and(|t| t.to > from)
        })
    }

    /// What a dependency was like at a moment, by the slice that holds it or the last before it.
    pub(super) fn edge_slice(&self, id: EdgeId, at: u64) -> Option<&EdgeSlice> {
        let minute = self.minutes(at.saturating_sub(MINUTE_US), at + MINUTE_US);
        let slices = minute.flat_map(|minute| &minute.slices);
        slices.take_while(|slice| slice.from <= at).last().map(|slice| &slice.edges[id.index()])
    }
}

fn seen(t: &ComponentTotals) -> ComponentSeen {
    ComponentSeen {
        served: t.served,
        failed: t.failed,
        answers: t.latency.total(),
        latency_s: t.latency.sum(),
    }
}

fn grew(after: u64, before: u64) -> f64 {
    after.saturating_sub(before) as f64
}

fn push_failures(list: &mut Vec<Failed>, of: usize, after: &Failures, before: &mut Failures) {
    if after == before {
        return;
    }
    for kind in 0..FAILURE_KINDS {
        let count = after[kind].saturating_sub(before[kind]) as u32;
        if count > 0 {
            list.push(Failed { of: of as u16, kind: kind as u8, count });
        }
    }
    *before = *after;
}

fn edge_slice(
    sim: &Sim,
    id: EdgeId,
    before: &EdgeTotals,
    pool_wait_s: f64,
    passed_s: f64,
) -> EdgeSlice {
    let after = sim.edge(id);
    let knob = |knob| sim.parameter(Knob::Edge(id, knob));
    EdgeSlice {
        first_tries: grew(after.first_tries, before.first_tries),
        tries: grew(after.tries, before.tries),
        ok: grew(after.ok, before.ok),
        failed: std::array::from_fn(|k| grew(after.failed[k], before.failed[k])),
        fallbacks: grew(after.fallbacks, before.fallbacks),
        latency_s: (after.latency_s - before.latency_s).max(0.0),
        pool_wait_s,
        pool_waiting: pool_wait_s / passed_s,
        timeout_s: knob(EdgeKnob::Timeout),
        attempts: knob(EdgeKnob::Attempts),
        per_request: knob(EdgeKnob::PerRequest),
        backoff_s: knob(EdgeKnob::BackoffBase),
        backoff_cap_s: knob(EdgeKnob::BackoffCap),
        jitter: knob(EdgeKnob::FullJitter) >= 0.5,
    }
}

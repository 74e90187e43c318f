//! What happened when, compactly: the material that log lines and traces are sampled from.
//!
//! Two grains: **ticks** of about a second (answers and failures by kind, for logs) and **slices** of
//! about ten seconds (times and tries, for traces). They are kept by the minute; a closed minute is
//! shared between clones. Bounded: the last four hours, and some thousand changes of fleets.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::id::{ComponentId, DenseId, EdgeId};
use crate::base::time::{SimDuration, SimTime};
use crate::observe::metrics::{Gauges, KEEP};
use crate::observe::records::{ComponentSlice, EdgeSlice, Minute, Row, Slice, Tick, push_failures};
use crate::scenario::action::{ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{FailureKind, Kind};
use crate::sim::{ComponentTotals, EdgeTotals, Failures, Sim};

const MINUTE_US: u64 = 60_000_000;
const SLICE_US: u64 = 10_000_000;
/// Shorter ticks are not taken, however often the observer is called.
const TICK_US: u64 = 900_000;
const KEPT_MINUTES: usize = (KEEP.as_micros() / MINUTE_US) as usize;
const KEPT_FLEETS: usize = 4_096;
const DEPENDENCY: usize = FailureKind::Dependency as usize;

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
            answers: more(self.answers, earlier.answers),
            latency_s: more(self.latency_s, earlier.latency_s),
            started: more(self.started, earlier.started),
            waited: more(self.waited, earlier.waited),
            wait_s: more(self.wait_s, earlier.wait_s),
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
            seen: world
                .components
                .ids()
                .map(|id| seen(sim.component(id)))
                .collect(),
            edges_failed: world.edges.ids().map(|id| sim.edge(id).failed).collect(),
            marks: world
                .components
                .ids()
                .map(|id| Marks::of(sim.component(id)))
                .collect(),
            edge_marks: world.edges.ids().map(|id| sim.edge(id).clone()).collect(),
            pool_wait_s: vec![0.0; world.edges.len()],
            pooled: world
                .edges
                .enumerate()
                .filter(|(_, e)| e.pool.is_some())
                .map(|(id, _)| id)
                .collect(),
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
        if self
            .open
            .ticks
            .first()
            .is_some_and(|t| t.from / MINUTE_US != (now - 1) / MINUTE_US)
        {
            self.close_minute();
        }
        let failures = self.open.failures.len() as u32;
        self.open.ticks.push(Tick {
            from: self.ticked,
            to: now,
            lost,
            failures,
        });
        let world = &sim.scenario().world;
        let components = self.seen.len();
        for (index, seen) in self.seen.iter_mut().enumerate() {
            let t = sim.component(ComponentId::from_index(index));
            let answers = t.latency.total() - seen.answers;
            let mean = if answers > 0.0 {
                (t.latency.sum() - seen.latency_s) / answers
            } else {
                0.0
            };
            self.open.rows.push(Row {
                served: (t.served - seen.served) as u32,
                latency_s: mean as f32,
                queued: gauges[index].queued as f32,
            });
            let depended = t.failed[DEPENDENCY] != seen.failed[DEPENDENCY];
            push_failures(&mut self.open.failures, index, &t.failed, &mut seen.failed);
            (seen.served, seen.answers, seen.latency_s) =
                (t.served, t.latency.total(), t.latency.sum());
            if !depended {
                continue;
            }
            // Why calls failed is asked only where requests failed with them; what failed before
            // and was tried again with success then counts as well.
            for &edge in &world.components[ComponentId::from_index(index)].calls {
                let before = &mut self.edges_failed[edge.index()];
                let place = components + edge.index();
                push_failures(
                    &mut self.open.failures,
                    place,
                    &sim.edge(edge).failed,
                    before,
                );
            }
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
        if now >= self.sliced + SLICE_US || now.is_multiple_of(SLICE_US) {
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
        self.open.slices.push(Slice {
            from: self.sliced,
            to: now,
            lost,
            components,
            edges,
        });
        self.sliced = now;
    }

    fn note_fleets(&mut self, sim: &Sim) {
        let at = sim.now().as_micros();
        for &component in &self.versioned {
            let ready = sim.versions_running(component);
            let error = sim.parameter(Knob::Component(component, ComponentKnob::ErrorShare)) as f32;
            let last = self
                .fleets
                .iter()
                .rev()
                .find(|fleet| fleet.component == component);
            if last.is_some_and(|l| *l.ready == *ready && l.error_share == error) {
                continue;
            }
            self.fleets.push_back(Fleet {
                at,
                component,
                ready: ready.into(),
                error_share: error,
            });
        }
        // The oldest go first; what is asked about a time before them gets the oldest there is.
        while self.fleets.len() > KEPT_FLEETS {
            self.fleets.pop_front();
        }
    }

    /// Instances by version and the error share common to all versions at a moment; `None` where
    /// there is only one version.
    pub(super) fn fleet(&self, component: ComponentId, at: u64) -> Option<(&[u32], f64)> {
        let mut mine = self
            .fleets
            .iter()
            .rev()
            .filter(|f| f.component == component);
        let mut found = mine.next()?;
        while found.at > at {
            let Some(earlier) = mine.next() else { break };
            found = earlier;
        }
        Some((&found.ready, f64::from(found.error_share)))
    }

    /// All minutes that overlap a span of time, oldest first.
    pub(super) fn minutes(&self, from: u64, to: u64) -> impl Iterator<Item = &Minute> {
        let all = self
            .minutes
            .iter()
            .map(Arc::as_ref)
            .chain(std::iter::once(&self.open));
        all.filter(move |minute| {
            let first = minute.ticks.first().map_or(u64::MAX, |t| t.from);
            first < to && minute.ticks.last().is_some_and(|t| t.to > from)
        })
    }

    /// What a dependency was like at a moment, by the slice that holds it or the last before it.
    pub(super) fn edge_slice(&self, id: EdgeId, at: u64) -> Option<&EdgeSlice> {
        let minute = self.minutes(at.saturating_sub(MINUTE_US), at + MINUTE_US);
        let slices = minute.flat_map(|minute| &minute.slices);
        slices
            .take_while(|slice| slice.from <= at)
            .last()
            .map(|slice| &slice.edges[id.index()])
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

fn grew(after: u64, before: u64) -> f32 {
    after.saturating_sub(before) as f32
}

fn more(after: f64, before: f64) -> f32 {
    (after - before).max(0.0) as f32
}

fn edge_slice(
    sim: &Sim,
    id: EdgeId,
    before: &EdgeTotals,
    pool_wait_s: f64,
    passed_s: f64,
) -> EdgeSlice {
    let after = sim.edge(id);
    let knob = |knob| sim.parameter(Knob::Edge(id, knob)) as f32;
    let (gave_up_s, most_tries) = in_effect(sim, id);
    EdgeSlice {
        first_tries: grew(after.first_tries, before.first_tries),
        tries: grew(after.tries, before.tries),
        ok: grew(after.ok, before.ok),
        failed: std::array::from_fn(|k| grew(after.failed[k], before.failed[k])),
        fallbacks: grew(after.fallbacks, before.fallbacks),
        repeated: more(after.repeated, before.repeated),
        wrong: more(after.wrong, before.wrong),
        latency_s: more(after.latency_s, before.latency_s),
        pool_wait_s: pool_wait_s as f32,
        pool_waiting: (pool_wait_s / passed_s) as f32,
        timeout_s: knob(EdgeKnob::Timeout),
        attempts: knob(EdgeKnob::Attempts),
        gave_up_s,
        most_tries,
        per_request: knob(EdgeKnob::PerRequest),
        backoff_s: knob(EdgeKnob::BackoffBase),
        backoff_cap_s: knob(EdgeKnob::BackoffCap),
        jitter: knob(EdgeKnob::FullJitter) >= 0.5,
    }
}

/// Time-out (mean) and number of tries (largest) over the versions of the caller that run.
fn in_effect(sim: &Sim, id: EdgeId) -> (f32, f32) {
    let world = &sim.scenario().world;
    let timeout_s = sim.parameter(Knob::Edge(id, EdgeKnob::Timeout));
    let attempts = sim.parameter(Knob::Edge(id, EdgeKnob::Attempts));
    let from = world.edges[id].from;
    let Some((from, Kind::Service(service))) = from.map(|it| (it, &world.components[it].kind))
    else {
        return (timeout_s as f32, attempts as f32);
    };
    let (mut copies, mut sum_s, mut most) = (0.0, 0.0, 0.0_f64);
    for (&ready, version) in sim.versions_running(from).iter().zip(&service.versions) {
        if ready == 0 {
            continue;
        }
        let own = version.calls.iter().find(|(edge, _)| *edge == id);
        let own = own.map(|(_, change)| *change).unwrap_or_default();
        let limit_s = own.timeout.map_or(timeout_s, SimDuration::as_secs_f64);
        copies += f64::from(ready);
        sum_s += f64::from(ready) * limit_s;
        most = most.max(own.attempts.map_or(attempts, f64::from));
    }
    if copies > 0.0 {
        ((sum_s / copies) as f32, most as f32)
    } else {
        (timeout_s as f32, attempts as f32)
    }
}

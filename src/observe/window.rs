//! What was counted over a span of time: the sums that dashboards draw and traces are sampled from.
//! May read the history; never the simulation.

use crate::base::id::{ComponentId, DenseId, EdgeId};
use crate::base::time::SimTime;
use crate::observe::Observer;
use crate::observe::records::{ComponentSlice, EdgeSlice};
use crate::scenario::model::FailureKind;
use crate::sim::FAILURE_KINDS;

/// What one component did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ComponentCounts {
    /// Good answers.
    pub served: f64,
    /// Failed ones by kind.
    pub failed: [f64; FAILURE_KINDS],
    /// Look-ups that found their key.
    pub hits: f64,
    /// Look-ups that did not.
    pub misses: f64,
    /// Answers, and the seconds they took in sum.
    pub answers: f64,
    /// See `answers`.
    pub latency_s: f64,
    /// Requests that began to be worked on, and the seconds they had waited in sum.
    pub started: f64,
    /// See `started`.
    pub wait_s: f64,
}

/// What happened along one dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EdgeCounts {
    /// First tries.
    pub first_tries: f64,
    /// All tries.
    pub tries: f64,
    /// Good answers in time.
    pub ok: f64,
    /// Failed tries by kind.
    pub failed: [f64; FAILURE_KINDS],
    /// Calls that something else replaced.
    pub fallbacks: f64,
    /// Tries that were carried out although they had been given up and tried again.
    pub repeated: f64,
    /// Good answers that were wrong.
    pub wrong: f64,
    /// Seconds that answered tries took in sum.
    pub latency_s: f64,
    /// Seconds that tries took whose callers gave up.
    pub given_up_s: f64,
    /// Request-seconds spent waiting for a connection.
    pub pool_wait_s: f64,
}

impl ComponentCounts {
    /// Failures of all kinds.
    pub fn failed_total(&self) -> f64 {
        self.failed.iter().sum()
    }

    /// Share of answers that failed; zero without any.
    pub fn fail_share(&self) -> f64 {
        part(self.failed_total(), self.failed_total() + self.served)
    }

    /// Mean time of an answer in seconds.
    pub fn mean_s(&self) -> f64 {
        part(self.latency_s, self.answers)
    }

    /// Mean time before the work begins, in seconds.
    pub fn mean_wait_s(&self) -> f64 {
        part(self.wait_s, self.started)
    }

    /// Share of look-ups that found their key.
    pub fn hit_share(&self) -> f64 {
        part(self.hits, self.hits + self.misses)
    }

    fn add(&mut self, slice: &ComponentSlice) {
        let add = |sum: &mut f64, x: f32| *sum += f64::from(x);
        add(&mut self.served, slice.served);
        for (sum, x) in self.failed.iter_mut().zip(slice.failed) {
            add(sum, x);
        }
        add(&mut self.hits, slice.hits);
        add(&mut self.misses, slice.misses);
        add(&mut self.answers, slice.answers);
        add(&mut self.latency_s, slice.latency_s);
        add(&mut self.started, slice.started);
        add(&mut self.wait_s, slice.wait_s);
    }
}

impl EdgeCounts {
    /// Failed tries of all kinds.
    pub fn failed_total(&self) -> f64 {
        self.failed.iter().sum()
    }

    /// Share of finished tries that failed; zero without any.
    pub fn fail_share(&self) -> f64 {
        part(self.failed_total(), self.failed_total() + self.ok)
    }

    /// Share of good answers that were wrong.
    pub fn wrong_share(&self) -> f64 {
        part(self.wrong, self.ok)
    }

    /// Mean time of an answered try in seconds.
    pub fn mean_s(&self) -> f64 {
        let timed_out = self.failed[FailureKind::Timeout as usize];
        part(self.latency_s, self.ok + self.failed_total() - timed_out)
    }

    /// Tries that got through to where they are worked on, and were answered.
    pub fn worked_on(&self) -> f64 {
        let failed = [FailureKind::Error, FailureKind::Dependency];
        let failed = failed.iter().map(|kind| self.failed[*kind as usize]);
        self.ok + failed.sum::<f64>()
    }

    /// Tries per first try.
    pub fn tries_per_call(&self) -> f64 {
        part(self.tries, self.first_tries)
    }

    fn add(&mut self, slice: &EdgeSlice) {
        let add = |sum: &mut f64, x: f32| *sum += f64::from(x);
        add(&mut self.first_tries, slice.first_tries);
        add(&mut self.tries, slice.tries);
        add(&mut self.ok, slice.ok);
        for (sum, x) in self.failed.iter_mut().zip(slice.failed) {
            add(sum, x);
        }
        add(&mut self.fallbacks, slice.fallbacks);
        add(&mut self.repeated, slice.repeated);
        add(&mut self.wrong, slice.wrong);
        add(&mut self.latency_s, slice.latency_s);
        add(&mut self.pool_wait_s, slice.pool_wait_s);
        let timed_out = slice.failed[FailureKind::Timeout as usize];
        if timed_out > 0.0 && slice.gave_up_s.is_finite() {
            add(&mut self.given_up_s, timed_out * slice.gave_up_s);
        }
    }
}

/// Sums over a span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// Where it really begins.
    pub from: SimTime,
    /// Where it really ends.
    pub to: SimTime,
    /// Seconds in it whose telemetry was not lost.
    pub seen_s: f64,
    components: Vec<ComponentCounts>,
    edges: Vec<EdgeCounts>,
}

impl Window {
    /// What a component did in it.
    pub fn component(&self, id: ComponentId) -> ComponentCounts {
        self.components.get(id.index()).copied().unwrap_or_default()
    }

    /// What happened along a dependency.
    pub fn edge(&self, id: EdgeId) -> EdgeCounts {
        self.edges.get(id.index()).copied().unwrap_or_default()
    }

    /// A count as a rate per second.
    pub fn per_s(&self, count: f64) -> f64 {
        part(count, self.seen_s)
    }

    /// Whether anything was seen.
    pub fn is_empty(&self) -> bool {
        self.seen_s <= 0.0
    }
}

impl Observer {
    /// Sums over the ten-second slices that lie within a span of time; lost ones are left out.
    pub fn window(&self, from: SimTime, to: SimTime) -> Window {
        let (from_us, to_us) = (from.as_micros(), to.as_micros());
        let mut window = Window {
            from: to,
            to: from,
            components: vec![ComponentCounts::default(); self.scenario.world.components.len()],
            edges: vec![EdgeCounts::default(); self.scenario.world.edges.len()],
            ..Window::default()
        };
        let minutes = self
            .history
            .minutes(from_us.saturating_sub(60_000_000), to_us);
        for slice in minutes.flat_map(|minute| &minute.slices) {
            if slice.from < from_us || slice.to > to_us || slice.lost {
                continue;
            }
            window.from = window.from.min(SimTime::from_micros(slice.from));
            window.to = window.to.max(SimTime::from_micros(slice.to));
            window.seen_s += (slice.to - slice.from) as f64 * 1e-6;
            for (sum, x) in window.components.iter_mut().zip(&slice.components) {
                sum.add(x);
            }
            for (sum, x) in window.edges.iter_mut().zip(&slice.edges) {
                sum.add(x);
            }
        }
        window
    }
}

fn part(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

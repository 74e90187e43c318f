//! True signals over time: rates and latencies of every component over even periods, taken from
//! differences of the simulation's counts. For plots and validation; players see `observe`.

use crate::base::id::{ComponentId, DenseId};
use crate::base::time::SimTime;
use crate::scenario::model::Signal;
use crate::sim::{ComponentTotals, Sim};

/// The signals of a series, with the names that files use.
pub const SERIES_SIGNALS: [(&str, Signal); 21] = [
    ("arrivals_per_s", Signal::Arrivals),
    ("served_per_s", Signal::Served),
    ("failed_per_s", Signal::Failed),
    ("attempts_per_s", Signal::Attempts),
    ("in_system", Signal::InSystem),
    ("utilisation", Signal::Utilisation),
    ("latency_mean_s", Signal::LatencyMean),
    ("latency_p50_s", Signal::LatencyP50),
    ("latency_p95_s", Signal::LatencyP95),
    ("latency_p99_s", Signal::LatencyP99),
    ("error_share", Signal::ErrorShare),
    ("queued", Signal::Queued),
    ("cpu", Signal::Cpu),
    ("hit_share", Signal::HitShare),
    ("connections", Signal::Connections),
    ("oldest_age_s", Signal::OldestAge),
    ("throttled_per_s", Signal::Throttled),
    ("instances", Signal::Instances),
    ("dead_letters", Signal::DeadLetters),
    ("contacts_per_s", Signal::Contacts),
    ("earned_per_s", Signal::Earned),
];

/// One value of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// End of the period.
    pub at: SimTime,
    /// Whose signal.
    pub component: ComponentId,
    /// Its name, from [`SERIES_SIGNALS`], or `repeated_per_s` or `wrong_per_s` where customers enter.
    pub signal: &'static str,
    /// Its value, in the unit the name ends with.
    pub value: f64,
}

/// Remembers the counts at the last sample.
#[derive(Clone, Debug)]
pub struct SeriesRecorder {
    last: Vec<ComponentTotals>,
    /// Effects too many and wrong answers of what enters at each component.
    silent: Vec<(u64, u64)>,
    at: SimTime,
}

impl SeriesRecorder {
    /// Starts now.
    pub fn new(sim: &Sim) -> Self {
        let ids = sim.scenario().world.components.ids();
        Self {
            last: ids.map(|id| sim.component(id).clone()).collect(),
            silent: silent(sim),
            at: sim.now(),
        }
    }

    /// All values of the period since the last sample. What does not exist (the hit share of a
    /// database, a latency when nothing was answered) is left out.
    pub fn sample(&mut self, sim: &Sim) -> Vec<Row> {
        let seconds = sim.now().since(self.at).as_secs_f64();
        let mut rows = Vec::new();
        if seconds <= 0.0 {
            return rows;
        }
        for (id, last) in sim.scenario().world.components.ids().zip(&mut self.last) {
            let now = sim.component(id);
            for (name, signal) in SERIES_SIGNALS {
                if let Some(value) = value_of(sim, id, signal, now, last, seconds) {
                    rows.push(Row {
                        at: sim.now(),
                        component: id,
                        signal: name,
                        value,
                    });
                }
            }
            last.clone_from(now);
        }
        let silent = silent(sim);
        let ids = sim.scenario().world.components.ids();
        for (id, (now, last)) in ids.zip(silent.iter().zip(&self.silent)) {
            let grown = [
                ("repeated_per_s", now.0 - last.0),
                ("wrong_per_s", now.1 - last.1),
            ];
            for (signal, count) in grown.into_iter().filter(|(_, count)| *count > 0) {
                rows.push(Row {
                    at: sim.now(),
                    component: id,
                    signal,
                    value: count as f64 / seconds,
                });
            }
        }
        self.silent = silent;
        self.at = sim.now();
        rows
    }
}

/// What no error shows, where it entered.
fn silent(sim: &Sim) -> Vec<(u64, u64)> {
    let world = &sim.scenario().world;
    let mut sums = vec![(0, 0); world.components.len()];
    for (id, spec) in world.journeys.enumerate() {
        let totals = sim.journey(id);
        let sum = &mut sums[world.edges[spec.edge].to.index()];
        sum.0 += totals.repeated;
        sum.1 += totals.wrong;
    }
    sums
}

fn value_of(
    sim: &Sim,
    id: ComponentId,
    signal: Signal,
    now: &ComponentTotals,
    last: &ComponentTotals,
    seconds: f64,
) -> Option<f64> {
    let rate = |a: u64, b: u64| Some((a - b) as f64 / seconds);
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let (served, failed) = (
        now.served - last.served,
        now.failed_total() - last.failed_total(),
    );
    let throttled = crate::scenario::model::FailureKind::Throttled as usize;
    match signal {
        Signal::Arrivals => rate(now.arrivals, last.arrivals),
        Signal::Served => rate(now.served, last.served),
        Signal::Failed => rate(now.failed_total(), last.failed_total()),
        Signal::Attempts => rate(now.attempts, last.attempts),
        Signal::InSystem => Some(((now.request_s - last.request_s) / seconds).max(0.0)),
        Signal::Utilisation => Some(
            share(now.busy_s - last.busy_s, now.slot_s - last.slot_s)
                .unwrap_or(0.0)
                .clamp(0.0, 1.0),
        ),
        Signal::Cpu => share(now.cpu_s - last.cpu_s, now.core_s - last.core_s),
        Signal::LatencyMean => share(
            now.latency.sum() - last.latency.sum(),
            now.latency.total() - last.latency.total(),
        ),
        Signal::LatencyP50 => now.latency.quantile_since(&last.latency, 0.50),
        Signal::LatencyP95 => now.latency.quantile_since(&last.latency, 0.95),
        Signal::LatencyP99 => now.latency.quantile_since(&last.latency, 0.99),
        Signal::ErrorShare => share(failed as f64, (served + failed) as f64),
        Signal::HitShare => {
            let (hits, misses) = (now.hits - last.hits, now.misses - last.misses);
            share(hits as f64, (hits + misses) as f64)
        }
        Signal::Evictions => rate(now.evictions, last.evictions),
        Signal::Throttled => {
            let n = now.failed[throttled] - last.failed[throttled];
            (n > 0).then(|| n as f64 / seconds)
        }
        Signal::Contacts => {
            let n = now.contacts - last.contacts;
            (n > 0).then(|| n as f64 / seconds)
        }
        Signal::Earned => {
            let earned = now.earned - last.earned;
            (earned > 0.0).then_some(earned / seconds)
        }
        Signal::Connections => {
            let open = sim.signal(id, Signal::Connections);
            (open > 0.0).then_some(open)
        }
        Signal::Queued | Signal::OldestAge | Signal::Instances | Signal::DeadLetters => {
            Some(sim.signal(id, signal))
        }
    }
}

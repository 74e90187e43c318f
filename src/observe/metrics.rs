//! Metrics as a monitoring service publishes them: one number per period and signal, late.
//!
//! At the end of each period the simulation's totals are compared with those at its beginning. The
//! result becomes visible a publication delay later. Reads totals only; never changes or resets
//! them. Memory is bounded: periods older than four hours are forgotten.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::id::{ComponentId, DenseId};
use crate::base::stats::Histogram;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::vendor::ALL_SIGNALS;
use crate::scenario::model::{FailureKind, Journey, Signal};
use crate::sim::{ComponentTotals, Sim};

/// How long published data are kept.
pub(super) const KEEP: SimDuration = SimDuration::from_secs(4 * 3600);

const SIGNALS: usize = ALL_SIGNALS.len();

/// One published number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Start of the period it is about, as CloudWatch stamps it.
    pub at: SimTime,
    /// The value in the signal's unit (per second, share, seconds, count); `None` where nothing was
    /// measured (no requests, no such limit) or the telemetry was lost.
    pub value: Option<f64>,
}

/// Things that are sampled instead of counted, since the beginning of a period.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gauges {
    pub(super) connections: f64,
    pub(super) instances: f64,
    pub(super) queued: f64,
    pub(super) oldest_s: f64,
    pub(super) dead: f64,
}

impl Gauges {
    /// What an agent on the component reads now.
    pub(super) fn read(sim: &Sim, id: ComponentId) -> Self {
        Self {
            connections: sim.signal(id, Signal::Connections),
            instances: sim.signal(id, Signal::Instances),
            queued: sim.queued(id),
            oldest_s: sim.oldest_age_s(id),
            dead: sim.signal(id, Signal::DeadLetters),
        }
    }

    /// Levels add up (they are averaged), ages and dead letters keep their maximum.
    fn take(&mut self, sample: &Self) {
        self.connections += sample.connections;
        self.instances += sample.instances;
        self.queued += sample.queued;
        self.oldest_s = self.oldest_s.max(sample.oldest_s);
        self.dead = self.dead.max(sample.dead);
    }
}

/// Totals at the beginning of a period.
#[derive(Clone, Debug, Default)]
struct Before {
    arrivals: u64,
    served: u64,
    failed: u64,
    throttled: u64,
    attempts: u64,
    hits: u64,
    misses: u64,
    evictions: u64,
    request_s: f64,
    busy_s: f64,
    slot_s: f64,
    cpu_s: f64,
    core_s: f64,
    contacts: u64,
    earned: f64,
}

impl Before {
    fn of(t: &ComponentTotals) -> Self {
        Self {
            arrivals: t.arrivals,
            served: t.served,
            failed: t.failed_total(),
            throttled: t.failed[FailureKind::Throttled as usize],
            attempts: t.attempts,
            hits: t.hits,
            misses: t.misses,
            evictions: t.evictions,
            request_s: t.request_s,
            busy_s: t.busy_s,
            slot_s: t.slot_s,
            cpu_s: t.cpu_s,
            core_s: t.core_s,
            contacts: t.contacts,
            earned: t.earned,
        }
    }
}

/// Whether the component that telemetry passes through let it pass.
///
/// Lost is what happened while it failed most of its requests, answered none of ten or more that
/// arrived, or had no running copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    component: ComponentId,
    arrivals: u64,
    good: u64,
    failed: u64,
}

impl Fate {
    pub(super) fn new(sim: &Sim, component: ComponentId) -> Self {
        let (arrivals, good, failed) = Self::counts(sim, component);
        Self {
            component,
            arrivals,
            good,
            failed,
        }
    }

    fn counts(sim: &Sim, component: ComponentId) -> (u64, u64, u64) {
        let t = sim.component(component);
        (
            t.arrivals,
            t.served.saturating_sub(t.late),
            t.failed_total(),
        )
    }

    /// Whether the telemetry since the last call is lost.
    pub(super) fn lost(&mut self, sim: &Sim) -> bool {
        let (arrivals, good, failed) = Self::counts(sim, self.component);
        let (new_good, new_failed) = (
            good.saturating_sub(self.good),
            failed.saturating_sub(self.failed),
        );
        // A few that have not been answered yet mean nothing.
        let arrived = arrivals.saturating_sub(self.arrivals) >= 10;
        (self.arrivals, self.good, self.failed) = (arrivals, good, failed);
        let none_answered = new_good == 0 && arrived;
        let down = sim.signal(self.component, Signal::Instances) < 0.5;
        down || none_answered || new_failed > new_good
    }
}

/// One component as a collector follows it.
#[derive(Clone, Debug)]
struct Source {
    id: ComponentId,
    /// Whether the desk counts who turns to it about what enters here, and the business its takings.
    has_contacts: bool,
    has_takings: bool,
    before: Before,
    /// Latencies up to the beginning of the period; `None` where nobody asks for them.
    latency: Option<Histogram>,
    gauges: Gauges,
}

/// Periods of one length for some components.
#[derive(Clone, Debug)]
pub(super) struct Collector {
    period_us: u64,
    delay_us: u64,
    sources: Vec<Source>,
    fate: Option<Fate>,
    /// Samples in this period, and its beginning as far as the totals are concerned.
    samples: u32,
    began_us: u64,
    /// Number of the period now under way, counted from the start of the incident.
    current: u64,
    /// Values of closed periods, component by component; the last one is period `current - 1`.
    /// Shared between clones: a fork of a session copies pointers.
    frames: VecDeque<Arc<[f32]>>,
}

impl Collector {
    /// Follows `components`, and their latencies where asked for.
    pub(super) fn new(
        sim: &Sim,
        period: SimDuration,
        delay: SimDuration,
        components: impl Iterator<Item = (ComponentId, bool)>,
        fate: Option<ComponentId>,
    ) -> Self {
        let period_us = period.as_micros().max(1_000_000);
        let world = &sim.scenario().world;
        let enters = |id, counted: fn(&Journey) -> bool| {
            let mut journeys = world.journeys.iter();
            journeys.any(|it| world.edges[it.edge].to == id && counted(it))
        };
        let source = |(id, latency): (ComponentId, bool)| Source {
            id,
            has_contacts: enters(id, |it| it.contacts.usual_per_s > 0.0),
            has_takings: enters(id, |it| it.value > 0.0),
            before: Before::of(sim.component(id)),
            latency: latency.then(|| sim.component(id).latency.clone()),
            gauges: Gauges::default(),
        };
        Self {
            period_us,
            delay_us: delay.as_micros(),
            sources: components.map(source).collect(),
            fate: fate.map(|id| Fate::new(sim, id)),
            samples: 0,
            began_us: sim.now().as_micros(),
            current: sim.now().as_micros() / period_us,
            frames: VecDeque::new(),
        }
    }

    pub(super) fn period(&self) -> SimDuration {
        SimDuration::from_micros(self.period_us)
    }

    /// Takes one sample of every level; `gauges` is indexed by component.
    pub(super) fn sample(&mut self, gauges: &[Gauges]) {
        self.samples += 1;
        for source in &mut self.sources {
            source.gauges.take(&gauges[source.id.index()]);
        }
    }

    /// Closes the periods that are over. Periods that observations skipped get the values of the
    /// time between.
    pub(super) fn observe(&mut self, sim: &Sim, scratch: &mut Histogram) {
        let now = sim.now().as_micros();
        if now < (self.current + 1) * self.period_us {
            return;
        }
        let frame = self.close(sim, now, scratch);
        while now >= (self.current + 1) * self.period_us {
            self.frames.push_back(Arc::clone(&frame));
            self.current += 1;
        }
        let most = (KEEP.as_micros() / self.period_us).max(1) as usize;
        while self.frames.len() > most {
            self.frames.pop_front();
        }
    }

    fn close(&mut self, sim: &Sim, now: u64, scratch: &mut Histogram) -> Arc<[f32]> {
        let passed_s = (now - self.began_us) as f64 * 1e-6;
        let lost = self.fate.as_mut().is_some_and(|fate| fate.lost(sim));
        let samples = f64::from(self.samples.max(1));
        let mut values = Vec::with_capacity(self.sources.len() * SIGNALS);
        for source in &mut self.sources {
            let row = measure(source, sim.component(source.id), passed_s, samples, scratch);
            values.extend(row.map(|x| if lost { f32::NAN } else { x as f32 }));
        }
        self.samples = 0;
        self.began_us = now;
        values.into()
    }

    /// Periods that can be seen at `now`: the first kept and the first that cannot.
    pub(super) fn visible(&self, now: SimTime) -> (u64, u64) {
        let first = self.current - self.frames.len() as u64;
        let ended = now.as_micros().saturating_sub(self.delay_us) / self.period_us;
        (first, ended.clamp(first, self.current))
    }

    /// When a period becomes visible.
    pub(super) fn published_at(&self, period: u64) -> SimTime {
        SimTime::from_micros((period + 1) * self.period_us + self.delay_us)
    }

    /// Where a component's values lie in a frame.
    pub(super) fn place(&self, component: ComponentId) -> Option<usize> {
        self.sources
            .iter()
            .position(|source| source.id == component)
    }

    /// One value, `None` where it is missing.
    pub(super) fn value(&self, place: usize, signal: Signal, period: u64) -> Option<f64> {
        let first = self.current - self.frames.len() as u64;
        let frame = self
            .frames
            .get(usize::try_from(period.checked_sub(first)?).ok()?)?;
        let value = *frame.get(place.checked_mul(SIGNALS)? + signal as usize)?;
        (!value.is_nan()).then_some(f64::from(value))
    }

    /// Everything that can be seen of one signal at `now`, oldest first.
    pub(super) fn series(
        &self,
        component: ComponentId,
        signal: Signal,
        now: SimTime,
    ) -> impl DoubleEndedIterator<Item = Point> + '_ {
        let place = self.place(component);
        let (first, end) = if place.is_some() {
            self.visible(now)
        } else {
            (0, 0)
        };
        (first..end).map(move |period| Point {
            at: SimTime::from_micros(period * self.period_us),
            value: place.and_then(|place| self.value(place, signal, period)),
        })
    }
}

/// The values of one component over one period, in the order of the signals; NaN is missing.
fn measure(
    source: &mut Source,
    t: &ComponentTotals,
    passed_s: f64,
    samples: f64,
    scratch: &mut Histogram,
) -> [f64; SIGNALS] {
    let after = Before::of(t);
    let before = std::mem::replace(&mut source.before, after.clone());
    let gauges = std::mem::take(&mut source.gauges);
    let grew = |a: u64, b: u64| a.saturating_sub(b) as f64;
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { f64::NAN };
    let (served, failed) = (
        grew(after.served, before.served),
        grew(after.failed, before.failed),
    );
    let hits = grew(after.hits, before.hits);
    let misses = grew(after.misses, before.misses);
    let (mut mean, mut quantiles) = (f64::NAN, [f64::NAN; 3]);
    if let Some(earlier) = &mut source.latency {
        t.latency.difference(earlier, scratch);
        earlier.copy_from(&t.latency);
        mean = scratch.mean().unwrap_or(f64::NAN);
        quantiles = scratch.quantiles([0.5, 0.95, 0.99]).unwrap_or(quantiles);
    }
    let busy = share(after.busy_s - before.busy_s, after.slot_s - before.slot_s);
    let cpu = share(after.cpu_s - before.cpu_s, after.core_s - before.core_s);
    let mut row = [f64::NAN; SIGNALS];
    let mut set = |signal: Signal, value: f64| row[signal as usize] = value;
    set(
        Signal::Arrivals,
        grew(after.arrivals, before.arrivals) / passed_s,
    );
    set(Signal::Served, served / passed_s);
    set(Signal::Failed, failed / passed_s);
    set(
        Signal::Attempts,
        grew(after.attempts, before.attempts) / passed_s,
    );
    set(
        Signal::InSystem,
        ((after.request_s - before.request_s) / passed_s).max(0.0),
    );
    set(Signal::Queued, gauges.queued / samples);
    set(Signal::Utilisation, busy.clamp(0.0, 1.0));
    set(Signal::Cpu, cpu.clamp(0.0, 1.0));
    set(Signal::LatencyMean, mean);
    set(Signal::LatencyP50, quantiles[0]);
    set(Signal::LatencyP95, quantiles[1]);
    set(Signal::LatencyP99, quantiles[2]);
    set(Signal::ErrorShare, share(failed, served + failed));
    set(Signal::HitShare, share(hits, hits + misses));
    set(Signal::Connections, gauges.connections / samples);
    set(Signal::OldestAge, gauges.oldest_s);
    set(
        Signal::Evictions,
        grew(after.evictions, before.evictions) / passed_s,
    );
    set(
        Signal::Throttled,
        grew(after.throttled, before.throttled) / passed_s,
    );
    set(Signal::Instances, gauges.instances / samples);
    set(Signal::DeadLetters, gauges.dead);
    if source.has_contacts {
        let contacts = grew(after.contacts, before.contacts);
        set(Signal::Contacts, contacts / passed_s);
    }
    if source.has_takings {
        set(Signal::Earned, (after.earned - before.earned) / passed_s);
    }
    row
}

//! What a player can see of a world: metrics, alarms, objectives, log lines and traces, with the
//! names, delays and blind spots of real telemetry.
//!
//! May use `base`, `scenario` and the read-only half of `sim`. Never changes the world, reads no
//! clock, file or environment, and draws only from streams keyed by (seed, purpose, time): the same
//! run shows the same picture, whoever looks and however often.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod alarms;
mod history;
mod law;
mod lines;
mod logs;
mod metrics;
mod patterns;
mod records;
mod slo;
mod spans;
mod timeline;
mod traces;
mod vendor;
mod versions;
mod window;
mod wording;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::base::id::{ComponentId, DenseId};
use crate::base::stats::Histogram;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::alarms::Watch;
use crate::observe::history::History;
use crate::observe::metrics::{Collector, Fate, Gauges};
use crate::observe::slo::Burn;
use crate::scenario::action::{Action, Knob, Target};
use crate::scenario::model::{Alarm, Scenario, Signal, World};
use crate::sim::{Event, Sim};

pub use crate::observe::alarms::{AlarmEvent, AlarmState, AlarmStatus};
pub use crate::observe::logs::{LogLine, LogPage, LogQuery};
pub use crate::observe::metrics::Point;
pub use crate::observe::patterns::{LogPattern, LogPatterns};
pub use crate::observe::slo::{EVALUATE_EVERY, RULES, Rule, SloEvent, SloStatus};
pub use crate::observe::timeline::{Fact, Timeline};
pub use crate::observe::traces::{Span, SpanKind, SpanOutcome, Trace, TraceQuery};
pub use crate::observe::vendor::{ALL_SIGNALS, Metric, Statistic, Unit, metric};
pub use crate::observe::window::{ComponentCounts, EdgeCounts, Window};

/// Ordinary CloudWatch metrics have one value a minute.
const DEFAULT_PERIOD: SimDuration = SimDuration::from_secs(60);
/// Queues, ages, connections and instances are sampled so often, unless a period is shorter than two.
const EVERY_FIVE: SimDuration = SimDuration::from_secs(5);
/// Changes remembered for log lines; the first ones stay.
const KEPT_CHANGES: usize = 4_096;

/// Watches one simulation.
///
/// Cloning one forks it together with its simulation; what lies in the past is shared.
#[derive(Clone, Debug)]
pub struct Observer {
    scenario: Arc<Scenario>,
    seed: u64,
    variant: usize,
    /// The first has the ordinary period and all components; others belong to alarms with periods
    /// of their own.
    collectors: Vec<Collector>,
    alarms: Vec<Watch>,
    looked: SimTime,
    slos: Vec<Burn>,
    fate: Option<Fate>,
    history: History,
    changes: Vec<(SimTime, Event)>,
    timeline: Timeline,
    /// The last samples of levels, how often they are taken, and the number of the last time.
    gauges: Vec<Gauges>,
    sample_every: SimDuration,
    sampled: u64,
    scratch: Histogram,
}

impl Observer {
    /// Begins to watch a simulation, normally before its first step.
    pub fn new(sim: &Sim) -> Self {
        let scenario = Arc::clone(sim.scenario());
        let signals = &scenario.signals;
        let or_default = |period: SimDuration| {
            if period.is_zero() {
                DEFAULT_PERIOD
            } else {
                period
            }
        };
        let ordinary = or_default(signals.period);
        let all = scenario.world.components.ids().map(|id| (id, true));
        let mut collectors = vec![Collector::new(
            sim,
            ordinary,
            signals.delay,
            all,
            signals.fate,
        )];
        let mut alarms = Vec::new();
        for alarm in &signals.alarms {
            let period = or_default(alarm.period);
            let index = collectors
                .iter()
                .position(|c| c.period() == period)
                .unwrap_or_else(|| {
                    let needed = needed_for(&scenario, |a| or_default(a.period) == period);
                    let fate = signals.fate;
                    collectors.push(Collector::new(
                        sim,
                        period,
                        signals.delay,
                        needed.into_iter(),
                        fate,
                    ));
                    collectors.len() - 1
                });
            let collector = &collectors[index];
            let place = collector.place(alarm.component).unwrap_or(usize::MAX);
            let (next, _) = collector.visible(sim.now());
            alarms.push(Watch::new(alarm.clone(), index, place, next));
        }
        let short = collectors
            .iter()
            .any(|c| c.period() < EVERY_FIVE + EVERY_FIVE);
        let sample_every = if short {
            SimDuration::from_secs(1)
        } else {
            EVERY_FIVE
        };
        Self {
            seed: sim.seed(),
            variant: sim.variant(),
            alarms,
            looked: sim.now(),
            collectors,
            slos: signals.slos.iter().map(|slo| Burn::new(sim, slo)).collect(),
            fate: signals.fate.map(|id| Fate::new(sim, id)),
            history: History::new(sim),
            changes: Vec::new(),
            timeline: Timeline::default(),
            gauges: vec![Gauges::default(); scenario.world.components.len()],
            sample_every,
            sampled: sim.now().as_micros() / sample_every.as_micros(),
            scratch: Histogram::default(),
            scenario,
        }
    }

    /// Looks at the simulation. To be called once per simulated second; calls in between cost
    /// nothing, and with up to ten seconds between calls only the grain of logs suffers.
    pub fn observe(&mut self, sim: &Sim) {
        let now = sim.now();
        if !self.history.is_due(now) {
            return;
        }
        let sample = now.as_micros() / self.sample_every.as_micros();
        let sampled = sample != self.sampled;
        if sampled {
            self.sampled = sample;
            for (index, gauges) in self.gauges.iter_mut().enumerate() {
                *gauges = Gauges::read(sim, ComponentId::from_index(index));
            }
        }
        let lost = self.fate.as_mut().is_some_and(|fate| fate.lost(sim));
        self.history.observe(sim, &self.gauges, lost);
        for collector in &mut self.collectors {
            if sampled {
                collector.sample(&self.gauges);
            }
            collector.observe(sim, &mut self.scratch);
        }
        let timeline = &mut self.timeline;
        let news = self
            .collectors
            .iter()
            .any(|c| c.visible(now).1 != c.visible(self.looked).1);
        self.looked = now;
        for (alarm, watch) in self.alarms.iter_mut().enumerate().filter(|_| news) {
            watch.evaluate(&self.collectors, now, |at, from, to| {
                // That the first number has arrived is no news; that it breaches is.
                if !(from == AlarmState::InsufficientData && to == AlarmState::Ok) {
                    timeline.add(at, Fact::Alarm(AlarmEvent { at, alarm, to }));
                }
            });
        }
        for (slo, burn) in self.slos.iter_mut().enumerate() {
            burn.observe(sim, lost, |at, rule, firing, rate| {
                let event = SloEvent {
                    at,
                    slo,
                    rule,
                    firing,
                    burn: rate,
                };
                timeline.add(at, Fact::Slo(event));
            });
        }
    }

    /// Takes in what the simulation reported (`Sim::drain_events`). Scripted causes stay hidden:
    /// they only let the log lines be written that the scenario has for them.
    pub fn note(&mut self, at: SimTime, event: Event) {
        if self.changes.len() < KEPT_CHANGES {
            self.changes.push((at, event.clone()));
        }
        if !matches!(event, Event::FaultBegan(_) | Event::FaultEnded(_)) {
            self.timeline.add(at, Fact::Change(event));
        }
    }

    /// Length of the periods of [`Self::series`].
    pub fn period(&self) -> SimDuration {
        self.collectors[0].period()
    }

    /// What has been published of one signal by `now`, oldest first, at most four hours; empty where
    /// the real thing publishes no such metric (see [`metric`]).
    pub fn series(
        &self,
        component: ComponentId,
        signal: Signal,
        now: SimTime,
    ) -> impl DoubleEndedIterator<Item = Point> + '_ {
        let kind = &self.scenario.world.components[component].kind;
        let shown = metric(kind, signal).map(|_| self.collectors[0].series(component, signal, now));
        shown.into_iter().flatten()
    }

    /// The newest number of a series, missing ones skipped.
    pub fn latest(&self, component: ComponentId, signal: Signal, now: SimTime) -> Option<Point> {
        self.series(component, signal, now)
            .rev()
            .find(|point| point.value.is_some())
    }

    /// All alarms of the scenario as they stand, in its order.
    pub fn alarms(&self) -> impl ExactSizeIterator<Item = (&Alarm, AlarmStatus)> {
        self.scenario
            .signals
            .alarms
            .iter()
            .zip(&self.alarms)
            .map(|(a, watch)| (a, watch.status()))
    }

    /// All objectives of the scenario as they stand, in its order.
    pub fn slos(&self) -> impl ExactSizeIterator<Item = SloStatus> {
        self.slos.iter().map(Burn::status)
    }

    /// Alarms and alerts that fired or recovered since the last call.
    pub fn take_news(&mut self) -> Vec<(SimTime, Fact)> {
        self.timeline.take_fresh()
    }

    /// What could have been noticed so far.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// A sample of log lines. Costs up to milliseconds: ask once per view, not per frame.
    pub fn logs(&self, query: &LogQuery<'_>) -> LogPage {
        self.log_source().page(query)
    }

    fn log_source(&self) -> logs::Source<'_> {
        let variant = self
            .scenario
            .variants
            .get(self.variant)
            .map_or("", |v| v.id.as_str());
        logs::Source {
            scenario: &self.scenario,
            variant,
            seed: self.seed,
            history: &self.history,
            changes: &self.changes,
        }
    }

    /// A sample of traces, oldest first; empty where nothing was recorded. The interval is widened
    /// to the ten-second slices it touches; the last few seconds are not there yet.
    pub fn traces(&self, query: &TraceQuery) -> Vec<Trace> {
        traces::sample(&self.scenario.world, &self.history, self.seed, query)
    }
}

/// The components that some alarms look at, and whether at their latency.
fn needed_for(scenario: &Scenario, wanted: impl Fn(&Alarm) -> bool) -> Vec<(ComponentId, bool)> {
    let mut needed: Vec<(ComponentId, bool)> = Vec::new();
    for alarm in scenario.signals.alarms.iter().filter(|alarm| wanted(alarm)) {
        let latency = matches!(
            alarm.signal,
            Signal::LatencyMean | Signal::LatencyP50 | Signal::LatencyP95 | Signal::LatencyP99
        );
        match needed.iter_mut().find(|(id, _)| *id == alarm.component) {
            Some((_, any)) => *any |= latency,
            None => needed.push((alarm.component, latency)),
        }
    }
    needed
}

/// Whether an action acts on a component: on itself or on how it calls others.
fn touches(world: &World, action: &Action, component: ComponentId) -> bool {
    let knob = |knob: Knob| match knob {
        Knob::Component(id, _) => id == component,
        Knob::Edge(id, _) => world.edges[id].from == Some(component),
        Knob::Journey(..) => false,
    };
    match action.target() {
        Target::Knob(it) => knob(it),
        Target::Flag(flag) => world.flags[flag].changes.iter().any(|c| knob(c.knob)),
        Target::Job(job) => world.jobs[job].on == component,
        Target::Edge(edge) => world.edges[edge].from == Some(component),
        Target::Component(id) => id == component,
    }
}

//! Plays an incident without a player: a world, a plan, and a record of what happened.

use std::sync::Arc;

use crate::base::id::ComponentId;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::{AlarmState, Fact, Observer, RULES};
use crate::scenario::action::Action;
use crate::scenario::model::{Plan, Scenario, Signal};
use crate::session::{Health, Impact, PlanRunner, impact_of};
use crate::sim::{Event, JourneyTotals, Sim};

/// How an incident ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The objectives held for the hold time.
    Recovered,
    /// They did not by the time limit.
    Unrecovered,
    /// The plan closed the incident before they did.
    ClosedEarly,
}

/// Moments that matter; `None` is never.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Milestones {
    /// The first harmful cause began.
    pub onset: Option<SimTime>,
    /// The first alarm after it.
    pub detected: Option<SimTime>,
    /// The plan took the page.
    pub acknowledged: Option<SimTime>,
    /// Harm per minute fell below a tenth of its worst for good.
    pub mitigated: Option<SimTime>,
    /// Start of the healthy time that lasted.
    pub recovered: Option<SimTime>,
}

/// One entry of the record.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Something happened in the world.
    World(Event),
    /// An alarm or alert fired, or recovered.
    Alarm {
        /// As the pager shows it.
        name: String,
        /// Fired, as opposed to recovered.
        fired: bool,
    },
    /// The plan acted.
    Action(Action),
}

/// A signal that is sampled along the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// Whose.
    pub component: ComponentId,
    /// Which.
    pub signal: Signal,
    /// One value per sample.
    pub values: Vec<f64>,
}

/// State at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// When.
    pub at: SimTime,
    /// Harm so far.
    pub impact: Impact,
    /// Share of requests that went well in the last half minute.
    pub success_share: f64,
}

/// What happened in one incident.
#[derive(Clone, Debug)]
pub struct Played {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Index of the variant.
    pub variant: usize,
    /// The seed.
    pub seed: u64,
    /// Name of the plan.
    pub plan: String,
    /// How it ended.
    pub outcome: Outcome,
    /// When what was reached.
    pub milestones: Milestones,
    /// Harm in all.
    pub impact: Impact,
    /// Counts per journey, in the order of the scenario.
    pub journeys: Vec<JourneyTotals>,
    /// The record, in order.
    pub entries: Vec<(SimTime, Entry)>,
    /// Samples at even distances.
    pub samples: Vec<Sample>,
    /// Signals at the same moments.
    pub watched: Vec<Watched>,
    /// Simulated time.
    pub simulated: SimTime,
    /// Digest of all counts.
    pub digest: u64,
}

/// Time between two samples.
const SAMPLE_EVERY: SimDuration = SimDuration::from_secs(30);
/// Time between two looks of plan and observer.
const LOOK_EVERY: SimDuration = SimDuration::from_secs(1);

/// Plays a scenario with a plan (`None` is nobody doing anything) until the objectives have held for
/// the hold time, or the time limit.
pub fn play(
    scenario: &Arc<Scenario>,
    seed: u64,
    variant: Option<usize>,
    plan: Option<&Plan>,
) -> Played {
    let sim = match variant {
        Some(variant) => Sim::with_variant(Arc::clone(scenario), seed, variant),
        None => Sim::new(Arc::clone(scenario), seed),
    };
    let mut game = Game::new(sim);
    while !game.is_over(plan) {
        game.look(plan);
    }
    game.finish(plan.map_or("none", |p| p.name.as_str()))
}

struct Game {
    sim: Sim,
    observer: Observer,
    health: Health,
    runner: PlanRunner,
    milestones: Milestones,
    closed: bool,
    entries: Vec<(SimTime, Entry)>,
    samples: Vec<Sample>,
    watched: Vec<Watched>,
    next_sample: SimTime,
}

impl Game {
    fn new(sim: Sim) -> Self {
        let signals = [
            Signal::ErrorShare,
            Signal::LatencyMean,
            Signal::Utilisation,
            Signal::Queued,
            Signal::HitShare,
            Signal::OldestAge,
        ];
        let watched = sim
            .scenario()
            .world
            .components
            .ids()
            .flat_map(|component| {
                signals.map(|signal| Watched {
                    component,
                    signal,
                    values: Vec::new(),
                })
            })
            .collect();
        Self {
            observer: Observer::new(&sim),
            health: Health::new(&sim),
            runner: PlanRunner::new(),
            milestones: Milestones::default(),
            closed: false,
            entries: Vec::new(),
            samples: Vec::new(),
            watched,
            next_sample: SimTime::ZERO,
            sim,
        }
    }

    /// One second of the incident.
    fn look(&mut self, plan: Option<&Plan>) {
        self.sample();
        if let Some(plan) = plan {
            for action in self.runner.act(plan, &mut self.sim) {
                self.note_action(action);
            }
        }
        self.sim.advance_to(self.sim.now() + LOOK_EVERY);
        let events: Vec<_> = self.sim.drain_events().collect();
        for (at, event) in events {
            self.observer.note(at, event.clone());
            self.entries.push((at, Entry::World(event)));
        }
        self.observer.observe(&self.sim);
        self.health.observe(&self.sim);
    }

    fn note_action(&mut self, action: Action) {
        let now = self.sim.now();
        match action {
            Action::Acknowledge => {
                self.milestones.acknowledged.get_or_insert(now);
            }
            Action::Close => self.closed = true,
            _ => {}
        }
        self.entries.push((now, Entry::Action(action)));
    }

    fn sample(&mut self) {
        if self.sim.now() < self.next_sample {
            return;
        }
        self.next_sample = self.sim.now() + SAMPLE_EVERY;
        self.samples.push(Sample {
            at: self.sim.now(),
            impact: impact_of(&self.sim),
            success_share: self.health.success_share(),
        });
        for watched in &mut self.watched {
            watched
                .values
                .push(self.sim.signal(watched.component, watched.signal));
        }
    }

    fn has_recovered(&self) -> bool {
        let hold = self.sim.scenario().objectives.hold;
        let harmed = self.health.first_unhealthy().is_some();
        let held = self
            .health
            .healthy_since()
            .is_some_and(|since| self.sim.now().since(since) >= hold);
        harmed && held
    }

    fn is_over(&self, plan: Option<&Plan>) -> bool {
        let limit = SimTime::ZERO + self.sim.scenario().objectives.time_limit;
        let plan_done = plan.is_none_or(|plan| self.runner.is_done(plan));
        self.sim.now() >= limit
            || self.closed
            || (self.has_recovered() && plan_done && !self.sim.faults_pending())
    }

    fn finish(mut self, plan: &str) -> Played {
        self.next_sample = SimTime::ZERO;
        self.sample();
        let harmed = self.health.first_unhealthy().is_some();
        let recovered = self.has_recovered() || !harmed;
        let outcome = match (recovered, self.closed) {
            (true, _) => Outcome::Recovered,
            (false, true) => Outcome::ClosedEarly,
            (false, false) => Outcome::Unrecovered,
        };
        let mut milestones = Milestones {
            onset: self.sim.onset(),
            ..self.milestones
        };
        if recovered {
            let healthy = if harmed {
                self.health.healthy_since()
            } else {
                self.sim.onset()
            };
            milestones.recovered = healthy.map(|t| t.max(self.sim.onset().unwrap_or_default()));
        }
        milestones.mitigated = mitigated_at(&self.samples);
        let alarms = alarms(&self.observer, &self.sim);
        let onset = self.sim.onset().unwrap_or(SimTime::NEVER);
        milestones.detected = alarms
            .iter()
            .find(|(at, entry)| *at >= onset && matches!(entry, Entry::Alarm { fired: true, .. }))
            .map(|(at, _)| *at);
        self.entries.extend(alarms);
        self.entries.sort_by_key(|(at, _)| *at);
        let scenario = Arc::clone(self.sim.scenario());
        Played {
            variant: self.sim.variant(),
            seed: self.sim.seed(),
            plan: plan.to_owned(),
            outcome,
            milestones,
            impact: impact_of(&self.sim),
            journeys: scenario
                .world
                .journeys
                .ids()
                .map(|id| self.sim.journey(id).clone())
                .collect(),
            entries: self.entries,
            samples: self.samples,
            watched: self.watched,
            simulated: self.sim.now(),
            digest: self.sim.digest(),
            scenario,
        }
    }
}

/// Alarms and burn-rate alerts that players saw, fired and recovered.
fn alarms(observer: &Observer, sim: &Sim) -> Vec<(SimTime, Entry)> {
    let signals = &sim.scenario().signals;
    let entry = |fact: &Fact| match fact {
        Fact::Alarm(event) => {
            let name = signals.alarms.get(event.alarm)?.name.clone();
            Some(Entry::Alarm {
                name,
                fired: event.to == AlarmState::Alarm,
            })
        }
        Fact::Slo(event) => {
            let slo = signals.slos.get(event.slo)?;
            let rule = RULES.get(event.rule)?;
            let name = format!("{} burns its budget {} times too fast", slo.name, rule.burn);
            Some(Entry::Alarm {
                name,
                fired: event.firing,
            })
        }
        Fact::Change(_) => None,
    };
    let facts = observer.timeline().entries();
    facts
        .iter()
        .filter_map(|(at, fact)| Some((*at, entry(fact)?)))
        .collect()
}

/// The start of the first sample period from which harm per minute stayed below a tenth of its worst.
fn mitigated_at(samples: &[Sample]) -> Option<SimTime> {
    let harm = |pair: &[Sample]| pair[1].impact.customer_minutes - pair[0].impact.customer_minutes;
    let worst = samples.windows(2).map(harm).fold(0.0, f64::max);
    if worst <= 0.0 {
        return None;
    }
    let last_bad = samples
        .windows(2)
        .rposition(|pair| harm(pair) > worst * 0.1)?;
    // Still bad in the last period: nothing has been mitigated.
    samples.get(last_bad + 2).map(|_| samples[last_bad + 1].at)
}

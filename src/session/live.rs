//! A running incident: the world, what can be seen of it, the team, and everything they do.
//!
//! Time moves in whole seconds. Orders are given between two seconds; what they ask for lands at the
//! end of the second in which somebody has done it. Cloning a session forks the incident.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::id::PersonId;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::{AlarmState, Fact, Observer, RULES};
use crate::scenario::action::Action;
use crate::scenario::model::{Again, Condition, Scenario, TICKET};
use crate::scenario::order::{Look, Order};
use crate::session::chat::{Chat, Moment};
use crate::session::evidence::Evidence;
use crate::session::record::{
    Ending, Entry, Hypothesis, Milestones, Note, Outcome, Published, Record, Sample, Situation,
};
use crate::session::tasks::Task;
use crate::session::team::Team;
use crate::session::{Health, impact_of, lost_messages, spent};
use crate::sim::{Sim, pick_variant};

/// Time between two samples.
pub const SAMPLE_EVERY: SimDuration = SimDuration::from_secs(10);
/// The grain of session time.
pub const SECOND: SimDuration = SimDuration::from_secs(1);
/// An incident that was closed too early is open again after this.
const REOPENS_AFTER: SimDuration = SimDuration::from_secs(60);
/// How far back a message may be right about how many are harmed.
const RECENT: SimDuration = SimDuration::from_secs(600);

/// A running incident.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) sim: Sim,
    pub(super) observer: Observer,
    health: Health,
    pub(super) team: Team,
    pub(super) chat: Chat,
    pub(super) tasks: Vec<Task>,
    pub(super) journal: Vec<Entry>,
    pub(super) log: Vec<(SimTime, Note)>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) posts: Vec<Published>,
    pub(super) hypotheses: Vec<Hypothesis>,
    pub(super) milestones: Milestones,
    pub(super) has_channel: bool,
    pub(super) closed_at: Option<SimTime>,
    pub(super) found: Vec<Look>,
    /// What takes back the orders that have landed, by their numbers.
    pub(super) inverses: BTreeMap<u32, Vec<Action>>,
    closed_early: Vec<SimTime>,
    samples: Vec<Sample>,
    ending: Option<Ending>,
}

impl Session {
    /// The moment before anything has happened. The seed decides the cause, unless one is given.
    pub fn start(scenario: &Arc<Scenario>, seed: u64, variant: Option<usize>) -> Self {
        let variant = variant.unwrap_or_else(|| pick_variant(scenario, seed));
        let sim = Sim::with_variant(Arc::clone(scenario), seed, variant);
        let mut session = Self {
            observer: Observer::new(&sim),
            health: Health::new(&sim),
            team: Team::new(&scenario.team),
            chat: Chat::new(scenario, sim.variant()),
            tasks: Vec::new(),
            journal: Vec::new(),
            log: Vec::new(),
            evidence: Vec::new(),
            posts: Vec::new(),
            hypotheses: Vec::new(),
            milestones: Milestones::default(),
            has_channel: false,
            closed_at: None,
            found: Vec::new(),
            inverses: BTreeMap::new(),
            closed_early: Vec::new(),
            samples: Vec::new(),
            ending: None,
            sim,
        };
        session.sample();
        session
    }

    /// The scenario that is played.
    pub fn scenario(&self) -> &Arc<Scenario> {
        self.sim.scenario()
    }

    /// Simulated time.
    pub fn now(&self) -> SimTime {
        self.sim.now()
    }

    /// The world. For judging and for authors; players see [`Self::observer`].
    pub fn sim(&self) -> &Sim {
        &self.sim
    }

    /// What can be seen of the world.
    pub fn observer(&self) -> &Observer {
        &self.observer
    }

    /// Who is where and does what.
    pub fn team(&self) -> &Team {
        &self.team
    }

    /// All orders, numbered from 1 by their places.
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }

    /// What happened, in order.
    pub fn log(&self) -> &[(SimTime, Note)] {
        &self.log
    }

    /// What has been found out.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// What has been said to those outside.
    pub fn posts(&self) -> &[Published] {
        &self.posts
    }

    /// What has been suspected, oldest first.
    pub fn hypotheses(&self) -> &[Hypothesis] {
        &self.hypotheses
    }

    /// State at even distances.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// What has been reached so far; `mitigated`, `diagnosed` and `recovered` may still change.
    pub fn milestones(&self) -> &Milestones {
        &self.milestones
    }

    /// Whether there is a channel where everybody reads along.
    pub fn has_channel(&self) -> bool {
        self.has_channel
    }

    /// Why it is over, if it is.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Whether customers have been harmed and the objectives have held for the hold time since; or
    /// whether it was prevented.
    pub fn has_recovered(&self) -> bool {
        (self.was_ill() || self.is_prevented()) && self.healthy_for() >= self.hold()
    }

    fn was_ill(&self) -> bool {
        self.health.first_unhealthy().is_some()
    }

    /// Whether the objectives have never failed for as long as the scenario asks for.
    fn is_prevented(&self) -> bool {
        let quiet = self.scenario().objectives.quiet_for.zip(self.sim.onset());
        quiet.is_some_and(|(time, onset)| !self.was_ill() && self.now() >= onset + time)
    }

    /// Whether it is a ticket by now, and nobody has been harmed: closing one says that it can wait,
    /// and it stays closed for as long as that is true.
    fn is_left_to_the_day(&self) -> bool {
        let mut orders = self.journal.iter().rev();
        let declared = orders.find_map(|entry| match entry.order {
            Order::Declare { severity } if entry.fate.was_taken() => Some(severity),
            _ => None,
        });
        declared.is_some_and(|severity| severity >= TICKET) && !self.was_ill()
    }

    /// Whether nobody is busy with an order.
    pub fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }

    fn hold(&self) -> SimDuration {
        self.scenario().objectives.hold
    }

    fn healthy_for(&self) -> SimDuration {
        let since = self.health.healthy_since();
        since.map_or(SimDuration::ZERO, |since| self.now().since(since))
    }

    /// Whether a condition holds in what has been published.
    pub fn sees(&self, condition: &Condition) -> bool {
        super::chat::is_seen(&self.observer, condition, self.now())
    }

    /// Whether the objectives hold to the end when the same cause comes once more, a while from now.
    pub fn holds_when(&self, again: &Again) -> bool {
        let mut world = self.sim.clone();
        let mut health = self.health.clone();
        let mut play = |world: &mut Sim, time: SimDuration| {
            let until = world.now() + time;
            while world.now() < until {
                world.advance_to(world.now() + SECOND);
                health.observe(world);
            }
        };
        play(&mut world, again.after);
        for action in &again.effects {
            world.apply(action);
        }
        if let Some(lasts) = again.lasts {
            play(&mut world, lasts);
            for action in &again.effects {
                world.take_back(action);
            }
        }
        // Long enough to fall ill and not to get well.
        for _ in 0..3 {
            play(&mut world, self.hold());
        }
        let healthy = health.healthy_since();
        healthy.is_some_and(|since| world.now().since(since) >= self.hold())
    }

    /// Plays on to `until`, in whole seconds, or to the end of the incident.
    pub fn advance_to(&mut self, until: SimTime) {
        while self.ending.is_none() && self.now() + SECOND <= until {
            self.second();
        }
    }

    /// Ends the incident now, for whoever stops playing.
    pub fn stop(&mut self) {
        let recovered = self.has_recovered();
        self.ending.get_or_insert(if recovered {
            Ending::StoodDown
        } else {
            Ending::Abandoned
        });
    }

    fn second(&mut self) {
        let next = self.now() + SECOND;
        self.sim.advance_to(next);
        let events: Vec<_> = self.sim.drain_events().collect();
        for (at, event) in events {
            self.observer.note(at, event.clone());
            self.log.push((at, Note::World(event)));
        }
        self.observer.observe(&self.sim);
        self.health.observe(&self.sim);
        self.hear_alarms();
        for who in self.team.arrive(next) {
            self.log.push((next, Note::Arrived(who)));
        }
        self.land_tasks();
        self.listen();
        if next.as_micros().is_multiple_of(SAMPLE_EVERY.as_micros()) {
            self.sample();
        }
        self.judge_end();
    }

    fn sample(&mut self) {
        self.samples.push(Sample {
            at: self.now(),
            impact: impact_of(&self.sim),
            success_share: self.health.success_share(),
        });
    }

    /// Takes what the telemetry reports since the last look into the log.
    fn hear_alarms(&mut self) {
        let scenario = Arc::clone(self.sim.scenario());
        for (at, fact) in self.observer.take_news() {
            let of_budget = matches!(fact, Fact::Slo(_));
            let (name, severity, fired) = match fact {
                Fact::Alarm(event) => {
                    let alarm = scenario.signals.alarms.get(event.alarm);
                    let (name, severity) = alarm.map_or_else(
                        || ("an alarm".to_owned(), 3),
                        |alarm| (alarm.name.clone(), alarm.severity),
                    );
                    (name, severity, event.to == AlarmState::Alarm)
                }
                Fact::Slo(event) => {
                    let rule = RULES[event.rule];
                    let name = scenario.signals.slos.get(event.slo).map_or_else(
                        || "an objective".to_owned(),
                        |slo| format!("{} burns its budget {} times too fast", slo.name, rule.burn),
                    );
                    (name, if rule.pages { 1 } else { 3 }, event.firing)
                }
                Fact::Change(_) => continue,
            };
            let onset = self.sim.onset();
            if fired && onset.is_some_and(|onset| at >= onset) {
                self.milestones.detected.get_or_insert(at);
            }
            let note = Note::Alarm {
                name,
                severity,
                fired,
                of_budget,
            };
            self.log.push((at, note));
        }
        self.milestones.onset = self.sim.onset();
    }

    fn listen(&mut self) {
        let moment = Moment {
            now: self.sim.now(),
            observer: &self.observer,
            team: &self.team,
            found: &self.found,
        };
        let said = self.chat.listen(&moment);
        let now = self.now();
        self.found.clear();
        for line in said {
            let (who, text) = (line.who, line.text);
            self.log.push((now, Note::Said { who, text }));
        }
    }

    fn judge_end(&mut self) {
        let now = self.now();
        let objectives = &self.scenario().objectives;
        let limit = SimTime::ZERO + objectives.time_limit;
        let lost = objectives.lost_messages;
        if lost.is_some_and(|most| lost_messages(&self.sim) > most) {
            self.ending = Some(Ending::DataLost);
        } else if let Some(closed) = self.closed_at {
            if self.has_recovered() && !self.sim.faults_pending() {
                self.send_what_is_written();
                self.milestones.closed = Some(closed);
                self.ending = Some(Ending::Closed);
            } else if now.since(closed) >= REOPENS_AFTER && !self.is_left_to_the_day() {
                self.closed_early.push(closed);
                self.closed_at = None;
                self.log.push((now, Note::Reopened));
            }
        }
        if self.ending.is_none() && now >= limit {
            self.ending = Some(Ending::TimeUp);
        }
    }

    /// What is true now, for judging what is said.
    pub(super) fn situation(&self) -> Situation {
        let rates = harm_rates(&self.samples);
        let worst = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        let recent = rates
            .iter()
            .filter(|(at, _)| self.now().since(*at) <= RECENT);
        let shares = recent.map(|(_, rate)| rate.clamp(0.0, 1.0));
        let least = shares.clone().fold(1.0, f64::min);
        let most = shares.fold(0.0, f64::max);
        let last = rates.last().map_or(0.0, |(_, rate)| *rate);
        Situation {
            harmed_share: (least.min(most), most),
            lost_messages: lost_messages(&self.sim),
            healthy_for_s: self
                .health
                .healthy_since()
                .filter(|_| self.was_ill() || self.is_prevented())
                .map(|since| self.now().since(since).as_secs_f64()),
            improving: worst > 0.0 && last <= 0.5 * worst,
        }
    }

    /// The record so far; of a session that is over, the record.
    pub fn record(&self) -> Record {
        let sim = &self.sim;
        let harmed = self.was_ill();
        let lost = self.ending == Some(Ending::DataLost);
        // Whoever leaves before anybody is hit has prevented nothing.
        let left = self.ending == Some(Ending::Abandoned);
        let recovered = (self.has_recovered() || !harmed && !left) && !lost;
        let closed_early = self.closed_early.clone();
        let outcome = match (recovered, closed_early.is_empty()) {
            (true, _) => Outcome::Recovered,
            (false, false) => Outcome::ClosedEarly,
            (false, true) => Outcome::Unrecovered,
        };
        let mut milestones = Milestones {
            onset: sim.onset(),
            mitigated: mitigated_at(&self.samples),
            diagnosed: self.diagnosed_at(),
            ..self.milestones
        };
        if recovered {
            let onset = sim.onset().unwrap_or_default();
            let healthy = self.health.healthy_since().filter(|_| harmed);
            milestones.recovered = healthy.or(sim.onset()).map(|at| at.max(onset));
        }
        let journeys = self.scenario().world.journeys.ids();
        let mut log = self.log.clone();
        log.sort_by_key(|(at, _)| *at);
        Record {
            scenario: Arc::clone(self.scenario()),
            variant: sim.variant(),
            seed: sim.seed(),
            outcome,
            ending: self.ending.unwrap_or(Ending::Abandoned),
            milestones,
            impact: impact_of(sim),
            spent: spent(sim),
            journeys: journeys.map(|id| sim.journey(id).clone()).collect(),
            lost_messages: lost_messages(sim),
            journal: self.journal.clone(),
            log,
            evidence: self.evidence.clone(),
            posts: self.posts.clone(),
            hypotheses: self.hypotheses.clone(),
            closed_early,
            samples: self.samples.clone(),
            simulated: self.now(),
            digest: sim.digest(),
        }
    }

    /// When a right suspect was written down as more likely than not and kept so to the end.
    fn diagnosed_at(&self) -> Option<SimTime> {
        let truth = &self.scenario().variants.get(self.sim.variant())?.truth;
        let right = |it: &&Hypothesis| truth.suspects.contains(&it.suspect);
        let mut since = None;
        for hypothesis in self.hypotheses.iter().filter(right) {
            if hypothesis.confidence < 0.5 {
                since = None;
            } else {
                since = since.or(Some(hypothesis.at));
            }
        }
        since
    }

    /// A name for whoever gives orders, for the log of what is busy.
    pub(super) fn what_is_done(&self, order: u32) -> String {
        let entry = super::record::numbered(&self.journal, order);
        entry.map_or_else(String::new, |entry| {
            super::words::given(self.scenario(), &self.journal, &entry.order)
        })
    }

    /// Somebody's name.
    pub fn name_of(&self, who: PersonId) -> &str {
        self.team.name(who)
    }
}

/// Harmed customers as a share of those who were there, per period between two samples, with its end.
fn harm_rates(samples: &[Sample]) -> Vec<(SimTime, f64)> {
    let rate = |pair: &[Sample]| {
        let harm = pair[1].impact.customer_minutes - pair[0].impact.customer_minutes;
        let present = pair[1].impact.present_minutes - pair[0].impact.present_minutes;
        (pair[1].at, if present > 0.0 { harm / present } else { 0.0 })
    };
    samples.windows(2).map(rate).collect()
}

/// The end of the last half minute with more than a tenth of the worst harm.
fn mitigated_at(samples: &[Sample]) -> Option<SimTime> {
    const APART: usize = 3;
    let coarse: Vec<Sample> = samples.iter().step_by(APART).copied().collect();
    let harm = |pair: &[Sample]| pair[1].impact.customer_minutes - pair[0].impact.customer_minutes;
    let worst = coarse.windows(2).map(harm).fold(0.0, f64::max);
    if worst <= 0.0 {
        return None;
    }
    let last_bad = coarse
        .windows(2)
        .rposition(|pair| harm(pair) > worst * 0.1)?;
    // Still bad in the last period: nothing has been mitigated.
    coarse.get(last_bad + 2).map(|_| coarse[last_bad + 1].at)
}

//! What would have happened without some of the orders: the changes of a finished incident are made
//! once more in a new world, each at the moment at which it landed then.
//!
//! Only the world is played again. Nobody looks at it, and people do as they did; with nothing left
//! out the digest is the record's own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::time::SimTime;
use crate::scenario::action::Action;
use crate::scenario::model::{Fix, Scenario};
use crate::scenario::order::Order;
use crate::session::record::{Entry, Fate, Outcome, Record};
use crate::session::{Health, Impact, SAMPLE_EVERY, SECOND, impact_of, lost_messages, sense, undo};
use crate::sim::Sim;

/// The end of an incident that was played once more.
#[derive(Clone, Debug, PartialEq)]
pub struct Rerun {
    /// Harm in all, at the same moment as in the record.
    pub impact: Impact,
    /// Messages of customers that are gone for good.
    pub lost_messages: u64,
    /// Since when the objectives held to the end, if they did.
    pub recovered: Option<SimTime>,
    /// Customer-minutes lost by then, at even distances.
    pub curve: Vec<(SimTime, f64)>,
    /// Digest of all counts of the simulation.
    pub digest: u64,
}

/// What is done differently.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// Orders that are not given, by their numbers in the journal.
    pub left_out: BTreeSet<u32>,
    /// Orders that come later by so many seconds; below zero is earlier, but never before the start.
    pub moved: BTreeMap<u32, i64>,
    /// Changes that nobody made then.
    pub inserted: Vec<(SimTime, Vec<Action>)>,
}

impl Edits {
    /// Without these orders.
    pub fn without(numbers: impl IntoIterator<Item = u32>) -> Self {
        Self {
            left_out: numbers.into_iter().collect(),
            ..Self::default()
        }
    }

    /// With these orders later by so many seconds.
    pub fn moved(numbers: impl IntoIterator<Item = u32>, by_s: i64) -> Self {
        Self {
            moved: numbers.into_iter().map(|number| (number, by_s)).collect(),
            ..Self::default()
        }
    }
}

/// Plays a record's changes once more for each of `left_out`, without the orders in it (numbers as
/// the journal counts), to the end of the record or its own recovery. Taking back an order that is left
/// out is left out with it.
pub fn rerun_without(record: &Record, left_out: &[BTreeSet<u32>]) -> Vec<Rerun> {
    let edits = left_out.iter().cloned().map(Edits::without);
    let branches = branches(record, &edits.collect::<Vec<_>>());
    branches.into_par_iter().map(Branch::play).collect()
}

/// A world at its first difference from the record, ready to be played on: on any thread, in any
/// order.
#[derive(Clone, Debug)]
pub struct Branch {
    world: World,
    landings: Vec<Landing>,
    until: SimTime,
    /// How far it may be played to see whether it recovers.
    limit: SimTime,
}

impl Branch {
    /// The record's changes in another world: another seed, another cause.
    pub fn elsewhere(record: &Record, seed: u64, variant: usize, edits: &Edits) -> Self {
        Self {
            world: World::start(record, seed, variant),
            landings: edited(&landings(record), edits),
            until: record.simulated,
            limit: limit_of(record),
        }
    }

    /// The record on a seed, with a follow-up in place from the start: its changes are made, and what it
    /// prevents does not happen. Alarms change nothing here but what `edits` make of them.
    pub fn with_fix(record: &Record, seed: u64, fix: &Fix, edits: &Edits) -> Self {
        let mut scenario = Scenario::clone(&record.scenario);
        if let Some(variant) = scenario.variants.get_mut(record.variant) {
            let faults = std::mem::take(&mut variant.faults).into_iter().enumerate();
            let left = faults.filter(|(index, _)| !fix.prevents.contains(index));
            variant.faults = left.map(|it| it.1).collect();
        }
        let landings = edited(&landings(record), edits);
        let mut world = World::of(Arc::new(scenario), seed, record.variant);
        for action in &fix.actions {
            world.sim.apply(action);
        }
        Self {
            world,
            landings,
            until: record.simulated,
            limit: limit_of(record),
        }
    }

    /// Plays it to the moment at which the record ends, and on to its recovery or the time limit where the
    /// record had recovered by then: an incident that is over in one world may go on in another.
    pub fn play(mut self) -> Rerun {
        while self.world.landed < self.landings.len() {
            self.world.land_next(&self.landings);
        }
        self.world.advance_to(self.until);
        while !self.world.has_recovered() && self.world.sim.now() + SAMPLE_EVERY <= self.limit {
            self.world.advance_to(self.world.sim.now() + SAMPLE_EVERY);
        }
        self.world.end()
    }
}

fn limit_of(record: &Record) -> SimTime {
    if record.outcome == Outcome::Recovered {
        SimTime::ZERO + record.scenario.objectives.time_limit
    } else {
        record.simulated
    }
}

/// A branch for each of the edits. Up to its first difference each shares the world of the record, so
/// that the time before is played once for all of them.
pub fn branches(record: &Record, edits: &[Edits]) -> Vec<Branch> {
    let all = landings(record);
    let changed: Vec<Vec<Landing>> = edits.iter().map(|it| edited(&all, it)).collect();
    let mut waiting: Vec<(usize, SimTime)> = changed
        .iter()
        .map(|it| first_difference(&all, it).unwrap_or(SimTime::NEVER))
        .enumerate()
        .collect();
    waiting.sort_by_key(|(_, at)| *at);
    let mut world = World::start(record, record.seed, record.variant);
    let mut found: Vec<Option<Branch>> = vec![None; edits.len()];
    for (index, at) in waiting {
        let at = at.min(record.simulated);
        // What lands at the very moment of the difference may be different itself.
        while all.get(world.landed).is_some_and(|it| it.at < at) {
            world.land_next(&all);
        }
        world.advance_to(at);
        let mut own = world.clone();
        own.landed = changed[index].partition_point(|it| it.at < at);
        found[index] = Some(Branch {
            world: own,
            landings: changed[index].clone(),
            until: record.simulated,
            limit: limit_of(record),
        });
    }
    found.into_iter().flatten().collect()
}

/// When two lists begin to differ.
fn first_difference(a: &[Landing], b: &[Landing]) -> Option<SimTime> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let at = |list: &[Landing]| list.get(same).map(|it| it.at);
    match (at(a), at(b)) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// What lands with the edits, in order.
fn edited(all: &[Landing], edits: &Edits) -> Vec<Landing> {
    let kept = all.iter().filter(|it| !it.is_in(&edits.left_out));
    let moved = kept.map(|it| {
        let by_us = edits
            .moved
            .get(&it.number)
            .map_or(0, |by_s| by_s.saturating_mul(1_000_000));
        let at = it.at.as_micros().saturating_add_signed(by_us);
        Landing {
            at: SimTime::from_micros(at),
            ..it.clone()
        }
    });
    let inserted = edits.inserted.iter().map(|(at, actions)| Landing {
        at: *at,
        number: INSERTED,
        what: What::Act(actions.clone()),
    });
    let mut found: Vec<Landing> = moved.chain(inserted).collect();
    // One that takes another back never comes before it, however they are moved.
    found.sort_by_key(|landing| (landing.at, landing.number));
    found
}

/// The number of changes that are not in the journal.
const INSERTED: u32 = u32::MAX;

/// A change that landed.
#[derive(Clone, Debug, PartialEq)]
struct Landing {
    at: SimTime,
    number: u32,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Act(Vec<Action>),
    /// Takes back the order of this number.
    Undo(u32),
}

impl Landing {
    fn is_in(&self, set: &BTreeSet<u32>) -> bool {
        let target = match self.what {
            What::Act(_) => None,
            What::Undo(target) => Some(target),
        };
        set.contains(&self.number) || target.is_some_and(|it| set.contains(&it))
    }
}

/// Everything that reached the world, in the order in which it did.
fn landings(record: &Record) -> Vec<Landing> {
    let landing = |(number, entry): (u32, &Entry)| {
        let (at, what) = match (&entry.order, &entry.fate) {
            (Order::Act(actions), fate) => (fate.landed_at()?, What::Act(actions.clone())),
            // Nobody does it where an order is stopped before it has changed anything.
            (Order::Undo { order }, Fate::Landed { who: Some(_), at }) => (*at, What::Undo(*order)),
            _ => return None,
        };
        Some(Landing { at, number, what })
    };
    let mut landings: Vec<_> = (1..).zip(&record.journal).filter_map(landing).collect();
    landings.sort_by_key(|landing| (landing.at, landing.number));
    landings
}

/// A world in which a record's changes land again.
#[derive(Clone, Debug)]
struct World {
    sim: Sim,
    health: Health,
    curve: Vec<(SimTime, f64)>,
    landed: usize,
    inverses: BTreeMap<u32, Vec<Action>>,
}

impl World {
    fn start(record: &Record, seed: u64, variant: usize) -> Self {
        Self::of(Arc::clone(&record.scenario), seed, variant)
    }

    fn of(scenario: Arc<Scenario>, seed: u64, variant: usize) -> Self {
        let sim = Sim::with_variant(scenario, seed, variant);
        Self {
            health: Health::new(&sim),
            curve: Vec::new(),
            sim,
            landed: 0,
            inverses: BTreeMap::new(),
        }
    }

    /// Goes on in whole seconds, as a session does.
    fn advance_to(&mut self, until: SimTime) {
        while self.sim.now() + SECOND <= until {
            let next = self.sim.now() + SECOND;
            self.sim.advance_to(next);
            self.sim.drain_events().for_each(drop);
            self.health.observe(&self.sim);
            if next.as_micros().is_multiple_of(SAMPLE_EVERY.as_micros()) {
                let lost = impact_of(&self.sim).customer_minutes;
                self.curve.push((next, lost));
            }
        }
    }

    fn land_next(&mut self, landings: &[Landing]) {
        let Some(landing) = landings.get(self.landed) else {
            return;
        };
        self.landed += 1;
        self.advance_to(landing.at);
        match &landing.what {
            What::Act(actions) => {
                // Of an order for several things that part is done which still makes sense here.
                let mut actions = actions.clone();
                actions.retain(|action| sense::check(&self.sim, action).is_ok());
                let back = undo::inverse_of_all(&self.sim, &actions);
                self.inverses.insert(landing.number, back);
                for action in &actions {
                    self.sim.apply(action);
                }
            }
            What::Undo(target) => {
                for action in self.inverses.get(target).into_iter().flatten() {
                    self.sim.apply(action);
                }
            }
        }
    }

    /// Since when the objectives have held for the hold time; from the onset where they never failed.
    fn recovered(&self) -> Option<SimTime> {
        if self.health.first_unhealthy().is_none() {
            return self.sim.onset();
        }
        let hold = self.sim.scenario().objectives.hold;
        let held = self.health.healthy_since();
        held.filter(|since| self.sim.now().since(*since) >= hold)
    }

    /// Whether there is nothing to wait for: what was prevented needs no recovery.
    fn has_recovered(&self) -> bool {
        let is_well = self.health.first_unhealthy().is_none() || self.recovered().is_some();
        is_well && !self.sim.faults_pending()
    }

    fn end(self) -> Rerun {
        let recovered = self.recovered();
        Rerun {
            impact: impact_of(&self.sim),
            lost_messages: lost_messages(&self.sim),
            recovered,
            curve: self.curve,
            digest: self.sim.digest(),
        }
    }
}

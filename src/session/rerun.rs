//! What would have happened without some of the orders: the changes of a finished incident are made
//! once more in a new world, each at the moment at which it landed then.
//!
//! Only the world is played again. Nobody looks at it, and people do as they did; with nothing left
//! out the digest is the record's own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::time::SimTime;
use crate::scenario::action::Action;
use crate::scenario::order::Order;
use crate::session::record::{Entry, Fate, Record};
use crate::session::{Impact, SECOND, impact_of, lost_messages, sense, undo};
use crate::sim::Sim;

/// The end of an incident that was played once more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rerun {
    /// Harm in all, at the same moment as in the record.
    pub impact: Impact,
    /// Messages of customers that are gone for good.
    pub lost_messages: u64,
    /// Digest of all counts of the simulation.
    pub digest: u64,
}

/// Plays a record's changes once more for each of `left_out`, without the orders in it (numbers as
/// the journal counts). Taking back an order that is left out is left out with it.
pub fn rerun_without(record: &Record, left_out: &[BTreeSet<u32>]) -> Vec<Rerun> {
    let landings = landings(record);
    let mut world = World::start(record);
    let mut waiting: Vec<(usize, &BTreeSet<u32>)> = left_out.iter().enumerate().collect();
    let mut ends: Vec<Option<Rerun>> = vec![None; left_out.len()];
    // Until the first difference all of them share one world.
    loop {
        let next = landings.get(world.landed);
        let leaves = |set: &BTreeSet<u32>| next.is_none_or(|it| it.is_in(set));
        for (index, set) in waiting.extract_if(.., |(_, set)| leaves(set)) {
            ends[index] = Some(world.clone().play_out(record, &landings, set));
        }
        if waiting.is_empty() {
            break;
        }
        world.land_next(&landings, &BTreeSet::new());
    }
    ends.into_iter().flatten().collect()
}

/// A change that landed.
#[derive(Clone, Copy, Debug)]
struct Landing<'r> {
    at: SimTime,
    number: u32,
    what: What<'r>,
}

#[derive(Clone, Copy, Debug)]
enum What<'r> {
    Act(&'r [Action]),
    /// Takes back the order of this number.
    Undo(u32),
}

impl Landing<'_> {
    fn is_in(&self, set: &BTreeSet<u32>) -> bool {
        let target = match self.what {
            What::Act(_) => None,
            What::Undo(target) => Some(target),
        };
        set.contains(&self.number) || target.is_some_and(|it| set.contains(&it))
    }
}

/// Everything that reached the world, in the order in which it did.
fn landings<'r>(record: &'r Record) -> Vec<Landing<'r>> {
    let landing = |(number, entry): (u32, &'r Entry)| {
        let (at, what) = match (&entry.order, &entry.fate) {
            (Order::Act(actions), fate) => (fate.landed_at()?, What::Act(actions)),
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
    landed: usize,
    inverses: BTreeMap<u32, Vec<Action>>,
}

impl World {
    fn start(record: &Record) -> Self {
        let scenario = Arc::clone(&record.scenario);
        Self {
            sim: Sim::with_variant(scenario, record.seed, record.variant),
            landed: 0,
            inverses: BTreeMap::new(),
        }
    }

    /// Goes on in whole seconds, as a session does.
    fn advance_to(&mut self, until: SimTime) {
        while self.sim.now() + SECOND <= until {
            self.sim.advance_to(self.sim.now() + SECOND);
            self.sim.drain_events().for_each(drop);
        }
    }

    fn land_next(&mut self, landings: &[Landing<'_>], left_out: &BTreeSet<u32>) {
        let Some(landing) = landings.get(self.landed) else {
            return;
        };
        self.landed += 1;
        if landing.is_in(left_out) {
            return;
        }
        self.advance_to(landing.at);
        match landing.what {
            What::Act(actions) => {
                let makes_sense = |action| sense::check(&self.sim, action).is_ok();
                if !actions.iter().all(makes_sense) {
                    return;
                }
                let back = undo::inverse_of_all(&self.sim, actions);
                self.inverses.insert(landing.number, back);
                for action in actions {
                    self.sim.apply(action);
                }
            }
            What::Undo(target) => {
                for action in self.inverses.get(&target).into_iter().flatten() {
                    self.sim.apply(action);
                }
            }
        }
    }

    fn play_out(
        mut self,
        record: &Record,
        landings: &[Landing<'_>],
        left_out: &BTreeSet<u32>,
    ) -> Rerun {
        while self.landed < landings.len() {
            self.land_next(landings, left_out);
        }
        self.advance_to(record.simulated);
        Rerun {
            impact: impact_of(&self.sim),
            lost_messages: lost_messages(&self.sim),
            digest: self.sim.digest(),
        }
    }
}

//! What if an order had come earlier, later, or never, or another one had been given: the whole
//! incident is played again with such edits, by the same team.
//!
//! May use `base`, `scenario`, `session`. A branch is a session like any other: it has a record, a
//! curve, a score, and a replay that can be verified. Snapshots along the run are taken once, so that
//! each branch plays only what comes after its first difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::id::PersonId;
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::model::Scenario;
use crate::scenario::order::Order;
use crate::session::{Ending, Entry, Record, SECOND, Session};

/// Most edits of one branch.
pub const MOST_EDITS: usize = 1_000;
/// Most snapshots of one run: a bound on memory, whatever its length.
const MOST_FORKS: u64 = 48;
/// Who gives what was not given then.
const ACTOR: &str = "what if";

/// One thing that is done differently. Numbers are those of the run's journal, whatever else is edited.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// An order comes later by so many seconds; below zero is earlier. It stays within the time limit.
    Move {
        /// Its number.
        order: u32,
        /// By how much.
        by_s: i64,
    },
    /// An order is not given, and not taken back either.
    Remove {
        /// Its number.
        order: u32,
    },
    /// An order is given that was not.
    Insert {
        /// When; the beginning of that second.
        at: SimTime,
        /// The order; one that takes something back names it by its number in the run.
        order: Order,
        /// By whom; `None` is the first who is free and can.
        by: Option<PersonId>,
    },
}

/// Why edits cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// There is no such order, or no more.
    #[error("there is no order {0}")]
    NoSuchOrder(u32),
    /// That is another incident.
    #[error("at most {MOST_EDITS} edits make one branch")]
    TooMany,
}

/// An order of the run, or of a branch of it.
#[derive(Clone, Debug, PartialEq)]
struct Given {
    at: SimTime,
    actor: String,
    order: Order,
    by: Option<PersonId>,
    /// Its number in the run; `None` where it was not given there.
    number: Option<u32>,
}

impl Given {
    fn of((number, entry): (u32, &Entry)) -> Self {
        Self {
            at: entry.at,
            actor: entry.actor.clone(),
            order: entry.order.clone(),
            by: entry.by,
            number: Some(number),
        }
    }
}

/// The run as it was before an order, with how many had been given.
#[derive(Clone, Debug)]
struct Fork {
    given: usize,
    session: Session,
}

/// A run that branches can be played of.
#[derive(Clone, Debug)]
pub struct WhatIf {
    scenario: Arc<Scenario>,
    seed: u64,
    variant: usize,
    script: Vec<Given>,
    forks: Vec<Fork>,
    simulated: SimTime,
    ending: Ending,
}

impl WhatIf {
    /// Plays the run once, for its snapshots.
    pub fn new(record: &Record) -> Self {
        let mut all = Self {
            scenario: Arc::clone(&record.scenario),
            seed: record.seed,
            variant: record.variant,
            script: (1..).zip(&record.journal).map(Given::of).collect(),
            forks: Vec::new(),
            simulated: record.simulated,
            ending: record.ending,
        };
        let apart_us = (record.simulated.as_micros() / MOST_FORKS).max(60_000_000);
        let apart = SimDuration::from_micros(apart_us);
        let mut session = all.start();
        let mut due = SimTime::ZERO;
        for (given, next) in all.script.iter().enumerate() {
            while due <= next.at {
                session.advance_to(due);
                let session = session.clone();
                all.forks.push(Fork { given, session });
                due += apart;
            }
            session.advance_to(next.at);
            // What was refused then is refused again.
            drop(session.order(&next.actor, next.order.clone(), next.by));
        }
        all
    }

    /// Plays a branch to its end. Where the run had an end of its own the branch has one, too: it is
    /// played on until the objectives hold or time is up. Where somebody walked away from the run, the
    /// branch ends at that moment.
    ///
    /// # Errors
    /// The first edit that cannot be made.
    pub fn play(&self, edits: &[Edit]) -> Result<Session, Impossible> {
        let script = self.edited(edits)?;
        let pairs = script.iter().zip(&self.script);
        let same = pairs.take_while(|(new, old)| new == old).count();
        let next = [script.get(same), self.script.get(same)];
        let differs = next.into_iter().flatten().map(|it| it.at).min();
        let differs = differs.unwrap_or(SimTime::NEVER);
        let fits = |fork: &&Fork| fork.given <= same && fork.session.now() <= differs;
        let (mut session, given) = match self.forks.iter().rfind(fits) {
            Some(fork) => (fork.session.clone(), fork.given),
            None => (self.start(), 0),
        };
        let mut numbers: BTreeMap<u32, u32> = (1..).take(given).map(|it| (it, it)).collect();
        for next in &script[given..] {
            session.advance_to(next.at);
            give(&mut session, next, &mut numbers);
        }
        self.finish(&mut session);
        Ok(session)
    }

    /// The run itself as it was at a moment, for what could have been ordered then.
    pub fn at(&self, at: SimTime) -> Session {
        let at = self.within(at.as_micros()).min(self.simulated);
        let given = self.script.partition_point(|it| it.at < at);
        let fits = |fork: &&Fork| fork.given <= given && fork.session.now() <= at;
        let (mut session, from) = match self.forks.iter().rfind(fits) {
            Some(fork) => (fork.session.clone(), fork.given),
            None => (self.start(), 0),
        };
        let mut numbers: BTreeMap<u32, u32> = (1..).take(from).map(|it| (it, it)).collect();
        for next in &self.script[from..given] {
            session.advance_to(next.at);
            give(&mut session, next, &mut numbers);
        }
        session.advance_to(at);
        session
    }

    fn start(&self) -> Session {
        Session::start(&self.scenario, self.seed, Some(self.variant))
    }

    fn edited(&self, edits: &[Edit]) -> Result<Vec<Given>, Impossible> {
        if edits.len() > MOST_EDITS {
            return Err(Impossible::TooMany);
        }
        let mut script = self.script.clone();
        for edit in edits {
            match edit {
                Edit::Move { order, by_s } => {
                    let given = script.iter_mut().find(|it| it.number == Some(*order));
                    let given = given.ok_or(Impossible::NoSuchOrder(*order))?;
                    let by_us = by_s.saturating_mul(1_000_000);
                    given.at = self.within(given.at.as_micros().saturating_add_signed(by_us));
                }
                Edit::Remove { order } => {
                    let before = script.len();
                    script.retain(|it| it.number != Some(*order));
                    if script.len() == before {
                        return Err(Impossible::NoSuchOrder(*order));
                    }
                    script.retain(|it| it.order != Order::Undo { order: *order });
                }
                Edit::Insert { at, order, by } => script.push(Given {
                    at: self.within(at.as_micros()),
                    actor: ACTOR.to_owned(),
                    order: order.clone(),
                    by: *by,
                    number: None,
                }),
            }
        }
        script.sort_by_key(|it| it.at);
        Ok(script)
    }

    /// A moment at which an order can be given: a whole second within the time limit.
    fn within(&self, at_us: u64) -> SimTime {
        let limit = SimTime::ZERO + self.scenario.objectives.time_limit;
        let at_us = at_us.min(limit.as_micros());
        SimTime::from_micros(at_us - at_us % SECOND.as_micros())
    }

    fn finish(&self, session: &mut Session) {
        session.advance_to(self.simulated);
        while session.ending().is_none() {
            let has_recovered = session.has_recovered() && !session.sim().faults_pending();
            if self.ending == Ending::Abandoned || (has_recovered && session.is_idle()) {
                session.stop();
            } else {
                session.advance_to(session.now() + SECOND);
            }
        }
    }
}

/// Gives an order of a branch. Its number there may be another one than in the run: `numbers` leads
/// from the latter to the former.
fn give(session: &mut Session, next: &Given, numbers: &mut BTreeMap<u32, u32>) {
    let order = match next.order {
        // What has not been given there has no number, and is not taken back.
        Order::Undo { order } => Order::Undo {
            order: numbers.get(&order).copied().unwrap_or(0),
        },
        ref order => order.clone(),
    };
    let before = session.journal().len();
    // What is refused there stands in the journal of the branch.
    drop(session.order(&next.actor, order, next.by));
    let now = session.journal().len();
    if let (Some(number), Ok(now_number), true) = (next.number, u32::try_from(now), now > before) {
        numbers.insert(number, now_number);
    }
}

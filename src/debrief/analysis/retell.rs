//! An incident told once more: the orders of a record given again in a session, in its own world or in
//! another one, with forks along the way.

use std::collections::BTreeSet;

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::order::Look;
use crate::score::reference_plan;
use crate::session::{Note, PlanRunner, Record, Session, play_on};

/// Gives a record's orders again, each at its second, to the moment at which the record ends. `look`
/// sees the session before each order, with the order's number, and at the end with `None`.
pub(super) fn retell(
    record: &Record,
    seed: u64,
    variant: usize,
    look: &mut dyn FnMut(&Session, Option<u32>),
) {
    let mut session = Session::start(&record.scenario, seed, Some(variant));
    for (number, entry) in (1..).zip(&record.journal) {
        session.advance_to(entry.at);
        look(&session, Some(number));
        // What is refused there cannot be done there.
        drop(session.order(&entry.actor, entry.order.clone(), entry.by));
    }
    session.advance_to(record.simulated);
    look(&session, None);
}

/// The same in the record's own world, seen at even distances and at the end.
pub(super) fn watch(record: &Record, every: SimDuration, look: &mut dyn FnMut(&Session)) {
    let mut session = Session::start(&record.scenario, record.seed, Some(record.variant));
    let mut next = SimTime::ZERO;
    let mut play_to = |session: &mut Session, until: SimTime| {
        while next <= until {
            session.advance_to(next);
            look(session);
            next += every;
        }
        session.advance_to(until);
    };
    for entry in &record.journal {
        play_to(&mut session, entry.at);
        // What was refused then is refused again.
        drop(session.order(&entry.actor, entry.order.clone(), entry.by));
    }
    play_to(&mut session, record.simulated);
    look(&session);
}

/// Where a fork comes to when the reference plan goes on from there: customer-minutes, and when it
/// had recovered. Steps of the plan that are due already are taken at once. `None` where there is no
/// reference.
pub(super) fn with_reference(fork: Session) -> Option<(f64, Option<SimTime>)> {
    let scenario = fork.scenario().clone();
    let plan = reference_plan(&scenario, fork.sim().variant())?;
    let record = play_on(fork, Some(plan), PlanRunner::new(), |_| {}).record();
    Some((record.impact.customer_minutes, record.milestones.recovered))
}

/// What somebody could know at a moment: which alarms had fired and when, and which parts stood out
/// in what was looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    alarms: Vec<(String, SimTime)>,
    looks: Vec<(u32, Look, BTreeSet<u16>)>,
    at: SimTime,
}

/// Alarms are the same if they fire within this time of each other.
const SLACK_US: u64 = 120_000_000;

impl Known {
    pub(super) fn of(session: &Session) -> Self {
        let mut alarms: Vec<(String, SimTime)> = Vec::new();
        for (at, note) in session.log() {
            if let Note::Alarm {
                name, fired: true, ..
            } = note
                && !alarms.iter().any(|it| it.0 == *name)
            {
                alarms.push((name.clone(), *at));
            }
        }
        let looks = session.evidence().iter().map(|it| {
            let about = it.about.iter().map(|id| id.0).collect();
            (it.order, it.look, about)
        });
        Self {
            alarms,
            looks: looks.collect(),
            at: session.now(),
        }
    }

    /// Whether somebody who knows this cannot tell that world from this one: the same alarms have
    /// fired, give or take two minutes, and every look showed the same parts to stand out.
    pub(super) fn fits(&self, other: &Self) -> bool {
        self.alarms_fit(other) && other.alarms_fit(self) && self.looks_fit(other)
    }

    /// Whether every alarm of this one that is older than the slack has fired in the other one.
    fn alarms_fit(&self, other: &Self) -> bool {
        self.alarms.iter().all(|(name, at)| {
            let fresh = self.at.since(*at).as_micros() < SLACK_US;
            fresh || other.alarms.iter().any(|it| it.0 == *name)
        })
    }

    fn looks_fit(&self, other: &Self) -> bool {
        self.looks.iter().all(|(order, look, about)| {
            let same = |it: &&(u32, Look, BTreeSet<u16>)| it.0 == *order && it.1 == *look;
            // One that takes longer there has shown nothing yet.
            other
                .looks
                .iter()
                .find(same)
                .is_none_or(|it| it.2 == *about)
        })
    }
}

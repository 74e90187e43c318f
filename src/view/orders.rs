//! The orders that still matter: under way, and done but still to be taken back.

use serde::Serialize;

use super::clock_at;
use crate::base::id::PersonId;
use crate::scenario::order::Order;
use crate::session::{Fate, Session, words};

/// Orders done that are listed, the newest.
const MOST_DONE: usize = 6;

/// An order that is under way, or that can be taken back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderRow {
    /// Its number in the journal.
    pub number: u32,
    /// In words, such as `roll back pricing`.
    pub words: String,
    /// Whether it changes the system.
    pub is_change: bool,
    /// How it stands.
    pub state: OrderState,
}

/// How an order stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum OrderState {
    /// Somebody works on it.
    Running {
        /// Who.
        who: String,
        /// From 0 to 1.
        progress: f64,
        /// Seconds that are left.
        left_s: f64,
    },
    /// It is done, and can be taken back.
    Done {
        /// By whom.
        who: String,
        /// When, as time of day.
        clock: String,
    },
}

/// Orders under way, oldest first, then those that can be taken back, newest first.
pub fn orders(session: &Session) -> Vec<OrderRow> {
    let name = |id: PersonId| session.name_of(id).to_owned();
    let scenario = session.scenario();
    let mut running = Vec::new();
    let mut done = Vec::new();
    for (number, entry) in (1..).zip(session.journal()) {
        let state = match entry.fate {
            Fate::Running { who, until } => {
                let left_s = until.since(session.now()).as_secs_f64();
                let whole = until.since(entry.at).as_secs_f64().max(1.0);
                OrderState::Running {
                    who: name(who),
                    progress: 1.0 - left_s / whole,
                    left_s,
                }
            }
            Fate::Landed { who: Some(who), at } if session.can_take_back(number) => {
                OrderState::Done {
                    who: name(who),
                    clock: clock_at(session, at),
                }
            }
            _ => continue,
        };
        let words = words::given(scenario, session.journal(), &entry.order);
        let row = OrderRow {
            number,
            words,
            is_change: matches!(entry.order, Order::Act(_) | Order::Undo { .. }),
            state,
        };
        match row.state {
            OrderState::Running { .. } => running.push(row),
            OrderState::Done { .. } => done.push(row),
        }
    }
    running.extend(done.into_iter().rev().take(MOST_DONE));
    running
}

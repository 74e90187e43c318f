//! Plays a plan: a list of orders at times, after pauses, after the page, or once a condition has held.

use std::collections::BTreeMap;

use crate::base::time::SimTime;
use crate::scenario::model::{Due, Plan};
use crate::scenario::order::Order;
use crate::session::{Session, Wait};

/// A plan under way.
#[derive(Clone, Debug, Default)]
pub struct PlanRunner {
    next: usize,
    last_done: SimTime,
    holds_since: Option<SimTime>,
    /// The first order of each written step, for those that take one back.
    numbers: BTreeMap<u32, u32>,
}

impl PlanRunner {
    /// Before the first step.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether every step has been taken.
    pub fn is_done(&self, plan: &Plan) -> bool {
        self.next >= plan.steps.len()
    }

    /// Whether a plan that is to be acted on now would do something, or has nothing left to do. To be
    /// asked every second, as [`Self::act`] is, for it watches how long conditions hold.
    pub fn begins(&mut self, plan: &Plan, session: &Session) -> bool {
        let next = plan.steps.get(self.next);
        next.is_none_or(|step| self.is_due(&step.when, session))
    }

    /// Gives every order that is due now. One that nobody is free for is given again a second later;
    /// one that makes no sense is left out. A pause counts from the moment the order before was
    /// taken.
    pub fn act(&mut self, plan: &Plan, session: &mut Session) {
        while let Some(step) = plan.steps.get(self.next) {
            if session.ending().is_some() || !self.is_due(&step.when, session) {
                break;
            }
            let order = match step.order {
                Order::Undo { order } => Order::Undo {
                    order: self.numbers.get(&order).copied().unwrap_or(0),
                },
                ref order => order.clone(),
            };
            let actor = format!("plan {}", plan.name);
            match session.order_or_wait(&actor, order, step.by) {
                Wait::Later => break,
                Wait::Now(Ok(number)) => {
                    self.numbers.entry(step.step).or_insert(number);
                }
                Wait::Now(Err(_)) => {}
            }
            self.next += 1;
            self.last_done = session.now();
            self.holds_since = None;
        }
    }

    fn is_due(&mut self, when: &Due, session: &Session) -> bool {
        let now = session.now();
        match when {
            Due::At(at) => now >= *at,
            Due::After(wait) => now >= self.last_done + *wait,
            Due::Paged(wait) => {
                let paged = session.milestones().detected;
                paged.is_some_and(|paged| now >= paged + *wait)
            }
            Due::When(condition, hold) => {
                if !session.sim().is_true(condition) {
                    self.holds_since = None;
                    return false;
                }
                let since = *self.holds_since.get_or_insert(now);
                now.since(since) >= *hold
            }
        }
    }
}

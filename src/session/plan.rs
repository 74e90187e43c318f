//! Plays a plan: a list of actions at times, after pauses, or once a condition has held.

use crate::base::time::SimTime;
use crate::scenario::action::Action;
use crate::scenario::model::{Plan, Trigger};
use crate::sim::Sim;

/// A plan under way.
#[derive(Clone, Debug)]
pub struct PlanRunner {
    next: usize,
    last_done: SimTime,
    holds_since: Option<SimTime>,
}

impl PlanRunner {
    /// Before the first step.
    pub fn new() -> Self {
        Self {
            next: 0,
            last_done: SimTime::ZERO,
            holds_since: None,
        }
    }

    /// Whether every step has been taken.
    pub fn is_done(&self, plan: &Plan) -> bool {
        self.next >= plan.steps.len()
    }

    /// Applies every step that is due now and returns them.
    pub fn act(&mut self, plan: &Plan, sim: &mut Sim) -> Vec<Action> {
        let mut done = Vec::new();
        while let Some(step) = plan.steps.get(self.next) {
            if !self.is_due(&step.when, sim) {
                break;
            }
            sim.apply(&step.action);
            done.push(step.action.clone());
            self.next += 1;
            self.last_done = sim.now();
            self.holds_since = None;
        }
        done
    }

    fn is_due(&mut self, when: &Trigger, sim: &Sim) -> bool {
        match when {
            Trigger::At(at) => sim.now() >= *at,
            Trigger::After(wait) => sim.now() >= self.last_done + *wait,
            Trigger::When(condition, hold) => {
                if !sim.is_true(condition) {
                    self.holds_since = None;
                    return false;
                }
                let since = *self.holds_since.get_or_insert(sim.now());
                sim.now().since(since) >= *hold
            }
        }
    }
}

impl Default for PlanRunner {
    fn default() -> Self {
        Self::new()
    }
}

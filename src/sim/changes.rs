//! What was changed from outside since the start, as a configuration history would show it. Written
//! by `apply` and by scripted causes, read by whoever looks for recent changes; the simulation itself
//! never reads it.

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::{Action, Change, Knob};
use crate::sim::Sim;
use crate::sim::apply::{is_config, is_state};

/// A bound on memory, far beyond what people can do.
const KEPT: usize = 4_096;

/// One change as it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// When.
    pub at: SimTime,
    /// What.
    pub action: Action,
    /// The value that a changed parameter had before.
    pub before: Option<f64>,
    /// Whether it is part of the story instead of somebody's order.
    pub scripted: bool,
}

impl Sim {
    /// All changes from outside so far, oldest first. Holds what the story did as well: whoever
    /// shows it leaves out what no real history would have.
    pub fn applied(&self) -> &[Applied] {
        &self.applied
    }

    /// The value of a parameter at the start, in its unit.
    pub fn parameter_at_start(&self, knob: Knob) -> f64 {
        self.base_value(knob)
    }

    /// Whether a parameter is configuration, as opposed to the state of the world.
    pub fn is_configuration(knob: Knob) -> bool {
        match knob {
            Knob::Component(_, knob) => is_config(knob),
            Knob::Edge(_, knob) => !is_state(knob),
            Knob::Journey(..) => false,
        }
    }

    /// Notes a change that is about to be made.
    pub(super) fn remember(&mut self, action: &Action, scripted: bool) {
        if self.applied.len() >= KEPT {
            return;
        }
        let before = if let Action::Change(change) = action {
            Some(self.parameter(change.knob))
        } else {
            None
        };
        self.applied.push(Applied {
            at: self.now(),
            action: action.clone(),
            before,
            scripted,
        });
    }

    /// Notes that the story is about to take one of its changes back.
    pub(super) fn remember_return(&mut self, action: &Action) {
        let back = match *action {
            Action::Change(ref change) => Action::Change(Change {
                knob: change.knob,
                value: self.base_value(change.knob),
                over: SimDuration::ZERO,
            }),
            Action::SetFlag { flag, on } => Action::SetFlag { flag, on: !on },
            Action::SetJob { job, running } => Action::SetJob {
                job,
                running: !running,
            },
            Action::SetGate { service, on } => Action::SetGate { service, on: !on },
            Action::Drain { edge, out } => Action::Drain { edge, out: !out },
            Action::PauseQueue { queue, paused } => Action::PauseQueue {
                queue,
                paused: !paused,
            },
            _ => return,
        };
        self.remember(&back, true);
    }
}

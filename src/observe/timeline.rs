//! What a player could have noticed, in order: alarms, alerts, and what the deploy and change
//! history shows. Never holds scripted causes.

use crate::base::time::SimTime;
use crate::observe::alarms::AlarmEvent;
use crate::observe::slo::SloEvent;
use crate::sim::Event;

/// More facts than this are not kept; the oldest go first.
const KEPT: usize = 8_192;

/// A visible fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// An alarm fired or recovered.
    Alarm(AlarmEvent),
    /// A burn-rate alert began or ended.
    Slo(SloEvent),
    /// A deployment wave, a change of scale, a breaker, a target, a failover, a secret.
    Change(Event),
}

/// Visible facts in the order of their times.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    entries: Vec<(SimTime, Fact)>,
    /// Alarms and alerts that nobody has taken yet, in the order in which they came.
    fresh: Vec<(SimTime, Fact)>,
}

impl Timeline {
    /// Adds a fact at its place; facts of equal time stay in the order in which they came.
    pub(super) fn add(&mut self, at: SimTime, fact: Fact) {
        if !matches!(fact, Fact::Change(_)) {
            self.fresh.push((at, fact.clone()));
            if self.fresh.len() > KEPT {
                self.fresh.remove(0);
            }
        }
        let place = self.entries.partition_point(|(other, _)| *other <= at);
        self.entries.insert(place, (at, fact));
        if self.entries.len() > KEPT {
            self.entries.remove(0);
        }
    }

    /// Alarms and alerts since the last call.
    pub(super) fn take_fresh(&mut self) -> Vec<(SimTime, Fact)> {
        std::mem::take(&mut self.fresh)
    }

    /// All facts, oldest first.
    pub fn entries(&self) -> &[(SimTime, Fact)] {
        &self.entries
    }

    /// Facts from `from` on, to before `to`.
    pub fn between(&self, from: SimTime, to: SimTime) -> &[(SimTime, Fact)] {
        let start = self.entries.partition_point(|(at, _)| *at < from);
        let end = self.entries.partition_point(|(at, _)| *at < to);
        &self.entries[start..end.max(start)]
    }
}

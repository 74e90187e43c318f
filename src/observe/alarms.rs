//! CloudWatch alarms: M breaching periods out of the last N *published* ones.
//!
//! Missing data count as not breaching ("treat missing data as not breaching"), so telemetry that is
//! lost can silence an alarm; before the first number has been published an alarm has insufficient
//! data. Reads published metrics only, never the simulation.

use crate::base::time::SimTime;
use crate::observe::metrics::Collector;
use crate::scenario::model::Alarm;
use crate::sim::holds;

/// What an alarm says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlarmState {
    /// Nothing has been published yet.
    #[default]
    InsufficientData,
    /// Fewer than M of the last N periods breach.
    Ok,
    /// At least M of them do.
    Alarm,
}

/// An alarm as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AlarmStatus {
    /// Its state.
    pub state: AlarmState,
    /// Since when.
    pub since: SimTime,
    /// The newest published value, `None` where that is missing.
    pub value: Option<f64>,
}

/// An alarm changed its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmEvent {
    /// When, by the clock of the simulation: the moment its newest period was published.
    pub at: SimTime,
    /// Which, by its place in the scenario's list.
    pub alarm: usize,
    /// To what.
    pub to: AlarmState,
}

/// One alarm with its state.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    spec: Alarm,
    /// Index of the collector with its period, and its component's place there.
    collector: usize,
    place: usize,
    /// First period that has not been evaluated.
    next: u64,
    status: AlarmStatus,
}

impl Watch {
    pub(super) fn new(spec: Alarm, collector: usize, place: usize, next: u64) -> Self {
        Self {
            spec,
            collector,
            place,
            next,
            status: AlarmStatus::default(),
        }
    }

    pub(super) fn status(&self) -> AlarmStatus {
        self.status
    }

    /// Evaluates every period published by `now` and reports changes of state.
    pub(super) fn evaluate(
        &mut self,
        collectors: &[Collector],
        now: SimTime,
        mut report: impl FnMut(SimTime, AlarmState, AlarmState),
    ) {
        let collector = &collectors[self.collector];
        let (first, end) = collector.visible(now);
        for period in self.next.max(first)..end {
            let value = collector.value(self.place, self.spec.signal, period);
            self.status.value = value;
            if self.status.state == AlarmState::InsufficientData && value.is_none() {
                continue;
            }
            let of = u64::from(self.spec.of.max(1));
            let breaching = (period.saturating_sub(of - 1)..=period)
                .filter_map(|p| collector.value(self.place, self.spec.signal, p))
                .filter(|&value| holds(value, self.spec.above, self.spec.threshold))
                .count() as u64;
            let needed = u64::from(self.spec.breaching).clamp(1, of);
            let to = if breaching >= needed {
                AlarmState::Alarm
            } else {
                AlarmState::Ok
            };
            if to != self.status.state {
                let from = std::mem::replace(&mut self.status.state, to);
                self.status.since = collector.published_at(period);
                report(self.status.since, from, to);
            }
        }
        self.next = self.next.max(end);
    }
}

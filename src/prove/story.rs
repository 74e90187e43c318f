//! What a played incident tells its author: how it ended, where points went, which orders came to
//! nothing; and what came to pass at all.

use std::collections::BTreeSet;

use crate::base::id::PersonId;
use crate::base::time::SimTime;
use crate::scenario::model::{Plan, Scenario};
use crate::scenario::order::Order;
use crate::score::Score;
use crate::session::{Fate, Milestones, Note, Record, words};
use crate::sim::Event;

/// Losses and orders that are named.
const NAMED: usize = 3;
/// Points of the total below which a loss is not worth a word.
const WORTH_A_WORD: f64 = 0.5;

/// What an author wants to know of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// Start of the healthy time that lasted.
    pub recovered: Option<SimTime>,
    /// What was reached, and when.
    pub milestones: Milestones,
    /// When the first change was ordered that was taken.
    pub first_change: Option<SimTime>,
    /// Share of requests that went well when it was at its worst, over half a minute.
    pub worst_success: f64,
    /// Share of requests that went well at its end.
    pub success_at_end: f64,
    /// What cost most points, in words, the largest first.
    pub losses: Vec<String>,
    /// Steps of its plan that came to nothing, in words.
    pub trouble: Vec<String>,
}

impl Story {
    /// Of a run and its score; of its plan, where it had one.
    pub(super) fn of(record: &Record, score: &Score, plan: Option<&Plan>) -> Self {
        let losses = score.losses();
        let losses = losses.iter().filter(|(_, cost, _)| *cost >= WORTH_A_WORD);
        Self {
            recovered: record.milestones.recovered,
            milestones: record.milestones,
            first_change: first_change(record),
            worst_success: record
                .samples
                .iter()
                .map(|it| it.success_share)
                .fold(1.0, f64::min),
            success_at_end: record.samples.last().map_or(0.0, |it| it.success_share),
            losses: losses
                .take(NAMED)
                .map(|(axis, cost, loss)| format!("−{cost:.1} {}: {}", axis.words(), loss.why))
                .collect(),
            trouble: plan.map_or_else(Vec::new, |plan| trouble(record, plan)),
        }
    }
}

fn first_change(record: &Record) -> Option<SimTime> {
    let mut changes = record.journal.iter().filter(|entry| {
        let changes = matches!(entry.order, Order::Act(_) | Order::Undo { .. });
        changes && entry.fate.was_taken()
    });
    changes.next().map(|entry| entry.at)
}

/// Orders of a plan that were not taken or failed, and the first step that never came.
fn trouble(record: &Record, plan: &Plan) -> Vec<String> {
    let scenario = &record.scenario;
    let given = |order: &Order| words::given(scenario, &record.journal, order);
    let came_to_nothing = record.journal.iter().filter_map(|entry| match &entry.fate {
        Fate::Refused(why) | Fate::Failed { why, .. } => {
            let at = clock(scenario, entry.at);
            Some(format!("{at} {}: {why}", given(&entry.order)))
        }
        _ => None,
    });
    let mut found: Vec<String> = came_to_nothing.take(NAMED).collect();
    // One entry of the journal per step that was reached.
    if let Some(step) = plan.steps.get(record.journal.len()) {
        let order = words::order(scenario, &step.order);
        found.push(format!("step {} never comes: {order}", step.step));
    }
    found
}

/// What came to pass in the runs of a case, whoever played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CameToPass {
    /// Names of alarms that went off.
    pub alarms: BTreeSet<String>,
    /// Places of faults that began.
    pub faults: BTreeSet<usize>,
    /// Lines that somebody said.
    pub said: BTreeSet<(PersonId, String)>,
}

impl CameToPass {
    /// Takes a run in.
    pub(super) fn note(&mut self, record: &Record) {
        for (_, note) in &record.log {
            match note {
                Note::World(Event::FaultBegan(fault)) => {
                    self.faults.insert(*fault);
                }
                Note::Alarm {
                    name,
                    fired: true,
                    of_budget: false,
                    ..
                } => {
                    self.alarms.insert(name.clone());
                }
                Note::Said { who, text } => {
                    self.said.insert((*who, text.clone()));
                }
                _ => {}
            }
        }
    }

    /// Takes in what others saw.
    pub(super) fn add(&mut self, other: &Self) {
        self.alarms.extend(other.alarms.iter().cloned());
        self.faults.extend(other.faults.iter().copied());
        self.said.extend(other.said.iter().cloned());
    }
}

/// A moment as players read it.
pub(super) fn clock(scenario: &Scenario, at: SimTime) -> String {
    let secs = u64::from(scenario.meta.clock_start_min) * 60 + at.as_micros() / 1_000_000;
    let (h, m, s) = (secs / 3600 % 24, secs / 60 % 60, secs % 60);
    format!("{h:02}:{m:02}:{s:02}")
}

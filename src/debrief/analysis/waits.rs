//! Times in which nobody changed anything: how much sooner the same orders could have come.

use crate::base::text::{clock_of, thousands};
use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::decisions::{Case, Court};
use crate::debrief::analysis::kinds::{Decision, DecisionKind};
use crate::debrief::analysis::mark::{Mark, mark_of_share};
use crate::scenario::order::Order;
use crate::score::{DecisionGroup, decision_groups};
use crate::session::{Edits, Record};

/// The longest waits that are looked at, and how long one is at least.
const MOST_WAITS: usize = 2;
const WAIT_FROM: SimDuration = SimDuration::from_secs(180);
/// What is left of a wait that is cut short, at least: somebody has to look before they act.
const LOOK: SimDuration = SimDuration::from_secs(60);

impl Court<'_> {
    /// The longest times between alarm, changes and recovery in which nothing was changed. What the
    /// reference takes for it as well is blamed on nobody: finding out takes its time, and so does what
    /// somebody waits for.
    pub(super) fn waits(&self, groups: &[DecisionGroup]) -> Vec<Case> {
        let reference = self.baselines.reference.as_deref();
        let (first, later) = reference.map_or((LOOK, LOOK), patience);
        let mut found = Vec::new();
        for wait in waits_of(self.record, groups) {
            let needed = if wait.place == 0 { first } else { later };
            if wait.lasts < WAIT_FROM.max(needed + LOOK) {
                continue;
            }
            let sooner_us = wait.lasts.as_micros() - needed.as_micros();
            let after = groups[wait.place..].iter();
            let orders: Vec<u32> = after.flat_map(|it| it.orders.clone()).collect();
            let by_s = -((sooner_us / 1_000_000) as i64);
            found.push(Case {
                kind: DecisionKind::Wait,
                without: Edits::moved(orders.iter().copied(), by_s),
                pair: None,
                orders,
                at: wait.from,
                lasts: wait.lasts,
                what: format!(
                    "nothing was changed for {}",
                    clock_of(wait.lasts.as_secs_f64())
                ),
                moves: Vec::new(),
            });
        }
        found.sort_by_key(|it| std::cmp::Reverse(it.lasts));
        found.truncate(MOST_WAITS);
        found
    }

    /// The whole incident without a single change, against the reference.
    pub(super) fn idle(&self) -> Option<Decision> {
        let reference = self.baselines.reference.as_deref()?;
        let at = self.record.milestones.detected?;
        let lasts = self.record.simulated.since(at);
        let without = self.effect(
            reference.impact.customer_minutes,
            reference.milestones.recovered,
        );
        let spared = thousands(without.cost_minutes.abs());
        Some(Decision {
            kind: DecisionKind::Wait,
            orders: Vec::new(),
            at,
            lasts,
            what: "nothing was changed at all".to_owned(),
            without,
            counted: without,
            together: None,
            without_then_reference: None,
            moved: Vec::new(),
            mark: mark_of_share(without.cost_share).max(Mark::Neutral),
            is_luck: false,
            is_in_the_way: false,
            kept_messages: 0,
            looked: SimDuration::ZERO,
            foreseen: None,
            why: if without.cost_minutes >= 1.0 {
                format!("What the reference does would have spared {spared} customer-minutes.")
            } else {
                "It got better by itself, as well as with the reference.".to_owned()
            },
        })
    }
}

/// A time in which nothing was changed.
struct Waited {
    from: SimTime,
    lasts: SimDuration,
    /// The group of changes that ended it.
    place: usize,
}

/// Times between the first alarm, or the start of what was announced, and the changes, while customers were harmed.
fn waits_of(record: &Record, groups: &[DecisionGroup]) -> Vec<Waited> {
    // What was announced waits for nobody's page.
    let announced = record.scenario.objectives.expected.then_some(SimTime::ZERO);
    let Some(mut from) = announced.or(record.milestones.detected) else {
        return Vec::new();
    };
    let harmful_until = record.milestones.mitigated;
    let mut found = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        let is_harmful = harmful_until.is_none_or(|until| from < until);
        if group.at > from && is_harmful {
            let lasts = group.at.since(from);
            found.push(Waited { from, lasts, place });
        }
        from = from.max(group.at);
    }
    found
}

/// How much of a time somebody looked at something.
pub(super) fn looked(record: &Record, from: SimTime, lasts: SimDuration) -> SimDuration {
    let until = from + lasts;
    let mut looks: Vec<(SimTime, SimTime)> = Vec::new();
    for entry in &record.journal {
        if let (Order::Look(_), Some(landed)) = (&entry.order, entry.fate.landed_at()) {
            looks.push((entry.at.max(from), landed.min(until)));
        }
    }
    looks.sort();
    let (mut time, mut seen) = (SimDuration::ZERO, from);
    for (began, ended) in looks {
        time = time + ended.since(began.max(seen));
        seen = seen.max(ended);
    }
    time
}

/// How long the reference waits before its first change, and at most between two.
fn patience(reference: &Record) -> (SimDuration, SimDuration) {
    let waits = waits_of(reference, &decision_groups(reference));
    let longest = |is_first: bool| {
        let fits = waits.iter().filter(|it| (it.place == 0) == is_first);
        fits.map(|it| it.lasts).max().unwrap_or(LOOK).max(LOOK)
    };
    (longest(true), longest(false))
}

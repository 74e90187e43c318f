//! Judgement: what was decided, and whether it was grounded, proportionate and of use.

use std::collections::BTreeSet;

use crate::base::id::PersonId;
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::model::TICKET;
use crate::scenario::order::Order;
use crate::score::axis::{Axis, Loss, capped};
use crate::score::decisions::{Decision, Verdict};
use crate::score::{Why, grounds};
use crate::session::{Ending, Entry, Fate, Outcome, Record, words};

/// A harmful decision: at least and at most, and in between the share of what was at stake.
const HARMFUL: (f64, f64) = (8.0, 40.0);
/// A measure that was lifted too early, likewise.
const TOO_EARLY: (f64, f64) = (5.0, 20.0);
/// Each needless decision, and all of them.
const NEEDLESS: (f64, f64) = (3.0, 12.0);
/// Each decision without grounds, and all of them.
const UNGROUNDED: (f64, f64) = (5.0, 20.0);
/// Each time that the same thing is ordered again with nothing looked at in between, and all of them.
const REPEATED: (f64, f64) = (5.0, 15.0);
/// Never declared.
const UNDECLARED: f64 = 12.0;
/// Each step of severity too low.
const TOO_LOW: f64 = 5.0;
/// Each step of severity too high but for the first, and at most: in doubt one declares one higher.
const TOO_HIGH: (f64, f64) = (6.0, 12.0);
/// Each person who was called out for something smaller than that, and all of them.
const CALLED_OUT: (f64, f64) = (6.0, 24.0);
/// Each time it was closed early, and all of them.
const CLOSED_EARLY: (f64, f64) = (15.0, 30.0);
/// Never closed, though all was well for this long.
const NEVER_CLOSED: (f64, SimDuration) = (6.0, SimDuration::from_secs(10 * 60));
/// More was spent on capacity than was allowed: as much again, and at most.
const OVER_BUDGET: (f64, f64) = (15.0, 30.0);
/// Left before the end.
const WALKED_AWAY: f64 = 30.0;
/// Harm to the end, and nothing more was tried; in proportion to how long.
const STOOD_BY: f64 = 50.0;
/// Each person called for nothing, and all of them; one is fine, for one cannot know.
const IDLE: (f64, f64) = (2.0, 6.0);

/// Each time a gate was opened or made blind without a look at what it saw, and all of them.
const PAST_GATE: (f64, f64) = (25.0, 40.0);

/// Data that was taken where it may not be, however little.
const ELSEWHERE: f64 = 35.0;

/// The axis. `elsewhere` are the requests that were handled where their data may not be, beyond those
/// that would have been with nobody doing anything.
pub(super) fn axis(record: &Record, decisions: &[Decision], elsewhere: u64) -> Axis {
    let landed = |wanted: fn(&Order) -> bool| {
        let mut journal = record.journal.iter();
        journal.any(|it| it.fate.landed_at().is_some() && wanted(&it.order))
    };
    let acted = landed(|order| matches!(order, Order::Act(_)));
    if !acted && !landed(|order| matches!(order, Order::Look(_))) {
        return Axis::none(Why::NothingDecided);
    }
    let mut losses = outcomes(decisions);
    losses.extend(ungrounded(record));
    losses.extend(repeated(record));
    losses.extend(past_gates(record));
    losses.extend(severity(record));
    losses.extend(endings(record));
    losses.extend(over_budget(record));
    if elsewhere > 0 {
        let why = Why::DataElsewhere {
            requests: elsewhere,
        };
        losses.push(Loss::of(ELSEWHERE, why).at(record.simulated));
    }
    losses.extend(too_high(record));
    losses.extend(called_out(record));
    losses.extend(idle_people(record));
    losses.extend(stood_by(record, acted));
    Axis::less(losses)
}

/// The time after the last decision, where harm went on to the end: all of it where nothing was changed.
fn stood_by(record: &Record, acted: bool) -> Option<Loss> {
    if record.outcome == Outcome::Recovered {
        return None;
    }
    let m = &record.milestones;
    let onset = m.onset.unwrap_or_default();
    // Nobody can be asked for anything before they have been paged, or have come by themselves.
    let called = [m.detected, m.acknowledged].into_iter().flatten().min();
    let start = called.unwrap_or(onset).max(onset);
    let decided = record.journal.iter().filter_map(|entry| match entry.order {
        Order::Act(_) | Order::Look(_) | Order::Undo { .. } => entry.fate.landed_at(),
        _ => None,
    });
    let from = decided.max().filter(|_| acted).unwrap_or(start).max(start);
    let lasted = record.simulated.since(from);
    let whole = record.simulated.since(start).as_secs_f64().max(1.0);
    let points = STOOD_BY * lasted.as_secs_f64() / whole;
    Some(Loss::of(points, Why::StoodBy { lasted }).at(from))
}

/// What the decisions did.
fn outcomes(decisions: &[Decision]) -> Vec<Loss> {
    let of = |it: &Decision, points: f64, why: Why| {
        let loss = Loss::of(points, why).at(it.at);
        match it.orders.first() {
            Some(order) => loss.by(*order),
            None => loss,
        }
    };
    let in_proportion =
        |it: &Decision, (least, most): (f64, f64)| (it.cost_share * 100.0).clamp(least, most);
    let mut losses = Vec::new();
    let mut needless = Vec::new();
    for it in decisions {
        let (what, minutes) = (it.what.clone(), it.cost_minutes);
        match it.verdict {
            Verdict::Helped | Verdict::Neutral => {}
            Verdict::Needless => needless.push(of(it, NEEDLESS.0, Why::Needless { what })),
            Verdict::Harmful => {
                let points = in_proportion(it, HARMFUL);
                losses.push(of(it, points, Why::Harmful { what, minutes }));
            }
            Verdict::TooEarly => {
                let points = in_proportion(it, TOO_EARLY);
                losses.push(of(it, points, Why::UndoneTooEarly { what, minutes }));
            }
        }
    }
    losses.extend(capped(needless, NEEDLESS.1));
    losses
}

/// Changes that nothing spoke for. What only shields something needs no reason, and a second order to
/// the same place shares the first one's.
fn ungrounded(record: &Record) -> Vec<Loss> {
    let world = &record.scenario.world;
    let mut blamed = BTreeSet::new();
    let mut losses = Vec::new();
    for (number, entry) in (1..).zip(&record.journal) {
        let Order::Act(actions) = &entry.order else {
            continue;
        };
        if entry.fate.landed_at().is_none() {
            continue;
        }
        let unfounded = actions.iter().find_map(|action| {
            let targets = grounds::targets(world, action);
            let prepares = grounds::makes_room(action)
                && record
                    .milestones
                    .onset
                    .is_some_and(|onset| entry.at < onset);
            let fine = prepares
                || grounds::is_protective(action)
                || grounds::spoke_for(record, &targets, entry.at);
            (!fine).then_some(targets)
        });
        if let Some(targets) = unfounded
            && blamed.insert(targets)
        {
            let what = words::order(&record.scenario, &entry.order);
            let loss = Loss::of(UNGROUNDED.0, Why::Ungrounded { what });
            losses.push(loss.at(entry.at).by(number));
        }
    }
    capped(losses, UNGROUNDED.1)
}

/// The same thing once more, and nobody had looked what came of it the last time.
fn repeated(record: &Record) -> Vec<Loss> {
    let mut since_a_look: Vec<&Order> = Vec::new();
    let mut losses = Vec::new();
    for (number, entry) in (1..).zip(&record.journal) {
        match &entry.order {
            Order::Look(_) if entry.fate.was_taken() => since_a_look.clear(),
            Order::Act(_) if matches!(entry.fate, Fate::Landed { .. }) => {
                if since_a_look.contains(&&entry.order) {
                    let what = words::order(&record.scenario, &entry.order);
                    let loss = Loss::of(REPEATED.0, Why::Repeated { what });
                    losses.push(loss.at(entry.at).by(number));
                }
                since_a_look.push(&entry.order);
            }
            _ => {}
        }
    }
    capped(losses, REPEATED.1)
}

/// Gates that were opened, or whose tests were changed, before anybody had looked at what they saw.
fn past_gates(record: &Record) -> Vec<Loss> {
    let world = &record.scenario.world;
    let mut blamed = BTreeSet::new();
    let mut losses = Vec::new();
    for (number, entry) in (1..).zip(&record.journal) {
        let Order::Act(actions) = &entry.order else {
            continue;
        };
        if entry.fate.landed_at().is_none() {
            continue;
        }
        let gates = actions
            .iter()
            .flat_map(|action| grounds::gates(world, action));
        for (service, gate) in gates {
            if !grounds::looked_at(record, &gate, entry.at) && blamed.insert(service) {
                let what = words::order(&record.scenario, &entry.order);
                let loss = Loss::of(PAST_GATE.0, Why::PastGate { what });
                losses.push(loss.at(entry.at).by(number));
            }
        }
    }
    capped(losses, PAST_GATE.1)
}

/// How severe it was declared at most.
fn severity(record: &Record) -> Option<Loss> {
    let right = record.scenario.severity(record.variant);
    let declared = (1..).zip(&record.journal).filter_map(|(number, entry)| {
        let Order::Declare { severity } = entry.order else {
            return None;
        };
        entry
            .fate
            .was_taken()
            .then_some((severity, number, entry.at))
    });
    let Some((said, order, at)) = declared.min_by_key(|(severity, ..)| *severity) else {
        return Some(Loss::of(UNDECLARED, Why::NeverDeclared));
    };
    let steps = said.saturating_sub(right);
    let points = (TOO_LOW * f64::from(steps)).min(UNDECLARED);
    (steps > 0).then(|| {
        Loss::of(points, Why::DeclaredTooLow { said, right })
            .at(at)
            .by(order)
    })
}

/// How severe it was called at last, where it was less.
fn too_high(record: &Record) -> Option<Loss> {
    let right = record.scenario.severity(record.variant);
    let declared = (1..).zip(&record.journal).filter_map(|(number, entry)| {
        let Order::Declare { severity } = entry.order else {
            return None;
        };
        let taken = entry.fate.was_taken();
        taken.then_some((severity, number, entry.at))
    });
    let (said, order, at) = declared.last()?;
    let steps = right.saturating_sub(said).saturating_sub(1);
    let points = (TOO_HIGH.0 * f64::from(steps)).min(TOO_HIGH.1);
    let why = Why::DeclaredTooHigh { said, right };
    (steps > 0).then(|| Loss::of(points, why).at(at).by(order))
}

/// How many people an incident of this severity may call out of their beds.
const fn may_be_called(severity: u8) -> usize {
    match severity {
        TICKET.. => 0,
        3 => 2,
        _ => usize::MAX,
    }
}

/// People who were called for something that did not need them, whatever they did then.
fn called_out(record: &Record) -> Vec<Loss> {
    let right = record.scenario.severity(record.variant);
    let calls = (1..).zip(&record.journal).filter_map(|(number, entry)| {
        let is_call = matches!(entry.order, Order::Page(_)) && entry.fate.was_taken();
        is_call.then_some((number, entry.at))
    });
    let too_many = calls.skip(may_be_called(right));
    let losses = too_many.map(|(order, at)| {
        let why = Why::CalledOut { right };
        Loss::of(CALLED_OUT.0, why).at(at).by(order)
    });
    capped(losses.collect(), CALLED_OUT.1)
}

fn endings(record: &Record) -> Vec<Loss> {
    let early = record.closed_early.iter();
    let early = early.map(|at| {
        let loss = Loss::of(CLOSED_EARLY.0, Why::ClosedEarly).at(*at);
        match closing_order(record, *at) {
            Some(order) => loss.by(order),
            None => loss,
        }
    });
    let mut losses = capped(early.collect(), CLOSED_EARLY.1);
    if record.ending == Ending::Abandoned && record.outcome != Outcome::Recovered {
        losses.push(Loss::of(WALKED_AWAY, Why::WalkedAway).at(record.simulated));
    }
    let lingers = |at: &SimTime| record.simulated > *at + NEVER_CLOSED.1;
    if record.milestones.closed.is_none()
        && let Some(at) = record.milestones.recovered.filter(lingers)
    {
        losses.push(Loss::of(NEVER_CLOSED.0, Why::NeverClosed).at(at));
    }
    losses
}

/// Money spent on capacity beyond the budget.
fn over_budget(record: &Record) -> Option<Loss> {
    let budget = record.scenario.objectives.budget?;
    let over = record.spent / budget.max(1.0) - 1.0;
    let currency = &record.scenario.meta.currency;
    let why = Why::OverBudget {
        spent: record.spent,
        budget,
        currency: currency.clone(),
    };
    let points = (OVER_BUDGET.0 * over).min(OVER_BUDGET.1);
    (over > 0.0).then(|| Loss::of(points, why).at(record.simulated))
}

fn closing_order(record: &Record, at: SimTime) -> Option<u32> {
    let is_it = |entry: &Entry| entry.order == Order::Close && entry.at == at;
    let place = record.journal.iter().position(is_it)?;
    u32::try_from(place + 1).ok()
}

/// People who were called and then did nothing and were asked nothing.
fn idle_people(record: &Record) -> Option<Loss> {
    let mut used: BTreeSet<PersonId> = record.evidence.iter().map(|it| it.who).collect();
    used.extend(record.posts.iter().map(|it| it.who));
    let mut called: Vec<(PersonId, u32, SimTime)> = Vec::new();
    for (number, entry) in (1..).zip(&record.journal) {
        match (&entry.order, &entry.fate) {
            (_, Fate::Refused(_)) => continue,
            (Order::Page(who), _) => called.push((*who, number, entry.at)),
            (Order::Ask(who) | Order::Assign { to: who, .. }, _)
            | (_, Fate::Landed { who: Some(who), .. } | Fate::Running { who, .. }) => {
                used.insert(*who);
            }
            _ => {}
        }
        used.extend(entry.by);
    }
    called.retain(|(who, ..)| !used.contains(who));
    let &(_, order, at) = called.last()?;
    let idle = called.len();
    let points = (IDLE.0 * (idle - 1) as f64).min(IDLE.1);
    Some(
        Loss::of(points, Why::PagedTooMany { idle })
            .at(at)
            .by(order),
    )
}

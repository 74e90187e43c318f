//! What somebody did and took back later: shields that were lifted again, switches turned the other way.

use crate::base::id::{ComponentId, EdgeId, FlagId, JobId};
use crate::base::time::SimTime;
use crate::scenario::action::{Action, ComponentKnob, Knob};
use crate::scenario::order::Order;
use crate::score::grounds;
use crate::session::{Record, numbered};

/// What can be done and taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Queue(ComponentId),
    Target(EdgeId),
    Call(EdgeId),
    Knob(Knob),
    Flag(FlagId),
    Job(JobId),
    Autoscaler(ComponentId),
    Checks(ComponentId),
    Gate(ComponentId),
}

/// Where an action acts, and what it does there; `None` is what only turns a shield, or is none.
fn side(action: &Action) -> Option<(Place, Option<Side>)> {
    let switched = |on| Some(if on { Side::On } else { Side::Off });
    let shield = || {
        if grounds::lifts_a_shield(action) {
            Some(Side::Off)
        } else {
            grounds::is_protective(action).then_some(Side::On)
        }
    };
    Some(match *action {
        Action::PauseQueue { queue, .. } => (Place::Queue(queue), shield()),
        Action::Drain { edge, .. } => (Place::Target(edge), shield()),
        Action::SetBreaker { edge, .. } => (Place::Call(edge), shield()),
        Action::Change(ref change) => (Place::Knob(change.knob), shield()),
        Action::SetFlag { flag, on } => (Place::Flag(flag), switched(on)),
        Action::SetJob { job, running } => (Place::Job(job), switched(running)),
        Action::SetAutoscaler { service, on } => (Place::Autoscaler(service), switched(on)),
        Action::SetHealthChecks { balancer, on } => (Place::Checks(balancer), switched(on)),
        Action::SetGate { service, on } => (Place::Gate(service), switched(on)),
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    On,
    Off,
}

/// The orders that some orders of a run take back: those that were undone, what had been shielded at the
/// same place since it was last open, and switches that had been turned the other way. Empty unless taking
/// back is all that they do.
pub(super) fn taken_back(record: &Record, numbers: &[u32]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut lifted: Vec<&Action> = Vec::new();
    let mut others: Vec<&Action> = Vec::new();
    for number in numbers {
        match numbered(&record.journal, *number).map(|it| &it.order) {
            Some(Order::Undo { order }) => found.push(*order),
            Some(Order::Act(actions)) => {
                for action in actions {
                    let mut own = done_before(record, *number, action);
                    // What went up and down within one decision is no other decision's.
                    own.retain(|it| !numbers.contains(it));
                    if own.is_empty() {
                        others.push(action);
                    } else {
                        lifted.push(action);
                    }
                    found.extend(own);
                }
            }
            _ => {}
        }
    }
    if !others.iter().all(|it| goes_with(record, it, &lifted)) {
        return Vec::new();
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether an action is no remedy of its own beside those that take something back: another shield, or a
/// setting at the same place.
fn goes_with(record: &Record, action: &Action, lifted: &[&Action]) -> bool {
    let world = &record.scenario.world;
    let is_shield = grounds::is_protective(action) || grounds::lifts_a_shield(action);
    let places: Vec<ComponentId> = lifted
        .iter()
        .flat_map(|it| grounds::targets(world, it))
        .collect();
    let targets = grounds::targets(world, action);
    is_shield || matches!(action, Action::Change(_)) && targets.iter().all(|it| places.contains(it))
}

/// The orders before this one that an action takes back, by their numbers: of a shield that is opened step by
/// step, all steps since it went up.
fn done_before(record: &Record, number: u32, action: &Action) -> Vec<u32> {
    let Some((place, Some(now))) = side(action) else {
        return Vec::new();
    };
    let (mut done, mut last) = (Vec::new(), None);
    let before = (1..number).zip(&record.journal);
    for (number, entry) in before.filter(|(_, it)| it.fate.landed_at().is_some()) {
        let Order::Act(actions) = &entry.order else {
            continue;
        };
        let here = |it: &&Action| side(it).is_some_and(|it| it.0 == place);
        for own in actions.iter().filter(here) {
            let own_side = side(own).and_then(|it| it.1);
            let is_open = if is_shield(place) {
                own_side == Some(Side::Off)
            } else {
                own_side == Some(now)
            };
            if is_open {
                done.clear();
            } else if own_side.is_some() {
                done.push(number);
            }
            last = Some(own);
        }
    }
    let opens = match now {
        Side::Off => true,
        Side::On => !is_shield(place) || last.is_some_and(|last| is_wider(action, last)),
    };
    if opens { done } else { Vec::new() }
}

/// A shield that goes up takes nothing back; a switch does either way.
const fn is_shield(place: Place) -> bool {
    matches!(
        place,
        Place::Queue(_) | Place::Target(_) | Place::Call(_) | Place::Knob(_)
    )
}

/// Whether more is let through than by an earlier setting.
fn is_wider(action: &Action, than: &Action) -> bool {
    let rate = |action: &Action| match action {
        Action::Change(it) => match it.knob {
            Knob::Component(_, ComponentKnob::Admission | ComponentKnob::ConsumeRate) => {
                Some(it.value)
            }
            _ => None,
        },
        _ => None,
    };
    let rates = rate(action).zip(rate(than));
    rates.is_some_and(|(now, then)| now > then)
}

/// When the last of some orders landed.
pub(super) fn landed(record: &Record, numbers: &[u32]) -> Option<SimTime> {
    let entries = numbers
        .iter()
        .filter_map(|it| numbered(&record.journal, *it));
    entries.filter_map(|it| it.fate.landed_at()).max()
}

//! What a change was based on: where it acts, and what had been found or had alarmed there before.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::time::SimTime;
use crate::scenario::action::{Action, BreakerMode, ComponentKnob, EdgeKnob, Knob, Target};
use crate::scenario::model::{Gate, Kind, World};
use crate::session::{Note, Record};

/// The components that a change acts on; both ends of a call.
pub(super) fn targets(world: &World, action: &Action) -> Vec<ComponentId> {
    let ends = |id: EdgeId| {
        let edge = world.edges.get(id);
        edge.map_or_else(Vec::new, |edge| {
            edge.from.into_iter().chain([edge.to]).collect()
        })
    };
    let entry = |id| world.journeys.get(id).map(|journey| journey.edge);
    let of_knob = |knob| match knob {
        Knob::Component(id, _) => vec![id],
        Knob::Edge(id, _) => ends(id),
        Knob::Journey(id, _) => entry(id).map_or_else(Vec::new, ends),
    };
    match action.target() {
        Target::Knob(knob) => of_knob(knob),
        Target::Flag(flag) => {
            let changes = world.flags.get(flag).map_or(&[][..], |it| &it.changes);
            changes
                .iter()
                .flat_map(|change| of_knob(change.knob))
                .collect()
        }
        Target::Job(job) => world.jobs.get(job).map_or_else(Vec::new, |it| {
            // A job that puts something right is about those who enter there, too.
            let entries = it.corrects.iter().filter_map(|id| entry(*id));
            let entries = entries.filter_map(|id| world.edges.get(id));
            entries.map(|edge| edge.to).chain([it.on]).collect()
        }),
        Target::Edge(edge) => ends(edge),
        Target::Component(id) => vec![id],
    }
}

/// The same component, or one that calls it or is called by it.
pub(super) fn is_near(world: &World, a: ComponentId, b: ComponentId) -> bool {
    let calls = |from, to| {
        let mut edges = world.edges.iter();
        edges.any(|edge| edge.from == Some(from) && edge.to == to)
    };
    a == b || calls(a, b) || calls(b, a)
}

/// Whether a change only shields something, or lifts such a shield: that needs no cause to be known.
pub(super) fn is_protective(action: &Action) -> bool {
    match action {
        Action::PauseQueue { .. } | Action::Drain { .. } => true,
        Action::SetBreaker { mode, .. } => *mode != BreakerMode::Closed,
        Action::Change(change) => matches!(
            change.knob,
            Knob::Component(
                _,
                ComponentKnob::Admission | ComponentKnob::ShedBelow | ComponentKnob::ConsumeRate
            ) | Knob::Edge(_, EdgeKnob::Fallback)
        ),
        _ => false,
    }
}

/// Whether a change only makes room, or keeps it: before the onset, that is preparation.
pub(super) fn makes_room(action: &Action) -> bool {
    match action {
        Action::Scale { .. }
        | Action::AddReplicas { .. }
        | Action::WarmCache { .. }
        | Action::SetAutoscaler { .. } => true,
        Action::Change(change) => matches!(
            change.knob,
            Knob::Component(
                _,
                ComponentKnob::MinInstances
                    | ComponentKnob::MaxInstances
                    | ComponentKnob::Shards
                    | ComponentKnob::CacheEntries
            )
        ),
        _ => false,
    }
}

/// Whether a change lifts a shield: lets through again what was held back.
pub(super) fn lifts_a_shield(action: &Action) -> bool {
    match action {
        Action::PauseQueue { paused, .. } => !paused,
        Action::Drain { out, .. } => !out,
        Action::SetBreaker { mode, .. } => *mode != BreakerMode::Open,
        Action::Change(change) => match change.knob {
            Knob::Component(_, ComponentKnob::Admission | ComponentKnob::ConsumeRate) => {
                change.value.is_infinite()
            }
            Knob::Component(_, ComponentKnob::ShedBelow) | Knob::Edge(_, EdgeKnob::Fallback) => {
                change.value <= 0.0
            }
            _ => false,
        },
        _ => false,
    }
}

/// The gates that a change opens, or whose tests it changes.
pub(super) fn gates(world: &World, action: &Action) -> Vec<(ComponentId, Gate)> {
    let all = world.components.enumerate();
    let all = all.filter_map(|(id, it)| match &it.kind {
        Kind::Service(service) => Some((id, service.gate?)),
        _ => None,
    });
    let of_tests = |gate: &Gate, knob| match knob {
        Knob::Component(id, _) => id == gate.tests,
        Knob::Edge(id, _) => {
            let edge = world.edges.get(id);
            edge.is_some_and(|edge| edge.from == Some(gate.tests))
        }
        Knob::Journey(id, _) => {
            let edge = world.journeys.get(id).map(|it| it.edge);
            let edge = edge.and_then(|id| world.edges.get(id));
            edge.is_some_and(|edge| edge.to == gate.tests)
        }
    };
    let touched = |id: ComponentId, gate: &Gate| match *action {
        Action::SetGate { service, on } => service == id && !on,
        Action::Change(ref change) => of_tests(gate, change.knob),
        Action::SetFlag { flag, .. } => {
            let changes = world.flags.get(flag).map_or(&[][..], |it| &it.changes);
            changes.iter().any(|change| of_tests(gate, change.knob))
        }
        _ => false,
    };
    all.filter(|(id, gate)| touched(*id, gate)).collect()
}

/// Whether somebody had looked at the tests of a gate, at where they are run, or at what either calls.
pub(super) fn looked_at(record: &Record, gate: &Gate, at: SimTime) -> bool {
    let world = &record.scenario.world;
    let places = [Some(gate.tests), gate.on];
    let calls = |from: ComponentId, to: ComponentId| {
        let mut edges = world.edges.iter();
        edges.any(|edge| edge.from == Some(from) && edge.to == to)
    };
    let mut looks = record.evidence.iter().filter(|it| it.at <= at);
    looks.any(|it| {
        let seen = it.look.component();
        seen.is_some_and(|seen| {
            let mut places = places.into_iter().flatten();
            places.any(|place| place == seen || calls(place, seen))
        })
    })
}

/// Whether something spoke for changing one of `targets` at that moment: evidence about it or what is
/// next to it, or an alarm of it or with its name in its own.
pub(super) fn spoke_for(record: &Record, targets: &[ComponentId], at: SimTime) -> bool {
    let world = &record.scenario.world;
    let near = |place: &ComponentId| targets.iter().any(|it| is_near(world, *it, *place));
    let found = record.evidence.iter().filter(|it| it.at <= at);
    if found.flat_map(|it| &it.about).any(near) {
        return true;
    }
    let alarms = &record.scenario.signals.alarms;
    let fired = record.log.iter().filter(|(when, _)| *when <= at);
    let mut named = fired.filter_map(|(_, note)| match note {
        Note::Alarm {
            name, fired: true, ..
        } => alarms.iter().find(|alarm| alarm.name == *name),
        _ => None,
    });
    named.any(|alarm| {
        let is_named = |id: &ComponentId| {
            let component = world.components.get(*id);
            component.is_some_and(|it| alarm.name.contains(&it.name))
        };
        targets.contains(&alarm.component) || targets.iter().any(is_named)
    })
}

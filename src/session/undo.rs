//! What takes a change back. What happened once (a flush, a restart, a failover) stays happened.

use crate::base::time::SimDuration;
use crate::scenario::action::{Action, Change, Knob};
use crate::scenario::model::Kind;
use crate::sim::Sim;

/// The actions that restore what `actions`, done in this order, are about to change; empty where
/// anything of it stays.
pub(super) fn inverse_of_all(sim: &Sim, actions: &[Action]) -> Vec<Action> {
    let back = actions.iter().rev().map(|action| inverse(sim, action));
    let back: Vec<Vec<Action>> = back.collect();
    let whole = back.iter().all(|list| !list.is_empty());
    if whole { back.concat() } else { Vec::new() }
}

/// The actions that restore what `action` is about to change; empty where nothing can.
fn inverse(sim: &Sim, action: &Action) -> Vec<Action> {
    let set = |knob: Knob| {
        Action::Change(Change {
            knob,
            value: sim.parameter(knob),
            over: SimDuration::ZERO,
        })
    };
    let back = match *action {
        Action::Change(ref change) => set(change.knob),
        Action::Deploy { service, .. } | Action::RollBack { service, .. } => Action::Deploy {
            service,
            version: sim.versions(service).current,
            share: 1.0,
        },
        Action::Scale { component, .. } => Action::Scale {
            component,
            instances: sim.instances_wanted(component),
        },
        Action::SetFlag { flag, .. } => Action::SetFlag {
            flag,
            on: sim.flag_is_on(flag),
        },
        Action::SetJob { job, .. } => Action::SetJob {
            job,
            running: sim.job_runs(job),
        },
        Action::SetBreaker { edge, .. } => Action::SetBreaker {
            edge,
            mode: sim.breaker_mode(edge),
        },
        Action::SetAutoscaler { service, .. } => Action::SetAutoscaler {
            service,
            on: sim.autoscaler_is_on(service),
        },
        Action::SetHealthChecks { balancer, .. } => Action::SetHealthChecks {
            balancer,
            on: sim.health_checks_are_on(balancer),
        },
        Action::SetGate { service, .. } => Action::SetGate {
            service,
            on: sim.gate_is_on(service),
        },
        Action::Drain { edge, .. } => Action::Drain {
            edge,
            out: sim.is_drained(edge),
        },
        Action::PauseQueue { queue, .. } => Action::PauseQueue {
            queue,
            paused: sim.is_paused(queue),
        },
        Action::ReplayDeadLetters { queue, .. } => Action::ReplayDeadLetters {
            queue,
            per_s: sim.replay_per_s(queue),
        },
        Action::WarmCache { cache, .. } => Action::WarmCache { cache, per_s: 0.0 },
        Action::RevertConfig(id) => return reverted(sim, id),
        Action::Restart { .. }
        | Action::FlushCache(_)
        | Action::FailOver(_)
        | Action::AddReplicas { .. }
        | Action::KillQueries(_)
        | Action::KillIdleConnections(_)
        | Action::SkipPoison(_)
        | Action::AddPoison(_)
        | Action::RotateSecret(_)
        | Action::ExpireSecret(_)
        | Action::RefreshTokens(_)
        | Action::Reauthorise(_) => return Vec::new(),
    };
    vec![back]
}

/// Every parameter of a component and its calls as it is set now.
fn reverted(sim: &Sim, id: crate::base::id::ComponentId) -> Vec<Action> {
    use crate::scenario::action::{ComponentKnob, EdgeKnob};
    let world = &sim.scenario().world;
    let own = ComponentKnob::ALL
        .iter()
        .filter(|_| !matches!(world.components[id].kind, Kind::External(_)))
        .map(|&knob| Knob::Component(id, knob));
    let calls = world.components[id].calls.iter();
    let calls = calls.flat_map(|&edge| {
        EdgeKnob::ALL
            .iter()
            .map(move |&knob| Knob::Edge(edge, knob))
    });
    own.chain(calls)
        .map(|knob| {
            Action::Change(Change {
                knob,
                value: sim.parameter(knob),
                over: SimDuration::ZERO,
            })
        })
        .collect()
}

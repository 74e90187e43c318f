//! Random actions on any target, with values that the language could give.

use sev1::base::id::{ComponentId, EdgeId, JourneyId};
use sev1::base::time::SimDuration;
use sev1::scenario::action::{
    Action, BreakerMode, Change, ComponentKnob, EdgeKnob, JourneyKnob, Knob,
};
use sev1::scenario::model::Scenario;

use super::worlds::Tape;

/// A value that the language could give a parameter.
fn value_of(tape: &mut Tape<'_>, knob: ComponentKnob) -> f64 {
    use ComponentKnob as K;
    match knob {
        K::ErrorShare
        | K::WrongShare
        | K::DownShare
        | K::BlackholeShare
        | K::SlowShare
        | K::HotShare
        | K::ReadShare
        | K::RevokedShare => tape.pick(&[0.0, 0.3, 1.0]),
        K::DropExpired | K::NewestFirst | K::Coalesce | K::SkipStale => tape.pick(&[0.0, 1.0]),
        K::Shards | K::CacheKeys | K::BucketBurst | K::SlowFactor => tape.pick(&[1.0, 7.0, 500.0]),
        K::Slots => tape.pick(&[1.0, 20.0, f64::INFINITY]),
        K::MaxInstances | K::MinInstances | K::ShedBelow => tape.pick(&[0.0, 3.0, 12.0]),
        K::Speed
        | K::TimeFactor
        | K::Ttl
        | K::ReplicationLag
        | K::Invalidations
        | K::BucketRate => tape.pick(&[1.0, 0.0, 0.2, 20.0]),
        K::QueueLimit
        | K::Admission
        | K::CacheTtl
        | K::MaxConnections
        | K::ConsumeRate
        | K::ShardRate => tape.pick(&[10.0, 0.0, 1.0, f64::INFINITY]),
        K::CacheEntries => tape.pick(&[50.0, 0.0, 1e6]),
    }
}

fn change(tape: &mut Tape<'_>, scenario: &Scenario) -> Action {
    let (components, edges) = (scenario.world.components.len(), scenario.world.edges.len());
    let over = SimDuration::from_secs(tape.pick(&[0, 0, 7]));
    let (knob, value) = match tape.below(4) {
        0 => {
            let which = tape.pick(EdgeKnob::ALL);
            let value = match which {
                EdgeKnob::Timeout => tape.pick(&[0.2, 0.001, f64::INFINITY]),
                EdgeKnob::Attempts => tape.pick(&[1.0, 4.0]),
                EdgeKnob::Pool | EdgeKnob::RetryBudget | EdgeKnob::BreakerShare => {
                    tape.pick(&[0.5, 1.0, 10.0, f64::INFINITY])
                }
                EdgeKnob::FullJitter | EdgeKnob::Fallback | EdgeKnob::Unkeyed => {
                    tape.pick(&[0.0, 1.0])
                }
                EdgeKnob::BackoffBase
                | EdgeKnob::BackoffCap
                | EdgeKnob::PerRequest
                | EdgeKnob::Weight => tape.pick(&[1.0, 0.0, 2.5]),
                EdgeKnob::BrokenShare | EdgeKnob::WrongShare => tape.pick(&[0.0, 0.4, 1.0]),
            };
            (Knob::Edge(EdgeId(tape.below(edges) as u16), which), value)
        }
        1 => {
            let journey = JourneyId(tape.below(scenario.world.journeys.len()) as u16);
            (
                Knob::Journey(journey, JourneyKnob::RateFactor),
                tape.pick(&[1.0, 0.0, 4.0]),
            )
        }
        _ => {
            let which = tape.pick(ComponentKnob::ALL);
            let value = value_of(tape, which);
            (
                Knob::Component(ComponentId(tape.below(components) as u16), which),
                value,
            )
        }
    };
    Action::Change(Change { knob, value, over })
}

/// Any action on any target: what makes no sense must change nothing.
pub(super) fn action(tape: &mut Tape<'_>, scenario: &Scenario) -> Action {
    let id = ComponentId(tape.below(scenario.world.components.len()) as u16);
    let edge = EdgeId(tape.below(scenario.world.edges.len()) as u16);
    match tape.below(34) {
        0 => Action::RevertConfig(id),
        1 | 2 => Action::Deploy {
            service: id,
            version: tape.pick(&[1, 0, 9]),
            share: tape.pick(&[1.0, 0.3]),
        },
        3 => Action::RollBack {
            service: id,
            share: 1.0,
        },
        4 | 5 => Action::Scale {
            component: id,
            instances: tape.pick(&[4, 0, 1, 30]),
        },
        6 | 7 => Action::Restart {
            component: id,
            staggered: tape.chance(5),
        },
        8 => Action::SetBreaker {
            edge,
            mode: tape.pick(&[BreakerMode::Open, BreakerMode::Closed, BreakerMode::Auto]),
        },
        9 => Action::SetAutoscaler {
            service: id,
            on: tape.chance(5),
        },
        10 => Action::SetHealthChecks {
            balancer: id,
            on: tape.chance(5),
        },
        11 => Action::Drain {
            edge,
            out: tape.chance(5),
        },
        12 => Action::FlushCache(id),
        13 => Action::WarmCache {
            cache: id,
            per_s: tape.pick(&[500.0, 0.0, 10.0]),
        },
        14 => Action::FailOver(id),
        15 => Action::AddReplicas {
            database: id,
            count: 2,
        },
        16 => Action::KillQueries(id),
        17 => Action::KillIdleConnections(id),
        18 => Action::PauseQueue {
            queue: id,
            paused: tape.chance(5),
        },
        19 => Action::ReplayDeadLetters {
            queue: id,
            per_s: 20.0,
        },
        20 => Action::SkipPoison(id),
        21 => Action::AddPoison(id),
        22 => Action::RotateSecret(id),
        23 => Action::ExpireSecret(id),
        24 => Action::RefreshTokens(id),
        25 => Action::Reauthorise(id),
        26 => Action::SetGate {
            service: id,
            on: tape.chance(5),
        },
        _ => change(tape, scenario),
    }
}

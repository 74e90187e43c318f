//! Actions and their targets in words, for records and reports.
//!
//! Orders come from files and random players too, so an id may be anything: what it names then is
//! called unknown.

use crate::base::id::{ComponentId, EdgeId, JourneyId};
use crate::base::text::thousands;
use crate::base::time::SimDuration;
use crate::scenario::action::{Action, BreakerMode, Change, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{Kind, Signal, World};
use crate::scenario::signal::SignalUnit;

/// A dependency as `caller → callee`.
pub fn edge(world: &World, id: EdgeId) -> String {
    let Some(edge) = world.edges.get(id) else {
        return "an unknown call".to_owned();
    };
    let from = edge.from.map_or("customers", |from| part(world, from));
    format!("{from} → {}", part(world, edge.to))
}

fn part(world: &World, id: ComponentId) -> &str {
    let part = world.components.get(id);
    part.map_or("an unknown part", |it| it.name.as_str())
}

fn journey(world: &World, id: JourneyId) -> &str {
    let journey = world.journeys.get(id);
    journey.map_or("an unknown journey", |it| it.name.as_str())
}

/// The name of a service's version.
pub fn version(world: &World, service: ComponentId, version: u8) -> String {
    let Some(Kind::Service(spec)) = world.components.get(service).map(|it| &it.kind) else {
        return String::new();
    };
    let version = spec.versions.get(usize::from(version));
    version.map_or_else(String::new, |it| it.name.clone())
}

/// A signal in words.
pub fn signal(signal: Signal) -> &'static str {
    match signal {
        Signal::Arrivals => "arrivals",
        Signal::Served => "served",
        Signal::Failed => "failed",
        Signal::Attempts => "attempts",
        Signal::InSystem => "in system",
        Signal::Queued => "waiting",
        Signal::Utilisation => "slots in use",
        Signal::Cpu => "cpu",
        Signal::LatencyMean => "latency",
        Signal::LatencyP50 => "latency p50",
        Signal::LatencyP95 => "latency p95",
        Signal::LatencyP99 => "latency p99",
        Signal::ErrorShare => "errors",
        Signal::HitShare => "hit share",
        Signal::Connections => "connections",
        Signal::OldestAge => "oldest",
        Signal::Evictions => "evictions",
        Signal::Throttled => "throttled",
        Signal::Instances => "instances",
        Signal::DeadLetters => "dead letters",
        Signal::Contacts => "support contacts",
        Signal::Earned => "takings",
    }
}

/// A value of a signal with its unit.
pub fn value(signal: Signal, value: f64) -> String {
    let number = |value: f64| {
        if value.abs() >= 1000.0 && value.fract() == 0.0 {
            return thousands(value);
        }
        format!("{}", (value * 1e4).round() / 1e4)
    };
    match signal.unit() {
        SignalUnit::PerSecond => format!("{}/s", number(value)),
        SignalUnit::Seconds => SimDuration::from_secs_f64(value).to_string(),
        SignalUnit::Share => format!("{} %", number(value * 100.0)),
        SignalUnit::Count => number(value),
    }
}

/// An action in words.
#[expect(clippy::too_many_lines, reason = "one arm per action")]
pub fn action(world: &World, action: &Action) -> String {
    let name = |id: ComponentId| part(world, id);
    let all = |share: f64| {
        if share >= 1.0 {
            String::new()
        } else {
            format!(" on {:.0} %", share * 100.0)
        }
    };
    let switched = |on: bool| if on { "on" } else { "off" };
    match action {
        Action::Change(change) => change_text(world, change),
        Action::RevertConfig(id) => format!("revert the configuration of {}", name(*id)),
        Action::Deploy {
            service,
            version: v,
            share,
        } => {
            format!(
                "deploy {} {}{}",
                name(*service),
                version(world, *service, *v),
                all(*share)
            )
        }
        Action::RollBack { service, share } => {
            format!("roll back {}{}", name(*service), all(*share))
        }
        Action::Scale {
            component,
            instances,
        } => format!("scale {} to {instances}", name(*component)),
        Action::Restart {
            component,
            staggered,
        } => {
            format!(
                "restart {}{}",
                name(*component),
                if *staggered {
                    " in waves"
                } else {
                    ", all at once"
                }
            )
        }
        Action::SetFlag { flag, on } => {
            let flag = world.flags.get(*flag).map_or("unknown", |it| &it.name);
            format!("flag {flag} {}", switched(*on))
        }
        Action::SetJob { job, running } => {
            let job = world.jobs.get(*job).map_or("unknown", |it| &it.name);
            format!("{} job {job}", if *running { "start" } else { "stop" })
        }
        Action::SetBreaker { edge: id, mode } => {
            let mode = match mode {
                BreakerMode::Auto => "leave to itself the breaker",
                BreakerMode::Open => "open the breaker",
                BreakerMode::Closed => "hold closed the breaker",
            };
            format!("{mode} {}", edge(world, *id))
        }
        Action::SetAutoscaler { service, on } => {
            format!("autoscaler of {} {}", name(*service), switched(*on))
        }
        Action::SetHealthChecks { balancer, on } => {
            format!("health checks of {} {}", name(*balancer), switched(*on))
        }
        Action::SetGate { service, on } => {
            format!("release gate of {} {}", name(*service), switched(*on))
        }
        Action::Drain { edge: id, out } => {
            format!(
                "{} {}",
                if *out { "drain" } else { "take back" },
                edge(world, *id)
            )
        }
        Action::FlushCache(id) => format!("flush {}", name(*id)),
        Action::WarmCache { cache, per_s } => format!("warm {} with {per_s} keys/s", name(*cache)),
        Action::FailOver(id) => format!("fail over {}", name(*id)),
        Action::AddReplicas { database, count } => {
            format!("add {count} replicas to {}", name(*database))
        }
        Action::KillQueries(id) => format!("kill runaway queries on {}", name(*id)),
        Action::KillIdleConnections(id) => format!("kill idle connections on {}", name(*id)),
        Action::PauseQueue { queue, paused } => {
            format!(
                "{} {}",
                if *paused { "pause" } else { "resume" },
                name(*queue)
            )
        }
        Action::ReplayDeadLetters { queue, per_s } => {
            format!("replay dead letters of {} at {per_s}/s", name(*queue))
        }
        Action::SkipPoison(id) => format!("skip the blocking record of {}", name(*id)),
        Action::AddPoison(id) => format!("a record that always fails arrives in {}", name(*id)),
        Action::RotateSecret(id) => format!("rotate the secret for {}", name(*id)),
        Action::ExpireSecret(id) => format!("the secret for {} expires", name(*id)),
        Action::RefreshTokens(id) => format!("refresh the tokens for {}", name(*id)),
        Action::Reauthorise(id) => format!("ask sellers to authorise {} again", name(*id)),
    }
}

fn change_text(world: &World, change: &Change) -> String {
    let value = amount(change.knob, change.value);
    let over = if change.over.is_zero() {
        String::new()
    } else {
        format!(" over {}", change.over)
    };
    match change.knob {
        Knob::Component(id, knob) => {
            format!(
                "{} · {} {value}{over}",
                part(world, id),
                component_knob(knob)
            )
        }
        Knob::Edge(id, knob) => {
            format!("{} · {} {value}{over}", edge(world, id), edge_knob(knob))
        }
        Knob::Journey(id, _) => format!("{} · rate {value}{over}", journey(world, id)),
    }
}

/// What a parameter is set to, as people write it who know what it is.
fn amount(knob: Knob, value: f64) -> String {
    use ComponentKnob as C;
    use EdgeKnob as E;
    let number = |value: f64| match value.fract() {
        0.0 if value >= 0.0 => thousands(value),
        _ => format!("{value}"),
    };
    if value.is_infinite() {
        return "= no limit".to_owned();
    }
    let text = match knob {
        Knob::Component(_, C::Ttl | C::CacheTtl | C::ReplicationLag)
        | Knob::Edge(_, E::Timeout | E::BackoffBase | E::BackoffCap) => {
            SimDuration::from_secs_f64(value).to_string()
        }
        Knob::Component(
            _,
            C::ErrorShare
            | C::DownShare
            | C::BlackholeShare
            | C::SlowShare
            | C::HotShare
            | C::ReadShare
            | C::RevokedShare
            | C::WrongShare,
        )
        | Knob::Edge(_, E::RetryBudget | E::BreakerShare | E::BrokenShare | E::WrongShare) => {
            format!("{} %", number((value * 1e4).round() / 1e2))
        }
        Knob::Component(
            _,
            C::Admission | C::Invalidations | C::ConsumeRate | C::ShardRate | C::BucketRate,
        ) => format!("{}/s", number(value)),
        Knob::Component(_, C::DropExpired | C::NewestFirst | C::Coalesce | C::SkipStale)
        | Knob::Edge(_, E::FullJitter | E::Fallback | E::Unkeyed) => {
            if value >= 0.5 { "on" } else { "off" }.to_owned()
        }
        Knob::Component(_, C::Speed | C::TimeFactor | C::SlowFactor) | Knob::Journey(..) => {
            return format!("× {}", number(value));
        }
        Knob::Component(..) | Knob::Edge(..) => number(value),
    };
    format!("= {text}")
}

/// A parameter with its target, in words.
pub fn knob(world: &World, knob: Knob) -> String {
    match knob {
        Knob::Component(id, knob) => {
            format!("{} · {}", part(world, id), component_knob(knob))
        }
        Knob::Edge(id, knob) => format!("{} · {}", edge(world, id), edge_knob(knob)),
        Knob::Journey(id, _) => format!("{} · rate", journey(world, id)),
    }
}

fn component_knob(knob: ComponentKnob) -> String {
    spaced(&format!("{knob:?}"))
}

fn edge_knob(knob: EdgeKnob) -> String {
    spaced(&format!("{knob:?}"))
}

/// `QueueLimit` as `queue limit`.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(c.to_lowercase());
    }
    text
}

/// What kind of component it is, in a word.
pub const fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Service(_) => "service",
        Kind::Balancer(_) => "balancer",
        Kind::Cache(_) => "cache",
        Kind::Database(_) => "database",
        Kind::Queue(_) => "queue",
        Kind::External(_) => "external",
    }
}

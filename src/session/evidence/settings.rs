//! Settings in words: what each parameter is called in a configuration, and its values with units.

use crate::scenario::action::{ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::Kind;
use crate::session::evidence::scene::Scene;
use crate::session::evidence::text;

/// What a value is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Number,
    Seconds,
    PerSecond,
    Share,
    Switch,
    /// Entries of a cache, shown as memory.
    Entries,
}

/// A parameter with its target, such as `checkout → pricing: timeout`.
pub(super) fn name(scene: &Scene<'_>, knob: Knob) -> String {
    match knob {
        Knob::Component(id, which) => format!("{}: {}", scene.name(id), component(which).0),
        Knob::Edge(id, which) => format!(
            "{} → {}: {}",
            scene.caller(id),
            scene.callee(id),
            edge(which).0
        ),
        Knob::Journey(id, _) => format!("{}: rate", scene.world().journeys[id].name),
    }
}

/// A value of a parameter, such as `250 ms`.
pub(super) fn value(scene: &Scene<'_>, knob: Knob, value: f64) -> String {
    let unit = match knob {
        Knob::Component(_, which) => component(which).1,
        Knob::Edge(_, which) => edge(which).1,
        Knob::Journey(..) => Unit::Number,
    };
    if !value.is_finite() {
        return "no limit".to_owned();
    }
    match unit {
        Unit::Number => plain(value),
        Unit::Seconds => text::time(value),
        Unit::PerSecond => text::rate(value),
        Unit::Share => text::percent(value),
        Unit::Switch => if value >= 0.5 { "on" } else { "off" }.to_owned(),
        Unit::Entries => match knob {
            Knob::Component(id, _) => match scene.kind(id) {
                Kind::Cache(cache) => text::bytes(value * cache.entry_bytes as f64),
                _ => text::count(value),
            },
            _ => text::count(value),
        },
    }
}

fn plain(value: f64) -> String {
    if value.fract() == 0.0 {
        text::count(value)
    } else {
        format!("{value}")
    }
}

const fn component(knob: ComponentKnob) -> (&'static str, Unit) {
    use ComponentKnob as K;
    match knob {
        K::Speed => ("speed", Unit::Share),
        K::TimeFactor => ("time of a request", Unit::Number),
        K::ErrorShare => ("errors", Unit::Share),
        K::DownShare => ("not reachable", Unit::Share),
        K::BlackholeShare => ("not answered", Unit::Share),
        K::SlowShare => ("slow requests", Unit::Share),
        K::SlowFactor => ("slowness", Unit::Number),
        K::Slots => ("workers per instance", Unit::Number),
        K::QueueLimit => ("accept queue", Unit::Number),
        K::DropExpired => ("drop expired work", Unit::Switch),
        K::NewestFirst => ("newest first", Unit::Switch),
        K::Shards => ("shards", Unit::Number),
        K::HotShare => ("share of the hottest key", Unit::Share),
        K::Admission => ("admission", Unit::PerSecond),
        K::ShedBelow => ("shed below priority", Unit::Number),
        K::Ttl => ("TTL of its weights", Unit::Seconds),
        K::CacheEntries => ("maxmemory", Unit::Entries),
        K::CacheTtl => ("TTL of entries", Unit::Seconds),
        K::Coalesce => ("share fetches of one key", Unit::Switch),
        K::CacheKeys => ("distinct keys", Unit::Number),
        K::Invalidations => ("invalidations", Unit::PerSecond),
        K::MaxConnections => ("max_connections", Unit::Number),
        K::ReadShare => ("reads from replicas", Unit::Share),
        K::ReplicationLag => ("replication lag", Unit::Seconds),
        K::ConsumeRate => ("consumption limit", Unit::PerSecond),
        K::ShardRate => ("limit of a shard", Unit::PerSecond),
        K::BucketRate => ("rate limit", Unit::PerSecond),
        K::BucketBurst => ("burst", Unit::Number),
        K::RevokedShare => ("withdrawn grants", Unit::Share),
        K::MaxInstances => ("most instances", Unit::Number),
        K::MinInstances => ("fewest instances", Unit::Number),
        K::WrongShare => ("wrong answers", Unit::Share),
        K::SkipStale => ("leave out what is older than what was done", Unit::Switch),
    }
}

const fn edge(knob: EdgeKnob) -> (&'static str, Unit) {
    use EdgeKnob as K;
    match knob {
        K::Timeout => ("timeout", Unit::Seconds),
        K::Attempts => ("tries", Unit::Number),
        K::BackoffBase => ("first pause before a retry", Unit::Seconds),
        K::BackoffCap => ("longest pause before a retry", Unit::Seconds),
        K::FullJitter => ("jitter", Unit::Switch),
        K::RetryBudget => ("retry budget", Unit::Share),
        K::PerRequest => ("calls per request", Unit::Number),
        K::Pool => ("connections per instance", Unit::Number),
        K::Fallback => ("fallback", Unit::Switch),
        K::Weight => ("weight", Unit::Number),
        K::BreakerShare => ("breaker opens at failures of", Unit::Share),
        K::BrokenShare => ("broken calls", Unit::Share),
        K::Unkeyed => ("without idempotency key", Unit::Switch),
        K::WrongShare => ("wrong answers", Unit::Share),
    }
}

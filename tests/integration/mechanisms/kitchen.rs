//! One world with everything in it: no action and no parameter may be without effect there, and
//! none may break the books.

use std::collections::BTreeSet;

use crate::support::Lab;
use sev1::scenario::action::{Action, ComponentKnob, EdgeKnob, JourneyKnob, Knob};

/// The text of the world, without its outer brackets.
pub(crate) fn fields() -> &'static str {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/kitchen.ron"
    ));
    let from = text.find("Scenario(").expect("a scenario") + "Scenario(".len();
    text[from..]
        .trim_end()
        .strip_suffix(')')
        .expect("it ends with a bracket")
}

/// Actions on the kitchen, each after a preparation without which it would have nothing to do.
pub(crate) const ACTIONS: &[(&str, &str)] = &[
    ("", r#"Set(on: "stock", errors: "50%")"#),
    (
        r#"Set(on: "shop -> prices", timeout: "20ms")"#,
        r#"RevertConfig(component: "shop")"#,
    ),
    ("", r#"Deploy(service: "shop", version: "v2")"#),
    (
        r#"Deploy(service: "shop", version: "v2")"#,
        r#"RollBack(service: "shop")"#,
    ),
    ("", r#"Scale(component: "spare", instances: 1)"#),
    ("", r#"Restart(component: "shop", staggered: true)"#),
    ("", r#"Restart(component: "spare")"#),
    (
        r#"Set(on: "price-db", speed: 0.1)"#,
        r#"SetFlag(flag: "patience")"#,
    ),
    ("", r#"SetJob(job: "report", running: true)"#),
    ("", r#"SetBreaker(call: "shop -> prices", mode: Open)"#),
    (
        r#"Set(on: "shop", time_factor: 2)"#,
        r#"SetAutoscaler(service: "shop", on: false)"#,
    ),
    (
        r#"Set(on: "shop", down: "100%")"#,
        r#"SetHealthChecks(balancer: "alb", on: false)"#,
    ),
    (
        "",
        r#"[SetGate(service: "spare", on: false), Deploy(service: "spare", version: "s2")]"#,
    ),
    ("", r#"Drain(call: "alb -> spare")"#),
    ("", r#"FlushCache(cache: "prices")"#),
    (
        r#"FlushCache(cache: "prices")"#,
        r#"WarmCache(cache: "prices", rate: "200/s")"#,
    ),
    ("", r#"FailOver(database: "orders-db")"#),
    (
        r#"Set(on: "price-db", speed: 0.2)"#,
        r#"AddReplicas(database: "price-db", count: 2)"#,
    ),
    (
        r#"Set(on: "orders-db", slow_share: "5%", slow_factor: 1000)"#,
        r#"KillQueries(database: "orders-db")"#,
    ),
    (
        r#"Deploy(service: "shop", version: "v2")"#,
        r#"KillIdleConnections(database: "orders-db")"#,
    ),
    ("", r#"PauseQueue(queue: "updates")"#),
    (
        r#"Set(on: "connector", errors: "60%")"#,
        r#"ReplayDeadLetters(queue: "updates", rate: "5/s")"#,
    ),
    ("", r#"AddPoison(queue: "updates")"#),
    (
        r#"AddPoison(queue: "updates")"#,
        r#"SkipPoison(queue: "updates")"#,
    ),
    ("", r#"ExpireSecret(api: "vendor")"#),
    (
        r#"ExpireSecret(api: "vendor")"#,
        r#"RotateSecret(api: "vendor")"#,
    ),
    (
        r#"ExpireSecret(api: "vendor")"#,
        r#"RefreshTokens(api: "vendor")"#,
    ),
    (
        r#"Set(on: "vendor", revoked: "30%")"#,
        r#"Reauthorise(api: "vendor")"#,
    ),
];

/// Parameters, likewise.
const PARAMETERS: &[(&str, &str)] = &[
    ("", r#"Set(on: "stock", speed: 0.2)"#),
    ("", r#"Set(on: "stock", time_factor: 3)"#),
    ("", r#"Set(on: "stock", errors: "30%")"#),
    ("", r#"Set(on: "stock", wrong: "30%")"#),
    ("", r#"Set(on: "stock", down: "30%")"#),
    ("", r#"Set(on: "stock", blackhole: "30%")"#),
    ("", r#"Set(on: "stock", slow_share: "10%")"#),
    ("", r#"Set(on: "stock", slow_factor: 100)"#),
    (
        r#"Set(on: "stock", time_factor: 20)"#,
        r#"Set(on: "stock", workers: 3)"#,
    ),
    (
        r#"Set(on: "stock", time_factor: 100)"#,
        r#"Set(on: "stock", queue: 3)"#,
    ),
    (
        r#"Set(on: "price-db", speed: 0.05)"#,
        r#"Set(on: "price-db", drop_expired: true)"#,
    ),
    (
        r#"Set(on: "price-db", speed: 0.05)"#,
        r#"Set(on: "price-db", newest_first: true)"#,
    ),
    ("", r#"Set(on: "prices", shards: 1)"#),
    ("", r#"Set(on: "prices", hot_share: "95%")"#),
    ("", r#"Set(on: "alb", admission: "30/s")"#),
    ("", r#"Set(on: "alb", shed_below: 5)"#),
    (
        r#"Set(on: "dns -> alb", weight: 0)"#,
        r#"Set(on: "dns", ttl: "1s")"#,
    ),
    ("", r#"Set(on: "prices", entries: 100)"#),
    ("", r#"Set(on: "prices", ttl: "5s")"#),
    (
        r#"Set(on: "price-db", speed: 0.2)"#,
        r#"Set(on: "prices", coalesce: true)"#,
    ),
    ("", r#"Set(on: "prices", keys: "2M")"#),
    ("", r#"Set(on: "prices", invalidations: "1k/s")"#),
    ("", r#"Set(on: "orders-db", max_connections: 20)"#),
    (
        r#"Set(on: "price-db", speed: 0.3)"#,
        r#"Set(on: "price-db", read_share: "0%")"#,
    ),
    (
        "",
        r#"[Set(on: "orders-db", replication_lag: "30s"), FailOver(database: "orders-db")]"#,
    ),
    ("", r#"Set(on: "updates", consume: "3/s")"#),
    ("", r#"Set(on: "updates", shard_rate: "3/s")"#),
    ("", r#"Set(on: "vendor", bucket_rate: "2/s")"#),
    (
        r#"Set(on: "vendor", bucket_rate: "2/s")"#,
        r#"Set(on: "vendor", bucket_burst: 1)"#,
    ),
    ("", r#"Set(on: "vendor", revoked: "30%")"#),
    (
        r#"Set(on: "shop", time_factor: 4)"#,
        r#"Set(on: "shop", max_instances: 3)"#,
    ),
    ("", r#"Set(on: "shop", min_instances: 11)"#),
    ("", r#"Set(on: "shop -> prices", timeout: "2ms")"#),
    (
        r#"Set(on: "prices", errors: "30%")"#,
        r#"Set(on: "shop -> prices", attempts: 1)"#,
    ),
    (
        r#"Set(on: "prices", errors: "30%")"#,
        r#"Set(on: "shop -> prices", backoff_base: "1s")"#,
    ),
    (
        r#"Set(on: "shop -> prices", backoff_base: "500ms")"#,
        r#"Set(on: "shop -> prices", backoff_cap: "20ms")"#,
    ),
    (
        r#"Set(on: "prices", errors: "30%")"#,
        r#"Set(on: "shop -> prices", jitter: false)"#,
    ),
    (
        r#"Set(on: "prices", errors: "30%")"#,
        r#"Set(on: "shop -> prices", budget: "0%")"#,
    ),
    ("", r#"Set(on: "shop -> prices", per_request: 3)"#),
    ("", r#"Set(on: "shop -> orders-db", pool: 1)"#),
    (
        r#"Set(on: "stock", errors: "60%")"#,
        r#"Set(on: "shop -> stock", fallback_on: true)"#,
    ),
    ("", r#"Set(on: "alb -> spare", weight: 9)"#),
    (
        r#"Set(on: "prices", errors: "30%")"#,
        r#"Set(on: "shop -> prices", breaker_failures: "5%")"#,
    ),
    ("", r#"Set(on: "shop -> prices", broken: "30%")"#),
    ("", r#"Set(on: "shop -> prices", wrong: "30%")"#),
    (
        r#"Set(on: "shop -> prices", timeout: "2ms")"#,
        r#"Set(on: "shop -> prices", unkeyed: true)"#,
    ),
    ("", r#"Set(journey: "look", rate_factor: 2)"#),
];

/// Runs the kitchen with and without `act`, and says whether anything came out differently.
fn makes_a_difference(prepared: &Lab, act: &str) -> bool {
    let (mut with, mut without) = (prepared.clone(), prepared.clone());
    with.act(act);
    with.run(100.0);
    without.run(100.0);
    with.sim.digest() != without.sim.digest()
}

/// Each distinct preparation is run once.
fn each_in(table: &[(&str, &str)], mut check: impl FnMut(&Lab, &str)) {
    let mut start = Lab::new(fields());
    start.run(60.0);
    let preparations: BTreeSet<&str> = table.iter().map(|(prepare, _)| *prepare).collect();
    for prepare in preparations {
        let mut prepared = start.clone();
        if !prepare.is_empty() {
            prepared.act(prepare);
        }
        prepared.run(60.0);
        for (_, act) in table.iter().filter(|(other, _)| *other == prepare) {
            check(&prepared, act);
        }
    }
}

/// A name for each kind of action. A new one does not compile until it has a row above.
fn name_of(action: &Action) -> &'static str {
    match action {
        Action::Change(_) => "Change",
        Action::RevertConfig(_) => "RevertConfig",
        Action::Deploy { .. } => "Deploy",
        Action::RollBack { .. } => "RollBack",
        Action::Scale { .. } => "Scale",
        Action::Restart { .. } => "Restart",
        Action::SetFlag { .. } => "SetFlag",
        Action::SetJob { .. } => "SetJob",
        Action::SetBreaker { .. } => "SetBreaker",
        Action::SetAutoscaler { .. } => "SetAutoscaler",
        Action::SetHealthChecks { .. } => "SetHealthChecks",
        Action::SetGate { .. } => "SetGate",
        Action::Drain { .. } => "Drain",
        Action::FlushCache(_) => "FlushCache",
        Action::WarmCache { .. } => "WarmCache",
        Action::FailOver(_) => "FailOver",
        Action::AddReplicas { .. } => "AddReplicas",
        Action::KillQueries(_) => "KillQueries",
        Action::KillIdleConnections(_) => "KillIdleConnections",
        Action::PauseQueue { .. } => "PauseQueue",
        Action::ReplayDeadLetters { .. } => "ReplayDeadLetters",
        Action::SkipPoison(_) => "SkipPoison",
        Action::AddPoison(_) => "AddPoison",
        Action::RotateSecret(_) => "RotateSecret",
        Action::ExpireSecret(_) => "ExpireSecret",
        Action::RefreshTokens(_) => "RefreshTokens",
        Action::Reauthorise(_) => "Reauthorise",
    }
}

const KINDS_OF_ACTION: usize = 27;

#[test]
fn every_action_has_an_effect_and_keeps_the_books() {
    let mut seen = BTreeSet::new();
    each_in(ACTIONS, |prepared, act| {
        let name = name_of(&prepared.actions(act)[0]);
        seen.insert(name);
        assert!(makes_a_difference(prepared, act), "{act} has no effect");
    });
    assert_eq!(seen.len(), KINDS_OF_ACTION, "{seen:?}");
}

#[test]
fn every_parameter_has_an_effect_and_keeps_the_books() {
    let mut seen = BTreeSet::new();
    each_in(PARAMETERS, |prepared, act| {
        for action in prepared.actions(act) {
            if let Action::Change(change) = action {
                seen.insert(match change.knob {
                    Knob::Component(_, knob) => (0, knob as usize),
                    Knob::Edge(_, knob) => (1, knob as usize),
                    Knob::Journey(_, knob) => (2, knob as usize),
                });
            }
        }
        assert!(makes_a_difference(prepared, act), "{act} has no effect");
    });
    let knobs = [
        ComponentKnob::ALL.len(),
        EdgeKnob::ALL.len(),
        JourneyKnob::ALL.len(),
    ];
    // It changes what is overwritten, which no digest holds; `queues` counts that.
    seen.insert((0, ComponentKnob::SkipStale as usize));
    for (group, count) in knobs.into_iter().enumerate() {
        for knob in 0..count {
            assert!(
                seen.contains(&(group, knob)),
                "no row for parameter {knob} of group {group}"
            );
        }
    }
}

#[test]
fn the_kitchen_survives_everything_at_once() {
    let mut w = Lab::new(fields());
    w.run(30.0);
    for (prepare, act) in ACTIONS.iter().chain(PARAMETERS) {
        if !prepare.is_empty() {
            w.act(prepare).run(1.5);
        }
        w.act(act).run(3.5);
    }
    w.run(120.0);
    assert!(w.journey(0).arrivals > 50_000, "{}", w.journey(0).arrivals);
}

//! What callers do: retries, budgets, breakers, pools, fallbacks, time-outs.

use crate::support::{Lab, near};
use sev1::scenario::model::FailureKind;
use sev1::sim::Event;

fn tries(w: &Lab) -> f64 {
    w.along("web", "back").tries as f64
}

fn first_tries(w: &Lab) -> f64 {
    w.along("web", "back").first_tries as f64
}

/// A caller with a policy in front of a callee.
fn pair(policy: &str, back: &str) -> Lab {
    Lab::new(&format!(
        r#"
        components: {{
            "web": Service(workers: "none", time: "0s", calls: {{ "back": ({policy}) }}),
            "back": Service({back}),
        }},
        journeys: {{ "visit": (to: "web", rate: "100/s", timeout: "none") }},
        engine: (step: "20ms", calm_step: "20ms"),
    "#
    ))
}

#[test]
fn a_budget_bounds_retries_and_may_be_taken_away() {
    let mut w = pair(
        "attempts: 4, budget: (ratio: 0.1, size: 10)",
        r#"workers: "none", time: "1ms", errors: "100%""#,
    );
    w.run(20.0);
    near(
        "tries per request in the budget",
        w.share(60.0, tries, first_tries),
        1.1,
        0.01,
    );
    w.act(r#"Set(on: "web -> back", budget: "none")"#).run(2.0);
    near(
        "tries without one",
        w.share(30.0, tries, first_tries),
        4.0,
        0.02,
    );
    w.act(r#"Set(on: "web -> back", budget: "50%")"#).run(20.0);
    near(
        "tries in a wider one",
        w.share(60.0, tries, first_tries),
        1.5,
        0.03,
    );
    w.act(r#"RevertConfig(component: "web")"#).run(5.0);
    near(
        "tries after the revert",
        w.share(60.0, tries, first_tries),
        1.1,
        0.01,
    );
}

#[test]
fn pauses_between_tries_double_up_to_the_cap() {
    let always = r#"workers: "none", time: "0s", errors: "100%""#;
    // 100 + 200 + 200 ms of pauses.
    let mut w = pair(
        r#"attempts: 4, backoff: (base: "100ms", cap: "200ms")"#,
        always,
    );
    near("latency", w.latency("web", 20.0), 0.5, 0.01);
    w.act(r#"Set(on: "web -> back", jitter: true)"#).run(5.0);
    near("with full jitter", w.latency("web", 60.0), 0.25, 0.02);
    w.act(r#"Set(on: "web -> back", jitter: false, backoff_base: "50ms", backoff_cap: "50ms")"#)
        .run(5.0);
    near("capped", w.latency("web", 20.0), 0.15, 0.01);
    w.act(r#"Set(on: "web -> back", attempts: 1)"#).run(2.0);
    near("without retries", w.latency("web", 20.0), 0.0, 0.001);
}

#[test]
fn a_breaker_opens_probes_and_closes() {
    let mut w = pair(
        r#"breaker: (failures: "50%", min_calls: 20, window: "10s", open_for: "30s")"#,
        r#"workers: "none", time: "1ms""#,
    );
    w.run(30.0)
        .act(r#"Set(on: "back", errors: "100%")"#)
        .run(15.0);
    let edge = w.call("web", "back");
    assert!(w.sim.edge_view(edge).breaker_open);
    let opened = w.when(|e| matches!(e, Event::BreakerOpened(_)));
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert!((30.0..38.0).contains(&opened[0]), "{opened:?}");
    near(
        "calls that leave while it is open",
        w.rate(10.0, |w| w.of("back").arrivals as f64),
        0.0,
        1e-9,
    );
    assert!(w.along("web", "back").failed[FailureKind::BreakerOpen as usize] > 1000);

    let probes = w.of("back").arrivals;
    w.run(30.0);
    let probed = w.of("back").arrivals - probes;
    assert!((1..100).contains(&probed), "{probed} went through to see");
    assert!(
        w.sim.edge_view(edge).breaker_open,
        "it failed, so it stays open"
    );

    w.act(r#"Set(on: "back", errors: "0%")"#).run(35.0);
    assert!(!w.sim.edge_view(edge).breaker_open);
    assert_eq!(w.when(|e| matches!(e, Event::BreakerClosed(_))).len(), 1);
    near("served again", w.goodput(20.0), 1.0, 0.01);
}

#[test]
fn a_breaker_is_held_open_held_closed_and_left_to_itself() {
    let mut w = pair("breaker: ()", r#"workers: "none", time: "1ms""#);
    w.run(5.0)
        .act(r#"SetBreaker(call: "web -> back", mode: Open)"#)
        .run(1.0);
    assert_eq!(w.goodput(20.0), 0.0, "open although nothing fails");
    w.act(r#"SetBreaker(call: "web -> back", mode: Closed)"#)
        .act(r#"Set(on: "back", errors: "100%")"#)
        .run(20.0);
    near(
        "calls through a breaker held closed",
        w.rate(20.0, |w| w.of("back").arrivals as f64),
        100.0,
        8.0,
    );
    w.act(r#"SetBreaker(call: "web -> back", mode: Auto)"#)
        .run(20.0);
    near(
        "calls when it acts by itself",
        w.rate(5.0, |w| w.of("back").arrivals as f64),
        0.0,
        1e-9,
    );
    w.act(r#"SetBreaker(call: "web -> back", mode: Auto)"#)
        .act(r#"Set(on: "web -> back", breaker_failures: "none")"#);
    near(
        "calls when it never opens",
        w.rate(40.0, |w| w.of("back").arrivals as f64),
        100.0,
        8.0,
    );
}

#[test]
fn a_breaker_that_is_switched_off_is_armed_by_its_share() {
    let mut w = pair(
        "breaker: (on: false)",
        r#"workers: "none", time: "1ms", errors: "100%""#,
    );
    let edge = w.call("web", "back");
    w.run(30.0);
    assert!(!w.sim.edge_view(edge).breaker_open);
    w.act(r#"Set(on: "web -> back", breaker_failures: "50%")"#)
        .run(15.0);
    assert!(w.sim.edge_view(edge).breaker_open);
    w.act(r#"RevertConfig(component: "web")"#).run(60.0);
    assert!(!w.sim.edge_view(edge).breaker_open);
}

#[test]
fn a_pool_limits_and_lets_wait() {
    let back = r#"workers: "none", time: "100ms", cv2: 0"#;
    // Ten connections of 100 ms pass 100 requests a second.
    let mut w = pair(r#"pool: (size: 10, wait: "1s")"#, back);
    w.act(r#"Set(journey: "visit", rate_factor: 2)"#).run(20.0);
    near(
        "passed",
        w.rate(30.0, |w| w.of("back").arrivals as f64),
        100.0,
        3.0,
    );
    let view = w.sim.edge_view(w.call("web", "back"));
    assert_eq!((view.in_use, view.pool), (10, Some(10)));
    assert!(view.waiting > 50, "{view:?}");
    let refused = |w: &Lab| w.along("web", "back").failed[FailureKind::Refused as usize] as f64;
    near("gave up waiting", w.rate(30.0, refused), 100.0, 8.0);
    near(
        "the others wait nearly a second",
        w.latency("web", 20.0),
        1.05,
        0.06,
    );
    w.act(r#"Set(on: "web -> back", pool: 30)"#).run(5.0);
    near("served with more", w.goodput(20.0), 1.0, 0.02);
    near("and nobody waits", w.latency("web", 20.0), 0.1, 0.01);
    w.act(r#"Set(on: "web -> back", pool: 10)"#).run(20.0);
    near(
        "passed by fewer again",
        w.rate(30.0, |w| w.of("back").arrivals as f64),
        100.0,
        3.0,
    );
}

#[test]
fn a_pool_that_gets_its_connections_back_is_used_at_once() {
    let mut w = pair(
        r#"pool: (size: 10, wait: "1s")"#,
        r#"workers: "none", time: "10ms""#,
    );
    w.run(5.0)
        .act(r#"Scale(component: "web", instances: 0)"#)
        .run(30.0);
    assert_eq!(w.goodput(5.0), 0.0);
    w.act(r#"Scale(component: "web", instances: 1)"#).run(80.0);
    near("served", w.goodput(10.0), 1.0, 0.01);
}

#[test]
fn an_answer_after_the_time_out_is_lost_and_still_costs_its_work() {
    let mut w = pair(
        r#"timeout: "50ms""#,
        r#"workers: 200, time: "80ms", cv2: 0"#,
    );
    w.run(5.0);
    assert_eq!(w.goodput(20.0), 0.0);
    near(
        "worked on",
        w.rate(20.0, |w| w.of("back").late as f64),
        100.0,
        6.0,
    );
    w.act(r#"Set(on: "web -> back", timeout: "120ms")"#)
        .run(1.0);
    near("served when they wait longer", w.goodput(20.0), 1.0, 0.01);
    w.act(r#"Set(on: "back", speed: 0)"#)
        .act(r#"Set(on: "web -> back", timeout: "none")"#)
        .run(20.0);
    let in_flight = w.journey(0).in_flight();
    assert!(in_flight > 1800, "{in_flight} wait for ever");
    w.act(r#"Set(on: "back", speed: 1)"#).run(20.0);
    assert!(w.journey(0).in_flight() < 100);
}

#[test]
fn fallbacks_answer_degraded_or_from_the_source() {
    let mut w = pair(
        "fallback: Stale",
        r#"workers: "none", time: "1ms", errors: "100%""#,
    );
    w.run(5.0);
    assert_eq!(w.goodput(10.0), 0.0, "it is not switched on");
    w.act(r#"Set(on: "web -> back", fallback_on: true)"#)
        .run(1.0);
    near(
        "degraded",
        w.share(
            20.0,
            |w| w.journey(0).degraded as f64,
            |w| w.journey(0).arrivals as f64,
        ),
        1.0,
        0.02,
    );
    assert!(w.along("web", "back").fallbacks > 1900);

    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(workers: "none", time: "0s", calls: {
                "back": (fallback: Source("source"), fallback_on: true), "source": (per_request: 0),
            }),
            "back": Service(workers: "none", time: "1ms"),
            "source": Database(slots: "none", time: "30ms", cv2: 0),
        },
        journeys: { "visit": (to: "web", rate: "100/s") },
    "#,
    );
    near(
        "asked of the source while all is well",
        w.rate(20.0, |w| w.of("source").arrivals as f64),
        0.0,
        1e-9,
    );
    w.act(r#"Set(on: "back", errors: "40%")"#).run(2.0);
    near("served all the same", w.goodput(20.0), 1.0, 0.01);
    near(
        "asked of the source",
        w.rate(60.0, |w| w.of("source").arrivals as f64),
        40.0,
        3.0,
    );
}

#[test]
fn what_is_not_required_degrades_and_what_one_journey_needs_costs_the_other_nothing() {
    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(workers: "none", time: "0s", calls: {
                "hints": (required: false), "pay": (journeys: ["buy"]),
            }),
            "hints": Service(workers: "none", time: "1ms"),
            "pay": Service(workers: "none", time: "1ms"),
        },
        journeys: { "visit": (to: "web", rate: "100/s"), "buy": (to: "web", rate: "50/s") },
    "#,
    );
    w.run(5.0)
        .act(r#"[Set(on: "hints", errors: "100%"), Set(on: "pay", errors: "100%")]"#)
        .run(2.0);
    near(
        "degraded",
        w.rate(20.0, |w| w.journey(0).degraded as f64),
        100.0,
        8.0,
    );
    near(
        "failed",
        w.rate(20.0, |w| w.journey(1).failed_total() as f64),
        50.0,
        6.0,
    );
    near(
        "visits failed",
        w.journey(0).failed_total() as f64,
        0.0,
        1e-9,
    );
    near(
        "asked to pay",
        w.rate(20.0, |w| w.of("pay").arrivals as f64),
        50.0,
        6.0,
    );
}

#[test]
fn customers_try_again_or_give_up() {
    let mut w = Lab::new(
        r#"
        components: { "web": Service(workers: "none", time: "1ms", errors: "100%") },
        journeys: { "visit": (to: "web", rate: "100/s", attempts: 3, backoff: (base: "1s"), abandon: "50%") },
    "#,
    );
    w.run(20.0);
    let arrivals = |w: &Lab| w.journey(0).arrivals as f64;
    near(
        "tries per customer",
        w.share(120.0, |w| w.of("web").arrivals as f64, arrivals),
        1.75,
        0.05,
    );
    near(
        "gave up",
        w.share(120.0, |w| w.journey(0).abandoned as f64, arrivals),
        0.75,
        0.03,
    );
    w.act(r#"Set(journey: "visit", attempts: 1)"#).run(10.0);
    near(
        "tries per customer without retries",
        w.share(60.0, |w| w.of("web").arrivals as f64, arrivals),
        1.0,
        1e-9,
    );
    w.act(r#"[Set(journey: "visit", timeout: "100ms"), Set(on: "web", errors: "0%", time_factor: 500)]"#).run(2.0);
    near(
        "their own patience",
        w.share(30.0, |w| w.journey(0).failed[1] as f64, arrivals),
        0.82,
        0.04,
    );
}

#[test]
fn a_request_of_several_calls_needs_all_of_them_whichever_are_answered_first() {
    // Good answers come at once, the last failures half a second later: 0.91 of the calls succeed in the end.
    let mut w = Lab::new(
        r#"
        components: {
            "site": Service(workers: "none", time: "1ms", calls: { "store": (
                per_request: 5, timeout: "2s", attempts: 2, backoff: (base: "500ms", cap: "500ms"),
            ) }),
            "store": Database(slots: "none", time: "5ms", errors: "30%"),
        },
        journeys: { "page": (to: "site", rate: "400/s") },
    "#,
    );
    w.run(10.0);
    near("pages", w.goodput(60.0), 0.91_f64.powi(5), 0.02);
}

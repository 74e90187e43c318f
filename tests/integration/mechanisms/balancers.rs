//! Weights, draining, health checks, admission, shedding, residency.

use crate::support::{Lab, near};
use sev1::sim::Event;

const TWO_TARGETS: &str = r#"
    components: {
        "alb": Balancer(health: (), calls: { "a": (), "b": () }),
        "a": Service(workers: "none", time: "1ms"),
        "b": Service(workers: "none", time: "1ms"),
    },
    journeys: { "visit": (to: "alb", rate: "100/s") },
"#;

/// Share of the balancer's requests that reach `a` in the next `seconds`.
#[track_caller]
fn to_a(w: &mut Lab, seconds: f64) -> f64 {
    w.share(
        seconds,
        |w| w.of("a").arrivals as f64,
        |w| (w.of("a").arrivals + w.of("b").arrivals) as f64,
    )
}

#[test]
fn health_checks_take_a_dead_target_out_and_back_in() {
    let mut w = Lab::new(TWO_TARGETS);
    w.run(100.0).act(r#"Set(on: "a", down: "100%")"#).run(20.0);
    near(
        "half fails until the checks have seen it",
        w.goodput(5.0),
        0.5,
        0.1,
    );
    w.run(65.0);
    near("served without it", w.goodput(20.0), 1.0, 0.001);
    let out = w.when(|e| matches!(e, Event::TargetOut(_)));
    assert_eq!(out.len(), 1);
    assert!(
        (130.0..=165.0).contains(&out[0]),
        "two checks, 30 s apart: {out:?}"
    );
    assert!(w.sim.edge_view(w.call("alb", "a")).out);

    w.act(r#"Set(on: "a", down: "0%")"#);
    let mended = w.sim.now().as_secs_f64();
    w.run(110.0);
    near("still without it", to_a(&mut w, 5.0), 0.0, 1e-9);
    w.run(80.0);
    let back = w.when(|e| matches!(e, Event::TargetIn(_)));
    assert_eq!(back.len(), 1);
    assert!(
        (120.0..=185.0).contains(&(back[0] - mended)),
        "five checks, 30 s apart: {back:?}"
    );
    near("shared again", to_a(&mut w, 60.0), 0.5, 0.03);
}

#[test]
fn health_checks_fail_open_when_all_are_dead_and_act_only_while_on() {
    let mut w = Lab::new(TWO_TARGETS);
    w.run(10.0)
        .act(r#"[Set(on: "a", down: "80%"), Set(on: "b", down: "80%")]"#)
        .run(150.0);
    assert_eq!(w.when(|e| matches!(e, Event::TargetOut(_))).len(), 2);
    near(
        "all are asked when none is healthy",
        w.goodput(60.0),
        0.2,
        0.02,
    );

    let mut w = Lab::new(TWO_TARGETS);
    w.act(r#"SetHealthChecks(balancer: "alb", on: false)"#)
        .run(10.0)
        .act(r#"Set(on: "a", down: "100%")"#)
        .run(150.0);
    near("nobody takes it out", w.goodput(60.0), 0.5, 0.03);
    w.act(r#"SetHealthChecks(balancer: "alb", on: true)"#)
        .run(70.0);
    near("now it is out", w.goodput(20.0), 1.0, 0.001);
    w.act(r#"SetHealthChecks(balancer: "alb", on: false)"#)
        .run(1.0);
    near("unchecked is healthy", w.goodput(20.0), 0.5, 0.05);
}

#[test]
fn a_drained_target_gets_nothing_until_it_is_back() {
    let mut w = Lab::new(TWO_TARGETS);
    near("before", to_a(&mut w, 60.0), 0.5, 0.03);
    w.act(r#"Drain(call: "alb -> a")"#).run(1.0);
    near("drained", to_a(&mut w, 30.0), 0.0, 1e-9);
    near("served", w.goodput(10.0), 1.0, 0.001);
    w.act(r#"Drain(call: "alb -> b")"#).run(1.0);
    assert_eq!(w.goodput(10.0), 0.0, "nowhere to go");
    w.act(r#"[Drain(call: "alb -> a", out: false), Drain(call: "alb -> b", out: false)]"#)
        .run(1.0);
    near("back", to_a(&mut w, 60.0), 0.5, 0.03);
}

#[test]
fn what_is_out_leaves_as_old_answers_expire() {
    let slow = TWO_TARGETS.replace(
        "health: ()",
        r#"ttl: "60s", health: (every: "10s", fails: 2, passes: 2)"#,
    );
    let mut w = Lab::new(&slow);
    w.run(5.0).act(r#"Drain(call: "alb -> a")"#).run(5.0);
    let soon = to_a(&mut w, 10.0);
    assert!((0.38..0.52).contains(&soon), "still asked: {soon}");
    w.run(240.0);
    assert!(to_a(&mut w, 30.0) < 0.02, "and forgotten");
    w.act(r#"Set(on: "b", down: "100%")"#).run(300.0);
    assert!(
        to_a(&mut w, 30.0) < 0.02,
        "what was taken out stays out, whatever else fails"
    );
    w.act(r#"Set(on: "b", down: "0%")"#).run(60.0);
    w.act(r#"Drain(call: "alb -> a", out: false)"#).run(300.0);
    near("back", to_a(&mut w, 60.0), 0.5, 0.03);

    let mut w = Lab::new(&slow);
    w.run(5.0).act(r#"Set(on: "a", down: "100%")"#).run(40.0);
    assert_eq!(w.when(|e| matches!(e, Event::TargetOut(_))).len(), 1);
    assert!(w.goodput(5.0) < 0.9, "who asked before finds nobody");
    w.run(300.0);
    near("all have moved", w.goodput(30.0), 1.0, 0.01);
    w.act(r#"Set(on: "b", down: "100%")"#)
        .run(30.0)
        .act(r#"Set(on: "a", down: "0%")"#)
        .run(400.0);
    near("and back", w.goodput(30.0), 1.0, 0.01);
}

#[test]
fn weights_take_effect_at_once_or_with_the_ttl() {
    let mut w = Lab::new(TWO_TARGETS);
    w.run(5.0).act(r#"Set(on: "alb -> a", weight: 3)"#).run(3.0);
    near("three quarters", to_a(&mut w, 60.0), 0.75, 0.03);

    let mut w = Lab::new(&TWO_TARGETS.replace("health: ()", r#"ttl: "60s""#));
    w.run(5.0).act(r#"Set(on: "alb -> a", weight: 0)"#).run(5.0);
    let soon = to_a(&mut w, 10.0);
    assert!(
        (0.40..0.52).contains(&soon),
        "resolvers still hold the old answer: {soon}"
    );
    w.run(45.0);
    let at_ttl = to_a(&mut w, 10.0);
    assert!(
        at_ttl < 0.32,
        "most have asked again after the TTL: {at_ttl}"
    );
    w.run(180.0);
    let later = to_a(&mut w, 30.0);
    assert!(later < 0.03, "{later}");
    w.act(r#"[Set(on: "alb", ttl: "1s"), Set(on: "alb -> a", weight: 1)]"#)
        .run(15.0);
    near(
        "a shorter TTL is followed sooner",
        to_a(&mut w, 60.0),
        0.5,
        0.03,
    );
}

const TWO_PRIORITIES: &str = r#"
    components: {
        "alb": Balancer(calls: { "web": () }),
        "web": Service(workers: "none", time: "1ms"),
    },
    journeys: {
        "pay": (to: "alb", rate: "40/s", priority: 9),
        "look": (to: "alb", rate: "160/s", priority: 2),
    },
"#;

#[test]
fn shedding_spares_what_has_priority() {
    let mut w = Lab::new(TWO_PRIORITIES);
    w.run(5.0).act(r#"Set(on: "alb", shed_below: 5)"#).run(1.0);
    near("pays", w.goodput(30.0), 1.0, 0.01);
    near(
        "looks that are let in",
        w.rate(30.0, |w| w.journey(1).served as f64),
        0.0,
        1e-9,
    );
    assert!(w.journey(1).failed[2] > 9000, "they are refused");
    w.act(r#"RevertConfig(component: "alb")"#).run(1.0);
    near(
        "looks",
        w.rate(30.0, |w| w.journey(1).served as f64),
        160.0,
        8.0,
    );
}

#[test]
fn admission_lets_in_what_it_says_from_the_first_second() {
    for at in [5.0, 300.0] {
        let mut w = Lab::new(TWO_PRIORITIES);
        w.run(at).act(r#"Set(on: "alb", admission: "50/s")"#);
        near(
            "let in at first",
            w.rate(5.0, |w| w.of("web").arrivals as f64),
            50.0,
            3.0,
        );
        near(
            "let in later",
            w.rate(60.0, |w| w.of("web").arrivals as f64),
            50.0,
            1.5,
        );
        w.act(r#"Set(on: "alb", admission: "none")"#).run(1.0);
        near(
            "let in without a limit",
            w.rate(60.0, |w| w.of("web").arrivals as f64),
            200.0,
            8.0,
        );
    }
    // A limit far above the load refuses nobody, however steps are cut.
    let mut w = Lab::new(TWO_PRIORITIES);
    w.run(60.0)
        .act(r#"Set(on: "alb", admission: "400/s")"#)
        .run(120.0);
    let refused = w.of("alb").failed_total() as f64 / w.of("alb").arrivals as f64;
    assert!(refused < 0.002, "{refused} refused at half the limit");
}

#[test]
fn targets_without_a_weight_stand_in_where_none_with_one_is_in() {
    let mut w = Lab::new(&TWO_TARGETS.replace("health: ()", r#"ttl: "10s""#));
    w.act(r#"Set(on: "alb -> b", weight: 0)"#).run(120.0);
    near("only a", to_a(&mut w, 30.0), 1.0, 1e-9);
    w.act(r#"Drain(call: "alb -> a")"#).run(120.0);
    near("only b", to_a(&mut w, 30.0), 0.0, 0.005);
    near("served", w.goodput(10.0), 1.0, 0.001);
    w.act(r#"Drain(call: "alb -> a", out: false)"#).run(120.0);
    near("only a again", to_a(&mut w, 30.0), 1.0, 0.005);
}

#[test]
fn handling_data_in_the_wrong_region_is_counted() {
    let mut w = Lab::new(
        r#"
        regions: { "eu": (data: true), "us": () },
        components: {
            "dns": Balancer(calls: { "web-eu": (), "web-us": (weight: 0) }),
            "web-eu": Service(region: "eu", workers: "none", time: "1ms"),
            "web-us": Service(region: "us", workers: "none", time: "1ms"),
        },
        journeys: { "visit": (to: "dns", rate: "50/s") },
    "#,
    );
    w.run(30.0);
    assert_eq!(
        w.of("web-us").residency_breaches + w.of("web-eu").residency_breaches,
        0
    );
    w.act(r#"Set(on: "dns -> web-us", weight: 1)"#).run(30.0);
    let (breaches, arrivals) = (w.of("web-us").residency_breaches, w.of("web-us").arrivals);
    assert!(
        breaches > 500 && breaches == arrivals,
        "{breaches} of {arrivals}"
    );
    assert_eq!(
        w.of("web-eu").residency_breaches + w.of("dns").residency_breaches,
        0
    );
}

#[test]
fn a_request_in_the_wrong_region_is_one_whatever_it_causes_there() {
    let mut w = Lab::new(
        r#"
        regions: { "eu": (data: true), "us": () },
        components: {
            "dns": Balancer(calls: { "events-us": (timeout: "none") }),
            "events-us": Queue(region: "us"),
            "worker-us": Service(
                region: "us", pulls: "events-us", workers: 20, time: "5ms",
                calls: { "table-us": (per_request: 5) },
            ),
            "table-us": Database(region: "us", slots: "none", time: "2ms"),
        },
        journeys: { "report": (to: "dns", rate: "50/s", completes: OnProcessed) },
    "#,
    );
    w.run(60.0);
    let (entered, written) = (
        w.of("events-us").residency_breaches,
        w.of("table-us").residency_breaches,
    );
    assert!(written > 4 * entered, "{entered} {written}");
    let counted = sev1::session::impact_of(&w.sim).breaches;
    assert_eq!(counted, entered);
}

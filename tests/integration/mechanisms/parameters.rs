//! What the parameters of stations and journeys do, ramps, and what a revert puts back.

use crate::support::{Lab, near};
use sev1::scenario::action::{ComponentKnob, Knob};
use sev1::scenario::model::FailureKind;

fn station(options: &str) -> Lab {
    Lab::new(&format!(
        r#"
        components: {{ "web": Service({options}) }},
        journeys: {{ "visit": (to: "web", rate: "100/s", timeout: "2s") }},
    "#
    ))
}

fn failed(w: &Lab, kind: FailureKind) -> f64 {
    w.journey(0).failed[kind as usize] as f64
}

fn arrivals(w: &Lab) -> f64 {
    w.journey(0).arrivals as f64
}

#[test]
fn shares_of_requests_fail_in_their_own_way() {
    for (parameter, kind) in [
        ("errors", FailureKind::Error),
        ("down", FailureKind::Unreachable),
        ("blackhole", FailureKind::Timeout),
    ] {
        let mut w = station(r#"workers: "none", time: "1ms""#);
        w.run(5.0)
            .act(&format!(r#"Set(on: "web", {parameter}: "20%")"#))
            .run(5.0);
        near(
            parameter,
            w.share(120.0, |w| failed(w, kind), arrivals),
            0.2,
            0.02,
        );
        near(
            "nothing else fails",
            w.journey(0).failed_total() as f64,
            failed(&w, kind),
            1e-9,
        );
        w.act(r#"RevertConfig(component: "web")"#).run(5.0);
        near(
            "a revert does not mend the world",
            w.share(60.0, |w| failed(w, kind), arrivals),
            0.2,
            0.03,
        );
        w.act(&format!(r#"Set(on: "web", {parameter}: "0%")"#))
            .run(5.0);
        near("mended", w.goodput(30.0), 1.0, 0.01);
    }
}

#[test]
fn time_and_speed_change_latency_and_capacity() {
    // An M/G/∞ station: latency is work.
    let mut w = station(r#"workers: "none", time: "20ms", cv2: 0"#);
    near("as it is", w.run(5.0).latency("web", 20.0), 0.020, 1e-4);
    w.act(r#"Set(on: "web", time_factor: 3)"#).run(2.0);
    near("three times the work", w.latency("web", 20.0), 0.060, 1e-3);
    w.act(r#"Set(on: "web", speed: 50%)"#.replace("50%", "\"50%\"").as_str())
        .run(2.0);
    near("at half the speed", w.latency("web", 20.0), 0.120, 2e-3);
    w.act(r#"Set(on: "web", speed: 1, time_factor: 1, slow_share: "10%", slow_factor: 11)"#)
        .run(2.0);
    near("one in ten is slow", w.latency("web", 120.0), 0.040, 0.003);
    // At half the speed ten workers of 20 ms serve 250/s, so 300/s are too many.
    let mut w = station(r#"workers: 10, time: "20ms", queue: 50"#);
    w.act(r#"[Set(journey: "visit", rate_factor: 3), Set(on: "web", speed: 0.5)]"#)
        .run(10.0);
    near(
        "served at half the speed",
        w.rate(60.0, |w| w.of("web").served as f64),
        250.0,
        6.0,
    );
    w.act(r#"Set(on: "web", workers: 5)"#).run(10.0);
    near(
        "served by half the workers",
        w.rate(60.0, |w| w.of("web").served as f64),
        125.0,
        4.0,
    );
    w.act(r#"Set(on: "web", workers: "none")"#).run(10.0);
    near("served without a limit", w.goodput(30.0), 1.0, 0.001);
}

#[test]
fn a_longer_queue_refuses_fewer_and_lets_wait_longer() {
    let mut w = station(r#"workers: 1, time: "20ms", queue: 5"#);
    w.run(10.0);
    let refused = |w: &mut Lab| w.share(60.0, |w| failed(w, FailureKind::Refused), arrivals);
    near("refused", refused(&mut w), 0.5, 0.03);
    let short = w.latency("web", 30.0);
    w.act(r#"Set(on: "web", queue: 50)"#).run(10.0);
    let served = w.of("web").wait.sum();
    w.run(60.0);
    assert!(
        w.of("web").wait.sum() - served > 3.0 * short,
        "waits are longer"
    );
    near("refused still", refused(&mut w), 0.5, 0.03);
    w.act(r#"Set(on: "web", queue: "none")"#).run(10.0);
    near("nobody is refused", refused(&mut w), 0.0, 1e-9);
    assert!(
        w.journey(0).failed[FailureKind::Timeout as usize] > 1000,
        "they wait in vain instead"
    );
}

#[test]
fn calls_per_request_and_broken_calls() {
    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(workers: "none", time: "0s", calls: { "back": () }),
            "back": Service(workers: "none", time: "1ms"),
        },
        journeys: { "visit": (to: "web", rate: "100/s") },
    "#,
    );
    for (calls, expected) in [("0.3", 0.3), ("1", 1.0), ("2.5", 2.5)] {
        w.act(&format!(r#"Set(on: "web -> back", per_request: {calls})"#))
            .run(2.0);
        near(
            calls,
            w.share(60.0, |w| w.of("back").arrivals as f64, arrivals),
            expected,
            0.03,
        );
        near("served", w.goodput(10.0), 1.0, 0.01);
    }
    w.act(r#"Set(on: "web -> back", per_request: 1, broken: "25%")"#)
        .run(2.0);
    near(
        "arrive",
        w.share(60.0, |w| w.of("back").arrivals as f64, arrivals),
        0.75,
        0.03,
    );
    near(
        "denied",
        w.along("web", "back").failed[FailureKind::Denied as usize] as f64,
        w.journey(0).failed_total() as f64,
        1e-9,
    );
}

#[test]
fn a_change_over_time_moves_in_a_line() {
    let mut w = station(r#"workers: "none", time: "1ms""#);
    let knob = Knob::Component(w.id("web"), ComponentKnob::ErrorShare);
    w.run(5.0)
        .act(r#"Set(on: "web", errors: "80%", over: "40s")"#);
    for (after, expected) in [
        (10.0, 0.2),
        (10.0, 0.4),
        (10.0, 0.6),
        (10.0, 0.8),
        (30.0, 0.8),
    ] {
        w.run(after);
        near("on its way", w.sim.parameter(knob), expected, 0.01);
    }
    w.act(r#"Set(on: "web", errors: "0%", over: "40s")"#)
        .run(20.0);
    near("half way back", w.sim.parameter(knob), 0.4, 0.01);
    w.act(r#"Set(on: "web", errors: "10%")"#).run(30.0);
    near(
        "a new value ends the ramp",
        w.sim.parameter(knob),
        0.1,
        1e-12,
    );

    w.act(r#"Set(journey: "visit", rate_factor: 3, over: "60s")"#);
    let first = w.rate(20.0, arrivals);
    let last = w.run(20.0).rate(20.0, arrivals);
    near("customers early on", first, 133.0, 15.0);
    near("customers at the end", last, 267.0, 15.0);
    near(
        "customers afterwards",
        w.run(2.0).rate(30.0, arrivals),
        300.0,
        12.0,
    );
}

#[test]
fn a_fault_that_ends_is_taken_back() {
    let mut w = Lab::new(
        r#"
        components: { "web": Service(workers: "none", time: "1ms") },
        journeys: { "visit": (to: "web", rate: "100/s") },
        flags: { "f": (changes: [Set(on: "web", time_factor: 5)]) },
        faults: [
            (name: "errors", when: At("20s"), ends: After("20s"), do: [Set(on: "web", errors: "100%"), SetFlag(flag: "f")]),
            (name: "then more", when: When(component: "web", signal: error_share, above: "50%", hold: "10s"), ends: At("60s"), do: Set(journey: "visit", rate_factor: 2)),
        ],
    "#,
    );
    near("before", w.run(1.0).goodput(18.0), 1.0, 0.01);
    w.run(1.5);
    near("during", w.goodput(8.0), 0.0, 1e-9);
    w.run(5.0);
    near("the condition has held", w.rate(6.0, arrivals), 200.0, 20.0);
    w.run(2.0);
    near("after", w.goodput(15.0), 1.0, 0.01);
    near("latency", w.latency("web", 2.0), 0.001, 3e-4);
    near("and the rest", w.run(6.0).rate(30.0, arrivals), 100.0, 8.0);
    assert_eq!(w.sim.onset().map(|t| t.as_secs_f64()), Some(20.0));
}

#[test]
fn a_revert_puts_configuration_back_and_nothing_else() {
    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(workers: 8, queue: 20, calls: { "back": (timeout: "1s", pool: (size: 5)) }),
            "back": Service(workers: 4),
        },
        journeys: { "visit": (to: "web", rate: "50/s") },
    "#,
    );
    let acts = r#"[
        Set(on: "web", workers: 3, queue: 2, errors: "5%", time_factor: 2),
        Set(on: "web -> back", timeout: "20ms", pool: 1, attempts: 3, broken: "2%"),
        Set(on: "back", workers: 2),
    ]"#;
    let changed = w.actions(acts);
    let values = |w: &Lab| -> Vec<f64> {
        changed
            .iter()
            .map(|action| match action {
                sev1::scenario::action::Action::Change(change) => w.sim.parameter(change.knob),
                other => panic!("{other:?} is no change"),
            })
            .collect()
    };
    let before = values(&w);
    let after = values(w.act(acts));
    assert!(
        before.iter().zip(&after).all(|(a, b)| a != b),
        "{before:?} {after:?}"
    );
    let reverted = values(w.act(r#"RevertConfig(component: "web")"#).run(1.0));
    let kept: Vec<bool> = reverted.iter().zip(&after).map(|(a, b)| a == b).collect();
    let back: Vec<bool> = reverted.iter().zip(&before).map(|(a, b)| a == b).collect();
    // The order is that of the language: how fast it is and how often it fails is no configuration,
    // and the other component was not asked.
    assert_eq!(
        kept.iter().filter(|k| **k).count(),
        4,
        "{before:?} {after:?} {reverted:?}"
    );
    assert_eq!(
        back.iter().filter(|b| **b).count(),
        5,
        "{before:?} {after:?} {reverted:?}"
    );
}

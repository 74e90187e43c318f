//! Gates of releases, and requests that are our own.

use std::sync::Arc;

use crate::support::{self, Lab, near};
use sev1::base::time::SimTime;
use sev1::scenario::model::Scenario;
use sev1::scenario::order::Order;
use sev1::score::{Depth, Why, baselines, score};
use sev1::session::{Fate, Refusal, Session, impact_of, play};
use sev1::sim::Shut;

/// A shop with a gate: tests walk through a copy of it, in which v2 fails half of them and v3 none.
const PIPELINE: &str = r#"
    components: {
        "shop": Service(
            instances: 4, workers: 20, time: "10ms", startup: "10s", wave_every: "10s",
            gate: (tests: "tests", fails: "2%", over: "1m", on: "staging"),
            versions: {"v1": (), "v2": (errors: "50%", ready: true), "v3": (time_factor: 0.5, ready: true)},
        ),
        "staging": Service(
            instances: 2, workers: 20, time: "10ms", startup: "10s", wave: "50%", wave_every: "10s",
            versions: {"v1": (), "v2": (errors: "50%"), "v3": (time_factor: 0.5)},
        ),
        "tests": Service(instances: 1, workers: 20, time: "50ms", calls: {"staging": (timeout: "2s")}),
    },
    journeys: {
        "buy": (to: "shop", rate: "50/s"),
        "test": (to: "tests", rate: "5/s", ours: true),
    },
"#;

fn stops(w: &Lab, version: u8) -> Option<Shut> {
    w.sim.gate_stops(w.id("shop"), version)
}

#[test]
fn a_release_passes_once_its_tests_have_gone_well_for_long_enough() {
    let mut w = Lab::new(PIPELINE);
    w.run(30.0);
    assert_eq!(stops(&w, 2), Some(Shut::NotTested), "staging runs v1");
    w.act(r#"Deploy(service: "staging", version: "v3")"#)
        .run(22.0);
    assert_eq!(stops(&w, 2), Some(Shut::TooSoon), "it has just come");
    w.act(r#"Deploy(service: "shop", version: "v3")"#).run(30.0);
    assert_eq!(w.versions("shop"), [4, 0, 0], "nothing goes out");
    w.run(45.0);
    assert_eq!(stops(&w, 2), None);
    assert_eq!(stops(&w, 1), Some(Shut::NotTested), "v2 is another one");
    w.act(r#"Deploy(service: "shop", version: "v3")"#).run(60.0);
    assert_eq!(w.versions("shop"), [0, 0, 4]);
}

#[test]
fn red_tests_hold_a_release_until_the_gate_is_opened() {
    let mut w = Lab::new(PIPELINE);
    w.run(10.0)
        .act(r#"Deploy(service: "staging", version: "v2")"#)
        .run(120.0);
    assert_eq!(stops(&w, 1), Some(Shut::Red));
    let gate = w.sim.gate(w.id("shop")).unwrap();
    near("share that fails", gate.fail_share(), 0.5, 0.12);
    assert_eq!(gate.tested.as_deref(), Some("v2"));
    w.act(r#"[SetGate(service: "shop", on: false), Deploy(service: "shop", version: "v2")]"#)
        .run(60.0);
    assert_eq!(w.versions("shop"), [0, 4, 0]);
    // What has run there may go back, whatever the tests say.
    w.act(r#"[SetGate(service: "shop", on: true), RollBack(service: "shop")]"#)
        .run(60.0);
    assert_eq!(w.versions("shop"), [4, 0, 0]);
    w.act(r#"Deploy(service: "shop", version: "v2")"#).run(60.0);
    assert_eq!(w.versions("shop"), [0, 4, 0], "and forth again");
}

#[test]
fn tests_that_fail_harm_nobody() {
    let mut w = Lab::new(PIPELINE);
    w.run(10.0)
        .act(r#"Deploy(service: "staging", version: "v2")"#)
        .run(200.0);
    let failed = w.journey(1).failed_total();
    assert!(failed > 200, "{failed} tests");
    let impact = impact_of(&w.sim);
    assert_eq!((impact.customer_minutes, impact.failed_requests), (0.0, 0));
    near(
        "customers who were there",
        impact.present_minutes,
        w.journey(0).arrivals as f64,
        1e-6,
    );
}

fn incident(plan: &str) -> Arc<Scenario> {
    let text = format!(
        r#"Scenario({PIPELINE}
            signals: (alarms: [(name: "shop fails", component: "shop", signal: error_share, above: "5%")]),
            objectives: (success: "99%", hold: "2m", time_limit: "20m"),
            variants: {{"only": (
                culprit: "shop",
                faults: [
                    (name: "trouble", when: At("1m"), do: Set(on: "shop", errors: "10%")),
                    (name: "train", when: At("1m"), onset: false, do: Deploy(service: "staging", version: "v2")),
                ],
                plans: {{"reference": (steps: [(at: "4m", do: Acknowledge)]), "p": (steps: [{plan}])}},
            )}},
        )"#
    );
    support::scenario("gate.ron", &text)
}

fn played(plan: &str) -> (Arc<Scenario>, Session) {
    let scenario = incident(plan);
    let variant = &scenario.variants[0];
    let plan = variant.plans.iter().find(|it| it.name == "p");
    let session = play(&scenario, 3, Some(0), plan);
    (scenario, session)
}

#[test]
fn an_order_for_a_release_says_why_it_is_held() {
    let (_, session) = played(r#"(at: "6m", do: Deploy(service: "shop", version: "v2"))"#);
    let Fate::Refused(why) = &session.journal()[0].fate else {
        panic!("{:?}", session.journal());
    };
    assert!(matches!(why, Refusal::GateShut(_)), "{why:?}");
    let why = why.to_string();
    assert!(why.contains("tests of tests failed"), "{why}");
}

/// What is lost for going past the gate.
fn blamed(plan: &str) -> f64 {
    let (scenario, session) = played(plan);
    let record = session.record();
    let score = score(&record, &baselines(&scenario, 3, 0), Depth::Quick);
    let losses = score.judgement.losses.iter();
    let past = losses.filter(|it| matches!(it.why, Why::PastGate { .. }));
    past.map(|it| it.points).sum()
}

#[test]
fn opening_a_gate_costs_unless_somebody_has_looked_at_its_tests() {
    let open = r#"(at: "8m", do: SetGate(service: "shop", on: false))"#;
    let look = r#"(at: "5m", do: Logs(of: "tests")), "#;
    near("blind", blamed(open), 25.0, 1e-9);
    near("after a look", blamed(&format!("{look}{open}")), 0.0, 1e-9);
    let fewer = r#"(at: "8m", do: Set(on: "tests -> staging", timeout: "9s"))"#;
    near("tests changed blind", blamed(fewer), 25.0, 1e-9);
    near(
        "changed after a look",
        blamed(&format!("{look}{fewer}")),
        0.0,
        1e-9,
    );
}

#[test]
fn a_branch_without_the_open_gate_is_one_without_the_release() {
    use sev1::session::{Edits, branches};
    let plan = r#"(at: "6m", do: SetGate(service: "shop", on: false)), (after: "40s", do: Deploy(service: "shop", version: "v2"))"#;
    let (_, session) = played(plan);
    let record = session.record();
    assert!(record.simulated > SimTime::from_secs_f64(600.0));
    let [without] = branches(&record, &[Edits::without([1])])
        .try_into()
        .ok()
        .unwrap();
    let without = without.play().impact.customer_minutes;
    let with = record.impact.customer_minutes;
    assert!(with > 3.0 * without, "{with} with, {without} without");
    let orders = record
        .journal
        .iter()
        .filter(|it| matches!(it.order, Order::Act(_)));
    assert_eq!(orders.count(), 2);
}

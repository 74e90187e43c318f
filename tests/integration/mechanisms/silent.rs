//! Harm that no error shows: what is carried out more than once, answers that are wrong, who notices, and
//! what puts it right.

use crate::support::{Lab, near};
use sev1::scenario::model::Signal;
use sev1::session::{Health, impact_of};

/// A caller whose time-out is the mean of what it calls: 1/e of the first tries are given up.
fn pair(policy: &str, back: &str, rate: &str) -> Lab {
    Lab::new(&format!(
        r#"
        components: {{
            "web": Service(
                workers: "none", time: "0s",
                calls: {{ "back": (timeout: "100ms", {policy}) }},
                versions: {{ "1": (), "2": (calls: {{"back": (unkeyed: true)}}) }},
            ),
            "back": Service(workers: "none", time: "100ms", {back}),
        }},
        journeys: {{ "pay": (to: "web", rate: "{rate}", timeout: "none") }},
        engine: (step: "20ms", calm_step: "20ms"),
    "#
    ))
}

const GIVEN_UP: f64 = 0.368;

fn repeated(w: &Lab) -> f64 {
    w.journey(0).repeated as f64
}

fn wrong(w: &Lab) -> f64 {
    w.journey(0).wrong as f64
}

fn good(w: &Lab) -> f64 {
    (w.journey(0).served + w.journey(0).degraded) as f64
}

fn arrivals(w: &Lab) -> f64 {
    w.journey(0).arrivals as f64
}

#[test]
fn a_try_without_a_key_that_was_given_up_is_carried_out_again() {
    for rate in ["20/s", "800/s"] {
        let mut w = pair("attempts: 2, unkeyed: true", "", rate);
        w.run(5.0);
        let share = w.share(240.0, repeated, arrivals);
        near(
            "first tries given up and carried out",
            share,
            GIVEN_UP,
            0.03,
        );
        assert!(
            (w.along("web", "back").repeated - repeated(&w)).abs() < 1.0,
            "the call and its journey count the same"
        );
    }
}

#[test]
fn a_key_a_single_try_and_work_that_is_not_done_repeat_nothing() {
    for (policy, back) in [
        ("attempts: 2", ""),
        ("attempts: 1, unkeyed: true", ""),
        ("attempts: 2, unkeyed: true", r#"errors: "100%""#),
    ] {
        let mut w = pair(policy, back, "200/s");
        w.run(60.0);
        assert_eq!(w.journey(0).repeated, 0, "{policy} {back}");
        assert_eq!(impact_of(&w.sim).repeated, 0);
    }
}

#[test]
fn a_flag_or_a_release_takes_the_key_away_while_it_runs() {
    let mut w = pair("attempts: 2", "", "200/s");
    w.run(20.0)
        .act(r#"Set(on: "web -> back", unkeyed: true)"#)
        .run(5.0);
    near(
        "without a key",
        w.share(120.0, repeated, arrivals),
        GIVEN_UP,
        0.03,
    );
    w.act(r#"RevertConfig(component: "web")"#).run(5.0);
    near(
        "no setting, so no revert brings it back",
        w.share(60.0, repeated, arrivals),
        GIVEN_UP,
        0.04,
    );
    w.act(r#"Set(on: "web -> back", unkeyed: false)"#).run(5.0);
    near("back", w.share(60.0, repeated, arrivals), 0.0, 1e-9);
    w.act(r#"Deploy(service: "web", version: "2")"#).run(120.0);
    near(
        "by the release",
        w.share(120.0, repeated, arrivals),
        GIVEN_UP,
        0.03,
    );
}

#[test]
fn customers_who_order_again_may_get_it_twice() {
    let mut w = Lab::new(
        r#"
        components: { "web": Service(workers: "none", time: "100ms") },
        journeys: { "pay": (to: "web", rate: "200/s", timeout: "100ms", attempts: 2, unkeyed: true) },
        engine: (step: "20ms", calm_step: "20ms"),
    "#,
    );
    w.run(5.0);
    near(
        "ordered twice",
        w.share(240.0, repeated, arrivals),
        GIVEN_UP,
        0.03,
    );
    w.act(r#"Set(journey: "pay", unkeyed: false)"#).run(5.0);
    near("with a key", w.share(60.0, repeated, arrivals), 0.0, 1e-9);
}

/// Two parts in a row, in front of a split.
fn row(rate: &str) -> Lab {
    Lab::new(&format!(
        r#"
        components: {{
            "web": Service(
                workers: "none", time: "2ms",
                calls: {{
                    "split": (),
                    "tax": (per_request: 3, journeys: ["pay"]),
                    "tax for kits": (to: "tax", journeys: ["kits"]),
                }},
                versions: {{ "1": (), "2": (wrong: "50%") }},
                instances: 4, wave: "25%", wave_every: "5s", startup: "1s",
            ),
            "split": Balancer(calls: {{"a": (weight: 3), "b": ()}}),
            "a": Service(workers: "none", time: "2ms"),
            "b": Service(workers: "none", time: "2ms"),
            "tax": Database(slots: "none", time: "1ms"),
        }},
        journeys: {{
            "pay": (to: "web", rate: "{rate}"),
            "kits": (to: "web", rate: "{rate}"),
        }},
    "#
    ))
}

#[test]
fn a_wrong_answer_is_served_and_counted_once_where_it_arrives() {
    for rate in ["8/s", "1500/s"] {
        let mut w = row(rate);
        near("at first", w.share(60.0, wrong, good), 0.0, 1e-9);
        let seconds = if rate == "8/s" { 900.0 } else { 120.0 };
        w.act(r#"Set(on: "b", wrong: "40%")"#).run(5.0);
        near("one arm", w.share(seconds, wrong, good), 0.1, 0.01);
        w.act(r#"Set(on: "web", wrong: "20%")"#).run(5.0);
        near(
            "and the part in front",
            w.share(seconds, wrong, good),
            0.28,
            0.02,
        );
        assert_eq!(w.journey(0).failed_total(), 0, "nothing fails");
        w.act(r#"Set(on: "b", wrong: "0%")"#)
            .act(r#"Set(on: "web", wrong: "0%")"#)
            .run(5.0);
        w.act(r#"Set(on: "web -> tax", wrong: "10%")"#).run(5.0);
        near(
            "any of three calls",
            w.share(seconds, wrong, good),
            0.271,
            0.02,
        );
        let kits = w.journey(1).wrong;
        w.run(30.0);
        assert_eq!(w.journey(1).wrong, kits, "another segment's call");
        w.act(r#"Set(on: "web -> tax", wrong: "0%")"#)
            .act(r#"Deploy(service: "web", version: "2", share: "50%")"#)
            .run(30.0);
        near(
            "half of the copies",
            w.share(seconds, wrong, good),
            0.25,
            0.03,
        );
    }
}

#[test]
fn what_fails_is_not_wrong_as_well() {
    let mut w = row("400/s");
    w.act(r#"Set(on: "web", errors: "50%", wrong: "50%")"#)
        .run(5.0);
    near("of all", w.share(60.0, wrong, arrivals), 0.25, 0.02);
    near("of good ones", w.share(60.0, wrong, good), 0.5, 0.02);
}

/// A shop that answers wrongly from the start, a desk that hears of it, and a job that puts it right.
const DESK: &str = r#"
    components: {
        "web": Service(workers: "none", time: "2ms", wrong: "20%", calls: {"books": ()}),
        "books": Database(slots: "none", time: "1ms"),
    },
    journeys: {
        "list": (
            to: "web", rate: "100/s", value: 2, per_customer: "1/min", wrong_cost: 3, open_cost: 0.5,
            contacts: (usual: "1/s", share: "50%", after: "60s"),
        ),
    },
    jobs: {"backfill": (on: "books", load: "1%", corrects: ["list"], rate: "50/s")},
    objectives: (wrong: "5%", uncorrected: 100),
"#;

#[test]
fn customers_notice_late_and_some_of_them_say_so() {
    let mut w = Lab::new(DESK);
    w.run(20.0);
    let early = w.rate(10.0, |w| w.of("web").contacts as f64);
    w.run(400.0);
    let late = w.rate(300.0, |w| w.of("web").contacts as f64);
    near("after twenty seconds", early, 1.0 + 10.0 * 0.33, 2.5);
    near(
        "half of all who notice, and the usual ones",
        late,
        11.0,
        0.7,
    );
    near("signal", w.signal("web", Signal::Contacts), late, 12.0);
    let earned = w.rate(60.0, |w| w.of("web").earned);
    near("what right answers are worth", earned, 160.0, 8.0);
}

#[test]
fn wrong_answers_cost_until_they_are_put_right() {
    let mut w = Lab::new(DESK);
    w.run(300.0);
    let count = w.journey(0).wrong as f64;
    let impact = impact_of(&w.sim);
    let open_minutes = w.journey(0).open_s / 60.0;
    near(
        "minutes",
        impact.customer_minutes,
        3.0 * count + 0.5 * open_minutes,
        1.0,
    );
    near("money", impact.money_lost, 6.0 * count, 1.0);
    assert!(impact.hidden_minutes > 0.1 * impact.customer_minutes);
    assert!(impact.seen().customer_minutes < impact.customer_minutes);
    near("open", open_minutes, 20.0 * 300.0 * 150.0 / 60.0, 1_000.0);

    w.act(r#"Set(on: "web", wrong: "0%")"#)
        .act(r#"SetJob(job: "backfill", running: true)"#);
    w.run(60.0);
    near("put right", w.journey(0).corrected as f64, 3_000.0, 60.0);
    w.run(120.0);
    assert_eq!(w.journey(0).open(), 0);
    near(
        "and no more than there was",
        w.journey(0).corrected as f64,
        w.journey(0).wrong as f64,
        1e-9,
    );
}

#[test]
fn silent_harm_is_no_health() {
    let mut w = Lab::new(DESK);
    let mut health = Health::new(&w.sim);
    let mut watch = |w: &mut Lab, seconds: u32| {
        for _ in 0..seconds {
            w.run(1.0);
            health.observe(&w.sim);
        }
        health.healthy_since().is_some()
    };
    assert!(!watch(&mut w, 61), "a fifth of all answers is wrong");
    w.act(r#"Set(on: "web", wrong: "4%")"#);
    assert!(!watch(&mut w, 61), "too many are not put right");
    w.act(r#"SetJob(job: "backfill", running: true)"#);
    assert!(watch(&mut w, 120), "few, and all put right");
}

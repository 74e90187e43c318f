//! Buckets, tokens, secrets, grants.

use crate::support::{Lab, near};
use sev1::scenario::model::FailureKind;
use sev1::sim::Event;

const VENDOR: &str = r#"
    components: { "vendor": External(
        time: "10ms", bucket: (rate: "20/s", burst: 60),
        auth: (token_life: "4m", propagation: "2m", reauthorise: "1m"),
    ) },
    journeys: { "ask": (to: "vendor", rate: "10/s", timeout: "5s") },
"#;

fn throttled(w: &Lab) -> f64 {
    w.of("vendor").failed[FailureKind::Throttled as usize] as f64
}

#[test]
fn a_bucket_lets_a_burst_through_and_then_its_rate() {
    let mut w = Lab::new(VENDOR);
    w.run(60.0);
    near("throttled below the rate", throttled(&w), 0.0, 1e-9);
    w.act(r#"Set(journey: "ask", rate_factor: 10)"#);
    let before = w.of("vendor").served;
    w.run(3.0);
    // A bucket of 60 and three seconds of 20, and the answers of before that come late.
    let burst = (w.of("vendor").served - before) as f64;
    assert!(
        (100.0..=145.0).contains(&burst),
        "{burst} in the first three seconds"
    );
    near(
        "its rate afterwards",
        w.rate(60.0, |w| w.of("vendor").served as f64),
        20.0,
        1.0,
    );
    w.act(r#"Set(on: "vendor", bucket_rate: "50/s")"#).run(2.0);
    near(
        "a raised rate",
        w.rate(60.0, |w| w.of("vendor").served as f64),
        50.0,
        2.0,
    );
    w.act(r#"Set(journey: "ask", rate_factor: 0)"#).run(120.0);
    w.act(r#"[Set(on: "vendor", bucket_burst: 5, bucket_rate: "1/s"), Set(journey: "ask", rate_factor: 10)]"#);
    let before = w.of("vendor").served;
    w.run(10.0);
    let after_idling = (w.of("vendor").served - before) as f64;
    assert!(
        after_idling <= 18.0,
        "no more than the bucket is saved up while idle: {after_idling}"
    );
}

#[test]
fn no_revert_of_ours_moves_a_providers_limit() {
    let mut w = Lab::new(VENDOR);
    w.act(r#"[Set(on: "vendor", bucket_rate: "5/s", bucket_burst: 5)]"#)
        .act(r#"RevertConfig(component: "vendor")"#)
        .run(30.0);
    near(
        "what the provider grants",
        w.rate(60.0, |w| w.of("vendor").served as f64),
        5.0,
        0.3,
    );
}

#[test]
fn tokens_run_out_when_the_secret_expires_and_return_when_it_is_rotated() {
    let mut w = Lab::new(VENDOR);
    near("served", w.run(10.0).goodput(20.0), 1.0, 0.01);
    w.act(r#"RotateSecret(api: "vendor")"#).run(10.0);
    near(
        "a planned rotation harms nobody",
        w.goodput(20.0),
        1.0,
        0.01,
    );
    w.act(r#"ExpireSecret(api: "vendor")"#).run(1.0);
    let at_first = w.goodput(10.0);
    assert!(at_first > 0.85, "tokens live on: {at_first}");
    w.run(109.0);
    near(
        "half of their life later",
        w.sim.valid_tokens(w.id("vendor")),
        0.5,
        0.02,
    );
    w.run(130.0);
    assert_eq!(w.sim.valid_tokens(w.id("vendor")), 0.0);
    assert_eq!(w.goodput(10.0), 0.0);
    assert!(w.of("vendor").failed[FailureKind::Denied as usize] > 100);

    w.act(r#"RotateSecret(api: "vendor")"#).run(115.0);
    assert_eq!(
        w.sim.valid_tokens(w.id("vendor")),
        0.0,
        "it has not propagated yet"
    );
    w.act(r#"RefreshTokens(api: "vendor")"#).run(1.0);
    assert_eq!(
        w.sim.valid_tokens(w.id("vendor")),
        0.0,
        "and no refresh helps before"
    );
    w.run(8.0);
    assert_eq!(w.when(|e| matches!(e, Event::SecretValid(_))).len(), 1);
    let valid = w.sim.valid_tokens(w.id("vendor"));
    assert!(
        (0.01..0.5).contains(&valid),
        "{valid} have renewed by themselves"
    );
    w.act(r#"RefreshTokens(api: "vendor")"#).run(1.0);
    near("after a refresh", w.goodput(20.0), 1.0, 0.01);
}

#[test]
fn refreshing_tokens_without_a_secret_takes_away_the_last_ones() {
    let mut w = Lab::new(VENDOR);
    w.run(10.0).act(r#"ExpireSecret(api: "vendor")"#).run(20.0);
    assert!(w.goodput(5.0) > 0.8);
    w.act(r#"RefreshTokens(api: "vendor")"#).run(1.0);
    assert_eq!(w.goodput(20.0), 0.0);
}

#[test]
fn sellers_whose_grant_is_gone_come_back_one_by_one() {
    let mut w = Lab::new(VENDOR);
    w.run(10.0)
        .act(r#"Set(on: "vendor", revoked: "40%")"#)
        .run(1.0);
    near("served", w.goodput(120.0), 0.6, 0.04);
    w.act(r#"RevertConfig(component: "vendor")"#).run(1.0);
    near("no revert brings a grant back", w.goodput(120.0), 0.6, 0.04);
    w.act(r#"Reauthorise(api: "vendor")"#).run(30.0);
    let soon = w.goodput(10.0);
    assert!((0.62..0.92).contains(&soon), "{soon} half a minute later");
    w.run(500.0);
    near("in the end all are back", w.goodput(60.0), 1.0, 0.005);
}

#[test]
fn calls_that_are_denied_take_their_token_all_the_same() {
    let mut w = Lab::new(
        r#"
        components: { "vendor": External(time: "10ms", bucket: (rate: "20/s", burst: 20), auth: ()) },
        journeys: { "ask": (to: "vendor", rate: "40/s", attempts: 1) },
    "#,
    );
    w.run(60.0)
        .act(r#"Set(on: "vendor", revoked: "50%")"#)
        .run(5.0);
    let denied = |w: &Lab| w.of("vendor").failed[FailureKind::Denied as usize] as f64;
    let arrived = |w: &Lab| w.of("vendor").arrivals as f64;
    near(
        "throttled",
        w.clone().share(200.0, throttled, arrived),
        0.5,
        0.02,
    );
    near("denied", w.share(200.0, denied, arrived), 0.25, 0.02);
}

#[test]
fn trying_again_brings_no_grant() {
    for (rate, step) in [("5/s", "100ms"), ("2k/s", "100ms")] {
        let mut w = Lab::new(&format!(
            r#"
            engine: (step: "{step}", calm_step: "{step}"),
            components: {{ "vendor": External(time: "10ms", auth: (token_life: "1h", reauthorise: "1m")) }},
            journeys: {{ "ask": (to: "vendor", rate: "{rate}", attempts: 4, backoff: (base: "1s", jitter: true)) }},
        "#
        ));
        w.run(10.0)
            .act(r#"Set(on: "vendor", revoked: "40%")"#)
            .run(30.0);
        near(rate, w.goodput(400.0), 0.6, 0.03);
        near(
            "tries",
            w.share(
                100.0,
                |w| w.of("vendor").arrivals as f64,
                |w| w.journey(0).arrivals as f64,
            ),
            0.6 + 0.4 * 4.0,
            0.1,
        );
        w.act(r#"Reauthorise(api: "vendor")"#).run(500.0);
        near("in the end all are back", w.goodput(60.0), 1.0, 0.005);
    }
}

#[test]
fn messages_of_sellers_without_a_grant_die() {
    let mut w = Lab::new(
        r#"
        components: {
            "orders": Queue(max_receives: 5, visibility: "5s"),
            "worker": Service(pulls: "orders", workers: 64, time: "10ms", calls: { "vendor": (attempts: 3, per_request: 2) }),
            "vendor": External(time: "10ms", auth: (token_life: "10m")),
        },
        journeys: { "order": (to: "orders", rate: "20/s", completes: OnProcessed) },
    "#,
    );
    w.run(10.0)
        .act(r#"Set(on: "vendor", revoked: "50%")"#)
        .run(60.0);
    let dead = |w: &Lab| w.of("orders").dead_letters as f64;
    near("half of them", w.rate(200.0, dead), 10.0, 0.8);
    w.act(r#"Set(on: "vendor", revoked: "0%")"#).run(60.0);
    near("none", w.rate(60.0, dead), 0.0, 1e-9);
}

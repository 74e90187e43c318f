//! Queues and their workers: pause, limits, dead letters, poison, shards, retention, visibility.

use crate::support::{Lab, near};
use sev1::scenario::model::{FailureKind, Signal};

fn queue(queue: &str, worker: &str, journey: &str) -> Lab {
    Lab::new(&format!(
        r#"
        components: {{
            "orders": Queue({queue}),
            "worker": Service(pulls: "orders", {worker}),
        }},
        journeys: {{ "order": (to: "orders", rate: "50/s", completes: OnProcessed, {journey}) }},
    "#
    ))
}

const FAST: &str = r#"workers: 20, time: "100ms""#;

fn handled(w: &Lab) -> f64 {
    w.of("worker").served as f64
}

#[test]
fn a_paused_queue_grows_and_drains_at_the_speed_of_its_worker() {
    // Advanced one by one, as a flow, and by turnover.
    for (worker, capacity) in [
        (r#"workers: 20, time: "100ms""#, 200.0),
        (r#"workers: 8, time: "10ms""#, 800.0),
        (
            r#"workers: 40, time: "1ms", calls: { "store": () }"#,
            1900.0,
        ),
    ] {
        let mut w = Lab::new(&format!(
            r#"
            components: {{
                "orders": Queue(),
                "worker": Service(pulls: "orders", {worker}),
                "store": Database(slots: "none", time: "20ms", cv2: 0),
            }},
            journeys: {{ "order": (to: "orders", rate: "100/s", completes: OnProcessed) }},
        "#
        ));
        near("handled", w.run(10.0).rate(20.0, handled), 100.0, 8.0);
        w.act(r#"PauseQueue(queue: "orders")"#).run(3.0);
        near("handled while paused", w.rate(97.0, handled), 0.0, 1e-9);
        near(
            "messages",
            w.signal("orders", Signal::Queued),
            10_000.0,
            400.0,
        );
        near(
            "age of the oldest",
            w.signal("orders", Signal::OldestAge),
            100.0,
            3.0,
        );
        w.act(r#"PauseQueue(queue: "orders", paused: false)"#)
            .run(0.5);
        near(worker, w.rate(4.0, handled), capacity, 0.1 * capacity);
        w.run(160.0);
        assert!(w.signal("orders", Signal::Queued) < 30.0);
        assert_eq!(w.journey(0).failed_total(), 0);
    }
}

#[test]
fn consumption_is_limited_to_what_it_says() {
    let mut w = queue("", FAST, "");
    near("handled", w.run(10.0).rate(20.0, handled), 50.0, 5.0);
    w.act(r#"Set(on: "orders", consume: "20/s")"#);
    near("handled at first", w.rate(10.0, handled), 20.0, 2.0);
    near("handled later", w.rate(60.0, handled), 20.0, 1.0);
    w.act(r#"Set(on: "orders", consume: "none")"#).run(20.0);
    near("handled without a limit", w.rate(30.0, handled), 50.0, 5.0);
}

#[test]
fn failures_come_back_then_become_dead_letters_and_can_be_replayed() {
    let mut w = queue(r#"visibility: "10s", max_receives: 3"#, FAST, "");
    w.run(10.0)
        .act(r#"Set(on: "worker", errors: "100%")"#)
        .run(8.0);
    assert_eq!(
        w.of("orders").dead_letters,
        0,
        "none has failed three times yet"
    );
    near(
        "deliveries in the first 8 s",
        w.rate(1.0, |w| w.of("worker").arrivals as f64),
        50.0,
        25.0,
    );
    w.run(9.0);
    near(
        "after the visibility time-out they come again",
        w.rate(4.0, |w| w.of("worker").arrivals as f64),
        100.0,
        25.0,
    );
    w.run(10.0);
    near(
        "dead letters",
        w.rate(20.0, |w| w.of("orders").dead_letters as f64),
        50.0,
        8.0,
    );
    w.act(r#"Set(on: "worker", errors: "0%")"#).run(40.0);
    let dead = w.signal("orders", Signal::DeadLetters);
    assert!(dead > 1000.0, "{dead}");
    near(
        "they stay until somebody replays them",
        w.run(20.0).signal("orders", Signal::DeadLetters),
        dead,
        1e-9,
    );
    w.act(r#"ReplayDeadLetters(queue: "orders", rate: "30/s")"#)
        .run(10.0);
    near(
        "left",
        w.signal("orders", Signal::DeadLetters),
        dead - 300.0,
        10.0,
    );
    near(
        "handled beside the new ones",
        w.rate(20.0, handled),
        80.0,
        8.0,
    );
    w.run(dead / 30.0);
    assert_eq!(w.signal("orders", Signal::DeadLetters), 0.0);
    w.run(5.0);
    assert!(
        w.journey(0).in_flight() < 60,
        "{} are still under way",
        w.journey(0).in_flight()
    );
}

#[test]
fn a_poison_record_blocks_its_shard_until_it_is_skipped() {
    let mut w = queue(r#"shards: 4, ordered: true"#, FAST, "");
    near("handled", w.run(10.0).rate(20.0, handled), 50.0, 5.0);
    w.act(r#"AddPoison(queue: "orders")"#).run(2.0);
    near(
        "handled by three shards of four",
        w.rate(60.0, handled),
        37.5,
        3.0,
    );
    let behind = w.signal("orders", Signal::Queued);
    near("waiting behind it", behind, 62.0 * 12.5, 100.0);
    w.act(r#"SkipPoison(queue: "orders")"#).run(20.0);
    assert!(w.signal("orders", Signal::Queued) < 20.0);
    near("handled", w.rate(20.0, handled), 50.0, 5.0);
    assert_eq!(w.of("orders").dead_letters, 1);
}

#[test]
fn a_failing_message_in_order_is_tried_again_at_once() {
    let mut w = queue(r#"ordered: true, max_receives: "none""#, FAST, "");
    w.run(10.0)
        .act(r#"Set(on: "worker", errors: "50%")"#)
        .run(5.0);
    near(
        "deliveries per message",
        w.share(
            60.0,
            |w| w.of("worker").arrivals as f64,
            |w| w.journey(0).arrivals as f64,
        ),
        2.0,
        0.15,
    );
    assert_eq!(w.of("orders").dead_letters, 0);
}

#[test]
fn a_hot_shard_throttles_while_the_stream_is_idle_on_average() {
    let mut w = queue(r#"shards: 10, shard_rate: "20/s""#, FAST, "attempts: 1");
    let throttled = |w: &Lab| w.of("orders").failed[FailureKind::Throttled as usize] as f64;
    let arrived = |w: &Lab| w.of("orders").arrivals as f64;
    near(
        "throttled",
        w.run(10.0).share(30.0, throttled, arrived),
        0.0,
        1e-9,
    );
    w.act(r#"Set(on: "orders", hot_share: "80%")"#).run(15.0);
    // 0.82 of 50/s for a shard of 20/s, a quarter of what the stream could take.
    near(
        "throttled by the hot shard",
        w.share(60.0, throttled, arrived),
        21.0 / 50.0,
        0.06,
    );
    w.act(r#"Set(on: "orders", hot_share: "0%", shard_rate: "4/s")"#)
        .run(15.0);
    near(
        "throttled by all",
        w.share(60.0, throttled, arrived),
        0.2,
        0.06,
    );
    w.act(r#"Set(on: "orders", shards: 20)"#).run(15.0);
    near(
        "throttled with more shards",
        w.share(60.0, throttled, arrived),
        0.0,
        0.01,
    );
}

#[test]
fn what_waits_longer_than_the_retention_is_lost() {
    let mut w = queue(r#"retention: "60s""#, FAST, "");
    w.run(10.0).act(r#"PauseQueue(queue: "orders")"#).run(55.0);
    assert_eq!(w.of("orders").lost, 0);
    w.run(10.0);
    near(
        "lost",
        w.rate(30.0, |w| w.of("orders").lost as f64),
        50.0,
        6.0,
    );
    let oldest = w.signal("orders", Signal::OldestAge);
    assert!((58.0..=62.0).contains(&oldest), "{oldest}");
    assert_eq!(
        w.journey(0).failed_total(),
        w.of("orders").lost,
        "whoever waited for them is told"
    );
}

#[test]
fn work_that_is_late_is_stale_and_degraded() {
    let mut w = queue("", FAST, r#"fresh_within: "10s""#);
    w.run(20.0);
    near("stale", w.journey(0).stale_s, 0.0, 1e-9);
    w.act(r#"PauseQueue(queue: "orders")"#).run(30.0);
    // 50 a second join those that are older than ten seconds, from the tenth second on.
    near(
        "message-seconds",
        w.journey(0).stale_s,
        50.0 * 20.0 * 20.0 / 2.0,
        2500.0,
    );
    w.act(r#"PauseQueue(queue: "orders", paused: false)"#)
        .run(30.0);
    let degraded = w.journey(0).degraded as f64;
    near("done too late", degraded, 1500.0, 400.0);
    near(
        "fresh again",
        w.share(
            20.0,
            |w| w.journey(0).served as f64,
            |w| w.journey(0).arrivals as f64,
        ),
        1.0,
        0.02,
    );
}

#[test]
fn a_sender_that_does_not_wait_is_answered_at_once() {
    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(workers: "none", time: "1ms", calls: { "orders": () }),
            "orders": Queue(paused: true),
            "worker": Service(pulls: "orders"),
        },
        journeys: { "order": (to: "web", rate: "50/s") },
    "#,
    );
    near(
        "answered although nothing is handled",
        w.run(5.0).goodput(20.0),
        1.0,
        0.01,
    );
    assert_eq!(w.of("worker").arrivals, 0);
    assert!(w.signal("orders", Signal::Queued) > 1000.0);
}

#[test]
fn a_replay_ends_with_the_last_dead_letter() {
    let mut w = queue("max_receives: 1", FAST, "");
    let dead = |w: &Lab| w.signal("orders", Signal::DeadLetters);
    w.run(10.0)
        .act(r#"Set(on: "worker", errors: "100%")"#)
        .run(20.0)
        .act(r#"Set(on: "worker", errors: "0%")"#)
        .run(10.0)
        .act(r#"ReplayDeadLetters(queue: "orders", rate: "100/s")"#)
        .run(30.0);
    assert_eq!(dead(&w), 0.0);
    w.act(r#"Set(on: "worker", errors: "100%")"#)
        .run(20.0)
        .act(r#"Set(on: "worker", errors: "0%")"#)
        .run(10.0);
    near("what dies later stays", dead(&w), 1000.0, 150.0);
    w.act(r#"ReplayDeadLetters(queue: "orders", rate: "100/s")"#)
        .run(30.0);
    assert_eq!(dead(&w), 0.0, "until it is replayed as well");
}

#[test]
fn limits_keep_their_fractions_in_steps_of_any_length() {
    for (step, limit, expected) in [
        ("100ms", "36/s", 36.0),
        ("40ms", "30/s", 30.0),
        ("1s", "7/min", 7.0 / 60.0),
    ] {
        let mut w = Lab::new(&format!(
            r#"
            engine: (step: "{step}", calm_step: "{step}"),
            components: {{
                "orders": Queue(consume: "{limit}"),
                "worker": Service(pulls: "orders", workers: 64, time: "1ms"),
                "front": Balancer(admission: "{limit}", calls: {{ "site": () }}),
                "site": Service(workers: 64, time: "1ms"),
            }},
            journeys: {{
                "order": (to: "orders", rate: "60/s", completes: OnProcessed),
                "visit": (to: "front", rate: "600/s", attempts: 1),
            }},
        "#
        ));
        w.run(60.0);
        near(step, w.rate(600.0, handled), expected, 0.02 * expected);
        let admitted = w.rate(600.0, |w| w.of("site").served as f64);
        near(step, admitted, expected, 0.02 * expected);
    }
}

#[test]
fn dead_letters_stay_stale_whatever_is_handled_after_them() {
    let mut w = queue("max_receives: 1", FAST, r#"fresh_within: "10s""#);
    w.run(10.0)
        .act(r#"Set(on: "worker", errors: "100%")"#)
        .run(20.0)
        .act(r#"Set(on: "worker", errors: "0%")"#)
        .run(40.0);
    let dead = w.signal("orders", Signal::DeadLetters);
    assert!(dead > 800.0, "{dead}");
    let per_s = w.rate(60.0, |w| w.journey(0).stale_s);
    near("message-seconds per second", per_s, dead, 1e-6);
    w.act(r#"ReplayDeadLetters(queue: "orders", rate: "200/s")"#)
        .run(30.0);
    let per_s = w.rate(20.0, |w| w.journey(0).stale_s);
    near("after they were replayed", per_s, 0.0, 1e-9);
}

/// Whoever deletes a message first has nothing left to try again with.
#[test]
fn what_is_deleted_before_it_is_worked_on_is_lost_when_it_fails() {
    let mut w = queue(
        r#"visibility: "5s", max_receives: 20"#,
        r#"workers: 20, time: "100ms", errors: "10%", wave: "100%", startup: "0s",
           versions: { "careful": (), "hasty": (acks_first: true) }"#,
        "",
    );
    w.run(60.0);
    assert_eq!((w.of("orders").lost, w.journey(0).failed_total()), (0, 0));
    w.act(r#"Deploy(service: "worker", version: "hasty")"#)
        .run(30.0);
    let lost = |w: &Lab| w.of("orders").lost as f64;
    near("lost", w.rate(120.0, lost), 5.0, 0.7);
    assert_eq!(w.of("orders").dead_letters, 0);
    near(
        "of which their senders hear",
        w.journey(0).failed_total() as f64,
        w.of("orders").lost as f64,
        1.0,
    );
}

/// Where each message is the newest state of something, an old one that comes late does harm: as often
/// as its customer has sent another one meanwhile.
#[test]
fn a_message_that_is_overtaken_puts_an_old_state_back() {
    let world = |order: &str| {
        queue(
            &format!(r#"visibility: "60s", max_receives: 20, {order}"#),
            r#"workers: 20, time: "100ms", errors: "20%""#,
            r#"per_customer: "1/min""#,
        )
    };
    let overwritten = |w: &Lab| w.journey(0).overwritten as f64;
    // The k-th delivery comes k − 1 minutes late, and customers send at random.
    let share: f64 = (1..20)
        .map(|late| 0.8 * 0.2_f64.powi(late) * (1.0 - (-f64::from(late)).exp()))
        .sum();
    let mut w = world("supersedes: true");
    w.run(400.0);
    near("put back", w.rate(400.0, overwritten), 50.0 * share, 0.7);
    w.act(r#"Set(on: "orders", skip_stale: true)"#).run(2.0);
    near("left out", w.rate(200.0, overwritten), 0.0, 1e-9);
    let mut indifferent = world("");
    indifferent.run(300.0);
    assert_eq!(indifferent.journey(0).overwritten, 0);
}

/// Behind balancers, too, a message is done when it has been worked on.
#[test]
fn who_waits_for_a_message_waits_through_balancers() {
    let mut w = Lab::new(
        r#"
        components: {
            "door": Balancer(calls: { "orders": (timeout: "none"), "elsewhere": (timeout: "none", weight: 0) }),
            "orders": Queue(),
            "elsewhere": Queue(),
            "worker": Service(pulls: "orders", workers: 100, time: "200ms", cv2: 0),
        },
        journeys: { "order": (to: "door", rate: "50/s", completes: OnProcessed, fresh_within: "10s") },
    "#,
    );
    let served = |w: &Lab| w.journey(0).served as f64;
    near("done", w.run(10.0).rate(30.0, served), 50.0, 4.0);
    let latency = w.journey(0).latency.mean().unwrap();
    near("time until it is done", latency, 0.2, 0.02);
    w.act(r#"PauseQueue(queue: "orders")"#).run(2.0);
    near("done while paused", w.rate(60.0, served), 0.0, 1e-9);
    let stale = w.journey(0).stale_s;
    near(
        "waited beyond its freshness",
        stale,
        50.0 * 50.0 * 50.0 / 2.0,
        8_000.0,
    );
}

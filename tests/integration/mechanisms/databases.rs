//! Failover, replicas, connections, slow queries.

use crate::support::{Lab, near};
use sev1::scenario::model::{FailureKind, Signal};
use sev1::sim::Event;

fn served(w: &Lab) -> f64 {
    w.of("store").served as f64
}

#[test]
fn a_failover_is_an_outage_then_a_cold_start_and_loses_late_writes() {
    let mut w = Lab::new(
        r#"
        components: { "store": Database(
            slots: 10, time: "10ms", queue: 50, failover: "30s", cold_speed: "40%", cold_for: "2m",
            replicas: 1, read_share: "50%", replication_lag: "2s",
        ) },
        journeys: { "query": (to: "store", rate: "900/s") },
    "#,
    );
    near("served before", w.run(20.0).goodput(20.0), 1.0, 0.01);
    w.act(r#"Set(on: "store", replication_lag: "10s")"#)
        .act(r#"FailOver(database: "store")"#)
        .run(1.0);
    assert_eq!(w.when(|e| matches!(e, Event::FailedOver(_))).len(), 1);
    near(
        "writes lost",
        w.of("store").lost as f64,
        900.0 * 0.5 * 10.0,
        300.0,
    );
    near(
        "served while it fails over",
        w.rate(27.0, served),
        0.0,
        1e-9,
    );
    w.run(3.0);
    let cold = w.latency("store", 10.0);
    w.run(130.0);
    let warm = w.latency("store", 20.0);
    assert!(cold > 1.8 * warm, "{cold} s cold, {warm} s warm");
    near("served when warm", w.goodput(20.0), 1.0, 0.01);
}

#[test]
fn replicas_raise_the_capacity_for_reads_once_they_are_ready() {
    let mut w = Lab::new(
        r#"
        components: { "store": Database(slots: 1, time: "10ms", queue: 200, replicas: 1, read_share: "80%", failover: "90s") },
        journeys: { "query": (to: "store", rate: "400/s") },
    "#,
    );
    // 320 reads on one replica, 80 writes on the primary.
    near(
        "served by one",
        w.run(20.0).rate(30.0, served),
        100.0 + 80.0,
        8.0,
    );
    w.act(r#"AddReplicas(database: "store", count: 3)"#)
        .run(80.0);
    near(
        "served before they are ready",
        w.rate(8.0, served),
        180.0,
        14.0,
    );
    near(
        "served by four",
        w.run(10.0).rate(30.0, served),
        320.0 + 80.0,
        12.0,
    );
    w.act(r#"Set(on: "store", read_share: "0%")"#).run(20.0);
    near(
        "served when the primary does it all",
        w.rate(30.0, served),
        100.0,
        6.0,
    );
}

#[test]
fn more_connections_than_allowed_are_refused() {
    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(instances: 10, workers: "none", time: "0s", startup: "5s", calls: { "store": (pool: (size: 20)) }),
            "store": Database(slots: "none", time: "5ms", max_connections: 250),
        },
        journeys: { "query": (to: "web", rate: "500/s") },
    "#,
    );
    near("served", w.run(5.0).goodput(20.0), 1.0, 0.001);
    near("open", w.signal("store", Signal::Connections), 200.0, 1e-9);
    w.act(r#"Scale(component: "web", instances: 25)"#).run(10.0);
    near(
        "open at the limit",
        w.signal("store", Signal::Connections),
        250.0,
        1e-9,
    );
    near("served", w.goodput(30.0), 0.5, 0.02);
    assert!(w.along("web", "store").failed[FailureKind::Refused as usize] > 5000);
    w.act(r#"Set(on: "web -> store", pool: 8)"#).run(2.0);
    near("served with smaller pools", w.goodput(20.0), 1.0, 0.001);
    w.act(r#"Set(on: "store", max_connections: 100)"#).run(2.0);
    near("served under a lower limit", w.goodput(30.0), 0.5, 0.02);
    w.act(r#"Set(on: "store", max_connections: "none")"#)
        .run(2.0);
    near("served without one", w.goodput(20.0), 1.0, 0.001);
}

#[test]
fn an_open_connection_costs_speed() {
    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(instances: 10, workers: "none", time: "0s", calls: { "store": (pool: (size: 10)) }),
            "store": Database(slots: 50, time: "10ms", cv2: 0, connection_cost: 0.001),
        },
        journeys: { "query": (to: "web", rate: "50/s") },
    "#,
    );
    near(
        "a hundred",
        w.run(5.0).latency("store", 20.0),
        0.010 / 0.9,
        0.0002,
    );
    w.act(r#"Set(on: "web -> store", pool: 50)"#).run(2.0);
    near(
        "five hundred",
        w.latency("store", 20.0),
        0.010 / 0.5,
        0.0004,
    );
}

#[test]
fn killing_slow_queries_frees_their_slots() {
    let mut w = Lab::new(
        r#"
        components: { "store": Database(slots: 20, time: "10ms", queue: 100) },
        journeys: { "query": (to: "store", rate: "500/s", timeout: "5s") },
    "#,
    );
    near("served", w.run(5.0).goodput(20.0), 1.0, 0.001);
    w.act(r#"Set(on: "store", slow_share: "5%", slow_factor: 10000)"#)
        .run(60.0);
    let stuck = w.goodput(20.0);
    assert!(stuck < 0.3, "a few runaways hold every slot: {stuck}");
    w.act(r#"KillQueries(database: "store")"#).run(3.0);
    near("served when they are gone", w.goodput(20.0), 1.0, 0.01);
}

/// Newest first and dropping what has expired serve somebody in time where a queue serves nobody.
#[test]
fn the_order_of_a_queue_decides_who_is_served_in_time() {
    let overloaded = |act: &str| {
        let mut w = Lab::new(
            r#"
            components: {
                "web": Service(workers: "none", time: "0s", calls: { "store": (timeout: "1s") }),
                "store": Database(slots: 1, time: "10ms"),
            },
            journeys: { "query": (to: "web", rate: "150/s", timeout: "none") },
        "#,
        );
        w.run(1.0).act(act).run(60.0);
        let dropped = w.rate(10.0, |w| w.of("store").dropped as f64);
        (w.goodput(60.0), dropped)
    };
    let (fifo, none) = overloaded(r#"Set(on: "store", speed: 1)"#);
    assert!(fifo < 0.05 && none == 0.0, "{fifo}, {none}");
    let (newest, _) = overloaded(r#"Set(on: "store", newest_first: true)"#);
    assert!(newest > 0.5, "{newest}");
    let (dropping, dropped) = overloaded(r#"Set(on: "store", drop_expired: true)"#);
    assert!(dropping > 0.4 && dropped > 30.0, "{dropping}, {dropped}");
    let (short, _) = overloaded(r#"Set(on: "store", queue: 50)"#);
    assert!(short > 0.6, "{short}");
}

/// One partition takes so much, however idle the others are.
#[test]
fn a_busy_partition_throttles_while_the_sum_looks_idle() {
    let mut w = Lab::new(
        r#"
        components: { "table": Database(slots: "none", time: "1ms", shards: 4, shard_rate: "100/s") },
        journeys: { "put": (to: "table", rate: "300/s") },
    "#,
    );
    let throttled = |w: &Lab| w.of("table").failed[FailureKind::Throttled as usize] as f64;
    near("even", w.run(10.0).rate(30.0, throttled), 0.0, 0.5);
    // 0.4 and a quarter of 0.6 are 55 %, or 165 a second.
    w.act(r#"Set(on: "table", hot_share: "40%")"#).run(10.0);
    near("one is busy", w.rate(60.0, throttled), 65.0, 5.0);
    w.act(r#"Set(on: "table", hot_share: "0%")"#)
        .act(r#"Set(journey: "put", rate_factor: 2)"#)
        .run(10.0);
    near("all are", w.rate(60.0, throttled), 200.0, 8.0);
    w.act(r#"Set(on: "table", shard_rate: "none")"#).run(5.0);
    near("no limit", w.rate(30.0, throttled), 0.0, 1e-9);
}

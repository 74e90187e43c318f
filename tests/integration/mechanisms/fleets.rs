//! Deployments, roll-backs, restarts, scaling, autoscalers, leaks, flags, jobs.

use crate::support::{Lab, near};
use sev1::sim::Event;

const TWO_VERSIONS: &str = r#"
    components: {
        "web": Service(instances: 8, workers: 50, time: "10ms", startup: "20s", wave: "25%", wave_every: "30s",
            calls: { "store": () },
            versions: { "v1": (), "v2": (errors: "100%") }),
        "store": Database(slots: "none", time: "1ms"),
    },
    journeys: { "visit": (to: "web", rate: "200/s") },
"#;

#[test]
fn a_deployment_goes_out_in_waves_and_comes_back_in_waves() {
    let mut w = Lab::new(TWO_VERSIONS);
    w.run(10.0)
        .act(r#"Deploy(service: "web", version: "v2")"#)
        .run(5.0);
    assert_eq!(
        w.versions("web"),
        [6, 0],
        "the first wave has left and is starting"
    );
    w.run(20.0);
    assert_eq!(
        w.versions("web"),
        [6, 2],
        "and is there after the start-up time"
    );
    near(
        "errors after one wave",
        w.share(
            4.0,
            |w| w.of("web").failed_total() as f64,
            |w| w.of("web").arrivals as f64,
        ),
        0.25,
        0.05,
    );
    w.run(120.0);
    assert_eq!(w.versions("web"), [0, 8]);
    assert_eq!(w.goodput(20.0), 0.0);
    let waves = w.when(|e| matches!(e, Event::WaveStarted { version: 1, .. }));
    assert_eq!(waves.len(), 4, "{waves:?}");
    assert!(
        waves
            .windows(2)
            .all(|w| (29.0..=32.0).contains(&(w[1] - w[0]))),
        "{waves:?}"
    );

    w.act(r#"RollBack(service: "web")"#).run(25.0);
    assert_eq!(w.versions("web"), [2, 6]);
    let half_way = w.goodput(5.0);
    near("served after one wave back", half_way, 0.25, 0.06);
    w.run(110.0);
    assert_eq!(w.versions("web"), [8, 0]);
    near("served after all of them", w.goodput(20.0), 1.0, 0.01);
}

#[test]
fn a_canary_is_a_share_of_the_fleet_and_of_the_customers() {
    let mut w = Lab::new(TWO_VERSIONS);
    w.run(5.0)
        .act(r#"Deploy(service: "web", version: "v2", share: "25%")"#)
        .run(60.0);
    assert_eq!(w.versions("web"), [6, 2]);
    near("served beside a broken canary", w.goodput(60.0), 0.75, 0.02);
    w.act(r#"RollBack(service: "web")"#).run(60.0);
    assert_eq!(w.versions("web"), [8, 0]);
    w.act(r#"Deploy(service: "web", version: "v1")"#).run(60.0);
    assert_eq!(
        w.versions("web"),
        [8, 0],
        "what runs already is not deployed again"
    );
}

/// A station without dependencies that is advanced as a flow has versions as well.
#[test]
fn a_canary_of_a_busy_leaf_serves_its_share() {
    let fields = r#"
        components: { "web": Service(instances: 8, workers: 50, time: "10ms", startup: "20s",
            versions: { "v1": (), "v2": (errors: "100%") }) },
        journeys: { "visit": (to: "web", rate: "5000/s") },
    "#;
    let mut w = Lab::new(fields);
    w.run(5.0)
        .act(r#"Deploy(service: "web", version: "v2", share: "25%")"#)
        .run(60.0);
    assert_eq!(w.versions("web"), [6, 2]);
    near("served beside a broken canary", w.goodput(60.0), 0.75, 0.01);
    w.act(r#"Deploy(service: "web", version: "v2")"#).run(5.0);
    let at_first = w.goodput(5.0);
    assert!(
        at_first > 0.5,
        "only waves that have started serve the new version: {at_first}"
    );
    w.run(300.0);
    assert_eq!(w.goodput(10.0), 0.0);
}

#[test]
fn rolling_back_while_a_wave_still_starts_takes_that_wave_back_too() {
    let fields = TWO_VERSIONS.replace(r#"wave: "25%""#, r#"wave: "50%""#);
    let mut w = Lab::new(&fields);
    w.run(5.0)
        .act(r#"Deploy(service: "web", version: "v2")"#)
        .run(10.0);
    assert_eq!(w.versions("web"), [4, 0]);
    w.act(r#"RollBack(service: "web")"#).run(120.0);
    assert_eq!(
        w.versions("web"),
        [8, 0],
        "nothing is left of the version that was rolled back"
    );
}

#[test]
fn a_version_overrides_what_it_says_about_calls() {
    let fields = r#"
        components: {
            "web": Service(instances: 2, workers: 200, time: "1ms", startup: "1s", wave: "100%",
                calls: { "back": (timeout: "2s") },
                versions: { "v1": (), "v2": (time_factor: 20, calls: { "back": (timeout: "10ms", attempts: 3, per_request: 2, broken: "20%") }) }),
            "back": Service(instances: 4, workers: 100, time: "20ms", cv2: 0),
        },
        journeys: { "visit": (to: "web", rate: "100/s") },
    "#;
    let mut w = Lab::new(fields);
    near(
        "tries per request",
        w.share(
            30.0,
            |w| w.along("web", "back").tries as f64,
            |w| w.of("web").arrivals as f64,
        ),
        1.0,
        0.02,
    );
    w.act(r#"Deploy(service: "web", version: "v2")"#).run(20.0);
    let tries = w.share(
        60.0,
        |w| w.along("web", "back").tries as f64,
        |w| w.of("web").arrivals as f64,
    );
    near(
        "two calls, three tries each, all too late or broken",
        tries,
        6.0,
        0.1,
    );
    let (denied, tried) = (
        w.along("web", "back").failed[4],
        w.along("web", "back").tries,
    );
    near(
        "broken before they leave",
        denied as f64 / tried as f64,
        0.2,
        0.03,
    );
    near(
        "slower itself",
        w.latency("web", 10.0),
        0.020 + 3.0 * 0.8 * 0.010,
        0.004,
    );
}

#[test]
fn instances_take_their_start_up_time() {
    let fields = r#"
        components: { "web": Service(instances: 2, workers: 10, time: "100ms", startup: "45s", queue: 20) },
        journeys: { "visit": (to: "web", rate: "360/s") },
    "#;
    let mut w = Lab::new(fields);
    near(
        "served by two",
        w.rate(30.0, |w| w.of("web").served as f64),
        200.0,
        6.0,
    );
    w.act(r#"Scale(component: "web", instances: 4)"#).run(43.0);
    assert_eq!(w.instances("web"), 2, "nothing before they have started");
    w.run(4.0);
    assert_eq!(w.instances("web"), 4);
    near(
        "served by four",
        w.rate(30.0, |w| w.of("web").served as f64),
        357.0,
        10.0,
    );
    w.act(r#"Scale(component: "web", instances: 1)"#).run(2.0);
    near(
        "served by one",
        w.rate(30.0, |w| w.of("web").served as f64),
        100.0,
        4.0,
    );
    w.act(r#"Scale(component: "web", instances: 3)"#)
        .run(10.0)
        .act(r#"Scale(component: "web", instances: 1)"#)
        .run(60.0);
    assert_eq!(
        w.instances("web"),
        1,
        "what has not started yet is cancelled first"
    );
}

#[test]
fn nothing_runs_on_no_instances() {
    for workers in ["10", "\"none\""] {
        let fields = format!(
            r#"
            components: {{ "web": Service(instances: 2, workers: {workers}, time: "1ms") }},
            journeys: {{ "visit": (to: "web", rate: "50/s", timeout: "1s") }},
        "#
        );
        let mut w = Lab::new(&fields);
        near("served", w.goodput(20.0), 1.0, 0.01);
        w.act(r#"Scale(component: "web", instances: 0)"#).run(5.0);
        assert_eq!(w.goodput(20.0), 0.0, "workers: {workers}");
        w.act(r#"Scale(component: "web", instances: 1)"#).run(90.0);
        near("served again", w.goodput(20.0), 1.0, 0.02);
    }
}

/// 40 copies with 100 requests each in work are cut to one: the work goes on, the books balance.
#[test]
fn scaling_a_busy_fleet_down_keeps_the_books() {
    let fields = r#"
        components: { "web": Service(instances: 40, workers: 100, time: "5s") },
        journeys: { "visit": (to: "web", rate: "700/s", timeout: "60s") },
    "#;
    let mut w = Lab::new(fields);
    w.run(20.0)
        .act(r#"Scale(component: "web", instances: 1)"#)
        .run(60.0);
    near(
        "served by one",
        w.rate(60.0, |w| w.of("web").served as f64),
        20.0,
        3.0,
    );
}

const LEAKY: &str = r#"
    components: {
        "web": Service(instances: 4, workers: 50, time: "2ms", startup: "10s", wave: "25%", wave_every: "10s",
            calls: { "store": (pool: (size: 10, wait: "500ms")) },
            versions: { "v1": (), "v2": (leak: (pool: "store", per: Request, share: "0.5%")) }),
        "store": Database(slots: 50, time: "5ms"),
    },
    journeys: { "visit": (to: "web", rate: "100/s") },
"#;

/// The leaky version is out, and all 40 connections have leaked.
fn leaked_dry() -> Lab {
    let mut w = Lab::new(LEAKY);
    w.run(5.0)
        .act(r#"Deploy(service: "web", version: "v2")"#)
        .run(200.0);
    near("leaked", w.sim.leaked(w.call("web", "store")), 40.0, 0.01);
    assert_eq!(
        w.goodput(20.0),
        0.0,
        "without connections nothing is served"
    );
    w
}

#[test]
fn leaks_go_with_the_connections_that_are_killed() {
    let mut w = leaked_dry();
    w.act(r#"KillIdleConnections(database: "store")"#).run(2.0);
    assert!(w.sim.leaked(w.call("web", "store")) < 5.0);
    near("served again at once", w.goodput(10.0), 1.0, 0.03);
    w.run(150.0);
    assert_eq!(w.goodput(20.0), 0.0, "but the version still leaks");
}

#[test]
fn a_restart_drops_leaks_and_a_staggered_one_does_too() {
    for (staggered, time) in [("false", 12.0), ("true", 45.0)] {
        let mut w = leaked_dry();
        w.act(&format!(
            r#"Restart(component: "web", staggered: {staggered})"#
        ))
        .run(3.0);
        let there = w.instances("web");
        assert_eq!(there, if staggered == "true" { 3 } else { 0 });
        w.run(time);
        assert_eq!(w.instances("web"), 4);
        let leaked = w.sim.leaked(w.call("web", "store"));
        assert!(
            leaked < 25.0,
            "staggered {staggered}: {leaked} are still leaked"
        );
        near("served", w.goodput(4.0), 1.0, 0.05);
    }
}

#[test]
fn rolling_back_a_leak_ends_it_but_what_was_leaked_stays_until_it_is_killed() {
    let mut w = leaked_dry();
    w.act(r#"RollBack(service: "web")"#).run(90.0);
    assert_eq!(w.versions("web"), [4, 0]);
    let leaked = w.sim.leaked(w.call("web", "store"));
    assert!(leaked > 20.0, "{leaked}");
    w.run(60.0);
    let later = w.sim.leaked(w.call("web", "store"));
    near("leaked later", later, leaked, 0.01);
    w.act(r#"KillIdleConnections(database: "store")"#).run(30.0);
    near("leaked", w.sim.leaked(w.call("web", "store")), 0.0, 0.01);
    near("served", w.goodput(60.0), 1.0, 0.01);
}

#[test]
fn a_restart_loses_what_waits_and_is_down_for_the_start_up_time() {
    let fields = r#"
        components: { "web": Service(instances: 2, workers: 5, time: "100ms", startup: "10s") },
        journeys: { "visit": (to: "web", rate: "150/s", timeout: "none") },
    "#;
    let mut w = Lab::new(fields);
    w.run(30.0);
    let waiting = w.sim.queued(w.id("web"));
    assert!(waiting > 1000.0, "{waiting}");
    w.act(r#"Restart(component: "web")"#).run(1.0);
    assert!(
        w.journey(0).failed[5] as f64 >= waiting,
        "they find nobody any more"
    );
    near(
        "served while it starts",
        w.rate(8.0, |w| w.of("web").served as f64),
        0.0,
        1.5,
    );
    w.run(2.0);
    near(
        "served after that",
        w.rate(10.0, |w| w.of("web").served as f64),
        100.0,
        6.0,
    );
}

const SCALED: &str = r#"
    components: {
        "web": Service(instances: 4, workers: 20, time: "10ms", cpu: (cores: 1, time: "10ms"), startup: "30s",
            autoscaler: (metric: Cpu, target: "50%", min: 2, max: 20, every: "15s", down_after: "60s"),
            calls: { "store": () }),
        "store": Database(slots: "none", time: "1ms"),
    },
    journeys: { "visit": (to: "web", rate: "200/s", changes: [(at: "60s", rate: "380/s"), (at: "300s", rate: "100/s")]) },
"#;

#[test]
fn an_autoscaler_follows_the_load_with_its_lag() {
    let mut w = Lab::new(SCALED);
    w.run(60.0);
    assert_eq!(w.instances("web"), 4);
    w.run(29.0);
    assert_eq!(w.instances("web"), 4, "a look and a start-up must pass");
    w.run(60.0);
    let grown = w.instances("web");
    assert!(
        (7..=10).contains(&grown),
        "380/s of 10 ms at 50 % want 8, there are {grown}"
    );
    w.run(149.0);
    assert!(
        (7..=10).contains(&w.instances("web")),
        "{}",
        w.instances("web")
    );
    w.run(45.0);
    assert!(
        w.instances("web") >= 7,
        "removing waits for the metric to be low for a minute"
    );
    w.run(120.0);
    assert_eq!(w.instances("web"), 2, "100/s want two");
}

#[test]
fn an_autoscaler_can_be_switched_off_and_bounded() {
    let mut w = Lab::new(SCALED);
    w.run(10.0)
        .act(r#"SetAutoscaler(service: "web", on: false)"#)
        .run(150.0);
    assert_eq!(w.instances("web"), 4, "it is off");
    w.act(r#"Set(on: "web", max_instances: 6)"#)
        .act(r#"SetAutoscaler(service: "web", on: true)"#)
        .run(130.0);
    assert_eq!(w.instances("web"), 6, "and may not do more than this");
    w.act(r#"RevertConfig(component: "web")"#)
        .act(r#"Set(on: "web", min_instances: 12)"#)
        .run(60.0);
    assert_eq!(w.instances("web"), 12, "nor less than that");
    w.act(r#"Set(on: "web", min_instances: 30)"#).run(60.0);
    assert!(
        (12..=30).contains(&w.instances("web")),
        "bounds that cross are no end of the world"
    );
}

#[test]
fn flags_and_jobs_act_while_they_are_on() {
    let fields = r#"
        components: {
            "web": Service(workers: "none", time: "1ms", calls: { "store": (attempts: 1) }),
            "store": Database(slots: 10, time: "50ms", errors: "50%", queue: 10),
        },
        journeys: { "visit": (to: "web", rate: "80/s") },
        flags: { "retry": (changes: [Set(on: "web -> store", attempts: 3)]) },
        jobs: { "report": (on: "store", load: "75%") },
    "#;
    let mut w = Lab::new(fields);
    let tries = |w: &Lab| w.along("web", "store").tries as f64;
    let first = |w: &Lab| w.along("web", "store").first_tries as f64;
    near(
        "tries without the flag",
        w.share(20.0, tries, first),
        1.0,
        1e-9,
    );
    w.act(r#"SetFlag(flag: "retry")"#).run(2.0);
    near("tries with it", w.share(60.0, tries, first), 1.75, 0.1);
    w.act(r#"SetFlag(flag: "retry", on: false)"#).run(2.0);
    near(
        "tries when it is off again",
        w.share(20.0, tries, first),
        1.0,
        1e-9,
    );
    let alone = w.latency("store", 20.0);
    w.act(r#"SetJob(job: "report", running: true)"#).run(2.0);
    let beside = w.latency("store", 20.0);
    assert!(beside > 3.0 * alone, "{alone} beside the job {beside}");
    near(
        "served beside the job",
        w.rate(30.0, |w| w.of("store").latency.total()),
        80.0,
        6.0,
    );
    w.act(r#"SetJob(job: "report", running: false)"#).run(5.0);
    near(
        "latency when it has stopped",
        w.latency("store", 20.0),
        alone,
        0.3 * alone,
    );
}

#[test]
fn a_fleet_that_was_smaller_for_a_while_is_what_it_was_before() {
    // At most 2,000 reads wait at the hot shard and are refused beyond: some 2,100 of 3,840 workers
    // are held, and no fewer than 2,880 there are in between.
    let mut w = Lab::new(
        r#"
        components: {
            "page": Service(instances: 60, workers: 64, time: "9ms", queue: 6000, calls: {
                "cache": (timeout: "500ms", attempts: 2),
            }),
            "cache": Cache(shards: 6, time: "120us", cv2: 0.3, queue: 3000, keys: "1k", entries: "1k"),
        },
        journeys: { "browse": (to: "page", rate: "20k/s") },
    "#,
    );
    let served = |w: &Lab| w.of("page").served as f64;
    w.run(20.0)
        .act(r#"Set(on: "cache", hot_share: "60%")"#)
        .run(30.0);
    let before = w.rate(30.0, served);
    w.act(r#"Scale(component: "page", instances: 45)"#)
        .run(60.0);
    near("with fewer", w.rate(30.0, served), before, 0.01 * before);
    w.act(r#"Scale(component: "page", instances: 60)"#)
        .run(120.0);
    near(
        "with all again",
        w.rate(30.0, served),
        before,
        0.01 * before,
    );
    near("waiting", w.sim.queued(w.id("page")), 0.0, 100.0);
}

#[test]
fn copies_beyond_the_start_are_paid_for_from_their_order_on() {
    let mut w = Lab::new(
        r#"
        components: {
            "web": Service(instances: 4, workers: 50, time: "10ms", startup: "60s", price: 12,
                calls: { "store": () }),
            "store": Database(slots: "none", time: "1ms", replicas: 1, failover: "60s", price: 3),
        },
        journeys: { "visit": (to: "web", rate: "200/s") },
    "#,
    );
    w.run(100.0);
    assert_eq!(
        w.of("web").extra_copy_s,
        0.0,
        "what was there is not billed"
    );
    w.act(r#"Scale(component: "web", instances: 10)"#)
        .act(r#"AddReplicas(database: "store", count: 2)"#)
        .run(600.0);
    near("web", w.of("web").extra_copy_s, 6.0 * 600.0, 0.01);
    near("store", w.of("store").extra_copy_s, 2.0 * 600.0, 0.01);
    near(
        "money",
        sev1::session::spent(&w.sim),
        12.0 + 3.0 * 2.0 / 6.0,
        0.01,
    );
    w.act(r#"Scale(component: "web", instances: 2)"#).run(600.0);
    near(
        "nothing is given back",
        w.of("web").extra_copy_s,
        3600.0,
        0.01,
    );
}

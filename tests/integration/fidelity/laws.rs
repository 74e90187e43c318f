//! Rows with a closed form: queues, loss systems, caches, buckets, retries, fluid drains.

use sev1::base::math::{erlang_b, erlang_c, ln};
use sev1::scenario::model::{FailureKind, Signal};

use super::{JOURNEY, SEEDS, component, edge, file, holds, over_seeds, run, secs};

/// Sojourn, wait and loss of the lone station of `01-station.ron`.
struct Seen {
    sojourn: f64,
    sojourn_p99: f64,
    wait: f64,
    wait_p99: f64,
    waiting: f64,
    blocked: f64,
    little: f64,
}

fn station(edits: &[(&str, &str)], horizon: f64) -> Vec<Seen> {
    let scenario = file("01-station.ron", edits);
    over_seeds(SEEDS, |seed| {
        let sim = run(&scenario, seed, horizon);
        let totals = sim.component(component(&sim, "station"));
        let sojourn = totals.latency.mean().unwrap();
        let accepted = totals.wait.total();
        Seen {
            sojourn,
            sojourn_p99: totals.latency.quantile(0.99).unwrap(),
            wait: totals.wait.mean().unwrap(),
            wait_p99: totals.wait.quantile(0.99).unwrap(),
            waiting: totals.waited / accepted,
            blocked: totals.failed_total() as f64 / totals.arrivals as f64,
            little: totals.request_s / (totals.arrivals as f64 * sojourn),
        }
    })
}

fn figure(seen: &[Seen], of: impl Fn(&Seen) -> f64) -> Vec<f64> {
    seen.iter().map(of).collect()
}

/// Row 1 (exact): M/M/1, and Little's law.
#[test]
fn one_server_has_the_exact_sojourn_times() {
    for (rho, horizon) in [(0.5, 2e3), (0.8, 4e3), (0.9, 8e3), (0.95, 1.6e4)] {
        let rate = format!("\"{}/s\"", 100.0 * rho);
        let seen = station(&[("\"50/s\"", &rate)], horizon);
        let w = 0.01 / (1.0 - rho);
        holds(
            &format!("row 1, ρ {rho}, mean"),
            &figure(&seen, |s| s.sojourn),
            w,
            0.01 * w,
        );
        let p99 = w * ln(100.0);
        holds(
            &format!("row 1, ρ {rho}, p99"),
            &figure(&seen, |s| s.sojourn_p99),
            p99,
            0.03 * p99,
        );
        holds(
            &format!("row 1, ρ {rho}, Little"),
            &figure(&seen, |s| s.little),
            1.0,
            0.01,
        );
    }
}

/// Row 1 again, around the moment when steps become long: what was begun one by one in short steps
/// holds its slots until it is done, not for the whole of the first long one.
#[test]
fn longer_steps_find_the_server_as_short_ones_left_it() {
    let scenario = file("01-station.ron", &[]);
    let sojourns = over_seeds(800, |seed| {
        let sim = run(&scenario, seed, 20.0);
        sim.component(component(&sim, "station"))
            .latency
            .mean()
            .unwrap()
    });
    holds("row 1, first long steps", &sojourns, 0.02, 0.02 * 0.02);
}

/// Row 1 again for a station so fast that it is advanced as a flow.
#[test]
fn a_fast_server_has_the_exact_sojourn_times() {
    for rho in [0.5, 0.8, 0.9] {
        let rate = format!("\"{}/s\"", 10_000.0 * rho);
        let seen = station(&[("\"50/s\"", &rate), ("\"10ms\"", "\"100us\"")], 300.0);
        let w = 1e-4 / (1.0 - rho);
        holds(
            &format!("row 1 as a flow, ρ {rho}, mean"),
            &figure(&seen, |s| s.sojourn),
            w,
            0.01 * w,
        );
        let p99 = w * ln(100.0);
        holds(
            &format!("row 1 as a flow, ρ {rho}, p99"),
            &figure(&seen, |s| s.sojourn_p99),
            p99,
            0.03 * p99,
        );
        holds(
            &format!("row 1 as a flow, ρ {rho}, Little"),
            &figure(&seen, |s| s.little),
            1.0,
            0.01,
        );
    }
}

/// Row 2 (Erlang C): ten servers, a load of eight.
#[test]
fn ten_servers_wait_as_erlang_says() {
    let edits = [
        ("\"50/s\"", "\"8/s\""),
        ("workers: 1", "workers: 10"),
        ("\"10ms\"", "\"1s\""),
    ];
    let seen = station(&edits, 2e4);
    holds(
        "row 2, P(wait)",
        &figure(&seen, |s| s.waiting),
        0.4092,
        0.02 * 0.4092,
    );
    holds(
        "row 2, Wq",
        &figure(&seen, |s| s.wait),
        0.2046,
        0.02 * 0.2046,
    );
    holds(
        "row 2, p99 of wait",
        &figure(&seen, |s| s.wait_p99),
        1.856,
        0.02 * 1.856,
    );
}

/// Row 3 (Erlang C; Brooker 2020): the same utilisation waits less with more servers.
#[test]
fn more_servers_wait_less_at_the_same_load() {
    for (servers, load, expected) in [
        (5, 2.5, 0.1304),
        (10, 5.0, 0.0361),
        (50, 45.0, 0.3639),
        (100, 95.0, 0.5065),
    ] {
        assert!((erlang_c(servers, load) - expected).abs() < 1e-4);
        let (rate, workers) = (format!("\"{load}/s\""), format!("workers: {servers}"));
        let edits = [
            ("\"50/s\"", rate.as_str()),
            ("workers: 1", &workers),
            ("\"10ms\"", "\"1s\""),
        ];
        let seen = station(&edits, 1e4);
        let what = format!("row 3, M/M/{servers}, P(wait)");
        holds(
            &what,
            &figure(&seen, |s| s.waiting),
            expected,
            0.03 * expected,
        );
    }
}

/// Row 4 (Erlang B): no room to wait.
#[test]
fn a_loss_system_loses_as_erlang_says() {
    for (load, expected) in [(10.0, 0.2146), (8.0, 0.1217)] {
        assert!((erlang_b(10, load) - expected).abs() < 1e-4);
        let rate = format!("\"{load}/s\"");
        let edits = [
            ("\"50/s\"", rate.as_str()),
            ("workers: 1", "workers: 10"),
            ("\"10ms\"", "\"1s\""),
            ("\"none\" }", "\"none\" }"),
            ("queue: \"none\"", "queue: 0"),
        ];
        let seen = station(&edits[..3], 10.0);
        assert!(
            seen.iter().all(|s| s.blocked == 0.0),
            "with room nothing is lost"
        );
        let seen = station(&[edits[0], edits[1], edits[2], edits[4]], 1e4);
        let what = format!("row 4, load {load}, blocked");
        holds(
            &what,
            &figure(&seen, |s| s.blocked),
            expected,
            0.015 * expected,
        );
    }
}

/// Row 5 (exact): a longer queue loses as much and waits twelve times as long.
#[test]
fn a_longer_queue_only_waits_longer() {
    for (room, blocked, wait) in [("10", 0.334, 0.807), ("100", 0.333, 9.80)] {
        let queue = format!("queue: {room}");
        let edits = [
            ("\"50/s\"", "\"15/s\""),
            ("workers: 1", "workers: 10"),
            ("\"10ms\"", "\"1s\""),
            ("queue: \"none\"", queue.as_str()),
        ];
        let seen = station(&edits, 1e4);
        holds(
            &format!("row 5, room {room}, blocked"),
            &figure(&seen, |s| s.blocked),
            blocked,
            0.02 * blocked,
        );
        holds(
            &format!("row 5, room {room}, Wq"),
            &figure(&seen, |s| s.wait),
            wait,
            0.02 * wait,
        );
    }
}

/// Row 6 (Pollaczek–Khinchine), one by one and as a flow.
#[test]
fn variation_costs_as_pollaczek_and_khinchine_say() {
    for (cv2, expected, tolerance) in [("0", 2.0, 0.03), ("1", 4.0, 0.03), ("4", 10.0, 0.08)] {
        for (rate, time, mean, horizon) in [
            ("\"8/s\"", "\"100ms\"", 0.1, 2e4),
            ("\"800/s\"", "\"1ms\"", 0.001, 600.0),
        ] {
            let law = format!("cv2: {cv2}");
            let edits = [
                ("\"50/s\"", rate),
                ("\"10ms\"", time),
                ("cv2: 1", law.as_str()),
            ];
            let seen = station(&edits, horizon);
            let waits = figure(&seen, |s| s.wait / mean);
            holds(
                &format!("row 6, cv² {cv2}, {time}, Wq"),
                &waits,
                expected,
                tolerance * expected,
            );
        }
    }
}

/// Row 7 (Che 2002; renewal theory): hit shares of LRU and of expiring entries.
#[test]
fn caches_hit_as_often_as_theory_says() {
    for (entries, expected) in [("100", 0.3905), ("1000", 0.6756)] {
        let scenario = file(
            "07-cache.ron",
            &[("entries: 1000", &format!("entries: {entries}"))],
        );
        let hits = over_seeds(SEEDS, |seed| {
            let sim = run(&scenario, seed, 600.0);
            let totals = sim.component(component(&sim, "cache"));
            totals.hits as f64 / (totals.hits + totals.misses) as f64
        });
        holds(&format!("row 7, LRU {entries}"), &hits, expected, 0.005);
    }
    // One key asked for once per time to live.
    let edits = [
        ("keys: \"10k\"", "keys: 1, ttl: \"1s\", warm: false"),
        ("\"1000/s\"", "\"1/s\""),
        // Steps far below the time to live: a look-up must see the fill before it.
        (
            "title: \"A cache\",",
            "title: \"A cache\", engine: (step: \"10ms\", calm_step: \"10ms\"),",
        ),
    ];
    let scenario = file("07-cache.ron", &edits);
    let hits = over_seeds(SEEDS, |seed| {
        let sim = run(&scenario, seed, 5_000.0);
        let totals = sim.component(component(&sim, "cache"));
        totals.hits as f64 / (totals.hits + totals.misses) as f64
    });
    holds("row 7, TTL, λT = 1", &hits, 0.5, 0.005);
}

/// Row 8 (SP-API usage plan of getOrders).
#[test]
fn a_token_bucket_allows_its_rate_and_burst() {
    let scenario = file("08-token-bucket.ron", &[]);
    let sim = run(&scenario, 1, 3600.0);
    let totals = sim.component(component(&sim, "getOrders"));
    holds(
        "row 8, calls in a saturated hour",
        &[totals.served as f64, totals.served as f64],
        80.0,
        1.0,
    );

    let scenario = file("08-token-bucket.ron", &[("\"1/s\"", "\"4/min\"")]);
    let seen = over_seeds(SEEDS, |seed| {
        let mut sim = sev1::sim::Sim::new(std::sync::Arc::clone(&scenario), seed);
        let mut first = None;
        let mut at_first = (0, 0);
        for second in 1..=7200 {
            sim.advance_to(secs(f64::from(second)));
            let totals = sim.component(component(&sim, "getOrders"));
            let throttled = totals.failed[FailureKind::Throttled as usize];
            if throttled > 0 && first.is_none() {
                first = Some(f64::from(second));
                at_first = (throttled, totals.arrivals);
            }
        }
        let totals = sim.component(component(&sim, "getOrders"));
        let after = (totals.failed[FailureKind::Throttled as usize] - at_first.0) as f64
            / (totals.arrivals - at_first.1) as f64;
        (first.unwrap(), after)
    });
    let firsts: Vec<f64> = seen.iter().map(|s| s.0).collect();
    let after: Vec<f64> = seen.iter().map(|s| s.1).collect();
    // Arrivals are random here, so the first refusal scatters around the fluid value.
    holds(
        "row 8, first 429 at four calls a minute",
        &firsts,
        400.0,
        60.0,
    );
    holds("row 8, refused afterwards", &after, 0.75, 0.02);
}

/// Row 9 (Brooker 2022): retries multiply independent failures; a bucket bounds them.
#[test]
fn retries_cost_what_they_cost() {
    let per_call = |edits: &[(&str, &str)], horizon: f64| {
        let scenario = file("09-retries.ron", edits);
        over_seeds(SEEDS, |seed| {
            let sim = run(&scenario, seed, horizon);
            let totals = sim.edge(edge(&sim, "clients", "server"));
            totals.tries as f64 / totals.first_tries as f64
        })
    };
    holds(
        "row 9, three retries",
        &per_call(&[], 100.0),
        1.875,
        0.02 * 1.875,
    );
    let bucket = "attempts: 4, budget: (ratio: 0.1, size: 5, cost: 1, clients: 100)";
    let seen = per_call(&[("attempts: 4", bucket)], 100.0);
    holds("row 9, with a retry bucket", &seen, 1.14, 0.02 * 1.14);
}

/// Row 10 (exact): three layers of three tries are 27 times the load.
#[test]
fn layers_of_retries_multiply() {
    let scenario = file("10-layers.ron", &[]);
    let mut sim = run(&scenario, 1, 60.0);
    // No more customers; what is under way comes to its end.
    let rate = sev1::scenario::action::Knob::Journey(
        JOURNEY,
        sev1::scenario::action::JourneyKnob::RateFactor,
    );
    sim.apply(&sev1::scenario::action::Action::Change(
        sev1::scenario::action::Change {
            knob: rate,
            value: 0.0,
            over: sev1::base::time::SimDuration::ZERO,
        },
    ));
    sim.advance_to(secs(70.0));
    let customers = sim.journey(JOURNEY);
    assert_eq!(customers.in_flight(), 0);
    let leaf = sim.component(component(&sim, "leaf")).arrivals;
    assert_eq!(leaf, 27 * customers.arrivals, "row 10");
}

/// Row 11 (fluid law): a backlog of D seconds drains in D·λ/(μ − λ).
#[test]
fn a_backlog_drains_by_the_fluid_law() {
    for (rate, time, outage, expected) in [
        ("280/s", "3333us", "10s", 140.0),
        ("500/s", "1ms", "60s", 60.0),
        ("900/s", "1ms", "60s", 540.0),
    ] {
        let edits = [
            ("280/s", rate),
            ("3333us", time),
            ("After(\"10s\")", &format!("After(\"{outage}\")")),
        ];
        let scenario = file("11-drain.ron", &edits);
        let end = 60.0 + outage.trim_end_matches('s').parse::<f64>().unwrap();
        let drained = over_seeds(SEEDS, |seed| {
            let mut sim = sev1::sim::Sim::new(std::sync::Arc::clone(&scenario), seed);
            let database = component(&sim, "database");
            sim.advance_to(secs(end));
            while sim.queued(database) > 0.0 {
                let next = sim.now() + sev1::base::time::SimDuration::from_millis(100);
                sim.advance_to(next);
            }
            sim.now().as_secs_f64() - end
        });
        holds(
            &format!("row 11, {rate}, {outage}"),
            &drained,
            expected,
            0.03 * expected,
        );
    }
}

/// Row 22 (Slack 2021): few slow requests take much worker time; a processor metric does not see them.
#[test]
fn slow_requests_take_their_share_of_worker_time() {
    let busy = |edits: &[(&str, &str)]| {
        let scenario = file("22-slow-share.ron", edits);
        over_seeds(SEEDS, |seed| {
            let sim = run(&scenario, seed, 600.0);
            sim.component(component(&sim, "server")).busy_s
        })
    };
    let all = busy(&[]);
    let ordinary = busy(&[(", slow: (share: \"1%\", factor: 66)", "")]);
    let shares: Vec<f64> = all
        .iter()
        .zip(&ordinary)
        .map(|(a, o)| 1.0 - 0.99 * o / a)
        .collect();
    holds("row 22, share of worker time", &shares, 0.40, 0.02 * 0.40);

    let scenario = file("22-blind-autoscaler.ron", &[]);
    let fewer = over_seeds(SEEDS, |seed| {
        let mut sim = sev1::sim::Sim::new(std::sync::Arc::clone(&scenario), seed);
        let server = component(&sim, "server");
        sim.advance_to(secs(60.0));
        let before = sim.signal(server, Signal::Instances);
        sim.advance_to(secs(900.0));
        let blocked = sim.signal(server, Signal::Utilisation) > 0.95;
        blocked && sim.signal(server, Signal::Instances) < before
    });
    let right = fewer.iter().filter(|&&f| f).count();
    assert!(
        right >= 19,
        "row 22: scaled down while every worker was blocked in only {right} of {SEEDS}"
    );
}

/// Row 23 (Little's law): what a cold cache does to the queries behind it.
#[test]
fn a_cold_cache_multiplies_queries() {
    for (time, saturates) in [("100ms", false), ("190ms", false), ("215ms", true)] {
        let scenario = file("23-fan-out.ron", &[("\"100ms\"", &format!("\"{time}\""))]);
        let seen = over_seeds(SEEDS, |seed| {
            let mut sim = sev1::sim::Sim::new(std::sync::Arc::clone(&scenario), seed);
            let database = component(&sim, "database");
            let arrivals = |sim: &sev1::sim::Sim| sim.component(database).arrivals as f64;
            sim.advance_to(secs(20.0));
            let a = arrivals(&sim);
            sim.advance_to(secs(120.0));
            let warm = (arrivals(&sim) - a) / 100.0;
            sim.advance_to(secs(140.0));
            let b = arrivals(&sim);
            sim.advance_to(secs(340.0));
            let cold = (arrivals(&sim) - b) / 200.0;
            let waiting = sim.edge_view(edge(&sim, "server", "database")).waiting;
            (warm, cold, waiting)
        });
        let warm: Vec<f64> = seen.iter().map(|s| s.0).collect();
        let cold: Vec<f64> = seen.iter().map(|s| s.1).collect();
        holds(&format!("row 23, {time}, warm"), &warm, 135.0, 0.02 * 135.0);
        if saturates {
            let most = 150.0 / 0.215;
            holds(&format!("row 23, {time}, cold"), &cold, most, 0.02 * most);
            assert!(
                seen.iter().all(|s| s.2 > 1000),
                "row 23: the pool has no queue"
            );
        } else {
            holds(&format!("row 23, {time}, cold"), &cold, 735.0, 0.02 * 735.0);
        }
    }
}

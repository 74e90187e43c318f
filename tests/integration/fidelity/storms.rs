//! Rows about overload that ends, and overload that stays: retry storms, cache flushes, noise.

use super::Verdict::{Metastable, Recovers};
use super::{
    JOURNEY, SEEDS, component, edge, file, halved, holds, judge, mean, over_seeds, run, secs, sign,
};

const STORM: &str = "12-retry-storm.ron";

/// Row 12 (Bronson et al., HotOS'21): the outage ends, the storm does not.
#[test]
fn a_retry_storm_outlives_its_trigger() {
    let scenario = file(STORM, &[]);
    sign("row 12", &scenario, 400.0, Metastable);
    let attempts = over_seeds(SEEDS, |seed| {
        let mut sim = run(&scenario, seed, 340.0);
        let id = edge(&sim, "clients", "database");
        let before = sim.edge(id).tries;
        sim.advance_to(secs(400.0));
        (sim.edge(id).tries - before) as f64 / 60.0
    });
    holds(
        "row 12, attempts per second",
        &attempts,
        560.0,
        0.02 * 560.0,
    );
}

/// Row 13 (HotOS'21): below half the capacity it recovers, above it does not.
#[test]
fn a_retry_storm_needs_more_than_half_the_capacity() {
    sign(
        "row 13, 140/s",
        &file(STORM, &[("280/s", "140/s")]),
        400.0,
        Recovers,
    );
    sign(
        "row 13, 200/s",
        &file(STORM, &[("280/s", "200/s")]),
        400.0,
        Metastable,
    );
}

/// Row 14: what ends a storm.
#[test]
fn a_retry_storm_has_remedies() {
    let remedies = [
        ("newest first", "cv2: 1", "cv2: 1, newest_first: true"),
        (
            "expired work dropped",
            "cv2: 1",
            "cv2: 1, drop_expired: true",
        ),
        ("queue limit 250", "cv2: 1", "cv2: 1, queue: 250"),
        (
            "retry budget 2 %",
            "attempts: 2",
            "attempts: 2, budget: (ratio: 0.02, size: 10)",
        ),
    ];
    for (name, from, to) in remedies {
        sign(
            &format!("row 14, {name}"),
            &file(STORM, &[(from, to)]),
            400.0,
            Recovers,
        );
    }
}

/// Row 15: what looks like a remedy and is none.
#[test]
fn a_retry_storm_has_false_remedies() {
    let remedies = [
        ("queue limit 450", "cv2: 1", "cv2: 1, queue: 450"),
        (
            "retry budget 10 %",
            "attempts: 2",
            "attempts: 2, budget: (ratio: 0.1, size: 10)",
        ),
        (
            "backoff",
            "attempts: 2",
            "attempts: 2, backoff: (base: \"1s\", cap: \"20s\", jitter: true)",
        ),
    ];
    for (name, from, to) in remedies {
        sign(
            &format!("row 15, {name}"),
            &file(STORM, &[(from, to)]),
            400.0,
            Metastable,
        );
    }
}

/// Row 16 (Huang et al., OSDI'22 Fig. 5): depth and length of a cut decide.
#[test]
fn a_capacity_cut_tips_over_only_if_deep_and_long() {
    let cut = |edits: &[(&str, &str)]| file("16-capacity-cut.ron", edits);
    sign("row 16, 78 % for 10 s", &cut(&[]), 260.0, Recovers);
    sign(
        "row 16, 80 % for 10 s",
        &cut(&[("0.22", "0.2")]),
        260.0,
        Metastable,
    );
    sign(
        "row 16, 80 % for 9 s",
        &cut(&[("0.22", "0.2"), ("After(\"10s\")", "After(\"9s\")")]),
        260.0,
        Recovers,
    );
    sign(
        "row 16, 4,200/s",
        &cut(&[("0.22", "0.2"), ("6200/s", "4200/s")]),
        260.0,
        Recovers,
    );
}

/// Row 17 (OSDI'22 artifact): a capacity that falls under load keeps its queue as the load comes back.
#[test]
fn a_hidden_capacity_shows_hysteresis() {
    let scenario = file("17-hysteresis.ron", &[]);
    let queues = over_seeds(SEEDS, |seed| {
        let mut sim = sev1::sim::Sim::new(std::sync::Arc::clone(&scenario), seed);
        let server = component(&sim, "server");
        [240.0, 480.0, 720.0, 960.0, 1200.0].map(|at| {
            sim.advance_to(secs(at));
            sim.queued(server)
        })
    });
    for (i, expected) in [0.0, 27e3, 47e3, 57e3, 57e3].into_iter().enumerate() {
        let seen: Vec<f64> = queues.iter().map(|q| q[i]).collect();
        let tolerance = if expected > 0.0 {
            0.1 * expected
        } else {
            100.0
        };
        holds(
            &format!("row 17, queue at {} s", 240 * (i + 1)),
            &seen,
            expected,
            tolerance,
        );
    }
}

/// Row 18 (OSDI'22 Fig. 6b): a flushed cache comes back under little load and stays cold under much.
///
/// Per-request simulation shows what staying cold means here: the hottest keys are refilled in the
/// first second, before the database's queue is longer than anybody waits, so about half of the
/// look-ups hit for ever; of the misses next to none is answered.
#[test]
fn a_flushed_cache_stays_cold_under_load() {
    sign(
        "row 18, 600/s",
        &file("18-cache-flush.ron", &[]),
        400.0,
        Recovers,
    );
    for scenario in [file("18-cache-flush.ron", &[("600/s", "2000/s")])]
        .iter()
        .flat_map(|s| [s.clone(), halved(s)])
    {
        let seen = over_seeds(SEEDS, |seed| {
            let (_, goodput, mut sim) = judge(&scenario, seed, 660.0);
            let cache = component(&sim, "cache");
            let (served, hits, misses) = {
                let t = sim.component(cache);
                (t.served, t.hits, t.misses)
            };
            sim.advance_to(secs(720.0));
            let t = sim.component(cache);
            let filled = (t.served - served) as f64 - (t.hits - hits) as f64;
            (goodput, filled.max(0.0) / (t.misses - misses) as f64)
        });
        let stuck = seen
            .iter()
            .filter(|(goodput, filled)| *goodput < 0.75 && *filled < 0.10)
            .count();
        let goodput: Vec<f64> = seen.iter().map(|s| s.0).collect();
        assert!(
            stuck >= 19,
            "row 18, 2,000/s: stuck in only {stuck}: {seen:?}"
        );
        holds(
            "row 18, 2,000/s, goodput (per-request runs .519)",
            &goodput,
            0.519,
            0.12,
        );
    }
}

/// Row 19 (HotOS'21 remedy): with shared fetches a flush is over at once.
#[test]
fn shared_fetches_save_a_flushed_cache() {
    // A shared fetch goes on for those who join it, whoever began it has left.
    let edits = [
        ("600/s", "2500/s"),
        ("coalesce: false", "coalesce: true"),
        ("(timeout: \"1s\") }", "(timeout: \"none\") }"),
    ];
    let scenario = file("18-cache-flush.ron", &edits);
    sign("row 19", &scenario, 400.0, Recovers);
    let hits = over_seeds(SEEDS, |seed| {
        let mut sim = run(&scenario, seed, 340.0);
        let cache = component(&sim, "cache");
        let (hits, misses) = (sim.component(cache).hits, sim.component(cache).misses);
        sim.advance_to(secs(400.0));
        let t = sim.component(cache);
        (t.hits - hits) as f64 / (t.hits - hits + t.misses - misses) as f64
    });
    let worst = hits.iter().copied().fold(1.0, f64::min);
    assert!(worst >= 0.89, "row 19: hit share {worst}");
}

const CLUSTER: &str = "20-cluster-storm.ron";

/// Row 20 (a live cluster, SREGym #946): a queue of work that nobody waits for.
#[test]
fn a_short_burst_leaves_a_queue_of_the_dead() {
    let scenario = file(CLUSTER, &[]);
    let seen = over_seeds(SEEDS, |seed| {
        let mut sim = run(&scenario, seed, 80.0);
        let server = component(&sim, "server");
        let id = edge(&sim, "clients", "server");
        let (served, arrivals) = (sim.journey(JOURNEY).served, sim.journey(JOURNEY).arrivals);
        let (first, tries) = (sim.edge(id).first_tries, sim.edge(id).tries);
        let mut deep = 0.0;
        for tick in 0..2200 {
            sim.advance_to(secs(80.0 + f64::from(tick) * 0.1));
            if sim.queued(server) >= 250.0 {
                deep += 0.1;
            }
        }
        let journey = sim.journey(JOURNEY);
        let success = (journey.served - served) as f64 / (journey.arrivals - arrivals) as f64;
        let attempts =
            (sim.edge(id).tries - tries) as f64 / (sim.edge(id).first_tries - first) as f64;
        (success, attempts, deep)
    });
    let attempts: Vec<f64> = seen.iter().map(|s| s.1).collect();
    holds("row 20, attempts per request", &attempts, 3.0, 0.1);
    let right = seen
        .iter()
        .filter(|(success, _, deep)| *success <= 0.01 && *deep >= 120.0)
        .count();
    assert!(right >= 19, "row 20: only {right} of {SEEDS}: {seen:?}");
}

/// Row 21: what is changed in the middle of row 20, and how long the queue then takes to drain.
#[test]
fn a_queue_of_the_dead_drains_only_with_room_to_spare() {
    const FIX: &str = "do: Set(on: \"server\", speed: 1)";
    let fewer = file(
        CLUSTER,
        &[(FIX, "do: Set(on: \"clients -> server\", attempts: 2)")],
    );
    let little = file(CLUSTER, &[(FIX, "do: Set(on: \"server\", speed: 1.1)")]);
    let enough = file(CLUSTER, &[(FIX, "do: Set(on: \"server\", speed: 1.3)")]);
    sign("row 21, 22/s", &little, 710.0, Metastable);
    for (what, scenario, expected, tolerance) in [
        ("attempts 3 → 2", fewer, 64.0, 15.0),
        ("26/s", enough, 120.0, 10.0),
    ] {
        let drained = over_seeds(4 * SEEDS, |seed| {
            let mut sim = sev1::sim::Sim::new(std::sync::Arc::clone(&scenario), seed);
            let server = component(&sim, "server");
            sim.advance_to(secs(310.0));
            while sim.queued(server) >= 2.0 && sim.now() < secs(1500.0) {
                let next = sim.now() + sev1::base::time::SimDuration::from_millis(100);
                sim.advance_to(next);
            }
            sim.now().as_secs_f64() - 310.0
        });
        holds(
            &format!("row 21, {what}, drained after"),
            &drained,
            expected,
            tolerance,
        );
    }
}

/// Row 24: a small system tips over by chance, which a mean-field model never does.
#[test]
fn a_small_system_tips_over_by_noise() {
    for scenario in [file("24-noise.ron", &[])]
        .iter()
        .flat_map(|s| [s.clone(), halved(s)])
    {
        let ends = over_seeds(SEEDS, |seed| judge(&scenario, seed, 1000.0).1);
        let collapsed = ends.iter().filter(|&&goodput| goodput < 0.10).count();
        assert!(
            collapsed >= 15,
            "row 24: {collapsed} of {SEEDS} collapsed; goodput {:?}",
            mean(&ends)
        );
    }
}

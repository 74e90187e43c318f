//! The same case through the engine and through per-request simulation, side by side.
//!
//! For: agreement where there is no closed form, and beside it where there is. The engine's case is a
//! scenario file, the oracle's the same thing in its own terms; they share no code but the random
//! streams. Never: a tolerance wider than the noise of both.

use crate::fidelity::{
    JOURNEY, SEEDS, Verdict, component, edge, file, judge, mean, over_seeds, run, secs,
};
use crate::oracle::outcome::Verdict as Judged;
use crate::oracle::{self, Case, Outcome, rows};

/// Both means agree within the tolerance (a share of the oracle's) or the noise of both.
#[expect(clippy::print_stdout, reason = "the values are wanted side by side")]
#[track_caller]
fn agree(what: &str, ours: &[f64], theirs: &[f64], tolerance: f64) {
    let ((a, half_a), (b, half_b)) = (mean(ours), mean(theirs));
    let noise = 2.0 * (half_a * half_a + half_b * half_b).sqrt();
    println!("{what}: engine {a:.4} ± {half_a:.4}, per request {b:.4} ± {half_b:.4}");
    assert!(
        (a - b).abs() <= (tolerance * b.abs()).max(noise),
        "{what}: {a} is not {b}"
    );
    assert!(
        noise <= 6.0 * tolerance * b.abs().max(1e-9),
        "{what}: too noisy to judge"
    );
}

fn oracles(case: &Case) -> Vec<Outcome> {
    over_seeds(SEEDS, |seed| oracle::run(case, seed))
}

/// Sojourn, share that waits and share refused of the lone station, ours and theirs.
fn station(what: &str, edits: &[(&str, &str)], case: &Case, horizon: f64) {
    let scenario = file("01-station.ron", edits);
    let ours = over_seeds(SEEDS, |seed| {
        let sim = run(&scenario, seed, horizon);
        let totals = sim.component(component(&sim, "station"));
        let blocked = totals.failed_total() as f64 / totals.arrivals as f64;
        (
            totals.wait.mean().unwrap(),
            totals.waited / totals.wait.total(),
            blocked,
        )
    });
    let theirs = oracles(case);
    let pick = |f: fn(&(f64, f64, f64)) -> f64| ours.iter().map(f).collect::<Vec<_>>();
    let wait: Vec<f64> = theirs.iter().map(|o| o.wait.mean).collect();
    agree(&format!("{what}, wait"), &pick(|o| o.0), &wait, 0.03);
    let waiting: Vec<f64> = theirs.iter().map(|o| o.share_waiting).collect();
    agree(
        &format!("{what}, share that waits"),
        &pick(|o| o.1),
        &waiting,
        0.03,
    );
    let blocked: Vec<f64> = theirs.iter().map(|o| o.share_blocked).collect();
    if blocked.iter().any(|&b| b > 0.0) {
        agree(
            &format!("{what}, share refused"),
            &pick(|o| o.2),
            &blocked,
            0.03,
        );
    }
}

#[test]
fn stations_wait_and_lose_alike() {
    station(
        "M/M/1 at .8",
        &[("\"50/s\"", "\"80/s\"")],
        &rows::mm1(0.8, 2e5),
        2500.0,
    );
    let ten = [
        ("\"50/s\"", "\"8/s\""),
        ("workers: 1", "workers: 10"),
        ("\"10ms\"", "\"1s\""),
    ];
    station("M/M/10 at .8", &ten, &rows::mmc(10, 8.0, 1e5), 1e4);
    let bounded = [
        ("\"50/s\"", "\"15/s\""),
        ("workers: 1", "workers: 10"),
        ("\"10ms\"", "\"1s\""),
        ("queue: \"none\"", "queue: 10"),
    ];
    station(
        "M/M/10/20 at 1.5",
        &bounded,
        &rows::mmck(10, 15.0, 10, 1e5),
        5e3,
    );
}

/// Verdicts of all seeds agree, and the attempts per second of the last minute.
fn storm(what: &str, name: &str, edits: &[(&str, &str)], case: &Case, until: f64) {
    let scenario = file(name, edits);
    let ours = over_seeds(SEEDS, |seed| {
        let mut sim = run(&scenario, seed, until - 60.0);
        let id = edge(&sim, "clients", "database");
        let before = sim.edge(id).tries;
        sim.advance_to(secs(until));
        let attempts = (sim.edge(id).tries - before) as f64 / 60.0;
        (judge(&scenario, seed, until).0, attempts)
    });
    let theirs = oracles(case);
    let recovered = ours.iter().filter(|o| o.0 == Verdict::Recovers).count();
    let also = theirs
        .iter()
        .filter(|o| o.verdict() == Judged::Recovers)
        .count();
    assert!(
        recovered.abs_diff(also) <= 1,
        "{what}: {recovered} and {also} of {SEEDS} recovered"
    );
    let attempts: Vec<f64> = theirs.iter().map(|o| o.last().attempt_rate()).collect();
    let ours: Vec<f64> = ours.iter().map(|o| o.1).collect();
    agree(
        &format!("{what}, attempts per second"),
        &ours,
        &attempts,
        0.02,
    );
}

const STORM: &str = "12-retry-storm.ron";

#[test]
fn storms_stay_or_end_alike() {
    for rate in [140.0, 200.0, 280.0] {
        let text = format!("{rate}/s");
        storm(
            &format!("storm at {rate}/s"),
            STORM,
            &[("280/s", &text)],
            &rows::hotos(rate),
            400.0,
        );
    }
}

#[test]
fn remedies_work_alike() {
    use rows::Remedy::{DropExpired, NewestFirst, QueueLimit, RetryBudget};
    let remedies = [
        (NewestFirst, "cv2: 1", "cv2: 1, newest_first: true"),
        (DropExpired, "cv2: 1", "cv2: 1, drop_expired: true"),
        (QueueLimit(250), "cv2: 1", "cv2: 1, queue: 250"),
        (QueueLimit(450), "cv2: 1", "cv2: 1, queue: 450"),
        (
            RetryBudget(0.02),
            "attempts: 2",
            "attempts: 2, budget: (ratio: 0.02, size: 10)",
        ),
        (
            RetryBudget(0.10),
            "attempts: 2",
            "attempts: 2, budget: (ratio: 0.1, size: 10)",
        ),
    ];
    for (remedy, from, to) in remedies {
        let what = format!("storm with {remedy:?}");
        storm(
            &what,
            STORM,
            &[(from, to)],
            &rows::hotos_with(remedy),
            400.0,
        );
    }
}

#[test]
fn a_station_that_slows_when_crowded_queues_alike() {
    let scenario = file("17-hysteresis.ron", &[]);
    let ours = over_seeds(SEEDS, |seed| {
        let mut sim = sev1::sim::Sim::new(std::sync::Arc::clone(&scenario), seed);
        let server = component(&sim, "server");
        [480.0, 960.0].map(|at| {
            sim.advance_to(secs(at));
            sim.queued(server)
        })
    });
    let theirs = oracles(&rows::hysteresis());
    for (i, at) in [480.0, 960.0].into_iter().enumerate() {
        let ours: Vec<f64> = ours.iter().map(|q| q[i]).collect();
        let theirs: Vec<f64> = theirs.iter().map(|o| o.depth_at(at) as f64).collect();
        agree(&format!("queue at {at} s"), &ours, &theirs, 0.03);
    }
}

#[test]
fn flushed_caches_come_back_or_stay_cold_alike() {
    for (rate, coalesce) in [(600.0, false), (2000.0, false), (2500.0, true)] {
        let text = format!("{rate}/s");
        let mut edits = vec![("600/s", text.as_str())];
        if coalesce {
            edits.push(("coalesce: false", "coalesce: true"));
            edits.push(("(timeout: \"1s\") }", "(timeout: \"none\") }"));
        }
        let scenario = file("18-cache-flush.ron", &edits);
        let ours = over_seeds(SEEDS, |seed| judge(&scenario, seed, 360.0).1);
        let theirs: Vec<f64> = oracles(&rows::cache_flush(rate, coalesce))
            .iter()
            .map(|o| o.last().success())
            .collect();
        // A popularity law instead of single keys: where half of the look-ups miss for ever, the
        // two differ by a few of a hundred.
        agree(
            &format!("flush at {rate}/s, coalesce {coalesce}"),
            &ours,
            &theirs,
            0.08,
        );
    }
}

#[test]
fn a_queue_of_the_dead_is_alike() {
    let scenario = file("20-cluster-storm.ron", &[]);
    let ours = over_seeds(SEEDS, |seed| {
        let mut sim = run(&scenario, seed, 130.0);
        let id = edge(&sim, "clients", "server");
        let (first, tries) = (sim.edge(id).first_tries, sim.edge(id).tries);
        sim.advance_to(secs(310.0));
        let arrivals = sim.journey(JOURNEY).arrivals;
        assert!(arrivals > 0);
        (sim.edge(id).tries - tries) as f64 / (sim.edge(id).first_tries - first) as f64
    });
    let theirs: Vec<f64> = oracles(&rows::cluster_storm(false))
        .iter()
        .map(|o| o.last().amplification())
        .collect();
    agree("attempts per request in the storm", &ours, &theirs, 0.02);
}

//! The oracle against exact results: what it may be trusted for.
//!
//! For: rows with a closed form. Never: results that were themselves simulated (`verdicts`).

use sev1::base::math::{erlang_b, erlang_c, ln};

use super::case::{Backoff, Stragglers};
use super::law::Law;
use super::{Case, Outcome, rows, run};

/// Mean and 95 % half-width of a figure over seeds 1…`seeds`.
fn over_seeds(case: &Case, seeds: u64, figures: &[fn(&Outcome) -> f64]) -> Vec<(f64, f64)> {
    let outcomes: Vec<Outcome> = (1..=seeds).map(|seed| run(case, seed)).collect();
    figures
        .iter()
        .map(|figure| mean_and_half_width(&outcomes, *figure))
        .collect()
}

pub(super) fn mean_and_half_width(
    outcomes: &[Outcome],
    figure: impl Fn(&Outcome) -> f64,
) -> (f64, f64) {
    let n = outcomes.len() as f64;
    let mean = outcomes.iter().map(&figure).sum::<f64>() / n;
    let squares = outcomes
        .iter()
        .map(|o| (figure(o) - mean).powi(2))
        .sum::<f64>();
    (mean, 1.96 * (squares / (n - 1.0) / n).sqrt())
}

/// Within the tolerance or two half-widths, and precise enough for that to mean something.
#[expect(
    clippy::print_stdout,
    reason = "the values are wanted beside the expected ones"
)]
#[track_caller]
pub(super) fn holds(what: &str, (mean, half): (f64, f64), expected: f64, tolerance: f64) {
    println!("{what}: {mean:.5} ± {half:.5}, expected {expected:.5} (± {tolerance:.5})");
    let off = (mean - expected).abs();
    assert!(
        off <= tolerance.max(2.0 * half),
        "{what}: {mean} ± {half}, expected {expected}"
    );
    assert!(
        half <= 3.0 * tolerance,
        "{what}: too noisy to judge: {mean} ± {half}"
    );
}

const SOJOURN: fn(&Outcome) -> f64 = |o| o.sojourn.mean;
const SOJOURN_P99: fn(&Outcome) -> f64 = |o| o.sojourn.p99;
const WAIT: fn(&Outcome) -> f64 = |o| o.wait.mean;
const WAIT_P99: fn(&Outcome) -> f64 = |o| o.wait.p99;
const WAITING: fn(&Outcome) -> f64 = |o| o.share_waiting;
const BLOCKED: fn(&Outcome) -> f64 = |o| o.share_blocked;

#[test]
fn one_server_has_the_exact_sojourn_times() {
    for (rho, requests) in [(0.5, 5e4), (0.8, 1e5), (0.9, 2e5), (0.95, 6e5)] {
        let mean = 0.01 / (1.0 - rho);
        let got = over_seeds(&rows::mm1(rho, requests), 20, &[SOJOURN, SOJOURN_P99]);
        holds(&format!("row 1 ρ {rho} mean"), got[0], mean, 0.01 * mean);
        let p99 = mean * ln(100.0);
        holds(&format!("row 1 ρ {rho} p99"), got[1], p99, 0.03 * p99);
    }
}

#[test]
fn many_servers_follow_erlang_c() {
    let got = over_seeds(&rows::mmc(10, 8.0, 1e5), 20, &[WAITING, WAIT, WAIT_P99]);
    holds("row 2 P(wait)", got[0], erlang_c(10, 8.0), 0.02 * 0.4092);
    holds("row 2 mean wait", got[1], 0.2046, 0.02 * 0.2046);
    holds("row 2 p99 of wait", got[2], 1.856, 0.02 * 1.856);
    let cases = [
        (5, 2.5, 1e5),
        (10, 5.0, 1e5),
        (50, 45.0, 1e5),
        (100, 95.0, 2e5),
    ];
    for (servers, load, requests) in cases {
        let exact = erlang_c(servers, load);
        let got = over_seeds(&rows::mmc(servers as usize, load, requests), 20, &[WAITING]);
        holds(&format!("row 3 M/M/{servers}"), got[0], exact, 0.03 * exact);
    }
}

#[test]
fn full_queues_follow_erlang_b_and_the_finite_chain() {
    for load in [10.0, 8.0] {
        let exact = erlang_b(10, load);
        let got = over_seeds(&rows::mmck(10, load, 0, 5e4), 20, &[BLOCKED]);
        holds(&format!("row 4 a {load}"), got[0], exact, 0.015 * exact);
    }
    for (waiting, blocked, wait) in [(10, 0.334, 0.807), (100, 1.0 / 3.0, 9.80)] {
        let got = over_seeds(&rows::mmck(10, 15.0, waiting, 5e4), 20, &[BLOCKED, WAIT]);
        holds(
            &format!("row 5 blocked, {waiting} may wait"),
            got[0],
            blocked,
            0.02 * blocked,
        );
        holds(
            &format!("row 5 wait, {waiting} may wait"),
            got[1],
            wait,
            0.02 * wait,
        );
    }
}

#[test]
fn scattered_service_times_follow_pollaczek_and_khinchine() {
    let laws = [
        (Law::Deterministic, 2.0, 0.03),
        (Law::Exponential, 4.0, 0.03),
        (Law::Gamma { cv2: 4.0 }, 10.0, 0.08),
        (Law::Lognormal { cv2: 4.0 }, 10.0, 0.08),
    ];
    for (law, expected, tolerance) in laws {
        let got = over_seeds(&rows::mg1(law, 1.5e5), 20, &[WAIT]);
        holds(
            &format!("row 6 {law:?}"),
            got[0],
            expected,
            tolerance * expected,
        );
    }
}

#[test]
fn stragglers_enter_the_wait_with_their_second_moment() {
    // 1 % take 10 times as long: E S = .99 + .1, E S² = 2(.99 + 1.0); λ = .5.
    let mut case = Case::plain(0.5, 1, 1.0, 3e5);
    case.station.stragglers = Some(Stragglers {
        share: 0.01,
        times: 10.0,
    });
    let expected = 0.5 * 2.0 * 1.99 / (2.0 * (1.0 - 0.5 * 1.09));
    let got = over_seeds(&case, 20, &[WAIT]);
    holds("1 % stragglers × 10", got[0], expected, 0.03 * expected);
}

#[test]
fn caches_hit_as_often_as_che_says() {
    for (room, expected) in [(100, 0.3905), (1000, 0.6756)] {
        let got = over_seeds(&rows::lru(room, 1e5), 20, &[|o| o.hit_ratio]);
        holds(&format!("row 7 room {room}"), got[0], expected, 0.005);
    }
}

#[test]
fn the_oracle_obeys_littles_law_and_loses_nobody() {
    let mut storm = rows::cluster_storm_then(false, 2, 20.0);
    storm.clients.backoff = Backoff::FullJitter {
        base: 0.1,
        cap: 1.0,
    };
    for case in [rows::mm1(0.8, 2e5), rows::mmck(10, 15.0, 10, 5e4), storm] {
        let o = run(&case, 1);
        assert_eq!(o.arrivals, o.in_time + o.failed + o.in_flight);
        assert!(o.worked + o.dropped <= o.attempts);
    }
    let o = run(&rows::mm1(0.8, 2e5), 1);
    let little = o.entry_rate * o.sojourn.mean;
    assert!(
        (o.mean_in_system / little - 1.0).abs() < 0.01,
        "{} {little}",
        o.mean_in_system
    );
}

#[test]
fn what_callers_see_is_what_the_station_does() {
    let mut case = rows::mm1(0.5, 2e5).judged_on_last(2000.0);
    let o = run(&case, 1);
    assert_eq!(o.latency.mean, o.sojourn.mean);
    assert!(
        (o.latency.p50 / (0.02 * ln(2.0)) - 1.0).abs() < 0.03,
        "{:?}",
        o.latency
    );
    assert!(
        (o.last().goodput() / 50.0 - 1.0).abs() < 0.02,
        "{:?}",
        o.last()
    );
    // Half of M/M/1's answers take longer than ln 2 times the mean, and cost their work.
    case.clients.timeout = Some(0.02 * ln(2.0));
    let o = run(&case, 1);
    assert!((o.last().success() - 0.5).abs() < 0.01, "{:?}", o.last());
    assert!(o.failed.abs_diff(o.worked_in_vain) < 50, "{o:?}");
    assert!(o.latency.count as u64 <= o.in_time);
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let case = rows::cluster_storm(false);
    let (a, b, c) = (run(&case, 1), run(&case, 1), run(&case, 2));
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
    assert_ne!(a.arrivals, c.arrivals);
}

//! The oracle's callers and servers one mechanism at a time, against what can be worked out.
//!
//! For: the parts that no published row isolates. Never: several mechanisms at once.

use sev1::base::math::exp;

use super::case::{Backoff, Budget, Order};
use super::law::Law;
use super::trust::{holds, mean_and_half_width};
use super::{Case, Outcome, run};

fn over_seeds(case: &Case, figure: fn(&Outcome) -> f64) -> (f64, f64) {
    let outcomes: Vec<_> = (1..=20).map(|seed| run(case, seed)).collect();
    mean_and_half_width(&outcomes, figure)
}

/// 1,000 calls a second to a station that never answers.
fn dead_station(attempts: u32) -> Case {
    Case::plain(1000.0, 1, 1.0, 20.0)
        .impatient(0.1, attempts)
        .slowed(0.0, 100.0, 0.0)
}

#[test]
fn work_in_hand_stops_and_slows_with_its_server() {
    // Half of it before the stop at 10.5, 0.3 at half speed until 11.6, the rest at full speed.
    let mut case = Case::plain(0.1, 1, 1.0, 15.0)
        .slowed(10.5, 11.0, 0.0)
        .slowed(11.0, 11.6, 0.5);
    case.paced = true;
    case.station.law = Law::Deterministic;
    let outcome = run(&case, 1);
    assert_eq!(outcome.sojourn.count, 1);
    assert!((outcome.sojourn.mean - 1.8).abs() < 1e-6, "{outcome:?}");
}

#[test]
fn a_dead_station_gets_every_attempt_or_what_the_budget_allows() {
    let mut case = dead_station(3);
    let tries = |o: &Outcome| o.attempts as f64 / o.arrivals as f64;
    // The last 0.3 s of 20 have not used up their attempts.
    holds("3 attempts", over_seeds(&case, tries), 3.0, 0.02);
    case.clients.budget = Some(Budget {
        share: 0.1,
        burst: 10.0,
    });
    holds(
        "3 attempts, budget 10 %",
        over_seeds(&case, tries),
        1.1,
        0.002,
    );
}

#[test]
fn full_jitter_pauses_half_the_step_on_average() {
    // In flight = 1,000/s × (3 × 0.1 s waiting + 1/2 s + the cap's 1.5/2 s pausing).
    let mut case = dead_station(3);
    case.clients.backoff = Backoff::FullJitter {
        base: 1.0,
        cap: 1.5,
    };
    holds(
        "in flight",
        over_seeds(&case, |o| o.in_flight as f64),
        1550.0,
        0.02 * 1550.0,
    );
}

#[test]
fn the_order_of_service_changes_the_tail_but_not_the_mean() {
    let mut case = Case::plain(0.7, 1, 1.0, 1e5);
    let oldest = run(&case, 1);
    case.station.order = Order::NewestFirst;
    let newest = run(&case, 1);
    assert!((newest.wait.mean / oldest.wait.mean - 1.0).abs() < 0.02);
    assert!(newest.wait.p99 > 1.5 * oldest.wait.p99);
    assert!(newest.wait.p50 < oldest.wait.p50);
}

#[test]
fn dropping_expired_work_is_the_queue_with_constant_patience() {
    // M/M/1+D by level crossing: lost p0 λ/μ e^((λ − μ)τ), p0 from the total probability.
    let (rate, patience) = (1.5, 1.0);
    let grown = exp((rate - 1.0) * patience);
    let idle = 1.0 / (1.0 + rate * (grown - 1.0) / (rate - 1.0) + rate * grown);
    let mut case = Case::plain(rate, 1, 1.0, 2e4).impatient(patience, 1);
    case.station.drop_expired = true;
    let lost = over_seeds(&case, |o| o.dropped as f64 / o.arrivals as f64);
    holds("M/M/1+D lost", lost, idle * rate * grown, 0.005);
}

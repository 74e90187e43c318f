//! Ready-made cases: the published and exact results that an engine is held against.
//!
//! For: one constructor per result, so that every engine is given the same. Never: expected
//! values (the tests have them). `requests` and `secs` set the length; more is more exact.

use super::case::{Backoff, Budget, Cache, Case, Crowding, Order};
use super::law::Law;

/// M/M/1 with 100/s at load `rho`. Mean sojourn 1/(100 − λ).
pub(crate) fn mm1(rho: f64, requests: f64) -> Case {
    Case::plain(100.0 * rho, 1, 0.01, requests / (100.0 * rho))
}

/// M/M/c with mean service 1 s and `load` erlangs. Erlang C.
pub(crate) fn mmc(servers: usize, load: f64, requests: f64) -> Case {
    Case::plain(load, servers, 1.0, requests / load)
}

/// M/M/c with `waiting` places to wait; 0 is Erlang B.
pub(crate) fn mmck(servers: usize, load: f64, waiting: usize, requests: f64) -> Case {
    let mut case = mmc(servers, load, requests);
    case.station.queue_limit = Some(waiting);
    case
}

/// M/G/1 at load 0.8, mean service 1 s. Pollaczek–Khinchine.
pub(crate) fn mg1(law: Law, requests: f64) -> Case {
    let mut case = Case::plain(0.8, 1, 1.0, requests / 0.8);
    case.station.law = law;
    case
}

/// A cache of `room` of 10⁴ keys (Zipf 1) before a station that is never busy. Che.
pub(crate) fn lru(room: usize, requests: f64) -> Case {
    let mut case = Case::plain(1000.0, 50, 1e-6, requests / 1000.0);
    case.cache = Some(Cache {
        warm_draws: 20 * room,
        ..zipf_cache(room)
    });
    case
}

fn zipf_cache(room: usize) -> Cache {
    Cache {
        keys: 10_000,
        exponent: 1.0,
        room,
        warm_draws: 200_000,
        flushes: Vec::new(),
        coalesce: false,
        keep_late: false,
    }
}

/// A plain outage of `secs` seconds at second 60, patient callers; the run ends when drained.
/// Fluid law: drained μ·…: λ·D/(μ − λ) after the outage.
pub(crate) fn outage(rate: f64, capacity: f64, secs: f64) -> Case {
    let expected = rate * secs / (capacity - rate);
    let end = 60.0 + secs;
    let mut case = Case::plain(rate, 1, 1.0 / capacity, end + 3.0 * expected);
    case = case.slowed(60.0, end, 0.0);
    case.drain_from = Some(end);
    case.stop_when_drained = true;
    case
}

/// A database of 300/s, timeout 1 s, one retry, and a 10 s outage at second 60; judged on the
/// last minute of ten. HotOS'21 (Bronson et al.).
pub(crate) fn hotos(rate: f64) -> Case {
    let case = Case::plain(rate, 1, 1.0 / 300.0, 600.0).impatient(1.0, 2);
    let mut case = case.slowed(60.0, 70.0, 0.0).judged_on_last(60.0);
    case.warmup = 540.0;
    case
}

/// [`hotos`] at 280/s, which is metastable, with one remedy.
pub(crate) fn hotos_with(remedy: Remedy) -> Case {
    let mut case = hotos(280.0);
    match remedy {
        Remedy::NewestFirst => case.station.order = Order::NewestFirst,
        Remedy::DropExpired => case.station.drop_expired = true,
        Remedy::QueueLimit(limit) => case.station.queue_limit = Some(limit),
        Remedy::RetryBudget(share) => {
            case.clients.budget = Some(Budget { share, burst: 10.0 });
        }
        Remedy::Backoff => {
            case.clients.backoff = Backoff::FullJitter {
                base: 1.0,
                cap: 20.0,
            };
        }
    }
    case
}

/// What may or may not bring [`hotos`] back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Remedy {
    NewestFirst,
    DropExpired,
    QueueLimit(usize),
    RetryBudget(f64),
    Backoff,
}

/// 16,600/s over `servers` servers, timeout 3 s, 4 retries; capacity cut to `factor` for `secs`
/// seconds at second 20. OSDI'22 Fig. 5 (Huang et al.).
pub(crate) fn capacity_cut(rate: f64, factor: f64, secs: f64, servers: usize) -> Case {
    let end = 20.0 + secs;
    let horizon = end + 10.0 * secs + 60.0;
    let case = Case::plain(rate, servers, servers as f64 / 16_600.0, horizon).impatient(3.0, 5);
    let mut case = case.slowed(20.0, end, factor).judged_on_last(60.0);
    case.warmup = horizon - 60.0;
    case
}

/// 240/s, but 138/s while more than 200 wait; 220, 260, 220, 180, 140/s for 240 s each.
/// OSDI'22 artifact.
pub(crate) fn hysteresis() -> Case {
    let mut case = Case::plain(220.0, 1, 1.0 / 240.0, 1200.0);
    let rates = [220.0, 260.0, 220.0, 180.0, 140.0];
    case.rate = rates
        .iter()
        .enumerate()
        .map(|(i, &rate)| (240.0 * i as f64, rate))
        .collect();
    case.station.crowding = Some(Crowding {
        above: 200,
        factor: 138.0 / 240.0,
    });
    case.sample_every = Some(1.0);
    case
}

/// A warm cache of 5,000 of 10⁴ keys (Zipf 1) before 300/s; everything is flushed at second 60;
/// timeout 1 s, one retry. OSDI'22 Fig. 6b; with coalescing the HotOS'21 remedy.
pub(crate) fn cache_flush(rate: f64, coalesce: bool) -> Case {
    let mut case = Case::plain(rate, 1, 1.0 / 300.0, 360.0)
        .impatient(1.0, 2)
        .judged_on_last(60.0);
    case.cache = Some(Cache {
        flushes: vec![60.0],
        coalesce,
        ..zipf_cache(5_000)
    });
    case.warmup = 300.0;
    case
}

/// A live cluster's retry storm: 8/s, 10 s at 40/s from second 60, 20/s deterministic, 256 may
/// wait, timeout 750 ms, 3 attempts. SREGym #946. Windows: each full minute after the burst.
/// `paced` as the cluster's load generator was; Poisson is noisier, in depth and in drains.
pub(crate) fn cluster_storm(paced: bool) -> Case {
    let mut case = Case::plain(8.0, 1, 0.05, 310.0).impatient(0.75, 3);
    case.paced = paced;
    case.rate = vec![(0.0, 8.0), (60.0, 40.0), (70.0, 8.0)];
    case.station.law = Law::Deterministic;
    case.station.queue_limit = Some(256);
    case.sample_every = Some(0.1);
    case.windows = (1..4)
        .map(|i| 70.0 + 60.0 * f64::from(i))
        .map(|t| (t, t + 60.0))
        .collect();
    case.warmup = 70.0;
    case
}

/// When the operators of [`cluster_storm`] act.
pub(crate) const STORM_FIX: f64 = 190.0;

/// [`cluster_storm`], then from [`STORM_FIX`] on so many attempts and servers at so many per
/// second; judged on the last minute.
pub(crate) fn cluster_storm_then(paced: bool, attempts: u32, capacity: f64) -> Case {
    let mut case = cluster_storm(paced);
    case.horizon = STORM_FIX + 400.0;
    case.clients.attempts.push((STORM_FIX, attempts));
    case.drain_from = Some(STORM_FIX);
    case.slowed(STORM_FIX, f64::INFINITY, capacity / 20.0)
        .judged_on_last(60.0)
}

/// 10/s, timeout 1 s, one retry, 6/s and no trigger for 1,000 s: small systems tip by noise.
pub(crate) fn tips_by_noise() -> Case {
    Case::plain(6.0, 1, 0.1, 1000.0)
        .impatient(1.0, 2)
        .judged_on_last(60.0)
}

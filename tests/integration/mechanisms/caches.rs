//! Flush, warm-up, expiry, invalidation, size, keys, coalescing, hot shards.

use crate::support::{Lab, near};
use sev1::scenario::model::Signal;

fn cache(options: &str) -> Lab {
    Lab::new(&format!(
        r#"
        components: {{
            "cache": Cache(slots: "none", keys: "20k", entries: 8000, {options} calls: {{ "store": () }}),
            "store": Database(slots: "none", time: "2ms"),
        }},
        journeys: {{ "read": (to: "cache", rate: "500/s") }},
    "#
    ))
}

fn misses(w: &Lab) -> f64 {
    w.of("cache").misses as f64
}

fn look_ups(w: &Lab) -> f64 {
    (w.of("cache").hits + w.of("cache").misses) as f64
}

#[test]
fn a_flush_costs_hits_until_misses_have_filled_it_again() {
    let mut w = cache("");
    let before = w.share(30.0, misses, look_ups);
    w.act(r#"FlushCache(cache: "cache")"#).run(1.0);
    let after = w.share(5.0, misses, look_ups);
    assert!(
        after > before + 0.25,
        "{before} missed before, {after} after"
    );
    assert!(w.signal("cache", Signal::HitShare) < 0.8);
    w.run(120.0);
    near(
        "missed when it is warm again",
        w.share(60.0, misses, look_ups),
        before,
        0.03,
    );
    near(
        "read from behind it",
        w.of("store").arrivals as f64,
        misses(&w),
        0.0 + 2.0,
    );
}

/// How long a flushed cache takes to be within 2 % of its hit share.
fn time_to_warm(mut w: Lab, act: &str) -> (f64, f64) {
    let full = w.run(10.0).signal("cache", Signal::HitShare);
    w.act(r#"FlushCache(cache: "cache")"#);
    if !act.is_empty() {
        w.act(act);
    }
    let (start, reads) = (w.sim.now(), w.of("store").arrivals);
    while w.signal("cache", Signal::HitShare) < full - 0.02 {
        w.run(1.0);
        assert!(
            w.sim.now().since(start).as_secs_f64() < 600.0,
            "it never gets warm"
        );
    }
    (
        w.sim.now().since(start).as_secs_f64(),
        (w.of("store").arrivals - reads) as f64,
    )
}

#[test]
fn warming_up_is_faster_than_waiting_and_reads_what_it_loads() {
    for options in ["", r#"ttl: "10m","#] {
        let (waiting, _) = time_to_warm(cache(options), "");
        let (warming, read) =
            time_to_warm(cache(options), r#"WarmCache(cache: "cache", rate: "1k/s")"#);
        assert!(
            warming < 0.5 * waiting,
            "{options}: {warming} s against {waiting} s"
        );
        assert!(
            read > 900.0 * warming.min(8.0) * 0.9,
            "{options}: {read} reads"
        );
    }
}

#[test]
fn parameters_of_a_cache_move_its_misses() {
    for (act, least, most) in [
        (r#"Set(on: "cache", entries: 200)"#, 0.50, 0.60),
        (r#"Set(on: "cache", memory: "200KB")"#, 0.50, 0.60),
        (r#"Set(on: "cache", ttl: "2s")"#, 0.40, 0.75),
        (r#"Set(on: "cache", invalidations: "10k/s")"#, 0.40, 0.75),
        (r#"Set(on: "cache", keys: "2M")"#, 0.35, 0.60),
    ] {
        let mut w = cache("");
        let before = w.run(10.0).share(30.0, misses, look_ups);
        assert!((0.08..0.16).contains(&before), "{before}");
        let after = w.act(act).run(60.0).share(30.0, misses, look_ups);
        assert!(
            (least..most).contains(&after),
            "{act}: {before} missed before, {after} after"
        );
    }
}

#[test]
fn a_ttl_that_is_taken_away_no_longer_costs_anything() {
    let mut w = cache(r#"ttl: "2s","#);
    let with = w.run(60.0).share(30.0, misses, look_ups);
    let without = w
        .act(r#"Set(on: "cache", ttl: "none")"#)
        .run(180.0)
        .share(30.0, misses, look_ups);
    assert!(
        with > 0.4 && without < 0.15,
        "{with} with, {without} without"
    );
}

#[test]
fn a_full_cache_evicts_what_it_takes_in() {
    let mut w = cache("");
    w.run(30.0);
    near("evictions", w.of("cache").evictions as f64, misses(&w), 5.0);
    w.act(r#"FlushCache(cache: "cache")"#).run(2.0);
    near(
        "an empty one has room",
        w.rate(5.0, |w| w.of("cache").evictions as f64),
        0.0,
        1e-9,
    );
}

#[test]
fn coalescing_sends_one_fetch_for_many_misses_of_a_key() {
    let cold = |coalesce: bool| {
        let mut w = cache(&format!("coalesce: {coalesce},"));
        w.run(10.0)
            .act(
                r#"[Set(on: "store", time_factor: 500), Set(on: "cache", invalidations: "20k/s")]"#,
            )
            .run(20.0);
        let fetched = w.share(20.0, |w| w.of("store").arrivals as f64, misses);
        w.act(&format!(r#"Set(on: "cache", coalesce: {})"#, !coalesce))
            .run(20.0);
        (
            fetched,
            w.share(20.0, |w| w.of("store").arrivals as f64, misses),
        )
    };
    let (shared, then_not) = cold(true);
    assert!(shared < 0.8, "{shared} fetches per miss");
    near(
        "fetches per miss when it is switched off",
        then_not,
        1.0,
        0.03,
    );
    let (not_shared, then_shared) = cold(false);
    near("fetches per miss without it", not_shared, 1.0, 0.03);
    assert!(
        then_shared < 0.8,
        "{then_shared} fetches per miss when it is switched on"
    );
}

#[test]
fn a_hot_key_fills_one_shard_while_the_average_is_idle() {
    let mut w = Lab::new(
        r#"
        components: { "cache": Cache(shards: 10, slots: 1, time: "1ms", queue: 100) },
        journeys: { "read": (to: "cache", rate: "2000/s") },
    "#,
    );
    near("served", w.run(5.0).goodput(20.0), 1.0, 0.001);
    w.act(r#"Set(on: "cache", hot_share: "80%")"#).run(10.0);
    // 0.82 of 2,000/s on a shard for 1,000/s.
    near("served with a hot key", w.goodput(30.0), 0.18 + 0.5, 0.03);
    let busy = w.signal("cache", Signal::Utilisation);
    assert!(busy < 0.25, "on average it looks idle: {busy}");
    // More shards do not help one key; they take capacity per shard as well.
    w.act(r#"Set(on: "cache", hot_share: "0%", shards: 4)"#)
        .run(10.0);
    near("served when it is over", w.goodput(30.0), 1.0, 0.01);
}

#[test]
fn a_smaller_memory_evicts_what_no_longer_fits() {
    for act in [
        r#"Set(on: "cache", entries: 3000)"#,
        r#"Set(on: "cache", entries: 3000, over: "60s")"#,
    ] {
        let mut w = cache("");
        w.run(10.0);
        let before = (w.of("cache").evictions as f64, misses(&w));
        w.act(act).run(61.0);
        let thrown = w.of("cache").evictions as f64 - before.0;
        let replaced = misses(&w) - before.1;
        near(act, thrown - replaced, 5000.0, 20.0);
    }
}

/// Share of requests that fail when a third of the keys are missing, nothing fills them and every
/// failure is tried again, and the share of first look-ups that miss.
fn failing(rate: &str, page: &str, store: &str) -> (f64, f64) {
    let mut w = Lab::new(&format!(
        r#"
        components: {{
            "page": Service(workers: 40000, time: "9ms", calls: {{ "cache": (timeout: "500ms", attempts: 2) }}),
            "cache": Cache(shards: 6, time: "120us", keys: "10M", entries: "230k", calls: {{ "store": (timeout: "400ms") }}),
            "store": Database(slots: 80, time: "8ms", queue: 12000),
        }},
        journeys: {{ "read": (to: "page", rate: "{rate}", {page}) }},
        engine: (step: "100ms", calm_step: "100ms"),
    "#
    ));
    w.run(10.0);
    let missing = w.share(20.0, misses, look_ups);
    w.act(store).run(20.0);
    (1.0 - w.goodput(60.0), missing)
}

#[test]
fn what_was_missing_is_missing_again_until_somebody_fills_it() {
    for rate in ["20/s", "300/s", "20k/s"] {
        for page in ["attempts: 1", r#"attempts: 2, timeout: "5s""#] {
            for store in [
                r#"Set(on: "store", errors: "100%")"#,
                r#"Set(on: "store", blackhole: "100%")"#,
                // Some are refused at once, others wait until their callers give up.
                r#"Set(on: "store", speed: 0)"#,
            ] {
                let (failed, missing) = failing(rate, page, store);
                assert!((0.25..0.45).contains(&missing), "{missing} are missing");
                near(&format!("{rate}, {page}, {store}"), failed, missing, 0.035);
            }
        }
    }
}

#[test]
fn what_others_have_filled_meanwhile_is_found() {
    for rate in ["20/s", "20k/s"] {
        let mut w = Lab::new(&format!(
            r#"
            components: {{
                "cache": Cache(slots: "none", keys: 1000, entries: 1000, warm: false, calls: {{ "store": () }}),
                "store": Database(slots: "none", time: "1ms", errors: "50%"),
            }},
            journeys: {{ "read": (to: "cache", rate: "{rate}", attempts: 4, backoff: (base: "5s")) }},
            engine: (step: "100ms", calm_step: "100ms"),
        "#
        ));
        w.run(600.0);
        near(rate, w.goodput(100.0), 1.0, 0.01);
    }
}

#[test]
fn shards_that_are_asked_equally_much_have_no_hottest_one() {
    let mut w = Lab::new(
        r#"
        components: {
            "page": Service(workers: "none", time: "1ms", calls: { "cache": () }),
            "cache": Cache(shards: 6, memory: "40MB", entry: "2KB", calls: { "store": () }),
            "store": Database(slots: "none", time: "5ms"),
        },
        journeys: { "look": (to: "page", rate: "600/s") },
    "#,
    );
    w.run(30.0);
    let shards = |w: &Lab| w.sim.shards(w.id("cache")).expect("six of them");
    let even = shards(&w);
    near("load of each", even.hot_load, 1.0 / 6.0, 1e-9);
    near("as busy as the others", even.hot_use, even.rest_use, 1e-9);
    w.act(r#"Set(on: "cache", hot_share: "50%")"#).run(30.0);
    let uneven = shards(&w);
    near("the hottest", uneven.hot_load, 0.5 + 0.5 / 6.0, 1e-9);
    assert!(uneven.hot_use > 3.0 * uneven.rest_use, "{uneven:?}");
}

//! What must hold in every world whatever happens in it: random worlds as text, random actions at
//! random times. A text either loads or is refused with findings; what loads never panics, loses no
//! request, has no negative population, and every figure stays finite.

mod actions;
mod worlds;

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::support::secs;
use sev1::scenario::load::load;
use sev1::scenario::model::Signal;
use sev1::sim::Sim;

use actions::action;
use worlds::{Tape, world};

/// Every figure that anybody can read is finite and not negative, and counts only grow.
fn check_figures(sim: &Sim, before: &mut Vec<u64>) -> Result<(), TestCaseError> {
    let mut counts = Vec::new();
    for (id, spec) in sim.scenario().world.components.enumerate() {
        for &signal in Signal::ALL {
            let value = sim.signal(id, signal);
            prop_assert!(
                value.is_finite() && value >= -1e-6,
                "{} {}: {value}",
                spec.name,
                signal.name()
            );
        }
        let t = sim.component(id);
        // A long wait may begin something after the end of the step that decides it: these two are
        // made whole by the steps that follow, and may be negative until then.
        prop_assert!(
            t.busy_s.is_finite() && t.request_s.is_finite(),
            "{}: {} {}",
            spec.name,
            t.busy_s,
            t.request_s
        );
        let sums = [
            t.slot_s,
            t.cpu_s,
            t.core_s,
            t.waited,
            t.latency.sum(),
            t.wait.sum(),
        ];
        prop_assert!(
            sums.iter().all(|s| s.is_finite() && *s >= -1e-6),
            "{}: {sums:?}",
            spec.name
        );
        prop_assert!(u64::from(sim.inside(id)) <= t.arrivals + t.late + t.dead_letters + t.served);
        counts.extend([
            t.arrivals,
            t.served,
            t.failed_total(),
            t.late,
            t.dropped,
            t.attempts,
            t.hits,
            t.misses,
        ]);
        counts.extend([t.evictions, t.dead_letters, t.lost, t.residency_breaches]);
    }
    for id in sim.scenario().world.edges.ids() {
        let t = sim.edge(id);
        prop_assert!(t.latency_s.is_finite() && t.first_tries <= t.tries && sim.leaked(id) >= 0.0);
        counts.extend([t.first_tries, t.tries, t.ok, t.fallbacks]);
    }
    for id in sim.scenario().world.journeys.ids() {
        let t = sim.journey(id);
        prop_assert!(t.stale_s.is_finite() && t.latency.sum().is_finite());
        prop_assert_eq!(
            t.arrivals,
            t.served + t.degraded + t.failed_total() + t.abandoned + t.in_flight()
        );
        counts.extend([t.arrivals, t.served, t.degraded, t.abandoned]);
    }
    for (now, then) in counts.iter().zip(before.iter()) {
        prop_assert!(now >= then, "a count has fallen from {then} to {now}");
    }
    *before = counts;
    Ok(())
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        max_shrink_iters: 5000,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn random_worlds_keep_their_books(
        decisions in prop::collection::vec(any::<u16>(), 20..160),
        acts in prop::collection::vec(any::<u16>(), 0..120),
        seed in 0_u64..1000,
    ) {
        let text = world(&mut Tape::new(&decisions));
        let (scenario, findings, _) = load("random.ron", text.as_bytes(), &mut |_| Err("none".to_owned()));
        prop_assert_eq!(scenario.is_some(), !findings.has_errors());
        let Some(scenario) = scenario.map(Arc::new) else { return Ok(()) };
        let mut sim = Sim::new(Arc::clone(&scenario), seed);
        let mut tape = Tape::new(&acts);
        let mut counts = Vec::new();
        let mut done = Vec::new();
        for quarter in 1..=480_u32 {
            let mut due = tape.next < acts.len() && tape.below(24) == 1;
            while due {
                let action = action(&mut tape, &scenario);
                sim.apply(&action);
                done.push((sim.now(), action));
                due = tape.next < acts.len() && tape.chance(3);
            }
            sim.advance_to(secs(f64::from(quarter) * 0.25));
            if quarter % 8 == 0 {
                if let Err(why) = sim.check_invariants() {
                    prop_assert!(false, "{why} at {} after {done:?} in\n{text}", sim.now());
                }
                if let Err(why) = check_figures(&sim, &mut counts) {
                    prop_assert!(false, "{why} at {} after {done:?} in\n{text}", sim.now());
                }
            }
        }
    }
}

/// Most random texts must load, or the test above would prove little.
#[test]
fn most_random_worlds_load() {
    let mut loaded = 0;
    let mut state = 1_u32;
    for _ in 0..300 {
        let decisions: Vec<u16> = (0..120)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as u16
            })
            .collect();
        let text = world(&mut Tape::new(&decisions));
        let (scenario, _, _) = load("random.ron", text.as_bytes(), &mut |_| {
            Err("none".to_owned())
        });
        loaded += u32::from(scenario.is_some());
    }
    assert!(loaded >= 100, "only {loaded} of 300 load");
}

proptest! {
    #![proptest_config(config(24))]

    /// Little's law: the mean number inside is the rate of arrivals times the mean time.
    #[test]
    fn steady_worlds_obey_littles_law(
        servers in 1_u32..60,
        time_ms in 1_u32..60,
        busy in 0.05_f64..0.75,
        cv2 in prop::sample::select(vec![0.0, 0.5, 1.0, 3.0]),
        behind_ms in 0_u32..40,
    ) {
        let held_s = f64::from(time_ms + behind_ms) * 1e-3;
        let rate = (busy * f64::from(servers) / held_s).clamp(0.5, 5000.0);
        let text = format!(
            r#"Scenario(
                components: {{
                    "front": Service(workers: {servers}, time: "{time_ms}ms", cv2: {cv2}, calls: {{ "back": () }}),
                    "back": Service(workers: "none", time: "{behind_ms}ms", cv2: {cv2}),
                }},
                journeys: {{ "j": (to: "front", rate: "{rate:.3}/s", timeout: "none") }},
            )"#
        );
        let (scenario, findings, sources) = load("little.ron", text.as_bytes(), &mut |_| Err("none".to_owned()));
        prop_assert!(!findings.has_errors(), "{}", sev1::diag::human::render(&findings, &sources, false));
        let mut sim = Sim::new(Arc::new(scenario.expect("a scenario")), 1);
        let until = (40_000.0 / rate).max(60.0);
        sim.advance_to(secs(until));
        sim.check_invariants().expect("the books balance");
        for (id, spec) in sim.scenario().world.components.enumerate() {
            let t = sim.component(id);
            let (inside, mean) = (t.request_s / until, t.latency.mean().unwrap_or(0.0));
            let expected = t.arrivals as f64 / until * mean;
            prop_assert!((inside - expected).abs() <= 0.01 * expected + 1e-6, "{}: {inside} inside, λ·W is {expected}", spec.name);
        }
    }
}

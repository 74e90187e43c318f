//! A settled step allocates nothing: slabs, queues and inboxes keep their room. A binary of its own,
//! because it counts every allocation of its process; hence one test.

use std::alloc::System;
use std::sync::Arc;

use sev1::base::time::SimTime;
use sev1::scenario::load::load;
use sev1::scenario::model::Scenario;
use sev1::sim::Sim;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A service with a pool, a breaker, a budget and a cache with expiry in front of a database, and a
/// queue with its worker. `storm` puts the database far over its capacity.
fn shop(storm: bool) -> Arc<Scenario> {
    let (slots, rate) = if storm { (2, 600) } else { (40, 300) };
    let text = format!(
        r#"Scenario(
            components: {{
                "alb": Balancer(health: (), calls: {{ "web": () }}),
                "web": Service(instances: 8, workers: 50, time: "5ms", calls: {{
                    "prices": (timeout: "300ms", attempts: 3, backoff: (base: "50ms", jitter: true), budget: (ratio: 0.5)),
                    "orders": (timeout: "400ms", attempts: 2, pool: (size: 40)),
                    "updates": (per_request: 0.2, required: false),
                }}),
                "prices": Cache(slots: "none", keys: "10k", entries: 1000, ttl: "5m", calls: {{ "orders": (timeout: "1s") }}),
                "orders": Database(slots: {slots}, time: "4ms", queue: 500),
                "updates": Queue(visibility: "5s"),
                "worker": Service(pulls: "updates", workers: 20, time: "20ms", errors: "2%"),
            }},
            journeys: {{ "buy": (to: "alb", rate: "{rate}/s", timeout: "2s", attempts: 2, backoff: (base: "500ms")) }},
        )"#
    );
    let (scenario, findings, _) =
        load("shop.ron", text.as_bytes(), &mut |_| Err("none".to_owned()));
    assert!(!findings.has_errors());
    Arc::new(scenario.expect("a scenario"))
}

#[test]
fn a_settled_step_allocates_nothing() {
    for (storm, warm_up) in [(false, 300), (true, 600)] {
        let mut sim = Sim::new(shop(storm), 1);
        let at = |seconds: u64| SimTime::from_micros(seconds * 1_000_000);
        sim.advance_to(at(warm_up));
        drop(sim.drain_events());
        let steps = sim.steps();
        let region = Region::new(ALLOCATOR);
        sim.advance_to(at(warm_up + 120));
        let change = region.change();
        let steps = sim.steps() - steps;
        assert!(steps >= if storm { 1000 } else { 100 }, "{steps} steps");
        let failed: u64 = sim
            .scenario()
            .world
            .journeys
            .ids()
            .map(|id| sim.journey(id).failed_total())
            .sum();
        assert_eq!(failed > 10_000, storm, "{failed} failed");
        let grown = change.allocations + change.reallocations;
        // A new record of how many groups there are at once makes room for them, ever more rarely.
        assert!(
            grown <= if storm { 8 } else { 0 },
            "storm {storm}: {change:?} in {steps} steps"
        );
    }
}

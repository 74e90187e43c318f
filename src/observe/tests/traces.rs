//! Traces against what was counted.

use super::*;

/// In every span, own time, pauses and children fill the span and stay inside it.
fn check_spans(trace: &Trace) {
    for (index, span) in trace.spans.iter().enumerate() {
        let end = span.start_us + span.duration_us;
        let mut children: Vec<(u64, u64)> = trace
            .spans
            .iter()
            .filter(|child| child.parent == Some(index))
            .map(|child| (child.start_us, child.start_us + child.duration_us))
            .collect();
        children.sort_unstable();
        let (mut covered, mut until) = (0, 0);
        for (from, to) in children {
            assert!(from >= span.start_us && to <= end, "{trace:?}");
            covered += to.saturating_sub(from.max(until));
            until = until.max(to);
        }
        let sum = span.wait_us + span.work_us + span.pause_us + covered;
        assert_eq!(sum, span.duration_us, "span {index} of {trace:?}");
        assert_eq!(span.parent.is_none(), index == 0);
        assert!(span.parent.is_none_or(|parent| parent < index));
    }
}

#[test]
fn spans_add_up_to_the_totals_over_many_traces() {
    for seed in [7, 8, 9] {
        compare_spans_with_totals(seed);
    }
}

fn compare_spans_with_totals(seed: u64) {
    let mut sim = Sim::new(Arc::new(two_tiers()), seed);
    let mut observer = Observer::new(&sim);
    watch(&mut sim, &mut observer, 60.0);
    let (shop, journey, call) = (
        sim.component(A).clone(),
        sim.journey(JourneyId(0)).clone(),
        sim.edge(EdgeId(1)).clone(),
    );
    watch(&mut sim, &mut observer, 120.0);
    let query = TraceQuery {
        journey: JourneyId(0),
        from: at(60.0),
        to: at(120.0),
        count: 2_000,
        failed_only: false,
    };
    let traces = observer.traces(&query);
    assert_eq!(traces.len(), 2_000);
    assert_eq!(traces, observer.clone().traces(&query));
    traces.iter().for_each(check_spans);

    let near = |what: &str, got: f64, expected: f64| {
        assert!(
            (got / expected - 1.0).abs() < 0.1,
            "seed {seed}, {what}: {got} instead of {expected}"
        );
    };
    let spans = |wanted: ComponentId| {
        traces
            .iter()
            .flat_map(|t| &t.spans)
            .filter(move |s| s.component == Some(wanted))
    };
    let time = |wanted| {
        spans(wanted)
            .map(|s| s.duration_us as f64 * 1e-6)
            .sum::<f64>()
    };
    let roots_s: f64 = traces
        .iter()
        .map(|t| t.spans[0].duration_us as f64 * 1e-6)
        .sum();
    let after = sim.journey(JourneyId(0));
    let total_s = after.latency.sum() - journey.latency.sum();
    let requests = (after.settled() - journey.settled()) as f64;
    near("latency", roots_s / 2_000.0, total_s / requests);
    near(
        "share of the shop",
        time(A) / roots_s,
        (sim.component(A).latency.sum() - shop.latency.sum()) / total_s,
    );
    let after_call = sim.edge(EdgeId(1));
    let timed_out = FailureKind::Timeout as usize;
    let waited_s = after_call.latency_s - call.latency_s
        + 0.1 * (after_call.failed[timed_out] - call.failed[timed_out]) as f64;
    near(
        "share of the database",
        time(B) / roots_s,
        waited_s / total_s,
    );

    let failed = traces
        .iter()
        .filter(|t| matches!(t.spans[0].outcome, SpanOutcome::Failed(_)))
        .count();
    near(
        "failed requests",
        failed as f64 / 2_000.0,
        (after.failed_total() - journey.failed_total()) as f64 / requests,
    );
    let tries = (after_call.tries - call.tries) as f64;
    near("tries", spans(B).count() as f64 / 2_000.0, tries / requests);
    for kind in [FailureKind::Error, FailureKind::Timeout] {
        let got = spans(B)
            .filter(|s| s.outcome == SpanOutcome::Failed(kind))
            .count() as f64;
        let real = (after_call.failed[kind as usize] - call.failed[kind as usize]) as f64;
        near("failed tries", got / spans(B).count() as f64, real / tries);
    }
    assert!(spans(B).any(|s| s.attempt == 3) && spans(B).all(|s| s.attempt <= 3));
}

/// A load balancer, a service with an optional dependency, and a cache before a small database.
fn shop_behind_cache() -> Scenario {
    let cache = Cache {
        keys: 1_000,
        zipf: 1.0,
        entries: 300,
        entry_bytes: 100,
        ttl: None,
        eviction: Eviction::Lru,
        coalesce: false,
        warm: true,
    };
    let mut database = station(3, 0.06);
    database.queue_limit = Some(50);
    let components = vec![
        part(
            "alb",
            Kind::Balancer(Balancer::default()),
            station(0, 0.0),
            &[1],
        ),
        service("api", station(200, 0.005), &[2, 4]),
        part("redis", Kind::Cache(cache), station(0, 0.001), &[3]),
        part("db", Kind::Database(Database::default()), database, &[]),
        service("ads", station(0, 0.01), &[]),
    ];
    let pool = Some(Pool {
        per_instance: 3,
        wait: secs(0.5),
    });
    let optional = Edge {
        required: false,
        ..edge(Some(1), 4)
    };
    let edges = vec![
        edge(None, 0),
        edge(Some(0), 1),
        edge(Some(1), 2),
        Edge {
            pool,
            ..edge(Some(2), 3)
        },
        optional,
    ];
    let mut scenario = world(components, edges, 150.0);
    scenario.world.components[ComponentId(4)]
        .station
        .error_share = 0.3;
    scenario
}

#[test]
fn traces_show_misses_balancers_pools_and_fallbacks() {
    let (mut sim, mut observer) = start(shop_behind_cache());
    watch(&mut sim, &mut observer, 120.0);
    let query = TraceQuery {
        journey: JourneyId(0),
        from: at(60.0),
        to: at(120.0),
        count: 500,
        failed_only: false,
    };
    let traces = observer.traces(&query);
    traces.iter().for_each(check_spans);
    let spans = || traces.iter().flat_map(|t| &t.spans);
    let hits = spans().filter(|s| s.cache_hit == Some(true)).count() as f64;
    let lookups = spans().filter(|s| s.cache_hit.is_some()).count() as f64;
    let t = sim.component(ComponentId(2));
    let real = t.hits as f64 / (t.hits + t.misses) as f64;
    assert!(
        (hits / lookups - real).abs() < 0.07,
        "{} instead of {real}",
        hits / lookups
    );
    assert!(spans().any(|s| s.kind == SpanKind::Connection && s.wait_us > 1_000));
    let degraded = traces
        .iter()
        .filter(|t| t.spans[0].outcome == SpanOutcome::Degraded)
        .count();
    let j = sim.journey(JourneyId(0));
    let real = j.degraded as f64 / j.settled() as f64;
    assert!(
        (degraded as f64 / 500.0 / real - 1.0).abs() < 0.2,
        "{degraded} of 500, {real}"
    );
    let failed = observer.traces(&TraceQuery {
        failed_only: true,
        count: 20,
        ..query
    });
    assert!(
        failed
            .iter()
            .all(|t| matches!(t.spans[0].outcome, SpanOutcome::Failed(_)))
    );
}

#[test]
fn messages_are_followed_to_their_worker() {
    let worker = Kind::Service(Service {
        pulls: Some(A),
        ..Service::default()
    });
    let queue = Kind::Queue(Queue {
        visibility: secs(30.0),
        ..Queue::default()
    });
    let components = vec![
        // Without slots of its own: only the worker takes messages out.
        part(
            "orders",
            queue,
            Station {
                instances: 0,
                ..station(1, 0.0)
            },
            &[],
        ),
        part("worker", worker, station(3, 0.05), &[1]),
        service("stock", station(0, 0.02), &[]),
    ];
    let mut scenario = world(components, vec![edge(None, 0), edge(Some(1), 2)], 30.0);
    scenario.world.journeys[JourneyId(0)].completes = Completes::OnProcessed;
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 120.0);
    let query = TraceQuery {
        journey: JourneyId(0),
        from: at(60.0),
        to: at(120.0),
        count: 500,
        failed_only: false,
    };
    let traces = observer.traces(&query);
    traces.iter().for_each(check_spans);
    assert!(
        traces
            .iter()
            .all(|t| t.spans.iter().any(|s| s.kind == SpanKind::Processing))
    );
    assert!(
        traces
            .iter()
            .all(|t| t.spans.iter().any(|s| s.component == Some(ComponentId(2))))
    );
    let mean_s = traces
        .iter()
        .map(|t| t.spans[0].duration_us as f64 * 1e-6)
        .sum::<f64>()
        / 500.0;
    let real_s = sim.journey(JourneyId(0)).latency.mean().unwrap();
    assert!(
        (mean_s / real_s - 1.0).abs() < 0.15,
        "{mean_s} instead of {real_s}"
    );
}

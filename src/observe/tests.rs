//! The observer against small simulated worlds.

use std::sync::Arc;

use super::*;
use crate::base::id::{EdgeId, IdVec, JourneyId};
use crate::scenario::action::{Change, ComponentKnob};
use crate::scenario::model::*;
use crate::sim::ALL_FAILURES;

fn secs(s: f64) -> SimDuration {
    SimDuration::from_secs_f64(s)
}

fn at(s: f64) -> SimTime {
    SimTime::from_secs_f64(s)
}

fn edge(from: Option<u16>, to: u16) -> Edge {
    Edge {
        from: from.map(ComponentId),
        to: ComponentId(to),
        operation: format!("GET /{to}"),
        per_request: 1.0,
        journeys: Vec::new(),
        timeout: None,
        attempts: 1,
        backoff: Backoff::default(),
        budget: None,
        breaker: None,
        pool: None,
        fallback: Fallback::None,
        fallback_on: false,
        required: true,
        weight: 1.0,
    }
}

fn station(slots: u32, mean_s: f64) -> Station {
    let time = ServiceTime { mean: secs(mean_s), cv2: 1.0, slow_share: 0.0, slow_factor: 1.0 };
    Station { slots, time, ..Station::default() }
}

fn part(name: &str, kind: Kind, station: Station, calls: &[u16]) -> Component {
    let calls = calls.iter().map(|&id| EdgeId(id)).collect();
    Component { name: name.into(), region: None, station, kind, calls }
}

fn service(name: &str, station: Station, calls: &[u16]) -> Component {
    part(name, Kind::Service(Service { wave_share: 0.25, ..Service::default() }), station, calls)
}

fn world(components: Vec<Component>, edges: Vec<Edge>, rate_per_s: f64) -> Scenario {
    let journey = Journey {
        name: "buy".into(),
        edge: EdgeId(0),
        rate: RateProfile { base_per_s: rate_per_s, ..RateProfile::default() },
        priority: 1,
        value: 1.0,
        per_customer_per_min: 1.0,
        degraded_cost: 0.5,
        completes: Completes::OnAnswer,
        fresh_within: None,
        abandon_share: 0.0,
    };
    let variant = Variant {
        id: "a".into(),
        weight: 1.0,
        faults: Vec::new(),
        cause: String::new(),
        culprit: None,
        distractors: Vec::new(),
        plans: Vec::new(),
        follow_ups: Vec::new(),
    };
    Scenario {
        id: "test".into(),
        digest: 0,
        meta: Meta::default(),
        world: World {
            components: components.into_iter().collect(),
            edges: edges.into_iter().collect(),
            journeys: IdVec::from_iter([journey]),
            ..World::default()
        },
        variants: vec![variant],
        objectives: Objectives {
            success_share: 0.99,
            latency_p95: None,
            hold: secs(60.0),
            time_limit: secs(3600.0),
        },
        signals: Signals::default(),
        engine: Engine { fine_step: secs(0.1), calm_step: secs(0.1) },
        plans: Vec::new(),
        teaching: Teaching::default(),
    }
}

fn set(component: u16, knob: ComponentKnob, value: f64) -> Action {
    let knob = Knob::Component(ComponentId(component), knob);
    Action::Change(Change { knob, value, over: SimDuration::ZERO })
}

/// Runs on to `until`, looking every second.
fn watch(sim: &mut Sim, observer: &mut Observer, until: f64) {
    while sim.now() < at(until) {
        sim.advance_to(sim.now() + secs(1.0));
        let events: Vec<_> = sim.drain_events().collect();
        for (at, event) in events {
            observer.note(at, event);
        }
        observer.observe(sim);
    }
}

fn start(scenario: Scenario) -> (Sim, Observer) {
    let sim = Sim::new(Arc::new(scenario), 7);
    let observer = Observer::new(&sim);
    (sim, observer)
}

const A: ComponentId = ComponentId(0);
const B: ComponentId = ComponentId(1);

#[test]
fn metrics_are_differences_over_a_period_and_become_visible_late() {
    for period_s in [10.0, 60.0] {
        let mut scenario = world(vec![service("api", station(50, 0.02), &[])], vec![edge(None, 0)], 100.0);
        scenario.signals.period = secs(period_s);
        scenario.signals.delay = secs(30.0);
        let (mut sim, mut observer) = start(scenario);
        watch(&mut sim, &mut observer, period_s);
        let before = sim.component(A).clone();
        watch(&mut sim, &mut observer, 2.0 * period_s);
        let after = sim.component(A).clone();
        watch(&mut sim, &mut observer, 300.0);

        let count = |now| observer.series(A, Signal::Arrivals, now).count();
        assert_eq!(count(at(period_s + 29.0)), 0);
        assert_eq!(count(at(period_s + 30.0)), 1);
        assert_eq!(count(at(300.0)), (270.0 / period_s) as usize);

        let second = |signal| {
            let point = observer.series(A, signal, at(300.0)).nth(1).unwrap();
            assert_eq!(point.at, at(period_s), "stamped with the start of its period");
            point.value.unwrap()
        };
        let close = |got: f64, expected: f64| {
            assert!((got / expected - 1.0).abs() < 1e-5, "{got} {expected}");
        };
        close(second(Signal::Arrivals), (after.arrivals - before.arrivals) as f64 / period_s);
        let mut between = Histogram::default();
        after.latency.difference(&before.latency, &mut between);
        close(second(Signal::LatencyMean), between.mean().unwrap());
        close(second(Signal::LatencyP95), between.quantile(0.95).unwrap());
        close(
            second(Signal::Utilisation),
            (after.busy_s - before.busy_s) / (after.slot_s - before.slot_s),
        );
        assert_eq!(second(Signal::ErrorShare), 0.0);
        assert_eq!(second(Signal::Instances), 1.0);
        assert_eq!(observer.series(A, Signal::Evictions, at(300.0)).count(), 0, "not a cache");
        assert_eq!(observer.latest(A, Signal::Cpu, at(300.0)), None, "no processor is described");
    }
}

fn error_alarm(component: ComponentId, breaching: u32, of: u32) -> Alarm {
    Alarm {
        name: "errors".into(),
        component,
        signal: Signal::ErrorShare,
        above: true,
        threshold: 0.05,
        period: secs(60.0),
        breaching,
        of,
        severity: 1,
    }
}

fn alarm_history(observer: &Observer) -> Vec<(f64, AlarmState)> {
    let entries = observer.timeline().entries().iter();
    entries
        .filter_map(|(at, fact)| match fact {
            Fact::Alarm(event) => Some((at.as_secs_f64(), event.to)),
            _ => None,
        })
        .collect()
}

#[test]
fn alarms_need_m_of_n_published_periods() {
    let mut scenario = world(vec![service("api", station(50, 0.02), &[])], vec![edge(None, 0)], 100.0);
    scenario.signals.delay = secs(45.0);
    // The second has a period of its own: ten seconds, so it is evaluated on data of its own.
    let quick = Alarm { period: secs(10.0), ..error_alarm(A, 1, 1) };
    scenario.signals.alarms = vec![error_alarm(A, 2, 3), quick];
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 60.0);
    assert!(observer.alarms().all(|(_, a)| a.state != AlarmState::Alarm));
    assert_eq!(observer.alarms().next().unwrap().1.state, AlarmState::InsufficientData);
    watch(&mut sim, &mut observer, 300.0);
    assert_eq!(observer.alarms().next().unwrap().1.state, AlarmState::Ok);
    sim.apply(&set(0, ComponentKnob::ErrorShare, 0.5));
    watch(&mut sim, &mut observer, 420.0);
    sim.apply(&set(0, ComponentKnob::ErrorShare, 0.0));
    watch(&mut sim, &mut observer, 900.0);
    // Bad from 300 to 420: minutes 5 and 6 breach; both are out at 420 + 45. With 2 of 3 the alarm
    // ends when only one of the last three is bad, one good minute after another: 540 + 45.
    let history = alarm_history(&observer);
    let expected = [
        (355.0, AlarmState::Alarm),
        (465.0, AlarmState::Alarm),
        (475.0, AlarmState::Ok),
        (585.0, AlarmState::Ok),
    ];
    assert_eq!(history, expected);
}

#[test]
fn telemetry_that_shares_a_fate_is_missing_and_silences_alarms() {
    for fate in [None, Some(B)] {
        let components =
            vec![service("api", station(50, 0.02), &[1]), service("telemetry", station(50, 0.01), &[])];
        let mut scenario = world(components, vec![edge(None, 0), edge(Some(0), 1)], 50.0);
        scenario.signals.fate = fate;
        scenario.signals.alarms = vec![error_alarm(A, 1, 1)];
        scenario.signals.slos =
            vec![Slo { name: "buy".into(), journeys: Vec::new(), objective: 0.999 }];
        let (mut sim, mut observer) = start(scenario);
        watch(&mut sim, &mut observer, 120.0);
        sim.apply(&set(1, ComponentKnob::DownShare, 1.0));
        watch(&mut sim, &mut observer, 240.0);
        sim.apply(&set(1, ComponentKnob::DownShare, 0.0));
        watch(&mut sim, &mut observer, 360.0);
        let seen: Vec<bool> =
            observer.series(A, Signal::Arrivals, at(360.0)).map(|p| p.value.is_some()).collect();
        let lost = fate.is_some();
        assert_eq!(seen, [true, true, !lost, !lost, true, true]);
        assert_eq!(alarm_history(&observer).is_empty(), lost);
        let query = LogQuery { component: A, from: at(120.0), to: at(240.0), filter: "", limit: 5 };
        let page = observer.logs(&query);
        assert_eq!((page.gap, page.total > 1_000), (lost, !lost));
        let burned = observer.slos().next().unwrap().budget_left;
        assert_eq!(burned < 0.999_9, !lost, "{burned}");
    }
}

#[test]
fn the_fast_burn_alert_fires_after_864_times_allowed_over_error_share_minutes() {
    for (objective, errors) in [(0.999, 1.0), (0.999, 0.1), (0.999, 0.05), (0.99, 1.0), (0.995, 0.2)] {
        let mut api = station(0, 0.02);
        api.error_share = errors;
        let mut scenario = world(vec![service("api", api, &[])], vec![edge(None, 0)], 400.0);
        scenario.signals.slos = vec![Slo { name: "buy".into(), journeys: Vec::new(), objective }];
        let (mut sim, mut observer) = start(scenario);
        let expected_s = 864.0 * (1.0 - objective) / errors * 60.0;
        watch(&mut sim, &mut observer, expected_s * 1.1 + 30.0);
        let fired = observer.slos().next().unwrap().firing[0].unwrap().as_secs_f64();
        // Evaluated every ten seconds; arrivals are random, so a few seconds early is possible.
        let early_s = (expected_s * 0.02).max(1.0);
        assert!(
            fired >= expected_s - early_s && fired <= expected_s + EVALUATE_EVERY.as_secs_f64() + early_s,
            "{objective} {errors}: {fired} instead of {expected_s}"
        );
        let first = observer.timeline().entries().first().unwrap();
        assert!(matches!(&first.1, Fact::Slo(event) if event.firing), "{first:?}");
    }
}

#[test]
fn burn_alerts_end_with_the_trouble_and_the_budget_is_spent() {
    let mut scenario = world(vec![service("api", station(0, 0.02), &[])], vec![edge(None, 0)], 100.0);
    scenario.signals.slos = vec![Slo { name: "buy".into(), journeys: Vec::new(), objective: 0.999 }];
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 60.0);
    sim.apply(&set(0, ComponentKnob::ErrorShare, 1.0));
    watch(&mut sim, &mut observer, 360.0);
    sim.apply(&set(0, ComponentKnob::ErrorShare, 0.0));
    watch(&mut sim, &mut observer, 400.0);
    let status = observer.slos().next().unwrap();
    // Five minutes of 43.2.
    assert!((status.budget_left - (1.0 - 5.0 / 43.2)).abs() < 0.005, "{}", status.budget_left);
    assert!(status.firing[0].is_some() && status.firing[1].is_some());
    watch(&mut sim, &mut observer, 720.0);
    let status = observer.slos().next().unwrap();
    assert_eq!(status.firing[0], None, "the last five minutes were fine");
    assert!(status.burn[0] > 14.4, "although the hour was not");
}

/// Two tiers; the lower fails a quarter of its requests, the upper tries three times.
fn two_tiers() -> Scenario {
    let mut database = station(40, 0.05);
    database.error_share = 0.25;
    let kind = Kind::Database(Database::default());
    let components =
        vec![service("shop", station(60, 0.02), &[1]), part("orders-db", kind, database, &[])];
    let call = Edge {
        attempts: 3,
        timeout: Some(secs(0.1)),
        backoff: Backoff { base: secs(0.05), cap: secs(1.0), full_jitter: true },
        ..edge(Some(0), 1)
    };
    world(components, vec![edge(None, 0), call], 200.0)
}

#[test]
fn logs_hold_every_reason_with_its_share() {
    let mut scenario = two_tiers();
    scenario.signals.logs = vec![LogTemplate {
        component: A,
        on: LogTrigger::Served,
        level: "INFO".into(),
        text: "order {request} done in {latency_ms} ms".into(),
        variant: None,
    }];
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 60.0);
    let before = sim.component(A).clone();
    watch(&mut sim, &mut observer, 180.0);
    let after = sim.component(A).clone();
    let failed = after.failed_total() - before.failed_total();
    let served = after.served - before.served;
    assert!(failed > 100, "{failed}");
    let query = LogQuery { component: A, from: at(60.0), to: at(180.0), filter: "", limit: 500 };
    let page = observer.logs(&query);
    assert_eq!((page.total, page.lines.len()), (served + failed, 500));
    assert!(page.lines.is_sorted_by_key(|line| line.at));
    assert!(page.lines.iter().all(|line| line.at >= query.from && line.at < query.to));
    let errors = page.lines.iter().filter(|line| line.level == "ERROR").count() as f64;
    let expected = 500.0 * failed as f64 / page.total as f64;
    assert!((errors - expected).abs() <= 2.0, "{errors} of {expected}");
    assert_eq!(page, observer.logs(&query), "asking again shows the same");
    assert!(page.lines.iter().any(|l| l.text.contains("done in")));

    // Three tries fail by error or by time-out; their lines have the shares of the failed tries.
    let count = |filter| observer.logs(&LogQuery { filter, ..query }).total;
    assert_eq!(count("ERROR"), failed);
    let (timed_out, answered) = (count("read timed out after 100ms"), count("orders-db failed"));
    assert_eq!(count("done in"), served);
    let tries = sim.edge(EdgeId(1)).failed;
    let share = tries[FailureKind::Timeout as usize] as f64
        / (tries[FailureKind::Timeout as usize] + tries[FailureKind::Error as usize]) as f64;
    let got = timed_out as f64 / failed as f64;
    assert!(timed_out > 0 && answered > 0);
    assert!((got - share).abs() < 0.1 * share + 0.02, "{got} instead of {share}");
    // A filter that only single lines match is estimated, and shows matching lines.
    let page = observer.logs(&LogQuery { filter: "order 5e51", limit: 3, ..query });
    assert!(page.lines.iter().all(|line| line.text.contains("order 5e51")));
    assert_eq!(count("no such text"), 0);
}

#[test]
fn error_lines_name_the_version_that_fails() {
    let mut scenario = world(vec![service("api", station(1, 0.02), &[])], vec![edge(None, 0)], 80.0);
    let version = |name: &str, error_share| Version {
        name: name.into(),
        time_factor: 1.0,
        error_share,
        ..Version::default()
    };
    let component = &mut scenario.world.components[A];
    component.station.instances = 4;
    component.kind = Kind::Service(Service {
        versions: vec![version("v41", 0.0), version("v42", 0.4)],
        wave_share: 0.25,
        wave_every: secs(30.0),
        ..Service::default()
    });
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 60.0);
    sim.apply(&Action::Deploy { service: A, version: 1, share: 0.5 });
    watch(&mut sim, &mut observer, 240.0);
    let query = LogQuery { component: A, from: at(180.0), to: at(240.0), filter: "", limit: 400 };
    let lines = |filter| observer.logs(&LogQuery { filter, ..query }).lines;
    let errors = lines("ERROR");
    assert!(errors.len() > 100, "{}", errors.len());
    let wrong = errors.iter().find(|line| !line.text.contains("version=v42"));
    assert_eq!(wrong, None, "{:?}", sim.versions_running(A));
    let fine = lines("INFO");
    let new = fine.iter().filter(|line| line.text.contains("v42")).count() as f64 / fine.len() as f64;
    let running = sim.versions_running(A);
    let share = f64::from(running[1]) / f64::from(running[0] + running[1]);
    assert!((new - share).abs() < 0.1, "{new} instead of {share}: {running:?}");
    let waves = observer.timeline().between(at(60.0), at(240.0)).len();
    let told = LogQuery { from: at(0.0), filter: "deployment", ..query };
    assert!(waves > 0 && observer.logs(&told).total > 0);
}

#[test]
fn what_a_third_party_answers_is_logged_in_its_words() {
    let external = External { bucket: Some(TokenBucket { rate_per_s: 5.0, burst: 5.0 }), auth: None };
    let api = part("sp-api", Kind::External(external), station(0, 0.1), &[]);
    let components = vec![service("sync", station(50, 0.01), &[1]), api];
    let (mut sim, mut observer) =
        start(world(components, vec![edge(None, 0), edge(Some(0), 1)], 20.0));
    watch(&mut sim, &mut observer, 60.0);
    let throttled = |sim: &Sim| sim.component(B).failed[FailureKind::Throttled as usize];
    let before = throttled(&sim);
    watch(&mut sim, &mut observer, 120.0);
    let refused = throttled(&sim) - before;
    assert!(refused > 500);
    for component in [A, B] {
        let query = LogQuery { component, from: at(60.0), to: at(120.0), filter: "QuotaExceeded", limit: 9 };
        let page = observer.logs(&query);
        assert_eq!(page.total, refused);
        assert!(page.lines[0].text.starts_with("sp-api 429 {\"errors\":"), "{}", page.lines[0].text);
    }
}

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
    let (mut sim, mut observer) = start(two_tiers());
    watch(&mut sim, &mut observer, 60.0);
    let (shop, journey, call) =
        (sim.component(A).clone(), sim.journey(JourneyId(0)).clone(), sim.edge(EdgeId(1)).clone());
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
        assert!((got / expected - 1.0).abs() < 0.1, "{what}: {got} instead of {expected}");
    };
    let spans = |wanted: ComponentId| {
        traces.iter().flat_map(|t| &t.spans).filter(move |s| s.component == Some(wanted))
    };
    let time = |wanted| spans(wanted).map(|s| s.duration_us as f64 * 1e-6).sum::<f64>();
    let roots_s: f64 = traces.iter().map(|t| t.spans[0].duration_us as f64 * 1e-6).sum();
    let after = sim.journey(JourneyId(0));
    let total_s = after.latency.sum() - journey.latency.sum();
    let requests = (after.settled() - journey.settled()) as f64;
    near("latency", roots_s / 2_000.0, total_s / requests);
    near("share of the shop", time(A) / roots_s, (sim.component(A).latency.sum() - shop.latency.sum()) / total_s);
    let after_call = sim.edge(EdgeId(1));
    let timed_out = FailureKind::Timeout as usize;
    let waited_s = after_call.latency_s - call.latency_s
        + 0.1 * (after_call.failed[timed_out] - call.failed[timed_out]) as f64;
    near("share of the database", time(B) / roots_s, waited_s / total_s);

    let failed = traces.iter().filter(|t| matches!(t.spans[0].outcome, SpanOutcome::Failed(_))).count();
    near(
        "failed requests",
        failed as f64 / 2_000.0,
        (after.failed_total() - journey.failed_total()) as f64 / requests,
    );
    let tries = (after_call.tries - call.tries) as f64;
    near("tries", spans(B).count() as f64 / 2_000.0, tries / requests);
    for kind in [FailureKind::Error, FailureKind::Timeout] {
        let got = spans(B).filter(|s| s.outcome == SpanOutcome::Failed(kind)).count() as f64;
        let real = (after_call.failed[kind as usize] - call.failed[kind as usize]) as f64;
        near("failed tries", got / spans(B).count() as f64, real / tries);
    }
    assert!(spans(B).any(|s| s.attempt == 3) && spans(B).all(|s| s.attempt <= 3));
}

#[test]
fn traces_show_misses_balancers_pools_and_fallbacks() {
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
        part("alb", Kind::Balancer(Balancer::default()), station(0, 0.0), &[1]),
        service("api", station(200, 0.005), &[2, 4]),
        part("redis", Kind::Cache(cache), station(0, 0.001), &[3]),
        part("db", Kind::Database(Database::default()), database, &[]),
        service("ads", station(0, 0.01), &[]),
    ];
    let pool = Some(Pool { per_instance: 3, wait: secs(0.5) });
    let optional = Edge { required: false, ..edge(Some(1), 4) };
    let edges = vec![
        edge(None, 0),
        edge(Some(0), 1),
        edge(Some(1), 2),
        Edge { pool, ..edge(Some(2), 3) },
        optional,
    ];
    let mut scenario = world(components, edges, 150.0);
    scenario.world.components[ComponentId(4)].station.error_share = 0.3;
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
    let spans = || traces.iter().flat_map(|t| &t.spans);
    let hits = spans().filter(|s| s.cache_hit == Some(true)).count() as f64;
    let lookups = spans().filter(|s| s.cache_hit.is_some()).count() as f64;
    let t = sim.component(ComponentId(2));
    let real = t.hits as f64 / (t.hits + t.misses) as f64;
    assert!((hits / lookups - real).abs() < 0.07, "{} instead of {real}", hits / lookups);
    assert!(spans().any(|s| s.kind == SpanKind::Connection && s.wait_us > 1_000));
    let degraded = traces.iter().filter(|t| t.spans[0].outcome == SpanOutcome::Degraded).count();
    let j = sim.journey(JourneyId(0));
    let real = j.degraded as f64 / j.settled() as f64;
    assert!((degraded as f64 / 500.0 / real - 1.0).abs() < 0.2, "{degraded} of 500, {real}");
    let failed = observer.traces(&TraceQuery { failed_only: true, count: 20, ..query });
    assert!(failed.iter().all(|t| matches!(t.spans[0].outcome, SpanOutcome::Failed(_))));
}

#[test]
fn scripted_causes_never_reach_the_timeline() {
    let (_, mut observer) = start(two_tiers());
    observer.note(at(5.0), Event::FaultBegan(0));
    observer.note(at(6.0), Event::Scaled { component: A, instances: 3 });
    let seen: Vec<_> = observer.timeline().entries().to_vec();
    let scaled = Event::Scaled { component: A, instances: 3 };
    assert_eq!(seen, [(at(6.0), Fact::Change(scaled))]);
}

#[test]
fn a_fork_sees_what_the_original_sees() {
    let (mut sim, mut observer) = start(two_tiers());
    watch(&mut sim, &mut observer, 90.0);
    let (mut fork, mut its_observer) = (sim.clone(), observer.clone());
    watch(&mut sim, &mut observer, 200.0);
    watch(&mut fork, &mut its_observer, 200.0);
    let all = |o: &Observer| -> Vec<Point> {
        ALL_SIGNALS.iter().flat_map(|&s| o.series(A, s, at(200.0)).collect::<Vec<_>>()).collect()
    };
    assert_eq!(all(&observer), all(&its_observer));
    let query = LogQuery { component: A, from: at(0.0), to: at(200.0), filter: "", limit: 50 };
    assert_eq!(observer.logs(&query), its_observer.logs(&query));
    assert_eq!(ALL_FAILURES.len(), crate::sim::FAILURE_KINDS);
}

#[test]
fn zz_measure() {
    let mut components = Vec::new();
    let mut edges = vec![edge(None, 0)];
    for i in 0..12u16 {
        let mut calls = vec![];
        for k in 1..=2 {
            if i + k < 12 {
                calls.push(edges.len() as u16);
                edges.push(Edge { required: false, per_request: 0.5, ..edge(Some(i), i + k) });
            }
        }
        let mut st = station(50, 0.01);
        st.error_share = 0.05;
        st.cpu = Some(Cpu { cores: 2.0, time: secs(0.002) });
        components.push(service(&format!("s{i}"), st, &calls));
    }
    let mut scenario = world(components, edges, 200.0);
    scenario.signals.period = secs(std::env::var("P").unwrap_or("60".into()).parse().unwrap());
    scenario.signals.alarms = (0..12).map(|i| Alarm { period: secs(60.0), ..error_alarm(ComponentId(i), 3, 5) }).collect();
    scenario.signals.slos = vec![Slo { name: "buy".into(), journeys: Vec::new(), objective: 0.999 }];
    let (mut sim, mut observer) = start(scenario);
    let mut spent = std::time::Duration::ZERO;
    let mut stepping = std::time::Duration::ZERO;
    for s in 1..=3600 {
        let t = std::time::Instant::now();
        sim.advance_to(at(f64::from(s)));
        stepping += t.elapsed();
        let t = std::time::Instant::now();
        observer.observe(&sim);
        spent += t.elapsed();
    }
    let c = observer.clone();
    let t = std::time::Instant::now();
    for _ in 0..20 { std::hint::black_box(observer.clone()); }
    let clone = t.elapsed() / 20;
    let t = std::time::Instant::now();
    let page = c.logs(&LogQuery { component: A, from: at(0.0), to: at(3600.0), filter: "v1", limit: 200 });
    let logs = t.elapsed();
    let t = std::time::Instant::now();
    let traces = c.traces(&TraceQuery { journey: JourneyId(0), from: at(3000.0), to: at(3060.0), count: 50, failed_only: false });
    panic!("observe {spent:?} sim {stepping:?} clone {clone:?} logs {logs:?} {} traces {:?} {}", page.total, t.elapsed(), traces.len());
}

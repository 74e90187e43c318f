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
        unkeyed: false,
        wrong_share: 0.0,
    }
}

fn station(slots: u32, mean_s: f64) -> Station {
    let time = ServiceTime {
        mean: secs(mean_s),
        cv2: 1.0,
        slow_share: 0.0,
        slow_factor: 1.0,
    };
    Station {
        slots,
        time,
        ..Station::default()
    }
}

fn part(name: &str, kind: Kind, station: Station, calls: &[u16]) -> Component {
    let calls = calls.iter().map(|&id| EdgeId(id)).collect();
    Component {
        name: name.into(),
        region: None,
        station,
        kind,
        price_per_hour: 0.0,
        calls,
    }
}

fn service(name: &str, station: Station, calls: &[u16]) -> Component {
    part(
        name,
        Kind::Service(Service {
            wave_share: 0.25,
            ..Service::default()
        }),
        station,
        calls,
    )
}

fn world(components: Vec<Component>, edges: Vec<Edge>, rate_per_s: f64) -> Scenario {
    let journey = Journey {
        name: "buy".into(),
        edge: EdgeId(0),
        rate: RateProfile {
            base_per_s: rate_per_s,
            ..RateProfile::default()
        },
        priority: 1,
        value: 1.0,
        per_customer_per_min: 1.0,
        degraded_cost: 0.5,
        repeated_cost: 1.0,
        wrong_cost: 1.0,
        open_cost: 0.0,
        contacts: Contacts::default(),
        completes: Completes::OnAnswer,
        fresh_within: None,
        abandon_share: 0.0,
        ours: false,
    };
    let variant = Variant {
        id: "a".into(),
        weight: 1.0,
        faults: Vec::new(),
        cause: String::new(),
        culprit: None,
        truth: Truth::default(),
        chat: Vec::new(),
        distractors: Vec::new(),
        plans: Vec::new(),
        follow_ups: Vec::new(),
        fixes: Vec::new(),
        severity: None,
        harmless: false,
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
            repeated_share: 0.001,
            wrong_share: 0.01,
            uncorrected: None,
            latency_p95: None,
            hold: secs(60.0),
            time_limit: secs(3600.0),
            lost_messages: None,
            budget: None,
            breach_cost: 0.0,
            quiet_for: None,
            severity: 2,
            detect_before: 0.2,
            expected: false,
        },
        signals: Signals::default(),
        team: IdVec::default(),
        chat: Vec::new(),
        informed: Vec::new(),
        weights: Weights::default(),
        engine: Engine {
            fine_step: secs(0.1),
            calm_step: secs(0.1),
        },
        plans: Vec::new(),
        teaching: Teaching::default(),
        added: Vec::new(),
    }
}

fn set(component: u16, knob: ComponentKnob, value: f64) -> Action {
    let knob = Knob::Component(ComponentId(component), knob);
    Action::Change(Change {
        knob,
        value,
        over: SimDuration::ZERO,
    })
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

mod logs;
mod slo;
mod traces;

#[test]
fn metrics_are_differences_over_a_period_and_become_visible_late() {
    for period_s in [10.0, 60.0] {
        let mut scenario = world(
            vec![service("api", station(50, 0.02), &[])],
            vec![edge(None, 0)],
            100.0,
        );
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
            assert_eq!(
                point.at,
                at(period_s),
                "stamped with the start of its period"
            );
            point.value.unwrap()
        };
        let close = |got: f64, expected: f64| {
            assert!((got / expected - 1.0).abs() < 1e-5, "{got} {expected}");
        };
        close(
            second(Signal::Arrivals),
            (after.arrivals - before.arrivals) as f64 / period_s,
        );
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
        assert_eq!(
            observer.series(A, Signal::Evictions, at(300.0)).count(),
            0,
            "not a cache"
        );
        assert_eq!(
            observer.latest(A, Signal::Cpu, at(300.0)),
            None,
            "no processor is described"
        );
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
    let mut scenario = world(
        vec![service("api", station(50, 0.02), &[])],
        vec![edge(None, 0)],
        100.0,
    );
    scenario.signals.delay = secs(45.0);
    // The second has a period of its own: ten seconds, so it is evaluated on data of its own.
    let quick = Alarm {
        period: secs(10.0),
        ..error_alarm(A, 1, 1)
    };
    scenario.signals.alarms = vec![error_alarm(A, 2, 3), quick];
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 60.0);
    assert!(observer.alarms().all(|(_, a)| a.state != AlarmState::Alarm));
    assert_eq!(
        observer.alarms().next().unwrap().1.state,
        AlarmState::InsufficientData
    );
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
        let components = vec![
            service("api", station(50, 0.02), &[1]),
            service("telemetry", station(50, 0.01), &[]),
        ];
        let mut scenario = world(components, vec![edge(None, 0), edge(Some(0), 1)], 50.0);
        scenario.signals.fate = fate;
        scenario.signals.alarms = vec![error_alarm(A, 1, 1)];
        scenario.signals.slos = vec![Slo {
            name: "buy".into(),
            journeys: Vec::new(),
            objective: 0.999,
        }];
        let (mut sim, mut observer) = start(scenario);
        watch(&mut sim, &mut observer, 120.0);
        sim.apply(&set(1, ComponentKnob::DownShare, 1.0));
        watch(&mut sim, &mut observer, 240.0);
        sim.apply(&set(1, ComponentKnob::DownShare, 0.0));
        watch(&mut sim, &mut observer, 360.0);
        let seen: Vec<bool> = observer
            .series(A, Signal::Arrivals, at(360.0))
            .map(|p| p.value.is_some())
            .collect();
        let lost = fate.is_some();
        assert_eq!(seen, [true, true, !lost, !lost, true, true]);
        assert_eq!(alarm_history(&observer).is_empty(), lost);
        let query = LogQuery {
            component: A,
            from: at(120.0),
            to: at(240.0),
            filter: "",
            limit: 5,
        };
        let page = observer.logs(&query);
        assert_eq!((page.gap, page.total > 1_000), (lost, !lost));
        let burned = observer.slos().next().unwrap().budget_left;
        assert_eq!(burned < 0.999_9, !lost, "{burned}");
    }
}

/// Two tiers; the lower fails a quarter of its requests, the upper tries three times.
fn two_tiers() -> Scenario {
    let mut database = station(40, 0.05);
    database.error_share = 0.25;
    let kind = Kind::Database(Database::default());
    let components = vec![
        service("shop", station(60, 0.02), &[1]),
        part("orders-db", kind, database, &[]),
    ];
    let call = Edge {
        attempts: 3,
        timeout: Some(secs(0.1)),
        backoff: Backoff {
            base: secs(0.05),
            cap: secs(1.0),
            full_jitter: true,
        },
        ..edge(Some(0), 1)
    };
    world(components, vec![edge(None, 0), call], 200.0)
}

#[test]
fn scripted_causes_never_reach_the_timeline() {
    let (_, mut observer) = start(two_tiers());
    observer.note(at(5.0), Event::FaultBegan(0));
    observer.note(
        at(6.0),
        Event::Scaled {
            component: A,
            instances: 3,
        },
    );
    let seen: Vec<_> = observer.timeline().entries().to_vec();
    let scaled = Event::Scaled {
        component: A,
        instances: 3,
    };
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
        ALL_SIGNALS
            .iter()
            .flat_map(|&s| o.series(A, s, at(200.0)).collect::<Vec<_>>())
            .collect()
    };
    assert_eq!(all(&observer), all(&its_observer));
    let query = LogQuery {
        component: A,
        from: at(0.0),
        to: at(200.0),
        filter: "",
        limit: 50,
    };
    assert_eq!(observer.logs(&query), its_observer.logs(&query));
    assert_eq!(ALL_FAILURES.len(), crate::sim::FAILURE_KINDS);
}

#[test]
fn four_hours_are_kept_and_no_more() {
    let mut scenario = world(
        vec![service("api", station(5, 0.02), &[])],
        vec![edge(None, 0)],
        1.0,
    );
    scenario.engine = Engine {
        fine_step: secs(1.0),
        calm_step: secs(1.0),
    };
    scenario.signals.alarms = vec![Alarm {
        period: secs(1.0),
        ..error_alarm(A, 1, 1)
    }];
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 5.0 * 3600.0);
    let now = sim.now();
    let points: Vec<Point> = observer.series(A, Signal::Instances, now).collect();
    assert_eq!((points.len(), points[0].at), (240, at(3600.0)));
    assert!(points.iter().all(|point| point.value == Some(1.0)));
    let lines = |from, to| {
        let query = LogQuery {
            component: A,
            from: at(from),
            to: at(to),
            filter: "",
            limit: 1,
        };
        observer.logs(&query).total
    };
    assert_eq!(lines(0.0, 3_500.0), 0);
    assert!(lines(3_700.0, 18_000.0) > 13_000);
    let query = TraceQuery {
        journey: JourneyId(0),
        from: at(100.0),
        to: at(200.0),
        count: 1,
        failed_only: false,
    };
    assert_eq!(observer.traces(&query), [], "forgotten");
}

//! Log lines against what was counted.

use super::*;

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
    let query = LogQuery {
        component: A,
        from: at(60.0),
        to: at(180.0),
        filter: "",
        limit: 500,
    };
    let page = observer.logs(&query);
    assert_eq!((page.total, page.lines.len()), (served + failed, 500));
    assert!(page.lines.is_sorted_by_key(|line| line.at));
    assert!(
        page.lines
            .iter()
            .all(|line| line.at >= query.from && line.at < query.to)
    );
    let errors = page
        .lines
        .iter()
        .filter(|line| line.level == "ERROR")
        .count() as f64;
    let expected = 500.0 * failed as f64 / page.total as f64;
    assert!((errors - expected).abs() <= 2.0, "{errors} of {expected}");
    assert_eq!(page, observer.logs(&query), "asking again shows the same");
    assert!(page.lines.iter().any(|l| l.text.contains("done in")));

    // Three tries fail by error or by time-out; their lines have the shares of the failed tries.
    let count = |filter| observer.logs(&LogQuery { filter, ..query }).total;
    assert_eq!(count("ERROR"), failed);
    let (timed_out, answered) = (
        count("read timed out after 100ms"),
        count("orders-db failed"),
    );
    assert_eq!(count("done in"), served);
    let tries = sim.edge(EdgeId(1)).failed;
    let share = tries[FailureKind::Timeout as usize] as f64
        / (tries[FailureKind::Timeout as usize] + tries[FailureKind::Error as usize]) as f64;
    let got = timed_out as f64 / failed as f64;
    assert!(timed_out > 0 && answered > 0);
    assert!(
        (got - share).abs() < 0.1 * share + 0.02,
        "{got} instead of {share}"
    );
    // A filter that only single lines match is estimated, and shows matching lines.
    let page = observer.logs(&LogQuery {
        filter: "order 5e51",
        limit: 3,
        ..query
    });
    assert!(
        page.lines
            .iter()
            .all(|line| line.text.contains("order 5e51"))
    );
    assert_eq!(count("no such text"), 0);
}

#[test]
fn error_lines_name_the_version_that_fails() {
    let mut scenario = world(
        vec![service("api", station(1, 0.02), &[])],
        vec![edge(None, 0)],
        80.0,
    );
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
    sim.apply(&Action::Deploy {
        service: A,
        version: 1,
        share: 0.5,
    });
    watch(&mut sim, &mut observer, 240.0);
    let query = LogQuery {
        component: A,
        from: at(180.0),
        to: at(240.0),
        filter: "",
        limit: 400,
    };
    let lines = |filter| observer.logs(&LogQuery { filter, ..query }).lines;
    let errors = lines("ERROR");
    assert!(errors.len() > 100, "{}", errors.len());
    let wrong = errors
        .iter()
        .find(|line| !line.text.contains("version=v42"));
    assert_eq!(wrong, None, "{:?}", sim.versions_running(A));
    let fine = lines("INFO");
    let new =
        fine.iter().filter(|line| line.text.contains("v42")).count() as f64 / fine.len() as f64;
    let running = sim.versions_running(A);
    let share = f64::from(running[1]) / f64::from(running[0] + running[1]);
    assert!(
        (new - share).abs() < 0.1,
        "{new} instead of {share}: {running:?}"
    );
    let waves = observer.timeline().between(at(60.0), at(240.0)).len();
    let told = LogQuery {
        from: at(0.0),
        filter: "deployment",
        ..query
    };
    assert!(waves > 0 && observer.logs(&told).total > 0);
}

#[test]
fn what_a_third_party_answers_is_logged_in_its_words() {
    let external = External {
        bucket: Some(TokenBucket {
            rate_per_s: 5.0,
            burst: 5.0,
        }),
        auth: None,
    };
    let api = part("sp-api", Kind::External(external), station(0, 0.1), &[]);
    let components = vec![service("sync", station(50, 0.01), &[1]), api];
    let (mut sim, mut observer) = start(world(
        components,
        vec![edge(None, 0), edge(Some(0), 1)],
        20.0,
    ));
    watch(&mut sim, &mut observer, 60.0);
    let throttled = |sim: &Sim| sim.component(B).failed[FailureKind::Throttled as usize];
    let before = throttled(&sim);
    watch(&mut sim, &mut observer, 120.0);
    let refused = throttled(&sim) - before;
    assert!(refused > 500);
    for component in [A, B] {
        let query = LogQuery {
            component,
            from: at(60.0),
            to: at(120.0),
            filter: "QuotaExceeded",
            limit: 9,
        };
        let page = observer.logs(&query);
        assert_eq!(page.total, refused);
        assert!(
            page.lines[0].text.starts_with("sp-api 429 {\"errors\":"),
            "{}",
            page.lines[0].text
        );
    }
}

#[test]
fn an_exhausted_pool_is_told_from_a_full_database() {
    for (max_connections, expected) in [
        (None, "HikariPool-1"),
        (Some(2), "remaining connection slots"),
    ] {
        let database = Kind::Database(Database {
            max_connections,
            ..Database::default()
        });
        let components = vec![
            service("shop", station(0, 0.001), &[1]),
            part("db", database, station(0, 0.1), &[]),
        ];
        let size = if max_connections.is_some() { 40 } else { 4 };
        let pool = Some(Pool {
            per_instance: size,
            wait: secs(1.0),
        });
        let edges = vec![
            edge(None, 0),
            Edge {
                pool,
                ..edge(Some(0), 1)
            },
        ];
        let (mut sim, mut observer) = start(world(components, edges, 80.0));
        watch(&mut sim, &mut observer, 60.0);
        let query = LogQuery {
            component: A,
            from: at(30.0),
            to: at(60.0),
            filter: "ERROR",
            limit: 20,
        };
        let page = observer.logs(&query);
        assert!(page.total > 500, "{}", page.total);
        for line in &page.lines {
            assert!(
                line.text.contains(expected) && !line.text.contains("{"),
                "{}",
                line.text
            );
        }
        if max_connections.is_none() {
            let text = &page.lines[0].text;
            assert!(
                text.contains("timed out after 1000ms (total=4, active=4, idle=0, waiting="),
                "{text}"
            );
        }
    }
}

#[test]
fn scripted_causes_write_the_lines_that_the_scenario_has_for_them() {
    let mut scenario = two_tiers();
    let line = |component, variant: Option<&str>, text: &str| LogTemplate {
        component,
        on: LogTrigger::Changed,
        level: "INFO".into(),
        text: text.into(),
        variant: variant.map(Into::into),
    };
    scenario.signals.logs = vec![
        line(B, None, "config reloaded"),
        line(B, Some("other"), "never here"),
        line(A, None, "peer {to} has a new configuration"),
    ];
    let fault = |at_s, component, knob| Fault {
        name: "f".into(),
        when: Trigger::At(at(at_s)),
        effects: vec![set(component, knob, 0.5)],
        ends: None,
        onset: true,
    };
    scenario.variants[0].faults = vec![fault(20.0, 1, ComponentKnob::Speed)];
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 60.0);
    for (component, expected) in [
        (B, "config reloaded"),
        (A, "peer orders-db has a new configuration"),
    ] {
        let query = LogQuery {
            component,
            from: at(0.0),
            to: at(60.0),
            filter: "config",
            limit: 5,
        };
        let page = observer.logs(&query);
        assert_eq!(page.total, 1);
        assert_eq!(
            (page.lines[0].text.as_str(), page.lines[0].at),
            (expected, at(20.0))
        );
    }
    assert!(observer.timeline().entries().is_empty());
}

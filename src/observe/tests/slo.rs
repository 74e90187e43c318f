//! Burn-rate alerts against the workbook's arithmetic.

use super::*;

#[test]
fn the_fast_burn_alert_fires_after_864_times_allowed_over_error_share_minutes() {
    for (objective, errors) in [
        (0.999, 1.0),
        (0.999, 0.1),
        (0.999, 0.05),
        (0.99, 1.0),
        (0.995, 0.2),
    ] {
        let mut api = station(0, 0.02);
        api.error_share = errors;
        let mut scenario = world(vec![service("api", api, &[])], vec![edge(None, 0)], 400.0);
        scenario.signals.slos = vec![Slo {
            name: "buy".into(),
            journeys: Vec::new(),
            objective,
        }];
        let (mut sim, mut observer) = start(scenario);
        let expected_s = 864.0 * (1.0 - objective) / errors * 60.0;
        watch(&mut sim, &mut observer, expected_s * 1.1 + 30.0);
        let fired = observer.slos().next().unwrap().firing[0]
            .unwrap()
            .as_secs_f64();
        // Evaluated every ten seconds; arrivals are random, so a few seconds early is possible.
        let early_s = (expected_s * 0.02).max(1.0);
        assert!(
            fired >= expected_s - early_s
                && fired <= expected_s + EVALUATE_EVERY.as_secs_f64() + early_s,
            "{objective} {errors}: {fired} instead of {expected_s}"
        );
        let first = observer.timeline().entries().first().unwrap();
        assert!(
            matches!(&first.1, Fact::Slo(event) if event.firing),
            "{first:?}"
        );
    }
}

#[test]
fn burn_alerts_end_with_the_trouble_and_the_budget_is_spent() {
    let mut scenario = world(
        vec![service("api", station(0, 0.02), &[])],
        vec![edge(None, 0)],
        100.0,
    );
    scenario.signals.slos = vec![Slo {
        name: "buy".into(),
        journeys: Vec::new(),
        objective: 0.999,
    }];
    let (mut sim, mut observer) = start(scenario);
    watch(&mut sim, &mut observer, 60.0);
    sim.apply(&set(0, ComponentKnob::ErrorShare, 1.0));
    watch(&mut sim, &mut observer, 360.0);
    sim.apply(&set(0, ComponentKnob::ErrorShare, 0.0));
    watch(&mut sim, &mut observer, 400.0);
    let status = observer.slos().next().unwrap();
    // Five minutes of 43.2.
    assert!(
        (status.budget_left - (1.0 - 5.0 / 43.2)).abs() < 0.005,
        "{}",
        status.budget_left
    );
    assert!(status.firing[0].is_some() && status.firing[1].is_some());
    watch(&mut sim, &mut observer, 720.0);
    let status = observer.slos().next().unwrap();
    assert_eq!(status.firing[0], None, "the last five minutes were fine");
    assert!(status.burn[0] > 14.4, "although the hour was not");
}

//! Incidents that can be prevented, and what preparation may cost.

use std::sync::Arc;

use sev1::scenario::model::Scenario;
use sev1::score::{Depth, Score, Why, baselines, score};
use sev1::session::{Ending, Outcome, play};

use crate::support::scenario;

/// Three times the visitors at ten minutes; two copies carry them, one does not.
fn surge() -> Arc<Scenario> {
    scenario(
        "surge.ron",
        r#"Scenario(
    id: "surge",
    components: { "web": Service(workers: 10, time: "100ms", queue: 50, startup: "60s", price: 60) },
    journeys: { "visit": (to: "web", rate: "50/s") },
    objectives: (hold: "2m", time_limit: "40m", quiet_for: "6m", budget: 40),
    signals: (alarms: [
        (name: "web-errors", component: "web", signal: error_share, above: "5%", severity: 1),
        (name: "web-visitors", component: "web", signal: arrivals, above: "40/s", severity: 2),
    ]),
    variants: { "a": (
        culprit: "web",
        faults: [(name: "the doors open", when: At("10m"), do: Set(journey: "visit", rate_factor: 3))],
        plans: {
            "reference": (steps: [
                (at: "5m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web", instances: 2)]),
                (at: "17m", do: Close),
            ]),
            "too soon": (steps: [
                (at: "5m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web", instances: 2)]),
                (at: "12m", do: Close),
            ]),
            "far too much": (steps: [
                (at: "5m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web", instances: 20)]),
                (at: "17m", do: Close),
            ]),
            "a ticket": (steps: [
                (at: "5m", do: [Acknowledge, Declare(severity: 4), Scale(component: "web", instances: 2)]),
                (at: "7m", do: Close),
            ]),
            "a ticket that breaks": (steps: [
                (at: "5m", do: [Acknowledge, Declare(severity: 4)]),
                (at: "7m", do: Close),
            ]),
            "too late": (steps: [
                (at: "14m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web", instances: 2)]),
            ]),
        },
    ) },
)"#,
    )
}

fn played(name: &str) -> (sev1::session::Record, Score) {
    let scenario = surge();
    let plans = &scenario.variants[0].plans;
    let plan = plans.iter().find(|it| it.name == name).expect("the plan");
    let record = play(&scenario, 3, Some(0), Some(plan)).record();
    let score = score(&record, &baselines(&scenario, 3, 0), Depth::Full);
    (record, score)
}

fn has(score: &Score, why: impl Fn(&Why) -> bool) -> bool {
    score.losses().iter().any(|(_, _, loss)| why(&loss.why))
}

#[test]
fn what_never_hurt_anybody_can_be_closed_after_a_while() {
    let (record, score) = played("reference");
    assert_eq!(record.ending, Ending::Closed);
    assert_eq!(record.outcome, Outcome::Recovered);
    assert_eq!(record.impact.failed_requests, 0);
    assert!(record.closed_early.is_empty());
    assert!(
        !has(&score, |why| matches!(why, Why::Ungrounded { .. })),
        "{score:?}"
    );

    let (record, score) = played("too soon");
    assert_eq!(record.closed_early.len(), 1, "two minutes prove nothing");
    assert!(has(&score, |why| *why == Why::ClosedEarly));

    let (record, score) = played("too late");
    assert!(record.impact.failed_requests > 1_000);
    assert!(!has(&score, |why| *why == Why::ClosedEarly));
}

#[test]
fn capacity_is_paid_for_out_of_a_budget() {
    let over = |why: &Why| matches!(why, Why::OverBudget { .. });
    let (record, score) = played("reference");
    // One copy more for the quarter of an hour until it is closed.
    assert!((11.0..14.0).contains(&record.spent), "{}", record.spent);
    assert!(!has(&score, over));
    let (record, score) = played("far too much");
    assert!(record.spent > 200.0, "{}", record.spent);
    assert!(has(&score, over));
}

/// A ticket may be closed at once, and stays closed for as long as nobody is harmed.
#[test]
fn closing_a_ticket_says_that_it_can_wait() {
    let (record, score) = played("a ticket");
    assert_eq!(
        (record.ending, record.outcome),
        (Ending::Closed, Outcome::Recovered)
    );
    assert_eq!(record.closed_early, []);
    let closed = record.milestones.closed.expect("it is closed");
    assert!((420.0..425.0).contains(&closed.as_secs_f64()), "{closed:?}");
    assert!(!has(&score, |why| *why == Why::ClosedEarly));

    let (record, _) = played("a ticket that breaks");
    assert_eq!(record.outcome, Outcome::ClosedEarly);
    assert_eq!(record.closed_early.len(), 1, "it is opened again, once");
}

/// Where messages may not be lost, an incident is not over while some are, whatever else succeeds.
#[test]
fn losing_messages_is_not_healthy() {
    let scenario = scenario(
        "lossy.ron",
        r#"Scenario(
    id: "lossy",
    components: {
        "mail": Queue(visibility: "5s"),
        "worker": Service(pulls: "mail", workers: 20, time: "50ms", wave: "100%", startup: "0s", versions: {
            "1": (), "2": (acks_first: true),
        }),
    },
    journeys: { "send": (to: "mail", rate: "50/s", completes: OnProcessed) },
    objectives: (success: "90%", hold: "2m", time_limit: "30m", lost_messages: 300),
    variants: { "a": (
        culprit: "worker",
        faults: [
            (name: "release", onset: false, when: At("1m"), do: Deploy(service: "worker", version: "2")),
            (name: "errors", when: At("2m"), do: Set(on: "worker", errors: "1%")),
        ],
        plans: { "back": (steps: [(at: "6m", do: RollBack(service: "worker"))]) },
    ) },
)"#,
    );
    let nothing = play(&scenario, 3, Some(0), None).record();
    assert_eq!(
        (nothing.ending, nothing.outcome),
        (Ending::DataLost, Outcome::Unrecovered)
    );
    assert!(nothing.lost_messages > 300);
    let plan = scenario.variants[0].plans.first();
    let back = play(&scenario, 3, Some(0), plan).record();
    assert_eq!(back.outcome, Outcome::Recovered);
    let recovered = back.milestones.recovered.expect("it recovers");
    assert!(
        (420.0..480.0).contains(&recovered.as_secs_f64()),
        "not before the last message was lost: {recovered:?}"
    );
}

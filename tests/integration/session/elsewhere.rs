//! Requests sent to where their data may not be: nothing is over as long as that goes on. And follow-ups
//! that leave nothing to recover from, or a part of an order nothing to do.

use std::sync::{Arc, LazyLock};

use sev1::debrief::analysis::{Options, Usefulness, analyse};
use sev1::scenario::model::Scenario;
use sev1::score::{Depth, Why, baselines, score};
use sev1::session::{Branch, Edits, Outcome, Record, play};

use crate::support::scenario;

const SEED: u64 = 3;

/// Three times the visitors at five minutes; America has room for all of them, and may have none.
static ABROAD: LazyLock<Arc<Scenario>> = LazyLock::new(|| {
    scenario(
        "abroad.ron",
        r#"Scenario(
    id: "abroad",
    regions: { "eu": (data: true), "us": () },
    components: {
        "dns": Balancer(calls: { "web-eu": (), "web-us": (weight: 0) }),
        "web-eu": Service(region: "eu", workers: 10, time: "100ms", queue: 50, startup: "20s"),
        "web-us": Service(region: "us", workers: 40, time: "100ms", queue: 50),
        "mail": Service(region: "eu", workers: 4, time: "5ms"),
    },
    flags: { "extras": (on: true, changes: [Set(on: "mail", workers: 8)]) },
    journeys: { "visit": (to: "dns", rate: "50/s"), "hear": (to: "mail", rate: "4/s") },
    objectives: (hold: "2m", time_limit: "30m", severity: 2, breach_cost: 3),
    signals: (alarms: [
        (name: "errors", component: "web-eu", signal: error_share, above: "5%", severity: 1),
    ]),
    variants: { "a": (
        culprit: "web-eu",
        faults: [(name: "a rush", when: At("5m"), do: Set(journey: "visit", rate_factor: 3))],
        fixes: [
            (what: "The rush is kept out.", prevents: ["a rush"]),
            (what: "The extras stay off.", do: SetFlag(flag: "extras", on: false)),
        ],
        plans: {
            "reference": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web-eu", instances: 2)]),
            ]),
            "all of it to America": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", do: [
                    SetFlag(flag: "extras", on: false),
                    Set(on: "dns -> web-us", weight: 1), Set(on: "dns -> web-eu", weight: 0),
                ]),
            ]),
            "there and back": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web-eu", instances: 2)]),
                (after: "10s", do: [Set(on: "dns -> web-us", weight: 1), Set(on: "dns -> web-eu", weight: 0)]),
                (after: "4m", do: [Set(on: "dns -> web-us", weight: 0), Set(on: "dns -> web-eu", weight: 1)]),
            ]),
        },
    ) },
)"#,
    )
});

fn played(plan: &str) -> Record {
    let plans = &ABROAD.variants[0].plans;
    let plan = plans.iter().find(|it| it.name == plan).expect("the plan");
    play(&ABROAD, SEED, Some(0), Some(plan)).record()
}

#[test]
fn nothing_is_over_while_data_go_where_they_may_not_be() {
    let away = played("all of it to America");
    // Everybody is served, and that is no recovery.
    assert_eq!(away.outcome, Outcome::Unrecovered);
    assert_eq!(away.milestones.recovered, None);
    let back = played("there and back");
    assert_eq!(back.outcome, Outcome::Recovered);
    let landed = back.journal.iter().filter_map(|it| it.fate.landed_at());
    let came_back = landed.max().expect("orders landed");
    assert!(back.milestones.recovered >= Some(came_back), "{back:?}");
    let base = baselines(&ABROAD, SEED, 0);
    let score = score(&away, &base, Depth::Full);
    let lost = |why: &Why| matches!(why, Why::DataElsewhere { .. });
    assert!(score.losses().iter().any(|it| lost(&it.2.why)));
}

#[test]
fn what_is_prevented_is_over_with_the_run() {
    let record = played("reference");
    assert_eq!(record.outcome, Outcome::Recovered);
    let fix = &ABROAD.variants[0].fixes[0];
    let end = Branch::with_fix(&record, record.seed, fix, &Edits::default()).play();
    let last = end.curve.last().expect("a curve").0;
    assert!(last <= record.simulated, "{last:?}");
}

#[test]
fn of_an_order_the_part_is_done_that_still_makes_sense() {
    let record = played("all of it to America");
    let options = Options {
        luck_seeds: 0,
        foreseen_seeds: 1,
    };
    let base = baselines(&ABROAD, SEED, 0);
    let analysis = analyse(&record, &base, &options, &|_| true).expect("nobody stops it");
    let extras = &analysis.follow_ups[1];
    // The flag is off already then; the data go to America all the same.
    assert!(extras.player_share < 0.01, "{extras:#?}");
    assert_eq!(extras.usefulness, Usefulness::NoDifference);
}

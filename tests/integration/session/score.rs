//! Scores of whole incidents: who does what the reference does is near 100, nobody doing anything near
//! nothing, and what did harm is found by playing again without it.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use sev1::scenario::model::{Plan, Scenario};
use sev1::score::{AxisName, Baselines, Depth, Score, Verdict, Why, baselines, score};
use sev1::session::{Ending, Outcome, Record, play, rerun_without};

use crate::support::{scenario, secs};

const TILL: &str = r#"Scenario(
    id: "till", currency: "£",
    components: {
        "web": Service(instances: 4, workers: 10, time: "160ms", calls: { "store": (timeout: "1s") }, versions: { "1": (), "2": (errors: "30%") }),
        "mail": Service(workers: 4, time: "5ms"),
        "store": Database(slots: 8, time: "10ms"),
    },
    journeys: {
        "buy": (to: "web", rate: "40/s", value: 2),
        "hear": (to: "mail", rate: "4/s"),
    },
    objectives: (hold: "2m", time_limit: "30m", severity: 2),
    communication: (status: (first: "8m", every: "10m"), support: (first: "10m", every: "20m")),
    signals: (alarms: [
        (name: "web-errors", component: "web", signal: error_share, above: "5%", severity: 1),
    ]),
    variants: { "a": (
        culprit: "web",
        truth: [(on: "web", is: BadRelease)],
        faults: [(name: "a setting", when: At("2m"), do: Deploy(service: "web", version: "2"))],
        plans: {
            "reference": (steps: [
                (at: "5m30s", do: [Acknowledge, Declare(severity: 1), OpenChannel]),
                (after: "5s", do: [Logs(of: "web"), Post(to: Status, scope: Part, next: "10m"), Traces(of: "store")]),
                (after: "1m20s", do: [Post(to: Support, scope: Part, next: "15m"), Suspect(on: "web", is: BadRelease, confidence: "90%")]),
                (after: "5s", do: RollBack(service: "web")),
                (after: "5m", do: [Post(to: Status, resolved: true), Close]),
            ]),
            "harmful": (steps: [
                (at: "5m30s", do: [Acknowledge, Declare(severity: 4), Logs(of: "store"), Suspect(on: "store", is: SlowQueries, confidence: "90%")]),
                (after: "2m", do: Set(on: "web", workers: 1)),
                (after: "8m", do: Set(on: "web", workers: 10)),
                (after: "1m", do: RollBack(service: "web")),
            ]),
            "needless": (steps: [
                (at: "5m30s", do: [Acknowledge, Declare(severity: 2)]),
                (after: "1m", do: Scale(component: "mail", instances: 2)),
                (after: "1m", do: RollBack(service: "web")),
            ]),
            "taken back": (steps: [
                (at: "5m30s", do: Acknowledge),
                (after: "1s", do: RollBack(service: "web")),
                (after: "2m30s", do: Undo(step: 2)),
            ]),
            "untrue": (steps: [
                (at: "5m30s", do: [Acknowledge, Declare(severity: 1)]),
                (after: "1m", do: Post(to: Status, scope: Few, cause: (on: "store", is: SlowQueries), certain: true, eta: "5m", next: "3m")),
                (after: "9m", do: Post(to: Status, scope: Nobody, resolved: true)),
            ]),
            "chatty": (steps: [
                (at: "5m30s", do: [Acknowledge, Declare(severity: 2)]),
                (after: "1m", do: [Post(to: Status, scope: Part, next: "9m"), Post(to: Support, scope: Part, next: "19m")]),
                (after: "8m", do: Post(to: Status, scope: Part, next: "9m")),
                (after: "8m", do: [Post(to: Status, scope: Part), Post(to: Support, scope: Part)]),
            ]),
        },
    ) },
)"#;

const SEED: u64 = 6;

static WORLD: LazyLock<(Arc<Scenario>, Baselines)> = LazyLock::new(|| {
    let scenario = scenario("till.ron", TILL);
    let baselines = baselines(&scenario, SEED, 0);
    (scenario, baselines)
});

fn plan(name: &str) -> &'static Plan {
    let plans = &WORLD.0.variants[0].plans;
    plans.iter().find(|it| it.name == name).expect("the plan")
}

fn record(name: &str) -> Record {
    play(&WORLD.0, SEED, Some(0), Some(plan(name))).record()
}

fn scored(name: &str) -> Score {
    score(&record(name), &WORLD.1, Depth::Full)
}

fn has(score: &Score, why: impl Fn(&Why) -> bool) -> bool {
    score.losses().iter().any(|(_, _, loss)| why(&loss.why))
}

/// What holds for every score.
#[track_caller]
fn adds_up(score: &Score) {
    let mut total = 0.0;
    for name in AxisName::ALL {
        let axis = score.axis(name);
        let lost: f64 = axis.losses.iter().map(|loss| loss.points).sum();
        assert!(
            (axis.points + lost - 100.0).abs() < 1e-6,
            "{name:?}: {axis:?}"
        );
        assert!(axis.losses.iter().all(|loss| loss.points > 0.0), "{axis:?}");
        total += axis.points * score.weight(name);
        for loss in &axis.losses {
            let text = loss.why.to_string();
            let one = !text.contains('\n') && text.len() > 10 && !text.contains("NaN");
            assert!(one, "{text}");
        }
    }
    assert!((score.total - total).abs() < 1e-9);
}

#[test]
fn the_reference_is_near_the_top_and_nothing_at_the_bottom() {
    let (_, baselines) = &*WORLD;
    let reference = baselines.reference.as_deref().expect("a reference");
    let best = score(reference, baselines, Depth::Full);
    adds_up(&best);
    assert!(best.total >= 90.0, "{:#?}", best.losses());
    let nothing = score(&baselines.nothing, baselines, Depth::Full);
    adds_up(&nothing);
    assert!(nothing.total <= 1.0, "{nothing:#?}");
}

#[test]
fn the_last_word_goes_out_before_it_is_closed() {
    let reference = record("reference");
    assert_eq!(reference.ending, Ending::Closed);
    let last = reference.posts.last().expect("a message");
    assert!(
        last.post.resolved,
        "it was being written when it was closed"
    );
    let entry = &reference.journal[last.order as usize - 1];
    assert_eq!(entry.fate.landed_at(), Some(reference.simulated));
}

#[test]
fn only_talking_is_far_below_the_reference() {
    let chatty = scored("chatty");
    adds_up(&chatty);
    assert!(chatty.communication.points > 80.0, "{chatty:#?}");
    assert!(chatty.judgement.points <= 0.0);
    assert!(chatty.total < 30.0, "{chatty:#?}");
}

#[test]
fn a_harmful_decision_is_found_by_playing_without_it() {
    let harmful = scored("harmful");
    adds_up(&harmful);
    let verdicts: Vec<Verdict> = harmful.decisions.iter().map(|it| it.verdict).collect();
    let expected = [Verdict::Harmful, Verdict::Helped, Verdict::Helped];
    assert_eq!(verdicts, expected, "{:#?}", harmful.decisions);
    let slow = &harmful.decisions[0];
    assert!(slow.cost_minutes > 100.0, "{slow:?}");
    let loss = harmful.judgement.losses.iter();
    let mut loss = loss.filter(|loss| matches!(loss.why, Why::Harmful { .. }));
    assert_eq!(
        loss.next().and_then(|loss| loss.order),
        Some(slow.orders[0])
    );
    assert!(has(&harmful, |why| matches!(
        why,
        Why::DeclaredTooLow { said: 4, right: 2 }
    )));
    assert!(has(&harmful, |why| matches!(
        why,
        Why::WrongRootCause { .. }
    )));
    assert!(has(&harmful, |why| matches!(
        why,
        Why::RightFixWrongReason { .. }
    )));
    let quick = score(&record("harmful"), &WORLD.1, Depth::Quick);
    assert!(quick.total > harmful.total && quick.decisions.is_empty());
}

#[test]
fn a_needless_and_unfounded_change_costs_a_little() {
    let needless = scored("needless");
    adds_up(&needless);
    let verdicts: Vec<Verdict> = needless.decisions.iter().map(|it| it.verdict).collect();
    assert_eq!(
        verdicts,
        [Verdict::Needless, Verdict::Helped],
        "{:#?}",
        needless.decisions
    );
    assert!(has(&needless, |why| matches!(why, Why::Ungrounded { .. })));
    let judgement = needless.judgement.points;
    assert!((80.0..=95.0).contains(&judgement), "{judgement}");
}

#[test]
fn taking_a_repair_back_is_seen_as_too_early() {
    let back = scored("taken back");
    adds_up(&back);
    let verdicts: Vec<Verdict> = back.decisions.iter().map(|it| it.verdict).collect();
    assert_eq!(
        verdicts,
        [Verdict::Helped, Verdict::TooEarly],
        "{:#?}",
        back.decisions
    );
    assert!(has(&back, |why| matches!(why, Why::NeverDeclared)));
}

#[test]
fn every_untruth_costs() {
    let untrue = scored("untrue");
    adds_up(&untrue);
    let expected: [fn(&Why) -> bool; 7] = [
        |why| matches!(why, Why::WrongCause { certain: true, .. }),
        |why| matches!(why, Why::EtaUngrounded { .. }),
        |why| matches!(why, Why::PromiseBroken { .. }),
        |why| matches!(why, Why::ResolvedFalsely),
        |why| matches!(why, Why::Understated { .. }),
        |why| matches!(why, Why::NeverTold { .. }),
        |why| matches!(why, Why::NothingDecided),
    ];
    for (place, why) in expected.into_iter().enumerate() {
        assert!(has(&untrue, why), "{place}: {:#?}", untrue.communication);
    }
    assert!(untrue.communication.points < 10.0);
}

#[test]
fn playing_again_without_leaving_anything_out_is_the_same_run() {
    for name in ["reference", "harmful", "taken back"] {
        let record = record(name);
        let nobody = BTreeSet::new();
        let all: BTreeSet<u32> = (1..=record.journal.len() as u32).collect();
        let ends = rerun_without(&record, &[nobody, all]);
        assert_eq!(ends[0].digest, record.digest, "{name}");
        assert_eq!(ends[0].impact, record.impact, "{name}");
        // Without them it goes on until it recovers by itself, or the time is up.
        let without = ends[1].impact.customer_minutes;
        let until = ends[1].curve.last().expect("a curve").0;
        assert!(until >= record.simulated, "{name}: {until:?}");
        let nothing = WORLD.1.nothing.samples.iter();
        let mut nothing = nothing.filter(|it| it.at <= until);
        let nothing = nothing.next_back().expect("a sample").impact;
        assert!(
            (without / nothing.customer_minutes - 1.0).abs() < 0.05,
            "{name}: {without} instead of {nothing:?}"
        );
    }
}

#[test]
fn leaving_at_once_is_no_way_to_spare_harm() {
    let (scenario, baselines) = &*WORLD;
    let mut session = sev1::session::Session::start(scenario, SEED, Some(0));
    session.advance_to(secs(330.0));
    let acknowledged = session.order("test", sev1::scenario::order::Order::Acknowledge, None);
    acknowledged.expect("there has been an alarm");
    session.stop();
    let left = score(&session.record(), baselines, Depth::Full);
    adds_up(&left);
    assert!(left.customer_impact.points < 5.0, "{left:#?}");
    assert!(left.total < 10.0, "{left:#?}");
}

#[test]
fn leaving_before_anybody_is_hit_is_no_recovery() {
    let (scenario, baselines) = &*WORLD;
    let onset = baselines.nothing.milestones.onset.expect("a cause");
    let mut session = sev1::session::Session::start(scenario, SEED, Some(0));
    session.advance_to(onset + sev1::session::SECOND);
    let declared = sev1::scenario::order::Order::Declare { severity: 2 };
    session.order("test", declared, None).expect("it is taken");
    session.stop();
    let record = session.record();
    assert_eq!(record.impact.customer_minutes, 0.0);
    assert_eq!(record.outcome, Outcome::Unrecovered);
    assert_eq!(record.milestones.recovered, None);
    let left = score(&record, baselines, Depth::Full);
    assert!(left.total < 10.0, "{left:#?}");
}

//! Marks as somebody with many outages behind them would give them: remedies that hide each other, shields
//! and their taking back, parts that are decided upon one by one.

use std::sync::{Arc, LazyLock};

use sev1::base::time::SimTime;
use sev1::debrief::analysis::{Analysis, Bond, Decision, DecisionKind, Mark, Options, analyse};
use sev1::scenario::model::Scenario;
use sev1::score::{Depth, Score, Verdict, baselines, decision_groups, score};
use sev1::session::{Record, play};

use crate::support::scenario;

const SEED: u64 = 3;

/// Three times the visitors at five minutes; twice the slots carry them.
static RUSH: LazyLock<Arc<Scenario>> = LazyLock::new(|| scenario("rush.ron", WORLD));

/// The same, and announced.
static ANNOUNCED: LazyLock<Arc<Scenario>> = LazyLock::new(|| {
    let world = WORLD.replace(
        r#"time_limit: "40m","#,
        r#"time_limit: "40m", expected: true,"#,
    );
    scenario("announced.ron", &world)
});

/// The same, and a release of something small that fails: too few requests to hurt, too many for the
/// objectives.
static TWO_CAUSES: LazyLock<Arc<Scenario>> = LazyLock::new(|| {
    let world = WORLD
        .replace(
            r#"time: "5ms")"#,
            r#"time: "5ms", versions: {"v1": (), "v2": (errors: "100%")})"#,
        )
        .replace(r#"rate: "4/s""#, r#"rate: "0.8/s""#)
        .replace(r#"(hold: "2m","#, r#"(hold: "2m", success: "99.8%","#)
        .replace(
            "rate_factor: 3))]",
            r#"rate_factor: 3)),
            (name: "mail v2", when: At("5m"), do: Deploy(service: "mail", version: "v2"))]"#,
        );
    scenario("two-causes.ron", &world)
});

/// The same where nobody waits longer than 300 ms: a full queue serves hardly anybody.
static IMPATIENT: LazyLock<Arc<Scenario>> = LazyLock::new(|| {
    let world = WORLD.replace(r#""web": ()"#, r#""web": (timeout: "300ms")"#);
    scenario("impatient.ron", &world)
});

const WORLD: &str = r#"Scenario(
    id: "rush",
    components: {
        "alb": Balancer(calls: { "web": () }, health: ()),
        "web": Service(workers: 10, time: "100ms", queue: 50, startup: "20s"),
        "mail": Service(workers: 4, time: "5ms"),
    },
    journeys: { "visit": (to: "alb", rate: "50/s"), "hear": (to: "mail", rate: "4/s") },
    objectives: (hold: "2m", time_limit: "40m", severity: 2),
    signals: (alarms: [
        (name: "web-errors", component: "web", signal: error_share, above: "5%", severity: 1),
    ]),
    variants: { "a": (
        culprit: "web",
        faults: [(name: "a rush", when: At("5m"), do: Set(journey: "visit", rate_factor: 3))],
        plans: {
            "reference": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web", instances: 2)]),
            ]),
            "belt and braces": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", do: Scale(component: "mail", instances: 2)),
                (after: "50s", do: Scale(component: "web", instances: 2)),
                (after: "50s", do: Set(on: "web", workers: 25)),
            ]),
            "a part and the whole": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", do: Set(on: "web", workers: 14)),
                (after: "4m", do: Scale(component: "web", instances: 2)),
            ]),
            "half of them": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", do: Set(on: "alb", admission: "90/s")),
            ]),
            "late": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (at: "27m", do: Scale(component: "web", instances: 2)),
            ]),
            "late, looking": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (after: "70s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (at: "27m", do: Scale(component: "web", instances: 2)),
            ]),
            "hardly anything but looks": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "70s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (after: "70s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (after: "70s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (after: "70s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (after: "70s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (after: "70s", by: "you", do: Logs(of: "web")), (after: "70s", by: "you", do: Logs(of: "mail")),
                (at: "27m", do: Scale(component: "web", instances: 2)),
            ]),
            "both": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", do: Scale(component: "web", instances: 2)),
                (after: "50s", do: RollBack(service: "mail")),
            ]),
            "shield": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", do: Set(on: "alb", admission: "80/s")),
                (after: "3m", do: Scale(component: "web", instances: 2)),
                (after: "3m", do: Set(on: "alb", admission: "none")),
            ]),
            "shield kept": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2)]),
                (after: "10s", do: Set(on: "alb", admission: "40/s")),
                (after: "3m", do: Scale(component: "web", instances: 2)),
                (after: "6m", do: Set(on: "alb", admission: "60/s")),
                (after: "6m", do: Set(on: "alb", admission: "none")),
            ]),
            "on and off": (steps: [
                (at: "7m", do: [Acknowledge, Declare(severity: 2), Scale(component: "web", instances: 2)]),
                (after: "4m", do: SetHealthChecks(balancer: "alb", on: false)),
                (after: "4m", do: SetHealthChecks(balancer: "alb", on: true)),
            ]),
        },
    ) },
)"#;

fn played(plan: &str) -> Record {
    played_in(&RUSH, plan)
}

fn played_in(scenario: &Arc<Scenario>, plan: &str) -> Record {
    let plans = &scenario.variants[0].plans;
    let plan = plans.iter().find(|it| it.name == plan).expect("the plan");
    play(scenario, SEED, Some(0), Some(plan)).record()
}

fn analysis(record: &Record) -> Analysis {
    let baselines = baselines(&record.scenario, record.seed, record.variant);
    let options = Options {
        luck_seeds: 0,
        foreseen_seeds: 1,
    };
    analyse(record, &baselines, &options, &|_| true).expect("nobody stops it")
}

fn scored(record: &Record) -> Score {
    let baselines = baselines(&record.scenario, record.seed, record.variant);
    score(record, &baselines, Depth::Full)
}

#[track_caller]
fn of<'a>(analysis: &'a Analysis, what: &str) -> &'a Decision {
    let mut all = analysis.decisions.iter();
    let found = all.find(|it| it.kind != DecisionKind::Wait && it.what.contains(what));
    found.unwrap_or_else(|| panic!("{what}: {:#?}", analysis.decisions))
}

#[test]
fn remedies_that_hide_each_other_share_a_mark() {
    let record = played("belt and braces");
    let analysis = analysis(&record);
    let (scale, set) = (of(&analysis, "scale web"), of(&analysis, "web · slots"));
    for (one, other) in [(scale, set), (set, scale)] {
        assert_eq!(one.mark, Mark::Excellent, "{one:#?}");
        let together = one.together.as_ref().expect("it is judged with the other");
        assert_eq!(
            (together.bond, &together.orders),
            (Bond::Enough, &other.orders)
        );
        assert!(one.why.contains(&format!(
            "Either this or “{}” would have been enough",
            other.what
        )));
        // Alone it is worth next to nothing.
        assert!(
            one.without.cost_share > -0.1 && one.counted.cost_share < -0.9,
            "{one:#?}"
        );
    }
    let mail = of(&analysis, "scale mail");
    assert_eq!((mail.mark, &mail.together), (Mark::Neutral, &None));
    // Nor does the score call either of them needless.
    let verdicts: Vec<Verdict> = scored(&record)
        .decisions
        .iter()
        .map(|it| it.verdict)
        .collect();
    let expected = [Verdict::Needless, Verdict::Helped, Verdict::Helped];
    assert_eq!(verdicts, expected);
}

#[test]
fn a_part_and_the_whole_share_the_work() {
    let analysis = analysis(&played("a part and the whole"));
    let (part, whole) = (of(&analysis, "web · slots"), of(&analysis, "scale web"));
    for (one, other) in [(part, whole), (whole, part)] {
        let together = one.together.as_ref().expect("it is judged with the other");
        assert_eq!(
            (together.bond, &together.orders),
            (Bond::Partly, &other.orders)
        );
        // Where the other one is missing, it is worth more than where it is not.
        assert!(
            one.counted.cost_share < one.without.cost_share - 0.03,
            "{one:#?}"
        );
    }
    assert!(whole.counted.cost_share < part.counted.cost_share);
    assert!(part.why.contains("shares the work with"), "{}", part.why);
}

#[track_caller]
fn wait(analysis: &Analysis) -> &Decision {
    let mut waits = analysis.decisions.iter();
    let longest = waits.find(|it| it.kind == DecisionKind::Wait);
    longest.unwrap_or_else(|| panic!("{:#?}", analysis.decisions))
}

#[test]
fn looking_is_told_of_a_wait_and_is_no_idling() {
    let looked = |plan: &str| {
        let analysis = analysis(&played(plan));
        let wait = wait(&analysis);
        let is_told = wait.why.contains("Somebody was looking for");
        let share = wait.looked.as_secs_f64() / wait.lasts.as_secs_f64();
        (wait.mark, is_told, share)
    };
    assert_eq!(looked("late"), (Mark::Blunder, false, 0.0));
    let (mark, is_told, share) = looked("late, looking");
    assert!(share > 0.1 && share < 0.5, "{share}");
    assert_eq!((mark, is_told), (Mark::Blunder, true));
    let (mark, is_told, share) = looked("hardly anything but looks");
    assert!(share > 0.5 && share < 1.0, "{share}");
    assert_eq!((mark, is_told), (Mark::Mistake, true));
}

#[test]
fn waiting_counts_from_the_start_where_it_was_announced() {
    let record = played("late");
    let own = analysis(&record);
    assert_eq!(Some(wait(&own).at), record.milestones.detected);
    let announced = analysis(&played_in(&ANNOUNCED, "late"));
    assert_eq!(wait(&announced).at, SimTime::ZERO);
}

#[test]
fn what_the_recovery_hangs_on_is_good_however_little_it_spares() {
    let analysis = analysis(&played_in(&TWO_CAUSES, "both"));
    let small = of(&analysis, "roll back mail");
    assert!(small.counted.cost_share > -0.03, "{small:#?}");
    assert_eq!(small.counted.recovered, None);
    assert_eq!((small.mark, small.is_luck), (Mark::Good, false));
    assert!(small.why.contains("and there is no recovery"), "{small:#?}");
}

#[test]
fn what_softens_and_then_stands_in_the_way_is_no_merit() {
    let analysis = analysis(&played_in(&IMPATIENT, "half of them"));
    let shed = of(&analysis, "admission");
    // Better than nothing by far, and yet.
    assert!(shed.counted.cost_share < -0.25, "{shed:#?}");
    let then = shed.without_then_reference.expect("there is a reference");
    assert!(then.cost_share > 0.03, "{then:?}");
    assert!(shed.is_in_the_way, "{shed:#?}");
    assert_eq!(shed.mark, Mark::Neutral);
}

#[test]
fn lifting_ones_own_shield_is_judged_by_its_time() {
    let record = played("shield");
    let found = analysis(&record);
    let lift = of(&found, "admission = no limit");
    assert_eq!(lift.kind, DecisionKind::TakenBack);
    // Forgetting it would have kept out half of the customers.
    assert!(lift.without.cost_share < -0.25, "{lift:#?}");
    assert!(lift.mark >= Mark::Good, "{lift:#?}");
    assert!(
        lift.why.contains("Forgetting it would have cost"),
        "{}",
        lift.why
    );
    assert!(lift.counted.cost_minutes.abs() < lift.without.cost_minutes.abs());
    // A shield is never moved to after its lifting, nor the lifting to before the shield.
    let shield = of(&found, "admission = 80/s");
    let lifted = lift.at.since(shield.at).as_secs_f64() as i64;
    assert!(shield.moved.iter().all(|it| it.by_s < lifted));
    assert!(lift.moved.iter().all(|it| it.by_s > -lifted));
    // The score knows whose shield it was.
    let score = scored(&record);
    let backs: Vec<bool> = score.decisions.iter().map(|it| it.takes_back).collect();
    assert_eq!(backs, [false, false, true]);
}

#[test]
fn a_shield_that_was_kept_too_long_says_so_where_it_is_opened() {
    let record = played("shield kept");
    let found = analysis(&record);
    let (wider, open) = (of(&found, "60/s"), of(&found, "no limit"));
    for it in [wider, open] {
        assert_eq!(it.kind, DecisionKind::TakenBack, "{it:#?}");
        assert!(
            it.mark.is_bad() && it.why.contains("minutes sooner customers lose"),
            "{it:#?}"
        );
    }
    // What the shield came to is what all of it came to: it shed far more than had to be shed.
    let shield = of(&found, "40/s");
    let together = shield
        .together
        .as_ref()
        .expect("it is judged with its lifting");
    assert_eq!(together.bond, Bond::Shield);
    assert_eq!(
        together.orders,
        [wider.orders.clone(), open.orders.clone()].concat()
    );
    assert!(shield.mark.is_bad(), "{shield:#?}");
}

#[test]
fn parts_that_are_scaled_are_decided_upon_one_by_one() {
    let record = played("belt and braces");
    let groups = decision_groups(&record);
    let what: Vec<&str> = groups.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(what.len(), 3, "{what:?}");
}

#[test]
fn a_switch_that_is_turned_back_takes_back() {
    let record = played("on and off");
    let groups = decision_groups(&record);
    let backs: Vec<bool> = groups.iter().map(|it| !it.takes_back.is_empty()).collect();
    assert_eq!(backs, [false, false, true]);
}

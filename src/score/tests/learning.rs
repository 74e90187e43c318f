//! Learning: root cause, time to it, calibration.

use super::*;
use crate::scenario::action::Action;
use crate::score::{Decision, Verdict, learning};

const SLOW: Mechanism = Mechanism::SlowQueries;

fn points(stated: &[(f64, &str, Mechanism, f64)]) -> Axis {
    let mut record = incident(30.0, 10.0);
    for &(at, on, is, confidence) in stated {
        suspects(&mut record, at, suspect(on, is), confidence);
    }
    let right = record.hypotheses.iter();
    let mut right = right.filter(|it| it.suspect == suspect("store", SLOW));
    let first = right.find(|it| it.confidence >= 0.5);
    record.milestones.diagnosed = first.map(|it| it.at);
    let axis = learning::axis(&record, &against(), &[]);
    adds_up(&axis);
    axis
}

#[test]
fn nearer_to_the_truth_scores_higher() {
    let ranked: [&[(f64, &str, Mechanism, f64)]; 8] = [
        &[(10.0, "store", SLOW, 0.95)],
        &[(10.0, "store", SLOW, 0.7)],
        &[(25.0, "store", SLOW, 0.7)],
        &[
            (9.0, "web", Mechanism::BadRelease, 0.8),
            (25.0, "web", Mechanism::BadRelease, 0.1),
            (25.0, "store", SLOW, 0.7),
        ],
        &[
            (25.0, "store", SLOW, 0.7),
            (25.0, "web", Mechanism::BadRelease, 0.7),
        ],
        &[(10.0, "store", Mechanism::HeavyJob, 0.7)],
        &[(10.0, "web", Mechanism::BadRelease, 0.2)],
        &[(10.0, "web", Mechanism::BadRelease, 1.0)],
    ];
    let ranked = ranked.map(|stated| points(stated).points);
    assert!(ranked.is_sorted_by(|a, b| a >= b), "{ranked:?}");
    assert!(ranked[0] > 98.0 && ranked[7] <= 0.0, "{ranked:?}");
}

#[test]
fn no_hypothesis_is_nothing() {
    let axis = points(&[]);
    assert!(axis.points <= 0.0 && axis.losses[0].why == Why::NoHypothesis);
}

#[test]
fn ruling_out_what_is_not_is_no_knowledge() {
    let out: Vec<_> = Mechanism::ALL
        .iter()
        .filter(|it| **it != SLOW)
        .map(|it| (10.0, "store", *it, 0.0))
        .collect();
    assert!(points(&out).points <= 0.0);
    // Nor does it make a wrong certainty better.
    let sure = points(&[(10.0, "web", Mechanism::BadRelease, 1.0)]).points;
    let mut padded = out;
    padded.push((10.0, "web", Mechanism::BadRelease, 1.0));
    assert!(points(&padded).points <= sure);
}

#[test]
fn a_right_fix_for_a_wrong_reason_is_noted() {
    let mut record = incident(30.0, 10.0);
    suspects(&mut record, 10.0, suspect("mail", Mechanism::Overload), 0.8);
    let act = Order::Act(vec![Action::KillQueries(id("store"))]);
    let order = did(&mut record, 20.0, act);
    suspects(&mut record, 25.0, suspect("mail", Mechanism::Overload), 0.1);
    suspects(&mut record, 25.0, suspect("store", SLOW), 0.9);
    let helped = Decision {
        orders: vec![order],
        at: min(20.0),
        what: "end the queries".to_owned(),
        cost_minutes: -500.0,
        cost_share: -0.9,
        verdict: Verdict::Helped,
        takes_back: false,
    };
    let noted = |why: &Why| matches!(why, Why::RightFixWrongReason { .. });
    let axis = learning::axis(&record, &against(), std::slice::from_ref(&helped));
    assert!(lost_by(&axis, noted) > 0.0, "{axis:#?}");
    record.hypotheses[0].suspect = suspect("store", SLOW);
    let axis = learning::axis(&record, &against(), &[helped]);
    assert!(lost_by(&axis, noted) <= 0.0);
}

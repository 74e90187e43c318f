//! Customer impact and recovery time.

use super::*;
use crate::score::{Goal, Phase, impact, recovery};

fn acted(mut record: Record, at: f64) -> Record {
    did(&mut record, at, Order::Acknowledge);
    record.milestones.acknowledged = Some(min(at));
    record
}

#[test]
fn the_reference_is_100_and_nothing_is_0() {
    let against = against();
    for axis in [impact::axis, recovery::axis] {
        let best = axis(&reference(), &against);
        adds_up(&best);
        assert!(best.points >= 100.0 - 1e-9, "{best:#?}");
        let worst = axis(&incident(60.0, 10.0), &against);
        adds_up(&worst);
        assert!(worst.points <= 0.0, "{worst:#?}");
    }
}

#[test]
fn less_harm_and_less_time_never_score_lower() {
    let against = against();
    let (mut harm, mut time) = (100.0, 100.0);
    for harmed in 12..60 {
        let record = acted(incident(f64::from(harmed), 10.0), 8.0);
        let (impact, recovery) = (
            impact::axis(&record, &against),
            recovery::axis(&record, &against),
        );
        adds_up(&impact);
        adds_up(&recovery);
        assert!(impact.points <= harm && recovery.points <= time, "{harmed}");
        (harm, time) = (impact.points, recovery.points);
    }
    assert!(harm < 5.0, "{harm}");
    // Half the harm and twice the harm are as far from what lies between on this scale.
    let middle = impact::axis(&acted(incident(28.5, 10.0), 8.0), &against).points;
    assert!((45.0..55.0).contains(&middle), "{middle}");
}

#[test]
fn money_is_no_comfort_to_customers_who_were_harmed_far_more_than_by_nobody() {
    let against = against();
    let points = |rate: f64| {
        let mut record = acted(incident(60.0, rate), 8.0);
        record.impact.money_lost = 10.0;
        for sample in &mut record.samples {
            sample.impact.money_lost = sample.impact.money_lost.min(10.0);
        }
        let axis = impact::axis(&record, &against);
        adds_up(&axis);
        axis.points
    };
    // As much harm as nobody's, and hardly any money lost.
    assert!((points(10.0) - 30.0).abs() < 1e-6, "{}", points(10.0));
    assert!(points(15.0) < points(10.0) && points(15.0) > 0.0);
    assert!(points(90.0) <= 0.0, "{}", points(90.0));
}

#[test]
fn harm_is_charged_to_the_phase_in_which_it_arose() {
    let against = against();
    let mut late = acted(incident(40.0, 10.0), 30.0);
    late.milestones.diagnosed = Some(min(32.0));
    let axis = impact::axis(&late, &against);
    let of = |wanted: Phase| {
        lost_by(
            &axis,
            |why| matches!(why, Why::Harm { phase, .. } if *phase == wanted),
        )
    };
    // Until 15 minutes the reference harms as much, so 15 of 25 minutes too many are before 30.
    let share = of(Phase::Acknowledging) / (100.0 - axis.points);
    assert!((share - 0.6).abs() < 1e-6, "{share}");
    assert!(of(Phase::Detecting) <= 0.0 && of(Phase::Deciding) > 0.0);
    let moment = axis.losses.first().and_then(|loss| loss.at);
    assert_eq!(moment, Some(min(7.0)));
}

#[test]
fn whoever_leaves_pays_for_what_follows() {
    let against = against();
    let mut left = acted(incident(60.0, 10.0), 8.0);
    left.simulated = min(10.0);
    left.samples.retain(|sample| sample.at <= min(10.0));
    left.impact = left.samples.last().expect("a sample").impact;
    left.ending = Ending::Abandoned;
    let axis = impact::axis(&left, &against);
    adds_up(&axis);
    assert!(axis.points < 1e-6, "{axis:#?}");
}

#[test]
fn a_goal_is_judged_by_when_it_was_reached() {
    let against = against();
    let never = recovery::axis(&acted(incident(15.0, 10.0), 8.0), &against);
    let diagnosis = |why: &Why| {
        let goal = Goal::Diagnose;
        *why == Why::Never { goal }
    };
    assert!((lost_by(&never, diagnosis) - 25.0).abs() < 1e-9);
    let mut last = 15.0;
    for at in [8.0, 9.0, 12.0, 20.0, 40.0, 59.0] {
        let axis = recovery::axis(&acted(reference(), at), &against);
        let lost = lost_by(&axis, |why| {
            matches!(
                why,
                Why::Late {
                    goal: Goal::Acknowledge,
                    ..
                }
            )
        });
        assert!(15.0 - lost <= last, "{at}");
        last = 15.0 - lost;
    }
    assert!(last < 1.0, "{last}");
}

#[test]
fn what_passes_by_itself_as_soon_is_not_judged() {
    let itself = Arc::new(incident(15.0, 10.0));
    let against = Baselines::new(Arc::clone(&itself), Some(Arc::new(reference())));
    let nobody = recovery::axis(&itself, &against);
    assert!(nobody.points <= 0.0);
    let reference = recovery::axis(&reference(), &against);
    assert!(reference.points >= 100.0 - 1e-9, "{reference:#?}");
    let asleep = recovery::axis(&acted(incident(15.0, 10.0), 60.0), &against);
    assert!(asleep.points < 1.0, "{asleep:#?}");
}

//! Judgement: decisions by their verdicts, grounds, severity and endings.

use super::*;
use crate::base::id::EdgeId;
use crate::scenario::action::{Action, BreakerMode};
use crate::scenario::order::Look;
use crate::score::{Decision, Verdict, judgement};
use crate::session::Evidence;

/// Looked at the store, declared, and ended what was slow.
fn good() -> Record {
    let mut record = incident(20.0, 10.0);
    let order = did(&mut record, 9.0, Order::Look(Look::Queries(id("store"))));
    record.evidence.push(Evidence {
        at: min(9.0),
        order,
        who: PersonId(1),
        look: Look::Queries(id("store")),
        title: String::new(),
        lines: Vec::new(),
        pieces: Default::default(),
        about: vec![id("store")],
    });
    did(&mut record, 9.0, Order::Declare { severity: 2 });
    let act = Order::Act(vec![Action::KillQueries(id("store"))]);
    did(&mut record, 19.0, act);
    record
}

fn decided(cost_share: f64, verdict: Verdict) -> Decision {
    Decision {
        orders: vec![3],
        at: min(19.0),
        what: "it".to_owned(),
        cost_minutes: cost_share * 1000.0,
        cost_share,
        verdict,
        takes_back: false,
    }
}

#[test]
fn grounded_decisions_that_help_cost_nothing() {
    let axis = judgement::axis(&good(), &[decided(-0.5, Verdict::Helped)], 0);
    assert_eq!(axis, Axis::less(Vec::new()));
}

#[test]
fn who_decides_nothing_has_no_judgement_to_show() {
    let mut passive = incident(60.0, 10.0);
    did(&mut passive, 8.0, Order::Acknowledge);
    did(&mut passive, 9.0, Order::Declare { severity: 1 });
    says(&mut passive, 10.0, post(Audience::Status, "en"));
    passive.journal.truncate(2);
    let axis = judgement::axis(&passive, &[], 0);
    assert!(axis.points <= 0.0 && axis.losses[0].why == Why::NothingDecided);
    let stood_by = |why: &Why| matches!(why, Why::StoodBy { .. });
    let mut onlooker = incident(60.0, 10.0);
    did(&mut onlooker, 8.0, Order::Look(Look::Changes));
    did(&mut onlooker, 9.0, Order::Declare { severity: 1 });
    let axis = judgement::axis(&onlooker, &[], 0);
    assert!(lost_by(&axis, stood_by) >= 50.0);
    let mut before = 50.0;
    for at in [8.0, 20.0, 40.0, 59.0] {
        let mut tried = onlooker.clone();
        did(
            &mut tried,
            at,
            Order::Act(vec![Action::KillQueries(id("store"))]),
        );
        let lost = lost_by(&judgement::axis(&tried, &[], 0), stood_by);
        assert!(lost < before, "{at}");
        before = lost;
    }
}

#[test]
fn nobody_stands_by_before_the_page() {
    let stood_by = |detected: f64| {
        let mut record = incident(60.0, 10.0);
        record.milestones.detected = Some(min(detected));
        did(&mut record, detected + 1.0, Order::Look(Look::Changes));
        let axis = judgement::axis(&record, &[], 0);
        let mut losses = axis.losses.into_iter();
        losses.find_map(|it| match it.why {
            Why::StoodBy { lasted } => Some((it.at, lasted)),
            _ => None,
        })
    };
    assert_eq!(stood_by(7.0), Some((Some(min(7.0)), mins(53.0))));
    assert_eq!(stood_by(18.0), Some((Some(min(18.0)), mins(42.0))));
}

#[test]
fn more_harm_never_scores_higher() {
    let mut before = 100.0;
    for percent in 3..80 {
        let harm = decided(f64::from(percent) / 100.0, Verdict::Harmful);
        let axis = judgement::axis(&good(), &[harm], 0);
        adds_up(&axis);
        assert!(axis.points <= before, "{percent}");
        before = axis.points;
    }
    let needless = judgement::axis(&good(), &[decided(0.0, Verdict::Needless)], 0);
    let early = judgement::axis(&good(), &[decided(0.05, Verdict::TooEarly)], 0);
    assert!(needless.points > early.points && early.points > before);
}

#[test]
fn the_same_once_more_costs_unless_somebody_looked() {
    let again = |why: &Why| matches!(why, Why::Repeated { .. });
    let restart = || {
        Order::Act(vec![Action::Restart {
            component: id("web"),
            staggered: false,
        }])
    };
    let lost = |orders: &[Order]| {
        let mut record = good();
        for (minute, order) in (12..).zip(orders) {
            did(&mut record, f64::from(minute), order.clone());
        }
        lost_by(&judgement::axis(&record, &[], 0), again)
    };
    assert_eq!(lost(&[restart()]), 0.0);
    let twice = lost(&[restart(), restart()]);
    assert!(twice > 0.0);
    assert!(lost(&[restart(), restart(), restart()]) > twice);
    assert_eq!(
        lost(&[restart(), Order::Look(Look::Changes), restart()]),
        0.0
    );
    let other = Order::Act(vec![Action::RevertConfig(id("web"))]);
    assert_eq!(lost(&[restart(), other]), 0.0);
}

#[test]
fn only_protection_needs_no_grounds() {
    let blind = |why: &Why| matches!(why, Why::Ungrounded { .. });
    let mut guess = good();
    let action = Action::Restart {
        component: id("mail"),
        staggered: false,
    };
    did(&mut guess, 12.0, Order::Act(vec![action]));
    assert!(lost_by(&judgement::axis(&guess, &[], 0), blind) > 0.0);
    // The store's caller is next to what was found.
    let mut near = good();
    let action = Action::RevertConfig(id("web"));
    did(&mut near, 12.0, Order::Act(vec![action]));
    assert!(lost_by(&judgement::axis(&near, &[], 0), blind) <= 0.0);
    let mut before_looking = good();
    let action = Action::RevertConfig(id("web"));
    did(&mut before_looking, 8.0, Order::Act(vec![action]));
    assert!(lost_by(&judgement::axis(&before_looking, &[], 0), blind) > 0.0);
    let mut shield = incident(20.0, 10.0);
    let action = Action::SetBreaker {
        edge: EdgeId(0),
        mode: BreakerMode::Open,
    };
    did(&mut shield, 8.0, Order::Act(vec![action]));
    assert!(lost_by(&judgement::axis(&shield, &[], 0), blind) <= 0.0);
}

#[test]
fn severity_and_endings_count() {
    let mut low = good();
    low.journal[1].order = Order::Declare { severity: 3 };
    let mut never = good();
    never.journal.remove(1);
    let (low, never) = (
        judgement::axis(&low, &[], 0),
        judgement::axis(&never, &[], 0),
    );
    let too_low = |why: &Why| matches!(why, Why::DeclaredTooLow { said: 3, right: 2 });
    let lost = lost_by(&low, too_low);
    assert!(lost > 0.0 && lost < lost_by(&never, |why| *why == Why::NeverDeclared));

    let mut early = good();
    early.closed_early = vec![min(12.0)];
    let axis = judgement::axis(&early, &[], 0);
    assert!(lost_by(&axis, |why| *why == Why::ClosedEarly) > 0.0);
    let mut open = good();
    let never_closed = |why: &Why| *why == Why::NeverClosed;
    open.milestones.recovered = Some(min(14.0));
    assert!(lost_by(&judgement::axis(&open, &[], 0), never_closed) <= 0.0);
    open.milestones.recovered = Some(min(9.0));
    assert!(lost_by(&judgement::axis(&open, &[], 0), never_closed) > 0.0);
    open.milestones.closed = Some(min(15.0));
    assert!(lost_by(&judgement::axis(&open, &[], 0), never_closed) <= 0.0);
    let mut left = good();
    left.outcome = Outcome::Unrecovered;
    left.ending = Ending::Abandoned;
    let axis = judgement::axis(&left, &[], 0);
    assert!(lost_by(&axis, |why| *why == Why::WalkedAway) > 0.0);
}

#[test]
fn calling_everybody_for_nothing_costs_a_little() {
    let idle = |why: &Why| matches!(why, Why::PagedTooMany { .. });
    let mut before = 0.0;
    for called in [1, 2, 3, 9] {
        let mut record = good();
        for who in 0..called {
            did(&mut record, 10.0, Order::Page(PersonId(10 + who)));
        }
        let lost = lost_by(&judgement::axis(&record, &[], 0), idle);
        assert!(lost >= before && (called > 1) == (lost > 0.0), "{called}");
        before = lost;
    }
    assert!(before <= 6.0);
}

/// The good record in a variant of this severity.
fn of_severity(severity: u8) -> Record {
    let mut scenario = Scenario::clone(&SCENARIO);
    scenario.variants[0].severity = Some(severity);
    Record {
        scenario: Arc::new(scenario),
        ..good()
    }
}

#[test]
fn too_much_alarm_costs_and_one_step_too_high_does_not() {
    let too_high = |why: &Why| matches!(why, Why::DeclaredTooHigh { said: 2, .. });
    let mut before = 0.0;
    for (right, costs) in [(1, false), (2, false), (3, false), (4, true), (5, true)] {
        let axis = judgement::axis(&of_severity(right), &[], 0);
        let lost = lost_by(&axis, too_high);
        assert!(lost >= before && (lost > 0.0) == costs, "{right}: {lost}");
        before = lost;
    }
    let mut lowered = of_severity(4);
    did(&mut lowered, 15.0, Order::Declare { severity: 4 });
    let axis = judgement::axis(&lowered, &[], 0);
    assert!(lost_by(&axis, |why| matches!(why, Why::DeclaredTooHigh { .. })) <= 0.0);
}

#[test]
fn nobody_is_called_out_for_a_ticket() {
    let called_out = |why: &Why| matches!(why, Why::CalledOut { .. });
    for (right, free) in [(1, 9), (2, 9), (3, 2), (4, 0), (5, 0)] {
        for calls in 0..6 {
            let mut record = of_severity(right);
            for who in 0..calls {
                did(&mut record, 10.0, Order::Page(PersonId(10 + who)));
            }
            let lost = lost_by(&judgement::axis(&record, &[], 0), called_out);
            assert_eq!(lost > 0.0, calls > free, "SEV{right}, {calls} called");
        }
    }
}

#[test]
fn data_where_it_may_not_be_costs_however_little() {
    let elsewhere = |why: &Why| matches!(why, Why::DataElsewhere { .. });
    let lost = |requests| lost_by(&judgement::axis(&good(), &[], requests), elsewhere);
    assert!(lost(0) <= 0.0 && lost(1) >= 30.0);
}

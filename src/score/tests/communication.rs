//! Communication: a good record of messages, and one thing wrong with it at a time.

use super::*;
use crate::scenario::order::DataClaim;
use crate::score::communication;

/// Status page and customers are told at 12 minutes and at 30; the incident is over at 40.
fn good() -> Record {
    let mut record = incident(40.0, 10.0);
    for at in [12.0, 30.0] {
        says(&mut record, at, post(Audience::Status, "en"));
        says(&mut record, at, post(Audience::Customers, "fr"));
    }
    record
}

/// The points lost for one reason once something has been changed, and nothing else.
#[track_caller]
fn after(change: impl Fn(&mut Record), why: impl Fn(&Why) -> bool) -> f64 {
    let mut record = good();
    change(&mut record);
    let axis = communication::axis(&record);
    let lost = lost_by(&axis, why);
    assert!(lost > 0.0, "{axis:#?}");
    lost
}

#[test]
fn what_is_true_and_in_time_costs_nothing_and_silence_is_nothing() {
    assert_eq!(communication::axis(&good()), Axis::less(Vec::new()));
    let silent = communication::axis(&incident(40.0, 10.0));
    assert!(silent.points <= 0.0 && silent.losses[0].why == Why::NothingSaid);
    // Over before anything was owed: no message is no credit, one message is enough.
    let mut short = incident(9.0, 10.0);
    assert!(communication::axis(&short).points <= 0.0);
    says(&mut short, 8.0, post(Audience::Status, "en"));
    assert!(communication::axis(&short).points >= 100.0);
}

#[test]
fn whoever_was_hit_is_told_however_soon_it_was_over() {
    // What everybody saw: the leadership alone is not enough.
    let mut inside = incident(9.0, 10.0);
    says(&mut inside, 8.0, post(Audience::Executives, "en"));
    let never = |why: &Why| {
        matches!(
            why,
            Why::NeverTold {
                audience: Audience::Customers
            }
        )
    };
    assert!(lost_by(&communication::axis(&inside), never) > 0.0);
    // What nobody sees: the status page does not say whom it concerns.
    let told = |change: fn(&mut Record)| {
        let mut record = incident(9.0, 10.0);
        says(&mut record, 8.0, post(Audience::Status, "en"));
        change(&mut record);
        lost_by(&communication::axis(&record), never)
    };
    assert!(told(|_| {}) <= 0.0);
    assert!((told(|it| it.impact.wrong = 60) - 50.0).abs() < 1e-9);
    assert!((told(|it| it.impact.repeated = 1) - 50.0).abs() < 1e-9);
    assert!(told(|it| it.lost_messages = 3) > 0.0);
    // In the end is soon enough.
    let late = |it: &mut Record| {
        it.impact.wrong = 60;
        says(it, 11.0, post(Audience::Customers, "fr"));
    };
    assert!(told(late) <= 0.0);
}

#[test]
fn later_is_never_better() {
    let mut before = 100.0;
    for at in 12..50 {
        let mut record = good();
        record.posts[0].at = min(f64::from(at));
        record.posts.sort_by_key(|it| it.at);
        let axis = communication::axis(&record);
        adds_up(&axis);
        assert!(axis.points <= before + 1e-9, "{at}: {axis:#?}");
        before = axis.points;
    }
    let late = |record: &mut Record| record.posts[0].at = min(22.0);
    let half = after(late, |why| matches!(why, Why::FirstLate { .. }));
    assert!((half - 10.0).abs() < 1e-9, "half of 20 points: {half}");
}

#[test]
fn what_was_owed_and_missing_costs() {
    let forget = |record: &mut Record| record.posts.retain(|it| it.post.to == Audience::Status);
    let lost = after(forget, |why| matches!(why, Why::NeverTold { .. }));
    assert!((lost - 50.0).abs() < 1e-9);
    let once = |record: &mut Record| record.posts.truncate(2);
    after(once, |why| matches!(why, Why::Silence { .. }));
    after(once, |why| matches!(why, Why::PromiseBroken { .. }));
    let english = |record: &mut Record| record.posts[1].post.language = "en".to_owned();
    after(english, |why| matches!(why, Why::WrongLanguage { .. }));
    let vague = |record: &mut Record| {
        for it in &mut record.posts {
            it.post.scope = Scope::Unsaid;
            it.post.next = None;
        }
    };
    after(vague, |why| matches!(why, Why::NoScope { .. }));
    after(vague, |why| matches!(why, Why::NoPromise { .. }));
}

#[test]
fn who_heard_of_trouble_hears_of_its_end() {
    let is_over = |record: &mut Record| {
        record.milestones.recovered = Some(min(34.0));
    };
    let lost = after(is_over, |why| matches!(why, Why::NeverOver { .. }));
    assert!((lost - 10.0).abs() < 1e-9, "{lost}");
    // One of two audiences was told.
    let told = |record: &mut Record| {
        is_over(record);
        let mut last = post(Audience::Status, "en");
        last.resolved = true;
        says(record, 35.0, last);
    };
    let lost = after(told, |why| matches!(why, Why::NeverOver { .. }));
    assert!((lost - 5.0).abs() < 1e-9, "{lost}");
    // Nobody writes in the very minute.
    let mut just_now = good();
    just_now.milestones.recovered = Some(min(38.0));
    assert_eq!(
        lost_by(&communication::axis(&just_now), |why| matches!(
            why,
            Why::NeverOver { .. }
        )),
        0.0
    );
}

#[test]
fn playing_down_costs_more_than_playing_up() {
    let say = |scope| move |record: &mut Record| record.posts[0].post.scope = scope;
    let under = |why: &Why| matches!(why, Why::Understated { .. });
    let over = |why: &Why| matches!(why, Why::Overstated { .. });
    assert!(after(say(Scope::Nobody), under) > after(say(Scope::Few), under));
    assert!(after(say(Scope::Few), under) > after(say(Scope::All), over));
    let mut one_up = good();
    say(Scope::Most)(&mut one_up);
    assert!(communication::axis(&one_up).points >= 100.0);
}

#[test]
fn a_few_may_be_told_of_though_the_objectives_allow_them() {
    let untrue = |why: &Why| matches!(why, Why::Overstated { .. } | Why::Understated { .. });
    let lost = |scope| {
        let mut record = good();
        record.posts[0].post.scope = scope;
        record.posts[0].truth.harmed_share = (0.0, 0.005);
        lost_by(&communication::axis(&record), untrue)
    };
    assert_eq!([Scope::Nobody, Scope::Few, Scope::Part].map(lost), [0.0; 3]);
    assert!(lost(Scope::Most) > 0.0);
}

#[test]
fn an_untruth_costs() {
    let blame = |certain| {
        move |record: &mut Record| {
            for it in &mut record.posts {
                it.post.cause = Some(suspect("web", Mechanism::BadRelease));
                it.post.certain = certain;
            }
        }
    };
    let wrong = |why: &Why| matches!(why, Why::WrongCause { .. });
    assert!(after(blame(true), wrong) > 4.0 * after(blame(false), wrong));
    let mut named = good();
    named.posts[0].post.cause = Some(suspect("store", Mechanism::SlowQueries));
    named.posts[0].post.certain = true;
    assert!(communication::axis(&named).points >= 100.0);

    let promise = |record: &mut Record| record.posts[0].post.eta = Some(mins(5.0));
    after(promise, |why| matches!(why, Why::EtaUngrounded { .. }));
    let done = |record: &mut Record| record.posts[3].post.resolved = true;
    after(done, |why| *why == Why::ResolvedFalsely);
    let soon = |record: &mut Record| {
        record.posts[3].post.resolved = true;
        record.posts[3].truth.healthy_for_s = Some(40.0);
    };
    after(soon, |why| *why == Why::ResolvedTooSoon);
}

#[test]
fn lost_data_has_to_be_told() {
    let say = |claim| {
        move |record: &mut Record| {
            record.lost_messages = 7;
            record.posts[2].truth.lost_messages = 7;
            record.posts[2].post.data = claim;
        }
    };
    let unsaid = |why: &Why| matches!(why, Why::DataLossUnsaid { lost: 7 });
    after(say(DataClaim::Safe), |why| {
        matches!(why, Why::DataSaidSafe { lost: 7 })
    });
    assert!(after(say(DataClaim::Unsaid), unsaid) > after(say(DataClaim::Checking), unsaid));
    let mut told = good();
    say(DataClaim::Lost)(&mut told);
    assert!(communication::axis(&told).points >= 100.0);
}

#[test]
fn a_ticket_owes_nobody_a_word() {
    let silent = |severity| {
        let mut scenario = Scenario::clone(&SCENARIO);
        scenario.variants[0].severity = Some(severity);
        let mut record = incident(40.0, 10.0);
        record.scenario = Arc::new(scenario);
        did(&mut record, 8.0, Order::Acknowledge);
        communication::axis(&record).points
    };
    assert!(silent(3) <= 0.0 && silent(4) >= 100.0);
}

//! Branches of whole incidents: with nothing edited they are the run, with something edited they are
//! runs of their own, and no edit stops the program.

use sev1::base::time::{SimDuration, SimTime};
use sev1::debrief::what_if::{Edit, Impossible, MOST_EDITS, WhatIf};
use sev1::files::open;
use sev1::scenario::action::Action;
use sev1::scenario::order::Order;
use sev1::session::replay::{Found, Replay, verify};
use sev1::session::{Record, Session, play};

fn reference() -> Record {
    let scenario = open("checkout-5xx", &mut Vec::new());
    let scenario = scenario.unwrap().expect("a built-in scenario");
    let mut own = scenario.variants[0].plans.iter();
    let plan = own.find(|it| it.name == "reference").expect("a reference");
    play(&scenario, 7, Some(0), Some(plan)).record()
}

/// Numbers of the orders that changed the world.
fn changes(record: &Record) -> Vec<u32> {
    let all = (1..).zip(&record.journal);
    let acts =
        all.filter(|(_, it)| matches!(it.order, Order::Act(_)) && it.fate.landed_at().is_some());
    acts.map(|it| it.0).collect()
}

fn minutes(session: &Session) -> f64 {
    session.record().impact.customer_minutes
}

/// Its replay, written, read and played again, comes to the same.
fn is_a_run_of_its_own(session: &Session) {
    let found = Found::Id(session.scenario().id.clone());
    let text = Replay::of(session, found, "what if").text().unwrap();
    let replay = Replay::parse(&text).unwrap();
    let again = verify(&replay, session.scenario(), |_| {}).unwrap();
    assert_eq!(again.sim().digest(), session.sim().digest());
}

#[test]
fn nothing_edited_is_the_run_itself() {
    let record = reference();
    let session = WhatIf::new(&record).play(&[]).unwrap();
    let again = session.record();
    assert_eq!(again.digest, record.digest);
    assert_eq!(again.journal, record.journal);
    assert_eq!(again.samples, record.samples);
    assert_eq!(
        (again.ending, again.outcome),
        (record.ending, record.outcome)
    );
}

#[test]
fn a_branch_has_its_own_curve_and_a_replay_that_verifies() {
    let record = reference();
    let run = WhatIf::new(&record);
    let own = record.impact.customer_minutes;
    let changes = changes(&record);
    let moved = |by_s| {
        let edits: Vec<Edit> = changes
            .iter()
            .map(|order| Edit::Move {
                order: *order,
                by_s,
            })
            .collect();
        run.play(&edits).unwrap()
    };
    let (sooner, later) = (moved(-120), moved(300));
    assert!(minutes(&sooner) < own && own < minutes(&later));
    let removed: Vec<Edit> = changes
        .iter()
        .map(|order| Edit::Remove { order: *order })
        .collect();
    let without = run.play(&removed).unwrap();
    assert!(minutes(&without) > minutes(&later));
    // Up to the first difference both have the same curve.
    let first = record.journal[changes[0] as usize - 1].at;
    let samples = without.samples().iter().zip(&record.samples);
    let before = samples.take_while(|(it, _)| it.at <= first);
    assert!(before.clone().count() > 10);
    assert!(before.into_iter().all(|(a, b)| a == b));
    for branch in [&sooner, &later, &without] {
        is_a_run_of_its_own(branch);
    }
}

#[test]
fn what_is_inserted_can_be_taken_back_and_what_is_taken_back_keeps_its_number() {
    let record = reference();
    let run = WhatIf::new(&record);
    let last = *changes(&record).last().expect("a change");
    let landed = record.journal[last as usize - 1].fate.landed_at();
    let till = record.journal[last as usize - 1].order.clone();
    let back = Edit::Insert {
        at: landed.unwrap() + SimDuration::from_secs(30),
        order: Order::Undo { order: last },
        by: None,
    };
    // An order more before it shifts every number after it.
    let early = Edit::Insert {
        at: SimTime::ZERO + SimDuration::from_secs(10),
        order: Order::OpenChannel,
        by: None,
    };
    let branch = run.play(&[early, back]).unwrap();
    let undo = branch.journal().iter().find_map(|it| match it.order {
        Order::Undo { order } => Some(order),
        _ => None,
    });
    assert_eq!(undo, Some(last + 1));
    assert_eq!(branch.journal()[last as usize].order, till);
    assert!(minutes(&branch) > record.impact.customer_minutes);
    is_a_run_of_its_own(&branch);
}

#[test]
fn any_moment_of_the_run_can_be_looked_at() {
    let record = reference();
    let run = WhatIf::new(&record);
    assert_eq!(run.at(record.simulated).sim().digest(), record.digest);
    assert_eq!(run.at(SimTime::NEVER).now(), record.simulated);
    let first = changes(&record)[0];
    let at = record.journal[first as usize - 1].at;
    // What was ordered at a moment has not been ordered yet when one looks at it.
    let then = run.at(at);
    assert_eq!(then.now(), at);
    let before = record.journal.iter().filter(|it| it.at < at).count();
    assert_eq!(then.journal().len(), before);
}

#[test]
fn no_edit_stops_the_program() {
    let record = reference();
    let run = WhatIf::new(&record);
    let wrong = [0, u32::MAX, record.journal.len() as u32 + 1];
    for order in wrong {
        let no = Err(Impossible::NoSuchOrder(order));
        assert_eq!(run.play(&[Edit::Remove { order }]).map(|_| ()), no);
        assert_eq!(run.play(&[Edit::Move { order, by_s: 1 }]).map(|_| ()), no);
    }
    let first = changes(&record)[0];
    for by_s in [i64::MIN, i64::MAX, -7, 0] {
        is_a_run_of_its_own(&run.play(&[Edit::Move { order: first, by_s }]).unwrap());
    }
    let nowhere = Action::FlushCache(sev1::base::id::ComponentId(u16::MAX));
    let strange = [
        Order::Act(vec![nowhere]),
        Order::Act(Vec::new()),
        Order::Undo { order: u32::MAX },
        Order::Page(sev1::base::id::PersonId(u16::MAX)),
    ];
    let insert = |at: SimTime| {
        let edit = move |order: &Order| Edit::Insert {
            at,
            order: order.clone(),
            by: Some(sev1::base::id::PersonId(u16::MAX)),
        };
        strange.iter().map(edit).collect::<Vec<_>>()
    };
    let branch = run.play(&insert(SimTime::ZERO)).unwrap();
    assert_eq!(branch.sim().digest(), record.digest);
    assert!(run.play(&insert(SimTime::NEVER)).is_ok());
    let many = vec![Edit::Move { order: 1, by_s: 0 }; MOST_EDITS + 1];
    assert_eq!(run.play(&many).map(|_| ()), Err(Impossible::TooMany));
}

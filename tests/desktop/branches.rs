//! What would have come of other decisions: played from the debrief, shown, kept.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sev1::base::time::SimTime;
use sev1::debrief::what_if::Edit;
use sev1::desktop::branching::{Branch, Choice};
use sev1::desktop::command::UiCommand;
use sev1::desktop::intent::Intent;
use sev1::desktop::state::Desktop;
use sev1::files::read_replay;
use sev1::report::{Form, Kind};
use sev1::scenario::action::Action;
use sev1::scenario::order::Order;

use crate::drive::{Folder, game};
use crate::screens::{click, desktop_at, until};

/// A debrief of a short run in which copies were added, with its branches at hand.
fn debriefed(folder: &Folder) -> Harness<'static, Desktop> {
    let mut harness = game(1920.0, 1080.0);
    *harness.state_mut() = desktop_at(&folder.0);
    let desktop = harness.state_mut();
    desktop.apply(Intent::Brief("db-connection-leak".to_owned()));
    desktop.apply(Intent::Start {
        seed: Some(1),
        exam: false,
    });
    let game = desktop.game.as_mut().unwrap();
    let world = &game.session.scenario().world;
    let api = world.components.enumerate();
    let api = api.filter(|(_, it)| it.name == "orders-api").map(|it| it.0);
    let scale = Action::Scale {
        component: api.last().unwrap(),
        instances: 30,
    };
    game.session.advance_to(SimTime::from_secs_f64(300.0));
    game.order(Order::Act(vec![scale]), None).unwrap();
    game.session.advance_to(SimTime::from_secs_f64(900.0));
    desktop.apply(Intent::Do(UiCommand::GiveUp));
    until(desktop, |it| {
        it.verdict.as_ref().is_some_and(|it| it.judged.is_some())
    });
    harness.run();
    harness
}

fn played(harness: &mut Harness<'static, Desktop>) -> Arc<Branch> {
    until(harness.state_mut(), |it| {
        it.branching.as_ref().is_some_and(|it| !it.is_coming())
    });
    harness.run();
    let branching = harness.state().branching.as_ref().unwrap();
    branching.branch.clone().unwrap()
}

#[test]
fn a_debrief_writes_reports_and_replaces_none() {
    let folder = Folder::new("reports");
    let mut harness = debriefed(&folder);
    let desktop = harness.state_mut();
    for (kind, form) in [
        (Kind::Full, Form::Page),
        (Kind::Story, Form::Markdown),
        (Kind::Story, Form::Markdown),
        (Kind::Full, Form::Json),
    ] {
        desktop.apply(Intent::Report(kind, form));
    }
    let files = std::fs::read_dir(folder.0.join("reports")).unwrap();
    let mut files: Vec<_> = files.map(|it| it.unwrap().path()).collect();
    files.sort();
    let names = files.iter().map(|it| it.file_name().unwrap());
    let names: Vec<_> = names.map(|it| it.to_string_lossy().into_owned()).collect();
    let expected = [
        "db-connection-leak-1-1-1.html",
        "db-connection-leak-1-1-1.json",
        "db-connection-leak-1-1-story-1.md",
        "db-connection-leak-1-1-story-2.md",
    ];
    assert_eq!(names, expected);
    let story = std::fs::read_to_string(&files[2]).unwrap();
    assert!(story.contains("### Result"), "{story}");
    let page = std::fs::read_to_string(&files[0]).unwrap();
    assert!(page.ends_with("</html>\n"), "{page}");
}

#[test]
fn a_debrief_plays_what_if_and_keeps_the_branch_as_a_replay_of_its_own() {
    let folder = Folder::new("branches");
    let mut harness = debriefed(&folder);
    let own = harness.state().verdict.as_ref().unwrap().record.clone();
    let label = "Not given: scale";
    harness.get_by_label_contains(label).click();
    harness.run();
    let branch = played(&mut harness);
    assert_eq!(branch.edits, [Edit::Remove { order: 1 }]);
    let saved = own.impact.customer_minutes - branch.session.record().impact.customer_minutes;
    assert!((branch.view.saved_minutes - saved).abs() < 1e-6);
    assert!(
        saved.abs() > 1.0,
        "thirty copies make a difference: {saved}"
    );

    harness.get_by_label_contains("Given again: scale").click();
    harness.run();
    harness
        .get_by_label_contains("A minute sooner: scale")
        .click();
    harness.run();
    let branch = played(&mut harness);
    let by_s = -60;
    assert_eq!(branch.edits, [Edit::Move { order: 1, by_s }]);

    click(&mut harness, "Save as a replay");
    let file = harness.state().debrief.branched.clone().unwrap();
    let replay = read_replay(&file).unwrap();
    assert_eq!(replay.orders[0].at_us, 240_000_000);
    assert_eq!(harness.state().shelf.runs.len(), 1, "it is nobody's run");
    click(&mut harness, "As it was");
    until(harness.state_mut(), |it| {
        it.branching.as_ref().is_some_and(|it| !it.is_coming())
    });
    assert!(harness.state().branching.as_ref().unwrap().branch.is_none());
    harness.state_mut().apply(Intent::Watch(file));
    assert!(harness.state().game.as_ref().unwrap().watched.is_some());
}

#[test]
fn an_order_that_was_never_given_can_be_put_into_a_branch() {
    let folder = Folder::new("inserted");
    let mut harness = debriefed(&folder);
    let at = SimTime::from_secs_f64(240.0);
    harness.state_mut().apply(Intent::AskOffers(at));
    until(harness.state_mut(), |it| {
        it.branching.as_ref().is_some_and(|it| it.offered.is_some())
    });
    let branching = harness.state().branching.as_ref().unwrap();
    let (when, choices) = branching.offered.as_ref().unwrap();
    assert_eq!(*when, at);
    assert!(choices.len() > 20, "{}", choices.len());
    let words: Vec<String> = choices.iter().map(Choice::words).collect();
    assert!(words.iter().any(|it| it.contains("orders-db")), "{words:?}");
    let offer = choices.iter().find(|it| it.words().contains("Roll back"));
    let offer = offer.unwrap();
    let order = offer.offer.order(1.0);
    let insert = Edit::Insert {
        at,
        order: order.clone(),
        by: None,
    };
    harness.state_mut().apply(Intent::Branch(vec![insert]));
    let branch = played(&mut harness);
    assert!(branch.session.journal().iter().any(|it| it.order == order));
}

//! The room's bar, columns, plots and timeline, driven by the names of what is in them.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use sev1::desktop::command::UiCommand;
use sev1::desktop::intent::Intent;
use sev1::desktop::state::Desktop;

use crate::drive::{game, incident, wait};

/// Long enough for the first alarm to go off.
const UNTIL_ALARM_S: u32 = 600;

fn in_trouble() -> Harness<'static, Desktop> {
    let mut harness = incident("checkout-5xx", 7);
    let desktop = harness.state_mut();
    desktop.settings.slow_on_alarm = false;
    desktop.apply(Intent::Do(UiCommand::Speed60));
    wait(&mut harness, UNTIL_ALARM_S / 60);
    harness.run();
    harness
}

#[test]
fn nothing_pages_until_something_does_and_taking_it_is_one_click() {
    let harness = incident("checkout-5xx", 7);
    harness.get_by_label_contains("Nothing pages");
    let mut harness = in_trouble();
    harness.get_by_label("Acknowledge A").click();
    harness.run();
    let game = harness.state().game.as_ref().unwrap();
    assert!(game.session.milestones().acknowledged.is_some());
    assert!(harness.query_by_label("Acknowledge A").is_none());
}

#[test]
fn an_alarm_leads_to_the_part_it_watches() {
    let mut harness = in_trouble();
    let desk = &harness.state().game.as_ref().unwrap().desk;
    let item = desk.pager.iter().find(|it| it.component.is_some()).unwrap();
    let (name, part) = (item.name.clone(), item.component);
    harness.get_by_label_contains(&format!("{name}, ")).click();
    harness.run();
    let game = harness.state().game.as_ref().unwrap();
    assert_eq!(game.selected, part);
    assert!(!game.detail.is_empty());
}

#[test]
fn speeds_and_pause_are_in_the_bar_and_an_exam_has_neither() {
    let mut harness = incident("checkout-5xx", 7);
    harness.get_by_label("20×").click();
    harness.run();
    assert_eq!(harness.state().game.as_ref().unwrap().pace.speed(), 20);
    harness.get_by_label("Pause").click();
    harness.run();
    assert!(harness.state().game.as_ref().unwrap().pace.is_paused());
    let desktop = harness.state_mut();
    desktop.apply(Intent::Start {
        seed: Some(7),
        exam: true,
    });
    harness.run();
    harness.get_by_label("20×").click();
    harness.get_by_label("Pause").click();
    harness.run();
    let pace = &harness.state().game.as_ref().unwrap().pace;
    assert!(pace.speed() == 1 && !pace.is_paused());
}

#[test]
fn people_are_paged_from_the_team() {
    let mut harness = incident("checkout-5xx", 7);
    let desk = &harness.state().game.as_ref().unwrap().desk;
    let away = desk.team.iter().find(|it| !it.here).unwrap();
    let (id, name) = (away.id, away.name.clone());
    harness.get_by_label_contains(&format!("{name}, ")).click();
    harness.run();
    harness.get_by_label("Page").click();
    harness.run();
    let desk = &harness.state().game.as_ref().unwrap().desk;
    let paged = desk.team.iter().find(|it| it.id == id).unwrap();
    assert_eq!(paged.state, sev1::view::MemberState::Coming);
}

#[test]
fn a_part_shows_all_its_signals_and_one_of_them_alone() {
    let mut harness = in_trouble();
    let part = sev1::base::id::ComponentId(1);
    harness.state_mut().apply(Intent::Select(Some(part)));
    harness.run();
    harness.get_by_label_contains("All of ").click();
    // The heading learns how many have room when they are drawn.
    harness.run_steps(2);
    let count = harness.state().game.as_ref().unwrap().detail.len();
    let plots = harness.query_all_by_label_contains("Plot of ").count();
    assert!(count > 3 && plots == count, "{plots} of {count}");
    let first = harness.query_all_by_label_contains("Expand: ").next();
    first.unwrap().click();
    harness.run();
    assert_eq!(harness.query_all_by_label_contains("Plot of ").count(), 1);
}

#[test]
fn a_narrow_window_has_everything_behind_tabs_and_the_keyboard_opens_them() {
    for (width, height, text) in [
        (1280.0, 720.0, 100),
        (1280.0, 720.0, 150),
        (1920.0, 1080.0, 150),
    ] {
        let mut harness = game(width, height);
        let desktop = harness.state_mut();
        let mut settings = desktop.settings.clone();
        settings.text_percent = text;
        desktop.apply(Intent::Settings(Box::new(settings)));
        desktop.apply(Intent::Brief("spapi-auth".to_owned()));
        desktop.apply(Intent::Start {
            seed: Some(7),
            exam: false,
        });
        harness.run();
        for tab in ["Console", "Hypotheses", "Evidence", "Pager", "Team"] {
            harness.get_by_label(tab).click();
            harness.run();
        }
        let desk = &harness.state().game.as_ref().unwrap().desk;
        let name = format!("{}, ", desk.team.last().unwrap().name);
        harness.get_by_label_contains(&name);
        let map = harness.state().room.map_rect.unwrap();
        assert!(
            map.width() > width * 0.5 && map.height() > height * 0.3,
            "{map:?}"
        );
    }
}

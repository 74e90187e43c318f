//! Screens: the way through the game by what stands on them, and what happens where files fail.

use std::path::Path;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sev1::desktop::command::UiCommand;
use sev1::desktop::intent::Intent;
use sev1::desktop::screen::Screen;
use sev1::desktop::settings::Settings;
use sev1::desktop::state::Desktop;
use sev1::desktop::store::Store;
use sev1::scenario::order::Order;

use crate::drive::{Folder, game, incident, wait};

pub(crate) fn desktop_at(home: &Path) -> Desktop {
    Desktop::new(Some(Store::at(home)), 7)
}

/// A finished run, kept in a folder.
fn finished(home: &Path) -> Desktop {
    let mut desktop = desktop_at(home);
    desktop.apply(Intent::Brief("db-connection-leak".to_owned()));
    desktop.apply(Intent::Start {
        seed: Some(1),
        exam: false,
    });
    for _ in 0..40 {
        desktop.frame(0.25);
    }
    desktop.apply(Intent::Do(UiCommand::GiveUp));
    assert_eq!(desktop.screen, Screen::Debrief);
    desktop
}

pub(crate) fn until(desktop: &mut Desktop, holds: impl Fn(&Desktop) -> bool) {
    for _ in 0..3_000 {
        if holds(desktop) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        desktop.frame(0.0);
    }
    panic!("it never came");
}

pub(crate) fn click(harness: &mut Harness<'static, Desktop>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

#[test]
fn a_game_begins_at_its_title_and_runs() {
    assert_eq!(game(1280.0, 720.0).state().screen, Screen::Title);
    let mut harness = incident("checkout-5xx", 7);
    wait(&mut harness, 5);
    let game = harness.state().game.as_ref().unwrap();
    assert_eq!(game.session.now().as_micros(), 5_000_000);
}

#[test]
fn the_way_leads_from_the_title_to_an_incident_by_labels_and_back() {
    for (width, height) in [(1280.0, 720.0), (1920.0, 1080.0)] {
        let mut harness = game(width, height);
        harness.run();
        click(&mut harness, "Play");
        assert_eq!(harness.state().screen, Screen::Picker);
        // One that needs no scrolling in the smaller window.
        click(&mut harness, "The till is down");
        click(&mut harness, "Open the briefing");
        let briefed = harness.state().briefed.as_ref().unwrap();
        assert_eq!(briefed.scenario.id, "checkout-5xx");
        click(&mut harness, "this one");
        // No seed was typed yet, so there is nothing to start.
        click(&mut harness, "Start");
        assert_eq!(harness.state().screen, Screen::Briefing);
        click(&mut harness, "a new one");
        click(&mut harness, "Exam");
        click(&mut harness, "Start");
        let game = harness.state().game.as_ref().unwrap();
        assert!(game.pace.is_exam());
        harness.state_mut().apply(Intent::Go(Screen::Title));
        assert!(harness.state().game.is_none());
    }
}

#[test]
fn settings_count_at_once() {
    let mut harness = game(1280.0, 720.0);
    harness.run();
    click(&mut harness, "Settings");
    click(&mut harness, "light");
    assert!(!harness.state().theme.palette.is_dark);
    click(&mut harness, "150 %");
    click(&mut harness, "Reduced motion");
    assert!(harness.state().theme.motion_s == 0.0);
    assert!(harness.state().theme.text_scale() > 1.4);
    harness.key_press(bevy_egui::egui::Key::Escape);
    harness.run();
    assert_eq!(harness.state().screen, Screen::Title);
}

#[test]
fn a_debrief_is_judged_and_keeps_the_cause_back_where_that_is_wanted() {
    let mut harness = incident("db-connection-leak", 1);
    let settings = Settings {
        spoilers_after_loss: false,
        ..harness.state().settings.clone()
    };
    let desktop = harness.state_mut();
    desktop.apply(Intent::Settings(Box::new(settings)));
    // Late enough for the cause to have begun.
    let game = desktop.game.as_mut().unwrap();
    let later = sev1::base::time::SimTime::from_secs_f64(600.0);
    game.session.advance_to(later);
    desktop.apply(Intent::Do(UiCommand::GiveUp));
    until(harness.state_mut(), |it| {
        it.verdict.as_ref().is_some_and(|it| it.judged.is_some())
    });
    harness.run();
    assert!(
        harness
            .query_by_label_contains("settlement report")
            .is_none()
    );
    click(&mut harness, "Show the cause");
    assert!(
        harness
            .query_by_label_contains("settlement report")
            .is_some()
    );
    // With no folder the run cannot be kept; another try is all the same.
    click(&mut harness, "Try again, same seed");
    assert_eq!(harness.state().screen, Screen::Room);
}

#[test]
fn the_tutorial_goes_on_with_what_was_done() {
    let mut harness = incident("db-connection-leak", 1);
    assert!(harness.query_by_label("Look at the map").is_some());
    let game = harness.state_mut().game.as_mut().unwrap();
    let later = sev1::base::time::SimTime::from_secs_f64(480.0);
    game.session.advance_to(later);
    harness.run();
    assert!(harness.query_by_label("Take the page").is_some());
    let order = Intent::Order {
        order: Order::Acknowledge,
        by: None,
    };
    harness.state_mut().apply(order);
    harness.run();
    assert!(harness.query_by_label("Open a channel").is_some());
    click(&mut harness, "Later");
    click(&mut harness, "Tutorial, step 3 of 11");
    click(&mut harness, "No tutorial");
    assert!(harness.state().settings.tutorial_done);
    assert!(harness.query_by_label("Open a channel").is_none());
}

#[test]
fn a_kept_run_is_scored_watched_and_debriefed_again() {
    let folder = Folder::new("kept");
    let mut desktop = finished(&folder.0);
    let file = desktop.debrief.kept.clone().unwrap();
    // A stranger and a torn file beside it stop nothing.
    let runs = file.parent().unwrap();
    std::fs::write(
        runs.join("foreign.replay.ron"),
        "(format: 99, engine: \"x\")",
    )
    .unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(runs.join("torn.replay.ron"), &text[..text.len() / 2]).unwrap();
    desktop.apply(Intent::Go(Screen::Picker));
    until(&mut desktop, |it| !it.ledger.is_coming());
    assert_eq!(desktop.ledger.rows().len(), 3);
    assert_eq!(desktop.ledger.unusable(), 2);
    let (count, best) = desktop.ledger.of("db-connection-leak");
    assert!(count == 1 && best.is_some_and(|it| it < 60.0), "{best:?}");
    let index = std::fs::read_to_string(runs.join("history.index.json")).unwrap();
    assert_eq!(index.matches("\"scenario\"").count(), 1, "{index}");
    let history = desktop.ledger.history(&["db-connection-leak"]);
    assert_eq!(history.families.len(), 1);
    assert_eq!(history.families[0].totals.len(), 1);

    desktop.apply(Intent::Watch(file.clone()));
    assert!(desktop.game.as_ref().unwrap().watched.is_some());
    desktop.apply(Intent::Do(UiCommand::GiveUp));
    assert_eq!(desktop.screen, Screen::Debrief);
    assert_eq!(desktop.debrief.kept.as_ref(), Some(&file));
    assert_eq!(desktop.shelf.runs.len(), 3, "watching keeps no second run");
    let copy = folder.0.join("elsewhere/copy.replay.ron");
    desktop.apply(Intent::SaveCopy(copy.clone()));
    assert_eq!(std::fs::read_to_string(copy).unwrap(), text);
    desktop.apply(Intent::Go(Screen::Room));
    assert!(desktop.game.as_ref().unwrap().is_over());
}

#[test]
fn broken_settings_are_said_and_kept() {
    let folder = Folder::new("settings");
    std::fs::write(folder.0.join("settings.ron"), "(text_percent: \"big\")").unwrap();
    let desktop = desktop_at(&folder.0);
    assert_eq!(desktop.settings, Settings::default());
    assert!(desktop.toasts[0].is_bad);
    assert!(desktop.toasts[0].text.contains("settings.ron"));
    let kept = std::fs::read_to_string(folder.0.join("settings.broken.ron")).unwrap();
    assert_eq!(kept, "(text_percent: \"big\")");
}

#[test]
fn a_folder_that_cannot_be_written_is_said_once_and_the_game_goes_on() {
    let folder = Folder::new("unwritable");
    // Not even root can make a folder below a file.
    let file = folder.0.join("file");
    std::fs::write(&file, "").unwrap();
    let mut desktop = desktop_at(&file);
    desktop.apply(Intent::Settings(Box::new(Settings {
        reduced_motion: true,
        ..Settings::default()
    })));
    assert!(desktop.settings.reduced_motion, "it counts all the same");
    assert!(desktop.toasts.last().unwrap().is_bad);
    desktop.toasts.clear();
    desktop.apply(Intent::Brief("checkout-5xx".to_owned()));
    desktop.apply(Intent::Start {
        seed: Some(1),
        exam: false,
    });
    for order in [Order::Acknowledge, Order::OpenChannel] {
        desktop.apply(Intent::Order { order, by: None });
    }
    let about_it = desktop.toasts.iter();
    let about_it = about_it.filter(|it| it.text.contains("cannot be kept"));
    assert_eq!(about_it.count(), 1);
    assert_eq!(desktop.screen, Screen::Room);
    desktop.apply(Intent::Do(UiCommand::GiveUp));
    assert_eq!(desktop.screen, Screen::Debrief);
    assert!(desktop.debrief.kept.is_none());
}

#[test]
fn an_unfinished_run_waits_at_the_title_and_a_torn_one_is_put_aside() {
    let folder = Folder::new("unfinished");
    let mut desktop = desktop_at(&folder.0);
    desktop.apply(Intent::Brief("checkout-5xx".to_owned()));
    desktop.apply(Intent::Start {
        seed: Some(3),
        exam: false,
    });
    for _ in 0..40 {
        desktop.frame(0.25);
    }
    desktop.apply(Intent::Go(Screen::Title));
    let unfinished = desktop.shelf.unfinished.clone().unwrap().unwrap();
    assert_eq!(unfinished.title, "The till is down");
    desktop.apply(Intent::Resume);
    assert_eq!(desktop.screen, Screen::Room);
    desktop.apply(Intent::Go(Screen::Title));

    let file = folder.store().unfinished();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, &text[..text.len() / 2]).unwrap();
    let mut desktop = desktop_at(&folder.0);
    let why = desktop.shelf.unfinished.clone().unwrap().unwrap_err();
    assert!(why.contains("unfinished.replay.ron"), "{why}");
    desktop.apply(Intent::Resume);
    assert_eq!(desktop.screen, Screen::Title);
    assert!(desktop.toasts.last().unwrap().is_bad);
    desktop.apply(Intent::SetAside);
    assert!(desktop.shelf.unfinished.is_none() && !file.exists());
}

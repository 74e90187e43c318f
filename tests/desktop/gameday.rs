//! A game day that is opened, led and ended from the window, over a real host.

use sev1::desktop::screen::Screen;
use sev1::desktop::state::Desktop;
use sev1::gameday::intent::Lead;

use egui_kittest::kittest::Queryable as _;

use crate::drive::{Folder, shown};
use crate::screens::{click, until};

/// Whether the journal of the room that is hosted holds these words.
fn is_written(desktop: &Desktop, words: &str) -> bool {
    let folder = &desktop.hosting.as_ref().unwrap().host.folder;
    let journal = std::fs::read_to_string(folder.join("room.journal")).unwrap();
    journal.contains(words)
}

#[test]
fn a_game_day_is_opened_led_ended_and_gone_on_with() {
    let home = Folder::new("game-day");
    let desktop = Desktop::new(Some(home.store()), 7);
    let mut harness = shown(desktop, 1600.0, 1400.0);
    harness.run();
    click(&mut harness, "Game day");
    assert_eq!(harness.state().screen, Screen::GameDay);
    click(&mut harness, "Open the room");
    until(harness.state_mut(), |it| {
        let scene = &it.hosting.as_ref().unwrap().scene;
        scene.teams.len() == 2 && scene.secrets.cause.is_some()
    });
    let room = harness.state().hosting.as_ref().unwrap();
    let code = room.host.opening.code.clone();
    let scene = room.scene.clone();
    assert!(scene.teams.iter().all(|it| !it.parts.is_empty()));
    assert!(!scene.secrets.faults.is_empty() && !scene.now.begun);
    harness.run();
    assert!(harness.query_by_label(&code).is_some());
    let part = &scene.teams[0].parts[0].signals;
    assert!(part.busy.is_some() && part.queued.is_some());

    click(&mut harness, "60×");
    click(&mut harness, "Start");
    until(harness.state_mut(), |it| {
        let now = &it.hosting.as_ref().unwrap().scene.now;
        now.begun && !now.paused && now.speed == 60 && now.elapsed != "0:00"
    });
    let hint = scene.secrets.hints[0].clone();
    harness.run();
    click(&mut harness, &hint);
    assert!(!is_written(harness.state(), &hint));
    click(&mut harness, "Let it happen");
    until(harness.state_mut(), |it| is_written(it, &hint));

    click(&mut harness, "End the incident");
    assert!(
        !harness
            .state()
            .hosting
            .as_ref()
            .unwrap()
            .scene
            .now
            .room_over
    );
    click(&mut harness, "Yes, end it");
    until(harness.state_mut(), |it| {
        it.hosting.as_ref().unwrap().scene.now.room_over
    });
    click(&mut harness, "End the host");
    assert!(harness.state().hosting.is_none());

    let rooms = std::fs::read_dir(home.0.join("gamedays")).unwrap();
    let room = rooms.map(|it| it.unwrap().file_name()).next().unwrap();
    click(&mut harness, &room.to_string_lossy());
    let room = harness.state().hosting.as_ref().unwrap();
    assert_eq!(room.host.opening.code, code);
    until(harness.state_mut(), |it| {
        it.hosting.as_ref().unwrap().scene.joint.is_some()
    });
    harness.run();
    // The page says where it is, and for a moment a toast does, too.
    let mut evidence = harness.query_all_by_label_contains("evidence");
    assert!(evidence.next().is_some());
}

#[test]
fn what_the_room_refuses_is_said() {
    let home = Folder::new("game-day-refused");
    let desktop = Desktop::new(Some(home.store()), 7);
    let mut harness = shown(desktop, 1280.0, 720.0);
    harness.run();
    click(&mut harness, "Game day");
    click(&mut harness, "Open the room");
    let hosting = harness.state_mut().hosting.as_mut().unwrap();
    hosting.ask(Lead::Speed(7)).unwrap();
    until(harness.state_mut(), |it| {
        it.toasts.iter().any(|it| it.is_bad)
    });
    harness.run();
}

#[test]
fn without_a_folder_there_is_no_room() {
    let mut harness = shown(Desktop::new(None, 7), 1280.0, 720.0);
    harness.run();
    click(&mut harness, "Game day");
    click(&mut harness, "Open the room");
    assert!(harness.state().hosting.is_none());
    assert!(harness.state().toasts.iter().any(|it| it.is_bad));
}

//! The whole program in Bevy, with everything but a display and a graphics card: real key messages, real
//! systems, real frames, through every screen.

use std::time::Duration;

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::settings::WgpuSettings;
use bevy::time::TimeUpdateStrategy;
use bevy::window::PrimaryWindow;
use bevy::winit::WinitPlugin;
use bevy_egui::{EguiPlugin, EguiRenderOutput, PrimaryEguiContext};
use sev1::desktop::command::UiCommand;
use sev1::desktop::intent::Intent;
use sev1::desktop::screen::Screen;
use sev1::desktop::state::Desktop;
use sev1::desktop::{DesktopPlugin, Held};
use sev1::session::Note;

use crate::drive::Folder;

/// The program as it starts, at its title, with its files in this folder.
fn program(folder: &Folder) -> App {
    let no_card = WgpuSettings {
        backends: None,
        ..default()
    };
    let plugins = DefaultPlugins
        .build()
        .disable::<WinitPlugin>()
        .disable::<LogPlugin>()
        .set(RenderPlugin {
            render_creation: no_card.into(),
            ..default()
        });
    let mut app = App::new();
    app.add_plugins(plugins)
        .add_plugins(EguiPlugin::default())
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(
            16,
        )))
        .insert_resource(Held(Desktop::new(Some(folder.store()), 7)))
        .add_plugins(DesktopPlugin);
    app.finish();
    app.cleanup();
    frames(&mut app, 5);
    app
}

fn frames(app: &mut App, count: usize) {
    for _ in 0..count {
        app.update();
    }
}

fn desktop(app: &App) -> &Desktop {
    &app.world().resource::<Held>().0
}

fn ask(app: &mut App, intent: Intent) {
    app.world_mut().resource_mut::<Held>().0.apply(intent);
    frames(app, 3);
}

/// A key goes down and up again.
fn key(app: &mut App, key_code: KeyCode, logical_key: &Key) {
    let mut windows = app
        .world_mut()
        .query_filtered::<Entity, With<PrimaryWindow>>();
    let window = windows.single(app.world()).unwrap();
    for state in [ButtonState::Pressed, ButtonState::Released] {
        app.world_mut().write_message(KeyboardInput {
            key_code,
            logical_key: logical_key.clone(),
            state,
            text: None,
            repeat: false,
            window,
        });
        frames(app, 2);
    }
}

fn letter(app: &mut App, key_code: KeyCode, letter: &str) {
    key(app, key_code, &Key::Character(letter.into()));
}

/// The screen that Bevy knows about, with something drawn on it.
#[track_caller]
fn sees(app: &mut App, screen: Screen) {
    frames(app, 3);
    assert_eq!(desktop(app).screen, screen);
    assert_eq!(*app.world().resource::<State<Screen>>().get(), screen);
    let mut outputs = app
        .world_mut()
        .query_filtered::<&EguiRenderOutput, With<PrimaryEguiContext>>();
    let drawn = outputs.single(app.world()).unwrap().paint_jobs.len();
    assert!(drawn > 0, "nothing is drawn on {screen:?}");
}

/// Corners of the triangles that the map has been given.
fn corners_of_the_map(app: &mut App) -> usize {
    let mut shapes = app.world_mut().query::<(&Mesh2d, &Visibility)>();
    let shown: Vec<Handle<Mesh>> = shapes
        .iter(app.world())
        .filter(|(_, visibility)| **visibility == Visibility::Visible)
        .map(|(shape, _)| shape.0.clone())
        .collect();
    let meshes = app.world().resource::<Assets<Mesh>>();
    shown
        .iter()
        .filter_map(|it| meshes.get(it))
        .map(Mesh::count_vertices)
        .sum()
}

#[test]
fn every_screen_is_reached_and_drawn() {
    let folder = Folder::new("app");
    let mut app = program(&folder);
    sees(&mut app, Screen::Title);
    assert_eq!(corners_of_the_map(&mut app), 0);
    ask(&mut app, Intent::Go(Screen::Picker));
    sees(&mut app, Screen::Picker);
    ask(&mut app, Intent::Brief("db-connection-leak".to_owned()));
    sees(&mut app, Screen::Briefing);
    let seed = Some(3);
    ask(&mut app, Intent::Start { seed, exam: false });
    sees(&mut app, Screen::Room);
    assert!(corners_of_the_map(&mut app) > 1_000);

    // Sixty times as fast until the page comes, which is taken; then a pause.
    letter(&mut app, KeyCode::Digit4, "4");
    let alarm = |note: &Note| matches!(note, Note::Alarm { fired: true, .. });
    for _ in 0..2_000 {
        app.update();
        let game = desktop(&app).game.as_ref().unwrap();
        if game.session.log().iter().any(|(_, note)| alarm(note)) {
            break;
        }
    }
    letter(&mut app, KeyCode::KeyA, "a");
    let game = desktop(&app).game.as_ref().unwrap();
    assert_eq!(game.session.journal().len(), 1, "the page is taken");
    key(&mut app, KeyCode::Space, &Key::Character(" ".into()));
    let paused_at = desktop(&app).game.as_ref().unwrap().session.now();
    frames(&mut app, 30);
    let game = desktop(&app).game.as_ref().unwrap();
    assert_eq!(game.session.now(), paused_at);

    key(&mut app, KeyCode::F12, &Key::F12);
    ask(&mut app, Intent::Do(UiCommand::Settings));
    sees(&mut app, Screen::Settings);
    ask(&mut app, Intent::Do(UiCommand::Settings));
    sees(&mut app, Screen::Room);
    ask(&mut app, Intent::Do(UiCommand::GiveUp));
    sees(&mut app, Screen::Debrief);
    assert_eq!(corners_of_the_map(&mut app), 0);

    let broken = folder.0.join("broken.ron");
    std::fs::write(&broken, "(title: \"never closed\"").unwrap();
    ask(&mut app, Intent::Brief(broken.display().to_string()));
    sees(&mut app, Screen::Findings);
    let run = folder.store().runs().pop().unwrap();
    ask(&mut app, Intent::Watch(run));
    sees(&mut app, Screen::Room);
    ask(&mut app, Intent::Go(Screen::Title));
    sees(&mut app, Screen::Title);
}

//! The living map: what it draws follows what happens, and every part of it can be reached.

use bevy_egui::egui::{Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use sev1::desktop::intent::Intent;
use sev1::desktop::map::{Changed, Scene, Subject};
use sev1::desktop::settings::Settings;
use sev1::desktop::state::Desktop;

use crate::drive::{game, incident, wait};

const SCENARIOS: [&str; 4] = [
    "checkout-5xx",
    "db-connection-leak",
    "spapi-auth",
    "cache-eviction-storm",
];

/// Names of all components.
fn parts(harness: &Harness<'_, Desktop>) -> Vec<String> {
    let game = harness.state().game.as_ref().unwrap();
    let parts = game.session.scenario().world.components.iter();
    parts.map(|part| part.name.clone()).collect()
}

/// Where the widget of a component is; other widgets may begin with its name, too.
fn rect_of(harness: &Harness<'_, Desktop>, part: &str) -> Rect {
    let kinds = [
        "balancer",
        "service",
        "cache",
        "database",
        "queue",
        "external API",
    ];
    let found = kinds.iter().find_map(|kind| {
        let label = format!("{part}, {kind}, ");
        harness
            .query_by_label_contains(&label)
            .map(|node| node.rect())
    });
    found.unwrap_or_else(|| panic!("{part} is not on the map"))
}

fn look(desktop: &Desktop, scene: &mut Scene) -> Changed {
    let subject = Subject {
        game: desktop.game.as_ref().unwrap(),
        theme: &desktop.theme,
        view: &desktop.room.map,
        size: vec2(1180.0, 520.0),
        pixels_per_point: 1.0,
        pulses: &desktop.room.pulses,
    };
    scene.update(&subject).0
}

/// How many corners have the colour of failure.
fn failing_corners(desktop: &Desktop, colours: &[[f32; 4]]) -> usize {
    let [r, g, b, _] = bevy_egui::egui::Rgba::from(desktop.theme.palette.failing).to_array();
    let is_failing = |it: &&[f32; 4]| it[..3] == [r, g, b] && it[3] > 0.5;
    colours.iter().filter(is_failing).count()
}

#[test]
fn every_part_is_a_widget_and_a_click_selects_it() {
    let mut harness = incident("checkout-5xx", 7);
    wait(&mut harness, 3);
    for part in parts(&harness) {
        assert!(rect_of(&harness, &part).is_positive());
    }
    harness
        .get_by_label_contains("pricing, service, healthy")
        .click();
    harness.run();
    let game = harness.state().game.as_ref().unwrap();
    let selected = game.selected.expect("the click selects");
    let name = &game.session.scenario().world.components[selected].name;
    assert_eq!(name, "pricing");
    harness.get_by_label("Service map").click();
    harness.run();
    assert_eq!(harness.state().game.as_ref().unwrap().selected, None);
}

#[test]
fn trouble_is_said_in_words() {
    let mut harness = incident("checkout-5xx", 7);
    wait(&mut harness, 600);
    harness.get_by_label_contains("checkout, service, failing, ");
    assert!(
        harness
            .query_by_label_contains("checkout, service, healthy")
            .is_none()
    );
}

#[test]
fn nothing_covers_anything_else() {
    for scenario in SCENARIOS {
        for (width, height) in [(1280.0, 720.0), (1920.0, 1080.0)] {
            for text_percent in [100, 150] {
                let mut harness = game(width, height);
                let desktop = harness.state_mut();
                desktop.apply(Intent::Settings(Box::new(Settings {
                    text_percent,
                    ..desktop.settings.clone()
                })));
                desktop.apply(Intent::Brief(scenario.to_owned()));
                desktop.apply(Intent::Start {
                    seed: Some(7),
                    exam: false,
                });
                wait(&mut harness, 4);
                let rects: Vec<(String, Rect)> = parts(&harness)
                    .into_iter()
                    .map(|part| {
                        let rect = rect_of(&harness, &part).shrink(3.0);
                        (part, rect)
                    })
                    .collect();
                for (number, (one, a)) in rects.iter().enumerate() {
                    for (other, b) in &rects[number + 1..] {
                        assert!(
                            !a.intersects(*b),
                            "{scenario} at {width}×{height}, {text_percent} %: {one} and {other}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_moves_stands_still_while_time_does() {
    let mut harness = incident("checkout-5xx", 7);
    wait(&mut harness, 3);
    let desktop = harness.state_mut();
    let mut scene = Scene::default();
    let first = look(desktop, &mut scene);
    assert!(first.ground && first.flow && first.nodes);
    let before = scene.flow.positions.clone();
    assert!(before.len() > 100, "requests are on their way");
    assert_eq!(look(desktop, &mut scene), Changed::default());
    desktop.frame(0.1);
    assert!(look(desktop, &mut scene).flow);
    assert_ne!(scene.flow.positions, before);
    let game = desktop.game.as_mut().unwrap();
    assert!(game.pace.set_paused(true));
    desktop.frame(0.1);
    assert_eq!(look(desktop, &mut scene), Changed::default());
}

#[test]
fn trouble_looks_like_trouble_and_calm_like_calm() {
    let mut harness = incident("checkout-5xx", 7);
    wait(&mut harness, 5);
    let mut scene = Scene::default();
    look(harness.state(), &mut scene);
    assert_eq!(failing_corners(harness.state(), &scene.nodes.colours), 0);
    wait(&mut harness, 600);
    look(harness.state(), &mut scene);
    assert!(failing_corners(harness.state(), &scene.nodes.colours) > 100);
    assert!(
        failing_corners(harness.state(), &scene.flow.colours) > 50,
        "crosses"
    );
}

#[test]
fn with_reduced_motion_nothing_travels() {
    let mut harness = incident("cache-eviction-storm", 7);
    let desktop = harness.state_mut();
    desktop.apply(Intent::Settings(Box::new(Settings {
        reduced_motion: true,
        ..desktop.settings.clone()
    })));
    wait(&mut harness, 20);
    let mut scene = Scene::default();
    let desktop = harness.state_mut();
    look(desktop, &mut scene);
    let before = scene.flow.positions.clone();
    assert!(!before.is_empty());
    desktop.frame(0.1);
    look(desktop, &mut scene);
    assert_eq!(scene.flow.positions, before);
}

//! What a frame of the window costs outside of the graphics driver: `cargo bench --bench frame`.
//!
//! For: the figures of the README. Plays an incident to the height of its trouble, then draws the room
//! with every panel at 1920 × 1080, again and again: simulation, views, egui's layout and triangles.
#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use std::time::{Duration, Instant};

use bevy_egui::egui::{Context, Pos2, RawInput, Rect, vec2};
use sev1::desktop::command::UiCommand;
use sev1::desktop::intent::Intent;
use sev1::desktop::state::Desktop;
use sev1::desktop::theme::install_fonts;

/// Frames of each row.
const FRAMES: usize = 600;
/// Between two frames.
const FRAME_S: f64 = 1.0 / 60.0;

fn main() {
    println!(
        "{:<22} {:>5} {:>9} {:>9} {:>9}   one frame: median, 99 %, longest",
        "scenario", "speed", "median", "99 %", "longest"
    );
    for scenario in [
        "checkout-5xx",
        "db-connection-leak",
        "spapi-auth",
        "cache-eviction-storm",
    ] {
        for speed in [UiCommand::Speed1, UiCommand::Speed60] {
            let (name, mut times) = measure(scenario, speed);
            times.sort_unstable();
            let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
            println!(
                "{scenario:<22} {name:>5} {:>9.2?} {:>9.2?} {:>9.2?}",
                at(0.5),
                at(0.99),
                at(1.0)
            );
        }
    }
}

fn measure(scenario: &str, speed: UiCommand) -> (&'static str, Vec<Duration>) {
    let context = Context::default();
    install_fonts(&context);
    let mut desktop = Desktop::new(None, 1);
    desktop.settings.slow_on_alarm = false;
    desktop.apply(Intent::Brief(scenario.to_owned()));
    desktop.apply(Intent::Start {
        seed: Some(7),
        exam: false,
    });
    desktop.apply(Intent::Do(UiCommand::Speed60));
    // Ten minutes in, everything is on fire.
    for _ in 0..10 * 60 {
        desktop.frame(FRAME_S);
    }
    desktop.apply(Intent::Do(speed));
    let mut clock = 0.0;
    let mut times = Vec::with_capacity(FRAMES);
    for number in 0..FRAMES + 60 {
        clock += FRAME_S;
        let began = Instant::now();
        desktop.frame(FRAME_S);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1080.0))),
            time: Some(clock),
            ..RawInput::default()
        };
        let mut output = context.run_ui(input, |ui| desktop.ui(ui));
        // Nobody paints it here.
        output.textures_delta.clear();
        let triangles = context.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(triangles.len());
        // The first ones lay out every word for the first time.
        if number >= 60 {
            times.push(began.elapsed());
        }
    }
    let name = if speed == UiCommand::Speed60 {
        "60×"
    } else {
        "1×"
    };
    (name, times)
}

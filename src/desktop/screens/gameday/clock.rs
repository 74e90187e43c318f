//! The room's clock, and who may see the leaderboard.

use bevy_egui::egui::{DragValue, RichText, Ui};

use super::super::parts::{choice, primary, small};
use super::{GameDayUi, small_button};
use crate::desktop::hosting::{Now, Scene, Wish};
use crate::desktop::intent::Intent;
use crate::desktop::panels::widgets::card;
use crate::desktop::theme::{Theme, mono};
use crate::gameday::intent::Lead;
use crate::session::SPEEDS;

/// Draws it.
pub(super) fn clock_ui(
    ui: &mut Ui,
    theme: &Theme,
    scene: &Scene,
    memory: &mut GameDayUi,
    out: &mut Vec<Intent>,
) {
    let now = &scene.now;
    let mut wish = |lead: Lead| out.push(Intent::GameDay(Wish::Lead(lead)));
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            let clock = now.clock.as_deref().unwrap_or("–");
            let words = RichText::new(clock).font(mono(theme.sizes.figure, true));
            ui.label(words.color(theme.palette.text));
            small_words(ui, theme, &pace(scene));
            ui.add_space(theme.rhythm.wide);
            if now.room_over {
                return;
            }
            let runs = now.begun && !now.paused;
            if runs {
                if small_button(ui, theme, "Pause", "Time stands still for every team") {
                    wish(Lead::Pause(true));
                }
            } else {
                let words = if now.begun { "Go on" } else { "Start" };
                if primary(ui, theme, words, "Time runs for every team").clicked() {
                    wish(Lead::Pause(false));
                }
            }
            for speed in SPEEDS {
                let tip = "Simulated seconds per second";
                if choice(ui, theme, &format!("{speed}×"), now.speed == speed, tip).clicked() {
                    wish(Lead::Speed(speed));
                }
            }
            ui.add_space(theme.rhythm.wide);
            let (words, tip) = if now.board_shown {
                ("Hide the leaderboard", "Teams see how the others do")
            } else {
                ("Show the leaderboard", "Teams do not see how the others do")
            };
            if small_button(ui, theme, words, tip) {
                wish(Lead::Board {
                    shown: !now.board_shown,
                });
            }
            ending_ui(ui, theme, now, memory, &mut wish);
        });
    });
}

/// When it is over.
fn ending_ui(
    ui: &mut Ui,
    theme: &Theme,
    now: &Now,
    memory: &mut GameDayUi,
    wish: &mut impl FnMut(Lead),
) {
    let drag = DragValue::new(&mut memory.land_min)
        .range(1..=240)
        .suffix(" min");
    ui.add(drag).on_hover_text("Minutes of the incident");
    if small_button(
        ui,
        theme,
        "Land it",
        "Everything is over after so many minutes",
    ) {
        wish(Lead::Land {
            minutes: Some(memory.land_min),
        });
    }
    if now.lands.is_some()
        && small_button(
            ui,
            theme,
            "Do not land it",
            "It goes on for as long as it may",
        )
    {
        wish(Lead::Land { minutes: None });
    }
    let (words, tip) = if memory.is_sure {
        ("Yes, end it", "It is judged as it stands")
    } else {
        ("End the incident", "For every team, now")
    };
    if small_button(ui, theme, words, tip) {
        if memory.is_sure {
            wish(Lead::Stop);
        }
        memory.is_sure = !memory.is_sure;
    }
}

fn pace(scene: &Scene) -> String {
    let now = &scene.now;
    let pace = if now.room_over {
        "over".to_owned()
    } else if !now.begun {
        "waits for you".to_owned()
    } else if now.paused {
        "paused".to_owned()
    } else {
        format!("{}×", now.speed)
    };
    let seats = match now.seats {
        1 => "1 person".to_owned(),
        seats => format!("{seats} people"),
    };
    let lands = now.lands.as_ref().map(|at| format!(" · ends at {at}"));
    format!(
        "{} · {pace} · {seats}{}",
        now.elapsed,
        lands.unwrap_or_default()
    )
}

/// Words in a row of buttons.
fn small_words(ui: &mut Ui, theme: &Theme, words: &str) {
    ui.scope(|ui| {
        ui.style_mut().wrap_mode = Some(bevy_egui::egui::TextWrapMode::Extend);
        small(ui, theme, words);
    });
}

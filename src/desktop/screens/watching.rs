//! Over the room, while a recorded run is watched: what it is, and a way to its debrief.

use bevy_egui::egui::{Align2, Area, Frame, Id, Margin, Order, RichText, Stroke, Ui, vec2};

use super::parts::{primary, quiet, small};
use crate::base::time::SimTime;
use crate::desktop::command::UiCommand;
use crate::desktop::intent::Intent;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::semibold;

/// Draws it, while a recorded run is watched.
pub(super) fn watching_ui(ui: &mut Ui, desktop: &Desktop, out: &mut Vec<Intent>) {
    let Some(game) = &desktop.game else {
        return;
    };
    let Some(watched) = &game.watched else {
        return;
    };
    let theme = &desktop.theme;
    let is_over = game.is_over();
    let area = Area::new(Id::new("watching")).order(Order::Foreground);
    let lift = vec2(0.0, -100.0 * theme.text_scale());
    let area = area.anchor(Align2::CENTER_BOTTOM, lift);
    area.show(ui.ctx(), |ui| {
        let edge = if is_over {
            theme.palette.own
        } else {
            theme.palette.hairline
        };
        let frame = Frame::new().fill(theme.palette.raised);
        let frame = frame.stroke(Stroke::new(1.0, edge));
        let frame = frame.corner_radius(theme.rhythm.radius);
        frame.inner_margin(Margin::symmetric(14, 8)).show(ui, |ui| {
            ui.horizontal(|ui| {
                let words = if is_over {
                    "The recording has ended"
                } else {
                    "Recorded run"
                };
                let words = RichText::new(words).font(semibold(theme.sizes.small));
                ui.label(words.color(theme.palette.text));
                let replay = &watched.replay;
                let about = format!("seed {} · {} long", replay.seed, replay.ends_at());
                small(ui, theme, &about);
                if is_over {
                    let tip = "Score, curve and cause of this run";
                    if primary(ui, theme, "Debrief of this run", tip).clicked() {
                        out.push(Intent::Do(UiCommand::GiveUp));
                    }
                    let tip = "Back to its first second";
                    if quiet(ui, theme, "From the beginning", tip).clicked() {
                        out.push(Intent::Scrub(SimTime::ZERO));
                    }
                } else {
                    let tip = "Plays the rest at once, and shows what it came to";
                    if quiet(ui, theme, "Debrief of this run", tip).clicked() {
                        out.push(Intent::Do(UiCommand::GiveUp));
                    }
                }
                let tip = "The list of kept runs";
                if quiet(ui, theme, "Kept runs", tip).clicked() {
                    out.push(Intent::Runs);
                }
                let tip = "To the title";
                if quiet(ui, theme, "Leave", tip).clicked() {
                    out.push(Intent::Go(Screen::Title));
                }
            });
        });
    });
}

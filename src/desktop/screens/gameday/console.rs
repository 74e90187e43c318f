//! The facilitator's console: the ways in on the left, the teams in the middle, the truth and what can
//! be let happen on the right.

use bevy_egui::egui::{Color32, CornerRadius, Rect, RichText, Sense, TextEdit, Ui, pos2, vec2};

use super::super::parts::{body, bullets, choice, header, page, prose, small, title};
use super::{GameDayUi, clock, inject, joint, small_button, teams};
use crate::desktop::hosting::{Hosting, Wish};
use crate::desktop::intent::Intent;
use crate::desktop::panels::widgets::card;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono};
use crate::gameday::intent::Lead;

/// Draws it.
pub(super) fn console_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let theme = desktop.theme.clone();
    let Some(hosting) = &desktop.hosting else {
        return;
    };
    let memory = &mut desktop.gameday;
    page(ui, &theme, "facilitator", 1720.0, |ui| {
        let remark = "Only you see this. The host goes on while you are elsewhere in the game";
        if header(ui, &theme, &hosting.scene.secrets.title, remark) {
            out.push(Intent::Go(Screen::Title));
        }
        clock::clock_ui(ui, &theme, &hosting.scene, memory, out);
        ui.add_space(theme.rhythm.gap);
        let gap = theme.rhythm.gap;
        let whole = ui.available_width();
        let scale = theme.text_scale();
        let left = (250.0 * scale).min(whole * 0.22);
        let right = (380.0 * scale).min(whole * 0.32);
        let middle = whole - left - right - 2.0 * (gap + ui.spacing().item_spacing.x);
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(left);
                ways_ui(ui, &theme, hosting, out);
            });
            ui.add_space(gap);
            ui.vertical(|ui| {
                ui.set_width(middle);
                if let Some(joint) = &hosting.scene.joint {
                    joint::joint_ui(ui, &theme, joint, &hosting.host.folder, &hosting.judge);
                    ui.add_space(gap);
                }
                teams::teams_ui(ui, &theme, &hosting.scene, &mut memory.team);
            });
            ui.add_space(gap);
            ui.vertical(|ui| {
                ui.set_width(right);
                inject::inject_ui(ui, &theme, &hosting.scene, &mut memory.inject, out);
                ui.add_space(gap);
                truth_ui(ui, &theme, hosting);
                ui.add_space(gap);
                notes_ui(ui, &theme, hosting, memory, out);
            });
        });
    });
}

/// Code, addresses, and who sits where.
fn ways_ui(ui: &mut Ui, theme: &Theme, hosting: &Hosting, out: &mut Vec<Intent>) {
    let host = &hosting.host;
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Room code");
        let code = RichText::new(&host.opening.code).font(mono(theme.sizes.figure, true));
        ui.label(code.color(theme.palette.own));
        qr_ui(ui, theme, &host.invitation.code);
        for (name, address, tip) in [
            ("Copy the way in", host.join(), "For everybody who plays"),
            (
                "Copy the wall",
                host.wall(),
                "For the projector: no spoilers",
            ),
            (
                "Copy the console",
                host.lead(),
                "This console in a browser; whoever has it sees the truth",
            ),
        ] {
            if small_button(ui, theme, name, &format!("{tip}\n{address}")) {
                ui.ctx().copy_text(address);
            }
        }
        small(ui, theme, &host.join());
    });
    ui.add_space(theme.rhythm.gap);
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "At the table");
        for team in &hosting.scene.teams {
            body(ui, theme, &team.name);
            if team.seats.is_empty() {
                small(ui, theme, "nobody yet");
            }
            for seat in &team.seats {
                small(
                    ui,
                    theme,
                    &format!("{}: {}", seat.name, seat.roles.join(", ")),
                );
            }
        }
    });
    ui.add_space(theme.rhythm.gap);
    let tip = "The room stays in its folder and can be gone on with";
    if small_button(ui, theme, "End the host", tip) {
        out.push(Intent::GameDay(Wish::End));
    }
    small(ui, theme, &format!("Kept in {}", host.folder.display()));
}

/// The way in for phones. Dark on light, whatever the palette: some cameras read nothing else.
fn qr_ui(ui: &mut Ui, theme: &Theme, code: &[String]) {
    if code.is_empty() {
        return;
    }
    let side = ui.available_width().min(200.0 * theme.text_scale());
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(6), Color32::WHITE);
    // Four modules of quiet around it, as the standard asks for.
    let cell = side / (code.len() as f32 + 8.0);
    for (y, row) in code.iter().enumerate() {
        for (x, _) in row.bytes().enumerate().filter(|(_, it)| *it == b'1') {
            let min = rect.min + vec2(x as f32 + 4.0, y as f32 + 4.0) * cell;
            let dark = Rect::from_min_max(min, pos2(min.x + cell, min.y + cell));
            painter.rect_filled(dark, 0.0, Color32::BLACK);
        }
    }
    response.on_hover_text("Phones in the same network come in by this");
}

fn truth_ui(ui: &mut Ui, theme: &Theme, hosting: &Hosting) {
    let secrets = &hosting.scene.secrets;
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "The truth");
        if let Some(cause) = &secrets.cause {
            ui.scope(|ui| prose(ui, theme, cause, theme.sizes.body));
        }
        let mut list = |words: &str, colour, rows: &[String]| {
            if !rows.is_empty() {
                ui.add_space(theme.rhythm.tight);
                title(ui, theme, words);
                bullets(ui, theme, colour, rows.iter().map(String::as_str));
            }
        };
        let palette = &theme.palette;
        let rows = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        list("Right suspicions", palette.healthy, &rows(&secrets.right));
        list(
            "Looks right and is not",
            palette.attention,
            &rows(&secrets.distractors),
        );
        list("To discuss afterwards", palette.own, &secrets.teaching);
    });
}

fn notes_ui(
    ui: &mut Ui,
    theme: &Theme,
    hosting: &Hosting,
    memory: &mut GameDayUi,
    out: &mut Vec<Intent>,
) {
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Notes");
        let field = TextEdit::multiline(&mut memory.note)
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .hint_text("What you want to come back to; it enters the timeline");
        ui.add(field);
        let team = hosting.scene.teams.get(memory.team);
        let team = team.map_or("", |it| it.name.as_str());
        ui.horizontal_wrapped(|ui| {
            let tip = "A note on the incident as a whole";
            if choice(ui, theme, "of all teams", !memory.is_of_team, tip).clicked() {
                memory.is_of_team = false;
            }
            let tip = "A note on the team whose signals are shown";
            if choice(ui, theme, &format!("of {team}"), memory.is_of_team, tip).clicked() {
                memory.is_of_team = true;
            }
        });
        let tip = "Otherwise when all is over";
        if choice(ui, theme, "they read it at once", memory.is_shown, tip).clicked() {
            memory.is_shown = !memory.is_shown;
        }
        let has_words = !memory.note.trim().is_empty();
        let add = ui.add_enabled_ui(has_words, |ui| {
            small_button(ui, theme, "Note it", "With the moment it was written at")
        });
        if add.inner {
            out.push(Intent::GameDay(Wish::Lead(Lead::Note {
                text: std::mem::take(&mut memory.note),
                team: memory.is_of_team.then_some(memory.team),
                shown: memory.is_shown,
            })));
        }
        for it in hosting.scene.notes.iter().rev() {
            small(ui, theme, it);
        }
    });
}

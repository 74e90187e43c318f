//! Settings: applied at once, and written at once.

use bevy_egui::egui::{Align2, Rect, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};

use super::parts::{choice, hairline, header, page, quiet, ring, small, switch, title};
use crate::desktop::command::UiCommand;
use crate::desktop::intent::Intent;
use crate::desktop::panels::widgets::card;
use crate::desktop::settings::{Settings, TEXT_SIZES};
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Palette, Theme, Tokens, semibold};

/// Draws it.
pub(super) fn settings_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let theme = &desktop.theme;
    let mut next = desktop.settings.clone();
    page(ui, theme, "settings", 820.0, |ui| {
        let remark = "Everything counts at once and is remembered";
        if header(ui, theme, "Settings", remark) {
            out.push(Intent::Do(UiCommand::Settings));
        }
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = theme.rhythm.wide;
            look_ui(ui, theme, desktop.tokens(), &mut next);
            play_ui(ui, theme, &mut next);
            files_ui(ui, theme, desktop);
            let tip = "Every setting as it was in the beginning; your runs stay";
            if quiet(ui, theme, "Reset all settings", tip).clicked() {
                next = Settings {
                    window: next.window,
                    tutorial_done: next.tutorial_done,
                    ..Settings::default()
                };
            }
        });
    });
    if next != desktop.settings {
        out.push(Intent::Settings(Box::new(next)));
    }
}

fn look_ui(ui: &mut Ui, theme: &Theme, tokens: &Tokens, next: &mut Settings) {
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Colours");
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = theme.rhythm.wide;
            for (name, palette) in &tokens.palettes {
                if swatch_ui(ui, theme, name, palette, next.palette == *name) {
                    next.palette.clone_from(name);
                }
            }
        });
        ui.add_space(theme.rhythm.tight);
        title(ui, theme, "Text size");
        ui.horizontal_wrapped(|ui| {
            for size in TEXT_SIZES {
                let chosen = next.text_percent == size;
                let words = format!("{size} %");
                if choice(ui, theme, &words, chosen, "Size of all text").clicked() {
                    next.text_percent = size;
                }
            }
        });
        hairline(ui, theme);
        let explains = "Nothing moves but what the incident moves: no growing, no sliding.";
        if switch(ui, theme, next.reduced_motion, "Reduced motion", explains) {
            next.reduced_motion = !next.reduced_motion;
        }
        let explains = "Without a frame, over the whole screen (F11).";
        if switch(ui, theme, next.full_screen, "Full screen", explains) {
            next.full_screen = !next.full_screen;
        }
    });
}

fn play_ui(ui: &mut Ui, theme: &Theme, next: &mut Settings) {
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Playing");
        let explains = "An alarm that pages brings the clock back to real time.";
        let words = "Slow down on an alarm";
        if switch(ui, theme, next.slow_on_alarm, words, explains) {
            next.slow_on_alarm = !next.slow_on_alarm;
        }
        let explains = "After a run that was lost the debrief names the cause. Without, it keeps it \
                        until you ask, so that you can try again.";
        let words = "Show the cause after a loss";
        if switch(ui, theme, next.spoilers_after_loss, words, explains) {
            next.spoilers_after_loss = !next.spoilers_after_loss;
        }
        let explains = "Somebody beside you in the first incident.";
        if switch(ui, theme, !next.tutorial_done, "Tutorial", explains) {
            next.tutorial_done = !next.tutorial_done;
        }
    });
}

fn files_ui(ui: &mut Ui, theme: &Theme, desktop: &Desktop) {
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Where your files are");
        match desktop.places() {
            Some((settings, runs)) => {
                place_ui(ui, theme, "Settings", &settings.display().to_string());
                place_ui(ui, theme, "Runs and pictures", &runs.display().to_string());
            }
            None => {
                let words = "There is no home folder here: settings and runs are forgotten when \
                             the game ends.";
                small(ui, theme, words);
            }
        }
    });
}

fn place_ui(ui: &mut Ui, theme: &Theme, name: &str, path: &str) {
    ui.horizontal_wrapped(|ui| {
        small(ui, theme, name);
        let text = bevy_egui::egui::RichText::new(path).monospace();
        ui.label(text.color(theme.palette.text));
        if quiet(ui, theme, "Copy", "Copies the path").clicked() {
            ui.ctx().copy_text(path.to_owned());
        }
    });
}

/// A palette as it looks, with its signs.
fn swatch_ui(ui: &mut Ui, theme: &Theme, name: &str, its: &Palette, chosen: bool) -> bool {
    let size = vec2(168.0, 84.0) * theme.text_scale();
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, enabled, chosen, name));
    let painter = ui.painter();
    painter.rect_filled(rect, 9.0, its.ground);
    let inner = Rect::from_min_max(
        pos2(rect.left() + 8.0, rect.center().y - 2.0),
        pos2(rect.right() - 8.0, rect.bottom() - 8.0),
    );
    painter.rect_filled(inner, 6.0, its.panel);
    let at = rect.min + vec2(12.0, 10.0);
    let font = semibold(theme.sizes.small);
    painter.text(at, Align2::LEFT_TOP, name, font, its.text);
    let signs = [its.healthy, its.attention, its.failing, its.own, its.change];
    for (place, colour) in signs.into_iter().enumerate() {
        let x = inner.left() + inner.width() * (place as f32 + 0.5) / 5.0;
        painter.circle_filled(pos2(x, inner.center().y), 6.0, colour);
    }
    let (width, edge) = if chosen {
        (2.0, theme.palette.own)
    } else {
        (1.0, theme.palette.hairline)
    };
    let stroke = bevy_egui::egui::Stroke::new(width, edge);
    painter.rect_stroke(rect, 9.0, stroke, StrokeKind::Inside);
    ring(ui, theme, &response, 9);
    response.on_hover_text("Colours of everything").clicked()
}

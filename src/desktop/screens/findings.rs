//! A scenario file with errors: what is wrong, as `sev1 check` says it, until it is saved without.

use bevy_egui::egui::text::LayoutJob;
use bevy_egui::egui::{Color32, FontId, ScrollArea, TextFormat, Ui};

use super::parts::{header, page, small};
use crate::desktop::intent::Intent;
use crate::desktop::panels::widgets::card;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::Theme;

/// Draws it.
pub(super) fn findings_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let theme = &desktop.theme;
    page(ui, theme, "findings", 1000.0, |ui| {
        let path = desktop.author.as_ref().map_or("", |it| it.path.as_str());
        if header(ui, theme, "This scenario has errors", path) {
            out.push(Intent::Go(Screen::Title));
        }
        let waits = "Waiting for the file to be saved: it is read again at once, and the briefing \
                     opens when nothing is wrong any more.";
        small(ui, theme, waits);
        ui.add_space(theme.rhythm.gap);
        if let Some(author) = &desktop.author {
            text_ui(ui, theme, &author.findings);
        }
    });
}

/// Findings in their own columns.
pub(super) fn text_ui(ui: &mut Ui, theme: &Theme, findings: &str) {
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ScrollArea::horizontal().id_salt("findings").show(ui, |ui| {
            let mut job = LayoutJob::default();
            for line in findings.lines() {
                let format = TextFormat {
                    font_id: FontId::monospace(theme.sizes.small),
                    color: colour(theme, line),
                    ..TextFormat::default()
                };
                job.append(line, 0.0, format.clone());
                job.append("\n", 0.0, format);
            }
            job.wrap.max_width = f32::INFINITY;
            ui.label(job);
        });
    });
}

/// What a line says, by how it begins.
fn colour(theme: &Theme, line: &str) -> Color32 {
    let palette = &theme.palette;
    let text = line.trim_start();
    if text.starts_with("error") {
        palette.failing
    } else if text.starts_with("warning") {
        palette.attention
    } else if text.starts_with("help") || text.starts_with("= help") {
        palette.own
    } else if text.contains('^') || text.starts_with("-->") {
        palette.muted
    } else {
        palette.text
    }
}

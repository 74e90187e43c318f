//! The operations room: who calls and who works on the left, the map over the signals in the middle,
//! what can be done on the right, and everything that happened on one line below.

use bevy_egui::egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Sense, Ui};

use super::widgets::card;
use super::{
    RightTab, channel_ui, composer_ui, console_ui, evidence_ui, hypotheses_ui, pager_ui,
    signals_ui, team_ui, timeline_ui, top_ui, tutorial_ui,
};
use crate::desktop::intent::Intent;
use crate::desktop::map;
use crate::desktop::state::Desktop;

/// Draws the room.
pub fn room_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let Some(game) = &desktop.game else {
        return;
    };
    let theme = &desktop.theme;
    let room = &mut desktop.room;
    let ground = Frame::new().fill(theme.palette.ground);
    let scale = theme.text_scale();
    let top = Panel::top("top").exact_size(64.0 * scale);
    let top = top.frame(ground.inner_margin(Margin::symmetric(20, 8)));
    top.show_separator_line(false)
        .show(ui, |ui| top_ui(ui, theme, game, out));
    let bottom = Panel::bottom("timeline").exact_size(84.0 * scale);
    let bottom = bottom.frame(ground.inner_margin(Margin::symmetric(20, 6)));
    bottom
        .show_separator_line(false)
        .show(ui, |ui| timeline_ui(ui, theme, game, out));
    let side = ground.inner_margin(Margin::symmetric(8, 4));
    let left = Panel::left("left").exact_size(300.0 * scale).frame(side);
    left.show_separator_line(false).show(ui, |ui| {
        let height = ui.available_height();
        for (share, panel) in [(0.3, 0), (0.3, 1), (0.4, 2)] {
            card(theme).show(ui, |ui| {
                ui.set_height(height * share - 36.0);
                ui.set_width(ui.available_width());
                ScrollArea::vertical()
                    .id_salt(panel)
                    .auto_shrink(false)
                    .show(ui, |ui| match panel {
                        0 => pager_ui(ui, theme, game, out),
                        1 => team_ui(ui, theme, game, out),
                        _ => channel_ui(ui, theme, game, out),
                    });
            });
        }
    });
    let right = Panel::right("right").exact_size(420.0 * scale).frame(side);
    right.show_separator_line(false).show(ui, |ui| {
        card(theme).show(ui, |ui| {
            ui.set_width(ui.available_width());
            if room.right == RightTab::Communicate {
                composer_ui(ui, theme, game, &mut room.composer, out);
            } else {
                console_ui(ui, theme, game, &mut room.console, out);
            }
        });
        card(theme).show(ui, |ui| {
            hypotheses_ui(ui, theme, game, &mut room.hypotheses, out);
        });
        card(theme).show(ui, |ui| {
            evidence_ui(ui, theme, game, &mut room.evidence, out);
        });
    });
    CentralPanel::no_frame().show(ui, |ui| {
        let height = ui.available_height();
        let size = bevy_egui::egui::vec2(ui.available_width(), height * 0.58);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        room.map_rect = Some(rect);
        map::map_ui(ui, theme, game, &mut room.map, rect, &response, out);
        card(theme).show(ui, |ui| {
            signals_ui(ui, theme, game, &mut room.signals, out);
        });
    });
    tutorial_ui(ui, desktop, out);
}

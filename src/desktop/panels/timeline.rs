//! Everything that happened, on one line.

use bevy_egui::egui::Ui;

use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::Theme;

/// Draws it.
pub fn timeline_ui(ui: &mut Ui, _theme: &Theme, game: &Game, _out: &mut Vec<Intent>) {
    ui.label(format!("timeline {}", game.desk.clock));
}

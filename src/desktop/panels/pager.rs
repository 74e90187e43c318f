//! Alarms that page.

use bevy_egui::egui::Ui;

use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::Theme;

/// Draws it.
pub fn pager_ui(ui: &mut Ui, _theme: &Theme, game: &Game, _out: &mut Vec<Intent>) {
    ui.label(format!("pager {}", game.desk.clock));
}

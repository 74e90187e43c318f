//! What can be ordered.

use bevy_egui::egui::Ui;

use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::Theme;

/// What it remembers between frames.
#[derive(Default)]
pub struct ConsoleUi {
    /// The keyboard is to go there.
    pub wants_focus: bool,
    /// What is shown.
    pub opened: Option<usize>,
}

/// Draws it.
pub fn console_ui(
    ui: &mut Ui,
    _theme: &Theme,
    game: &Game,
    _state: &mut ConsoleUi,
    _out: &mut Vec<Intent>,
) {
    ui.label(format!("console {}", game.desk.clock));
}

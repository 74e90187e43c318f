//! The command palette.

use bevy_egui::egui::Ui;

use crate::desktop::intent::Intent;
use crate::desktop::state::Desktop;

/// What was typed.
#[derive(Default)]
pub struct PaletteUi {
    /// The words.
    pub query: String,
}

/// Draws it while it is open.
pub fn palette_ui(_ui: &mut Ui, _desktop: &mut Desktop, _out: &mut Vec<Intent>) {}

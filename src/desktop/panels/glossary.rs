//! The terms of the trade.

use bevy_egui::egui::Ui;

use crate::desktop::state::Desktop;

/// What was typed.
#[derive(Default)]
pub struct GlossaryUi {
    /// The words.
    pub query: String,
}

/// Draws it while it is open.
pub fn glossary_ui(_ui: &mut Ui, _desktop: &mut Desktop) {}

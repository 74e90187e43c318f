//! Which incident.

use bevy_egui::egui::{CentralPanel, Ui};

use crate::desktop::intent::Intent;
use crate::desktop::state::Desktop;

/// What it remembers between frames.
#[derive(Debug, Default)]
pub struct PickerUi {
    /// Where the run was kept.
    pub kept: Option<std::path::PathBuf>,
}

/// Draws it.
pub(super) fn picker_ui(ui: &mut Ui, _desktop: &mut Desktop, _out: &mut Vec<Intent>) {
    CentralPanel::default().show(ui, |ui| {
        ui.heading("picker");
    });
}

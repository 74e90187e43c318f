//! The first thing that is seen.

use bevy_egui::egui::{CentralPanel, Ui};

use crate::desktop::intent::Intent;
use crate::desktop::state::Desktop;

/// Draws it.
pub(super) fn title_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    CentralPanel::default().show(ui, |ui| {
        ui.heading("title");
        if ui.button("Start").clicked() {
            out.push(match desktop.briefed {
                Some(_) => Intent::Start {
                    seed: None,
                    exam: false,
                },
                None => Intent::Brief("checkout-5xx".to_owned()),
            });
        }
    });
}

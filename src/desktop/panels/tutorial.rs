//! The first run, step by step.

use bevy_egui::egui::Ui;

use crate::desktop::intent::Intent;
use crate::desktop::state::Desktop;

/// The incident that the tutorial is played in.
pub const TUTORIAL_SCENARIO: &str = "db-connection-leak";

/// How far the player is.
#[derive(Default)]
pub struct TutorialUi {
    /// The step.
    pub step: usize,
}

/// Draws it while it is wanted.
pub fn tutorial_ui(_ui: &mut Ui, _desktop: &mut Desktop, _out: &mut Vec<Intent>) {}

//! The screens around the incident: title, picker, briefing, debrief, settings, findings. Pure
//! functions of what [`Desktop`] holds, like the panels.

mod briefing;
mod debrief;
mod findings;
mod picker;
mod settings;
mod title;

use bevy_egui::egui::Ui;

use crate::desktop::intent::Intent;
use crate::desktop::panels;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;

pub use debrief::DebriefUi;
pub use picker::PickerUi;

/// Draws the screen the player is on.
pub fn screen_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    match desktop.screen {
        Screen::Title => title::title_ui(ui, desktop, out),
        Screen::Picker => picker::picker_ui(ui, desktop, out),
        Screen::Briefing => briefing::briefing_ui(ui, desktop, out),
        Screen::Room => panels::room_ui(ui, desktop, out),
        Screen::Debrief => debrief::debrief_ui(ui, desktop, out),
        Screen::Settings => settings::settings_ui(ui, desktop, out),
        Screen::Findings => findings::findings_ui(ui, desktop, out),
    }
}

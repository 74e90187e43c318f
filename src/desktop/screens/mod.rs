//! The screens around the incident: title, picker, briefing, debrief, settings, findings. Pure
//! functions of what [`Desktop`] holds, like the panels.

mod briefing;
mod debrief;
mod debrief_branch;
mod debrief_cards;
mod debrief_chart;
mod debrief_worth;
mod findings;
#[cfg(feature = "gameday")]
mod gameday;
mod history;
mod parts;
mod picker;
mod runs;
mod settings;
mod title;
mod trace;
mod watching;

use bevy_egui::egui::Ui;

use crate::desktop::intent::Intent;
use crate::desktop::panels;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;

pub use briefing::BriefingUi;
pub use debrief::DebriefUi;
#[cfg(feature = "gameday")]
pub use gameday::GameDayUi;
pub use picker::PickerUi;
pub use title::TitleUi;

/// Draws the screen the player is on.
pub fn screen_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    match desktop.screen {
        Screen::Title => title::title_ui(ui, desktop, out),
        Screen::Picker => picker::picker_ui(ui, desktop, out),
        Screen::Briefing => briefing::briefing_ui(ui, desktop, out),
        Screen::Room => {
            panels::room_ui(ui, desktop, out);
            watching::watching_ui(ui, desktop, out);
        }
        Screen::Debrief => debrief::debrief_ui(ui, desktop, out),
        Screen::Settings => settings::settings_ui(ui, desktop, out),
        #[cfg(feature = "gameday")]
        Screen::GameDay => gameday::gameday_ui(ui, desktop, out),
        Screen::Findings => findings::findings_ui(ui, desktop, out),
    }
}

//! The panels of the room: pure functions of a view that draw it and return what the player asked
//! for. None of them changes the incident, opens a file or knows Bevy.

mod channel;
mod composer;
mod console;
mod controls;
mod evidence;
mod figures;
pub mod glossary;
mod hypotheses;
mod overlay;
mod pager;
mod pace;
mod palette;
mod places;
mod plot;
mod room;
mod search;
mod side;
mod signals;
mod split;
mod team;
mod timeline;
mod toasts;
mod top;
mod tutorial;
pub mod widgets;

use std::collections::BTreeSet;

use bevy_egui::egui::{Rect, Ui};

use crate::base::time::SimTime;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::map::MapView;
use crate::desktop::state::Desktop;

pub use channel::channel_ui;
pub use composer::{ComposerUi, composer_ui};
pub(in crate::desktop) use console::value_ui;
pub use console::{ConsoleUi, act_ui, console_ui};
pub(in crate::desktop) use controls::drop_down;
pub use evidence::{EvidenceUi, evidence_ui, reader_ui};
pub use glossary::{GlossaryUi, glossary_ui};
pub use hypotheses::{HypothesesUi, hypotheses_ui};
pub use pager::pager_ui;
pub use palette::{PaletteUi, palette_ui};
pub use room::room_ui;
pub(in crate::desktop) use search::choice;
pub use side::{SideUi, Tab};
pub use signals::{SignalsUi, signals_ui};
pub use team::team_ui;
pub use timeline::timeline_ui;
pub use top::top_ui;
pub use tutorial::{TUTORIAL_SCENARIO, TutorialUi};

/// What the console shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RightTab {
    /// Finding out.
    #[default]
    Investigate,
    /// Changing the world.
    Mitigate,
    /// Organising the team.
    Coordinate,
    /// Telling others.
    Communicate,
}

/// What the room remembers between frames.
#[derive(Default)]
pub struct RoomUi {
    /// Where one looks on the map.
    pub map: MapView,
    /// Where the map is on the screen, in points; the window draws it there.
    pub map_rect: Option<Rect>,
    /// The moment under the crosshair of all plots.
    pub crosshair: Option<SimTime>,
    /// What the console shows.
    pub right: RightTab,
    /// The console.
    pub console: ConsoleUi,
    /// The message that is being written.
    pub composer: ComposerUi,
    /// What is suspected.
    pub hypotheses: HypothesesUi,
    /// What was found.
    pub evidence: EvidenceUi,
    /// The plots.
    pub signals: SignalsUi,
    /// The columns beside the middle.
    pub side: SideUi,
    /// The step of the tutorial.
    pub tutorial: TutorialUi,
    /// Alarms that have just gone off, by name, with the seconds since.
    pub pulses: Vec<(String, f32)>,
    /// Alarms that have paged in this incident, by name.
    pub paged: BTreeSet<String>,
}

impl RoomUi {
    /// An incident begins, or goes on.
    pub fn begin(&mut self, game: &Game) {
        *self = Self::default();
        self.evidence.opened = game.session.evidence().len().checked_sub(1);
    }

    /// Shows a tab of the console and puts the keyboard there.
    pub fn show(&mut self, tab: RightTab) {
        self.right = tab;
        if tab == RightTab::Communicate {
            self.composer.wants_focus = true;
        } else {
            self.console.wants_focus = true;
        }
    }

    /// Puts the keyboard on the hypotheses.
    pub fn focus_hypotheses(&mut self) {
        self.hypotheses.wants_focus = true;
    }

    /// Puts the keyboard on the evidence.
    pub fn focus_evidence(&mut self) {
        self.evidence.wants_focus = true;
    }

    /// Something was found; it is shown at once.
    pub fn found(&mut self, index: usize) {
        self.evidence.opened = Some(index);
    }

    /// Shows a finding.
    pub fn open(&mut self, index: usize) {
        self.evidence.opened = Some(index);
    }

    /// An alarm went off.
    pub fn pulse(&mut self, alarm: &str) {
        self.pulses.push((alarm.to_owned(), 0.0));
    }
}

/// What lies over every screen.
#[derive(Default)]
pub struct Overlays {
    /// The command palette, while it is open.
    pub palette: Option<PaletteUi>,
    /// The glossary, while it is open.
    pub glossary: Option<GlossaryUi>,
}

impl Overlays {
    /// Shuts what lies on top; says whether anything did.
    pub fn shut(&mut self) -> bool {
        self.palette.take().is_some() || self.glossary.take().is_some()
    }

    /// Whether anything lies over the screen.
    pub fn is_open(&self) -> bool {
        self.palette.is_some() || self.glossary.is_some()
    }

    /// Opens or shuts the command palette.
    pub fn toggle_palette(&mut self) {
        self.palette = match self.palette {
            Some(_) => None,
            None => Some(PaletteUi::default()),
        };
    }

    /// Opens or shuts the glossary.
    pub fn toggle_glossary(&mut self) {
        self.glossary = match self.glossary {
            Some(_) => None,
            None => Some(GlossaryUi::default()),
        };
    }
}

/// Draws what lies over the screen.
pub fn overlays_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    palette_ui(ui, desktop, out);
    glossary_ui(ui, desktop);
    toasts::toasts_ui(ui, &desktop.theme, &desktop.toasts);
}

//! What can be ordered: a list for the selected part, the one that is chosen with its parameter and
//! who is to do it, and below what is under way.

mod chosen;
mod list;
mod running;

pub(in crate::desktop) use chosen::value_ui;

use bevy_egui::egui::{Key, Modifiers, RichText, Ui};

use super::controls::{caption, drop_down, hairline};
use super::search::choice;
use super::split::Split;
use super::widgets::tab;
use super::{RightTab, RoomUi, composer_ui};
use crate::base::id::{ComponentId, DenseId, PersonId};
use crate::base::time::SimTime;
use crate::desktop::command::UiCommand;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, semibold};
use crate::scenario::order::Order;
use crate::session::Refusal;
use crate::session::catalogue::Group;
use crate::view::Offer;

/// What it remembers between frames.
#[derive(Default)]
pub struct ConsoleUi {
    /// The keyboard is to go there.
    pub wants_focus: bool,
    /// The offer that is chosen, by its key.
    key: Option<String>,
    /// The one that was chosen when the list was drawn last.
    seen: Option<String>,
    /// What the list is about, and that it has just changed.
    about: Option<(Option<ComponentId>, RightTab)>,
    is_another: bool,
    /// Its parameter.
    value: f64,
    /// Who is to do it; `None` is whoever can.
    by: Option<PersonId>,
    /// How high the list was.
    height: f32,
    /// What it would do is shown.
    explains: bool,
    /// The answer to whether it would be taken, with what was asked.
    asked: Option<(SimTime, Order, Option<PersonId>, Option<Refusal>)>,
}

impl ConsoleUi {
    /// Chooses an offer.
    pub fn choose(&mut self, offer: &Offer) {
        if self.key.as_ref() != Some(&offer.key) {
            self.key = Some(offer.key.clone());
            self.value = offer.field.as_ref().map_or(0.0, |field| field.value);
            self.asked = None;
        }
    }

    /// The offer of the declaration, whatever severity it asks for.
    pub fn choose_declaration(&mut self, offers: &[Offer]) {
        let is = |offer: &&Offer| matches!(offer.target(), Order::Declare { .. });
        if let Some(offer) = offers.iter().find(is) {
            self.choose(offer);
        }
    }
}

const TABS: [(RightTab, UiCommand); 4] = [
    (RightTab::Investigate, UiCommand::Investigate),
    (RightTab::Mitigate, UiCommand::Mitigate),
    (RightTab::Coordinate, UiCommand::Coordinate),
    (RightTab::Communicate, UiCommand::Communicate),
];

impl RightTab {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Investigate => "Investigate",
            Self::Mitigate => "Mitigate",
            Self::Coordinate => "Coordinate",
            Self::Communicate => "Communicate",
        }
    }

    /// Whether an offer belongs there. Asking somebody is finding out and organising alike.
    fn has(self, offer: &Offer) -> bool {
        let asks = matches!(offer.target(), Order::Ask(_));
        match self {
            Self::Investigate => offer.group == Group::Investigate,
            Self::Mitigate => offer.group == Group::Mitigate,
            Self::Coordinate => offer.group == Group::Coordinate || asks,
            Self::Communicate => false,
        }
    }
}

/// Draws the four tabs, and below them what the open one shows.
pub fn act_ui(ui: &mut Ui, theme: &Theme, game: &Game, room: &mut RoomUi, out: &mut Vec<Intent>) {
    let overdue = game.desk.figures.next_update.is_some_and(|it| it.1 < 0.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (it, command) in TABS {
            let entry = command.entry();
            let is_overdue = it == RightTab::Communicate && overdue;
            let waits = if is_overdue { "!" } else { "" };
            let response = tab(ui, theme, it.name(), it == room.right, waits);
            let keys = entry.keys(ui.ctx());
            let mut explains = format!("{} ({keys})", entry.explains);
            if is_overdue {
                explains += "\nAn update is overdue";
            }
            if response.on_hover_text(explains).clicked() {
                out.push(Intent::Do(command));
            }
        }
    });
    if room.right == RightTab::Communicate {
        composer_ui(ui, theme, game, &mut room.composer, out);
    } else {
        console_ui(ui, theme, game, room.right, &mut room.console, out);
    }
}

/// Draws it.
pub fn console_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    tab: RightTab,
    state: &mut ConsoleUi,
    out: &mut Vec<Intent>,
) {
    header_ui(ui, theme, game, tab, out);
    let offers: Vec<&Offer> = game.offers.iter().filter(|it| tab.has(it)).collect();
    for (place, key) in list::DIGITS.into_iter().enumerate() {
        if ui.input_mut(|input| input.consume_key(Modifiers::ALT, key))
            && let Some(offer) = offers.get(place)
        {
            state.choose(offer);
            state.wants_focus = true;
        }
    }
    let chosen = offers
        .iter()
        .find(|it| state.key.as_ref() == Some(&it.key))
        .copied();
    let split = Split::of(ui, "console", 0.66);
    split.below(ui, |ui| {
        ui.add_space(theme.rhythm.tight);
        hairline(ui, theme);
        match chosen {
            Some(offer) => chosen::chosen_ui(ui, theme, game, offer, state, out),
            None => {
                let words = "Choose one to see who could do it, and how long it takes";
                caption(ui, theme, words);
            }
        }
        running::running_ui(ui, theme, game, tab, out);
    });
    let about = Some((game.selected, tab));
    state.is_another = std::mem::replace(&mut state.about, about) != about;
    split.above(ui, |ui| list::list_ui(ui, theme, &offers, state, out));
    state.wants_focus = false;
    // With nothing in the keyboard's focus, Enter gives the order that is chosen.
    let is_free = ui.ctx().memory(|memory| memory.focused().is_none());
    let enter = is_free && ui.input(|input| input.key_pressed(Key::Enter));
    if enter && let Some(offer) = chosen {
        chosen::give(game, offer, state, out);
    }
}

/// What the console points at.
fn header_ui(ui: &mut Ui, theme: &Theme, game: &Game, tab: RightTab, out: &mut Vec<Intent>) {
    let world = &game.session.scenario().world;
    let name = |id: ComponentId| world.components.get(id).map(|it| it.name.clone());
    let target = game.selected.and_then(name);
    if tab == RightTab::Coordinate {
        // Its orders are about the team, whatever is selected.
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        let text = RichText::new(format!("{} ·", tab.name()));
        ui.label(
            text.font(semibold(theme.sizes.small))
                .color(theme.palette.muted),
        );
        let words = target.as_deref().unwrap_or("whole incident");
        let response = drop_down(ui, theme, words, false);
        let response =
            response.on_hover_text("What the console points at; [ and ] go along the map");
        let options = || {
            let all = world.components.iter().map(|it| it.name.clone());
            std::iter::once("whole incident".to_owned())
                .chain(all)
                .collect()
        };
        if let Some(place) = choice(ui, theme, &response, "Find a part", options) {
            let part = place.checked_sub(1).map(ComponentId::from_index);
            out.push(Intent::Select(part));
        }
    });
    if target.is_none() {
        caption(
            ui,
            theme,
            "Click a part on the map to point the console at it",
        );
    }
}

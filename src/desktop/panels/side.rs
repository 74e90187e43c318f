//! What stands beside the middle: three cards on either side, or, in a narrow window, one column of
//! cards with tabs.

use bevy_egui::egui::{Align, Layout, Rect, Ui, UiBuilder, vec2};

use super::widgets::{card_at, tab};
use super::{RightTab, RoomUi, act_ui, channel_ui, evidence_ui, hypotheses_ui, pager_ui, team_ui};
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::Theme;

/// A card that has no column of its own in a narrow window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What can be ordered, or the message that is written.
    Console,
    /// What is suspected.
    Hypotheses,
    /// What was found.
    Evidence,
    /// What pages.
    Pager,
    /// Who does what.
    Team,
    /// Who said what.
    Channel,
}

/// On the right, or on top where there is one column.
pub(super) const UPPER: [Tab; 3] = [Tab::Console, Tab::Hypotheses, Tab::Evidence];
/// On the left, or below the others.
pub(super) const LOWER: [Tab; 3] = [Tab::Pager, Tab::Team, Tab::Channel];

impl Tab {
    const fn name(self) -> &'static str {
        match self {
            Self::Console => "Console",
            Self::Hypotheses => "Hypotheses",
            Self::Evidence => "Evidence",
            Self::Pager => "Pager",
            Self::Team => "Team",
            Self::Channel => "Channel",
        }
    }

    const fn explains(self) -> &'static str {
        match self {
            Self::Console => "What can be done",
            Self::Hypotheses => "What is suspected, and how sure you are",
            Self::Evidence => "What has been found so far",
            Self::Pager => "Alarms",
            Self::Team => "Who does what",
            Self::Channel => "What was said",
        }
    }
}

/// What the sides remember between frames.
#[derive(Debug)]
pub struct SideUi {
    /// Open tab of the upper card; of the only one where there is little height.
    upper: Tab,
    /// Open tab of the lower card.
    lower: Tab,
    /// What the console showed in the last frame.
    right: RightTab,
    /// Lines of the channel that have been seen.
    pub(super) read: usize,
}

impl Default for SideUi {
    fn default() -> Self {
        Self {
            upper: Tab::Console,
            lower: Tab::Pager,
            right: RightTab::default(),
            read: 0,
        }
    }
}

impl SideUi {
    /// Opens the tab that the keyboard was sent to.
    pub(super) fn follow(room: &mut RoomUi) {
        let side = &mut room.side;
        let moved = std::mem::replace(&mut side.right, room.right) != room.right;
        if room.hypotheses.wants_focus {
            side.upper = Tab::Hypotheses;
        } else if room.evidence.wants_focus {
            side.upper = Tab::Evidence;
        } else if moved || (room.console.wants_focus && room.right != RightTab::Communicate) {
            side.upper = Tab::Console;
        }
    }
}

/// Three of them below each other.
pub(super) fn column_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    room: &mut RoomUi,
    (tabs, rects): ([Tab; 3], &[Rect; 3]),
    out: &mut Vec<Intent>,
) {
    for (tab, rect) in tabs.into_iter().zip(rects) {
        card_at(ui, theme, *rect, tab.name(), |ui| {
            content_ui(ui, theme, game, room, tab, true, out);
        });
    }
}

/// All of them in one column.
pub(super) fn tabs_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    room: &mut RoomUi,
    rects: &[Rect],
    out: &mut Vec<Intent>,
) {
    let asked = out.len();
    match rects {
        [upper, lower] => {
            card_at(ui, theme, *upper, "upper", |ui| {
                room.side.upper = strip_ui(ui, theme, game, room, &UPPER, room.side.upper);
                content_ui(ui, theme, game, room, room.side.upper, false, out);
            });
            card_at(ui, theme, *lower, "lower", |ui| {
                room.side.lower = strip_ui(ui, theme, game, room, &LOWER, room.side.lower);
                content_ui(ui, theme, game, room, room.side.lower, false, out);
            });
        }
        [only, ..] => card_at(ui, theme, *only, "only", |ui| {
            ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
            room.side.upper = strip_ui(ui, theme, game, room, &UPPER, room.side.upper);
            room.side.upper = strip_ui(ui, theme, game, room, &LOWER, room.side.upper);
            ui.spacing_mut().item_spacing.y = theme.rhythm.gap;
            content_ui(ui, theme, game, room, room.side.upper, false, out);
        }),
        [] => {}
    }
    // A finding that was clicked is to be seen.
    let opened = |intent: &Intent| matches!(intent, Intent::Open(_));
    if out.iter().skip(asked).any(opened) {
        room.side.upper = Tab::Evidence;
    }
}

/// A row of tabs; says which one is open now.
fn strip_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    room: &RoomUi,
    tabs: &[Tab; 3],
    open: Tab,
) -> Tab {
    let mut chosen = open;
    let height = theme.sizes.small * 1.3 + theme.rhythm.wide;
    let (_, place) = ui.allocate_space(vec2(ui.available_width(), height));
    // The words of the first tab, not its ground, stand in line with what is below.
    let place = place.translate(vec2(-theme.rhythm.gap, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    let builder = UiBuilder::new().id_salt(tabs[0].name()).max_rect(place);
    let mut strip = ui.new_child(builder.layout(layout));
    strip.spacing_mut().item_spacing = vec2(2.0, 0.0);
    for it in tabs {
        let waits = waits(game, room, *it);
        let response = tab(&mut strip, theme, it.name(), *it == open, &waits);
        if response.on_hover_text(it.explains()).clicked() {
            chosen = *it;
        }
    }
    chosen
}

/// How many things wait behind a tab, in words; empty is none.
fn waits(game: &Game, room: &RoomUi, tab: Tab) -> String {
    let count = match tab {
        Tab::Pager => game.desk.pager.iter().filter(|it| it.firing).count(),
        Tab::Channel => game.desk.channel.len().saturating_sub(room.side.read),
        Tab::Console | Tab::Hypotheses | Tab::Evidence | Tab::Team => 0,
    };
    if count > 0 {
        count.to_string()
    } else {
        String::new()
    }
}

/// One of the cards; those that have a tab over them need no heading (`headed`).
fn content_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    room: &mut RoomUi,
    tab: Tab,
    headed: bool,
    out: &mut Vec<Intent>,
) {
    match tab {
        Tab::Console => act_ui(ui, theme, game, room, out),
        Tab::Hypotheses => hypotheses_ui(ui, theme, game, &mut room.hypotheses, out),
        Tab::Evidence => evidence_ui(ui, theme, game, &mut room.evidence, out),
        Tab::Pager => pager_ui(ui, theme, game, headed, out),
        Tab::Team => team_ui(ui, theme, game, headed, out),
        Tab::Channel => channel_ui(ui, theme, game, &mut room.side, out),
    }
}

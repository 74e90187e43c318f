//! What was found: the newest findings as a strip, the one that is open below, and a reader over the
//! whole window for long ones.

mod pieces;
mod waterfall;

use bevy_egui::egui::{
    Align, Align2, Area, Id, Label, Layout, Order, RichText, ScrollArea, TextEdit, Ui, vec2,
};

use super::controls::{figure, hairline, quiet, remark};
use super::overlay::{Veil, sheet};
use super::widgets::{chip, words as plain};
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, semibold};
use crate::scenario::order::Look;
use crate::session::Evidence;
use crate::session::evidence::Piece;
use crate::view::clock_at;

/// What it remembers between frames.
#[derive(Default)]
pub struct EvidenceUi {
    /// The keyboard is to go there.
    pub wants_focus: bool,
    /// What is shown.
    pub opened: Option<usize>,
    /// Log lines with this in them are shown.
    filter: String,
    /// The reader is open.
    enlarged: bool,
    /// Only findings of this kind are listed.
    kind: Option<&'static str>,
}

impl EvidenceUi {
    /// Shuts the reader; says whether it was open.
    pub fn shut_reader(&mut self) -> bool {
        std::mem::take(&mut self.enlarged)
    }
}

/// What kind of finding it is, in a word.
fn kind(look: Look) -> &'static str {
    match look {
        Look::Logs(_) => "Logs",
        Look::Traces(_) => "Traces",
        Look::Changes => "Changes",
        Look::Diff(_) => "Releases",
        Look::Profile(_) => "Profile",
        Look::Queries(_) => "Queries",
        Look::Cache(_) => "Cache",
        Look::Queue(_) => "Queue",
        Look::Sandbox(_) => "Sandbox",
        Look::Staging(_) => "Staging",
        Look::Vendor(_) => "Provider",
        Look::Books(_) => "Books",
        Look::Reports => "Reports",
    }
}

fn name(game: &Game, found: &Evidence) -> String {
    let components = &game.session.scenario().world.components;
    let part = found.look.component().and_then(|id| components.get(id));
    match part {
        Some(part) => format!("{} · {}", kind(found.look), part.name),
        None => kind(found.look).to_owned(),
    }
}

fn by_whom(game: &Game, found: &Evidence) -> String {
    let who = game.session.name_of(found.who);
    format!("{who}, {}", clock_at(&game.session, found.at))
}

/// Draws it.
pub fn evidence_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut EvidenceUi,
    out: &mut Vec<Intent>,
) {
    let all = game.session.evidence();
    ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        let title = RichText::new("Evidence").font(semibold(theme.sizes.small));
        ui.label(title.color(theme.palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(figure(
                theme,
                &format!("{}", all.len()),
                theme.palette.muted,
            ));
        });
    });
    if all.is_empty() {
        remark(
            ui,
            theme,
            "Nothing has been looked at yet. Investigate lists what can be; whoever looks is busy for a minute or more.",
        );
        return;
    }
    strip_ui(ui, theme, game, state, out);
    let Some(found) = state.opened.and_then(|it| all.get(it)).or(all.last()) else {
        return;
    };
    title_ui(ui, theme, game, found, state);
    if !state.enlarged {
        ScrollArea::vertical()
            .id_salt(("finding", found.order))
            .auto_shrink(false)
            .show(ui, |ui| {
                pieces::pieces_ui(ui, theme, found, &state.filter, out);
            });
    }
}

/// The findings, the newest first.
fn strip_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut EvidenceUi,
    out: &mut Vec<Intent>,
) {
    let wants_focus = std::mem::take(&mut state.wants_focus);
    let all = game.session.evidence();
    let opened = state.opened.unwrap_or(all.len().saturating_sub(1));
    let area = ScrollArea::horizontal().id_salt("findings");
    area.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            for (index, found) in all.iter().enumerate().rev() {
                let response = chip(ui, theme, &name(game, found), index == opened);
                if wants_focus && index == opened {
                    response.request_focus();
                }
                if response.gained_focus() {
                    response.scroll_to_me(None);
                }
                let tip = format!("{}\n{}", found.title, by_whom(game, found));
                if response.on_hover_text(tip).clicked() {
                    out.push(Intent::Open(index));
                }
            }
        });
    });
}

fn title_ui(ui: &mut Ui, theme: &Theme, game: &Game, found: &Evidence, state: &mut EvidenceUi) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = if state.enlarged { "Shut" } else { "Enlarge" };
            if quiet(ui, theme, words)
                .on_hover_text("Over the whole window, and back")
                .clicked()
            {
                state.enlarged = !state.enlarged;
            }
            if quiet(ui, theme, "Copy")
                .on_hover_text("Copies the finding as text")
                .clicked()
            {
                let text = format!("{}\n{}", found.title, found.lines.join("\n"));
                ui.ctx().copy_text(text);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new(&found.title).font(semibold(theme.sizes.small));
                let label = Label::new(title.color(theme.palette.text)).truncate();
                ui.add(label).on_hover_text(by_whom(game, found));
            });
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        ui.label(figure(theme, &by_whom(game, found), theme.palette.muted));
        if has_logs(found) {
            let edit = TextEdit::singleline(&mut state.filter).hint_text("Filter lines");
            let edit = edit.desired_width(ui.available_width() - 12.0);
            ui.add(edit.font(plain(theme.sizes.caption)))
                .on_hover_text("Shows only log lines with this in them");
        }
    });
}

fn has_logs(found: &Evidence) -> bool {
    let is = |it: &Piece| matches!(it, Piece::Log { .. } | Piece::Pattern { .. });
    found.pieces.iter().any(is)
}

/// Draws the reader while it is open.
pub fn reader_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut EvidenceUi,
    out: &mut Vec<Intent>,
) {
    let all = game.session.evidence();
    let found = state.opened.and_then(|it| all.get(it)).or(all.last());
    let Some(found) = found.filter(|_| state.enlarged) else {
        return;
    };
    let screen = ui.ctx().content_rect().size();
    let size = vec2(
        (screen.x - 96.0).min(1_320.0),
        (screen.y - 120.0).min(880.0),
    );
    let veil = Veil::draw(ui, theme, "reader");
    let area = Area::new(Id::new("reader")).order(Order::Foreground);
    area.anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .show(ui.ctx(), |ui| {
            sheet(theme).show(ui, |ui| {
                ui.set_min_size(size);
                ui.set_max_size(size);
                kinds_ui(ui, theme, game, state);
                listed_ui(ui, theme, game, state, out);
                hairline(ui, theme);
                title_ui(ui, theme, game, found, state);
                ScrollArea::vertical()
                    .id_salt(("read", found.order))
                    .auto_shrink(false)
                    .show(ui, |ui| {
                        pieces::pieces_ui(ui, theme, found, &state.filter, out);
                    });
            });
        });
    if veil.clicked() {
        state.enlarged = false;
    }
}

/// Chips for the kinds that there are.
fn kinds_ui(ui: &mut Ui, theme: &Theme, game: &Game, state: &mut EvidenceUi) {
    let mut kinds: Vec<&'static str> = Vec::new();
    for found in game.session.evidence() {
        if !kinds.contains(&kind(found.look)) {
            kinds.push(kind(found.look));
        }
    }
    ui.horizontal_wrapped(|ui| {
        let everything = chip(ui, theme, "Everything", state.kind.is_none());
        if everything.on_hover_text("Lists all findings").clicked() {
            state.kind = None;
        }
        for it in kinds {
            let response = chip(ui, theme, it, state.kind == Some(it));
            if response
                .on_hover_text("Lists only findings of this kind")
                .clicked()
            {
                state.kind = Some(it);
            }
        }
    });
}

/// The findings of the chosen kind, the newest first.
fn listed_ui(ui: &mut Ui, theme: &Theme, game: &Game, state: &EvidenceUi, out: &mut Vec<Intent>) {
    let all = game.session.evidence();
    let opened = state.opened.unwrap_or(all.len().saturating_sub(1));
    ScrollArea::vertical()
        .id_salt("listed")
        .max_height(96.0 * theme.text_scale())
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let listed = all.iter().enumerate().rev();
                let wanted = |look| state.kind.is_none_or(|it| it == kind(look));
                for (index, found) in listed.filter(|(_, it)| wanted(it.look)) {
                    let clock = clock_at(&game.session, found.at);
                    let words = format!("{clock}  {}", name(game, found));
                    let response = chip(ui, theme, &words, index == opened);
                    if response.on_hover_text(&found.title).clicked() {
                        out.push(Intent::Open(index));
                    }
                }
            });
        });
}

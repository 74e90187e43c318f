//! The command palette: every command, part and order by its name.

use bevy_egui::egui::{Align2, Area, Id, Order, ScrollArea, Ui, pos2, vec2};

use super::controls::{hairline, put_left, put_right, remark, row};
use super::overlay::{Veil, sheet};
use super::search::{Finder, found};
use super::widgets::{line, words as plain};
use crate::desktop::command::{COMMANDS, UiCommand};
use crate::desktop::intent::Intent;
use crate::desktop::panels::RightTab;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono};
use crate::session::catalogue::Group;

/// What was typed.
#[derive(Default)]
pub struct PaletteUi {
    finder: Finder,
    shown: bool,
}

/// A row of the palette.
struct Item {
    label: String,
    explains: String,
    keys: String,
    does: Does,
}

/// What a row does.
#[derive(Clone)]
enum Does {
    Ask(Intent),
    /// Shows an offer in the console, by its key.
    Offer(RightTab, String),
}

/// Draws it while it is open.
pub fn palette_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    if desktop.overlays.palette.is_none() {
        return;
    }
    let items = items(ui, desktop);
    let theme = &desktop.theme;
    let Some(state) = &mut desktop.overlays.palette else {
        return;
    };
    let is_new = !std::mem::replace(&mut state.shown, true);
    let rows = found(
        &state.finder.query,
        items.iter().map(|it| it.label.as_str()),
    );
    let scale = theme.text_scale();
    let width = (640.0 * scale).min(ui.ctx().content_rect().width() - 48.0);
    let veil = Veil::draw(ui, theme, "palette");
    let mut chosen = None;
    let area = Area::new(Id::new("palette")).order(Order::Foreground);
    area.anchor(Align2::CENTER_TOP, vec2(0.0, 96.0))
        .show(ui.ctx(), |ui| {
            sheet(theme).show(ui, |ui| {
                ui.set_width(width);
                let field = Id::new("palette field");
                let hint = "Type a command, a part or an order";
                let moved = state.finder.field(ui, field, hint, rows.len());
                if is_new {
                    ui.memory_mut(|memory| memory.request_focus(field));
                }
                let at = state.finder.at;
                if moved.chosen {
                    chosen = rows.get(at).copied();
                }
                hairline(ui, theme);
                let height = 420.0 * scale;
                let area = ScrollArea::vertical().max_height(height);
                let area = area.min_scrolled_height(height);
                area.auto_shrink([false, true]).show(ui, |ui| {
                    let clicked = rows_ui(ui, theme, &items, &rows, at, moved.moved);
                    chosen = clicked.or(chosen);
                });
            });
        });
    if let Some(item) = chosen.and_then(|it| items.get(it)) {
        desktop.overlays.palette = None;
        carry_out(desktop, item.does.clone(), out);
    } else if veil.clicked() {
        desktop.overlays.palette = None;
    }
}

fn carry_out(desktop: &mut Desktop, does: Does, out: &mut Vec<Intent>) {
    match does {
        Does::Ask(intent) => out.push(intent),
        Does::Offer(tab, key) => {
            desktop.room.show(tab);
            let offers = desktop.game.iter().flat_map(|game| &game.offers);
            if let Some(offer) = offers.into_iter().find(|it| it.key == key) {
                desktop.room.console.choose(offer);
            }
        }
    }
}

fn rows_ui(
    ui: &mut Ui,
    theme: &Theme,
    items: &[Item],
    rows: &[usize],
    at: usize,
    moved: bool,
) -> Option<usize> {
    let mut chosen = None;
    ui.spacing_mut().item_spacing.y = 1.0;
    let height = theme.sizes.body + 16.0;
    for (place, &index) in rows.iter().enumerate() {
        let item = &items[index];
        let response = row(ui, theme, height, place == at, &item.label);
        let rect = response.rect.shrink2(vec2(10.0, 0.0));
        if ui.is_rect_visible(rect) {
            let font = mono(theme.sizes.caption, false);
            let keys = line(ui, &item.keys, font, theme.palette.muted, 160.0);
            let y = rect.center().y - keys.size().y / 2.0;
            let keys = put_right(ui, pos2(rect.right(), y), keys);
            let width = keys.left() - rect.left() - 12.0;
            let font = plain(theme.sizes.body);
            let words = line(ui, &item.label, font, theme.palette.text, width);
            let y = rect.center().y - words.size().y / 2.0;
            put_left(ui, pos2(rect.left(), y), words);
        }
        if place == at {
            if moved {
                response.scroll_to_me(None);
            }
            remark(ui, theme, &format!("   {}", item.explains));
        }
        if response.on_hover_text(&item.explains).clicked() {
            chosen = Some(index);
        }
    }
    if rows.is_empty() {
        remark(ui, theme, "Nothing fits");
    }
    chosen
}

fn items(ui: &Ui, desktop: &Desktop) -> Vec<Item> {
    let in_room = desktop.screen == Screen::Room && desktop.game.is_some();
    let mut items = Vec::new();
    let commands = COMMANDS.iter().filter(|it| in_room || !it.in_room);
    for entry in commands.filter(|it| it.command != UiCommand::Palette) {
        items.push(Item {
            label: entry.label.to_owned(),
            explains: entry.explains.to_owned(),
            keys: entry.keys(ui.ctx()),
            does: Does::Ask(Intent::Do(entry.command)),
        });
    }
    if in_room {
        incident(desktop, &mut items);
    } else {
        for opened in &desktop.shelf.scenarios {
            let meta = &opened.scenario.meta;
            items.push(Item {
                label: format!("Play {}", meta.title),
                explains: format!("Opens the briefing of {}", opened.named),
                keys: String::new(),
                does: Does::Ask(Intent::Brief(opened.named.clone())),
            });
        }
    }
    items
}

/// Orders for what is selected, and all parts.
fn incident(desktop: &Desktop, items: &mut Vec<Item>) {
    let Some(game) = &desktop.game else {
        return;
    };
    let components = &game.session.scenario().world.components;
    for offer in &game.offers {
        let tab = match offer.group {
            Group::Investigate => RightTab::Investigate,
            Group::Mitigate => RightTab::Mitigate,
            Group::Coordinate => RightTab::Coordinate,
            Group::Communicate => RightTab::Communicate,
        };
        let part = game.selected.and_then(|id| components.get(id));
        let on = match (part, offer.group) {
            (Some(part), Group::Investigate | Group::Mitigate) => format!(" · {}", part.name),
            _ => String::new(),
        };
        items.push(Item {
            label: format!("{} {}{on}", offer.label, offer.detail),
            explains: match &offer.refusal {
                Some(why) => format!("Not now, because {why}"),
                None => {
                    "Shows it in the console, with its parameter and who could do it".to_owned()
                }
            },
            keys: tab.name().to_owned(),
            does: Does::Offer(tab, offer.key.clone()),
        });
    }
    for (id, part) in components.enumerate() {
        items.push(Item {
            label: format!("Select {}", part.name),
            explains: "Points the console and the signals at it".to_owned(),
            keys: String::new(),
            does: Does::Ask(Intent::Select(Some(id))),
        });
    }
}

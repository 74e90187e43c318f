//! The list of what can be ordered.

use bevy_egui::egui::style::ScrollAnimation;
use bevy_egui::egui::{Key, PointerButton, Response, RichText, ScrollArea, Ui, vec2};

use super::ConsoleUi;
use crate::desktop::intent::Intent;
use crate::desktop::panels::controls::{caption, entered, put_left, put_right, row, seconds};
use crate::desktop::panels::glossary;
use crate::desktop::panels::widgets::{line, words as plain};
use crate::desktop::theme::{Theme, mono, semibold};
use crate::view::Offer;

/// With Alt they choose a row.
pub(super) const DIGITS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

/// Draws the list. Arrows move through it while it has the keyboard; Enter gives the order.
pub(super) fn list_ui(
    ui: &mut Ui,
    theme: &Theme,
    offers: &[&Offer],
    state: &mut ConsoleUi,
    out: &mut Vec<Intent>,
) {
    let mut area = ScrollArea::vertical().id_salt("offers");
    if std::mem::take(&mut state.is_another) {
        // Another list is read from its top.
        area = area.vertical_scroll_offset(0.0);
    }
    area.auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        // What is chosen stays in sight when its details take room from the list.
        let height = ui.clip_rect().height();
        let has_shrunk = height < std::mem::replace(&mut state.height, height);
        let is_new = state.seen != state.key;
        state.seen.clone_from(&state.key);
        let known = |it: &&Offer| state.key.as_ref() == Some(&it.key);
        let focus = offers
            .iter()
            .copied()
            .position(|it| known(&it))
            .unwrap_or(0);
        for (place, offer) in offers.iter().enumerate() {
            let is_first = place == 0 || !offers[place - 1].is_pointless();
            if offer.is_pointless() && is_first {
                ui.add_space(theme.rhythm.tight);
                caption(ui, theme, "Not possible now");
            }
            let response = offer_ui(ui, theme, place, offer, state);
            if state.wants_focus && place == focus {
                response.request_focus();
            }
            if (has_shrunk || is_new) && place == focus {
                // At once: what moves by itself draws the eye from the map.
                response.scroll_to_me_animation(None, ScrollAnimation::none());
            }
            answer(ui, &response, offer, state, out);
        }
        if offers.is_empty() {
            let none = RichText::new("There is nothing to be ordered here");
            ui.label(none.color(theme.palette.muted));
        }
    });
}

/// What is chosen goes with the keyboard; Enter on what is chosen gives the order.
fn answer(
    ui: &Ui,
    response: &Response,
    offer: &Offer,
    state: &mut ConsoleUi,
    out: &mut Vec<Intent>,
) {
    let was_chosen = state.key.as_ref() == Some(&offer.key);
    if response.clicked_by(PointerButton::Primary) {
        response.request_focus();
        state.choose(offer);
    } else if was_chosen && entered(ui, response) {
        if offer.refusal.is_none() {
            let by = state.by;
            let order = offer.order(state.value);
            out.push(Intent::Order { order, by });
        }
    } else if !was_chosen && !state.wants_focus && (response.has_focus() || response.clicked()) {
        state.choose(offer);
        response.scroll_to_me(None);
    }
}

fn offer_ui(
    ui: &mut Ui,
    theme: &Theme,
    place: usize,
    offer: &Offer,
    state: &ConsoleUi,
) -> Response {
    let sizes = &theme.sizes;
    let palette = &theme.palette;
    let height = sizes.small + sizes.caption + 16.0;
    let selected = state.key.as_ref() == Some(&offer.key);
    let label = format!("{} {}", offer.label, offer.detail);
    let response = row(ui, theme, height, selected, label.trim());
    let rect = response.rect.shrink2(vec2(8.0, 5.0));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let is_refused = offer.refusal.is_some();
    let ink = if is_refused {
        palette.muted
    } else {
        palette.text
    };
    let sub = if is_refused {
        palette.faint
    } else {
        palette.muted
    };
    let digit = if place < DIGITS.len() {
        format!("{}", place + 1)
    } else {
        "·".to_owned()
    };
    let small = mono(sizes.caption, false);
    let galley = line(ui, &digit, small.clone(), palette.faint, 20.0);
    put_left(ui, rect.left_top() + vec2(0.0, 2.0), galley);
    let takes = offer
        .takes
        .map_or_else(|| "at once".to_owned(), |it| seconds(it.as_secs_f64()));
    let takes = line(ui, &takes, small, sub, 80.0);
    let right = put_right(ui, rect.right_top() + vec2(0.0, 2.0), takes);
    let left = rect.left() + sizes.caption + 10.0;
    let width = right.left() - left - 8.0;
    let title = line(ui, &offer.label, semibold(sizes.small), ink, width);
    let top = put_left(ui, bevy_egui::egui::pos2(left, rect.top()), title);
    let words = match &offer.refusal {
        Some(why) => format!("{why}"),
        None => offer.detail.clone(),
    };
    let words = line(ui, &words, plain(sizes.caption), sub, rect.right() - left);
    put_left(ui, bevy_egui::egui::pos2(left, top.bottom() + 1.0), words);
    response.on_hover_ui(|ui| tooltip(ui, theme, place, offer))
}

fn tooltip(ui: &mut Ui, theme: &Theme, place: usize, offer: &Offer) {
    ui.set_max_width(360.0);
    ui.label(RichText::new(&offer.label).font(semibold(theme.sizes.small)));
    if !offer.detail.is_empty() {
        ui.label(&offer.detail);
    }
    if let Some(why) = &offer.refusal {
        let why = format!("Not now, because {why}");
        ui.label(RichText::new(why).color(theme.palette.attention));
    }
    glossary::terms_ui(ui, theme, &format!("{} {}", offer.label, offer.detail));
    if place < DIGITS.len() {
        let keys = format!("Alt+{}", place + 1);
        ui.label(RichText::new(keys).font(mono(theme.sizes.caption, false)));
    }
}

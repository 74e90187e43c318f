//! Finding by typing: a list that is filtered while one writes, moved through with arrows.

use bevy_egui::egui::{
    Id, Key, Margin, Modifiers, Popup, PopupCloseBehavior, Response, RichText, ScrollArea,
    TextEdit, Ui,
};

use super::controls::{put_left, row};
use super::widgets::{line, words as plain};
use crate::desktop::theme::Theme;

/// How well a text fits what was typed; `None` is not at all. The letters of the query must come in
/// their order; neighbours and starts of words count for more, and the best way to place them counts.
pub(super) fn score(query: &str, text: &str) -> Option<i32> {
    const NEIGHBOUR: i32 = 6;
    const BEGINNING: i32 = 4;
    const ELSEWHERE: i32 = -2;
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let query = query.to_lowercase();
    let wanted: Vec<char> = query.chars().filter(|it| !it.is_whitespace()).collect();
    // The best sum of the letters so far whose last one stands at each place.
    let mut sums: Vec<Option<i32>> = Vec::new();
    for (number, letter) in wanted.iter().enumerate() {
        let mut next = vec![None; text.len()];
        let mut before = (number == 0).then_some(0);
        for (place, here) in text.iter().enumerate() {
            let neighbour = place.checked_sub(1).and_then(|it| *sums.get(it)?);
            if here == letter {
                let begins = place == 0 || !text[place - 1].is_alphanumeric();
                let worth = if begins { BEGINNING } else { ELSEWHERE };
                let apart = before.map(|it| it + worth);
                next[place] = apart.max(neighbour.map(|it| it + NEIGHBOUR));
            }
            before = before.max(sums.get(place).copied().flatten());
        }
        sums = next;
    }
    let sum = if wanted.is_empty() {
        0
    } else {
        sums.into_iter().flatten().max()?
    };
    Some(sum * 8 - text.len().min(60) as i32)
}

/// The places of the options that fit, the best first; all of them in their order while nothing is
/// typed.
pub(super) fn found<'a>(query: &str, options: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let all = options.enumerate();
    if query.trim().is_empty() {
        return all.map(|(place, _)| place).collect();
    }
    let scored = all.filter_map(|(place, text)| Some((score(query, text)?, place)));
    let mut scored: Vec<(i32, usize)> = scored.collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().map(|(_, place)| place).collect()
}

/// What a list of findings remembers: what was typed, and where one is.
#[derive(Clone, Default)]
pub(super) struct Finder {
    pub(super) query: String,
    pub(super) at: usize,
}

/// What came of a frame of finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    /// The highlight moved.
    pub(super) moved: bool,
    /// Enter was pressed.
    pub(super) chosen: bool,
}

impl Finder {
    /// The field to type into; arrows move through `count` rows.
    pub(super) fn field(&mut self, ui: &mut Ui, id: Id, hint: &str, count: usize) -> Moved {
        let key = |ui: &mut Ui, key| ui.input_mut(|it| it.consume_key(Modifiers::NONE, key));
        let before = self.at;
        let last = count.saturating_sub(1);
        if key(ui, Key::ArrowDown) {
            self.at = if self.at >= last { 0 } else { self.at + 1 };
        }
        if key(ui, Key::ArrowUp) {
            self.at = if self.at == 0 { last } else { self.at - 1 };
        }
        if key(ui, Key::PageDown) {
            self.at = (self.at + 8).min(last);
        }
        if key(ui, Key::PageUp) {
            self.at = self.at.saturating_sub(8);
        }
        let chosen = count > 0 && key(ui, Key::Enter);
        let edit = TextEdit::singleline(&mut self.query).id(id);
        let edit = edit
            .hint_text(hint.to_owned())
            .margin(Margin::symmetric(8, 6))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        if response.changed() {
            self.at = 0;
        }
        self.at = self.at.min(last);
        Moved {
            moved: before != self.at || response.changed(),
            chosen,
        }
    }
}

/// A button that opens a list to choose from by typing. Says which was chosen.
pub(in crate::desktop) fn choice(
    ui: &mut Ui,
    theme: &Theme,
    button: &Response,
    hint: &str,
    options: impl FnOnce() -> Vec<String>,
) -> Option<usize> {
    let id = button.id.with("choice");
    let popup_id = Popup::default_response_id(button);
    if !Popup::is_id_open(ui.ctx(), popup_id) && !button.clicked() {
        ui.data_mut(|data| data.remove::<Finder>(id));
        return None;
    }
    let popup = Popup::from_toggle_button_response(button);
    let popup = popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let width = button.rect.width().max(260.0 * theme.text_scale());
    let shown = popup.width(width).show(|ui| {
        ui.set_width(width);
        options_ui(ui, theme, id, hint, &options())
    });
    let chosen = shown.and_then(|it| it.inner);
    if chosen.is_some() {
        Popup::close_id(ui.ctx(), popup_id);
        button.request_focus();
    }
    chosen
}

fn options_ui(ui: &mut Ui, theme: &Theme, id: Id, hint: &str, options: &[String]) -> Option<usize> {
    let known = ui.data_mut(|data| data.get_temp::<Finder>(id));
    let is_new = known.is_none();
    let mut finder = known.unwrap_or_default();
    let rows = found(&finder.query, options.iter().map(String::as_str));
    let field = id.with("field");
    let moved = finder.field(ui, field, hint, rows.len());
    if is_new {
        ui.memory_mut(|memory| memory.request_focus(field));
    }
    let mut chosen = moved.chosen.then(|| rows.get(finder.at).copied()).flatten();
    let height = theme.sizes.small + 14.0;
    ScrollArea::vertical()
        .max_height(280.0 * theme.text_scale())
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (place, &option) in rows.iter().enumerate() {
                let words = &options[option];
                let response = row(ui, theme, height, place == finder.at, words);
                let rect = response.rect;
                let font = plain(theme.sizes.small);
                let ink = theme.palette.text;
                let galley = line(ui, words, font, ink, rect.width() - 16.0);
                let at = rect.left_center() + bevy_egui::egui::vec2(8.0, -galley.size().y / 2.0);
                put_left(ui, at, galley);
                if place == finder.at && moved.moved {
                    response.scroll_to_me(None);
                }
                if response.on_hover_text(words).clicked() {
                    chosen = Some(option);
                }
            }
            if rows.is_empty() {
                let none = RichText::new("Nothing fits").color(theme.palette.muted);
                ui.label(none);
            }
        });
    ui.data_mut(|data| data.insert_temp(id, finder));
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_their_order_are_found_and_beginnings_come_first() {
        let options = ["price cache", "pricing", "checkout", "orders database"];
        let names = |query| -> Vec<&str> {
            let places = found(query, options.into_iter());
            places.into_iter().map(|place| options[place]).collect()
        };
        assert_eq!(names(""), options);
        assert_eq!(names("pc"), ["price cache", "pricing"]);
        assert_eq!(names("ckt"), ["checkout"]);
        assert_eq!(names("od"), ["orders database"]);
        assert!(names("xyz").is_empty());
    }
}

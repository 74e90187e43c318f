//! The terms of the trade: the list that F1 opens, and explanations that tooltips borrow from it.

use std::sync::OnceLock;

use bevy_egui::egui::{Align2, Area, Id, Label, Order, Response, RichText, ScrollArea, Ui, vec2};
use serde::Deserialize;

use super::controls::{hairline, remark};
use super::overlay::{Veil, sheet};
use super::search::{Finder, score};
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, semibold};

/// The file, compiled in.
const FILE: &str = include_str!("../../../assets/glossary.ron");
/// Terms that one tooltip explains.
const MOST_IN_TOOLTIP: usize = 2;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    term: String,
    also: Vec<String>,
    means: String,
}

/// What was typed.
#[derive(Default)]
pub struct GlossaryUi {
    finder: Finder,
    shown: bool,
}

/// The terms, by the alphabet; a test holds that the file can be read.
fn terms() -> &'static [Term] {
    static TERMS: OnceLock<Vec<Term>> = OnceLock::new();
    TERMS.get_or_init(|| {
        let mut terms: Vec<Term> = ron::from_str(FILE).unwrap_or_default();
        terms.sort_by_key(|it| it.term.to_lowercase());
        terms
    })
}

/// What a term means; `None` where it is not in the list.
pub fn explain(term: &str) -> Option<&'static str> {
    let is = |name: &String| name.eq_ignore_ascii_case(term);
    let found = terms()
        .iter()
        .find(|it| is(&it.term) || it.also.iter().any(is));
    found.map(|it| it.means.as_str())
}

/// Explains a term where the pointer rests on what names it.
pub fn on_hover(response: Response, term: &str) -> Response {
    match explain(term) {
        Some(means) => response.on_hover_text(means),
        None => response,
    }
}

/// The terms that a text contains, those with the longest names first.
fn within(text: &str) -> Vec<&'static Term> {
    let text = text.to_lowercase();
    let mut found: Vec<(usize, &Term)> = Vec::new();
    for term in terms() {
        let names = std::iter::once(&term.term).chain(&term.also);
        let longest = names
            .filter(|name| has_word(&text, &name.to_lowercase()))
            .map(String::len)
            .max();
        found.extend(longest.map(|length| (length, term)));
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.term.cmp(&b.1.term)));
    found.into_iter().map(|(_, term)| term).collect()
}

fn has_word(text: &str, word: &str) -> bool {
    let is_edge = |it: Option<char>| it.is_none_or(|it| !it.is_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        is_edge(before) && is_edge(after)
    })
}

/// Explains the terms that a text contains, for the end of a tooltip.
pub(super) fn terms_ui(ui: &mut Ui, theme: &Theme, text: &str) {
    for term in within(text).into_iter().take(MOST_IN_TOOLTIP) {
        remark(ui, theme, &format!("{} · {}", term.term, term.means));
    }
}

/// Draws it while it is open.
pub fn glossary_ui(ui: &mut Ui, desktop: &mut Desktop) {
    let theme = &desktop.theme;
    let Some(state) = &mut desktop.overlays.glossary else {
        return;
    };
    let is_new = !std::mem::replace(&mut state.shown, true);
    let scale = theme.text_scale();
    let screen = ui.ctx().content_rect().size();
    let size = vec2(
        (720.0 * scale).min(screen.x - 48.0),
        (640.0 * scale).min(screen.y - 96.0),
    );
    let area = Area::new(Id::new("glossary")).order(Order::Foreground);
    let veil = Veil::draw(ui, theme, "glossary");
    area.anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .show(ui.ctx(), |ui| {
            sheet(theme).show(ui, |ui| {
                ui.set_width(size.x);
                let title = RichText::new("What do the words mean?");
                ui.label(title.font(semibold(theme.sizes.heading)));
                let field = Id::new("glossary field");
                state.finder.field(ui, field, "Find a term", 0);
                if is_new {
                    ui.memory_mut(|memory| memory.request_focus(field));
                }
                hairline(ui, theme);
                let height = size.y - 96.0 * scale;
                let area = ScrollArea::vertical().max_height(height);
                let area = area.min_scrolled_height(height);
                area.auto_shrink([false, true])
                    .show(ui, |ui| list_ui(ui, theme, &state.finder.query));
            });
        });
    if veil.clicked() {
        desktop.overlays.glossary = None;
    }
}

fn list_ui(ui: &mut Ui, theme: &Theme, query: &str) {
    let found = matching(query);
    if found.is_empty() {
        remark(ui, theme, "No such term");
    }
    ui.spacing_mut().item_spacing.y = 2.0;
    for term in found {
        ui.add_space(theme.rhythm.gap);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            let name = RichText::new(&term.term).font(semibold(theme.sizes.body));
            ui.label(name.color(theme.palette.text));
            let also = RichText::new(term.also.join(", ")).size(theme.sizes.caption);
            ui.label(also.color(theme.palette.muted));
        });
        let means = RichText::new(&term.means).size(theme.sizes.small);
        ui.add(Label::new(means.color(theme.palette.muted)).wrap());
    }
}

/// The terms that fit: by their names first, then by what is said of them; or by letters in order.
fn matching(query: &str) -> Vec<&'static Term> {
    let query = query.trim().to_lowercase();
    if query.is_empty() {
        return terms().iter().collect();
    }
    let names = |term: &'static Term| std::iter::once(&term.term).chain(&term.also);
    let named = |term: &&'static Term| names(term).any(|it| it.to_lowercase().contains(&query));
    let said = |term: &&'static Term| term.means.to_lowercase().contains(&query);
    let mut found: Vec<&Term> = terms().iter().filter(named).collect();
    found.sort_by_key(|term| !term.term.to_lowercase().starts_with(&query));
    let others = terms().iter().filter(|it| said(it) && !named(it));
    found.extend(others);
    if found.is_empty() {
        let loosely = |term: &&'static Term| names(term).any(|it| score(&query, it).is_some());
        found.extend(terms().iter().filter(loosely));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_explained_once_in_a_sentence_or_two() {
        let terms: Vec<Term> = ron::from_str(FILE).unwrap();
        assert!(terms.len() >= 35, "{}", terms.len());
        let mut names: Vec<String> = Vec::new();
        for term in &terms {
            let all = std::iter::once(&term.term).chain(&term.also);
            names.extend(all.map(|it| it.to_lowercase()));
            assert!(term.means.ends_with('.'), "{}", term.term);
            assert!((40..320).contains(&term.means.len()), "{}", term.term);
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "a name stands for two terms");
    }

    #[test]
    fn terms_are_found_as_whole_words() {
        assert!(explain("circuit breaker").is_some() && explain("DLQ").is_some());
        assert_eq!(explain("no such term"), None);
        let names = |text| -> Vec<&str> {
            let found = within(text).into_iter();
            found.map(|it| it.term.as_str()).collect()
        };
        assert_eq!(names("Retry budget to pricing")[0], "retry budget");
        assert!(names("outpost").is_empty());
    }
}

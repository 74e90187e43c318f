//! What a message claims, field by field.

use bevy_egui::egui::{Response, TextEdit, Ui, WidgetInfo, WidgetType, vec2};

use super::expected;
use crate::base::time::SimDuration;
use crate::desktop::game::Game;
use crate::desktop::panels::controls::{caption, drop_down, one_of, remark};
use crate::desktop::panels::hypotheses::current;
use crate::desktop::panels::search::choice;
use crate::desktop::panels::widgets::chip;
use crate::desktop::theme::Theme;
use crate::scenario::order::{DataClaim, Mechanism, Post, Scope, Suspect};
use crate::session::words;
use crate::view::journey_name;

const SCOPES: [(Scope, &str, &str); 6] = [
    (
        Scope::Unsaid,
        "Unsaid",
        "Says nothing about how many are affected",
    ),
    (
        Scope::Nobody,
        "Nobody",
        "Nobody is affected, or nobody any more",
    ),
    (Scope::Few, "Few", "Fewer than 1 customer in 20"),
    (
        Scope::Part,
        "Part",
        "From 1 in 20 to a third of the customers",
    ),
    (
        Scope::Most,
        "Most",
        "From a third to four fifths of the customers",
    ),
    (Scope::All, "All", "More than four fifths of the customers"),
];

const DATA: [(DataClaim, &str, &str); 4] = [
    (DataClaim::Unsaid, "Unsaid", "Says nothing about data"),
    (DataClaim::Safe, "Safe", "Nothing is lost"),
    (
        DataClaim::Checking,
        "Being checked",
        "Whether data is affected is being looked into",
    ),
    (DataClaim::Lost, "Lost", "Something is lost"),
];

const NEXT_MIN: [u64; 6] = [5, 10, 15, 20, 30, 60];
const ETA_MIN: [u64; 4] = [10, 15, 30, 60];

/// Draws them.
pub(super) fn form_ui(ui: &mut Ui, theme: &Theme, game: &Game, draft: &mut Post) {
    ui.spacing_mut().item_spacing.y = theme.rhythm.tight + 2.0;
    caption(ui, theme, "How many customers are affected");
    one_of(ui, theme, &mut draft.scope, &SCOPES);
    journeys_ui(ui, theme, game, draft);
    caption(ui, theme, "Next update in");
    minutes_ui(
        ui,
        theme,
        &mut draft.next,
        &NEXT_MIN,
        "Promises another message within",
    );
    caption(ui, theme, "Cause");
    ui.horizontal_wrapped(|ui| cause_ui(ui, theme, game, draft));
    caption(ui, theme, "Data");
    one_of(ui, theme, &mut draft.data, &DATA);
    caption(ui, theme, "All works again in");
    minutes_ui(
        ui,
        theme,
        &mut draft.eta,
        &ETA_MIN,
        "Promises recovery within",
    );
    if draft.eta.is_some() {
        remark(
            ui,
            theme,
            "A promised recovery is judged by whether it came in time",
        );
    }
    caption(ui, theme, "The incident");
    let states = [
        (false, "Goes on", "Says nothing about its end"),
        (
            true,
            "Is resolved",
            "Says that all is well again, and ends the updates",
        ),
    ];
    one_of(ui, theme, &mut draft.resolved, &states);
    language_ui(ui, theme, game, draft);
    caption(
        ui,
        theme,
        "Own words, if you like; what is judged are the claims",
    );
    let edit = TextEdit::multiline(&mut draft.text).desired_rows(2);
    let edit = edit.desired_width(f32::INFINITY).char_limit(4_000);
    let response = ui.add(edit.hint_text("Written from the claims while this is empty"));
    response.on_hover_text("Your own words instead of those in the preview");
}

fn journeys_ui(ui: &mut Ui, theme: &Theme, game: &Game, draft: &mut Post) {
    caption(ui, theme, "What they have trouble with");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        let journeys = game.session.scenario().world.journeys.enumerate();
        for (id, journey) in journeys.filter(|(_, journey)| !journey.ours) {
            let place = draft.journeys.iter().position(|it| *it == id);
            let name = journey_name(&journey.name);
            let response = chip(ui, theme, &name, place.is_some());
            if response
                .on_hover_text(format!("Customers have trouble with {name}"))
                .clicked()
            {
                match place {
                    Some(place) => {
                        draft.journeys.remove(place);
                    }
                    None => draft.journeys.push(id),
                }
            }
        }
    });
}

fn minutes_ui(
    ui: &mut Ui,
    theme: &Theme,
    value: &mut Option<SimDuration>,
    options: &[u64],
    explains: &str,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        let none = chip(ui, theme, "Unsaid", value.is_none());
        named(&none, value.is_none(), &format!("{explains} no time"));
        if none.on_hover_text("Promises nothing").clicked() {
            *value = None;
        }
        for &minutes in options {
            let time = SimDuration::from_secs(minutes * 60);
            let words = format!("{minutes} min");
            let is = *value == Some(time);
            let response = chip(ui, theme, &words, is);
            let explains = format!("{explains} {words}");
            named(&response, is, &explains);
            if response.on_hover_text(explains).clicked() {
                *value = Some(time);
            }
        }
    });
}

/// Says what a chip answers, for those who hear it without what stands above.
fn named(response: &Response, selected: bool, label: &str) {
    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, selected, label));
}

/// A cause from the board, or any other.
fn cause_ui(ui: &mut Ui, theme: &Theme, game: &Game, draft: &mut Post) {
    let world = &game.session.scenario().world;
    let current_words = draft.cause.map(|it| words::suspect(world, it));
    let text = current_words.as_deref().unwrap_or("none named");
    let response = drop_down(ui, theme, text, true);
    let response = response.on_hover_text("Names a cause; those on the board come first");
    let all = || -> Vec<Suspect> {
        let board = current(game).into_iter().filter(|it| it.confidence > 0.0);
        let mut all: Vec<Suspect> = board.map(|it| it.suspect).collect();
        for on in world.components.ids() {
            let parts = Mechanism::ALL.iter().map(|&is| Suspect { on, is });
            let new: Vec<Suspect> = parts.filter(|it| !all.contains(it)).collect();
            all.extend(new);
        }
        all
    };
    let options = || {
        let causes = all().into_iter().map(|it| words::suspect(world, it));
        std::iter::once("none named".to_owned())
            .chain(causes)
            .collect()
    };
    if let Some(place) = choice(ui, theme, &response, "Find a cause", options) {
        draft.cause = place.checked_sub(1).and_then(|it| all().get(it).copied());
    }
    if draft.cause.is_some() {
        let states = [
            (false, "Suspected", "Says that it may be so"),
            (true, "Certain", "Says that it is so"),
        ];
        for (certain, name, explains) in states {
            let response = chip(ui, theme, name, draft.certain == certain);
            if response.on_hover_text(explains).clicked() {
                draft.certain = certain;
            }
        }
    } else {
        draft.certain = false;
    }
}

fn language_ui(ui: &mut Ui, theme: &Theme, game: &Game, draft: &mut Post) {
    caption(ui, theme, "Language");
    let expected = expected(game, draft.to).to_owned();
    let mut languages = vec![("en", "English"), ("fr", "French")];
    if !languages.iter().any(|it| it.0 == expected) {
        languages.push((expected.as_str(), expected.as_str()));
    }
    ui.horizontal_wrapped(|ui| {
        for (code, name) in languages {
            let chosen = if draft.language.is_empty() {
                expected.as_str()
            } else {
                draft.language.as_str()
            };
            let is_theirs = code == expected;
            let words = if is_theirs {
                format!("{name}, as they expect")
            } else {
                name.to_owned()
            };
            let response = chip(ui, theme, &words, chosen == code);
            if response
                .on_hover_text("The language it is written in")
                .clicked()
            {
                draft.language = if is_theirs {
                    String::new()
                } else {
                    code.to_owned()
                };
            }
        }
    });
}

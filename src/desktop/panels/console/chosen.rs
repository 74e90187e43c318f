//! The offer that is chosen: its parameter, who is to do it, and the button.

use bevy_egui::egui::{DragValue, RichText, Slider, Ui};

use super::ConsoleUi;
use crate::base::id::{DenseId, PersonId};
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::panels::controls::{
    caption, countdown, drop_down, primary, quiet, remark, secondary,
};
use crate::desktop::panels::search::choice;
use crate::desktop::panels::widgets::chip;
use crate::desktop::theme::{Theme, semibold};
use crate::scenario::model::Skill;
use crate::session::{Presence, Refusal};
use crate::view::{Field, Input, Offer, value_in_words};

const SEVERITIES: [&str; 5] = [
    "Most customers cannot use the service, or data is at risk",
    "Many customers are harmed, or an important part does not work",
    "Some customers are harmed, and there is a way around it",
    "Few notice, nobody is stopped",
    "Nobody outside notices",
];

/// Draws it.
pub(super) fn chosen_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    offer: &Offer,
    state: &mut ConsoleUi,
    out: &mut Vec<Intent>,
) {
    let title = if offer.detail.is_empty() {
        offer.label.clone()
    } else {
        format!("{} · {}", offer.label, offer.detail)
    };
    let text = RichText::new(title).font(semibold(theme.sizes.small));
    ui.add(bevy_egui::egui::Label::new(text.color(theme.palette.text)).truncate());
    if let Some(field) = &offer.field {
        ui.horizontal_wrapped(|ui| field_ui(ui, theme, game, field, &mut state.value));
    }
    if offer.takes.is_some() {
        ui.horizontal(|ui| who_ui(ui, theme, game, offer.skills, &mut state.by));
    } else {
        state.by = None;
    }
    let refusal = refusal(game, offer, state);
    if let Some(why) = &refusal {
        let words = format!("▲ Not now, because {why}");
        let text = RichText::new(words).size(theme.sizes.caption);
        ui.add(bevy_egui::egui::Label::new(text.color(theme.palette.attention)).wrap());
    }
    ui.horizontal_wrapped(|ui| {
        let words = format!("{} ⏎", verb(offer, state.value));
        let button = primary(ui, theme, refusal.is_none(), &words);
        if button.on_hover_text("Gives the order (Enter)").clicked() {
            give(game, offer, state, out);
        }
        let words = if state.explains {
            "Hide"
        } else {
            "What would this do?"
        };
        let explains = secondary(ui, theme, true, words);
        let tip = "What it changes in general, how long that takes, what it risks";
        if explains.on_hover_text(tip).clicked() {
            state.explains = !state.explains;
        }
    });
    if state.explains {
        remark(ui, theme, &offer.explain(&game.session));
    }
}

/// The words on the button.
fn verb(offer: &Offer, value: f64) -> String {
    match offer.field.as_ref().map(|field| field.input) {
        None | Some(Input::Person) => offer.label.clone(),
        Some(Input::Share) if value >= 0.999 => offer.label.clone(),
        Some(input) => format!("{} {}", offer.label, value_in_words(value, input)),
    }
}

/// Gives the order that is chosen, if it would be taken.
pub(super) fn give(game: &Game, offer: &Offer, state: &mut ConsoleUi, out: &mut Vec<Intent>) {
    if refusal(game, offer, state).is_some() {
        return;
    }
    let order = offer.order(state.value);
    let by = state.by;
    out.push(Intent::Order { order, by });
}

/// Why it would be refused with this parameter, by this person. Asked anew when something changed.
fn refusal(game: &Game, offer: &Offer, state: &mut ConsoleUi) -> Option<Refusal> {
    let initial = offer.field.as_ref().map_or(0.0, |field| field.value);
    #[expect(
        clippy::float_cmp,
        reason = "the very value that the offer was checked with"
    )]
    let is_initial = initial == state.value || offer.field.is_none();
    if state.by.is_none() && is_initial {
        return offer.refusal.clone();
    }
    let now = game.session.now();
    let order = offer.order(state.value);
    let fresh = state
        .asked
        .as_ref()
        .filter(|it| (it.0, &it.1, it.2) == (now, &order, state.by));
    if let Some((_, _, _, answer)) = fresh {
        return answer.clone();
    }
    let answer = game.session.would_take(&order, state.by).err();
    state.asked = Some((now, order, state.by, answer.clone()));
    answer
}

fn field_ui(ui: &mut Ui, theme: &Theme, game: &Game, field: &Field, value: &mut f64) {
    if field.input == Input::Person {
        caption(ui, theme, field.label);
        person_ui(ui, theme, game, value);
    } else {
        value_ui(ui, theme, field, value);
    }
}

/// A parameter that is no person.
pub(in crate::desktop) fn value_ui(ui: &mut Ui, theme: &Theme, field: &Field, value: &mut f64) {
    caption(ui, theme, field.label);
    match field.input {
        Input::Share => {
            let mut percent = *value * 100.0;
            let slider = Slider::new(&mut percent, 1.0..=100.0)
                .integer()
                .suffix(" %");
            if ui.add(slider).on_hover_text(field.label).changed() {
                *value = percent / 100.0;
            }
        }
        Input::Count { low, high } => {
            number_ui(ui, theme, value, (low, high), (0, ""));
        }
        Input::Rate { high } => number_ui(ui, theme, value, (0.1, high), (1, "/s")),
        Input::Seconds { high } => number_ui(ui, theme, value, (0.001, high), (3, " s")),
        Input::Severity => {
            for (severity, explains) in (1..).zip(SEVERITIES) {
                let words = format!("SEV{severity}");
                let is = (*value - f64::from(severity)).abs() < 0.5;
                if chip(ui, theme, &words, is)
                    .on_hover_text(explains)
                    .clicked()
                {
                    *value = f64::from(severity);
                }
            }
        }
        Input::Person => {}
    }
}

/// A number with its unit. Half and double stand beside it: most changes in an incident are of that
/// size.
fn number_ui(
    ui: &mut Ui,
    theme: &Theme,
    value: &mut f64,
    (low, high): (f64, f64),
    (decimals, unit): (usize, &str),
) {
    let least = 10_f64.powi(-(decimals as i32));
    let speed = (*value * 0.01).max(least * 0.1);
    let drag = DragValue::new(value).range(low..=high).speed(speed);
    let drag = drag.max_decimals(decimals).suffix(unit);
    ui.add(drag).on_hover_text("Drag, or click and type");
    let tips = [("÷ 2", 0.5, "Half of it"), ("× 2", 2.0, "Twice that")];
    for (words, factor, explains) in tips {
        let button = quiet(ui, theme, words);
        if button.on_hover_text(explains).clicked() {
            let rounded = (*value * factor / least).round() * least;
            *value = rounded.clamp(low, high);
        }
    }
}

fn person_ui(ui: &mut Ui, theme: &Theme, game: &Game, value: &mut f64) {
    let team = &game.desk.team;
    let here: Vec<_> = team.iter().filter(|member| member.here).collect();
    let chosen = PersonId::from_index(value.max(0.0) as usize);
    let current = here.iter().find(|member| member.id == chosen);
    let words = current.map_or("choose", |member| member.name.as_str());
    let response = drop_down(ui, theme, words, true).on_hover_text("Who is to have it");
    let options: Vec<String> = here
        .iter()
        .map(|member| format!("{}, {}", member.name, member.title))
        .collect();
    if let Some(place) = choice(ui, theme, &response, "Find somebody", || options)
        && let Some(member) = here.get(place)
    {
        *value = member.id.index() as f64;
    }
}

/// Who is to do it: whoever can, or somebody.
fn who_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    skills: &'static [Skill],
    by: &mut Option<PersonId>,
) {
    let session = &game.session;
    let able = session.team().iter().filter(|(_, person, _)| {
        skills.is_empty() || skills.iter().any(|skill| person.skills.contains(skill))
    });
    let mut people = Vec::new();
    let mut options = vec!["whoever can".to_owned()];
    for (id, person, member) in able {
        let left = member.free_at.since(session.now()).as_secs_f64();
        let state = match member.presence {
            Presence::Here if member.busy_with.is_some() => format!("busy {}", countdown(left)),
            Presence::Here => "free".to_owned(),
            Presence::Coming(_) => "on the way".to_owned(),
            Presence::Away => "not here".to_owned(),
        };
        people.push(id);
        options.push(format!("{} · {state}", person.name));
    }
    if by.is_some_and(|id| !people.contains(&id)) {
        *by = None;
    }
    let place = by.and_then(|id| people.iter().position(|it| *it == id));
    let current = options.get(place.map_or(0, |it| it + 1));
    let current = current.map_or("whoever can", String::as_str);
    caption(ui, theme, "by");
    let response = drop_down(ui, theme, current, true);
    let knows: Vec<&str> = skills.iter().map(|skill| skill.name()).collect();
    let tip = if knows.is_empty() {
        "Anybody can do it".to_owned()
    } else {
        format!("It needs somebody who knows {}", knows.join(" or "))
    };
    let response = response.on_hover_text(tip);
    if let Some(place) = choice(ui, theme, &response, "Find somebody", || options) {
        *by = place.checked_sub(1).and_then(|it| people.get(it).copied());
    }
}

//! Which incident: the list on the left, what is known of the chosen one on the right.

use std::sync::Arc;

use bevy_egui::egui::{Align2, FontId, Response, RichText, Ui, pos2, vec2};

use super::parts::{
    LEVELS, choice, hairline, header, level_sign, level_step, page, pair, primary, prose, row,
    small, title,
};
use super::runs::runs_ui;
use crate::desktop::intent::Intent;
use crate::desktop::ledger::Ledger;
use crate::desktop::panels::widgets::card;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::scenario::model::Scenario;

/// What it remembers between frames.
#[derive(Debug, Default)]
pub struct PickerUi {
    /// Kept runs and not scenarios.
    is_runs: bool,
    /// The chosen scenario, by its id.
    chosen: Option<String>,
    /// Only this level.
    level: Option<&'static str>,
    /// In which order.
    order: Sort,
    /// The keyboard has been put on the list.
    focused: bool,
}

/// In which order scenarios stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sort {
    #[default]
    Level,
    Length,
    Best,
}

impl PickerUi {
    /// With the list of kept runs in front.
    pub fn runs() -> Self {
        Self {
            is_runs: true,
            ..Self::default()
        }
    }
}

/// Draws it.
pub(super) fn picker_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let theme = desktop.theme.clone();
    let name = if desktop.picker.is_runs {
        "runs"
    } else {
        "scenarios"
    };
    page(ui, &theme, name, 1240.0, |ui| {
        let remark = "The same symptoms, a different cause each time: the seed decides";
        if header(ui, &theme, "Choose an incident", remark) {
            out.push(Intent::Go(Screen::Title));
        }
        tabs_ui(ui, &theme, &mut desktop.picker);
        ui.add_space(theme.rhythm.gap);
        if desktop.picker.is_runs {
            runs_ui(ui, &theme, &desktop.ledger, &desktop.shelf, out);
        } else {
            scenarios_ui(ui, &theme, desktop, out);
        }
    });
}

fn tabs_ui(ui: &mut Ui, theme: &Theme, memory: &mut PickerUi) {
    ui.horizontal_wrapped(|ui| {
        let tip = "What can be played";
        if choice(ui, theme, "Incidents", !memory.is_runs, tip).clicked() {
            memory.is_runs = false;
        }
        let tip = "What you have played: watch it, or see its debrief again";
        if choice(ui, theme, "Kept runs", memory.is_runs, tip).clicked() {
            memory.is_runs = true;
        }
        if memory.is_runs {
            return;
        }
        ui.add_space(theme.rhythm.section);
        small(ui, theme, "Level");
        if choice(ui, theme, "all", memory.level.is_none(), "Every level").clicked() {
            memory.level = None;
        }
        for level in LEVELS {
            let chosen = memory.level == Some(level);
            let tip = format!("Only incidents for the level {level}");
            if choice(ui, theme, level, chosen, &tip).clicked() {
                memory.level = (!chosen).then_some(level);
            }
        }
        ui.add_space(theme.rhythm.section);
        small(ui, theme, "Order");
        for (order, words) in [
            (Sort::Level, "by level"),
            (Sort::Length, "by length"),
            (Sort::Best, "by your best"),
        ] {
            if choice(ui, theme, words, memory.order == order, "Sorts the list").clicked() {
                memory.order = order;
            }
        }
    });
}

/// Those of the chosen level, in the chosen order.
fn shown(desktop: &Desktop) -> Vec<Arc<Scenario>> {
    let memory = &desktop.picker;
    let all = desktop.shelf.scenarios.iter().map(|it| &it.scenario);
    let of_level = |it: &&Arc<Scenario>| {
        let level = memory.level;
        level.is_none_or(|level| it.meta.level.eq_ignore_ascii_case(level))
    };
    let mut shown: Vec<Arc<Scenario>> = all.filter(of_level).cloned().collect();
    let best = |it: &Arc<Scenario>| desktop.ledger.of(&it.id).1.unwrap_or(-1.0);
    match memory.order {
        Sort::Level => shown.sort_by_key(|it| level_step(&it.meta.level)),
        Sort::Length => shown.sort_by_key(|it| it.objectives.time_limit),
        Sort::Best => shown.sort_by(|a, b| best(b).total_cmp(&best(a))),
    }
    shown
}

fn scenarios_ui(ui: &mut Ui, theme: &Theme, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let shown = shown(desktop);
    let (memory, ledger) = (&mut desktop.picker, &desktop.ledger);
    let is_shown = |id: &String| shown.iter().any(|it| it.id == *id);
    if !memory.chosen.as_ref().is_some_and(is_shown) {
        memory.chosen = shown.first().map(|it| it.id.clone());
    }
    let chosen = shown
        .iter()
        .find(|it| Some(&it.id) == memory.chosen.as_ref());
    let whole = ui.available_width();
    let scale = theme.text_scale();
    let left = (whole * 0.42).min(640.0 * scale);
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(left);
            if shown.is_empty() {
                small(ui, theme, "No incident of this level yet.");
            }
            for scenario in &shown {
                let is_chosen = memory.chosen.as_ref() == Some(&scenario.id);
                let response = scenario_ui(ui, theme, scenario, ledger, is_chosen);
                if is_chosen && !std::mem::replace(&mut memory.focused, true) {
                    response.request_focus();
                }
                if response.double_clicked() || (response.clicked() && is_chosen) {
                    out.push(Intent::Brief(scenario.id.clone()));
                } else if response.clicked() || response.gained_focus() {
                    memory.chosen = Some(scenario.id.clone());
                }
            }
            if ledger.is_coming() {
                ui.add_space(theme.rhythm.gap);
                ui.horizontal(|ui| {
                    super::parts::working(ui, theme);
                    let words = format!("{} runs are being scored", ledger.waiting());
                    small(ui, theme, &words);
                });
            }
        });
        ui.add_space(theme.rhythm.section);
        if let Some(scenario) = chosen {
            ui.vertical(|ui| {
                card(theme).inner_margin(24).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    details_ui(ui, theme, scenario, ledger, out);
                });
            });
        }
    });
}

fn scenario_ui(
    ui: &mut Ui,
    theme: &Theme,
    scenario: &Scenario,
    ledger: &Ledger,
    chosen: bool,
) -> Response {
    let scale = theme.text_scale();
    let size = vec2(ui.available_width(), 66.0 * scale);
    let (rect, response) = row(ui, theme, size, chosen, &scenario.meta.title);
    let palette = &theme.palette;
    let painter = ui.painter_at(rect);
    let step = level_step(&scenario.meta.level);
    let middle = rect.center().y;
    level_sign(ui, theme, pos2(rect.left() + 16.0, middle + 7.0), step);
    let x = rect.left() + 56.0;
    let font = semibold(theme.sizes.heading * 0.94);
    painter.text(
        pos2(x, middle - 1.0),
        Align2::LEFT_BOTTOM,
        &scenario.meta.title,
        font,
        palette.text,
    );
    let (minutes, meta) = (minutes(scenario), &scenario.meta);
    let about = format!("{} · {} · {minutes}", meta.level, meta.place);
    painter.text(
        pos2(x, middle + 4.0),
        Align2::LEFT_TOP,
        about,
        FontId::proportional(theme.sizes.small),
        palette.muted,
    );
    let (count, best) = ledger.of(&scenario.id);
    let right = rect.right() - 14.0;
    let (figure, colour) = match best {
        Some(best) => (format!("{best:.0}"), palette.text),
        None => ("–".to_owned(), palette.faint),
    };
    painter.text(
        pos2(right, middle + 1.0),
        Align2::RIGHT_BOTTOM,
        figure,
        mono(theme.sizes.heading, true),
        colour,
    );
    let runs = match count {
        0 => "not played".to_owned(),
        1 => "1 run".to_owned(),
        _ => format!("best of {count}"),
    };
    painter.text(
        pos2(right, middle + 5.0),
        Align2::RIGHT_TOP,
        runs,
        FontId::proportional(theme.sizes.caption),
        palette.muted,
    );
    response.on_hover_text("Enter opens its briefing")
}

fn minutes(scenario: &Scenario) -> String {
    let minutes = scenario.objectives.time_limit.as_secs_f64() / 60.0;
    format!("up to {minutes:.0} minutes")
}

fn details_ui(
    ui: &mut Ui,
    theme: &Theme,
    scenario: &Scenario,
    ledger: &Ledger,
    out: &mut Vec<Intent>,
) {
    let meta = &scenario.meta;
    let words = RichText::new(&meta.title).font(semibold(theme.sizes.figure));
    ui.label(words.color(theme.palette.text));
    small(ui, theme, &format!("{} · {}", scenario.id, meta.place));
    ui.add_space(theme.rhythm.wide);
    title(ui, theme, "The question behind it");
    ui.scope(|ui| prose(ui, theme, &meta.drill, theme.sizes.heading));
    ui.add_space(theme.rhythm.wide);
    hairline(ui, theme);
    let parts = scenario.world.components.len().to_string();
    let causes = match scenario.variants.len() {
        1 => "1".to_owned(),
        count => format!("{count}, alike at first"),
    };
    pair(ui, theme, "Level", &meta.level);
    pair(ui, theme, "Length", &minutes(scenario));
    pair(ui, theme, "Parts of the system", &parts);
    pair(ui, theme, "Possible causes", &causes);
    pair(ui, theme, "People", &scenario.team.len().to_string());
    let told = scenario.informed.iter().map(|it| it.audience.name());
    let told = told.collect::<Vec<_>>().join(", ");
    pair(ui, theme, "Who has to be told", &told);
    let (count, best) = ledger.of(&scenario.id);
    let own = match best {
        Some(best) => format!("{best:.0} of 100 in {count} runs"),
        None if count > 0 => format!("{count} runs, not scored yet"),
        None => "not played yet".to_owned(),
    };
    pair(ui, theme, "Your best", &own);
    hairline(ui, theme);
    ui.add_space(theme.rhythm.wide);
    let tip = "What is known before it begins (Enter)";
    if primary(ui, theme, "Open the briefing", tip).clicked() {
        out.push(Intent::Brief(scenario.id.clone()));
    }
}

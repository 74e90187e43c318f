//! The kept runs: what they say together; watch one again, and its debrief at the end.

use std::time::SystemTime;

use bevy_egui::egui::{Align2, FontId, Response, Ui, pos2, vec2};

use super::history::history_ui;
use super::parts::{cross, row, small, tick, working};
use crate::desktop::intent::Intent;
use crate::desktop::ledger::{Ledger, RunHead, RunRow, RunState};
use crate::desktop::state::Shelf;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::session::Outcome;
use crate::view::thousands;

/// Draws the list.
pub(super) fn runs_ui(
    ui: &mut Ui,
    theme: &Theme,
    ledger: &Ledger,
    shelf: &Shelf,
    out: &mut Vec<Intent>,
) {
    if ledger.rows().is_empty() {
        let words = "No run has been kept yet. Every run that you finish is kept by itself.";
        small(ui, theme, words);
        return;
    }
    ui.horizontal(|ui| {
        if ledger.is_coming() {
            working(ui, theme);
            let words = format!(
                "{} of {} to be scored",
                ledger.waiting(),
                ledger.rows().len()
            );
            small(ui, theme, &words);
        } else if ledger.unusable() > 0 {
            let words = format!("{} files cannot be played here", ledger.unusable());
            small(ui, theme, &words);
        }
    });
    let known: Vec<&str> = shelf
        .scenarios
        .iter()
        .map(|it| it.scenario.id.as_str())
        .collect();
    history_ui(ui, theme, &ledger.history(&known), shelf);
    ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
    let width = ui.available_width().min(1100.0 * theme.text_scale());
    for run in ledger.rows() {
        match (&run.head, &run.state) {
            (_, RunState::Unusable(why)) => unusable_ui(ui, theme, run, why),
            (Some(head), state) => {
                if run_ui(ui, theme, width, run, head, state, shelf).clicked() {
                    out.push(Intent::Watch(run.path.clone()));
                }
            }
            (None, _) => {
                small(ui, theme, &name(run));
            }
        }
    }
}

fn name(run: &RunRow) -> String {
    let name = run.path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// How long ago it was kept.
fn age(saved: Option<SystemTime>) -> String {
    let secs = saved
        .and_then(|it| it.elapsed().ok())
        .map(|it| it.as_secs());
    match secs {
        None => String::new(),
        Some(s) if s < 3_600 => "within the hour".to_owned(),
        Some(s) if s < 86_400 => format!("{} h ago", s / 3_600),
        Some(s) => format!("{} days ago", s / 86_400),
    }
}

fn outcome(head: &RunHead) -> &'static str {
    match head.outcome {
        _ if !head.is_finished => "left before its end",
        Outcome::Recovered => "recovered",
        Outcome::Unrecovered => "not recovered",
        Outcome::ClosedEarly => "closed early",
    }
}

fn run_ui(
    ui: &mut Ui,
    theme: &Theme,
    width: f32,
    run: &RunRow,
    head: &RunHead,
    state: &RunState,
    shelf: &Shelf,
) -> Response {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let mut scenarios = shelf.scenarios.iter().map(|it| &it.scenario);
    let known = scenarios.find(|it| it.id == head.scenario);
    let title = known.map_or(head.scenario.as_str(), |it| it.meta.title.as_str());
    let words = format!("Watch {title}, seed {}", head.seed);
    let size = vec2(width, 54.0 * scale);
    let (rect, response) = row(ui, theme, size, false, &words);
    let painter = ui.painter_at(rect);
    let middle = rect.center().y;
    let centre = pos2(rect.left() + 22.0, middle);
    let is_well = head.outcome == Outcome::Recovered && head.is_finished;
    if is_well {
        let stroke = bevy_egui::egui::Stroke::new(2.0, palette.healthy);
        painter.add(tick(centre, 11.0, stroke));
    } else {
        let stroke = bevy_egui::egui::Stroke::new(2.0, palette.failing);
        painter.extend(cross(centre, 10.0, stroke));
    }
    let x = rect.left() + 46.0;
    let at = pos2(x, middle - 1.0);
    let font = semibold(theme.sizes.body);
    painter.text(at, Align2::LEFT_BOTTOM, title, font, palette.text);
    let about = format!(
        "seed {} · {} · {} in · {} customer-minutes · {}",
        head.seed,
        outcome(head),
        head.lasted,
        thousands(head.lost),
        age(run.saved)
    );
    let font = FontId::proportional(theme.sizes.small);
    let at = pos2(x, middle + 3.0);
    painter.text(at, Align2::LEFT_TOP, about, font, palette.muted);
    let (figure, colour) = match state {
        RunState::Scored(run) => (format!("{:.0}", run.total), palette.text),
        RunState::Waiting => ("…".to_owned(), palette.muted),
        RunState::Unfinished | RunState::Unusable(_) => ("–".to_owned(), palette.faint),
    };
    let at = pos2(rect.right() - 16.0, middle);
    let font = mono(theme.sizes.heading, true);
    painter.text(at, Align2::RIGHT_CENTER, figure, font, colour);
    let tip = format!(
        "Watch it, and see its debrief at the end\n{}",
        run.path.display()
    );
    response.on_hover_text(tip)
}

fn unusable_ui(ui: &mut Ui, theme: &Theme, run: &RunRow, why: &str) {
    ui.horizontal(|ui| {
        ui.add_space(14.0);
        let sign = bevy_egui::egui::RichText::new("▲").color(theme.palette.attention);
        ui.label(sign);
        small(ui, theme, &format!("{} · {why}", name(run)));
    });
}

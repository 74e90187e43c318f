//! How the teams really do: all of them in a row each, one of them in full.

use bevy_egui::egui::{Align, Color32, Rect, RichText, Sense, Ui, pos2, vec2};

use super::super::parts::{pair, row, small, title};
use crate::base::text::thousands;
use crate::desktop::hosting::{BoardRow, PartNow, Scene, TeamNow};
use crate::desktop::panels::widgets::{card, heading, line, paint_spark, put_line};
use crate::desktop::theme::{Theme, mono, semibold};
use crate::score::AxisName;

/// Columns of the table of signals, and where their right ends are, as shares of the width.
const COLUMNS: [(&str, f32); 4] = [
    ("busy", 0.58),
    ("errors", 0.72),
    ("p99", 0.87),
    ("queued", 1.0),
];
/// Percent of failures from which a figure is coloured.
const BAD_ERRORS: f64 = 1.0;
/// Percent of slots taken from which a figure is coloured.
const BAD_BUSY: f64 = 90.0;

/// Draws them.
pub(super) fn teams_ui(ui: &mut Ui, theme: &Theme, scene: &Scene, chosen: &mut usize) {
    *chosen = (*chosen).min(scene.teams.len().saturating_sub(1));
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        heading(ui, theme, "Teams", "customer-minutes lost");
        for (index, team) in scene.teams.iter().enumerate() {
            let lost = scene.lost.get(index).map_or(&[][..], Vec::as_slice);
            if team_row(ui, theme, team, lost, index == *chosen) {
                *chosen = index;
            }
        }
    });
    let Some(team) = scene.teams.get(*chosen) else {
        return;
    };
    ui.add_space(theme.rhythm.gap);
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        team_ui(ui, theme, team, scene.board.get(*chosen));
    });
}

/// A team in a row; says whether it was chosen.
fn team_row(ui: &mut Ui, theme: &Theme, team: &TeamNow, lost: &[f64], chosen: bool) -> bool {
    let scale = theme.text_scale();
    let palette = &theme.palette;
    let size = vec2(ui.available_width(), 46.0 * scale);
    let (rect, response) = row(ui, theme, size, chosen, &team.name);
    let x = rect.left() + 14.0;
    let room = rect.width() * 0.5;
    let name = line(
        ui,
        &team.name,
        semibold(theme.sizes.body),
        palette.text,
        room,
    );
    let (state, colour) = state(theme, team);
    let font = bevy_egui::egui::FontId::proportional(theme.sizes.caption);
    let under = line(ui, &state, font, colour, room);
    let figure = thousands(team.lost.unwrap_or(0.0));
    let font = mono(theme.sizes.heading, true);
    let figure = line(ui, &figure, font, palette.text, rect.width() * 0.25);
    let painter = ui.painter();
    let middle = rect.center().y;
    put_line(painter, name, pos2(x, middle - 9.0 * scale), Align::Min);
    put_line(painter, under, pos2(x, middle + 10.0 * scale), Align::Min);
    let right = rect.right() - 12.0;
    put_line(painter, figure, pos2(right, middle), Align::Max);
    let spark = Rect::from_min_max(
        pos2(x + room + 8.0, rect.top() + 8.0),
        pos2(right - rect.width() * 0.22, rect.bottom() - 8.0),
    );
    if spark.width() > 20.0 {
        paint_spark(painter, spark, lost, palette.attention);
    }
    response.on_hover_text(&team.headline).clicked()
}

fn state(theme: &Theme, team: &TeamNow) -> (String, Color32) {
    let palette = &theme.palette;
    if team.blind {
        ("▲ without signals".to_owned(), palette.failing)
    } else if team.over {
        ("over".to_owned(), palette.muted)
    } else if team.recovered {
        ("✓ recovered".to_owned(), palette.healthy)
    } else {
        (team.headline.clone(), palette.muted)
    }
}

/// One team in full.
fn team_ui(ui: &mut Ui, theme: &Theme, team: &TeamNow, board: Option<&BoardRow>) {
    heading(ui, theme, &team.name, "");
    small(ui, theme, &team.headline);
    ui.add_space(theme.rhythm.tight);
    ui.scope(|ui| figures_ui(ui, theme, team, board));
    for broken in &team.broken {
        let words = RichText::new(format!("✕ {broken}")).size(theme.sizes.small);
        ui.label(words.color(theme.palette.failing));
    }
    ui.add_space(theme.rhythm.gap);
    title(ui, theme, "True signals, without delay and without gaps");
    table_head(ui, theme);
    for part in &team.parts {
        part_ui(ui, theme, part);
    }
}

/// What has happened on the left; what is lost and what can still be reached on the right.
fn figures_ui(ui: &mut Ui, theme: &Theme, team: &TeamNow, board: Option<&BoardRow>) {
    let or_not = |at: &Option<String>| at.clone().unwrap_or_else(|| "not yet".to_owned());
    let minutes = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), thousands);
    let points = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), |it| format!("{it:.0}"));
    ui.spacing_mut().item_spacing.x = theme.rhythm.section;
    ui.columns(2, |columns| {
        let ui = &mut columns[0];
        pair(ui, theme, "Alarm", &or_not(&team.detected));
        pair(ui, theme, "Acknowledged", &or_not(&team.acknowledged));
        if let Some(board) = board {
            pair(ui, theme, "Declared", &or_not(&board.declared));
            pair(ui, theme, "Messages", &board.posts.to_string());
        }
        let suspects = match team.suspicions.as_slice() {
            [] => "nothing".to_owned(),
            some => some.join("; "),
        };
        small(ui, theme, &format!("Suspects {suspects}"));
        let ui = &mut columns[1];
        pair(ui, theme, "Customer-minutes lost", &minutes(team.lost));
        let reference = minutes(team.reference_lost);
        pair(ui, theme, "The reference by now", &reference);
        if let Some(standing) = board.and_then(|it| it.standing.as_ref()) {
            pair(
                ui,
                theme,
                "Still within reach, of 100",
                &points(standing.total),
            );
            for (axis, it) in AxisName::ALL.into_iter().zip(&standing.axes) {
                pair(ui, theme, axis.words(), &points(*it));
            }
        }
    });
}

fn table_head(ui: &mut Ui, theme: &Theme) {
    let rect = table_row(ui, theme);
    let font = mono(theme.sizes.caption, false);
    for (name, end) in COLUMNS {
        let words = line(ui, name, font.clone(), theme.palette.muted, 90.0);
        let at = pos2(rect.left() + rect.width() * end, rect.center().y);
        put_line(ui.painter(), words, at, Align::Max);
    }
}

fn part_ui(ui: &mut Ui, theme: &Theme, part: &PartNow) {
    let rect = table_row(ui, theme);
    let palette = &theme.palette;
    let it = &part.signals;
    let font = bevy_egui::egui::FontId::proportional(theme.sizes.small);
    let name = line(ui, &part.name, font, palette.text, rect.width() * 0.44);
    put_line(ui.painter(), name, rect.left_center(), Align::Min);
    let bad = |value: Option<f64>, from| value.is_some_and(|it| it >= from);
    let percent = |it: f64| format!("{it:.0} %");
    let cells = [
        (it.busy.map(percent), bad(it.busy, BAD_BUSY)),
        (
            it.errors.map(|it| format!("{it:.1} %")),
            bad(it.errors, BAD_ERRORS),
        ),
        (it.p99_ms.map(|it| format!("{} ms", thousands(it))), false),
        (it.queued.map(thousands), false),
    ];
    for ((_, end), (words, is_bad)) in COLUMNS.into_iter().zip(cells) {
        let ink = if is_bad {
            palette.failing
        } else {
            palette.text
        };
        let words = words.unwrap_or_else(|| "–".to_owned());
        let words = if is_bad {
            format!("▲ {words}")
        } else {
            words
        };
        let words = line(ui, &words, mono(theme.sizes.caption, is_bad), ink, 110.0);
        let at = pos2(rect.left() + rect.width() * end, rect.center().y);
        put_line(ui.painter(), words, at, Align::Max);
    }
}

fn table_row(ui: &mut Ui, theme: &Theme) -> Rect {
    let size = vec2(ui.available_width(), theme.sizes.small * 1.55);
    ui.allocate_exact_size(size, Sense::hover()).0
}

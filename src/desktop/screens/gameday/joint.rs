//! The teams beside each other, once all is over: points, curves, and where their decisions part.

use std::path::Path;

use bevy_egui::egui::{Align, Color32, Rect, RichText, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::super::parts::{small, title};
use crate::base::text::thousands;
use crate::desktop::hosting::{Joint, JointTeam};
use crate::desktop::panels::widgets::{card, heading, line, put_line};
use crate::desktop::theme::{Theme, mono};

/// Draws it.
pub(super) fn joint_ui(ui: &mut Ui, theme: &Theme, joint: &Joint, folder: &Path, judge: &str) {
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        heading(ui, theme, "All teams", "points of 100");
        for (index, team) in joint.teams.iter().enumerate() {
            team_ui(ui, theme, team, colour(theme, index));
        }
        curves_ui(ui, theme, joint);
        if !joint.decisions.is_empty() {
            small(ui, theme, &joint.parted);
            title(ui, theme, "Changes in order; ≠ is where decisions part");
        }
        for (place, row) in joint.decisions.iter().enumerate() {
            let sign = if row.same { "" } else { " ≠" };
            let cells = row.teams.iter().map(|it| it.as_deref().unwrap_or("–"));
            let cells = cells.collect::<Vec<_>>().join("  |  ");
            let words = RichText::new(format!("{}{sign}  {cells}", place + 1));
            let ink = if row.same {
                theme.palette.muted
            } else {
                theme.palette.text
            };
            ui.label(words.size(theme.sizes.small).color(ink));
        }
        let evidence = folder.join("evidence");
        let words = format!("Reports, replays and lists are in {}", evidence.display());
        small(ui, theme, &words);
        if !judge.is_empty() {
            small(ui, theme, judge);
        }
    });
}

fn team_ui(ui: &mut Ui, theme: &Theme, team: &JointTeam, colour: Color32) {
    let points = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), |it| format!("{it:.0}"));
    let axes = team.axes.iter();
    let axes = axes.map(|(axis, it)| format!("{} {}", axis, points(*it)));
    let size = vec2(ui.available_width(), theme.sizes.heading * 1.5);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter();
    let y = rect.center().y;
    let key = [pos2(rect.left(), y), pos2(rect.left() + 22.0, y)];
    painter.line_segment(key, Stroke::new(3.0, colour));
    let words = format!("{} · {}", team.name, axes.collect::<Vec<_>>().join(" · "));
    let font = bevy_egui::egui::FontId::proportional(theme.sizes.small);
    let words = line(ui, &words, font, theme.palette.text, rect.width() - 90.0);
    put_line(ui.painter(), words, pos2(rect.left() + 32.0, y), Align::Min);
    let font = mono(theme.sizes.heading, true);
    let total = line(ui, &points(team.total), font, theme.palette.text, 60.0);
    put_line(ui.painter(), total, rect.right_center(), Align::Max);
}

fn colour(theme: &Theme, index: usize) -> Color32 {
    let palette = &theme.palette;
    let all = [
        palette.own,
        palette.attention,
        palette.change,
        palette.healthy,
    ];
    all[index % all.len()]
}

/// What each team had lost at each moment, over each other.
fn curves_ui(ui: &mut Ui, theme: &Theme, joint: &Joint) {
    let points = || joint.teams.iter().flat_map(|it| &it.curve);
    let end = points().map(|it| it.0).fold(1.0, f64::max);
    let most = points().map(|it| it.1).fold(1.0, f64::max);
    let size = vec2(ui.available_width(), 130.0 * theme.text_scale());
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let plot = Rect::from_min_max(rect.min + vec2(0.0, 18.0), rect.max);
    let painter = ui.painter();
    let edge = Stroke::new(1.0, theme.palette.hairline);
    painter.hline(plot.x_range(), plot.bottom(), edge);
    for (index, team) in joint.teams.iter().enumerate() {
        let at = |&(x, y): &(f64, f64)| {
            let x = plot.left() + plot.width() * (x / end) as f32;
            pos2(x, plot.bottom() - plot.height() * (y / most) as f32)
        };
        let line: Vec<_> = team.curve.iter().map(at).collect();
        let stroke = Stroke::new(2.0, colour(theme, index));
        // Not by colour alone: every other team is dashed.
        if index % 2 == 0 {
            painter.line(line, stroke);
        } else {
            painter.extend(Shape::dashed_line(&line, stroke, 7.0, 4.0));
        }
    }
    let most = format!("customer-minutes lost, up to {}", thousands(most));
    let words = line(
        ui,
        &most,
        mono(theme.sizes.caption, false),
        theme.palette.muted,
        rect.width(),
    );
    let at = rect.min + vec2(0.0, 8.0);
    put_line(ui.painter(), words, at, Align::Min);
    response.on_hover_text("Each team's loss over the time of the incident");
}

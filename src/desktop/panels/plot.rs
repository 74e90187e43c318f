//! One plot of the signals: title and newest value above it, the curve, thresholds, what happened,
//! and the crosshair.

use bevy_egui::egui::{
    Align, Color32, Pos2, Rect, Response, Sense, Stroke, Ui, UiBuilder, WidgetInfo, WidgetType,
    pos2, vec2,
};
use egui_plot::{HLine, Line, LineStyle, PlotBounds, PlotPoints};

use super::widgets::{focus_ring, line, mark_colour, paint_mark, put_line, tint, words};
use crate::desktop::game::Game;
use crate::desktop::theme::{Theme, mono};
use crate::view::{Plot, Shape, short};

/// The time that all plots show, in minutes since the start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// At the left end.
    pub(super) from: f64,
    /// At the right end.
    pub(super) to: f64,
    /// Time of day at the start, in minutes after midnight.
    pub(super) start_min: f64,
    /// Now.
    pub(super) now: f64,
}

impl Axis {
    fn x_of(&self, area: Rect, minute: f64) -> f32 {
        let share = (minute - self.from) / (self.to - self.from).max(1e-9);
        area.left() + area.width() * share as f32
    }

    pub(super) fn minute_at(&self, area: Rect, x: f32) -> f64 {
        let share = f64::from((x - area.left()) / area.width().max(1.0));
        self.from + share * (self.to - self.from)
    }

    /// Moments with a label, at full minutes of the day.
    fn ticks(&self, width: f32, least: f32) -> Vec<f64> {
        const STEPS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0];
        let span = self.to - self.from;
        let fits = |step: &&f64| f64::from(width) * **step / span >= f64::from(least);
        let step = STEPS.iter().find(fits).copied().unwrap_or(240.0);
        let first = ((self.from + self.start_min) / step).ceil() * step - self.start_min;
        let count = ((self.to - first) / step).floor().clamp(0.0, 60.0) as u32;
        (0..=count).map(|it| first + f64::from(it) * step).collect()
    }

    fn clock(&self, minute: f64) -> String {
        let minute = (minute + self.start_min).floor().max(0.0) as u64;
        format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
    }
}

/// What the player did with a plot.
pub(super) struct Answer {
    /// The curve.
    pub(super) area: Response,
    /// Alone in the card, or back among the others.
    pub(super) toggled: bool,
}

/// Height of the line above the curve.
fn above(theme: &Theme) -> f32 {
    (theme.sizes.small * 1.7).round()
}

/// Height of the times below it.
fn below(theme: &Theme) -> f32 {
    (theme.sizes.caption * 1.5).round()
}

/// Where the curve is in its place.
pub(super) fn area_of(cell: Rect, theme: &Theme) -> Rect {
    let top = (cell.top() + above(theme)).min(cell.bottom());
    let bottom = (cell.bottom() - below(theme)).max(top);
    cell.with_min_y(top).with_max_y(bottom)
}

/// Draws it.
#[expect(clippy::too_many_arguments, reason = "a plot shows all of these")]
pub(super) fn plot_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    plot: &Plot,
    axis: &Axis,
    cross: Option<f64>,
    cell: Rect,
    expanded: bool,
) -> Answer {
    let palette = &theme.palette;
    let colour = if plot.is_firing() {
        palette.failing
    } else if plot.thresholds.is_empty() {
        // Nobody has said what is healthy here.
        palette.own
    } else {
        palette.healthy
    };
    let area = area_of(cell, theme);
    let own = game.selected == Some(plot.component);
    let toggled = title_ui(ui, theme, plot, axis, cross, cell, (expanded, own));
    let most = highest(plot, axis, area, theme);
    grid(ui, theme, axis, area, most);
    let salt = (plot.component, plot.signal as u32);
    let response = curve_ui(ui, theme, plot, axis, area, most, colour, salt);
    let label = format!("Plot of {}, {}", plot.title, plot.latest);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
    let painter = ui.painter().with_clip_rect(area.expand2(vec2(1.0, 0.0)));
    marks(&painter, ui, theme, game, axis, area);
    if let Some(at) = cross.filter(|at| (axis.from..=axis.to).contains(at)) {
        let x = axis.x_of(area, at);
        painter.vline(
            x,
            area.y_range(),
            Stroke::new(1.0, tint(palette.text, 0.45)),
        );
        if let Some((_, value)) = value_at(plot, at) {
            let y = area.bottom() - area.height() * ((value / most) as f32).clamp(0.0, 1.0);
            painter.circle(pos2(x, y), 3.5, colour, Stroke::new(1.5, palette.panel));
        }
    }
    // Words come last, over the curve.
    scale_words(ui, theme, area, plot, most);
    Answer {
        area: response,
        toggled,
    }
}

/// Title and newest value, or the value under the crosshair; says whether the plot is to be alone.
/// The last two say whether it is alone already, and whether it is of the selected part.
fn title_ui(
    ui: &Ui,
    theme: &Theme,
    plot: &Plot,
    axis: &Axis,
    cross: Option<f64>,
    cell: Rect,
    (expanded, own): (bool, bool),
) -> bool {
    let palette = &theme.palette;
    let y = cell.top() + above(theme) * 0.42;
    let size = 18.0;
    let button = Rect::from_center_size(pos2(cell.right() - size / 2.0, y), vec2(size, size));
    let name = if expanded { "Show all plots" } else { "Expand" };
    let id = ui.id().with(("expand", plot.component, plot.signal as u32));
    let response = ui.interact(button, id, Sense::click());
    let label = format!("{name}: {}", plot.title);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &label));
    expand_sign(ui, theme, &response, expanded);
    let painter = ui.painter();
    let (value, ink) = match cross {
        Some(at) => match value_at(plot, at) {
            Some((minute, value)) => (
                format!("{} {}", axis.clock(minute), in_unit(value, plot.unit)),
                palette.text,
            ),
            // Later than the newest one: that is still the best there is.
            None if plot.ends_before(at) => (plot.latest.clone(), palette.muted),
            None => ("no data".to_owned(), palette.muted),
        },
        None if plot.is_firing() => (plot.latest.clone(), palette.failing),
        None => (plot.latest.clone(), palette.text),
    };
    let value = line(
        ui,
        &value,
        mono(theme.sizes.small, true),
        ink,
        cell.width() * 0.6,
    );
    let end = pos2(button.left() - 6.0, y);
    let taken = put_line(painter, value, end, Align::Max);
    let left = if plot.is_firing() {
        paint_mark(
            painter,
            Shape::Alarm,
            pos2(cell.left() + 5.0, y),
            4.5,
            palette.failing,
        );
        cell.left() + 15.0
    } else {
        cell.left()
    };
    let room = taken.left() - left - 8.0;
    // Of the selected part one knows where it is: in a small place only what is measured is said.
    let small = own && cell.width() < 250.0 * theme.text_scale();
    let name = match plot.title.split_once(" · ") {
        Some((_, what)) if small => what,
        _ => &plot.title,
    };
    let title = line(ui, name, words(theme.sizes.small), palette.muted, room);
    let taken = put_line(painter, title, pos2(left, y), Align::Min);
    let about = ui.interact(taken, id.with("about"), Sense::hover());
    about.on_hover_text(format!("{}\n{}\n{}", plot.title, plot.source, plot.timing));
    response.on_hover_text(name).clicked()
}

/// Two corners: outwards to expand, inwards to go back.
fn expand_sign(ui: &Ui, theme: &Theme, response: &Response, expanded: bool) {
    let painter = ui.painter();
    let rect = response.rect.shrink(5.0);
    let ink = if response.hovered() {
        theme.palette.text
    } else {
        theme.palette.faint
    };
    let stroke = Stroke::new(1.3, ink);
    let arm = 3.6;
    let corner = |at: Pos2, inward: f32| {
        let points = vec![
            at + vec2(0.0, arm * inward),
            at,
            at + vec2(-arm * inward, 0.0),
        ];
        painter.line(points, stroke);
    };
    if expanded {
        corner(rect.center() + vec2(-1.0, 1.0), 1.0);
        corner(rect.center() + vec2(1.0, -1.0), -1.0);
    } else {
        corner(rect.right_top(), 1.0);
        corner(rect.left_bottom(), -1.0);
    }
    focus_ring(ui, theme, response, 4.0);
}

fn grid(ui: &Ui, theme: &Theme, axis: &Axis, area: Rect, most: f64) {
    let painter = ui.painter();
    let hairline = Stroke::new(1.0, tint(theme.palette.hairline, 0.7));
    for step in steps(most, most_steps(area, theme)) {
        let y = area.bottom() - area.height() * ((step / most) as f32);
        painter.hline(area.x_range(), y.round() + 0.5, hairline);
    }
    let base = Stroke::new(1.0, theme.palette.hairline);
    painter.hline(area.x_range(), area.bottom().round() - 0.5, base);
    let font = mono(theme.sizes.caption * 0.92, false);
    let ink = theme.palette.faint.lerp_to_gamma(theme.palette.muted, 0.5);
    let y = area.bottom() + below(theme) * 0.56;
    let least = 76.0 * theme.text_scale();
    for minute in axis.ticks(area.width(), least) {
        let x = axis.x_of(area, minute);
        let text = line(ui, &axis.clock(minute), font.clone(), ink, 90.0);
        let half = text.size().x / 2.0;
        let x = x.clamp(
            area.left() + half,
            (area.right() - half).max(area.left() + half),
        );
        put_line(painter, text, pos2(x, y), Align::Center);
    }
}

/// How many lines of the grid there is height for.
fn most_steps(area: Rect, theme: &Theme) -> f64 {
    f64::from(
        (area.height() / (46.0 * theme.text_scale()))
            .floor()
            .clamp(1.0, 4.0),
    )
}

/// Round values up to the highest, about so many of them.
fn steps(most: f64, count: f64) -> Vec<f64> {
    if !(most > 0.0 && most.is_finite()) {
        return Vec::new();
    }
    let size = 10.0_f64.powf(most.log10().floor());
    let step = [0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .map(|it| it * size)
        .find(|step| *step <= most && most / step < count + 1.0)
        .unwrap_or(most);
    let count = (most / step).floor() as u32;
    (1..=count).map(|it| step * f64::from(it)).collect()
}

/// What the lines of the grid stand for, quietly at their left ends.
fn scale_words(ui: &Ui, theme: &Theme, area: Rect, plot: &Plot, most: f64) {
    let ink = theme.palette.faint.lerp_to_gamma(theme.palette.muted, 0.5);
    let font = mono(theme.sizes.caption * 0.92, false);
    for step in steps(most, most_steps(area, theme)) {
        let y = area.bottom() - area.height() * ((step / most) as f32) + theme.sizes.caption * 0.62;
        if y + theme.sizes.caption * 0.5 > area.bottom() {
            continue;
        }
        let text = line(ui, &in_unit(step, plot.unit), font.clone(), ink, 90.0);
        let behind = Rect::from_center_size(
            pos2(area.left() + 2.0 + text.size().x / 2.0, y),
            text.size() + vec2(4.0, -3.0),
        );
        let painter = ui.painter();
        painter.rect_filled(behind, 2.0, tint(theme.palette.panel, 0.75));
        put_line(painter, text, pos2(area.left() + 2.0, y), Align::Min);
    }
}

/// Whether there is height for words beside the marks.
fn has_words(area: Rect, theme: &Theme) -> bool {
    area.height() >= 96.0 * theme.text_scale()
}

/// The upper end of the scale: above every value on the axis, and above thresholds that are near.
fn highest(plot: &Plot, axis: &Axis, area: Rect, theme: &Theme) -> f64 {
    let on_axis = |it: &&(f64, Option<f64>)| it.0 >= axis.from - 2.0 && it.0 <= axis.to;
    let values = plot.points.iter().filter(on_axis);
    let values = values.filter_map(|it| it.1).filter(|it| it.is_finite());
    let most = values.fold(0.0_f64, f64::max);
    let near = |value: &f64| value.is_finite() && (most <= 0.0 || *value <= most * 3.0);
    let lines = plot.thresholds.iter().map(|it| it.value).filter(near);
    let most = lines.fold(most, f64::max);
    // Words about what happened stand above the curve.
    let words = (12.0 + theme.sizes.caption * 1.4) / area.height().max(1.0);
    let above = if has_words(area, theme) { words } else { 0.08 };
    if most > 0.0 {
        most / f64::from(1.0 - above.clamp(0.05, 0.3))
    } else {
        1.0
    }
}

#[expect(clippy::too_many_arguments, reason = "only split off for its length")]
fn curve_ui(
    ui: &mut Ui,
    theme: &Theme,
    plot: &Plot,
    axis: &Axis,
    area: Rect,
    most: f64,
    colour: Color32,
    salt: impl std::hash::Hash + std::fmt::Debug,
) -> Response {
    let mut child = ui.new_child(UiBuilder::new().id_salt(format!("{salt:?}")).max_rect(area));
    child.shrink_clip_rect(area);
    let shown = egui_plot::Plot::new("curve")
        .width(area.width())
        .height(area.height())
        .min_size(vec2(1.0, 1.0))
        .show_axes(false)
        .show_grid(false)
        .show_background(false)
        .show_crosshair(false)
        .show_x(false)
        .show_y(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .label_formatter(|_| None)
        .sense(Sense::click_and_drag());
    let bounds = PlotBounds::from_min_max([axis.from, 0.0], [axis.to, most]);
    let answer = shown.show(&mut child, |it| {
        it.set_plot_bounds(bounds);
        for piece in pieces(plot) {
            let curve = Line::new("", PlotPoints::new(piece))
                .color(colour)
                .width(1.6)
                .fill(0.0)
                .fill_alpha(0.14)
                .allow_hover(false);
            it.line(curve);
        }
        for threshold in plot.thresholds.iter().filter(|it| it.value <= most) {
            let ink = if threshold.firing {
                theme.palette.failing
            } else {
                theme.palette.attention
            };
            let dashed = HLine::new("", threshold.value)
                .color(tint(ink, 0.75))
                .width(1.0)
                .style(LineStyle::Dashed { length: 5.0 })
                .allow_hover(false);
            it.hline(dashed);
        }
    });
    answer.response
}

/// The curve without its gaps.
fn pieces(plot: &Plot) -> Vec<Vec<[f64; 2]>> {
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    for (minute, value) in &plot.points {
        match value.filter(|it| it.is_finite()) {
            Some(value) => piece.push([*minute, value]),
            None if piece.is_empty() => {}
            None => pieces.push(std::mem::take(&mut piece)),
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// What happened, as lines across the plot; words where there is room for them.
fn marks(
    painter: &bevy_egui::egui::Painter,
    ui: &Ui,
    theme: &Theme,
    game: &Game,
    axis: &Axis,
    area: Rect,
) {
    let mut free_from = area.left();
    let size = theme.sizes.caption * 0.92;
    for mark in &game.stripe.marks {
        let minute = mark.at.as_secs_f64() / 60.0;
        let crosses = matches!(mark.shape, Shape::Change | Shape::Alarm | Shape::Action);
        if !crosses || minute < axis.from || minute > axis.to {
            continue;
        }
        let x = axis.x_of(area, minute).round() + 0.5;
        let colour = mark_colour(theme, mark.shape);
        let stroke = Stroke::new(1.0, tint(colour, 0.55));
        painter.vline(x, area.y_range(), stroke);
        paint_mark(painter, mark.shape, pos2(x, area.top() + 4.0), 3.2, colour);
        // The pager has the names of alarms, and they are long.
        if mark.shape == Shape::Alarm || x < free_from || !has_words(area, theme) {
            continue;
        }
        // The words of the scale stand at the left edge.
        let from = (x + 6.0).max(area.left() + size * 3.6);
        let room = (area.right() - from - 2.0).min(130.0 * theme.text_scale());
        if room < 36.0 {
            continue;
        }
        let text = line(ui, &mark.label, words(size), colour, room);
        let at = pos2(from, area.top() + 9.0 + size * 0.6);
        let behind = Rect::from_min_size(at - vec2(2.0, size * 0.6), text.size() + vec2(4.0, 0.0));
        painter.rect_filled(behind, 2.0, tint(theme.palette.panel, 0.8));
        free_from = put_line(painter, text, at, Align::Min).right() + 6.0;
    }
}

/// The measured value nearest to a moment, with its own moment.
fn value_at(plot: &Plot, minute: f64) -> Option<(f64, f64)> {
    let place = plot.points.partition_point(|it| it.0 <= minute);
    let near = [place.checked_sub(1), Some(place)];
    let near = near
        .into_iter()
        .flatten()
        .filter_map(|it| plot.points.get(it));
    let (at, value) = near.min_by(|a, b| {
        let (a, b) = ((a.0 - minute).abs(), (b.0 - minute).abs());
        a.total_cmp(&b)
    })?;
    // Beyond the newest period nothing is known yet.
    ((at - minute).abs() <= 1.5).then_some((*at, (*value)?))
}

/// A number with its unit, in few characters.
fn in_unit(value: f64, unit: &str) -> String {
    match unit {
        "Microseconds" if value.abs() >= 1_000.0 => {
            return in_unit(value / 1_000.0, "Milliseconds");
        }
        "Milliseconds" if value.abs() >= 1_000.0 => return in_unit(value / 1_000.0, "Seconds"),
        _ => {}
    }
    let number = match value.abs() {
        it if it > 0.0 && it < 0.1 => format!("{value:.3}"),
        it if it < 2.0 && it.fract() != 0.0 => format!("{value:.2}"),
        _ => short(value),
    };
    match unit {
        "Percent" => format!("{number} %"),
        "Count" => number,
        "Count/Second" => format!("{number}/s"),
        "Seconds" => format!("{number} s"),
        "Milliseconds" => format!("{number} ms"),
        "Microseconds" => format!("{number} µs"),
        other => format!("{number} {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_a_few_round_steps() {
        for most in [0.37, 1.0, 4.9, 11.8, 97.0, 812.0, 12_400.0] {
            for count in 1..=4 {
                let steps = steps(most, f64::from(count));
                assert!(
                    (1..=count as usize).contains(&steps.len()),
                    "{most}: {steps:?}"
                );
            }
        }
        assert!(steps(f64::NAN, 3.0).is_empty() && steps(0.0, 3.0).is_empty());
    }

    #[test]
    fn times_of_day_stand_at_full_minutes() {
        let axis = Axis {
            from: 3.5,
            to: 33.5,
            start_min: 1082.0,
            now: 33.5,
        };
        let ticks = axis.ticks(360.0, 76.0);
        let clocks: Vec<String> = ticks.iter().map(|it| axis.clock(*it)).collect();
        assert_eq!(clocks, ["18:10", "18:20", "18:30"]);
    }
}

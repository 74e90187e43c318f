//! Plots of published metrics: what matters now, or everything about the selected part. All of them
//! show the same time and have one crosshair.

use bevy_egui::egui::{Align, Label, Layout, Rect, Response, RichText, Ui, pos2, vec2};

use super::plot::{Axis, plot_ui};
use super::widgets::{chip, line_ui};
use crate::base::id::ComponentId;
use crate::base::time::SimTime;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::scenario::model::Signal;
use crate::view::Plot;

/// Minutes that are shown while nobody zooms.
const SHOWN_MIN: f64 = 30.0;
/// The least that is shown, at the start and when zoomed in.
const LEAST_MIN: f64 = 3.0;
const FIRST_MIN: f64 = 12.0;

/// Width and height below which a plot says nothing, at 100 % text.
const LEAST_CELL: (f32, f32) = (170.0, 78.0);

/// What it remembers between frames.
#[derive(Default)]
pub struct SignalsUi {
    /// Minutes on the axis, where somebody has zoomed or panned; `None` follows the clock.
    window: Option<(f64, f64)>,
    /// Everything about the selected part instead of what matters.
    whole_part: bool,
    /// Plots of that part before the first one that is shown, where not all have room.
    skipped: usize,
    /// How many had room in the last frame, and how many there are.
    room_for: (usize, usize),
    /// The plot that has the card for itself.
    expanded: Option<(ComponentId, Signal)>,
    /// The pinned moment as it was in the last frame.
    pinned: Option<SimTime>,
}

/// Draws it. `pinned` is where the crosshair stays while the pointer is elsewhere.
pub fn signals_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut SignalsUi,
    pinned: &mut Option<SimTime>,
    out: &mut Vec<Intent>,
) {
    if game.selected.is_none() {
        state.whole_part = false;
    }
    let plots = chosen(game, state);
    heading_ui(ui, theme, game, state);
    ui.spacing_mut().item_spacing.y = 0.0;
    let now = game.session.now().as_secs_f64() / 60.0;
    if state.pinned != *pinned {
        state.pinned = *pinned;
        state.show(*pinned, now);
    }
    let axis = Axis {
        from: state.shown(now).0,
        to: state.shown(now).1,
        start_min: f64::from(game.opened.scenario.meta.clock_start_min),
        now,
    };
    let place = ui.available_rect_before_wrap();
    if plots.is_empty() {
        let text = RichText::new("Nothing is measured here.").size(theme.sizes.small);
        ui.label(text.color(theme.palette.muted));
        return;
    }
    let cells = cells(place, plots.len(), theme);
    state.room_for = (cells.len(), plots.len());
    if state.skipped >= plots.len() || cells.len() == plots.len() {
        state.skipped = 0;
    }
    let pointed = pointed(ui, &cells, &axis, theme);
    let cross = pointed.or(pinned.map(|at| at.as_secs_f64() / 60.0));
    for (plot, cell) in plots.iter().skip(state.skipped).zip(&cells) {
        let expanded = state.expanded.is_some();
        let answer = plot_ui(ui, theme, game, plot, &axis, cross, *cell, expanded);
        if answer.toggled {
            state.expanded = match state.expanded {
                Some(_) => None,
                None => Some((plot.component, plot.signal)),
            };
        }
        state.navigate(ui, &answer.area, &axis, pinned);
        if answer.area.clicked()
            && let Some(at) = pointed
        {
            out.push(Intent::LookAt(SimTime::from_secs_f64(at * 60.0)));
        }
    }
}

/// The plots to draw.
fn chosen<'a>(game: &'a Game, state: &mut SignalsUi) -> Vec<&'a Plot> {
    let all = if state.whole_part {
        &game.detail
    } else {
        &game.plots
    };
    let expanded = state.expanded.and_then(|(component, signal)| {
        let mut both = game.detail.iter().chain(&game.plots);
        both.find(|it| it.component == component && it.signal == signal)
    });
    if expanded.is_none() {
        state.expanded = None;
    }
    expanded.map_or_else(|| all.iter().collect(), |one| vec![one])
}

/// Where the numbers come from, and how late they are.
fn source(game: &Game) -> String {
    let timing = game.plots.first().map(|it| it.timing.as_str());
    timing.map_or_else(String::new, |timing| format!("CloudWatch, {timing}"))
}

/// The heading, and beside it what is plotted.
fn heading_ui(ui: &mut Ui, theme: &Theme, game: &Game, state: &mut SignalsUi) {
    line_ui(ui, theme.sizes.small * 1.35, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let title = RichText::new("Signals").font(semibold(theme.sizes.small));
        ui.label(title.color(theme.palette.muted));
        ui.add_space(theme.rhythm.gap);
        chips_ui(ui, theme, game, state);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(source(game)).font(mono(theme.sizes.caption, false));
            ui.add(Label::new(text.color(theme.palette.muted)).truncate());
        });
    });
}

fn chips_ui(ui: &mut Ui, theme: &Theme, game: &Game, state: &mut SignalsUi) {
    let parts = &game.opened.scenario.world.components;
    let part = game.selected.and_then(|id| parts.get(id));
    let hint = "Signals with a firing alarm first, then those that alarms watch";
    let matters = chip(ui, theme, "What matters", !state.whole_part);
    if matters.on_hover_text(hint).clicked() {
        state.whole_part = false;
        state.expanded = None;
    }
    if let Some(part) = part {
        let name = format!("All of {}", part.name);
        let hint = "Every signal that the selected part publishes";
        let all = chip(ui, theme, &name, state.whole_part);
        if all.on_hover_text(hint).clicked() {
            state.whole_part = true;
            state.expanded = None;
        }
    }
    let (shown, all) = state.room_for;
    if state.whole_part && shown > 0 && shown < all {
        let last = (state.skipped + shown).min(all);
        let name = format!("{}–{last} of {all} ›", state.skipped + 1);
        let more = chip(ui, theme, &name, false);
        if more.on_hover_text("Shows the next ones").clicked() {
            state.skipped = if last < all { last } else { 0 };
        }
    }
    if part.is_none() && ui.available_width() > 640.0 * theme.text_scale() {
        let hint = RichText::new("select a part for all of its own").size(theme.sizes.caption);
        ui.label(hint.color(theme.palette.muted));
    }
    if state.window.is_some() {
        let hint = "Ends zooming and panning; a double click on a plot does, too";
        let follow = chip(ui, theme, "Back to now", false);
        if follow.on_hover_text(hint).clicked() {
            state.window = None;
        }
    }
}

/// Places of the plots: up to three beside each other, more of them in rows of small ones, as many as
/// there is room for.
fn cells(place: Rect, count: usize, theme: &Theme) -> Vec<Rect> {
    let (gap, space) = (theme.rhythm.section, theme.rhythm.gap);
    let scale = theme.text_scale();
    let fit = |length: f32, between: f32, least: f32| {
        ((length + between) / (least * scale + between))
            .floor()
            .max(1.0) as usize
    };
    let (columns, rows) = if count <= 3 {
        (count.max(1), 1)
    } else {
        let most = fit(place.width(), gap, LEAST_CELL.0).min(5);
        let rows = fit(place.height(), space, LEAST_CELL.1);
        let rows = rows.min(count.div_ceil(most));
        (most.min(count.div_ceil(rows)), rows)
    };
    let wide = (place.width() - gap * (columns as f32 - 1.0)) / columns as f32;
    let high = (place.height() - space * (rows as f32 - 1.0)) / rows as f32;
    let cell = |place_in: usize| {
        let (row, column) = (place_in / columns, place_in % columns);
        let from = pos2(
            place.left() + column as f32 * (wide + gap),
            place.top() + row as f32 * (high + space),
        );
        Rect::from_min_size(from, vec2(wide, high))
    };
    (0..count.min(columns * rows)).map(cell).collect()
}

/// The minute under the pointer, whichever plot it is over.
fn pointed(ui: &Ui, cells: &[Rect], axis: &Axis, theme: &Theme) -> Option<f64> {
    let at = ui.input(|input| input.pointer.hover_pos())?;
    let inside = |cell: &&Rect| {
        let area = super::plot::area_of(**cell, theme);
        area.contains(at) && ui.rect_contains_pointer(area)
    };
    let cell = cells.iter().find(inside)?;
    Some(axis.minute_at(*cell, at.x).clamp(0.0, axis.now.max(0.0)))
}

impl SignalsUi {
    /// The minutes on the axis.
    fn shown(&self, now: f64) -> (f64, f64) {
        self.window.unwrap_or_else(|| {
            let from = (now - SHOWN_MIN).max(0.0);
            (from, now.max(from + FIRST_MIN))
        })
    }

    /// Moves the axis so that a moment is on it.
    fn show(&mut self, at: Option<SimTime>, now: f64) {
        let Some(at) = at.map(|at| at.as_secs_f64() / 60.0) else {
            return;
        };
        let (from, to) = self.shown(now);
        if at < from || at > to {
            let half = (to - from) / 2.0;
            self.window = Some((at - half, at + half));
        }
    }

    /// Dragging pans, the wheel zooms, a double click ends both.
    fn navigate(&mut self, ui: &Ui, area: &Response, axis: &Axis, pinned: &mut Option<SimTime>) {
        let span = axis.to - axis.from;
        if area.double_clicked() {
            self.window = None;
            self.pinned = None;
            *pinned = None;
            return;
        }
        if area.dragged() {
            let by = f64::from(area.drag_delta().x / area.rect.width().max(1.0)) * span;
            if by != 0.0 {
                self.window = Some(bounded(axis.from - by, axis.to - by, axis.now));
            }
        }
        let wheel = ui.input(|input| input.smooth_scroll_delta().y);
        if area.hovered()
            && wheel != 0.0
            && let Some(at) = area.hover_pos()
        {
            let middle = axis.minute_at(area.rect, at.x);
            let longest = axis.now.max(FIRST_MIN) * 1.1;
            let zoom = f64::from((-wheel * 0.004).exp());
            let zoom = zoom.clamp(LEAST_MIN / span, (longest / span).max(1.0));
            let from = middle - (middle - axis.from) * zoom;
            let to = middle + (axis.to - middle) * zoom;
            self.window = Some(bounded(from, to, axis.now));
        }
    }
}

/// Not far before the start, and not far beyond now.
fn bounded(from: f64, to: f64, now: f64) -> (f64, f64) {
    let span = to - from;
    let latest = now.max(FIRST_MIN) + span * 0.1;
    let to = to.min(latest);
    let from = (to - span).max(-span * 0.05);
    (from, from + span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_follows_the_clock_until_somebody_looks_elsewhere() {
        let mut state = SignalsUi::default();
        assert_eq!(state.shown(2.0), (0.0, FIRST_MIN));
        assert_eq!(state.shown(50.0), (20.0, 50.0));
        state.show(Some(SimTime::from_secs_f64(25.0 * 60.0)), 50.0);
        assert_eq!(state.shown(50.0), (20.0, 50.0));
        state.show(Some(SimTime::from_secs_f64(300.0)), 50.0);
        assert_eq!(state.shown(50.0), (-10.0, 20.0));
    }

    #[test]
    fn panning_stays_near_what_there_is() {
        assert_eq!(bounded(-100.0, -70.0, 50.0), (-1.5, 28.5));
        assert_eq!(bounded(80.0, 110.0, 50.0), (23.0, 53.0));
    }
}

//! Everything that happened, on one line, under the curve of what customers lost. A click moves the
//! crosshair of the plots; in a recorded run it goes there.

use bevy_egui::egui::{
    Align, EventFilter, Key, Pos2, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::widgets::{
    area_under, focus_ring, line, mark_colour, paint_mark, put_line, tint, words,
};
use crate::base::time::SimTime;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, mono};
use crate::view::{Mark, clock_at};

/// Distance of the line's ends from the window's.
const EDGE: f32 = 28.0;
/// Marks that are closer to the pointer than this are meant.
const NEAR: f32 = 7.0;

/// Where everything on the line is.
struct Scale {
    line: Rect,
    end_s: f64,
}

impl Scale {
    fn x(&self, at: SimTime) -> f32 {
        let share = (at.as_secs_f64() / self.end_s).clamp(0.0, 1.0);
        self.line.left() + self.line.width() * share as f32
    }

    fn at(&self, x: f32) -> SimTime {
        let share = f64::from((x - self.line.left()) / self.line.width().max(1.0));
        SimTime::from_secs_f64(share.clamp(0.0, 1.0) * self.end_s)
    }
}

/// Draws it.
pub fn timeline_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    pinned: Option<SimTime>,
    out: &mut Vec<Intent>,
) {
    let scale = theme.text_scale();
    let rect = ui.max_rect();
    let base = rect.top() + 46.0 * scale;
    let scale_of = Scale {
        line: Rect::from_min_max(
            pos2(rect.left() + EDGE, rect.top() + 10.0),
            pos2(rect.right() - EDGE, base),
        ),
        end_s: end_s(game),
    };
    let sense = Sense::click_and_drag();
    let response = ui.interact(
        rect.shrink2(vec2(EDGE - 12.0, 2.0)),
        ui.id().with("line"),
        sense,
    );
    let now = game.session.now();
    response.widget_info(|| WidgetInfo::slider(true, now.as_secs_f64(), "Timeline"));
    focus_ring(ui, theme, &response, theme.rhythm.radius);
    harm(ui, theme, game, &scale_of);
    now_ui(ui, theme, game, &scale_of);
    if let Some(at) = pinned {
        let x = scale_of.x(at);
        let y = (scale_of.line.top() - 4.0)..=(base + 5.0);
        let stroke = Stroke::new(1.0, tint(theme.palette.text, 0.5));
        ui.painter().vline(x, y, stroke);
    }
    let under = response.hover_pos().map(|at| at.x);
    marks(ui, theme, game, &scale_of, under);
    steer(ui, game, &scale_of, &response, pinned, out);
    if let Some(x) = under {
        let y = (scale_of.line.top() - 4.0)..=(base + 5.0);
        let stroke = Stroke::new(1.0, tint(theme.palette.text, 0.3));
        ui.painter().vline(x, y, stroke);
        let words = told(game, &scale_of, x);
        response.on_hover_text_at_pointer(words);
    }
}

/// The end of the line: of a recorded run its end; otherwise some room after now, in steps, so that
/// the marks keep their places for a while.
fn end_s(game: &Game) -> f64 {
    if let Some(watched) = &game.watched {
        return watched.replay.ends_at().as_secs_f64().max(1.0);
    }
    const STEPS_MIN: [f64; 8] = [15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0];
    let now = game.session.now().as_secs_f64();
    let fits = |minutes: &&f64| now <= **minutes * 60.0 * 0.88;
    let minutes = STEPS_MIN.iter().find(fits).copied();
    minutes.map_or(now * 1.15, |minutes| minutes * 60.0)
}

fn harm(ui: &Ui, theme: &Theme, game: &Game, scale: &Scale) {
    let palette = &theme.palette;
    let painter = ui.painter();
    let base = scale.line.bottom();
    let list = &game.stripe.harm;
    let most = list.iter().map(|it| it.1).fold(0.0_f64, f64::max);
    // Hardly anything is drawn as hardly anything, not as the worst so far.
    let most = most.max(game.stripe.crowd * 0.05).max(1.0);
    // As many points as can be told apart.
    let step = list
        .len()
        .div_ceil((scale.line.width() as usize / 2).max(1))
        .max(1);
    let points: Vec<Pos2> = list
        .chunks(step)
        .filter_map(|chunk| {
            let (at, _) = chunk.last()?;
            let value = chunk.iter().map(|it| it.1).fold(0.0_f64, f64::max);
            let height = scale.line.height() * ((value / most) as f32);
            Some(pos2(scale.x(*at), base - height))
        })
        .collect();
    if points.len() > 1 {
        painter.add(area_under(&points, base, tint(palette.failing, 0.24)));
    }
    let faint = Stroke::new(1.5, palette.hairline);
    painter.hline(scale.line.x_range(), base, faint);
    let so_far = scale.line.left()..=scale.x(game.session.now());
    painter.hline(so_far, base, Stroke::new(1.5, palette.faint));
}

fn now_ui(ui: &Ui, theme: &Theme, game: &Game, scale: &Scale) {
    let palette = &theme.palette;
    let x = scale.x(game.session.now());
    let base = scale.line.bottom();
    let painter = ui.painter();
    painter.vline(
        x,
        (base - 8.0)..=(base + 8.0),
        Stroke::new(2.0, palette.text),
    );
    let font = mono(theme.sizes.caption, false);
    let text = line(ui, "now", font, palette.muted, 60.0);
    let below = base + 16.0 * theme.text_scale();
    put_line(painter, text, pos2(x, below), Align::Center);
}

/// Marks with their words below, in two rows; what collides in both keeps its mark and loses its
/// words: the tooltip has them.
fn marks(ui: &Ui, theme: &Theme, game: &Game, scale: &Scale, under: Option<f32>) {
    let palette = &theme.palette;
    let text = theme.text_scale();
    let painter = ui.painter();
    let base = scale.line.bottom();
    let now = scale.x(game.session.now());
    let rows = [base + 17.0 * text, base + 32.0 * text];
    // The word for now stands in the first row.
    let mut taken: [Vec<(f32, f32)>; 2] =
        [vec![(now - 18.0 * text, now + 18.0 * text)], Vec::new()];
    for mark in &game.stripe.marks {
        let at = pos2(scale.x(mark.at), base);
        painter.circle_filled(at, 7.0 * text.min(1.3), palette.ground);
    }
    for mark in &game.stripe.marks {
        let x = scale.x(mark.at);
        let near = under.is_some_and(|at| (at - x).abs() <= NEAR);
        let colour = mark_colour(theme, mark.shape);
        let radius = if near { 6.5 } else { 5.0 } * text.min(1.3);
        paint_mark(painter, mark.shape, pos2(x, base), radius, colour);
        let ink = if near { palette.text } else { palette.muted };
        let label = line(
            ui,
            &mark.label,
            words(theme.sizes.caption),
            ink,
            150.0 * text,
        );
        let half = label.size().x / 2.0;
        let (from, to) = (
            scale.line.left() - EDGE + 8.0 + half,
            scale.line.right() + EDGE - 8.0 - half,
        );
        let middle = x.clamp(from, to.max(from));
        let span = (middle - half - 6.0, middle + half + 6.0);
        let free = |row: &Vec<(f32, f32)>| row.iter().all(|it| span.1 < it.0 || span.0 > it.1);
        let Some(row) = taken.iter().position(free) else {
            continue;
        };
        taken[row].push(span);
        put_line(painter, label, pos2(middle, rows[row]), Align::Center);
    }
}

/// What a place on the line is about.
fn told(game: &Game, scale: &Scale, x: f32) -> String {
    let session = &game.session;
    let at = scale.at(x);
    let mut text = clock_at(session, at);
    if at <= session.now() {
        let place = game.stripe.harm.partition_point(|it| it.0 < at);
        if let Some((_, lost)) = game.stripe.harm.get(place) {
            text.push_str(&format!(" · {lost:.0} customer-minutes lost a minute"));
        }
    }
    let near = |it: &&Mark| (scale.x(it.at) - x).abs() <= NEAR;
    for mark in game.stripe.marks.iter().filter(near) {
        let clock = clock_at(session, mark.at);
        text.push_str(&format!("\n{} {clock} {}", mark.shape.sign(), mark.label));
    }
    text.push_str(if game.watched.is_some() {
        "\nClick or drag to go there"
    } else {
        "\nClick to see it in the plots"
    });
    text
}

/// Clicks, drags and the arrow keys.
fn steer(
    ui: &Ui,
    game: &Game,
    scale: &Scale,
    response: &Response,
    pinned: Option<SimTime>,
    out: &mut Vec<Intent>,
) {
    let wanted = if response.clicked() || response.dragged() {
        response
            .interact_pointer_pos()
            .map(|at| near_mark(game, scale, at.x))
    } else if response.has_focus() {
        ui.memory_mut(|memory| {
            let filter = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            memory.set_focus_lock_filter(response.id, filter);
        });
        let (back, on) = ui.input(|input| {
            (
                input.key_pressed(Key::ArrowLeft),
                input.key_pressed(Key::ArrowRight),
            )
        });
        let from = match &game.watched {
            Some(_) => game.session.now(),
            None => pinned.unwrap_or(game.session.now()),
        };
        let mut times = game.stripe.marks.iter().map(|it| it.at);
        match (back, on) {
            (true, _) => times.rfind(|at| *at < from),
            (_, true) => times.find(|at| *at > from),
            _ => None,
        }
    } else {
        None
    };
    let Some(at) = wanted else {
        return;
    };
    if game.watched.is_some() {
        if at != game.session.now() {
            out.push(Intent::Scrub(at));
        }
    } else if Some(at) != pinned {
        out.push(Intent::LookAt(at.min(game.session.now())));
    }
}

/// The moment of a mark that was meant, or the moment under the pointer.
fn near_mark(game: &Game, scale: &Scale, x: f32) -> SimTime {
    let distance = |it: &Mark| (scale.x(it.at) - x).abs();
    let nearest = game.stripe.marks.iter().filter(|it| distance(it) <= NEAR);
    let nearest = nearest.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.map_or_else(|| scale.at(x), |mark| mark.at)
}

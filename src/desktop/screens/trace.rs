//! The line on the title: a service that is well, falls ill, and is brought back. It draws itself once
//! and then stands still, so that a title that nobody touches costs nothing.

use bevy_egui::egui::{Mesh, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::parts::{cross, diamond, tick, triangle};
use super::title::TitleUi;
use crate::desktop::theme::Theme;

/// Seconds that it takes to draw itself.
const DRAWS_S: f64 = 1.8;
/// Where it falls ill and where it is well again, as shares of its length.
const ILL: (f32, f32) = (0.36, 0.76);
/// Points from one to the next.
const STEP: f32 = 3.0;

/// Paints it over the right part of the window.
pub(super) fn trace_ui(ui: &Ui, theme: &Theme, memory: &mut TitleUi, whole: Rect) {
    let now = ui.input(|input| input.time);
    let since = *memory.since.get_or_insert(now);
    let age = if theme.motion_s > 0.0 {
        ((now - since) / DRAWS_S).clamp(0.0, 1.0) as f32
    } else {
        1.0
    };
    if age < 1.0 {
        ui.ctx().request_repaint();
    }
    let left = whole.left() + whole.width() * 0.40;
    let rect = Rect::from_min_max(
        pos2(left, whole.top() + whole.height() * 0.24),
        pos2(whole.right(), whole.top() + whole.height() * 0.70),
    );
    grid(ui, theme, rect);
    let eased = 1.0 - (1.0 - age).powi(3);
    let points = points(rect, eased);
    fill(ui, theme, rect, &points);
    line(ui, theme, rect, &points);
    marks(ui, theme, rect, eased);
}

/// How ill it is at a place, from 0 to 1.
fn illness(x: f32) -> f32 {
    let rise = ((x - ILL.0) / 0.07).clamp(0.0, 1.0);
    let fall = ((ILL.1 - x) / 0.09).clamp(0.0, 1.0);
    let smooth = |t: f32| t * t * 2.0f32.mul_add(-t, 3.0);
    smooth(rise) * smooth(fall)
}

/// Where the line is at a place.
fn at(rect: Rect, x: f32) -> Pos2 {
    let wave = |f: f32, p: f32| (x * f + p).sin();
    let calm = wave(61.0, 0.3) * 0.4 + wave(143.0, 1.7) * 0.35 + wave(301.0, 0.9) * 0.25;
    let ill = illness(x);
    let rough = wave(97.0, 2.1) * 0.5 + wave(211.0, 0.4) * 0.5;
    let height = 0.08 + 0.018 * calm + ill * (0.62 + 0.07 * rough);
    pos2(
        rect.left() + rect.width() * x,
        rect.bottom() - rect.height() * height,
    )
}

fn points(rect: Rect, until: f32) -> Vec<(f32, Pos2)> {
    let count = (rect.width() / STEP).max(2.0) as usize;
    let places = (0..=count).map(|it| it as f32 / count as f32);
    places
        .take_while(|x| *x <= until)
        .map(|x| (x, at(rect, x)))
        .collect()
}

/// Faint from the left on, so that the menu keeps its quiet.
fn strength(x: f32) -> f32 {
    (x / 0.3).clamp(0.0, 1.0)
}

fn grid(ui: &Ui, theme: &Theme, rect: Rect) {
    let painter = ui.painter();
    for line in 0..5_u8 {
        let y = rect.bottom() - rect.height() * f32::from(line) / 4.0;
        let from = rect.left() + rect.width() * 0.18;
        let stroke = Stroke::new(1.0, theme.palette.hairline.gamma_multiply(0.6));
        painter.hline(from..=rect.right(), y, stroke);
    }
}

fn line(ui: &Ui, theme: &Theme, _rect: Rect, points: &[(f32, Pos2)]) {
    let palette = &theme.palette;
    for pair in points.windows(2) {
        let (x, from) = pair[0];
        let ill = illness(x);
        let colour = palette
            .healthy
            .lerp_to_gamma(palette.failing, (ill * 2.5).min(1.0));
        let stroke = Stroke::new(2.0, colour.gamma_multiply(strength(x)));
        ui.painter().line_segment([from, pair[1].1], stroke);
    }
}

/// What it costs: the area below, while it is ill.
fn fill(ui: &Ui, theme: &Theme, rect: Rect, points: &[(f32, Pos2)]) {
    let mut mesh = Mesh::default();
    for (place, (x, point)) in points.iter().enumerate() {
        let alpha = 0.22 * illness(*x);
        let ground = pos2(point.x, rect.bottom());
        mesh.colored_vertex(*point, theme.palette.failing.gamma_multiply(alpha));
        mesh.colored_vertex(ground, theme.palette.failing.gamma_multiply(alpha * 0.15));
        if place > 0 {
            let i = 2 * place as u32;
            mesh.add_triangle(i - 2, i - 1, i);
            mesh.add_triangle(i - 1, i, i + 1);
        }
    }
    ui.painter().add(Shape::mesh(mesh));
}

/// The shapes that mean the same in the room: changed, alarmed, acted, recovered.
fn marks(ui: &Ui, theme: &Theme, rect: Rect, until: f32) {
    let palette = &theme.palette;
    let painter = ui.painter();
    let ring = |x: f32, colour| {
        let centre = at(rect, x);
        let stem = Stroke::new(1.0, palette.hairline);
        painter.vline(centre.x, centre.y..=rect.bottom(), stem);
        painter.circle(centre, 11.0, palette.ground, Stroke::new(1.5, colour));
        centre
    };
    if until >= 0.30 {
        let centre = ring(0.30, palette.change);
        painter.add(diamond(centre, 8.0, palette.change));
    }
    if until >= 0.405 {
        let centre = ring(0.405, palette.failing);
        painter.add(triangle(centre, 9.0, palette.failing));
    }
    if until >= 0.64 {
        let centre = ring(0.64, palette.own);
        painter.circle_filled(centre, 4.0, palette.own);
    }
    if until >= 0.79 {
        let centre = ring(0.79, palette.healthy);
        painter.add(tick(centre, 9.0, Stroke::new(2.0, palette.healthy)));
    }
    // Failed requests are crosses everywhere.
    for (x, lift) in [
        (0.46, 0.10),
        (0.49, 0.05),
        (0.53, 0.12),
        (0.57, 0.06),
        (0.60, 0.11),
    ] {
        if until >= x {
            let centre = at(rect, x) - vec2(0.0, rect.height() * lift);
            let stroke = Stroke::new(1.5, palette.failing.gamma_multiply(0.7));
            painter.extend(cross(centre, 6.0, stroke));
        }
    }
}

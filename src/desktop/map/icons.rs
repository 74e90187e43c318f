//! Small signs for the kinds of parts, drawn from lines so that they need no font.

use bevy_egui::egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::canvas::{Canvas, Ink, direction, rounded};
use crate::scenario::model::Kind;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    /// Those for whom it all is.
    Customers,
    /// Sends requests on.
    Balancer,
    /// A program in several copies.
    Service,
    /// Answers from memory.
    Cache,
    /// Keeps what matters.
    Database,
    /// Holds messages.
    Queue,
    /// Somebody else's.
    External,
}

impl Icon {
    /// The sign of a kind of component.
    pub(super) fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Service(_) => Self::Service,
            Kind::Balancer(_) => Self::Balancer,
            Kind::Cache(_) => Self::Cache,
            Kind::Database(_) => Self::Database,
            Kind::Queue(_) => Self::Queue,
            Kind::External(_) => Self::External,
        }
    }

    /// In one word or two.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Balancer => "balancer",
            Self::Service => "service",
            Self::Cache => "cache",
            Self::Database => "database",
            Self::Queue => "queue",
            Self::External => "external API",
        }
    }
}

/// Draws a sign that reaches `size` to each side.
pub(super) fn icon(canvas: &mut Canvas, icon: Icon, at: Pos2, size: f32, ink: Ink) {
    let width = (size * 0.17).clamp(1.2, 2.4);
    let point = |x: f32, y: f32| at + vec2(x, y) * size;
    match icon {
        Icon::Customers => {
            canvas.disc(point(0.0, -0.45), size * 0.42, ink);
            let mut corners = half_ellipse(point(0.0, 0.9), vec2(0.85, 0.85) * size, false);
            corners.dedup();
            canvas.fill(&corners, ink);
        }
        Icon::Balancer => {
            let join = point(-0.15, 0.0);
            canvas.line(&[point(-0.95, 0.0), join], width, false, ink);
            for side in [-0.6, 0.6] {
                let tip = point(0.9, side);
                canvas.line(&[join, point(0.25, side), tip], width, false, ink);
                let (a, b) = (vec2(-0.32, -0.28) * size, vec2(-0.32, 0.28) * size);
                canvas.line(&[tip + a, tip, tip + b], width, false, ink);
            }
        }
        Icon::Service => {
            let frame = Rect::from_center_size(at, Vec2::splat(size * 1.6));
            canvas.line(&rounded(frame, size * 0.25), width, true, ink);
            let core = Rect::from_center_size(at, Vec2::splat(size * 0.72));
            canvas.fill(&rounded(core, size * 0.12), ink);
        }
        Icon::Cache => {
            // A flash, in two halves because it has dents.
            canvas.fill(
                &[point(0.25, -1.0), point(0.12, 0.12), point(-0.62, 0.12)],
                ink,
            );
            canvas.fill(
                &[point(-0.25, 1.0), point(-0.12, -0.12), point(0.62, -0.12)],
                ink,
            );
        }
        Icon::Database => database(canvas, at, size, width, ink),
        Icon::Queue => {
            for bar in [-0.75, -0.25, 0.25, 0.75] {
                let bar = Rect::from_center_size(point(0.0, bar), vec2(1.6, 0.3) * size);
                canvas.block(bar, ink);
            }
        }
        Icon::External => {
            let outline = [
                point(-0.05, -0.65),
                point(-0.8, -0.65),
                point(-0.8, 0.8),
                point(0.65, 0.8),
                point(0.65, 0.05),
            ];
            canvas.line(&outline, width, false, ink);
            canvas.line(&[point(-0.15, 0.15), point(0.85, -0.85)], width, false, ink);
            let head = [point(0.25, -0.85), point(0.85, -0.85), point(0.85, -0.25)];
            canvas.line(&head, width, false, ink);
        }
    }
}

fn database(canvas: &mut Canvas, at: Pos2, size: f32, width: f32, ink: Ink) {
    let radii = vec2(0.78, 0.3) * size;
    let level = |y: f32| pos2(at.x, at.y + y * size);
    let mut top = half_ellipse(level(-0.62), radii, false);
    top.pop();
    let bottom = half_ellipse(level(-0.62), radii, true);
    top.extend(bottom.iter().rev().skip(1));
    canvas.line(&top, width, true, ink);
    canvas.line(&half_ellipse(level(0.02), radii, true), width, false, ink);
    canvas.line(&half_ellipse(level(0.66), radii, true), width, false, ink);
    for side in [-1.0, 1.0] {
        let x = vec2(side * radii.x, 0.0);
        canvas.line(&[level(-0.62) + x, level(0.66) + x], width, false, ink);
    }
}

/// The upper or the lower half of an ellipse, from left to right.
fn half_ellipse(centre: Pos2, radii: Vec2, is_lower: bool) -> Vec<Pos2> {
    const STEPS: usize = 14;
    let corners = (0..=STEPS).map(|step| {
        let it = direction(0.75 + 0.5 * step as f32 / STEPS as f32) * radii;
        let y = if is_lower { -it.y } else { it.y };
        centre + vec2(it.x, y)
    });
    corners.collect()
}

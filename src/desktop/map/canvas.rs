//! A small drawing board: shapes become one list of coloured triangles. Edges fade out over one
//! physical pixel, so that nothing needs multisampling. Knows no Bevy and no map.

use bevy_egui::egui::{Color32, Pos2, Rect, Rgba, Vec2, pos2, vec2};
use std::f32::consts::TAU;

/// A colour with its opacity, linear and not premultiplied, as the graphics card takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink(pub [f32; 4]);

impl Ink {
    /// A token, opaque.
    pub fn of(colour: Color32) -> Self {
        let [r, g, b, _] = Rgba::from(colour.to_opaque()).to_array();
        Self([r, g, b, 1.0])
    }

    /// So much of its opacity.
    pub fn fade(self, share: f32) -> Self {
        let Self([r, g, b, a]) = self;
        Self([r, g, b, a * share.clamp(0.0, 1.0)])
    }

    /// Between itself (0) and another (1).
    pub fn mix(self, other: Self, share: f32) -> Self {
        let share = share.clamp(0.0, 1.0);
        Self(std::array::from_fn(|at| {
            self.0[at] + (other.0[at] - self.0[at]) * share
        }))
    }
}

/// Coloured triangles. Units are points, y grows downwards.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Corners.
    pub positions: Vec<Pos2>,
    /// Their colours.
    pub colours: Vec<[f32; 4]>,
    /// Three for each triangle.
    pub indices: Vec<u32>,
    /// Width over which edges fade, in points.
    feather: f32,
}

impl Canvas {
    /// An empty one for a screen with so many physical pixels in a point.
    pub fn new(pixels_per_point: f32) -> Self {
        Self {
            positions: Vec::new(),
            colours: Vec::new(),
            indices: Vec::new(),
            feather: 1.0 / pixels_per_point.max(0.25),
        }
    }

    /// Wipes it, for a screen with so many physical pixels in a point; memory is kept.
    pub fn clear(&mut self, pixels_per_point: f32) {
        self.positions.clear();
        self.colours.clear();
        self.indices.clear();
        self.feather = 1.0 / pixels_per_point.max(0.25);
    }

    fn vertex(&mut self, at: Pos2, ink: Ink) -> u32 {
        let index = self.positions.len() as u32;
        self.positions.push(at);
        self.colours.push(ink.0);
        index
    }

    fn triangle(&mut self, a: u32, b: u32, c: u32) {
        self.indices.extend([a, b, c]);
    }

    fn quad(&mut self, a: u32, b: u32, c: u32, d: u32) {
        self.indices.extend([a, b, c, a, c, d]);
    }

    /// A filled circle.
    pub fn disc(&mut self, centre: Pos2, radius: f32, ink: Ink) {
        let half = (self.feather / 2.0).min(radius);
        self.rounds(
            centre,
            true,
            &[(radius - half, ink), (radius + half, ink.fade(0.0))],
        );
    }

    /// A soft light around a circle, strongest at it.
    pub fn halo(&mut self, centre: Pos2, from: f32, to: f32, ink: Ink) {
        let at = |share: f32| from + (to - from) * share;
        let stops = [
            (from, ink),
            (at(0.25), ink.fade(0.62)),
            (at(0.5), ink.fade(0.3)),
            (at(0.75), ink.fade(0.09)),
            (to, ink.fade(0.0)),
        ];
        self.rounds(centre, false, &stops);
    }

    /// Rings of changing colour around a centre, which is filled or left out.
    fn rounds(&mut self, centre: Pos2, is_filled: bool, stops: &[(f32, Ink)]) {
        let widest = stops.iter().fold(0.0_f32, |most, stop| most.max(stop.0));
        let corners = self.corners(widest);
        let directions = circle(corners);
        let mut last: Option<u32> = None;
        if is_filled && let Some(&(_, ink)) = stops.first() {
            let middle = self.vertex(centre, ink);
            let first = middle + 1;
            for corner in 0..corners as u32 {
                self.triangle(
                    middle,
                    first + corner,
                    first + (corner + 1) % corners as u32,
                );
            }
        }
        for &(radius, ink) in stops {
            let first = self.positions.len() as u32;
            for &direction in &directions {
                self.vertex(centre + direction * radius, ink);
            }
            if let Some(inner) = last {
                self.join(inner, first, corners as u32);
            }
            last = Some(first);
        }
    }

    /// Closes the gap between two rings of as many corners.
    fn join(&mut self, inner: u32, outer: u32, corners: u32) {
        for corner in 0..corners {
            let next = (corner + 1) % corners;
            self.quad(inner + corner, outer + corner, outer + next, inner + next);
        }
    }

    /// How many corners a circle needs to look round.
    fn corners(&self, radius: f32) -> usize {
        let pixels = radius / self.feather;
        (8.0 + pixels * 1.1).min(72.0) as usize
    }

    /// A part of a ring. Turns count clockwise from the top, 1 is the whole; `width` is centred on
    /// `radius`.
    pub fn arc(&mut self, centre: Pos2, radius: f32, width: f32, turns: (f32, f32), ink: Ink) {
        let (from, to) = turns;
        let share = (to - from).clamp(0.0, 1.0);
        if share <= 0.0 {
            return;
        }
        let steps = ((self.corners(radius) as f32 * share).ceil() as usize).max(2);
        let is_whole = share >= 0.9999;
        let count = if is_whole { steps } else { steps + 1 };
        let points: Vec<Pos2> = (0..count)
            .map(|step| centre + direction(from + share * step as f32 / steps as f32) * radius)
            .collect();
        self.line(&points, width, is_whole, ink);
    }

    /// A line through points.
    pub fn line(&mut self, points: &[Pos2], width: f32, is_closed: bool, ink: Ink) {
        if points.len() < 2 || width <= 0.0 {
            return;
        }
        let core = ((width - self.feather) / 2.0).max(0.0);
        let ink = ink.fade(width / self.feather);
        let reach = core + self.feather;
        let clear = ink.fade(0.0);
        let first = self.positions.len() as u32;
        let mut slices = 0;
        let slice = |canvas: &mut Self, at: Pos2, side: Vec2, ink: Ink| {
            canvas.vertex(at + side * reach, clear);
            canvas.vertex(at + side * core, ink);
            canvas.vertex(at - side * core, ink);
            canvas.vertex(at - side * reach, clear);
        };
        let count = points.len();
        for at in 0..count {
            let (before, after) = if is_closed {
                (points[(at + count - 1) % count], points[(at + 1) % count])
            } else {
                (
                    points[at.saturating_sub(1)],
                    points[(at + 1).min(count - 1)],
                )
            };
            let along = side_of(points[at], before, after);
            let is_first = at == 0 && !is_closed;
            if is_first {
                let back = (points[1] - points[0]).normalized() * self.feather;
                slice(self, points[at] - back, along, clear);
                slices += 1;
            }
            slice(self, points[at], along, ink);
            slices += 1;
            if at + 1 == count && !is_closed {
                let on = (points[at] - points[at - 1]).normalized() * self.feather;
                slice(self, points[at] + on, along, clear);
                slices += 1;
            }
        }
        let joints = if is_closed { slices } else { slices - 1 };
        for joint in 0..joints {
            let a = first + joint * 4;
            let b = first + (joint + 1) % slices * 4;
            for lane in 0..3 {
                self.quad(a + lane, b + lane, b + lane + 1, a + lane + 1);
            }
        }
    }

    /// A filled shape without dents, its corners in order.
    pub fn fill(&mut self, corners: &[Pos2], ink: Ink) {
        let count = corners.len();
        if count < 3 {
            return;
        }
        let sum = corners
            .iter()
            .fold(Vec2::ZERO, |sum, it| sum + it.to_vec2());
        let middle = (sum / count as f32).to_pos2();
        let centre = self.vertex(middle, ink);
        let first = centre + 1;
        let half = self.feather / 2.0;
        for at in 0..count {
            let (before, after) = (corners[(at + count - 1) % count], corners[(at + 1) % count]);
            let mut side = side_of(corners[at], before, after);
            if side.dot(corners[at] - middle) < 0.0 {
                side = -side;
            }
            self.vertex(corners[at] - side * half, ink);
            self.vertex(corners[at] + side * half, ink.fade(0.0));
        }
        for at in 0..count as u32 {
            let next = (at + 1) % count as u32;
            let (a, b) = (first + at * 2, first + next * 2);
            self.triangle(centre, a, b);
            self.quad(a, a + 1, b + 1, b);
        }
    }

    /// A filled rectangle.
    pub fn block(&mut self, rect: Rect, ink: Ink) {
        let corners = [
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
            rect.left_bottom(),
        ];
        self.fill(&corners, ink);
    }

    /// A diagonal cross.
    pub fn cross(&mut self, centre: Pos2, size: f32, width: f32, ink: Ink) {
        let (a, b) = (vec2(size, size), vec2(size, -size));
        self.line(&[centre - a, centre + a], width, false, ink);
        self.line(&[centre - b, centre + b], width, false, ink);
    }

    /// A square that stands on its corner.
    pub fn diamond(&mut self, centre: Pos2, size: f32, ink: Ink) {
        let corners = [
            centre - vec2(0.0, size),
            centre + vec2(size, 0.0),
            centre + vec2(0.0, size),
            centre - vec2(size, 0.0),
        ];
        self.fill(&corners, ink);
    }

    /// Bars on top of each other, filled from the bottom. The last one is filled in part.
    pub fn stack(&mut self, rect: Rect, bars: usize, filled: f32, inks: (Ink, Ink)) {
        let pitch = rect.height() / bars.max(1) as f32;
        let gap = (pitch * 0.3).max(1.0);
        for bar in 0..bars {
            let bottom = rect.bottom() - pitch * bar as f32;
            let corner = pos2(rect.left(), bottom - pitch + gap);
            let whole = Rect::from_min_max(corner, pos2(rect.right(), bottom));
            self.block(whole, inks.0);
            let share = (filled * bars as f32 - bar as f32).clamp(0.0, 1.0);
            if share > 0.05 {
                let right = whole.left() + whole.width() * share;
                self.block(whole.with_max_x(right), inks.1);
            }
        }
    }
}

/// The corners of a circle of radius 1, from the top on.
pub(super) fn circle(corners: usize) -> Vec<Vec2> {
    let step = TAU / corners.max(1) as f32;
    let (sin, cos) = step.sin_cos();
    let mut at = vec2(0.0, -1.0);
    let mut all = Vec::with_capacity(corners);
    for _ in 0..corners {
        all.push(at);
        at = vec2(at.x * cos - at.y * sin, at.x * sin + at.y * cos);
    }
    all
}

/// Where a hand points that has turned clockwise from the top.
pub(super) fn direction(turns: f32) -> Vec2 {
    let (sin, cos) = (turns * TAU).sin_cos();
    vec2(sin, -cos)
}

/// The outline of a rectangle with round corners.
pub(super) fn rounded(rect: Rect, radius: f32) -> Vec<Pos2> {
    const STEPS: usize = 6;
    let radius = radius.min(rect.width() / 2.0).min(rect.height() / 2.0);
    let inner = rect.shrink(radius);
    let corners = [
        (inner.right_top(), 0.0),
        (inner.right_bottom(), 0.25),
        (inner.left_bottom(), 0.5),
        (inner.left_top(), 0.75),
    ];
    let round = |(centre, turns): (Pos2, f32)| {
        (0..=STEPS)
            .map(move |step| centre + direction(turns + 0.25 * step as f32 / STEPS as f32) * radius)
    };
    corners.into_iter().flat_map(round).collect()
}

/// Across a line at one of its points, longer where it bends, so that its width stays.
fn side_of(at: Pos2, before: Pos2, after: Pos2) -> Vec2 {
    let (a, b) = ((at - before).normalized(), (after - at).normalized());
    let (a, b) = match (a == Vec2::ZERO, b == Vec2::ZERO) {
        (true, _) => (b, b),
        (_, true) => (a, a),
        _ => (a, b),
    };
    let along = (a + b).normalized();
    if along == Vec2::ZERO {
        return vec2(-a.y, a.x);
    }
    // A miter grows without limit in a sharp bend.
    let stretch = 1.0 / along.dot(a).max(0.4);
    vec2(-along.y, along.x) * stretch
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Ink = Ink([1.0, 0.5, 0.25, 1.0]);

    fn is_sound(canvas: &Canvas) {
        assert_eq!(canvas.positions.len(), canvas.colours.len());
        assert_eq!(canvas.indices.len() % 3, 0);
        let count = canvas.positions.len() as u32;
        assert!(canvas.indices.iter().all(|index| *index < count));
        let is_finite = |it: &Pos2| it.x.is_finite() && it.y.is_finite();
        assert!(canvas.positions.iter().all(is_finite));
    }

    /// Sum of the areas, each weighted by how opaque its corners are.
    fn covered(canvas: &Canvas) -> f32 {
        let corner = |index: u32| canvas.positions[index as usize];
        let opacity = |index: u32| canvas.colours[index as usize][3];
        let triangles = canvas.indices.chunks(3).map(|it| {
            let (u, v) = (corner(it[1]) - corner(it[0]), corner(it[2]) - corner(it[0]));
            let opacity = (opacity(it[0]) + opacity(it[1]) + opacity(it[2])) / 3.0;
            (u.x * v.y - u.y * v.x).abs() / 2.0 * opacity
        });
        triangles.sum()
    }

    fn draw(what: impl Fn(&mut Canvas)) -> Canvas {
        let mut canvas = Canvas::new(1.0);
        what(&mut canvas);
        is_sound(&canvas);
        canvas
    }

    #[test]
    fn shapes_cover_the_area_they_should() {
        let at = pos2(50.0, 50.0);
        let near = |canvas: &Canvas, area: f32| {
            let is = covered(canvas);
            assert!((is - area).abs() < area * 0.04, "{is} instead of {area}");
        };
        near(&draw(|it| it.disc(at, 20.0, INK)), TAU / 2.0 * 400.0);
        near(
            &draw(|it| it.arc(at, 20.0, 4.0, (0.0, 0.5), INK)),
            TAU / 2.0 * 20.0 * 4.0,
        );
        near(
            &draw(|it| it.arc(at, 20.0, 4.0, (0.2, 1.2), INK)),
            TAU * 20.0 * 4.0,
        );
        let rect = Rect::from_min_size(at, vec2(30.0, 20.0));
        near(&draw(|it| it.block(rect, INK)), 600.0);
        near(&draw(|it| it.diamond(at, 10.0, INK)), 200.0);
        near(
            &draw(|it| it.line(&rounded(rect, 0.0), 2.0, true, INK)),
            200.0,
        );
    }

    #[test]
    fn a_hairline_keeps_its_weight_by_fading() {
        let line = |width| {
            let ends = [pos2(0.0, 0.0), pos2(100.0, 0.0)];
            covered(&draw(|it| it.line(&ends, width, false, INK)))
        };
        assert!((line(0.5) / line(1.0) - 0.5).abs() < 0.01);
        assert!((line(3.0) - 303.0).abs() < 4.0);
    }

    #[test]
    fn the_outermost_corners_are_clear() {
        let canvas = draw(|it| it.disc(pos2(0.0, 0.0), 10.0, INK));
        let outside = canvas.positions.iter().zip(&canvas.colours);
        let mut outside = outside.filter(|(at, _)| at.to_vec2().length() > 10.1);
        assert!(outside.clone().count() > 8);
        assert!(outside.all(|(_, colour)| colour[3] == 0.0));
    }

    #[test]
    fn a_stack_fills_from_the_bottom() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(10.0, 40.0));
        let (empty, full) = (INK.fade(0.0), INK);
        let area = |share| covered(&draw(|it| it.stack(rect, 4, share, (empty, full))));
        assert_eq!(area(0.0), 0.0);
        assert!((area(1.0) / area(0.5) - 2.0).abs() < 0.1);
        let half = draw(|it| it.stack(rect, 4, 0.5, (empty, full)));
        let seen = half.positions.iter().zip(&half.colours);
        let mut seen = seen.filter(|(_, colour)| colour[3] > 0.0);
        assert!(seen.all(|(at, _)| at.y > 20.0));
    }

    #[test]
    fn nothing_comes_of_nothing() {
        let at = pos2(5.0, 5.0);
        draw(|it| it.line(&[at], 2.0, false, INK));
        draw(|it| it.line(&[at, at], 2.0, false, INK));
        draw(|it| it.fill(&[at, at, at], INK));
        draw(|it| it.disc(at, 0.0, INK));
        assert!(
            draw(|it| it.arc(at, 5.0, 2.0, (0.5, 0.5), INK))
                .indices
                .is_empty()
        );
    }
}

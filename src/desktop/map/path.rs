//! Ways along which things travel: curves that are walked by their length.

use bevy_egui::egui::{Pos2, Vec2, vec2};

/// A curve as points, with the length up to each of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    /// Its points.
    pub(super) points: Vec<Pos2>,
    lengths: Vec<f32>,
}

/// Samples of one Bézier curve.
const STEPS: usize = 20;

impl Path {
    /// Straight from point to point.
    pub(super) fn straight(points: Vec<Pos2>) -> Self {
        let mut walked = 0.0;
        let mut last = points.first().copied();
        let lengths = points
            .iter()
            .map(|&at| {
                walked += last.map_or(0.0, |from| from.distance(at));
                last = Some(at);
                walked
            })
            .collect();
        Self { points, lengths }
    }

    /// A smooth curve through points, that sets out and arrives in these directions and is level in
    /// between.
    pub(super) fn smooth(through: &[Pos2], out: Vec2, into: Vec2) -> Self {
        let mut points: Vec<Pos2> = through.first().copied().into_iter().collect();
        let last = through.len().saturating_sub(2);
        for (number, ends) in through.windows(2).enumerate() {
            let (from, to) = (ends[0], ends[1]);
            let reach = (to.x - from.x).abs().max(from.distance(to) * 0.5) * 0.45;
            let leave = if number == 0 { out } else { vec2(1.0, 0.0) };
            let arrive = if number == last { into } else { vec2(1.0, 0.0) };
            let (a, b) = (from + leave * reach, to - arrive * reach);
            for step in 1..=STEPS {
                points.push(bezier(from, a, b, to, step as f32 / STEPS as f32));
            }
        }
        Self::straight(points)
    }

    /// From end to end.
    pub(super) fn length(&self) -> f32 {
        self.lengths.last().copied().unwrap_or(0.0)
    }

    /// The point after so much of the way, and where the way leads there.
    pub(super) fn at(&self, walked: f32) -> (Pos2, Vec2) {
        let next = self.lengths.partition_point(|it| *it < walked);
        let next = next.clamp(1, self.points.len().saturating_sub(1).max(1));
        let (Some(&from), Some(&to)) = (self.points.get(next - 1), self.points.get(next)) else {
            let only = self.points.first().copied().unwrap_or(Pos2::ZERO);
            return (only, vec2(1.0, 0.0));
        };
        let (a, b) = (self.lengths[next - 1], self.lengths[next]);
        let share = if b > a { (walked - a) / (b - a) } else { 0.0 };
        (
            from.lerp(to, share.clamp(0.0, 1.0)),
            (to - from).normalized(),
        )
    }

    /// The points of a part of the way.
    pub(super) fn part(&self, from: f32, to: f32) -> Vec<Pos2> {
        let mut part = vec![self.at(from).0];
        for (&at, &walked) in self.points.iter().zip(&self.lengths) {
            if walked > from && walked < to {
                part.push(at);
            }
        }
        part.push(self.at(to).0);
        part
    }

    /// Begin and end of each dash along the way.
    pub(super) fn dashes(&self, dash: f32, gap: f32) -> impl Iterator<Item = Vec<Pos2>> + '_ {
        let pitch = (dash + gap).max(0.5);
        let length = self.length();
        let count = (length / pitch).ceil() as usize;
        (0..count).map(move |number| {
            let from = number as f32 * pitch;
            self.part(from, (from + dash).min(length))
        })
    }
}

fn bezier(from: Pos2, a: Pos2, b: Pos2, to: Pos2, at: f32) -> Pos2 {
    let back = 1.0 - at;
    let sum = from.to_vec2() * (back * back * back)
        + a.to_vec2() * (3.0 * back * back * at)
        + b.to_vec2() * (3.0 * back * at * at)
        + to.to_vec2() * (at * at * at);
    sum.to_pos2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_egui::egui::pos2;

    #[test]
    fn a_way_is_walked_at_constant_speed() {
        let level = vec2(1.0, 0.0);
        let path = Path::smooth(&[pos2(0.0, 0.0), pos2(100.0, 80.0)], level, level);
        let steps: Vec<Pos2> = (0..=10)
            .map(|step| path.at(path.length() * step as f32 / 10.0).0)
            .collect();
        assert_eq!(steps[0], pos2(0.0, 0.0));
        assert!(steps[10].distance(pos2(100.0, 80.0)) < 0.01);
        for pair in steps.windows(2) {
            let step = pair[0].distance(pair[1]);
            assert!((step - path.length() / 10.0).abs() < 0.8, "{step}");
        }
        assert!(path.at(0.0).1.y.abs() < 0.2, "it sets out level");
    }

    #[test]
    fn parts_and_dashes_add_up() {
        let path = Path::straight(vec![pos2(0.0, 0.0), pos2(60.0, 0.0), pos2(60.0, 40.0)]);
        assert_eq!(path.part(50.0, 70.0).len(), 3);
        let drawn: f32 = path
            .dashes(6.0, 4.0)
            .map(|it| Path::straight(it).length())
            .sum();
        assert!((drawn - 60.0).abs() < 0.1, "{drawn}");
    }

    #[test]
    fn a_way_of_nothing_leads_nowhere() {
        for path in [
            Path::straight(Vec::new()),
            Path::straight(vec![pos2(1.0, 2.0)]),
        ] {
            assert_eq!(path.length(), 0.0);
            assert!(path.at(5.0).0.x <= 1.0);
        }
    }
}

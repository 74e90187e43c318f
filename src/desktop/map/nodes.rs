//! What a node looks like: its ring says how full it is, its light whether it is in trouble, its
//! marks what goes on there. Every state has a shape, not only a colour.

use bevy_egui::egui::{Color32, Pos2, Rect, pos2, vec2};

use super::canvas::{Canvas, Ink, direction, rounded};
use super::icons::{Icon, icon};
use super::path::Path;
use crate::desktop::theme::Palette;
use crate::view::Health;

/// Everything that is drawn of one node. Shares are rounded, so that what looks the same is the same.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NodeMark {
    /// Its centre.
    pub(super) at: Pos2,
    /// Without its light.
    pub(super) radius: f32,
    /// What it is.
    pub(super) icon: Icon,
    /// How it does.
    pub(super) health: Health,
    /// How much of its ring is filled, from 0 to 1.
    pub(super) saturation: f32,
    /// Share of failed answers.
    pub(super) errors: f32,
    /// For caches: how warm.
    pub(super) warmth: Option<f32>,
    /// How full its queue is.
    pub(super) queue: f32,
    /// Restarting or failing over.
    pub(super) is_down: bool,
    /// A release goes out: how far the wave has travelled, from 0 to 1.
    pub(super) wave: Option<f32>,
    /// How far its light has swollen, from 0 to 1.
    pub(super) breath: f32,
    /// One of its alarms is on.
    pub(super) alarm: Option<Siren>,
    /// One of them has just gone off: how far its pulse has travelled, from 0 to 1.
    pub(super) pulse: Option<f32>,
    /// The console is about it.
    pub(super) is_selected: bool,
}

/// An alarm that is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Siren {
    /// It pages, as opposed to warns.
    pub(super) pages: bool,
    /// Somebody has taken it.
    pub(super) acknowledged: bool,
}

/// The colour of a state of health.
pub(super) fn colour(palette: &Palette, health: Health) -> Color32 {
    match health {
        Health::Healthy => palette.healthy,
        Health::Attention => palette.attention,
        Health::Failing => palette.failing,
    }
}

/// Bars of a stack.
const BARS: usize = 10;

/// Draws one.
pub(super) fn node(canvas: &mut Canvas, palette: &Palette, mark: &NodeMark) {
    let (at, radius) = (mark.at, mark.radius);
    let sign = Ink::of(colour(palette, mark.health));
    light(canvas, mark, sign);
    waves(canvas, palette, mark);
    let body = if mark.is_selected {
        Ink::of(palette.raised).mix(Ink::of(palette.own), 0.16)
    } else {
        Ink::of(palette.raised)
    };
    // The panel shows through nowhere: links end below.
    canvas.disc(at, radius + 1.0, Ink::of(palette.panel));
    let ring = (radius * 0.15).clamp(2.2, 5.5);
    let middle = radius - ring / 2.0;
    if mark.is_down {
        canvas.disc(at, radius - ring - 1.5, Ink::of(palette.panel));
        hatch(canvas, mark, ring, sign);
    } else {
        canvas.disc(at, radius - ring - 1.5, body);
        canvas.arc(at, middle, ring, (0.0, 1.0), Ink::of(palette.hairline));
        if mark.icon == Icon::Customers {
            let bad = mark.errors;
            canvas.arc(at, middle, ring, (0.0, bad), Ink::of(palette.failing));
            canvas.arc(at, middle, ring, (bad, 1.0), Ink::of(palette.healthy));
        } else {
            canvas.arc(at, middle, ring, (0.0, mark.saturation), sign);
        }
    }
    if let Some(warmth) = mark.warmth.filter(|_| !mark.is_down) {
        warm(canvas, palette, mark, radius - ring - 3.0, warmth);
    }
    let words = Ink::of(if mark.is_down {
        palette.faint
    } else {
        palette.text
    });
    if mark.icon == Icon::Queue {
        let inks = (Ink::of(palette.faint).fade(0.5), stack_ink(palette, mark));
        let box_ = Rect::from_center_size(at, vec2(radius * 0.9, radius * 1.1));
        canvas.stack(box_, BARS / 2, mark.queue, inks);
    } else {
        icon(canvas, mark.icon, at, radius * 0.40, words.fade(0.92));
        waiting(canvas, palette, mark);
    }
    marks(canvas, palette, mark);
}

/// The light around trouble: a soft one for attention, a wide one with a hard edge for failure.
fn light(canvas: &mut Canvas, mark: &NodeMark, sign: Ink) {
    let (at, radius) = (mark.at, mark.radius);
    match mark.health {
        Health::Healthy => {}
        Health::Attention => canvas.halo(at, radius - 1.0, radius * 1.5, sign.fade(0.2)),
        Health::Failing => {
            let reach = 1.5 + 0.35 * mark.errors.sqrt() + 0.1 * mark.breath;
            let strength = 0.22 + 0.1 * mark.errors.sqrt() + 0.08 * mark.breath;
            canvas.halo(at, radius - 1.0, radius * reach, sign.fade(strength));
            canvas.arc(at, radius * 1.2, 1.5, (0.0, 1.0), sign.fade(0.75));
        }
    }
}

/// Rings that travel outwards: of a release, and of an alarm that has just gone off.
fn waves(canvas: &mut Canvas, palette: &Palette, mark: &NodeMark) {
    let (at, radius) = (mark.at, mark.radius);
    if let Some(way) = mark.wave {
        let ink = Ink::of(palette.change);
        for ring in 0..2 {
            let way = (way + ring as f32 * 0.5).fract();
            canvas.arc(
                at,
                radius * (1.04 + 0.5 * way),
                2.0,
                (0.0, 1.0),
                ink.fade(1.0 - way),
            );
        }
    }
    if let Some(way) = mark.pulse {
        let pages = mark.alarm.is_none_or(|siren| siren.pages);
        let ink = Ink::of(if pages {
            palette.failing
        } else {
            palette.attention
        });
        for ring in 0..3 {
            let way = way * 1.4 - 0.2 * ring as f32;
            if (0.0..1.0).contains(&way) {
                let reach = radius * (1.1 + 1.5 * way);
                canvas.arc(at, reach, 3.0 - 1.5 * way, (0.0, 1.0), ink.fade(1.0 - way));
            }
        }
    }
}

/// A broken ring and stripes: nobody is there.
fn hatch(canvas: &mut Canvas, mark: &NodeMark, ring: f32, ink: Ink) {
    const PIECES: usize = 12;
    let (at, radius) = (mark.at, mark.radius);
    for piece in 0..PIECES {
        let from = piece as f32 / PIECES as f32;
        let turns = (from, from + 0.5 / PIECES as f32);
        canvas.arc(at, radius - ring / 2.0, ring, turns, ink);
    }
    let inner = radius - ring - 3.0;
    for stripe in -2..=2 {
        let off = stripe as f32 * inner * 0.42;
        let half = (inner * inner - off * off).max(0.0).sqrt();
        let (across, along) = (direction(0.375), direction(0.125));
        let middle = at + across * off;
        let ends = [middle - along * half, middle + along * half];
        canvas.line(&ends, 1.5, false, ink.fade(0.45));
    }
}

/// A cache is filled to where it is warm.
fn warm(canvas: &mut Canvas, palette: &Palette, mark: &NodeMark, radius: f32, warmth: f32) {
    let level = warmth.clamp(0.0, 1.0) * 2.0 - 1.0;
    // The part of the disc below the level, from one shore to the other.
    let shore = level.clamp(-1.0, 1.0).asin() / std::f32::consts::TAU;
    let (from, to) = (0.25 - shore, 0.75 + shore);
    if to - from < 0.02 {
        return;
    }
    const STEPS: usize = 36;
    let corners: Vec<Pos2> = (0..=STEPS)
        .map(|step| from + (to - from) * step as f32 / STEPS as f32)
        .map(|turns| mark.at + direction(turns) * radius)
        .collect();
    let ink = Ink::of(colour(palette, mark.health));
    canvas.fill(&corners, ink.fade(0.26));
    if let [first, .., last] = corners[..]
        && warmth < 0.995
    {
        canvas.line(&[last, first], 1.5, false, ink.fade(0.8));
    }
}

fn stack_ink(palette: &Palette, mark: &NodeMark) -> Ink {
    Ink::of(match mark.queue {
        fill if fill > 0.8 => palette.failing,
        fill if fill > 0.45 => palette.attention,
        _ => palette.healthy,
    })
}

/// Those who wait stand in front of the door.
fn waiting(canvas: &mut Canvas, palette: &Palette, mark: &NodeMark) {
    if mark.queue <= 0.0 || mark.icon == Icon::Customers {
        return;
    }
    let radius = mark.radius;
    let wide = (radius * 0.34).clamp(5.0, 11.0);
    let right = mark.at.x - radius - 5.0;
    let rect = Rect::from_min_max(
        pos2(right - wide, mark.at.y - radius * 0.8),
        pos2(right, mark.at.y + radius * 0.8),
    );
    let ground = rounded(rect.expand(3.5), 4.0);
    canvas.fill(&ground, Ink::of(palette.panel));
    canvas.line(&ground, 1.0, true, Ink::of(palette.hairline));
    let inks = (Ink::of(palette.faint).fade(0.45), stack_ink(palette, mark));
    canvas.stack(rect, BARS, mark.queue.max(1.0 / BARS as f32), inks);
}

/// Small signs on the rim: ▲ an alarm is on, ◆ a release goes out.
fn marks(canvas: &mut Canvas, palette: &Palette, mark: &NodeMark) {
    let size = (mark.radius * 0.25).clamp(4.5, 8.0);
    let ground = Ink::of(palette.panel);
    if let Some(siren) = mark.alarm {
        let at = mark.at + direction(0.125) * mark.radius;
        canvas.disc(at, size * 1.65, ground);
        let ink = Ink::of(if siren.pages {
            palette.failing
        } else {
            palette.attention
        });
        let corners: Vec<Pos2> = [0.0, 1.0 / 3.0, 2.0 / 3.0]
            .map(|turns| at + direction(turns) * size * 1.15)
            .to_vec();
        if siren.acknowledged {
            canvas.line(&corners, 1.5, true, ink);
        } else {
            canvas.fill(&corners, ink);
        }
    }
    if mark.wave.is_some() {
        let at = mark.at + direction(0.875) * mark.radius;
        canvas.disc(at, size * 1.65, ground);
        canvas.diamond(at, size, Ink::of(palette.change));
    }
}

/// A gap in a link with its lever open: a breaker lets nothing through.
pub(super) fn breaker(canvas: &mut Canvas, palette: &Palette, path: &Path, half_gap: f32) {
    let middle = path.length() / 2.0;
    let (from, along) = path.at(middle - half_gap);
    let (to, _) = path.at(middle + half_gap);
    let ink = Ink::of(palette.attention);
    canvas.disc(path.at(middle).0, half_gap * 1.15, Ink::of(palette.panel));
    let across = vec2(along.y, -along.x);
    let lever = (along * 0.8 + across * 0.6) * half_gap * 2.0;
    canvas.line(&[from, from + lever], 2.5, false, ink);
    for end in [from, to] {
        canvas.disc(end, 3.5, ink);
    }
}

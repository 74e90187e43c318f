//! Where everything on the map stands, in points from the map's upper left corner, for a size and a
//! view. What is drawn and what is written over it both ask here, so they cannot disagree.

use bevy_egui::egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::labels::MapView;
use super::path::Path;
use crate::base::id::{ComponentId, IdVec, RegionId};
use crate::desktop::theme::Theme;
use crate::view::{Layout, Link, Place};

/// Bounds of what a node's radius may be, and of the distances between nodes.
const RADIUS: (f32, f32) = (9.0, 40.0);
/// Names on the map are never smaller, in points.
const LEAST_WORDS: f32 = 11.5;
/// Below this radius nodes do without the room for figures.
const SMALL: f32 = 19.0;
const WIDEST_PITCH: Vec2 = Vec2::new(270.0, 190.0);
/// How close one may look, and how far to the side.
const ZOOM: (f32, f32) = (1.0, 4.0);
const SLACK: f32 = 0.2;

/// The places.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stage {
    /// The customers.
    pub(super) customers: Pos2,
    /// Components, by their ids.
    pub(super) nodes: IdVec<ComponentId, Pos2>,
    /// How much smaller than elsewhere words are, where room is short: a small name is better than
    /// none.
    pub(super) words: f32,
    /// Of every node.
    pub(super) radius: f32,
    /// Between layers, and between rows.
    pub(super) pitch: Vec2,
    /// Regions.
    pub(super) frames: Vec<(RegionId, Rect)>,
    /// The whole map.
    pub(super) size: Vec2,
}

/// Height of a node's name and figure below it, the distance to the node included.
pub(super) fn label_height(theme: &Theme) -> f32 {
    theme.rhythm.tight + theme.sizes.small * 1.3 + theme.sizes.caption * 1.3
}

/// Whether there is room for a word about the signs.
pub(super) fn has_legend(size: Vec2, theme: &Theme) -> bool {
    size.y > 330.0 * theme.text_scale()
}

impl Stage {
    /// Places a layout.
    pub(super) fn new(layout: &Layout, size: Vec2, view: &MapView, theme: &Theme) -> Self {
        let text = theme.text_scale();
        // The heading above, the legend below.
        let mut room = Rect::from_min_size(Pos2::ZERO, size);
        room.min.y += 32.0 * text;
        room.max.y -= if has_legend(size, theme) {
            24.0 * text
        } else {
            6.0
        };
        if !layout.frames.is_empty() {
            room.min.y += theme.sizes.caption * 1.6;
            room.max.y -= theme.rhythm.gap;
        }
        let room = Rect::from_min_max(room.min, room.max.max(room.min + vec2(40.0, 40.0)));
        let cells = vec2(layout.layers.max(1) as f32, layout.rows.max(1.0));
        let pitch = (room.size() / cells).min(WIDEST_PITCH);
        let name = theme.rhythm.tight + theme.sizes.small * 1.3;
        let least = (LEAST_WORDS / theme.sizes.small).min(1.0);
        let words = ((pitch.y * view.zoom - 30.0) / name).clamp(least, 1.0);
        let label = label_height(theme) * words;
        let fits = |label: f32| (pitch.y - label - theme.rhythm.wide) / 2.0;
        // Where room is short, names stay and figures go: nodes must not become dots.
        let tight = fits(label - theme.sizes.caption * 1.3 * words).min(SMALL);
        let radius = (pitch.x * 0.21).min(fits(label).max(tight));
        let radius = radius.clamp(RADIUS.0, RADIUS.1);
        let corner = room.center() - pitch * cells / 2.0;
        // A node and its label are centred in the cell together.
        let lift = vec2(0.0, label / 2.0);
        let middle = size.to_pos2() / 2.0;
        let put = |place: Place| {
            let at = corner + vec2(place.x, place.y) * cells * pitch - lift;
            middle + (at - middle) * view.zoom + view.pan
        };
        let pitch = pitch * view.zoom;
        let radius = radius * view.zoom.min(1.5);
        // A name stands above the light of the topmost node.
        let above = radius * 1.35 + theme.sizes.caption * 1.9;
        let pad = vec2((pitch.x * 0.45).min(radius * 2.4), above);
        let below = radius + label + theme.rhythm.gap;
        let frames = layout.frames.iter().map(|frame| {
            let (from, to) = (put(frame.from), put(frame.to));
            let rect = Rect::from_min_max(from - pad, pos2(to.x + pad.x, to.y + below));
            (frame.region, rect)
        });
        Self {
            customers: put(layout.customers),
            nodes: layout.components.iter().map(|place| put(*place)).collect(),
            radius,
            pitch,
            words,
            frames: frames.collect(),
            size,
        }
    }

    /// Where an end of a link is; `None` is the customers.
    pub(super) fn end(&self, end: Option<ComponentId>) -> Pos2 {
        let node = |id| self.nodes.get(id).copied();
        end.and_then(node).unwrap_or(self.customers)
    }

    /// The curve of a link. It sets out under one node's rim and ends under the other's, so that what
    /// travels comes from below the one and slides under the other.
    pub(super) fn path(&self, layout: &Layout, link: &Link) -> Path {
        let (from, to) = (self.end(link.from), self.end(Some(link.to)));
        let scale = self.scale_of(layout);
        let bends = link.bends.iter().map(|place| {
            // Bends keep the level of the nodes, not of the nodes' labels.
            let anchor = layout.customers;
            self.customers + vec2(place.x - anchor.x, place.y - anchor.y) * scale
        });
        let mut through: Vec<Pos2> = bends.collect();
        let first = through.first().copied().unwrap_or(to);
        let last = through.last().copied().unwrap_or(from);
        let (out, into) = (lean(first - from), lean(to - last));
        through.insert(0, from + out * (self.radius - 2.0));
        through.push(to - into * (self.radius - 2.0));
        Path::smooth(&through, out, into)
    }

    /// Points per unit of the layout.
    fn scale_of(&self, layout: &Layout) -> Vec2 {
        self.pitch * vec2(layout.layers.max(1) as f32, layout.rows.max(1.0))
    }
}

/// The direction in which a curve leaves for somewhere: there, but flatter.
fn lean(way: Vec2) -> Vec2 {
    let way = vec2(way.x, way.y * 0.45);
    if way == Vec2::ZERO {
        return vec2(1.0, 0.0);
    }
    way.normalized()
}

/// The view, kept where there is something to see.
pub(super) fn bounded(view: MapView, size: Vec2) -> MapView {
    let zoom = view.zoom.clamp(ZOOM.0, ZOOM.1);
    let most = size * ((zoom - 1.0) / 2.0 + SLACK);
    MapView {
        zoom,
        pan: view.pan.clamp(-most, most),
    }
}

/// Closer by a factor, with the point under the pointer staying where it is.
pub(super) fn zoomed(view: MapView, factor: f32, pointer: Pos2, size: Vec2) -> MapView {
    let zoom = (view.zoom * factor).clamp(ZOOM.0, ZOOM.1);
    let from_middle = pointer - size.to_pos2() / 2.0;
    let pan = from_middle - (from_middle - view.pan) * (zoom / view.zoom);
    bounded(MapView { zoom, pan }, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let size = vec2(800.0, 400.0);
        let pointer = pos2(500.0, 250.0);
        let before = MapView::default();
        let seen = |view: &MapView| (pointer - size.to_pos2() / 2.0 - view.pan) / view.zoom;
        let after = zoomed(before, 1.7, pointer, size);
        assert!((seen(&before) - seen(&after)).length() < 0.01);
        assert_eq!(after.zoom, 1.7);
    }

    #[test]
    fn the_map_cannot_be_lost() {
        let size = vec2(800.0, 400.0);
        let far = MapView {
            zoom: 90.0,
            pan: vec2(1e6, -1e6),
        };
        let kept = bounded(far, size);
        assert_eq!(kept.zoom, ZOOM.1);
        assert!(kept.pan.x <= size.x * 2.0 && kept.pan.y >= -size.y * 2.0);
        let whole = bounded(MapView { zoom: 0.01, ..far }, size);
        assert_eq!(whole.zoom, 1.0);
        assert!(whole.pan.x <= size.x * SLACK);
    }
}

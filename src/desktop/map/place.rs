//! Room for words: a label takes the first form and place in which it covers nothing else. A node
//! whose name fits nowhere goes without; its tooltip says everything.

use std::sync::Arc;

use bevy_egui::egui::{Color32, Galley, Painter, Pos2, Rect, ecolor, pos2, vec2};

use crate::desktop::theme::{Palette, Theme, mono, semibold};

/// What is to be written at a node.
pub(super) struct Label {
    pub(super) name: String,
    pub(super) figure: String,
    /// Colour of the figure.
    pub(super) ink: Color32,
    pub(super) is_dim: bool,
    /// How much smaller than elsewhere.
    pub(super) scale: f32,
}

/// Where it is written.
pub(super) struct Placed {
    /// Around all of it; `None` found no room.
    pub(super) rect: Option<Rect>,
    lines: Vec<(Pos2, Arc<Galley>)>,
}

/// Distance that is kept from everything else.
const CLEAR: f32 = 2.0;

/// Finds a place and takes it.
pub(super) fn place(
    painter: &Painter,
    theme: &Theme,
    label: &Label,
    disc: Rect,
    bounds: Rect,
    taken: &mut Vec<Rect>,
) -> Placed {
    let palette = &theme.palette;
    let ink = if label.is_dim {
        palette.muted
    } else {
        palette.text
    };
    let name = |words: &str| {
        painter.layout_no_wrap(
            words.to_owned(),
            semibold(theme.sizes.small * label.scale),
            ink,
        )
    };
    let figure = || {
        painter.layout_no_wrap(
            label.figure.clone(),
            mono(theme.sizes.caption * label.scale, false),
            label.ink,
        )
    };
    let halves: Vec<Arc<Galley>> = halves(&label.name).into_iter().map(&name).collect();
    let whole = vec![name(&label.name)];
    let forms = [
        (&whole, true),
        (&halves, true),
        (&whole, false),
        (&halves, false),
    ];
    for (names, has_figure) in forms {
        let mut lines = names.clone();
        if has_figure && !label.figure.is_empty() {
            lines.push(figure());
        }
        let below = stacked(&lines, disc, true, theme);
        let above = stacked(&lines, disc, false, theme);
        for (rect, lines) in [below, above] {
            let is_free = !taken
                .iter()
                .any(|other| *other != disc && other.intersects(rect.expand(CLEAR)));
            if is_free && bounds.contains_rect(rect) {
                taken.push(rect);
                return Placed {
                    rect: Some(rect),
                    lines,
                };
            }
        }
    }
    Placed {
        rect: None,
        lines: Vec::new(),
    }
}

/// A name as two lines, where it has a joint.
fn halves(name: &str) -> Vec<&str> {
    let middle = name.len() / 2;
    let joints = name
        .char_indices()
        .filter(|(_, sign)| "-_ .".contains(*sign));
    match joints.min_by_key(|(at, _)| at.abs_diff(middle)) {
        Some((at, _)) if at > 0 && at + 1 < name.len() => {
            let (first, second) = name.split_at(at + 1);
            vec![first.trim_end(), second]
        }
        _ => vec![name],
    }
}

/// Lines under each other, centred below or above a node.
fn stacked(
    lines: &[Arc<Galley>],
    disc: Rect,
    is_below: bool,
    theme: &Theme,
) -> (Rect, Vec<(Pos2, Arc<Galley>)>) {
    let height: f32 = lines.iter().map(|line| line.size().y).sum();
    let width = lines
        .iter()
        .fold(0.0_f32, |most, line| most.max(line.size().x));
    let tight = theme.rhythm.tight;
    let mut y = if is_below {
        disc.bottom() + tight
    } else {
        disc.top() - tight - height
    };
    let corner = pos2(disc.center().x - width / 2.0, y);
    let rect = Rect::from_min_size(corner, vec2(width, height));
    let mut placed = Vec::with_capacity(lines.len());
    for line in lines {
        placed.push((pos2(disc.center().x - line.size().x / 2.0, y), line.clone()));
        y += line.size().y;
    }
    (rect, placed)
}

impl Placed {
    /// Writes it, on a ground that dims what passes behind.
    pub(super) fn paint(&self, painter: &Painter, palette: &Palette) {
        if let Some(rect) = self.rect {
            let ground = glass(palette.panel, 0.6);
            painter.rect_filled(rect.expand2(vec2(3.0, 0.0)), 4.0, ground);
        }
        for (at, line) in &self.lines {
            painter.galley(*at, line.clone(), palette.text);
        }
    }
}

/// A colour through which so much less of what is behind is seen. The window blends linear light, as
/// egui's own `gamma_multiply` does not: that one would turn white into grey.
pub(super) fn glass(colour: Color32, opacity: f32) -> Color32 {
    let thin = |channel: u8| {
        let light = ecolor::linear_f32_from_gamma_u8(channel);
        ecolor::gamma_u8_from_linear_f32(light * opacity)
    };
    let [r, g, b, _] = colour.to_array();
    let alpha = (opacity * 255.0).round() as u8;
    Color32::from_rgba_premultiplied(thin(r), thin(g), thin(b), alpha)
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn names_are_broken_at_their_joints() {
        assert_eq!(halves("product-cache"), ["product-", "cache"]);
        assert_eq!(halves("sp-api-eu"), ["sp-", "api-eu"]);
        assert_eq!(halves("checkout"), ["checkout"]);
        assert_eq!(halves("price cache"), ["price", "cache"]);
        assert_eq!(halves("-"), ["-"]);
    }
}

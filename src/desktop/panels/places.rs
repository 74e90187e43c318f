//! Where everything in the room stands: fixed places that fill the window exactly.

use bevy_egui::egui::{Rect, pos2};

use super::{RightTab, RoomUi};
use crate::desktop::game::Game;
use crate::desktop::theme::Theme;

/// Narrower windows, at 100 % text, have one column beside the middle instead of two.
const BOTH_SIDES_FROM: f32 = 1400.0;
/// Lower columns have one card with all tabs instead of two.
const TWO_CARDS_FROM: f32 = 460.0;

/// The places.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Places {
    /// The bar on top.
    pub(super) top: Rect,
    /// The map.
    pub(super) map: Rect,
    /// The plots.
    pub(super) signals: Rect,
    /// The line below everything.
    pub(super) timeline: Rect,
    /// What is beside the middle.
    pub(super) side: Side,
}

/// What is beside the middle.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Side {
    /// Three cards on each side.
    Both {
        /// Pager, team, channel.
        left: [Rect; 3],
        /// Console, hypotheses, evidence.
        right: [Rect; 3],
    },
    /// One column of cards with tabs: two, or a single one where there is little height.
    Tabs(Vec<Rect>),
}

impl Places {
    pub(super) fn of(window: Rect, theme: &Theme, game: &Game, room: &RoomUi) -> Self {
        let scale = theme.text_scale();
        let gap = theme.rhythm.wide;
        let split = |y: f32, height: f32| {
            Rect::from_min_max(pos2(window.left(), y), pos2(window.right(), y + height))
        };
        let top = split(window.top(), (64.0 * scale).round());
        let low = (90.0 * scale).round();
        let timeline = split(window.bottom() - low, low);
        let body = Rect::from_min_max(
            pos2(window.left() + gap, top.bottom() + gap),
            pos2(window.right() - gap, timeline.top()),
        );
        let both = window.width() >= BOTH_SIDES_FROM * scale;
        let (middle, side) = if both {
            let (left, rest) = body.split_left_right_at_x(body.left() + (320.0 * scale).round());
            let (middle, right_column) =
                rest.split_left_right_at_x(body.right() - (420.0 * scale).round());
            let middle = middle.with_min_x(left.right() + gap);
            let middle = middle.with_max_x(right_column.left() - gap);
            let left = stack(
                left,
                gap,
                left_heights(game, scale, left.height() - 2.0 * gap),
            );
            let right = stack(
                right_column,
                gap,
                right_heights(game, room, scale, right_column.height() - 2.0 * gap),
            );
            (middle, Side::Both { left, right })
        } else {
            // Bigger text needs a wider column, but never at the cost of the map.
            let wide = (384.0 * scale).min(body.width() * 0.4).round();
            let (middle, column) = body.split_left_right_at_x(body.right() - wide);
            let cards = if column.height() < TWO_CARDS_FROM * scale {
                vec![column]
            } else {
                let (upper, lower) =
                    column.split_top_bottom_at_y(column.top() + (column.height() * 0.6).round());
                vec![upper.with_max_y(upper.bottom() - gap), lower]
            };
            (middle.with_max_x(column.left() - gap), Side::Tabs(cards))
        };
        let cut = middle.top() + ((middle.height() - gap) * 0.58).round();
        Self {
            top,
            map: middle.with_max_y(cut),
            signals: middle.with_min_y(cut + gap),
            timeline,
            side,
        }
    }
}

/// One below the other; the last one takes what is left.
fn stack(column: Rect, gap: f32, heights: [f32; 2]) -> [Rect; 3] {
    let first = column.with_max_y(column.top() + heights[0].round());
    let second = column.with_min_y(first.bottom() + gap);
    let second = second.with_max_y(second.top() + heights[1].round());
    let third = column.with_min_y(second.bottom() + gap);
    [first, second, third]
}

/// The pager and the team are as high as what is in them, up to a limit; the channel has the rest.
fn left_heights(game: &Game, scale: f32, height: f32) -> [f32; 2] {
    let heading = 36.0 + 17.0 * scale;
    let alarms = game.desk.pager.len().clamp(2, 5) as f32;
    let button = if super::pager::wants_taking(game) {
        38.0 * scale
    } else {
        0.0
    };
    let pager = heading + button + alarms * super::pager::ROW * scale;
    let people = game.desk.team.iter().map(super::team::height).sum::<f32>();
    let team = heading + people * scale;
    [pager.min(height * 0.32), team.min(height * 0.4)]
}

/// The console has most of the room; the hypotheses as much as they need, up to a limit.
fn right_heights(game: &Game, room: &RoomUi, scale: f32, height: f32) -> [f32; 2] {
    // A message takes more room than a list of orders.
    let console = match room.right {
        RightTab::Communicate => 0.68,
        RightTab::Investigate | RightTab::Mitigate | RightTab::Coordinate => 0.54,
    };
    let least = if room.hypotheses.is_adding() { 3 } else { 1 };
    let count = super::hypotheses::current(game).len().clamp(least, 4) as f32;
    let hypotheses = 36.0 + (24.0 + count * 44.0) * scale;
    [height * console, hypotheses.min(height * (0.9 - console))]
}

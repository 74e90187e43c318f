//! Words over the map, and what the pointer does there.

use bevy_egui::egui::{Rect, Response, Ui, Vec2};

use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::Theme;

/// Where one looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapView {
    /// 1 shows the whole.
    pub zoom: f32,
    /// In points.
    pub pan: Vec2,
}

impl Default for MapView {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            pan: Vec2::ZERO,
        }
    }
}

/// Draws the words, takes clicks, zoom and pan.
pub fn map_ui(
    _ui: &mut Ui,
    _theme: &Theme,
    _game: &Game,
    _view: &mut MapView,
    _rect: Rect,
    _response: &Response,
    _out: &mut Vec<Intent>,
) {
}

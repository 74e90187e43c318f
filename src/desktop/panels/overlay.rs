//! What lies over a screen: a veil that shuts it when it is clicked, and the sheet on it.

use bevy_egui::egui::{Area, Frame, Id, Margin, Order, Response, Sense, Stroke, Ui};

use crate::desktop::theme::Theme;

/// Dims what lies below, and takes the clicks that are meant for it.
pub(super) struct Veil;

impl Veil {
    /// Draws it; its response is clicked when the sheet is to be shut.
    pub(super) fn draw(ui: &Ui, theme: &Theme, name: &str) -> Response {
        let rect = ui.ctx().content_rect();
        let area = Area::new(Id::new((name, "veil"))).order(Order::Middle);
        let shown = area.fixed_pos(rect.min).show(ui.ctx(), |ui| {
            let response = ui.allocate_rect(rect, Sense::click());
            let ink = theme.palette.ground.gamma_multiply(0.72);
            ui.painter().rect_filled(rect, 0.0, ink);
            response
        });
        shown.inner
    }
}

/// The sheet itself.
pub(super) fn sheet(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.palette.panel)
        .stroke(Stroke::new(1.0, theme.palette.hairline))
        .corner_radius(theme.rhythm.radius)
        .inner_margin(Margin::symmetric(20, 16))
}

//! Words to the player that go away by themselves.

use bevy_egui::egui::{Align2, Area, Frame, Id, Margin, Order, RichText, Stroke, Ui, vec2};

use crate::desktop::state::Toast;
use crate::desktop::theme::Theme;

/// Draws them over the lower edge.
pub(super) fn toasts_ui(ui: &mut Ui, theme: &Theme, toasts: &[Toast]) {
    if toasts.is_empty() {
        return;
    }
    let area = Area::new(Id::new("toasts")).order(Order::Foreground);
    let area = area.anchor(Align2::CENTER_BOTTOM, vec2(0.0, -110.0));
    area.interactable(false).show(ui.ctx(), |ui| {
        for toast in toasts {
            let (sign, edge) = if toast.is_bad {
                ("▲", theme.palette.failing)
            } else {
                ("●", theme.palette.own)
            };
            let frame = Frame::new().fill(theme.palette.raised);
            let frame = frame.stroke(Stroke::new(1.0, edge));
            let frame = frame.corner_radius(theme.rhythm.radius);
            frame.inner_margin(Margin::symmetric(14, 9)).show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.label(RichText::new(sign).color(edge));
                    let text = RichText::new(&toast.text).size(theme.sizes.body);
                    ui.label(text.color(theme.palette.text));
                });
            });
        }
    });
}

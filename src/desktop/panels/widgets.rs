//! Small parts that several panels are made of.

use bevy_egui::egui::{
    Color32, CornerRadius, Frame, Margin, Rect, RichText, Stroke, Ui, pos2, vec2,
};

use crate::desktop::theme::{Theme, mono, semibold};

/// A panel: flat, with a hairline around it.
pub fn card(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.palette.panel)
        .stroke(Stroke::new(1.0, theme.palette.hairline))
        .corner_radius(theme.rhythm.radius)
        .inner_margin(Margin::symmetric(16, 12))
}

/// A panel's heading on the left, and a remark on the right.
pub fn heading(ui: &mut Ui, theme: &Theme, words: &str, remark: &str) {
    ui.horizontal(|ui| {
        ui.label(
            RichText::new(words)
                .font(semibold(theme.sizes.small))
                .color(theme.palette.muted),
        );
        ui.with_layout(
            bevy_egui::egui::Layout::right_to_left(bevy_egui::egui::Align::Center),
            |ui| {
                ui.label(
                    RichText::new(remark)
                        .font(mono(theme.sizes.caption, false))
                        .color(theme.palette.muted),
                );
            },
        );
    });
}

/// A thin bar that is filled from the left.
pub fn bar(ui: &mut Ui, theme: &Theme, share: f64, colour: Color32, width: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, 4.0), bevy_egui::egui::Sense::hover());
    let filled = rect.width() * (share.clamp(0.0, 1.0) as f32);
    let painter = ui.painter();
    let radius = CornerRadius::same(2);
    painter.rect_filled(rect, radius, theme.palette.hairline);
    let part = Rect::from_min_max(rect.min, pos2(rect.min.x + filled, rect.max.y));
    painter.rect_filled(part, radius, colour);
}

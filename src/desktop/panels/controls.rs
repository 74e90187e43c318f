//! Controls of the console's panels: buttons, chips, rows, words that fit.

use std::sync::Arc;

use bevy_egui::egui::{
    Button, Color32, CornerRadius, Galley, Pos2, Rect, Response, RichText, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, WidgetType, vec2,
};

use super::widgets::{chip, focus_ring};
use crate::desktop::theme::{Theme, mono, semibold};

/// The button for what is most likely wanted.
pub(super) fn primary(ui: &mut Ui, theme: &Theme, enabled: bool, words: &str) -> Response {
    let palette = &theme.palette;
    let (fill, ink) = if enabled {
        (palette.own, palette.ground)
    } else {
        (palette.raised, palette.muted)
    };
    let words = RichText::new(words).font(semibold(theme.sizes.small));
    let button = Button::new(words.color(ink))
        .fill(fill)
        .stroke(Stroke::NONE);
    let height = 32.0 * theme.text_scale();
    ui.add_enabled(enabled, button.min_size(vec2(0.0, height)))
}

/// Any other button.
pub(super) fn secondary(ui: &mut Ui, theme: &Theme, enabled: bool, words: &str) -> Response {
    let words = RichText::new(words).font(semibold(theme.sizes.small));
    let button = Button::new(words.color(theme.palette.text)).fill(Color32::TRANSPARENT);
    let height = 32.0 * theme.text_scale();
    ui.add_enabled(enabled, button.min_size(vec2(0.0, height)))
}

/// A button that opens a list; what is chosen stands on it.
pub(in crate::desktop) fn drop_down(
    ui: &mut Ui,
    theme: &Theme,
    words: &str,
    framed: bool,
) -> Response {
    let text = RichText::new(format!("{words} ⏷"));
    let text = if framed {
        text.size(theme.sizes.small).color(theme.palette.text)
    } else {
        text.font(semibold(theme.sizes.small))
            .color(theme.palette.own)
    };
    let response = ui.add(Button::new(text).frame(framed).truncate());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, enabled, words));
    response
}

/// A small button at the end of a line.
pub(super) fn quiet(ui: &mut Ui, theme: &Theme, words: &str) -> Response {
    let words = RichText::new(words).size(theme.sizes.caption);
    let button = Button::new(words.color(theme.palette.text)).fill(Color32::TRANSPARENT);
    ui.add(button.min_size(vec2(0.0, 22.0 * theme.text_scale())))
}

/// Chips of which exactly one is chosen.
pub(super) fn one_of<T: Copy + PartialEq>(
    ui: &mut Ui,
    theme: &Theme,
    value: &mut T,
    options: &[(T, &str, &str)],
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(theme.rhythm.tight + 2.0, theme.rhythm.tight + 2.0);
        for (option, words, explains) in options {
            let is = *value == *option;
            let response = chip(ui, theme, words, is);
            // Several questions have answers of the same words.
            response.widget_info(|| {
                let label = format!("{words}, {explains}");
                WidgetInfo::selected(WidgetType::RadioButton, true, is, label)
            });
            if response.on_hover_text(*explains).clicked() {
                *value = *option;
            }
        }
    });
}

/// Words that name a field.
pub(super) fn caption(ui: &mut Ui, theme: &Theme, words: &str) -> Response {
    let text = RichText::new(words).size(theme.sizes.caption);
    ui.label(text.color(theme.palette.muted))
}

/// Words that say less than those around them, wrapped.
pub(super) fn remark(ui: &mut Ui, theme: &Theme, words: &str) -> Response {
    let text = RichText::new(words).size(theme.sizes.caption);
    let label = bevy_egui::egui::Label::new(text.color(theme.palette.muted)).wrap();
    ui.add(label)
}

/// A line across.
pub(super) fn hairline(ui: &mut Ui, theme: &Theme) {
    let size = vec2(ui.available_width(), 1.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect_filled(rect, 0.0, theme.palette.hairline);
}

/// A row over the whole width that can be chosen by mouse and by keyboard.
pub(super) fn row(
    ui: &mut Ui,
    theme: &Theme,
    height: f32,
    selected: bool,
    label: &str,
) -> Response {
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        WidgetInfo::selected(WidgetType::SelectableLabel, enabled, selected, label)
    });
    let palette = &theme.palette;
    let radius = CornerRadius::same(6);
    let inner = rect.shrink(0.5);
    if selected {
        ui.painter().rect(
            inner,
            radius,
            palette.raised,
            Stroke::new(1.0, palette.own),
            StrokeKind::Inside,
        );
    } else if response.hovered() {
        ui.painter().rect_filled(inner, radius, palette.raised);
    }
    focus_ring(ui, theme, &response, 6.0);
    response
}

/// Draws words so that their left end is there; says how wide they are.
pub(super) fn put_left(ui: &Ui, at: Pos2, galley: Arc<Galley>) -> Rect {
    let rect = Rect::from_min_size(at, galley.size());
    ui.painter().galley(at, galley, Color32::PLACEHOLDER);
    rect
}

/// Draws words so that their right end is there.
pub(super) fn put_right(ui: &Ui, at: Pos2, galley: Arc<Galley>) -> Rect {
    put_left(ui, at - vec2(galley.size().x, 0.0), galley)
}

/// Seconds as people say them, such as `90 s` or `6 min`.
pub(super) fn seconds(secs: f64) -> String {
    let secs = secs.max(0.0).round();
    if secs < 120.0 {
        format!("{secs:.0} s")
    } else {
        let rest = (secs % 60.0).round();
        let minutes = (secs / 60.0).floor();
        if rest < 1.0 {
            format!("{minutes:.0} min")
        } else {
            format!("{minutes:.0}:{rest:02.0} min")
        }
    }
}

/// `0:42`.
pub(super) fn countdown(secs: f64) -> String {
    let whole = secs.abs().round() as u64;
    let sign = if secs < -0.5 { "−" } else { "" };
    format!("{sign}{}:{:02}", whole / 60, whole % 60)
}

/// A figure.
pub(super) fn figure(theme: &Theme, words: &str, ink: Color32) -> RichText {
    let font = mono(theme.sizes.caption, false);
    RichText::new(words).font(font).color(ink)
}

/// Whether a click came from the keyboard.
pub(super) fn entered(ui: &Ui, response: &Response) -> bool {
    use bevy_egui::egui::Key;
    response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

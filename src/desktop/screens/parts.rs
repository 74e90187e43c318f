//! Small parts that the screens are made of.

use bevy_egui::egui::{
    Align, Align2, Button, CentralPanel, Color32, CornerRadius, Frame, Key, Label, Layout, Pos2,
    Rect, Response, RichText, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui, UiBuilder, Vec2,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::desktop::theme::{Theme, mono, semibold};

/// A screen's ground with its margins; scrolls when it is taller than the window. What is on it is
/// never wider than `widest` points at 100 % text, and then in the middle.
pub(super) fn page(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    widest: f32,
    content: impl FnOnce(&mut Ui),
) {
    let frame = Frame::new().fill(theme.palette.ground);
    CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        let room = ui.available_width();
        let (side, top) = if room >= 1500.0 {
            (36.0, 28.0)
        } else {
            (24.0, 18.0)
        };
        let beside = ((room - widest * theme.text_scale()) / 2.0).max(side);
        ScrollArea::vertical()
            .id_salt(name)
            .auto_shrink(false)
            .show(ui, |ui| {
                let mut inside = ui.available_rect_before_wrap();
                inside.min += vec2(beside, top);
                inside.max.x -= beside;
                ui.scope_builder(UiBuilder::new().max_rect(inside), content);
                ui.add_space(top);
            });
    });
}

/// A way back, and the screen's name.
pub(super) fn header(ui: &mut Ui, theme: &Theme, title: &str, remark: &str) -> bool {
    let mut back = false;
    ui.horizontal(|ui| {
        let tip = "Back to where you came from (Escape)";
        back = quiet(ui, theme, "Back", tip).clicked();
        ui.add_space(theme.rhythm.gap);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let words = RichText::new(title).font(semibold(theme.sizes.figure));
            ui.add(Label::new(words.color(theme.palette.text)));
            if !remark.is_empty() {
                small(ui, theme, remark);
            }
        });
    });
    ui.add_space(theme.rhythm.section);
    back || escape(ui)
}

/// Whether Escape was pressed.
pub(super) fn escape(ui: &Ui) -> bool {
    ui.input(|input| input.key_pressed(Key::Escape))
}

/// The button of what is usually wanted.
pub(super) fn primary(ui: &mut Ui, theme: &Theme, words: &str, tip: &str) -> Response {
    let text = RichText::new(words)
        .font(semibold(theme.sizes.small))
        .color(theme.palette.ground);
    button(ui, theme, text, theme.palette.own, Stroke::NONE).on_hover_text(tip)
}

/// Any other button.
pub(super) fn quiet(ui: &mut Ui, theme: &Theme, words: &str, tip: &str) -> Response {
    let text = RichText::new(words)
        .font(semibold(theme.sizes.small))
        .color(theme.palette.text);
    let edge = Stroke::new(1.0, theme.palette.hairline);
    button(ui, theme, text, theme.palette.panel, edge).on_hover_text(tip)
}

fn button(ui: &mut Ui, theme: &Theme, text: RichText, fill: Color32, edge: Stroke) -> Response {
    let scale = theme.text_scale();
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().button_padding = vec2(14.0, 6.0) * scale;
            ui.add(
                Button::new(text)
                    .fill(fill)
                    .stroke(edge)
                    .corner_radius(8)
                    .min_size(vec2(0.0, 34.0 * scale)),
            )
        })
        .inner;
    ring(ui, theme, &response, 8);
    response
}

/// One of several, in a row of its like.
pub(super) fn choice(ui: &mut Ui, theme: &Theme, words: &str, chosen: bool, tip: &str) -> Response {
    let palette = &theme.palette;
    let (fill, text, edge) = if chosen {
        (palette.own, palette.ground, palette.own)
    } else {
        (palette.panel, palette.muted, palette.hairline)
    };
    let text = RichText::new(words)
        .font(semibold(theme.sizes.caption))
        .color(text);
    let button = Button::new(text).fill(fill).corner_radius(6);
    let response = ui.add(button.stroke(Stroke::new(1.0, edge)));
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, enabled, chosen, words));
    ring(ui, theme, &response, 6);
    response.on_hover_text(tip)
}

/// Marks what the keyboard is on.
pub(super) fn ring(ui: &Ui, theme: &Theme, response: &Response, radius: u8) {
    if response.has_focus() {
        let rect = response.rect.expand(2.0);
        let stroke = Stroke::new(1.5, theme.palette.own);
        let radius = CornerRadius::same(radius + 2);
        ui.painter()
            .rect_stroke(rect, radius, stroke, StrokeKind::Outside);
    }
}

/// A row of a list that can be chosen; the caller paints what is in it.
pub(super) fn row(
    ui: &mut Ui,
    theme: &Theme,
    size: Vec2,
    chosen: bool,
    words: &str,
) -> (Rect, Response) {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, enabled, chosen, words));
    let palette = &theme.palette;
    if chosen || response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 8.0, palette.raised);
    }
    if chosen {
        let bar = Rect::from_min_size(rect.min + vec2(0.0, 8.0), vec2(3.0, rect.height() - 16.0));
        ui.painter().rect_filled(bar, 2.0, palette.own);
    }
    ring(ui, theme, &response, 8);
    (rect, response)
}

/// A switch with its words on the left and an explanation below.
pub(super) fn switch(ui: &mut Ui, theme: &Theme, on: bool, words: &str, explains: &str) -> bool {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let width = ui.available_width();
    let room = (width - 70.0 * scale).max(80.0);
    let explained = ui.painter().layout(
        explains.to_owned(),
        bevy_egui::egui::FontId::proportional(theme.sizes.caption),
        palette.muted,
        room,
    );
    let line = theme.sizes.body * 1.4;
    let size = vec2(width, line + explained.size().y + 14.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, enabled, on, words));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect.expand2(vec2(8.0, 0.0)), 8.0, palette.raised);
    }
    let at = rect.min + vec2(0.0, 6.0);
    let font = bevy_egui::egui::FontId::proportional(theme.sizes.body);
    painter.text(at, Align2::LEFT_TOP, words, font, palette.text);
    painter.galley(at + vec2(0.0, line), explained, palette.muted);
    let knob = vec2(38.0, 20.0) * scale;
    let min = pos2(rect.right() - knob.x, rect.center().y - knob.y / 2.0);
    let track = Rect::from_min_size(min, knob);
    let share = ui
        .ctx()
        .animate_bool_with_time(response.id, on, theme.motion_s);
    let fill = if on { palette.own } else { palette.faint };
    painter.rect_filled(track, knob.y / 2.0, fill);
    let radius = knob.y / 2.0;
    let x = track.left() + radius + (knob.x - knob.y) * share;
    painter.circle_filled(pos2(x, track.center().y), radius - 3.0, palette.ground);
    ring(ui, theme, &response, 8);
    response.clicked()
}

/// Small, muted words.
pub(super) fn small(ui: &mut Ui, theme: &Theme, words: &str) -> Response {
    let text = RichText::new(words).size(theme.sizes.small);
    ui.add(Label::new(text.color(theme.palette.muted)).wrap())
}

/// Words of the usual size.
pub(super) fn body(ui: &mut Ui, theme: &Theme, words: &str) -> Response {
    let text = RichText::new(words).size(theme.sizes.body);
    ui.add(Label::new(text.color(theme.palette.text)).wrap())
}

/// A heading inside a card.
pub(super) fn title(ui: &mut Ui, theme: &Theme, words: &str) {
    let text = RichText::new(words).font(semibold(theme.sizes.small));
    ui.add(Label::new(text.color(theme.palette.muted)).wrap());
}

/// Paragraphs of a text that its author has wrapped.
pub(super) fn prose(ui: &mut Ui, theme: &Theme, text: &str, size: f32) {
    ui.spacing_mut().item_spacing.y = size * 0.7;
    for paragraph in text.split("\n\n") {
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = RichText::new(line)
            .size(size)
            .line_height(Some(size * 1.5))
            .color(theme.palette.text);
        ui.add(Label::new(words).wrap());
    }
}

/// A list with a small square in front of each.
pub(super) fn bullets<'t>(
    ui: &mut Ui,
    theme: &Theme,
    colour: Color32,
    items: impl Iterator<Item = &'t str>,
) {
    for item in items {
        ui.horizontal_top(|ui| {
            let line = theme.sizes.small * 1.3;
            let (rect, _) = ui.allocate_exact_size(vec2(8.0, line), Sense::hover());
            let square = Rect::from_center_size(rect.center(), Vec2::splat(4.0));
            ui.painter().rect_filled(square, 1.0, colour);
            let line = item.split_whitespace().collect::<Vec<_>>().join(" ");
            let text = RichText::new(line).size(theme.sizes.small);
            ui.add(Label::new(text.color(theme.palette.text)).wrap());
        });
    }
}

/// A name on the left, a figure on the right.
pub(super) fn pair(ui: &mut Ui, theme: &Theme, name: &str, value: &str) {
    ui.horizontal(|ui| {
        small(ui, theme, name);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(value).font(mono(theme.sizes.small, false));
            ui.label(text.color(theme.palette.text));
        });
    });
}

/// A line of one pixel.
pub(super) fn hairline(ui: &mut Ui, theme: &Theme) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, theme.palette.hairline);
}

/// Three dots that swell one after the other; they stand still where nothing is to move.
pub(super) fn working(ui: &mut Ui, theme: &Theme) {
    let size = vec2(30.0, 14.0) * theme.text_scale();
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let time = ui.input(|input| input.time) as f32;
    for dot in 0..3_u8 {
        let place = (f32::from(dot) + 0.5) / 3.0;
        let swell = if theme.motion_s > 0.0 {
            (time * 4.0 - f32::from(dot) * 0.9).sin().mul_add(0.5, 0.5)
        } else {
            0.5
        };
        let centre = pos2(rect.left() + rect.width() * place, rect.center().y);
        let radius = 2.0 + swell * 1.6;
        ui.painter()
            .circle_filled(centre, radius, theme.palette.own);
    }
}

/// The sign of a level: one bar more for each step, as a signal has.
pub(super) fn level_sign(ui: &Ui, theme: &Theme, at: Pos2, step: usize) {
    for bar in 0..LEVELS.len() {
        let height = 4.0 + bar as f32 * 2.5;
        let min = pos2(at.x + bar as f32 * 5.0, at.y - height);
        let colour = if bar < step {
            theme.palette.own
        } else {
            theme.palette.hairline
        };
        let rect = Rect::from_min_size(min, vec2(3.0, height));
        ui.painter().rect_filled(rect, 1.0, colour);
    }
}

/// Levels from the easiest on.
pub(super) const LEVELS: [&str; 5] = ["junior", "SDE", "senior", "lead", "principal"];

/// How far up a level is, from 1; an unknown one is in the middle.
pub(super) fn level_step(level: &str) -> usize {
    let found = LEVELS.iter().position(|it| it.eq_ignore_ascii_case(level));
    found.map_or(3, |it| it + 1)
}

/// A check mark, for it is in no font.
pub(super) fn tick(centre: Pos2, size: f32, stroke: Stroke) -> Shape {
    let at = |x: f32, y: f32| centre + vec2(x, y) * size;
    Shape::line(vec![at(-0.5, 0.0), at(-0.12, 0.38), at(0.5, -0.4)], stroke)
}

/// A cross.
pub(super) fn cross(centre: Pos2, size: f32, stroke: Stroke) -> [Shape; 2] {
    let half = size / 2.0;
    let line = |a: Vec2, b: Vec2| Shape::line_segment([centre + a, centre + b], stroke);
    [
        line(vec2(-half, -half), vec2(half, half)),
        line(vec2(-half, half), vec2(half, -half)),
    ]
}

/// A triangle that stands on its base.
pub(super) fn triangle(centre: Pos2, size: f32, colour: Color32) -> Shape {
    let at = |x: f32, y: f32| centre + vec2(x, y) * size;
    let points = vec![at(0.0, -0.55), at(0.55, 0.45), at(-0.55, 0.45)];
    Shape::convex_polygon(points, colour, Stroke::NONE)
}

/// A square on its corner.
pub(super) fn diamond(centre: Pos2, size: f32, colour: Color32) -> Shape {
    let at = |x: f32, y: f32| centre + vec2(x, y) * size;
    let points = vec![at(0.0, -0.6), at(0.6, 0.0), at(0.0, 0.6), at(-0.6, 0.0)];
    Shape::convex_polygon(points, colour, Stroke::NONE)
}

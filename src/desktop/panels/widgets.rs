//! Small parts that several panels are made of.

use std::sync::Arc;

use bevy_egui::egui::{
    Align, Color32, CornerRadius, FontId, Frame, Galley, Layout, Margin, Painter, Pos2, Rect,
    Response, RichText, Sense, Shape, Stroke, StrokeKind, TextStyle, TextWrapMode, Ui, UiBuilder,
    Vec2, WidgetInfo, WidgetText, WidgetType, epaint::Mesh, pos2, vec2,
};

use crate::desktop::theme::{Theme, mono, semibold};
use crate::view::Shape as MarkShape;

/// Distance from a card's edge to what is in it.
const CARD_X: i8 = 16;
const CARD_Y: i8 = 12;

/// A panel: flat, with a hairline around it.
pub fn card(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.palette.panel)
        .stroke(Stroke::new(1.0, theme.palette.hairline))
        .corner_radius(theme.rhythm.radius)
        .inner_margin(Margin::symmetric(CARD_X, CARD_Y))
}

/// A panel that fills this place exactly, whatever is in it.
pub fn card_at<R>(
    ui: &mut Ui,
    theme: &Theme,
    rect: Rect,
    name: &str,
    add: impl FnOnce(&mut Ui) -> R,
) -> R {
    let painter = ui.painter();
    painter.rect(
        rect,
        theme.rhythm.radius,
        theme.palette.panel,
        Stroke::new(1.0, theme.palette.hairline),
        StrokeKind::Inside,
    );
    let inside = rect.shrink2(vec2(f32::from(CARD_X), f32::from(CARD_Y)));
    let builder = UiBuilder::new().id_salt(name).max_rect(inside);
    let mut child = ui.new_child(builder.layout(Layout::top_down(Align::Min)));
    // Focus rings and scroll bars may reach into the margin, nothing may leave the card.
    child.shrink_clip_rect(rect.shrink(1.0));
    add(&mut child)
}

/// What opens over the panels.
pub fn popup_frame(theme: &Theme) -> Frame {
    card(theme)
        .fill(theme.palette.raised)
        .stroke(Stroke::new(1.0, theme.palette.faint))
}

/// A panel's heading on the left, and a remark on the right.
pub fn heading(ui: &mut Ui, theme: &Theme, words: &str, remark: &str) {
    line_ui(ui, theme.sizes.small * 1.35, |ui| {
        ui.label(
            RichText::new(words)
                .font(semibold(theme.sizes.small))
                .color(theme.palette.muted),
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(remark).font(mono(theme.sizes.caption, false));
            let text = text.color(theme.palette.muted);
            ui.add(bevy_egui::egui::Label::new(text).truncate());
        });
    });
}

/// A line of widgets that is as high as its words and not as a button.
pub fn line_ui<R>(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let size = vec2(ui.available_width(), height);
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(size, layout, add).inner
}

/// A thin bar that is filled from the left.
pub fn bar(ui: &mut Ui, theme: &Theme, share: f64, colour: Color32, width: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, 4.0), Sense::hover());
    paint_bar(ui.painter(), theme, rect, share, colour);
}

/// The same, where the place is known.
pub fn paint_bar(painter: &Painter, theme: &Theme, rect: Rect, share: f64, colour: Color32) {
    let filled = rect.width() * (share.clamp(0.0, 1.0) as f32);
    let radius = CornerRadius::same(2);
    painter.rect_filled(rect, radius, theme.palette.hairline);
    let part = Rect::from_min_max(rect.min, pos2(rect.min.x + filled, rect.max.y));
    painter.rect_filled(part, radius, colour);
}

/// Regular words of this size.
pub fn words(size: f32) -> FontId {
    FontId::proportional(size)
}

/// One line of text that ends in … where it would be wider than this.
pub fn line(ui: &Ui, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let text = WidgetText::from(RichText::new(text).font(font).color(colour));
    text.into_galley(
        ui,
        Some(TextWrapMode::Truncate),
        width.max(1.0),
        TextStyle::Body,
    )
}

/// Puts a line of text with its left or right end, and its middle, at a point.
pub fn put_line(painter: &Painter, galley: Arc<Galley>, at: Pos2, align: Align) -> Rect {
    let size = galley.size();
    let x = match align {
        Align::Min => at.x,
        Align::Center => at.x - size.x / 2.0,
        Align::Max => at.x - size.x,
    };
    let place = pos2(x.round(), (at.y - size.y / 2.0).round());
    painter.galley(place, galley, Color32::PLACEHOLDER);
    Rect::from_min_size(place, size)
}

/// A ring around what the keyboard is on.
pub fn focus_ring(ui: &Ui, theme: &Theme, response: &Response, radius: f32) {
    if response.has_focus() {
        let stroke = Stroke::new(1.5, theme.palette.own);
        let painter = ui.painter();
        painter.rect_stroke(response.rect, radius, stroke, StrokeKind::Inside);
    }
}

/// A row across the width that can be clicked: lights up under the pointer, shows the keyboard's
/// place and has a name for those who cannot see it. What is in it is painted over it.
pub fn row(ui: &mut Ui, theme: &Theme, height: f32, name: &str) -> Response {
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
    if response.hovered() {
        let rect = rect.expand2(vec2(theme.rhythm.gap, 0.0));
        let painter = ui.painter();
        painter.rect_filled(rect, theme.rhythm.radius - 3.0, theme.palette.raised);
    }
    focus_ring(ui, theme, &response, theme.rhythm.radius - 3.0);
    response
}

/// A pill that can be chosen.
pub fn chip(ui: &mut Ui, theme: &Theme, name: &str, chosen: bool) -> Response {
    let palette = &theme.palette;
    let colour = if chosen { palette.text } else { palette.muted };
    let galley = line(ui, name, words(theme.sizes.caption), colour, 240.0);
    let size = galley.size() + vec2(theme.rhythm.wide * 2.0 - 4.0, theme.rhythm.gap);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let info = || WidgetInfo::selected(WidgetType::RadioButton, true, chosen, name);
    response.widget_info(info);
    let radius = rect.height() / 2.0;
    let fill = match (chosen, response.hovered()) {
        (true, _) => palette.raised,
        (false, true) => palette.raised.gamma_multiply(0.6),
        (false, false) => Color32::TRANSPARENT,
    };
    let edge = if chosen {
        palette.own
    } else {
        palette.hairline
    };
    let painter = ui.painter();
    let stroke = Stroke::new(1.0, edge);
    painter.rect(rect, radius, fill, stroke, StrokeKind::Inside);
    put_line(painter, galley, rect.center(), Align::Center);
    focus_ring(ui, theme, &response, radius);
    response
}

/// A key on the keyboard.
pub fn key_hint(ui: &mut Ui, theme: &Theme, keys: &str) -> Response {
    let font = mono(theme.sizes.caption, false);
    let galley = line(ui, keys, font, theme.palette.muted, 120.0);
    let size = vec2(galley.size().x + 10.0, galley.size().y + 4.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let stroke = Stroke::new(1.0, theme.palette.hairline);
    let painter = ui.painter();
    painter.rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
    put_line(painter, galley, rect.center(), Align::Center);
    response
}

/// A small curve with the area under it, from 0 up to its highest value.
pub fn paint_spark(painter: &Painter, rect: Rect, values: &[f64], colour: Color32) {
    let most = values.iter().copied().fold(0.0_f64, f64::max);
    let last = values.len().saturating_sub(1);
    if last == 0 || most <= 0.0 || !most.is_finite() {
        let y = rect.bottom() - 0.5;
        painter.hline(rect.x_range(), y, Stroke::new(1.0, colour));
        return;
    }
    let points: Vec<Pos2> = values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let x = rect.left() + rect.width() * place as f32 / last as f32;
            let y = rect.bottom() - rect.height() * ((value / most) as f32);
            pos2(x, y)
        })
        .collect();
    painter.add(area_under(&points, rect.bottom(), tint(colour, 0.28)));
    painter.line(points, Stroke::new(1.5, colour));
}

/// The area between a curve from left to right and a level.
pub fn area_under(points: &[Pos2], level: f32, colour: Color32) -> Shape {
    let mut mesh = Mesh::default();
    for (place, point) in points.iter().enumerate() {
        mesh.colored_vertex(*point, colour);
        mesh.colored_vertex(pos2(point.x, level), colour);
        if place > 0 {
            let here = 2 * place as u32;
            mesh.add_triangle(here - 2, here - 1, here);
            mesh.add_triangle(here - 1, here, here + 1);
        }
    }
    Shape::mesh(mesh)
}

/// A colour that lets so much of what is behind it through.
pub fn tint(colour: Color32, share: f32) -> Color32 {
    colour.gamma_multiply(share)
}

/// The colour of a mark.
pub fn mark_colour(theme: &Theme, shape: MarkShape) -> Color32 {
    let palette = &theme.palette;
    match shape {
        MarkShape::Change | MarkShape::Message => palette.change,
        MarkShape::Alarm => palette.failing,
        MarkShape::Action => palette.own,
        MarkShape::Severity => palette.attention,
    }
}

/// A mark as a painted shape, because not every font has these signs: ◆ ▲ ● ■ ✉.
pub fn paint_mark(painter: &Painter, shape: MarkShape, at: Pos2, radius: f32, colour: Color32) {
    let polygon = |corners: &[Vec2]| {
        let corners = corners.iter().map(|corner| at + *corner * radius);
        Shape::convex_polygon(corners.collect(), colour, Stroke::NONE)
    };
    match shape {
        MarkShape::Change => {
            let tips = [
                vec2(0.0, -1.1),
                vec2(1.1, 0.0),
                vec2(0.0, 1.1),
                vec2(-1.1, 0.0),
            ];
            painter.add(polygon(&tips));
        }
        MarkShape::Alarm => {
            let tips = [vec2(0.0, -1.0), vec2(1.1, 0.85), vec2(-1.1, 0.85)];
            painter.add(polygon(&tips));
        }
        MarkShape::Action => {
            painter.circle_filled(at, radius * 0.95, colour);
        }
        MarkShape::Severity => {
            let square = Rect::from_center_size(at, Vec2::splat(radius * 1.7));
            painter.rect_filled(square, 1.0, colour);
        }
        MarkShape::Message => {
            let letter = Rect::from_center_size(at, vec2(radius * 2.3, radius * 1.6));
            let stroke = Stroke::new(1.2, colour);
            painter.rect_stroke(letter, 1.0, stroke, StrokeKind::Inside);
            let flap = vec![letter.left_top(), at, letter.right_top()];
            painter.line(flap, stroke);
        }
    }
}

/// One of a few choices that belong together, in a row with one edge around all; says which one was
/// clicked.
pub fn segmented(ui: &mut Ui, theme: &Theme, names: &[&str], chosen: usize) -> Option<usize> {
    let mut clicked = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme.rhythm.tight;
        for (place, name) in names.iter().enumerate() {
            if tab(ui, theme, name, place == chosen, "").clicked() {
                clicked = Some(place);
            }
        }
    });
    clicked
}

/// A tab: words on nothing, on a raised ground when chosen; with a small figure where something waits.
pub fn tab(ui: &mut Ui, theme: &Theme, name: &str, chosen: bool, waits: &str) -> Response {
    let palette = &theme.palette;
    let colour = if chosen { palette.text } else { palette.muted };
    let galley = line(ui, name, semibold(theme.sizes.small), colour, 240.0);
    let font = mono(theme.sizes.caption, true);
    let figure = (!waits.is_empty()).then(|| line(ui, waits, font, palette.attention, 80.0));
    let beside = figure.as_ref().map_or(0.0, |it| it.size().x + 5.0);
    // Four of them fit into the narrowest column.
    let is_narrow = ui.max_rect().width() < 380.0 * theme.text_scale();
    let side = if is_narrow {
        theme.rhythm.tight
    } else {
        theme.rhythm.gap
    };
    let size = galley.size() + vec2(2.0 * side + beside, theme.rhythm.wide);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let label = if waits.is_empty() {
        name.to_owned()
    } else {
        format!("{name} {waits}")
    };
    let info = || WidgetInfo::selected(WidgetType::SelectableLabel, true, chosen, &label);
    response.widget_info(info);
    let painter = ui.painter();
    if chosen || response.hovered() {
        painter.rect_filled(rect, theme.rhythm.radius - 3.0, palette.raised);
    }
    let middle = pos2(rect.left() + side, rect.center().y);
    put_line(painter, galley, middle, Align::Min);
    if let Some(figure) = figure {
        let end = pos2(rect.right() - side, rect.center().y);
        put_line(painter, figure, end, Align::Max);
    }
    focus_ring(ui, theme, &response, theme.rhythm.radius - 3.0);
    response
}

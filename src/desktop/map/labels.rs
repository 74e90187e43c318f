//! Words over the map, and what the pointer and the keyboard do there.

use bevy_egui::egui::{
    Align2, CursorIcon, FontId, Key, Painter, Pos2, Rect, Response, Sense, Shape, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};

use super::canvas::direction;
use super::chips::chips_ui;
use super::describe;
use super::nodes::colour;
use super::place::{Label, Placed, place};
use super::stage::{Stage, bounded, has_legend, zoomed};
use crate::base::id::ComponentId;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::Theme;
use crate::view::Health;

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
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    view: &mut MapView,
    rect: Rect,
    response: &Response,
    out: &mut Vec<Intent>,
) {
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, "Service map"));
    look_around(ui, view, rect, response);
    let stage = Stage::new(&game.layout, rect.size(), view, theme);
    let painter = ui.painter_at(rect);
    let map = Map {
        theme,
        game,
        stage: &stage,
        rect,
        painter: &painter,
    };
    map.regions();
    let placed = map.labels();
    for (number, placed) in placed.labels.iter().enumerate() {
        map.node_ui(ui, number, placed, out);
    }
    chips_ui(ui, &map, placed);
    map.legend();
    if *view != MapView::default() {
        let size = vec2(86.0, 22.0) * theme.text_scale();
        let corner = rect.right_bottom() - vec2(12.0, 6.0) - size;
        let words = bevy_egui::egui::RichText::new("Whole map").size(theme.sizes.caption);
        let button = bevy_egui::egui::Button::new(words);
        let button = ui.put(Rect::from_min_size(corner, size), button);
        if button
            .on_hover_text("Shows all of it again (double click)")
            .clicked()
        {
            *view = MapView::default();
        }
    }
    if response.clicked() && game.selected.is_some() {
        out.push(Intent::Select(None));
    }
}

/// Zoom and pan.
fn look_around(ui: &Ui, view: &mut MapView, rect: Rect, response: &Response) {
    if response.dragged() {
        view.pan += response.drag_delta();
        ui.set_cursor_icon(CursorIcon::Grabbing);
    }
    if response.double_clicked() {
        *view = MapView::default();
    }
    let mut factor = 1.0;
    let mut pointer = rect.center();
    if ui.rect_contains_pointer(rect)
        && let Some(at) = ui.input(|input| input.pointer.hover_pos())
    {
        let (scrolled, pinched) =
            ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        factor = pinched * (scrolled * 0.004).exp();
        pointer = at;
    }
    if response.has_focus() {
        ui.input(|input| {
            if input.key_pressed(Key::Plus) || input.key_pressed(Key::Equals) {
                factor *= 1.25;
            }
            if input.key_pressed(Key::Minus) {
                factor /= 1.25;
            }
        });
    }
    let pointer = (pointer - rect.min).to_pos2();
    *view = if factor == 1.0 {
        bounded(*view, rect.size())
    } else {
        zoomed(*view, factor, pointer, rect.size())
    };
}

/// What the parts of the map's desk need.
pub(super) struct Map<'a> {
    pub(super) theme: &'a Theme,
    pub(super) game: &'a Game,
    pub(super) stage: &'a Stage,
    pub(super) rect: Rect,
    pub(super) painter: &'a Painter,
}

/// The labels of all nodes, the customers first, and everything that is in the way of more.
pub(super) struct Labels {
    labels: Vec<Placed>,
    pub(super) taken: Vec<Rect>,
}

impl Map<'_> {
    /// The component behind a number; the customers are number 0.
    fn component(&self, number: usize) -> Option<ComponentId> {
        let number = number.checked_sub(1)?;
        self.game.layout.components.ids().nth(number)
    }

    /// Where a node stands on the screen.
    pub(super) fn at(&self, end: Option<ComponentId>) -> Pos2 {
        self.rect.min + self.stage.end(end).to_vec2()
    }

    fn regions(&self) {
        let (theme, rect) = (self.theme, self.rect);
        let palette = &theme.palette;
        let world = &self.game.session.scenario().world;
        for (region, frame) in &self.stage.frames {
            let at = rect.min + frame.min.to_vec2() + vec2(14.0, 7.0);
            let name = world.regions.get(*region).map_or("", |it| it.name.as_str());
            let font = FontId::proportional(theme.sizes.caption);
            self.painter
                .text(at, Align2::LEFT_TOP, name, font, palette.muted);
        }
    }

    /// Finds a place for every name and its figure.
    fn labels(&self) -> Labels {
        let world = &self.game.session.scenario().world;
        let (theme, palette) = (self.theme, &self.theme.palette);
        let radius = self.stage.radius;
        let ends = || std::iter::once(None).chain(world.components.ids().map(Some));
        let discs: Vec<Rect> = ends()
            .map(|end| Rect::from_center_size(self.at(end), Vec2::splat(radius * 2.0)))
            .collect();
        let wanted = ends().map(|end| {
            let (name, figure, health) = self.words(end);
            let ink = match health {
                Health::Healthy => palette.muted,
                _ => colour(palette, health),
            };
            Label {
                name,
                figure,
                ink,
                scale: self.stage.words,
                is_dim: end.is_some_and(|id| self.game.tap.nodes[id].down),
            }
        });
        let wanted: Vec<Label> = wanted.collect();
        // Not over the heading of the card.
        let mut bounds = self.rect.shrink(4.0);
        bounds.min.y += 26.0 * theme.text_scale();
        let mut taken = discs.clone();
        // Names of regions stand in a corner of their frames.
        for (_, frame) in &self.stage.frames {
            let corner = self.rect.min + frame.min.to_vec2() + vec2(10.0, 4.0);
            taken.push(Rect::from_min_size(
                corner,
                vec2(90.0, 16.0) * theme.text_scale(),
            ));
        }
        let labels = wanted
            .iter()
            .zip(&discs)
            .map(|(label, disc)| place(self.painter, theme, label, *disc, bounds, &mut taken))
            .collect();
        Labels { labels, taken }
    }

    /// Name, figure and health of a node.
    pub(super) fn words(&self, end: Option<ComponentId>) -> (String, String, Health) {
        let Some(id) = end else {
            let customers = &self.game.tap.customers;
            let figure = customers.figure.clone();
            return ("Customers".to_owned(), figure, customers.health);
        };
        let world = &self.game.session.scenario().world;
        let node = &self.game.tap.nodes[id];
        let name = world.components[id].name.clone();
        (name, node.figure.clone(), node.health)
    }

    /// One node: its words, and what happens when it is pointed at.
    fn node_ui(&self, ui: &mut Ui, number: usize, placed: &Placed, out: &mut Vec<Intent>) {
        let (theme, palette) = (self.theme, &self.theme.palette);
        let id = self.component(number);
        let disc = Rect::from_center_size(self.at(id), Vec2::splat(self.stage.radius * 2.0));
        let whole = placed.rect.map_or(disc, |label| disc.union(label));
        placed.paint(self.painter, palette);
        // Where names are wider than the layers are apart, each node keeps to its own.
        let own = Rect::from_center_size(disc.center(), vec2(self.stage.pitch.x, f32::INFINITY));
        let touched = whole.expand(3.0).intersect(own).intersect(self.rect);
        if !touched.is_positive() {
            return;
        }
        let salt = ui.id().with(("map", number));
        let Some(id) = id else {
            let response = ui.interact(touched, salt, Sense::hover());
            let (name, figure, _) = self.words(None);
            let words = format!("{name}, {figure}");
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words.clone()));
            response.on_hover_ui(|ui| describe::customers_ui(ui, theme, self.game));
            return;
        };
        let response = ui.interact(touched, salt, Sense::click());
        let words = describe::spoken(self.game, id);
        let is_selected = self.game.selected == Some(id);
        response.widget_info(|| {
            WidgetInfo::selected(
                WidgetType::SelectableLabel,
                true,
                is_selected,
                words.clone(),
            )
        });
        let frame = whole.expand2(vec2(10.0, 8.0));
        let outline = |width, ink| {
            let stroke = Stroke::new(width, ink);
            self.painter
                .rect_stroke(frame, theme.rhythm.radius, stroke, StrokeKind::Middle);
        };
        if is_selected {
            outline(1.5, palette.own);
        } else if response.hovered() {
            outline(1.0, palette.faint);
        }
        if response.has_focus() {
            outline(2.5, palette.own);
        }
        if response.clicked() {
            out.push(Intent::Select(Some(id)));
        }
        if response.hovered() {
            ui.set_cursor_icon(CursorIcon::PointingHand);
        }
        response.on_hover_ui(|ui| describe::node_ui(ui, theme, self.game, id));
    }

    /// What the signs mean.
    fn legend(&self) {
        let (theme, palette) = (self.theme, &self.theme.palette);
        if !has_legend(self.rect.size(), theme) {
            return;
        }
        let text = theme.text_scale();
        let font = FontId::proportional(theme.sizes.caption);
        let y = self.rect.bottom() - 15.0 * text;
        let mut x = self.rect.left() + 20.0;
        let painter = self.painter;
        let signs = [
            "answered", "failed", "how full", "waiting", "alarm", "release",
        ];
        for (number, words) in signs.into_iter().enumerate() {
            let galley = painter.layout_no_wrap(words.to_owned(), font.clone(), palette.muted);
            let width = galley.size().x;
            if x + width + 30.0 * text > self.rect.right() - 110.0 * text {
                break;
            }
            sign(painter, theme, number, pos2(x, y));
            let at = pos2(x + 9.0 * text, y - galley.size().y / 2.0);
            painter.galley(at, galley, palette.muted);
            x += width + 30.0 * text;
        }
    }
}

/// One sign of the legend.
fn sign(painter: &Painter, theme: &Theme, number: usize, at: Pos2) {
    let palette = &theme.palette;
    let size = 3.5 * theme.text_scale();
    let line = |a: Vec2, b: Vec2, width: f32, ink| {
        painter.line_segment([at + a * size, at + b * size], Stroke::new(width, ink));
    };
    match number {
        0 => {
            painter.circle_filled(at, size * 0.75, palette.healthy);
        }
        1 => {
            line(vec2(-1.0, -1.0), vec2(1.0, 1.0), 1.8, palette.failing);
            line(vec2(-1.0, 1.0), vec2(1.0, -1.0), 1.8, palette.failing);
        }
        2 => {
            let ring = |from: f32, to: f32, ink| {
                let points = (0..=16).map(|step| {
                    let turns = from + (to - from) * step as f32 / 16.0;
                    at + direction(turns) * size * 1.15
                });
                painter.add(Shape::line(points.collect(), Stroke::new(2.0, ink)));
            };
            ring(0.0, 1.0, palette.hairline);
            ring(0.0, 0.6, palette.healthy);
        }
        3 => {
            for (y, ink) in [
                (-1.0, palette.faint),
                (0.0, palette.healthy),
                (1.0, palette.healthy),
            ] {
                line(vec2(-1.1, y), vec2(1.1, y), 2.2, ink);
            }
        }
        4 => {
            let corners = [0.0, 1.0 / 3.0, 2.0 / 3.0].map(|it| at + direction(it) * size * 1.3);
            painter.add(Shape::convex_polygon(
                corners.to_vec(),
                palette.failing,
                Stroke::NONE,
            ));
        }
        _ => {
            let corners = [0.0, 0.25, 0.5, 0.75].map(|it| at + direction(it) * size * 1.2);
            painter.add(Shape::convex_polygon(
                corners.to_vec(),
                palette.change,
                Stroke::NONE,
            ));
        }
    }
}

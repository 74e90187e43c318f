//! The operations room: who calls and who works on the left, the map over the signals in the middle,
//! what can be done on the right, and everything that happened on one line below.

use bevy_egui::egui::epaint::Mesh;
use bevy_egui::egui::{
    Align, Color32, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2,
};

use super::places::{Places, Side};
use super::side::{LOWER, SideUi, UPPER, column_ui, tabs_ui};
use super::tutorial::tutorial_ui;
use super::widgets::{card_at, line, put_line};
use super::{RoomUi, reader_ui, signals_ui, timeline_ui, top_ui};
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::map;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono, semibold};

/// Draws the room.
pub fn room_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let Some(game) = &desktop.game else {
        return;
    };
    let theme = &desktop.theme;
    let room = &mut desktop.room;
    let places = Places::of(ui.max_rect(), theme, game, room);
    SideUi::follow(room);
    paint_ground(ui, theme, places.map);
    area(ui, "top", places.top, |ui| top_ui(ui, theme, game, out));
    match &places.side {
        Side::Both { left, right } => {
            column_ui(ui, theme, game, room, (LOWER, left), out);
            column_ui(ui, theme, game, room, (UPPER, right), out);
        }
        Side::Tabs(rects) => tabs_ui(ui, theme, game, room, rects, out),
    }
    map_card_ui(ui, theme, game, room, places.map, out);
    card_at(ui, theme, places.signals, "signals", |ui| {
        let pinned = &mut room.crosshair;
        signals_ui(ui, theme, game, &mut room.signals, pinned, out);
    });
    area(ui, "timeline", places.timeline, |ui| {
        timeline_ui(ui, theme, game, room.crosshair, out);
    });
    reader_ui(ui, theme, game, &mut room.evidence, out);
    tutorial_ui(ui, desktop, &places, out);
}

/// A part of the room without a card of its own.
fn area(ui: &mut Ui, name: &str, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect));
    child.shrink_clip_rect(rect);
    add(&mut child);
}

/// The ground around the map, which the window has drawn already.
fn paint_ground(ui: &Ui, theme: &Theme, map: Rect) {
    let all = ui.max_rect();
    let painter = ui.painter();
    let parts = [
        Rect::from_min_max(all.min, pos2(all.right(), map.top())),
        Rect::from_min_max(pos2(all.left(), map.bottom()), all.max),
        Rect::from_min_max(pos2(all.left(), map.top()), map.left_bottom()),
        Rect::from_min_max(map.right_top(), pos2(all.right(), map.bottom())),
    ];
    for part in parts {
        painter.rect_filled(part, 0.0, theme.palette.ground);
    }
}

/// The map's frame and heading; the map itself is drawn behind it by the window.
fn map_card_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    room: &mut RoomUi,
    rect: Rect,
    out: &mut Vec<Intent>,
) {
    room.map_rect = Some(rect);
    let response = ui.interact(rect, ui.id().with("map"), Sense::click_and_drag());
    let mut child = ui.new_child(UiBuilder::new().id_salt("map").max_rect(rect));
    child.shrink_clip_rect(rect);
    map::map_ui(&mut child, theme, game, &mut room.map, rect, &response, out);
    let radius = theme.rhythm.radius;
    let painter = ui.painter();
    for (corner, from) in [
        (rect.left_top(), 180.0_f32),
        (rect.right_top(), 270.0),
        (rect.right_bottom(), 0.0),
        (rect.left_bottom(), 90.0),
    ] {
        let towards = rect.center() - corner;
        let inward = vec2(towards.x.signum(), towards.y.signum());
        let centre = corner + inward * radius;
        painter.add(corner_mask(
            corner,
            centre,
            radius,
            from,
            theme.palette.ground,
        ));
    }
    let hairline = Stroke::new(1.0, theme.palette.hairline);
    painter.rect_stroke(rect, radius, hairline, StrokeKind::Inside);
    map_heading(ui, theme, game, rect);
}

fn map_heading(ui: &Ui, theme: &Theme, game: &Game, rect: Rect) {
    let palette = &theme.palette;
    let y = rect.top() + 12.0 + theme.sizes.small * 0.65;
    let title = line(
        ui,
        "Service map",
        semibold(theme.sizes.small),
        palette.muted,
        rect.width(),
    );
    let painter = ui.painter();
    let left = pos2(rect.left() + 16.0, y);
    let used = put_line(painter, title, left, Align::Min).width();
    let parts = &game.opened.scenario.world.components;
    let selected = game.selected.and_then(|id| parts.get(id));
    let state = match (game.is_over(), game.pace.is_paused()) {
        (true, _) => "over",
        (false, true) => "paused",
        (false, false) if game.watched.is_some() => "replay",
        (false, false) => "live",
    };
    let remark = match selected {
        Some(part) => format!("{state} · {} selected, Esc for none", part.name),
        None => format!("{state} · click a part to command it"),
    };
    let room = rect.width() - 48.0 - used;
    let font = mono(theme.sizes.caption, false);
    let remark = line(ui, &remark, font, palette.muted, room);
    put_line(painter, remark, pos2(rect.right() - 16.0, y), Align::Max);
}

/// What lies between a square corner and the round one inside it.
fn corner_mask(corner: Pos2, centre: Pos2, radius: f32, from: f32, colour: Color32) -> Shape {
    const STEPS: u16 = 8;
    let mut mesh = Mesh::default();
    mesh.colored_vertex(corner, colour);
    for step in 0..=STEPS {
        let angle = (from + 90.0 * f32::from(step) / f32::from(STEPS)).to_radians();
        let on_arc = centre + vec2(angle.cos(), angle.sin()) * radius;
        mesh.colored_vertex(on_arc, colour);
        if step > 0 {
            let here = u32::from(step);
            mesh.add_triangle(0, here, here + 1);
        }
    }
    Shape::mesh(mesh)
}

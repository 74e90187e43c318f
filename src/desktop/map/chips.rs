//! Chips that show who works where.

use bevy_egui::egui::{
    Align2, FontId, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType, vec2,
};

use super::labels::{Labels, Map};
use super::place::glass;
use crate::view::{Worker, crew};

/// Draws them, each at its node, where nothing is in the way.
pub(super) fn chips_ui(ui: &Ui, map: &Map<'_>, labels: Labels) {
    let mut taken = labels.taken;
    for worker in crew(&map.game.session) {
        chip_ui(ui, map, &worker, &mut taken);
    }
}

fn chip_ui(ui: &Ui, map: &Map<'_>, worker: &Worker, taken: &mut Vec<Rect>) {
    let (theme, palette) = (map.theme, &map.theme.palette);
    let left = worker.left_s.max(0.0).round() as u64;
    let clock = format!("{}:{:02}", left / 60, left % 60);
    let long = format!("{} · {} {clock}", worker.name, worker.doing);
    let short = format!("{} {clock}", worker.name);
    let initial = worker.name.chars().take(1).collect::<String>();
    let font = FontId::proportional(theme.sizes.caption);
    let mut found = None;
    for words in [&long, &short, &initial] {
        let galley = map
            .painter
            .layout_no_wrap(words.clone(), font.clone(), palette.own);
        let size = galley.size() + vec2(16.0, 6.0);
        let size = vec2(size.x.max(size.y), size.y);
        let place = places(map, worker, size).into_iter().find(|rect| {
            let is_free = !taken.iter().any(|other| other.intersects(rect.expand(1.0)));
            is_free && map.rect.shrink(2.0).contains_rect(*rect)
        });
        if let Some(rect) = place {
            found = Some((rect, words));
            break;
        }
    }
    let Some((rect, words)) = found else {
        return;
    };
    taken.push(rect);
    let round = rect.height() / 2.0;
    map.painter.rect_filled(rect, round, palette.panel);
    let tint = glass(palette.own, 0.16);
    let stroke = Stroke::new(1.0, palette.own);
    map.painter
        .rect(rect, round, tint, stroke, StrokeKind::Inside);
    map.painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        words,
        font,
        palette.own,
    );
    let salt = ui.id().with(("chip", worker.who.0));
    let response = ui.interact(rect, salt, Sense::hover());
    let name = &map.game.session.scenario().world.components[worker.on].name;
    let spoken = format!(
        "{} is at {name}, {}, {clock} left",
        worker.name, worker.doing
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, spoken.clone()));
    response.on_hover_text(spoken);
}

/// Above the node, clear of the frame of a selected one, then beside it.
fn places(map: &Map<'_>, worker: &Worker, size: Vec2) -> Vec<Rect> {
    let at = map.at(Some(worker.on));
    let up = map.stage.radius + 12.0 + size.y / 2.0;
    let side = map.stage.radius * 0.7 + size.x / 2.0;
    let mut places = Vec::new();
    for row in 0..3 {
        let y = -up - row as f32 * (size.y + 3.0);
        for x in [0.0, -side * 0.6, side * 0.6] {
            places.push(Rect::from_center_size(at + vec2(x, y), size));
        }
    }
    let beside = vec2(
        map.stage.radius + 22.0 + size.x / 2.0,
        map.stage.radius * 0.7,
    );
    for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        places.push(Rect::from_center_size(at + beside * vec2(x, y), size));
    }
    places
}

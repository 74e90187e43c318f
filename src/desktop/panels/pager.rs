//! Alarms that page: what fires first, whether somebody took it, and what it is about.

use bevy_egui::egui::{
    Align, Button, Color32, Rect, RichText, ScrollArea, Stroke, StrokeKind, Ui, pos2, vec2,
};

use super::widgets::{heading, line, paint_mark, put_line, row, words};
use crate::desktop::command::UiCommand;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::view::{PagerItem, Shape};

/// Height of an alarm at 100 % text.
pub(super) const ROW: f32 = 46.0;

/// Whether something pages and nobody has said yet that they are on it. One does so once for the
/// whole incident.
pub(super) fn wants_taking(game: &Game) -> bool {
    let pages = |it: &PagerItem| it.firing && it.severity == 1;
    game.watched.is_none()
        && game.session.milestones().acknowledged.is_none()
        && game.desk.pager.iter().any(pages)
}

/// Draws it, with a heading where nothing else says what it is.
pub fn pager_ui(ui: &mut Ui, theme: &Theme, game: &Game, headed: bool, out: &mut Vec<Intent>) {
    let pager = &game.desk.pager;
    let firing = pager.iter().filter(|it| it.firing).count();
    let remark = if pager.is_empty() {
        String::new()
    } else {
        format!("{firing} firing")
    };
    if headed {
        heading(ui, theme, "Pager", &remark);
    }
    if pager.is_empty() {
        return quiet_ui(ui, theme);
    }
    if wants_taking(game) {
        acknowledge_ui(ui, theme, out);
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let list = ScrollArea::vertical().id_salt("pager").auto_shrink(false);
    list.show(ui, |ui| {
        for (place, item) in pager.iter().enumerate() {
            if place > 0 {
                let x = ui.max_rect().x_range();
                let line = Stroke::new(1.0, theme.palette.hairline.gamma_multiply(0.7));
                ui.painter().hline(x, ui.cursor().top(), line);
            }
            alarm_ui(ui, theme, game, item, out);
        }
    });
}

fn quiet_ui(ui: &mut Ui, theme: &Theme) {
    ui.add_space(theme.rhythm.tight);
    let size = theme.sizes.small;
    ui.label(RichText::new("Nothing pages.").size(size));
    let text = RichText::new("You are on call. Alarms appear here when they go off.");
    ui.label(text.size(theme.sizes.caption).color(theme.palette.muted));
}

fn acknowledge_ui(ui: &mut Ui, theme: &Theme, out: &mut Vec<Intent>) {
    let entry = UiCommand::Acknowledge.entry();
    let text = RichText::new("Acknowledge").font(semibold(theme.sizes.small));
    let keys = RichText::new(entry.keys(ui.ctx())).font(mono(theme.sizes.caption, false));
    let ink = theme.palette.ground;
    let button = Button::new(text.color(ink))
        .right_text(keys.color(ink))
        .fill(theme.palette.own)
        .stroke(Stroke::NONE)
        .min_size(vec2(ui.available_width(), 0.0));
    let response = ui.add(button);
    if response.on_hover_text(entry.explains).clicked() {
        out.push(Intent::Do(UiCommand::Acknowledge));
    }
    ui.add_space(2.0);
}

/// What an alarm says about itself: its colour, and its state in words.
fn state(theme: &Theme, game: &Game, item: &PagerItem) -> (Color32, &'static str) {
    let palette = &theme.palette;
    let urgent = match item.severity {
        1 => palette.failing,
        _ => palette.attention,
    };
    match (item.firing, item.acknowledged, item.severity) {
        (false, ..) => (palette.healthy, "recovered"),
        (true, true, _) => (urgent, "acknowledged"),
        (true, false, 1) if game.session.milestones().acknowledged.is_some() => {
            (urgent, "pages, new")
        }
        (true, false, 1) => (urgent, "pages, not acknowledged"),
        (true, false, 2) => (urgent, "warns"),
        (true, false, _) => (urgent, "ticket"),
    }
}

fn alarm_ui(ui: &mut Ui, theme: &Theme, game: &Game, item: &PagerItem, out: &mut Vec<Intent>) {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let (colour, state) = state(theme, game, item);
    let name = format!("{}, {state}, since {}", item.name, item.clock);
    let response = row(ui, theme, ROW * scale, &name);
    let rect = response.rect;
    let painter = ui.painter();
    let edge = Rect::from_center_size(
        pos2(rect.left() + 1.5, rect.center().y),
        vec2(3.0, rect.height() - 14.0),
    );
    painter.rect_filled(edge, 1.5, colour);
    let (first, second) = (rect.center().y - 8.5 * scale, rect.center().y + 9.0 * scale);
    let at = pos2(rect.left() + 18.0, first);
    if !item.firing {
        painter.circle_filled(at, 3.5, colour);
    } else if item.acknowledged {
        // Hollow: somebody is on it.
        let square = Rect::from_center_size(at, vec2(8.0, 8.0));
        let stroke = Stroke::new(1.5, colour);
        painter.rect_stroke(square, 4.0, stroke, StrokeKind::Inside);
    } else {
        paint_mark(painter, Shape::Alarm, at, 5.0, colour);
    }
    let x = rect.left() + 30.0;
    let parts = &game.opened.scenario.world.components;
    let part = item.component.and_then(|id| parts.get(id));
    let ink = if item.firing {
        palette.text
    } else {
        palette.muted
    };
    let name = line(
        ui,
        short_name(item, part.map(|it| it.name.as_str())),
        semibold(theme.sizes.small),
        ink,
        rect.right() - x,
    );
    put_line(painter, name, pos2(x, first), Align::Min);
    let clock = item.clock.get(..5).unwrap_or(&item.clock);
    let font = mono(theme.sizes.caption, false);
    let clock = line(ui, clock, font, palette.muted, 80.0);
    let taken = put_line(painter, clock, pos2(rect.right(), second), Align::Max);
    let state = match part {
        Some(part) => format!("{} · {state}", part.name),
        None => state.to_owned(),
    };
    let room = taken.left() - x - 8.0;
    let state = line(ui, &state, words(theme.sizes.caption), palette.muted, room);
    put_line(painter, state, pos2(x, second), Align::Min);
    let hint = match part {
        Some(part) => format!(
            "{}\nSince {}. Click to select {}.",
            item.name, item.clock, part.name
        ),
        None => format!(
            "{}\nSince {}. It watches an objective, not one part.",
            item.name, item.clock
        ),
    };
    if response.on_hover_text(hint).clicked()
        && let Some(id) = item.component
    {
        out.push(Intent::Select(Some(id)));
    }
}

/// The name without the part it begins with, which the second line says.
fn short_name<'a>(item: &'a PagerItem, part: Option<&str>) -> &'a str {
    let rest = part.and_then(|part| item.name.strip_prefix(part));
    let rest = rest.and_then(|rest| rest.strip_prefix(' '));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(&item.name)
}

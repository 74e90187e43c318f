//! The bar on top: how bad it is, what customers suffer, the clock, how fast it runs, and the figures.

use bevy_egui::egui::{
    Align, Button, Color32, Popup, Rect, Response, RichText, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

use super::figures::figures_ui;
use super::pace::{pace_ui, pace_width};
use super::widgets::{focus_ring, line, put_line, words};
use crate::desktop::command::UiCommand;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, mono, semibold};

/// Distance of the bar's ends from the window's.
const EDGE: f32 = 20.0;
/// The least that the sentence about customers needs, at 100 % text.
const HEADLINE: f32 = 170.0;

/// Narrower bars, at 100 % text, have a smaller clock and no line about the scenario.
const TIGHT_BELOW: f32 = 1100.0;

/// Draws it.
pub fn top_ui(ui: &mut Ui, theme: &Theme, game: &Game, out: &mut Vec<Intent>) {
    let rect = ui.max_rect();
    let scale = theme.text_scale();
    let still = game.pace.is_paused();
    let edge = if still {
        theme.palette.own
    } else {
        theme.palette.hairline
    };
    let y = rect.bottom() - 0.5;
    ui.painter()
        .hline(rect.x_range(), y, Stroke::new(1.0, edge));
    let inner = rect.shrink2(vec2(EDGE, 0.0));
    let dots = Rect::from_center_size(
        pos2(inner.right() - 10.0, inner.center().y),
        vec2(28.0, 32.0),
    );
    menu_ui(ui, theme, game, dots, out);
    let tight = rect.width() < TIGHT_BELOW * scale;
    let pace = pace_width(ui, theme, game, tight);
    let left = 90.0 * scale + HEADLINE * scale;
    let room = Rect::from_min_max(
        pos2(inner.left() + left + pace, inner.top()),
        pos2(dots.left() - 16.0, inner.bottom()),
    );
    let figures = figures_ui(ui, theme, game, room);
    // Where there is room the clock stands still at one place, whatever the figures are.
    let wanted = inner.left() + inner.width() * 0.29;
    let x = wanted
        .min(figures - 28.0 - pace)
        .max(inner.left() + left * 0.6);
    let place = Rect::from_min_max(pos2(x, inner.top()), pos2(x + pace, inner.bottom()));
    pace_ui(ui, theme, game, place, tight, out);
    let place = Rect::from_min_max(inner.min, pos2(x - 24.0, inner.bottom()));
    what_ui(ui, theme, game, place, tight, out);
}

/// The severity, and what customers suffer.
fn what_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    rect: Rect,
    tight: bool,
    out: &mut Vec<Intent>,
) {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let chip = if game.watched.is_some() {
        replay_ui(ui, theme, rect, out)
    } else {
        severity_ui(ui, theme, game, rect, out)
    };
    let x = chip.rect.right() + 16.0;
    let room = rect.right() - x;
    let scenario = &game.opened.scenario;
    let size = match room {
        _ if tight => theme.sizes.small,
        room if room < 260.0 * scale => theme.sizes.body,
        _ => theme.sizes.heading,
    };
    let headline = &game.desk.headline;
    let about_words = format!(
        "{} · seed {} · {}",
        scenario.id,
        game.session.sim().seed(),
        scenario.meta.place
    );
    let about = line(
        ui,
        &about_words,
        words(theme.sizes.caption),
        palette.muted,
        room,
    );
    let y = rect.center().y;
    let painter = ui.painter();
    if tight {
        let font = semibold(size);
        let headline = painter.layout(headline.clone(), font, palette.text, room.max(1.0));
        put_line(painter, headline, pos2(x, y), Align::Min);
    } else {
        let headline = line(ui, headline, semibold(size), palette.text, room);
        put_line(painter, headline, pos2(x, y - 9.0 * scale), Align::Min);
        put_line(painter, about, pos2(x, y + 12.0 * scale), Align::Min);
    }
    let place = Rect::from_min_max(pos2(x, rect.top()), rect.max);
    let whole = ui.interact(place, ui.id().with("headline"), Sense::hover());
    let label = &game.desk.headline;
    whole.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, label));
    whole.on_hover_text(format!(
        "{}\nWhat customers see, over the last minute.\n{} · {about_words}",
        game.desk.headline, scenario.meta.title
    ));
}

/// A chip at the left end of the bar.
fn left_chip(
    ui: &Ui,
    theme: &Theme,
    rect: Rect,
    name: &str,
    fill: Option<Color32>,
    edge: Color32,
) -> Response {
    let ink = fill.map_or(edge, |_| theme.palette.ground);
    let galley = line(ui, name, semibold(theme.sizes.small), ink, 200.0);
    let size = galley.size() + vec2(24.0, 12.0);
    let middle = pos2(rect.left() + size.x / 2.0, rect.center().y);
    let place = Rect::from_center_size(middle, size);
    let response = ui.interact(place, ui.id().with("chip"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
    let painter = ui.painter();
    let fill = fill.unwrap_or(Color32::TRANSPARENT);
    let stroke = Stroke::new(1.0, edge);
    painter.rect(place, 6.0, fill, stroke, StrokeKind::Inside);
    put_line(painter, galley, place.center(), Align::Center);
    focus_ring(ui, theme, &response, 6.0);
    response
}

fn severity_ui(ui: &Ui, theme: &Theme, game: &Game, rect: Rect, out: &mut Vec<Intent>) -> Response {
    let palette = &theme.palette;
    let (name, fill, edge) = match game.desk.severity {
        Some(level @ 1..=2) => (
            format!("SEV-{level}"),
            Some(palette.failing),
            palette.failing,
        ),
        Some(level) => (
            format!("SEV-{level}"),
            Some(palette.attention),
            palette.attention,
        ),
        None => ("No severity".to_owned(), None, palette.muted),
    };
    let chip = left_chip(ui, theme, rect, &name, fill, edge);
    let chip = chip.on_hover_text(
        "How bad it is, as declared: 1 is the worst. Until it is declared nobody else knows.\nClick to declare it.",
    );
    if chip.clicked() {
        out.push(Intent::Do(UiCommand::Declare));
    }
    chip
}

fn replay_ui(ui: &Ui, theme: &Theme, rect: Rect, out: &mut Vec<Intent>) -> Response {
    let chip = left_chip(ui, theme, rect, "‹ Replay", None, theme.palette.own);
    let chip = chip.on_hover_text(
        "You watch a recorded run: click or drag on the line at the bottom to go anywhere in it.\nClick here to go back to the title.",
    );
    if chip.clicked() {
        out.push(Intent::Do(UiCommand::LeaveToTitle));
    }
    chip
}

/// Everything that is not needed every minute.
fn menu_ui(ui: &Ui, theme: &Theme, game: &Game, rect: Rect, out: &mut Vec<Intent>) {
    use UiCommand as U;
    let response = ui.interact(rect, ui.id().with("menu"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Menu"));
    let palette = &theme.palette;
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, 6.0, palette.raised);
    }
    for step in [-1.0, 0.0, 1.0] {
        let at = rect.center() + vec2(step * 6.0, 0.0);
        painter.circle_filled(at, 1.8, palette.muted);
    }
    focus_ring(ui, theme, &response, 6.0);
    let response = response.on_hover_text("Save, settings, leave");
    let live: &[&[U]] = &[
        &[U::SaveReplay, U::Screenshot],
        &[U::Palette, U::GlossaryHelp, U::Tutorial, U::Settings],
        &[U::GiveUp, U::LeaveToTitle, U::Quit],
    ];
    let watched: &[&[U]] = &[
        &[U::Screenshot],
        &[U::Palette, U::GlossaryHelp, U::Settings],
        &[U::LeaveToTitle, U::Quit],
    ];
    let groups = if game.watched.is_some() {
        watched
    } else {
        live
    };
    Popup::menu(&response)
        .frame(super::widgets::popup_frame(theme).inner_margin(6))
        .width(260.0)
        .show(|ui| {
            for (place, group) in groups.iter().enumerate() {
                if place > 0 {
                    ui.separator();
                }
                for command in *group {
                    command_ui(ui, theme, *command, out);
                }
            }
        });
}

fn command_ui(ui: &mut Ui, theme: &Theme, command: UiCommand, out: &mut Vec<Intent>) {
    let entry = command.entry();
    let keys = RichText::new(entry.keys(ui.ctx())).font(mono(theme.sizes.caption, false));
    let button = Button::new(entry.label).shortcut_text(keys);
    if ui.add(button).on_hover_text(entry.explains).clicked() {
        out.push(Intent::Do(command));
    }
}

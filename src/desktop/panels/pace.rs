//! The incident's clock, and how fast it runs.

use bevy_egui::egui::{
    Align, Color32, CornerRadius, FontId, Rect, Response, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

use super::widgets::{focus_ring, line, put_line};
use crate::desktop::command::UiCommand;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, mono};

const STEPS: [(UiCommand, &str, u32); 4] = [
    (UiCommand::Speed1, "1×", 1),
    (UiCommand::Speed5, "5×", 5),
    (UiCommand::Speed20, "20×", 20),
    (UiCommand::Speed60, "60×", 60),
];
/// Width and height of one choice at 100 % text.
const CELL: (f32, f32) = (42.0, 28.0);
/// The same in a narrow window.
const TIGHT_CELL: (f32, f32) = (36.0, 26.0);

fn cell_size(theme: &Theme, tight: bool) -> bevy_egui::egui::Vec2 {
    let (wide, high) = if tight { TIGHT_CELL } else { CELL };
    vec2(wide, high) * theme.text_scale()
}

fn clock_font(theme: &Theme, tight: bool) -> FontId {
    let sizes = &theme.sizes;
    mono(if tight { sizes.heading } else { sizes.figure }, false)
}

fn elapsed(game: &Game) -> String {
    format!("T+{}", game.desk.elapsed)
}

/// Digits that the clock's figure needs in all, so that it does not move what is beside it.
fn clock_width(ui: &Ui, theme: &Theme, game: &Game, tight: bool) -> f32 {
    let font = clock_font(theme, tight);
    line(ui, &elapsed(game), font, theme.palette.text, 600.0)
        .size()
        .x
        .ceil()
}

/// How wide it is.
pub(super) fn pace_width(ui: &Ui, theme: &Theme, game: &Game, tight: bool) -> f32 {
    clock_width(ui, theme, game, tight) + 20.0 + 5.0 * cell_size(theme, tight).x
}

/// Draws it.
pub(super) fn pace_ui(
    ui: &Ui,
    theme: &Theme,
    game: &Game,
    rect: Rect,
    tight: bool,
    out: &mut Vec<Intent>,
) {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let still = game.pace.is_paused();
    let wide = clock_width(ui, theme, game, tight);
    let ink = if still { palette.muted } else { palette.text };
    let clock = line(
        ui,
        &elapsed(game),
        clock_font(theme, tight),
        ink,
        wide + 4.0,
    );
    let y = rect.center().y;
    let painter = ui.painter();
    put_line(
        painter,
        clock,
        pos2(rect.left(), y - 7.0 * scale),
        Align::Min,
    );
    let (under, ink) = if still {
        let at = if tight { "" } else { &game.desk.clock };
        (format!("paused {at}"), palette.own)
    } else {
        (game.desk.clock.clone(), palette.muted)
    };
    let under = line(
        ui,
        &under,
        mono(theme.sizes.caption, false),
        ink,
        wide + 20.0,
    );
    put_line(
        painter,
        under,
        pos2(rect.left() + 1.0, y + 16.0 * scale),
        Align::Min,
    );
    let whole = Rect::from_min_max(rect.min, pos2(rect.left() + wide, rect.bottom()));
    let clock = ui.interact(whole, ui.id().with("clock"), Sense::hover());
    let label = format!("{}, {}", elapsed(game), game.desk.clock);
    clock.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &label));
    clock.on_hover_text("Time since the start of your shift, and the time of day on site");
    let from = pos2(
        rect.left() + wide + 20.0,
        y - cell_size(theme, tight).y / 2.0,
    );
    let bar = Rect::from_min_size(from, cell_size(theme, tight) * vec2(5.0, 1.0));
    speeds_ui(ui, theme, game, bar, out);
}

fn speeds_ui(ui: &Ui, theme: &Theme, game: &Game, bar: Rect, out: &mut Vec<Intent>) {
    let hairline = Stroke::new(1.0, theme.palette.hairline);
    let painter = ui.painter();
    painter.rect(bar, 6.0, theme.palette.panel, hairline, StrokeKind::Inside);
    let wide = bar.width() / 5.0;
    let cell = |place: usize| {
        let from = pos2(bar.left() + wide * place as f32, bar.top());
        Rect::from_min_size(from, vec2(wide, bar.height()))
    };
    let still = game.pace.is_paused();
    let pause = cell_ui(
        ui,
        theme,
        game,
        cell(0),
        UiCommand::TogglePause,
        still,
        "Pause",
    );
    pause_sign(ui, theme, pause.rect, still, game.pace.is_exam());
    if pause.clicked() {
        out.push(Intent::Do(UiCommand::TogglePause));
    }
    for (place, (command, name, speed)) in STEPS.into_iter().enumerate() {
        let chosen = !still && game.pace.speed() == speed;
        let rect = cell(place + 1);
        let response = cell_ui(ui, theme, game, rect, command, chosen, name);
        let ink = match (chosen, game.pace.is_exam()) {
            (true, _) => theme.palette.ground,
            (false, true) => theme.palette.faint,
            (false, false) => theme.palette.muted,
        };
        let text = line(ui, name, mono(theme.sizes.caption, chosen), ink, wide);
        put_line(ui.painter(), text, rect.center(), Align::Center);
        if response.clicked() {
            out.push(Intent::Do(command));
        }
    }
}

/// One choice; in an exam it says why it cannot be chosen.
fn cell_ui(
    ui: &Ui,
    theme: &Theme,
    game: &Game,
    rect: Rect,
    command: UiCommand,
    chosen: bool,
    name: &str,
) -> Response {
    let exam = game.pace.is_exam();
    let sense = if exam { Sense::hover() } else { Sense::click() };
    let response = ui.interact(rect, ui.id().with(("pace", name)), sense);
    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, !exam, chosen, name));
    let fill = match (chosen, !exam && response.hovered()) {
        (true, _) => theme.palette.own,
        (false, true) => theme.palette.raised,
        (false, false) => Color32::TRANSPARENT,
    };
    let radius = match command {
        UiCommand::TogglePause => CornerRadius {
            nw: 6,
            sw: 6,
            ..CornerRadius::ZERO
        },
        UiCommand::Speed60 => CornerRadius {
            ne: 6,
            se: 6,
            ..CornerRadius::ZERO
        },
        _ => CornerRadius::ZERO,
    };
    ui.painter().rect_filled(rect.shrink(1.0), radius, fill);
    focus_ring(ui, theme, &response, 5.0);
    let entry = command.entry();
    let hint = if exam {
        "An exam runs in real time, without a pause".to_owned()
    } else {
        format!(
            "{} ({})\n{}",
            entry.label,
            entry.keys(ui.ctx()),
            entry.explains
        )
    };
    response.on_hover_text(hint)
}

/// Two bars, or, while it is paused, the sign for going on.
fn pause_sign(ui: &Ui, theme: &Theme, rect: Rect, still: bool, exam: bool) {
    use bevy_egui::egui::Shape;
    let palette = &theme.palette;
    let painter = ui.painter();
    let (at, size) = (rect.center(), 5.0 * theme.text_scale());
    if still {
        let tips = [vec2(-0.8, -1.0), vec2(1.0, 0.0), vec2(-0.8, 1.0)];
        let tips = tips.into_iter().map(|tip| at + tip * size).collect();
        painter.add(Shape::convex_polygon(tips, palette.ground, Stroke::NONE));
        return;
    }
    let ink = if exam { palette.faint } else { palette.muted };
    for side in [-0.55, 0.55] {
        let middle = at + vec2(side * size, 0.0);
        let bar = Rect::from_center_size(middle, vec2(size * 0.55, size * 1.9));
        painter.rect_filled(bar, 1.0, ink);
    }
}

//! Orders under way, which can be stopped, and done ones, which can be taken back.

use bevy_egui::egui::{Align, Label, Layout, RichText, Ui};

use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::panels::RightTab;
use crate::desktop::panels::controls::{caption, countdown, figure, hairline, quiet};
use crate::desktop::panels::widgets::{bar, line_ui};
use crate::desktop::theme::Theme;
use crate::scenario::order::Order;
use crate::view::{OrderRow, OrderState};

/// Done orders that are shown.
const MOST_DONE: usize = 3;

/// Draws them: those under way always, done ones beside the changes.
pub(super) fn running_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    tab: RightTab,
    out: &mut Vec<Intent>,
) {
    let is_running = |it: &&OrderRow| matches!(it.state, OrderState::Running { .. });
    let running: Vec<&OrderRow> = game.orders.iter().filter(is_running).collect();
    let done = game.orders.iter().filter(|it| !is_running(it));
    let done = done.take(if tab == RightTab::Mitigate {
        MOST_DONE
    } else {
        0
    });
    let done: Vec<&OrderRow> = done.collect();
    if !running.is_empty() {
        hairline(ui, theme);
        for row in running {
            row_ui(ui, theme, row, out);
        }
    }
    if !done.is_empty() {
        hairline(ui, theme);
        caption(ui, theme, "Can be taken back");
        for row in done {
            row_ui(ui, theme, row, out);
        }
    }
}

fn row_ui(ui: &mut Ui, theme: &Theme, row: &OrderRow, out: &mut Vec<Intent>) {
    let (button, tip, words, figures) = match &row.state {
        OrderState::Running { who, left_s, .. } => (
            "Stop",
            "Stops it before it is done; nothing has changed yet",
            format!("{who} · {}", row.words),
            countdown(*left_s),
        ),
        OrderState::Done { who, clock } => (
            "Undo",
            "Puts back what it changed; takes as long as doing it took",
            format!("● {} · {who}", row.words),
            clock.clone(),
        ),
    };
    line_ui(ui, 22.0 * theme.text_scale(), |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let response = quiet(ui, theme, button);
            response.widget_info(|| {
                let label = format!("{button} {}", row.words);
                let kind = bevy_egui::egui::WidgetType::Button;
                bevy_egui::egui::WidgetInfo::labeled(kind, true, label)
            });
            if response.on_hover_text(tip).clicked() {
                let order = Order::Undo { order: row.number };
                out.push(Intent::Order { order, by: None });
            }
            ui.label(figure(theme, &figures, theme.palette.muted));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(&words).size(theme.sizes.caption);
                let label = Label::new(text.color(theme.palette.text)).truncate();
                ui.add(label).on_hover_text(&words);
            });
        });
    });
    if let OrderState::Running { progress, .. } = row.state {
        let width = ui.available_width();
        bar(ui, theme, progress, theme.palette.own, width);
    }
}

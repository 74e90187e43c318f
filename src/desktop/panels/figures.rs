//! The figures on top: what has been lost, what is left of the error budget, and who waits for news.

use bevy_egui::egui::{Align, Color32, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use super::widgets::{line, paint_mark, paint_spark, put_line, words};
use crate::desktop::game::Game;
use crate::desktop::theme::{Theme, mono};
use crate::view::{Figures, Shape};

/// Distance between two figures.
const BETWEEN: f32 = 22.0;
const SPARK: f32 = 120.0;

/// One figure.
struct Figure {
    label: &'static str,
    value: String,
    colour: Color32,
    explains: String,
    /// A sign before the value, where colour alone would have to say it.
    sign: bool,
    /// The most important ones stay where there is little room; 0 is the most important.
    rank: usize,
}

/// Draws those for which there is room, against the right end; says where the leftmost begins.
pub(super) fn figures_ui(ui: &Ui, theme: &Theme, game: &Game, room: Rect) -> f32 {
    let all = figures(theme, game);
    let font = mono(theme.sizes.heading, false);
    let mark = |it: &Figure| if it.sign { 16.0 } else { 0.0 };
    let galleys: Vec<_> = all
        .iter()
        .map(|it| {
            let label = line(
                ui,
                it.label,
                words(theme.sizes.caption),
                theme.palette.muted,
                400.0,
            );
            let value = line(ui, &it.value, font.clone(), it.colour, 400.0);
            (label, value)
        })
        .collect();
    let width = |place: usize| {
        let (label, value) = &galleys[place];
        label.size().x.max(value.size().x + mark(&all[place]))
    };
    let mut shown = vec![false; all.len()];
    let mut left = room.width();
    for rank in 0..all.len() {
        let Some(place) = all.iter().position(|it| it.rank == rank) else {
            continue;
        };
        let takes = width(place) + BETWEEN;
        if takes <= left {
            left -= takes;
            shown[place] = true;
        }
    }
    let spark = left >= SPARK + BETWEEN;
    let mut x = room.right();
    for place in (0..all.len()).rev().filter(|place| shown[*place]) {
        if place == 0 && spark {
            let y = room.center().y;
            let rect = Rect::from_min_max(pos2(x - SPARK, y - 14.0), pos2(x, y + 14.0));
            let curve = &game.desk.figures.spark;
            if game.desk.figures.customer_minutes >= 0.5 {
                paint_spark(ui.painter(), rect, curve, all[0].colour);
            } else {
                paint_spark(ui.painter(), rect, &[], theme.palette.faint);
            }
            x = rect.left() - 14.0;
        }
        let wide = width(place);
        let rect = Rect::from_min_max(pos2(x - wide, room.top()), pos2(x, room.bottom()));
        figure_ui(ui, theme, &all[place], &galleys[place], rect);
        x = rect.left() - BETWEEN;
    }
    x + BETWEEN
}

type Lines = (
    std::sync::Arc<bevy_egui::egui::Galley>,
    std::sync::Arc<bevy_egui::egui::Galley>,
);

fn figure_ui(ui: &Ui, theme: &Theme, figure: &Figure, lines: &Lines, rect: Rect) {
    let scale = theme.text_scale();
    let y = rect.center().y;
    let painter = ui.painter();
    let label = pos2(rect.left(), y - 12.0 * scale);
    put_line(painter, lines.0.clone(), label, Align::Min);
    let mut value = pos2(rect.left(), y + 9.0 * scale);
    if figure.sign {
        let at = value + vec2(5.0, 0.0);
        paint_mark(painter, Shape::Alarm, at, 5.0, figure.colour);
        value.x += 16.0;
    }
    put_line(painter, lines.1.clone(), value, Align::Min);
    let response = ui.interact(rect, ui.id().with(figure.label), Sense::hover());
    let label = format!("{} {}", figure.label, figure.value);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &label));
    response.on_hover_text(&figure.explains);
}

fn figures(theme: &Theme, game: &Game) -> [Figure; 4] {
    let palette = &theme.palette;
    let it = &game.desk.figures;
    let harmed = it.customer_minutes >= 0.5;
    [
        Figure {
            label: "customer-minutes lost",
            value: grouped(it.customer_minutes),
            colour: if harmed {
                palette.failing
            } else {
                palette.text
            },
            explains: format!(
                "Minutes in which customers could not do what they came for, added up.\nMoney lost so far {}{}.",
                it.currency,
                grouped(it.money_lost)
            ),
            sign: false,
            rank: 1,
        },
        Figure {
            label: "money lost",
            value: format!("{}{}", it.currency, grouped(it.money_lost)),
            colour: palette.text,
            explains: "Sales that did not happen, and what they cost the company.".to_owned(),
            sign: false,
            rank: 3,
        },
        budget(theme, it),
        next_update(theme, it),
    ]
}

fn budget(theme: &Theme, it: &Figures) -> Figure {
    let palette = &theme.palette;
    let left = it.budget_left.map(|left| (left * 100.0).max(-999.0));
    let burn = it.burn.filter(|burn| *burn >= 0.05);
    let left = left.map_or_else(|| "none set".to_owned(), |left| format!("{left:.0} %"));
    let value = match burn {
        Some(burn) if burn >= 9.95 => format!("{left} · {burn:.0}×"),
        Some(burn) => format!("{left} · {burn:.1}×"),
        None => left,
    };
    let colour = match (it.budget_left, burn) {
        (Some(left), _) if left <= 0.0 => palette.failing,
        (_, Some(burn)) if burn > 1.0 => palette.attention,
        _ => palette.text,
    };
    Figure {
        label: "error budget",
        value,
        colour,
        explains: "Share of the month's allowed failures that is left, of the objective that has least.\nAfter it how many times too fast it burns, over the last hour: at 1× it lasts exactly the month.".to_owned(),
        sign: it.budget_left.is_some_and(|left| left <= 0.0),
        rank: 2,
    }
}

fn next_update(theme: &Theme, it: &Figures) -> Figure {
    let palette = &theme.palette;
    let explains = |who: &str| {
        format!(
            "The next message {who} is to have, by what was promised or by the rule.\nSilence costs trust: press C to write."
        )
    };
    let (value, colour, sign, explains) = match it.next_update {
        None => (
            "none due".to_owned(),
            palette.muted,
            false,
            "Nobody waits for news.".to_owned(),
        ),
        Some((who, left)) if left < 0.0 => (
            format!("{} late", minutes(-left)),
            palette.failing,
            true,
            explains(who.name()),
        ),
        Some((who, left)) => {
            let near = left < 60.0;
            let colour = if near {
                palette.attention
            } else {
                palette.change
            };
            (minutes(left), colour, near, explains(who.name()))
        }
    };
    Figure {
        label: "next update due",
        value,
        colour,
        explains,
        sign,
        rank: 0,
    }
}

/// `06:20`.
fn minutes(secs: f64) -> String {
    let secs = secs.max(0.0) as u64;
    format!("{:02}:{:02}", secs / 60, secs % 60)
}

/// `14,310`; from ten millions on in short.
fn grouped(value: f64) -> String {
    if !value.is_finite() || value >= 1e7 {
        return crate::view::short(value);
    }
    let digits = format!("{:.0}", value.max(0.0));
    let mut text = String::with_capacity(digits.len() + 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(0.4), "0");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(14_310.2), "14,310");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(12_345_678.0), "12.3M");
    }
}

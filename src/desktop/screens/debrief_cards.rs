//! The cards of a debrief: axes, milestones, losses, cause, lesson, messages.

use bevy_egui::egui::{
    Align2, Color32, FontId, Label, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};

use super::debrief::Shown;
use super::debrief_worth::clues_ui;
use super::parts::{body, bullets, cross, hairline, quiet, small, tick, title, working};
use crate::base::time::SimTime;
use crate::debrief::analysis::Stage;
use crate::desktop::panels::widgets::bar;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::view::{AxisRow, LossRow, MilestoneRow};

/// What stands where something gives the cause away.
const HIDDEN: &str = "Kept back with the cause";
/// Losses that are shown one by one.
const MOST_LOSSES: usize = 9;

/// Five axes with a bar, points, and why.
pub(super) fn axes_ui(ui: &mut Ui, shown: &Shown<'_>, pointed: &mut Option<SimTime>) {
    let theme = shown.theme;
    title(ui, theme, "Five axes");
    if shown.view.axes.is_empty() {
        waiting_ui(ui, shown);
        return;
    }
    ui.spacing_mut().item_spacing.y = 3.0;
    for row in &shown.view.axes {
        ui.add_space(theme.rhythm.wide);
        axis_ui(ui, shown, row, pointed);
    }
}

fn waiting_ui(ui: &mut Ui, shown: &Shown<'_>) {
    let theme = shown.theme;
    if let Some(why) = shown.failure {
        body(ui, theme, &format!("It could not be judged: {why}"));
        return;
    }
    working(ui, theme);
    let words = "The incident is played again: with nobody there, by the reference, and once without \
                 each of your decisions.";
    small(ui, theme, words);
}

fn grade(theme: &Theme, points: f64) -> Color32 {
    match points {
        p if p >= 75.0 => theme.palette.healthy,
        p if p >= 45.0 => theme.palette.attention,
        _ => theme.palette.failing,
    }
}

fn axis_ui(ui: &mut Ui, shown: &Shown<'_>, row: &AxisRow, pointed: &mut Option<SimTime>) {
    let theme = shown.theme;
    let name = row.axis.words();
    let mut letters = name.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let name = first + letters.as_str();
    let size = vec2(ui.available_width(), theme.sizes.body * 1.35);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter();
    let font = semibold(theme.sizes.body);
    let middle = rect.left_center();
    let word = painter.text(middle, Align2::LEFT_CENTER, &name, font, theme.palette.text);
    let share = format!("{:.0} % of the total", row.weight * 100.0);
    let at = word.right_center() + vec2(8.0, 0.0);
    let font = FontId::proportional(theme.sizes.caption);
    painter.text(at, Align2::LEFT_CENTER, share, font, theme.palette.muted);
    painter.text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        format!("{:.0}", row.points),
        mono(theme.sizes.body, true),
        theme.palette.text,
    );
    let told = format!("{name}, {:.0} of 100 points", row.points);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    let width = ui.available_width();
    bar(
        ui,
        theme,
        row.points / 100.0,
        grade(theme, row.points),
        width,
    );
    if !(row.fact_spoils && shown.hides) {
        caption(ui, theme, &row.fact, theme.palette.muted);
    }
    if let Some(worst) = &row.worst {
        let words = if worst.spoils && shown.hides {
            HIDDEN.to_owned()
        } else {
            match &worst.clock {
                Some(clock) => format!("{} · {}", short(clock), worst.why),
                None => worst.why.clone(),
            }
        };
        if caption(ui, theme, &words, theme.palette.text).hovered() {
            *pointed = pointed.or(worst.at);
        }
    }
}

/// `18:12` of `18:12:40`.
fn short(clock: &str) -> &str {
    clock.get(..5).unwrap_or(clock)
}

fn caption(ui: &mut Ui, theme: &Theme, words: &str, colour: Color32) -> bevy_egui::egui::Response {
    let text = RichText::new(words).size(theme.sizes.caption + 0.5);
    ui.add(Label::new(text.color(colour)).wrap())
}

/// What was reached when, beside the reference.
pub(super) fn milestones_ui(ui: &mut Ui, shown: &Shown<'_>, pointed: &mut Option<SimTime>) {
    let theme = shown.theme;
    title(ui, theme, "Milestones, after it began");
    ui.spacing_mut().item_spacing.y = 0.0;
    for row in &shown.view.milestones {
        if milestone_ui(ui, shown, row) {
            *pointed = row.at;
        }
    }
    if !shown.view.has_reference && shown.view.total.is_some() {
        ui.add_space(theme.rhythm.gap);
        small(ui, theme, "There is no reference for this cause.");
    }
}

fn milestone_ui(ui: &mut Ui, shown: &Shown<'_>, row: &MilestoneRow) -> bool {
    let theme = shown.theme;
    let palette = &theme.palette;
    hairline(ui, theme);
    let size = vec2(ui.available_width(), theme.sizes.small * 2.1);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    if response.hovered() {
        let wide = rect.expand2(vec2(8.0, 0.0));
        ui.painter().rect_filled(wide, 4.0, palette.raised);
    }
    let hides = row.spoils && shown.hides;
    let (yours, colour) = match &row.yours {
        _ if hides => ("kept back", palette.muted),
        Some(yours) => (yours.as_str(), palette.text),
        None => ("never", palette.muted),
    };
    let reference = match &row.reference {
        _ if hides => String::new(),
        Some(it) => format!("ref {it}"),
        None => String::new(),
    };
    let told = format!("{} {yours} {reference}", row.what);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, told.trim()));
    let painter = ui.painter();
    let font = FontId::proportional(theme.sizes.small);
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        row.what,
        font,
        palette.muted,
    );
    let right = rect.right_center();
    let font = mono(theme.sizes.small, false);
    painter.text(right, Align2::RIGHT_CENTER, reference, font, palette.muted);
    let at = right - vec2(112.0 * theme.text_scale(), 0.0);
    let font = mono(theme.sizes.small, true);
    painter.text(at, Align2::RIGHT_CENTER, yours, font, colour);
    response.hovered() && !hides
}

/// Where the points went, the largest loss first.
pub(super) fn losses_ui(ui: &mut Ui, shown: &Shown<'_>, pointed: &mut Option<SimTime>) {
    let theme = shown.theme;
    title(ui, theme, "Where the points went");
    if shown.view.total.is_none() {
        waiting_ui(ui, shown);
        return;
    }
    if shown.view.losses.is_empty() {
        body(ui, theme, "Nowhere: not a point was lost.");
    }
    for row in shown.view.losses.iter().take(MOST_LOSSES) {
        if loss_ui(ui, shown, row) {
            *pointed = row.at;
        }
    }
    let rest = shown.view.losses.get(MOST_LOSSES..).unwrap_or_default();
    if !rest.is_empty() {
        let sum: f64 = rest.iter().map(|it| it.points).sum();
        let words = format!("and {} more, {sum:.1} points together", rest.len());
        caption(ui, theme, &words, theme.palette.muted);
    }
}

/// One loss; says whether the pointer is on it.
fn loss_ui(ui: &mut Ui, shown: &Shown<'_>, row: &LossRow) -> bool {
    let theme = shown.theme;
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let hides = row.spoils && shown.hides;
    let why = if hides { HIDDEN } else { row.why.as_str() };
    let clock = row.clock.as_deref().map_or("", short);
    let (points, column) = (format!("−{:.1}", row.points), 46.0 * scale);
    let words = ui.painter().layout(
        why.to_owned(),
        FontId::proportional(theme.sizes.small),
        if hides { palette.muted } else { palette.text },
        ui.available_width() - 2.0 * column - 8.0,
    );
    let height = words.size().y.max(theme.sizes.small * 1.3) + 4.0;
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let told = format!("{points} {} {clock} {why}", row.axis.words());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    if response.hovered() {
        let wide = rect.expand2(vec2(8.0, 2.0));
        ui.painter().rect_filled(wide, 4.0, palette.raised);
    }
    let painter = ui.painter();
    let font = mono(theme.sizes.small, true);
    let top = rect.min + vec2(0.0, 2.0);
    painter.text(top, Align2::LEFT_TOP, points, font, palette.failing);
    let font = mono(theme.sizes.caption, false);
    let at = top + vec2(column, 1.0);
    painter.text(at, Align2::LEFT_TOP, clock, font, palette.muted);
    painter.galley(top + vec2(2.0 * column, 0.0), words, palette.text);
    let hovered = response.hovered() && !hides;
    response.on_hover_text(row.axis.words());
    hovered
}

/// The root cause; says whether it is to be shown.
pub(super) fn cause_ui(ui: &mut Ui, shown: &Shown<'_>) -> bool {
    let theme = shown.theme;
    title(ui, theme, "Root cause");
    if shown.hides {
        let words = "Not told yet, so that you can try the same seed again.";
        body(ui, theme, words);
        let tip = "Cause, teaching notes and what was suspected rightly";
        return quiet(ui, theme, "Show the cause", tip).clicked();
    }
    let cause = &shown.view.cause;
    let words = cause.words.split_whitespace().collect::<Vec<_>>().join(" ");
    body(ui, theme, &words);
    if let Some(culprit) = &cause.culprit {
        small(ui, theme, &format!("It was in {culprit}"));
    }
    if !cause.right.is_empty() {
        let words = format!("Right to suspect {}", cause.right.join(", or "));
        small(ui, theme, &words);
    }
    list_ui(
        ui,
        theme,
        "What only looked like it",
        theme.palette.attention,
        &cause.distractors,
    );
    list_ui(
        ui,
        theme,
        "What would prevent it",
        theme.palette.healthy,
        &cause.follow_ups,
    );
    false
}

fn list_ui(ui: &mut Ui, theme: &Theme, heading: &str, colour: Color32, items: &[String]) {
    if items.is_empty() {
        return;
    }
    ui.add_space(theme.rhythm.tight);
    title(ui, theme, heading);
    bullets(ui, theme, colour, items.iter().map(String::as_str));
}

/// How it could have been known.
pub(super) fn signs_ui(ui: &mut Ui, shown: &Shown<'_>, pointed: &mut Option<SimTime>) {
    let theme = shown.theme;
    let palette = &theme.palette;
    title(ui, theme, "How it could be known");
    if shown.hides {
        small(ui, theme, HIDDEN);
        return;
    }
    if let Some(worth) = shown.inquest.with(Stage::FollowUps)
        && !worth.clues.is_empty()
    {
        clues_ui(ui, worth, theme, pointed);
        return;
    }
    let signs = &shown.view.cause.signs;
    if signs.is_empty() {
        small(ui, theme, "Nothing is written down about that.");
    }
    for (words, looked) in signs {
        ui.horizontal_top(|ui| {
            let size = vec2(14.0, theme.sizes.small * 1.3);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let painter = ui.painter();
            match looked {
                Some(true) => {
                    let stroke = Stroke::new(1.8, palette.healthy);
                    painter.add(tick(rect.center(), 9.0, stroke));
                }
                Some(false) => {
                    let stroke = Stroke::new(1.5, palette.muted);
                    painter.extend(cross(rect.center(), 7.0, stroke));
                }
                None => {
                    painter.circle_filled(rect.center(), 2.5, palette.muted);
                }
            }
            let said = match looked {
                Some(true) => " · you looked there",
                Some(false) => " · you did not look there",
                None => "",
            };
            let text = RichText::new(format!("{words}{said}")).size(theme.sizes.small);
            ui.add(Label::new(text.color(palette.text)).wrap());
        });
    }
}

/// The interview question behind it, and what to say.
pub(super) fn lesson_ui(ui: &mut Ui, shown: &Shown<'_>) {
    let theme = shown.theme;
    let lesson = &shown.view.lesson;
    title(ui, theme, "The interview question behind it");
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !lesson.drill.is_empty() {
        body(ui, theme, &format!("“{}”", one_line(&lesson.drill)));
    }
    if !lesson.question.is_empty() {
        small(ui, theme, &one_line(&lesson.question));
    }
    if shown.hides {
        small(ui, theme, HIDDEN);
        return;
    }
    list_ui(ui, theme, "Notes", theme.palette.own, &lesson.notes);
    list_ui(
        ui,
        theme,
        "Better not say",
        theme.palette.failing,
        &lesson.avoid,
    );
    list_ui(
        ui,
        theme,
        "What it trains",
        theme.palette.muted,
        &lesson.skills,
    );
}

/// What was said to those outside, and how it was judged.
pub(super) fn posts_ui(ui: &mut Ui, shown: &Shown<'_>) {
    let theme = shown.theme;
    let palette = &theme.palette;
    title(ui, theme, "What you told others");
    if shown.view.posts.is_empty() {
        small(ui, theme, "Nothing.");
    }
    for post in &shown.view.posts {
        ui.horizontal(|ui| {
            let text = RichText::new(post.to).font(semibold(theme.sizes.small));
            ui.label(text.color(palette.change));
            let text = RichText::new(&post.clock).font(mono(theme.sizes.caption, false));
            ui.label(text.color(palette.muted));
        });
        small(ui, theme, &post.text);
        if shown.view.total.is_some() && post.wrong.is_empty() {
            verdict_ui(ui, theme, true, "nothing to be said against it");
        }
        for wrong in &post.wrong {
            let hides = wrong.spoils && shown.hides;
            let why = if hides { HIDDEN } else { wrong.why.as_str() };
            verdict_ui(ui, theme, false, why);
        }
        ui.add_space(theme.rhythm.tight);
    }
    for wrong in &shown.view.unsaid {
        verdict_ui(ui, theme, false, &wrong.why);
    }
}

fn verdict_ui(ui: &mut Ui, theme: &Theme, is_fine: bool, words: &str) {
    ui.horizontal_top(|ui| {
        let size = vec2(14.0, theme.sizes.caption * 1.4);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let rect = Rect::from_center_size(pos2(rect.center().x, rect.center().y), vec2(8.0, 8.0));
        let palette = &theme.palette;
        if is_fine {
            let stroke = Stroke::new(1.8, palette.healthy);
            ui.painter().add(tick(rect.center(), 8.0, stroke));
        } else {
            let stroke = Stroke::new(1.8, palette.failing);
            ui.painter().extend(cross(rect.center(), 7.0, stroke));
        }
        caption(ui, theme, words, palette.text);
    });
}

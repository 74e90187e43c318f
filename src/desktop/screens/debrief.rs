//! What it came to: outcome and score on top, the curve of what customers lost beside the axes, and
//! cards below. The order of the cards is one list: an analysis that is worked out one day gets its
//! place there.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{
    Align, Align2, FontId, Layout, RichText, Sense, TextEdit, Ui, WidgetInfo, WidgetType, pos2,
    vec2,
};

use super::debrief_branch::{BranchUi, branch_ui};
use super::debrief_cards as cards;
use super::debrief_chart::chart_ui;
use super::debrief_worth::{self as worth, Inquest, WorthUi};
use super::parts::{escape, page, primary, quiet, small};
use crate::base::time::SimTime;
use crate::debrief::analysis::Stage;
use crate::desktop::branching::Branching;
use crate::desktop::command::UiCommand;
use crate::desktop::inquiry::Inquiry;
use crate::desktop::intent::Intent;
use crate::desktop::panels::widgets::card;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::report::{Form, Kind};
use crate::view::{Debrief, OrderLine, debrief, order_lines};

/// What it remembers between frames.
#[derive(Debug, Default)]
pub struct DebriefUi {
    /// Where the run was kept.
    pub kept: Option<PathBuf>,
    /// Where a copy was written.
    pub copied: Option<PathBuf>,
    /// Where a copy is to be written, while that is asked for.
    pub copy_to: Option<String>,
    /// What reports are to be about, while they are being chosen.
    report: Option<Kind>,
    /// Where the last report was written.
    pub reported: Option<PathBuf>,
    /// It is of a recorded run that was watched.
    watched: bool,
    /// The player asked for the cause.
    revealed: bool,
    /// The moment that a row below is about.
    pub(super) pointed: Option<SimTime>,
    /// What the cards of the analysis remember.
    worth: WorthUi,
    /// What is done differently in a branch.
    branch: BranchUi,
    /// Where the last branch was kept.
    pub branched: Option<PathBuf>,
    /// The orders of the run.
    lines: Vec<OrderLine>,
    /// What is shown, and whether it had been judged and how much of the analysis there was when it was made.
    view: Option<(Debrief, (bool, usize))>,
    focused: bool,
}

impl DebriefUi {
    /// Of a recorded run that lies there.
    pub fn of_watched(file: PathBuf) -> Self {
        Self {
            kept: Some(file),
            watched: true,
            ..Self::default()
        }
    }
}

/// What the cards are drawn from.
pub(super) struct Shown<'d> {
    pub(super) theme: &'d Theme,
    pub(super) view: &'d Debrief,
    /// What gives the cause away is kept back.
    pub(super) hides: bool,
    /// The judgement is being worked out.
    pub(super) is_coming: bool,
    /// Why it never will be.
    pub(super) failure: Option<&'d str>,
    /// What is there of the analysis.
    pub(super) inquest: Inquest<'d>,
    /// The orders of the run.
    pub(super) lines: &'d [OrderLine],
    /// What would have come of others.
    pub(super) branching: Option<&'d Branching>,
    /// Where the last branch was kept.
    pub(super) branched: Option<&'d Path>,
}

/// The cards below the curve.
#[derive(Clone, Copy, Debug)]
enum Card {
    Decisions,
    Branch,
    Luck,
    Milestones,
    Losses,
    Cause,
    Signs,
    FollowUps,
    Lesson,
    Posts,
}

const CARDS: [Card; 10] = [
    Card::Decisions,
    Card::Branch,
    Card::Luck,
    Card::Milestones,
    Card::Losses,
    Card::Cause,
    Card::Signs,
    Card::FollowUps,
    Card::Lesson,
    Card::Posts,
];

/// Draws it.
pub(super) fn debrief_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let Some(verdict) = &desktop.verdict else {
        out.push(Intent::Go(Screen::Title));
        return;
    };
    let judged = verdict.judged.as_ref();
    let inquiry = desktop.inquiry.as_ref();
    let analysis = inquiry.and_then(|it| it.with(Stage::Decisions));
    let memory = &mut desktop.debrief;
    let known = (judged.is_some(), inquiry.map_or(0, |it| it.parts));
    if memory.view.as_ref().is_none_or(|it| it.1 != known) {
        let judged = judged.map(|it| (&it.score, &it.baselines));
        memory.view = Some((debrief(&verdict.record, judged, analysis), known));
        memory.lines = order_lines(&verdict.record);
    }
    let Some((view, _)) = memory.view.take() else {
        return;
    };
    let theme = desktop.theme.clone();
    let lines = std::mem::take(&mut memory.lines);
    let branched = memory.branched.clone();
    let best = desktop.ledger.of(&verdict.record.scenario.id);
    let shown = Shown {
        theme: &theme,
        view: &view,
        hides: !view.recovered && !desktop.settings.spoilers_after_loss && !memory.revealed,
        is_coming: verdict.is_coming(),
        failure: verdict.failure.as_deref(),
        inquest: inquest(&view, inquiry),
        lines: &lines,
        branching: desktop.branching.as_ref(),
        branched: branched.as_deref(),
    };
    let seed = verdict.record.seed;
    let exam = desktop.game.as_ref().is_some_and(|it| it.pace.is_exam());
    page(ui, &theme, "debrief", f32::INFINITY, |ui| {
        head_ui(ui, &shown, memory, (seed, exam), best, out);
        ui.add_space(theme.rhythm.wide);
        let pointed = memory.pointed.take();
        upper_ui(ui, &shown, memory, pointed);
        ui.add_space(theme.rhythm.section);
        cards_ui(ui, &shown, memory, out);
        ui.add_space(theme.rhythm.section);
        if escape(ui) && memory.copy_to.take().is_none() && memory.report.take().is_none() {
            out.push(Intent::Go(Screen::Title));
        }
    });
    memory.branch.ask(out);
    memory.lines = lines;
    memory.view = Some((view, known));
}

fn inquest<'d>(view: &'d Debrief, inquiry: Option<&'d Inquiry>) -> Inquest<'d> {
    let Some(inquiry) = inquiry else {
        return Inquest::default();
    };
    let progress = || {
        let (words, share) = inquiry.progress().unwrap_or(("the first branches", 0.0));
        (words, share, inquiry.seconds())
    };
    Inquest {
        known: view
            .worth
            .as_ref()
            .zip(inquiry.known.as_ref().map(|it| it.0)),
        coming: inquiry.is_coming().then(progress),
        failure: inquiry.failure.as_deref(),
    }
}

/// Outcome on the left, score and what to do next on the right; below each other where it is narrow.
fn head_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    memory: &mut DebriefUi,
    (seed, exam): (u64, bool),
    best: (usize, Option<f64>),
    out: &mut Vec<Intent>,
) {
    let theme = shown.theme;
    ui.horizontal(|ui| {
        let height = theme.sizes.hero * 1.05;
        ui.allocate_ui_with_layout(
            vec2(ui.available_width() - 330.0 * theme.text_scale(), height),
            Layout::top_down(Align::Min),
            |ui| {
                ui.set_min_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 2.0;
                let view = shown.view;
                small(
                    ui,
                    theme,
                    &format!("Debrief · {} · {}", view.scenario, view.source),
                );
                let words = RichText::new(&view.headline).font(semibold(theme.sizes.figure));
                ui.add(bevy_egui::egui::Label::new(words.color(theme.palette.text)).wrap());
                small(ui, theme, &view.ending);
            },
        );
        score_ui(ui, shown, best);
    });
    ui.add_space(theme.rhythm.gap);
    ui.horizontal_wrapped(|ui| {
        let tip = "Everything is drawn anew, the cause too: it may be another one, or the same";
        let again = primary(ui, theme, "Try again, new seed", tip);
        if again.clicked() {
            out.push(Intent::Start { seed: None, exam });
        }
        if !std::mem::replace(&mut memory.focused, true) {
            again.request_focus();
        }
        let tip = "The same incident once more, second by second";
        if quiet(ui, theme, "Try again, same seed", tip).clicked() {
            out.push(Intent::Start {
                seed: Some(seed),
                exam,
            });
        }
        replay_ui(ui, theme, memory, out);
        let tip = "Writes what is below as a page, as Markdown or as JSON";
        if quiet(ui, theme, "Report…", tip).clicked() {
            memory.report = match memory.report.take() {
                Some(_) => None,
                None => Some(Kind::Full),
            };
        }
        let tip = "To the title (Escape)";
        if quiet(ui, theme, "Title", tip).clicked() {
            out.push(Intent::Go(Screen::Title));
        }
        kept_ui(ui, theme, memory);
    });
    copy_ui(ui, theme, memory, out);
    report_ui(ui, shown, memory, out);
}

fn replay_ui(ui: &mut Ui, theme: &Theme, memory: &mut DebriefUi, out: &mut Vec<Intent>) {
    if memory.watched {
        let tip = "To the end of the recorded run; scrub from there";
        if quiet(ui, theme, "Back to the replay", tip).clicked() {
            out.push(Intent::Go(Screen::Room));
        }
    } else if let Some(file) = &memory.kept {
        let tip = "See it once more, and scrub through it";
        if quiet(ui, theme, "Watch replay", tip).clicked() {
            out.push(Intent::Watch(file.clone()));
        }
    }
    if memory.kept.is_some() {
        let tip = "Writes a copy of the run where you want it";
        if quiet(ui, theme, "Save replay as…", tip).clicked() {
            memory.copy_to = match memory.copy_to.take() {
                Some(_) => None,
                None => Some(String::new()),
            };
        }
    } else {
        let tip = "Tries once more to write the run beside the others";
        if quiet(ui, theme, "Save replay", tip).clicked() {
            out.push(Intent::Do(UiCommand::SaveReplay));
        }
    }
}

fn kept_ui(ui: &mut Ui, theme: &Theme, memory: &DebriefUi) {
    let words = match (&memory.copied, &memory.kept) {
        (Some(copy), _) => format!("Copied to {}", copy.display()),
        (None, Some(file)) if memory.watched => format!("Recorded in {}", file.display()),
        (None, Some(file)) => format!("Kept as {}", file.display()),
        (None, None) => "This run was not kept".to_owned(),
    };
    let text = RichText::new(words).size(theme.sizes.caption);
    let label = bevy_egui::egui::Label::new(text.color(theme.palette.muted));
    ui.add(label.truncate()).on_hover_text("Where the run lies");
}

/// Where a copy is to go, once that was asked for.
fn copy_ui(ui: &mut Ui, theme: &Theme, memory: &mut DebriefUi, out: &mut Vec<Intent>) {
    let (Some(path), Some(kept)) = (&mut memory.copy_to, &memory.kept) else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        small(ui, theme, "Path");
        let name = kept.file_name().unwrap_or_default().to_string_lossy();
        let field = TextEdit::singleline(path)
            .font(mono(theme.sizes.small, false))
            .desired_width(420.0 * theme.text_scale())
            .hint_text(format!("/somewhere/{name}"));
        ui.add(field).on_hover_text("A file that is not there yet");
        let tip = "Writes the copy";
        if primary(ui, theme, "Save", tip).clicked() && !path.trim().is_empty() {
            out.push(Intent::SaveCopy(PathBuf::from(path.trim())));
        }
    });
}

/// What a report is to be about and how it is to be written, once that was asked for.
fn report_ui(ui: &mut Ui, shown: &Shown<'_>, memory: &mut DebriefUi, out: &mut Vec<Intent>) {
    let theme = shown.theme;
    let Some(about) = &mut memory.report else {
        return;
    };
    ui.horizontal(|ui| {
        small(ui, theme, "About");
        for kind in Kind::ALL {
            let words = match kind {
                Kind::Full => "Everything",
                Kind::Incident => "The incident",
                Kind::Story => "My story, for an interview",
                Kind::Interviewer => "Questions for an interviewer",
            };
            ui.selectable_value(about, kind, words);
        }
        ui.add_space(theme.rhythm.wide);
        small(ui, theme, "as");
        for form in Form::ALL {
            let (words, tip) = match form {
                Form::Page => ("Page", "One HTML file that opens in any browser and prints"),
                Form::Markdown => ("Markdown", "Text for a wiki or a ticket"),
                Form::Json => ("JSON", "Everything, for programs"),
            };
            let enabled = !shown.is_coming && shown.failure.is_none();
            let button = ui.add_enabled_ui(enabled, |ui| quiet(ui, theme, words, tip));
            if button.inner.clicked() {
                out.push(Intent::Report(*about, form));
            }
        }
    });
    if shown.inquest.coming.is_some() {
        let words = match shown.inquest.with(Stage::FollowUps) {
            None => "Marks and luck are still being worked out; a report now is without them",
            Some(_) => "Luck is still being worked out; a report now has the seeds that are known",
        };
        small(ui, theme, words);
    }
    if let Some(file) = &memory.reported {
        small(ui, theme, &format!("Written to {}", file.display()));
    }
}

/// The points; they grow once they are there.
fn score_ui(ui: &mut Ui, shown: &Shown<'_>, best: (usize, Option<f64>)) {
    let theme = shown.theme;
    let palette = &theme.palette;
    let target = shown.view.total.unwrap_or(0.0) as f32;
    let seconds = theme.motion_s * 5.0;
    let id = ui.id().with("points");
    let points = ui.ctx().animate_value_with_time(id, target, seconds);
    let words = match shown.view.total {
        Some(_) => format!("{points:.0}"),
        None => "–".to_owned(),
    };
    let mut beside = vec!["of 100".to_owned()];
    if let (runs @ 2.., Some(points)) = best {
        beside.push(format!("your best {points:.0}"));
        beside.push(format!("in {runs} runs"));
    }
    if shown.is_coming {
        beside.push("being worked out".to_owned());
    }
    let size = vec2(ui.available_width(), theme.sizes.hero * 1.1);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let told = format!("{words} of 100 points");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
    let painter = ui.painter();
    let font = FontId::proportional(theme.sizes.small);
    let lines = beside.into_iter();
    let lines: Vec<_> = lines
        .map(|it| painter.layout_no_wrap(it, font.clone(), palette.muted))
        .collect();
    let width = lines.iter().map(|it| it.size().x).fold(0.0, f32::max);
    let height: f32 = lines.iter().map(|it| it.size().y + 1.0).sum();
    let x = rect.right() - width;
    let mut y = rect.center().y - height / 2.0;
    for line in lines {
        let at = pos2(x, y);
        y += line.size().y + 1.0;
        painter.galley(at, line, palette.muted);
    }
    let at = pos2(x - theme.rhythm.section, rect.center().y);
    let font = mono(theme.sizes.hero, true);
    painter.text(at, Align2::RIGHT_CENTER, words, font, palette.text);
}

/// The curve and the axes, beside each other where there is room.
fn upper_ui(ui: &mut Ui, shown: &Shown<'_>, memory: &mut DebriefUi, pointed: Option<SimTime>) {
    let theme = shown.theme;
    let scale = theme.text_scale();
    let whole = ui.available_width();
    let side = 400.0 * scale;
    let gap = theme.rhythm.wide;
    let is_wide = whole > side + gap + 640.0;
    let height = (430.0 * scale).min(if is_wide { 520.0 } else { 460.0 });
    if is_wide {
        // The axes' own height is known once they have been drawn; the chart is as tall.
        let id = ui.id().with("height of the axes");
        let needed: Option<f32> = ui.ctx().data(|data| data.get_temp(id));
        let height = needed.unwrap_or(height).max(height);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            ui.vertical(|ui| {
                card(theme).show(ui, |ui| {
                    ui.set_width(whole - side - gap - 34.0);
                    ui.set_min_height(height);
                    chart_ui(ui, shown, height, pointed, &mut memory.branch);
                });
            });
            ui.vertical(|ui| {
                card(theme).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.set_min_height(height);
                    let used = ui.scope(|ui| cards::axes_ui(ui, shown, &mut memory.pointed));
                    let used = used.response.rect.height();
                    ui.ctx().data_mut(|data| data.insert_temp(id, used));
                    // What is below must not move under the pointer afterwards.
                    if needed.is_none_or(|it| (it - used).abs() > 0.5) {
                        ui.ctx().request_repaint();
                    }
                });
            });
        });
        return;
    }
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        chart_ui(ui, shown, height, pointed, &mut memory.branch);
    });
    ui.add_space(gap);
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        cards::axes_ui(ui, shown, &mut memory.pointed);
    });
}

/// The cards in as many columns as there is room for; each goes under the shortest one so far.
fn cards_ui(ui: &mut Ui, shown: &Shown<'_>, memory: &mut DebriefUi, out: &mut Vec<Intent>) {
    let theme = shown.theme;
    let gap = theme.rhythm.wide;
    let whole = ui.available_width();
    let least = 400.0 * theme.text_scale();
    let columns = ((whole + gap) / (least + gap)).floor().clamp(1.0, 4.0) as usize;
    let width = (whole - gap * (columns as f32 - 1.0)) / columns as f32;
    let top = ui.cursor().min;
    let mut bottoms = vec![top.y; columns];
    for kind in CARDS {
        let shortest = (0..columns).min_by(|a, b| bottoms[*a].total_cmp(&bottoms[*b]));
        let column = shortest.unwrap_or(0);
        let x = top.x + column as f32 * (width + gap);
        let min = pos2(x, bottoms[column]);
        let rect = bevy_egui::egui::Rect::from_min_size(min, vec2(width, 2_000.0));
        let builder = bevy_egui::egui::UiBuilder::new().max_rect(rect);
        let drawn = ui.scope_builder(builder, |ui| {
            card(theme).show(ui, |ui| {
                ui.set_width(ui.available_width());
                card_ui(ui, shown, memory, kind, out);
            });
        });
        bottoms[column] = drawn.response.rect.bottom() + gap;
    }
}

fn card_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    memory: &mut DebriefUi,
    kind: Card,
    out: &mut Vec<Intent>,
) {
    match kind {
        Card::Branch => branch_ui(ui, shown, &mut memory.branch, out),
        Card::Decisions => {
            worth::decisions_ui(ui, shown, &mut memory.worth, &mut memory.pointed);
        }
        Card::Luck => worth::luck_ui(ui, shown),
        Card::FollowUps => worth::follow_ups_ui(ui, shown, &mut memory.worth),
        Card::Milestones => cards::milestones_ui(ui, shown, &mut memory.pointed),
        Card::Losses => cards::losses_ui(ui, shown, &mut memory.pointed),
        Card::Cause => {
            if cards::cause_ui(ui, shown) {
                memory.revealed = true;
            }
        }
        Card::Lesson => cards::lesson_ui(ui, shown),
        Card::Posts => cards::posts_ui(ui, shown),
        Card::Signs => cards::signs_ui(ui, shown, &mut memory.pointed),
    }
}

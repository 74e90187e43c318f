//! The cards of a debrief that an analysis fills: what each decision was worth, skill or luck, when it
//! could have been known, and what would prevent it.

use std::collections::BTreeSet;

use bevy_egui::egui::{
    Align2, Checkbox, FontId, Label, ProgressBar, Rect, RichText, Sense, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};

use super::debrief::Shown;
use super::debrief_chart::{mark_colour, mark_sign};
use super::parts::{body, hairline, quiet, ring, small, title, working};
use crate::base::time::SimTime;
use crate::debrief::analysis::{Stage, Usefulness, judge_picks};
use crate::desktop::theme::{Theme, mono, semibold};
use crate::view::{
    DecisionRow, FollowUpRow, Histogram, Worth, picked_words, spared, usefulness_words,
};

/// What these cards remember between frames.
#[derive(Debug, Default)]
pub(super) struct WorthUi {
    /// The decision that is open.
    opened: Option<usize>,
    /// Follow-ups that the player would do, by their places.
    picks: BTreeSet<usize>,
    /// The picks were handed in.
    handed_in: bool,
}

/// What is there of an analysis.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Inquest<'d> {
    /// What is known, and up to which stage.
    pub(super) known: Option<(&'d Worth, Stage)>,
    /// What is being played, the share of all branches that have been, and for how many seconds; `None` when
    /// all is over.
    pub(super) coming: Option<(&'static str, f32, u64)>,
    /// Why there will be no more.
    pub(super) failure: Option<&'d str>,
}

impl<'d> Inquest<'d> {
    /// What is known, if this stage is in it.
    pub(super) fn with(&self, stage: Stage) -> Option<&'d Worth> {
        let (worth, reached) = self.known?;
        (reached >= stage).then_some(worth)
    }
}

/// What is known with this stage in it, or what is to be said instead.
fn done<'d>(ui: &mut Ui, shown: &Shown<'d>, stage: Stage) -> Option<&'d Worth> {
    let inquest = &shown.inquest;
    let known = inquest.with(stage);
    if known.is_none() {
        match (inquest.failure, inquest.coming) {
            (Some(why), _) => {
                small(ui, shown.theme, why);
            }
            (None, Some(coming)) => coming_ui(ui, shown.theme, coming),
            (None, None) => working(ui, shown.theme),
        }
    }
    known
}

/// A long branch keeps the bar where it is; the seconds go on.
fn coming_ui(ui: &mut Ui, theme: &Theme, (words, share, seconds): (&str, f32, u64)) {
    small(ui, theme, &format!("Playing {words}, {seconds} s"));
    let bar = ProgressBar::new(share).desired_height(4.0);
    ui.add(bar.fill(theme.palette.own));
}

/// What each decision was worth.
pub(super) fn decisions_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    memory: &mut WorthUi,
    pointed: &mut Option<SimTime>,
) {
    let theme = shown.theme;
    title(ui, theme, "What each decision was worth");
    let Some(worth) = done(ui, shown, Stage::Decisions) else {
        return;
    };
    if worth.decisions.is_empty() {
        body(
            ui,
            theme,
            "Nothing was changed, so there is nothing to weigh.",
        );
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    for (place, row) in worth.decisions.iter().enumerate() {
        let is_open = memory.opened == Some(place);
        let (clicked, hovered) = decision_ui(ui, theme, row, is_open);
        if clicked {
            memory.opened = (!is_open).then_some(place);
        }
        if hovered || is_open {
            *pointed = Some(row.at);
        }
        if is_open {
            details_ui(ui, theme, row);
        }
    }
    ui.add_space(theme.rhythm.gap);
    ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
    for line in &worth.left_out {
        small(ui, theme, line);
    }
    small(ui, theme, &worth.work);
}

/// One decision in a line or two; says whether it was clicked, and whether the pointer is on it.
fn decision_ui(ui: &mut Ui, theme: &Theme, row: &DecisionRow, is_open: bool) -> (bool, bool) {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    hairline(ui, theme);
    let ink = mark_colour(palette, row.mark);
    let (clock_room, badge_room, effect_room) = (46.0 * scale, 34.0 * scale, 110.0 * scale);
    let words = ui.painter().layout(
        row.what.clone(),
        FontId::proportional(theme.sizes.small),
        palette.text,
        (ui.available_width() - clock_room - badge_room - effect_room).max(60.0),
    );
    let height = words.size().y.max(theme.sizes.small * 1.4) + 10.0;
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let told = format!(
        "{} {}, {}, {}",
        row.clock,
        row.what,
        row.effect,
        row.mark.word()
    );
    let info = || WidgetInfo::selected(WidgetType::Button, true, is_open, &told);
    response.widget_info(info);
    if response.hovered() || is_open {
        let wide = rect.expand2(vec2(8.0, 0.0));
        ui.painter().rect_filled(wide, 4.0, palette.raised);
    }
    ring(ui, theme, &response, 4);
    let painter = ui.painter();
    let y = rect.top() + 5.0;
    let clock = row.clock.get(..5).unwrap_or(&row.clock);
    let font = mono(theme.sizes.caption, false);
    let at = pos2(rect.left(), y + 1.0);
    painter.text(at, Align2::LEFT_TOP, clock, font, palette.muted);
    let at = pos2(rect.left() + clock_room, y);
    let font = semibold(theme.sizes.small);
    painter.text(at, Align2::LEFT_TOP, mark_sign(row.mark), font, ink);
    let at = pos2(rect.left() + clock_room + badge_room, y);
    painter.galley(at, words, palette.text);
    let at = pos2(rect.right(), y);
    let font = mono(theme.sizes.small, true);
    painter.text(at, Align2::RIGHT_TOP, &row.effect, font, ink);
    let hovered = response.hovered();
    let tip = format!("{}: click for why", row.mark.word());
    (response.on_hover_text(tip).clicked(), hovered)
}

/// Why it was marked so, and what would have come of it at other times.
fn details_ui(ui: &mut Ui, theme: &Theme, row: &DecisionRow) {
    ui.add_space(theme.rhythm.tight);
    ui.indent(row.at.as_micros(), |ui| {
        ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
        if !row.why.is_empty() {
            let text = RichText::new(&row.why).size(theme.sizes.small);
            ui.add(Label::new(text.color(theme.palette.text)).wrap());
        }
        for remark in &row.remarks {
            small(ui, theme, remark);
        }
        if !row.moved.is_empty() {
            let moved: Vec<String> = row.moved.iter().map(|it| elsewhen(*it)).collect();
            small(ui, theme, &moved.join(" · "));
        }
    });
    ui.add_space(theme.rhythm.gap);
}

/// A decision at another time, such as `5 min sooner would have saved 1,200`.
fn elsewhen((by_s, run_minus_branch): (i64, f64)) -> String {
    let minutes = by_s.unsigned_abs() as f64 / 60.0;
    let way = if by_s < 0 { "sooner" } else { "later" };
    // What the run lost more than the branch is what the branch would have saved.
    let came = spared(-run_minus_branch).replace("no difference", "made no difference");
    format!("{minutes:.0} min {way} would have {came}")
}

/// The same decisions on other seeds.
pub(super) fn luck_ui(ui: &mut Ui, shown: &Shown<'_>) {
    let theme = shown.theme;
    title(ui, theme, "Skill or luck?");
    let Some(worth) = done(ui, shown, Stage::Luck) else {
        return;
    };
    let Some(luck) = &worth.luck else {
        small(ui, theme, "Nothing was changed, so every seed ends alike.");
        return;
    };
    let more = match shown.inquest.coming {
        Some((.., seconds)) => format!(", and more are being played, {seconds} s"),
        None => String::new(),
    };
    let words = format!(
        "Your decisions on {} other seeds of this cause{more}",
        luck.seeds
    );
    small(ui, theme, &words);
    histogram_ui(ui, theme, luck);
    body(ui, theme, &luck.sentence);
}

fn histogram_ui(ui: &mut Ui, theme: &Theme, luck: &Histogram) {
    let palette = &theme.palette;
    let size = vec2(ui.available_width(), 96.0 * theme.text_scale());
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let about = format!("Histogram of customer-minutes. {}", luck.sentence);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &about));
    let painter = ui.painter();
    let low = theme.sizes.caption * 1.6;
    let ground = rect.bottom() - low;
    let most = luck.counts.iter().copied().max().unwrap_or(0).max(1) as f32;
    let step = rect.width() / luck.counts.len().max(1) as f32;
    for (bin, count) in luck.counts.iter().enumerate() {
        let is_own = bin == luck.own;
        // Where this run is, there is a bar even if no other seed ended there.
        let least = if is_own { 3.0 } else { 0.0 };
        let height = ((ground - rect.top() - 4.0) * *count as f32 / most).max(least);
        let left = rect.left() + step * bin as f32;
        let bar = Rect::from_min_max(
            pos2(left + 1.5, ground - height),
            pos2(left + step - 1.5, ground),
        );
        let colour = if is_own {
            palette.failing
        } else {
            palette.own.gamma_multiply(0.6)
        };
        painter.rect_filled(bar, 2.0, colour);
        let whole = Rect::from_min_max(pos2(left, rect.top()), pos2(left + step, ground));
        if response.hover_pos().is_some_and(|at| whole.contains(at)) {
            painter.rect_filled(whole, 2.0, palette.raised.gamma_multiply(0.5));
        }
    }
    let font = mono(theme.sizes.caption, false);
    let left = pos2(rect.left(), rect.bottom());
    painter.text(
        left,
        Align2::LEFT_BOTTOM,
        &luck.ends.0,
        font.clone(),
        palette.muted,
    );
    let words = format!("{} customer-min", luck.ends.1);
    painter.text(
        rect.right_bottom(),
        Align2::RIGHT_BOTTOM,
        words,
        font,
        palette.muted,
    );
    let bin = response
        .hover_pos()
        .map(|at| ((at.x - rect.left()) / step) as usize);
    if let Some((from, to, count)) = bin.and_then(|bin| {
        let edges = (luck.edges.get(bin)?, luck.edges.get(bin + 1)?);
        Some((edges.0, edges.1, luck.counts.get(bin)?))
    }) {
        let from = crate::view::thousands(*from);
        let to = crate::view::thousands(*to);
        let words = format!("{count} seeds lost {from} to {to} customer-minutes");
        response.on_hover_text_at_pointer(words);
    }
}

/// When each clue could be seen; says nothing where that gives the cause away.
pub(super) fn clues_ui(ui: &mut Ui, worth: &Worth, theme: &Theme, pointed: &mut Option<SimTime>) {
    let palette = &theme.palette;
    for row in &worth.clues {
        let text = RichText::new(&row.words).size(theme.sizes.small);
        let response = ui.add(Label::new(text.color(palette.text)).wrap());
        let (said, colour) = match (&row.visible, &row.opened) {
            (None, _) => ("never to be seen in this run".to_owned(), palette.muted),
            (Some((_, visible)), Some((_, opened))) => (
                format!("there from {visible}; you had it at {opened}"),
                palette.healthy,
            ),
            (Some((_, visible)), None) => (
                format!("there from {visible}; you never looked"),
                palette.attention,
            ),
        };
        let text = RichText::new(said).size(theme.sizes.caption);
        let below = ui.add(Label::new(text.color(colour)).wrap());
        if response.hovered() || below.hovered() {
            *pointed = row.visible.as_ref().map(|it| it.0);
        }
    }
}

/// What would prevent it: the player picks first, then each is played.
pub(super) fn follow_ups_ui(ui: &mut Ui, shown: &Shown<'_>, memory: &mut WorthUi) {
    let theme = shown.theme;
    title(ui, theme, "What would you do so that it never comes back?");
    if shown.hides {
        small(ui, theme, "Kept back with the cause.");
        return;
    }
    let Some(worth) = done(ui, shown, Stage::FollowUps) else {
        return;
    };
    if worth.follow_ups.is_empty() {
        small(ui, theme, "Nobody wrote follow-ups for this cause.");
        return;
    }
    for (place, row) in worth.follow_ups.iter().enumerate() {
        if memory.handed_in {
            tried_ui(ui, theme, row, memory.picks.contains(&place));
            continue;
        }
        let mut picked = memory.picks.contains(&place);
        let text = RichText::new(&row.what).size(theme.sizes.small);
        if ui.add(Checkbox::new(&mut picked, text)).changed() {
            if picked {
                memory.picks.insert(place);
            } else {
                memory.picks.remove(&place);
            }
        }
    }
    if memory.handed_in {
        let found: Vec<Usefulness> = worth.follow_ups.iter().map(|it| it.usefulness).collect();
        if let Some(picked) = judge_picks(&found, &memory.picks) {
            let text = RichText::new(picked_words(&picked)).font(semibold(theme.sizes.small));
            ui.add(Label::new(text.color(theme.palette.text)).wrap());
        }
    } else {
        let tip = "Shows what each of them came to when the incident was played with it in place";
        if quiet(ui, theme, "Try them out", tip).clicked() {
            memory.handed_in = true;
        }
    }
}

fn tried_ui(ui: &mut Ui, theme: &Theme, row: &FollowUpRow, picked: bool) {
    let palette = &theme.palette;
    let word = usefulness_words(row.usefulness);
    let colour = match row.usefulness {
        Usefulness::Prevents | Usefulness::Helps => palette.healthy,
        Usefulness::NoDifference => palette.attention,
        Usefulness::Harms => palette.failing,
    };
    let text = RichText::new(&row.what).size(theme.sizes.small);
    ui.add(Label::new(text.color(palette.text)).wrap());
    let yours = if picked { "you picked it · " } else { "" };
    let text = RichText::new(format!("{yours}{word}")).font(semibold(theme.sizes.caption));
    ui.add(Label::new(text.color(colour)).wrap());
    small(ui, theme, &row.found.join(" · "));
    ui.add_space(theme.rhythm.tight);
}

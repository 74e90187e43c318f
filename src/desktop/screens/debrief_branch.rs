//! "What if …": the orders of the run, to be moved, left out or joined by others, and what came of it
//! when the incident was played again that way.

use std::collections::{BTreeMap, BTreeSet};

use bevy_egui::egui::{
    Align, Button, DragValue, Label, Layout, RichText, Ui, WidgetInfo, WidgetType, vec2,
};

use super::debrief::Shown;
use super::parts::{body, hairline, primary, quiet, ring, small, title, working};
use crate::base::text::clock_of;
use crate::base::time::{SimDuration, SimTime};
use crate::debrief::what_if::Edit;
use crate::desktop::branching::{Branching, Choice};
use crate::desktop::intent::Intent;
use crate::desktop::panels::{choice, drop_down, value_ui};
use crate::desktop::theme::{Theme, mono, semibold};
use crate::scenario::order::Order;
use crate::view::{Curve, Moment, OrderLine};

/// By how much the buttons move an order.
const NUDGE_S: i64 = 60;

/// What it remembers between frames.
#[derive(Debug, Default)]
pub(super) struct BranchUi {
    /// Seconds by which orders come later, by their numbers.
    moved: BTreeMap<u32, i64>,
    left_out: BTreeSet<u32>,
    added: Vec<Added>,
    /// The mark of the chart that is being dragged.
    pub(super) dragged: Option<Dragged>,
    /// Looks and words are listed beside what changed the system.
    shows_all: bool,
    /// The order that is being put together, and its parameter.
    adding: Option<Adding>,
    /// The edits are not those that were played last.
    changed: bool,
}

/// An order that was not given in the run.
#[derive(Clone, Debug)]
struct Added {
    at: SimTime,
    order: Order,
    words: String,
}

/// An order that is being put together.
#[derive(Debug, Default)]
struct Adding {
    minute: f64,
    /// The minute that was asked about.
    asked: Option<SimTime>,
    chosen: Option<(Choice, f64)>,
}

/// A mark of the chart between two moments.
#[derive(Clone, Debug)]
pub(super) struct Dragged {
    orders: Vec<u32>,
    from_min: f64,
    to_min: f64,
}

impl Dragged {
    pub(super) fn of(moment: &Moment, already_s: i64) -> Self {
        let from_min = moment.minute;
        Self {
            orders: moment.orders.clone(),
            from_min,
            to_min: from_min + already_s as f64 / 60.0,
        }
    }

    /// Where it is held.
    pub(super) fn minute(&self) -> f64 {
        self.to_min
    }

    pub(super) fn hold(&mut self, minute: f64) {
        self.to_min = minute.max(0.0);
    }

    /// In words, such as `2 min 30 s sooner`.
    pub(super) fn words(&self) -> String {
        sooner_or_later(self.by_s())
    }

    /// In steps of ten seconds: nobody aims better.
    fn by_s(&self) -> i64 {
        ((self.to_min - self.from_min) * 6.0).round() as i64 * 10
    }
}

fn sooner_or_later(by_s: i64) -> String {
    let (minutes, seconds) = (by_s.abs() / 60, by_s.abs() % 60);
    let time = match (minutes, seconds) {
        (0, s) => format!("{s} s"),
        (m, 0) => format!("{m} min"),
        (m, s) => format!("{m} min {s} s"),
    };
    match by_s {
        0 => "as it was".to_owned(),
        s if s < 0 => format!("{time} sooner"),
        _ => format!("{time} later"),
    }
}

impl BranchUi {
    /// By how much these orders are moved already.
    pub(super) fn moved_by(&self, orders: &[u32]) -> i64 {
        let first = orders.first().and_then(|it| self.moved.get(it));
        first.copied().unwrap_or(0)
    }

    /// Whether these orders are left out.
    pub(super) fn leaves_out(&self, orders: &[u32]) -> bool {
        !orders.is_empty() && orders.iter().all(|it| self.left_out.contains(it))
    }

    /// A mark was let go.
    pub(super) fn drop_it(&mut self) {
        if let Some(dragged) = self.dragged.take() {
            let by_s = dragged.by_s();
            for order in dragged.orders {
                self.move_to(order, by_s);
            }
        }
    }

    fn move_to(&mut self, order: u32, by_s: i64) {
        self.changed = true;
        if by_s == 0 {
            self.moved.remove(&order);
        } else {
            self.moved.insert(order, by_s);
        }
    }

    fn is_plain(&self) -> bool {
        self.moved.is_empty() && self.left_out.is_empty() && self.added.is_empty()
    }

    fn edits(&self) -> Vec<Edit> {
        let kept = self.moved.iter().filter(|it| !self.left_out.contains(it.0));
        let moved = kept.map(|(&order, &by_s)| Edit::Move { order, by_s });
        let out = self.left_out.iter().map(|&order| Edit::Remove { order });
        let added = self.added.iter().map(|it| Edit::Insert {
            at: it.at,
            order: it.order.clone(),
            by: None,
        });
        moved.chain(out).chain(added).collect()
    }

    /// Asks for the branch once the edits have changed.
    pub(super) fn ask(&mut self, out: &mut Vec<Intent>) {
        if std::mem::take(&mut self.changed) {
            out.push(Intent::Branch(self.edits()));
        }
    }
}

/// Draws the card.
pub(super) fn branch_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    memory: &mut BranchUi,
    out: &mut Vec<Intent>,
) {
    let theme = shown.theme;
    title(ui, theme, "What if …");
    if shown.hides {
        small(ui, theme, "Kept back with the cause.");
        return;
    }
    let words = "Drag a decision in the chart, or move it here, leave it out, put another one in: the \
                 incident is played again by the same team, on the same luck.";
    small(ui, theme, words);
    came_ui(ui, shown, memory, out);
    let lines = shown.lines.iter();
    let listed: Vec<&OrderLine> = lines
        .filter(|it| memory.shows_all || it.is_change || memory.moved.contains_key(&it.number))
        .collect();
    ui.spacing_mut().item_spacing.y = 0.0;
    if listed.is_empty() {
        body(ui, theme, "Nothing was changed.");
    }
    for line in listed {
        line_ui(ui, theme, line, memory);
    }
    added_ui(ui, shown, memory);
    ui.add_space(theme.rhythm.gap);
    ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
    adding_ui(ui, shown, memory, out);
    let others = shown.lines.iter().filter(|it| !it.is_change).count();
    if others > 0 && !memory.shows_all {
        let words = format!("Show {others} looks, messages and words, too");
        if tool(ui, theme, &words, "They take somebody's time").clicked() {
            memory.shows_all = true;
        }
    }
}

/// What came of the branch that is shown.
fn came_ui(ui: &mut Ui, shown: &Shown<'_>, memory: &mut BranchUi, out: &mut Vec<Intent>) {
    let theme = shown.theme;
    let Some(branching) = shown.branching else {
        return;
    };
    ui.add_space(theme.rhythm.tight);
    if branching.is_coming() {
        working(ui, theme);
    }
    if let Some(why) = &branching.failure {
        small(ui, theme, &format!("It cannot be played: {why}"));
    }
    let Some(branch) = &branching.branch else {
        return;
    };
    let view = &branch.view;
    let palette = &theme.palette;
    let ink = match view.saved_minutes {
        s if s > 0.5 => palette.healthy,
        s if s < -0.5 => palette.failing,
        _ => palette.text,
    };
    let text = RichText::new(&view.headline).font(semibold(theme.sizes.body));
    ui.add(Label::new(text.color(palette.text)).wrap());
    let text = RichText::new(&view.came).font(semibold(theme.sizes.small));
    ui.add(Label::new(text.color(ink)).wrap());
    if let Some((points, more)) = view.points {
        let words = match more {
            m if m.abs() < 0.05 => format!("{points:.0} points, as many as your run"),
            m => format!("{points:.0} points, {m:+.1} against your run"),
        };
        small(ui, theme, &words);
    }
    for why in &view.refused {
        small(ui, theme, &format!("Not taken there: {why}"));
    }
    ui.add_space(theme.rhythm.tight);
    ui.horizontal_wrapped(|ui| {
        let tip = "Writes the branch as a replay that `sev1 replay` verifies; your own runs stay as they are";
        if quiet(ui, theme, "Save as a replay", tip).clicked() {
            out.push(Intent::KeepBranch);
        }
        if let Some(file) = shown.branched {
            let tip = "See it from the beginning, and scrub through it";
            if quiet(ui, theme, "Watch it", tip).clicked() {
                out.push(Intent::Watch(file.to_owned()));
            }
        }
        let tip = "Back to the run as it was";
        if quiet(ui, theme, "As it was", tip).clicked() && !memory.is_plain() {
            *memory = BranchUi {
                changed: true,
                shows_all: memory.shows_all,
                ..BranchUi::default()
            };
        }
    });
    ui.add_space(theme.rhythm.tight);
}

/// One order with what can be done about it.
fn line_ui(ui: &mut Ui, theme: &Theme, line: &OrderLine, memory: &mut BranchUi) {
    hairline(ui, theme);
    let palette = &theme.palette;
    let by_s = memory.moved.get(&line.number).copied().unwrap_or(0);
    let is_out = memory.left_out.contains(&line.number);
    ui.horizontal(|ui| {
        ui.set_min_height(theme.sizes.small * 2.2);
        let text = RichText::new(&line.clock).font(mono(theme.sizes.caption, false));
        ui.label(text.color(palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let what = &line.what;
            let (words, tip) = if is_out {
                ("put back", format!("Given again: {what}"))
            } else {
                ("leave out", format!("Not given: {what}"))
            };
            if tool(ui, theme, words, &tip).clicked() {
                memory.changed = true;
                if !memory.left_out.remove(&line.number) {
                    memory.left_out.insert(line.number);
                }
            }
            if !is_out {
                let later = tool(ui, theme, "+1 min", &format!("A minute later: {what}"));
                if later.clicked() {
                    memory.move_to(line.number, by_s + NUDGE_S);
                }
                let sooner = tool(ui, theme, "−1 min", &format!("A minute sooner: {what}"));
                if sooner.clicked() {
                    memory.move_to(line.number, by_s - NUDGE_S);
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let mut text = RichText::new(what).size(theme.sizes.small);
                if is_out {
                    text = text.strikethrough().color(palette.muted);
                } else {
                    text = text.color(palette.text);
                }
                ui.add(Label::new(text).truncate()).on_hover_text(what);
            });
        });
    });
    if by_s != 0 && !is_out {
        let words = sooner_or_later(by_s);
        let text = RichText::new(words).font(semibold(theme.sizes.caption));
        ui.label(text.color(palette.own));
        ui.add_space(theme.rhythm.tight);
    }
}

/// What was put in.
fn added_ui(ui: &mut Ui, shown: &Shown<'_>, memory: &mut BranchUi) {
    let theme = shown.theme;
    let mut dropped = None;
    for (place, added) in memory.added.iter().enumerate() {
        hairline(ui, theme);
        ui.horizontal(|ui| {
            ui.set_min_height(theme.sizes.small * 2.2);
            let text = RichText::new(minute_words(added.at)).font(mono(theme.sizes.caption, false));
            ui.label(text.color(theme.palette.own));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let tip = format!("Not given after all: {}", added.words);
                if tool(ui, theme, "take out", &tip).clicked() {
                    dropped = Some(place);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let text = RichText::new(format!("+ {}", added.words));
                    let text = text.size(theme.sizes.small).color(theme.palette.own);
                    ui.add(Label::new(text).truncate())
                        .on_hover_text(&added.words);
                });
            });
        });
    }
    if let Some(place) = dropped {
        memory.added.remove(place);
        memory.changed = true;
    }
}

/// Puts another order in: first when, then which.
fn adding_ui(ui: &mut Ui, shown: &Shown<'_>, memory: &mut BranchUi, out: &mut Vec<Intent>) {
    let theme = shown.theme;
    let Some(adding) = &mut memory.adding else {
        let tip = "Chooses a moment and what could have been ordered then";
        if quiet(ui, theme, "Put an order in", tip).clicked() {
            let first = shown.lines.iter().find(|it| it.is_change);
            let minute = first.map_or(5.0, |it| (it.at.as_secs_f64() / 60.0).floor());
            memory.adding = Some(Adding {
                minute,
                ..Adding::default()
            });
        }
        return;
    };
    let mut done = false;
    ui.horizontal_wrapped(|ui| {
        small(ui, theme, "in minute");
        let most = shown.view.curves.span_min.max(1.0);
        let drag = DragValue::new(&mut adding.minute)
            .range(0.0..=most)
            .speed(0.1)
            .max_decimals(1);
        ui.add(drag)
            .on_hover_text("Minutes since the start; drag, or click and type");
        let at = SimTime::ZERO + SimDuration::from_secs((adding.minute * 60.0).round() as u64);
        if adding.asked != Some(at) && !ui.input(|it| it.pointer.any_down()) {
            adding.asked = Some(at);
            adding.chosen = None;
            out.push(Intent::AskOffers(at));
        }
        let offered = shown.branching.and_then(|it| it.offered.as_ref());
        let Some((_, choices)) = offered.filter(|it| it.0 == at) else {
            working(ui, theme);
            return;
        };
        let words = adding.chosen.as_ref().map(|it| it.0.words());
        let words = words.unwrap_or_else(|| "choose an order".to_owned());
        let button = drop_down(ui, theme, &words, true);
        let button = button.on_hover_text("What could have been ordered then");
        let options = || choices.iter().map(Choice::words).collect();
        if let Some(place) = choice(ui, theme, &button, "Find an order", options)
            && let Some(chosen) = choices.get(place)
        {
            let value = chosen.offer.field.as_ref().map_or(0.0, |it| it.value);
            adding.chosen = Some((chosen.clone(), value));
        }
    });
    if let Some((chosen, value)) = &mut adding.chosen {
        if let Some(field) = &chosen.offer.field {
            ui.horizontal_wrapped(|ui| value_ui(ui, theme, field, value));
        }
        let at = adding.asked.unwrap_or_default();
        let tip = "Plays the incident with this order in it";
        if primary(ui, theme, "Play it", tip).clicked() {
            memory.added.push(Added {
                at,
                order: chosen.offer.order(*value),
                words: chosen.words(),
            });
            memory.changed = true;
            done = true;
        }
    }
    if tool(ui, theme, "Never mind", "Puts no order in").clicked() {
        done = true;
    }
    if done {
        memory.adding = None;
    }
}

/// Minutes and seconds since the start.
fn minute_words(at: SimTime) -> String {
    clock_of(at.as_secs_f64())
}

/// A small button in a line, with a name that tells it from its like in other lines.
fn tool(ui: &mut Ui, theme: &Theme, words: &str, tip: &str) -> bevy_egui::egui::Response {
    let text = RichText::new(words).size(theme.sizes.caption);
    let button = Button::new(text.color(theme.palette.text)).corner_radius(5);
    let response = ui.add(button.min_size(vec2(0.0, 22.0 * theme.text_scale())));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, tip));
    ring(ui, theme, &response, 5);
    response.on_hover_text(tip)
}

/// Whether a branch is shown, for the chart.
pub(super) fn curve_of(branching: Option<&Branching>) -> Option<&Curve> {
    let branch = branching?.branch.as_ref()?;
    Some(&branch.view.curve)
}

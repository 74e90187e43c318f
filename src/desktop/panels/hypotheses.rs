//! What is suspected, how sure the team is, and what was found that names the same place.

use bevy_egui::egui::{
    Align, CornerRadius, Key, Label, Layout, Modifiers, Rect, RichText, ScrollArea, Sense, Ui,
    WidgetInfo, pos2, vec2,
};

use super::controls::{drop_down, figure, primary, quiet, remark, secondary};
use super::search::choice;
use super::widgets::focus_ring;
use crate::base::id::{ComponentId, DenseId};
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, semibold};
use crate::scenario::order::{Mechanism, Order, Suspect};
use crate::session::{Hypothesis, words};

/// A step of the keyboard.
const STEP: f64 = 0.05;
/// How sure one is of something new.
const AT_FIRST: f64 = 0.5;

/// What it remembers between frames.
#[derive(Default)]
pub struct HypothesesUi {
    /// The keyboard is to go there.
    pub wants_focus: bool,
    /// The form for a new one is open.
    adding: bool,
    on: Option<ComponentId>,
    is: Option<Mechanism>,
    /// A confidence that is being dragged.
    dragged: Option<(Suspect, f64)>,
}

impl HypothesesUi {
    /// Whether the form for a new one is open.
    pub(super) fn is_adding(&self) -> bool {
        self.adding
    }
}

/// The newest word on every suspect, the surest first.
pub(super) fn current(game: &Game) -> Vec<Hypothesis> {
    let mut newest: Vec<Hypothesis> = Vec::new();
    for it in game.session.hypotheses() {
        newest.retain(|other| other.suspect != it.suspect);
        newest.push(*it);
    }
    newest.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    newest
}

/// Draws it.
pub fn hypotheses_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut HypothesesUi,
    out: &mut Vec<Intent>,
) {
    let all = current(game);
    let (open, out_ruled): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.confidence > 0.0);
    let wants_focus = std::mem::take(&mut state.wants_focus);
    ui.horizontal(|ui| {
        let title = RichText::new("What do we think?").font(semibold(theme.sizes.small));
        ui.label(title.color(theme.palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = if state.adding { "Cancel" } else { "Add" };
            let add = quiet(ui, theme, words);
            if wants_focus {
                add.request_focus();
            }
            let add = add.on_hover_text("Write down what you suspect, and how sure you are (H)");
            if add.clicked() {
                state.adding = !state.adding;
                state.on = game.selected;
                state.is = None;
            }
        });
    });
    ScrollArea::vertical()
        .id_salt("hypotheses")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
            if state.adding {
                add_ui(ui, theme, game, state, out);
            }
            for it in &open {
                suspect_ui(ui, theme, game, it, state, out);
            }
            if open.is_empty() && !state.adding {
                remark(ui, theme, "Nothing is suspected yet. What you write down with how sure you were counts at the end, and so does when.");
            }
            for it in &out_ruled {
                let words = words::suspect(&game.session.scenario().world, it.suspect);
                remark(ui, theme, &format!("× ruled out · {words}"));
            }
        });
}

fn add_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut HypothesesUi,
    out: &mut Vec<Intent>,
) {
    let components = &game.session.scenario().world.components;
    ui.horizontal_wrapped(|ui| {
        let name = state.on.and_then(|id| components.get(id));
        let words = name.map_or("where", |it| it.name.as_str());
        let response = drop_down(ui, theme, words, true).on_hover_text("Which part it is");
        let options = || components.iter().map(|it| it.name.clone()).collect();
        if let Some(place) = choice(ui, theme, &response, "Find a part", options) {
            state.on = Some(ComponentId::from_index(place));
        }
        let words = state.is.map_or("what is wrong there", Mechanism::words);
        let response = drop_down(ui, theme, words, true).on_hover_text("What is wrong there");
        let options = || {
            Mechanism::ALL
                .iter()
                .map(|it| it.words().to_owned())
                .collect()
        };
        if let Some(place) = choice(ui, theme, &response, "Find what is wrong", options) {
            state.is = Mechanism::ALL.get(place).copied();
        }
    });
    ui.horizontal(|ui| {
        let whole = state.on.zip(state.is);
        let button = primary(ui, theme, whole.is_some(), "Suspect it");
        let tip = "Begins at 50 %; move it as you learn more";
        let missing = "Choose a part and what is wrong there";
        let button = button.on_hover_text(tip).on_disabled_hover_text(missing);
        if button.clicked()
            && let Some((on, is)) = whole
        {
            suspect(Suspect { on, is }, AT_FIRST, out);
            state.adding = false;
        }
        if secondary(ui, theme, true, "Cancel").clicked() {
            state.adding = false;
        }
    });
}

fn suspect(suspect: Suspect, confidence: f64, out: &mut Vec<Intent>) {
    let order = Order::Suspect {
        suspect,
        confidence,
    };
    out.push(Intent::Order { order, by: None });
}

fn suspect_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    it: &Hypothesis,
    state: &mut HypothesesUi,
    out: &mut Vec<Intent>,
) {
    let world = &game.session.scenario().world;
    let words = words::suspect(world, it.suspect);
    let (place, what) = words.split_once(": ").unwrap_or((&words, ""));
    let dragged = state.dragged.filter(|(suspect, _)| *suspect == it.suspect);
    let shown = dragged.map_or(it.confidence, |(_, value)| value);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let cross = quiet(ui, theme, "×");
            cross.widget_info(|| {
                let kind = bevy_egui::egui::WidgetType::Button;
                WidgetInfo::labeled(kind, true, format!("Rule out {words}"))
            });
            if cross.on_hover_text("Rules it out").clicked() {
                suspect(it.suspect, 0.0, out);
            }
            let percent = format!("{:>3.0} %", shown * 100.0);
            ui.label(figure(theme, &percent, theme.palette.text));
            confidence_ui(ui, theme, it, &words, state, out);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 1.0;
                    let title = RichText::new(format!("{place} · {what}"));
                    let title = title.font(semibold(theme.sizes.small));
                    let label = Label::new(title.color(theme.palette.text)).truncate();
                    ui.add(label).on_hover_text(&words);
                    let found = RichText::new(found(game, it.suspect.on));
                    let found = found.size(theme.sizes.caption).color(theme.palette.muted);
                    ui.add(Label::new(found).truncate())
                        .on_hover_text("Findings in which this part stands out, and looks at it in which nothing did. They speak of the place, not of what is wrong there.");
                });
            });
        });
    });
}

/// What was found about a place. It says nothing about what is wrong there.
fn found(game: &Game, on: ComponentId) -> String {
    let evidence = game.session.evidence().iter();
    let named = evidence.clone().filter(|it| it.about.contains(&on)).count();
    let quiet = evidence.filter(|it| it.look.component() == Some(on) && it.about.is_empty());
    match (named, quiet.count()) {
        (0, 0) => "nothing found there yet".to_owned(),
        (named, 0) => format!("stands out in {named}"),
        (0, quiet) => format!("nothing unusual in {quiet}"),
        (named, quiet) => format!("stands out in {named}, nothing unusual in {quiet}"),
    }
}

/// A bar that is dragged, or moved with the arrows.
fn confidence_ui(
    ui: &mut Ui,
    theme: &Theme,
    it: &Hypothesis,
    words: &str,
    state: &mut HypothesesUi,
    out: &mut Vec<Intent>,
) {
    let size = vec2(88.0 * theme.text_scale(), 24.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let dragged = state.dragged.filter(|(suspect, _)| *suspect == it.suspect);
    let mut value = dragged.map_or(it.confidence, |(_, value)| value);
    response.widget_info(|| WidgetInfo::slider(true, value * 100.0, format!("How sure, {words}")));
    let at = response.interact_pointer_pos();
    if let Some(at) = at.filter(|_| response.dragged() || response.clicked()) {
        let share = f64::from((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
        value = (share / STEP).round() * STEP;
        state.dragged = Some((it.suspect, value));
    }
    if response.has_focus() {
        let key = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let by = f64::from(i8::from(key(Key::ArrowRight)) - i8::from(key(Key::ArrowLeft)));
        if by != 0.0 {
            suspect(it.suspect, (value + by * STEP).clamp(0.0, 1.0), out);
        }
        let filter = bevy_egui::egui::EventFilter {
            horizontal_arrows: true,
            ..Default::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    if (response.drag_stopped() || response.clicked())
        && let Some((_, value)) = state.dragged.take()
    {
        suspect(it.suspect, value, out);
    }
    let line = Rect::from_center_size(rect.center(), vec2(rect.width(), 5.0));
    let radius = CornerRadius::same(2);
    let painter = ui.painter();
    painter.rect_filled(line, radius, theme.palette.hairline);
    let end = line.left() + line.width() * value as f32;
    let part = Rect::from_min_max(line.min, pos2(end, line.bottom()));
    painter.rect_filled(part, radius, theme.palette.own);
    if response.hovered() || response.has_focus() || response.dragged() {
        painter.circle_filled(pos2(end, line.center().y), 5.0, theme.palette.own);
    }
    focus_ring(ui, theme, &response, 6.0);
    response.on_hover_text("How sure you are; drag it, or use the arrows");
}

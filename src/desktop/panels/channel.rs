//! The incident's channel: what was said, the newest at the bottom.

use bevy_egui::egui::{
    Align, Button, Color32, Label, Layout, RichText, ScrollArea, Sense, Stroke, Ui, WidgetInfo,
    WidgetType, pos2,
};

use super::SideUi;
use super::widgets::{focus_ring, heading, line_ui};
use crate::desktop::command::UiCommand;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::view::{Speech, SpeechKind};

/// Older lines are in the evidence and on the timeline; nobody scrolls through more.
const MOST_LINES: usize = 250;

/// Draws it.
pub fn channel_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut SideUi,
    out: &mut Vec<Intent>,
) {
    let lines = &game.desk.channel;
    // A watched run can be taken back to when less had been said.
    state.read = state.read.min(lines.len());
    let fresh = lines.len() - state.read;
    let name = if game.desk.has_channel {
        format!("#inc-{}", game.opened.scenario.id)
    } else {
        "Direct messages".to_owned()
    };
    let remark = if fresh > 0 {
        format!("{fresh} new")
    } else {
        String::new()
    };
    heading(ui, theme, &name, &remark);
    if !game.desk.has_channel && game.watched.is_none() {
        open_ui(ui, theme, out);
    }
    if lines.is_empty() {
        let text = RichText::new("Nobody has said anything yet.").size(theme.sizes.small);
        ui.label(text.color(theme.palette.muted));
    }
    ui.spacing_mut().item_spacing.y = 2.0;
    let list = ScrollArea::vertical()
        .id_salt("channel")
        .auto_shrink(false)
        .stick_to_bottom(true);
    list.show(ui, |ui| {
        let from = lines.len().saturating_sub(MOST_LINES);
        let mut before: Option<&Speech> = None;
        for it in lines.iter().skip(from) {
            speech_ui(ui, theme, it, before, out);
            before = Some(it);
        }
    });
    if ui.ui_contains_pointer() {
        state.read = lines.len();
    }
}

fn open_ui(ui: &mut Ui, theme: &Theme, out: &mut Vec<Intent>) {
    let entry = UiCommand::OpenChannel.entry();
    let keys = RichText::new(entry.keys(ui.ctx())).font(mono(theme.sizes.caption, false));
    let button = Button::new(RichText::new(entry.label).size(theme.sizes.small))
        .right_text(keys.color(theme.palette.muted))
        .min_size(bevy_egui::egui::vec2(ui.available_width(), 0.0));
    if ui.add(button).on_hover_text(entry.explains).clicked() {
        out.push(Intent::Do(UiCommand::OpenChannel));
    }
}

/// The colour of a speaker: by what they say, not by who they are.
fn colour(theme: &Theme, speech: &Speech) -> Color32 {
    let palette = &theme.palette;
    match speech.kind {
        SpeechKind::Failed => palette.attention,
        SpeechKind::Message => palette.change,
        SpeechKind::Order => palette.own,
        _ if speech.own => palette.own,
        SpeechKind::Found | SpeechKind::Done => palette.healthy,
        SpeechKind::Said => palette.text,
    }
}

fn speech_ui(
    ui: &mut Ui,
    theme: &Theme,
    speech: &Speech,
    before: Option<&Speech>,
    out: &mut Vec<Intent>,
) {
    let palette = &theme.palette;
    let colour = colour(theme, speech);
    let minute = |it: &Speech| it.clock.get(..5).map(str::to_owned);
    let goes_on = before.is_some_and(|it| {
        it.who == speech.who && it.kind == speech.kind && minute(it) == minute(speech)
    });
    if !goes_on {
        ui.add_space(if before.is_some() { 7.0 } else { 0.0 });
        line_ui(ui, theme.sizes.small * 1.4, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let who = RichText::new(&speech.who).font(semibold(theme.sizes.small));
            ui.label(who.color(colour));
            let clock = minute(speech).unwrap_or_default();
            let clock = RichText::new(clock).font(mono(theme.sizes.caption, false));
            ui.label(clock.color(palette.faint.lerp_to_gamma(palette.muted, 0.6)));
        });
    }
    let text = RichText::new(&speech.text).size(theme.sizes.small);
    match (speech.finding, speech.kind) {
        (Some(index), _) => found_ui(ui, theme, text.color(palette.own), &speech.text, index, out),
        (None, SpeechKind::Order) => order_ui(ui, text.color(palette.muted), colour),
        (None, _) => {
            ui.add(Label::new(text.color(palette.text)).wrap());
        }
    }
}

/// An own order: set off by a line, because it is done and not said.
fn order_ui(ui: &mut Ui, text: RichText, colour: Color32) {
    let layout = Layout::left_to_right(Align::Min);
    let response = ui
        .with_layout(layout, |ui| {
            ui.set_min_height(0.0);
            ui.add_space(10.0);
            ui.add(Label::new(text).wrap());
        })
        .response;
    let rect = response.rect;
    let x = rect.left() + 1.0;
    let stroke = Stroke::new(2.0, colour.gamma_multiply(0.6));
    let line = [pos2(x, rect.top() + 2.0), pos2(x, rect.bottom() - 1.0)];
    ui.painter().line_segment(line, stroke);
}

fn found_ui(
    ui: &mut Ui,
    theme: &Theme,
    text: RichText,
    name: &str,
    index: usize,
    out: &mut Vec<Intent>,
) {
    let response = ui.add(Label::new(text).wrap().sense(Sense::click()));
    let label = format!("Open {name}");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Link, true, &label));
    if response.hovered() {
        let y = response.rect.bottom();
        let line = Stroke::new(1.0, theme.palette.own);
        ui.painter().hline(response.rect.x_range(), y, line);
    }
    focus_ring(ui, theme, &response, 3.0);
    if response
        .on_hover_text("Click to read what was found")
        .clicked()
    {
        out.push(Intent::Open(index));
    }
}

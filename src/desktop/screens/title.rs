//! The first thing that is seen.

use bevy_egui::egui::{Align2, CentralPanel, FontId, Frame, Rect, Response, Ui, pos2, vec2};

use super::parts::{row, small};
use super::trace::trace_ui;
use crate::desktop::command::UiCommand;
use crate::desktop::intent::Intent;
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono, semibold};

/// What it remembers between frames.
#[derive(Debug, Default)]
pub struct TitleUi {
    /// When it was first drawn, for the line that draws itself.
    pub(super) since: Option<f64>,
    /// The keyboard has been put on the first entry.
    focused: bool,
}

/// One line of the menu.
struct Item {
    words: &'static str,
    remark: String,
    tip: &'static str,
    intent: Intent,
}

/// Draws it.
pub(super) fn title_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let theme = desktop.theme.clone();
    let items = items(desktop);
    let broken = match &desktop.shelf.unfinished {
        Some(Err(why)) => Some(why.clone()),
        _ => None,
    };
    let memory = &mut desktop.title;
    let frame = Frame::new().fill(theme.palette.ground);
    CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        let whole = ui.max_rect();
        trace_ui(ui, &theme, memory, whole);
        let scale = theme.text_scale();
        let left = whole.left() + (whole.width() * 0.085).min(170.0);
        let width = (430.0 * scale).min(whole.width() - 80.0);
        let height = menu_height(&theme, &items, broken.is_some());
        let top = whole.top() + ((whole.height() - height) * 0.42).max(24.0);
        let rect = Rect::from_min_size(pos2(left, top), vec2(width, height));
        ui.scope_builder(bevy_egui::egui::UiBuilder::new().max_rect(rect), |ui| {
            sign_ui(ui, &theme);
            let mut first = None;
            for item in items {
                let response = item_ui(ui, &theme, width, &item);
                if response.clicked() {
                    out.push(item.intent);
                }
                first.get_or_insert(response);
            }
            if let Some(why) = broken {
                broken_ui(ui, &theme, &why, out);
            }
            if let Some(first) = first.filter(|_| !std::mem::replace(&mut memory.focused, true)) {
                first.request_focus();
            }
        });
        feet(ui, &theme, whole, left);
    });
}

fn items(desktop: &Desktop) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(Ok(run)) = &desktop.shelf.unfinished {
        let plural = if run.orders == 1 { "" } else { "s" };
        items.push(Item {
            words: "Continue",
            remark: format!(
                "{} · {} in, {} order{plural}",
                run.title, run.at, run.orders
            ),
            tip: "Goes on with the run that you left",
            intent: Intent::Resume,
        });
    }
    let tutorial = Item {
        words: "Tutorial",
        remark: if desktop.settings.tutorial_done {
            String::new()
        } else {
            "Your first time? A gentle incident, step by step".to_owned()
        },
        tip: "A real incident with somebody beside you",
        intent: Intent::Do(UiCommand::Tutorial),
    };
    let play = Item {
        words: "Play",
        remark: format!("{} incidents to choose from", desktop.shelf.scenarios.len()),
        tip: "Choose an incident",
        intent: Intent::Go(Screen::Picker),
    };
    if desktop.settings.tutorial_done {
        items.extend([play, tutorial]);
    } else {
        items.extend([tutorial, play]);
    }
    let runs = desktop.shelf.runs.len();
    items.push(Item {
        words: "Watch a replay",
        remark: match runs {
            0 => String::new(),
            1 => "1 run was kept".to_owned(),
            _ => format!("{runs} runs were kept"),
        },
        tip: "Every finished run is kept, and can be watched and debriefed again",
        intent: Intent::Runs,
    });
    #[cfg(feature = "gameday")]
    items.push(Item {
        words: "Game day",
        remark: match &desktop.hosting {
            Some(hosting) => format!("Room {} is open", hosting.host.opening.code),
            None => "Your team joins from its browsers, you lead".to_owned(),
        },
        tip: "Several teams meet the same incident; this window is the facilitator's console",
        intent: Intent::Go(Screen::GameDay),
    });
    items.push(Item {
        words: "Settings",
        remark: String::new(),
        tip: "Text size, colours, motion, alarms",
        intent: Intent::Do(UiCommand::Settings),
    });
    items.push(Item {
        words: "Quit",
        remark: String::new(),
        tip: "An unfinished run is kept",
        intent: Intent::Do(UiCommand::Quit),
    });
    items
}

fn item_height(theme: &Theme, item: &Item) -> f32 {
    let scale = theme.text_scale();
    if item.remark.is_empty() {
        40.0 * scale
    } else {
        56.0 * scale
    }
}

fn menu_height(theme: &Theme, items: &[Item], is_broken: bool) -> f32 {
    let sign = theme.sizes.hero * 1.5 + theme.sizes.heading * 4.0;
    let rows: f32 = items.iter().map(|it| item_height(theme, it) + 4.0).sum();
    sign + rows + if is_broken { 90.0 } else { 0.0 }
}

/// The name, and what it is in one sentence.
fn sign_ui(ui: &mut Ui, theme: &Theme) {
    let size = theme.sizes.hero * 1.5;
    let (rect, _) = ui.allocate_exact_size(
        vec2(ui.available_width(), size * 1.05),
        bevy_egui::egui::Sense::hover(),
    );
    let painter = ui.painter();
    let at = rect.left_center() - vec2(size * 0.05, 0.0);
    let word = painter.text(
        at,
        Align2::LEFT_CENTER,
        "SEV",
        semibold(size),
        theme.palette.text,
    );
    painter.text(
        word.right_center() + vec2(size * 0.02, 0.0),
        Align2::LEFT_CENTER,
        "1",
        semibold(size),
        theme.palette.failing,
    );
    let sentence = "An incident is running, you are on call. Find out what it is, stop the harm, \
                    and tell those who wait.";
    let text = bevy_egui::egui::RichText::new(sentence)
        .size(theme.sizes.heading)
        .color(theme.palette.muted);
    ui.add(bevy_egui::egui::Label::new(text).wrap());
    ui.add_space(theme.sizes.heading);
    ui.spacing_mut().item_spacing.y = 4.0;
}

fn item_ui(ui: &mut Ui, theme: &Theme, width: f32, item: &Item) -> Response {
    let size = vec2(width, item_height(theme, item));
    let (rect, response) = row(ui, theme, size, false, item.words);
    let x = rect.left() + 16.0;
    let font = semibold(theme.sizes.heading);
    let text = theme.palette.text;
    let painter = ui.painter();
    if item.remark.is_empty() {
        let at = pos2(x, rect.center().y);
        painter.text(at, Align2::LEFT_CENTER, item.words, font, text);
    } else {
        let middle = rect.center().y;
        let at = pos2(x, middle - 1.0);
        painter.text(at, Align2::LEFT_BOTTOM, item.words, font, text);
        let remark = painter.layout_no_wrap(
            item.remark.clone(),
            FontId::proportional(theme.sizes.small),
            theme.palette.muted,
        );
        painter.galley(pos2(x, middle + 3.0), remark, theme.palette.muted);
    }
    response.on_hover_text(item.tip)
}

/// An unfinished run that cannot be read.
fn broken_ui(ui: &mut Ui, theme: &Theme, why: &str, out: &mut Vec<Intent>) {
    ui.add_space(8.0);
    ui.horizontal_top(|ui| {
        let sign = bevy_egui::egui::RichText::new("▲").color(theme.palette.attention);
        ui.label(sign);
        let words = format!("The unfinished run cannot be continued. {why}");
        small(ui, theme, &words);
    });
    let tip = "It is kept beside your runs, under another name";
    if super::parts::quiet(ui, theme, "Put it aside", tip).clicked() {
        out.push(Intent::SetAside);
    }
}

fn feet(ui: &Ui, theme: &Theme, whole: Rect, left: f32) {
    let painter = ui.painter();
    let font = mono(theme.sizes.caption, false);
    let y = whole.bottom() - 22.0;
    let version = concat!("sev1 ", env!("CARGO_PKG_VERSION"));
    let colour = theme.palette.muted;
    painter.text(
        pos2(left + 16.0, y),
        Align2::LEFT_BOTTOM,
        version,
        font.clone(),
        colour,
    );
    let keys = "arrows choose · Enter opens · Ctrl+K every command · F1 what the words mean";
    let at = pos2(whole.right() - 28.0, y);
    painter.text(at, Align2::RIGHT_BOTTOM, keys, font, colour);
}

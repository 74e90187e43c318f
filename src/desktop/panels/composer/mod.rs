//! A message to those outside: what it claims, how it reads, who is waiting for it.

mod form;

use bevy_egui::egui::{Key, Label, Modifiers, RichText, ScrollArea, Ui};

use super::controls::{caption, countdown, hairline, primary, quiet, remark, seconds};
use super::split::Split;
use super::widgets::chip;
use crate::base::time::{SimDuration, SimTime};
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, semibold};
use crate::scenario::order::{Audience, Order, Post};
use crate::session::{Refusal, words};
use crate::view::{Listener, claims};

/// What it remembers between frames.
#[derive(Default)]
pub struct ComposerUi {
    /// The keyboard is to go there.
    pub wants_focus: bool,
    /// The message that is being written.
    draft: Option<Post>,
    /// The answer to whether it would be taken, and when that was asked.
    asked: Option<(SimTime, Post, Option<Refusal>)>,
    /// The message that was sent last, and when.
    last: Option<(SimTime, Post)>,
}

/// For so long what one audience was told is offered to the next: it is the same news.
const SAME_NEWS: SimDuration = SimDuration::from_secs(300);

impl ComposerUi {
    /// The message that is being written; at first one to whoever has waited longest.
    fn draft(&mut self, game: &Game) -> &mut Post {
        self.draft.get_or_insert_with(|| {
            let waiting = game.listeners.iter().filter(|it| it.expects);
            let first = waiting.min_by(|a, b| {
                let due = |it: &Listener| it.due_s.unwrap_or(f64::INFINITY);
                due(a).total_cmp(&due(b))
            });
            Post::to(first.map_or(Audience::Status, |it| it.audience))
        })
    }
}

/// Draws it.
pub fn composer_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut ComposerUi,
    out: &mut Vec<Intent>,
) {
    audience_ui(ui, theme, game, state);
    hairline(ui, theme);
    let draft = state.draft(game).clone();
    let refusal = refusal(game, state, &draft);
    let lines = if refusal.is_some() { 20.0 } else { 0.0 };
    let foot = (44.0 + lines) * theme.text_scale();
    let room = Split::with_foot(ui, foot);
    room.above(ui, |ui| {
        let split = Split::of(ui, "message", 0.5);
        split.below(ui, |ui| {
            hairline(ui, theme);
            preview_ui(ui, theme, game, state);
        });
        split.above(ui, |ui| {
            ScrollArea::vertical()
                .id_salt("message")
                .auto_shrink(false)
                .show(ui, |ui| form::form_ui(ui, theme, game, state.draft(game)));
        });
    });
    room.foot(ui, |ui| {
        send_ui(ui, theme, game, state, refusal.as_ref(), out);
    });
}

fn audience_ui(ui: &mut Ui, theme: &Theme, game: &Game, state: &mut ComposerUi) {
    let wants_focus = std::mem::take(&mut state.wants_focus);
    let last = state.last.clone();
    let draft = state.draft(game);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = bevy_egui::egui::vec2(6.0, 6.0);
        for it in &game.listeners {
            let is_overdue = it.due_s.is_some_and(|due| due < 0.0);
            let name = capital(it.audience.name());
            let words = match it.due_s {
                Some(due) if is_overdue => format!("▲ {name} {}", countdown(due)),
                Some(due) => format!("{name} {}", countdown(due)),
                None => name,
            };
            let response = chip(ui, theme, &words, draft.to == it.audience);
            if wants_focus && draft.to == it.audience {
                response.request_focus();
            }
            if response.on_hover_text(waits(it)).clicked() {
                let is_blank = *draft == Post::to(draft.to);
                let is_same = |it: &&(SimTime, Post)| game.session.now().since(it.0) < SAME_NEWS;
                if let Some((_, news)) = last.as_ref().filter(is_same).filter(|_| is_blank) {
                    *draft = news.clone();
                    draft.text.clear();
                }
                draft.to = it.audience;
                draft.language.clear();
            }
        }
    });
    if let Some(it) = game.listeners.iter().find(|it| it.audience == draft.to) {
        remark(ui, theme, &waits(it));
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// When they were told last, and when the next word is due.
fn waits(it: &Listener) -> String {
    let told = it.told_s.map_or_else(
        || "Not told yet".to_owned(),
        |told| format!("Told {} ago", seconds(told)),
    );
    let due = match it.due_s {
        Some(due) if due < 0.0 => format!("an update is overdue by {}", seconds(-due)),
        Some(due) => format!("the next update is due in {}", seconds(due)),
        None if it.expects => "nothing is due".to_owned(),
        None => "nobody there has to be kept informed".to_owned(),
    };
    format!("{told}; {due}")
}

fn preview_ui(ui: &mut Ui, theme: &Theme, game: &Game, state: &mut ComposerUi) {
    let mut post = state.draft(game).clone();
    if post.language.is_empty() {
        post.language = expected(game, post.to).to_owned();
    }
    let text = if post.text.trim().is_empty() {
        words::message(game.session.scenario(), &post)
    } else {
        post.text.clone()
    };
    caption(ui, theme, "Preview");
    let text = RichText::new(text).size(theme.sizes.small);
    ui.add(Label::new(text.color(theme.palette.text)).wrap());
    let claims = claims(&game.session, &post);
    if claims.is_empty() {
        remark(
            ui,
            theme,
            "This message claims nothing that could be right or wrong",
        );
        return;
    }
    let title = RichText::new("This message claims").font(semibold(theme.sizes.caption));
    ui.label(title.color(theme.palette.change));
    ui.spacing_mut().item_spacing.y = 2.0;
    for claim in claims {
        remark(ui, theme, &format!("✉  {claim}"));
    }
}

/// The language that an audience expects.
fn expected(game: &Game, audience: Audience) -> &str {
    let found = game.listeners.iter().find(|it| it.audience == audience);
    found.map_or("en", |it| it.language.as_str())
}

fn send_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    state: &mut ComposerUi,
    refusal: Option<&Refusal>,
    out: &mut Vec<Intent>,
) {
    let draft = state.draft(game).clone();
    ui.add_space(theme.rhythm.tight);
    if let Some(why) = refusal {
        let text = RichText::new(format!("▲ Not now, because {why}")).size(theme.sizes.caption);
        let label = Label::new(text.color(theme.palette.attention)).truncate();
        ui.add(label).on_hover_text(why.to_string());
    }
    ui.horizontal(|ui| {
        let name = draft.to.name();
        let words = format!("Send to {name}");
        let button = primary(ui, theme, refusal.is_none(), &words);
        let button = button.on_hover_text("Somebody needs a minute to send it (Ctrl+Enter)");
        let button = match refusal {
            Some(why) => button.on_disabled_hover_text(format!("Not now, because {why}")),
            None => button,
        };
        let keys = |input: &mut bevy_egui::egui::InputState| {
            input.consume_key(Modifiers::COMMAND, Key::Enter)
        };
        if button.clicked() || (refusal.is_none() && ui.input_mut(keys)) {
            let to = draft.to;
            state.last = Some((game.session.now(), draft.clone()));
            let order = Order::Post(draft);
            out.push(Intent::Order { order, by: None });
            state.draft = Some(Post::to(to));
        }
        let clear = quiet(ui, theme, "Clear");
        if clear.on_hover_text("Takes all claims back").clicked() {
            let to = state.draft(game).to;
            state.draft = Some(Post::to(to));
        }
    });
}

/// Why it could not be sent now.
fn refusal(game: &Game, state: &mut ComposerUi, draft: &Post) -> Option<Refusal> {
    let now = game.session.now();
    if let Some((at, post, answer)) = &state.asked
        && *at == now
        && post == draft
    {
        return answer.clone();
    }
    let order = Order::Post(draft.clone());
    let answer = game.session.would_take(&order, None).err();
    state.asked = Some((now, draft.clone(), answer.clone()));
    answer
}

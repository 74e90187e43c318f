//! Everything behind the window, without the window: the screen, the incident, settings, files. Bevy
//! feeds it time and draws what it says; tests drive it with nothing but egui.

mod apply;
#[cfg(feature = "gameday")]
mod gameday;
mod keep;
mod open;

use std::time::Duration;

use bevy_egui::egui::{InputState, Key, Modifiers, Ui, Vec2, vec2};

use crate::desktop::branching::Branching;
use crate::desktop::command;
use crate::desktop::game::{Game, News};
use crate::desktop::inquiry::Inquiry;
use crate::desktop::intent::Intent;
use crate::desktop::ledger::Ledger;
use crate::desktop::panels::{self, RoomUi};
use crate::desktop::screen::Screen;
use crate::desktop::screens::{self, BriefingUi, DebriefUi, PickerUi, TitleUi};
use crate::desktop::settings::Settings;
use crate::desktop::store::Store;
use crate::desktop::theme::{Theme, Tokens, style};
use crate::desktop::verdict::Verdict;
use crate::files::Opened;

pub use open::{Author, Shelf, Unfinished};

/// Real seconds between two times at which an unfinished run is written.
const KEEP_EVERY_S: f64 = 10.0;
/// How long a word to the player stays.
const TOAST_S: f64 = 6.0;

/// The window that the sizes of the theme are meant for, in points; smaller ones keep them.
const DESIGNED_FOR: Vec2 = vec2(1600.0, 900.0);

/// What only the window itself can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// End the program.
    Quit,
    /// Write a picture of the window.
    Picture(std::path::PathBuf),
    /// Cover the whole screen, or stop that.
    FullScreen(bool),
}

/// A word to the player that goes away by itself.
#[derive(Clone, Debug)]
pub struct Toast {
    /// The words.
    pub text: String,
    /// Something went wrong.
    pub is_bad: bool,
    /// Seconds that it stays.
    pub left_s: f64,
}

/// The game.
pub struct Desktop {
    tokens: Tokens,
    /// Colours, type, distances.
    pub theme: Theme,
    /// What the player has chosen.
    pub settings: Settings,
    store: Option<Store>,
    /// Where the player is.
    pub screen: Screen,
    /// Where settings lead back to.
    back: Screen,
    /// Scenarios, runs, the unfinished one.
    pub shelf: Shelf,
    /// The scenario that is being briefed.
    pub briefed: Option<Opened>,
    /// A file that its author works on.
    pub author: Option<Author>,
    /// The incident.
    pub game: Option<Game>,
    /// What it came to.
    pub verdict: Option<Verdict>,
    /// What can be learned from it.
    pub inquiry: Option<Inquiry>,
    /// What would have come of other decisions, once that was asked.
    pub branching: Option<Branching>,
    /// What the room remembers between frames.
    pub room: RoomUi,
    /// The kept runs and their scores.
    pub ledger: Ledger,
    /// What the title remembers.
    pub title: TitleUi,
    /// What the picker remembers.
    pub picker: PickerUi,
    /// What the briefing remembers.
    pub briefing: BriefingUi,
    /// What the debrief remembers.
    pub debrief: DebriefUi,
    /// The game day that is hosted here.
    #[cfg(feature = "gameday")]
    pub hosting: Option<crate::desktop::hosting::Hosting>,
    /// What the screen of game days remembers.
    #[cfg(feature = "gameday")]
    pub gameday: screens::GameDayUi,
    /// The command palette and the glossary.
    pub overlays: panels::Overlays,
    /// Words to the player, the oldest first.
    pub toasts: Vec<Toast>,
    /// What the window is to do.
    pub wishes: Vec<Wish>,
    next_seed: u64,
    exam: bool,
    unkept_s: f64,
    /// That runs cannot be kept has been said; once an incident is enough.
    told_unkept: bool,
    restyle: bool,
    /// How much bigger everything is drawn because the window is big.
    window_scale: f32,
}

impl Desktop {
    /// At the title. `entropy` makes the first seed, so that two evenings differ.
    pub fn new(store: Option<Store>, entropy: u64) -> Self {
        let (settings, trouble) = store
            .as_ref()
            .map_or_else(Default::default, Store::settings);
        let tokens = Tokens::built_in();
        let mut desktop = Self {
            theme: Theme::default(),
            tokens,
            shelf: Shelf::stocked(store.as_ref()),
            store,
            screen: Screen::Title,
            back: Screen::Title,
            briefed: None,
            author: None,
            game: None,
            verdict: None,
            inquiry: None,
            branching: None,
            room: RoomUi::default(),
            ledger: Ledger::default(),
            title: TitleUi::default(),
            picker: PickerUi::default(),
            briefing: BriefingUi::default(),
            debrief: DebriefUi::default(),
            #[cfg(feature = "gameday")]
            hosting: None,
            #[cfg(feature = "gameday")]
            gameday: screens::GameDayUi::default(),
            overlays: panels::Overlays::default(),
            toasts: Vec::new(),
            wishes: Vec::new(),
            next_seed: entropy % 100_000,
            exam: false,
            unkept_s: 0.0,
            told_unkept: false,
            restyle: true,
            window_scale: 1.0,
            settings: Settings::default(),
        };
        desktop.wear(settings);
        if let Some(why) = trouble {
            desktop.say_bad(why);
        }
        desktop
    }

    /// Takes settings over.
    fn wear(&mut self, settings: Settings) {
        self.theme = self
            .tokens
            .theme(&settings.palette, settings.reduced_motion);
        self.theme.scale(settings.text_scale() * self.window_scale);
        if settings.full_screen != self.settings.full_screen {
            self.wishes.push(Wish::FullScreen(settings.full_screen));
        }
        self.settings = settings;
        self.restyle = true;
    }

    /// The palettes on offer, and everything else that the theme is made from.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Names of the palettes on offer.
    pub fn palettes(&self) -> impl Iterator<Item = &str> {
        self.tokens.palettes.keys().map(String::as_str)
    }

    /// Tells the player something.
    pub fn say(&mut self, text: impl Into<String>) {
        self.toast(text.into(), false);
    }

    /// Tells the player that something went wrong.
    pub fn say_bad(&mut self, text: impl Into<String>) {
        self.toast(text.into(), true);
    }

    fn toast(&mut self, text: String, is_bad: bool) {
        const MOST: usize = 4;
        if self.toasts.len() >= MOST {
            self.toasts.remove(0);
        }
        let left_s = TOAST_S;
        self.toasts.push(Toast {
            text,
            is_bad,
            left_s,
        });
    }

    /// So much real time has passed.
    pub fn frame(&mut self, real_s: f64) {
        for toast in &mut self.toasts {
            toast.left_s -= real_s;
        }
        self.toasts.retain(|toast| toast.left_s > 0.0);
        self.inquire();
        self.ledger.poll();
        #[cfg(feature = "gameday")]
        self.watch_the_room();
        self.reload_if_changed(real_s);
        if self.screen == Screen::Room {
            self.play(real_s);
        }
    }

    /// Takes over what threads have worked out; what was judged is analysed next.
    fn inquire(&mut self) {
        let Some(verdict) = &mut self.verdict else {
            // Nobody looks at it any more.
            self.inquiry = None;
            self.branching = None;
            return;
        };
        if verdict.poll()
            && let Some(judged) = &verdict.judged
        {
            self.inquiry = Some(Inquiry::of(&verdict.record, &judged.baselines));
        }
        if let Some(inquiry) = &mut self.inquiry {
            inquiry.poll();
        }
        if let Some(branching) = &mut self.branching {
            branching.poll();
        }
    }

    fn play(&mut self, real_s: f64) {
        let Some(game) = &mut self.game else {
            self.screen = Screen::Title;
            return;
        };
        let news = game.frame(real_s);
        let watched = game.watched.is_some();
        for item in news {
            match item {
                News::Alarm {
                    name,
                    severity,
                    of_budget,
                } => self.alarm(&name, severity, of_budget),
                News::Found(index) => self.room.found(index),
                News::Over if watched => {}
                News::Over => return self.finish(),
            }
        }
        self.unkept_s += real_s;
        if self.unkept_s >= KEEP_EVERY_S && !watched {
            self.keep_unfinished();
        }
    }

    /// A page brings the clock back to real time, once: one that comes and goes is no news, and
    /// neither is a budget that burns once something else has paged.
    fn alarm(&mut self, name: &str, severity: u8, of_budget: bool) {
        self.room.pulse(name);
        let Some(game) = self.game.as_mut().filter(|_| severity == 1) else {
            return;
        };
        let is_known = of_budget && !self.room.paged.is_empty();
        let is_news = self.room.paged.insert(name.to_owned()) && !is_known;
        let may_slow = self.settings.slow_on_alarm && game.watched.is_none();
        if is_news && may_slow && game.pace.speed() > 1 {
            game.pace.set_speed(1);
            self.say(format!("{name}: back to real time"));
        }
    }

    /// Whether frames must follow one another; otherwise drawing waits for something to happen.
    pub fn is_moving(&self) -> bool {
        let runs = self.game.as_ref().is_some_and(|game| !game.is_still());
        let judged = self.verdict.as_ref().is_some_and(Verdict::is_coming)
            || self.inquiry.as_ref().is_some_and(Inquiry::is_coming)
            || self.branching.as_ref().is_some_and(Branching::is_coming);
        (self.screen == Screen::Room && runs)
            || (self.screen == Screen::Debrief && judged)
            || (self.screen == Screen::Picker && self.ledger.is_coming())
            || !self.toasts.is_empty()
    }

    /// How often it is looked for something new while nothing moves: more often while browsers act in
    /// a room that is hosted here, or somebody writes the scenario that is open.
    pub fn looks_every(&self) -> Duration {
        #[cfg(feature = "gameday")]
        if self.hosting.is_some() {
            return Duration::from_millis(250);
        }
        if self.author.is_some() {
            Duration::from_millis(500)
        } else {
            Duration::from_secs(5)
        }
    }

    /// A big window gets bigger text, not emptier screens.
    fn fit(&mut self, window: Vec2) {
        let room = (window.x / DESIGNED_FOR.x).min(window.y / DESIGNED_FOR.y);
        // In steps, so that dragging the window's edge does not make every word anew each frame.
        let scale = ((room * 20.0).floor() / 20.0).clamp(1.0, 2.5);
        if scale != self.window_scale {
            self.window_scale = scale;
            self.wear(self.settings.clone());
        }
    }

    /// Draws everything and does what the player asked for.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.fit(ui.max_rect().size());
        if std::mem::take(&mut self.restyle) {
            let style = style(&self.theme);
            ui.ctx().all_styles_mut(|it| *it = style.clone());
            ui.set_style(style);
        }
        let mut intents = Vec::new();
        let escape = |input: &mut InputState| input.consume_key(Modifiers::NONE, Key::Escape);
        if self.overlays.is_open() && ui.input_mut(escape) {
            self.overlays.shut();
        }
        for command in command::pressed(ui.ctx(), self.screen == Screen::Room) {
            intents.push(Intent::Do(command));
        }
        screens::screen_ui(ui, self, &mut intents);
        panels::overlays_ui(ui, self, &mut intents);
        if !intents.is_empty() || ui.input(|input| !input.events.is_empty()) {
            // What comes of them is drawn at once, also while the clock stands still.
            ui.ctx().request_repaint();
        }
        for intent in intents {
            self.apply(intent);
        }
    }
}

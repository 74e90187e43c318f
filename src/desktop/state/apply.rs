//! What comes of what the player asked for.

use super::{Desktop, Wish};
use crate::base::id::{ComponentId, PersonId};
use crate::desktop::command::UiCommand;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::panels::RightTab;
use crate::desktop::screen::Screen;
use crate::desktop::screens::{BriefingUi, DebriefUi, TitleUi};
use crate::desktop::settings::{Settings, TEXT_SIZES};
use crate::desktop::store::Store;
use crate::desktop::verdict::Verdict;
use crate::scenario::order::Order;
use crate::session::SPEEDS;

/// Steps from one seed to the next; without a factor in common with the range.
const SEED_STEP: u64 = 7_919;
const SEEDS: u64 = 100_000;

impl Desktop {
    /// Does it.
    pub fn apply(&mut self, intent: Intent) {
        match intent {
            Intent::Order { order, by } => self.order(order, by),
            Intent::Select(part) => {
                if let Some(game) = &mut self.game {
                    game.select(part);
                }
            }
            Intent::Open(index) => self.room.open(index),
            Intent::LookAt(at) => self.room.crosshair = Some(at),
            Intent::Do(command) => self.run(command),
            Intent::Brief(named) => self.brief(&named),
            Intent::Start { seed, exam } => self.start(seed, exam),
            Intent::Resume => self.resume(),
            Intent::Watch(file) => self.watch(&file),
            Intent::Scrub(to) => {
                if let Some(game) = &mut self.game {
                    game.scrub(to);
                }
            }
            Intent::Go(screen) => self.go(screen),
            Intent::Runs => self.runs(),
            Intent::SetAside => self.set_aside(),
            Intent::SaveCopy(to) => self.save_copy(&to),
            Intent::Branch(edits) => {
                if let Some(branching) = self.branching() {
                    branching.play(edits);
                }
            }
            Intent::AskOffers(at) => {
                if let Some(branching) = self.branching() {
                    branching.ask_offers(at);
                }
            }
            Intent::Report(kind, form) => self.write_report(kind, form),
            Intent::KeepBranch => self.keep_branch(),
            #[cfg(feature = "gameday")]
            Intent::GameDay(wish) => self.lead(wish),
            Intent::Settings(settings) => self.choose(*settings),
        }
    }

    fn order(&mut self, order: Order, by: Option<PersonId>) {
        let Some(game) = &mut self.game else {
            return;
        };
        let waits = order == Order::Close && game.pace.is_paused();
        match game.order(order, by) {
            Ok(_) => {
                if waits {
                    self.say("Closed. It ends as soon as time goes on");
                }
                self.keep_unfinished();
            }
            Err(why) => self.say_bad(why.to_string()),
        }
    }

    /// Starts an incident of the briefed scenario.
    pub fn start(&mut self, seed: Option<u64>, exam: bool) {
        let Some(opened) = self.briefed.clone() else {
            self.screen = Screen::Picker;
            return;
        };
        let seed = seed.unwrap_or_else(|| {
            self.next_seed = (self.next_seed + SEED_STEP) % SEEDS;
            self.next_seed
        });
        self.exam = exam;
        self.make_room_for_a_run();
        self.enter(Game::start(opened, seed, exam));
    }

    pub(super) fn enter(&mut self, game: Game) {
        self.briefed = Some(game.opened.clone());
        self.room.begin(&game);
        self.verdict = None;
        self.game = Some(game);
        self.unkept_s = 0.0;
        self.told_unkept = false;
        self.screen = Screen::Room;
    }

    /// The incident is over: keeps the run and goes to the debrief.
    pub(super) fn finish(&mut self) {
        let Some(game) = &mut self.game else {
            return;
        };
        if game.watched.is_some() {
            return self.debrief_watched();
        }
        game.session.stop();
        self.verdict = Some(Verdict::of(&game.session));
        self.branching = None;
        self.screen = Screen::Debrief;
        self.debrief = DebriefUi::default();
        let kept = self
            .store
            .as_ref()
            .map(|store| store.keep_run(&game.session, &game.opened));
        match kept {
            Some(Ok(file)) => {
                self.debrief.kept = Some(file);
                if let Some(store) = &self.store {
                    store.drop_unfinished();
                }
            }
            Some(Err(why)) => self.say_bad(format!("The run could not be kept: {why}")),
            None => {}
        }
        self.shelf.look(self.store.as_ref());
    }

    /// Writes the unfinished run, so that nothing is lost whatever happens.
    pub fn keep_unfinished(&mut self) {
        self.unkept_s = 0.0;
        let (Some(game), Some(store)) = (&self.game, &self.store) else {
            return;
        };
        // An exam is not gone on with: that would be a pause.
        if game.watched.is_some() || game.is_over() || game.pace.is_exam() {
            return;
        }
        match store.keep_unfinished(&game.session, &game.opened) {
            Ok(()) => self.shelf.has_unfinished = true,
            Err(why) if !self.told_unkept => {
                self.told_unkept = true;
                self.say_bad(format!("The run cannot be kept: {why}"));
            }
            Err(_) => {}
        }
    }

    fn choose(&mut self, settings: Settings) {
        let settings = settings.mended();
        if settings == self.settings {
            return;
        }
        self.wear(settings);
        self.write_settings();
    }

    /// Writes the settings; the window calls it, too, when its size has changed.
    pub fn write_settings(&mut self) {
        let kept = self
            .store
            .as_ref()
            .map(|store| store.keep_settings(&self.settings));
        if let Some(Err(why)) = kept {
            self.say_bad(format!("The settings could not be kept: {why}"));
        }
    }

    fn run(&mut self, command: UiCommand) {
        use UiCommand as U;
        match command {
            U::Palette => self.overlays.toggle_palette(),
            U::GlossaryHelp => self.overlays.toggle_glossary(),
            U::Tutorial => self.tutorial(),
            U::TogglePause => self.toggle_pause(),
            U::Speed1 => self.speed(0),
            U::Speed5 => self.speed(1),
            U::Speed20 => self.speed(2),
            U::Speed60 => self.speed(3),
            U::Acknowledge => self.order(Order::Acknowledge, None),
            U::OpenChannel => self.order(Order::OpenChannel, None),
            U::DeclareMitigated => self.order(Order::DeclareMitigated, None),
            U::Close => self.order(Order::Close, None),
            U::Investigate => self.room.show(RightTab::Investigate),
            U::Mitigate => self.room.show(RightTab::Mitigate),
            U::Coordinate => self.room.show(RightTab::Coordinate),
            U::Declare => self.declare(),
            U::UndoLast => self.undo_last(),
            U::Communicate => self.room.show(RightTab::Communicate),
            U::Hypotheses => self.room.focus_hypotheses(),
            U::Evidence => self.room.focus_evidence(),
            U::NextPart => self.step_selection(1),
            U::PreviousPart => self.step_selection(-1),
            U::Deselect => self.step_back(),
            U::FitMap => self.room.map = Default::default(),
            U::Settings => self.settings_screen(),
            U::SaveReplay => self.save_replay(),
            U::Screenshot => self.picture(),
            U::BiggerText => self.step_text(1),
            U::SmallerText => self.step_text(-1),
            U::FullScreen => {
                let full_screen = !self.settings.full_screen;
                self.choose(Settings {
                    full_screen,
                    ..self.settings.clone()
                });
            }
            U::GiveUp => self.finish(),
            U::LeaveToTitle => self.leave(),
            U::Quit => {
                self.keep_unfinished();
                self.wishes.push(Wish::Quit);
            }
        }
    }

    fn declare(&mut self) {
        self.room.show(RightTab::Coordinate);
        if let Some(game) = &self.game {
            self.room.console.choose_declaration(&game.offers);
        }
    }

    /// Takes back the newest change that can be.
    fn undo_last(&mut self) {
        let orders = self.game.as_ref().map(|game| game.orders.iter());
        let changes = orders.into_iter().flatten().filter(|it| it.is_change);
        match changes.map(|it| it.number).max() {
            Some(order) => self.order(Order::Undo { order }, None),
            None => self.say_bad("There is no change to take back"),
        }
    }

    /// Shuts what lies on top, or else points the console at nothing.
    fn step_back(&mut self) {
        if !self.overlays.shut() && !self.room.evidence.shut_reader() {
            self.apply(Intent::Select(None));
        }
    }

    fn toggle_pause(&mut self) {
        let Some(game) = &mut self.game else {
            return;
        };
        let paused = !game.pace.is_paused();
        if !game.pace.set_paused(paused) {
            self.say_bad("An exam has no pause");
        }
    }

    fn speed(&mut self, index: usize) {
        let Some(game) = &mut self.game else {
            return;
        };
        if !game.pace.set_speed(SPEEDS[index]) {
            return self.say_bad("An exam runs in real time");
        }
        game.pace.set_paused(false);
    }

    /// Along the map: from left to right, from top to bottom.
    fn step_selection(&mut self, by: isize) {
        let Some(game) = &mut self.game else {
            return;
        };
        let layout = std::sync::Arc::clone(&game.layout);
        let mut order: Vec<ComponentId> = layout.components.ids().collect();
        let place = |id: &ComponentId| layout.components[*id];
        order.sort_by(|a, b| {
            let (a, b) = (place(a), place(b));
            a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
        });
        let at = game
            .selected
            .and_then(|id| order.iter().position(|it| *it == id));
        let count = order.len() as isize;
        let next = match at {
            Some(at) => (at as isize + by).rem_euclid(count.max(1)),
            None if by > 0 => 0,
            None => count - 1,
        };
        game.select(order.get(next as usize).copied());
    }

    fn step_text(&mut self, by: isize) {
        let now = self.settings.text_percent;
        let at = TEXT_SIZES.iter().position(|size| *size >= now);
        let at = at.unwrap_or(TEXT_SIZES.len() - 1) as isize + by;
        let at = at.clamp(0, TEXT_SIZES.len() as isize - 1);
        self.choose(Settings {
            text_percent: TEXT_SIZES[at as usize],
            ..self.settings.clone()
        });
    }

    fn settings_screen(&mut self) {
        if self.screen == Screen::Settings {
            self.screen = self.back;
        } else {
            self.back = self.screen;
            self.screen = Screen::Settings;
        }
    }

    pub(super) fn leave(&mut self) {
        self.keep_unfinished();
        self.game = None;
        self.verdict = None;
        self.author = None;
        self.title = TitleUi::default();
        self.shelf.look(self.store.as_ref());
        self.screen = Screen::Title;
    }

    fn save_replay(&mut self) {
        let (Some(game), Some(store)) = (&self.game, &self.store) else {
            return self.say_bad("There is no folder to save to");
        };
        match store.keep_run(&game.session, &game.opened) {
            Ok(file) => self.say(format!("Saved as {}", file.display())),
            Err(why) => self.say_bad(why),
        }
        self.shelf.look(self.store.as_ref());
    }

    fn picture(&mut self) {
        match self.store.as_ref().map(Store::picture) {
            Some(Ok(file)) => self.wishes.push(Wish::Picture(file)),
            Some(Err(why)) => self.say_bad(why),
            None => self.say_bad("There is no folder to save to"),
        }
    }

    fn tutorial(&mut self) {
        self.choose(Settings {
            tutorial_done: false,
            ..self.settings.clone()
        });
        if self.screen == Screen::Room {
            self.room.tutorial = Default::default();
            self.room.tutorial.asked = true;
        } else {
            self.brief(crate::desktop::panels::TUTORIAL_SCENARIO);
            self.briefing = BriefingUi::tutorial();
        }
    }

    /// Plays the whole incident on at once, for tests.
    pub fn skip_to_end(&mut self) {
        while self.screen == Screen::Room {
            self.frame(0.25);
        }
    }
}

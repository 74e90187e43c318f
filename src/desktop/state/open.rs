//! What can be opened: built-in scenarios, files, recorded runs.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Desktop;
use crate::base::time::SimTime;
use crate::desktop::game::Game;
use crate::desktop::screen::Screen;
use crate::desktop::screens::{BriefingUi, DebriefUi, PickerUi};
use crate::desktop::store::{Store, changed};
use crate::desktop::verdict::Verdict;
use crate::files::{Opened, open_whole, play, read_replay, scenario_of};
use crate::scenario::builtin;
use crate::session::replay::rebuild;

/// Real seconds between two looks at a file that its author may have saved.
const LOOK_EVERY_S: f64 = 0.5;

/// What there is to play.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Built-in scenarios, in their order.
    pub scenarios: Vec<Opened>,
    /// Finished runs.
    pub runs: Vec<PathBuf>,
    /// Whether a run waits to be continued.
    pub has_unfinished: bool,
    /// What it is, or why it cannot be read.
    pub unfinished: Option<Result<Unfinished, String>>,
}

/// A run that waits to be continued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Title of its scenario, or the id where that is not known.
    pub title: String,
    /// How far it was played.
    pub at: SimTime,
    /// Orders that were given.
    pub orders: usize,
}

/// A scenario file that somebody works on.
#[derive(Debug)]
pub struct Author {
    /// Where it lies.
    pub path: String,
    /// What is wrong with it, as `sev1 check` prints it; empty is nothing.
    pub findings: String,
    saved: Option<SystemTime>,
    unlooked_s: f64,
}

impl Shelf {
    pub(super) fn stocked(store: Option<&Store>) -> Self {
        let scenarios = builtin::SCENARIOS.iter().filter_map(|built_in| {
            // Shipped scenarios check; a test holds that.
            open_whole(built_in.id, &mut Vec::new()).ok()?
        });
        let mut shelf = Self {
            scenarios: scenarios.collect(),
            ..Self::default()
        };
        shelf.look(store);
        shelf
    }

    pub(super) fn look(&mut self, store: Option<&Store>) {
        self.runs = store.map_or_else(Vec::new, Store::runs);
        self.has_unfinished = store.is_some_and(Store::has_unfinished);
        let waits = store.filter(|_| self.has_unfinished);
        self.unfinished = waits.map(|store| self.unfinished_in(&store.unfinished()));
    }

    fn unfinished_in(&self, file: &Path) -> Result<Unfinished, String> {
        let replay = read_replay(file).map_err(|failure| failure.to_string())?;
        let known = self.scenarios.iter();
        let mut known = known.map(|it| &it.scenario);
        let known = known.find(|it| it.id == replay.scenario);
        Ok(Unfinished {
            title: known.map_or_else(|| replay.scenario.clone(), |it| it.meta.title.clone()),
            at: replay.ends_at(),
            orders: replay.orders.len(),
        })
    }
}

impl Desktop {
    /// Opens the briefing of a built-in scenario, or of a file, which is watched from then on.
    pub fn brief(&mut self, named: &str) {
        let mut findings = Vec::new();
        let opened = open_whole(named, &mut findings);
        let findings = String::from_utf8_lossy(&findings).into_owned();
        match opened {
            Err(failure) => self.say_bad(failure.to_string()),
            Ok(Some(opened)) => {
                self.author = (!opened.built_in).then(|| Author::of(named, findings));
                self.briefing = BriefingUi::default();
                self.briefed = Some(opened);
                self.screen = Screen::Briefing;
            }
            Ok(None) => {
                self.author = Some(Author::of(named, findings));
                self.briefed = None;
                self.screen = Screen::Findings;
            }
        }
    }

    /// Looks at the file of an author now and then; a saved one is loaded anew. A running incident
    /// goes on with what it was started with until its author starts it again.
    pub(super) fn reload_if_changed(&mut self, real_s: f64) {
        let Some(author) = &mut self.author else {
            return;
        };
        author.unlooked_s += real_s;
        if author.unlooked_s < LOOK_EVERY_S {
            return;
        }
        author.unlooked_s = 0.0;
        let saved = changed(Path::new(&author.path));
        if saved == author.saved || saved.is_none() {
            return;
        }
        let path = author.path.clone();
        let screen = self.screen;
        self.brief(&path);
        let is_sound = self.screen == Screen::Briefing;
        if matches!(screen, Screen::Room | Screen::Debrief | Screen::Settings) {
            self.screen = screen;
            if is_sound {
                self.say("The scenario was saved: start it again to play the new one");
            } else {
                self.say_bad("The scenario was saved with errors");
            }
        }
    }

    /// Goes on with the run that was left.
    pub(super) fn resume(&mut self) {
        let Some(file) = self.store.as_ref().map(Store::unfinished) else {
            return;
        };
        let opened = self.replayed(&file, |replay, opened, file| {
            let (session, _) = play(&replay, &opened, file).map_err(|it| it.to_string())?;
            Ok(Game::of(opened, session, false))
        });
        match opened {
            Ok(game) => self.enter(game),
            Err(why) => {
                self.say_bad(why);
                // It stays where it is, for another version of the game.
            }
        }
    }

    /// Opens a recorded run for watching.
    pub fn watch(&mut self, file: &Path) {
        let opened = self.replayed(file, |replay, opened, _| {
            let start = rebuild(&replay, &opened.scenario, SimTime::ZERO);
            let start = start.map_err(|why| format!("{}: {why}", file.display()))?;
            Ok(Game::watch(opened, start, replay))
        });
        match opened {
            Ok(game) => {
                self.enter(game);
                self.debrief = DebriefUi::of_watched(file.to_owned());
            }
            Err(why) => self.say_bad(why),
        }
    }

    /// The debrief of the recorded run that is watched: of all of it, wherever one is.
    pub(super) fn debrief_watched(&mut self) {
        let Some(game) = &mut self.game else {
            return;
        };
        if let Some(end) = game.watched.as_ref().map(|it| it.replay.ends_at()) {
            game.scrub(end);
        }
        let mut session = game.session.clone();
        session.stop();
        self.verdict = Some(Verdict::of(&session));
        self.branching = None;
        let file = self.debrief.kept.take();
        self.debrief = file.map_or_else(DebriefUi::default, DebriefUi::of_watched);
        self.screen = Screen::Debrief;
    }

    /// Goes to a screen.
    pub(super) fn go(&mut self, to: Screen) {
        match to {
            Screen::Title => self.leave(),
            Screen::Picker => {
                self.leave();
                self.look_at_runs();
                self.screen = Screen::Picker;
            }
            #[cfg(feature = "gameday")]
            Screen::GameDay => self.go_to_game_day(),
            // Back to the recorded run from its debrief.
            Screen::Room if self.game.is_some() => self.screen = Screen::Room,
            Screen::Briefing if self.briefed.is_some() => self.screen = Screen::Briefing,
            Screen::Room
            | Screen::Briefing
            | Screen::Debrief
            | Screen::Settings
            | Screen::Findings => {}
        }
    }

    /// Opens the list of kept runs.
    pub(super) fn runs(&mut self) {
        self.go(Screen::Picker);
        self.picker = PickerUi::runs();
    }

    /// Takes kept runs over and begins to score those that are new.
    pub(super) fn look_at_runs(&mut self) {
        if let Some(store) = &self.store {
            self.shelf.look(Some(store));
            self.ledger.look(store, &self.shelf.runs);
        }
    }

    /// A run that waits to be continued goes among the others before a new one takes its place.
    pub(super) fn make_room_for_a_run(&mut self) {
        let Some(store) = self.store.as_ref().filter(|it| it.has_unfinished()) else {
            return;
        };
        match store.shelve_unfinished() {
            Ok(file) => self.say(format!("The unfinished run was kept as {}", file.display())),
            Err(why) => self.say_bad(format!("The unfinished run could not be kept: {why}")),
        }
        self.shelf.look(self.store.as_ref());
    }

    /// Puts an unfinished run that cannot be read out of the way.
    pub(super) fn set_aside(&mut self) {
        match self.store.as_ref().map(Store::set_aside_unfinished) {
            Some(Ok(file)) => self.say(format!("It was put aside as {}", file.display())),
            Some(Err(why)) => self.say_bad(why),
            None => {}
        }
        self.shelf.look(self.store.as_ref());
    }

    /// Where files lie: the settings, and the folder with the runs.
    pub fn places(&self) -> Option<(PathBuf, PathBuf)> {
        self.store.as_ref().map(Store::places)
    }

    fn replayed(
        &self,
        file: &Path,
        open: impl FnOnce(crate::session::replay::Replay, Opened, &Path) -> Result<Game, String>,
    ) -> Result<Game, String> {
        let replay = read_replay(file).map_err(|failure| failure.to_string())?;
        let mut findings = Vec::new();
        let opened = scenario_of(&replay, file, &mut findings).map_err(|it| it.to_string())?;
        let opened = opened.ok_or_else(|| {
            let findings = String::from_utf8_lossy(&findings);
            format!("{}: its scenario has errors\n{findings}", file.display())
        })?;
        open(replay, opened, file)
    }
}

impl Author {
    fn of(path: &str, findings: String) -> Self {
        Self {
            saved: changed(Path::new(path)),
            path: path.to_owned(),
            findings,
            unlooked_s: 0.0,
        }
    }
}

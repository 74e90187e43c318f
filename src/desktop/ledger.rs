//! The kept runs with their scores, worked out on a thread of its own: scoring a run plays it a dozen
//! times more, and no frame waits for that. What was scored once is remembered in a file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::base::time::SimTime;
use crate::debrief::history::{History, Run, history};
use crate::desktop::store::{Store, changed};
use crate::files::{RunIndex, alone, read_replay};
use crate::session::Outcome;
use crate::session::replay::Replay;

/// A kept run.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was written.
    pub saved: Option<SystemTime>,
    /// What it says of itself; `None` while it has not been read, and where it cannot be.
    pub head: Option<RunHead>,
    /// Its score.
    pub state: RunState,
}

/// What a run says of itself.
#[derive(Clone, Debug)]
pub struct RunHead {
    /// Id of the scenario.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// It was played to its end.
    pub is_finished: bool,
    /// How far it was played.
    pub lasted: SimTime,
    /// Customer-minutes lost.
    pub lost: f64,
    /// Digest of what happened, by which copies are known.
    pub journal: String,
}

/// What is known of the score of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunState {
    /// It is being worked out.
    Waiting,
    /// Its figures.
    Scored(Run),
    /// It was left before its end, so there is nothing to score.
    Unfinished,
    /// It cannot be read, or belongs to another version of the game.
    Unusable(String),
}

/// All kept runs.
#[derive(Debug, Default)]
pub struct Ledger {
    rows: Vec<RunRow>,
    // In a lock because the game is shared between threads; nobody else ever takes it.
    coming: Option<Mutex<Receiver<Told>>>,
}

/// What the thread tells.
enum Told {
    Head(PathBuf, RunHead),
    State(PathBuf, RunState),
}

impl Ledger {
    /// The runs, the newest first.
    pub fn rows(&self) -> &[RunRow] {
        &self.rows
    }

    /// Whether scores are being worked out.
    pub fn is_coming(&self) -> bool {
        self.coming.is_some()
    }

    /// How many runs wait for their score.
    pub fn waiting(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|it| it.state == RunState::Waiting).count()
    }

    /// How many files are no runs that could be played.
    pub fn unusable(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|it| matches!(it.state, RunState::Unusable(_)))
            .count()
    }

    /// Kept runs of a scenario, and the best score among those that have been scored.
    pub fn of(&self, scenario: &str) -> (usize, Option<f64>) {
        let is_of = |it: &&RunRow| {
            let head = it.head.as_ref();
            head.is_some_and(|head| head.scenario == scenario)
        };
        let scores = self.rows.iter().filter(is_of).map(|it| &it.state);
        let best = scores.clone().filter_map(|state| match state {
            RunState::Scored(run) => Some(run.total),
            _ => None,
        });
        (scores.count(), best.max_by(f64::total_cmp))
    }

    /// What the scored runs say together; each counts once, however many copies of it are kept.
    pub fn history(&self, known: &[&str]) -> History {
        let mut runs: BTreeMap<&str, (Option<SystemTime>, &Run)> = BTreeMap::new();
        for row in &self.rows {
            if let (Some(head), RunState::Scored(run)) = (&row.head, &row.state) {
                runs.insert(&head.journal, (row.saved, run));
            }
        }
        let mut runs: Vec<_> = runs.into_values().collect();
        runs.sort_by_key(|it| it.0);
        let runs: Vec<Run> = runs.into_iter().map(|it| it.1.clone()).collect();
        history(&runs, known)
    }

    /// Takes the files of a folder over, and scores those that are new.
    pub fn look(&mut self, store: &Store, files: &[PathBuf]) {
        self.poll();
        let mut known: BTreeMap<PathBuf, RunRow> = std::mem::take(&mut self.rows)
            .into_iter()
            .map(|row| (row.path.clone(), row))
            .collect();
        for path in files {
            let saved = changed(path);
            let row = known.remove(path).filter(|row| row.saved == saved);
            self.rows.push(row.unwrap_or_else(|| RunRow {
                path: path.clone(),
                saved,
                head: None,
                state: RunState::Waiting,
            }));
        }
        self.rows.sort_by_key(|row| std::cmp::Reverse(row.saved));
        self.start(store);
    }

    fn start(&mut self, store: &Store) {
        let waiting = self.rows.iter().filter(|it| it.state == RunState::Waiting);
        let files: Vec<PathBuf> = waiting.map(|it| it.path.clone()).collect();
        if files.is_empty() || self.coming.is_some() {
            return;
        }
        let (teller, coming) = channel();
        let store = store.clone();
        let thread = std::thread::Builder::new().name("ledger".to_owned());
        let started = thread.spawn(move || score_all(&store, &files, &teller));
        match started {
            Ok(_) => self.coming = Some(Mutex::new(coming)),
            Err(error) => {
                let why = RunState::Unusable(error.to_string());
                for row in &mut self.rows {
                    if row.state == RunState::Waiting {
                        row.state = why.clone();
                    }
                }
            }
        }
    }

    /// Takes over what is there; says whether anything was.
    pub fn poll(&mut self) -> bool {
        let Some(coming) = &mut self.coming else {
            return false;
        };
        let coming = coming.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut any = false;
        loop {
            match coming.try_recv() {
                Ok(told) => {
                    any = true;
                    take(&mut self.rows, told);
                }
                Err(TryRecvError::Empty) => return any,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.coming = None;
        for row in &mut self.rows {
            if row.state == RunState::Waiting && row.head.is_some() {
                let why = "scoring it stopped without a score";
                row.state = RunState::Unusable(why.to_owned());
            }
        }
        true
    }
}

fn take(rows: &mut [RunRow], told: Told) {
    let (Told::Head(path, _) | Told::State(path, _)) = &told;
    let Some(row) = rows.iter_mut().find(|row| row.path == *path) else {
        return;
    };
    match told {
        Told::Head(_, head) => row.head = Some(head),
        Told::State(_, state) => row.state = state,
    }
}

/// What each file says of itself first, for that is quick; then their scores.
fn score_all(store: &Store, files: &[PathBuf], teller: &Sender<Told>) {
    let folder = store.places().1;
    let mut index = RunIndex::of(&folder);
    let mut playable = Vec::new();
    // Nobody listens any more once the game has ended: then there is nothing left to do.
    for path in files {
        let told = match read_replay(path) {
            Ok(replay) => {
                let head = head(&replay);
                playable.push((path, replay));
                Told::Head(path.clone(), head)
            }
            Err(why) => Told::State(path.clone(), RunState::Unusable(alone(path, &why))),
        };
        if teller.send(told).is_err() {
            return;
        }
    }
    let mut any = false;
    for (path, replay) in playable {
        let state = match index.get(&replay) {
            _ if replay.end.ending.is_none() => Ok(RunState::Unfinished),
            Some(run) => Ok(RunState::Scored(run)),
            None => {
                any = true;
                index.score(&replay, path).map(RunState::Scored)
            }
        };
        let state = state.unwrap_or_else(RunState::Unusable);
        let told = Told::State(path.clone(), state);
        if teller.send(told).is_err() {
            return;
        }
    }
    if any {
        index.keep(&folder);
    }
}

fn head(replay: &Replay) -> RunHead {
    RunHead {
        scenario: replay.scenario.clone(),
        seed: replay.seed,
        outcome: replay.end.outcome,
        is_finished: replay.end.ending.is_some(),
        lasted: replay.ends_at(),
        lost: replay.end.customer_minutes,
        journal: replay.journal.clone(),
    }
}

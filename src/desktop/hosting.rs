//! A game day that this window hosts: the room it serves, and what its facilitator sees of it.
//!
//! The window is one more facilitator: it comes in with the same secret, reads the same frame and asks
//! for the same things as the page in a browser.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::gameday::Host;
use crate::gameday::intent::Lead;
use crate::gameday::judge::{Ear, Word};
use crate::gameday::keeper::Entry;

/// Points of a team's curve that are kept; then every other one goes.
const MOST_POINTS: usize = 512;

/// What the facilitator asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Opens a room.
    Open {
        /// Id of a built-in scenario, or a path.
        scenario: String,
        /// Decides the cause and all luck, for every team.
        seed: u64,
        /// What they are called.
        teams: Vec<String>,
        /// Lets other machines in.
        lan: bool,
    },
    /// Goes on with the room in this folder.
    GoOn {
        /// Which.
        folder: PathBuf,
        /// Lets other machines in.
        lan: bool,
    },
    /// Something in the room.
    Lead(Lead),
    /// Ends the host. The room stays.
    End,
}

/// The room that is hosted.
pub struct Hosting {
    /// What serves it.
    pub host: Host,
    /// What is seen of it.
    pub scene: Scene,
    /// How far the judge is, in words; empty where there is nothing to say.
    pub judge: String,
    entry: Entry,
    heard: Heard,
    seen: u64,
    asked: Vec<oneshot::Receiver<Value>>,
}

/// The facilitator's frame, read out.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Clock and pace.
    pub now: Now,
    /// What nobody else may see.
    pub secrets: Secrets,
    /// How the teams really do.
    pub teams: Vec<TeamNow>,
    /// Customer-minutes that each team has lost, from the beginning on.
    pub lost: Vec<Vec<f64>>,
    /// What each team can still reach.
    pub board: Vec<BoardRow>,
    /// The facilitator's notes.
    pub notes: Vec<String>,
    /// The teams beside each other, once all is over.
    pub joint: Option<Joint>,
}

/// Clock and pace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub struct Now {
    pub clock: Option<String>,
    pub elapsed: String,
    pub speed: u32,
    pub paused: bool,
    pub begun: bool,
    pub room_over: bool,
    pub lands: Option<String>,
    pub board_shown: bool,
    pub seats: usize,
}

/// What nobody else may see.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub struct Secrets {
    pub title: String,
    pub cause: Option<String>,
    pub right: Option<Vec<String>>,
    pub distractors: Option<Vec<String>>,
    pub teaching: Vec<String>,
    pub hints: Vec<String>,
    pub faults: Vec<Fault>,
}

/// Something that can be broken.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Fault {
    /// Tells it from all others.
    pub key: String,
    /// In words.
    pub words: String,
}

/// How a team really does.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub struct TeamNow {
    pub name: String,
    pub headline: String,
    pub lost: Option<f64>,
    pub reference_lost: Option<f64>,
    pub detected: Option<String>,
    pub acknowledged: Option<String>,
    pub recovered: bool,
    pub over: bool,
    pub suspicions: Vec<String>,
    pub broken: Vec<String>,
    pub blind: bool,
    pub seats: Vec<Seat>,
    pub parts: Vec<PartNow>,
}

/// A team on the leaderboard.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct BoardRow {
    /// Nothing until what it is compared with has been played.
    pub standing: Option<Standing>,
    /// When a severity was declared.
    pub declared: Option<String>,
    /// Messages that were sent.
    pub posts: usize,
}

/// What a team would score if everything were done rightly from now on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// Of all axes together.
    pub total: Option<f64>,
    /// In the order of [`crate::score::AxisName::ALL`].
    pub axes: Vec<Option<f64>>,
}

/// Somebody of a team.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub struct Seat {
    pub name: String,
    pub roles: Vec<String>,
}

/// How a part of the system really does.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PartNow {
    /// Its name.
    pub name: String,
    /// Without delay and without gaps.
    pub signals: Signals,
}

/// True signals; nothing where there is no figure.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Signals {
    /// Percent.
    pub busy: Option<f64>,
    /// Percent.
    pub errors: Option<f64>,
    /// Milliseconds.
    pub p99_ms: Option<f64>,
    /// Requests or messages.
    pub queued: Option<f64>,
}

/// The teams beside each other.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Joint {
    /// In the order of their numbers.
    pub teams: Vec<JointTeam>,
    /// Their changes in order, row by row.
    pub decisions: Vec<Row>,
    /// Where they parted, in words.
    pub parted: String,
}

/// What a team came to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub struct JointTeam {
    pub name: String,
    pub headline: String,
    pub total: Option<f64>,
    pub axes: Vec<(String, Option<f64>)>,
    /// Minutes, and customer-minutes lost up to then.
    pub curve: Vec<(f64, f64)>,
    pub lost: f64,
}

/// The changes with the same number.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Row {
    /// All teams did the same.
    pub same: bool,
    /// What each did.
    pub teams: Vec<Option<String>>,
}

impl Hosting {
    /// Comes in as the facilitator of a room. `heard` is what the judge says.
    ///
    /// # Errors
    /// The host has ended, in a sentence.
    pub fn of(host: Host, heard: Heard) -> Result<Self, String> {
        let entry = host.enter()?;
        Ok(Self {
            host,
            scene: Scene::default(),
            judge: String::new(),
            entry,
            heard,
            seen: 0,
            asked: Vec::new(),
        })
    }

    /// Asks for something; what was refused comes out of [`Self::poll`].
    pub fn ask(&mut self, wish: Lead) -> Result<(), String> {
        let asked = self.host.ask(wish);
        self.asked.push(asked.ok_or("the host is busy")?);
        Ok(())
    }

    /// Reads what is new. Says why what was asked for was not done.
    pub fn poll(&mut self) -> Vec<String> {
        let frame = Arc::clone(&self.entry.frames.borrow());
        for part in frame.parts.iter().filter(|it| it.revision > self.seen) {
            self.scene.take(part.name, &part.json);
        }
        let newest = frame.parts.iter().map(|it| it.revision).max();
        self.seen = self.seen.max(newest.unwrap_or(0));
        if let Some(word) = self.heard.take() {
            self.judge = word.words();
        }
        let mut refused = Vec::new();
        self.asked.retain_mut(|answer| match answer.try_recv() {
            Ok(answer) => {
                let why = answer.get("why").and_then(Value::as_str);
                refused.extend(why.map(str::to_owned));
                false
            }
            Err(oneshot::error::TryRecvError::Empty) => true,
            Err(oneshot::error::TryRecvError::Closed) => false,
        });
        refused
    }
}

/// The last that the judge said.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Option<Word>>>);

impl Heard {
    /// What the judge speaks to.
    pub fn ear(&self) -> Ear {
        let heard = self.clone();
        Arc::new(move |word| *heard.lock() = Some(word))
    }

    fn take(&self) -> Option<Word> {
        self.lock().take()
    }

    /// What a thread that panicked has left is as good as any.
    fn lock(&self) -> MutexGuard<'_, Option<Word>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scene {
    /// Takes over a part of the frame.
    fn take(&mut self, name: &str, json: &str) {
        match name {
            "now" => read(json, &mut self.now),
            "secrets" => read(json, &mut self.secrets),
            "board" => read(json, &mut self.board),
            "notes" => read(json, &mut self.notes),
            "joint" => {
                let mut joint = Joint::default();
                read(json, &mut joint);
                self.joint = Some(joint).filter(|it| !it.teams.is_empty());
            }
            "teams" => {
                read(json, &mut self.teams);
                self.lost.resize(self.teams.len(), Vec::new());
                for (lost, team) in self.lost.iter_mut().zip(&self.teams) {
                    if lost.len() >= MOST_POINTS {
                        let mut place = 0;
                        lost.retain(|_| {
                            place += 1;
                            place % 2 == 0
                        });
                    }
                    lost.push(team.lost.unwrap_or(0.0));
                }
            }
            _ => {}
        }
    }
}

/// What cannot be read leaves what was there.
fn read<T: DeserializeOwned>(json: &str, into: &mut T) {
    if let Ok(value) = serde_json::from_str(json) {
        *into = value;
    }
}

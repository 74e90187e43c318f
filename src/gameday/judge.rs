//! The judge: once every incident is over, scores the teams, writes the evidence, and then looks into
//! what each decision was worth, one team after the other, while people read the first debrief.
//!
//! It works on threads of its own, so that the room's rounds never wait for it, and ends soon after it is
//! told to: what has been written by then stays.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::debrief::analysis::{Options, Progress};
use crate::files::Opened;
use crate::gameday::comparison::Comparisons;
use crate::gameday::keeper::{Door, Request};
use crate::gameday::pack::{self, Case, Judged};
use crate::gameday::room::Room;

/// Time between two words on how far it is.
const OFTEN: Duration = Duration::from_millis(500);
/// Other seeds that the decisions of all teams together are played on.
const SEEDS: usize = 1_600;
/// Other seeds per team, at the least and at the most.
const SEEDS_PER_TEAM: (usize, usize) = (20, 200);

/// What is said of how far the judge is.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// All teams have been scored, and the evidence is in this folder.
    Written(Option<PathBuf>),
    /// A team is looked into.
    Analysing {
        /// Its name.
        team: String,
        /// Its number, from 1.
        number: usize,
        /// Teams in all.
        of: usize,
        /// How far its analysis is.
        progress: Progress,
    },
    /// All teams have been looked into.
    Done,
    /// It was told to end; so many teams have been looked into.
    Stopped(usize),
    /// Something could not be written.
    Failed(String),
}

impl Word {
    /// In a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Written(Some(folder)) => format!("Evidence in {}", folder.display()),
            Self::Written(None) => "Scored".to_owned(),
            Self::Analysing {
                team,
                number,
                of,
                progress,
            } => {
                let stage = progress.stage.words();
                format!("Looking into {team}, {number} of {of}: {stage}")
            }
            Self::Done => "All teams looked into; the reports are complete".to_owned(),
            Self::Stopped(known) => {
                format!("Stopped: {known} team(s) looked into; the other reports have no marks")
            }
            Self::Failed(why) => format!("error: the evidence could not be written: {why}"),
        }
    }
}

/// Hears how far it is.
pub type Ear = Arc<dyn Fn(Word) + Send + Sync>;

/// A judge with everything it needs.
pub struct Judge {
    /// The room as it ended.
    pub room: Room,
    /// The scenario.
    pub opened: Opened,
    /// Where the evidence goes.
    pub folder: Option<PathBuf>,
    /// What has been played already to compare teams with.
    pub comparisons: Comparisons,
    /// Where judgements are handed in.
    pub door: Door,
    /// Whether it is to end.
    pub stop: Arc<AtomicBool>,
    /// Who hears how far it is.
    pub ear: Ear,
}

impl Judge {
    /// Does all of it.
    pub fn work(self) {
        // A pool of its own: the room's rounds use the common one.
        match rayon::ThreadPoolBuilder::new().build() {
            Ok(pool) => pool.install(|| self.judge()),
            Err(_) => self.judge(),
        }
    }

    fn judge(&self) {
        let teams = self.room.teams.par_iter().enumerate();
        let cases: Vec<Case> = teams
            .map(|(index, team)| Case::of(&self.room, index, self.comparisons.of_or_play(team)))
            .collect();
        let mut judged: Vec<Judged> = cases.par_iter().map(|it| it.judged(None)).collect();
        self.keep(pack::write(
            self.folder.as_deref(),
            &self.room,
            &self.opened,
            &judged,
        ));
        (self.ear)(Word::Written(self.folder.clone()));
        self.hand_in(judged.iter().cloned().enumerate().collect());
        for (index, case) in cases.iter().enumerate() {
            let Some(found) = self.look_into(index, case) else {
                (self.ear)(Word::Stopped(index));
                return;
            };
            judged[index] = found;
            self.keep(pack::write_reports(
                self.folder.as_deref(),
                &self.room,
                index,
                &judged,
            ));
            self.hand_in(vec![(index, judged[index].clone())]);
        }
        (self.ear)(Word::Done);
    }

    /// A team's judgement with everything that is found by playing; `None` where it is told to end.
    fn look_into(&self, index: usize, case: &Case) -> Option<Judged> {
        let of = self.room.teams.len();
        let (least, most) = SEEDS_PER_TEAM;
        let options = Options {
            luck_seeds: u32::try_from((SEEDS / of.max(1)).clamp(least, most)).unwrap_or(20),
            ..Options::default()
        };
        let last = std::sync::Mutex::new(None::<Instant>);
        let progress = |progress: Progress| {
            let is_due = last.try_lock().is_ok_and(|mut last| {
                let is_due = last.is_none_or(|it| it.elapsed() >= OFTEN);
                if is_due {
                    *last = Some(Instant::now());
                }
                is_due
            });
            if is_due {
                let team = self.room.teams.get(index).map(|it| it.name.clone());
                let word = Word::Analysing {
                    team: team.unwrap_or_default(),
                    number: index + 1,
                    of,
                    progress,
                };
                // Where the room is busy, it hears the next one.
                drop(self.door.try_send(Request::Looking(word.clone())));
                (self.ear)(word);
            }
            !self.stop.load(Ordering::Relaxed)
        };
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let analysis = case.analyse(&options, &progress).ok()?;
        Some(case.judged(Some(&analysis)))
    }

    /// Hands judgements in; the host may have ended.
    fn hand_in(&self, judged: Vec<(usize, Judged)>) {
        drop(self.door.send(Request::Judged(judged)));
    }

    fn keep(&self, written: Result<(), crate::files::Failure>) {
        if let Err(why) = written {
            (self.ear)(Word::Failed(why.to_string()));
        }
    }
}

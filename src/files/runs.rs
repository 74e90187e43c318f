//! The figures of all runs in a folder. They are scored once: an index beside the replays remembers
//! them by the digests of the replays, and is made anew where it is missing or cannot be read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::debrief::history::Run;
use crate::files::{Failure, play, read, read_replay, replay_files, scenario_of, write_whole};
use crate::score::{AxisName, Depth, baselines, score};
use crate::session::Outcome;
use crate::session::replay::{ENGINE, Replay};

const INDEX: &str = "history.index.json";
/// The number of this form of indices.
const FORM: u32 = 1;
/// Runs that are scored before the index is written, so that breaking off loses little.
const CHUNK: usize = 16;

/// What was found in a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The runs, the oldest first, each with its file.
    pub runs: Vec<(PathBuf, Run)>,
    /// Files that were left out, each with the reason.
    pub skipped: Vec<(PathBuf, String)>,
    /// Runs that had to be played for it; the others were in the index.
    pub played: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    form: u32,
    engine: String,
    runs: BTreeMap<String, Line>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    scenario: String,
    total: f64,
    axes: [f64; 5],
    recovered_after_s: Option<f64>,
}

impl Line {
    /// Whether a score can come to this; what cannot is scored anew.
    fn is_sound(&self) -> bool {
        let points = |it: f64| (0.0..=100.0).contains(&it);
        points(self.total)
            && self.axes.into_iter().all(points)
            && self
                .recovered_after_s
                .is_none_or(|it| it.is_finite() && it >= 0.0)
    }

    fn run(self) -> Run {
        Run {
            scenario: self.scenario,
            total: self.total,
            axes: self.axes,
            recovered_after_s: self.recovered_after_s,
        }
    }
}

/// Reads all replays in a folder. `progress` hears how many of those that have to be played are done.
///
/// # Errors
/// If the folder cannot be read. A file that cannot be used is skipped, and the index is only a help.
pub fn kept_runs(folder: &Path, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Kept, Failure> {
    let files = replay_files(folder).map_err(Failure::Usage)?;
    let mut kept = Kept::default();
    let mut found: Vec<(PathBuf, Replay)> = Vec::new();
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    for file in files {
        match usable(&file) {
            Err(why) => kept.skipped.push((file, why)),
            Ok(replay) => match seen.get(&replay.journal) {
                Some(first) => {
                    let why = format!("it is the same run as {}", first.display());
                    kept.skipped.push((file, why));
                }
                None => {
                    seen.insert(replay.journal.clone(), file.clone());
                    found.push((file, replay));
                }
            },
        }
    }
    let mut index = RunIndex::of(folder);
    let missing: Vec<&(PathBuf, Replay)> = found
        .iter()
        .filter(|(_, replay)| !index.lines.contains_key(&replay.journal))
        .collect();
    let mut unplayable: BTreeMap<&Path, String> = BTreeMap::new();
    for (number, chunk) in missing.chunks(CHUNK).enumerate() {
        progress(number * CHUNK, missing.len());
        let lines: Vec<_> = chunk
            .par_iter()
            .map(|(file, replay)| scored(replay, file))
            .collect();
        for ((file, replay), line) in chunk.iter().zip(lines) {
            match line {
                Ok(line) => drop(index.lines.insert(replay.journal.clone(), line)),
                Err(why) => drop(unplayable.insert(file, why)),
            }
        }
        index.keep(folder);
    }
    kept.played = missing.len() - unplayable.len();
    for (file, replay) in &found {
        match index.get(replay) {
            Some(run) => kept.runs.push((file.clone(), run)),
            None => {
                let why = unplayable.remove(file.as_path()).unwrap_or_default();
                kept.skipped.push((file.clone(), why));
            }
        }
    }
    kept.skipped.sort();
    Ok(kept)
}

fn usable(file: &Path) -> Result<Replay, String> {
    let replay = read_replay(file).map_err(|why| alone(file, &why))?;
    if replay.end.ending.is_none() {
        return Err("it has not ended".to_owned());
    }
    Ok(replay)
}

fn scored(replay: &Replay, file: &Path) -> Result<Line, String> {
    let opened = scenario_of(replay, file, &mut Vec::new()).map_err(|why| alone(file, &why))?;
    let opened = opened.ok_or("its scenario has errors")?;
    let (session, _) = play(replay, &opened, file).map_err(|why| alone(file, &why))?;
    let record = session.record();
    let baselines = baselines(&record.scenario, record.seed, record.variant);
    let score = score(&record, &baselines, Depth::Full);
    let onset = record.milestones.onset.unwrap_or_default();
    let recovered = record
        .milestones
        .recovered
        .filter(|_| record.outcome == Outcome::Recovered);
    Ok(Line {
        scenario: record.scenario.id.clone(),
        total: score.total,
        axes: AxisName::ALL.map(|it| score.axis(it).points),
        recovered_after_s: recovered.map(|it| it.since(onset).as_secs_f64()),
    })
}

/// The reason without the path in front, which is shown beside it.
pub fn alone(file: &Path, why: &Failure) -> String {
    let why = why.to_string();
    let prefix = format!("{}: ", file.display());
    why.strip_prefix(&prefix).unwrap_or(&why).to_owned()
}

/// The figures of runs by the digests of their replays, remembered in a file beside them.
#[derive(Clone, Debug, Default)]
pub struct RunIndex {
    lines: BTreeMap<String, Line>,
}

impl RunIndex {
    /// What is remembered in a folder; nothing where the file is missing, of another version or unsound.
    pub fn of(folder: &Path) -> Self {
        let bytes = read(&folder.join(INDEX)).unwrap_or_default();
        let lines = match serde_json::from_slice::<Index>(&bytes) {
            Ok(index) if index.form == FORM && index.engine == ENGINE => {
                let sound = index.runs.into_iter().filter(|it| it.1.is_sound());
                sound.collect()
            }
            _ => BTreeMap::new(),
        };
        Self { lines }
    }

    /// The figures of a run, if they are known.
    pub fn get(&self, replay: &Replay) -> Option<Run> {
        let line = self.lines.get(&replay.journal)?;
        Some(line.clone().run())
    }

    /// Plays a run for its figures.
    ///
    /// # Errors
    /// Why it cannot be played, without its path.
    pub fn score(&mut self, replay: &Replay, file: &Path) -> Result<Run, String> {
        let line = scored(replay, file)?;
        self.lines.insert(replay.journal.clone(), line.clone());
        Ok(line.run())
    }

    /// Remembers them. Where that fails, the runs are played again next time.
    pub fn keep(&self, folder: &Path) {
        let index = Index {
            form: FORM,
            engine: ENGINE.to_owned(),
            runs: self.lines.clone(),
        };
        if let Ok(text) = serde_json::to_string_pretty(&index) {
            drop(write_whole(&folder.join(INDEX), text.as_bytes()));
        }
    }
}

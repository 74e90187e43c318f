//! Files: finding and reading scenarios and replays, and writing whole files.
//!
//! May use everything up to `view`. The only module that opens files; all front ends go through it.
//! Every error is one sentence that names the path.

mod replays;
mod runs;

pub use replays::{play, read_replay, scenario_of, write_replay};
pub use runs::{Kept, RunIndex, alone, kept_runs};

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Findings, Sources, human};
use crate::scenario::builtin;
use crate::scenario::load::{Ground, load, load_orders, load_plan};
use crate::scenario::model::{Plan, Scenario};
use crate::scenario::order::Order;
use crate::scenario::syntax::MAX_BYTES;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The output could not be written.
    #[error("could not write the output: {0}")]
    Output(#[from] io::Error),
    /// Anything the user can mend, said in one sentence.
    #[error("{0}")]
    Usage(String),
}

/// How deep folders are searched.
const MAX_FOLDERS: usize = 32;

/// Reads a file, or of one that is far too large anyway the first part; the error names the path and
/// the reason.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    bytes(path).map_err(|error| could_not_read(path, &error))
}

/// A reader of the files that a file at `path` mentions, relative to it. Its error is the reason
/// alone: whoever asks knows the path.
pub fn reader_beside(path: &Path) -> impl FnMut(&str) -> Result<Vec<u8>, String> + use<> {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    move |name| bytes(&folder.join(name)).map_err(|error| reason(&error))
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path)?;
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What tells one state of a file from the next: when it was written, and its length.
pub type Stamp = (std::time::SystemTime, u64);

/// The state of a file; `None` where it is not there or cannot be asked.
pub fn stamp(path: &Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// Adds the files that a path stands for: itself, or all `*.ron` below a folder, by their names.
///
/// # Errors
/// One sentence that names the path that could not be read, or the folder in which nothing is.
pub fn scenario_files(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let kind = fs::metadata(path).map_err(|error| could_not_read(path, &error))?;
    // Without `.` in the middle, so that one file has one name.
    let path = &path.components().collect::<PathBuf>();
    if !kind.is_dir() {
        files.push(path.clone());
        return Ok(());
    }
    let before = files.len();
    walk(path, 0, files)?;
    if files.len() == before {
        return Err(format!("there is no *.ron file below {}", path.display()));
    }
    Ok(())
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if depth > MAX_FOLDERS {
        return Err(format!("{} is nested too deeply", folder.display()));
    }
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = entries.map_err(|error| could_not_read(folder, &error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // Links to folders are not followed: they may lead back up.
        let kind = entry
            .file_type()
            .map_err(|error| could_not_read(&path, &error))?;
        if kind.is_dir() {
            walk(&path, depth + 1, files)?;
        } else if path.extension().is_some_and(|ending| ending == "ron") {
            files.push(path);
        }
    }
    Ok(())
}

/// The replays in a folder, the oldest first: `*.replay.ron`.
///
/// # Errors
/// One sentence that names the folder.
pub fn replay_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| could_not_read(folder, &error))?;
    let mut files: Vec<_> = entries
        .into_iter()
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".replay.ron"))
        .map(|entry| {
            let changed = entry.metadata().and_then(|it| it.modified()).ok();
            (changed, entry.path())
        })
        .collect();
    files.sort();
    Ok(files.into_iter().map(|it| it.1).collect())
}

fn could_not_read(path: &Path, error: &io::Error) -> String {
    format!("could not read {}: {}", path.display(), reason(error))
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Writes a file whole or not at all.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail =
        |error: io::Error| Failure::Usage(format!("could not write {}: {error}", path.display()));
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    let written = fs::write(beside, bytes).and_then(|()| fs::rename(beside, path));
    written.map_err(|error| {
        // A disk that is full leaves half a file otherwise.
        drop(fs::remove_file(beside));
        fail(error)
    })
}

/// Writes a file that must not be there yet, and the folders on the way to it.
///
/// # Errors
/// One sentence; what was there before is as it was.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: io::Error| {
        Failure::Usage(match error.kind() {
            io::ErrorKind::AlreadyExists => {
                format!("{} exists already, and stays as it is", path.display())
            }
            _ => format!("could not write {}: {}", path.display(), reason(&error)),
        })
    };
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| {
            let why = reason(&error);
            Failure::Usage(format!(
                "could not make the folder {}: {why}",
                folder.display()
            ))
        })?;
    }
    let mut file = fs::File::create_new(path).map_err(fail)?;
    file.write_all(bytes).map_err(|error| {
        drop(fs::remove_file(path));
        fail(error)
    })
}

/// A scenario, and the texts it was loaded from, for reading plans and orders in its terms.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// How it was named on the command line.
    pub named: String,
    /// Whether it is compiled in.
    pub built_in: bool,
    name: String,
    bytes: Vec<u8>,
    /// The world files it asked for, so that they are the same whenever it is asked again.
    others: BTreeMap<String, Vec<u8>>,
}

impl Opened {
    /// Reads a plan from its text; findings are printed, and `Ok(None)` says that there were errors
    /// among them.
    pub fn plan(
        &self,
        name: &str,
        bytes: &[u8],
        err: &mut dyn Write,
    ) -> Result<Option<Plan>, Failure> {
        let (plan, findings, sources) = load_plan(&self.ground(), &mut self.reader(), name, bytes);
        if !findings.is_empty() {
            write!(err, "{}", human::render(&findings, &sources, false))?;
        }
        Ok(plan)
    }

    /// Reads orders as a plan's `do` holds them.
    pub fn orders(&self, name: &str, text: &str) -> (Option<Vec<Order>>, Findings, Sources) {
        load_orders(&self.ground(), &mut self.reader(), name, text)
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            name: &self.name,
            bytes: &self.bytes,
        }
    }

    fn reader(&self) -> impl FnMut(&str) -> Result<Vec<u8>, String> + '_ {
        |name| {
            let known = self.others.get(name).cloned();
            known.ok_or_else(|| "it was not needed before".to_owned())
        }
    }
}

/// Loads the scenario that the user named: the id of a built-in one, or a path. Findings are printed;
/// `Ok(None)` says that there were errors among them.
pub fn open(name: &str, err: &mut dyn Write) -> Result<Option<Arc<Scenario>>, Failure> {
    Ok(open_whole(name, err)?.map(|opened| opened.scenario))
}

/// The same, with the texts it came from.
pub fn open_whole(named: &str, err: &mut dyn Write) -> Result<Option<Opened>, Failure> {
    let path = Path::new(named);
    let mut others = BTreeMap::new();
    let mut keep = |name: &str, read: Result<Vec<u8>, String>| {
        if let Ok(bytes) = &read {
            others.insert(name.to_owned(), bytes.clone());
        }
        read
    };
    let built_in = builtin::find(named);
    let (name, bytes) = match built_in {
        Some(file) => (file.path, file.text.as_bytes().to_vec()),
        None if is_path(named) || path.exists() => (named, read(path).map_err(Failure::Usage)?),
        None => return Err(no_such_scenario(named)),
    };
    let (scenario, findings, sources) = match built_in {
        Some(file) => load(name, &bytes, &mut |other| {
            keep(other, builtin::read_beside(file.path, other))
        }),
        None => {
            let mut beside = reader_beside(path);
            load(name, &bytes, &mut |other| keep(other, beside(other)))
        }
    };
    if !findings.is_empty() {
        write!(err, "{}", human::render(&findings, &sources, false))?;
    }
    let scenario = scenario.filter(|_| !findings.has_errors());
    Ok(scenario.map(|scenario| Opened {
        scenario: Arc::new(scenario),
        named: named.to_owned(),
        built_in: built_in.is_some(),
        name: name.to_owned(),
        bytes,
        others,
    }))
}

/// A path as it is written in `file`: where it leads, or beside that file if that is where it is.
pub fn where_it_lies(path: &str, file: &Path) -> String {
    let name = Path::new(path).file_name();
    let beside = name.map(|name| file.with_file_name(name));
    match beside {
        Some(beside) if !Path::new(path).exists() && beside.exists() => {
            beside.display().to_string()
        }
        _ => path.to_owned(),
    }
}

/// Whether a text on the command line is meant as a path, as opposed to a name.
pub fn is_path(text: &str) -> bool {
    text.ends_with(".ron") || text.contains(['/', '\\'])
}

fn no_such_scenario(name: &str) -> Failure {
    let ids = builtin::SCENARIOS.iter().map(|s| s.id);
    let hint = crate::diag::did_you_mean(name, ids)
        .unwrap_or_else(|| "`sev1 list` shows what there is".to_owned());
    Failure::Usage(format!("there is no scenario `{name}`; {hint}"))
}

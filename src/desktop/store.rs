//! Where the player's own files lie: settings, finished runs, the unfinished one, pictures.
//!
//! The only file of the window that opens files itself. Nothing here stops the game: what cannot be
//! read is left alone, and what cannot be written is said.

use std::fs;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::desktop::settings::Settings;
use crate::files::{Opened, write_replay, write_whole};
use crate::session::Session;

const SETTINGS: &str = "settings.ron";
const UNFINISHED: &str = "unfinished.replay.ron";
const RUNS: &str = "runs";
const BRANCHES: &str = "branches";
const REPORTS: &str = "reports";
const GAME_DAYS: &str = "gamedays";
/// Where settings are put that could not be read, for they are written anew one day.
const BROKEN_SETTINGS: &str = "settings.broken.ron";

/// The folders.
#[derive(Clone, Debug)]
pub struct Store {
    config: PathBuf,
    data: PathBuf,
}

impl Store {
    /// The user's own folders, as the platform has them; `SEV1_HOME` puts both elsewhere. `None`
    /// where there is no home at all.
    pub fn of_user() -> Option<Self> {
        if let Some(home) = std::env::var_os("SEV1_HOME").filter(|home| !home.is_empty()) {
            return Some(Self::at(Path::new(&home)));
        }
        let dirs = ProjectDirs::from("", "", "sev1")?;
        Some(Self {
            config: dirs.config_dir().to_owned(),
            data: dirs.data_dir().to_owned(),
        })
    }

    /// Everything below one folder.
    pub fn at(home: &Path) -> Self {
        Self {
            config: home.to_owned(),
            data: home.to_owned(),
        }
    }

    /// The settings, and a sentence where they could not be read.
    pub fn settings(&self) -> (Settings, Option<String>) {
        let path = self.config.join(SETTINGS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return (Settings::default(), None);
            }
            Err(error) => {
                return (
                    Settings::default(),
                    Some(format!(
                        "The settings could not be read ({}: {error}): the defaults are used",
                        path.display()
                    )),
                );
            }
        };
        match ron::from_str::<Settings>(&text) {
            Ok(settings) => (settings.mended(), None),
            Err(error) => {
                let broken = self.config.join(BROKEN_SETTINGS);
                let kept = match fs::copy(&path, &broken) {
                    Ok(_) => format!("; the file was kept as {}", broken.display()),
                    Err(_) => String::new(),
                };
                let why = format!(
                    "The settings could not be read ({}: {error}): the defaults are used{kept}",
                    path.display()
                );
                (Settings::default(), Some(why))
            }
        }
    }

    /// Writes the settings.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn keep_settings(&self, settings: &Settings) -> Result<(), String> {
        let pretty = ron::ser::PrettyConfig::new();
        let text = ron::ser::to_string_pretty(settings, pretty).map_err(|it| it.to_string())?;
        self.write(&self.config.join(SETTINGS), text.as_bytes())
    }

    /// Where the unfinished run lies.
    pub fn unfinished(&self) -> PathBuf {
        self.data.join(UNFINISHED)
    }

    /// Whether there is an unfinished run.
    pub fn has_unfinished(&self) -> bool {
        self.unfinished().is_file()
    }

    /// Keeps a run that has not ended.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn keep_unfinished(&self, session: &Session, opened: &Opened) -> Result<(), String> {
        self.replay(session, opened, &self.unfinished())
    }

    /// Forgets the unfinished run, once it has ended.
    pub fn drop_unfinished(&self) {
        drop(fs::remove_file(self.unfinished()));
    }

    /// Puts an unfinished run that cannot be read out of the way, without deleting it.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn set_aside_unfinished(&self) -> Result<PathBuf, String> {
        let file = self.free_name("unfinished", "broken.ron");
        make_room_for(&file)?;
        let from = self.unfinished();
        fs::rename(&from, &file).map_err(|error| format!("{}: {error}", from.display()))?;
        Ok(file)
    }

    /// Puts the unfinished run among the others, so that a new one can begin.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn shelve_unfinished(&self) -> Result<PathBuf, String> {
        let file = self.free_name("unfinished", "replay.ron");
        make_room_for(&file)?;
        let from = self.unfinished();
        fs::rename(&from, &file).map_err(|error| format!("{}: {error}", from.display()))?;
        Ok(file)
    }

    /// Writes a copy of a kept run elsewhere. A name that is taken is not overwritten.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn copy_run(from: &Path, to: &Path) -> Result<(), String> {
        if to.exists() {
            return Err(format!("{} is there already", to.display()));
        }
        make_room_for(to)?;
        let copied = fs::copy(from, to).map_err(|error| format!("{}: {error}", to.display()));
        copied.map(drop)
    }

    /// The file with the settings, and the folder with the runs.
    pub fn places(&self) -> (PathBuf, PathBuf) {
        (self.config.join(SETTINGS), self.data.join(RUNS))
    }

    /// Keeps a finished run and says where.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn keep_run(&self, session: &Session, opened: &Opened) -> Result<PathBuf, String> {
        let stem = format!("{}-{}", session.scenario().id, session.sim().seed());
        let file = self.free_name(&stem, "replay.ron");
        self.replay(session, opened, &file)?;
        Ok(file)
    }

    /// Keeps a branch of a run and says where: in a folder of its own, for it is nobody's run.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn keep_branch(&self, session: &Session, opened: &Opened) -> Result<PathBuf, String> {
        let stem = format!("{}-{}", session.scenario().id, session.sim().seed());
        let file = free_name(&self.data.join(BRANCHES), &stem, "replay.ron");
        self.replay(session, opened, &file)?;
        Ok(file)
    }

    /// Keeps a report and says where: below the name of its run, in a folder of its own.
    ///
    /// # Errors
    /// One sentence that names the file.
    pub fn keep_report(&self, stem: &str, ending: &str, text: &str) -> Result<PathBuf, String> {
        let file = free_name(&self.data.join(REPORTS), stem, ending);
        self.write(&file, text.as_bytes())?;
        Ok(file)
    }

    /// Where rooms of game days lie, each in a folder of its own.
    pub fn game_days(&self) -> PathBuf {
        self.data.join(GAME_DAYS)
    }

    /// The kept runs, by their names.
    pub fn runs(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.data.join(RUNS)) else {
            return Vec::new();
        };
        let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let is_replay = |path: &PathBuf| path.to_string_lossy().ends_with(".replay.ron");
        let mut runs: Vec<PathBuf> = files.filter(is_replay).collect();
        runs.sort();
        runs
    }

    /// A name for a picture that no file has.
    ///
    /// # Errors
    /// One sentence that names the folder.
    pub fn picture(&self) -> Result<PathBuf, String> {
        let folder = self.data.join(RUNS);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(self.free_name("picture", "png"))
    }

    fn free_name(&self, stem: &str, ending: &str) -> PathBuf {
        free_name(&self.data.join(RUNS), stem, ending)
    }

    fn replay(&self, session: &Session, opened: &Opened, file: &Path) -> Result<(), String> {
        make_room_for(file)?;
        write_replay(session, opened, "by hand", file).map_err(|why| why.to_string())
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> Result<(), String> {
        make_room_for(file)?;
        write_whole(file, bytes).map_err(|why| why.to_string())
    }
}

/// `stem-1.ending` in a folder, or with the first number that is free.
fn free_name(folder: &Path, stem: &str, ending: &str) -> PathBuf {
    let name = |n: u32| folder.join(format!("{stem}-{n}.{ending}"));
    (1..u32::MAX)
        .map(name)
        .find(|path| !path.exists())
        .unwrap_or_else(|| name(u32::MAX))
}

fn make_room_for(file: &Path) -> Result<(), String> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// When a file was changed last, for noticing that an author saved it.
pub fn changed(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

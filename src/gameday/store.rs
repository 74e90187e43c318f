//! A folder as the store of a room: its journal, for the owner's eyes only.
//!
//! Opens files, because a journal is added to and synced, which nobody else needs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::files::Failure;
use crate::gameday::journal::{self, Line, Store};

/// Name of the journal in its folder. It holds the room's secrets.
pub const JOURNAL: &str = "room.journal";
/// Largest journal that is read.
const LARGEST: u64 = 1 << 30;

/// A room's folder. Only one host at a time has it.
#[derive(Debug)]
pub struct Folder {
    file: File,
}

impl Folder {
    /// A new journal in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// In a sentence, with the path; one is that there is a journal already.
    pub fn create(folder: &Path) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|error| said(folder, &error))?;
        let path = folder.join(JOURNAL);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true);
        private(&mut options);
        let file = options.open(&path).map_err(|error| said(&path, &error))?;
        lock(&file, &path)?;
        // The name of the file must survive, too.
        #[cfg(unix)]
        File::open(folder)
            .and_then(|it| it.sync_all())
            .map_err(|error| said(folder, &error))?;
        Ok(Self { file })
    }

    /// The journal of a folder, with its lines. What was cut off at its end is taken away.
    ///
    /// # Errors
    /// In a sentence, with the path.
    pub fn resume(folder: &Path) -> Result<(Self, Vec<Line>), String> {
        let path = folder.join(JOURNAL);
        let open = OpenOptions::new().read(true).append(true).open(&path);
        let mut file = open.map_err(|error| said(&path, &error))?;
        lock(&file, &path)?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0))
            .map_err(|error| said(&path, &error))?;
        let read = (&file).take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|error| said(&path, &error))?;
        let (lines, whole) =
            journal::read(&bytes).map_err(|why| format!("{}: {why}", path.display()))?;
        if whole < bytes.len() {
            let cut = file.set_len(whole as u64).and_then(|()| file.sync_all());
            cut.map_err(|error| said(&path, &error))?;
        }
        Ok((Self { file }, lines))
    }
}

impl Store for Folder {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.write_all(lines)?;
        self.file.sync_data()
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

fn lock(file: &File, path: &Path) -> Result<(), String> {
    let why = |_| format!("{}: another host has it", path.display());
    file.try_lock().map_err(why)
}

fn said(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// A folder inside another one that does not exist yet, for a room of this scenario.
pub fn fresh_folder(inside: &Path, scenario: &str) -> PathBuf {
    let name = |number: u32| inside.join(format!("gameday-{scenario}-{number}"));
    let mut names = (1..10_000).map(name);
    names.find(|path| !path.exists()).unwrap_or_else(|| name(0))
}

/// The rooms in a folder, the one that was played last in front.
pub fn rooms(inside: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(inside) else {
        return Vec::new();
    };
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let played = |folder: PathBuf| {
        let journal = fs::metadata(folder.join(JOURNAL)).ok()?;
        Some((journal.modified().ok()?, folder))
    };
    let mut rooms: Vec<_> = folders.filter_map(played).collect();
    rooms.sort_by(|a, b| b.cmp(a));
    rooms.into_iter().map(|it| it.1).collect()
}

/// Makes a folder where there is none.
///
/// # Errors
/// With its path.
pub fn ensure_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::Usage(said(folder, &error)))
}

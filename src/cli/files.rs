//! The only file access of the command line: finding and reading scenarios.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Failure;
use crate::diag::human;
use crate::scenario::builtin;
use crate::scenario::load::load;
use crate::scenario::model::Scenario;
use crate::scenario::syntax::MAX_BYTES;

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
    fs::write(beside, bytes).map_err(fail)?;
    fs::rename(beside, path).map_err(|error| {
        drop(fs::remove_file(beside));
        fail(error)
    })
}

/// Loads the scenario that the user named: the id of a built-in one, or a path. Findings are printed;
/// `Ok(None)` says that there were errors among them.
pub fn open(name: &str, err: &mut dyn Write) -> Result<Option<Arc<Scenario>>, Failure> {
    let path = Path::new(name);
    let looks_like_path = name.ends_with(".ron") || name.contains(['/', '\\']) || path.exists();
    let (scenario, findings, sources) = if let Some(built_in) = builtin::find(name) {
        load(built_in.path, built_in.text.as_bytes(), &mut |other| {
            builtin::read_beside(built_in.path, other)
        })
    } else if looks_like_path {
        let bytes = read(path).map_err(Failure::Usage)?;
        load(name, &bytes, &mut reader_beside(path))
    } else {
        let ids = builtin::SCENARIOS.iter().map(|s| s.id);
        let hint = crate::diag::did_you_mean(name, ids).map_or_else(
            || "`sev1 list` shows what there is".to_owned(),
            |hint| hint.clone(),
        );
        return Err(Failure::Usage(format!(
            "there is no scenario `{name}`; {hint}"
        )));
    };
    if findings.iter().next().is_some() {
        write!(err, "{}", human::render(&findings, &sources, false))?;
    }
    Ok(if findings.has_errors() {
        None
    } else {
        scenario.map(Arc::new)
    })
}

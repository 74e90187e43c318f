//! `sev1 check`: every finding of scenario and world files, at once.
//!
//! Reads the files that are named and those found below named folders; writes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::cli::Format;
use crate::diag::{Diagnostic, Severity, Sources, human, json};
use crate::scenario::load;
use crate::scenario::syntax::MAX_BYTES;

/// How deep folders are searched.
const MAX_FOLDERS: usize = 32;

/// What was found so far.
#[derive(Default)]
struct Tally {
    files: usize,
    errors: usize,
    warnings: usize,
    /// Findings already printed: several scenarios may share a world.
    printed: BTreeSet<String>,
    /// Whether something could not be read at all.
    unread: bool,
}

/// Checks files, and all `*.ron` below folders. Findings and a summary go to `out`, what could not be
/// read to `err`. 0 is fine (warnings included), 1 means errors, 2 that something could not be read.
pub fn run(paths: &[PathBuf], format: Format, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    match check(paths, format, out, err) {
        Ok(code) => code,
        // A reader that has seen enough (`| head`) is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            drop(writeln!(
                err,
                "error: could not write the findings: {error}"
            ));
            2
        }
    }
}

fn check(
    paths: &[PathBuf],
    format: Format,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<u8> {
    let (mut files, mut tally) = (Vec::new(), Tally::default());
    for path in paths {
        if let Err(why) = collect(path, &mut files) {
            writeln!(err, "error: {why}")?;
            tally.unread = true;
        }
    }
    let mut seen = BTreeSet::new();
    for path in files.iter().filter(|path| seen.insert(path.as_path())) {
        match read(path) {
            Ok(bytes) => one_file(path, &bytes, format, &mut tally, out)?,
            Err(why) => {
                writeln!(err, "error: {why}")?;
                tally.unread = true;
            }
        }
    }
    summary(&tally, format, out)?;
    Ok(if tally.unread {
        2
    } else {
        u8::from(tally.errors > 0)
    })
}

fn one_file(
    path: &Path,
    bytes: &[u8],
    format: Format,
    tally: &mut Tally,
    out: &mut dyn Write,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let mut beside = |other: &str| read(&folder.join(other));
    let name = path.display().to_string();
    let (_, findings, sources) = load::check(&name, bytes, &mut beside);
    tally.files += 1;
    for finding in &findings {
        let text = shown(finding, &sources, format);
        if tally.printed.contains(&text) {
            continue;
        }
        match finding.severity {
            Severity::Error => tally.errors += 1,
            Severity::Warning => tally.warnings += 1,
            Severity::Note => {}
        }
        writeln!(out, "{text}")?;
        tally.printed.insert(text);
    }
    if findings.left_out() > 0 {
        tally.errors += 1;
        if format == Format::Human {
            writeln!(out, "… and {} more in {name}\n", findings.left_out())?;
        }
    }
    Ok(())
}

fn shown(finding: &Diagnostic, sources: &Sources, format: Format) -> String {
    match format {
        Format::Human => human::one(finding, sources, false) + "\n",
        // The object has only strings, numbers and lists, which always serialise.
        Format::Json => serde_json::to_string(&json::finding(finding, sources)).unwrap_or_default(),
    }
}

fn summary(tally: &Tally, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let Tally {
        files,
        errors,
        warnings,
        ..
    } = *tally;
    if format == Format::Json {
        let object = serde_json::json!({
            "summary": { "files": files, "errors": errors, "warnings": warnings }
        });
        return writeln!(out, "{object}");
    }
    let counted =
        |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let found = match (errors, warnings) {
        (0, 0) => "no findings".to_owned(),
        (0, _) => counted(warnings, "warning"),
        (_, 0) => counted(errors, "error"),
        _ => format!(
            "{}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    };
    writeln!(out, "{} checked: {found}", counted(files, "file"))
}

/// The files that a path stands for, in the order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let kind = fs::metadata(path).map_err(|error| could_not_read(path, &error))?;
    // Without `.` in the middle, so that one file has one name.
    let path = &path.components().collect::<PathBuf>();
    if !kind.is_dir() {
        files.push(path.to_path_buf());
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

/// The bytes of a file, or the first of them where it is far too large anyway.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    let read = fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map(|_| bytes)
        .map_err(|error| could_not_read(path, &error))
}

fn could_not_read(path: &Path, error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    format!("could not read {}: {why}", path.display())
}

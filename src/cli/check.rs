//! `sev1 check`: every finding of scenario and world files, at once; and again whenever one of them
//! changes, if asked to.
//!
//! Reads the files that are named and those found below named folders; writes nothing.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::Format;
use crate::diag::{Diagnostic, Severity, Sources, human, json};
use crate::files::{Stamp, read, reader_beside, scenario_files, stamp};
use crate::scenario::load;

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
    /// Every file that was asked for, worlds included.
    used: BTreeSet<PathBuf>,
}

/// Time between two looks at whether a file has changed.
const GLANCE_EVERY: Duration = Duration::from_millis(300);
/// Clears the terminal and what was scrolled out of it.
const FRESH_SCREEN: &str = "\u{1b}[H\u{1b}[2J\u{1b}[3J";

/// Checks files, and all `*.ron` below folders. Findings and a summary go to `out`, what could not be
/// read to `err`. 0 is fine (warnings included), 1 means errors, 2 that something could not be read.
pub fn run(paths: &[PathBuf], format: Format, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let code = check(paths, format, out, err).map(|tally| match tally {
        Tally { unread: true, .. } => 2,
        Tally { errors, .. } => u8::from(errors > 0),
    });
    ended(code, err)
}

/// The same again whenever a file or a world that one starts from has changed, for as long as `wait`
/// says so; `None` waits a moment each time, for ever.
pub fn watch(
    paths: &[PathBuf],
    format: Format,
    wait: Option<&mut dyn FnMut() -> bool>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let mut for_ever = || {
        std::thread::sleep(GLANCE_EVERY);
        true
    };
    let wait = wait.unwrap_or(&mut for_ever);
    let code = watch_until(paths, format, wait, out, err).map(|()| 0);
    ended(code, err)
}

fn ended(code: io::Result<u8>, err: &mut dyn Write) -> u8 {
    match code {
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

fn watch_until(
    paths: &[PathBuf],
    format: Format,
    wait: &mut dyn FnMut() -> bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<()> {
    loop {
        if format == Format::Human {
            write!(out, "{FRESH_SCREEN}")?;
        }
        let before = stamps(&found(paths));
        let used = check(paths, format, out, err)?.used;
        if format == Format::Human {
            let count = used.len();
            let files = if count == 1 { "file" } else { "files" };
            writeln!(out, "\nWatching {count} {files}; Ctrl+C ends.")?;
        }
        out.flush()?;
        // What changed while it was being checked is seen, too.
        let mut seen = stamps(&used);
        seen.extend(before);
        loop {
            if !wait() {
                return Ok(());
            }
            let all = used.iter().cloned().chain(found(paths)).collect();
            if stamps(&all) != seen {
                break;
            }
        }
    }
}

/// The files that paths stand for now.
fn found(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        // What is not there is watched for: it may come.
        if scenario_files(path, &mut files).is_err() {
            files.push(path.clone());
        }
    }
    files.into_iter().collect()
}

fn stamps(files: &BTreeSet<PathBuf>) -> BTreeSet<(PathBuf, Option<Stamp>)> {
    let files = files.iter();
    files.map(|path| (path.clone(), stamp(path))).collect()
}

fn check(
    paths: &[PathBuf],
    format: Format,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Tally> {
    let (mut files, mut tally) = (Vec::new(), Tally::default());
    for path in paths {
        if let Err(why) = scenario_files(path, &mut files) {
            writeln!(err, "error: {why}")?;
            tally.unread = true;
            tally.used.insert(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    for path in files.iter().filter(|path| seen.insert(path.as_path())) {
        tally.used.insert(path.clone());
        match read(path) {
            Ok(bytes) => one_file(path, &bytes, format, &mut tally, out)?,
            Err(why) => {
                writeln!(err, "error: {why}")?;
                tally.unread = true;
            }
        }
    }
    summary(&tally, format, out)?;
    Ok(tally)
}

fn one_file(
    path: &Path,
    bytes: &[u8],
    format: Format,
    tally: &mut Tally,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = path.display().to_string();
    let mut beside = reader_beside(path);
    let folder = path.parent().unwrap_or(Path::new(""));
    let (_, findings, sources) = load::check(&name, bytes, &mut |other| {
        tally.used.insert(folder.join(other));
        beside(other)
    });
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
    } = tally;
    if format == Format::Json {
        let object = serde_json::json!({
            "summary": { "files": files, "errors": errors, "warnings": warnings }
        });
        return writeln!(out, "{object}");
    }
    let counted =
        |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let (files, errors, warnings) = (*files, *errors, *warnings);
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

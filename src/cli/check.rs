//! `sev1 check`: every finding of scenario and world files, at once.
//!
//! Reads the files that are named and those found below named folders; writes nothing.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::Format;
use crate::diag::{Diagnostic, Severity, Sources, human, json};
use crate::files::{read, reader_beside, scenario_files};
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
        if let Err(why) = scenario_files(path, &mut files) {
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
    let name = path.display().to_string();
    let (_, findings, sources) = load::check(&name, bytes, &mut reader_beside(path));
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

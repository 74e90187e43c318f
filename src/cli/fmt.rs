//! `sev1 fmt`: one look for scenario and world files.
//!
//! Reads the files that are named and those found below named folders, and writes those whose look
//! changes, whole or not at all.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::Failure;
use crate::diag::{Findings, Sources, human};
use crate::files::{read, scenario_files, write_whole};
use crate::scenario::syntax;

/// Arguments of `fmt`.
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// Files, or folders that are searched for *.ron
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Writes nothing; names the files that would change, and ends with 1 if there are any
    #[arg(long)]
    check: bool,
}

/// Formats; 1 where files would change (`--check`) or cannot be read as RON, 2 where files cannot be
/// opened.
pub fn run(args: &FmtArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let mut files = Vec::new();
    let mut code = 0;
    for path in &args.paths {
        if let Err(why) = scenario_files(path, &mut files) {
            writeln!(err, "error: {why}")?;
            code = 2;
        }
    }
    let (mut changed, mut unread) = (0, 0);
    for path in &files {
        let name = path.display().to_string();
        let bytes = read(path).map_err(Failure::Usage)?;
        let (mut sources, mut findings) = (Sources::default(), Findings::default());
        let Some(text) = syntax::format(&name, &bytes, &mut sources, &mut findings) else {
            write!(err, "{}", human::render(&findings, &sources, false))?;
            unread += 1;
            continue;
        };
        if text.as_bytes() == bytes {
            continue;
        }
        changed += 1;
        if args.check {
            writeln!(out, "{name} would change")?;
        } else {
            write_whole(path, text.as_bytes())?;
            writeln!(out, "{name}")?;
        }
    }
    let files = files.len();
    let left = files - changed - unread;
    let verb = if args.check {
        "would change"
    } else {
        "changed"
    };
    let more = match unread {
        0 => String::new(),
        _ => format!(", {unread} cannot be read"),
    };
    writeln!(
        out,
        "{changed} of {files} {verb}, {left} as they should be{more}"
    )?;
    let fails = unread > 0 || (args.check && changed > 0);
    Ok(if code == 0 { u8::from(fails) } else { code })
}

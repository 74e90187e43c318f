//! `sev1 replay`: plays a recorded incident again and says what happened, as `sev1 run` does.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::run::judged;
use crate::cli::{Failure, play, report};
use crate::files::{read_replay, scenario_of};
use crate::score::Depth;

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A file that `run --record` or the console wrote
    file: PathBuf,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Shows it in the window, where it can be scrubbed
    #[arg(long, conflicts_with = "json")]
    watch: bool,
}

/// Plays and prints.
pub fn run(args: &ReplayArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    if args.watch {
        return play::watch(args.file.clone());
    }
    let replay = read_replay(&args.file)?;
    let Some(opened) = scenario_of(&replay, &args.file, err)? else {
        return Ok(1);
    };
    let (session, watch) = crate::files::play(&replay, &opened, &args.file)?;
    let played = judged(&session, &replay.plan, watch, Depth::Full);
    if args.json {
        writeln!(out, "{}", report::json(&played))?;
    } else {
        report::human(&played, out)?;
    }
    Ok(0)
}

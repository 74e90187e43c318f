//! `sev1 replay`: plays a recorded incident again and says what happened, as `sev1 run` does.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::run::judged;
use crate::cli::{Failure, report};
use crate::files::{play, read_replay, scenario_of};
use crate::score::Depth;

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A file that `run --record` or the console wrote
    file: PathBuf,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Plays and prints.
pub fn run(args: &ReplayArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let replay = read_replay(&args.file)?;
    let Some(opened) = scenario_of(&replay, &args.file, err)? else {
        return Ok(1);
    };
    let (session, watch) = play(&replay, &opened, &args.file)?;
    let played = judged(&session, &replay.plan, watch, Depth::Full);
    if args.json {
        writeln!(out, "{}", report::json(&played))?;
    } else {
        report::human(&played, out)?;
    }
    Ok(0)
}

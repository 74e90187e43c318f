//! `sev1 kit`: the pages that are printed before a game day.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::Failure;
use crate::cli::run::find_variant;
use crate::files::{open, write_whole};
use crate::gameday::kit::kit;
use crate::gameday::store::ensure_folder;

/// Arguments of `kit`.
#[derive(Debug, Args)]
pub struct KitArgs {
    /// Id of a built-in scenario, or a path
    scenario: String,
    /// The seed of the game day: it decides the cause
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes one file per page into this folder instead of printing them
    #[arg(long)]
    into: Option<PathBuf>,
}

/// Prints or writes the pages.
pub fn run(args: &KitArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let Some(scenario) = open(&args.scenario, err)? else {
        return Ok(1);
    };
    let variant = find_variant(&scenario, args.seed, None)?;
    let pages = kit(&scenario, variant);
    let Some(folder) = &args.into else {
        for (_, text) in pages {
            writeln!(out, "{text}")?;
        }
        return Ok(0);
    };
    ensure_folder(folder)?;
    for (name, text) in pages {
        let path = folder.join(name);
        write_whole(&path, text.as_bytes())?;
        writeln!(out, "{}", path.display())?;
    }
    Ok(0)
}

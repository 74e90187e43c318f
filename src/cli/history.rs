//! `sev1 history`: what the runs in a folder say together.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::base::text::clock_of;
use crate::cli::Failure;
use crate::cli::debrief::bar;
use crate::debrief::history::{Family, History, Run, history};
use crate::files::{Kept, kept_runs};
use crate::scenario::builtin;

/// The number of this form of JSON; another form gets another number.
const VERSION: u32 = 1;

/// Arguments of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// A folder with replays; without it the one in which the window keeps them
    folder: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Reads, plays what is not yet in the index, and prints.
pub fn run(args: &HistoryArgs, out: &mut dyn Write, _err: &mut dyn Write) -> Result<u8, Failure> {
    let folder =
        args.folder.clone().or_else(own_folder).ok_or_else(|| {
            Failure::Usage("name a folder with replays, or set SEV1_HOME".to_owned())
        })?;
    let bar = bar();
    let kept = kept_runs(&folder, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        bar.set_message("runs are played for their scores");
    });
    bar.finish_and_clear();
    let kept = kept?;
    let runs: Vec<Run> = kept.runs.iter().map(|it| it.1.clone()).collect();
    let known: Vec<&str> = builtin::SCENARIOS.iter().map(|it| it.id).collect();
    let history = history(&runs, &known);
    if args.json {
        let object = json!({
            "version": VERSION,
            "runs": runs.len(),
            "families": history.families,
            "next": history.next,
            "skipped": kept.skipped.iter().map(|(file, why)| {
                json!({"file": file.display().to_string(), "why": why})
            }).collect::<Vec<_>>(),
        });
        writeln!(out, "{object}")?;
    } else {
        human(&history, &kept, out)?;
    }
    Ok(0)
}

/// `SEV1_HOME`, or the user's own folder where this program has a window that keeps runs there.
fn own_folder() -> Option<PathBuf> {
    #[cfg(feature = "desktop")]
    {
        let store = crate::desktop::store::Store::of_user()?;
        Some(store.places().1)
    }
    #[cfg(not(feature = "desktop"))]
    {
        let home = std::env::var_os("SEV1_HOME").filter(|home| !home.is_empty())?;
        Some(PathBuf::from(home).join("runs"))
    }
}

fn human(history: &History, kept: &Kept, out: &mut dyn Write) -> std::io::Result<()> {
    for family in &history.families {
        one(family, out)?;
    }
    if history.families.is_empty() {
        writeln!(out, "There is no finished run here yet.")?;
    }
    writeln!(out, "Next: {}", history.next)?;
    for (file, why) in &kept.skipped {
        writeln!(out, "Skipped {}: {why}", file.display())?;
    }
    Ok(())
}

fn one(family: &Family, out: &mut dyn Write) -> std::io::Result<()> {
    let count = family.totals.len();
    let plural = if count == 1 { "run" } else { "runs" };
    let last = family.totals.last().copied().unwrap_or_default();
    writeln!(
        out,
        "{} · {count} {plural} · best {:.1} · last {last:.1}",
        family.scenario, family.best
    )?;
    let trend = match family.trend {
        Some(slope) => format!("{slope:+.1} points from run to run"),
        None => "too few runs to see one (three are needed)".to_owned(),
    };
    writeln!(out, "  trend              {trend}")?;
    let repair = &family.repair;
    let mean = repair.mean_s.map_or("–".to_owned(), clock_of);
    writeln!(out, "  time to recovery   mean {mean} over {}", repair.runs)?;
    writeln!(out, "                     {}", repair.says)?;
    writeln!(
        out,
        "  weakest axis       {} ({:.0})\n",
        family.weakest, family.weakest_points
    )
}

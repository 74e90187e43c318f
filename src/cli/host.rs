//! `sev1 host`: a game day. Opens a room or goes on with one, prints the ways in, and serves it until
//! it is stopped.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::Args;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::cli::Failure;
use crate::cli::debrief::bar;
use crate::files::open_whole;
use crate::gameday::judge::{Ear, Word};
use crate::gameday::limits::MOST_TEAMS;
use crate::gameday::store::fresh_folder;
use crate::gameday::{Host, Left, Table, team};

/// How often it is looked whether the host still runs.
const LOOK: Duration = Duration::from_millis(250);

/// Arguments of `host`.
#[derive(Debug, Args)]
pub struct HostArgs {
    /// Id of a built-in scenario, or a path
    #[arg(required_unless_present = "resume", conflicts_with = "resume")]
    scenario: Option<String>,
    /// Decides the cause and all luck, for every team
    #[arg(long, default_value_t = 1, conflicts_with = "resume")]
    seed: u64,
    /// How many teams race side by side
    #[arg(long, default_value_t = 1, conflicts_with = "resume", value_parser = clap::value_parser!(u16).range(1..=MOST_TEAMS as i64))]
    teams: u16,
    /// The name of a team, once for each that has one; the others are numbered
    #[arg(long = "team", value_name = "NAME", conflicts_with = "resume")]
    names: Vec<String>,
    /// Lets other machines in; without it only this one
    #[arg(long)]
    lan: bool,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8711)]
    port: u16,
    /// Where the room is kept [default: a new folder]
    #[arg(long, conflicts_with = "resume")]
    folder: Option<PathBuf>,
    /// Goes on with the room in this folder
    #[arg(long)]
    resume: Option<PathBuf>,
}

/// Hosts a game day.
pub fn run(args: &HostArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let Some(table) = set(args, err)? else {
        return Ok(1);
    };
    let host = table.serve(args.lan, args.port).map_err(Failure::Usage)?;
    welcome(&host, out)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::Usage(format!("no threads: {error}")))?;
    let pressed = runtime.block_on(ctrl_c_or_end(&host));
    host.end().map_err(Failure::Usage)?;
    pressed?;
    Ok(0)
}

/// Waits until somebody presses Ctrl+C; the host may end before by itself, if its disk fails.
async fn ctrl_c_or_end(host: &Host) -> std::io::Result<()> {
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => return pressed,
            _ = look.tick() => {
                if !host.is_running() {
                    return Ok(());
                }
            }
        }
    }
}

fn set(args: &HostArgs, err: &mut dyn Write) -> Result<Option<Table>, Failure> {
    match (&args.resume, &args.scenario) {
        (Some(folder), _) => resume(folder, err),
        (None, Some(scenario)) => open(args, scenario, err),
        // The command line asks for one of the two.
        (None, None) => Ok(None),
    }
}

fn open(args: &HostArgs, scenario: &str, err: &mut dyn Write) -> Result<Option<Table>, Failure> {
    let Some(opened) = open_whole(scenario, err)? else {
        return Ok(None);
    };
    let fresh = || fresh_folder(Path::new(""), &opened.scenario.id);
    let folder = args.folder.clone().unwrap_or_else(fresh);
    let given = args.names.iter().map(String::as_str);
    let teams = team::names(given, usize::from(args.teams)).map_err(Failure::Usage)?;
    let table = Table::open(opened, args.seed, teams, folder, ear());
    table.map(Some).map_err(Failure::Usage)
}

fn resume(folder: &Path, err: &mut dyn Write) -> Result<Option<Table>, Failure> {
    let left = Left::read(folder).map_err(Failure::Usage)?;
    let Some(opened) = open_whole(&left.named, err)? else {
        return Ok(None);
    };
    left.go_on(opened, ear()).map(Some).map_err(Failure::Usage)
}

/// Says on standard error how far the judge is: a bar on a terminal, a line per team elsewhere.
fn ear() -> Ear {
    let bar = bar();
    let told = AtomicUsize::new(0);
    Arc::new(move |word| {
        if let Word::Analysing {
            number, progress, ..
        } = &word
        {
            bar.set_length(progress.all as u64);
            bar.set_position(progress.done as u64);
            bar.set_message(word.words());
            if bar.is_hidden() && told.swap(*number, Ordering::Relaxed) != *number {
                say(&word.words());
            }
            return;
        }
        if word != Word::Written(None) {
            bar.suspend(|| say(&word.words()));
        }
        if matches!(word, Word::Done | Word::Stopped(_)) {
            bar.finish_and_clear();
        }
    })
}

#[expect(
    clippy::print_stderr,
    reason = "the judge speaks from a thread of its own, which has no writer of the command line"
)]
fn say(line: &str) {
    eprintln!("{line}");
}

/// The ways in. The two secrets are for whoever reads this terminal.
fn welcome(host: &Host, out: &mut dyn Write) -> Result<(), Failure> {
    let join = host.join();
    let folder = host.folder.display();
    writeln!(out, "Room code    {}", host.opening.code)?;
    writeln!(out, "Join         {join}")?;
    writeln!(out, "Facilitator  {}  (secret)", host.lead())?;
    writeln!(out, "Wall         {}  (for the projector)", host.wall())?;
    writeln!(
        out,
        "Kept in      {folder}  (go on with `sev1 host --resume {folder}`)"
    )?;
    if std::io::stdout().is_terminal()
        && let Ok(code) = QrCode::new(join.as_bytes())
    {
        writeln!(out, "\n{}", code.render::<Dense1x2>().build())?;
    }
    writeln!(out, "Ctrl+C ends the host; the room stays.")?;
    out.flush()?;
    Ok(())
}

//! `sev1 host`: a game day. Opens a room or goes on with one, prints the ways in, and serves it until
//! it is stopped.

use std::io::{IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;
use qrcode::render::unicode::Dense1x2;
use qrcode::{Color, QrCode};
use tokio::net::TcpListener;

use crate::cli::Failure;
use crate::cli::debrief::bar;
use crate::files::{Opened, open_whole};
use crate::gameday::journal::{Deed, FORMAT, Opening};
use crate::gameday::judge::{Ear, Word};
use crate::gameday::keeper::Invitation;
use crate::gameday::limits::MOST_TEAMS;
use crate::gameday::store::{Folder, fresh_folder};
use crate::gameday::{Keeper, Request, Room, secret, server};
use crate::session::replay::{ENGINE, Found};

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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::Usage(format!("no threads: {error}")))?;
    runtime.block_on(host(args, table, out))
}

/// A room that is ready, and where it is kept.
struct Table {
    opening: Opening,
    keeper: Keeper,
    folder: PathBuf,
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
    let random = |error: std::io::Error| Failure::Usage(format!("no randomness: {error}"));
    let opening = Opening {
        format: FORMAT,
        engine: ENGINE.to_owned(),
        found: if opened.built_in {
            Found::Id(opened.named.clone())
        } else {
            Found::Path(opened.named.clone())
        },
        scenario_digest: opened.scenario.digest,
        seed: args.seed,
        teams: (1..=args.teams)
            .map(|number| format!("Team {number}"))
            .collect(),
        code: secret::code().map_err(random)?,
        lead_key: secret::token().map_err(random)?,
        wall_key: secret::token().map_err(random)?,
    };
    let folder = args
        .folder
        .clone()
        .unwrap_or_else(|| fresh_folder(&opened.scenario.id));
    let store = Folder::create(&folder).map_err(Failure::Usage)?;
    let room = Room::open(opening.clone(), Arc::clone(&opened.scenario));
    let mut keeper = keeper(room, opened, store, &folder);
    keeper.open().map_err(Failure::Usage)?;
    Ok(Some(Table {
        opening,
        keeper,
        folder,
    }))
}

fn resume(folder: &Path, err: &mut dyn Write) -> Result<Option<Table>, Failure> {
    let (store, lines) = Folder::resume(folder).map_err(Failure::Usage)?;
    let said = |why: String| Failure::Usage(format!("{}: {why}", folder.display()));
    let Some(Deed::Opened(opening)) = lines.first().map(|line| &line.deed) else {
        return Err(said(
            "the journal does not begin with an opening".to_owned(),
        ));
    };
    let named = match &opening.found {
        Found::Id(name) | Found::Path(name) => name,
    };
    let Some(opened) = open_whole(named, err)? else {
        return Ok(None);
    };
    let room = Room::resume(&lines, Arc::clone(&opened.scenario)).map_err(said)?;
    let opening = room.opening.clone();
    let keeper = keeper(room, opened, store, folder);
    Ok(Some(Table {
        opening,
        keeper,
        folder: folder.to_path_buf(),
    }))
}

fn keeper(room: Room, opened: Opened, store: Folder, folder: &Path) -> Keeper {
    let evidence = Some(folder.join("evidence"));
    Keeper::new(room, opened, Box::new(store), evidence, ear())
}

/// Says on standard error how far the judge is: a bar on a terminal, a line per team elsewhere.
fn ear() -> Ear {
    let bar = bar();
    let told = AtomicUsize::new(0);
    Arc::new(move |word| {
        if let Word::Analysing {
            team,
            number,
            of,
            progress,
        } = &word
        {
            bar.set_length(progress.all as u64);
            bar.set_position(progress.done as u64);
            let stage = progress.stage.words();
            bar.set_message(format!("{team} ({number} of {of}): {stage}"));
            if bar.is_hidden() && told.swap(*number, Ordering::Relaxed) != *number {
                say(&format!("Looking into {team}, {number} of {of}"));
            }
            return;
        }
        let line = match word {
            Word::Written(Some(folder)) => format!("Evidence in {}", folder.display()),
            Word::Stopped(known) => {
                format!("Stopped: {known} team(s) looked into; the other reports have no marks")
            }
            Word::Failed(why) => format!("error: the evidence could not be written: {why}"),
            Word::Done => "All teams looked into; the reports are complete".to_owned(),
            Word::Written(None) | Word::Analysing { .. } => return,
        };
        bar.suspend(|| say(&line));
        if line.starts_with("All") || line.starts_with("Stopped") {
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

async fn host(args: &HostArgs, table: Table, out: &mut dyn Write) -> Result<u8, Failure> {
    let ip = if args.lan {
        Ipv4Addr::UNSPECIFIED
    } else {
        Ipv4Addr::LOCALHOST
    };
    let listener = TcpListener::bind((ip, args.port)).await;
    let listener = listener
        .map_err(|error| Failure::Usage(format!("port {} cannot be used: {error}", args.port)))?;
    let port = listener.local_addr()?.port();
    let address = if args.lan {
        server::addresses(port)
    } else {
        Vec::new()
    };
    let here = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let address = address.first().copied().unwrap_or(here);
    welcome(&table, address, out)?;
    let mut table = table;
    table.keeper.invite(Invitation {
        address: format!("http://{address}"),
        code: modules(&join_link(address, &table.opening)),
    });
    let door = table.keeper.door();
    // The keeper may end by itself, if its disk fails; then the server has nothing left to serve.
    let keeper = table.keeper;
    let (ended, mut end) = tokio::sync::mpsc::channel::<()>(1);
    let kept = std::thread::Builder::new()
        .name("keeper".to_owned())
        .spawn(move || {
            let kept = keeper.keep();
            drop(ended);
            kept
        })?;
    let stop = door.clone();
    let serving = server::serve(listener, door, std::future::pending());
    tokio::select! {
        served = serving => served?,
        _ = end.recv() => {}
        pressed = tokio::signal::ctrl_c() => {
            pressed?;
            let (reply, safe) = tokio::sync::oneshot::channel();
            if stop.send(Request::End(reply)).is_ok() {
                // It may have ended in the meantime.
                drop(safe.await);
            }
        }
    }
    drop(stop);
    match kept.join() {
        Ok(kept) => kept.map_err(Failure::Usage).map(|()| 0),
        Err(_) => Err(Failure::Usage(
            "the keeper stopped; the journal has all that was acknowledged".to_owned(),
        )),
    }
}

fn join_link(address: SocketAddr, opening: &Opening) -> String {
    format!("http://{address}/?code={}", opening.code)
}

/// A text as a code for cameras, row by row; nothing where it does not fit into one.
fn modules(text: &str) -> Vec<String> {
    let Ok(code) = QrCode::new(text.as_bytes()) else {
        return Vec::new();
    };
    let colors = code.to_colors();
    let row = |row: &[Color]| row.iter().map(|it| it.select('1', '0')).collect();
    colors.chunks(code.width()).map(row).collect()
}

/// The ways in. The two secrets are for whoever reads this terminal.
fn welcome(table: &Table, address: SocketAddr, out: &mut dyn Write) -> Result<(), Failure> {
    let Table {
        opening, folder, ..
    } = table;
    let join = join_link(address, opening);
    writeln!(out, "Room code    {}", opening.code)?;
    writeln!(out, "Join         {join}")?;
    writeln!(
        out,
        "Facilitator  http://{address}/lead/{}  (secret)",
        opening.lead_key
    )?;
    writeln!(
        out,
        "Wall         http://{address}/wall/{}  (for the projector)",
        opening.wall_key
    )?;
    writeln!(
        out,
        "Kept in      {}  (go on with `sev1 host --resume {}`)",
        folder.display(),
        folder.display()
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

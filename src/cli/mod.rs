//! The command line: reads arguments and files, calls the engine, prints.
//!
//! May use everything above it. Owns no rule of the game: what it prints, the library has computed.
//! Exit codes: 0 fine, 1 findings, 2 could not run.

pub mod chart;
pub mod check;
pub mod console;
pub mod debrief;
pub mod explain;
pub mod fmt;
pub mod history;
#[cfg(feature = "gameday")]
pub mod host;
#[cfg(feature = "gameday")]
pub mod kit;
pub mod list;
pub mod new;
pub mod play;
pub mod prove;
pub mod reference;
pub mod replay;
pub mod report;
pub mod run;
pub mod scores;
pub mod series;
pub mod soak;

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use self::console::Input;
pub use crate::files::Failure;
use clap::{Parser, Subcommand, ValueEnum};

/// An incident-response simulator: only causes are scripted, consequences are simulated.
#[derive(Debug, Parser)]
#[command(name = "sev1", version, max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, with the text and a caret.
    Human,
    /// One JSON object per line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks scenario and world files and prints all findings at once
    Check {
        /// Files, or folders that are searched for *.ron
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// How findings are printed
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
        /// Checks again whenever a file, or a world that one starts from, changes
        #[arg(long)]
        watch: bool,
    },
    /// Writes a scenario to start from
    New(new::NewArgs),
    /// Gives scenario and world files one look; comments stay, and no meaning changes
    Fmt(fmt::FmtArgs),
    /// Explains a finding by its code, such as S0202
    Explain {
        /// The code
        code: String,
    },
    /// Hosts a game day: teams join from their browsers
    #[cfg(feature = "gameday")]
    Host(host::HostArgs),
    /// Prints what is needed before a game day: facilitator's sheet, role cards, runbook
    #[cfg(feature = "gameday")]
    Kit(kit::KitArgs),
    /// Prints the reference of the scenario language, as Markdown
    Reference,
    /// Prints the shape of scenario and world files as a JSON schema, for tools
    Schema,
    /// Lists the built-in scenarios with level, length and drill
    List {
        /// One JSON object per scenario
        #[arg(long)]
        json: bool,
    },
    /// Opens the game; so does no command at all
    Play(play::PlayArgs),
    /// Plays a scenario without a window and says what happened
    Run(run::RunArgs),
    /// Plays an incident by hand, line by line
    Console(console::ConsoleArgs),
    /// Holds what authors claim against many played incidents
    Prove(prove::ProveArgs),
    /// Random players against every invariant
    Soak(soak::SoakArgs),
    /// Plays a recorded incident again and says what happened
    Replay(replay::ReplayArgs),
    /// Writes what a recorded incident teaches, as a text or a page
    Report(debrief::ReportArgs),
    /// What the runs in a folder say together: best, trend, time to recovery, what to drill next
    History(history::HistoryArgs),
    /// Prints every component's true signals over time as CSV
    Series(series::SeriesArgs),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to standard output and are no failure.
            let code = if error.use_stderr() { 2 } else { 0 };
            drop(error.print());
            return ExitCode::from(code);
        }
    };
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    let mut err = anstream::AutoStream::auto(std::io::stderr());
    let stdin = std::io::stdin();
    let mut input = Input {
        is_typed: stdin.is_terminal(),
        lines: &mut stdin.lock(),
    };
    let code = dispatch(args, &mut input, &mut out, &mut err);
    drop(out.flush());
    ExitCode::from(code)
}

/// Runs the program with these arguments (the first is its name) and nothing to read, for tests.
pub fn run_with(args: &[&str], out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    run_with_input(args, &mut std::io::empty(), out, err)
}

/// The same with something to read.
pub fn run_with_input(
    args: &[&str],
    lines: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let mut input = Input {
        lines,
        is_typed: false,
    };
    match Args::try_parse_from(args) {
        Ok(args) => dispatch(args, &mut input, out, err),
        Err(error) => {
            let to_err = error.use_stderr();
            let text = error.render().to_string();
            drop(if to_err {
                err.write_all(text.as_bytes())
            } else {
                out.write_all(text.as_bytes())
            });
            if to_err { 2 } else { 0 }
        }
    }
}

fn dispatch(args: Args, input: &mut Input<'_>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let result = match args.command {
        Some(Command::Check {
            paths,
            format,
            watch,
        }) => {
            return match watch {
                true => check::watch(&paths, format, None, out, err),
                false => check::run(&paths, format, out, err),
            };
        }
        Some(Command::Explain { code }) => return explain::run(&code, out, err),
        Some(Command::Fmt(args)) => fmt::run(&args, out, err),
        Some(Command::Reference) => reference::run(out),
        Some(Command::Schema) => reference::run_schema(out),
        Some(Command::New(args)) => new::run(&args, out),
        Some(Command::List { json }) => list::run(json, out),
        #[cfg(feature = "gameday")]
        Some(Command::Host(args)) => host::run(&args, out, err),
        #[cfg(feature = "gameday")]
        Some(Command::Kit(args)) => kit::run(&args, out, err),
        Some(Command::Run(args)) => run::run(&args, out, err),
        Some(Command::Console(args)) => console::run(&args, input, out, err),
        Some(Command::Prove(args)) => prove::run(&args, out, err),
        Some(Command::Soak(args)) => soak::run(&args, out, err),
        Some(Command::Replay(args)) => replay::run(&args, out, err),
        Some(Command::Report(args)) => debrief::run(&args, out, err),
        Some(Command::History(args)) => history::run(&args, out, err),
        Some(Command::Series(args)) => series::run(&args, out, err),
        Some(Command::Play(args)) => play::run(&args, input, out, err),
        None => play::run(&play::PlayArgs::default(), input, out, err),
    };
    match result {
        Ok(code) => code,
        // A reader that has seen enough (`| head`) is no failure.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(failure) => {
            drop(writeln!(err, "error: {failure}"));
            2
        }
    }
}

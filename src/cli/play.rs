//! `sev1 play`: opens the window. Where there is none, the text game starts for whoever sits at a
//! terminal, and everybody else hears which commands need no window.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::Failure;
use crate::cli::console::{self, ConsoleArgs, Input};

/// What to do without a window.
const HEADLESS: &str =
    "`sev1 console SCENARIO` plays in a terminal, `sev1 run SCENARIO` without a player";

/// Arguments of `play`.
#[derive(Clone, Debug, Default, Args)]
pub struct PlayArgs {
    /// Id of a built-in scenario, or a path; a file is loaded anew whenever it is saved
    scenario: Option<String>,
    /// Decides the cause and all luck; starts without a briefing
    #[arg(long, requires = "scenario")]
    seed: Option<u64>,
    /// Neither pause nor speed-up
    #[arg(long, requires = "scenario")]
    exam: bool,
}

/// Plays in a window, or in lines.
pub fn run(
    args: &PlayArgs,
    input: &mut Input<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    match window(args, None) {
        Ok(()) => Ok(0),
        Err(why) if input.is_typed => {
            writeln!(err, "{why}; the text game starts instead")?;
            let scenario = args
                .scenario
                .clone()
                .unwrap_or_else(|| "checkout-5xx".to_owned());
            console::run(
                &ConsoleArgs::of(scenario, args.seed.unwrap_or(1)),
                input,
                out,
                err,
            )
        }
        Err(why) => Err(Failure::Usage(format!("{why}; {HEADLESS}"))),
    }
}

/// Shows a recorded run in the window.
pub fn watch(file: PathBuf) -> Result<u8, Failure> {
    match window(&PlayArgs::default(), Some(file)) {
        Ok(()) => Ok(0),
        Err(why) => {
            let advice = "without --watch it is played again in the terminal";
            Err(Failure::Usage(format!("{why}; {advice}")))
        }
    }
}

#[cfg(not(feature = "desktop"))]
fn window(_: &PlayArgs, _: Option<PathBuf>) -> Result<(), String> {
    Err("this program was built without a window".to_owned())
}

#[cfg(feature = "desktop")]
fn window(args: &PlayArgs, watch: Option<PathBuf>) -> Result<(), String> {
    use crate::desktop::{Start, run};
    let start = Start {
        scenario: args.scenario.clone(),
        seed: args.seed,
        exam: args.exam,
        watch,
    };
    run(&start)
}

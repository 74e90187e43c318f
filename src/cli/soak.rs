//! `sev1 soak`: random players against every invariant.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use crate::cli::Failure;
use crate::files::open;
use crate::prove::{SoakFailure, soak_game};
use crate::scenario::builtin;
use crate::scenario::model::Scenario;

/// Arguments of `soak`.
#[derive(Debug, Args)]
pub struct SoakArgs {
    /// Ids of built-in scenarios, or paths; none is all built-in ones
    scenarios: Vec<String>,
    /// Games in all
    #[arg(long, default_value_t = 1_000)]
    games: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Stops after so many seconds, however many games are left
    #[arg(long)]
    seconds: Option<u64>,
}

/// Games that are played before anybody looks at the time.
const BLOCK: u64 = 16;

/// Plays and prints; 1 if an invariant did not hold.
pub fn run(args: &SoakArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let names: Vec<String> = if args.scenarios.is_empty() {
        builtin::SCENARIOS
            .iter()
            .map(|it| it.id.to_owned())
            .collect()
    } else {
        args.scenarios.clone()
    };
    let mut scenarios: Vec<(String, Arc<Scenario>)> = Vec::new();
    for name in names {
        match open(&name, err)? {
            Some(scenario) => scenarios.push((name, scenario)),
            None => return Ok(1),
        }
    }
    let bar = ProgressBar::with_draw_target(
        Some(args.games),
        if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        },
    );
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta} left") {
        bar.set_style(style);
    }
    let until = args
        .seconds
        .map(|secs| Instant::now() + Duration::from_secs(secs));
    let orders = AtomicU64::new(0);
    let mut failures: Vec<(String, SoakFailure)> = Vec::new();
    let mut played = 0;
    while played < args.games && until.is_none_or(|until| Instant::now() < until) {
        let block = BLOCK.min(args.games - played);
        let found: Vec<_> = (played..played + block)
            .into_par_iter()
            .filter_map(|n| {
                let (name, scenario) = &scenarios[(n % scenarios.len() as u64) as usize];
                let game = soak_game(scenario, args.from.wrapping_add(n));
                bar.inc(1);
                match game {
                    Ok(session) => {
                        orders.fetch_add(session.journal().len() as u64, Ordering::Relaxed);
                        None
                    }
                    Err(failure) => Some((name.clone(), failure)),
                }
            })
            .collect();
        failures.extend(found);
        played += block;
    }
    bar.finish_and_clear();
    for (name, failure) in &failures {
        writeln!(
            out,
            "seed {} at {}: {}",
            failure.seed, failure.at, failure.what
        )?;
        writeln!(
            out,
            "  $ sev1 soak {name} --from {} --games 1",
            failure.seed
        )?;
    }
    writeln!(
        out,
        "{played} games, {} orders, {} findings",
        orders.load(Ordering::Relaxed),
        failures.len()
    )?;
    Ok(u8::from(!failures.is_empty()))
}

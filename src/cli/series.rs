//! `sev1 series`: every component's true signals over time.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::base::time::{SimDuration, SimTime};
use crate::cli::Failure;
use crate::cli::run::{Chosen, find_variant};
use crate::files::{open_whole, write_whole};
use crate::session::{PlanRunner, SECOND, SeriesRecorder, Session};
use crate::sim::Sim;

/// Arguments of `series`.
#[derive(Debug, Args)]
pub struct SeriesArgs {
    /// Id of a built-in scenario, or a path
    scenario: String,
    /// Decides the cause and all luck
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name of a plan, or a path to a file with one; `none` is nobody doing anything
    #[arg(long, default_value = "none")]
    plan: String,
    /// Plays this cause instead of the one the seed picks
    #[arg(long)]
    variant: Option<String>,
    /// Comma-separated values with a header (the only format)
    #[arg(long)]
    csv: bool,
    /// Seconds between two samples
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
    /// Seconds to simulate; the scenario's time limit if not given
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=604_800))]
    until: Option<u64>,
    /// Writes to a file, whole or not at all
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Prints `t_s,component,signal,value` for the whole incident.
pub fn run(args: &SeriesArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let Some(opened) = open_whole(&args.scenario, err)? else {
        return Ok(1);
    };
    let Some(chosen) = Chosen::new(&args.plan, &opened, err)? else {
        return Ok(1);
    };
    let scenario = opened.scenario;
    let variant = find_variant(&scenario, args.seed, args.variant.as_deref())?;
    let plan = chosen.plan(&scenario, variant)?;
    let limit = scenario.objectives.time_limit;
    let until = SimTime::ZERO + args.until.map_or(limit, SimDuration::from_secs);
    let mut session = Session::start(&scenario, args.seed, Some(variant));
    let mut recorder = SeriesRecorder::new(session.sim());
    let mut runner = PlanRunner::new();
    // After the end of the incident the world goes on by itself.
    let mut afterwards: Option<Sim> = None;
    let mut text = String::from("t_s,component,signal,value\n");
    let mut next = SimTime::ZERO + SimDuration::from_secs(args.every);
    loop {
        let now = afterwards.as_ref().map_or(session.now(), Sim::now);
        if now >= until {
            break;
        }
        if let Some(sim) = &mut afterwards {
            sim.advance_to(now + SECOND);
        } else {
            if let Some(plan) = plan {
                runner.act(plan, &mut session);
            }
            session.advance_to(now + SECOND);
            if session.ending().is_some() {
                afterwards = Some(session.sim().clone());
            }
        }
        let sim = afterwards.as_ref().unwrap_or(session.sim());
        if sim.now() < next {
            continue;
        }
        next += SimDuration::from_secs(args.every);
        for row in recorder.sample(sim) {
            let name = &scenario.world.components[row.component].name;
            let quoted = if name.contains([',', '"', '\n']) {
                format!("\"{}\"", name.replace('"', "\"\""))
            } else {
                name.clone()
            };
            let at = row.at.as_secs_f64();
            text.push_str(&format!("{at},{quoted},{},{}\n", row.signal, row.value));
        }
        if args.out.is_none() {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    match &args.out {
        Some(path) => write_whole(path, text.as_bytes())?,
        None => out.write_all(text.as_bytes())?,
    }
    Ok(0)
}

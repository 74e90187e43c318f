//! `sev1 run`: plays a scenario without a window, once or over many seeds.

use std::io::{IsTerminal, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use crate::cli::Failure;
use crate::cli::report::{self, Played};
use crate::diag::did_you_mean;
use crate::files::{Opened, is_path, open_whole, read, write_replay};
use crate::prove::Bot;
use crate::scenario::model::{Plan, Scenario};
use crate::score::{Baselines, Depth, reference_plan, score};
use crate::session::{Record, Session, Watch, play, play_watched};
use crate::sim::pick_variant;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Id of a built-in scenario, or a path
    scenario: String,
    /// Decides the cause and all luck
    #[arg(long, default_value_t = 1, conflicts_with = "seeds")]
    seed: u64,
    /// Many seeds, such as 0..1000 (the last is not played)
    #[arg(long, value_parser = parse_seeds)]
    seeds: Option<Range<u64>>,
    /// Name of a plan, or a path to a file with one; `none` is nobody doing anything, `bot:NAME` a
    /// player without judgement
    #[arg(long, default_value = "none")]
    plan: String,
    /// Plays this cause instead of the one the seed picks
    #[arg(long)]
    variant: Option<String>,
    /// One JSON object per run
    #[arg(long)]
    json: bool,
    /// Writes the run to a file that `sev1 replay` plays again
    #[arg(long, conflicts_with = "seeds")]
    record: Option<PathBuf>,
}

/// Most seeds of one command.
const MOST_SEEDS: u64 = 1_000_000;

fn parse_seeds(text: &str) -> Result<Range<u64>, String> {
    let hint = "a range such as 0..1000";
    let (from, to) = text.split_once("..").ok_or(hint)?;
    let from = from.trim().parse::<u64>().map_err(|_| hint)?;
    let to = to.trim().parse::<u64>().map_err(|_| hint)?;
    if to <= from {
        return Err(format!("{hint}; this one is empty"));
    }
    if to - from > MOST_SEEDS {
        return Err(format!("{hint}, of at most {MOST_SEEDS} seeds"));
    }
    Ok(from..to)
}

/// The variant that is played: the named one, or the seed's.
pub fn find_variant(scenario: &Scenario, seed: u64, name: Option<&str>) -> Result<usize, Failure> {
    let Some(name) = name else {
        return Ok(pick_variant(scenario, seed));
    };
    scenario
        .variants
        .iter()
        .position(|v| v.id == name)
        .ok_or_else(|| {
            let names = scenario.variants.iter().map(|v| v.id.as_str());
            unknown("variant", name, names)
        })
}

/// The bot of a name such as `bot:restart-everything`; `None` where a plan is meant.
fn find_bot(name: &str) -> Result<Option<Bot>, Failure> {
    let Some(bot) = name.strip_prefix("bot:") else {
        return Ok(None);
    };
    let found = Bot::named(bot);
    found
        .map(Some)
        .ok_or_else(|| unknown("bot", bot, Bot::ALL.iter().map(|it| it.name())))
}

/// What somebody plays by.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// A plan of the scenario, looked up in the variant that is played.
    Named(String),
    /// A plan from a file of its own, whatever the variant.
    File(Plan),
}

impl Chosen {
    /// What `--plan` says. Findings of a file are printed; `Ok(None)` says that there were errors.
    pub fn new(text: &str, opened: &Opened, err: &mut dyn Write) -> Result<Option<Self>, Failure> {
        if !is_path(text) {
            return Ok(Some(Self::Named(text.to_owned())));
        }
        let bytes = read(Path::new(text)).map_err(Failure::Usage)?;
        Ok(opened.plan(text, &bytes, err)?.map(Self::File))
    }

    /// The plan for a variant; `None` is nobody.
    pub fn plan<'a>(
        &'a self,
        scenario: &'a Scenario,
        variant: usize,
    ) -> Result<Option<&'a Plan>, Failure> {
        match self {
            Self::Named(name) => find_plan(scenario, variant, name),
            Self::File(plan) => Ok(Some(plan)),
        }
    }
}

/// The named plan of a variant, or the scenario's; `none` is nobody.
pub fn find_plan<'a>(
    scenario: &'a Scenario,
    variant: usize,
    name: &str,
) -> Result<Option<&'a Plan>, Failure> {
    if name == "none" {
        return Ok(None);
    }
    let own = scenario
        .variants
        .get(variant)
        .map(|v| v.plans.as_slice())
        .unwrap_or_default();
    let all = own.iter().chain(&scenario.plans);
    match all.clone().find(|plan| plan.name == name) {
        Some(plan) => Ok(Some(plan)),
        None => Err(unknown(
            "plan",
            name,
            all.map(|p| p.name.as_str()).chain(["none"]),
        )),
    }
}

fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Failure {
    let list = names
        .clone()
        .map(|n| format!("`{n}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let hint = did_you_mean(name, names).map_or_else(String::new, |hint| format!(" ({hint})"));
    Failure::Usage(format!(
        "there is no {what} `{name}`{hint}; there are {list}"
    ))
}

/// Plays and prints.
pub fn run(args: &RunArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let Some(opened) = open_whole(&args.scenario, err)? else {
        return Ok(1);
    };
    let Some(chosen) = Chosen::new(&args.plan, &opened, err)? else {
        return Ok(1);
    };
    let scenario = &opened.scenario;
    match &args.seeds {
        None => {
            let (session, played) = play_one(scenario, args, &chosen, args.seed, Depth::Full)?;
            if let Some(file) = &args.record {
                write_replay(&session, &opened, &args.plan, file)?;
            }
            if args.json {
                writeln!(out, "{}", report::json(&played))?;
            } else {
                report::human(&played, out)?;
            }
        }
        Some(seeds) => many(scenario, args, &chosen, seeds.clone(), out)?,
    }
    Ok(0)
}

fn play_one(
    scenario: &Arc<Scenario>,
    args: &RunArgs,
    chosen: &Chosen,
    seed: u64,
    depth: Depth,
) -> Result<(Session, Played), Failure> {
    let variant = find_variant(scenario, seed, args.variant.as_deref())?;
    let mut watch = Watch::default();
    let session = Session::start(scenario, seed, Some(variant));
    let look = |session: &Session| watch.look(session.sim());
    let session = match find_bot(&args.plan)? {
        Some(bot) => bot.play_watched(session, look),
        None => play_watched(session, chosen.plan(scenario, variant)?, look),
    };
    let played = judged(&session, &args.plan, watch, depth);
    Ok((session, played))
}

/// A run that has been played, with its score.
pub fn judged(session: &Session, plan: &str, watch: Watch, depth: Depth) -> Played {
    let record = Arc::new(session.record());
    let baselines = compared_with(&record, plan);
    Played {
        score: score(&record, &baselines, depth),
        record,
        plan: plan.to_owned(),
        watched: watch.signals,
    }
}

/// What a run is compared with; where it is one of the two itself, that is not played again.
fn compared_with(record: &Arc<Record>, plan: &str) -> Baselines {
    let (scenario, variant) = (&record.scenario, record.variant);
    let played = |plan| Arc::new(play(scenario, record.seed, Some(variant), plan).record());
    let nothing = if plan == "none" {
        Arc::clone(record)
    } else {
        played(None)
    };
    let reference = reference_plan(scenario, variant).map(|reference| {
        if plan == reference.name {
            Arc::clone(record)
        } else {
            played(Some(reference))
        }
    });
    Baselines::new(nothing, reference)
}

/// Plays many seeds on all cores, in blocks so that memory and the order of rows stay bounded.
fn many(
    scenario: &Arc<Scenario>,
    args: &RunArgs,
    chosen: &Chosen,
    seeds: Range<u64>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    const BLOCK: u64 = 256;
    let total = seeds.end - seeds.start;
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta} left") {
        bar.set_style(style);
    }
    if !args.json {
        report::table_head(out)?;
    }
    // The table tells runs apart; an object says of one run what it would say alone.
    let depth = if args.json { Depth::Full } else { Depth::Quick };
    let mut sum = report::Summary::default();
    let mut from = seeds.start;
    while from < seeds.end {
        let to = (from + BLOCK).min(seeds.end);
        let block: Result<Vec<Played>, Failure> = (from..to)
            .into_par_iter()
            .map(|seed| {
                let played = play_one(scenario, args, chosen, seed, depth);
                bar.inc(1);
                played.map(|(_, played)| played)
            })
            .collect();
        for played in block? {
            sum.add(&played);
            if args.json {
                writeln!(out, "{}", report::json(&played))?;
            } else {
                report::table_row(&played, out)?;
            }
        }
        from = to;
    }
    bar.finish_and_clear();
    if !args.json {
        sum.print(out)?;
    }
    Ok(())
}

//! `sev1 report`: what a recorded incident teaches, as a text or a page.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Failure;
use crate::debrief::analysis::{Options, Progress, analyse};
use crate::files::{play, read_replay, scenario_of, write_whole};
use crate::report::{self, Kind, Source};
use crate::score::{Depth, baselines, score};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Markdown.
    Md,
    /// A page that needs nothing else.
    Html,
    /// One JSON object.
    Json,
}

/// What is to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum About {
    /// Everything.
    Full,
    /// The usual post-incident report.
    Incident,
    /// The story for an interview.
    Story,
    /// Questions for whoever interviews.
    Interviewer,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A file that `run --record`, the console or the window wrote
    file: PathBuf,
    /// How it is written
    #[arg(long, value_enum, default_value = "md")]
    format: Form,
    /// What is to be in it; JSON has always everything
    #[arg(long, value_enum, default_value = "full")]
    about: About,
    /// Writes to a file, whole or not at all
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Other seeds that the same decisions are played on
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    seeds: u32,
    /// Plays no branches: no marks, no luck, no clues
    #[arg(long)]
    quick: bool,
}

/// Plays, analyses and writes.
pub fn run(args: &ReportArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let replay = read_replay(&args.file)?;
    let Some(opened) = scenario_of(&replay, &args.file, err)? else {
        return Ok(1);
    };
    let (session, _) = play(&replay, &opened, &args.file)?;
    let record = Arc::new(session.record());
    let baselines = baselines(&record.scenario, record.seed, record.variant);
    let score = score(&record, &baselines, Depth::Full);
    let options = Options {
        luck_seeds: args.seeds,
        ..Options::default()
    };
    let bar = bar();
    let progress = |it: Progress| {
        bar.set_length(it.all as u64);
        bar.set_position(it.done as u64);
        bar.set_message(it.stage.words());
        true
    };
    let analysis = if args.quick {
        None
    } else {
        analyse(&record, &baselines, &options, &progress).ok()
    };
    bar.finish_and_clear();
    let source = Source {
        record: &record,
        baselines: &baselines,
        score: &score,
        analysis: analysis.as_ref(),
        asides: &[],
    };
    let kind = match args.about {
        About::Full => Kind::Full,
        About::Incident => Kind::Incident,
        About::Story => Kind::Story,
        About::Interviewer => Kind::Interviewer,
    };
    let form = match args.format {
        Form::Md => report::Form::Markdown,
        Form::Html => report::Form::Page,
        Form::Json => report::Form::Json,
    };
    let text = report::written(&source, kind, form);
    match &args.output {
        Some(file) => write_whole(file, text.as_bytes())?,
        None => out.write_all(text.as_bytes())?,
    }
    Ok(0)
}

pub(super) fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

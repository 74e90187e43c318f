//! What each decision of an incident was worth, and what else there is to learn from it.
//!
//! Everything here is found by playing: the same seed with a decision left out or moved, other seeds
//! with the same decisions, the same incident with a fix in place. No list of right answers is read.
//! Positive costs were paid, negative ones were spared, all against a branch of the same luck.

mod decisions;
mod follow_ups;
mod foreseen;
mod kinds;
mod luck;
mod mark;
mod retell;
mod signs;
mod together;
mod waits;
mod why;
mod work;

pub use follow_ups::judge_picks;
pub use kinds::{
    Analysis, Bond, Cancelled, Clue, Decision, DecisionKind, Effect, FollowUp, Foreseen, Luck,
    Moved, Opened, Options, Picked, Possible, Progress, Stage, Together, Usefulness, Work,
};
pub use mark::{BLUNDER, EXCELLENT, GOOD, INACCURACY, MISTAKE, Mark, mark_of_share};

use std::ops::Range;

use rayon::prelude::*;

use crate::debrief::analysis::decisions::Court;
use crate::debrief::analysis::luck::End;
use crate::debrief::analysis::work::Books;
use crate::score::Baselines;
use crate::session::{Branch, Edits, Record};

/// A run that is longer than this is not played on as many other seeds.
const LONG_S: f64 = 2700.0;
/// But on so many, if that many are wanted.
const FEWEST_SEEDS: f64 = 20.0;

/// So many other seeds are played before what they say is told.
const BATCH: usize = 40;

/// Analyses an incident that is over. `progress` is called from several threads, with what is done of
/// all; where it returns `false`, the rest is not played.
///
/// # Errors
/// [`Cancelled`], where `progress` said so.
pub fn analyse(
    record: &Record,
    baselines: &Baselines,
    options: &Options,
    progress: &(dyn Fn(Progress) -> bool + Sync),
) -> Result<Analysis, Cancelled> {
    analyse_in_parts(record, baselines, options, progress, &mut |_, _| {})
}

/// The same for whoever does not want to wait for all of it: `hear` is told what is known so far, and which
/// stage that has in it, after the decisions, after the follow-ups, and ever more of the other seeds.
///
/// # Errors
/// [`Cancelled`], where `progress` said so.
pub fn analyse_in_parts(
    record: &Record,
    baselines: &Baselines,
    options: &Options,
    progress: &(dyn Fn(Progress) -> bool + Sync),
    hear: &mut dyn FnMut(Stage, &Analysis),
) -> Result<Analysis, Cancelled> {
    let books = Books::new(progress);
    let court = Court {
        record,
        baselines,
        options,
        books: &books,
    };
    let mut known = Analysis {
        at_stake_minutes: baselines.at_stake(),
        ..Analysis::default()
    };
    known.decisions = court.decisions(&mut known.left_out)?;
    let changed = known.decisions.iter().any(|it| !it.orders.is_empty());
    let seeds = if changed {
        other_seeds(record, options, &mut known.left_out)
    } else {
        0
    };
    known.work = books.work();
    hear(Stage::Decisions, &known);
    books.expect(seeds + 1);
    known.clues = books.play(Stage::Clues, record.simulated, || signs::signs(record))?;
    known.follow_ups = court.follow_ups()?;
    known.work = books.work();
    hear(Stage::FollowUps, &known);
    let mut ends = Vec::with_capacity(seeds);
    while ends.len() < seeds {
        let batch = ends.len()..seeds.min(ends.len() + BATCH);
        ends.extend(played_elsewhere(record, batch, &books)?);
        known.luck = luck_of(record, &ends);
        known.work = books.work();
        hear(Stage::Luck, &known);
    }
    Ok(known)
}

/// How many other seeds are worth their time.
fn other_seeds(record: &Record, options: &Options, left_out: &mut Vec<String>) -> usize {
    let wanted = f64::from(options.luck_seeds);
    let fits = wanted * (LONG_S / record.simulated.as_secs_f64().max(1.0)).min(1.0);
    let seeds = fits.max(FEWEST_SEEDS.min(wanted)) as u32;
    if seeds < options.luck_seeds {
        left_out.push(format!(
            "The run is long, so it was played on {seeds} other seeds only."
        ));
    }
    seeds as usize
}

/// The same decisions on some other seeds of the same cause.
fn played_elsewhere(
    record: &Record,
    batch: Range<usize>,
    books: &Books<'_>,
) -> Result<Vec<End>, Cancelled> {
    let play = |step: usize| {
        let seed = record.seed.wrapping_add(step as u64 + 1);
        let branch = Branch::elsewhere(record, seed, record.variant, &Edits::default());
        let end = books.play(Stage::Luck, record.simulated, || branch.play())?;
        Ok(End {
            minutes: end.impact.customer_minutes,
            recovered: end.recovered.is_some(),
        })
    };
    batch.into_par_iter().map(play).collect()
}

fn luck_of(record: &Record, ends: &[End]) -> Option<Luck> {
    let this = End {
        minutes: record.impact.customer_minutes,
        recovered: record.milestones.recovered.is_some(),
    };
    let variant = record.scenario.variants.get(record.variant);
    luck::luck(variant.map_or("", |it| &it.id), this, ends)
}

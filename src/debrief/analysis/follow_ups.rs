//! What would prevent it: the incident is played again with each follow-up in place, with nobody doing
//! anything and with the player's own orders.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::decisions::Court;
use crate::debrief::analysis::mark::{OTHER_SEEDS, WEAK};
use crate::debrief::analysis::together::is_shown;
use crate::debrief::analysis::{Cancelled, Effect, FollowUp, GOOD, Picked, Stage, Usefulness};
use crate::scenario::model::{Fix, Scenario};
use crate::session::{Branch, Edits, Record, Rerun, SECOND, Session};

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
        let sooner = self.paged_sooner(fix)?;
        let edits = sooner.map_or_else(Edits::default, |by| self.brought_forward(by));
        let nobody = self.spared(nothing, &self.tried(nothing, fix, &Edits::default())?);
        let player = self.spared(self.record, &self.tried(self.record, fix, &edits)?);
        let nobody_share = share(&nobody, nothing);
        let mut usefulness = usefulness(nobody_share, &nobody, &player);
        let is_weak = nobody.cost_share.abs().max(player.cost_share.abs()) < WEAK;
        let says_more = matches!(usefulness, Usefulness::Helps | Usefulness::Harms);
        if says_more && is_weak && !self.shows_elsewhere(fix, &edits, &nobody, &player)? {
            usefulness = Usefulness::NoDifference;
        }
        let what = fix.what.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(FollowUp {
            name: what
                .split([',', ';', ':'])
                .next()
                .unwrap_or_default()
                .to_owned(),
            what,
            nobody,
            nobody_share,
            player_share: share(&player, self.record),
            player,
            alarm_sooner_s: sooner.map(SimDuration::as_secs_f64),
            usefulness,
        })
    }

    /// Whether other seeds show a weak effect, too: that of the orders of the run, or of nobody doing
    /// anything, whichever is larger.
    fn shows_elsewhere(
        &self,
        fix: &Fix,
        edits: &Edits,
        nobody: &Effect,
        player: &Effect,
    ) -> Result<bool, Cancelled> {
        let plain = Edits::default();
        let (record, edits, own) = if player.cost_share.abs() >= nobody.cost_share.abs() {
            (self.record, edits, player.cost_share)
        } else {
            (&*self.baselines.nothing, &plain, nobody.cost_share)
        };
        self.books.expect(OTHER_SEEDS as usize * 2);
        let play = |branch: Branch| {
            let play = || branch.play().impact.customer_minutes;
            self.books.play(Stage::FollowUps, record.simulated, play)
        };
        let costs: Vec<f64> = (1..=OTHER_SEEDS)
            .into_par_iter()
            .map(|step| {
                let seed = record.seed.wrapping_add(step);
                let with = play(Branch::with_fix(record, seed, fix, edits))?;
                let without = Branch::elsewhere(record, seed, record.variant, &plain);
                Ok((play(without)? - with) / self.baselines.at_stake())
            })
            .collect::<Result<_, Cancelled>>()?;
        Ok(is_shown(own, &costs))
    }

    fn tried(&self, record: &Record, fix: &Fix, edits: &Edits) -> Result<Rerun, Cancelled> {
        let branch = Branch::with_fix(record, record.seed, fix, edits);
        let play = || branch.play();
        self.books.play(Stage::FollowUps, record.simulated, play)
    }

    /// How much sooner somebody is paged with the alarms of a fix; `None` where it has none, or nobody
    /// was ever paged. Before the first page nobody has done anything.
    fn paged_sooner(&self, fix: &Fix) -> Result<Option<SimDuration>, Cancelled> {
        let Some(paged) = self.record.milestones.detected else {
            return Ok(None);
        };
        if fix.alarms.is_empty() {
            return Ok(None);
        }
        let record = self.record;
        let mut scenario = Scenario::clone(&record.scenario);
        scenario.signals.alarms.extend(fix.alarms.iter().cloned());
        let scenario = Arc::new(scenario);
        let play = || {
            let mut session = Session::start(&scenario, record.seed, Some(record.variant));
            while session.now() < paged && session.milestones().detected.is_none() {
                session.advance_to(session.now() + SECOND);
            }
            session.milestones().detected.unwrap_or(paged)
        };
        let now = self.books.play(Stage::FollowUps, paged, play)?;
        Ok(Some(paged.since(now)))
    }

    /// Everything that was ordered after the page, sooner by so much.
    fn brought_forward(&self, by: SimDuration) -> Edits {
        let paged = self.record.milestones.detected.unwrap_or(SimTime::NEVER);
        let after = (1..).zip(&self.record.journal);
        let after = after.filter(|(_, entry)| entry.at >= paged);
        let by_s = (by.as_micros() / 1_000_000) as i64;
        Edits::moved(after.map(|(number, _)| number), -by_s)
    }

    /// A run against the same with a fix; positive is spared by it.
    fn spared(&self, record: &Record, with: &Rerun) -> Effect {
        let own = (record.impact.customer_minutes, record.milestones.recovered);
        self.between(own, (with.impact.customer_minutes, with.recovered))
    }
}

/// What a follow-up spares of the harm of a run, from 0 to 1.
fn share(spared: &Effect, of: &Record) -> f64 {
    (spared.cost_minutes / of.impact.customer_minutes.max(1.0)).clamp(0.0, 1.0)
}

/// What does harm helps nobody, though it may help in another case; but where nothing is left to prevent,
/// what is ordered against it all the same is no fault of the follow-up.
fn usefulness(nobody_share: f64, nobody: &Effect, player: &Effect) -> Usefulness {
    let any = |wanted: fn(f64) -> bool| wanted(nobody.cost_share) || wanted(player.cost_share);
    if nobody_share >= PREVENTS {
        Usefulness::Prevents
    } else if any(|share| share <= -GOOD) {
        Usefulness::Harms
    } else if any(|share| share >= GOOD) {
        Usefulness::Helps
    } else {
        Usefulness::NoDifference
    }
}

/// How good a choice of follow-ups was, by what came of each. What prevents the incident counts twice as
/// much as what only helps; what makes no difference takes the room of something better, and what
/// harms takes as much away as what prevents brings. The points are 100 times the harmonic mean of how
/// much of what was useful was picked and how much of what was picked was useful. `None` where nothing
/// could be tried.
pub fn judge_picks(found: &[Usefulness], picks: &BTreeSet<usize>) -> Option<Picked> {
    if found.is_empty() {
        return None;
    }
    let worth = |it: &Usefulness| match it {
        Usefulness::Prevents => 2.0,
        Usefulness::Helps => 1.0,
        Usefulness::NoDifference => 0.0,
        Usefulness::Harms => -2.0,
    };
    let picked: Vec<&Usefulness> = picks.iter().filter_map(|it| found.get(*it)).collect();
    let count = |is: fn(f64) -> bool| picked.iter().filter(|it| is(worth(it))).count();
    let useful: f64 = found.iter().map(|it| worth(it).max(0.0)).sum();
    let brought: f64 = picked.iter().map(|it| worth(it)).sum::<f64>().max(0.0);
    // Each pick that did nothing useful stands where one that prevents it could have stood.
    let wasted = 2.0 * count(|it| it <= 0.0) as f64;
    let taken: f64 = picked.iter().map(|it| worth(it).max(0.0)).sum::<f64>() + wasted;
    let points = if useful + taken > 0.0 {
        200.0 * brought / (useful + taken)
    } else {
        // Nothing helps, and nothing was picked: that is right.
        100.0
    };
    Some(Picked {
        points: points.clamp(0.0, 100.0),
        helped: count(|it| it > 0.0),
        of: found.iter().filter(|it| worth(it) > 0.0).count(),
        idle: count(|it| it == 0.0),
        harmful: count(|it| it < 0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_harms_with_the_orders_of_the_run_does_not_help() {
        let effect = |cost_share| Effect {
            cost_share,
            ..Effect::default()
        };
        let came = |share, nobody, player| usefulness(share, &effect(nobody), &effect(player));
        assert_eq!(came(0.1, 0.1, -0.5), Usefulness::Harms);
        assert_eq!(came(0.1, 0.1, 0.0), Usefulness::Helps);
        assert_eq!(came(0.0, 0.01, -0.01), Usefulness::NoDifference);
        assert_eq!(came(0.99, 1.2, -0.5), Usefulness::Prevents);
    }

    #[test]
    fn the_right_picks_are_worth_all_points_and_wrong_ones_cost_some() {
        use Usefulness::{Harms, Helps, NoDifference, Prevents};
        let points = |found: &[Usefulness], picks: &[usize]| {
            let picks = picks.iter().copied().collect();
            judge_picks(found, &picks).map(|it| it.points)
        };
        let found = [Prevents, NoDifference, Harms, Helps];
        assert_eq!(points(&found, &[0, 3]), Some(100.0));
        assert_eq!(points(&found, &[]), Some(0.0));
        assert_eq!(points(&found, &[1, 2]), Some(0.0));
        assert!(points(&found, &[0]) > points(&found, &[3]));
        assert!(points(&found, &[0, 1]) < points(&found, &[0]));
        assert!(points(&found, &[0, 2]) < points(&found, &[0, 1]));
        assert_eq!(points(&[], &[]), None);
        assert_eq!(points(&[NoDifference], &[]), Some(100.0));
        assert_eq!(points(&[NoDifference], &[0]), Some(0.0));
    }
}

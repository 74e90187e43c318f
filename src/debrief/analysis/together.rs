//! Decisions that say little one by one: a shield and its taking back, remedies that stand in for each other,
//! small effects that may be luck, and what decides whether it recovers.

use rayon::prelude::*;

use crate::debrief::analysis::Cancelled;
use crate::debrief::analysis::decisions::Court;
use crate::debrief::analysis::kinds::{
    Bond, Decision, DecisionKind, Effect, Moved, Stage, Together,
};
use crate::debrief::analysis::mark::{
    GOOD, INACCURACY, Mark, OTHER_SEEDS, SHORT, SHOWN, SHOWS, WEAK, mark_of_share,
};
use crate::scenario::order::Order;
use crate::score::{DecisionGroup, MOST_HIDDEN, hidden};
use crate::session::{Branch, Edits, Ending, Fate, Record, Rerun, branches, numbered};

/// Nobody is praised for not having forgotten something for longer than this many seconds.
const CLOSE_S: u64 = 300;

/// Whether a branch recovers and the run did not, or the other way round. Of a run that was left before its
/// end nobody can tell.
pub(super) fn turns(record: &Record, branch: &Effect) -> bool {
    let recovered = record.milestones.recovered;
    record.ending != Ending::Abandoned && recovered.is_some() != branch.recovered.is_some()
}

/// The decision that first takes something of another one back.
pub(super) fn first_lift<'g>(
    groups: &'g [DecisionGroup],
    group: &DecisionGroup,
) -> Option<&'g DecisionGroup> {
    let takes_any = |it: &&DecisionGroup| it.takes_back.iter().any(|it| group.orders.contains(it));
    groups.iter().find(takes_any)
}

/// The decision that takes another one back for good, if that one put the shield up.
pub(super) fn lift_of<'g>(
    groups: &'g [DecisionGroup],
    group: &DecisionGroup,
) -> Option<&'g DecisionGroup> {
    let takes_it = |it: &&DecisionGroup| {
        let first = it.takes_back.first();
        first.is_some_and(|first| group.orders.contains(first))
    };
    groups.iter().rfind(takes_it)
}

/// What a shield is left out with: all that opened it again. Not where another shield took its place in
/// between: what that one came to is no merit of the first. Leaving out an order leaves out its undoing
/// anyway.
pub(super) fn pair_of(
    record: &Record,
    groups: &[DecisionGroup],
    shield: &DecisionGroup,
    lift: &DecisionGroup,
) -> Option<Together> {
    let is_undo = |number: &u32| {
        let entry = numbered(&record.journal, *number);
        entry.is_some_and(|it| matches!(it.order, Order::Undo { .. }))
    };
    let turned = lift.takes_back.iter().chain(&lift.orders).copied();
    let orders: Vec<u32> = turned.filter(|it| !shield.orders.contains(it)).collect();
    let opens = |number: &u32| {
        let group = groups.iter().find(|it| it.orders.contains(number));
        group.is_some_and(|it| !it.takes_back.is_empty())
    };
    let is_pair = orders.iter().all(opens) && !lift.orders.iter().all(is_undo);
    is_pair.then(|| Together {
        bond: Bond::Shield,
        orders,
        others: vec![lift.what.clone()],
    })
}

/// How well taking something back was timed: against the time that would have been better, or never, and
/// where there is none against the time close by that would have been worst.
pub(super) fn timed(never: &Effect, moved: &[Moved]) -> Effect {
    let by_share = |a: &Effect, b: &Effect| a.cost_share.total_cmp(&b.cost_share);
    let others = moved.iter().map(|it| it.own);
    let best = others.chain([*never]).max_by(by_share);
    let close = moved.iter().filter(|it| it.by_s.unsigned_abs() <= CLOSE_S);
    let worst = close.map(|it| it.own).min_by(by_share);
    let best = best.filter(|it| it.cost_share >= INACCURACY);
    best.or(worst).unwrap_or_default()
}

impl Court<'_> {
    /// Takes weak marks back where there is nothing to them: other seeds do not show the effect, or the run
    /// did not recover either way. What decides whether it recovers at all is good or bad, however few minutes
    /// it comes to, if other seeds show that.
    pub(super) fn sift(&self, decisions: &mut [Decision]) -> Result<(), Cancelled> {
        let own = self.record.milestones.recovered;
        let turns = |it: &Decision| turns(self.record, &it.counted);
        let is_weak = |it: &Decision| {
            let share = it.counted.cost_share.abs();
            let matters = (GOOD..WEAK).contains(&share) || share < GOOD && turns(it);
            it.kind == DecisionKind::Change && matters
        };
        let mut weak: Vec<&mut Decision> = Vec::new();
        for decision in decisions.iter_mut().filter(|it| is_weak(it)) {
            let recovers = own.or(decision.counted.recovered).is_some();
            if decision.mark == Mark::Good && !recovers && self.stays(decision) {
                decision.mark = Mark::Neutral;
            } else {
                weak.push(decision);
            }
        }
        if weak.is_empty() {
            return Ok(());
        }
        let record = self.record;
        let mut edits = vec![Edits::default()];
        edits.extend(weak.iter().map(|it| it.left_out()));
        self.books.expect(OTHER_SEEDS as usize * edits.len());
        let places: Vec<(u64, &Edits)> = (1..=OTHER_SEEDS)
            .flat_map(|step| edits.iter().map(move |it| (step, it)))
            .collect();
        let ends: Vec<Rerun> = places
            .into_par_iter()
            .map(|(step, edits)| {
                let seed = record.seed.wrapping_add(step);
                let branch = Branch::elsewhere(record, seed, record.variant, edits);
                let play = || branch.play();
                self.books.play(Stage::Decisions, record.simulated, play)
            })
            .collect::<Result<_, _>>()?;
        let stake = self.baselines.at_stake();
        for (place, decision) in (1..).zip(weak) {
            let seeds: Vec<&[Rerun]> = ends.chunks(edits.len()).collect();
            let minutes = |end: &Rerun| end.impact.customer_minutes;
            let cost = |ends: &&[Rerun]| (minutes(&ends[0]) - minutes(&ends[place])) / stake;
            let costs: Vec<f64> = seeds.iter().map(cost).collect();
            let turns_too = |ends: &&&[Rerun]| {
                let [with, without] = [&ends[0], &ends[place]].map(|it| it.recovered.is_some());
                with == own.is_some() && without != with
            };
            let share = decision.counted.cost_share;
            if turns(decision) && is_most(seeds.iter().filter(turns_too).count(), seeds.len()) {
                decision.mark = match decision.mark {
                    Mark::Neutral if own.is_some() => Mark::Good,
                    Mark::Neutral => Mark::Inaccuracy,
                    mark => mark,
                };
            } else if decision.kept_messages == 0
                && (decision.mark == Mark::Neutral || !is_shown(share, &costs))
            {
                decision.is_luck = true;
                decision.mark = Mark::Neutral;
            }
        }
        Ok(())
    }

    /// Whether nothing of it was taken back.
    fn stays(&self, decision: &Decision) -> bool {
        decision.orders.iter().all(|number| {
            let entry = numbered(&self.record.journal, *number);
            entry.is_some_and(|it| matches!(it.fate, Fate::Landed { .. }))
        })
    }

    /// Where the run spared far more than its decisions one by one, looks for those that hide each other.
    pub(super) fn unmask(&self, decisions: &mut [Decision]) -> Result<(), Cancelled> {
        let own = &self.record.impact;
        let spared = self.baselines.nothing.impact.customer_minutes - own.customer_minutes;
        let told = decisions
            .iter()
            .filter(|it| it.kind == DecisionKind::Change);
        let told: f64 = told.map(|it| -it.counted.cost_minutes.min(0.0)).sum();
        if spared < GOOD * self.baselines.at_stake() || spared - told < SHORT * spared {
            return Ok(());
        }
        let could_hide = |it: &Decision| {
            let is_change = it.kind == DecisionKind::Change && !it.is_in_the_way;
            is_change && it.counted.cost_share < INACCURACY
        };
        let all = decisions.iter().enumerate();
        let weak: Vec<usize> = all
            .filter(|(_, it)| could_hide(it))
            .map(|it| it.0)
            .collect();
        let weak = &weak[weak.len().saturating_sub(MOST_HIDDEN)..];
        let costs: Vec<f64> = weak
            .iter()
            .map(|it| decisions[*it].counted.cost_share)
            .collect();
        let play = |set: &[usize]| {
            let mut edits = Edits::default();
            for member in set {
                let without = decisions[weak[*member]].left_out();
                edits.left_out.extend(without.left_out);
            }
            self.books.expect(1);
            let branch = branches(self.record, &[edits]).pop();
            let play = || branch.map(Branch::play);
            let end = self
                .books
                .play(Stage::Decisions, self.record.simulated, play)?;
            Ok(end.map_or_else(Effect::default, |end| {
                self.effect(end.impact.customer_minutes, end.recovered)
            }))
        };
        let Some((set, effect)) = hidden(&costs, GOOD, |it: &Effect| it.cost_share, play)? else {
            return Ok(());
        };
        let mut members = Vec::new();
        for member in &set {
            let others: Vec<usize> = set.iter().copied().filter(|it| it != member).collect();
            let alone = play(&others)?;
            let by_itself = Effect {
                cost_minutes: effect.cost_minutes - alone.cost_minutes,
                cost_share: effect.cost_share - alone.cost_share,
                ..effect
            };
            members.push((weak[*member], by_itself));
        }
        bind(decisions, &members);
        Ok(())
    }
}

/// Marks decisions that hide each other by what each is worth where the others are missing.
fn bind(decisions: &mut [Decision], members: &[(usize, Effect)]) {
    let is_small = |(it, _): &(usize, Effect)| decisions[*it].counted.cost_share > -WEAK;
    let bond = if members.iter().all(is_small) {
        Bond::Enough
    } else {
        Bond::Partly
    };
    let own: Vec<(Vec<u32>, String)> = members
        .iter()
        .map(|(it, _)| {
            let decision = &decisions[*it];
            let orders = decision.left_out().left_out.into_iter().collect();
            (orders, decision.what.clone())
        })
        .collect();
    for (place, (member, effect)) in members.iter().enumerate() {
        let others = own.iter().enumerate().filter(|(other, _)| *other != place);
        let (orders, words): (Vec<_>, Vec<_>) = others.map(|(_, it)| it.clone()).unzip();
        let decision = &mut decisions[*member];
        let with = decision
            .together
            .take()
            .into_iter()
            .flat_map(|it| it.orders);
        decision.together = Some(Together {
            bond,
            orders: with.chain(orders.concat()).collect(),
            others: words,
        });
        decision.counted = *effect;
        decision.mark = mark_of_share(effect.cost_share);
        decision.is_luck = false;
    }
}

/// Whether so many of the other seeds show something that it is no luck.
fn is_most(same: usize, of: usize) -> bool {
    same as f64 >= SHOWS * of as f64
}

/// Whether an effect is there on other seeds of the same cause, too.
pub(super) fn is_shown(own: f64, others: &[f64]) -> bool {
    let same = others
        .iter()
        .filter(|it| it.signum() == own.signum())
        .count();
    let mean = others.iter().sum::<f64>() / others.len().max(1) as f64;
    is_most(same, others.len()) && mean * own.signum() >= GOOD * SHOWN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(cost_share: f64) -> Effect {
        Effect {
            cost_minutes: cost_share * 1000.0,
            cost_share,
            ..Effect::default()
        }
    }

    #[test]
    fn an_effect_that_other_seeds_do_not_show_is_luck() {
        assert!(is_shown(-0.04, &[-0.05, -0.03, 0.01, -0.04]));
        assert!(!is_shown(-0.04, &[-0.05, 0.03, 0.01, -0.04]));
        assert!(!is_shown(-0.04, &[-0.001, -0.002, -0.001, -0.004]));
        assert!(is_shown(0.04, &[0.05; 4]) && !is_shown(0.04, &[-0.05; 4]));
    }

    #[test]
    fn taking_back_is_judged_by_its_time() {
        let at = |by_s, share| Moved {
            by_s,
            own: effect(share),
            reference: None,
        };
        // Forgetting it costs everything, and that is no merit.
        let never = effect(-50.0);
        let share = |moved: &[Moved]| timed(&never, moved).cost_share;
        assert_eq!(share(&[at(-120, 0.01), at(300, -0.02)]), -0.02);
        assert_eq!(share(&[at(-120, 0.05), at(300, -0.20)]), 0.05);
        assert_eq!(share(&[at(600, -0.9)]), 0.0);
        // Better never than then.
        assert_eq!(timed(&effect(0.4), &[at(300, 0.1)]).cost_share, 0.4);
    }
}

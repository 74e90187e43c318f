//! What each decision was worth: the run without it and with it at other times, gone on by the player's
//! own later orders and by the reference plan; and what could be expected of it by what was known.

use rayon::prelude::*;

use crate::base::text::thousands;
use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::Cancelled;
use crate::debrief::analysis::kinds::{
    Decision, DecisionKind, Effect, Foreseen, Moved, Options, Possible, Stage,
};
use crate::debrief::analysis::mark::{GOOD, Mark, mark_of_share};
use crate::debrief::analysis::retell::{Known, retell, with_reference};
use crate::debrief::analysis::work::Books;
use crate::score::{Baselines, DecisionGroup, MOST_DECISIONS, baselines, decision_groups};
use crate::session::{Branch, Edits, Record, Rerun, Session, branches};

/// Seconds by which a decision is moved; below zero is earlier.
const MOVES_S: [i64; 6] = [-600, -300, -120, 120, 300, 600];
/// Of these, the ones that the reference plan goes on from, too.
const MOVES_WITH_REFERENCE: [i64; 2] = [-300, 300];
/// Everything that decisions are judged from.
pub(super) struct Court<'r> {
    pub(super) record: &'r Record,
    pub(super) baselines: &'r Baselines,
    pub(super) options: &'r Options,
    pub(super) books: &'r Books<'r>,
}

/// A decision with the branches that are played for it.
pub(super) struct Case {
    pub(super) kind: DecisionKind,
    pub(super) orders: Vec<u32>,
    pub(super) at: SimTime,
    pub(super) lasts: SimDuration,
    pub(super) what: String,
    pub(super) without: Edits,
    pub(super) moves: Vec<i64>,
}

impl Court<'_> {
    /// Judges all of them, in order of time; adds what is left out.
    pub(super) fn decisions(&self, left_out: &mut Vec<String>) -> Result<Vec<Decision>, Cancelled> {
        let mut groups = decision_groups(self.record);
        if groups.len() > MOST_DECISIONS {
            let more = groups.len() - MOST_DECISIONS;
            left_out.push(format!("{more} later decisions were not looked at."));
            groups.truncate(MOST_DECISIONS);
        }
        let mut cases = self.cases(&groups);
        cases.extend(self.waits(&groups));
        cases.sort_by_key(|it| it.at);
        let mut edits: Vec<Edits> = Vec::new();
        for case in &cases {
            edits.push(case.without.clone());
            let moved = |by: &i64| Edits::moved(case.orders.iter().copied(), *by);
            edits.extend(case.moves.iter().map(moved));
        }
        self.books.expect(edits.len());
        let ends: Vec<Rerun> = branches(self.record, &edits)
            .into_par_iter()
            .map(|branch| {
                self.books
                    .play(Stage::Decisions, self.record.simulated, || {
                        branch.play_to_recovery()
                    })
            })
            .collect::<Result<_, _>>()?;
        let mut ends = ends.iter();
        let mut decisions = Vec::new();
        for case in &cases {
            let Some(without) = ends.next() else { break };
            let moved = ends.by_ref().take(case.moves.len());
            decisions.push(self.decision(case, without, moved));
        }
        // That waiting did no harm is nothing to tell.
        decisions.retain(|it| it.kind != DecisionKind::Wait || it.mark.is_bad());
        self.with_reference(&mut decisions)?;
        self.foresee(&mut decisions)?;
        for decision in &mut decisions {
            decision.why = why(decision, self.record);
        }
        if groups.is_empty() {
            decisions.extend(self.idle());
        }
        Ok(decisions)
    }

    /// Changes, and what was taken back. Nothing is moved to before the first alarm: nobody could know.
    fn cases(&self, groups: &[DecisionGroup]) -> Vec<Case> {
        let known = self.record.milestones.detected.unwrap_or_default();
        let first = groups.iter();
        first
            .map(|group| {
                let fits = |by: &i64| {
                    let at = group.at.as_micros().saturating_add_signed(by * 1_000_000);
                    at >= known.as_micros() && at < self.record.simulated.as_micros()
                };
                Case {
                    kind: if group.takes_back {
                        DecisionKind::TakenBack
                    } else {
                        DecisionKind::Change
                    },
                    orders: group.orders.clone(),
                    at: group.at,
                    lasts: SimDuration::ZERO,
                    what: group.what.clone(),
                    without: Edits::without(group.orders.iter().copied()),
                    moves: MOVES_S.into_iter().filter(fits).collect(),
                }
            })
            .collect()
    }

    fn decision<'e>(
        &self,
        case: &Case,
        without: &Rerun,
        moved: impl Iterator<Item = &'e Rerun>,
    ) -> Decision {
        let effect = self.effect(without.impact.customer_minutes, without.recovered);
        let moved = case.moves.iter().zip(moved).map(|(by_s, end)| Moved {
            by_s: *by_s,
            own: self.effect(end.impact.customer_minutes, end.recovered),
            reference: None,
        });
        // Harm that was borne so that nothing gets lost was borne for a reason.
        let saved_data = without.lost_messages > self.record.lost_messages;
        let mark = mark_of_share(effect.cost_share);
        Decision {
            kind: case.kind,
            orders: case.orders.clone(),
            at: case.at,
            lasts: case.lasts,
            what: case.what.clone(),
            without: effect,
            without_then_reference: None,
            moved: moved.collect(),
            mark: match case.kind {
                DecisionKind::Wait => mark.max(Mark::Neutral),
                _ if saved_data => mark.min(Mark::Good),
                _ => mark,
            },
            foreseen: None,
            why: String::new(),
        }
    }

    /// The run against a branch.
    pub(super) fn effect(&self, minutes: f64, recovered: Option<SimTime>) -> Effect {
        let own = self.record.milestones.recovered;
        self.between(
            (self.record.impact.customer_minutes, own),
            (minutes, recovered),
        )
    }

    pub(super) fn between(
        &self,
        own: (f64, Option<SimTime>),
        branch: (f64, Option<SimTime>),
    ) -> Effect {
        let cost_minutes = own.0 - branch.0;
        Effect {
            cost_minutes,
            cost_share: cost_minutes / self.baselines.at_stake(),
            recovered: branch.1,
            slower_s: own
                .1
                .zip(branch.1)
                .map(|(own, branch)| own.as_secs_f64() - branch.as_secs_f64()),
        }
    }

    /// The same, both gone on by the reference plan from there instead.
    fn with_reference(&self, decisions: &mut [Decision]) -> Result<(), Cancelled> {
        if self.baselines.reference.is_none() {
            return Ok(());
        }
        let mut forks: Vec<(u32, Session)> = Vec::new();
        let firsts: Vec<u32> = decisions
            .iter()
            .filter_map(|it| it.orders.first().copied())
            .collect();
        let record = self.record;
        retell(
            record,
            record.seed,
            record.variant,
            &mut |session, number| {
                if let Some(number) = number.filter(|it| firsts.contains(it)) {
                    forks.push((number, session.clone()));
                }
            },
        );
        // Where the reference gives the same orders itself, going on with it says nothing of them.
        let reference = self.baselines.reference.as_deref();
        let is_its_own = |number: &u32| {
            let order = self.record.journal.get((*number as usize).wrapping_sub(1));
            let mut its = reference.iter().flat_map(|it| &it.journal);
            its.any(|it| order.is_some_and(|order| order.order == it.order))
        };
        let matters = |it: &Decision| {
            let is_plain = it.kind == DecisionKind::Wait || it.mark == Mark::Neutral;
            !is_plain && !it.orders.iter().all(is_its_own)
        };
        let wanted = decisions.iter().filter(|it| matters(it)).count();
        self.books.expect(wanted * 2);
        decisions
            .par_iter_mut()
            .filter(|it| matters(it))
            .try_for_each(|decision| {
                let first = decision.orders.first();
                let fork = forks.iter().find(|it| Some(&it.0) == first);
                let Some((_, fork)) = fork else { return Ok(()) };
                self.judge_with_reference(decision, fork)
            })
    }

    fn judge_with_reference(
        &self,
        decision: &mut Decision,
        fork: &Session,
    ) -> Result<(), Cancelled> {
        let play = |session: Session| {
            let length = self.record.simulated;
            self.books
                .play(Stage::Decisions, length, || with_reference(session))
        };
        let orders = decision.orders.clone();
        let with = play(self.with_orders(fork.clone(), &orders))?;
        let without = play(fork.clone())?;
        let (Some(with), Some(without)) = (with, without) else {
            return Ok(());
        };
        decision.without_then_reference = Some(self.between(with, without));
        for moved in &mut decision.moved {
            if !MOVES_WITH_REFERENCE.contains(&moved.by_s) || moved.by_s < 0 {
                continue;
            }
            let mut later = fork.clone();
            later.advance_to(fork.now() + SimDuration::from_secs(moved.by_s.unsigned_abs()));
            self.books.expect(1);
            if let Some(end) = play(self.with_orders(later, &orders))? {
                moved.reference = Some(self.between(with, end));
            }
        }
        Ok(())
    }

    fn with_orders(&self, mut session: Session, orders: &[u32]) -> Session {
        for number in orders {
            let entry = self.record.journal.get((*number as usize).wrapping_sub(1));
            if let Some(entry) = entry {
                drop(session.order(&entry.actor, entry.order.clone(), entry.by));
            }
        }
        session
    }

    /// What could be expected of what made a difference: the average over the causes that were still
    /// possible by what had been shown.
    fn foresee(&self, decisions: &mut [Decision]) -> Result<(), Cancelled> {
        let matters = |it: &&mut Decision| {
            it.kind != DecisionKind::Wait && it.without.cost_share.abs() >= GOOD
        };
        let mut wanted: Vec<&mut Decision> = decisions.iter_mut().filter(matters).collect();
        let variants = self.record.scenario.variants.len();
        if wanted.is_empty() || variants < 2 {
            return Ok(());
        }
        let firsts: Vec<u32> = wanted
            .iter()
            .filter_map(|it| it.orders.first().copied())
            .collect();
        let here = self.known_at(self.record.seed, self.record.variant, &firsts);
        let seeds = u64::from(self.options.foreseen_seeds.max(1));
        let places: Vec<(usize, u64)> = (0..variants)
            .flat_map(|variant| (0..seeds).map(move |step| (variant, step)))
            .collect();
        self.books.expect(places.len() * (firsts.len() + 1));
        let worlds: Vec<World> = places
            .into_par_iter()
            .map(|(variant, step)| {
                let seed = self.record.seed.wrapping_add(step);
                self.world(
                    variant,
                    seed,
                    &firsts,
                    &here,
                    &wanted_edits(&firsts, self.record),
                )
            })
            .collect::<Result<_, _>>()?;
        for (place, decision) in wanted.iter_mut().enumerate() {
            decision.foreseen = self.foreseen(place, &worlds);
        }
        Ok(())
    }

    fn known_at(&self, seed: u64, variant: usize, firsts: &[u32]) -> Vec<Known> {
        let mut known = Vec::new();
        retell(self.record, seed, variant, &mut |session, number| {
            if number.is_some_and(|it| firsts.contains(&it)) {
                known.push(Known::of(session));
            }
        });
        known
    }

    /// Another world: where it could not be told from this one, what each decision costs there.
    fn world(
        &self,
        variant: usize,
        seed: u64,
        firsts: &[u32],
        here: &[Known],
        edits: &[Edits],
    ) -> Result<World, Cancelled> {
        let is_own = variant == self.record.variant && seed == self.record.seed;
        let known = if is_own {
            here.to_vec()
        } else {
            self.known_at(seed, variant, firsts)
        };
        let fits = here
            .iter()
            .zip(&known)
            .map(|(here, there)| here.fits(there));
        let fits: Vec<bool> = fits.collect();
        let mut costs = vec![None; firsts.len()];
        if fits.iter().any(|it| *it) {
            let stake = baselines(&self.record.scenario, seed, variant).at_stake();
            let play = |edits: &Edits| {
                let branch = Branch::elsewhere(self.record, seed, variant, edits);
                let length = self.record.simulated;
                self.books
                    .play(Stage::Foreseen, length, || branch.play_to_recovery())
            };
            let with = play(&Edits::default())?.impact.customer_minutes;
            for (place, fits) in fits.into_iter().enumerate() {
                if fits {
                    let without = play(&edits[place])?.impact.customer_minutes;
                    costs[place] = Some((with - without, (with - without) / stake));
                }
            }
        }
        Ok(World { variant, costs })
    }

    fn foreseen(&self, place: usize, worlds: &[World]) -> Option<Foreseen> {
        let variants = &self.record.scenario.variants;
        let mut possible = Vec::new();
        let (mut weight, mut minutes, mut share, mut played) = (0.0, 0.0, 0.0, 0);
        for (index, variant) in variants.iter().enumerate() {
            let own = worlds.iter().filter(|it| it.variant == index);
            let costs: Vec<(f64, f64)> = own.filter_map(|it| *it.costs.get(place)?).collect();
            if costs.is_empty() {
                continue;
            }
            let count = costs.len() as f64;
            let mean_minutes = costs.iter().map(|it| it.0).sum::<f64>() / count;
            let mean_share = costs.iter().map(|it| it.1).sum::<f64>() / count;
            weight += variant.weight;
            minutes += variant.weight * mean_minutes;
            share += variant.weight * mean_share;
            played += costs.len();
            possible.push(Possible {
                variant: variant.id.clone(),
                share: variant.weight,
                cost_share: mean_share,
            });
        }
        if weight <= 0.0 {
            return None;
        }
        for it in &mut possible {
            it.share /= weight;
        }
        Some(Foreseen {
            cost_minutes: minutes / weight,
            cost_share: share / weight,
            mark: mark_of_share(share / weight),
            possible,
            worlds: played,
        })
    }
}

/// What the decisions cost in another world; `None` where it could be told from this one.
struct World {
    variant: usize,
    costs: Vec<Option<(f64, f64)>>,
}

/// Leaving out each of the decisions that begin with these orders.
fn wanted_edits(firsts: &[u32], record: &Record) -> Vec<Edits> {
    let groups = decision_groups(record);
    let of = |first: &u32| {
        let group = groups.iter().find(|it| it.orders.first() == Some(first));
        Edits::without(group.into_iter().flat_map(|it| it.orders.clone()))
    };
    firsts.iter().map(of).collect()
}

/// Why a decision got its mark, in a sentence or two.
fn why(decision: &Decision, record: &Record) -> String {
    let cost = decision.without.cost_minutes;
    let minutes = thousands(cost.abs());
    let mut text = match (decision.kind, decision.mark) {
        (DecisionKind::Wait, _) => format!(
            "The same orders with no more time than the reference takes would have spared {minutes} \
             customer-minutes."
        ),
        (_, Mark::Neutral) => "Without it the run comes to nearly the same.".to_owned(),
        _ if cost > 0.0 => format!("Without it customers lose {minutes} minutes less."),
        _ => format!("Without it customers lose {minutes} minutes more."),
    };
    let own = record.milestones.recovered;
    if decision.kind != DecisionKind::Wait {
        match (own, decision.without.recovered) {
            (Some(_), None) => text.push_str(" It does not recover then."),
            (None, Some(_)) => text.push_str(" It recovers then."),
            _ => {}
        }
    }
    let sooner = decision.moved.iter().filter(|it| it.by_s < 0);
    let best = sooner.max_by(|a, b| a.own.cost_share.total_cmp(&b.own.cost_share));
    if let Some(best) = best.filter(|it| it.own.cost_share >= GOOD) {
        let spared = thousands(best.own.cost_minutes);
        let minutes = best.by_s.unsigned_abs() / 60;
        text.push_str(&format!(
            " {minutes} minutes sooner it spares {spared} more."
        ));
    }
    if let Some(foreseen) = &decision.foreseen {
        let was_bad = decision.mark.is_bad();
        if was_bad && foreseen.mark <= Mark::Good {
            text.push_str(" By what could be known then it was right.");
        } else if !was_bad && foreseen.mark.is_bad() {
            text.push_str(" By what could be known then it was a gamble.");
        }
    }
    text
}

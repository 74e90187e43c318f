//! What each decision was worth: the run without it and with it at other times, gone on by the player's
//! own later orders and by the reference plan.

use rayon::prelude::*;

use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::Cancelled;
use crate::debrief::analysis::kinds::{
    Decision, DecisionKind, Effect, Moved, Options, Stage, Together,
};
use crate::debrief::analysis::mark::{BUSY, INACCURACY, Mark, mark_of_share};
use crate::debrief::analysis::retell::{retell, with_reference};
use crate::debrief::analysis::together::{first_lift, lift_of, pair_of, timed};
use crate::debrief::analysis::waits::looked;
use crate::debrief::analysis::why::why;
use crate::debrief::analysis::work::Books;
use crate::score::{Baselines, DecisionGroup, MOST_DECISIONS, decision_groups};
use crate::session::{Edits, Record, Rerun, Session, branches, numbered};

/// Seconds by which a decision is moved; below zero is earlier.
const MOVES_S: [i64; 6] = [-600, -300, -120, 120, 300, 600];
/// Of these, the ones that the reference plan goes on from, too.
const MOVES_WITH_REFERENCE: [i64; 2] = [-300, 300];
/// A shield that is moved stays up for so long at least.
const APART: SimDuration = SimDuration::from_secs(60);

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
    /// What a shield is left out with: its own taking back, and what was turned on it in between.
    pub(super) pair: Option<Together>,
    pub(super) moves: Vec<i64>,
}

impl Case {
    fn edits(&self) -> impl Iterator<Item = Edits> {
        let pair = self.pair.as_ref().map(|pair| {
            let all = self.orders.iter().chain(&pair.orders);
            Edits::without(all.copied())
        });
        let moved = |by: &i64| Edits::moved(self.orders.iter().copied(), *by);
        let moves = self.moves.iter().map(moved);
        [self.without.clone()].into_iter().chain(pair).chain(moves)
    }
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
        let edits: Vec<Edits> = cases.iter().flat_map(Case::edits).collect();
        self.books.expect(edits.len());
        let ends: Vec<Rerun> = branches(self.record, &edits)
            .into_par_iter()
            .map(|branch| {
                self.books
                    .play(Stage::Decisions, self.record.simulated, || branch.play())
            })
            .collect::<Result<_, _>>()?;
        let mut ends = ends.iter();
        let mut decisions = Vec::new();
        for case in &cases {
            let Some(without) = ends.next() else { break };
            let pair = case.pair.as_ref().and_then(|_| ends.next());
            let moved = ends.by_ref().take(case.moves.len());
            decisions.push(self.decision(case, without, pair, moved));
        }
        // That waiting did no harm is nothing to tell.
        decisions.retain(|it| it.kind != DecisionKind::Wait || it.mark.is_bad());
        self.sift(&mut decisions)?;
        self.with_reference(&mut decisions)?;
        self.temper(&mut decisions);
        self.unmask(&mut decisions)?;
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
        let case = |group: &DecisionGroup| {
            // What takes something back comes after it, and a shield before it is lifted.
            let from = group.done.map_or(known, |done| known.max(done + APART));
            let (lift, opened) = (lift_of(groups, group), first_lift(groups, group));
            let until = opened.map_or(self.record.simulated, |it| it.at);
            let fits = |by: &i64| {
                let at = group.at.as_micros().saturating_add_signed(by * 1_000_000);
                let at = SimTime::from_micros(at);
                at >= from && at < until && (opened.is_none() || at + APART <= until)
            };
            Case {
                kind: if group.takes_back.is_empty() {
                    DecisionKind::Change
                } else {
                    DecisionKind::TakenBack
                },
                orders: group.orders.clone(),
                at: group.at,
                lasts: SimDuration::ZERO,
                what: group.what.clone(),
                without: Edits::without(group.orders.iter().copied()),
                pair: lift.and_then(|lift| pair_of(self.record, groups, group, lift)),
                moves: MOVES_S.into_iter().filter(fits).collect(),
            }
        };
        groups.iter().map(case).collect()
    }

    fn decision<'e>(
        &self,
        case: &Case,
        without: &Rerun,
        pair: Option<&Rerun>,
        moved: impl Iterator<Item = &'e Rerun>,
    ) -> Decision {
        let of = |end: &Rerun| self.effect(end.impact.customer_minutes, end.recovered);
        let effect = of(without);
        let moved = case.moves.iter().zip(moved).map(|(by_s, end)| Moved {
            by_s: *by_s,
            own: of(end),
            reference: None,
        });
        let moved: Vec<Moved> = moved.collect();
        // Harm that was borne so that nothing gets lost was borne for a reason.
        let lost = self.record.lost_messages;
        let lost_without = pair.map_or(0, |it| it.lost_messages);
        let kept_messages = lost_without.max(without.lost_messages).saturating_sub(lost);
        let looked = looked(self.record, case.at, case.lasts);
        let was_busy = looked.as_secs_f64() >= BUSY * case.lasts.as_secs_f64();
        let says_more = |it: &Effect| it.cost_share.abs() > effect.cost_share.abs();
        let pair = pair.map(of).filter(says_more);
        let counted = match case.kind {
            DecisionKind::TakenBack => timed(&effect, &moved),
            DecisionKind::Change | DecisionKind::Wait => pair.unwrap_or(effect),
        };
        let mark = mark_of_share(counted.cost_share);
        Decision {
            kind: case.kind,
            orders: case.orders.clone(),
            at: case.at,
            lasts: case.lasts,
            what: case.what.clone(),
            without: effect,
            counted,
            together: case.pair.clone().filter(|_| pair.is_some()),
            without_then_reference: None,
            moved,
            mark: match case.kind {
                // Looking is no idling, though it can take too long.
                DecisionKind::Wait if was_busy => mark.clamp(Mark::Neutral, Mark::Mistake),
                DecisionKind::Wait => mark.max(Mark::Neutral),
                // Undoing one's own order is no merit beyond its time.
                DecisionKind::TakenBack => mark.max(Mark::Good),
                DecisionKind::Change if kept_messages > 0 => mark.min(Mark::Good),
                DecisionKind::Change => mark,
            },
            is_luck: false,
            is_in_the_way: false,
            kept_messages,
            looked,
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
            let order = numbered(&self.record.journal, *number);
            let mut its = reference.iter().flat_map(|it| &it.journal);
            its.any(|it| order.is_some_and(|order| order.order == it.order))
        };
        let matters = |it: &Decision| {
            let is_plain = it.kind != DecisionKind::Change || it.mark == Mark::Neutral;
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

    /// What made an incident milder that never ended, and stood in the way of ending it, is no merit.
    fn temper(&self, decisions: &mut [Decision]) {
        if self.record.milestones.recovered.is_some() {
            return;
        }
        for decision in decisions {
            let then = decision.without_then_reference;
            let is_in_the_way = then.is_some_and(|it| it.cost_share >= INACCURACY);
            let is_praised = decision.mark < Mark::Neutral && decision.kept_messages == 0;
            if is_in_the_way && is_praised && decision.counted.recovered.is_none() {
                decision.is_in_the_way = true;
                decision.mark = Mark::Neutral;
            }
        }
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
            let entry = numbered(&self.record.journal, *number);
            if let Some(entry) = entry {
                drop(session.order(&entry.actor, entry.order.clone(), entry.by));
            }
        }
        session
    }
}

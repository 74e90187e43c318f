//! Answers on their way back: left in outboxes, delivered, too late, or given up on.

use crate::scenario::model::FailureKind;
use crate::sim::Sim;
use crate::sim::bundle::mean_time;
use crate::sim::known::{Miss, Sellers};
use crate::sim::slab::NONE;
use crate::sim::state::{Call, Listed, NO_COMPONENT, Outcome};

/// How a group of answers comes back to its caller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    /// When (the middle one).
    pub(super) at: u64,
    /// Variance of their times around `at`, in s².
    pub(super) var: f32,
    /// Where their keys were missing.
    pub(super) missed: Miss,
    pub(super) sellers: Sellers,
    /// Share of a good answer's requests that it is wrong for.
    pub(super) wrong: f32,
}

/// An answer on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posted {
    call: u32,
    n: u32,
    answer: Answer,
}

impl Sim {
    /// Leaves an answer for the callers; answers to one group that end alike become one.
    pub(super) fn post(&mut self, id: u32, n: u32, answer: Answer) {
        if id == NONE || n == 0 {
            return;
        }
        let Call { edge, deadline, .. } = self.calls[id];
        let component = usize::from(self.edges[usize::from(edge)].to);
        let state = &mut self.components[component];
        // Answers in time and answers too late stay apart.
        let in_time = answer.at <= deadline;
        for last in state.outbox.iter_mut().rev().take(8) {
            let alike = last.call == id
                && last.answer.outcome == answer.outcome
                && last.answer.missed.joins(&answer.missed)
                && last.answer.sellers.joins(&answer.sellers)
                && (last.answer.at <= deadline) == in_time;
            if alike {
                let share = f64::from(n) / f64::from(last.n + n);
                let apart = answer.at as f64 - last.answer.at as f64;
                last.answer.at = mean_time(last.answer.at, answer.at, share);
                let between = apart * apart * 1e-12 * (1.0 - share);
                last.answer.var += (answer.var - last.answer.var + between as f32) * share as f32;
                last.answer.missed.join(last.n, &answer.missed, n);
                last.answer.sellers.join(&answer.sellers, share as f32);
                last.answer.wrong += (answer.wrong - last.answer.wrong) * share as f32;
                last.n += n;
                return;
            }
        }
        state.outbox.push(Posted {
            call: id,
            n,
            answer,
        });
        let rank = state.rank;
        self.answering[rank / 64] |= 1 << (rank % 64);
    }

    /// Delivers the answers of a component below which nothing is left to do before `first`, a place
    /// in the order; callees before callers, so that what a caller owes to one group is complete
    /// before it is delivered. False when there is none.
    pub(super) fn deliver(&mut self, first: usize) -> bool {
        for word in (0..self.answering.len()).rev() {
            let mut bits = self.answering[word];
            while bits != 0 {
                let bit = 63 - bits.leading_zeros() as usize;
                bits &= !(1 << bit);
                let component = usize::from(self.order[word * 64 + bit]);
                if self.components[component].last_below >= first {
                    continue;
                }
                self.answering[word] &= !(1 << bit);
                let spare = std::mem::take(&mut self.spare_outbox);
                let mut outbox = std::mem::replace(&mut self.components[component].outbox, spare);
                for Posted { call, n, answer } in outbox.drain(..) {
                    self.respond(call, n, answer);
                }
                self.spare_outbox = outbox;
                return true;
            }
        }
        false
    }

    /// Delivers everything, and what follows from it.
    pub(super) fn deliver_all(&mut self) {
        while self.deliver(usize::MAX) {}
    }

    /// `k` calls of a group have been answered.
    pub(super) fn respond(&mut self, id: u32, k: u32, mut answer: Answer) {
        if id == NONE || k == 0 {
            return;
        }
        if answer.missed.cache != NO_COMPONENT {
            let missing = &mut self.calls[id].missed.share;
            *missing = (*missing - answer.missed.share * k as f32).max(0.0);
        }
        if self.is_bundle(id) {
            self.untie(id, k, Some(answer));
            return;
        }
        let call = &mut self.calls[id];
        call.work -= k;
        let alive = k.min(call.pending);
        let in_time = if answer.at <= call.deadline { alive } else { 0 };
        call.pending -= in_time;
        let call = *call;
        let edge = usize::from(call.edge);
        if in_time < k {
            let to = usize::from(self.edges[edge].to);
            self.components[to].totals.late += u64::from(k - in_time);
            if matches!(answer.outcome, Outcome::Ok { .. }) {
                self.carried_out_late(id, k - in_time);
            }
        }
        if in_time > 0 {
            let state = &mut self.edges[edge];
            state.in_use = state.in_use.saturating_sub(in_time);
            state.totals.latency_s +=
                f64::from(in_time) * (answer.at.saturating_sub(call.at)) as f64 * 1e-6;
            let is_ok = matches!(answer.outcome, Outcome::Ok { .. });
            if is_ok && answer.missed.cache == self.edges[edge].to {
                // What was missing has been filled.
                answer.missed = Miss::NONE;
            }
            self.settle(edge, call.run, in_time, call.attempt, answer);
            if !self.edges[edge].pool_queue.is_empty() {
                self.pump_pool(edge, answer.at);
            }
        }
        self.free_if_over(id);
    }

    /// Work of a group ends without an answer: the caller has given up or never hears of it.
    pub(super) fn forget_work(&mut self, id: u32, k: u32) {
        if id == NONE {
            return;
        }
        if self.is_bundle(id) {
            self.untie(id, k, None);
            return;
        }
        let call = &mut self.calls[id];
        call.missed.share *= (call.work - k) as f32 / call.work as f32;
        call.work -= k;
        self.free_if_over(id);
    }

    fn free_if_over(&mut self, id: u32) {
        let call = &self.calls[id];
        if call.work == 0 && call.pending == 0 {
            self.calls.free(id);
        }
    }

    /// Ends the wait of every caller whose deadline falls into this step, in the order of deadlines.
    pub(super) fn expire_calls(&mut self, edge: usize) {
        let listed = &mut self.edges[edge].listed;
        let mut due = std::mem::take(&mut self.spare_due);
        let is_due = |it: &Listed| it.deadline < self.step_end;
        while listed.front().is_some_and(is_due) {
            due.extend(listed.pop_front());
        }
        for Listed {
            deadline,
            call,
            serial,
        } in due.drain(..)
        {
            // It may be answered, and its place another call's by now.
            if self.calls[call].serial == serial && self.calls[call].pending > 0 {
                self.expire(edge, call, deadline);
            }
        }
        self.spare_due = due;
    }

    /// Callers give up on what they still wait for of one group.
    fn expire(&mut self, edge: usize, id: u32, deadline: u64) {
        let Call {
            pending,
            run,
            attempt,
            sellers,
            ..
        } = self.calls[id];
        self.calls[id].pending = 0;
        let state = &mut self.edges[edge];
        state.timed_out_at = self.now;
        state.in_use = state.in_use.saturating_sub(pending);
        let to = usize::from(state.to);
        self.components[to].totals.failed[FailureKind::Timeout as usize] += u64::from(pending);
        let missed = self.known_missing(id);
        let answer = fail(FailureKind::Timeout, deadline, missed, sellers);
        let harmful = self.is_unkeyed(edge, run);
        let again = self.settle(edge, run, pending, attempt, answer);
        if harmful {
            self.tried_again(id, again as f32 / pending as f32);
        }
        self.pump_pool(edge, deadline.max(self.now));
        self.free_if_over(id);
    }
}

/// A failed answer.
pub(super) fn fail(kind: FailureKind, at: u64, missed: Miss, sellers: Sellers) -> Answer {
    Answer {
        outcome: Outcome::Failed(kind),
        at,
        var: 0.0,
        missed,
        sellers,
        wrong: 0.0,
    }
}

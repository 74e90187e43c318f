//! Calls along dependencies: sending, pools, what a try comes to, retries, fallbacks.

use crate::base::rng::Draws;
use crate::base::time::SimDuration;
use crate::scenario::action::EdgeKnob;
use crate::scenario::model::{FailureKind, Fallback};
use crate::sim::Sim;
use crate::sim::answers::{Answer, fail};
use crate::sim::known::Miss;
use crate::sim::slab::NONE;
use crate::sim::state::{Call, Listed, NO_COMPONENT, Outcome, PoolWait, Retry};

impl Sim {
    pub(super) fn edge_knob(&self, edge: usize, knob: EdgeKnob) -> f64 {
        self.edges[edge].knobs[knob as usize]
    }

    /// The draws of a dependency in this step.
    pub(super) fn edge_draws(&mut self, edge: usize) -> &mut Draws {
        let (step, moment) = (self.step_number, self.now);
        let edge = &mut self.edges[edge];
        if edge.stamp != step {
            edge.stamp = step;
            edge.draws = edge.stream.at(moment);
        }
        &mut edge.draws
    }

    /// Sends `n` calls for a group of requests.
    pub(super) fn send(
        &mut self,
        edge: usize,
        run: u32,
        n: u32,
        attempt: u16,
        at: u64,
        spread: u32,
    ) {
        if n == 0 {
            return;
        }
        let (tried, sellers) = (self.runs[run].missed, self.runs[run].sellers);
        let from = self.edges[edge].from;
        if from != NO_COMPONENT {
            self.components[usize::from(from)].totals.attempts += u64::from(n);
        }
        if self.edges[edge].is_plain {
            let state = &mut self.edges[edge];
            state.totals.tries += u64::from(n);
            state.totals.first_tries += if attempt == 1 { u64::from(n) } else { 0 };
            state.in_use += n;
            self.launch(
                edge,
                PoolWait {
                    run,
                    n,
                    attempt,
                    tried,
                    sellers,
                    at,
                    spread,
                },
            );
            return;
        }
        self.count_try(edge, n, attempt);
        if !self.breaker_admits(edge, at) {
            self.settle(
                edge,
                run,
                n,
                attempt,
                fail(FailureKind::BreakerOpen, at, tried, sellers),
            );
            return;
        }
        let mut n = n;
        let broken = self.call_override(edge, run).broken_share.unwrap_or(0.0)
            + self.edge_knob(edge, EdgeKnob::BrokenShare);
        if broken > 0.0 {
            let k = self.edge_draws(edge).binomial(u64::from(n), broken) as u32;
            if k > 0 {
                self.settle(
                    edge,
                    run,
                    k,
                    attempt,
                    fail(FailureKind::Denied, at, tried, sellers),
                );
            }
            n -= k;
        }
        if n > 0 {
            self.take_connections(
                edge,
                PoolWait {
                    run,
                    n,
                    attempt,
                    tried,
                    sellers,
                    at,
                    spread,
                },
            );
        }
    }

    fn take_connections(&mut self, edge: usize, wait: PoolWait) {
        let state = &mut self.edges[edge];
        if state.pool == u32::MAX {
            state.in_use += wait.n;
            self.launch(edge, wait);
            return;
        }
        let k = if state.pool_queue.is_empty() {
            wait.n.min(state.pool.saturating_sub(state.in_use))
        } else {
            0
        };
        if k < wait.n {
            state.pool_queue.push_back(PoolWait {
                n: wait.n - k,
                ..wait
            });
        }
        if k > 0 {
            state.in_use += k;
            self.launch(edge, PoolWait { n: k, ..wait });
        }
    }

    /// Hands freed connections to the requests that wait for one.
    pub(super) fn pump_pool(&mut self, edge: usize, at: u64) {
        let state = &mut self.edges[edge];
        if at >= self.step_end {
            state.freed_at = state.freed_at.max(at);
            return;
        }
        loop {
            let state = &mut self.edges[edge];
            let free = state.pool.saturating_sub(state.in_use);
            let Some(front) = state.pool_queue.front_mut() else {
                return;
            };
            if free == 0 {
                return;
            }
            let k = front.n.min(free);
            let mut wait = PoolWait { n: k, ..*front };
            front.n -= k;
            if front.n == 0 {
                state.pool_queue.pop_front();
            }
            state.in_use += k;
            wait.at = wait.at.max(at);
            self.launch(edge, wait);
        }
    }

    /// Gives up on requests that waited too long for a connection.
    pub(super) fn expire_pool_waits(&mut self, edge: usize) {
        let Some(pool) = self.scenario.world.edges[Self::edge_id(edge)].pool else {
            // A pool set while running has no wait of its own: the call's time-out is the limit.
            return self.expire_pool_waits_after(edge, self.timeout_us(edge, NONE));
        };
        self.expire_pool_waits_after(edge, pool.wait.as_micros());
    }

    fn expire_pool_waits_after(&mut self, edge: usize, wait_us: u64) {
        while let Some(front) = self.edges[edge].pool_queue.front().copied() {
            let gives_up = front.at.saturating_add(wait_us);
            if gives_up >= self.step_end {
                return;
            }
            self.edges[edge].pool_queue.pop_front();
            let answer = fail(FailureKind::Refused, gives_up, front.tried, front.sellers);
            self.settle(edge, front.run, front.n, front.attempt, answer);
        }
    }

    fn launch(&mut self, edge: usize, wait: PoolWait) {
        let timeout = self.timeout_us(edge, wait.run);
        let journey = self.runs[wait.run].journey;
        let deadline = wait.at.saturating_add(timeout);
        self.sent = self.sent.wrapping_add(1);
        let call = self.calls.insert(Call {
            edge: edge as u16,
            journey,
            attempt: wait.attempt,
            tried: wait.tried,
            missed: Miss {
                share: wait.tried.share * wait.n as f32,
                ..wait.tried
            },
            sellers: wait.sellers,
            tied: NONE,
            parts: NONE,
            serial: self.sent,
            pulled: false,
            pending: wait.n,
            work: wait.n,
            run: wait.run,
            at: wait.at,
            spread: wait.spread,
            deadline,
            again: 0.0,
            ahead: 0,
        });
        if timeout != u64::MAX {
            let serial = self.sent;
            self.edges[edge].list(Listed {
                deadline,
                call,
                serial,
            });
        }
        let to = usize::from(self.edges[edge].to);
        self.components[to].inbox.push(call);
        self.mark_dirty(to);
    }

    fn timeout_us(&self, edge: usize, run: u32) -> u64 {
        let state = &self.edges[edge];
        if run == NONE || state.overrides.is_empty() {
            return state.timeout_us;
        }
        self.call_override(edge, run)
            .timeout
            .map_or(state.timeout_us, SimDuration::as_micros)
    }

    /// One try of `n` calls is over: counts it, then retries, falls back or passes it on. Says how
    /// many are tried again.
    pub(super) fn settle(
        &mut self,
        edge: usize,
        run: u32,
        n: u32,
        attempt: u16,
        mut answer: Answer,
    ) -> u32 {
        match answer.outcome {
            Outcome::Ok { degraded } => {
                self.go_wrong(edge, n, &mut answer);
                self.edges[edge].totals.ok += u64::from(n);
                self.breaker_record(edge, n, 0, answer.at);
                self.progress(run, n, 0, degraded, answer);
                0
            }
            Outcome::Failed(kind) => {
                self.edges[edge].totals.failed[kind as usize] += u64::from(n);
                if kind != FailureKind::BreakerOpen {
                    self.breaker_record(edge, 0, n, answer.at);
                }
                let (mut left, mut again) = (n, 0);
                if kind != FailureKind::BreakerOpen && self.may_retry(edge, run, attempt) {
                    left -= self.abandon(edge, run, left);
                    again = self.spend_budget(edge, left);
                    self.schedule_retry(edge, run, again, attempt, &answer);
                    left -= again;
                }
                if left > 0 {
                    self.fail_for_good(edge, run, left, answer, kind);
                }
                again
            }
        }
    }

    fn may_retry(&self, edge: usize, run: u32, attempt: u16) -> bool {
        let attempts = self
            .call_override(edge, run)
            .attempts
            .map_or_else(|| self.edge_knob(edge, EdgeKnob::Attempts), f64::from);
        f64::from(attempt) < attempts
    }

    fn fail_for_good(&mut self, edge: usize, run: u32, n: u32, answer: Answer, kind: FailureKind) {
        if self.edge_knob(edge, EdgeKnob::Fallback) >= 0.5 {
            let spec = &self.scenario.world.edges[Self::edge_id(edge)];
            match spec.fallback {
                Fallback::None => {}
                Fallback::Stale => {
                    self.edges[edge].totals.fallbacks += u64::from(n);
                    self.progress(run, n, 0, true, answer);
                    return;
                }
                Fallback::Call(other) => {
                    self.edges[edge].totals.fallbacks += u64::from(n);
                    let known = &mut self.runs[run];
                    (known.missed, known.sellers) = (answer.missed, answer.sellers);
                    self.send(usize::from(other.0), run, n, 1, answer.at, 0);
                    return;
                }
            }
        }
        if self.edges[edge].from != NO_COMPONENT
            && !self.scenario.world.edges[Self::edge_id(edge)].required
        {
            self.progress(run, n, 0, true, answer);
        } else {
            let answer = Answer {
                outcome: Outcome::Failed(kind),
                ..answer
            };
            self.progress(run, 0, n, false, answer);
        }
    }

    fn schedule_retry(&mut self, edge: usize, run: u32, n: u32, attempt: u16, answer: &Answer) {
        if n == 0 {
            return;
        }
        let base = self.edge_knob(edge, EdgeKnob::BackoffBase);
        let cap = self.edge_knob(edge, EdgeKnob::BackoffCap);
        let doubled = base * f64::from(1_u32 << (attempt - 1).min(20));
        let pause_us = doubled.min(cap.max(base)) * 1e6;
        let jitter = self.edge_knob(edge, EdgeKnob::FullJitter) >= 0.5;
        let step_us = (self.step_end - self.now) as f64;
        let pieces = if jitter && n > 1 && pause_us > step_us * 0.5 {
            n.min(3)
        } else {
            1
        };
        let mut left = n;
        for piece in 0..pieces {
            let k = left / (pieces - piece);
            left -= k;
            let pause = if jitter {
                let u = self.edge_draws(edge).uniform();
                pause_us * (f64::from(piece) + u) / f64::from(pieces)
            } else {
                pause_us
            };
            self.retry_sequence += 1;
            self.retries.push(Retry {
                at: answer.at + pause as u64,
                sequence: self.retry_sequence,
                edge: edge as u16,
                attempt: attempt + 1,
                run,
                n: k,
                spread: if n > 1 { step_us as u32 } else { 0 },
                tried: answer.missed,
                sellers: answer.sellers,
            });
        }
    }

    /// Sends every retry that is due in this step.
    pub(super) fn send_due_retries(&mut self) {
        while self
            .retries
            .peek()
            .is_some_and(|retry| retry.at < self.step_end)
        {
            let Some(retry) = self.retries.pop() else {
                return;
            };
            let edge = usize::from(retry.edge);
            let run = &mut self.runs[retry.run];
            (run.missed, run.sellers) = (retry.tried, retry.sellers);
            self.send(
                edge,
                retry.run,
                retry.n,
                retry.attempt,
                retry.at,
                retry.spread,
            );
        }
    }
}

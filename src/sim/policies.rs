//! Policies of dependencies that remember: retry budgets and circuit breakers.

use crate::scenario::action::{BreakerMode, EdgeKnob};
use crate::sim::Sim;

impl Sim {
    pub(super) fn count_try(&mut self, edge: usize, n: u32, attempt: u16) {
        let budget = self.budget_of(edge);
        let state = &mut self.edges[edge];
        state.totals.tries += u64::from(n);
        if attempt == 1 {
            state.totals.first_tries += u64::from(n);
            if let Some(budget) = budget {
                // What a group brings can be spent by the group, however long the step is.
                let brought = budget.per_request * f64::from(n);
                let most = (budget.size * f64::from(budget.clients.max(1))).max(brought);
                state.budget_tokens = (state.budget_tokens + brought).min(most);
            }
        }
    }

    pub(super) fn budget_of(&self, edge: usize) -> Option<crate::scenario::model::RetryBudget> {
        let ratio = self.edge_knob(edge, EdgeKnob::RetryBudget);
        if !ratio.is_finite() {
            return None;
        }
        let spec = self.scenario.world.edges[Self::edge_id(edge)].budget;
        let mut budget = spec.unwrap_or(crate::scenario::model::RetryBudget {
            per_request: ratio,
            size: 10.0,
            cost: 1.0,
            clients: 1,
        });
        budget.per_request = ratio;
        Some(budget)
    }

    pub(super) fn spend_budget(&mut self, edge: usize, n: u32) -> u32 {
        let Some(budget) = self.budget_of(edge) else {
            return n;
        };
        let state = &mut self.edges[edge];
        // A hair above, so that ten tenths buy one retry.
        let affordable = ((state.budget_tokens + 1e-9) / budget.cost.max(1e-9)).max(0.0) as u32;
        let k = n.min(affordable);
        state.budget_tokens = (state.budget_tokens - f64::from(k) * budget.cost).max(0.0);
        k
    }

    pub(super) fn breaker_admits(&mut self, edge: usize, at: u64) -> bool {
        let state = &mut self.edges[edge].breaker;
        match state.mode {
            BreakerMode::Open => false,
            BreakerMode::Closed => true,
            BreakerMode::Auto if state.open_until == 0 => true,
            BreakerMode::Auto if at < state.open_until => false,
            BreakerMode::Auto => {
                state.probing = true;
                true
            }
        }
    }

    pub(super) fn breaker_record(&mut self, edge: usize, ok: u32, failed: u32, at: u64) {
        if self.edges[edge].is_plain {
            return;
        }
        let Some(spec) = self.scenario.world.edges[Self::edge_id(edge)].breaker else {
            return;
        };
        let limit = self.edge_knob(edge, EdgeKnob::BreakerShare);
        let state = &mut self.edges[edge].breaker;
        if !limit.is_finite() || state.mode != BreakerMode::Auto {
            return;
        }
        if at > state.window_started + spec.window.as_micros() / 2 {
            state.ok = [0, state.ok[0]];
            state.failed = [0, state.failed[0]];
            state.window_started = at;
        }
        state.ok[0] += ok;
        state.failed[0] += failed;
        let (good, bad) = (state.ok[0] + state.ok[1], state.failed[0] + state.failed[1]);
        let calls = good + bad;
        let is_bad = f64::from(bad) >= limit * f64::from(calls);
        if state.open_until > 0 && state.probing {
            state.probing = false;
            if failed > 0 && f64::from(failed) >= limit * f64::from(ok + failed) {
                state.open_until = at + spec.open_for.as_micros();
            } else {
                *state = crate::sim::closed_breaker(state.mode, at);
                self.events.push((
                    self.now,
                    crate::sim::Event::BreakerClosed(Self::edge_id(edge)),
                ));
            }
        } else if state.open_until == 0 && calls >= spec.min_calls && is_bad && failed > 0 {
            state.open_until = at + spec.open_for.as_micros();
            state.ok = [0; 2];
            state.failed = [0; 2];
            self.events.push((
                self.now,
                crate::sim::Event::BreakerOpened(Self::edge_id(edge)),
            ));
        }
    }
}

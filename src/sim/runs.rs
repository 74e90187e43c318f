//! Groups of requests in progress: from one dependency to the next until they answer.

use crate::scenario::action::{ComponentKnob, EdgeKnob};
use crate::scenario::model::{CallOverride, FailureKind, LeakPer};
use crate::sim::Sim;
use crate::sim::answers::Answer;
use crate::sim::known::Miss;
use crate::sim::silent::{either, wrong_requests};
use crate::sim::slab::NONE;
use crate::sim::spread::{even, spread_out};
use crate::sim::state::{NO_COMPONENT, Outcome, Run, Waiting, Work};

/// Marks runs of a cache's warm-up job, in place of a number of deliveries.
pub(super) const WARM_UP: u16 = u16::MAX;

/// Marks requests that wait for a fetch which somebody else has begun.
pub(super) const RIDER: u16 = u16::MAX - 1;

/// A run that makes one call and then is done (balancers, cache fetches).
pub(super) const LAST_PHASE: u8 = u8::MAX;

impl Sim {
    /// What the version of the caller changes about one dependency.
    pub(super) fn call_override(&self, edge: usize, run: u32) -> CallOverride {
        let overrides = &self.edges[edge].overrides;
        if overrides.is_empty() {
            return CallOverride::default();
        }
        overrides
            .get(usize::from(self.runs[run].version))
            .copied()
            .unwrap_or_default()
    }

    /// Results of the calls of a run's phase; whole requests move on.
    pub(super) fn progress(
        &mut self,
        id: u32,
        ok: u32,
        failed: u32,
        degraded: bool,
        answer: Answer,
    ) {
        let run = &mut self.runs[id];
        run.calls_ok += ok;
        run.calls_failed += failed;
        if let (Outcome::Failed(kind), true) = (answer.outcome, failed > 0) {
            run.last_failure = kind;
            run.missed = answer.missed;
        }
        let one_to_one = run.calls == run.n;
        run.degraded |= degraded && !one_to_one;
        run.calls_wrong += ok as f32 * answer.wrong;
        let done = run.calls_ok + run.calls_failed;
        let luck = luck_of(id, run);
        let goal = if done >= run.calls {
            run.n
        } else if run.calls > run.n {
            with_all_among(done, run, luck)
        } else {
            (u64::from(run.n) * u64::from(done) / u64::from(run.calls)) as u32
        };
        let moved = goal.saturating_sub(run.advanced);
        if moved == 0 {
            return;
        }
        run.advanced += moved;
        let mut part = *run;
        let over = run.advanced == run.n;
        let bad = if one_to_one {
            failed.min(moved)
        } else {
            self.failed_requests(&part, moved, luck)
        };
        if over {
            self.runs.free(id);
        } else {
            self.runs[id].bad += bad;
        }
        part.degraded |= degraded;
        if part.calls_wrong > 0.0 {
            part.wrong = either(part.wrong, wrong_requests(&part, one_to_one, &answer));
        }
        part.var += answer.var;
        part.sellers = answer.sellers;
        if one_to_one {
            part.missed = answer.missed;
        } else if bad > 0 {
            // Of the several keys of a request that failed, perhaps only one was missing.
            let of_calls = f64::from(part.calls_failed) / f64::from(done);
            let of_requests = f64::from(bad) / f64::from(moved);
            part.missed.share *= (of_calls / of_requests).min(1.0) as f32;
        }
        if bad > 0 {
            part.n = bad;
            self.complete(&part, Some(part.last_failure), answer.at);
        }
        if moved > bad {
            part.n = moved - bad;
            self.next_phase(&mut part, answer.at);
        }
    }

    /// How many of `moved` requests fail when each needs several calls, or shares one with others.
    fn failed_requests(&mut self, run: &Run, moved: u32, luck: f64) -> u32 {
        if run.calls_failed > 0 && run.last_failure == FailureKind::Denied {
            // Whoever has no right to one of these calls has none to the others: so many requests as
            // these calls are those of, whatever the order of the answers.
            let requests = f64::from(run.calls_failed) / f64::from(run.calls) * f64::from(run.n);
            let all = (requests + luck) as u32;
            return all.saturating_sub(run.bad).min(moved);
        }
        if run.calls > run.n {
            let good = with_all_among(run.calls_ok, run, luck);
            return run.advanced.saturating_sub(good + run.bad).min(moved);
        }
        if run.calls_failed == 0 {
            return 0;
        }
        if run.n == 1 {
            return moved;
        }
        let share = f64::from(run.calls_failed) / f64::from(run.calls_ok + run.calls_failed);
        self.component_draws(run.component.into())
            .binomial(u64::from(moved), share) as u32
    }

    /// Takes `k` requests out of a run: their customers have left.
    pub(super) fn drop_from_run(&mut self, id: u32, k: u32) {
        let run = &mut self.runs[id];
        run.calls_failed += k;
        run.advanced += k;
        if run.advanced == run.n {
            self.runs.free(id);
        }
    }

    /// Moves requests on to their next dependency, or to their end.
    pub(super) fn next_phase(&mut self, run: &mut Run, at: u64) {
        if run.component == NO_COMPONENT || run.phase == LAST_PHASE {
            self.complete(run, None, at);
            return;
        }
        let component = usize::from(run.component);
        while let Some(&edge) = self.components[component].calls.get(usize::from(run.phase)) {
            let edge = usize::from(edge);
            run.phase += 1;
            if !self.uses(edge, run.journey) {
                continue;
            }
            let per = self.per_request(edge, run);
            let all = run.n;
            if per < 1.0 {
                run.n = self.edge_draws(edge).binomial(u64::from(all), per) as u32;
            }
            let calls = if per > 1.0 {
                (self.edge_draws(edge).round(per * f64::from(run.n)) as u32).max(1)
            } else {
                run.n
            };
            if run.n > 0 {
                self.start_phase(run, edge, calls, at);
            }
            run.n = all - run.n;
            if run.n == 0 {
                return;
            }
        }
        self.complete(run, None, at);
    }

    /// Sends `calls` calls for the requests of a run.
    pub(super) fn start_phase(&mut self, run: &Run, edge: usize, calls: u32, at: u64) {
        let spread = if run.n > 1 {
            (self.step_end - self.now) as u32
        } else {
            0
        };
        let id = self.runs.insert(Run {
            advanced: 0,
            calls,
            calls_ok: 0,
            calls_failed: 0,
            calls_wrong: 0.0,
            bad: 0,
            ..*run
        });
        self.send(edge, id, calls, 1, at, spread);
    }

    pub(super) fn uses(&self, edge: usize, journey: u16) -> bool {
        self.edges[edge].journeys >> journey.min(63) & 1 == 1
    }

    fn per_request(&self, edge: usize, run: &Run) -> f64 {
        let normal = self.edge_knob(edge, EdgeKnob::PerRequest);
        let changed = self.edges[edge].overrides.get(usize::from(run.version));
        changed.and_then(|o| o.per_request).unwrap_or(normal)
    }

    /// Requests have done all they do at their component: they fail or answer.
    pub(super) fn complete(&mut self, run: &Run, failure: Option<FailureKind>, at: u64) {
        if run.component == NO_COMPONENT {
            self.end_journey(run, failure, at);
            return;
        }
        let component = usize::from(run.component);
        if run.receives == WARM_UP {
            self.warmed(component, run.n, failure.is_none());
            return;
        }
        if run.holds_slot {
            let lane = &mut self.components[component].lanes[usize::from(run.lane)];
            let held_s = at.saturating_sub(run.started) as f64 * 1e-6;
            lane.hold.ended(
                held_s,
                f64::from(run.n),
                (self.step_end - self.now) as f64 * 1e-6,
            );
            self.release(component, usize::from(run.lane), run.n, run.started, at);
        }
        if failure.is_none() && run.receives != RIDER && self.components[component].cache.is_some()
        {
            self.filled(component, run.n);
        }
        let own = if failure.is_none() {
            self.own_errors(component, run)
        } else {
            0
        };
        let failed = if failure.is_some() { run.n } else { own };
        self.leak(component, run, failed);
        if failed > 0 {
            let kind = if failure.is_some() {
                FailureKind::Dependency
            } else {
                FailureKind::Error
            };
            self.answer(component, run, failed, Some(kind), at);
        }
        if run.n > failed {
            self.answer(component, run, run.n - failed, None, at);
        }
    }

    /// A warm-up job has read `n` keys.
    fn warmed(&mut self, component: usize, n: u32, ok: bool) {
        let state = &mut self.components[component];
        if let (Some(cache), true) = (&mut state.cache, ok) {
            cache.warm(f64::from(n));
        }
    }

    /// Requests of this group that fail of themselves.
    pub(super) fn own_errors(&mut self, component: usize, run: &Run) -> u32 {
        let state = &self.components[component];
        let share = state.knobs[ComponentKnob::ErrorShare as usize]
            + state
                .laws
                .get(usize::from(run.version))
                .map_or(0.0, |law| law.version_errors);
        if share <= 0.0 {
            return 0;
        }
        self.component_draws(component)
            .binomial(u64::from(run.n), share) as u32
    }

    fn leak(&mut self, component: usize, run: &Run, failed: u32) {
        let laws = &self.components[component].laws;
        let Some(leak) = laws.get(usize::from(run.version)).and_then(|law| law.leak) else {
            return;
        };
        let n = match leak.per {
            LeakPer::Request => run.n,
            LeakPer::Failure => failed,
        };
        let lost = self
            .component_draws(component)
            .binomial(u64::from(n), leak.share);
        if lost > 0 {
            let edge = usize::from(leak.edge.0);
            let most = self.pool_size(edge);
            let now = self.now;
            let state = &mut self.edges[edge];
            if state.leaked <= 0.0 {
                state.leaking_since = now;
            }
            state.leaked = (state.leaked + lost as f64).min(most);
            self.refresh_pool(edge);
        }
    }

    /// A component's answer to its caller, counted on both sides.
    pub(super) fn answer(
        &mut self,
        component: usize,
        run: &Run,
        count: u32,
        failure: Option<FailureKind>,
        at: u64,
    ) {
        let step_end = self.step_end;
        let latency = at.saturating_sub(run.arrived) as f64 * 1e-6;
        let state = &mut self.components[component];
        let shown = if count > 1 && run.var > 0.0 {
            state.recorded = state.recorded.wrapping_add(1);
            spread_out(latency, f64::from(run.var), state.recorded)
        } else {
            latency
        };
        let n = f64::from(count);
        state.totals.request_s -= n * (step_end as f64 - at as f64) * 1e-6;
        state.inside = state.inside.saturating_sub(count);
        state.totals.latency.add_around(latency, shown, n);
        match failure {
            None => state.totals.served += u64::from(count),
            Some(kind) => state.totals.failed[kind as usize] += u64::from(count),
        }
        if run.receives > 0 && self.message_done(component, run, count, failure, at) {
            return;
        }
        let wrong = if failure.is_none() {
            self.own_wrong(component, run, count)
        } else {
            0.0
        };
        let outcome = failure.map_or(
            Outcome::Ok {
                degraded: run.degraded,
            },
            Outcome::Failed,
        );
        self.post(
            run.call,
            count,
            Answer {
                outcome,
                at,
                var: run.var,
                missed: run.missed,
                sellers: run.sellers,
                wrong,
            },
        );
    }

    fn end_journey(&mut self, run: &Run, failure: Option<FailureKind>, at: u64) {
        let index = usize::from(run.journey);
        let latency = at.saturating_sub(run.arrived) as f64 * 1e-6;
        let shown = if run.n > 1 && run.var > 0.0 {
            let state = &mut self.journeys[index];
            state.recorded = state.recorded.wrapping_add(1);
            spread_out(latency, f64::from(run.var), state.recorded)
        } else {
            latency
        };
        let spec = &self.scenario.world.journeys[Self::journey_id(index)];
        let fresh = spec
            .fresh_within
            .is_none_or(|limit| shown <= limit.as_secs_f64());
        let n = u64::from(run.n);
        self.no_longer_open(index, run.arrived, n);
        if run.wrong > 0.0 && failure.is_none() {
            self.count_wrong(index, run);
        }
        let totals = &mut self.journeys[index].totals;
        match failure {
            Some(kind) => totals.failed[kind as usize] += n,
            None if run.degraded || !fresh => totals.degraded += n,
            None => totals.served += n,
        }
        totals.latency.add_around(latency, shown, n as f64);
    }

    /// A worker has handled a message; true when nobody is to be answered (yet).
    fn message_done(
        &mut self,
        worker: usize,
        run: &Run,
        n: u32,
        failure: Option<FailureKind>,
        at: u64,
    ) -> bool {
        let queue = self.components[worker].pulls;
        if queue == NO_COMPONENT {
            return false;
        }
        if failure.is_none() {
            self.overtaken(usize::from(queue), run, n);
            return run.call == NONE;
        }
        let message = Waiting {
            call: run.call,
            n,
            journey: run.journey,
            receives: run.receives,
            at: run.arrived,
            spread: 0,
            sellers: run.sellers,
        };
        let queue = usize::from(queue);
        let laws = &self.components[worker].laws;
        if laws
            .get(usize::from(run.version))
            .is_some_and(|law| law.acks_first)
        {
            self.lose_message(queue, &message, at);
        } else {
            self.message_failed(queue, message, at);
        }
        true
    }

    /// A run template for requests that begin to be worked on.
    pub(super) fn run_of(
        &self,
        component: usize,
        lane: usize,
        work: &Work,
        holds_slot: bool,
    ) -> Run {
        Run {
            component: component as u16,
            lane: lane as u16,
            call: work.call,
            journey: work.journey,
            version: work.version,
            phase: 0,
            holds_slot,
            degraded: false,
            wrong: 0.0,
            calls_wrong: 0.0,
            missed: if work.call == NONE {
                Miss::NONE
            } else {
                self.calls[work.call].tried
            },
            sellers: work.sellers,
            receives: work.receives,
            n: work.n,
            advanced: 0,
            calls: 0,
            calls_ok: 0,
            calls_failed: 0,
            bad: 0,
            last_failure: FailureKind::Error,
            arrived: work.arrived,
            started: work.started,
            var: work.var,
        }
    }
}

/// A number below 1 that rounds alike for the whole life of a run.
fn luck_of(id: u32, run: &Run) -> f64 {
    even(run.arrived as u32 ^ id)
}

/// How many of a run's requests have all of their several calls among `some` of the run's, whichever
/// calls these are (hypergeometric), rounded by `luck`.
fn with_all_among(some: u32, run: &Run, luck: f64) -> u32 {
    let (calls, n, some) = (f64::from(run.calls), f64::from(run.n), f64::from(some));
    let each = run.calls / run.n;
    let left = |taken: u32| {
        let taken = f64::from(taken);
        ((some - taken) / (calls - taken)).max(0.0)
    };
    let mut share = 1.0;
    for taken in 0..each {
        share *= left(taken);
        if share <= 0.0 {
            return 0;
        }
    }
    // Some make one call more.
    let more = (calls / n).fract();
    if more > 0.0 {
        share *= 1.0 - more + more * left(each);
    }
    ((n * share + luck) as u32).min(run.n)
}

//! Groups of requests in progress: from one dependency to the next until they answer.

use crate::base::math::{fast_exp, fast_ln, pow, sqrt};
use crate::base::rng::Draws;
use crate::scenario::action::{ComponentKnob, EdgeKnob};
use crate::scenario::model::{CallOverride, FailureKind, Kind, LeakPer};
use crate::sim::Sim;
use crate::sim::calls::Answer;
use crate::sim::slab::NONE;
use crate::sim::state::{NO_COMPONENT, Outcome, Run, Waiting, Work};

/// Marks runs of a cache's warm-up job, in place of a number of deliveries.
pub(super) const WARM_UP: u16 = u16::MAX;

/// A run that makes one call and then is done (balancers, cache fetches).
pub(super) const LAST_PHASE: u8 = u8::MAX;

impl Sim {
    /// What the version of the caller changes about one dependency.
    pub(super) fn call_override(&self, edge: usize, run: u32) -> CallOverride {
        let overrides = &self.edges[edge].overrides;
        if overrides.is_empty() {
            return CallOverride::default();
        }
        overrides.get(usize::from(self.runs[run].version)).copied().unwrap_or_default()
    }

    /// Results of the calls of a run's phase; whole requests move on.
    pub(super) fn progress(&mut self, id: u32, ok: u32, failed: u32, degraded: bool, answer: Answer) {
        let run = &mut self.runs[id];
        run.calls_ok += ok;
        run.calls_failed += failed;
        if let (Outcome::Failed(kind), true) = (answer.outcome, failed > 0) {
            run.last_failure = kind;
        }
        let one_to_one = run.calls == run.n;
        run.degraded |= degraded && !one_to_one;
        let done = run.calls_ok + run.calls_failed;
        let goal = if done >= run.calls {
            run.n
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
        let bad = if one_to_one { failed.min(moved) } else { self.failed_requests(&part, moved) };
        if over {
            self.runs.free(id);
        }
        part.degraded |= degraded;
        part.var += answer.var;
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
    fn failed_requests(&mut self, run: &Run, moved: u32) -> u32 {
        if run.calls_failed == 0 {
            return 0;
        }
        if run.n == 1 {
            return moved;
        }
        let share = f64::from(run.calls_failed) / f64::from(run.calls_ok + run.calls_failed);
        let per = f64::from(run.calls) / f64::from(run.n);
        let p = if per > 1.0 { 1.0 - pow(1.0 - share, per) } else { share };
        self.component_draws(run.component.into()).binomial(u64::from(moved), p) as u32
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
        let spread = if run.n > 1 { (self.step_end - self.now) as u32 } else { 0 };
        let id = self.runs.insert(Run { advanced: 0, calls, calls_ok: 0, calls_failed: 0, ..*run });
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
            lane.hold.ended(held_s, f64::from(run.n), (self.step_end - self.now) as f64 * 1e-6);
            self.release(component, usize::from(run.lane), run.n, at);
        }
        if failure.is_none() && self.components[component].cache.is_some() {
            self.filled(component, run.n);
        }
        let own = if failure.is_none() { self.own_errors(component, run) } else { 0 };
        let failed = if failure.is_some() { run.n } else { own };
        self.leak(component, run, failed);
        if failed > 0 {
            let kind = if failure.is_some() { FailureKind::Dependency } else { FailureKind::Error };
            self.answer(component, &Run { n: failed, ..*run }, Some(kind), at);
        }
        if run.n > failed {
            self.answer(component, &Run { n: run.n - failed, ..*run }, None, at);
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
            + state.laws.get(usize::from(run.version)).map_or(0.0, |law| law.version_errors);
        if share <= 0.0 {
            return 0;
        }
        self.component_draws(component).binomial(u64::from(run.n), share) as u32
    }

    fn leak(&mut self, component: usize, run: &Run, failed: u32) {
        let laws = &self.components[component].laws;
        let Some(leak) = laws.get(usize::from(run.version)).and_then(|law| law.leak) else { return };
        let n = match leak.per {
            LeakPer::Request => run.n,
            LeakPer::Failure => failed,
        };
        let lost = self.component_draws(component).binomial(u64::from(n), leak.share);
        if lost > 0 {
            let edge = usize::from(leak.edge.0);
            let most = self.pool_size(edge);
            let state = &mut self.edges[edge];
            state.leaked = (state.leaked + lost as f64).min(most);
            self.refresh_pool(edge);
        }
    }

    /// A component's answer to its caller, counted on both sides.
    pub(super) fn answer(&mut self, component: usize, run: &Run, failure: Option<FailureKind>, at: u64) {
        let step_end = self.step_end;
        let latency = at.saturating_sub(run.arrived) as f64 * 1e-6;
        let shown = if run.n > 1 && run.var > 0.0 {
            spread_out(latency, f64::from(run.var), self.component_draws(component))
        } else {
            latency
        };
        let state = &mut self.components[component];
        let n = f64::from(run.n);
        state.totals.request_s -= n * (step_end as f64 - at as f64) * 1e-6;
        state.inside = state.inside.saturating_sub(run.n);
        state.totals.latency.add_around(latency, shown, n);
        match failure {
            None => state.totals.served += u64::from(run.n),
            Some(kind) => state.totals.failed[kind as usize] += u64::from(run.n),
        }
        if run.receives > 0 && self.message_done(component, run, failure, at) {
            return;
        }
        if failure.is_some() {
            self.mark_missed(run.call, run.missed);
        }
        let outcome = failure.map_or(Outcome::Ok { degraded: run.degraded }, Outcome::Failed);
        self.post(run.call, run.n, Answer { outcome, at, var: run.var });
    }

    fn end_journey(&mut self, run: &Run, failure: Option<FailureKind>, at: u64) {
        let index = usize::from(run.journey);
        let spec = &self.scenario.world.journeys[Self::journey_id(index)];
        let latency = at.saturating_sub(run.arrived) as f64 * 1e-6;
        let shown = if run.n > 1 && run.var > 0.0 {
            spread_out(latency, f64::from(run.var), self.edge_draws(usize::from(spec.edge.0)))
        } else {
            latency
        };
        let spec = &self.scenario.world.journeys[Self::journey_id(index)];
        let fresh = spec.fresh_within.is_none_or(|limit| shown <= limit.as_secs_f64());
        let n = u64::from(run.n);
        let totals = &mut self.journeys[index].totals;
        match failure {
            Some(kind) => totals.failed[kind as usize] += n,
            None if run.degraded || !fresh => totals.degraded += n,
            None => totals.served += n,
        }
        totals.latency.add_around(latency, shown, n as f64);
    }

    /// A worker has handled a message; true when nobody is to be answered (yet).
    fn message_done(&mut self, worker: usize, run: &Run, failure: Option<FailureKind>, at: u64) -> bool {
        let Kind::Service(service) = &self.scenario.world.components[Self::component_id(worker)].kind
        else {
            return false;
        };
        let Some(queue) = service.pulls else { return false };
        if failure.is_none() {
            return run.call == NONE;
        }
        let message = Waiting {
            call: run.call,
            n: run.n,
            journey: run.journey,
            receives: run.receives,
            at: run.arrived,
            spread: 0,
        };
        self.message_failed(usize::from(queue.0), message, at);
        true
    }

    /// A run template for requests that begin to be worked on.
    pub(super) fn run_of(&self, component: usize, lane: usize, work: &Work, holds_slot: bool) -> Run {
        Run {
            component: component as u16,
            lane: lane as u16,
            call: work.call,
            journey: work.journey,
            version: work.version,
            phase: 0,
            holds_slot,
            degraded: false,
            missed: if work.call == NONE { NO_COMPONENT } else { self.calls[work.call].missed },
            receives: work.receives,
            n: work.n,
            advanced: 0,
            calls: 0,
            calls_ok: 0,
            calls_failed: 0,
            last_failure: FailureKind::Error,
            arrived: work.arrived,
            started: work.started,
            var: work.var,
        }
    }
}

/// One value of a positive distribution with this mean and variance: a shifted exponential one (as
/// waiting times have) up to a coefficient of variation of 1, a log-normal one above. One random
/// number serves a whole group, so quantiles of the exponential come from a table.
pub(super) fn spread_out(mean: f64, var: f64, draws: &mut Draws) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let cv = sqrt(var) / mean;
    if cv <= 1.0 {
        return mean * (1.0 + cv * (EXPONENTIAL[(draws.bits() >> 58) as usize] - 1.0));
    }
    let s2 = fast_ln(1.0 + cv * cv);
    mean * fast_exp(sqrt(s2) * draws.normal() - 0.5 * s2)
}

/// Mid-quantiles of an exponential variable in 64 equal parts, scaled to mean and variance 1.
const EXPONENTIAL: [f64; 64] = [
    -0.016633, -0.000279, 0.016339, 0.033229, 0.050401, 0.067864, 0.085628, 0.103704,
    0.122102, 0.140835, 0.159915, 0.179355, 0.199168, 0.219371, 0.239977, 0.261004,
    0.282469, 0.304390, 0.326789, 0.349685, 0.373101, 0.397063, 0.421594, 0.446724,
    0.472483, 0.498902, 0.526016, 0.553863, 0.582484, 0.611922, 0.642227, 0.673450,
    0.705649, 0.738887, 0.773233, 0.808763, 0.845563, 0.883726, 0.923357, 0.964574,
    1.007508, 1.052310, 1.099149, 1.148220, 1.199745, 1.253982, 1.311235, 1.371857,
    1.436271, 1.504982, 1.578605, 1.657896, 1.743803, 1.837530, 1.940644, 2.055238,
    2.184191, 2.331625, 2.503738, 2.710485, 2.969410, 3.316071, 3.842366, 4.974246,
];

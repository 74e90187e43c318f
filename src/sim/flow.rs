//! Lanes that are advanced as a flow or by turnover: what fits into the step's capacity, and the
//! backlog of what does not. Look-ups of caches end here as well.

use crate::base::math::{fast_ln, sqrt};
use crate::scenario::action::ComponentKnob;
use crate::scenario::model::FailureKind;
use crate::sim::Sim;
use crate::sim::known::Miss;
use crate::sim::runs::LAST_PHASE;
use crate::sim::slab::NONE;
use crate::sim::state::{Mode, Waiting, Work};
use crate::sim::station::work_of;

impl Sim {
    /// Serves the backlog of a lane that is advanced as a flow.
    pub(super) fn serve_backlog(&mut self, component: usize, lane: usize) {
        let newest_first =
            self.components[component].knobs[ComponentKnob::NewestFirst as usize] >= 0.5;
        loop {
            let state = &self.components[component].lanes[lane];
            if state.mode == Mode::OneByOne || state.budget < 1.0 || state.queue.is_empty() {
                return;
            }
            let most = state.budget as u32;
            let at = self.now;
            if let Some(group) = self.take_waiting(component, lane, most, newest_first, at) {
                self.serve_in_flow(component, lane, group, true);
            }
        }
    }

    pub(super) fn arrive_in_flow(&mut self, component: usize, lane: usize, group: Waiting) {
        let state = &self.components[component].lanes[lane];
        // Below saturation the waiting law covers the noise of a step: it may be overdrawn.
        let stationary = state.mode == Mode::Flow && state.law_rho < 0.97;
        let slack = if stationary {
            3.0 * sqrt(state.capacity)
        } else {
            0.0
        };
        let room = (state.budget + slack).max(0.0) as u32;
        let k = if state.queue.is_empty() {
            group.n.min(room)
        } else {
            0
        };
        if k > 0 {
            self.serve_in_flow(component, lane, Waiting { n: k, ..group }, false);
        }
        if k < group.n {
            self.enqueue(
                component,
                lane,
                Waiting {
                    n: group.n - k,
                    ..group
                },
            );
        }
    }

    /// Serves a group out of this step's capacity.
    pub(super) fn serve_in_flow(
        &mut self,
        component: usize,
        lane: usize,
        group: Waiting,
        backlogged: bool,
    ) {
        if self.components[component].lanes[lane].mode == Mode::Turnover {
            self.start_by_turnover(component, lane, group, backlogged);
            return;
        }
        self.by_version(component, group.n, |sim, version, n| {
            sim.serve_version(component, lane, Waiting { n, ..group }, version, backlogged);
        });
    }

    /// Serves requests by one version out of this step's capacity.
    fn serve_version(
        &mut self,
        component: usize,
        lane: usize,
        group: Waiting,
        version: u8,
        backlogged: bool,
    ) {
        let law = self.service_law(component, version);
        let (mean, cv2) = law.mixed;
        let (now, dt) = (self.now, (self.step_end - self.now) as f64);
        let state = &mut self.components[component].lanes[lane];
        let used = (state.capacity - state.budget + f64::from(group.n) * 0.5).max(0.0);
        state.budget -= f64::from(group.n);
        let speed = state.speed.max(1e-6);
        let (share, given) = (state.wait_share, state.wait_mean);
        let service = mean / speed;
        self.count_cpu(component, group.n);
        let (wait, done_at, var);
        if backlogged {
            let part = (used / self.components[component].lanes[lane].capacity.max(1.0)).min(1.0);
            let served_at = (now + (dt * part) as u64).max(group.at);
            wait = served_at.saturating_sub(group.at) as f64 * 1e-6;
            done_at = served_at + (service * 1e6) as u64;
            var = service * service * cv2;
        } else if group.n == 1 {
            let draws = self.component_draws(component);
            let waits = draws.uniform() < share;
            wait = if waits {
                draws.exponential() * given
            } else {
                0.0
            };
            let (u, v) = (draws.uniform(), draws.uniform());
            done_at = group.at + ((wait + law.sample(u, v) / speed) * 1e6) as u64;
            var = 0.0;
        } else {
            let mean_wait = share * given;
            done_at = group.at + ((mean_wait + service) * 1e6) as u64;
            var = service * service * cv2 + share * (2.0 - share) * given * given;
            wait = self.sample_wait(component, share, given);
        }
        let totals = &mut self.components[component].totals;
        totals.busy_s += f64::from(group.n) * service;
        totals.wait.add(wait, f64::from(group.n));
        if !backlogged && wait > 0.0 {
            totals.waited += f64::from(group.n);
        }
        let work = Work {
            version,
            done_at,
            var: var as f32,
            ..work_of(&group, group.at)
        };
        let run = self.run_of(component, lane, &work, false);
        if self.components[component].cache.is_some() {
            self.look_up(component, lane, &work, done_at);
        } else {
            self.complete(&run, None, done_at);
        }
    }

    /// Starts a group out of this step's number of starts.
    fn start_by_turnover(
        &mut self,
        component: usize,
        lane: usize,
        group: Waiting,
        backlogged: bool,
    ) {
        let (now, dt) = (self.now, (self.step_end - self.now) as f64);
        let state = &mut self.components[component].lanes[lane];
        let used = (state.capacity - state.budget + f64::from(group.n) * 0.5).max(0.0);
        state.budget -= f64::from(group.n);
        let (share, given) = (state.wait_share, state.wait_mean);
        let at = if backlogged {
            // Slots that are held for as long as a step or longer came free during the last one.
            let turns = state.hold.fast_s * 1e6 / dt;
            let lag = dt * state.hold.slow_share.max(turns).min(1.0);
            let part = (used / state.capacity.max(1.0)).min(1.0);
            (now as f64 + dt * part - lag) as u64
        } else {
            group.at + (share * given * 1e6) as u64
        };
        let at = at.max(group.at);
        let wait = if backlogged {
            (at - group.at) as f64 * 1e-6
        } else {
            self.sample_wait(component, share, given)
        };
        let totals = &mut self.components[component].totals;
        totals.wait.add(wait, f64::from(group.n));
        if !backlogged && wait > 0.0 {
            totals.waited += f64::from(group.n);
        }
        self.start(component, lane, group, at);
    }

    fn sample_wait(&mut self, component: usize, share: f64, given: f64) -> f64 {
        if share <= 0.0 {
            return 0.0;
        }
        let u = self.component_draws(component).uniform();
        if u < share {
            -given * fast_ln(u / share)
        } else {
            0.0
        }
    }

    /// A look-up is done: hits answer, misses are fetched.
    pub(super) fn look_up(&mut self, component: usize, lane: usize, work: &Work, at: u64) {
        let Some(cache) = &mut self.components[component].cache else {
            return;
        };
        cache.pass_until(at);
        let fills = cache.fills();
        let tried = if work.call == NONE {
            Miss::NONE
        } else {
            self.calls[work.call].tried
        };
        let tried_before = usize::from(tried.cache) == component;
        let again = if tried_before { tried.share } else { 0.0 };
        let hit_share = if tried_before {
            let again = f64::from(tried.share);
            again * cache.hit_share_after_miss(tried.fills) + (1.0 - again) * cache.hit_share()
        } else {
            cache.hit_share()
        };
        let missed = Miss {
            cache: component as u16,
            share: 1.0,
            fills,
        };
        let hits = self
            .component_draws(component)
            .binomial(u64::from(work.n), hit_share) as u32;
        if let Some(cache) = &mut self.components[component].cache {
            cache.learn(f64::from(hits), f64::from(work.n - hits));
        }
        self.mark_missed(work.call, missed, work.n - hits, again * work.n as f32);
        let totals = &mut self.components[component].totals;
        totals.hits += u64::from(hits);
        totals.misses += u64::from(work.n - hits);
        if hits > 0 {
            let run = self.run_of(component, lane, &Work { n: hits, ..*work }, false);
            let errors = self.own_errors(component, &run);
            let mut hit = run;
            if usize::from(hit.missed.cache) == component {
                // What it knew of another cache's keys stays true.
                hit.missed = Miss::NONE;
            }
            if errors > 0 {
                self.answer(component, &hit, errors, Some(FailureKind::Error), at);
            }
            if hits > errors {
                self.answer(component, &hit, hits - errors, None, at);
            }
        }
        let misses = work.n - hits;
        if misses > 0 {
            let mut run = self.run_of(component, lane, &Work { n: misses, ..*work }, false);
            run.phase = LAST_PHASE;
            run.missed = missed;
            self.fetch(component, &run, tried_before && tried.share > 0.5, at);
        }
    }
}

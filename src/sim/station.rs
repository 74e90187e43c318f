//! Stations: slots with a queue in front.
//!
//! Three ways to advance one, chosen every step by how much happens in it:
//! * **one by one**: each group (often of one request) is started when a slot is free and ends at a
//!   drawn time; exact in distribution for small systems, first-in-first-out to the microsecond;
//! * **as a flow**, where a step sees dozens of completions: what fits into the step's capacity is
//!   served with the stationary waiting time for the current rate, what does not fit waits in an
//!   explicit backlog;
//! * **by turnover**, where slots are held while dependencies are called but are used several times
//!   in a step: as a flow, with the number of starts given by the free slots and the time one is held.

use crate::base::math::{erlang_c, exp, fast_exp, fast_ln, normal_quantile, sqrt};
use crate::base::rng::Draws;
use crate::scenario::action::ComponentKnob;
use crate::scenario::model::{FailureKind, Kind, Leak, Version};
use crate::sim::Sim;
use crate::sim::runs::LAST_PHASE;
use crate::sim::slab::NONE;
use crate::sim::state::{Lane, Miss, Mode, Waiting, Work};

/// Completions in a step from which on a station is advanced as a flow.
const FLOW_FROM: f64 = 32.0;

/// Parts with drawn times into which a group that takes longer than a step is cut.
const STRATA: u32 = 4;

/// Groups that arrive together are cut into at most so many pieces where slots are scarce.
const PIECES: u32 = 8;

/// What a station knows about the time one request takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceLaw {
    mean_s: f64,
    cv2: f64,
    slow_share: f64,
    slow_factor: f64,
    /// Share of requests that fail because of the version.
    pub(super) version_errors: f64,
    /// Connections the version forgets.
    pub(super) leak: Option<Leak>,
    /// Mean and squared coefficient of variation with the slow requests mixed in.
    mixed: (f64, f64),
}

impl ServiceLaw {
    fn mix(&self) -> (f64, f64) {
        let (p, f) = (self.slow_share, self.slow_factor.max(1.0));
        let mean = 1.0 - p + p * f;
        let second = (1.0 + self.cv2) * (1.0 - p + p * f * f);
        (self.mean_s * mean, second / (mean * mean) - 1.0)
    }

    /// One service time at rank `u`, ordinary or slow by `v`, both uniform in (0, 1).
    fn sample(&self, u: f64, v: f64) -> f64 {
        let mean = if v < self.slow_share { self.mean_s * self.slow_factor } else { self.mean_s };
        if self.cv2 <= 0.0 {
            mean
        } else if (self.cv2 - 1.0).abs() < 1e-9 {
            -mean * fast_ln(u)
        } else {
            let s2 = fast_ln(1.0 + self.cv2);
            mean * fast_exp(sqrt(s2) * normal_quantile(u) - 0.5 * s2)
        }
    }
}

impl Sim {
    pub(super) fn component_draws(&mut self, component: usize) -> &mut Draws {
        let (step, moment) = (self.step_number, self.now);
        let state = &mut self.components[component];
        if state.stamp != step {
            state.stamp = step;
            state.draws = state.stream.at(moment);
        }
        &mut state.draws
    }

    /// Service times of all versions of a component, for the parameters of now.
    pub(super) fn service_laws(&self, component: usize) -> Vec<ServiceLaw> {
        let state = &self.components[component];
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let law_of = |version: Option<&Version>| {
            let factor = version.map_or(1.0, |v| v.time_factor);
            let mut law = ServiceLaw {
                mean_s: spec.station.time.mean.as_secs_f64()
                    * state.knobs[ComponentKnob::TimeFactor as usize]
                    * factor,
                cv2: spec.station.time.cv2,
                slow_share: state.knobs[ComponentKnob::SlowShare as usize],
                slow_factor: state.knobs[ComponentKnob::SlowFactor as usize],
                version_errors: version.map_or(0.0, |v| v.error_share),
                leak: version.and_then(|v| v.leak),
                mixed: (0.0, 0.0),
            };
            law.mixed = law.mix();
            law
        };
        match &spec.kind {
            Kind::Service(service) if !service.versions.is_empty() => {
                service.versions.iter().map(|v| law_of(Some(v))).collect()
            }
            _ => vec![law_of(None)],
        }
    }

    fn service_law(&self, component: usize, version: u8) -> ServiceLaw {
        self.components[component].laws[usize::from(version)]
    }

    /// Prepares a lane for this step: its speed, and its capacity if it is advanced as a flow.
    pub(super) fn begin_lane(&mut self, component: usize, lane: usize, dt_s: f64) {
        let law = self.service_law(component, self.components[component].fleet.current);
        let (mean, cv2) = law.mixed;
        let base_speed = self.speed_of(component);
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let is_leaf = self.components[component].is_leaf;
        let slowdown = &spec.station.slowdown;
        let cpu = spec.station.cpu;
        let (now, last_s) = (self.now, self.last_step_s);
        let instances = f64::from(self.components[component].instances);
        let state = &mut self.components[component].lanes[lane];
        let mut speed = base_speed;
        for slow in slowdown.iter().rev() {
            if state.queued >= slow.queued {
                speed *= slow.speed;
                break;
            }
        }
        state.speed = speed;
        if last_s > 0.0 {
            smooth_rate(state, last_s);
        }
        // What was left of the last step's budget, or overdrawn within the stationary noise.
        let carried = if state.mode == Mode::Flow && (state.queued > 0 || state.budget < 0.0) {
            state.budget.min(1.0)
        } else {
            0.0
        };
        let last_starts = state.hold.started;
        state.hold.smooth(mean / speed.max(1e-6));
        let limited = state.slots != u32::MAX;
        let cores = cpu.map(|c| c.cores * instances * state.share.max(1e-9) / c.time.as_secs_f64().max(1e-9));
        let by_slots = if mean > 0.0 { f64::from(state.slots) / mean } else { f64::INFINITY };
        let per_s = cores.map_or(by_slots, |c| c.min(by_slots));
        let busy = state.rate * dt_s > 16.0;
        state.mode = if is_leaf && limited && per_s * dt_s > FLOW_FROM && mean < dt_s * 0.5 {
            Mode::Flow
        } else if !is_leaf && limited && busy && state.slots > 16 {
            Mode::Turnover
        } else {
            Mode::OneByOne
        };
        if state.mode == Mode::OneByOne {
            return;
        }
        if state.mode == Mode::Flow {
            state.hold.mean_s = mean / speed.max(1e-6);
        }
        let free = f64::from(state.free_slots());
        let (capacity, cv2, hold) = if state.mode == Mode::Flow {
            (per_s * dt_s * speed * free / f64::from(state.slots).max(1.0), cv2, mean)
        } else {
            // Short holders of the last step are on their way out and free their slots at once.
            let leaving = last_starts / dt_s * state.hold.fast_s * (1.0 - state.hold.slow_share);
            let free = free + leaving.min(f64::from(state.busy));
            let by_slots = state.hold.starts(free, dt_s);
            let capacity = cores.map_or(by_slots, |c| by_slots.min(c * dt_s * speed));
            (if speed > 0.0 { capacity } else { 0.0 }, 1.0, state.hold.mean_s * speed)
        };
        let is_noisy = state.mode == Mode::Flow && capacity > 0.0 && capacity < 1e4 && state.queued > 0;
        let noise = if cv2 > 0.0 && is_noisy {
            self.component_draws(component).normal() * sqrt(capacity * cv2)
        } else {
            0.0
        };
        let state = &mut self.components[component].lanes[lane];
        state.capacity = capacity;
        state.budget = (capacity + noise).max(0.0) + carried;
        let law_is_old = state.law_at == u64::MAX || now >= state.law_at + 500_000;
        if law_is_old && speed > 0.0 {
            refresh_waiting_law(state, hold / speed, cv2, cores.map(|c| c * speed), now);
        }
    }

    /// Groups that have arrived at a lane, at their times.
    pub(super) fn arrive(&mut self, component: usize, lane: usize, group: Waiting) {
        let state = &mut self.components[component].lanes[lane];
        state.step_arrivals += group.n;
        if state.mode != Mode::OneByOne {
            self.arrive_in_flow(component, lane, group);
            return;
        }
        let slots = state.slots;
        let whole = u64::from(group.spread) * 2 > self.step_end - self.now;
        if slots != u32::MAX && group.n > 1 && group.n > slots / 2 && whole {
            let pieces = (group.n * 2 / slots.max(1) + 1).clamp(2, PIECES).min(group.n);
            let mut left = group.n;
            let start = group.at.saturating_sub(u64::from(group.spread / 2));
            for piece in 0..pieces {
                let n = left / (pieces - piece);
                left -= n;
                let spread = group.spread / pieces;
                let at = start + u64::from(spread) * u64::from(piece) + u64::from(spread / 2);
                self.advance_lane(component, lane, at);
                self.arrive_one_by_one(component, lane, Waiting { n, at, spread, ..group });
            }
            return;
        }
        self.advance_lane(component, lane, group.at);
        self.arrive_one_by_one(component, lane, group);
    }

    fn arrive_one_by_one(&mut self, component: usize, lane: usize, group: Waiting) {
        let state = &self.components[component].lanes[lane];
        let free = if state.slots == u32::MAX { u32::MAX } else { state.free_slots() };
        let can_start = state.speed > 0.0 && state.queue.is_empty();
        let k = if can_start { group.n.min(free) } else { 0 };
        if k > 0 {
            self.components[component].totals.wait.add(0.0, f64::from(k));
            self.start(component, lane, Waiting { n: k, ..group }, group.at);
        }
        if k < group.n {
            self.enqueue(component, lane, Waiting { n: group.n - k, ..group });
        }
    }

    /// Puts a group into the queue; what finds no room is refused.
    fn enqueue(&mut self, component: usize, lane: usize, group: Waiting) {
        let limit = self.components[component].knobs[ComponentKnob::QueueLimit as usize];
        let state = &mut self.components[component].lanes[lane];
        let room = (limit * state.share - f64::from(state.queued)).max(0.0);
        let k = if room >= f64::from(group.n) { group.n } else { room as u32 };
        if k > 0 {
            state.queue.push_back(Waiting { n: k, ..group });
            state.queued += k;
            self.components[component].totals.waited += f64::from(k);
        }
        if k < group.n {
            self.refuse(component, &Waiting { n: group.n - k, ..group }, FailureKind::Refused, group.at);
        }
    }

    /// Answers requests that were never worked on.
    pub(super) fn refuse(&mut self, component: usize, group: &Waiting, kind: FailureKind, at: u64) {
        let work = Work { n: group.n, ..work_of(group, at) };
        let run = self.run_of(component, 0, &work, false);
        self.answer(component, &run, Some(kind), at);
    }

    /// Starts waiting requests on free slots at `at`.
    pub(super) fn start_waiting(&mut self, component: usize, lane: usize, at: u64) {
        let newest_first = self.components[component].knobs[ComponentKnob::NewestFirst as usize] >= 0.5;
        loop {
            let state = &self.components[component].lanes[lane];
            if state.speed <= 0.0 || state.queue.is_empty() || state.free_slots() == 0 {
                return;
            }
            let most = state.free_slots();
            if let Some(group) = self.take_waiting(component, lane, most, newest_first, at) {
                let waited = at.saturating_sub(group.at) as f64 * 1e-6;
                self.components[component].totals.wait.add(waited, f64::from(group.n));
                self.start(component, lane, group, at.max(group.at));
            }
        }
    }

    /// Takes at most `most` requests from the queue; `None` when they had expired and were dropped.
    fn take_waiting(
        &mut self,
        component: usize,
        lane: usize,
        most: u32,
        newest: bool,
        at: u64,
    ) -> Option<Waiting> {
        let state = &self.components[component].lanes[lane];
        let mut group = *if newest { state.queue.back() } else { state.queue.front() }?;
        let drops = self.components[component].knobs[ComponentKnob::DropExpired as usize] >= 0.5;
        if drops && group.call != NONE && self.is_expired(group.call, at) {
            self.drop_waiting(component, lane, newest, at);
            return None;
        }
        let state = &mut self.components[component].lanes[lane];
        let entry = if newest { state.queue.back_mut() } else { state.queue.front_mut() }?;
        let k = group.n.min(most);
        if k == group.n {
            if newest { state.queue.pop_back() } else { state.queue.pop_front() };
        } else {
            // The first of a group arrived earlier than its last: both parts keep their own middle.
            let first = group.at.saturating_sub(u64::from(group.spread / 2));
            let part = (u64::from(group.spread) * u64::from(k) / u64::from(group.n)) as u32;
            entry.n -= k;
            entry.spread = group.spread - part;
            entry.at = first + u64::from(part) + u64::from(entry.spread / 2);
            group.at = first + u64::from(part / 2);
            group.spread = part;
            group.n = k;
        }
        state.queued -= k;
        Some(group)
    }

    /// Throws the next waiting requests away: their callers have given up.
    fn drop_waiting(&mut self, component: usize, lane: usize, newest: bool, at: u64) {
        let state = &self.components[component].lanes[lane];
        let Some(group) = (if newest { state.queue.back() } else { state.queue.front() }).copied()
        else {
            return;
        };
        let k = self.first_part(group.call, group.n);
        let inside_s = (self.step_end as f64 - at as f64) * 1e-6;
        let state = &mut self.components[component];
        state.totals.dropped += u64::from(k);
        state.totals.request_s -= f64::from(k) * inside_s;
        state.inside = state.inside.saturating_sub(k);
        let lane = &mut state.lanes[lane];
        lane.queued -= k;
        if k == group.n {
            if newest { lane.queue.pop_back() } else { lane.queue.pop_front() };
        } else if let Some(entry) = if newest { lane.queue.back_mut() } else { lane.queue.front_mut() } {
            entry.n -= k;
        }
        self.forget_work(group.call, k);
    }

    /// Requests begin to be worked on.
    pub(super) fn start(&mut self, component: usize, lane: usize, group: Waiting, at: u64) {
        let (step_end, dt_s) = (self.step_end, (self.step_end - self.now) as f64 * 1e-6);
        let state = &mut self.components[component];
        let limited = state.lanes[lane].slots != u32::MAX;
        if limited {
            state.lanes[lane].busy += group.n;
            state.lanes[lane].hold.started += f64::from(group.n);
        }
        state.totals.busy_s += f64::from(group.n) * (step_end as f64 - at as f64) * 1e-6;
        let mut share = VersionShare::new(&state.fleet.ready, group.n);
        while let Some((version, n)) = share.next(self, component) {
            self.start_version(component, lane, Waiting { n, ..group }, version, at, dt_s);
        }
    }

    fn start_version(
        &mut self,
        component: usize,
        lane: usize,
        group: Waiting,
        version: u8,
        at: u64,
        dt_s: f64,
    ) {
        let law = self.service_law(component, version);
        let speed = self.components[component].lanes[lane].speed.max(1e-6);
        self.count_cpu(component, group.n);
        let limited = self.components[component].lanes[lane].slots != u32::MAX;
        let work = Work { version, started: at, ..work_of(&group, at) };
        if law.mean_s <= 0.0 {
            self.finish(component, lane, &Work { done_at: at, ..work });
            return;
        }
        if group.n > 1 && law.mean_s * law.slow_factor.max(1.0) / speed < dt_s * 0.25 {
            let (mean, cv2) = law.mixed;
            let done_at = at + (mean / speed * 1e6) as u64;
            let var = (mean * mean * cv2 / (speed * speed)) as f32;
            let work = Work { done_at, var, ..work };
            let one_by_one = self.components[component].lanes[lane].mode == Mode::OneByOne;
            if limited && one_by_one && done_at < self.step_end {
                self.push_work(component, lane, work);
            } else {
                self.finish(component, lane, &work);
            }
            return;
        }
        let pieces = if law.cv2 <= 0.0 && law.slow_share <= 0.0 {
            1
        } else if group.n <= 4 {
            group.n
        } else {
            STRATA
        };
        let mut left = group.n;
        for piece in 0..pieces {
            let n = left / (pieces - piece);
            left -= n;
            let draws = self.component_draws(component);
            let (mut u, v) = (draws.uniform(), draws.uniform());
            if group.n > 4 {
                u = (f64::from(piece) + u) / f64::from(pieces);
            }
            let secs = law.sample(u, v) / speed;
            let done_at = at + (secs * 1e6) as u64;
            self.push_work(component, lane, Work { n, done_at, ..work });
        }
    }

    fn push_work(&mut self, component: usize, lane: usize, work: Work) {
        let state = &mut self.components[component];
        state.sequence = state.sequence.wrapping_add(1);
        state.lanes[lane].work.push(Work { sequence: state.sequence, ..work });
        if work.done_at < self.step_end {
            self.mark_dirty(component);
        }
    }

    fn count_cpu(&mut self, component: usize, n: u32) {
        let spec = &self.scenario.world.components[Self::component_id(component)];
        if let Some(cpu) = spec.station.cpu {
            self.components[component].totals.cpu_s += f64::from(n) * cpu.time.as_secs_f64();
        }
    }

    /// Ends everything in a lane that ends before `until`, in order.
    pub(super) fn advance_lane(&mut self, component: usize, lane: usize, until: u64) {
        let until = until.min(self.step_end);
        while let Some(work) = self.components[component].lanes[lane].work.peek().copied() {
            if work.done_at >= until {
                return;
            }
            self.components[component].lanes[lane].work.pop();
            if work.release_only {
                self.release_now(component, lane, work.n, work.done_at);
            } else {
                self.finish(component, lane, &work);
            }
        }
    }

    /// Own work is done: look-ups hit or miss, leaves answer, others call their dependencies.
    pub(super) fn finish(&mut self, component: usize, lane: usize, work: &Work) {
        let at = work.done_at;
        let is_leaf = self.components[component].is_leaf;
        if self.components[component].cache.is_some() {
            self.release(component, lane, work.n, at);
            self.look_up(component, lane, work, at);
        } else if is_leaf {
            let run = self.run_of(component, lane, work, true);
            self.complete(&run, None, at);
        } else {
            let mut run = self.run_of(component, lane, work, true);
            self.next_phase(&mut run, at);
        }
    }

    /// Slots become free at `at`, which may lie beyond this step.
    pub(super) fn release(&mut self, component: usize, lane: usize, n: u32, at: u64) {
        if at >= self.step_end {
            if self.components[component].lanes[lane].slots == u32::MAX {
                let step_end = self.step_end;
                self.components[component].totals.busy_s -=
                    f64::from(n) * (step_end as f64 - at as f64) * 1e-6;
                return;
            }
            let work = Work { n, done_at: at, release_only: true, ..Work::nothing() };
            self.push_work(component, lane, work);
        } else {
            self.release_now(component, lane, n, at);
        }
    }

    fn release_now(&mut self, component: usize, lane: usize, n: u32, at: u64) {
        let step_end = self.step_end;
        let state = &mut self.components[component];
        state.totals.busy_s -= f64::from(n) * (step_end as f64 - at as f64) * 1e-6;
        if state.lanes[lane].slots == u32::MAX {
            return;
        }
        state.lanes[lane].busy = state.lanes[lane].busy.saturating_sub(n);
        if state.lanes[lane].mode != Mode::OneByOne {
            return;
        }
        if !state.lanes[lane].queue.is_empty() {
            self.start_waiting(component, lane, at);
        }
        self.pull(component, at);
    }

    /// Serves the backlog of a lane that is advanced as a flow.
    pub(super) fn serve_backlog(&mut self, component: usize, lane: usize) {
        let newest_first = self.components[component].knobs[ComponentKnob::NewestFirst as usize] >= 0.5;
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

    fn arrive_in_flow(&mut self, component: usize, lane: usize, group: Waiting) {
        let state = &self.components[component].lanes[lane];
        // Below saturation the waiting law covers the noise of a step: it may be overdrawn.
        let stationary = state.mode == Mode::Flow && state.law_rho < 0.97;
        let slack = if stationary { 3.0 * sqrt(state.capacity) } else { 0.0 };
        let room = (state.budget + slack).max(0.0) as u32;
        let k = if state.queue.is_empty() { group.n.min(room) } else { 0 };
        if k > 0 {
            self.serve_in_flow(component, lane, Waiting { n: k, ..group }, false);
        }
        if k < group.n {
            self.enqueue(component, lane, Waiting { n: group.n - k, ..group });
        }
    }

    /// Serves a group out of this step's capacity.
    fn serve_in_flow(&mut self, component: usize, lane: usize, group: Waiting, backlogged: bool) {
        if self.components[component].lanes[lane].mode == Mode::Turnover {
            self.start_by_turnover(component, lane, group, backlogged);
            return;
        }
        let mut share = VersionShare::new(&self.components[component].fleet.ready, group.n);
        while let Some((version, n)) = share.next(self, component) {
            self.serve_version(component, lane, Waiting { n, ..group }, version, backlogged);
        }
    }

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
            wait = if waits { draws.exponential() * given } else { 0.0 };
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
        let work = Work { version, done_at, var: var as f32, ..work_of(&group, group.at) };
        let run = self.run_of(component, lane, &work, false);
        if self.components[component].cache.is_some() {
            self.look_up(component, lane, &work, done_at);
        } else {
            self.complete(&run, None, done_at);
        }
    }

    /// Starts a group out of this step's number of starts.
    fn start_by_turnover(&mut self, component: usize, lane: usize, group: Waiting, backlogged: bool) {
        let (now, dt) = (self.now, (self.step_end - self.now) as f64);
        let state = &mut self.components[component].lanes[lane];
        let used = (state.capacity - state.budget + f64::from(group.n) * 0.5).max(0.0);
        state.budget -= f64::from(group.n);
        let (share, given) = (state.wait_share, state.wait_mean);
        let at = if backlogged {
            // Slots that were held for long came free during the last step, half of one ago on average.
            let lag = dt * 0.5 * state.hold.slow_share;
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
        if u < share { -given * fast_ln(u / share) } else { 0.0 }
    }

    /// A look-up is done: hits answer, misses are fetched.
    fn look_up(&mut self, component: usize, lane: usize, work: &Work, at: u64) {
        let Some(cache) = &mut self.components[component].cache else { return };
        cache.pass_until(at);
        let fills = cache.fills();
        let tried = if work.call == NONE { Miss::NONE } else { self.calls[work.call].tried };
        let tried_before = usize::from(tried.cache) == component;
        let hit_share = if tried_before {
            let again = f64::from(tried.share);
            again * cache.hit_share_after_miss(tried.fills) + (1.0 - again) * cache.hit_share()
        } else {
            cache.hit_share()
        };
        let missed = Miss { cache: component as u16, share: 1.0, fills };
        let hits = self.component_draws(component).binomial(u64::from(work.n), hit_share) as u32;
        if let Some(cache) = &mut self.components[component].cache {
            cache.learn(f64::from(hits), f64::from(work.n - hits));
        }
        let totals = &mut self.components[component].totals;
        totals.hits += u64::from(hits);
        totals.misses += u64::from(work.n - hits);
        if hits > 0 {
            let run = self.run_of(component, lane, &Work { n: hits, ..*work }, false);
            let errors = self.own_errors(component, &run);
            let mut hit = run;
            hit.n -= errors;
            if errors > 0 {
                hit.n = errors;
                self.answer(component, &hit, Some(FailureKind::Error), at);
                hit.n = hits - errors;
            }
            if hit.n > 0 {
                self.answer(component, &hit, None, at);
            }
        }
        let misses = work.n - hits;
        if misses > 0 {
            let mut run = self.run_of(component, lane, &Work { n: misses, ..*work }, false);
            run.phase = LAST_PHASE;
            run.missed = missed;
            self.mark_missed(work.call, missed, misses);
            self.fetch(component, &run, tried_before && tried.share > 0.5, at);
        }
    }
}

/// Deals a group out over the versions that run, by their instances.
struct VersionShare {
    version: usize,
    left: u32,
    instances_left: u32,
}

impl VersionShare {
    fn new(ready: &[u32], n: u32) -> Self {
        Self { version: 0, left: n, instances_left: ready.iter().sum() }
    }

    fn next(&mut self, sim: &mut Sim, component: usize) -> Option<(u8, u32)> {
        while self.left > 0 {
            let ready = &sim.components[component].fleet.ready;
            let version = self.version;
            let last = version + 1 >= ready.len();
            let here = ready.get(version).copied().unwrap_or(0);
            self.version += 1;
            let n = if last || here >= self.instances_left {
                self.left
            } else {
                let p = f64::from(here) / f64::from(self.instances_left);
                sim.component_draws(component).binomial(u64::from(self.left), p) as u32
            };
            self.instances_left -= here.min(self.instances_left);
            self.left -= n;
            if n > 0 {
                return Some((version as u8, n));
            }
        }
        None
    }
}

/// Keeps a smoothed rate of arrivals; a jump beyond noise is believed at once.
fn smooth_rate(state: &mut Lane, dt_s: f64) {
    const MEMORY_S: f64 = 5.0;
    let seen = f64::from(state.step_arrivals) / dt_s;
    state.step_arrivals = 0;
    let deviation = sqrt((state.rate.max(seen) / dt_s).max(1.0));
    if (seen - state.rate).abs() > 6.0 * deviation {
        state.rate_age_s = 0.0;
    }
    // A plain mean since the jump until it is as long as the memory.
    state.rate += (seen - state.rate) * (dt_s / (state.rate_age_s + dt_s));
    state.rate_age_s = (state.rate_age_s + dt_s).min(MEMORY_S);
}

/// The stationary waiting law of M/G/c for the lane's rate (Erlang C, Pollaczek–Khinchine factor).
fn refresh_waiting_law(state: &mut Lane, mean: f64, cv2: f64, cpu_per_s: Option<f64>, now: u64) {
    state.law_at = now;
    let by_slots = f64::from(state.slots) / mean.max(1e-12);
    // Where the processor is the limit, it is the server: as many as give its rate.
    let servers = cpu_per_s.map_or(f64::from(state.slots), |c| (c * mean).min(by_slots * mean));
    let servers = servers.max(1.0);
    let rho = (state.rate * mean / servers).min(0.995);
    if rho <= 0.0 {
        state.wait_share = 0.0;
        state.law_rho = 0.0;
        return;
    }
    state.wait_mean = mean * (1.0 + cv2) * 0.5 / (servers * (1.0 - rho));
    if (state.law_servers - servers).abs() < 0.5 && (state.law_rho - rho).abs() < 0.001 {
        return;
    }
    state.law_rho = rho;
    state.law_servers = servers;
    state.wait_share = if servers <= 64.0 {
        erlang_c(servers as u32, rho * f64::from(servers as u32))
    } else {
        halfin_whitt(servers, rho)
    };
}

/// Erlang's delay probability for many servers (Halfin and Whitt 1981).
fn halfin_whitt(servers: f64, rho: f64) -> f64 {
    let beta = (1.0 - rho) * sqrt(servers);
    if beta > 6.0 {
        return 0.0;
    }
    let density = exp(-0.5 * beta * beta) * 0.398_942_280_401_432_7;
    // Zelen and Severo's rational approximation of the normal distribution.
    let t = 1.0 / (1.0 + 0.231_641_9 * beta);
    let tail = density
        * t
        * (0.319_381_530
            + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    1.0 / (1.0 + beta * (1.0 - tail) / density)
}

/// Work for a group that starts at `at`.
fn work_of(group: &Waiting, at: u64) -> Work {
    Work {
        done_at: at,
        sequence: 0,
        call: group.call,
        n: group.n,
        journey: group.journey,
        receives: group.receives,
        version: 0,
        release_only: false,
        arrived: group.at,
        started: at,
        var: 0.0,
    }
}

impl Work {
    /// No requests; a base for releases.
    pub(super) fn nothing() -> Self {
        Self {
            done_at: 0,
            sequence: 0,
            call: NONE,
            n: 0,
            journey: 0,
            receives: 0,
            version: 0,
            release_only: false,
            arrived: 0,
            started: 0,
            var: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_servers_follow_erlang() {
        for (servers, rho) in [(100, 0.95), (200, 0.9), (400, 0.97)] {
            let exact = erlang_c(servers, rho * f64::from(servers));
            let got = halfin_whitt(f64::from(servers), rho);
            assert!((got - exact).abs() < 0.02, "{servers} {rho}: {got} {exact}");
        }
    }

    #[test]
    fn mixed_service_times_have_the_moments_of_the_mixture() {
        let law = ServiceLaw {
            mean_s: 1.0,
            cv2: 0.0,
            slow_share: 0.01,
            slow_factor: 66.0,
            version_errors: 0.0,
            leak: None,
            mixed: (0.0, 0.0),
        };
        let (mean, _) = law.mix();
        assert!((0.66 / mean - 0.4).abs() < 0.001);
    }
}

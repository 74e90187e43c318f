//! One step: scripted causes, customers, components, time-outs.

use crate::base::time::SimDuration;
use crate::scenario::action::ComponentKnob;
use crate::scenario::model::{Condition, FailureKind, Trigger};
use crate::sim::known::{Miss, Sellers};
use crate::sim::slab::NONE;
use crate::sim::state::{Component, Lane, Mode, NO_COMPONENT, Run};
use crate::sim::{Event, Sim};

/// Requests of one journey and step up to which each becomes a group of its own.
const SINGLES: u64 = 16;

/// Rounds of retries and answers inside one step; what is left goes into the next.
const ROUNDS: u32 = 4;

/// Steps of steady trouble are longer than fine ones only where these are those of a large system.
const STEADY_FROM_US: u64 = 500_000;

/// Where a scripted cause stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FaultState {
    began: Option<u64>,
    ended: bool,
    holds_since: Option<u64>,
}

impl Sim {
    /// How long the next step may be.
    pub(super) fn step_length(&self) -> u64 {
        let engine = &self.scenario.engine;
        let fine = engine.fine_step.as_micros().max(1_000);
        let calm = engine.calm_step.as_micros().max(fine);
        if calm == fine || self.now < self.restless_until {
            return fine;
        }
        let long = if self.is_calm() {
            calm
        } else if self.is_steady(2 * fine) {
            calm.min(2 * fine)
        } else {
            return fine;
        };
        // Long steps end on whole multiples, so that every branch of an incident shares them.
        let next = (self.now / long + 1) * long;
        let change = self.next_change();
        if change <= self.now + fine {
            fine
        } else {
            next.min(change) - self.now
        }
    }

    /// When the next cause with a fixed time or the next change of a rate comes, or has just been.
    fn next_change(&self) -> u64 {
        let mut next = u64::MAX;
        if let Some(variant) = self.scenario.variants.get(self.variant) {
            for (fault, state) in variant.faults.iter().zip(&self.faults) {
                let due = match (state.began, &fault.when, &fault.ends) {
                    (None, Trigger::At(at), _) => at.as_micros(),
                    (Some(_), _, Some(Trigger::At(at))) if !state.ended => at.as_micros(),
                    (Some(began), _, Some(Trigger::After(wait))) if !state.ended => {
                        began + wait.as_micros()
                    }
                    _ => continue,
                };
                next = next.min(due);
            }
        }
        for journey in self.scenario.world.journeys.iter() {
            for point in &journey.rate.points {
                // A jump is watched closely for a few seconds.
                let at = point.at.as_micros();
                if !point.ramp && self.now < at + 5_000_000 {
                    next = next.min(at);
                    break;
                }
            }
        }
        next
    }

    /// Whether nothing waits anywhere and nothing is on its way to change.
    fn is_calm(&self) -> bool {
        self.ramps.is_empty()
            && self.retries.is_empty()
            && self
                .components
                .iter()
                .all(|c| c.fleet.rollout.is_none() && c.lanes.iter().all(Lane::is_calm))
            && self.edges.iter().all(|e| e.pool_queue.is_empty())
    }

    /// Whether a trouble that goes on can be followed in steps of this length: nothing is on its way
    /// to change, what waits is served in turn as a flow or by turnover, and nobody who runs out of patience
    /// has less of it than a step.
    fn is_steady(&self, step_us: u64) -> bool {
        let quiet = SimDuration::from_secs(10).as_micros();
        let is_flowing = |c: &Component, lane: &Lane| {
            let by_age = c.knobs[ComponentKnob::NewestFirst as usize] < 0.5;
            lane.queued == 0 || (lane.mode != Mode::OneByOne && by_age)
        };
        step_us >= STEADY_FROM_US
            && self.ramps.is_empty()
            && self.components.iter().all(|c| {
                c.fleet.rollout.is_none()
                    && (c.is_queue || c.lanes.iter().all(|lane| is_flowing(c, lane)))
            })
            && self.edges.iter().all(|e| {
                e.pool_queue.is_empty()
                    && (e.timeout_us >= step_us || self.now > e.timed_out_at + quiet)
            })
    }

    /// Advances the world by `dt` microseconds.
    pub(super) fn step(&mut self, dt: u64) {
        self.step_end = self.now + dt;
        self.step_number += 1;
        let dt_s = dt as f64 * 1e-6;
        if self.now >= self.next_tend {
            let passed = (self.now - self.tended) as f64 * 1e-6;
            self.tended = self.now;
            self.next_tend = self.now + 1_000_000;
            self.take_snapshots(passed);
            self.tend(passed);
        }
        self.move_ramps();
        self.begin_components(dt_s);
        self.customers();
        for round in 0..ROUNDS {
            self.deliver_all();
            self.send_due_retries();
            self.process_all();
            for edge in 0..self.edges.len() {
                if !self.edges[edge].listed.is_empty() {
                    self.expire_calls(edge);
                }
                if !self.edges[edge].pool_queue.is_empty() {
                    // Connections may have come back without an answer: killed, restarted, added.
                    self.pump_pool(edge, self.now.max(self.edges[edge].freed_at));
                    self.expire_pool_waits(edge);
                }
            }
            self.deliver_all();
            if round == 0 {
                // Once: what comes free in later rounds was begun in this step, or is little.
                for (dirty, regained) in self.dirty.iter_mut().zip(&mut self.regained) {
                    *dirty |= std::mem::take(regained);
                }
            }
            let retry_is_due = self.retries.peek().is_some_and(|r| r.at < self.step_end);
            if !retry_is_due && self.first_dirty().is_none() {
                break;
            }
        }
        self.now = self.step_end;
        self.last_step_s = dt_s;
    }

    /// Processes components until none has anything to do. Answers go back as soon as they are
    /// complete, and before anything else is processed that might get more to do by them.
    fn process_all(&mut self) {
        loop {
            let first = self.first_dirty();
            if self.deliver(first.unwrap_or(usize::MAX)) {
                continue;
            }
            let Some(rank) = first else { return };
            self.dirty[rank / 64] &= !(1 << (rank % 64));
            self.process(usize::from(self.order[rank]));
        }
    }

    /// Carries populations over, sets speeds, and marks components that have something to do.
    fn begin_components(&mut self, dt_s: f64) {
        for component in 0..self.components.len() {
            let spec = &self.scenario.world.components[Self::component_id(component)];
            let cores = spec.station.cpu.map_or(0.0, |c| c.cores);
            let is_queue = matches!(spec.kind, crate::scenario::model::Kind::Queue(_));
            let state = &mut self.components[component];
            let mut busy = 0_u32;
            let mut slots = 0.0;
            for lane in &state.lanes {
                busy += lane.busy;
                slots += if lane.slots == u32::MAX {
                    0.0
                } else {
                    f64::from(lane.slots)
                };
            }
            state.totals.request_s += f64::from(state.inside) * dt_s;
            state.totals.busy_s += f64::from(busy) * dt_s;
            state.totals.slot_s += slots * dt_s;
            state.totals.core_s += cores * f64::from(state.instances) * dt_s;
            if is_queue {
                self.tend_queue(component, dt_s);
            }
            for lane in 0..self.components[component].lanes.len() {
                if self.components[component].lanes[lane].rests() {
                    continue;
                }
                self.begin_lane(component, lane, dt_s);
                let state = &self.components[component].lanes[lane];
                let due = state.work.peek().is_some_and(|w| w.done_at < self.step_end);
                if due || (state.queued > 0 && !is_queue) {
                    self.mark_dirty(component);
                }
            }
        }
    }

    /// New requests of all journeys.
    fn customers(&mut self) {
        for journey in 0..self.journeys.len() {
            let n = self.arrivals(journey);
            if n == 0 {
                continue;
            }
            self.journeys[journey].totals.arrivals += n;
            let (now, dt) = (self.now, self.step_end - self.now);
            if n > SINGLES {
                let middle = now + dt / 2;
                self.new_customers(journey, n as u32, middle, dt as u32);
                continue;
            }
            let mut times = [0_u64; SINGLES as usize];
            let mut draws = self.journeys[journey]
                .stream
                .at(now ^ 0x5a5a_5a5a_0000_0000);
            for time in times.iter_mut().take(n as usize) {
                *time = now + (draws.uniform() * dt as f64) as u64;
            }
            times[..n as usize].sort_unstable();
            for &at in times.iter().take(n as usize) {
                self.new_customers(journey, 1, at, 0);
            }
        }
    }

    fn new_customers(&mut self, journey: usize, n: u32, at: u64, spread: u32) {
        let spec = &self.scenario.world.journeys[Self::journey_id(journey)];
        let edge = spec.edge;
        if spec.fresh_within.is_some() {
            self.journeys[journey].begins(at, u64::from(n));
        }
        let run = self.runs.insert(Run {
            component: NO_COMPONENT,
            lane: 0,
            call: NONE,
            journey: journey as u16,
            version: 0,
            phase: 0,
            holds_slot: false,
            degraded: false,
            wrong: 0.0,
            calls_wrong: 0.0,
            missed: Miss::NONE,
            sellers: Sellers::ANY,
            receives: 0,
            n,
            advanced: 0,
            calls: n,
            calls_ok: 0,
            calls_failed: 0,
            bad: 0,
            last_failure: FailureKind::Error,
            arrived: at,
            started: at,
            var: 0.0,
        });
        self.send(usize::from(edge.0), run, n, 1, at, spread);
    }

    /// Customers who give up instead of trying again.
    pub(super) fn abandon(&mut self, edge: usize, run: u32, n: u32) -> u32 {
        if self.edges[edge].from != NO_COMPONENT {
            return 0;
        }
        let journey = usize::from(self.runs[run].journey);
        let share = self.scenario.world.journeys[Self::journey_id(journey)].abandon_share;
        if share <= 0.0 {
            return 0;
        }
        let k = self.edge_draws(edge).binomial(u64::from(n), share) as u32;
        if k > 0 {
            self.journeys[journey].totals.abandoned += u64::from(k);
            self.no_longer_open(journey, self.runs[run].arrived, u64::from(k));
            self.drop_from_run(run, k);
        }
        k
    }

    /// Arrivals of a journey in this step. They are drawn per second and then dealt out, so that
    /// steps of any length see the same customers.
    fn arrivals(&mut self, journey: usize) -> u64 {
        let mut sum = 0;
        let mut from = self.now;
        while from < self.step_end {
            let second = from / 1_000_000;
            let second_end = (second + 1) * 1_000_000;
            let to = second_end.min(self.step_end);
            if self.journeys[journey].second != second {
                let mean = self.rate_at(journey, second * 1_000_000 + 500_000);
                let state = &mut self.journeys[journey];
                state.second = second;
                state.left = state.stream.at(second).poisson(mean);
            }
            let state = &mut self.journeys[journey];
            let n = if to == second_end {
                state.left
            } else {
                let share = (to - from) as f64 / (second_end - from) as f64;
                state
                    .stream
                    .at(from ^ 0x3333_0000_0000_0000)
                    .binomial(state.left, share)
            };
            state.left -= n;
            sum += n;
            from = to;
        }
        sum
    }

    /// Requests per second of a journey at a moment.
    pub(super) fn rate_at(&self, journey: usize, at: u64) -> f64 {
        let profile = &self.scenario.world.journeys[Self::journey_id(journey)].rate;
        let mut rate = profile.base_per_s;
        let mut from = 0;
        for point in &profile.points {
            let to = point.at.as_micros();
            if at >= to {
                rate = point.rate_per_s;
                from = to;
                continue;
            }
            if point.ramp && to > from {
                let part = (at - from) as f64 / (to - from) as f64;
                rate += (point.rate_per_s - rate) * part;
            }
            break;
        }
        if profile.noise > 0.0 {
            let minute = at / 60_000_000;
            let part = (at % 60_000_000) as f64 / 60_000_000.0;
            let stream = crate::base::rng::Stream::new(self.seed, "rate", journey as u64);
            let (a, b) = (stream.at(minute).normal(), stream.at(minute + 1).normal());
            rate *= (1.0 + profile.noise * (a + (b - a) * part)).max(0.0);
        }
        rate * self.journeys[journey].rate_factor
    }

    /// Begins and ends scripted causes.
    pub(super) fn run_faults(&mut self) {
        if self.faults.is_empty() {
            return;
        }
        let scenario = std::sync::Arc::clone(&self.scenario);
        let Some(variant) = scenario.variants.get(self.variant) else {
            return;
        };
        for (index, fault) in variant.faults.iter().enumerate() {
            let state = self.faults[index];
            match (state.began, state.ended) {
                (None, _) => {
                    if self.is_due(index, &fault.when, 0) {
                        self.faults[index] = FaultState {
                            began: Some(self.now),
                            ended: false,
                            holds_since: None,
                        };
                        self.events.push((self.now, Event::FaultBegan(index)));
                        if fault.onset && self.onset.is_none() {
                            self.onset = Some(self.now);
                        }
                        for effect in &fault.effects {
                            self.act_out(effect);
                        }
                    }
                }
                (Some(began), false) => {
                    if let Some(ends) = &fault.ends
                        && self.is_due(index, ends, began)
                    {
                        self.faults[index].ended = true;
                        self.events.push((self.now, Event::FaultEnded(index)));
                        for effect in fault.effects.iter().rev() {
                            self.remember_return(effect);
                            self.undo(effect);
                        }
                        self.unsettle();
                    }
                }
                (Some(_), true) => {}
            }
        }
    }

    fn is_due(&mut self, index: usize, trigger: &Trigger, since: u64) -> bool {
        match trigger {
            Trigger::At(at) => self.now >= at.as_micros(),
            Trigger::After(wait) => self.now >= since + wait.as_micros(),
            Trigger::When(condition, hold) => {
                if !self.is_true(condition) {
                    self.faults[index].holds_since = None;
                    return false;
                }
                let since = *self.faults[index].holds_since.get_or_insert(self.now);
                self.now >= since + hold.as_micros()
            }
        }
    }

    /// Whether a condition on a true signal holds now.
    pub fn is_true(&self, condition: &Condition) -> bool {
        let value = self.signal(condition.component, condition.signal);
        super::holds(value, condition.above, condition.value)
    }

    /// Whether a cause with a fixed time is still to come.
    pub fn faults_pending(&self) -> bool {
        let Some(variant) = self.scenario.variants.get(self.variant) else {
            return false;
        };
        variant
            .faults
            .iter()
            .zip(&self.faults)
            .any(|(fault, state)| state.began.is_none() && matches!(fault.when, Trigger::At(_)))
    }
}

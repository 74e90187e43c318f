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

use crate::base::rng::Draws;
use crate::scenario::action::ComponentKnob;
use crate::scenario::model::FailureKind;
use crate::sim::Sim;
use crate::sim::known::Sellers;
use crate::sim::slab::NONE;
use crate::sim::state::{Mode, NO_COMPONENT, Waiting, Work};

/// Parts with drawn times into which a group that takes longer than a step is cut.
const STRATA: u32 = 4;

/// Groups that arrive together are cut into at most so many pieces where slots are scarce.
const PIECES: u32 = 8;

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
            let pieces = (group.n * 2 / slots.max(1) + 1)
                .clamp(2, PIECES)
                .min(group.n);
            let mut left = group.n;
            let start = group.at.saturating_sub(u64::from(group.spread / 2));
            for piece in 0..pieces {
                let before = group.n - left;
                let n = left / (pieces - piece);
                left -= n;
                // As long as its share of the requests: the mean time of arrival stays what it was.
                let spread = (u64::from(group.spread) * u64::from(n) / u64::from(group.n)) as u32;
                let middle = u64::from(group.spread) * (2 * u64::from(before) + u64::from(n));
                let at = start + middle / (2 * u64::from(group.n));
                self.advance_lane(component, lane, at);
                self.arrive_one_by_one(
                    component,
                    lane,
                    Waiting {
                        n,
                        at,
                        spread,
                        ..group
                    },
                );
            }
            return;
        }
        self.advance_lane(component, lane, group.at);
        self.arrive_one_by_one(component, lane, group);
    }

    fn arrive_one_by_one(&mut self, component: usize, lane: usize, group: Waiting) {
        let state = &self.components[component].lanes[lane];
        let free = if state.slots == u32::MAX {
            u32::MAX
        } else {
            state.free_slots()
        };
        let can_start = state.speed > 0.0 && state.queue.is_empty();
        let k = if can_start { group.n.min(free) } else { 0 };
        if k > 0 {
            self.components[component]
                .totals
                .wait
                .add(0.0, f64::from(k));
            self.start(component, lane, Waiting { n: k, ..group }, group.at);
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

    /// Puts a group into the queue; what finds no room is refused.
    pub(super) fn enqueue(&mut self, component: usize, lane: usize, group: Waiting) {
        let limit = self.components[component].knobs[ComponentKnob::QueueLimit as usize];
        let state = &mut self.components[component].lanes[lane];
        let room = (limit * state.share - f64::from(state.queued)).max(0.0);
        let k = if room >= f64::from(group.n) {
            group.n
        } else {
            room as u32
        };
        if k > 0 {
            state.queue.push_back(Waiting { n: k, ..group });
            state.queued += k;
            self.components[component].totals.waited += f64::from(k);
        }
        if k < group.n {
            self.refuse(
                component,
                &Waiting {
                    n: group.n - k,
                    ..group
                },
                FailureKind::Refused,
                group.at,
            );
        }
    }

    /// Answers requests that were never worked on.
    pub(super) fn refuse(&mut self, component: usize, group: &Waiting, kind: FailureKind, at: u64) {
        let work = Work {
            n: group.n,
            ..work_of(group, at)
        };
        let run = self.run_of(component, 0, &work, false);
        self.answer(component, &run, group.n, Some(kind), at);
    }

    /// Starts waiting requests on free slots at `at`.
    pub(super) fn start_waiting(&mut self, component: usize, lane: usize, at: u64) {
        let newest_first =
            self.components[component].knobs[ComponentKnob::NewestFirst as usize] >= 0.5;
        loop {
            let state = &self.components[component].lanes[lane];
            if state.speed <= 0.0 || state.queue.is_empty() || state.free_slots() == 0 {
                return;
            }
            let most = state.free_slots();
            if let Some(group) = self.take_waiting(component, lane, most, newest_first, at) {
                let waited = at.saturating_sub(group.at) as f64 * 1e-6;
                self.components[component]
                    .totals
                    .wait
                    .add(waited, f64::from(group.n));
                self.start(component, lane, group, at.max(group.at));
            }
        }
    }

    /// Takes at most `most` requests from the queue; `None` when they had expired and were dropped.
    pub(super) fn take_waiting(
        &mut self,
        component: usize,
        lane: usize,
        most: u32,
        newest: bool,
        at: u64,
    ) -> Option<Waiting> {
        let state = &self.components[component].lanes[lane];
        let mut group = *if newest {
            state.queue.back()
        } else {
            state.queue.front()
        }?;
        let drops = self.components[component].knobs[ComponentKnob::DropExpired as usize] >= 0.5;
        if drops && group.call != NONE && self.is_expired(group.call, at) {
            self.drop_waiting(component, lane, newest, at);
            return None;
        }
        let state = &mut self.components[component].lanes[lane];
        let entry = if newest {
            state.queue.back_mut()
        } else {
            state.queue.front_mut()
        }?;
        let k = group.n.min(most);
        if k == group.n {
            if newest {
                state.queue.pop_back()
            } else {
                state.queue.pop_front()
            };
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
        let Some(group) = (if newest {
            state.queue.back()
        } else {
            state.queue.front()
        })
        .copied() else {
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
            if newest {
                lane.queue.pop_back()
            } else {
                lane.queue.pop_front()
            };
        } else if let Some(entry) = if newest {
            lane.queue.back_mut()
        } else {
            lane.queue.front_mut()
        } {
            entry.n -= k;
        }
        self.forget_work(group.call, k);
    }

    /// Requests begin to be worked on.
    pub(super) fn start(&mut self, component: usize, lane: usize, group: Waiting, at: u64) {
        let (step_end, dt_s) = (self.step_end, (self.step_end - self.now) as f64 * 1e-6);
        let state = &mut self.components[component];
        // Counted without a limit as well: one may be set before they are done.
        state.lanes[lane].busy += group.n;
        if state.lanes[lane].slots != u32::MAX {
            state.lanes[lane].hold.started += f64::from(group.n);
        }
        state.totals.busy_s += f64::from(group.n) * (step_end as f64 - at as f64) * 1e-6;
        self.by_version(component, group.n, |sim, version, n| {
            sim.start_version(component, lane, Waiting { n, ..group }, version, at, dt_s);
        });
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
        let work = Work {
            version,
            started: at,
            ..work_of(&group, at)
        };
        if law.mean_s <= 0.0 {
            self.finish(
                component,
                lane,
                &Work {
                    done_at: at,
                    ..work
                },
            );
            return;
        }
        if group.n > 1 && law.slowest_mean_s() / speed < dt_s * 0.25 {
            let (mean, cv2) = law.mixed;
            let done_at = at + (mean / speed * 1e6) as u64;
            let var = (mean * mean * cv2 / (speed * speed)) as f32;
            let work = Work {
                done_at,
                var,
                ..work
            };
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
        state.lanes[lane].work.push(Work {
            sequence: state.sequence,
            ..work
        });
        if work.done_at < self.step_end {
            self.mark_dirty(component);
        }
    }

    pub(super) fn count_cpu(&mut self, component: usize, n: u32) {
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
                self.release_now(component, lane, work.n, work.started, work.done_at);
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
            self.release(component, lane, work.n, work.started, at);
            self.look_up(component, lane, work, at);
        } else if is_leaf {
            let run = self.run_of(component, lane, work, true);
            self.complete(&run, None, at);
        } else {
            let mut run = self.run_of(component, lane, work, true);
            self.next_phase(&mut run, at);
        }
    }

    /// Slots held since `since` become free at `at`, which may lie beyond this step.
    pub(super) fn release(&mut self, component: usize, lane: usize, n: u32, since: u64, at: u64) {
        if at >= self.step_end {
            if self.components[component].lanes[lane].slots == u32::MAX {
                let step_end = self.step_end;
                let state = &mut self.components[component];
                state.totals.busy_s -= f64::from(n) * (step_end as f64 - at as f64) * 1e-6;
                state.lanes[lane].busy = state.lanes[lane].busy.saturating_sub(n);
                return;
            }
            let work = Work {
                n,
                done_at: at,
                started: since,
                release_only: true,
                ..Work::nothing()
            };
            self.push_work(component, lane, work);
        } else {
            self.release_now(component, lane, n, since, at);
        }
    }

    fn release_now(&mut self, component: usize, lane: usize, n: u32, since: u64, at: u64) {
        let (now, step_end) = (self.now, self.step_end);
        let state = &mut self.components[component];
        state.totals.busy_s -= f64::from(n) * (step_end as f64 - at as f64) * 1e-6;
        state.lanes[lane].busy = state.lanes[lane].busy.saturating_sub(n);
        if state.lanes[lane].slots == u32::MAX {
            return;
        }
        if state.lanes[lane].mode == Mode::Turnover && at.saturating_sub(since) >= step_end - now {
            // Short holders are in the number of starts; these were not free when it was made.
            state.lanes[lane].regain(n, (step_end - at) as f64 * 1e-6);
            if state.lanes[lane].queued > 0 || state.pulls != NO_COMPONENT {
                let rank = self.components[component].rank;
                self.regained[rank / 64] |= 1 << (rank % 64);
            }
            return;
        }
        if state.lanes[lane].mode != Mode::OneByOne {
            return;
        }
        if !state.lanes[lane].queue.is_empty() {
            self.start_waiting(component, lane, at);
        }
        self.pull(component, at);
    }
}

/// Work for a group that starts at `at`.
pub(super) fn work_of(group: &Waiting, at: u64) -> Work {
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
        sellers: group.sellers,
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
            sellers: Sellers::ANY,
        }
    }
}

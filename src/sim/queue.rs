//! Queues and their workers: messages wait, are pulled, come back, go to the dead letters, or are lost.

use crate::base::math::fast_exp;
use crate::scenario::action::ComponentKnob;
use crate::scenario::model::{Completes, FailureKind, Kind};
use crate::sim::Sim;
use crate::sim::answers::Answer;
use crate::sim::bundle::mean_time;
use crate::sim::known::Miss;
use crate::sim::slab::NONE;
use crate::sim::state::{Mode, NO_COMPONENT, Outcome, Run, Waiting};

impl Sim {
    /// Stores messages; the sender is answered now unless the journey waits for processing.
    pub(super) fn take_message(&mut self, component: usize, group: Waiting) {
        let mut message = group;
        let waits =
            self.completes_when_processed(group.journey) && self.is_from_customers(group.call);
        if !waits {
            message.call = NONE;
            self.components[component].totals.served += u64::from(group.n);
            let answer = Answer {
                outcome: Outcome::Ok { degraded: false },
                at: group.at,
                var: 0.0,
                missed: Miss::NONE,
                sellers: group.sellers,
                wrong: 0.0,
            };
            self.post(group.call, group.n, answer);
        }
        let lanes = self.components[component].lanes.len();
        let share = self.components[component].lanes[0].share;
        let first = if lanes == 1 {
            group.n
        } else {
            self.component_draws(component)
                .binomial(u64::from(group.n), share) as u32
        };
        for (lane, n) in [(0, first), (1, group.n - first)] {
            if n > 0 {
                let state = &mut self.components[component].lanes[lane];
                state.queue.push_back(Waiting { n, ..message });
                state.queued += n;
            }
        }
        let consumer = self.components[component].consumer;
        if consumer != NO_COMPONENT {
            self.mark_dirty(usize::from(consumer));
        }
    }

    /// Whether a call comes from customers, directly or through balancers, which hold nothing meanwhile.
    fn is_from_customers(&self, call: u32) -> bool {
        let run = self.calls[self.first_group(call)].run;
        if run == NONE {
            return false;
        }
        let Run {
            component, call, ..
        } = self.runs[run];
        if component == NO_COMPONENT {
            return true;
        }
        let spec = &self.scenario.world.components[Self::component_id(component.into())];
        matches!(spec.kind, Kind::Balancer(_)) && call != NONE && self.is_from_customers(call)
    }

    pub(super) fn completes_when_processed(&self, journey: u16) -> bool {
        let id = Self::journey_id(usize::from(journey));
        self.scenario
            .world
            .journeys
            .get(id)
            .is_some_and(|j| j.completes == Completes::OnProcessed)
    }

    /// A worker with free slots takes messages from its queue.
    pub(super) fn pull(&mut self, worker: usize, at: u64) {
        let queue = self.components[worker].pulls;
        if queue == NO_COMPONENT {
            return;
        }
        let queue = usize::from(queue);
        if self.components[queue].paused || at >= self.step_end {
            return;
        }
        let mut pulled = self.spare_pulled.pop().unwrap_or_default();
        let mut taken = 0;
        loop {
            let lane = &self.components[worker].lanes[0];
            let free = match lane.mode {
                _ if lane.slots == u32::MAX => u32::MAX,
                Mode::Turnover | Mode::Flow => lane.budget as u32,
                Mode::OneByOne => lane.free_slots() - taken,
            };
            if free == 0 || lane.speed <= 0.0 {
                break;
            }
            let Some(mut group) = self.next_message(queue, free) else {
                break;
            };
            let started = at.max(group.at);
            let waited = started.saturating_sub(group.at) as f64 * 1e-6;
            group.receives = group.receives.saturating_add(1);
            let left_s = f64::from(group.n) * (self.step_end as f64 - started as f64) * 1e-6;
            let state = &mut self.components[queue];
            state.totals.request_s -= left_s;
            state.inside = state.inside.saturating_sub(group.n);
            state.totals.latency.add(waited, f64::from(group.n));
            self.count_arrivals(worker, group.n, started);
            let lane = &mut self.components[worker].lanes[0];
            lane.budget -= f64::from(group.n);
            lane.step_arrivals += group.n;
            taken += group.n;
            pulled.push(Pulled::new(group, started));
        }
        self.bundle_pulled(worker, &mut pulled);
        for Pulled { group, started, .. } in pulled.drain(..) {
            self.start(worker, 0, group, started);
        }
        self.spare_pulled.push(pulled);
    }

    pub(super) fn next_message(&mut self, queue: usize, free: u32) -> Option<Waiting> {
        let limit = self.knob(queue, ComponentKnob::ConsumeRate);
        let lanes = self.components[queue].lanes.len();
        for _ in 0..lanes {
            let turn = self.components[queue].pull_turn % lanes;
            self.components[queue].pull_turn = (turn + 1) % lanes;
            let state = &self.components[queue].lanes[turn];
            if state.poisoned || state.queue.is_empty() {
                continue;
            }
            let mut most = free.min(state.queue.front().map_or(0, |g| g.n));
            if limit.is_finite() {
                most = self.take_tokens(queue, most, limit, (limit * 0.1).max(1.0));
            }
            if most == 0 {
                return None;
            }
            let state = &mut self.components[queue].lanes[turn];
            let front = state.queue.front_mut()?;
            let mut group = *front;
            group.n = most;
            front.n -= most;
            if front.n == 0 {
                state.queue.pop_front();
            }
            state.queued -= most;
            return Some(group);
        }
        None
    }

    /// A message could not be handled: it comes back later, or goes to the dead letters.
    pub(super) fn message_failed(&mut self, queue: usize, message: Waiting, at: u64) {
        let Kind::Queue(spec) = &self.scenario.world.components[Self::component_id(queue)].kind
        else {
            return;
        };
        let counts = spec.max_receives > 0;
        let (max, ordered, visibility) = (
            counts && u32::from(message.receives) >= spec.max_receives,
            spec.ordered,
            spec.visibility,
        );
        let (step_end, step_us) = (self.step_end, self.step_end - self.now);
        let state = &mut self.components[queue];
        if max {
            state.totals.dead_letters += u64::from(message.n);
            state.dead_count += message.n;
            state.dead.push_back(message);
            return;
        }
        state.inside += message.n;
        state.totals.request_s += f64::from(message.n) * (step_end as f64 - at as f64) * 1e-6;
        if ordered {
            let lane = state.lanes.len() - 1;
            let lane = &mut state.lanes[lane];
            // It cannot be taken again before it has failed.
            let message = Waiting { at, ..message };
            lane.queued += message.n;
            if !rejoins(lane.queue.iter_mut(), &message, counts) {
                lane.queue.push_front(message);
            }
        } else {
            let visible = at + visibility.as_micros();
            let recent = state.invisible.iter_mut().rev();
            let recent = recent.take_while(|(other, _)| other.abs_diff(visible) < step_us);
            if !rejoins(recent.map(|(_, group)| group), &message, counts) {
                state.invisible.push_back((visible, message));
            }
        }
    }

    /// Messages have been worked on: for some of them a newer one of the same customer had been before.
    pub(super) fn overtaken(&mut self, queue: usize, run: &Run, n: u32) {
        let Kind::Queue(spec) = &self.scenario.world.components[Self::component_id(queue)].kind
        else {
            return;
        };
        if !spec.supersedes {
            return;
        }
        let journey = usize::from(run.journey);
        let newest = self.journeys[journey].newest;
        self.journeys[journey].newest = newest.max(run.arrived);
        let share = self.has_newer(journey, run.arrived, newest);
        let late = self.component_draws(queue).binomial(u64::from(n), share);
        if self.knob(queue, ComponentKnob::SkipStale) < 0.5 {
            self.journeys[journey].totals.overwritten += late;
        }
    }

    /// The share of messages sent at `at` whose customer has sent another one by `until`: customers
    /// send at random, so often as the journey says.
    pub(super) fn has_newer(&self, journey: usize, at: u64, until: u64) -> f64 {
        let spec = &self.scenario.world.journeys[Self::journey_id(journey)];
        let minutes = until.saturating_sub(at) as f64 / 60e6;
        1.0 - fast_exp(-spec.per_customer_per_min * minutes)
    }

    /// A message that had been taken off its queue before it failed: nobody has it any more.
    pub(super) fn lose_message(&mut self, queue: usize, message: &Waiting, at: u64) {
        self.components[queue].totals.lost += u64::from(message.n);
        let answer = Answer {
            outcome: Outcome::Failed(FailureKind::Error),
            at,
            var: 0.0,
            missed: Miss::NONE,
            sellers: message.sellers,
            wrong: 0.0,
        };
        self.post(message.call, message.n, answer);
    }

    /// Messages that become visible again, are replayed, or are too old.
    pub(super) fn tend_queue(&mut self, queue: usize, dt_s: f64) {
        let Kind::Queue(spec) = &self.scenario.world.components[Self::component_id(queue)].kind
        else {
            return;
        };
        let retention = spec.retention;
        let step_end = self.step_end;
        let state = &mut self.components[queue];
        let lane = state.lanes.len() - 1;
        while state
            .invisible
            .front()
            .is_some_and(|(at, _)| *at < step_end)
        {
            if let Some((_, message)) = state.invisible.pop_front() {
                state.lanes[lane].queue.push_back(message);
                state.lanes[lane].queued += message.n;
            }
        }
        if state.replay_per_s > 0.0 && state.dead_count > 0 {
            state.replay_credit += state.replay_per_s * dt_s;
            while let Some(front) = state.dead.front_mut() {
                let k = front.n.min(state.replay_credit as u32);
                if k == 0 {
                    break;
                }
                let message = Waiting {
                    n: k,
                    receives: 0,
                    ..*front
                };
                front.n -= k;
                if front.n == 0 {
                    state.dead.pop_front();
                }
                state.replay_credit -= f64::from(k);
                state.dead_count -= k;
                state.inside += k;
                state.lanes[lane].queue.push_back(message);
                state.lanes[lane].queued += k;
            }
        }
        // What dies after the last one was put back waits for the next replay.
        if state.dead_count == 0 {
            state.replay_per_s = 0.0;
            state.replay_credit = 0.0;
        }
        let mut lost = Vec::new();
        if let Some(retention) = retention {
            for lane in &mut state.lanes {
                while lane
                    .queue
                    .front()
                    .is_some_and(|g| g.at + retention.as_micros() < self.now)
                {
                    if let Some(group) = lane.queue.pop_front() {
                        lane.queued -= group.n;
                        lost.push(group);
                    }
                }
            }
        }
        let waiting = state.lanes.iter().any(|l| l.queued > 0);
        let consumer = state.consumer;
        for group in lost {
            self.components[queue].totals.lost += u64::from(group.n);
            self.refuse(queue, &group, FailureKind::Error, self.now);
        }
        if waiting && consumer != NO_COMPONENT {
            self.mark_dirty(usize::from(consumer));
        }
    }
}

/// Messages that a worker has taken off its queue and is about to begin with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulled {
    pub(super) group: Waiting,
    pub(super) started: u64,
    /// Last of the groups of a bundle made of them, or `NONE`.
    pub(super) last: u32,
}

impl Pulled {
    const fn new(group: Waiting, started: u64) -> Self {
        Self {
            group,
            started,
            last: NONE,
        }
    }

    /// Takes in others; times become the mean times.
    pub(super) fn join(&mut self, other: &Self) {
        let (own, n) = (self.group.n, other.group.n);
        let share = f64::from(n) / f64::from(own + n);
        self.started = mean_time(self.started, other.started, share);
        let group = &mut self.group;
        group.at = mean_time(group.at, other.group.at, share);
        group.sellers.join(&other.group.sellers, share as f32);
        group.receives = group.receives.max(other.group.receives);
        group.n += n;
    }
}

/// Whether messages delivered so many times may go on as one: exactly so many as long as that decides when
/// they are given up, and else few or many times.
pub(super) const fn alike(receives: u16, others: u16, counts: bool) -> bool {
    receives == others || (!counts && receives > 8 && others > 8)
}

/// Puts messages that failed back to those of the same group which did a moment ago, so that a group is
/// not cut ever smaller by failing over and over.
fn rejoins<'a>(
    others: impl Iterator<Item = &'a mut Waiting>,
    message: &Waiting,
    counts: bool,
) -> bool {
    for other in others.take(8) {
        let alike = other.call == message.call
            && other.journey == message.journey
            && alike(other.receives, message.receives, counts)
            && other.sellers.joins(&message.sellers)
            // Those nobody waits for are told apart by when they came.
            && (message.call != NONE || other.at.abs_diff(message.at) < 1_000_000);
        if alike {
            let share = f64::from(message.n) / f64::from(other.n + message.n);
            other.at = mean_time(other.at, message.at, share);
            other.sellers.join(&message.sellers, share as f32);
            other.receives = other.receives.max(message.receives);
            other.n += message.n;
            return true;
        }
    }
    false
}

//! The state of a running world: plain data, cheap to clone, owned by [`super::Sim`] alone.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use crate::base::rng::{Draws, Stream};
use crate::scenario::action::{BreakerMode, ComponentKnob, EdgeKnob};
use crate::scenario::model::FailureKind;
use crate::sim::cache::CacheState;
use crate::sim::hold::Hold;
use crate::sim::known::{Miss, Sellers};
use crate::sim::totals::{ComponentTotals, EdgeTotals, JourneyTotals};

/// A group of identical calls: sent together along one dependency, for one group of requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) edge: u16,
    pub(super) journey: u16,
    pub(super) attempt: u16,
    /// First of the groups this one stands for, or `NONE`.
    pub(super) parts: u32,
    /// Where keys were missing at an earlier try.
    pub(super) tried: Miss,
    /// Of those still at the callee, how many keys are known to be missing (in place of the share).
    pub(super) missed: Miss,
    pub(super) sellers: Sellers,
    /// The bundle that stands for this group, or `NONE`.
    pub(super) tied: u32,
    /// Tells it from others that have had its place; 0 is in no list of deadlines.
    pub(super) serial: u32,
    /// A bundle of messages, taken off a queue together but sent at any time.
    pub(super) pulled: bool,
    /// How many the caller still waits for.
    pub(super) pending: u32,
    /// How many are still somewhere at the callee, whether or not the caller waits.
    pub(super) work: u32,
    /// The group of requests they are for.
    pub(super) run: u32,
    /// When they were sent: the middle of the time over which they were spread evenly.
    pub(super) at: u64,
    /// That time's length.
    pub(super) spread: u32,
    /// When the caller gives up (for the middle one); `u64::MAX` is never.
    pub(super) deadline: u64,
    /// Of those whose callers gave up, the share that was tried again without an idempotency key.
    pub(super) again: f32,
    /// Carried out too late, in the very step in which their callers give up.
    pub(super) ahead: u32,
}

/// When the callers of a group give up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    pub(super) deadline: u64,
    pub(super) call: u32,
    pub(super) serial: u32,
}

/// A group of identical requests in progress at one component (or at the customers).
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// The component, or `NO_COMPONENT` for customers.
    pub(super) component: u16,
    pub(super) lane: u16,
    /// The call they answer; `NONE` for customers and for messages nobody waits for.
    pub(super) call: u32,
    pub(super) journey: u16,
    pub(super) version: u8,
    /// Index into the component's calls.
    pub(super) phase: u8,
    pub(super) holds_slot: bool,
    pub(super) degraded: bool,
    /// Share of these requests whose answer is wrong.
    pub(super) wrong: f32,
    /// Wrong answers to the calls of this phase.
    pub(super) calls_wrong: f32,
    /// Where these requests' keys were missing when last asked for.
    pub(super) missed: Miss,
    pub(super) sellers: Sellers,
    /// Deliveries so far, where the requests are messages of a queue.
    pub(super) receives: u16,
    /// Requests in this group.
    pub(super) n: u32,
    /// How many of them have left this phase.
    pub(super) advanced: u32,
    /// Calls made for this phase.
    pub(super) calls: u32,
    pub(super) calls_ok: u32,
    pub(super) calls_failed: u32,
    /// Requests that failed in this phase.
    pub(super) bad: u32,
    pub(super) last_failure: FailureKind,
    /// When they arrived at the component (the middle one).
    pub(super) arrived: u64,
    /// When they began to be worked on.
    pub(super) started: u64,
    /// Variance of the time they have taken beyond what the moments tell, in s².
    pub(super) var: f32,
}

pub(super) const NO_COMPONENT: u16 = u16::MAX;

/// Requests waiting for a slot, or messages in a queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) call: u32,
    pub(super) n: u32,
    pub(super) journey: u16,
    pub(super) receives: u16,
    pub(super) at: u64,
    pub(super) spread: u32,
    pub(super) sellers: Sellers,
}

/// Own work in progress: what ends at a known time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    pub(super) done_at: u64,
    /// Order among equals.
    pub(super) sequence: u32,
    pub(super) call: u32,
    pub(super) n: u32,
    pub(super) journey: u16,
    pub(super) receives: u16,
    pub(super) version: u8,
    /// Only slots that become free; the requests have left already.
    pub(super) release_only: bool,
    pub(super) arrived: u64,
    pub(super) started: u64,
    pub(super) var: f32,
    pub(super) sellers: Sellers,
}

impl PartialEq for Work {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Work {}
impl PartialOrd for Work {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Work {
    /// Earliest first in a max-heap.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.done_at, other.sequence).cmp(&(self.done_at, self.sequence))
    }
}

/// How a lane is advanced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Every group starts when slots are free and ends at a drawn time.
    OneByOne,
    /// Dozens of completions per step, nothing to wait for downstream: a capacity per step.
    Flow,
    /// Slots are held across calls but turn over several times per step: a number of starts per step.
    Turnover,
}

/// One queue with its servers: a component's only one, its hot shard, or its replicas.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub(super) queue: VecDeque<Waiting>,
    pub(super) queued: u32,
    pub(super) work: BinaryHeap<Work>,
    /// Slots in use.
    pub(super) busy: u32,
    /// Slots there are; `u32::MAX` is no limit.
    pub(super) slots: u32,
    /// Share of the component's arrivals.
    pub(super) share: f64,
    /// How it is advanced in this step.
    pub(super) mode: Mode,
    /// Flow and turnover: requests that may still begin in this step, and the fraction carried over.
    pub(super) budget: f64,
    /// What there was of it in this step so far, noise apart.
    pub(super) capacity: f64,
    /// Turnover: what the processors can begin in this step, however many slots come free.
    pub(super) ceiling: f64,
    /// For how long requests hold a slot.
    pub(super) hold: Hold,
    /// Smoothed arrivals per second.
    pub(super) rate: f64,
    /// For how long it has been a mean, up to the memory.
    pub(super) rate_age_s: f64,
    pub(super) step_arrivals: u32,
    /// Stationary waiting: share that waits, and mean wait of those, for the current rate.
    pub(super) wait_share: f64,
    pub(super) wait_mean: f64,
    pub(super) law_at: u64,
    pub(super) law_rho: f64,
    pub(super) law_servers: f64,
    /// Speed at the start of this step.
    pub(super) speed: f64,
    /// A record that always fails blocks this shard.
    pub(super) poisoned: bool,
}

impl Lane {
    pub(super) fn new(share: f64) -> Self {
        Self {
            queue: VecDeque::with_capacity(64),
            queued: 0,
            work: BinaryHeap::with_capacity(64),
            busy: 0,
            slots: 0,
            share,
            mode: Mode::OneByOne,
            hold: Hold::default(),
            budget: 0.0,
            capacity: 0.0,
            ceiling: f64::INFINITY,
            rate: 0.0,
            rate_age_s: 0.0,
            step_arrivals: 0,
            wait_share: 0.0,
            wait_mean: 0.0,
            law_at: u64::MAX,
            law_rho: -1.0,
            law_servers: 0.0,
            speed: 1.0,
            poisoned: false,
        }
    }

    /// Whether long steps see the same as short ones: nothing waits, and slots are far from scarce.
    pub(super) fn is_calm(&self) -> bool {
        let in_use = self.rate * self.hold.mean_s;
        self.queued == 0 && self.speed > 0.0 && in_use <= 0.6 * f64::from(self.slots)
    }

    /// Slots that have been held for longer than a step come free, `secs` before the step ends: what
    /// can begin on them in the rest of the step.
    pub(super) fn regain(&mut self, slots: u32, secs: f64) {
        let more = self.hold.starts(f64::from(slots), secs);
        let more = more.min(self.ceiling - self.capacity).max(0.0);
        self.capacity += more;
        self.budget += more;
    }

    /// Whether nothing comes to it and nothing is left in it: replicas there are none of.
    pub(super) fn rests(&self) -> bool {
        self.share <= 0.0
            && self.rate <= 0.0
            && self.step_arrivals + self.queued + self.busy == 0
            && self.work.is_empty()
    }

    /// Slot-seconds that work in progress takes until `end`.
    pub(super) fn work_until(&self, now: u64, end: u64) -> f64 {
        let until = |w: &Work| w.done_at.min(end).saturating_sub(now) as f64 * f64::from(w.n);
        self.work.iter().map(until).sum::<f64>() * 1e-6
    }

    pub(super) fn free_slots(&self) -> u32 {
        self.slots.saturating_sub(self.busy)
    }
}

/// A parameter on its way to a new value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ramp<K> {
    pub(super) knob: K,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Instances on one version, or on their way.
#[derive(Clone, Debug)]
pub(super) struct Fleet {
    /// Ready instances per version.
    pub(super) ready: Vec<u32>,
    /// Instances that will be ready: (when, version, how many).
    pub(super) starting: Vec<(u64, u8, u32)>,
    /// The rollout under way.
    pub(super) rollout: Option<Rollout>,
    /// Version to go back to.
    pub(super) previous: u8,
    /// Version that new instances get.
    pub(super) current: u8,
    /// Instances that restart in waves.
    pub(super) restarting: u32,
    pub(super) next_restart: u64,
    /// Autoscaler: next look, low since.
    pub(super) next_look: u64,
    pub(super) low_since: u64,
    pub(super) autoscaler_on: bool,
    pub(super) seen_busy_s: f64,
    pub(super) seen_slot_s: f64,
}

/// A version going out in waves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rollout {
    pub(super) version: u8,
    pub(super) left: u32,
    pub(super) per_wave: u32,
    pub(super) next_wave: u64,
}

/// A component while it runs.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) knobs: [f64; ComponentKnob::ALL.len()],
    pub(super) base: [f64; ComponentKnob::ALL.len()],
    pub(super) lanes: Vec<Lane>,
    /// Place in the order of processing, and the last place of what it calls, directly or not.
    pub(super) rank: usize,
    pub(super) last_below: usize,
    /// For every journey the first one that is treated like it, here and below.
    pub(super) alike: Vec<u16>,
    pub(super) inbox: Vec<u32>,
    /// Answers that its callers have not received yet.
    pub(super) outbox: Vec<crate::sim::answers::Posted>,
    /// The dependencies, in order, and whether own work is all there is.
    pub(super) calls: Vec<u16>,
    pub(super) is_leaf: bool,
    pub(super) is_queue: bool,
    /// Service time per version.
    pub(super) laws: Vec<crate::sim::law::ServiceLaw>,
    pub(super) fleet: Fleet,
    pub(super) instances: u32,
    pub(super) totals: ComponentTotals,
    pub(super) inside: u32,
    pub(super) stream: Stream,
    pub(super) draws: Draws,
    pub(super) stamp: u64,
    pub(super) sequence: u32,
    /// Latencies recorded for whole groups so far.
    pub(super) recorded: u32,
    /// Mean own work in seconds of an average request, all factors but speed applied.
    pub(super) own_mean_s: f64,
    pub(super) cache: Option<CacheState>,
    /// Database: unavailable until; speed grows back until.
    pub(super) down_until: u64,
    pub(super) cold_until: u64,
    pub(super) replicas: u32,
    pub(super) replicas_coming: Vec<(u64, u32)>,
    pub(super) leaked: f64,
    pub(super) open_connections: f64,
    pub(super) refused_share: f64,
    /// Token bucket (external), admission (balancer), consumption (queue).
    pub(super) tokens: f64,
    pub(super) tokens_at: u64,
    /// The same for a database's partitions but the busiest: tokens, and when they were counted.
    pub(super) rest_tokens: (f64, u64),
    /// External: share of valid tokens, whether the secret works, from when a new one does.
    pub(super) auth: AuthState,
    /// Queue: messages that become visible again, dead letters.
    pub(super) invisible: VecDeque<(u64, Waiting)>,
    pub(super) dead: VecDeque<Waiting>,
    pub(super) dead_count: u32,
    pub(super) replay_per_s: f64,
    pub(super) replay_credit: f64,
    pub(super) paused: bool,
    pub(super) pull_turn: usize,
    /// Balancer: next health check.
    pub(super) next_check: u64,
    pub(super) checks_on: bool,
    /// The queue whose messages it works on, or `NO_COMPONENT`.
    pub(super) pulls: u16,
    /// The components whose slots this one's messages fill, or `NO_COMPONENT`.
    pub(super) consumer: u16,
    /// Keys per second of a running warm-up and the keys still to load.
    pub(super) warm_per_s: f64,
    pub(super) warm_left: f64,
    pub(super) warm_credit: f64,
}

/// Tokens and secret of an external API's client.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthState {
    pub(super) valid_share: f64,
    pub(super) secret_ok: bool,
    pub(super) secret_ok_from: u64,
    pub(super) reauthorising: bool,
}

/// A dependency while it runs.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: u16,
    pub(super) to: u16,
    pub(super) knobs: [f64; EdgeKnob::ALL.len()],
    pub(super) base: [f64; EdgeKnob::ALL.len()],
    /// Derived from the knobs: nothing but sending and waiting for an answer.
    pub(super) is_plain: bool,
    pub(super) timeout_us: u64,
    /// Journeys that use it, by number; the 64th and later share the last bit.
    pub(super) journeys: u64,
    /// What versions of the caller change, by version; empty where none does.
    pub(super) overrides: Vec<crate::scenario::model::CallOverride>,
    /// Groups whose callers have a deadline, the earliest first, answered or not; and when one last passed.
    pub(super) listed: VecDeque<Listed>,
    pub(super) timed_out_at: u64,
    pub(super) in_use: u32,
    /// When the last of the connections came back that are counted as free before they are.
    pub(super) freed_at: u64,
    /// Connections there are; `u32::MAX` is no limit.
    pub(super) pool: u32,
    /// Requests waiting for a connection.
    pub(super) pool_queue: VecDeque<PoolWait>,
    pub(super) leaked: f64,
    /// When the first of the leaked connections was lost.
    pub(super) leaking_since: u64,
    pub(super) budget_tokens: f64,
    pub(super) breaker: BreakerState,
    pub(super) totals: EdgeTotals,
    pub(super) stream: Stream,
    pub(super) draws: Draws,
    pub(super) stamp: u64,
    /// Balancer: weight in effect, and health.
    pub(super) weight_now: f64,
    pub(super) healthy: bool,
    pub(super) drained: bool,
    pub(super) check_streak: u32,
    pub(super) checked: (u64, u64),
}

impl Edge {
    /// Remembers when the callers of a group give up.
    pub(super) fn list(&mut self, it: Listed) {
        let later = |other: &Listed| other.deadline > it.deadline;
        if self.listed.back().is_some_and(later) {
            let place = self.listed.partition_point(|other| !later(other));
            self.listed.insert(place, it);
        } else {
            self.listed.push_back(it);
        }
    }

    /// Whether its balancer means to use it.
    pub(super) fn is_in(&self) -> bool {
        self.healthy && !self.drained
    }
}

/// A request waiting for a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct PoolWait {
    pub(super) run: u32,
    pub(super) n: u32,
    pub(super) attempt: u16,
    pub(super) tried: Miss,
    pub(super) sellers: Sellers,
    pub(super) at: u64,
    pub(super) spread: u32,
}

/// A breaker's window and state.
#[derive(Clone, Copy, Debug)]
pub(super) struct BreakerState {
    pub(super) mode: BreakerMode,
    pub(super) open_until: u64,
    pub(super) probing: bool,
    pub(super) ok: [u32; 2],
    pub(super) failed: [u32; 2],
    pub(super) window_started: u64,
}

/// A journey while it runs.
#[derive(Clone, Debug)]
pub(super) struct Journey {
    pub(super) rate_factor: f64,
    pub(super) stream: Stream,
    /// The second whose arrivals are being handed out, and how many of them are left.
    pub(super) second: u64,
    pub(super) left: u64,
    /// Latencies recorded for whole groups so far.
    pub(super) recorded: u32,
    pub(super) totals: JourneyTotals,
    /// Where freshness counts: requests without an end by the second of their arrival, while fresh.
    pub(super) open: VecDeque<(u64, u64)>,
    /// Requests without an end that are not fresh any more.
    pub(super) stale: u64,
    pub(super) silent: crate::sim::silent::Silent,
    /// When the newest message was sent that has been worked on.
    pub(super) newest: u64,
}

impl Journey {
    /// Requests arrive.
    pub(super) fn begins(&mut self, at: u64, n: u64) {
        let second = at / 1_000_000;
        match self.open.back_mut() {
            Some(last) if last.0 == second => last.1 += n,
            _ => self.open.push_back((second, n)),
        }
    }

    /// Requests that arrived then have come to an end.
    pub(super) fn ends(&mut self, arrived: u64, n: u64) {
        let second = arrived / 1_000_000;
        if self.open.front().is_none_or(|first| second < first.0) {
            self.stale = self.stale.saturating_sub(n);
            return;
        }
        let place = self.open.partition_point(|open| open.0 < second);
        if let Some(open) = self.open.get_mut(place) {
            open.1 = open.1.saturating_sub(n);
        }
    }

    /// Requests that arrived before `old` are not fresh any more.
    pub(super) fn grow_old(&mut self, old: u64) {
        while let Some(&(second, n)) = self.open.front() {
            if (second + 1) * 1_000_000 > old {
                return;
            }
            self.stale += n;
            self.open.pop_front();
        }
    }
}

/// A retry that has been decided and is due later.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retry {
    pub(super) at: u64,
    pub(super) sequence: u64,
    pub(super) edge: u16,
    pub(super) attempt: u16,
    pub(super) run: u32,
    pub(super) n: u32,
    pub(super) spread: u32,
    pub(super) tried: Miss,
    pub(super) sellers: Sellers,
}

impl PartialEq for Retry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Retry {}
impl PartialOrd for Retry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Retry {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

/// How a group of calls ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Ok { degraded: bool },
    Failed(FailureKind),
}

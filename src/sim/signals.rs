//! True signals: what a perfect observer would see now. Conditions of faults and plans read these;
//! what players see is made from the totals elsewhere, late and in periods.

use crate::base::id::{ComponentId, EdgeId};
use crate::scenario::action::{EdgeKnob, Knob};
use crate::scenario::model::Signal;
use crate::sim::Sim;
use crate::sim::slab::NONE;
use crate::sim::state::NO_COMPONENT;

/// Counts at the last full second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Snapshot {
    arrivals: u64,
    served: u64,
    failed: u64,
    attempts: u64,
    hits: u64,
    misses: u64,
    evictions: u64,
    throttled: u64,
    request_s: f64,
    busy_s: f64,
    slot_s: f64,
    cpu_s: f64,
    core_s: f64,
    contacts: u64,
    earned: f64,
    answers: f64,
    latency_s: f64,
}

/// Rates over the last second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recent {
    arrivals: f64,
    served: f64,
    failed: f64,
    attempts: f64,
    hit_share: f64,
    evictions: f64,
    throttled: f64,
    in_system: f64,
    utilisation: f64,
    cpu: f64,
    contacts: f64,
    earned: f64,
    latency: f64,
}

/// Whether a value is beyond a limit.
pub fn holds(value: f64, above: bool, limit: f64) -> bool {
    if above { value > limit } else { value < limit }
}

/// State of a dependency that front ends show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeView {
    /// Calls in progress that use a connection.
    pub in_use: u32,
    /// Connections there are; `None` is no limit.
    pub pool: Option<u32>,
    /// Requests that wait for a connection.
    pub waiting: u32,
    /// Whether the breaker lets nothing through now.
    pub breaker_open: bool,
    /// Whether a balancer sends nothing there (drained or failed health checks).
    pub out: bool,
    /// Weight in effect, for a balancer's calls.
    pub weight: f64,
}

impl Sim {
    pub(super) fn take_snapshots(&mut self, passed_s: f64) {
        if passed_s <= 0.0 {
            return;
        }
        for (index, state) in self.components.iter().enumerate() {
            let t = &state.totals;
            let next = Snapshot {
                arrivals: t.arrivals,
                served: t.served,
                failed: t.failed_total(),
                attempts: t.attempts,
                hits: t.hits,
                misses: t.misses,
                evictions: t.evictions,
                throttled: t.failed[crate::scenario::model::FailureKind::Throttled as usize],
                request_s: t.request_s,
                busy_s: t.busy_s,
                slot_s: t.slot_s,
                cpu_s: t.cpu_s,
                core_s: t.core_s,
                contacts: t.contacts,
                earned: t.earned,
                answers: t.latency.total(),
                latency_s: t.latency.sum(),
            };
            let last = std::mem::replace(&mut self.previous[index], next);
            let rate = |a: u64, b: u64| (a - b) as f64 / passed_s;
            let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
            let lookups = (next.hits - last.hits + next.misses - last.misses) as f64;
            self.recent[index] = Recent {
                arrivals: rate(next.arrivals, last.arrivals),
                served: rate(next.served, last.served),
                failed: rate(next.failed, last.failed),
                attempts: rate(next.attempts, last.attempts),
                hit_share: share((next.hits - last.hits) as f64, lookups),
                evictions: rate(next.evictions, last.evictions),
                throttled: rate(next.throttled, last.throttled),
                // Answers may be settled a step late, with the time they really had; and within a step a
                // stall can begin more requests than there are slots.
                in_system: ((next.request_s - last.request_s) / passed_s).max(0.0),
                utilisation: share(next.busy_s - last.busy_s, next.slot_s - last.slot_s)
                    .clamp(0.0, 1.0),
                cpu: share(next.cpu_s - last.cpu_s, next.core_s - last.core_s),
                contacts: rate(next.contacts, last.contacts),
                earned: (next.earned - last.earned) / passed_s,
                latency: share(next.latency_s - last.latency_s, next.answers - last.answers),
            };
        }
    }

    /// A true signal now; rates are over the last second. Latency quantiles need a longer window
    /// and are not available here: they are answered with the mean.
    pub fn signal(&self, id: ComponentId, signal: Signal) -> f64 {
        let index = usize::from(id.0);
        let (recent, state) = (&self.recent[index], &self.components[index]);
        match signal {
            Signal::Arrivals => recent.arrivals,
            Signal::Served => recent.served,
            Signal::Failed => recent.failed,
            Signal::Attempts => recent.attempts,
            Signal::InSystem => recent.in_system,
            Signal::Queued => self.queued(id),
            Signal::Utilisation => recent.utilisation,
            Signal::Cpu => recent.cpu,
            Signal::LatencyMean | Signal::LatencyP50 | Signal::LatencyP95 | Signal::LatencyP99 => {
                recent.latency
            }
            Signal::ErrorShare => {
                let all = recent.served + recent.failed;
                if all > 0.0 { recent.failed / all } else { 0.0 }
            }
            Signal::HitShare => state
                .cache
                .as_ref()
                .map_or(recent.hit_share, super::cache::CacheState::hit_share),
            Signal::Connections => state.open_connections,
            Signal::OldestAge => self.oldest_age_s(id),
            Signal::Evictions => recent.evictions,
            Signal::Throttled => recent.throttled,
            Signal::Instances => f64::from(state.instances),
            Signal::DeadLetters => f64::from(state.dead_count),
            Signal::Contacts => recent.contacts,
            Signal::Earned => recent.earned,
        }
    }

    /// Requests that wait for a slot, or messages in a queue.
    pub fn queued(&self, id: ComponentId) -> f64 {
        let state = &self.components[usize::from(id.0)];
        let invisible: u32 = state.invisible.iter().map(|(_, g)| g.n).sum();
        f64::from(state.lanes.iter().map(|l| l.queued).sum::<u32>() + invisible)
    }

    /// Age in seconds of the oldest request or message that waits.
    pub fn oldest_age_s(&self, id: ComponentId) -> f64 {
        let state = &self.components[usize::from(id.0)];
        let oldest = state
            .lanes
            .iter()
            .filter_map(|l| l.queue.front())
            .map(|g| g.at)
            .min();
        oldest.map_or(0.0, |at| self.now.saturating_sub(at) as f64 * 1e-6)
    }

    /// A parameter's value now, in its unit.
    pub fn parameter(&self, knob: Knob) -> f64 {
        match knob {
            Knob::Component(id, which) => self.components[usize::from(id.0)].knobs[which as usize],
            Knob::Edge(id, which) => self.edges[usize::from(id.0)].knobs[which as usize],
            Knob::Journey(id, _) => self.journeys[usize::from(id.0)].rate_factor,
        }
    }

    /// Requests inside a component now.
    pub fn inside(&self, id: ComponentId) -> u32 {
        self.components[usize::from(id.0)].inside
    }

    /// Ready instances per version of a component.
    pub fn versions_running(&self, id: ComponentId) -> &[u32] {
        &self.components[usize::from(id.0)].fleet.ready
    }

    /// Share of valid access tokens of an external API's client.
    pub fn valid_tokens(&self, id: ComponentId) -> f64 {
        self.components[usize::from(id.0)].auth.valid_share
    }

    /// Connections that were never given back along a dependency.
    pub fn leaked(&self, id: EdgeId) -> f64 {
        self.edges[usize::from(id.0)].leaked
    }

    /// What a dependency looks like now.
    pub fn edge_view(&self, id: EdgeId) -> EdgeView {
        let edge = &self.edges[usize::from(id.0)];
        let breaker = &edge.breaker;
        EdgeView {
            in_use: edge.in_use,
            pool: self
                .edge_knob(usize::from(id.0), EdgeKnob::Pool)
                .is_finite()
                .then_some(edge.pool),
            waiting: edge.pool_queue.iter().map(|w| w.n).sum(),
            breaker_open: match breaker.mode {
                crate::scenario::action::BreakerMode::Open => true,
                crate::scenario::action::BreakerMode::Closed => false,
                crate::scenario::action::BreakerMode::Auto => breaker.open_until > self.now,
            },
            out: !edge.is_in(),
            weight: edge.weight_now,
        }
    }

    /// Requests of a journey that are really somewhere: waiting for an answer, a connection or a
    /// retry. Slow; for the invariants.
    pub(super) fn customers_inside(&self, journey: usize) -> u64 {
        let mine = |run: u32| {
            run != NONE
                && self.runs[run].component == NO_COMPONENT
                && usize::from(self.runs[run].journey) == journey
        };
        let mut sum = 0;
        for call in self.calls.alive() {
            if call.pending > 0 && mine(call.run) {
                sum += u64::from(call.pending);
            }
        }
        for retry in &self.retries {
            if mine(retry.run) {
                sum += u64::from(retry.n);
            }
        }
        for edge in &self.edges {
            if edge.from == NO_COMPONENT {
                sum += edge
                    .pool_queue
                    .iter()
                    .filter(|w| mine(w.run))
                    .map(|w| u64::from(w.n))
                    .sum::<u64>();
            }
        }
        sum
    }
}

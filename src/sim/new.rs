//! The state of a world before its first step.

use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use crate::base::rng::Stream;
use crate::base::time::SimDuration;
use crate::scenario::action::{BreakerMode, ComponentKnob, EdgeKnob};
use crate::scenario::model::{self, Discipline, Kind, Scenario};
use crate::sim::cache::CacheState;
use crate::sim::gate::GateState;
use crate::sim::signals::{Recent, Snapshot};
use crate::sim::slab::Slab;
use crate::sim::state::{AuthState, Component, Edge, Fleet, Journey, Lane, NO_COMPONENT};
use crate::sim::step::FaultState;
use crate::sim::{EdgeTotals, Sim, closed_breaker};

/// The variant that a seed picks, by weight.
pub fn pick_variant(scenario: &Scenario, seed: u64) -> usize {
    let total: f64 = scenario.variants.iter().map(|v| v.weight.max(0.0)).sum();
    let mut left = Stream::new(seed, "variant", 0).at(0).uniform() * total;
    for (index, variant) in scenario.variants.iter().enumerate() {
        left -= variant.weight.max(0.0);
        if left < 0.0 {
            return index;
        }
    }
    scenario.variants.len().saturating_sub(1)
}

impl Sim {
    /// A world at its start; the seed decides the variant and all luck.
    pub fn new(scenario: Arc<Scenario>, seed: u64) -> Self {
        let variant = pick_variant(&scenario, seed);
        Self::with_variant(scenario, seed, variant)
    }

    /// A world at its start, with the variant given instead of picked.
    pub fn with_variant(scenario: Arc<Scenario>, seed: u64, variant: usize) -> Self {
        let world = &scenario.world;
        let variant = variant.min(scenario.variants.len().saturating_sub(1));
        let components: Vec<_> = world
            .components
            .enumerate()
            .map(|(id, spec)| component(spec, seed, id.0))
            .collect();
        let edges: Vec<_> = world
            .edges
            .enumerate()
            .map(|(id, spec)| edge(spec, seed, id.0))
            .collect();
        let journeys = world
            .journeys
            .enumerate()
            .map(|(id, _)| journey(seed, id.0))
            .collect();
        let any_allowed = world.regions.iter().any(|r| r.data_allowed);
        let breaches = world
            .components
            .iter()
            .map(|c| any_allowed && c.region.is_some_and(|r| !world.regions[r].data_allowed));
        let faults = scenario.variants.get(variant).map_or(0, |v| v.faults.len());
        let mut sim = Self {
            seed,
            variant,
            now: 0,
            step_end: 0,
            step_number: 0,
            last_step_s: 0.0,
            next_tend: 0,
            tended: 0,
            restless_until: 0,
            order: Vec::new(),
            dirty: vec![0; components.len().div_ceil(64)],
            regained: vec![0; components.len().div_ceil(64)],
            answering: vec![0; components.len().div_ceil(64)],
            previous: vec![Snapshot::default(); components.len()],
            recent: vec![Recent::default(); components.len()],
            breaches_residency: breaches.collect(),
            flags: world.flags.iter().map(|f| f.on).collect(),
            jobs: world.jobs.iter().map(|j| j.running).collect(),
            components,
            edges,
            journeys,
            calls: Slab::with_capacity(1024),
            runs: Slab::with_capacity(1024),
            parts: Slab::with_capacity(1024),
            spare_outbox: Vec::with_capacity(64),
            spare_due: Vec::with_capacity(64),
            sent: 0,
            spare_inbox: Vec::with_capacity(16),
            spare_pulled: vec![Vec::with_capacity(16)],
            retries: BinaryHeap::with_capacity(256),
            retry_sequence: 0,
            ramps: Vec::new(),
            faults: vec![FaultState::default(); faults],
            gates: vec![GateState::default(); world.components.len()],
            onset: None,
            applied: Vec::new(),
            events: Vec::new(),
            scenario,
        };
        sim.set_overrides();
        for edge in 0..sim.edges.len() {
            sim.refresh_edge(edge);
        }
        sim.connect_consumers();
        sim.set_order();
        for component in 0..sim.components.len() {
            sim.refresh_component(component);
        }
        sim.prime_rates();
        sim.applied.clear();
        // The first seconds settle what the primed rates leave open.
        sim.restless_until = 5_000_000;
        sim
    }

    /// Sets every lane's smoothed rate to what the journeys will send through it in health, so that
    /// the first step is advanced like all others.
    fn prime_rates(&mut self) {
        for journey in 0..self.journeys.len() {
            let mut rates = vec![0.0; self.components.len()];
            let edge = self.scenario.world.journeys[Self::journey_id(journey)].edge;
            rates[usize::from(self.edges[usize::from(edge.0)].to)] = self.rate_at(journey, 0);
            for component in 0..self.components.len() {
                let rate = rates[component];
                let calls = self.components[component].calls.clone();
                let used = |e: &&u16| self.uses(usize::from(**e), journey as u16);
                let weights: f64 = calls
                    .iter()
                    .filter(used)
                    .map(|&e| self.edges[usize::from(e)].weight_now)
                    .sum();
                for &edge in calls.iter().filter(used) {
                    let state = &self.edges[usize::from(edge)];
                    let share =
                        match &self.scenario.world.components[Self::component_id(component)].kind {
                            Kind::Balancer(_) => state.weight_now / weights.max(1e-9),
                            Kind::Cache(_) => {
                                let cache = self.components[component].cache.as_ref();
                                1.0 - cache.map_or(0.0, CacheState::hit_share)
                            }
                            Kind::Service(_)
                            | Kind::Database(_)
                            | Kind::Queue(_)
                            | Kind::External(_) => 1.0,
                        };
                    // Callers come before callees, so every rate is complete when it is passed on.
                    let per = state.knobs[EdgeKnob::PerRequest as usize];
                    rates[usize::from(state.to)] += rate * share * per;
                }
            }
            for (state, rate) in self.components.iter_mut().zip(rates) {
                for lane in &mut state.lanes {
                    lane.rate += rate * lane.share;
                    lane.rate_age_s = 1.0;
                }
            }
        }
    }

    /// Tabulates what versions change about dependencies.
    fn set_overrides(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        for spec in scenario.world.components.iter() {
            let Kind::Service(service) = &spec.kind else {
                continue;
            };
            for (number, version) in service.versions.iter().enumerate() {
                for (id, change) in &version.calls {
                    let overrides = &mut self.edges[usize::from(id.0)].overrides;
                    overrides.resize(service.versions.len(), model::CallOverride::default());
                    overrides[number] = *change;
                }
            }
        }
    }

    fn connect_consumers(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        for (id, spec) in scenario.world.components.enumerate() {
            if let Kind::Service(service) = &spec.kind
                && let Some(queue) = service.pulls
            {
                self.components[usize::from(queue.0)].consumer = id.0;
                self.components[usize::from(id.0)].pulls = queue.0;
            }
        }
        for (id, flag) in scenario.world.flags.enumerate() {
            if flag.on {
                self.flags[usize::from(id.0)] = false;
                self.apply(&crate::scenario::action::Action::SetFlag { flag: id, on: true });
            }
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one line per field")]
fn component(spec: &model::Component, seed: u64, id: u16) -> Component {
    let knobs = component_knobs(spec);
    let stream = Stream::new(seed, "component", u64::from(id));
    let two_lanes = spec.station.shards > 1
        || matches!(
            spec.kind,
            Kind::Database(_) | Kind::Cache(_) | Kind::Queue(_)
        );
    let lanes = if two_lanes {
        // The first lane is the hot shard, or the replicas.
        vec![Lane::new(0.0), Lane::new(1.0)]
    } else {
        vec![Lane::new(1.0)]
    };
    let (versions, autoscaler) = match &spec.kind {
        Kind::Service(s) => (s.versions.len().max(1), s.autoscaler),
        Kind::Balancer(_)
        | Kind::Cache(_)
        | Kind::Database(_)
        | Kind::Queue(_)
        | Kind::External(_) => (1, None),
    };
    let mut ready = vec![0; versions];
    ready[0] = spec.station.instances;
    let fleet = Fleet {
        ready,
        starting: Vec::new(),
        rollout: None,
        previous: 0,
        current: 0,
        restarting: 0,
        next_restart: 0,
        next_look: autoscaler.map_or(u64::MAX, |a| a.every.as_micros()),
        low_since: u64::MAX,
        autoscaler_on: autoscaler.is_some_and(|a| a.enabled),
        seen_busy_s: 0.0,
        seen_slot_s: 0.0,
    };
    let cache = match &spec.kind {
        Kind::Cache(cache) => Some(CacheState::new(cache)),
        Kind::Service(_)
        | Kind::Balancer(_)
        | Kind::Database(_)
        | Kind::Queue(_)
        | Kind::External(_) => None,
    };
    let replicas = if let Kind::Database(d) = &spec.kind {
        d.replicas
    } else {
        0
    };
    let paused = if let Kind::Queue(q) = &spec.kind {
        q.paused
    } else {
        false
    };
    let checks_on = if let Kind::Balancer(b) = &spec.kind {
        b.health.is_some_and(|h| h.enabled)
    } else {
        false
    };
    Component {
        base: knobs,
        tokens: finite_or_zero(knobs[ComponentKnob::BucketBurst as usize]),
        knobs,
        lanes,
        rank: 0,
        last_below: 0,
        alike: Vec::new(),
        inbox: Vec::with_capacity(16),
        outbox: Vec::with_capacity(64),
        calls: spec.calls.iter().map(|c| c.0).collect(),
        is_leaf: spec.calls.is_empty() || matches!(spec.kind, Kind::Cache(_)),
        is_queue: matches!(spec.kind, Kind::Queue(_)),
        laws: Vec::new(),
        fleet,
        instances: spec.station.instances,
        totals: super::ComponentTotals::default(),
        inside: 0,
        draws: stream.at(0),
        stream,
        stamp: u64::MAX,
        sequence: 0,
        recorded: 0,
        own_mean_s: 0.0,
        cache,
        down_until: 0,
        cold_until: 0,
        replicas,
        replicas_coming: Vec::new(),
        leaked: 0.0,
        open_connections: 0.0,
        refused_share: 0.0,
        tokens_at: 0,
        rest_tokens: (0.0, 0),
        auth: AuthState {
            valid_share: 1.0,
            secret_ok: true,
            secret_ok_from: 0,
            reauthorising: false,
        },
        invisible: VecDeque::new(),
        dead: VecDeque::new(),
        dead_count: 0,
        replay_per_s: 0.0,
        replay_credit: 0.0,
        paused,
        pull_turn: 0,
        next_check: 0,
        checks_on,
        pulls: NO_COMPONENT,
        consumer: NO_COMPONENT,
        warm_per_s: 0.0,
        warm_left: 0.0,
        warm_credit: 0.0,
    }
}

fn finite_or_zero(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}

fn component_knobs(spec: &model::Component) -> [f64; ComponentKnob::ALL.len()] {
    use ComponentKnob as K;
    let mut k = [0.0; ComponentKnob::ALL.len()];
    let mut set = |knob: K, value: f64| k[knob as usize] = value;
    let limit = |x: Option<f64>| x.unwrap_or(f64::INFINITY);
    let station = &spec.station;
    set(K::Speed, 1.0);
    set(K::TimeFactor, 1.0);
    set(K::ErrorShare, station.error_share);
    set(K::WrongShare, station.wrong_share);
    set(K::SlowShare, station.time.slow_share);
    set(K::SlowFactor, station.time.slow_factor.max(1.0));
    set(
        K::Slots,
        if station.slots == 0 {
            f64::INFINITY
        } else {
            f64::from(station.slots)
        },
    );
    set(K::QueueLimit, limit(station.queue_limit.map(f64::from)));
    set(K::DropExpired, f64::from(u8::from(station.drop_expired)));
    set(
        K::NewestFirst,
        f64::from(u8::from(station.discipline == Discipline::NewestFirst)),
    );
    set(K::Shards, f64::from(station.shards.max(1)));
    set(K::HotShare, station.hot_share);
    for knob in [
        K::Admission,
        K::CacheTtl,
        K::MaxConnections,
        K::ConsumeRate,
        K::ShardRate,
    ] {
        set(knob, f64::INFINITY);
    }
    for knob in [K::BucketRate, K::BucketBurst, K::MaxInstances] {
        set(knob, f64::INFINITY);
    }
    match &spec.kind {
        Kind::Service(s) => {
            if let Some(a) = s.autoscaler {
                set(K::MinInstances, f64::from(a.min));
                set(K::MaxInstances, f64::from(a.max));
            }
        }
        Kind::Balancer(b) => {
            set(K::Admission, limit(b.admission_per_s));
            set(K::ShedBelow, f64::from(b.shed_below));
            set(K::Ttl, b.ttl.as_secs_f64());
        }
        Kind::Cache(c) => {
            set(K::CacheEntries, c.entries as f64);
            set(K::CacheKeys, c.keys as f64);
            set(K::CacheTtl, limit(c.ttl.map(SimDuration::as_secs_f64)));
            set(K::Coalesce, f64::from(u8::from(c.coalesce)));
        }
        Kind::Database(d) => {
            set(K::MaxConnections, limit(d.max_connections.map(f64::from)));
            set(K::ReadShare, d.read_share);
            set(K::ReplicationLag, d.replication_lag.as_secs_f64());
            set(K::ShardRate, limit(d.shard_rate_per_s));
        }
        Kind::Queue(q) => {
            set(K::ConsumeRate, limit(q.consume_per_s));
            set(K::ShardRate, limit(q.shard_rate_per_s));
            set(K::SkipStale, f64::from(u8::from(q.skip_stale)));
        }
        Kind::External(e) => {
            set(K::BucketRate, limit(e.bucket.map(|b| b.rate_per_s)));
            set(K::BucketBurst, limit(e.bucket.map(|b| b.burst)));
        }
    }
    k
}

fn edge(spec: &model::Edge, seed: u64, id: u16) -> Edge {
    use EdgeKnob as K;
    let mut k = [0.0; EdgeKnob::ALL.len()];
    let mut set = |knob: K, value: f64| k[knob as usize] = value;
    let limit = |x: Option<f64>| x.unwrap_or(f64::INFINITY);
    set(
        K::Timeout,
        limit(spec.timeout.map(SimDuration::as_secs_f64)),
    );
    set(K::Attempts, f64::from(spec.attempts));
    set(K::BackoffBase, spec.backoff.base.as_secs_f64());
    set(K::BackoffCap, spec.backoff.cap.as_secs_f64());
    set(K::FullJitter, f64::from(u8::from(spec.backoff.full_jitter)));
    set(K::RetryBudget, limit(spec.budget.map(|b| b.per_request)));
    set(K::PerRequest, spec.per_request);
    set(K::Pool, limit(spec.pool.map(|p| f64::from(p.per_instance))));
    set(K::Fallback, f64::from(u8::from(spec.fallback_on)));
    set(K::Weight, spec.weight);
    set(K::Unkeyed, f64::from(u8::from(spec.unkeyed)));
    set(K::WrongShare, spec.wrong_share);
    set(
        K::BreakerShare,
        // Switched off is armed at no share at all: setting one arms it.
        limit(spec.breaker.filter(|b| b.enabled).map(|b| b.failure_share)),
    );
    let stream = Stream::new(seed, "edge", u64::from(id));
    Edge {
        from: spec.from.map_or(NO_COMPONENT, |c| c.0),
        to: spec.to.0,
        base: k,
        knobs: k,
        is_plain: false,
        timeout_us: u64::MAX,
        journeys: if spec.journeys.is_empty() {
            u64::MAX
        } else {
            spec.journeys
                .iter()
                .fold(0, |bits, j| bits | 1 << j.0.min(63))
        },
        overrides: Vec::new(),
        listed: VecDeque::with_capacity(64),
        timed_out_at: 0,
        in_use: 0,
        freed_at: 0,
        pool: u32::MAX,
        pool_queue: VecDeque::new(),
        leaked: 0.0,
        leaking_since: 0,
        budget_tokens: spec
            .budget
            .map_or(10.0, |b| b.size * f64::from(b.clients.max(1))),
        breaker: closed_breaker(BreakerMode::Auto, 0),
        totals: EdgeTotals::default(),
        draws: stream.at(0),
        stream,
        stamp: u64::MAX,
        weight_now: spec.weight,
        healthy: true,
        drained: false,
        check_streak: 0,
        checked: (0, 0),
    }
}

fn journey(seed: u64, id: u16) -> Journey {
    Journey {
        rate_factor: 1.0,
        stream: Stream::new(seed, "arrivals", u64::from(id)),
        second: u64::MAX,
        left: 0,
        recorded: 0,
        totals: super::JourneyTotals::default(),
        open: VecDeque::new(),
        stale: 0,
        silent: super::silent::Silent::default(),
        newest: 0,
    }
}

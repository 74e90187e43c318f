//! What is derived from parameters and instances: slots, shares, pools, connections.

use crate::scenario::action::{BreakerMode, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::Kind;
use crate::sim::Sim;
use crate::sim::state::NO_COMPONENT;

impl Sim {
    /// Sets one parameter now, and everything that is derived from it.
    pub(super) fn set_knob(&mut self, knob: Knob, value: f64) {
        match knob {
            Knob::Component(id, which) => {
                let component = usize::from(id.0);
                self.components[component].knobs[which as usize] = value;
                let keys = self.knob(component, ComponentKnob::CacheKeys);
                let zipf = match &self.scenario.world.components[id].kind {
                    Kind::Cache(cache) => cache.zipf,
                    Kind::Service(_)
                    | Kind::Balancer(_)
                    | Kind::Database(_)
                    | Kind::Queue(_)
                    | Kind::External(_) => 1.0,
                };
                let state = &mut self.components[component];
                if let Some(cache) = &mut state.cache {
                    match which {
                        ComponentKnob::CacheEntries => cache.resize(value),
                        ComponentKnob::CacheKeys => cache.set_keys(keys, zipf),
                        _ => {}
                    }
                    state.totals.evictions += cache.take_thrown_out();
                }
                self.refresh_component(component);
            }
            Knob::Edge(id, which) => {
                let edge = usize::from(id.0);
                self.edges[edge].knobs[which as usize] = value;
                self.refresh_edge(edge);
                if which == EdgeKnob::Pool {
                    self.refresh_pool(edge);
                    self.refresh_connections(usize::from(self.edges[edge].to));
                }
            }
            Knob::Journey(id, crate::scenario::action::JourneyKnob::RateFactor) => {
                self.journeys[usize::from(id.0)].rate_factor = value;
            }
        }
    }

    /// Recomputes what is derived from a dependency's parameters.
    pub(super) fn refresh_edge(&mut self, edge: usize) {
        let has_breaker = self.scenario.world.edges[Self::edge_id(edge)]
            .breaker
            .is_some();
        let state = &mut self.edges[edge];
        let secs = state.knobs[EdgeKnob::Timeout as usize];
        state.timeout_us = if secs.is_finite() {
            (secs * 1e6) as u64
        } else {
            u64::MAX
        };
        state.is_plain = !has_breaker
            && state.breaker.mode == BreakerMode::Auto
            && state.overrides.is_empty()
            && state.knobs[EdgeKnob::BrokenShare as usize] <= 0.0
            && state.knobs[EdgeKnob::RetryBudget as usize].is_infinite()
            && state.knobs[EdgeKnob::Pool as usize].is_infinite();
    }

    /// Recomputes slots, shares and pools after instances, shards or replicas changed.
    pub(super) fn refresh_component(&mut self, component: usize) {
        let id = Self::component_id(component);
        let spec = &self.scenario.world.components[id];
        let per_instance = self.knob(component, ComponentKnob::Slots);
        let shards = self.knob(component, ComponentKnob::Shards).max(1.0);
        let hot = self
            .knob(component, ComponentKnob::HotShare)
            .clamp(0.0, 1.0);
        let read_share = self.knob(component, ComponentKnob::ReadShare);
        let is_database = matches!(spec.kind, Kind::Database(_));
        let is_queue = matches!(spec.kind, Kind::Queue(_));
        let own_mean =
            spec.station.time.mean.as_secs_f64() * self.knob(component, ComponentKnob::TimeFactor);
        let laws = self.service_laws(component);
        let state = &mut self.components[component];
        state.laws = laws;
        state.own_mean_s = own_mean;
        state.instances = state.fleet.ready.iter().sum();
        // Without a limit, no instances have no slots all the same.
        let slots = if state.instances == 0 {
            0.0
        } else {
            per_instance * f64::from(state.instances)
        };
        let as_slots = |x: f64| {
            if x.is_finite() {
                x.round().min(1e9) as u32
            } else {
                u32::MAX
            }
        };
        if state.lanes.len() == 2 && is_database {
            let replicas = f64::from(state.replicas);
            let to_replicas = if replicas > 0.0 { read_share } else { 0.0 };
            state.lanes[0].share = to_replicas;
            state.lanes[0].slots = as_slots(slots * replicas);
            state.lanes[1].share = 1.0 - to_replicas;
            state.lanes[1].slots = as_slots(slots);
        } else if state.lanes.len() == 2 {
            // Shards that are asked equally much are one lane, unless a record may block one.
            let alike = shards <= 1.0 || (hot <= 0.0 && !is_queue);
            let shards = if alike { 1.0 } else { shards };
            let hottest = if alike {
                1.0
            } else {
                hot + (1.0 - hot) / shards
            };
            state.lanes[0].share = hottest;
            state.lanes[0].slots =
                as_slots((slots / shards).max(if slots > 0.0 { 1.0 } else { 0.0 }));
            state.lanes[1].share = 1.0 - hottest;
            state.lanes[1].slots = as_slots(slots * (shards - 1.0) / shards);
        } else {
            state.lanes[0].slots = as_slots(slots);
        }
        let calls = spec.calls.clone();
        for call in calls {
            self.refresh_pool(usize::from(call.0));
            self.refresh_connections(usize::from(self.edges[usize::from(call.0)].to));
        }
        self.mark_dirty(component);
    }

    /// Connections a dependency's pool has in all.
    pub(super) fn pool_size(&self, edge: usize) -> f64 {
        let per_instance = self.edge_knob(edge, EdgeKnob::Pool);
        let from = self.edges[edge].from;
        if !per_instance.is_finite() || from == NO_COMPONENT {
            return f64::INFINITY;
        }
        per_instance * f64::from(self.components[usize::from(from)].instances)
    }

    pub(super) fn refresh_pool(&mut self, edge: usize) {
        let size = self.pool_size(edge);
        let state = &mut self.edges[edge];
        state.leaked = state.leaked.min(size);
        state.pool = if size.is_finite() {
            (size - state.leaked).max(0.0) as u32
        } else {
            u32::MAX
        };
    }

    /// Open connections of a database, and the share of callers that find none left.
    pub(super) fn refresh_connections(&mut self, component: usize) {
        let max = self.knob(component, ComponentKnob::MaxConnections);
        let mut open = 0.0;
        for edge in 0..self.edges.len() {
            if usize::from(self.edges[edge].to) == component
                && self.edges[edge].from != NO_COMPONENT
            {
                let size = self.pool_size(edge);
                let state = &self.edges[edge];
                open += if size.is_finite() {
                    size
                } else {
                    f64::from(state.in_use) + state.leaked
                };
            }
        }
        let state = &mut self.components[component];
        open += state.leaked;
        state.refused_share = if open > max { (open - max) / open } else { 0.0 };
        state.open_connections = open.min(max);
    }
}

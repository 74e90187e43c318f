//! What changes by itself while time passes: ramps, deployments, autoscalers, health checks, tokens,
//! warm-ups, connections.

use crate::scenario::action::{BreakerMode, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{Kind, ScaleMetric};
use crate::sim::slab::NONE;
use crate::sim::runs::{LAST_PHASE, WARM_UP};
use crate::sim::state::{NO_COMPONENT, Work};
use crate::sim::{Event, Sim};

impl Sim {
    /// Moves every parameter that is on its way.
    pub(super) fn move_ramps(&mut self) {
        if self.ramps.is_empty() {
            return;
        }
        let now = self.now;
        let ramps = std::mem::take(&mut self.ramps);
        for ramp in &ramps {
            let part = if ramp.end <= ramp.start {
                1.0
            } else {
                (now.saturating_sub(ramp.start) as f64 / (ramp.end - ramp.start) as f64).min(1.0)
            };
            self.set_knob(ramp.knob, ramp.from + (ramp.to - ramp.from) * part);
        }
        self.ramps = ramps;
        self.ramps.retain(|ramp| ramp.end > now);
    }

    /// Once per second of simulated time.
    pub(super) fn tend(&mut self, dt_s: f64) {
        for component in 0..self.components.len() {
            self.tend_fleet(component);
            self.autoscale(component);
            self.check_health(component);
            self.tend_auth(component, dt_s);
            self.tend_database(component);
            self.tend_cache(component, dt_s);
        }
        self.tend_weights(dt_s);
        self.tend_stale(dt_s);
    }

    /// Instances that start, waves of deployments and restarts.
    fn tend_fleet(&mut self, component: usize) {
        let now = self.now;
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let (startup_us, wave_us) = match &spec.kind {
            Kind::Service(s) => (s.startup.as_micros(), s.wave_every.as_micros()),
            Kind::Balancer(_) | Kind::Cache(_) | Kind::Database(_) | Kind::Queue(_) | Kind::External(_) => {
                (30_000_000, 60_000_000)
            }
        };
        let fleet = &mut self.components[component].fleet;
        let mut changed = false;
        let mut i = 0;
        while i < fleet.starting.len() {
            if fleet.starting[i].0 <= now {
                let (_, version, n) = fleet.starting.remove(i);
                fleet.ready[usize::from(version)] += n;
                changed = true;
            } else {
                i += 1;
            }
        }
        if let Some(mut rollout) = fleet.rollout
            && now >= rollout.next_wave
        {
            let mut k = rollout.per_wave.min(rollout.left);
            rollout.left -= k;
            for (version, ready) in fleet.ready.iter_mut().enumerate() {
                if version != usize::from(rollout.version) {
                    let taken = k.min(*ready);
                    *ready -= taken;
                    k -= taken;
                    fleet.starting.push((now + startup_us, rollout.version, taken));
                }
            }
            fleet.starting.retain(|s| s.2 > 0);
            rollout.next_wave = now + wave_us.max(startup_us);
            fleet.rollout = (rollout.left > 0).then_some(rollout);
            changed = true;
            let id = Self::component_id(component);
            self.events.push((now, Event::WaveStarted { service: id, version: rollout.version, left: rollout.left }));
        }
        let fleet = &mut self.components[component].fleet;
        if fleet.restarting > 0 && now >= fleet.next_restart {
            let total: u32 = fleet.ready.iter().sum();
            let wave = (total / 4).max(1).min(fleet.restarting);
            fleet.restarting -= wave;
            fleet.next_restart = now + startup_us.max(1_000_000);
            self.restart_instances(component, wave, startup_us);
            changed = true;
        }
        if changed {
            self.refresh_component(component);
        }
    }

    /// Takes `n` instances down; they come back after `startup_us` without leaks.
    pub(super) fn restart_instances(&mut self, component: usize, n: u32, startup_us: u64) {
        let now = self.now;
        let fleet = &mut self.components[component].fleet;
        let total: u32 = fleet.ready.iter().sum();
        if total == 0 {
            return;
        }
        let share = f64::from(n.min(total)) / f64::from(total);
        let mut left = n.min(total);
        for version in 0..fleet.ready.len() {
            let taken = left.min(fleet.ready[version]);
            fleet.ready[version] -= taken;
            left -= taken;
            if taken > 0 {
                fleet.starting.push((now + startup_us, version as u8, taken));
            }
        }
        for edge in 0..self.edges.len() {
            if usize::from(self.edges[edge].from) == component {
                self.edges[edge].leaked *= 1.0 - share;
            }
        }
        self.components[component].leaked *= 1.0 - share;
        self.refresh_component(component);
    }

    fn autoscale(&mut self, component: usize) {
        let Kind::Service(service) = &self.scenario.world.components[Self::component_id(component)].kind
        else {
            return;
        };
        let Some(spec) = service.autoscaler else { return };
        let now = self.now;
        if !self.components[component].fleet.autoscaler_on || now < self.components[component].fleet.next_look {
            return;
        }
        let (min, max) = (
            self.knob(component, ComponentKnob::MinInstances),
            self.knob(component, ComponentKnob::MaxInstances),
        );
        let state = &mut self.components[component];
        let (used, there) = match spec.metric {
            ScaleMetric::Cpu => (state.totals.cpu_s, state.totals.core_s),
            ScaleMetric::Slots => (state.totals.busy_s, state.totals.slot_s),
        };
        let (du, dt) = (used - state.fleet.seen_busy_s, there - state.fleet.seen_slot_s);
        state.fleet.seen_busy_s = used;
        state.fleet.seen_slot_s = there;
        state.fleet.next_look = now + spec.every.as_micros();
        if dt <= 0.0 {
            return;
        }
        let utilisation = du / dt;
        let starting: u32 = state.fleet.starting.iter().map(|s| s.2).sum();
        let have = state.fleet.ready.iter().sum::<u32>() + starting;
        let wanted = (f64::from(have) * utilisation / spec.target - 1e-6).ceil().clamp(min, max) as u32;
        // The HPA leaves differences of up to a tenth alone.
        let near = (utilisation / spec.target - 1.0).abs() < 0.1;
        if wanted >= have {
            state.fleet.low_since = u64::MAX;
        }
        if wanted > have && !near {
            self.scale_to(component, wanted);
        } else if wanted < have && !near {
            if state.fleet.low_since == u64::MAX {
                state.fleet.low_since = now;
            }
            if now >= state.fleet.low_since + spec.down_after.as_micros() {
                state.fleet.low_since = now;
                self.scale_to(component, wanted);
            }
        }
    }

    /// Sets the number of instances; new ones need their start-up time.
    pub(super) fn scale_to(&mut self, component: usize, wanted: u32) {
        let now = self.now;
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let startup = match &spec.kind {
            Kind::Service(s) => s.startup.as_micros(),
            Kind::Database(d) => d.failover.as_micros(),
            Kind::Balancer(_) | Kind::Cache(_) | Kind::Queue(_) | Kind::External(_) => 60_000_000,
        };
        let fleet = &mut self.components[component].fleet;
        let have = fleet.ready.iter().sum::<u32>() + fleet.starting.iter().map(|s| s.2).sum::<u32>();
        if wanted > have {
            let version = fleet.current;
            fleet.starting.push((now + startup, version, wanted - have));
        } else {
            let mut surplus = have - wanted;
            while surplus > 0
                && let Some(mut last) = fleet.starting.pop()
            {
                let k = surplus.min(last.2);
                surplus -= k;
                last.2 -= k;
                if last.2 > 0 {
                    fleet.starting.push(last);
                }
            }
            for ready in &mut fleet.ready {
                let k = surplus.min(*ready);
                *ready -= k;
                surplus -= k;
            }
        }
        let id = Self::component_id(component);
        self.events.push((now, Event::Scaled { component: id, instances: wanted }));
        self.refresh_component(component);
    }

    fn check_health(&mut self, component: usize) {
        let Kind::Balancer(balancer) = &self.scenario.world.components[Self::component_id(component)].kind
        else {
            return;
        };
        let Some(check) = balancer.health else { return };
        let state = &mut self.components[component];
        if self.now < state.next_check {
            return;
        }
        state.next_check = self.now + check.every.as_micros();
        let on = state.checks_on;
        let scenario = std::sync::Arc::clone(&self.scenario);
        for id in &scenario.world.components[Self::component_id(component)].calls {
            let index = usize::from(id.0);
            let to = usize::from(self.edges[index].to);
            // A probe is always sent, so a target without traffic is judged by its own state.
            let target_down = self.components[to].down_until > self.now
                || self.knob(to, ComponentKnob::DownShare) >= check.unhealthy_share
                || self.knob(to, ComponentKnob::BlackholeShare) >= check.unhealthy_share;
            let edge = &mut self.edges[index];
            let (ok, bad) = (edge.totals.ok, edge.totals.failed.iter().sum::<u64>());
            let (new_ok, new_bad) = (ok - edge.checked.0, bad - edge.checked.1);
            edge.checked = (ok, bad);
            let calls = new_ok + new_bad;
            let failing = target_down
                || (calls > 0 && new_bad as f64 >= check.unhealthy_share * calls as f64);
            if failing == edge.healthy {
                edge.check_streak += 1;
            } else {
                edge.check_streak = 0;
            }
            let needed = if edge.healthy { check.fails } else { check.passes };
            if on && edge.check_streak >= needed {
                edge.healthy = !edge.healthy;
                edge.check_streak = 0;
                let event = if edge.healthy { Event::TargetIn(*id) } else { Event::TargetOut(*id) };
                self.events.push((self.now, event));
            }
        }
    }

    /// Weights move to their new values within the TTL.
    fn tend_weights(&mut self, dt_s: f64) {
        for edge in 0..self.edges.len() {
            let wanted = self.edge_knob(edge, EdgeKnob::Weight);
            let now = self.edges[edge].weight_now;
            if (now - wanted).abs() < 1e-9 || self.edges[edge].from == NO_COMPONENT {
                continue;
            }
            let ttl = self.knob(usize::from(self.edges[edge].from), ComponentKnob::Ttl);
            let next = if ttl <= 0.0 {
                wanted
            } else {
                // Resolvers re-ask evenly over the TTL; a few keep old answers for longer.
                now + (wanted - now) * (dt_s / ttl).min(1.0)
            };
            self.edges[edge].weight_now = if (next - wanted).abs() < 1e-3 { wanted } else { next };
        }
    }

    fn tend_auth(&mut self, component: usize, dt_s: f64) {
        let Kind::External(external) = &self.scenario.world.components[Self::component_id(component)].kind
        else {
            return;
        };
        let Some(auth) = external.auth else { return };
        let now = self.now;
        let life = auth.token_life.as_secs_f64().max(1.0);
        let state = &mut self.components[component];
        if !state.auth.secret_ok && now >= state.auth.secret_ok_from {
            state.auth.secret_ok = true;
            self.events.push((now, Event::SecretValid(Self::component_id(component))));
        }
        let state = &mut self.components[component];
        // Tokens run out evenly over their life; a working secret renews them within a minute.
        if state.auth.secret_ok {
            state.auth.valid_share = (state.auth.valid_share + dt_s / 60.0).min(1.0);
        } else {
            state.auth.valid_share = (state.auth.valid_share - dt_s / life).max(0.0);
        }
        if state.auth.reauthorising {
            let revoked = &mut state.knobs[ComponentKnob::RevokedShare as usize];
            *revoked *= (1.0 - dt_s / auth.reauthorise.as_secs_f64().max(1.0)).max(0.0);
            if *revoked < 1e-3 {
                *revoked = 0.0;
                state.auth.reauthorising = false;
            }
        }
    }

    fn tend_database(&mut self, component: usize) {
        let now = self.now;
        let state = &mut self.components[component];
        if state.replicas_coming.iter().any(|(at, _)| *at <= now) {
            let ready: u32 = state.replicas_coming.iter().filter(|(at, _)| *at <= now).map(|(_, n)| n).sum();
            state.replicas_coming.retain(|(at, _)| *at > now);
            state.replicas += ready;
            self.refresh_component(component);
        }
        if matches!(self.scenario.world.components[Self::component_id(component)].kind, Kind::Database(_)) {
            self.refresh_connections(component);
        }
    }

    fn tend_cache(&mut self, component: usize, dt_s: f64) {
        if self.components[component].cache.is_none() {
            return;
        }
        let ttl = self.knob(component, ComponentKnob::CacheTtl);
        let keys = self.knob(component, ComponentKnob::CacheKeys).max(1.0);
        let invalidations = self.knob(component, ComponentKnob::Invalidations) / keys;
        let rate = if ttl.is_finite() { 1.0 / ttl.max(1e-3) } else { 0.0 } + invalidations;
        let now = self.now;
        if let Some(cache) = &mut self.components[component].cache {
            cache.pass_until(now);
            cache.set_expiry(rate);
        }
        self.warm_up(component, dt_s);
    }

    /// A warm-up job reads its keys from behind the cache, like any other caller.
    fn warm_up(&mut self, component: usize, dt_s: f64) {
        let state = &mut self.components[component];
        if state.warm_per_s <= 0.0 {
            return;
        }
        let full = state.cache.as_ref().is_none_or(super::cache::CacheState::is_full);
        if full || state.warm_left <= 0.0 {
            state.warm_per_s = 0.0;
            return;
        }
        state.warm_credit += state.warm_per_s * dt_s;
        let keys = state.warm_credit as u32;
        state.warm_credit -= f64::from(keys);
        state.warm_left -= f64::from(keys);
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let Some(edge) = spec.calls.first().map(|id| usize::from(id.0)) else { return };
        if keys > 0 {
            let work = Work { call: NONE, n: keys, arrived: self.now, ..Work::nothing() };
            let mut run = self.run_of(component, 0, &work, false);
            run.phase = LAST_PHASE;
            run.journey = NO_COMPONENT;
            run.receives = WARM_UP;
            self.start_phase(&run, edge, keys, self.now);
        }
    }

    /// Message-seconds beyond the freshness limit.
    fn tend_stale(&mut self, dt_s: f64) {
        let now = self.now;
        for index in 0..self.journeys.len() {
            let spec = &self.scenario.world.journeys[Self::journey_id(index)];
            let Some(limit) = spec.fresh_within else { continue };
            let state = &mut self.journeys[index];
            state.history.push_back((now, state.totals.arrivals));
            let old = now.saturating_sub(limit.as_micros());
            while state.history.len() > 1 && state.history[1].0 <= old {
                state.history.pop_front();
            }
            let Some(&(at, arrived)) = state.history.front() else { continue };
            if at <= old {
                let stale = arrived.saturating_sub(state.totals.settled());
                state.totals.stale_s += stale as f64 * dt_s;
            }
        }
    }

    /// Sets one parameter now, and everything that is derived from it.
    pub(super) fn set_knob(&mut self, knob: Knob, value: f64) {
        match knob {
            Knob::Component(id, which) => {
                let component = usize::from(id.0);
                self.components[component].knobs[which as usize] = value;
                let keys = self.knob(component, ComponentKnob::CacheKeys);
                let zipf = match &self.scenario.world.components[id].kind {
                    Kind::Cache(cache) => cache.zipf,
                    Kind::Service(_) | Kind::Balancer(_) | Kind::Database(_) | Kind::Queue(_) | Kind::External(_) => 1.0,
                };
                if let Some(cache) = &mut self.components[component].cache {
                    match which {
                        ComponentKnob::CacheEntries => cache.resize(value),
                        ComponentKnob::CacheKeys => cache.set_keys(keys, zipf),
                        _ => {}
                    }
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
        let has_breaker = self.scenario.world.edges[Self::edge_id(edge)].breaker.is_some();
        let state = &mut self.edges[edge];
        let secs = state.knobs[EdgeKnob::Timeout as usize];
        state.timeout_us = if secs.is_finite() { (secs * 1e6) as u64 } else { u64::MAX };
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
        let hot = self.knob(component, ComponentKnob::HotShare).clamp(0.0, 1.0);
        let read_share = self.knob(component, ComponentKnob::ReadShare);
        let is_database = matches!(spec.kind, Kind::Database(_));
        let own_mean = spec.station.time.mean.as_secs_f64()
            * self.knob(component, ComponentKnob::TimeFactor);
        let laws = self.service_laws(component);
        let state = &mut self.components[component];
        state.laws = laws;
        state.own_mean_s = own_mean;
        state.instances = state.fleet.ready.iter().sum();
        let slots = per_instance * f64::from(state.instances);
        let as_slots = |x: f64| if x.is_finite() { x.round().min(1e9) as u32 } else { u32::MAX };
        if state.lanes.len() == 2 && is_database {
            let replicas = f64::from(state.replicas);
            let to_replicas = if replicas > 0.0 { read_share } else { 0.0 };
            state.lanes[0].share = to_replicas;
            state.lanes[0].slots = as_slots(slots * replicas);
            state.lanes[1].share = 1.0 - to_replicas;
            state.lanes[1].slots = as_slots(slots);
        } else if state.lanes.len() == 2 {
            let hottest = if shards > 1.0 { hot + (1.0 - hot) / shards } else { 1.0 };
            state.lanes[0].share = hottest;
            state.lanes[0].slots = as_slots((slots / shards).max(if slots > 0.0 { 1.0 } else { 0.0 }));
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
        state.pool = if size.is_finite() { (size - state.leaked).max(0.0) as u32 } else { u32::MAX };
    }

    /// Open connections of a database, and the share of callers that find none left.
    pub(super) fn refresh_connections(&mut self, component: usize) {
        let max = self.knob(component, ComponentKnob::MaxConnections);
        let mut open = 0.0;
        for edge in 0..self.edges.len() {
            if usize::from(self.edges[edge].to) == component && self.edges[edge].from != NO_COMPONENT {
                let size = self.pool_size(edge);
                let state = &self.edges[edge];
                open += if size.is_finite() { size } else { f64::from(state.in_use) + state.leaked };
            }
        }
        let state = &mut self.components[component];
        open += state.leaked;
        state.refused_share = if open > max { (open - max) / open } else { 0.0 };
        state.open_connections = open.min(max);
    }
}

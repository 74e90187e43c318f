//! What changes by itself while time passes: ramps, deployments, autoscalers, health checks, tokens,
//! warm-ups, connections.

use crate::scenario::action::{ComponentKnob, EdgeKnob};
use crate::scenario::model::{Kind, ScaleMetric};
use crate::sim::runs::{LAST_PHASE, WARM_UP};
use crate::sim::slab::NONE;
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
            self.bill(component, dt_s);
            self.autoscale(component);
            self.check_health(component);
            self.tend_auth(component, dt_s);
            self.tend_database(component);
            self.tend_cache(component, dt_s);
        }
        self.tend_gates();
        self.tend_weights(dt_s);
        self.tend_stale(dt_s);
        self.tend_silent(dt_s);
    }

    /// Instances that start, waves of deployments and restarts.
    fn tend_fleet(&mut self, component: usize) {
        let now = self.now;
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let (startup_us, wave_us) = match &spec.kind {
            Kind::Service(s) => (s.startup.as_micros(), s.wave_every.as_micros()),
            Kind::Balancer(_)
            | Kind::Cache(_)
            | Kind::Database(_)
            | Kind::Queue(_)
            | Kind::External(_) => (30_000_000, 60_000_000),
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
        if fleet
            .rollout
            .is_some_and(|rollout| now >= rollout.next_wave)
        {
            self.start_wave(component, startup_us, wave_us);
            changed = true;
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

    /// Whatever runs or starts is paid for; what was there at the start is nobody's decision.
    fn bill(&mut self, component: usize, dt_s: f64) {
        let id = Self::component_id(component);
        let extra = self
            .copies_wanted(id)
            .saturating_sub(self.copies_at_start(id));
        self.components[component].totals.extra_copy_s += f64::from(extra) * dt_s;
    }

    /// Replaces the next instances of a deployment.
    fn start_wave(&mut self, component: usize, startup_us: u64, wave_us: u64) {
        let now = self.now;
        let fleet = &mut self.components[component].fleet;
        let Some(mut rollout) = fleet.rollout else {
            return;
        };
        let mut left = rollout.per_wave.min(rollout.left);
        rollout.left -= left;
        let mut replaced = 0;
        // Those of other versions that have not started yet are the first to go.
        for starting in fleet.starting.iter_mut().filter(|s| s.1 != rollout.version) {
            let taken = left.min(starting.2);
            starting.2 -= taken;
            left -= taken;
            replaced += taken;
        }
        for version in 0..fleet.ready.len() {
            let fleet = &mut self.components[component].fleet;
            let ready = fleet.ready[version];
            let taken = left.min(ready);
            if version == usize::from(rollout.version) || taken == 0 {
                continue;
            }
            fleet.ready[version] -= taken;
            left -= taken;
            replaced += taken;
        }
        rollout.next_wave = now + wave_us.max(startup_us);
        let fleet = &mut self.components[component].fleet;
        fleet
            .starting
            .push((now + startup_us, rollout.version, replaced));
        fleet.starting.retain(|s| s.2 > 0);
        fleet.rollout = (rollout.left > 0).then_some(rollout);
        let id = Self::component_id(component);
        self.events.push((
            now,
            Event::WaveStarted {
                service: id,
                version: rollout.version,
                left: rollout.left,
            },
        ));
    }

    /// Takes `n` instances down; they come back after `startup_us` without leaks.
    pub(super) fn restart_instances(&mut self, component: usize, n: u32, startup_us: u64) {
        let now = self.now;
        let fleet = &mut self.components[component].fleet;
        let total: u32 = fleet.ready.iter().sum();
        if total == 0 {
            return;
        }
        // Of those still to be restarted: after the last wave nothing old is left.
        let share = f64::from(n) / f64::from(n + fleet.restarting);
        let mut left = n.min(total);
        for version in 0..fleet.ready.len() {
            let taken = left.min(fleet.ready[version]);
            fleet.ready[version] -= taken;
            left -= taken;
            if taken > 0 {
                fleet
                    .starting
                    .push((now + startup_us, version as u8, taken));
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
        let Kind::Service(service) =
            &self.scenario.world.components[Self::component_id(component)].kind
        else {
            return;
        };
        let Some(spec) = service.autoscaler else {
            return;
        };
        let now = self.now;
        if !self.components[component].fleet.autoscaler_on
            || now < self.components[component].fleet.next_look
        {
            return;
        }
        let (min, max) = (
            self.knob(component, ComponentKnob::MinInstances),
            self.knob(component, ComponentKnob::MaxInstances),
        );
        let cores = self.scenario.world.components[Self::component_id(component)]
            .station
            .cpu
            .map_or(0.0, |c| c.cores);
        let slots = self.knob(component, ComponentKnob::Slots);
        let state = &mut self.components[component];
        let (used, there, per_instance) = match spec.metric {
            ScaleMetric::Cpu => (state.totals.cpu_s, state.totals.core_s, cores),
            ScaleMetric::Slots => (state.totals.busy_s, state.totals.slot_s, slots),
        };
        let passed_s = (now + spec.every.as_micros() - state.fleet.next_look) as f64 * 1e-6;
        let (du, dt) = (
            used - state.fleet.seen_busy_s,
            there - state.fleet.seen_slot_s,
        );
        state.fleet.seen_busy_s = used;
        state.fleet.seen_slot_s = there;
        state.fleet.next_look = now + spec.every.as_micros();
        if dt <= 0.0 {
            return;
        }
        let utilisation = du / dt;
        let starting: u32 = state.fleet.starting.iter().map(|s| s.2).sum();
        let have = state.fleet.ready.iter().sum::<u32>() + starting;
        // Of the instances that did the work: what is starting meanwhile does not answer the same
        // demand a second time.
        let demand = du / (per_instance * passed_s).max(1e-9) / spec.target;
        let wanted = (demand - 1e-6).ceil().clamp(min, max.max(min)) as u32;
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
        let have =
            fleet.ready.iter().sum::<u32>() + fleet.starting.iter().map(|s| s.2).sum::<u32>();
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
        self.events.push((
            now,
            Event::Scaled {
                component: id,
                instances: wanted,
            },
        ));
        self.refresh_component(component);
    }

    fn check_health(&mut self, component: usize) {
        let Kind::Balancer(balancer) =
            &self.scenario.world.components[Self::component_id(component)].kind
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
            let needed = if edge.healthy {
                check.fails
            } else {
                check.passes
            };
            if on && edge.check_streak >= needed {
                edge.healthy = !edge.healthy;
                edge.check_streak = 0;
                let event = if edge.healthy {
                    Event::TargetIn(*id)
                } else {
                    Event::TargetOut(*id)
                };
                self.events.push((self.now, event));
            }
        }
    }

    /// Weights move to their new values within the TTL.
    fn tend_weights(&mut self, dt_s: f64) {
        for edge in 0..self.edges.len() {
            let wanted = self.weight_wanted(edge);
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
            self.edges[edge].weight_now = if (next - wanted).abs() < 1e-3 {
                wanted
            } else {
                next
            };
        }
    }

    /// The weight that resolvers are told. Behind a TTL, what is out hands its share to the others:
    /// it leaves as old answers expire, like any other change. If none of those with a weight is in,
    /// those without one stand in for them; if these are not either, those are told that nobody has
    /// taken out.
    fn weight_wanted(&self, edge: usize) -> f64 {
        let own = self.edge_knob(edge, EdgeKnob::Weight);
        let from = self.edges[edge].from;
        if from == NO_COMPONENT || self.knob(usize::from(from), ComponentKnob::Ttl) <= 0.0 {
            return own;
        }
        let (mut all, mut healthy, mut open, mut spare) = (0.0, 0.0, 0.0, 0.0);
        for &id in &self.components[usize::from(from)].calls {
            let weight = self.edge_knob(usize::from(id), EdgeKnob::Weight);
            let state = &self.edges[usize::from(id)];
            all += weight;
            healthy += if state.is_in() { weight } else { 0.0 };
            spare += f64::from(u8::from(state.is_in() && weight <= 0.0));
            open += if state.drained { 0.0 } else { weight };
        }
        let state = &self.edges[edge];
        if healthy <= 0.0 && spare > 0.0 {
            let stands_in = state.is_in() && own <= 0.0;
            return if stands_in { all / spare } else { 0.0 };
        }
        let (is_told, told) = if healthy > 0.0 {
            (state.is_in(), healthy)
        } else {
            (!state.drained, open)
        };
        if is_told && told > 0.0 {
            own * all / told
        } else {
            0.0
        }
    }

    fn tend_auth(&mut self, component: usize, dt_s: f64) {
        let Kind::External(external) =
            &self.scenario.world.components[Self::component_id(component)].kind
        else {
            return;
        };
        let Some(auth) = external.auth else { return };
        let now = self.now;
        let life = auth.token_life.as_secs_f64().max(1.0);
        let state = &mut self.components[component];
        if !state.auth.secret_ok && now >= state.auth.secret_ok_from {
            state.auth.secret_ok = true;
            self.events
                .push((now, Event::SecretValid(Self::component_id(component))));
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
            let ready: u32 = state
                .replicas_coming
                .iter()
                .filter(|(at, _)| *at <= now)
                .map(|(_, n)| n)
                .sum();
            state.replicas_coming.retain(|(at, _)| *at > now);
            state.replicas += ready;
            self.refresh_component(component);
        }
        if matches!(
            self.scenario.world.components[Self::component_id(component)].kind,
            Kind::Database(_)
        ) {
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
        let rate = if ttl.is_finite() {
            1.0 / ttl.max(1e-3)
        } else {
            0.0
        } + invalidations;
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
        let full = state
            .cache
            .as_ref()
            .is_none_or(super::cache::CacheState::is_full);
        if full || state.warm_left <= 0.0 {
            state.warm_per_s = 0.0;
            return;
        }
        state.warm_credit += state.warm_per_s * dt_s;
        let keys = state.warm_credit as u32;
        state.warm_credit -= f64::from(keys);
        state.warm_left -= f64::from(keys);
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let Some(edge) = spec.calls.first().map(|id| usize::from(id.0)) else {
            return;
        };
        if keys > 0 {
            let work = Work {
                call: NONE,
                n: keys,
                arrived: self.now,
                ..Work::nothing()
            };
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
            let Some(limit) = spec.fresh_within else {
                continue;
            };
            let state = &mut self.journeys[index];
            state.grow_old(now.saturating_sub(limit.as_micros()));
            state.totals.stale_s += state.stale as f64 * dt_s;
        }
    }

    /// Requests of a journey that arrived then have come to an end.
    pub(super) fn no_longer_open(&mut self, journey: usize, arrived: u64, n: u64) {
        let spec = &self.scenario.world.journeys[Self::journey_id(journey)];
        if spec.fresh_within.is_some() {
            self.journeys[journey].ends(arrived, n);
        }
    }
}

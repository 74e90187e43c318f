//! Actions: the only input of a running world.

use crate::base::id::{ComponentId, EdgeId, FlagId};
use crate::base::time::SimDuration;
use crate::scenario::action::{Action, BreakerMode, Change, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::Kind;
use crate::sim::state::{Ramp, Rollout, Waiting};
use crate::sim::{Event, Sim, closed_breaker};

impl Sim {
    /// Applies an action now. What makes no sense for its target changes nothing, and no more does a
    /// release that its gate stops.
    pub fn apply(&mut self, action: &Action) {
        if let Action::Deploy {
            service, version, ..
        } = *action
            && self.gate_stops(service, version).is_some()
        {
            return;
        }
        self.remember(action, false);
        self.act(action);
    }

    /// Applies an action of the story.
    pub(super) fn act_out(&mut self, action: &Action) {
        self.remember(action, true);
        self.act(action);
    }

    fn act(&mut self, action: &Action) {
        self.unsettle();
        match *action {
            Action::Change(ref change) => self.change(change),
            Action::RevertConfig(id) => self.revert(id),
            Action::Deploy {
                service,
                version,
                share,
            } => self.deploy(service, version, share),
            Action::RollBack { service, share } => {
                let previous = self.components[usize::from(service.0)].fleet.previous;
                self.deploy(service, previous, share);
            }
            Action::Scale {
                component,
                instances,
            } => {
                self.scale_to(usize::from(component.0), instances);
            }
            Action::Restart {
                component,
                staggered,
            } => self.restart(component, staggered),
            Action::SetFlag { flag, on } => self.set_flag(flag, on),
            Action::SetJob { job, running } => self.jobs[usize::from(job.0)] = running,
            Action::SetBreaker { edge, mode } => self.set_breaker(edge, mode),
            Action::SetAutoscaler { service, on } => {
                self.components[usize::from(service.0)].fleet.autoscaler_on = on;
            }
            Action::SetHealthChecks { balancer, on } => self.set_health_checks(balancer, on),
            Action::SetGate { service, on } => self.set_gate(service, on),
            Action::Drain { edge, out } => self.edges[usize::from(edge.0)].drained = out,
            Action::FlushCache(id) => {
                if let Some(cache) = &mut self.components[usize::from(id.0)].cache {
                    cache.flush();
                }
            }
            Action::WarmCache { cache, per_s } => {
                let state = &mut self.components[usize::from(cache.0)];
                state.warm_per_s = per_s;
                state.warm_left = state.knobs[ComponentKnob::CacheEntries as usize];
            }
            Action::FailOver(id) => self.fail_over(id),
            Action::AddReplicas { database, count } => self.add_replicas(database, count),
            Action::KillQueries(id) => self.kill_queries(id),
            Action::KillIdleConnections(id) => self.kill_idle(id),
            Action::PauseQueue { queue, paused } => {
                self.components[usize::from(queue.0)].paused = paused;
            }
            Action::ReplayDeadLetters { queue, per_s } => {
                self.components[usize::from(queue.0)].replay_per_s = per_s;
            }
            Action::SkipPoison(id) => self.skip_poison(id),
            Action::AddPoison(id) => self.components[usize::from(id.0)].lanes[0].poisoned = true,
            Action::RotateSecret(id) => self.rotate_secret(id),
            Action::ExpireSecret(id) => {
                let auth = &mut self.components[usize::from(id.0)].auth;
                auth.secret_ok = false;
                auth.secret_ok_from = u64::MAX;
            }
            Action::RefreshTokens(id) => {
                let auth = &mut self.components[usize::from(id.0)].auth;
                auth.valid_share = if auth.secret_ok { 1.0 } else { 0.0 };
            }
            Action::Reauthorise(id) => self.components[usize::from(id.0)].auth.reauthorising = true,
        }
    }

    /// Takes the change of a scripted cause back, as at the end of a fault.
    pub fn take_back(&mut self, action: &Action) {
        self.unsettle();
        self.undo(action);
    }

    /// Takes the changes of an ended fault back.
    pub(super) fn undo(&mut self, action: &Action) {
        match *action {
            Action::Change(ref change) => {
                let base = self.base_value(change.knob);
                self.change(&Change {
                    knob: change.knob,
                    value: base,
                    over: SimDuration::ZERO,
                });
            }
            Action::SetFlag { flag, on } => self.set_flag(flag, !on),
            Action::SetJob { job, running } => self.jobs[usize::from(job.0)] = !running,
            Action::SetGate { service, on } => self.set_gate(service, !on),
            Action::Drain { edge, out } => self.edges[usize::from(edge.0)].drained = !out,
            Action::PauseQueue { queue, paused } => {
                self.components[usize::from(queue.0)].paused = !paused;
            }
            // What happened once (a flush, a deployment, a restart) stays happened.
            _ => {}
        }
    }

    pub(super) fn base_value(&self, knob: Knob) -> f64 {
        match knob {
            Knob::Component(id, which) => self.components[usize::from(id.0)].base[which as usize],
            Knob::Edge(id, which) => self.edges[usize::from(id.0)].base[which as usize],
            Knob::Journey(..) => 1.0,
        }
    }

    fn value(&self, knob: Knob) -> f64 {
        match knob {
            Knob::Component(id, which) => self.components[usize::from(id.0)].knobs[which as usize],
            Knob::Edge(id, which) => self.edges[usize::from(id.0)].knobs[which as usize],
            Knob::Journey(id, _) => self.journeys[usize::from(id.0)].rate_factor,
        }
    }

    fn change(&mut self, change: &Change) {
        self.ramps.retain(|ramp| ramp.knob != change.knob);
        let from = self.value(change.knob);
        if change.over.is_zero() || !from.is_finite() || !change.value.is_finite() {
            self.set_knob(change.knob, change.value);
            return;
        }
        self.ramps.push(Ramp {
            knob: change.knob,
            from,
            to: change.value,
            start: self.now,
            end: self.now + change.over.as_micros(),
        });
    }

    fn revert(&mut self, id: ComponentId) {
        let component = usize::from(id.0);
        for &knob in ComponentKnob::ALL {
            let base = self.components[component].base[knob as usize];
            if self.components[component].knobs[knob as usize] != base && is_config(knob) {
                let knob = Knob::Component(id, knob);
                self.change(&Change {
                    knob,
                    value: base,
                    over: SimDuration::ZERO,
                });
            }
        }
        for edge in 0..self.edges.len() {
            if usize::from(self.edges[edge].from) != component {
                continue;
            }
            for &knob in EdgeKnob::ALL {
                let base = self.edges[edge].base[knob as usize];
                if self.edges[edge].knobs[knob as usize] != base && !is_state(knob) {
                    let knob = Knob::Edge(Self::edge_id(edge), knob);
                    self.change(&Change {
                        knob,
                        value: base,
                        over: SimDuration::ZERO,
                    });
                }
            }
        }
    }

    fn deploy(&mut self, id: ComponentId, version: u8, share: f64) {
        let component = usize::from(id.0);
        let Kind::Service(service) = &self.scenario.world.components[id].kind else {
            return;
        };
        let wave_share = service.wave_share;
        let fleet = &mut self.components[component].fleet;
        if usize::from(version) >= fleet.ready.len() {
            return;
        }
        let total: u32 =
            fleet.ready.iter().sum::<u32>() + fleet.starting.iter().map(|s| s.2).sum::<u32>();
        let on_version = fleet.ready[usize::from(version)];
        let left = ((f64::from(total) * share.clamp(0.0, 1.0)).ceil() as u32)
            .min(total - on_version.min(total));
        if share >= 1.0 && version != fleet.current {
            fleet.previous = fleet.current;
            fleet.current = version;
        }
        let per_wave = ((f64::from(total) * wave_share).ceil() as u32).max(1);
        fleet.rollout = (left > 0).then_some(Rollout {
            version,
            left,
            per_wave,
            next_wave: self.now,
        });
    }

    fn restart(&mut self, id: ComponentId, staggered: bool) {
        let component = usize::from(id.0);
        let total: u32 = self.components[component].fleet.ready.iter().sum();
        if staggered {
            let fleet = &mut self.components[component].fleet;
            fleet.restarting = total;
            fleet.next_restart = self.now;
            return;
        }
        self.components[component].fleet.restarting = 0;
        self.drop_queued(component);
        if let Some(cache) = &mut self.components[component].cache {
            cache.flush();
        }
        let startup = match &self.scenario.world.components[id].kind {
            Kind::Service(s) => s.startup.as_micros(),
            Kind::Database(d) => d.failover.as_micros(),
            Kind::Balancer(_) | Kind::Cache(_) | Kind::Queue(_) | Kind::External(_) => 30_000_000,
        };
        self.components[component].down_until = self.now + startup;
        self.restart_instances(component, total, startup);
    }

    /// Work that waits in a process is lost with it; messages in a queue are not.
    fn drop_queued(&mut self, component: usize) {
        if matches!(
            self.scenario.world.components[Self::component_id(component)].kind,
            Kind::Queue(_)
        ) {
            return;
        }
        for lane in 0..self.components[component].lanes.len() {
            let state = &mut self.components[component].lanes[lane];
            let groups: Vec<Waiting> = state.queue.drain(..).collect();
            state.queued = 0;
            for group in groups {
                self.refuse(
                    component,
                    &group,
                    crate::scenario::model::FailureKind::Unreachable,
                    self.now,
                );
            }
        }
    }

    fn set_flag(&mut self, id: FlagId, on: bool) {
        let index = usize::from(id.0);
        if self.flags[index] == on {
            return;
        }
        self.flags[index] = on;
        let scenario = std::sync::Arc::clone(&self.scenario);
        for change in &scenario.world.flags[id].changes {
            if on {
                self.change(change);
            } else {
                let value = self.base_value(change.knob);
                self.change(&Change {
                    knob: change.knob,
                    value,
                    over: SimDuration::ZERO,
                });
            }
        }
    }

    /// What is not checked counts as healthy, as Route 53 has it.
    fn set_health_checks(&mut self, id: ComponentId, on: bool) {
        let component = usize::from(id.0);
        self.components[component].checks_on = on;
        if on {
            return;
        }
        for edge in self.components[component].calls.clone() {
            let edge = &mut self.edges[usize::from(edge)];
            edge.healthy = true;
            edge.check_streak = 0;
        }
    }

    fn set_breaker(&mut self, id: EdgeId, mode: BreakerMode) {
        let now = self.now;
        self.edges[usize::from(id.0)].breaker = closed_breaker(mode, now);
        self.refresh_edge(usize::from(id.0));
    }

    fn fail_over(&mut self, id: ComponentId) {
        let component = usize::from(id.0);
        let Kind::Database(database) = &self.scenario.world.components[id].kind else {
            return;
        };
        let (failover, cold_for) = (database.failover.as_micros(), database.cold_for.as_micros());
        let lag = self.knob(component, ComponentKnob::ReplicationLag);
        let rate: f64 = self.components[component]
            .lanes
            .iter()
            .map(|l| l.rate)
            .sum();
        let reads = self.knob(component, ComponentKnob::ReadShare);
        let now = self.now;
        self.drop_queued(component);
        self.kill_queries(id);
        let state = &mut self.components[component];
        state.down_until = now + failover;
        state.cold_until = now + failover + cold_for;
        // Writes that had not reached the replica are gone.
        state.totals.lost += (rate * (1.0 - reads) * lag) as u64;
        // A promoted replica has none of the old primary's connections.
        state.leaked = 0.0;
        for edge in &mut self.edges {
            if usize::from(edge.to) == component {
                edge.leaked = 0.0;
            }
        }
        for edge in 0..self.edges.len() {
            self.refresh_pool(edge);
        }
        self.events.push((now, Event::FailedOver(id)));
    }

    fn add_replicas(&mut self, id: ComponentId, count: u32) {
        if let Kind::Database(database) = &self.scenario.world.components[id].kind {
            let ready_at = self.now + database.failover.as_micros().max(60_000_000);
            self.components[usize::from(id.0)]
                .replicas_coming
                .push((ready_at, count));
        }
    }

    /// Runaway queries end and do not come back; a bad plan or a busy job is still there.
    fn kill_queries(&mut self, id: ComponentId) {
        let component = usize::from(id.0);
        for knob in [ComponentKnob::SlowShare, ComponentKnob::SlowFactor] {
            let value = self.components[component].base[knob as usize];
            self.change(&Change {
                knob: Knob::Component(id, knob),
                value,
                over: SimDuration::ZERO,
            });
        }
        for lane in 0..self.components[component].lanes.len() {
            let now = self.now;
            let mut work =
                std::mem::take(&mut self.components[component].lanes[lane].work).into_vec();
            let slow = now + 5_000_000;
            for item in &mut work {
                // Only what would still run for long is killed.
                if item.done_at > slow {
                    item.done_at = now;
                }
            }
            self.components[component].lanes[lane].work = work.into();
        }
    }

    fn kill_idle(&mut self, id: ComponentId) {
        let component = usize::from(id.0);
        self.components[component].leaked = 0.0;
        for edge in 0..self.edges.len() {
            if usize::from(self.edges[edge].to) == component {
                self.edges[edge].leaked = 0.0;
                self.refresh_pool(edge);
            }
        }
        self.refresh_connections(component);
    }

    fn skip_poison(&mut self, id: ComponentId) {
        let state = &mut self.components[usize::from(id.0)];
        for lane in &mut state.lanes {
            if lane.poisoned {
                lane.poisoned = false;
                state.totals.dead_letters += 1;
            }
        }
    }

    fn rotate_secret(&mut self, id: ComponentId) {
        let Kind::External(external) = &self.scenario.world.components[id].kind else {
            return;
        };
        let Some(auth) = external.auth else { return };
        let state = &mut self.components[usize::from(id.0)].auth;
        if state.secret_ok {
            // The old secret keeps working for days after a planned rotation.
            return;
        }
        let valid_from = self.now + auth.propagation.as_micros();
        state.secret_ok_from = state.secret_ok_from.min(valid_from);
    }
}

/// Whether a parameter is configuration that can be reverted, as opposed to the state of the world.
pub(super) fn is_config(knob: ComponentKnob) -> bool {
    !matches!(
        knob,
        ComponentKnob::Speed
            | ComponentKnob::DownShare
            | ComponentKnob::BlackholeShare
            | ComponentKnob::SlowShare
            | ComponentKnob::SlowFactor
            | ComponentKnob::TimeFactor
            | ComponentKnob::ErrorShare
            | ComponentKnob::WrongShare
            | ComponentKnob::RevokedShare
            | ComponentKnob::ReplicationLag
            | ComponentKnob::HotShare
            | ComponentKnob::CacheKeys
            | ComponentKnob::Invalidations
            // The provider's: nobody here sets them, and no history of ours has them.
            | ComponentKnob::BucketRate
            | ComponentKnob::BucketBurst
    )
}

/// Whether a parameter of a dependency is the state of the world, as opposed to a setting.
pub(super) fn is_state(knob: EdgeKnob) -> bool {
    matches!(
        knob,
        EdgeKnob::BrokenShare | EdgeKnob::WrongShare | EdgeKnob::Unkeyed
    )
}

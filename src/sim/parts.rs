//! What is special about each kind of component: who is let in, where it goes, what it costs.

use crate::scenario::action::{ComponentKnob, EdgeKnob};
use crate::scenario::model::{FailureKind, Kind};
use crate::sim::Sim;
use crate::sim::runs::{LAST_PHASE, RIDER};
use crate::sim::state::{Mode, NO_COMPONENT, Run, Waiting, Work};

impl Sim {
    pub(super) fn knob(&self, component: usize, knob: ComponentKnob) -> f64 {
        self.components[component].knobs[knob as usize]
    }

    /// Takes in everything that arrived at a component, and advances its lanes to the step's end.
    pub(super) fn process(&mut self, component: usize) {
        let spare = std::mem::take(&mut self.spare_inbox);
        let mut inbox = std::mem::replace(&mut self.components[component].inbox, spare);
        if inbox.len() > 1 && !inbox.is_sorted_by_key(|&id| self.calls[id].at) {
            inbox.sort_by_key(|&id| self.calls[id].at);
        }
        let lanes = self.components[component].lanes.len();
        for lane in 0..lanes {
            self.serve_backlog(component, lane);
        }
        // What waits in a queue waits for its worker.
        let serves = !self.components[component].is_queue;
        if serves {
            self.bundle(component, &mut inbox);
        }
        for &id in &inbox {
            self.take_in(component, id);
        }
        for lane in 0..lanes {
            if self.components[component].lanes[lane].queued > 0 {
                self.serve_backlog(component, lane);
                if serves && self.components[component].lanes[lane].mode == Mode::OneByOne {
                    self.start_waiting(component, lane, self.now);
                }
            }
            self.advance_lane(component, lane, self.step_end);
        }
        if self.components[component].pulls != NO_COMPONENT {
            self.pull(component, self.now);
            self.advance_lane(component, 0, self.step_end);
        }
        // What was sent to it meanwhile is in its new inbox.
        inbox.clear();
        self.spare_inbox = inbox;
    }

    fn take_in(&mut self, component: usize, id: u32) {
        let call = self.calls[id];
        let mut group = Waiting {
            call: id,
            n: call.work,
            journey: call.journey,
            receives: 0,
            at: call.at,
            spread: call.spread,
            sellers: call.sellers,
        };
        self.count_arrivals(component, group.n, call.at);
        if !self.admit(component, &mut group) {
            return;
        }
        match &self.scenario.world.components[Self::component_id(component)].kind {
            Kind::Balancer(_) => self.route(component, &group),
            Kind::Queue(_) => self.take_message(component, group),
            Kind::Service(_) | Kind::Cache(_) | Kind::Database(_) | Kind::External(_) => {
                self.deal_to_lanes(component, group);
            }
        }
    }

    pub(super) fn count_arrivals(&mut self, component: usize, n: u32, at: u64) {
        let step_end = self.step_end;
        let breach = self.breaches_residency[component];
        let state = &mut self.components[component];
        state.totals.arrivals += u64::from(n);
        state.totals.request_s += f64::from(n) * (step_end as f64 - at as f64) * 1e-6;
        state.inside += n;
        if breach {
            state.totals.residency_breaches += u64::from(n);
        }
    }

    /// Splits a group over the lanes by their shares.
    fn deal_to_lanes(&mut self, component: usize, group: Waiting) {
        let lanes = self.components[component].lanes.len();
        if lanes == 1 {
            self.arrive(component, 0, group);
            return;
        }
        let share = self.components[component].lanes[0].share;
        let first = self
            .component_draws(component)
            .binomial(u64::from(group.n), share) as u32;
        if first > 0 {
            self.arrive(component, 0, Waiting { n: first, ..group });
        }
        if group.n > first {
            self.arrive(
                component,
                1,
                Waiting {
                    n: group.n - first,
                    ..group
                },
            );
        }
    }

    /// Turns away what is not let in; false when nothing is left.
    fn admit(&mut self, component: usize, group: &mut Waiting) -> bool {
        let hole = self.knob(component, ComponentKnob::BlackholeShare);
        if hole > 0.0 {
            self.swallow(component, group, hole);
        }
        let down = if self.components[component].down_until > self.now {
            1.0
        } else {
            self.knob(component, ComponentKnob::DownShare)
        };
        self.turn_away(component, group, down, FailureKind::Unreachable);
        let refused = self.components[component].refused_share;
        self.turn_away(component, group, refused, FailureKind::Refused);
        match &self.scenario.world.components[Self::component_id(component)].kind {
            Kind::Balancer(_) => self.shed(component, group),
            Kind::External(_) => self.authorise(component, group),
            Kind::Queue(_) => self.throttle_shards(component, group),
            Kind::Database(_) => self.throttle_partitions(component, group),
            Kind::Service(_) | Kind::Cache(_) => {}
        }
        group.n > 0
    }

    /// Refuses a share of a group.
    fn turn_away(&mut self, component: usize, group: &mut Waiting, share: f64, kind: FailureKind) {
        if share <= 0.0 || group.n == 0 {
            return;
        }
        let k = self
            .component_draws(component)
            .binomial(u64::from(group.n), share) as u32;
        self.turn_away_count(component, group, k, kind);
    }

    fn turn_away_count(
        &mut self,
        component: usize,
        group: &mut Waiting,
        k: u32,
        kind: FailureKind,
    ) {
        if k > 0 {
            group.n -= k;
            self.refuse(component, &Waiting { n: k, ..*group }, kind, group.at);
        }
    }

    /// A share is never answered: callers time out.
    fn swallow(&mut self, component: usize, group: &mut Waiting, share: f64) {
        let k = self
            .component_draws(component)
            .binomial(u64::from(group.n), share) as u32;
        if k > 0 {
            let seconds = (self.step_end as f64 - group.at as f64) * 1e-6;
            let state = &mut self.components[component];
            state.totals.request_s -= f64::from(k) * seconds;
            state.inside = state.inside.saturating_sub(k);
            group.n -= k;
            self.forget_work(group.call, k);
        }
    }

    fn shed(&mut self, component: usize, group: &mut Waiting) {
        let below = self.knob(component, ComponentKnob::ShedBelow);
        let priority = self.journey_priority(group.journey);
        if f64::from(priority) < below {
            let n = group.n;
            self.turn_away_count(component, group, n, FailureKind::Refused);
            return;
        }
        let limit = self.knob(component, ComponentKnob::Admission);
        if limit.is_finite() {
            let most = self.take_tokens(component, group.n, limit, (limit * 0.1).max(1.0));
            self.turn_away_count(component, group, group.n - most, FailureKind::Refused);
        }
    }

    fn journey_priority(&self, journey: u16) -> u8 {
        let id = Self::journey_id(usize::from(journey));
        self.scenario
            .world
            .journeys
            .get(id)
            .map_or(u8::MAX, |j| j.priority)
    }

    /// Takes up to `n` tokens from the component's bucket.
    pub(super) fn take_tokens(&mut self, component: usize, n: u32, rate: f64, burst: f64) -> u32 {
        let (end, step_s) = (self.step_end, (self.step_end - self.now) as f64 * 1e-6);
        let state = &mut self.components[component];
        let passed = end.saturating_sub(state.tokens_at) as f64 * 1e-6;
        // What comes during a step can be taken in it, beside a fraction left by the last one; no more
        // than the bucket is saved up.
        state.tokens = (state.tokens + passed * rate).min(burst.max(rate * step_s + 1.0));
        state.tokens_at = end;
        let k = n.min((state.tokens + 1e-9).max(0.0) as u32);
        state.tokens -= f64::from(k);
        k
    }

    /// Every call takes a token of the bucket, whether or not it is then allowed to ask.
    fn authorise(&mut self, component: usize, group: &mut Waiting) {
        let (rate, burst) = (
            self.knob(component, ComponentKnob::BucketRate),
            self.knob(component, ComponentKnob::BucketBurst),
        );
        if rate.is_finite() {
            let k = self.take_tokens(component, group.n, rate, burst);
            self.turn_away_count(component, group, group.n - k, FailureKind::Throttled);
        }
        // Tokens and grants belong to sellers: trying again brings none.
        let revoked = self.knob(component, ComponentKnob::RevokedShare);
        let denied = 1.0 - self.components[component].auth.valid_share * (1.0 - revoked);
        if denied <= 0.0 {
            return;
        }
        let (without, with) = group.sellers.split(denied);
        let share = group.sellers.among(denied);
        group.sellers = without;
        self.turn_away(component, group, share, FailureKind::Denied);
        group.sellers = with;
    }

    fn throttle_shards(&mut self, component: usize, group: &mut Waiting) {
        let per_shard = self.knob(component, ComponentKnob::ShardRate);
        if !per_shard.is_finite() {
            return;
        }
        // A hot shard throttles its own share while the stream's average looks idle.
        let shards = self.knob(component, ComponentKnob::Shards).max(1.0);
        let hot = self.knob(component, ComponentKnob::HotShare);
        let hottest = (hot + (1.0 - hot) / shards).max(1.0 / shards);
        let limit = per_shard / hottest;
        let rate = self.components[component]
            .lanes
            .iter()
            .map(|l| l.rate)
            .sum::<f64>();
        let through = if rate * (1.0 - hottest) > per_shard * (shards - 1.0) {
            per_shard * shards
        } else if rate > limit {
            rate * (1.0 - hottest) + per_shard
        } else {
            f64::INFINITY
        };
        self.components[component].lanes[0].step_arrivals += group.n;
        if rate > 0.0 && through < rate {
            self.turn_away(
                component,
                group,
                1.0 - through / rate,
                FailureKind::Throttled,
            );
        }
    }

    /// Each partition of a database takes so many queries a second: the busiest one of its own, the
    /// others together what is theirs.
    fn throttle_partitions(&mut self, component: usize, group: &mut Waiting) {
        let each = self.knob(component, ComponentKnob::ShardRate);
        if !each.is_finite() || group.n == 0 {
            return;
        }
        let others = self.knob(component, ComponentKnob::Shards).max(1.0) - 1.0;
        let hot = self.knob(component, ComponentKnob::HotShare);
        let busiest = hot + (1.0 - hot) / (others + 1.0);
        let draws = self.component_draws(component);
        let on_it = draws.binomial(u64::from(group.n), busiest) as u32;
        let taken = self.take_tokens(component, on_it, each, (each * 0.1).max(1.0));
        let elsewhere = group.n - on_it;
        let rate = each * others;
        let taken = taken + self.take_rest_tokens(component, elsewhere, rate);
        self.turn_away_count(
            component,
            group,
            on_it + elsewhere - taken,
            FailureKind::Throttled,
        );
    }

    /// The same as [`Self::take_tokens`], from the bucket of all partitions but the busiest.
    fn take_rest_tokens(&mut self, component: usize, n: u32, rate: f64) -> u32 {
        let swap = |sim: &mut Self| {
            let state = &mut sim.components[component];
            std::mem::swap(&mut state.tokens, &mut state.rest_tokens.0);
            std::mem::swap(&mut state.tokens_at, &mut state.rest_tokens.1);
        };
        swap(self);
        let taken = self.take_tokens(component, n, rate, (rate * 0.1).max(1.0));
        swap(self);
        taken
    }

    /// Sends each request of a group to one of a balancer's targets.
    fn route(&mut self, component: usize, group: &Waiting) {
        let calls = std::mem::take(&mut self.components[component].calls);
        // Behind a TTL, what is out goes on being asked by those who have not heard of it.
        let is_told_late = self.knob(component, ComponentKnob::Ttl) > 0.0;
        let usable = |edge: &crate::sim::state::Edge| is_told_late || edge.is_in();
        let fails_open = !calls.iter().any(|&id| usable(&self.edges[usize::from(id)]));
        let mut weight_left: f64 = 0.0;
        for &id in &calls {
            let edge = &self.edges[usize::from(id)];
            if (usable(edge) || (fails_open && !edge.drained))
                && self.uses(usize::from(id), group.journey)
            {
                weight_left += edge.weight_now;
            }
        }
        let work = Work {
            call: group.call,
            n: group.n,
            sellers: group.sellers,
            ..Work::nothing()
        };
        let mut left = group.n;
        for &id in &calls {
            let index = usize::from(id);
            let edge = &self.edges[index];
            let open = usable(edge) || (fails_open && !edge.drained);
            if left == 0 || !open || edge.weight_now <= 0.0 || !self.uses(index, group.journey) {
                continue;
            }
            let p = (edge.weight_now / weight_left).min(1.0);
            weight_left -= edge.weight_now;
            let k = self.component_draws(component).binomial(u64::from(left), p) as u32;
            if k > 0 {
                left -= k;
                let mut run = self.run_of(component, 0, &Work { n: k, ..work }, false);
                run.phase = LAST_PHASE;
                run.journey = group.journey;
                run.arrived = group.at;
                self.start_phase(&run, index, k, group.at);
            }
        }
        self.components[component].calls = calls;
        if left > 0 {
            self.refuse(
                component,
                &Waiting { n: left, ..*group },
                FailureKind::Refused,
                group.at,
            );
        }
    }

    /// Sends the misses of a cache on to what is behind it.
    pub(super) fn fetch(&mut self, component: usize, run: &Run, tried_before: bool, at: u64) {
        let Some(&edge) = self.components[component].calls.first() else {
            self.complete(run, None, at);
            return;
        };
        let edge = usize::from(edge);
        let mut per = self.edge_knob(edge, EdgeKnob::PerRequest);
        if self.knob(component, ComponentKnob::Coalesce) >= 0.5 {
            let rate: f64 = self.components[component]
                .lanes
                .iter()
                .map(|l| l.rate)
                .sum();
            let latency = self.edge_latency_s(edge);
            if tried_before {
                // The fetch that their first try began is still under way: they join it.
                let rider = Run {
                    receives: RIDER,
                    ..*run
                };
                self.complete(&rider, None, at + (latency * 0.5e6) as u64);
                return;
            }
            if let Some(cache) = &self.components[component].cache {
                per *= cache.fetch_share(rate, latency);
            }
        }
        let calls = self.edge_draws(edge).round(per * f64::from(run.n)) as u32;
        if calls == 0 {
            // Somebody else's fetch, begun before, brings the value.
            let latency = self.edge_latency_s(edge);
            self.complete(run, None, at + (latency * 0.5e6) as u64);
            return;
        }
        self.start_phase(run, edge, calls, at);
    }

    /// Mean time of an answer along a dependency, for coalescing.
    fn edge_latency_s(&self, edge: usize) -> f64 {
        let to = usize::from(self.edges[edge].to);
        let state = &self.components[to];
        let rate: f64 = state.lanes.iter().map(|l| l.rate).sum();
        if rate <= 0.0 {
            state.own_mean_s
        } else {
            (f64::from(state.inside) / rate).max(state.own_mean_s)
        }
    }

    /// `misses` fetches of a cache have succeeded.
    pub(super) fn filled(&mut self, component: usize, misses: u32) {
        if let Some(cache) = &mut self.components[component].cache {
            let full = cache.is_full();
            cache.fill_misses(f64::from(misses));
            if full {
                self.components[component].totals.evictions += u64::from(misses);
            }
        }
    }

    /// Speed of a component's stations relative to normal.
    pub(super) fn speed_of(&self, component: usize, lane: usize) -> f64 {
        let state = &self.components[component];
        let mut speed = state.knobs[ComponentKnob::Speed as usize];
        if state.down_until > self.now {
            return 0.0;
        }
        if let Kind::Database(spec) =
            &self.scenario.world.components[Self::component_id(component)].kind
        {
            speed *= (1.0 - spec.connection_cost * state.open_connections).max(0.05);
            if state.cold_until > self.now && !spec.cold_for.is_zero() {
                let left = (state.cold_until - self.now) as f64 / spec.cold_for.as_micros() as f64;
                speed *= spec.cold_speed + (1.0 - spec.cold_speed) * (1.0 - left.min(1.0));
            }
        }
        // Jobs run on a database's primary; its replicas are the first lane.
        let world = &self.scenario.world;
        let kind = &world.components[Self::component_id(component)].kind;
        if lane == 0 && matches!(kind, Kind::Database(_)) {
            return speed;
        }
        for (id, job) in world.jobs.enumerate() {
            if usize::from(job.on.0) == component && self.jobs[usize::from(id.0)] {
                speed *= (1.0 - job.load_share).max(0.0);
            }
        }
        speed
    }
}

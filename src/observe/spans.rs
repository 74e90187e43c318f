//! Builds the spans of one trace: one request walks through the component graph, and every step is
//! drawn from the law of the interval. Reads the world and the law; knows no totals and no query.

use crate::base::id::{ComponentId, EdgeId, JourneyId};
use crate::base::math::{exp, ln, normal_quantile, pow, sqrt};
use crate::base::rng::Draws;
use crate::observe::history::History;
use crate::observe::law::{AT_ONCE, Call, Law, MOST_TRIES};
use crate::observe::traces::{Span, SpanKind, SpanOutcome};
use crate::observe::versions::{self, Blame};
use crate::scenario::model::{Completes, FailureKind, Fallback, Kind, World};
use crate::sim::ALL_FAILURES;

/// A trace has no more spans than this; calls beyond are left out.
const MOST_SPANS: usize = 400;
/// No more calls of one kind side by side are drawn.
const MOST_CALLS: u64 = 16;
/// Waits for a connection shorter than this are not shown.
const SHOWN_POOL_WAIT_S: f64 = 1e-4;

/// One trace under construction.
pub(super) struct Builder<'a> {
    pub(super) world: &'a World,
    pub(super) history: &'a History,
    pub(super) law: &'a Law,
    pub(super) journey: JourneyId,
    pub(super) at: u64,
    pub(super) draws: Draws,
    pub(super) spans: Vec<Span>,
}

impl Builder<'_> {
    fn open(&mut self, parent: usize, kind: SpanKind, edge: EdgeId, start_us: u64) -> usize {
        self.spans.push(Span {
            parent: Some(parent),
            kind,
            component: Some(self.world.edges[edge].to),
            edge: Some(edge),
            attempt: 1,
            start_us,
            duration_us: 0,
            wait_us: 0,
            work_us: 0,
            pause_us: 0,
            outcome: SpanOutcome::Ok,
            cache_hit: None,
            fallback: false,
            version: 0,
            unfinished: false,
        });
        self.spans.len() - 1
    }

    /// Ends a span; what neither its own time nor its children account for were pauses.
    fn close(&mut self, index: usize, end_us: u64) {
        let covered = self.covered_us(index);
        let span = &mut self.spans[index];
        span.duration_us = end_us - span.start_us;
        span.pause_us = span
            .duration_us
            .saturating_sub(span.wait_us + span.work_us + covered);
    }

    /// The time during which at least one child of a span is under way.
    fn covered_us(&self, index: usize) -> u64 {
        let (mut sum, mut until) = (0, 0);
        let mut times: Vec<(u64, u64)> = self.spans[index + 1..]
            .iter()
            .filter(|span| span.parent == Some(index))
            .map(|span| (span.start_us, span.start_us + span.duration_us))
            .collect();
        times.sort_unstable();
        for (start, end) in times {
            sum += end.saturating_sub(start.max(until));
            until = until.max(end);
        }
        sum
    }

    pub(super) fn root(&mut self, edge: EdgeId, u: f64) {
        let root = self.open(0, SpanKind::Customer, edge, 0);
        self.spans[root].parent = None;
        self.spans[root].component = None;
        let call = *self.law.call(edge);
        let succeeds = u >= call.final_failure();
        let (end, failure) = self.tries(root, edge, 0, succeeds, false);
        if let Some(kind) = failure {
            self.spans[root].outcome = SpanOutcome::Failed(kind);
        }
        self.close(root, end);
    }

    /// A call with all its tries; returns its end and the last failure where it failed for good.
    fn tries(
        &mut self,
        parent: usize,
        edge: EdgeId,
        start: u64,
        succeeds: bool,
        fallback: bool,
    ) -> (u64, Option<FailureKind>) {
        let call = *self.law.call(edge);
        let failures = self.failed_tries(&call, succeeds);
        let mut at = start;
        for attempt in 1..=failures {
            let last = attempt == failures && !succeeds;
            let kind = self.failure_kind(&call, last);
            let end = self.one_try(parent, edge, attempt, at, Some(kind), fallback);
            if last {
                return (end, Some(kind));
            }
            let jitter = if call.jitter {
                self.draws.uniform()
            } else {
                1.0
            };
            at = end + micros(call.pause_s(attempt) * jitter);
        }
        (
            self.one_try(parent, edge, failures + 1, at, None, fallback),
            None,
        )
    }

    /// How many tries fail, given how the call ends.
    fn failed_tries(&mut self, call: &Call, succeeds: bool) -> usize {
        let weights: [f64; MOST_TRIES] = if succeeds {
            let mut reached = 1.0;
            std::array::from_fn(|index| {
                let weight = if index < call.most_tries {
                    reached
                } else {
                    0.0
                };
                reached *= call.fails * call.again;
                weight
            })
        } else {
            call.ends_after()
        };
        self.choose(&weights) + usize::from(!succeeds)
    }

    fn failure_kind(&mut self, call: &Call, last: bool) -> FailureKind {
        let mut kinds = call.kinds;
        if !last {
            // An open breaker is not asked again.
            kinds[FailureKind::BreakerOpen as usize] = 0.0;
        }
        let weights = if kinds.iter().sum::<f64>() > 0.0 {
            kinds
        } else {
            call.kinds
        };
        ALL_FAILURES[self.choose(&weights)]
    }

    fn choose(&mut self, weights: &[f64]) -> usize {
        let mut left = self.draws.uniform() * weights.iter().sum::<f64>();
        for (index, &weight) in weights.iter().enumerate() {
            if weight > 0.0 && left < weight {
                return index;
            }
            left -= weight;
        }
        weights.iter().position(|&weight| weight > 0.0).unwrap_or(0)
    }

    fn one_try(
        &mut self,
        parent: usize,
        edge: EdgeId,
        attempt: usize,
        start: u64,
        failure: Option<FailureKind>,
        fallback: bool,
    ) -> u64 {
        let call = *self.law.call(edge);
        let (at, refused) = self.connection(parent, edge, start, &call, failure);
        if refused {
            return at;
        }
        let span = self.open(parent, SpanKind::Call, edge, at);
        self.spans[span].attempt = attempt as u32;
        self.spans[span].fallback = fallback;
        let end = match failure {
            Some(FailureKind::Timeout) => self.time_out(span, edge, at, &call),
            Some(FailureKind::BreakerOpen) => at,
            Some(kind) if AT_ONCE.contains(&kind) => {
                let work_us = micros(2e-4 * self.draws.uniform());
                self.spans[span].work_us = work_us;
                at + work_us
            }
            other => {
                let end = self.handle(span, edge, at, other, Some(&call));
                end.min(at.saturating_add(micros(call.timeout_s)))
            }
        };
        if let Some(kind) = failure {
            self.spans[span].outcome = SpanOutcome::Failed(kind);
        }
        if failure.is_none() && self.spans[span].outcome == SpanOutcome::Degraded {
            self.degrade(parent);
        }
        self.cut(span, end);
        self.close(span, end);
        end
    }

    /// A success with an older or partial answer somewhere below is itself one.
    fn degrade(&mut self, span: usize) {
        if self.spans[span].outcome == SpanOutcome::Ok {
            self.spans[span].outcome = SpanOutcome::Degraded;
        }
    }

    /// Waiting for a connection; true when none came in time.
    fn connection(
        &mut self,
        parent: usize,
        edge: EdgeId,
        start: u64,
        call: &Call,
        failure: Option<FailureKind>,
    ) -> (u64, bool) {
        let refused = call.pool_refuses && failure == Some(FailureKind::Refused);
        let limit_s = self.world.edges[edge]
            .pool
            .map_or(f64::INFINITY, |p| p.wait.as_secs_f64());
        if !refused && call.pool_wait_s < SHOWN_POOL_WAIT_S {
            return (start, false);
        }
        let wait_s = if refused {
            limit_s
        } else {
            self.positive(call.pool_wait_s, 1.0, limit_s)
        };
        let span = self.open(parent, SpanKind::Connection, edge, start);
        let end = start + micros(wait_s);
        self.spans[span].wait_us = end - start;
        if refused {
            self.spans[span].outcome = SpanOutcome::Failed(FailureKind::Refused);
        }
        self.close(span, end);
        (end, refused)
    }

    /// A try whose caller gives up: what takes longer than that is found by trying; failing that,
    /// it waits or works to the end, whichever the component mostly does.
    fn time_out(&mut self, span: usize, edge: EdgeId, at: u64, call: &Call) -> u64 {
        let end = at.saturating_add(micros(call.timeout_s.min(3_600.0)));
        self.spans[span].unfinished = true;
        for _ in 0..4 {
            if self.handle(span, edge, at, None, None) >= end {
                return end;
            }
            self.spans.truncate(span + 1);
        }
        let node = self.law.node(self.world.edges[edge].to);
        let waits = node.wait_s >= node.own_s;
        let state = &mut self.spans[span];
        state.cache_hit = None;
        state.outcome = SpanOutcome::Ok;
        (state.wait_us, state.work_us) = if waits { (end - at, 0) } else { (0, end - at) };
        end
    }

    /// Cuts off what lies beyond the end of a span.
    fn cut(&mut self, index: usize, end: u64) {
        let span = &mut self.spans[index];
        let most = end - span.start_us;
        span.wait_us = span.wait_us.min(most);
        span.work_us = span.work_us.min(most - span.wait_us);
        if self.spans[index + 1..]
            .iter()
            .all(|s| s.start_us + s.duration_us <= end)
        {
            return;
        }
        // Children follow their parents, so one pass renumbers them while it drops the late ones.
        let mut places = vec![None; self.spans.len()];
        let mut kept = index + 1;
        for place in index + 1..self.spans.len() {
            let span = &mut self.spans[place];
            let parent = match span.parent {
                Some(parent) if parent > index => places[parent],
                parent => parent,
            };
            let Some(parent) = parent.filter(|_| span.start_us < end) else {
                continue;
            };
            span.parent = Some(parent);
            if span.start_us + span.duration_us > end {
                let most = end - span.start_us;
                span.unfinished = true;
                span.duration_us = most;
                span.wait_us = span.wait_us.min(most);
                span.work_us = span.work_us.min(most - span.wait_us);
            }
            places[place] = Some(kept);
            self.spans.swap(place, kept);
            kept += 1;
        }
        self.spans.truncate(kept);
        for place in (index + 1..kept).rev() {
            let until = self.spans[place].start_us + self.spans[place].duration_us;
            self.close(place, until);
        }
    }

    /// What a component does for a request; returns when it answers.
    fn handle(
        &mut self,
        span: usize,
        edge: EdgeId,
        at: u64,
        failure: Option<FailureKind>,
        in_time: Option<&Call>,
    ) -> u64 {
        let component = self.world.edges[edge].to;
        let kind = &self.world.components[component].kind;
        if matches!(kind, Kind::Queue(_)) {
            return self.message(span, edge, component, at);
        }
        let depends = failure == Some(FailureKind::Dependency);
        let culprit = if depends {
            self.culprit(component)
        } else {
            None
        };
        let blame = match (failure, culprit) {
            (Some(FailureKind::Error), _) => Blame::Own,
            (_, Some(edge)) => {
                let kinds = &self.law.call(edge).kinds;
                Blame::Call(edge, ALL_FAILURES[self.choose(kinds)])
            }
            _ => Blame::Nobody,
        };
        let moment = self.at + at;
        let version = versions::pick(
            self.world,
            self.history,
            component,
            moment,
            blame,
            &mut self.draws,
        );
        self.spans[span].version = version;
        let mut at = at + self.own_time(span, component, in_time);
        if let Kind::Balancer(_) = kind {
            let target = culprit.or_else(|| self.target(component));
            return target.map_or(at, |edge| {
                self.phase(span, edge, 1, at, culprit == Some(edge))
            });
        }
        if let Kind::Cache(_) = kind {
            let hit = !depends && self.draws.uniform() < self.law.node(component).hit_share;
            self.spans[span].cache_hit = Some(hit);
            if hit {
                return at;
            }
        }
        let calls = &self.world.components[component].calls;
        let most = if matches!(kind, Kind::Cache(_)) {
            1
        } else {
            calls.len()
        };
        for &edge in calls.iter().take(most) {
            let fails = culprit == Some(edge);
            let calls = self.how_many(edge, component, version, fails);
            if calls > 0 {
                at = self.phase(span, edge, calls, at, fails);
            }
            if fails {
                break;
            }
        }
        at
    }

    /// A message waits in its queue; where the customer waits for it, a worker handles it.
    fn message(&mut self, span: usize, edge: EdgeId, queue: ComponentId, at: u64) -> u64 {
        let journey = &self.world.journeys[self.journey];
        if journey.completes == Completes::OnAnswer || journey.edge != edge {
            return at;
        }
        let worker = self.world.components.enumerate().find(|(_, component)| {
            matches!(&component.kind, Kind::Service(service) if service.pulls == Some(queue))
        });
        let wait_us = micros(self.positive(self.law.node(queue).wait_s, 1.0, f64::INFINITY));
        self.spans[span].wait_us = wait_us;
        let at = at + wait_us;
        let Some((worker, spec)) = worker else {
            return at;
        };
        let processing = self.open(span, SpanKind::Processing, edge, at);
        self.spans[processing].component = Some(worker);
        let version = versions::pick(
            self.world,
            self.history,
            worker,
            self.at + at,
            Blame::Nobody,
            &mut self.draws,
        );
        self.spans[processing].version = version;
        let mut end = at + self.own_time(processing, worker, None);
        for &call in &spec.calls {
            let calls = self.how_many(call, worker, version, false);
            if calls > 0 {
                end = self.phase(processing, call, calls, end, false);
            }
        }
        if self.spans[processing].outcome == SpanOutcome::Degraded {
            self.degrade(span);
        }
        self.close(processing, end);
        end
    }

    /// Waiting and own work at a component, as this caller sees them.
    fn own_time(&mut self, span: usize, component: ComponentId, in_time: Option<&Call>) -> u64 {
        let node = *self.law.node(component);
        let extra_s = in_time.map_or(0.0, |call| call.extra_s);
        let limit_s = in_time.map_or(f64::INFINITY, |call| call.timeout_s);
        // Answers in time waited less than others; what waiting cannot explain is own work.
        let wait_s = (node.wait_s + extra_s).max(0.0);
        let own_s = (node.own_s + (node.wait_s + extra_s).min(0.0)).max(0.0);
        let share = if extra_s > node.wait_s {
            1.0
        } else {
            node.wait_share.max(1e-3)
        };
        let waits = self.draws.uniform() < share;
        let wait = if waits {
            self.positive(wait_s / share, 1.0, limit_s)
        } else {
            0.0
        };
        let cv2 = self.world.components[component].station.time.cv2.min(4.0);
        let work = self.positive(own_s, cv2, (limit_s - wait).max(0.0));
        let (wait_us, work_us) = (micros(wait), micros(work));
        self.spans[span].wait_us = wait_us;
        self.spans[span].work_us = work_us;
        wait_us + work_us
    }

    /// A positive number with this mean: exponential or log-normal where the limit is far, else one
    /// that keeps both the mean and the limit.
    fn positive(&mut self, mean: f64, cv2: f64, limit: f64) -> f64 {
        if mean <= 0.0 || limit <= 0.0 {
            return 0.0;
        }
        if cv2 <= 0.0 {
            return mean.min(limit);
        }
        let u = self.draws.uniform();
        if mean > 0.2 * limit {
            return limit * pow(u, (limit / mean - 1.0).max(0.0));
        }
        let drawn = if (cv2 - 1.0).abs() < 1e-9 {
            -mean * ln(u)
        } else {
            let s2 = ln(1.0 + cv2);
            mean * exp(sqrt(s2) * normal_quantile(u) - 0.5 * s2)
        };
        drawn.min(limit)
    }

    fn uses(&self, edge: EdgeId) -> bool {
        let journeys = &self.world.edges[edge].journeys;
        journeys.is_empty() || journeys.contains(&self.journey)
    }

    /// The call that a failed request failed with.
    fn culprit(&mut self, component: ComponentId) -> Option<EdgeId> {
        let weigh = |edge: EdgeId| {
            if self.uses(edge) {
                self.law.call(edge).hard
            } else {
                0.0
            }
        };
        let calls = &self.world.components[component].calls;
        let weights: Vec<f64> = calls.iter().map(|&edge| weigh(edge)).collect();
        let any = weights.iter().sum::<f64>() > 0.0;
        any.then(|| calls[self.choose(&weights)])
    }

    /// Where a balancer sends a request that succeeds.
    fn target(&mut self, component: ComponentId) -> Option<EdgeId> {
        let weigh = |edge: EdgeId| {
            let call = self.law.call(edge);
            if self.uses(edge) {
                (call.first_tries - call.hard).max(0.0)
            } else {
                0.0
            }
        };
        let calls = &self.world.components[component].calls;
        let weights: Vec<f64> = calls.iter().map(|&edge| weigh(edge)).collect();
        let any = weights.iter().sum::<f64>() > 0.0;
        any.then(|| calls[self.choose(&weights)])
    }

    /// How many calls a request makes along a dependency.
    fn how_many(
        &mut self,
        edge: EdgeId,
        caller: ComponentId,
        version: u8,
        at_least_one: bool,
    ) -> u64 {
        if !self.uses(edge) || self.spans.len() >= MOST_SPANS {
            return 0;
        }
        let mut per = self.law.call(edge).per_request;
        if let Kind::Service(service) = &self.world.components[caller].kind
            && let Some(version) = service.versions.get(usize::from(version))
            && let Some((_, change)) = version.calls.iter().find(|(id, _)| *id == edge)
        {
            per = change.per_request.unwrap_or(per);
        }
        let calls = self.draws.round(per).min(MOST_CALLS);
        if at_least_one { calls.max(1) } else { calls }
    }

    /// The calls of a request along one dependency, side by side; returns when all are over.
    fn phase(&mut self, parent: usize, edge: EdgeId, calls: u64, start: u64, fails: bool) -> u64 {
        let call = *self.law.call(edge);
        let failure = call.final_failure();
        let soft = failure * call.replaced;
        let soft = if soft > 0.0 {
            soft / (1.0 - failure + soft)
        } else {
            0.0
        };
        let mut latest = start;
        for k in 0..calls {
            let fails = fails && k == 0;
            let succeeds = !fails && self.draws.uniform() >= soft;
            let (mut end, _) = self.tries(parent, edge, start, succeeds, false);
            if !succeeds && !fails {
                match self.world.edges[edge].fallback {
                    Fallback::Call(other)
                        if call.replaced > 0.0 && self.world.edges[edge].required =>
                    {
                        end = self.tries(parent, other, end, true, true).0;
                    }
                    _ => self.degrade(parent),
                }
            }
            latest = latest.max(end);
        }
        latest
    }
}

fn micros(secs: f64) -> u64 {
    (secs * 1e6 + 0.5) as u64
}

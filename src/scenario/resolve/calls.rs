//! Dependencies with all their policies.

use super::Resolver;
use super::names::{Origin, Sort, callee};
use crate::base::id::{ComponentId, EdgeId};
use crate::base::time::SimDuration;
use crate::diag::{Code, Diagnostic, Span};
use crate::scenario::model::{self, Fallback};
use crate::scenario::{raw, units};

/// How long customers wait whose journey says nothing.
const PATIENCE: SimDuration = SimDuration::from_secs(10);

impl Resolver<'_> {
    pub(super) fn edge(&mut self, origin: Origin<'_>) -> model::Edge {
        match origin {
            Origin::Journey(journey) => self.customer_edge(journey),
            Origin::Call(place, key, call) => {
                let operation = match call.to {
                    Some(_) if call.operation.is_empty() => key.value.clone(),
                    _ => call.operation.clone(),
                };
                // An unknown component was reported when the components were put in order.
                let to = self.index.components.position(callee(key, call));
                let to = to.map_or(ComponentId(0), |to| self.id(to));
                let timeout = self.timeout(call.timeout.value, call.timeout.span);
                if call.fallback.is_none() && call.fallback_on.value {
                    let message = "a fallback is switched on, and there is none";
                    let help = "add `fallback: Stale`, or `fallback: Source(\"…\")`".to_owned();
                    let finding =
                        Diagnostic::error(Code::Contradiction, call.fallback_on.span, message);
                    self.findings.push(finding.help(help));
                }
                model::Edge {
                    from: Some(self.id(place)),
                    to,
                    operation,
                    per_request: call.per_request,
                    journeys: self.journeys(&call.journeys),
                    timeout,
                    attempts: call.attempts,
                    backoff: backoff(&call.backoff),
                    budget: call.budget.as_ref().map(budget),
                    breaker: call.breaker.as_ref().map(breaker),
                    pool: call.pool.as_ref().map(pool),
                    fallback: self.fallback(place, key, call),
                    fallback_on: call.fallback_on.value,
                    required: call.required,
                    weight: call.weight.value,
                    unkeyed: call.unkeyed,
                    wrong_share: call.wrong.of_one(),
                }
            }
        }
    }

    fn customer_edge(&mut self, journey: &raw::Journey) -> model::Edge {
        let on_processed = journey.completes == raw::Completes::OnProcessed;
        let place = if on_processed {
            let sorts = [Sort::Queue, Sort::Balancer];
            self.component_as(&journey.to, &sorts, "`completes: OnProcessed`")
        } else {
            self.component(&journey.to)
        };
        let timeout = match &journey.timeout {
            Some(given) => self.timeout(given.value, given.span),
            None => (!on_processed).then_some(PATIENCE),
        };
        model::Edge {
            from: None,
            to: place.map_or(ComponentId(0), |place| self.id(place)),
            operation: journey.operation.clone(),
            per_request: 1.0,
            journeys: Vec::new(),
            timeout,
            attempts: journey.attempts,
            backoff: backoff(&journey.backoff),
            budget: None,
            breaker: None,
            pool: None,
            fallback: Fallback::None,
            fallback_on: false,
            required: true,
            weight: 1.0,
            unkeyed: journey.unkeyed,
            wrong_share: 0.0,
        }
    }

    pub(super) fn timeout(
        &mut self,
        limit: raw::Limit<SimDuration>,
        span: Span,
    ) -> Option<SimDuration> {
        let timeout = limit.of();
        if timeout.is_some_and(SimDuration::is_zero) {
            let finding = Diagnostic::error(Code::Impossible, span, "nobody can answer in no time");
            self.findings
                .push(finding.help("write \"none\" to wait for ever".to_owned()));
        }
        timeout
    }

    fn fallback(
        &mut self,
        place: usize,
        key: &crate::diag::Spanned<String>,
        call: &raw::Call,
    ) -> Fallback {
        match call.fallback.as_ref().map(|fallback| &fallback.value) {
            None => Fallback::None,
            Some(raw::Fallback::Stale) => Fallback::Stale,
            Some(raw::Fallback::Source(source)) => {
                let found: Option<EdgeId> = self.call_of(place, source);
                if source.value == key.value {
                    let message = "a call cannot be the fallback of itself";
                    self.error(Code::Contradiction, source.span, message);
                }
                found.map_or(Fallback::None, Fallback::Call)
            }
        }
    }
}

pub(super) fn backoff(raw: &raw::Backoff) -> model::Backoff {
    model::Backoff {
        base: raw.base,
        cap: raw.cap.max(raw.base),
        full_jitter: raw.jitter,
    }
}

fn budget(raw: &raw::Budget) -> model::RetryBudget {
    model::RetryBudget {
        per_request: raw.ratio,
        size: raw.size,
        cost: raw.cost,
        clients: raw.clients,
    }
}

fn breaker(raw: &raw::Breaker) -> model::Breaker {
    model::Breaker {
        enabled: raw.on,
        failure_share: raw.failures.of_one(),
        min_calls: raw.min_calls,
        window: raw.window,
        open_for: raw.open_for,
    }
}

fn pool(raw: &raw::Pool) -> model::Pool {
    model::Pool {
        per_instance: narrowed(raw.size.value),
        wait: raw.wait,
    }
}

/// A count as the model has it; larger ones are no limit in practice.
pub(super) fn narrowed(count: units::Count) -> u32 {
    u32::try_from(count.get()).unwrap_or(u32::MAX)
}

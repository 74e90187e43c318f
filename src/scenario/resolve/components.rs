//! Components: their stations, and what is special about each kind.

use super::Resolver;
use super::calls::narrowed;
use super::names::{Sort, callee, calls_of, region_of};
use crate::base::id::{DenseId, EdgeId};
use crate::base::time::SimDuration;
use crate::diag::{Code, Diagnostic, Span, Spanned};
use crate::scenario::model::{self, Discipline, Kind, ServiceTime, Station};
use crate::scenario::raw::{self, Limit};
use crate::scenario::units::{Count, Rate, Share};

impl Resolver<'_> {
    pub(super) fn resolve_component(&mut self, place: usize) -> model::Component {
        let index = self.index;
        let (station, kind) = match index.component(place) {
            raw::Component::Service(it) => self.service(place, it),
            raw::Component::Balancer(it) => self.balancer(place, it),
            raw::Component::Cache(it) => self.cache(place, it),
            raw::Component::Database(it) => self.database(it),
            raw::Component::Queue(it) => self.queue(it),
            raw::Component::External(it) => self.external(it),
        };
        let region = region_of(index.component(place));
        let region = region.and_then(|name| self.find(&index.regions, name));
        let calls = 0..calls_of(index.component(place)).len();
        model::Component {
            name: index.name(place).value.clone(),
            region: region.map(DenseId::from_index),
            station,
            kind,
            price_per_hour: price_of(index.component(place)),
            calls: calls
                .map(|at| EdgeId::from_index(index.first_edge[place] + at))
                .collect(),
        }
    }

    fn service(&mut self, place: usize, it: &raw::Service) -> (Station, Kind) {
        let mut slowdown: Vec<model::Slowdown> = it.slowdown.iter().map(slowdown).collect();
        slowdown.sort_by_key(|step| step.queued);
        let station = Station {
            instances: it.instances.value,
            slots: self.slots(&it.workers, "workers", &it.queue),
            time: service_time(it.time, it.cv2, &it.slow),
            queue_limit: it.queue.of().map(narrowed),
            discipline: discipline(it.newest_first),
            drop_expired: it.drop_expired,
            cpu: it.cpu.as_ref().map(cpu),
            slowdown,
            error_share: it.errors.of_one(),
            wrong_share: it.wrong.of_one(),
            ..Station::default()
        };
        let autoscaler = it
            .autoscaler
            .as_ref()
            .map(|scaler| self.autoscaler(scaler, it));
        let pulls = it.pulls.as_ref().and_then(|queue| self.pulls(place, queue));
        let versions = &it.versions;
        for (name, _) in versions {
            self.check_name(name, "version");
        }
        for (label, _) in it.calls.iter().filter(|(_, call)| call.to.is_some()) {
            self.check_name(label, "call");
        }
        if versions.len() > usize::from(u8::MAX) {
            let span = versions[usize::from(u8::MAX)].0.span;
            self.error(Code::TooMany, span, "a service has at most 255 versions");
        }
        let service = model::Service {
            startup: it.startup,
            versions: versions
                .iter()
                .map(|(name, it)| self.version(place, name, it))
                .collect(),
            wave_share: it.wave.of_one(),
            wave_every: it.wave_every,
            gate: it.gate.as_ref().and_then(|gate| self.gate(gate)),
            autoscaler,
            pulls,
        };
        (station, Kind::Service(service))
    }

    fn gate(&mut self, it: &raw::Gate) -> Option<model::Gate> {
        let tests = self.component(&it.tests)?;
        let on = match &it.on {
            Some(name) => Some(self.component_as(name, &[Sort::Service], "a gate")?),
            None => None,
        };
        Some(model::Gate {
            tests: self.id(tests),
            fail_share: it.fails.of_one(),
            over: it.over,
            on: on.map(|place| self.id(place)),
        })
    }

    /// The slots of one copy; 0 stands for no limit.
    fn slots(
        &mut self,
        slots: &Spanned<Limit<Count>>,
        word: &str,
        queue: &Spanned<Limit<Count>>,
    ) -> u32 {
        match slots.value {
            Limit::Of(count) if count.get() == 0 => {
                let message = format!("with 0 {word} nothing is ever done");
                let finding = Diagnostic::error(Code::Impossible, slots.span, message);
                self.findings
                    .push(finding.help("write \"none\" for no limit".to_owned()));
                0
            }
            Limit::Of(count) => narrowed(count),
            Limit::Unlimited => {
                if queue.of().is_some() {
                    let message = format!("nothing ever waits where {word} have no limit");
                    self.findings.push(
                        Diagnostic::error(Code::Contradiction, queue.span, message)
                            .also(slots.span, "no limit"),
                    );
                }
                0
            }
        }
    }

    fn autoscaler(
        &mut self,
        scaler: &Spanned<raw::Autoscaler>,
        service: &raw::Service,
    ) -> model::Autoscaler {
        let (min, max) = (scaler.min, scaler.max);
        if min > max {
            let message = format!("`min` is {min} and `max` is {max}");
            self.error(Code::Contradiction, scaler.span, message);
        } else if !(min..=max).contains(&service.instances.value) {
            let message = format!(
                "{} instances run at the start, and the autoscaler keeps them from {min} to {max}",
                service.instances.value
            );
            self.findings.push(
                Diagnostic::warning(Code::Contradiction, service.instances.span, message)
                    .also(scaler.span, "here"),
            );
        }
        let metric = match scaler.metric {
            raw::Metric::Cpu => model::ScaleMetric::Cpu,
            raw::Metric::Workers => model::ScaleMetric::Slots,
        };
        if metric == model::ScaleMetric::Cpu && service.cpu.is_none() {
            let message = "an autoscaler looks at the processor of a service that has no `cpu`";
            let finding = Diagnostic::error(Code::Contradiction, scaler.span, message);
            let help = "add `cpu: (cores: 2, time: \"4ms\")`, or `metric: Workers`".to_owned();
            self.findings.push(finding.help(help));
        }
        model::Autoscaler {
            enabled: scaler.on,
            metric,
            target: scaler.target.of_one(),
            min,
            max,
            every: scaler.every,
            down_after: scaler.down_after,
        }
    }

    fn pulls(
        &mut self,
        place: usize,
        name: &Spanned<String>,
    ) -> Option<crate::base::id::ComponentId> {
        let index = self.index;
        let queue = self.component_as(name, &[Sort::Queue], "`pulls`")?;
        let other = index.components.items[..place]
            .iter()
            .find_map(|(other, it)| match it {
                raw::Component::Service(it) => it
                    .pulls
                    .as_ref()
                    .filter(|pulls| pulls.value == name.value)
                    .map(|_| *other),
                _ => None,
            });
        if let Some(other) = other {
            let message = format!("`{}` is pulled by `{}` already", name.value, other.value);
            let finding = Diagnostic::error(Code::Contradiction, name.span, message);
            self.findings.push(
                finding
                    .also(other.span, "the first worker")
                    .help("let one service pull with more workers".to_owned()),
            );
        }
        Some(self.id(queue))
    }

    fn version(
        &mut self,
        place: usize,
        name: &Spanned<String>,
        it: &raw::Version,
    ) -> model::Version {
        let mut calls = Vec::new();
        for (key, change) in &it.calls {
            let timeout = change.timeout.as_ref();
            let timeout =
                timeout.and_then(|given| self.timeout(Limit::Of(given.value), given.span));
            if let Some(edge) = self.call_of(place, key) {
                let change = model::CallOverride {
                    timeout,
                    attempts: change.attempts,
                    per_request: change.per_request,
                    broken_share: change.broken.map(Share::of_one),
                    unkeyed: change.unkeyed,
                };
                calls.push((edge, change));
            }
        }
        let leak = it.leak.as_ref().and_then(|leak| self.leak(place, leak));
        model::Version {
            name: name.value.clone(),
            time_factor: it.time_factor.0,
            error_share: it.errors.of_one(),
            wrong_share: it.wrong.of_one(),
            calls,
            leak,
            acks_first: it.acks_first,
            ready: it.ready,
            diff: it.diff.clone(),
            note: it.note.clone(),
        }
    }

    fn leak(&mut self, place: usize, leak: &raw::Leak) -> Option<model::Leak> {
        let index = self.index;
        let edge = self.call_of(place, &leak.pool)?;
        let calls = calls_of(index.component(place)).iter();
        let call = calls.clone().find(|(key, _)| key.value == leak.pool.value);
        let database = call.and_then(|(key, call)| index.components.position(callee(key, call)));
        let counted = database.is_some_and(|at| match index.component(at) {
            raw::Component::Database(it) => it.max_connections.of().is_some(),
            _ => false,
        });
        if call.is_some_and(|(_, call)| call.pool.is_none()) && !counted {
            let message = "leaked connections are missed nowhere: the call has no `pool`, and what \
                           it goes to has no `max_connections`";
            let finding = Diagnostic::warning(Code::NoEffect, leak.pool.span, message);
            self.findings
                .push(finding.help("add `pool: (size: 10)` to the call".to_owned()));
        }
        Some(model::Leak {
            edge,
            per: match leak.per {
                raw::LeakPer::Request => model::LeakPer::Request,
                raw::LeakPer::Failure => model::LeakPer::Failure,
            },
            share: leak.share.of_one(),
        })
    }

    fn balancer(&mut self, place: usize, it: &raw::Balancer) -> (Station, Kind) {
        let name = self.index.name(place);
        match it.calls.iter().find(|(_, call)| call.weight.value > 0.0) {
            Some(_) => {}
            None if it.calls.is_empty() => {
                let message = format!("`{}` has nothing to send requests to", name.value);
                let finding = Diagnostic::warning(Code::NoEffect, name.span, message);
                self.findings
                    .push(finding.help("add `calls: {\"…\": ()}`".to_owned()));
            }
            None => {
                let message = format!("all weights of `{}` are 0", name.value);
                self.error(Code::Impossible, name.span, message);
            }
        }
        let balancer = model::Balancer {
            ttl: it.ttl,
            health: it.health.as_ref().map(|health| model::HealthCheck {
                enabled: health.on,
                every: health.every,
                fails: health.fails,
                passes: health.passes,
                unhealthy_share: health.unhealthy.of_one(),
            }),
            admission_per_s: it.admission.of().map(Rate::per_s),
            shed_below: u8::try_from(it.shed_below).unwrap_or(u8::MAX),
        };
        (Station::default(), Kind::Balancer(balancer))
    }

    fn cache(&mut self, place: usize, it: &raw::Cache) -> (Station, Kind) {
        let shards = it.shards.value;
        let instances = it.instances.as_ref().map_or(shards, |given| given.value);
        let station = Station {
            instances,
            slots: self.slots(&it.slots, "slots", &it.queue),
            time: service_time(it.time, it.cv2, None),
            queue_limit: it.queue.of().map(narrowed),
            error_share: it.errors.of_one(),
            wrong_share: it.wrong.of_one(),
            shards,
            hot_share: it.hot_share.of_one(),
            ..Station::default()
        };
        let keys = it.keys.get();
        let entries = match (&it.entries, &it.memory) {
            (Some(entries), Some(memory)) => {
                let message = "the size of a cache is given twice, as `memory` and as `entries`";
                self.findings.push(
                    Diagnostic::error(Code::Contradiction, memory.span, message)
                        .also(entries.span, "and here"),
                );
                entries.get()
            }
            (Some(entries), None) => entries.get(),
            (None, Some(memory)) => memory.bytes() / it.entry.bytes().max(1),
            (None, None) => keys / 5,
        };
        let mut sources = it.calls.iter().filter(|(_, call)| call.per_request > 0.0);
        if let Some((key, _)) = sources.nth(1) {
            let name = &self.index.name(place).value;
            let message = format!("misses of `{name}` go to its first call only");
            let finding = Diagnostic::error(Code::Contradiction, key.span, message);
            let help = "give this one `per_request: 0` if it is a fallback's source".to_owned();
            self.findings.push(finding.help(help));
        }
        let cache = model::Cache {
            keys,
            zipf: it.zipf,
            entries,
            entry_bytes: it.entry.bytes(),
            ttl: it.ttl.of(),
            eviction: match it.eviction {
                raw::Eviction::Lru => model::Eviction::Lru,
                raw::Eviction::Random => model::Eviction::Random,
                raw::Eviction::Lfu => model::Eviction::Lfu,
                raw::Eviction::None => model::Eviction::None,
            },
            coalesce: it.coalesce,
            warm: it.warm,
        };
        (station, Kind::Cache(cache))
    }

    fn database(&mut self, it: &raw::Database) -> (Station, Kind) {
        let mut slowdown: Vec<model::Slowdown> = it.slowdown.iter().map(slowdown).collect();
        slowdown.sort_by_key(|step| step.queued);
        let station = Station {
            slots: self.slots(&it.slots, "slots", &it.queue),
            time: service_time(it.time, it.cv2, &it.slow),
            queue_limit: it.queue.of().map(narrowed),
            discipline: discipline(it.newest_first),
            drop_expired: it.drop_expired,
            cpu: it.cpu.as_ref().map(cpu),
            slowdown,
            error_share: it.errors.of_one(),
            wrong_share: it.wrong.of_one(),
            shards: it.shards,
            hot_share: it.hot_share.of_one(),
            ..Station::default()
        };
        let database = model::Database {
            max_connections: it.max_connections.of().map(narrowed),
            connection_cost: it.connection_cost,
            replicas: it.replicas,
            read_share: it.read_share.of_one(),
            failover: it.failover,
            cold_speed: it.cold_speed.of_one(),
            cold_for: it.cold_for,
            replication_lag: it.replication_lag,
            shard_rate_per_s: it.shard_rate.of().map(Rate::per_s),
        };
        (station, Kind::Database(database))
    }

    fn queue(&mut self, it: &raw::Queue) -> (Station, Kind) {
        let station = Station {
            shards: it.shards,
            hot_share: it.hot_share.of_one(),
            ..Station::default()
        };
        let queue = model::Queue {
            shard_rate_per_s: it.shard_rate.of().map(Rate::per_s),
            retention: it.retention.of(),
            visibility: it.visibility,
            max_receives: it.max_receives.of().map_or(0, narrowed),
            ordered: it.ordered,
            paused: it.paused,
            consume_per_s: it.consume.of().map(Rate::per_s),
            supersedes: it.supersedes,
            skip_stale: it.skip_stale,
        };
        (station, Kind::Queue(queue))
    }

    fn external(&mut self, it: &raw::External) -> (Station, Kind) {
        let station = Station {
            slots: self.slots(&it.slots, "slots", &it.queue),
            time: service_time(it.time, it.cv2, &it.slow),
            queue_limit: it.queue.of().map(narrowed),
            error_share: it.errors.of_one(),
            wrong_share: it.wrong.of_one(),
            ..Station::default()
        };
        let external = model::External {
            bucket: it.bucket.as_ref().map(|bucket| model::TokenBucket {
                rate_per_s: bucket.rate.per_s(),
                burst: bucket.burst.get() as f64,
            }),
            auth: it.auth.as_ref().map(|auth| model::Auth {
                token_life: auth.token_life,
                propagation: auth.propagation,
                reauthorise: auth.reauthorise,
            }),
        };
        (station, Kind::External(external))
    }

    /// Reports a contradiction at a place; for values that are sound one by one.
    pub(super) fn contradiction(&mut self, span: Span, message: impl Into<String>) {
        self.error(Code::Contradiction, span, message);
    }
}

fn service_time<'a>(
    mean: SimDuration,
    cv2: f64,
    slow: impl Into<Option<&'a raw::Slow>>,
) -> ServiceTime {
    let slow = slow.into();
    ServiceTime {
        mean,
        cv2,
        slow_share: slow.map_or(0.0, |slow| slow.share.of_one()),
        slow_factor: slow.map_or(1.0, |slow| slow.factor),
    }
}

fn discipline(newest_first: bool) -> Discipline {
    if newest_first {
        Discipline::NewestFirst
    } else {
        Discipline::Fifo
    }
}

fn cpu(raw: &raw::Cpu) -> model::Cpu {
    model::Cpu {
        cores: raw.cores,
        time: raw.time,
    }
}

fn slowdown(raw: &raw::Slowdown) -> model::Slowdown {
    model::Slowdown {
        queued: narrowed(raw.queued),
        speed: raw.speed.0,
    }
}

fn price_of(it: &raw::Component) -> f64 {
    match it {
        raw::Component::Service(it) => it.price,
        raw::Component::Cache(it) => it.price,
        raw::Component::Database(it) => it.price,
        raw::Component::Balancer(_) | raw::Component::Queue(_) | raw::Component::External(_) => 0.0,
    }
}

//! `Set(…)`: parameters by the names and units that they have where things are described.

use super::Resolver;
use super::names::{Origin, Sort, region_of};
use crate::base::id::{DenseId, EdgeId, JourneyId};
use crate::base::time::SimDuration;
use crate::diag::{Code, Diagnostic, Span, Spanned};
use crate::scenario::action::{Change, ComponentKnob as C, EdgeKnob as E, JourneyKnob as J, Knob};
use crate::scenario::raw::{self, Factor, Limit};
use crate::scenario::units::{Bytes, Count, Rate, Share};

/// What a parameter belongs to.
#[derive(Clone, Copy)]
enum Of {
    /// Components of these sorts.
    Component(C, &'static [Sort]),
    /// Calls of components.
    Call(E),
    /// Calls, and the calls of a journey's customers.
    AnyCall(E),
    /// Journeys.
    Journey(J),
}

const STATIONS: &[Sort] = &[Sort::Service, Sort::Cache, Sort::Database, Sort::External];
const SLOTS: &[Sort] = &[Sort::Cache, Sort::Database, Sort::External];
const ALL: &[Sort] = &[
    Sort::Service,
    Sort::Balancer,
    Sort::Cache,
    Sort::Database,
    Sort::Queue,
    Sort::External,
];
const OURS: &[Sort] = &[Sort::Service, Sort::Database];
const SHARDED: &[Sort] = &[Sort::Cache, Sort::Database, Sort::Queue];

/// Every parameter under its name. A name may mean different things for different targets.
const ROWS: &[(&str, Of)] = &[
    ("speed", Of::Component(C::Speed, STATIONS)),
    ("time_factor", Of::Component(C::TimeFactor, STATIONS)),
    ("errors", Of::Component(C::ErrorShare, STATIONS)),
    ("wrong", Of::Component(C::WrongShare, STATIONS)),
    ("wrong", Of::Call(E::WrongShare)),
    ("down", Of::Component(C::DownShare, ALL)),
    ("blackhole", Of::Component(C::BlackholeShare, ALL)),
    ("slow_share", Of::Component(C::SlowShare, STATIONS)),
    ("slow_factor", Of::Component(C::SlowFactor, STATIONS)),
    ("workers", Of::Component(C::Slots, &[Sort::Service])),
    ("slots", Of::Component(C::Slots, SLOTS)),
    ("queue", Of::Component(C::QueueLimit, STATIONS)),
    ("drop_expired", Of::Component(C::DropExpired, OURS)),
    ("newest_first", Of::Component(C::NewestFirst, OURS)),
    ("shards", Of::Component(C::Shards, SHARDED)),
    ("hot_share", Of::Component(C::HotShare, SHARDED)),
    ("admission", Of::Component(C::Admission, &[Sort::Balancer])),
    ("shed_below", Of::Component(C::ShedBelow, &[Sort::Balancer])),
    ("ttl", Of::Component(C::Ttl, &[Sort::Balancer])),
    ("ttl", Of::Component(C::CacheTtl, &[Sort::Cache])),
    ("memory", Of::Component(C::CacheEntries, &[Sort::Cache])),
    ("entries", Of::Component(C::CacheEntries, &[Sort::Cache])),
    ("coalesce", Of::Component(C::Coalesce, &[Sort::Cache])),
    ("keys", Of::Component(C::CacheKeys, &[Sort::Cache])),
    (
        "invalidations",
        Of::Component(C::Invalidations, &[Sort::Cache]),
    ),
    (
        "max_connections",
        Of::Component(C::MaxConnections, &[Sort::Database]),
    ),
    ("read_share", Of::Component(C::ReadShare, &[Sort::Database])),
    (
        "replication_lag",
        Of::Component(C::ReplicationLag, &[Sort::Database]),
    ),
    ("consume", Of::Component(C::ConsumeRate, &[Sort::Queue])),
    (
        "shard_rate",
        Of::Component(C::ShardRate, &[Sort::Database, Sort::Queue]),
    ),
    ("skip_stale", Of::Component(C::SkipStale, &[Sort::Queue])),
    (
        "bucket_rate",
        Of::Component(C::BucketRate, &[Sort::External]),
    ),
    (
        "bucket_burst",
        Of::Component(C::BucketBurst, &[Sort::External]),
    ),
    ("revoked", Of::Component(C::RevokedShare, &[Sort::External])),
    (
        "max_instances",
        Of::Component(C::MaxInstances, &[Sort::Service]),
    ),
    (
        "min_instances",
        Of::Component(C::MinInstances, &[Sort::Service]),
    ),
    ("timeout", Of::AnyCall(E::Timeout)),
    ("attempts", Of::AnyCall(E::Attempts)),
    ("backoff_base", Of::AnyCall(E::BackoffBase)),
    ("backoff_cap", Of::AnyCall(E::BackoffCap)),
    ("jitter", Of::AnyCall(E::FullJitter)),
    ("budget", Of::Call(E::RetryBudget)),
    ("per_request", Of::Call(E::PerRequest)),
    ("pool", Of::Call(E::Pool)),
    ("fallback_on", Of::Call(E::Fallback)),
    ("weight", Of::Call(E::Weight)),
    ("breaker_failures", Of::Call(E::BreakerShare)),
    ("broken", Of::Call(E::BrokenShare)),
    ("unkeyed", Of::AnyCall(E::Unkeyed)),
    ("rate_factor", Of::Journey(J::RateFactor)),
];

/// A value in the unit of its knob: seconds, per second, of one, a count; infinity is no limit.
trait InKnobUnit {
    fn knob_value(&self) -> f64;
}

macro_rules! knob_units {
    ($($ty:ty: |$it:ident| $value:expr;)*) => {$(
        impl InKnobUnit for $ty {
            fn knob_value(&self) -> f64 {
                let $it = self;
                $value
            }
        }
    )*};
}

knob_units! {
    Factor: |it| it.0;
    Share: |it| it.of_one();
    Count: |it| it.get() as f64;
    Bytes: |it| it.bytes() as f64;
    Rate: |it| it.per_s();
    SimDuration: |it| it.as_secs_f64();
    bool: |it| f64::from(u8::from(*it));
    u32: |it| f64::from(*it);
}

impl<T: InKnobUnit> InKnobUnit for Limit<T> {
    fn knob_value(&self) -> f64 {
        match self {
            Self::Of(value) => value.knob_value(),
            Self::Unlimited => f64::INFINITY,
        }
    }
}

/// What a `Set` gives: names, places and values in the units of the knobs.
fn given(set: &raw::Set) -> Vec<(&'static str, Span, f64)> {
    let mut out = Vec::new();
    macro_rules! take {
        ($($field:ident)*) => {$(
            if let Some(Spanned { value, span }) = &set.$field {
                out.push((stringify!($field), *span, value.knob_value()));
            }
        )*};
    }
    take! {
        speed time_factor errors wrong down blackhole slow_share slow_factor workers slots queue
        drop_expired newest_first shards hot_share admission shed_below ttl memory entries coalesce
        keys invalidations max_connections read_share replication_lag consume shard_rate skip_stale bucket_rate
        bucket_burst revoked max_instances min_instances timeout attempts backoff_base backoff_cap
        jitter budget per_request pool fallback_on weight breaker_failures broken unkeyed
        rate_factor
    }
    out
}

/// What a `Set` is about.
#[derive(Clone, Copy)]
enum Target {
    Component(usize),
    Call(usize, EdgeId),
    Journey(usize),
}

impl Target {
    /// The knob that a row stands for here.
    fn knob(self, of: Of, resolver: &Resolver<'_>) -> Option<Knob> {
        match (self, of) {
            (Self::Component(place), Of::Component(knob, sorts)) => {
                let sort = Sort::of(resolver.index.component(place));
                sorts
                    .contains(&sort)
                    .then(|| Knob::Component(resolver.id(place), knob))
            }
            (Self::Call(_, edge), Of::Call(knob) | Of::AnyCall(knob)) => {
                Some(Knob::Edge(edge, knob))
            }
            (Self::Journey(place), Of::AnyCall(knob)) => {
                Some(Knob::Edge(EdgeId::from_index(place), knob))
            }
            (Self::Journey(place), Of::Journey(knob)) => {
                Some(Knob::Journey(JourneyId::from_index(place), knob))
            }
            _ => None,
        }
    }
}

impl Resolver<'_> {
    /// One change for each parameter that is given; in a region, for each component that has it.
    pub(super) fn changes(&mut self, set: &raw::Set, span: Span) -> Vec<Change> {
        let targets = self.targets(set, span);
        let Some(first) = targets.first().copied() else {
            return Vec::new();
        };
        let given = given(set);
        if given.is_empty() && self.whole {
            let finding = Diagnostic::error(Code::NothingThere, span, "this `Set` changes nothing");
            let names = self.names_for(first);
            self.findings.push(finding.expected(names));
        }
        let mut changes = Vec::new();
        for (name, place, value) in given {
            let before = changes.len();
            for &target in &targets {
                let mut rows = ROWS.iter().filter(|(row, _)| *row == name);
                let Some(knob) = rows.find_map(|(_, of)| target.knob(*of, self)) else {
                    continue;
                };
                let value = match (name, target) {
                    ("memory", Target::Component(at)) => (value / self.entry_bytes(at)).floor(),
                    _ => value,
                };
                self.check_value(knob, name, place, value, target);
                let over = set.over;
                changes.push(Change { knob, value, over });
            }
            match &set.region {
                _ if changes.len() > before => {}
                Some(region) => {
                    let message = format!("nothing in `{}` has `{name}`", region.value);
                    self.error(Code::NoSuchKnob, place, message);
                }
                None => self.no_such_knob(name, place, first),
            }
        }
        changes
    }

    fn targets(&mut self, set: &raw::Set, span: Span) -> Vec<Target> {
        let given = [&set.on, &set.journey, &set.region];
        if let Some(second) = given.into_iter().flatten().nth(1) {
            let message = "a `Set` has one of `on`, `journey` and `region`";
            self.error(Code::BadTarget, second.span, message);
            return Vec::new();
        }
        let Some(region) = &set.region else {
            return self.target(set, span).into_iter().collect();
        };
        let index = self.index;
        if self.find(&index.regions, region).is_none() {
            return Vec::new();
        }
        let inside = |component: &raw::Component| {
            region_of(component).is_some_and(|name| name.value == region.value)
        };
        let all = index.components.items.iter().enumerate();
        let targets = all.filter(|(_, (_, component))| inside(component));
        let targets: Vec<_> = targets.map(|(place, _)| Target::Component(place)).collect();
        if targets.is_empty() && self.whole {
            let message = format!("no component is in `{}`", region.value);
            let finding = Diagnostic::warning(Code::NoEffect, region.span, message);
            let help = format!("place components: `region: \"{}\"`", region.value);
            self.findings.push(finding.help(help));
        }
        targets
    }

    fn target(&mut self, set: &raw::Set, span: Span) -> Option<Target> {
        let index = self.index;
        match (&set.on, &set.journey) {
            (Some(on), None) if on.contains("->") || on.contains('→') => self
                .call(on)
                .map(|(caller, edge)| Target::Call(caller, edge)),
            (Some(on), None) => {
                let is_journey = index.components.position(on).is_none()
                    && index.journeys.position(on).is_some();
                if is_journey {
                    let message = format!("`{}` is a journey", on.value);
                    let finding = Diagnostic::error(Code::BadTarget, on.span, message);
                    self.findings
                        .push(finding.help(format!("write `journey: \"{}\"`", on.value)));
                    return None;
                }
                self.component(on).map(Target::Component)
            }
            (None, Some(name)) => self.find(&index.journeys, name).map(Target::Journey),
            (None, None) if self.whole => {
                let finding =
                    Diagnostic::error(Code::BadTarget, span, "this `Set` does not say on what");
                let help = "add `on: \"checkout\"`, `on: \"checkout -> pricing\"`, \
                            `journey: \"order\"` or `region: \"eu-west-1\"`";
                self.findings.push(finding.help(help.to_owned()));
                None
            }
            _ => None,
        }
    }

    /// The parameters that a target has.
    fn names_for(&self, target: Target) -> Vec<&'static str> {
        let rows = ROWS
            .iter()
            .filter(|(_, of)| target.knob(*of, self).is_some());
        rows.map(|(name, _)| *name).collect()
    }

    fn no_such_knob(&mut self, name: &str, span: Span, target: Target) {
        let index = self.index;
        let what = match target {
            Target::Component(place) => {
                let sort = Sort::of(index.component(place));
                format!("`{}` is {}", index.name(place).value, sort.words())
            }
            Target::Call(..) => "this is a call".to_owned(),
            Target::Journey(place) => {
                format!("`{}` is a journey", index.journeys.items[place].0.value)
            }
        };
        let of = ROWS.iter().find(|(row, _)| *row == name).map(|(_, of)| *of);
        let help = match (of, target) {
            (Some(Of::Call(_) | Of::AnyCall(_)), Target::Component(place)) => {
                let name = &index.name(place).value;
                let calls = super::names::calls_of(index.component(place));
                let to = calls.first().map_or("…", |(key, _)| key.as_str());
                Some(format!("calls have it: `on: \"{name} -> {to}\"`"))
            }
            (Some(Of::Journey(_)), _) => Some("journeys have it: `journey: \"…\"`".to_owned()),
            (Some(Of::Component(..)), Target::Call(place, _)) => Some(format!(
                "components have it: `on: \"{}\"`",
                index.name(place).value
            )),
            _ => None,
        };
        let message = format!("{what}, and has no `{name}`");
        let finding = Diagnostic::error(Code::NoSuchKnob, span, message);
        self.findings
            .push(finding.expected(self.names_for(target)).help(help));
    }

    fn entry_bytes(&self, place: usize) -> f64 {
        match self.index.component(place) {
            raw::Component::Cache(cache) => cache.entry.bytes().max(1) as f64,
            _ => 1.0,
        }
    }

    /// Values that the language can say and the target cannot take.
    fn check_value(&mut self, knob: Knob, name: &str, span: Span, value: f64, target: Target) {
        let index = self.index;
        let component = match target {
            Target::Component(place) | Target::Call(place, _) => Some(index.component(place)),
            Target::Journey(_) => None,
        };
        let call = match target {
            Target::Call(_, edge) => match index.edges.get(edge.index()) {
                Some(Origin::Call(_, _, call)) => Some(*call),
                _ => None,
            },
            _ => None,
        };
        let lacks = match (knob, component) {
            (
                Knob::Component(_, C::MaxInstances | C::MinInstances),
                Some(raw::Component::Service(it)),
            ) => it.autoscaler.is_none().then_some("autoscaler"),
            (
                Knob::Component(_, C::BucketRate | C::BucketBurst),
                Some(raw::Component::External(it)),
            ) => it.bucket.is_none().then_some("bucket"),
            (Knob::Edge(_, E::Pool), _) => call.filter(|call| call.pool.is_none()).map(|_| "pool"),
            (Knob::Edge(_, E::BreakerShare), _) => call
                .filter(|call| call.breaker.is_none())
                .map(|_| "breaker"),
            (Knob::Edge(_, E::Fallback), _) => call
                .filter(|call| call.fallback.is_none())
                .map(|_| "fallback"),
            (Knob::Edge(_, E::Weight), Some(component)) => {
                let balances = matches!(component, raw::Component::Balancer(_));
                (!balances).then_some("balancer as its caller")
            }
            _ => None,
        };
        if let Some(lacking) = lacks {
            let message = format!("`{name}` has no effect here: there is no {lacking}");
            self.error(Code::NoSuchKnob, span, message);
        }
        let never = match knob {
            Knob::Component(_, C::Slots) => Some("`speed: 0`"),
            Knob::Edge(_, E::Timeout) => Some("\"none\" to wait for ever"),
            _ => None,
        };
        if let Some(instead) = never.filter(|_| value == 0.0) {
            let message = format!("`{name}` cannot be 0");
            let finding = Diagnostic::error(Code::Impossible, span, message);
            self.findings.push(finding.help(format!("write {instead}")));
        }
        if matches!(knob, Knob::Component(_, C::Ttl)) && value.is_infinite() {
            self.error(
                Code::Impossible,
                span,
                "a balancer's `ttl` has to end some time",
            );
        }
    }
}

//! Writes one log line: fills the places of a wording with what such a request would show.
//!
//! Depends on the draws it is given and on the history; never on the query.

use std::fmt::Write;

use crate::base::id::{ComponentId, EdgeId};
use crate::base::math::exp;
use crate::base::rng::Draws;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::logs::{Cell, LogLine, Reason, Source};
use crate::observe::versions::{self, Blame};
use crate::scenario::model::{Edge, FailureKind, Kind};
use crate::sim::Event;

/// Whose lines, and what they are made from.
pub(super) struct Renderer<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) component: ComponentId,
}

/// What is known about the request of one line.
struct Request {
    at: u64,
    number: u64,
    version: u8,
    latency_s: f64,
    queued: f64,
    reason: Reason,
}

/// Whether a text contains a lower-case filter, in any case.
pub(super) fn contains(text: &str, filter: &str) -> bool {
    text.to_lowercase().contains(filter)
}

/// A wording without its places: what all of its lines have in common.
pub(super) fn fixed_text(wording: &str) -> String {
    let mut fixed = String::with_capacity(wording.len());
    for_each_part(wording, |part| match part {
        Part::Text(text) => fixed.push_str(text),
        // Nothing that anybody filters for: text on both sides does not become one word.
        Part::Place(_) => fixed.push('\u{0}'),
    });
    fixed
}

pub(super) enum Part<'a> {
    Text(&'a str),
    Place(&'a str),
}

/// Splits a wording; braces that hold no simple name (JSON) are text.
pub(super) fn for_each_part<'a>(wording: &'a str, mut take: impl FnMut(Part<'a>)) {
    let mut rest = wording;
    while let Some(open) = rest.find('{') {
        let after = &rest[open + 1..];
        let name_len = after
            .find(|c: char| !(c.is_ascii_lowercase() || c == '_'))
            .unwrap_or(after.len());
        if name_len > 0 && after[name_len..].starts_with('}') {
            take(Part::Text(&rest[..open]));
            take(Part::Place(&after[..name_len]));
            rest = &after[name_len + 1..];
        } else {
            take(Part::Text(&rest[..=open]));
            rest = after;
        }
    }
    take(Part::Text(rest));
}

impl Renderer<'_, '_> {
    /// The line of one request.
    pub(super) fn line(
        &self,
        reason: Reason,
        cell: &Cell,
        (level, wording): (&str, &str),
        mut draws: Draws,
    ) -> LogLine {
        let at = cell.from + (draws.uniform() * cell.to.saturating_sub(cell.from) as f64) as u64;
        let number = draws.bits();
        let world = &self.source.scenario.world;
        let blame = match reason {
            Reason::Failed(FailureKind::Error) => Blame::Own,
            Reason::Called { edge, kind, .. } => Blame::Call(edge, kind),
            _ => Blame::Nobody,
        };
        let version = versions::pick(
            world,
            self.source.history,
            self.component,
            at,
            blame,
            &mut draws,
        );
        let mut request = Request {
            at,
            number,
            version,
            latency_s: 0.0,
            queued: cell.queued,
            reason,
        };
        request.latency_s = self.latency_s(&request, cell, &mut draws);
        let mut text = String::with_capacity(wording.len() + 64);
        for_each_part(wording, |part| match part {
            Part::Text(fixed) => text.push_str(fixed),
            Part::Place(name) => self.fill(name, &request, &mut text),
        });
        LogLine {
            at: SimTime::from_micros(at),
            level: level.to_owned(),
            text,
        }
    }

    fn latency_s(&self, request: &Request, cell: &Cell, draws: &mut Draws) -> f64 {
        let around = cell.latency_s * exp(0.47 * draws.normal() - 0.11);
        let at_once = 0.002 * draws.uniform();
        match request.reason {
            Reason::Served
            | Reason::Failed(FailureKind::Error | FailureKind::Dependency)
            | Reason::Changed(_) => around,
            Reason::Failed(FailureKind::Timeout) => {
                let limit = self
                    .incoming(self.component, request.number)
                    .map(|id| self.policy(id, request).0);
                limit.filter(|s| s.is_finite()).unwrap_or(around)
            }
            Reason::Failed(_) => at_once,
            Reason::Called {
                edge,
                kind: FailureKind::Timeout,
                ..
            } => {
                let (timeout_s, attempts) = self.policy(edge, request);
                let all = timeout_s * attempts;
                if all.is_finite() {
                    all + at_once
                } else {
                    around
                }
            }
            Reason::Called { .. } => around,
        }
    }

    /// Time-out in seconds and number of tries of a dependency, as they were for this request.
    fn policy(&self, id: EdgeId, request: &Request) -> (f64, f64) {
        let edge = self.edge(id);
        let spec = edge.timeout.map_or(f64::INFINITY, SimDuration::as_secs_f64);
        let slice = self.source.history.edge_slice(id, request.at);
        let (mut timeout_s, mut attempts) = slice.map_or((spec, f64::from(edge.attempts)), |s| {
            (f64::from(s.timeout_s), f64::from(s.attempts))
        });
        let components = &self.source.scenario.world.components;
        if edge.from == Some(self.component)
            && let Kind::Service(service) = &components[self.component].kind
            && let Some(version) = service.versions.get(usize::from(request.version))
            && let Some((_, change)) = version.calls.iter().find(|(call, _)| *call == id)
        {
            timeout_s = change.timeout.map_or(timeout_s, SimDuration::as_secs_f64);
            attempts = change.attempts.map_or(attempts, f64::from);
        }
        (timeout_s, attempts)
    }

    fn edge(&self, id: EdgeId) -> &Edge {
        &self.source.scenario.world.edges[id]
    }

    /// One of the dependencies along which requests arrive.
    fn incoming(&self, component: ComponentId, number: u64) -> Option<EdgeId> {
        let world = &self.source.scenario.world;
        let edges = &world.edges;
        // A worker's messages came to its queue.
        let at = match &world.components[component].kind {
            Kind::Service(service) => service.pulls.unwrap_or(component),
            _ => component,
        };
        let mine = || edges.enumerate().filter(|(_, edge)| edge.to == at);
        let place = number % (mine().count() as u64).max(1);
        mine().nth(place as usize).map(|(id, _)| id)
    }

    /// The dependency a line is about: the one that failed, or the component's first, or, where it calls
    /// nobody, one along which it is called.
    fn about(&self, request: &Request) -> Option<EdgeId> {
        match request.reason {
            Reason::Called { edge, .. } => Some(edge),
            _ => self.source.scenario.world.components[self.component]
                .calls
                .first()
                .copied()
                .or_else(|| self.incoming(self.component, request.number)),
        }
    }

    fn fill(&self, name: &str, request: &Request, text: &mut String) {
        let world = &self.source.scenario.world;
        let n = request.number;
        let octet = |shift: u32| (n >> shift) % 254 + 1;
        let called = matches!(request.reason, Reason::Called { .. });
        // Writing into a string cannot fail.
        let _written = match name {
            "request" => write!(text, "{:016x}", n ^ 0x5e51_0000_0000_0000),
            "latency_ms" => write!(text, "{:.0}", request.latency_s * 1e3),
            "latency_s" => write!(text, "{:.3}", request.latency_s),
            "version" => write!(text, "{}", self.version(request)),
            "note" => write!(text, "{}", self.note(request)),
            "to" => {
                let callee = self
                    .about(request)
                    .map_or(self.component, |id| world.edges[id].to);
                write!(text, "{}", world.components[callee].name)
            }
            "attempt" => {
                let tries = self
                    .about(request)
                    .map_or(1.0, |id| self.policy(id, request).1);
                write!(text, "{:.0}", if called { tries } else { 1.0 })
            }
            "queue" => write!(text, "{:.0}", self.queue(request)),
            "service" => write!(text, "{}", world.components[self.component].name),
            "operation" => write!(text, "{}", self.operation(request)),
            "timeout_ms" => {
                let limit = self
                    .about(request)
                    .map_or(f64::INFINITY, |id| self.policy(id, request).0);
                write!(text, "{:.0}", limit * 1e3)
            }
            "pool" | "pool_wait_ms" => {
                let pool = self.about(request).and_then(|id| world.edges[id].pool);
                let (size, wait) =
                    pool.map_or((0, 0), |p| (p.per_instance, p.wait.as_micros() / 1_000));
                write!(
                    text,
                    "{}",
                    if name == "pool" {
                        u64::from(size)
                    } else {
                        wait
                    }
                )
            }
            "time" => write!(text, "{}", self.clock(request.at)),
            "left" => write!(text, "{}", self.left(request)),
            "ip" => write!(text, "{}", octet(8)),
            "port" => write!(text, "{}", 1_024 + (n >> 16) % 60_000),
            "target" if !called && request.reason != Reason::Served => write!(text, "-"),
            "target" => write!(text, "10.0.{}.{}:8080", octet(32) % 3, octet(40)),
            unknown => write!(text, "{{{unknown}}}"),
        };
    }

    fn version(&self, request: &Request) -> &str {
        let Kind::Service(service) = &self.source.scenario.world.components[self.component].kind
        else {
            return "-";
        };
        let version = match request.reason {
            Reason::Changed(index) => match self.source.changes.get(index) {
                Some((_, Event::WaveStarted { version, .. })) => *version,
                _ => request.version,
            },
            _ => request.version,
        };
        versions::name(service, version)
    }

    fn note(&self, request: &Request) -> &str {
        let version = match &self.source.scenario.world.components[self.component].kind {
            Kind::Service(service) => service.versions.get(usize::from(request.version)),
            _ => None,
        };
        version.map_or("", |it| it.note.as_str())
    }

    fn left(&self, request: &Request) -> u32 {
        let Reason::Changed(index) = request.reason else {
            return 0;
        };
        match self.source.changes.get(index) {
            Some((_, Event::WaveStarted { left, .. })) => *left,
            _ => 0,
        }
    }

    /// How many wait: for a connection of one instance's pool, or for the component.
    fn queue(&self, request: &Request) -> f64 {
        let Reason::Called {
            edge, pool: true, ..
        } = request.reason
        else {
            return request.queued;
        };
        let Some(slice) = self.source.history.edge_slice(edge, request.at) else {
            return 0.0;
        };
        let instances = self.source.scenario.world.components[self.component]
            .station
            .instances;
        (f64::from(slice.pool_waiting) / f64::from(instances.max(1))).max(1.0)
    }

    /// What was asked for: the operation of the call, or, where a call has none of its own, of the
    /// call that led to it, up to the customer's.
    fn operation(&self, request: &Request) -> &str {
        /// Longer ways than this are cycles.
        const MOST_HOPS: usize = 16;
        let mut id = match request.reason {
            Reason::Called { edge, .. } if !self.is_balancer() => Some(edge),
            _ => self.incoming(self.component, request.number),
        };
        for _ in 0..MOST_HOPS {
            let Some(edge) = id else { break };
            if !self.edge(edge).operation.is_empty() {
                return &self.edge(edge).operation;
            }
            let Some(caller) = self.edge(edge).from else {
                return self.journey(edge);
            };
            id = self.incoming(caller, request.number);
        }
        "GET /"
    }

    /// Name of the journey that a customer's call belongs to.
    fn journey(&self, edge: EdgeId) -> &str {
        let mut journeys = self.source.scenario.world.journeys.iter();
        let found = journeys.find(|journey| journey.edge == edge);
        found.map_or("GET /", |journey| &journey.name)
    }

    fn is_balancer(&self) -> bool {
        matches!(
            self.source.scenario.world.components[self.component].kind,
            Kind::Balancer(_)
        )
    }

    /// Local time of day.
    fn clock(&self, at: u64) -> String {
        let ms = at / 1_000 + u64::from(self.source.scenario.meta.clock_start_min) * 60_000;
        let s = ms / 1_000;
        format!(
            "{:02}:{:02}:{:02}.{:03}",
            s / 3_600 % 24,
            s / 60 % 60,
            s % 60,
            ms % 1_000
        )
    }
}

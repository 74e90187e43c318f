//! What every look starts from: the world at this moment, the last minutes, and the quiet time at the
//! start to compare them with. Says what is out of the ordinary; knows no scripted cause.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::time::{SimDuration, SimTime};
use crate::observe::{Observer, Window};
use crate::scenario::model::{Kind, Scenario, Signal, World};
use crate::session::evidence::{Found, Piece};
use crate::sim::Sim;

/// Length of "now" where times and shares are asked for.
const RECENT: SimDuration = SimDuration::from_secs(60);
/// Length of the quiet time at the start that tells what is usual.
const USUAL: SimDuration = SimDuration::from_secs(90);

/// The moment of a look.
pub(super) struct Scene<'a> {
    pub(super) sim: &'a Sim,
    pub(super) observer: &'a Observer,
    pub(super) now: SimTime,
    /// The last minute.
    pub(super) recent: Window,
    /// The first minute and a half, or the first third while that is less.
    pub(super) usual: Window,
}

impl<'a> Scene<'a> {
    pub(super) fn new(sim: &'a Sim, observer: &'a Observer) -> Self {
        let now = sim.now();
        let third = SimDuration::from_micros(now.as_micros() / 3);
        let usual_to = SimTime::ZERO + USUAL.min(third);
        let recent = observer.window(now - RECENT, now);
        let mut usual = observer.window(SimTime::ZERO, usual_to);
        if usual.is_empty() {
            // In the first half minute there is nothing to compare with yet.
            usual.clone_from(&recent);
        }
        Self {
            sim,
            observer,
            now,
            recent,
            usual,
        }
    }

    pub(super) fn scenario(&self) -> &'a Scenario {
        self.sim.scenario()
    }

    pub(super) fn world(&self) -> &'a World {
        &self.sim.scenario().world
    }

    pub(super) fn name(&self, id: ComponentId) -> &'a str {
        &self.world().components[id].name
    }

    pub(super) fn kind(&self, id: ComponentId) -> &'a Kind {
        &self.world().components[id].kind
    }

    /// A dependency's callee, with the operation where the caller has two calls to it.
    pub(super) fn callee(&self, id: EdgeId) -> String {
        let world = self.world();
        let edge = &world.edges[id];
        let name = self.name(edge.to);
        let twins = world.edges.iter();
        let twins = twins.filter(|other| other.from == edge.from && other.to == edge.to);
        if twins.count() > 1 && !edge.operation.is_empty() {
            format!("{name} ({})", edge.operation)
        } else {
            name.to_owned()
        }
    }

    /// A dependency's caller.
    pub(super) fn caller(&self, id: EdgeId) -> &'a str {
        let from = self.world().edges[id].from;
        from.map_or("customers", |id| self.name(id))
    }

    /// Dependencies into a component.
    pub(super) fn calls_into(&self, id: ComponentId) -> impl Iterator<Item = EdgeId> + use<'a> {
        let edges = self.world().edges.enumerate();
        edges
            .filter(move |(_, edge)| edge.to == id)
            .map(|(id, _)| id)
    }

    /// Local time of day.
    pub(super) fn clock(&self, at: SimTime) -> String {
        let start_s = u64::from(self.scenario().meta.clock_start_min) * 60;
        let s = start_s + at.as_micros() / 1_000_000;
        format!("{:02}:{:02}:{:02}", s / 3_600 % 24, s / 60 % 60, s % 60)
    }

    /// Whether a component fails much more of its requests than at the start.
    pub(super) fn is_failing(&self, id: ComponentId) -> bool {
        let share = self.recent.component(id).fail_share();
        rises(share, self.usual.component(id).fail_share())
    }

    /// Whether calls along a dependency fail much more often than at the start.
    pub(super) fn calls_fail(&self, id: EdgeId) -> bool {
        rises(
            self.recent.edge(id).fail_share(),
            self.usual.edge(id).fail_share(),
        )
    }

    /// Whether a component's answers take much longer than at the start.
    pub(super) fn is_slower(&self, id: ComponentId) -> bool {
        let (now, then) = (self.recent.component(id), self.usual.component(id));
        now.answers > 0.0 && !self.usual.is_empty() && grows(now.mean_s(), then.mean_s())
    }

    /// Whether a component has no slot free.
    pub(super) fn is_saturated(&self, id: ComponentId) -> bool {
        self.sim.signal(id, Signal::Utilisation) > 0.95
    }

    /// The last published values of a metric, oldest first, at most `most`.
    pub(super) fn last_values(&self, id: ComponentId, signal: Signal, most: usize) -> Vec<f64> {
        let series = self.observer.series(id, signal, self.now);
        let mut values: Vec<f64> = series.rev().filter_map(|it| it.value).take(most).collect();
        values.reverse();
        values
    }

    /// The first published value of a metric.
    pub(super) fn first_value(&self, id: ComponentId, signal: Signal) -> Option<f64> {
        let mut series = self.observer.series(id, signal, self.now);
        series.find_map(|point| point.value)
    }
}

/// Whether a share of failures is out of the ordinary.
pub(super) fn rises(now: f64, usual: f64) -> bool {
    now > 0.02 && now > 2.0 * usual + 0.01
}

/// Whether a time in seconds is.
pub(super) fn grows(now_s: f64, usual_s: f64) -> bool {
    now_s > 1.5 * usual_s + 0.002
}

/// A finding being written down.
pub(super) struct Notes {
    title: String,
    lines: Vec<String>,
    pieces: Vec<Piece>,
    about: Vec<ComponentId>,
}

impl Notes {
    pub(super) fn new(title: String) -> Self {
        Self {
            title,
            lines: Vec::new(),
            pieces: Vec::new(),
            about: Vec::new(),
        }
    }

    pub(super) fn line(&mut self, line: impl Into<String>) {
        let line = line.into();
        self.pieces.push(Piece::Text(line.clone()));
        self.lines.push(line);
    }

    /// A line that can be drawn as something better.
    pub(super) fn drawn(&mut self, line: impl Into<String>, piece: Piece) {
        self.lines.push(line.into());
        self.pieces.push(piece);
    }

    /// A line that belongs to the piece before.
    pub(super) fn further(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// The finding says something about this component.
    pub(super) fn implicate(&mut self, id: ComponentId) {
        self.about.push(id);
    }

    /// Whether it says anything so far.
    pub(super) fn says_something(&self) -> bool {
        !self.about.is_empty()
    }

    pub(super) fn finish(mut self) -> Found {
        self.about.sort_unstable();
        self.about.dedup();
        if self.about.is_empty() {
            self.line("Nothing unusual.");
        }
        Found {
            title: self.title,
            lines: self.lines,
            pieces: self.pieces.into(),
            about: self.about,
        }
    }
}

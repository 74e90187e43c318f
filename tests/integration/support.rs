//! What several modules of this binary share: worlds written as text, watched while they run.

use std::sync::Arc;

use sev1::base::id::{ComponentId, EdgeId, JourneyId};
use sev1::base::time::{SimDuration, SimTime};
use sev1::scenario::action::Action;
use sev1::scenario::load::load;
use sev1::scenario::model::{Scenario, Signal};
use sev1::scenario::order::Order;
use sev1::sim::{ComponentTotals, EdgeTotals, Event, JourneyTotals, Sim};

/// Loads a text that must be a scenario without errors.
#[track_caller]
pub(crate) fn scenario(name: &str, text: &str) -> Arc<Scenario> {
    let (scenario, findings, sources) = load(name, text.as_bytes(), &mut |other| {
        Err(format!("{other} is not expected"))
    });
    assert!(
        !findings.has_errors(),
        "{}",
        sev1::diag::human::render(&findings, &sources, false)
    );
    Arc::new(scenario.expect("a scenario without errors"))
}

/// The same scenario in steps of half the length.
pub(crate) fn halved(scenario: &Arc<Scenario>) -> Arc<Scenario> {
    let mut scenario = Scenario::clone(scenario);
    let half = |d: SimDuration| SimDuration::from_micros(d.as_micros() / 2);
    scenario.engine.fine_step = half(scenario.engine.fine_step);
    scenario.engine.calm_step = half(scenario.engine.calm_step);
    Arc::new(scenario)
}

pub(crate) fn secs(t: f64) -> SimTime {
    SimTime::from_secs_f64(t)
}

/// The component with this name.
#[track_caller]
pub(crate) fn component(sim: &Sim, name: &str) -> ComponentId {
    let world = &sim.scenario().world;
    world
        .components
        .enumerate()
        .find(|(_, c)| c.name == name)
        .expect("the component exists")
        .0
}

/// The first dependency between two components.
#[track_caller]
pub(crate) fn edge(sim: &Sim, from: &str, to: &str) -> EdgeId {
    let (from, to) = (component(sim, from), component(sim, to));
    let edges = &sim.scenario().world.edges;
    edges
        .enumerate()
        .find(|(_, e)| e.from == Some(from) && e.to == to)
        .expect("the call exists")
        .0
}

/// A finite whole number of events per second, as a share of `expected` away from it.
#[track_caller]
pub(crate) fn near(what: &str, value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{what}: {value}, expected {expected} ± {tolerance}"
    );
}

/// A running world made from the fields of a scenario. Its invariants are checked while it runs.
#[derive(Clone)]
pub(crate) struct Lab {
    fields: String,
    pub(crate) sim: Sim,
    events: Vec<(SimTime, Event)>,
}

impl Lab {
    /// `fields` is what stands between the brackets of `Scenario(…)`, with a comma at the end.
    #[track_caller]
    pub(crate) fn new(fields: &str) -> Self {
        Self::seeded(fields, 1)
    }

    #[track_caller]
    pub(crate) fn seeded(fields: &str, seed: u64) -> Self {
        let scenario = scenario("lab.ron", &format!("Scenario({fields})"));
        Self {
            fields: fields.to_owned(),
            sim: Sim::new(scenario, seed),
            events: Vec::new(),
        }
    }

    /// Runs on for a while; the books must balance every other second.
    #[track_caller]
    pub(crate) fn run(&mut self, seconds: f64) -> &mut Self {
        let end = self.sim.now() + SimDuration::from_secs_f64(seconds);
        while self.sim.now() < end {
            self.sim
                .advance_to((self.sim.now() + SimDuration::from_secs(2)).min(end));
            if let Err(why) = self.sim.check_invariants() {
                panic!("at {}: {why}", self.sim.now());
            }
        }
        self.events.extend(self.sim.drain_events());
        self
    }

    /// The actions that a text such as `FlushCache(cache: "prices")` or a list of them means.
    #[track_caller]
    pub(crate) fn actions(&self, text: &str) -> Vec<Action> {
        let fields = &self.fields;
        let text = format!("Scenario({fields} plans: {{ \"act\": (steps: [(do: {text})]) }})");
        let scenario = scenario("action.ron", &text);
        scenario.plans[0]
            .steps
            .iter()
            .flat_map(|step| match &step.order {
                Order::Act(actions) => actions.clone(),
                other => panic!("{text} is no change of the world but {other:?}"),
            })
            .collect()
    }

    /// Does now what a text says.
    #[track_caller]
    pub(crate) fn act(&mut self, text: &str) -> &mut Self {
        for action in self.actions(text) {
            self.sim.apply(&action);
        }
        self
    }

    #[track_caller]
    pub(crate) fn id(&self, name: &str) -> ComponentId {
        component(&self.sim, name)
    }

    #[track_caller]
    pub(crate) fn call(&self, from: &str, to: &str) -> EdgeId {
        edge(&self.sim, from, to)
    }

    /// Counts of a component so far.
    #[track_caller]
    pub(crate) fn of(&self, name: &str) -> &ComponentTotals {
        self.sim.component(self.id(name))
    }

    /// Counts of a call so far.
    #[track_caller]
    pub(crate) fn along(&self, from: &str, to: &str) -> &EdgeTotals {
        self.sim.edge(self.call(from, to))
    }

    /// Counts of the journey with this number.
    pub(crate) fn journey(&self, number: u16) -> &JourneyTotals {
        self.sim.journey(JourneyId(number))
    }

    /// A true signal now.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str, signal: Signal) -> f64 {
        self.sim.signal(self.id(name), signal)
    }

    /// Running instances, by version.
    #[track_caller]
    pub(crate) fn versions(&self, name: &str) -> Vec<u32> {
        self.sim.versions_running(self.id(name)).to_vec()
    }

    #[track_caller]
    pub(crate) fn instances(&self, name: &str) -> u32 {
        self.versions(name).iter().sum()
    }

    /// How much a count grows per second over the next `seconds`.
    #[track_caller]
    pub(crate) fn rate(&mut self, seconds: f64, count: impl Fn(&Self) -> f64) -> f64 {
        let before = count(self);
        self.run(seconds);
        (count(self) - before) / seconds
    }

    /// How much one count grows, as a share of the growth of another, over the next `seconds`.
    #[track_caller]
    pub(crate) fn share(
        &mut self,
        seconds: f64,
        part: impl Fn(&Self) -> f64,
        whole: impl Fn(&Self) -> f64,
    ) -> f64 {
        let (part_before, whole_before) = (part(self), whole(self));
        self.run(seconds);
        let grown = whole(self) - whole_before;
        assert!(grown > 0.0, "nothing happened in {seconds} s");
        (part(self) - part_before) / grown
    }

    /// Share of the customers of journey 0 that are served in the next `seconds`.
    #[track_caller]
    pub(crate) fn goodput(&mut self, seconds: f64) -> f64 {
        self.share(
            seconds,
            |w| w.journey(0).served as f64,
            |w| w.journey(0).arrivals as f64,
        )
    }

    /// Mean latency of a component's answers over the next `seconds`.
    #[track_caller]
    pub(crate) fn latency(&mut self, name: &str, seconds: f64) -> f64 {
        self.share(
            seconds,
            |w| w.of(name).latency.sum(),
            |w| w.of(name).latency.total(),
        )
    }

    /// When events like this happened, in seconds.
    pub(crate) fn when(&self, like: impl Fn(&Event) -> bool) -> Vec<f64> {
        let hits = self.events.iter().filter(|(_, event)| like(event));
        hits.map(|(at, _)| at.as_secs_f64()).collect()
    }
}

/// Compares a text with a file of `tests`. With `SEV1_RENEW` set, writes the file instead.
#[track_caller]
pub(crate) fn golden(file: &str, text: &str) {
    let path = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(file);
    if std::env::var_os("SEV1_RENEW").is_some() {
        std::fs::write(&path, text).expect("the file can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    let differs = expected.lines().zip(text.lines()).find(|(a, b)| a != b);
    assert!(
        expected == text,
        "{file} is not what came out ({} lines, expected {}); first difference: {differs:?}.\n\
         If that is on purpose: SEV1_RENEW=1 cargo test --test integration",
        text.lines().count(),
        expected.lines().count(),
    );
}

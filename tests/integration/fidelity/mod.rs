//! Results the engine must reproduce, each as a scenario file that goes through the public path:
//! text → `load` → `Sim`. Every row names its source and prints the measured value beside the
//! expected one (`cargo test fidelity -- --nocapture`).

mod laws;
mod storms;

use std::sync::Arc;

use rayon::prelude::*;
use sev1::base::id::{ComponentId, EdgeId, JourneyId};
use sev1::base::time::{SimDuration, SimTime};
use sev1::scenario::load::load;
use sev1::scenario::model::Scenario;
use sev1::sim::Sim;

/// Seeds of a statistical or sign row.
pub(super) const SEEDS: u64 = 20;

/// A file of `tests/fidelity` with some of its text replaced; every edit must apply.
#[track_caller]
pub(super) fn file(name: &str, edits: &[(&str, &str)]) -> Arc<Scenario> {
    let path = format!("{}/tests/fidelity/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut text = std::fs::read_to_string(&path).expect("the file exists");
    for (from, to) in edits {
        assert!(text.contains(from), "{name} has no {from}");
        text = text.replace(from, to);
    }
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
fn halved(scenario: &Arc<Scenario>) -> Arc<Scenario> {
    let mut scenario = Scenario::clone(scenario);
    let half = |d: SimDuration| SimDuration::from_micros(d.as_micros() / 2);
    scenario.engine.fine_step = half(scenario.engine.fine_step);
    scenario.engine.calm_step = half(scenario.engine.calm_step);
    Arc::new(scenario)
}

pub(super) fn secs(t: f64) -> SimTime {
    SimTime::from_secs_f64(t)
}

/// Runs a world to its end; conservation and populations are checked on the way.
pub(super) fn run(scenario: &Arc<Scenario>, seed: u64, until: f64) -> Sim {
    let mut sim = Sim::new(Arc::clone(scenario), seed);
    for quarter in 1..=4 {
        sim.advance_to(secs(until * f64::from(quarter) / 4.0));
        sim.check_invariants().expect("the books balance");
    }
    sim
}

/// The component with this name.
pub(super) fn component(sim: &Sim, name: &str) -> ComponentId {
    let world = &sim.scenario().world;
    world
        .components
        .enumerate()
        .find(|(_, c)| c.name == name)
        .expect("the component exists")
        .0
}

/// The dependency between two components.
pub(super) fn edge(sim: &Sim, from: &str, to: &str) -> EdgeId {
    let (from, to) = (component(sim, from), component(sim, to));
    let edges = &sim.scenario().world.edges;
    edges
        .enumerate()
        .find(|(_, e)| e.from == Some(from) && e.to == to)
        .expect("the call exists")
        .0
}

pub(super) const JOURNEY: JourneyId = JourneyId(0);

/// One figure over all seeds, on all cores.
pub(super) fn over_seeds<T: Send>(seeds: u64, figure: impl Fn(u64) -> T + Sync + Send) -> Vec<T> {
    (1..=seeds).into_par_iter().map(figure).collect()
}

/// Mean and 95 % half-width.
pub(super) fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (mean, 1.96 * (squares / (n - 1.0) / n).sqrt())
}

/// Within the tolerance or two half-widths, and precise enough for that to mean something.
#[expect(
    clippy::print_stdout,
    reason = "the values are wanted beside the expected ones"
)]
#[track_caller]
fn holds(what: &str, values: &[f64], expected: f64, tolerance: f64) {
    let (mean, half) = mean(values);
    println!("{what}: {mean:.5} ± {half:.5}, expected {expected:.5} (± {tolerance:.5})");
    assert!(
        (mean - expected).abs() <= tolerance.max(2.0 * half),
        "{what}: {mean} ± {half}, expected {expected} ± {tolerance}"
    );
    assert!(
        half <= 3.0 * tolerance,
        "{what}: too noisy to judge: {mean} ± {half}"
    );
}

/// How a run ended, judged on its last minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// More than 95 % of arrivals are served again.
    Recovers,
    /// Fewer than 10 % are.
    Metastable,
    Between,
}

/// Share of the last minute's arrivals that were served, and the verdict.
pub(super) fn judge(scenario: &Arc<Scenario>, seed: u64, until: f64) -> (Verdict, f64, Sim) {
    let mut sim = run(scenario, seed, until - 60.0);
    let (arrivals, served) = (sim.journey(JOURNEY).arrivals, sim.journey(JOURNEY).served);
    sim.advance_to(secs(until));
    sim.check_invariants().expect("the books balance");
    let journey = sim.journey(JOURNEY);
    let goodput = (journey.served - served) as f64 / (journey.arrivals - arrivals) as f64;
    let verdict = match goodput {
        g if g > 0.95 => Verdict::Recovers,
        g if g < 0.10 => Verdict::Metastable,
        _ => Verdict::Between,
    };
    (verdict, goodput, sim)
}

/// At least 19 of 20 seeds end as expected, in steps of the usual and of half the length.
#[expect(
    clippy::print_stdout,
    reason = "the values are wanted beside the expected ones"
)]
#[track_caller]
fn sign(what: &str, scenario: &Arc<Scenario>, until: f64, expected: Verdict) {
    for (steps, scenario) in [
        ("", Arc::clone(scenario)),
        (", half steps", halved(scenario)),
    ] {
        let ends = over_seeds(SEEDS, |seed| {
            let (verdict, goodput, _) = judge(&scenario, seed, until);
            (verdict, goodput)
        });
        let right = ends
            .iter()
            .filter(|(verdict, _)| *verdict == expected)
            .count();
        let goodput = ends.iter().map(|(_, g)| g).sum::<f64>() / ends.len() as f64;
        println!("{what}{steps}: {expected:?} in {right} of {SEEDS}, goodput {goodput:.3}");
        assert!(
            right >= 19,
            "{what}{steps}: {expected:?} in only {right} of {SEEDS}: {ends:?}"
        );
    }
}

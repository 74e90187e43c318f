//! The language from bytes to a running world, and what authors see when something is wrong.

use std::sync::Arc;

use sev1::base::time::SimTime;
use sev1::diag::{Findings, Sources, human};
use sev1::scenario::load::load;
use sev1::scenario::model::Scenario;
use sev1::sim::Sim;

const MINIMAL: &str = include_str!("../lint/minimal.ron");

fn read(text: &str) -> (Option<Scenario>, Findings, Sources) {
    load("scenarios/test.ron", text.as_bytes(), &mut |path| {
        Err(format!("no file {path}"))
    })
}

fn sound(text: &str) -> Scenario {
    let (scenario, findings, sources) = read(text);
    assert!(
        findings.is_empty(),
        "{}",
        human::render(&findings, &sources, false)
    );
    scenario.expect("a scenario without findings")
}

#[test]
fn the_minimal_scenario_fits_on_a_screen_and_runs() {
    assert!(MINIMAL.lines().count() <= 20);
    let mut sim = Sim::new(Arc::new(sound(MINIMAL)), 1);
    sim.advance_to(SimTime::from_secs_f64(60.0));
    sim.check_invariants().expect("sound books");
    let journey = sim.journey(sev1::base::id::JourneyId(0));
    assert!(
        journey.arrivals > 5_000 && journey.failed_total() > 0,
        "{journey:?}"
    );
}

#[test]
fn tmp_fidelity() {
    for entry in std::fs::read_dir("/work/main/tests/fidelity").unwrap() {
        let path = entry.unwrap().path();
        let (s, findings, sources) = read(&std::fs::read_to_string(&path).unwrap());
        println!("{path:?} {} {}", s.is_some(), human::render(&findings, &sources, false));
    }
}

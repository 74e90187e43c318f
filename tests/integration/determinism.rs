//! Equal input gives equal bits: on every run, in every fork, on every platform, in debug and in
//! release. Branches that act differently still meet the same customers.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::mechanisms::kitchen::{self, ACTIONS};
use crate::support::{Lab, halved, scenario, secs};
use sev1::base::id::JourneyId;
use sev1::base::time::SimDuration;
use sev1::scenario::model::Scenario;
use sev1::session::play;
use sev1::sim::Sim;

fn kitchen() -> Arc<Scenario> {
    scenario(
        "kitchen.ron",
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/golden/kitchen.ron"
        )),
    )
}

/// The scenarios of `tests/fidelity` and the kitchen, with their names.
fn small_scenarios() -> Vec<(String, Arc<Scenario>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder exists")
        .map(|e| e.expect("an entry").path())
        .collect();
    paths.sort();
    let mut all: Vec<(String, Arc<Scenario>)> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "ron"))
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(path).expect("a text");
            (name.clone(), scenario(&name, &text))
        })
        .collect();
    all.push(("kitchen.ron".to_owned(), kitchen()));
    all
}

/// Arrivals of every journey in every second up to `until`.
fn arrivals_per_second(sim: &mut Sim, until: u64) -> Vec<Vec<u64>> {
    let journeys: Vec<JourneyId> = sim.scenario().world.journeys.ids().collect();
    let mut seconds = Vec::new();
    let mut before: Vec<u64> = journeys
        .iter()
        .map(|&id| sim.journey(id).arrivals)
        .collect();
    while sim.now() < secs(until as f64) {
        sim.advance_to(sim.now() + SimDuration::from_secs(1));
        let now: Vec<u64> = journeys
            .iter()
            .map(|&id| sim.journey(id).arrivals)
            .collect();
        seconds.push(now.iter().zip(&before).map(|(a, b)| a - b).collect());
        before = now;
    }
    seconds
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let scenario = kitchen();
    let digest = |seed: u64| {
        let mut sim = Sim::new(Arc::clone(&scenario), seed);
        let events: Vec<_> = [100.0, 300.0, 500.0]
            .into_iter()
            .flat_map(|until| {
                sim.advance_to(secs(until));
                sim.drain_events().collect::<Vec<_>>()
            })
            .collect();
        (sim.digest(), sim.steps(), events)
    };
    assert_eq!(digest(7), digest(7));
    assert_ne!(digest(7).0, digest(8).0);
}

#[test]
fn looking_changes_nothing() {
    let scenario = kitchen();
    let mut alone = Sim::new(Arc::clone(&scenario), 3);
    alone.advance_to(secs(450.0));
    let mut watched = Sim::new(Arc::clone(&scenario), 3);
    while watched.now() < secs(450.0) {
        watched.advance_to(watched.now() + SimDuration::from_secs(15));
        for id in scenario.world.components.ids() {
            for &signal in sev1::scenario::model::Signal::ALL {
                assert!(watched.signal(id, signal).is_finite());
            }
        }
        watched.check_invariants().expect("the books balance");
        assert!(watched.drain_events().count() < 1000);
        assert_eq!(watched.digest(), watched.clone().digest());
    }
    assert_eq!(alone.digest(), watched.digest());
}

#[test]
fn a_fork_goes_on_as_the_original_does() {
    let mut original = Sim::new(kitchen(), 5);
    for at in [3.7, 61.0, 245.5, 380.0] {
        original.advance_to(secs(at));
        let mut fork = original.clone();
        let mut other = original.clone();
        fork.advance_to(secs(at + 120.0));
        other.advance_to(secs(at + 120.0));
        assert_eq!(fork.digest(), other.digest());
    }
    let mut straight = Sim::new(kitchen(), 5);
    for at in [3.7, 61.0, 245.5, 380.0, 500.0] {
        straight.advance_to(secs(at));
    }
    original.advance_to(secs(500.0));
    assert_eq!(original.digest(), straight.digest(), "forks leave no trace");
}

#[test]
fn a_branch_that_acts_meets_the_same_customers() {
    let mut start = Lab::new(kitchen::fields());
    start.run(45.0);
    let expected = arrivals_per_second(&mut start.sim.clone(), 200);
    assert!(expected.iter().flatten().sum::<u64>() > 20_000);
    for (prepare, act) in ACTIONS {
        let mut fork = start.clone();
        if !prepare.is_empty() {
            fork.act(prepare);
        }
        fork.act(act);
        // Customers of a journey may try again, but nobody new comes and nobody stays away.
        assert_eq!(
            arrivals_per_second(&mut fork.sim, 200),
            expected,
            "after {act}"
        );
        assert_ne!(fork.sim.steps(), 0);
    }
}

#[test]
fn steps_of_any_length_meet_the_same_customers() {
    for (name, scenario) in small_scenarios() {
        let fine = |micros: u64| {
            let mut scenario = Scenario::clone(&scenario);
            scenario.engine.fine_step = SimDuration::from_micros(micros);
            scenario.engine.calm_step = scenario.engine.fine_step;
            Arc::new(scenario)
        };
        let usual = arrivals_per_second(&mut Sim::new(Arc::clone(&scenario), 2), 90);
        for (what, other) in [
            ("halved", halved(&scenario)),
            ("of 70 ms", fine(70_000)),
            ("of a second", fine(1_000_000)),
        ] {
            let seen = arrivals_per_second(&mut Sim::new(other, 2), 90);
            assert_eq!(seen, usual, "{name}, steps {what}");
        }
    }
}

/// A rate that an action changes is the same in every branch from the next full second on.
#[test]
fn a_changed_rate_is_met_alike_by_steps_of_any_length() {
    let seen = [10_000, 100_000, 250_000].map(|micros| {
        let mut lab = Lab::new(kitchen::fields());
        let mut scenario = Scenario::clone(lab.sim.scenario());
        scenario.engine.fine_step = SimDuration::from_micros(micros);
        lab.sim = Sim::new(Arc::new(scenario), 4);
        lab.sim.advance_to(secs(20.0));
        lab.act(r#"Set(journey: "look", rate_factor: 3)"#);
        arrivals_per_second(&mut lab.sim, 60)
    });
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

/// Playing through the session is a function of scenario, seed and plan too.
#[test]
fn a_played_incident_repeats() {
    let scenario = kitchen();
    let [a, b] = [(); 2].map(|()| play(&scenario, 11, None, None).record());
    assert_eq!(
        (a.digest, a.outcome, a.milestones),
        (b.digest, b.outcome, b.milestones)
    );
    assert_eq!(a.log, b.log);
    assert_eq!(a.journeys, b.journeys);
    assert_eq!(a.samples, b.samples);
}

/// Digests of fixed runs. They must be equal on every platform, in debug and in release: a
/// difference means that a replay of one machine is worth nothing on another. When the engine has
/// been changed on purpose, renew them with
/// `SEV1_RENEW=1 cargo test --test integration determinism` and say why in the commit.
#[test]
fn digests_are_golden() {
    let mut text = String::from(
        "# Digests of fixed runs: equal on every platform, in debug and in release.\n\
         # Renew: SEV1_RENEW=1 cargo test --test integration determinism\n",
    );
    for (name, scenario) in small_scenarios() {
        for seed in [1, 2] {
            let mut sim = Sim::new(Arc::clone(&scenario), seed);
            for at in [30.0, 150.0, 400.0] {
                sim.advance_to(secs(at));
                writeln!(text, "{name} seed {seed} at {at} s: {:016x}", sim.digest())
                    .expect("a text");
            }
        }
    }
    crate::support::golden("golden/digests.txt", &text);
}

/// What a fork has to copy: live groups come and go with the requests, they do not pile up.
#[test]
fn a_fork_stays_small_for_as_long_as_an_incident_takes() {
    let scenario = kitchen();
    let mut sim = Sim::new(Arc::clone(&scenario), 1);
    let mut most = (0, 0);
    for minute in 1..=40_u32 {
        sim.advance_to(secs(f64::from(minute) * 60.0));
        let (calls, runs) = sim.groups();
        most = (most.0.max(calls), most.1.max(runs));
    }
    assert!(
        most.0 <= 1500 && most.1 <= 1500,
        "{most:?} groups of calls and requests"
    );
    let size = size_of::<Sim>();
    assert!(
        size <= 2048,
        "{size} bytes are copied with every fork before its vectors"
    );
    let (calls, runs) = sim.groups();
    assert!(
        calls <= 400 && runs <= 400,
        "{calls} and {runs} groups when all is calm"
    );
}

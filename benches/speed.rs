//! How fast the engine thinks: `cargo bench --bench speed`.
//!
//! For: the speed figures of the README, each as the best of several rounds in turn. Never: a verdict
//! (nothing fails by being slow).
#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use sev1::base::time::{SimDuration, SimTime};
use sev1::observe::Observer;
use sev1::scenario::load::load;
use sev1::scenario::model::Scenario;
use sev1::session::play;
use sev1::sim::Sim;

const STANDARD: &str = include_str!("standard.ron");
const ROUNDS: usize = 5;

fn scenario(text: &str) -> Arc<Scenario> {
    let (scenario, findings, sources) = load("standard", text.as_bytes(), &mut |name| {
        Err(format!("{name} is not expected"))
    });
    print!("{}", sev1::diag::human::render(&findings, &sources, false));
    scenario.map_or_else(|| std::process::exit(2), Arc::new)
}

/// The shortest of several rounds.
fn best(mut run: impl FnMut()) -> Duration {
    let mut shortest = Duration::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        run();
        shortest = shortest.min(began.elapsed());
    }
    shortest
}

fn secs(t: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(t)
}

/// Simulates from one time to another, telemetry on.
fn stretch(start: &(Sim, Observer), to: u64) -> (Sim, Observer) {
    let (mut sim, mut observer) = start.clone();
    while sim.now() < secs(to) {
        let next = sim.now() + SimDuration::from_secs(1);
        sim.advance_to(next);
        observer.observe(&sim);
    }
    (sim, observer)
}

fn main() {
    let standard = scenario(STANDARD);
    println!(
        "{:<44} {:>12} {:>16}",
        "standard scenario, telemetry on", "time", "× real time"
    );
    let begin = {
        let sim = Sim::new(Arc::clone(&standard), 1);
        let observer = Observer::new(&sim);
        (sim, observer)
    };
    let turmoil = stretch(&begin, 600);
    let after = stretch(&turmoil, 1500);
    let rows = [
        ("calm (first 10 min)", &begin, 0, 600),
        ("turmoil (15 min)", &turmoil, 600, 1500),
        ("afterwards (35 min)", &after, 1500, 3600),
    ];
    for (name, start, from, to) in rows {
        let took = best(|| drop(stretch(start, to)));
        row(name, took, (to - from) as f64);
    }
    row(
        "the whole hour",
        best(|| drop(stretch(&begin, 3600))),
        3600.0,
    );
    let steps = stretch(&begin, 3600).0.steps();
    println!("{:<44} {:>12}", "steps in that hour", steps);
    // It stops once the objectives have held for their time.
    let played = play(&standard, 1, None, None).now().as_secs_f64();
    row(
        &format!("{:.0} min of it as `sev1 run` plays them", played / 60.0),
        best(|| drop(play(&standard, 1, None, None))),
        played,
    );

    println!();
    for (name, world) in [
        ("fork of a calm session", &begin),
        ("fork in turmoil", &stretch(&turmoil, 1200)),
        ("fork at the end", &stretch(&begin, 3600)),
    ] {
        let forks = 200;
        let took = best(|| (0..forks).for_each(|_| drop(std::hint::black_box(world.clone()))));
        println!("{name:<44} {:>12.2?}", took / forks);
    }
    println!(
        "{:<44} {:>12.2?}",
        "loading and checking the scenario",
        best(|| drop(std::hint::black_box(load(
            "standard",
            STANDARD.as_bytes(),
            &mut |n| Err(n.to_owned())
        ))))
    );

    println!(
        "\n{:<44} {:>12} {:>16}",
        "chains of services, an hour", "time", "µs per component"
    );
    for count in [6, 12, 24, 48, 96] {
        let world = scenario(&chains(count));
        let took = best(|| Sim::new(Arc::clone(&world), 1).advance_to(secs(3600)));
        let each = took.as_secs_f64() * 1e6 / f64::from(count);
        println!(
            "{:<44} {took:>12.2?} {each:>16.0}",
            format!("{count} components")
        );
    }
}

fn row(name: &str, took: Duration, simulated: f64) {
    println!(
        "{name:<44} {took:>12.2?} {:>16.0}",
        simulated / took.as_secs_f64()
    );
}

/// `count` components in chains of three, each chain with its own customers.
fn chains(count: u32) -> String {
    let mut components = String::new();
    let mut journeys = String::new();
    for chain in 0..count / 3 {
        components.push_str(&format!(
            "\"front{chain}\": Service(instances: 8, workers: 16, time: \"5ms\", calls: {{ \"back{chain}\": (timeout: \"1s\", attempts: 2) }}),\n\
             \"back{chain}\": Service(instances: 8, workers: 16, time: \"5ms\", calls: {{ \"db{chain}\": (timeout: \"1s\", attempts: 2) }}),\n\
             \"db{chain}\": Database(slots: 16, time: \"4ms\"),\n"
        ));
        journeys.push_str(&format!(
            "\"j{chain}\": (to: \"front{chain}\", rate: \"200/s\"),\n"
        ));
    }
    format!(
        "Scenario(components: {{ {components} }}, journeys: {{ {journeys} }}, faults: [ (name: \"none\", when: At(\"50m\"), do: Set(on: \"db0\", speed: 1)) ])"
    )
}

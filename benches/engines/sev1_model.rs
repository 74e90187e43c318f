//! The two cases on SEV1's own engine, as scenario texts through the public path.

use std::sync::Arc;

use sev1::base::id::{ComponentId, EdgeId, JourneyId};
use sev1::base::time::{SimDuration, SimTime};
use sev1::scenario::load::load;
use sev1::sim::Sim;

use super::{Stats, mm10, retry};

/// What can go wrong: a text that does not load.
#[derive(Debug)]
pub(crate) struct NotLoaded(String);

impl std::fmt::Display for NotLoaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the case does not load: {}", self.0)
    }
}

impl std::error::Error for NotLoaded {}

fn run(text: &str, secs: f64) -> Result<Sim, NotLoaded> {
    let (scenario, findings, sources) = load("case", text.as_bytes(), &mut |n| Err(n.to_owned()));
    let scenario =
        scenario.ok_or_else(|| NotLoaded(sev1::diag::human::render(&findings, &sources, false)))?;
    let mut sim = Sim::new(Arc::new(scenario), 1);
    sim.advance_to(SimTime::ZERO + SimDuration::from_secs_f64(secs));
    Ok(sim)
}

/// M/M/10 until about so many requests have arrived.
pub(crate) fn mm10(requests: u64) -> Result<Stats, NotLoaded> {
    let secs = requests as f64 / mm10::RATE;
    let text = format!(
        "Scenario(components: {{ \"station\": Service(workers: {}, time: \"1s\") }},
            journeys: {{ \"request\": (to: \"station\", rate: \"{}/s\", timeout: \"none\") }})",
        mm10::SERVERS,
        mm10::RATE,
    );
    let sim = run(&text, secs)?;
    let station = sim.component(ComponentId(0));
    let journey = sim.journey(JourneyId(0));
    Ok(Stats {
        requests: journey.arrivals,
        attempts: station.arrivals,
        mean_wait: station.wait.mean().unwrap_or(0.0),
        goodput: journey.served as f64 / secs,
    })
}

/// The retry storm for so many simulated seconds.
pub(crate) fn retry(seconds: u64) -> Result<Stats, NotLoaded> {
    let text = format!(
        "Scenario(
            components: {{
                \"clients\": Service(workers: \"none\", time: \"0s\", calls: {{ \"server\": (timeout: \"{}ms\", attempts: {}) }}),
                \"server\": Service(workers: 1, time: \"{}us\"),
            }},
            journeys: {{ \"call\": (to: \"clients\", rate: \"{}/s\", timeout: \"none\") }},
            faults: [ (name: \"outage\", when: At(\"{}s\"), ends: After(\"{}s\"), do: Set(on: \"server\", speed: 0)) ],
        )",
        retry::TIMEOUT / 1_000_000,
        retry::ATTEMPTS,
        1e6 / retry::CAPACITY,
        retry::RATE,
        retry::OUTAGE.0 / 1_000_000_000,
        (retry::OUTAGE.1 - retry::OUTAGE.0) / 1_000_000_000,
    );
    let sim = run(&text, seconds as f64)?;
    let journey = sim.journey(JourneyId(0));
    let calls = sim
        .scenario()
        .world
        .edges
        .enumerate()
        .find(|(_, e)| e.from.is_some());
    let id = calls.map_or(EdgeId(0), |(id, _)| id);
    let server = sim.scenario().world.edges[id].to;
    Ok(Stats {
        requests: journey.arrivals,
        attempts: sim.edge(id).tries,
        mean_wait: sim.component(server).wait.mean().unwrap_or(0.0),
        goodput: journey.served as f64 / seconds as f64,
    })
}

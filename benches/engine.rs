//! Simulated requests per second of wall time, engine by engine, on the same two cases.
//!
//! For: `cargo bench --bench engine`. The answers are compared as well: speeds of engines that
//! simulate different things say nothing. Never: a verdict on speed (nothing fails by being slow).
#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod engines;

use std::error::Error;
use std::time::{Duration, Instant};

use engines::{Stats, desque_model, nexosim_model, sev1_model};

/// The wall time of a run and its answer.
type Ran = Result<(Duration, Stats), Box<dyn Error>>;

/// One engine's row of the table.
struct Engine {
    name: &'static str,
    mm10: fn(u64) -> Ran,
    retry: fn(u64) -> Ran,
}

/// The rows; the first is what the others must agree with.
const ENGINES: [Engine; 3] = [
    Engine {
        name: "desque 0.4",
        mm10: |requests| timed(|| desque_model::mm10(requests)),
        retry: |seconds| timed(|| desque_model::retry(seconds)),
    },
    Engine {
        name: "nexosim 1.0",
        mm10: |requests| timed(|| nexosim_model::mm10(requests)),
        retry: |seconds| timed(|| nexosim_model::retry(seconds)),
    },
    Engine {
        name: "sev1",
        mm10: |requests| timed(|| sev1_model::mm10(requests)),
        retry: |seconds| timed(|| sev1_model::retry(seconds)),
    },
];

const REQUESTS: u64 = 2_000_000;
const SECONDS: u64 = 3_600;
const ROUNDS: usize = 5;

fn timed<E: Error + 'static>(run: impl FnOnce() -> Result<Stats, E>) -> Ran {
    let began = Instant::now();
    let stats = run()?;
    Ok((began.elapsed(), stats))
}

/// Runs a case on every engine in turn, several rounds, and prints each one's best.
fn table(
    title: &str,
    size: u64,
    case: fn(&Engine) -> fn(u64) -> Ran,
) -> Result<(), Box<dyn Error>> {
    println!("\n{title}");
    println!(
        "{:<12} {:>12} {:>12} {:>10} {:>14} {:>14} {:>10} {:>10}",
        "engine",
        "requests",
        "attempts",
        "best s",
        "requests/s",
        "attempts/s",
        "wait s",
        "goodput/s"
    );
    let mut best: Vec<Option<(Duration, Stats)>> = vec![None; ENGINES.len()];
    for _ in 0..ROUNDS {
        for (engine, best) in ENGINES.iter().zip(&mut best) {
            let (took, stats) = case(engine)(size)?;
            if best.is_none_or(|(shortest, _)| took < shortest) {
                *best = Some((took, stats));
            }
        }
    }
    let reference = best[0].map(|(_, stats)| stats).unwrap_or_default();
    for (engine, best) in ENGINES.iter().zip(&best) {
        let Some((took, stats)) = best else { continue };
        let secs = took.as_secs_f64();
        println!(
            "{:<12} {:>12} {:>12} {:>10.3} {:>14.0} {:>14.0} {:>10.4} {:>10.2}",
            engine.name,
            stats.requests,
            stats.attempts,
            secs,
            stats.requests as f64 / secs,
            stats.attempts as f64 / secs,
            stats.mean_wait,
            stats.goodput
        );
        if let Some((what, got, wanted)) = stats.differs_from(&reference) {
            return Err(format!("{}: {what} is {got}, not {wanted}", engine.name).into());
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    table(
        "M/M/10, load 8 (Erlang C: wait 0.2046 s)",
        REQUESTS,
        |engine| engine.mm10,
    )?;
    table(
        "Retry storm, 280/s on 300/s, 10 s outage",
        SECONDS,
        |engine| engine.retry,
    )
}

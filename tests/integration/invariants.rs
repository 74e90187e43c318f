//! What must hold in every world whatever happens in it: random worlds as text, random actions at
//! random times. A text either loads or is refused with findings; what loads never panics, loses no
//! request, has no negative population, and every figure stays finite.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::support::secs;
use sev1::base::id::{ComponentId, EdgeId, JourneyId};
use sev1::base::time::SimDuration;
use sev1::scenario::action::{
    Action, BreakerMode, Change, ComponentKnob, EdgeKnob, JourneyKnob, Knob,
};
use sev1::scenario::load::load;
use sev1::scenario::model::{Scenario, Signal};
use sev1::sim::Sim;

/// Decisions of a world, one after the other. Shrinking makes it shorter and its numbers smaller;
/// when it has run out, every decision is the first one.
struct Tape<'t> {
    decisions: &'t [u16],
    next: usize,
}

impl<'t> Tape<'t> {
    fn new(decisions: &'t [u16]) -> Self {
        Self { decisions, next: 0 }
    }

    fn below(&mut self, n: usize) -> usize {
        let decision = self.decisions.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        usize::from(decision) % n
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn chance(&mut self, of_ten: usize) -> bool {
        self.below(10) >= 10 - of_ten
    }
}

const TIMES: &[&str] = &["5ms", "0s", "100us", "1ms", "20ms", "150ms", "2s"];
const TIMEOUTS: &[&str] = &["1s", "\"none\"", "50ms", "300ms", "1ms", "30s"];
const LIMITS: &[&str] = &["100", "\"none\"", "0", "1", "5000"];
const SLOTS: &[&str] = &["16", "1", "3", "200", "\"none\""];
const SHARES: &[&str] = &["0%", "1%", "30%", "100%"];

fn quoted(text: &str) -> String {
    if text.starts_with('"') {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// The policies of one call.
fn call(tape: &mut Tape<'_>) -> String {
    let mut text = format!("timeout: {}", quoted(tape.pick(TIMEOUTS)));
    let mut add = |field: String| {
        write!(text, ", {field}").expect("a text");
    };
    if tape.chance(5) {
        add(format!("attempts: {}", tape.pick(&[2, 3, 5])));
        let jitter = tape.chance(5);
        add(format!(
            "backoff: (base: \"{}\", cap: \"1s\", jitter: {jitter})",
            tape.pick(TIMES)
        ));
    }
    if tape.chance(3) {
        add(format!(
            "budget: (ratio: {}, size: {})",
            tape.pick(&["0.1", "0", "1.0"]),
            tape.pick(&[10, 0, 200])
        ));
    }
    if tape.chance(3) {
        add(format!(
            "breaker: (open_for: \"{}\", min_calls: {})",
            tape.pick(&["5s", "30s"]),
            tape.pick(&[1, 20])
        ));
    }
    if tape.chance(3) {
        add(format!(
            "pool: (size: {}, wait: \"{}\")",
            tape.pick(&[10, 1, 100]),
            tape.pick(&["1s", "0s", "20ms"])
        ));
    }
    if tape.chance(3) {
        add(format!("fallback: Stale, fallback_on: {}", tape.chance(5)));
    }
    if tape.chance(3) {
        add(format!(
            "per_request: {}",
            tape.pick(&["0.3", "0", "2", "7.5"])
        ));
    }
    if tape.chance(2) {
        add("required: false".to_owned());
    }
    text
}

/// Calls of component `from` to some of those after it, queues included.
fn calls(tape: &mut Tape<'_>, from: usize, count: usize, most: usize) -> String {
    let mut text = String::new();
    for to in (from + 1..count).take(4) {
        if text.matches("timeout").count() < most && tape.chance(6) {
            let policies = call(tape);
            write!(text, "\"c{to}\": ({policies}), ").expect("a text");
        }
    }
    text
}

fn station(tape: &mut Tape<'_>, slots: &str) -> String {
    let mut text = format!(
        "{slots}: {}, time: \"{}\", cv2: {}, queue: {}",
        tape.pick(SLOTS),
        tape.pick(TIMES),
        tape.pick(&["1", "0", "0.4", "8"]),
        tape.pick(LIMITS),
    );
    if tape.chance(3) {
        let errors = tape.pick(SHARES);
        write!(text, ", errors: \"{errors}\"").expect("a text");
    }
    text
}

fn service(tape: &mut Tape<'_>, at: usize, count: usize) -> String {
    let mut text = format!(
        "instances: {}, startup: \"{}\", {}, calls: {{ {} }}",
        tape.pick(&[2, 1, 12]),
        tape.pick(&["10s", "0s", "90s"]),
        station(tape, "workers"),
        calls(tape, at, count, 3),
    );
    if tape.chance(2) {
        text.push_str(", slow: (share: \"2%\", factor: 30)");
    }
    if tape.chance(3) {
        write!(
            text,
            ", newest_first: {}, drop_expired: {}",
            tape.chance(5),
            tape.chance(5)
        )
        .expect("a text");
    }
    if tape.chance(3) {
        text.push_str(
            ", cpu: (cores: 1, time: \"3ms\"), autoscaler: (min: 1, max: 9, down_after: \"30s\")",
        );
    }
    if tape.chance(3) {
        text.push_str(", slowdown: [(queued: 5, speed: 0.5)]");
    }
    if tape.chance(5) {
        let errors = tape.pick(SHARES);
        write!(
            text,
            ", versions: {{ \"a\": (), \"b\": (time_factor: 2, errors: \"{errors}\") }}"
        )
        .expect("a text");
    }
    format!("Service({text})")
}

fn cache(tape: &mut Tape<'_>, at: usize, count: usize) -> String {
    let source = calls(tape, at, count, 1);
    let mut text = format!(
        "{}, keys: {}, entries: {}, shards: {}, coalesce: {}, warm: {}, calls: {{ {source} }}",
        station(tape, "slots"),
        tape.pick(&["1k", "1", "300k"])
            .replace("300k", "\"300k\"")
            .replace("1k", "\"1k\""),
        tape.pick(&[100, 0, 100_000]),
        tape.pick(&[1, 4]),
        tape.chance(5),
        tape.chance(5),
    );
    if tape.chance(5) {
        let ttl = tape.pick(&["20s", "1s"]);
        write!(text, ", ttl: \"{ttl}\"").expect("a text");
    }
    format!("Cache({text})")
}

fn component(tape: &mut Tape<'_>, at: usize, count: usize) -> (String, bool) {
    let text = match tape.below(8) {
        1 => {
            let health = if tape.chance(5) {
                "health: (every: \"5s\"), "
            } else {
                ""
            };
            let ttl = tape.pick(&["0s", "30s"]);
            format!(
                "Balancer({health}ttl: \"{ttl}\", calls: {{ {} }})",
                calls(tape, at, count, 3)
            )
        }
        2 => cache(tape, at, count),
        3 => format!(
            "Database({}, replicas: {}, max_connections: {}, failover: \"10s\")",
            station(tape, "slots"),
            tape.pick(&[0, 2]),
            tape.pick(&["\"none\"", "5", "100"]),
        ),
        4 => {
            let text = format!(
                "Queue(shards: {}, shard_rate: {}, visibility: \"{}\", max_receives: {}, ordered: {}, retention: \"{}\")",
                tape.pick(&[1, 4]),
                tape.pick(&["\"none\"", "\"10/s\""]),
                tape.pick(&["3s", "0s", "40s"]),
                tape.pick(&["3", "\"none\"", "1"]),
                tape.chance(4),
                tape.pick(&["1h", "15s"]),
            );
            return (text, true);
        }
        5 => format!(
            "External({}, bucket: (rate: \"{}/s\", burst: {}), auth: (token_life: \"1m\", propagation: \"5s\", reauthorise: \"20s\"))",
            station(tape, "slots"),
            tape.pick(&["50", "0.5", "1k"]),
            tape.pick(&["5", "1", "\"1k\""]),
        ),
        _ => service(tape, at, count),
    };
    (text, false)
}

/// A world with 1 to 7 components, 1 to 3 journeys and a few scripted causes.
fn world(tape: &mut Tape<'_>) -> String {
    let count = 1 + tape.below(7);
    let (mut components, mut workers) = (String::new(), String::new());
    let mut queues = Vec::new();
    for at in 0..count {
        let (text, is_queue) = component(tape, at, count);
        writeln!(components, "\"c{at}\": {text},").expect("a text");
        if is_queue {
            queues.push(at);
            let own = service(tape, at, count).replacen(
                "Service(",
                &format!("Service(pulls: \"c{at}\", "),
                1,
            );
            writeln!(workers, "\"w{at}\": {own},").expect("a text");
        }
    }
    let mut journeys = String::new();
    for number in 0..=tape.below(3) {
        let to = tape.below(count);
        let processed = queues.contains(&to) && tape.chance(6);
        writeln!(
            journeys,
            "\"j{number}\": (to: \"c{to}\", rate: \"{}/s\", timeout: {}, attempts: {}, abandon: \"{}\", backoff: (base: \"{}\"){}),",
            tape.pick(&["20", "0.2", "150", "900"]),
            quoted(tape.pick(TIMEOUTS)),
            tape.pick(&[1, 3]),
            tape.pick(SHARES),
            tape.pick(TIMES),
            if processed { ", completes: OnProcessed, fresh_within: \"5s\"" } else { "" },
        )
        .expect("a text");
    }
    let victim = tape.below(count);
    let fault = tape.pick(&[
        "speed: 0",
        "errors: \"100%\"",
        "down: \"60%\"",
        "blackhole: \"50%\"",
        "time_factor: 40",
    ]);
    let steps = tape.pick(&[
        ("100ms", "1s"),
        ("20ms", "20ms"),
        ("250ms", "10s"),
        ("1s", "1s"),
    ]);
    format!(
        "Scenario(\ncomponents: {{\n{components}{workers}}},\njourneys: {{\n{journeys}}},\n\
         faults: [(name: \"f\", when: At(\"20s\"), ends: After(\"25s\"), do: Set(on: \"c{victim}\", {fault}))],\n\
         engine: (step: \"{}\", calm_step: \"{}\"),\n)",
        steps.0, steps.1
    )
}

/// A value that the language could give a parameter.
fn value_of(tape: &mut Tape<'_>, knob: ComponentKnob) -> f64 {
    use ComponentKnob as K;
    match knob {
        K::ErrorShare
        | K::DownShare
        | K::BlackholeShare
        | K::SlowShare
        | K::HotShare
        | K::ReadShare
        | K::RevokedShare => tape.pick(&[0.0, 0.3, 1.0]),
        K::DropExpired | K::NewestFirst | K::Coalesce => tape.pick(&[0.0, 1.0]),
        K::Shards | K::CacheKeys | K::BucketBurst | K::SlowFactor => tape.pick(&[1.0, 7.0, 500.0]),
        K::Slots => tape.pick(&[1.0, 20.0, f64::INFINITY]),
        K::MaxInstances | K::MinInstances | K::ShedBelow => tape.pick(&[0.0, 3.0, 12.0]),
        K::Speed
        | K::TimeFactor
        | K::Ttl
        | K::ReplicationLag
        | K::Invalidations
        | K::BucketRate => tape.pick(&[1.0, 0.0, 0.2, 20.0]),
        K::QueueLimit
        | K::Admission
        | K::CacheTtl
        | K::MaxConnections
        | K::ConsumeRate
        | K::ShardRate => tape.pick(&[10.0, 0.0, 1.0, f64::INFINITY]),
        K::CacheEntries => tape.pick(&[50.0, 0.0, 1e6]),
    }
}

fn change(tape: &mut Tape<'_>, scenario: &Scenario) -> Action {
    let (components, edges) = (scenario.world.components.len(), scenario.world.edges.len());
    let over = SimDuration::from_secs(tape.pick(&[0, 0, 7]));
    let (knob, value) = match tape.below(4) {
        0 => {
            let which = tape.pick(EdgeKnob::ALL);
            let value = match which {
                EdgeKnob::Timeout => tape.pick(&[0.2, 0.001, f64::INFINITY]),
                EdgeKnob::Attempts => tape.pick(&[1.0, 4.0]),
                EdgeKnob::Pool | EdgeKnob::RetryBudget | EdgeKnob::BreakerShare => {
                    tape.pick(&[0.5, 1.0, 10.0, f64::INFINITY])
                }
                EdgeKnob::FullJitter | EdgeKnob::Fallback => tape.pick(&[0.0, 1.0]),
                EdgeKnob::BackoffBase
                | EdgeKnob::BackoffCap
                | EdgeKnob::PerRequest
                | EdgeKnob::Weight => tape.pick(&[1.0, 0.0, 2.5]),
                EdgeKnob::BrokenShare => tape.pick(&[0.0, 0.4, 1.0]),
            };
            (Knob::Edge(EdgeId(tape.below(edges) as u16), which), value)
        }
        1 => {
            let journey = JourneyId(tape.below(scenario.world.journeys.len()) as u16);
            (
                Knob::Journey(journey, JourneyKnob::RateFactor),
                tape.pick(&[1.0, 0.0, 4.0]),
            )
        }
        _ => {
            let which = tape.pick(ComponentKnob::ALL);
            let value = value_of(tape, which);
            (
                Knob::Component(ComponentId(tape.below(components) as u16), which),
                value,
            )
        }
    };
    Action::Change(Change { knob, value, over })
}

/// Any action on any target: what makes no sense must change nothing.
fn action(tape: &mut Tape<'_>, scenario: &Scenario) -> Action {
    let id = ComponentId(tape.below(scenario.world.components.len()) as u16);
    let edge = EdgeId(tape.below(scenario.world.edges.len()) as u16);
    match tape.below(34) {
        0 => Action::RevertConfig(id),
        1 | 2 => Action::Deploy {
            service: id,
            version: tape.pick(&[1, 0, 9]),
            share: tape.pick(&[1.0, 0.3]),
        },
        3 => Action::RollBack {
            service: id,
            share: 1.0,
        },
        4 | 5 => Action::Scale {
            component: id,
            instances: tape.pick(&[4, 0, 1, 30]),
        },
        6 | 7 => Action::Restart {
            component: id,
            staggered: tape.chance(5),
        },
        8 => Action::SetBreaker {
            edge,
            mode: tape.pick(&[BreakerMode::Open, BreakerMode::Closed, BreakerMode::Auto]),
        },
        9 => Action::SetAutoscaler {
            service: id,
            on: tape.chance(5),
        },
        10 => Action::SetHealthChecks {
            balancer: id,
            on: tape.chance(5),
        },
        11 => Action::Drain {
            edge,
            out: tape.chance(5),
        },
        12 => Action::FlushCache(id),
        13 => Action::WarmCache {
            cache: id,
            per_s: tape.pick(&[500.0, 0.0, 10.0]),
        },
        14 => Action::FailOver(id),
        15 => Action::AddReplicas {
            database: id,
            count: 2,
        },
        16 => Action::KillQueries(id),
        17 => Action::KillIdleConnections(id),
        18 => Action::PauseQueue {
            queue: id,
            paused: tape.chance(5),
        },
        19 => Action::ReplayDeadLetters {
            queue: id,
            per_s: 20.0,
        },
        20 => Action::SkipPoison(id),
        21 => Action::AddPoison(id),
        22 => Action::RotateSecret(id),
        23 => Action::ExpireSecret(id),
        24 => Action::RefreshTokens(id),
        25 => Action::Reauthorise(id),
        _ => change(tape, scenario),
    }
}

/// Every figure that anybody can read is finite and not negative, and counts only grow.
fn check_figures(sim: &Sim, before: &mut Vec<u64>) -> Result<(), TestCaseError> {
    let mut counts = Vec::new();
    for (id, spec) in sim.scenario().world.components.enumerate() {
        for &signal in Signal::ALL {
            let value = sim.signal(id, signal);
            prop_assert!(
                value.is_finite() && value >= -1e-6,
                "{} {}: {value}",
                spec.name,
                signal.name()
            );
        }
        let t = sim.component(id);
        let sums = [
            t.request_s,
            t.busy_s,
            t.slot_s,
            t.cpu_s,
            t.core_s,
            t.waited,
            t.latency.sum(),
            t.wait.sum(),
        ];
        prop_assert!(
            sums.iter().all(|s| s.is_finite() && *s >= -1e-6),
            "{}: {sums:?}",
            spec.name
        );
        prop_assert!(u64::from(sim.inside(id)) <= t.arrivals + t.late + t.dead_letters + t.served);
        counts.extend([
            t.arrivals,
            t.served,
            t.failed_total(),
            t.late,
            t.dropped,
            t.attempts,
            t.hits,
            t.misses,
        ]);
        counts.extend([t.evictions, t.dead_letters, t.lost, t.residency_breaches]);
    }
    for id in sim.scenario().world.edges.ids() {
        let t = sim.edge(id);
        prop_assert!(t.latency_s.is_finite() && t.first_tries <= t.tries && sim.leaked(id) >= 0.0);
        counts.extend([t.first_tries, t.tries, t.ok, t.fallbacks]);
    }
    for id in sim.scenario().world.journeys.ids() {
        let t = sim.journey(id);
        prop_assert!(t.stale_s.is_finite() && t.latency.sum().is_finite());
        prop_assert_eq!(
            t.arrivals,
            t.served + t.degraded + t.failed_total() + t.abandoned + t.in_flight()
        );
        counts.extend([t.arrivals, t.served, t.degraded, t.abandoned]);
    }
    for (now, then) in counts.iter().zip(before.iter()) {
        prop_assert!(now >= then, "a count has fallen from {then} to {now}");
    }
    *before = counts;
    Ok(())
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 5000,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn random_worlds_keep_their_books(
        decisions in prop::collection::vec(any::<u16>(), 20..160),
        acts in prop::collection::vec(any::<u16>(), 0..120),
        seed in 0_u64..1000,
    ) {
        let text = world(&mut Tape::new(&decisions));
        let (scenario, findings, _) = load("random.ron", text.as_bytes(), &mut |_| Err("none".to_owned()));
        prop_assert_eq!(scenario.is_some(), !findings.has_errors());
        let Some(scenario) = scenario.map(Arc::new) else { return Ok(()) };
        let mut sim = Sim::new(Arc::clone(&scenario), seed);
        let mut tape = Tape::new(&acts);
        let mut counts = Vec::new();
        let mut done = Vec::new();
        for quarter in 1..=480_u32 {
            let mut due = tape.next < acts.len() && tape.below(24) == 1;
            while due {
                let action = action(&mut tape, &scenario);
                sim.apply(&action);
                done.push((sim.now(), action));
                due = tape.next < acts.len() && tape.chance(3);
            }
            sim.advance_to(secs(f64::from(quarter) * 0.25));
            if quarter % 8 == 0 {
                if let Err(why) = sim.check_invariants() {
                    prop_assert!(false, "{why} at {} after {done:?} in\n{text}", sim.now());
                }
                if let Err(why) = check_figures(&sim, &mut counts) {
                    prop_assert!(false, "{why} at {} after {done:?} in\n{text}", sim.now());
                }
            }
        }
    }
}

/// Most random texts must load, or the test above would prove little.
#[test]
fn most_random_worlds_load() {
    let mut loaded = 0;
    let mut state = 1_u32;
    for _ in 0..300 {
        let decisions: Vec<u16> = (0..120)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as u16
            })
            .collect();
        let text = world(&mut Tape::new(&decisions));
        let (scenario, _, _) = load("random.ron", text.as_bytes(), &mut |_| {
            Err("none".to_owned())
        });
        loaded += u32::from(scenario.is_some());
    }
    assert!(loaded >= 100, "only {loaded} of 300 load");
}

proptest! {
    #![proptest_config(config(24))]

    /// Little's law: the mean number inside is the rate of arrivals times the mean time.
    #[test]
    fn steady_worlds_obey_littles_law(
        servers in 1_u32..60,
        time_ms in 1_u32..60,
        busy in 0.05_f64..0.75,
        cv2 in prop::sample::select(vec![0.0, 0.5, 1.0, 3.0]),
        behind_ms in 0_u32..40,
    ) {
        let held_s = f64::from(time_ms + behind_ms) * 1e-3;
        let rate = (busy * f64::from(servers) / held_s).clamp(0.5, 5000.0);
        let text = format!(
            r#"Scenario(
                components: {{
                    "front": Service(workers: {servers}, time: "{time_ms}ms", cv2: {cv2}, calls: {{ "back": () }}),
                    "back": Service(workers: "none", time: "{behind_ms}ms", cv2: {cv2}),
                }},
                journeys: {{ "j": (to: "front", rate: "{rate:.3}/s", timeout: "none") }},
            )"#
        );
        let (scenario, findings, sources) = load("little.ron", text.as_bytes(), &mut |_| Err("none".to_owned()));
        prop_assert!(!findings.has_errors(), "{}", sev1::diag::human::render(&findings, &sources, false));
        let mut sim = Sim::new(Arc::new(scenario.expect("a scenario")), 1);
        let until = (40_000.0 / rate).max(60.0);
        sim.advance_to(secs(until));
        sim.check_invariants().expect("the books balance");
        for (id, spec) in sim.scenario().world.components.enumerate() {
            let t = sim.component(id);
            let (inside, mean) = (t.request_s / until, t.latency.mean().unwrap_or(0.0));
            let expected = t.arrivals as f64 / until * mean;
            prop_assert!((inside - expected).abs() <= 0.01 * expected + 1e-6, "{}: {inside} inside, λ·W is {expected}", spec.name);
        }
    }
}

//! Random worlds as text. Every decision comes from a tape of numbers, so that a failing world
//! shrinks to a small one.

use std::fmt::Write as _;

/// Decisions of a world, one after the other. Shrinking makes it shorter and its numbers smaller;
/// when it has run out, every decision is the first one.
pub(super) struct Tape<'t> {
    decisions: &'t [u16],
    pub(super) next: usize,
}

impl<'t> Tape<'t> {
    pub(super) fn new(decisions: &'t [u16]) -> Self {
        Self { decisions, next: 0 }
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        let decision = self.decisions.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        usize::from(decision) % n
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub(super) fn chance(&mut self, of_ten: usize) -> bool {
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
pub(super) fn world(tape: &mut Tape<'_>) -> String {
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

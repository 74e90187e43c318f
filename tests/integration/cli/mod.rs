//! The contract of the command line, called in process: exit codes, the shape of what is printed,
//! and that nothing is left half done.

mod authors;
mod console;
mod history;
mod long;
mod plan_file;
mod replay;
mod report;
mod series;
mod texts;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Exit code, standard output and standard error of a command line.
fn sev1(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let all: Vec<&str> = std::iter::once("sev1")
        .chain(args.iter().copied())
        .collect();
    let code = sev1::cli::run_with(&all, &mut out, &mut err);
    (
        code,
        String::from_utf8(out).expect("UTF-8"),
        String::from_utf8(err).expect("UTF-8"),
    )
}

/// A new empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    drop(fs::remove_dir_all(&path));
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a name in UTF-8")
}

const SHOP: &str = r#"Scenario(
    id: "a-shop", currency: "£",
    components: {
        "web, \"EU\" 🛒": Service(workers: 20, time: "5ms", calls: { "store": (timeout: "1s") }),
        "store": Database(slots: 8, time: "10ms"),
    },
    journeys: { "buy 🧦": (to: "web, \"EU\" 🛒", rate: "40/s", value: 3.5), "look": (to: "web, \"EU\" 🛒", rate: "80/s") },
    objectives: (hold: "1m", time_limit: "8m"),
    signals: (period: "10s", delay: "0s", alarms: [
        (name: "web errors", component: "web, \"EU\" 🛒", signal: error_share, above: "10%", period: "10s"),
        (name: "store busy", component: "store", signal: utilisation, above: "90%", period: "10s"),
    ]),
    variants: {
        "slow-store": (faults: [(name: "slow", when: At("30s"), do: Set(on: "store", slots: 1))]),
        "bad-store": (
            faults: [(name: "bad", when: At("45s"), do: Set(on: "web, \"EU\" 🛒 -> store", timeout: "8ms"))],
            plans: { "mend": (steps: [(at: "90s", do: Acknowledge), (after: "20s", do: Set(on: "web, \"EU\" 🛒 -> store", timeout: "1s"))]) },
        ),
    },
    plans: { "reference": (steps: [(at: "70s", do: [Acknowledge, RevertConfig(component: "store"), RevertConfig(component: "web, \"EU\" 🛒")])]), "give up": (steps: [(at: "2m", do: Close)]) },
)"#;

/// The shop in a file of a new folder.
fn shop(name: &str) -> PathBuf {
    let path = folder(name).join("a shop 🛒.ron");
    fs::write(&path, SHOP).expect("the file can be written");
    path
}

fn json(args: &[&str]) -> Value {
    let (code, out, err) = sev1(args);
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    assert_eq!(out.lines().count(), 1, "one object, one line");
    serde_json::from_str(&out).expect("JSON")
}

#[track_caller]
fn keys(value: &Value, expected: &[&str]) {
    let keys: BTreeSet<&str> = value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, expected.iter().copied().collect());
}

#[test]
#[expect(clippy::too_many_lines, reason = "the whole contract in one place")]
fn a_run_as_json_has_the_keys_and_types_of_the_contract() {
    let path = shop("json");
    let run = json(&[
        "run",
        text(&path),
        "--seed",
        "7",
        "--plan",
        "reference",
        "--json",
    ]);
    keys(
        &run,
        &[
            "scenario",
            "variant",
            "seed",
            "plan",
            "outcome",
            "milestones",
            "impact",
            "journeys",
            "score",
            "simulated_s",
            "digest",
        ],
    );
    assert_eq!(
        (&run["scenario"], &run["plan"], &run["seed"]),
        (&"a-shop".into(), &"reference".into(), &7.into())
    );
    assert!(["slow-store", "bad-store"].contains(&run["variant"].as_str().expect("a text")));
    assert_eq!(run["outcome"], "recovered");
    keys(
        &run["milestones"],
        &[
            "onset_s",
            "detected_s",
            "acknowledged_s",
            "declared_s",
            "diagnosed_s",
            "mitigated_s",
            "recovered_s",
            "closed_s",
        ],
    );
    for (name, at) in run["milestones"].as_object().expect("an object") {
        assert!(
            at.is_null() || at.as_f64().is_some_and(|at| (0.0..=480.0).contains(&at)),
            "{name}: {at}"
        );
    }
    assert_eq!(run["milestones"]["acknowledged_s"], 70.0);
    keys(
        &run["impact"],
        &[
            "customer_minutes",
            "failed_requests",
            "money_lost",
            "repeated",
            "wrong",
            "currency",
        ],
    );
    assert!(
        run["impact"]["customer_minutes"]
            .as_f64()
            .is_some_and(|m| m > 0.0)
    );
    assert!(
        run["impact"]["money_lost"]
            .as_f64()
            .is_some_and(|m| m > 0.0)
    );
    assert_eq!(run["impact"]["currency"], "£");
    keys(&run["journeys"], &["buy 🧦", "look"]);
    let mut failed = 0;
    for journey in run["journeys"].as_object().expect("an object").values() {
        keys(
            journey,
            &[
                "arrivals",
                "served",
                "degraded",
                "failed",
                "abandoned",
                "repeated",
                "wrong",
                "corrected",
            ],
        );
        let count = |key: &str| journey[key].as_u64().expect("a whole number");
        let settled = count("served") + count("degraded") + count("failed") + count("abandoned");
        assert!(count("arrivals") >= settled && settled > 1000, "{journey}");
        failed += count("failed") + count("abandoned");
    }
    assert_eq!(run["impact"]["failed_requests"], failed);
    keys(
        &run["score"],
        &[
            "total",
            "customer_impact",
            "recovery_time",
            "communication",
            "judgement",
            "learning",
        ],
    );
    for (name, points) in run["score"].as_object().expect("an object") {
        let fine = |points| (0.0..=100.0).contains(&points);
        assert!(points.as_f64().is_some_and(fine), "{name}: {points}");
    }
    assert_eq!(run["score"]["customer_impact"], 100.0);
    assert_eq!(run["score"]["communication"], 0.0);
    assert!(
        run["simulated_s"]
            .as_f64()
            .is_some_and(|s| s > 100.0 && s <= 480.0)
    );
    let digest = run["digest"].as_str().expect("a text");
    assert!(
        digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit()),
        "{digest}"
    );
}

#[test]
fn outcomes_and_milestones_say_how_it_ended() {
    let path = shop("outcomes");
    let run = |plan: &str, variant: &str| {
        json(&[
            "run",
            text(&path),
            "--plan",
            plan,
            "--variant",
            variant,
            "--json",
        ])
    };
    let nobody = run("none", "bad-store");
    assert_eq!(
        (&nobody["outcome"], &nobody["simulated_s"]),
        (&"unrecovered".into(), &480.0.into())
    );
    assert_eq!(nobody["milestones"]["onset_s"], 45.0);
    assert_eq!(nobody["milestones"]["acknowledged_s"], Value::Null);
    assert_eq!(nobody["milestones"]["recovered_s"], Value::Null);
    let closed = run("give up", "bad-store");
    assert_eq!(
        (&closed["outcome"], &closed["simulated_s"]),
        (&"closed_early".into(), &480.0.into()),
        "what is closed too early is opened again"
    );
    let mended = run("mend", "bad-store");
    assert_eq!(mended["outcome"], "recovered");
    assert_eq!(mended["milestones"]["acknowledged_s"], 90.0);
    let recovered = mended["milestones"]["recovered_s"]
        .as_f64()
        .expect("a time");
    // A minute's work, ordered at 1:50.
    assert!((170.0..=200.0).contains(&recovered), "{recovered}");
    assert!(
        mended["impact"]["failed_requests"].as_u64() < nobody["impact"]["failed_requests"].as_u64()
    );
}

#[test]
fn many_seeds_are_many_single_runs() {
    let path = shop("seeds");
    let (code, out, err) = sev1(&[
        "run",
        text(&path),
        "--seeds",
        "3..9",
        "--plan",
        "reference",
        "--json",
    ]);
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 6);
    for (seed, line) in (3..9).zip(&lines) {
        let seed = seed.to_string();
        let (_, single, _) = sev1(&[
            "run",
            text(&path),
            "--seed",
            &seed,
            "--plan",
            "reference",
            "--json",
        ]);
        assert_eq!(*line, single.trim_end(), "seed {seed}");
    }
    let variants: BTreeSet<&str> = ["slow-store", "bad-store"]
        .into_iter()
        .filter(|v| out.contains(v))
        .collect();
    assert_eq!(variants.len(), 2, "six seeds pick both causes");

    let (code, table, _) = sev1(&["run", text(&path), "--seeds", "3..9", "--plan", "reference"]);
    assert_eq!(code, 0);
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 1 + 6 + 2, "{table}");
    assert!(
        rows[0].contains("seed")
            && rows[0].contains("customer-minutes")
            && rows[0].ends_with("score"),
        "{table}"
    );
    for (seed, (row, line)) in (3..9).zip(rows[1..].iter().zip(&lines)) {
        let object: Value = serde_json::from_str(line).expect("JSON");
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(words[0], seed.to_string());
        assert_eq!(
            (words[1], words[2]),
            (
                object["variant"].as_str().unwrap(),
                object["outcome"].as_str().unwrap()
            )
        );
    }
    assert!(rows[8].starts_with("6 of 6 recovered"), "{table}");
}

#[test]
fn a_run_for_people_tells_the_story() {
    let path = shop("human");
    let (code, out, err) = sev1(&[
        "run",
        text(&path),
        "--variant",
        "bad-store",
        "--plan",
        "mend",
    ]);
    assert_eq!((code, err.as_str()), (0, ""));
    for part in [
        "cause bad-store",
        "seed 1",
        "plan mend",
        "Milestones",
        "acknowledged",
        "Score",
        "What cost most",
        "nobody outside was told anything",
        "Journey",
        "buy 🧦",
        "Recovered · ",
    ] {
        assert!(out.contains(part), "no {part:?} in\n{out}");
    }
    assert!(
        !out.contains('\u{1b}') && !out.contains("NaN") && !out.contains("inf"),
        "{out}"
    );
}

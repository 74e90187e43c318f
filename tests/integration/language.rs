//! The language from bytes to a running world, and what authors see when something is wrong.
//!
//! Cases lie in `tests/lint/*.md`: a scenario, perhaps the files it needs, and the findings exactly as
//! they are printed. `SEV1_BLESS=1 cargo test language` writes what is printed now into the files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use sev1::base::id::{ComponentId, DenseId, EdgeId, JourneyId};
use sev1::base::time::SimTime;
use sev1::cli::{Format, check, explain};
use sev1::diag::{Findings, Severity, Sources, human};
use sev1::scenario::action::{Action, ComponentKnob, EdgeKnob, Knob};
use sev1::scenario::decode::{Decode, faulty_defaults};
use sev1::scenario::load::{self, load};
use sev1::scenario::model::{self, Fallback, Kind, Scenario, Signal, Trigger};
use sev1::scenario::raw;
use sev1::sim::Sim;

const MINIMAL: &str = include_str!("../lint/minimal.ron");
const SHOP: &str = include_str!("../lint/shop.ron");
const EVERYTHING: &str = include_str!("../lint/everything.ron");

type Files = BTreeMap<String, String>;

fn read_with(text: &str, files: &Files) -> (Option<Scenario>, Findings, Sources) {
    load(
        "test.ron",
        text.as_bytes(),
        &mut |path| match (path, files.get(path)) {
            (_, Some(text)) => Ok(text.clone().into_bytes()),
            ("shop.ron", None) => Ok(SHOP.into()),
            ("test.ron", None) => Ok(text.into()),
            _ => Err("no such file".to_owned()),
        },
    )
}

fn read(text: &str) -> (Option<Scenario>, Findings, Sources) {
    read_with(text, &Files::new())
}

#[track_caller]
fn sound(text: &str) -> Scenario {
    let (scenario, findings, sources) = read(text);
    assert!(
        findings.is_empty(),
        "{}",
        human::render(&findings, &sources, false)
    );
    scenario.expect("a scenario without findings")
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lint"))
}

/// One case: its heading, its blocks by their info line, in order.
struct Case {
    title: String,
    blocks: Vec<(String, String)>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => {
                let block = open.take().expect("an open block");
                cases
                    .last_mut()
                    .expect("a heading before blocks")
                    .blocks
                    .push(block);
            }
            (Some((_, body)), _) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (None, None) => {
                if let Some(title) = line.strip_prefix("## ") {
                    cases.push(Case {
                        title: title.to_owned(),
                        blocks: Vec::new(),
                    });
                }
            }
        }
    }
    cases
}

/// What is printed for a case.
fn printed(case: &Case) -> String {
    let of = |wanted: &str| case.blocks.iter().find(|(info, _)| info == wanted);
    let (_, text) = of("ron").expect("a scenario");
    let files = case
        .blocks
        .iter()
        .filter_map(|(info, body)| Some((info.strip_prefix("ron ")?.to_owned(), body.clone())));
    let (scenario, findings, sources) = read_with(text.trim_end(), &files.collect());
    assert_eq!(scenario.is_none(), findings.has_errors(), "{}", case.title);
    human::render(&findings, &sources, false)
}

#[test]
fn findings_are_exactly_as_described() {
    let bless = std::env::var_os("SEV1_BLESS").is_some();
    let mut wrong = String::new();
    let mut count = 0;
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    files.sort();
    for path in files {
        let text = fs::read_to_string(&path).expect("a readable case");
        let heading = text.lines().next().expect("a heading").to_owned();
        let mut blessed = format!("{heading}\n");
        for case in cases(&text) {
            count += 1;
            let found = printed(&case);
            writeln!(blessed, "\n## {}", case.title).expect("a string");
            for (info, body) in &case.blocks {
                let body = if info == "text" {
                    found.as_str()
                } else {
                    body.as_str()
                };
                write!(blessed, "\n```{info}\n{body}```\n").expect("a string");
                if info == "text" && case.blocks.iter().any(|(i, b)| i == "text" && *b != found) {
                    writeln!(wrong, "{}: {}\n{found}", path.display(), case.title)
                        .expect("a string");
                }
            }
        }
        if bless {
            fs::write(&path, blessed).expect("a writable case");
        }
    }
    assert!(count > 40, "only {count} cases");
    assert!(wrong.is_empty() || bless, "{wrong}");
}

#[test]
fn the_minimal_scenario_fits_on_a_screen_and_runs() {
    assert!(MINIMAL.lines().count() <= 20);
    let mut sim = Sim::new(Arc::new(sound(MINIMAL)), 1);
    sim.advance_to(SimTime::from_secs_f64(60.0));
    sim.check_invariants().expect("sound books");
    let journey = sim.journey(JourneyId(0));
    assert!(
        journey.arrivals > 5_000 && journey.failed_total() > 0,
        "{journey:?}"
    );
}

fn component<'s>(scenario: &'s Scenario, name: &str) -> (ComponentId, &'s model::Component) {
    let mut all = scenario.world.components.enumerate();
    all.find(|(_, it)| it.name == name)
        .expect("the component exists")
}

fn edge<'s>(scenario: &'s Scenario, from: &str, at: usize) -> (EdgeId, &'s model::Edge) {
    let id = component(scenario, from).1.calls[at];
    (id, &scenario.world.edges[id])
}

#[test]
fn everything_can_be_said() {
    let scenario = sound(EVERYTHING);
    assert_eq!(
        (scenario.id.as_str(), scenario.meta.clock_start_min),
        ("everything", 18 * 60)
    );
    assert_eq!(
        scenario.meta.briefing,
        "It is Friday evening.\n- You are on call."
    );
    let journey = &scenario.world.journeys[JourneyId(0)];
    assert_eq!(
        (journey.name.as_str(), journey.per_customer_per_min),
        ("checkout", 2.0)
    );
    let rates: Vec<(f64, f64)> = journey
        .rate
        .points
        .iter()
        .map(|p| (p.at.as_secs_f64(), p.rate_per_s))
        .collect();
    assert_eq!(
        rates,
        [(300.0, 600.0), (1800.0, 600.0)],
        "sorted, factors of the base"
    );
    let waits = &scenario.world.edges[scenario.world.journeys[JourneyId(1)].edge];
    assert_eq!(
        waits.timeout, None,
        "who waits for processing waits for ever"
    );
    let checkout = component(&scenario, "checkout").1;
    let queued: Vec<u32> = checkout
        .station
        .slowdown
        .iter()
        .map(|step| step.queued)
        .collect();
    assert_eq!(queued, [200, 1000]);
    let (direct, to_db) = edge(&scenario, "checkout", 1);
    assert_eq!(to_db.operation, "prices direct");
    assert_eq!(scenario.world.components[to_db.to].name, "price-db");
    let pricing = edge(&scenario, "checkout", 0).1;
    assert_eq!(pricing.fallback, Fallback::Call(direct));
    assert_eq!(pricing.journeys, [JourneyId(0)]);
    let Kind::Service(service) = &checkout.kind else {
        panic!("no service")
    };
    assert_eq!(
        service.versions[1].leak.map(|leak| leak.edge),
        Some(edge(&scenario, "checkout", 2).0)
    );
    let Kind::Cache(cache) = &component(&scenario, "price-cache").1.kind else {
        panic!("no cache")
    };
    assert_eq!((cache.entries, cache.entry_bytes), (20_000, 2_000));
    let onsets = |variant: usize| -> Vec<bool> {
        scenario.variants[variant]
            .faults
            .iter()
            .map(|fault| fault.onset)
            .collect()
    };
    assert_eq!(onsets(0), [false, true]);
    assert_eq!(
        onsets(1),
        [false, true, false],
        "the first that does not deny it"
    );
    let reference = &scenario.plans[0].steps;
    assert_eq!(
        reference[0].when,
        Trigger::At(SimTime::from_secs_f64(360.0))
    );
    assert_eq!(reference.len(), 6, "one step per parameter and action");
    assert!(
        reference[2..4]
            .iter()
            .all(|step| matches!(step.when, Trigger::After(d) if d.is_zero()))
    );
    for variant in 0..scenario.variants.len() {
        let mut sim = Sim::with_variant(Arc::new(scenario.clone()), 3, variant);
        sim.advance_to(SimTime::from_secs_f64(600.0));
        sim.check_invariants().expect("sound books");
    }
}

#[test]
fn every_action_and_every_parameter_can_be_said() {
    let scenario = sound(EVERYTHING);
    let actions = || {
        let variants = scenario.variants.iter().flat_map(|it| &it.faults);
        variants.flat_map(|fault| &fault.effects)
    };
    let mut verbs: Vec<String> = actions()
        .map(|action| {
            format!("{action:?}")
                .split(['(', ' '])
                .next()
                .unwrap_or("")
                .to_owned()
        })
        .collect();
    verbs.sort();
    verbs.dedup();
    // 27 of the other file's list, `Change`, and `Deploy` of the first variant.
    assert_eq!(verbs.len(), 29, "{verbs:?}");
    let knobs: Vec<Knob> = actions()
        .filter_map(|action| match action {
            Action::Change(change) => Some(change.knob),
            _ => None,
        })
        .collect();
    for wanted in ComponentKnob::ALL {
        let found = knobs
            .iter()
            .any(|knob| matches!(knob, Knob::Component(_, k) if k == wanted));
        assert!(found, "{wanted:?}");
    }
    for wanted in EdgeKnob::ALL {
        let in_flag = *wanted == EdgeKnob::RetryBudget;
        // Broken calls come with versions and are set like any other.
        let elsewhere = in_flag || *wanted == EdgeKnob::BrokenShare;
        let found = knobs
            .iter()
            .any(|knob| matches!(knob, Knob::Edge(_, k) if k == wanted));
        assert!(found || elsewhere, "{wanted:?}");
    }
    let cache = component(&scenario, "price-cache").0;
    let memory = actions().find_map(|action| match action {
        Action::Change(it) if it.knob == Knob::Component(cache, ComponentKnob::CacheEntries) => {
            Some((it.value, it.over.as_secs_f64()))
        }
        _ => None,
    });
    assert_eq!(memory, Some((2_000.0, 120.0)), "4 MB of 2 KB entries");
}

#[test]
fn callers_come_before_callees_and_queues_before_their_workers() {
    let scenario = sound(EVERYTHING);
    let world = &scenario.world;
    for (id, spec) in world.components.enumerate() {
        for call in &spec.calls {
            let edge = &world.edges[*call];
            assert!(edge.from == Some(id) && edge.to > id, "{}", spec.name);
        }
        if let Kind::Service(service) = &spec.kind {
            assert!(
                service.pulls.is_none_or(|queue| queue < id),
                "{}",
                spec.name
            );
        }
    }
    let names: Vec<&str> = world.components.iter().map(|it| it.name.as_str()).collect();
    let stable = r#"(components: {
            "b": Service(), "a": Service(calls: { "c": () }), "d": Service(), "c": Service() },
        journeys: { "1": (to: "b", rate: 1), "2": (to: "a", rate: 1, changes: [(at: "1m", rate: 2)]),
            "3": (to: "d", rate: 1) })"#;
    assert_eq!(names[0], "dns 🌍");
    let names: Vec<String> = sound(stable)
        .world
        .components
        .iter()
        .map(|it| it.name.clone())
        .collect();
    assert_eq!(names, ["b", "a", "d", "c"]);
}

#[test]
fn worlds_build_on_worlds_and_the_nearest_wins() {
    let files: Files = [
        ("w/top.ron", r#"World(world: "../base.ron", components: { "web": Service(instances: 2) },
            signals: (period: "10s", alarms: [(name: "a", component: "web", signal: cpu, above: 0.5)]))"#),
        ("base.ron", r#"World(components: { "web": Service(instances: 1), "db": Database() },
            journeys: { "visit": (to: "web", rate: "1/s") }, signals: (period: "30s", delay: "5s"))"#),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .into();
    let text = |instances: u32| {
        format!(
            r#"(world: "w/top.ron", components: {{ "web": Service(instances: {instances}, cpu: (time: "1ms"), calls: {{ "db": () }}) }},
            signals: (alarms: [(name: "a", component: "web", signal: cpu, above: "70%")]))"#
        )
    };
    let load = |instances| {
        let (scenario, findings, sources) = read_with(&text(instances), &files);
        scenario.unwrap_or_else(|| panic!("{}", human::render(&findings, &sources, false)))
    };
    let scenario = load(3);
    assert_eq!(component(&scenario, "web").1.station.instances, 3);
    assert_eq!(scenario.signals.period.as_secs_f64(), 10.0);
    assert_eq!(scenario.signals.delay.as_secs_f64(), 5.0);
    assert_eq!(scenario.signals.alarms.len(), 1);
    assert_eq!(scenario.signals.alarms[0].threshold, 0.7);
    assert_eq!(load(3).digest, scenario.digest);
    assert_ne!(load(4).digest, scenario.digest);
    let mut other = files.clone();
    other.get_mut("base.ron").expect("a file").push('\n');
    let changed = read_with(&text(3), &other).0.expect("a scenario");
    assert_ne!(changed.digest, scenario.digest, "worlds count");
}

/// One clear error, and which.
#[track_caller]
fn one_error(bytes: &[u8], code: &str) {
    let (scenario, findings, sources) =
        load("bad.ron", bytes, &mut |_| Err("no such file".to_owned()));
    let errors: Vec<_> = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    let shown = human::render(&findings, &sources, false);
    assert!(scenario.is_none(), "{code}");
    assert_eq!(errors.len(), 1, "{shown}");
    assert_eq!(errors[0].code.as_str(), code, "{shown}");
    assert!(shown.len() < 4_000, "{} bytes of message", shown.len());
}

#[test]
fn bad_files_give_one_clear_error() {
    one_error(b"", "S0003");
    one_error(&MINIMAL.as_bytes()[..MINIMAL.len() / 2], "S0104");
    one_error(b"\x7fELF\x02\x01\x01\x00\xff\xfe\x00", "S0001");
    one_error("[".repeat(10 << 20).as_bytes(), "S0002");
    one_error("(".repeat(1 << 20).as_bytes(), "S0110");
    let mut crowd = "(components: {".to_owned();
    (0..100_000).for_each(|i| write!(crowd, "\"c{i}\": Service(),").expect("a string"));
    one_error((crowd + "})").as_bytes(), "S0411");
    let mut crowd = "(components: {".to_owned();
    (0..600).for_each(|i| write!(crowd, "\"c{i}\": Service(),").expect("a string"));
    one_error((crowd + "})").as_bytes(), "S0411");
    let with = |field: &str| MINIMAL.replacen("slots: 4", field, 1);
    one_error(with("connection_cost: NaN").as_bytes(), "S0308");
    one_error(with("connection_cost: -inf").as_bytes(), "S0308");
    one_error(with("slots: -4").as_bytes(), "S0307");
    one_error(with("replicas: 4294967296").as_bytes(), "S0307");
    one_error(with("slots: 99999999999999999999").as_bytes(), "S0307");
    one_error(with("failover: \"1000000d\"").as_bytes(), "S0307");
    one_error(b"(world: \"nowhere.ron\")", "S0415");
}

#[test]
fn names_may_hold_spaces_and_emoji() {
    let text = MINIMAL.replace("orders-db", "Ordrés db 🛒");
    assert_eq!(
        component(&sound(&text), "Ordrés db 🛒").0,
        ComponentId::from_index(1)
    );
}

#[test]
fn no_default_of_the_language_is_refused_by_itself() {
    assert_eq!(faulty_defaults(raw::Scenario::describe()), [""; 0]);
    assert_eq!(faulty_defaults(raw::World::describe()), [""; 0]);
    for signal in Signal::ALL {
        let known = raw::SignalName::DESC
            .variants
            .iter()
            .any(|it| it.name == signal.name());
        assert!(known, "{signal:?}");
    }
    assert_eq!(raw::SignalName::DESC.variants.len(), Signal::ALL.len());
}

/// What authors mistype: words, numbers and brackets of one place at another.
fn damaged(text: &str, cuts: &[(usize, usize, usize, String)]) -> String {
    let mut text = text.to_owned();
    for (from, to, length, insert) in cuts {
        let place = |at: usize, text: &str| text.floor_char_boundary(at % (text.len() + 1));
        let (from, to) = (place(*from, &text), place(*to, &text));
        let end = text.floor_char_boundary((from + length).min(text.len()));
        let piece = format!("{}{insert}", &text[from..end]);
        text.insert_str(to, &piece);
        if length % 2 == 0 && to >= end {
            text.replace_range(from..end, "");
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 192, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_damage_makes_loading_panic_and_none_is_silent(
        cuts in proptest::collection::vec(
            (any::<usize>(), any::<usize>(), 0_usize..24, "[-()\\[\\]{}:,\"a0🔥% ]{0,2}"), 1..4),
        whole in any::<bool>(),
    ) {
        let text = damaged(if whole { EVERYTHING } else { MINIMAL }, &cuts);
        let (scenario, findings, sources) = read(&text);
        prop_assert_eq!(scenario.is_none(), findings.has_errors());
        human::render(&findings, &sources, false);
        if let Some(scenario) = scenario {
            let mut sim = Sim::new(Arc::new(scenario), 1);
            sim.advance_to(SimTime::from_secs_f64(1.0));
        }
    }

    #[test]
    fn no_number_makes_a_world_panic(
        at in any::<usize>(),
        number in prop_oneof![Just("0"), Just("1"), Just("-1"), Just("1e15"), Just("0.000001"), Just("4294967295")],
    ) {
        // Every number of the file in turn, quoted ones with their units.
        let places: Vec<(usize, usize)> = EVERYTHING
            .char_indices()
            .filter(|(at, c)| c.is_ascii_digit() && !EVERYTHING[..*at].ends_with(|p: char| p.is_ascii_alphanumeric() || p == '.'))
            .map(|(at, _)| {
                let rest = &EVERYTHING[at..];
                (at, at + rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len()))
            })
            .collect();
        let (from, to) = places[at % places.len()];
        let text = format!("{}{number}{}", &EVERYTHING[..from], &EVERYTHING[to..]);
        let (scenario, findings, _) = read(&text);
        prop_assert_eq!(scenario.is_none(), findings.has_errors());
        if let Some(scenario) = scenario {
            // Rates beyond what a world can hold are slow, not wrong; they are not run here.
            let calm = scenario.world.journeys.iter().all(|it| it.rate.base_per_s < 1e4
                && it.rate.points.iter().all(|point| point.rate_per_s < 1e4));
            if calm {
                let mut sim = Sim::new(Arc::new(scenario), 1);
                sim.advance_to(SimTime::from_secs_f64(1.0));
                prop_assert_eq!(sim.check_invariants(), Ok(()));
            }
        }
    }
}

fn checked(paths: &[&str], format: Format) -> (u8, String, String) {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder().join(path)).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = check::run(&paths, format, &mut out, &mut err);
    let root = folder().display().to_string();
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8").replace(&root, "…");
    (code, text(out), text(err))
}

#[test]
fn check_prints_findings_and_a_summary() {
    let fine = checked(&["minimal.ron", "shop.ron"], Format::Human);
    assert_eq!(
        fine,
        (
            0,
            "2 files checked: no findings\n".to_owned(),
            String::new()
        )
    );
    let (code, out, err) = checked(&["."], Format::Human);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(
        out.contains("error[S0401]: there is no component `chekout`\n --> …/bad/typo.ron:3:54"),
        "{out}"
    );
    assert!(
        out.ends_with("5 files checked: 2 errors\n"),
        "a world is reported once: {out}"
    );
    let (code, out, _) = checked(&["bad"], Format::Json);
    let lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!((code, lines.len()), (1, 3));
    assert_eq!(lines[0]["code"], "S0307");
    assert_eq!(lines[1]["code"], "S0401");
    assert_eq!(lines[2]["summary"]["errors"], 2);
}

#[test]
fn check_says_in_one_line_what_it_could_not_read() {
    let (code, out, err) = checked(&["nowhere", "minimal.ron"], Format::Human);
    assert_eq!((code, out.as_str()), (2, "1 file checked: no findings\n"));
    assert_eq!(
        err,
        "error: could not read …/nowhere: no such file or folder\n"
    );
    let (code, _, err) = checked(&["../golden-none", "../integration"], Format::Human);
    assert_eq!((code, err.lines().count()), (2, 2), "{err}");
    assert!(
        err.ends_with("there is no *.ron file below …/../integration\n"),
        "{err}"
    );
}

#[test]
fn explain_prints_pages_and_suggests_codes() {
    let run = |code: &str| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = explain::run(code, &mut out, &mut err);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (exit, text(out), text(err))
    };
    let (exit, out, _) = run("s0401");
    assert_eq!(exit, 0);
    assert!(
        out.starts_with("S0401: a name that nothing has\n\n") && out.contains("Wrong:"),
        "{out}"
    );
    let near = run("S401");
    assert_eq!((near.0, near.1.as_str()), (2, ""));
    assert_eq!(
        near.2,
        "error: there is no finding `S401`; did you mean `S0401`?\n"
    );
    assert_eq!(
        run("retries").2,
        "error: there is no finding `retries`; codes run from S0001 to S0419\n"
    );
}

#[test]
fn worlds_are_checked_by_themselves() {
    let text = "World(components: { \"web\": Service(calls: { \"bd\": () }), \"db\": Database() })";
    let (scenario, findings, _) =
        load::check("w.ron", text.as_bytes(), &mut |_| Err("none".to_owned()));
    let codes: Vec<&str> = findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert!(scenario.is_none());
    assert_eq!(codes, ["S0401"]);
}

//! The language from bytes to a running world, and what authors see when something is wrong.
//!
//! Cases lie in `tests/lint/*.md`: a scenario, perhaps the files it needs, and the findings exactly as
//! they are printed. `SEV1_BLESS=1 cargo test language` writes what is printed now into the files.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod commands;
mod damage;
mod people;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use sev1::base::id::{ComponentId, DenseId, EdgeId, JourneyId};
use sev1::base::time::SimTime;
use sev1::diag::{Findings, Sources, human};
use sev1::scenario::action::{Action, ComponentKnob, EdgeKnob, Knob};
use sev1::scenario::decode::{Decode, faulty_defaults};
use sev1::scenario::load::{self, load};
use sev1::scenario::model::{self, Due, Fallback, Kind, Scenario, Signal};
use sev1::scenario::order::Order;
use sev1::scenario::raw;
use sev1::sim::Sim;

const MINIMAL: &str = include_str!("../../lint/minimal.ron");
const SHOP: &str = include_str!("../../lint/shop.ron");
const EVERYTHING: &str = include_str!("../../lint/everything.ron");

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
    assert_eq!(reference[0].when, Due::At(SimTime::from_secs_f64(360.0)));
    let Order::Act(together) = &reference[1].order else {
        panic!("{:?} changes nothing", reference[1]);
    };
    assert_eq!(
        (reference.len(), together.len()),
        (4, 3),
        "changes of one step are one piece of work"
    );
    assert!(matches!(reference[3].when, Due::After(d) if d.is_zero()));
    for variant in 0..scenario.variants.len() {
        let mut sim = Sim::with_variant(Arc::new(scenario.clone()), 3, variant);
        sim.advance_to(SimTime::from_secs_f64(600.0));
        sim.check_invariants().expect("sound books");
    }
}

#[test]
fn sizes_and_leaks_find_their_targets() {
    let scenario = sound(EVERYTHING);
    let checkout = component(&scenario, "checkout").1;
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
    // 25 of the other variant's list, `Change`, and `Deploy` of the first one.
    assert_eq!(verbs.len(), 27, "{verbs:?}");
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

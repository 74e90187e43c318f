//! Every shipped file: it checks without a word, is compiled in, and is plain RON to others.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use sev1::scenario::builtin::{SCENARIOS, WORLDS};
use sev1::scenario::load::{check, load};
use sev1::session::{Outcome, play};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "ron") {
            found.push(path);
        }
    }
}

/// All `*.ron` below `scenarios`, by their path there.
fn shipped() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    files(&folder(), &mut found);
    let name = |path: &PathBuf| {
        path.strip_prefix(folder())
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/")
    };
    found
        .iter()
        .map(|path| (name(path), path.clone()))
        .collect()
}

#[test]
fn every_file_is_compiled_in_as_it_is() {
    let shipped = shipped();
    assert!(shipped.len() >= 4);
    for (name, path) in &shipped {
        let built_in = SCENARIOS
            .iter()
            .chain(WORLDS)
            .find(|file| file.path == name);
        let built_in = built_in.unwrap_or_else(|| panic!("{name} is not listed in builtin.rs"));
        assert_eq!(
            built_in.text,
            std::fs::read_to_string(path).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn every_file_checks_without_a_finding() {
    for (name, path) in shipped() {
        let bytes = std::fs::read(&path).unwrap();
        let beside = path.parent().unwrap().to_path_buf();
        let (_, findings, sources) = check(&name, &bytes, &mut |other| {
            std::fs::read(beside.join(other)).map_err(|error| error.to_string())
        });
        let shown = sev1::diag::human::render(&findings, &sources, false);
        assert!(findings.iter().next().is_none(), "{shown}");
    }
}

#[test]
fn other_readers_of_ron_can_read_every_file() {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::all());
    for (name, path) in shipped() {
        let text = std::fs::read_to_string(path).unwrap();
        let read: Result<serde::de::IgnoredAny, _> = options.from_str(&text);
        read.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// What every variant promises: nobody doing anything loses, the reference recovers, and a wrong plan
/// loses or costs what its author says.
#[test]
fn every_plan_ends_as_its_author_says() {
    const SEEDS: u64 = 8;
    for built_in in SCENARIOS {
        let (scenario, ..) = load(built_in.path, built_in.text.as_bytes(), &mut |other| {
            sev1::scenario::builtin::read_beside(built_in.path, other)
        });
        let scenario = Arc::new(scenario.expect("shipped scenarios load"));
        assert_eq!(scenario.id, built_in.id);
        for (index, variant) in scenario.variants.iter().enumerate() {
            let over_seeds = |plan: Option<&sev1::scenario::model::Plan>| {
                let ends: Vec<(bool, f64)> = (1..=SEEDS)
                    .into_par_iter()
                    .map(|seed| {
                        let played = play(&scenario, seed, Some(index), plan).record();
                        (
                            played.outcome == Outcome::Recovered,
                            played.impact.customer_minutes,
                        )
                    })
                    .collect();
                let recovered = ends.iter().filter(|(recovered, _)| *recovered).count();
                (
                    recovered,
                    ends.iter().map(|(_, minutes)| minutes).sum::<f64>() / SEEDS as f64,
                )
            };
            let what = format!("{} {}", scenario.id, variant.id);
            let reference = variant.plans.iter().find(|plan| plan.name == "reference");
            let reference = reference.unwrap_or_else(|| panic!("{what} has no reference"));
            let (recovered, reference_cost) = over_seeds(Some(reference));
            assert!(
                recovered >= 7,
                "{what}: the reference recovered in {recovered} of {SEEDS}"
            );
            let (recovered, nothing) = over_seeds(None);
            if variant.harmless {
                assert_eq!(recovered, SEEDS as usize, "{what}: it does harm");
                assert!(nothing <= 1.01 * reference_cost, "{what}: acting helps");
            } else {
                assert!(
                    recovered <= 1,
                    "{what}: doing nothing recovered in {recovered} of {SEEDS}"
                );
                assert!(
                    nothing > reference_cost,
                    "{what}: doing nothing costs {nothing}, the reference {reference_cost}"
                );
            }
            // A plan that claims no cost is another way that works.
            let wrong: Vec<_> = variant
                .plans
                .iter()
                .chain(&scenario.plans)
                .filter_map(|plan| Some((plan, plan.costs_at_least?)))
                .collect();
            assert!(
                wrong.len() >= 2,
                "{what} has only {} wrong plans",
                wrong.len()
            );
            for (plan, claimed) in wrong {
                let (recovered, cost) = over_seeds(Some(plan));
                assert!(
                    cost >= claimed * reference_cost,
                    "{what}, {}: recovered in {recovered}, costs {:.2} of the reference, claims {claimed}",
                    plan.name,
                    cost / reference_cost
                );
            }
        }
    }
}

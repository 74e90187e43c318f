//! What is no scenario at all, and what nearly is one: an error, and never a panic.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use sev1::base::time::SimTime;
use sev1::diag::{Severity, human};
use sev1::scenario::load::load;
use sev1::sim::Sim;

use super::{EVERYTHING, MINIMAL, read};

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

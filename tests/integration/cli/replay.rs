//! Replays: what is recorded plays again to the same, and what is not as it was written is refused
//! in one line.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sev1::base::time::{SimDuration, SimTime};
use sev1::scenario::action::{Action, Change, ComponentKnob, Knob};
use sev1::scenario::load::load;
use sev1::scenario::model::{AddedCause, Scenario};
use sev1::scenario::order::{Look, Order};
use sev1::session::replay::{Found, Replay, rebuild, verify};
use sev1::session::{Fate, Session};

use super::{SHOP, json, sev1, shop, text};

/// A shop played by its plan and recorded: the paths of scenario and replay, and what was printed.
fn recorded(name: &str) -> (String, String, String) {
    let shop = shop(name);
    let replay = text(&shop.with_file_name("run.replay.ron")).to_owned();
    let shop = text(&shop).to_owned();
    let args = [
        "run",
        &shop,
        "--variant",
        "bad-store",
        "--plan",
        "mend",
        "--seed",
        "5",
        "--record",
        &replay,
    ];
    let (code, out, err) = sev1(&args);
    assert_eq!((code, err.as_str()), (0, ""));
    (shop, replay, out)
}

/// The one line with which a replay of this text is refused.
#[track_caller]
fn refused(path: &str, content: &str, parts: &[&str]) {
    fs::write(path, content).expect("the file can be written");
    for args in [&["replay", path][..], &["replay", path, "--json"]] {
        let (code, out, err) = sev1(args);
        assert_eq!(
            (code, out.as_str(), err.lines().count()),
            (2, "", 1),
            "{err}"
        );
        assert!(err.starts_with("error: ") && err.contains(path), "{err}");
        for part in parts {
            assert!(err.contains(part), "no {part:?} in {err}");
        }
    }
}

#[test]
fn a_replay_prints_what_the_run_printed() {
    let (shop, replay, out) = recorded("replay_same");
    let (code, again, err) = sev1(&["replay", &replay]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, again);
    let args = [
        "run",
        &shop,
        "--variant",
        "bad-store",
        "--plan",
        "mend",
        "--seed",
        "5",
        "--json",
    ];
    assert_eq!(json(&args), json(&["replay", &replay, "--json"]));
    let written = fs::read_to_string(&replay).expect("a file");
    for part in [
        "what: \"acknowledge\"",
        "actor: \"plan mend\"",
        "seed: 5",
        "variant: \"bad-store\"",
    ] {
        assert!(written.contains(part), "no {part:?} in\n{written}");
    }
}

#[test]
fn a_built_in_scenario_is_found_by_its_id_from_anywhere() {
    let folder = super::folder("replay_built_in");
    let replay = text(&folder.join("r.ron")).to_owned();
    let args = [
        "run",
        "db-connection-leak",
        "--plan",
        "reference",
        "--record",
        &replay,
    ];
    let (code, out, err) = sev1(&args);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(sev1(&["replay", &replay]), (0, out, String::new()));
}

#[test]
fn a_scenario_that_moved_along_is_found_beside_the_replay() {
    let (shop, replay, out) = recorded("replay_moved");
    let folder = super::folder("replay_moved_to");
    let name = Path::new(&shop).file_name().expect("a name");
    let moved = folder.join("run.replay.ron");
    fs::copy(&replay, &moved).expect("a copy");
    fs::rename(&shop, folder.join(name)).expect("a move");
    assert_eq!(sev1(&["replay", text(&moved)]), (0, out, String::new()));
}

#[test]
fn what_was_edited_is_refused() {
    let (_, path, _) = recorded("replay_edited");
    let whole = fs::read_to_string(&path).expect("a file");
    for (from, to) in [
        ("seed: 5", "seed: 6"),
        ("actor: \"plan mend\"", "actor: \"plan ment\""),
        ("at_us: 90000000", "at_us: 91000000"),
        ("what: \"acknowledge\"", "what: \"nothing\""),
        ("ending: Some(StoodDown)", "ending: None"),
        ("order: Acknowledge", "order: OpenChannel"),
        ("variant: \"bad-store\"", "variant: \"slow-store\""),
    ] {
        assert!(whole.contains(from), "no {from:?} in\n{whole}");
        refused(
            &path,
            &whole.replace(from, to),
            &["it has been edited", "journal digest"],
        );
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let (_, path, _) = recorded("replay_garbled");
    let whole = fs::read_to_string(&path).expect("a file");
    refused(&path, "", &["line 1, column 1"]);
    for at in (1..whole.len() - 3)
        .step_by(97)
        .filter(|at| whole.is_char_boundary(*at))
    {
        refused(&path, &whole[..at], &["line ", "column "]);
    }
    refused(
        &path,
        &whole.replace("seed: 5", "seed: five"),
        &["line ", "column "],
    );
    refused(
        &path,
        &whole.replace("seed: 5", "seed: 5, luck: 3"),
        &["luck"],
    );
    refused(&path, SHOP, &["line "]);
    fs::write(&path, b"(format: 1, \xff\xfe").expect("the file can be written");
    let (code, _, err) = sev1(&["replay", &path]);
    assert_eq!((code, err.lines().count()), (2, 1), "{err}");
    assert!(err.contains("byte 12 is no UTF-8 text"), "{err}");
}

#[test]
fn other_formats_engines_and_scenarios_are_refused_by_name() {
    let (shop, path, _) = recorded("replay_other");
    let whole = fs::read_to_string(&path).expect("a file");
    let is = concat!("this is version ", env!("CARGO_PKG_VERSION"));
    refused(
        &path,
        &whole.replace("format: 1", "format: 99"),
        &["format is 99", "reads formats 1 and 2"],
    );
    let engine = concat!("engine: \"", env!("CARGO_PKG_VERSION"), "\"");
    refused(
        &path,
        &whole.replace(engine, "engine: \"9.8.7\""),
        &["version 9.8.7", is],
    );

    let changed = SHOP.replace("40/s", "41/s");
    fs::write(&shop, changed).expect("the file can be written");
    refused(
        &path,
        &whole,
        &[
            "the scenario `a-shop` has changed",
            "it was played with digest",
        ],
    );
    fs::write(&shop, SHOP.replace("a-shop", "b-shop")).expect("the file can be written");
    refused(
        &path,
        &whole,
        &["in the scenario `a-shop`", "this is `b-shop`"],
    );
    fs::remove_file(&shop).expect("it was there");
    refused(&path, &whole, &["could not read", "no such file"]);
}

#[test]
fn a_record_that_cannot_be_written_is_said_in_one_line() {
    let shop = shop("replay_unwritable");
    let nowhere = text(&shop.with_file_name("no/such/folder.ron")).to_owned();
    let (code, out, err) = sev1(&["run", text(&shop), "--record", &nowhere]);
    assert_eq!(
        (code, out.as_str(), err.lines().count()),
        (2, "", 1),
        "{err}"
    );
    assert!(err.contains("could not write"), "{err}");
    let (code, _, err) = sev1(&["replay", &nowhere]);
    assert_eq!((code, err.lines().count()), (2, 1), "{err}");
}

/// The shop, loaded.
fn scenario() -> Arc<Scenario> {
    let (scenario, _, _) = load("shop.ron", SHOP.as_bytes(), &mut |_| Err("none".to_owned()));
    Arc::new(scenario.expect("the shop is sound"))
}

fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

/// A game with refused, stopped and landed orders, to its middle.
fn game(scenario: &Arc<Scenario>) -> Session {
    let mut session = Session::start(scenario, 9, Some(1));
    let store = scenario
        .world
        .components
        .enumerate()
        .last()
        .map(|(id, _)| id);
    let store = store.expect("a store");
    drop(session.order("you", Order::Acknowledge, None));
    session.advance_to(at(70));
    session
        .order("you", Order::OpenChannel, None)
        .expect("taken");
    session
        .order("you", Order::OpenChannel, None)
        .expect_err("twice");
    session
        .order("you", Order::Look(Look::Logs(store)), None)
        .expect("taken");
    session.advance_to(at(95));
    session
        .order("you", Order::Undo { order: 4 }, None)
        .expect("taken");
    session
        .order("you", Order::Look(Look::Changes), None)
        .expect("taken");
    session.advance_to(at(200));
    session
}

#[test]
fn a_game_can_be_taken_up_and_branched_at_any_second() {
    let scenario = scenario();
    let session = game(&scenario);
    let replay = Replay::of(&session, Found::Path("shop.ron".to_owned()), "by hand");
    let replay = Replay::parse(&replay.text().expect("a text")).expect("the same");
    assert!(replay.orders[0].refused && replay.orders[2].refused);
    let again = verify(&replay, &scenario, |_| {}).expect("the same run");
    assert_eq!(again.sim().digest(), session.sim().digest());
    assert_eq!(again.journal(), session.journal());
    assert_eq!(again.log(), session.log());
    assert!(again.ending().is_none(), "it can be played on");

    // A branch has what came before, and takes other orders from there on.
    let mut branch = rebuild(&replay, &scenario, at(95)).expect("a part");
    assert_eq!((branch.now(), branch.journal().len()), (at(95), 4));
    branch.advance_to(at(200));
    assert!(
        matches!(branch.journal()[3].fate, Fate::Landed { .. }),
        "nobody stopped it"
    );
    let before = rebuild(&replay, &scenario, at(0)).expect("the start");
    assert_eq!((before.now(), before.journal().len()), (SimTime::ZERO, 0));
    for secs in (0..200).step_by(13) {
        let mut part = rebuild(&replay, &scenario, at(secs)).expect("a part");
        let mut whole = Session::start(&scenario, 9, Some(1));
        whole.advance_to(at(secs));
        part.advance_to(at(secs));
        assert_eq!(
            part.sim().digest(),
            whole.sim().digest(),
            "looking changes nothing"
        );
    }
}

/// The game, with a cause that came while it was played.
fn broken(scenario: &Arc<Scenario>, secs: u64, effects: Vec<Action>) -> Replay {
    let cause = AddedCause {
        at: at(secs),
        words: "the store is down".to_owned(),
        effects,
    };
    let session = game(&Arc::new(scenario.with_cause(1, cause)));
    let replay = Replay::of(&session, Found::Id("a-shop".to_owned()), "game day");
    Replay::parse(&replay.text().expect("a text")).expect("the same")
}

#[test]
fn a_cause_that_came_in_between_is_part_of_the_replay() {
    let scenario = scenario();
    let store = scenario.world.components.ids().last().expect("a store");
    let down = |value| {
        let knob = Knob::Component(store, ComponentKnob::DownShare);
        Action::Change(Change {
            knob,
            value,
            over: SimDuration::ZERO,
        })
    };
    let replay = broken(&scenario, 20, vec![down(1.0)]);
    assert_eq!((replay.format, replay.added.len()), (2, 1));
    let again = verify(&replay, &scenario, |_| {}).expect("the same run");
    let mut whole = Session::start(again.scenario(), 9, Some(1));
    whole.advance_to(at(19));
    let before = whole.samples().last().expect("a sample").success_share;
    whole.advance_to(at(44));
    let after = whole.samples().last().expect("a sample").success_share;
    assert!(before > 0.9 && after < 0.7, "{before} {after}");
    // Going on and writing it down again keeps the cause.
    let later = Replay::of(&again, Found::Id("a-shop".to_owned()), "game day");
    assert_eq!(later.added, replay.added);
    let again = verify(&later, again.scenario(), |_| {});
    assert!(again.is_ok(), "the scenario may have the cause already");

    for impossible in [Action::AddPoison(store), down(7.0), down(f64::NAN)] {
        // It has not begun by the end of the game: that it is there is enough.
        let replay = broken(&scenario, 300, vec![impossible]);
        let why = verify(&replay, &scenario, |_| {});
        let why = why.expect_err("refused").to_string();
        assert!(why.contains("`the store is down` is impossible"), "{why}");
    }
    let plain = Replay::of(&game(&scenario), Found::Id("a-shop".to_owned()), "by hand");
    let text = plain.text().expect("a text");
    assert!(
        text.contains("format: 1") && !text.contains("added"),
        "as before"
    );
}

#[test]
fn a_replay_that_comes_to_something_else_names_what_differs() {
    let scenario = scenario();
    let good = Replay::of(&game(&scenario), Found::Id("a-shop".to_owned()), "by hand");
    let differs = |change: &dyn Fn(&mut Replay)| {
        let mut replay = good.clone();
        change(&mut replay);
        let why = verify(&replay, &scenario, |_| {})
            .expect_err("it differs")
            .to_string();
        assert_eq!(why.lines().count(), 1, "{why}");
        why
    };
    let why = differs(&|it| it.end.customer_minutes += 1.0);
    assert!(why.contains("the customer-minutes lost was"), "{why}");
    let why = differs(&|it| it.end.simulation = "0".repeat(16));
    assert!(why.contains("the simulation was 0000000000000000"), "{why}");
    let why = differs(&|it| it.orders[1].refused = true);
    assert!(
        why.contains("order 2 (open a channel) was refused, and is taken"),
        "{why}"
    );
    let why = differs(&|it| it.variant = "?".to_owned());
    assert!(why.contains("no variant `?`"), "{why}");
}

/// The evidence that the README points at belongs to the scenario as it is now.
#[test]
fn the_replays_of_the_example_game_day_play_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/examples/gameday");
    for team in [1, 2] {
        let replay = folder.join(format!("team-{team}-replay.ron"));
        let (code, _, err) = sev1(&["replay", text(&replay)]);
        let way_out = "`node tests/gameday/example.mjs SEV1 assets/examples/gameday` plays it anew";
        assert_eq!((code, err.as_str()), (0, ""), "{way_out}");
    }
}

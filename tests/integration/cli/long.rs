//! Runs that are longer and fuller than any a person plays: they verify and are reported like others, and
//! what is not looked at is said.

use std::fs;
use std::sync::Arc;

use serde_json::Value;
use sev1::base::rng::Stream;
use sev1::prove::any_order;
use sev1::scenario::load::load;
use sev1::scenario::order::Order;
use sev1::session::Session;
use sev1::session::replay::{Found, Replay};

use super::{SHOP, folder, sev1, text};

/// Ten thousand orders of every kind in eight minutes, most of them refused; nobody closes it.
#[test]
fn ten_thousand_orders_are_verified_and_reported() {
    let folder = folder("ten_thousand");
    let shop = folder.join("shop.ron");
    fs::write(&shop, SHOP).expect("a file");
    let (scenario, _, _) = load("shop.ron", SHOP.as_bytes(), &mut |_| Err("none".to_owned()));
    let scenario = Arc::new(scenario.expect("the shop is sound"));
    let mut session = Session::start(&scenario, 9, Some(1));
    let mut draws = Stream::new(9, "orders", 0).at(0);
    while session.ending().is_none() {
        for _ in 0..30 {
            let order = any_order(&mut draws, &scenario);
            if order != Order::Close {
                drop(session.order("you", order, None));
            }
        }
        session.advance_to(session.now() + sev1::session::SECOND);
    }
    assert_eq!(session.journal().len(), 10_000, "as many as are taken down");
    let replay = folder.join("many.replay.ron");
    let found = Found::Path(text(&shop).to_owned());
    let written = Replay::of(&session, found, "by hand")
        .text()
        .expect("a text");
    fs::write(&replay, written).expect("a file");

    let (code, out, err) = sev1(&["replay", text(&replay)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (code, out, err) = sev1(&["report", text(&replay), "--seeds", "3"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("later entries are left out"), "{out}");
}

/// A night shop with a few customers, broken for a day until somebody looks in the last hour.
#[test]
fn a_whole_day_is_verified_and_reported() {
    let folder = folder("whole_day");
    let shop = folder.join("shop.ron");
    let day = SHOP
        .replace("time_limit: \"8m\"", "time_limit: \"24h\"")
        .replace("rate: \"40/s\"", "rate: \"1/s\"")
        .replace("rate: \"80/s\"", "rate: \"2/s\"")
        .replace(
            "(at: \"90s\", do: Acknowledge)",
            "(at: \"23h\", do: Acknowledge)",
        );
    fs::write(&shop, day).expect("a file");
    let replay = folder.join("day.replay.ron");
    let args = [
        "run",
        text(&shop),
        "--variant",
        "bad-store",
        "--plan",
        "mend",
        "--json",
    ];
    let (code, out, err) = sev1(&[&args[..], &["--record", text(&replay)]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    let run: Value = serde_json::from_str(&out).expect("JSON");
    let recovered = run["milestones"]["recovered_s"].as_f64();
    assert!(recovered.is_some_and(|it| it > 82_800.0), "{out}");

    let (code, out, err) = sev1(&["replay", text(&replay)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (code, out, err) = sev1(&["report", text(&replay), "--seeds", "40"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("played on 20 other seeds only"), "{out}");
}

//! Teams that play to the end, and what each of them may do and see.

use std::sync::Arc;

use serde_json::json;
use sev1::base::time::{SimDuration, SimTime};
use sev1::files::open;
use sev1::scenario::model::{AddedCause, Scenario};
use sev1::session::Session;
use sev1::session::replay::{Found, Replay, verify};

use super::client::{Browser, Host, folder, http};

#[test]
fn two_teams_play_an_incident_to_its_debrief() {
    let folder = folder("play");
    let host = Host::open("spapi-auth", 2, &folder);
    let mut lead = host.lead();
    let mut commander = host.sit(0, "Ada", &["commander"]);
    let mut operator = host.sit(0, "Bo", &["operations"]);
    let mut writer = host.sit(0, "Cy", &["communications"]);
    let mut other = host.sit(1, "Dee", &["commander", "operations"]);
    let early = commander.take(None, "Acknowledge");
    assert_eq!(early["why"], "it has not begun yet", "{early}");

    assert_eq!(lead.lead(&json!({ "speed": 60 }))["done"], true);
    assert_eq!(lead.lead(&json!({ "pause": false }))["done"], true);
    commander.wait(|it| {
        it.part("pager")
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    let taken = commander.take(None, "Acknowledge");
    assert_eq!(taken["done"], true, "{taken}");
    let twice = commander.take(None, "Acknowledge");
    assert_eq!(twice["done"], false, "{twice}");
    let looked = operator.take(None, "Recent changes");
    assert_eq!(looked["done"], true, "{looked}");
    operator.wait(|it| {
        it.part("evidence")
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    let told = writer.act(&json!({ "post": { "to": "Status", "scope": "Part", "next_min": 20, "text": "We are on it." } }));
    assert_eq!(told["done"], true, "{told}");
    assert_eq!(
        commander.act(&json!({ "say": { "text": "<b>hello</b>" } }))["done"],
        true
    );
    operator.wait(|it| it.part("channel").to_string().contains("<b>hello</b>"));
    // Whoever gave an order is named.
    let named = |it: &serde_json::Value| it["who"] == "Bo" && it["kind"] == "Order";
    operator.wait(|it| {
        it.part("channel")
            .as_array()
            .is_some_and(|all| all.iter().any(named))
    });
    notes(&mut lead, &mut commander);
    let hint =
        json!({ "inject": { "team": 0, "inject": { "hint": { "text": "What changed?" } } } });
    assert_eq!(lead.lead(&hint)["done"], true);
    operator.wait(|it| it.part("channel").to_string().contains("What changed?"));
    assert!(!other.part("channel").to_string().contains("What changed?"));

    commander.wait(|it| it.part("posts").to_string().contains("We are on it."));
    standings(&mut lead, &mut commander);
    landing(&mut lead);
    assert_eq!(lead.lead(&json!("stop"))["done"], true);
    for browser in [&mut commander, &mut writer, &mut other] {
        browser.wait(|it| it.parts.contains_key("debrief") && it.parts.contains_key("joint"));
        assert!(browser.part("debrief")["total"].is_number());
    }
    assert_eq!(
        commander.part("joint")["teams"].as_array().map(Vec::len),
        Some(2)
    );
    commander.wait(|it| it.part("timeline").to_string().contains("wrong part"));
    assert!(!other.part("timeline").to_string().contains("wrong part"));
    let take_on = |by: &str| json!({ "take_on": { "what": "Watch the secret's age", "owner": "Bo", "by": by } });
    let refused = operator.act(&take_on("2027-01-31"));
    assert_eq!(refused["why"], "your role does not do that");
    assert_eq!(
        commander.act(&take_on("someday"))["why"],
        "say by which day"
    );
    assert_eq!(commander.act(&take_on("2027-01-31"))["done"], true);
    // What decisions were worth is found by playing, after the first debrief.
    for browser in [&mut commander, &mut other] {
        browser.wait(|it| it.part("debrief")["worth"]["decisions"].is_array());
    }
    evidence(&host, &folder.join("evidence"));
}

/// Notes of the facilitator: one for the team to read at once, and one for afterwards.
fn notes(lead: &mut Browser, commander: &mut Browser) {
    let note =
        |text: &str, shown: bool| json!({ "note": { "team": 0, "text": text, "shown": shown } });
    assert_eq!(
        lead.lead(&note("they look at the wrong part", false))["done"],
        true
    );
    assert_eq!(lead.lead(&note("well done so far", true))["done"], true);
    commander.wait(|it| it.part("timeline").to_string().contains("well done so far"));
    lead.wait(|it| it.part("notes").to_string().contains("wrong part"));
    let seen = commander.part("timeline").to_string();
    assert!(!seen.contains("wrong part"));
}

/// While teams play, they see what they can still reach where that tells them nothing; whoever leads
/// sees all of it.
fn standings(lead: &mut Browser, commander: &mut Browser) {
    lead.wait(|it| it.part("board")[0]["standing"]["total"].is_number());
    let all = &lead.part("board")[0]["standing"];
    let points = all["axes"].as_array().cloned().unwrap_or_default();
    let is_fine =
        |it: &serde_json::Value| it.as_f64().is_some_and(|it| (0.0..=100.0).contains(&it));
    assert!(points.len() == 5 && points.iter().all(is_fine), "{all}");
    commander.wait(|it| it.part("board")[0]["standing"].is_object());
    let seen = &commander.part("board")[0]["standing"];
    assert!(
        seen["total"].is_null() && seen["axes"][0].is_number(),
        "{seen}"
    );
    assert!(
        seen["axes"][3].is_null() && seen["axes"][4].is_null(),
        "{seen}"
    );
    let hide = json!({ "board": { "shown": false } });
    assert_eq!(lead.lead(&hide)["done"], true);
    commander.wait(|it| it.part("board").is_null());
}

/// Whoever leads says when it ends, and takes it back.
fn landing(lead: &mut Browser) {
    for (minutes, lands) in [(json!(240), true), (json!(null), false)] {
        let land = json!({ "land": { "minutes": minutes } });
        assert_eq!(lead.lead(&land)["done"], true);
        lead.wait(|it| it.part("now")["lands"].is_string() == lands);
    }
}

/// The folder holds what happened, and no secret.
fn evidence(host: &Host, folder: &std::path::Path) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    assert!(read("team-1-actions.csv").contains("\"Ada\",\"acknowledge\",\"\",\"true\""));
    let said = read("team-1-communication.md");
    assert!(
        said.contains("We are on it") && said.contains("Ada: \\<b\\>hello"),
        "{said}"
    );
    let follow_ups = read("team-1-follow-ups.md");
    let row = "| Watch the secret's age | Bo | 2027-01-31 | Ada |";
    assert!(follow_ups.contains(row), "{follow_ups}");
    let report = read("team-1-report.md");
    for part in [
        "Note of the facilitator: they look at the wrong part",
        "Hint of the facilitator: What changed?",
        "## What each decision was worth",
    ] {
        assert!(report.contains(part), "no {part:?} in {report}");
    }
    assert!(!read("team-2-report.md").contains("wrong part"));
    assert!(read("joint.md").contains("## Where decisions parted"));
    assert!(read("participants.csv").contains("\"Team 2\",\"Dee\",\"commander operations\""));
    assert!(read("joint.md").contains("Payments"));
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        for secret in [&host.code, &host.lead, &host.wall] {
            assert!(!text.contains(secret.as_str()), "{}", path.display());
        }
    }
    plays_again(&folder.join("team-1-replay.ron"));
}

/// A replay of the evidence verifies, and can be scored and reported.
fn plays_again(replay: &std::path::Path) {
    let replay = replay.display().to_string();
    for args in [
        &["sev1", "replay", &replay, "--json"][..],
        &["sev1", "report", &replay, "--quick"],
    ] {
        let mut said = (Vec::new(), Vec::new());
        let code = sev1::cli::run_with(args, &mut said.0, &mut said.1);
        assert_eq!(code, 0, "{}", String::from_utf8_lossy(&said.1));
    }
}

#[test]
fn roles_hold_whatever_a_browser_sends() {
    let folder = folder("roles");
    let host = Host::open("checkout-5xx", 1, &folder);
    let mut lead = host.lead();
    lead.lead(&json!({ "speed": 60 }));
    lead.lead(&json!({ "pause": false }));
    let mut observer = host.sit(0, "Eve", &["observer"]);
    let mut scribe = host.sit(0, "Sam", &["scribe"]);
    let mut operator = host.sit(0, "Ops", &["operations"]);
    operator.wait(|it| {
        it.part("pager")
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    let offers = operator.act(&json!({ "offers": { "part": 1 } }));
    let act = offers["offers"]["rows"].as_array().expect("rows").iter();
    let act = act
        .clone()
        .find(|row| row["group"] == "Mitigate")
        .expect("an action");
    let take = json!({ "take": { "part": 1, "key": act["key"], "value": null, "by": null } });
    for browser in [&mut observer, &mut scribe] {
        for intent in [
            take.clone(),
            json!({ "undo": { "order": 1 } }),
            json!({ "post": { "to": "Status" } }),
        ] {
            let answer = browser.act(&intent);
            assert_eq!(answer["why"], "your role does not do that", "{answer}");
        }
    }
    for garbage in [
        json!({ "order": { "Act": [] } }),
        json!({ "take": { "part": 999, "key": "x", "value": null, "by": null } }),
        json!({ "take": { "part": null, "key": "Act([AddPoison(ComponentId(1))])", "value": 1, "by": null } }),
        json!({ "suspect": { "on": 999, "is": "Leak", "confidence": 0.5 } }),
        json!({ "suspect": { "on": 0, "is": "Leak", "confidence": 7 } }),
        json!({ "say": { "text": "x".repeat(2_000) } }),
        json!({ "pause": true }),
    ] {
        let answer = operator.act(&garbage);
        assert_eq!(answer["done"], false, "{garbage}: {answer}");
    }
    // A press that comes twice happens once, with the same answer.
    let first = operator.act_as(77, &json!({ "say": { "text": "only once" } }));
    assert_eq!(
        first,
        operator.act_as(77, &json!({ "say": { "text": "only once" } }))
    );
    observer.wait(|it| it.part("channel").to_string().contains("only once"));
    assert_eq!(
        observer
            .part("channel")
            .to_string()
            .matches("only once")
            .count(),
        1
    );
}

#[test]
fn nobody_sees_the_truth_who_does_not_lead() {
    let folder = folder("truth");
    let host = Host::open("checkout-5xx", 1, &folder);
    let mut lead = host.lead();
    lead.wait(|it| it.parts.contains_key("secrets"));
    let cause = lead.part("secrets")["cause"]
        .as_str()
        .expect("a cause")
        .to_owned();
    let token = host.join(0, "Ada", &["commander"]).expect("a seat");
    let seat = host
        .browse("seat", &format!("sev1_seat={token}"))
        .expect("a socket");
    let wall = host
        .browse("wall", &format!("sev1_wall={}", host.wall))
        .expect("a socket");
    for browser in [&seat, &wall] {
        let all = format!("{:?}{}", browser.parts, browser.hello);
        assert!(
            !all.contains(&cause)
                && !all.contains(&host.lead)
                && !browser.parts.contains_key("teams")
        );
    }
    for (role, cookie) in [
        ("lead", format!("sev1_lead={token}")),
        ("lead", format!("sev1_seat={token}")),
        ("lead", format!("sev1_lead={}", host.wall)),
        ("wall", format!("sev1_wall={token}")),
        ("seat", format!("sev1_seat={}", host.lead)),
        ("nobody", format!("sev1_seat={token}")),
    ] {
        assert!(host.browse(role, &cookie).is_err(), "{role} {cookie}");
    }
    let page = http(host.port, "GET", "/lead", &[("Cookie", "sev1_lead=x")], "");
    assert!(!page.contains(&cause) && page.contains("content-security-policy"));
}

#[test]
fn what_is_broken_and_who_is_blind_shows() {
    let folder = folder("inject");
    let host = Host::open("checkout-5xx", 1, &folder);
    let mut lead = host.lead();
    let mut seat = host.sit(0, "Ada", &["commander"]);
    lead.wait(|it| it.parts.contains_key("secrets"));
    lead.lead(&json!({ "speed": 5 }));
    lead.lead(&json!({ "pause": false }));
    let faults = lead.part("secrets")["faults"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let down = faults
        .iter()
        .find(|it| it["key"].as_str().is_some_and(|key| key.ends_with(":down")));
    let key = &down.expect("something can be down")["key"];
    let inject = |what: serde_json::Value| json!({ "inject": { "team": null, "inject": what } });
    assert_eq!(
        lead.lead(&inject(json!({ "fault": { "key": key } })))["done"],
        true
    );
    assert_eq!(
        lead.lead(&inject(json!({ "blind": { "minutes": 5 } })))["done"],
        true
    );
    seat.wait(|it| it.part("signals")["blind"] == true);
    lead.wait(|it| {
        it.part("teams")[0]["broken"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    assert!(!seat.part("timeline").to_string().contains("broken"));
    // The past is the same, and what is ordered now meets the broken world.
    seat.wait(|it| {
        it.part("pager")
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    assert_eq!(seat.take(None, "Acknowledge")["done"], true);
    assert_eq!(lead.lead(&json!("stop"))["done"], true);
    seat.wait(|it| it.parts.contains_key("joint"));
    let replay = folder.join("evidence/team-1-replay.ron");
    let written = std::fs::read_to_string(&replay).expect("a replay");
    assert!(
        written.contains("format: 2") && written.contains("added: ["),
        "{written}"
    );
    plays_again(&replay);
    let report = std::fs::read_to_string(folder.join("evidence/team-1-report.md"));
    assert!(report.expect("a report").contains("The facilitator broke:"));
}

#[test]
fn every_fault_on_offer_replays() {
    for built_in in sev1::scenario::builtin::SCENARIOS {
        let scenario = open(built_in.id, &mut Vec::new());
        let scenario = scenario.expect("it can be read").expect("it is sound");
        let mut broken = Scenario::clone(&scenario);
        for fault in sev1::gameday::truth::faults(&scenario) {
            // Later than it is played: only whether it could be is asked.
            let cause = AddedCause {
                at: SimTime::from_micros(u64::MAX / 4),
                words: fault.words,
                effects: fault.effects,
            };
            broken = broken.with_cause(0, cause);
        }
        let mut session = Session::start(&Arc::new(broken), 3, Some(0));
        session.advance_to(SimTime::ZERO + SimDuration::from_secs(5));
        let found = Found::Id(built_in.id.to_owned());
        let text = Replay::of(&session, found, "game day").text();
        let replay = Replay::parse(&text.expect("a text")).expect("whole");
        assert!(!replay.added.is_empty());
        let again = verify(&replay, &scenario, |_| {});
        assert!(again.is_ok(), "{}: {:?}", built_in.id, again.err());
    }
}

#[test]
fn who_does_it_and_in_which_language_can_be_said() {
    let folder = folder("said");
    let host = Host::open("vat-onboarding", 1, &folder);
    let mut lead = host.lead();
    let roles = ["commander", "operations", "communications"];
    let mut seat = host.sit(0, "Ada", &roles);
    lead.lead(&json!({ "speed": 5 }));
    lead.lead(&json!({ "pause": false }));
    seat.wait(|it| it.part("now")["begun"] == true);
    let offers = seat.act(&json!({ "offers": { "part": null } }));
    let rows = offers["offers"]["rows"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut rows = rows.iter();
    let look = rows
        .find(|it| it["label"] == "Recent changes")
        .expect("a look");
    let able = look["able"].as_array().cloned().unwrap_or_default();
    assert!(able.len() > 1, "{look}");
    let by = &able[1];
    let take = json!({ "part": null, "key": look["key"], "value": null, "by": by });
    let taken = seat.act(&json!({ "take": take }));
    let place = by.as_u64().expect("a number") as usize;
    let name = seat.hello["people"][place][1]
        .as_str()
        .expect("a name")
        .to_owned();
    if taken["done"] == true {
        seat.wait(|it| it.part("orders").to_string().contains(&name));
    } else {
        // Somebody who has to be called first is named in the refusal.
        let first = name.split(' ').next().unwrap_or_default();
        let why = taken["why"].as_str().unwrap_or_default();
        assert!(why.contains(first), "{taken}");
    }
    let told = seat.act(
        &json!({ "post": { "to": "Customers", "language": "fr", "scope": "Few",
        "cause": { "on": 0, "is": "BadConfig" }, "certain": false, "text": "Nous cherchons." } }),
    );
    assert_eq!(told["done"], true, "{told}");
    for wrong in [
        json!({ "post": { "to": "Customers", "language": "<fr>" } }),
        json!({ "post": { "to": "Customers", "cause": { "on": 99, "is": "Leak" } } }),
    ] {
        assert_eq!(seat.act(&wrong)["done"], false, "{wrong}");
    }
    seat.wait(|it| it.part("posts").to_string().contains("Nous cherchons."));
    lead.lead(&json!("stop"));
    seat.wait(|it| it.parts.contains_key("joint"));
    let said = std::fs::read_to_string(folder.join("evidence/team-1-communication.md"));
    assert!(said.expect("a file").contains("to customers (fr)"));
}

#[test]
fn an_analysis_ends_when_the_host_does() {
    let folder = folder("interrupted");
    let host = Host::open("checkout-5xx", 2, &folder);
    let mut lead = host.lead();
    let mut seat = host.sit(0, "Ada", &["commander", "operations"]);
    lead.lead(&json!({ "speed": 60 }));
    lead.lead(&json!({ "pause": false }));
    seat.wait(|it| {
        it.part("pager")
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    seat.take(None, "Acknowledge");
    lead.lead(&json!("stop"));
    seat.wait(|it| it.parts.contains_key("joint"));
    assert!(host.interrupt(), "it ends well");
    let evidence = folder.join("evidence");
    for name in ["team-1-report.md", "team-2-report.html", "joint.md"] {
        let text = std::fs::read_to_string(evidence.join(name)).expect(name);
        assert!(text.len() > 300, "{name} is whole: {text}");
    }
    // Going on has it judged again.
    let host = Host::resume(&folder);
    let mut lead = host.lead();
    lead.wait(|it| it.parts.contains_key("joint"));
}

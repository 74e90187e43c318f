//! Teams that play to the end, and what each of them may do and see.

use serde_json::json;

use super::client::{Host, folder, http};

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
    let hint =
        json!({ "inject": { "team": 0, "inject": { "hint": { "text": "What changed?" } } } });
    assert_eq!(lead.lead(&hint)["done"], true);
    operator.wait(|it| it.part("channel").to_string().contains("What changed?"));
    assert!(!other.part("channel").to_string().contains("What changed?"));

    commander.wait(|it| it.part("posts").to_string().contains("We are on it."));
    assert_eq!(lead.lead(&json!("stop"))["done"], true);
    for browser in [&mut commander, &mut writer, &mut other] {
        browser.wait(|it| it.parts.contains_key("debrief") && it.parts.contains_key("joint"));
        assert!(browser.part("debrief")["total"].is_number());
    }
    assert_eq!(
        commander.part("joint")["teams"].as_array().map(Vec::len),
        Some(2)
    );
    evidence(&host, &folder.join("evidence"));
}

/// The folder holds what happened, and no secret.
fn evidence(host: &Host, folder: &std::path::Path) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    assert!(read("team-1-actions.csv").contains("\"Ada\",\"acknowledge\",\"true\""));
    assert!(read("team-1-messages.md").contains("We are on it"));
    assert!(read("participants.csv").contains("\"Dee\",\"commander operations\""));
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        for secret in [&host.code, &host.lead, &host.wall] {
            assert!(!text.contains(secret.as_str()), "{}", path.display());
        }
    }
    let mut said = (Vec::new(), Vec::new());
    let replay = folder.join("team-1-replay.ron").display().to_string();
    let code = sev1::cli::run_with(&["sev1", "replay", &replay], &mut said.0, &mut said.1);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&said.1));
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
}

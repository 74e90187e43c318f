//! Hosts that are killed at any moment: what was acknowledged is there afterwards, with the same
//! clock, seats and codes.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Host, folder};

/// Kills of one test; `SEV1_KILLS` asks for more.
fn kills() -> u32 {
    let asked = std::env::var("SEV1_KILLS").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(6)
}

fn minutes(now: &Value) -> String {
    now["elapsed"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn nothing_acknowledged_is_missing() {
    let folder = folder("killed");
    let mut host = Host::open("checkout-5xx", 1, &folder);
    let (code, lead_key) = (host.code.clone(), host.lead.clone());
    let token = host
        .join(0, "Ada", &["commander", "operations"])
        .expect("a seat");
    let cookie = format!("sev1_seat={token}");
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..kills() {
        let mut lead = host.lead();
        lead.lead(&json!({ "speed": 5 }));
        lead.lead(&json!({ "pause": false }));
        let mut seat = host.browse("seat", &cookie).expect("the seat is kept");
        // Words and orders, until it dies in the middle of them.
        for number in 0..1 + round % 5 {
            let text = format!("word {round}-{number}.");
            let said = seat.act_as(
                u64::from(1_000 * (round + 1) + number),
                &json!({ "say": { "text": text } }),
            );
            assert_eq!(said["done"], true, "{said}");
            acknowledged.push(text);
            if number == 2 {
                let looked = seat.take(None, "Recent changes");
                assert!(looked["done"].is_boolean(), "{looked}");
            }
        }
        seat.say(&json!({ "press": 9, "intent": { "say": { "text": "perhaps" } } }).to_string());
        std::thread::sleep(Duration::from_micros(u64::from(round) * 7_919 % 400_000));
        let seen = minutes(seat.part("now"));
        host.kill();
        host = Host::resume(&folder);
        assert_eq!((&host.code, &host.lead), (&code, &lead_key));
        let seat = host.browse("seat", &cookie).expect("the seat is kept");
        let now = minutes(seat.part("now"));
        assert!(now >= seen, "the clock went back from {seen} to {now}");
        let channel = seat.part("channel").to_string();
        for text in &acknowledged {
            assert!(
                channel.contains(text.as_str()),
                "{text} is missing after round {round}"
            );
        }
    }
    host.kill();
    cut_anywhere(&folder);
}

/// However much of the last line is missing, the room before it is whole.
fn cut_anywhere(folder: &std::path::Path) {
    let bytes = std::fs::read(folder.join("room.journal")).expect("a journal");
    let end = bytes.len() - 1;
    let last = bytes[..end]
        .iter()
        .rposition(|it| *it == b'\n')
        .expect("lines")
        + 1;
    let (lines, _) = sev1::gameday::journal::read(&bytes).expect("readable");
    for cut in last..end {
        let (left, whole) = sev1::gameday::journal::read(&bytes[..cut]).expect("readable");
        assert_eq!((left.len(), whole), (lines.len() - 1, last));
    }
}

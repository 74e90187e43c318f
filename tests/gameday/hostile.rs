//! Somebody who means harm, while a team plays on.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tungstenite::Message;

use super::client::{Browser, Host, folder, http};

#[test]
fn a_team_plays_on_whatever_others_send() {
    let folder = folder("hostile");
    let host = Host::open("checkout-5xx", 1, &folder);
    let mut lead = host.lead();
    lead.lead(&json!({ "speed": 60 }));
    lead.lead(&json!({ "pause": false }));
    let mut player = host.sit(0, "Ada", &["commander"]);
    let mut slow = host.sit(0, "Slow", &["observer"]);
    let token = host.join(0, "Mal", &["observer"]).expect("a seat");
    let cookie = format!("sev1_seat={token}");

    garbage(&host, &cookie);
    flood(&host, &cookie);
    requests(&host, &cookie);
    // Half a request, many times, left open.
    let open: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", host.port)).expect("connected");
            stream.write_all(b"GET / HTTP/1.1\r\nHost:").expect("sent");
            stream
        })
        .collect();

    let said = player.act(&json!({ "say": { "text": "still here" } }));
    assert_eq!(said["done"], true, "{said}");
    player.wait(|it| {
        it.part("pager")
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    assert_eq!(player.take(None, "Acknowledge")["done"], true);
    // Who has not read for so long gets the newest, not everything in between.
    slow.wait(|it| it.part("channel").to_string().contains("still here"));
    drop(open);
}

/// Somebody who asks for more and more and never reads it: what waits for them is bounded, they are
/// disconnected, and nobody else notices.
#[test]
fn who_stops_reading_holds_up_nobody() {
    let folder = folder("stuck");
    let host = Host::open("checkout-5xx", 1, &folder);
    let mut lead = host.lead();
    lead.lead(&json!({ "speed": 5 }));
    lead.lead(&json!({ "pause": false }));
    let mut player = host.sit(0, "Ada", &["commander"]);
    let mut stuck = host.sit(0, "Stuck", &["operations"]);
    let is_here = |it: &Browser| {
        let people = it.part("people").as_array().cloned().unwrap_or_default();
        people
            .iter()
            .any(|seat| seat["name"] == "Stuck" && seat["here"] == true)
    };
    player.wait(is_here);
    let before = host.memory_kib();
    let asking = std::thread::spawn(move || {
        // As often as a browser may ask, so that it is not for asking that it is sent away.
        let started = Instant::now();
        for press in 1_u64.. {
            let part = press % 8;
            let message = json!({ "press": press, "intent": { "plots": { "part": part } } });
            let sent = stuck.socket.send(Message::text(message.to_string()));
            if sent.is_err() || started.elapsed() > Duration::from_secs(180) {
                return sent.is_err();
            }
            std::thread::sleep(Duration::from_millis(105));
        }
        false
    });
    let mut rounds = 0;
    while is_here(&player) || rounds < 3 {
        rounds += 1;
        let said = player.act(&json!({ "say": { "text": format!("round {rounds}") } }));
        assert_eq!(said["done"], true, "{said}");
        let then = player.part("now")["elapsed"].clone();
        player.wait(|it| it.part("now")["elapsed"] != then);
    }
    assert!(asking.join().expect("no panic"), "it was never sent away");
    player.wait(|it| {
        it.part("channel")
            .to_string()
            .contains(&format!("round {rounds}"))
    });
    if let Some((before, after)) = before.zip(host.memory_kib()) {
        let grown = after.saturating_sub(before);
        assert!(grown < 64 * 1_024, "the host grew by {grown} KiB");
    }
}

fn garbage(host: &Host, cookie: &str) {
    let mut mal = host.browse("seat", cookie).expect("a socket");
    for text in [
        "",
        "{",
        "null",
        "[1]",
        "\u{0}",
        "{\"press\":-1}",
        "{\"press\":1,\"intent\":\"stop\"}",
    ] {
        mal.say(text);
        assert_eq!(mal.answer()["done"], false, "{text:?}");
    }
    mal.say(&"[".repeat(10_000));
    assert_eq!(mal.answer()["done"], false);
    // Far too large: the connection ends, at the latest when it has been read.
    let large = vec![b'x'; 100 << 20];
    let sent = mal
        .socket
        .send(Message::text(String::from_utf8(large).expect("text")));
    assert!(sent.is_err() || until_closed(&mut mal));
}

fn until_closed(browser: &mut Browser) -> bool {
    (0..100_000).any(|_| browser.read().is_err())
}

fn flood(host: &Host, cookie: &str) {
    let mut mal = host.browse("seat", cookie).expect("a socket");
    let message = json!({ "press": 1, "intent": { "say": { "text": "spam" } } }).to_string();
    let is_cut = (0..10_000).any(|_| mal.socket.send(Message::text(message.clone())).is_err());
    assert!(is_cut || until_closed(&mut mal));
}

fn requests(host: &Host, cookie: &str) {
    let elsewhere = Browser::open(host.port, "seat", cookie, "http://evil.example");
    assert!(elsewhere.is_err());
    for path in [
        "/../Cargo.toml",
        "/room.journal",
        "/%2e%2e/room.journal",
        "/lead",
        "/ws/seat",
    ] {
        let answer = http(host.port, "GET", path, &[], "");
        assert!(
            !answer.contains("lead_key") && !answer.starts_with("HTTP/1.1 200"),
            "{path}: {answer}"
        );
    }
    let rebound = http(host.port, "GET", "/", &[("Host", "evil.example")], "");
    assert!(rebound.starts_with("HTTP/1.1 421"), "{rebound}");
    let forged = http(
        host.port,
        "POST",
        "/join",
        &[("Origin", "http://evil.example")],
        "code=x",
    );
    assert!(forged.starts_with("HTTP/1.1 403"), "{forged}");
    let large = "x".repeat(1 << 20);
    let answer = http(
        host.port,
        "POST",
        "/join",
        &[("Origin", &host.origin())],
        &large,
    );
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
    for _ in 0..40 {
        let body = "code=AAAAAA&name=x&role=observer";
        http(
            host.port,
            "POST",
            "/join",
            &[("Origin", &host.origin())],
            body,
        );
    }
    let locked = http(
        host.port,
        "POST",
        "/join",
        &[("Origin", &host.origin())],
        "code=AAAAAA",
    );
    assert!(locked.starts_with("HTTP/1.1 429"), "{locked}");
}

//! How much one host carries: teams on the loopback, all updates of every browser timed.
//!
//! `cargo bench --bench gameday -- 100 8 20`: 100 teams of 8 seats for 20 seconds at 5×. An update is
//! late by the time from the moment at which the host had it ready to be sent until a browser has read
//! it; an order by the time from its sending to its acknowledgement, journal included.

#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sev1::base::time::{SimDuration, SimTime};
use sev1::files::open_whole;
use sev1::gameday::journal::{FORMAT, Opening};
use sev1::gameday::keeper::Door;
use sev1::gameday::role::SeatRole;
use sev1::gameday::store::Folder;
use sev1::gameday::{Keeper, Request, Room, secret, server};
use sev1::score::{Eyes, baselines, standing};
use sev1::session::Session;
use sev1::session::replay::{ENGINE, Found};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// What was measured, in milliseconds.
#[derive(Default)]
struct Times {
    updates: Mutex<Vec<f64>>,
    orders: Mutex<Vec<f64>>,
}

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let at = |place: usize, usual: usize| numbers.get(place).copied().unwrap_or(usual);
    let (teams, seats, secs) = (at(0, 20), at(1, 8), at(2, 10));
    if let Err(why) = measure(teams, seats, secs as u64).and_then(|()| standings()) {
        println!("could not run: {why}");
    }
}

/// What it costs to say where one team stands, late in an incident.
fn standings() -> Result<(), String> {
    const TIMES: u32 = 200;
    let opened = open_whole("checkout-5xx", &mut std::io::stderr()).map_err(|it| it.to_string())?;
    let scenario = opened.ok_or("the scenario has findings")?.scenario;
    let mut session = Session::start(&scenario, 7, None);
    session.advance_to(SimTime::ZERO + SimDuration::from_secs(30 * 60));
    let base = baselines(&scenario, 7, session.sim().variant());
    let start = Instant::now();
    for _ in 0..TIMES {
        std::hint::black_box(standing(session.record(), &base, Eyes::Lead));
    }
    let each_us = start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES);
    println!("where one team stands after 30 minutes: {each_us:.0} us");
    Ok(())
}

/// A host that serves.
struct Rig {
    door: Door,
    port: u16,
    folder: PathBuf,
    /// Serves as long as it lives.
    _runtime: tokio::runtime::Runtime,
}

fn set_up(teams: usize) -> Result<Rig, String> {
    let opened = open_whole("checkout-5xx", &mut std::io::stderr()).map_err(|it| it.to_string())?;
    let opened = opened.ok_or("the scenario has findings")?;
    let secret = || secret::token().map_err(|it| it.to_string());
    let opening = Opening {
        format: FORMAT,
        engine: ENGINE.to_owned(),
        found: Found::Id("checkout-5xx".to_owned()),
        scenario_digest: opened.scenario.digest,
        seed: 7,
        teams: (0..teams).map(|it| format!("Team {it}")).collect(),
        code: "AAAAAA".to_owned(),
        lead_key: secret()?,
        wall_key: secret()?,
    };
    let folder = std::env::temp_dir().join(format!("sev1-load-{}", secret()?));
    let store = Folder::create(&folder)?;
    let room = Room::open(opening, Arc::clone(&opened.scenario));
    let mut keeper = Keeper::new(room, opened, Box::new(store), None, Arc::new(|_| {}));
    keeper.open()?;
    let door = keeper.door();
    std::thread::spawn(move || keeper.keep());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|it| it.to_string())?;
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))
        .map_err(|it| it.to_string())?;
    let port = listener.local_addr().map_err(|it| it.to_string())?.port();
    runtime.spawn(server::serve(
        listener,
        door.clone(),
        std::future::pending(),
    ));
    Ok(Rig {
        door,
        port,
        folder,
        _runtime: runtime,
    })
}

/// A seat; its token.
fn sit(door: &Door, team: usize, seat: usize) -> Result<String, String> {
    let (reply, answer) = tokio::sync::oneshot::channel();
    let role = SeatRole::ALL[seat % SeatRole::ALL.len()];
    let request = Request::Join {
        code: "AAAAAA".to_owned(),
        team,
        name: format!("Seat {seat}"),
        roles: vec![role],
        reply,
    };
    door.send(request).map_err(|it| it.to_string())?;
    answer.blocking_recv().map_err(|it| it.to_string())?
}

fn measure(teams: usize, seats: usize, secs: u64) -> Result<(), String> {
    let rig = set_up(teams)?;
    let (door, port) = (&rig.door, rig.port);
    let mut tokens = Vec::new();
    for team in 0..teams {
        for seat in 0..seats {
            tokens.push((seat, sit(door, team, seat)?));
        }
    }
    let times = Arc::new(Times::default());
    let (stop, ready) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(Barrier::new(tokens.len() + 1)),
    );
    let browsers: Vec<_> = tokens
        .into_iter()
        .map(|(seat, token)| {
            let (times, stop, ready) = (Arc::clone(&times), Arc::clone(&stop), Arc::clone(&ready));
            std::thread::spawn(move || browse(port, seat, &token, &times, &stop, &ready))
        })
        .collect();
    ready.wait();
    for wish in [json!({ "speed": 5 }), json!({ "pause": false })] {
        let lead = serde_json::from_value(wish).map_err(|it| it.to_string())?;
        let (reply, answer) = tokio::sync::oneshot::channel();
        door.send(Request::Lead(lead, reply))
            .map_err(|it| it.to_string())?;
        drop(answer.blocking_recv());
    }
    std::thread::sleep(Duration::from_secs(secs));
    stop.store(true, Ordering::Relaxed);
    for browser in browsers {
        drop(browser.join());
    }
    println!("{teams} teams of {seats} at 5x for {secs} s");
    report("updates", &times.updates, secs);
    report("orders acknowledged", &times.orders, secs);
    std::fs::remove_dir_all(&rig.folder).map_err(|it| it.to_string())
}

fn report(name: &str, times: &Mutex<Vec<f64>>, secs: u64) {
    let mut all = times.lock().unwrap_or_else(PoisonError::into_inner);
    all.sort_by(f64::total_cmp);
    let at = |share: f64| {
        all.get(((all.len() as f64 - 1.0) * share) as usize)
            .copied()
    };
    let ms = |share| at(share).unwrap_or(f64::NAN);
    println!(
        "{name}: {} ({}/s), half within {:.0} ms, 95 % within {:.0} ms, 99 % within {:.0} ms",
        all.len(),
        all.len() as u64 / secs.max(1),
        ms(0.5),
        ms(0.95),
        ms(0.99)
    );
}

/// One browser: reads everything, and presses something every few seconds if its role may.
fn browse(port: u16, seat: usize, token: &str, times: &Times, stop: &AtomicBool, ready: &Barrier) {
    let socket = open(port, token);
    ready.wait();
    let Some(mut socket) = socket else {
        println!("a browser could not come in");
        return;
    };
    let (mut updates, mut orders) = (Vec::new(), Vec::new());
    let mut next = Instant::now() + Duration::from_millis(500 + 700 * seat as u64);
    let (mut sent, mut press) = (None, 0_u64);
    while !stop.load(Ordering::Relaxed) {
        if seat % 5 != 4 && Instant::now() >= next && sent.is_none() {
            press += 1;
            next += Duration::from_secs(5);
            let intent = if seat % 5 < 2 && press % 2 == 0 {
                json!({ "offers": { "part": press % 8 } })
            } else {
                json!({ "say": { "text": format!("word {press}") } })
            };
            sent = Some(Instant::now());
            let message = json!({ "press": press, "intent": intent }).to_string();
            if socket.send(Message::text(message)).is_err() {
                break;
            }
        }
        match socket.read() {
            Ok(Message::Text(text)) => {
                let Ok(message) = serde_json::from_str::<Value>(&text) else {
                    break;
                };
                if let Some(made) = message["parts"]["now"]["made_ms"].as_f64() {
                    // Before the start nothing has been played.
                    if made > 0.0 {
                        updates.push(now_ms() - made);
                    }
                } else if message["press"].is_number()
                    && let Some(sent) = sent.take()
                {
                    orders.push(sent.elapsed().as_secs_f64() * 1e3);
                }
            }
            Ok(_) => {}
            Err(tungstenite::Error::Io(error))
                if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    times
        .updates
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .append(&mut updates);
    times
        .orders
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .append(&mut orders);
}

fn open(port: u16, token: &str) -> Option<WebSocket<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .ok()?;
    let mut request = format!("ws://127.0.0.1:{port}/ws/seat")
        .into_client_request()
        .ok()?;
    let headers = request.headers_mut();
    headers.insert("Origin", format!("http://127.0.0.1:{port}").parse().ok()?);
    headers.insert("Cookie", format!("sev1_seat={token}").parse().ok()?);
    tungstenite::client(request, stream).ok().map(|it| it.0)
}

fn now_ms() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |it| it.as_secs_f64() * 1e3)
}

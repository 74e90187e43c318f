//! Sockets: what changed goes out when the browser can take it, what it asks for comes in at a
//! bounded rate.

use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{App, LEAD, SEAT, WALL, busy, cookie};
use crate::gameday::intent::{Lead, Message};
use crate::gameday::keeper::{Entry, Key, Request, Who};
use crate::gameday::limits::{
    LARGEST_MESSAGE, MESSAGES_AT_ONCE, MESSAGES_PER_S, PING, ROUND, SLOWEST_WRITE,
};

/// Opens a socket for whoever shows the right secret.
pub(super) async fn upgrade(
    State(app): State<App>,
    Path(role): Path<String>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let shown = |name| cookie(&headers, name).map(str::to_owned);
    let key = match role.as_str() {
        "seat" => shown(SEAT).map(Key::Seat),
        "lead" => shown(LEAD).map(Key::Lead),
        "wall" => shown(WALL).map(Key::Wall),
        _ => None,
    };
    let Some(key) = key else {
        return StatusCode::FORBIDDEN.into_response();
    };
    match app.ask(|reply| Request::Enter(key, reply)).await {
        None => busy(),
        Some(Err(why)) => (StatusCode::FORBIDDEN, why).into_response(),
        Some(Ok(entry)) => {
            let place = Place {
                app,
                who: entry.who,
            };
            upgrade
                .max_message_size(LARGEST_MESSAGE)
                .max_frame_size(LARGEST_MESSAGE)
                .on_upgrade(move |socket| talk(socket, place, entry))
        }
    }
}

/// A connection that was counted; leaving, however it happens, is told to the keeper.
struct Place {
    app: App,
    who: Who,
}

impl Drop for Place {
    fn drop(&mut self) {
        // Where the keeper is full, waiting for it would hold up the whole server.
        let (door, who) = (self.app.door.clone(), self.who);
        if let Err(std::sync::mpsc::TrySendError::Full(request)) = door.try_send(Request::Left(who))
        {
            let late = move || drop(door.send(request));
            drop(std::thread::Builder::new().spawn(late));
        }
    }
}

/// How fast somebody may speak: a bucket of messages that fills up again.
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn new() -> Self {
        Self {
            left: MESSAGES_AT_ONCE,
            at: Instant::now(),
        }
    }

    /// Takes one message out; says whether there was one.
    fn take(&mut self) -> bool {
        let now = Instant::now();
        let more = now.duration_since(self.at).as_secs_f64() * MESSAGES_PER_S;
        self.left = (self.left + more).min(MESSAGES_AT_ONCE) - 1.0;
        self.at = now;
        self.left >= 0.0
    }
}

async fn talk(mut socket: WebSocket, place: Place, mut entry: Entry) {
    let mut bucket = Bucket::new();
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let hello = std::mem::take(&mut entry.hello);
    let mut seen = 0;
    let mut last = Instant::now() - ROUND;
    if !put(&mut socket, Frame::Text(hello.into())).await {
        return;
    }
    entry.frames.mark_changed();
    loop {
        tokio::select! {
            changed = entry.frames.changed() => {
                if changed.is_err() {
                    break;
                }
                // However often a frame is published, nobody gets more than four a second.
                let early = ROUND.saturating_sub(last.elapsed()) / 2;
                tokio::time::sleep(early).await;
                last = Instant::now();
                let fresh = entry.frames.borrow_and_update().since(seen);
                if let Some((message, newest)) = fresh {
                    seen = newest;
                    if !put(&mut socket, Frame::Text(message.into())).await {
                        break;
                    }
                }
            }
            heard = socket.recv() => {
                let answer = match heard {
                    Some(Ok(Frame::Text(text))) if bucket.take() => hear(&place, &text).await,
                    Some(Ok(Frame::Ping(_) | Frame::Pong(_))) if bucket.take() => continue,
                    Some(Ok(Frame::Text(_) | Frame::Ping(_) | Frame::Pong(_))) => {
                        close(&mut socket, "too many messages").await;
                        break;
                    }
                    Some(Ok(Frame::Binary(_) | Frame::Close(_)) | Err(_)) | None => break,
                };
                if !put(&mut socket, Frame::Text(answer.to_string().into())).await {
                    break;
                }
            }
            _ = ping.tick() => {
                if !put(&mut socket, Frame::Ping(axum::body::Bytes::new())).await {
                    break;
                }
            }
        }
    }
}

/// Sends a message; says whether the browser took it in time.
async fn put(socket: &mut WebSocket, message: Frame) -> bool {
    matches!(
        timeout(SLOWEST_WRITE, socket.send(message)).await,
        Ok(Ok(()))
    )
}

async fn close(socket: &mut WebSocket, why: &'static str) {
    let frame = CloseFrame {
        code: 1008,
        reason: why.into(),
    };
    put(socket, Frame::Close(Some(frame))).await;
}

/// What comes of a message; garbage is answered and changes nothing.
async fn hear(place: &Place, text: &str) -> Value {
    let no = |why: String| json!({ "done": false, "why": why });
    let answer = match place.who {
        Who::Wall => return no("a wall only shows".to_owned()),
        Who::Seat(seat) => match serde_json::from_str::<Message>(text) {
            Err(error) => return no(format!("this message makes no sense: {error}")),
            Ok(message) => {
                let press = message.press;
                let answer = place
                    .app
                    .ask(|reply| Request::Act(seat, message, reply))
                    .await;
                answer.or_else(|| {
                    Some(json!({ "press": press, "done": false, "why": "the host is busy", "again": true }))
                })
            }
        },
        Who::Lead => match serde_json::from_str::<Lead>(text) {
            Err(error) => return no(format!("this message makes no sense: {error}")),
            Ok(lead) => place.app.ask(|reply| Request::Lead(lead, reply)).await,
        },
    };
    answer.unwrap_or_else(|| no("the host is busy".to_owned()))
}

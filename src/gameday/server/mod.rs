//! The server: pages, the way in, and the sockets. It owns nothing of the room; it asks the keeper.
//!
//! Contacts nobody, has no folder to walk, and writes no token into a log: it writes no log.

mod guard;
mod line;
mod pages;
mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::TrySendError;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::gameday::keeper::{Door, Request};
use crate::gameday::role::SeatRole;
use guard::WrongCodes;
use line::{Lines, Peer};

/// What every handler needs.
#[derive(Clone)]
struct App {
    door: Door,
    wrong: Arc<WrongCodes>,
}

/// Names of the cookies; each holds one secret.
const SEAT: &str = "sev1_seat";
const LEAD: &str = "sev1_lead";
const WALL: &str = "sev1_wall";
/// Bytes of a form.
const LARGEST_FORM: usize = 4 * 1024;

/// Serves a room until the future ends.
///
/// # Errors
/// The listener broke.
pub async fn serve(
    listener: TcpListener,
    door: Door,
    until: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = App {
        door,
        wrong: Arc::default(),
    };
    let pages = Router::new()
        .route("/", get(front))
        .route("/join", post(join))
        .route("/play", get(play))
        .route("/lead/{key}", get(lead_in))
        .route("/lead", get(lead))
        .route("/wall/{key}", get(wall_in))
        .route("/wall", get(wall))
        .route("/ws/{role}", get(socket::upgrade))
        .route("/sev1.js", get(script))
        .route("/sev1.css", get(style))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn(guard::guard))
        .with_state(app);
    let service = pages.into_make_service_with_connect_info::<Peer>();
    axum::serve(Lines::new(listener), service)
        .with_graceful_shutdown(until)
        .await
}

impl App {
    /// Asks the keeper; `None` if it cannot keep up or is gone.
    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.tell(request(reply)).then_some(())?;
        answer.await.ok()
    }

    /// Tells the keeper; says whether it has room for it.
    fn tell(&self, request: Request) -> bool {
        match self.door.try_send(request) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }
}

fn busy() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "The host is busy. Try again.",
    )
        .into_response()
}

/// The value of a cookie.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter();
    all.filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Sends somebody on with a cookie that no script and no other site sees.
fn with_cookie(name: &str, value: &str, to: &str) -> Response {
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400");
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

#[derive(Deserialize)]
struct Front {
    code: Option<String>,
}

async fn front(State(app): State<App>, Query(front): Query<Front>) -> Response {
    match app.ask(Request::Teams).await {
        Some(teams) => pages::front(&teams, front.code.as_deref().unwrap_or(""), None),
        None => busy(),
    }
}

async fn join(
    State(app): State<App>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    if !app.wrong.may_try(peer.ip()) {
        let why = "Too many wrong codes. Wait a minute.";
        return (StatusCode::TOO_MANY_REQUESTS, why).into_response();
    }
    let field = |name: &str| {
        let mut all = fields.iter();
        all.find(|it| it.0 == name)
            .map_or("", |it| it.1.as_str())
            .to_owned()
    };
    let roles = fields.iter().filter(|it| it.0 == "role");
    let roles: Vec<SeatRole> = roles.filter_map(|it| SeatRole::of_name(&it.1)).collect();
    let (code, name) = (field("code"), field("name"));
    let team = field("team").parse().unwrap_or(0);
    let asked = code.clone();
    let joined = app
        .ask(|reply| Request::Join {
            code,
            team,
            name,
            roles,
            reply,
        })
        .await;
    match joined {
        Some(Ok(token)) => with_cookie(SEAT, &token, "/play"),
        Some(Err(why)) => {
            app.wrong.was_wrong(peer.ip());
            let teams = app.ask(Request::Teams).await.unwrap_or_default();
            pages::front(&teams, &asked, Some(&why))
        }
        None => busy(),
    }
}

async fn play(headers: HeaderMap) -> Response {
    page_or_front(&headers, SEAT, pages::play)
}

async fn lead(headers: HeaderMap) -> Response {
    page_or_front(&headers, LEAD, pages::lead)
}

async fn wall(headers: HeaderMap) -> Response {
    page_or_front(&headers, WALL, pages::wall)
}

/// The pages themselves hold nothing secret; what fills them comes over the socket.
fn page_or_front(headers: &HeaderMap, name: &str, page: fn() -> Response) -> Response {
    if cookie(headers, name).is_some() {
        page()
    } else {
        Redirect::to("/").into_response()
    }
}

async fn lead_in(Path(key): Path<String>) -> Response {
    key_in(LEAD, &key, "/lead")
}

async fn wall_in(Path(key): Path<String>) -> Response {
    key_in(WALL, &key, "/wall")
}

/// Takes the secret out of the address bar. A wrong one opens nothing: the socket asks the keeper.
fn key_in(name: &str, key: &str, to: &str) -> Response {
    if key.len() <= 64 && key.bytes().all(|it| it.is_ascii_alphanumeric()) {
        with_cookie(name, key, to)
    } else {
        Redirect::to("/").into_response()
    }
}

async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, pages::SCRIPT).into_response()
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, pages::STYLE).into_response()
}

/// The addresses of this machine under which others can reach it: found without sending anything.
pub fn addresses(port: u16) -> Vec<SocketAddr> {
    let socket = std::net::UdpSocket::bind(("0.0.0.0", 0));
    // Connecting a datagram socket only picks the interface.
    let local = socket.and_then(|socket| {
        socket.connect(("192.0.2.1", 9))?;
        socket.local_addr()
    });
    local
        .map(|it| SocketAddr::new(it.ip(), port))
        .into_iter()
        .collect()
}

//! A host in this process or in one of its own, and a browser without a screen.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// Waiting ends after this: something is broken then.
const PATIENCE: Duration = Duration::from_secs(60);

/// A host in a process of its own.
pub(crate) struct Host {
    child: Child,
    pub(crate) port: u16,
    pub(crate) code: String,
    pub(crate) lead: String,
    pub(crate) wall: String,
}

impl Host {
    /// Opens a room; its first team is called Payments.
    pub(crate) fn open(scenario: &str, teams: usize, folder: &Path) -> Self {
        let teams = teams.to_string();
        let folder = folder.display().to_string();
        Self::start(&[
            "host", scenario, "--port", "0", "--teams", &teams, "--team", "Payments", "--folder",
            &folder,
        ])
    }

    /// Goes on with a room.
    pub(crate) fn resume(folder: &Path) -> Self {
        let folder = folder.display().to_string();
        Self::start(&["host", "--resume", &folder, "--port", "0"])
    }

    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sev1"))
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the host starts");
        let out = child.stdout.take().expect("piped");
        let mut said = BTreeMap::new();
        for line in BufReader::new(out).lines() {
            let line = line.expect("text");
            let mut words = line.split_whitespace();
            if let (Some(key), Some(value)) = (words.next(), words.next()) {
                said.insert(key.to_owned(), words.next().unwrap_or(value).to_owned());
                said.insert(format!("{key} 1"), value.to_owned());
            }
            if line.starts_with("Ctrl+C") {
                break;
            }
        }
        let link = |key: &str| said.get(&format!("{key} 1")).cloned().unwrap_or_default();
        let join = link("Join");
        let port = join.split(':').nth(2).and_then(|it| it.split('/').next());
        let last = |link: String| link.rsplit('/').next().unwrap_or_default().to_owned();
        Self {
            child,
            port: port.and_then(|it| it.parse().ok()).expect("a port"),
            code: join.rsplit('=').next().unwrap_or_default().to_owned(),
            lead: last(link("Facilitator")),
            wall: last(link("Wall")),
        }
    }

    /// Memory of the host in KiB; `None` where the system does not say.
    pub(crate) fn memory_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|it| it.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// As somebody at its terminal does it: Ctrl+C. Says whether it ended well.
    pub(crate) fn interrupt(mut self) -> bool {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.is_ok_and(|it| it.success()), "no signal");
        self.child.wait().expect("it ends").success()
    }

    /// As a power cut does it.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Takes a seat; returns its token.
    pub(crate) fn join(&self, team: usize, name: &str, roles: &[&str]) -> Result<String, String> {
        let roles: String = roles.iter().map(|role| format!("&role={role}")).collect();
        let form = format!("code={}&team={team}&name={name}{roles}", self.code);
        let answer = http(
            self.port,
            "POST",
            "/join",
            &[("Origin", &self.origin())],
            &form,
        );
        let cookie = answer
            .split("sev1_seat=")
            .nth(1)
            .and_then(|it| it.split(';').next());
        cookie.map(str::to_owned).ok_or(answer)
    }

    /// Sits down and opens a socket.
    pub(crate) fn sit(&self, team: usize, name: &str, roles: &[&str]) -> Browser {
        let token = self.join(team, name, roles).expect("a seat");
        self.browse("seat", &format!("sev1_seat={token}"))
            .expect("a socket")
    }

    /// The facilitator.
    pub(crate) fn lead(&self) -> Browser {
        self.browse("lead", &format!("sev1_lead={}", self.lead))
            .expect("a socket")
    }

    /// Opens a socket with a cookie.
    pub(crate) fn browse(&self, role: &str, cookie: &str) -> Result<Browser, String> {
        Browser::open(self.port, role, cookie, &self.origin())
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may be dead already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One request; the whole answer as text.
pub(crate) fn http(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|it| it.0 == "Host") {
        request.push_str(&format!("Host: 127.0.0.1:{port}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!(
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    // A connection that is closed early is an answer, too: what is far too large is refused while it is
    // still being sent.
    if let Err(error) = stream.write_all(request.as_bytes()) {
        let closed = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset];
        assert!(closed.contains(&error.kind()), "sent: {error}");
    }
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// A browser without a screen.
pub(crate) struct Browser {
    pub(crate) socket: WebSocket<TcpStream>,
    /// What it was told, by part.
    pub(crate) parts: BTreeMap<String, Value>,
    pub(crate) hello: Value,
    press: u64,
}

impl Browser {
    pub(crate) fn open(port: u16, role: &str, cookie: &str, origin: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        let url = format!("ws://127.0.0.1:{port}/ws/{role}");
        let mut request = url.into_client_request().expect("a request");
        for (name, value) in [("Origin", origin), ("Cookie", cookie)] {
            request
                .headers_mut()
                .insert(name, value.parse().expect("a header"));
        }
        let (socket, _) = tungstenite::client(request, stream).map_err(|it| it.to_string())?;
        let mut browser = Self {
            socket,
            parts: BTreeMap::new(),
            hello: Value::Null,
            press: 0,
        };
        browser.wait(|it| !it.hello.is_null() && it.parts.contains_key("now"));
        Ok(browser)
    }

    /// A part; null before it was told.
    pub(crate) fn part(&self, name: &str) -> &Value {
        self.parts.get(name).unwrap_or(&Value::Null)
    }

    /// Reads one message; answers are returned.
    pub(crate) fn read(&mut self) -> Result<Option<Value>, String> {
        match self.socket.read().map_err(|it| it.to_string())? {
            Message::Text(text) => {
                let message: Value = serde_json::from_str(&text).expect("JSON");
                if let Some(parts) = message["parts"].as_object() {
                    self.parts.extend(parts.clone());
                    return Ok(None);
                }
                if message["hello"].is_object() {
                    self.hello = message["hello"].clone();
                    return Ok(None);
                }
                Ok(Some(message))
            }
            Message::Close(_) => Err("closed".to_owned()),
            _ => Ok(None),
        }
    }

    /// Reads until something holds.
    pub(crate) fn wait(&mut self, holds: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(
                Instant::now() < until,
                "waited in vain; parts: {:?}",
                self.parts.keys()
            );
            self.read().expect("the host talks");
        }
    }

    /// Sends anything.
    pub(crate) fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).expect("sent");
    }

    /// Sends an intent; returns the answer.
    pub(crate) fn act(&mut self, intent: &Value) -> Value {
        self.press += 1;
        let press = self.press;
        self.act_as(press, intent)
    }

    /// The same with a number.
    pub(crate) fn act_as(&mut self, press: u64, intent: &Value) -> Value {
        self.say(&json!({ "press": press, "intent": intent }).to_string());
        self.answer()
    }

    /// Sends the facilitator's wish; returns the answer.
    pub(crate) fn lead(&mut self, wish: &Value) -> Value {
        self.say(&wish.to_string());
        self.answer()
    }

    pub(crate) fn answer(&mut self) -> Value {
        loop {
            if let Some(answer) = self.read().expect("the host talks") {
                return answer;
            }
        }
    }

    /// Takes the first offer with this label.
    pub(crate) fn take(&mut self, part: Option<u16>, label: &str) -> Value {
        let offers = self.act(&json!({ "offers": { "part": part } }));
        let rows = offers["offers"]["rows"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        match rows.iter().find(|row| row["label"] == label) {
            Some(row) => self.act(&json!({ "take": {
                "part": part, "key": row["key"], "value": null, "by": null } })),
            None => json!({ "done": false, "why": "not offered" }),
        }
    }
}

/// A folder of this test that does not exist yet.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("gameday-{name}"));
    drop(std::fs::remove_dir_all(&folder));
    folder
}

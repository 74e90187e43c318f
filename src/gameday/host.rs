//! A host on threads of its own, the keeper's and the server's, for whoever has something else to do
//! meanwhile: the window. `sev1 host` waits for it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use qrcode::{Color, QrCode};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::files::Opened;
use crate::gameday::intent::Lead;
use crate::gameday::journal::{Deed, FORMAT, Line, Opening};
use crate::gameday::judge::Ear;
use crate::gameday::keeper::{Door, Entry, Invitation, Key};
use crate::gameday::store::Folder;
use crate::gameday::{Keeper, Request, Room, secret, server};
use crate::session::replay::{ENGINE, Found};

/// Connections that are still open when the host ends have so long to close.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A room that is ready to be served, and where it is kept.
pub struct Table {
    /// What it was opened with.
    pub opening: Opening,
    /// Its folder.
    pub folder: PathBuf,
    keeper: Keeper,
}

/// A room that somebody left, as its folder has it.
pub struct Left {
    /// Id of its scenario, or its path.
    pub named: String,
    folder: PathBuf,
    store: Folder,
    lines: Vec<Line>,
}

/// A room that is being served.
pub struct Host {
    /// What it was opened with.
    pub opening: Opening,
    /// Its folder.
    pub folder: PathBuf,
    /// Where browsers find it.
    pub address: SocketAddr,
    /// The same for those who come in, and for their cameras.
    pub invitation: Invitation,
    door: Door,
    kept: JoinHandle<Result<(), String>>,
    served: JoinHandle<Result<(), String>>,
    stop: oneshot::Sender<()>,
}

impl Table {
    /// Opens a room for teams of these names in a new folder. `ear` hears how far the judge is, once the incidents are over.
    ///
    /// # Errors
    /// In a sentence: no randomness, or no journal.
    pub fn open(
        opened: Opened,
        seed: u64,
        teams: Vec<String>,
        folder: PathBuf,
        ear: Ear,
    ) -> Result<Self, String> {
        let random = |error: std::io::Error| format!("no randomness: {error}");
        let opening = Opening {
            format: FORMAT,
            engine: ENGINE.to_owned(),
            found: if opened.built_in {
                Found::Id(opened.named.clone())
            } else {
                Found::Path(opened.named.clone())
            },
            scenario_digest: opened.scenario.digest,
            seed,
            teams,
            code: secret::code().map_err(random)?,
            lead_key: secret::token().map_err(random)?,
            wall_key: secret::token().map_err(random)?,
        };
        let store = Folder::create(&folder)?;
        let room = Room::open(opening.clone(), Arc::clone(&opened.scenario));
        let mut keeper = keeper(room, opened, store, &folder, ear);
        keeper.open()?;
        Ok(Self {
            opening,
            folder,
            keeper,
        })
    }

    /// Serves it: this machine alone, or the whole network. Port 0 takes a free one.
    ///
    /// # Errors
    /// In a sentence: the port cannot be used, or there are no threads.
    pub fn serve(self, lan: bool, port: u16) -> Result<Host, String> {
        let Self {
            opening,
            folder,
            mut keeper,
        } = self;
        let (listener, address) = listen(lan, port)?;
        let invitation = Invitation {
            address: format!("http://{address}"),
            code: modules(&join_link(address, &opening)),
        };
        keeper.invite(invitation.clone());
        let no_threads = |error: std::io::Error| format!("no threads: {error}");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(no_threads)?;
        let door = keeper.door();
        let kept = std::thread::Builder::new()
            .name("keeper".to_owned())
            .spawn(move || keeper.keep())
            .map_err(no_threads)?;
        let (stop, stopped) = oneshot::channel();
        let way = door.clone();
        let serving = async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::select! {
                served = server::serve(listener, way, std::future::pending()) => served,
                // The other end is dropped when it is to end.
                _ = stopped => Ok(()),
            }
        };
        let served = std::thread::Builder::new()
            .name("server".to_owned())
            .spawn(move || {
                let served = runtime.block_on(serving);
                runtime.shutdown_timeout(LAST_WORDS);
                served.map_err(|error| format!("the server stopped: {error}"))
            })
            .map_err(no_threads)?;
        Ok(Host {
            opening,
            folder,
            address,
            invitation,
            door,
            kept,
            served,
            stop,
        })
    }
}

impl Left {
    /// Reads the folder of a room. Nobody else can have it then.
    ///
    /// # Errors
    /// In a sentence, with the path.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let (store, lines) = Folder::resume(folder)?;
        let Some(Deed::Opened(opening)) = lines.first().map(|line| &line.deed) else {
            let path = folder.display();
            return Err(format!(
                "{path}: the journal does not begin with an opening"
            ));
        };
        let named = match &opening.found {
            Found::Id(name) | Found::Path(name) => name.clone(),
        };
        Ok(Self {
            named,
            folder: folder.to_owned(),
            store,
            lines,
        })
    }

    /// Goes on with it. `opened` is the scenario that it names.
    ///
    /// # Errors
    /// In a sentence, with the path: the scenario is another one by now, or the engine.
    pub fn go_on(self, opened: Opened, ear: Ear) -> Result<Table, String> {
        let room = Room::resume(&self.lines, Arc::clone(&opened.scenario))
            .map_err(|why| format!("{}: {why}", self.folder.display()))?;
        let opening = room.opening.clone();
        let keeper = keeper(room, opened, self.store, &self.folder, ear);
        Ok(Table {
            opening,
            folder: self.folder,
            keeper,
        })
    }
}

impl Host {
    /// The address on which one joins.
    pub fn join(&self) -> String {
        join_link(self.address, &self.opening)
    }

    /// The address of the facilitator's console in a browser; it is a secret.
    pub fn lead(&self) -> String {
        format!("http://{}/lead/{}", self.address, self.opening.lead_key)
    }

    /// The address of what a projector shows.
    pub fn wall(&self) -> String {
        format!("http://{}/wall/{}", self.address, self.opening.wall_key)
    }

    /// Comes in as the facilitator.
    ///
    /// # Errors
    /// In a sentence: the keeper has ended.
    pub fn enter(&self) -> Result<Entry, String> {
        let (reply, answer) = oneshot::channel();
        let key = Key::Lead(self.opening.lead_key.clone());
        let gone = "the host has ended";
        let asked = self.door.send(Request::Enter(key, reply));
        asked.map_err(|_| gone.to_owned())?;
        answer.blocking_recv().map_err(|_| gone.to_owned())?
    }

    /// Asks for something as the facilitator; the answer comes with the keeper's next round. `None`
    /// where the keeper cannot take it.
    pub fn ask(&self, wish: Lead) -> Option<oneshot::Receiver<Value>> {
        let (reply, answer) = oneshot::channel();
        self.door.try_send(Request::Lead(wish, reply)).ok()?;
        Some(answer)
    }

    /// Whether it still runs; the keeper ends by itself where its disk fails.
    pub fn is_running(&self) -> bool {
        !self.kept.is_finished() && !self.served.is_finished()
    }

    /// Ends it: everything acknowledged is on disk, and the room can be gone on with.
    ///
    /// # Errors
    /// Why it had ended before, in a sentence.
    pub fn end(self) -> Result<(), String> {
        let (reply, safe) = oneshot::channel();
        if self.door.send(Request::End(reply)).is_ok() {
            // It may have ended in the meantime.
            drop(safe.blocking_recv());
        }
        drop(self.stop);
        let stopped = || Err("it stopped; the journal has all that was acknowledged".to_owned());
        let kept = self.kept.join().unwrap_or_else(|_| stopped());
        let served = self.served.join().unwrap_or_else(|_| stopped());
        kept.and(served)
    }
}

fn keeper(room: Room, opened: Opened, store: Folder, folder: &Path, ear: Ear) -> Keeper {
    let evidence = Some(folder.join("evidence"));
    Keeper::new(room, opened, Box::new(store), evidence, ear)
}

fn join_link(address: SocketAddr, opening: &Opening) -> String {
    format!("http://{address}/?code={}", opening.code)
}

/// A text as a code for cameras, row by row; nothing where it does not fit into one.
fn modules(text: &str) -> Vec<String> {
    let Ok(code) = QrCode::new(text.as_bytes()) else {
        return Vec::new();
    };
    let colors = code.to_colors();
    let row = |row: &[Color]| row.iter().map(|it| it.select('1', '0')).collect();
    colors.chunks(code.width()).map(row).collect()
}

/// A listener, and the address that others reach it by.
fn listen(lan: bool, port: u16) -> Result<(TcpListener, SocketAddr), String> {
    let ip = if lan {
        Ipv4Addr::UNSPECIFIED
    } else {
        Ipv4Addr::LOCALHOST
    };
    let no = |error: std::io::Error| format!("port {port} cannot be used: {error}");
    let listener = TcpListener::bind((ip, port)).map_err(no)?;
    listener.set_nonblocking(true).map_err(no)?;
    let port = listener.local_addr().map_err(no)?.port();
    let others = if lan {
        server::addresses(port)
    } else {
        Vec::new()
    };
    let here = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    Ok((listener, others.first().copied().unwrap_or(here)))
}

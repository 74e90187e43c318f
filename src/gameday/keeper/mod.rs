//! The keeper: one thread that owns the room, so that everything happens in one order. What it takes in
//! one round goes to disk together, before anybody hears of it.

mod after;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rayon::prelude::*;
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};

use crate::base::time::SimDuration;
use crate::files::Opened;
use crate::gameday::comparison::Comparisons;
use crate::gameday::intent::{Intent, Lead, Message};
use crate::gameday::journal::{self, Deed, Line, Store};
use crate::gameday::judge::{Ear, Word};
use crate::gameday::limits::{CONNECTIONS_PER_SEAT, ROUND, WAITING, WATCHERS};
use crate::gameday::pack::Judged;
use crate::gameday::parts::{self, Frame, Pulse};
use crate::gameday::role::SeatRole;
use crate::gameday::room::{Decision, Room};
use crate::gameday::standing::Standings;
use crate::gameday::{secret, truth};
use crate::scenario::model::AddedCause;
use crate::score::Baselines;
use crate::view::Debrief;

/// Requests that are taken in one round.
const MOST_AT_ONCE: usize = 1_024;

/// What a browser shows to come in.
#[derive(Clone, Debug)]
pub enum Key {
    /// The token of a seat.
    Seat(String),
    /// The facilitator's secret.
    Lead(String),
    /// The secret of the wall.
    Wall(String),
}

/// Who came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A seat.
    Seat(usize),
    /// The facilitator.
    Lead,
    /// The wall.
    Wall,
}

/// An open door.
#[derive(Debug)]
pub struct Entry {
    /// Who came in.
    pub who: Who,
    /// What never changes.
    pub hello: String,
    /// What does.
    pub frames: watch::Receiver<Arc<Frame>>,
}

type Reply<T> = oneshot::Sender<T>;

/// What the keeper can be asked for.
#[derive(Debug)]
pub enum Request {
    /// A seat; the answer is its token.
    Join {
        /// The code of the room.
        code: String,
        /// Which team.
        team: usize,
        /// As whom.
        name: String,
        /// What they may do.
        roles: Vec<SeatRole>,
        /// The token, or why not.
        reply: Reply<Result<String, String>>,
    },
    /// To see and act.
    Enter(Key, Reply<Result<Entry, String>>),
    /// A connection is gone.
    Left(Who),
    /// A seat's intent.
    Act(usize, Message, Reply<Value>),
    /// The facilitator's wish.
    Lead(Lead, Reply<Value>),
    /// Names of the teams, for the page on which one joins.
    Teams(Reply<Vec<String>>),
    /// What teams with these causes are compared with has been played.
    Compared(Vec<AddedCause>, Arc<Baselines>),
    /// Teams have been judged, each by its number.
    Judged(Vec<(usize, Judged)>),
    /// How far the judge is.
    Looking(Word),
    /// The host ends.
    End(Reply<()>),
}

/// How people come in, for the wall.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    /// The address that they open.
    pub address: String,
    /// The same with the room's code, for cameras: rows of `0` (light) and `1` (dark).
    pub code: Vec<String>,
}

/// The way to a keeper.
pub type Door = SyncSender<Request>;

/// The keeper of a room.
pub struct Keeper {
    room: Room,
    opened: Opened,
    store: Box<dyn Store>,
    pack: Option<PathBuf>,
    invitation: Option<Invitation>,
    door: Door,
    requests: Receiver<Request>,
    teams: Vec<Screen>,
    lead: Screen,
    wall: Screen,
    online: Vec<u32>,
    watchers: usize,
    comparisons: Comparisons,
    is_comparing: bool,
    standings: Standings,
    judge: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    ear: Ear,
    debriefs: Vec<Option<Debrief>>,
    /// When the last moment began to be played, in milliseconds since 1970.
    played_ms: u64,
    lines: Vec<u8>,
    answers: Vec<Ready>,
}

/// A frame, and those who look at it.
struct Screen {
    frame: Frame,
    pulse: Option<Pulse>,
    sender: watch::Sender<Arc<Frame>>,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            frame: Frame::default(),
            pulse: None,
            sender: watch::Sender::new(Arc::new(Frame::default())),
        }
    }
}

impl Screen {
    fn show(&mut self) {
        // Nobody may be looking.
        self.sender.send_replace(Arc::new(self.frame.clone()));
    }
}

/// An answer that goes out once the journal is safe.
enum Ready {
    Token(Reply<Result<String, String>>, Result<String, String>),
    Words(Reply<Value>, Value),
    End(Reply<()>),
}

impl Keeper {
    /// A keeper of a room; its evidence goes into `pack`, and `ear` hears how far that is.
    pub fn new(
        room: Room,
        opened: Opened,
        store: Box<dyn Store>,
        pack: Option<PathBuf>,
        ear: Ear,
    ) -> Self {
        let (door, requests) = sync_channel(WAITING);
        let teams = room.teams.iter().map(|_| Screen::default()).collect();
        let online = vec![0; room.seats.len()];
        let debriefs = vec![None; room.teams.len()];
        Self {
            room,
            opened,
            store,
            pack,
            invitation: None,
            door,
            requests,
            teams,
            lead: Screen::default(),
            wall: Screen::default(),
            online,
            watchers: 0,
            comparisons: Comparisons::default(),
            is_comparing: false,
            standings: Standings::default(),
            judge: None,
            stop: Arc::default(),
            ear,
            debriefs,
            played_ms: 0,
            lines: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// What the wall shows to those who want to come in.
    pub fn invite(&mut self, invitation: Invitation) {
        self.invitation = Some(invitation);
    }

    /// The way in.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// Takes down what a new room was opened with.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn open(&mut self) -> Result<(), String> {
        let opening = Box::new(self.room.opening.clone());
        self.write(Deed::Opened(opening))?;
        self.commit()
    }

    /// Keeps the room until the host ends.
    ///
    /// # Errors
    /// The journal cannot be written: nothing that happens would survive.
    pub fn keep(mut self) -> Result<(), String> {
        self.lead.frame.put("secrets", &truth::secrets(&self.room));
        self.refresh();
        let mut last = Instant::now();
        let mut is_open = true;
        while is_open {
            let left = ROUND.saturating_sub(last.elapsed());
            let first = match self.requests.recv_timeout(left) {
                Ok(request) => Some(request),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let more: Vec<Request> = self.requests.try_iter().take(MOST_AT_ONCE).collect();
            for request in first.into_iter().chain(more) {
                is_open &= self.take(request)?;
            }
            let is_round = last.elapsed() >= ROUND;
            if is_round {
                let real_s = last.elapsed().as_secs_f64();
                last = Instant::now();
                self.play(real_s)?;
            }
            self.commit()?;
            if is_round {
                self.compare();
                self.refresh();
                self.judge();
            }
        }
        self.stop.store(true, Ordering::Relaxed);
        drop(self.requests);
        // What it has written by now stays, and it ends after the branch that it is at.
        if let Some(judge) = self.judge {
            drop(judge.join());
        }
        Ok(())
    }

    /// Time passes. The moment is on disk before anybody sees it, so a host that comes back is never
    /// behind what a browser has shown.
    fn play(&mut self, real_s: f64) -> Result<(), String> {
        // A round is longer than the longest frame of `Pace`, so that it is handed over in pieces.
        let mut due = SimDuration::ZERO;
        let mut left = real_s.min(1.0);
        while left > 0.0 {
            due = due + self.room.due(left.min(0.25));
            left -= 0.25;
        }
        if due > SimDuration::ZERO {
            self.played_ms = wall_ms();
            self.room.advance_to(self.room.now + due);
            self.write(Deed::Ticked)?;
        }
        Ok(())
    }

    fn write(&mut self, deed: Deed) -> Result<(), String> {
        let line = Line {
            at: self.room.now,
            wall_ms: wall_ms(),
            deed,
        };
        journal::write(&line, &mut self.lines).map_err(|error| error.to_string())
    }

    /// Everything of this round is safe, then the answers go out.
    fn commit(&mut self) -> Result<(), String> {
        if !self.lines.is_empty() {
            let append = self.store.append(&self.lines);
            append.map_err(|error| format!("the journal could not be written: {error}"))?;
            self.lines.clear();
        }
        for ready in self.answers.drain(..) {
            // Whoever asked may be gone.
            match ready {
                Ready::Token(reply, answer) => drop(reply.send(answer)),
                Ready::Words(reply, answer) => drop(reply.send(answer)),
                Ready::End(reply) => drop(reply.send(())),
            }
        }
        Ok(())
    }

    /// Takes one request; says whether the host goes on.
    fn take(&mut self, request: Request) -> Result<bool, String> {
        match request {
            Request::Join {
                code,
                team,
                name,
                roles,
                reply,
            } => {
                let answer = self.join(&code, team, &name, &roles)?;
                self.answers.push(Ready::Token(reply, answer));
            }
            Request::Enter(key, reply) => drop(reply.send(self.enter(&key))),
            Request::Left(who) => self.left(who),
            Request::Act(seat, message, reply) => {
                let answer = self.act(seat, message)?;
                self.answers.push(Ready::Words(reply, answer));
            }
            Request::Lead(lead, reply) => {
                let decision = self.room.lead(lead);
                let answer = self.carry_out(decision)?;
                self.answers.push(Ready::Words(reply, answer));
            }
            Request::Teams(reply) => {
                let names = self.room.teams.iter().map(|team| team.name.clone());
                drop(reply.send(names.collect()));
            }
            Request::Compared(added, played) => {
                self.is_comparing = false;
                self.comparisons.keep(&self.room, added, played);
            }
            Request::Judged(judged) => self.show_judged(judged),
            Request::Looking(word) => self.show_looking(&word),
            Request::End(reply) => {
                self.answers.push(Ready::End(reply));
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn join(
        &mut self,
        code: &str,
        team: usize,
        name: &str,
        roles: &[SeatRole],
    ) -> Result<Result<String, String>, String> {
        let mut deed = match self.room.join(code, team, name, roles) {
            Ok(deed) => deed,
            Err(why) => return Ok(Err(why)),
        };
        let fresh = secret::token().map_err(|error| error.to_string())?;
        if let Deed::Seated { token, .. } = &mut deed {
            token.clone_from(&fresh);
        }
        drop(self.room.apply(&deed));
        self.online.push(0);
        self.write(deed)?;
        Ok(Ok(fresh))
    }

    fn enter(&mut self, key: &Key) -> Result<Entry, String> {
        let opening = &self.room.opening;
        let (who, hello, screen) = match key {
            Key::Seat(token) => {
                let id = self
                    .room
                    .seat_of(token)
                    .ok_or("this seat is not known here")?;
                let seat = &self.room.seats[id];
                if self.online[id] as usize >= CONNECTIONS_PER_SEAT {
                    return Err("this seat is open in too many windows".to_owned());
                }
                self.online[id] += 1;
                let hello = parts::hello(&self.room, id, seat);
                (Who::Seat(id), hello, &self.teams[seat.team])
            }
            Key::Lead(_) | Key::Wall(_) if self.watchers >= WATCHERS => {
                return Err("too many watch already".to_owned());
            }
            Key::Lead(key) if *key == opening.lead_key => {
                self.watchers += 1;
                (Who::Lead, parts::stage(&self.room), &self.lead)
            }
            Key::Wall(key) if *key == opening.wall_key => {
                self.watchers += 1;
                let mut hello = parts::stage(&self.room);
                hello["code"] = json!(opening.code);
                hello["join"] = json!(self.invitation.as_ref().map(|it| &it.address));
                hello["qr"] = json!(self.invitation.as_ref().map(|it| &it.code));
                (Who::Wall, hello, &self.wall)
            }
            Key::Lead(_) | Key::Wall(_) => return Err("this link is not known here".to_owned()),
        };
        let hello = json!({ "hello": hello }).to_string();
        Ok(Entry {
            who,
            hello,
            frames: screen.sender.subscribe(),
        })
    }

    fn left(&mut self, who: Who) {
        match who {
            Who::Seat(id) => {
                if let Some(count) = self.online.get_mut(id) {
                    *count = count.saturating_sub(1);
                }
            }
            Who::Lead | Who::Wall => self.watchers = self.watchers.saturating_sub(1),
        }
    }

    fn act(&mut self, seat: usize, message: Message) -> Result<Value, String> {
        let press = message.press;
        let mut answer = match (&message.intent, self.room.seats.get(seat)) {
            (Intent::Offers { part }, Some(it)) => {
                json!({ "offers": parts::offers(&self.room, it, *part) })
            }
            (Intent::Plots { part }, Some(it)) => {
                json!({ "plots": parts::plots(&self.room, it, *part) })
            }
            _ => {
                let decision = self.room.decide(seat, press, message.intent);
                self.carry_out(decision)?
            }
        };
        answer["press"] = json!(press);
        Ok(answer)
    }

    fn carry_out(&mut self, decision: Decision) -> Result<Value, String> {
        let answer = match decision {
            Decision::No(why) => Err(why),
            Decision::Again(answer) => answer,
            Decision::Do(mut deed) => {
                let answer = self.room.apply(&deed);
                if let Deed::Ordered { refused, .. } = &mut deed {
                    *refused = answer.is_err();
                }
                self.write(deed.clone())?;
                if let Deed::TookOn { seat, .. } = deed {
                    self.write_follow_ups(seat);
                }
                answer
            }
        };
        Ok(match answer {
            Ok(order) => json!({ "done": true, "order": order }),
            Err(why) => json!({ "done": false, "why": why }),
        })
    }

    /// Makes the frames anew and shows them.
    fn refresh(&mut self) {
        self.standings.renew(&self.room, &self.comparisons);
        let (room, online, played_ms) = (&self.room, &self.online, self.played_ms);
        let board = parts::board(room, &self.standings.seen);
        let screens = self.teams.par_iter_mut().enumerate();
        screens.for_each(|(index, screen)| {
            let Some(team) = room.teams.get(index) else {
                return;
            };
            parts::quick(room, team, played_ms, &mut screen.frame);
            let pulse = Some(Pulse::of(room, team));
            if screen.pulse != pulse {
                screen.pulse = pulse;
                parts::slow(room, index, team, &mut screen.frame);
            }
            screen
                .frame
                .put("people", &parts::people(room, index, online));
            let shown = if room.board_shown {
                &board
            } else {
                &Value::Null
            };
            screen.frame.put("board", shown);
            screen.show();
        });
        self.watch(&board);
    }

    /// The facilitator's frame and the wall's.
    fn watch(&mut self, board: &Value) {
        let room = &self.room;
        let teams = room.teams.iter().enumerate();
        if self.lead.sender.receiver_count() > 0 {
            let teams = teams.map(|(index, team)| {
                let base = self.comparisons.of(team).map(|it| &**it);
                truth::of_team(room, index, team, base)
            });
            self.lead.frame.put("teams", &teams.collect::<Vec<_>>());
            let board = parts::board(room, &self.standings.true_ones);
            self.lead.frame.put("board", &board);
        }
        if self.wall.sender.receiver_count() > 0 {
            self.wall.frame.put("wall", &parts::wall(room));
        }
        let clock = room
            .teams
            .first()
            .map(|team| crate::view::clock_at(&team.session, room.now));
        let now = json!({
            "clock": clock, "elapsed": room.now.to_string(), "speed": room.pace.speed(),
            "paused": room.pace.is_paused(), "begun": room.has_begun, "room_over": room.is_over(),
            "lands": room.lands_at.map(|at| at.to_string()), "board_shown": room.board_shown,
            "seats": room.seats.len(),
        });
        let notes = room.notes.iter().map(|it| {
            let of = it.team.and_then(|team| room.teams.get(team));
            let of = of.map_or("all teams", |team| team.name.as_str());
            let shown = if it.shown { ", shown" } else { "" };
            format!("{} {} ({of}{shown})", it.at, it.text)
        });
        self.lead.frame.put("notes", &notes.collect::<Vec<_>>());
        for screen in [&mut self.lead, &mut self.wall] {
            screen.frame.put("now", &now);
        }
        self.wall.frame.put(
            "board",
            if room.board_shown {
                board
            } else {
                &Value::Null
            },
        );
        // A single team has the wall for itself; several are equals on it.
        if let [only] = self.teams.as_slice() {
            self.wall.frame.copy(&only.frame, "map");
        }
        self.lead.show();
        self.wall.show();
    }
}

fn wall_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
}

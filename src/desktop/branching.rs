//! Branches of a finished run, played on a thread of its own: what came of the edits that somebody
//! drags together, and what could have been ordered at a moment. Only the newest wish is played.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::id::ComponentId;
use crate::base::time::SimTime;
use crate::debrief::what_if::{Edit, WhatIf};
use crate::score::{Baselines, Depth, score};
use crate::session::{Record, Session};
use crate::view::{BranchView, Offer, branch, offers};

/// What can be asked for.
enum Ask {
    Play(Vec<Edit>),
    Offers(SimTime),
}

/// What came of it.
enum Answer {
    Branch(Box<Branch>),
    Impossible(String),
    Offers(SimTime, Vec<Choice>),
}

/// A branch that was played.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What was done differently.
    pub edits: Vec<Edit>,
    /// The whole of it.
    pub session: Session,
    /// The same beside the run.
    pub view: BranchView,
}

/// Something that could have been ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The part of the system it is about; empty is the incident.
    pub part: String,
    /// The order.
    pub offer: Offer,
}

impl Choice {
    /// In words, such as `orders-api · Scale out · 8 instances`.
    pub fn words(&self) -> String {
        let parts = [&self.part, &self.offer.label, &self.offer.detail];
        let parts = parts.into_iter().filter(|it| !it.is_empty());
        parts.cloned().collect::<Vec<_>>().join(" · ")
    }
}

/// The run that branches are played of.
pub struct Branching {
    asks: Sender<(u64, Ask)>,
    /// In a mutex because a window may be handed from thread to thread.
    answers: Mutex<Receiver<(u64, Answer)>>,
    asked: u64,
    answered: u64,
    /// The branch that is shown; none is the run alone.
    pub branch: Option<Arc<Branch>>,
    /// What could have been ordered, and when.
    pub offered: Option<(SimTime, Vec<Choice>)>,
    /// Why there is no branch.
    pub failure: Option<String>,
}

impl Branching {
    /// Of a finished run; with baselines its branches are scored.
    pub fn of(record: &Arc<Record>, baselines: Option<&Baselines>) -> Self {
        let (asks, asked) = channel();
        let (told, answers) = channel();
        let (record, baselines) = (Arc::clone(record), baselines.cloned());
        let thread = std::thread::Builder::new().name("branches".to_owned());
        let started = thread.spawn(move || work(&record, baselines.as_ref(), &asked, &told));
        Self {
            asks,
            answers: Mutex::new(answers),
            asked: 0,
            answered: 0,
            branch: None,
            offered: None,
            failure: started.err().map(|error| error.to_string()),
        }
    }

    /// Plays these edits; none shows the run alone.
    pub fn play(&mut self, edits: Vec<Edit>) {
        self.failure = None;
        if edits.is_empty() {
            self.branch = None;
        }
        self.ask(Ask::Play(edits));
    }

    /// Finds out what could have been ordered then.
    pub fn ask_offers(&mut self, at: SimTime) {
        self.ask(Ask::Offers(at));
    }

    fn ask(&mut self, ask: Ask) {
        self.asked += 1;
        if self.asks.send((self.asked, ask)).is_err() {
            self.fail();
        }
    }

    fn fail(&mut self) {
        self.answered = self.asked;
        let why = "branches cannot be played any more; the run itself is kept";
        self.failure.get_or_insert_with(|| why.to_owned());
    }

    /// Takes over what has been worked out; says whether something came.
    pub fn poll(&mut self) -> bool {
        let mut came = false;
        loop {
            let answers = self.answers.get_mut();
            match answers.unwrap_or_else(PoisonError::into_inner).try_recv() {
                Ok((number, answer)) => {
                    self.answered = number;
                    self.take(answer);
                    came = true;
                }
                Err(TryRecvError::Empty) => return came,
                Err(TryRecvError::Disconnected) => {
                    if self.is_coming() {
                        self.fail();
                    }
                    return came;
                }
            }
        }
    }

    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Branch(branch) if branch.edits.is_empty() => self.branch = None,
            Answer::Branch(branch) => self.branch = Some(Arc::new(*branch)),
            Answer::Impossible(why) => {
                self.branch = None;
                self.failure = Some(why);
            }
            Answer::Offers(at, choices) => self.offered = Some((at, choices)),
        }
    }

    /// Whether something is being worked out.
    pub fn is_coming(&self) -> bool {
        self.answered < self.asked
    }
}

/// The thread: ends when nobody can ask any more.
fn work(
    record: &Record,
    baselines: Option<&Baselines>,
    asks: &Receiver<(u64, Ask)>,
    answers: &Sender<(u64, Answer)>,
) {
    let run = WhatIf::new(record);
    let points = |record: &Record| Some(score(record, baselines?, Depth::Quick).total);
    let own = points(record);
    while let Ok(first) = asks.recv() {
        let (mut edits, mut moment) = (None, None);
        // Whoever drags asks for many; the newest of each sort counts.
        for (number, ask) in std::iter::once(first).chain(asks.try_iter()) {
            match ask {
                Ask::Play(wish) => edits = Some((number, wish)),
                Ask::Offers(at) => moment = Some((number, at)),
            }
        }
        let mut done = Vec::new();
        if let Some((number, edits)) = edits {
            let answer = match run.play(&edits) {
                Ok(session) => {
                    let there = session.record();
                    let points = own.zip(points(&there));
                    let view = branch(record, &there, points);
                    Answer::Branch(Box::new(Branch {
                        edits,
                        session,
                        view,
                    }))
                }
                Err(why) => Answer::Impossible(why.to_string()),
            };
            done.push((number, answer));
        }
        if let Some((number, at)) = moment {
            done.push((number, Answer::Offers(at, choices(&run.at(at)))));
        }
        done.sort_by_key(|it| it.0);
        for answer in done {
            if answers.send(answer).is_err() {
                return;
            }
        }
    }
}

/// Everything that can be ordered in a session, about every part of it, each once.
fn choices(session: &Session) -> Vec<Choice> {
    let components = &session.scenario().world.components;
    let parts = components.enumerate();
    let named = parts.map(|(id, part)| (Some(id), part.name.clone()));
    let mut all: Vec<Choice> = Vec::new();
    let whole = std::iter::once((None, String::new()));
    for (id, part) in whole.chain(named) {
        let found: Vec<Offer> = offers(session, id as Option<ComponentId>);
        let fits = found.into_iter().filter(|it| !it.is_pointless());
        for offer in fits {
            if all.iter().all(|it| it.offer.key != offer.key) {
                let part = part.clone();
                all.push(Choice { part, offer });
            }
        }
    }
    all
}

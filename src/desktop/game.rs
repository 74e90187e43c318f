//! The incident on the table: a session, how fast it runs, and the views of it that panels draw.
//!
//! Knows neither Bevy nor widgets. Views are made anew when something happened, a few times a second
//! at most: the clock may run at 60 seconds a second.

use std::sync::Arc;

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::files::Opened;
use crate::scenario::order::Order;
use crate::session::replay::Replay;
use crate::session::{Note, Pace, Refusal, SECOND, Session};
use crate::view::{self, Desk, Layout, Listener, MapTap, Offer, OrderRow, Plot, Stripe};

/// Real seconds between two refreshes of the views.
const REFRESH_EVERY_S: f64 = 0.2;
/// Plots that are shown beside each other.
const MOST_PLOTS: usize = 3;
/// Simulated time between two forks kept for scrubbing.
const FORK_EVERY: SimDuration = SimDuration::from_secs(30);
/// Who gives the orders.
pub const ACTOR: &str = "player";

/// An incident, played or watched.
pub struct Game {
    /// The scenario and its texts.
    pub opened: Opened,
    /// The incident.
    pub session: Session,
    /// How fast it runs.
    pub pace: Pace,
    /// Where the parts stand.
    pub layout: Arc<Layout>,
    /// What moves on the map.
    pub tap: MapTap,
    /// Pager, team, channel and figures.
    pub desk: Desk,
    /// The timeline.
    pub stripe: Stripe,
    /// What can be ordered now.
    pub offers: Vec<Offer>,
    /// Orders under way, and those that can be taken back.
    pub orders: Vec<OrderRow>,
    /// Who has to be told.
    pub listeners: Vec<Listener>,
    /// The plots of what matters now.
    pub plots: Vec<Plot>,
    /// Every plot of the selected part.
    pub detail: Vec<Plot>,
    /// The part of the system that the console is about.
    pub selected: Option<ComponentId>,
    /// The recorded run that is watched; `None` is played by hand.
    pub watched: Option<Watched>,
    /// Notes of the log that have been heard.
    heard: usize,
    /// That it is over has been said.
    told_over: bool,
    /// Real seconds since the views were made.
    age_s: f64,
    stale: bool,
}

/// A recorded run that is played back.
pub struct Watched {
    /// The orders, and where they led.
    pub replay: Replay,
    /// Orders that have been given.
    given: usize,
    /// Forks along the way, with the orders given by then; for going back at once.
    forks: Vec<(Session, usize)>,
}

/// Something that the whole room should notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// An alarm fired; 1 pages.
    Alarm {
        /// Its name.
        name: String,
        /// 1 pages, 2 warns, 3 is a ticket.
        severity: u8,
        /// It is about the budget of an objective.
        of_budget: bool,
    },
    /// Somebody found something; its place in the list.
    Found(usize),
    /// It is over.
    Over,
}

impl Game {
    /// An incident that is about to begin.
    pub fn start(opened: Opened, seed: u64, exam: bool) -> Self {
        let session = Session::start(&opened.scenario, seed, None);
        Self::of(opened, session, exam)
    }

    /// An incident that goes on from where it was.
    pub fn of(opened: Opened, session: Session, exam: bool) -> Self {
        let layout = Arc::new(view::layout(&opened.scenario.world));
        let mut game = Self {
            pace: Pace::new(exam),
            layout,
            tap: MapTap::new(session.sim()),
            desk: view::desk(&session),
            stripe: Stripe::default(),
            offers: Vec::new(),
            orders: Vec::new(),
            listeners: Vec::new(),
            plots: Vec::new(),
            detail: Vec::new(),
            selected: None,
            watched: None,
            heard: session.log().len(),
            told_over: false,
            age_s: 0.0,
            stale: true,
            opened,
            session,
        };
        game.refresh();
        game
    }

    /// A recorded run from its beginning.
    pub fn watch(opened: Opened, session: Session, replay: Replay) -> Self {
        let first = session.clone();
        let mut game = Self::of(opened, session, false);
        game.watched = Some(Watched {
            replay,
            given: 0,
            forks: vec![(first, 0)],
        });
        game
    }

    /// Plays on for so much real time; says what happened.
    pub fn frame(&mut self, real_s: f64) -> Vec<News> {
        let time = self.pace.advance(real_s);
        let before = self.session.now();
        if time > SimDuration::ZERO && self.session.ending().is_none() {
            self.play(before + time);
        }
        if self.session.now() != before {
            self.tap.look(self.session.sim());
            self.stale = true;
        }
        self.age_s += real_s.max(0.0);
        if self.stale && self.age_s >= REFRESH_EVERY_S {
            self.refresh();
        }
        self.news()
    }

    fn play(&mut self, until: SimTime) {
        let Some(watched) = &mut self.watched else {
            self.session.advance_to(until);
            return;
        };
        let until = until.min(watched.replay.ends_at());
        while self.session.now() < until {
            watched.give(&mut self.session);
            let before = self.session.now();
            self.session.advance_to(before + SECOND);
            let newest = watched.forks.last().map_or(SimTime::ZERO, |it| it.0.now());
            if before.since(newest) >= FORK_EVERY {
                watched.forks.push((self.session.clone(), watched.given));
            }
            if self.session.now() == before {
                break;
            }
        }
        watched.give(&mut self.session);
    }

    /// Goes to another moment of a recorded run.
    pub fn scrub(&mut self, to: SimTime) {
        let Some(watched) = &mut self.watched else {
            return;
        };
        if to < self.session.now() {
            let fork = watched.forks.iter().rfind(|(fork, _)| fork.now() <= to);
            let Some((fork, given)) = fork.or(watched.forks.first()) else {
                return;
            };
            self.session = fork.clone();
            watched.given = *given;
            self.tap = MapTap::new(self.session.sim());
        }
        self.play(to);
        self.tap.look(self.session.sim());
        self.heard = self.session.log().len();
        self.refresh();
    }

    /// Gives an order. The views show what came of it at once, also while the clock stands still.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn order(&mut self, order: Order, by: Option<PersonId>) -> Result<u32, Refusal> {
        if self.watched.is_some() {
            return Err(Refusal::Over);
        }
        let answer = self.session.order(ACTOR, order, by);
        self.refresh();
        answer
    }

    /// Points the console and the signals at a part.
    pub fn select(&mut self, part: Option<ComponentId>) {
        if self.selected != part {
            self.selected = part;
            self.refresh();
        }
    }

    /// Whether time stands still, so that nothing needs to be drawn anew.
    pub fn is_still(&self) -> bool {
        self.pace.is_paused() || self.is_over()
    }

    /// Whether the incident, or the recorded run, has come to its end.
    pub fn is_over(&self) -> bool {
        let ends = self.watched.as_ref().map(|it| it.replay.ends_at());
        self.session.ending().is_some() || ends.is_some_and(|end| self.session.now() >= end)
    }

    fn refresh(&mut self) {
        self.stale = false;
        self.age_s = 0.0;
        self.desk = view::desk(&self.session);
        self.stripe = view::timeline(&self.session);
        self.offers = view::offers(&self.session, self.selected);
        self.orders = view::orders(&self.session);
        self.listeners = view::listeners(&self.session);
        let shown = view::important(&self.session, self.selected, MOST_PLOTS);
        let plots = shown.into_iter();
        self.plots = plots
            .filter_map(|(component, signal)| view::plot(&self.session, component, signal))
            .collect();
        let detail = |component| view::all_of(&self.session, component);
        self.detail = self.selected.map(detail).unwrap_or_default();
    }

    fn news(&mut self) -> Vec<News> {
        let log = self.session.log();
        let fresh = log.get(self.heard..).unwrap_or_default();
        let mut news: Vec<News> = fresh
            .iter()
            .filter_map(|(_, note)| match note {
                Note::Alarm {
                    name,
                    severity,
                    fired: true,
                    of_budget,
                } => Some(News::Alarm {
                    name: name.clone(),
                    severity: *severity,
                    of_budget: *of_budget,
                }),
                Note::Found(index) => Some(News::Found(*index)),
                _ => None,
            })
            .collect();
        self.heard = log.len();
        if self.is_over() && !std::mem::replace(&mut self.told_over, true) {
            news.push(News::Over);
        }
        news
    }
}

impl Watched {
    /// Gives the orders that are due.
    fn give(&mut self, session: &mut Session) {
        while let Some(given) = self.replay.orders.get(self.given) {
            if SimTime::from_micros(given.at_us) > session.now() {
                break;
            }
            // What was refused then is refused again, and nothing comes of it.
            let answer = session.order(&given.actor, given.order.clone(), given.by);
            drop(answer);
            self.given += 1;
        }
    }
}

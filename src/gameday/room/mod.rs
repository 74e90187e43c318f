//! A room: its clock, its seats, its teams, and the one way to change them. What may happen is decided in
//! `decide`.
//!
//! A function of the journal: no clock, no file, no randomness, no network. Live and on resuming the
//! same deeds go through [`Room::apply`].

mod decide;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::id::PersonId;
use crate::base::time::{SimDuration, SimTime};
use crate::gameday::aside::{LeadNote, TakenOn};
use crate::gameday::journal::{Deed, Injected, Line, Opening};
use crate::gameday::limits::REMEMBERED;
use crate::gameday::role::SeatRole;
use crate::gameday::team::{Team, Voice};
use crate::scenario::model::Scenario;
use crate::scenario::order::Order;
use crate::session::Pace;

pub use decide::Decision;

/// Somebody's place in a team.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Which team.
    pub team: usize,
    /// Their name; unique in the team.
    pub name: String,
    /// What they may do.
    pub roles: Vec<SeatRole>,
    /// What came of their last intents, by number.
    answers: VecDeque<(u64, Answer)>,
}

/// What came of an intent: its number of the order if it has one, or why nothing came of it.
pub type Answer = Result<Option<u32>, String>;

/// A game day.
#[derive(Clone, Debug)]
pub struct Room {
    /// What it was opened with.
    pub opening: Opening,
    /// The scenario as it was loaded.
    pub scenario: Arc<Scenario>,
    /// How simulated time follows real time.
    pub pace: Pace,
    /// Whether it has begun.
    pub has_begun: bool,
    /// The teams.
    pub teams: Vec<Team>,
    /// The seats, in the order in which they were taken.
    pub seats: Vec<Seat>,
    /// The facilitator's notes.
    pub notes: Vec<LeadNote>,
    /// When all is over, if that has been said.
    pub lands_at: Option<SimTime>,
    /// Whether teams see how the others do.
    pub board_shown: bool,
    /// The moment up to which everything has been played.
    pub now: SimTime,
    tokens: BTreeMap<String, usize>,
}

impl Room {
    /// A room in which nobody sits yet.
    pub fn open(opening: Opening, scenario: Arc<Scenario>) -> Self {
        let team = |name: &String| Team::new(name, &scenario, opening.seed);
        let teams = opening.teams.iter().map(team).collect();
        let mut pace = Pace::new(false);
        pace.set_paused(true);
        Self {
            teams,
            opening,
            scenario,
            pace,
            has_begun: false,
            seats: Vec::new(),
            notes: Vec::new(),
            lands_at: None,
            board_shown: true,
            now: SimTime::ZERO,
            tokens: BTreeMap::new(),
        }
    }

    /// A room as its journal left it. Time stands still: whoever leads says when it goes on.
    ///
    /// # Errors
    /// In a sentence: the journal belongs to another scenario or engine, or its orders are taken
    /// differently now.
    pub fn resume(lines: &[Line], scenario: Arc<Scenario>) -> Result<Self, String> {
        let Some((Deed::Opened(opening), rest)) = lines.split_first().map(|it| (&it.0.deed, it.1))
        else {
            return Err("the journal does not begin with an opening".to_owned());
        };
        opening.is_ours()?;
        if opening.scenario_digest != scenario.digest {
            return Err(format!("the scenario `{}` has changed since", scenario.id));
        }
        let mut room = Self::open((**opening).clone(), scenario);
        for (number, line) in (2..).zip(rest) {
            room.advance_to(line.at);
            let answer = room.apply(&line.deed);
            if let Deed::Ordered { refused, .. } = line.deed
                && refused != answer.is_err()
            {
                return Err(format!("line {number}: the order is taken differently now"));
            }
        }
        room.pace.set_paused(true);
        Ok(room)
    }

    /// Plays all teams on, side by side.
    pub fn advance_to(&mut self, until: SimTime) {
        if until <= self.now {
            return;
        }
        let until = self.lands_at.map_or(until, |lands| until.min(lands));
        self.now = until;
        self.teams
            .par_iter_mut()
            .for_each(|team| team.advance_to(until));
        if self.lands_at.is_some_and(|lands| until >= lands) {
            self.teams.iter_mut().for_each(|team| team.session.stop());
        }
    }

    /// How far time goes on after so many real seconds.
    pub fn due(&mut self, real_s: f64) -> SimDuration {
        if !self.has_begun || self.is_over() {
            return SimDuration::ZERO;
        }
        self.pace.advance(real_s)
    }

    /// Whether the incident of every team is over.
    pub fn is_over(&self) -> bool {
        self.teams
            .iter()
            .all(|team| team.session.ending().is_some())
    }

    /// The seat of a token.
    pub fn seat_of(&self, token: &str) -> Option<usize> {
        self.tokens.get(token).copied()
    }

    /// Lets a deed happen. Of an order: its number, or why it was refused.
    pub fn apply(&mut self, deed: &Deed) -> Answer {
        match deed {
            Deed::Seated {
                team,
                name,
                roles,
                token,
            } => {
                self.tokens.insert(token.clone(), self.seats.len());
                self.seats.push(Seat {
                    team: *team,
                    name: name.clone(),
                    roles: roles.clone(),
                    answers: VecDeque::new(),
                });
            }
            Deed::Recast { seat, roles } => {
                if let Some(seat) = self.seats.get_mut(*seat) {
                    seat.roles.clone_from(roles);
                }
            }
            Deed::Ordered {
                seat,
                press,
                order,
                by,
                ..
            } => {
                return self.order(*seat, *press, order, *by);
            }
            Deed::Said {
                seat,
                press,
                text,
                note,
            } => self.take_down(*seat, *press, text, *note),
            Deed::Opened(_) | Deed::Ticked => {}
            Deed::Paused(paused) => {
                self.pace.set_paused(*paused);
                self.has_begun |= !paused;
            }
            Deed::Paced(speed) => {
                self.pace.set_speed(*speed);
            }
            Deed::Injected { team, what } => self.inject(*team, what),
            Deed::Noted { team, text, shown } => self.notes.push(LeadNote {
                at: self.now,
                team: *team,
                text: text.clone(),
                shown: *shown,
            }),
            Deed::TookOn {
                seat,
                press,
                what,
                owner,
                by,
            } => self.take_on(*seat, *press, [what, owner, by]),
            Deed::Landing(at) => self.lands_at = Some(*at),
            Deed::NotLanding => self.lands_at = None,
            Deed::Stopped => self.teams.iter_mut().for_each(|team| team.session.stop()),
            Deed::Board(shown) => self.board_shown = *shown,
        }
        Ok(None)
    }

    fn order(&mut self, seat: usize, press: u64, order: &Order, by: Option<PersonId>) -> Answer {
        let Some(seat) = self.seats.get_mut(seat) else {
            return Err("there is no such seat".to_owned());
        };
        let Some(team) = self.teams.get_mut(seat.team) else {
            return Err("there is no such team".to_owned());
        };
        let answer = team.order(&seat.name, order.clone(), by);
        let answer = answer.map(Some).map_err(|why| why.to_string());
        seat.remember(press, &answer);
        answer
    }

    fn take_down(&mut self, seat: usize, press: u64, text: &str, note: bool) {
        let Some(seat) = self.seats.get_mut(seat) else {
            return;
        };
        seat.remember(press, &Ok(None));
        if let Some(team) = self.teams.get_mut(seat.team) {
            if note {
                team.note(&seat.name, text);
            } else {
                team.say(&seat.name, text, Voice::Person);
            }
        }
    }

    fn take_on(&mut self, seat: usize, press: u64, [what, owner, by]: [&String; 3]) {
        let Some(seat) = self.seats.get_mut(seat) else {
            return;
        };
        seat.remember(press, &Ok(None));
        if let Some(team) = self.teams.get_mut(seat.team) {
            team.take_on(TakenOn {
                what: what.clone(),
                owner: owner.clone(),
                by: by.clone(),
                who: seat.name.clone(),
            });
        }
    }

    fn inject(&mut self, team: Option<usize>, what: &Injected) {
        let all = self.teams.iter_mut().enumerate();
        for (_, team) in all.filter(|(index, _)| team.is_none_or(|it| it == *index)) {
            match what {
                Injected::Fault { words, effects } => team.break_something(words, effects),
                Injected::Line { who, text } => team.say(who, text, Voice::Story),
                Injected::Blind(until) => team.blind(*until),
                Injected::Executive(text) => team.say("Executive", text, Voice::Executive),
                Injected::Hint(text) => team.say("Facilitator", text, Voice::Hint),
            }
        }
    }
}

impl Seat {
    fn remember(&mut self, press: u64, answer: &Answer) {
        if self.answers.len() >= REMEMBERED {
            self.answers.pop_front();
        }
        self.answers.push_back((press, answer.clone()));
    }
}

//! A team: its incident, and what people say and suffer beside it.

use std::sync::Arc;

use serde::Serialize;

use crate::base::id::PersonId;
use crate::base::time::SimTime;
use crate::gameday::aside::TakenOn;
use crate::gameday::limits::{LONGEST_NAME, MOST_LINES, MOST_TEAMS, clean};
use crate::scenario::action::Action;
use crate::scenario::model::{AddedCause, Scenario};
use crate::scenario::order::Order;
use crate::session::{Refusal, SECOND, Session};
use crate::view::{self, MapTap, Mark, Shape};

/// A team of a room.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Its incident.
    pub session: Session,
    /// What moves on its map.
    pub tap: MapTap,
    /// What people said, oldest first.
    pub lines: Vec<Spoken>,
    /// Notes for the timeline.
    pub notes: Vec<Mark>,
    /// Until then its signals cannot be reached.
    pub blind_until: SimTime,
    /// When they were taken away, and until when.
    pub blinded: Vec<(SimTime, SimTime)>,
    /// What the facilitator broke, with the moment.
    pub faults: Vec<(SimTime, String)>,
    /// What it takes on once it is over.
    pub follow_ups: Vec<TakenOn>,
}

/// Something that was said by people, or in the name of somebody outside.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spoken {
    /// How many lines the incident's own channel had before.
    pub after: usize,
    /// When.
    #[serde(skip)]
    pub at: SimTime,
    /// Time of day.
    pub clock: String,
    /// Who.
    pub who: String,
    /// The words.
    pub text: String,
    /// Of what sort it is.
    pub kind: Voice,
}

/// Sorts of what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Voice {
    /// Somebody of the team.
    Person,
    /// Somebody in the story.
    Story,
    /// An executive who waits for an answer.
    Executive,
    /// The facilitator.
    Hint,
}

/// Names of at least so many teams: the ones that are given, then numbered ones.
///
/// # Errors
/// In a sentence: a name is none, is there twice, or there are too many.
pub fn names<'a>(
    given: impl IntoIterator<Item = &'a str>,
    at_least: usize,
) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = Vec::new();
    let is_taken = |names: &[String], name: &str| {
        let same = |it: &String| it.to_lowercase() == name.to_lowercase();
        names.iter().any(same)
    };
    for name in given {
        let name = clean(name, LONGEST_NAME)
            .ok_or_else(|| format!("the name of a team has 1 to {LONGEST_NAME} characters"))?;
        if is_taken(&names, &name) {
            return Err(format!("two teams are called `{name}`"));
        }
        names.push(name);
    }
    for number in names.len() + 1..=at_least {
        let name = format!("Team {number}");
        if is_taken(&names, &name) {
            return Err(format!("two teams are called `{name}`"));
        }
        names.push(name);
    }
    if names.len() > MOST_TEAMS {
        return Err(format!("a room has at most {MOST_TEAMS} teams"));
    }
    Ok(names)
}

impl Team {
    /// A team before the incident.
    pub fn new(name: &str, scenario: &Arc<Scenario>, seed: u64) -> Self {
        let session = Session::start(scenario, seed, None);
        Self {
            name: name.to_owned(),
            tap: MapTap::new(session.sim()),
            session,
            lines: Vec::new(),
            notes: Vec::new(),
            blind_until: SimTime::ZERO,
            blinded: Vec::new(),
            faults: Vec::new(),
            follow_ups: Vec::new(),
        }
    }

    /// Plays on; the map sees every second.
    pub fn advance_to(&mut self, until: SimTime) {
        while self.session.ending().is_none() && self.session.now() + SECOND <= until {
            self.session.advance_to(self.session.now() + SECOND);
            self.tap.look(self.session.sim());
        }
    }

    /// Gives an order in the name of a seat.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn order(
        &mut self,
        actor: &str,
        order: Order,
        by: Option<PersonId>,
    ) -> Result<u32, Refusal> {
        self.session.order(actor, order, by)
    }

    /// Whether somebody may still say something.
    pub fn has_room_for_words(&self) -> bool {
        self.lines.len() + self.notes.len() < MOST_LINES
    }

    /// Takes down what somebody says.
    pub fn say(&mut self, who: &str, text: &str, kind: Voice) {
        self.lines.push(Spoken {
            after: view::desk(&self.session).channel.len(),
            at: self.session.now(),
            clock: view::clock_at(&self.session, self.session.now()),
            who: who.to_owned(),
            text: text.to_owned(),
            kind,
        });
    }

    /// The signals cannot be reached until then.
    pub fn blind(&mut self, until: SimTime) {
        self.blind_until = until;
        self.blinded.push((self.session.now(), until));
    }

    /// Takes a follow-up on; who takes on the same again changes it.
    pub fn take_on(&mut self, follow_up: TakenOn) {
        match self
            .follow_ups
            .iter_mut()
            .find(|it| it.what == follow_up.what)
        {
            Some(known) => *known = follow_up,
            None => self.follow_ups.push(follow_up),
        }
    }

    /// Puts a note into the timeline.
    pub fn note(&mut self, who: &str, text: &str) {
        self.notes.push(Mark {
            at: self.session.now(),
            shape: Shape::Message,
            label: format!("{who}: {text}"),
        });
    }

    /// Something breaks within the next second. It becomes a cause of the scenario that this team plays,
    /// so everything that the team is compared with suffers from it, too; the past is played again
    /// and is the same.
    pub fn break_something(&mut self, words: &str, effects: &[Action]) {
        let now = self.session.now();
        if self.session.ending().is_some() {
            return;
        }
        let variant = self.session.sim().variant();
        let cause = AddedCause {
            at: now + SECOND,
            words: words.to_owned(),
            effects: effects.to_vec(),
        };
        let scenario = self.session.scenario().with_cause(variant, cause);
        let mut session = Session::start(
            &Arc::new(scenario),
            self.session.sim().seed(),
            Some(variant),
        );
        let mut tap = MapTap::new(session.sim());
        let mut play = |session: &mut Session, until: SimTime| {
            while session.ending().is_none() && session.now() + SECOND <= until {
                session.advance_to(session.now() + SECOND);
                tap.look(session.sim());
            }
        };
        for entry in self.session.journal() {
            play(&mut session, entry.at);
            // What was refused is refused again.
            drop(session.order(&entry.actor, entry.order.clone(), entry.by));
        }
        play(&mut session, now);
        self.session = session;
        self.tap = tap;
        self.faults.push((now, words.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn teams_have_the_given_names_and_then_numbers() {
        let named = |given: &[&str], at_least| names(given.iter().copied(), at_least);
        assert_eq!(named(&[], 2).unwrap(), ["Team 1", "Team 2"]);
        assert_eq!(named(&[" Payments "], 2).unwrap(), ["Payments", "Team 2"]);
        assert_eq!(named(&["Payments", "Search"], 1).unwrap().len(), 2);
        assert!(named(&["Search", "search"], 1).is_err());
        assert!(named(&["Team 2"], 2).is_err());
        assert!(named(&["\n"], 1).is_err());
        assert!(named(&[], 101).is_err());
    }
}

//! What comes of something that a seat or the facilitator asks for, before anything happens: a deed, or a
//! reason why not. Nothing here changes a room.

use super::{Answer, Room, Seat};
use crate::base::id::{ComponentId, PersonId};
use crate::base::time::SimDuration;
use crate::gameday::aside;
use crate::gameday::intent::{Inject, Intent, Lead};
use crate::gameday::journal::{Deed, Injected};
use crate::gameday::limits::{
    LONGEST_NAME, LONGEST_TEXT, MOST_FAULTS, MOST_FOLLOW_UPS, MOST_SEATS, clean,
};
use crate::gameday::role::{SeatRole, may, may_note, may_speak};
use crate::gameday::{secret, truth};
use crate::scenario::order::{Order, Suspect};
use crate::session::SPEEDS;
use crate::view;

/// Something that a browser asked for, checked.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It happens.
    Do(Deed),
    /// It came before, with this answer.
    Again(Answer),
    /// It does not happen.
    No(String),
}

fn no(why: &str) -> Decision {
    Decision::No(why.to_owned())
}

impl Room {
    /// Whether somebody may sit down; the deed lacks only its token.
    pub fn join(
        &self,
        code: &str,
        team: usize,
        name: &str,
        roles: &[SeatRole],
    ) -> Result<Deed, String> {
        if secret::typed(code) != self.opening.code {
            return Err("there is no room with this code".to_owned());
        }
        if team >= self.teams.len() {
            return Err("there is no such team".to_owned());
        }
        let name = clean(name, LONGEST_NAME)
            .ok_or_else(|| format!("a name has 1 to {LONGEST_NAME} characters"))?;
        let mates = self.seats.iter().filter(|seat| seat.team == team);
        if mates.clone().count() >= MOST_SEATS {
            return Err(format!("the team is full: it has {MOST_SEATS} seats"));
        }
        if mates
            .clone()
            .any(|seat| seat.name.to_lowercase() == name.to_lowercase())
        {
            return Err("somebody of the team has this name; take another one".to_owned());
        }
        let roles = tidy(roles).ok_or_else(|| "choose a role".to_owned())?;
        let token = String::new();
        Ok(Deed::Seated {
            team,
            name,
            roles,
            token,
        })
    }

    /// What comes of a seat's intent, before anything happens.
    pub fn decide(&self, seat_id: usize, press: u64, intent: Intent) -> Decision {
        let Some(seat) = self.seats.get(seat_id) else {
            return no("there is no such seat");
        };
        if let Some((_, answer)) = seat.answers.iter().find(|(number, _)| *number == press) {
            return Decision::Again(answer.clone());
        }
        match intent {
            Intent::Say { text } => self.words(seat_id, press, &text, false),
            Intent::Note { text } => self.words(seat_id, press, &text, true),
            Intent::TakeOn { what, owner, by } => self.taken_on(seat_id, press, &what, &owner, &by),
            Intent::Offers { .. } | Intent::Plots { .. } => no("that is asked elsewhere"),
            Intent::Take {
                part,
                key,
                value,
                by,
            } => match self.offered(seat, part, &key, value) {
                Ok(order) => self.ordered(seat_id, press, order, by),
                Err(why) => Decision::No(why),
            },
            Intent::Undo { order } => self.ordered(seat_id, press, Order::Undo { order }, None),
            Intent::Suspect { on, is, confidence } => {
                let suspect = Suspect { on, is };
                let is_known = self.scenario.world.components.get(on).is_some();
                if !is_known || !(0.0..=1.0).contains(&confidence) {
                    return no("there is no such suspicion");
                }
                self.ordered(
                    seat_id,
                    press,
                    Order::Suspect {
                        suspect,
                        confidence,
                    },
                    None,
                )
            }
            Intent::Post(form) => match form.post(&self.scenario.world) {
                Ok(post) => self.ordered(seat_id, press, Order::Post(post), None),
                Err(why) => Decision::No(why),
            },
        }
    }

    fn words(&self, seat_id: usize, press: u64, text: &str, note: bool) -> Decision {
        let seat = &self.seats[seat_id];
        let allowed = if note {
            may_note(&seat.roles)
        } else {
            may_speak(&seat.roles)
        };
        if !allowed {
            return no("your role does not do that");
        }
        if !self.teams[seat.team].has_room_for_words() {
            return no("too much has been said: nobody can follow any more");
        }
        match clean(text, LONGEST_TEXT) {
            Some(text) => Decision::Do(Deed::Said {
                seat: seat_id,
                press,
                text,
                note,
            }),
            None => Decision::No(format!("say 1 to {LONGEST_TEXT} characters")),
        }
    }

    fn taken_on(&self, seat: usize, press: u64, what: &str, owner: &str, by: &str) -> Decision {
        let it = &self.seats[seat];
        let team = &self.teams[it.team];
        if !may_note(&it.roles) {
            return no("your role does not do that");
        }
        if team.session.ending().is_none() {
            return no("that is decided once the incident is over");
        }
        let (Some(what), Some(owner)) = (clean(what, LONGEST_TEXT), clean(owner, LONGEST_NAME))
        else {
            return no("say what, and who does it");
        };
        let is_new = team.follow_ups.iter().all(|it| it.what != what);
        if !aside::is_day(by) {
            no("say by which day")
        } else if is_new && team.follow_ups.len() >= MOST_FOLLOW_UPS {
            no("nobody carries out so many")
        } else {
            let by = by.to_owned();
            Decision::Do(Deed::TookOn {
                seat,
                press,
                what,
                owner,
                by,
            })
        }
    }

    /// The order of an offer, as it is made now.
    fn offered(
        &self,
        seat: &Seat,
        part: Option<ComponentId>,
        key: &str,
        value: Option<f64>,
    ) -> Result<Order, String> {
        let session = &self.teams[seat.team].session;
        if part.is_some_and(|part| session.scenario().world.components.get(part).is_none()) {
            return Err("there is no such part".to_owned());
        }
        let offers = view::offers(session, part);
        let offer = offers.iter().find(|offer| offer.key == key);
        let offer = offer.ok_or("that is not on offer any more")?;
        let usual = offer.field.as_ref().map_or(0.0, |field| field.value);
        let value = value.unwrap_or(usual);
        if !value.is_finite() {
            return Err("that is no number".to_owned());
        }
        Ok(offer.order(value))
    }

    fn ordered(&self, seat_id: usize, press: u64, order: Order, by: Option<PersonId>) -> Decision {
        let seat = &self.seats[seat_id];
        if !may(&seat.roles, &order) {
            return no("your role does not do that");
        }
        let session = &self.teams[seat.team].session;
        if !self.has_begun || session.ending().is_some() {
            return no(if self.has_begun {
                "the incident is over"
            } else {
                "it has not begun yet"
            });
        }
        if by.is_some_and(|by| session.team().member(by).is_none()) {
            return no("there is nobody like that");
        }
        Decision::Do(Deed::Ordered {
            seat: seat_id,
            press,
            order,
            by,
            refused: false,
        })
    }

    /// What comes of the facilitator's wish, before anything happens.
    pub fn lead(&self, lead: Lead) -> Decision {
        let text =
            |text: &str| clean(text, LONGEST_TEXT).ok_or("say something shorter, or anything");
        let deed = match lead {
            Lead::Pause(paused) => Ok(Deed::Paused(paused)),
            Lead::Speed(speed) if SPEEDS.contains(&speed) => Ok(Deed::Paced(speed)),
            Lead::Speed(_) => Err("there is no such speed"),
            Lead::Note { team, .. } if team.is_some_and(|it| it >= self.teams.len()) => {
                Err("there is no such team")
            }
            Lead::Note {
                team,
                text: note,
                shown,
            } => text(&note).map(|text| Deed::Noted { team, text, shown }),
            Lead::Land { .. } if self.is_over() => Err("it is over"),
            Lead::Land { minutes: None } => Ok(Deed::NotLanding),
            Lead::Land {
                minutes: Some(minutes),
            } => {
                let minutes = u64::from(minutes.clamp(1, 240));
                Ok(Deed::Landing(
                    self.now + SimDuration::from_secs(60 * minutes),
                ))
            }
            Lead::Stop => Ok(Deed::Stopped),
            Lead::Board { shown } => Ok(Deed::Board(shown)),
            Lead::Recast { seat, roles } => match (self.seats.get(seat), tidy(&roles)) {
                (Some(_), Some(roles)) => Ok(Deed::Recast { seat, roles }),
                _ => Err("there is no such seat or role"),
            },
            Lead::Inject { team, .. } if team.is_some_and(|it| it >= self.teams.len()) => {
                Err("there is no such team")
            }
            Lead::Inject { team, inject } => self
                .injected(team, inject)
                .map(|what| Deed::Injected { team, what }),
        };
        match deed {
            Ok(deed) => Decision::Do(deed),
            Err(why) => no(why),
        }
    }

    fn injected(&self, to: Option<usize>, inject: Inject) -> Result<Injected, &'static str> {
        let words =
            |text: &str| clean(text, LONGEST_TEXT).ok_or("say something shorter, or anything");
        Ok(match inject {
            Inject::Fault { key } => {
                let mut teams = self.teams.iter().enumerate();
                let is_hit = |index| to.is_none_or(|it| it == index);
                if teams.any(|(index, it)| is_hit(index) && it.faults.len() >= MOST_FAULTS) {
                    return Err("enough has been broken");
                }
                let faults = truth::faults(&self.scenario);
                let fault = faults.into_iter().find(|fault| fault.key == key);
                let fault = fault.ok_or("there is no such fault")?;
                Injected::Fault {
                    words: fault.words,
                    effects: fault.effects,
                }
            }
            Inject::Line { who, text } => Injected::Line {
                who: clean(&who, LONGEST_NAME).ok_or("who says it?")?,
                text: words(&text)?,
            },
            Inject::Blind { minutes } => {
                let minutes = u64::from(minutes.clamp(1, 60));
                Injected::Blind(self.now + SimDuration::from_secs(60 * minutes))
            }
            Inject::Executive { text } => Injected::Executive(words(&text)?),
            Inject::Hint { text } => Injected::Hint(words(&text)?),
        })
    }
}

/// Roles in order, each once; `None` if there are none.
fn tidy(roles: &[SeatRole]) -> Option<Vec<SeatRole>> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    (!roles.is_empty()).then_some(roles)
}

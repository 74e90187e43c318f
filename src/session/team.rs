//! Who is where, and who does what: everybody does one thing at a time.

use crate::base::id::{IdVec, PersonId};
use crate::base::time::SimTime;
use crate::scenario::model::{Person, Skill};
use crate::scenario::order::Role;
use crate::session::Refusal;
use crate::session::catalogue::Work;

/// The player.
pub const PLAYER: PersonId = PersonId(0);

/// Where somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Not called.
    Away,
    /// Called, and here at that moment.
    Coming(SimTime),
    /// Here.
    Here,
}

/// Somebody while the incident runs.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where they are.
    pub presence: Presence,
    /// The order they work on, by its number.
    pub busy_with: Option<u32>,
    /// Until then.
    pub free_at: SimTime,
}

/// The team while the incident runs.
#[derive(Clone, Debug)]
pub struct Team {
    people: IdVec<PersonId, Person>,
    members: IdVec<PersonId, Member>,
    roles: [Option<PersonId>; Role::ALL.len()],
}

impl Team {
    pub(super) fn new(people: &IdVec<PersonId, Person>) -> Self {
        let members = people.iter().map(|person| Member {
            presence: if person.arrives.is_some() {
                Presence::Away
            } else {
                Presence::Here
            },
            busy_with: None,
            free_at: SimTime::ZERO,
        });
        Self {
            members: members.collect(),
            people: people.clone(),
            roles: [None; Role::ALL.len()],
        }
    }

    /// Everybody, with what they are and where they are.
    pub fn iter(&self) -> impl Iterator<Item = (PersonId, &Person, &Member)> {
        let people = self.people.enumerate();
        people
            .zip(self.members.iter())
            .map(|((id, person), member)| (id, person, member))
    }

    /// How many people there are, the player included.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Never: the player is always there.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Somebody's name.
    pub fn name(&self, id: PersonId) -> &str {
        self.people.get(id).map_or("nobody", |person| &person.name)
    }

    /// Somebody, where the id is of this team.
    pub fn member(&self, id: PersonId) -> Option<&Member> {
        self.members.get(id)
    }

    /// Who has a role.
    pub fn holder(&self, role: Role) -> Option<PersonId> {
        self.roles[role as usize]
    }

    /// The roles of somebody.
    pub fn roles_of(&self, id: PersonId) -> impl Iterator<Item = Role> + '_ {
        Role::ALL
            .into_iter()
            .filter(move |role| self.roles[*role as usize] == Some(id))
    }

    pub(super) fn assign(&mut self, role: Role, to: PersonId) -> Result<(), Refusal> {
        self.is_here(to)?;
        if self.roles[role as usize] == Some(to) {
            return Err(Refusal::AlreadySo(format!(
                "{} has the role of {} already",
                self.name(to),
                role.name()
            )));
        }
        self.roles[role as usize] = Some(to);
        Ok(())
    }

    pub(super) fn page(&mut self, who: PersonId, now: SimTime) -> Result<SimTime, Refusal> {
        let Some(person) = self.people.get(who) else {
            return Err(nobody());
        };
        match self.members[who].presence {
            Presence::Here => Err(Refusal::AlreadySo(format!("{} is here", person.name))),
            Presence::Coming(_) => Err(Refusal::AlreadySo(format!(
                "{} has been paged and is on the way",
                person.name
            ))),
            Presence::Away => {
                let at = now + person.arrives.unwrap_or_default();
                self.members[who].presence = Presence::Coming(at);
                Ok(at)
            }
        }
    }

    /// Those who arrive by `now`.
    pub(super) fn arrive(&mut self, now: SimTime) -> Vec<PersonId> {
        let mut arrived = Vec::new();
        for id in self.members.ids() {
            if matches!(self.members[id].presence, Presence::Coming(at) if at <= now) {
                self.members[id].presence = Presence::Here;
                arrived.push(id);
            }
        }
        arrived
    }

    fn is_here(&self, id: PersonId) -> Result<(), Refusal> {
        match self.members.get(id) {
            None => Err(nobody()),
            Some(member) if member.presence == Presence::Here => Ok(()),
            Some(_) => Err(Refusal::NotHere {
                who: self.name(id).to_owned(),
            }),
        }
    }

    /// Whether somebody of the team can be asked at all.
    pub(super) fn can_be_asked(&self, id: PersonId) -> Result<(), Refusal> {
        if id == PLAYER {
            return Err(Refusal::NothingToDo("that is you".to_owned()));
        }
        self.is_here(id)
    }

    fn knows(&self, id: PersonId, skills: &[Skill]) -> bool {
        skills.is_empty()
            || skills
                .iter()
                .any(|skill| self.people[id].skills.contains(skill))
    }

    /// How far a piece of work is from somebody's trade: the place of the first skill for it that they
    /// have. What anybody can do is left to whoever knows more than to speak with customers.
    fn distance(&self, id: PersonId, role: Role, skills: &[Skill]) -> usize {
        let known = &self.people[id].skills;
        let only_speaks = known.iter().all(|it| *it == Skill::Support);
        if skills.is_empty() {
            usize::from(only_speaks && role == Role::Operations)
        } else {
            let place = skills.iter().position(|it| known.contains(it));
            place.unwrap_or(skills.len())
        }
    }

    /// Who takes a piece of work: the one asked for, or the first who is here, free and able, those whose
    /// trade it is before others. Whoever has the role for it comes first and the player last, so that they
    /// stay free to decide.
    pub(super) fn choose(
        &self,
        by: Option<PersonId>,
        work: Work,
        role: Role,
        now: SimTime,
        busy_with: impl Fn(u32) -> String,
    ) -> Result<PersonId, Refusal> {
        if let Some(id) = by {
            self.is_here(id)?;
            if !self.knows(id, work.skills) {
                return Err(Refusal::CannotDo {
                    who: self.name(id).to_owned(),
                    skill: words(work.skills),
                });
            }
            let member = &self.members[id];
            return match member.busy_with {
                None => Ok(id),
                Some(order) => Err(Refusal::Busy {
                    who: self.name(id).to_owned(),
                    with: busy_with(order),
                    free_in_s: member.free_at.since(now).as_micros().div_ceil(1_000_000),
                }),
            };
        }
        let able = || {
            let ids = self.members.ids().filter(|id| *id != PLAYER);
            let mut others: Vec<PersonId> = ids.collect();
            others.sort_by_key(|id| self.distance(*id, role, work.skills));
            others.push(PLAYER);
            let able = others.into_iter();
            able.filter(|id| self.knows(*id, work.skills))
        };
        let here = |id: &PersonId| self.members[*id].presence == Presence::Here;
        let free = |id: &PersonId| here(id) && self.members[*id].busy_with.is_none();
        let preferred = self
            .holder(role)
            .filter(|id| self.knows(*id, work.skills) && free(id));
        if let Some(id) = preferred.or_else(|| able().find(free)) {
            return Ok(id);
        }
        let soonest = able().filter(here).map(|id| self.members[id].free_at).min();
        let page = able().find(|id| self.members[*id].presence == Presence::Away);
        Err(Refusal::NobodyFree {
            skill: words(work.skills),
            free_in_s: soonest.map(|at| at.since(now).as_micros().div_ceil(1_000_000)),
            page: page.map(|id| self.name(id).to_owned()),
        })
    }

    /// How many work on something.
    pub fn busy(&self) -> usize {
        self.members
            .iter()
            .filter(|it| it.busy_with.is_some())
            .count()
    }

    pub(super) fn begin(&mut self, id: PersonId, order: u32, until: SimTime) {
        let member = &mut self.members[id];
        member.busy_with = Some(order);
        member.free_at = until;
    }

    pub(super) fn free(&mut self, id: PersonId) {
        self.members[id].busy_with = None;
    }
}

fn words(skills: &[Skill]) -> String {
    match skills {
        [] => "anything".to_owned(),
        list => list
            .iter()
            .map(|skill| skill.name())
            .collect::<Vec<_>>()
            .join(" or "),
    }
}

fn nobody() -> Refusal {
    Refusal::NoSuchThing("there is no such person".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimDuration;

    fn team() -> Team {
        let person = |name: &str, skills: &[Skill], away: bool| Person {
            name: name.to_owned(),
            title: String::new(),
            skills: skills.to_vec(),
            arrives: away.then(|| SimDuration::from_secs(240)),
            languages: Vec::new(),
        };
        let people = [
            person("you", &[Skill::Platform], false),
            person("Ada", &[Skill::Platform, Skill::Backend], false),
            person("Bo", &[Skill::Data], true),
        ];
        Team::new(&people.into_iter().collect())
    }

    const PLATFORM: Work = Work {
        skills: &[Skill::Platform],
        takes: SimDuration::from_secs(60),
    };

    #[test]
    fn others_come_before_the_player_and_do_one_thing_at_a_time() {
        let mut team = team();
        let choose = |team: &Team| {
            team.choose(None, PLATFORM, Role::Operations, SimTime::ZERO, |_| {
                String::new()
            })
        };
        assert_eq!(choose(&team), Ok(PersonId(1)));
        team.begin(PersonId(1), 1, SimTime::ZERO + PLATFORM.takes);
        assert_eq!(choose(&team), Ok(PLAYER));
        team.begin(PLAYER, 2, SimTime::ZERO + PLATFORM.takes);
        let refused = choose(&team).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "nobody who knows platform is free; the next one will be in 60 s"
        );
        team.free(PersonId(1));
        assert_eq!(choose(&team), Ok(PersonId(1)));
    }

    #[test]
    fn those_whose_trade_it_is_come_before_the_support_desk() {
        let person = |name: &str, skills: &[Skill]| Person {
            name: name.to_owned(),
            title: String::new(),
            skills: skills.to_vec(),
            arrives: None,
            languages: Vec::new(),
        };
        let people = [
            person("you", &[Skill::Platform]),
            person("Cleo", &[Skill::Support]),
            person("Dan", &[Skill::Platform]),
            person("Eve", &[Skill::Backend]),
        ];
        let mut team = Team::new(&people.into_iter().collect());
        let choose = |team: &Team, skills| {
            let work = Work { skills, ..PLATFORM };
            team.choose(None, work, Role::Operations, SimTime::ZERO, |_| {
                String::new()
            })
        };
        assert_eq!(choose(&team, &[]), Ok(PersonId(2)), "logs are read by Dan");
        let services = &[Skill::Backend, Skill::Platform];
        assert_eq!(
            choose(&team, services),
            Ok(PersonId(3)),
            "it is Eve's trade"
        );
        team.begin(PersonId(2), 1, SimTime::ZERO + PLATFORM.takes);
        team.begin(PersonId(3), 2, SimTime::ZERO + PLATFORM.takes);
        assert_eq!(choose(&team, &[]), Ok(PersonId(1)), "better than nobody");
    }

    #[test]
    fn whoever_is_away_is_paged_and_arrives() {
        let mut team = team();
        let data = Work {
            skills: &[Skill::Data],
            ..PLATFORM
        };
        let refused = team
            .choose(None, data, Role::Operations, SimTime::ZERO, |_| {
                String::new()
            })
            .unwrap_err();
        assert_eq!(
            refused.to_string(),
            "nobody who knows data is free; you could page Bo"
        );
        let at = team.page(PersonId(2), SimTime::ZERO).unwrap();
        assert!(team.page(PersonId(2), SimTime::ZERO).is_err());
        assert_eq!(team.arrive(SimTime::ZERO), []);
        assert_eq!(team.arrive(at), [PersonId(2)]);
        assert!(team.can_be_asked(PersonId(2)).is_ok());
    }

    #[test]
    fn an_unknown_person_is_refused() {
        let mut team = team();
        assert!(team.page(PersonId(77), SimTime::ZERO).is_err());
        assert!(team.assign(Role::Scribe, PersonId(77)).is_err());
    }
}

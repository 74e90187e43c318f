//! People: the team, what they say, who is kept informed, and what is true of a variant.

use super::Resolver;
use super::orders::skill;
use crate::base::id::{IdVec, PersonId};
use crate::base::time::SimDuration;
use crate::diag::{Code, Spanned};
use crate::scenario::model::{self, Person, Skill};
use crate::scenario::order::Audience;
use crate::scenario::raw;

/// The player's name in scenario files.
const PLAYER: &str = "you";

impl Resolver<'_> {
    /// The player, and those whom the files name; if they name nobody, a small team.
    pub(super) fn resolve_team(&mut self) -> IdVec<PersonId, Person> {
        let index = self.index;
        self.check_names(&index.team);
        let mut team = vec![player()];
        for (name, person) in &index.team.items {
            let resolved = Person {
                name: name.value.clone(),
                title: person.title.clone(),
                skills: person.skills.iter().map(|it| skill(*it)).collect(),
                arrives: person.arrives,
                languages: person.languages.clone(),
            };
            if name.value == PLAYER {
                // Whoever describes the player says what they can do; they are always there.
                team[0] = Person {
                    arrives: None,
                    ..resolved
                };
            } else {
                team.push(resolved);
            }
        }
        if index.team.items.is_empty() {
            team.extend(small_team());
        }
        for needed in Skill::ALL {
            if self.whole && !team.iter().any(|person| person.skills.contains(&needed)) {
                let head = index.team.items.first().map(|(name, _)| name.span);
                if let Some(span) = head {
                    let message = format!("nobody in the team knows {}", needed.name());
                    self.error(Code::NothingThere, span, message);
                }
            }
        }
        team.into_iter().collect()
    }

    pub(super) fn chat(&mut self, lines: &[Spanned<raw::ChatLine>]) -> Vec<model::ChatLine> {
        let lines = lines.iter();
        lines.filter_map(|line| self.chat_line(line)).collect()
    }

    fn chat_line(&mut self, line: &raw::ChatLine) -> Option<model::ChatLine> {
        let who = self.person(&line.who);
        let cue = match &line.cue.value {
            raw::Cue::At(moment) => Some(model::Cue::At(self.due(moment))),
            raw::Cue::Alarm(name) => self.alarm_of(name).map(model::Cue::Alarm),
            raw::Cue::Seen(when) => self.seen(when).map(model::Cue::Seen),
            raw::Cue::Found(look) => self.only_look(look).map(model::Cue::Found),
            raw::Cue::Asked => Some(model::Cue::Asked),
        };
        if line.text.0.trim().is_empty() {
            self.error(Code::NothingThere, line.text.span, "this line says nothing");
        }
        Some(model::ChatLine {
            who: who?,
            cue: cue?,
            after: line.after,
            text: line.text.0.clone(),
        })
    }

    /// The condition of a published metric; it has no `hold` of its own.
    fn seen(&mut self, when: &raw::When) -> Option<model::Condition> {
        self.condition(when).map(|(condition, _)| condition)
    }

    fn alarm_of(&mut self, name: &Spanned<String>) -> Option<usize> {
        let found = self.alarms.iter().position(|alarm| *alarm == name.value);
        if found.is_none() && !self.lost.contains(name) {
            let known: Vec<String> = self.alarms.clone();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.word(name, &known, "alarm");
        }
        found
    }

    pub(super) fn clues<'c>(
        &mut self,
        clues: impl Iterator<Item = &'c Spanned<raw::Clue>>,
    ) -> Vec<model::Clue> {
        clues.filter_map(|clue| self.clue(&clue.value)).collect()
    }

    fn clue(&mut self, clue: &raw::Clue) -> Option<model::Clue> {
        Some(match clue {
            raw::Clue::Log { of, text } => {
                let place = self.component(of)?;
                model::Clue::Log(self.id(place), text.value.clone())
            }
            raw::Clue::Metric(when) => model::Clue::Metric(self.seen(when)?),
            raw::Clue::Alarm(name) => model::Clue::Alarm(self.alarm_of(name)?),
            raw::Clue::Finding { look, text } => {
                model::Clue::Finding(self.only_look(look)?, text.value.clone())
            }
        })
    }

    pub(super) fn again(&mut self, again: &raw::Again) -> model::Again {
        let written = again.r#do.0.iter();
        model::Again {
            after: again.after,
            effects: written.flat_map(|action| self.cause(action)).collect(),
            lasts: again.lasts,
        }
    }
}

/// Who is kept informed: whom the author names, or the status page alone.
pub(super) fn informed(given: Option<&raw::Communication>) -> Vec<model::Informed> {
    let Some(given) = given else {
        return vec![model::Informed {
            audience: Audience::Status,
            first: SimDuration::from_secs(15 * 60),
            every: SimDuration::from_secs(30 * 60),
            language: "en".to_owned(),
        }];
    };
    let named = [
        (Audience::Status, &given.status),
        (Audience::Customers, &given.customers),
        (Audience::Executives, &given.executives),
        (Audience::Support, &given.support),
        (Audience::Vendor, &given.vendor),
    ];
    named
        .into_iter()
        .filter_map(|(audience, rule)| {
            let rule = rule.as_ref()?;
            Some(model::Informed {
                audience,
                first: rule.first,
                every: rule.every,
                language: rule.language.clone(),
            })
        })
        .collect()
}

fn player() -> Person {
    Person {
        name: PLAYER.to_owned(),
        title: "incident commander".to_owned(),
        skills: vec![Skill::Platform, Skill::Support],
        arrives: None,
        languages: vec!["en".to_owned()],
    }
}

/// For scenarios that say nothing about people.
fn small_team() -> [Person; 4] {
    let person = |name: &str, title: &str, skills: &[Skill], arrives_mins: u64| Person {
        name: name.to_owned(),
        title: title.to_owned(),
        skills: skills.to_vec(),
        arrives: (arrives_mins > 0).then(|| SimDuration::from_secs(60 * arrives_mins)),
        languages: vec!["en".to_owned()],
    };
    [
        person(
            "Robin",
            "on-call engineer",
            &[Skill::Platform, Skill::Backend],
            0,
        ),
        person("Sam", "support lead", &[Skill::Support], 0),
        person(
            "Dana",
            "database engineer",
            &[Skill::Data, Skill::Backend],
            4,
        ),
        person("Kit", "security engineer", &[Skill::Security], 5),
    ]
}

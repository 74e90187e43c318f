//! What a browser may ask for. Unknown fields and sorts are refused, and none of them can carry an
//! order: an order is named by the offer that was shown.

use serde::Deserialize;

use crate::base::id::{ComponentId, JourneyId, PersonId};
use crate::base::time::SimDuration;
use crate::gameday::limits::{LONGEST_TEXT, clean};
use crate::gameday::role::SeatRole;
use crate::scenario::model::World;
use crate::scenario::order::{Audience, DataClaim, Mechanism, Post, Scope, Suspect};

/// A message of a seat's browser.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Numbers the intents of a seat, upwards: one that comes twice happens once.
    pub press: u64,
    /// What is asked for.
    pub intent: Intent,
}

/// What a seat may ask for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Intent {
    /// Takes an offer.
    Take {
        /// The part of the system it was offered for; `None` is the incident.
        part: Option<ComponentId>,
        /// The offer's key.
        key: String,
        /// The value of its parameter.
        value: Option<f64>,
        /// Who is to do it.
        by: Option<PersonId>,
    },
    /// Takes an order back.
    Undo {
        /// Its number.
        order: u32,
    },
    /// Writes a suspicion down.
    Suspect {
        /// Where.
        on: ComponentId,
        /// What is wrong there.
        is: Mechanism,
        /// From 0 to 1.
        confidence: f64,
    },
    /// Tells somebody outside.
    Post(PostForm),
    /// Says something to the team.
    Say {
        /// The words.
        text: String,
    },
    /// Puts a note into the timeline.
    Note {
        /// The words.
        text: String,
    },
    /// Takes a follow-up on, once the incident is over.
    TakeOn {
        /// What.
        what: String,
        /// Who does it.
        owner: String,
        /// The day by which it is done, as `2026-12-24`.
        by: String,
    },
    /// Asks what can be ordered.
    Offers {
        /// For this part; `None` is the incident.
        part: Option<ComponentId>,
    },
    /// Asks for all plots of a part.
    Plots {
        /// Which.
        part: ComponentId,
    },
}

/// A message to those outside, as the composer has it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostForm {
    /// For whom.
    pub to: Audience,
    /// The language it is written in; empty is the audience's own.
    #[serde(default)]
    pub language: String,
    /// How many are hit.
    #[serde(default)]
    pub scope: Scope,
    /// What customers cannot do.
    #[serde(default)]
    pub journeys: Vec<JourneyId>,
    /// The cause that it names.
    #[serde(default)]
    pub cause: Option<Suspect>,
    /// Whether that cause is called certain.
    #[serde(default)]
    pub certain: bool,
    /// What is said about data.
    #[serde(default)]
    pub data: DataClaim,
    /// Minutes until the next message.
    #[serde(default)]
    pub next_min: Option<u32>,
    /// Minutes until all works again.
    #[serde(default)]
    pub eta_min: Option<u32>,
    /// Whether it says that all is well again.
    #[serde(default)]
    pub resolved: bool,
    /// In the writer's own words.
    #[serde(default)]
    pub text: String,
}

impl PostForm {
    /// The message, checked.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn post(self, world: &World) -> Result<Post, String> {
        let minutes = |minutes: u32| SimDuration::from_secs(60 * u64::from(minutes.min(24 * 60)));
        if self
            .journeys
            .iter()
            .any(|id| world.journeys.get(*id).is_none())
        {
            return Err("there is no such journey".to_owned());
        }
        if self
            .cause
            .is_some_and(|it| world.components.get(it.on).is_none())
        {
            return Err("there is no such cause".to_owned());
        }
        let is_language = |it: &str| it.len() <= 8 && it.bytes().all(|it| it.is_ascii_lowercase());
        if !is_language(&self.language) {
            return Err("there is no such language".to_owned());
        }
        let text = if self.text.trim().is_empty() {
            String::new()
        } else {
            clean(&self.text, LONGEST_TEXT)
                .ok_or_else(|| format!("a message has at most {LONGEST_TEXT} characters"))?
        };
        let mut journeys = self.journeys;
        journeys.sort_unstable();
        journeys.dedup();
        Ok(Post {
            language: self.language,
            scope: self.scope,
            journeys,
            cause: self.cause,
            certain: self.certain && self.cause.is_some(),
            data: self.data,
            next: self.next_min.map(minutes),
            eta: self.eta_min.map(minutes),
            resolved: self.resolved,
            text,
            ..Post::to(self.to)
        })
    }
}

/// A message of the facilitator's browser.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Lead {
    /// Starts, stops or resumes time.
    Pause(bool),
    /// Simulated seconds per second.
    Speed(u32),
    /// Something happens to one team, or to all.
    Inject {
        /// Which team; `None` is all.
        team: Option<usize>,
        /// What.
        inject: Inject,
    },
    /// A note for the timeline of one team, or of all.
    Note {
        /// Which team; `None` is all.
        #[serde(default)]
        team: Option<usize>,
        /// The words.
        text: String,
        /// Whether the team reads it at once; otherwise it does when all is over.
        #[serde(default)]
        shown: bool,
    },
    /// Everything is over after so many minutes of the incident, or not at a moment that is said.
    Land {
        /// How many; `None` takes it back.
        minutes: Option<u32>,
    },
    /// Ends the incident now.
    Stop,
    /// Whether teams see how the others do.
    Board {
        /// They do.
        shown: bool,
    },
    /// Gives a seat other roles.
    Recast {
        /// Which seat.
        seat: usize,
        /// Its roles.
        roles: Vec<SeatRole>,
    },
}

/// What a facilitator lets happen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Inject {
    /// A part of the system fails: one of the faults that the console offers.
    Fault {
        /// The fault's key.
        key: String,
    },
    /// Somebody says something in the channel.
    Line {
        /// Who.
        who: String,
        /// What.
        text: String,
    },
    /// The signals of a team cannot be reached for a while.
    Blind {
        /// Minutes of the incident.
        minutes: u32,
    },
    /// An executive asks and waits for an answer.
    Executive {
        /// What.
        text: String,
    },
    /// A hint.
    Hint {
        /// The words.
        text: String,
    },
}

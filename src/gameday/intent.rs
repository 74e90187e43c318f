//! What a browser may ask for. Unknown fields and sorts are refused, and none of them can carry an
//! order: an order is named by the offer that was shown.

use serde::Deserialize;

use crate::base::id::{ComponentId, JourneyId, PersonId};
use crate::gameday::role::SeatRole;
use crate::scenario::order::{Audience, DataClaim, Mechanism, Scope};

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
    /// How many are hit.
    #[serde(default)]
    pub scope: Scope,
    /// What customers cannot do.
    #[serde(default)]
    pub journeys: Vec<JourneyId>,
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
    /// A note in the timeline of the room.
    Note {
        /// The words.
        text: String,
    },
    /// Everything is over after so many minutes of the incident.
    Land {
        /// How many.
        minutes: u32,
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

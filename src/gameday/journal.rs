//! The journal of a room: everything that changes it, line by line, in the order in which it
//! happened. A room is a function of its journal, so nothing else has to be kept.

use std::io;

use serde::{Deserialize, Serialize};

use crate::base::id::PersonId;
use crate::base::time::SimTime;
use crate::gameday::role::SeatRole;
use crate::scenario::action::Action;
use crate::scenario::order::Order;
use crate::session::replay::{ENGINE, Found};

/// The number of this form of journals; another form gets another number.
pub const FORMAT: u32 = 2;

/// Where a journal is kept. A shared database can stand behind it as well as a folder.
pub trait Store: Send {
    /// Adds lines to the end. When it returns, they survive the death of this program and of its
    /// machine.
    ///
    /// # Errors
    /// Whatever kept them from being safe; the room does not go on then.
    fn append(&mut self, lines: &[u8]) -> io::Result<()>;
}

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// When, in the incident.
    pub at: SimTime,
    /// When, in milliseconds since 1970: for people only.
    pub wall_ms: u64,
    /// What.
    pub deed: Deed,
}

/// What a room was opened with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// [`FORMAT`].
    pub format: u32,
    /// The engine: another one may play the same to another end.
    pub engine: String,
    /// How the scenario was found.
    pub found: Found,
    /// Digest of its texts.
    pub scenario_digest: u64,
    /// Decides the cause and all luck.
    pub seed: u64,
    /// Names of the teams.
    pub teams: Vec<String>,
    /// What participants type.
    pub code: String,
    /// The facilitator's secret.
    pub lead_key: String,
    /// The secret of the wall.
    pub wall_key: String,
}

impl Opening {
    /// Whether this program can go on with it.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn is_ours(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!(
                "its format is {}, and this program reads {FORMAT}",
                self.format
            ));
        }
        if self.engine != ENGINE {
            return Err(format!(
                "it was played with version {}, and this is {ENGINE}",
                self.engine
            ));
        }
        Ok(())
    }
}

/// Something that changed a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Deed {
    /// The first line.
    Opened(Box<Opening>),
    /// Somebody took a seat; seats are numbered by this order.
    Seated {
        /// In which team.
        team: usize,
        /// As whom.
        name: String,
        /// What they may do.
        roles: Vec<SeatRole>,
        /// What their browser shows from now on.
        token: String,
    },
    /// A seat has other roles.
    Recast {
        /// Which.
        seat: usize,
        /// Its roles.
        roles: Vec<SeatRole>,
    },
    /// A seat gave an order.
    Ordered {
        /// Which.
        seat: usize,
        /// Number of the intent.
        press: u64,
        /// What.
        order: Order,
        /// Who is to do it.
        by: Option<PersonId>,
        /// Whether it was refused.
        refused: bool,
    },
    /// A seat said something.
    Said {
        /// Which.
        seat: usize,
        /// Number of the intent.
        press: u64,
        /// The words.
        text: String,
        /// It is a note for the timeline.
        note: bool,
    },
    /// Time passed, up to `at`.
    Ticked,
    /// Time stands still, or goes on.
    Paused(bool),
    /// Another speed.
    Paced(u32),
    /// The facilitator let something happen.
    Injected {
        /// To which team; `None` is all.
        team: Option<usize>,
        /// What.
        what: Injected,
    },
    /// The facilitator wrote something down.
    Noted {
        /// About which team; `None` is all.
        team: Option<usize>,
        /// The words.
        text: String,
        /// Whether the team reads it while it plays.
        shown: bool,
    },
    /// A seat took a follow-up on.
    TookOn {
        /// Which.
        seat: usize,
        /// Number of the intent.
        press: u64,
        /// What.
        what: String,
        /// Who does it.
        owner: String,
        /// The day by which it is done.
        by: String,
    },
    /// All is over at that moment.
    Landing(SimTime),
    /// It goes on for as long as it may.
    NotLanding,
    /// It was ended.
    Stopped,
    /// Whether teams see how the others do.
    Board(bool),
}

/// What a facilitator let happen, in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Injected {
    /// Something breaks.
    Fault {
        /// In words.
        words: String,
        /// What it does.
        effects: Vec<Action>,
    },
    /// Somebody says something.
    Line {
        /// Who.
        who: String,
        /// What.
        text: String,
    },
    /// The signals cannot be reached until then.
    Blind(SimTime),
    /// An executive asks.
    Executive(String),
    /// A hint.
    Hint(String),
}

/// The lines of a journal, and how many of its bytes they are: a last line that was cut off in the
/// middle was never acknowledged, and is left out.
///
/// # Errors
/// The number of the line that cannot be read, and why.
pub fn read(bytes: &[u8]) -> Result<(Vec<Line>, usize), String> {
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(bytes[..whole].split(|byte| *byte == b'\n')) {
        if text.is_empty() {
            continue;
        }
        let line =
            ron::de::from_bytes(text).map_err(|error| format!("line {number}: {}", error.code))?;
        lines.push(line);
    }
    Ok((lines, whole))
}

/// Adds a line to what is to be appended. RON, because its numbers come back bit for bit, and infinite
/// ones come back at all.
///
/// # Errors
/// None in practice: every line can be written.
pub fn write(line: &Line, to: &mut Vec<u8>) -> io::Result<()> {
    let text = ron::to_string(line).map_err(io::Error::other)?;
    to.extend_from_slice(text.as_bytes());
    to.push(b'\n');
    Ok(())
}

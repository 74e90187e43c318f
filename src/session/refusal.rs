//! Why an order was not taken: always a reason and, where there is one, a way out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A reason, in one sentence for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Refusal {
    /// The incident is over.
    Over,
    /// Nobody who could do it is free; somebody will be after so many seconds, if anybody can be.
    NobodyFree {
        /// The skill that is missing, or "anybody".
        skill: String,
        /// Seconds until somebody is free.
        free_in_s: Option<u64>,
        /// Who could be paged.
        page: Option<String>,
    },
    /// The person is not here.
    NotHere {
        /// Who.
        who: String,
    },
    /// The person does something else.
    Busy {
        /// Who.
        who: String,
        /// With what.
        with: String,
        /// For so many seconds more.
        free_in_s: u64,
    },
    /// The person does not know how.
    CannotDo {
        /// Who.
        who: String,
        /// What it needs.
        skill: String,
    },
    /// It is so already, or somebody is at it.
    AlreadySo(String),
    /// There is nothing to do it to.
    NothingToDo(String),
    /// The gate of its pipeline lets the release not pass.
    GateShut(String),
    /// The target has no such thing, or does not exist.
    NoSuchThing(String),
    /// The value cannot be.
    Impossible(String),
    /// The order cannot be taken back.
    CannotUndo(String),
}

impl Refusal {
    /// Whether the same order may be taken a little later, without anything else being done.
    pub fn passes_with_time(&self) -> bool {
        matches!(
            self,
            Self::NobodyFree { .. } | Self::Busy { .. } | Self::NotHere { .. }
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over => f.write_str("the incident is over"),
            Self::NobodyFree {
                skill,
                free_in_s,
                page,
            } => {
                write!(f, "nobody who knows {skill} is free")?;
                if let Some(secs) = free_in_s {
                    write!(f, "; the next one will be in {secs} s")?;
                }
                if let Some(who) = page {
                    write!(f, "; you could page {who}")?;
                }
                Ok(())
            }
            Self::NotHere { who } => write!(f, "{who} is not here; page them first"),
            Self::Busy {
                who,
                with,
                free_in_s,
            } => {
                let is = if who == "you" { "are" } else { "is" };
                write!(f, "{who} {is} busy for {free_in_s} s more: {with}")
            }
            Self::CannotDo { who, skill } => {
                let does = if who == "you" { "do" } else { "does" };
                write!(f, "{who} {does} not know {skill}")
            }
            Self::AlreadySo(what)
            | Self::NothingToDo(what)
            | Self::GateShut(what)
            | Self::NoSuchThing(what)
            | Self::Impossible(what)
            | Self::CannotUndo(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Refusal {}

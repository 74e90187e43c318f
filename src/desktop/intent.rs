//! What a panel asks for. Panels change nothing themselves.

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::SimTime;
use crate::debrief::what_if::Edit;
use crate::desktop::command::UiCommand;
use crate::desktop::screen::Screen;
use crate::report::{Form, Kind};
use crate::scenario::order::Order;

/// One wish of the player.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// An order in the incident, for somebody or for whoever can.
    Order {
        /// What.
        order: Order,
        /// Who is to do it.
        by: Option<PersonId>,
    },
    /// Points the console and the signals at a part of the system, or at none.
    Select(Option<ComponentId>),
    /// Shows a finding, by its place in the list.
    Open(usize),
    /// Moves the crosshair of all plots to a moment.
    LookAt(SimTime),
    /// Something that has a name in the command palette.
    Do(UiCommand),
    /// Opens the briefing of a scenario: the id of a built-in one, or a path.
    Brief(String),
    /// Starts an incident of the scenario that was briefed.
    Start {
        /// Decides the cause and all luck; `None` takes a new one.
        seed: Option<u64>,
        /// Neither pause nor speed.
        exam: bool,
    },
    /// Goes on with the unfinished run.
    Resume,
    /// Opens a recorded run for watching.
    Watch(std::path::PathBuf),
    /// Goes to a moment of the recorded run that is watched.
    Scrub(SimTime),
    /// Goes to a screen.
    Go(Screen),
    /// Opens the list of kept runs.
    Runs,
    /// Puts an unfinished run that cannot be read out of the way.
    SetAside,
    /// Writes a copy of the kept run to this path.
    SaveCopy(std::path::PathBuf),
    /// Writes a report of the run that is debriefed.
    Report(Kind, Form),
    /// Plays the run that is debriefed again with these edits; none shows the run alone.
    Branch(Vec<Edit>),
    /// Asks what could have been ordered at a moment of the run that is debriefed.
    AskOffers(SimTime),
    /// Writes the branch that is shown as a replay of its own.
    KeepBranch,
    /// Opens, leads or ends a game day.
    #[cfg(feature = "gameday")]
    GameDay(crate::desktop::hosting::Wish),
    /// Takes changed settings over and writes them.
    Settings(Box<crate::desktop::settings::Settings>),
}

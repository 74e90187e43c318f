//! What looking finds: taken from the simulation and its telemetry at that moment, never written
//! down in advance.

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::SimTime;
use crate::observe::Observer;
use crate::scenario::order::Look;
use crate::sim::Sim;

/// What somebody found.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// When.
    pub at: SimTime,
    /// Number of the order.
    pub order: u32,
    /// Who looked.
    pub who: PersonId,
    /// At what.
    pub look: Look,
    /// A heading.
    pub title: String,
    /// What was found, one finding per line.
    pub lines: Vec<String>,
    /// The components that it says something about.
    pub about: Vec<ComponentId>,
}

/// What looking found: a heading, findings, and the components they say something about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// A heading.
    pub title: String,
    /// One finding per line.
    pub lines: Vec<String>,
    /// The components that it says something about.
    pub about: Vec<ComponentId>,
}

/// What looking finds now.
pub fn find(sim: &Sim, observer: &Observer, look: Look) -> Found {
    let _ = (sim, observer);
    Found {
        title: format!("{look:?}"),
        lines: Vec::new(),
        about: look.component().into_iter().collect(),
    }
}

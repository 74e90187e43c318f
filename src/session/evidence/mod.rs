//! What looking finds: taken from the simulation and its telemetry at that moment, never written
//! down in advance. The same state gives the same text; scripted causes are never named.

mod books;
mod cache;
mod changes;
mod logs;
mod outside;
mod piece;
mod profile;
mod queries;
mod queue;
mod release;
mod reports;
mod scene;
mod settings;
mod staging;
mod text;
mod traces;

use std::sync::Arc;

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::SimTime;
use crate::observe::Observer;
use crate::scenario::order::Look;
use crate::session::evidence::scene::Scene;
use crate::sim::Sim;

pub use piece::{Piece, SpanEnd, SpanPiece, TracePiece};

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
    /// The same in pieces that can be drawn; shared, because sessions are forked all the time.
    pub pieces: Arc<[Piece]>,
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
    /// The same in pieces that can be drawn.
    pub pieces: Arc<[Piece]>,
    /// The components that stand out in it: failing, slower, full, or changed lately. Empty is
    /// nothing unusual.
    pub about: Vec<ComponentId>,
}

/// What looking finds now.
pub fn find(sim: &Sim, observer: &Observer, look: Look) -> Found {
    let scene = Scene::new(sim, observer);
    match look {
        Look::Logs(id) => logs::find(&scene, id),
        Look::Traces(id) => traces::find(&scene, id),
        Look::Changes => changes::find(&scene),
        Look::Diff(id) => release::find(&scene, id),
        Look::Profile(id) => profile::find(&scene, id),
        Look::Queries(id) => queries::find(&scene, id),
        Look::Cache(id) => cache::find(&scene, id),
        Look::Queue(id) => queue::find(&scene, id),
        Look::Sandbox(id) => outside::sandbox(&scene, id),
        Look::Staging(id) => staging::find(&scene, id),
        Look::Vendor(id) => outside::vendor(&scene, id),
        Look::Books(id) => books::find(&scene, id),
        Look::Reports => reports::find(&scene),
    }
}

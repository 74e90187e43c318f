//! Reports of a finished incident: one document of plain data, written as Markdown, as a page of HTML
//! that needs nothing else, or as JSON.
//!
//! May use everything up to `view`: every sentence in a report was counted by those. Never opens a file
//! and never invents: a number that is not in the record is not in the report.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod document;
mod figures;
mod html;
mod incident;
mod json;
mod markdown;
mod people;

pub use document::{Block, Document, Form, Kind};
pub use html::html;
pub use json::{VERSION, json};
pub use markdown::markdown;

use crate::base::time::SimTime;
use crate::debrief::analysis::Analysis;
use crate::score::{Baselines, Score};
use crate::session::Record;
use crate::view::{Debrief, debrief};

/// Everything that a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'r> {
    /// The run.
    pub record: &'r Record,
    /// What it is compared with.
    pub baselines: &'r Baselines,
    /// Its score.
    pub score: &'r Score,
    /// What was found by playing branches; `None` leaves those sections out.
    pub analysis: Option<&'r Analysis>,
    /// What people wrote down or did beside the incident, for its timeline.
    pub asides: &'r [Aside],
}

/// Something that belongs into the timeline and is no part of the run: a note of somebody who took part
/// or led.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    /// When.
    pub at: SimTime,
    /// In words, with whoever it is from in front.
    pub words: String,
}

impl Source<'_> {
    fn view(&self) -> Debrief {
        debrief(
            self.record,
            Some((self.score, self.baselines)),
            self.analysis,
        )
    }
}

/// The report of a run, ready to be kept in a file.
pub fn written(source: &Source<'_>, kind: Kind, form: Form) -> String {
    match form {
        Form::Markdown => markdown(&report(source, kind)),
        Form::Page => html(&report(source, kind)),
        Form::Json => format!("{:#}\n", json(source)),
    }
}

/// The report of a run.
pub fn report(source: &Source<'_>, kind: Kind) -> Document {
    let view = source.view();
    let mut document = Document::new(format!("{} · {}", view.scenario, kind.title()));
    match kind {
        Kind::Full => {
            incident::incident(&mut document, source, &view);
            incident::assessment(&mut document, source, &view);
            people::story(&mut document, source, &view);
            people::interviewer(&mut document, source, &view);
        }
        Kind::Incident => incident::incident(&mut document, source, &view),
        Kind::Story => people::story(&mut document, source, &view),
        Kind::Interviewer => people::interviewer(&mut document, source, &view),
    }
    document.without_empty()
}

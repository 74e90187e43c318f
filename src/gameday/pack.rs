//! After the incident: what each team is judged by, and the folder that is kept as evidence.

use std::path::Path;
use std::sync::Arc;

use crate::debrief::analysis::{Analysis, Cancelled, Options, Progress, analyse};
use crate::files::{Failure, Opened, write_replay, write_whole};
use crate::gameday::aside::asides;
use crate::gameday::room::Room;
use crate::gameday::store::ensure_folder;
use crate::gameday::{joint, papers};
use crate::report::{Aside, Form, Kind, Source, html, json, markdown, report};
use crate::score::{Baselines, Depth, Score, score};
use crate::session::Record;
use crate::view::{self, Debrief};

pub use crate::gameday::papers::escaped;

/// A team's judgement.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its debrief.
    pub debrief: Debrief,
    /// Its report, in each form and with how its file ends.
    pub reports: Vec<(&'static str, String)>,
}

/// A team's incident, scored.
pub struct Case {
    team: String,
    record: Record,
    base: Arc<Baselines>,
    score: Score,
    asides: Vec<Aside>,
}

impl Case {
    /// Scores a team against nobody doing anything and the reference, on its own luck and with
    /// everything that was broken for it.
    ///
    /// # Panics
    /// Where there is no such team.
    pub fn of(room: &Room, index: usize, base: Arc<Baselines>) -> Self {
        let team = &room.teams[index];
        let record = team.session.record();
        Self {
            team: team.name.clone(),
            score: score(&record, &base, Depth::Full),
            asides: asides(room, index),
            record,
            base,
        }
    }

    /// What each decision was worth, by playing it again.
    ///
    /// # Errors
    /// Where `progress` said that nobody wants it any more.
    pub fn analyse(
        &self,
        options: &Options,
        progress: &(dyn Fn(Progress) -> bool + Sync),
    ) -> Result<Analysis, Cancelled> {
        analyse(&self.record, &self.base, options, progress)
    }

    /// The judgement, with as much as is known by now.
    pub fn judged(&self, analysis: Option<&Analysis>) -> Judged {
        let source = Source {
            record: &self.record,
            baselines: &self.base,
            score: &self.score,
            analysis,
            asides: &self.asides,
        };
        let score = Some((&self.score, &*self.base));
        let mut page = report(&source, Kind::Full);
        page.title = format!("{} · {}", self.team, page.title);
        let written = |form: Form| match form {
            Form::Page => html(&page),
            Form::Markdown => markdown(&page),
            Form::Json => format!("{:#}\n", json(&source)),
        };
        Judged {
            debrief: view::debrief(&self.record, score, analysis),
            reports: Form::ALL.map(|form| (form.ending(), written(form))).into(),
        }
    }
}

/// Writes the evidence: per team a report, who did what and when, what was said, a replay; the teams
/// beside each other; and the participants. No token and no code is among it.
///
/// # Errors
/// A file could not be written.
pub fn write(
    folder: Option<&Path>,
    room: &Room,
    opened: &Opened,
    judged: &[Judged],
) -> Result<(), Failure> {
    let Some(folder) = folder else {
        return Ok(());
    };
    ensure_folder(folder)?;
    for (index, team) in room.teams.iter().enumerate() {
        reports(folder, index, judged)?;
        write_follow_ups(folder, room, index)?;
        let session = &team.session;
        let file = |kind: &str| folder.join(name(index, kind));
        write_whole(&file("actions.csv"), papers::actions(session).as_bytes())?;
        write_whole(&file("communication.md"), papers::said(team).as_bytes())?;
        write_replay(session, opened, "game day", &file("replay.ron"))?;
    }
    beside(folder, room, judged)?;
    write_whole(
        &folder.join("participants.csv"),
        papers::participants(room).as_bytes(),
    )?;
    write_whole(&folder.join("README.md"), papers::contents(room).as_bytes())
}

/// Writes a team's reports, and the teams beside each other.
///
/// # Errors
/// A file could not be written.
pub fn write_reports(
    folder: Option<&Path>,
    room: &Room,
    index: usize,
    judged: &[Judged],
) -> Result<(), Failure> {
    let Some(folder) = folder else {
        return Ok(());
    };
    reports(folder, index, judged)?;
    beside(folder, room, judged)
}

fn reports(folder: &Path, index: usize, judged: &[Judged]) -> Result<(), Failure> {
    for (ending, text) in judged.get(index).iter().flat_map(|it| &it.reports) {
        let file = folder.join(name(index, &format!("report.{ending}")));
        write_whole(&file, text.as_bytes())?;
    }
    Ok(())
}

fn beside(folder: &Path, room: &Room, judged: &[Judged]) -> Result<(), Failure> {
    let debriefs: Vec<&Debrief> = judged.iter().map(|it| &it.debrief).collect();
    let value = joint::joint(room, &debriefs);
    write_whole(
        &folder.join("joint.json"),
        format!("{value:#}\n").as_bytes(),
    )?;
    let page = joint::page(room, &debriefs);
    write_whole(&folder.join("joint.md"), page.as_bytes())
}

/// Writes what a team takes on.
///
/// # Errors
/// The file could not be written.
pub fn write_follow_ups(folder: &Path, room: &Room, index: usize) -> Result<(), Failure> {
    let file = folder.join(name(index, "follow-ups.md"));
    write_whole(&file, papers::follow_ups(room, index).as_bytes())
}

fn name(index: usize, kind: &str) -> String {
    format!("team-{}-{kind}", index + 1)
}

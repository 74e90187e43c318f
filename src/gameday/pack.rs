//! After the incident: what each team is judged by, the teams beside each other, and the folder that is
//! kept as evidence.

use std::path::Path;

use rayon::prelude::*;
use serde_json::Value;

use crate::files::{Failure, Opened, write_replay, write_whole};
use crate::gameday::room::Room;
use crate::gameday::store::ensure_folder;
use crate::report::{Kind, Source, html, json, markdown, report};
use crate::scenario::order::Order;
use crate::score::{Depth, baselines, score};
use crate::session::{Session, words};
use crate::view::{self, Debrief};

/// Decisions that are compared, from the first.
const MOST_DECISIONS: usize = 8;

/// A team's judgement.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its debrief.
    pub debrief: Debrief,
    /// Its report, as JSON, Markdown and a page.
    pub reports: [String; 3],
}

/// Judges every team against nobody doing anything and the reference, on its own luck and with
/// everything that was broken for it.
pub fn judge(room: &Room) -> Vec<Judged> {
    let teams = room.teams.par_iter();
    teams
        .map(|team| {
            let record = team.session.record();
            let base = baselines(&record.scenario, record.seed, record.variant);
            let score = score(&record, &base, Depth::Full);
            let source = Source {
                record: &record,
                baselines: &base,
                score: &score,
                analysis: None,
            };
            let whole = report(&source, Kind::Full);
            Judged {
                debrief: view::debrief(&record, Some((&score, &base)), None),
                reports: [
                    format!("{:#}\n", json(&source)),
                    markdown(&whole),
                    html(&whole),
                ],
            }
        })
        .collect()
}

/// The teams beside each other: curves, axes, and where their decisions part.
pub fn joint(room: &Room, judged: &[Judged]) -> Value {
    let teams = room.teams.iter().zip(judged).map(|(team, judged)| {
        let debrief = &judged.debrief;
        serde_json::json!({
            "name": team.name,
            "headline": debrief.headline,
            "total": debrief.total,
            "axes": debrief.axes.iter().map(|it| serde_json::json!([it.axis, it.points])).collect::<Vec<_>>(),
            "curve": debrief.curves.you.points,
            "lost": debrief.curves.you.total,
        })
    });
    let all: Vec<Vec<Choice>> = room
        .teams
        .iter()
        .map(|team| choices(&team.session))
        .collect();
    let longest = all
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .min(MOST_DECISIONS);
    let rows = (0..longest).map(|number| {
        let row: Vec<Option<&Choice>> = all.iter().map(|it| it.get(number)).collect();
        let what = |it: &Option<&Choice>| it.map(|it| it.what.clone());
        let same = row.windows(2).all(|pair| what(&pair[0]) == what(&pair[1]));
        let cells = row
            .iter()
            .map(|it| it.map(|it| format!("{} {}", it.clock, it.what)));
        serde_json::json!({ "same": same, "teams": cells.collect::<Vec<_>>() })
    });
    serde_json::json!({ "teams": teams.collect::<Vec<_>>(), "decisions": rows.collect::<Vec<_>>() })
}

struct Choice {
    clock: String,
    what: String,
}

/// The changes that a team made, in order.
fn choices(session: &Session) -> Vec<Choice> {
    let journal = session.journal().iter();
    let changes = journal
        .filter(|it| it.fate.was_taken() && matches!(it.order, Order::Act(_) | Order::Undo { .. }));
    let choice = |entry: &crate::session::Entry| Choice {
        clock: view::clock_at(session, entry.at),
        what: words::given(session.scenario(), session.journal(), &entry.order),
    };
    changes.map(choice).collect()
}

/// Writes the evidence: per team a report, who did what and when, what was said outside, a replay; and
/// the participants. No token and no code is among it.
///
/// # Errors
/// A file could not be written.
pub fn write(
    folder: &Path,
    room: &Room,
    opened: &Opened,
    judged: &[Judged],
) -> Result<(), Failure> {
    ensure_folder(folder)?;
    for (index, (team, judged)) in room.teams.iter().zip(judged).enumerate() {
        let name = |kind: &str| folder.join(format!("team-{}-{kind}", index + 1));
        for (ending, text) in ["json", "md", "html"].iter().zip(&judged.reports) {
            write_whole(&name(&format!("report.{ending}")), text.as_bytes())?;
        }
        write_whole(&name("notes.md"), notes(room, index).as_bytes())?;
        write_whole(&name("actions.csv"), actions(&team.session).as_bytes())?;
        write_whole(&name("messages.md"), messages(&team.session).as_bytes())?;
        write_replay(&team.session, opened, "game day", &name("replay.ron"))?;
    }
    let joint = serde_json::to_string_pretty(&joint(room, judged))
        .map_err(|error| Failure::Usage(format!("the joint debrief: {error}")))?;
    write_whole(&folder.join("joint.json"), joint.as_bytes())?;
    write_whole(
        &folder.join("participants.csv"),
        participants(room).as_bytes(),
    )?;
    write_whole(&folder.join("README.md"), contents(room).as_bytes())
}

fn contents(room: &Room) -> String {
    let broken = room.teams.iter().any(|team| !team.faults.is_empty());
    let replays = if broken {
        "Something was broken by the facilitator in this room, which a replay does not hold: the \
         replays of such teams say that their scenario has changed."
    } else {
        "`sev1 replay FILE` plays a team's incident again, bit for bit."
    };
    format!(
        "# Evidence of a game day\n\nScenario `{}`, seed {}, {} team(s), {} participant(s), {} of incident.\n\n\
         Per team: `report.md`, `report.html` and `report.json`, `notes.md`, `actions.csv` (who did what, and when), `messages.md` \
         (what was said outside), `replay.ron`. For all: `joint.json`, `participants.csv`.\n\n{replays}\n",
        room.scenario.id,
        room.opening.seed,
        room.teams.len(),
        room.seats.len(),
        room.now,
    )
}

/// What people and the facilitator wrote down and did beside the incident.
fn notes(room: &Room, index: usize) -> String {
    let team = &room.teams[index];
    let mut text = format!("# {}: notes\n\n", escaped(&team.name));
    for note in &team.notes {
        text.push_str(&format!("- {} {}\n", note.at, escaped(&note.label)));
    }
    for (at, note) in &room.notes {
        text.push_str(&format!("- {at} facilitator: {}\n", escaped(note)));
    }
    for (at, words) in &team.faults {
        text.push_str(&format!(
            "- {at} broken by the facilitator: {}\n",
            escaped(words)
        ));
    }
    text.push_str("\n## Follow-ups to be taken on\n\n| what | owner | by |\n|---|---|---|\n");
    let variant = room.scenario.variants.get(team.session.sim().variant());
    for follow_up in variant.map_or(&[][..], |it| &it.follow_ups) {
        text.push_str(&format!("| {} | | |\n", escaped(follow_up)));
    }
    text
}

fn actions(session: &Session) -> String {
    let mut text = String::from("clock,who,what,taken\n");
    for entry in session.journal() {
        let what = words::given(session.scenario(), session.journal(), &entry.order);
        let row = [
            view::clock_at(session, entry.at),
            entry.actor.clone(),
            what,
            entry.fate.was_taken().to_string(),
        ];
        let cells: Vec<String> = row.iter().map(|cell| csv(cell)).collect();
        text.push_str(&format!("{}\n", cells.join(",")));
    }
    text
}

fn messages(session: &Session) -> String {
    let mut text = String::from("# What was said outside\n");
    for it in session.posts() {
        let clock = view::clock_at(session, it.at);
        text.push_str(&format!(
            "\n## {clock} to {}\n\n{}\n",
            it.post.to.name(),
            escaped(&it.post.text)
        ));
    }
    text
}

fn participants(room: &Room) -> String {
    let mut text = String::from("team,name,roles\n");
    for seat in &room.seats {
        let team = room.teams.get(seat.team).map_or("", |it| it.name.as_str());
        let roles: Vec<&str> = seat.roles.iter().map(|it| it.name()).collect();
        text.push_str(&format!(
            "{},{},{}\n",
            csv(team),
            csv(&seat.name),
            csv(&roles.join(" "))
        ));
    }
    text
}

/// A cell of a table: quoted, and never a formula for the spreadsheet that opens it.
fn csv(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

/// Words of people in Markdown: no markup of theirs.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_{}[]<>()#|!&".contains(letter) {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_stays_text() {
        assert_eq!(csv("=1+1\""), "\"'=1+1\"\"\"");
        assert_eq!(escaped("<b>[x](y)"), "\\<b\\>\\[x\\]\\(y\\)");
    }
}

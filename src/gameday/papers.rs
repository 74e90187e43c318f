//! The papers of the evidence that are no report: who did what, what was said, who took part, and what
//! is taken on.

use crate::gameday::room::Room;
use crate::gameday::team::{Team, Voice};
use crate::session::{Note, Session, words};
use crate::view;

/// What is in the folder.
pub(super) fn contents(room: &Room) -> String {
    format!(
        "# Evidence of a game day\n\nScenario `{}`, seed {}, {} team(s), {} participant(s), {} of incident.\n\n\
         | file | what it is |\n|---|---|\n\
         | `joint.md`, `joint.json` | the teams beside each other, and where their decisions parted |\n\
         | `participants.csv` | who took part, in which team and role |\n\
         | `team-N-report.md`, `.html`, `.json` | the report of a team; notes of the team and of the facilitator stand in its timeline |\n\
         | `team-N-actions.csv` | who did what, and when |\n\
         | `team-N-communication.md` | what was said outside, and in the team's channel |\n\
         | `team-N-follow-ups.md` | what is taken on, by whom and until when |\n\
         | `team-N-replay.ron` | the incident: `sev1 replay FILE` plays it again, bit for bit, with everything that the facilitator broke |\n",
        room.scenario.id,
        room.opening.seed,
        room.teams.len(),
        room.seats.len(),
        room.now,
    )
}

/// What a team takes on; and what would have helped and nobody has taken on.
pub(super) fn follow_ups(room: &Room, index: usize) -> String {
    let team = &room.teams[index];
    let mut text = format!("# {}: follow-ups\n\n", escaped(&team.name));
    text.push_str("| what | owner | by | written down by |\n|---|---|---|---|\n");
    for it in &team.follow_ups {
        let cells = [&it.what, &it.owner, &it.by, &it.who].map(|it| escaped(it));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    let variant = room.scenario.variants.get(team.session.sim().variant());
    let known = variant.map_or(&[][..], |it| &it.follow_ups);
    let line = |it: &String| it.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_open = |it: &String| team.follow_ups.iter().all(|own| own.what != *it);
    let open: Vec<String> = known.iter().map(line).filter(is_open).collect();
    if !open.is_empty() {
        text.push_str("\nNobody has taken on:\n\n");
    }
    for it in open {
        text.push_str(&format!("- {}\n", escaped(&it)));
    }
    text
}

/// Every order of a team.
pub(super) fn actions(session: &Session) -> String {
    let mut text = String::from("clock,who,what,by,taken\n");
    for entry in session.journal() {
        let what = words::given(session.scenario(), session.journal(), &entry.order);
        let row = [
            view::clock_at(session, entry.at),
            entry.actor.clone(),
            what,
            entry.by.map_or("", |by| session.name_of(by)).to_owned(),
            entry.fate.was_taken().to_string(),
        ];
        let cells: Vec<String> = row.iter().map(|cell| csv(cell)).collect();
        text.push_str(&format!("{}\n", cells.join(",")));
    }
    text
}

/// What was said: outside, and in the channel.
pub(super) fn said(team: &Team) -> String {
    let session = &team.session;
    let mut text = format!("# {}: what was said\n\n## Outside\n", escaped(&team.name));
    for it in session.posts() {
        let clock = view::clock_at(session, it.at);
        text.push_str(&format!(
            "\n### {clock} to {} ({})\n\n{}\n",
            it.post.to.name(),
            escaped(&it.post.language),
            escaped(&it.post.text)
        ));
    }
    text.push_str("\n## In the channel\n\n");
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (at, note) in session.log() {
        if let Note::Said { who, text } = note {
            let line = format!("{}: {}", session.name_of(*who), text);
            lines.push((at.as_micros(), line));
        }
    }
    for it in &team.lines {
        let of = match it.kind {
            Voice::Person => "",
            Voice::Story | Voice::Executive => " (by the facilitator)",
            Voice::Hint => " (hint)",
        };
        lines.push((it.at.as_micros(), format!("{}{of}: {}", it.who, it.text)));
    }
    lines.sort_by_key(|it| it.0);
    for (at, line) in lines {
        let at = crate::base::time::SimTime::from_micros(at);
        let clock = view::clock_at(session, at);
        text.push_str(&format!("- {clock} {}\n", escaped(&line)));
    }
    text
}

/// Who took part.
pub(super) fn participants(room: &Room) -> String {
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
pub fn escaped(text: &str) -> String {
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

//! The teams beside each other: curves, axes, and where their decisions parted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::base::text::thousands;
use crate::gameday::pack::escaped;
use crate::gameday::room::Room;
use crate::scenario::order::Order;
use crate::score::AxisName;
use crate::session::{Session, words};
use crate::view::{self, Debrief};

/// Decisions that are compared, from the first.
const MOST_DECISIONS: usize = 12;

/// A change that a team made.
struct Choice {
    clock: String,
    what: String,
    /// Its mark and what it cost or spared, once that is known.
    worth: Option<String>,
}

impl Choice {
    fn words(&self) -> String {
        let worth = self.worth.as_ref();
        let worth = worth.map_or_else(String::new, |it| format!(" ({it})"));
        format!("{} {}{worth}", self.clock, self.what)
    }
}

/// The teams beside each other. `debriefs` are those of the teams, in their order.
pub fn joint(room: &Room, debriefs: &[&Debrief]) -> Value {
    let teams = room.teams.iter().zip(debriefs).map(|(team, it)| {
        json!({
            "name": team.name,
            "headline": it.headline,
            "total": it.total,
            "axes": it.axes.iter().map(|it| json!([it.axis.words(), it.points])).collect::<Vec<_>>(),
            "curve": it.curves.you.points,
            "lost": it.curves.you.total,
            "luck": it.worth.as_ref().and_then(|it| it.luck.as_ref()).map(|it| &it.sentence),
        })
    });
    let all = choices_of_all(room, debriefs);
    let (rows, parted) = compared(&all);
    let rows = rows.iter().map(|(same, row)| {
        let cells = row.iter().map(|it| it.map(Choice::words));
        json!({ "same": same, "teams": cells.collect::<Vec<_>>() })
    });
    json!({
        "teams": teams.collect::<Vec<_>>(),
        "decisions": rows.collect::<Vec<_>>(),
        "parted": parted_in_words(room, &all, parted),
    })
}

/// The same on paper.
pub fn page(room: &Room, debriefs: &[&Debrief]) -> String {
    let mut text = format!(
        "# {}: the teams beside each other\n\n",
        escaped(&room.scenario.meta.title)
    );
    text.push_str("| team | total |");
    for axis in AxisName::ALL {
        text.push_str(&format!(" {} |", axis.words()));
    }
    text.push_str(" customer-minutes lost |\n|---|---|---|---|---|---|---|---|\n");
    for (team, it) in room.teams.iter().zip(debriefs) {
        let points = |it: Option<f64>| it.map_or("–".to_owned(), |it| format!("{it:.0}"));
        text.push_str(&format!(
            "| {} | {} |",
            escaped(&team.name),
            points(it.total)
        ));
        for axis in AxisName::ALL {
            let row = it.axes.iter().find(|row| row.axis == axis);
            text.push_str(&format!(" {} |", points(row.map(|it| it.points))));
        }
        text.push_str(&format!(" {} |\n", thousands(it.curves.you.total)));
    }
    let all = choices_of_all(room, debriefs);
    let (rows, parted) = compared(&all);
    text.push_str("\n## Where decisions parted\n\n");
    text.push_str(&parted_in_words(room, &all, parted));
    text.push_str("\n\n| |");
    for team in &room.teams {
        text.push_str(&format!(" {} |", escaped(&team.name)));
    }
    text.push_str(&format!("\n|---|{}\n", "---|".repeat(room.teams.len())));
    for (number, (same, row)) in (1..).zip(&rows) {
        text.push_str(&format!("| {number}{} |", if *same { "" } else { " ≠" }));
        for cell in row {
            let words = cell.map_or_else(|| "–".to_owned(), |it| escaped(&it.words()));
            text.push_str(&format!(" {words} |"));
        }
        text.push('\n');
    }
    text
}

type Row<'c> = (bool, Vec<Option<&'c Choice>>);

/// Changes side by side by their place, and the first place at which they differ.
fn compared(all: &[Vec<Choice>]) -> (Vec<Row<'_>>, Option<usize>) {
    let longest = all.iter().map(Vec::len).max().unwrap_or(0);
    let rows: Vec<Row<'_>> = (0..longest.min(MOST_DECISIONS))
        .map(|place| {
            let row: Vec<Option<&Choice>> = all.iter().map(|it| it.get(place)).collect();
            let what = |it: &Option<&Choice>| it.map(|it| it.what.clone());
            let same = row.windows(2).all(|pair| what(&pair[0]) == what(&pair[1]));
            (same, row)
        })
        .collect();
    let parted = rows.iter().position(|(same, _)| !same);
    (rows, parted)
}

/// Where the teams parted, and what each did there; teams that did the same are named together.
fn parted_in_words(room: &Room, all: &[Vec<Choice>], parted: Option<usize>) -> String {
    if room.teams.len() < 2 {
        return "There was one team.".to_owned();
    }
    if all.iter().all(Vec::is_empty) {
        return "Nobody changed anything.".to_owned();
    }
    let Some(place) = parted else {
        return "All teams made the same changes in the same order.".to_owned();
    };
    let mut groups: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for (team, choices) in room.teams.iter().zip(all) {
        let what = choices.get(place).map(|it| it.what.as_str());
        groups.entry(what).or_default().push(&team.name);
    }
    let groups = groups.into_iter().map(|(what, teams)| {
        let what = what.unwrap_or("changed nothing more");
        format!("{}: {what}", teams.join(", "))
    });
    let groups = groups.collect::<Vec<_>>().join("; ");
    match place {
        0 => format!("They parted at the first change. {groups}."),
        1 => format!("They made the same first change and parted at the second. {groups}."),
        same => format!("They made the same first {same} changes, and parted then. {groups}."),
    }
}

fn choices_of_all(room: &Room, debriefs: &[&Debrief]) -> Vec<Vec<Choice>> {
    let teams = room.teams.iter().zip(debriefs);
    teams
        .map(|(team, debrief)| choices(&team.session, debrief))
        .collect()
}

/// The changes that a team made, in order.
fn choices(session: &Session, debrief: &Debrief) -> Vec<Choice> {
    let worth = |number: u32| {
        let mut rows = debrief.worth.iter().flat_map(|it| &it.decisions);
        let row = rows.find(|it| !it.is_wait && it.orders.contains(&number))?;
        Some(format!("{}, {}", row.mark.word(), row.effect))
    };
    let journal = (1..).zip(session.journal());
    let changes = journal.filter(|(_, it)| {
        it.fate.was_taken() && matches!(it.order, Order::Act(_) | Order::Undo { .. })
    });
    let choice = |(number, entry): (u32, &crate::session::Entry)| Choice {
        clock: view::clock_at(session, entry.at),
        what: words::given(session.scenario(), session.journal(), &entry.order),
        worth: worth(number),
    };
    changes.map(choice).collect()
}

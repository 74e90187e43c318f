//! What is written down beside the incident: the facilitator's notes, and the follow-ups that a team
//! takes on once it is over.

use serde::Serialize;

use crate::base::time::SimTime;
use crate::gameday::room::Room;
use crate::gameday::team::Voice;
use crate::report::Aside;

/// A note of whoever leads.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadNote {
    /// When.
    pub at: SimTime,
    /// About which team; `None` is all.
    pub team: Option<usize>,
    /// The words.
    pub text: String,
    /// Whether the team reads it while it plays; otherwise it does afterwards.
    pub shown: bool,
}

impl LeadNote {
    /// Whether it is about a team.
    pub fn is_about(&self, team: usize) -> bool {
        self.team.is_none_or(|it| it == team)
    }
}

/// A follow-up that somebody takes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenOn {
    /// What.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// The day by which it is done, as `2026-12-24`.
    pub by: String,
    /// Who wrote it down.
    pub who: String,
}

/// Whether a text is a day as browsers write them.
pub fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |place: usize, digits: usize| -> Option<u32> {
        let part = parts.get(place).filter(|it| it.len() == digits)?;
        let is_number = part.bytes().all(|it| it.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    };
    parts.len() == 3
        && number(0, 4).is_some_and(|it| it >= 2000)
        && number(1, 2).is_some_and(|it| (1..=12).contains(&it))
        && number(2, 2).is_some_and(|it| (1..=31).contains(&it))
}

/// Everything that people wrote down or did beside the incident of a team, oldest first, for its report.
pub fn asides(room: &Room, index: usize) -> Vec<Aside> {
    let Some(team) = room.teams.get(index) else {
        return Vec::new();
    };
    let aside = |at: SimTime, words: String| Aside { at, words };
    let own = team.notes.iter();
    let mut all: Vec<Aside> = own
        .map(|it| aside(it.at, format!("Note of {}", it.label)))
        .collect();
    let notes = room.notes.iter().filter(|it| it.is_about(index));
    all.extend(notes.map(|it| aside(it.at, format!("Note of the facilitator: {}", it.text))));
    let broken = team.faults.iter();
    all.extend(broken.map(|(at, words)| aside(*at, format!("The facilitator broke: {words}"))));
    let blinded = team.blinded.iter();
    all.extend(blinded.map(|(at, until)| {
        aside(
            *at,
            format!("The facilitator took the dashboards away until {until}"),
        )
    }));
    let told = team.lines.iter().filter(|it| it.kind != Voice::Person);
    all.extend(told.map(|it| match it.kind {
        Voice::Hint => aside(it.at, format!("Hint of the facilitator: {}", it.text)),
        _ => aside(it.at, format!("{} in the channel: {}", it.who, it.text)),
    }));
    all.sort_by_key(|it| it.at);
    all
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn only_days_are_days() {
        assert!(is_day("2026-12-24"));
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-12-32",
            "26-12-24",
            "2026-12-24-1",
            "+026-12-24",
        ] {
            assert!(!is_day(text), "{text}");
        }
    }
}

//! Whether the signs that an author promises can really be found, and when.

use crate::base::time::{SimDuration, SimTime};
use crate::observe::{AlarmState, LogQuery};
use crate::scenario::describe;
use crate::scenario::model::Clue;
use crate::session::{Session, evidence};

/// A clue, and when it was first there to be found.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenClue {
    /// The kind of signal.
    pub kind: &'static str,
    /// In words, for the table.
    pub words: String,
    /// First moment, if it was there at all.
    pub at: Option<SimTime>,
    /// Of a metric: the published value that came nearest, of those that were looked at.
    pub nearest: Option<f64>,
}

/// How far back a log query looks.
const LOGS_OF: SimDuration = SimDuration::from_secs(300);

/// The clues of the variant that a session plays, none found yet.
pub fn clues_of(session: &Session) -> Vec<SeenClue> {
    let scenario = session.scenario();
    let variant = scenario.variants.get(session.sim().variant());
    let clues = variant
        .map(|it| it.truth.clues.as_slice())
        .unwrap_or_default();
    clues
        .iter()
        .map(|clue| SeenClue {
            kind: clue.kind(),
            words: words(session, clue),
            at: None,
            nearest: None,
        })
        .collect()
}

/// Looks for every clue that has not been found yet. Takes milliseconds where findings are clues: to
/// be called every few simulated minutes.
pub fn clues_seen(session: &Session, seen: &mut [SeenClue]) {
    let scenario = session.scenario();
    let Some(variant) = scenario.variants.get(session.sim().variant()) else {
        return;
    };
    for (clue, seen) in variant.truth.clues.iter().zip(seen) {
        if seen.at.is_none() && is_there(session, clue) {
            seen.at = Some(session.now());
        }
        if let Clue::Metric(it) = clue {
            let observer = session.observer();
            let point = observer.latest(it.component, it.signal, session.now());
            let values = [seen.nearest, point.and_then(|point| point.value)];
            let values = values.into_iter().flatten();
            seen.nearest = values.reduce(if it.above { f64::max } else { f64::min });
        }
    }
}

fn is_there(session: &Session, clue: &Clue) -> bool {
    let observer = session.observer();
    match clue {
        Clue::Alarm(alarm) => observer
            .alarms()
            .nth(*alarm)
            .is_some_and(|(_, status)| status.state == AlarmState::Alarm),
        Clue::Metric(condition) => session.sees(condition),
        Clue::Log(component, text) => {
            let now = session.now();
            let page = observer.logs(&LogQuery {
                component: *component,
                from: now - LOGS_OF.min(now.since(SimTime::ZERO)),
                to: now,
                filter: text,
                limit: 1,
            });
            !page.lines.is_empty()
        }
        Clue::Finding(look, text) => {
            let found = evidence::find(session.sim(), observer, *look);
            found.lines.iter().any(|line| line.contains(text.as_str()))
        }
    }
}

fn words(session: &Session, clue: &Clue) -> String {
    let scenario = session.scenario();
    let world = &scenario.world;
    match clue {
        Clue::Alarm(alarm) => {
            let name = scenario
                .signals
                .alarms
                .get(*alarm)
                .map_or("", |it| &it.name);
            format!("alarm {name}")
        }
        Clue::Metric(condition) => format!(
            "{} of {} {} {}",
            describe::signal(condition.signal),
            world.components[condition.component].name,
            if condition.above { "above" } else { "below" },
            describe::value(condition.signal, condition.value)
        ),
        Clue::Log(component, text) => {
            format!("log line of {}: {text}", world.components[*component].name)
        }
        Clue::Finding(look, text) => {
            format!("{}: {text}", crate::session::words::look(world, *look))
        }
    }
}

//! When each clue of the true cause was there to be seen, and when the player had it in front of them.

use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::retell::watch;
use crate::debrief::analysis::{Clue, Opened};
use crate::debrief::clues::{clues_of, clues_seen};
use crate::scenario::model;
use crate::scenario::order::Look;
use crate::session::{Record, Session};

/// Time between two looks at least: what is found takes milliseconds.
const EVERY: SimDuration = SimDuration::from_secs(60);
/// And most looks, however long the run is.
const MOST_LOOKS: u64 = 90;

/// The clues of the variant of a record.
pub(super) fn signs(record: &Record) -> Vec<Clue> {
    let start = Session::start(&record.scenario, record.seed, Some(record.variant));
    let mut seen = clues_of(&start);
    let every_us = (record.simulated.as_micros() / MOST_LOOKS).max(EVERY.as_micros());
    let every = SimDuration::from_micros(every_us);
    watch(record, every, &mut |session| clues_seen(session, &mut seen));
    let variant = record.scenario.variants.get(record.variant);
    let clues = variant.into_iter().flat_map(|it| &it.truth.clues);
    clues
        .zip(seen)
        .map(|(clue, seen)| {
            let opened = opened(record, clue, seen.at);
            Clue {
                kind: seen.kind,
                words: seen.words,
                // Whoever found it before it was looked for here saw it first.
                visible: match (seen.at, &opened) {
                    (Some(at), Some(opened)) => Some(at.min(opened.at)),
                    (at, opened) => at.or(opened.map(|it| it.at)),
                },
                opened,
            }
        })
        .collect()
}

/// When the player had it: somebody found it, or it hangs on the wall.
fn opened(record: &Record, clue: &model::Clue, visible: Option<SimTime>) -> Option<Opened> {
    let found = |wanted: Look, text: &str| {
        let all = record.evidence.iter().filter(|it| it.look == wanted);
        let mut with = all.filter(|it| it.lines.iter().any(|line| line.contains(text)));
        with.next().map(|it| Opened {
            at: it.at,
            order: Some(it.order),
        })
    };
    match clue {
        model::Clue::Log(id, text) => found(Look::Logs(*id), text),
        model::Clue::Finding(look, text) => found(*look, text),
        model::Clue::Alarm(_) | model::Clue::Metric(_) => {
            visible.map(|at| Opened { at, order: None })
        }
    }
}

//! What a component did, held against the books: what was carried out more often than it was asked for,
//! and a sample of its answers, checked by hand. The books are closed with a delay, so the newest minutes
//! are never in them.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::rng::Stream;
use crate::base::time::SimDuration;
use crate::observe::Window;
use crate::session::evidence::Found;
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::text;

/// The time that is looked at, and how long it takes until the books of a moment are complete.
const SPAN: SimDuration = SimDuration::from_secs(900);
const BEHIND: SimDuration = SimDuration::from_secs(120);
/// Answers that are checked by hand.
const CHECKED: u64 = 60;
/// Effects too many below which nobody says anything: rounding and the odd late answer.
const ODD: f64 = 0.0005;

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("The books of {}", scene.name(id)));
    let until = scene.now - BEHIND;
    let window = scene.observer.window(until - SPAN, until);
    if window.is_empty() {
        notes.line("The books of the last minutes are not closed yet.");
        return notes.finish();
    }
    notes.line(format!(
        "From {} to {}:",
        scene.clock(window.from),
        scene.clock(window.to)
    ));
    let outgoing = scene.world().components[id].calls.iter().copied();
    let received: Vec<EdgeId> = outgoing.collect();
    let given: Vec<EdgeId> = scene.calls_into(id).collect();
    for &edge in received.iter().chain(&given) {
        done_twice(scene, &window, edge, &mut notes);
    }
    let mut told_wrongly = 0.0_f64;
    for &edge in &received {
        let found = wrong(scene, &window, edge, &mut notes);
        if found > 0.0 {
            notes.implicate(scene.world().edges[edge].to);
        }
        told_wrongly = told_wrongly.max(found);
    }
    for &edge in &given {
        // It passes on what it was told; what it adds is its own.
        if wrong(scene, &window, edge, &mut notes) > told_wrongly {
            notes.implicate(id);
        }
    }
    notes.finish()
}

fn between(scene: &Scene<'_>, edge: EdgeId) -> String {
    let spec = &scene.world().edges[edge];
    let mut journeys = scene.world().journeys.iter();
    match journeys.find(|it| it.edge == edge) {
        Some(journey) => format!("customers → {}, {}", scene.name(spec.to), journey.name),
        None => format!("{} → {}", scene.caller(edge), scene.callee(edge)),
    }
}

/// What was carried out once more than it was asked for.
fn done_twice(scene: &Scene<'_>, window: &Window, edge: EdgeId, notes: &mut Notes) {
    let counts = window.edge(edge);
    if counts.repeated < 1.0 || counts.repeated < ODD * counts.ok {
        return;
    }
    notes.line(format!(
        "{}: {} asked for and answered, {} carried out. {} were done again for somebody who already had \
         an answer, or still got one.",
        between(scene, edge),
        text::count(counts.ok),
        text::count(counts.ok + counts.repeated),
        text::count(counts.repeated)
    ));
    if let Some(from) = scene.world().edges[edge].from {
        notes.implicate(from);
    } else {
        notes.implicate(scene.world().edges[edge].to);
    }
}

/// A sample of the answers along a dependency; the share of wrong ones where that is out of the
/// ordinary, and zero otherwise.
fn wrong(scene: &Scene<'_>, window: &Window, edge: EdgeId, notes: &mut Notes) -> f64 {
    let (now, usual) = (
        window.edge(edge).wrong_share(),
        scene.usual.edge(edge).wrong_share(),
    );
    if now <= 0.0 {
        return 0.0;
    }
    let stream = Stream::new(scene.sim.seed(), "books", u64::from(edge.0));
    let mut draws = stream.at(scene.now.as_micros());
    let checked = CHECKED.min(window.edge(edge).ok as u64);
    let found = draws.binomial(checked, now);
    notes.line(format!(
        "{}: of {checked} answers checked by hand {found} are wrong ({} of all, by that; at {} it was {}).",
        between(scene, edge),
        text::percent(found as f64 / checked.max(1) as f64),
        scene.clock(scene.usual.from),
        text::percent(usual)
    ));
    let is_odd = now > 1.5 * usual + 0.02 && found > 0;
    if is_odd { now } else { 0.0 }
}

//! What customers report: how many cannot do what, since when and where, in their own words.

use crate::base::id::{ComponentId, JourneyId, RegionId};
use crate::base::math::sqrt;
use crate::base::rng::Stream;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::EdgeCounts;
use crate::scenario::model::{Completes, FailureKind, Journey, Kind, Signal};
use crate::session::evidence::Found;
use crate::session::evidence::scene::{Notes, Scene, rises};
use crate::session::evidence::text;
use crate::sim::ALL_FAILURES;

/// Grain of "since when".
const GRAIN: SimDuration = SimDuration::from_secs(30);
/// Time over which letters about what never came are counted.
const WROTE_WITHIN: SimDuration = SimDuration::from_secs(900);
/// Complaints quoted per journey.
const QUOTES: usize = 2;

pub(super) fn find(scene: &Scene<'_>) -> Found {
    let mut notes = Notes::new("What customers report".to_owned());
    let journeys = scene.world().journeys.enumerate();
    for (id, journey) in journeys.filter(|(_, journey)| !journey.ours) {
        one(scene, id, journey, &mut notes);
    }
    if notes.says_something() {
        regions(scene, &mut notes);
    } else {
        notes.line("Support has the usual number of tickets.");
    }
    notes.finish()
}

fn one(scene: &Scene<'_>, id: JourneyId, journey: &Journey, notes: &mut Notes) {
    let edge = journey.edge;
    let (now, then) = (scene.recent.edge(edge), scene.usual.edge(edge));
    let entry = scene.world().edges[edge].to;
    let (bad, usual) = (lacking(journey, &now), lacking(journey, &then));
    let fails = is_bad(journey, bad, usual);
    let silent = silent(scene, id, journey, entry);
    let slow = journey.completes == Completes::OnAnswer
        && now.ok > 0.0
        && then.ok > 0.0
        && now.mean_s() > 2.0 * then.mean_s() + 0.3;
    let what = name(journey);
    let gone = gone(scene, journey);
    if gone > 0 {
        notes.implicate(entry);
        notes.line(format!(
            "{what}: {gone} customers wrote in the last quarter of an hour that what they were promised \
             never came"
        ));
        notes.line(format!(
            "  {}",
            GONE[gone % GONE.len()].replace("{what}", &what)
        ));
    }
    let back = scene.sim.journey(id).overwritten;
    if back > 0 {
        notes.implicate(entry);
        notes.line(format!(
            "{what}: {back} times so far an older state came back over a newer one"
        ));
        notes.line(format!(
            "  “Our listing went back to what it was before. We had changed that already ({what}).”"
        ));
    }
    if !(fails || slow || silent.is_some()) {
        return;
    }
    notes.implicate(entry);
    if fails {
        let since = since(scene, journey, usual);
        let since = since.map_or_else(String::new, |at| {
            format!(", since about {}", scene.clock(at))
        });
        let verb = match journey.completes {
            Completes::OnAnswer => "fail",
            Completes::OnProcessed => "of what was sent is not done",
        };
        notes.line(format!(
            "{what}: {} {verb} (usually {}){since}",
            text::percent(bad),
            text::percent(usual)
        ));
    }
    if slow {
        notes.line(format!(
            "{what}: takes {} instead of {}",
            text::time(now.mean_s()),
            text::time(then.mean_s())
        ));
    }
    if let Some((many, usual)) = silent {
        notes.line(format!(
            "{what}: {} turned to us in the last ten minutes (usually {})",
            text::count(many),
            text::count(usual)
        ));
        let minute = scene.now.as_micros() / 60_000_000;
        let said = &journey.contacts.says;
        let from = minute as usize % said.len().max(1);
        for words in said.iter().cycle().skip(from).take(QUOTES.min(said.len())) {
            notes.line(format!(
                "  “{}”",
                words.split_whitespace().collect::<Vec<_>>().join(" ")
            ));
        }
    }
    if fails || slow {
        quote(scene, id, journey, &now, slow, notes);
    }
}

/// Customers who turned to the support desk in the last ten minutes, and how many usually do, where
/// that are clearly more than chance brings and nothing fails that would explain it.
fn silent(
    scene: &Scene<'_>,
    id: JourneyId,
    journey: &Journey,
    entry: ComponentId,
) -> Option<(f64, f64)> {
    const MINUTES: f64 = 10.0;
    let period_s = scene.observer.period().as_secs_f64();
    let periods = (MINUTES * 60.0 / period_s).ceil();
    let values = scene.last_values(entry, Signal::Contacts, periods as usize);
    let mean = values.iter().sum::<f64>() / (values.len() as f64).max(1.0);
    let (many, usual) = (
        mean * MINUTES * 60.0,
        journey.contacts.usual_per_s * MINUTES * 60.0,
    );
    let noticed = scene.sim.journey(id).noticed > 0.0;
    (noticed && usual > 0.0 && many > usual + 4.0 * sqrt(usual)).then_some((many, usual))
}

/// Customers whose message came to nothing, who write about it: of what is lost for good each one
/// does, sooner or later.
fn gone(scene: &Scene<'_>, journey: &Journey) -> usize {
    if journey.completes != Completes::OnProcessed {
        return 0;
    }
    let window = scene.observer.window(scene.now - WROTE_WITHIN, scene.now);
    window.edge(journey.edge).failed_total() as usize
}

fn name(journey: &Journey) -> String {
    journey.name.replace(['-', '_'], " ")
}

/// Share of a journey's requests that failed; of messages, share that has not been processed.
fn lacking(journey: &Journey, counts: &EdgeCounts) -> f64 {
    match journey.completes {
        Completes::OnAnswer => counts.fail_share(),
        Completes::OnProcessed if counts.first_tries <= 0.0 => 0.0,
        Completes::OnProcessed => (1.0 - counts.ok / counts.first_tries).max(0.0),
    }
}

fn is_bad(journey: &Journey, bad: f64, usual: f64) -> bool {
    match journey.completes {
        Completes::OnAnswer => rises(bad, usual),
        // Some messages are always under way.
        Completes::OnProcessed => bad > usual + 0.2,
    }
}

/// When failures of a journey became many, to half a minute.
fn since(scene: &Scene<'_>, journey: &Journey, usual: f64) -> Option<SimTime> {
    let mut first = None;
    let mut from = SimTime::ZERO;
    let mut quiet = 0;
    while from < scene.now {
        let counts = scene.observer.window(from, from + GRAIN).edge(journey.edge);
        if is_bad(journey, lacking(journey, &counts), usual) {
            first = first.or(Some(from));
            quiet = 0;
        } else {
            quiet += 1;
        }
        // A lull of two minutes ends one story and begins another.
        if quiet > 4 {
            first = None;
        }
        from += GRAIN;
    }
    first
}

/// Complaints, by what customers met.
fn quote(
    scene: &Scene<'_>,
    id: JourneyId,
    journey: &Journey,
    now: &EdgeCounts,
    slow: bool,
    notes: &mut Notes,
) {
    let what = name(journey);
    let minute = scene.now.as_micros() / 60_000_000;
    let stream = Stream::new(scene.sim.seed(), "complaints", u64::from(id.0));
    let mut draws = stream.at(minute);
    let mut kinds: Vec<FailureKind> = ALL_FAILURES.to_vec();
    kinds.retain(|kind| now.failed[*kind as usize] > 0.05 * now.failed_total());
    kinds.sort_by(|a, b| now.failed[*b as usize].total_cmp(&now.failed[*a as usize]));
    if journey.completes == Completes::OnProcessed {
        kinds = vec![FailureKind::Timeout];
    }
    for kind in kinds.into_iter().take(QUOTES) {
        let words = match journey.completes {
            Completes::OnAnswer => complaints(kind),
            Completes::OnProcessed => NOT_DONE,
        };
        let pick = (draws.uniform() * words.len() as f64) as usize;
        if let Some(words) = words.get(pick) {
            notes.line(format!("  “{}”", words.replace("{what}", &what)));
        }
    }
    if slow {
        notes.line(format!("  “It works, but {what} takes ages.”"));
    }
}

const NOT_DONE: &[&str] = &[
    "We changed our stock a while ago and the listing still shows the old number ({what}).",
    "Orders come in for things we no longer have. Is {what} stuck?",
    "Our dashboard says pending for everything we send ({what}).",
];

const GONE: &[&str] = &[
    "“Confirmed, paid, and then nothing. Nobody of yours can find it ({what}).”",
    "“You told me it went through. It did not ({what}).”",
];

const fn complaints(kind: FailureKind) -> &'static [&'static str] {
    match kind {
        FailureKind::Timeout => &[
            "{what}: it just spins, and then the page gives up.",
            "I have been looking at a white page for half a minute ({what}).",
        ],
        FailureKind::Error | FailureKind::Dependency => &[
            "{what}: \"Something went wrong on our side\", every other time.",
            "I get an error 500 on {what}. Do I pay twice if I try again?",
        ],
        FailureKind::Refused | FailureKind::BreakerOpen => &[
            "{what}: \"Service temporarily unavailable\". I tried five times.",
            "503 on {what}, sometimes it goes through.",
        ],
        FailureKind::Throttled => &[
            "{what}: \"Too many requests\". I clicked once!",
            "You tell me to slow down ({what}), and I have only just come.",
        ],
        FailureKind::Denied => &[
            "{what}: \"Access denied\". Yesterday I was allowed to.",
            "Why am I not authorised any more ({what})?",
        ],
        FailureKind::Unreachable => &[
            "{what}: \"Bad gateway\".",
            "Your site is gone ({what}): 502.",
        ],
    }
}

/// Where it happens, if there is more than one place.
fn regions(scene: &Scene<'_>, notes: &mut Notes) {
    let world = scene.world();
    let mut rows: Vec<(RegionId, f64, f64)> = Vec::new();
    for (id, edge) in world.edges.enumerate() {
        let is_entrance = edge
            .from
            .is_none_or(|from| matches!(world.components[from].kind, Kind::Balancer(_)));
        let Some(region) = world.components[edge.to].region.filter(|_| is_entrance) else {
            continue;
        };
        let counts = scene.recent.edge(id);
        let tries = counts.ok + counts.failed_total();
        match rows.iter_mut().find(|row| row.0 == region) {
            Some(row) => {
                row.1 += counts.failed_total();
                row.2 += tries;
            }
            None => rows.push((region, counts.failed_total(), tries)),
        }
    }
    rows.retain(|row| row.2 > 0.0);
    if rows.len() < 2 {
        return;
    }
    for (region, failed, tries) in rows {
        notes.line(format!(
            "{}: {} of the requests fail",
            world.regions[region].name,
            text::percent(failed / tries)
        ));
    }
}

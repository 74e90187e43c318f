//! What waits in a queue, what comes back, what was put aside, and what stands in the way.

use crate::base::id::{ComponentId, EdgeId, JourneyId};
use crate::base::time::SimDuration;
use crate::scenario::action::{ComponentKnob, Knob};
use crate::scenario::model::{FailureKind, Kind, Signal};
use crate::session::evidence::Found;
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::text;
use crate::sim::ALL_FAILURES;

/// Messages of the dead-letter queue that are shown.
const MOST_LETTERS: usize = 6;
/// Time over which the reasons of failures are taken.
const REASONS: SimDuration = SimDuration::from_secs(300);

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("Messages of {}", scene.name(id)));
    depth(scene, id, &mut notes);
    consumption(scene, id, &mut notes);
    shards(scene, id, &mut notes);
    letters(scene, id, &mut notes);
    notes.finish()
}

/// The service that takes messages from a queue.
fn consumer(scene: &Scene<'_>, id: ComponentId) -> Option<ComponentId> {
    let all = scene.world().components.enumerate();
    all.filter(|(_, it)| matches!(&it.kind, Kind::Service(s) if s.pulls == Some(id)))
        .map(|(worker, _)| worker)
        .next()
}

fn depth(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let sim = scene.sim;
    let coming_back = sim.messages_to_come_back(id);
    let returned: u32 = coming_back.iter().map(|(_, n)| n).sum();
    let waiting = sim.queued(id) - f64::from(returned);
    let age = sim.oldest_age_s(id);
    let past = scene.last_values(id, Signal::Queued, 6);
    let past: Vec<String> = past.into_iter().map(text::count).collect();
    notes.line(format!(
        "visible: {}, the oldest {} old; by the minute: {}",
        text::count(waiting),
        text::time(age),
        past.join(", ")
    ));
    let parts: Vec<String> = coming_back
        .iter()
        .map(|(receives, n)| format!("{n} after {receives} deliveries"))
        .collect();
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join(", "))
    };
    notes.line(format!("failed and coming back: {returned}{parts}"));
    let arrivals = scene.recent.per_s(
        scene
            .calls_into(id)
            .map(|e| scene.recent.edge(e).tries)
            .sum(),
    );
    if waiting > 60.0 * arrivals.max(1.0) || age > 120.0 || f64::from(returned) > 30.0 * arrivals {
        notes.implicate(id);
    }
}

fn consumption(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let limit = scene
        .sim
        .parameter(Knob::Component(id, ComponentKnob::ConsumeRate));
    let paused = scene.sim.is_paused(id);
    let limit = if limit.is_finite() {
        format!("at most {}", text::rate(limit))
    } else {
        "no limit".to_owned()
    };
    let state = if paused { "paused" } else { "running" };
    notes.line(format!("consumption: {state}, {limit}"));
    if paused {
        notes.implicate(id);
    }
    let Some(worker) = consumer(scene, id) else {
        return;
    };
    let (now, then) = (
        scene.recent.component(worker),
        scene.usual.component(worker),
    );
    notes.line(format!(
        "{} works on {} now; last minute {} done, {} failed (at the start {} and {})",
        scene.name(worker),
        text::count(scene.sim.signal(worker, Signal::InSystem)),
        text::rate(scene.recent.per_s(now.served)),
        text::rate(scene.recent.per_s(now.failed_total())),
        text::rate(scene.usual.per_s(then.served)),
        text::rate(scene.usual.per_s(then.failed_total())),
    ));
    if scene.is_failing(worker) {
        notes.implicate(worker);
    }
    for edge in failing_calls(scene, worker) {
        notes.implicate(scene.world().edges[edge].to);
    }
}

fn failing_calls(scene: &Scene<'_>, worker: ComponentId) -> Vec<EdgeId> {
    let calls = scene.world().components[worker].calls.iter().copied();
    calls.filter(|&edge| scene.calls_fail(edge)).collect()
}

fn shards(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let blocked = scene.sim.is_poisoned(id);
    if let Some(shards) = scene.sim.shards(id) {
        notes.line(format!(
            "shards: {}; shardId-000000000000 gets {} of the records, {} there, {} at each of the others",
            text::count(shards.count),
            text::percent(shards.hot_load),
            text::waiting(shards.hot_queued.into()),
            text::count(shards.rest_queued),
        ));
        if shards.hot_load > 2.0 / shards.count {
            notes.implicate(id);
        }
    }
    if blocked {
        notes.line(format!(
            "the record at the head of shardId-000000000000 fails every time it is delivered; nothing behind it moves (oldest {})",
            text::time(scene.sim.oldest_age_s(id))
        ));
        notes.implicate(id);
    }
    let throttled = scene.recent.component(id).failed[FailureKind::Throttled as usize];
    if throttled > 0.0 {
        notes.line(format!(
            "{} writes are throttled",
            text::rate(scene.recent.per_s(throttled))
        ));
        notes.implicate(id);
    }
}

fn letters(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let count = scene.sim.signal(id, Signal::DeadLetters);
    notes.line(format!("dead letters: {}", text::count(count)));
    if count < 1.0 {
        return;
    }
    notes.implicate(id);
    let mut by_journey: Vec<(JourneyId, u32)> = Vec::new();
    for letter in scene.sim.dead_letters(id) {
        match by_journey.iter_mut().find(|(it, _)| *it == letter.journey) {
            Some((_, n)) => *n += letter.count,
            None => by_journey.push((letter.journey, letter.count)),
        }
    }
    let journeys = &scene.world().journeys;
    for (journey, n) in &by_journey {
        if let Some(spec) = journeys.get(*journey) {
            notes.line(format!(
                "  {n} × {}: {}",
                spec.name,
                reason(scene, id, *journey)
            ));
        }
    }
    if let Some(share) = scene.sim.overtaken_letters(id) {
        let knob = Knob::Component(id, ComponentKnob::SkipStale);
        let checked = if scene.sim.parameter(knob) >= 0.5 {
            "workers compare sequence numbers"
        } else {
            "nobody compares sequence numbers"
        };
        notes.line(format!(
            "  for {} of them a newer message of the same sender has gone through since; {checked}",
            text::percent(share)
        ));
    }
    let newest: Vec<_> = scene.sim.dead_letters(id).collect();
    for letter in newest.iter().rev().take(MOST_LETTERS) {
        let Some(spec) = journeys.get(letter.journey) else {
            continue;
        };
        notes.line(format!(
            "  sent {}  {}, {} deliveries, last error: {}",
            scene.clock(letter.sent),
            spec.name,
            letter.receives,
            reason(scene, id, letter.journey)
        ));
    }
}

/// Why messages of a journey fail, by the failed calls of the worker.
fn reason(scene: &Scene<'_>, id: ComponentId, journey: JourneyId) -> String {
    let Some(worker) = consumer(scene, id) else {
        return "nobody takes them".to_owned();
    };
    let window = scene.observer.window(scene.now - REASONS, scene.now);
    let mut worst: Option<(f64, EdgeId, FailureKind)> = None;
    for &edge in &scene.world().components[worker].calls {
        let spec = &scene.world().edges[edge];
        if !spec.journeys.is_empty() && !spec.journeys.contains(&journey) {
            continue;
        }
        let counts = window.edge(edge);
        for kind in ALL_FAILURES {
            let n = counts.failed[kind as usize];
            if n > worst.map_or(0.0, |it| it.0) {
                worst = Some((n, edge, kind));
            }
        }
    }
    worst.map_or_else(
        || format!("an error of {} itself", scene.name(worker)),
        |(_, edge, kind)| format!("{} {}", scene.callee(edge), answered(kind)),
    )
}

/// A failure as whoever called tells it.
pub(super) const fn answered(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Error => "answered 500",
        FailureKind::Timeout => "did not answer in time",
        FailureKind::Refused => "answered 503",
        FailureKind::Throttled => "answered 429",
        FailureKind::Denied => "answered 403",
        FailureKind::Unreachable => "could not be reached",
        FailureKind::BreakerOpen => "was not called: breaker open",
        FailureKind::Dependency => "failed with a dependency",
    }
}

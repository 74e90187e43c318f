//! What only the facilitator sees: the cause, how parts really do, the reference beside the teams, and
//! what could be broken.

use serde::Serialize;
use serde_json::{Value, json};

use crate::base::id::ComponentId;
use crate::base::time::SimDuration;
use crate::gameday::parts;
use crate::gameday::room::Room;
use crate::gameday::team::Team;
use crate::scenario::action::{Action, Change, ComponentKnob, JourneyKnob, Knob};
use crate::scenario::describe;
use crate::scenario::model::{Kind, Scenario, Signal, Variant};
use crate::score::Baselines;
use crate::session::words;
use crate::view;

/// Lines of a team's channel that the facilitator sees.
const LAST_SAID: usize = 5;

/// Something that a facilitator can break.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Breakable {
    /// Tells it from all others.
    pub key: String,
    /// In words.
    pub words: String,
    /// What it does.
    #[serde(skip)]
    pub effects: Vec<Action>,
}

/// Everything that can be broken: the scenario's own causes, all its variants', and plain trouble of
/// every part.
pub fn faults(scenario: &Scenario) -> Vec<Breakable> {
    let mut all: Vec<Breakable> = Vec::new();
    for variant in &scenario.variants {
        for (place, fault) in variant.faults.iter().enumerate() {
            all.push(Breakable {
                key: format!("{}/{place}", variant.id),
                words: format!("cause {}: {}", variant.id, fault.name),
                effects: fault.effects.clone(),
            });
        }
    }
    let mut add = |key: String, effects: Vec<Action>| {
        let words = effects
            .iter()
            .map(|it| describe::action(&scenario.world, it));
        let words = words.collect::<Vec<_>>().join("; ");
        all.push(Breakable {
            key,
            words,
            effects,
        });
    };
    let set = |knob, value| {
        Action::Change(Change {
            knob,
            value,
            over: SimDuration::ZERO,
        })
    };
    for (id, part) in scenario.world.components.enumerate() {
        let mut knob = |name: &str, knob, value| {
            add(
                format!("{}:{name}", part.name),
                vec![set(Knob::Component(id, knob), value)],
            );
        };
        knob("slow", ComponentKnob::Speed, 0.4);
        knob("errors", ComponentKnob::ErrorShare, 0.2);
        knob("down", ComponentKnob::DownShare, 1.0);
        match &part.kind {
            Kind::Cache(_) => add(format!("{}:flush", part.name), vec![Action::FlushCache(id)]),
            Kind::Queue(_) => add(format!("{}:poison", part.name), vec![Action::AddPoison(id)]),
            _ => {}
        }
    }
    for (id, journey) in scenario.world.journeys.enumerate() {
        let knob = Knob::Journey(id, JourneyKnob::RateFactor);
        add(format!("journey {}", journey.name), vec![set(knob, 2.0)]);
    }
    all
}

/// What never changes: the cause, and what can be broken.
pub fn secrets(room: &Room) -> Value {
    let scenario = &room.scenario;
    let variant = room
        .teams
        .first()
        .map_or(0, |team| team.session.sim().variant());
    let variant = scenario.variants.get(variant);
    let right = variant.map(|it| {
        it.truth
            .suspects
            .iter()
            .map(|s| words::suspect(&scenario.world, *s))
    });
    json!({
        "title": scenario.meta.title,
        "briefing": scenario.meta.briefing,
        "cause": variant.map(|it| it.cause.trim()),
        "right": right.map(Iterator::collect::<Vec<_>>),
        "distractors": variant.map(|it| &it.distractors),
        "follow_ups": variant.map(|it| &it.follow_ups),
        "teaching": scenario.teaching.notes,
        "hints": variant.map(|it| hints(scenario, it)),
        "faults": faults(scenario),
        "join": format!("/?code={}", room.opening.code),
        "code": room.opening.code,
        "seed": room.opening.seed,
    })
}

/// Hints from soft to plain, made of what the author wrote of a cause.
fn hints(scenario: &Scenario, variant: &Variant) -> Vec<String> {
    let mut hints = vec!["What changed shortly before the first alarm?".to_owned()];
    for wrong in &variant.distractors {
        // Its first sentence: what follows says what speaks against it.
        let claim = wrong.split(". ").next().unwrap_or(wrong);
        let claim = claim.trim().trim_end_matches('.');
        hints.push(format!("What speaks against this: {claim}?"));
    }
    if let Some(right) = variant.truth.suspects.first() {
        let right = words::suspect(&scenario.world, *right);
        hints.push(format!("Look closer at: {right}"));
    }
    hints
}

/// How a team really does.
pub fn of_team(room: &Room, index: usize, team: &Team, baselines: Option<&Baselines>) -> Value {
    let session = &team.session;
    let reference = baselines.and_then(|it| it.reference.as_deref());
    let lost_by_now = reference.map(|record| {
        let now = session.now();
        let sample = record.samples.iter().rfind(|sample| sample.at <= now);
        sample.map_or(0.0, |it| it.impact.customer_minutes)
    });
    let milestones = session.milestones();
    let minutes = |at: Option<crate::base::time::SimTime>| at.map(|at| at.to_string());
    let parts = session.scenario().world.components.enumerate();
    let parts = parts.map(|(id, part)| json!({ "name": part.name, "signals": signals(team, id) }));
    let seats = room
        .seats
        .iter()
        .enumerate()
        .filter(|(_, seat)| seat.team == index);
    let seats = seats.map(|(id, seat)| json!({"id": id, "name": seat.name, "roles": seat.roles}));
    let suspicions = session.hypotheses().iter().rev().take(3);
    let suspicions = suspicions.map(|it| {
        let suspect = words::suspect(&session.scenario().world, it.suspect);
        format!("{suspect} ({:.0} %)", 100.0 * it.confidence)
    });
    let desk = view::desk(session);
    let headline = desk.headline.clone();
    let channel = parts::channel(team, desk);
    let said = channel.iter().skip(channel.len().saturating_sub(LAST_SAID));
    json!({
        "name": team.name,
        "headline": headline,
        "lost": session.samples().last().map_or(0.0, |it| it.impact.customer_minutes.round()),
        "reference_lost": lost_by_now.map(f64::round),
        "detected": minutes(milestones.detected),
        "acknowledged": minutes(milestones.acknowledged),
        "recovered": session.has_recovered(),
        "over": session.ending().is_some(),
        "suspicions": suspicions.collect::<Vec<_>>(),
        "broken": team.faults.iter().map(|(at, words)| format!("{at} {words}")).collect::<Vec<_>>(),
        "said": said.collect::<Vec<_>>(),
        "blind": team.blind_until > session.now(),
        "seats": seats.collect::<Vec<_>>(),
        "parts": parts.collect::<Vec<_>>(),
    })
}

/// What the simulation counts, without delay and without gaps.
fn signals(team: &Team, id: ComponentId) -> Value {
    let sim = team.session.sim();
    let rounded = |signal, unit: f64| (sim.signal(id, signal) * unit).round() / 10.0;
    json!({
        "busy": rounded(Signal::Utilisation, 1_000.0),
        "errors": rounded(Signal::ErrorShare, 1_000.0),
        "p99_ms": rounded(Signal::LatencyP99, 10_000.0),
        "queued": sim.queued(id).round(),
    })
}

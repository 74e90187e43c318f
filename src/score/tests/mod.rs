//! The axes on records made by hand: what is better never scores lower, and every loss is told.

mod communication;
mod impact;
mod judgement;
mod learning;

use std::sync::{Arc, LazyLock};

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::load::load;
use crate::scenario::model::Scenario;
use crate::scenario::order::{Audience, Mechanism, Order, Post, Scope, Suspect};
use crate::score::{Axis, Baselines, Why};
use crate::session::{
    Ending, Entry, Fate, Hypothesis, Impact, Milestones, Outcome, Published, Record, Sample,
    Session, Situation,
};

/// `web` (0) calls `store` (1); `mail` (2) stands alone. The store's queries are slow.
const TEXT: &str = r#"Scenario(
    components: {
        "web": Service(workers: 4, time: "5ms", calls: { "store": () }),
        "store": Database(slots: 4, time: "5ms"),
        "mail": Service(workers: 4, time: "5ms"),
    },
    journeys: { "buy": (to: "web", rate: "1/s", value: 1), "hear": (to: "mail", rate: "1/s") },
    objectives: (hold: "2m", time_limit: "60m", severity: 2),
    communication: (status: (first: "10m", every: "20m"), customers: (first: "10m", every: "20m", language: "fr")),
    variants: { "a": (
        culprit: "store",
        truth: [(on: "store", is: SlowQueries)],
        faults: [(name: "slow", when: At("5m"), do: Set(on: "store", speed: 0.1))],
    ) },
)"#;

static SCENARIO: LazyLock<Arc<Scenario>> = LazyLock::new(|| {
    let (scenario, findings, _) = load("hand.ron", TEXT.as_bytes(), &mut |_| Err(String::new()));
    assert!(!findings.has_errors(), "{findings:?}");
    Arc::new(scenario.expect("a scenario"))
});

fn id(name: &str) -> ComponentId {
    let mut all = SCENARIO.world.components.enumerate();
    let found = all.find(|(_, it)| it.name == name);
    found.expect("the component").0
}

fn suspect(name: &str, is: Mechanism) -> Suspect {
    Suspect { on: id(name), is }
}

fn min(minutes: f64) -> SimTime {
    SimTime::from_secs_f64(minutes * 60.0)
}

fn mins(minutes: f64) -> SimDuration {
    SimDuration::from_secs_f64(minutes * 60.0)
}

/// An incident that begins at 5 minutes and harms `rate` customer-minutes a minute until `harmed`.
fn incident(harmed: f64, rate: f64) -> Record {
    let end = (harmed + 3.0).min(60.0);
    let impact = |at: f64| Impact {
        customer_minutes: (at.min(harmed) - 5.0).max(0.0) * rate,
        money_lost: (at.min(harmed) - 5.0).max(0.0) * rate * 2.0,
        present_minutes: at * rate * 2.0,
        failed_requests: 0,
        ..Impact::default()
    };
    let recovered = harmed < 60.0;
    let reached = |at: f64| recovered.then(|| min(at));
    Record {
        outcome: if recovered {
            Outcome::Recovered
        } else {
            Outcome::Unrecovered
        },
        ending: if recovered {
            Ending::StoodDown
        } else {
            Ending::TimeUp
        },
        milestones: Milestones {
            onset: Some(min(5.0)),
            detected: Some(min(7.0)),
            mitigated: reached(harmed),
            recovered: reached(harmed),
            ..Milestones::default()
        },
        impact: impact(end),
        samples: (0..=(end as u32))
            .map(|at| Sample {
                at: min(f64::from(at)),
                impact: impact(f64::from(at)),
                success_share: 1.0,
            })
            .collect(),
        simulated: min(end),
        ..Session::start(&SCENARIO, 1, Some(0)).record()
    }
}

/// Adds an order that landed when it was given.
fn did(record: &mut Record, at: f64, order: Order) -> u32 {
    let fate = Fate::Landed {
        who: Some(PersonId(1)),
        at: min(at),
    };
    record.journal.push(Entry {
        at: min(at),
        actor: "test".to_owned(),
        order,
        by: None,
        fate,
    });
    record.journal.len() as u32
}

fn suspects(record: &mut Record, at: f64, suspect: Suspect, confidence: f64) {
    let asked = Order::Suspect {
        suspect,
        confidence,
    };
    let order = did(record, at, asked);
    record.hypotheses.push(Hypothesis {
        at: min(at),
        order,
        suspect,
        confidence,
    });
}

/// A message while between a fifth and a quarter of the customers is hit.
fn says(record: &mut Record, at: f64, post: Post) {
    let order = did(record, at, Order::Post(post.clone()));
    record.posts.push(Published {
        at: min(at),
        order,
        who: PersonId(2),
        post,
        truth: Situation {
            harmed_share: (0.2, 0.25),
            ..Situation::default()
        },
    });
}

fn post(to: Audience, language: &str) -> Post {
    Post {
        language: language.to_owned(),
        scope: Scope::Part,
        next: Some(mins(20.0)),
        ..Post::to(to)
    }
}

/// Acknowledged at 8, understood at 10, recovered at 15 minutes.
fn reference() -> Record {
    let mut record = incident(15.0, 10.0);
    did(&mut record, 8.0, Order::Acknowledge);
    record.milestones.acknowledged = Some(min(8.0));
    suspects(
        &mut record,
        10.0,
        suspect("store", Mechanism::SlowQueries),
        0.9,
    );
    record.milestones.diagnosed = Some(min(10.0));
    record
}

fn against() -> Baselines {
    Baselines::new(Arc::new(incident(60.0, 10.0)), Some(Arc::new(reference())))
}

#[track_caller]
fn adds_up(axis: &Axis) {
    let lost: f64 = axis.losses.iter().map(|loss| loss.points).sum();
    let sum = axis.points + lost;
    assert!((sum - 100.0).abs() < 1e-6, "{axis:#?}");
}

#[track_caller]
fn lost_by(axis: &Axis, why: impl Fn(&Why) -> bool) -> f64 {
    adds_up(axis);
    let losses = axis.losses.iter().filter(|loss| why(&loss.why));
    losses.map(|loss| loss.points).sum()
}

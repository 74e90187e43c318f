//! What has happened, as the room learns of it: alarms, words of colleagues, findings, arrivals, and
//! what came of orders.
//!
//! Scripted causes are never among it, and of what happens inside the system only what follows from
//! the room's own orders: all else has to be looked for.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::base::id::ComponentId;
use crate::base::time::SimTime;
use crate::cli::console::clock;
use crate::scenario::describe;
use crate::scenario::model::{Scenario, World};
use crate::scenario::order::Order;
use crate::session::{Fate, Note, Session, numbered, words};
use crate::sim::Event;
use crate::view::place_of;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct News {
    /// Seconds since the start.
    pub(super) at_s: f64,
    /// Local time of day.
    pub(super) clock: String,
    /// What kind of thing.
    pub(super) what: &'static str,
    /// In a line.
    pub(super) text: String,
    /// A finding's own lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) lines: Vec<String>,
}

impl News {
    /// Whether somebody who waits for something to happen looks up.
    pub(super) fn is_worth_a_look(&self) -> bool {
        !matches!(self.what, "order" | "refused" | "stopped" | "system")
    }
}

/// What stands in the log from a place on, for the room.
pub(super) fn since(session: &Session, from: usize) -> Vec<News> {
    let touched = touched(session);
    let log = session.log().iter().skip(from);
    log.filter_map(|(at, note)| news(session, &touched, *at, note))
        .collect()
}

fn news(
    session: &Session,
    touched: &BTreeSet<ComponentId>,
    at: SimTime,
    note: &Note,
) -> Option<News> {
    let scenario = session.scenario();
    let entry = |number: u32| numbered(session.journal(), number);
    let order = |number: u32| {
        let words = entry(number).map(|it| words::given(scenario, session.journal(), &it.order));
        format!("order {number}, {}", words.unwrap_or_default())
    };
    let mut lines = Vec::new();
    let (what, text) = match note {
        Note::World(event) => ("system", world(&scenario.world, touched, event)?),
        Note::Alarm {
            name,
            severity,
            fired: true,
            ..
        } => ("alarm", format!("{name}{}", urgency(*severity))),
        Note::Alarm { name, .. } => ("recovered", name.clone()),
        Note::Ordered(number) => ("order", order(*number)),
        Note::Refused(number) => ("refused", order(*number)),
        // What was found and what was published speak for themselves.
        Note::Landed(number) => match entry(*number)?.order {
            Order::Look(_) | Order::Post(_) => return None,
            _ => ("done", order(*number)),
        },
        Note::Failed(number) => match &entry(*number)?.fate {
            Fate::Failed { why, .. } => ("failed", format!("{}: {why}", order(*number))),
            _ => ("failed", order(*number)),
        },
        Note::Cancelled(number) => ("stopped", order(*number)),
        Note::Undone(number) => ("undone", order(*number)),
        Note::Arrived(who) => ("arrived", format!("{} is here", session.name_of(*who))),
        Note::Said { who, text } => ("said", format!("{}: {text}", session.name_of(*who))),
        Note::Found(place) => {
            let evidence = session.evidence().get(*place)?;
            lines.clone_from(&evidence.lines);
            let who = session.name_of(evidence.who);
            (
                "finding",
                format!("finding {}, by {who}: {}", place + 1, evidence.title),
            )
        }
        Note::Published(place) => {
            let published = session.posts().get(*place)?;
            (
                "posted",
                format!("{}: {}", published.post.to.name(), published.post.text),
            )
        }
        Note::Reopened => (
            "reopened",
            "the incident is open again: it was not over".to_owned(),
        ),
    };
    Some(News {
        at_s: at.as_secs_f64(),
        clock: clock(scenario, at),
        what,
        text,
        lines,
    })
}

fn urgency(severity: u8) -> &'static str {
    match severity {
        1 => "",
        2 => " (warning)",
        _ => " (ticket)",
    }
}

/// What happens inside the system where the room has put its hand to.
fn world(world: &World, touched: &BTreeSet<ComponentId>, event: &Event) -> Option<String> {
    let name = |id: ComponentId| world.components[id].name.as_str();
    let (of, text) = match event {
        Event::FaultBegan(_) | Event::FaultEnded(_) => return None,
        Event::WaveStarted {
            service,
            version,
            left,
        } => {
            let version = describe::version(world, *service, *version);
            (
                Some(*service),
                format!(
                    "{}: a wave of {version}, {left} instances to come",
                    name(*service)
                ),
            )
        }
        Event::Scaled {
            component,
            instances,
        } => (
            Some(*component),
            format!("{}: {instances} instances wanted", name(*component)),
        ),
        Event::BreakerOpened(id) => (
            world.edges[*id].from,
            format!("breaker {} opened", describe::edge(world, *id)),
        ),
        Event::BreakerClosed(id) => (
            world.edges[*id].from,
            format!("breaker {} closed", describe::edge(world, *id)),
        ),
        Event::TargetOut(id) => (
            world.edges[*id].from,
            format!("{}: out of rotation", describe::edge(world, *id)),
        ),
        Event::TargetIn(id) => (
            world.edges[*id].from,
            format!("{}: back in rotation", describe::edge(world, *id)),
        ),
        Event::FailedOver(id) => (Some(*id), format!("{}: the failover began", name(*id))),
        Event::SecretValid(id) => (
            Some(*id),
            format!("{}: the new secret is accepted", name(*id)),
        ),
    };
    of.filter(|id| touched.contains(id)).map(|_| text)
}

/// The components that orders of the room have changed.
fn touched(session: &Session) -> BTreeSet<ComponentId> {
    let scenario: &Scenario = session.scenario();
    let landed = session
        .journal()
        .iter()
        .filter(|entry| entry.fate.landed_at().is_some());
    let actions = landed.flat_map(|entry| match &entry.order {
        Order::Act(actions) => actions.as_slice(),
        _ => &[],
    });
    actions
        .filter_map(|action| place_of(&scenario.world, action))
        .collect()
}

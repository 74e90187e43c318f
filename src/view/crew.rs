//! Who works where: the part of the system that somebody's order is about.

use crate::base::id::{ComponentId, PersonId};
use crate::scenario::action::{Action, Knob, Target};
use crate::scenario::model::World;
use crate::scenario::order::{Look, Order};
use crate::session::{PLAYER, Session, numbered};

/// Somebody at work on a part of the system.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker {
    /// Who.
    pub who: PersonId,
    /// Their first name, or `You`.
    pub name: String,
    /// On what.
    pub on: ComponentId,
    /// Doing what, in one word or two.
    pub doing: &'static str,
    /// Seconds until it is done.
    pub left_s: f64,
}

/// Everybody who works on a part of the system now.
pub fn crew(session: &Session) -> Vec<Worker> {
    let world = &session.scenario().world;
    let workers = session.team().iter().filter_map(|(who, person, member)| {
        let number = member.busy_with?;
        let entry = numbered(session.journal(), number)?;
        let (on, doing) = place(world, session, &entry.order)?;
        let first = person.name.split(' ').next().unwrap_or_default();
        Some(Worker {
            who,
            name: if who == PLAYER { "You" } else { first }.to_owned(),
            on,
            doing,
            left_s: member.free_at.since(session.now()).as_secs_f64(),
        })
    });
    workers.collect()
}

fn place(world: &World, session: &Session, order: &Order) -> Option<(ComponentId, &'static str)> {
    match order {
        Order::Act(actions) => actions
            .iter()
            .find_map(|action| Some((place_of(world, action)?, doing(action)))),
        Order::Look(look) => Some((look.component()?, looking(*look))),
        Order::Undo { order } => {
            let entry = numbered(session.journal(), *order)?;
            match &entry.order {
                Order::Act(actions) => {
                    let on = actions.iter().find_map(|action| place_of(world, action));
                    Some((on?, "taking back"))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The component that an action changes, or whose calls it changes.
pub fn place_of(world: &World, action: &Action) -> Option<ComponentId> {
    let caller = |edge| world.edges.get(edge).and_then(|edge| edge.from);
    match action.target() {
        Target::Component(id) | Target::Knob(Knob::Component(id, _)) => Some(id),
        Target::Edge(id) | Target::Knob(Knob::Edge(id, _)) => caller(id),
        // None of them says where it shows.
        Target::Knob(Knob::Journey(..)) | Target::Flag(_) | Target::Job(_) => None,
    }
}

fn doing(action: &Action) -> &'static str {
    match action {
        Action::Deploy { .. } => "deploying",
        Action::RollBack { .. } => "rolling back",
        Action::Scale { .. } | Action::AddReplicas { .. } => "scaling",
        Action::Restart { .. } => "restarting",
        Action::FailOver(_) => "failing over",
        Action::FlushCache(_) => "flushing",
        Action::WarmCache { .. } => "warming",
        Action::SetBreaker { .. } => "breaker",
        Action::Drain { .. } => "draining",
        Action::KillQueries(_) | Action::KillIdleConnections(_) => "cleaning up",
        Action::ReplayDeadLetters { .. } => "replaying",
        Action::RotateSecret(_) | Action::RefreshTokens(_) | Action::Reauthorise(_) => "access",
        _ => "changing",
    }
}

fn looking(look: Look) -> &'static str {
    match look {
        Look::Logs(_) => "logs",
        Look::Traces(_) => "tracing",
        Look::Diff(_) => "diff",
        Look::Profile(_) => "profiling",
        Look::Queries(_) => "queries",
        Look::Cache(_) => "cache",
        Look::Queue(_) => "messages",
        Look::Sandbox(_) => "trying",
        Look::Staging(_) => "staging",
        Look::Vendor(_) => "asking",
        Look::Books(_) => "books",
        Look::Changes => "changes",
        Look::Reports => "reports",
    }
}

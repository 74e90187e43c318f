//! What each order is called, who can do it, and how long it takes them.
//!
//! The times are what an experienced engineer needs from being told to having done it, by hand, under
//! pressure. What the change needs afterwards (waves, start-up, propagation) is the world's.

use crate::base::time::SimDuration;
use crate::scenario::action::Action;
use crate::scenario::model::Skill;
use crate::scenario::order::{Look, Order};

/// A family of orders, as menus show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Finding out.
    Investigate,
    /// Changing the world.
    Mitigate,
    /// Organising the team.
    Coordinate,
    /// Telling others.
    Communicate,
}

/// What an order takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Who can do it: somebody with any of these; empty is anybody.
    pub skills: &'static [Skill],
    /// How long they are busy with it.
    pub takes: SimDuration,
}

const ANYBODY: &[Skill] = &[];
const PLATFORM: &[Skill] = &[Skill::Platform];
const SERVICES: &[Skill] = &[Skill::Backend, Skill::Platform];
const BACKEND: &[Skill] = &[Skill::Backend];
const DATA: &[Skill] = &[Skill::Data];
const STORES: &[Skill] = &[Skill::Data, Skill::Backend];
const SECURITY: &[Skill] = &[Skill::Security];
const SUPPORT: &[Skill] = &[Skill::Support];

/// What each further change of the same order adds.
const EACH_FURTHER: SimDuration = SimDuration::from_secs(15);

/// The group of an order.
pub const fn group(order: &Order) -> Group {
    match order {
        Order::Look(_) | Order::Ask(_) => Group::Investigate,
        Order::Act(_) | Order::Undo { .. } => Group::Mitigate,
        Order::Post(_) => Group::Communicate,
        Order::Acknowledge
        | Order::OpenChannel
        | Order::Declare { .. }
        | Order::Page(_)
        | Order::Assign { .. }
        | Order::Suspect { .. }
        | Order::DeclareMitigated
        | Order::Close => Group::Coordinate,
    }
}

/// What an order takes; `None` is said and done at once. Taking back what has landed takes what doing
/// it took.
pub fn work(order: &Order) -> Option<Work> {
    match order {
        Order::Act(actions) => {
            let first = actions.first()?;
            let mut work = act(first);
            let longest = actions.iter().map(|action| act(action).takes).max();
            work.takes = longest.unwrap_or(work.takes);
            for _ in 1..actions.len() {
                work.takes = work.takes + EACH_FURTHER;
            }
            Some(work)
        }
        Order::Look(it) => Some(look(*it)),
        Order::Post(_) => Some(Work {
            skills: SUPPORT,
            takes: SimDuration::from_secs(60),
        }),
        Order::Acknowledge
        | Order::OpenChannel
        | Order::Declare { .. }
        | Order::Page(_)
        | Order::Ask(_)
        | Order::Assign { .. }
        | Order::Suspect { .. }
        | Order::DeclareMitigated
        | Order::Close
        | Order::Undo { .. } => None,
    }
}

fn act(action: &Action) -> Work {
    let (skills, secs) = match action {
        Action::Change(_) | Action::RevertConfig(_) => (SERVICES, 60),
        Action::SetBreaker { .. } | Action::FlushCache(_) | Action::PauseQueue { .. } => {
            (SERVICES, 30)
        }
        Action::SetFlag { .. } => (SERVICES, 20),
        Action::Deploy { .. } | Action::RollBack { .. } | Action::Restart { .. } => (PLATFORM, 60),
        Action::Scale { .. } | Action::Drain { .. } => (PLATFORM, 45),
        Action::SetAutoscaler { .. } | Action::SetHealthChecks { .. } | Action::SetGate { .. } => {
            (PLATFORM, 30)
        }
        Action::SetJob { .. } => (STORES, 40),
        Action::FailOver(_)
        | Action::AddReplicas { .. }
        | Action::KillQueries(_)
        | Action::KillIdleConnections(_) => (DATA, 60),
        Action::WarmCache { .. } | Action::ReplayDeadLetters { .. } => (BACKEND, 60),
        Action::SkipPoison(_) => (BACKEND, 90),
        Action::AddPoison(_) | Action::ExpireSecret(_) => (ANYBODY, 60),
        Action::RotateSecret(_) => (SECURITY, 120),
        Action::RefreshTokens(_) => (SECURITY, 45),
        Action::Reauthorise(_) => (SUPPORT, 120),
    };
    Work {
        skills,
        takes: SimDuration::from_secs(secs),
    }
}

fn look(look: Look) -> Work {
    let (skills, secs) = match look {
        Look::Logs(_) => (ANYBODY, 60),
        Look::Traces(_) => (ANYBODY, 75),
        Look::Changes => (ANYBODY, 30),
        Look::Diff(_) | Look::Queue(_) => (SERVICES, 60),
        Look::Profile(_) => (BACKEND, 180),
        Look::Queries(_) => (DATA, 60),
        Look::Cache(_) => (STORES, 60),
        Look::Sandbox(_) => (&[Skill::Backend, Skill::Security][..], 180),
        Look::Staging(_) => (BACKEND, 300),
        Look::Vendor(_) => (SUPPORT, 240),
        Look::Books(_) => (&[Skill::Data, Skill::Support][..], 240),
        Look::Reports => (SUPPORT, 60),
    };
    Work {
        skills,
        takes: SimDuration::from_secs(secs),
    }
}

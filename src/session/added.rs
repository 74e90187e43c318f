//! Whether a cause that came while an incident was played could be one of its world: a replay that
//! holds it comes from a file and may say anything.

use crate::base::time::SimDuration;
use crate::scenario::action::Action;
use crate::scenario::describe;
use crate::scenario::model::World;
use crate::session::Refusal;
use crate::session::sense::{
    exists, has_auth, is_cache, is_database, is_queue, no_cache, no_external, positive, possible,
    range_of, share_is_possible, targets_exist, versions_of,
};

/// A change takes at most so long.
const LONGEST: SimDuration = SimDuration::from_secs(7 * 86_400);

/// Refuses what a world cannot suffer: targets of another kind, and values that no scenario may have.
/// Unlike what people order it may do harm that nobody could choose to do.
pub(super) fn could_be(world: &World, action: &Action) -> Result<(), Refusal> {
    targets_exist(world, action)?;
    match *action {
        Action::Change(ref change) => {
            possible(change.over <= LONGEST, || "that takes too long".to_owned())?;
            range_of(change.knob).check(change.value, || describe::knob(world, change.knob))
        }
        Action::Deploy {
            service,
            version,
            share,
        } => {
            share_is_possible(share)?;
            let known = versions_of(world, service)?;
            exists(usize::from(version) < known, || {
                "there is no such release".to_owned()
            })
        }
        Action::RollBack { service, share } => {
            share_is_possible(share)?;
            versions_of(world, service).map(|_| ())
        }
        Action::SetGate { service, .. } | Action::SetAutoscaler { service, .. } => {
            versions_of(world, service).map(|_| ())
        }
        Action::Scale {
            component,
            instances,
        } => {
            no_external(world, component, "scale")?;
            possible((1..=100_000).contains(&instances), || {
                "scale to from 1 to 100000 instances".to_owned()
            })
        }
        Action::Restart { component, .. } => no_external(world, component, "restart"),
        Action::FlushCache(id) => exists(is_cache(world, id), || no_cache(world, id)),
        Action::WarmCache { cache, per_s } => {
            exists(is_cache(world, cache), || no_cache(world, cache))?;
            positive(per_s)
        }
        Action::AddReplicas { database, count } => {
            is_database(world, database)?;
            possible((1..=100).contains(&count), || {
                "add from 1 to 100 replicas".to_owned()
            })
        }
        Action::FailOver(id) | Action::KillQueries(id) | Action::KillIdleConnections(id) => {
            is_database(world, id)
        }
        Action::ReplayDeadLetters { queue, per_s } => {
            is_queue(world, queue)?;
            positive(per_s)
        }
        Action::PauseQueue { queue: id, .. } | Action::SkipPoison(id) | Action::AddPoison(id) => {
            is_queue(world, id)
        }
        Action::RotateSecret(id)
        | Action::ExpireSecret(id)
        | Action::RefreshTokens(id)
        | Action::Reauthorise(id) => has_auth(world, id),
        Action::RevertConfig(_)
        | Action::SetFlag { .. }
        | Action::SetJob { .. }
        | Action::SetBreaker { .. }
        | Action::SetHealthChecks { .. }
        | Action::Drain { .. } => Ok(()),
    }
}

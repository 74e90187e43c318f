//! What an operator can read off a running world before touching it: switches, versions, modes.
//! Read only; costs nothing between steps.

use crate::base::id::{ComponentId, EdgeId, FlagId, JobId};
use crate::scenario::action::{BreakerMode, ComponentKnob};
use crate::scenario::model::{Fault, Kind};
use crate::sim::Sim;
use crate::sim::state::{Component, Edge};

/// Versions of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// What new instances get.
    pub current: u8,
    /// What a roll-back goes back to.
    pub previous: u8,
    /// The version going out now, if one is.
    pub rolling_out: Option<u8>,
}

impl Sim {
    fn part(&self, id: ComponentId) -> &Component {
        &self.components[usize::from(id.0)]
    }

    fn link(&self, id: EdgeId) -> &Edge {
        &self.edges[usize::from(id.0)]
    }

    /// Whether a flag is on.
    pub fn flag_is_on(&self, id: FlagId) -> bool {
        self.flags[usize::from(id.0)]
    }

    /// Whether a job runs.
    pub fn job_runs(&self, id: JobId) -> bool {
        self.jobs[usize::from(id.0)]
    }

    /// What a breaker was told to do.
    pub fn breaker_mode(&self, id: EdgeId) -> BreakerMode {
        self.link(id).breaker.mode
    }

    /// Whether a target was taken out by hand.
    pub fn is_drained(&self, id: EdgeId) -> bool {
        self.link(id).drained
    }

    /// Whether a service's autoscaler acts.
    pub fn autoscaler_is_on(&self, id: ComponentId) -> bool {
        self.part(id).fleet.autoscaler_on
    }

    /// Whether a balancer's health checks act.
    pub fn health_checks_are_on(&self, id: ComponentId) -> bool {
        self.part(id).checks_on
    }

    /// Whether consumption of a queue is stopped.
    pub fn is_paused(&self, id: ComponentId) -> bool {
        self.part(id).paused
    }

    /// Dead letters being put back per second.
    pub fn replay_per_s(&self, id: ComponentId) -> f64 {
        self.part(id).replay_per_s
    }

    /// Whether a record blocks a shard.
    pub fn is_poisoned(&self, id: ComponentId) -> bool {
        self.part(id).lanes.iter().any(|lane| lane.poisoned)
    }

    /// Whether the client's secret for an external API is accepted.
    pub fn secret_works(&self, id: ComponentId) -> bool {
        self.part(id).auth.secret_ok
    }

    /// Whether a new secret has been made and is not accepted yet.
    pub fn secret_is_coming(&self, id: ComponentId) -> bool {
        let auth = &self.part(id).auth;
        !auth.secret_ok && auth.secret_ok_from != u64::MAX
    }

    /// Share of sellers whose grant is gone.
    pub fn revoked_share(&self, id: ComponentId) -> f64 {
        self.part(id).knobs[ComponentKnob::RevokedShare as usize]
    }

    /// Whether sellers are being asked to authorise again.
    pub fn is_reauthorising(&self, id: ComponentId) -> bool {
        self.part(id).auth.reauthorising
    }

    /// Instances wanted: ready and starting.
    pub fn instances_wanted(&self, id: ComponentId) -> u32 {
        let fleet = &self.part(id).fleet;
        fleet.ready.iter().sum::<u32>() + fleet.starting.iter().map(|(.., n)| n).sum::<u32>()
    }

    /// The same with the replicas of a database, there or coming.
    pub fn copies_wanted(&self, id: ComponentId) -> u32 {
        let part = self.part(id);
        let coming = part.replicas_coming.iter().map(|(_, n)| n).sum::<u32>();
        self.instances_wanted(id) + part.replicas + coming
    }

    /// The same before the first step.
    pub fn copies_at_start(&self, id: ComponentId) -> u32 {
        let spec = &self.scenario.world.components[id];
        let replicas = match &spec.kind {
            Kind::Database(database) => database.replicas,
            _ => 0,
        };
        spec.station.instances + replicas
    }

    /// Versions of a service.
    pub fn versions(&self, id: ComponentId) -> Versions {
        let fleet = &self.part(id).fleet;
        Versions {
            current: fleet.current,
            previous: fleet.previous,
            rolling_out: fleet.rollout.map(|it| it.version),
        }
    }

    /// Whether a component is unavailable while it restarts or fails over.
    pub fn is_down(&self, id: ComponentId) -> bool {
        self.part(id).down_until > self.now
    }

    /// Connections of a database that nobody gives back.
    pub fn leaked_at(&self, id: ComponentId) -> f64 {
        self.part(id).leaked
    }

    /// Read replicas that serve.
    pub fn replicas(&self, id: ComponentId) -> u32 {
        self.part(id).replicas
    }

    /// Whether a cache is being warmed up.
    pub fn is_warming(&self, id: ComponentId) -> bool {
        let part = self.part(id);
        part.warm_per_s > 0.0 && part.warm_left > 0.0
    }

    /// The scripted causes of the variant that is played. For judging, never for showing.
    pub fn faults_of_variant(&self) -> &[Fault] {
        self.scenario
            .variants
            .get(self.variant)
            .map(|variant| variant.faults.as_slice())
            .unwrap_or_default()
    }
}

//! Whether a change makes sense in the world as it is: what is refused, and why.

use crate::base::id::{ComponentId, DenseId, IdVec};
use crate::scenario::action::{Action, BreakerMode, Change, ComponentKnob, EdgeKnob, Knob, Target};
use crate::scenario::describe;
use crate::scenario::model::{Kind, Signal, World};
use crate::session::Refusal;
use crate::sim::{GateView, Shut, Sim};

/// Refuses a change that is impossible, that is so already, or that has nothing to act on.
pub(super) fn check(sim: &Sim, action: &Action) -> Result<(), Refusal> {
    let world = &sim.scenario().world;
    targets_exist(world, action)?;
    match *action {
        Action::Change(ref change) => changes_something(sim, change),
        Action::RevertConfig(_) => Ok(()),
        Action::Deploy {
            service,
            version,
            share,
        } => {
            share_is_possible(share)?;
            let known = versions_of(world, service)?;
            if usize::from(version) >= known {
                return Err(Refusal::NoSuchThing(format!(
                    "{} has no such release",
                    name(world, service)
                )));
            }
            goes_elsewhere(sim, service, version, share)?;
            passes_gate(sim, service, version)
        }
        Action::RollBack { service, share } => {
            share_is_possible(share)?;
            versions_of(world, service)?;
            let versions = sim.versions(service);
            if versions.previous == versions.current {
                return Err(Refusal::NothingToDo(format!(
                    "{} runs its first release: there is nothing to go back to",
                    name(world, service)
                )));
            }
            goes_elsewhere(sim, service, versions.previous, share)
        }
        Action::Scale {
            component,
            instances,
        } => scale(sim, component, instances),
        Action::Restart { component, .. } => {
            no_external(world, component, "restart")?;
            so_already(sim.is_down(component), || {
                format!("{} is coming up right now", name(world, component))
            })
        }
        Action::SetFlag { flag, on } => so_already(sim.flag_is_on(flag) == on, || {
            format!(
                "flag {} is {} already",
                world.flags[flag].name,
                switched(on)
            )
        }),
        Action::SetJob { job, running } => so_already(sim.job_runs(job) == running, || {
            let state = if running { "runs" } else { "is stopped" };
            format!("job {} {state} already", world.jobs[job].name)
        }),
        Action::SetBreaker { edge, mode } => so_already(sim.breaker_mode(edge) == mode, || {
            let state = match mode {
                BreakerMode::Auto => "is left to itself",
                BreakerMode::Open => "is held open",
                BreakerMode::Closed => "is held closed",
            };
            format!(
                "the breaker {} {state} already",
                describe::edge(world, edge)
            )
        }),
        Action::Drain { edge, out } => so_already(sim.is_drained(edge) == out, || {
            let state = if out { "out of" } else { "in" };
            format!(
                "{} is {state} the rotation already",
                describe::edge(world, edge)
            )
        }),
        _ => check_part(sim, action),
    }
}

/// Changes of what is special about one kind of component.
fn check_part(sim: &Sim, action: &Action) -> Result<(), Refusal> {
    let world = &sim.scenario().world;
    match *action {
        Action::SetAutoscaler { service, on } => {
            let has = matches!(&world.components[service].kind, Kind::Service(s) if s.autoscaler.is_some());
            exists(has, || {
                format!("{} has no autoscaler", name(world, service))
            })?;
            so_already(sim.autoscaler_is_on(service) == on, || {
                format!(
                    "the autoscaler of {} is {} already",
                    name(world, service),
                    switched(on)
                )
            })
        }
        Action::SetHealthChecks { balancer, on } => {
            let has =
                matches!(&world.components[balancer].kind, Kind::Balancer(b) if b.health.is_some());
            exists(has, || {
                format!("{} has no health checks", name(world, balancer))
            })?;
            so_already(sim.health_checks_are_on(balancer) == on, || {
                format!(
                    "the health checks of {} are {} already",
                    name(world, balancer),
                    switched(on)
                )
            })
        }
        Action::SetGate { service, on } => {
            exists(sim.gate(service).is_some(), || {
                format!("{} has no release gate", name(world, service))
            })?;
            so_already(sim.gate_is_on(service) == on, || {
                format!(
                    "the release gate of {} is {} already",
                    name(world, service),
                    switched(on)
                )
            })
        }
        Action::FlushCache(id) => exists(is_cache(world, id), || no_cache(world, id)),
        Action::WarmCache { cache, per_s } => {
            exists(is_cache(world, cache), || no_cache(world, cache))?;
            positive(per_s)?;
            so_already(sim.is_warming(cache), || {
                format!("{} is being warmed up already", name(world, cache))
            })
        }
        Action::FailOver(id) => {
            is_database(world, id)?;
            so_already(sim.is_down(id), || {
                format!("{} fails over right now", name(world, id))
            })
        }
        Action::AddReplicas { database, count } => {
            is_database(world, database)?;
            possible((1..=100).contains(&count), || {
                "add from 1 to 100 replicas".to_owned()
            })
        }
        Action::KillQueries(id) | Action::KillIdleConnections(id) => is_database(world, id),
        _ => check_messages(sim, action),
    }
}

/// Changes of queues, and of how somebody else's API knows us.
fn check_messages(sim: &Sim, action: &Action) -> Result<(), Refusal> {
    let world = &sim.scenario().world;
    match *action {
        Action::PauseQueue { queue, paused } => {
            is_queue(world, queue)?;
            so_already(sim.is_paused(queue) == paused, || {
                let state = if paused { "paused" } else { "running" };
                format!("{} is {state} already", name(world, queue))
            })
        }
        Action::ReplayDeadLetters { queue, per_s } => {
            is_queue(world, queue)?;
            positive(per_s)?;
            something(sim.signal(queue, Signal::DeadLetters) > 0.0, || {
                format!("{} has no dead letters", name(world, queue))
            })
        }
        Action::SkipPoison(id) => {
            is_queue(world, id)?;
            something(sim.is_poisoned(id), || {
                format!("no record blocks {}", name(world, id))
            })
        }
        Action::RotateSecret(id) => {
            has_auth(world, id)?;
            so_already(sim.secret_is_coming(id), || {
                format!("a new secret for {} is on its way", name(world, id))
            })
        }
        Action::RefreshTokens(id) => has_auth(world, id),
        Action::Reauthorise(id) => {
            has_auth(world, id)?;
            so_already(sim.is_reauthorising(id), || {
                format!("the sellers of {} have been asked already", name(world, id))
            })
        }
        Action::AddPoison(_) | Action::ExpireSecret(_) => Err(Refusal::NoSuchThing(
            "nobody in the team would do that".to_owned(),
        )),
        _ => Ok(()),
    }
}

fn changes_something(sim: &Sim, change: &Change) -> Result<(), Refusal> {
    let world = &sim.scenario().world;
    possible(responder_can_set(world, change.knob), || {
        format!(
            "nobody in the team can change {}",
            describe::knob(world, change.knob)
        )
    })?;
    range_of(change.knob).check(change.value, || describe::knob(world, change.knob))?;
    let now = sim.parameter(change.knob);
    #[expect(clippy::float_cmp, reason = "the very same setting, as it was written")]
    let same = now == change.value;
    so_already(same && change.over.is_zero(), || {
        format!(
            "{} is set to that already",
            describe::knob(world, change.knob)
        )
    })
}

/// What is a setting, as opposed to the state of the world (how slow a disk is, how many sellers
/// withdrew their authorisation).
fn responder_can_set(world: &World, knob: Knob) -> bool {
    match knob {
        Knob::Component(id, which) => {
            let external = matches!(world.components[id].kind, Kind::External(_));
            let ours = !matches!(
                which,
                ComponentKnob::Speed
                    | ComponentKnob::TimeFactor
                    | ComponentKnob::ErrorShare
                    | ComponentKnob::WrongShare
                    | ComponentKnob::DownShare
                    | ComponentKnob::BlackholeShare
                    | ComponentKnob::SlowShare
                    | ComponentKnob::SlowFactor
                    | ComponentKnob::HotShare
                    | ComponentKnob::CacheKeys
                    | ComponentKnob::Invalidations
                    | ComponentKnob::ReplicationLag
                    | ComponentKnob::RevokedShare
                    | ComponentKnob::BucketRate
                    | ComponentKnob::BucketBurst
            );
            ours && !external
        }
        Knob::Edge(id, which) => {
            let ours = !matches!(
                which,
                EdgeKnob::BrokenShare | EdgeKnob::WrongShare | EdgeKnob::Unkeyed
            );
            ours && world.edges[id].from.is_some()
        }
        Knob::Journey(..) => false,
    }
}

/// What a setting may be, as in the language of scenarios.
pub(super) struct Range {
    low: f64,
    high: f64,
    /// Whether there may be no limit at all.
    unlimited: bool,
}

impl Range {
    const fn of(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            unlimited: false,
        }
    }

    const fn or_none(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            unlimited: true,
        }
    }

    pub(super) fn check(&self, value: f64, what: impl FnOnce() -> String) -> Result<(), Refusal> {
        let inside = (self.low..=self.high).contains(&value);
        possible(inside || (self.unlimited && value == f64::INFINITY), || {
            let none = if self.unlimited { ", or no limit" } else { "" };
            format!("{} is from {} to {}{none}", what(), self.low, self.high)
        })
    }
}

pub(super) fn range_of(knob: Knob) -> Range {
    use ComponentKnob as C;
    use EdgeKnob as E;
    const WEEK_S: f64 = 7.0 * 86_400.0;
    match knob {
        Knob::Component(_, which) => match which {
            C::DropExpired
            | C::NewestFirst
            | C::Coalesce
            | C::ReadShare
            | C::SkipStale
            | C::ErrorShare
            | C::WrongShare
            | C::DownShare
            | C::BlackholeShare
            | C::SlowShare
            | C::HotShare
            | C::RevokedShare => Range::of(0.0, 1.0),
            C::Shards => Range::of(1.0, 1e4),
            C::ShedBelow => Range::of(0.0, 255.0),
            C::Ttl => Range::of(0.0, WEEK_S),
            C::CacheTtl => Range::or_none(0.001, 52.0 * WEEK_S),
            C::CacheEntries => Range::of(0.0, 1e12),
            C::MaxInstances | C::MinInstances => Range::of(0.0, 1e5),
            C::Slots => Range::or_none(1.0, 1e6),
            C::Speed | C::TimeFactor | C::SlowFactor => Range::of(0.0, 1e6),
            _ => Range::or_none(0.0, 1e9),
        },
        Knob::Edge(_, which) => match which {
            E::Timeout => Range::or_none(0.001, WEEK_S),
            E::Attempts => Range::of(1.0, 100.0),
            E::BackoffBase | E::BackoffCap => Range::of(0.0, WEEK_S),
            E::FullJitter | E::Fallback | E::BrokenShare | E::Unkeyed | E::WrongShare => {
                Range::of(0.0, 1.0)
            }
            E::RetryBudget => Range::or_none(0.0, 100.0),
            E::PerRequest => Range::of(0.0, 1e3),
            E::Pool => Range::or_none(0.0, 1e5),
            E::Weight => Range::of(0.0, 1e6),
            E::BreakerShare => Range::or_none(0.0, 1.0),
        },
        Knob::Journey(..) => Range::of(0.0, 1e3),
    }
}

fn passes_gate(sim: &Sim, service: ComponentId, version: u8) -> Result<(), Refusal> {
    let Some((shut, gate)) = sim.gate_stops(service, version).zip(sim.gate(service)) else {
        return Ok(());
    };
    let world = &sim.scenario().world;
    let release = describe::version(world, service, version);
    Err(Refusal::GateShut(gate_words(world, &gate, &release, &shut)))
}

fn gate_words(world: &World, it: &GateView, release: &str, shut: &Shut) -> String {
    let tests = name(world, it.gate.tests);
    match shut {
        Shut::NotTested => {
            let on = it.gate.on.map_or("there", |on| name(world, on));
            let runs = it.tested.as_deref().unwrap_or("more than one release");
            format!(
                "the release gate is shut: {tests} has to pass with {release}, and {on} runs {runs}"
            )
        }
        Shut::TooSoon => format!(
            "the release gate is shut: {tests} has to pass for {:.0} s more",
            it.wait_s.max(1.0)
        ),
        Shut::Red => format!(
            "the release gate is shut: {:.1} % of {} tests of {tests} failed in the last minutes, and \
             {:.1} % may",
            it.fail_share() * 100.0,
            it.tests,
            it.gate.fail_share * 100.0
        ),
    }
}

fn goes_elsewhere(sim: &Sim, service: ComponentId, version: u8, share: f64) -> Result<(), Refusal> {
    let world = &sim.scenario().world;
    let versions = sim.versions(service);
    let words = || describe::version(world, service, version);
    so_already(versions.rolling_out == Some(version), || {
        format!(
            "{} is going out to {} already",
            words(),
            name(world, service)
        )
    })?;
    let running = sim.versions_running(service);
    let all: u32 = running.iter().sum();
    let there = running.get(usize::from(version)).copied().unwrap_or(0);
    let wanted = (f64::from(all) * share).ceil() as u32;
    so_already(
        all > 0 && there >= wanted && versions.rolling_out.is_none(),
        || format!("{} runs {} already", name(world, service), words()),
    )
}

fn scale(sim: &Sim, id: ComponentId, instances: u32) -> Result<(), Refusal> {
    let world = &sim.scenario().world;
    let scalable = matches!(
        world.components[id].kind,
        Kind::Service(_) | Kind::Cache(_) | Kind::Database(_)
    );
    exists(scalable, || format!("{} cannot be scaled", name(world, id)))?;
    possible((1..=100_000).contains(&instances), || {
        "scale to from 1 to 100000 instances".to_owned()
    })?;
    so_already(sim.instances_wanted(id) == instances, || {
        format!("{} has {instances} instances already", name(world, id))
    })
}

/// Orders come from files and networks: an id may be anything.
pub(super) fn targets_exist(world: &World, action: &Action) -> Result<(), Refusal> {
    fn known<I: DenseId, T>(list: &IdVec<I, T>, id: I) -> bool {
        list.get(id).is_some()
    }
    let there = match action.target() {
        Target::Component(id) | Target::Knob(Knob::Component(id, _)) => {
            known(&world.components, id)
        }
        Target::Edge(id) | Target::Knob(Knob::Edge(id, _)) => known(&world.edges, id),
        Target::Knob(Knob::Journey(id, _)) => known(&world.journeys, id),
        Target::Flag(flag) => known(&world.flags, flag),
        Target::Job(job) => known(&world.jobs, job),
    };
    exists(there, || "there is no such target".to_owned())
}

fn name(world: &World, id: ComponentId) -> &str {
    &world.components[id].name
}

fn switched(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

pub(super) fn versions_of(world: &World, id: ComponentId) -> Result<usize, Refusal> {
    match &world.components[id].kind {
        Kind::Service(service) => Ok(service.versions.len()),
        Kind::Balancer(_)
        | Kind::Cache(_)
        | Kind::Database(_)
        | Kind::Queue(_)
        | Kind::External(_) => Err(Refusal::NoSuchThing(format!(
            "{} has no releases of ours",
            name(world, id)
        ))),
    }
}

pub(super) fn no_external(world: &World, id: ComponentId, verb: &str) -> Result<(), Refusal> {
    let external = matches!(world.components[id].kind, Kind::External(_));
    exists(!external, || {
        format!("{} is not ours: nobody here can {verb} it", name(world, id))
    })
}

pub(super) fn is_cache(world: &World, id: ComponentId) -> bool {
    matches!(world.components[id].kind, Kind::Cache(_))
}

pub(super) fn no_cache(world: &World, id: ComponentId) -> String {
    format!("{} is no cache", name(world, id))
}

pub(super) fn is_database(world: &World, id: ComponentId) -> Result<(), Refusal> {
    let is = matches!(world.components[id].kind, Kind::Database(_));
    exists(is, || format!("{} is no database", name(world, id)))
}

pub(super) fn is_queue(world: &World, id: ComponentId) -> Result<(), Refusal> {
    let is = matches!(world.components[id].kind, Kind::Queue(_));
    exists(is, || format!("{} is no queue", name(world, id)))
}

pub(super) fn has_auth(world: &World, id: ComponentId) -> Result<(), Refusal> {
    let has = matches!(&world.components[id].kind, Kind::External(e) if e.auth.is_some());
    exists(has, || {
        format!("{} takes no secrets or tokens of ours", name(world, id))
    })
}

pub(super) fn share_is_possible(share: f64) -> Result<(), Refusal> {
    possible(share > 0.0 && share <= 1.0, || {
        "a share of the fleet is more than 0 % and at most 100 %".to_owned()
    })
}

pub(super) fn positive(per_s: f64) -> Result<(), Refusal> {
    possible(per_s > 0.0 && per_s.is_finite() && per_s <= 1e9, || {
        "a rate must be more than 0 a second".to_owned()
    })
}

pub(super) fn possible(fine: bool, why: impl FnOnce() -> String) -> Result<(), Refusal> {
    if fine {
        Ok(())
    } else {
        Err(Refusal::Impossible(why()))
    }
}

pub(super) fn exists(there: bool, why: impl FnOnce() -> String) -> Result<(), Refusal> {
    if there {
        Ok(())
    } else {
        Err(Refusal::NoSuchThing(why()))
    }
}

fn something(there: bool, why: impl FnOnce() -> String) -> Result<(), Refusal> {
    if there {
        Ok(())
    } else {
        Err(Refusal::NothingToDo(why()))
    }
}

fn so_already(so: bool, why: impl FnOnce() -> String) -> Result<(), Refusal> {
    if so {
        Err(Refusal::AlreadySo(why()))
    } else {
        Ok(())
    }
}

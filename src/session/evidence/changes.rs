//! What was changed lately, newest first: releases, settings, flags, jobs, scale, automation. Only what
//! a history of changes would show: how the world itself moves is no change.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::time::{SimDuration, SimTime};
use crate::observe::Fact;
use crate::scenario::action::{Action, BreakerMode, Change, Knob};
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::{Found, Piece, release, settings};
use crate::sim::{Applied, Event, Sim};

/// Older changes are listed and implicate nobody any more.
const LATELY: SimDuration = SimDuration::from_secs(1_800);
const MOST_LINES: usize = 24;

/// One entry of the history.
struct Entry {
    at: SimTime,
    text: String,
    on: Vec<ComponentId>,
    /// Somebody of the team did it, in this incident.
    ours: bool,
}

pub(super) fn find(scene: &Scene<'_>) -> Found {
    let mut notes = Notes::new("Recent changes".to_owned());
    let mut entries = deployed(scene);
    entries.extend(
        scene
            .sim
            .applied()
            .iter()
            .filter_map(|it| applied(scene, it)),
    );
    entries.extend(noticed(scene));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    let hidden = entries.len().saturating_sub(MOST_LINES);
    for entry in entries.iter().take(MOST_LINES) {
        let by = if entry.ours { " (by us)" } else { "" };
        let clock = scene.clock(entry.at);
        let (kind, text) = entry.text.split_once(' ').unwrap_or(("", &entry.text));
        let piece = Piece::Change {
            at: entry.at,
            clock: clock.clone(),
            kind: kind.to_owned(),
            text: text.trim_start().to_owned(),
            ours: entry.ours,
        };
        notes.drawn(format!("{clock}  {}{by}", entry.text), piece);
        if !entry.ours && scene.now.since(entry.at) <= LATELY {
            for &id in &entry.on {
                notes.implicate(id);
            }
        }
    }
    if hidden > 0 {
        notes.line(format!("… and {hidden} older ones"));
    }
    if entries.is_empty() {
        let start = scene.clock(SimTime::ZERO);
        notes.line(format!("Nothing has been changed since {start}."));
    }
    notes.finish()
}

fn deployed(scene: &Scene<'_>) -> Vec<Entry> {
    let entry = |it: release::Deployment| {
        let id = it.service;
        let progress = if it.left > 0 {
            format!("{} instances to go", it.left)
        } else {
            format!("last wave {}", scene.clock(it.last_wave))
        };
        Entry {
            at: it.began,
            text: format!(
                "deploy  {}: {} → {}, {progress}",
                scene.name(id),
                release::version_name(scene, id, it.before),
                release::version_name(scene, id, it.version),
            ),
            on: vec![id],
            ours: deployed_by_us(scene, id, it.began),
        }
    };
    release::deployments(scene).into_iter().map(entry).collect()
}

/// Whether the newest order for a deployment before a wave came from the team.
fn deployed_by_us(scene: &Scene<'_>, id: ComponentId, began: SimTime) -> bool {
    let orders = scene.sim.applied().iter().rev();
    let mut orders = orders.filter(|it| it.at <= began).filter(|it| {
        matches!(it.action, Action::Deploy { service, .. } | Action::RollBack { service, .. }
            if service == id)
    });
    orders.next().is_some_and(|it| !it.scripted)
}

/// A change from outside, as far as a history has it.
fn applied(scene: &Scene<'_>, it: &Applied) -> Option<Entry> {
    let (text, on) = match &it.action {
        Action::Change(change) => changed(scene, change, it.before)?,
        Action::RevertConfig(id) => {
            let name = scene.name(*id);
            let text = format!("config  {name}: settings back to those in the repository");
            (text, vec![*id])
        }
        Action::Restart { component, .. } => {
            let text = format!("restart {}", scene.name(*component));
            (text, vec![*component])
        }
        Action::AddReplicas { database, count } => {
            let name = scene.name(*database);
            let text = format!("scale   {name}: {count} replicas more ordered");
            (text, vec![*database])
        }
        other => switched(scene, other)?,
    };
    Some(Entry {
        at: it.at,
        text,
        on,
        ours: !it.scripted,
    })
}

fn changed(
    scene: &Scene<'_>,
    change: &Change,
    before: Option<f64>,
) -> Option<(String, Vec<ComponentId>)> {
    if !Sim::is_configuration(change.knob) {
        return None;
    }
    let over = if change.over.is_zero() {
        String::new()
    } else {
        format!(", over {}", change.over)
    };
    let text = format!(
        "config  {} {} → {}{over}",
        settings::name(scene, change.knob),
        settings::value(scene, change.knob, before.unwrap_or(f64::NAN)),
        settings::value(scene, change.knob, change.value),
    );
    Some((text, owner(scene, change.knob)))
}

/// Flags, jobs, breakers, targets and automation.
fn switched(scene: &Scene<'_>, action: &Action) -> Option<(String, Vec<ComponentId>)> {
    let state = |on: bool| if on { "on" } else { "off" };
    let world = scene.world();
    Some(match action {
        Action::SetFlag { flag, on } => {
            let flag = &world.flags[*flag];
            let changes = flag.changes.iter();
            let whose = changes.flat_map(|change| owner(scene, change.knob));
            let text = format!("flag    {} {}", flag.name, state(*on));
            (text, whose.collect())
        }
        Action::SetJob { job, running } => {
            let job = &world.jobs[*job];
            let verb = if *running { "started" } else { "stopped" };
            let text = format!("job     {} {verb} on {}", job.name, scene.name(job.on));
            (text, vec![job.on])
        }
        Action::SetAutoscaler { service, on } => {
            let name = scene.name(*service);
            let text = format!("config  autoscaler of {name} {}", state(*on));
            (text, vec![*service])
        }
        Action::SetHealthChecks { balancer, on } => {
            let name = scene.name(*balancer);
            let text = format!("config  health checks of {name} {}", state(*on));
            (text, vec![*balancer])
        }
        Action::SetGate { service, on } => {
            let name = scene.name(*service);
            let text = format!("config  release gate of {name} {}", state(*on));
            (text, vec![*service])
        }
        Action::SetBreaker { edge, mode } => {
            let mode = match mode {
                BreakerMode::Auto => "left to itself",
                BreakerMode::Open => "held open",
                BreakerMode::Closed => "held closed",
            };
            let text = format!("breaker {} {mode}", link(scene, *edge));
            (text, callers(scene, *edge))
        }
        Action::Drain { edge, out } => {
            let verb = if *out { "taken out" } else { "taken back" };
            let text = format!("target  {} {verb}", link(scene, *edge));
            (text, callers(scene, *edge))
        }
        Action::PauseQueue { queue, paused } => {
            let verb = if *paused { "paused" } else { "resumed" };
            let text = format!("config  {}: consumption {verb}", scene.name(*queue));
            (text, vec![*queue])
        }
        // Seen as waves and as scale events; or done by hand, which leaves no trace of this kind.
        _ => return None,
    })
}

/// The component that a setting belongs to.
fn owner(scene: &Scene<'_>, knob: Knob) -> Vec<ComponentId> {
    match knob {
        Knob::Component(id, _) => vec![id],
        Knob::Edge(id, _) => callers(scene, id),
        Knob::Journey(..) => Vec::new(),
    }
}

fn callers(scene: &Scene<'_>, edge: EdgeId) -> Vec<ComponentId> {
    scene.world().edges[edge].from.into_iter().collect()
}

fn link(scene: &Scene<'_>, edge: EdgeId) -> String {
    format!("{} → {}", scene.caller(edge), scene.callee(edge))
}

/// What automation did, and what came of orders.
fn noticed(scene: &Scene<'_>) -> Vec<Entry> {
    let by_hand = |at: SimTime| {
        let orders = scene.sim.applied().iter();
        let mut orders = orders.filter(|it| matches!(it.action, Action::Scale { .. }));
        orders.find(|it| it.at == at).map(|it| !it.scripted)
    };
    let mut entries = Vec::new();
    for (at, fact) in scene.observer.timeline().entries() {
        let Fact::Change(event) = fact else { continue };
        let mut ours = false;
        let (text, on) = match event {
            Event::Scaled {
                component,
                instances,
            } => {
                let by = by_hand(*at);
                ours = by.unwrap_or(false);
                let who = if by.is_none() { " (autoscaler)" } else { "" };
                let name = scene.name(*component);
                let text = format!("scale   {name} to {instances} instances{who}");
                (text, vec![*component])
            }
            Event::BreakerOpened(edge) => (
                format!("breaker {} opened by itself", link(scene, *edge)),
                vec![scene.world().edges[*edge].to],
            ),
            Event::BreakerClosed(edge) => (
                format!("breaker {} closed by itself", link(scene, *edge)),
                Vec::new(),
            ),
            Event::TargetOut(edge) => (
                format!("target  {} out: health checks fail", link(scene, *edge)),
                vec![scene.world().edges[*edge].to],
            ),
            Event::TargetIn(edge) => (
                format!("target  {} is back", link(scene, *edge)),
                Vec::new(),
            ),
            Event::FailedOver(id) => (format!("failover of {} began", scene.name(*id)), vec![*id]),
            Event::SecretValid(id) => {
                let name = scene.name(*id);
                (
                    format!("secret  the new one for {name} is accepted"),
                    Vec::new(),
                )
            }
            Event::WaveStarted { .. } | Event::FaultBegan(_) | Event::FaultEnded(_) => continue,
        };
        entries.push(Entry {
            at: *at,
            text,
            on,
            ours,
        });
    }
    entries
}

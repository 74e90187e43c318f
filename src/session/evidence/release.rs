//! Releases of a service: which ones went out, which run, and what the newest one changed.

use crate::base::id::ComponentId;
use crate::base::time::SimTime;
use crate::observe::Fact;
use crate::scenario::model::{Kind, Version};
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::{Found, Piece};
use crate::sim::Event;

/// One deployment: a version going out, in one wave or several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Deployment {
    pub(super) service: ComponentId,
    pub(super) version: u8,
    /// What ran before.
    pub(super) before: u8,
    pub(super) began: SimTime,
    pub(super) last_wave: SimTime,
    /// Instances still to come after the last wave so far.
    pub(super) left: u32,
}

/// All deployments so far, oldest first.
pub(super) fn deployments(scene: &Scene<'_>) -> Vec<Deployment> {
    let mut all: Vec<Deployment> = Vec::new();
    for (at, fact) in scene.observer.timeline().entries() {
        let Fact::Change(Event::WaveStarted {
            service,
            version,
            left,
        }) = *fact
        else {
            continue;
        };
        let last = all.iter_mut().rev().find(|it| it.service == service);
        match last {
            Some(last) if last.version == version && last.left > left => {
                last.last_wave = *at;
                last.left = left;
            }
            last => {
                let before = last.map_or(0, |last| last.version);
                all.push(Deployment {
                    service,
                    version,
                    before,
                    began: *at,
                    last_wave: *at,
                    left,
                });
            }
        }
    }
    all
}

/// The newest version that went out for the first time, and what ran before it; `None` where nothing
/// was deployed.
pub(super) fn newest(scene: &Scene<'_>, service: ComponentId) -> Option<(u8, u8)> {
    let all = deployments(scene);
    let mine: Vec<&Deployment> = all.iter().filter(|it| it.service == service).collect();
    let is_new = |place: usize| {
        let version = mine[place].version;
        version != 0 && !mine[..place].iter().any(|it| it.version == version)
    };
    let place = (0..mine.len()).rev().find(|&place| is_new(place))?;
    Some((mine[place].version, mine[place].before))
}

/// The versions of a service; none of anything else.
pub(super) fn versions<'a>(scene: &Scene<'a>, service: ComponentId) -> &'a [Version] {
    match scene.kind(service) {
        Kind::Service(it) => &it.versions,
        Kind::Balancer(_)
        | Kind::Cache(_)
        | Kind::Database(_)
        | Kind::Queue(_)
        | Kind::External(_) => &[],
    }
}

/// A version's name.
pub(super) fn version_name<'a>(scene: &Scene<'a>, service: ComponentId, version: u8) -> &'a str {
    let known = versions(scene, service).get(usize::from(version));
    known.map_or("the build that runs", |it| it.name.as_str())
}

/// What the deploy history shows of a service.
pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let name = scene.name(id);
    let mut notes = Notes::new(format!("Releases of {name}"));
    let sim = scene.sim;
    let ready = sim.versions_running(id);
    let versions = versions(scene, id);
    let total = sim.instances_wanted(id);
    for (version, spec) in versions.iter().enumerate() {
        let running = ready.get(version).copied().unwrap_or(0);
        if running > 0 {
            notes.line(format!(
                "{} runs on {running} of {total} instances",
                spec.name
            ));
        }
    }
    let starting = total.saturating_sub(ready.iter().sum());
    if starting > 0 {
        notes.line(format!("{starting} instances are starting"));
    }
    if let Some(version) = sim.versions(id).rolling_out {
        notes.line(format!(
            "{} is going out now",
            version_name(scene, id, version)
        ));
    }
    for it in deployments(scene)
        .iter()
        .rev()
        .filter(|it| it.service == id)
    {
        notes.line(format!(
            "{}  {} → {}, last wave at {}",
            scene.clock(it.began),
            version_name(scene, id, it.before),
            version_name(scene, id, it.version),
            scene.clock(it.last_wave),
        ));
    }
    let Some((new, old)) = newest(scene, id) else {
        notes.line("No release has gone out in this time; the last one, for the record:");
        diff(versions.first(), &mut notes);
        return notes.finish();
    };
    notes.implicate(id);
    let (new_name, old_name) = (version_name(scene, id, new), version_name(scene, id, old));
    notes.line(format!("What {new_name} changes against {old_name}:"));
    diff(versions.get(usize::from(new)), &mut notes);
    notes.finish()
}

fn diff(version: Option<&Version>, notes: &mut Notes) {
    let lines = version.map_or(&[][..], |it| it.diff.as_slice());
    if lines.is_empty() {
        notes.line("  (no text)");
    }
    for line in lines {
        notes.drawn(format!("  {line}"), Piece::Diff(line.clone()));
    }
}

//! Releases of a service: which ones went out, which run, and what the newest one changed.

use crate::base::id::ComponentId;
use crate::base::time::SimTime;
use crate::observe::Fact;
use crate::scenario::model::{Kind, Version};
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::{Found, Piece, text};
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
    waiting(scene, id, &mut notes);
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

/// Releases that stand ready and have not gone out, and the gate that they have to pass.
fn waiting(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let gone = deployments(scene);
    let went_out = |version| {
        gone.iter()
            .any(|it| (it.service, it.version) == (id, version))
    };
    for (version, spec) in (0_u8..).zip(versions(scene, id)) {
        if spec.ready && !went_out(version) {
            notes.line(format!("{} stands ready:", spec.name));
            diff(Some(spec), notes);
            notes.implicate(id);
        }
    }
    let Some(gate) = scene.sim.gate(id) else {
        return;
    };
    let tests = scene.name(gate.gate.tests);
    let on = gate.gate.on.map_or("", |on| scene.name(on));
    let about = match (&gate.tested, gate.gate.on) {
        (_, None) => String::new(),
        (Some(release), _) => format!(" with {release} on {on}"),
        (None, _) => format!(", once {on} runs one release alone"),
    };
    notes.line(format!(
        "Release gate{}: at most {} of {tests} may fail over {}{about}.",
        if gate.is_off { " (switched off)" } else { "" },
        text::percent(gate.gate.fail_share),
        text::time(gate.gate.over.as_secs_f64()),
    ));
    if gate.tests > 0 {
        notes.line(format!(
            "  now {} of {} fail",
            text::percent(gate.fail_share()),
            text::count(gate.tests as f64)
        ));
    }
    if gate.is_off {
        notes.implicate(id);
    }
    if gate.tests > 0 && gate.fail_share() > gate.gate.fail_share {
        notes.implicate(gate.gate.tests);
    }
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

//! A quiet copy of the system, in which the release that runs now and the one before it handle the
//! same requests. Computed by running the simulation twice, without causes and with little traffic.

use std::sync::Arc;

use crate::base::id::{ComponentId, EdgeId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::{Action, Change, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{Kind, Scenario};
use crate::session::evidence::Found;
use crate::session::evidence::release;
use crate::session::evidence::scene::{Notes, Scene};
use crate::session::evidence::text;
use crate::sim::Sim;

/// How long a replay lasts in simulated time.
const LASTS: SimDuration = SimDuration::from_secs(600);
/// Requests per second that all journeys together send.
const PER_S: f64 = 2.0;

/// What came out of one replay.
struct Column {
    version: u8,
    requests: f64,
    fail_share: f64,
    mean_s: f64,
    p95_s: f64,
    calls: Vec<Row>,
}

/// One dependency in a replay.
struct Row {
    edge: EdgeId,
    per_request: f64,
    fail_share: f64,
    /// Connections held and never given back at the end.
    held: u32,
    leaked: f64,
}

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("{} in staging", scene.name(id)));
    let versions = scene.sim.versions(id);
    let deployed = release::newest(scene, id);
    let (new, old) = deployed.unwrap_or((versions.current, versions.current));
    notes.line(format!(
        "{} of requests of every kind, {} in all; dependencies healthy, nothing else going on.",
        text::time(LASTS.as_secs_f64()),
        text::rate(PER_S)
    ));
    let first = replay(scene, id, new);
    if new == old {
        column(scene, id, &first, &mut notes);
        notes.line("There is no earlier release of this time to compare it with.");
        return notes.finish();
    }
    let second = replay(scene, id, old);
    column(scene, id, &first, &mut notes);
    column(scene, id, &second, &mut notes);
    compare(scene, id, &first, &second, &mut notes);
    notes.finish()
}

/// The system without causes, with one version of the service and its settings of now.
fn replay(scene: &Scene<'_>, id: ComponentId, version: u8) -> Column {
    let copy = quiet(scene.scenario(), id, version);
    let mut sim = Sim::with_variant(Arc::new(copy), scene.sim.seed(), 0);
    for knob in settings_of(scene, id) {
        let value = scene.sim.parameter(knob);
        if value != scene.sim.parameter_at_start(knob) {
            sim.apply(&Action::Change(Change {
                knob,
                value,
                over: SimDuration::ZERO,
            }));
        }
    }
    sim.advance_to(SimTime::ZERO + LASTS);
    let totals = sim.component(id);
    let answered = totals.served + totals.failed_total();
    let requests = (answered as f64).max(1.0);
    let calls = scene.world().components[id].calls.iter();
    let calls = calls.map(|&edge| {
        let counts = sim.edge(edge);
        let failed: u64 = counts.failed.iter().sum();
        Row {
            edge,
            per_request: counts.tries as f64 / requests,
            fail_share: failed as f64 / (counts.ok + failed).max(1) as f64,
            held: sim.edge_view(edge).in_use,
            leaked: sim.unreturned(edge),
        }
    });
    Column {
        version,
        requests: answered as f64,
        fail_share: totals.failed_total() as f64 / requests,
        mean_s: totals.latency.mean().unwrap_or(0.0),
        p95_s: totals.latency.quantile(0.95).unwrap_or(0.0),
        calls: calls.collect(),
    }
}

/// The scenario with little traffic, without causes, and with a single version of one service.
fn quiet(scenario: &Scenario, id: ComponentId, version: u8) -> Scenario {
    let mut copy = scenario.clone();
    copy.variants.clear();
    if let Kind::Service(service) = &mut copy.world.components[id].kind
        && let Some(kept) = service.versions.get(usize::from(version)).cloned()
    {
        service.versions = vec![kept];
        service.autoscaler = None;
    }
    let each = PER_S / copy.world.journeys.len().max(1) as f64;
    for journey in copy.world.journeys.iter_mut() {
        journey.rate.base_per_s = each;
        journey.rate.points.clear();
        journey.rate.noise = 0.0;
    }
    copy
}

/// Settings of a service and of its calls that staging takes over from production.
fn settings_of(scene: &Scene<'_>, id: ComponentId) -> Vec<Knob> {
    let own = ComponentKnob::ALL.iter().map(|&it| Knob::Component(id, it));
    let calls = scene.world().components[id].calls.iter();
    let calls = calls.flat_map(|&edge| EdgeKnob::ALL.iter().map(move |&it| Knob::Edge(edge, it)));
    own.chain(calls)
        .filter(|&knob| Sim::is_configuration(knob))
        .collect()
}

fn column(scene: &Scene<'_>, id: ComponentId, it: &Column, notes: &mut Notes) {
    let running = scene.sim.versions_running(id);
    let runs = running.get(usize::from(it.version)).copied().unwrap_or(0);
    let runs = if runs > 0 { " (runs now)" } else { "" };
    notes.line(format!(
        "{}{runs}: {} requests, {} fail, {} on average, p95 {}",
        release::version_name(scene, id, it.version),
        text::count(it.requests),
        text::percent(it.fail_share),
        text::time(it.mean_s),
        text::time(it.p95_s)
    ));
    for row in &it.calls {
        let mut line = format!(
            "  → {}: {:.2} calls per request, {} of them fail",
            scene.callee(row.edge),
            row.per_request,
            text::percent(row.fail_share)
        );
        if matches!(
            scene.kind(scene.world().edges[row.edge].to),
            Kind::Database(_)
        ) {
            line += &format!(
                "; at the end {} connections in use, {} never given back",
                row.held,
                text::count(row.leaked)
            );
        }
        notes.line(line);
    }
}

fn compare(scene: &Scene<'_>, id: ComponentId, new: &Column, old: &Column, notes: &mut Notes) {
    let mut different = Vec::new();
    if new.fail_share > 1.5 * old.fail_share + 0.01 {
        different.push("fails more".to_owned());
    }
    if new.mean_s > 1.3 * old.mean_s + 0.001 {
        different.push("is slower".to_owned());
    }
    for (a, b) in new.calls.iter().zip(&old.calls) {
        let callee = scene.callee(a.edge);
        if a.per_request > 1.2 * b.per_request + 0.02 {
            different.push(format!("calls {callee} more often"));
        }
        if a.fail_share > 1.5 * b.fail_share + 0.02 {
            different.push(format!("more of its calls to {callee} fail"));
        }
        if a.leaked > b.leaked + 2.0 {
            different.push(format!("keeps connections to {callee}"));
            notes.implicate(scene.world().edges[a.edge].to);
        }
    }
    let (new, old) = (
        release::version_name(scene, id, new.version),
        release::version_name(scene, id, old.version),
    );
    if different.is_empty() {
        notes.line(format!("{new} and {old} behave alike."));
    } else {
        notes.line(format!("Against {old}, {new} {}.", different.join(", ")));
        notes.implicate(id);
    }
}

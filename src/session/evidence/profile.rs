//! Where a request's time goes in a component: its own work, waiting for a worker, and each of its
//! dependencies; and what its workers do right now.

use crate::base::id::{ComponentId, EdgeId};
use crate::observe::{ComponentCounts, Window};
use crate::scenario::action::{ComponentKnob, Knob};
use crate::scenario::model::{FailureKind, Kind, Signal};
use crate::session::evidence::Found;
use crate::session::evidence::scene::{Notes, Scene, grows};
use crate::session::evidence::text;

/// Seconds of one request, by what they were spent on.
struct Spent {
    all_s: f64,
    wait_s: f64,
    /// By dependency: for the answer (time-outs included), and for a connection.
    calls: Vec<(EdgeId, f64, f64)>,
    own_s: f64,
}

impl Spent {
    fn read(scene: &Scene<'_>, window: &Window, id: ComponentId) -> Self {
        let counts = window.component(id);
        let requests = (counts.answers - turned_away(&counts)).max(1.0);
        let mut calls = Vec::new();
        let wait_s = (counts.wait_s / requests).min(counts.mean_wait_s());
        let mut outside = wait_s;
        for &edge in &scene.world().components[id].calls {
            let spent = window.edge(edge);
            let busy_s = (spent.latency_s + spent.given_up_s) / requests;
            let pool_s = spent.pool_wait_s / requests;
            outside += busy_s + pool_s;
            calls.push((edge, busy_s, pool_s));
        }
        let all_s = counts.latency_s / requests;
        Self {
            all_s,
            wait_s,
            calls,
            own_s: (all_s - outside).max(0.0),
        }
    }
}

/// Requests that are answered at once, without any work.
fn turned_away(counts: &ComponentCounts) -> f64 {
    let kinds = [
        FailureKind::Refused,
        FailureKind::Throttled,
        FailureKind::Denied,
        FailureKind::Unreachable,
    ];
    kinds.iter().map(|kind| counts.failed[*kind as usize]).sum()
}

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("Profile of {}", scene.name(id)));
    let counts = scene.recent.component(id);
    let seen = !scene.recent.is_empty();
    let answered = scene.usual.component(id).answers > 0.0;
    if seen && answered && counts.answers <= 0.0 && matches!(scene.kind(id), Kind::Service(_)) {
        notes.line("It answered nothing in the last minute.");
        notes.implicate(id);
    }
    let arrive = |window: &Window| {
        let counts = window.component(id);
        text::rate(window.per_s(counts.served + counts.failed_total()))
    };
    notes.line(format!(
        "requests: {} (at the start {}), {} of them fail",
        arrive(&scene.recent),
        arrive(&scene.usual),
        text::percent(counts.fail_share())
    ));
    let away = turned_away(&counts);
    if away > 0.0 {
        notes.line(format!(
            "  {} are turned away at once, before any work",
            text::rate(scene.recent.per_s(away))
        ));
    }
    breakdown(scene, id, &mut notes);
    workers(scene, id, &mut notes);
    for &edge in &scene.world().components[id].calls {
        pool(scene, edge, &mut notes);
    }
    if scene.is_failing(id) || scene.is_slower(id) {
        notes.implicate(id);
    }
    notes.finish()
}

fn breakdown(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let now = Spent::read(scene, &scene.recent, id);
    let then = Spent::read(scene, &scene.usual, id);
    if now.all_s <= 0.0 {
        return;
    }
    notes.line(format!(
        "A request takes {} on average (at the start {}):",
        text::time(now.all_s),
        text::time(then.all_s)
    ));
    let row = |what: String, now_s: f64, then_s: f64| {
        format!(
            "  {:>5}  {what}: {} (at the start {})",
            text::percent((now_s / now.all_s).min(1.0)),
            text::time(now_s),
            text::time(then_s)
        )
    };
    let mut rows = Vec::new();
    for (what, now_s, then_s) in [
        ("own work", now.own_s, then.own_s),
        ("waiting for a worker", now.wait_s, then.wait_s),
    ] {
        if now_s + then_s > 1e-6 {
            rows.push((now_s, row(what.to_owned(), now_s, then_s)));
        }
    }
    for (place, &(edge, call_s, pool_s)) in now.calls.iter().enumerate() {
        let (_, call_then, pool_then) = then.calls[place];
        let callee = scene.callee(edge);
        rows.push((call_s, row(callee.clone(), call_s, call_then)));
        if pool_s > 1e-4 || pool_then > 1e-4 {
            let what = format!("waiting for a connection to {callee}");
            rows.push((pool_s, row(what, pool_s, pool_then)));
        }
        if call_s > 0.2 * now.all_s && grows(call_s, call_then) && scene.is_slower(id) {
            notes.implicate(scene.world().edges[edge].to);
        }
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, row) in rows {
        notes.line(row);
    }
}

/// Workers in use, and what those in use wait for.
fn workers(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let slots = scene
        .sim
        .parameter(Knob::Component(id, ComponentKnob::Slots));
    let instances = scene.sim.signal(id, Signal::Instances);
    let used = scene.sim.signal(id, Signal::Utilisation);
    let queued = scene.sim.queued(id);
    if slots.is_finite() && !matches!(scene.kind(id), Kind::Queue(_)) {
        let all = slots * instances;
        notes.line(format!(
            "workers: {} of {} in use, {} for one",
            text::count((used * all).round()),
            text::count(all),
            text::waiting(queued)
        ));
    }
    if scene.world().components[id].station.cpu.is_some() {
        notes.line(format!(
            "CPU: {} over {} instances",
            text::percent(scene.sim.signal(id, Signal::Cpu)),
            text::count(instances)
        ));
    }
    let mut waits: Vec<(u32, String)> = Vec::new();
    for &edge in &scene.world().components[id].calls {
        let view = scene.sim.edge_view(edge);
        if view.in_use > 0 {
            waits.push((view.in_use, scene.callee(edge)));
        }
    }
    waits.sort_by_key(|it| std::cmp::Reverse(it.0));
    if !waits.is_empty() {
        let parts = waits.iter().map(|(n, callee)| format!("{callee} {n}"));
        let parts: Vec<String> = parts.collect();
        notes.line(format!("calls without an answer yet: {}", parts.join(", ")));
    }
    if scene.is_saturated(id) {
        notes.implicate(id);
        notes.line("every worker is taken");
    }
}

fn pool(scene: &Scene<'_>, edge: EdgeId, notes: &mut Notes) {
    let view = scene.sim.edge_view(edge);
    let Some(size) = view.pool else { return };
    let leaked = scene.sim.unreturned(edge);
    let lost = if leaked >= 1.0 {
        format!(", {} more were never given back", text::count(leaked))
    } else {
        String::new()
    };
    notes.line(format!(
        "pool to {}: {} of {size} connections in use, {} for one{lost}",
        scene.callee(edge),
        view.in_use,
        text::waiting(view.waiting.into())
    ));
    let spec = &scene.world().edges[edge];
    if view.waiting > 0 && view.in_use >= size {
        notes.implicate(spec.to);
    }
    if leaked >= 1.0 {
        notes.implicate(spec.to);
        if let Some(from) = spec.from {
            notes.implicate(from);
        }
    }
}

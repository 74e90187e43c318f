//! What runs in a database and who holds its connections: the views that a database has of itself.

use crate::base::id::{ComponentId, EdgeId};
use crate::observe::EdgeCounts;
use crate::scenario::action::{Action, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{FailureKind, Signal};
use crate::session::evidence::Found;
use crate::session::evidence::scene::{Notes, Scene, grows};
use crate::session::evidence::text;

/// From this share of the limit on, connections are short.
const NEARLY_FULL: f64 = 0.95;
/// A job that takes this much is heavy.
const HEAVY: f64 = 0.25;

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("Queries and connections of {}", scene.name(id)));
    if scene.sim.is_down(id) {
        notes.line("FATAL: the database system is starting up");
        notes.implicate(id);
        return notes.finish();
    }
    connections(scene, id, &mut notes);
    partitions(scene, id, &mut notes);
    for edge in scene.calls_into(id) {
        if scene.world().edges[edge].from.is_some() {
            caller(scene, id, edge, &mut notes);
        }
    }
    statements(scene, id, &mut notes);
    load(scene, id, &mut notes);
    jobs(scene, id, &mut notes);
    replicas(scene, id, &mut notes);
    notes.finish()
}

fn connections(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let open = scene.sim.signal(id, Signal::Connections);
    let most = scene
        .sim
        .parameter(Knob::Component(id, ComponentKnob::MaxConnections));
    let limit = if most.is_finite() {
        format!(" of max_connections {}", text::count(most))
    } else {
        String::new()
    };
    let past = scene.last_values(id, Signal::Connections, 6);
    let past: Vec<String> = past.into_iter().map(text::count).collect();
    let trend = if past.len() > 1 {
        format!("; by the minute: {}", past.join(", "))
    } else {
        String::new()
    };
    notes.line(format!(
        "connections: {} open{limit}{trend}",
        text::count(open)
    ));
    let refused = scene.sim.refused_share(id);
    if refused > 0.0 {
        notes.line(format!(
            "  none is left: {} of those who ask for one are refused (FATAL: remaining connection slots are reserved)",
            text::percent(refused)
        ));
    }
    if most.is_finite() && open >= NEARLY_FULL * most {
        notes.implicate(id);
    }
}

/// How evenly the keys are used, where a partition has a limit.
fn partitions(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let value = |knob| scene.sim.parameter(Knob::Component(id, knob));
    let (each, count) = (
        value(ComponentKnob::ShardRate),
        value(ComponentKnob::Shards),
    );
    if !each.is_finite() {
        return;
    }
    let hot = value(ComponentKnob::HotShare);
    let busiest = hot + (1.0 - hot) / count.max(1.0);
    let counts = scene.recent.component(id);
    let throttled = counts.failed[FailureKind::Throttled as usize];
    notes.line(format!(
        "partitions: {}, each takes {}; the busiest one gets {} of what is asked, the others {} each",
        text::count(count),
        text::rate(each),
        text::percent(busiest),
        text::percent((1.0 - busiest) / (count - 1.0).max(1.0)),
    ));
    if throttled > 0.0 {
        notes.line(format!(
            "  throttled: {} of {}",
            text::rate(scene.recent.per_s(throttled)),
            text::rate(scene.recent.per_s(counts.served + counts.failed_total()))
        ));
        notes.implicate(id);
    }
}

/// One caller: its connections, what it runs, what it never gave back.
fn caller(scene: &Scene<'_>, id: ComponentId, edge: EdgeId, notes: &mut Notes) {
    let spec = &scene.world().edges[edge];
    let Some(from) = spec.from else { return };
    let view = scene.sim.edge_view(edge);
    let leaked = scene.sim.unreturned(edge);
    let per_instance = scene.sim.parameter(Knob::Edge(edge, EdgeKnob::Pool));
    let instances = scene.sim.signal(from, Signal::Instances);
    let holds = if per_instance.is_finite() {
        let all = per_instance * instances;
        format!(
            "{} connections ({} instances × {}), {} active",
            text::count(all),
            text::count(instances),
            text::count(per_instance),
            view.in_use
        )
    } else {
        let all = f64::from(view.in_use) + leaked;
        format!(
            "{} connections (no pool), {} active",
            text::count(all),
            view.in_use
        )
    };
    let mut line = format!("  {} [{}]: {holds}", scene.name(from), spec.operation);
    if view.waiting > 0 {
        line += &format!(
            ", {} there for a connection",
            text::waiting(view.waiting.into())
        );
    }
    notes.line(line);
    if leaked >= 1.0
        && let Some(since) = scene.sim.leaking_since(edge)
    {
        notes.line(format!(
            "    {} of them idle in transaction, not given back; the oldest since {}",
            text::count(leaked),
            scene.clock(since)
        ));
        notes.implicate(id);
        notes.implicate(from);
    }
    let most = scene
        .sim
        .parameter(Knob::Component(id, ComponentKnob::MaxConnections));
    if per_instance.is_finite() && per_instance * instances > most {
        notes.line(format!(
            "    that is more than the database allows ({})",
            text::count(most)
        ));
        notes.implicate(from);
    }
    let pool = view.pool.unwrap_or(0);
    if view.waiting > 0 && view.waiting > pool / 20 {
        notes.implicate(id);
    }
}

/// Statements by caller, the ones that take most time first.
fn statements(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    notes.line("statements of the last minute:");
    let mut calls: Vec<EdgeId> = scene.calls_into(id).collect();
    let spent = |edge: &EdgeId| {
        let counts = scene.recent.edge(*edge);
        counts.latency_s + counts.given_up_s
    };
    calls.sort_by(|a, b| spent(b).total_cmp(&spent(a)));
    for edge in calls {
        statement(scene, edge, notes);
    }
    executions(scene, id, notes);
    quantiles(scene, id, notes);
    if scene.is_slower(id) {
        notes.implicate(id);
    }
}

/// One statement of one caller: what was executed, refused, given up.
fn statement(scene: &Scene<'_>, edge: EdgeId, notes: &mut Notes) {
    let (now, then) = (scene.recent.edge(edge), scene.usual.edge(edge));
    if now.tries <= 0.0 {
        return;
    }
    let executed = now.worked_on();
    let mean_s = |counts: &EdgeCounts| counts.latency_s / counts.worked_on().max(1.0);
    let mut line = format!(
        "  {} from {}: {} executed",
        scene.world().edges[edge].operation,
        scene.caller(edge),
        text::rate(scene.recent.per_s(executed)),
    );
    if executed > 0.0 {
        line += &format!(", {} on average", text::time(mean_s(&now)));
    }
    let given_up = now.failed[FailureKind::Timeout as usize];
    let refused = now.failed[FailureKind::Refused as usize];
    for (count, what) in [(given_up, "given up by the caller"), (refused, "refused")] {
        if count > 0.0 {
            line += &format!(", {} {what}", text::rate(scene.recent.per_s(count)));
        }
    }
    if then.tries > 0.0 {
        line += &format!(
            " (at {} it was {} at {})",
            scene.clock(scene.usual.from),
            text::time(mean_s(&then)),
            text::rate(scene.usual.per_s(then.worked_on()))
        );
    }
    notes.line(line);
}

/// What executions take by themselves, apart from waiting for their turn.
fn executions(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let (ordinary_s, slow_s, share) = scene.sim.execution(id);
    let mut line = format!("  by itself an execution takes {}", text::time(ordinary_s));
    let share_knob = Knob::Component(id, ComponentKnob::SlowShare);
    let usual = scene.sim.parameter_at_start(share_knob);
    if share > 0.0 && slow_s > 3.0 * ordinary_s {
        line += &format!(
            "; of the same statement {} take {} (at the start {})",
            text::percent(share),
            text::time(slow_s),
            text::percent(usual)
        );
        if share > 2.0 * usual + 0.001 {
            notes.implicate(id);
        }
    }
    notes.line(line);
}

/// The spread of times from asking to answer, where most of them are executed at all.
fn quantiles(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let refused = scene.recent.component(id).failed[FailureKind::Refused as usize];
    if refused > 0.3 * scene.recent.component(id).answers {
        return;
    }
    let quantile = |signal| {
        let last = scene.last_values(id, signal, 1).pop()?;
        Some((last, scene.first_value(id, signal)?))
    };
    let (Some(mid), Some(slow), Some(slowest)) = (
        quantile(Signal::LatencyP50),
        quantile(Signal::LatencyP95),
        quantile(Signal::LatencyP99),
    ) else {
        return;
    };
    notes.line(format!(
        "  with waiting: p50 {} / p95 {} / p99 {} (at the start {} / {} / {})",
        text::time(mid.0),
        text::time(slow.0),
        text::time(slowest.0),
        text::time(mid.1),
        text::time(slow.1),
        text::time(slowest.1)
    ));
    if grows(slow.0, slow.1) || slowest.0 > 3.0 * slowest.1 + 0.005 {
        notes.implicate(id);
    }
}

fn load(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let queued = scene.sim.queued(id);
    let used = scene.sim.signal(id, Signal::Utilisation);
    let cpu = match scene.world().components[id].station.cpu {
        Some(_) => format!(", CPU {}", text::percent(scene.sim.signal(id, Signal::Cpu))),
        None => String::new(),
    };
    notes.line(format!(
        "sessions at work: {} of what it can run at once{cpu}; {} for their turn (locks and processors)",
        text::percent(used),
        text::waiting(queued)
    ));
    if scene.is_saturated(id) || queued > 20.0 {
        notes.implicate(id);
    }
}

/// Background jobs that run there, with their share of the load.
pub(super) fn jobs(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    for (job, spec) in scene.world().jobs.enumerate() {
        if spec.on != id || !scene.sim.job_runs(job) {
            continue;
        }
        let started = scene.sim.applied().iter().rev().find(
            |it| matches!(it.action, Action::SetJob { job: other, running: true } if other == job),
        );
        let since = started.map_or_else(
            || {
                format!(
                    "since before {}",
                    scene.clock(crate::base::time::SimTime::ZERO)
                )
            },
            |it| format!("since {}", scene.clock(it.at)),
        );
        notes.line(format!(
            "job {}: one session, running {since}, {} of the load",
            spec.name,
            text::percent(spec.load_share)
        ));
        if spec.load_share >= HEAVY && started.is_some() {
            notes.implicate(id);
        }
    }
}

fn replicas(scene: &Scene<'_>, id: ComponentId, notes: &mut Notes) {
    let count = scene.sim.replicas(id);
    if count == 0 {
        return;
    }
    let knob = |which| Knob::Component(id, which);
    let lag = knob(ComponentKnob::ReplicationLag);
    let (now, then) = (scene.sim.parameter(lag), scene.sim.parameter_at_start(lag));
    let reads = scene.sim.parameter(knob(ComponentKnob::ReadShare));
    notes.line(format!(
        "replicas: {count}, {} behind, {} of the queries go to them",
        text::time(now),
        text::percent(reads)
    ));
    if now > 2.0 * then + 1.0 {
        notes.implicate(id);
    }
}

//! Requests from end to end that pass a component: the slowest, a failing and an ordinary one of a
//! sample, and what all of them have in common.

use crate::base::id::{ComponentId, DenseId, EdgeId};
use crate::base::time::{SimDuration, SimTime};
use crate::observe::{Span, SpanKind, SpanOutcome, Trace, TraceQuery};
use crate::scenario::model::{FailureKind, Kind};
use crate::session::evidence::queue::answered;
use crate::session::evidence::scene::{Notes, Scene, rises};
use crate::session::evidence::{Found, Piece, SpanEnd, SpanPiece, TracePiece, release, text};

/// Traces are drawn from this time …
const SPAN: SimDuration = SimDuration::from_secs(120);
/// … so many of each journey.
const EACH: usize = 40;
/// Spans shown of one trace.
const MOST_SPANS: usize = 14;
/// Spans drawn of one trace.
const MOST_SPANS_DRAWN: usize = 40;
/// Places shown in the summary.
const MOST_PLACES: usize = 6;

pub(super) fn find(scene: &Scene<'_>, id: ComponentId) -> Found {
    let mut notes = Notes::new(format!("Traces through {}", scene.name(id)));
    let now = through(scene, id, scene.now - SPAN, scene.now);
    if now.is_empty() {
        notes.line("No trace of the last 2 minutes passes it.");
        return notes.finish();
    }
    let before = through(scene, id, SimTime::ZERO, scene.usual.to);
    for (what, trace) in picked(&now) {
        show(scene, what, trace, &mut notes);
    }
    let (now, before) = (Sums::of(scene, &now), Sums::of(scene, &before));
    places(scene, &now, &before, &mut notes);
    failures(scene, &now, &before, &mut notes);
    versions(scene, id, &now, &mut notes);
    notes.finish()
}

/// Sampled traces in which a component has a span.
fn through(scene: &Scene<'_>, id: ComponentId, from: SimTime, to: SimTime) -> Vec<Trace> {
    let mut all = Vec::new();
    if from >= to {
        return all;
    }
    for journey in scene.world().journeys.ids() {
        let query = TraceQuery {
            journey,
            from,
            to,
            count: EACH,
            failed_only: false,
        };
        all.extend(scene.observer.traces(&query));
    }
    all.retain(|trace| trace.spans.iter().any(|span| span.component == Some(id)));
    all
}

fn failed(trace: &Trace) -> bool {
    matches!(trace.spans[0].outcome, SpanOutcome::Failed(_))
}

/// The slowest, a failing one, and the one in the middle of the good ones.
fn picked(all: &[Trace]) -> Vec<(&'static str, &Trace)> {
    let length = |trace: &&Trace| (trace.spans[0].duration_us, trace.id);
    let mut chosen: Vec<(&'static str, &Trace)> = Vec::new();
    chosen.extend(all.iter().max_by_key(length).map(|it| ("slowest", it)));
    let bad = all.iter().rev().filter(|it| failed(it));
    let other = bad
        .clone()
        .find(|it| chosen.iter().all(|(_, had)| had.id != it.id));
    chosen.extend(other.map(|it| ("failing", it)));
    let mut good: Vec<&Trace> = all.iter().filter(|it| !failed(it)).collect();
    good.sort_by_key(length);
    let middle = good.get(good.len() / 2).copied();
    let middle = middle.filter(|it| chosen.iter().all(|(_, had)| had.id != it.id));
    chosen.extend(middle.map(|it| ("ordinary", it)));
    chosen
}

fn show(scene: &Scene<'_>, what: &'static str, trace: &Trace, notes: &mut Notes) {
    let journey = &scene.world().journeys[trace.journey];
    let clock = scene.clock(trace.at);
    let depth = |mut index: usize| {
        let mut depth = 0;
        while let Some(parent) = trace.spans[index].parent {
            index = parent;
            depth += 1;
        }
        depth
    };
    let shown = trace.spans.iter().enumerate().take(MOST_SPANS_DRAWN);
    let spans: Vec<SpanPiece> = shown
        .map(|(index, span)| piece(scene, span, depth(index)))
        .collect();
    let piece = TracePiece {
        what,
        id: trace.id,
        journey: journey.name.clone(),
        clock: clock.clone(),
        hidden: trace.spans.len() - spans.len(),
        spans: spans.clone(),
    };
    notes.drawn(
        format!("{what}: trace {:016x}, {}, {clock}", trace.id, journey.name),
        Piece::Trace(piece),
    );
    for span in spans.iter().take(MOST_SPANS) {
        let indent = "  ".repeat(span.depth + 1);
        notes.further(format!("{indent}{}", span.words));
    }
    let hidden = trace.spans.len().saturating_sub(MOST_SPANS);
    if hidden > 0 {
        notes.further(format!("  … {hidden} more spans"));
    }
}

fn piece(scene: &Scene<'_>, span: &Span, depth: usize) -> SpanPiece {
    let is_connection = span.kind == SpanKind::Connection;
    let in_balancer = span.component.is_some_and(|id| is_balancer(scene, id));
    let wait_us = match (is_connection, in_balancer) {
        (true, _) => span.duration_us,
        (false, true) => 0,
        (false, false) => span.wait_us,
    };
    SpanPiece {
        depth,
        component: span.component,
        name: span_name(scene, span),
        words: span_line(scene, span),
        start_s: secs(span.start_us),
        duration_s: secs(span.duration_us),
        wait_s: secs(wait_us),
        end: match span.outcome {
            SpanOutcome::Ok => SpanEnd::Ok,
            SpanOutcome::Degraded => SpanEnd::Degraded,
            SpanOutcome::Failed(_) => SpanEnd::Failed,
        },
    }
}

fn secs(us: u64) -> f64 {
    us as f64 * 1e-6
}

/// Where and what.
fn span_name(scene: &Scene<'_>, span: &Span) -> String {
    let name = span.component.map_or("customer", |id| scene.name(id));
    let operation = span
        .edge
        .map_or("", |id| &scene.world().edges[id].operation);
    let mut line = match span.kind {
        SpanKind::Connection => format!("waiting for a connection to {name}"),
        SpanKind::Processing => format!("{name} processes the message"),
        SpanKind::Call if operation.is_empty() => name.to_owned(),
        SpanKind::Customer => name.to_owned(),
        SpanKind::Call => format!("{name} {operation}"),
    };
    if span.attempt > 1 {
        line += &format!(", try {}", span.attempt);
    }
    line
}

fn span_line(scene: &Scene<'_>, span: &Span) -> String {
    let mut line = span_name(scene, span);
    if let Some(id) = span.component
        && release::versions(scene, id).len() > 1
        && !is_turned_away(span)
    {
        line += &format!(" [{}]", release::version_name(scene, id, span.version));
    }
    line += &format!("  {}", text::time(secs(span.duration_us)));
    let waited = secs(span.wait_us);
    if waited > 0.001 && !span.component.is_some_and(|id| is_balancer(scene, id)) {
        line += &format!(", {} of it waiting for its turn", text::time(waited));
    }
    match span.cache_hit {
        Some(true) => line += ", hit",
        Some(false) => line += ", miss",
        None => {}
    }
    if span.fallback {
        line += ", instead of a call that failed";
    }
    match span.outcome {
        SpanOutcome::Ok if span.unfinished => line += ", given up",
        SpanOutcome::Ok => {}
        SpanOutcome::Degraded => line += ", degraded",
        SpanOutcome::Failed(kind) => line += &format!(", {}", answered(kind)),
    }
    line
}

/// Answered at once by the connection, the queue or the door: no release has seen such a request.
fn is_turned_away(span: &Span) -> bool {
    matches!(
        span.outcome,
        SpanOutcome::Failed(
            FailureKind::Refused
                | FailureKind::Throttled
                | FailureKind::Denied
                | FailureKind::Unreachable
                | FailureKind::BreakerOpen
        )
    )
}

/// Nobody waits for a turn in a balancer: what its spans have beyond those below is the way there.
fn is_balancer(scene: &Scene<'_>, id: ComponentId) -> bool {
    matches!(scene.kind(id), Kind::Balancer(_))
}

/// Sums over a sample.
struct Sums {
    traces: f64,
    duration_s: f64,
    /// Pauses before retries.
    pause_s: f64,
    /// Own time and waiting for a turn, by component; waiting for a connection, by dependency.
    own_s: Vec<f64>,
    wait_s: Vec<f64>,
    connection_s: Vec<f64>,
    /// Spans and failed ones by dependency, with the most frequent reason.
    tries: Vec<f64>,
    failed: Vec<[f64; crate::sim::FAILURE_KINDS]>,
    /// Spans and failed ones by component and version.
    versions: Vec<(ComponentId, u8, f64, f64)>,
}

impl Sums {
    fn of(scene: &Scene<'_>, traces: &[Trace]) -> Self {
        let (components, edges) = (scene.world().components.len(), scene.world().edges.len());
        let mut sums = Self {
            traces: traces.len() as f64,
            duration_s: 0.0,
            pause_s: 0.0,
            own_s: vec![0.0; components],
            wait_s: vec![0.0; components],
            connection_s: vec![0.0; edges],
            tries: vec![0.0; edges],
            failed: vec![[0.0; crate::sim::FAILURE_KINDS]; edges],
            versions: Vec::new(),
        };
        for trace in traces {
            sums.duration_s += secs(trace.spans[0].duration_us);
            for span in &trace.spans {
                sums.pause_s += secs(span.pause_us);
                sums.add(span);
            }
        }
        sums
    }

    fn add(&mut self, span: &Span) {
        let (Some(id), Some(edge)) = (span.component, span.edge) else {
            return;
        };
        if span.kind == SpanKind::Connection {
            self.connection_s[edge.index()] += secs(span.duration_us);
            return;
        }
        self.own_s[id.index()] += secs(span.work_us);
        self.wait_s[id.index()] += secs(span.wait_us);
        self.tries[edge.index()] += 1.0;
        let kind = match span.outcome {
            SpanOutcome::Failed(kind) => Some(kind),
            SpanOutcome::Ok | SpanOutcome::Degraded => None,
        };
        if let Some(kind) = kind {
            self.failed[edge.index()][kind as usize] += 1.0;
        }
        let bad = f64::from(u8::from(kind.is_some()));
        if is_turned_away(span) {
            return;
        }
        let place = self
            .versions
            .iter()
            .position(|it| (it.0, it.1) == (id, span.version));
        match place {
            Some(place) => {
                self.versions[place].2 += 1.0;
                self.versions[place].3 += bad;
            }
            None => self.versions.push((id, span.version, 1.0, bad)),
        }
    }

    fn each(&self, sum: f64) -> f64 {
        sum / self.traces.max(1.0)
    }

    fn fail_share(&self, edge: EdgeId) -> f64 {
        let failed: f64 = self.failed[edge.index()].iter().sum();
        failed / self.tries[edge.index()].max(1.0)
    }
}

/// Where the time goes, the largest parts first.
fn places(scene: &Scene<'_>, now: &Sums, before: &Sums, notes: &mut Notes) {
    notes.line(format!(
        "{} traces of the last 2 minutes, {} on average (at the start {}); where the time goes:",
        text::count(now.traces),
        text::time(now.each(now.duration_s)),
        text::time(before.each(before.duration_s)),
    ));
    let mut rows: Vec<(f64, f64, String, Option<ComponentId>)> = Vec::new();
    for (id, component) in scene.world().components.enumerate() {
        let name = &component.name;
        let own = (now.own_s[id.index()], before.own_s[id.index()]);
        let wait = (now.wait_s[id.index()], before.wait_s[id.index()]);
        rows.push((own.0, own.1, format!("{name}, own work"), Some(id)));
        if !is_balancer(scene, id) {
            let what = format!("waiting for a turn in {name}");
            rows.push((wait.0, wait.1, what, Some(id)));
        }
    }
    for (edge, spec) in scene.world().edges.enumerate() {
        let spent = (
            now.connection_s[edge.index()],
            before.connection_s[edge.index()],
        );
        let what = format!("waiting for a connection to {}", scene.callee(edge));
        rows.push((spent.0, spent.1, what, Some(spec.to)));
    }
    rows.push((
        now.pause_s,
        before.pause_s,
        "pauses before another try".to_owned(),
        None,
    ));
    rows.retain(|row| row.0 > 0.02 * now.duration_s);
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (spent, spent_before, what, id) in rows.into_iter().take(MOST_PLACES) {
        let (each, each_before) = (now.each(spent), before.each(spent_before));
        notes.line(format!(
            "  {:>5}  {what}: {} (at the start {})",
            text::percent(spent / now.duration_s.max(1e-9)),
            text::time(each),
            text::time(each_before)
        ));
        let much = spent > 0.15 * now.duration_s;
        if let Some(id) = id
            && much
            && before.traces > 0.0
            && each > 1.5 * each_before + 0.005
        {
            notes.implicate(id);
        }
    }
}

/// Which spans fail most.
fn failures(scene: &Scene<'_>, now: &Sums, before: &Sums, notes: &mut Notes) {
    let mut rows: Vec<(f64, EdgeId)> = Vec::new();
    for (edge, spec) in scene.world().edges.enumerate() {
        // What fails with something below is told by the spans below.
        let failed = &now.failed[edge.index()];
        let all: f64 = failed.iter().sum();
        let own = all - failed[FailureKind::Dependency as usize];
        if spec.from.is_some() && own > 0.5 * all {
            rows.push((now.fail_share(edge), edge));
        }
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (share, edge) in rows.into_iter().take(3) {
        let failed = &now.failed[edge.index()];
        let mut worst = FailureKind::Error;
        for kind in crate::sim::ALL_FAILURES {
            if failed[kind as usize] > failed[worst as usize] {
                worst = kind;
            }
        }
        notes.line(format!(
            "{} → {}: {} of {} tries fail (at the start {}), mostly: {}",
            scene.caller(edge),
            scene.callee(edge),
            text::percent(share),
            text::count(now.tries[edge.index()]),
            text::percent(before.fail_share(edge)),
            answered(worst)
        ));
        let enough = now.tries[edge.index()] >= 20.0;
        if enough && rises(share, before.fail_share(edge)) && share > 0.05 {
            notes.implicate(scene.world().edges[edge].to);
        }
    }
}

/// Whether copies of both versions fare alike.
fn versions(scene: &Scene<'_>, id: ComponentId, now: &Sums, notes: &mut Notes) {
    let mine: Vec<_> = now.versions.iter().filter(|it| it.0 == id).collect();
    if mine.len() < 2 {
        return;
    }
    let parts: Vec<String> = mine
        .iter()
        .map(|(_, version, spans, bad)| {
            format!(
                "{} fails {} of {}",
                release::version_name(scene, id, *version),
                text::count(*bad),
                text::count(*spans)
            )
        })
        .collect();
    notes.line(format!(
        "by version of {}: {}",
        scene.name(id),
        parts.join("; ")
    ));
}

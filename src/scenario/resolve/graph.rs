//! Who calls whom: callers before callees, circles, components that no customer reaches.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::names::{Index, Lost, callee, calls_of};
use super::{MAX_COMPONENTS, MAX_EDGES, MAX_JOURNEYS};
use crate::diag::{Code, Diagnostic, Findings, Span};
use crate::scenario::raw;

/// Reports what is more than the simulation takes.
pub(super) fn too_large(index: &Index<'_>, head: Span, findings: &mut Findings) -> bool {
    let components = &index.components.items;
    let calls: usize = components.iter().map(|(_, it)| calls_of(it).len()).sum();
    let variants = index.variants.items.len();
    let mut found = false;
    for (count, most, what) in [
        (components.len(), MAX_COMPONENTS, "components"),
        (index.journeys.items.len(), MAX_JOURNEYS, "journeys"),
        (index.flags.items.len(), MAX_COMPONENTS, "flags"),
        (index.jobs.items.len(), MAX_COMPONENTS, "jobs"),
        (index.regions.items.len(), MAX_COMPONENTS, "regions"),
        (variants, MAX_COMPONENTS, "variants"),
        (
            calls + index.journeys.items.len(),
            MAX_EDGES,
            "calls, those of customers included",
        ),
    ] {
        if count > most {
            let message = format!("at most {most} {what} can be simulated, found {count}");
            findings.push(Diagnostic::error(Code::TooMany, head, message));
            found = true;
        }
    }
    found
}

/// One step from a component to the one that comes after it, and where it is written.
struct Arrow {
    to: usize,
    place: Span,
    words: &'static str,
}

/// What each component comes before. A worker takes its work from a queue, so it comes after.
fn arrows(index: &Index<'_>, lost: &Lost, findings: &mut Findings) -> Vec<Vec<Arrow>> {
    let mut out: Vec<Vec<Arrow>> = index.components.items.iter().map(|_| Vec::new()).collect();
    for (from, (_, component)) in index.components.items.iter().enumerate() {
        for (key, call) in calls_of(component) {
            let name = callee(key, call);
            match index.components.position(name) {
                Some(to) => {
                    out[from].push(Arrow {
                        to,
                        place: key.span,
                        words: "calls",
                    });
                }
                None if lost.contains(name) => {}
                None => {
                    let known = index.components.names();
                    let message = format!("there is no component `{}`", name.value);
                    findings.push(super::unknown(index, message, name, known));
                }
            }
        }
        if let raw::Component::Service(service) = component
            && let Some(queue) = &service.pulls
            && let Some(at) = index.components.position(queue)
        {
            out[at].push(Arrow {
                to: from,
                place: queue.span,
                words: "is pulled by",
            });
        }
    }
    out
}

/// The components' places with callers before callees, otherwise in the order of the files.
pub(super) fn order(index: &Index<'_>, lost: &Lost, findings: &mut Findings) -> Vec<usize> {
    let arrows = arrows(index, lost, findings);
    let count = arrows.len();
    let mut callers = vec![0_usize; count];
    for arrow in arrows.iter().flatten() {
        callers[arrow.to] += 1;
    }
    let mut ready: BinaryHeap<Reverse<usize>> = (0..count)
        .filter(|&at| callers[at] == 0)
        .map(Reverse)
        .collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        for arrow in &arrows[at] {
            callers[arrow.to] -= 1;
            if callers[arrow.to] == 0 {
                ready.push(Reverse(arrow.to));
            }
        }
    }
    if order.len() < count {
        let placed: BTreeSet<usize> = order.iter().copied().collect();
        let left: BTreeSet<usize> = (0..count).filter(|at| !placed.contains(at)).collect();
        report_circles(index, &arrows, left.clone(), findings);
        order.extend(left);
    }
    order
}

/// One finding per circle, until none is left.
fn report_circles(
    index: &Index<'_>,
    arrows: &[Vec<Arrow>],
    mut left: BTreeSet<usize>,
    findings: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    while let Some(&start) = left.first() {
        let Some(circle) = circle_from(start, arrows, &left) else {
            left.remove(&start);
            continue;
        };
        for (at, _) in &circle {
            left.remove(at);
        }
        // The same circle is met again where two calls go between the same components.
        if !seen.insert(circle.iter().map(|(at, _)| *at).collect::<BTreeSet<_>>()) {
            continue;
        }
        let Some((first, arrow)) = circle.first() else {
            continue;
        };
        let names: Vec<String> = circle
            .iter()
            .chain(circle.first())
            .map(|(at, _)| format!("`{}`", index.name(*at).value))
            .collect();
        let message = format!(
            "components call each other in a circle: {}",
            names.join(" → ")
        );
        let mut finding = Diagnostic::error(Code::CallCircle, arrow.place, message);
        if circle.len() > 1 {
            finding = finding.label(described(index, *first, arrow));
            for (at, arrow) in &circle[1..] {
                finding = finding.also(arrow.place, described(index, *at, arrow));
            }
        }
        findings.push(finding.help("take one of these calls out".to_owned()));
    }
}

fn described(index: &Index<'_>, from: usize, arrow: &Arrow) -> String {
    format!(
        "`{}` {} `{}`",
        index.name(from).value,
        arrow.words,
        index.name(arrow.to).value
    )
}

/// A circle that a walk from `start` runs into, as components with the arrow to the next one.
fn circle_from<'g>(
    start: usize,
    arrows: &'g [Vec<Arrow>],
    left: &BTreeSet<usize>,
) -> Option<Vec<(usize, &'g Arrow)>> {
    let mut path: Vec<(usize, usize)> = vec![(start, 0)];
    let mut done = BTreeSet::new();
    while let Some((at, next)) = path.last().copied() {
        let Some(arrow) = arrows[at].get(next) else {
            done.insert(at);
            path.pop();
            continue;
        };
        if let Some(last) = path.last_mut() {
            last.1 += 1;
        }
        if let Some(begin) = path.iter().position(|(on_path, _)| *on_path == arrow.to) {
            // Every component on the path has already stepped past the arrow it took.
            let circle = path[begin..]
                .iter()
                .map(|&(at, taken)| (at, &arrows[at][taken - 1]));
            return Some(circle.collect());
        }
        if left.contains(&arrow.to) && !done.contains(&arrow.to) {
            path.push((arrow.to, 0));
        }
    }
    None
}

/// Warns of components that no customer's request ever comes to.
pub(super) fn warn_unreached(index: &Index<'_>, lost: &Lost, findings: &mut Findings) {
    if index.journeys.items.is_empty() || findings.has_errors() {
        return;
    }
    let arrows = arrows(index, lost, findings);
    let entries = index.journeys.items.iter().map(|(_, journey)| &journey.to);
    let telemetry = index
        .signals
        .iter()
        .filter_map(|signals| signals.telemetry_through.as_ref());
    let mut waiting: Vec<usize> = entries
        .chain(telemetry)
        .filter_map(|name| index.components.position(name))
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(at) = waiting.pop() {
        if reached.insert(at) {
            waiting.extend(arrows[at].iter().map(|arrow| arrow.to));
        }
    }
    for (at, (name, _)) in index.components.items.iter().enumerate() {
        if !reached.contains(&at) {
            let message = format!("no journey comes to `{}`", name.value);
            findings.push(
                Diagnostic::warning(Code::Unreached, name.span, message)
                    .help("let something call it, or take it out".to_owned()),
            );
        }
    }
}

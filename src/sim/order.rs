//! The order in which components are processed in a step, and when their answers go back.
//!
//! Callers come before callees, so that what several send to one meets there; and what is called
//! first comes before what is called later, so that a shared component sees everybody's calls at
//! once. A component's answers wait until everything below it has been processed: answers of hits
//! and of misses to one group then go back as one.

use crate::scenario::model::Kind;
use crate::sim::Sim;
use crate::sim::state::{Edge, NO_COMPONENT};

/// The places a component comes before: those it calls, and the workers that pull from it.
fn callees(sim: &Sim, component: usize) -> Vec<usize> {
    let mut callees: Vec<usize> = sim
        .edges
        .iter()
        .filter(|e| usize::from(e.from) == component)
        .map(|e| usize::from(e.to))
        .collect();
    let consumer = sim.components[component].consumer;
    if consumer != NO_COMPONENT {
        callees.push(usize::from(consumer));
    }
    callees
}

impl Sim {
    /// Sets the order, and for every component its place and the last place below it.
    pub(super) fn set_order(&mut self) {
        let count = self.components.len();
        let below: Vec<Vec<usize>> = (0..count).map(|c| callees(self, c)).collect();
        // Depth first, the last callee first; reversed, the first callee's subtree comes first.
        let mut seen = vec![false; count];
        let mut done = Vec::with_capacity(count);
        for root in (0..count).rev() {
            let mut path = vec![(root, below[root].len())];
            if std::mem::replace(&mut seen[root], true) {
                continue;
            }
            while let Some((component, left)) = path.last_mut() {
                if *left == 0 {
                    done.push(*component as u16);
                    path.pop();
                    continue;
                }
                *left -= 1;
                let next = below[*component][*left];
                if !std::mem::replace(&mut seen[next], true) {
                    path.push((next, below[next].len()));
                }
            }
        }
        done.reverse();
        self.order = done;
        for rank in 0..count {
            self.components[usize::from(self.order[rank])].rank = rank;
        }
        for component in 0..count {
            let reached = reach(&below, component);
            let ranks = (0..count).filter(|&c| reached[c]);
            let last = ranks.map(|c| self.components[c].rank).max();
            self.components[component].last_below = last.unwrap_or(0);
            self.components[component].alike = self.alike_from(&reached);
        }
    }

    /// For every journey the first one that is treated like it by all of these components.
    fn alike_from(&self, components: &[bool]) -> Vec<u16> {
        let world = &self.scenario.world;
        let sheds = world.components.enumerate().any(|(id, spec)| {
            components[usize::from(id.0)] && matches!(spec.kind, Kind::Balancer(_))
        });
        let edges = || {
            let from = |e: &&Edge| components.get(usize::from(e.from)) == Some(&true);
            self.edges.iter().filter(from)
        };
        let is_alike = |a: u16, b: u16| {
            let priority = |j: u16| world.journeys[Self::journey_id(usize::from(j))].priority;
            (!sheds || priority(a) == priority(b))
                && edges().all(|e| {
                    let uses = |j: u16| e.journeys >> j.min(63) & 1;
                    uses(a) == uses(b)
                })
        };
        (0..self.journeys.len() as u16)
            .map(|a| (0..a).find(|&b| is_alike(a, b)).unwrap_or(a))
            .collect()
    }
}

/// Everything at or below a component.
fn reach(below: &[Vec<usize>], component: usize) -> Vec<bool> {
    let mut reached = vec![false; below.len()];
    let mut open = vec![component];
    while let Some(next) = open.pop() {
        if !std::mem::replace(&mut reached[next], true) {
            open.extend(&below[next]);
        }
    }
    reached
}

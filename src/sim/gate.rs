//! Gates of releases: how the tests went while a release was the only one where they are run.
//!
//! It stops what is ordered; scripted causes pass.

use std::collections::VecDeque;

use crate::base::id::ComponentId;
use crate::scenario::model::{Gate, Kind};
use crate::sim::Sim;

/// Time between two counts.
const EVERY_US: u64 = 5_000_000;

/// A gate while it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct GateState {
    is_off: bool,
    /// The version that runs alone where tests are run.
    tested: Option<u8>,
    /// Tests that had gone well and badly by then; the first is a gate's time ago, once it is full.
    counts: VecDeque<(u64, u64, u64)>,
}

/// What a gate says now.
#[derive(Clone, Debug, PartialEq)]
pub struct GateView {
    /// What it asks for.
    pub gate: Gate,
    /// Whether anybody has switched it off.
    pub is_off: bool,
    /// The release that the tests are about: the only one where they are run.
    pub tested: Option<String>,
    /// Tests in the time it looks at.
    pub tests: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Seconds until it has seen that release for long enough.
    pub wait_s: f64,
}

/// Why a gate lets a release not pass.
#[derive(Clone, Debug, PartialEq)]
pub enum Shut {
    /// It is not what the tests are about.
    NotTested,
    /// Not for long enough.
    TooSoon,
    /// Too many of them fail.
    Red,
}

impl GateView {
    /// Share of the tests that failed.
    pub fn fail_share(&self) -> f64 {
        self.failed as f64 / self.tests.max(1) as f64
    }

    /// Why a release of this name may not pass, if it may not.
    pub fn stops(&self, release: &str) -> Option<Shut> {
        if self.is_off {
            None
        } else if self.gate.on.is_some() && self.tested.as_deref() != Some(release) {
            Some(Shut::NotTested)
        } else if self.tests > 0 && self.fail_share() > self.gate.fail_share {
            Some(Shut::Red)
        } else if self.wait_s > 0.0 || self.tests == 0 {
            Some(Shut::TooSoon)
        } else {
            None
        }
    }
}

impl Sim {
    fn gate_of(&self, service: ComponentId) -> Option<Gate> {
        match &self.scenario.world.components[service].kind {
            Kind::Service(it) => it.gate,
            Kind::Balancer(_)
            | Kind::Cache(_)
            | Kind::Database(_)
            | Kind::Queue(_)
            | Kind::External(_) => None,
        }
    }

    pub(super) fn set_gate(&mut self, service: ComponentId, on: bool) {
        self.gates[usize::from(service.0)].is_off = !on;
    }

    /// Whether the gate of a service does its work.
    pub fn gate_is_on(&self, service: ComponentId) -> bool {
        !self.gates[usize::from(service.0)].is_off
    }

    /// Takes the counts of all gates on.
    pub(super) fn tend_gates(&mut self) {
        for index in 0..self.gates.len() {
            let Some(gate) = self.gate_of(Self::component_id(index)) else {
                continue;
            };
            let tested = gate.on.and_then(|on| self.runs_alone(on));
            let totals = &self.components[usize::from(gate.tests.0)].totals;
            let count = (self.now, totals.served, totals.failed_total());
            let state = &mut self.gates[index];
            if tested != state.tested {
                state.tested = tested;
                state.counts.clear();
            }
            if gate.on.is_some() && tested.is_none() {
                continue;
            }
            let last = state.counts.back().map_or(0, |it| it.0 + EVERY_US);
            if state.counts.is_empty() || self.now >= last {
                state.counts.push_back(count);
            }
            let from = self.now.saturating_sub(gate.over.as_micros());
            while state.counts.get(1).is_some_and(|it| it.0 <= from) {
                state.counts.pop_front();
            }
        }
    }

    /// The version of all instances of a service, where none is on its way.
    fn runs_alone(&self, service: ComponentId) -> Option<u8> {
        let fleet = &self.components[usize::from(service.0)].fleet;
        let mut running = (0..).zip(&fleet.ready).filter(|(_, n)| **n > 0);
        let version = running.next().map(|it| it.0)?;
        let is_alone = running.next().is_none();
        (is_alone && fleet.starting.is_empty() && fleet.rollout.is_none()).then_some(version)
    }

    /// Why a release may not go out to a service, if it may not. What has run there may always go back.
    pub fn gate_stops(&self, service: ComponentId, version: u8) -> Option<Shut> {
        self.gate_of(service)?;
        let fleet = &self.components[usize::from(service.0)].fleet;
        let runs = fleet.ready.get(usize::from(version));
        if runs.is_some_and(|n| *n > 0) || [0, fleet.current, fleet.previous].contains(&version) {
            return None;
        }
        let view = self.gate(service)?;
        let Kind::Service(it) = &self.scenario.world.components[service].kind else {
            return None;
        };
        let release = it.versions.get(usize::from(version))?;
        view.stops(&release.name)
    }

    /// What the gate of a service says; `None` where it has none.
    pub fn gate(&self, service: ComponentId) -> Option<GateView> {
        let gate = self.gate_of(service)?;
        let state = &self.gates[usize::from(service.0)];
        let totals = &self.components[usize::from(gate.tests.0)].totals;
        let first = state.counts.front().copied();
        let (since, served, failed) =
            first.unwrap_or((self.now, totals.served, totals.failed_total()));
        let (served, failed) = (totals.served - served, totals.failed_total() - failed);
        let versions = gate.on.map(|on| &self.scenario.world.components[on].kind);
        let name = |version: u8| match versions {
            Some(Kind::Service(it)) => it.versions.get(usize::from(version)),
            _ => None,
        };
        let tested = state.tested.and_then(name);
        Some(GateView {
            gate,
            is_off: state.is_off,
            tested: tested.map(|it| it.name.clone()),
            tests: served + failed,
            failed,
            wait_s: (since + gate.over.as_micros()).saturating_sub(self.now) as f64 * 1e-6,
        })
    }
}

//! Burn-rate alerts on service level objectives, after chapter 5 of Google's SRE workbook.
//!
//! The error budget belongs to 30 days. A burn rate of 1 uses it up in exactly that time. Alerts page
//! at 14.4 over 1 h (2 % of the budget) and at 6 over 6 h (5 %), each confirmed by a window a twelfth
//! as long so that they end soon after the trouble does, and open a ticket at 1 over 3 d (10 %).
//!
//! A request is good when it was served; a degraded answer counts half; failed ones and customers
//! who gave up are bad. Requests without an end yet count nowhere.
//!
//! An incident is shorter than most of these windows. What lies before its start is **assumed**: the
//! journeys' rate at the start, without errors. A constant share of errors `e` from the start on
//! therefore fires the 14.4 alert after `864·(1−SLO)/e` minutes. Telemetry that was lost counts as
//! neither good nor bad.

use std::collections::VecDeque;

use crate::base::id::{DenseId, JourneyId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::model::{Slo, World};
use crate::sim::Sim;

/// Time between two evaluations, as a Prometheus rule group has it.
pub const EVALUATE_EVERY: SimDuration = SimDuration::from_secs(10);

const DAY_S: f64 = 86_400.0;
const BUDGET_S: f64 = 30.0 * DAY_S;
/// Six hours: longer windows reach back before the start in any incident.
const KEPT: usize = 6 * 360 + 1;

/// One rule: a burn rate over a long window, confirmed over a short one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Multiple of the rate that uses the budget up in 30 days.
    pub burn: f64,
    /// Long window.
    pub long: SimDuration,
    /// Short window; `None` where there is none.
    pub short: Option<SimDuration>,
    /// Whether it pages; otherwise it opens a ticket.
    pub pages: bool,
}

const fn minutes(n: u64) -> SimDuration {
    SimDuration::from_secs(n * 60)
}

/// The rules every objective has.
pub const RULES: [Rule; 3] = [
    Rule {
        burn: 14.4,
        long: minutes(60),
        short: Some(minutes(5)),
        pages: true,
    },
    Rule {
        burn: 6.0,
        long: minutes(360),
        short: Some(minutes(30)),
        pages: true,
    },
    Rule {
        burn: 1.0,
        long: minutes(3 * 24 * 60),
        short: None,
        pages: false,
    },
];

/// An alert began or ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SloEvent {
    /// When.
    pub at: SimTime,
    /// Which objective, by its place in the scenario's list.
    pub slo: usize,
    /// Which of [`RULES`].
    pub rule: usize,
    /// Whether it fires now.
    pub firing: bool,
    /// Burn rate over the long window.
    pub burn: f64,
}

/// An objective as it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SloStatus {
    /// Burn rates over the long windows of [`RULES`].
    pub burn: [f64; RULES.len()],
    /// Since when each rule fires.
    pub firing: [Option<SimTime>; RULES.len()],
    /// Share of the 30 days' budget that is left; negative once the objective is missed.
    pub budget_left: f64,
}

/// Requests that ended since the start.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    total: f64,
    bad: f64,
}

/// One objective with its history.
#[derive(Clone, Debug)]
pub(super) struct Burn {
    objective: f64,
    journeys: Vec<JourneyId>,
    /// Requests per second assumed before the start.
    rate_per_s: f64,
    /// Counts at the last look at the simulation, and what of them was really seen.
    raw: Counts,
    seen: Counts,
    /// `seen` every ten seconds; the last entry belongs to evaluation `evaluated`.
    history: VecDeque<Counts>,
    evaluated: u64,
    status: SloStatus,
}

impl Burn {
    pub(super) fn new(sim: &Sim, spec: &Slo) -> Self {
        let world = &sim.scenario().world;
        let journeys: Vec<JourneyId> = if spec.journeys.is_empty() {
            let of_customers = world.journeys.enumerate().filter(|(_, it)| !it.ours);
            of_customers.map(|(id, _)| id).collect()
        } else {
            spec.journeys.clone()
        };
        let raw = counts(sim, &journeys);
        Self {
            objective: spec.objective,
            rate_per_s: rate_at_start(world, &journeys),
            journeys,
            raw,
            seen: Counts::default(),
            history: VecDeque::from([Counts::default()]),
            evaluated: sim.now().as_micros() / EVALUATE_EVERY.as_micros(),
            status: SloStatus {
                burn: [0.0; RULES.len()],
                firing: [None; RULES.len()],
                budget_left: 1.0,
            },
        }
    }

    pub(super) fn status(&self) -> SloStatus {
        self.status
    }

    /// Counts what ended since the last call (unless the telemetry of that time was lost), and
    /// evaluates the rules every ten seconds.
    pub(super) fn observe(
        &mut self,
        sim: &Sim,
        lost: bool,
        mut report: impl FnMut(SimTime, usize, bool, f64),
    ) {
        let due = sim.now().as_micros() / EVALUATE_EVERY.as_micros();
        let raw = counts(sim, &self.journeys);
        if !lost {
            self.seen.total += (raw.total - self.raw.total).max(0.0);
            self.seen.bad += (raw.bad - self.raw.bad).max(0.0);
        }
        self.raw = raw;
        while self.evaluated < due {
            self.evaluated += 1;
            self.history.push_back(self.seen);
            if self.history.len() > KEPT {
                self.history.pop_front();
            }
            let at_us = self.evaluated * EVALUATE_EVERY.as_micros();
            self.evaluate(SimTime::from_micros(at_us), &mut report);
        }
    }

    fn evaluate(&mut self, at: SimTime, report: &mut impl FnMut(SimTime, usize, bool, f64)) {
        let allowed = (1.0 - self.objective).max(1e-9);
        for (index, rule) in RULES.iter().enumerate() {
            let burn = self.bad_share(at, rule.long) / allowed;
            let confirmed = rule
                .short
                .is_none_or(|short| self.bad_share(at, short) / allowed > rule.burn);
            let fires = burn > rule.burn && confirmed;
            self.status.burn[index] = burn;
            if fires != self.status.firing[index].is_some() {
                self.status.firing[index] = fires.then_some(at);
                report(at, index, fires, burn);
            }
        }
        let assumed = self.rate_per_s * (BUDGET_S - at.as_secs_f64()).max(0.0);
        let budget = allowed * (assumed + self.seen.total);
        self.status.budget_left = if budget > 0.0 {
            1.0 - self.seen.bad / budget
        } else {
            1.0
        };
    }

    /// Share of bad requests over the `window` before `at`, the time before the start assumed.
    fn bad_share(&self, at: SimTime, window: SimDuration) -> f64 {
        let back = (window.as_micros() / EVALUATE_EVERY.as_micros()) as usize;
        let last = self.history.len() - 1;
        // What is not kept any more lies before every window but the three days' one, and that one
        // reaches back to the start.
        let earlier = if back <= last {
            self.history[last - back]
        } else {
            Counts::default()
        };
        let assumed_s = (window.as_secs_f64() - at.as_secs_f64()).max(0.0);
        let total = self.seen.total - earlier.total + self.rate_per_s * assumed_s;
        let bad = self.seen.bad - earlier.bad;
        if total > 0.0 { bad / total } else { 0.0 }
    }
}

/// Requests of these journeys that have ended.
fn counts(sim: &Sim, journeys: &[JourneyId]) -> Counts {
    let mut sum = Counts::default();
    for &id in journeys {
        let t = sim.journey(id);
        let degraded = t.degraded as f64;
        let lost = (t.failed_total() + t.abandoned) as f64;
        sum.total += t.served as f64 + degraded + lost;
        sum.bad += lost + 0.5 * degraded;
    }
    sum
}

fn rate_at_start(world: &World, journeys: &[JourneyId]) -> f64 {
    let known = journeys
        .iter()
        .filter(|id| id.index() < world.journeys.len());
    known.map(|&id| world.journeys[id].rate.base_per_s).sum()
}

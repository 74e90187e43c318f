//! What customers lost: derived from the counts of the simulation alone.

use serde::{Deserialize, Serialize};

use crate::base::id::ComponentId;
use crate::scenario::model::{Journey, Kind};
use crate::sim::{JourneyTotals, Sim};

/// Harm so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// Minutes that customers could not do what they came for. A failed request costs the time an
    /// active customer has between two requests; a degraded one a share of it; a message that waits
    /// beyond its freshness limit costs its owner the time it waits; an effect too many or a wrong
    /// answer a multiple of a failed request, and perhaps more until it is put right.
    pub customer_minutes: f64,
    /// Minutes that customers were there at all.
    pub present_minutes: f64,
    /// Requests that failed or were given up.
    pub failed_requests: u64,
    /// Value of the requests that did not succeed, of effects too many and of wrong answers.
    pub money_lost: f64,
    /// Requests that were handled where their data may not be. Each one harms whom it is about, and
    /// costs as much as the scenario says.
    #[serde(default)]
    pub breaches: u64,
    /// Effects that requests had once more than they should.
    pub repeated: u64,
    /// Good answers that were wrong.
    pub wrong: u64,
    /// Of `customer_minutes` and of `money_lost`, what no error shows and nobody has noticed so far.
    pub hidden_minutes: f64,
    /// See `hidden_minutes`.
    pub hidden_money: f64,
}

impl Impact {
    /// What anybody can know of it while it happens.
    pub fn seen(self) -> Self {
        Self {
            customer_minutes: (self.customer_minutes - self.hidden_minutes).max(0.0),
            money_lost: (self.money_lost - self.hidden_money).max(0.0),
            ..self
        }
    }
}

/// The harm of all journeys since the start.
pub fn impact_of(sim: &Sim) -> Impact {
    let mut impact = Impact::default();
    let (mut arrivals, mut value) = (0.0, 0.0);
    let journeys = sim.scenario().world.journeys.enumerate();
    for (id, spec) in journeys.filter(|(_, spec)| !spec.ours) {
        let totals = sim.journey(id);
        let failed = totals.failed_total() + totals.abandoned;
        let undone = failed + totals.overwritten;
        let harmed = undone as f64 + totals.degraded as f64 * spec.degraded_cost;
        let per_customer = spec.per_customer_per_min.max(1e-9);
        impact.customer_minutes += harmed / per_customer + totals.stale_s / 60.0;
        impact.present_minutes += totals.arrivals as f64 / per_customer;
        impact.failed_requests += failed;
        impact.money_lost += harmed * spec.value;
        silent(totals, spec, &mut impact);
        arrivals += totals.arrivals as f64;
        value += totals.arrivals as f64 * spec.value;
    }
    impact.breaches = breaches(sim);
    if impact.breaches > 0 && arrivals > 0.0 {
        // Of which journey they were is not counted: as of an average one.
        let failed = impact.breaches as f64 * sim.scenario().objectives.breach_cost;
        impact.customer_minutes += failed * impact.present_minutes / arrivals;
        impact.money_lost += failed * value / arrivals;
    }
    impact
}

/// Adds what no error shows.
fn silent(totals: &JourneyTotals, spec: &Journey, impact: &mut Impact) {
    let count = totals.repeated + totals.wrong;
    if count == 0 {
        return;
    }
    let harmed =
        totals.repeated as f64 * spec.repeated_cost + totals.wrong as f64 * spec.wrong_cost;
    let minutes =
        harmed / spec.per_customer_per_min.max(1e-9) + totals.open_s / 60.0 * spec.open_cost;
    let hidden = (1.0 - totals.noticed / count as f64).clamp(0.0, 1.0);
    impact.customer_minutes += minutes;
    impact.money_lost += harmed * spec.value;
    impact.repeated += totals.repeated;
    impact.wrong += totals.wrong;
    impact.hidden_minutes += minutes * hidden;
    impact.hidden_money += harmed * spec.value * hidden;
}

/// Requests that were handled where their data may not be: in each such region as many as the part
/// by which most of them came in. What they cause inside is not counted again.
pub(super) fn breaches(sim: &Sim) -> u64 {
    let world = &sim.scenario().world;
    let in_region = |region| {
        let is_outside = |id: ComponentId| world.components[id].region != Some(region);
        let parts = world.components.enumerate();
        let parts = parts.filter(|(id, part)| {
            let mut calls = world.edges.iter().filter(|call| call.to == *id);
            let pulls = match &part.kind {
                Kind::Service(service) => service.pulls,
                _ => None,
            };
            part.region == Some(region)
                && sim.component(*id).residency_breaches > 0
                && (calls.any(|call| call.from.is_none_or(is_outside))
                    || pulls.is_some_and(is_outside))
        });
        parts
            .map(|(id, _)| sim.component(id).residency_breaches)
            .max()
    };
    world.regions.ids().filter_map(in_region).sum()
}

/// Messages that are gone for good, of all components.
pub fn lost_messages(sim: &Sim) -> u64 {
    let ids = sim.scenario().world.components.ids();
    ids.map(|id| sim.component(id).lost).sum()
}

/// Money spent on copies beyond those at the start, of all components.
pub fn spent(sim: &Sim) -> f64 {
    let components = sim.scenario().world.components.enumerate();
    let costs =
        components.map(|(id, spec)| sim.component(id).extra_copy_s / 3_600.0 * spec.price_per_hour);
    costs.sum()
}

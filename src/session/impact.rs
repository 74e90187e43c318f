//! What customers lost: derived from the counts of the simulation alone.

use crate::sim::Sim;

/// Harm so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Impact {
    /// Minutes that customers could not do what they came for. A failed request costs the time an
    /// active customer has between two requests; a degraded one a share of it; a message that waits
    /// beyond its freshness limit costs its owner the time it waits.
    pub customer_minutes: f64,
    /// Requests that failed or were given up.
    pub failed_requests: u64,
    /// Value of the requests that did not succeed.
    pub money_lost: f64,
}

/// The harm of all journeys since the start.
pub fn impact_of(sim: &Sim) -> Impact {
    let mut impact = Impact::default();
    for (id, spec) in sim.scenario().world.journeys.enumerate() {
        let totals = sim.journey(id);
        let failed = totals.failed_total() + totals.abandoned;
        let harmed = failed as f64 + totals.degraded as f64 * spec.degraded_cost;
        impact.customer_minutes +=
            harmed / spec.per_customer_per_min.max(1e-9) + totals.stale_s / 60.0;
        impact.failed_requests += failed;
        impact.money_lost += harmed * spec.value;
    }
    impact
}

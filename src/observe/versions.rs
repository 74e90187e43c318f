//! Which version of a service handled a sampled request: by the running fleet, and for failures that
//! one version causes more often than another, by who caused them. Reads the history, draws from the
//! given stream, keeps nothing.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::rng::Draws;
use crate::observe::history::History;
use crate::scenario::model::{FailureKind, Kind, Service, Version, World};

/// How a sampled request ended, as far as its version matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Blame {
    /// No matter: by the fleet alone.
    Nobody,
    /// The component's own error.
    Own,
    /// A call along this dependency failed in this way.
    Call(EdgeId, FailureKind),
}

/// Draws the version of a request that was at `component` at `at`.
pub(super) fn pick(
    world: &World,
    history: &History,
    component: ComponentId,
    at: u64,
    blame: Blame,
    draws: &mut Draws,
) -> u8 {
    let u = draws.uniform();
    let Kind::Service(service) = &world.components[component].kind else {
        return 0;
    };
    let Some((ready, common_errors)) = history.fleet(component, at) else {
        return 0;
    };
    let weigh = |blame| {
        let mut weights = [0.0_f64; 256];
        for ((weight, &n), version) in weights.iter_mut().zip(ready).zip(&service.versions) {
            *weight = f64::from(n) * blamed(version, blame, common_errors);
        }
        weights
    };
    let mut weights = weigh(blame);
    if weights.iter().sum::<f64>() <= 0.0 {
        weights = weigh(Blame::Nobody);
    }
    let mut left = u * weights.iter().sum::<f64>();
    for (index, &weight) in weights.iter().enumerate() {
        if weight > 0.0 && left < weight {
            return index as u8;
        }
        left -= weight;
    }
    0
}

/// How often one request of a version fails in this way, relative to the other versions.
fn blamed(version: &Version, blame: Blame, common_errors: f64) -> f64 {
    match blame {
        Blame::Own => common_errors + version.error_share,
        Blame::Call(edge, FailureKind::Denied) => version
            .calls
            .iter()
            .find(|(id, _)| *id == edge)
            .and_then(|(_, change)| change.broken_share)
            .unwrap_or(0.0),
        Blame::Nobody | Blame::Call(..) => 1.0,
    }
}

/// The name of a version, `v1` where the scenario names none.
pub(super) fn name(service: &Service, version: u8) -> &str {
    service
        .versions
        .get(usize::from(version))
        .map_or("v1", |v| v.name.as_str())
}

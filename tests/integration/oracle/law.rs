//! Service-time laws with mean 1, and the Poisson process with a stepwise rate.
//!
//! For: turning the repository's named streams into times. Never: a generator of its own.

use sev1::base::math::{cos, exp, ln, pow, sqrt};
use sev1::base::rng::Draws;

/// How service times scatter around their mean.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Law {
    Exponential,
    Deterministic,
    /// Lognormal with this squared coefficient of variation.
    Lognormal {
        cv2: f64,
    },
    /// Gamma with this squared coefficient of variation.
    Gamma {
        cv2: f64,
    },
}

impl Law {
    /// A draw with mean 1.
    pub(super) fn draw(self, draws: &mut Draws) -> f64 {
        match self {
            Self::Exponential => draws.exponential(),
            Self::Deterministic => 1.0,
            Self::Lognormal { cv2 } => {
                let variance = ln(1.0 + cv2);
                exp(sqrt(variance) * normal(draws) - variance / 2.0)
            }
            Self::Gamma { cv2 } => gamma(1.0 / cv2, draws) * cv2,
        }
    }
}

/// Standard normal by Box and Muller (exact, unlike an approximated quantile).
fn normal(draws: &mut Draws) -> f64 {
    let radius = sqrt(2.0 * draws.exponential());
    radius * cos(std::f64::consts::TAU * draws.uniform())
}

/// Gamma of this shape and scale 1, by Marsaglia and Tsang.
fn gamma(shape: f64, draws: &mut Draws) -> f64 {
    if shape < 1.0 {
        return gamma(shape + 1.0, draws) * pow(draws.uniform(), 1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / sqrt(9.0 * d);
    loop {
        let x = normal(draws);
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if ln(draws.uniform()) < x * x / 2.0 + d - d * v + d * ln(v) {
            return d * v;
        }
    }
}

/// When the integral of the rate since `now` reaches `needed`, `None` if never. With an
/// exponential `needed` that is the next arrival of a Poisson process.
pub(super) fn next_arrival(rate: &[(f64, f64)], now: f64, needed: f64) -> Option<f64> {
    let (mut needed, mut at) = (needed, now);
    let mut index = rate
        .partition_point(|&(from, _)| from <= now)
        .saturating_sub(1);
    loop {
        let &(_, current) = rate.get(index)?;
        let ends = rate.get(index + 1).map_or(f64::INFINITY, |&(from, _)| from);
        if current > 0.0 && at + needed / current < ends {
            return Some(at + needed / current);
        }
        if ends.is_infinite() {
            return None;
        }
        needed -= current * (ends - at);
        at = ends;
        index += 1;
    }
}

//! What is known about a station before anything happens in a step: service times of the versions that
//! run, speed, capacity, the stationary waiting law, and from these how the lane is advanced.

use crate::base::math::{erlang_c, exp, fast_exp, fast_ln, normal_quantile, sqrt};
use crate::scenario::action::ComponentKnob;
use crate::scenario::model::{Kind, Leak, Version};
use crate::sim::Sim;
use crate::sim::state::{Component, Lane, Mode};

/// Completions in a step from which on a station is advanced as a flow.
const FLOW_FROM: f64 = 32.0;

/// What a station knows about the time one request takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceLaw {
    pub(super) mean_s: f64,
    pub(super) cv2: f64,
    pub(super) slow_share: f64,
    pub(super) slow_factor: f64,
    /// Share of requests that fail because of the version.
    pub(super) version_errors: f64,
    /// Share of good answers that are wrong because of the version.
    pub(super) version_wrong: f64,
    /// Connections the version forgets.
    pub(super) leak: Option<Leak>,
    /// Whether the version takes messages off their queue before it has worked on them.
    pub(super) acks_first: bool,
    /// Mean and squared coefficient of variation with the slow requests mixed in.
    pub(super) mixed: (f64, f64),
}

impl ServiceLaw {
    pub(super) fn mix(&self) -> (f64, f64) {
        let (p, f) = (self.slow_share, self.slow_factor.max(1.0));
        let mean = 1.0 - p + p * f;
        let second = (1.0 + self.cv2) * (1.0 - p + p * f * f);
        (self.mean_s * mean, second / (mean * mean) - 1.0)
    }

    /// Mean time of the slow requests where there are some, of all otherwise.
    pub(super) fn slowest_mean_s(&self) -> f64 {
        if self.slow_share > 0.0 {
            self.mean_s * self.slow_factor.max(1.0)
        } else {
            self.mean_s
        }
    }

    /// One service time at rank `u`, ordinary or slow by `v`, both uniform in (0, 1).
    pub(super) fn sample(&self, u: f64, v: f64) -> f64 {
        let mean = if v < self.slow_share {
            self.mean_s * self.slow_factor
        } else {
            self.mean_s
        };
        if self.cv2 <= 0.0 {
            mean
        } else if (self.cv2 - 1.0).abs() < 1e-9 {
            -mean * fast_ln(u)
        } else {
            let s2 = fast_ln(1.0 + self.cv2);
            mean * fast_exp(sqrt(s2) * normal_quantile(u) - 0.5 * s2)
        }
    }
}

impl Sim {
    /// Service times of all versions of a component, for the parameters of now.
    pub(super) fn service_laws(&self, component: usize) -> Vec<ServiceLaw> {
        let state = &self.components[component];
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let law_of = |version: Option<&Version>| {
            let factor = version.map_or(1.0, |v| v.time_factor);
            let mut law = ServiceLaw {
                mean_s: spec.station.time.mean.as_secs_f64()
                    * state.knobs[ComponentKnob::TimeFactor as usize]
                    * factor,
                cv2: spec.station.time.cv2,
                slow_share: state.knobs[ComponentKnob::SlowShare as usize],
                slow_factor: state.knobs[ComponentKnob::SlowFactor as usize],
                version_errors: version.map_or(0.0, |v| v.error_share),
                version_wrong: version.map_or(0.0, |v| v.wrong_share),
                leak: version.and_then(|v| v.leak),
                acks_first: version.is_some_and(|v| v.acks_first),
                mixed: (0.0, 0.0),
            };
            law.mixed = law.mix();
            law
        };
        match &spec.kind {
            Kind::Service(service) if !service.versions.is_empty() => {
                service.versions.iter().map(|v| law_of(Some(v))).collect()
            }
            _ => vec![law_of(None)],
        }
    }

    pub(super) fn service_law(&self, component: usize, version: u8) -> ServiceLaw {
        self.components[component].laws[usize::from(version)]
    }

    /// Mean and squared coefficient of variation of a request's work over all running versions.
    pub(super) fn fleet_law(&self, component: usize) -> (f64, f64) {
        let Component { fleet, laws, .. } = &self.components[component];
        let total: u32 = fleet.ready.iter().sum();
        let mut running = fleet.ready.iter().zip(laws).filter(|(n, _)| **n > 0);
        let (Some((n, law)), true) = (running.next(), total > 0) else {
            return laws[usize::from(fleet.current)].mixed;
        };
        if *n == total {
            return law.mixed;
        }
        let (mut mean, mut second) = (0.0, 0.0);
        for (n, law) in fleet.ready.iter().zip(laws) {
            let share = f64::from(*n) / f64::from(total);
            mean += share * law.mixed.0;
            second += share * law.mixed.0 * law.mixed.0 * (1.0 + law.mixed.1);
        }
        (
            mean,
            if mean > 0.0 {
                second / (mean * mean) - 1.0
            } else {
                0.0
            },
        )
    }

    /// Deals requests out over the running versions.
    pub(super) fn by_version(
        &mut self,
        component: usize,
        n: u32,
        mut each: impl FnMut(&mut Self, u8, u32),
    ) {
        let fleet = &self.components[component].fleet;
        let (versions, current) = (fleet.ready.len(), fleet.current);
        let mut fleet_left: u32 = fleet.ready.iter().sum();
        if let Some(version) = fleet.ready.iter().position(|&k| k == fleet_left) {
            each(
                self,
                if fleet_left == 0 {
                    current
                } else {
                    version as u8
                },
                n,
            );
            return;
        }
        let mut left = n;
        for version in 0..versions {
            let here = self.components[component].fleet.ready[version];
            if here == 0 || left == 0 {
                continue;
            }
            let p = f64::from(here) / f64::from(fleet_left);
            let k = self.component_draws(component).binomial(u64::from(left), p) as u32;
            fleet_left -= here;
            left -= k;
            if k > 0 {
                each(self, version as u8, k);
            }
        }
    }

    /// Prepares a lane for this step: its speed, and its capacity if it is advanced as a flow.
    #[expect(
        clippy::too_many_lines,
        reason = "one decision after another, in this order"
    )]
    pub(super) fn begin_lane(&mut self, component: usize, lane: usize, dt_s: f64) {
        let (mean, cv2) = self.fleet_law(component);
        let base_speed = self.speed_of(component, lane);
        let spec = &self.scenario.world.components[Self::component_id(component)];
        let is_leaf = self.components[component].is_leaf;
        let slowdown = &spec.station.slowdown;
        let is_database = matches!(spec.kind, Kind::Database(_));
        let cpu = spec.station.cpu;
        let (now, step_end, last_s) = (self.now, self.step_end, self.last_step_s);
        let instances = f64::from(self.components[component].instances);
        let state = &mut self.components[component].lanes[lane];
        let mut speed = base_speed;
        for slow in slowdown.iter().rev() {
            if state.queued >= slow.queued {
                speed *= slow.speed;
                break;
            }
        }
        state.speed = speed;
        if last_s > 0.0 {
            smooth_rate(state, last_s);
        }
        // What was left of the last step's budget, or overdrawn within the stationary noise.
        let carried = if state.mode == Mode::Flow && (state.queued > 0 || state.budget < 0.0) {
            state.budget.min(1.0)
        } else {
            0.0
        };
        let last_starts = state.hold.started;
        if speed > 0.0 {
            state.hold.smooth(mean / speed);
        }
        if dt_s > 1.5 * last_s {
            state.hold.lengthen(dt_s);
        }
        // Every replica has processors of its own; shards share theirs by load.
        let share_of_cores = if is_database {
            1.0
        } else {
            state.share.max(1e-9)
        };
        let limited = state.slots != u32::MAX;
        let cores =
            cpu.map(|c| c.cores * instances * share_of_cores / c.time.as_secs_f64().max(1e-9));
        let by_slots = if mean > 0.0 {
            f64::from(state.slots) / mean
        } else {
            f64::INFINITY
        };
        let per_s = cores.map_or(by_slots, |c| c.min(by_slots));
        // Slots that are held for long come free one by one, however many requests wait for them.
        let by_hold = f64::from(state.slots) / state.hold.mean_s.max(1e-9);
        let busy = state.rate * dt_s > 16.0 && by_hold * dt_s > 8.0;
        state.mode = if is_leaf && limited && per_s * dt_s > FLOW_FROM && mean < dt_s * 0.5 {
            Mode::Flow
        } else if !is_leaf && limited && busy && state.slots > 16 {
            Mode::Turnover
        } else {
            Mode::OneByOne
        };
        if state.mode == Mode::OneByOne {
            return;
        }
        if state.mode == Mode::Flow {
            state.hold.mean_s = mean / speed.max(1e-6);
        }
        let free = f64::from(state.free_slots());
        let (capacity, cv2, hold) = if state.mode == Mode::Flow {
            // What was begun one by one keeps its slots until it is done, not for the whole step.
            let held = state.work_until(now, step_end) / dt_s;
            let free = (f64::from(state.slots) - held).max(0.0);
            (
                per_s * dt_s * speed * free / f64::from(state.slots).max(1.0),
                cv2,
                mean,
            )
        } else {
            // Short holders of the last step are on their way out and free their slots at once.
            let leaving =
                last_starts / last_s.max(1e-6) * state.hold.fast_s * (1.0 - state.hold.slow_share);
            let free = free + leaving.min(f64::from(state.busy));
            let by_slots = state.hold.starts(free, dt_s);
            let by_cores = cores.map_or(f64::INFINITY, |c| c * dt_s * speed);
            state.ceiling = if speed > 0.0 { by_cores } else { 0.0 };
            (by_slots.min(state.ceiling), 1.0, state.hold.mean_s * speed)
        };
        let is_noisy =
            state.mode == Mode::Flow && capacity > 0.0 && capacity < 1e4 && state.queued > 0;
        let noise = if cv2 > 0.0 && is_noisy {
            self.component_draws(component).normal() * sqrt(capacity * cv2)
        } else {
            0.0
        };
        let state = &mut self.components[component].lanes[lane];
        state.capacity = capacity;
        state.budget = (capacity + noise).max(0.0) + carried;
        let law_is_old = state.law_at == u64::MAX || now >= state.law_at + 500_000;
        if law_is_old && speed > 0.0 {
            refresh_waiting_law(state, hold / speed, cv2, cores.map(|c| c * speed), now);
        }
    }
}

/// Keeps a smoothed rate of arrivals; a jump beyond noise is believed at once.
fn smooth_rate(state: &mut Lane, dt_s: f64) {
    const MEMORY_S: f64 = 5.0;
    let seen = f64::from(state.step_arrivals) / dt_s;
    state.step_arrivals = 0;
    let deviation = sqrt((state.rate.max(seen) / dt_s).max(1.0));
    if (seen - state.rate).abs() > 6.0 * deviation {
        state.rate_age_s = 0.0;
    }
    // A plain mean since the jump until it is as long as the memory.
    state.rate += (seen - state.rate) * (dt_s / (state.rate_age_s + dt_s));
    state.rate_age_s = (state.rate_age_s + dt_s).min(MEMORY_S);
}

/// The stationary waiting law of M/G/c for the lane's rate (Erlang C, Pollaczek–Khinchine factor).
fn refresh_waiting_law(state: &mut Lane, mean: f64, cv2: f64, cpu_per_s: Option<f64>, now: u64) {
    state.law_at = now;
    let by_slots = f64::from(state.slots) / mean.max(1e-12);
    // Where the processor is the limit, it is the server: as many as give its rate.
    let servers = cpu_per_s.map_or(f64::from(state.slots), |c| (c * mean).min(by_slots * mean));
    let servers = servers.max(1.0);
    let rho = (state.rate * mean / servers).min(0.995);
    if rho <= 0.0 {
        state.wait_share = 0.0;
        state.law_rho = 0.0;
        return;
    }
    state.wait_mean = mean * (1.0 + cv2) * 0.5 / (servers * (1.0 - rho));
    if (state.law_servers - servers).abs() < 0.5 && (state.law_rho - rho).abs() < 0.001 {
        return;
    }
    state.law_rho = rho;
    state.law_servers = servers;
    state.wait_share = if servers <= 64.0 {
        erlang_c(servers as u32, rho * f64::from(servers as u32))
    } else {
        halfin_whitt(servers, rho)
    };
}

/// Erlang's delay probability for many servers (Halfin and Whitt 1981).
fn halfin_whitt(servers: f64, rho: f64) -> f64 {
    let beta = (1.0 - rho) * sqrt(servers);
    if beta > 6.0 {
        return 0.0;
    }
    let density = exp(-0.5 * beta * beta) * 0.398_942_280_401_432_7;
    // Zelen and Severo's rational approximation of the normal distribution.
    let t = 1.0 / (1.0 + 0.231_641_9 * beta);
    let tail = density
        * t
        * (0.319_381_530
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    1.0 / (1.0 + beta * (1.0 - tail) / density)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_servers_follow_erlang() {
        for (servers, rho) in [(100, 0.95), (200, 0.9), (400, 0.97)] {
            let exact = erlang_c(servers, rho * f64::from(servers));
            let got = halfin_whitt(f64::from(servers), rho);
            assert!((got - exact).abs() < 0.02, "{servers} {rho}: {got} {exact}");
        }
    }

    #[test]
    fn mixed_service_times_have_the_moments_of_the_mixture() {
        let law = ServiceLaw {
            mean_s: 1.0,
            cv2: 0.0,
            slow_share: 0.01,
            slow_factor: 66.0,
            version_errors: 0.0,
            version_wrong: 0.0,
            leak: None,
            acks_first: false,
            mixed: (0.0, 0.0),
        };
        let (mean, _) = law.mix();
        assert!((0.66 / mean - 0.4).abs() < 0.001);
    }
}

//! Whether the objectives hold: judged over windows of half a minute of simulated time.

use crate::base::math::sqrt;
use crate::base::stats::Histogram;
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::model::Objectives;
use crate::session::impact::breaches;
use crate::session::lost_messages;
use crate::sim::Sim;

/// Length of one window.
const WINDOW: SimDuration = SimDuration::from_secs(30);

/// Follows the objectives of a running world.
#[derive(Clone, Debug)]
pub struct Health {
    seen: Vec<Seen>,
    window_started: SimTime,
    healthy_since: Option<SimTime>,
    unhealthy_since: Option<SimTime>,
    last_success: f64,
    /// Messages that were gone for good by the end of the last window.
    lost: u64,
    /// Requests that had been handled where their data may not be by then.
    breaches: u64,
}

#[derive(Clone, Debug)]
struct Seen {
    good: f64,
    settled: u64,
    stale_s: f64,
    repeated: u64,
    wrong: u64,
    latency: Histogram,
}

impl Health {
    /// A follower that starts now, with a healthy past.
    pub fn new(sim: &Sim) -> Self {
        Self {
            seen: sim
                .scenario()
                .world
                .journeys
                .ids()
                .map(|id| seen(sim, id))
                .collect(),
            window_started: sim.now(),
            healthy_since: Some(sim.now()),
            unhealthy_since: None,
            last_success: 1.0,
            lost: lost_messages(sim),
            breaches: breaches(sim),
        }
    }

    /// Judges the window that has just ended, if one has.
    pub fn observe(&mut self, sim: &Sim) {
        if sim.now().since(self.window_started) < WINDOW {
            return;
        }
        let objectives = &sim.scenario().objectives;
        let mut good = 0.0;
        let mut settled = 0.0;
        let mut is_slow = false;
        let mut is_stale = false;
        let mut is_silently_ill = false;
        let mut open = 0;
        let journeys = sim.scenario().world.journeys.enumerate();
        for ((id, _), last) in journeys.zip(&mut self.seen).filter(|((_, it), _)| !it.ours) {
            let journey = sim.journey(id);
            is_slow |= too_slow(objectives, &journey.latency, &last.latency);
            let next = seen(sim, id);
            good += next.good - last.good;
            settled += (next.settled - last.settled) as f64;
            // One message in a hundred may be late.
            let stale = (next.stale_s - last.stale_s) / WINDOW.as_secs_f64();
            is_stale |=
                stale > 0.01 * journey.arrivals as f64 / sim.now().as_secs_f64().max(1.0) * 60.0;
            let settled = (next.settled - last.settled) as f64;
            is_silently_ill |=
                exceeds(
                    next.repeated - last.repeated,
                    objectives.repeated_share * settled,
                ) || exceeds(next.wrong - last.wrong, objectives.wrong_share * settled);
            open += journey.open();
            *last = next;
        }
        self.last_success = if settled > 0.0 { good / settled } else { 1.0 };
        // Where losing messages is what may not happen, no share of successes makes up for it.
        let lost = lost_messages(sim);
        let loses = lost > self.lost && objectives.lost_messages.is_some();
        self.lost = lost;
        // Nothing is over as long as data go where they may not be, however well it serves everybody.
        let breaches = breaches(sim);
        let goes_elsewhere = breaches > self.breaches && objectives.breach_cost > 0.0;
        self.breaches = breaches;
        let healthy = self.last_success >= objectives.success_share
            && !is_slow
            && !is_stale
            && !is_silently_ill
            && !loses
            && !goes_elsewhere
            && objectives.uncorrected.is_none_or(|most| open <= most);
        if healthy {
            self.healthy_since.get_or_insert(self.window_started);
        } else {
            if sim.onset().is_some() {
                self.unhealthy_since.get_or_insert(self.window_started);
            }
            self.healthy_since = None;
        }
        self.window_started = sim.now();
    }

    /// Since when the objectives have held without a break.
    pub fn healthy_since(&self) -> Option<SimTime> {
        self.healthy_since
    }

    /// When they failed first after the onset.
    pub fn first_unhealthy(&self) -> Option<SimTime> {
        self.unhealthy_since
    }

    /// Share of requests that went well in the last window (degraded ones count half).
    pub fn success_share(&self) -> f64 {
        self.last_success
    }
}

fn seen(sim: &Sim, id: crate::base::id::JourneyId) -> Seen {
    let t = sim.journey(id);
    Seen {
        good: t.served as f64 + 0.5 * t.degraded as f64,
        settled: t.settled(),
        stale_s: t.stale_s,
        repeated: t.repeated,
        wrong: t.wrong,
        latency: t.latency.clone(),
    }
}

/// Whether there were more than so many, by more than chance explains (three standard deviations).
fn exceeds(count: u64, allowed: f64) -> bool {
    count as f64 > allowed + 3.0 * sqrt(allowed)
}

fn too_slow(objectives: &Objectives, now: &Histogram, before: &Histogram) -> bool {
    let Some(limit) = objectives.latency_p95 else {
        return false;
    };
    now.quantile_since(before, 0.95)
        .is_some_and(|p95| p95 > limit.as_secs_f64())
}

//! The simulation: a deterministic function of (scenario, seed, actions).
//!
//! Requests travel as groups of identical calls. A step takes in what customers and retries send,
//! lets every component with something to do advance (callers before callees, answers at once), and
//! ends the wait of callers whose time is up. Small systems consist of groups of one, so they are
//! simulated request by request; large ones of a few groups per step.
//!
//! May use `base` and `scenario`. Never reads a clock, a file or the environment, logs nothing, and
//! uses no hash map and no platform float function: the same input gives the same bits everywhere.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod answers;
mod apply;
mod bundle;
mod cache;
mod calls;
mod changes;
mod control;
mod derive;
mod flow;
mod gate;
mod hold;
mod known;
mod inspect;
mod law;
mod new;
mod order;
mod parts;
mod policies;
mod probe;
mod queue;
mod runs;
mod signals;
mod silent;
mod slab;
mod spread;
mod state;
mod station;
mod step;
mod totals;

use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::base::digest::Digest;
use crate::base::id::{ComponentId, EdgeId, JourneyId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::{BreakerMode, Knob};
use crate::scenario::model::Scenario;
use crate::sim::slab::Slab;
use crate::sim::state::{BreakerState, Call, Ramp, Retry, Run};

pub use crate::sim::changes::Applied;
pub use crate::sim::gate::{GateView, Shut};
pub use crate::sim::inspect::{DeadLetters, Shards};
pub use crate::sim::new::pick_variant;
pub use crate::sim::probe::Versions;
pub use crate::sim::signals::{EdgeView, holds};
pub use crate::sim::totals::{
    ALL_FAILURES, ComponentTotals, EdgeTotals, FAILURE_KINDS, Failures, JourneyTotals,
};

/// A fact about the running world, in the past tense.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A scripted cause began (index into the variant's faults).
    FaultBegan(usize),
    /// A scripted cause was taken back.
    FaultEnded(usize),
    /// A wave of a deployment began to replace instances.
    WaveStarted {
        /// The service.
        service: ComponentId,
        /// The version going out.
        version: u8,
        /// Instances still to come after this wave.
        left: u32,
    },
    /// The number of instances wanted changed.
    Scaled {
        /// The component.
        component: ComponentId,
        /// Instances wanted.
        instances: u32,
    },
    /// A breaker opened by itself.
    BreakerOpened(EdgeId),
    /// A breaker closed by itself.
    BreakerClosed(EdgeId),
    /// A balancer took a target out.
    TargetOut(EdgeId),
    /// A balancer took a target back.
    TargetIn(EdgeId),
    /// A database began to fail over.
    FailedOver(ComponentId),
    /// A rotated secret works now.
    SecretValid(ComponentId),
}

/// A running world.
///
/// Cloning one forks the incident: the copy meets the same arrivals and the same luck.
#[derive(Clone, Debug)]
pub struct Sim {
    scenario: Arc<Scenario>,
    seed: u64,
    variant: usize,
    /// Start and end of the current step, in microseconds.
    now: u64,
    step_end: u64,
    step_number: u64,
    last_step_s: f64,
    next_tend: u64,
    tended: u64,
    /// Steps stay fine until then.
    restless_until: u64,
    components: Vec<state::Component>,
    edges: Vec<state::Edge>,
    journeys: Vec<state::Journey>,
    breaches_residency: Vec<bool>,
    flags: Vec<bool>,
    jobs: Vec<bool>,
    calls: Slab<Call>,
    runs: Slab<Run>,
    parts: Slab<bundle::Part>,
    /// Components whose answers are to be delivered, one bit per place in `order`.
    answering: Vec<u64>,
    /// Room for answers that are posted while others are delivered.
    spare_outbox: Vec<answers::Posted>,
    /// Room for the groups whose time is up.
    spare_due: Vec<state::Listed>,
    /// Groups of calls sent so far.
    sent: u32,
    /// Room for what is sent to a component while it is processed.
    spare_inbox: Vec<u32>,
    /// Room for messages taken off a queue, for each worker that takes some at the moment.
    spare_pulled: Vec<Vec<queue::Pulled>>,
    retries: BinaryHeap<Retry>,
    retry_sequence: u64,
    /// Components with something to do, one bit per place in `order`.
    dirty: Vec<u64>,
    /// Components where slots that were held for long have come free in this step.
    regained: Vec<u64>,
    /// Components, callers before callees, and where there is a choice those called first first.
    order: Vec<u16>,
    ramps: Vec<Ramp<Knob>>,
    faults: Vec<step::FaultState>,
    /// By component.
    gates: Vec<gate::GateState>,
    onset: Option<u64>,
    applied: Vec<Applied>,
    events: Vec<(u64, Event)>,
    previous: Vec<signals::Snapshot>,
    recent: Vec<signals::Recent>,
}

impl Sim {
    /// The scenario it runs.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The seed it runs with.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Index of the variant that the seed picked.
    pub fn variant(&self) -> usize {
        self.variant
    }

    /// Simulated time.
    pub fn now(&self) -> SimTime {
        SimTime::from_micros(self.now)
    }

    /// When the first fault that harms customers began.
    pub fn onset(&self) -> Option<SimTime> {
        self.onset.map(SimTime::from_micros)
    }

    /// Counts of a component since the start.
    pub fn component(&self, id: ComponentId) -> &ComponentTotals {
        &self.components[usize::from(id.0)].totals
    }

    /// Counts of a dependency since the start.
    pub fn edge(&self, id: EdgeId) -> &EdgeTotals {
        &self.edges[usize::from(id.0)].totals
    }

    /// Counts of a journey since the start.
    pub fn journey(&self, id: JourneyId) -> &JourneyTotals {
        &self.journeys[usize::from(id.0)].totals
    }

    /// Everything that happened since the last call, with its time.
    pub fn drain_events(&mut self) -> impl Iterator<Item = (SimTime, Event)> + '_ {
        self.events
            .drain(..)
            .map(|(at, event)| (SimTime::from_micros(at), event))
    }

    /// Runs until `until`.
    pub fn advance_to(&mut self, until: SimTime) {
        let until = until.as_micros();
        while self.now < until {
            // Causes begin between steps, so that the first step after one is already a short one.
            self.run_faults();
            let dt = self.step_length().min(until - self.now);
            self.step(dt);
        }
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        self.step_number
    }

    /// A digest of all counts: equal runs have equal digests.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        digest.u64(self.now);
        for journey in &self.journeys {
            let t = &journey.totals;
            for x in [
                t.arrivals,
                t.served,
                t.degraded,
                t.failed_total(),
                t.abandoned,
            ] {
                digest.u64(x);
            }
            digest.f64(t.latency.mean().unwrap_or(0.0));
            if t.repeated + t.wrong > 0 {
                for x in [t.repeated, t.wrong, t.corrected] {
                    digest.u64(x);
                }
            }
            if t.overwritten > 0 {
                digest.u64(t.overwritten);
            }
        }
        for component in &self.components {
            let t = &component.totals;
            for x in [
                t.arrivals,
                t.served,
                t.failed_total(),
                t.attempts,
                t.late,
                t.hits,
            ] {
                digest.u64(x);
            }
            digest.f64(t.request_s);
            digest.f64(t.busy_s);
        }
        digest.value()
    }

    /// Checks what must always hold; the error names what does not.
    ///
    /// # Errors
    /// A sentence that names the population that is wrong.
    pub fn check_invariants(&self) -> Result<(), String> {
        for (id, spec) in self.scenario.world.journeys.enumerate() {
            let totals = self.journey(id);
            if totals.settled() > totals.arrivals {
                return Err(format!(
                    "journey {}: {} of {} requests are over",
                    spec.name,
                    totals.settled(),
                    totals.arrivals
                ));
            }
            if totals.wrong > totals.served + totals.degraded
                || totals.corrected > totals.repeated + totals.wrong
            {
                return Err(format!(
                    "journey {}: {} wrong answers of {} good ones, {} put right",
                    spec.name,
                    totals.wrong,
                    totals.served + totals.degraded,
                    totals.corrected
                ));
            }
            let held = self.customers_inside(usize::from(id.0));
            if held != totals.in_flight() {
                return Err(format!(
                    "journey {}: {} requests are in flight, but the books say {}",
                    spec.name,
                    held,
                    totals.in_flight()
                ));
            }
        }
        for (id, spec) in self.scenario.world.components.enumerate() {
            let state = &self.components[usize::from(id.0)];
            for lane in &state.lanes {
                let queued: u32 = lane.queue.iter().map(|g| g.n).sum();
                if queued != lane.queued {
                    return Err(format!(
                        "{}: {queued} wait, counted {}",
                        spec.name, lane.queued
                    ));
                }
            }
            // A fleet that was made smaller goes on with its work, so this may be more than its slots.
            let busy: u32 = state.lanes.iter().map(|l| l.busy).sum();
            let leaving = state
                .lanes
                .iter()
                .flat_map(|l| &l.work)
                .filter(|w| w.release_only)
                .map(|w| w.n);
            let held = state.inside + leaving.sum::<u32>();
            if busy > held {
                return Err(format!(
                    "{}: {busy} slots busy for {held} requests",
                    spec.name
                ));
            }
            if !(state.totals.request_s.is_finite() && state.totals.busy_s.is_finite()) {
                return Err(format!("{}: an integral is not finite", spec.name));
            }
        }
        Ok(())
    }

    /// Live groups of calls and of requests; bounded in any run that is not overloaded for ever.
    pub fn groups(&self) -> (usize, usize) {
        (self.calls.len(), self.runs.len())
    }

    fn component_id(index: usize) -> ComponentId {
        ComponentId(index as u16)
    }

    fn edge_id(index: usize) -> EdgeId {
        EdgeId(index as u16)
    }

    fn journey_id(index: usize) -> JourneyId {
        JourneyId(index as u16)
    }

    fn mark_dirty(&mut self, component: usize) {
        let rank = self.components[component].rank;
        self.dirty[rank / 64] |= 1 << (rank % 64);
    }

    /// The first component with something to do, as a place in [`Self::order`].
    fn first_dirty(&self) -> Option<usize> {
        let word = self.dirty.iter().position(|&w| w != 0)?;
        Some(word * 64 + self.dirty[word].trailing_zeros() as usize)
    }

    /// Keeps steps fine for a while: something has changed.
    fn unsettle(&mut self) {
        let quiet = SimDuration::from_secs(10).as_micros();
        self.restless_until = self.restless_until.max(self.now + quiet);
    }
}

/// A breaker without memory.
fn closed_breaker(mode: BreakerMode, now: u64) -> BreakerState {
    BreakerState {
        mode,
        open_until: 0,
        probing: false,
        ok: [0; 2],
        failed: [0; 2],
        window_started: now,
    }
}

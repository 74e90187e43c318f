//! Harm that no error shows: effects carried out once more than they should be, and good answers that
//! are wrong. Counts both, and follows who notices and what has been put right.
//!
//! A try without an idempotency key that its caller gave up and tried again, and that is carried out
//! all the same, is one effect too many. A wrong answer travels with the group it answers, as the share
//! of the group that it is wrong for; it is only counted where it reaches a customer.

use std::sync::Arc;

use crate::base::id::JourneyId;
use crate::base::math::{exp, pow};
use crate::scenario::action::{ComponentKnob, EdgeKnob};
use crate::sim::Sim;
use crate::sim::answers::Answer;
use crate::sim::state::{Call, Run};

/// Keeps the draws of contacts apart from those of arrivals, which come from the same stream.
const CONTACTS: u64 = 0x7777_0000_0000_0000;

/// What is followed of a journey that no error shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Silent {
    /// Effects too many and wrong answers, before they are rounded to whole ones.
    pub(super) repeated: f64,
    pub(super) wrong: f64,
    /// Those put right.
    pub(super) corrected: f64,
    /// Those that nobody has noticed yet.
    pub(super) unnoticed: f64,
    /// Totals when they were last looked at.
    pub(super) harmed: u64,
    pub(super) lost: u64,
    pub(super) right: f64,
}

impl Sim {
    /// Whether tries along a dependency are made without a key now.
    pub(super) fn is_unkeyed(&self, edge: usize, run: u32) -> bool {
        self.call_override(edge, run)
            .unkeyed
            .unwrap_or_else(|| self.edge_knob(edge, EdgeKnob::Unkeyed) >= 0.5)
    }

    /// `n` tries of a group have been carried out later than their callers waited.
    pub(super) fn carried_out_late(&mut self, id: u32, n: u32) {
        let call = &mut self.calls[id];
        if call.pending > 0 {
            // Time-outs come at the end of a step: who tries again is not known yet.
            call.ahead += n;
        } else if call.again > 0.0 {
            let call = *call;
            self.count_repeated(&call, n);
        }
    }

    /// The callers of a group have given up, and this share of them tries again without a key.
    pub(super) fn tried_again(&mut self, id: u32, share: f32) {
        let call = &mut self.calls[id];
        call.again = share;
        let call = *call;
        self.count_repeated(&call, call.ahead);
    }

    fn count_repeated(&mut self, call: &Call, n: u32) {
        let more = f64::from(n) * f64::from(call.again);
        self.edges[usize::from(call.edge)].totals.repeated += more;
        let journey = &mut self.journeys[usize::from(call.journey)];
        journey.silent.repeated += more;
        journey.totals.repeated = whole(journey.silent.repeated);
    }

    /// Good answers of a component that are wrong, as a share of them: what it was told wrongly, and
    /// what it gets wrong itself.
    pub(super) fn own_wrong(&mut self, component: usize, run: &Run, count: u32) -> f32 {
        let state = &self.components[component];
        let law = state.laws.get(usize::from(run.version));
        let share = state.knobs[ComponentKnob::WrongShare as usize]
            + law.map_or(0.0, |law| law.version_wrong);
        if share <= 0.0 || count == 0 {
            return run.wrong;
        }
        let k = self
            .component_draws(component)
            .binomial(u64::from(count), share);
        either(run.wrong, k as f32 / count as f32)
    }

    /// What goes wrong along a dependency, and the account of it.
    pub(super) fn go_wrong(&mut self, edge: usize, n: u32, answer: &mut Answer) {
        let share = self.edges[edge].knobs[EdgeKnob::WrongShare as usize];
        if share > 0.0 {
            let k = self.edge_draws(edge).binomial(u64::from(n), share);
            answer.wrong = either(answer.wrong, k as f32 / n as f32);
        }
        if answer.wrong > 0.0 {
            self.edges[edge].totals.wrong += f64::from(n) * f64::from(answer.wrong);
        }
    }

    /// Customers of a group have got their answer.
    pub(super) fn count_wrong(&mut self, journey: usize, run: &Run) {
        let journey = &mut self.journeys[journey];
        journey.silent.wrong += f64::from(run.n) * f64::from(run.wrong);
        journey.totals.wrong = whole(journey.silent.wrong);
    }

    /// Who notices, who turns to the support desk, what is put right, and what the business counts.
    pub(super) fn tend_silent(&mut self, dt_s: f64) {
        let scenario = Arc::clone(&self.scenario);
        for (id, job) in scenario.world.jobs.enumerate() {
            if job.corrects.is_empty() || !self.jobs[usize::from(id.0)] {
                continue;
            }
            // Each journey has its share of the work by what is left to do there.
            let open = |sim: &Self, id: &JourneyId| sim.journey(*id).open() as f64;
            let all: f64 = job.corrects.iter().map(|id| open(self, id)).sum();
            for id in &job.corrects {
                let part = open(self, id) / all.max(1.0);
                self.correct(usize::from(id.0), job.corrects_per_s * dt_s * part);
            }
        }
        for (id, spec) in scenario.world.journeys.enumerate() {
            let state = &mut self.journeys[usize::from(id.0)];
            let (totals, silent) = (&mut state.totals, &mut state.silent);
            let good = totals.served + totals.degraded;
            let right = good as f64 - totals.wrong as f64;
            let harmed = totals.repeated + totals.wrong;
            let lost = totals.failed_total() + totals.abandoned;
            silent.unnoticed += (harmed - silent.harmed) as f64;
            let share = 1.0 - exp(-dt_s / spec.contacts.after.as_secs_f64().max(1.0));
            let noticed = silent.unnoticed * share;
            silent.unnoticed -= noticed;
            totals.noticed += noticed;
            totals.open_s += totals.open() as f64 * dt_s;
            let entry = usize::from(self.edges[usize::from(spec.edge.0)].to);
            let books = &mut self.components[entry].totals;
            books.earned += (right - silent.right) * spec.value;
            if spec.contacts.usual_per_s > 0.0 {
                let reasons = noticed + (lost - silent.lost) as f64;
                let mean = spec.contacts.usual_per_s * dt_s + spec.contacts.share * reasons;
                books.contacts += state.stream.at(self.now ^ CONTACTS).poisson(mean);
            }
            (silent.harmed, silent.lost, silent.right) = (harmed, lost, right);
        }
    }

    /// Puts up to `most` effects right; nobody notices any more what was put right before.
    fn correct(&mut self, journey: usize, most: f64) {
        let state = &mut self.journeys[journey];
        let harmed = (state.totals.repeated + state.totals.wrong) as f64;
        let open = harmed - state.silent.corrected;
        let done = most.min(open);
        if done <= 0.0 {
            return;
        }
        state.silent.unnoticed *= 1.0 - done / open;
        state.silent.corrected += done;
        state.totals.corrected = whole(state.silent.corrected);
    }
}

/// Whole effects of a sum of shares; a hair above, so that ten tenths are one.
fn whole(sum: f64) -> u64 {
    (sum + 1e-4) as u64
}

/// Share of a group that is wrong for either of two reasons that know nothing of each other.
pub(super) fn either(a: f32, b: f32) -> f32 {
    (a + b - a * b).clamp(0.0, 1.0)
}

/// Share of a run's requests whose calls in this phase brought a wrong answer.
pub(super) fn wrong_requests(run: &Run, one_to_one: bool, answer: &Answer) -> f32 {
    if one_to_one {
        return answer.wrong;
    }
    if run.n == 1 {
        return run.calls_wrong.min(1.0);
    }
    let share = f64::from(run.calls_wrong) / f64::from(run.calls_ok.max(1));
    let per = f64::from(run.calls) / f64::from(run.n);
    (1.0 - pow(1.0 - share.min(1.0), per)) as f32
}

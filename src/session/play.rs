//! Plays an incident without a player, by a plan.

use std::sync::Arc;

use crate::base::id::ComponentId;
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::model::{Plan, Scenario, Signal};
use crate::session::live::SECOND;
use crate::session::record::Record;
use crate::session::{PlanRunner, Session};
use crate::sim::Sim;

/// Plays a scenario with a plan (`None` is nobody doing anything) until the objectives have held for
/// the hold time and nothing is left to do, or the incident is over.
pub fn play(
    scenario: &Arc<Scenario>,
    seed: u64,
    variant: Option<usize>,
    plan: Option<&Plan>,
) -> Session {
    play_watched(Session::start(scenario, seed, variant), plan, |_| {})
}

/// Plays a session on by a plan, and shows it to `watch` after every second.
pub fn play_watched(session: Session, plan: Option<&Plan>, watch: impl FnMut(&Session)) -> Session {
    play_on(session, plan, PlanRunner::new(), watch)
}

/// The same with a plan that has been waited for up to here.
pub fn play_on(
    mut session: Session,
    plan: Option<&Plan>,
    mut runner: PlanRunner,
    mut watch: impl FnMut(&Session),
) -> Session {
    while session.ending().is_none() {
        if let Some(plan) = plan {
            runner.act(plan, &mut session);
        }
        session.advance_to(session.now() + SECOND);
        watch(&session);
        let done = plan.is_none_or(|plan| runner.is_done(plan)) && session.is_idle();
        if done && session.has_recovered() && !session.sim().faults_pending() {
            session.stop();
        }
    }
    session
}

/// A plan that somebody played by hand, from the journal: every order at its time.
pub fn plan_of(record: &Record, name: &str) -> Plan {
    use crate::scenario::model::{Due, PlanStep};
    let steps = (1..).zip(&record.journal).map(|(step, entry)| PlanStep {
        when: Due::At(entry.at),
        order: entry.order.clone(),
        by: entry.by,
        step,
    });
    Plan {
        name: name.to_owned(),
        why: String::new(),
        steps: steps.collect(),
        costs_at_least: None,
        scores_at_most: None,
    }
}

/// Time between two samples of a [`Watch`].
const EVERY: SimDuration = SimDuration::from_secs(30);

/// A signal that is sampled along the way, for charts.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// Whose.
    pub component: ComponentId,
    /// Which.
    pub signal: Signal,
    /// One value per sample.
    pub values: Vec<f64>,
}

/// Samples of the signals that tell most, of every component.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// All of them.
    pub signals: Vec<Watched>,
    next: SimTime,
}

impl Watch {
    /// Takes a sample if one is due.
    pub fn look(&mut self, sim: &Sim) {
        const SIGNALS: [Signal; 6] = [
            Signal::ErrorShare,
            Signal::LatencyMean,
            Signal::Utilisation,
            Signal::Queued,
            Signal::HitShare,
            Signal::OldestAge,
        ];
        if sim.now() < self.next {
            return;
        }
        if self.signals.is_empty() {
            let ids = sim.scenario().world.components.ids();
            self.signals = ids
                .flat_map(|component| SIGNALS.map(|signal| (component, signal)))
                .map(|(component, signal)| Watched {
                    component,
                    signal,
                    values: Vec::new(),
                })
                .collect();
        }
        self.next = sim.now() + EVERY;
        for watched in &mut self.signals {
            let value = sim.signal(watched.component, watched.signal);
            watched.values.push(value);
        }
    }
}

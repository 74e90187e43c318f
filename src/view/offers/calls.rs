//! What can be changed in how a part calls others, and which flags and jobs act on it.

use super::{Input, List};
use crate::base::id::{ComponentId, EdgeId};
use crate::scenario::action::{Action, BreakerMode, EdgeKnob, Knob};
use crate::scenario::model::{Fallback, Kind};

impl List<'_> {
    pub(super) fn calls(&mut self, id: ComponentId) {
        let world = &self.session.scenario().world;
        if matches!(world.components[id].kind, Kind::Balancer(_)) {
            return;
        }
        let calls = world.components[id].calls.clone();
        for edge in calls {
            self.call(edge);
        }
    }

    fn call(&mut self, edge: EdgeId) {
        let session = self.session;
        let world = &session.scenario().world;
        let spec = &world.edges[edge];
        let name = &world.components[spec.to].name;
        let calls = spec.from.map(|it| world.components[it].calls.iter());
        let alike = calls.into_iter().flatten();
        let is_alone = alike.filter(|it| world.edges[**it].to == spec.to).count() < 2;
        // Several ways to the same part are told apart by what they ask for.
        let to = &if is_alone || spec.operation.is_empty() {
            name.clone()
        } else {
            format!("{name} ({})", spec.operation)
        };
        let open = session.sim().breaker_mode(edge) != BreakerMode::Open;
        let (label, mode) = if open {
            ("Open breaker", BreakerMode::Open)
        } else {
            ("Close breaker", BreakerMode::Auto)
        };
        self.act(label, format!("to {to}"), Action::SetBreaker { edge, mode });
        if spec.fallback != Fallback::None {
            let knob = Knob::Edge(edge, EdgeKnob::Fallback);
            let on = session.sim().parameter(knob) < 0.5;
            let label = if on {
                "Use fallback"
            } else {
                "Stop using fallback"
            };
            self.switch(label, &format!("when {to} fails"), knob, on);
        }
        let mut set = |label: &str, field, knob, to: f64| {
            self.set(label, field, Knob::Edge(edge, knob), to);
        };
        let seconds = Input::Seconds { high: 3_600.0 };
        set(
            &format!("Time-out to {to}"),
            ("seconds", seconds),
            EdgeKnob::Timeout,
            1.0,
        );
        let count = Input::Count {
            low: 1.0,
            high: 20.0,
        };
        set(
            &format!("Tries to {to}"),
            ("tries in all", count),
            EdgeKnob::Attempts,
            1.0,
        );
        set(
            &format!("Retry budget to {to}"),
            ("retries per first try", Input::Share),
            EdgeKnob::RetryBudget,
            0.1,
        );
        if spec.pool.is_some() {
            let now = session.sim().parameter(Knob::Edge(edge, EdgeKnob::Pool));
            let count = Input::Count {
                low: 1.0,
                high: 1e4,
            };
            set(
                &format!("Pool to {to}"),
                ("connections per instance", count),
                EdgeKnob::Pool,
                (now / 2.0).ceil(),
            );
        }
    }

    /// Flags and jobs that act on the selection, or all of them.
    pub(super) fn switches(&mut self, selected: Option<ComponentId>) {
        let session = self.session;
        let world = &session.scenario().world;
        for (id, flag) in world.flags.enumerate() {
            let touches = |component: ComponentId| {
                flag.changes.iter().any(|change| match change.knob {
                    Knob::Component(id, _) => id == component,
                    Knob::Edge(id, _) => world.edges[id].from == Some(component),
                    Knob::Journey(..) => false,
                })
            };
            if selected.is_none_or(touches) {
                let on = !session.sim().flag_is_on(id);
                let label = if on { "Flag on" } else { "Flag off" };
                self.act(label, flag.name.clone(), Action::SetFlag { flag: id, on });
            }
        }
        for (id, job) in world.jobs.enumerate() {
            if selected.is_none_or(|component| job.on == component) {
                let running = !session.sim().job_runs(id);
                let label = if running { "Start job" } else { "Stop job" };
                self.act(label, job.name.clone(), Action::SetJob { job: id, running });
            }
        }
    }
}

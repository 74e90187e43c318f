//! What can be found out about a part of the system, and changed in it.

use super::{Field, Input, List};
use crate::base::id::ComponentId;
use crate::observe::Fact;
use crate::scenario::action::{Action, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{Kind, Service, Signal};
use crate::scenario::order::Look;
use crate::sim::Event;

impl List<'_> {
    pub(super) fn looks(&mut self, id: ComponentId) {
        self.look("Query logs", "of the last minutes", Look::Logs(id));
        self.look("Pull traces", "that pass here", Look::Traces(id));
        match &self.session.scenario().world.components[id].kind {
            Kind::Service(_) => {
                self.look("Compare releases", "what is new", Look::Diff(id));
                self.look("Profile", "where the time goes", Look::Profile(id));
                self.look(
                    "Replay in staging",
                    "failing requests, release by release",
                    Look::Staging(id),
                );
            }
            Kind::Balancer(_) => self.look("Profile", "where the time goes", Look::Profile(id)),
            Kind::Cache(_) => {
                self.look("Look inside", "content, evictions, shards", Look::Cache(id));
                self.look("Profile", "where the time goes", Look::Profile(id));
            }
            Kind::Database(_) => {
                self.look(
                    "Queries and connections",
                    "who runs what",
                    Look::Queries(id),
                );
                self.look("Profile", "where the time goes", Look::Profile(id));
            }
            Kind::Queue(_) => self.look("Look inside", "messages, dead letters", Look::Queue(id)),
            Kind::External(_) => {
                self.look(
                    "Call by hand",
                    "in the provider's sandbox",
                    Look::Sandbox(id),
                );
                self.look("Ask the provider", "their support", Look::Vendor(id));
            }
        }
        self.look(
            "Hold against the books",
            "done twice, answered wrongly",
            Look::Books(id),
        );
        self.look(
            "Recent changes",
            "releases, settings, flags, jobs",
            Look::Changes,
        );
        self.look(
            "What customers report",
            "through the support desk",
            Look::Reports,
        );
    }

    pub(super) fn part(&mut self, id: ComponentId) {
        let component = self.session.scenario().world.components[id].clone();
        match &component.kind {
            Kind::Service(service) => {
                self.service(id, service);
                self.restarts(id);
            }
            Kind::Balancer(_) => {
                self.balancer(id);
                self.restarts(id);
            }
            Kind::Cache(_) => {
                self.cache(id);
                self.restarts(id);
            }
            Kind::Database(_) => {
                self.database(id);
                self.restarts(id);
            }
            Kind::Queue(_) => self.queue(id),
            Kind::External(external) if external.auth.is_some() => self.secrets(id),
            Kind::External(_) => {}
        }
        if !matches!(component.kind, Kind::External(_)) {
            self.act(
                "Revert configuration",
                "to what it was at the start",
                Action::RevertConfig(id),
            );
        }
    }

    fn secrets(&mut self, id: ComponentId) {
        self.act(
            "Rotate secret",
            "accepted after a delay",
            Action::RotateSecret(id),
        );
        self.act(
            "Refresh tokens",
            "ask for new ones now",
            Action::RefreshTokens(id),
        );
        self.act(
            "Re-authorise sellers",
            "one by one",
            Action::Reauthorise(id),
        );
    }

    fn restarts(&mut self, id: ComponentId) {
        let restart = |staggered| Action::Restart {
            component: id,
            staggered,
        };
        self.act("Restart in waves", "a part at a time", restart(true));
        self.act(
            "Restart at once",
            "everything in it is gone",
            restart(false),
        );
    }

    fn service(&mut self, id: ComponentId, service: &Service) {
        let versions = self.session.sim().versions(id);
        let name = |version: u8| {
            let found = service.versions.get(usize::from(version));
            found.map_or("", |it| it.name.as_str()).to_owned()
        };
        let share = || Field {
            label: "share of the fleet",
            value: 1.0,
            input: Input::Share,
        };
        let detail = format!("to {}, in waves", name(versions.previous));
        let back = Action::RollBack {
            service: id,
            share: 1.0,
        };
        self.act_with("Roll back", &detail, share(), back);
        for version in 0..service.versions.len().min(200) as u8 {
            let is_other = version != versions.current && version != versions.previous;
            let is_ready = service.versions[usize::from(version)].ready;
            if is_other && (is_ready || self.has_run(id, version)) {
                let detail = format!("{}, in waves", name(version));
                let deploy = Action::Deploy {
                    service: id,
                    version,
                    share: 1.0,
                };
                self.act_with("Deploy", &detail, share(), deploy);
            }
        }
        if service.gate.is_some() {
            let on = !self.session.sim().gate_is_on(id);
            let label = if on {
                "Close the gate"
            } else {
                "Open the gate"
            };
            let detail = "past the tests";
            self.act(label, detail, Action::SetGate { service: id, on });
        }
        self.scale(id);
        if service.autoscaler.is_some() {
            let on = !self.session.sim().autoscaler_is_on(id);
            let label = if on {
                "Autoscaler on"
            } else {
                "Autoscaler off"
            };
            let detail = "adds and removes copies by itself";
            self.act(label, detail, Action::SetAutoscaler { service: id, on });
        }
        let count = Input::Count {
            low: 1.0,
            high: 1e4,
        };
        let slots = Knob::Component(id, ComponentKnob::Slots);
        let now = self.session.sim().parameter(slots);
        if now.is_finite() {
            self.set(
                "Set workers",
                ("workers per instance", count),
                slots,
                now * 2.0,
            );
        }
        let limit = Knob::Component(id, ComponentKnob::QueueLimit);
        let count = Input::Count {
            low: 0.0,
            high: 1e6,
        };
        self.set("Limit the queue", ("waiting at most", count), limit, 100.0);
    }

    /// Whether a release has run in this incident: what nobody has seen yet cannot be asked for.
    fn has_run(&self, id: ComponentId, version: u8) -> bool {
        let mut facts = self.session.observer().timeline().entries().iter();
        version == 0
            || facts.any(|(_, fact)| {
                matches!(fact, Fact::Change(Event::WaveStarted { service, version: it, .. })
                    if (*service, *it) == (id, version))
            })
    }

    fn scale(&mut self, id: ComponentId) {
        let wanted = self.session.sim().instances_wanted(id);
        let field = Field {
            label: "instances",
            value: f64::from(wanted + wanted.div_ceil(2).max(1)),
            input: Input::Count {
                low: 1.0,
                high: 1e4,
            },
        };
        let action = Action::Scale {
            component: id,
            instances: 0,
        };
        self.act_with("Scale", &format!("now {wanted}"), field, action);
    }

    fn balancer(&mut self, id: ComponentId) {
        let session = self.session;
        let world = &session.scenario().world;
        for &edge in &world.components[id].calls {
            let to = world.components[world.edges[edge].to].name.clone();
            let out = !session.sim().is_drained(edge);
            let label = if out { "Drain" } else { "Take back" };
            self.act(label, to.clone(), Action::Drain { edge, out });
            let weight = Knob::Edge(edge, EdgeKnob::Weight);
            let now = session.sim().parameter(weight);
            let count = Input::Count {
                low: 0.0,
                high: 1e3,
            };
            self.set(
                &format!("Shift traffic to {to}"),
                ("weight", count),
                weight,
                now * 2.0,
            );
        }
        let rate = session.sim().signal(id, Signal::Arrivals).max(1.0);
        let admission = Knob::Component(id, ComponentKnob::Admission);
        let input = Input::Rate { high: 1e6 };
        self.set(
            "Throttle",
            ("let in per second", input),
            admission,
            (rate * 0.5).round(),
        );
        let shed = Knob::Component(id, ComponentKnob::ShedBelow);
        let count = Input::Count {
            low: 0.0,
            high: 10.0,
        };
        self.set("Shed by priority", ("refuse below", count), shed, 5.0);
        let has_checks =
            matches!(&world.components[id].kind, Kind::Balancer(b) if b.health.is_some());
        if has_checks {
            let on = !session.sim().health_checks_are_on(id);
            let label = if on {
                "Health checks on"
            } else {
                "Health checks off"
            };
            self.act(
                label,
                "its failover automation",
                Action::SetHealthChecks { balancer: id, on },
            );
        }
    }

    fn cache(&mut self, id: ComponentId) {
        let sim = self.session.sim();
        let entries = Knob::Component(id, ComponentKnob::CacheEntries);
        let now = sim.parameter(entries);
        let count = Input::Count {
            low: 0.0,
            high: 1e12,
        };
        self.set("Resize", ("entries", count), entries, now * 2.0);
        let ttl = Knob::Component(id, ComponentKnob::CacheTtl);
        self.set(
            "Set life of entries",
            ("seconds", Input::Seconds { high: 1e6 }),
            ttl,
            600.0,
        );
        let field = Field {
            label: "keys per second",
            value: 2_000.0,
            input: Input::Rate { high: 1e6 },
        };
        let warm = Action::WarmCache {
            cache: id,
            per_s: 0.0,
        };
        self.act_with("Warm up", "the most popular first", field, warm);
        let coalesce = Knob::Component(id, ComponentKnob::Coalesce);
        let on = sim.parameter(coalesce) < 0.5;
        let label = if on {
            "Share fetches"
        } else {
            "Stop sharing fetches"
        };
        self.switch(label, "simultaneous misses of one key", coalesce, on);
        self.scale(id);
        self.act("Flush", "everything will miss", Action::FlushCache(id));
    }

    fn database(&mut self, id: ComponentId) {
        self.act(
            "Kill runaway queries",
            "and their locks",
            Action::KillQueries(id),
        );
        self.act(
            "Kill idle connections",
            "nobody uses them",
            Action::KillIdleConnections(id),
        );
        self.act(
            "Fail over",
            "down for a while, cold afterwards",
            Action::FailOver(id),
        );
        let field = Field {
            label: "replicas",
            value: 1.0,
            input: Input::Count {
                low: 1.0,
                high: 15.0,
            },
        };
        let add = Action::AddReplicas {
            database: id,
            count: 1,
        };
        self.act_with("Add read replicas", "ready after a while", field, add);
        let most = Knob::Component(id, ComponentKnob::MaxConnections);
        let now = self.session.sim().parameter(most);
        if now.is_finite() {
            let count = Input::Count {
                low: 1.0,
                high: 1e5,
            };
            self.set(
                "Raise the connection limit",
                ("connections", count),
                most,
                now * 1.5,
            );
        }
    }

    fn queue(&mut self, id: ComponentId) {
        let paused = !self.session.sim().is_paused(id);
        let label = if paused { "Pause" } else { "Resume" };
        self.act(
            label,
            "consumption",
            Action::PauseQueue { queue: id, paused },
        );
        let consume = Knob::Component(id, ComponentKnob::ConsumeRate);
        self.set(
            "Limit consumption",
            ("messages per second", Input::Rate { high: 1e6 }),
            consume,
            20.0,
        );
        let field = Field {
            label: "messages per second",
            value: 10.0,
            input: Input::Rate { high: 1e6 },
        };
        let replay = Action::ReplayDeadLetters {
            queue: id,
            per_s: 0.0,
        };
        self.act_with("Replay dead letters", "puts them back", field, replay);
        let supersedes = matches!(&self.session.scenario().world.components[id].kind, Kind::Queue(q) if q.supersedes);
        if supersedes {
            let knob = Knob::Component(id, ComponentKnob::SkipStale);
            let on = self.session.sim().parameter(knob) < 0.5;
            let label = if on {
                "Compare sequence numbers"
            } else {
                "Stop comparing sequence numbers"
            };
            self.switch(
                label,
                "leaves out what is older than what was done",
                knob,
                on,
            );
        }
        self.act(
            "Skip the blocking record",
            "to the dead letters",
            Action::SkipPoison(id),
        );
    }
}

//! What can be ordered about a part of the system: every verb with its parameters, what it takes, and
//! why it would be refused now.

use crate::base::id::{ComponentId, DenseId, EdgeId, PersonId};
use crate::base::time::SimDuration;
use crate::scenario::action::{Action, BreakerMode, Change, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{Fallback, Kind};
use crate::scenario::order::{Look, Order, Role};
use crate::session::catalogue::{self, Group};
use crate::session::{Presence, Refusal, Session};

/// Something that can be ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Its place in the console.
    pub group: Group,
    /// A verb, such as `Roll back`.
    pub label: String,
    /// What it is about, such as `to 2024.47.3, in waves`.
    pub detail: String,
    /// Its parameter, if it has one.
    pub field: Option<Field>,
    /// How long somebody is busy with it; `None` is said and done.
    pub takes: Option<SimDuration>,
    /// Why it would be refused now.
    pub refusal: Option<Refusal>,
    order: Order,
}

/// A parameter that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What it is, such as `instances`.
    pub label: &'static str,
    /// The value at first.
    pub value: f64,
    /// What it may be.
    pub input: Input,
}

/// How a parameter is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// A whole number.
    Count {
        /// Least.
        low: f64,
        /// Most.
        high: f64,
    },
    /// A part of one, shown in percent.
    Share,
    /// Per second.
    Rate {
        /// Most.
        high: f64,
    },
    /// Seconds.
    Seconds {
        /// Most.
        high: f64,
    },
}

impl Offer {
    /// The order with this value of its parameter.
    pub fn order(&self, value: f64) -> Order {
        let mut order = self.order.clone();
        if self.field.is_none() {
            return order;
        }
        match &mut order {
            Order::Act(actions) => {
                for action in actions {
                    fill(action, value);
                }
            }
            Order::Declare { severity } => *severity = value.clamp(1.0, 5.0) as u8,
            _ => {}
        }
        order
    }
}

fn fill(action: &mut Action, value: f64) {
    match action {
        Action::Change(change) => change.value = value,
        Action::Scale { instances, .. } => *instances = value.max(0.0) as u32,
        Action::Deploy { share, .. } | Action::RollBack { share, .. } => *share = value,
        Action::WarmCache { per_s, .. } | Action::ReplayDeadLetters { per_s, .. } => *per_s = value,
        Action::AddReplicas { count, .. } => *count = value.max(0.0) as u32,
        _ => {}
    }
}

/// Everything that can be ordered: about a component and its calls, or, with none selected, about the
/// incident.
pub fn offers(session: &Session, selected: Option<ComponentId>) -> Vec<Offer> {
    let mut list = List {
        session,
        offers: Vec::new(),
    };
    match selected {
        Some(id) if session.scenario().world.components.get(id).is_some() => {
            list.looks(id);
            list.part(id);
            list.calls(id);
        }
        _ => {
            list.look(
                "Recent changes",
                "releases, settings, flags, jobs",
                Look::Changes,
            );
            list.look(
                "What customers report",
                "through the support desk",
                Look::Reports,
            );
        }
    }
    list.switches(selected);
    list.coordination();
    list.offers
}

struct List<'a> {
    session: &'a Session,
    offers: Vec<Offer>,
}

impl List<'_> {
    fn add(&mut self, label: &str, detail: impl Into<String>, field: Option<Field>, order: Order) {
        let mut offer = Offer {
            group: catalogue::group(&order),
            label: label.to_owned(),
            detail: detail.into(),
            takes: catalogue::work(&order).map(|work| work.takes),
            field,
            refusal: None,
            order,
        };
        let value = offer.field.as_ref().map_or(0.0, |field| field.value);
        offer.refusal = self.session.would_take(&offer.order(value), None).err();
        self.offers.push(offer);
    }

    fn act(&mut self, label: &str, detail: impl Into<String>, action: Action) {
        self.add(label, detail, None, Order::Act(vec![action]));
    }

    fn act_with(&mut self, label: &str, detail: &str, field: Field, action: Action) {
        self.add(label, detail, Some(field), Order::Act(vec![action]));
    }

    fn look(&mut self, label: &str, detail: &str, look: Look) {
        self.add(label, detail, None, Order::Look(look));
    }

    fn set(&mut self, label: &str, field: (&'static str, Input), knob: Knob, to: f64) {
        let now = self.session.sim().parameter(knob);
        let detail = format!("now {}", value_in_words(now, field.1));
        let field = Field {
            label: field.0,
            value: to,
            input: field.1,
        };
        let change = Change {
            knob,
            value: to,
            over: SimDuration::ZERO,
        };
        self.add(
            label,
            detail,
            Some(field),
            Order::Act(vec![Action::Change(change)]),
        );
    }

    fn switch(&mut self, label: &str, detail: &str, knob: Knob, on: bool) {
        let change = Change {
            knob,
            value: f64::from(u8::from(on)),
            over: SimDuration::ZERO,
        };
        self.act(label, detail, Action::Change(change));
    }

    fn looks(&mut self, id: ComponentId) {
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

    fn part(&mut self, id: ComponentId) {
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
            Kind::External(_) => {
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
        }
        if !matches!(component.kind, Kind::External(_)) {
            self.act(
                "Revert configuration",
                "to what it was at the start",
                Action::RevertConfig(id),
            );
        }
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

    fn service(&mut self, id: ComponentId, service: &crate::scenario::model::Service) {
        let versions = self.session.sim().versions(id);
        let name = |version: u8| {
            let found = service.versions.get(usize::from(version));
            found.map_or("", |it| it.name.as_str()).to_owned()
        };
        for (label, share) in [("Roll back", 1.0), ("Roll back a canary", 0.25)] {
            let field = Field {
                label: "share of the fleet",
                value: share,
                input: Input::Share,
            };
            let detail = format!("to {}, in waves", name(versions.previous));
            let action = Action::RollBack { service: id, share };
            self.act_with(label, &detail, field, action);
        }
        for version in 0..service.versions.len().min(200) as u8 {
            if version != versions.current && version != versions.previous {
                let detail = format!("{}, in waves", name(version));
                let share = 1.0;
                self.act(
                    "Deploy",
                    detail,
                    Action::Deploy {
                        service: id,
                        version,
                        share,
                    },
                );
            }
        }
        self.scale(id);
        if service.autoscaler.is_some() {
            let on = !self.session.sim().autoscaler_is_on(id);
            let label = if on {
                "Autoscaler on"
            } else {
                "Autoscaler off"
            };
            self.act(label, "", Action::SetAutoscaler { service: id, on });
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
        let rate = session
            .sim()
            .signal(id, crate::scenario::model::Signal::Arrivals)
            .max(1.0);
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
        self.act(
            "Skip the blocking record",
            "to the dead letters",
            Action::SkipPoison(id),
        );
    }

    fn calls(&mut self, id: ComponentId) {
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
        let to = &world.components[spec.to].name;
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
    fn switches(&mut self, selected: Option<ComponentId>) {
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

    fn coordination(&mut self) {
        self.add("Acknowledge", "take the page", None, Order::Acknowledge);
        self.add(
            "Open a channel",
            "findings need no retelling",
            None,
            Order::OpenChannel,
        );
        let field = Field {
            label: "severity",
            value: 1.0,
            input: Input::Count {
                low: 1.0,
                high: 5.0,
            },
        };
        self.add(
            "Declare",
            "1 is the highest",
            Some(field),
            Order::Declare { severity: 1 },
        );
        let people: Vec<(PersonId, String, Presence)> = self
            .session
            .team()
            .iter()
            .skip(1)
            .map(|(id, person, member)| (id, person.name.clone(), member.presence))
            .collect();
        for (id, name, presence) in people {
            if presence == Presence::Away {
                self.add("Page", name, None, Order::Page(id));
            } else {
                self.add("Ask", name, None, Order::Ask(id));
            }
        }
        for role in Role::ALL {
            let to = PersonId::from_index(1.min(self.session.team().len().saturating_sub(1)));
            let order = Order::Assign { role, to };
            self.add("Assign", role.name(), None, order);
        }
        self.add(
            "Declare mitigated",
            "customers are no longer harmed",
            None,
            Order::DeclareMitigated,
        );
        self.add("Close", "the objectives must hold", None, Order::Close);
    }
}

fn value_in_words(value: f64, input: Input) -> String {
    if value.is_infinite() {
        return "no limit".to_owned();
    }
    match input {
        Input::Share => format!("{:.0} %", value * 100.0),
        Input::Seconds { .. } if value < 1.0 => format!("{:.0} ms", value * 1e3),
        Input::Seconds { .. } => format!("{value:.1} s"),
        Input::Rate { .. } => format!("{}/s", super::map::short(value)),
        Input::Count { .. } => super::map::short(value),
    }
}

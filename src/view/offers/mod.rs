//! What can be ordered about a part of the system: every verb with its parameters, what it takes, and
//! why it would be refused now.

mod calls;
mod explain;
mod parts;
mod team;

use crate::base::id::{ComponentId, DenseId, PersonId};
use crate::base::time::SimDuration;
use crate::scenario::action::{Action, Change, Knob};
use crate::scenario::model::Skill;
use crate::scenario::order::{Look, Order};
use crate::session::catalogue::{self, Group};
use crate::session::{Refusal, Session};

pub use explain::explain;

/// Something that can be ordered.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Tells it from all others of its part, also after its figures have changed.
    pub key: String,
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
    /// Who can do it: somebody with any of these; empty is anybody.
    pub skills: &'static [Skill],
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
    /// From 1, the highest, to 5.
    Severity,
    /// Somebody of the team, by their place in it.
    Person,
}

impl Offer {
    /// The order with this value of its parameter.
    pub fn order(&self, value: f64) -> Order {
        let mut order = self.order.clone();
        if self.field.is_some() {
            fill_order(&mut order, value);
        }
        order
    }

    /// What it would do, in general: what it changes, how long that takes and what it risks. Whether
    /// it is right here is for the player to find out.
    pub fn explain(&self, session: &Session) -> String {
        let value = self.field.as_ref().map_or(0.0, |field| field.value);
        explain(session, &self.order(value))
    }

    /// Whether it makes no sense now, whoever is free.
    pub fn is_pointless(&self) -> bool {
        let refusal = self.refusal.as_ref();
        refusal.is_some_and(|why| !why.passes_with_time())
    }

    /// What it is about, where that is known without its parameter.
    pub fn target(&self) -> &Order {
        &self.order
    }
}

fn fill_order(order: &mut Order, value: f64) {
    match order {
        Order::Act(actions) => {
            for action in actions {
                fill(action, value);
            }
        }
        Order::Declare { severity } => *severity = value.clamp(1.0, 5.0) as u8,
        Order::Assign { to, .. } => *to = PersonId::from_index(value.clamp(0.0, 200.0) as usize),
        _ => {}
    }
}

/// An order without its parameter, as a name of what is offered.
fn key(order: &Order) -> String {
    let mut order = order.clone();
    fill_order(&mut order, 0.0);
    format!("{order:?}")
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
    // What makes no sense now stands below what does. What only waits for somebody keeps its place, so
    // that the list does not jump whenever somebody is done.
    list.offers.sort_by_key(Offer::is_pointless);
    list.offers
}

struct List<'a> {
    session: &'a Session,
    offers: Vec<Offer>,
}

impl List<'_> {
    fn add(&mut self, label: &str, detail: impl Into<String>, field: Option<Field>, order: Order) {
        let mut offer = Offer {
            key: key(&order),
            group: catalogue::group(&order),
            label: label.to_owned(),
            detail: detail.into(),
            takes: self.session.takes(&order),
            skills: catalogue::work(&order).map_or(&[], |work| work.skills),
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
}

/// A value of a parameter in words.
pub fn value_in_words(value: f64, input: Input) -> String {
    if value.is_infinite() {
        return "no limit".to_owned();
    }
    match input {
        Input::Share => format!("{:.0} %", value * 100.0),
        Input::Seconds { .. } if value < 1.0 => format!("{:.0} ms", value * 1e3),
        Input::Seconds { .. } => format!("{value:.1} s"),
        Input::Rate { .. } => format!("{}/s", super::map::short(value)),
        Input::Count { .. } => super::map::short(value),
        Input::Severity => format!("SEV{value:.0}"),
        Input::Person => String::new(),
    }
}

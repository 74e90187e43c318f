//! Orders: what a plan asks for besides changes of the world.

use super::Resolver;
use super::names::Sort;
use crate::base::id::{ComponentId, DenseId, PersonId};
use crate::diag::{Code, Diagnostic, Spanned, closest};
use crate::scenario::order::{
    Audience, DataClaim, Look, Mechanism, Order, Post, Role, Scope, Suspect,
};
use crate::scenario::{model, raw};

impl Resolver<'_> {
    /// The orders that the actions of one step stand for: changes of the world that stand together
    /// are one piece of work.
    pub(super) fn orders(&mut self, written: &[Spanned<raw::Action>]) -> Vec<Order> {
        let mut orders: Vec<Order> = Vec::new();
        for action in written {
            match self.order(&action.value) {
                Asked::World => {
                    let mut changes = self.actions(action);
                    if changes.is_empty() {
                        continue;
                    }
                    match orders.last_mut() {
                        Some(Order::Act(before)) => before.append(&mut changes),
                        _ => orders.push(Order::Act(changes)),
                    }
                }
                Asked::Other(order) => orders.extend(order),
            }
        }
        orders
    }

    fn order(&mut self, written: &raw::Action) -> Asked {
        use raw::Action as A;
        Asked::Other(match written {
            A::Acknowledge => Some(Order::Acknowledge),
            A::OpenChannel => Some(Order::OpenChannel),
            A::Declare { severity } => Some(Order::Declare {
                severity: u8::try_from(*severity).unwrap_or(u8::MAX),
            }),
            A::DeclareMitigated => Some(Order::DeclareMitigated),
            A::Close => Some(Order::Close),
            A::Page { who } => self.person(who).map(Order::Page),
            A::Ask { who } => self.person(who).map(Order::Ask),
            A::Assign { role, to } => self.person(to).map(|to| Order::Assign {
                role: role_of(*role),
                to,
            }),
            A::Suspect { on, is, confidence } => self.component(on).map(|place| Order::Suspect {
                suspect: Suspect {
                    on: self.id(place),
                    is: mechanism(*is),
                },
                confidence: confidence.of_one(),
            }),
            A::Post(post) => Some(Order::Post(self.post(post))),
            A::Undo { step } => Some(Order::Undo { order: *step }),
            other => match self.look(other) {
                Asked::World => return Asked::World,
                Asked::Other(look) => look,
            },
        })
    }

    /// A look, where it is one.
    fn look(&mut self, written: &raw::Action) -> Asked {
        use raw::Action as A;
        const ANY: &[Sort] = &[
            Sort::Service,
            Sort::Balancer,
            Sort::Cache,
            Sort::Database,
            Sort::Queue,
            Sort::External,
        ];
        let (of, sorts, who, look): (_, _, _, fn(ComponentId) -> Look) = match written {
            A::Changes => return Asked::Other(Some(Order::Look(Look::Changes))),
            A::Reports => return Asked::Other(Some(Order::Look(Look::Reports))),
            A::Reconcile { of } => (of, ANY, "`Reconcile`", Look::Books),
            A::Logs { of } => (of, ANY, "`Logs`", Look::Logs),
            A::Traces { of } => (of, ANY, "`Traces`", Look::Traces),
            A::Profile { of } => (of, ANY, "`Profile`", Look::Profile),
            A::Diff { of } => (of, &[Sort::Service][..], "`Diff`", Look::Diff),
            A::Staging { of } => (of, &[Sort::Service][..], "`Staging`", Look::Staging),
            A::Queries { of } => (of, &[Sort::Database][..], "`Queries`", Look::Queries),
            A::InspectCache { of } => (of, &[Sort::Cache][..], "`InspectCache`", Look::Cache),
            A::InspectQueue { of } => (of, &[Sort::Queue][..], "`InspectQueue`", Look::Queue),
            A::Sandbox { of } => (of, &[Sort::External][..], "`Sandbox`", Look::Sandbox),
            A::AskVendor { of } => (of, &[Sort::External][..], "`AskVendor`", Look::Vendor),
            _ => return Asked::World,
        };
        let place = self.component_as(of, sorts, who);
        Asked::Other(place.map(|place| Order::Look(look(self.id(place)))))
    }

    /// The look that a cue or clue names.
    pub(super) fn only_look(&mut self, written: &Spanned<raw::Action>) -> Option<Look> {
        match self.look(&written.value) {
            Asked::Other(order) => match order? {
                Order::Look(look) => Some(look),
                _ => None,
            },
            Asked::World => {
                let finding = Diagnostic::error(
                    Code::WrongKind,
                    written.span,
                    "this does not look at anything",
                );
                let help = "write a look, such as `Logs(of: \"checkout\")` or `Changes`".to_owned();
                self.findings.push(finding.help(help));
                None
            }
        }
    }

    /// Whether a scripted cause may do this; if not, it is reported.
    pub(super) fn changes_the_world(&mut self, written: &Spanned<raw::Action>) -> bool {
        use raw::Action as A;
        let other = matches!(
            written.value,
            A::Logs { .. }
                | A::Traces { .. }
                | A::Changes
                | A::Diff { .. }
                | A::Profile { .. }
                | A::Queries { .. }
                | A::InspectCache { .. }
                | A::InspectQueue { .. }
                | A::Sandbox { .. }
                | A::Staging { .. }
                | A::AskVendor { .. }
                | A::Reconcile { .. }
                | A::Reports
                | A::Acknowledge
                | A::OpenChannel
                | A::Declare { .. }
                | A::Page { .. }
                | A::Ask { .. }
                | A::Assign { .. }
                | A::Suspect { .. }
                | A::Post(_)
                | A::DeclareMitigated
                | A::Close
                | A::Undo { .. }
        );
        if other {
            let message = "a cause changes the world, and this is something that people do";
            let finding = Diagnostic::error(Code::WrongKind, written.span, message);
            self.findings
                .push(finding.help("put it into a plan".to_owned()));
        }
        !other
    }

    /// The person of a name.
    pub(super) fn person(&mut self, name: &Spanned<String>) -> Option<PersonId> {
        let found = self
            .team
            .iter()
            .position(|person| person.name == name.value);
        if found.is_none() && !self.lost.contains(name) {
            let message = format!("there is no person `{}` in the team", name.value);
            let known = || self.team.iter().map(|person| person.name.as_str());
            let meant = closest(name, known()).map(|near| format!("did you mean `{near}`?"));
            let finding = Diagnostic::error(Code::UnknownName, name.span, message)
                .expected(known())
                .help(meant);
            self.findings.push(finding);
        }
        found.map(DenseId::from_index)
    }

    pub(super) fn suspect(&mut self, it: &raw::Suspect) -> Option<Suspect> {
        let place = self.component(&it.on)?;
        Some(Suspect {
            on: self.id(place),
            is: mechanism(it.is),
        })
    }

    fn post(&mut self, it: &raw::Post) -> Post {
        Post {
            to: audience(it.to),
            language: it.language.clone(),
            scope: match it.scope {
                raw::Scope::Unsaid => Scope::Unsaid,
                raw::Scope::Nobody => Scope::Nobody,
                raw::Scope::Few => Scope::Few,
                raw::Scope::Part => Scope::Part,
                raw::Scope::Most => Scope::Most,
                raw::Scope::All => Scope::All,
            },
            journeys: self.journeys(&it.journeys),
            cause: it.cause.as_ref().and_then(|suspect| self.suspect(suspect)),
            certain: it.certain,
            data: match it.data {
                raw::DataClaim::Unsaid => DataClaim::Unsaid,
                raw::DataClaim::Safe => DataClaim::Safe,
                raw::DataClaim::Checking => DataClaim::Checking,
                raw::DataClaim::Lost => DataClaim::Lost,
            },
            next: it.next,
            eta: it.eta,
            resolved: it.resolved,
            text: it.text.0.clone(),
        }
    }
}

/// What a written action turned out to be.
enum Asked {
    /// A change of the world.
    World,
    /// Anything else, unless a name in it was wrong.
    Other(Option<Order>),
}

fn role_of(role: raw::Role) -> Role {
    match role {
        raw::Role::Commander => Role::Commander,
        raw::Role::Operations => Role::Operations,
        raw::Role::Communications => Role::Communications,
        raw::Role::Scribe => Role::Scribe,
    }
}

fn audience(audience: raw::Audience) -> Audience {
    match audience {
        raw::Audience::Status => Audience::Status,
        raw::Audience::Customers => Audience::Customers,
        raw::Audience::Executives => Audience::Executives,
        raw::Audience::Support => Audience::Support,
        raw::Audience::Vendor => Audience::Vendor,
    }
}

macro_rules! same_names {
    ($($name:ident)*) => {
        fn mechanism(written: raw::Mechanism) -> Mechanism {
            match written { $(raw::Mechanism::$name => Mechanism::$name),* }
        }
    };
}

same_names! {
    BadRelease BadConfig Overload RetryStorm Leak Exhaustion SlowQueries HeavyJob ColdCache Eviction
    HotSpot Credentials Revoked Throttling ProviderIncident Poison Automation ReplicationLag Outage
    WrongResults Noise
}

/// The skill of a written one.
pub(super) fn skill(written: raw::Skill) -> model::Skill {
    match written {
        raw::Skill::Platform => model::Skill::Platform,
        raw::Skill::Backend => model::Skill::Backend,
        raw::Skill::Data => model::Skill::Data,
        raw::Skill::Security => model::Skill::Security,
        raw::Skill::Support => model::Skill::Support,
    }
}

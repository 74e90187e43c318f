//! How the team is organised: page, declare, roles, close.

use super::{Field, Input, List};
use crate::base::id::{DenseId, PersonId};
use crate::scenario::order::{Order, Role};
use crate::session::Presence;

impl List<'_> {
    pub(super) fn coordination(&mut self) {
        self.add("Acknowledge", "take the page", None, Order::Acknowledge);
        let detail = "findings need no retelling";
        self.add("Open a channel", detail, None, Order::OpenChannel);
        let field = Field {
            label: "severity",
            value: 1.0,
            input: Input::Severity,
        };
        let declare = Order::Declare { severity: 1 };
        let detail = "how bad it is; 1 is the highest";
        self.add("Declare", detail, Some(field), declare);
        self.people();
        for role in Role::ALL {
            self.role(role);
        }
        self.add(
            "Declare mitigated",
            "customers are no longer harmed",
            None,
            Order::DeclareMitigated,
        );
        let detail = "the objectives must hold";
        self.add("Close", detail, None, Order::Close);
    }

    fn people(&mut self) {
        let others = self.session.team().iter().skip(1);
        let people: Vec<(PersonId, String, String, Presence)> = others
            .map(|(id, person, member)| {
                let (name, title) = (person.name.clone(), person.title.clone());
                (id, name, title, member.presence)
            })
            .collect();
        for (id, name, title, presence) in people {
            if presence == Presence::Here {
                self.add(&format!("Ask {name}"), title, None, Order::Ask(id));
            } else {
                self.add(&format!("Page {name}"), title, None, Order::Page(id));
            }
        }
    }

    fn role(&mut self, role: Role) {
        let team = self.session.team();
        let holder = team.holder(role);
        let detail = holder.map_or_else(
            || "nobody has it".to_owned(),
            |id| format!("now {}", team.name(id)),
        );
        let mut others = team.iter().filter(|(id, _, member)| {
            Some(*id) != holder && member.presence == Presence::Here && id.index() > 0
        });
        let to = others.next().map_or(PersonId(0), |(id, _, _)| id);
        let field = Field {
            label: "to",
            value: to.index() as f64,
            input: Input::Person,
        };
        let label = format!("Give the role of {}", role.name());
        self.add(&label, detail, Some(field), Order::Assign { role, to });
    }
}

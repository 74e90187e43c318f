//! What each role may do. A seat may have several; what none of them allows is refused, whatever its
//! browser shows.

use serde::{Deserialize, Serialize};

use crate::scenario::order::Order;

/// A role of a seat. The incident's own roles are given to colleagues; these belong to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeatRole {
    /// Decides: organises the team, looks, suspects, closes.
    Commander,
    /// Looks and changes the system.
    Operations,
    /// Writes to those outside.
    Communications,
    /// Keeps the record: notes and suspicions.
    Scribe,
    /// Watches.
    Observer,
}

impl SeatRole {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Commander,
        Self::Operations,
        Self::Communications,
        Self::Scribe,
        Self::Observer,
    ];

    /// Its name, also in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commander => "commander",
            Self::Operations => "operations",
            Self::Communications => "communications",
            Self::Scribe => "scribe",
            Self::Observer => "observer",
        }
    }

    /// What it is for, in one sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Commander => "Decides. Takes the page, calls people, declares, closes.",
            Self::Operations => "Looks into the system and changes it.",
            Self::Communications => {
                "Tells customers, sellers, executives and support what is going on."
            }
            Self::Scribe => "Writes down what is suspected and what was decided.",
            Self::Observer => "Sees everything and touches nothing.",
        }
    }

    /// The role of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    const fn allows(self, order: &Order) -> bool {
        match self {
            Self::Commander => !matches!(order, Order::Act(_) | Order::Post(_)),
            Self::Operations => matches!(
                order,
                Order::Act(_)
                    | Order::Look(_)
                    | Order::Undo { .. }
                    | Order::Ask(_)
                    | Order::Suspect { .. }
            ),
            Self::Communications => {
                matches!(order, Order::Post(_) | Order::Ask(_) | Order::OpenChannel)
            }
            Self::Scribe => matches!(order, Order::Suspect { .. } | Order::Ask(_)),
            Self::Observer => false,
        }
    }
}

/// Whether one of the roles may give an order.
pub fn may(roles: &[SeatRole], order: &Order) -> bool {
    roles.iter().any(|role| role.allows(order))
}

/// Whether one of the roles may say something: who only watches does not.
pub fn may_speak(roles: &[SeatRole]) -> bool {
    roles.iter().any(|role| *role != SeatRole::Observer)
}

/// Whether one of the roles may put a note into the timeline.
pub fn may_note(roles: &[SeatRole]) -> bool {
    roles
        .iter()
        .any(|role| matches!(role, SeatRole::Scribe | SeatRole::Commander))
}

/// Which panels the roles have besides those that everybody has, by their names in the page.
pub fn panels(roles: &[SeatRole]) -> Vec<&'static str> {
    let mut panels = Vec::new();
    let has = |role| roles.contains(&role);
    if has(SeatRole::Commander) || has(SeatRole::Operations) {
        panels.push("console");
    }
    if has(SeatRole::Commander) || has(SeatRole::Operations) || has(SeatRole::Scribe) {
        panels.push("suspect");
    }
    if has(SeatRole::Communications) {
        panels.push("composer");
    }
    if may_speak(roles) {
        panels.push("say");
    }
    if may_note(roles) {
        panels.push("note");
    }
    panels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::order::{Audience, Post};

    #[test]
    fn who_watches_touches_nothing_and_who_writes_changes_nothing() {
        let post = Order::Post(Post::to(Audience::Status));
        let act = Order::Act(Vec::new());
        for order in [
            &post,
            &act,
            &Order::Acknowledge,
            &Order::Close,
            &Order::Undo { order: 1 },
        ] {
            assert!(!may(&[SeatRole::Observer], order), "{order:?}");
        }
        assert!(may(&[SeatRole::Communications], &post) && !may(&[SeatRole::Communications], &act));
        assert!(may(&[SeatRole::Operations], &act) && !may(&[SeatRole::Operations], &post));
        assert!(may(&[SeatRole::Commander, SeatRole::Operations], &act));
    }
}

//! What was decided, and what came of it: the same run is played again without each decision.

use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};

use serde::Serialize;

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::{Action, Knob};
use crate::scenario::order::Order;
use crate::score::{Baselines, grounds};
use crate::session::{Entry, Fate, Record, Rerun, rerun_without, words};

/// The most decisions of one run that are judged: the first ones.
pub const MOST_DECISIONS: usize = 12;
/// Changes of one kind within this time of each other are one decision.
const TOGETHER: SimDuration = SimDuration::from_secs(120);
/// A decision was harmful if a run without it costs less by this share of what is at stake.
const HARMFUL: f64 = 0.03;
/// And needless if it makes a smaller difference than this share.
const NEEDLESS: f64 = 0.002;

/// What came of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// It spared harm.
    Helped,
    /// It made no difference that counts against it.
    Neutral,
    /// It made no difference.
    Needless,
    /// It did harm.
    Harmful,
    /// It lifted a measure that was still needed.
    TooEarly,
}

/// Changes of one kind that were ordered together, or one that was taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Their numbers in the journal.
    pub orders: Vec<u32>,
    /// When the first was ordered.
    pub at: SimTime,
    /// In words.
    pub what: String,
    /// Customer-minutes that it cost (above zero) or spared (below).
    pub cost_minutes: f64,
    /// The same, as a share of what the reference spares.
    pub cost_share: f64,
    /// What came of it.
    pub verdict: Verdict,
}

/// A decision that has not been judged.
struct Group<'r> {
    orders: Vec<(u32, &'r Entry)>,
    kind: Option<Kind>,
}

/// Changes of one kind: the same thing done, for parameters at the same place.
type Kind = (Discriminant<Action>, Option<Place>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Component(u16),
    Edge(u16),
    Journey(u16),
}

/// What was decided together, not judged yet.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionGroup {
    /// Numbers in the journal.
    pub orders: Vec<u32>,
    /// When the first was ordered.
    pub at: SimTime,
    /// In words.
    pub what: String,
    /// Nothing but taking changes back.
    pub takes_back: bool,
}

/// What was decided in a run, in order of time: all of it.
pub fn decision_groups(record: &Record) -> Vec<DecisionGroup> {
    let group = |it: &Group<'_>| DecisionGroup {
        orders: it.orders.iter().map(|(number, _)| *number).collect(),
        at: it.at(),
        what: it.words(record),
        takes_back: it.kind.is_none(),
    };
    groups(record).iter().map(group).collect()
}

impl Group<'_> {
    fn at(&self) -> SimTime {
        self.orders.first().map_or(SimTime::ZERO, |it| it.1.at)
    }

    fn words(&self, record: &Record) -> String {
        let orders = self.orders.iter();
        let names = orders.map(|it| words::given(&record.scenario, &record.journal, &it.1.order));
        let mut names: Vec<String> = names.collect();
        names.dedup();
        names.join("; ")
    }
}

/// The decisions of a run, each held against the run without it.
pub(super) fn judge(record: &Record, baselines: &Baselines) -> Vec<Decision> {
    let mut groups = groups(record);
    groups.truncate(MOST_DECISIONS);
    let left_out: Vec<BTreeSet<u32>> = groups
        .iter()
        .map(|group| group.orders.iter().map(|(number, _)| *number).collect())
        .collect();
    let ends = rerun_without(record, &left_out);
    let judged = groups.iter().zip(ends);
    judged
        .map(|(group, without)| decision(record, baselines, group, &without))
        .collect()
}

fn groups(record: &Record) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (number, entry) in (1..).zip(&record.journal) {
        let kind = match (&entry.order, &entry.fate) {
            (Order::Act(actions), fate) if fate.landed_at().is_some() => {
                actions.first().map(kind_of)
            }
            (Order::Undo { .. }, Fate::Landed { who: Some(_), .. }) => None,
            _ => continue,
        };
        let same = groups.iter_mut().rev().find(|group| {
            let last = group.orders.last();
            let soon = last.is_some_and(|(_, last)| entry.at.since(last.at) <= TOGETHER);
            kind.is_some() && group.kind == kind && soon
        });
        match same {
            Some(group) => group.orders.push((number, entry)),
            None => groups.push(Group {
                orders: vec![(number, entry)],
                kind,
            }),
        }
    }
    groups
}

fn kind_of(action: &Action) -> Kind {
    let place = match action {
        Action::Change(change) => Some(match change.knob {
            Knob::Component(id, _) => Place::Component(id.0),
            Knob::Edge(id, _) => Place::Edge(id.0),
            Knob::Journey(id, _) => Place::Journey(id.0),
        }),
        _ => None,
    };
    (discriminant(action), place)
}

fn decision(
    record: &Record,
    baselines: &Baselines,
    group: &Group<'_>,
    without: &Rerun,
) -> Decision {
    let cost = record.impact.customer_minutes - without.impact.customer_minutes;
    let share = cost / baselines.at_stake();
    // Harm that was borne so that nothing gets lost was borne for a reason.
    let saved_data = without.lost_messages > record.lost_messages;
    let verdict = if saved_data || share < -NEEDLESS {
        Verdict::Helped
    } else if share > HARMFUL {
        if is_lifting(group) {
            Verdict::TooEarly
        } else {
            Verdict::Harmful
        }
    } else if share <= NEEDLESS && counts_as_needless(record, baselines, group) {
        Verdict::Needless
    } else {
        Verdict::Neutral
    };
    Decision {
        orders: group.orders.iter().map(|(number, _)| *number).collect(),
        at: group.at(),
        what: group.words(record),
        cost_minutes: cost,
        cost_share: share,
        verdict,
    }
}

/// Whether all of it takes something back or lifts a shield.
fn is_lifting(group: &Group<'_>) -> bool {
    group.orders.iter().all(|(_, entry)| match &entry.order {
        Order::Act(actions) => actions.iter().all(grounds::lifts_a_shield),
        _ => true,
    })
}

/// What makes no difference is not held against those who took it back, who cleaned up once the harm
/// was over, or who did as the reference does.
fn counts_as_needless(record: &Record, baselines: &Baselines, group: &Group<'_>) -> bool {
    let harmful_until = record.milestones.mitigated.or(record.milestones.recovered);
    let reference = baselines.reference.as_deref();
    let in_reference = |order: &Order| {
        reference.is_some_and(|it| it.journal.iter().any(|entry| entry.order == *order))
    };
    let mut orders = group.orders.iter();
    orders.any(|(_, entry)| {
        let in_time = entry
            .fate
            .landed_at()
            .is_some_and(|at| harmful_until.is_none_or(|until| at <= until));
        let stays = matches!(entry.fate, Fate::Landed { .. });
        let is_act = matches!(entry.order, Order::Act(_));
        is_act && in_time && stays && !in_reference(&entry.order)
    })
}

/// The decision that spared most, if any spared more than luck can.
pub(super) fn turning_point(decisions: &[Decision]) -> Option<&Decision> {
    let helped = decisions.iter().filter(|it| it.cost_share < -HARMFUL);
    helped.min_by(|a, b| a.cost_share.total_cmp(&b.cost_share))
}

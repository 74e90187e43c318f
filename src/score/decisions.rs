//! What was decided, and what came of it: the same run is played again without each decision.

use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};

use rayon::prelude::*;
use serde::Serialize;

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::{Action, Knob};
use crate::scenario::order::Order;
use crate::score::curve::Measure;
use crate::score::hidden::{MOST_HIDDEN, hidden};
use crate::score::{Baselines, grounds, shields};
use crate::session::{Branch, Edits, Entry, Fate, Record, Rerun, rerun_without, words};

/// The most decisions of one run that are judged: the first ones.
pub const MOST_DECISIONS: usize = 12;
/// Changes of one kind within this time of each other are one decision.
const TOGETHER: SimDuration = SimDuration::from_secs(120);
/// A decision helped, or was harmful, if a run without it costs more, or less, by this share of what is at
/// stake.
const COUNTS: f64 = 0.03;
/// And needless if it makes a smaller difference than this share.
const NEEDLESS: f64 = 0.002;
/// Where the run did not recover, what stayed and spared less than this share helped nobody.
const LITTLE: f64 = 0.10;
/// Other seeds on which a difference between the two has to be the same.
const DICE: u64 = 3;
/// The most decisions of one run that are held against other seeds.
const MOST_DICE: usize = 4;
/// Decisions hide each other where the run spared so much more than they did one by one, as a share of
/// what it spared.
const SHORT: f64 = 0.25;

/// What came of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// It spared harm.
    Helped,
    /// It made no difference that counts against it.
    Neutral,
    /// It made no difference, or one that other seeds do not show.
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
    /// It takes back what had been done before.
    pub takes_back: bool,
}

/// A decision that has not been judged.
struct Group<'r> {
    orders: Vec<(u32, &'r Entry)>,
    kind: Option<Kind>,
    /// The orders that it takes back.
    takes_back: Vec<u32>,
}

/// Changes of one kind: the same thing done, for parameters and capacity at the same place.
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
    /// The orders that it takes back, where that is all it does: undone, or a shield that is lifted again.
    pub takes_back: Vec<u32>,
    /// When the last of these had landed.
    pub done: Option<SimTime>,
}

/// What was decided in a run, in order of time: all of it.
pub fn decision_groups(record: &Record) -> Vec<DecisionGroup> {
    let group = |it: &Group<'_>| DecisionGroup {
        orders: it.orders.iter().map(|(number, _)| *number).collect(),
        at: it.at(),
        what: it.words(record),
        takes_back: it.takes_back.clone(),
        done: shields::landed(record, &it.takes_back),
    };
    groups(record).iter().map(group).collect()
}

impl Group<'_> {
    fn numbers(&self) -> BTreeSet<u32> {
        self.orders.iter().map(|(number, _)| *number).collect()
    }

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
    let left_out: Vec<BTreeSet<u32>> = groups.iter().map(Group::numbers).collect();
    let ends = rerun_without(record, &left_out);
    let judged = groups.iter().zip(ends);
    let mut decisions: Vec<Decision> = judged
        .map(|(group, without)| decision(record, baselines, group, &without))
        .collect();
    unmask(record, baselines, &groups, &mut decisions);
    roll_dice(record, baselines, &groups, &mut decisions);
    decisions
}

/// What looks needless because something else would have been enough as well was not needless.
fn unmask(
    record: &Record,
    baselines: &Baselines,
    groups: &[Group<'_>],
    decisions: &mut [Decision],
) {
    let own = record.impact.customer_minutes;
    let spared = baselines.harm(Measure::Minutes).totals().0 - own;
    let told: f64 = decisions.iter().map(|it| (-it.cost_minutes).max(0.0)).sum();
    let is_needless = |it: &Decision| it.verdict == Verdict::Needless;
    if !decisions.iter().any(is_needless) || spared - told <= SHORT * spared {
        return;
    }
    let weak = decisions.iter().enumerate().filter(|(_, it)| {
        let counts = matches!(
            it.verdict,
            Verdict::Needless | Verdict::Neutral | Verdict::Helped
        );
        counts && !it.takes_back
    });
    let weak: Vec<usize> = weak.map(|(place, _)| place).collect();
    let weak = &weak[weak.len().saturating_sub(MOST_HIDDEN)..];
    let costs: Vec<f64> = weak.iter().map(|it| decisions[*it].cost_share).collect();
    let play = |set: &[usize]| {
        let numbers = set.iter().flat_map(|it| groups[weak[*it]].numbers());
        let ends = rerun_without(record, &[numbers.collect()]);
        let without = ends.first().map_or(own, |it| it.impact.customer_minutes);
        Ok::<f64, std::convert::Infallible>((own - without) / baselines.at_stake())
    };
    let Ok(found) = hidden(&costs, COUNTS, |it| *it, play);
    for member in found.into_iter().flat_map(|it| it.0) {
        decisions[weak[member]].verdict = Verdict::Helped;
    }
}

/// A small difference that other seeds do not show is none: the order only threw the dice once more.
fn roll_dice(
    record: &Record,
    baselines: &Baselines,
    groups: &[Group<'_>],
    decisions: &mut [Decision],
) {
    let is_small = |it: &&mut Decision| {
        let share = it.cost_share.abs();
        share > NEEDLESS && share <= COUNTS && !it.takes_back
    };
    let saved_data = |it: &Decision| it.verdict == Verdict::Helped && it.cost_share > -NEEDLESS;
    let judged = decisions.iter_mut().zip(groups);
    let small = judged.filter(|(it, _)| is_small(it) && !saved_data(it));
    let small: Vec<_> = small.take(MOST_DICE).collect();
    if small.is_empty() {
        return;
    }
    let without = small.iter().map(|it| Edits::without(it.1.numbers()));
    let edits: Vec<Edits> = [Edits::default()].into_iter().chain(without).collect();
    let places: Vec<(&Edits, u64)> = edits
        .iter()
        .flat_map(|edits| (1..=DICE).map(move |step| (edits, step)))
        .collect();
    let minutes: Vec<f64> = places
        .into_par_iter()
        .map(|(edits, step)| {
            let seed = record.seed.wrapping_add(step);
            let branch = Branch::elsewhere(record, seed, record.variant, edits);
            branch.play().impact.customer_minutes
        })
        .collect();
    let (with, without) = minutes.split_at(DICE as usize);
    for ((decision, group), without) in small.into_iter().zip(without.chunks(DICE as usize)) {
        let shows = |(with, without): (&f64, &f64)| {
            let share = (with - without) / baselines.at_stake();
            share.abs() > NEEDLESS && share.signum() == decision.cost_share.signum()
        };
        if !with.iter().zip(without).all(shows) {
            decision.verdict = if counts_as_needless(record, baselines, group) {
                Verdict::Needless
            } else {
                Verdict::Neutral
            };
        }
    }
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
                takes_back: Vec::new(),
            }),
        }
    }
    for group in &mut groups {
        let numbers: Vec<u32> = group.numbers().into_iter().collect();
        group.takes_back = shields::taken_back(record, &numbers);
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
        // Room at one part says nothing of room at another.
        Action::Scale { component: id, .. }
        | Action::AddReplicas { database: id, .. }
        | Action::WarmCache { cache: id, .. }
        | Action::SetAutoscaler { service: id, .. } => Some(Place::Component(id.0)),
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
    let recovers = [record.milestones.recovered, without.recovered];
    let stays = |it: &(u32, &Entry)| matches!(it.1.fate, Fate::Landed { .. });
    let (helps, idle) = if recovers.iter().any(Option::is_some) || !group.orders.iter().all(stays) {
        (COUNTS, NEEDLESS)
    } else {
        (LITTLE, LITTLE)
    };
    let verdict = if saved_data || share < -helps {
        Verdict::Helped
    } else if share > COUNTS {
        if is_lifting(group) {
            Verdict::TooEarly
        } else {
            Verdict::Harmful
        }
    } else if (-idle..=NEEDLESS).contains(&share) && counts_as_needless(record, baselines, group) {
        Verdict::Needless
    } else {
        Verdict::Neutral
    };
    Decision {
        orders: group.numbers().into_iter().collect(),
        at: group.at(),
        what: group.words(record),
        cost_minutes: cost,
        cost_share: share,
        verdict,
        takes_back: !group.takes_back.is_empty(),
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

/// The decision that spared most, if any spared more than luck can. Taking back what one had done oneself
/// is none.
pub(super) fn turning_point(decisions: &[Decision]) -> Option<&Decision> {
    let helped = decisions
        .iter()
        .filter(|it| it.cost_share < -COUNTS && !it.takes_back);
    helped.min_by(|a, b| a.cost_share.total_cmp(&b.cost_share))
}

//! How a run stands on the axes while it is played: what is still within reach.
//!
//! A score needs a run that is over. So it is asked what this run would score if everything that is left
//! were done rightly at this very moment: what has been lost by now is lost, whatever follows. It starts
//! at 100 and hardly ever rises; decisions are not played again, so it is never too strict about them.

use serde::Serialize;

use crate::base::time::SimTime;
use crate::scenario::order::{Audience, DataClaim, Look, Order, Post, Scope};
use crate::score::{AxisName, Baselines, Depth, score};
use crate::session::{
    Ending, Entry, Fate, Hypothesis, Outcome, PLAYER, Published, Record, Situation,
};

/// What a run can still reach, from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Standing {
    /// Of all axes together; `None` where it would tell too much.
    pub total: Option<f64>,
    /// Of each axis, in the order of [`AxisName::ALL`].
    pub axes: [Option<f64>; 5],
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    /// The facilitator, who knows everything.
    Lead,
    /// Teams and the wall: nothing that tells whether a suspicion or a message was right, and no harm
    /// that nobody has noticed. Judgement and learning are for the end.
    Everybody,
}

/// Where a run that goes on stands.
pub fn standing(record: Record, baselines: &Baselines, eyes: Eyes) -> Standing {
    let record = if eyes == Eyes::Everybody {
        veiled(record)
    } else {
        record
    };
    let score = score(&all_done_now(record), baselines, Depth::Quick);
    let rounded = |points: f64| (points * 10.0).round() / 10.0;
    let is_told = |name: AxisName| {
        eyes == Eyes::Lead || !matches!(name, AxisName::Judgement | AxisName::Learning)
    };
    Standing {
        total: (eyes == Eyes::Lead).then(|| rounded(score.total)),
        axes: AxisName::ALL.map(|name| is_told(name).then(|| rounded(score.axis(name).points))),
    }
}

/// What anybody in the room could know: suspicions and messages as if they were right.
fn veiled(mut record: Record) -> Record {
    record.impact = record.impact.seen();
    for sample in &mut record.samples {
        sample.impact = sample.impact.seen();
    }
    let believed = record.hypotheses.iter().find(|it| it.confidence >= 0.5);
    record.milestones.diagnosed = believed.map(|it| it.at);
    if record.milestones.recovered.is_none() {
        record.milestones.mitigated = None;
    }
    record.lost_messages = 0;
    for told in &mut record.posts {
        told.post.scope = Scope::Unsaid;
        told.post.data = DataClaim::Unsaid;
        told.post.cause = None;
        told.post.eta = None;
        told.post.resolved = false;
    }
    record
}

/// The run as if everything that is left happened at its last moment.
fn all_done_now(mut record: Record) -> Record {
    let now = record.simulated;
    let m = &mut record.milestones;
    if m.onset.is_some() {
        for moment in [
            &mut m.detected,
            &mut m.acknowledged,
            &mut m.declared,
            &mut m.diagnosed,
            &mut m.mitigated,
            &mut m.recovered,
        ] {
            moment.get_or_insert(now);
        }
    }
    m.closed.get_or_insert(now);
    record.outcome = Outcome::Recovered;
    record.ending = Ending::Closed;
    let severity = record.scenario.severity(record.variant);
    let is_declared = record
        .journal
        .iter()
        .any(|it| matches!(it.order, Order::Declare { .. }) && it.fate.was_taken());
    let look = Order::Look(Look::Changes);
    let declare = Order::Declare { severity };
    let mut left = vec![Order::Acknowledge, look];
    left.extend((!is_declared).then_some(declare));
    record
        .journal
        .extend(left.into_iter().map(|it| done(it, now)));
    suspect(&mut record, now);
    tell(&mut record, now);
    record
}

fn done(order: Order, at: SimTime) -> Entry {
    Entry {
        at,
        actor: String::new(),
        order,
        by: None,
        fate: Fate::Landed { who: None, at },
    }
}

/// The right cause is written down, where it is not yet, and what was suspected besides is dropped.
fn suspect(record: &mut Record, now: SimTime) {
    let variant = record.scenario.variants.get(record.variant);
    let right = variant.map_or(&[][..], |it| &it.truth.suspects);
    let Some(best) = right.first().copied() else {
        return;
    };
    let order = u32::try_from(record.journal.len()).unwrap_or(u32::MAX);
    let newest = |confidence, suspect| Hypothesis {
        at: now,
        order,
        suspect,
        confidence,
    };
    let is_known = record
        .hypotheses
        .iter()
        .any(|it| right.contains(&it.suspect) && it.confidence >= 0.5);
    let wrong = record.hypotheses.iter().map(|it| it.suspect);
    let mut wrong: Vec<_> = wrong.filter(|it| !right.contains(it)).collect();
    wrong.sort_unstable();
    wrong.dedup();
    let dropped = wrong.into_iter().map(|it| newest(0.0, it));
    let mut last: Vec<Hypothesis> = dropped.collect();
    last.extend((!is_known).then(|| newest(1.0, best)));
    record.hypotheses.extend(last);
}

/// Everybody who has to be kept informed is told once more, truly.
fn tell(record: &mut Record, now: SimTime) {
    let data = if record.lost_messages > 0 {
        DataClaim::Lost
    } else {
        DataClaim::Unsaid
    };
    let published = |post| Published {
        at: now,
        order: u32::MAX,
        who: PLAYER,
        post,
        truth: Situation {
            healthy_for_s: Some(0.0),
            improving: true,
            ..Situation::default()
        },
    };
    let rules = record.scenario.informed.clone();
    for rule in rules {
        let post = Post {
            language: rule.language.clone(),
            data,
            ..Post::to(rule.audience)
        };
        record.posts.push(published(Post {
            scope: Scope::Nobody,
            next: Some(rule.every),
            ..post.clone()
        }));
        record.posts.push(published(Post {
            resolved: true,
            ..post
        }));
    }
    if record.posts.is_empty() {
        record.posts.push(published(Post {
            resolved: true,
            ..Post::to(Audience::Status)
        }));
    }
}

//! Communication: messages to those outside, against the rules and against what was true.
//!
//! What every audience with a rule is owed shares 100 points; what is untrue costs on top of that.

use std::collections::BTreeSet;

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::model::{Informed, TICKET};
use crate::scenario::order::{Audience, DataClaim, Scope};
use crate::score::axis::{Axis, Loss, capped};
use crate::score::{Why, is_untouched};
use crate::session::{Note, Published, Record, words};

/// The first message is in time.
const FIRST: f64 = 40.0;
/// No silence is too long.
const SILENCE: f64 = 20.0;
/// In the audience's language.
const LANGUAGE: f64 = 10.0;
/// Somebody says how many are hit.
const SCOPE: f64 = 15.0;
/// Somebody says when the next message comes.
const PROMISE: f64 = 5.0;
/// Who heard of trouble hears of its end.
const OVER: f64 = 10.0;

/// Each bucket of understatement.
const UNDERSTATED: f64 = 8.0;
/// Each bucket of overstatement beyond the first.
const OVERSTATED: f64 = 3.0;
/// A wrong cause that is called certain, and one that is not.
const WRONG_CAUSE: (f64, f64) = (25.0, 4.0);
/// A promise of recovery without a reason.
const ETA: f64 = 8.0;
/// A promised message that did not come.
const BROKEN: f64 = 6.0;
/// Said to be well: while it was not, and before it was not again.
const RESOLVED: (f64, f64) = (20.0, 8.0);
/// Lost data: called safe, and never told.
const DATA: (f64, f64) = (25.0, 20.0);
/// The most that one kind of untruth costs.
const MOST: f64 = 40.0;
/// There is this much time to say that it is over.
const FAREWELL: SimDuration = SimDuration::from_secs(5 * 60);
/// A promised message may be this late.
const GRACE: SimDuration = SimDuration::from_secs(120);
/// A regular message may be this late: somebody has to write it.
const WRITING: SimDuration = SimDuration::from_secs(60);

/// The axis.
pub(super) fn axis(record: &Record) -> Axis {
    // A ticket owes nobody outside a word.
    let is_ticket = record.scenario.severity(record.variant) >= TICKET;
    if record.posts.is_empty() {
        return if is_ticket && !is_untouched(record) {
            Axis::less(Vec::new())
        } else {
            Axis::none(Why::NothingSaid)
        };
    }
    let paged = first_alarm(record);
    let end = record.milestones.recovered.unwrap_or(record.simulated);
    let hit = hit(record);
    // Whoever need not have been told by the end, and was not, is no matter.
    let owed = |rule: &&Informed| {
        let told = posts_to(record, rule.audience).next().is_some();
        let is_due = paged + rule.first <= end || hit == Some(rule.audience);
        told || (!is_ticket && is_due)
    };
    let rules: Vec<&Informed> = record.scenario.informed.iter().filter(owed).collect();
    let share = 1.0 / rules.len().max(1) as f64;
    let mut losses = Vec::new();
    for rule in rules {
        let own = losses_of_rule(record, rule, paged, end);
        losses.extend(own.into_iter().map(|loss| Loss {
            points: loss.points * share,
            ..loss
        }));
    }
    losses.extend(scopes(record));
    losses.extend(promises(record));
    losses.extend(causes(record));
    losses.extend(etas(record));
    losses.extend(resolved(record));
    losses.extend(data(record));
    Axis::less(losses)
}

/// Who is owed a message however soon it was over. Whoever paid and got nothing, got something wrong or lost
/// something does not see it by looking again: they are told themselves. Where everybody saw it, one public
/// message will do.
fn hit(record: &Record) -> Option<Audience> {
    let rules = &record.scenario.informed;
    let has_rule = |audience: &Audience| rules.iter().any(|it| it.audience == *audience);
    // Where nobody writes to customers, the support desk speaks to them.
    let them = [Audience::Customers, Audience::Status, Audience::Support];
    let mut them = them.into_iter().filter(has_rule);
    let impact = &record.impact;
    if record.lost_messages > 0 || impact.repeated + impact.wrong > 0 {
        return them.next();
    }
    let onset = record.milestones.onset?;
    let was_seen = record.milestones.recovered.is_none_or(|at| at > onset);
    let is_told = |audience| posts_to(record, audience).next().is_some();
    let was_told = them.clone().any(is_told);
    them.next().filter(|_| was_seen && !was_told)
}

/// The moment from which messages are owed.
fn first_alarm(record: &Record) -> SimTime {
    let m = &record.milestones;
    let fired = record
        .log
        .iter()
        .find(|(_, note)| matches!(note, Note::Alarm { fired: true, .. }));
    let first = m.detected.or(fired.map(|(at, _)| *at));
    first.or(m.acknowledged).or(m.onset).unwrap_or_default()
}

fn posts_to(record: &Record, audience: Audience) -> impl Iterator<Item = &Published> {
    let posts = record.posts.iter();
    posts.filter(move |it| it.post.to == audience)
}

fn of_post(points: f64, why: Why, post: &Published) -> Loss {
    Loss::of(points, why).at(post.at).by(post.order)
}

/// What one audience was owed and did not get, of 100 points.
fn losses_of_rule(record: &Record, rule: &Informed, paged: SimTime, end: SimTime) -> Vec<Loss> {
    let audience = rule.audience;
    let posts: Vec<&Published> = posts_to(record, audience).collect();
    let Some(first) = posts.first() else {
        let why = Why::NeverTold { audience };
        return vec![Loss::of(100.0, why).at((paged + rule.first).min(record.simulated))];
    };
    let mut losses = Vec::new();
    let due = paged + rule.first;
    let by = first.at.since(due);
    if !by.is_zero() && due <= end {
        let late = share_of(by, rule.first);
        losses.push(of_post(
            FIRST * late,
            Why::FirstLate { audience, by },
            first,
        ));
    }
    losses.extend(silence(rule, &posts, end));
    let wrong = posts.iter().filter(|it| it.post.language != rule.language);
    let each = LANGUAGE / posts.len() as f64;
    losses.extend(wrong.map(|it| {
        let why = Why::WrongLanguage {
            audience,
            said: it.post.language.clone(),
            wanted: rule.language.clone(),
        };
        of_post(each, why, it)
    }));
    let open: Vec<&&Published> = posts.iter().filter(|it| !it.post.resolved).collect();
    if let Some(last) = open.last() {
        if open.iter().all(|it| it.post.scope == Scope::Unsaid) {
            losses.push(of_post(SCOPE, Why::NoScope { audience }, last));
        }
        if open.iter().all(|it| it.post.next.is_none()) {
            losses.push(of_post(PROMISE, Why::NoPromise { audience }, last));
        }
        let has_ended =
            |at: SimTime| record.milestones.closed.is_some() || record.simulated > at + FAREWELL;
        let recovered = record.milestones.recovered.filter(|at| has_ended(*at));
        if let Some(at) = recovered.filter(|_| open.len() == posts.len()) {
            losses.push(Loss::of(OVER, Why::NeverOver { audience }).at(at));
        }
    }
    losses
}

/// The longest silence between the first message and the recovery.
fn silence(rule: &Informed, posts: &[&Published], end: SimTime) -> Option<Loss> {
    let next = posts.iter().skip(1).map(|it| it.at).chain([end]);
    let gaps = posts.iter().zip(next);
    let (from, lasted) = gaps
        .map(|(post, next)| (post, next.min(end).since(post.at)))
        .max_by_key(|(_, lasted)| *lasted)?;
    let over = (SimTime::ZERO + lasted).since(SimTime::ZERO + rule.every + WRITING);
    let why = Why::Silence {
        audience: rule.audience,
        lasted,
        allowed: rule.every,
    };
    (!over.is_zero()).then(|| of_post(SILENCE * share_of(over, rule.every), why, from))
}

fn share_of(part: SimDuration, whole: SimDuration) -> f64 {
    (part.as_secs_f64() / whole.as_secs_f64().max(1.0)).min(1.0)
}

/// Buckets of [`Scope`], from nobody (0) to all (4).
fn bucket(share: f64) -> i32 {
    match share {
        share if share <= 0.0 => 0,
        share if share < 0.05 => 1,
        share if share <= 1.0 / 3.0 => 2,
        share if share <= 0.8 => 3,
        _ => 4,
    }
}

/// How many were said to be hit, against how many were.
fn scopes(record: &Record) -> Vec<Loss> {
    // What the objectives allow may be called nobody, and need not.
    let allowed = 1.0 - record.scenario.objectives.success_share;
    let at_least = |share: f64| if share <= allowed { 0 } else { bucket(share) };
    let loss = |it: &Published| {
        let said = it.post.scope;
        let claim = match said {
            Scope::Unsaid => return None,
            Scope::Nobody => 0,
            Scope::Few => 1,
            Scope::Part => 2,
            Scope::Most => 3,
            Scope::All => 4,
        };
        let (least, most) = it.truth.harmed_share;
        let under = at_least(least) - claim;
        let over = claim - bucket(most) - 1;
        if under > 0 {
            let why = Why::Understated { said, least };
            return Some(of_post(UNDERSTATED * f64::from(under), why, it));
        }
        let why = Why::Overstated { said, most };
        (over > 0).then(|| of_post(OVERSTATED * f64::from(over), why, it))
    };
    capped(record.posts.iter().filter_map(loss).collect(), MOST)
}

/// Promises of a next message.
fn promises(record: &Record) -> Vec<Loss> {
    let loss = |it: &Published| {
        let promised = it.post.next.filter(|_| !it.post.resolved)?;
        let due = it.at + promised + GRACE;
        let audience = it.post.to;
        let kept = posts_to(record, audience).any(|next| next.at > it.at && next.at <= due);
        let why = Why::PromiseBroken { audience, promised };
        (!kept && due < record.simulated).then(|| of_post(BROKEN, why, it))
    };
    capped(record.posts.iter().filter_map(loss).collect(), MOST)
}

/// Causes that are not: each one counts once, however many are told.
fn causes(record: &Record) -> Vec<Loss> {
    let variant = record.scenario.variants.get(record.variant);
    let right = variant.map_or(&[][..], |it| &it.truth.suspects);
    let mut named = BTreeSet::new();
    let mut losses = Vec::new();
    for it in &record.posts {
        let Some(cause) = it.post.cause.filter(|cause| !right.contains(cause)) else {
            continue;
        };
        let certain = it.post.certain;
        if named.insert((cause, certain)) {
            let points = if certain {
                WRONG_CAUSE.0
            } else {
                WRONG_CAUSE.1
            };
            let named = words::suspect(&record.scenario.world, cause);
            losses.push(of_post(points, Why::WrongCause { named, certain }, it));
        }
    }
    capped(losses, MOST)
}

/// Promises of recovery.
fn etas(record: &Record) -> Vec<Loss> {
    let loss = |it: &Published| {
        let promised = it.post.eta?;
        let grounded = it.truth.improving || it.truth.healthy_for_s.is_some();
        let why = Why::EtaUngrounded { promised };
        (!grounded).then(|| of_post(ETA, why, it))
    };
    capped(record.posts.iter().filter_map(loss).collect(), MOST)
}

/// Claims that all is well.
fn resolved(record: &Record) -> Vec<Loss> {
    let recovered = record.milestones.recovered;
    let loss = |it: &Published| {
        if !it.post.resolved {
            return None;
        }
        if it.truth.healthy_for_s.is_none() {
            return Some(of_post(RESOLVED.0, Why::ResolvedFalsely, it));
        }
        let lasted = recovered.is_some_and(|at| at <= it.at);
        (!lasted).then(|| of_post(RESOLVED.1, Why::ResolvedTooSoon, it))
    };
    capped(record.posts.iter().filter_map(loss).collect(), MOST)
}

/// What was said about data.
fn data(record: &Record) -> Vec<Loss> {
    let untrue = record.posts.iter().filter_map(|it| {
        let lost = it.truth.lost_messages;
        let untrue = it.post.data == DataClaim::Safe && lost > 0;
        untrue.then(|| of_post(DATA.0, Why::DataSaidSafe { lost }, it))
    });
    let mut losses = capped(untrue.collect(), MOST);
    let lost = record.lost_messages;
    let told = |claim| record.posts.iter().any(|it| it.post.data == claim);
    if lost > 0 && !told(DataClaim::Lost) {
        // That it is being looked into is half of the truth.
        let part = if told(DataClaim::Checking) { 0.5 } else { 1.0 };
        losses.push(Loss::of(DATA.1 * part, Why::DataLossUnsaid { lost }).at(record.simulated));
    }
    losses
}

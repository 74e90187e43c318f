//! What an incident came to, as a debrief shows it: outcome, curves, moments, axes, losses, messages,
//! cause and lesson. Everything here was counted; what has not been judged yet is missing.

use serde::Serialize;

use crate::base::text::{clock_of, thousands};
use crate::base::time::SimTime;
use crate::debrief::analysis::Analysis;
use crate::scenario::describe;
use crate::scenario::model::{Clue, Scenario, Variant};
use crate::scenario::order::Order;
use crate::score::{AxisName, Baselines, Loss, Score, Verdict, Why};
use crate::session::{Ending, Milestones, Outcome, Record, words};
use crate::view::debrief_moments::{Moment, moments};
use crate::view::worth::{Worth, worth};

/// A finished incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Debrief {
    /// Title of the scenario.
    pub scenario: String,
    /// Such as `checkout-5xx · seed 7`.
    pub source: String,
    /// The outcome, such as `Recovered after 21 minutes`.
    pub headline: String,
    /// Why it was over, and what it cost.
    pub ending: String,
    /// The objectives held in the end.
    pub recovered: bool,
    /// Points of 100, once it has been judged.
    pub total: Option<f64>,
    /// What customers lost over time.
    pub curves: Curves,
    /// What happened and what was decided, in order of time.
    pub moments: Vec<Moment>,
    /// The five axes; empty until it has been judged.
    pub axes: Vec<AxisRow>,
    /// What was reached when.
    pub milestones: Vec<MilestoneRow>,
    /// Whether there was a reference to compare with.
    pub has_reference: bool,
    /// Where the points went, the largest loss first.
    pub losses: Vec<LossRow>,
    /// What was said to those outside.
    pub posts: Vec<PostRow>,
    /// What of communication went wrong without a message to blame.
    pub unsaid: Vec<LossRow>,
    /// What was behind it.
    pub cause: Cause,
    /// What it teaches.
    pub lesson: Lesson,
    /// What an analysis found; `None` until there is one.
    pub worth: Option<Worth>,
}

/// Customer-minutes lost over minutes since the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Curves {
    /// This run.
    pub you: Curve,
    /// Nobody did anything.
    pub nothing: Option<Curve>,
    /// The reference plan.
    pub reference: Option<Curve>,
    /// Minutes that a chart shows.
    pub span_min: f64,
    /// Customer-minutes that a chart has room for.
    pub most: f64,
}

/// One curve.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Curve {
    /// Minutes and customer-minutes.
    pub points: Vec<(f64, f64)>,
    /// At its end.
    pub total: f64,
}

/// One axis of the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AxisRow {
    /// Which.
    pub axis: AxisName,
    /// From 0 to 100.
    pub points: f64,
    /// Share of the total, from 0 to 1.
    pub weight: f64,
    /// What was counted, in a few words.
    pub fact: String,
    /// Whether the fact tells whether the cause was found.
    pub fact_spoils: bool,
    /// The largest loss.
    pub worst: Option<LossRow>,
}

/// Something that can be reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MilestoneRow {
    /// What.
    pub what: &'static str,
    /// When, in the incident.
    pub at: Option<SimTime>,
    /// So long after the onset; `None` is never.
    pub yours: Option<String>,
    /// The same of the reference.
    pub reference: Option<String>,
    /// Says whether the right cause was found.
    pub spoils: bool,
}

/// Points that are missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossRow {
    /// Which axis.
    pub axis: AxisName,
    /// Points of the total.
    pub points: f64,
    /// The moment it can be traced to.
    pub at: Option<SimTime>,
    /// The same as time of day.
    pub clock: Option<String>,
    /// One sentence.
    pub why: String,
    /// The sentence gives the cause away, or rules one out.
    pub spoils: bool,
}

/// A message that went out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PostRow {
    /// As time of day.
    pub clock: String,
    /// For whom.
    pub to: &'static str,
    /// Its text.
    pub text: String,
    /// What was wrong with it; empty is nothing, once judged.
    pub wrong: Vec<LossRow>,
}

/// What was behind it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cause {
    /// In words.
    pub words: String,
    /// The component at fault.
    pub culprit: Option<String>,
    /// Right answers, the best first.
    pub right: Vec<String>,
    /// What looked right and was not.
    pub distractors: Vec<String>,
    /// Signs that could be found, and whether this run looked there.
    pub signs: Vec<(String, Option<bool>)>,
    /// What would have prevented it.
    pub follow_ups: Vec<String>,
}

/// What it teaches.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lesson {
    /// The interview question behind the scenario.
    pub drill: String,
    /// The question that it drills.
    pub question: String,
    /// Skills.
    pub skills: Vec<String>,
    /// Notes.
    pub notes: Vec<String>,
    /// What not to say.
    pub avoid: Vec<String>,
}

/// The debrief of a run; without its judgement or its analysis what can be said before.
pub fn debrief(
    record: &Record,
    judged: Option<(&Score, &Baselines)>,
    analysis: Option<&Analysis>,
) -> Debrief {
    let worth = analysis.map(|it| worth(record, it));
    let scenario = &record.scenario;
    let variant = scenario.variants.get(record.variant);
    let baselines = judged.map(|it| it.1);
    let curves = curves(record, baselines);
    let mut losses: Vec<LossRow> = judged.map_or_else(Vec::new, |(score, _)| losses(record, score));
    let (posts, unsaid) = posts(record, &losses);
    losses.retain(|loss| loss.points >= 0.05);
    Debrief {
        scenario: scenario.meta.title.clone(),
        source: format!("{} · seed {}", scenario.id, record.seed),
        headline: headline(record),
        ending: ending(record),
        recovered: record.outcome == Outcome::Recovered,
        total: judged.map(|(score, _)| score.total),
        moments: moments(record, judged.map(|it| it.0), worth.as_ref(), &curves.you),
        axes: judged.map_or_else(Vec::new, |(score, base)| axes(record, score, base)),
        milestones: milestones(record, baselines.and_then(|it| it.reference.as_deref())),
        has_reference: baselines.is_some_and(|it| it.reference.is_some()),
        losses,
        posts,
        unsaid,
        cause: variant.map_or_else(Cause::default, |it| cause(record, it)),
        lesson: lesson(scenario),
        worth,
        curves,
    }
}

/// `21 minutes`, `1 minute`, `40 seconds`.
pub fn about(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 90.0 => (s.round() as u64, "second"),
        s => ((s / 60.0).round() as u64, "minute"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

pub(super) fn headline(record: &Record) -> String {
    let Some(onset) = record.milestones.onset else {
        return "It ended before anything had gone wrong".to_owned();
    };
    let lasted = about(record.simulated.since(onset).as_secs_f64());
    match (record.outcome, record.milestones.recovered, record.ending) {
        (Outcome::Recovered, Some(at), _) => {
            let took = at.since(onset).as_secs_f64();
            format!("Recovered after {}", about(took))
        }
        (Outcome::Recovered, None, _) => "Customers were never harmed".to_owned(),
        (_, _, Ending::DataLost) => format!("Data was lost after {lasted}"),
        (_, _, Ending::Abandoned) => format!("Left after {lasted}, not recovered"),
        (Outcome::ClosedEarly, ..) => format!("Closed early, not recovered after {lasted}"),
        (Outcome::Unrecovered, ..) => format!("Not recovered after {lasted}"),
    }
}

fn ending(record: &Record) -> String {
    let why = match record.ending {
        Ending::Closed => "You closed it, and the objectives held",
        Ending::StoodDown => "The objectives held",
        Ending::TimeUp => "The time was up",
        Ending::DataLost => "More messages are gone for good than may be",
        Ending::Abandoned => "You stopped before it was over",
    };
    let impact = &record.impact;
    let mut text = format!(
        "{why} · {} customer-minutes",
        thousands(impact.customer_minutes)
    );
    if impact.money_lost >= 0.5 {
        let currency = &record.scenario.meta.currency;
        text.push_str(&format!(" and {currency}{}", thousands(impact.money_lost)));
    }
    text.push_str(" lost");
    for (count, words) in [
        (impact.repeated, "done once too often"),
        (impact.wrong, "answered wrongly"),
    ] {
        if count > 0 {
            text.push_str(&format!(" · {} {words}", thousands(count as f64)));
        }
    }
    if let Some(budget) = record.scenario.objectives.budget {
        let currency = &record.scenario.meta.currency;
        let (spent, budget) = (thousands(record.spent), thousands(budget));
        text.push_str(&format!(
            " · {currency}{spent} of {currency}{budget} spent on capacity"
        ));
    }
    text
}

fn minute(at: SimTime) -> f64 {
    at.as_secs_f64() / 60.0
}

pub(super) fn curve(record: &Record) -> Curve {
    let samples = record.samples.iter();
    let before = samples.filter(|sample| sample.at < record.simulated);
    let mut points: Vec<(f64, f64)> = before
        .map(|it| (minute(it.at), it.impact.customer_minutes))
        .collect();
    let total = record.impact.customer_minutes;
    points.push((minute(record.simulated), total));
    Curve { points, total }
}

impl Curve {
    /// Customer-minutes lost by then; straight between two points.
    pub fn at(&self, minute: f64) -> f64 {
        let after = self.points.partition_point(|(at, _)| *at <= minute);
        let Some(&(from, lost)) = after.checked_sub(1).and_then(|it| self.points.get(it)) else {
            return 0.0;
        };
        let Some(&(to, next)) = self.points.get(after) else {
            return lost;
        };
        lost + (next - lost) * (minute - from) / (to - from).max(1e-6)
    }

    /// Its last minute.
    pub fn ends(&self) -> f64 {
        self.points.last().map_or(0.0, |it| it.0)
    }
}

/// The chart ends some time after this run and the reference, and is not so tall that they lie flat on
/// its ground.
fn curves(record: &Record, baselines: Option<&Baselines>) -> Curves {
    const AFTER: f64 = 1.25;
    const TALLEST: f64 = 3.0;
    let you = curve(record);
    let nothing = baselines.map(|it| curve(&it.nothing));
    let reference = baselines.and_then(|it| it.reference.as_deref().map(curve));
    let limit = record.scenario.objectives.time_limit.as_secs_f64() / 60.0;
    let ends = reference
        .as_ref()
        .map_or(0.0, Curve::ends)
        .max(you.ends() * AFTER);
    let span_min = ends.min(limit).max(you.ends()).max(1.0);
    let lower = reference
        .as_ref()
        .map_or(0.0, |it| it.total)
        .max(you.at(span_min));
    let upper = nothing.as_ref().map_or(0.0, |it| it.at(span_min));
    let most = upper.min(lower * TALLEST).max(lower * 1.08).max(1.0);
    Curves {
        you,
        nothing,
        reference,
        span_min,
        most,
    }
}

fn after_onset(m: &Milestones, at: Option<SimTime>) -> Option<String> {
    Some(clock_of(at?.since(m.onset?).as_secs_f64()))
}

fn milestones(record: &Record, reference: Option<&Record>) -> Vec<MilestoneRow> {
    type Get = fn(&Milestones) -> Option<SimTime>;
    const ALL: [(&str, Get, bool); 7] = [
        ("noticed", |it| it.detected, false),
        ("acknowledged", |it| it.acknowledged, false),
        ("declared", |it| it.declared, false),
        ("cause found", |it| it.diagnosed, true),
        ("mitigated", |it| it.mitigated, false),
        ("recovered", |it| it.recovered, false),
        ("closed", |it| it.closed, false),
    ];
    let own = &record.milestones;
    let rows = ALL.into_iter().map(|(what, get, spoils)| MilestoneRow {
        what,
        at: get(own),
        yours: after_onset(own, get(own)),
        reference: reference.and_then(|it| after_onset(&it.milestones, get(&it.milestones))),
        spoils,
    });
    rows.collect()
}

/// Whether a reason tells what the cause was, or what it was not.
const fn spoils(why: &Why) -> bool {
    matches!(
        why,
        Why::WrongRootCause { .. }
            | Why::WrongMechanism { .. }
            | Why::InsightLate { .. }
            | Why::InsightNever
            | Why::Miscalibrated { .. }
            | Why::CauseNotAmongSuspects
            | Why::RightFixWrongReason { .. }
            | Why::WrongCause { .. }
            | Why::Late {
                goal: crate::score::Goal::Diagnose,
                ..
            }
            | Why::Never {
                goal: crate::score::Goal::Diagnose
            }
    )
}

fn loss_row(record: &Record, axis: AxisName, points: f64, loss: &Loss) -> LossRow {
    LossRow {
        axis,
        points,
        at: loss.at,
        clock: loss.at.map(|at| clock(record, at)),
        why: sentence(&loss.why.to_string()),
        spoils: spoils(&loss.why),
    }
}

fn losses(record: &Record, score: &Score) -> Vec<LossRow> {
    let all = score.losses().into_iter();
    all.map(|(axis, points, loss)| loss_row(record, axis, points, loss))
        .collect()
}

/// With a capital letter, unless it begins with a name in small letters that a part has.
pub fn sentence(text: &str) -> String {
    let first = text.split([' ', ':']).next().unwrap_or_default();
    let is_name = first.contains(['-', '_', '`']);
    let mut chars = text.chars();
    match chars.next() {
        Some(letter) if !is_name => letter.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// With a full stop, unless it ends with a mark already.
pub fn ended(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Time of day at a moment of a record, `18:12:40`.
pub fn clock(record: &Record, at: SimTime) -> String {
    let start = f64::from(record.scenario.meta.clock_start_min) * 60.0;
    let secs = (start + at.as_secs_f64()) as u64;
    let (h, m, s) = (secs / 3600 % 24, secs / 60 % 60, secs % 60);
    format!("{h:02}:{m:02}:{s:02}")
}

fn axes(record: &Record, score: &Score, baselines: &Baselines) -> Vec<AxisRow> {
    let row = |axis| {
        let all = score.axis(axis).losses.iter();
        let worst = all
            .filter(|loss| loss.points >= 0.5)
            .max_by(|a, b| a.points.total_cmp(&b.points));
        let weight = score.weight(axis);
        AxisRow {
            axis,
            points: score.axis(axis).points,
            weight,
            fact: fact(record, score, baselines, axis),
            fact_spoils: axis == AxisName::Learning,
            worst: worst.map(|it| loss_row(record, axis, it.points * weight, it)),
        }
    };
    AxisName::ALL.into_iter().map(row).collect()
}

fn fact(record: &Record, score: &Score, baselines: &Baselines, axis: AxisName) -> String {
    let m = &record.milestones;
    let reference = baselines.reference.as_deref();
    let against =
        |text: Option<String>| text.map_or_else(String::new, |it| format!(", the reference {it}"));
    match axis {
        AxisName::CustomerImpact => format!(
            "{} customer-minutes of {}{}",
            thousands(record.impact.customer_minutes),
            thousands(baselines.nothing.impact.customer_minutes),
            against(reference.map(|it| thousands(it.impact.customer_minutes)))
        ),
        AxisName::RecoveryTime => format!(
            "{}{}",
            after_onset(m, m.recovered).map_or_else(
                || "not recovered".to_owned(),
                |it| format!("{it} after the onset")
            ),
            against(reference.and_then(|it| after_onset(&it.milestones, it.milestones.recovered)))
        ),
        AxisName::Communication => communication_fact(record),
        AxisName::Judgement => {
            let count = |wanted: fn(Verdict) -> bool| {
                let all = score.decisions.iter();
                all.filter(|it| wanted(it.verdict)).count()
            };
            let all = score.decisions.len();
            let helped = count(|it| it == Verdict::Helped);
            let harmed = count(|it| matches!(it, Verdict::Harmful | Verdict::TooEarly));
            let plural = if all == 1 { "" } else { "s" };
            format!("{all} decision{plural}, {helped} helped, {harmed} did harm")
        }
        AxisName::Learning => after_onset(m, m.diagnosed).map_or_else(
            || "the cause was not found".to_owned(),
            |it| format!("the cause was found {it} after the onset"),
        ),
    }
}

fn communication_fact(record: &Record) -> String {
    let count = record.posts.len();
    let first = record.posts.first().zip(record.milestones.detected);
    let plural = if count == 1 { "" } else { "s" };
    match first {
        Some((post, detected)) if post.at >= detected => {
            let after = clock_of(post.at.since(detected).as_secs_f64());
            format!("{count} message{plural}, the first {after} after the alarm")
        }
        _ if count == 0 => "no message".to_owned(),
        _ => format!("{count} message{plural}"),
    }
}

/// Messages with what is held against them, and what is held against none of them.
fn posts(record: &Record, losses: &[LossRow]) -> (Vec<PostRow>, Vec<LossRow>) {
    let said = |loss: &&LossRow| loss.axis == AxisName::Communication;
    let mut left: Vec<LossRow> = losses.iter().filter(said).cloned().collect();
    let rows = record.posts.iter().map(|post| PostRow {
        clock: clock(record, post.at),
        to: post.post.to.name(),
        text: post.post.text.clone(),
        wrong: left.extract_if(.., |it| it.at == Some(post.at)).collect(),
    });
    (rows.collect(), left)
}

fn cause(record: &Record, variant: &Variant) -> Cause {
    let scenario = &record.scenario;
    let world = &scenario.world;
    let name = |id| world.components.get(id).map(|it| it.name.clone());
    let right = variant.truth.suspects.iter();
    let follow_ups = variant.follow_ups.iter();
    Cause {
        words: variant.cause.trim().to_owned(),
        culprit: variant.culprit.and_then(name),
        right: right.map(|it| words::suspect(world, *it)).collect(),
        distractors: variant.distractors.clone(),
        signs: variant
            .truth
            .clues
            .iter()
            .map(|it| sign(record, it))
            .collect(),
        follow_ups: follow_ups.cloned().collect(),
    }
}

/// A sign of the cause, and whether this run looked there; alarms and metrics are on the wall anyway.
fn sign(record: &Record, clue: &Clue) -> (String, Option<bool>) {
    let world = &record.scenario.world;
    let name = |id| {
        let part = world.components.get(id);
        part.map_or("?", |it| it.name.as_str())
    };
    let looked = |wanted: &dyn Fn(&Order) -> bool| {
        let mut all = record.journal.iter();
        all.any(|it| it.fate.landed_at().is_some() && wanted(&it.order))
    };
    match clue {
        Clue::Log(id, text) => {
            let logs = Order::Look(crate::scenario::order::Look::Logs(*id));
            let seen = looked(&|order| *order == logs);
            (format!("Logs of {}: {text}", name(*id)), Some(seen))
        }
        Clue::Finding(look, text) => {
            let seen = looked(&|order| *order == Order::Look(*look));
            let what = sentence(&words::look(world, *look));
            (format!("{what}: {text}"), Some(seen))
        }
        Clue::Metric(it) => {
            let way = if it.above { "high" } else { "low" };
            let signal = describe::signal(it.signal);
            let part = name(it.component);
            (format!("{part}: {signal} unusually {way}"), None)
        }
        Clue::Alarm(index) => {
            let alarm = record.scenario.signals.alarms.get(*index);
            let what = alarm.map_or("?", |it| it.name.as_str());
            (format!("Alarm {what}"), None)
        }
    }
}

fn lesson(scenario: &Scenario) -> Lesson {
    let teaching = &scenario.teaching;
    Lesson {
        drill: scenario.meta.drill.trim().to_owned(),
        question: teaching.question.trim().to_owned(),
        skills: teaching.skills.clone(),
        notes: teaching.notes.clone(),
        avoid: teaching.avoid.clone(),
    }
}

//! The incident report in its usual form, and the assessment that a drill adds to it.

use crate::base::text::thousands;
use crate::debrief::analysis::{BLUNDER, EXCELLENT, GOOD, INACCURACY, MISTAKE, Usefulness};
use crate::report::Source;
use crate::report::document::{Block, Document};
use crate::scenario::order::Order;
use crate::score::{Goal, Why};
use crate::session::words;
use crate::view::{Debrief, FollowUpRow, usefulness_words};

/// Rows of a timeline at the most; the first ones.
const MOST_ROWS: usize = 60;
/// What is missing by less than this, in points of the total, is not worth a line.
const LEAST_POINTS: f64 = 0.25;
/// Where the score has nothing to say.
const NOTHING: &str = "Nothing that a score could tell.";

pub(super) fn incident(document: &mut Document, source: &Source<'_>, view: &Debrief) {
    document.section("Summary");
    document.text(&format!(
        "{} ({}). {}.",
        view.headline, view.source, view.ending
    ));
    document.text(&summary(source));
    document.section("Impact");
    document
        .blocks
        .push(Block::Curves(Box::new(view.curves.clone())));
    journeys(document, source);
    document.section("Timeline");
    timeline(document, source, view);
    document.section("Root cause");
    document.text(&view.cause.words);
    if let Some(culprit) = &view.cause.culprit {
        document.text(&format!("Where it was: {culprit}."));
    }
    if !view.cause.distractors.is_empty() {
        document.part("What only looked like it");
        document.list(view.cause.distractors.clone());
    }
    let factors = contributing(view);
    if !factors.is_empty() {
        document.section("Contributing factors");
        document.list(factors);
    }
    document.section("What went well");
    document.list(well(view));
    document.section("What did not");
    let mut lines: Vec<String> = faults(source).into_iter().map(|it| it.line).collect();
    if lines.is_empty() {
        lines.push(NOTHING.to_owned());
    }
    document.list(lines);
    follow_ups(document, source, view);
}

/// What did not go well.
pub(super) struct Fault<'r> {
    /// In words, with its time of day in front.
    pub(super) line: String,
    /// As a sentence without the time.
    pub(super) sentence: String,
    /// The reason.
    pub(super) why: &'r Why,
}

/// What points are missing for, what costs most first: once where two axes say the same, and not what
/// hardly counts or was right.
pub(super) fn faults<'r>(source: &Source<'r>) -> Vec<Fault<'r>> {
    let losses = source.score.losses();
    let is_there = |wanted: &dyn Fn(&Why) -> bool| losses.iter().any(|it| wanted(&it.2.why));
    let is_said_twice = |why: &Why| match why {
        Why::InsightLate { .. } | Why::InsightNever => is_there(&|it| {
            let (Why::Late { goal, .. } | Why::Never { goal }) = it else {
                return false;
            };
            *goal == Goal::Diagnose
        }),
        Why::Late {
            goal: Goal::Mitigate,
            ..
        } => is_there(&|it| {
            let Why::Late { goal, .. } = it else {
                return false;
            };
            *goal == Goal::Recover
        }),
        Why::Never {
            goal: Goal::Recover,
        } => is_there(&|it| {
            let Why::Never { goal } = it else {
                return false;
            };
            *goal == Goal::Mitigate
        }),
        // Sure of what was right, and hardly of what was not.
        Why::Miscalibrated {
            confidence, right, ..
        } => (*confidence >= 0.5) == *right,
        _ => false,
    };
    losses
        .iter()
        .filter(|(_, points, loss)| *points >= LEAST_POINTS && !is_said_twice(&loss.why))
        .map(|(_, _, loss)| {
            let sentence = crate::view::sentence(&loss.why.to_string());
            let clock = loss
                .at
                .map(|at| crate::view::clock_of_day(source.record, at));
            let clock = clock.map_or(String::new(), |it| format!("{it} · "));
            Fault {
                line: format!("{clock}{sentence}"),
                sentence,
                why: &loss.why,
            }
        })
        .collect()
}

/// Counts of every journey.
fn journeys(document: &mut Document, source: &Source<'_>) {
    let record = source.record;
    let world = &record.scenario.world;
    let mut head = vec![
        "journey",
        "arrivals",
        "served",
        "degraded",
        "failed",
        "abandoned",
    ];
    if record.impact.repeated + record.impact.wrong > 0 {
        head.extend(["done twice", "answered wrongly"]);
    }
    let rows = world
        .journeys
        .iter()
        .zip(&record.journeys)
        .filter(|(spec, _)| !spec.ours)
        .map(|(spec, it)| {
            let row = [
                it.arrivals,
                it.served,
                it.degraded,
                it.failed_total(),
                it.abandoned,
                it.repeated,
                it.wrong,
            ];
            let row = &row[..head.len() - 1];
            let figures = row.iter().map(|it| thousands(*it as f64));
            std::iter::once(spec.name.clone()).chain(figures).collect()
        });
    document.table(&head, rows.collect());
}

/// What would prevent it, and what came of trying it.
fn follow_ups(document: &mut Document, source: &Source<'_>, view: &Debrief) {
    document.section("Follow-ups");
    // Whose a part is can be told where the line names it; the rest is agreed on by people.
    let components = &source.record.scenario.world.components;
    let owner = |line: &str| {
        let words = || line.split(|it: char| !it.is_alphanumeric() && it != '-');
        let named = components
            .iter()
            .filter(|it| words().any(|word| word == it.name));
        let longest = named.max_by_key(|it| it.name.len());
        longest.map_or_else(String::new, |it| format!("team of {}", it.name))
    };
    let rows = view.cause.follow_ups.iter().map(|it| {
        let line = it.split_whitespace().collect::<Vec<_>>().join(" ");
        let owner = owner(&line);
        vec![line, owner, String::new()]
    });
    document.table(&["what", "owner", "done by"], rows.collect());
    let tried = view.worth.iter().flat_map(|it| &it.follow_ups);
    let rows = tried.map(|it| {
        let came = usefulness_words(it.usefulness).to_owned();
        vec![it.what.clone(), came, it.found.join("; ")]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        document.part("Tried: the same incident with each of them in place");
        document.table(&["what", "it", "found by playing"], rows);
    }
}

fn summary(source: &Source<'_>) -> String {
    let record = source.record;
    let specs = record.scenario.world.journeys.iter();
    let of_customers = || {
        let all = specs.clone().zip(&record.journeys);
        all.filter(|(spec, _)| !spec.ours).map(|(_, it)| it)
    };
    let failed: u64 = of_customers()
        .map(|it| it.failed_total() + it.abandoned)
        .sum();
    let arrivals: u64 = of_customers().map(|it| it.arrivals).sum();
    let nothing = source.baselines.nothing.impact.customer_minutes;
    let mut text = format!(
        "{} of {} requests failed or were given up. Had nobody done anything, customers would have \
         lost {} minutes",
        thousands(failed as f64),
        thousands(arrivals as f64),
        thousands(nothing)
    );
    if let Some(reference) = source.baselines.reference.as_deref() {
        let minutes = thousands(reference.impact.customer_minutes);
        text.push_str(&format!("; the reference loses {minutes}"));
    }
    text.push('.');
    if record.lost_messages > 0 {
        let lost = thousands(record.lost_messages as f64);
        text.push_str(&format!(" {lost} messages are gone for good."));
    }
    text
}

fn timeline(document: &mut Document, source: &Source<'_>, view: &Debrief) {
    let record = source.record;
    let clock = |at| crate::view::clock_of_day(record, at);
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    for entry in &record.journal {
        // What was said stands there as it went out.
        if matches!(entry.order, Order::Post(_)) && entry.fate.landed_at().is_some() {
            continue;
        }
        let what = words::given(&record.scenario, &record.journal, &entry.order);
        let what = if entry.fate.was_taken() {
            what
        } else {
            format!("{what} (refused)")
        };
        rows.push((entry.at.as_micros(), vec![clock(entry.at), what]));
    }
    for it in &view.moments {
        if !matches!(
            it.sign,
            crate::view::Sign::Decision(_) | crate::view::Sign::Marked(..)
        ) {
            let what = it.detail.clone();
            rows.push((it.at.as_micros(), vec![clock(it.at), what]));
        }
    }
    rows.sort_by_key(|it| it.0);
    let more = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    // What people wrote down themselves is never left out.
    let asides = source.asides.iter();
    rows.extend(asides.map(|it| (it.at.as_micros(), vec![clock(it.at), it.words.clone()])));
    rows.sort_by_key(|it| it.0);
    let rows: Vec<Vec<String>> = rows.into_iter().map(|it| it.1).collect();
    document.table(&["time", "what happened"], rows);
    if more > 0 {
        document.text(&format!("{more} later entries are left out."));
    }
}

/// What was not the cause and made it worse, as far as it was found by playing: what was not in place
/// and would have lessened it, what was decided and cost something, and what nobody looked at.
fn contributing(view: &Debrief) -> Vec<String> {
    let Some(worth) = &view.worth else {
        return Vec::new();
    };
    let helps =
        |it: &&FollowUpRow| matches!(it.usefulness, Usefulness::Prevents | Usefulness::Helps);
    let missing = worth.follow_ups.iter().filter(helps).map(|it| {
        let name = it.what.trim_end_matches('.');
        format!("Not in place: {name}. {}.", it.found.join("; "))
    });
    let bad = worth.decisions.iter().filter(|it| it.mark.is_bad());
    let bad = bad.map(|it| {
        format!(
            "{} · {}: {} customer-minutes.",
            it.clock, it.what, it.effect
        )
    });
    let unseen = worth
        .clues
        .iter()
        .filter_map(|it| match (&it.visible, &it.opened) {
            (Some((_, from)), None) => Some(format!("{} · nobody looked: {}.", from, it.words)),
            _ => None,
        });
    missing.chain(bad).chain(unseen).collect()
}

/// What saved something, and axes that hardly lost a point.
fn well(view: &Debrief) -> Vec<String> {
    let decisions = view.worth.iter().flat_map(|it| &it.decisions);
    let good =
        decisions.filter(|it| !it.is_wait && it.mark <= crate::debrief::analysis::Mark::Good);
    let mut lines: Vec<String> = good
        .map(|it| format!("{} · {}: {} customer-minutes", it.clock, it.what, it.effect))
        .collect();
    let axes = view.axes.iter().filter(|it| it.points >= 90.0);
    lines.extend(axes.map(|it| {
        let name = crate::view::sentence(it.axis.words());
        format!("{name}: {:.0} of 100, {}", it.points, it.fact)
    }));
    if lines.is_empty() {
        lines.push(NOTHING.to_owned());
    }
    lines
}

/// What a drill adds: points, decisions, luck, clues.
pub(super) fn assessment(document: &mut Document, source: &Source<'_>, view: &Debrief) {
    document.section("Score");
    document.text(&format!("{:.0} of 100.", source.score.total));
    let rows = view.axes.iter().map(|it| {
        vec![
            it.axis.words().to_owned(),
            format!("{:.0}", it.points),
            format!("{:.0} %", it.weight * 100.0),
            it.fact.clone(),
        ]
    });
    document.table(
        &["axis", "points", "of the total", "what was counted"],
        rows.collect(),
    );
    document.part("Milestones, after it began");
    let never = || "never".to_owned();
    let rows = view.milestones.iter().map(|it| {
        vec![
            it.what.to_owned(),
            it.yours.clone().unwrap_or_else(never),
            it.reference.clone().unwrap_or_else(never),
        ]
    });
    document.table(&["milestone", "this run", "reference"], rows.collect());
    let Some(worth) = &view.worth else { return };
    document.section("What each decision was worth");
    document.text(&format!(
        "A share of what was at stake ({} customer-minutes): sparing {:.0} % is excellent, {:.0} % good; \
         costing {:.0} % an inaccuracy, {:.0} % a mistake, {:.0} % a blunder.",
        thousands(source.baselines.at_stake()),
        EXCELLENT * 100.0,
        GOOD * 100.0,
        INACCURACY * 100.0,
        MISTAKE * 100.0,
        BLUNDER * 100.0
    ));
    let rows = worth.decisions.iter().map(|it| {
        let mut why = it.why.clone();
        for remark in &it.remarks {
            why.push_str(&format!(" {remark}."));
        }
        let mark = it.mark.word().to_owned();
        vec![
            it.clock.clone(),
            it.what.clone(),
            mark,
            it.effect.clone(),
            why,
        ]
    });
    let head = ["time", "decision", "mark", "customer-minutes", "why"];
    document.table(&head, rows.collect());
    document.list(worth.left_out.clone());
    if let Some(luck) = &worth.luck {
        document.section("Skill or luck");
        document.blocks.push(Block::Histogram(luck.clone()));
        document.text(&luck.sentence);
    }
    document.section("When it could have been known");
    let rows = worth.clues.iter().map(|it| {
        let when = |it: &Option<(_, String)>| it.as_ref().map_or_else(never, |it| it.1.clone());
        vec![it.words.clone(), when(&it.visible), when(&it.opened)]
    });
    document.table(&["clue", "to be seen from", "seen at"], rows.collect());
    document.text(&format!("{}.", worth.work));
}

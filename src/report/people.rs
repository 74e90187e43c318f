//! The story for an interview, and the sheet for whoever asks. Both are written from recorded facts
//! alone.

use crate::base::text::{clock_of, thousands};
use crate::debrief::analysis::Mark;
use crate::report::Source;
use crate::report::document::Document;
use crate::score::AxisName;
use crate::session::Outcome;
use crate::view::{Debrief, DecisionRow, LossRow};

/// Situation, task, action, result: in the first person.
pub(super) fn story(document: &mut Document, source: &Source<'_>, view: &Debrief) {
    let record = source.record;
    let m = &record.milestones;
    let onset = m.onset.unwrap_or_default();
    let after = |at: Option<_>| {
        at.map(|it: crate::base::time::SimTime| clock_of(it.since(onset).as_secs_f64()))
    };
    document.section("The story: situation, task, action, result");
    document.part("Situation");
    let meta = &record.scenario.meta;
    let nothing = thousands(source.baselines.nothing.impact.customer_minutes);
    document.text(&format!(
        "I was the incident commander on call in {} when “{}” began. Left alone it would have cost \
         customers {nothing} minutes.",
        meta.place, meta.title
    ));
    document.part("Task");
    document.text(&format!(
        "I had to find out what was wrong, stop the harm, tell {} and see the service recover.",
        audiences(source)
    ));
    document.part("Action");
    let mut actions = Vec::new();
    if let Some(at) = after(m.acknowledged) {
        actions.push(format!("I took the page {at} after it began."));
    }
    if let Some(first) = record.evidence.first() {
        let at = clock_of(first.at.since(onset).as_secs_f64());
        let looks = record.evidence.len();
        let plural = if looks == 1 { "look" } else { "looks" };
        actions.push(format!(
            "I had the first finding after {at}, of {looks} {plural} in all."
        ));
    }
    if let Some(at) = after(m.diagnosed) {
        actions.push(format!(
            "From {at} on I held the right cause more likely than not."
        ));
    }
    let rows = view.worth.iter().flat_map(|it| &it.decisions);
    for row in rows.filter(|it| !it.is_wait) {
        let came = if row.cost_minutes.abs() < 1.0 {
            "it made no difference".to_owned()
        } else {
            format!("it {} customer-minutes", row.effect)
        };
        actions.push(format!("At {} I ordered: {}; {came}.", row.clock, row.what));
    }
    if let Some(first) = record.posts.first() {
        let at = clock_of(first.at.since(onset).as_secs_f64());
        let count = record.posts.len();
        let plural = if count == 1 { "message" } else { "messages" };
        actions.push(format!("I sent {count} {plural}, the first after {at}."));
    }
    document.list(actions);
    document.part("Result");
    let lost = thousands(record.impact.customer_minutes);
    let result = match (record.outcome, after(m.recovered)) {
        (Outcome::Recovered, Some(at)) => format!(
            "The service had recovered {at} after the onset; customers lost {lost} minutes."
        ),
        _ => format!("The service had not recovered; customers lost {lost} minutes."),
    };
    document.text(&result);
    if let Some(worst) = worst(view) {
        document.text(&format!(
            "What I would do differently: {} at {} cost {} customer-minutes.",
            worst.what,
            worst.clock,
            thousands(worst.cost_minutes)
        ));
    }
}

fn audiences(source: &Source<'_>) -> String {
    let mut names: Vec<&str> = source
        .record
        .posts
        .iter()
        .map(|it| it.post.to.name())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        "those affected".to_owned()
    } else {
        names.join(", ")
    }
}

fn worst(view: &Debrief) -> Option<&DecisionRow> {
    let rows = view.worth.iter().flat_map(|it| &it.decisions);
    rows.filter(|it| it.mark.is_bad())
        .max_by(|a, b| a.cost_minutes.total_cmp(&b.cost_minutes))
}

/// Probing questions for this run, and what a strong answer contains.
pub(super) fn interviewer(document: &mut Document, source: &Source<'_>, view: &Debrief) {
    document.section("For the interviewer");
    let drill = one_line(&view.lesson.drill);
    if !drill.is_empty() {
        document.text(&format!("The question behind it: {drill}"));
    }
    let mut rows = about_decisions(source, view);
    rows.push(match source.record.posts.first() {
        Some(first) => ask(
            format!(
                "Your first message said: “{}” What did you know then, and what not?",
                one_line(&first.post.text)
            ),
            "Separates impact from cause, promises the next update instead of a recovery.",
        ),
        None => ask(
            "Nobody outside was told anything. Why?".to_owned(),
            "Says that silence was the mistake, and names who had to be told within which time.",
        ),
    });
    // Who said nothing is asked about that already.
    let is_silent = source.record.posts.is_empty();
    let asked = |it: &&LossRow| is_silent && it.axis == AxisName::Communication;
    let losses = view.losses.iter().filter(|it| !asked(it));
    rows.extend(losses.take(3).map(|loss| {
        ask(
            format!("{} What would you change?", crate::view::ended(&loss.why)),
            "A concrete habit or mechanism, not more care.",
        )
    }));
    document.table(&["ask", "a strong answer"], rows);
    document.part("Better not said");
    document.list(view.lesson.avoid.clone());
}

fn ask(question: String, strong: &str) -> Vec<String> {
    vec![question, strong.to_owned()]
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first change, the waits, the worst and the best decision.
fn about_decisions(source: &Source<'_>, view: &Debrief) -> Vec<Vec<String>> {
    let evidence = &source.record.evidence;
    let decisions = || view.worth.iter().flat_map(|it| &it.decisions);
    let changes = || decisions().filter(|it| !it.is_wait);
    let mut rows = Vec::new();
    if let Some(row) = changes().next() {
        let looked = evidence.iter().filter(|it| it.at <= row.at).count();
        rows.push(ask(
            format!(
                "Your first change was “{}” at {}, after {looked} findings. Why that, why then?",
                row.what, row.clock
            ),
            "Names the evidence at that moment and what it ruled out; says what a wrong guess would \
             have cost and how it would have been noticed.",
        ));
    }
    for row in decisions().filter(|it| it.is_wait && it.mark.is_bad()) {
        rows.push(ask(
            format!(
                "From {} on {}. What were you waiting for?",
                row.clock, row.what
            ),
            "Mitigates before understanding; knows which step could have been taken without being \
             sure.",
        ));
    }
    if let Some(row) = worst(view).filter(|it| !it.is_wait) {
        rows.push(ask(
            format!(
                "“{}” at {} {}. When did you notice?",
                row.what, row.clock, row.effect
            ),
            "Owns it with the number, says which signal showed it and how soon it was taken back.",
        ));
    }
    let best = changes().filter(|it| it.mark <= Mark::Good);
    if let Some(row) = best.min_by(|a, b| a.cost_minutes.total_cmp(&b.cost_minutes)) {
        rows.push(ask(
            format!(
                "“{}” {} customer-minutes. How did you know it worked?",
                row.what, row.effect
            ),
            "Verified with customers' success, not with the absence of alarms; waited out the hold \
             time.",
        ));
    }
    rows
}

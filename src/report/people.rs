//! The story for an interview, and the sheet for whoever asks. Both are written from recorded facts
//! alone.

use crate::base::text::thousands;
use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::Mark;
use crate::report::Source;
use crate::report::document::Document;
use crate::report::incident::faults;
use crate::scenario::order::Audience;
use crate::score::{Goal, Phase, Why};
use crate::session::Outcome;
use crate::view::{Debrief, DecisionRow};

/// The answer to a page that nobody took for long.
const TAKES_PAGES: &str =
    "Knows within how many minutes a page is taken, and who gets it if it is not.";
/// Faults that are asked about, at the most.
const MOST_FAULTS: usize = 3;

/// Situation, task, action, result: in the first person.
pub(super) fn story(document: &mut Document, source: &Source<'_>, view: &Debrief) {
    let record = source.record;
    let m = &record.milestones;
    document.section("The story: situation, task, action, result");
    document.part("Situation");
    let nothing = thousands(source.baselines.nothing.impact.customer_minutes);
    let meta = &record.scenario.meta;
    document.text(&format!(
        "I was the incident commander on call in {} when “{}” began. Left alone it would have cost \
         customers {nothing} minutes.",
        meta.place, meta.title
    ));
    document.part("Task");
    document.text(&format!(
        "I had to find out what was wrong, stop the harm, tell {}, and see the service recover.",
        audiences(source)
    ));
    document.part("Action");
    document.list(actions(source, view));
    document.part("Result");
    let lost = thousands(record.impact.customer_minutes);
    let onset = m.onset.unwrap_or_default();
    document.text(&match (record.outcome, m.recovered) {
        (Outcome::Recovered, Some(at)) => format!(
            "The service was well again {} after it began; customers lost {lost} minutes.",
            time(at.since(onset))
        ),
        _ => format!("The service had not recovered; customers lost {lost} minutes."),
    });
    if let Some(worst) = worst(view) {
        let minutes = thousands(worst.cost_minutes);
        document.text(&if worst.is_wait {
            format!(
                "What I would do differently: act sooner. From {} on {}, and that cost {minutes} \
                 customer-minutes.",
                worst.clock, worst.what
            )
        } else {
            format!(
                "What I would do differently: not “{}” at {}, which cost {minutes} \
                 customer-minutes.",
                worst.what, worst.clock
            )
        });
    } else if let Some(fault) = faults(source).first() {
        let what = crate::view::ended(&fault.sentence);
        document.text(&format!("What did not go well: {what}"));
    }
}

/// What was done, in order of time.
fn actions(source: &Source<'_>, view: &Debrief) -> Vec<String> {
    let record = source.record;
    let m = &record.milestones;
    let onset = m.onset.unwrap_or_default();
    let after = |at: SimTime| {
        if at <= onset {
            "before anything was wrong".to_owned()
        } else {
            format!("{} after it began", time(at.since(onset)))
        }
    };
    let mut lines: Vec<(SimTime, String)> = Vec::new();
    if let Some(at) = m.acknowledged {
        let alarm = m.detected.filter(|alarm| *alarm > onset && *alarm <= at);
        let since = alarm.map_or_else(String::new, |alarm| {
            format!("{} after the alarm, ", time(at.since(alarm)))
        });
        lines.push((at, format!("I took the page {since}{}.", after(at))));
    }
    if let Some(first) = record.evidence.first() {
        let of = match record.evidence.len() {
            1 => "the only one".to_owned(),
            looks => format!("the first of {looks}"),
        };
        let line = format!("I had a finding {}, {of}.", after(first.at));
        lines.push((first.at, line));
    }
    if let Some(at) = m.diagnosed {
        let line = format!("I suspected the right cause in earnest {}.", after(at));
        lines.push((at, line));
    }
    if let Some(first) = record.posts.first() {
        let line = match record.posts.len() {
            1 => format!("I sent one message, {}.", after(first.at)),
            count => format!("I sent the first message of {count} {}.", after(first.at)),
        };
        lines.push((first.at, line));
    }
    let rows = view.worth.iter().flat_map(|it| &it.decisions);
    let changes: Vec<&DecisionRow> = rows.filter(|it| !it.is_wait).collect();
    for row in &changes {
        let came = if row.mark == Mark::Neutral {
            "It made no difference that counts".to_owned()
        } else {
            format!("It {} customer-minutes", row.effect)
        };
        let line = format!("At {} I ordered: {}. {came}.", row.clock, row.what);
        lines.push((row.at, line));
    }
    lines.sort_by_key(|it| it.0);
    let mut lines: Vec<String> = lines.into_iter().map(|it| it.1).collect();
    if view.worth.is_some() && changes.is_empty() {
        lines.push("I changed nothing.".to_owned());
    }
    if m.diagnosed.is_none() {
        lines.push("I never suspected the right cause in earnest.".to_owned());
    }
    if record.posts.is_empty() {
        lines.push("I told nobody outside anything.".to_owned());
    }
    lines
}

/// A time as people say it: `45 seconds`, `12 minutes`, `1 h 4 min`.
fn time(it: SimDuration) -> String {
    let secs = it.as_secs_f64().round() as u64;
    match (secs / 3600, secs / 60 % 60, secs % 60) {
        (0, 0, s) => format!("{s} seconds"),
        (0, 1, 0) => "a minute".to_owned(),
        (0, m, 0) => format!("{m} minutes"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

fn audiences(source: &Source<'_>) -> String {
    let posts = source.record.posts.iter();
    let mut names: Vec<&str> = posts
        .map(|it| match it.post.to {
            Audience::Status => "the status page",
            Audience::Vendor => "the vendor",
            other => other.name(),
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    match names.split_last() {
        None => "those affected".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
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
    // Who said nothing is asked about that already; and no answer is asked for twice.
    let mut answers: Vec<&str> = Vec::new();
    for fault in faults(source) {
        let Some(answer) = strong(fault.why).filter(|it| !answers.contains(it)) else {
            continue;
        };
        answers.push(answer);
        let what = crate::view::ended(&fault.sentence);
        rows.push(ask(format!("{what} What would you change?"), answer));
        if answers.len() == MOST_FAULTS {
            break;
        }
    }
    document.table(&["ask", "a strong answer"], rows);
    document.part("Better not said");
    document.list(view.lesson.avoid.clone());
}

/// What a strong answer to the question about a fault contains; `None` for what is asked elsewhere.
fn strong(why: &Why) -> Option<&'static str> {
    Some(match why {
        Why::NobodyThere | Why::NothingSaid => return None,
        Why::Harm { phase, .. } => of_phase(*phase),
        Why::Late { goal, .. } | Why::Never { goal } => of_goal(*goal),
        Why::NeverTold { .. } | Why::FirstLate { .. } => {
            "A first message needs no cause: who is hit, what is being done, when the next one comes. \
             Says who writes it while others look."
        }
        Why::Silence { .. } | Why::PromiseBroken { .. } | Why::NoPromise { .. } => {
            "Gives the clock for messages to somebody who repairs nothing; “nothing new” is a message."
        }
        Why::WrongLanguage { .. } => "Has templates in the languages of those who read them.",
        Why::NoScope { .. } | Why::Understated { .. } | Why::Overstated { .. } => {
            "Says which figure the number came from, and that the next message corrects it."
        }
        Why::NeverOver { .. } => {
            "Closing has a list: whoever heard that it began hears that it is over."
        }
        Why::WrongCause { .. } | Why::EtaUngrounded { .. } => {
            "Tells outside what is seen and done, and no cause and no time that nobody knows yet."
        }
        Why::ResolvedFalsely | Why::ResolvedTooSoon | Why::ClosedEarly | Why::WalkedAway => {
            "Names the figure that has to hold, and for how long, before anybody says that it is over."
        }
        Why::DataSaidSafe { .. } | Why::DataLossUnsaid { .. } => {
            "Says who counts what is missing; until then the answer is “we are checking”."
        }
        Why::NothingDecided | Why::StoodBy { .. } => {
            "Names the next thing that could have been tried, or whom they would have called for one."
        }
        Why::Harmful { .. } => {
            "Says what would have shown the harm beforehand (load, a limit, what is cold), and tries \
             it on a part first."
        }
        Why::Needless { .. } => {
            "Says what the change was to show, and that it was one change at a time."
        }
        Why::UndoneTooEarly { .. } => {
            "Names the figure that had to be back before it was lifted, and lifts it in steps."
        }
        Why::Ungrounded { .. } => {
            "Names the evidence, or calls it a guess: a cheap one, and easy to take back."
        }
        Why::Repeated { .. } => {
            "Says what it had changed the first time, and what would be different now."
        }
        Why::OverBudget { .. } => {
            "Knows the price of what was ordered, and gave back what was idle."
        }
        Why::PastGate { .. } => {
            "Reads what the tests saw before a gate is opened, and writes down why it was right to."
        }
        Why::DataElsewhere { .. } => {
            "Knew before the incident where data may be, and makes the wrong move impossible instead \
             of forbidden."
        }
        Why::NeverDeclared | Why::DeclaredTooLow { .. } => {
            "In doubt one step higher, and back when one knows; says who comes and who is told at \
             each step."
        }
        Why::DeclaredTooHigh { .. } | Why::CalledOut { .. } | Why::PagedTooMany { .. } => {
            "Says what each of them was called for, and sends home whoever is not needed."
        }
        Why::NeverClosed => "Knows who ends it, and on what figure.",
        Why::NoHypothesis | Why::NothingSuspected | Why::CauseNotAmongSuspects => {
            "Writes down three suspects early, and for each the look that would rule it out."
        }
        Why::WrongRootCause { .. }
        | Why::WrongMechanism { .. }
        | Why::InsightLate { .. }
        | Why::InsightNever => "Names the fact that did not fit, and when it was on the table.",
        Why::Miscalibrated { .. } => {
            "Says what would have changed their mind, and whether they looked."
        }
        Why::RightFixWrongReason { .. } => {
            "Says that it helped for another reason, and how one would have noticed."
        }
    })
}

const fn of_phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Detecting => {
            "Names the signal that would have shown it sooner, and whom it would have paged."
        }
        Phase::Acknowledging => TAKES_PAGES,
        Phase::Deciding => {
            "Names a step that was safe before the cause was known: shed load, fall back, take the \
             newest change back, hold the queue."
        }
        Phase::Mitigating => {
            "Says by when the first change should have shown an effect, in which figure, and what \
             came next when it did not."
        }
        Phase::Recovering => {
            "Knows what is left when the cause is gone (a backlog, cold caches, repeats) and what \
             shortens it."
        }
        Phase::After | Phase::Left => {
            "Names what was still open when it was called over, and where that could be seen."
        }
    }
}

const fn of_goal(goal: Goal) -> &'static str {
    match goal {
        Goal::Acknowledge => TAKES_PAGES,
        Goal::Diagnose => {
            "Names the one look that told the causes apart, and what was looked at before it."
        }
        Goal::Mitigate | Goal::Recover => {
            "Splits the time into finding out, deciding and waiting for an effect; says which was \
             the longest, and when help should have been called."
        }
    }
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
        let looked = match evidence.iter().filter(|it| it.at <= row.at).count() {
            0 => "before any finding".to_owned(),
            1 => "after one finding".to_owned(),
            looked => format!("after {looked} findings"),
        };
        rows.push(ask(
            format!(
                "Your first change was “{}” at {}, {looked}. Why that, why then?",
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
                "“{}” at {} {} customer-minutes. When did you notice?",
                row.what, row.clock, row.effect
            ),
            "Owns it with the number, says which signal showed it and how soon it was taken back.",
        ));
    }
    let best = changes().filter(|it| it.mark <= Mark::Good);
    if let Some(row) = best.min_by(|a, b| a.cost_minutes.total_cmp(&b.cost_minutes)) {
        rows.push(if source.record.outcome == Outcome::Recovered {
            ask(
                format!(
                    "“{}” {} customer-minutes. How did you know it worked?",
                    row.what, row.effect
                ),
                "Verified with customers' success, not with the absence of alarms; waited out the \
                 hold time.",
            )
        } else {
            ask(
                format!(
                    "“{}” {} customer-minutes and did not end it. When did you see that it was not \
                     enough?",
                    row.what, row.effect
                ),
                "Says by when which figure should have moved, and goes on to the next suspect when it \
                 does not.",
            )
        });
    }
    rows
}

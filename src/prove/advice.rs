//! What an author could change where a claim fails, with the figures of the runs that say so.

use crate::base::time::{SimDuration, SimTime};
use crate::prove::story::clock;
use crate::prove::{Case, Run, SeenClue, Spoiler};
use crate::scenario::model::Scenario;
use crate::session::Outcome;

/// What a wrong plan usually costs more than the reference, at least.
const USUAL_MARGIN: f64 = 0.2;
/// Things that are named.
const NAMED: usize = 3;

/// What follows from another failure is not worth advice of its own.
const FIRST_THINGS_FIRST: &str = "the reference does not recover; once it does, this may hold";

/// Nobody did anything, and it was no loss.
pub(super) fn nothing_loses(failing: &[&Case], most: f64) -> String {
    let healed = failing
        .iter()
        .filter(|case| case.nothing.outcome == Outcome::Recovered);
    let at = healed
        .clone()
        .filter_map(|case| case.nothing.story.recovered)
        .min();
    match (healed.count(), at) {
        (0, _) => format!(
            "it scores more than {most} without a hand being lifted: the reference hardly spares \
             customers anything; let the cause hurt more, or the reference act sooner"
        ),
        (count, at) => format!(
            "it heals by itself on {}{}: leave the fault's `ends` out or later, or let the harm feed \
             itself (retries without a budget, a queue that never empties)",
            seeds(count),
            at.map_or_else(String::new, |at| format!(
                ", first after {}",
                at.since(SimTime::ZERO)
            )),
        ),
    }
}

/// The author's own plan did not do it.
pub(super) fn reference_recovers(scenario: &Scenario, failing: &[&Case]) -> String {
    let Some(run) = failing.iter().find_map(|case| case.reference.as_ref()) else {
        return "there is no plan `reference`: write one, \
                `plans: {\"reference\": (steps: [(at: \"9m\", do: RollBack(service: \"shop\"))])}`"
            .to_owned();
    };
    let (had, asked) = (run.story.success_at_end, scenario.objectives.success_share);
    let state = if run.outcome == Outcome::ClosedEarly {
        "it closes the incident before the objectives have held for long enough: close later"
            .to_owned()
    } else if had < asked {
        format!(
            "at its end {:.1} % of requests succeed, and {:.1} % have to (`objectives`): something \
             it does comes too late, or does not reach the cause",
            had * 100.0,
            asked * 100.0
        )
    } else {
        let limit = scenario.objectives.latency_p95;
        let limit = limit.map_or_else(String::new, |it| format!(", or p95 stays above {it}"));
        format!(
            "at its end requests succeed, and not for the hold time of {}{limit}: act sooner, or give \
             it time (`time_limit`)",
            scenario.objectives.hold
        )
    };
    with_trouble(state, run)
}

/// It recovers and does not score.
pub(super) fn reference_scores(failing: &[&Case], least: f64) -> String {
    let runs = failing.iter().filter_map(|case| case.reference.as_ref());
    let Some(run) = runs.min_by(|a, b| a.score.total_cmp(&b.score)) else {
        return "there is no plan `reference`".to_owned();
    };
    if run.outcome != Outcome::Recovered {
        return FIRST_THINGS_FIRST.to_owned();
    }
    let state = match run.story.losses.as_slice() {
        [] => format!("it should score {least}; `sev1 run` shows where the points went"),
        losses => format!("points go here: {}", losses.join("; ")),
    };
    with_trouble(state, run)
}

/// It mends what nobody has been told of.
pub(super) fn acts_early(scenario: &Scenario, failing: &[&Case]) -> String {
    let stories = failing
        .iter()
        .filter_map(|case| Some(&case.reference.as_ref()?.story));
    let Some(changed) = stories.clone().filter_map(|it| it.first_change).min() else {
        return "there is no plan `reference`".to_owned();
    };
    let paged = stories.filter_map(|it| it.milestones.detected).max();
    let alarm = paged.map_or_else(
        || "no alarm ever goes off".to_owned(),
        |paged| {
            format!(
                "the first alarm comes as late as {}",
                clock(scenario, paged)
            )
        },
    );
    format!(
        "it changes something at {} and {alarm}: begin it with `paged: \"30s\"` in place of `at`, so \
         that it waits for the page, or say `expected: true` in `objectives` where everybody knows \
         beforehand that something comes",
        clock(scenario, changed)
    )
}

fn with_trouble(mut text: String, run: &Run) -> String {
    if !run.story.trouble.is_empty() {
        text.push_str(&format!(". Of its steps: {}", run.story.trouble.join("; ")));
    }
    text
}

/// A wrong plan that costs less than it claims.
pub(super) fn too_cheap(plan: &str, ratio: f64, claimed: f64) -> String {
    // Rounded down, so that what is proposed holds.
    let fair = (ratio * 20.0).floor() / 20.0;
    let claim = if fair > 1.0 {
        format!("claim less (`costs_at_least: {fair}`)")
    } else {
        "call it another way (leave `costs_at_least` out)".to_owned()
    };
    format!(
        "{}, and claims {:.0} %{}. Make the cause punish it (let it last while the plan is at the wrong \
         part), let the reference act sooner, or {claim}",
        more_than_the_reference(plan, ratio),
        (claimed - 1.0) * 100.0,
        usually(ratio),
    )
}

/// A wrong plan that costs what it claims, and that is hardly anything.
pub(super) fn hardly_worse(plan: &str, ratio: f64) -> Option<String> {
    let by = more_than_the_reference(plan, ratio);
    (ratio < 1.0 + USUAL_MARGIN).then(|| format!("as claimed, but {by}{}", usually(ratio)))
}

fn usually(ratio: f64) -> String {
    if ratio < 1.0 + USUAL_MARGIN {
        format!("; authors usually want {:.0} %", USUAL_MARGIN * 100.0)
    } else {
        String::new()
    }
}

fn more_than_the_reference(plan: &str, ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    if percent < 0.0 {
        format!(
            "the wrong plan `{plan}` costs {:.0} % less than the reference",
            -percent
        )
    } else {
        format!("the wrong plan `{plan}` costs only {percent:.0} % more than the reference")
    }
}

/// A player without judgement did better than the author.
pub(super) fn bot_wins(name: &str, failing: &[&Case]) -> String {
    let scores = failing.iter().filter_map(|case| {
        let bot = case.bots.iter().find(|run| run.name == name)?;
        Some((bot, case.reference.as_ref()?))
    });
    let worst = scores.max_by(|a, b| (a.0.score - a.1.score).total_cmp(&(b.0.score - b.1.score)));
    let Some((bot, reference)) = worst else {
        return "there is no plan `reference` to beat".to_owned();
    };
    if reference.outcome != Outcome::Recovered {
        return FIRST_THINGS_FIRST.to_owned();
    }
    let lost = reference.story.losses.first();
    let lost = lost.map_or_else(String::new, |it| format!(" (it loses {it})"));
    format!(
        "{name} scores {:.1} and the reference {:.1}{lost}: what would punish that in the real system? \
         Cold caches, a second cause, an order that makes it worse first",
        bot.score, reference.score
    )
}

/// Most of the harm was done when somebody was paged.
pub(super) fn seen_late(scenario: &Scenario, failing: &[&Case]) -> String {
    let allowed = scenario.objectives.detect_before * 100.0;
    let after = failing.iter().filter_map(|case| case.detected_after).max();
    let Some(after) = after else {
        return "no alarm goes off at all: add one on what customers feel, such as `(name: \"errors\", \
                component: \"shop\", signal: error_share, above: \"5%\")`"
            .to_owned();
    };
    let alarms = scenario.signals.alarms.iter();
    let quickest = alarms
        .map(|it| it.period.as_micros() * u64::from(it.breaching))
        .min();
    let quickest = SimDuration::from_micros(quickest.unwrap_or(0)) + scenario.signals.delay;
    format!(
        "the first alarm comes {after} after the onset; the quickest could after {quickest} (its periods \
         and the delay of {}). Lower a threshold, take a shorter `period`, or allow more than \
         {allowed:.0} % (`detect_before`)",
        scenario.signals.delay
    )
}

/// Clues that nobody could ever have found.
pub(super) fn never_seen(clues: &[SeenClue]) -> String {
    let clues = clues.iter().map(|clue| match clue.nearest {
        Some(value) => format!("{} (the nearest was {})", clue.words, rounded(value)),
        None => clue.words.clone(),
    });
    let clues: Vec<String> = clues.collect();
    format!(
        "these never appear: {}. Put what is really shown (`sev1 console` shows it), or take them out",
        clues.join("; ")
    )
}

/// Texts that name the cause.
pub(super) fn given_away(found: &[&Spoiler]) -> String {
    let mut named: Vec<String> = Vec::new();
    for it in found {
        let words = format!("“{}” in {}", it.words, it.place);
        if named.len() < NAMED && !named.contains(&words) {
            named.push(words);
        }
    }
    format!(
        "say what can be seen, not what it means: {}",
        named.join("; ")
    )
}

fn seeds(count: usize) -> String {
    match count {
        1 => "one seed".to_owned(),
        _ => format!("{count} seeds"),
    }
}

/// Three significant digits.
fn rounded(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

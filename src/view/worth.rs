//! What an analysis found, as a debrief shows it: rows in words, with the figures that a chart needs.

use serde::Serialize;

use crate::base::text::{clock_of, thousands};
use crate::base::time::SimTime;
use crate::debrief::analysis::{
    Analysis, Clue, Decision, DecisionKind, Effect, FollowUp, Foreseen, Luck, Mark, Picked,
    Usefulness,
};
use crate::session::Record;
use crate::view::debrief::clock;

/// Everything that was found by playing branches.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Worth {
    /// What was decided, in order of time.
    pub decisions: Vec<DecisionRow>,
    /// Skill or luck.
    pub luck: Option<Histogram>,
    /// When it could have been known.
    pub clues: Vec<ClueRow>,
    /// What might prevent it.
    pub follow_ups: Vec<FollowUpRow>,
    /// What was not looked at.
    pub left_out: Vec<String>,
    /// How much was played.
    pub work: String,
}

/// One decision and what it was worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionRow {
    /// When.
    pub at: SimTime,
    /// As time of day.
    pub clock: String,
    /// In words.
    pub what: String,
    /// Nothing was decided for a while.
    pub is_wait: bool,
    /// Numbers in the journal.
    pub orders: Vec<u32>,
    /// How good it was.
    pub mark: Mark,
    /// Customer-minutes that it cost (above zero) or spared.
    pub cost_minutes: f64,
    /// Such as `saved 2,480`.
    pub effect: String,
    /// Why this mark.
    pub why: String,
    /// What else is known: recovery, the reference, what could be expected.
    pub remarks: Vec<String>,
    /// At other times: seconds later, and customer-minutes that the run would have lost less.
    pub moved: Vec<(i64, f64)>,
}

/// The same decisions on other seeds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Histogram {
    /// Seeds.
    pub seeds: usize,
    /// Edges of the bins, in customer-minutes.
    pub edges: Vec<f64>,
    /// Seeds in each bin.
    pub counts: Vec<usize>,
    /// The bin of this run.
    pub own: usize,
    /// Customer-minutes at both ends.
    pub ends: (String, String),
    /// What can be said of it.
    pub sentence: String,
}

/// A clue of the true cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClueRow {
    /// Where it was, in words.
    pub words: String,
    /// When it was there to be seen; `None` is never.
    pub visible: Option<(SimTime, String)>,
    /// When the player had it in front of them.
    pub opened: Option<(SimTime, String)>,
}

/// What might prevent it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FollowUpRow {
    /// Its short name.
    pub name: String,
    /// What it is.
    pub what: String,
    /// What it comes to.
    pub usefulness: Usefulness,
    /// Found by playing the incident with it in place.
    pub found: Vec<String>,
}

/// What a follow-up does, in words.
pub const fn usefulness_words(it: Usefulness) -> &'static str {
    match it {
        Usefulness::Prevents => "prevents it",
        Usefulness::Helps => "helps",
        Usefulness::NoDifference => "makes no difference",
        Usefulness::Harms => "makes it worse",
    }
}

/// What a choice of follow-ups came to, in a sentence.
pub fn picked_words(it: &Picked) -> String {
    let mut words = match (it.helped, it.of) {
        (0, 0) => "None of them would have helped".to_owned(),
        (helped, of) => format!("{helped} of the {of} that help"),
    };
    if it.idle > 0 {
        words.push_str(&format!(", {} without any effect", it.idle));
    }
    if it.harmful > 0 {
        words.push_str(&format!(", {} that would have harmed", it.harmful));
    }
    format!("{:.0} of 100 points: {words}.", it.points)
}

/// An analysis in words.
pub fn worth(record: &Record, analysis: &Analysis) -> Worth {
    let decisions = analysis.decisions.iter();
    let clues = analysis.clues.iter();
    let hours = analysis.work.simulated.as_secs_f64() / 3600.0;
    Worth {
        decisions: decisions.map(|it| decision(record, it)).collect(),
        luck: analysis.luck.as_ref().map(histogram),
        clues: clues.map(|it| clue(record, it)).collect(),
        follow_ups: analysis.follow_ups.iter().map(follow_up).collect(),
        left_out: analysis.left_out.clone(),
        work: format!(
            "{} branches were played, {hours:.0} simulated hours",
            thousands(analysis.work.branches as f64)
        ),
    }
}

/// What came of a decision that cost so many customer-minutes, such as `saved 2,480`.
pub fn spared(cost_minutes: f64) -> String {
    let minutes = thousands(cost_minutes.abs());
    match cost_minutes {
        m if m.abs() < 1.0 => "no difference".to_owned(),
        m if m < 0.0 => format!("saved {minutes}"),
        _ => format!("cost {minutes}"),
    }
}

fn decision(record: &Record, it: &Decision) -> DecisionRow {
    let mut remarks = Vec::new();
    if it.kind == DecisionKind::Change {
        let without = if it.together.is_some() { "them" } else { "it" };
        remarks.extend(recovery(&it.counted, without));
    }
    if let Some(then) = &it.without_then_reference {
        remarks.push(format!(
            "With the reference's decisions from there on it {}",
            spared(then.cost_minutes).replace("no difference", "makes no difference")
        ));
    }
    remarks.extend(it.foreseen.as_ref().map(foreseen));
    DecisionRow {
        at: it.at,
        clock: clock(record, it.at),
        what: it.what.clone(),
        is_wait: it.kind == DecisionKind::Wait,
        orders: it.orders.clone(),
        mark: it.mark,
        cost_minutes: it.counted.cost_minutes,
        effect: spared(it.counted.cost_minutes),
        why: it.why.clone(),
        remarks,
        moved: it
            .moved
            .iter()
            .map(|it| (it.by_s, it.own.cost_minutes))
            .collect(),
    }
}

/// What it did to the time of recovery.
fn recovery(effect: &Effect, without: &str) -> Option<String> {
    let slower = effect.slower_s?;
    let time = clock_of(slower.abs());
    match slower {
        s if s.abs() < 1.0 => None,
        s if s > 0.0 => Some(format!("Without {without} recovery comes {time} sooner")),
        _ => Some(format!("Without {without} recovery comes {time} later")),
    }
}

fn foreseen(it: &Foreseen) -> String {
    let causes = it.possible.len();
    let share = match it.cost_share.abs() {
        share if share > 1.0 => "more than all that is at stake".to_owned(),
        share => format!("{:.0} % of what is at stake", share * 100.0),
    };
    let came = match it.cost_share {
        s if s.abs() < 0.005 => "makes no difference".to_owned(),
        s if s > 0.0 => format!("costs {share}"),
        _ => format!("saves {share}"),
    };
    let plural = if causes == 1 {
        "cause was"
    } else {
        "causes were"
    };
    format!(
        "By what could be known then ({causes} {plural} still possible) it {came} on average: {}",
        it.mark.word()
    )
}

fn histogram(luck: &Luck) -> Histogram {
    let end = |it: Option<&f64>| thousands(it.copied().unwrap_or_default());
    Histogram {
        seeds: luck.minutes.len(),
        edges: luck.edges.clone(),
        counts: luck.counts.clone(),
        own: luck.this_bin,
        ends: (end(luck.edges.first()), end(luck.edges.last())),
        sentence: luck.sentence.clone(),
    }
}

fn clue(record: &Record, it: &Clue) -> ClueRow {
    let when = |at: SimTime| (at, clock(record, at));
    ClueRow {
        words: it.words.clone(),
        visible: it.visible.map(when),
        opened: it.opened.map(|it| when(it.at)),
    }
}

fn follow_up(it: &FollowUp) -> FollowUpRow {
    let mut found = vec![
        format!(
            "Nobody doing anything: {}",
            less(&it.nobody, it.nobody_share)
        ),
        format!("With your decisions: {}", less(&it.player, it.player_share)),
    ];
    if let Some(sooner) = it.alarm_sooner_s.filter(|it| it.abs() >= 1.0) {
        let time = clock_of(sooner.abs());
        let way = if sooner > 0.0 { "sooner" } else { "later" };
        found.push(format!("The first alarm goes off {time} {way}"));
    }
    FollowUpRow {
        name: it.name.clone(),
        what: it.what.clone(),
        usefulness: it.usefulness,
        found,
    }
}

/// What a follow-up spares, with its share of the harm there was.
fn less(effect: &Effect, share: f64) -> String {
    let minutes = thousands(effect.cost_minutes.abs());
    match effect.cost_minutes {
        m if m.abs() < 1.0 => "no difference".to_owned(),
        m if m > 0.0 => {
            format!(
                "{minutes} customer-minutes less ({:.0} % of the harm)",
                share * 100.0
            )
        }
        _ => format!("{minutes} customer-minutes more"),
    }
}

//! Analyses of whole incidents: what each decision was worth was found by playing, is the same on any
//! number of threads, and stops when nobody wants it.

use std::sync::atomic::{AtomicUsize, Ordering};

use sev1::base::time::{SimDuration, SimTime};
use sev1::debrief::analysis::{
    Analysis, DecisionKind, Mark, Options, Stage, Usefulness, analyse, analyse_in_parts,
};
use sev1::debrief::what_if::{Edit, WhatIf};
use sev1::files::open;
use sev1::scenario::action::Action;
use sev1::scenario::order::Order;
use sev1::score::baselines;
use sev1::session::{Branch, Edits, Record, branches, play};

/// A variant of a built-in scenario, played by one of its plans.
fn record(scenario: &str, variant: usize, plan: &str) -> Record {
    let scenario = open(scenario, &mut Vec::new());
    let scenario = scenario.unwrap().expect("a built-in scenario");
    let own = scenario.variants[variant].plans.iter();
    let plan = own.chain(&scenario.plans).find(|it| it.name == plan);
    play(&scenario, 7, Some(variant), Some(plan.expect("the plan"))).record()
}

fn analysis(record: &Record, luck_seeds: u32) -> Analysis {
    let baselines = baselines(&record.scenario, record.seed, record.variant);
    let options = Options {
        luck_seeds,
        foreseen_seeds: 1,
    };
    analyse(record, &baselines, &options, &|_| true).unwrap()
}

#[test]
fn what_saved_the_day_is_marked_so_and_sooner_would_have_been_better() {
    let record = record("checkout-5xx", 0, "reference");
    let analysis = analysis(&record, 4);
    let best = analysis.decisions.iter().map(|it| it.mark).min();
    assert_eq!(best, Some(Mark::Excellent));
    let saved = analysis
        .decisions
        .iter()
        .find(|it| it.mark == Mark::Excellent);
    let saved = saved.unwrap();
    let sooner = saved.moved.iter().find(|it| it.by_s == -120).unwrap();
    let later = saved.moved.iter().find(|it| it.by_s == 300).unwrap();
    assert!(sooner.own.cost_minutes > 0.0 && later.own.cost_minutes < 0.0);
    // Going on with the reference says nothing of what it would do itself.
    assert!(saved.without_then_reference.is_none());
    // Whichever causes were still possible, theirs are all the shares there are.
    let foreseen = saved.foreseen.as_ref().unwrap();
    let shares: f64 = foreseen.possible.iter().map(|it| it.share).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert!(foreseen.possible.iter().any(|it| it.variant == "a"));
    assert!(analysis.clues.iter().any(|it| it.opened.is_some()));
    let visible = |it: &&sev1::debrief::analysis::Clue| it.visible.is_some();
    assert!(analysis.clues.iter().filter(visible).count() >= 3);
    let luck = analysis.luck.unwrap();
    assert_eq!(luck.counts.iter().sum::<usize>(), 4);
}

#[test]
fn what_did_harm_is_marked_so() {
    let record = record("db-connection-leak", 1, "fail-over");
    let analysis = analysis(&record, 0);
    let failed_over = analysis
        .decisions
        .iter()
        .find(|it| it.kind == DecisionKind::Change);
    assert_eq!(failed_over.unwrap().mark, Mark::Blunder);
    assert!(failed_over.unwrap().without_then_reference.is_some());
    // What would have prevented it was tried, and so was what would not.
    let came = |wanted| {
        analysis
            .follow_ups
            .iter()
            .filter(|it| it.usefulness == wanted)
            .count()
    };
    assert_eq!(came(Usefulness::Prevents), 1);
    assert!(came(Usefulness::NoDifference) >= 1);
    assert!(analysis.luck.is_none());
}

#[test]
fn an_analysis_is_the_same_on_one_thread_and_on_many() {
    let record = record("db-connection-leak", 0, "reference");
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| analysis(&record, 6))
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn what_is_known_so_far_is_told_before_other_seeds_are_played() {
    let record = record("db-connection-leak", 0, "reference");
    let baselines = baselines(&record.scenario, record.seed, record.variant);
    let options = Options {
        luck_seeds: 41,
        foreseen_seeds: 1,
    };
    let mut heard = Vec::new();
    let mut hear = |stage: Stage, known: &Analysis| heard.push((stage, known.clone()));
    let all =
        analyse_in_parts(&record, &baselines, &options, &|_| true, &mut hear).expect("wanted");
    let stages: Vec<Stage> = heard.iter().map(|it| it.0).collect();
    let (luck, last) = (Stage::Luck, heard.pop().unwrap().1);
    assert_eq!(stages, [Stage::Decisions, Stage::FollowUps, luck, luck]);
    assert_eq!(last, all);
    assert!(heard.iter().all(|it| it.1.decisions == all.decisions));
    assert!(heard[0].1.follow_ups.is_empty() && heard[1].1.luck.is_none());
    assert_eq!(heard[1].1.follow_ups, all.follow_ups);
    let seeds = |known: &Analysis| known.luck.as_ref().map(|it| it.minutes.len());
    assert_eq!((seeds(&heard[2].1), seeds(&all)), (Some(40), Some(41)));
}

#[test]
fn an_analysis_that_nobody_wants_stops() {
    let record = record("db-connection-leak", 0, "reference");
    let baselines = baselines(&record.scenario, record.seed, record.variant);
    let asked = AtomicUsize::new(0);
    let tired = |_| asked.fetch_add(1, Ordering::Relaxed) < 3;
    assert!(analyse(&record, &baselines, &Options::default(), &tired).is_err());
    assert!(asked.load(Ordering::Relaxed) < 40);
}

#[test]
fn a_wait_is_a_decision_too_unless_the_reference_takes_as_long() {
    let waits = |record: &Record| {
        let analysis = analysis(record, 0);
        let waits = analysis.decisions.into_iter();
        let waits: Vec<_> = waits.filter(|it| it.kind == DecisionKind::Wait).collect();
        waits
    };
    let reference = record("checkout-5xx", 0, "reference");
    let blamed = waits(&reference).into_iter().filter(|it| it.mark.is_bad());
    assert_eq!(blamed.count(), 0, "it is as quick as itself");
    // The same orders, all of them ten minutes later.
    let run = WhatIf::new(&reference);
    let numbers = 1..=reference.journal.len() as u32;
    let later: Vec<Edit> = numbers
        .map(|order| Edit::Move { order, by_s: 600 })
        .collect();
    let slow = waits(&run.play(&later).unwrap().record());
    assert!(slow.iter().any(|it| it.mark.is_bad()), "{slow:?}");
    assert!(
        slow.iter()
            .all(|it| it.lasts >= SimDuration::from_secs(180))
    );
}

#[test]
fn doing_nothing_is_a_decision_as_well() {
    let reference = record("checkout-5xx", 0, "reference");
    let record = play(&reference.scenario, 7, Some(0), None).record();
    let analysis = analysis(&record, 4);
    assert_eq!(analysis.decisions.len(), 1);
    assert_eq!(analysis.decisions[0].mark, Mark::Blunder);
    assert!(analysis.luck.is_none(), "there is nothing to be lucky with");
}

#[test]
fn a_page_that_comes_sooner_brings_everything_forward() {
    let record = record("cache-eviction-storm", 0, "reference");
    let analysis = analysis(&record, 0);
    let paged = analysis.follow_ups.iter();
    let paged: Vec<_> = paged.filter(|it| it.alarm_sooner_s.is_some()).collect();
    assert_eq!(paged.len(), 1);
    let (page, sooner) = (paged[0], paged[0].alarm_sooner_s.unwrap());
    assert!(sooner > 0.0, "{sooner}");
    assert_eq!(
        page.nobody.cost_minutes, 0.0,
        "an alarm alone mends nothing"
    );
    assert!(page.player.cost_minutes > 0.0, "{page:?}");
}

#[test]
fn a_branch_without_edits_is_the_run_itself_and_edits_change_it() {
    let record = record("checkout-5xx", 0, "reference");
    let acts = (1..).zip(&record.journal);
    let act =
        acts.filter(|(_, it)| matches!(it.order, Order::Act(_)) && it.fate.landed_at().is_some());
    let numbers: Vec<u32> = act.map(|it| it.0).collect();
    let at = SimTime::ZERO + SimDuration::from_secs(10 * 60);
    let harm = Action::RollBack {
        service: record.scenario.world.components.ids().next().unwrap(),
        share: 1.0,
    };
    let edits = [
        Edits::default(),
        Edits::without(numbers.clone()),
        Edits::moved(numbers, i64::MIN),
        Edits {
            inserted: vec![(at, vec![harm])],
            ..Edits::default()
        },
    ];
    let ends: Vec<_> = branches(&record, &edits)
        .into_iter()
        .map(Branch::play)
        .collect();
    assert_eq!(ends[0].digest, record.digest);
    assert_eq!(ends[0].impact, record.impact);
    assert!(ends[1].impact.customer_minutes > record.impact.customer_minutes);
    // Before there is anything to mend; and a part that has no releases is not rolled back.
    assert!(ends[2].impact.customer_minutes.is_finite());
    assert_eq!(ends[3].digest, record.digest);
    let elsewhere = Branch::elsewhere(&record, record.seed, record.variant, &edits[0]).play();
    assert_eq!(elsewhere, ends[0]);
}

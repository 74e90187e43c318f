//! Claims, bots and random players.

use std::sync::Arc;

use sev1::base::time::SimTime;
use sev1::prove::{
    Bot, Case, Ledger, Run, SeenClue, Signs, Verdict, Work, any_order, prove_case, soak_game,
};
use sev1::scenario::builtin::SCENARIOS;
use sev1::scenario::load::load;
use sev1::scenario::model::Scenario;
use sev1::session::{Fate, Outcome, Refusal, Session};

fn shipped(id: &str) -> Arc<Scenario> {
    let built_in = SCENARIOS.iter().find(|it| it.id == id).unwrap();
    let (scenario, ..) = load(built_in.path, built_in.text.as_bytes(), &mut |other| {
        sev1::scenario::builtin::read_beside(built_in.path, other)
    });
    Arc::new(scenario.unwrap())
}

fn run(name: &str, outcome: Outcome, minutes: f64, score: f64) -> Run {
    Run {
        name: name.to_owned(),
        outcome,
        minutes,
        score,
    }
}

/// A case in which everything is as it should be.
fn good_case(seed: u64) -> Case {
    Case {
        variant: 0,
        seed,
        nothing: run("nothing", Outcome::Unrecovered, 1000.0, 2.0),
        reference: Some(run("reference", Outcome::Recovered, 100.0, 95.0)),
        plans: Vec::new(),
        bots: vec![run("restart-everything", Outcome::Unrecovered, 900.0, 20.0)],
        undetected_share: 0.05,
        survived_again: None,
        signs: Some(Signs::default()),
    }
}

/// The verdict on the one claim whose words contain `what`.
fn verdict(scenario: &Scenario, cases: Vec<Case>, what: &str) -> (Verdict, Vec<String>) {
    let mut ledger = Ledger::default();
    for case in cases {
        ledger.add(case);
    }
    let claims = ledger.claims(scenario, "x");
    let mut found = claims.iter().filter(|claim| claim.what.contains(what));
    let claim = found
        .next()
        .unwrap_or_else(|| panic!("no claim about {what}: {claims:?}"));
    (claim.verdict, claim.reproduce.clone())
}

#[test]
fn one_bad_seed_is_enough_and_is_named() {
    let scenario = shipped("checkout-5xx");
    let mut bad = good_case(7);
    bad.reference = Some(run("reference", Outcome::Unrecovered, 500.0, 40.0));
    let cases = || vec![good_case(1), bad.clone(), good_case(2)];
    let (recovers, lines) = verdict(&scenario, cases(), "reference recovers");
    assert_eq!(recovers, Verdict::Fails);
    assert_eq!(lines, ["sev1 run x --variant a --seed 7 --plan reference"]);
    assert_eq!(
        verdict(&scenario, cases(), "scores at least").0,
        Verdict::Fails
    );
    assert_eq!(
        verdict(&scenario, cases(), "doing nothing").0,
        Verdict::Holds
    );
}

#[test]
fn healing_by_itself_late_alarms_and_lucky_bots_are_found() {
    let scenario = shipped("checkout-5xx");
    let with = |change: fn(&mut Case)| {
        let mut case = good_case(3);
        change(&mut case);
        vec![case]
    };
    let healed = with(|case| case.nothing.outcome = Outcome::Recovered);
    assert_eq!(
        verdict(&scenario, healed, "doing nothing").0,
        Verdict::Fails
    );
    let late = with(|case| case.undetected_share = 0.9);
    assert_eq!(
        verdict(&scenario, late, "an alarm before").0,
        Verdict::Fails
    );
    let lucky = with(|case| case.bots[0].score = 96.0);
    let (beaten, lines) = verdict(&scenario, lucky, "does not beat");
    assert_eq!(beaten, Verdict::Fails);
    assert!(
        lines[0].ends_with("--plan bot:restart-everything"),
        "{lines:?}"
    );
    let broken = with(|case| case.survived_again = Some(false));
    assert_eq!(
        verdict(&scenario, broken, "second trigger").0,
        Verdict::Fails
    );
    let silent = with(|_| {});
    assert_eq!(
        verdict(&scenario, silent.clone(), "second trigger").0,
        Verdict::NotClaimed
    );
    // A scenario whose clues never show promises too much.
    assert_eq!(
        verdict(&scenario, silent, "really appear").0,
        Verdict::Fails
    );
}

#[test]
fn signs_are_counted_on_the_seeds_where_they_were_looked_for() {
    let scenario = shipped("checkout-5xx");
    let clue = |kind, at| SeenClue {
        kind,
        words: format!("a {kind}"),
        at,
    };
    let at = Some(SimTime::from_secs_f64(300.0));
    let found = Signs {
        clues: vec![clue("log", at), clue("metric", at), clue("chat", at)],
        spoilers: Vec::new(),
    };
    let on = |signs: [Option<Signs>; 3]| {
        let mut ledger = Ledger::default();
        for (seed, signs) in (1..).zip(signs) {
            ledger.add(Case {
                signs,
                ..good_case(seed)
            });
        }
        let claims = ledger.claims(&scenario, "x");
        let claim = claims.into_iter().find(|it| it.what.contains("appear"));
        claim.unwrap()
    };
    let twice = on([Some(found.clone()), Some(found.clone()), None]);
    assert_eq!((twice.verdict, twice.held), (Verdict::Holds, (2, 2)));
    let mut missed = found.clone();
    missed.clues[2].at = None;
    let once = on([Some(found), Some(missed), None]);
    assert_eq!((once.verdict, once.held), (Verdict::Fails, (1, 2)));
    assert!(once.reproduce[0].contains("--seed 2"), "{once:?}");
    let never = on([None, None, None]);
    assert_eq!(never.verdict, Verdict::NotClaimed);
}

#[test]
fn a_wrong_plan_that_is_cheaper_than_claimed_is_told_by_how_much() {
    let scenario = shipped("checkout-5xx");
    let variant = &scenario.variants[0];
    let all = variant.plans.iter().chain(&scenario.plans);
    let wrong = all.filter(|plan| plan.name != "reference");
    let plan = wrong
        .clone()
        .find(|plan| plan.costs_at_least.is_some())
        .unwrap();
    let mut case = good_case(4);
    case.plans = vec![run(&plan.name, Outcome::Recovered, 104.0, 80.0)];
    let mut ledger = Ledger::default();
    ledger.add(case);
    let claims = ledger.claims(&scenario, "x");
    let claim = claims
        .iter()
        .find(|it| it.what.contains(&plan.name))
        .unwrap();
    assert_eq!(claim.verdict, Verdict::Fails);
    let advice = claim.advice.as_deref().unwrap();
    assert!(
        advice.contains("costs 4 % more than the reference"),
        "{advice}"
    );
}

#[test]
fn a_case_is_the_same_every_time() {
    let scenario = shipped("db-connection-leak");
    let work = Work {
        bots: false,
        signs: false,
    };
    let [a, b] = [(); 2].map(|()| prove_case(&scenario, 0, 5, work));
    assert_eq!(
        (a.nothing, a.reference, a.plans),
        (b.nothing, b.reference, b.plans)
    );
}

/// The players of a case share the world until they do something; that may show nowhere.
#[test]
fn everybody_in_a_case_ends_as_if_played_alone() {
    let scenario = shipped("checkout-5xx");
    let work = Work {
        bots: true,
        signs: false,
    };
    let case = prove_case(&scenario, 0, 5, work);
    let plans = scenario.variants[0].plans.iter().chain(&scenario.plans);
    let (reference, wrong): (Vec<_>, Vec<_>) = plans.partition(|plan| plan.name == "reference");
    let by_plan = reference.into_iter().chain(wrong).map(|plan| {
        let end = sev1::session::play(&scenario, 5, Some(0), Some(plan));
        (plan.name.clone(), end.record())
    });
    let by_bot = Bot::ALL.into_iter().map(|bot| {
        let end = bot.play(Session::start(&scenario, 5, Some(0)));
        (bot.name().to_owned(), end.record())
    });
    let alone: Vec<_> = by_plan
        .chain(by_bot)
        .map(|(name, record)| (name, record.outcome, record.impact.customer_minutes))
        .collect();
    let together: Vec<_> = case
        .reference
        .into_iter()
        .chain(case.plans)
        .chain(case.bots)
        .map(|run| (run.name, run.outcome, run.minutes))
        .collect();
    assert!(alone.len() > 7, "{alone:?}");
    assert_eq!(together, alone);
}

#[test]
fn random_players_break_nothing() {
    for (seed, built_in) in (100_u64..).zip(SCENARIOS) {
        let scenario = shipped(built_in.id);
        let session = soak_game(&scenario, seed).unwrap_or_else(|failure| {
            panic!("{}: {failure:?}", built_in.id);
        });
        let again = soak_game(&scenario, seed).unwrap();
        assert_eq!(session.sim().digest(), again.sim().digest());
    }
}

/// Random players are of no use if everything they say is refused, or nothing is.
#[test]
fn random_orders_are_of_every_kind_and_partly_possible() {
    let scenario = shipped("spapi-auth");
    let mut session = Session::start(&scenario, 1, None);
    let stream = sev1::base::rng::Stream::new(9, "test", 0);
    let (mut landed, mut impossible) = (0, 0);
    for n in 0..3_000 {
        let order = any_order(&mut stream.at(n), &scenario);
        match session.order("test", order, None) {
            Err(Refusal::Impossible(_) | Refusal::NoSuchThing(_)) => impossible += 1,
            Err(Refusal::Over) => break,
            _ => {}
        }
        let next = session.now() + sev1::session::SECOND;
        session.advance_to(next);
    }
    for entry in session.journal() {
        landed += usize::from(matches!(entry.fate, Fate::Landed { .. }));
    }
    assert!(landed > 100 && impossible > 100, "{landed} {impossible}");
}

#[test]
fn every_bot_plays_to_an_end_and_has_a_name_of_its_own() {
    let scenario = shipped("checkout-5xx");
    for bot in Bot::ALL {
        assert_eq!(Bot::named(bot.name()), Some(bot));
        let session = bot.play(Session::start(&scenario, 3, Some(0)));
        assert!(session.ending().is_some());
        assert!(!session.journal().is_empty(), "{} did nothing", bot.name());
    }
    assert_eq!(Bot::named("nobody"), None);
}

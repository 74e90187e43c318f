//! Claims, bots and random players.

use std::sync::Arc;

use sev1::base::time::{SimDuration, SimTime};
use sev1::prove::{
    Bot, CameToPass, Case, Ledger, Run, SeenClue, Signs, Story, Verdict, Work, any_order,
    prove_case, soak_game,
};
use sev1::scenario::builtin::SCENARIOS;
use sev1::scenario::load::load;
use sev1::scenario::model::Scenario;
use sev1::session::{Fate, Outcome, Refusal, Session, play};

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
        story: Story::default(),
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
        detected_after: None,
        came_to_pass: CameToPass::default(),
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
        nearest: None,
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
        advice.contains("costs only 4 % more than the reference"),
        "{advice}"
    );
    assert!(advice.contains("authors usually want 20 %"), "{advice}");
    assert!(advice.contains("call it another way"), "{advice}");
}

/// The advice on the one claim whose words contain `what`.
fn advice(scenario: &Scenario, case: Case, what: &str) -> String {
    let mut ledger = Ledger::default();
    ledger.add(case);
    let claims = ledger.claims(scenario, "x");
    let claim = claims
        .iter()
        .find(|claim| claim.what.contains(what))
        .unwrap();
    assert_eq!(claim.verdict, Verdict::Fails, "{claim:?}");
    claim.advice.clone().unwrap()
}

#[test]
fn advice_has_the_figures_of_the_runs() {
    let scenario = shipped("checkout-5xx");
    let story = Story {
        success_at_end: 0.9,
        losses: vec!["−12.5 communication: nobody outside was told anything".to_owned()],
        trouble: vec!["18:09:00 roll back pricing: there is nothing to go back to".to_owned()],
        ..Story::default()
    };
    let with = |change: &dyn Fn(&mut Run)| {
        let mut case = good_case(3);
        let reference = case.reference.as_mut().unwrap();
        reference.story = story.clone();
        change(reference);
        case
    };
    let ill = with(&|run| run.outcome = Outcome::Unrecovered);
    let text = advice(&scenario, ill, "reference recovers");
    assert!(
        text.contains("at its end 90.0 % of requests succeed, and 99.0 % have to"),
        "{text}"
    );
    assert!(
        text.contains("roll back pricing: there is nothing to go back to"),
        "{text}"
    );
    let poor = with(&|run| run.score = 80.0);
    let text = advice(&scenario, poor, "reference scores");
    assert!(
        text.contains("−12.5 communication: nobody outside was told"),
        "{text}"
    );
    let mut healed = good_case(3);
    healed.nothing.outcome = Outcome::Recovered;
    healed.nothing.story.recovered = Some(SimTime::from_secs_f64(600.0));
    let text = advice(&scenario, healed, "doing nothing");
    assert!(
        text.contains("heals by itself on one seed, first after 10m"),
        "{text}"
    );
    let mut late = good_case(3);
    late.undetected_share = 0.5;
    let text = advice(&scenario, late.clone(), "an alarm before");
    assert!(text.contains("no alarm goes off at all"), "{text}");
    late.detected_after = Some(SimDuration::from_secs(300));
    let text = advice(&scenario, late, "an alarm before");
    assert!(
        text.contains("the first alarm comes 5m after the onset"),
        "{text}"
    );
    let mut missed = good_case(3);
    missed.signs.as_mut().unwrap().clues = vec![SeenClue {
        kind: "metric",
        words: "latency of x above 5".to_owned(),
        at: None,
        nearest: Some(3.125),
    }];
    let text = advice(&scenario, missed, "really appear");
    assert!(
        text.contains("latency of x above 5 (the nearest was 3.1)"),
        "{text}"
    );
    let mut lucky = good_case(3);
    lucky.bots[0].score = 96.0;
    let text = advice(&scenario, lucky, "does not beat");
    assert!(
        text.contains("scores 96.0 and the reference 95.0"),
        "{text}"
    );
}

/// What never came to pass is worth a word, and fails nothing.
#[test]
fn faults_alarms_and_lines_that_never_come_are_remarked() {
    let text = r#"Scenario(
        components: {"web": Service()}, journeys: {"x": (to: "web", rate: "20/s", timeout: "1s")},
        signals: (period: "10s", delay: "0s", alarms: [
            (name: "errors", component: "web", signal: error_share, above: "50%", period: "10s"),
            (name: "crowd", component: "web", signal: arrivals, above: "500/s", period: "10s"),
        ]),
        objectives: (hold: "30s", time_limit: "4m"),
        chat: [
            (who: "Robin", cue: Alarm("errors"), text: "All of it is down."),
            (who: "Robin", cue: Alarm("crowd"), text: "What a crowd that is tonight, all at once!"),
            (who: "Sam", cue: Asked, text: "Nobody asked me."),
        ],
        faults: [
            (name: "down", when: At("1m"), do: Set(on: "web", down: "100%")),
            (name: "flood", when: When(component: "web", signal: arrivals, above: "500/s"), do: Restart(component: "web")),
        ],
        plans: {"reference": (steps: [
            (at: "90s", do: Acknowledge),
            (do: RollBack(service: "web")),
            (do: RevertConfig(component: "web")),
            (when: (component: "web", signal: arrivals, above: "500/s"), do: Close),
        ])},
    )"#;
    let scenario = crate::support::scenario("remarks.ron", text);
    let work = Work {
        bots: false,
        signs: false,
    };
    let case = prove_case(&scenario, 0, 1, work);
    let trouble = &case.reference.as_ref().unwrap().story.trouble;
    assert_eq!(trouble.len(), 2, "{trouble:?}");
    assert!(trouble[0].contains("roll back web"), "{trouble:?}");
    assert!(
        trouble[1].starts_with("step 4 never comes: close"),
        "{trouble:?}"
    );
    let mut ledger = Ledger::default();
    ledger.add(case);
    let claims = ledger.claims(&scenario, "x");
    let remarks = claims.iter().filter(|it| it.verdict == Verdict::Remark);
    let remarks: Vec<(&str, &str)> = remarks
        .map(|it| (it.variant.as_str(), it.figure.as_str()))
        .collect();
    assert_eq!(
        remarks,
        [
            ("only", "never: flood"),
            ("", "never: crowd"),
            ("", "never: Robin: “What a crowd that is tonight, al…”"),
        ]
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
        let end = play(&scenario, 5, Some(0), Some(plan));
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

/// A worker with thousands of hands in front of a table that refuses most of them: its messages fail over
/// and over. Before they were bundled there were 6,163 groups of requests here.
#[test]
fn messages_that_fail_over_and_over_are_not_cut_ever_smaller() {
    let mut scenario = Arc::unwrap_or_clone(shipped("ingest-hot-shard"));
    scenario.objectives.time_limit = SimDuration::from_secs(1800);
    let session = Session::start(&Arc::new(scenario), 10, Some(0));
    let (mut most, mut waiting) = (0, 0);
    Bot::RandomClicker.play_watched(session, |session| {
        let (calls, runs) = session.sim().groups();
        most = most.max(runs);
        waiting = waiting.max(calls);
    });
    assert!(waiting > 1_000, "nothing waits: {waiting}");
    assert!(most < 2_500, "{most} groups of requests");
}

/// A shop that is down after a minute, with a reference of these steps.
fn down_shop(objectives: &str, alarms: &str, steps: &str) -> Arc<Scenario> {
    let text = format!(
        r#"Scenario(
            components: {{"web": Service(versions: {{"v1": (), "v2": (errors: "100%")}})}},
            journeys: {{"x": (to: "web", rate: "20/s", timeout: "1s")}},
            signals: (period: "10s", delay: "0s", alarms: [{alarms}]),
            objectives: (hold: "30s", time_limit: "6m", {objectives}),
            faults: [(name: "v2", when: At("1m"), do: Deploy(service: "web", version: "v2"))],
            plans: {{"reference": (steps: [{steps}])}},
        )"#
    );
    crate::support::scenario("down.ron", &text)
}

const ERRORS: &str =
    r#"(name: "errors", component: "web", signal: error_share, above: "50%", period: "10s")"#;

/// When the orders of the reference were given, and when somebody was paged.
fn given(scenario: &Arc<Scenario>) -> (Vec<SimTime>, Option<SimTime>) {
    let end = play(scenario, 1, None, scenario.plans.first());
    let given = end.journal().iter().map(|entry| entry.at);
    (given.collect(), end.milestones().detected)
}

#[test]
fn steps_after_the_page_count_from_the_first_alarm() {
    let steps = r#"(paged: "20s", do: Acknowledge), (paged: "70s", do: Close)"#;
    let (given_at, paged) = given(&down_shop("", ERRORS, steps));
    let paged = paged.expect("an alarm");
    let after = |secs| paged + SimDuration::from_secs(secs);
    assert_eq!(given_at, [after(20), after(70)]);
    let (never, paged) = given(&down_shop("", "", steps));
    assert_eq!((never, paged), (Vec::new(), None));
}

#[test]
fn a_reference_that_mends_before_anybody_is_paged_is_told_what_to_write() {
    const CLAIM: &str = "changes nothing before the first alarm";
    let work = Work {
        bots: false,
        signs: false,
    };
    let claim = |objectives: &str, steps: &str| {
        let scenario = down_shop(objectives, ERRORS, steps);
        let mut ledger = Ledger::default();
        ledger.add(prove_case(&scenario, 0, 1, work));
        let claims = ledger.claims(&scenario, "x");
        let found = claims.into_iter().find(|claim| claim.what.contains(CLAIM));
        found.expect("the claim")
    };
    let early = r#"(at: "62s", do: Changes), (at: "65s", do: RollBack(service: "web"))"#;
    let fails = claim("", early);
    assert_eq!(fails.verdict, Verdict::Fails);
    let advice = fails.advice.expect("advice");
    assert!(
        advice.contains("it changes something at 09:01:05 and the first alarm"),
        "{advice}"
    );
    assert!(
        advice.contains(r#"begin it with `paged: "30s"`"#),
        "{advice}"
    );
    assert!(advice.contains("`expected: true`"), "{advice}");
    assert_eq!(
        claim("expected: true", early).verdict,
        Verdict::NotClaimed,
        "whoever knows what comes may prepare"
    );
    let waits = r#"(at: "62s", do: Changes), (paged: "30s", do: RollBack(service: "web"))"#;
    assert_eq!(
        claim("", waits).verdict,
        Verdict::Holds,
        "looking changes nothing"
    );
}

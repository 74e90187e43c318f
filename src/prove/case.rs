//! One seed of one variant: everything that is claimed of it, played.

use std::sync::Arc;

use crate::base::time::SimDuration;
use crate::debrief::clues::{clues_of, clues_seen};
use crate::prove::company::{Company, Player};
use crate::prove::story::{CameToPass, Story};
use crate::prove::{Bot, SeenClue, Spoiler, spoilers};
use crate::scenario::model::{Plan, Scenario};
use crate::score::{Baselines, Depth, score};
use crate::session::{Outcome, Record, SECOND, Session};

/// What is played of a case.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Whether bots play, too.
    pub bots: bool,
    /// Whether clues and spoilers are looked for: costs milliseconds a case.
    pub signs: bool,
}

/// How one plan or bot did.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Customer-minutes lost.
    pub minutes: f64,
    /// Its score; without counterfactuals, so an upper bound, for all but the reference.
    pub score: f64,
    /// What its author wants to know of it.
    pub story: Story,
}

/// Everything that came of one seed of one variant.
#[derive(Clone, Debug)]
pub struct Case {
    /// Index of the variant.
    pub variant: usize,
    /// The seed.
    pub seed: u64,
    /// Nobody doing anything.
    pub nothing: Run,
    /// The author's reference, where there is one.
    pub reference: Option<Run>,
    /// Plans that are not the reference.
    pub plans: Vec<Run>,
    /// Bots.
    pub bots: Vec<Run>,
    /// Share of the harm of doing nothing that had been done when the first alarm went off; 1 where
    /// none ever did.
    pub undetected_share: f64,
    /// Time from the onset to the first alarm.
    pub detected_after: Option<SimDuration>,
    /// Whether the reference's repair survived the second trigger, where the scenario has one.
    pub survived_again: Option<bool>,
    /// What was to be found on the way; `None` where nobody looked.
    pub signs: Option<Signs>,
    /// What came to pass in any of its runs.
    pub came_to_pass: CameToPass,
}

/// What can be found in an incident that nobody touches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signs {
    /// Clues of the variant, and when they were there.
    pub clues: Vec<SeenClue>,
    /// Texts that name the cause.
    pub spoilers: Vec<Spoiler>,
}

/// The plan called `reference` of a variant, its own or the scenario's.
pub(super) fn reference_of(scenario: &Scenario, variant: usize) -> Option<&Plan> {
    plans_of(scenario, variant).find(|plan| plan.name == "reference")
}

/// All plans of a variant, its own first.
pub(super) fn plans_of(scenario: &Scenario, variant: usize) -> impl Iterator<Item = &Plan> {
    let own = scenario.variants.get(variant).map(|it| it.plans.as_slice());
    own.unwrap_or_default().iter().chain(&scenario.plans)
}

/// Plays everything that is claimed of a variant on one seed.
pub fn prove_case(scenario: &Arc<Scenario>, variant: usize, seed: u64, work: Work) -> Case {
    let plan = reference_of(scenario, variant);
    let wrong = || plans_of(scenario, variant).filter(|plan| plan.name != "reference");
    let bots = || Bot::ALL.into_iter().filter(|_| work.bots);
    let players = plan.into_iter().chain(wrong()).map(Player::plan);
    let mut company = Company::new(players.chain(bots().map(Player::Bot)));
    let start = Session::start(scenario, seed, Some(variant));
    let (nothing, signs) = play_nothing(start, work, &mut company);
    let mut ends = company.into_ends();
    let undetected_share = undetected(&nothing);
    let reference = plan.and_then(|_| ends.next());
    let reference_record = reference.as_ref().map(Session::record);
    let reference_record = reference_record.map(Arc::new);
    let nothing = Arc::new(nothing);
    let baselines = Baselines::new(Arc::clone(&nothing), reference_record.clone());
    let mut came_to_pass = CameToPass::default();
    came_to_pass.note(&nothing);
    let mut judged = |name: &str, record: &Record, depth: Depth, plan: Option<&Plan>| {
        came_to_pass.note(record);
        let score = score(record, &baselines, depth);
        Run {
            name: name.to_owned(),
            outcome: record.outcome,
            minutes: record.impact.customer_minutes,
            score: score.total,
            story: Story::of(record, &score, plan),
        }
    };
    let quick = Depth::Quick;
    let ends_of_plans = wrong().zip(ends.by_ref());
    let plans = ends_of_plans
        .map(|(plan, end)| judged(&plan.name, &end.record(), quick, Some(plan)))
        .collect();
    let bots = bots().zip(ends);
    let bots = bots
        .map(|(bot, end)| judged(bot.name(), &end.record(), quick, None))
        .collect();
    let milestones = &nothing.milestones;
    let detected_after = milestones.detected.zip(milestones.onset);
    Case {
        variant,
        seed,
        detected_after: detected_after.map(|(alarm, onset)| alarm.since(onset)),
        nothing: judged("nothing", &nothing, quick, None),
        reference: reference_record.map(|it| judged("reference", &it, Depth::Full, plan)),
        plans,
        bots,
        undetected_share,
        survived_again: reference.and_then(|session| survives_again(&session)),
        signs,
        came_to_pass,
    }
}

/// Nobody does anything; on the way the signs are looked for, and those leave who do something.
fn play_nothing(
    mut session: Session,
    work: Work,
    company: &mut Company<'_>,
) -> (Record, Option<Signs>) {
    /// Time between two searches, and how long after the first alarm they go on.
    const SEARCH_EVERY: SimDuration = SimDuration::from_secs(120);
    const SEARCH_FOR: SimDuration = SimDuration::from_secs(20 * 60);
    /// By then findings have something to say.
    const RIPE_AFTER: SimDuration = SimDuration::from_secs(6 * 60);
    let mut signs = work.signs.then(|| Signs {
        clues: clues_of(&session),
        spoilers: Vec::new(),
    });
    let mut next_search = None;
    while session.ending().is_none() {
        company.part(&session);
        session.advance_to(session.now() + SECOND);
        let now = session.now();
        if let (Some(detected), Some(signs)) = (session.milestones().detected, &mut signs) {
            let due = *next_search.get_or_insert(now);
            if now >= due && now.since(detected) <= SEARCH_FOR {
                clues_seen(&session, &mut signs.clues);
                next_search = Some(now + SEARCH_EVERY);
                if signs.spoilers.is_empty() && now.since(detected) >= RIPE_AFTER {
                    signs.spoilers = spoilers(&session);
                }
            }
        }
        if session.has_recovered() && !session.sim().faults_pending() {
            company.part_all(&session);
            session.stop();
        }
    }
    company.part_all(&session);
    (session.record(), signs)
}

fn undetected(nothing: &Record) -> f64 {
    let Some(detected) = nothing.milestones.detected else {
        return 1.0;
    };
    let all = nothing.impact.customer_minutes;
    let before = nothing.samples.iter().rfind(|sample| sample.at <= detected);
    let before = before.map_or(0.0, |sample| sample.impact.customer_minutes);
    if all > 0.0 { before / all } else { 0.0 }
}

/// Plays on after the reference: does its repair hold when the same thing happens again? `None`
/// where the scenario claims nothing, or where the reference never recovered.
fn survives_again(reference: &Session) -> Option<bool> {
    let scenario = reference.scenario();
    let variant = scenario.variants.get(reference.sim().variant())?;
    let again = variant.truth.again.as_ref()?;
    if !reference.has_recovered() {
        return None;
    }
    Some(reference.holds_when(again))
}

//! Random players against every invariant: whatever is ordered, the world keeps its books, time goes
//! on, and the same seed gives the same game.

use std::sync::Arc;

use crate::base::rng::Stream;
use crate::base::time::{SimDuration, SimTime};
use crate::prove::any_order;
use crate::scenario::model::Scenario;
use crate::session::{Fate, SECOND, Session};

/// What a random player ran into.
#[derive(Clone, Debug, PartialEq)]
pub struct SoakFailure {
    /// Index of the variant.
    pub variant: usize,
    /// The seed of world and player.
    pub seed: u64,
    /// When, if the game got that far.
    pub at: SimTime,
    /// What does not hold.
    pub what: String,
}

/// Time between two orders on average, for hasty and for slow players.
const PAUSES_S: [f64; 4] = [0.5, 5.0, 20.0, 90.0];
/// Time between two looks at the books.
const AUDIT_EVERY: SimDuration = SimDuration::from_secs(10);
/// Lengths of games: most are short, since what is wrong mostly shows soon, and a few are long.
const LENGTHS_S: [u64; 4] = [600, 600, 1_200, 3_600];

/// Plays one game with a random player.
///
/// # Errors
/// The first invariant that did not hold.
pub fn soak_game(scenario: &Arc<Scenario>, seed: u64) -> Result<Session, SoakFailure> {
    let luck = Stream::new(seed, "soak", 0);
    let mut start = luck.at(0);
    let variant = (start.bits() % scenario.variants.len().max(1) as u64) as usize;
    let pause_s = PAUSES_S[(start.bits() % PAUSES_S.len() as u64) as usize];
    let length_s = LENGTHS_S[(start.bits() % LENGTHS_S.len() as u64) as usize];
    let end = SimTime::ZERO + SimDuration::from_secs(length_s);
    let mut session = Session::start(scenario, seed, Some(variant));
    let failure = |session: &Session, what: String| SoakFailure {
        variant,
        seed,
        at: session.now(),
        what,
    };
    while session.ending().is_none() && session.now() < end {
        let mut draws = luck.at(session.now().as_micros() + 1);
        for _ in 0..draws.poisson(1.0 / pause_s).min(20) {
            give_any(&mut session, &mut draws).map_err(|what| failure(&session, what))?;
        }
        let before = session.now();
        session.advance_to(before + SECOND);
        if session.now() == before {
            return Err(failure(&session, "time stands still".to_owned()));
        }
        if session
            .now()
            .as_micros()
            .is_multiple_of(AUDIT_EVERY.as_micros())
        {
            audit(&session).map_err(|what| failure(&session, what))?;
        }
    }
    session.stop();
    audit(&session).map_err(|what| failure(&session, what))?;
    if session
        .order("soak", any_order(&mut luck.at(2), scenario), None)
        .is_ok()
    {
        return Err(failure(
            &session,
            "an order was taken after the end".to_owned(),
        ));
    }
    Ok(session)
}

/// Gives one order, and checks that a refused one has left no trace but its line in the journal.
fn give_any(session: &mut Session, draws: &mut crate::base::rng::Draws) -> Result<(), String> {
    let scenario = Arc::clone(session.scenario());
    let order = any_order(draws, &scenario);
    let people = scenario.team.len() as f64 + 1.0;
    let by = (draws.uniform() < 0.2)
        .then(|| crate::base::id::PersonId((draws.uniform() * people) as u16));
    let digest = session.sim().digest();
    let busy = session.team().busy();
    let words = format!("{order:?}");
    let taken = session.order("soak", order, by);
    if session.sim().digest() != digest {
        return Err(format!(
            "{words} changed the world before anybody had done it"
        ));
    }
    if taken.is_err() && session.team().busy() != busy {
        return Err(format!("{words} was refused, and made somebody busy"));
    }
    if let Err(why) = taken
        && why.to_string().trim().is_empty()
    {
        return Err(format!("{words} was refused without a reason"));
    }
    Ok(())
}

/// Everything that must hold at any moment.
fn audit(session: &Session) -> Result<(), String> {
    session.sim().check_invariants()?;
    let record = session.record();
    let impact = record.impact;
    let sums = [
        impact.customer_minutes,
        impact.present_minutes,
        impact.money_lost,
    ];
    if sums.iter().any(|sum| !(sum.is_finite() && *sum >= 0.0)) {
        return Err(format!("the harm is no number: {impact:?}"));
    }
    for pair in record.samples.windows(2) {
        let (a, b) = (pair[0].impact, pair[1].impact);
        // Settled for the better is rounding only.
        if b.customer_minutes < a.customer_minutes - 1e-6 || pair[1].at <= pair[0].at {
            return Err(format!("harm fell from {a:?} to {b:?}"));
        }
    }
    for (number, entry) in (1_u32..).zip(&record.journal) {
        let late = match entry.fate {
            Fate::Running { until, .. } => until < record.simulated,
            Fate::Landed { at, .. } | Fate::Failed { at, .. } | Fate::Cancelled { at } => {
                at < entry.at || at > record.simulated
            }
            Fate::Undone { done, at } => done < entry.at || at < done,
            Fate::Refused(_) => false,
        };
        if late {
            return Err(format!("order {number} is out of time: {entry:?}"));
        }
    }
    for published in &record.posts {
        if published.post.text.trim().is_empty() {
            return Err(format!("a message without words: {published:?}"));
        }
    }
    Ok(())
}

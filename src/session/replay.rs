//! A played incident as a text, and back: who ordered what at which second, and what came of it.
//!
//! Orders are all there is to an incident besides scenario, variant and seed, so a replay is short, and
//! playing it again gives the same run, bit for bit, with the same engine. Knows texts and data; never
//! a path or a file. The text is RON: people read it, and `what` says each order in words for them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::digest::Digest;
use crate::base::id::PersonId;
use crate::base::time::SimTime;
use crate::scenario::action::Action;
use crate::scenario::model::{AddedCause, Scenario};
use crate::scenario::order::Order;
use crate::session::added::could_be;
use crate::session::live::SECOND;
use crate::session::record::{Ending, Outcome};
use crate::session::{Session, impact_of, sense, words};

/// The number of this form of replays; another form gets another number.
pub const FORMAT: u32 = 1;
/// The form of replays that hold causes which came while they were played: programs that know nothing of
/// those refuse it by its number instead of playing something else.
pub const FORMAT_ADDED: u32 = 2;
/// Causes that may have come in one incident.
pub const MOST_ADDED: usize = 1_000;
/// The engine that plays them: another one may play the same orders to another end.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// What stands at the top of a file, for people.
const PREAMBLE: &str = "\
// A played incident of SEV1: `sev1 replay FILE` plays it again.
// Orders refer to parts by their numbers in the scenario; `what` says them in words.
";

/// How the scenario was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// It is compiled in, under this id.
    Id(String),
    /// It was read from this path.
    Path(String),
}

/// An order as it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// When, in microseconds since the start.
    pub at_us: u64,
    /// Who gave it.
    pub actor: String,
    /// The order in words, for people.
    pub what: String,
    /// Who was to do it, if that was said.
    pub by: Option<PersonId>,
    /// Whether it was refused.
    pub refused: bool,
    /// The order.
    pub order: Order,
}

/// A cause that came while the incident was played, such as a facilitator's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// When it begins, in microseconds since the start.
    pub at_us: u64,
    /// In words, for people.
    pub what: String,
    /// What it does.
    pub effects: Vec<Action>,
}

/// Where it came to, for knowing whether a replay came to the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// How far it was played, in microseconds since the start.
    pub at_us: u64,
    /// Why it was over; `None` if it can be played on.
    pub ending: Option<Ending>,
    /// How it stood.
    pub outcome: Outcome,
    /// Minutes that customers lost.
    pub customer_minutes: f64,
    /// Digest of all counts of the simulation, in hexadecimal digits.
    pub simulation: String,
}

/// A played incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// [`FORMAT`], or [`FORMAT_ADDED`].
    pub format: u32,
    /// [`ENGINE`].
    pub engine: String,
    /// Id of the scenario.
    pub scenario: String,
    /// How it was found.
    pub found: Found,
    /// Digest of its texts, in hexadecimal digits.
    pub scenario_digest: String,
    /// Id of the variant.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// What it was played by: the name of a plan, or `by hand`.
    pub plan: String,
    /// Causes beside those of the scenario, in the order in which they came. Only in
    /// [`FORMAT_ADDED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Added>,
    /// The orders, oldest first.
    pub orders: Vec<Given>,
    /// Where it came to.
    pub end: End,
    /// Digest of everything above, in hexadecimal digits.
    pub journal: String,
}

/// What is read before anything else: whether the rest can be read at all.
#[derive(Deserialize)]
struct Head {
    format: u32,
    engine: String,
}

/// Why a replay cannot be played, or did not come to what it says. Each is one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplayable {
    /// The text cannot be read.
    #[error("line {line}, column {column}: {what}")]
    Garbled {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// Another form of replays.
    #[error("its format is {found}, and this program reads formats {FORMAT} and {FORMAT_ADDED}")]
    Format {
        /// Its number.
        found: u32,
    },
    /// Another engine.
    #[error("it was played with version {found}, and this is version {ENGINE}")]
    Engine {
        /// Its version.
        found: String,
    },
    /// The text is not what was written.
    #[error("it has been edited: its journal digest is {said}, and its content gives {is}")]
    Edited {
        /// What it says.
        said: String,
        /// What it is.
        is: String,
    },
    /// Another scenario.
    #[error("it was played in the scenario `{played}`, and this is `{given}`")]
    OtherScenario {
        /// The id in the replay.
        played: String,
        /// The id of the scenario.
        given: String,
    },
    /// The scenario has changed.
    #[error(
        "the scenario `{id}` has changed: it was played with digest {played}, and has digest {is}"
    )]
    Changed {
        /// The scenario.
        id: String,
        /// Its digest then.
        played: String,
        /// Its digest now.
        is: String,
    },
    /// The content makes no sense in its scenario.
    #[error("{0}")]
    Senseless(String),
    /// Playing it again came to something else.
    #[error("played again it differs: {what} was {said}, and is {is}")]
    Differs {
        /// The first thing that differs.
        what: String,
        /// What the replay says.
        said: String,
        /// What it is now.
        is: String,
    },
}

impl Replay {
    /// The orders of a session so far, and where they led.
    pub fn of(session: &Session, found: Found, plan: &str) -> Self {
        let scenario = session.scenario();
        let sim = session.sim();
        let variant = scenario.variants.get(sim.variant());
        let orders = session.journal().iter().map(|entry| Given {
            at_us: entry.at.as_micros(),
            actor: entry.actor.clone(),
            what: words::order(scenario, &entry.order),
            by: entry.by,
            refused: !entry.fate.was_taken(),
            order: entry.order.clone(),
        });
        let added: Vec<Added> = scenario.added.iter().map(Added::of).collect();
        let mut replay = Self {
            format: form_of(&added),
            engine: ENGINE.to_owned(),
            scenario: scenario.id.clone(),
            found,
            scenario_digest: hex(scenario.digest),
            variant: variant.map_or_else(String::new, |it| it.id.clone()),
            seed: sim.seed(),
            plan: plan.to_owned(),
            added,
            orders: orders.collect(),
            end: end_of(session),
            journal: String::new(),
        };
        replay.journal = replay.digest();
        replay
    }

    /// The text of a file.
    ///
    /// # Errors
    /// None in practice: everything in a replay can be written.
    pub fn text(&self) -> Result<String, ron::Error> {
        let pretty = ron::ser::PrettyConfig::new()
            .struct_names(false)
            .depth_limit(3);
        let body = ron::ser::to_string_pretty(self, pretty)?;
        Ok(format!("{PREAMBLE}{body}\n"))
    }

    /// Reads the text of a file of this format and engine, as it was written.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, Unplayable> {
        let head: Head = ron::from_str(text).map_err(|error| garbled(&error))?;
        if ![FORMAT, FORMAT_ADDED].contains(&head.format) {
            return Err(Unplayable::Format { found: head.format });
        }
        if head.engine != ENGINE {
            return Err(Unplayable::Engine { found: head.engine });
        }
        let replay: Self = ron::from_str(text).map_err(|error| garbled(&error))?;
        let is = replay.digest();
        if replay.journal != is {
            let said = replay.journal;
            return Err(Unplayable::Edited { said, is });
        }
        if replay.format != form_of(&replay.added) || replay.added.len() > MOST_ADDED {
            let why = "its causes do not fit its format".to_owned();
            return Err(Unplayable::Senseless(why));
        }
        Ok(replay)
    }

    /// How far it was played.
    pub fn ends_at(&self) -> SimTime {
        SimTime::from_micros(self.end.at_us)
    }

    /// Over the text of everything else, so that no part of it can be changed alone.
    fn digest(&self) -> String {
        let body = Self {
            journal: String::new(),
            ..self.clone()
        };
        let mut digest = Digest::default();
        digest.bytes(ron::to_string(&body).unwrap_or_default().as_bytes());
        hex(digest.value())
    }

    /// Whether it belongs to a scenario; which variant it is then.
    fn variant_in(&self, scenario: &Scenario) -> Result<usize, Unplayable> {
        if self.scenario != scenario.id {
            return Err(Unplayable::OtherScenario {
                played: self.scenario.clone(),
                given: scenario.id.clone(),
            });
        }
        let is = hex(scenario.digest);
        if self.scenario_digest != is {
            return Err(Unplayable::Changed {
                id: self.scenario.clone(),
                played: self.scenario_digest.clone(),
                is,
            });
        }
        for (number, given) in (1..).zip(&self.orders) {
            // What was refused may name anything; it is refused again.
            let Order::Act(actions) = &given.order else {
                continue;
            };
            if given.refused {
                continue;
            }
            for action in actions {
                sense::targets_exist(&scenario.world, action).map_err(|_| {
                    Unplayable::Senseless(format!(
                        "order {number} names something that the scenario does not have"
                    ))
                })?;
            }
        }
        let mut variants = scenario.variants.iter();
        variants
            .position(|variant| variant.id == self.variant)
            .ok_or_else(|| {
                Unplayable::Senseless(format!("the scenario has no variant `{}`", self.variant))
            })
    }
}

impl Added {
    fn of(cause: &AddedCause) -> Self {
        Self {
            at_us: cause.at.as_micros(),
            what: cause.words.clone(),
            effects: cause.effects.clone(),
        }
    }

    fn cause(&self) -> AddedCause {
        AddedCause {
            at: SimTime::from_micros(self.at_us),
            words: self.what.clone(),
            effects: self.effects.clone(),
        }
    }
}

fn form_of(added: &[Added]) -> u32 {
    if added.is_empty() {
        FORMAT
    } else {
        FORMAT_ADDED
    }
}

/// The scenario with the causes that came while a replay was played. One that has them already, such as
/// a record's, is taken as it is.
fn with_added(
    replay: &Replay,
    scenario: &Arc<Scenario>,
    variant: usize,
) -> Result<Arc<Scenario>, Unplayable> {
    let there = scenario.added.iter().map(Added::of);
    if there.eq(replay.added.iter().cloned()) {
        return Ok(Arc::clone(scenario));
    }
    let senseless = |why: &str| Unplayable::Senseless(why.to_owned());
    if !scenario.added.is_empty() {
        return Err(senseless(
            "the scenario has other causes than it was played with",
        ));
    }
    let mut whole = Scenario::clone(scenario);
    for added in &replay.added {
        for effect in &added.effects {
            could_be(&scenario.world, effect).map_err(|why| {
                senseless(&format!("the cause `{}` is impossible: {why}", added.what))
            })?;
        }
        whole = whole.with_cause(variant, added.cause());
    }
    Ok(Arc::new(whole))
}

/// Plays a replay again up to a moment. Orders that were given at that very moment are not given, so
/// that others can be given in their place; at [`SimTime::NEVER`] all are.
///
/// # Errors
/// Why it cannot be played in this scenario, or the first order that is taken differently.
pub fn rebuild(
    replay: &Replay,
    scenario: &Arc<Scenario>,
    until: SimTime,
) -> Result<Session, Unplayable> {
    follow(replay, scenario, until, &mut |_| {})
}

/// Plays a whole replay again, shows the session to `watch` after every second, and makes sure that
/// it came to the same.
///
/// # Errors
/// Why it cannot be played in this scenario, or the first thing that differs.
pub fn verify(
    replay: &Replay,
    scenario: &Arc<Scenario>,
    mut watch: impl FnMut(&Session),
) -> Result<Session, Unplayable> {
    let mut session = follow(replay, scenario, SimTime::NEVER, &mut watch)?;
    advance(&mut session, replay.ends_at(), &mut watch);
    if replay.end.ending.is_some() {
        session.stop();
    }
    let (said, is) = (&replay.end, end_of(&session));
    let pairs = [
        ("the outcome", named(said), named(&is)),
        (
            "the customer-minutes lost",
            said.customer_minutes.to_string(),
            is.customer_minutes.to_string(),
        ),
        (
            "the end",
            format!("{:?}", said.ending),
            format!("{:?}", is.ending),
        ),
        (
            "the time",
            replay.ends_at().to_string(),
            session.now().to_string(),
        ),
        (
            "the simulation",
            said.simulation.clone(),
            is.simulation.clone(),
        ),
    ];
    match pairs.into_iter().find(|(_, said, is)| said != is) {
        Some((what, said, is)) => Err(Unplayable::Differs {
            what: what.to_owned(),
            said,
            is,
        }),
        None => Ok(session),
    }
}

fn follow(
    replay: &Replay,
    scenario: &Arc<Scenario>,
    until: SimTime,
    watch: &mut dyn FnMut(&Session),
) -> Result<Session, Unplayable> {
    let variant = replay.variant_in(scenario)?;
    let scenario = with_added(replay, scenario, variant)?;
    let mut session = Session::start(&scenario, replay.seed, Some(variant));
    for (number, given) in (1..).zip(&replay.orders) {
        let at = SimTime::from_micros(given.at_us);
        if at >= until {
            break;
        }
        advance(&mut session, at, watch);
        let answer = session.order(&given.actor, given.order.clone(), given.by);
        if answer.is_err() != given.refused {
            let taken = |refused| if refused { "refused" } else { "taken" };
            return Err(Unplayable::Differs {
                what: format!("order {number} ({})", given.what),
                said: taken(given.refused).to_owned(),
                is: taken(answer.is_err()).to_owned(),
            });
        }
    }
    if until != SimTime::NEVER {
        advance(&mut session, until, watch);
    }
    Ok(session)
}

fn advance(session: &mut Session, until: SimTime, watch: &mut dyn FnMut(&Session)) {
    while session.ending().is_none() && session.now() + SECOND <= until {
        session.advance_to(session.now() + SECOND);
        watch(session);
    }
}

fn end_of(session: &Session) -> End {
    End {
        at_us: session.now().as_micros(),
        ending: session.ending(),
        outcome: session.record().outcome,
        customer_minutes: impact_of(session.sim()).customer_minutes,
        simulation: hex(session.sim().digest()),
    }
}

fn named(end: &End) -> String {
    end.outcome.name().to_owned()
}

fn hex(digest: u64) -> String {
    format!("{digest:016x}")
}

fn garbled(error: &ron::error::SpannedError) -> Unplayable {
    Unplayable::Garbled {
        line: error.span.start.line,
        column: error.span.start.col,
        what: error.code.to_string(),
    }
}

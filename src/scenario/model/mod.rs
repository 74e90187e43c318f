//! The resolved scenario: what the simulation takes.
//!
//! Every name has become an id, every quantity a number with its unit in the field's name or type,
//! and nothing dangles. Built only by `resolve`; immutable afterwards.

mod people;
mod signals;
mod customers;
mod world;

pub use customers::*;
pub use people::*;
pub use signals::*;
pub use world::*;

use crate::base::id::{ComponentId, IdVec, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::Action;
use crate::scenario::order::Order;

/// One incident family: a world, what can go wrong in it, and what is asked of the player.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The id used on the command line, such as `checkout-5xx`.
    pub id: String,
    /// Digest of every source text that went into it; a replay names it.
    pub digest: u64,
    /// What the picker and the briefing show.
    pub meta: Meta,
    /// The system.
    pub world: World,
    /// Same symptoms, different causes; the seed picks one by weight.
    pub variants: Vec<Variant>,
    /// What counts as healthy, and for how long it has to hold.
    pub objectives: Objectives,
    /// What the player can see and how late.
    pub signals: Signals,
    /// How finely time is cut.
    pub engine: Engine,
    /// Who can do something about it; the first is the player.
    pub team: IdVec<PersonId, Person>,
    /// What colleagues say, in every variant.
    pub chat: Vec<ChatLine>,
    /// Who has to be kept informed.
    pub informed: Vec<Informed>,
    /// How much each axis of the score counts.
    pub weights: Weights,
    /// Plans that apply to every variant.
    pub plans: Vec<Plan>,
    /// What the scenario teaches.
    pub teaching: Teaching,
    /// Causes that came while it was played; none as it is loaded. They are among the faults of the
    /// variant that is played, too.
    pub added: Vec<AddedCause>,
}

/// A cause that somebody who leads an incident added while it was played.
#[derive(Clone, Debug, PartialEq)]
pub struct AddedCause {
    /// When it begins.
    pub at: SimTime,
    /// In words.
    pub words: String,
    /// What it does.
    pub effects: Vec<Action>,
}

impl Scenario {
    /// The same with one more cause in a variant. Its digest stays that of its texts.
    #[must_use]
    pub fn with_cause(&self, variant: usize, cause: AddedCause) -> Self {
        let mut scenario = self.clone();
        if let Some(causes) = scenario.variants.get_mut(variant) {
            causes.faults.push(Fault {
                name: cause.words.clone(),
                when: Trigger::At(cause.at),
                effects: cause.effects.clone(),
                ends: None,
                onset: false,
            });
            scenario.added.push(cause);
        }
        scenario
    }

    /// The least severe that is right to declare in a variant.
    pub fn severity(&self, variant: usize) -> u8 {
        let own = self.variants.get(variant).and_then(|it| it.severity);
        own.unwrap_or(self.objectives.severity)
    }
}

/// Names and framing.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// Human title.
    pub title: String,
    /// "junior", "SDE", "senior", "lead", "principal".
    pub level: String,
    /// Where it plays, such as "London".
    pub place: String,
    /// The interview question behind it.
    pub drill: String,
    /// What the player reads before the clock starts.
    pub briefing: String,
    /// Local time of day at the start, in minutes after midnight.
    pub clock_start_min: u32,
    /// Currency sign or code of money lost.
    pub currency: String,
}

/// Steps of the engine.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    /// The step while anything is out of balance.
    pub fine_step: SimDuration,
    /// The longest step while everything is calm; equal to `fine_step` to switch adaption off.
    pub calm_step: SimDuration,
}

/// One cause behind the family's symptoms.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Short id, such as `a` or `bad-deploy`.
    pub id: String,
    /// Relative probability.
    pub weight: f64,
    /// What goes wrong, when.
    pub faults: Vec<Fault>,
    /// The true cause, in words, for the debrief only.
    pub cause: String,
    /// The component at fault.
    pub culprit: Option<ComponentId>,
    /// What is right, and how it shows.
    pub truth: Truth,
    /// What colleagues say in this variant.
    pub chat: Vec<ChatLine>,
    /// Causes that look right and are not.
    pub distractors: Vec<String>,
    /// Plans of this variant.
    pub plans: Vec<Plan>,
    /// Follow-ups that would have prevented it.
    pub follow_ups: Vec<String>,
    /// Follow-ups that can be tried.
    pub fixes: Vec<Fix>,
    /// The least severe that is right to declare, where it is not the scenario's.
    pub severity: Option<u8>,
    /// Whether the author claims that it hurts nobody.
    pub harmless: bool,
}

/// A follow-up that can be tried: what is in place when the incident comes again.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it is.
    pub what: String,
    /// What is different from the start.
    pub actions: Vec<Action>,
    /// Indices of faults that cannot happen any more.
    pub prevents: Vec<usize>,
    /// Alarms beside those of the scenario.
    pub alarms: Vec<Alarm>,
}

/// A scripted cause.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Name, for traces of the run.
    pub name: String,
    /// When it happens.
    pub when: Trigger,
    /// What it does.
    pub effects: Vec<Action>,
    /// When its changes are taken back; `None` is never.
    pub ends: Option<Trigger>,
    /// Whether it starts customer harm: the first such fault is the onset.
    pub onset: bool,
}

/// A moment or a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// At a time.
    At(SimTime),
    /// A while after the fault began (for `ends`).
    After(SimDuration),
    /// Once a condition has held for a while.
    When(Condition, SimDuration),
}

/// A comparison of a true signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Whose signal.
    pub component: ComponentId,
    /// Which.
    pub signal: Signal,
    /// Above (true) or below (false) the value.
    pub above: bool,
    /// The value, in the signal's unit.
    pub value: f64,
}

/// From this severity on an incident is a ticket: it waits for working hours, and nobody is called.
pub const TICKET: u8 = 4;

/// What counts as healthy.
#[derive(Clone, Debug)]
pub struct Objectives {
    /// Share of customer requests that must succeed (degraded ones count as half failed).
    pub success_share: f64,
    /// Share of a journey's requests at most that are carried out too often.
    pub repeated_share: f64,
    /// Share of a journey's requests at most that are answered wrongly.
    pub wrong_share: f64,
    /// So many effects too many and wrong answers at most may not be put right yet; `None` is without
    /// limit.
    pub uncorrected: Option<u64>,
    /// 95th percentile of every journey's latency at most; `None` is no limit.
    pub latency_p95: Option<SimDuration>,
    /// How long it must hold before the incident is over.
    pub hold: SimDuration,
    /// The incident is lost after this.
    pub time_limit: SimDuration,
    /// What a request costs that is handled where its data may not be, as so many failed ones.
    pub breach_cost: f64,
    /// It is lost once so many messages of customers are gone for good; `None` is never.
    pub lost_messages: Option<u64>,
    /// Money that may be spent on copies beyond those at the start; `None` is without limit.
    pub budget: Option<f64>,
    /// An incident that never hurt anybody is over so long after its onset; `None` is never.
    pub quiet_for: Option<SimDuration>,
    /// The least severe that is right to declare: 1 is the highest.
    pub severity: u8,
    /// Share of the harm of doing nothing before which the first alarm goes off.
    pub detect_before: f64,
    /// Whether it is right to change something before an alarm goes off.
    pub expected: bool,
}

/// A list of actions.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `reference`, or the name of a wrong plan.
    pub name: String,
    /// Why somebody would do that, for the table of claims.
    pub why: String,
    /// Steps, in order.
    pub steps: Vec<PlanStep>,
    /// What a wrong plan claims to cost, as a factor of the reference's customer-minutes.
    pub costs_at_least: Option<f64>,
    /// What a wrong plan claims to score at most.
    pub scores_at_most: Option<f64>,
}

/// When a step of a plan is due, at the earliest once the step before it has been taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Due {
    /// At a time.
    At(SimTime),
    /// A while after the step before it.
    After(SimDuration),
    /// A while after the first alarm that follows the onset; without one, never.
    Paged(SimDuration),
    /// Once a condition has held for a while.
    When(Condition, SimDuration),
}

/// One order of a plan.
#[derive(Clone, Debug)]
pub struct PlanStep {
    /// When.
    pub when: Due,
    /// What.
    pub order: Order,
    /// By whom; `None` is the first who is free and can.
    pub by: Option<PersonId>,
    /// Number of the written step it belongs to; the first is 1. `Undo` refers to it.
    pub step: u32,
}

/// What the debrief teaches.
#[derive(Clone, Debug, Default)]
pub struct Teaching {
    /// The question this drills.
    pub question: String,
    /// Skills.
    pub skills: Vec<String>,
    /// Notes shown afterwards.
    pub notes: Vec<String>,
    /// What not to say in an interview.
    pub avoid: Vec<String>,
}

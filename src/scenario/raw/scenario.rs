//! The scenario file: what goes wrong in a world, and what is asked of the player.

use super::action::Action;
use super::component::Component;
use super::people::{Again, ChatLine, Clue, Communication, Suspect, Team, Weights};
use super::signals::{Alarm, SignalName, Signals};
use super::values::{Amount, Moment, OneOrMany};
use super::world::{Flag, Job, Journey, Region};
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{Entries, Prose, raw_enum, raw_struct};
use crate::scenario::units::{ClockTime, Count, Share};

raw_struct! {
    /// A scenario file.
    pub struct Scenario {
        /// Its id on the command line; left out is the name of the file.
        id: Option<Spanned<String>>,
        /// Its title; left out is the id.
        title: Option<Spanned<String>>,
        /// "junior", "SDE", "senior", "lead" or "principal".
        level: Spanned<String> = "SDE",
        /// Where it plays, such as "London".
        place: String = "",
        /// The interview question behind it.
        drill: Spanned<Prose> = "",
        /// What the player reads before the clock starts.
        briefing: Spanned<Prose> = "",
        /// Local time at the start.
        starts: ClockTime = "09:00",
        /// Sign or code of the money lost.
        currency: String = "$",
        /// A world file to start from, as a path relative to this file.
        world: Option<Spanned<String>>,
        /// Places that share a fate.
        regions: Entries<Region> = {},
        /// The parts of the system.
        components: Entries<Component> = {},
        /// Kinds of customer requests.
        journeys: Entries<Journey> = {},
        /// Switches.
        flags: Entries<Flag> = {},
        /// Background jobs.
        jobs: Entries<Job> = {},
        /// What counts as healthy.
        objectives: Objectives = (),
        /// What can be seen.
        signals: Option<Signals>,
        /// How finely time is cut.
        engine: Engine = (),
        /// Who can do something about it, by name, added to the world's; nobody given at all is a
        /// small team with one of everything.
        team: Team = {},
        /// What colleagues say, whatever the cause.
        chat: Vec<Spanned<ChatLine>> = [],
        /// Who has to be kept informed.
        communication: Option<Communication>,
        /// How much each axis of the score counts.
        weights: Weights = (),
        /// Same symptoms, different causes; the seed picks one.
        variants: Option<Spanned<Entries<Variant>>>,
        /// What goes wrong: in every variant, or in the only one.
        faults: Vec<Spanned<Fault>> = [],
        /// The true cause, in words, for the debrief only.
        cause: Prose = "",
        /// The component at fault.
        culprit: Option<Spanned<String>>,
        /// Suspects that are right, the best answer first; left out is the culprit, whatever is
        /// said to be wrong with it.
        truth: Vec<Suspect> = [],
        /// Signs of the cause that can be found, in every variant.
        clues: Vec<Spanned<Clue>> = [],
        /// Words that give the cause away: nothing that can be read before the end contains them.
        spoilers: Vec<String> = [],
        /// A second trigger that the reference's repair survives.
        again: Option<Again>,
        /// Causes that look right and are not, in every variant.
        distractors: Vec<Prose> = [],
        /// What would have prevented it, in every variant.
        follow_ups: Vec<Prose> = [],
        /// Follow-ups that a debrief tries out, in every variant.
        fixes: Vec<Spanned<Fix>> = [],
        /// Plans for every variant: `"reference"`, and wrong ones by their names.
        plans: Entries<Plan> = {},
        /// What it teaches.
        teaching: Teaching = (),
    }
}

raw_struct! {
    /// What counts as healthy.
    pub struct Objectives {
        /// Share of customer requests that must succeed; a degraded one counts half.
        success: Spanned<Share> where "1%" ..= "100%" = "99%",
        /// Share of a journey's requests at most that are carried out more often than they should be.
        repeated: Share = "0.1%",
        /// Share of a journey's requests at most that are answered wrongly.
        wrong: Share = "1%",
        /// So many effects too many and wrong answers at most may not be put right yet; left out is
        /// without limit.
        uncorrected: Option<Count>,
        /// 95th percentile of every journey's latency at most.
        p95: Option<SimDuration>,
        /// How long it must hold before the incident is over.
        hold: Spanned<SimDuration> where "1s" ..= "1d" = "5m",
        /// The incident is lost after this.
        time_limit: Spanned<SimDuration> where "1s" ..= "7d" = "60m",
        /// What a request costs that is handled where its data may not be (see `Region`), as so many
        /// failed ones.
        breach_cost: f64 where 0 ..= 100000 = 5,
        /// It is lost, too, once so many messages are gone for good.
        lost_messages: Option<Count>,
        /// Money that may be spent on copies beyond those at the start (see `price`); left out is
        /// without limit.
        budget: Option<f64> where 0 ..= 1000000000000,
        /// An incident that never hurt anybody is over so long after its onset, for those that can be
        /// prevented; left out is never.
        quiet_for: Option<SimDuration> where "1m" ..= "1d",
        /// The severity that it is right to declare: 1 is the highest.
        severity: u32 where 1 ..= 5 = 2,
        /// The first alarm goes off before this share of the harm of doing nothing.
        detect_before: Share where "1%" ..= "100%" = "20%",
        /// Everybody knows beforehand that something comes, and it is right to prepare for it: then
        /// the reference may change something before an alarm goes off.
        expected: bool = false,
    }
}

raw_struct! {
    /// How finely time is cut.
    pub struct Engine {
        /// The step while anything is out of balance. If not given: 100ms where all journeys
        /// together begin below 160 requests a second, 250ms above.
        step: Option<Spanned<SimDuration>> where "1ms" ..= "1s",
        /// The longest step while everything is calm; the same as `step` for steps of one length.
        calm_step: Spanned<SimDuration> where "1ms" ..= "1m" = "1s",
    }
}

raw_struct! {
    /// One cause behind the symptoms.
    pub struct Variant {
        /// How often it is picked, relative to the others.
        weight: Spanned<f64> where 0 ..= 1000000 = 1,
        /// The true cause, in words, for the debrief only; left out is the scenario's.
        cause: Option<Prose>,
        /// The component at fault; left out is the scenario's.
        culprit: Option<Spanned<String>>,
        /// Suspects that are right, the best answer first; left out is the scenario's.
        truth: Vec<Suspect> = [],
        /// Signs of the cause that can be found.
        clues: Vec<Spanned<Clue>> = [],
        /// Words that give the cause away.
        spoilers: Vec<String> = [],
        /// A second trigger that the reference's repair survives.
        again: Option<Again>,
        /// What colleagues say.
        chat: Vec<Spanned<ChatLine>> = [],
        /// Causes that look right and are not.
        distractors: Vec<Prose> = [],
        /// What would have prevented it.
        follow_ups: Vec<Prose> = [],
        /// Follow-ups that a debrief tries out.
        fixes: Vec<Spanned<Fix>> = [],
        /// What goes wrong.
        faults: Vec<Spanned<Fault>> = [],
        /// Plans for this variant.
        plans: Entries<Plan> = {},
        /// The severity that it is right to declare in this variant; left out is the scenario's.
        severity: Option<u32> where 1 ..= 5,
        /// Claims that it hurts nobody: whoever does nothing keeps to the objectives. Then there is
        /// nothing to win by acting, and every wrong plan is one that does too much.
        harmless: bool = false,
    }
}

raw_struct! {
    /// A scripted cause.
    pub struct Fault {
        /// Its name, in traces of the run.
        name: Spanned<String>,
        /// When it happens.
        when: Spanned<Trigger>,
        /// What it does.
        r#do: OneOrMany<Spanned<Action>>,
        /// When that is taken back; left out is never. What happened once stays happened.
        ends: Option<Spanned<Trigger>>,
        /// Whether customers are harmed from here on; if no fault says so, the first one does it.
        onset: Option<bool>,
    }
}

raw_struct! {
    /// A follow-up that can be tried: the same incident is played again with it in place. It may help
    /// or not; that is for the simulation to say.
    pub struct Fix {
        /// What it is, in a sentence.
        what: Prose,
        /// What is different from the start.
        r#do: Option<OneOrMany<Spanned<Action>>>,
        /// Causes that cannot happen any more, by their names.
        prevents: Vec<Spanned<String>> = [],
        /// Alarms there would have been. Whoever is paged sooner decides the same, so much sooner.
        alarms: Vec<Alarm> = [],
    }
}

raw_enum! {
    /// A moment or a condition.
    pub enum Trigger {
        /// At a time: "2m" after the start, or "18:02" on the clock.
        At(time: Spanned<Moment>),
        /// A while after the fault began; for its end.
        After(time: SimDuration),
        /// Once a condition has held for a while.
        When(it: When),
    }
}

raw_struct! {
    /// A condition on what is true in the system, not on what is seen of it.
    pub struct When {
        /// Whose signal.
        component: Spanned<String>,
        /// Which signal.
        signal: Spanned<SignalName>,
        /// It is above this; or give `below`.
        above: Option<Spanned<Amount>>,
        /// It is below this.
        below: Option<Spanned<Amount>>,
        /// For so long without a break.
        hold: SimDuration where "0s" ..= "1d" = "0s",
    }
}

raw_struct! {
    /// A list of actions that somebody might take.
    pub struct Plan {
        /// Why somebody would do that.
        why: Prose = "",
        /// What is done, in order.
        steps: Vec<Spanned<Step>> = [],
        /// A wrong plan's claim: it costs at least so many times the reference's customer-minutes.
        costs_at_least: Option<f64> where 0 ..= 1000000,
        /// A wrong plan's claim: it scores at most so much.
        scores_at_most: Option<f64> where 0 ..= 100,
    }
}

raw_struct! {
    /// One step of a plan. Without a time it follows the step before at once.
    pub struct Step {
        /// At a time: "6m" after the start, or "18:06" on the clock.
        at: Option<Spanned<Moment>>,
        /// A while after the step before.
        after: Option<Spanned<SimDuration>>,
        /// A while after the first alarm that follows the onset: nobody acts before they are paged.
        paged: Option<Spanned<SimDuration>>,
        /// Once a condition has held for a while.
        when: Option<Spanned<When>>,
        /// Who does it; left out is the first who is free and can.
        by: Option<Spanned<String>>,
        /// What is done.
        r#do: OneOrMany<Spanned<Action>>,
    }
}

raw_struct! {
    /// What the debrief teaches.
    pub struct Teaching {
        /// The question this drills.
        question: Prose = "",
        /// Skills.
        skills: Vec<Prose> = [],
        /// Notes shown afterwards.
        notes: Vec<Prose> = [],
        /// What not to say in an interview.
        avoid: Vec<Prose> = [],
    }
}

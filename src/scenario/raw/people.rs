//! People: who is there, what they say, who has to be told, and what is true.

use super::action::Action;
use super::scenario::When;
use super::values::{Moment, OneOrMany};
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{Entries, Prose, raw_enum, raw_struct};

raw_struct! {
    /// Somebody of the team, by name. The player is always there, and is `"you"`.
    pub struct Person {
        /// What they are, such as "database engineer".
        title: String = "",
        /// What they can do.
        skills: Vec<Skill> = [],
        /// Time from a page until they are there; left out is here already.
        arrives: Option<SimDuration> where "1s" ..= "1d",
        /// Languages they write in.
        languages: Vec<String> = [],
    }
}

raw_enum! {
    /// What somebody knows how to do.
    pub enum Skill derive(Copy) {
        /// Releases, capacity, traffic.
        Platform,
        /// The services: their code, settings and calls.
        Backend,
        /// Databases and caches.
        Data,
        /// Secrets, tokens, grants.
        Security,
        /// Customers and what they are told.
        Support,
    }
}

raw_struct! {
    /// Something that a colleague says once. They only know what can be seen.
    pub struct ChatLine {
        /// Who.
        who: Spanned<String>,
        /// What makes them say it.
        cue: Spanned<Cue>,
        /// So long after the cue.
        after: SimDuration where "0s" ..= "1d" = "0s",
        /// The words.
        text: Spanned<Prose>,
    }
}

raw_enum! {
    /// What makes a colleague speak.
    pub enum Cue {
        /// A moment.
        At(time: Spanned<Moment>),
        /// An alarm went off.
        Alarm(name: Spanned<String>),
        /// A published metric crossed a value.
        Seen(it: When),
        /// Something was looked at, such as `Logs(of: "checkout")`.
        Found(look: Spanned<Action>),
        /// They were asked.
        Asked,
    }
}

raw_struct! {
    /// A possible cause: a place, and what is wrong there.
    pub struct Suspect {
        /// The component.
        on: Spanned<String>,
        /// What is wrong with it.
        is: Mechanism,
    }
}

raw_enum! {
    /// What can be wrong with a part of a system.
    pub enum Mechanism derive(Copy) {
        /// A release behaves differently from the one before.
        BadRelease,
        /// A changed setting, flag or limit.
        BadConfig,
        /// More requests than it can take, from outside.
        Overload,
        /// Requests that its callers repeat.
        RetryStorm,
        /// Something taken and never given back.
        Leak,
        /// Limits that do not fit together.
        Exhaustion,
        /// Queries that got slow, locks.
        SlowQueries,
        /// A background job takes the capacity.
        HeavyJob,
        /// Entries were lost and everything misses.
        ColdCache,
        /// Too little room: entries are thrown out while they are needed.
        Eviction,
        /// One key, shard or partition takes most of the load.
        HotSpot,
        /// Secrets or tokens that are not accepted any more.
        Credentials,
        /// Customers' authorisations are gone.
        Revoked,
        /// A rate limit.
        Throttling,
        /// The provider has an incident.
        ProviderIncident,
        /// A record that nobody can process.
        Poison,
        /// Automation that acts against us.
        Automation,
        /// Replicas are behind.
        ReplicationLag,
        /// A machine, zone or region is down.
        Outage,
        /// Wrong data or wrong decisions, without errors.
        WrongResults,
        /// Nothing is wrong there.
        Noise,
    }
}

raw_enum! {
    /// A sign of the cause that can really be found; `sev1 prove` looks for each.
    pub enum Clue {
        /// A log line of a component with this text in it.
        Log {
            /// The component.
            of: Spanned<String>,
            /// A part of the line.
            text: Spanned<String>,
        },
        /// A published metric that crosses a value.
        Metric(it: When),
        /// An alarm.
        Alarm(name: Spanned<String>),
        /// A finding with this text in it.
        Finding {
            /// The look that finds it, such as `Diff(of: "checkout")`.
            look: Spanned<Action>,
            /// A part of the finding.
            text: Spanned<String>,
        },
    }
}

raw_struct! {
    /// Somebody who has to be kept informed.
    pub struct Informed {
        /// First word at most so long after the first alarm.
        first: SimDuration where "1m" ..= "1d" = "15m",
        /// Longest time between two.
        every: SimDuration where "1m" ..= "1d" = "30m",
        /// In this language.
        language: String = "en",
    }
}

raw_struct! {
    /// Who has to be kept informed; left out altogether is the status page alone.
    pub struct Communication {
        /// The public status page.
        status: Option<Informed>,
        /// The customers or sellers who are hit.
        customers: Option<Informed>,
        /// The company's leadership.
        executives: Option<Informed>,
        /// Our own support desk.
        support: Option<Informed>,
        /// The provider of a dependency.
        vendor: Option<Informed>,
    }
}

raw_struct! {
    /// How much each axis of the score counts; only their proportions matter.
    pub struct Weights {
        /// Customer-minutes and money lost.
        customer_impact: f64 where 0 ..= 1000 = 35,
        /// How soon what was reached.
        recovery_time: f64 where 0 ..= 1000 = 25,
        /// Messages to those outside.
        communication: f64 where 0 ..= 1000 = 15,
        /// Decisions.
        judgement: f64 where 0 ..= 1000 = 15,
        /// Root cause, and how sure one was of it.
        learning: f64 where 0 ..= 1000 = 10,
    }
}

raw_struct! {
    /// The same cause once more, a while after the objectives held.
    pub struct Again {
        /// So long after.
        after: SimDuration where "1m" ..= "1d" = "5m",
        /// What happens.
        r#do: OneOrMany<Spanned<Action>>,
        /// And is taken back after; left out is never.
        lasts: Option<SimDuration>,
    }
}

/// The team by name.
pub type Team = Entries<Person>;

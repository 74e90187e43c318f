//! What somebody who runs an incident can ask for: change something, look at something, organise,
//! tell others.
//!
//! A player's click, a line of a plan, a replay and a bot all are orders. Only an [`Order::Act`]
//! reaches the world, as the [`Action`] it carries; all others change what the team knows and does.

use serde::{Deserialize, Serialize};

use crate::base::id::{ComponentId, JourneyId, PersonId};
use crate::base::time::SimDuration;
use crate::scenario::action::Action;

/// One thing asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Change the world: what one person does in one go.
    Act(Vec<Action>),
    /// Find something out.
    Look(Look),
    /// Take the page.
    Acknowledge,
    /// Open a channel where everybody reads along: findings need no retelling any more.
    OpenChannel,
    /// Declare the incident, or change its severity.
    Declare {
        /// 1 is the highest.
        severity: u8,
    },
    /// Call somebody who is not here.
    Page(PersonId),
    /// Ask somebody what they have noticed.
    Ask(PersonId),
    /// Give somebody a role.
    Assign {
        /// Which.
        role: Role,
        /// To whom.
        to: PersonId,
    },
    /// Write down what is suspected, and how sure one is. The newest one per suspect counts.
    Suspect {
        /// The suspect.
        suspect: Suspect,
        /// From 0 (ruled out) to 1 (certain).
        confidence: f64,
    },
    /// Tell somebody outside of the team.
    Post(Post),
    /// Declare that customers are no longer harmed.
    DeclareMitigated,
    /// Close the incident.
    Close,
    /// Take back an order: stop one under way, or undo what it did where that is possible.
    Undo {
        /// Number of the order, as the journal counts.
        order: u32,
    },
}

/// Something that is found out by looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Look {
    /// Log lines of a component.
    Logs(ComponentId),
    /// Traces that pass a component.
    Traces(ComponentId),
    /// What was changed lately: releases, configuration, flags, jobs, scale.
    Changes,
    /// What differs between the releases of a service.
    Diff(ComponentId),
    /// Where a component's time goes.
    Profile(ComponentId),
    /// What runs in a database, and who holds its connections.
    Queries(ComponentId),
    /// What a cache holds, what it throws out, and how evenly it is used.
    Cache(ComponentId),
    /// What waits in a queue, and what was put aside.
    Queue(ComponentId),
    /// A call by hand in the provider's sandbox, past our own code.
    Sandbox(ComponentId),
    /// Failing requests replayed in staging against the release that runs now.
    Staging(ComponentId),
    /// The provider's own word about its API.
    Vendor(ComponentId),
    /// What a component did, held against the books.
    Books(ComponentId),
    /// What customers report.
    Reports,
}

impl Look {
    /// The component it looks at, where there is one.
    pub fn component(self) -> Option<ComponentId> {
        match self {
            Self::Logs(id)
            | Self::Traces(id)
            | Self::Diff(id)
            | Self::Profile(id)
            | Self::Queries(id)
            | Self::Cache(id)
            | Self::Queue(id)
            | Self::Sandbox(id)
            | Self::Staging(id)
            | Self::Vendor(id)
            | Self::Books(id) => Some(id),
            Self::Changes | Self::Reports => None,
        }
    }
}

/// A role in the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Decides.
    Commander,
    /// Changes the system.
    Operations,
    /// Writes to those outside.
    Communications,
    /// Keeps the record.
    Scribe,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Commander,
        Self::Operations,
        Self::Communications,
        Self::Scribe,
    ];

    /// Its name in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commander => "commander",
            Self::Operations => "operations",
            Self::Communications => "communications",
            Self::Scribe => "scribe",
        }
    }
}

/// A possible cause: a place, and what is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Suspect {
    /// Where.
    pub on: ComponentId,
    /// What.
    pub is: Mechanism,
}

macro_rules! mechanisms {
    ($($(#[doc = $doc:literal])* $name:ident: $words:literal;)*) => {
        /// What can be wrong with a part of a system. The list is the same for every scenario, so
        /// that it tells nobody anything.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Mechanism { $($(#[doc = $doc])* $name),* }

        impl Mechanism {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// In words, after "is" or "suffers from".
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// As authors write it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }
        }
    };
}

mechanisms! {
    /// A release behaves differently from the one before.
    BadRelease: "a bad release";
    /// A changed setting, flag or limit.
    BadConfig: "a bad configuration change";
    /// More requests than it can take, from outside.
    Overload: "more load than it can take";
    /// Requests that its callers repeat.
    RetryStorm: "a storm of retries";
    /// Something taken and never given back.
    Leak: "a leak of connections or memory";
    /// Limits that do not fit together.
    Exhaustion: "a limit that is used up";
    /// Queries that got slow, locks.
    SlowQueries: "slow queries or locks";
    /// A background job takes the capacity.
    HeavyJob: "a background job that takes its capacity";
    /// Entries were lost and everything misses.
    ColdCache: "an empty or cold cache";
    /// Too little room: entries are thrown out while they are needed.
    Eviction: "too little room for what is needed";
    /// One key, shard or partition takes most of the load.
    HotSpot: "a hot key, shard or partition";
    /// Secrets or tokens that are not accepted any more.
    Credentials: "expired or rejected credentials";
    /// Customers' authorisations are gone.
    Revoked: "withdrawn authorisations";
    /// A rate limit.
    Throttling: "a rate limit";
    /// The provider has an incident.
    ProviderIncident: "an incident of its provider";
    /// A record that nobody can process.
    Poison: "a record that cannot be processed";
    /// Automation that acts against us.
    Automation: "automation that does harm";
    /// Replicas are behind.
    ReplicationLag: "replication that is behind";
    /// A place is cut off or down.
    Outage: "a machine, zone or region that is down";
    /// Wrong data or wrong decisions, without errors.
    WrongResults: "wrong results without errors";
    /// Nothing is wrong there.
    Noise: "nothing more than noise";
}

/// For whom a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Audience {
    /// The public status page.
    Status,
    /// The customers or sellers who are hit.
    Customers,
    /// The company's leadership.
    Executives,
    /// Our own support desk.
    Support,
    /// The provider of a dependency.
    Vendor,
}

impl Audience {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Status,
        Self::Customers,
        Self::Executives,
        Self::Support,
        Self::Vendor,
    ];

    /// Its name in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status page",
            Self::Customers => "customers",
            Self::Executives => "executives",
            Self::Support => "support",
            Self::Vendor => "vendor",
        }
    }
}

/// How many customers a message says are hit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// Says nothing about it.
    #[default]
    Unsaid,
    /// Nobody (any more).
    Nobody,
    /// Fewer than one in twenty.
    Few,
    /// Up to a third. (Other readers of RON take `Some` for an optional value.)
    Part,
    /// Up to four fifths.
    Most,
    /// More than that.
    All,
}

/// What a message says about data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataClaim {
    /// Nothing.
    #[default]
    Unsaid,
    /// Nothing is lost.
    Safe,
    /// It is being looked into.
    Checking,
    /// Something is lost.
    Lost,
}

/// A message with what it claims. Its text is for people; what is judged are the claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// For whom.
    pub to: Audience,
    /// Its language, such as `en`; empty is the audience's own.
    pub language: String,
    /// How many are hit.
    pub scope: Scope,
    /// What customers cannot do; empty says nothing about it.
    pub journeys: Vec<JourneyId>,
    /// The cause, where one is named.
    pub cause: Option<Suspect>,
    /// Whether that cause is called certain.
    pub certain: bool,
    /// What is said about data.
    pub data: DataClaim,
    /// When the next message is promised.
    pub next: Option<SimDuration>,
    /// When recovery is promised.
    pub eta: Option<SimDuration>,
    /// Whether it says that all is well again.
    pub resolved: bool,
    /// In the writer's own words; empty is written from the claims.
    pub text: String,
}

impl Post {
    /// A message that claims nothing yet.
    pub fn to(audience: Audience) -> Self {
        Self {
            to: audience,
            language: String::new(),
            scope: Scope::Unsaid,
            journeys: Vec::new(),
            cause: None,
            certain: false,
            data: DataClaim::Unsaid,
            next: None,
            eta: None,
            resolved: false,
            text: String::new(),
        }
    }
}

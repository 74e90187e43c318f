//! The one enum of everything that changes a running world.
//!
//! Scripted causes, players, plans and replays all use it; the simulation has no other input.

use serde::{Deserialize, Serialize};

use crate::base::id::{ComponentId, EdgeId, FlagId, JobId, JourneyId};
use crate::base::time::SimDuration;

/// A change of the world, with typed targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Sets one parameter, at once or in a line over `over`.
    Change(Change),
    /// Puts every changed parameter of a component and its calls back to the scenario's value.
    RevertConfig(ComponentId),
    /// Rolls a version out in waves, over `share` of the fleet (1 is all, less is a canary).
    Deploy {
        /// The service.
        service: ComponentId,
        /// Index into its versions.
        version: u8,
        /// Share of the fleet.
        share: f64,
    },
    /// Rolls back to the version before the newest deployment, in waves.
    RollBack {
        /// The service.
        service: ComponentId,
        /// Share of the fleet.
        share: f64,
    },
    /// Sets the number of instances; new ones take their start-up time.
    Scale {
        /// The component.
        component: ComponentId,
        /// Instances wanted.
        instances: u32,
    },
    /// Restarts all instances: connections, leaks and queued work are gone.
    Restart {
        /// The component.
        component: ComponentId,
        /// In waves instead of all at once.
        staggered: bool,
    },
    /// Switches a flag.
    SetFlag {
        /// The flag.
        flag: FlagId,
        /// New state.
        on: bool,
    },
    /// Starts or stops a job.
    SetJob {
        /// The job.
        job: JobId,
        /// New state.
        running: bool,
    },
    /// Holds a breaker open or closed, or leaves it to itself.
    SetBreaker {
        /// The dependency.
        edge: EdgeId,
        /// New mode.
        mode: BreakerMode,
    },
    /// Switches an autoscaler.
    SetAutoscaler {
        /// The service.
        service: ComponentId,
        /// New state.
        on: bool,
    },
    /// Switches a balancer's health checks (its failover automation).
    SetHealthChecks {
        /// The balancer.
        balancer: ComponentId,
        /// New state.
        on: bool,
    },
    /// Switches the gate of a service: off lets any release pass.
    SetGate {
        /// The service.
        service: ComponentId,
        /// New state.
        on: bool,
    },
    /// Forces a target out of (or back into) a balancer's rotation.
    Drain {
        /// The balancer's call to the target.
        edge: EdgeId,
        /// Whether it is out.
        out: bool,
    },
    /// Empties a cache.
    FlushCache(ComponentId),
    /// Loads the most popular keys at a rate, past the misses.
    WarmCache {
        /// The cache.
        cache: ComponentId,
        /// Keys per second, read from the cache's calls.
        per_s: f64,
    },
    /// Promotes a replica: unavailable for the failover time, cold afterwards, locks gone.
    FailOver(ComponentId),
    /// Adds read replicas; each takes the component's failover time to be ready.
    AddReplicas {
        /// The database.
        database: ComponentId,
        /// How many more.
        count: u32,
    },
    /// Ends the slow queries that run now (and their locks).
    KillQueries(ComponentId),
    /// Closes connections that nobody uses, leaked ones among them.
    KillIdleConnections(ComponentId),
    /// Stops (or resumes) consumption of a queue.
    PauseQueue {
        /// The queue.
        queue: ComponentId,
        /// New state.
        paused: bool,
    },
    /// Puts dead letters back, at a rate.
    ReplayDeadLetters {
        /// The queue.
        queue: ComponentId,
        /// Messages per second.
        per_s: f64,
    },
    /// Moves the record that blocks a shard to the dead-letter queue.
    SkipPoison(ComponentId),
    /// Makes a record arrive that always fails.
    AddPoison(ComponentId),
    /// Makes new client secrets; valid after the propagation delay.
    RotateSecret(ComponentId),
    /// The client secret stops working now: tokens can no longer be renewed.
    ExpireSecret(ComponentId),
    /// Throws cached access tokens away and asks for new ones.
    RefreshTokens(ComponentId),
    /// Asks the sellers whose grants were revoked to authorise again, one by one.
    Reauthorise(ComponentId),
}

/// What an action is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A parameter.
    Knob(Knob),
    /// A component.
    Component(ComponentId),
    /// A dependency.
    Edge(EdgeId),
    /// A flag.
    Flag(FlagId),
    /// A job.
    Job(JobId),
}

impl Action {
    /// What it is aimed at.
    pub const fn target(&self) -> Target {
        match *self {
            Self::Change(ref change) => Target::Knob(change.knob),
            Self::SetFlag { flag, .. } => Target::Flag(flag),
            Self::SetJob { job, .. } => Target::Job(job),
            Self::SetBreaker { edge, .. } | Self::Drain { edge, .. } => Target::Edge(edge),
            Self::Deploy { service: id, .. }
            | Self::RollBack { service: id, .. }
            | Self::SetAutoscaler { service: id, .. }
            | Self::Scale { component: id, .. }
            | Self::Restart { component: id, .. }
            | Self::SetHealthChecks { balancer: id, .. }
            | Self::SetGate { service: id, .. }
            | Self::WarmCache { cache: id, .. }
            | Self::AddReplicas { database: id, .. }
            | Self::PauseQueue { queue: id, .. }
            | Self::ReplayDeadLetters { queue: id, .. }
            | Self::RevertConfig(id)
            | Self::FlushCache(id)
            | Self::FailOver(id)
            | Self::KillQueries(id)
            | Self::KillIdleConnections(id)
            | Self::SkipPoison(id)
            | Self::AddPoison(id)
            | Self::RotateSecret(id)
            | Self::ExpireSecret(id)
            | Self::RefreshTokens(id)
            | Self::Reauthorise(id) => Target::Component(id),
        }
    }
}

/// What a breaker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BreakerMode {
    /// Opens and closes by itself, if it is enabled.
    Auto,
    /// Held open.
    Open,
    /// Held closed.
    Closed,
}

/// One parameter and its new value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub knob: Knob,
    /// The new value in the knob's unit; booleans are 0 and 1; infinity is "no limit".
    pub value: f64,
    /// Time over which it moves there.
    pub over: SimDuration,
}

/// Every parameter that can change while the world runs, with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Knob {
    /// A parameter of a component.
    Component(ComponentId, ComponentKnob),
    /// A parameter of a dependency.
    Edge(EdgeId, EdgeKnob),
    /// A parameter of a journey.
    Journey(JourneyId, JourneyKnob),
}

macro_rules! knobs {
    ($(#[$enum_doc:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident),* $(,)? }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
        }
    };
}

knobs! {
    /// Parameters of components.
    ComponentKnob {
        /// Speed of the station relative to normal; 0 stands still.
        Speed,
        /// Factor on the own work of a request.
        TimeFactor,
        /// Share of requests that fail of themselves.
        ErrorShare,
        /// Share of requests that find nobody (502).
        DownShare,
        /// Share of requests that are never answered: the caller times out.
        BlackholeShare,
        /// Share of slow requests.
        SlowShare,
        /// How much slower they are.
        SlowFactor,
        /// Slots of one instance; infinity is no limit.
        Slots,
        /// How many may wait; infinity is no limit.
        QueueLimit,
        /// 1 throws away work whose caller gave up.
        DropExpired,
        /// 1 serves the newest first.
        NewestFirst,
        /// Shards.
        Shards,
        /// Extra share of the load on one shard.
        HotShare,
        /// Balancer: requests per second let in.
        Admission,
        /// Balancer: refuse journeys below this priority.
        ShedBelow,
        /// Balancer: seconds a change of weights takes.
        Ttl,
        /// Cache: entries that fit.
        CacheEntries,
        /// Cache: seconds an entry lives; infinity is for ever.
        CacheTtl,
        /// Cache: 1 shares fetches.
        Coalesce,
        /// Cache: number of distinct keys asked for.
        CacheKeys,
        /// Cache: invalidations per second over all keys.
        Invalidations,
        /// Database: open connections at most.
        MaxConnections,
        /// Database: share of queries that replicas answer.
        ReadShare,
        /// Database: replication lag in seconds.
        ReplicationLag,
        /// Queue: messages per second that consumers may take.
        ConsumeRate,
        /// Database, queue: queries or records per second of one shard.
        ShardRate,
        /// External: tokens per second.
        BucketRate,
        /// External: tokens at most.
        BucketBurst,
        /// External: share of sellers whose grant is gone.
        RevokedShare,
        /// Autoscaler: most instances.
        MaxInstances,
        /// Autoscaler: fewest instances.
        MinInstances,
        /// Share of good answers that are wrong of themselves.
        WrongShare,
        /// Queue: 1 leaves out messages that are older than what has been worked on.
        SkipStale,
    }
}

knobs! {
    /// Parameters of dependencies.
    EdgeKnob {
        /// Seconds; infinity waits for ever.
        Timeout,
        /// Tries in all.
        Attempts,
        /// Seconds before the first retry.
        BackoffBase,
        /// Longest pause in seconds.
        BackoffCap,
        /// 1 draws the pause between zero and itself.
        FullJitter,
        /// Retries as a share of first tries; infinity is no limit.
        RetryBudget,
        /// Calls per request.
        PerRequest,
        /// Connections per instance of the caller; infinity is no limit.
        Pool,
        /// 1 uses the fallback.
        Fallback,
        /// Share of a balancer's traffic, relative to its other calls.
        Weight,
        /// Share of failures that opens the breaker; infinity never.
        BreakerShare,
        /// Share of calls that fail before they leave.
        BrokenShare,
        /// 1 calls without a key: what is tried again may be carried out more than once.
        Unkeyed,
        /// Share of good answers that come back wrong.
        WrongShare,
    }
}

knobs! {
    /// Parameters of journeys.
    JourneyKnob {
        /// Factor on the rate.
        RateFactor,
    }
}

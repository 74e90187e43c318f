//! Everything that changes a running world, by name.

use super::values::{Factor, Limit};
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{raw_enum, raw_struct};
use crate::scenario::units::{Bytes, Count, Rate, Share};

raw_enum! {
    /// A change of the world: a scripted cause, or something a responder does.
    pub enum Action {
        /// Sets parameters.
        Set(it: Box<Set>),
        /// Puts every changed parameter of a component and its calls back.
        RevertConfig {
            /// The component.
            component: Spanned<String>,
        },
        /// Rolls a version out, in waves.
        Deploy {
            /// The service.
            service: Spanned<String>,
            /// The version.
            version: Spanned<String>,
            /// Part of the fleet; less than all is a canary.
            share: Share where "0.1%" ..= "100%" = "100%",
        },
        /// Rolls back to the version before the newest deployment, in waves.
        RollBack {
            /// The service.
            service: Spanned<String>,
            /// Part of the fleet.
            share: Share where "0.1%" ..= "100%" = "100%",
        },
        /// Sets the number of instances; new ones take their start-up time.
        Scale {
            /// The service, cache or database.
            component: Spanned<String>,
            /// Instances wanted.
            instances: u32 where 0 ..= 100000,
        },
        /// Restarts all instances: connections, leaks and waiting work are gone.
        Restart {
            /// The component.
            component: Spanned<String>,
            /// In waves instead of all at once.
            staggered: bool = false,
        },
        /// Switches a flag.
        SetFlag {
            /// The flag.
            flag: Spanned<String>,
            /// New state.
            on: bool = true,
        },
        /// Starts or stops a job.
        SetJob {
            /// The job.
            job: Spanned<String>,
            /// New state.
            running: bool,
        },
        /// Holds a breaker open or closed, or leaves it to itself.
        SetBreaker {
            /// The call, such as `"checkout -> pricing"`.
            call: Spanned<String>,
            /// What it does from now on.
            mode: BreakerMode = Open,
        },
        /// Switches an autoscaler.
        SetAutoscaler {
            /// The service.
            service: Spanned<String>,
            /// New state.
            on: bool,
        },
        /// Switches a balancer's health checks.
        SetHealthChecks {
            /// The balancer.
            balancer: Spanned<String>,
            /// New state.
            on: bool,
        },
        /// Takes a target out of a balancer's rotation, or puts it back.
        Drain {
            /// The balancer's call, such as `"alb -> checkout"`.
            call: Spanned<String>,
            /// Whether it is out.
            out: bool = true,
        },
        /// Empties a cache.
        FlushCache {
            /// The cache.
            cache: Spanned<String>,
        },
        /// Loads the most popular keys of a cache, past the misses.
        WarmCache {
            /// The cache.
            cache: Spanned<String>,
            /// Keys per second, read from where misses go.
            rate: Rate,
        },
        /// Promotes a replica: unavailable for the failover time, cold afterwards.
        FailOver {
            /// The database.
            database: Spanned<String>,
        },
        /// Adds read replicas; each takes the database's failover time to be ready.
        AddReplicas {
            /// The database.
            database: Spanned<String>,
            /// How many more.
            count: u32 where 1 ..= 100 = 1,
        },
        /// Ends the slow queries that run now.
        KillQueries {
            /// The database.
            database: Spanned<String>,
        },
        /// Closes connections that nobody uses, leaked ones among them.
        KillIdleConnections {
            /// The database.
            database: Spanned<String>,
        },
        /// Stops or resumes consumption of a queue.
        PauseQueue {
            /// The queue.
            queue: Spanned<String>,
            /// New state.
            paused: bool = true,
        },
        /// Puts dead letters back.
        ReplayDeadLetters {
            /// The queue.
            queue: Spanned<String>,
            /// Messages per second.
            rate: Rate,
        },
        /// Moves the record that blocks a shard to the dead-letter queue.
        SkipPoison {
            /// The queue.
            queue: Spanned<String>,
        },
        /// Makes a record arrive that always fails.
        AddPoison {
            /// The queue.
            queue: Spanned<String>,
        },
        /// Makes new client secrets; valid after the propagation delay.
        RotateSecret {
            /// The external API.
            api: Spanned<String>,
        },
        /// The client secret stops working: tokens can no longer be renewed.
        ExpireSecret {
            /// The external API.
            api: Spanned<String>,
        },
        /// Throws cached access tokens away and asks for new ones.
        RefreshTokens {
            /// The external API.
            api: Spanned<String>,
        },
        /// Asks sellers whose grants are gone to authorise again, one by one.
        Reauthorise {
            /// The external API.
            api: Spanned<String>,
        },
        /// Somebody takes the page.
        Acknowledge,
        /// Declares the incident.
        Declare {
            /// 1 is the highest.
            severity: u32 where 1 ..= 5 = 1,
        },
        /// Closes the incident.
        Close,
    }
}

raw_enum! {
    /// What a breaker does.
    pub enum BreakerMode derive(Copy) {
        /// Opens and closes by itself.
        Auto,
        /// Held open.
        Open,
        /// Held closed.
        Closed,
    }
}

raw_struct! {
    /// Sets parameters of a component (`on: "price-cache"`), of a call (`on: "checkout ->
    /// pricing"`), of a journey, or of all components of a region. Every parameter has the name and the unit that it has where the
    /// component or call is described; "none" takes a limit away.
    pub struct Set {
        /// The component or the call.
        on: Option<Spanned<String>>,
        /// The journey, in place of `on`.
        journey: Option<Spanned<String>>,
        /// The region, in place of `on`: every component in it that has the parameter.
        region: Option<Spanned<String>>,
        /// Moves there in a line over this time, instead of jumping.
        over: SimDuration where "0s" ..= "1d" = "0s",

        /// Component: speed relative to normal; 0 stands still.
        speed: Option<Spanned<Factor>>,
        /// Component: factor on the own work of a request.
        time_factor: Option<Spanned<Factor>>,
        /// Component: share of requests that fail of themselves.
        errors: Option<Spanned<Share>>,
        /// Component: share of requests that find nobody (502).
        down: Option<Spanned<Share>>,
        /// Component: share of requests that are never answered.
        blackhole: Option<Spanned<Share>>,
        /// Component: share of slow requests.
        slow_share: Option<Spanned<Share>>,
        /// Component: how many times as long they take.
        slow_factor: Option<Spanned<Factor>>,
        /// Service: requests one copy works on at once.
        workers: Option<Spanned<Limit<Count>>>,
        /// Cache, database, external: requests one copy works on at once.
        slots: Option<Spanned<Limit<Count>>>,
        /// Component: how many may wait.
        queue: Option<Spanned<Limit<Count>>>,
        /// Component: throw away work whose caller gave up.
        drop_expired: Option<Spanned<bool>>,
        /// Component: serve the newest first.
        newest_first: Option<Spanned<bool>>,
        /// Cache, queue: shards.
        shards: Option<Spanned<Count>> where 1 ..= 10000,
        /// Cache, queue: share of the load on one shard beyond its fair part.
        hot_share: Option<Spanned<Share>>,

        /// Balancer: requests per second let in.
        admission: Option<Spanned<Limit<Rate>>>,
        /// Balancer: refuse journeys with a priority below this.
        shed_below: Option<Spanned<u32>> where 0 ..= 255,
        /// Balancer: how slowly weights take effect. Cache: how long entries live.
        ttl: Option<Spanned<Limit<SimDuration>>>,
        /// Cache: what fits, in bytes.
        memory: Option<Spanned<Bytes>>,
        /// Cache: what fits, in entries.
        entries: Option<Spanned<Count>>,
        /// Cache: simultaneous misses of one key share one fetch.
        coalesce: Option<Spanned<bool>>,
        /// Cache: number of distinct keys asked for.
        keys: Option<Spanned<Count>> where 1 ..= "1G",
        /// Cache: invalidations over all keys.
        invalidations: Option<Spanned<Rate>>,
        /// Database: open connections at most.
        max_connections: Option<Spanned<Limit<Count>>>,
        /// Database: share of the queries that replicas answer.
        read_share: Option<Spanned<Share>>,
        /// Database: how far replicas are behind.
        replication_lag: Option<Spanned<SimDuration>>,
        /// Queue: messages per second that consumers may take.
        consume: Option<Spanned<Limit<Rate>>>,
        /// Queue: records one shard takes per second.
        shard_rate: Option<Spanned<Limit<Rate>>>,
        /// External: tokens of its bucket per second.
        bucket_rate: Option<Spanned<Rate>>,
        /// External: tokens of its bucket at most.
        bucket_burst: Option<Spanned<Count>> where 1 ..= "1G",
        /// External: share of sellers whose grant is gone.
        revoked: Option<Spanned<Share>>,
        /// Service: most copies the autoscaler makes.
        max_instances: Option<Spanned<Count>>,
        /// Service: fewest copies the autoscaler leaves.
        min_instances: Option<Spanned<Count>>,

        /// Call, journey: the caller stops waiting after this.
        timeout: Option<Spanned<Limit<SimDuration>>>,
        /// Call, journey: tries in all.
        attempts: Option<Spanned<Count>> where 1 ..= 100,
        /// Call, journey: pause before the first retry.
        backoff_base: Option<Spanned<SimDuration>>,
        /// Call, journey: longest pause.
        backoff_cap: Option<Spanned<SimDuration>>,
        /// Call, journey: draw the pause between zero and itself.
        jitter: Option<Spanned<bool>>,
        /// Call: retries as a share of first tries.
        budget: Option<Spanned<Limit<Share>>>,
        /// Call: calls per request.
        per_request: Option<Spanned<Factor>>,
        /// Call: connections per copy of the caller.
        pool: Option<Spanned<Limit<Count>>>,
        /// Call: use the fallback.
        fallback_on: Option<Spanned<bool>>,
        /// Call of a balancer: share of its traffic.
        weight: Option<Spanned<Factor>>,
        /// Call: share of failures that opens the breaker.
        breaker_failures: Option<Spanned<Limit<Share>>>,
        /// Call: share of calls that fail before they leave.
        broken: Option<Spanned<Share>>,

        /// Journey: factor on the rate.
        rate_factor: Option<Spanned<Factor>>,
    }
}

//! Everything that changes a running world, by name.

use super::people::{Mechanism, Suspect};
use super::values::{Factor, Limit};
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{Prose, raw_enum, raw_struct};
use crate::scenario::units::{Bytes, Count, Rate, Share};

raw_enum! {
    /// A change of the world, by a scripted cause or a responder; or, in plans only, anything else
    /// that somebody who runs an incident can ask for.
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
        /// Switches the gate of a service; off lets any release pass.
        SetGate {
            /// The service.
            service: Spanned<String>,
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
        /// Look at the log lines of a component.
        Logs {
            /// The component.
            of: Spanned<String>,
        },
        /// Look at traces that pass a component.
        Traces {
            /// The component.
            of: Spanned<String>,
        },
        /// Look at what was changed lately.
        Changes,
        /// Look at what differs between the releases of a service.
        Diff {
            /// The service.
            of: Spanned<String>,
        },
        /// Look at where a component's time goes.
        Profile {
            /// The component.
            of: Spanned<String>,
        },
        /// Look at what runs in a database, and who holds its connections.
        Queries {
            /// The database.
            of: Spanned<String>,
        },
        /// Look into a cache.
        InspectCache {
            /// The cache.
            of: Spanned<String>,
        },
        /// Look into a queue.
        InspectQueue {
            /// The queue.
            of: Spanned<String>,
        },
        /// Call an external API by hand, in its sandbox.
        Sandbox {
            /// The external API.
            of: Spanned<String>,
        },
        /// Replay failing requests in staging.
        Staging {
            /// The service.
            of: Spanned<String>,
        },
        /// Ask the provider of an external API.
        AskVendor {
            /// The external API.
            of: Spanned<String>,
        },
        /// Hold what a component did against the books: what was carried out more than once, and
        /// which answers are wrong.
        Reconcile {
            /// The component.
            of: Spanned<String>,
        },
        /// Ask the support desk what customers report.
        Reports,
        /// Somebody takes the page.
        Acknowledge,
        /// Opens a channel where everybody reads along.
        OpenChannel,
        /// Declares the incident.
        Declare {
            /// 1 is the highest.
            severity: u32 where 1 ..= 5 = 1,
        },
        /// Calls somebody who is not here.
        Page {
            /// Who.
            who: Spanned<String>,
        },
        /// Asks somebody what they have noticed.
        Ask {
            /// Who.
            who: Spanned<String>,
        },
        /// Gives somebody a role.
        Assign {
            /// Which.
            role: Role,
            /// To whom.
            to: Spanned<String>,
        },
        /// Writes down what is suspected.
        Suspect {
            /// The component.
            on: Spanned<String>,
            /// What is wrong with it.
            is: Mechanism,
            /// How sure one is.
            confidence: Share = "80%",
        },
        /// Tells somebody outside of the team.
        Post(it: Box<Post>),
        /// Declares that customers are no longer harmed.
        DeclareMitigated,
        /// Closes the incident.
        Close,
        /// Takes back an earlier order of the same plan.
        Undo {
            /// Its number in the plan; the first is 1.
            step: u32 where 1 ..= 10000,
        },
    }
}

raw_struct! {
    /// A message with what it claims.
    pub struct Post {
        /// For whom.
        to: Audience,
        /// Its language; left out is the audience's own.
        language: String = "",
        /// How many are hit.
        scope: Scope = Unsaid,
        /// What customers cannot do.
        journeys: Vec<Spanned<String>> = [],
        /// The cause, where one is named.
        cause: Option<Suspect>,
        /// Whether that cause is called certain.
        certain: bool = false,
        /// What is said about data.
        data: DataClaim = Unsaid,
        /// When the next message is promised.
        next: Option<SimDuration> where "1m" ..= "1d",
        /// When recovery is promised.
        eta: Option<SimDuration> where "1m" ..= "1d",
        /// Whether it says that all is well again.
        resolved: bool = false,
        /// In the writer's own words; left out is written from the claims.
        text: Prose = "",
    }
}

raw_enum! {
    /// For whom a message is.
    pub enum Audience derive(Copy) {
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
}

raw_enum! {
    /// How many customers a message says are hit.
    pub enum Scope derive(Copy) {
        /// Says nothing about it.
        Unsaid,
        /// Nobody (any more).
        Nobody,
        /// Fewer than one in twenty.
        Few,
        /// Up to a third. (Not `Some`: other readers of RON take that for an optional value.)
        Part,
        /// Up to four fifths.
        Most,
        /// More than that.
        All,
    }
}

raw_enum! {
    /// What a message says about data.
    pub enum DataClaim derive(Copy) {
        /// Nothing.
        Unsaid,
        /// Nothing is lost.
        Safe,
        /// It is being looked into.
        Checking,
        /// Something is lost.
        Lost,
    }
}

raw_enum! {
    /// A role in the incident.
    pub enum Role derive(Copy) {
        /// Decides.
        Commander,
        /// Changes the system.
        Operations,
        /// Writes to those outside.
        Communications,
        /// Keeps the record.
        Scribe,
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
        /// Component, call: share of good answers that are wrong.
        wrong: Option<Spanned<Share>>,
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
        /// Cache, database, queue: shards.
        shards: Option<Spanned<Count>> where 1 ..= 10000,
        /// Cache, database, queue: share of the load on one shard beyond its fair part.
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
        /// Database, queue: what one shard takes per second.
        shard_rate: Option<Spanned<Limit<Rate>>>,
        /// Queue: leave out messages that are older than what has been worked on.
        skip_stale: Option<Spanned<bool>>,
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
        /// Call, journey: without an idempotency key.
        unkeyed: Option<Spanned<bool>>,

        /// Journey: factor on the rate.
        rate_factor: Option<Spanned<Factor>>,
    }
}

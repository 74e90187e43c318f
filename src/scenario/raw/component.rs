//! The parts of the system.

use super::call::{Call, CallChange};
use super::values::{Factor, Limit};
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{Entries, raw_enum, raw_struct};
use crate::scenario::units::{Bytes, Count, Rate, Share};

raw_enum! {
    /// One part of the system.
    pub enum Component {
        /// A program in several copies, with workers, versions and dependencies.
        Service(it: Service),
        /// CDN, load balancer or DNS: sends each request to exactly one of its calls.
        Balancer(it: Balancer),
        /// A read-through cache: a miss goes on to its call.
        Cache(it: Cache),
        /// A database with connections.
        Database(it: Database),
        /// A durable queue or stream; a service pulls from it.
        Queue(it: Queue),
        /// Somebody else's API.
        External(it: External),
    }
}

raw_struct! {
    /// A program in several copies.
    pub struct Service {
        /// The region it runs in.
        region: Option<Spanned<String>>,
        /// Running copies.
        instances: Spanned<u32> where 1 ..= 100000 = 1,
        /// Money that one copy costs per hour; what runs beyond the start counts against the budget.
        price: f64 where 0 ..= 1000000 = 0,
        /// Requests one copy works on at once.
        workers: Spanned<Limit<Count>> = 16,
        /// Own work per request, without waiting for dependencies.
        time: SimDuration where "0s" ..= "1h" = "10ms",
        /// Spread of that time: 0 is always the same, 1 is exponential.
        cv2: f64 where 0 ..= 100 = 1,
        /// A share of requests that take much longer.
        slow: Slow = (),
        /// Processor; left out is never the limit.
        cpu: Option<Cpu>,
        /// How many may wait for a worker, over all copies.
        queue: Spanned<Limit<Count>> = "none",
        /// Serves the newest request first instead of the oldest.
        newest_first: bool = false,
        /// Throws away work whose caller gave up.
        drop_expired: bool = false,
        /// Gets slower while many wait.
        slowdown: Vec<Slowdown> = [],
        /// Share of requests that fail of themselves.
        errors: Share = "0%",
        /// Share of good answers that are wrong: nothing fails, and it is not what was asked for.
        wrong: Share = "0%",
        /// From starting a copy to its first request.
        startup: SimDuration where "0s" ..= "1d" = "60s",
        /// Share of the copies that a deployment replaces at once.
        wave: Share where "0.1%" ..= "100%" = "25%",
        /// Time between two waves.
        wave_every: SimDuration where "0s" ..= "1d" = "60s",
        /// What releases have to pass before they go out to it.
        gate: Option<Gate>,
        /// Changes the number of copies by itself.
        autoscaler: Option<Spanned<Autoscaler>>,
        /// The queue it takes its work from, if it is a worker.
        pulls: Option<Spanned<String>>,
        /// Its dependencies, in the order in which a request uses them.
        calls: Entries<Call> = {},
        /// What can be deployed; the first one runs at the start.
        versions: Entries<Version> = {},
    }
}

raw_struct! {
    /// The gate of a pipeline: a release that has never run here goes out only while few tests fail.
    /// What has run before may always go back, and scripted causes pass.
    pub struct Gate {
        /// The component whose requests are the tests.
        tests: Spanned<String>,
        /// The share of them that may fail …
        fails: Share = "2%",
        /// … over this time.
        over: SimDuration where "10s" ..= "1d" = "3m",
        /// The service on which the tests are run: a release of the same name has to have run there,
        /// and no other, for all of that time.
        on: Option<Spanned<String>>,
    }
}

raw_struct! {
    /// CDN, load balancer or DNS: sends each request to exactly one of its calls.
    pub struct Balancer {
        /// The region it runs in.
        region: Option<Spanned<String>>,
        /// Its targets; `weight` divides the traffic.
        calls: Entries<Call> = {},
        /// How slowly a change of weights takes effect: zero for a load balancer, the TTL for DNS.
        ttl: SimDuration where "0s" ..= "1d" = "0s",
        /// Takes failing targets out.
        health: Option<Health>,
        /// Requests per second let in; the rest is refused at once.
        admission: Limit<Rate> = "none",
        /// Journeys with a priority below this are refused at once.
        shed_below: u32 where 0 ..= 255 = 0,
    }
}

raw_struct! {
    /// A read-through cache of keys and values.
    pub struct Cache {
        /// The region it runs in.
        region: Option<Spanned<String>>,
        /// Shards the keys are spread over.
        shards: Spanned<u32> where 1 ..= 10000 = 1,
        /// Copies in all; left out is one per shard.
        instances: Option<Spanned<u32>> where 1 ..= 100000,
        /// Money that one copy costs per hour; what runs beyond the start counts against the budget.
        price: f64 where 0 ..= 1000000 = 0,
        /// Requests one copy works on at once.
        slots: Spanned<Limit<Count>> = 1,
        /// Work per look-up.
        time: SimDuration where "0s" ..= "1m" = "50us",
        /// Spread of that time: 0 is always the same, 1 is exponential.
        cv2: f64 where 0 ..= 100 = 0.5,
        /// How many look-ups may wait.
        queue: Spanned<Limit<Count>> = "none",
        /// Share of the load on one shard beyond its fair part.
        hot_share: Share = "0%",
        /// Share of look-ups that fail of themselves.
        errors: Share = "0%",
        /// Share of good answers that are wrong: nothing fails, and it is not what was asked for.
        wrong: Share = "0%",
        /// Number of distinct keys asked for.
        keys: Count where 1 ..= "1G" = "100k",
        /// How uneven their popularity is (Zipf's exponent; 0 is even).
        zipf: f64 where 0 ..= 5 = 1,
        /// What fits, in bytes; or give `entries`.
        memory: Option<Spanned<Bytes>>,
        /// Bytes of one entry.
        entry: Bytes where "1B" ..= "1GB" = "1KB",
        /// What fits, in entries; left out with `memory` too is a fifth of the keys.
        entries: Option<Spanned<Count>>,
        /// Entries expire after this.
        ttl: Limit<SimDuration> = "none",
        /// What is thrown out when it is full.
        eviction: Eviction = Lru,
        /// Whether simultaneous misses of one key share one fetch.
        coalesce: bool = false,
        /// Whether it starts with its working set.
        warm: bool = true,
        /// Where misses go; only the first call is a source, others serve as fallbacks.
        calls: Entries<Call> = {},
    }
}

raw_struct! {
    /// A database.
    pub struct Database {
        /// The region it runs in.
        region: Option<Spanned<String>>,
        /// Queries it works on at once.
        slots: Spanned<Limit<Count>> = 16,
        /// Money that the primary or one replica costs per hour; what runs beyond the start counts against the budget.
        price: f64 where 0 ..= 1000000 = 0,
        /// Work per query.
        time: SimDuration where "0s" ..= "1h" = "4ms",
        /// Spread of that time: 0 is always the same, 1 is exponential.
        cv2: f64 where 0 ..= 100 = 1,
        /// A share of queries that take much longer.
        slow: Slow = (),
        /// Processor; left out is never the limit.
        cpu: Option<Cpu>,
        /// How many queries may wait.
        queue: Spanned<Limit<Count>> = "none",
        /// Serves the newest query first instead of the oldest.
        newest_first: bool = false,
        /// Throws away queries whose caller gave up.
        drop_expired: bool = false,
        /// Gets slower while many wait.
        slowdown: Vec<Slowdown> = [],
        /// Share of queries that fail of themselves.
        errors: Share = "0%",
        /// Share of good answers that are wrong: nothing fails, and it is not what was asked for.
        wrong: Share = "0%",
        /// Open connections at most.
        max_connections: Limit<Count> = "none",
        /// Capacity lost per open connection: 0.0002 is 20 % at 1,000.
        connection_cost: f64 where 0 ..= 0.1 = 0,
        /// Read replicas, each as strong as the primary.
        replicas: u32 where 0 ..= 100 = 0,
        /// Share of the queries that replicas may answer.
        read_share: Share = "70%",
        /// Unavailable for so long when it fails over.
        failover: SimDuration where "0s" ..= "1d" = "60s",
        /// Speed right after a failover, with cold buffers.
        cold_speed: Share where "1%" ..= "100%" = "50%",
        /// How long it takes to be back at full speed.
        cold_for: SimDuration where "0s" ..= "1d" = "2m",
        /// How far replicas are behind; a failover loses the writes of that time.
        replication_lag: SimDuration where "0s" ..= "1d" = "1s",
        /// Partitions the keys are spread over; they matter where each has a limit.
        shards: u32 where 1 ..= 10000 = 1,
        /// Share of the queries on one partition beyond its fair part.
        hot_share: Share = "0%",
        /// Queries one partition takes per second; more are throttled, however idle the others are.
        shard_rate: Limit<Rate> = "none",
    }
}

raw_struct! {
    /// A durable queue (SQS) or stream (Kinesis).
    pub struct Queue {
        /// The region it is in.
        region: Option<Spanned<String>>,
        /// Shards the messages are spread over.
        shards: u32 where 1 ..= 10000 = 1,
        /// Share of the messages on one shard beyond its fair part.
        hot_share: Share = "0%",
        /// Records one shard takes per second; more are throttled.
        shard_rate: Limit<Rate> = "none",
        /// Messages older than this are lost.
        retention: Limit<SimDuration> = "4d",
        /// A failed message comes back after this.
        visibility: SimDuration where "0s" ..= "12h" = "30s",
        /// Deliveries before a message goes to the dead-letter queue; "none" is for ever.
        max_receives: Limit<Count> = 5,
        /// Whether a record that always fails blocks its shard, as in streams.
        ordered: bool = false,
        /// Whether consumption is stopped at the start.
        paused: bool = false,
        /// Messages per second that consumers may take.
        consume: Limit<Rate> = "none",
        /// Each message carries the newest state of something: one that is worked on after a newer
        /// one of the same customer puts the old state back, which harms as much as a failed one.
        supersedes: bool = false,
        /// Workers leave out a message that is older than what they have worked on already, by a
        /// sequence number: then working on it twice, or late, does no harm.
        skip_stale: bool = false,
    }
}

raw_struct! {
    /// Somebody else's API.
    pub struct External {
        /// The region it is in.
        region: Option<Spanned<String>>,
        /// Requests it works on at once.
        slots: Spanned<Limit<Count>> = "none",
        /// Time per request.
        time: SimDuration where "0s" ..= "1h" = "100ms",
        /// Spread of that time: 0 is always the same, 1 is exponential.
        cv2: f64 where 0 ..= 100 = 1,
        /// A share of requests that take much longer.
        slow: Slow = (),
        /// How many may wait.
        queue: Spanned<Limit<Count>> = "none",
        /// Share of requests that fail of themselves.
        errors: Share = "0%",
        /// Share of good answers that are wrong: nothing fails, and it is not what was asked for.
        wrong: Share = "0%",
        /// The rate limit on us.
        bucket: Option<Bucket>,
        /// Access tokens and secrets.
        auth: Option<Auth>,
    }
}

raw_struct! {
    /// A share of requests that take much longer than the others.
    pub struct Slow {
        /// How many of them.
        share: Share = "0%",
        /// How many times as long.
        factor: f64 where 1 ..= 100000 = 10,
    }
}

raw_struct! {
    /// Processor use.
    pub struct Cpu {
        /// Cores of one copy.
        cores: f64 where 0.01 ..= 1024 = 2,
        /// Processor time of one request.
        time: SimDuration where "1us" ..= "1h",
    }
}

raw_struct! {
    /// A capacity that falls with the queue.
    pub struct Slowdown {
        /// From so many waiting on.
        queued: Count,
        /// The speed relative to normal.
        speed: Factor,
    }
}

raw_struct! {
    /// Keeps a metric near a target, as ECS and Kubernetes do.
    pub struct Autoscaler {
        /// Whether it acts at the start.
        on: bool = true,
        /// What it looks at.
        metric: Metric = Cpu,
        /// What it aims at.
        target: Share where "1%" ..= "100%" = "60%",
        /// Fewest copies.
        min: u32 where 0 ..= 100000 = 1,
        /// Most copies.
        max: u32 where 1 ..= 100000 = 10,
        /// Time between two looks.
        every: SimDuration where "1s" ..= "1h" = "15s",
        /// How long the metric must have been low before copies are removed.
        down_after: SimDuration where "0s" ..= "1d" = "5m",
    }
}

raw_enum! {
    /// What an autoscaler looks at.
    pub enum Metric derive(Copy) {
        /// Processor utilisation: blind to workers that wait.
        Cpu,
        /// Share of workers in use.
        Workers,
    }
}

raw_struct! {
    /// What one version does differently; `()` is nothing.
    pub struct Version {
        /// Factor on the own work of a request.
        time_factor: Factor = 1,
        /// Share of its requests that fail, on top of the service's `errors`.
        errors: Share = "0%",
        /// Share of its good answers that are wrong, on top of the service's `wrong`.
        wrong: Share = "0%",
        /// What it changes about calls.
        calls: Entries<CallChange> = {},
        /// Connections it forgets to give back.
        leak: Option<Leak>,
        /// Takes a message off its queue before it has worked on it: what fails then is lost.
        acks_first: bool = false,
        /// It stands ready: it can be rolled out before it has ever run there.
        ready: bool = false,
        /// What the deploy history shows: author, ticket, lines of the diff.
        diff: Vec<String> = [],
        /// What stands for `{note}` in log lines that this version writes.
        note: String = "",
    }
}

raw_struct! {
    /// A connection leak.
    pub struct Leak {
        /// The call whose connections get lost.
        pool: Spanned<String>,
        /// What loses one.
        per: LeakPer = Request,
        /// With this probability.
        share: Share where "0.0001%" ..= "100%" = "100%",
    }
}

raw_enum! {
    /// What a leak is tied to.
    pub enum LeakPer derive(Copy) {
        /// Every request.
        Request,
        /// Every failed request.
        Failure,
    }
}

raw_struct! {
    /// Health checks of a balancer.
    pub struct Health {
        /// Whether they act at the start.
        on: bool = true,
        /// Time between two checks.
        every: SimDuration where "1s" ..= "1h" = "30s",
        /// Checks in a row that must fail before a target is taken out.
        fails: u32 where 1 ..= 100 = 2,
        /// Checks in a row that must pass before it is taken back.
        passes: u32 where 1 ..= 100 = 5,
        /// A check fails when at least this share of the target's answers failed since the last.
        unhealthy: Share where "0.1%" ..= "100%" = "50%",
    }
}

raw_enum! {
    /// What a full cache throws out.
    pub enum Eviction derive(Copy) {
        /// The least recently used entry.
        Lru,
        /// Any entry.
        Random,
        /// The least frequently used entry.
        Lfu,
        /// Nothing: it takes no new entries.
        None,
    }
}

raw_struct! {
    /// A token bucket: beyond it requests get a 429.
    pub struct Bucket {
        /// Tokens that come.
        rate: Rate,
        /// Tokens at most, and at the start.
        burst: Count where 1 ..= "1G" = 10,
    }
}

raw_struct! {
    /// Authorisation of our calls (Login with Amazon).
    pub struct Auth {
        /// Life of an access token; our copies renew theirs spread over this time.
        token_life: SimDuration where "1s" ..= "365d" = "1h",
        /// From rotating a secret to its first valid use.
        propagation: SimDuration where "0s" ..= "7d" = "30m",
        /// Time one seller takes to authorise again, on average.
        reauthorise: SimDuration where "1s" ..= "30d" = "20m",
    }
}

//! The system under test: components, dependencies, customers.

use crate::base::id::{ComponentId, EdgeId, FlagId, IdVec, JobId, JourneyId, RegionId};
use crate::base::time::SimDuration;
use crate::scenario::action::Change;
use crate::scenario::model::customers::Journey;

/// The system under test.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Places that share a fate.
    pub regions: IdVec<RegionId, Region>,
    /// All components, callers before the components they call.
    pub components: IdVec<ComponentId, Component>,
    /// All dependencies; each journey also has one, from the customer to its entry.
    pub edges: IdVec<EdgeId, Edge>,
    /// Kinds of customer requests.
    pub journeys: IdVec<JourneyId, Journey>,
    /// Flags.
    pub flags: IdVec<FlagId, Flag>,
    /// Background jobs.
    pub jobs: IdVec<JobId, Job>,
}

/// A group of components with one place and rules about data.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Name, such as `eu-west-2`.
    pub name: String,
    /// Whether customer data may be handled here; handling it elsewhere is a breach that is counted.
    pub data_allowed: bool,
}

/// One part of the system.
#[derive(Clone, Debug)]
pub struct Component {
    /// Name, such as `checkout`.
    pub name: String,
    /// Its region.
    pub region: Option<RegionId>,
    /// Its queueing station.
    pub station: Station,
    /// Money that one copy costs per hour.
    pub price_per_hour: f64,
    /// What is special about it.
    pub kind: Kind,
    /// Its dependencies, in the order in which a request uses them.
    pub calls: Vec<EdgeId>,
}

/// Servers with a queue in front: the part of a component that takes time.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Running copies.
    pub instances: u32,
    /// Requests one copy works on at once; 0 is no limit.
    pub slots: u32,
    /// Own work per request, without the time spent waiting for dependencies.
    pub time: ServiceTime,
    /// How many may wait for a slot (over all instances); `None` is no limit.
    pub queue_limit: Option<u32>,
    /// Which waiting request is next.
    pub discipline: Discipline,
    /// Whether work whose caller gave up is thrown away when its turn comes.
    pub drop_expired: bool,
    /// Processor cores of one copy and processor time per request; `None` is never the limit.
    pub cpu: Option<Cpu>,
    /// While at least `queued` wait, everything runs at `speed` (1 is normal); sorted by `queued`.
    pub slowdown: Vec<Slowdown>,
    /// Share of requests that fail of themselves after their work.
    pub error_share: f64,
    /// Share of good answers that are wrong of themselves.
    pub wrong_share: f64,
    /// How many shards the load is spread over, each with its share of the slots.
    pub shards: u32,
    /// Share of the load that falls on one shard beyond its fair part, in 0..1.
    pub hot_share: f64,
}

impl Default for Station {
    fn default() -> Self {
        Self {
            instances: 1,
            slots: 0,
            time: ServiceTime::default(),
            queue_limit: None,
            discipline: Discipline::Fifo,
            drop_expired: false,
            cpu: None,
            slowdown: Vec::new(),
            error_share: 0.0,
            wrong_share: 0.0,
            shards: 1,
            hot_share: 0.0,
        }
    }
}

/// Distribution of the own work of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServiceTime {
    /// Mean of the ordinary requests.
    pub mean: SimDuration,
    /// Squared coefficient of variation: 0 deterministic, 1 exponential.
    pub cv2: f64,
    /// Share of requests that take `slow_factor` times as long.
    pub slow_share: f64,
    /// See `slow_share`; at least 1.
    pub slow_factor: f64,
}

/// Processor use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cpu {
    /// Cores of one instance.
    pub cores: f64,
    /// Processor time of one request.
    pub time: SimDuration,
}

/// A capacity that falls with the queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slowdown {
    /// From so many waiting on.
    pub queued: u32,
    /// The speed relative to normal.
    pub speed: f64,
}

/// Order of service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discipline {
    /// First in, first out.
    #[default]
    Fifo,
    /// Newest first: under overload somebody is served in time.
    NewestFirst,
}

/// What a component is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Stateless program with workers, versions and dependencies.
    Service(Service),
    /// CDN, load balancer or DNS: sends each request to exactly one of its calls.
    Balancer(Balancer),
    /// Read-through cache: a miss goes on to its calls.
    Cache(Cache),
    /// Database with connections.
    Database(Database),
    /// Durable queue or stream; a service pulls from it.
    Queue(Queue),
    /// Somebody else's API.
    External(External),
}

/// A program in several copies.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// From starting an instance to its first request.
    pub startup: SimDuration,
    /// Versions; index 0 runs at the start.
    pub versions: Vec<Version>,
    /// Share of the instances that a deployment replaces at once, and the time between two waves.
    pub wave_share: f64,
    /// Time between two waves.
    pub wave_every: SimDuration,
    /// What releases have to pass before they go out.
    pub gate: Option<Gate>,
    /// Changes the number of instances by itself.
    pub autoscaler: Option<Autoscaler>,
    /// The queue it takes its work from, if it is a worker.
    pub pulls: Option<ComponentId>,
}

/// The gate of a pipeline, for releases that have never run there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// Whose requests are the tests.
    pub tests: ComponentId,
    /// Share of them that may fail.
    pub fail_share: f64,
    /// Over this time.
    pub over: SimDuration,
    /// Where the release has to run all that time, alone.
    pub on: Option<ComponentId>,
}

/// What one version does differently from the description of the component.
#[derive(Clone, Debug, Default)]
pub struct Version {
    /// Name, such as `v42`.
    pub name: String,
    /// Factor on the own work.
    pub time_factor: f64,
    /// Share of its requests that fail of themselves, on top of the station's.
    pub error_share: f64,
    /// Share of its good answers that are wrong, on top of the station's.
    pub wrong_share: f64,
    /// Per-dependency differences.
    pub calls: Vec<(EdgeId, CallOverride)>,
    /// Connections it forgets to give back.
    pub leak: Option<Leak>,
    /// Takes a message off its queue before it has worked on it: what fails then is lost.
    pub acks_first: bool,
    /// Stands ready: it is known before it has ever run here.
    pub ready: bool,
    /// What the deploy history shows: author, ticket, diff lines.
    pub diff: Vec<String>,
    /// What stands for `{note}` in its log lines.
    pub note: String,
}

/// Differences of one version in how it calls one dependency; `None` leaves the edge's value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CallOverride {
    /// See [`Edge::timeout`].
    pub timeout: Option<SimDuration>,
    /// See [`Edge::attempts`].
    pub attempts: Option<u32>,
    /// See [`Edge::per_request`].
    pub per_request: Option<f64>,
    /// Share of the calls that fail before they leave (for example a broken token refresh).
    pub broken_share: Option<f64>,
    /// See [`Edge::unkeyed`].
    pub unkeyed: Option<bool>,
}

/// A resource leak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leak {
    /// The pool that loses connections.
    pub edge: EdgeId,
    /// What loses one.
    pub per: LeakPer,
    /// With this probability.
    pub share: f64,
}

/// What a leak is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeakPer {
    /// Every request.
    Request,
    /// Every failed request.
    Failure,
}

/// Target tracking, as ECS and the HPA do it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Autoscaler {
    /// Whether it acts.
    pub enabled: bool,
    /// What it looks at.
    pub metric: ScaleMetric,
    /// The utilisation it aims at, in 0..1.
    pub target: f64,
    /// Bounds.
    pub min: u32,
    /// Bounds.
    pub max: u32,
    /// Time between two looks.
    pub every: SimDuration,
    /// How long the metric must have been low before it removes instances.
    pub down_after: SimDuration,
}

/// What an autoscaler looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleMetric {
    /// Processor utilisation: blind to workers that wait.
    Cpu,
    /// Share of workers in use.
    Slots,
}

/// Routing.
#[derive(Clone, Debug, Default)]
pub struct Balancer {
    /// How slowly a change of weights takes effect: zero for a load balancer, the TTL for DNS.
    pub ttl: SimDuration,
    /// Takes failing targets out.
    pub health: Option<HealthCheck>,
    /// Requests per second let in; the rest is refused at once.
    pub admission_per_s: Option<f64>,
    /// Journeys with a priority below this are refused at once (0 refuses none).
    pub shed_below: u8,
}

/// Health checks of a balancer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HealthCheck {
    /// Whether it acts.
    pub enabled: bool,
    /// Time between two checks.
    pub every: SimDuration,
    /// Checks in a row that must fail before a target is taken out.
    pub fails: u32,
    /// Checks in a row that must pass before it is taken back.
    pub passes: u32,
    /// A check fails when at least this share of the target's answers failed since the last one.
    pub unhealthy_share: f64,
}

/// Key/value cache.
#[derive(Clone, Debug)]
pub struct Cache {
    /// Number of distinct keys.
    pub keys: u64,
    /// Exponent of the popularity law (Zipf).
    pub zipf: f64,
    /// Entries that fit.
    pub entries: u64,
    /// Bytes of one entry; memory sizes in changes are converted with it.
    pub entry_bytes: u64,
    /// Entries expire after this.
    pub ttl: Option<SimDuration>,
    /// What is thrown out when it is full.
    pub eviction: Eviction,
    /// Whether simultaneous misses of one key share one fetch.
    pub coalesce: bool,
    /// Whether it starts with its working set.
    pub warm: bool,
}

/// Eviction policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eviction {
    /// Least recently used.
    #[default]
    Lru,
    /// Any.
    Random,
    /// Least frequently used.
    Lfu,
    /// None: a full cache takes no new entries.
    None,
}

/// Database.
#[derive(Clone, Debug, Default)]
pub struct Database {
    /// Open connections at most; `None` is no limit.
    pub max_connections: Option<u32>,
    /// Capacity lost per open connection, as a share (0.0002 is 20 % at 1,000).
    pub connection_cost: f64,
    /// Read replicas, each as strong as the primary.
    pub replicas: u32,
    /// Share of the queries that replicas may answer.
    pub read_share: f64,
    /// Unavailable for so long when it fails over.
    pub failover: SimDuration,
    /// Speed right after a failover (cold buffers), growing back over `cold_for`.
    pub cold_speed: f64,
    /// See `cold_speed`.
    pub cold_for: SimDuration,
    /// How far replicas are behind; a failover loses the writes of that time.
    pub replication_lag: SimDuration,
    /// Queries one partition takes per second; `None` is no limit. More are throttled.
    pub shard_rate_per_s: Option<f64>,
}

/// Durable queue (SQS) or stream (Kinesis).
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Records one shard takes per second; `None` is no limit. More are throttled.
    pub shard_rate_per_s: Option<f64>,
    /// Messages older than this are lost.
    pub retention: Option<SimDuration>,
    /// A failed message comes back after this.
    pub visibility: SimDuration,
    /// Deliveries before a message goes to the dead-letter queue; 0 is forever.
    pub max_receives: u32,
    /// Whether a record that always fails blocks its shard (streams) instead of being retried later.
    pub ordered: bool,
    /// Whether consumption is stopped.
    pub paused: bool,
    /// Messages per second consumers may take; `None` is no limit.
    pub consume_per_s: Option<f64>,
    /// Whether a message puts an old state back if it is worked on after a newer one of its customer.
    pub supersedes: bool,
    /// Whether workers leave such messages out.
    pub skip_stale: bool,
}

/// A third party's API.
#[derive(Clone, Debug, Default)]
pub struct External {
    /// Requests per second and burst before 429; `None` is no limit.
    pub bucket: Option<TokenBucket>,
    /// Tokens and secrets.
    pub auth: Option<Auth>,
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenBucket {
    /// Tokens per second.
    pub rate_per_s: f64,
    /// Tokens at most, and at the start.
    pub burst: f64,
}

/// Authorisation of our calls (Login with Amazon).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auth {
    /// Life of an access token; our instances renew theirs spread over this time.
    pub token_life: SimDuration,
    /// From rotating a secret to its first valid use.
    pub propagation: SimDuration,
    /// Time one seller's new grant takes from the request, on average.
    pub reauthorise: SimDuration,
}

/// One component's calls to another (or a customer's to the entry), with all their policies.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The caller; `None` for customers.
    pub from: Option<ComponentId>,
    /// The callee.
    pub to: ComponentId,
    /// Operation name as traces show it, such as `GET /prices`.
    pub operation: String,
    /// Calls per request, on average.
    pub per_request: f64,
    /// Journeys that use it; empty is all.
    pub journeys: Vec<JourneyId>,
    /// The caller stops waiting after this; `None` waits for ever.
    pub timeout: Option<SimDuration>,
    /// Tries in all, at least 1.
    pub attempts: u32,
    /// Pause before a retry.
    pub backoff: Backoff,
    /// Limits retries.
    pub budget: Option<RetryBudget>,
    /// Stops calling a failing dependency.
    pub breaker: Option<Breaker>,
    /// Connections the caller may use at once.
    pub pool: Option<Pool>,
    /// What the caller does when all tries failed.
    pub fallback: Fallback,
    /// Whether the fallback is switched on.
    pub fallback_on: bool,
    /// Whether a request fails with this call.
    pub required: bool,
    /// Share of a balancer's traffic, relative to its other calls.
    pub weight: f64,
    /// Whether it has no idempotency key: a try that is carried out although it was given up and tried
    /// again does harm.
    pub unkeyed: bool,
    /// Share of good answers that come back wrong.
    pub wrong_share: f64,
}

/// Pause before retry k (counted from 1): `base·2^(k−1)`, at most `cap`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Backoff {
    /// Pause before the first retry; zero retries at once.
    pub base: SimDuration,
    /// Longest pause.
    pub cap: SimDuration,
    /// Whether the pause is drawn uniformly between zero and the above.
    pub full_jitter: bool,
}

/// A retry quota: retries take tokens, first tries bring them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryBudget {
    /// Tokens a first try adds.
    pub per_request: f64,
    /// Tokens at most per client, and at the start.
    pub size: f64,
    /// Tokens of one retry.
    pub cost: f64,
    /// Clients that each have their own bucket.
    pub clients: u32,
}

/// A circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breaker {
    /// Whether it acts by itself.
    pub enabled: bool,
    /// Share of failures that opens it.
    pub failure_share: f64,
    /// Calls in the window below which it never opens.
    pub min_calls: u32,
    /// Length of the window.
    pub window: SimDuration,
    /// How long it stays open before it probes.
    pub open_for: SimDuration,
}

/// A connection pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Connections per instance of the caller; opened at start.
    pub per_instance: u32,
    /// A request gives up waiting for one after this.
    pub wait: SimDuration,
}

/// What replaces an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing.
    #[default]
    None,
    /// An older or static answer: the request succeeds, degraded.
    Stale,
    /// Ask another dependency of the caller instead (for example the database behind a cache).
    Call(EdgeId),
}

/// A named switch.
#[derive(Clone, Debug, Default)]
pub struct Flag {
    /// Name.
    pub name: String,
    /// State at the start.
    pub on: bool,
    /// Applied when it is switched on, restored when off.
    pub changes: Vec<Change>,
}

/// Background work on a component.
#[derive(Clone, Debug)]
pub struct Job {
    /// Name, such as `nightly-report`.
    pub name: String,
    /// Where it runs.
    pub on: ComponentId,
    /// Share of the component's capacity it takes while it runs.
    pub load_share: f64,
    /// Whether it runs at the start.
    pub running: bool,
    /// The journeys whose repeated effects and wrong answers it puts right.
    pub corrects: Vec<JourneyId>,
    /// How many per second, over all of them.
    pub corrects_per_s: f64,
}

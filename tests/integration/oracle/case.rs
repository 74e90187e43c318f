//! What one case is made of, as plain data in seconds and requests per second.
//!
//! For: describing a run completely, so that another engine can be given the same. Never: state.

use super::law::Law;

/// One run of the oracle, but for the seed.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Calls per second, each rate from its moment on, starting at moment 0.
    pub(crate) rate: Vec<(f64, f64)>,
    /// Calls come at even distances, as from a load generator, instead of Poisson.
    pub(crate) paced: bool,
    /// The simulated seconds.
    pub(crate) horizon: f64,
    /// Waits, sojourns, shares and the mean number in the system count from this second on.
    pub(crate) warmup: f64,
    /// Where the work is done.
    pub(crate) station: Station,
    /// Who asks for it.
    pub(crate) clients: Clients,
    /// What stands in front of the station, if anything.
    pub(crate) cache: Option<Cache>,
    /// From–to windows to count in; the last one is the one that is judged.
    pub(crate) windows: Vec<(f64, f64)>,
    /// The queue's depth is noted this often.
    pub(crate) sample_every: Option<f64>,
    /// The first moment from here on at which nobody waits is reported as the drain.
    pub(crate) drain_from: Option<f64>,
    /// Whether the run ends once drained.
    pub(crate) stop_when_drained: bool,
}

/// Equal servers behind one queue.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    pub(crate) servers: usize,
    /// Mean seconds of work of an ordinary request.
    pub(crate) mean_service: f64,
    pub(crate) law: Law,
    pub(crate) stragglers: Option<Stragglers>,
    /// How many may wait (those in service not counted); more are refused at once.
    pub(crate) queue_limit: Option<usize>,
    pub(crate) order: Order,
    /// Whether work whose caller has given up is dropped, at no cost, when it is dequeued.
    pub(crate) drop_expired: bool,
    /// All servers work at the product of the factors in force; at 0 they stand still and the
    /// work in hand goes on where it stopped.
    pub(crate) speed: Vec<Speed>,
    pub(crate) crowding: Option<Crowding>,
}

/// A factor on the servers' speed from one second to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speed {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) factor: f64,
}

/// Work begun while more than `above` wait is done at `factor` times the speed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowding {
    pub(crate) above: usize,
    pub(crate) factor: f64,
}

/// A share of requests that takes a multiple of the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stragglers {
    pub(crate) share: f64,
    pub(crate) times: f64,
}

/// Which of the waiting is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    OldestFirst,
    NewestFirst,
}

/// How callers behave.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    /// Seconds until an attempt is given up; `None` waits for ever.
    pub(crate) timeout: Option<f64>,
    /// Attempts per call (first try included), each number from its moment on.
    pub(crate) attempts: Vec<(f64, u32)>,
    pub(crate) backoff: Backoff,
    pub(crate) budget: Option<Budget>,
}

/// What lies between a failed attempt and the next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Backoff {
    None,
    /// Uniform between 0 and `base` · 2^(retry − 1), at most `cap` seconds.
    FullJitter {
        base: f64,
        cap: f64,
    },
}

/// One bucket of retries for all callers: each first try adds `share`, each retry takes 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) share: f64,
    /// What the bucket holds at most, and at the start.
    pub(crate) burst: f64,
}

/// A least-recently-used cache in front of the station; keys are Zipf-distributed.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    pub(crate) keys: usize,
    pub(crate) exponent: f64,
    /// How many keys fit.
    pub(crate) room: usize,
    /// Draws put through the cache before the run, so that it starts warm.
    pub(crate) warm_draws: usize,
    /// When everything is forgotten.
    pub(crate) flushes: Vec<f64>,
    /// Whether misses of one key share one request to the station, which the cache itself sends
    /// and whose answer it always keeps. Without, each caller fetches for itself.
    pub(crate) coalesce: bool,
    /// Whether an answer is kept even if the caller that fetched it has given up.
    pub(crate) keep_late: bool,
}

impl Case {
    /// `rate` calls per second to `servers` servers for `horizon` seconds: patient callers, one
    /// attempt, unlimited first-come-first-served queue, a tenth of the run as warm-up.
    pub(crate) fn plain(rate: f64, servers: usize, mean_service: f64, horizon: f64) -> Self {
        Self {
            rate: vec![(0.0, rate)],
            paced: false,
            horizon,
            warmup: horizon * 0.1,
            station: Station {
                servers,
                mean_service,
                law: Law::Exponential,
                stragglers: None,
                queue_limit: None,
                order: Order::OldestFirst,
                drop_expired: false,
                speed: Vec::new(),
                crowding: None,
            },
            clients: Clients {
                timeout: None,
                attempts: vec![(0.0, 1)],
                backoff: Backoff::None,
                budget: None,
            },
            cache: None,
            windows: Vec::new(),
            sample_every: None,
            drain_from: None,
            stop_when_drained: false,
        }
    }

    /// The same with callers that give up after `timeout` seconds and try `attempts` times.
    pub(crate) fn impatient(mut self, timeout: f64, attempts: u32) -> Self {
        self.clients.timeout = Some(timeout);
        self.clients.attempts = vec![(0.0, attempts)];
        self
    }

    /// The same with the servers at `factor` of their speed from one second to another.
    pub(crate) fn slowed(mut self, from: f64, to: f64, factor: f64) -> Self {
        self.station.speed.push(Speed { from, to, factor });
        self
    }

    /// The same, judged on its last `secs` seconds.
    pub(crate) fn judged_on_last(mut self, secs: f64) -> Self {
        self.windows.push((self.horizon - secs, self.horizon));
        self
    }
}

/// The value in force at `secs` in a list of (from, value), the first one before it starts.
pub(super) fn in_force<T: Copy>(steps: &[(f64, T)], secs: f64) -> Option<T> {
    let started = steps.partition_point(|&(from, _)| from <= secs);
    steps
        .get(started.saturating_sub(1))
        .map(|&(_, value)| value)
}

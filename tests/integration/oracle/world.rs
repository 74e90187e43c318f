//! Callers, cache and station, and what each event does to them.
//!
//! For: the rules of the case. Never: the event queue (wishes go into `pending`), or statistics
//! beyond telling the `Record` what happened.

use std::collections::BTreeMap;

use sev1::base::math::pow;
use sev1::base::rng::{Draws, Stream};

use super::cache::{Lru, Zipf};
use super::case::{Backoff, Budget, Cache, Case, in_force};
use super::law::next_arrival;
use super::outcome::Outcome;
use super::record::Record;
use super::station::{Job, NOBODY, StationState};

/// The event engine's clock counts nanoseconds.
pub(super) fn nanos(secs: f64) -> u64 {
    (secs * 1e9).round() as u64
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Happening {
    Arrival,
    /// A server ends its work, if it was planned since the speed last changed.
    Done {
        server: u32,
        epoch: u32,
    },
    /// A caller gives an attempt up, if it still waits for that one.
    Timeout {
        slot: u32,
        serial: u64,
    },
    /// A caller's pause before the next attempt is over.
    Retry {
        slot: u32,
    },
    SpeedChange,
    Flush,
    Sample,
}

/// A caller's wish while it is undecided.
#[derive(Clone, Copy, Debug)]
struct Call {
    began: f64,
    /// The attempt waited for; 0 between attempts and once decided.
    serial: u64,
    tries: u32,
    key: u32,
}

/// The cache with the fetches that are under way for it.
struct CacheState {
    lru: Lru,
    zipf: Zipf,
    coalesce: bool,
    keep_late: bool,
    /// Attempts waiting for the one request of their key.
    fetches: BTreeMap<u32, Vec<(u32, u64)>>,
}

/// The whole state of a run.
pub(super) struct World {
    case: Case,
    pub(super) pending: Vec<(u64, Happening)>,
    now: f64,
    station: StationState,
    cache: Option<CacheState>,
    calls: Vec<Call>,
    free: Vec<u32>,
    last_serial: u64,
    tokens: f64,
    arrivals: Draws,
    keys: Draws,
    pauses: Draws,
    record: Record,
}

impl World {
    /// The state at second 0, with the first events pending.
    pub(super) fn new(case: &Case, seed: u64) -> Self {
        let mut keys = Stream::new(seed, "oracle keys", 0).at(0);
        let cache = case.cache.as_ref().map(|cache| {
            let zipf = Zipf::new(cache.keys, cache.exponent);
            let mut lru = Lru::new(cache.keys, cache.room);
            for _ in 0..cache.warm_draws {
                lru.keep(zipf.draw(&mut keys));
            }
            let Cache {
                coalesce,
                keep_late,
                ..
            } = *cache;
            CacheState {
                lru,
                zipf,
                coalesce,
                keep_late,
                fetches: BTreeMap::new(),
            }
        });
        let mut world = Self {
            case: case.clone(),
            pending: Vec::new(),
            now: 0.0,
            station: StationState::new(&case.station, Stream::new(seed, "oracle work", 0).at(0)),
            cache,
            calls: Vec::new(),
            free: Vec::new(),
            last_serial: 0,
            tokens: case.clients.budget.map_or(0.0, |budget| budget.burst),
            arrivals: Stream::new(seed, "oracle arrivals", 0).at(0),
            keys,
            pauses: Stream::new(seed, "oracle pauses", 0).at(0),
            record: Record::new(case),
        };
        world.plan_arrival();
        for speed in &case.station.speed {
            for at in [speed.from, speed.to] {
                if at <= case.horizon {
                    world.pending.push((nanos(at), Happening::SpeedChange));
                }
            }
        }
        for &at in case.cache.iter().flat_map(|cache| &cache.flushes) {
            world.pending.push((nanos(at), Happening::Flush));
        }
        if case.sample_every.is_some() {
            world.pending.push((0, Happening::Sample));
        }
        world
    }

    /// Whether nothing more is to be simulated.
    pub(super) fn finished(&self) -> bool {
        self.now > self.case.horizon
            || (self.case.stop_when_drained && self.record.drained_after().is_some())
    }

    /// What the run answers.
    pub(super) fn outcome(&mut self) -> Outcome {
        let in_flight = self.calls.len() - self.free.len();
        self.record.outcome(in_flight as u64)
    }

    /// Lets one thing happen at a moment.
    pub(super) fn happen(&mut self, nanos: u64, happening: Happening) {
        self.now = nanos as f64 * 1e-9;
        if self.now > self.case.horizon {
            return;
        }
        self.record.passed_until(self.now, self.station.in_system());
        match happening {
            Happening::Arrival => {
                self.plan_arrival();
                self.arrive();
            }
            Happening::Done { server, epoch } => self.done(server, epoch),
            Happening::Timeout { slot, serial } => {
                if self.calls[slot as usize].serial == serial {
                    self.calls[slot as usize].serial = 0;
                    self.try_again(slot);
                }
            }
            Happening::Retry { slot } => self.attempt(slot),
            Happening::SpeedChange => {
                self.station.change_speed(self.now, &mut self.pending);
            }
            Happening::Flush => {
                if let Some(cache) = &mut self.cache {
                    cache.lru.flush();
                }
            }
            Happening::Sample => {
                self.record.depth(self.now, self.station.waiting());
                if let Some(every) = self.case.sample_every {
                    self.pending
                        .push((nanos + self::nanos(every), Happening::Sample));
                }
            }
        }
        if self.station.waiting() == 0 {
            self.record.nobody_waits(self.now);
        }
    }

    fn plan_arrival(&mut self) {
        let needed = if self.case.paced {
            1.0
        } else {
            self.arrivals.exponential()
        };
        if let Some(at) = next_arrival(&self.case.rate, self.now, needed) {
            self.pending.push((nanos(at), Happening::Arrival));
        }
    }

    fn arrive(&mut self) {
        self.record.arrival(self.now);
        if let Some(Budget { share, burst }) = self.case.clients.budget {
            self.tokens = (self.tokens + share).min(burst);
        }
        let key = self
            .cache
            .as_ref()
            .map_or(0, |cache| cache.zipf.draw(&mut self.keys));
        let call = Call {
            began: self.now,
            serial: 0,
            tries: 0,
            key,
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.calls[slot as usize] = call;
                slot
            }
            None => {
                self.calls.push(call);
                (self.calls.len() - 1) as u32
            }
        };
        self.attempt(slot);
    }

    /// An attempt and, while it is refused and the caller does not pause, the next.
    fn attempt(&mut self, slot: u32) {
        while !self.send(slot) {
            match self.pause_before_retry(slot) {
                None => return self.fail(slot),
                Some(0.0) => {}
                Some(pause) => return self.plan_retry(slot, pause),
            }
        }
    }

    /// After an attempt was given up: the next one, a pause, or the end.
    fn try_again(&mut self, slot: u32) {
        match self.pause_before_retry(slot) {
            None => self.fail(slot),
            Some(0.0) => self.attempt(slot),
            Some(pause) => self.plan_retry(slot, pause),
        }
    }

    fn plan_retry(&mut self, slot: u32, pause: f64) {
        self.pending
            .push((nanos(self.now + pause), Happening::Retry { slot }));
    }

    /// Seconds to pause before the next attempt; `None` if there is to be none.
    fn pause_before_retry(&mut self, slot: u32) -> Option<f64> {
        let tries = self.calls[slot as usize].tries;
        if tries >= in_force(&self.case.clients.attempts, self.now)? {
            return None;
        }
        if self.case.clients.budget.is_some() {
            if self.tokens < 1.0 {
                return None;
            }
            self.tokens -= 1.0;
        }
        match self.case.clients.backoff {
            Backoff::None => Some(0.0),
            Backoff::FullJitter { base, cap } => {
                let most = (base * pow(2.0, f64::from(tries - 1))).min(cap);
                Some(most * self.pauses.uniform())
            }
        }
    }

    fn fail(&mut self, slot: u32) {
        self.calls[slot as usize].serial = 0;
        self.free.push(slot);
        self.record.failed();
    }

    fn answer(&mut self, slot: u32) {
        let call = &mut self.calls[slot as usize];
        call.serial = 0;
        self.free.push(slot);
        self.record.answered(self.now, call.began);
    }

    /// Sends one attempt off; `false` if it is refused on the spot.
    fn send(&mut self, slot: u32) -> bool {
        self.last_serial += 1;
        let serial = self.last_serial;
        let call = &mut self.calls[slot as usize];
        call.tries += 1;
        call.serial = serial;
        let key = call.key;
        self.record.attempt(self.now);
        let deadline = self
            .case
            .clients
            .timeout
            .map_or(f64::INFINITY, |secs| self.now + secs);
        let mut job = Job {
            slot,
            serial,
            key,
            entered: self.now,
            deadline,
        };
        if let Some(cache) = &mut self.cache {
            let hit = cache.lru.hit(key);
            self.record.lookup(self.now, hit);
            if hit {
                self.answer(slot);
                return true;
            }
            if cache.coalesce {
                if let Some(waiters) = cache.fetches.get_mut(&key) {
                    waiters.push((slot, serial));
                    self.plan_timeout(slot, serial, deadline);
                    return true;
                }
                job = Job {
                    slot: NOBODY,
                    serial: 0,
                    deadline: f64::INFINITY,
                    ..job
                };
            }
        }
        let Some(waits) = self.station.enter(job, self.now, &mut self.pending) else {
            self.record.refused(self.now);
            return false;
        };
        self.record.entered(self.now, waits);
        if job.slot == NOBODY
            && let Some(cache) = &mut self.cache
        {
            cache.fetches.insert(key, vec![(slot, serial)]);
        }
        self.plan_timeout(slot, serial, deadline);
        true
    }

    fn plan_timeout(&mut self, slot: u32, serial: u64, deadline: f64) {
        if deadline.is_finite() {
            self.pending
                .push((nanos(deadline), Happening::Timeout { slot, serial }));
        }
    }

    fn is_live(&self, slot: u32, serial: u64) -> bool {
        self.calls[slot as usize].serial == serial
    }

    fn done(&mut self, server: u32, epoch: u32) {
        let Some(finished) = self.station.finish(server, epoch) else {
            return;
        };
        let dropped = self.station.start_next(server, self.now, &mut self.pending);
        self.record.dropped(dropped);
        let Job {
            slot, serial, key, ..
        } = finished.job;
        self.record
            .worked(self.now, finished.job.entered, finished.started);
        if slot == NOBODY {
            let Some(cache) = &mut self.cache else { return };
            cache.lru.keep(key);
            for (slot, serial) in cache.fetches.remove(&key).unwrap_or_default() {
                if self.is_live(slot, serial) {
                    self.answer(slot);
                }
            }
            return;
        }
        let live = self.is_live(slot, serial);
        if let Some(cache) = &mut self.cache
            && (live || cache.keep_late)
        {
            cache.lru.keep(key);
        }
        if live {
            self.answer(slot);
        } else {
            self.record.worked_in_vain();
        }
    }
}

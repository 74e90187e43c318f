//! Collects what happens in a run.
//!
//! For: exact counts and full samples. Never: influence on the run.

use super::case::Case;
use super::outcome::{Depth, Outcome, Summary, WindowCounts};

pub(super) struct Record {
    warmup: f64,
    drain_from: Option<f64>,
    last_moment: f64,
    /// Seconds since the warm-up, weighted with the number in the system.
    person_seconds: f64,
    waits: Vec<f64>,
    sojourns: Vec<f64>,
    latencies: Vec<f64>,
    let_in: u64,
    let_in_waiting: u64,
    refused: u64,
    lookups: u64,
    hits: u64,
    so_far: Outcome,
}

impl Record {
    pub(super) fn new(case: &Case) -> Self {
        let windows = case.windows.iter();
        let windows = windows.map(|&(from, to)| WindowCounts {
            from,
            to,
            ..WindowCounts::default()
        });
        Self {
            warmup: case.warmup,
            drain_from: case.drain_from,
            last_moment: 0.0,
            person_seconds: 0.0,
            waits: Vec::new(),
            sojourns: Vec::new(),
            latencies: Vec::new(),
            let_in: 0,
            let_in_waiting: 0,
            refused: 0,
            lookups: 0,
            hits: 0,
            so_far: Outcome {
                windows: windows.collect(),
                ..Outcome::default()
            },
        }
    }

    pub(super) fn drained_after(&self) -> Option<f64> {
        self.so_far.drained_after
    }

    /// Time went on to `now` with this many in the system, and an event happens.
    pub(super) fn passed_until(&mut self, now: f64, in_system: usize) {
        if now > self.warmup {
            self.person_seconds += in_system as f64 * (now - self.last_moment.max(self.warmup));
        }
        self.last_moment = now;
        self.so_far.events += 1;
    }

    fn windows(&mut self, now: f64, count: impl Fn(&mut WindowCounts)) {
        for window in &mut self.so_far.windows {
            if window.from <= now && now < window.to {
                count(window);
            }
        }
    }

    pub(super) fn arrival(&mut self, now: f64) {
        self.so_far.arrivals += 1;
        self.windows(now, |window| window.arrivals += 1);
    }

    pub(super) fn attempt(&mut self, now: f64) {
        self.so_far.attempts += 1;
        self.windows(now, |window| window.attempts += 1);
    }

    pub(super) fn answered(&mut self, now: f64, began: f64) {
        self.so_far.in_time += 1;
        if began >= self.warmup {
            self.latencies.push(now - began);
        }
        self.windows(now, |window| window.in_time += 1);
    }

    pub(super) fn failed(&mut self) {
        self.so_far.failed += 1;
    }

    pub(super) fn lookup(&mut self, now: f64, hit: bool) {
        if now >= self.warmup {
            self.lookups += 1;
            self.hits += u64::from(hit);
        }
        self.windows(now, |window| {
            window.lookups += 1;
            window.hits += u64::from(hit);
        });
    }

    pub(super) fn entered(&mut self, now: f64, waits: bool) {
        if now >= self.warmup {
            self.let_in += 1;
            self.let_in_waiting += u64::from(waits);
        }
    }

    pub(super) fn refused(&mut self, now: f64) {
        if now >= self.warmup {
            self.refused += 1;
        }
    }

    pub(super) fn worked(&mut self, now: f64, entered: f64, started: f64) {
        self.so_far.worked += 1;
        if entered >= self.warmup {
            self.waits.push(started - entered);
            self.sojourns.push(now - entered);
        }
    }

    pub(super) fn worked_in_vain(&mut self) {
        self.so_far.worked_in_vain += 1;
    }

    pub(super) fn dropped(&mut self, count: u64) {
        self.so_far.dropped += count;
    }

    pub(super) fn depth(&mut self, at: f64, waiting: usize) {
        self.so_far.depth.push(Depth { at, waiting });
    }

    pub(super) fn nobody_waits(&mut self, now: f64) {
        if let Some(from) = self.drain_from
            && now >= from
            && self.so_far.drained_after.is_none()
        {
            self.so_far.drained_after = Some(now - from);
        }
    }

    /// The sums of it all, at the end.
    pub(super) fn outcome(&mut self, in_flight: u64) -> Outcome {
        let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
        let measured = (self.last_moment - self.warmup).max(f64::MIN_POSITIVE);
        Outcome {
            in_flight,
            wait: Summary::of(&mut self.waits),
            sojourn: Summary::of(&mut self.sojourns),
            latency: Summary::of(&mut self.latencies),
            share_waiting: share(self.let_in_waiting, self.let_in),
            share_blocked: share(self.refused, self.refused + self.let_in),
            mean_in_system: self.person_seconds / measured,
            entry_rate: self.let_in as f64 / measured,
            hit_ratio: share(self.hits, self.lookups),
            ..self.so_far.clone()
        }
    }
}

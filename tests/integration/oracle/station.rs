//! The queue and the servers of the one station.
//!
//! For: who is served when, at which speed. Never: callers; a job is worked off whether or not
//! anybody still waits for it, unless the case says that expired work is dropped.

use std::collections::VecDeque;

use sev1::base::rng::Draws;

use super::case::{Order, Station};
use super::world::{Happening, nanos};

/// The slot of a request that the cache itself has sent.
pub(super) const NOBODY: u32 = u32::MAX;

/// One request to the station.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub(super) slot: u32,
    pub(super) serial: u64,
    pub(super) key: u32,
    pub(super) entered: f64,
    pub(super) deadline: f64,
}

/// A request in service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) job: Job,
    pub(super) started: f64,
    /// Seconds of work left at full speed, as of `since`.
    left: f64,
    since: f64,
}

pub(super) struct StationState {
    spec: Station,
    queue: VecDeque<Job>,
    servers: Vec<Option<Running>>,
    idle: Vec<u32>,
    speed: f64,
    /// Counts changes of speed: ends planned before the last one are void.
    epoch: u32,
    work: Draws,
}

impl StationState {
    pub(super) fn new(spec: &Station, work: Draws) -> Self {
        Self {
            spec: spec.clone(),
            queue: VecDeque::new(),
            servers: vec![None; spec.servers],
            idle: (0..spec.servers as u32).rev().collect(),
            speed: 1.0,
            epoch: 0,
            work,
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn in_system(&self) -> usize {
        self.queue.len() + self.servers.len() - self.idle.len()
    }

    /// Lets a request in and says whether it has to wait; `None` if it is refused.
    pub(super) fn enter(
        &mut self,
        job: Job,
        now: f64,
        pending: &mut Vec<(u64, Happening)>,
    ) -> Option<bool> {
        if let Some(server) = self.idle.pop() {
            self.start(server, job, now, pending);
            return Some(false);
        }
        if self
            .spec
            .queue_limit
            .is_some_and(|limit| self.queue.len() >= limit)
        {
            return None;
        }
        self.queue.push_back(job);
        Some(true)
    }

    /// Takes the finished request from a server; `None` if its end was planned at another speed.
    pub(super) fn finish(&mut self, server: u32, epoch: u32) -> Option<Running> {
        if epoch != self.epoch {
            return None;
        }
        self.servers[server as usize].take()
    }

    /// Gives a free server its next request and says how many were dropped on the way.
    pub(super) fn start_next(
        &mut self,
        server: u32,
        now: f64,
        pending: &mut Vec<(u64, Happening)>,
    ) -> u64 {
        let mut dropped = 0;
        loop {
            let next = match self.spec.order {
                Order::OldestFirst => self.queue.pop_front(),
                Order::NewestFirst => self.queue.pop_back(),
            };
            match next {
                Some(job) if self.spec.drop_expired && now >= job.deadline => dropped += 1,
                Some(job) => {
                    self.start(server, job, now, pending);
                    return dropped;
                }
                None => {
                    self.idle.push(server);
                    return dropped;
                }
            }
        }
    }

    /// Sets the product of the factors in force and plans every end anew.
    pub(super) fn change_speed(&mut self, now: f64, pending: &mut Vec<(u64, Happening)>) {
        let old = self.speed;
        let tick = nanos(now);
        let in_force = self
            .spec
            .speed
            .iter()
            .filter(|s| nanos(s.from) <= tick && tick < nanos(s.to));
        self.speed = in_force.map(|s| s.factor).product();
        self.epoch += 1;
        for (server, running) in self.servers.iter_mut().enumerate() {
            let Some(running) = running else { continue };
            running.left = (running.left - (now - running.since) * old).max(0.0);
            running.since = now;
            plan_end(server as u32, self.epoch, running, self.speed, pending);
        }
    }

    fn start(&mut self, server: u32, job: Job, now: f64, pending: &mut Vec<(u64, Happening)>) {
        let mut left = self.spec.mean_service * self.spec.law.draw(&mut self.work);
        if let Some(stragglers) = self.spec.stragglers
            && self.work.uniform() < stragglers.share
        {
            left *= stragglers.times;
        }
        if let Some(crowding) = self.spec.crowding
            && self.queue.len() > crowding.above
        {
            left /= crowding.factor;
        }
        let running = Running {
            job,
            started: now,
            left,
            since: now,
        };
        plan_end(server, self.epoch, &running, self.speed, pending);
        self.servers[server as usize] = Some(running);
    }
}

fn plan_end(
    server: u32,
    epoch: u32,
    running: &Running,
    speed: f64,
    pending: &mut Vec<(u64, Happening)>,
) {
    if speed > 0.0 {
        let end = running.since + running.left / speed;
        pending.push((nanos(end), Happening::Done { server, epoch }));
    }
}

//! The cases on `desque`: one state, one event type per thing that happens.
//!
//! For: the fastest idiomatic use (events without fields cost no allocation). Never: options.

use std::collections::VecDeque;

use desque::SimState;
use desque::serial::{Event, Simulation};
use sev1::base::rng::Draws;

use super::{Stats, arrival_draws, end_of_work, exponential_nanos, mm10, retry, service_draws};

type Done = desque::Result;

struct Hall {
    arrivals: Draws,
    services: Draws,
    to_come: u64,
    busy: usize,
    queue: VecDeque<u64>,
    waited: u64,
}

impl SimState<u64> for Hall {}

#[derive(Debug)]
struct Arrival;
#[derive(Debug)]
struct Departure;

impl Event<Hall, u64> for Arrival {
    fn execute(&mut self, sim: &mut Simulation<Hall, u64>) -> Done {
        let now = *sim.current_time();
        let hall = sim.state_mut();
        hall.to_come -= 1;
        let next = (hall.to_come > 0).then(|| exponential_nanos(&mut hall.arrivals, mm10::RATE));
        let service = if hall.busy < mm10::SERVERS {
            hall.busy += 1;
            Some(exponential_nanos(&mut hall.services, 1.0))
        } else {
            hall.queue.push_back(now);
            None
        };
        if let Some(gap) = next {
            sim.schedule(Self, now + gap)?;
        }
        service.map_or(Ok(()), |service| sim.schedule(Departure, now + service))
    }
}

impl Event<Hall, u64> for Departure {
    fn execute(&mut self, sim: &mut Simulation<Hall, u64>) -> Done {
        let now = *sim.current_time();
        let hall = sim.state_mut();
        let Some(entered) = hall.queue.pop_front() else {
            hall.busy -= 1;
            return Ok(());
        };
        hall.waited += now - entered;
        let service = exponential_nanos(&mut hall.services, 1.0);
        sim.schedule(Self, now + service)
    }
}

/// M/M/10 until `requests` requests are served.
pub(crate) fn mm10(requests: u64) -> Result<Stats, desque::Error> {
    let mut arrivals = arrival_draws();
    let first = exponential_nanos(&mut arrivals, mm10::RATE);
    let hall = Hall {
        arrivals,
        services: service_draws(),
        to_come: requests,
        busy: 0,
        queue: VecDeque::new(),
        waited: 0,
    };
    let mut sim = Simulation::new(hall, 0);
    sim.schedule(Arrival, first)?;
    sim.run()?;
    Ok(Stats {
        requests,
        attempts: requests,
        mean_wait: sim.state().waited as f64 * 1e-9 / requests as f64,
        goodput: requests as f64 / (*sim.current_time() as f64 * 1e-9),
    })
}

#[derive(Clone, Copy)]
struct Request {
    slot: u32,
    serial: u64,
    entered: u64,
}

#[derive(Clone, Copy)]
struct Call {
    /// The attempt waited for; 0 once decided.
    serial: u64,
    tries: u32,
}

struct Database {
    end: u64,
    arrivals: Draws,
    services: Draws,
    calls: Vec<Call>,
    free: Vec<u32>,
    serving: Option<Request>,
    queue: VecDeque<Request>,
    last_serial: u64,
    requests: u64,
    started: u64,
    waited: u64,
    in_time: u64,
}

impl SimState<u64> for Database {
    fn is_complete(&self, now: &u64) -> bool {
        *now >= self.end
    }
}

#[derive(Debug)]
struct Begin;
#[derive(Debug)]
struct Served;
#[derive(Debug)]
struct GiveUp {
    slot: u32,
    serial: u64,
}

fn send(sim: &mut Simulation<Database, u64>, slot: u32) -> Done {
    let now = *sim.current_time();
    let db = sim.state_mut();
    db.last_serial += 1;
    let serial = db.last_serial;
    let call = &mut db.calls[slot as usize];
    call.serial = serial;
    call.tries += 1;
    let request = Request {
        slot,
        serial,
        entered: now,
    };
    if db.serving.is_some() {
        db.queue.push_back(request);
    } else {
        start(sim, request)?;
    }
    sim.schedule(GiveUp { slot, serial }, now + retry::TIMEOUT)
}

fn start(sim: &mut Simulation<Database, u64>, request: Request) -> Done {
    let now = *sim.current_time();
    let db = sim.state_mut();
    db.serving = Some(request);
    db.started += 1;
    db.waited += now - request.entered;
    let work = exponential_nanos(&mut db.services, retry::CAPACITY);
    sim.schedule(Served, end_of_work(now, work))
}

impl Event<Database, u64> for Begin {
    fn execute(&mut self, sim: &mut Simulation<Database, u64>) -> Done {
        let now = *sim.current_time();
        let db = sim.state_mut();
        let gap = exponential_nanos(&mut db.arrivals, retry::RATE);
        db.requests += 1;
        let slot = db.free.pop().unwrap_or_else(|| {
            db.calls.push(Call {
                serial: 0,
                tries: 0,
            });
            (db.calls.len() - 1) as u32
        });
        db.calls[slot as usize].tries = 0;
        sim.schedule(Self, now + gap)?;
        send(sim, slot)
    }
}

impl Event<Database, u64> for Served {
    fn execute(&mut self, sim: &mut Simulation<Database, u64>) -> Done {
        let db = sim.state_mut();
        if let Some(Request { slot, serial, .. }) = db.serving.take()
            && db.calls[slot as usize].serial == serial
        {
            db.calls[slot as usize].serial = 0;
            db.free.push(slot);
            db.in_time += 1;
        }
        let next = db.queue.pop_front();
        next.map_or(Ok(()), |request| start(sim, request))
    }
}

impl Event<Database, u64> for GiveUp {
    fn execute(&mut self, sim: &mut Simulation<Database, u64>) -> Done {
        let slot = self.slot;
        let db = sim.state_mut();
        let call = &mut db.calls[slot as usize];
        if call.serial != self.serial {
            return Ok(());
        }
        if call.tries < retry::ATTEMPTS {
            return send(sim, slot);
        }
        call.serial = 0;
        db.free.push(slot);
        Ok(())
    }
}

/// The retry case for `seconds` simulated seconds.
pub(crate) fn retry(seconds: u64) -> Result<Stats, desque::Error> {
    let mut arrivals = arrival_draws();
    let first = exponential_nanos(&mut arrivals, retry::RATE);
    let database = Database {
        end: seconds * 1_000_000_000,
        arrivals,
        services: service_draws(),
        calls: Vec::new(),
        free: Vec::new(),
        serving: None,
        queue: VecDeque::new(),
        last_serial: 0,
        requests: 0,
        started: 0,
        waited: 0,
        in_time: 0,
    };
    let mut sim = Simulation::new(database, 0);
    sim.schedule(Begin, first)?;
    sim.run()?;
    let db = sim.state();
    Ok(Stats {
        requests: db.requests,
        attempts: db.last_serial,
        mean_wait: db.waited as f64 * 1e-9 / db.started.max(1) as f64,
        goodput: db.in_time as f64 / seconds as f64,
    })
}

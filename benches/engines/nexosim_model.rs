//! The cases on NeXosim: callers and a station as two models joined by ports.
//!
//! For: the engine's own way (models, messages, self-scheduled events) on one thread, which is
//! faster here than several: the two models are never busy at the same moment. Never: options.

use std::collections::VecDeque;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{Output, QuerySource};
use nexosim::simulation::{Mailbox, SchedulingError, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use sev1::base::rng::Draws;

use super::{Stats, arrival_draws, end_of_work, exponential_nanos, mm10, retry, service_draws};

const START: MonotonicTime = MonotonicTime::EPOCH;

fn nanos<M: Model>(cx: &Context<M>) -> u64 {
    let now = cx.time();
    now.as_secs() as u64 * 1_000_000_000 + u64::from(now.subsec_nanos())
}

/// Nothing is ever scheduled for the past: every delay is at least a nanosecond.
fn scheduled(result: Result<(), SchedulingError>) {
    assert!(result.is_ok(), "{result:?}");
}

/// Sends requests, each with the moment it was sent.
#[derive(Serialize, Deserialize)]
struct Source {
    out: Output<u64>,
    to_come: u64,
    #[serde(skip, default = "arrival_draws")]
    draws: Draws,
}

#[Model]
impl Source {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.schedule_next(cx);
    }

    fn schedule_next(&mut self, cx: &Context<Self>) {
        let gap = Duration::from_nanos(exponential_nanos(&mut self.draws, mm10::RATE));
        scheduled(cx.schedule_event(gap, schedulable!(Self::arrive), ()));
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.to_come -= 1;
        if self.to_come > 0 {
            self.schedule_next(cx);
        }
        self.out.send(nanos(cx)).await;
    }
}

#[derive(Serialize, Deserialize)]
struct Hall {
    busy: usize,
    queue: VecDeque<u64>,
    waited: u64,
    #[serde(skip, default = "service_draws")]
    draws: Draws,
}

#[Model]
impl Hall {
    fn enter(&mut self, entered: u64, cx: &Context<Self>) {
        if self.busy < mm10::SERVERS {
            self.busy += 1;
            self.serve(cx);
        } else {
            self.queue.push_back(entered);
        }
    }

    fn serve(&mut self, cx: &Context<Self>) {
        let service = Duration::from_nanos(exponential_nanos(&mut self.draws, 1.0));
        scheduled(cx.schedule_event(service, schedulable!(Self::depart), ()));
    }

    #[nexosim(schedulable)]
    fn depart(&mut self, _: (), cx: &Context<Self>) {
        if let Some(entered) = self.queue.pop_front() {
            self.waited += nanos(cx) - entered;
            self.serve(cx);
        } else {
            self.busy -= 1;
        }
    }

    async fn waited(&mut self) -> u64 {
        self.waited
    }
}

/// M/M/10 until `requests` requests are served.
pub(crate) fn mm10(requests: u64) -> Result<Stats, SimulationError> {
    let mut source = Source {
        out: Output::default(),
        to_come: requests,
        draws: arrival_draws(),
    };
    let hall = Hall {
        busy: 0,
        queue: VecDeque::new(),
        waited: 0,
        draws: service_draws(),
    };
    let (source_box, hall_box) = (Mailbox::new(), Mailbox::new());
    source.out.connect(Hall::enter, &hall_box);
    let mut bench = SimInit::with_num_threads(1);
    let waited = QuerySource::new()
        .connect(Hall::waited, &hall_box)
        .register(&mut bench);
    let bench = bench
        .add_model(source, source_box, "source")
        .add_model(hall, hall_box, "hall");
    let mut sim = bench.init(START)?;
    sim.run()?;
    let waited = sim.process_query(&waited, ())?;
    Ok(Stats {
        requests,
        attempts: requests,
        mean_wait: waited as f64 * 1e-9 / requests as f64,
        goodput: requests as f64 / sim.time().duration_since(START).as_secs_f64(),
    })
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Request {
    slot: u32,
    serial: u64,
    entered: u64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Call {
    /// The attempt waited for; 0 once decided.
    serial: u64,
    tries: u32,
}

#[derive(Serialize, Deserialize)]
struct Callers {
    out: Output<Request>,
    calls: Vec<Call>,
    free: Vec<u32>,
    last_serial: u64,
    requests: u64,
    in_time: u64,
    #[serde(skip, default = "arrival_draws")]
    draws: Draws,
}

#[Model]
impl Callers {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.schedule_next(cx);
    }

    fn schedule_next(&mut self, cx: &Context<Self>) {
        let gap = Duration::from_nanos(exponential_nanos(&mut self.draws, retry::RATE));
        scheduled(cx.schedule_event(gap, schedulable!(Self::begin), ()));
    }

    #[nexosim(schedulable)]
    async fn begin(&mut self, _: (), cx: &Context<Self>) {
        self.schedule_next(cx);
        self.requests += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.calls.push(Call {
                serial: 0,
                tries: 0,
            });
            (self.calls.len() - 1) as u32
        });
        self.calls[slot as usize].tries = 0;
        self.send(slot, cx).await;
    }

    async fn send(&mut self, slot: u32, cx: &Context<Self>) {
        self.last_serial += 1;
        let serial = self.last_serial;
        let call = &mut self.calls[slot as usize];
        call.serial = serial;
        call.tries += 1;
        let timeout = Duration::from_nanos(retry::TIMEOUT);
        scheduled(cx.schedule_event(timeout, schedulable!(Self::give_up), (slot, serial)));
        self.out
            .send(Request {
                slot,
                serial,
                entered: nanos(cx),
            })
            .await;
    }

    #[nexosim(schedulable)]
    async fn give_up(&mut self, (slot, serial): (u32, u64), cx: &Context<Self>) {
        let call = &mut self.calls[slot as usize];
        if call.serial != serial {
            return;
        }
        if call.tries < retry::ATTEMPTS {
            self.send(slot, cx).await;
        } else {
            call.serial = 0;
            self.free.push(slot);
        }
    }

    fn answer(&mut self, request: Request) {
        let call = &mut self.calls[request.slot as usize];
        if call.serial == request.serial {
            call.serial = 0;
            self.free.push(request.slot);
            self.in_time += 1;
        }
    }

    /// Calls, attempts, answers in time.
    async fn counts(&mut self) -> (u64, u64, u64) {
        (self.requests, self.last_serial, self.in_time)
    }
}

#[derive(Serialize, Deserialize)]
struct Database {
    out: Output<Request>,
    serving: Option<Request>,
    queue: VecDeque<Request>,
    started: u64,
    waited: u64,
    #[serde(skip, default = "service_draws")]
    draws: Draws,
}

#[Model]
impl Database {
    fn enter(&mut self, request: Request, cx: &Context<Self>) {
        if self.serving.is_some() {
            self.queue.push_back(request);
        } else {
            self.start(request, cx);
        }
    }

    fn start(&mut self, request: Request, cx: &Context<Self>) {
        let now = nanos(cx);
        self.serving = Some(request);
        self.started += 1;
        self.waited += now - request.entered;
        let work = exponential_nanos(&mut self.draws, retry::CAPACITY);
        let takes = Duration::from_nanos(end_of_work(now, work) - now);
        scheduled(cx.schedule_event(takes, schedulable!(Self::served), ()));
    }

    #[nexosim(schedulable)]
    async fn served(&mut self, _: (), cx: &Context<Self>) {
        let answered = self.serving.take();
        if let Some(request) = self.queue.pop_front() {
            self.start(request, cx);
        }
        if let Some(request) = answered {
            self.out.send(request).await;
        }
    }

    /// Requests started, and the nanoseconds they had waited.
    async fn waits(&mut self) -> (u64, u64) {
        (self.started, self.waited)
    }
}

/// The retry case for `seconds` simulated seconds.
pub(crate) fn retry(seconds: u64) -> Result<Stats, SimulationError> {
    let mut callers = Callers {
        out: Output::default(),
        calls: Vec::new(),
        free: Vec::new(),
        last_serial: 0,
        requests: 0,
        in_time: 0,
        draws: arrival_draws(),
    };
    let mut database = Database {
        out: Output::default(),
        serving: None,
        queue: VecDeque::new(),
        started: 0,
        waited: 0,
        draws: service_draws(),
    };
    let (callers_box, database_box) = (Mailbox::new(), Mailbox::new());
    callers.out.connect(Database::enter, &database_box);
    database.out.connect(Callers::answer, &callers_box);
    let mut bench = SimInit::with_num_threads(1);
    let counts = QuerySource::new()
        .connect(Callers::counts, &callers_box)
        .register(&mut bench);
    let waits = QuerySource::new()
        .connect(Database::waits, &database_box)
        .register(&mut bench);
    let bench = bench.add_model(callers, callers_box, "callers");
    let mut sim = bench
        .add_model(database, database_box, "database")
        .init(START)?;
    sim.step_until(Duration::from_secs(seconds))?;
    let (requests, attempts, in_time) = sim.process_query(&counts, ())?;
    let (started, waited) = sim.process_query(&waits, ())?;
    Ok(Stats {
        requests,
        attempts,
        mean_wait: waited as f64 * 1e-9 / started.max(1) as f64,
        goodput: in_time as f64 / seconds as f64,
    })
}

use sev1::base::id::*;
use sev1::base::time::*;
use sev1::scenario::action::*;
use sev1::scenario::model::*;
use sev1::sim::Sim;
use std::sync::Arc;

fn d(s: f64) -> SimDuration { SimDuration::from_secs_f64(s) }
fn edge(from: Option<u16>, to: u16) -> Edge {
    Edge { from: from.map(ComponentId), to: ComponentId(to), operation: String::new(), per_request: 1.0, journeys: vec![], timeout: None, attempts: 1, backoff: Backoff::default(), budget: None, breaker: None, pool: None, fallback: Fallback::None, fallback_on: false, required: true, weight: 1.0 }
}
fn station(slots: u32, mean: f64, cv2: f64) -> Station {
    Station { slots, time: ServiceTime { mean: d(mean), cv2, slow_share: 0.0, slow_factor: 1.0 }, ..Station::default() }
}
fn journey(rate: f64) -> Journey {
    Journey { name: "j".into(), edge: EdgeId(0), rate: RateProfile { base_per_s: rate, points: vec![], noise: 0.0 }, priority: 1, value: 1.0, per_customer_per_min: 1.0, degraded_cost: 0.5, completes: Completes::OnAnswer, fresh_within: None, abandon_share: 0.0 }
}
fn scenario(step: f64, comps: Vec<Component>, edges: Vec<Edge>, js: Vec<Journey>, faults: Vec<Fault>) -> Arc<Scenario> {
    Arc::new(Scenario { id: "x".into(), digest: 0, meta: Meta::default(), world: World { components: comps.into_iter().collect(), edges: edges.into_iter().collect(), journeys: js.into_iter().collect(), ..World::default() }, variants: vec![Variant { id: "a".into(), weight: 1.0, faults, cause: String::new(), culprit: None, distractors: vec![], plans: vec![], follow_ups: vec![] }], objectives: Objectives { success_share: 0.99, latency_p95: None, hold: d(60.0), time_limit: d(3600.0) }, signals: Signals::default(), engine: Engine { fine_step: d(step), calm_step: d(step) }, plans: vec![], teaching: Teaching::default() })
}
fn service(name: &str, st: Station, calls: Vec<u16>) -> Component {
    Component { name: name.into(), region: None, station: st, kind: Kind::Service(Service { wave_share: 0.25, ..Service::default() }), calls: calls.into_iter().map(EdgeId).collect() }
}
fn fault(at: f64, ends: f64, effects: Vec<Action>) -> Fault {
    Fault { name: "f".into(), when: Trigger::At(SimTime::from_secs_f64(at)), effects, ends: Some(Trigger::At(SimTime::from_secs_f64(ends))), onset: true }
}
fn speed(v: f64) -> Action { Action::Change(Change { knob: Knob::Component(ComponentId(0), ComponentKnob::Speed), value: v, over: SimDuration::ZERO }) }
fn rate(v: f64) -> Action { Action::Change(Change { knob: Knob::Journey(JourneyId(0), JourneyKnob::RateFactor), value: v, over: SimDuration::ZERO }) }

fn queue(label: &str, step: f64, lam: f64, slots: u32, mean: f64, cv2: f64, limit: Option<u32>, secs: f64, seeds: u64) {
    let (mut w, mut p99, mut pw, mut wq, mut wp99, mut blk, mut little) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let t = std::time::Instant::now();
    for seed in 0..seeds {
        let mut st = station(slots, mean, cv2);
        st.queue_limit = limit;
        let sc = scenario(step, vec![service("s", st, vec![])], vec![edge(None, 0)], vec![journey(lam)], vec![]);
        let mut sim = Sim::new(sc, seed);
        sim.advance_to(SimTime::from_secs_f64(secs));
        sim.check_invariants().unwrap();
        let c = sim.component(ComponentId(0));
        w += c.latency.mean().unwrap(); p99 += c.latency.quantile(0.99).unwrap();
        pw += c.waited / c.served as f64; wq += c.wait.mean().unwrap(); wp99 += c.wait.quantile(0.99).unwrap();
        blk += c.failed_total() as f64 / c.arrivals as f64;
        little += (c.request_s / secs) / (c.arrivals as f64 / secs * c.latency.mean().unwrap());
    }
    let n = seeds as f64;
    println!("{label}: W {:.4} p99 {:.4} P(wait) {:.4} Wq {:.4} p99wait {:.3} blocked {:.4} little {:.4} [{:?}]", w / n, p99 / n, pw / n, wq / n, wp99 / n, blk / n, little / n, t.elapsed());
}

#[test]
fn queues() {
    for (rho, e) in [(0.5, "20/92.1"), (0.8, "50/230.3"), (0.9, "100/460.5"), (0.95, "200/921")] {
        queue(&format!("mm1 {rho} {e}"), 0.1, rho * 100.0, 1, 0.01, 1.0, None, 5000.0, 20);
    }
    for rho in [0.5, 0.8, 0.95] {
        queue(&format!("mm1 flow {rho}"), 0.1, rho * 10000.0, 1, 0.0001, 1.0, None, 300.0, 5);
    }
    queue("mm10 8 (.4092 .2046 1.856)", 0.1, 8.0, 10, 1.0, 1.0, None, 20000.0, 20);
    queue("mm10 8 flow", 0.1, 8000.0, 10, 0.001, 1.0, None, 100.0, 5);
    queue("mm5 2.5 .1304", 0.1, 2.5, 5, 1.0, 1.0, None, 20000.0, 20);
    queue("mm50 .9 .3639", 0.1, 45.0, 50, 1.0, 1.0, None, 10000.0, 20);
    queue("mm100 .95 .5065", 0.1, 95.0, 100, 1.0, 1.0, None, 10000.0, 20);
    queue("mm10/10 10 .2146", 0.1, 10.0, 10, 1.0, 1.0, Some(0), 10000.0, 20);
    queue("mm10/10 8 .1217", 0.1, 8.0, 10, 1.0, 1.0, Some(0), 10000.0, 20);
    queue("mm10/20 15 .334 .807", 0.1, 15.0, 10, 1.0, 1.0, Some(10), 10000.0, 20);
    queue("mm10/110 15 .333 9.80", 0.1, 15.0, 10, 1.0, 1.0, Some(100), 10000.0, 20);
    for (cv2, e) in [(0.0, 2), (1.0, 4), (4.0, 10)] {
        queue(&format!("mg1 .8 cv2 {cv2} -> {e}"), 0.1, 8.0, 1, 0.1, cv2, None, 20000.0, 20);
        queue(&format!("mg1 flow .8 cv2 {cv2} -> {e}"), 0.1, 800.0, 1, 0.001, cv2, None, 500.0, 5);
    }
}

struct R { good: f64, att: f64, q: f64, groups: (usize, usize) }
fn retry(label: &str, step: f64, mut lam: Vec<(f64, f64, Action, Action)>, base: f64, st: Station, e: Edge, until: f64, window: f64) {
    let faults = lam.drain(..).map(|(a, b, on, _)| fault(a, b, vec![on])).collect::<Vec<_>>();
    let t = std::time::Instant::now();
    let mut out = vec![];
    for seed in 0..20 {
        let sc = scenario(step, vec![service("s", st.clone(), vec![])], vec![e.clone()], vec![journey(base)], faults.clone());
        let mut sim = Sim::new(sc, seed);
        sim.advance_to(SimTime::from_secs_f64(until - window));
        let (a, s, f) = { let j = sim.journey(JourneyId(0)); (j.arrivals, j.served, sim.edge(EdgeId(0)).tries) };
        sim.advance_to(SimTime::from_secs_f64(until));
        sim.check_invariants().unwrap();
        let j = sim.journey(JourneyId(0));
        let arr = (j.arrivals - a) as f64;
        out.push(R { good: (j.served - s) as f64 / arr, att: (sim.edge(EdgeId(0)).tries - f) as f64 / window, q: sim.queued(ComponentId(0)), groups: sim.groups() });
    }
    let rec = out.iter().filter(|r| r.good > 0.95).count();
    let met = out.iter().filter(|r| r.good < 0.10).count();
    println!("{label}: R {rec} M {met} | good {:.3} attempts/s {:.1} queue {:.0} groups {:?} [{:?}]", out.iter().map(|r| r.good).sum::<f64>() / 20.0, out.iter().map(|r| r.att).sum::<f64>() / 20.0, out.iter().map(|r| r.q).sum::<f64>() / 20.0, out[0].groups, t.elapsed());
}

#[test]
fn retries() {
    for step in [0.1, 0.05] {
        println!("--- step {step}");
        let db = || station(1, 1.0/300.0, 1.0);
        let e12 = || Edge { timeout: Some(d(1.0)), attempts: 2, ..edge(None, 0) };
        let out = || vec![(60.0, 70.0, speed(0.0), speed(1.0))];
        retry("12 M 560/s", step, out(), 280.0, db(), e12(), 400.0, 60.0);
        retry("13 140 R", step, out(), 140.0, db(), e12(), 400.0, 60.0);
        retry("13 200 M", step, out(), 200.0, db(), e12(), 400.0, 60.0);
        retry("14 newest R", step, out(), 280.0, Station { discipline: Discipline::NewestFirst, ..db() }, e12(), 400.0, 60.0);
        retry("14 drop R", step, out(), 280.0, Station { drop_expired: true, ..db() }, e12(), 400.0, 60.0);
        retry("14 limit250 R", step, out(), 280.0, Station { queue_limit: Some(250), ..db() }, e12(), 400.0, 60.0);
        retry("14 budget 2% R", step, out(), 280.0, db(), Edge { budget: Some(RetryBudget { per_request: 0.02, size: 10.0, cost: 1.0, clients: 1 }), ..e12() }, 400.0, 60.0);
        retry("15 limit450 M", step, out(), 280.0, Station { queue_limit: Some(450), ..db() }, e12(), 400.0, 60.0);
        retry("15 budget 10% M", step, out(), 280.0, db(), Edge { budget: Some(RetryBudget { per_request: 0.1, size: 10.0, cost: 1.0, clients: 1 }), ..e12() }, 400.0, 60.0);
        retry("15 backoff M", step, out(), 280.0, db(), Edge { backoff: Backoff { base: d(0.1), cap: d(20.0), full_jitter: true }, ..e12() }, 400.0, 60.0);
        let big = || station(1, 1.0 / 16600.0, 1.0);
        let e16 = || Edge { timeout: Some(d(3.0)), attempts: 5, ..edge(None, 0) };
        retry("16 78% R", step, vec![(60.0, 70.0, speed(0.22), speed(1.0))], 6200.0, big(), e16(), 400.0, 60.0);
        retry("16 80% M", step, vec![(60.0, 70.0, speed(0.20), speed(1.0))], 6200.0, big(), e16(), 400.0, 60.0);
        retry("16 80% 9s R", step, vec![(60.0, 69.0, speed(0.20), speed(1.0))], 6200.0, big(), e16(), 400.0, 60.0);
        retry("16 4200 R", step, vec![(60.0, 70.0, speed(0.20), speed(1.0))], 4200.0, big(), e16(), 400.0, 60.0);
        let s20 = |r: f64| Station { queue_limit: Some(256), ..station(1, 1.0 / r, 0.0) };
        let e20 = |a| Edge { timeout: Some(d(0.75)), attempts: a, ..edge(None, 0) };
        let tr = || vec![(60.0, 70.0, rate(5.0), rate(1.0))];
        retry("20 M 23.2-24.8/s", step, tr(), 8.0, s20(20.0), e20(3), 260.0, 60.0);
        retry("21 attempts2", step, tr(), 8.0, s20(20.0), e20(2), 260.0, 60.0);
        retry("21 22/s M", step, tr(), 8.0, s20(22.0), e20(3), 260.0, 60.0);
        retry("21 26/s R", step, tr(), 8.0, s20(26.0), e20(3), 260.0, 60.0);
        retry("24 collapse >=15", step, vec![], 6.0, station(1, 0.1, 1.0), Edge { timeout: Some(d(1.0)), attempts: 2, ..edge(None, 0) }, 1000.0, 60.0);
    }
}

#[test]
fn speed_bench() {
    for (step, calm) in [(0.1, 1.0), (0.25, 1.0)] {
    for kind in ["calm", "db slow", "cache flush"] {
        let svc = |name: &str, inst: u32, w: u32, t: f64, calls: Vec<u16>| { let mut c = service(name, station(w, t, 1.0), calls); c.station.instances = inst; c };
        let kindc = |mut c: Component, k: Kind| { c.kind = k; c };
        let bal = |n: &str, calls: Vec<u16>| kindc(service(n, station(0, 0.0, 0.0), calls), Kind::Balancer(Balancer::default()));
        let cache = |n: &str, calls| { let mut c = kindc(service(n, station(1, 0.00005, 0.5), calls), Kind::Cache(Cache { keys: 100_000, zipf: 1.0, entries: 20_000, entry_bytes: 1000, ttl: None, eviction: Eviction::Lru, coalesce: false, warm: true })); c.station.instances = 4; c };
        let db = |n: &str, slots, t| kindc(service(n, station(slots, t, 1.0), vec![]), Kind::Database(Database::default()));
        // 0 cdn 1 alb 2 checkout 3 cart 4 search 5 pricing 6 payments 7 cart cache 8 price cache 9 cart db 10 price db 11 orders db
        let mut edges = vec![];
        let mut e = |from: Option<u16>, to: u16, timeout: f64, attempts: u32| { edges.push(Edge { timeout: Some(d(timeout)), attempts, backoff: Backoff { base: d(0.05), cap: d(1.0), full_jitter: true }, ..edge(from, to) }); (edges.len() - 1) as u16 };
        let j0 = e(None, 0, 10.0, 2); let j1 = e(None, 0, 10.0, 1); let j2 = e(None, 0, 10.0, 1);
        let cdn = vec![e(Some(0), 1, 30.0, 1)];
        let alb_checkout = e(Some(1), 2, 30.0, 1); let alb_search = e(Some(1), 4, 30.0, 1);
        let checkout = vec![e(Some(2), 3, 0.5, 2), e(Some(2), 5, 1.0, 3), e(Some(2), 6, 3.0, 1), e(Some(2), 11, 1.0, 2)];
        let cart = vec![e(Some(3), 7, 0.25, 2)];
        let pricing = vec![e(Some(5), 8, 0.5, 2)];
        let search = vec![e(Some(4), 5, 1.0, 2)];
        let cc = vec![e(Some(7), 9, 1.0, 1)];
        let pc = vec![e(Some(8), 10, 1.0, 1)];
        edges[alb_checkout as usize].journeys = vec![JourneyId(0), JourneyId(1)];
        edges[alb_search as usize].journeys = vec![JourneyId(2)];
        let comps = vec![bal("cdn", cdn), bal("alb", vec![alb_checkout, alb_search]), svc("checkout", 24, 25, 0.012, checkout), svc("cart", 8, 16, 0.004, cart), svc("search", 8, 16, 0.010, search), svc("pricing", 12, 16, 0.006, pricing), svc("payments", 1, 0, 0.15, vec![]), cache("cart cache", cc), cache("price cache", pc), db("cart db", 16, 0.004), db("price db", 16, 0.02), db("orders db", 32, 0.004)];
        let js: Vec<Journey> = [(j0, 200.0), (j1, 300.0), (j2, 700.0)].iter().map(|(e, r)| Journey { edge: EdgeId(*e), ..journey(*r) }).collect();
        let faults = match kind { "calm" => vec![], "db slow" => vec![fault(300.0, 1e9, vec![Action::Change(Change { knob: Knob::Component(ComponentId(10), ComponentKnob::TimeFactor), value: 6.0, over: SimDuration::ZERO })])], _ => vec![fault(300.0, 301.0, vec![Action::FlushCache(ComponentId(8))])] };
        let mut sc = scenario(step, comps, edges, js, faults);
        Arc::get_mut(&mut sc).unwrap().engine.calm_step = d(calm);
        let reps = if kind == "calm" && step > 0.2 { 1 } else { 1 }; for _ in 1..reps { let mut sim = Sim::new(sc.clone(), 1); sim.advance_to(SimTime::from_secs_f64(3600.0)); }
 let t = std::time::Instant::now();
        let mut sim = Sim::new(sc, 1);
        sim.advance_to(SimTime::from_secs_f64(3600.0));
        let el = t.elapsed();
        sim.check_invariants().unwrap();
        let mut s = String::new();
        for j in 0..3 { let t = sim.journey(JourneyId(j)); s += &format!("{:.3}/{:.0}ms ", t.served as f64 / t.arrivals as f64, t.latency.mean().unwrap() * 1e3); }
        println!("step {step}/{calm} {kind}: {:?} = {:.0}x, {} steps, {:.0} ns/step, {s} hit {:.2} fork {:?} groups {:?} ", el, 3600.0 / el.as_secs_f64(), sim.steps(), el.as_nanos() as f64 / sim.steps() as f64, sim.signal(ComponentId(8), Signal::HitShare), { let t = std::time::Instant::now(); let c = sim.clone(); let e = t.elapsed(); drop(c); e }, sim.groups());
    } }
}

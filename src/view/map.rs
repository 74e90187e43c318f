//! What moves on the map: flows along dependencies and how full every part is, smoothed over a few
//! seconds so that the eye can follow.

use serde::Serialize;

use crate::base::id::{ComponentId, EdgeId, IdVec};
use crate::base::math::ln;
use crate::base::time::SimTime;
use crate::scenario::action::{ComponentKnob, Knob};
use crate::scenario::model::{Completes, Kind, Signal};
use crate::sim::{ComponentTotals, Sim};

/// How a part does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Health {
    /// As it should be.
    #[default]
    Healthy,
    /// Nearly full, or failing now and then.
    Attention,
    /// Failing.
    Failing,
}

/// Requests along a dependency, per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Flow {
    /// Tries that were answered well.
    pub good_per_s: f64,
    /// Tries that failed.
    pub failed_per_s: f64,
}

/// A dependency now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct EdgeState {
    /// What flows.
    pub flow: Flow,
    /// Its breaker lets nothing through.
    pub breaker_open: bool,
    /// A balancer sends nothing there.
    pub out: bool,
}

/// A component now.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NodeState {
    /// How it does.
    pub health: Health,
    /// How full it is, from 0 to 1: workers, connections, processor, whatever is fullest.
    pub saturation: f64,
    /// Requests or messages that wait.
    pub queued: f64,
    /// How full that makes the queue, from 0 to 1: of its limit, or, where there is none, by the
    /// logarithm.
    pub queue_fill: f64,
    /// Share of failed answers.
    pub error_share: f64,
    /// The one figure that says most about it, in words such as `hit 12 %`.
    pub figure: String,
    /// For caches: the share of hits, which is how warm it looks.
    pub warmth: Option<f64>,
    /// Restarting or failing over.
    pub down: bool,
    /// A release is going out.
    pub rolling_out: bool,
    /// Requests per second.
    pub rate_per_s: f64,
}

/// All customers together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Customers {
    /// How they fare.
    pub health: Health,
    /// Requests per second.
    pub rate_per_s: f64,
    /// Share of requests that failed for good or were given up.
    pub failed_share: f64,
    /// How much of the time within which messages are to be processed the backlog takes.
    pub late_share: f64,
    /// The one figure that says most.
    pub figure: String,
}

/// Looks at a running world once a second and remembers what was there a second ago.
#[derive(Clone, Debug)]
pub struct MapTap {
    at: SimTime,
    /// Nothing has been seen yet that could be smoothed.
    is_new: bool,
    begun: (u64, u64, u64),
    seen: IdVec<EdgeId, (u64, u64)>,
    answered: IdVec<ComponentId, (u64, u64, u64)>,
    /// The customers.
    pub customers: Customers,
    /// Components, by their ids.
    pub nodes: IdVec<ComponentId, NodeState>,
    /// Dependencies, by their ids.
    pub edges: IdVec<EdgeId, EdgeState>,
}

/// Weight of the newest second in what is shown.
const NEWEST: f64 = 0.4;

impl MapTap {
    /// Starts to look.
    pub fn new(sim: &Sim) -> Self {
        let world = &sim.scenario().world;
        let mut tap = Self {
            at: sim.now(),
            is_new: true,
            begun: journeys(sim),
            customers: Customers::default(),
            seen: world.edges.ids().map(|id| tries(sim, id)).collect(),
            answered: world
                .components
                .ids()
                .map(|id| answers(sim.component(id)))
                .collect(),
            nodes: world
                .components
                .iter()
                .map(|_| NodeState::default())
                .collect(),
            edges: world.edges.iter().map(|_| EdgeState::default()).collect(),
        };
        tap.describe(sim);
        tap
    }

    /// Takes in what happened since the last look.
    pub fn look(&mut self, sim: &Sim) {
        let secs = sim.now().since(self.at).as_secs_f64();
        if secs <= 0.0 {
            return;
        }
        self.at = sim.now();
        let newest = if std::mem::replace(&mut self.is_new, false) {
            1.0
        } else {
            NEWEST
        };
        let smooth = |shown: &mut f64, now: f64| smooth(shown, now, newest);
        let begun = journeys(sim);
        let last = std::mem::replace(&mut self.begun, begun);
        let (good, failed) = (
            begun.1.saturating_sub(last.1),
            begun.2.saturating_sub(last.2),
        );
        let rate = begun.0.saturating_sub(last.0) as f64 / secs;
        smooth(&mut self.customers.rate_per_s, rate);
        if good + failed > 0 {
            let share = failed as f64 / (good + failed) as f64;
            smooth(&mut self.customers.failed_share, share);
        }
        for id in self.edges.ids() {
            let (ok, failed) = tries(sim, id);
            let last = std::mem::replace(&mut self.seen[id], (ok, failed));
            let flow = &mut self.edges[id].flow;
            smooth(
                &mut flow.good_per_s,
                ok.saturating_sub(last.0) as f64 / secs,
            );
            smooth(
                &mut flow.failed_per_s,
                failed.saturating_sub(last.1) as f64 / secs,
            );
        }
        for id in self.nodes.ids() {
            let now = answers(sim.component(id));
            let last = std::mem::replace(&mut self.answered[id], now);
            let served = now.0.saturating_sub(last.0) as f64;
            let failed = now.1.saturating_sub(last.1) as f64;
            let node = &mut self.nodes[id];
            smooth(
                &mut node.rate_per_s,
                now.2.saturating_sub(last.2) as f64 / secs,
            );
            if served + failed > 0.0 {
                smooth(&mut node.error_share, failed / (served + failed));
            } else {
                smooth(&mut node.error_share, 0.0);
            }
        }
        self.describe(sim);
    }

    fn describe(&mut self, sim: &Sim) {
        for id in self.edges.ids() {
            let view = sim.edge_view(id);
            self.edges[id].breaker_open = view.breaker_open;
            self.edges[id].out = view.out;
        }
        for id in self.nodes.ids() {
            let node = &mut self.nodes[id];
            node.queued = sim.queued(id);
            node.queue_fill = queue_fill(sim, id, node.queued);
            node.down = sim.is_down(id);
            node.rolling_out = sim.versions(id).rolling_out.is_some();
            node.saturation = saturation(sim, id);
            node.warmth = matches!(sim.scenario().world.components[id].kind, Kind::Cache(_))
                .then(|| sim.signal(id, Signal::HitShare));
            // What fails of itself every day is no trouble.
            let usual = sim.scenario().world.components[id].station.error_share;
            node.health = health(node, usual);
            node.figure = figure(sim, id, node, usual);
        }
        self.customers.describe(sim);
    }
}

fn smooth(shown: &mut f64, now: f64, weight: f64) {
    *shown += weight * (now - *shown);
    if *shown < 1e-6 {
        *shown = 0.0;
    }
}

/// Requests that customers began, that went well, and that did not.
fn journeys(sim: &Sim) -> (u64, u64, u64) {
    let ids = sim.scenario().world.journeys.ids();
    ids.fold((0, 0, 0), |sum, id| {
        let it = sim.journey(id);
        let bad = it.failed_total() + it.abandoned;
        (
            sum.0 + it.arrivals,
            sum.1 + it.served + it.degraded,
            sum.2 + bad,
        )
    })
}

impl Customers {
    fn describe(&mut self, sim: &Sim) {
        let mut waiting = 0.0;
        self.late_share = 0.0;
        for (id, journey) in sim.scenario().world.journeys.enumerate() {
            let (Completes::OnProcessed, Some(limit)) = (journey.completes, journey.fresh_within)
            else {
                continue;
            };
            let inside = sim.journey(id).in_flight() as f64;
            let most = journey.rate.base_per_s * limit.as_secs_f64();
            if most > 0.0 {
                self.late_share = self.late_share.max((inside / most).min(1.0));
                waiting += inside;
            }
        }
        self.health = if self.failed_share > 0.05 || self.late_share > 0.2 {
            Health::Failing
        } else if self.failed_share > 0.01 || self.late_share > 0.02 {
            Health::Attention
        } else {
            Health::Healthy
        };
        self.figure = if self.failed_share > 0.01 {
            format!("{:.0} % fail", self.failed_share * 100.0)
        } else if self.late_share > 0.02 {
            format!("{} waiting", short(waiting))
        } else {
            format!("{}/s", short(self.rate_per_s))
        };
    }
}

fn tries(sim: &Sim, id: EdgeId) -> (u64, u64) {
    let totals = sim.edge(id);
    (totals.ok, totals.failed.iter().sum())
}

fn answers(totals: &ComponentTotals) -> (u64, u64, u64) {
    (totals.served, totals.failed_total(), totals.arrivals)
}

/// The fullest of what can be full.
fn saturation(sim: &Sim, id: ComponentId) -> f64 {
    let world = &sim.scenario().world;
    let component = &world.components[id];
    let mut fullest = sim
        .signal(id, Signal::Utilisation)
        .max(sim.signal(id, Signal::Cpu));
    for &edge in &component.calls {
        let view = sim.edge_view(edge);
        if let Some(pool) = view.pool.filter(|pool| *pool > 0) {
            fullest = fullest.max(f64::from(view.in_use) / f64::from(pool));
        }
    }
    if let Kind::Database(database) = &component.kind
        && let Some(most) = database.max_connections.filter(|most| *most > 0)
    {
        fullest = fullest.max(sim.signal(id, Signal::Connections) / f64::from(most));
    }
    fullest.clamp(0.0, 1.0)
}

/// Ten messages are one bar of a stack without a limit, a hundred thousand fill it.
const FULL_AT: f64 = 1e5;

fn queue_fill(sim: &Sim, id: ComponentId, queued: f64) -> f64 {
    if queued < 1.0 {
        return 0.0;
    }
    let limit = sim.parameter(Knob::Component(id, ComponentKnob::QueueLimit));
    let fill = if limit.is_finite() && limit > 0.0 {
        queued / limit
    } else {
        ln(1.0 + queued) / ln(FULL_AT)
    };
    fill.clamp(0.0, 1.0)
}

fn health(node: &NodeState, usual: f64) -> Health {
    let errors = node.error_share - usual;
    if node.down || errors > 0.05 {
        Health::Failing
    } else if errors > 0.01 || node.saturation > 0.9 {
        Health::Attention
    } else {
        Health::Healthy
    }
}

/// What an operator wants to know first, by the kind of part.
fn figure(sim: &Sim, id: ComponentId, node: &NodeState, usual: f64) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    if node.down {
        return "down".to_owned();
    }
    if node.error_share - usual > 0.01 {
        return format!("{} fail", percent(node.error_share));
    }
    match &sim.scenario().world.components[id].kind {
        Kind::Cache(_) => format!("hit {}", percent(node.warmth.unwrap_or(0.0))),
        Kind::Queue(_) => format!("{} waiting", short(node.queued)),
        Kind::Database(database) => match database.max_connections {
            Some(most) => format!(
                "{} of {most} conn",
                short(sim.signal(id, Signal::Connections))
            ),
            None => format!("{} busy", percent(node.saturation)),
        },
        Kind::Service(_) => format!("{} busy", percent(node.saturation)),
        Kind::Balancer(_) | Kind::External(_) => format!("{}/s", short(node.rate_per_s)),
    }
}

/// A number in few characters: `950`, `1.2k`, `3.4M`.
pub fn short(value: f64) -> String {
    let size = value.abs();
    if size >= 9.95e5 {
        format!("{:.1}M", value / 1e6)
    } else if size >= 9_950.0 {
        format!("{:.0}k", value / 1e3)
    } else if size >= 995.0 {
        format!("{:.1}k", value / 1e3)
    } else if size >= 9.95 || value.fract().abs() < 0.05 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

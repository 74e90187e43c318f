//! What moves on the map: flows along dependencies and how full every part is, smoothed over a few
//! seconds so that the eye can follow.

use crate::base::id::{ComponentId, EdgeId, IdVec};
use crate::base::time::SimTime;
use crate::scenario::model::{Kind, Signal};
use crate::sim::{ComponentTotals, Sim};

/// How a part does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Tries that were answered well.
    pub good_per_s: f64,
    /// Tries that failed.
    pub failed_per_s: f64,
}

/// A dependency now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EdgeState {
    /// What flows.
    pub flow: Flow,
    /// Its breaker lets nothing through.
    pub breaker_open: bool,
    /// A balancer sends nothing there.
    pub out: bool,
}

/// A component now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeState {
    /// How it does.
    pub health: Health,
    /// How full it is, from 0 to 1: workers, connections, processor, whatever is fullest.
    pub saturation: f64,
    /// Requests or messages that wait.
    pub queued: f64,
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

/// Looks at a running world once a second and remembers what was there a second ago.
#[derive(Clone, Debug)]
pub struct MapTap {
    at: SimTime,
    seen: IdVec<EdgeId, (u64, u64)>,
    answered: IdVec<ComponentId, (u64, u64, u64)>,
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
            node.down = sim.is_down(id);
            node.rolling_out = sim.versions(id).rolling_out.is_some();
            node.saturation = saturation(sim, id);
            node.warmth = matches!(sim.scenario().world.components[id].kind, Kind::Cache(_))
                .then(|| sim.signal(id, Signal::HitShare));
            node.health = health(node);
            node.figure = figure(sim, id, node);
        }
    }
}

fn smooth(shown: &mut f64, newest: f64) {
    *shown += NEWEST * (newest - *shown);
    if *shown < 1e-6 {
        *shown = 0.0;
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

fn health(node: &NodeState) -> Health {
    if node.down || node.error_share > 0.05 {
        Health::Failing
    } else if node.error_share > 0.01 || node.saturation > 0.9 {
        Health::Attention
    } else {
        Health::Healthy
    }
}

/// What an operator wants to know first, by the kind of part.
fn figure(sim: &Sim, id: ComponentId, node: &NodeState) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    if node.down {
        return "down".to_owned();
    }
    if node.error_share > 0.01 {
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

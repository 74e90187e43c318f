//! What somebody who looks closely at one part can read off it: shards, entries, dead letters,
//! tokens, leaks. Read only; costs nothing between steps.

use crate::base::id::{ComponentId, EdgeId, JourneyId};
use crate::base::time::SimTime;
use crate::scenario::action::ComponentKnob;
use crate::scenario::model::Kind;
use crate::sim::Sim;
use crate::sim::cache::CacheState;
use crate::sim::state::NO_COMPONENT;

/// How load is spread over shards. Values of "the rest" are means of one of the other shards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shards {
    /// How many there are.
    pub count: f64,
    /// Share of all requests that the hottest one gets.
    pub hot_load: f64,
    /// How much of the hottest one's capacity its arrivals need; above 1 is more than it has.
    pub hot_use: f64,
    /// The same of one of the rest.
    pub rest_use: f64,
    /// What waits at the hottest one.
    pub hot_queued: u32,
    /// What waits at one of the rest.
    pub rest_queued: f64,
    /// Whether a record blocks the hottest one, or the rest.
    pub blocked: (bool, bool),
}

/// Dead letters that ended together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeadLetters {
    /// What they were sent for.
    pub journey: JourneyId,
    /// How many.
    pub count: u32,
    /// When they were sent.
    pub sent: SimTime,
    /// How often they were delivered.
    pub receives: u16,
}

impl Sim {
    /// Entries that a cache holds now; `None` of anything else.
    pub fn cache_entries(&self, id: ComponentId) -> Option<f64> {
        let cache = self.components[usize::from(id.0)].cache.as_ref();
        cache.map(CacheState::size)
    }

    /// How load is spread over the shards of a cache or queue; `None` where there is one.
    pub fn shards(&self, id: ComponentId) -> Option<Shards> {
        let index = usize::from(id.0);
        let state = &self.components[index];
        let count = self.knob(index, ComponentKnob::Shards);
        let is_database = matches!(
            self.scenario.world.components[id].kind,
            Kind::Database(_) | Kind::External(_)
        );
        if count < 2.0 || is_database || state.lanes.len() != 2 {
            return None;
        }
        let (hot, rest) = (&state.lanes[0], &state.lanes[1]);
        let mean_s = self.fleet_law(index).0;
        let needs = |rate: f64, slots: f64, speed: f64| {
            let capacity = slots * speed;
            if capacity > 0.0 {
                rate * mean_s / capacity
            } else {
                0.0
            }
        };
        if rest.share <= 0.0 {
            // They are all asked equally much, and simulated as one.
            let each = needs(hot.rate, f64::from(hot.slots), hot.speed);
            return Some(Shards {
                count,
                hot_load: 1.0 / count,
                hot_use: each,
                rest_use: each,
                hot_queued: (f64::from(hot.queued) / count) as u32,
                rest_queued: f64::from(hot.queued) / count,
                blocked: (hot.poisoned, hot.poisoned),
            });
        }
        Some(Shards {
            count,
            hot_load: hot.share,
            hot_use: needs(hot.rate, f64::from(hot.slots), hot.speed),
            rest_use: needs(rest.rate, f64::from(rest.slots), rest.speed),
            hot_queued: hot.queued,
            rest_queued: f64::from(rest.queued) / (count - 1.0),
            blocked: (hot.poisoned, rest.poisoned),
        })
    }

    /// What one execution takes by itself: an ordinary one and a slow one in seconds, and the share
    /// of slow ones. Without any waiting, at the speed that jobs and connections leave.
    pub fn execution(&self, id: ComponentId) -> (f64, f64, f64) {
        let state = &self.components[usize::from(id.0)];
        let speed = state.lanes.last().map_or(1.0, |lane| lane.speed).max(1e-6);
        let factor = state.knobs[ComponentKnob::SlowFactor as usize];
        let ordinary_s = state.own_mean_s / speed;
        let share = state.knobs[ComponentKnob::SlowShare as usize];
        (ordinary_s, ordinary_s * factor, share)
    }

    /// Dead letters of a queue, oldest first.
    pub fn dead_letters(&self, id: ComponentId) -> impl Iterator<Item = DeadLetters> + '_ {
        let dead = self.components[usize::from(id.0)].dead.iter();
        dead.map(|group| DeadLetters {
            journey: JourneyId(group.journey),
            count: group.n,
            sent: SimTime::from_micros(group.at),
            receives: group.receives,
        })
    }

    /// The share of a queue's dead letters for which a newer message of the same customer has been
    /// worked on since; `None` where messages do not replace each other.
    pub fn overtaken_letters(&self, id: ComponentId) -> Option<f64> {
        let Kind::Queue(queue) = &self.scenario.world.components[id].kind else {
            return None;
        };
        let dead = &self.components[usize::from(id.0)].dead;
        let all: u32 = dead.iter().map(|group| group.n).sum();
        if !queue.supersedes || all == 0 {
            return None;
        }
        let newer = dead.iter().map(|group| {
            let journey = usize::from(group.journey);
            let newest = self.journeys[journey].newest;
            f64::from(group.n) * self.has_newer(journey, group.at, newest)
        });
        Some(newer.sum::<f64>() / f64::from(all))
    }

    /// Messages that failed and will be delivered again, by how often they were delivered so far.
    pub fn messages_to_come_back(&self, id: ComponentId) -> Vec<(u16, u32)> {
        let mut sums: Vec<(u16, u32)> = Vec::new();
        for (_, group) in &self.components[usize::from(id.0)].invisible {
            match sums
                .iter_mut()
                .find(|(receives, _)| *receives == group.receives)
            {
                Some((_, n)) => *n += group.n,
                None => sums.push((group.receives, group.n)),
            }
        }
        sums.sort_unstable();
        sums
    }

    /// Calls that an external API's rate limit would let through at once; infinite without a limit.
    pub fn tokens_left(&self, id: ComponentId) -> f64 {
        let index = usize::from(id.0);
        let rate = self.knob(index, ComponentKnob::BucketRate);
        if !rate.is_finite() {
            return f64::INFINITY;
        }
        let state = &self.components[index];
        let since_s = self.now.saturating_sub(state.tokens_at) as f64 * 1e-6;
        let burst = self.knob(index, ComponentKnob::BucketBurst);
        (state.tokens + rate * since_s).min(burst)
    }

    /// Share of new connections that a full database refuses.
    pub fn refused_share(&self, id: ComponentId) -> f64 {
        self.components[usize::from(id.0)].refused_share
    }

    /// Connections along a dependency that were never given back, as far as the database can hold
    /// them: whoever is refused one has none to lose.
    pub fn unreturned(&self, id: EdgeId) -> f64 {
        let edge = &self.edges[usize::from(id.0)];
        if self.pool_size(usize::from(id.0)).is_finite() {
            return edge.leaked;
        }
        let most = self.knob(usize::from(edge.to), ComponentKnob::MaxConnections);
        let mut others = 0.0;
        for (index, other) in self.edges.iter().enumerate() {
            if other.to == edge.to && other.from != NO_COMPONENT {
                let pool = self.pool_size(index);
                others += if pool.is_finite() {
                    pool
                } else {
                    f64::from(other.in_use)
                };
            }
        }
        edge.leaked.min((most - others).max(0.0))
    }

    /// When the first of the connections that a dependency never gave back was lost.
    pub fn leaking_since(&self, id: EdgeId) -> Option<SimTime> {
        let edge = &self.edges[usize::from(id.0)];
        (edge.leaked > 0.0).then(|| SimTime::from_micros(edge.leaking_since))
    }

    /// Share of a component's capacity that background jobs take.
    pub fn job_load(&self, id: ComponentId) -> f64 {
        let jobs = self.scenario.world.jobs.enumerate();
        let left: f64 = jobs
            .filter(|(job, spec)| spec.on == id && self.job_runs(*job))
            .map(|(_, spec)| (1.0 - spec.load_share).max(0.0))
            .product();
        1.0 - left
    }
}

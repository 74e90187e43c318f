//! Orders that nobody would give: any verb on any target with any value, possible or not.

use crate::base::id::{ComponentId, DenseId, EdgeId, FlagId, JobId, JourneyId, PersonId};
use crate::base::rng::Draws;
use crate::base::time::SimDuration;
use crate::scenario::action::{
    Action, BreakerMode, Change, ComponentKnob, EdgeKnob, JourneyKnob, Knob,
};
use crate::scenario::model::Scenario;
use crate::scenario::order::{
    Audience, DataClaim, Look, Mechanism, Order, Post, Role, Scope, Suspect,
};

/// Numbers that have broken programs before, among ordinary ones.
const NUMBERS: [f64; 12] = [
    0.0,
    1.0,
    0.5,
    3.0,
    20.0,
    500.0,
    1e6,
    1e300,
    -1.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Picks at random what is asked for next.
struct Dice<'a> {
    draws: &'a mut Draws,
    scenario: &'a Scenario,
}

/// Any order: most are possible, some are not, and a few name what does not exist. Whatever it is, a
/// session takes or refuses it and goes on.
pub fn any_order(draws: &mut Draws, scenario: &Scenario) -> Order {
    let mut dice = Dice { draws, scenario };
    match dice.below(10) {
        0..=4 => {
            let more = dice.below(8) == 0;
            let mut actions = vec![dice.action()];
            if more {
                actions.push(dice.action());
            }
            if dice.below(200) == 0 {
                actions.clear();
            }
            Order::Act(actions)
        }
        5 | 6 => Order::Look(dice.look()),
        7 => Order::Post(dice.post()),
        _ => dice.coordinate(),
    }
}

impl Dice<'_> {
    fn below(&mut self, n: usize) -> usize {
        ((self.draws.uniform() * n as f64) as usize).min(n.saturating_sub(1))
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn number(&mut self) -> f64 {
        self.pick(&NUMBERS)
    }

    /// An id of a list of `len`, now and then just past its end.
    fn id<I: DenseId>(&mut self, len: usize) -> I {
        let past = self.below(40) == 0;
        I::from_index(if past { len } else { self.below(len.max(1)) })
    }

    fn component(&mut self) -> ComponentId {
        self.id(self.scenario.world.components.len())
    }

    fn edge(&mut self) -> EdgeId {
        self.id(self.scenario.world.edges.len())
    }

    fn person(&mut self) -> PersonId {
        self.id(self.scenario.team.len())
    }

    fn duration(&mut self) -> SimDuration {
        SimDuration::from_secs(self.pick(&[0, 1, 60, 1800, 86_400]))
    }

    fn change(&mut self) -> Action {
        let knob = match self.below(5) {
            0 | 1 => Knob::Edge(self.edge(), self.pick(EdgeKnob::ALL)),
            2 => {
                let journey: JourneyId = self.id(self.scenario.world.journeys.len());
                Knob::Journey(journey, JourneyKnob::RateFactor)
            }
            _ => Knob::Component(self.component(), self.pick(ComponentKnob::ALL)),
        };
        Action::Change(Change {
            knob,
            value: self.number(),
            over: self.duration(),
        })
    }

    fn action(&mut self) -> Action {
        let component = self.component();
        match self.below(26) {
            0..=3 => self.change(),
            4 => Action::RevertConfig(component),
            5 => Action::Deploy {
                service: component,
                version: self.below(5) as u8,
                share: self.pick(&[0.25, 1.0, 0.0, -3.0, f64::NAN]),
            },
            6 => Action::RollBack {
                service: component,
                share: self.pick(&[0.25, 1.0, 1.0, 7.0]),
            },
            7 => Action::Scale {
                component,
                instances: self.pick(&[0, 1, 3, 12, 60, 400, u32::MAX]),
            },
            8 => Action::Restart {
                component,
                staggered: self.coin(),
            },
            9 => {
                let flag: FlagId = self.id(self.scenario.world.flags.len());
                let on = self.coin();
                Action::SetFlag { flag, on }
            }
            10 => {
                let job: JobId = self.id(self.scenario.world.jobs.len());
                let running = self.coin();
                Action::SetJob { job, running }
            }
            11 => Action::SetBreaker {
                edge: self.edge(),
                mode: self.pick(&[BreakerMode::Auto, BreakerMode::Open, BreakerMode::Closed]),
            },
            12 => Action::SetAutoscaler {
                service: component,
                on: self.coin(),
            },
            13 => Action::SetHealthChecks {
                balancer: component,
                on: self.coin(),
            },
            14 if self.coin() => Action::SetGate {
                service: component,
                on: self.coin(),
            },
            14 => Action::Drain {
                edge: self.edge(),
                out: self.coin(),
            },
            _ => self.action_on_data(component),
        }
    }

    fn action_on_data(&mut self, component: ComponentId) -> Action {
        match self.below(13) {
            0 => Action::FlushCache(component),
            1 => Action::WarmCache {
                cache: component,
                per_s: self.number(),
            },
            2 => Action::FailOver(component),
            3 => Action::AddReplicas {
                database: component,
                count: self.pick(&[0, 1, 3, 1000]),
            },
            4 => Action::KillQueries(component),
            5 => Action::KillIdleConnections(component),
            6 => Action::PauseQueue {
                queue: component,
                paused: self.coin(),
            },
            7 => Action::ReplayDeadLetters {
                queue: component,
                per_s: self.number(),
            },
            8 => Action::SkipPoison(component),
            9 => Action::RotateSecret(component),
            10 => Action::RefreshTokens(component),
            11 => Action::Reauthorise(component),
            _ => self.pick(&[Action::AddPoison, Action::ExpireSecret])(component),
        }
    }

    fn look(&mut self) -> Look {
        let id = self.component();
        let looks: [fn(ComponentId) -> Look; 11] = [
            Look::Logs,
            Look::Traces,
            Look::Diff,
            Look::Profile,
            Look::Queries,
            Look::Cache,
            Look::Queue,
            Look::Sandbox,
            Look::Staging,
            Look::Vendor,
            Look::Books,
        ];
        match self.below(13) {
            0 => Look::Changes,
            1 => Look::Reports,
            n => looks[(n - 2).min(looks.len() - 1)](id),
        }
    }

    fn suspect(&mut self) -> Suspect {
        Suspect {
            on: self.component(),
            is: self.pick(Mechanism::ALL),
        }
    }

    fn post(&mut self) -> Post {
        const SCOPES: [Scope; 6] = [
            Scope::Unsaid,
            Scope::Nobody,
            Scope::Few,
            Scope::Part,
            Scope::Most,
            Scope::All,
        ];
        const DATA: [DataClaim; 4] = [
            DataClaim::Unsaid,
            DataClaim::Safe,
            DataClaim::Checking,
            DataClaim::Lost,
        ];
        let mut post = Post::to(self.pick(&Audience::ALL));
        post.scope = self.pick(&SCOPES);
        post.data = self.pick(&DATA);
        post.cause = self.coin().then(|| self.suspect());
        post.certain = self.coin();
        post.next = self.coin().then(|| self.duration());
        post.eta = self.coin().then(|| self.duration());
        post.resolved = self.below(5) == 0;
        post.language = self
            .pick(&["", "en", "fr", "a language of Babel"])
            .to_owned();
        if self.coin() {
            post.journeys = vec![self.id(self.scenario.world.journeys.len())];
        }
        if self.below(20) == 0 {
            post.text = "é".repeat(self.pick(&[1, 3_000]));
        }
        post
    }

    fn coordinate(&mut self) -> Order {
        match self.below(16) {
            0 | 1 => Order::Acknowledge,
            2 => Order::OpenChannel,
            3 => Order::Declare {
                severity: self.below(8) as u8,
            },
            4..=6 => Order::Page(self.person()),
            7 => Order::Ask(self.person()),
            8 => Order::Assign {
                role: self.pick(&Role::ALL),
                to: self.person(),
            },
            9..=11 => Order::Suspect {
                suspect: self.suspect(),
                confidence: self.pick(&[0.0, 0.3, 0.8, 1.0, 1.5, f64::NAN]),
            },
            12 => Order::DeclareMitigated,
            13 if self.below(4) == 0 => Order::Close,
            _ => Order::Undo {
                order: self.below(60) as u32,
            },
        }
    }
}

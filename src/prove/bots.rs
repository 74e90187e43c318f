//! Players without judgement: each has one idea and follows it whatever happens. None may do better
//! than somebody who knows what they are doing.

use crate::base::rng::Stream;
use crate::base::time::SimDuration;
use crate::scenario::action::Action;
use crate::scenario::model::{Kind, Scenario};
use crate::scenario::order::{Audience, Order, Post, Scope};
use crate::session::{SECOND, Session};

/// One idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bot {
    /// Restarts one part after the other.
    RestartEverything,
    /// Doubles everything that can be scaled.
    ScaleEverything,
    /// Rolls back everything that was ever released.
    RollBackEverything,
    /// Clicks around.
    RandomClicker,
    /// Talks to everybody and touches nothing.
    Chatty,
}

/// Time between two things that a bot does.
const EVERY: SimDuration = SimDuration::from_secs(20);

impl Bot {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::RestartEverything,
        Self::ScaleEverything,
        Self::RollBackEverything,
        Self::RandomClicker,
        Self::Chatty,
    ];

    /// Its name on the table and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RestartEverything => "restart-everything",
            Self::ScaleEverything => "scale-everything",
            Self::RollBackEverything => "roll-back-everything",
            Self::RandomClicker => "random-clicker",
            Self::Chatty => "chatty-but-passive",
        }
    }

    /// The bot of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bot| bot.name() == name)
    }

    /// Plays an incident from here to its end. A bot begins when the first alarm goes off, as
    /// somebody would who is paged.
    pub fn play(self, session: Session) -> Session {
        self.play_watched(session, |_| {})
    }

    /// The same, shown to `watch` after every second.
    pub fn play_watched(self, mut session: Session, mut watch: impl FnMut(&Session)) -> Session {
        let todo = self.ideas(session.scenario());
        let luck = Stream::new(session.sim().seed(), "bot", self as u64);
        let mut next = 0;
        let mut began = false;
        while session.ending().is_none() {
            let now = session.now();
            let turn = now.as_micros().is_multiple_of(EVERY.as_micros());
            if turn && session.milestones().detected.is_some() {
                if !began {
                    began = true;
                    self.say(&mut session, Order::Acknowledge);
                    self.say(&mut session, Order::Declare { severity: 1 });
                }
                match self {
                    Self::RandomClicker => {
                        let mut draws = luck.at(now.as_micros());
                        let order = super::any_order(&mut draws, session.scenario());
                        self.say(&mut session, order);
                    }
                    Self::Chatty => self.chat(&mut session),
                    _ => {
                        if let Some(order) = todo.get(next)
                            && self.say(&mut session, order.clone())
                        {
                            next += 1;
                        }
                    }
                }
            }
            session.advance_to(now + SECOND);
            watch(&session);
            let done = next >= todo.len() && session.is_idle() && began;
            if done && session.has_recovered() && !session.sim().faults_pending() {
                session.stop();
            }
        }
        session
    }

    /// Gives an order; whether it is off the list: taken, or refused for good.
    fn say(self, session: &mut Session, order: Order) -> bool {
        match session.order(self.name(), order, None) {
            Ok(_) => true,
            Err(why) => !why.passes_with_time(),
        }
    }

    fn ideas(self, scenario: &Scenario) -> Vec<Order> {
        let components = scenario.world.components.enumerate();
        let ideas = components.filter_map(|(id, component)| {
            let action = match (self, &component.kind) {
                (Self::RestartEverything, Kind::External(_)) => return None,
                (Self::RestartEverything, _) => Action::Restart {
                    component: id,
                    staggered: false,
                },
                (Self::ScaleEverything, Kind::Service(_) | Kind::Cache(_)) => Action::Scale {
                    component: id,
                    instances: component.station.instances.saturating_mul(2),
                },
                (Self::RollBackEverything, Kind::Service(_)) => Action::RollBack {
                    service: id,
                    share: 1.0,
                },
                _ => return None,
            };
            Some(Order::Act(vec![action]))
        });
        ideas.collect()
    }

    /// One more message to whoever has waited longest, never with anything in it.
    fn chat(self, session: &mut Session) {
        const EVERY_S: u64 = 600;
        let turn = session.now().as_micros() / 1_000_000 % EVERY_S / 20;
        let Some(&to) = Audience::ALL.get(turn as usize) else {
            return;
        };
        let mut post = Post::to(to);
        post.scope = Scope::Part;
        post.next = Some(SimDuration::from_secs(EVERY_S));
        self.say(session, Order::Post(post));
    }
}

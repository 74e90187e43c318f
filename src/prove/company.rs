//! Everybody who plays one seed of a variant. Until somebody does something, all of them live in the
//! same world as somebody who does nothing, so that world is played once and each leaves it in time.
//!
//! May use sessions, plans and bots. Never changes what anybody does: each ends as if played alone.

use crate::prove::Bot;
use crate::scenario::model::Plan;
use crate::session::{PlanRunner, Session, play_on};

/// Somebody who plays.
#[derive(Clone, Debug)]
pub(super) enum Player<'s> {
    /// By a plan.
    Plan(&'s Plan, PlanRunner),
    /// By one idea.
    Bot(Bot),
}

impl<'s> Player<'s> {
    pub(super) fn plan(plan: &'s Plan) -> Self {
        Self::Plan(plan, PlanRunner::new())
    }

    /// Whether it may do something now that nobody else does.
    fn begins(&mut self, session: &Session) -> bool {
        match self {
            Self::Plan(plan, runner) => runner.begins(plan, session),
            Self::Bot(_) => session.milestones().detected.is_some(),
        }
    }

    fn play_on(self, session: Session) -> Session {
        match self {
            Self::Plan(plan, runner) => play_on(session, Some(plan), runner, |_| {}),
            Self::Bot(bot) => bot.play(session),
        }
    }
}

/// Players in the order in which they are asked for, and how those ended who have left.
#[derive(Debug)]
pub(super) struct Company<'s> {
    waiting: Vec<(usize, Player<'s>)>,
    ends: Vec<Option<Session>>,
}

impl<'s> Company<'s> {
    pub(super) fn new(players: impl IntoIterator<Item = Player<'s>>) -> Self {
        let waiting: Vec<_> = players.into_iter().enumerate().collect();
        Self {
            ends: waiting.iter().map(|_| None).collect(),
            waiting,
        }
    }

    /// Lets those leave who begin now, and plays them to their ends.
    pub(super) fn part(&mut self, session: &Session) {
        let Self { waiting, ends } = self;
        for (place, player) in waiting.extract_if(.., |(_, player)| player.begins(session)) {
            ends[place] = Some(player.play_on(session.clone()));
        }
    }

    /// Lets everybody leave: the common world comes to its end.
    pub(super) fn part_all(&mut self, session: &Session) {
        for (place, player) in self.waiting.drain(..) {
            self.ends[place] = Some(player.play_on(session.clone()));
        }
    }

    /// How all of them ended, in order; nobody is missing once all have left.
    pub(super) fn into_ends(self) -> impl Iterator<Item = Session> {
        self.ends.into_iter().flatten()
    }
}

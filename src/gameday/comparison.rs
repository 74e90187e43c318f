//! What teams are compared with: nobody doing anything, and the reference. It is played once for every
//! set of causes, on a thread of its own; teams for whom nothing was broken share one.

use std::sync::Arc;

use crate::gameday::room::Room;
use crate::gameday::team::Team;
use crate::scenario::model::{AddedCause, Scenario};
use crate::score::{Baselines, baselines};

/// Those that have been played.
#[derive(Clone, Debug, Default)]
pub struct Comparisons {
    known: Vec<(Vec<AddedCause>, Arc<Baselines>)>,
}

impl Comparisons {
    /// What a team is compared with, if it has been played.
    pub fn of(&self, team: &Team) -> Option<&Arc<Baselines>> {
        let added = &team.session.scenario().added;
        let found = self.known.iter().rev().find(|(causes, _)| causes == added);
        found.map(|it| &it.1)
    }

    /// The same; played now where it has not been.
    pub fn of_or_play(&self, team: &Team) -> Arc<Baselines> {
        self.of(team)
            .map_or_else(|| Arc::new(play(team.session.scenario(), team)), Arc::clone)
    }

    /// A team whose comparison has not been played.
    pub fn missing<'r>(&self, room: &'r Room) -> Option<&'r Team> {
        room.teams.iter().find(|team| self.of(team).is_none())
    }

    /// Keeps one. Causes that no team has any more are forgotten.
    pub fn keep(&mut self, room: &Room, added: Vec<AddedCause>, played: Arc<Baselines>) {
        let is_used = |causes: &Vec<AddedCause>| {
            let mut teams = room.teams.iter();
            causes.is_empty() || teams.any(|team| team.session.scenario().added == *causes)
        };
        self.known.retain(|(causes, _)| is_used(causes));
        self.known.push((added, played));
    }
}

/// Plays what a team is compared with.
pub fn play(scenario: &Arc<Scenario>, team: &Team) -> Baselines {
    let sim = team.session.sim();
    baselines(scenario, sim.seed(), sim.variant())
}

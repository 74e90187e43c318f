//! What colleagues say: each line once, when its cue has come, from what could be seen.

use crate::base::time::{SimDuration, SimTime};
use crate::observe::{AlarmState, Observer};
use crate::scenario::model::{ChatLine, Condition, Cue, Scenario};
use crate::scenario::order::Look;
use crate::session::team::{Presence, Team};
use crate::sim::holds;

/// Time between two looks at alarms and metrics.
const GLANCE_EVERY: SimDuration = SimDuration::from_secs(5);

/// The lines of a scenario and its variant, and which of them have been said.
#[derive(Clone, Debug)]
pub(super) struct Chat {
    lines: Vec<Waiting>,
}

#[derive(Clone, Debug)]
struct Waiting {
    line: ChatLine,
    /// When it will be said, once its cue has come.
    due: Option<SimTime>,
    said: bool,
}

/// What may be a cue in this second.
pub(super) struct Moment<'a> {
    pub(super) now: SimTime,
    pub(super) observer: &'a Observer,
    pub(super) team: &'a Team,
    /// Looks that have just been finished.
    pub(super) found: &'a [Look],
}

impl Chat {
    pub(super) fn new(scenario: &Scenario, variant: usize) -> Self {
        let own = scenario.variants.get(variant).map(|it| it.chat.as_slice());
        let own = own.unwrap_or_default();
        let lines = own.iter().chain(&scenario.chat).map(|line| Waiting {
            line: line.clone(),
            due: None,
            said: false,
        });
        Self {
            lines: lines.collect(),
        }
    }

    /// The lines that are said now.
    pub(super) fn listen(&mut self, moment: &Moment<'_>) -> Vec<ChatLine> {
        let mut said = Vec::new();
        // Nobody watches every number every second.
        let glance = moment
            .now
            .as_micros()
            .is_multiple_of(GLANCE_EVERY.as_micros());
        for waiting in self.lines.iter_mut().filter(|line| !line.said) {
            let here = moment
                .team
                .member(waiting.line.who)
                .is_some_and(|member| member.presence == Presence::Here);
            if waiting.due.is_none() && has_come(&waiting.line.cue, moment, glance) {
                waiting.due = Some(moment.now + waiting.line.after);
            }
            // Whoever is not here has noticed it all the same, and says so on arriving.
            if here && waiting.due.is_some_and(|due| due <= moment.now) {
                waiting.said = true;
                said.push(waiting.line.clone());
            }
        }
        said
    }

    /// What somebody answers when asked, if they have anything to say.
    pub(super) fn ask(&mut self, who: crate::base::id::PersonId) -> Option<String> {
        let waiting = self
            .lines
            .iter_mut()
            .find(|it| !it.said && it.line.who == who && it.line.cue == Cue::Asked)?;
        waiting.said = true;
        Some(waiting.line.text.clone())
    }
}

fn has_come(cue: &Cue, moment: &Moment<'_>, glance: bool) -> bool {
    match cue {
        Cue::At(at) => moment.now >= *at,
        Cue::Found(look) => moment.found.contains(look),
        Cue::Asked => false,
        Cue::Alarm(_) | Cue::Seen(_) if !glance => false,
        Cue::Alarm(alarm) => moment
            .observer
            .alarms()
            .nth(*alarm)
            .is_some_and(|(_, status)| status.state == AlarmState::Alarm),
        Cue::Seen(condition) => is_seen(moment.observer, condition, moment.now),
    }
}

/// Whether the newest published number of a metric fulfils a condition.
pub(super) fn is_seen(observer: &Observer, condition: &Condition, now: SimTime) -> bool {
    observer
        .latest(condition.component, condition.signal, now)
        .and_then(|point| point.value)
        .is_some_and(|value| holds(value, condition.above, condition.value))
}

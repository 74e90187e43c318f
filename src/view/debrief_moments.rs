//! What happened and what was decided, as marks on the curve of a debrief.

use serde::Serialize;

use crate::base::text::thousands;
use crate::base::time::SimTime;
use crate::debrief::analysis::Mark;
use crate::scenario::describe;
use crate::scenario::order::Order;
use crate::score::{Score, Verdict};
use crate::session::{Note, Record, words};
use crate::sim::Event;
use crate::view::debrief::{Curve, clock};
use crate::view::worth::{DecisionRow, Worth};

/// A mark on the curve.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// When.
    pub at: SimTime,
    /// The same in minutes since the start.
    pub minute: f64,
    /// Customer-minutes lost by then.
    pub lost: f64,
    /// As time of day.
    pub clock: String,
    /// Of what sort.
    pub sign: Sign,
    /// A few words.
    pub label: String,
    /// The whole story.
    pub detail: String,
    /// Which labels are worth their room: the smaller the more so.
    pub rank: u8,
    /// Says whether the right cause was found.
    pub spoils: bool,
    /// The orders that it is about, by their numbers in the journal.
    pub orders: Vec<u32>,
}

/// The sort of a mark; each has a shape of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Sign {
    /// Something was released.
    Change,
    /// An alarm went off.
    Alarm,
    /// The team organised itself.
    Team,
    /// Somebody outside was told.
    Message,
    /// Something good was reached.
    Reached,
    /// It was closed while it was not over.
    Reopened,
    /// Something was changed; what came of it, once it has been judged, and the customer-minutes
    /// that it cost (above zero) or saved.
    Decision(Option<(Verdict, f64)>),
    /// The same, marked by an analysis.
    Marked(Mark, f64),
}

/// Everything worth a mark, in order of time.
pub(super) fn moments(
    record: &Record,
    score: Option<&Score>,
    worth: Option<&Worth>,
    curve: &Curve,
) -> Vec<Moment> {
    let maker = Maker { record, curve };
    let mut moments = maker.releases();
    moments.extend(maker.alarm());
    moments.extend(maker.team());
    moments.extend(maker.messages());
    moments.extend(maker.reached());
    match (worth, score.filter(|it| !it.decisions.is_empty())) {
        (Some(worth), _) => moments.extend(maker.marked(worth)),
        (None, Some(score)) => moments.extend(maker.judged(score)),
        (None, None) => moments.extend(maker.unjudged()),
    }
    moments.sort_by_key(|it| it.at);
    moments
}

struct Maker<'r> {
    record: &'r Record,
    curve: &'r Curve,
}

impl Maker<'_> {
    fn make(&self, at: SimTime, sign: Sign, label: &str, detail: String, rank: u8) -> Moment {
        let minute = at.as_secs_f64() / 60.0;
        Moment {
            at,
            minute,
            lost: self.curve.at(minute),
            clock: clock(self.record, at),
            sign,
            label: label.to_owned(),
            detail,
            rank,
            spoils: false,
            orders: Vec::new(),
        }
    }

    /// Releases that went out before anybody did anything about them.
    fn releases(&self) -> Vec<Moment> {
        let world = &self.record.scenario.world;
        let until = self.record.milestones.detected.unwrap_or(SimTime::NEVER);
        let mut seen = Vec::new();
        let mut found = Vec::new();
        for (at, note) in &self.record.log {
            let Note::World(Event::WaveStarted {
                service, version, ..
            }) = note
            else {
                continue;
            };
            if *at > until || seen.contains(&(*service, *version)) {
                continue;
            }
            seen.push((*service, *version));
            let version = describe::version(world, *service, *version);
            let name = world.components.get(*service).map_or("", |it| &it.name);
            let detail = format!("{name}: the release of {version} began");
            let label = format!("{version} released");
            found.push(self.make(*at, Sign::Change, &label, detail, 4));
        }
        found
    }

    fn alarm(&self) -> Option<Moment> {
        let at = self.record.milestones.detected?;
        let name = self.record.log.iter().find_map(|(when, note)| match note {
            Note::Alarm {
                name, fired: true, ..
            } if *when == at => Some(name.as_str()),
            _ => None,
        });
        let detail = format!("First alarm: {}", name.unwrap_or_default());
        Some(self.make(at, Sign::Alarm, "first alarm", detail, 1))
    }

    /// Acknowledged and declared; one mark where both came at once.
    fn team(&self) -> Vec<Moment> {
        let m = &self.record.milestones;
        let severity = self.record.journal.iter().find_map(|it| match it.order {
            Order::Declare { severity } if it.fate.was_taken() => Some(severity),
            _ => None,
        });
        let declared = severity.map_or_else(String::new, |it| format!("declared SEV{it}"));
        if m.acknowledged.is_some() && m.acknowledged == m.declared {
            let at = m.acknowledged.unwrap_or_default();
            let detail = format!("Acknowledged and {declared}");
            return vec![self.make(at, Sign::Team, "acknowledged, declared", detail, 3)];
        }
        let acknowledged = m.acknowledged.map(|at| {
            let detail = "Somebody took the page".to_owned();
            self.make(at, Sign::Team, "acknowledged", detail, 3)
        });
        let declared = m.declared.map(|at| {
            let detail = format!("The incident was {declared}");
            self.make(at, Sign::Team, "declared", detail, 5)
        });
        acknowledged.into_iter().chain(declared).collect()
    }

    fn messages(&self) -> Vec<Moment> {
        let posts = self.record.posts.iter().enumerate();
        let mark = |(place, post): (usize, &crate::session::Published)| {
            let to = post.post.to.name();
            let (label, rank) = match place {
                0 => ("first update", 3),
                _ => (to, 8),
            };
            let detail = format!("To {to}: {}", post.post.text);
            self.make(post.at, Sign::Message, label, detail, rank)
        };
        posts.map(mark).collect()
    }

    fn reached(&self) -> Vec<Moment> {
        let m = &self.record.milestones;
        let mut found = Vec::new();
        if let Some(at) = m.diagnosed {
            let detail = "The right cause was held more likely than not from here on".to_owned();
            let mark = self.make(at, Sign::Reached, "cause found", detail, 3);
            found.push(Moment {
                spoils: true,
                ..mark
            });
        }
        if let Some(at) = m.mitigated.filter(|_| m.mitigated != m.recovered) {
            let detail = "Most of the harm was over".to_owned();
            found.push(self.make(at, Sign::Reached, "mitigated", detail, 2));
        }
        if let Some(at) = m.recovered.filter(|_| m.onset != m.recovered) {
            let detail = "The objectives held from here on".to_owned();
            found.push(self.make(at, Sign::Reached, "recovered", detail, 1));
        }
        if let Some(at) = m.closed {
            let detail = "The incident was closed".to_owned();
            found.push(self.make(at, Sign::Team, "closed", detail, 6));
        }
        for at in &self.record.closed_early {
            let detail = "Closed before it was over; it opened again".to_owned();
            found.push(self.make(*at, Sign::Reopened, "closed early", detail, 2));
        }
        found
    }

    fn judged(&self, score: &Score) -> Vec<Moment> {
        let mark = |it: &crate::score::Decision| {
            let sign = Sign::Decision(Some((it.verdict, it.cost_minutes)));
            let effect = effect(it.verdict, it.cost_minutes);
            let detail = format!("{} · {effect}", it.what);
            let rank = match it.verdict {
                Verdict::Neutral | Verdict::Needless => 5,
                Verdict::Helped | Verdict::Harmful | Verdict::TooEarly => 0,
            };
            let mark = self.make(it.at, sign, &shortened(&it.what), detail, rank);
            let orders = it.orders.clone();
            Moment { orders, ..mark }
        };
        score.decisions.iter().map(mark).collect()
    }

    fn marked(&self, worth: &Worth) -> Vec<Moment> {
        let mark = |it: &DecisionRow| {
            let sign = Sign::Marked(it.mark, it.cost_minutes);
            let detail = format!("{} · {} · {}", it.what, it.effect, it.mark.word());
            let rank = if it.mark == Mark::Neutral { 5 } else { 0 };
            let mark = self.make(it.at, sign, &shortened(&it.what), detail, rank);
            let orders = it.orders.clone();
            Moment { orders, ..mark }
        };
        // A wait has no moment of its own; the card of the decisions has it.
        let all = worth.decisions.iter().filter(|it| !it.is_wait);
        all.map(mark).collect()
    }

    fn unjudged(&self) -> Vec<Moment> {
        let entries = (1..).zip(&self.record.journal);
        let acts = entries.filter(|(_, it)| {
            matches!(it.order, Order::Act(_) | Order::Undo { .. }) && it.fate.landed_at().is_some()
        });
        let mark = |(number, it): (u32, &crate::session::Entry)| {
            let what = words::given(&self.record.scenario, &self.record.journal, &it.order);
            let sign = Sign::Decision(None);
            let mark = self.make(it.at, sign, &shortened(&what), what.clone(), 4);
            let orders = vec![number];
            Moment { orders, ..mark }
        };
        acts.map(mark).collect()
    }
}

/// What came of a decision, such as `saved 2,480`.
pub fn effect(verdict: Verdict, cost_minutes: f64) -> String {
    let minutes = thousands(cost_minutes.abs());
    match verdict {
        Verdict::Helped if cost_minutes < 0.0 => format!("saved {minutes}"),
        Verdict::Helped => "saved data".to_owned(),
        Verdict::Neutral if cost_minutes.abs() < 1.0 => "no difference".to_owned(),
        Verdict::Neutral if cost_minutes < 0.0 => format!("saved {minutes}"),
        Verdict::Neutral | Verdict::Harmful => format!("cost {minutes}"),
        Verdict::TooEarly => format!("too early, cost {minutes}"),
        Verdict::Needless => "no difference".to_owned(),
    }
}

/// The first change of several, and not too long for a label.
fn shortened(what: &str) -> String {
    const LONGEST: usize = 34;
    let mut parts = what.split("; ");
    let first = parts.next().unwrap_or_default();
    let more = parts.count();
    let mut text: String = first.chars().take(LONGEST).collect();
    if text.len() < first.len() {
        text = format!("{}…", text.trim_end());
    }
    if more > 0 {
        text.push_str(&format!(" +{more}"));
    }
    text
}

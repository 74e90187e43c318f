//! The desk around the map: what pages, who does what, who said what, and the figures on top.

use crate::base::id::{DenseId, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::order::{Audience, Order};
use crate::session::{Entry, Fate, Note, PLAYER, Presence, Session, words};

/// The desk now.
#[derive(Clone, Debug, PartialEq)]
pub struct Desk {
    /// Time of day, `18:12:40`.
    pub clock: String,
    /// Since the start, `12:40`.
    pub elapsed: String,
    /// The severity that was declared last.
    pub severity: Option<u8>,
    /// What customers suffer, in one sentence.
    pub headline: String,
    /// The figures on top.
    pub figures: Figures,
    /// Alarms, the newest first.
    pub pager: Vec<PagerItem>,
    /// Everybody.
    pub team: Vec<Member>,
    /// What was said, oldest first.
    pub channel: Vec<Speech>,
}

/// The four figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Customer-minutes lost so far.
    pub customer_minutes: f64,
    /// Money lost so far.
    pub money_lost: f64,
    /// Its currency.
    pub currency: String,
    /// Share of the 30 days' error budget that is left, of the objective that has least.
    pub budget_left: Option<f64>,
    /// How many times too fast it burns over the last hour.
    pub burn: Option<f64>,
    /// Who is to be told next, and how long until then; negative is overdue.
    pub next_update: Option<(Audience, f64)>,
}

/// An alarm on the pager.
#[derive(Clone, Debug, PartialEq)]
pub struct PagerItem {
    /// Its name.
    pub name: String,
    /// When its state changed last, as time of day.
    pub clock: String,
    /// 1 pages, 2 warns, 3 is a ticket.
    pub severity: u8,
    /// In alarm, as opposed to recovered.
    pub firing: bool,
    /// Somebody took the page after it went off.
    pub acknowledged: bool,
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Title, or the role in this incident.
    pub title: String,
    /// What they are doing, in words.
    pub doing: String,
    /// How far they are with it, from 0 to 1.
    pub progress: Option<f64>,
    /// Number of the order they work on.
    pub order: Option<u32>,
    /// Whether they are here.
    pub here: bool,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// When, as time of day.
    pub clock: String,
    /// Who; the player's own are orders that were given.
    pub who: String,
    /// Whether it was the player.
    pub own: bool,
    /// The words.
    pub text: String,
    /// The finding it is about, by its place in the list.
    pub finding: Option<usize>,
}

/// Time of day at a moment of the incident.
pub fn clock_at(session: &Session, at: SimTime) -> String {
    let start = u64::from(session.scenario().meta.clock_start_min) * 60;
    let secs = start + at.as_micros() / 1_000_000;
    format!(
        "{:02}:{:02}:{:02}",
        secs / 3600 % 24,
        secs / 60 % 60,
        secs % 60
    )
}

/// The desk as it is now.
pub fn desk(session: &Session) -> Desk {
    let log = session.journal().iter().rev();
    let severity = log
        .filter(|it| it.fate.was_taken())
        .find_map(|it| match it.order {
            Order::Declare { severity } => Some(severity),
            _ => None,
        });
    Desk {
        clock: clock_at(session, session.now()),
        elapsed: session.now().to_string(),
        severity,
        headline: headline(session),
        figures: figures(session),
        pager: pager(session),
        team: team(session),
        channel: channel(session),
    }
}

/// What customers suffer. Nobody knows before something has been noticed.
fn headline(session: &Session) -> String {
    if session.milestones().detected.is_none() {
        return "All quiet".to_owned();
    }
    let samples = session.samples();
    let Some(last) = samples.last() else {
        return String::new();
    };
    let before = samples
        .iter()
        .rev()
        .nth(6)
        .or(samples.first())
        .unwrap_or(last);
    let present = last.impact.present_minutes - before.impact.present_minutes;
    let harmed = last.impact.customer_minutes - before.impact.customer_minutes;
    let share = if present > 0.0 { harmed / present } else { 0.0 };
    match share {
        s if s < 0.002 => "Customers are served".to_owned(),
        s if s < 0.05 => format!("1 customer in {:.0} is affected", 1.0 / s),
        s if s < 0.6 => format!("1 customer in {:.1} is affected", 1.0 / s),
        s if s < 0.95 => "Most customers are affected".to_owned(),
        _ => "Nobody is served".to_owned(),
    }
}

fn figures(session: &Session) -> Figures {
    let impact = session
        .samples()
        .last()
        .map(|it| it.impact)
        .unwrap_or_default();
    let slos = session.observer().slos();
    let tightest = slos.min_by(|a, b| a.budget_left.total_cmp(&b.budget_left));
    Figures {
        customer_minutes: impact.customer_minutes,
        money_lost: impact.money_lost,
        currency: session.scenario().meta.currency.clone(),
        budget_left: tightest.map(|it| it.budget_left),
        burn: tightest.and_then(|it| it.burn.first().copied()),
        next_update: next_update(session),
    }
}

/// The audience that has to be told first, and in how many seconds: by the last promise, or by the
/// rule.
fn next_update(session: &Session) -> Option<(Audience, f64)> {
    let detected = session.milestones().detected?;
    let due = |audience: Audience, first: SimDuration, every: SimDuration| {
        let posts = session.posts().iter().rev();
        let last = posts
            .filter(|it| it.post.to == audience)
            .map(|it| (it.at, &it.post))
            .next();
        match last {
            None => Some(detected + first),
            Some((_, post)) if post.resolved => None,
            Some((at, post)) => Some(at + post.next.unwrap_or(every).min(every)),
        }
    };
    let rules = session.scenario().informed.iter();
    let all = rules.filter_map(|rule| {
        let at = due(rule.audience, rule.first, rule.every)?;
        Some((
            rule.audience,
            at.as_secs_f64() - session.now().as_secs_f64(),
        ))
    });
    all.min_by(|a, b| a.1.total_cmp(&b.1))
}

fn pager(session: &Session) -> Vec<PagerItem> {
    let acknowledged = session.milestones().acknowledged;
    let mut items: Vec<(SimTime, PagerItem)> = Vec::new();
    for (at, note) in session.log() {
        let Note::Alarm {
            name,
            severity,
            fired,
        } = note
        else {
            continue;
        };
        items.retain(|(_, item)| item.name != *name);
        let item = PagerItem {
            name: name.clone(),
            clock: clock_at(session, *at),
            severity: *severity,
            firing: *fired,
            acknowledged: acknowledged.is_some_and(|taken| taken >= *at),
        };
        items.push((*at, item));
    }
    // What fires comes first, then the newest.
    items.sort_by(|a, b| b.1.firing.cmp(&a.1.firing).then(b.0.cmp(&a.0)));
    items.into_iter().map(|(_, item)| item).collect()
}

fn team(session: &Session) -> Vec<Member> {
    let now = session.now();
    let members = session.team().iter().map(|(id, person, member)| {
        let entry = member.busy_with.and_then(|number| entry(session, number));
        let roles: Vec<&str> = session
            .team()
            .roles_of(id)
            .map(|role| role.name())
            .collect();
        let (doing, progress) = match (member.presence, entry) {
            (Presence::Away, _) => ("not here".to_owned(), None),
            (Presence::Coming(at), _) => {
                let whole = person.arrives.unwrap_or_default().as_secs_f64().max(1.0);
                let left = at.since(now).as_secs_f64();
                (
                    format!("joins in about {}", minutes(left)),
                    Some(1.0 - left / whole),
                )
            }
            (Presence::Here, Some(entry)) => {
                let left = member.free_at.since(now).as_secs_f64();
                let whole = member.free_at.since(entry.at).as_secs_f64().max(1.0);
                let what = words::order(session.scenario(), &entry.order);
                (
                    format!("{what} · {} left", minutes(left)),
                    Some(1.0 - left / whole),
                )
            }
            (Presence::Here, None) if id == PLAYER => ("commanding".to_owned(), None),
            (Presence::Here, None) => ("free".to_owned(), None),
        };
        Member {
            id,
            name: person.name.clone(),
            title: if roles.is_empty() {
                person.title.clone()
            } else {
                roles.join(", ")
            },
            doing,
            progress,
            order: member.busy_with,
            here: member.presence == Presence::Here,
        }
    });
    members.collect()
}

fn entry(session: &Session, number: u32) -> Option<&Entry> {
    session.journal().get((number as usize).wrapping_sub(1))
}

/// `0:42`.
fn minutes(secs: f64) -> String {
    let secs = secs.max(0.0).round() as u64;
    format!("{}:{:02}", secs / 60, secs % 60)
}

fn channel(session: &Session) -> Vec<Speech> {
    let speech = |at: SimTime, who: &str, text: String, finding: Option<usize>| Speech {
        clock: clock_at(session, at),
        who: who.to_owned(),
        own: who == session.name_of(PLAYER),
        text,
        finding,
    };
    let name = |id: PersonId| session.name_of(id);
    let log = session.log().iter();
    let said = log.filter_map(|(at, note)| match note {
        Note::Said { who, text } => Some(speech(*at, name(*who), text.clone(), None)),
        Note::Arrived(who) => Some(speech(*at, name(*who), "I am here.".to_owned(), None)),
        Note::Found(index) => {
            let found = session.evidence().get(*index)?;
            Some(speech(
                *at,
                name(found.who),
                found.title.clone(),
                Some(*index),
            ))
        }
        Note::Landed(number) => {
            let entry = entry(session, *number)?;
            let Fate::Landed { who: Some(who), .. } = entry.fate else {
                return None;
            };
            let act = matches!(entry.order, Order::Act(_) | Order::Undo { .. });
            let what = words::order(session.scenario(), &entry.order);
            act.then(|| speech(*at, name(who), format!("Done: {what}."), None))
        }
        Note::Failed(number) => {
            let Fate::Failed { why, .. } = &entry(session, *number)?.fate else {
                return None;
            };
            Some(speech(
                *at,
                name(PersonId::from_index(0)),
                format!("That came to nothing: {why}."),
                None,
            ))
        }
        Note::Published(index) => {
            let published = session.posts().get(*index)?;
            let to = published.post.to.name();
            Some(speech(
                *at,
                name(published.who),
                format!("To {to}: {}", published.post.text),
                None,
            ))
        }
        _ => None,
    });
    said.collect()
}

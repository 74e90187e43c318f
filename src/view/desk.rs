//! The desk around the map: what pages, who does what, who said what, and the figures on top.

use serde::Serialize;

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::order::{Audience, Order, Role};
use crate::session::{Entry, Fate, Note, PLAYER, Presence, Session, numbered, words};

/// The desk now.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Whether there is a channel where everybody reads along.
    pub has_channel: bool,
}

/// The four figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
    /// Customer-minutes lost by even distances from the start to now, for a small curve.
    pub spark: Vec<f64>,
}

/// An alarm on the pager.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// What it watches; alerts on objectives watch no single part.
    pub component: Option<ComponentId>,
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// What they are about, for colours and offers.
    pub state: MemberState,
}

/// What somebody is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum MemberState {
    /// The player.
    You,
    /// Works on an order.
    Working,
    /// Writes to those outside.
    Writing,
    /// Here, with nothing to do.
    Free,
    /// On the way.
    Coming,
    /// Not called.
    Away,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// The order that it gives, by its number.
    pub order: Option<u32>,
    /// Of what sort it is.
    pub kind: SpeechKind,
}

/// Sorts of speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SpeechKind {
    /// Something that a colleague says.
    Said,
    /// An order that was given.
    Order,
    /// Something was found.
    Found,
    /// An order was done.
    Done,
    /// An order came to nothing.
    Failed,
    /// A message to those outside.
    Message,
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
        has_channel: session.has_channel(),
    }
}

/// What customers suffer. Nobody knows before something has been noticed.
fn headline(session: &Session) -> String {
    let is_hidden = session.milestones().detected.is_none();
    let samples = session.samples();
    let Some(last) = samples.last() else {
        return "All quiet".to_owned();
    };
    let before = samples
        .iter()
        .rev()
        .nth(6)
        .or(samples.first())
        .unwrap_or(last);
    let (last, before) = (last.impact.seen(), before.impact.seen());
    let present = last.present_minutes - before.present_minutes;
    let harmed = last.customer_minutes - before.customer_minutes;
    let share = if present > 0.0 { harmed / present } else { 0.0 };
    match share {
        s if is_hidden && s < 0.02 => "All quiet".to_owned(),
        // The map shows it to whoever looks; the pager does not yet.
        _ if is_hidden => "Nothing has paged yet".to_owned(),
        s if s < 0.002 && last.customer_minutes < 1.0 => "No customer is hit yet".to_owned(),
        s if s < 0.002 => "Customers are served".to_owned(),
        s if s < 0.2 => format!("Fails for 1 in {:.0} customers", 1.0 / s),
        s if s < 0.95 => format!("Fails for {:.0} % of customers", 100.0 * s),
        _ => "Nobody is served".to_owned(),
    }
}

fn figures(session: &Session) -> Figures {
    let impact = session
        .samples()
        .last()
        .map(|it| it.impact.seen())
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
        spark: spark(session),
    }
}

/// At most so many points as a small curve can show.
fn spark(session: &Session) -> Vec<f64> {
    const POINTS: usize = 48;
    let samples = session.samples();
    let step = samples.len().div_ceil(POINTS).max(1);
    // Counted from the newest, so that the end of the curve is always now.
    let mut curve: Vec<f64> = samples
        .iter()
        .rev()
        .step_by(step)
        .map(|it| it.impact.seen().customer_minutes)
        .collect();
    curve.reverse();
    curve
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
            ..
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
            component: watched_by(session, name),
        };
        items.push((*at, item));
    }
    // What fires comes first, then the newest.
    items.sort_by(|a, b| b.1.firing.cmp(&a.1.firing).then(b.0.cmp(&a.0)));
    items.into_iter().map(|(_, item)| item).collect()
}

/// The part that the alarm of this name watches.
fn watched_by(session: &Session, alarm: &str) -> Option<ComponentId> {
    let mut alarms = session.observer().alarms();
    alarms.find_map(|(it, _)| (it.name == alarm).then_some(it.component))
}

fn member_state(id: PersonId, presence: Presence, entry: Option<&Entry>) -> MemberState {
    match (presence, entry) {
        (Presence::Away, _) => MemberState::Away,
        (Presence::Coming(_), _) => MemberState::Coming,
        (Presence::Here, Some(entry)) if matches!(entry.order, Order::Post(_)) => {
            MemberState::Writing
        }
        (Presence::Here, _) if id == PLAYER => MemberState::You,
        (Presence::Here, Some(_)) => MemberState::Working,
        (Presence::Here, None) => MemberState::Free,
    }
}

fn team(session: &Session) -> Vec<Member> {
    let now = session.now();
    let members = session.team().iter().map(|(id, person, member)| {
        let entry = member
            .busy_with
            .and_then(|number| numbered(session.journal(), number));
        let roles: Vec<&str> = session.team().roles_of(id).map(Role::name).collect();
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
                let what = words::given(session.scenario(), session.journal(), &entry.order);
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
            name: capital(&person.name),
            title: if roles.is_empty() {
                person.title.clone()
            } else {
                roles.join(", ")
            },
            doing,
            progress,
            order: member.busy_with,
            here: member.presence == Presence::Here,
            state: member_state(id, member.presence, entry),
        }
    });
    members.collect()
}

/// `0:42`.
fn minutes(secs: f64) -> String {
    let secs = secs.max(0.0).round() as u64;
    format!("{}:{:02}", secs / 60, secs % 60)
}

fn channel(session: &Session) -> Vec<Speech> {
    let log = session.log().iter();
    log.filter_map(|(at, note)| speech(session, *at, note))
        .collect()
}

/// What is said about a note, if anything is.
fn speech(session: &Session, at: SimTime, note: &Note) -> Option<Speech> {
    let words_of = |number: u32| {
        let entry = numbered(session.journal(), number)?;
        Some((
            entry,
            words::given(session.scenario(), session.journal(), &entry.order),
        ))
    };
    let (who, text, kind) = match note {
        Note::Said { who, text } => (*who, text.clone(), SpeechKind::Said),
        Note::Arrived(who) => (*who, "I am here.".to_owned(), SpeechKind::Said),
        Note::Ordered(number) => {
            let (entry, what) = words_of(*number)?;
            (PLAYER, spoken(session, entry, &what)?, SpeechKind::Order)
        }
        Note::Found(index) => {
            let found = session.evidence().get(*index)?;
            (found.who, found.title.clone(), SpeechKind::Found)
        }
        Note::Landed(number) => {
            let (entry, what) = words_of(*number)?;
            let Fate::Landed { who: Some(who), .. } = entry.fate else {
                return None;
            };
            let act = matches!(entry.order, Order::Act(_) | Order::Undo { .. });
            act.then_some((who, format!("Done: {what}."), SpeechKind::Done))?
        }
        Note::Failed(number) => {
            let Fate::Failed { why, .. } = &numbered(session.journal(), *number)?.fate else {
                return None;
            };
            let text = format!("That came to nothing: {why}.");
            (PLAYER, text, SpeechKind::Failed)
        }
        Note::Published(index) => {
            let published = session.posts().get(*index)?;
            let to = published.post.to.name();
            let text = format!("To {to}: {}", published.post.text);
            (published.who, text, SpeechKind::Message)
        }
        _ => return None,
    };
    Some(Speech {
        clock: clock_at(session, at),
        who: capital(session.name_of(who)),
        own: who == PLAYER,
        text,
        finding: match note {
            Note::Found(index) => Some(*index),
            _ => None,
        },
        order: match note {
            Note::Ordered(number) => Some(*number),
            _ => None,
        },
        kind,
    })
}

/// An order as it is said aloud; suspicions and messages stand elsewhere.
fn spoken(session: &Session, entry: &Entry, what: &str) -> Option<String> {
    let to = match (&entry.order, &entry.fate) {
        (Order::Suspect { .. } | Order::Post(_), _) => return None,
        (_, Fate::Running { who, .. } | Fate::Landed { who: Some(who), .. }) => Some(*who),
        _ => entry.by,
    };
    Some(match to.filter(|who| *who != PLAYER) {
        Some(who) => format!("{}, {what}", session.name_of(who)),
        None => capital(what),
    })
}

/// With a capital letter at the beginning: the player is called "you".
fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get(..1) {
        let first = first.to_uppercase();
        text.replace_range(..1, &first);
    }
    text
}

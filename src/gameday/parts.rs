//! What browsers see of a room: views as JSON, in parts with a revision each.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::base::id::{ComponentId, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::gameday::role;
use crate::gameday::room::{Room, Seat};
use crate::gameday::team::Team;
use crate::scenario::describe;
use crate::scenario::model::{Person, Skill};
use crate::scenario::order::{Audience, Mechanism};
use crate::score::Standing;
use crate::session::{Evidence, Session, words};
use crate::view::{self, Place};

/// Points of a small curve.
const MOST_POINTS: usize = 60;
/// Plots beside each other.
const MOST_PLOTS: usize = 4;

/// A part of what is seen.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name in messages.
    pub name: &'static str,
    /// Grows whenever it changes.
    pub revision: u64,
    /// Its content, as JSON.
    pub json: Arc<str>,
}

/// Everything that one audience sees.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Its parts.
    pub parts: Vec<Part>,
    newest: u64,
}

impl Frame {
    /// Sets a part; nothing happens where it is the same.
    pub fn put(&mut self, name: &'static str, content: &impl Serialize) {
        // Everything here is plain data with text keys, which always can be written.
        if let Ok(json) = serde_json::to_string(content) {
            self.put_json(name, json.into());
        }
    }

    /// Takes a part over from another frame.
    pub fn copy(&mut self, from: &Self, name: &'static str) {
        if let Some(part) = from.parts.iter().find(|part| part.name == name) {
            self.put_json(name, Arc::clone(&part.json));
        }
    }

    fn put_json(&mut self, name: &'static str, json: Arc<str>) {
        let known = self.parts.iter_mut().find(|part| part.name == name);
        if known.as_ref().is_some_and(|part| part.json == json) {
            return;
        }
        self.newest += 1;
        let part = Part {
            name,
            revision: self.newest,
            json,
        };
        match known {
            Some(known) => *known = part,
            None => self.parts.push(part),
        }
    }

    /// A message with the parts that are newer than a revision, and the newest revision; `None` where
    /// there are none.
    pub fn since(&self, seen: u64) -> Option<(String, u64)> {
        let mut message = String::from("{\"parts\":{");
        let mut is_first = true;
        for part in self.parts.iter().filter(|part| part.revision > seen) {
            if !std::mem::take(&mut is_first) {
                message.push(',');
            }
            message.push('"');
            message.push_str(part.name);
            message.push_str("\":");
            message.push_str(&part.json);
        }
        message.push_str("}}");
        (!is_first).then_some((message, self.newest))
    }
}

/// What tells whether the slow parts of a team have to be made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    log: usize,
    lines: usize,
    samples: usize,
    notes: usize,
    follow_ups: usize,
    is_blind: bool,
    is_over: bool,
    is_room_over: bool,
}

impl Pulse {
    /// The pulse of a team.
    pub fn of(room: &Room, team: &Team) -> Self {
        Self {
            notes: room.notes.len(),
            follow_ups: team.follow_ups.len(),
            is_room_over: room.is_over(),
            log: team.session.log().len(),
            lines: team.lines.len() + team.notes.len(),
            samples: team.session.samples().len(),
            is_blind: team.blind_until > team.session.now(),
            is_over: team.session.ending().is_some(),
        }
    }
}

/// The parts of a team that change with every second.
pub fn quick(room: &Room, team: &Team, played_ms: u64, frame: &mut Frame) {
    let session = &team.session;
    let desk = view::desk(session);
    let mut now = now(room, team, &desk);
    now["made_ms"] = json!(played_ms);
    frame.put("now", &now);
    frame.put("team", &desk.team);
    frame.put("orders", &view::orders(session));
    frame.put("map", &map(team));
}

fn now(room: &Room, team: &Team, desk: &view::Desk) -> Value {
    let figures = &desk.figures;
    let rounded = |value: f64| (value * 1_000.0).round() / 1_000.0;
    json!({
        "clock": desk.clock,
        "elapsed": desk.elapsed,
        "severity": desk.severity,
        "headline": desk.headline,
        "lost": figures.customer_minutes.round(),
        "money": figures.money_lost.round(),
        "currency": figures.currency,
        "budget_left": figures.budget_left.map(rounded),
        "burn": figures.burn.map(rounded),
        "next_update": figures.next_update.map(|(who, secs)| (who.name(), secs.round())),
        "has_channel": desk.has_channel,
        "speed": room.pace.speed(),
        "paused": room.pace.is_paused(),
        "begun": room.has_begun,
        "over": team.session.ending().is_some(),
        "room_over": room.is_over(),
        "lands": room.lands_at.map(|at| at.to_string()),
    })
}

fn map(team: &Team) -> Value {
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    let nodes = team.tap.nodes.iter().map(|node| {
        json!({
            "health": node.health,
            "full": rounded(node.saturation),
            "queue": rounded(node.queue_fill),
            "figure": node.figure,
        })
    });
    let edges = team.tap.edges.iter().map(|edge| {
        let flow = edge.flow;
        let all = flow.good_per_s + flow.failed_per_s;
        json!([
            all.round(),
            if all > 0.0 {
                rounded(flow.failed_per_s / all)
            } else {
                0.0
            },
            edge.breaker_open || edge.out
        ])
    });
    json!({
        "customers": { "health": team.tap.customers.health, "figure": team.tap.customers.figure },
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
    })
}

/// The parts of a team that change when something happened.
pub fn slow(room: &Room, index: usize, team: &Team, frame: &mut Frame) {
    let session = &team.session;
    let desk = view::desk(session);
    frame.put("pager", &desk.pager);
    frame.put("channel", &channel(team, desk));
    frame.put("timeline", &timeline(room, index, team));
    if room.is_over() {
        frame.put("follow_ups", &team.follow_ups);
    }
    let world = &session.scenario().world;
    let suspicions = session.hypotheses().iter();
    let suspicions = suspicions.map(|it| {
        json!({
            "clock": view::clock_at(session, it.at),
            "words": words::suspect(world, it.suspect),
            "confidence": it.confidence,
        })
    });
    frame.put("hypotheses", &suspicions.collect::<Vec<_>>());
    frame.put("posts", &posts(session));
    let found = session.evidence().iter();
    frame.put(
        "evidence",
        &found.map(|it| evidence(session, it)).collect::<Vec<_>>(),
    );
    let plots = view::important(session, None, MOST_PLOTS).into_iter();
    let plots = plots.filter_map(|(part, signal)| view::plot(session, part, signal));
    frame.put("signals", &seen(team, &plots.collect::<Vec<_>>()));
}

/// Plots, or that they cannot be reached.
fn seen(team: &Team, plots: &[view::Plot]) -> Value {
    if team.blind_until > team.session.now() {
        json!({ "blind": true, "plots": [] })
    } else {
        json!({ "blind": false, "plots": plots })
    }
}

/// Everything that was said, by the incident's people and by ours, in order.
pub(super) fn channel(team: &Team, desk: view::Desk) -> Vec<Value> {
    let mut all = Vec::new();
    let mut ours = team.lines.iter().peekable();
    let line = |it: &crate::gameday::team::Spoken| json!({ "clock": it.clock, "who": it.who, "text": it.text, "kind": it.kind });
    for (index, speech) in desk.channel.into_iter().enumerate() {
        while let Some(said) = ours.next_if(|it| it.after <= index) {
            all.push(line(said));
        }
        // Several people give orders here: whose it was is said, and not "you".
        let given = speech.order.and_then(|it| (it as usize).checked_sub(1));
        let given = given.and_then(|it| team.session.journal().get(it));
        let who = given.map_or(speech.who, |entry| entry.actor.clone());
        all.push(json!({
            "clock": speech.clock, "who": who, "text": speech.text,
            "kind": speech.kind, "finding": speech.finding,
        }));
    }
    all.extend(ours.map(line));
    all
}

/// Everything that happened. The facilitator's notes are among it once all is over, or where they were
/// meant to be read at once.
fn timeline(room: &Room, index: usize, team: &Team) -> Value {
    let stripe = view::timeline(&team.session);
    let minute = |at: SimTime| (at.as_secs_f64() / 6.0).round() / 10.0;
    let mark = |mark: &view::Mark| {
        json!({
            "min": minute(mark.at),
            "clock": view::clock_at(&team.session, mark.at),
            "sign": mark.shape.sign(),
            "label": mark.label,
        })
    };
    let notes = room.notes.iter();
    let notes = notes.filter(|it| it.is_about(index) && (it.shown || room.is_over()));
    let notes = notes.map(|it| view::Mark {
        at: it.at,
        shape: view::Shape::Message,
        label: format!("Facilitator: {}", it.text),
    });
    let notes: Vec<view::Mark> = notes.collect();
    let all = stripe.marks.iter().chain(&team.notes).chain(&notes);
    let mut marks: Vec<&view::Mark> = all.collect();
    marks.sort_by_key(|it| it.at);
    let harm = stripe
        .harm
        .iter()
        .map(|(at, lost)| (minute(*at), lost.round()));
    json!({
        "marks": marks.into_iter().map(mark).collect::<Vec<_>>(),
        "harm": harm.collect::<Vec<_>>(),
        "crowd": stripe.crowd.round(),
    })
}

fn posts(session: &Session) -> Value {
    let sent = session.posts().iter().map(|it| {
        json!({
            "clock": view::clock_at(session, it.at),
            "to": it.post.to.name(),
            "text": it.post.text,
        })
    });
    let listeners = view::listeners(session);
    let listeners = listeners.iter().map(|it| {
        json!({
            "to": it.audience, "name": it.audience.name(), "expects": it.expects,
            "language": it.language, "due_s": it.due_s.map(f64::round),
        })
    });
    json!({ "sent": sent.collect::<Vec<_>>(), "listeners": listeners.collect::<Vec<_>>() })
}

fn evidence(session: &Session, it: &Evidence) -> Value {
    json!({
        "clock": view::clock_at(session, it.at),
        "who": session.name_of(it.who),
        "title": it.title,
        "lines": it.lines,
        "pieces": it.pieces.iter().collect::<Vec<_>>(),
    })
}

/// The people of a team.
pub fn people(room: &Room, team: usize, online: &[u32]) -> Value {
    let seats = room
        .seats
        .iter()
        .enumerate()
        .filter(|(_, seat)| seat.team == team);
    let seats = seats.map(|(id, seat)| {
        json!({
            "seat": id, "name": seat.name, "roles": seat.roles,
            "panels": role::panels(&seat.roles),
            "here": online.get(id).is_some_and(|count| *count > 0),
        })
    });
    Value::Array(seats.collect())
}

/// How all teams do, with where they stand.
pub fn board(room: &Room, standings: &[Option<Standing>]) -> Value {
    let rows = room.teams.iter().enumerate().map(|(index, team)| {
        let session = &team.session;
        let milestones = session.milestones();
        json!({
            "name": team.name,
            "headline": view::desk(session).headline,
            "lost": session.samples().last().map_or(0.0, |it| it.impact.seen().customer_minutes.round()),
            "acknowledged": milestones.acknowledged.map(|at| at.to_string()),
            "declared": milestones.declared.map(|at| at.to_string()),
            "posts": session.posts().len(),
            "over": session.ending().is_some(),
            "standing": standings.get(index).copied().flatten(),
        })
    });
    Value::Array(rows.collect())
}

/// Every team in a few figures and a small curve, for the wall. Whether an incident is really over is not
/// among them: teams have to find that out before they close it. Without the leaderboard it has no
/// figures: they would be one.
pub fn wall(room: &Room) -> Value {
    let teams = room.teams.iter().enumerate().map(|(index, team)| {
        let session = &team.session;
        let desk = view::desk(session);
        let seats = room.seats.iter().filter(|seat| seat.team == index);
        let is_acknowledged = session.milestones().acknowledged.is_some();
        let mut card = json!({
            "name": team.name,
            "seats": seats.map(|seat| &seat.name).collect::<Vec<_>>(),
            "severity": desk.severity,
            "acknowledged": is_acknowledged,
            "alarms": desk.pager.iter().filter(|it| it.firing).count(),
            "paged": !desk.pager.is_empty(),
            "over": session.ending().is_some(),
        });
        if room.board_shown {
            let harm: Vec<(SimTime, f64)> = view::timeline(session).harm;
            let every = harm.len().div_ceil(MOST_POINTS).max(1);
            let points = harm.iter().step_by(every);
            let points = points.map(|(at, lost)| (at.as_secs_f64() / 60.0, lost.round()));
            card["headline"] = json!(desk.headline);
            card["lost"] = json!(desk.figures.customer_minutes.round());
            card["harm"] = json!(points.collect::<Vec<_>>());
        }
        card
    });
    json!({ "minutes": (room.now.as_secs_f64() / 60.0).round(), "teams": teams.collect::<Vec<_>>() })
}

/// What a seat is told when it comes in: everything that never changes.
pub fn hello(room: &Room, seat_id: usize, seat: &Seat) -> Value {
    let mut hello = stage(room);
    hello["seat"] = json!(seat_id);
    hello["name"] = json!(seat.name);
    hello["team"] = json!(room.teams.get(seat.team).map(|it| &it.name));
    hello
}

/// The system and its words, for whoever watches or plays.
pub fn stage(room: &Room) -> Value {
    let scenario = &room.scenario;
    let world = &scenario.world;
    let layout = view::layout(world);
    let place = |it: &Place| json!([it.x, it.y]);
    let parts = world.components.enumerate().map(|(id, part)| {
        json!({
            "id": id, "name": part.name, "kind": describe::kind(&part.kind),
            "place": layout.components.get(id).map(place),
        })
    });
    let links = layout.links.iter().map(|link| {
        json!({
            "from": link.from, "to": link.to, "edges": link.edges,
            "bends": link.bends.iter().map(place).collect::<Vec<_>>(),
        })
    });
    let journeys = world.journeys.enumerate().filter(|(_, it)| !it.ours);
    let journeys = journeys.map(|(id, it)| json!([id, view::journey_name(&it.name)]));
    json!({
        "title": scenario.meta.title,
        "briefing": scenario.meta.briefing,
        "rows": layout.rows,
        "customers": place(&layout.customers),
        "parts": parts.collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
        "journeys": journeys.collect::<Vec<_>>(),
        "mechanisms": Mechanism::ALL.iter().map(|it| (it.name(), it.words())).collect::<Vec<_>>(),
        "audiences": Audience::ALL.iter().map(|it| (json!(it), it.name())).collect::<Vec<_>>(),
        "people": scenario.team.enumerate().map(|(id, it)| (json!(id), &it.name)).collect::<Vec<_>>(),
    })
}

/// What a seat can order about a part now.
pub fn offers(room: &Room, seat: &Seat, part: Option<ComponentId>) -> Value {
    let Some(team) = room.teams.get(seat.team) else {
        return Value::Null;
    };
    let session = &team.session;
    let known = part.filter(|part| session.scenario().world.components.get(*part).is_some());
    let offers = view::offers(session, known);
    let mine = offers
        .iter()
        .filter(|offer| role::may(&seat.roles, offer.target()));
    let rows = mine.map(|offer| {
        let field = offer.field.as_ref().map(|field| {
            let (kind, low, high) = limits(field.input);
            json!({ "label": field.label, "value": field.value, "kind": kind, "low": low, "high": high })
        });
        json!({
            "key": offer.key,
            "group": format!("{:?}", offer.group),
            "label": offer.label,
            "detail": offer.detail,
            "takes_s": offer.takes.map(SimDuration::as_secs_f64),
            "able": able(session, offer.skills),
            "about": offer.explain(session),
            "refusal": offer.refusal.as_ref().map(ToString::to_string),
            "field": field,
        })
    });
    json!({ "part": known, "rows": rows.collect::<Vec<_>>() })
}

/// Who can do something that needs one of these skills.
fn able(session: &Session, skills: &[Skill]) -> Vec<PersonId> {
    let knows = |person: &Person| {
        skills.is_empty() || skills.iter().any(|skill| person.skills.contains(skill))
    };
    let people = session.team().iter().filter(|(_, person, _)| knows(person));
    people.map(|(id, ..)| id).collect()
}

fn limits(input: view::Input) -> (&'static str, f64, f64) {
    match input {
        view::Input::Count { low, high } => ("count", low, high),
        view::Input::Share => ("share", 0.0, 1.0),
        view::Input::Rate { high } => ("rate", 0.0, high),
        view::Input::Seconds { high } => ("seconds", 0.0, high),
        view::Input::Severity => ("severity", 1.0, 5.0),
        view::Input::Person => ("person", 0.0, 200.0),
    }
}

/// Every plot of a part.
pub fn plots(room: &Room, seat: &Seat, part: ComponentId) -> Value {
    let Some(team) = room.teams.get(seat.team) else {
        return Value::Null;
    };
    let is_known = team.session.scenario().world.components.get(part).is_some();
    let all = if is_known {
        view::all_of(&team.session, part)
    } else {
        Vec::new()
    };
    let mut seen = seen(team, &all);
    seen["part"] = json!(part);
    seen
}

//! What the console answers, as data: what can be seen, who does what, what was ordered and found.
//!
//! Reads the session the way a player may: published metrics, alarms, the team, the journal. Never
//! true signals, scripted causes or the variant.

use serde::Serialize;

use crate::base::id::ComponentId;
use crate::base::time::{SimDuration, SimTime};
use crate::cli::console::clock;
use crate::cli::console::news::News;
use crate::observe::{ALL_SIGNALS, AlarmState, Metric, RULES, Statistic, Unit, metric};
use crate::scenario::describe;
use crate::scenario::model::{Kind, Signal};
use crate::scenario::order::Role;
use crate::session::{Fate, Presence, Session, numbered, words};

/// Points of a metric's course.
const COURSE: usize = 15;

/// An answer to a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Reply {
    /// Help, the briefing, a word about a file.
    Text {
        title: String,
        lines: Vec<String>,
    },
    /// The line could not be read.
    Error {
        message: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    Orders {
        orders: Vec<Answer>,
        news: Vec<News>,
    },
    Time {
        news: Vec<News>,
    },
    News {
        news: Vec<News>,
    },
    Status(Status),
    Alarms {
        alarms: Vec<AlarmRow>,
        objectives: Vec<ObjectiveRow>,
    },
    Metrics {
        metrics: Vec<MetricRow>,
    },
    Map {
        components: Vec<PartRow>,
        journeys: Vec<JourneyRow>,
    },
    Team {
        team: Vec<MemberRow>,
    },
    Journal {
        orders: Vec<OrderRow>,
    },
    Findings {
        findings: Vec<FindingRow>,
    },
    Hypotheses {
        hypotheses: Vec<HypothesisRow>,
    },
    Saved {
        file: String,
    },
    Report {
        title: String,
    },
}

/// What became of an order that was just given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Answer {
    pub(super) order: u32,
    pub(super) what: String,
    pub(super) taken: bool,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// Who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) who: Option<String>,
    /// When it will be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
    /// How a message will read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wording: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Status {
    pub(super) minutes: f64,
    pub(super) failed_requests: u64,
    pub(super) money_lost: f64,
    pub(super) currency: String,
    pub(super) firing: Vec<AlarmRow>,
    pub(super) team: Vec<MemberRow>,
    pub(super) channel: bool,
    pub(super) acknowledged: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct AlarmRow {
    pub(super) name: String,
    pub(super) severity: u8,
    pub(super) state: &'static str,
    pub(super) since: Option<String>,
    pub(super) value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct ObjectiveRow {
    pub(super) name: String,
    pub(super) burn_1h: f64,
    pub(super) burn_6h: f64,
    pub(super) budget_left: f64,
    pub(super) firing: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct MetricRow {
    pub(super) component: String,
    pub(super) metric: &'static str,
    pub(super) statistic: &'static str,
    pub(super) unit: &'static str,
    /// Oldest first; `None` is missing.
    pub(super) course: Vec<Option<f64>>,
    pub(super) value: Option<f64>,
    /// Seconds since the end of the period the value is about.
    pub(super) age_s: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct PartRow {
    pub(super) name: String,
    pub(super) is: &'static str,
    /// Published, in words, each with its name.
    pub(super) health: Vec<String>,
    pub(super) calls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pulls: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct JourneyRow {
    pub(super) name: String,
    pub(super) enters: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct MemberRow {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) skills: Vec<&'static str>,
    pub(super) roles: Vec<&'static str>,
    pub(super) state: &'static str,
    /// What they do, or when they come.
    pub(super) doing: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct OrderRow {
    pub(super) order: u32,
    pub(super) clock: String,
    pub(super) what: String,
    pub(super) fate: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct FindingRow {
    pub(super) finding: usize,
    pub(super) clock: String,
    pub(super) who: String,
    pub(super) title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) lines: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct HypothesisRow {
    pub(super) clock: String,
    pub(super) suspect: String,
    pub(super) confidence: f64,
}

pub(super) fn status(session: &Session) -> Status {
    let impact = crate::session::impact_of(session.sim()).seen();
    let firing = alarms(session)
        .into_iter()
        .filter(|row| row.state == "alarm");
    Status {
        minutes: impact.customer_minutes,
        failed_requests: impact.failed_requests,
        money_lost: impact.money_lost,
        currency: session.scenario().meta.currency.clone(),
        firing: firing.collect(),
        team: team(session),
        channel: session.has_channel(),
        acknowledged: session.milestones().acknowledged.is_some(),
    }
}

pub(super) fn alarms(session: &Session) -> Vec<AlarmRow> {
    let scenario = session.scenario();
    let rows = session.observer().alarms().map(|(alarm, status)| {
        let kind = &scenario.world.components[alarm.component].kind;
        let period_s = alarm.period.as_secs_f64().max(1.0);
        let value = metric(kind, alarm.signal)
            .zip(status.value)
            .map(|(shown, value)| in_words(&shown, value, period_s));
        let since = (status.state != AlarmState::InsufficientData && status.since > SimTime::ZERO)
            .then(|| clock(scenario, status.since));
        AlarmRow {
            name: alarm.name.clone(),
            severity: alarm.severity,
            state: match status.state {
                AlarmState::Alarm => "alarm",
                AlarmState::Ok => "ok",
                AlarmState::InsufficientData => "no data",
            },
            since,
            value,
        }
    });
    rows.collect()
}

pub(super) fn objectives(session: &Session) -> Vec<ObjectiveRow> {
    let slos = session.scenario().signals.slos.iter();
    let rows = slos
        .zip(session.observer().slos())
        .map(|(slo, status)| ObjectiveRow {
            name: slo.name.clone(),
            burn_1h: status.burn[0],
            burn_6h: status.burn[1],
            budget_left: status.budget_left,
            firing: status
                .firing
                .iter()
                .zip(RULES)
                .any(|(since, _)| since.is_some()),
        });
    rows.collect()
}

/// The published metrics of a component, or of each component those that tell most.
pub(super) fn metrics(session: &Session, of: Option<ComponentId>) -> Vec<MetricRow> {
    const MAIN: [Signal; 6] = [
        Signal::Arrivals,
        Signal::ErrorShare,
        Signal::LatencyP95,
        Signal::HitShare,
        Signal::OldestAge,
        Signal::Utilisation,
    ];
    let ids = session.scenario().world.components.ids();
    let mut rows = Vec::new();
    for id in ids.filter(|id| of.is_none_or(|of| of == *id)) {
        let signals = if of.is_some() {
            &ALL_SIGNALS[..]
        } else {
            &MAIN[..]
        };
        rows.extend(
            signals
                .iter()
                .filter_map(|signal| row(session, id, *signal)),
        );
    }
    rows
}

fn row(session: &Session, id: ComponentId, signal: Signal) -> Option<MetricRow> {
    let component = session.scenario().world.components.get(id)?;
    let shown = metric(&component.kind, signal)?;
    let (observer, now) = (session.observer(), session.now());
    let period = observer.period();
    let in_unit = |value: f64| shown.shown(value, period.as_secs_f64());
    let mut points: Vec<_> = observer
        .series(id, signal, now)
        .rev()
        .take(COURSE)
        .collect();
    points.reverse();
    let last = points.iter().rev().find(|point| point.value.is_some());
    Some(MetricRow {
        component: component.name.clone(),
        metric: shown.name,
        statistic: statistic(shown.statistic),
        unit: unit(shown.unit),
        course: points
            .iter()
            .map(|point| point.value.map(in_unit))
            .collect(),
        value: last.and_then(|point| point.value).map(in_unit),
        age_s: last.map(|point| now.since(point.at + period).as_micros() / 1_000_000),
    })
}

fn statistic(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Average => "avg",
        Statistic::Maximum => "max",
        Statistic::Sum => "sum",
        other => other.label(),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "",
        Unit::CountPerSecond => "/s",
        Unit::Percent => "%",
        Unit::Seconds => "s",
        Unit::Milliseconds => "ms",
        Unit::Microseconds => "µs",
    }
}

/// A value with its unit, as the vendor shows it.
fn in_words(shown: &Metric, value: f64, period_s: f64) -> String {
    let value = crate::cli::chart::number(shown.shown(value, period_s));
    match unit(shown.unit) {
        "" => value,
        unit => format!("{value} {unit}"),
    }
}

pub(super) fn map(session: &Session) -> (Vec<PartRow>, Vec<JourneyRow>) {
    let world = &session.scenario().world;
    let name = |id: ComponentId| world.components[id].name.clone();
    let parts = world.components.enumerate().map(|(id, component)| {
        let calls = component
            .calls
            .iter()
            .map(|edge| name(world.edges[*edge].to));
        let pulls = match &component.kind {
            Kind::Service(service) => service.pulls.map(name),
            _ => None,
        };
        PartRow {
            name: component.name.clone(),
            is: describe::kind(&component.kind),
            health: health(session, id),
            calls: calls.collect(),
            pulls,
        }
    });
    let journeys = world.journeys.iter().map(|journey| JourneyRow {
        name: journey.name.clone(),
        enters: name(world.edges[journey.edge].to),
    });
    (parts.collect(), journeys.collect())
}

/// The newest published numbers that tell how a component is.
fn health(session: &Session, id: ComponentId) -> Vec<String> {
    const TOLD: [(Signal, &str); 6] = [
        (Signal::ErrorShare, "errors"),
        (Signal::LatencyP95, "p95"),
        (Signal::HitShare, "hits"),
        (Signal::OldestAge, "oldest"),
        (Signal::DeadLetters, "dead"),
        (Signal::Utilisation, "busy"),
    ];
    let component = &session.scenario().world.components[id];
    let period_s = session.observer().period().as_secs_f64();
    let told = TOLD.iter().filter_map(|(signal, word)| {
        let shown = metric(&component.kind, *signal)?;
        let value = session
            .observer()
            .latest(id, *signal, session.now())?
            .value?;
        Some(format!("{word} {}", in_words(&shown, value, period_s)))
    });
    told.take(3).collect()
}

pub(super) fn team(session: &Session) -> Vec<MemberRow> {
    let scenario = session.scenario();
    let rows = session.team().iter().map(|(id, person, member)| {
        let (state, doing) = match (member.presence, member.busy_with) {
            (Presence::Away, _) => {
                let takes = person.arrives.unwrap_or_default();
                ("away", format!("here {takes} after a page"))
            }
            (Presence::Coming(at), _) => ("coming", format!("here at {}", clock(scenario, at))),
            (Presence::Here, None) => ("free", String::new()),
            (Presence::Here, Some(order)) => {
                let entry = numbered(session.journal(), order);
                let what =
                    entry.map(|entry| words::given(scenario, session.journal(), &entry.order));
                let until = clock(scenario, member.free_at);
                (
                    "busy",
                    format!("order {order}, {}, until {until}", what.unwrap_or_default()),
                )
            }
        };
        MemberRow {
            name: person.name.clone(),
            title: person.title.clone(),
            skills: person.skills.iter().map(|skill| skill.name()).collect(),
            roles: session.team().roles_of(id).map(Role::name).collect(),
            state,
            doing,
        }
    });
    rows.collect()
}

pub(super) fn journal(session: &Session) -> Vec<OrderRow> {
    let scenario = session.scenario();
    let name = |id| session.name_of(id);
    let rows = (1..).zip(session.journal()).map(|(order, entry)| {
        let fate = match &entry.fate {
            Fate::Refused(why) => format!("refused: {why}"),
            Fate::Running { who, until } => {
                format!("{}, until {}", name(*who), clock(scenario, *until))
            }
            Fate::Landed { who: Some(who), at } => {
                format!("done by {} at {}", name(*who), clock(scenario, *at))
            }
            Fate::Landed { who: None, .. } => "done".to_owned(),
            Fate::Failed { at, why } => format!("failed at {}: {why}", clock(scenario, *at)),
            Fate::Cancelled { at } => format!("stopped at {}", clock(scenario, *at)),
            Fate::Undone { at, .. } => format!("taken back at {}", clock(scenario, *at)),
        };
        OrderRow {
            order,
            clock: clock(scenario, entry.at),
            what: words::given(scenario, session.journal(), &entry.order),
            fate,
        }
    });
    rows.collect()
}

/// All findings without their lines, or one with them.
pub(super) fn findings(session: &Session, only: Option<usize>) -> Vec<FindingRow> {
    let scenario = session.scenario();
    let rows = (1..).zip(session.evidence());
    let rows = rows.filter(|(number, _)| only.is_none_or(|only| only == *number));
    let rows = rows.map(|(finding, evidence)| FindingRow {
        finding,
        clock: clock(scenario, evidence.at),
        who: session.name_of(evidence.who).to_owned(),
        title: evidence.title.clone(),
        lines: if only.is_some() {
            evidence.lines.clone()
        } else {
            Vec::new()
        },
    });
    rows.collect()
}

pub(super) fn hypotheses(session: &Session) -> Vec<HypothesisRow> {
    let scenario = session.scenario();
    let rows = session.hypotheses().iter().map(|it| HypothesisRow {
        clock: clock(scenario, it.at),
        suspect: words::suspect(&scenario.world, it.suspect),
        confidence: it.confidence,
    });
    rows.collect()
}

/// A time in short, such as `2 min` or `40 s`.
pub(super) fn short_time(secs: u64) -> String {
    if secs < 120 {
        format!("{secs} s")
    } else {
        SimDuration::from_secs(secs - secs % 60).to_string()
    }
}

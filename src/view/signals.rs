//! Plots of published metrics: with their source, how late they are, thresholds and marks.

use serde::Serialize;

use crate::base::id::ComponentId;
use crate::base::time::SimTime;
use crate::observe::{ALL_SIGNALS, AlarmState, metric};
use crate::scenario::model::{Kind, Signal};
use crate::session::Session;

/// The shape of a mark; shapes and not colours alone tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Shape {
    /// ◆ something was released or reconfigured.
    Change,
    /// ▲ an alarm went off.
    Alarm,
    /// ● somebody did something.
    Action,
    /// ■ the incident changed its state.
    Severity,
    /// ✉ somebody outside was told.
    Message,
}

impl Shape {
    /// Its sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Change => "◆",
            Self::Alarm => "▲",
            Self::Action => "●",
            Self::Severity => "■",
            Self::Message => "✉",
        }
    }
}

/// Something that happened at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// When.
    pub at: SimTime,
    /// Of what sort.
    pub shape: Shape,
    /// A few words.
    pub label: String,
}

/// The line that an alarm watches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// In the unit of the plot.
    pub value: f64,
    /// Name of the alarm.
    pub alarm: String,
    /// Whether it is in alarm.
    pub firing: bool,
}

/// One metric as a dashboard shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plot {
    /// Whose.
    pub component: ComponentId,
    /// Which.
    pub signal: Signal,
    /// Such as `pricing · latency p99`.
    pub title: String,
    /// Such as `TargetResponseTime p99`.
    pub source: String,
    /// Such as `60 s periods, 70 s behind`.
    pub timing: String,
    /// The unit of the axis.
    pub unit: &'static str,
    /// Minutes since the start of the incident, and the value; gaps are missing data.
    pub points: Vec<(f64, Option<f64>)>,
    /// The newest value in words, such as `11.8 %`.
    pub latest: String,
    /// Lines of the alarms that watch it.
    pub thresholds: Vec<Threshold>,
}

impl Plot {
    /// Whether its newest value is from before this minute.
    pub fn ends_before(&self, minute: f64) -> bool {
        let newest = self.points.iter().rev().find(|it| it.1.is_some());
        newest.is_some_and(|(at, _)| *at < minute)
    }

    /// Whether an alarm on it is firing.
    pub fn is_firing(&self) -> bool {
        self.thresholds.iter().any(|it| it.firing)
    }
}

/// The plot of a signal; `None` where the real thing publishes no such metric.
pub fn plot(session: &Session, component: ComponentId, signal: Signal) -> Option<Plot> {
    let scenario = session.scenario();
    let spec = scenario.world.components.get(component)?;
    let metric = metric(&spec.kind, signal)?;
    let observer = session.observer();
    let period = observer.period();
    let period_s = period.as_secs_f64();
    let shown = |value: f64| metric.shown(value, period_s);
    let points: Vec<(f64, Option<f64>)> = observer
        .series(component, signal, session.now())
        .map(|point| (point.at.as_secs_f64() / 60.0, point.value.map(shown)))
        .collect();
    let latest = points.iter().rev().find_map(|(_, value)| *value);
    let thresholds = observer
        .alarms()
        .filter(|(alarm, _)| alarm.component == component && alarm.signal == signal)
        .map(|(alarm, status)| Threshold {
            value: shown(alarm.threshold),
            alarm: alarm.name.clone(),
            firing: status.state == AlarmState::Alarm,
        })
        .collect();
    let delay_s = scenario.signals.delay.as_secs_f64();
    Some(Plot {
        component,
        signal,
        title: format!(
            "{} · {}",
            spec.name,
            crate::scenario::describe::signal(signal)
        ),
        source: format!("{} {}", metric.name, metric.statistic.label()),
        timing: format!("{period_s:.0} s periods, {delay_s:.0} s behind"),
        unit: metric.unit.label(),
        latest: latest.map_or_else(
            || "no data".to_owned(),
            |value| in_words(value, metric.unit),
        ),
        points,
        thresholds,
    })
}

fn in_words(value: f64, unit: crate::observe::Unit) -> String {
    use crate::observe::Unit;
    let number = super::map::short(value);
    match unit {
        Unit::Percent => format!("{value:.1} %"),
        Unit::Count => number,
        Unit::CountPerSecond => format!("{number}/s"),
        Unit::Seconds => format!("{value:.2} s"),
        Unit::Milliseconds if value >= 1_000.0 => format!("{:.2} s", value / 1e3),
        Unit::Milliseconds => format!("{value:.0} ms"),
        Unit::Microseconds if value >= 1_000.0 => format!("{:.1} ms", value / 1e3),
        Unit::Microseconds => format!("{value:.0} µs"),
    }
}

/// The signals worth a look: those with a firing alarm first, then what the selected part is judged
/// by, then what the other alarms watch.
pub fn important(
    session: &Session,
    selected: Option<ComponentId>,
    most: usize,
) -> Vec<(ComponentId, Signal)> {
    let mut list: Vec<(ComponentId, Signal)> = Vec::new();
    let mut add = |component, signal| {
        let kind = &session.scenario().world.components[component].kind;
        let known = list.contains(&(component, signal));
        if !known && list.len() < most && metric(kind, signal).is_some() {
            list.push((component, signal));
        }
    };
    if let Some(component) = selected {
        for signal in judged_by(&session.scenario().world.components[component].kind) {
            add(component, *signal);
        }
    }
    let firing = |state: AlarmState| state == AlarmState::Alarm;
    for wanted in [true, false] {
        for (alarm, status) in session.observer().alarms() {
            if firing(status.state) == wanted {
                add(alarm.component, alarm.signal);
            }
        }
    }
    list
}

/// Every metric of a component, for its detail.
pub fn all_of(session: &Session, component: ComponentId) -> Vec<Plot> {
    let signals = ALL_SIGNALS.iter();
    signals
        .filter_map(|signal| plot(session, component, *signal))
        .collect()
}

const fn judged_by(kind: &Kind) -> &'static [Signal] {
    match kind {
        Kind::Service(_) => &[Signal::ErrorShare, Signal::LatencyP99, Signal::Utilisation],
        Kind::Balancer(_) => &[Signal::Failed, Signal::LatencyP99, Signal::Arrivals],
        Kind::Cache(_) => &[Signal::HitShare, Signal::Evictions, Signal::Utilisation],
        Kind::Database(_) => &[Signal::Connections, Signal::Cpu, Signal::LatencyP99],
        Kind::Queue(_) => &[Signal::Queued, Signal::OldestAge, Signal::DeadLetters],
        Kind::External(_) => &[Signal::ErrorShare, Signal::Throttled, Signal::LatencyP99],
    }
}

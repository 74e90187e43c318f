//! What can be seen, and conditions on signals.

use super::Resolver;
use super::names::{Sort, Table};
use crate::base::id::ComponentId;
use crate::base::time::SimDuration;
use crate::diag::{Code, Diagnostic, Span, Spanned, closest};
use crate::scenario::model::{self, Signal};
use crate::scenario::raw::{self, Amount};
use crate::scenario::signal::SignalUnit;

/// Levels of log lines.
const LOG_LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
/// What can stand between braces in a log line.
const PLACES: [&str; 7] = [
    "request",
    "latency_ms",
    "version",
    "note",
    "to",
    "attempt",
    "queue",
];

impl Resolver<'_> {
    /// `complete` is false where a world is checked by itself: its variants are elsewhere.
    pub(super) fn signals(&mut self, complete: bool) -> model::Signals {
        let lists = self.index.signals.clone();
        let last = |pick: fn(&raw::Signals) -> Option<SimDuration>, default| {
            lists
                .iter()
                .rev()
                .find_map(|list| pick(list))
                .unwrap_or(default)
        };
        let fate = lists
            .iter()
            .rev()
            .find_map(|list| list.telemetry_through.as_ref());
        let fate = fate.and_then(|name| self.component(name));
        let mut alarms: Vec<model::Alarm> = Vec::new();
        for list in &lists {
            let mut own: Vec<&Spanned<String>> = Vec::new();
            for alarm in &list.alarms {
                self.unique("alarm", &mut own, &alarm.name);
                let Some(resolved) = self.alarm(alarm) else {
                    continue;
                };
                match alarms.iter_mut().find(|known| known.name == resolved.name) {
                    Some(known) => *known = resolved,
                    None => alarms.push(resolved),
                }
            }
        }
        let slos = Table::new("objective", lists.iter().map(|list| &list.slos));
        let slos = slos
            .items
            .iter()
            .map(|(name, slo)| self.slo(name, slo))
            .collect();
        let logs = lists.iter().flat_map(|list| &list.logs);
        model::Signals {
            period: last(|list| list.period, SimDuration::from_secs(60)),
            delay: last(|list| list.delay, SimDuration::from_secs(70)),
            fate: fate.map(|place| self.id(place)),
            alarms,
            slos,
            logs: logs.map(|log| self.log(log, complete)).collect(),
        }
    }

    /// Reports a second thing of one name in a list.
    pub(super) fn unique<'n>(
        &mut self,
        what: &str,
        seen: &mut Vec<&'n Spanned<String>>,
        name: &'n Spanned<String>,
    ) {
        if let Some(first) = seen.iter().find(|first| first.value == name.value) {
            let message = format!("there are two {what}s named `{}`", name.value);
            self.findings.push(
                Diagnostic::error(Code::DuplicateName, name.span, message)
                    .also(first.span, "the first one"),
            );
        }
        seen.push(name);
    }

    pub(super) fn alarm(&mut self, alarm: &raw::Alarm) -> Option<model::Alarm> {
        let breaching = alarm.breaching.value;
        let of = alarm.of.as_ref().map_or(breaching, |of| of.value);
        if breaching > of {
            let message = format!("{breaching} of the last {of} periods can never breach");
            self.contradiction(alarm.breaching.span, message);
        }
        let limit = self.limit(&alarm.above, &alarm.below, &alarm.signal);
        let component = self.measured(&alarm.component, &alarm.signal);
        let (above, threshold) = limit?;
        Some(model::Alarm {
            name: alarm.name.value.clone(),
            component: component?,
            signal: alarm.signal.0,
            above,
            threshold,
            period: alarm.period,
            breaching,
            of,
            severity: u8::try_from(alarm.severity).unwrap_or(u8::MAX),
        })
    }

    fn slo(&mut self, name: &Spanned<String>, slo: &raw::Slo) -> model::Slo {
        self.objective(slo.objective.value.of_one(), slo.objective.span);
        model::Slo {
            name: name.value.clone(),
            journeys: self.journeys(&slo.journeys),
            objective: slo.objective.value.of_one(),
        }
    }

    /// Reports objectives that leave no room for a single failure.
    pub(super) fn objective(&mut self, share: f64, span: Span) {
        if share >= 1.0 {
            let message = "an objective of 100 % is broken by the first failed request";
            let finding = Diagnostic::error(Code::Impossible, span, message);
            self.findings
                .push(finding.help("write \"99.9%\" or the like".to_owned()));
        }
    }

    fn log(&mut self, log: &raw::Log, complete: bool) -> model::LogTemplate {
        let place = self.component(&log.component);
        self.word(&log.level, &LOG_LEVELS, "level of log lines");
        self.check_places(&log.text);
        if let Some(variant) = log.variant.as_ref().filter(|_| complete) {
            let index = self.index;
            self.find(&index.variants, variant);
        }
        model::LogTemplate {
            component: place.map_or(ComponentId(0), |place| self.id(place)),
            on: match &log.on {
                raw::LogTrigger::Served => model::LogTrigger::Served,
                raw::LogTrigger::Changed => model::LogTrigger::Changed,
                raw::LogTrigger::Failed(reason) => model::LogTrigger::Failed(failure(*reason)),
            },
            level: log.level.value.clone(),
            text: log.text.0.clone(),
            variant: log.variant.as_ref().map(|variant| variant.value.clone()),
        }
    }

    /// A text that must be one of a few words.
    pub(super) fn word(&mut self, given: &Spanned<String>, known: &[&str], what: &str) {
        if !known.contains(&given.as_str()) {
            let meant = closest(given, known.iter().copied());
            let message = format!("there is no {what} \"{}\"", given.value);
            let finding = Diagnostic::error(Code::UnknownName, given.span, message);
            self.findings.push(
                finding
                    .expected(known.iter().map(|word| format!("\"{word}\"")))
                    .help(meant.map(|word| format!("did you mean \"{word}\"?"))),
            );
        }
    }

    /// Words between braces that are no places; braces around anything else are plain text.
    fn check_places(&mut self, text: &Spanned<crate::scenario::decode::Prose>) {
        for part in text.split('{').skip(1) {
            let Some((word, _)) = part.split_once('}') else {
                continue;
            };
            let plain = word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            if word.is_empty() || !plain || PLACES.contains(&word) {
                continue;
            }
            let message = format!("a log line has no place `{{{word}}}`");
            let meant = closest(word, PLACES);
            self.findings.push(
                Diagnostic::error(Code::UnknownPlace, text.span, message)
                    .expected(PLACES.map(|place| format!("{{{place}}}")))
                    .help(meant.map(|place| format!("did you mean `{{{place}}}`?"))),
            );
        }
    }

    /// The component of a signal, if it has that signal.
    fn measured(
        &mut self,
        name: &Spanned<String>,
        signal: &Spanned<raw::SignalName>,
    ) -> Option<ComponentId> {
        let place = self.component(name)?;
        let component = self.index.component(place);
        let only = match signal.0 {
            Signal::HitShare | Signal::Evictions => Some(Sort::Cache),
            Signal::Connections => Some(Sort::Database),
            Signal::DeadLetters => Some(Sort::Queue),
            _ => None,
        };
        let has_cpu = match component {
            raw::Component::Service(it) => it.cpu.is_some(),
            raw::Component::Database(it) => it.cpu.is_some(),
            _ => false,
        };
        let sort = Sort::of(component);
        if let Some(only) = only.filter(|only| *only != sort) {
            let message = format!(
                "only {} has `{}`, and `{}` is {}",
                only.words(),
                signal.0.name(),
                name.value,
                sort.words()
            );
            self.error(Code::NoSuchSignal, signal.span, message);
        } else if signal.0 == Signal::Cpu && !has_cpu {
            let message = format!("`{}` has no `cpu`, so this signal is always 0", name.value);
            self.error(Code::NoSuchSignal, signal.span, message);
        }
        Some(self.id(place))
    }

    /// Above or below, and the value in the signal's unit.
    fn limit(
        &mut self,
        above: &Option<Spanned<Amount>>,
        below: &Option<Spanned<Amount>>,
        signal: &Spanned<raw::SignalName>,
    ) -> Option<(bool, f64)> {
        let (is_above, amount) = match (above, below) {
            (Some(above), None) => (true, above),
            (None, Some(below)) => (false, below),
            (Some(_), Some(below)) => {
                let message = "a condition has `above` or `below`, not both";
                self.contradiction(below.span, message);
                return None;
            }
            (None, None) if !self.whole => return None,
            (None, None) => {
                let finding = Diagnostic::error(
                    Code::NothingThere,
                    signal.span,
                    "a condition has neither `above` nor `below`",
                );
                self.findings
                    .push(finding.help("add `above: …`".to_owned()));
                return None;
            }
        };
        let value = self.in_unit_of(signal, amount)?;
        if signal.0.unit() == SignalUnit::Share && !(0.0..=1.0).contains(&value) {
            let message = format!("`{}` is a share, from 0 to 1", signal.0.name());
            let finding = Diagnostic::error(Code::Impossible, amount.span, message);
            let percent = (1.0..=100.0).contains(&value);
            let help = percent.then(|| format!("did you mean \"{value}%\"?"));
            self.findings.push(finding.help(help));
        } else if value < 0.0 {
            let message = format!("`{}` is never below 0", signal.0.name());
            self.error(Code::Impossible, amount.span, message);
        }
        Some((is_above, value))
    }

    /// An amount in the unit of a signal; without a unit of its own it is in that already.
    fn in_unit_of(
        &mut self,
        signal: &Spanned<raw::SignalName>,
        amount: &Spanned<Amount>,
    ) -> Option<f64> {
        let unit = signal.0.unit();
        if let (Amount::Plain(value), _)
        | (Amount::Share(value), SignalUnit::Share)
        | (Amount::Seconds(value), SignalUnit::Seconds)
        | (Amount::PerSecond(value), SignalUnit::PerSecond) = (amount.value, unit)
        {
            return Some(value);
        }
        let (words, example) = match unit {
            SignalUnit::PerSecond => ("in events per second", "\"20/s\""),
            SignalUnit::Seconds => ("a time", "\"750ms\""),
            SignalUnit::Share => ("a share", "\"5%\""),
            SignalUnit::Count => ("a count", "300"),
        };
        let message = format!("`{}` is {words}, such as {example}", signal.0.name());
        let finding = Diagnostic::error(Code::WrongUnit, amount.span, message);
        self.findings.push(finding.also(signal.span, "this signal"));
        None
    }

    /// A condition that faults and plans wait for.
    pub(super) fn condition(
        &mut self,
        when: &raw::When,
    ) -> Option<(model::Condition, SimDuration)> {
        let signal = when.signal.0;
        if matches!(
            signal,
            Signal::LatencyP50 | Signal::LatencyP95 | Signal::LatencyP99
        ) {
            let message = format!(
                "`{}` needs a period, and a condition looks at one moment",
                signal.name()
            );
            self.findings.push(
                Diagnostic::error(Code::NoSuchSignal, when.signal.span, message)
                    .help("use `latency_mean`; alarms may use the quantiles".to_owned()),
            );
        }
        let component = self.measured(&when.component, &when.signal);
        let (above, value) = self.limit(&when.above, &when.below, &when.signal)?;
        let condition = model::Condition {
            component: component?,
            signal,
            above,
            value,
        };
        Some((condition, when.hold))
    }
}

fn failure(raw: raw::FailureKind) -> model::FailureKind {
    match raw {
        raw::FailureKind::Error => model::FailureKind::Error,
        raw::FailureKind::Timeout => model::FailureKind::Timeout,
        raw::FailureKind::Refused => model::FailureKind::Refused,
        raw::FailureKind::Throttled => model::FailureKind::Throttled,
        raw::FailureKind::Denied => model::FailureKind::Denied,
        raw::FailureKind::Unreachable => model::FailureKind::Unreachable,
        raw::FailureKind::BreakerOpen => model::FailureKind::BreakerOpen,
        raw::FailureKind::Dependency => model::FailureKind::Dependency,
    }
}

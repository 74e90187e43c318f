//! Log lines sampled from what really happened.
//!
//! A query counts, tick by tick, how many requests the component served and how many failed for
//! which reason, and writes out a sample in which every reason has its true share. A line is a
//! function of (seed, component, tick, reason, number): whoever asks again sees the same line.
//! Where a request failed because of a dependency, the reason is shared out by the failed tries that
//! were counted along the component's calls in the same tick. Lines of lost telemetry are missing.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::rng::{Draws, Stream};
use crate::base::time::SimTime;
use crate::observe::history::History;
use crate::observe::lines::{Renderer, contains, fixed_text};
use crate::observe::records::{Failed, Minute};
use crate::observe::touches;
use crate::observe::wording::{self, Cause};
use crate::scenario::model::{FailureKind, Kind, LogTrigger, Scenario};
use crate::sim::Event;

/// At most so many lines of one wording are looked through for a filter that only its places match.
const PROBES: u64 = 256;

/// Which lines are wanted.
#[derive(Clone, Copy, Debug)]
pub struct LogQuery<'a> {
    /// Whose.
    pub component: ComponentId,
    /// From this moment on …
    pub from: SimTime,
    /// … to before this one.
    pub to: SimTime,
    /// Only lines with this in their level or text, in any case; empty is all.
    pub filter: &'a str,
    /// At most so many.
    pub limit: usize,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: SimTime,
    /// "INFO", "WARN", "ERROR", "FATAL".
    pub level: String,
    /// The text after the level.
    pub text: String,
}

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogPage {
    /// The sample, oldest first.
    pub lines: Vec<LogLine>,
    /// How many lines it stands for. Exact, unless the filter matches only what differs from line
    /// to line; then it is estimated from the lines looked through.
    pub total: u64,
    /// Whether telemetry of some of the time was lost.
    pub gap: bool,
}

/// Why a line is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reason {
    Served,
    Failed(FailureKind),
    /// A call failed in this way; `pool` when the caller's own pool had no connection.
    Called {
        edge: EdgeId,
        kind: FailureKind,
        pool: bool,
    },
    /// Entry of the list of changes.
    Changed(usize),
}

impl Reason {
    /// A number for the key of its draws.
    fn code(self) -> u64 {
        match self {
            Self::Served => 0,
            Self::Failed(kind) => 1 + kind as u64,
            Self::Called { edge, kind, pool } => {
                16 + (u64::from(edge.0) * 8 + kind as u64) * 2 + u64::from(pool)
            }
            Self::Changed(index) => (1 << 40) + index as u64,
        }
    }
}

/// Requests of one reason in one tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) latency_s: f64,
    pub(super) queued: f64,
    /// How many there are in this cell and in all before it.
    up_to: u64,
}

/// All requests of one reason.
#[derive(Debug)]
pub(super) struct Stratum {
    pub(super) reason: Reason,
    cells: Vec<Cell>,
}

impl Stratum {
    pub(super) fn count(&self) -> u64 {
        self.cells.last().map_or(0, |cell| cell.up_to)
    }

    /// The cell of the request with this number, and the request's number in it.
    fn find(&self, number: u64) -> Option<(&Cell, u64)> {
        let index = self.cells.partition_point(|cell| cell.up_to <= number);
        let before = if index == 0 {
            0
        } else {
            self.cells[index - 1].up_to
        };
        self.cells.get(index).map(|cell| (cell, number - before))
    }
}

/// Lines of one reason and one wording that match.
struct Choice<'a> {
    stratum: usize,
    wording: (&'a str, &'a str),
    matching: u64,
    /// The matching ones among those looked through, where the filter does not match all.
    found: Option<Vec<LogLine>>,
}

/// What queries read.
pub(super) struct Source<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) variant: &'a str,
    pub(super) seed: u64,
    pub(super) history: &'a History,
    pub(super) changes: &'a [(SimTime, Event)],
}

impl<'a> Source<'a> {
    pub(super) fn page(&self, query: &LogQuery<'_>) -> LogPage {
        let (strata, gap) = self.collect(query);
        let filter = query.filter.to_lowercase();
        let mut choices = Vec::new();
        for (index, stratum) in strata.iter().enumerate() {
            for wording in self.wordings(query.component, stratum.reason) {
                choices.push(self.match_up(query, &filter, index, stratum, wording));
            }
        }
        let total = choices.iter().map(|choice| choice.matching).sum::<u64>();
        let mut lines = Vec::new();
        for (choice, wanted) in choices.iter().zip(shares(&choices, total, query.limit)) {
            match &choice.found {
                Some(found) => lines.extend(every_nth(found, wanted)),
                None => self.draw(
                    query,
                    &strata[choice.stratum],
                    choice.wording,
                    wanted,
                    &mut lines,
                ),
            }
        }
        lines.sort_by_key(|line| line.at);
        LogPage { lines, total, gap }
    }

    fn match_up(
        &self,
        query: &LogQuery<'_>,
        filter: &str,
        index: usize,
        stratum: &Stratum,
        wording: (&'a str, &'a str),
    ) -> Choice<'a> {
        let count = stratum.count();
        let mut choice = Choice {
            stratum: index,
            wording,
            matching: count,
            found: None,
        };
        if filter.is_empty()
            || contains(wording.0, filter)
            || contains(&fixed_text(wording.1), filter)
        {
            return choice;
        }
        let probes = count.min(PROBES);
        let mut found = Vec::new();
        self.draw(query, stratum, wording, probes, &mut found);
        found.retain(|line| contains(&line.text, filter));
        let share = found.len() as f64 / probes.max(1) as f64;
        choice.matching = (count as f64 * share + 0.5) as u64;
        choice.found = Some(found);
        choice
    }

    /// Writes out `wanted` lines, spread evenly over all requests of this reason.
    pub(super) fn draw(
        &self,
        query: &LogQuery<'_>,
        stratum: &Stratum,
        wording: (&str, &str),
        wanted: u64,
        lines: &mut Vec<LogLine>,
    ) {
        let count = stratum.count();
        let wanted = wanted.min(count);
        let code = stratum.reason.code();
        let stream = Stream::new(self.seed, "log", u64::from(query.component.0) | code << 16);
        let places = Stream::new(self.seed, "log places", u64::from(query.component.0));
        let renderer = Renderer {
            source: self,
            component: query.component,
        };
        let mut next = 0;
        for i in 0..wanted {
            let u = if wanted == count {
                0.0
            } else {
                places.at(i).uniform()
            };
            let place = (i as f64 + u) * count as f64 / wanted as f64;
            let number = (place as u64).clamp(next, count - 1);
            next = (number + 1).min(count - 1);
            if let Some((cell, k)) = stratum.find(number) {
                let draws = stream.at(cell.from + k);
                lines.push(renderer.line(stratum.reason, cell, wording, draws));
            }
        }
    }

    /// Counts what happened by reason.
    pub(super) fn collect(&self, query: &LogQuery<'_>) -> (Vec<Stratum>, bool) {
        let (from, to) = (query.from.as_micros(), query.to.as_micros());
        let mut strata = Vec::new();
        let mut gap = false;
        let mut causes = Vec::new();
        for minute in self.history.minutes(from, to) {
            for (index, tick) in minute.ticks.iter().enumerate() {
                if tick.from < from || tick.from >= to {
                    continue;
                }
                if tick.lost {
                    gap = true;
                    continue;
                }
                let row = minute.row(index, query.component);
                let cell = Cell {
                    from: tick.from,
                    to: tick.to,
                    latency_s: f64::from(row.latency_s),
                    queued: f64::from(row.queued),
                    up_to: 0,
                };
                add(&mut strata, Reason::Served, cell, u64::from(row.served));
                for Failed { kind, count } in minute.failures_of(index, query.component) {
                    if kind == FailureKind::Dependency {
                        self.causes(query.component, minute, index, &mut causes);
                        self.share_out(query.component, &causes, count, cell, &mut strata);
                    } else {
                        add(&mut strata, Reason::Failed(kind), cell, count);
                    }
                }
            }
        }
        self.collect_changes(query, &mut strata);
        (strata, gap)
    }

    /// Failed tries along the component's calls in a tick, by reason. Where there are none (they
    /// failed in the tick before), the list stays as it was.
    fn causes(
        &self,
        component: ComponentId,
        minute: &Minute,
        tick: usize,
        causes: &mut Vec<(Reason, u64)>,
    ) {
        let world = &self.scenario.world;
        let calls = &world.components[component].calls;
        let mut seen = Vec::new();
        for needed in [true, false] {
            for &edge in calls
                .iter()
                .filter(|&&id| world.edges[id].required == needed)
            {
                let callee = world.edges[edge].to;
                let turned_away = minute
                    .failures_of(tick, callee)
                    .any(|f| f.kind == FailureKind::Refused);
                for Failed { kind, count } in minute.failed_tries(tick, edge) {
                    let pool = kind == FailureKind::Refused
                        && world.edges[edge].pool.is_some()
                        && !turned_away;
                    seen.push((Reason::Called { edge, kind, pool }, count));
                }
            }
            if !seen.is_empty() {
                *causes = seen;
                return;
            }
        }
    }

    fn share_out(
        &self,
        component: ComponentId,
        causes: &[(Reason, u64)],
        count: u64,
        cell: Cell,
        strata: &mut Vec<Stratum>,
    ) {
        let mut weight_left: u64 = causes.iter().map(|(_, n)| n).sum();
        if weight_left == 0 {
            add(strata, Reason::Failed(FailureKind::Dependency), cell, count);
            return;
        }
        let stream = Stream::new(self.seed, "log causes", u64::from(component.0));
        let mut draws: Draws = stream.at(cell.from);
        let mut left = count;
        for &(reason, n) in causes {
            let k = draws.binomial(left, n as f64 / weight_left as f64);
            add(strata, reason, cell, k);
            left -= k;
            weight_left -= n;
        }
    }

    /// Waves of deployments, and scripted causes that a wording of this component belongs to.
    fn collect_changes(&self, query: &LogQuery<'_>, strata: &mut Vec<Stratum>) {
        for (index, (at, event)) in self.changes.iter().enumerate() {
            if *at < query.from || *at >= query.to {
                continue;
            }
            let concerns = match event {
                Event::WaveStarted { service, .. } => *service == query.component,
                Event::FaultBegan(fault) => self.fault_concerns(*fault, query.component),
                _ => false,
            };
            if concerns {
                let at = at.as_micros();
                let cell = Cell {
                    from: at,
                    to: at,
                    latency_s: 0.0,
                    queued: 0.0,
                    up_to: 0,
                };
                add(strata, Reason::Changed(index), cell, 1);
            }
        }
    }

    /// A cause concerns the components it acts on; a component that no cause acts on writes about
    /// the first one.
    fn fault_concerns(&self, fault: usize, component: ComponentId) -> bool {
        let Some(variant) = self.scenario.variants.iter().find(|v| v.id == self.variant) else {
            return false;
        };
        let world = &self.scenario.world;
        let acts = |index: usize| {
            variant.faults.get(index).is_some_and(|fault| {
                fault
                    .effects
                    .iter()
                    .any(|action| touches(world, action, component))
            })
        };
        acts(fault) || (fault == 0 && !(0..variant.faults.len()).any(acts))
    }

    /// The scenario's wordings for a reason, or the usual one of such a program.
    pub(super) fn wordings(
        &self,
        component: ComponentId,
        reason: Reason,
    ) -> Vec<(&'a str, &'a str)> {
        let scenario = self.scenario;
        let of = |trigger: LogTrigger| -> Vec<(&'a str, &'a str)> {
            let mine = scenario.signals.logs.iter().filter(|log| {
                log.component == component
                    && log.on == trigger
                    && log
                        .variant
                        .as_ref()
                        .is_none_or(|variant| variant == self.variant)
            });
            mine.map(|log| (log.level.as_str(), log.text.as_str()))
                .collect()
        };
        let writer: &Kind = &scenario.world.components[component].kind;
        let (own, usual) = match reason {
            Reason::Served => (of(LogTrigger::Served), wording::served(writer)),
            Reason::Failed(kind) => (of(LogTrigger::Failed(kind)), wording::failed(writer, kind)),
            Reason::Called { edge, kind, pool } => {
                let mut own = of(LogTrigger::Failed(FailureKind::Dependency));
                if own.is_empty() {
                    own = of(LogTrigger::Failed(kind));
                }
                let callee = &scenario.world.components[scenario.world.edges[edge].to].kind;
                (own, wording::called(writer, Cause { callee, kind, pool }))
            }
            Reason::Changed(index) => match self.changes.get(index) {
                Some((_, Event::WaveStarted { .. })) => (Vec::new(), Some(wording::WAVE)),
                _ => (of(LogTrigger::Changed), None),
            },
        };
        if own.is_empty() {
            usual.into_iter().collect()
        } else {
            own
        }
    }
}

/// Adds requests to a reason's cells.
fn add(strata: &mut Vec<Stratum>, reason: Reason, cell: Cell, count: u64) {
    if count == 0 {
        return;
    }
    let index = strata
        .iter()
        .position(|stratum| stratum.reason == reason)
        .unwrap_or_else(|| {
            strata.push(Stratum {
                reason,
                cells: Vec::new(),
            });
            strata.len() - 1
        });
    let stratum = &mut strata[index];
    let up_to = stratum.count() + count;
    stratum.cells.push(Cell { up_to, ..cell });
}

/// How many lines each choice gets: in proportion, the largest remainders first.
fn shares(choices: &[Choice<'_>], total: u64, limit: usize) -> Vec<u64> {
    let limit = (limit as u64).min(total);
    if limit == 0 {
        return vec![0; choices.len()];
    }
    let exact = |choice: &Choice<'_>| u128::from(choice.matching) * u128::from(limit);
    let mut wanted: Vec<u64> = choices
        .iter()
        .map(|c| (exact(c) / u128::from(total)) as u64)
        .collect();
    let mut order: Vec<usize> = (0..choices.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(exact(&choices[i]) % u128::from(total)));
    let missing = limit - wanted.iter().sum::<u64>();
    for &index in order.iter().take(missing as usize) {
        wanted[index] += 1;
    }
    wanted
}

/// At most `wanted` of the lines, evenly.
fn every_nth(lines: &[LogLine], wanted: u64) -> impl Iterator<Item = LogLine> + '_ {
    let wanted = (wanted as usize).min(lines.len());
    (0..wanted).map(move |i| lines[i * lines.len() / wanted].clone())
}

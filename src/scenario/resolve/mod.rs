//! From the language to the model: names become ids, defaults that depend on other values are
//! filled in, and what cannot be is reported.
//!
//! Goes on after a finding, so that all of them come at once; a name that could not be read is not
//! called unknown. May use `base`, `diag`, `raw` and `model`; never opens a file, never panics.

mod actions;
mod calls;
mod components;
mod fixes;
mod graph;
mod journeys;
mod knobs;
mod names;
mod orders;
mod people;
mod signals;
mod story;

use super::{model, raw};
use crate::base::id::{ComponentId, DenseId, EdgeId, IdVec, PersonId};
use crate::base::time::{SimDuration, SimTime};
use crate::diag::{Code, Diagnostic, Findings, Span, Spanned, closest};
use crate::scenario::order::Order;
pub(super) use names::Lost;
use names::{Index, Sort, Table};

/// Components that the simulation takes.
pub(super) const MAX_COMPONENTS: usize = 512;
/// Dependencies that the simulation takes, those of customers included.
pub(super) const MAX_EDGES: usize = 4096;
/// Journeys that the simulation takes.
pub(super) const MAX_JOURNEYS: usize = 63;
/// Names listed in a finding about an unknown one.
const LISTED_NAMES: usize = 24;

/// All files of one load, decoded.
pub(super) struct Files {
    /// The scenario, unless a world file is checked by itself.
    pub(super) scenario: Option<Spanned<raw::Scenario>>,
    /// The worlds, each before those that build on it.
    pub(super) worlds: Vec<raw::World>,
    /// Names of what could not be read.
    pub(super) lost: Lost,
    /// Where to point for what is in no particular place.
    pub(super) head: Span,
    /// The id if the scenario gives none.
    pub(super) stem: String,
    /// Digest of all bytes.
    pub(super) digest: u64,
    /// Something else that is read in terms of the scenario.
    pub(super) beside: Option<Beside>,
}

/// A text that is no part of a scenario and uses its names.
pub(super) enum Beside {
    /// A plan and its name.
    Plan(String, raw::Plan),
    /// Actions of one moment.
    Orders(Vec<Spanned<raw::Action>>),
}

/// What such a text means.
pub(super) enum Found {
    /// A plan.
    Plan(model::Plan),
    /// Orders.
    Orders(Vec<Order>),
}

/// The scenario, if there is no error in it, and what was read beside it.
pub(super) fn resolve(
    files: &Files,
    findings: &mut Findings,
) -> (Option<model::Scenario>, Option<Found>) {
    let scenario = files.scenario.as_ref().map(|it| &it.value);
    let mut index = Index::new(scenario, &files.worlds);
    let starts = scenario.map_or(0, |scenario| scenario.starts.secs_of_day());
    if graph::too_large(&index, files.head, findings) {
        return (None, None);
    }
    let whole = !findings.has_errors();
    let order = graph::order(&index, &files.lost, findings);
    index.number(order);
    let mut resolver = Resolver {
        findings,
        lost: &files.lost,
        index: &index,
        whole,
        starts,
        time_limit: scenario.map_or(SimDuration::ZERO, |it| it.objectives.time_limit.value),
        team: IdVec::default(),
        alarms: Vec::new(),
    };
    let world = resolver.world(files.head, scenario.is_some());
    let signals = resolver.signals(scenario.is_some());
    resolver.team = resolver.resolve_team();
    resolver.alarms = signals.alarms.iter().map(|it| it.name.clone()).collect();
    let resolved = scenario.map(|it| resolver.scenario(it, files, world, signals));
    let found = files.beside.as_ref().map(|beside| match beside {
        Beside::Plan(name, plan) => Found::Plan(resolver.plan(name, plan)),
        Beside::Orders(actions) => Found::Orders(resolver.orders(actions)),
    });
    (resolved.filter(|_| !findings.has_errors()), found)
}

/// What resolving needs everywhere.
struct Resolver<'a> {
    findings: &'a mut Findings,
    lost: &'a Lost,
    index: &'a Index<'a>,
    /// Whether all files could be read without an error. Otherwise what seems to be missing may be
    /// what could not be read, and nothing is said about it.
    whole: bool,
    /// Seconds after midnight.
    starts: u32,
    time_limit: SimDuration,
    team: IdVec<PersonId, model::Person>,
    /// Names of the alarms, in their order.
    alarms: Vec<String>,
}

impl<'a> Resolver<'a> {
    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.findings.push(Diagnostic::error(code, span, message));
    }

    /// The place of a name in its table, or `None` after reporting that there is none.
    fn find<T>(&mut self, table: &Table<'_, T>, name: &Spanned<String>) -> Option<usize> {
        let found = table.position(name);
        if found.is_none() && !self.lost.contains(name) {
            let message = format!("there is no {} `{}`", table.what, name.value);
            let finding = unknown(self.index, message, name, table.names());
            self.findings.push(finding);
        }
        found
    }

    /// The component of a name.
    fn component(&mut self, name: &Spanned<String>) -> Option<usize> {
        let index = self.index;
        self.find(&index.components, name)
    }

    /// The component of a name, if it is one of these sorts; `who` needs it.
    fn component_as(&mut self, name: &Spanned<String>, sorts: &[Sort], who: &str) -> Option<usize> {
        let place = self.component(name)?;
        let sort = Sort::of(self.index.component(place));
        if sorts.contains(&sort) {
            return Some(place);
        }
        let wanted: Vec<&str> = sorts.iter().map(|sort| sort.words()).collect();
        let wanted = match wanted.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        };
        let message = format!(
            "{who} needs {wanted}, and `{}` is {}",
            name.value,
            sort.words()
        );
        let found = self.index.name(place).span;
        self.findings.push(
            Diagnostic::error(Code::WrongKind, name.span, message).also(found, "described here"),
        );
        None
    }

    fn id(&self, place: usize) -> ComponentId {
        self.index.ids[place]
    }

    /// The dependency that a text such as `checkout -> pricing` names: caller and id.
    fn call(&mut self, text: &Spanned<String>) -> Option<(usize, EdgeId)> {
        let parts = text.split_once("->").or_else(|| text.split_once('→'));
        let Some((from, to)) = parts else {
            let message = format!("`{}` names no call", text.value);
            let help = "write the caller, an arrow and the call: \"checkout -> pricing\"";
            let finding = Diagnostic::error(Code::BadTarget, text.span, message);
            self.findings.push(finding.help(help.to_owned()));
            return None;
        };
        let from = Spanned::new(from.trim().to_owned(), text.span);
        let place = self.component(&from)?;
        self.call_of(place, &Spanned::new(to.trim().to_owned(), text.span))
            .map(|edge| (place, edge))
    }

    /// The call of a component under a key.
    fn call_of(&mut self, place: usize, key: &Spanned<String>) -> Option<EdgeId> {
        let index = self.index;
        let found = index.call(place, key);
        if found.is_none() && !self.lost.contains(key) {
            let calls = names::calls_of(index.component(place));
            let caller = &index.name(place).value;
            let message = format!("`{caller}` has no call to `{}`", key.value);
            let known = calls.iter().map(|(name, _)| name.as_str());
            let finding = unknown(index, message, key, known);
            self.findings.push(finding);
        }
        found
    }

    /// The time of a moment; the wall clock may go past midnight.
    fn moment(&mut self, moment: &Spanned<raw::Moment>) -> SimTime {
        const DAY: u32 = 86_400;
        let clock = match moment.value {
            raw::Moment::Since(wait) => return SimTime::ZERO + wait,
            raw::Moment::Clock(clock) => clock.secs_of_day(),
        };
        let after = (clock + DAY - self.starts) % DAY;
        if after >= DAY / 2 {
            let (h, m) = (self.starts / 3600, self.starts / 60 % 60);
            let message =
                format!("this time of day is before the start, which is at {h:02}:{m:02}");
            self.error(Code::Contradiction, moment.span, message);
            return SimTime::ZERO;
        }
        SimTime::ZERO + SimDuration::from_secs(u64::from(after))
    }

    fn world(&mut self, head: Span, complete: bool) -> model::World {
        let index = self.index;
        self.check_names(&index.regions);
        self.check_names(&index.components);
        self.check_names(&index.journeys);
        self.check_names(&index.flags);
        self.check_names(&index.jobs);
        self.check_names(&index.variants);
        if complete {
            let components = "components: {\"web\": Service()}";
            let journeys = "journeys: {\"visit\": (to: \"web\", rate: \"10/s\")}";
            self.must_have(&index.components, head, components);
            self.must_have(&index.journeys, head, journeys);
        }
        graph::warn_unreached(index, self.lost, self.findings);
        let regions = index.regions.items.iter();
        let regions = regions.map(|(name, region)| model::Region {
            name: name.value.clone(),
            data_allowed: region.data,
        });
        let edges = index
            .edges
            .iter()
            .map(|origin| self.edge(*origin))
            .collect();
        let order = index.order.iter();
        let components = order.map(|&place| self.resolve_component(place)).collect();
        let journeys = 0..index.journeys.items.len();
        let (flags, jobs) = (index.flags.items.iter(), index.jobs.items.iter());
        model::World {
            regions: regions.collect(),
            components,
            edges,
            journeys: journeys.map(|at| self.journey(at)).collect(),
            flags: flags.map(|(name, flag)| self.flag(name, flag)).collect(),
            jobs: jobs.map(|(name, job)| self.job(name, job)).collect(),
        }
    }

    fn must_have<T>(&mut self, table: &Table<'_, T>, head: Span, example: &str) {
        if table.items.is_empty() && self.whole {
            let message = format!("there are no {}s", table.what);
            let finding = Diagnostic::error(Code::NothingThere, head, message);
            self.findings.push(finding.help(format!("add `{example}`")));
        }
    }

    fn check_names<T>(&mut self, table: &Table<'_, T>) {
        for (name, _) in &table.items {
            self.check_name(name, table.what);
        }
    }

    /// Names may hold spaces and emoji, and not what separates them from others.
    fn check_name(&mut self, name: &Spanned<String>, what: &str) {
        let trouble = if name.trim().is_empty() {
            "is empty"
        } else if name.trim() != name.value {
            "starts or ends with white space"
        } else if name.contains("->") || name.contains('→') {
            "contains an arrow, which separates caller and call"
        } else if name.chars().any(char::is_control) {
            "contains a control character"
        } else if name.chars().count() > 80 {
            "is longer than 80 characters"
        } else {
            return;
        };
        self.error(
            Code::BadName,
            name.span,
            format!("the name of this {what} {trouble}"),
        );
    }

    fn flag(&mut self, name: &Spanned<String>, flag: &raw::Flag) -> model::Flag {
        model::Flag {
            name: name.value.clone(),
            on: flag.on,
            changes: flag
                .changes
                .iter()
                .flat_map(|set| self.changes(&set.value, set.span))
                .collect(),
        }
    }

    fn job(&mut self, name: &Spanned<String>, job: &raw::Job) -> model::Job {
        let sorts = [Sort::Service, Sort::Cache, Sort::Database];
        let place = self.component_as(&job.on, &sorts, "a job");
        model::Job {
            name: name.value.clone(),
            on: place.map_or(ComponentId(0), |place| self.id(place)),
            load_share: job.load.of_one(),
            running: job.running,
            corrects: self.journeys(&job.corrects),
            corrects_per_s: job.rate.per_s(),
        }
    }

    /// The journeys of a list of names; unknown ones are reported and left out.
    fn journeys(&mut self, names: &[Spanned<String>]) -> Vec<crate::base::id::JourneyId> {
        let index = self.index;
        names
            .iter()
            .filter_map(|name| self.find(&index.journeys, name))
            .map(DenseId::from_index)
            .collect()
    }
}

/// The finding about a name that nothing has.
fn unknown<'n>(
    index: &Index<'_>,
    message: String,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let meant = closest(name, known.clone()).map(|near| format!("did you mean `{near}`?"));
    let others = [
        ("component", index.components.position(name)),
        ("journey", index.journeys.position(name)),
        ("flag", index.flags.position(name)),
        ("job", index.jobs.position(name)),
        ("region", index.regions.position(name)),
    ];
    let other = others.iter().find(|(_, found)| found.is_some());
    let help = other.map(|(other, _)| format!("`{}` is a {other}", name.value));
    let mut expected: Vec<&str> = known.take(LISTED_NAMES + 1).collect();
    if expected.len() > LISTED_NAMES {
        expected[LISTED_NAMES] = "…";
    }
    Diagnostic::error(Code::UnknownName, name.span, message)
        .expected(expected)
        .help(help)
        .help(meant)
}

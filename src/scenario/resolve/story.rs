//! The story told in a world: variants with their faults, plans, and what is taught.

use super::{Files, Resolver};
use crate::base::id::ComponentId;
use crate::base::time::{SimDuration, SimTime};
use crate::diag::{Code, Diagnostic, Span, Spanned};
use crate::scenario::action::Action;
use crate::scenario::decode::{Entries, Prose};
use crate::scenario::order::{Mechanism, Order, Suspect};
use crate::scenario::{model, raw};

/// Levels of difficulty, from easy to hard.
const LEVELS: [&str; 5] = ["junior", "SDE", "senior", "lead", "principal"];

impl Resolver<'_> {
    pub(super) fn scenario(
        &mut self,
        it: &raw::Scenario,
        files: &Files,
        world: model::World,
        signals: model::Signals,
    ) -> model::Scenario {
        let id = it
            .id
            .as_ref()
            .map_or_else(|| files.stem.clone(), |id| id.value.clone());
        if let Some(id) = &it.id {
            self.check_id(id);
        }
        self.word(&it.level, &LEVELS, "level");
        self.objective(it.objectives.success.of_one(), it.objectives.success.span);
        if it.objectives.hold.value > it.objectives.time_limit.value {
            let message = "the objectives cannot hold for longer than the incident may last";
            self.contradiction(it.objectives.hold.span, message);
        }
        let fine_step = it
            .engine
            .step
            .as_ref()
            .map_or_else(|| usual_step(&world), |s| s.value);
        if it.engine.calm_step.value < fine_step {
            let message = "calm steps are not shorter than the others";
            self.contradiction(it.engine.calm_step.span, message);
        }
        let title = it
            .title
            .as_ref()
            .map_or_else(|| id.clone(), |title| title.value.clone());
        model::Scenario {
            id,
            digest: files.digest,
            meta: model::Meta {
                title,
                level: it.level.value.clone(),
                place: it.place.clone(),
                drill: it.drill.0.clone(),
                briefing: it.briefing.0.clone(),
                clock_start_min: self.starts / 60,
                currency: it.currency.clone(),
            },
            world,
            variants: self.variants(it, files.head),
            objectives: objectives(&it.objectives),
            signals,
            team: self.team.clone(),
            chat: self.chat(&it.chat),
            informed: super::people::informed(it.communication.as_ref()),
            weights: model::Weights {
                customer_impact: it.weights.customer_impact,
                recovery_time: it.weights.recovery_time,
                communication: it.weights.communication,
                judgement: it.weights.judgement,
                learning: it.weights.learning,
            },
            engine: model::Engine {
                fine_step,
                calm_step: it.engine.calm_step.value,
            },
            plans: self.plans(&it.plans),
            teaching: model::Teaching {
                question: it.teaching.question.0.clone(),
                skills: texts(&it.teaching.skills),
                notes: texts(&it.teaching.notes),
                avoid: texts(&it.teaching.avoid),
            },
            added: Vec::new(),
        }
    }

    /// Ids are typed on command lines and make file names.
    fn check_id(&mut self, id: &Spanned<String>) {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if id.is_empty() || id.len() > 64 || !id.chars().all(fits) {
            let message = "an id is made of 1 to 64 letters, digits, `-` and `_`";
            let finding = Diagnostic::error(Code::BadName, id.span, message);
            self.findings
                .push(finding.help("put the words for people into `title`".to_owned()));
        }
    }

    fn variants(&mut self, it: &raw::Scenario, head: Span) -> Vec<model::Variant> {
        let shared: Vec<_> = it
            .faults
            .iter()
            .filter_map(|fault| self.fault(fault))
            .collect();
        let culprit = it.culprit.as_ref().and_then(|name| self.culprit(name));
        let Some(given) = &it.variants else {
            self.unique_faults(&it.faults, &[]);
            let calm = self
                .index
                .journeys
                .items
                .iter()
                .all(|(_, journey)| journey.changes.is_empty());
            if calm && it.faults.is_empty() && !self.findings.has_errors() {
                let message = "nothing goes wrong in this scenario";
                let finding = Diagnostic::warning(Code::NoEffect, head, message);
                self.findings
                    .push(finding.help("add `faults: […]`".to_owned()));
            }
            let faults = with_onset(shared);
            return vec![model::Variant {
                id: "only".to_owned(),
                weight: 1.0,
                fixes: self.fixes(it.fixes.iter(), &faults),
                faults,
                cause: it.cause.0.clone(),
                culprit,
                truth: self.truth(it, None, culprit),
                chat: Vec::new(),
                distractors: texts(&it.distractors),
                plans: Vec::new(),
                follow_ups: texts(&it.follow_ups),
                severity: None,
                harmless: false,
            }];
        };
        if given.is_empty() && self.whole {
            let finding =
                Diagnostic::error(Code::NothingThere, given.span, "there are no variants");
            let help = "leave `variants` out if there is only one".to_owned();
            self.findings.push(finding.help(help));
        }
        if !given.is_empty() && given.iter().all(|(_, variant)| variant.weight.value <= 0.0) {
            let message = "all weights are 0, so no variant can be picked";
            self.error(Code::Impossible, given.span, message);
        }
        let mut variants = Vec::new();
        for (id, variant) in &given.value {
            self.unique_faults(&it.faults, &variant.faults);
            let own = variant.faults.iter().filter_map(|fault| self.fault(fault));
            let faults: Vec<_> = shared.iter().cloned().chain(own).collect();
            if faults.is_empty() && variant.faults.is_empty() && self.whole {
                let message = format!("nothing goes wrong in the variant `{}`", id.value);
                self.findings
                    .push(Diagnostic::warning(Code::NoEffect, id.span, message));
            }
            let own_culprit = variant.culprit.as_ref().and_then(|name| self.culprit(name));
            let faults = with_onset(faults);
            variants.push(model::Variant {
                id: id.value.clone(),
                weight: variant.weight.value,
                fixes: self.fixes(variant.fixes.iter().chain(&it.fixes), &faults),
                faults,
                cause: variant.cause.as_ref().unwrap_or(&it.cause).0.clone(),
                culprit: own_culprit.or(culprit),
                truth: self.truth(it, Some(variant), own_culprit.or(culprit)),
                chat: self.chat(&variant.chat),
                distractors: texts(variant.distractors.iter().chain(&it.distractors)),
                plans: self.plans(&variant.plans),
                follow_ups: texts(variant.follow_ups.iter().chain(&it.follow_ups)),
                severity: variant.severity.and_then(|it| u8::try_from(it).ok()),
                harmless: variant.harmless,
            });
        }
        variants
    }

    /// What is right, from the variant where it says so, and from the scenario.
    fn truth(
        &mut self,
        it: &raw::Scenario,
        own: Option<&raw::Variant>,
        culprit: Option<ComponentId>,
    ) -> model::Truth {
        let named = own.map(|v| &v.truth).filter(|list| !list.is_empty());
        let named = named.unwrap_or(&it.truth).iter();
        let mut suspects: Vec<_> = named.filter_map(|one| self.suspect(one)).collect();
        if suspects.is_empty() {
            let any = Mechanism::ALL.iter().filter(|is| **is != Mechanism::Noise);
            let any = culprit
                .into_iter()
                .flat_map(|on| any.clone().map(move |is| Suspect { on, is: *is }));
            suspects.extend(any);
        }
        let clues = own.into_iter().flat_map(|v| &v.clues).chain(&it.clues);
        let spoilers = own
            .into_iter()
            .flat_map(|v| &v.spoilers)
            .chain(&it.spoilers);
        let again = own.and_then(|v| v.again.as_ref()).or(it.again.as_ref());
        model::Truth {
            suspects,
            clues: self.clues(clues),
            spoilers: spoilers.cloned().collect(),
            again: again.map(|again| self.again(again)),
        }
    }

    fn culprit(&mut self, name: &Spanned<String>) -> Option<ComponentId> {
        self.component(name).map(|place| self.id(place))
    }

    fn unique_faults(&mut self, shared: &[Spanned<raw::Fault>], own: &[Spanned<raw::Fault>]) {
        let mut seen = Vec::new();
        for fault in shared.iter().chain(own) {
            self.unique("fault", &mut seen, &fault.name);
        }
    }

    /// A fault, and whether the author called it the onset.
    fn fault(&mut self, fault: &Spanned<raw::Fault>) -> Option<(model::Fault, Option<bool>)> {
        let when = self.trigger(&fault.when);
        let ends = fault.ends.as_ref().map(|ends| self.trigger(ends));
        if let (Some(model::Trigger::At(at)), Some(Some(model::Trigger::At(end)))) = (&when, &ends)
            && end <= at
        {
            let span = fault.ends.as_ref().map_or(fault.span, |ends| ends.span);
            self.contradiction(
                span,
                format!("`{}` ends before it begins", fault.name.value),
            );
        }
        let written = &fault.r#do.0;
        let effects: Vec<_> = written
            .iter()
            .flat_map(|action| self.cause(action))
            .collect();
        if written.is_empty() && self.whole {
            let message = format!("the fault `{}` does nothing", fault.name.value);
            self.findings.push(Diagnostic::warning(
                Code::NoEffect,
                fault.name.span,
                message,
            ));
        }
        if let Some(ends) = fault.ends.as_ref().filter(|_| !effects.is_empty())
            && !effects.iter().any(can_end)
        {
            let message = "nothing of this can be taken back: what happened once stays happened";
            let finding = Diagnostic::warning(Code::NoEffect, ends.span, message);
            let help = "leave `ends` out, or add a fault that does the opposite".to_owned();
            self.findings.push(finding.help(help));
        }
        let fault_model = model::Fault {
            name: fault.name.value.clone(),
            when: when?,
            effects,
            ends: ends.flatten(),
            onset: false,
        };
        Some((fault_model, fault.onset))
    }

    fn trigger(&mut self, trigger: &Spanned<raw::Trigger>) -> Option<model::Trigger> {
        match &trigger.value {
            raw::Trigger::At(moment) => Some(model::Trigger::At(self.due(moment))),
            raw::Trigger::After(wait) => Some(model::Trigger::After(*wait)),
            raw::Trigger::When(when) => {
                let (condition, hold) = self.condition(when)?;
                Some(model::Trigger::When(condition, hold))
            }
        }
    }

    /// The time of a moment, with a warning if nobody will see it.
    pub(super) fn due(&mut self, moment: &Spanned<raw::Moment>) -> SimTime {
        let at = self.moment(moment);
        if at > SimTime::ZERO + self.time_limit {
            let message = format!("this is after the time limit of {}", self.time_limit);
            self.findings
                .push(Diagnostic::warning(Code::TooLate, moment.span, message));
        }
        at
    }

    fn plans(&mut self, plans: &Entries<raw::Plan>) -> Vec<model::Plan> {
        let plans = plans.iter();
        plans.map(|(name, plan)| self.plan(name, plan)).collect()
    }

    pub(super) fn plan(&mut self, name: &str, plan: &raw::Plan) -> model::Plan {
        let mut steps = Vec::new();
        let (mut last_at, mut last_paged) = (None, None);
        for (number, step) in (1..).zip(&plan.steps) {
            let when = self.due_of(step);
            if let (Some(model::Due::At(at)), Some(moment)) = (&when, &step.at) {
                self.in_order(&mut last_at, *at, "", moment.span);
            }
            if let Some(wait) = &step.paged {
                self.in_order(&mut last_paged, wait.value, " after the page", wait.span);
            }
            let by = step.by.as_ref().and_then(|name| self.person(name));
            let orders = self.orders(&step.r#do.0);
            // All orders of one step are given together: the first one waits, the others follow.
            let mut when = when;
            for order in orders {
                let Some(trigger) = when.replace(model::Due::After(SimDuration::ZERO)) else {
                    break;
                };
                if let Order::Undo { order } = order
                    && order >= number
                {
                    let message =
                        format!("step {number} cannot take back step {order}: it comes first");
                    self.contradiction(step.span, message);
                }
                steps.push(model::PlanStep {
                    when: trigger,
                    order,
                    by,
                    step: number,
                });
            }
        }
        model::Plan {
            name: name.to_owned(),
            why: plan.why.0.clone(),
            steps,
            costs_at_least: plan.costs_at_least,
            scores_at_most: plan.scores_at_most,
        }
    }

    /// Steps at times come one after the other, and so do those after the page.
    fn in_order<T>(&mut self, last: &mut Option<(T, Span)>, due: T, since: &str, span: Span)
    where
        T: Copy + PartialOrd + std::fmt::Display,
    {
        if let Some((before, earlier)) = last.replace((due, span))
            && before > due
        {
            let message = format!("this step is at {due}{since}, and one before it at {before}");
            self.findings.push(
                Diagnostic::error(Code::Contradiction, span, message)
                    .also(earlier, "the earlier step"),
            );
        }
    }

    fn due_of(&mut self, step: &Spanned<raw::Step>) -> Option<model::Due> {
        let given = [
            step.at.as_ref().map(|at| at.span),
            step.after.as_ref().map(|after| after.span),
            step.paged.as_ref().map(|paged| paged.span),
            step.when.as_ref().map(|when| when.span),
        ];
        let mut given = given.into_iter().flatten();
        if let (Some(first), Some(second)) = (given.next(), given.next()) {
            let message = "a step has one of `at`, `after`, `paged` and `when`";
            self.findings.push(
                Diagnostic::error(Code::Contradiction, second, message).also(first, "and this"),
            );
        }
        if let Some(at) = &step.at {
            return Some(model::Due::At(self.due(at)));
        }
        if let Some(when) = &step.when {
            let (condition, hold) = self.condition(when)?;
            return Some(model::Due::When(condition, hold));
        }
        if let Some(wait) = &step.paged {
            return Some(model::Due::Paged(wait.value));
        }
        let wait = step
            .after
            .as_ref()
            .map_or(SimDuration::ZERO, |after| after.value);
        Some(model::Due::After(wait))
    }
}

/// Whether the end of a fault undoes an action.
fn can_end(action: &Action) -> bool {
    matches!(
        action,
        Action::Change(_)
            | Action::SetFlag { .. }
            | Action::SetGate { .. }
            | Action::SetJob { .. }
            | Action::Drain { .. }
            | Action::PauseQueue { .. }
    )
}

/// If no fault is called the onset, the first one is.
fn with_onset(faults: Vec<(model::Fault, Option<bool>)>) -> Vec<model::Fault> {
    let named = faults.iter().any(|(_, onset)| *onset == Some(true));
    let silent = faults
        .iter()
        .position(|(_, onset)| onset.is_none())
        .filter(|_| !named);
    let marked = faults
        .into_iter()
        .enumerate()
        .map(|(at, (fault, onset))| model::Fault {
            onset: onset.unwrap_or(false) || silent == Some(at),
            ..fault
        });
    marked.collect()
}

fn texts<'a>(list: impl IntoIterator<Item = &'a Prose>) -> Vec<String> {
    list.into_iter().map(|text| text.0.clone()).collect()
}

/// What has to hold again, and for how long.
fn objectives(it: &raw::Objectives) -> model::Objectives {
    model::Objectives {
        success_share: it.success.of_one(),
        repeated_share: it.repeated.of_one(),
        wrong_share: it.wrong.of_one(),
        uncorrected: it.uncorrected.map(crate::scenario::units::Count::get),
        latency_p95: it.p95,
        hold: it.hold.value,
        time_limit: it.time_limit.value,
        lost_messages: it.lost_messages.map(crate::scenario::units::Count::get),
        budget: it.budget,
        breach_cost: it.breach_cost,
        quiet_for: it.quiet_for,
        severity: u8::try_from(it.severity).unwrap_or(u8::MAX),
        detect_before: it.detect_before.of_one(),
        expected: it.expected,
    }
}

/// The step that keeps small systems exact and large ones quick: few requests per step are simulated
/// one by one, many as groups, for which a longer step makes no difference.
fn usual_step(world: &model::World) -> SimDuration {
    const SMALL_PER_S: f64 = 160.0;
    let rate: f64 = world.journeys.iter().map(|j| j.rate.base_per_s).sum();
    SimDuration::from_millis(if rate < SMALL_PER_S { 100 } else { 250 })
}

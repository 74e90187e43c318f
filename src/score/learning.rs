//! Learning: what was taken for the cause, how soon, and how sure one was of what.

use std::collections::BTreeMap;

use crate::base::time::SimTime;
use crate::scenario::order::{Order, Suspect};
use crate::score::axis::{Axis, Loss};
use crate::score::decisions::{Decision, turning_point};
use crate::score::recovery::Goal;
use crate::score::{Baselines, Why, grounds, timing};
use crate::session::{Hypothesis, Record, words};

/// The cause at the end: right; and the place right, but not what is wrong there.
const ROOT_CAUSE: (f64, f64) = (50.0, 20.0);
/// How soon the right one was found.
const INSIGHT: f64 = 20.0;
/// How sure one was of what.
const CALIBRATION: f64 = 30.0;
/// What helped was done for another reason.
const WRONG_REASON: f64 = 8.0;
/// A suspicion below this is none.
const BELIEVED: f64 = 0.25;

/// The axis. A variant without a truth has nothing to be learnt: any hypothesis will do.
pub(super) fn axis(record: &Record, baselines: &Baselines, decisions: &[Decision]) -> Axis {
    if record.hypotheses.is_empty() {
        return Axis::none(Why::NoHypothesis);
    }
    let variant = record.scenario.variants.get(record.variant);
    let right = variant.map_or(&[][..], |it| &it.truth.suspects);
    if right.is_empty() {
        return Axis::less(Vec::new());
    }
    let view = View { record, right };
    let mut losses = view.root_cause();
    losses.extend(view.insight(baselines));
    losses.extend(view.calibration());
    losses.extend(view.wrong_reason(decisions));
    Axis::less(losses)
}

struct View<'r> {
    record: &'r Record,
    right: &'r [Suspect],
}

impl View<'_> {
    fn words(&self, suspect: Suspect) -> String {
        words::suspect(&self.record.scenario.world, suspect)
    }

    fn best_answer(&self) -> String {
        self.right
            .first()
            .map_or_else(String::new, |it| self.words(*it))
    }

    /// Every suspect's newest hypothesis up to a moment.
    fn newest(&self, until: SimTime) -> Vec<&Hypothesis> {
        let mut newest: BTreeMap<Suspect, &Hypothesis> = BTreeMap::new();
        for it in self.record.hypotheses.iter().filter(|it| it.at <= until) {
            newest.insert(it.suspect, it);
        }
        newest.into_values().collect()
    }

    /// Those that were believed in most at a moment.
    fn leading(&self, until: SimTime) -> Vec<&Hypothesis> {
        let newest = self.newest(until);
        let most = newest.iter().map(|it| it.confidence).fold(0.0, f64::max);
        let leads = |it: &&Hypothesis| it.confidence >= BELIEVED && it.confidence >= most;
        newest.into_iter().filter(leads).collect()
    }

    /// What the hypotheses that lead at the end are worth; where several do, on average.
    fn root_cause(&self) -> Vec<Loss> {
        let leading = self.leading(self.record.simulated);
        if leading.is_empty() {
            return vec![Loss::of(ROOT_CAUSE.0, Why::NothingSuspected)];
        }
        let each = 1.0 / leading.len() as f64;
        let loss = |it: &&Hypothesis| {
            let (suspect, right) = (it.suspect, self.best_answer());
            let leading = self.words(suspect);
            let (points, why) = if self.right.contains(&suspect) {
                return None;
            } else if self.right.iter().any(|right| right.on == suspect.on) {
                let points = ROOT_CAUSE.0 - ROOT_CAUSE.1;
                (points, Why::WrongMechanism { leading, right })
            } else {
                (ROOT_CAUSE.0, Why::WrongRootCause { leading, right })
            };
            Some(Loss::of(points * each, why).at(it.at).by(it.order))
        };
        leading.iter().filter_map(loss).collect()
    }

    fn insight(&self, baselines: &Baselines) -> Option<Loss> {
        let onset = baselines.onset().unwrap_or_default();
        let end = SimTime::ZERO + self.record.scenario.objectives.time_limit;
        let reference = baselines.reference_took(Goal::Diagnose);
        let reached = Goal::Diagnose.reached(self.record);
        let took = reached.map(|at| at.since(onset));
        let points = timing::points(took, reference, end.since(onset));
        let why = took.map_or(Why::InsightNever, |took| Why::InsightLate {
            took,
            reference,
        });
        let missing = INSIGHT * (1.0 - points / 100.0);
        let loss = Loss {
            at: reached,
            ..Loss::of(missing, why)
        };
        (missing > 0.0).then_some(loss)
    }

    /// The Brier score over all suspects: the squares of how far each was from the truth, on average
    /// over the time for which it was stated, added up. Right answers count as one. 1 is as good as
    /// knowing nothing, and gets nothing.
    fn calibration(&self) -> Vec<Loss> {
        let mut errors: Vec<(f64, Why, Option<&Hypothesis>)> = Vec::new();
        for last in self.newest(self.record.simulated) {
            if self.right.contains(&last.suspect) {
                continue;
            }
            let error = self.mean_square(&[last.suspect], 0.0);
            errors.push((error, self.miscalibrated(last, false), Some(last)));
        }
        let rights = self.newest(self.record.simulated).into_iter();
        let rights: Vec<_> = rights
            .filter(|it| self.right.contains(&it.suspect))
            .collect();
        let surest = rights
            .iter()
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        errors.push(match surest {
            Some(last) => {
                let error = self.mean_square(self.right, 1.0);
                (error, self.miscalibrated(last, true), Some(last))
            }
            None => (1.0, Why::CauseNotAmongSuspects, None),
        });
        let sum: f64 = errors.iter().map(|(error, ..)| error).sum();
        let scale = CALIBRATION * sum.min(1.0) / sum.max(1e-12);
        let losses = errors.into_iter().map(|(error, why, from)| {
            let loss = Loss::of(error * scale, why);
            match from {
                Some(it) => loss.at(it.at).by(it.order),
                None => loss,
            }
        });
        losses.collect()
    }

    fn miscalibrated(&self, last: &Hypothesis, right: bool) -> Why {
        Why::Miscalibrated {
            suspect: self.words(last.suspect),
            confidence: last.confidence,
            right,
        }
    }

    /// The mean square of how far the surest of `suspects` was from `truth`, from the first statement
    /// to the end.
    fn mean_square(&self, suspects: &[Suspect], truth: f64) -> f64 {
        let stated = self.record.hypotheses.iter();
        let stated: Vec<_> = stated.filter(|it| suspects.contains(&it.suspect)).collect();
        let mut confidences: BTreeMap<Suspect, f64> = BTreeMap::new();
        let (mut sum, mut secs, mut last) = (0.0, 0.0, 0.0);
        for (place, it) in stated.iter().enumerate() {
            confidences.insert(it.suspect, it.confidence);
            let surest = confidences.values().copied().fold(0.0, f64::max);
            last = (surest - truth) * (surest - truth);
            let until = stated
                .get(place + 1)
                .map_or(self.record.simulated, |next| next.at);
            let lasted = until.since(it.at).as_secs_f64();
            sum += last * lasted;
            secs += lasted;
        }
        if secs > 0.0 { sum / secs } else { last }
    }

    /// Whether what helped most was done at the right place while another place was suspected.
    fn wrong_reason(&self, decisions: &[Decision]) -> Option<Loss> {
        let decision = turning_point(decisions)?;
        let &order = decision.orders.first()?;
        let entry = self.record.journal.get((order as usize).checked_sub(1)?)?;
        let Order::Act(actions) = &entry.order else {
            return None;
        };
        let world = &self.record.scenario.world;
        let mut targets = actions
            .iter()
            .flat_map(|action| grounds::targets(world, action));
        let fits = targets.any(|place| {
            let mut right = self.right.iter();
            right.any(|it| grounds::is_near(world, it.on, place))
        });
        let leading = self.leading(decision.at);
        let wrong = leading.first()?;
        let right_place =
            |it: &&Hypothesis| self.right.iter().any(|right| right.on == it.suspect.on);
        if !fits || leading.iter().any(right_place) {
            return None;
        }
        let why = Why::RightFixWrongReason {
            what: decision.what.clone(),
            leading: self.words(wrong.suspect),
        };
        Some(Loss::of(WRONG_REASON, why).at(decision.at).by(order))
    }
}

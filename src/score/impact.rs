//! Customer impact: where the harm lies between nobody doing anything and the reference, and in which
//! phases it arose.

use crate::base::time::SimTime;
use crate::scenario::order::Order;
use crate::score::axis::{Axis, Loss};
use crate::score::curve::{Curve, Measure, ended_before_its_time, place};
use crate::score::{Baselines, Why, is_untouched};
use crate::session::{Outcome, Record};

/// The share of customer-minutes; the rest is money.
const MINUTES_SHARE: f64 = 0.7;
/// What is added to both ends of the scale, as a share of the harm of doing nothing: the last hundredth
/// cannot be told from luck.
const FLOOR: f64 = 0.01;
/// What was spared of money counts less and less from the harm of doing nothing on, and nothing from so many
/// times that harm on.
const WORTHLESS: f64 = 2.0;
/// A reference that spares less than this share of the harm shows that little can be done about it.
const LEAST_SPARED: f64 = 0.05;

/// A stretch of an incident, by what ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Until the first alarm.
    Detecting,
    /// Until somebody took the page.
    Acknowledging,
    /// Until the cause was known or the first change landed, whichever was first.
    Deciding,
    /// Until most of the harm was over.
    Mitigating,
    /// Until the objectives held.
    Recovering,
    /// Afterwards.
    After,
    /// After whoever was in charge had left before the end: what would have followed.
    Left,
}

impl Phase {
    /// In words, after "more than the reference's".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Detecting => "were lost before the first alarm",
            Self::Acknowledging => "were lost before anybody took the page",
            Self::Deciding => "were lost before the first change",
            Self::Mitigating => "were lost between the first change and an effect",
            Self::Recovering => "were lost on the way back to normal",
            Self::After => "were lost afterwards",
            Self::Left => "would have been lost by the end: it was left before",
        }
    }
}

/// The phases of a record, with their beginnings and ends. One that nothing ended goes on to the end
/// of the incident, unless something later was reached all the same: then it is empty.
pub(super) fn phases(record: &Record) -> Vec<(Phase, SimTime, SimTime)> {
    let m = &record.milestones;
    let acted = record.journal.iter().filter_map(|entry| match entry.order {
        Order::Act(_) => entry.fate.landed_at(),
        _ => None,
    });
    let decided = acted.chain(m.diagnosed).min();
    let ends = [
        (Phase::Detecting, m.detected),
        (Phase::Acknowledging, m.acknowledged),
        (Phase::Deciding, decided),
        (Phase::Mitigating, m.mitigated.or(m.recovered)),
        (Phase::Recovering, m.recovered),
        (Phase::After, None),
    ];
    let mut now = m.onset.unwrap_or_default().min(record.simulated);
    let mut phases = Vec::with_capacity(ends.len());
    for (place, &(phase, end)) in ends.iter().enumerate() {
        let later = ends[place + 1..].iter().any(|(_, end)| end.is_some());
        let until = match end {
            Some(at) => at.clamp(now, record.simulated),
            None if later => now,
            None => record.simulated,
        };
        phases.push((phase, now, until));
        now = until;
    }
    phases
}

/// The axis.
pub(super) fn axis(record: &Record, baselines: &Baselines) -> Axis {
    if is_untouched(record) {
        return Axis::none(Why::NobodyThere);
    }
    let has_money = baselines.harm(Measure::Money).totals().0 > 0.0;
    let minutes_share = if has_money { MINUTES_SHARE } else { 1.0 };
    let measures = [
        (Measure::Minutes, minutes_share),
        (Measure::Money, 1.0 - minutes_share),
    ];
    let phases = phases(record);
    let mut points = vec![0.0; phases.len()];
    let mut excess = vec![(0.0, 0.0); phases.len()];
    let mut worth = 1.0;
    let mut blamed = Vec::new();
    for (measure, share) in measures.into_iter().filter(|(_, share)| *share > 0.0) {
        let found = missing(record, baselines, measure, &phases);
        // What money was spared is no comfort to customers who were harmed far more than by nobody.
        let missing = 100.0 - found.points * worth;
        if measure == Measure::Minutes {
            worth = (WORTHLESS - found.of_nothing).clamp(0.0, WORTHLESS - 1.0) / (WORTHLESS - 1.0);
        }
        if found.over.iter().sum::<f64>() > 0.0 || blamed.is_empty() {
            blamed.clone_from(&found.over);
        }
        let sum: f64 = blamed.iter().sum();
        for (place, here) in blamed.iter().enumerate() {
            let is_last = place + 1 == blamed.len();
            let part = if sum > 0.0 {
                here / sum
            } else {
                f64::from(u8::from(is_last))
            };
            points[place] += share * missing * part;
            match measure {
                Measure::Minutes => excess[place].0 = found.over[place],
                Measure::Money => excess[place].1 = found.over[place],
            }
        }
    }
    let is_left = ended_before_its_time(record);
    let losses = phases.iter().zip(points).zip(excess);
    Axis::less(
        losses
            .map(|((&(phase, from, _), points), (minutes, money))| {
                let phase = match phase {
                    Phase::After if is_left => Phase::Left,
                    other => other,
                };
                let currency = record.scenario.meta.currency.clone();
                let why = Why::Harm {
                    phase,
                    minutes,
                    money,
                    currency,
                };
                Loss::of(points, why).at(from)
            })
            .collect(),
    )
}

/// What is missing in one measure.
struct Missing {
    /// Points that there are.
    points: f64,
    /// Harm as a multiple of that of doing nothing.
    of_nothing: f64,
    /// The harm of each phase in excess of the reference's.
    over: Vec<f64>,
}

fn missing(
    record: &Record,
    baselines: &Baselines,
    measure: Measure,
    phases: &[(Phase, SimTime, SimTime)],
) -> Missing {
    let pair = baselines.harm(measure);
    let (nothing, reference) = pair.totals();
    let own = Curve::of(record, measure);
    // Whoever leaves before the end leaves the rest to itself.
    let left_behind = if ended_before_its_time(record) {
        let rest = pair.nothing.total() - pair.nothing.at(record.simulated);
        rest.max(0.0)
    } else {
        0.0
    };
    let harm = measure.of(&record.impact) + left_behind;
    let of_reference = |from, to| match &pair.reference {
        Some(curve) => curve.between(from, to),
        None => 0.1 * pair.nothing.between(from, to),
    };
    let over = phases.iter().map(|&(phase, from, to)| {
        let rest = if phase == Phase::After {
            left_behind
        } else {
            0.0
        };
        (own.between(from, to) - of_reference(from, to) + rest).max(0.0)
    });
    let points = if reference > nothing * (1.0 - LEAST_SPARED) && !recovered(record) {
        0.0
    } else {
        position(harm, reference, nothing)
    };
    Missing {
        points,
        of_nothing: if nothing > 0.0 { harm / nothing } else { 0.0 },
        over: over.collect(),
    }
}

fn recovered(record: &Record) -> bool {
    record.outcome == Outcome::Recovered
}

/// Where harm lies between nothing (0) and the reference (100). Where little can be done about it,
/// it is 100 for whoever does not make it worse (and stays to the recovery).
fn position(harm: f64, reference: f64, nothing: f64) -> f64 {
    if nothing <= 0.0 {
        return if harm <= 0.0 { 100.0 } else { 0.0 };
    }
    let floor = nothing * FLOOR;
    if reference > nothing * (1.0 - LEAST_SPARED) {
        let most = nothing.max(reference) + floor;
        return (100.0 * (2.0 - harm / most)).clamp(0.0, 100.0);
    }
    place(harm + floor, reference + floor, nothing + floor)
}

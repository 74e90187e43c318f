//! What several runs say together: best, trend and time to recovery of each family, and what to drill
//! next.
//!
//! Works on figures that were scored before. Few runs say little, so a mean never stands without its
//! interval, and a single run says that it has none.

use serde::Serialize;

use crate::base::math::{exp, ln, normal_quantile, sqrt};
use crate::base::text::clock_of;
use crate::score::AxisName;

/// Runs that "lately" means.
const LATELY: usize = 5;
/// A family whose runs lately come to less is drilled again before a new one.
const FIRM: f64 = 80.0;

/// The figures of one run that are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its scenario.
    pub scenario: String,
    /// Points, 0 to 100.
    pub total: f64,
    /// Points of the axes, in the order of [`AxisName::ALL`].
    pub axes: [f64; 5],
    /// Seconds from the onset to recovery; `None` where it did not recover.
    pub recovered_after_s: Option<f64>,
}

/// How long recovery takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// Runs that recovered; only they have a time.
    pub runs: usize,
    /// Runs that did not recover and are in none of the figures.
    pub unrecovered: usize,
    /// Mean of the times, in seconds.
    pub mean_s: Option<f64>,
    /// 95 % interval of the typical time, in seconds; `None` below two runs.
    pub interval_s: Option<(f64, f64)>,
    /// What so few say.
    pub says: String,
}

/// All runs of one family.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Family {
    /// Its scenario.
    pub scenario: String,
    /// Totals, oldest first.
    pub totals: Vec<f64>,
    /// The best of them.
    pub best: f64,
    /// Points gained from run to run: the median slope of all pairs; `None` below three runs.
    pub trend: Option<f64>,
    /// Time to recovery.
    pub repair: Repair,
    /// The axis with the fewest points lately.
    pub weakest: &'static str,
    /// Its mean lately.
    pub weakest_points: f64,
}

/// The families, and what to drill next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct History {
    /// By the names of their scenarios.
    pub families: Vec<Family>,
    /// A suggestion in one sentence.
    pub next: String,
}

/// What these runs say, oldest first. `known` are the scenarios there are, the easiest first.
pub fn history(runs: &[Run], known: &[&str]) -> History {
    let mut names: Vec<&str> = runs.iter().map(|it| it.scenario.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let families: Vec<Family> = names.iter().filter_map(|it| family(it, runs)).collect();
    let next = next(&families, known);
    History { families, next }
}

fn family(name: &str, runs: &[Run]) -> Option<Family> {
    let own: Vec<&Run> = runs.iter().filter(|it| it.scenario == name).collect();
    let totals: Vec<f64> = own.iter().map(|it| it.total).collect();
    let lately = &own[own.len().saturating_sub(LATELY)..];
    let points = |axis: usize| mean(&lately.iter().map(|it| it.axes[axis]).collect::<Vec<_>>());
    let axes = (0..AxisName::ALL.len()).filter_map(|it| Some((it, points(it)?)));
    let (weakest, weakest_points) = axes.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let times: Vec<f64> = own.iter().filter_map(|it| it.recovered_after_s).collect();
    Some(Family {
        scenario: name.to_owned(),
        best: totals.iter().copied().fold(0.0, f64::max),
        trend: trend(&totals),
        repair: repair(&times, own.len() - times.len()),
        weakest: AxisName::ALL[weakest].words(),
        weakest_points,
        totals,
    })
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The Theil–Sen slope: one odd run does not turn it.
fn trend(totals: &[f64]) -> Option<f64> {
    if totals.len() < 3 {
        return None;
    }
    let mut slopes = Vec::new();
    for (i, earlier) in totals.iter().enumerate() {
        for (j, later) in totals.iter().enumerate().skip(i + 1) {
            slopes.push((later - earlier) / (j - i) as f64);
        }
    }
    slopes.sort_by(f64::total_cmp);
    let middle = slopes.len() / 2;
    Some(if slopes.len().is_multiple_of(2) {
        f64::midpoint(slopes[middle - 1], slopes[middle])
    } else {
        slopes[middle]
    })
}

/// Mean time, and Student's interval on the logarithms: times to recovery are skewed and never
/// negative, so they are taken to be log-normal, and the interval is that of their median.
fn repair(times: &[f64], unrecovered: usize) -> Repair {
    let mean_s = mean(times);
    let logs: Vec<f64> = times.iter().map(|it| ln(it.max(1.0))).collect();
    let interval_s = mean(&logs).filter(|_| logs.len() > 1).map(|middle| {
        let freedom = logs.len() - 1;
        let squares: f64 = logs.iter().map(|it| (it - middle) * (it - middle)).sum();
        let error = sqrt(squares / freedom as f64 / logs.len() as f64);
        let half = student(freedom) * error;
        (exp(middle - half), exp(middle + half))
    });
    let mut says = match (mean_s, interval_s) {
        (None, _) => "no run recovered, so there is no time to take a mean of".to_owned(),
        (Some(_), None) => {
            "a single run: its time says nothing about how far the next one may be off".to_owned()
        }
        (Some(_), Some((low, high))) => format!(
            "the typical time lies between {} and {} (95 %, Student's t on the logarithms of {} \
             times, which takes them to be log-normal)",
            clock_of(low),
            clock_of(high),
            times.len()
        ),
    };
    if mean_s.is_some() && unrecovered > 0 {
        let verb = if unrecovered == 1 { "is" } else { "are" };
        says.push_str(&format!(
            "; {unrecovered} without recovery {verb} not in it, so the truth is longer"
        ));
    }
    Repair {
        runs: times.len(),
        unrecovered,
        mean_s,
        interval_s,
        says,
    }
}

/// The 97.5 % quantile of Student's t: from the tables up to 30 degrees of freedom, above by the
/// expansion around the normal one (Abramowitz and Stegun 26.7.5), which is right to 1e-4 there.
fn student(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010,
        2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739,
        2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    ];
    if let Some(value) = freedom.checked_sub(1).and_then(|it| TABLE.get(it)) {
        return *value;
    }
    let z = normal_quantile(0.975);
    let n = freedom.max(1) as f64;
    let (z3, z5) = (z * z * z, z * z * z * z * z);
    z + (z3 + z) / (4.0 * n) + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n * n)
}

fn next(families: &[Family], known: &[&str]) -> String {
    let lately = |it: &Family| {
        let from = it.totals.len().saturating_sub(LATELY);
        mean(&it.totals[from..]).unwrap_or_default()
    };
    let worst = families
        .iter()
        .min_by(|a, b| lately(a).total_cmp(&lately(b)));
    let again = |it: &Family| {
        format!(
            "{} again, on another seed: {:.0} points lately, fewest for {} ({:.0})",
            it.scenario,
            lately(it),
            it.weakest,
            it.weakest_points
        )
    };
    let is_new = |name: &&&str| !families.iter().any(|it| it.scenario == **name);
    match (worst, known.iter().find(is_new)) {
        (Some(worst), _) if lately(worst) < FIRM => again(worst),
        (_, Some(new)) => format!("{new}, which has not been played yet"),
        (Some(worst), None) => again(worst),
        (None, None) => "there is nothing to play".to_owned(),
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn run(scenario: &str, total: f64, recovered_after_s: Option<f64>) -> Run {
        Run {
            scenario: scenario.to_owned(),
            total,
            axes: [total, total, total - 10.0, total, total],
            recovered_after_s,
        }
    }

    #[test]
    fn quantiles_are_those_of_the_tables_and_go_on_smoothly() {
        // Two-sided 5 % points for 40, 60 and 120 degrees of freedom.
        for (freedom, value) in [(40, 2.0211), (60, 2.0003), (120, 1.9799)] {
            assert!((student(freedom) - value).abs() < 2e-4, "{freedom}");
        }
        assert!((1..200).all(|it| student(it) > student(it + 1)));
    }

    #[test]
    fn an_interval_is_students_on_the_logarithms() {
        // Logs are ln 600 ± ln 2: error ln 2 (two runs: s/√2 = ln 2), times 12.7062.
        let found = repair(&[300.0, 1200.0], 0).interval_s.unwrap();
        let half = 12.7062 * ln(2.0);
        assert!((ln(found.0) - (ln(600.0) - half)).abs() < 1e-9);
        assert!((ln(found.1) - (ln(600.0) + half)).abs() < 1e-9);
    }

    #[test]
    fn one_run_has_a_mean_and_no_interval_and_says_so() {
        let one = repair(&[540.0], 2);
        assert_eq!((one.mean_s, one.interval_s), (Some(540.0), None));
        assert!(one.says.starts_with("a single run"), "{}", one.says);
        assert!(one.says.contains("2 without recovery"), "{}", one.says);
        let none = repair(&[], 3);
        assert_eq!((none.mean_s, none.interval_s), (None, None));
        assert!(!none.says.contains("single"));
    }

    #[test]
    fn one_odd_run_does_not_turn_a_trend() {
        assert_eq!(trend(&[10.0, 20.0]), None);
        assert_eq!(trend(&[10.0, 20.0, 30.0, 0.0, 50.0]), Some(10.0));
    }

    #[test]
    fn what_is_weak_comes_before_what_is_new() {
        let known = ["easy", "hard"];
        let weak = history(&[run("easy", 60.0, None)], &known);
        assert!(
            weak.next.starts_with("easy again") && weak.next.contains("communication"),
            "{}",
            weak.next
        );
        let firm = history(&[run("easy", 95.0, Some(300.0))], &known);
        assert!(firm.next.starts_with("hard"), "{}", firm.next);
        assert!(history(&[], &known).next.starts_with("easy"));
        assert!(!history(&[], &[]).next.is_empty());
    }
}

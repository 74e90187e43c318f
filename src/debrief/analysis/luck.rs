//! Skill or luck: the same decisions on other seeds, as a histogram with this run in it, and a sentence
//! that is true whatever its shape.

use crate::base::text::thousands;
use crate::debrief::analysis::Luck;

/// Bins of the histogram.
const BINS: usize = 14;
/// Two runs cost the same if they differ by less than this share.
const SAME: f64 = 0.005;

/// Outcomes fall into two groups where the gap between two neighbours is at least this share of what lies
/// between the smallest and the largest,
const GAP: f64 = 0.25;
/// each group has this share of the seeds and so many of them,
const LEAST_GROUP: (f64, usize) = (0.1, 3);
/// and the middle of the dearer one is above that of the other by this share.
const APART: f64 = 0.05;

/// Customer-minutes of one run, and whether it recovered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct End {
    pub(super) minutes: f64,
    pub(super) recovered: bool,
}

/// What other seeds say of a run; `None` without any.
pub(super) fn luck(variant: &str, this: End, others: &[End]) -> Option<Luck> {
    if others.is_empty() {
        return None;
    }
    let mut minutes: Vec<f64> = others.iter().map(|it| it.minutes).collect();
    minutes.sort_by(f64::total_cmp);
    let recovered = others.iter().filter(|it| it.recovered).count();
    let (edges, counts, this_bin) = histogram(&minutes, this.minutes);
    let is_same = |it: f64| (it - this.minutes).abs() <= SAME * this.minutes.abs().max(it.abs());
    let count = |wanted: &dyn Fn(f64) -> bool| minutes.iter().filter(|it| wanted(**it)).count();
    let all = minutes.len() as f64;
    let equal = count(&is_same);
    let worse = count(&|it| it > this.minutes && !is_same(it));
    let mut luck = Luck {
        variant: variant.to_owned(),
        recovered,
        this_minutes: this.minutes,
        this_recovered: this.recovered,
        edges,
        counts,
        this_bin,
        worse_share: worse as f64 / all,
        equal_share: equal as f64 / all,
        sentence: String::new(),
        minutes,
    };
    luck.sentence = sentence(&luck, worse, equal);
    Some(luck)
}

/// Bins of the same width from the least to the most, this run included.
fn histogram(sorted: &[f64], this: f64) -> (Vec<f64>, Vec<usize>, usize) {
    let low = sorted.first().copied().unwrap_or(this).min(this);
    let high = sorted.last().copied().unwrap_or(this).max(this);
    let width = ((high - low) / BINS as f64).max(f64::MIN_POSITIVE);
    if high - low <= SAME * high.abs() {
        return (vec![low, high.max(low + 1.0)], vec![sorted.len()], 0);
    }
    let bin = |it: f64| (((it - low) / width) as usize).min(BINS - 1);
    let mut counts = vec![0; BINS];
    for it in sorted {
        counts[bin(*it)] += 1;
    }
    let edges = (0..=BINS).map(|edge| low + width * edge as f64).collect();
    (edges, counts, bin(this))
}

fn sentence(luck: &Luck, worse: usize, equal: usize) -> String {
    let all = luck.minutes.len();
    let seeds = if all == 1 { "seed" } else { "seeds" };
    let recovered = match (luck.recovered, luck.this_recovered) {
        (n, true) if n == all => "They recovered on every one, as here.".to_owned(),
        (n, false) if n == all => "They recovered on every other one, but not here.".to_owned(),
        (0, true) => "Only here did they recover.".to_owned(),
        (0, false) => "They recovered on none, as here.".to_owned(),
        (n, true) => format!("They recovered on {n} of them, and here."),
        (n, false) => format!("They recovered on {n} of them, but not here."),
    };
    if equal == all {
        return format!(
            "On {all} other {seeds} the same decisions cost the same: this was not luck. {recovered}"
        );
    }
    let better = all - worse - equal;
    let place = match (better, worse) {
        (0, _) => "no other seed was kinder".to_owned(),
        (_, 0) => "no other seed was harder".to_owned(),
        _ if equal > 0 => format!(
            "{} harder than this one, {better} kinder, and {equal} within half a per cent of it",
            were(worse)
        ),
        _ => format!("{} harder than this one and {better} kinder", were(worse)),
    };
    let cost = match groups(&luck.minutes) {
        Some(split) => in_groups(luck, split),
        None => {
            let middle = thousands(median(&luck.minutes));
            format!("half of them cost {middle} customer-minutes or more.")
        }
    };
    format!("Of {all} other {seeds}, {place}; {cost} {recovered}")
}

/// Where the outcomes fall into two groups: the number of those in the cheaper one.
fn groups(sorted: &[f64]) -> Option<usize> {
    let range = sorted.last()? - sorted.first()?;
    let least = LEAST_GROUP
        .1
        .max((LEAST_GROUP.0 * sorted.len() as f64).ceil() as usize);
    let gap = |split: &usize| sorted[*split] - sorted[split - 1];
    let splits = least.max(1)..(sorted.len() + 1).saturating_sub(least);
    let split = splits.max_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    let (low, high) = (median(&sorted[..split]), median(&sorted[split..]));
    (gap(&split) >= GAP * range && high >= low * (1.0 + APART)).then_some(split)
}

/// What two groups cost, and which of them this run is nearer to.
fn in_groups(luck: &Luck, split: usize) -> String {
    let (low, high) = luck.minutes.split_at(split);
    let edges = low.last().zip(high.first());
    let middle = edges.map_or(0.0, |(low, high)| (low + high) / 2.0);
    let side = if luck.this_minutes <= middle {
        "cheaper"
    } else {
        "dearer"
    };
    format!(
        "they fall into two groups, {} about {} customer-minutes and {} about {}: the dice decide between \
         them, and this run is of the {side} kind.",
        cost(low.len()),
        thousands(median(low)),
        high.len(),
        thousands(median(high))
    )
}

fn cost(count: usize) -> String {
    let verb = if count == 1 { "costs" } else { "cost" };
    format!("{count} {verb}")
}

fn were(count: usize) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{count} {verb}")
}

fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ends(minutes: &[f64]) -> Vec<End> {
        let end = |minutes: &f64| End {
            minutes: *minutes,
            recovered: *minutes < 50.0,
        };
        minutes.iter().map(end).collect()
    }

    proptest! {
        #[test]
        fn every_seed_is_in_a_bin_and_the_sentence_counts_right(
            minutes in prop::collection::vec(0.0..1e6_f64, 1..60),
            this in 0.0..1e6_f64,
        ) {
            let this = End { minutes: this, recovered: this < 50.0 };
            let luck = luck("a", this, &ends(&minutes)).unwrap();
            prop_assert_eq!(luck.counts.iter().sum::<usize>(), minutes.len());
            prop_assert_eq!(luck.edges.len(), luck.counts.len() + 1);
            let own = luck.edges[luck.this_bin]..=luck.edges[luck.this_bin + 1] + 1e-6;
            prop_assert!(own.contains(&this.minutes) || luck.this_bin + 1 == luck.counts.len());
            prop_assert!((0.0..=1.0).contains(&(luck.worse_share + luck.equal_share)));
            if let Some(told) = luck.sentence.split_once("harder than this one") {
                let number = |it: &str| it.trim_matches(',').parse::<usize>().ok();
                let place = told.1.split(';').next().unwrap_or_default();
                let before = told.0.split(' ').filter_map(number).nth(1);
                let told: usize = before.into_iter().chain(place.split(' ').filter_map(number)).sum();
                prop_assert_eq!(told, minutes.len(), "{}", luck.sentence);
            }
            if luck.sentence.contains("no other seed was kinder") {
                prop_assert!(minutes.iter().all(|it| *it >= this.minutes * (1.0 - 2.0 * SAME)));
            }
            if luck.sentence.contains("no other seed was harder") {
                prop_assert!(minutes.iter().all(|it| *it * (1.0 - 2.0 * SAME) <= this.minutes));
            }
        }
    }

    #[test]
    fn two_humps_are_told_and_one_is_not() {
        let two: Vec<f64> = (0..14).map(|_| 74_097.0).collect();
        let two: Vec<f64> = two
            .into_iter()
            .chain((0..26).map(|it| 79_000.0 + 50.0 * f64::from(it)))
            .collect();
        let sentence = |minutes: &[f64], this| {
            let this = End {
                minutes: this,
                recovered: false,
            };
            luck("a", this, &ends(minutes)).unwrap().sentence
        };
        assert!(sentence(&two, 80_500.0).contains(
            "two groups, 14 cost about 74,097 customer-minutes and 26 about 79,650: the dice decide \
             between them, and this run is of the dearer kind."
        ));
        assert!(sentence(&two, 70_000.0).contains("of the cheaper kind"));
        // Evenly spread, one that fell out, or two that hardly differ are no groups.
        let even: Vec<f64> = (0..40).map(|it| 1_000.0 + 10.0 * f64::from(it)).collect();
        let mut out = even.clone();
        out.push(9_000.0);
        let near: Vec<f64> = (0..20)
            .map(|it| 1_000.0 + 30.0 * f64::from(it % 2))
            .collect();
        for minutes in [even, out, near] {
            let sentence = sentence(&minutes, 1_100.0);
            assert!(!sentence.contains("two groups"), "{sentence}");
        }
    }

    #[test]
    fn seeds_that_are_all_alike_are_no_luck() {
        let this = End {
            minutes: 100.0,
            recovered: false,
        };
        let luck = luck("a", this, &ends(&[100.0, 100.0])).unwrap();
        assert_eq!(
            luck.sentence,
            "On 2 other seeds the same decisions cost the same: this was not luck. They recovered on \
             none, as here."
        );
        assert_eq!((luck.counts, luck.this_bin), (vec![2], 0));
    }
}

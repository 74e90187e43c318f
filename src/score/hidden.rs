//! Remedies that hide each other: each does what another one does, or a part of it, so that leaving out one
//! of them changes little.

/// The most decisions of one run that are left out together.
pub const MOST_HIDDEN: usize = 6;
/// A set is not smaller than it need be as long as a smaller one has this share of its effect.
const KEEPS: f64 = 0.8;

/// Finds the decisions that hide each other, by leaving out all of them and then as few as have nearly
/// the same effect. `costs` are the costs of each alone, `counts` is what counts as an effect, all as
/// shares of what is at stake; below zero is spared. `play` leaves some out together. It is asked at most
/// once more than there are decisions.
///
/// # Errors
/// Those of `play`.
pub fn hidden<T, E>(
    costs: &[f64],
    counts: f64,
    cost_of: impl Fn(&T) -> f64,
    mut play: impl FnMut(&[usize]) -> Result<T, E>,
) -> Result<Option<(Vec<usize>, T)>, E> {
    let beyond_alone = |set: &[usize], end: &T| {
        let alone: f64 = set.iter().map(|it| costs[*it].min(0.0)).sum();
        cost_of(end) <= -counts && cost_of(end) - alone <= -counts
    };
    let mut set: Vec<usize> = (0..costs.len()).collect();
    if set.len() < 2 {
        return Ok(None);
    }
    let mut end = play(&set)?;
    if !beyond_alone(&set, &end) {
        return Ok(None);
    }
    for candidate in 0..costs.len() {
        if set.len() == 2 {
            break;
        }
        let fewer: Vec<usize> = set.iter().copied().filter(|it| *it != candidate).collect();
        let smaller = play(&fewer)?;
        if cost_of(&smaller) <= cost_of(&end) * KEEPS {
            (set, end) = (fewer, smaller);
        }
    }
    Ok(beyond_alone(&set, &end).then_some((set, end)))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// What is found where leaving out all of `needed` costs everything.
    fn found(costs: &[f64], needed: &[usize]) -> (Option<Vec<usize>>, usize) {
        let mut asked = 0;
        let play = |set: &[usize]| {
            asked += 1;
            let harms = needed.iter().all(|it| set.contains(it));
            Ok::<f64, Infallible>(if harms { -1.0 } else { 0.0 })
        };
        let Ok(found) = hidden(costs, 0.03, |it| *it, play);
        (found.map(|it| it.0), asked)
    }

    #[test]
    fn remedies_that_hide_each_other_are_found_and_nothing_else() {
        assert_eq!(found(&[0.0; 4], &[1, 3]).0, Some(vec![1, 3]));
        assert_eq!(found(&[0.0; 3], &[0, 1, 2]).0, Some(vec![0, 1, 2]));
        assert_eq!(found(&[0.0; 4], &[7]).0, None);
        // What each alone spared already is not hidden.
        assert_eq!(found(&[-0.5, -0.5], &[0, 1]).0, None);
        assert_eq!(found(&[0.0], &[0]).0, None);
        let (_, asked) = found(&[0.0; MOST_HIDDEN], &[4, 5]);
        assert!(asked <= MOST_HIDDEN + 1, "{asked}");
    }
}

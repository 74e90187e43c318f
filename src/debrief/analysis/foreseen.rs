//! What could be expected of a decision by what was known: the same decisions with every cause that was
//! still possible.

use rayon::prelude::*;

use crate::debrief::analysis::Cancelled;
use crate::debrief::analysis::decisions::Court;
use crate::debrief::analysis::kinds::{Decision, DecisionKind, Foreseen, Possible, Stage};
use crate::debrief::analysis::mark::{GOOD, mark_of_share};
use crate::debrief::analysis::retell::{Known, retell};
use crate::score::baselines;
use crate::session::{Branch, Edits};

impl Court<'_> {
    /// What could be expected of what made a difference: the average over the causes that were still
    /// possible by what had been shown.
    pub(super) fn foresee(&self, decisions: &mut [Decision]) -> Result<(), Cancelled> {
        let matters = |it: &&mut Decision| {
            it.kind == DecisionKind::Change && it.counted.cost_share.abs() >= GOOD
        };
        let mut wanted: Vec<&mut Decision> = decisions.iter_mut().filter(matters).collect();
        let variants = self.record.scenario.variants.len();
        if wanted.is_empty() || variants < 2 {
            return Ok(());
        }
        let firsts: Vec<u32> = wanted
            .iter()
            .filter_map(|it| it.orders.first().copied())
            .collect();
        let here = self.known_at(self.record.seed, self.record.variant, &firsts);
        let seeds = u64::from(self.options.foreseen_seeds.max(1));
        let places: Vec<(usize, u64)> = (0..variants)
            .flat_map(|variant| (0..seeds).map(move |step| (variant, step)))
            .collect();
        self.books.expect(places.len() * (firsts.len() + 1));
        let edits: Vec<Edits> = wanted.iter().map(|it| it.left_out()).collect();
        let worlds: Vec<World> = places
            .into_par_iter()
            .map(|(variant, step)| {
                let seed = self.record.seed.wrapping_add(step);
                self.world(variant, seed, &firsts, &here, &edits)
            })
            .collect::<Result<_, _>>()?;
        for (place, decision) in wanted.iter_mut().enumerate() {
            decision.foreseen = self.foreseen(place, &worlds);
        }
        Ok(())
    }

    fn known_at(&self, seed: u64, variant: usize, firsts: &[u32]) -> Vec<Known> {
        let mut known = Vec::new();
        retell(self.record, seed, variant, &mut |session, number| {
            if number.is_some_and(|it| firsts.contains(&it)) {
                known.push(Known::of(session));
            }
        });
        known
    }

    /// Another world: where it could not be told from this one, what each decision costs there.
    fn world(
        &self,
        variant: usize,
        seed: u64,
        firsts: &[u32],
        here: &[Known],
        edits: &[Edits],
    ) -> Result<World, Cancelled> {
        let is_own = variant == self.record.variant && seed == self.record.seed;
        let known = if is_own {
            here.to_vec()
        } else {
            self.known_at(seed, variant, firsts)
        };
        let fits = here
            .iter()
            .zip(&known)
            .map(|(here, there)| here.fits(there));
        let fits: Vec<bool> = fits.collect();
        let mut costs = vec![None; firsts.len()];
        if fits.iter().any(|it| *it) {
            let stake = baselines(&self.record.scenario, seed, variant).at_stake();
            let play = |edits: &Edits| {
                let branch = Branch::elsewhere(self.record, seed, variant, edits);
                let length = self.record.simulated;
                self.books.play(Stage::Foreseen, length, || branch.play())
            };
            let with = play(&Edits::default())?.impact.customer_minutes;
            for (place, fits) in fits.into_iter().enumerate() {
                if fits {
                    let without = play(&edits[place])?.impact.customer_minutes;
                    costs[place] = Some((with - without, (with - without) / stake));
                }
            }
        }
        Ok(World { variant, costs })
    }

    fn foreseen(&self, place: usize, worlds: &[World]) -> Option<Foreseen> {
        let variants = &self.record.scenario.variants;
        let mut possible = Vec::new();
        let (mut weight, mut minutes, mut share, mut played) = (0.0, 0.0, 0.0, 0);
        for (index, variant) in variants.iter().enumerate() {
            let own = worlds.iter().filter(|it| it.variant == index);
            let costs: Vec<(f64, f64)> = own.filter_map(|it| *it.costs.get(place)?).collect();
            if costs.is_empty() {
                continue;
            }
            let count = costs.len() as f64;
            let mean_minutes = costs.iter().map(|it| it.0).sum::<f64>() / count;
            let mean_share = costs.iter().map(|it| it.1).sum::<f64>() / count;
            weight += variant.weight;
            minutes += variant.weight * mean_minutes;
            share += variant.weight * mean_share;
            played += costs.len();
            possible.push(Possible {
                variant: variant.id.clone(),
                share: variant.weight,
                cost_share: mean_share,
            });
        }
        if weight <= 0.0 {
            return None;
        }
        for it in &mut possible {
            it.share /= weight;
        }
        Some(Foreseen {
            cost_minutes: minutes / weight,
            cost_share: share / weight,
            mark: mark_of_share(share / weight),
            possible,
            worlds: played,
        })
    }
}

/// What the decisions cost in another world; `None` where it could be told from this one.
struct World {
    variant: usize,
    costs: Vec<Option<(f64, f64)>>,
}

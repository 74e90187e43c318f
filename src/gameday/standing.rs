//! Where the teams of a room stand, made anew now and then.

use std::time::Instant;

use rayon::prelude::*;

use crate::gameday::comparison::Comparisons;
use crate::gameday::limits::STANDINGS_EVERY;
use crate::gameday::room::Room;
use crate::score::{Eyes, Standing, standing};

/// Where the teams stand, as seen by everybody and by the facilitator.
#[derive(Debug, Default)]
pub struct Standings {
    /// By everybody.
    pub seen: Vec<Option<Standing>>,
    /// By the facilitator.
    pub true_ones: Vec<Option<Standing>>,
    made: Option<Instant>,
}

impl Standings {
    /// Makes them anew, now and then: nobody follows figures that change faster.
    pub fn renew(&mut self, room: &Room, comparisons: &Comparisons) {
        if !room.has_begun || self.made.is_some_and(|it| it.elapsed() < STANDINGS_EVERY) {
            return;
        }
        let of = |eyes| {
            let teams = room.teams.par_iter();
            let all = teams.map(|team| {
                let base = comparisons.of(team)?;
                Some(standing(team.session.record(), base, eyes))
            });
            all.collect()
        };
        self.seen = of(Eyes::Everybody);
        self.true_ones = of(Eyes::Lead);
        self.made = Some(Instant::now());
    }
}

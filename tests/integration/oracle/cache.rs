//! A real least-recently-used cache over numbered keys, and Zipf-distributed keys.
//!
//! For: hit ratios that come out of the accesses. Never: an approximation such as Che's.

use sev1::base::math::pow;
use sev1::base::rng::Draws;

const NONE: u32 = u32::MAX;

/// Which of `0..keys` are kept, in the order of their last use (a linked list in two arrays).
pub(super) struct Lru {
    newer: Vec<u32>,
    older: Vec<u32>,
    kept: Vec<bool>,
    newest: u32,
    oldest: u32,
    len: usize,
    room: usize,
}

impl Lru {
    pub(super) fn new(keys: usize, room: usize) -> Self {
        Self {
            newer: vec![NONE; keys],
            older: vec![NONE; keys],
            kept: vec![false; keys],
            newest: NONE,
            oldest: NONE,
            len: 0,
            room,
        }
    }

    /// Looks a key up; a hit makes it the newest.
    pub(super) fn hit(&mut self, key: u32) -> bool {
        if !self.kept[key as usize] {
            return false;
        }
        self.unlink(key);
        self.push(key);
        true
    }

    /// Keeps a key, forgetting the oldest if there is no room.
    pub(super) fn keep(&mut self, key: u32) {
        if self.hit(key) || self.room == 0 {
            return;
        }
        if self.len == self.room {
            let oldest = self.oldest;
            self.unlink(oldest);
        }
        self.push(key);
    }

    /// Forgets everything.
    pub(super) fn flush(&mut self) {
        self.kept.fill(false);
        (self.newest, self.oldest, self.len) = (NONE, NONE, 0);
    }

    fn unlink(&mut self, key: u32) {
        let (newer, older) = (self.newer[key as usize], self.older[key as usize]);
        match newer {
            NONE => self.newest = older,
            n => self.older[n as usize] = older,
        }
        match older {
            NONE => self.oldest = newer,
            o => self.newer[o as usize] = newer,
        }
        self.kept[key as usize] = false;
        self.len -= 1;
    }

    fn push(&mut self, key: u32) {
        self.newer[key as usize] = NONE;
        self.older[key as usize] = self.newest;
        match self.newest {
            NONE => self.oldest = key,
            n => self.newer[n as usize] = key,
        }
        self.newest = key;
        self.kept[key as usize] = true;
        self.len += 1;
    }
}

/// Keys `0..n`, key k drawn in proportion to 1/(k+1)^exponent.
pub(super) struct Zipf {
    cumulative: Vec<f64>,
}

impl Zipf {
    pub(super) fn new(keys: usize, exponent: f64) -> Self {
        let mut sum = 0.0;
        let cumulative = (1..=keys)
            .map(|rank| {
                sum += 1.0 / pow(rank as f64, exponent);
                sum
            })
            .collect();
        Self { cumulative }
    }

    pub(super) fn draw(&self, draws: &mut Draws) -> u32 {
        let total = self.cumulative.last().copied().unwrap_or(0.0);
        let wanted = draws.uniform() * total;
        self.cumulative.partition_point(|&sum| sum < wanted) as u32
    }
}

#[test]
fn lru_forgets_what_was_used_longest_ago() {
    let mut lru = Lru::new(5, 2);
    lru.keep(0);
    lru.keep(1);
    assert!(lru.hit(0));
    lru.keep(2);
    assert_eq!(
        (0..5).map(|key| lru.kept[key]).collect::<Vec<_>>(),
        [true, false, true, false, false]
    );
    lru.flush();
    assert!(!lru.hit(0) && !lru.hit(2));
    lru.keep(4);
    assert!(lru.hit(4) && lru.len == 1);
}

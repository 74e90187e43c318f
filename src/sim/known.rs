//! What is known about the requests of a group from their earlier tries: whom they belong to, and
//! which of their keys were missing. It travels with calls and answers, so that another try meets the
//! same again.

use crate::sim::state::NO_COMPONENT;

/// Whose requests these are: a range of all sellers (or customers), in the order in which they lose
/// the right to call an external API. Whoever was denied once is denied again while it stays lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sellers {
    pub(super) from: f32,
    pub(super) to: f32,
}

impl Sellers {
    /// Nothing is known of them.
    pub(super) const ANY: Self = Self { from: 0.0, to: 1.0 };

    /// The share of them that is among the first `denied` of all.
    pub(super) fn among(&self, denied: f64) -> f64 {
        if denied as f32 >= self.to {
            return 1.0;
        }
        let (from, to) = (f64::from(self.from), f64::from(self.to));
        ((denied - from) / (to - from)).max(0.0)
    }

    /// Those of them that are among the first `denied` of all, and the others.
    pub(super) fn split(&self, denied: f64) -> (Self, Self) {
        let at = (denied as f32).clamp(self.from, self.to);
        (Self { to: at, ..*self }, Self { from: at, ..*self })
    }

    /// Whether groups of both may travel as one: both or neither have been judged.
    pub(super) fn joins(&self, other: &Self) -> bool {
        (self.from > 0.0) == (other.from > 0.0) && (self.to < 1.0) == (other.to < 1.0)
    }

    /// The range that stands for both, `share` of them the others.
    pub(super) fn join(&mut self, other: &Self, share: f32) {
        self.from += (other.from - self.from) * share;
        self.to += (other.to - self.to) * share;
    }
}

/// Keys that were missing in a cache: another try will hit only if somebody has filled them since.
#[derive(Clone, Copy, Debug)]
pub(super) struct Miss {
    /// The cache, or `NO_COMPONENT`.
    pub(super) cache: u16,
    /// Share of the group whose keys were missing; the others met something else.
    pub(super) share: f32,
    /// What the cache's count of fills was.
    pub(super) fills: f64,
}

impl Miss {
    pub(super) const NONE: Self = Self {
        cache: NO_COMPONENT,
        share: 0.0,
        fills: 0.0,
    };

    /// What is known of `own` requests together with `n` others, of the same cache or of none.
    pub(super) fn join(&mut self, own: u32, other: &Self, n: u32) {
        if other.cache == NO_COMPONENT && self.cache == NO_COMPONENT {
            return;
        }
        let (a, b) = (self.share * own as f32, other.share * n as f32);
        if b > 0.0 {
            self.fills += (other.fills - self.fills) * f64::from(b / (a + b));
            self.cache = other.cache;
        }
        self.share = (a + b) / (own + n) as f32;
    }

    /// Whether it can be joined with another.
    pub(super) fn joins(&self, other: &Self) -> bool {
        self.cache == other.cache || self.cache == NO_COMPONENT || other.cache == NO_COMPONENT
    }
}

//! Bundles: groups of calls that meet at a component travel on as one.
//!
//! Retries, time-outs and partial answers cut groups into ever smaller ones. Wherever groups of the
//! like journeys arrive together they are tied into a bundle, which goes through the component (and on
//! to its dependencies) as one group; its answers are handed out to the tied groups by
//! their sizes. Each keeps its own deadline and caller and the time it was sent, so only the luck
//! inside one step is shared.

use crate::sim::Sim;
use crate::sim::calls::Answer;
use crate::sim::known::Miss;
use crate::sim::slab::NONE;
use crate::sim::state::{Call, NO_COMPONENT};

/// Requests in an inbox up to which groups stay apart: few enough to be simulated one by one.
const APART: u32 = 32;

/// One group of a bundle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    call: u32,
    /// How many of it are still at the component.
    n: u32,
    next: u32,
}

impl Sim {
    /// Ties the groups of an inbox, sorted by time, into one bundle per kind of journey.
    pub(super) fn bundle(&mut self, component: usize, inbox: &mut Vec<u32>) {
        let total: u32 = inbox.iter().map(|&id| self.calls[id].work).sum();
        if inbox.len() < 2 || total <= APART {
            return;
        }
        let mut kept = 0;
        let mut from = 0;
        while from < inbox.len() {
            let head = inbox[from];
            from += 1;
            if head == NONE {
                continue;
            }
            let kind = self.kind(component, head);
            let Call { tried, sellers, .. } = self.calls[head];
            let mut bundle = NONE;
            let mut last = NONE;
            for other in &mut inbox[from..] {
                if *other == NONE
                    || self.calls[*other].tried.cache != tried.cache
                    || self.kind(component, *other) != kind
                    || !self.calls[*other].sellers.joins(&sellers)
                {
                    continue;
                }
                if bundle == NONE {
                    (bundle, last) = self.open_bundle(head);
                }
                last = self.tie(bundle, last, *other);
                *other = NONE;
            }
            inbox[kept] = if bundle == NONE { head } else { bundle };
            kept += 1;
        }
        inbox.truncate(kept);
    }

    /// The first journey that is treated like a group's from this component on.
    fn kind(&self, component: usize, call: u32) -> u16 {
        let journey = self.calls[call].journey;
        let alike = &self.components[component].alike;
        alike.get(usize::from(journey)).copied().unwrap_or(journey)
    }

    fn open_bundle(&mut self, first: u32) -> (u32, u32) {
        let call = self.calls[first];
        let part = self.parts.insert(Part {
            call: first,
            n: call.work,
            next: NONE,
        });
        let bundle = self.calls.insert(Call {
            parts: part,
            run: NONE,
            listed: false,
            pending: 0,
            ..call
        });
        self.calls[first].tied = bundle;
        (bundle, part)
    }

    /// Adds a group to a bundle; the bundle's time becomes the mean time.
    fn tie(&mut self, bundle: u32, last: u32, call: u32) -> u32 {
        let Call {
            work,
            at,
            spread,
            tried,
            missed,
            sellers,
            ..
        } = self.calls[call];
        self.calls[call].tied = bundle;
        let part = self.parts.insert(Part {
            call,
            n: work,
            next: NONE,
        });
        self.parts[last].next = part;
        let whole = &mut self.calls[bundle];
        let share = f64::from(work) / f64::from(whole.work + work);
        whole.missed.share += missed.share;
        whole.sellers.join(&sellers, share as f32);
        whole.at = (whole.at as f64 + (at as f64 - whole.at as f64) * share) as u64;
        whole.tried.fills += (tried.fills - whole.tried.fills) * share;
        whole.tried.share += (tried.share - whole.tried.share) * share as f32;
        whole.work += work;
        whole.spread = whole.spread.max(spread);
        part
    }

    /// Whether a call stands for others.
    pub(super) fn is_bundle(&self, id: u32) -> bool {
        self.calls[id].parts != NONE
    }

    /// Hands `k` answers out to the groups of a bundle, each its share of them by its size; or
    /// forgets their work where there is none, in the order in which they came.
    pub(super) fn untie(&mut self, bundle: u32, k: u32, answer: Option<Answer>) {
        let Call { work, at, edge, .. } = self.calls[bundle];
        let to = usize::from(self.edges[usize::from(edge)].to);
        if answer.is_none() {
            self.calls[bundle].missed.share *= (work - k) as f32 / work as f32;
        }
        self.calls[bundle].work -= k;
        let (k, whole) = (u64::from(k), u64::from(work));
        // What rounding leaves over falls to each group with the same probability.
        let mut carry = if answer.is_some() && k < whole {
            (self.component_draws(to).uniform() * whole as f64) as u64
        } else {
            0
        };
        let (mut place, mut before, mut left) = (self.calls[bundle].parts, NONE, k);
        while left > 0 && place != NONE {
            let Part { call, n, next } = self.parts[place];
            let taken = if answer.is_some() {
                carry += u64::from(n) * k;
                let taken = carry / whole;
                carry %= whole;
                taken
            } else {
                left.min(u64::from(n))
            };
            left -= taken;
            let taken = taken as u32;
            if taken < n {
                self.parts[place].n = n - taken;
                before = place;
            } else {
                if before == NONE {
                    self.calls[bundle].parts = next;
                } else {
                    self.parts[before].next = next;
                }
                self.calls[call].tied = NONE;
                self.parts.free(place);
            }
            place = next;
            match answer {
                _ if taken == 0 => {}
                Some(answer) => {
                    // Each took as long as the whole, from when it was sent itself: no answer comes
                    // before its question, and the mean time is that of the whole.
                    let sent = self.calls[call].at;
                    let at = (sent + answer.at).saturating_sub(at).max(sent);
                    self.respond(call, taken, Answer { at, ..answer });
                }
                None => self.forget_work(call, taken),
            }
        }
        if self.calls[bundle].work == 0 {
            self.calls.free(bundle);
        }
    }

    /// Counts keys that a cache did not hold at this try, where `before` were known to be missing.
    pub(super) fn mark_missed(&mut self, id: u32, found: Miss, misses: u32, before: f32) {
        if id == NONE || (misses == 0 && before <= 0.0) {
            return;
        }
        let missed = &mut self.calls[id].missed;
        if missed.cache != found.cache {
            *missed = Miss {
                share: 0.0,
                ..found
            };
        }
        let left = (missed.share - before).max(0.0);
        let share = f64::from(misses) / (f64::from(left) + f64::from(misses)).max(1.0);
        missed.fills += (found.fills - missed.fills) * share;
        missed.share = left + misses as f32;
    }

    /// What is known of the keys of those who still wait for a call: the ones whose keys are missing
    /// are spread evenly over what is left of its bundle, for hits have been answered.
    pub(super) fn known_missing(&self, id: u32) -> Miss {
        let call = &self.calls[id];
        let whole = if call.tied == NONE {
            call
        } else {
            &self.calls[call.tied]
        };
        if whole.work == 0 || whole.missed.cache == NO_COMPONENT {
            return call.tried;
        }
        Miss {
            share: (whole.missed.share / whole.work as f32).min(1.0),
            ..whole.missed
        }
    }

    /// Whether nobody waits any more at `at` for a call's answer.
    pub(super) fn is_expired(&self, id: u32, at: u64) -> bool {
        let call = &self.calls[id];
        if call.parts != NONE {
            return self.is_expired(self.parts[call.parts].call, at);
        }
        call.pending == 0 || call.deadline <= at
    }

    /// A group that a call stands for: itself, or the first of a bundle.
    pub(super) fn first_group(&self, id: u32) -> u32 {
        match self.calls[id].parts {
            NONE => id,
            part => self.parts[part].call,
        }
    }

    /// How many of a waiting call can be judged together: all, or the first group of a bundle.
    pub(super) fn first_part(&self, id: u32, n: u32) -> u32 {
        if self.calls[id].parts == NONE {
            n
        } else {
            self.parts[self.calls[id].parts].n.min(n)
        }
    }
}

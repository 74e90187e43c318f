//! Bundles: groups of calls that meet at a component travel on as one.
//!
//! Retries, time-outs and partial answers cut groups into ever smaller ones. Wherever groups of the
//! same journey arrive together they are tied into a bundle, which goes through the component (and on
//! to its dependencies) as one group; its answers are handed out to the tied groups in the order of
//! their arrival. Each keeps its own deadline and caller, so only times inside one step are blurred.

use crate::sim::Sim;
use crate::sim::calls::Answer;
use crate::sim::slab::NONE;
use crate::sim::state::{Call, Miss, NO_COMPONENT};

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
    /// Ties the groups of an inbox, sorted by time, into one bundle per journey.
    pub(super) fn bundle(&mut self, component: usize, inbox: &mut Vec<u32>) {
        let total: u32 = inbox.iter().map(|&id| self.calls[id].work).sum();
        if inbox.len() < 2 || total <= APART {
            return;
        }
        // What has no dependencies treats all journeys alike.
        let is_leaf = self.components[component].calls.is_empty();
        let mut kept = 0;
        let mut from = 0;
        while from < inbox.len() {
            let head = inbox[from];
            from += 1;
            if head == NONE {
                continue;
            }
            let (journey, tried) = (self.calls[head].journey, self.calls[head].tried.cache);
            let mut bundle = NONE;
            let mut last = NONE;
            for other in &mut inbox[from..] {
                if *other == NONE || self.calls[*other].tried.cache != tried {
                    continue;
                }
                if !is_leaf && self.calls[*other].journey != journey {
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
        (bundle, part)
    }

    /// Adds a group to a bundle; the bundle's time becomes the mean time.
    fn tie(&mut self, bundle: u32, last: u32, call: u32) -> u32 {
        let Call {
            work,
            at,
            spread,
            tried,
            ..
        } = self.calls[call];
        let part = self.parts.insert(Part {
            call,
            n: work,
            next: NONE,
        });
        self.parts[last].next = part;
        let whole = &mut self.calls[bundle];
        let share = f64::from(work) / f64::from(whole.work + work);
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

    /// Hands `k` answers out to the groups of a bundle, or forgets their work where there is none.
    pub(super) fn untie(&mut self, bundle: u32, k: u32, answer: Option<Answer>) {
        let mut left = k;
        self.calls[bundle].work -= k;
        while left > 0 {
            let head = self.calls[bundle].parts;
            let part = &mut self.parts[head];
            let n = part.n.min(left);
            part.n -= n;
            left -= n;
            let call = part.call;
            if part.n == 0 {
                self.calls[bundle].parts = part.next;
                self.parts.free(head);
            }
            match answer {
                Some(answer) => self.respond(call, n, answer),
                None => self.forget_work(call, n),
            }
        }
        if self.calls[bundle].work == 0 {
            self.calls.free(bundle);
        }
    }

    /// Remembers that the keys of `n` of a call's requests (or of a share of them) were missing.
    pub(super) fn mark_missed(&mut self, id: u32, missed: Miss, n: u32) {
        if id == NONE || missed.cache == NO_COMPONENT {
            return;
        }
        let count = missed.share * n as f32;
        let mut part = self.calls[id].parts;
        if part == NONE {
            let before = self.calls[id].missed.share;
            self.calls[id].missed = Miss {
                share: before + count,
                ..missed
            };
            return;
        }
        let each = count / self.calls[id].work.max(1) as f32;
        while part != NONE {
            let Part { call, n, next } = self.parts[part];
            let before = self.calls[call].missed.share;
            self.calls[call].missed = Miss {
                share: before + each * n as f32,
                ..missed
            };
            part = next;
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

    /// How many of a waiting call can be judged together: all, or the first group of a bundle.
    pub(super) fn first_part(&self, id: u32, n: u32) -> u32 {
        if self.calls[id].parts == NONE {
            n
        } else {
            self.parts[self.calls[id].parts].n.min(n)
        }
    }
}

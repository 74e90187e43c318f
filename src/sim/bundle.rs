//! Bundles: groups of calls that meet at a component travel on as one.
//!
//! Retries, time-outs and partial answers cut groups into ever smaller ones. Wherever groups of the
//! like journeys arrive together they are tied into a bundle, which goes through the component (and on
//! to its dependencies) as one group; its answers are handed out to the tied groups by
//! their sizes. Each keeps its own deadline and caller and the time it was sent, so only the luck
//! inside one step is shared. Messages that a worker takes off its queue together are tied in the same way,
//! and what is left of an earlier bundle moves into the new one.

use crate::scenario::model::Kind;
use crate::sim::Sim;
use crate::sim::answers::Answer;
use crate::sim::known::Miss;
use crate::sim::queue::{Pulled, alike};
use crate::sim::slab::NONE;
use crate::sim::state::{Call, NO_COMPONENT, Waiting};

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
        self.kind_of(component, self.calls[call].journey)
    }

    fn kind_of(&self, component: usize, journey: u16) -> u16 {
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
            pulled: false,
            run: NONE,
            serial: 0,
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
        whole.at = mean_time(whole.at, at, share);
        whole.tried.fills += (tried.fills - whole.tried.fills) * share;
        whole.tried.share += (tried.share - whole.tried.share) * share as f32;
        whole.work += work;
        whole.spread = whole.spread.max(spread);
        part
    }

    /// Ties messages that a worker takes off its queue together, kind by kind: fragments of many groups
    /// would stay fragments for ever where they fail and are delivered again.
    pub(super) fn bundle_pulled(&mut self, worker: usize, pulled: &mut Vec<Pulled>) {
        if pulled.len() < 2 {
            return;
        }
        let queue = usize::from(self.components[worker].pulls);
        let spec = &self.scenario.world.components[Self::component_id(queue)].kind;
        let Kind::Queue(spec) = spec else { return };
        let (counts, supersedes) = (spec.max_receives > 0, spec.supersedes);
        let mut kept: usize = 0;
        for index in 0..pulled.len() {
            let next = pulled[index];
            let group = &next.group;
            let kind = self.kind_of(worker, group.journey);
            let known = |call: u32| (call != NONE).then(|| self.calls[call].tried.cache);
            let place = pulled[..kept]
                .iter()
                .position(|Pulled { group: other, .. }| {
                    let by_journey = supersedes || group.call == NONE;
                    (other.journey == group.journey
                        || (!by_journey && self.kind_of(worker, other.journey) == kind))
                        && known(other.call) == known(group.call)
                        && alike(other.receives, group.receives, counts)
                        && other.sellers.joins(&group.sellers)
                });
            let Some(place) = place else {
                pulled[kept] = next;
                kept += 1;
                continue;
            };
            let mut head = pulled[place];
            if group.call != NONE {
                if head.last == NONE {
                    let bundle = self.calls.insert(Call {
                        work: 0,
                        pending: 0,
                        parts: NONE,
                        tied: NONE,
                        run: NONE,
                        serial: 0,
                        pulled: true,
                        missed: Miss::NONE,
                        ..self.calls[head.group.call]
                    });
                    head.last = self.move_into(bundle, NONE, &head.group);
                    head.group.call = bundle;
                }
                head.last = self.move_into(head.group.call, head.last, group);
            }
            head.join(&next);
            pulled[place] = head;
        }
        pulled.truncate(kept);
    }

    /// Moves messages into a bundle; those of another bundle by its groups, the first ones first. Says which
    /// is the last group now.
    fn move_into(&mut self, bundle: u32, last: u32, group: &Waiting) -> u32 {
        let Call { work, tried, .. } = self.calls[bundle];
        let from = self.calls[group.call];
        let share = f64::from(group.n) / f64::from(work + group.n);
        let whole = &mut self.calls[bundle];
        whole.tried.fills += (from.tried.fills - tried.fills) * share;
        whole.tried.share += (from.tried.share - tried.share) * share as f32;
        whole.work += group.n;
        if from.parts == NONE {
            return self.add_part(bundle, last, group.call, group.n);
        }
        let (mut last, mut left, mut place) = (last, group.n, from.parts);
        while left > 0 && place != NONE {
            let Part { call, n, next } = self.parts[place];
            let moved = n.min(left);
            left -= moved;
            last = self.add_part(bundle, last, call, moved);
            if moved < n {
                self.parts[place].n = n - moved;
            } else {
                self.parts.free(place);
                place = next;
            }
        }
        let old = &mut self.calls[group.call];
        old.parts = place;
        old.work -= group.n;
        if old.work == 0 {
            self.calls.free(group.call);
        }
        last
    }

    /// Adds `n` of a group at the end of a bundle.
    fn add_part(&mut self, bundle: u32, last: u32, call: u32, n: u32) -> u32 {
        if last != NONE && self.parts[last].call == call {
            self.parts[last].n += n;
            return last;
        }
        self.calls[call].tied = bundle;
        let part = self.parts.insert(Part {
            call,
            n,
            next: NONE,
        });
        if last == NONE {
            self.calls[bundle].parts = part;
        } else {
            self.parts[last].next = part;
        }
        part
    }

    /// Whether a call stands for others.
    pub(super) fn is_bundle(&self, id: u32) -> bool {
        self.calls[id].parts != NONE
    }

    /// Hands `k` answers out to the groups of a bundle, each its share of them by its size; or
    /// forgets their work where there is none, in the order in which they came.
    pub(super) fn untie(&mut self, bundle: u32, k: u32, answer: Option<Answer>) {
        let Call {
            work,
            at,
            edge,
            pulled,
            ..
        } = self.calls[bundle];
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
                    // before its question, and the mean time is that of the whole. Messages were sent
                    // at any time before, and are done at the same time.
                    let sent = self.calls[call].at;
                    let shift = if pulled { 0 } else { sent as i64 - at as i64 };
                    let at = answer.at.saturating_add_signed(shift).max(sent);
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

/// The mean of two times, the second with this share.
pub(super) fn mean_time(a: u64, b: u64, share: f64) -> u64 {
    (a as f64 + (b as f64 - a as f64) * share) as u64
}

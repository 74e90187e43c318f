//! The content of a cache as a law over key popularity.
//!
//! Keys are asked for with Zipf-distributed probabilities p. What is cached is described by one
//! number, the *window*: the number of most recent requests whose keys are still inside. Under LRU
//! a key is inside with probability 1 − exp(−p·window) (Che's approximation), and the window grows
//! with every request that is filled until the entries no longer fit. A flush sets it to zero, a
//! smaller memory cuts it, failed fills do not move it. Where entries also expire, the share of each
//! popularity class that is inside is followed by itself.

use crate::base::math::{exp, ln, pow};
use crate::scenario::model::{Cache, Eviction};

/// Keys of like popularity.
#[derive(Clone, Copy, Debug)]
struct Class {
    keys: f64,
    /// Request probability of one key.
    p: f64,
}

/// Points of the tables over the logarithm of the window.
const POINTS: usize = 384;

/// Tables of what a window of requests holds.
#[derive(Clone, Debug)]
struct Law {
    classes: Vec<Class>,
    log_low: f64,
    log_step: f64,
    hit: Vec<f64>,
    size: Vec<f64>,
}

/// A cache while it runs.
#[derive(Clone, Debug)]
pub(super) struct CacheState {
    law: std::sync::Arc<Law>,
    window: f64,
    full_window: f64,
    entries: f64,
    /// Share of each class inside, while entries expire; empty otherwise.
    inside: Vec<f64>,
    eviction: Eviction,
    hit_share: f64,
    /// Filled requests since the start.
    fills: f64,
    /// Entries expire at this rate per second; how far that has been followed, in microseconds.
    expiry: f64,
    followed: u64,
    /// Entries that had to go when the memory became smaller, not counted yet.
    thrown_out: f64,
}

/// Sum of k^−s for k from `a` to `b`, both included.
fn zipf_sum(a: f64, b: f64, s: f64) -> f64 {
    if b - a < 32.0 {
        let mut sum = 0.0;
        let mut k = a;
        while k <= b {
            sum += pow(k, -s);
            k += 1.0;
        }
        return sum;
    }
    let (low, high) = (a - 0.5, b + 0.5);
    if (s - 1.0).abs() < 1e-9 {
        ln(high / low)
    } else {
        (pow(high, 1.0 - s) - pow(low, 1.0 - s)) / (1.0 - s)
    }
}

fn classes(keys: f64, s: f64) -> Vec<Class> {
    let mut classes = Vec::new();
    let mut first = 1.0_f64;
    while first <= keys {
        let last = if first < 33.0 {
            first
        } else {
            (first * 1.07).floor().min(keys)
        };
        classes.push(Class {
            keys: last - first + 1.0,
            p: zipf_sum(first, last, s),
        });
        first = last + 1.0;
    }
    let total: f64 = classes.iter().map(|c| c.p).sum();
    for class in &mut classes {
        class.p /= total * class.keys;
    }
    classes
}

/// Share of a class that a window holds.
fn held(eviction: Eviction, p: f64, window: f64) -> f64 {
    match eviction {
        Eviction::Lru | Eviction::None | Eviction::Lfu => 1.0 - exp(-p * window),
        Eviction::Random => p * window / (1.0 + p * window),
    }
}

impl Law {
    fn new(keys: f64, s: f64, eviction: Eviction) -> Self {
        let classes = classes(keys.max(1.0), s);
        let p_max = classes.first().map_or(1.0, |c| c.p);
        let p_min = classes.last().map_or(1.0, |c| c.p);
        let (log_low, log_high) = (ln(1e-3 / p_max), ln(60.0 / p_min));
        let log_step = (log_high - log_low) / (POINTS - 1) as f64;
        let mut law = Self {
            classes,
            log_low,
            log_step,
            hit: Vec::new(),
            size: Vec::new(),
        };
        for i in 0..POINTS {
            let window = exp(log_low + log_step * i as f64);
            let sums = law.classes.iter().fold((0.0, 0.0), |(hit, size), c| {
                let x = held(eviction, c.p, window) * c.keys;
                (hit + x * c.p, size + x)
            });
            law.hit.push(sums.0);
            law.size.push(sums.1);
        }
        law
    }

    fn look_up(&self, table: &[f64], window: f64) -> f64 {
        if window <= 0.0 {
            return 0.0;
        }
        let place = (ln(window) - self.log_low) / self.log_step;
        if place <= 0.0 {
            return table[0] * window / exp(self.log_low);
        }
        let i = place as usize;
        if i + 1 >= POINTS {
            return table[POINTS - 1];
        }
        table[i] + (table[i + 1] - table[i]) * (place - i as f64)
    }

    /// The window that holds `entries` keys; infinite when all fit.
    fn window_of(&self, entries: f64) -> f64 {
        let i = self.size.partition_point(|&size| size < entries);
        if i == 0 {
            return exp(self.log_low) * entries / self.size[0];
        }
        if i >= POINTS {
            return f64::INFINITY;
        }
        let part = (entries - self.size[i - 1]) / (self.size[i] - self.size[i - 1]);
        exp(self.log_low + self.log_step * ((i - 1) as f64 + part))
    }
}

impl CacheState {
    pub(super) fn new(spec: &Cache) -> Self {
        let mut state = Self {
            law: std::sync::Arc::new(Law::new(spec.keys as f64, spec.zipf, spec.eviction)),
            window: 0.0,
            full_window: 0.0,
            entries: spec.entries as f64,
            inside: Vec::new(),
            eviction: spec.eviction,
            hit_share: 0.0,
            fills: 0.0,
            expiry: 0.0,
            followed: 0,
            thrown_out: 0.0,
        };
        state.resize(spec.entries as f64);
        if spec.warm {
            state.window = state.full_window.min(1e300);
            if let Some(ttl) = spec.ttl {
                // The stationary content depends on the rate; it is reached from full within a TTL.
                state.set_expiry(1.0 / ttl.as_secs_f64().max(1e-3));
            }
        }
        state.refresh();
        state
    }

    /// Share of lookups that hit now.
    pub(super) fn hit_share(&self) -> f64 {
        self.hit_share
    }

    /// Entries inside now.
    pub(super) fn size(&self) -> f64 {
        if self.inside.is_empty() {
            self.law
                .look_up(&self.law.size, self.window)
                .min(self.entries)
        } else {
            self.law
                .classes
                .iter()
                .zip(&self.inside)
                .map(|(c, x)| c.keys * x)
                .sum()
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.window >= self.full_window * 0.999 || self.size() >= self.entries * 0.999
    }

    /// Changes the number of entries that fit; what no longer fits is gone at once.
    pub(super) fn resize(&mut self, entries: f64) {
        let before = self.size();
        self.entries = entries.max(0.0);
        self.full_window = self.law.window_of(self.entries);
        if self.entries <= 0.0 {
            self.full_window = 0.0;
        }
        self.window = self.window.min(self.full_window);
        self.cap_inside();
        self.refresh();
        self.thrown_out += (before - self.size()).max(0.0);
    }

    /// Whole entries that a smaller memory has thrown out since the last call.
    pub(super) fn take_thrown_out(&mut self) -> u64 {
        let whole = self.thrown_out as u64;
        self.thrown_out -= whole as f64;
        whole
    }

    /// Changes the number of distinct keys asked for, keeping the size.
    pub(super) fn set_keys(&mut self, keys: f64, zipf: f64) {
        let size = self.size();
        self.law = std::sync::Arc::new(Law::new(keys, zipf, self.eviction));
        self.inside.clear();
        self.window = self.law.window_of(size).min(1e300);
        self.resize(self.entries);
    }

    pub(super) fn flush(&mut self) {
        self.window = 0.0;
        self.inside.fill(0.0);
        self.refresh();
    }

    /// Filled requests so far: what a miss remembers.
    pub(super) fn fills(&self) -> f64 {
        self.fills
    }

    /// Share of hits among requests whose keys were missing when the count of fills was `fills`:
    /// the keys that the fills since then have brought, as a share of what was missing.
    pub(super) fn hit_share_after_miss(&self, fills: f64) -> f64 {
        let before = (self.window.min(1e300) - (self.fills - fills)).max(0.0);
        let hit_before = self.law.look_up(&self.law.hit, before);
        let hit_now = self.law.look_up(&self.law.hit, self.window.min(1e300));
        ((hit_now - hit_before) / (1.0 - hit_before).max(1e-9)).clamp(0.0, 1.0)
    }

    /// What hits and misses say about the content, while entries expire: a key that was hit is
    /// inside for certain, a key that was missed is not. On average the two cancel; for the few
    /// hottest keys, each a class of its own, they matter.
    pub(super) fn learn(&mut self, hits: f64, misses: f64) {
        if self.inside.is_empty() {
            return;
        }
        let per_hit = hits / self.hit_share.max(1e-9);
        let per_miss = misses / (1.0 - self.hit_share).max(1e-9);
        for (x, class) in self.inside.iter_mut().zip(&self.law.classes) {
            let moved = class.p * *x * (1.0 - *x) * (per_hit - per_miss);
            *x = (*x + moved).clamp(0.0, 1.0);
        }
        self.refresh();
    }

    /// `misses` have been filled, and with them the keys of all requests of their time.
    pub(super) fn fill_misses(&mut self, misses: f64) {
        let requests = misses / (1.0 - self.hit_share).max(1e-6);
        if self.inside.is_empty() {
            self.fill(requests);
            return;
        }
        self.fills += requests;
        self.window = (self.window + requests).min(self.full_window);
        for (x, class) in self.inside.iter_mut().zip(&self.law.classes) {
            *x = (*x + requests * class.p * (1.0 - *x)).min(1.0);
        }
        self.cap_inside();
        self.refresh();
    }

    /// `requests` lookups whose misses were filled.
    fn fill(&mut self, requests: f64) {
        self.fills += requests;
        self.window = (self.window + requests).min(self.full_window);
        self.refresh();
    }

    /// The most popular missing `keys` are loaded.
    pub(super) fn warm(&mut self, keys: f64) {
        let size = (self.size() + keys).min(self.entries);
        self.window = self.law.window_of(size).min(self.full_window).min(1e300);
        if !self.inside.is_empty() {
            for (x, class) in self.inside.iter_mut().zip(&self.law.classes) {
                *x = x.max(held(self.eviction, class.p, self.window));
            }
        }
        self.refresh();
    }

    /// Entries expire at `rate` per second from now on; a rate of zero ends expiry.
    pub(super) fn set_expiry(&mut self, rate: f64) {
        self.expiry = rate;
        if rate <= 0.0 && !self.inside.is_empty() {
            self.window = self
                .law
                .window_of(self.size())
                .min(self.full_window)
                .min(1e300);
            self.inside.clear();
            self.refresh();
        } else if rate > 0.0 && self.inside.is_empty() {
            let (window, eviction) = (self.window, self.eviction);
            self.inside = self
                .law
                .classes
                .iter()
                .map(|c| held(eviction, c.p, window))
                .collect();
            self.refresh();
        }
    }

    /// Lets entries expire until `at` (microseconds).
    pub(super) fn pass_until(&mut self, at: u64) {
        let secs = at.saturating_sub(self.followed) as f64 * 1e-6;
        self.followed = self.followed.max(at);
        if self.expiry <= 0.0 || secs <= 0.0 {
            return;
        }
        let keep = exp(-secs * self.expiry);
        for x in &mut self.inside {
            *x *= keep;
        }
        self.refresh();
    }

    /// Share of misses that start a fetch when simultaneous misses of one key share one: a key
    /// missed at rate r and fetched in `latency` seconds is fetched r/(1 + r·latency) times a second.
    pub(super) fn fetch_share(&self, lookups_per_s: f64, latency: f64) -> f64 {
        let (mut misses, mut fetches) = (0.0, 0.0);
        for (i, class) in self.law.classes.iter().enumerate() {
            let x = self
                .inside
                .get(i)
                .copied()
                .unwrap_or_else(|| held(self.eviction, class.p, self.window));
            let rate = lookups_per_s * class.p * (1.0 - x);
            misses += rate * class.keys;
            fetches += rate / (1.0 + rate * latency) * class.keys;
        }
        if misses > 0.0 { fetches / misses } else { 1.0 }
    }

    fn cap_inside(&mut self) {
        if self.inside.is_empty() || !self.full_window.is_finite() {
            return;
        }
        for (x, class) in self.inside.iter_mut().zip(&self.law.classes) {
            *x = x.min(held(self.eviction, class.p, self.full_window));
        }
    }

    fn refresh(&mut self) {
        self.hit_share = if self.inside.is_empty() {
            self.law.look_up(&self.law.hit, self.window)
        } else {
            self.law
                .classes
                .iter()
                .zip(&self.inside)
                .map(|(c, x)| c.keys * c.p * x)
                .sum()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(entries: u64) -> CacheState {
        CacheState::new(&Cache {
            keys: 10_000,
            zipf: 1.0,
            entries,
            entry_bytes: 1,
            ttl: None,
            eviction: Eviction::Lru,
            coalesce: false,
            warm: true,
        })
    }

    #[test]
    fn lru_hit_shares_match_che() {
        for (entries, hit) in [(100, 0.3905), (1000, 0.6756)] {
            let got = cache(entries).hit_share();
            assert!((got - hit).abs() < 0.003, "{entries}: {got}");
        }
    }

    #[test]
    fn a_flushed_cache_warms_to_where_it_was() {
        let mut state = cache(1000);
        let before = state.hit_share();
        state.flush();
        assert!(state.hit_share() < 1e-9);
        for _ in 0..1000 {
            state.fill(100.0);
        }
        assert!((state.hit_share() - before).abs() < 1e-6);
    }

    #[test]
    fn expiring_entries_reach_the_exact_share() {
        // One key asked for λ times a second with a TTL of T is inside λT/(1+λT) of the time.
        let mut state = CacheState::new(&Cache {
            keys: 1,
            zipf: 1.0,
            entries: 10,
            entry_bytes: 1,
            ttl: None,
            eviction: Eviction::Lru,
            coalesce: false,
            warm: false,
        });
        state.set_expiry(1.0);
        let mut draws = crate::base::rng::Stream::new(1, "arrivals", 0).at(0);
        let (mut at, mut hits) = (0.0, 0.0);
        for _ in 0..100_000 {
            at += draws.exponential() * 1e6;
            state.pass_until(at as u64);
            hits += state.hit_share();
            let misses = 1.0 - state.hit_share();
            state.fill_misses(misses);
        }
        assert!((hits / 1e5 - 0.5).abs() < 0.005, "{hits}");
    }
}

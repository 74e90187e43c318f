//! A fixed-size histogram of durations with logarithmic buckets, cheap to copy.

/// Buckets per doubling: 2–3 % wide, and quantiles interpolate inside one.
const PER_OCTAVE_BITS: u32 = 5;
const PER_OCTAVE: usize = 1 << PER_OCTAVE_BITS;
/// 2^0 µs … 2^32 µs (71 minutes).
const OCTAVES: usize = 32;
const BUCKETS: usize = OCTAVES * PER_OCTAVE;

/// Durations in seconds, counted in buckets 2–3 % wide between 1 µs and 71 min.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    counts: Vec<u32>,
    total: f64,
    sum: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            total: 0.0,
            sum: 0.0,
        }
    }
}

/// The bucket of a value in microseconds, read off the bits of the float.
fn bucket_of(micros: f64) -> usize {
    let micros = micros.clamp(1.0, 4_294_967_295.0);
    let bits = micros.to_bits() >> (52 - PER_OCTAVE_BITS);
    (bits as usize)
        .saturating_sub(1023 << PER_OCTAVE_BITS)
        .min(BUCKETS - 1)
}

/// The lower end of a bucket, in seconds.
fn lower_end(bucket: usize) -> f64 {
    let octave = (bucket / PER_OCTAVE) as i32;
    let part = (bucket % PER_OCTAVE) as f64 / PER_OCTAVE as f64;
    libm::ldexp(1.0 + part, octave) * 1e-6
}

impl Histogram {
    /// Counts `weight` observations of `secs`; weights are whole numbers.
    pub fn add(&mut self, secs: f64, weight: f64) {
        let count = &mut self.counts[bucket_of(secs * 1e6)];
        *count = count.saturating_add(weight as u32);
        self.total += weight;
        self.sum += secs * weight;
    }

    /// Counts `weight` observations around `mean` of which `secs` is a typical one: the mean stays
    /// exact, quantiles see the spread.
    pub fn add_around(&mut self, mean: f64, secs: f64, weight: f64) {
        let count = &mut self.counts[bucket_of(secs * 1e6)];
        *count = count.saturating_add(weight as u32);
        self.total += weight;
        self.sum += mean * weight;
    }

    /// How many observations there are.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The sum of all observations in seconds.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The mean in seconds, `None` while empty. Exact, not read off the buckets.
    pub fn mean(&self) -> Option<f64> {
        (self.total > 0.0).then(|| self.sum / self.total)
    }

    /// The value below which a share `q` of the observations lies, `None` while empty.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.total <= 0.0 {
            return None;
        }
        let wanted = q.clamp(0.0, 1.0) * self.counts.iter().map(|&c| f64::from(c)).sum::<f64>();
        let mut seen = 0.0;
        let mut last = 0;
        for (bucket, &count) in self.counts.iter().enumerate() {
            if count == 0 {
                continue;
            }
            let count = f64::from(count);
            if seen + count >= wanted {
                let low = lower_end(bucket);
                return Some(low + (lower_end(bucket + 1) - low) * ((wanted - seen) / count));
            }
            seen += count;
            last = bucket;
        }
        Some(lower_end(last + 1))
    }

    /// The quantile of what was added since `earlier`, a former state of this histogram; `None` when
    /// nothing was.
    pub fn quantile_since(&self, earlier: &Self, q: f64) -> Option<f64> {
        let added = self
            .counts
            .iter()
            .zip(&earlier.counts)
            .map(|(a, b)| f64::from(a.saturating_sub(*b)));
        let wanted = q.clamp(0.0, 1.0) * added.clone().sum::<f64>();
        if wanted <= 0.0 {
            return None;
        }
        let mut seen = 0.0;
        for (bucket, count) in added.enumerate() {
            if count > 0.0 && seen + count >= wanted {
                let low = lower_end(bucket);
                return Some(low + (lower_end(bucket + 1) - low) * ((wanted - seen) / count));
            }
            seen += count;
        }
        None
    }

    /// Puts what came since `earlier` into `into`, keeping its memory. `earlier` must be a former
    /// state of the same histogram; what rounding would make negative becomes zero.
    pub fn difference(&self, earlier: &Self, into: &mut Self) {
        for ((a, b), d) in self
            .counts
            .iter()
            .zip(&earlier.counts)
            .zip(&mut into.counts)
        {
            *d = a.saturating_sub(*b);
        }
        into.total = (self.total - earlier.total).max(0.0);
        into.sum = (self.sum - earlier.sum).max(0.0);
    }

    /// Becomes equal to `other`, keeping its memory.
    pub fn copy_from(&mut self, other: &Self) {
        self.counts.copy_from_slice(&other.counts);
        self.total = other.total;
        self.sum = other.sum;
    }

    /// Several quantiles in about the time of one, `None` while empty; as [`Self::quantile`].
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> Option<[f64; N]> {
        if self.total <= 0.0 {
            return None;
        }
        // Octaves first: most are empty, and the sums vectorise.
        let mut octaves = [0.0_f64; OCTAVES];
        for (sum, octave) in octaves.iter_mut().zip(self.counts.chunks_exact(PER_OCTAVE)) {
            *sum = octave.iter().map(|&count| u64::from(count)).sum::<u64>() as f64;
        }
        let all: f64 = octaves.iter().sum();
        Some(shares.map(|share| self.find(&octaves, share.clamp(0.0, 1.0) * all)))
    }

    /// The value below which `wanted` observations lie, given the sums of all octaves.
    fn find(&self, octaves: &[f64; OCTAVES], wanted: f64) -> f64 {
        let (mut seen, mut last) = (0.0, 0);
        for (octave, &sum) in octaves.iter().enumerate() {
            if sum <= 0.0 {
                continue;
            }
            if seen + sum < wanted {
                seen += sum;
                last = (octave + 1) * PER_OCTAVE - 1;
                continue;
            }
            for bucket in octave * PER_OCTAVE..(octave + 1) * PER_OCTAVE {
                let count = f64::from(self.counts[bucket]);
                if count <= 0.0 {
                    continue;
                }
                if seen + count >= wanted {
                    let low = lower_end(bucket);
                    return low + (lower_end(bucket + 1) - low) * ((wanted - seen) / count);
                }
                seen += count;
                last = bucket;
            }
        }
        lower_end(last + 1)
    }

    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        if self.total > 0.0 {
            self.counts.fill(0);
        }
        self.total = 0.0;
        self.sum = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_ramp_are_within_a_bucket() {
        let mut h = Histogram::default();
        for i in 1..=10_000 {
            h.add(f64::from(i) * 1e-4, 1.0);
        }
        for q in [0.01, 0.5, 0.95, 0.99] {
            let got = h.quantile(q).unwrap();
            assert!((got / q - 1.0).abs() < 0.01, "{q}: {got}");
        }
        assert!((h.mean().unwrap() - 0.500_05).abs() < 1e-9);
    }

    #[test]
    fn a_difference_holds_what_came_in_between() {
        let (mut all, mut later) = (Histogram::default(), Histogram::default());
        for i in 1..=500 {
            all.add(f64::from(i) * 1e-3, 2.0);
        }
        let earlier = all.clone();
        for i in 1..=1_000 {
            all.add(f64::from(i) * 1e-2, 1.0);
            later.add(f64::from(i) * 1e-2, 1.0);
        }
        let mut difference = earlier.clone();
        all.difference(&earlier, &mut difference);
        assert_eq!(difference.total(), 1_000.0);
        assert!((difference.mean().unwrap() - 5.005).abs() < 1e-9);
        let together = difference.quantiles([0.0, 0.5, 0.95, 0.99, 1.0]).unwrap();
        for (got, q) in together.into_iter().zip([0.0, 0.5, 0.95, 0.99, 1.0]) {
            assert!(
                (got / later.quantile(q).unwrap() - 1.0).abs() < 1e-6,
                "{q}: {got}"
            );
        }
        let mut copy = Histogram::default();
        copy.copy_from(&difference);
        assert_eq!(copy, difference);
        assert_eq!(Histogram::default().quantiles([0.5]), None);
    }

    #[test]
    fn impossible_values_do_not_panic() {
        let mut h = Histogram::default();
        for x in [0.0, -1.0, 1e12] {
            h.add(x, 1.0);
        }
        assert!(h.quantile(1.0).unwrap() > 4_000.0);
    }
}

//! Named random streams whose draws are keyed by what they are for.
//!
//! A draw is a hash of (seed, stream, time, number of the draw), not the next value of a shared
//! generator. A branch in which the player acts differently therefore meets the same arrivals and
//! the same luck, and one more draw here never changes the luck there (common random numbers).

use std::convert::Infallible;

use crate::base::math::{fast_exp, fast_ln, normal_quantile, sqrt};

/// The finaliser of SplitMix64: every input bit reaches every output bit.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A family of draws that belong together, such as "arrivals of journey 2".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

impl Stream {
    /// The stream named `label` and numbered `id` of a run with this seed.
    pub fn new(seed: u64, label: &str, id: u64) -> Self {
        let mut key = mix(seed ^ 0x9e37_79b9_7f4a_7c15);
        for byte in label.bytes() {
            key = mix(key ^ u64::from(byte).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        }
        Self {
            key: mix(key ^ id.wrapping_mul(0xd1b5_4a32_d192_ed03)),
        }
    }

    /// The draws of this stream that belong to `moment`.
    pub const fn at(self, moment: u64) -> Draws {
        Draws {
            state: mix(self.key ^ moment.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        }
    }
}

/// The draws of one stream at one moment, in order.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// Uniform in (0, 1): never exactly 0 or 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }

    /// Standard normal, by one uniform.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    /// Exponential with mean 1, by one uniform.
    pub fn exponential(&mut self) -> f64 {
        -fast_ln(self.uniform())
    }

    /// `x` rounded up or down so that the mean is `x`.
    pub fn round(&mut self, x: f64) -> u64 {
        if x <= 0.0 {
            0
        } else {
            (x + self.uniform()) as u64
        }
    }

    /// Poisson with this mean, by one uniform: inverted up to a mean of 24, normal with a
    /// skewness correction above.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean <= 0.0 || mean.is_nan() {
            return 0;
        }
        let u = self.uniform();
        if mean < 24.0 {
            let mut p = fast_exp(-mean);
            let (mut k, mut cumulative) = (0_u64, p);
            while u > cumulative && k < 256 {
                k += 1;
                p *= mean / k as f64;
                cumulative += p;
            }
            return k;
        }
        let z = normal_quantile(u);
        // Cornish–Fisher: the third cumulant of a Poisson variable is its mean.
        (mean + sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5).max(0.0) as u64
    }

    /// How many of `n` succeed, each with probability `p`, by one uniform: inverted while the
    /// variance is small, normal above.
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if n == 0 || p <= 0.0 || p.is_nan() {
            return 0;
        }
        if p >= 1.0 {
            return n;
        }
        if p > 0.5 {
            return n - self.binomial_below_half(n, 1.0 - p);
        }
        self.binomial_below_half(n, p)
    }

    fn binomial_below_half(&mut self, n: u64, p: f64) -> u64 {
        let u = self.uniform();
        if n == 1 {
            return u64::from(u < p);
        }
        let nf = n as f64;
        let mean = nf * p;
        if mean < 16.0 {
            let ratio = p / (1.0 - p);
            let mut term = fast_exp(nf * fast_ln(1.0 - p));
            let (mut k, mut cumulative) = (0_u64, term);
            while u > cumulative && k < n && k < 256 {
                term *= ratio * (n - k) as f64 / (k + 1) as f64;
                k += 1;
                cumulative += term;
            }
            return k;
        }
        let z = normal_quantile(u);
        let deviation = sqrt(mean * (1.0 - p));
        let x = mean + deviation * z + (1.0 - 2.0 * p) * (z * z - 1.0) / 6.0 + 0.5;
        (x.max(0.0) as u64).min(n)
    }
}

/// So that everything written for [`rand`] (shuffles, player bots) can be fed from a named stream.
impl rand::TryRng for Draws {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(8) {
            let bytes = self.bits().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(draw: impl Fn(&mut Draws) -> u64) -> (f64, f64) {
        let stream = Stream::new(7, "test", 0);
        let n = 200_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for i in 0..n {
            let x = draw(&mut stream.at(i)) as f64;
            sum += x;
            squares += x * x;
        }
        let mean = sum / n as f64;
        (mean, squares / n as f64 - mean * mean)
    }

    #[test]
    fn poisson_has_its_mean_and_variance() {
        for mean in [0.3, 5.0, 23.0, 25.0, 400.0] {
            let (m, v) = moments(|d| d.poisson(mean));
            assert!((m / mean - 1.0).abs() < 0.01, "mean {mean}: {m}");
            assert!((v / mean - 1.0).abs() < 0.03, "variance {mean}: {v}");
        }
    }

    #[test]
    fn binomial_has_its_mean_and_variance() {
        for (n, p) in [(1, 0.3), (10, 0.5), (40, 0.9), (1000, 0.01), (5000, 0.4)] {
            let (m, v) = moments(|d| d.binomial(n, p));
            let (mean, var) = (n as f64 * p, n as f64 * p * (1.0 - p));
            assert!((m / mean - 1.0).abs() < 0.01, "mean {n} {p}: {m}");
            assert!((v / var - 1.0).abs() < 0.03, "variance {n} {p}: {v}");
        }
    }

    #[test]
    fn draws_depend_on_nothing_but_their_key() {
        let a = Stream::new(1, "arrivals", 2).at(30).bits();
        assert_eq!(a, Stream::new(1, "arrivals", 2).at(30).bits());
        assert_ne!(a, Stream::new(1, "arrivals", 3).at(30).bits());
        assert_ne!(a, Stream::new(2, "arrivals", 2).at(30).bits());
        assert_ne!(a, Stream::new(1, "arrivals", 2).at(31).bits());
    }
}

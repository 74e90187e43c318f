//! For how long a slot is held, which says how many requests can begin on it in a step.

/// For how long slots are held: most for less than a step, some (time-outs) for many steps.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hold {
    /// Smoothed mean of all, mean of those shorter than a step, and share of the longer ones.
    pub(super) mean_s: f64,
    pub(super) fast_s: f64,
    pub(super) slow_share: f64,
    /// This step's sums.
    pub(super) fast_sum: f64,
    pub(super) fast_n: f64,
    pub(super) slow_sum: f64,
    pub(super) slow_n: f64,
    /// Starts in this step.
    pub(super) started: f64,
}

impl Hold {
    /// Counts `n` requests that held a slot for `secs`.
    pub(super) fn ended(&mut self, secs: f64, n: f64, step_s: f64) {
        if secs < step_s {
            self.fast_sum += secs * n;
            self.fast_n += n;
        } else {
            self.slow_sum += secs * n;
            self.slow_n += n;
        }
    }

    /// Takes a step's sums into the smoothed values.
    pub(super) fn smooth(&mut self, own_s: f64) {
        let ended = self.fast_n + self.slow_n;
        if ended > 0.0 {
            self.mean_s += ((self.fast_sum + self.slow_sum) / ended - self.mean_s) * 0.5;
            self.slow_share += (self.slow_n / ended - self.slow_share) * 0.5;
        }
        if self.fast_n > 0.0 {
            self.fast_s += (self.fast_sum / self.fast_n - self.fast_s) * 0.5;
        }
        self.mean_s = self.mean_s.max(own_s);
        self.fast_s = self.fast_s.max(own_s).max(1e-6);
        *self = Self {
            mean_s: self.mean_s,
            fast_s: self.fast_s,
            slow_share: self.slow_share,
            ..Self::default()
        };
    }

    /// Steps become longer: what was long against the last one may be short against the next.
    pub(super) fn lengthen(&mut self, step_s: f64) {
        if self.mean_s < 0.5 * step_s {
            self.fast_s = self.mean_s.max(1e-6);
            self.slow_share = 0.0;
        }
    }

    /// How many requests can start in a step on `free` slots, while each start keeps its slot for
    /// long with probability p: free slots fall as exp(−p·t/fast), so starts are their integral.
    pub(super) fn starts(&self, free: f64, step_s: f64) -> f64 {
        let turns = step_s / self.fast_s;
        let p = self.slow_share.clamp(0.0, 1.0);
        if p * turns < 1e-6 {
            free * turns
        } else {
            free / p * (1.0 - crate::base::math::fast_exp(-p * turns))
        }
    }
}

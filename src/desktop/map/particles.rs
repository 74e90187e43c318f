//! What travels along a link: dots for requests that are answered well, crosses for those that fail,
//! in the true ratio. One dot stands for more requests the more there are, by their logarithm, so
//! that one a second and ten thousand a second both can be read.

use std::collections::VecDeque;

/// Requests per second along a link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Traffic {
    /// Answered well.
    pub(super) good_per_s: f32,
    /// Failed.
    pub(super) failed_per_s: f32,
}

/// Below this a link counts as idle.
const IDLE_PER_S: f32 = 0.02;
/// What is the most that can be told apart.
const MOST_PER_S: f32 = 20_000.0;
/// Distance between neighbours in points, and their speed in points per second, from the least to
/// the most traffic.
const SPACING: (f32, f32) = (100.0, 9.5);
const SPEED: (f32, f32) = (34.0, 96.0);
/// On one link at once.
pub(super) const MOST: usize = 64;

impl Traffic {
    /// All requests.
    pub(super) fn per_s(self) -> f32 {
        self.good_per_s + self.failed_per_s
    }

    /// Which share of them fails.
    pub(super) fn failed_share(self) -> f32 {
        if self.per_s() > 0.0 {
            self.failed_per_s / self.per_s()
        } else {
            0.0
        }
    }

    /// How much it is, from 0 (a trickle) to 1, by its logarithm.
    pub(super) fn load(self) -> f32 {
        ((1.0 + self.per_s()).ln() / MOST_PER_S.ln()).clamp(0.0, 1.0)
    }

    /// Whether hardly anything travels.
    pub(super) fn is_idle(self) -> bool {
        self.per_s() < IDLE_PER_S
    }

    fn spacing(self) -> f32 {
        SPACING.0 * (SPACING.1 / SPACING.0).powf(self.load())
    }

    fn speed(self) -> f32 {
        SPEED.0 + (SPEED.1 - SPEED.0) * self.load()
    }
}

/// One sign on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sign {
    /// How far it is, in points.
    pub(super) walked: f32,
    /// A cross instead of a dot.
    pub(super) failed: bool,
    /// Its lane, from -1 to 1.
    pub(super) lane: f32,
}

/// The signs on a link.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    signs: VecDeque<Sign>,
    /// Points that the newest sign must go before the next one sets out.
    wait: f32,
    /// Failures that are owed to the picture.
    owed: f32,
    count: u32,
}

impl Stream {
    /// An empty one. Another number is another pattern.
    pub(super) fn new(number: usize) -> Self {
        Self {
            count: (number as u32).wrapping_mul(7_919),
            ..Self::default()
        }
    }

    /// Lets time pass. Signs end at `end`, in points.
    pub(super) fn advance(&mut self, seconds: f32, traffic: Traffic, end: f32) {
        let step = traffic.speed() * seconds;
        for sign in &mut self.signs {
            sign.walked += step;
        }
        // A link can get shorter all at once: then not only the first have arrived.
        self.signs.retain(|sign| sign.walked < end);
        if traffic.is_idle() {
            self.wait = 0.0;
            return;
        }
        self.wait = self.wait.min(traffic.spacing() * 1.5) - step;
        while self.wait < 0.0 {
            let walked = -self.wait;
            let sign = self.next(traffic, walked);
            if walked < end && self.signs.len() < MOST {
                self.signs.push_back(sign);
            }
            self.wait += traffic.spacing() * (1.0 + 0.35 * scatter(self.count, 1));
        }
    }

    /// Puts signs all along, as if it had run for long.
    pub(super) fn fill(&mut self, traffic: Traffic, end: f32) {
        self.signs.clear();
        self.wait = 0.0;
        if !traffic.is_idle() {
            self.advance(end / traffic.speed(), traffic, end);
        }
    }

    /// Failures follow their share as evenly as whole signs can.
    fn next(&mut self, traffic: Traffic, walked: f32) -> Sign {
        self.count = self.count.wrapping_add(1);
        self.owed += traffic.failed_share();
        let failed = self.owed >= 1.0;
        if failed {
            self.owed -= 1.0;
        }
        Sign {
            walked,
            failed,
            lane: scatter(self.count, 2),
        }
    }

    /// What is on its way.
    pub(super) fn signs(&self) -> impl Iterator<Item = &Sign> {
        self.signs.iter()
    }
}

/// The same without motion: evenly placed, as dense, in the same ratio.
pub(super) fn still(traffic: Traffic, end: f32) -> Vec<Sign> {
    if traffic.is_idle() {
        return Vec::new();
    }
    let spacing = traffic.spacing();
    let count = ((end / spacing) as usize).min(MOST);
    // Half of one is owed at first, so that the rounding is fair on a short link.
    let mut owed = 0.5;
    let signs = (0..count).map(|number| {
        owed += traffic.failed_share();
        let failed = owed >= 1.0;
        if failed {
            owed -= 1.0;
        }
        Sign {
            walked: spacing * (number as f32 + 0.5),
            failed,
            lane: 0.0,
        }
    });
    signs.collect()
}

/// A number in -1..1 that looks like chance.
fn scatter(count: u32, salt: u32) -> f32 {
    let mut bits = count.wrapping_mul(0x9E37_79B9) ^ salt.wrapping_mul(0x85EB_CA6B);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x2C1B_3C6D);
    bits ^= bits >> 12;
    bits = bits.wrapping_mul(0x297A_2D39);
    bits ^= bits >> 15;
    bits as f32 / u32::MAX as f32 * 2.0 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(good_per_s: f32, failed_per_s: f32) -> Traffic {
        Traffic {
            good_per_s,
            failed_per_s,
        }
    }

    #[test]
    fn crosses_come_in_the_true_ratio() {
        for share in [0.02, 0.125, 0.5, 1.0] {
            let it = traffic(800.0 * (1.0 - share), 800.0 * share);
            let mut stream = Stream::default();
            let signs = (0..1000).map(|_| stream.next(it, 0.0));
            let failed = signs.filter(|sign| sign.failed).count() as f32;
            assert!(
                // To within one sign.
                (failed - share * 1000.0).abs() < 1.5,
                "{share}: {failed}"
            );
        }
    }

    #[test]
    fn more_traffic_is_denser_and_faster_and_never_too_much() {
        let seen = |per_s: f32| {
            let mut stream = Stream::default();
            stream.fill(traffic(per_s, 0.0), 300.0);
            stream.signs.len()
        };
        let (few, some, many, most) = (seen(1.0), seen(100.0), seen(10_000.0), seen(1e9));
        assert!(few >= 1 && few < some && some < many && many <= most);
        assert!(most <= MOST);
        assert_eq!(seen(0.0), 0);
        assert!(traffic(1.0, 0.0).speed() < traffic(10_000.0, 0.0).speed());
    }

    #[test]
    fn without_time_nothing_moves() {
        let mut stream = Stream::default();
        stream.fill(traffic(50.0, 5.0), 200.0);
        let before: Vec<Sign> = stream.signs().copied().collect();
        stream.advance(0.0, traffic(50.0, 5.0), 200.0);
        assert!(before.iter().eq(stream.signs()));
        stream.advance(0.1, traffic(50.0, 5.0), 200.0);
        assert!(stream.signs().all(|sign| sign.walked < 200.0));
        assert!(!before.iter().eq(stream.signs()));
    }

    #[test]
    fn a_breaker_stops_everything_at_its_gap() {
        let mut stream = Stream::default();
        stream.fill(traffic(50.0, 0.0), 200.0);
        stream.advance(0.01, traffic(50.0, 0.0), 100.0);
        assert!(stream.signs().all(|sign| sign.walked < 100.0));
    }

    #[test]
    fn the_still_picture_shows_the_same_ratio() {
        let signs = still(traffic(750.0, 250.0), 400.0);
        let failed = signs.iter().filter(|sign| sign.failed).count() as f32;
        assert!((failed / signs.len() as f32 - 0.25).abs() < 0.06);
        assert!(still(traffic(0.0, 0.0), 400.0).is_empty());
    }
}

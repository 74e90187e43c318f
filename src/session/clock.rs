//! From real time to simulated time: pause and speeds.
//!
//! The only place where both meet, and even here no clock is read: whoever has one hands over how
//! much time passed.

use crate::base::time::SimDuration;

/// Speeds on offer, as simulated seconds per second.
pub const SPEEDS: [u32; 4] = [1, 5, 20, 60];
/// A front end that hung for longer than this does not make up for it.
const LONGEST_FRAME_S: f64 = 0.25;

/// How simulated time follows real time.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    speed: u32,
    paused: bool,
    /// No pause and no other speed than 1.
    exam: bool,
    /// Simulated seconds that have passed and not been played yet, below one.
    carry_s: f64,
}

impl Pace {
    /// Real time, running; an exam has no other pace.
    pub fn new(exam: bool) -> Self {
        Self {
            speed: 1,
            paused: false,
            exam,
            carry_s: 0.0,
        }
    }

    /// Simulated seconds per second.
    pub fn speed(&self) -> u32 {
        self.speed
    }

    /// Whether time stands still.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether pace is fixed.
    pub fn is_exam(&self) -> bool {
        self.exam
    }

    /// Chooses one of [`SPEEDS`]; says whether that was possible.
    pub fn set_speed(&mut self, speed: u32) -> bool {
        let possible = SPEEDS.contains(&speed) && (!self.exam || speed == 1);
        if possible {
            self.speed = speed;
        }
        possible
    }

    /// Stops or resumes time; says whether that was possible.
    pub fn set_paused(&mut self, paused: bool) -> bool {
        if self.exam {
            return !paused;
        }
        self.paused = paused;
        true
    }

    /// Whole seconds to play after `real_s` seconds have passed. What is left over is kept, so that
    /// none is lost whatever the frame rate; negative and infinite times count as none.
    pub fn advance(&mut self, real_s: f64) -> SimDuration {
        if self.paused || !(real_s > 0.0 && real_s.is_finite()) {
            return SimDuration::ZERO;
        }
        self.carry_s += real_s.min(LONGEST_FRAME_S) * f64::from(self.speed);
        let whole = self.carry_s.trunc();
        self.carry_s -= whole;
        SimDuration::from_secs(whole as u64)
    }

    /// Share of the second that is under way, for drawing between two states.
    pub fn phase(&self) -> f64 {
        self.carry_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_lost_between_frames() {
        let mut pace = Pace::new(false);
        assert!(pace.set_speed(20));
        let frames = (0..600).map(|_| pace.advance(1.0 / 60.0));
        let sum: f64 = frames.map(SimDuration::as_secs_f64).sum();
        assert!((sum - 200.0).abs() <= 1.0, "{sum}");
    }

    #[test]
    fn a_pause_holds_everything_and_an_exam_has_none() {
        let mut pace = Pace::new(false);
        assert!(pace.set_paused(true));
        assert_eq!(pace.advance(0.2), SimDuration::ZERO);
        let mut exam = Pace::new(true);
        assert!(!exam.set_paused(true) && !exam.set_speed(5) && exam.set_speed(1));
        let sum: f64 = (0..8).map(|_| exam.advance(0.25).as_secs_f64()).sum();
        assert!((sum - 2.0).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn strange_times_are_no_time() {
        let mut pace = Pace::new(false);
        for time in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            assert_eq!(pace.advance(time), SimDuration::ZERO);
        }
        assert!(!pace.set_speed(7));
    }
}

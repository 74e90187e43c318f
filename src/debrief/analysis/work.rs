//! How much has been played, told to whoever waits for it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::base::time::{SimDuration, SimTime};
use crate::debrief::analysis::{Cancelled, Progress, Stage, Work};

/// Counts branches for every thread.
pub(super) struct Books<'p> {
    progress: &'p (dyn Fn(Progress) -> bool + Sync),
    done: AtomicUsize,
    all: AtomicUsize,
    simulated_us: AtomicU64,
}

impl<'p> Books<'p> {
    pub(super) fn new(progress: &'p (dyn Fn(Progress) -> bool + Sync)) -> Self {
        Self {
            progress,
            done: AtomicUsize::new(0),
            all: AtomicUsize::new(0),
            simulated_us: AtomicU64::new(0),
        }
    }

    /// So many branches more will be played.
    pub(super) fn expect(&self, branches: usize) {
        self.all.fetch_add(branches, Ordering::Relaxed);
    }

    /// Plays one of about this length, unless nobody wants it any more.
    pub(super) fn play<R>(
        &self,
        stage: Stage,
        length: SimTime,
        branch: impl FnOnce() -> R,
    ) -> Result<R, Cancelled> {
        let done = self.done.load(Ordering::Relaxed);
        let all = self.all.load(Ordering::Relaxed).max(done + 1);
        if !(self.progress)(Progress { stage, done, all }) {
            return Err(Cancelled);
        }
        let end = branch();
        self.done.fetch_add(1, Ordering::Relaxed);
        self.simulated_us
            .fetch_add(length.as_micros(), Ordering::Relaxed);
        Ok(end)
    }

    pub(super) fn work(&self) -> Work {
        Work {
            branches: self.done.load(Ordering::Relaxed),
            simulated: SimDuration::from_micros(self.simulated_us.load(Ordering::Relaxed)),
        }
    }
}

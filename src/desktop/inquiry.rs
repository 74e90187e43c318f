//! The analysis of a finished run, played on threads of its own: hundreds of branches take seconds,
//! and no frame waits for them. Whoever loses interest stops it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::debrief::analysis::{Analysis, Cancelled, Options, Progress, analyse};
use crate::score::Baselines;
use crate::session::Record;

/// An analysis that is there or being worked out.
pub struct Inquiry {
    /// `None` while it is being worked out.
    pub analysis: Option<Arc<Analysis>>,
    /// Why it never will be.
    pub failure: Option<String>,
    coming: Option<JoinHandle<Result<Analysis, Cancelled>>>,
    told: Arc<Told>,
}

/// What thread and window tell each other.
#[derive(Default)]
struct Told {
    is_unwanted: AtomicBool,
    progress: Mutex<Option<Progress>>,
}

impl Inquiry {
    /// Starts to work it out.
    pub fn of(record: &Arc<Record>, baselines: &Baselines) -> Self {
        let told = Arc::new(Told::default());
        let (record, baselines, listener) =
            (Arc::clone(record), baselines.clone(), Arc::clone(&told));
        let thread = std::thread::Builder::new().name("analysis".to_owned());
        let started = thread.spawn(move || {
            let hear = |progress: Progress| {
                let mut last = listener
                    .progress
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                *last = Some(progress);
                !listener.is_unwanted.load(Ordering::Relaxed)
            };
            analyse(&record, &baselines, &Options::default(), &hear)
        });
        let (coming, failure) = match started {
            Ok(thread) => (Some(thread), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            analysis: None,
            failure,
            coming,
            told,
        }
    }

    /// Takes the analysis over if it is there; says whether it came just now.
    pub fn poll(&mut self) -> bool {
        let Some(thread) = self.coming.take_if(|thread| thread.is_finished()) else {
            return false;
        };
        match thread.join() {
            Ok(Ok(analysis)) => self.analysis = Some(Arc::new(analysis)),
            Ok(Err(stopped)) => self.failure = Some(stopped.to_string()),
            Err(_) => {
                let why = "the analysis stopped without a result; the run itself is kept";
                self.failure = Some(why.to_owned());
            }
        }
        true
    }

    /// Whether it is being worked out.
    pub fn is_coming(&self) -> bool {
        self.coming.is_some()
    }

    /// What it is at, and the share of the branches that are played.
    pub fn progress(&self) -> Option<(&'static str, f32)> {
        let told = self.told.progress.lock();
        let last = (*told.unwrap_or_else(PoisonError::into_inner))?;
        let share = last.done as f32 / last.all.max(1) as f32;
        Some((last.stage.words(), share.clamp(0.0, 1.0)))
    }
}

impl Drop for Inquiry {
    fn drop(&mut self) {
        self.told.is_unwanted.store(true, Ordering::Relaxed);
    }
}

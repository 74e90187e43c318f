//! The analysis of a finished run, played on threads of its own: hundreds of branches take seconds,
//! and no frame waits for them. What is known so far is there at once. Whoever loses interest stops it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::debrief::analysis::{Analysis, Cancelled, Options, Progress, Stage, analyse_in_parts};
use crate::score::Baselines;
use crate::session::Record;

/// An analysis that is there or being worked out.
pub struct Inquiry {
    /// What is known of it so far, and up to which stage that goes.
    pub known: Option<(Stage, Arc<Analysis>)>,
    /// How often more of it came.
    pub parts: usize,
    /// Why it never will be.
    pub failure: Option<String>,
    began: Instant,
    coming: Option<JoinHandle<Result<Analysis, Cancelled>>>,
    told: Arc<Told>,
}

/// What thread and window tell each other.
#[derive(Default)]
struct Told {
    is_unwanted: AtomicBool,
    progress: Mutex<Option<Progress>>,
    part: Mutex<Option<(Stage, Arc<Analysis>)>>,
}

impl Inquiry {
    /// Starts to work it out.
    pub fn of(record: &Arc<Record>, baselines: &Baselines) -> Self {
        let told = Arc::new(Told::default());
        let (record, baselines, listener) =
            (Arc::clone(record), baselines.clone(), Arc::clone(&told));
        let thread = std::thread::Builder::new().name("analysis".to_owned());
        let started = thread.spawn(move || {
            let progress = |progress: Progress| {
                *locked(&listener.progress) = Some(progress);
                !listener.is_unwanted.load(Ordering::Relaxed)
            };
            let mut hear = |stage: Stage, known: &Analysis| {
                *locked(&listener.part) = Some((stage, Arc::new(known.clone())));
            };
            let options = Options::default();
            analyse_in_parts(&record, &baselines, &options, &progress, &mut hear)
        });
        let (coming, failure) = match started {
            Ok(thread) => (Some(thread), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            known: None,
            parts: 0,
            failure,
            began: Instant::now(),
            coming,
            told,
        }
    }

    /// Takes over what has been worked out since.
    pub fn poll(&mut self) {
        let part = locked(&self.told.part).take();
        if let Some(part) = part {
            self.know(part);
        }
        let Some(thread) = self.coming.take_if(|thread| thread.is_finished()) else {
            return;
        };
        match thread.join() {
            Ok(Ok(analysis)) => self.know((Stage::Luck, Arc::new(analysis))),
            Ok(Err(stopped)) => self.failure = Some(stopped.to_string()),
            Err(_) => {
                let why = "the analysis stopped without a result; the run itself is kept";
                self.failure = Some(why.to_owned());
            }
        }
    }

    fn know(&mut self, part: (Stage, Arc<Analysis>)) {
        self.known = Some(part);
        self.parts += 1;
    }

    /// What is known, if this stage is in it.
    pub fn with(&self, stage: Stage) -> Option<&Analysis> {
        let (reached, known) = self.known.as_ref()?;
        (*reached >= stage).then_some(known)
    }

    /// Whether it is being worked out.
    pub fn is_coming(&self) -> bool {
        self.coming.is_some()
    }

    /// For how many seconds it has been worked out.
    pub fn seconds(&self) -> u64 {
        self.began.elapsed().as_secs()
    }

    /// What it is at, and the share of the branches that are played.
    pub fn progress(&self) -> Option<(&'static str, f32)> {
        let last = (*locked(&self.told.progress))?;
        let share = last.done as f32 / last.all.max(1) as f32;
        Some((last.stage.words(), share.clamp(0.0, 1.0)))
    }
}

fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Inquiry {
    fn drop(&mut self) {
        self.told.is_unwanted.store(true, Ordering::Relaxed);
    }
}

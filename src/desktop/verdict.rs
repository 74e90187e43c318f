//! What a finished run came to, worked out on a thread of its own: baselines and counterfactuals play
//! the incident a dozen times more, and no frame waits for that.

use std::sync::Arc;
use std::thread::JoinHandle;

use crate::score::{Baselines, Depth, Score, baselines, score};
use crate::session::{Record, Session};

/// A score, and what it was measured against.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The score.
    pub score: Score,
    /// Nobody doing anything, and the reference, on the same seed.
    pub baselines: Baselines,
}

/// A run that is over, and its judgement once that is done.
pub struct Verdict {
    /// The run.
    pub record: Arc<Record>,
    /// `None` while it is being worked out.
    pub judged: Option<Judged>,
    /// Why it never will be.
    pub failure: Option<String>,
    coming: Option<JoinHandle<Judged>>,
}

impl Verdict {
    /// Starts to work it out.
    pub fn of(session: &Session) -> Self {
        let record = Arc::new(session.record());
        let work = Arc::clone(&record);
        let thread = std::thread::Builder::new().name("verdict".to_owned());
        let started = thread.spawn(move || {
            let baselines = baselines(&work.scenario, work.seed, work.variant);
            let score = score(&work, &baselines, Depth::Full);
            Judged { score, baselines }
        });
        let (coming, failure) = match started {
            Ok(thread) => (Some(thread), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            record,
            judged: None,
            failure,
            coming,
        }
    }

    /// Takes the judgement over if it is there; says whether it came just now.
    pub fn poll(&mut self) -> bool {
        let Some(thread) = self.coming.take_if(|thread| thread.is_finished()) else {
            return false;
        };
        match thread.join() {
            Ok(judged) => self.judged = Some(judged),
            Err(_) => {
                let why = "the judge stopped without a judgement; the run itself is kept";
                self.failure = Some(why.to_owned());
            }
        }
        true
    }

    /// Whether it is being worked out.
    pub fn is_coming(&self) -> bool {
        self.coming.is_some()
    }
}

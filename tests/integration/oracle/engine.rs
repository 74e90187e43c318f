//! Puts a case on `desque`'s event queue and runs it.
//!
//! For: the only place that knows the event engine. Never: what an event means (`world`).

use desque::SimState;
use desque::serial::{Event, Simulation};

use super::case::Case;
use super::outcome::Outcome;
use super::world::{Happening, World};

type Run = Simulation<World, u64>;

impl SimState<u64> for World {
    fn is_complete(&self, _: &u64) -> bool {
        self.finished()
    }
}

impl Event<World, u64> for Happening {
    fn execute(&mut self, run: &mut Run) -> desque::Result {
        let now = *run.current_time();
        run.state_mut().happen(now, *self);
        schedule_pending(run)
    }
}

/// Moves what the world wants to happen into the queue, in the order it was wished for.
fn schedule_pending(run: &mut Run) -> desque::Result {
    let mut pending = std::mem::take(&mut run.state_mut().pending);
    for (at, happening) in pending.drain(..) {
        run.schedule(happening, at)?;
    }
    run.state_mut().pending = pending;
    Ok(())
}

/// One run of the case, every request on its own. The same seed gives the same outcome.
pub(crate) fn run(case: &Case, seed: u64) -> Outcome {
    let mut run = Simulation::new(World::new(case, seed), 0_u64);
    let ran = schedule_pending(&mut run).and_then(|()| run.run());
    assert!(ran.is_ok(), "an event was scheduled in the past: {ran:?}");
    run.state_mut().outcome()
}

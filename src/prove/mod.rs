//! What an author claims of a scenario, held against many played incidents.
//!
//! May use everything up to `debrief`. Plays one case after the other and keeps the books; running them
//! side by side, printing and files are its caller's. Nothing here can make a plan win: every figure
//! comes from a session that was played.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod advice;
mod bots;
mod case;
mod claims;
mod company;
mod random;
mod remarks;
mod soak;
mod spoilers;
mod story;

pub use crate::debrief::clues::{SeenClue, clues_seen};
pub use bots::Bot;
pub use case::{Case, Run, Signs, Work, prove_case};
pub use claims::{Claim, Ledger, Verdict};
pub use random::any_order;
pub use soak::{SoakFailure, soak_game};
pub use spoilers::{Spoiler, spoilers};
pub use story::{CameToPass, Story};

//! SEV1, an incident-response simulator: only causes are scripted, consequences are simulated.
//!
//! The modules are listed in reading order; each may use only those above it (a test holds this).
//! `ARCHITECTURE.md` has the bird's-eye view and the invariants.

pub mod base;
pub mod diag;
pub mod scenario;
pub mod sim;
pub mod observe;
pub mod session;
pub mod score;
pub mod debrief;
pub mod prove;
pub mod view;
pub mod report;
pub mod files;
#[cfg(feature = "desktop")]
pub mod desktop;
#[cfg(feature = "gameday")]
pub mod gameday;
pub mod cli;

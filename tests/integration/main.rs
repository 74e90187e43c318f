//! One binary for all integration tests.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail on the spot"
)]

mod authors;
mod cli;
mod determinism;
mod fidelity;
mod invariants;
mod language;
mod mechanisms;
mod oracle;
mod prove;
mod scenarios;
mod session;
mod side_by_side;
mod support;
mod tidy;

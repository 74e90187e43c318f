//! One binary for all integration tests.

mod determinism;
mod fidelity;
mod invariants;
mod language;
mod mechanisms;
mod oracle;
mod scenarios;
mod side_by_side;
mod support;
mod tidy;

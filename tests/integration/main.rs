//! One binary for all integration tests.

mod fidelity;
mod language;
mod oracle;
mod side_by_side;
mod tidy;

//! One binary for all integration tests.

mod oracle;
mod scratch;
mod tidy;

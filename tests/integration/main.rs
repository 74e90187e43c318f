//! One binary for all integration tests.
mod language;
mod oracle;
mod scratch;

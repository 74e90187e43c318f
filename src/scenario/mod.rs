//! The scenario language: from the bytes of a file to a checked scenario.
//!
//! Bytes become a spanned tree ([`syntax`]), the tree becomes plain structs that mirror the file
//! ([`decode`], [`units`]), those become the [`model`] the simulation takes, and every mistake on the
//! way becomes a finding, all of them at once. May use `base` and `diag`. Never opens a file, panics
//! on what an author wrote, or runs anything.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

pub mod action;
pub mod builtin;
pub mod describe;
pub mod decode;
pub mod lints;
pub mod load;
pub mod model;
pub mod order;
pub mod raw;
pub mod reference;
mod resolve;
pub mod schema;
pub mod signal;
pub mod syntax;
pub mod units;

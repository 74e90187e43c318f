//! What can be learned from an incident that is over.
//!
//! May use `base`, `scenario`, `sim`, `observe`, `session`, `score`. `analysis` plays branches of the
//! incident and says what each decision was worth, `what_if` plays it again with other orders, `clues`
//! looks for the signs of the true cause, `history` says what many runs say together. Never opens a
//! file, reads a clock or prints: the same record gives the same analysis on any machine.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

pub mod analysis;
pub mod clues;
pub mod history;
pub mod what_if;

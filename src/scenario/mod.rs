//! The scenario language: text → raw (mirrors the file) → resolved model (what the simulation takes).
//!
//! May use `base` and `diag`. Never opens a file and never panics on author data: every problem
//! becomes a finding with its place.

pub mod action;
pub mod model;

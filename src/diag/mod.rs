//! Findings about text an author wrote: where, what, what was expected, and how to put it right.
//!
//! A finding is data ([`Diagnostic`]); the renderers ([`human`], [`json`]) are leaves that nothing
//! else depends on. May use `base` only. Never reads files, prints, or knows what a scenario is.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod codes;
mod diagnostic;
pub mod human;
pub mod json;
mod source;
mod suggest;

pub use codes::{Code, explain};
pub use diagnostic::{Diagnostic, Findings, Label, Severity};
pub use source::{FileId, Position, SourceFile, Sources, Span, Spanned};
pub use suggest::{closest, did_you_mean, listed};

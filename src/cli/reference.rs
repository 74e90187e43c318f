//! `sev1 reference` and `sev1 schema`: the scenario language, for people and for tools.

use std::io::Write;

use crate::cli::Failure;
use crate::scenario::{reference, schema};

/// Prints the reference.
pub fn run(out: &mut dyn Write) -> Result<u8, Failure> {
    write!(out, "{}", reference::markdown())?;
    Ok(0)
}

/// Prints the schema.
pub fn run_schema(out: &mut dyn Write) -> Result<u8, Failure> {
    writeln!(out, "{:#}", schema::schema())?;
    Ok(0)
}

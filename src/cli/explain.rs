//! `sev1 explain`: what a finding means, with a wrong and a right example.

use std::io::{self, Write};

use crate::diag::{Code, did_you_mean, explain};

/// Prints the page of a code in any case; 2 where there is none of that name.
pub fn run(code: &str, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    match print(code, out, err) {
        Ok(exit) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            drop(writeln!(err, "error: could not write the page: {error}"));
            2
        }
    }
}

fn print(code: &str, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<u8> {
    if let Some(known) = explain(code) {
        writeln!(
            out,
            "{known}: {}\n\n{}",
            known.title(),
            known.explanation().trim_end()
        )?;
        return Ok(0);
    }
    let shown: String = code.trim().chars().take(40).collect();
    let hint = did_you_mean(&shown, Code::ALL.iter().map(|code| code.as_str())).or_else(|| {
        let (first, last) = (Code::ALL.first()?, Code::ALL.last()?);
        Some(format!("codes run from {first} to {last}"))
    });
    writeln!(
        err,
        "error: there is no finding `{shown}`; {}",
        hint.unwrap_or_default()
    )?;
    Ok(2)
}

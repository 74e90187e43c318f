//! `sev1 explain`.
use std::io::Write;

/// Explains a code.
pub fn run(code: &str, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    match crate::diag::explain(code) {
        Some(code) => {
            drop(writeln!(out, "{}\n\n{}", code.title(), code.explanation()));
            0
        }
        None => {
            drop(writeln!(err, "error: there is no finding `{code}`"));
            2
        }
    }
}

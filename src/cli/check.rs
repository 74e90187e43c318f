//! `sev1 check`.
use std::io::Write;
use std::path::PathBuf;

use crate::cli::{Format, files};
use crate::diag::{human, json};
use crate::scenario::load::check;

/// Checks files.
pub fn run(paths: &[PathBuf], format: Format, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let mut code = 0;
    for path in paths {
        match files::read(path) {
            Err(error) => {
                drop(writeln!(err, "error: {error}"));
                code = 2;
            }
            Ok(bytes) => {
                let name = path.display().to_string();
                let (_, findings, sources) = check(&name, &bytes, &mut files::reader_beside(path));
                drop(match format {
                    Format::Human => write!(out, "{}", human::render(&findings, &sources, false)),
                    Format::Json => write!(out, "{}", json::render(&findings, &sources)),
                });
                if findings.has_errors() {
                    code = code.max(1);
                }
            }
        }
    }
    code
}

//! The command line.

pub mod check;
pub mod explain;

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, with the text and a caret.
    Human,
    /// One JSON object per line.
    Json,
}

/// Entry point.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}

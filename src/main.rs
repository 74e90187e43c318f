//! The one binary. Everything lives in the library; this file only turns the outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    sev1::cli::main()
}

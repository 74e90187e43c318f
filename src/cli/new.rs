//! `sev1 new`: a scenario to start from, in a file of its own.
//!
//! Writes exactly one file, and never over another.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::Failure;
use crate::files::write_new;
use crate::scenario::builtin;

/// What a new file holds: short, commented, and proven (a test holds that).
pub const TEMPLATE: &str = include_str!("../../assets/authors/new.ron");
/// As long as an id may be.
const MOST_LETTERS: usize = 64;

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Name of the scenario: letters, digits, `-` and `_`
    name: String,
    /// Folder for the file; made if it is not there
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

/// Writes `DIR/NAME.ron` and says what can be done with it.
pub fn run(args: &NewArgs, out: &mut dyn Write) -> Result<u8, Failure> {
    check_name(&args.name).map_err(Failure::Usage)?;
    let path = args.dir.join(format!("{}.ron", args.name));
    write_new(&path, TEMPLATE.as_bytes())?;
    let path = path.strip_prefix(".").unwrap_or(&path).display();
    writeln!(out, "{path} is yours. It plays as it is:\n")?;
    let commands = [
        (
            format!("sev1 check {path} --watch"),
            "finds mistakes while you write",
        ),
        (format!("sev1 run {path} --plan reference"), "plays it"),
        (
            format!("sev1 prove {path}"),
            "holds what it claims against many played incidents",
        ),
        (
            "sev1 reference".to_owned(),
            "everything that can stand in it",
        ),
    ];
    let width = commands
        .iter()
        .map(|(it, _)| it.chars().count())
        .max()
        .unwrap_or(0);
    for (command, what) in commands {
        writeln!(out, "  {command:<width$}  {what}")?;
    }
    Ok(0)
}

/// The name is the id of the scenario: it is typed on command lines and makes file names.
fn check_name(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && name.len() <= MOST_LETTERS && name.chars().all(fits) {
        return match builtin::find(name) {
            Some(_) => Err(format!(
                "`{name}` is a built-in scenario: `sev1 run {name}` would play that one; choose another name"
            )),
            None => Ok(()),
        };
    }
    let shown: String = name.chars().take(MOST_LETTERS).collect();
    let rule = format!(
        "`{}` cannot be a name: 1 to {MOST_LETTERS} letters, digits, `-` and `_`, the first a letter or digit",
        shown.escape_debug()
    );
    Err(match closest_name(name) {
        Some(near) => format!("{rule}; how about `{near}`?"),
        None => rule,
    })
}

/// A name that can be used and is as near as possible.
fn closest_name(name: &str) -> Option<String> {
    let name = name.strip_suffix(".ron").unwrap_or(name).to_lowercase();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let near: String = words.join("-").chars().take(MOST_LETTERS).collect();
    let near = near.trim_matches(['-', '_']).to_owned();
    (!near.is_empty() && builtin::find(&near).is_none()).then_some(near)
}

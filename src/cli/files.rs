//! The only file access of the command line: finding and reading scenarios.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::cli::Failure;
use crate::diag::human;
use crate::scenario::builtin;
use crate::scenario::load::load;
use crate::scenario::model::Scenario;

/// Reads a whole file; the error names the path and the reason.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err(format!("{} is a folder", path.display()));
    }
    std::fs::read(path).map_err(|error| format!("could not read {}: {error}", path.display()))
}

/// A reader of the files that a file at `path` mentions, relative to it.
pub fn reader_beside(path: &Path) -> impl FnMut(&str) -> Result<Vec<u8>, String> + use<> {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    move |name| read(&folder.join(name))
}

/// Writes a file whole or not at all.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: std::io::Error| {
        Failure::Usage(format!("could not write {}: {error}", path.display()))
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    std::fs::write(beside, bytes).map_err(fail)?;
    std::fs::rename(beside, path).map_err(|error| {
        drop(std::fs::remove_file(beside));
        fail(error)
    })
}

/// Loads the scenario that the user named: the id of a built-in one, or a path. Findings are printed;
/// `Ok(None)` says that there were errors among them.
pub fn open(name: &str, err: &mut dyn Write) -> Result<Option<Arc<Scenario>>, Failure> {
    let path = Path::new(name);
    let looks_like_path = name.ends_with(".ron") || name.contains(['/', '\\']) || path.exists();
    let (scenario, findings, sources) = if let Some(built_in) = builtin::find(name) {
        load(built_in.path, built_in.text.as_bytes(), &mut |other| {
            builtin::read_beside(built_in.path, other)
        })
    } else if looks_like_path {
        let bytes = read(path).map_err(Failure::Usage)?;
        load(name, &bytes, &mut reader_beside(path))
    } else {
        let ids = builtin::SCENARIOS.iter().map(|s| s.id);
        let hint = crate::diag::did_you_mean(name, ids)
            .map_or_else(|| "`sev1 list` shows what there is".to_owned(), |hint| hint.clone());
        return Err(Failure::Usage(format!("there is no scenario `{name}`; {hint}")));
    };
    if findings.iter().next().is_some() {
        write!(err, "{}", human::render(&findings, &sources, false))?;
    }
    Ok(if findings.has_errors() { None } else { scenario.map(Arc::new) })
}

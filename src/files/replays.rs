//! Replays on disk.

use std::path::Path;

use crate::files::{Failure, Opened, open_whole, read, where_it_lies, write_whole};
use crate::scenario::syntax::MAX_BYTES;
use crate::session::replay::{Found, Replay, verify};
use crate::session::{Session, Watch};

/// Reads a replay and makes sure that it is whole and for this program.
pub fn read_replay(file: &Path) -> Result<Replay, Failure> {
    let bytes = read(file).map_err(Failure::Usage)?;
    if bytes.len() > MAX_BYTES {
        let why = format!("{}: it is larger than 8 MiB", file.display());
        return Err(Failure::Usage(why));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::Usage(format!("{}: byte {at} is no UTF-8 text", file.display()))
    })?;
    Replay::parse(&text).map_err(|why| unplayable(file, &why))
}

/// The scenario that a replay names. A path that leads nowhere is tried beside the replay, too.
pub fn scenario_of(
    replay: &Replay,
    file: &Path,
    err: &mut dyn std::io::Write,
) -> Result<Option<Opened>, Failure> {
    let named = match &replay.found {
        Found::Id(id) => id.clone(),
        Found::Path(path) => where_it_lies(path, file),
    };
    open_whole(&named, err).map_err(|failure| match failure {
        Failure::Usage(why) => Failure::Usage(format!("{}: {why}", file.display())),
        other => other,
    })
}

/// Plays a replay to its end, and makes sure that it comes to the same.
pub fn play(replay: &Replay, opened: &Opened, file: &Path) -> Result<(Session, Watch), Failure> {
    let mut watch = Watch::default();
    let session = verify(replay, &opened.scenario, |session| {
        watch.look(session.sim());
    })
    .map_err(|why| unplayable(file, &why))?;
    Ok((session, watch))
}

/// Writes what has been played so far, whole or not at all.
pub fn write_replay(
    session: &Session,
    opened: &Opened,
    plan: &str,
    file: &Path,
) -> Result<(), Failure> {
    let found = if opened.built_in {
        Found::Id(opened.named.clone())
    } else {
        Found::Path(opened.named.clone())
    };
    let text = Replay::of(session, found, plan).text();
    let text = text.map_err(|error| Failure::Usage(format!("the replay: {error}")))?;
    write_whole(file, text.as_bytes())
}

fn unplayable(file: &Path, why: &dyn std::error::Error) -> Failure {
    Failure::Usage(format!("{}: {why}", file.display()))
}

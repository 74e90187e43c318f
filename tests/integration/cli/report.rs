//! `report` as a command: bad input is one sentence, and a disk that is full leaves no half file.

use std::fs;
use std::path::Path;

use super::{folder, sev1, shop, text};
use crate::support::golden;

/// A replay of the shop's good plan, and its path.
fn recorded(name: &str) -> std::path::PathBuf {
    let shop = shop(name);
    let replay = shop.with_file_name("run.replay.ron");
    let args = [
        "run",
        text(&shop),
        "--variant",
        "bad-store",
        "--plan",
        "mend",
        "--record",
        text(&replay),
    ];
    assert_eq!(sev1(&args).0, 0);
    replay
}

#[track_caller]
fn refused(path: &Path, content: &str, part: &str) {
    fs::write(path, content).expect("a file");
    let (code, out, err) = sev1(&["report", text(path)]);
    assert_eq!(
        (code, out.as_str(), err.lines().count()),
        (2, "", 1),
        "{err}"
    );
    assert!(err.contains(part), "no {part:?} in {err}");
}

#[test]
fn replays_of_others_are_refused_in_one_sentence() {
    let path = recorded("report_refused");
    let whole = fs::read_to_string(&path).expect("a file");
    refused(
        &path,
        &whole.replace("format: 1", "format: 9"),
        "format is 9",
    );
    let engine = concat!("engine: \"", env!("CARGO_PKG_VERSION"), "\"");
    refused(
        &path,
        &whole.replace(engine, "engine: \"99.0.0\""),
        "version 99.0.0",
    );
    refused(
        &path,
        &whole.replace("order: Acknowledge", "order: Dance"),
        "Dance",
    );
}

#[test]
fn forms_hold_the_same_run_and_files_are_what_is_printed() {
    let replay = recorded("report_forms");
    let replay = text(&replay).to_owned();
    for form in ["md", "html", "json"] {
        let args = ["report", &replay, "--quick", "--format", form];
        let (code, printed, err) = sev1(&args);
        assert_eq!((code, err.as_str()), (0, ""), "{form}");
        let file = folder("report_forms_out").join("r");
        let (code, out, err) = sev1(&[&args[..], &["--output", text(&file)]].concat());
        assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""), "{form}");
        assert_eq!(fs::read_to_string(&file).expect("a file"), printed);
    }
}

/// To the letter: whoever changes a sentence sees what it does to a report.
#[test]
fn a_report_in_markdown_is_as_it_was_agreed_on() {
    let replay = recorded("report_golden");
    let (code, out, err) = sev1(&["report", text(&replay), "--seeds", "5"]);
    assert_eq!((code, err.as_str()), (0, ""));
    golden("snapshots/report.md", &out);
}

/// In a process of its own, whose files may not become larger than a kibibyte.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_file_and_the_old_one_whole() {
    let replay = recorded("report_full");
    let folder = folder("report_full_out");
    let file = folder.join("report.md");
    fs::write(&file, "the old one").expect("a file");
    let ended = std::process::Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_sev1"))
        .args(["report", text(&replay), "--quick", "--output", text(&file)])
        .output()
        .expect("a shell");
    let err = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(
        (ended.status.code(), err.lines().count()),
        (Some(2), 1),
        "{err}"
    );
    assert!(err.contains("could not write"), "{err}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "the old one");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
}

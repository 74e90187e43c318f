//! What is said where nothing is played: findings, refusals, lists, pages and help.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{SHOP, folder, keys, sev1, shop, text};
use crate::support::golden;

#[test]
fn what_cannot_run_says_so_in_one_line_and_ends_with_2() {
    let path = shop("usage");
    let path = text(&path);
    let folder = text(Path::new(path).parent().expect("a folder")).to_owned();
    for (args, parts) in [
        (
            vec!["run", "chekout-5xx"],
            vec!["there is no scenario `chekout-5xx`"],
        ),
        (
            vec!["run", "nowhere.ron"],
            vec!["could not read nowhere.ron"],
        ),
        (vec!["run", "no/where"], vec!["could not read no/where"]),
        (vec!["run", &folder], vec!["is a folder"]),
        (
            vec!["run", path, "--plan", "refrence"],
            vec![
                "no plan `refrence`",
                "did you mean `reference`?",
                "`give up`",
                "`none`",
            ],
        ),
        (
            vec!["run", path, "--variant", "bad store"],
            vec![
                "no variant `bad store`",
                "did you mean `bad-store`?",
                "`slow-store`",
            ],
        ),
        (
            vec!["run", path, "--variant", "slow-store", "--plan", "mend"],
            vec!["no plan `mend`"],
        ),
        (
            vec!["series", path, "--plan", "xyz"],
            vec!["no plan `xyz`", "`reference`"],
        ),
        (
            vec!["series", "chekout-5xx", "--csv"],
            vec!["there is no scenario `chekout-5xx`"],
        ),
    ] {
        let (code, out, err) = sev1(&args);
        assert_eq!(
            (code, out.as_str(), err.lines().count()),
            (2, "", 1),
            "{args:?}: {err}"
        );
        assert!(err.starts_with("error: "), "{err}");
        for part in parts {
            assert!(err.contains(part), "{args:?}: no {part:?} in {err}");
        }
    }
    for args in [
        &["run", path, "--seeds", "9..3"][..],
        &["run", path, "--seeds", "7"],
        &["run", path, "--seeds", "0..9", "--seed", "1"],
        &["run", path, "--seed", "-1"],
        &["run", path, "--sed", "1"],
        &["run"],
        &["series", path, "--every", "0"],
        &["check"],
        &["check", path, "--format", "yaml"],
        &["explain"],
        &["rnu", path],
    ] {
        let (code, out, err) = sev1(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains("error: "), "{args:?}: {err}");
    }
}

#[test]
fn findings_of_a_scenario_end_with_1() {
    let path = folder("findings").join("broken.ron");
    fs::write(&path, SHOP.replace("to: \"web", "to: \"wob")).expect("the file can be written");
    for args in [
        &["run", text(&path), "--json"][..],
        &["series", text(&path), "--csv"],
    ] {
        let (code, out, err) = sev1(args);
        assert_eq!((code, out.as_str()), (1, ""), "{args:?}");
        assert_eq!(
            err.matches("error[S0401]").count(),
            2,
            "both at once: {err}"
        );
        assert!(
            err.contains("help: did you mean") || err.contains("did you mean"),
            "{err}"
        );
    }
    let (code, out, err) = sev1(&["check", text(&path)]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("\n1 file checked: 2 errors"), "{out}");
}

#[test]
fn check_takes_folders_and_survives_any_file() {
    let good = shop("check");
    let folder = good.parent().expect("a folder");
    let (code, out, err) = sev1(&["check", text(folder)]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "1 file checked: no findings\n", "")
    );
    let binary = folder.join("binary.ron");
    let noise: Vec<u8> = (0..4096_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for bytes in [noise.as_slice(), b"\x7fELF\0\0\0", b"\xff\xfeS\0", b""] {
        fs::write(&binary, bytes).expect("the file can be written");
        for args in [
            &["check", text(&binary)][..],
            &["check", "--format", "json", text(&binary)],
        ] {
            let (code, out, err) = sev1(args);
            assert_eq!((code, err.as_str()), (1, ""), "{args:?}");
            assert!(out.contains("S0"), "{out}");
            assert!(!out.contains('\0'), "no raw bytes reach the terminal");
        }
        assert_eq!(sev1(&["run", text(&binary)]).0, 1);
    }
    let (code, out, err) = sev1(&["check", text(&good), text(&folder.join("none.ron"))]);
    assert_eq!((code, out.as_str()), (2, "1 file checked: no findings\n"));
    assert!(err.contains("no such file or folder"), "{err}");
}

#[test]
fn list_and_explain_answer() {
    let (code, out, err) = sev1(&["list", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for line in out.lines() {
        let object: Value = serde_json::from_str(line).expect("JSON");
        keys(
            &object,
            &[
                "id", "title", "level", "place", "drill", "minutes", "variants",
            ],
        );
    }
    assert_eq!(sev1(&["list"]).0, 0);
    assert_eq!(sev1(&["explain", "S0401"]).0, 0);
    assert_eq!(sev1(&["explain", "S9999"]).0, 2);
    let (code, out, _) = sev1(&["--version"]);
    assert_eq!(
        (code, out),
        (0, format!("sev1 {}\n", env!("CARGO_PKG_VERSION")))
    );
}

/// Help texts are compared word by word, because lines are broken at the width of the terminal.
/// Renew them with `SEV1_RENEW=1 cargo test --test integration cli`.
#[test]
fn help_texts_are_as_agreed() {
    for command in ["", "check", "explain", "list", "run", "series"] {
        let (name, args) = if command.is_empty() {
            ("sev1", vec!["--help"])
        } else {
            (command, vec![command, "--help"])
        };
        let (code, out, err) = sev1(&args);
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        // Commands that come with a feature have no line in what is agreed.
        let own = |line: &&str| !["  host ", "  kit "].iter().any(|it| line.starts_with(it));
        let lines: Vec<&str> = out.lines().filter(own).collect();
        let out = lines.join("\n") + "\n";
        let words: Vec<&str> = out.split_whitespace().collect();
        let file = format!("snapshots/help-{name}.txt");
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join(&file);
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if kept.split_whitespace().collect::<Vec<_>>() != words {
            golden(&file, &out);
        }
    }
}

/// Without a command the game opens; where there is no display that is one line, and what to do.
#[cfg(target_os = "linux")]
#[test]
fn without_a_display_the_game_says_so_in_one_line() {
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_sev1"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.contains("sev1 console SCENARIO"), "{err}");
}

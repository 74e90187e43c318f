//! What authors type: a scenario to start from, one look for files, checks that go on.

use std::fs;

use sev1::cli::{Format, check};

use super::{folder, sev1, text};

#[test]
fn a_new_scenario_checks_and_proves_as_it_is() {
    let folder = folder("new").join("not there yet");
    let (code, out, err) = sev1(&["new", "my-first", "--dir", text(&folder)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let path = folder.join("my-first.ron");
    assert!(
        out.contains(&format!("sev1 prove {}", text(&path))),
        "{out}"
    );
    let written = fs::read_to_string(&path).expect("the file");
    assert!(written.lines().count() <= 120, "more than two screens");
    assert!(written.lines().all(|line| line.chars().count() <= 120));
    let (code, out, _) = sev1(&["check", text(&path)]);
    assert_eq!((code, out.as_str()), (0, "1 file checked: no findings\n"));
    let (code, out, _) = sev1(&["fmt", "--check", text(&path)]);
    assert_eq!(code, 0, "{out}");
    let (code, out, err) = sev1(&["prove", text(&path), "--seeds", "8"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(
        !out.contains('✗') && out.contains("claims hold, 0 fail"),
        "{out}"
    );
}

#[test]
fn a_new_scenario_never_replaces_a_file() {
    let folder = folder("new-twice");
    let path = folder.join("mine.ron");
    fs::write(&path, "mine").expect("a file");
    let (code, out, err) = sev1(&["new", "mine", "--dir", text(&folder)]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        format!(
            "error: {} exists already, and stays as it is\n",
            text(&path)
        )
    );
    assert_eq!(fs::read_to_string(&path).expect("a file"), "mine");
    let (code, _, err) = sev1(&["new", "other", "--dir", text(&path)]);
    assert_eq!((code, err.lines().count()), (2, 1), "{err}");
    assert!(err.contains("could not make the folder"), "{err}");
}

#[test]
fn a_bad_name_gives_one_clear_error() {
    let folder = folder("new-names");
    let long = "x".repeat(65);
    for (name, part) in [
        ("My shop!", "how about `my-shop`?"),
        ("shop.ron", "how about `shop`?"),
        ("a/b", "how about `a-b`?"),
        ("../../etc", "how about `etc`?"),
        ("", "the first a letter or digit"),
        ("_x", "how about `x`?"),
        ("🛒", "the first a letter or digit\n"),
        (long.as_str(), "1 to 64 letters"),
        ("checkout-5xx", "is a built-in scenario"),
    ] {
        let (code, out, err) = sev1(&["new", name, "--dir", text(&folder)]);
        assert_eq!(
            (code, out.as_str(), err.lines().count()),
            (2, "", 1),
            "{name}: {err}"
        );
        assert!(err.contains(part), "{name}: {err}");
    }
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0);
}

#[test]
fn fmt_writes_what_changes_and_leaves_the_rest_alone() {
    let folder = folder("fmt");
    let (tidy, messy) = (folder.join("tidy.ron"), folder.join("messy.ron"));
    fs::write(&tidy, "(a: 1)\n").expect("a file");
    fs::write(&messy, "( a:1 , // why\n)").expect("a file");
    let (code, out, err) = sev1(&["fmt", "--check", text(&folder)]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert_eq!(
        out,
        format!(
            "{} would change\n1 of 2 would change, 1 as they should be\n",
            text(&messy)
        )
    );
    assert_eq!(
        fs::read_to_string(&messy).expect("a file"),
        "( a:1 , // why\n)"
    );
    let (code, out, _) = sev1(&["fmt", text(&folder)]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(
        fs::read_to_string(&messy).expect("a file"),
        "(\n    a: 1, // why\n)\n"
    );
    let (code, out, _) = sev1(&["fmt", "--check", text(&folder)]);
    assert_eq!(
        (code, out.as_str()),
        (0, "0 of 2 would change, 2 as they should be\n")
    );
}

#[test]
fn fmt_says_what_it_cannot_read_and_does_not_touch_it() {
    let path = folder("fmt-bad").join("bad.ron");
    fs::write(&path, "(a: [1)").expect("a file");
    let (code, out, err) = sev1(&["fmt", text(&path)]);
    assert_eq!(code, 1, "{out}");
    assert!(err.contains("error[S01"), "{err}");
    assert!(
        out.ends_with("0 as they should be, 1 cannot be read\n"),
        "{out}"
    );
    assert_eq!(fs::read_to_string(&path).expect("a file"), "(a: [1)");
    let (code, _, err) = sev1(&["fmt", "no/where.ron"]);
    assert_eq!((code, err.lines().count()), (2, 1), "{err}");
}

#[test]
fn a_watch_checks_again_when_a_file_or_its_world_changes() {
    let beside = folder("watch-worlds").join("web.world.ron");
    let folder = folder("watch");
    let world = |part: &str| {
        let text = format!(
            "World(components: {{\"web\": {part}()}}, journeys: {{\"x\": (to: \"web\", rate: \"9/s\")}})"
        );
        fs::write(&beside, text).expect("a file");
    };
    let fault = "faults: [(name: \"f\", when: At(\"1m\"), do: Restart(component: \"web\"))]";
    let scenario = |name: &str| {
        let text = format!("(world: \"../watch-worlds/web.world.ron\", {fault})");
        fs::write(folder.join(name), text).expect("a file");
    };
    world("Service");
    scenario("one.ron");
    let mut turn = 0;
    let mut wait = || {
        turn += 1;
        match turn {
            3 => world("Servant"),
            6 => world("Service"),
            7 => scenario("two.ron"),
            8 => fs::remove_file(folder.join("two.ron")).expect("a file"),
            _ => {}
        }
        turn < 10
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let paths = [folder.clone()];
    let code = check::watch(&paths, Format::Human, Some(&mut wait), &mut out, &mut err);
    assert_eq!((code, err.len()), (0, 0));
    let out = String::from_utf8(out).expect("UTF-8");
    let screens: Vec<&str> = out.split("\u{1b}[H\u{1b}[2J\u{1b}[3J").skip(1).collect();
    assert_eq!(screens.len(), 5, "once, and once per change: {out}");
    assert_eq!(
        screens[0],
        "1 file checked: no findings\n\nWatching 2 files; Ctrl+C ends.\n"
    );
    assert!(screens[1].contains("error[S0204]"), "{out}");
    assert!(
        screens[2].starts_with("1 file checked: no findings"),
        "{out}"
    );
    assert!(
        screens[3].starts_with("2 files checked: no findings"),
        "{out}"
    );
    assert_eq!(screens[4], screens[0]);
}

//! Plans in files of their own: read in terms of a scenario, found fault with like one, and part of
//! nothing that the scenario is.

use std::fs;
use std::path::Path;

use super::{json, sev1, shop, text};

/// A plan file beside a new shop: the paths of both.
fn plan_file(name: &str, plan: &str) -> (String, String) {
    let shop = shop(name);
    let path = shop.with_file_name("mine.ron");
    fs::write(&path, plan).expect("the file can be written");
    (text(&shop).to_owned(), text(&path).to_owned())
}

#[test]
fn a_plan_in_a_file_does_what_the_same_plan_does_in_the_scenario() {
    let mend = r#"Plan(why: "It is the time-out.", steps: [
        (at: "90s", do: Acknowledge),
        (after: "20s", do: Set(on: "web, \"EU\" 🛒 -> store", timeout: "1s")),
    ])"#;
    let (shop, path) = plan_file("plan_same", mend);
    let run = |plan: &str| {
        let variant = "bad-store";
        json(&["run", &shop, "--variant", variant, "--plan", plan, "--json"])
    };
    let (named, mut filed) = (run("mend"), run(&path));
    assert_eq!(
        filed["plan"], *path,
        "a plan is called what it was called by"
    );
    filed["plan"] = "mend".into();
    assert_eq!(named, filed);
    let series = |plan: &str| {
        let args = ["series", &shop, "--variant", "bad-store", "--plan", plan];
        sev1(&args)
    };
    assert_eq!(series("mend"), series(&path));
}

#[test]
fn a_plan_file_says_who_does_it_and_works_for_every_cause() {
    let plan = r#"(steps: [(at: "1m", do: OpenChannel), (at: "1m10s", by: "you", do: Changes)])"#;
    let (shop, path) = plan_file("plan_by", plan);
    let (code, out, err) = sev1(&["run", &shop, "--plan", &path]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("● recent changes (you)"), "{out}");
    let (code, table, err) = sev1(&["run", &shop, "--plan", &path, "--seeds", "0..4"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        table.contains("slow-store") && table.contains("bad-store"),
        "{table}"
    );
}

#[test]
fn findings_of_a_plan_file_are_located_in_it() {
    let plan = "Plan(\n    steps: [\n        (at: \"1m\", do: Restart(component: \"stroe\")),\n        \
                (at: \"2m\", by: \"Myaa\", do: Logs(of: \"store\")),\n    ],\n)\n";
    let (shop, path) = plan_file("plan_findings", plan);
    let (code, out, err) = sev1(&["run", &shop, "--plan", &path]);
    assert_eq!((code, out.as_str()), (1, ""));
    let place = format!("--> {path}:3:43");
    for part in [
        "there is no component `stroe`",
        place.as_str(),
        "did you mean `store`?",
        "there is no person `Myaa` in the team",
        "2 errors",
    ] {
        assert!(err.contains(part), "no {part:?} in\n{err}");
    }
    assert!(
        !err.contains("a shop"),
        "the scenario has no findings\n{err}"
    );
    for (plan, part) in [
        ("Scenario()", "`Scenario`"),
        ("(steps: [(at: \"2m\", do: [Close", "never closed"),
        ("", "the file is empty"),
        (
            "(steps: [(at: \"2m\", do: Undo(step: 3))])",
            "cannot take back step 3",
        ),
    ] {
        fs::write(&path, plan).expect("the file can be written");
        let (code, out, err) = sev1(&["run", &shop, "--plan", &path, "--json"]);
        assert_eq!((code, out.as_str()), (1, ""), "{plan}: {err}");
        assert!(err.contains(part), "no {part:?} in\n{err}");
    }
}

#[test]
fn a_plan_file_that_is_not_there_is_said_in_one_line() {
    let shop = shop("plan_missing");
    let folder = text(shop.parent().expect("a folder")).to_owned();
    for plan in ["nowhere.ron", "no/where", folder.as_str()] {
        let (code, out, err) = sev1(&["run", text(&shop), "--plan", plan]);
        assert_eq!(
            (code, out.as_str(), err.lines().count()),
            (2, "", 1),
            "{err}"
        );
        assert!(err.starts_with("error: could not read "), "{err}");
    }
    assert!(!Path::new("nowhere.ron").exists());
}

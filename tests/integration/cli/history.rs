//! What the runs in a folder say together: counted once, kept beside them, and never stopped by a file
//! that is no run.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{folder, json, sev1, shop, text};

fn record(shop: &Path, plan: &str, seed: &str, replay: &Path) {
    let args = [
        "run",
        text(shop),
        "--variant",
        "bad-store",
        "--plan",
        plan,
        "--seed",
        seed,
        "--record",
        text(replay),
    ];
    let (code, _, err) = sev1(&args);
    assert_eq!((code, err.as_str()), (0, ""));
}

fn of(folder: &Path) -> Value {
    json(&["history", text(folder), "--json"])
}

#[test]
fn runs_are_counted_once_and_what_is_no_run_is_skipped_with_a_word() {
    let shop = shop("history_runs");
    let folder = shop.parent().expect("a folder");
    for (plan, seed) in [("mend", "5"), ("mend", "6"), ("none", "5")] {
        record(
            &shop,
            plan,
            seed,
            &folder.join(format!("{plan}-{seed}.replay.ron")),
        );
    }
    let good = folder.join("mend-5.replay.ron");
    let whole = fs::read_to_string(&good).expect("a file");
    let put = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("a file");
    put("again.replay.ron", whole.as_bytes());
    put(
        "edited.replay.ron",
        whole.replace("seed: 5", "seed: 7").as_bytes(),
    );
    put("half.replay.ron", &whole.as_bytes()[..whole.len() / 2]);
    put("noise.replay.ron", b"\xff\xfe\x00");
    put(
        "other.replay.ron",
        whole.replace("format: 1", "format: 9").as_bytes(),
    );
    put("notes.txt", b"not looked at");
    let first = of(folder);
    assert_eq!(first["runs"], 3, "{first}");
    let family = &first["families"][0];
    assert_eq!(family["totals"].as_array().map(Vec::len), Some(3));
    assert_eq!(family["repair"]["runs"], 2, "{family}");
    assert_eq!(family["repair"]["unrecovered"], 1, "{family}");
    let interval = family["repair"]["interval_s"].as_array().expect("two runs");
    assert!(interval[0].as_f64() <= interval[1].as_f64());
    let skipped = first["skipped"].as_array().expect("a list");
    assert_eq!(skipped.len(), 5, "{first}");
    assert!(
        skipped
            .iter()
            .all(|it| it["why"].as_str().is_some_and(|why| !why.is_empty()))
    );
    // From the index, without an index, with a broken one, and with one that no score can come to.
    let index = folder.join("history.index.json");
    let kept = fs::read_to_string(&index).expect("an index");
    assert_eq!(of(folder), first);
    fs::remove_file(&index).expect("it is there");
    assert_eq!(of(folder), first);
    for broken in [
        kept[..kept.len() / 2].to_owned(),
        kept.replace("\"total\": ", "\"total\": 999"),
        String::new(),
    ] {
        fs::write(&index, broken).expect("a file");
        assert_eq!(of(folder), first);
    }
    assert!(!folder.join("history.index.json.part").exists());
}

#[test]
fn an_empty_folder_has_no_history_and_none_is_an_error() {
    let empty = folder("history_empty");
    let (code, out, err) = sev1(&["history", text(&empty)]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("no finished run") && out.contains("Next: "),
        "{out}"
    );
    let (code, out, err) = sev1(&["history", text(&empty.join("nowhere"))]);
    assert_eq!(
        (code, out.as_str(), err.lines().count()),
        (2, "", 1),
        "{err}"
    );
    assert!(err.contains("nowhere: no such file or folder"), "{err}");
}

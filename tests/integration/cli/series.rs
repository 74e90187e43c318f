//! `sev1 series`: its rows, and its file, whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::{sev1, shop, text};

/// A line of comma-separated values, with quotes taken off.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    fields.push(field);
    fields
}

#[test]
fn a_series_has_every_signal_of_every_component_in_finite_numbers() {
    let path = shop("series");
    let (code, out, err) = sev1(&[
        "series",
        text(&path),
        "--csv",
        "--every",
        "30",
        "--until",
        "120",
        "--plan",
        "reference",
    ]);
    assert_eq!((code, err.as_str()), (0, ""));
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("t_s,component,signal,value"));
    let mut seen = BTreeSet::new();
    for line in lines {
        let row = fields(line);
        assert_eq!(row.len(), 4, "{line}");
        let (at, value): (f64, f64) = (
            row[0].parse().expect("a number"),
            row[3].parse().expect("a number"),
        );
        assert!(value.is_finite() && value >= 0.0, "{line}");
        seen.insert((at as u64, row[1].clone(), row[2].clone()));
    }
    for at in [30, 60, 90, 120] {
        for component in ["web, \"EU\" 🛒", "store"] {
            for signal in [
                "arrivals_per_s",
                "served_per_s",
                "failed_per_s",
                "attempts_per_s",
                "in_system",
                "utilisation",
                "latency_mean_s",
                "latency_p50_s",
                "latency_p95_s",
                "latency_p99_s",
            ] {
                let row = (at, component.to_owned(), signal.to_owned());
                assert!(seen.contains(&row), "no {row:?}");
            }
        }
    }
    let (_, again, _) = sev1(&[
        "series",
        text(&path),
        "--csv",
        "--every",
        "30",
        "--until",
        "120",
        "--plan",
        "reference",
    ]);
    assert_eq!(out, again);
    let (_, short, _) = sev1(&[
        "series",
        text(&path),
        "--csv",
        "--every",
        "30",
        "--until",
        "60",
        "--plan",
        "reference",
    ]);
    assert!(
        out.starts_with(&short),
        "looking for longer does not change what was"
    );
}

#[test]
fn a_series_is_written_whole_or_not_at_all() {
    let path = shop("out");
    let folder = path.parent().expect("a folder").to_path_buf();
    let args = |out: &str| {
        sev1(&[
            "series",
            text(&path),
            "--csv",
            "--until",
            "30",
            "--out",
            out,
        ])
    };
    let file = folder.join("a series 📈.csv");
    let (code, out, err) = args(text(&file));
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    let written = fs::read_to_string(&file).expect("it is there");
    let (_, printed, _) = sev1(&["series", text(&path), "--csv", "--until", "30"]);
    assert_eq!(written, printed);

    let before: BTreeSet<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .collect();
    let (missing, below_a_file) = (folder.join("none/x.csv"), file.join("x.csv"));
    let mut bad = vec![text(&missing), text(&below_a_file), text(&folder)];
    if cfg!(target_os = "linux") {
        bad.push("/proc/x.csv");
    }
    for out_file in bad {
        let (code, out, err) = args(out_file);
        assert_eq!(
            (code, out.as_str(), err.lines().count()),
            (2, "", 1),
            "{out_file}: {err}"
        );
        assert!(
            err.starts_with(&format!("error: could not write {out_file}: ")),
            "{err}"
        );
    }
    let after: BTreeSet<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .collect();
    assert_eq!(before, after, "nothing is left over");
    let leftover = PathBuf::from(format!("{}.part", folder.display()));
    assert!(!leftover.exists(), "nor beside it");
    assert_eq!(fs::read_to_string(&file).expect("it is there"), written);
}

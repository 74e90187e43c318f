//! `sev1 check` and `sev1 explain`, called in process.

use std::path::PathBuf;

use sev1::cli::{Format, check, explain};

use super::folder;

fn checked(paths: &[&str], format: Format) -> (u8, String, String) {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder().join(path)).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = check::run(&paths, format, &mut out, &mut err);
    let root = folder().display().to_string();
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8").replace(&root, "…");
    (code, text(out), text(err))
}

#[test]
fn check_prints_findings_and_a_summary() {
    let fine = checked(&["minimal.ron", "shop.ron"], Format::Human);
    assert_eq!(
        fine,
        (
            0,
            "2 files checked: no findings\n".to_owned(),
            String::new()
        )
    );
    let (code, out, err) = checked(&["."], Format::Human);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(
        out.contains("error[S0401]: there is no component `chekout`\n --> …/bad/typo.ron:3:54"),
        "{out}"
    );
    assert!(
        out.contains("\n5 files checked: 2 errors, "),
        "a world is reported once: {out}"
    );
    let (code, out, _) = checked(&["bad"], Format::Json);
    let lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!((code, lines.len()), (1, 3));
    assert_eq!(lines[0]["code"], "S0307");
    assert_eq!(lines[1]["code"], "S0401");
    assert_eq!(lines[2]["summary"]["errors"], 2);
}

#[test]
fn check_says_in_one_line_what_it_could_not_read() {
    let (code, out, err) = checked(&["nowhere", "minimal.ron"], Format::Human);
    assert_eq!((code, out.as_str()), (2, "1 file checked: no findings\n"));
    assert_eq!(
        err,
        "error: could not read …/nowhere: no such file or folder\n"
    );
    let (code, _, err) = checked(&["../golden-none", "../integration"], Format::Human);
    assert_eq!((code, err.lines().count()), (2, 2), "{err}");
    assert!(
        err.ends_with("there is no *.ron file below …/../integration\n"),
        "{err}"
    );
}

#[test]
fn explain_prints_pages_and_suggests_codes() {
    let run = |code: &str| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = explain::run(code, &mut out, &mut err);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (exit, text(out), text(err))
    };
    let (exit, out, _) = run("s0401");
    assert_eq!(exit, 0);
    assert!(
        out.starts_with("S0401: a name that nothing has\n\n") && out.contains("Wrong:"),
        "{out}"
    );
    let near = run("S401");
    assert_eq!((near.0, near.1.as_str()), (2, ""));
    assert_eq!(
        near.2,
        "error: there is no finding `S401`; did you mean `S0401`?\n"
    );
    assert_eq!(
        run("retries").2,
        "error: there is no finding `retries`; codes run from S0001 to S0510\n"
    );
}

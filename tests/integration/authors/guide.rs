//! Types everything that stands in the author guide: blocks of RON are added above the last bracket,
//! changes are made, commands are run, and what is said to come out does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const GUIDE: &str = include_str!("../../../assets/authors/guide.md");
const RESULT: &str = include_str!("../../../assets/authors/ticket-office.ron");
const FILE: &str = "ticket-office.ron";

/// Blocks of the guide by the word behind their fence, in order.
fn blocks() -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    let mut lines = GUIDE.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((kind, body.join("\n") + "\n"));
        }
    }
    blocks
}

/// Adds a block above the last bracket.
fn add(text: &mut String, block: &str) {
    if text.is_empty() {
        text.push_str(block);
        return;
    }
    let above = text
        .strip_suffix(")\n")
        .expect("a bracket at the end")
        .to_owned();
    *text = format!("{above}\n{block})\n");
}

/// Replaces what a change takes away, with its surroundings, which must be there once.
fn change(text: &mut String, block: &str) {
    let lines = |marks: [char; 2]| -> String {
        let kept = block.lines().filter(|line| line.starts_with(marks));
        kept.map(|line| format!("{}\n", &line[1..])).collect()
    };
    let (old, new) = (lines([' ', '-']), lines([' ', '+']));
    assert_eq!(text.matches(&old).count(), 1, "not there once:\n{old}");
    *text = text.replace(&old, &new);
}

fn run(commands: &str, folder: &Path) -> String {
    let mut printed = String::new();
    for command in commands.lines() {
        let mut words = command.split_whitespace();
        assert_eq!(words.next(), Some("sev1"), "{command}");
        let ended = Command::new(env!("CARGO_BIN_EXE_sev1"))
            .args(words)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(
            ended.status.code().is_some_and(|code| code < 2),
            "{command}: {ended:?}"
        );
        printed.push_str(&String::from_utf8(ended.stdout).unwrap());
    }
    printed
}

/// Every line that the guide shows is there, in this order; `…` stands for those left out.
fn check(shown: &str, printed: &str) {
    let mut left = printed.lines();
    for line in shown.lines().filter(|line| line.trim() != "…") {
        // Not every terminal is as wide, and no machine as fast.
        let is_there = left.any(|it| it.contains(line.trim_end()));
        assert!(
            is_there,
            "the guide shows\n{line}\nand this was printed:\n{printed}"
        );
    }
}

#[test]
fn the_guide_leads_from_an_empty_folder_to_a_proven_scenario() {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    let (mut text, mut printed) = (String::new(), String::new());
    let mut commands = 0;
    for (kind, body) in blocks() {
        match kind {
            "ron" => add(&mut text, &body),
            "diff" => change(&mut text, &body),
            "sh" => {
                commands += body.lines().count();
                printed = run(&body, &folder);
            }
            "text" => check(&body, &printed),
            other => panic!("no meaning is agreed for blocks of {other}"),
        }
        fs::write(folder.join(FILE), &text).unwrap();
    }
    assert!(commands >= 8, "{commands} commands");
    assert!(printed.contains("29 claims hold, 0 fail"), "{printed}");
    assert_eq!(
        text, RESULT,
        "assets/authors/{FILE} is what the guide makes"
    );
}

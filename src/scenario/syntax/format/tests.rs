//! The look of files: examples word for word, and any tree with any gaps between its tokens.

use proptest::prelude::*;

use super::pieces::pieces;
use super::{format, is_same, layout};
use crate::diag::{Findings, Sources};
use crate::scenario::builtin::{SCENARIOS, WORLDS};
use crate::scenario::syntax::parse;

#[track_caller]
fn check(before: &str, expected: &str) {
    let formatted = layout(before).expect("sound text");
    assert_eq!(formatted, expected);
    assert_eq!(
        layout(&formatted).expect("sound text"),
        formatted,
        "once is enough"
    );
}

#[test]
fn spaces_commas_and_blank_lines_are_put_right() {
    check(
        "Scenario(\n\n  id:\"a\" ,\n\n\n    components : { \"web\" : Service( workers:16 ,queue : 3, ) ,}\n)",
        "Scenario(\n    id: \"a\",\n\n    components: {\"web\": Service(workers: 16, queue: 3)},\n)\n",
    );
    check("( )", "()\n");
    check("[\n]", "[]\n");
    check("(a:1\n,b:2\n)", "(a: 1,\n b: 2)\n");
}

#[test]
fn lines_stay_broken_where_the_author_broke_them() {
    let hanging = "(\n    chat: [(who: \"Dana\", cue: Asked,\n            text: \"Yes.\")],\n)\n";
    check(hanging, hanging);
    let hugging = "(\n    signals: (alarms: [\n        (name: \"a\"),\n    ]),\n)\n";
    check(hugging, hugging);
    let several = "(\n    a: 1, b: 2,\n    c: 3,\n)\n";
    check(several, several);
    let text = "(\n    briefing: \"\n  as it is,\n        always\n\",\n)\n";
    check(text, text);
}

#[test]
fn comments_stay_where_they_are() {
    let all = "// Top.\n\n// Of the file.\n#![enable(implicit_some)]\n(\n    // Own line.\n    a: 1, // behind\n\n    // Before b.\n    b: [\n        // only a comment\n    ],\n    /* block */\n    c: 3,\n    // Last.\n)\n// End.\n";
    let moved = layout(all).expect("sound text");
    assert!(
        moved.starts_with(
            "#![enable(implicit_some)]\n// Top.\n\n// Of the file.\n(\n    // Own line."
        ),
        "{moved}"
    );
    assert_eq!(layout(&moved).expect("sound text"), moved);
    check("(a /* why */: 1)", "(\n    /* why */\n    a: 1,\n)\n");
    check("[1, // one\n2]", "[1, // one\n 2]\n");
    check("[1 // one\n]", "[\n    1, // one\n]\n");
}

#[test]
fn what_is_too_long_for_a_line_is_taken_apart_from_the_outside() {
    let long = "\"".to_owned() + &"x".repeat(70) + "\"";
    check(
        &format!("[({long}, 1), ({long}, 2)]"),
        &format!("[\n    ({long}, 1),\n    ({long}, 2),\n]\n"),
    );
}

#[test]
fn a_file_with_a_mistake_is_left_alone() {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    assert_eq!(format("bad", b"(a: 1", &mut sources, &mut findings), None);
    assert!(findings.has_errors());
}

#[test]
fn windows_line_ends_become_plain_ones() {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let text = "\u{feff}(\r\n  a: \"x\r\ny\", // c\r\n)\r\n";
    let found = format("f", text.as_bytes(), &mut sources, &mut findings);
    assert_eq!(found.as_deref(), Some("(\n    a: \"x\ny\", // c\n)\n"));
}

/// Also what ships: whatever it looks like, the second time nothing moves, and nothing is lost.
#[test]
fn shipped_files_keep_their_meaning_and_their_comments() {
    for file in SCENARIOS.iter().chain(WORLDS) {
        let (mut sources, mut findings) = (Sources::default(), Findings::default());
        let (_, tree) = parse(file.path, file.text.as_bytes(), &mut sources, &mut findings);
        let formatted = layout(file.text).expect("sound text");
        assert!(
            is_same(tree.expect("a tree"), file.text, &formatted),
            "{}",
            file.path
        );
        assert_eq!(
            layout(&formatted).expect("sound text"),
            formatted,
            "{}",
            file.path
        );
    }
}

/// Items with names or keys of their own in front.
fn numbered(kind: &str, items: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let items = items.into_iter().enumerate();
    let named = items.map(|(place, item)| {
        let name = match kind {
            "map" => format!("\"key {place}\""),
            _ => format!("field_{place}"),
        };
        [vec![name, ":".to_owned()], item].concat()
    });
    named.collect()
}

/// Tokens of any value, one after another.
fn any_value() -> impl Strategy<Value = Vec<String>> {
    let words = |list: &'static [&'static str]| proptest::sample::select(list);
    let atom = words(&[
        "1",
        "-0.5",
        "\"a, b: (c\"",
        "r#\"raw \" // no\"#",
        "Word",
        "true",
        "None",
        "'x'",
        "\"two\nlines\"",
        "\"\\\" // no\"",
    ]);
    let atom = atom.prop_map(|text| vec![text.to_owned()]);
    atom.prop_recursive(4, 60, 5, |inner| {
        let many = || proptest::collection::vec(inner.clone(), 0..5);
        let joined = |open: &str, close: &str, items: Vec<Vec<String>>, trailing: bool| {
            let mut tokens: Vec<String> = open.split(' ').map(str::to_owned).collect();
            let count = items.len();
            for (place, item) in items.into_iter().enumerate() {
                tokens.extend(item);
                if trailing || place + 1 < count {
                    tokens.push(",".to_owned());
                }
            }
            tokens.push(close.to_owned());
            tokens
        };
        prop_oneof![
            (many(), any::<bool>()).prop_map(move |(it, t)| joined("[", "]", it, t)),
            (many(), any::<bool>()).prop_map(move |(it, t)| joined("Name (", ")", it, t)),
            (many(), any::<bool>()).prop_map(move |(it, t)| joined(
                "(",
                ")",
                numbered("field", it),
                t
            )),
            (many(), any::<bool>()).prop_map(move |(it, t)| joined(
                "{",
                "}",
                numbered("map", it),
                t
            )),
        ]
    })
}

const GAPS: &[&str] = &[
    "",
    "",
    "",
    " ",
    "   ",
    "\n",
    "\n\n\n",
    "\t\n  ",
    " // note\n",
    "\n// own\n",
    "\n\n// apart\n\n",
    "/* b */",
    "\n/* two\n lines */\n",
    "/* in /* in */ */ ",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_with_any_gaps_means_the_same_and_settles_at_once(
        tokens in any_value(),
        gaps in proptest::collection::vec(0..GAPS.len(), 1..40),
    ) {
        let mut text = String::new();
        for (token, gap) in tokens.iter().zip(gaps.iter().cycle()) {
            // Two words would be one without a gap.
            text.push_str(if GAPS[*gap].is_empty() && text.ends_with(char::is_alphanumeric) { " " } else { GAPS[*gap] });
            text.push_str(token);
        }
        let (mut sources, mut findings) = (Sources::default(), Findings::default());
        let (_, tree) = parse("any", text.as_bytes(), &mut sources, &mut findings);
        prop_assume!(!findings.has_errors());
        let once = layout(&text).expect("sound text");
        prop_assert!(is_same(tree.expect("a tree"), &text, &once), "{text}\nbecame\n{once}");
        prop_assert_eq!(&layout(&once).expect("sound text"), &once);
        for line in pieces(&once).iter().filter(|it| it.token.is_none()) {
            prop_assert_eq!(line.text.trim_end(), &line.text);
        }
        prop_assert!(once.ends_with('\n') && !once.ends_with("\n\n"));
    }
}

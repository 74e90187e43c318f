//! What each fault of the notation looks like to the author, and what no input may do.

use proptest::prelude::*;

use super::*;
use crate::diag::human;

fn parsed(bytes: &[u8]) -> (Option<Node>, Findings, Sources) {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let (_, root) = parse("a.ron", bytes, &mut sources, &mut findings);
    (root, findings, sources)
}

fn check(text: &str, expected: &str) {
    let (_, mut findings, sources) = parsed(text.as_bytes());
    findings.sort();
    let shown = human::render(&findings, &sources, false);
    assert_eq!(
        shown.trim_end(),
        expected.trim(),
        "\n--- found ---\n{shown}"
    );
}

/// The codes and places of all findings, for cases where the drawing says nothing more.
fn brief(text: &str) -> String {
    let (_, mut findings, sources) = parsed(text.as_bytes());
    findings.sort();
    let one = |finding: &Diagnostic| {
        let span = finding.primary.span;
        let at = sources
            .get(span.file)
            .expect("the file")
            .position(span.start);
        format!("{}@{}:{}", finding.code, at.line, at.column)
    };
    findings.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_tree_keeps_order_places_and_meaning() {
    let text = "#![enable(implicit_some)]\n// a comment\nRoot(b: [1, -2.5e3, 0xFF], a: {\"k\": Some(x), 'c': None},
        t: At(\"60s\"), u: (), p: (1, true,), r#type: r#\"raw \"x\" \"#, /* in /* nested */ */ e: \"a\\n\\u{1F525}\\x41\")";
    let (root, findings, _) = parsed(text.as_bytes());
    assert!(findings.is_empty(), "{findings:?}");
    let root = root.expect("a root");
    let Kind::Struct {
        name: Some(name),
        fields,
        damaged: false,
    } = &root.kind
    else {
        panic!("{root:?}");
    };
    assert_eq!(name.text, "Root");
    let names: Vec<&str> = fields
        .iter()
        .map(|field| field.name.text.as_str())
        .collect();
    assert_eq!(names, ["b", "a", "t", "u", "p", "type", "e"]);
    let found: Vec<String> = fields.iter().map(|field| field.value.found()).collect();
    assert_eq!(
        found,
        [
            "a list",
            "a map",
            "`At(…)`",
            "`()`",
            "a tuple",
            "\"raw \"x\" \"",
            "\"a…\""
        ]
    );
    let Kind::Str(text_value) = &fields[6].value.kind else {
        panic!("no text")
    };
    assert_eq!(text_value, "a\n🔥A");
    let list = fields[0].value.span;
    assert_eq!(
        &text[list.start as usize..list.end as usize],
        "[1, -2.5e3, 0xFF]"
    );
}

#[test]
fn line_ends_in_texts_are_the_same_on_every_system() {
    for text in ["\"a\r\nb\"", "r\"a\r\nb\"", "\"a\nb\""] {
        let (root, ..) = parsed(text.as_bytes());
        assert_eq!(
            root.map(|root| root.kind),
            Some(Kind::Str("a\nb".into())),
            "{text:?}"
        );
    }
}

#[test]
fn several_faults_are_found_at_once_each_at_its_place() {
    check(
        "Scenario(\n  a: 1\n  b: [1,,2],\n  c 3,\n  d: \"x\\q\",\n  timeout: 750ms,\n  e: (1, 2],\n)",
        r#"
error[S0103]: a comma is missing here
 --> a.ron:2:7
  |
2 |   a: 1
  |       ^
  |
  = help: put one before `b`

error[S0102]: expected a value, found `,`
 --> a.ron:3:9
  |
3 |   b: [1,,2],
  |         ^

error[S0102]: expected `:` after the field name `c`
 --> a.ron:4:4
  |
4 |   c 3,
  |    ^

error[S0108]: `\q` is no escape
 --> a.ron:5:8
  |
5 |   d: "x\q",
  |        ^^
  |
  = help: write `\\` for a backslash, or use a raw text: r"…"

error[S0109]: `750ms` is not a number
 --> a.ron:6:12
  |
6 |   timeout: 750ms,
  |            ^^^^^
  |
  = help: numbers with a unit are written in quotes: `"750ms"`

error[S0105]: expected `)`, found `]`
 --> a.ron:7:11
  |
7 |   e: (1, 2],
  |      -    ^
  |      |
  |      to close this bracket

6 errors"#,
    );
}

#[test]
fn what_is_never_closed_points_at_where_it_opened() {
    check(
        "(a: [1, 2,\n b: 3)",
        "
error[S0104]: this bracket is not closed before the next field
 --> a.ron:1:5
  |
1 | (a: [1, 2,
  |     ^     - `]` expected here

1 error",
    );
    check(
        "(a: [1, 2\n",
        "
error[S0104]: this bracket is never closed
 --> a.ron:1:5
  |
1 | (a: [1, 2
  |     ^    - `]` expected before the file ends

1 error",
    );
    check(
        "(a: 1 /* what",
        "
error[S0107]: this comment is never closed
 --> a.ron:1:7
  |
1 | (a: 1 /* what
  |       ^^
  |
  = help: close it with `*/`

1 error",
    );
    check(
        "(\n  a: \"one,\n  b: \"two\",\n  c: [\"three\"],\n)",
        r#"
error[S0106]: this text probably lacks its closing quote
 --> a.ron:2:6
  |
2 |   a: "one,
  |      ^^^^^
3 |   b: "two",
4 |   c: ["three"],
  |             --- because this one then opens a text that never ends
  |
  = help: close it with `"`

1 error"#,
    );
}

#[test]
fn duplicates_show_both_places() {
    check(
        "(a: 1, b: {\"x\": 1, \"x\": 2}, a: 3)",
        r#"
error[S0113]: key `x` is given twice
 --> a.ron:1:20
  |
1 | (a: 1, b: {"x": 1, "x": 2}, a: 3)
  |            ---     ^^^ again here
  |            |
  |            first given here

error[S0112]: field `a` is given twice
 --> a.ron:1:29
  |
1 | (a: 1, b: {"x": 1, "x": 2}, a: 3)
  |  - first given here         ^ again here

2 errors"#,
    );
}

#[test]
fn every_fault_gives_one_finding() {
    for (text, expected) in [
        ("", "S0003@1:1"),
        ("// nothing\n", "S0003@1:1"),
        ("(a: 1) b", "S0111@1:8"),
        (")", "S0102@1:1"),
        ("(a: “x”)", "S0101@1:5 S0101@1:7"),
        ("(a: 'abc', b: 1)", "S0101@1:5"),
        ("(a: 1; b: 2)", "S0101@1:6"),
        ("(a = 1, b: 2)", "S0101@1:4"),
        ("(a: \0, b: 2)", "S0101@1:5"),
        ("(a:\n b: 2)", "S0102@1:4"),
        ("(a: , b: 2)", "S0102@1:5"),
        ("(a:: 1, b: 2)", "S0102@1:4"),
        ("(a: b: 1)", "S0102@1:6"),
        ("(\"a\": 1)", "S0102@1:2"),
        ("{1 2}", "S0102@1:3"),
        ("Foo { a: 1 }", "S0102@1:5"),
        ("(a: [1, 2), b: 1)", "S0105@1:10"),
        ("(a: 1], b: 2)", "S0105@1:6"),
        ("[(a: 1], (b: 2)]", "S0105@1:7"),
        ("([1, 2)", "S0105@1:7"),
        ("(1, a: 2)", "S0114@1:2"),
        ("#![version = 2] (a: 1)", "S0115@1:1"),
        ("#![enable(implicit_some)", "S0115@1:1"),
        ("\u{feff}(a: 1)", ""),
        ("(a: 1,)", ""),
        ("checkout-api", ""),
        ("(a: 1e, b: 1.2.3)", "S0109@1:5 S0109@1:12"),
        ("(a: b\"x\")", "S0101@1:5"),
        ("\"\\u{110000}\"", "S0108@1:2"),
        ("r#\"x\"", "S0106@1:1"),
        ("(a: 1", "S0104@1:1"),
        ("(a: \"x", "S0106@1:5"),
    ] {
        assert_eq!(brief(text), expected, "{text:?}");
    }
}

#[test]
fn what_is_no_text_is_one_finding_with_its_offset() {
    let (root, findings, sources) = parsed(b"(a: \xFF\xFE)");
    assert!(root.is_none());
    let shown = human::render(&findings, &sources, false);
    assert!(shown.contains("byte 0xFF at offset 4 (from 0)"), "{shown}");
    assert!(shown.contains("--> a.ron:1:5"), "{shown}");
    let (_, findings, _) = parsed(b"\xFF\xFE(\0a\0");
    assert!(
        findings
            .iter()
            .any(|f| f.help.as_deref().is_some_and(|h| h.contains("UTF-16")))
    );
}

#[test]
fn hostile_files_are_refused_quickly_and_once() {
    for bracket in ["[", "(", "{", "Some(", "a(b:", "[[1],"] {
        let text = bracket.repeat((1 << 20) / bracket.len());
        let (_, findings, _) = parsed(text.as_bytes());
        let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::TooDeep], "{bracket}");
    }
    assert_eq!(brief(&"[".repeat(10 << 20)), "S0002@1:1");
    assert_eq!(
        brief(&format!("[{}]", "1,".repeat(1 << 20)))
            .matches("S0002")
            .count(),
        1
    );
    for junk in [
        "\0", "“ ", ")", "\"\\q\" ", "1x ", "a b ", "]:", "/*", "r#\"",
    ] {
        let (_, findings, sources) = parsed(junk.repeat((1 << 20) / junk.len()).as_bytes());
        assert!(findings.iter().len() <= MAX_SYNTAX_FINDINGS + 2, "{junk:?}");
        assert!(
            human::render(&findings, &sources, false).len() < 1 << 17,
            "{junk:?}"
        );
    }
}

#[test]
fn nesting_is_fine_up_to_the_limit() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(brief(&nested(MAX_DEPTH)), "");
    assert_eq!(brief(&nested(MAX_DEPTH + 1)), "S0110@1:65");
}

#[test]
fn explanations_show_sound_examples() {
    for code in Code::ALL {
        let (_, right) = code
            .explanation()
            .split_once("\nRight:\n")
            .expect("a right example");
        let (_, findings, sources) = parsed(right.as_bytes());
        assert!(
            findings.is_empty(),
            "{code}: {}",
            human::render(&findings, &sources, false)
        );
    }
}

const SOUND: &str = "#![type = \"x\"]\n// c\nRoot(\n  a: [1, -2.5, 0xF], /* d */\r\n\tb: {\"k\": Some(At(\"6🔥s\")), 'c': None},
  t: When(x: \"\\u{41}\\n\", y: (1, true, ())), r: r#\"raw\"#, w: Word,\n)\n";

fn holds(bytes: &[u8]) {
    let (root, findings, sources) = parsed(bytes);
    assert!(root.is_some() || !findings.is_empty(), "silence");
    for finding in &findings {
        for label in std::iter::once(&finding.primary).chain(&finding.secondary) {
            let file = sources.get(label.span.file).expect("a known file");
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(start <= end && end <= file.text().len(), "{finding:?}");
            assert!(file.text().is_char_boundary(start) && file.text().is_char_boundary(end));
        }
        human::one(finding, &sources, true);
    }
    crate::diag::json::render(&findings, &sources);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        holds(&bytes);
    }

    #[test]
    fn no_characters_make_it_panic(text in "[-+()\\[\\]{}:,\"'#!rb\\\\/*a1.eux🔥é\n\r\t =x_]{0,60}") {
        holds(text.as_bytes());
    }

    #[test]
    fn no_damage_to_a_sound_file_makes_it_panic(
        cuts in proptest::collection::vec((0..SOUND.len(), 0usize..6, any::<Option<u8>>()), 1..6),
    ) {
        let mut bytes = SOUND.as_bytes().to_vec();
        for (at, length, insert) in cuts {
            let at = at.min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, insert);
        }
        holds(&bytes);
        holds(String::from_utf8_lossy(&bytes).as_bytes());
    }
}

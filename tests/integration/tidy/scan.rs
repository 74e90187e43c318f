//! Reads Rust sources closely enough for rules about them: which paths a file names, and where.
//!
//! For: `tidy`. Never: types, macros' results, or anything a compiler is needed for. Comments,
//! texts and characters are blanked out first, so that a rule is not broken by talking about it.

use std::path::{Path, PathBuf};

/// A text file of the package.
pub(super) struct File {
    /// From the package's root, with `/` between names.
    pub(super) path: String,
    pub(super) text: String,
}

/// A path as a file uses it, groups taken apart: `std::fs`, `crate::sim::Sim`, `println!`.
#[derive(Debug, PartialEq)]
pub(super) struct Used {
    pub(super) line: usize,
    /// `super` and `self` are resolved: what is inside this crate begins with `crate`.
    pub(super) names: Vec<String>,
    /// Whether it stands in code that only tests compile.
    pub(super) in_test: bool,
}

impl Used {
    /// Whether the path begins with these names.
    pub(super) fn is_under(&self, names: &[&str]) -> bool {
        self.names.len() >= names.len() && self.names.iter().zip(names).all(|(a, b)| a == b)
    }
}

/// Where the package is.
pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All text files under a folder of the package (`""` is all of it), without build products.
pub(super) fn files_in(folder: &str) -> Vec<File> {
    let mut found = Vec::new();
    let folder = root().join(folder);
    if folder.exists() {
        collect(&folder, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// All Rust files of the package.
pub(super) fn sources() -> Vec<File> {
    let mut all = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        all.extend(
            files_in(folder)
                .into_iter()
                .filter(|file| file.path.ends_with(".rs")),
        );
    }
    all
}

fn collect(folder: &Path, found: &mut Vec<File>) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    for entry in entries {
        let path = entry
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .path();
        let name = path
            .file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        if name == "target" || name == ".git" {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let relative = path.strip_prefix(root()).unwrap_or(&path).components();
            let names: Vec<_> = relative
                .map(|part| part.as_os_str().to_string_lossy())
                .collect();
            found.push(File {
                path: names.join("/"),
                text,
            });
        }
    }
}

impl File {
    /// The module the file is: `["sim", "cache"]` for `src/sim/cache.rs`, empty for `src/lib.rs`.
    pub(super) fn module(&self) -> Vec<String> {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let inner = inner.strip_suffix(".rs").unwrap_or(inner);
        let inner = inner.strip_suffix("/mod").unwrap_or(inner);
        if inner == "lib" {
            return Vec::new();
        }
        inner.split('/').map(str::to_owned).collect()
    }

    /// Whether only tests compile the file.
    fn is_test(&self) -> bool {
        !self.path.starts_with("src/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
    }

    /// Lines of the attribute `#[name]`, with or without arguments.
    pub(super) fn attributes(&self, name: &str) -> Vec<usize> {
        let code = blank(&self.text);
        let tokens = tokens(&code);
        let is_attribute =
            |three: &&[(usize, &str)]| three[0].1 == "#" && three[1].1 == "[" && three[2].1 == name;
        tokens
            .windows(3)
            .filter(is_attribute)
            .map(|three| three[0].0)
            .collect()
    }

    /// Every path the file names, in order.
    pub(super) fn uses(&self) -> Vec<Used> {
        let code = blank(&self.text);
        let tokens = tokens(&code);
        let mut reader = Reader {
            tokens: &tokens,
            next: 0,
            found: Vec::new(),
        };
        let mut module = Place {
            names: self.module(),
            in_test: self.is_test(),
            depth: 0,
        };
        let mut outer: Vec<Place> = Vec::new();
        let mut depth = 0_usize;
        let mut test_follows = false;
        while let Some(token) = reader.peek(0) {
            match token {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if depth == module.depth
                        && let Some(place) = outer.pop()
                    {
                        module = place;
                    }
                }
                "#" if reader.is_next(&["#", "[", "cfg", "(", "test", ")", "]"]) => {
                    test_follows = true;
                }
                ";" => test_follows = false,
                "mod" if reader.peek(2) == Some("{") => {
                    let mut inner = module.clone();
                    inner
                        .names
                        .push(reader.peek(1).unwrap_or_default().to_owned());
                    inner.in_test |= std::mem::take(&mut test_follows);
                    inner.depth = depth;
                    outer.push(std::mem::replace(&mut module, inner));
                    depth += 1;
                    reader.next += 2;
                }
                word if is_word(word) => {
                    reader.path(&module);
                    continue;
                }
                _ => {}
            }
            reader.next += 1;
        }
        reader.found
    }
}

/// An inline module that is being read.
#[derive(Clone)]
struct Place {
    names: Vec<String>,
    in_test: bool,
    /// Brackets around it.
    depth: usize,
}

struct Reader<'a> {
    tokens: &'a [(usize, &'a str)],
    next: usize,
    found: Vec<Used>,
}

impl<'a> Reader<'a> {
    fn peek(&self, ahead: usize) -> Option<&'a str> {
        self.tokens.get(self.next + ahead).map(|token| token.1)
    }

    fn is_next(&self, expected: &[&str]) -> bool {
        expected
            .iter()
            .enumerate()
            .all(|(i, token)| self.peek(i) == Some(token))
    }

    /// Reads the path that begins here.
    fn path(&mut self, module: &Place) {
        let mut names = Vec::new();
        while self.peek(1) == Some("::") {
            match self.peek(0) {
                Some("crate" | "sev1") => names = vec!["crate".to_owned()],
                Some("self" | "super") if names.is_empty() => {
                    names = vec!["crate".to_owned()];
                    names.extend(module.names.iter().cloned());
                    continue;
                }
                Some("self") => {}
                Some("super") if names.len() > 1 => {
                    names.pop();
                }
                _ => break,
            }
            self.next += 2;
        }
        self.tree(&names, module.in_test);
    }

    /// Reads the rest of a path, with its groups: `a::{b, c::d as e, f::*}`.
    fn tree(&mut self, before: &[String], in_test: bool) {
        let line = self.tokens.get(self.next).map_or(0, |token| token.0);
        let mut names = before.to_vec();
        while let Some(token) = self.peek(0) {
            if token == "{" && !names.is_empty() {
                self.group(&names, in_test);
                return;
            }
            if !is_word(token) {
                break;
            }
            self.next += 1;
            let is_macro = self.peek(0) == Some("!") && self.peek(1) != Some("=");
            names.push(if is_macro {
                format!("{token}!")
            } else {
                token.to_owned()
            });
            if self.peek(0) != Some("::") {
                break;
            }
            self.next += 1;
        }
        self.found.push(Used {
            line,
            names,
            in_test,
        });
    }

    fn group(&mut self, names: &[String], in_test: bool) {
        self.next += 1;
        while let Some(token) = self.peek(0) {
            match token {
                "}" => {
                    self.next += 1;
                    return;
                }
                "as" => self.next += 2,
                word if is_word(word) => self.tree(names, in_test),
                _ => self.next += 1,
            }
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and single characters, each with its line.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let end = if rest.starts_with("::") {
                2
            } else if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            if !first.is_whitespace() {
                found.push((number + 1, &rest[..end]));
            }
            rest = &rest[end..];
        }
    }
    found
}

/// The text with comments, texts and characters replaced by blanks; lines stay where they are.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let is_inside_word = previous.is_alphanumeric() || previous == '_';
        let end = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => end_of_comment(rest),
            '"' => end_of_text(rest, 1),
            '\'' => end_of_character(rest),
            'r' if !is_inside_word || matches!(previous, 'b' | 'c') => end_of_raw_text(rest),
            _ => 0,
        };
        if end == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(
                rest[..end]
                    .chars()
                    .map(|c| if c == '\n' { '\n' } else { ' ' }),
            );
            rest = &rest[end..];
        }
        previous = first;
    }
    out
}

fn end_of_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

fn end_of_text(text: &str, opening: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = opening;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of `r"…"` or `r#"…"#`; 0 where `r` begins something else.
fn end_of_raw_text(text: &str) -> usize {
    let hashes = text[1..].bytes().take_while(|&b| b == b'#').count();
    if text.as_bytes().get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let body = 2 + hashes;
    text[body..]
        .find(&close)
        .map_or(text.len(), |at| body + at + close.len())
}

/// The length of a character such as `'a'` or `'\''`; 1 for the mark of a lifetime.
fn end_of_character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text
            .get(3..)
            .and_then(|rest| rest.find('\''))
            .map_or(1, |at| 3 + at + 1),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(path: &str, text: &str) -> Vec<String> {
        let file = File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        file.uses()
            .iter()
            .map(|used| format!("{} {}", used.line, used.names.join("::")))
            .collect()
    }

    #[test]
    fn groups_and_parents_are_resolved() {
        let text =
            "use crate::{base::time, sim::{Sim as S, Event}};\nuse super::super::super::diag::*;";
        let expected = [
            "1 use",
            "1 crate::base::time",
            "1 crate::sim::Sim",
            "1 crate::sim::Event",
            "2 use",
            "2 crate::diag",
        ];
        assert_eq!(used("src/scenario/units/text.rs", text), expected);
    }

    #[test]
    fn talking_about_a_path_is_not_using_it() {
        let text = "// crate::a\n/* /* */ crate::b */ \"crate::c \\\" crate::d\" r#\"crate::\"e\"# \
                    '\"' '\\'' fn x<'a>() { crate::f }";
        let found = used("src/base/id.rs", text);
        assert_eq!(
            found
                .iter()
                .filter(|p| p.contains("crate"))
                .collect::<Vec<_>>(),
            ["2 crate::f"]
        );
    }

    #[test]
    fn inline_modules_and_test_code_are_known() {
        let text = "mod inner { use super::x; }\nuse super::y;\n#[cfg(test)]\nmod tests { std::fs::read(); }\n\
                    fn z() { println!(); a != b }";
        let file = File {
            path: "src/sim/cache.rs".to_owned(),
            text: text.to_owned(),
        };
        let uses = file.uses();
        let find = |path: &str| uses.iter().find(|u| u.names.join("::") == path);
        assert!(find("crate::sim::cache::x").is_some_and(|u| !u.in_test));
        assert!(find("crate::sim::y").is_some());
        assert!(find("std::fs::read").is_some_and(|u| u.in_test));
        assert!(find("println!").is_some_and(|u| !u.in_test && u.line == 5));
        assert!(find("a").is_some() && find("a!").is_none());
    }
}

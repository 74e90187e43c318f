//! RON text as a tree in which everything knows its place.
//!
//! Written by hand because of what the errors must be: several per file, none caused by another,
//! each at the place where the author has to type. The notation is RON's, with implicit `Some`,
//! and optional struct names; byte strings are refused. Never recurses deeper than [`MAX_DEPTH`].

mod format;
mod lexer;
mod number;
mod parser;
mod recovery;
#[cfg(test)]
mod tests;

pub use format::format;

use crate::diag::{Code, Diagnostic, FileId, Findings, Sources, Span};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 8 << 20;
/// How deeply values may be nested.
pub const MAX_DEPTH: usize = 64;
/// How many values a file may have.
pub const MAX_VALUES: usize = 500_000;
/// After this many findings about the notation the rest of the file is not looked at.
pub const MAX_SYNTAX_FINDINGS: usize = 50;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// From its first byte to its last, brackets and name included.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// A name in front of brackets, or of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// `name: value` of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The value.
    pub value: Node,
}

/// `key: value` of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `Name(field: value, …)`, the name optional.
    Struct {
        /// The name, where there is one.
        name: Option<Name>,
        /// The fields in file order, each name once.
        fields: Vec<Field>,
        /// Whether fields may be lacking because the text between the brackets was unsound.
        damaged: bool,
    },
    /// `Name(value, …)`, the name optional; `Name()` too.
    Tuple {
        /// The name, where there is one.
        name: Option<Name>,
        /// The values.
        items: Vec<Node>,
    },
    /// A bare word: a choice without values.
    Word(String),
    /// `()`.
    Unit,
    /// `[value, …]`.
    List(Vec<Node>),
    /// `{key: value, …}` in file order, each key once.
    Map(Vec<Entry>),
    /// A text, escapes resolved and line ends as `\n`.
    Str(String),
    /// A character.
    Char(char),
    /// A number in a form that `str::parse` reads: decimal, without underscores.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `Some(value)`.
    Some(Box<Node>),
    /// `None`.
    None,
    /// Something that could not be read; the finding exists already, so whoever meets this keeps
    /// silent.
    Broken,
}

impl Node {
    /// The part to put a caret under: the name or the opening bracket of what may go over many
    /// lines, all of anything else.
    pub fn head(&self) -> Span {
        match &self.kind {
            Kind::Struct {
                name: Some(name), ..
            }
            | Kind::Tuple {
                name: Some(name), ..
            } => name.span,
            Kind::Struct { .. } | Kind::Tuple { .. } | Kind::List(_) | Kind::Map(_) => Span {
                end: self.span.end.min(self.span.start + 1),
                ..self.span
            },
            _ => self.span,
        }
    }

    fn place_at(&mut self, span: Span) {
        self.span = span;
        let place_name = |name: &mut Option<Name>| {
            if let Some(name) = name {
                name.span = span;
            }
        };
        match &mut self.kind {
            Kind::Struct { name, fields, .. } => {
                place_name(name);
                for field in fields {
                    field.name.span = span;
                    field.value.place_at(span);
                }
            }
            Kind::Tuple { name, items } => {
                place_name(name);
                items.iter_mut().for_each(|item| item.place_at(span));
            }
            Kind::List(items) => items.iter_mut().for_each(|item| item.place_at(span)),
            Kind::Map(entries) => {
                for entry in entries {
                    entry.key.place_at(span);
                    entry.value.place_at(span);
                }
            }
            Kind::Some(inner) => inner.place_at(span),
            _ => {}
        }
    }

    /// The value in a few words, for "found …".
    pub fn found(&self) -> String {
        match &self.kind {
            Kind::Struct {
                name: Some(name), ..
            }
            | Kind::Tuple {
                name: Some(name), ..
            } => {
                format!("`{}(…)`", shortened(&name.text))
            }
            Kind::Struct { name: None, .. } => "a struct".into(),
            Kind::Tuple { name: None, .. } => "a tuple".into(),
            Kind::Word(word) => format!("the word `{}`", shortened(word)),
            Kind::Unit => "`()`".into(),
            Kind::List(_) => "a list".into(),
            Kind::Map(_) => "a map".into(),
            Kind::Str(text) => format!("\"{}\"", shortened(text)),
            Kind::Char(c) => format!("the character {c:?}"),
            Kind::Number(number) => format!("the number {}", shortened(number)),
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Some(inner) => format!("`Some` of {}", inner.found()),
            Kind::None => "`None`".into(),
            Kind::Broken => "something unreadable".into(),
        }
    }
}

/// The first line of a text, and of that no more than a message can carry.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    let short: String = line.chars().take(40).collect();
    if short.len() == text.len() {
        short
    } else {
        format!("{short}…")
    }
}

/// Reads a file: adds its text to `sources` under `name` and its faults to `findings`. Gives a tree
/// for whatever could be read, also where there are findings; `None` where nothing could.
pub fn parse(
    name: &str,
    bytes: &[u8],
    sources: &mut Sources,
    findings: &mut Findings,
) -> (FileId, Option<Node>) {
    if bytes.len() > MAX_BYTES {
        let file = sources.add(name, "");
        let message = format!(
            "the file has {} bytes, and at most {MAX_BYTES} (8 MiB) are read",
            bytes.len()
        );
        findings.push(Diagnostic::error(
            Code::TooLarge,
            Span::new(file, 0, 0),
            message,
        ));
        return (file, None);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            // The replacement text keeps every offset up to the first bad byte.
            let file = sources.add(name, String::from_utf8_lossy(bytes));
            findings.push(not_utf8(file, bytes, error.valid_up_to()));
            return (file, None);
        }
    };
    let file = sources.add(name, text);
    (file, parser::parse(file, text, findings))
}

/// Reads a text that is no file, such as a default written in the source: everything in the tree
/// claims to stand at `span`.
pub(super) fn parse_fragment(text: &str, span: Span, findings: &mut Findings) -> Option<Node> {
    let mut own = Findings::default();
    let root = parser::parse(span.file, text, &mut own);
    for mut finding in own.iter().cloned() {
        finding.primary.span = span;
        finding.secondary.clear();
        findings.push(finding);
    }
    root.map(|mut root| {
        root.place_at(span);
        root
    })
}

fn not_utf8(file: FileId, bytes: &[u8], offset: usize) -> Diagnostic {
    let bad = bytes.get(offset).copied().unwrap_or(0);
    let span = Span::new(
        file,
        offset,
        offset + char::REPLACEMENT_CHARACTER.len_utf8(),
    );
    let message =
        format!("the file is not UTF-8 text: byte 0x{bad:02X} at offset {offset} (from 0)");
    let help = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "this looks like UTF-16; save the file as UTF-8",
        [0x1F, 0x8B, ..] => "this looks like a gzip archive; unpack it first",
        [b'P', b'K', 3, 4, ..] => "this looks like a zip archive; unpack it first",
        _ if bytes.contains(&0) => "this looks like a binary file; is it the right one?",
        _ => "save the file as UTF-8",
    };
    Diagnostic::error(Code::NotUtf8, span, message).help(Some(help.to_owned()))
}

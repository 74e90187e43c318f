//! One look for all scenario files: indentation, spaces, trailing commas, blank lines.
//!
//! Lines are broken where the author broke them, because what stands together is said together; only
//! what is on one line and too long for it is taken apart. Texts, numbers and comments stay as they are
//! written. Never changes what a file means: the result is read again and compared.

mod pieces;
mod print;
#[cfg(test)]
mod tests;
mod tree;

use self::pieces::pieces;
use self::tree::Reader;
use super::{Node, parse};
use crate::diag::{FileId, Findings, Sources, Span};

/// The text as it should look, or `None` where it cannot be read; findings say why.
pub fn format(
    name: &str,
    bytes: &[u8],
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<String> {
    let (_, before) = parse(name, bytes, sources, findings);
    if findings.has_errors() {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?.replace("\r\n", "\n");
    let mut formatted = layout(&text)?;
    // What could not be kept is not touched.
    if !is_same(before?, &text, &formatted) {
        formatted = text;
    }
    Some(formatted)
}

fn layout(text: &str) -> Option<String> {
    Some(Reader::new(text).document()?.print())
}

/// Whether two texts mean the same and have the same comments.
fn is_same(before: Node, old: &str, new: &str) -> bool {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let (_, after) = parse("formatted", new.as_bytes(), &mut sources, &mut findings);
    let comments = |text: &str| {
        let pieces = pieces(text).into_iter().filter(|it| it.token.is_none());
        let mut comments: Vec<String> = pieces.map(|it| it.text).collect();
        comments.sort();
        comments
    };
    let same_value = after.is_some_and(|after| nowhere(before) == nowhere(after));
    same_value && !findings.has_errors() && comments(old) == comments(new)
}

/// The same tree without places.
fn nowhere(mut node: Node) -> Node {
    node.place_at(Span::new(FileId::NOWHERE, 0, 0));
    node
}

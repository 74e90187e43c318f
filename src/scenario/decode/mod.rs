//! From the tree of a file to plain structs that mirror it, with every mistake of the file found in
//! one go: a bad field does not hide the next one, and an unknown name does not pass silently.
//!
//! Structs and choices are declared with `raw_struct!` and `raw_enum!`, which also keep a
//! description (fields, docs, types, defaults, ranges) from which a language reference can be
//! written. Knows nothing of what the values mean together; that is for whoever resolves names.

mod describe;
mod macros;
mod primitives;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use describe::{
    EnumDesc, FieldDesc, StructDesc, TypeDesc, VariantDesc, faulty_defaults, only, plain_name,
    probe, reachable,
};
pub(crate) use macros::{raw_enum, raw_field, raw_read, raw_struct};
pub use primitives::{Entries, Prose};
pub use reader::{EnumReader, StructReader};

use super::syntax::{Kind, Node};
use crate::diag::{Code, Diagnostic, Findings};

/// A value that can be read from a file.
pub trait Decode: Sized {
    /// What is accepted, for messages and for the reference.
    fn describe() -> TypeDesc;

    /// The value, or `None` after reporting why not. A [`Kind::Broken`] node was reported already.
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self>;

    /// The same where a choice stands in front: the struct in `Service(instances: 4)` of a choice
    /// whose variant is named `Service`. Only structs differ.
    fn decode_unnamed(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        Self::decode(node, cx)
    }

    /// The value of a field that is not given and has no default, if that is a value.
    fn absent() -> Option<Self> {
        None
    }
}

/// What decoding carries along.
pub struct Cx<'a> {
    findings: &'a mut Findings,
    lost: BTreeSet<String>,
}

impl<'a> Cx<'a> {
    /// Findings go to `findings`.
    pub fn new(findings: &'a mut Findings) -> Self {
        Self {
            findings,
            lost: BTreeSet::new(),
        }
    }

    /// Adds a finding.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Names of things that were in the file and could not be read. Whoever looks up a name must
    /// not call one of these unknown: that would be a finding about a finding.
    pub fn lost(&self) -> &BTreeSet<String> {
        &self.lost
    }

    /// Remembers the name of something that could not be read.
    pub fn lose(&mut self, name: impl Into<String>) {
        self.lost.insert(name.into());
    }

    /// Reports that `node` is not what belongs there; silent about what was reported before.
    pub fn wrong_type(&mut self, node: &Node, expected: &TypeDesc) {
        if node.kind == Kind::Broken {
            return;
        }
        let wanted = expected.expected();
        let message = format!("expected {wanted}, found {}", node.found());
        let mut finding =
            Diagnostic::error(Code::WrongType, node.head(), message).help(hint(node, expected));
        finding.expected = match expected {
            TypeDesc::Enum(desc) => desc.variants.iter().map(VariantDesc::example).collect(),
            _ => vec![wanted],
        };
        self.report(finding);
    }
}

/// Reads `node` as a `T`: the value, and the names lost on the way (see [`Cx::lost`]).
pub fn decode<T: Decode>(node: &Node, findings: &mut Findings) -> (Option<T>, BTreeSet<String>) {
    let mut cx = Cx::new(findings);
    let value = T::decode(node, &mut cx);
    (value, cx.lost)
}

/// The usual slips: quotes too many or too few, one value where a list belongs.
fn hint(node: &Node, expected: &TypeDesc) -> Option<String> {
    match (&node.kind, expected) {
        (Kind::Word(word), TypeDesc::Plain { quoted: true, .. }) => {
            Some(format!("texts go between quotes: \"{word}\""))
        }
        (Kind::Number(number), TypeDesc::Plain { quoted: true, .. }) => {
            Some(format!("texts go between quotes: \"{number}\""))
        }
        (Kind::Str(text), TypeDesc::Plain { quoted: false, .. }) => {
            let number = text.trim().parse::<f64>().is_ok_and(f64::is_finite);
            let plain = number || matches!(text.as_str(), "true" | "false");
            plain.then(|| format!("leave out the quotes: {text}"))
        }
        (Kind::Str(text), TypeDesc::Enum(desc)) => {
            let known = desc.variants.iter().any(|variant| variant.name == text);
            known.then(|| format!("leave out the quotes: {text}"))
        }
        (
            Kind::Struct { .. } | Kind::Str(_) | Kind::Number(_) | Kind::Word(_),
            TypeDesc::List(_),
        ) => Some("put it in a list: `[…]`".to_owned()),
        (Kind::List(_), TypeDesc::Map(_)) => {
            Some("maps are written `{\"name\": value}`".to_owned())
        }
        _ => None,
    }
}

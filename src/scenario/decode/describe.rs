//! What the language accepts, as data: for messages, and for a reference written from it.

use std::collections::BTreeSet;

use super::{Cx, Decode};
use crate::diag::{FileId, Findings, Span, listed};
use crate::scenario::syntax;

/// What a value may be. Parts are functions and not references, because types may contain
/// themselves.
#[derive(Clone, Copy)]
pub enum TypeDesc {
    /// A single value: text, number, duration …
    Plain {
        /// With its article: "a duration".
        name: &'static str,
        /// One or two, as the author writes them.
        examples: &'static [&'static str],
        /// Whether it is always written in quotes.
        quoted: bool,
    },
    /// May be left out, or `None`.
    Optional(fn() -> TypeDesc),
    /// `[…]`.
    List(fn() -> TypeDesc),
    /// One thing, or `[…]` of them.
    OneOrList(fn() -> TypeDesc),
    /// `{"name": …}`.
    Map(fn() -> TypeDesc),
    /// `(…, …)`.
    Tuple(&'static [fn() -> TypeDesc]),
    /// Named fields.
    Struct(&'static StructDesc),
    /// One of several.
    Enum(&'static EnumDesc),
}

/// A struct.
#[derive(Debug)]
pub struct StructDesc {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub docs: &'static [&'static str],
    /// Its fields in the order of the reference.
    pub fields: &'static [FieldDesc],
}

/// A choice.
#[derive(Debug)]
pub struct EnumDesc {
    /// Its name, which authors never write.
    pub name: &'static str,
    /// What it is for.
    pub docs: &'static [&'static str],
    /// What there is to choose from.
    pub variants: &'static [VariantDesc],
}

/// One of the choices. At most one of `items` and `fields` has something in it.
#[derive(Debug)]
pub struct VariantDesc {
    /// The word the author writes.
    pub name: &'static str,
    /// What it means.
    pub docs: &'static [&'static str],
    /// The values in brackets, by position.
    pub items: &'static [FieldDesc],
    /// The values in brackets, by name.
    pub fields: &'static [FieldDesc],
}

/// A field, or a value by position.
pub struct FieldDesc {
    /// Its name; for values by position only to talk about it.
    pub name: &'static str,
    /// What it means.
    pub docs: &'static [&'static str],
    /// What it accepts.
    pub of: fn() -> TypeDesc,
    /// What it is when left out, as an author would write it.
    pub default: Option<&'static str>,
    /// The least and the greatest value, as an author would write them.
    pub range: Option<(&'static str, &'static str)>,
    /// Reads a text as this field's type; findings say what is wrong with it.
    pub probe: fn(&str, &mut Findings),
}

impl std::fmt::Debug for FieldDesc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, (self.of)().short())
    }
}

impl FieldDesc {
    /// Whether the author has to give it.
    pub fn required(&self) -> bool {
        self.default.is_none() && !matches!((self.of)(), TypeDesc::Optional(_))
    }
}

impl VariantDesc {
    /// How it is written: `Never`, `At(time)`, `When(signal: …, above: …)`.
    pub fn example(&self) -> String {
        // A struct's fields stand in the brackets of the variant; its name here is nobody's business.
        let name = |item: &FieldDesc| {
            if (item.of)().is_struct() {
                "…"
            } else {
                item.name
            }
        };
        let items: Vec<String> = self
            .items
            .iter()
            .map(|item| name(item).to_owned())
            .collect();
        let required = self.fields.iter().filter(|field| field.required());
        let mut fields: Vec<String> = required.map(|field| format!("{}: …", field.name)).collect();
        if fields.is_empty() && !self.fields.is_empty() {
            fields.push("…".to_owned());
        }
        let inside = [items, fields].concat().join(", ");
        if inside.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}({inside})", self.name)
        }
    }
}

impl TypeDesc {
    /// For "expected …": with an article and examples.
    pub fn expected(&self) -> String {
        match self {
            Self::Plain {
                name, examples: [], ..
            } => (*name).to_owned(),
            Self::Plain { name, examples, .. } => {
                format!("{name} such as {}", examples.join(" or "))
            }
            Self::Optional(of) => of().expected(),
            Self::List(_) | Self::OneOrList(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::Tuple(parts) => format!("a tuple of {} values", parts.len()),
            Self::Struct(desc) => format!("`{}(…)`", desc.name),
            Self::Enum(desc) => match desc.variants {
                [_, _, _, _, _, _, ..] => format!("one of the {} choices", desc.variants.len()),
                variants => format!("one of {}", listed(variants.iter().map(|v| v.name))),
            },
        }
    }

    /// For the reference: "list of `Service`".
    pub fn short(&self) -> String {
        match self {
            Self::Plain { name, .. } => name
                .trim_start_matches("a ")
                .trim_start_matches("an ")
                .to_owned(),
            Self::Optional(of) => format!("optional {}", of().short()),
            Self::List(of) => format!("list of {}", of().short()),
            Self::OneOrList(of) => format!("one or a list of {}", of().short()),
            Self::Map(of) => format!("map of names to {}", of().short()),
            Self::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part().short()).collect();
                format!("({})", parts.join(", "))
            }
            Self::Struct(desc) => format!("`{}`", desc.name),
            Self::Enum(desc) => format!("`{}`", desc.name),
        }
    }

    /// Whether an author writes it as a struct, whatever wraps it here.
    pub(super) fn is_struct(&self) -> bool {
        matches!(self, Self::Struct(_))
    }

    fn parts(&self) -> Vec<Self> {
        let of = |fields: &[FieldDesc]| fields.iter().map(|field| (field.of)()).collect::<Vec<_>>();
        match self {
            Self::Plain { .. } => Vec::new(),
            Self::Optional(part) | Self::List(part) | Self::OneOrList(part) | Self::Map(part) => {
                vec![part()]
            }
            Self::Tuple(parts) => parts.iter().map(|part| part()).collect(),
            Self::Struct(desc) => of(desc.fields),
            Self::Enum(desc) => desc
                .variants
                .iter()
                .flat_map(|v| [of(v.items), of(v.fields)].concat())
                .collect(),
        }
    }
}

/// All structs and choices that a value of this type may contain, itself first, each once, in the
/// order in which a reader meets them.
pub fn reachable(root: TypeDesc) -> Vec<TypeDesc> {
    let (mut found, mut seen, mut waiting) = (Vec::new(), BTreeSet::new(), vec![root]);
    while let Some(next) = waiting.pop() {
        let new = match next {
            TypeDesc::Struct(desc) => seen.insert(desc.name),
            TypeDesc::Enum(desc) => seen.insert(desc.name),
            _ => {
                waiting.extend(next.parts().into_iter().rev());
                continue;
            }
        };
        if new {
            found.push(next);
            waiting.extend(next.parts().into_iter().rev());
        }
    }
    found
}

/// The defaults and limits that the language itself would refuse. There must be none; a test of
/// each root type holds that.
pub fn faulty_defaults(root: TypeDesc) -> Vec<String> {
    let mut faults = Vec::new();
    let mut probe = |owner: &str, fields: &[FieldDesc]| {
        for field in fields {
            let limits = field.range.map(|(low, high)| [low, high]);
            for text in field
                .default
                .into_iter()
                .chain(limits.into_iter().flatten())
            {
                let mut findings = Findings::default();
                (field.probe)(text, &mut findings);
                faults.extend(
                    findings
                        .iter()
                        .map(|f| format!("{owner}.{}: {text}: {}", field.name, f.message)),
                );
            }
        }
    };
    for desc in reachable(root) {
        match desc {
            TypeDesc::Struct(desc) => probe(desc.name, desc.fields),
            TypeDesc::Enum(desc) => {
                for variant in desc.variants {
                    probe(variant.name, variant.items);
                    probe(variant.name, variant.fields);
                }
            }
            _ => {}
        }
    }
    faults
}

/// What [`FieldDesc::probe`] points at.
pub fn probe<T: Decode>(text: &str, findings: &mut Findings) {
    let nowhere = Span::new(FileId::NOWHERE, 0, 0);
    if let Some(node) = syntax::parse_fragment(text, nowhere, findings) {
        T::decode(&node, &mut Cx::new(findings));
    }
}

/// The one range of a field, where it has one; the macros cannot count.
pub const fn only(ranges: &[(&'static str, &'static str)]) -> Option<(&'static str, &'static str)> {
    match ranges {
        [range, ..] => Some(*range),
        [] => None,
    }
}

/// The name as authors write it: `do` for the identifier `r#do`.
pub const fn plain_name(identifier: &'static str) -> &'static str {
    match identifier.as_bytes() {
        [b'r', b'#', name @ ..] => match std::str::from_utf8(name) {
            Ok(name) => name,
            Err(_) => identifier,
        },
        _ => identifier,
    }
}

//! What the generated decoders call: fields by name, values by position, defaults, ranges.

use super::describe::{EnumDesc, FieldDesc, StructDesc, TypeDesc, VariantDesc};
use super::{Cx, Decode};
use crate::diag::{Code, Diagnostic, Span, closest, listed};
use crate::scenario::syntax::{self, Field, Kind, Node};

/// Reads the fields of a struct, or the values of a variant, in the order of their description.
pub struct StructReader<'n> {
    node: &'n Node,
    /// What messages call it: `Service`, `When`.
    name: &'static str,
    fields: &'n [Field],
    /// Values of misspelt fields under the names that were probably meant: they are looked at as
    /// well, and what they stand for is not reported as missing.
    meant: Vec<(&'static str, &'n Node)>,
    items: &'n [Node],
    /// Set where the one value of a variant is a struct whose fields stand in the variant's own
    /// brackets.
    inlined: bool,
    by_position: bool,
    damaged: bool,
    descs: &'static [FieldDesc],
    cursor: usize,
    missing: Vec<&'static str>,
    failed: bool,
}

impl<'n> StructReader<'n> {
    /// Opens a struct. Its name, where given, must be right, unless `unnamed` says that the name in
    /// front is a variant's.
    pub fn open(
        node: &'n Node,
        desc: &'static StructDesc,
        unnamed: bool,
        cx: &mut Cx<'_>,
    ) -> Option<Self> {
        let (name, fields, damaged): (_, &[Field], _) = match &node.kind {
            Kind::Struct {
                name,
                fields,
                damaged,
            } => (name.as_ref(), fields, *damaged),
            Kind::Tuple { name, items } if items.is_empty() => (name.as_ref(), &[], false),
            Kind::Unit => (None, &[], false),
            Kind::Word(word) if unnamed || word == desc.name => (None, &[], false),
            _ => {
                cx.wrong_type(node, &TypeDesc::Struct(desc));
                return None;
            }
        };
        if let Some(name) = name.filter(|name| !unnamed && name.text != desc.name) {
            let message = format!("expected `{}`, found `{}`", desc.name, name.text);
            let help = format!("write `{}(…)`, or leave the name out", desc.name);
            cx.report(
                Diagnostic::error(Code::WrongName, name.span, message)
                    .expected([desc.name])
                    .help(help),
            );
        }
        let mut reader = Self::new(node, desc.name, desc.fields);
        (reader.fields, reader.damaged) = (fields, damaged);
        reader.unknown_fields(cx);
        Some(reader)
    }

    fn new(node: &'n Node, name: &'static str, descs: &'static [FieldDesc]) -> Self {
        Self {
            node,
            name,
            fields: &[],
            meant: Vec::new(),
            items: &[],
            inlined: false,
            by_position: false,
            damaged: false,
            descs,
            cursor: 0,
            missing: Vec::new(),
            failed: false,
        }
    }

    fn unknown_fields(&mut self, cx: &mut Cx<'_>) {
        let descs = self.descs;
        let names = || descs.iter().map(|desc| desc.name);
        for field in self.fields {
            let given = field.name.text.as_str();
            if names().any(|name| name == given) {
                continue;
            }
            let message = format!("`{}` has no field `{given}`", self.name);
            // A field that is given already is not what was meant.
            let free = names().filter(|name| self.fields.iter().all(|f| f.name.text != *name));
            let meant = closest(given, free);
            self.meant.extend(meant.map(|name| (name, &field.value)));
            let mut finding = Diagnostic::error(Code::UnknownField, field.name.span, message)
                .expected(names())
                .help(meant.map(|name| format!("did you mean `{name}`?")));
            if self.descs.is_empty() {
                finding = finding.help(format!("`{}` has no fields at all", self.name));
            }
            cx.report(finding);
        }
    }

    /// The next field of the description.
    pub fn read<T: Decode>(&mut self, cx: &mut Cx<'_>) -> Option<T> {
        self.read_checked(cx, |_, _, _, _| true)
    }

    /// The next field of the description, within its range.
    pub fn read_ranged<T: Decode + PartialOrd>(&mut self, cx: &mut Cx<'_>) -> Option<T> {
        self.read_checked(cx, in_range::<T>)
    }

    fn read_checked<T: Decode>(
        &mut self,
        cx: &mut Cx<'_>,
        check: fn(&T, &Node, &FieldDesc, &mut Cx<'_>) -> bool,
    ) -> Option<T> {
        let at = self.cursor;
        self.cursor += 1;
        let desc = self.descs.get(at)?;
        let given = if self.by_position {
            if self.inlined {
                Some(self.node)
            } else {
                self.items.get(at)
            }
        } else {
            let field = self
                .fields
                .iter()
                .find(|field| field.name.text == desc.name);
            let meant = || self.meant.iter().find(|(name, _)| *name == desc.name);
            field
                .map(|field| &field.value)
                .or_else(|| meant().map(|(_, node)| *node))
        };
        let Some(node) = given else {
            let value = self.left_out(desc, cx);
            if value.is_none() {
                self.missing.push(desc.name);
            }
            return value;
        };
        let read = if self.inlined {
            T::decode_unnamed(node, cx)
        } else {
            T::decode(node, cx)
        };
        let value = read.filter(|value| check(value, node, desc, cx));
        if value.is_some() {
            return value;
        }
        // With a stand-in the rest of the struct can still be looked at; the finding exists.
        let stand_in = self.left_out(desc, cx);
        self.failed |= stand_in.is_none();
        stand_in
    }

    fn left_out<T: Decode>(&self, desc: &FieldDesc, cx: &mut Cx<'_>) -> Option<T> {
        match desc.default {
            Some(text) => {
                let node = syntax::parse_fragment(text, self.node.head(), cx.findings)?;
                T::decode(&node, cx)
            }
            None => T::absent(),
        }
    }

    /// Reports what is missing and, where the whole could not be read, remembers its name.
    pub fn close(&mut self, cx: &mut Cx<'_>) {
        if self.by_position {
            self.wrong_length(cx);
        } else if !self.missing.is_empty() && !self.damaged {
            let word = if self.missing.len() == 1 {
                "field"
            } else {
                "fields"
            };
            let missing = listed(self.missing.iter().copied());
            let message = format!("`{}` lacks the {word} {missing}", self.name);
            cx.report(
                Diagnostic::error(Code::MissingField, self.node.head(), message)
                    .expected(self.missing.iter().copied())
                    .help(self.example_of_missing()),
            );
        }
        if self.failed || !self.missing.is_empty() {
            for field in self
                .fields
                .iter()
                .filter(|f| matches!(f.name.text.as_str(), "id" | "name"))
            {
                if let Kind::Str(name) | Kind::Word(name) = &field.value.kind {
                    cx.lose(name);
                }
            }
        }
    }

    fn example_of_missing(&self) -> Option<String> {
        let desc = self
            .descs
            .iter()
            .find(|desc| self.missing.first() == Some(&desc.name))?;
        match (desc.of)() {
            TypeDesc::Plain {
                examples: [example, ..],
                ..
            } => Some(format!("add `{}: {example}`", desc.name)),
            TypeDesc::Plain { quoted: true, .. } => Some(format!("add `{}: \"…\"`", desc.name)),
            _ => None,
        }
    }

    fn wrong_length(&self, cx: &mut Cx<'_>) {
        let (given, known) = (self.items.len(), self.descs.len());
        if self.missing.is_empty() && given <= known {
            return;
        }
        let takes = match self.descs {
            [] => "no values".to_owned(),
            [one] => format!("one value ({})", one.name),
            many => {
                let names: Vec<&str> = many.iter().map(|desc| desc.name).collect();
                format!("{known} values ({})", names.join(", "))
            }
        };
        let span = self
            .items
            .get(known)
            .map_or_else(|| self.node.head(), Node::head);
        let message = format!("`{}` takes {takes}, found {given}", self.name);
        cx.report(Diagnostic::error(Code::WrongLength, span, message));
    }
}

fn in_range<T: Decode + PartialOrd>(
    value: &T,
    node: &Node,
    desc: &FieldDesc,
    cx: &mut Cx<'_>,
) -> bool {
    let Some((low, high)) = desc.range else {
        return true;
    };
    if node.kind == Kind::None {
        return true;
    }
    let mut limit = |text: &str| {
        let node = syntax::parse_fragment(text, node.head(), cx.findings)?;
        T::decode(&node, cx)
    };
    let (Some(least), Some(most)) = (limit(low), limit(high)) else {
        return true;
    };
    if *value >= least && *value <= most {
        return true;
    }
    let message = format!(
        "`{}` must be from {low} to {high}, found {}",
        desc.name,
        node.found()
    );
    let finding = Diagnostic::error(Code::OutOfRange, node.head(), message);
    cx.report(finding.expected([format!("{low} to {high}")]));
    false
}

/// Finds the variant an author chose.
pub struct EnumReader<'n> {
    node: &'n Node,
    variant: &'static VariantDesc,
    name_span: Span,
}

impl<'n> EnumReader<'n> {
    /// The variant, or `None` after reporting that there is none of this name.
    pub fn open(node: &'n Node, desc: &'static EnumDesc, cx: &mut Cx<'_>) -> Option<Self> {
        let (given, name_span) = match &node.kind {
            Kind::Word(word) => (word.as_str(), node.span),
            // A choice may well be called `None`.
            Kind::None => ("None", node.span),
            Kind::Struct {
                name: Some(name), ..
            }
            | Kind::Tuple {
                name: Some(name), ..
            } => (name.text.as_str(), name.span),
            _ => {
                cx.wrong_type(node, &TypeDesc::Enum(desc));
                return None;
            }
        };
        if let Some(variant) = desc.variants.iter().find(|variant| variant.name == given) {
            return Some(Self {
                node,
                variant,
                name_span,
            });
        }
        let names = || desc.variants.iter().map(|variant| variant.name);
        let message = match names().count() {
            0..=5 => format!("expected one of {}, found `{given}`", listed(names())),
            _ => format!("there is no `{given}` to choose here"),
        };
        let meant = closest(given, names());
        let meant = desc
            .variants
            .iter()
            .find(|variant| Some(variant.name) == meant);
        cx.report(
            Diagnostic::error(Code::UnknownVariant, name_span, message)
                .expected(desc.variants.iter().map(VariantDesc::example))
                .help(meant.map(|variant| format!("did you mean `{}`?", variant.example()))),
        );
        None
    }

    /// The name of the variant.
    pub fn name(&self) -> &'static str {
        self.variant.name
    }

    /// Where the name stands.
    pub fn name_span(&self) -> Span {
        self.name_span
    }

    /// Opens what is in the brackets of the variant.
    pub fn values(&self, cx: &mut Cx<'_>) -> Option<StructReader<'n>> {
        let variant = self.variant;
        let by_name = !variant.fields.is_empty();
        let descs = if by_name {
            variant.fields
        } else {
            variant.items
        };
        let mut reader = StructReader::new(self.node, variant.name, descs);
        reader.by_position = !by_name;
        let holds_struct = matches!(variant.items, [one] if (one.of)().is_struct());
        match &self.node.kind {
            Kind::Struct {
                fields, damaged, ..
            } if by_name => {
                (reader.fields, reader.damaged) = (fields, *damaged);
                reader.unknown_fields(cx);
            }
            Kind::Struct { .. } if holds_struct => reader.inlined = true,
            Kind::Struct { fields, .. } => {
                let span = fields
                    .first()
                    .map_or(self.name_span, |field| field.name.span);
                let message = format!("the values of `{}` have no names", variant.name);
                let help = format!("write `{}`", variant.example());
                cx.report(Diagnostic::error(Code::WrongType, span, message).help(help));
                return None;
            }
            Kind::Tuple { items, .. } if items.is_empty() => reader.inlined = holds_struct,
            Kind::Tuple { items, .. } if by_name => {
                let span = items.first().map_or(self.name_span, Node::head);
                if items.iter().any(|item| item.kind != Kind::Broken) {
                    let message = format!("the values of `{}` need their names", variant.name);
                    cx.report(
                        Diagnostic::error(Code::WrongType, span, message)
                            .expected(descs.iter().map(|desc| desc.name))
                            .help(format!("write `{}`", variant.example())),
                    );
                }
                return None;
            }
            Kind::Tuple { items, .. } => reader.items = items,
            _ => reader.inlined = holds_struct,
        }
        Some(reader)
    }
}

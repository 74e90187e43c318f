//! Values that are no structs: texts, numbers, lists, maps, tuples, and what wraps them.

use std::ops::Deref;

use super::{Cx, Decode, TypeDesc};
use crate::diag::{Code, Diagnostic, Spanned};
use crate::scenario::syntax::{Kind, Node};

const BOOL: TypeDesc = TypeDesc::Plain {
    name: "`true` or `false`",
    examples: &[],
    quoted: false,
};
const TEXT: TypeDesc = TypeDesc::Plain {
    name: "a text in quotes",
    examples: &[],
    quoted: true,
};
const NUMBER: TypeDesc = TypeDesc::Plain {
    name: "a number",
    examples: &["12", "0.5"],
    quoted: false,
};
const WHOLE: TypeDesc = TypeDesc::Plain {
    name: "a whole number",
    examples: &["12"],
    quoted: false,
};

impl Decode for bool {
    fn describe() -> TypeDesc {
        BOOL
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        if let Kind::Bool(value) = node.kind {
            return Some(value);
        }
        cx.wrong_type(node, &BOOL);
        None
    }
}

impl Decode for String {
    fn describe() -> TypeDesc {
        TEXT
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        if let Kind::Str(text) = &node.kind {
            return Some(text.clone());
        }
        cx.wrong_type(node, &TEXT);
        None
    }
}

impl Decode for f64 {
    fn describe() -> TypeDesc {
        NUMBER
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let Kind::Number(text) = &node.kind else {
            cx.wrong_type(node, &NUMBER);
            return None;
        };
        let value = text.parse::<Self>().ok().filter(|value| value.is_finite());
        if value.is_none() {
            let message = format!("expected a finite number, found {}", node.found());
            cx.report(Diagnostic::error(Code::NotFinite, node.span, message));
        }
        value
    }
}

macro_rules! whole_numbers {
    ($($ty:ty),*) => {$(
        impl Decode for $ty {
            fn describe() -> TypeDesc {
                WHOLE
            }

            fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
                let value = whole(node, cx)?;
                let narrowed = Self::try_from(value).ok();
                if narrowed.is_none() {
                    out_of_range(node, i128::from(<$ty>::MIN), i128::from(<$ty>::MAX), cx);
                }
                narrowed
            }
        }
    )*};
}

whole_numbers!(u16, u32, u64, i64);

/// A number without a fraction, however it is written: `3`, `3.0`, `1e3`.
fn whole(node: &Node, cx: &mut Cx<'_>) -> Option<i128> {
    let Kind::Number(text) = &node.kind else {
        cx.wrong_type(node, &WHOLE);
        return None;
    };
    if let Ok(value) = text.parse::<i128>() {
        return Some(value);
    }
    let number = text.parse::<f64>().ok().filter(|value| value.is_finite());
    // Above 2^53 a float is no exact number any more.
    let exact = number.filter(|value| value.fract() == 0.0 && value.abs() < 9e15);
    if exact.is_none() {
        let message = format!("expected a whole number, found {}", node.found());
        cx.report(
            Diagnostic::error(Code::WrongType, node.span, message).expected(["a whole number"]),
        );
    }
    exact.map(|value| value as i128)
}

fn out_of_range(node: &Node, least: i128, most: i128, cx: &mut Cx<'_>) {
    let range = format!("a whole number from {least} to {most}");
    let message = format!("expected {range}, found {}", node.found());
    cx.report(Diagnostic::error(Code::OutOfRange, node.span, message).expected([range]));
}

impl<T: Decode> Decode for Option<T> {
    fn describe() -> TypeDesc {
        TypeDesc::Optional(T::describe)
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match &node.kind {
            Kind::None => Some(None),
            Kind::Some(inner) => T::decode(inner, cx).map(Some),
            _ => T::decode(node, cx).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn describe() -> TypeDesc {
        T::describe()
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        T::decode(node, cx).map(|value| Self::new(value, node.head()))
    }

    fn decode_unnamed(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        T::decode_unnamed(node, cx).map(|value| Self::new(value, node.head()))
    }
}

impl<T: Decode> Decode for Box<T> {
    fn describe() -> TypeDesc {
        T::describe()
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        T::decode(node, cx).map(Self::new)
    }

    fn decode_unnamed(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        T::decode_unnamed(node, cx).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

/// Items that cannot be read are left out, so that the others are still looked at.
impl<T: Decode> Decode for Vec<T> {
    fn describe() -> TypeDesc {
        TypeDesc::List(T::describe)
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let Kind::List(items) = &node.kind else {
            cx.wrong_type(node, &Self::describe());
            return None;
        };
        Some(
            items
                .iter()
                .filter_map(|item| T::decode(item, cx))
                .collect(),
        )
    }
}

macro_rules! tuples {
    ($(($($part:ident $index:tt),*) $length:literal;)*) => {$(
        impl<$($part: Decode),*> Decode for ($($part,)*) {
            fn describe() -> TypeDesc {
                TypeDesc::Tuple(const { &[$($part::describe as fn() -> TypeDesc),*] })
            }

            fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
                let items = match &node.kind {
                    Kind::Tuple { name: None, items } if items.len() == $length => items,
                    _ => {
                        cx.wrong_type(node, &Self::describe());
                        return None;
                    }
                };
                let read = ($($part::decode(&items[$index], cx),)*);
                Some(($(read.$index?,)*))
            }
        }
    )*};
}

tuples! {
    (A 0, B 1) 2;
    (A 0, B 1, C 2) 3;
    (A 0, B 1, C 2, D 3) 4;
}

/// A map from names to values, in the order of the file. Every name occurs once.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries<T>(pub Vec<(Spanned<String>, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Entries<T> {
    type Target = [(Spanned<String>, T)];
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, T> IntoIterator for &'a Entries<T> {
    type Item = &'a (Spanned<String>, T);
    type IntoIter = std::slice::Iter<'a, (Spanned<String>, T)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Decode> Decode for Entries<T> {
    fn describe() -> TypeDesc {
        TypeDesc::Map(T::describe)
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            cx.wrong_type(node, &Self::describe());
            return None;
        };
        let mut read = Vec::with_capacity(entries.len());
        for entry in entries {
            // Quotes around a name are usual and no more than that.
            let (Kind::Str(name) | Kind::Word(name)) = &entry.key.kind else {
                cx.wrong_type(&entry.key, &TEXT);
                continue;
            };
            match T::decode(&entry.value, cx) {
                Some(value) => read.push((Spanned::new(name.clone(), entry.key.span), value)),
                None => cx.lose(name),
            }
        }
        Some(Self(read))
    }
}

/// Running text: line breaks and indentation of the file are for the author's eye only. Empty lines
/// separate paragraphs; lines that start with `- ` stay lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose(pub String);

impl Deref for Prose {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Decode for Prose {
    fn describe() -> TypeDesc {
        TEXT
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = String::decode(node, cx)?;
        let mut out = String::with_capacity(text.len());
        let mut gap = "";
        for line in text.lines().map(str::trim) {
            if line.is_empty() {
                gap = if out.is_empty() { "" } else { "\n\n" };
                continue;
            }
            let gap_here = if gap != "\n\n" && line.starts_with("- ") {
                "\n"
            } else {
                gap
            };
            out.push_str(if out.is_empty() { "" } else { gap_here });
            out.push_str(line);
            gap = " ";
        }
        Some(Self(out))
    }
}

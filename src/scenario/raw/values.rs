//! Values that only the language of scenarios has: limits that may be absent, moments on two
//! clocks, amounts that say their unit, one thing or a list of them.

use crate::base::time::SimDuration;
use crate::diag::{Code, Diagnostic};
use crate::scenario::decode::{Cx, Decode, TypeDesc};
use crate::scenario::syntax::{Kind, Node};
use crate::scenario::units::{ClockTime, Count, Rate, Share};

/// A limit, or "none".
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Limit<T> {
    /// At most this.
    Of(T),
    /// No limit.
    Unlimited,
}

impl<T> Limit<T> {
    /// The limit, where there is one.
    pub fn of(self) -> Option<T> {
        match self {
            Self::Of(value) => Some(value),
            Self::Unlimited => None,
        }
    }
}

macro_rules! limits {
    ($($ty:ty: $name:literal, $example:literal;)*) => {$(
        impl Decode for Limit<$ty> {
            fn describe() -> TypeDesc {
                TypeDesc::Plain {
                    name: $name,
                    examples: &[$example, "\"none\""],
                    quoted: false,
                }
            }

            fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
                match &node.kind {
                    Kind::None => Some(Self::Unlimited),
                    Kind::Str(word) | Kind::Word(word) if word == "none" => Some(Self::Unlimited),
                    _ => <$ty>::decode(node, cx).map(Self::Of),
                }
            }
        }
    )*};
}

limits! {
    SimDuration: "a duration or no limit", "\"750ms\"";
    Rate: "a rate or no limit", "\"20k/s\"";
    Count: "a count or no limit", "200";
    Share: "a share or no limit", "\"20%\"";
}

/// How many times as much: `1.5`, `"150%"`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Factor(pub f64);

const FACTOR: TypeDesc = TypeDesc::Plain {
    name: "a factor",
    examples: &["1.5", "\"150%\""],
    quoted: false,
};

impl Decode for Factor {
    fn describe() -> TypeDesc {
        FACTOR
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let read = match &node.kind {
            Kind::Number(text) => text.parse::<f64>().ok(),
            Kind::Str(text) => text.trim().strip_suffix('%').and_then(|percent| {
                let percent = percent.trim_end().parse::<f64>().ok()?;
                Some(percent / 100.0)
            }),
            _ => None,
        };
        let Some(factor) = read else {
            cx.wrong_type(node, &FACTOR);
            return None;
        };
        if (0.0..=1e6).contains(&factor) {
            return Some(Self(factor));
        }
        let message = format!("a factor must be from 0 to 1000000, found {}", node.found());
        cx.report(Diagnostic::error(Code::OutOfRange, node.span, message));
        None
    }
}

/// A moment of the incident: counted from its start (`"2m"`) or on the wall (`"18:02"`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// So long after the start.
    Since(SimDuration),
    /// At this time of day.
    Clock(ClockTime),
}

impl Decode for Moment {
    fn describe() -> TypeDesc {
        TypeDesc::Plain {
            name: "a moment",
            examples: &["\"2m\"", "\"18:02\""],
            quoted: false,
        }
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Str(text) if text.contains(':') => ClockTime::decode(node, cx).map(Self::Clock),
            _ => SimDuration::decode(node, cx).map(Self::Since),
        }
    }
}

/// A value of a signal, with the unit it was written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Without a unit: in the signal's own.
    Plain(f64),
    /// A part of one.
    Share(f64),
    /// Seconds.
    Seconds(f64),
    /// Per second.
    PerSecond(f64),
}

const AMOUNT: TypeDesc = TypeDesc::Plain {
    name: "a value",
    examples: &["\"5%\"", "\"750ms\"", "\"20/s\"", "300"],
    quoted: false,
};

impl Decode for Amount {
    fn describe() -> TypeDesc {
        AMOUNT
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let Kind::Str(text) = &node.kind else {
            if matches!(node.kind, Kind::Number(_)) {
                return f64::decode(node, cx).map(Self::Plain);
            }
            cx.wrong_type(node, &AMOUNT);
            return None;
        };
        let text = text.trim();
        if text.ends_with('%') {
            return Share::decode(node, cx).map(|share| Self::Share(share.of_one()));
        }
        if text.contains('/') {
            return Rate::decode(node, cx).map(|rate| Self::PerSecond(rate.per_s()));
        }
        if text.ends_with(|c: char| c.is_ascii_digit() || matches!(c, 'k' | 'K' | 'M' | 'G')) {
            return Count::decode(node, cx).map(|count| Self::Plain(count.get() as f64));
        }
        SimDuration::decode(node, cx).map(|time| Self::Seconds(time.as_secs_f64()))
    }
}

/// One thing, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn describe() -> TypeDesc {
        TypeDesc::OneOrList(T::describe)
    }

    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Vec::decode(node, cx).map(Self),
            _ => T::decode(node, cx).map(|one| Self(vec![one])),
        }
    }
}

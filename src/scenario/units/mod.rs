//! Quantities as people write them: "750ms", "20k/s", "512MiB", "82%", "18:02".
//!
//! A bare number is accepted only where it can mean one thing: a rate is per second, a share a part
//! of one, a count a count. Durations and sizes need their unit. May use `base` and `diag`.

#[cfg(test)]
mod tests;
mod text;

use super::decode::{Cx, Decode, TypeDesc};
use super::syntax::{Kind, Node};
use crate::base::time::SimDuration;
use crate::diag::{Code, Diagnostic};
use text::Fault;

/// The longest duration, a hundred years: exact in microseconds also as a float.
const MAX_DAYS: f64 = 36_500.0;
/// The highest rate, per second.
const MAX_RATE_PER_S: f64 = 1e12;
/// The largest size in bytes, a thousand petabytes.
const MAX_BYTES: f64 = 1e18;
/// The largest count, exact also as a float.
const MAX_COUNT: f64 = 1e15;

/// Something per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Rate(f64);

impl Rate {
    /// Per second.
    pub const fn per_s(self) -> f64 {
        self.0
    }
}

/// A size in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(u64);

impl Bytes {
    /// Bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// From 0 to 1.
    pub const fn of_one(self) -> f64 {
        self.0
    }
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(u64);

impl Count {
    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTime(u32);

impl ClockTime {
    /// Seconds since midnight, below 86,400.
    pub const fn secs_of_day(self) -> u32 {
        self.0
    }
}

/// What distinguishes one quantity from another.
struct Quantity<T> {
    name: &'static str,
    examples: &'static [&'static str],
    code: Code,
    text: fn(&str) -> Result<T, Fault>,
    number: fn(f64) -> Result<T, Fault>,
}

impl<T> Quantity<T> {
    fn describe(&self) -> TypeDesc {
        TypeDesc::Plain {
            name: self.name,
            examples: self.examples,
            quoted: false,
        }
    }

    fn decode(&self, node: &Node, cx: &mut Cx<'_>) -> Option<T> {
        let read = match &node.kind {
            Kind::Str(text) => (self.text)(text),
            Kind::Number(number) => match number.parse::<f64>() {
                Ok(number) if number.is_finite() => (self.number)(number),
                _ => Err(Fault::NotFinite),
            },
            Kind::Broken => return None,
            _ => Err(Fault::Unreadable(None)),
        };
        let fault = match read {
            Ok(value) => return Some(value),
            Err(fault) => fault,
        };
        let (wanted, found) = (self.describe().expected(), node.found());
        let (code, message, help) = match fault {
            Fault::Unreadable(help) => {
                (self.code, format!("expected {wanted}, found {found}"), help)
            }
            Fault::NoUnit(help) => (
                Code::MissingUnit,
                format!("expected {wanted}, found {found} without a unit"),
                help,
            ),
            Fault::Range(range) => {
                let message = format!("{} must be {range}, found {found}", self.name);
                (Code::OutOfRange, message, None)
            }
            Fault::RangeHint(range, help) => {
                let message = format!("{} must be {range}, found {found}", self.name);
                (Code::OutOfRange, message, Some(help))
            }
            Fault::NotFinite => (
                Code::NotFinite,
                format!("expected {wanted}, found {found}"),
                None,
            ),
        };
        let finding = Diagnostic::error(code, node.head(), message).expected([wanted]);
        cx.report(finding.help(help));
        None
    }
}

const DURATION: Quantity<SimDuration> = Quantity {
    name: "a duration",
    examples: &["\"750ms\"", "\"18m\""],
    code: Code::BadDuration,
    text: text::duration,
    number: |number| match number {
        0.0 => Ok(SimDuration::ZERO),
        _ => Err(Fault::NoUnit(Some(format!(
            "write \"{number}s\" or \"{number}ms\""
        )))),
    },
};

const RATE: Quantity<Rate> = Quantity {
    name: "a rate",
    examples: &["\"20k/s\"", "\"4/min\""],
    code: Code::BadRate,
    text: |text| text::rate(text).map(Rate),
    number: |number| text::within(number, 0.0, MAX_RATE_PER_S, "0/s", "1000G/s").map(Rate),
};

const SIZE: Quantity<Bytes> = Quantity {
    name: "a size",
    examples: &["\"512MiB\"", "\"2GB\""],
    code: Code::BadSize,
    text: |text| text::size(text).map(Bytes),
    number: |number| match number {
        0.0 => Ok(Bytes(0)),
        _ => Err(Fault::NoUnit(Some(format!(
            "write \"{number}MB\" or \"{number}B\""
        )))),
    },
};

const SHARE: Quantity<Share> = Quantity {
    name: "a share",
    examples: &["\"82%\"", "0.82"],
    code: Code::BadShare,
    text: |text| text::share(text).map(Share),
    number: |number| match text::within(number, 0.0, 1.0, "0", "1") {
        Err(_) if number > 1.0 && number <= 100.0 => Err(Fault::RangeHint(
            "from 0 to 1, or a percentage".to_owned(),
            format!("did you mean \"{number}%\"?"),
        )),
        read => read.map(Share),
    },
};

const COUNT: Quantity<Count> = Quantity {
    name: "a count",
    examples: &["10000", "\"10k\""],
    code: Code::BadCount,
    text: |text| text::count(text).map(Count),
    number: |number| text::whole(number).map(Count),
};

const CLOCK_TIME: Quantity<ClockTime> = Quantity {
    name: "a time of day",
    examples: &["\"18:02\""],
    code: Code::BadClockTime,
    text: |text| text::clock_time(text).map(ClockTime),
    number: |_| Err(Fault::Unreadable(None)),
};

macro_rules! quantities {
    ($($ty:ty: $quantity:ident),* $(,)?) => {$(
        impl Decode for $ty {
            fn describe() -> TypeDesc {
                $quantity.describe()
            }

            fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
                $quantity.decode(node, cx)
            }
        }
    )*};
}

quantities! {
    SimDuration: DURATION,
    Rate: RATE,
    Bytes: SIZE,
    Share: SHARE,
    Count: COUNT,
    ClockTime: CLOCK_TIME,
}

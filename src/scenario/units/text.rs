//! The texts of quantities. Pure functions from a text to a number or to what is wrong with it.

use super::{MAX_BYTES, MAX_COUNT, MAX_DAYS, MAX_RATE_PER_S};
use crate::base::time::SimDuration;
use crate::diag::closest;

/// What is wrong with a quantity.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    /// It is none; perhaps with a hint.
    Unreadable(Option<String>),
    /// It is a number without the unit it needs.
    NoUnit(Option<String>),
    /// It lies outside this range, in words.
    Range(String),
    /// The same, with a hint.
    RangeHint(String, String),
    /// It is infinite or no number.
    NotFinite,
}

const MICROS: [(&str, f64); 8] = [
    ("us", 1.0),
    ("µs", 1.0),
    ("ms", 1e3),
    ("s", 1e6),
    ("m", 60e6),
    ("min", 60e6),
    ("h", 3_600e6),
    ("d", 86_400e6),
];
const SECONDS: [(&str, f64); 8] = [
    ("s", 1.0),
    ("sec", 1.0),
    ("m", 60.0),
    ("min", 60.0),
    ("h", 3_600.0),
    ("hour", 3_600.0),
    ("d", 86_400.0),
    ("day", 86_400.0),
];
const BYTES: [(&str, f64); 12] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("PB", 1e15),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("PiB", 1_125_899_906_842_624.0),
];
const MULTIPLES: [(&str, f64); 5] = [("", 1.0), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9)];

fn factor(units: &[(&str, f64)], unit: &str) -> Option<f64> {
    units
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor)
}

/// "did you mean" for a number whose unit is nearly one.
fn unit_hint(number: &str, unit: &str, units: &[(&str, f64)]) -> Option<String> {
    const WORDS: [(&str, &str); 12] = [
        ("second", "s"),
        ("seconds", "s"),
        ("secs", "s"),
        ("sec", "s"),
        ("minute", "m"),
        ("minutes", "m"),
        ("mins", "m"),
        ("hour", "h"),
        ("hours", "h"),
        ("day", "d"),
        ("days", "d"),
        ("msec", "ms"),
    ];
    let word = WORDS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(unit))
        .map(|(_, is)| *is);
    let known = |name: &&str| units.iter().any(|(unit, _)| unit == name);
    let near = word
        .filter(known)
        .or_else(|| closest(unit, units.iter().map(|(name, _)| *name)))?;
    Some(format!("did you mean \"{number}{near}\"?"))
}

/// Splits a number off the front: its value, its text, and the rest without white space before it.
/// A sign belongs to the number; an exponent does not, because nobody writes "1e3ms".
fn number(text: &str) -> Option<(f64, &str, &str)> {
    let text = text.trim_start();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let length = unsigned.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')));
    let length = length.unwrap_or(unsigned.len());
    let (written, rest) = text.split_at(text.len() - unsigned.len() + length);
    let digits: String = written.chars().filter(|&c| c != '_').collect();
    let value = digits
        .parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())?;
    Some((value, written, rest.trim_start()))
}

/// A value between two limits, which are given in words as well.
pub(super) fn within(
    value: f64,
    least: f64,
    most: f64,
    least_text: &str,
    most_text: &str,
) -> Result<f64, Fault> {
    if value >= least && value <= most {
        Ok(value)
    } else {
        Err(Fault::Range(format!("from {least_text} to {most_text}")))
    }
}

fn unreadable<T>() -> Result<T, Fault> {
    Err(Fault::Unreadable(None))
}

/// "2.5s", "1h30m".
pub(super) fn duration(text: &str) -> Result<SimDuration, Fault> {
    let mut rest = text.trim();
    let (mut micros, mut negative, mut last_unit) = (0.0, false, f64::INFINITY);
    while last_unit.is_infinite() || !rest.is_empty() {
        let Some((value, written, after)) = number(rest) else {
            return unreadable();
        };
        let length = after
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(length);
        let first = last_unit.is_infinite();
        if unit.is_empty() && after.is_empty() && first {
            if value == 0.0 {
                return Ok(SimDuration::ZERO);
            }
            let help = format!("write \"{written}s\" or \"{written}ms\"");
            return Err(Fault::NoUnit(Some(help)));
        }
        let Some(factor) = factor(&MICROS, unit) else {
            let hint = if first && after.is_empty() {
                unit_hint(written, unit, &MICROS)
            } else {
                None
            };
            return Err(Fault::Unreadable(hint));
        };
        let signed = written.starts_with(['-', '+']);
        if factor >= last_unit || (signed && !first) {
            return Err(Fault::Unreadable(Some(
                "join units from large to small: \"1h30m\"".into(),
            )));
        }
        negative |= value < 0.0;
        micros += value * factor;
        last_unit = factor;
        rest = after.trim_start();
    }
    let limit = MAX_DAYS * 86_400e6;
    if negative {
        micros = -1.0;
    }
    let micros = within(micros, 0.0, limit, "0s", "36500d")?;
    // Exact: the limit is below 2^53 microseconds.
    Ok(SimDuration::from_micros((micros + 0.5) as u64))
}

/// "20k/s", in units per second.
pub(super) fn rate(text: &str) -> Result<f64, Fault> {
    let text = text.trim();
    let Some((value, written, rest)) = number(text) else {
        return unreadable();
    };
    let Some((multiple, unit)) = rest.split_once('/') else {
        let plain = factor(&MULTIPLES, rest).is_some();
        let help = format!("write \"{text}/s\" or \"{text}/min\"");
        return Err(if plain {
            Fault::NoUnit(Some(help))
        } else {
            Fault::Unreadable(None)
        });
    };
    let (multiple, unit) = (multiple.trim(), unit.trim());
    let Some(times) = factor(&MULTIPLES, multiple) else {
        return unreadable();
    };
    let Some(seconds) = factor(&SECONDS, unit) else {
        let number = format!("{written}{multiple}/");
        return Err(Fault::Unreadable(unit_hint(&number, unit, &SECONDS)));
    };
    within(
        value * times / seconds,
        0.0,
        MAX_RATE_PER_S,
        "0/s",
        "1000G/s",
    )
}

/// "512MiB", in bytes.
pub(super) fn size(text: &str) -> Result<u64, Fault> {
    let text = text.trim();
    let Some((value, written, unit)) = number(text) else {
        return unreadable();
    };
    if unit.is_empty() && value != 0.0 {
        return Err(Fault::NoUnit(Some(format!(
            "write \"{written}MB\" or \"{written}B\""
        ))));
    }
    let unit = if unit.is_empty() { "B" } else { unit };
    let Some(times) = factor(&BYTES, unit) else {
        return Err(Fault::Unreadable(unit_hint(written, unit, &BYTES)));
    };
    let bytes = within(value * times, 0.0, MAX_BYTES, "0B", "1000PB")?;
    Ok((bytes + 0.5) as u64)
}

/// "82%", of one.
pub(super) fn share(text: &str) -> Result<f64, Fault> {
    let text = text.trim();
    let Some((value, _, rest)) = number(text) else {
        return unreadable();
    };
    match rest {
        "%" => within(value / 100.0, 0.0, 1.0, "0%", "100%"),
        "" if (0.0..=1.0).contains(&value) => Err(Fault::Unreadable(Some(format!(
            "leave out the quotes: {text}"
        )))),
        "" => Err(Fault::NoUnit(Some(format!("write \"{text}%\"")))),
        _ => unreadable(),
    }
}

/// "10k".
pub(super) fn count(text: &str) -> Result<u64, Fault> {
    let Some((value, _, rest)) = number(text.trim()) else {
        return unreadable();
    };
    let Some(times) = factor(&MULTIPLES, rest) else {
        return unreadable();
    };
    // Thousands of decimal fractions are whole only nearly: 1.1 × 1000.
    let product = value * times;
    let nearest = (product + 0.5).floor();
    whole(if (product - nearest).abs() < 1e-6 {
        nearest
    } else {
        product
    })
}

/// A number without a fraction.
pub(super) fn whole(value: f64) -> Result<u64, Fault> {
    if value.fract() != 0.0 {
        return Err(Fault::Range("a whole number".to_owned()));
    }
    within(value, 0.0, MAX_COUNT, "0", "1000000G").map(|value| value as u64)
}

/// "18:02" or "18:02:30", in seconds since midnight.
pub(super) fn clock_time(text: &str) -> Result<u32, Fault> {
    let mut parts = text.trim().split(':');
    let mut part = |required: bool| match parts.next() {
        Some(digits) if digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse::<u32>().map_err(|_| Fault::Unreadable(None))
        }
        None if !required => Ok(0),
        _ => unreadable(),
    };
    let (hours, minutes, seconds) = (part(true)?, part(true)?, part(false)?);
    if parts.next().is_some() {
        return unreadable();
    }
    if hours > 23 || minutes > 59 || seconds > 59 {
        return Err(Fault::Range("from \"00:00\" to \"23:59:59\"".to_owned()));
    }
    Ok(hours * 3600 + minutes * 60 + seconds)
}

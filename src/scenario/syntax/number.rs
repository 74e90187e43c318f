//! Which words that start like a number are one.

/// The decimal form of a number as RON writes it: signs, underscores, `0x`/`0o`/`0b`, exponents and
/// Rust's type suffixes. `None` where it is no number, or an integer of more than 64 bits in a base
/// other than ten.
pub(super) fn normalise(written: &str) -> Option<String> {
    let (sign, digits) = match written.as_bytes().first()? {
        b'-' => ("-", &written[1..]),
        b'+' => ("", &written[1..]),
        _ => ("", written),
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            let rest: String = rest.chars().filter(|&c| c != '_').collect();
            let value = u64::from_str_radix(&rest, radix)
                .ok()
                .filter(|_| !rest.starts_with('+'));
            return value.map(|value| format!("{sign}{value}"));
        }
    }
    let digits = without_suffix(digits);
    let plain: String = digits.chars().filter(|&c| c != '_').collect();
    is_decimal(&plain).then(|| format!("{sign}{plain}"))
}

fn without_suffix(digits: &str) -> &str {
    const SUFFIXES: [&str; 12] = [
        "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64",
    ];
    let cut = SUFFIXES
        .iter()
        .find_map(|suffix| digits.strip_suffix(suffix));
    cut.map_or(digits, |rest| rest.strip_suffix('_').unwrap_or(rest))
}

/// `12`, `1.5`, `.5`, `1.`, `1e6`, `1.5e-3`.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fine = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fine
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn numbers_are_normalised_and_others_refused() {
        let is = |written| normalise(written).unwrap_or_else(|| "no".into());
        for (written, normal) in [
            ("12", "12"),
            ("-1_000", "-1000"),
            ("+.5", ".5"),
            ("1.", "1."),
            ("1.5e-3", "1.5e-3"),
            ("0xFF", "255"),
            ("-0b101", "-5"),
            ("0.3f32", "0.3"),
            ("7_u8", "7"),
        ] {
            assert_eq!(is(written), normal);
        }
        for bad in [
            "12x", "1.2.3", "1e", "e5", ".", "-", "", "0x", "0x+5", "0b12", "750ms", "--1",
        ] {
            assert_eq!(is(bad), "no", "{bad}");
        }
    }
}

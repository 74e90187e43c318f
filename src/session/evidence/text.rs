//! Numbers as tools print them. Pure functions.

/// A share such as `4.2 %`.
pub(super) fn percent(share: f64) -> String {
    let x = share * 100.0;
    if x > 0.0 && x < 0.1 {
        "<0.1 %".to_owned()
    } else if x < 9.95 {
        format!("{x:.1} %")
    } else {
        format!("{x:.0} %")
    }
}

/// A time in seconds such as `35 ms`, `1.2 s` or `4 min`.
pub(super) fn time(secs: f64) -> String {
    if !secs.is_finite() {
        "no limit".to_owned()
    } else if secs < 0.000_95 {
        format!("{:.0} µs", secs * 1e6)
    } else if secs < 0.009_95 {
        format!("{:.1} ms", secs * 1e3)
    } else if secs < 0.9995 {
        format!("{:.0} ms", secs * 1e3)
    } else if secs < 9.95 {
        format!("{secs:.1} s")
    } else if secs < 119.5 {
        format!("{secs:.0} s")
    } else {
        format!("{:.0} min", secs / 60.0)
    }
}

/// A whole number such as `12,345`.
pub(super) fn count(x: f64) -> String {
    let digits = format!("{:.0}", x.max(0.0));
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rate per second such as `612/s` or `0.4/s`.
pub(super) fn rate(per_s: f64) -> String {
    if per_s < 9.95 {
        format!("{per_s:.1}/s")
    } else {
        format!("{}/s", count(per_s))
    }
}

/// Bytes such as `6.0 GB`.
pub(super) fn bytes(bytes: f64) -> String {
    let units = ["B", "KB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes, 0);
    while value >= 1_000.0 && unit + 1 < units.len() {
        value /= 1_000.0;
        unit += 1;
    }
    if value < 9.95 {
        format!("{value:.1} {}", units[unit])
    } else {
        format!("{value:.0} {}", units[unit])
    }
}

/// "one waits", "3 wait".
pub(super) fn waiting(n: f64) -> String {
    if n < 0.5 {
        "none waits".to_owned()
    } else if n < 1.5 {
        "1 waits".to_owned()
    } else {
        format!("{} wait", count(n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_people_write_them() {
        assert_eq!(percent(0.0421), "4.2 %");
        assert_eq!(percent(0.4), "40 %");
        assert_eq!(percent(0.000_01), "<0.1 %");
        assert_eq!(time(0.035), "35 ms");
        assert_eq!(time(0.000_2), "200 µs");
        assert_eq!(time(240.0), "4 min");
        assert_eq!(time(f64::INFINITY), "no limit");
        assert_eq!(count(1_234_567.0), "1,234,567");
        assert_eq!(rate(0.42), "0.4/s");
        assert_eq!(bytes(6e9), "6.0 GB");
    }
}

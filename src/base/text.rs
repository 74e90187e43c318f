//! Figures as people read them. Stands on nothing.

/// A number above zero without its fraction, in groups of three digits.
pub fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.max(0.0));
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `8:50`, or `1:02:03` from the first hour on.
pub fn clock_of(seconds: f64) -> String {
    let secs = seconds.max(0.0).round() as u64;
    let (h, m, s) = (secs / 3600, secs / 60 % 60, secs % 60);
    if h > 0 {
        format!("{h}:{m:02}:{s:02}")
    } else {
        format!("{m}:{s:02}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn large_numbers_can_be_read() {
        let shown = [0.4, 12.0, 999.6, 123_456.0, 1_234_567.0].map(super::thousands);
        assert_eq!(shown, ["0", "12", "1,000", "123,456", "1,234,567"]);
    }
}

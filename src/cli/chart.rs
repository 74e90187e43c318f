//! Small charts made of characters.

/// Eight heights of a block, lowest first.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One line of blocks; the highest value fills its cell, `None` leaves it empty.
pub fn spark(values: &[Option<f64>], most: f64) -> String {
    values
        .iter()
        .map(|value| match value {
            Some(v) if most > 0.0 => {
                let level = (v / most * 7.0).round().clamp(0.0, 7.0) as usize;
                BLOCKS[level]
            }
            Some(_) => BLOCKS[0],
            None => ' ',
        })
        .collect()
}

/// An area chart of several rows, top first, each with its value on the left.
pub fn area(values: &[f64], rows: usize, label: impl Fn(f64) -> String) -> Vec<String> {
    let most = values.iter().copied().fold(0.0, f64::max);
    let mut lines = Vec::with_capacity(rows);
    for row in (0..rows).rev() {
        let mut line = if most > 0.0 && (row == rows - 1 || row == 0) {
            format!("{:>9} │", label(most * (row + 1) as f64 / rows as f64))
        } else {
            format!("{:>9} │", "")
        };
        for value in values {
            let height = if most > 0.0 {
                value / most * rows as f64 * 8.0
            } else {
                0.0
            };
            let here = height - (row * 8) as f64;
            line.push(if here >= 8.0 {
                BLOCKS[7]
            } else if here >= 0.5 {
                BLOCKS[(here.round().max(1.0) as usize - 1).min(7)]
            } else {
                ' '
            });
        }
        lines.push(line);
    }
    lines
}

/// Reduces values to at most `width` by the greatest of each run.
pub fn squeeze(values: &[f64], width: usize) -> Vec<f64> {
    if values.len() <= width || width == 0 {
        return values.to_vec();
    }
    (0..width)
        .map(|i| {
            let from = i * values.len() / width;
            let to = ((i + 1) * values.len() / width).max(from + 1);
            values[from..to].iter().copied().fold(f64::MIN, f64::max)
        })
        .collect()
}

/// A number as people read it: `1,842`, `14.3`, `0.12`.
pub fn number(x: f64) -> String {
    if x.abs() >= 1000.0 {
        let digits = format!("{:.0}", x.abs());
        let mut grouped = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(c);
        }
        return if x < 0.0 {
            format!("-{grouped}")
        } else {
            grouped
        };
    }
    if x.abs() >= 100.0 || x == x.trunc() {
        format!("{x:.0}")
    } else if x.abs() >= 1.0 {
        format!("{x:.1}")
    } else {
        format!("{x:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_short() {
        assert_eq!(number(1_234_567.0), "1,234,567");
        assert_eq!(number(999.6), "1000");
        assert_eq!(number(14.26), "14.3");
        assert_eq!(number(0.1234), "0.123");
        assert_eq!(number(0.0), "0");
    }

    #[test]
    fn a_chart_has_its_peak_at_the_top() {
        let lines = area(&[0.0, 1.0, 4.0, 2.0], 2, |v| format!("{v}"));
        assert_eq!(lines, ["        4 │  █ ", "        2 │ ▄██"]);
        assert_eq!(spark(&[Some(0.0), Some(1.0), None], 1.0), "▁█ ");
    }
}

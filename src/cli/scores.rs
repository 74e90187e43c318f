//! A score in a terminal and as JSON: the axes, and what cost most.

use std::io::{self, Write};

use crate::base::time::SimTime;
use crate::score::{AxisName, Score};

/// The losses that are shown.
const MOST: usize = 10;
/// What costs less than this is not shown.
const LEAST: f64 = 0.05;

/// Total and axes, to a tenth.
pub fn json(score: &Score) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    object.insert("total".to_owned(), tenths(score.total).into());
    for name in AxisName::ALL {
        let points = score.axis(name).points;
        object.insert(name.name().to_owned(), tenths(points).into());
    }
    object.into()
}

fn tenths(points: f64) -> f64 {
    (points * 10.0).round() / 10.0
}

/// The axes, then the losses that cost most, with their moments on the clock of the incident.
pub fn human(
    score: &Score,
    clock: impl Fn(SimTime) -> String,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "Score               points   of the total")?;
    for name in AxisName::ALL {
        let points = score.axis(name).points;
        let weight = score.weight(name) * 100.0;
        writeln!(out, "  {:<16} {points:>7.1} {weight:>12.0} %", name.words())?;
    }
    writeln!(out, "  {:<16} {:>7.1}\n", "total", score.total)?;
    let losses = score.losses();
    let shown: Vec<_> = losses
        .iter()
        .filter(|(_, cost, _)| *cost >= LEAST)
        .take(MOST)
        .collect();
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "What cost most")?;
    for (name, cost, loss) in shown {
        let at = loss.at.map_or_else(|| "–".to_owned(), &clock);
        let axis = name.words();
        writeln!(out, "  {at:>8}  −{cost:<5.1} {axis:<16} {}", loss.why)?;
    }
    writeln!(out)
}

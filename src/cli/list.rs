//! `sev1 list`: the built-in scenarios.

use std::io::Write;

use crate::cli::Failure;
use crate::files::open;
use crate::scenario::builtin;

/// Prints one line (or one JSON object) per built-in scenario.
pub fn run(json: bool, out: &mut dyn Write) -> Result<u8, Failure> {
    for built_in in builtin::SCENARIOS {
        let mut findings = Vec::new();
        let Some(scenario) = open(built_in.id, &mut findings)? else {
            writeln!(out, "{} does not check: `sev1 check` says why", built_in.id)?;
            continue;
        };
        let meta = &scenario.meta;
        let minutes = scenario.objectives.time_limit.as_secs_f64() / 60.0;
        if json {
            let line = serde_json::json!({
                "id": scenario.id,
                "title": meta.title,
                "level": meta.level,
                "place": meta.place,
                "drill": meta.drill,
                "minutes": minutes,
                "variants": scenario.variants.len(),
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(
                out,
                "{:<22} {:<10} {:>4.0} min  {} causes  {}",
                scenario.id,
                meta.level,
                minutes,
                scenario.variants.len(),
                meta.title
            )?;
            writeln!(out, "{:<22} {}", "", meta.drill)?;
        }
    }
    Ok(0)
}

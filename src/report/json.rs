//! A report as one JSON object. Times are seconds since the start, lengths seconds, money in the
//! scenario's currency.

use serde_json::{Value, json as object};

use crate::base::time::SimTime;
use crate::report::Source;

/// The number of this form; another form gets another number.
pub const VERSION: u32 = 1;

/// Writes it.
pub fn json(source: &Source<'_>) -> Value {
    let record = source.record;
    let scenario = &record.scenario;
    let m = &record.milestones;
    let secs = |at: Option<SimTime>| at.map(SimTime::as_secs_f64);
    let variant = scenario.variants.get(record.variant);
    let axes = crate::score::AxisName::ALL.map(|name| {
        let axis = source.score.axis(name);
        let losses = axis.losses.iter().map(
            |it| object!({"points": it.points, "at_s": secs(it.at), "why": it.why.to_string()}),
        );
        object!({
            "axis": name.name(),
            "points": axis.points,
            "weight": source.score.weight(name),
            "losses": losses.collect::<Vec<_>>(),
        })
    });
    object!({
        "version": VERSION,
        "scenario": scenario.id,
        "variant": variant.map(|it| &it.id),
        "seed": record.seed,
        "outcome": record.outcome.name(),
        "milestones": {
            "onset_s": secs(m.onset), "detected_s": secs(m.detected),
            "acknowledged_s": secs(m.acknowledged), "declared_s": secs(m.declared),
            "diagnosed_s": secs(m.diagnosed), "mitigated_s": secs(m.mitigated),
            "recovered_s": secs(m.recovered), "closed_s": secs(m.closed),
        },
        "impact": {
            "customer_minutes": record.impact.customer_minutes,
            "nobody": source.baselines.nothing.impact.customer_minutes,
            "reference": source.baselines.reference.as_deref().map(|it| it.impact.customer_minutes),
            "money_lost": record.impact.money_lost,
            "repeated": record.impact.repeated,
            "wrong": record.impact.wrong,
            "currency": scenario.meta.currency,
            "lost_messages": record.lost_messages,
        },
        "score": {"total": source.score.total, "axes": axes},
        "analysis": source.analysis,
        "asides": source.asides.iter().map(|it| object!({"at_s": it.at.as_secs_f64(), "words": it.words})).collect::<Vec<_>>(),
        "simulated_s": record.simulated.as_secs_f64(),
        "digest": format!("{:016x}", record.digest),
    })
}

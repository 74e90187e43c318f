//! What a played incident looks like in a terminal and as JSON.

use std::io::{self, Write};
use std::sync::Arc;

use crate::base::time::SimTime;
use crate::cli::chart::{area, number, spark, squeeze};
use crate::cli::scores;
use crate::scenario::describe;
use crate::scenario::model::Signal;
use crate::score::Score;
use crate::session::{Fate, Note, Outcome, Record, Watched, numbered, words};
use crate::sim::Event;

/// Characters of a chart's time axis.
const WIDTH: usize = 72;

/// A run that has been played, and how.
#[derive(Debug)]
pub struct Played {
    /// What happened.
    pub record: Arc<Record>,
    /// How well it was handled.
    pub score: Score,
    /// Name of the plan.
    pub plan: String,
    /// True signals over time, for charts.
    pub watched: Vec<Watched>,
}

/// The whole run as one JSON object.
pub fn json(played: &Played) -> serde_json::Value {
    let record = &played.record;
    let secs = |t: Option<SimTime>| t.map(SimTime::as_secs_f64);
    let m = &played.record.milestones;
    let journeys: serde_json::Map<String, serde_json::Value> = played
        .record
        .scenario
        .world
        .journeys
        .iter()
        .zip(&played.record.journeys)
        .map(|(spec, t)| {
            let counts = serde_json::json!({
                "arrivals": t.arrivals,
                "served": t.served,
                "degraded": t.degraded,
                "failed": t.failed_total(),
                "abandoned": t.abandoned,
                "repeated": t.repeated,
                "wrong": t.wrong,
                "corrected": t.corrected,
            });
            (spec.name.clone(), counts)
        })
        .collect();
    serde_json::json!({
        "scenario": played.record.scenario.id,
        "variant": played.record.scenario.variants.get(played.record.variant).map(|v| v.id.as_str()),
        "seed": played.record.seed,
        "plan": played.plan,
        "outcome": record.outcome.name(),
        "milestones": {
            "onset_s": secs(m.onset),
            "detected_s": secs(m.detected),
            "acknowledged_s": secs(m.acknowledged),
            "declared_s": secs(m.declared),
            "diagnosed_s": secs(m.diagnosed),
            "mitigated_s": secs(m.mitigated),
            "recovered_s": secs(m.recovered),
            "closed_s": secs(m.closed),
        },
        "impact": {
            "customer_minutes": round(played.record.impact.customer_minutes),
            "failed_requests": played.record.impact.failed_requests,
            "money_lost": round(played.record.impact.money_lost),
            "repeated": played.record.impact.repeated,
            "wrong": played.record.impact.wrong,
            "currency": played.record.scenario.meta.currency,
        },
        "journeys": journeys,
        "score": scores::json(&played.score),
        "simulated_s": played.record.simulated.as_secs_f64(),
        "digest": format!("{:016x}", played.record.digest),
    })
}

fn round(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// The story of a run for people.
pub fn human(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    let scenario = &played.record.scenario;
    let variant = scenario
        .variants
        .get(played.record.variant)
        .map_or("", |v| v.id.as_str());
    writeln!(out, "{}", scenario.meta.title)?;
    writeln!(
        out,
        "{} · cause {variant} · seed {} · plan {}\n",
        scenario.id, played.record.seed, played.plan
    )?;
    story(played, out)?;
    impact_chart(played, out)?;
    signal_charts(played, out)?;
    milestones(played, out)?;
    scores::human(&played.score, |at| clock(played, at), out)?;
    totals(played, out)
}

/// Local time of day at a moment of the incident.
fn clock(played: &Played, at: SimTime) -> String {
    let secs =
        u64::from(played.record.scenario.meta.clock_start_min) * 60 + at.as_micros() / 1_000_000;
    format!(
        "{:02}:{:02}:{:02}",
        secs / 3600 % 24,
        secs / 60 % 60,
        secs % 60
    )
}

fn story(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    const MOST: usize = 80;
    let told: Vec<_> = played
        .record
        .log
        .iter()
        .filter_map(|(at, note)| note_text(played, note).map(|(mark, text)| (at, mark, text)))
        .collect();
    for (at, mark, text) in told.iter().take(MOST) {
        writeln!(out, "  {}  {at}  {mark} {text}", clock(played, **at))?;
    }
    if told.len() > MOST {
        writeln!(out, "  … and {} more", told.len() - MOST)?;
    }
    writeln!(out)
}

/// A mark and the words for what happened; `None` for what goes without saying.
fn note_text(played: &Played, note: &Note) -> Option<(&'static str, String)> {
    let record = &played.record;
    let person = |id| {
        record
            .scenario
            .team
            .get(id)
            .map_or("", |it| it.name.as_str())
    };
    let entry = |number: u32| numbered(&record.journal, number);
    let order = |number| {
        entry(number).map_or_else(String::new, |it| {
            words::given(&record.scenario, &record.journal, &it.order)
        })
    };
    Some(match note {
        Note::World(event) => ("◆", world_text(played, event)),
        Note::Alarm {
            name, fired: true, ..
        } => ("▲", format!("alarm {name}")),
        Note::Alarm { name, .. } => ("▽", format!("recovered {name}")),
        Note::Ordered(number) => {
            let who = match entry(*number)?.fate {
                Fate::Running { who, .. } | Fate::Landed { who: Some(who), .. } => {
                    format!(" ({})", person(who))
                }
                _ => String::new(),
            };
            ("●", format!("{}{who}", order(*number)))
        }
        Note::Refused(number) => match &entry(*number)?.fate {
            Fate::Refused(why) => ("✕", format!("{}: {why}", order(*number))),
            _ => return None,
        },
        Note::Failed(number) => match &entry(*number)?.fate {
            Fate::Failed { why, .. } => ("✕", format!("{}: {why}", order(*number))),
            _ => return None,
        },
        // That it is said and done at once goes without saying.
        Note::Landed(number) => ("✓", format!("done: {}", order(*number))),
        Note::Cancelled(number) => ("✕", format!("stopped: {}", order(*number))),
        Note::Undone(number) => ("✕", format!("taken back: {}", order(*number))),
        Note::Arrived(who) => ("○", format!("{} is here", person(*who))),
        Note::Said { who, text } => ("“", format!("{}: {text}", person(*who))),
        Note::Found(_) => return None,
        Note::Published(index) => {
            let published = record.posts.get(*index)?;
            (
                "»",
                format!("{}: {}", published.post.to.name(), published.post.text),
            )
        }
        Note::Reopened => ("◆", "open again: it was not over".to_owned()),
    })
}

fn world_text(played: &Played, event: &Event) -> String {
    let world = &played.record.scenario.world;
    let name = |id| world.components[id].name.as_str();
    let edge = |id| describe::edge(world, id);
    match event {
        Event::FaultBegan(index) | Event::FaultEnded(index) => {
            let fault = played
                .record
                .scenario
                .variants
                .get(played.record.variant)
                .and_then(|v| v.faults.get(*index))
                .map_or("a cause", |f| f.name.as_str());
            let ended = if matches!(event, Event::FaultEnded(_)) {
                " · ended"
            } else {
                ""
            };
            format!("cause · {fault}{ended}")
        }
        Event::WaveStarted {
            service,
            version,
            left,
        } => {
            let version = describe::version(world, *service, *version);
            format!(
                "{} · a wave of {version} goes out, {left} instances to come",
                name(*service)
            )
        }
        Event::Scaled {
            component,
            instances,
        } => {
            format!("{} · {instances} instances wanted", name(*component))
        }
        Event::BreakerOpened(id) => format!("{} · breaker opened", edge(*id)),
        Event::BreakerClosed(id) => format!("{} · breaker closed", edge(*id)),
        Event::TargetOut(id) => format!("{} · target out of rotation", edge(*id)),
        Event::TargetIn(id) => format!("{} · target back in rotation", edge(*id)),
        Event::FailedOver(id) => format!("{} · failover began", name(*id)),
        Event::SecretValid(id) => format!("{} · the new secret is accepted", name(*id)),
    }
}

fn impact_chart(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    let per_minute: Vec<f64> = played
        .record
        .samples
        .windows(2)
        .map(|pair| {
            let minutes = pair[1].at.since(pair[0].at).as_secs_f64() / 60.0;
            let harm = pair[1].impact.customer_minutes - pair[0].impact.customer_minutes;
            if minutes > 0.0 {
                (harm / minutes).max(0.0)
            } else {
                0.0
            }
        })
        .collect();
    writeln!(out, "Customer-minutes lost per minute")?;
    let squeezed = squeeze(&per_minute, WIDTH);
    for line in area(&squeezed, 6, number) {
        writeln!(out, "{line}")?;
    }
    let end = clock(played, played.record.simulated);
    let start = clock(played, SimTime::ZERO);
    let gap = squeezed.len().saturating_sub(16);
    writeln!(out, "{:>9} └{start}{:gap$}{end}\n", "", "")
}

/// The signals that moved most, one line each.
fn signal_charts(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    let mut ranked: Vec<(f64, &Watched)> = played
        .watched
        .iter()
        .map(|w| (movement(w), w))
        .filter(|(m, _)| *m > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut shown: Vec<&Watched> = Vec::new();
    for (_, watched) in ranked {
        // Not three signals of one component while others moved as well.
        if shown
            .iter()
            .filter(|s| s.component == watched.component)
            .count()
            < 2
        {
            shown.push(watched);
        }
        if shown.len() == 6 {
            break;
        }
    }
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "Signals that moved most{:>54}", "least … most")?;
    for watched in shown {
        let least = watched.values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = watched.values.iter().copied().fold(0.0, f64::max);
        let squeezed: Vec<Option<f64>> =
            squeeze(&watched.values, 44).into_iter().map(Some).collect();
        let name = format!(
            "{} {}",
            played.record.scenario.world.components[watched.component].name,
            describe::signal(watched.signal)
        );
        let (a, b) = (
            in_unit(watched.signal, least),
            in_unit(watched.signal, most),
        );
        writeln!(
            out,
            "  {name:<26.26} {:<44} {a} … {b}",
            spark(&squeezed, most)
        )?;
    }
    writeln!(out)
}

/// How far a signal strayed from where it began, on a scale that compares signals.
fn movement(watched: &Watched) -> f64 {
    let settled = watched.values.iter().skip(2).take(4);
    let start = settled.clone().sum::<f64>() / settled.count().max(1) as f64;
    let most = watched
        .values
        .iter()
        .map(|v| (v - start).abs())
        .fold(0.0, f64::max);
    match watched.signal {
        Signal::ErrorShare | Signal::Utilisation | Signal::HitShare => most,
        // A tenfold latency or a thousand waiting count like a signal's whole range.
        Signal::LatencyMean => (most / start.max(0.02) / 10.0).min(1.0),
        Signal::Queued => (most / 1000.0).min(1.0),
        Signal::OldestAge => (most / 60.0).min(1.0),
        _ => 0.0,
    }
}

fn in_unit(signal: Signal, value: f64) -> String {
    match signal {
        Signal::ErrorShare | Signal::Utilisation | Signal::HitShare | Signal::Cpu => {
            format!("{:.0} %", value * 100.0)
        }
        Signal::LatencyMean | Signal::OldestAge if value < 1.0 => format!("{:.0} ms", value * 1e3),
        Signal::LatencyMean | Signal::OldestAge => format!("{} s", number(value)),
        _ => number(value),
    }
}

fn milestones(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    let m = &played.record.milestones;
    let onset = m.onset.unwrap_or_default();
    writeln!(out, "Milestones            at        after onset")?;
    let rows = [
        ("onset", m.onset),
        ("detected", m.detected),
        ("acknowledged", m.acknowledged),
        ("declared", m.declared),
        ("diagnosed", m.diagnosed),
        ("mitigated", m.mitigated),
        ("recovered", m.recovered),
        ("closed", m.closed),
    ];
    for (name, at) in rows {
        match at {
            Some(at) => {
                let after = SimTime::ZERO + at.since(onset);
                writeln!(out, "  {name:<18}  {}  {after}", clock(played, at))?;
            }
            None => writeln!(out, "  {name:<18}  never")?,
        }
    }
    writeln!(out)
}

/// What no error shows, where there was any.
fn silent(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    let journeys = played.record.scenario.world.journeys.iter();
    for (spec, t) in journeys.zip(&played.record.journeys) {
        if t.repeated + t.wrong > 0 {
            let told = [
                (t.repeated, "done once too often"),
                (t.wrong, "answered wrongly"),
                (t.corrected, "put right"),
            ];
            let told = told.iter().filter(|(count, _)| *count > 0);
            let told: Vec<_> = told
                .map(|(count, words)| format!("{} {words}", number(*count as f64)))
                .collect();
            writeln!(out, "  {:<14} {:>12}", spec.name, told.join(", "))?;
        }
    }
    Ok(())
}

fn totals(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<16} {:>12} {:>12} {:>10} {:>10} {:>10} {:>9}",
        "Journey", "arrivals", "served", "degraded", "failed", "abandoned", "p99"
    )?;
    for (spec, t) in played
        .record
        .scenario
        .world
        .journeys
        .iter()
        .zip(&played.record.journeys)
    {
        let p99 = t
            .latency
            .quantile(0.99)
            .map_or("–".to_owned(), |v| in_unit(Signal::LatencyMean, v));
        writeln!(
            out,
            "  {:<14} {:>12} {:>12} {:>10} {:>10} {:>10} {p99:>9}",
            spec.name,
            number(t.arrivals as f64),
            number(t.served as f64),
            number(t.degraded as f64),
            number(t.failed_total() as f64),
            number(t.abandoned as f64),
        )?;
    }
    silent(played, out)?;
    let verdict = match played.record.outcome {
        Outcome::Recovered => "Recovered",
        Outcome::Unrecovered => "Not recovered by the time limit",
        Outcome::ClosedEarly => "Closed before it had recovered",
    };
    writeln!(
        out,
        "\n{verdict} · {} customer-minutes lost · {} requests failed · {}{} lost",
        number(played.record.impact.customer_minutes),
        number(played.record.impact.failed_requests as f64),
        played.record.scenario.meta.currency,
        number(played.record.impact.money_lost),
    )?;
    let Some(budget) = played.record.scenario.objectives.budget else {
        return Ok(());
    };
    writeln!(
        out,
        "Capacity beyond the start: {currency}{} of {currency}{}",
        number(played.record.spent),
        number(budget),
        currency = played.record.scenario.meta.currency,
    )
}

/// Head of the table over many seeds.
pub fn table_head(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:>8}  {:<18} {:<12} {:>10} {:>10} {:>16} {:>12} {:>6}",
        "seed", "cause", "outcome", "detected", "recovered", "customer-minutes", "failed", "score"
    )
}

/// One run of the table.
pub fn table_row(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    let m = &played.record.milestones;
    let after = |t: Option<SimTime>| {
        t.map_or("–".to_owned(), |t| {
            (SimTime::ZERO + t.since(m.onset.unwrap_or_default())).to_string()
        })
    };
    writeln!(
        out,
        "{:>8}  {:<18} {:<12} {:>10} {:>10} {:>16} {:>12} {:>6.1}",
        played.record.seed,
        played
            .record
            .scenario
            .variants
            .get(played.record.variant)
            .map_or("", |v| v.id.as_str()),
        played.record.outcome.name(),
        after(m.detected),
        after(m.recovered),
        number(played.record.impact.customer_minutes),
        number(played.record.impact.failed_requests as f64),
        played.score.total,
    )
}

/// What many runs have in common.
#[derive(Debug, Default)]
pub struct Summary {
    runs: usize,
    recovered: usize,
    minutes: Vec<f64>,
    points: f64,
}

impl Summary {
    /// Counts one run.
    pub fn add(&mut self, played: &Played) {
        self.runs += 1;
        self.recovered += usize::from(played.record.outcome == Outcome::Recovered);
        self.minutes.push(played.record.impact.customer_minutes);
        self.points += played.score.total;
    }

    /// Prints counts and quartiles.
    pub fn print(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.minutes.sort_by(f64::total_cmp);
        let at = |q: f64| {
            let i = (q * (self.minutes.len().saturating_sub(1)) as f64).round() as usize;
            self.minutes.get(i).copied().unwrap_or(0.0)
        };
        writeln!(
            out,
            "\n{} of {} recovered · customer-minutes: median {}, quartiles {} and {}, worst {} · \
             score {:.1} on average",
            self.recovered,
            self.runs,
            number(at(0.5)),
            number(at(0.25)),
            number(at(0.75)),
            number(at(1.0)),
            self.points / self.runs.max(1) as f64,
        )
    }
}

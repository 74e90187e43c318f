//! `sev1 prove`: holds what authors claim against many played incidents.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use crate::cli::Failure;
use crate::files::open;
use crate::prove::{Case, Claim, Ledger, Verdict, Work, prove_case};
use crate::scenario::model::Scenario;

/// Arguments of `prove`.
#[derive(Debug, Args)]
pub struct ProveArgs {
    /// Ids of built-in scenarios, or paths
    #[arg(required = true)]
    scenarios: Vec<String>,
    /// Seeds per variant
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Only this variant
    #[arg(long)]
    variant: Option<String>,
    /// One JSON object per claim
    #[arg(long)]
    json: bool,
}

/// Seeds on which clues and spoilers are looked for: what can be seen hardly depends on luck.
const SEEDS_WITH_SIGNS: u64 = 4;

/// Proves and prints; 1 if a claim fails.
pub fn run(args: &ProveArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
    let mut code = 0;
    let mut scenarios = Vec::new();
    for name in &args.scenarios {
        match open(name, err)? {
            Some(scenario) => scenarios.push((name.as_str(), scenario)),
            None => code = 1,
        }
    }
    let started = std::time::Instant::now();
    let (mut holding, mut failing, mut remarks) = (0, 0, 0);
    for (name, scenario) in &scenarios {
        let claims = prove(args, name, scenario)?;
        holding += count(&claims, Verdict::Holds);
        failing += count(&claims, Verdict::Fails);
        remarks += count(&claims, Verdict::Remark);
        for claim in &claims {
            if args.json {
                writeln!(out, "{}", json(&scenario.id, claim))?;
            }
        }
        if !args.json {
            table(scenario, &claims, args.seeds, out)?;
        }
    }
    if failing > 0 {
        code = 1;
    }
    if !args.json {
        let secs = started.elapsed().as_secs_f64();
        let remarks = match remarks {
            0 => String::new(),
            1 => ", one remark".to_owned(),
            _ => format!(", {remarks} remarks"),
        };
        writeln!(
            out,
            "{holding} claims hold, {failing} fail{remarks} · {secs:.1} s"
        )?;
    }
    Ok(code)
}

fn count(claims: &[Claim], verdict: Verdict) -> usize {
    claims
        .iter()
        .filter(|claim| claim.verdict == verdict)
        .count()
}

fn prove(args: &ProveArgs, name: &str, scenario: &Arc<Scenario>) -> Result<Vec<Claim>, Failure> {
    let variants: Vec<usize> = match &args.variant {
        Some(_) => vec![crate::cli::run::find_variant(
            scenario,
            args.from,
            args.variant.as_deref(),
        )?],
        None => (0..scenario.variants.len()).collect(),
    };
    let cases: Vec<(usize, u64)> = variants
        .iter()
        .flat_map(|&variant| (0..args.seeds).map(move |n| (variant, n)))
        .collect();
    let bar = ProgressBar::with_draw_target(
        Some(cases.len() as u64),
        if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        },
    );
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(name.to_owned());
    let played: Vec<Case> = cases
        .par_iter()
        .map(|&(variant, n)| {
            let work = Work {
                bots: true,
                signs: n < SEEDS_WITH_SIGNS,
            };
            let case = prove_case(scenario, variant, args.from.wrapping_add(n), work);
            bar.inc(1);
            case
        })
        .collect();
    bar.finish_and_clear();
    let mut ledger = Ledger::default();
    for case in played {
        ledger.add(case);
    }
    Ok(ledger.claims(scenario, name))
}

fn json(scenario: &str, claim: &Claim) -> serde_json::Value {
    serde_json::json!({
        "scenario": scenario,
        "variant": Some(&claim.variant).filter(|id| !id.is_empty()),
        "claim": claim.what,
        "holds": match claim.verdict {
            Verdict::Holds => Some(true),
            Verdict::Fails => Some(false),
            Verdict::Remark | Verdict::NotClaimed => None,
        },
        "remark": claim.verdict == Verdict::Remark,
        "held": claim.held.0,
        "of": claim.held.1,
        "figure": claim.figure,
        "advice": claim.advice,
        "reproduce": claim.reproduce,
    })
}

fn table(
    scenario: &Scenario,
    claims: &[Claim],
    seeds: u64,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(
        out,
        "{} · {} · {seeds} seeds",
        scenario.id, scenario.meta.title
    )?;
    let mut last = None;
    for claim in claims {
        if last != Some(claim.variant.as_str()) {
            match claim.variant.as_str() {
                "" => writeln!(out, "  all variants")?,
                id => writeln!(out, "  variant {id}")?,
            }
            last = Some(claim.variant.as_str());
        }
        let (mark, held) = match claim.verdict {
            Verdict::Holds => ("✓", format!("{}/{}", claim.held.0, claim.held.1)),
            Verdict::Fails => ("✗", format!("{}/{}", claim.held.0, claim.held.1)),
            Verdict::Remark => ("!", String::new()),
            Verdict::NotClaimed => ("·", "–".to_owned()),
        };
        writeln!(
            out,
            "    {mark} {:<62} {held:>7}  {}",
            claim.what, claim.figure
        )?;
        if let Some(advice) = &claim.advice {
            for line in wrapped(advice) {
                writeln!(out, "        {line}")?;
            }
        }
        for line in &claim.reproduce {
            writeln!(out, "        $ {line}")?;
        }
    }
    writeln!(out)?;
    Ok(())
}

/// A text in lines that fit beside the table.
fn wrapped(text: &str) -> Vec<String> {
    const WIDTH: usize = 100;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last().map_or(0, |line| line.chars().count());
        match lines.last_mut() {
            Some(line) if last > 0 && last + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) if last == 0 => line.push_str(word),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

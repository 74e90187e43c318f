//! What never came to pass in any of the played incidents: faults, alarms, lines of colleagues. No
//! claim, because an alarm may be there for another day; worth a word, because mostly it was meant to.

use std::collections::BTreeMap;

use crate::prove::story::CameToPass;
use crate::prove::{Case, Claim, Verdict};
use crate::scenario::model::{ChatLine, Cue, Scenario};

/// Things that are named.
const NAMED: usize = 4;

/// Of one variant: its faults, and what colleagues say in it alone.
pub(super) fn of_variant(scenario: &Scenario, variant: usize, cases: &[Case]) -> Vec<Claim> {
    let Some(spec) = scenario.variants.get(variant) else {
        return Vec::new();
    };
    let seen = together(cases.iter());
    let faults = spec.faults.iter().enumerate();
    let silent: Vec<&str> = faults
        .filter(|(place, _)| !seen.faults.contains(place))
        .map(|(_, fault)| fault.name.as_str())
        .collect();
    let faults = remark(
        &spec.id,
        "every fault begins",
        &silent,
        "its condition never holds for long enough: look at that signal with `sev1 series`, or take it out",
    );
    let chat = spoken(scenario, &spec.chat, &seen);
    faults.into_iter().chain(lines(&spec.id, &chat)).collect()
}

/// Of all variants together: alarms, and what colleagues say whatever the cause.
pub(super) fn of_all(scenario: &Scenario, cases: &BTreeMap<usize, Vec<Case>>) -> Vec<Claim> {
    let seen = together(cases.values().flatten());
    let alarms = scenario.signals.alarms.iter().map(|it| it.name.as_str());
    let silent: Vec<&str> = alarms.filter(|name| !seen.alarms.contains(*name)).collect();
    let alarms = remark(
        "",
        "every alarm goes off in some incident",
        &silent,
        "nobody is ever paged by it: change its threshold, or keep it as one that stays calm",
    );
    let chat = spoken(scenario, &scenario.chat, &seen);
    alarms.into_iter().chain(lines("", &chat)).collect()
}

fn together<'c>(cases: impl Iterator<Item = &'c Case>) -> CameToPass {
    let mut all = CameToPass::default();
    for case in cases {
        all.add(&case.came_to_pass);
    }
    all
}

/// Lines that come by themselves and never did. Those that need a look or a question may be waiting for
/// a player who has the idea.
fn spoken(scenario: &Scenario, chat: &[ChatLine], seen: &CameToPass) -> Vec<String> {
    let by_themselves = chat
        .iter()
        .filter(|line| !matches!(line.cue, Cue::Found(_) | Cue::Asked));
    let silent = by_themselves.filter(|line| !seen.said.contains(&(line.who, line.text.clone())));
    let name = |line: &ChatLine| {
        scenario
            .team
            .get(line.who)
            .map_or("", |it| &it.name)
            .to_owned()
    };
    let begin = |text: &str| text.chars().take(32).collect::<String>();
    silent
        .map(|line| format!("{}: “{}…”", name(line), begin(&line.text)))
        .collect()
}

fn lines(variant: &str, silent: &[String]) -> Option<Claim> {
    let silent: Vec<&str> = silent.iter().map(String::as_str).collect();
    remark(
        variant,
        "every line that comes by itself is said",
        &silent,
        "its cue never comes, or nobody pages its speaker: change the cue, or let the reference page them",
    )
}

fn remark(variant: &str, what: &str, never: &[&str], advice: &str) -> Option<Claim> {
    let shown = never
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join("; ");
    let more = match never.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!never.is_empty()).then(|| Claim {
        variant: variant.to_owned(),
        what: what.to_owned(),
        verdict: Verdict::Remark,
        held: (0, 0),
        figure: format!("never: {shown}{more}"),
        advice: Some(advice.to_owned()),
        reproduce: Vec::new(),
    })
}

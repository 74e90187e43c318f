//! The table of claims: what was claimed, on how many seeds it held, and what an author could change.

use std::collections::BTreeMap;

use crate::prove::case::plans_of;
use crate::prove::{Case, Run, Signs};
use crate::prove::{advice, remarks};
use crate::scenario::lints::{CLUES_NEEDED, KINDS_NEEDED};
use crate::scenario::model::Scenario;
use crate::session::Outcome;

/// The reference scores at least so much.
const REFERENCE_SCORES: f64 = 90.0;
/// Doing nothing scores at most so much.
const NOTHING_SCORES: f64 = 10.0;
/// A reference that costs so many times less than a wrong plan prevented the harm.
const NEARLY_NOTHING: f64 = 1e4;
/// Failing seeds that are named.
const NAMED: usize = 3;

/// Whether a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// On every seed, or on average where that is what is claimed.
    Holds,
    /// It does not.
    Fails,
    /// Worth a thought: nothing that anybody claims, and so nothing that can fail.
    Remark,
    /// Nothing is claimed.
    NotClaimed,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Id of the variant; empty is all of them together.
    pub variant: String,
    /// What is claimed.
    pub what: String,
    /// Whether it holds.
    pub verdict: Verdict,
    /// Seeds on which it holds, of all.
    pub held: (usize, usize),
    /// The figure behind it, in words.
    pub figure: String,
    /// What an author could change.
    pub advice: Option<String>,
    /// Commands that show a failure.
    pub reproduce: Vec<String>,
}

/// Books of one scenario.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    cases: BTreeMap<usize, Vec<Case>>,
}

impl Ledger {
    /// Takes a case in.
    pub fn add(&mut self, case: Case) {
        self.cases.entry(case.variant).or_default().push(case);
    }

    /// The claims of all variants. `name` is how the scenario is named on the command line.
    pub fn claims(&self, scenario: &Scenario, name: &str) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (&variant, cases) in &self.cases {
            let table = Table {
                scenario,
                variant,
                cases,
                name,
            };
            table.claims(&mut claims);
        }
        // Of some of the causes nothing can be said about all of them.
        if self.cases.len() == scenario.variants.len() {
            claims.extend(remarks::of_all(scenario, &self.cases));
        }
        claims
    }
}

struct Table<'a> {
    scenario: &'a Scenario,
    variant: usize,
    cases: &'a [Case],
    name: &'a str,
}

impl Table<'_> {
    fn claims(&self, claims: &mut Vec<Claim>) {
        claims.push(if self.is_harmless() {
            self.nothing_harms()
        } else {
            self.nothing_loses()
        });
        claims.push(self.reference_recovers());
        claims.push(self.reference_scores());
        claims.push(self.reference_waits());
        let mut seen: Vec<&str> = Vec::new();
        for plan in plans_of(self.scenario, self.variant) {
            if plan.name == "reference" || seen.contains(&plan.name.as_str()) {
                continue;
            }
            seen.push(&plan.name);
            match plan.costs_at_least {
                Some(least) => claims.push(self.wrong_plan(&plan.name, least)),
                None => claims.push(self.another_way(&plan.name)),
            }
            if let Some(most) = plan.scores_at_most {
                claims.push(self.poor_plan(&plan.name, most));
            }
        }
        claims.extend(self.bots());
        claims.push(if self.is_harmless() {
            self.not_claimed("an alarm before most of the harm")
        } else {
            self.detected()
        });
        claims.push(self.again());
        claims.push(self.clues());
        claims.push(self.spoilers());
        claims.extend(remarks::of_variant(self.scenario, self.variant, self.cases));
    }

    fn id(&self) -> &str {
        self.scenario
            .variants
            .get(self.variant)
            .map_or("", |it| it.id.as_str())
    }

    fn run_line(&self, seed: u64, plan: &str) -> String {
        let quoted = if plan.contains(' ') {
            format!("'{plan}'")
        } else {
            plan.to_owned()
        };
        format!(
            "sev1 run {} --variant {} --seed {seed} --plan {quoted}",
            self.name,
            self.id()
        )
    }

    /// A claim that must hold on every seed.
    fn on_every_seed(
        &self,
        what: String,
        holds: impl Fn(&Case) -> bool,
        figure: String,
        plan: &str,
        advice: impl FnOnce(&[&Case]) -> String,
    ) -> Claim {
        let failing: Vec<&Case> = self.cases.iter().filter(|case| !holds(case)).collect();
        let held = self.cases.len() - failing.len();
        let fails = !failing.is_empty();
        Claim {
            variant: self.id().to_owned(),
            what,
            verdict: if fails {
                Verdict::Fails
            } else {
                Verdict::Holds
            },
            held: (held, self.cases.len()),
            figure,
            advice: fails.then(|| advice(&failing)),
            reproduce: failing
                .iter()
                .take(NAMED)
                .map(|case| self.run_line(case.seed, plan))
                .collect(),
        }
    }

    fn nothing_loses(&self) -> Claim {
        let best = most(self.cases.iter().map(|case| case.nothing.score));
        self.on_every_seed(
            format!("doing nothing loses and scores at most {NOTHING_SCORES}"),
            |case| {
                case.nothing.outcome != Outcome::Recovered && case.nothing.score <= NOTHING_SCORES
            },
            format!("best score {best:.1}"),
            "none",
            |failing| advice::nothing_loses(failing, NOTHING_SCORES),
        )
    }

    fn is_harmless(&self) -> bool {
        let variant = self.scenario.variants.get(self.variant);
        variant.is_some_and(|it| it.harmless)
    }

    /// What an author claims of a variant in which there is nothing to mend.
    fn nothing_harms(&self) -> Claim {
        let best = most(self.cases.iter().map(|case| case.nothing.score));
        self.on_every_seed(
            format!("doing nothing harms nobody and scores at most {NOTHING_SCORES}"),
            |case| {
                case.nothing.outcome == Outcome::Recovered && case.nothing.score <= NOTHING_SCORES
            },
            format!("best score {best:.1}"),
            "none",
            |_| "it is not harmless: the objectives fail when nobody does anything".to_owned(),
        )
    }

    fn reference_recovers(&self) -> Claim {
        let ratio = mean(self.cases.iter().filter_map(|case| {
            let reference = case.reference.as_ref()?;
            Some(reference.minutes / case.nothing.minutes.max(1e-9))
        }));
        self.on_every_seed(
            "the reference recovers".to_owned(),
            |case| matches!(&case.reference, Some(run) if run.outcome == Outcome::Recovered),
            format!("{:.1} % of the harm of doing nothing", ratio * 100.0),
            "reference",
            |failing| advice::reference_recovers(self.scenario, failing),
        )
    }

    fn reference_scores(&self) -> Claim {
        let scores = || {
            self.cases
                .iter()
                .filter_map(|case| Some(case.reference.as_ref()?.score))
        };
        self.on_every_seed(
            format!("the reference scores at least {REFERENCE_SCORES}"),
            |case| matches!(&case.reference, Some(run) if run.score >= REFERENCE_SCORES),
            format!("least {:.1}, mean {:.1}", least(scores()), mean(scores())),
            "reference",
            |failing| advice::reference_scores(failing, REFERENCE_SCORES),
        )
    }

    /// Nobody acts on what nobody has been told: whoever is compared with the reference was paged.
    fn reference_waits(&self) -> Claim {
        let what = "the reference changes nothing before the first alarm";
        if self.scenario.objectives.expected {
            return self.not_claimed(what);
        }
        let waits = |case: &Case| {
            let Some(run) = &case.reference else {
                return false;
            };
            let changed = run.story.first_change;
            let paged = run.story.milestones.detected;
            changed.is_none_or(|changed| paged.is_some_and(|paged| paged <= changed))
        };
        self.on_every_seed(
            what.to_owned(),
            waits,
            String::new(),
            "reference",
            |failing| advice::acts_early(self.scenario, failing),
        )
    }

    fn wrong_plan(&self, plan: &str, claimed: f64) -> Claim {
        let of = |case: &Case| -> Option<(Run, f64)> {
            let run = case.plans.iter().find(|run| run.name == plan)?.clone();
            let ratio = run.minutes / case.reference.as_ref()?.minutes.max(1e-9);
            Some((run, ratio))
        };
        let ratio = mean(self.cases.iter().filter_map(|case| Some(of(case)?.1)));
        let lost = |case: &Case| of(case).is_some_and(|(run, _)| run.outcome != Outcome::Recovered);
        let all_lost = self.cases.iter().all(lost);
        let holds = all_lost || ratio >= claimed;
        let times = if ratio > NEARLY_NOTHING {
            "the reference costs next to nothing".to_owned()
        } else {
            format!("{ratio:.2} times the reference")
        };
        let figure = if all_lost {
            format!("never recovers; {times}")
        } else {
            times
        };
        let advice = match holds {
            false => Some(advice::too_cheap(plan, ratio, claimed)),
            true if all_lost => None,
            true => advice::hardly_worse(plan, ratio),
        };
        let held = self.cases.iter();
        let held = held.filter(|case| lost(case) || of(case).is_some_and(|it| it.1 >= claimed));
        Claim {
            variant: self.id().to_owned(),
            what: format!("`{plan}` loses or costs {claimed} times the reference"),
            verdict: if holds {
                Verdict::Holds
            } else {
                Verdict::Fails
            },
            held: (held.count(), self.cases.len()),
            figure,
            advice,
            reproduce: self
                .cases
                .iter()
                .filter(|case| !holds && !lost(case))
                .take(NAMED)
                .map(|case| self.run_line(case.seed, plan))
                .collect(),
        }
    }

    /// A plan that claims nothing: what it costs is told.
    fn another_way(&self, plan: &str) -> Claim {
        let runs = || {
            self.cases.iter().filter_map(|case| {
                let run = case.plans.iter().find(|run| run.name == plan)?;
                Some((run, case.reference.as_ref()?))
            })
        };
        let ratio = mean(runs().map(|(run, reference)| run.minutes / reference.minutes.max(1e-9)));
        let recovers = runs()
            .filter(|(run, _)| run.outcome == Outcome::Recovered)
            .count();
        Claim {
            figure: format!(
                "recovers on {recovers} of {}; {ratio:.2} times the reference",
                self.cases.len()
            ),
            ..self.not_claimed(&format!("`{plan}` is another way"))
        }
    }

    /// A wrong plan that costs no customer anything: what it loses are points.
    fn poor_plan(&self, plan: &str, claimed: f64) -> Claim {
        let score = |case: &Case| {
            let run = case.plans.iter().find(|run| run.name == plan);
            run.map_or(100.0, |run| run.score)
        };
        let best = most(self.cases.iter().map(score));
        self.on_every_seed(
            format!("`{plan}` scores at most {claimed}"),
            |case| score(case) <= claimed,
            format!("best score {best:.1}"),
            plan,
            |_| "claim more, or weigh what it does wrong".to_owned(),
        )
    }

    fn bots(&self) -> Vec<Claim> {
        let Some(first) = self.cases.first() else {
            return Vec::new();
        };
        let names = first.bots.iter().map(|run| run.name.clone());
        names
            .map(|name| {
                let of = |case: &Case| case.bots.iter().find(|run| run.name == name).cloned();
                let best = most(self.cases.iter().filter_map(|case| Some(of(case)?.score)));
                self.on_every_seed(
                    format!("the bot {name} does not beat the reference"),
                    |case| match (of(case), &case.reference) {
                        (Some(bot), Some(reference)) => bot.score < reference.score,
                        _ => false,
                    },
                    format!("best score {best:.1}"),
                    &format!("bot:{name}"),
                    |failing| advice::bot_wins(&name, failing),
                )
            })
            .collect()
    }

    fn detected(&self) -> Claim {
        let allowed = self.scenario.objectives.detect_before;
        let latest = most(self.cases.iter().map(|case| case.undetected_share));
        self.on_every_seed(
            format!("an alarm before {:.0} % of the harm", allowed * 100.0),
            |case| case.undetected_share <= allowed,
            format!("at most {:.1} %", latest * 100.0),
            "none",
            |failing| advice::seen_late(self.scenario, failing),
        )
    }

    fn again(&self) -> Claim {
        let answers = self.cases.iter().filter_map(|case| case.survived_again);
        if answers.clone().next().is_none() {
            return self.not_claimed("the repair survives a second trigger");
        }
        let mut claim = self.on_every_seed(
            "the repair survives a second trigger".to_owned(),
            |case| case.survived_again != Some(false),
            String::new(),
            "reference",
            |_| {
                "the reference only ended the symptoms: let it repair what made the trigger harmful, \
                 or leave `again` out"
                    .to_owned()
            },
        );
        claim.held = (answers.clone().filter(|it| *it).count(), answers.count());
        claim
    }

    /// What was found, on the seeds where somebody looked.
    fn signs(&self) -> impl Iterator<Item = &Signs> {
        self.cases.iter().filter_map(|case| case.signs.as_ref())
    }

    /// A claim about signs: it must hold on every seed on which somebody looked, and somebody must
    /// have looked.
    fn on_every_search(
        &self,
        what: String,
        holds: impl Fn(&Signs) -> bool,
        figure: String,
        advice: &str,
    ) -> Claim {
        let searched = self.signs().count();
        if searched == 0 {
            return self.not_claimed(&what);
        }
        let holds = |case: &Case| case.signs.as_ref().is_none_or(&holds);
        let mut claim = self.on_every_seed(what, holds, figure, "none", |_| advice.to_owned());
        claim.held.0 -= self.cases.len() - searched;
        claim.held.1 = searched;
        claim
    }

    fn clues(&self) -> Claim {
        let shown = |signs: &Signs| {
            let seen = signs.clues.iter().filter(|clue| clue.at.is_some());
            let mut kinds: Vec<_> = seen.clone().map(|clue| clue.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            seen.count() >= CLUES_NEEDED && kinds.len() >= KINDS_NEEDED
        };
        let never = self.signs().next().map_or_else(Vec::new, |first| {
            let clues = first.clues.iter().enumerate();
            let absent = clues.filter(|(place, _)| {
                self.signs()
                    .all(|signs| signs.clues.get(*place).is_none_or(|clue| clue.at.is_none()))
            });
            absent.map(|(_, clue)| clue.clone()).collect()
        });
        let named = self.signs().next().map_or(0, |signs| signs.clues.len());
        let mut figure = format!("{} of {named} appear", named - never.len());
        if let Some(first) = never.first() {
            figure.push_str(&format!("; never: {}", first.words));
        }
        let mut claim = self.on_every_search(
            format!("{CLUES_NEEDED} clues in {KINDS_NEEDED} kinds of signal really appear"),
            shown,
            figure,
            "name signs that the symptoms really leave (`clues`), in more than one kind of signal",
        );
        // A clue that never appears is a false promise, however many others there are.
        if !never.is_empty() {
            claim.verdict = Verdict::Fails;
            claim.advice = Some(advice::never_seen(&never));
        }
        claim
    }

    fn spoilers(&self) -> Claim {
        let found: Vec<_> = self.signs().flat_map(|signs| &signs.spoilers).collect();
        let figure = found
            .first()
            .map_or_else(String::new, |it| format!("“{}” in {}", it.words, it.place));
        self.on_every_search(
            "no text names the cause".to_owned(),
            |signs| signs.spoilers.is_empty(),
            figure,
            &advice::given_away(&found),
        )
    }

    fn not_claimed(&self, what: &str) -> Claim {
        Claim {
            variant: self.id().to_owned(),
            what: what.to_owned(),
            verdict: Verdict::NotClaimed,
            held: (0, 0),
            figure: String::new(),
            advice: None,
            reproduce: Vec::new(),
        }
    }
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

fn most(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, f64::max)
}

fn least(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}

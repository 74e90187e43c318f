//! What is printed before a game day: a sheet for the facilitator, a card for each role, and a runbook
//! for the team, which says nothing of the cause.

use crate::gameday::role::SeatRole;
use crate::scenario::model::{Kind, Scenario, Trigger, Variant};
use crate::session::words;

/// A page: its file name and its Markdown.
pub type Page = (&'static str, String);

/// The pages for a scenario with the cause of this variant.
pub fn kit(scenario: &Scenario, variant: usize) -> Vec<Page> {
    let mut pages = vec![("roles.md", roles()), ("runbook.md", runbook(scenario))];
    if let Some(variant) = scenario.variants.get(variant) {
        pages.insert(0, ("facilitator.md", facilitator(scenario, variant)));
    }
    pages
}

fn list<T: AsRef<str>>(title: &str, rows: impl IntoIterator<Item = T>) -> String {
    let rows: String = rows
        .into_iter()
        .map(|row| format!("- {}\n", row.as_ref()))
        .collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!("## {title}\n\n{rows}\n")
    }
}

fn facilitator(scenario: &Scenario, variant: &Variant) -> String {
    let world = &scenario.world;
    let arc = variant.faults.iter().map(|fault| match &fault.when {
        Trigger::At(at) => format!("{at} {}", fault.name),
        Trigger::After(later) => format!("{later} later: {}", fault.name),
        Trigger::When(..) => format!("when its condition holds: {}", fault.name),
    });
    let reference = variant
        .plans
        .iter()
        .chain(&scenario.plans)
        .find(|plan| plan.name == "reference");
    let right = variant
        .truth
        .suspects
        .iter()
        .map(|it| words::suspect(world, *it));
    let objectives = &scenario.objectives;
    let good = [
        format!(
            "It is declared SEV{} or higher.",
            variant.severity.unwrap_or(objectives.severity)
        ),
        format!(
            "The objectives hold for {} before anybody closes.",
            objectives.hold
        ),
        "Every promised update comes in time, in the audience's language.".to_owned(),
        "Something is looked at before something is changed.".to_owned(),
    ];
    let questions = [
        "What do we know, and what do we only believe?",
        "What would we see if that were the cause? Do we see it?",
        "Who is waiting for word from us?",
        "What does this change risk, and how is it taken back?",
        "How will we know that it is over?",
    ];
    [
        format!(
            "# {}: facilitator\n\n**Not for participants.** Time limit {}.\n\n{}\n\n## Cause\n\n{}\n\n",
            scenario.meta.title,
            objectives.time_limit,
            scenario.meta.briefing.trim(),
            variant.cause.trim()
        ),
        list("Arc", arc),
        list("Right suspicions", right),
        list("Looks right and is not", &variant.distractors),
        list("What good looks like", good),
        reference.map_or_else(String::new, |it| format!("The reference plan: {}\n\n", it.why.trim())),
        list("Questions to ask, from soft to plain", questions),
        list("Injects that fit", [
            "An executive asks when it is over, five minutes after the first alarm.",
            "Signals lost for three minutes, once the team has a suspicion.",
            "A colleague in the channel is sure of one of the wrong suspicions above.",
        ]),
        list("To discuss afterwards", &scenario.teaching.notes),
        list("Not to say", &scenario.teaching.avoid),
        list("Follow-ups (owner and date are the team's to fill in)", &variant.follow_ups),
    ]
    .concat()
}

fn roles() -> String {
    let card = |role: SeatRole| format!("## {}\n\n{}\n\n", role.name(), role.about());
    let cards: String = SeatRole::ALL.into_iter().map(card).collect();
    format!("# Role cards\n\nOne person may have several; several may share one.\n\n{cards}")
}

fn runbook(scenario: &Scenario) -> String {
    let world = &scenario.world;
    let parts = world.components.iter().map(|part| {
        let kind = match &part.kind {
            Kind::Service(_) => "service",
            Kind::Balancer(_) => "balancer",
            Kind::Cache(_) => "cache",
            Kind::Database(_) => "database",
            Kind::Queue(_) => "queue",
            Kind::External(_) => "somebody else's API",
        };
        let calls = part.calls.iter().filter_map(|edge| world.edges.get(*edge));
        let calls = calls.filter_map(|edge| world.components.get(edge.to));
        let names: Vec<&str> = calls.map(|it| it.name.as_str()).collect();
        if names.is_empty() {
            format!("**{}**: {kind}", part.name)
        } else {
            format!("**{}**: {kind}, calls {}", part.name, names.join(", "))
        }
    });
    let alarms = scenario.signals.alarms.iter();
    let alarms = alarms.map(|alarm| format!("{} (severity {})", alarm.name, alarm.severity));
    let team = scenario.team.iter().map(|person| {
        let skills: Vec<&str> = person.skills.iter().map(|it| it.name()).collect();
        let here = person.arrives.map_or_else(
            || "is there".to_owned(),
            |it| format!("is paged, and there after {it}"),
        );
        format!(
            "{}, {}: {}; {here}",
            person.name,
            person.title,
            skills.join(", ")
        )
    });
    let informed = scenario.informed.iter().map(|rule| {
        format!(
            "{}: within {} of the first alarm, then every {}, in `{}`",
            rule.audience.name(),
            rule.first,
            rule.every,
            rule.language
        )
    });
    [
        format!(
            "# {}: runbook\n\n{}\n\n",
            scenario.meta.title,
            scenario.meta.briefing.trim()
        ),
        list("The system", parts),
        list("What pages", alarms),
        list("Who can be called", team),
        list("Who has to be told", informed),
        list(
            "First five minutes",
            [
                "Acknowledge. Open a channel. Say who commands.",
                "Declare how bad it is; it can be changed later.",
                "Look at recent changes and at what customers report.",
                "Tell those above that you are on it, and when they hear of you again.",
                "Write suspicions down with how sure you are.",
            ],
        ),
    ]
    .concat()
}

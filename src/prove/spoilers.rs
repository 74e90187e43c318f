//! Text that gives the cause away to whoever can read before the end.

use crate::scenario::lints::given_away;
use crate::scenario::model::{Kind, Scenario, Variant};
use crate::scenario::order::Look;
use crate::session::{Session, evidence};

/// A text that a player can reach and that names the cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoiler {
    /// Where it stands.
    pub place: String,
    /// The words that give it away.
    pub words: String,
}

/// Every text of a variant that a player can reach, held against the author's spoilers and the words
/// of the cause; and what every look finds now in a session that plays it.
pub fn spoilers(session: &Session) -> Vec<Spoiler> {
    let scenario = session.scenario();
    let Some(variant) = scenario.variants.get(session.sim().variant()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (place, text) in texts(scenario, variant) {
        check(variant, &place, &text, &mut found);
    }
    for look in all_looks(scenario) {
        let finding = evidence::find(session.sim(), session.observer(), look);
        let place = crate::session::words::look(&scenario.world, look);
        for line in finding.lines.iter().chain([&finding.title]) {
            check(variant, &place, line, &mut found);
        }
    }
    found
}

fn check(variant: &Variant, place: &str, text: &str, found: &mut Vec<Spoiler>) {
    let spoils = given_away(variant, text).into_iter().map(|words| Spoiler {
        place: place.to_owned(),
        words,
    });
    found.extend(spoils);
}

/// All texts a player can reach before the end, with their places.
fn texts(scenario: &Scenario, variant: &Variant) -> Vec<(String, String)> {
    let mut texts = vec![
        ("title".to_owned(), scenario.meta.title.clone()),
        ("drill".to_owned(), scenario.meta.drill.clone()),
        ("briefing".to_owned(), scenario.meta.briefing.clone()),
    ];
    let name = |who| scenario.team.get(who).map_or("", |it| it.name.as_str());
    for line in scenario.chat.iter().chain(&variant.chat) {
        texts.push((
            format!("chat line of {}", name(line.who)),
            line.text.clone(),
        ));
    }
    for journey in scenario.world.journeys.iter() {
        let said = journey.contacts.says.iter();
        texts.extend(said.map(|text| ("words of customers".to_owned(), text.clone())));
    }
    for alarm in &scenario.signals.alarms {
        texts.push(("name of an alarm".to_owned(), alarm.name.clone()));
    }
    let logs = scenario.signals.logs.iter();
    for log in logs.filter(|log| log.variant.as_ref().is_none_or(|id| *id == variant.id)) {
        let component = &scenario.world.components[log.component].name;
        texts.push((format!("log line of {component}"), log.text.clone()));
    }
    for component in scenario.world.components.iter() {
        texts.push(("name of a component".to_owned(), component.name.clone()));
        if let Kind::Service(service) = &component.kind {
            for version in &service.versions {
                let place = format!("release {} of {}", version.name, component.name);
                texts.extend(
                    version
                        .diff
                        .iter()
                        .chain([&version.note])
                        .map(|line| (place.clone(), line.clone())),
                );
            }
        }
    }
    for job in scenario.world.jobs.iter() {
        texts.push(("name of a job".to_owned(), job.name.clone()));
    }
    for flag in scenario.world.flags.iter() {
        texts.push(("name of a flag".to_owned(), flag.name.clone()));
    }
    texts
}

/// Every look that the world of a scenario allows.
pub(super) fn all_looks(scenario: &Scenario) -> Vec<Look> {
    let mut looks = vec![Look::Changes, Look::Reports];
    for (id, component) in scenario.world.components.enumerate() {
        looks.extend([Look::Logs(id), Look::Traces(id), Look::Books(id)]);
        looks.extend(match component.kind {
            Kind::Service(_) => vec![Look::Profile(id), Look::Diff(id), Look::Staging(id)],
            Kind::Balancer(_) => vec![Look::Profile(id)],
            Kind::Cache(_) => vec![Look::Profile(id), Look::Cache(id)],
            Kind::Database(_) => vec![Look::Profile(id), Look::Queries(id)],
            Kind::Queue(_) => vec![Look::Profile(id), Look::Queue(id)],
            Kind::External(_) => vec![Look::Sandbox(id), Look::Vendor(id)],
        });
    }
    looks
}

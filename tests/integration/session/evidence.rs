//! What looks find in the shipped scenarios: enough to tell their variants apart, and nothing that
//! only the author knows.

use std::sync::{Arc, OnceLock};

use sev1::base::id::ComponentId;
use sev1::base::time::{SimDuration, SimTime};
use sev1::scenario::builtin;
use sev1::scenario::load::load;
use sev1::scenario::model::{Kind, Scenario};
use sev1::scenario::order::Look;
use sev1::session::Session;
use sev1::session::evidence::{Found, find};

const NAMES: [&str; 7] = [
    "checkout-5xx",
    "db-connection-leak",
    "cache-eviction-storm",
    "spapi-auth",
    "double-charge",
    "vat-onboarding",
    "search-ranking",
];

/// A shipped scenario by its id.
fn shipped(name: &str) -> Arc<Scenario> {
    let file = builtin::find(name).unwrap();
    let mut read = |other: &str| builtin::read_beside(file.path, other);
    let (scenario, findings, _) = load(file.path, file.text.as_bytes(), &mut read);
    assert!(!findings.has_errors(), "{name} has errors");
    Arc::new(scenario.unwrap())
}

/// A variant after eight minutes in which nobody did anything.
pub(super) struct Played {
    pub(super) session: Session,
    pub(super) variant: usize,
}

impl Played {
    fn new(scenario: &Arc<Scenario>, variant: usize) -> Self {
        Self::after(scenario, variant, 8)
    }

    fn after(scenario: &Arc<Scenario>, variant: usize, minutes: u64) -> Self {
        let mut session = Session::start(scenario, 7, Some(variant));
        session.advance_to(SimTime::ZERO + SimDuration::from_secs(60 * minutes));
        Self { session, variant }
    }

    /// The three variants of a scenario after so many minutes.
    pub(super) fn later(name: &str, minutes: u64) -> [Self; 3] {
        let scenario = shipped(name);
        [0, 1, 2].map(|variant| Self::after(&scenario, variant, minutes))
    }

    pub(super) fn id(&self, name: &str) -> ComponentId {
        let all = self.session.scenario().world.components.enumerate();
        all.filter(|(_, it)| it.name == name)
            .map(|(id, _)| id)
            .next()
            .unwrap()
    }

    pub(super) fn look(&self, look: Look) -> Found {
        find(self.session.sim(), self.session.observer(), look)
    }

    /// Every look that makes sense.
    fn looks(&self) -> Vec<Look> {
        let mut looks = vec![Look::Changes, Look::Reports];
        for (id, component) in self.session.scenario().world.components.enumerate() {
            looks.extend([Look::Logs(id), Look::Traces(id), Look::Books(id)]);
            match component.kind {
                Kind::Service(_) => {
                    looks.extend([Look::Diff(id), Look::Staging(id), Look::Profile(id)]);
                }
                Kind::Database(_) => looks.extend([Look::Queries(id), Look::Profile(id)]),
                Kind::Cache(_) => looks.extend([Look::Cache(id), Look::Profile(id)]),
                Kind::Queue(_) => looks.push(Look::Queue(id)),
                Kind::External(_) => looks.extend([Look::Sandbox(id), Look::Vendor(id)]),
                Kind::Balancer(_) => looks.push(Look::Profile(id)),
            }
        }
        looks
    }

    /// Asserts that a finding says something, and about whom.
    #[track_caller]
    pub(super) fn says(&self, look: Look, words: &str, about: &str) {
        let found = self.look(look);
        let text = found.lines.join("\n");
        assert!(text.contains(words), "no {words:?} in:\n{text}");
        let about = self.id(about);
        assert!(found.about.contains(&about), "not about it:\n{text}");
    }

    /// Asserts that a finding is unremarkable.
    #[track_caller]
    pub(super) fn is_quiet(&self, look: Look) {
        let found = self.look(look);
        let text = found.lines.join("\n");
        assert!(found.about.is_empty(), "{:?}\n{text}", found.about);
        assert!(text.contains("Nothing unusual."), "{text}");
    }
}

/// All variants of a scenario, played once.
pub(super) fn played(name: &'static str) -> &'static [Played] {
    static ALL: OnceLock<Vec<Vec<Played>>> = OnceLock::new();
    let place = NAMES.iter().position(|it| *it == name).unwrap();
    let all = ALL.get_or_init(|| {
        let variants = |name: &&str| {
            let scenario = shipped(name);
            let count = scenario.variants.len();
            (0..count).map(|it| Played::new(&scenario, it)).collect()
        };
        NAMES.iter().map(variants).collect()
    });
    &all[place]
}

#[test]
fn nothing_names_a_cause() {
    for name in NAMES {
        for played in played(name) {
            let variant = &played.session.scenario().variants[played.variant];
            let mut secret: Vec<String> = variant.faults.iter().map(|it| it.name.clone()).collect();
            secret.extend(variant.truth.spoilers.iter().cloned());
            secret.push(variant.cause.clone());
            secret.extend(variant.cause.split(". ").map(str::to_owned));
            for look in played.looks() {
                let found = played.look(look);
                let lines = found.lines.iter().chain([&found.title]);
                for line in lines {
                    let line = line.to_lowercase();
                    for word in &secret {
                        let told = word.len() > 3 && line.contains(&word.to_lowercase());
                        assert!(
                            !told,
                            "{name}/{}, {look:?}: {line} tells {word}",
                            variant.id
                        );
                    }
                }
                assert!(
                    !found.title.is_empty() && !found.lines.is_empty(),
                    "{look:?}"
                );
            }
        }
    }
}

#[test]
fn the_same_state_gives_the_same_text() {
    for name in NAMES {
        let one = &played(name)[0];
        let again = Played::new(one.session.scenario(), 0);
        for look in one.looks() {
            assert_eq!(one.look(look), again.look(look), "{look:?}");
            assert_eq!(one.look(look), one.look(look), "{look:?}");
        }
    }
}

#[test]
fn before_anything_happens_nothing_is_unusual() {
    for name in NAMES {
        let scenario = shipped(name);
        let mut session = Session::start(&scenario, 7, Some(0));
        let start = Played {
            session: session.clone(),
            variant: 0,
        };
        for look in start.looks() {
            assert_eq!(start.look(look).about, [], "{name} at the start: {look:?}");
        }
        session.advance_to(SimTime::ZERO + SimDuration::from_secs(25));
        let early = Played {
            session,
            variant: 0,
        };
        for look in early.looks() {
            let found = early.look(look);
            assert_eq!(
                found.about,
                [],
                "{name}: {look:?}\n{}",
                found.lines.join("\n")
            );
        }
    }
}

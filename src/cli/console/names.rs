//! Names as people type them: the beginning is enough where it can mean one thing only.
//!
//! Knows the names of one scenario and reads words; says in one line what a word could have meant.

use crate::diag::{did_you_mean, listed};
use crate::scenario::model::{Component, Kind, Scenario};

/// More names than this are not listed in a line.
const LISTED: usize = 12;

/// The one of `fitting`, or else of `all`, that begins with `word`; without a word, the only one
/// there is.
pub(super) fn pick<'n>(
    what: &str,
    word: Option<&str>,
    fitting: &[&'n str],
    all: &[&'n str],
) -> Result<&'n str, String> {
    let Some(word) = word else {
        return match fitting {
            [only] => Ok(only),
            [] => Err(format!("there is no {what} here")),
            many => Err(format!("which {what}? there are {}", list(many))),
        };
    };
    let exact = |name: &&&str| name.eq_ignore_ascii_case(word);
    if let Some(name) = all.iter().chain(fitting).find(exact) {
        return Ok(name);
    }
    // The beginning of a name, or else of a later word in it, as `eu` in `api-eu`.
    for is_meant in [begins_with, has_word] {
        for names in [fitting, all] {
            let meant = names.iter().filter(|name| is_meant(name, word));
            match meant.copied().collect::<Vec<_>>().as_slice() {
                [] => {}
                [only] => return Ok(only),
                many => return Err(format!("`{}` could be {}", short(word), list(many))),
            }
        }
    }
    let hint = did_you_mean(word, all.iter().copied()).unwrap_or_else(|| {
        format!(
            "there are {}",
            list(if fitting.is_empty() { all } else { fitting })
        )
    });
    Err(format!("there is no {what} `{}`; {hint}", short(word)))
}

/// Whether a name begins with a word, whatever the case; the empty word begins nothing.
pub(super) fn begins_with(name: &str, word: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    !word.is_empty()
        && word
            .chars()
            .flat_map(char::to_lowercase)
            .all(|c| letters.next() == Some(c))
}

/// Whether a later word of a name begins so.
fn has_word(name: &str, word: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).skip(1);
    words.any(|part| begins_with(part, word))
}

fn list(names: &[&str]) -> String {
    if names.len() <= LISTED {
        return listed(names.iter().copied());
    }
    let some = listed(names.iter().copied().take(LISTED));
    format!("{some}, and {} more", names.len() - LISTED)
}

/// A word, and of that no more than a line can carry.
pub(super) fn short(word: &str) -> String {
    let cut: String = word.chars().take(40).collect();
    if cut.len() == word.len() {
        cut
    } else {
        format!("{cut}…")
    }
}

/// Which components a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Any,
    Service,
    Versioned,
    Autoscaled,
    Balancer,
    Checked,
    Gated,
    Cache,
    Database,
    Queue,
    External,
    Scalable,
    Ours,
}

impl Sort {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Any | Self::Scalable | Self::Ours => "component",
            Self::Service => "service",
            Self::Versioned => "service with versions",
            Self::Autoscaled => "service with an autoscaler",
            Self::Balancer => "balancer",
            Self::Checked => "balancer with health checks",
            Self::Gated => "service with a release gate",
            Self::Cache => "cache",
            Self::Database => "database",
            Self::Queue => "queue",
            Self::External => "external API",
        }
    }

    fn fits(self, component: &Component) -> bool {
        let kind = &component.kind;
        match self {
            Self::Any => true,
            Self::Service => matches!(kind, Kind::Service(_)),
            Self::Versioned => matches!(kind, Kind::Service(it) if it.versions.len() > 1),
            Self::Autoscaled => matches!(kind, Kind::Service(it) if it.autoscaler.is_some()),
            Self::Balancer => matches!(kind, Kind::Balancer(_)),
            Self::Checked => matches!(kind, Kind::Balancer(it) if it.health.is_some()),
            Self::Gated => matches!(kind, Kind::Service(it) if it.gate.is_some()),
            Self::Cache => matches!(kind, Kind::Cache(_)),
            Self::Database => matches!(kind, Kind::Database(_)),
            Self::Queue => matches!(kind, Kind::Queue(_)),
            Self::External => matches!(kind, Kind::External(_)),
            Self::Scalable => {
                matches!(kind, Kind::Service(_) | Kind::Cache(_) | Kind::Database(_))
            }
            Self::Ours => !matches!(kind, Kind::External(_)),
        }
    }
}

/// The component of a word.
pub(super) fn component<'s>(
    scenario: &'s Scenario,
    word: Option<&str>,
    sort: Sort,
) -> Result<&'s str, String> {
    let components = &scenario.world.components;
    let all: Vec<&str> = components.iter().map(|it| it.name.as_str()).collect();
    let fitting = components.iter().filter(|it| sort.fits(it));
    let fitting: Vec<&str> = fitting.map(|it| it.name.as_str()).collect();
    pick(sort.words(), word, &fitting, &all)
}

/// The call of two words with an arrow between them, as the language writes it.
pub(super) fn call(scenario: &Scenario, word: Option<&str>, of: Sort) -> Result<String, String> {
    let example = "write the caller, an arrow and the call, such as `checkout->pricing`";
    let Some((from, to)) = word.and_then(|it| it.split_once("->").or_else(|| it.split_once('→')))
    else {
        return Err(format!("which call? {example}"));
    };
    let from = component(scenario, Some(from.trim()), of)?;
    let world = &scenario.world;
    let caller = world.components.iter().find(|it| it.name == from);
    let calls = caller.map(|it| it.calls.as_slice()).unwrap_or_default();
    let callees = calls
        .iter()
        .map(|edge| world.components[world.edges[*edge].to].name.as_str());
    let callees: Vec<&str> = callees.collect();
    if callees.is_empty() {
        return Err(format!("`{from}` calls nobody"));
    }
    let to = pick(
        &format!("call of `{from}` to"),
        Some(to.trim()),
        &callees,
        &callees,
    )?;
    Ok(format!("{from} -> {to}"))
}

/// Somebody of the team.
pub(super) fn person(
    scenario: &Scenario,
    word: Option<&str>,
) -> Result<crate::base::id::PersonId, String> {
    let names: Vec<&str> = scenario.team.iter().map(|it| it.name.as_str()).collect();
    let name = pick("person", word, &names, &names)?;
    let found = scenario
        .team
        .enumerate()
        .find(|(_, person)| person.name == name);
    found
        .map(|(id, _)| id)
        .ok_or_else(|| format!("there is no person `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_enough_where_it_means_one_thing() {
        let names = ["checkout", "cdn", "Cache-eu", "cache-eu-2"];
        let of = |word| pick("component", Some(word), &names, &names);
        assert_eq!(of("che"), Ok("checkout"));
        assert_eq!(of("cache-EU"), Ok("Cache-eu"), "a whole name wins");
        assert_eq!(
            of("c").unwrap_err(),
            "`c` could be `checkout`, `cdn`, `Cache-eu` and `cache-eu-2`"
        );
        assert_eq!(
            of("chekout").unwrap_err(),
            "there is no component `chekout`; did you mean `checkout`?"
        );
        assert!(
            of("")
                .unwrap_err()
                .starts_with("there is no component ``; there are ")
        );
        assert_eq!(of("2"), Ok("cache-eu-2"));
        assert_eq!(pick("queue", None, &names[1..2], &names), Ok("cdn"));
        assert_eq!(
            pick("queue", None, &[], &names).unwrap_err(),
            "there is no queue here"
        );
        assert_eq!(
            pick("queue", Some("c"), &names[..1], &names),
            Ok("checkout"),
            "what fits comes first"
        );
    }
}

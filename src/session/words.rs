//! Orders and messages in words.

use crate::base::id::PersonId;
use crate::base::time::SimDuration;
use crate::scenario::describe;
use crate::scenario::model::{Scenario, World};
use crate::scenario::order::{DataClaim, Look, Order, Post, Scope, Suspect};
use crate::session::record::{Entry, numbered};

/// An order in a few words, such as `roll back checkout`.
pub fn order(scenario: &Scenario, order: &Order) -> String {
    let world = &scenario.world;
    let person = |id: PersonId| {
        scenario
            .team
            .get(id)
            .map_or("nobody", |it| it.name.as_str())
    };
    match order {
        Order::Act(actions) => {
            let words = actions.iter().map(|action| describe::action(world, action));
            words.collect::<Vec<_>>().join("; ")
        }
        Order::Look(it) => look(world, *it),
        Order::Acknowledge => "acknowledge".to_owned(),
        Order::OpenChannel => "open a channel".to_owned(),
        Order::Declare { severity } => format!("declare SEV{severity}"),
        Order::Page(who) => format!("page {}", person(*who)),
        Order::Ask(who) => format!("ask {}", person(*who)),
        Order::Assign { role, to } => format!("make {} {}", person(*to), role.name()),
        Order::Suspect {
            suspect: it,
            confidence,
        } => format!(
            "suspect {} ({:.0} %)",
            suspect(world, *it),
            confidence * 100.0
        ),
        Order::Post(post) => format!("post to {}", post.to.name()),
        Order::DeclareMitigated => "declare mitigated".to_owned(),
        Order::Close => "close the incident".to_owned(),
        Order::Undo { order } => format!("take back order {order}"),
    }
}

/// An order of a journal in a few words; one that takes another back says which.
pub fn given(scenario: &Scenario, journal: &[Entry], given: &Order) -> String {
    let Order::Undo { order: number } = given else {
        return order(scenario, given);
    };
    match numbered(journal, *number) {
        Some(target) => format!("take back: {}", order(scenario, &target.order)),
        None => order(scenario, given),
    }
}

/// A look in words, such as `logs of checkout`.
pub fn look(world: &World, look: Look) -> String {
    let name = |id| {
        world
            .components
            .get(id)
            .map_or("an unknown component", |it| it.name.as_str())
    };
    match look {
        Look::Logs(id) => format!("logs of {}", name(id)),
        Look::Traces(id) => format!("traces through {}", name(id)),
        Look::Changes => "recent changes".to_owned(),
        Look::Diff(id) => format!("what is new in {}", name(id)),
        Look::Profile(id) => format!("where the time of {} goes", name(id)),
        Look::Queries(id) => format!("queries and connections of {}", name(id)),
        Look::Cache(id) => format!("content and load of {}", name(id)),
        Look::Queue(id) => format!("messages of {}", name(id)),
        Look::Sandbox(id) => format!("a call by hand to {}", name(id)),
        Look::Staging(id) => format!("failing requests of {} in staging", name(id)),
        Look::Vendor(id) => format!("what the provider of {} says", name(id)),
        Look::Books(id) => format!("the books of {}", name(id)),
        Look::Reports => "what customers report".to_owned(),
    }
}

/// A suspect in words, such as `checkout: a bad release`.
pub fn suspect(world: &World, suspect: Suspect) -> String {
    let name = world
        .components
        .get(suspect.on)
        .map_or("an unknown component", |it| it.name.as_str());
    format!("{name}: {}", suspect.is.words())
}

/// The text of a message from what it claims, in its language: English, or French.
pub fn message(scenario: &Scenario, post: &Post) -> String {
    if post.language.starts_with("fr") {
        french(scenario, post)
    } else {
        english(scenario, post)
    }
}

fn journeys(scenario: &Scenario, post: &Post) -> String {
    let names = post
        .journeys
        .iter()
        .filter_map(|id| scenario.world.journeys.get(*id));
    names
        .map(|it| it.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn minutes(time: SimDuration) -> u64 {
    time.as_micros().div_ceil(60_000_000)
}

fn english(scenario: &Scenario, post: &Post) -> String {
    let mut text = Vec::new();
    let what = match journeys(scenario, post) {
        names if names.is_empty() => String::new(),
        names => format!(" ({names})"),
    };
    if post.resolved {
        text.push("The incident is over: the service works normally again.".to_owned());
    }
    text.extend(match post.scope {
        Scope::Unsaid if post.resolved => None,
        Scope::Unsaid => Some(format!("We are looking into a problem{what}.")),
        Scope::Nobody => Some(format!("We see no customers affected{what}.")),
        Scope::Few => Some(format!(
            "A small share of customers sees errors or delays{what}."
        )),
        Scope::Part => Some(format!("Some customers see errors or delays{what}.")),
        Scope::Most => Some(format!("Most customers see errors or delays{what}.")),
        Scope::All => Some(format!(
            "The service does not work for our customers{what}."
        )),
    });
    text.extend(post.cause.map(|it| {
        let cause = suspect(&scenario.world, it);
        if post.certain {
            format!("The cause is known: {cause}.")
        } else {
            format!("We suspect {cause}.")
        }
    }));
    text.extend(match post.data {
        DataClaim::Unsaid => None,
        DataClaim::Safe => Some("No data is lost.".to_owned()),
        DataClaim::Checking => Some("We are checking whether data is affected.".to_owned()),
        DataClaim::Lost => {
            Some("Some data has been lost; we will contact those concerned.".to_owned())
        }
    });
    text.extend(
        post.eta
            .map(|eta| format!("We expect it to work again in {} minutes.", minutes(eta))),
    );
    text.extend(
        post.next
            .map(|next| format!("Next update in {} minutes.", minutes(next))),
    );
    text.join(" ")
}

fn french(scenario: &Scenario, post: &Post) -> String {
    let mut text = Vec::new();
    let what = match journeys(scenario, post) {
        names if names.is_empty() => String::new(),
        names => format!(" ({names})"),
    };
    if post.resolved {
        text.push(
            "L'incident est terminé : le service fonctionne de nouveau normalement.".to_owned(),
        );
    }
    text.extend(match post.scope {
        Scope::Unsaid if post.resolved => None,
        Scope::Unsaid => Some(format!(
            "Nous analysons actuellement un dysfonctionnement{what}."
        )),
        Scope::Nobody => Some(format!(
            "À notre connaissance, aucun client n'est touché{what}."
        )),
        Scope::Few => Some(format!(
            "Une faible part de nos clients constate des erreurs ou des retards{what}."
        )),
        Scope::Part => Some(format!(
            "Une partie de nos clients constate des erreurs ou des retards{what}."
        )),
        Scope::Most => Some(format!(
            "La plupart de nos clients constatent des erreurs ou des retards{what}."
        )),
        Scope::All => Some(format!(
            "Le service est actuellement indisponible pour nos clients{what}."
        )),
    });
    text.extend(post.cause.map(|it| {
        let name = scenario
            .world
            .components
            .get(it.on)
            .map_or("", |c| c.name.as_str());
        if post.certain {
            format!("La cause est identifiée ; elle concerne {name}.")
        } else {
            format!("La cause probable concerne {name} ; nous le vérifions.")
        }
    }));
    text.extend(match post.data {
        DataClaim::Unsaid => None,
        DataClaim::Safe => Some("Aucune donnée n'est perdue.".to_owned()),
        DataClaim::Checking => Some("Nous vérifions si des données sont concernées.".to_owned()),
        DataClaim::Lost => Some(
            "Certaines données ont été perdues ; nous contacterons les clients concernés."
                .to_owned(),
        ),
    });
    text.extend(
        post.eta
            .map(|eta| format!("Retour à la normale prévu dans {} minutes.", minutes(eta))),
    );
    text.extend(
        post.next
            .map(|next| format!("Prochaine information dans {} minutes.", minutes(next))),
    );
    text.join(" ")
}

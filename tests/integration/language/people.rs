//! Orders, people and what is true of a variant, as the language lets authors say them.

use std::collections::BTreeSet;
use std::fmt::Debug;

use sev1::base::id::PersonId;
use sev1::scenario::order::{Audience, Mechanism, Order, Role, Suspect};

use super::{EVERYTHING, component, sound};

/// The first word of what a value is called in the source.
fn word(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    text.split(['(', ' ', '{']).next().unwrap_or("").to_owned()
}

#[test]
fn every_order_and_every_look_can_be_said() {
    let scenario = sound(EVERYTHING);
    let steps = || scenario.plans.iter().flat_map(|plan| &plan.steps);
    let count = |words: BTreeSet<String>| (words.len(), words);
    let (orders, all) = count(steps().map(|step| word(&step.order)).collect());
    assert_eq!(orders, 13, "{all:?}");
    let looks = steps().filter_map(|step| match step.order {
        Order::Look(look) => Some(word(&look)),
        _ => None,
    });
    let (looks, all) = count(looks.collect());
    assert_eq!(looks, 13, "{all:?}");
    let posts = || {
        steps().filter_map(|step| match &step.order {
            Order::Post(post) => Some(post),
            _ => None,
        })
    };
    let (audiences, _) = count(posts().map(|post| word(&post.to)).collect());
    let (scopes, _) = count(posts().map(|post| word(&post.scope)).collect());
    let (claims, _) = count(posts().map(|post| word(&post.data)).collect());
    assert_eq!((audiences, scopes, claims), (Audience::ALL.len(), 6, 4));
    let roles = steps().filter(|step| matches!(step.order, Order::Assign { .. }));
    assert_eq!(roles.count(), Role::ALL.len());
    let book = &scenario.plans[2].steps;
    let undo = book.iter().find(|step| word(&step.order) == "Undo");
    assert_eq!(
        undo.map(|step| &step.order),
        Some(&Order::Undo { order: 8 })
    );
    let by = book.iter().filter_map(|step| step.by);
    let by: Vec<&str> = by.map(|id| scenario.team[id].name.as_str()).collect();
    assert_eq!(by, ["you", "Noor Aziz", "Ben Ash"]);
}

#[test]
fn people_and_what_is_true_can_be_said() {
    let scenario = sound(EVERYTHING);
    let player = &scenario.team[PersonId(0)];
    assert_eq!((player.name.as_str(), player.arrives), ("you", None));
    assert_eq!(scenario.team.len(), 3);
    let lines = scenario.variants.iter().flat_map(|it| &it.chat);
    let cues: BTreeSet<String> = lines
        .chain(&scenario.chat)
        .map(|line| word(&line.cue))
        .collect();
    assert_eq!(cues.len(), 5, "{cues:?}");
    let rules = scenario.informed.iter();
    let rules: Vec<_> = rules
        .map(|it| (it.audience, it.first.as_secs_f64(), it.language.as_str()))
        .collect();
    assert_eq!(rules.len(), 5);
    assert_eq!(rules[1], (Audience::Customers, 600.0, "fr"));
    let own = &scenario.variants[0].truth;
    let clues: BTreeSet<String> = own.clues.iter().map(word).collect();
    assert_eq!(clues.len(), 4, "the variant's and everybody's: {clues:?}");
    let checkout = component(&scenario, "checkout").0;
    let first = Suspect {
        on: checkout,
        is: Mechanism::BadRelease,
    };
    assert_eq!(own.suspects.first(), Some(&first));
    assert_eq!(own.spoilers, ["250ms", "too briefly"]);
    let again = |variant: usize| {
        let again = scenario.variants[variant].truth.again.as_ref();
        again.map(|it| (it.after.as_secs_f64(), it.effects.len(), it.lasts.is_some()))
    };
    assert_eq!(again(0), Some((360.0, 1, true)));
    assert_eq!(again(1), Some((300.0, 1, false)), "the scenario's");
    assert_eq!(scenario.weights.judgement, 20.0);
    assert_eq!(
        (
            scenario.objectives.severity,
            scenario.objectives.detect_before
        ),
        (1, 0.1)
    );
}

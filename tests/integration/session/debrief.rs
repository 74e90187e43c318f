//! Debriefs of whole incidents: what is shown was counted, and nothing is shown that was not.

use sev1::files::open;
use sev1::score::{Depth, Verdict, baselines, score};
use sev1::session::play;
use sev1::view::{Debrief, Sign, debrief};

/// The leak of the built-in scenario, played by one of its plans; judged or not.
fn of(plan: &str, judged: bool) -> Debrief {
    let scenario = open("db-connection-leak", &mut Vec::new());
    let scenario = scenario.unwrap().expect("a built-in scenario");
    let variant = &scenario.variants[0];
    let mut plans = variant.plans.iter().chain(&scenario.plans);
    let plan = plans.find(|it| it.name == plan).expect("the plan");
    let record = play(&scenario, 7, Some(0), Some(plan)).record();
    if !judged {
        return debrief(&record, None, None);
    }
    let baselines = baselines(&scenario, 7, 0);
    let score = score(&record, &baselines, Depth::Full);
    debrief(&record, Some((&score, &baselines)), None)
}

#[test]
fn the_reference_is_told_as_what_it_was() {
    let view = of("reference", true);
    assert!(
        view.recovered && view.headline.starts_with("Recovered after"),
        "{}",
        view.headline
    );
    let curves = &view.curves;
    let (nothing, reference) = (curves.nothing.as_ref(), curves.reference.as_ref());
    // It is the reference, point by point; and far below nobody doing anything.
    assert_eq!(Some(&curves.you), reference);
    let end = curves.you.ends();
    assert!(nothing.unwrap().at(end) > curves.you.at(end) * 1.2);
    assert!(view.milestones.iter().all(|it| it.yours == it.reference));
    assert!(view.moments.is_sorted_by_key(|it| it.at));
    let helped = |it: &&sev1::view::Moment| matches!(it.sign, Sign::Decision(Some((Verdict::Helped, cost))) if cost < 0.0);
    assert!(view.moments.iter().filter(helped).count() > 0);
    let lost: f64 = view.losses.iter().map(|it| it.points).sum();
    assert!((view.total.unwrap() + lost - 100.0).abs() < 0.5);
}

#[test]
fn what_was_not_judged_is_missing() {
    let view = of("reference", false);
    assert!(view.total.is_none() && view.axes.is_empty() && view.losses.is_empty());
    assert!(view.curves.nothing.is_none() && view.curves.reference.is_none());
    assert!(view.milestones.iter().all(|it| it.reference.is_none()));
    assert!(!view.posts.is_empty() && view.posts.iter().all(|it| it.wrong.is_empty()));
    let judged = |sign: Sign| matches!(sign, Sign::Decision(Some(_)));
    assert!(view.moments.iter().all(|it| !judged(it.sign)));
}

#[test]
fn what_gives_the_cause_away_is_marked() {
    let view = of("wait", true);
    assert!(
        !view.recovered && view.headline.starts_with("Not recovered"),
        "{}",
        view.headline
    );
    let cause = &view.cause.right;
    let told = view.losses.iter().filter(|it| !it.spoils).map(|it| &it.why);
    let unsaid = view.unsaid.iter().map(|it| &it.why);
    for why in told.chain(unsaid) {
        assert!(cause.iter().all(|right| !why.contains(right)), "{why}");
    }
    let found = view.milestones.iter().find(|it| it.spoils).unwrap();
    assert_eq!(found.what, "cause found");
    assert!(found.yours.is_none() && found.reference.is_some());
}

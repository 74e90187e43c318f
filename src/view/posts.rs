//! Who has to be told, when they were told last, and what a message claims in plain words.

use serde::Serialize;

use crate::base::time::{SimDuration, SimTime};
use crate::scenario::order::{Audience, DataClaim, Post, Scope};
use crate::session::{Session, words};

/// Somebody outside who may have to be told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listener {
    /// Who.
    pub audience: Audience,
    /// Whether they must be kept informed in this incident.
    pub expects: bool,
    /// Their language.
    pub language: String,
    /// Seconds since they were told last.
    pub told_s: Option<f64>,
    /// Seconds until they are to be told; negative is overdue. `None` is not, or not yet.
    pub due_s: Option<f64>,
}

/// Everybody outside, in the order of the audiences.
pub fn listeners(session: &Session) -> Vec<Listener> {
    let one = |audience: Audience| {
        let rules = session.scenario().informed.iter();
        let rule = rules.clone().find(|rule| rule.audience == audience);
        let last = session.posts().iter().rev();
        let last = last.clone().find(|it| it.post.to == audience);
        let since = |at: SimTime| session.now().since(at).as_secs_f64();
        let due = rule.and_then(|rule| due_at(session, audience, rule.first, rule.every));
        Listener {
            audience,
            expects: rule.is_some(),
            language: rule.map_or_else(|| "en".to_owned(), |rule| rule.language.clone()),
            told_s: last.map(|it| since(it.at)),
            due_s: due.map(|at| at.as_secs_f64() - session.now().as_secs_f64()),
        }
    };
    Audience::ALL.into_iter().map(one).collect()
}

/// When an audience has to be told next: by the last promise, or by its rule. `None` before anything
/// has been noticed, and after the last word.
pub(super) fn due_at(
    session: &Session,
    audience: Audience,
    first: SimDuration,
    every: SimDuration,
) -> Option<SimTime> {
    let detected = session.milestones().detected?;
    let mut posts = session.posts().iter().rev();
    match posts.find(|it| it.post.to == audience) {
        None => Some(detected + first),
        Some(last) if last.post.resolved => None,
        Some(last) => Some(last.at + last.post.next.unwrap_or(every).min(every)),
    }
}

/// What a message claims, one claim a line: this is what is judged, whatever words it is put in.
pub fn claims(session: &Session, post: &Post) -> Vec<String> {
    let mut claims = Vec::new();
    if post.resolved {
        claims.push("The incident is over.".to_owned());
    }
    let scope = match post.scope {
        Scope::Unsaid => None,
        Scope::Nobody => Some("Nobody is affected."),
        Scope::Few => Some("Fewer than 1 customer in 20 is affected."),
        Scope::Part => Some("Between 1 in 20 and a third of the customers are affected."),
        Scope::Most => Some("Between a third and four fifths of the customers are affected."),
        Scope::All => Some("More than four fifths of the customers are affected."),
    };
    claims.extend(scope.map(str::to_owned));
    let journeys = post.journeys.iter();
    let journeys = journeys.filter_map(|id| session.scenario().world.journeys.get(*id));
    let names: Vec<String> = journeys.map(|it| journey_name(&it.name)).collect();
    if !names.is_empty() {
        claims.push(format!("Customers have trouble with {}.", names.join(", ")));
    }
    claims.extend(post.cause.map(|cause| {
        let cause = words::suspect(&session.scenario().world, cause);
        if post.certain {
            format!("The cause is certain ({cause}).")
        } else {
            format!("The cause may be {cause}; that is not certain.")
        }
    }));
    let data = match post.data {
        DataClaim::Unsaid => None,
        DataClaim::Safe => Some("No data is lost."),
        DataClaim::Checking => Some("Whether data is affected is being checked."),
        DataClaim::Lost => Some("Some data is lost."),
    };
    claims.extend(data.map(str::to_owned));
    let minutes = |time: SimDuration| (time.as_secs_f64() / 60.0).ceil();
    claims.extend(post.next.map(|time| {
        let minutes = minutes(time);
        format!("There will be another message within {minutes:.0} min.")
    }));
    claims.extend(post.eta.map(|time| {
        let minutes = minutes(time);
        format!("All works again within {minutes:.0} min.")
    }));
    claims
}

/// A journey's name as people say it, such as `browse prices` for `browse_prices`.
pub fn journey_name(name: &str) -> String {
    name.replace(['_', '-'], " ")
}

//! A run that went another way, beside the run itself: what came of it, in words and as a curve.

use serde::Serialize;

use crate::base::text::thousands;
use crate::base::time::SimTime;
use crate::scenario::order::Order;
use crate::session::{Fate, Record, words};
use crate::view::debrief::{Curve, clock, curve, headline};

/// What came of a branch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BranchView {
    /// Its outcome, such as `Recovered after 14 minutes`.
    pub headline: String,
    /// Against the run, such as `2,480 customer-minutes less than your run`.
    pub came: String,
    /// Customer-minutes that the run lost more.
    pub saved_minutes: f64,
    /// Points of 100 and how many more they are, once it has been judged.
    pub points: Option<(f64, f64)>,
    /// What customers lost over time.
    pub curve: Curve,
    /// Orders that would not have been taken there, and why.
    pub refused: Vec<String>,
}

/// An order that was given, as a line of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderLine {
    /// Its number in the journal.
    pub number: u32,
    /// When.
    pub at: SimTime,
    /// As time of day.
    pub clock: String,
    /// In words.
    pub what: String,
    /// It changed the system, or took a change back.
    pub is_change: bool,
}

/// Sets a branch beside its run; the points of both, where they are known.
pub fn branch(run: &Record, branch: &Record, points: Option<(f64, f64)>) -> BranchView {
    let saved = run.impact.customer_minutes - branch.impact.customer_minutes;
    let came = match saved {
        s if s.abs() < 0.5 => "as many customer-minutes as in your run".to_owned(),
        s if s > 0.0 => format!("{} customer-minutes less than your run", thousands(s)),
        s => format!("{} customer-minutes more than your run", thousands(-s)),
    };
    BranchView {
        headline: headline(branch),
        came,
        saved_minutes: saved,
        points: points.map(|(own, there)| (there, there - own)),
        curve: curve(branch),
        refused: refused(run, branch),
    }
}

/// What the branch refused and the run did not.
fn refused(run: &Record, branch: &Record) -> Vec<String> {
    let also = |order: &Order| {
        let mut given = run.journal.iter();
        given.any(|it| it.order == *order && !it.fate.was_taken())
    };
    let entries = branch.journal.iter();
    let refused = entries.filter_map(|it| match &it.fate {
        Fate::Refused(why) if !also(&it.order) => {
            let what = words::given(&branch.scenario, &branch.journal, &it.order);
            Some(format!("{} {what}: {why}", clock(branch, it.at)))
        }
        _ => None,
    });
    refused.collect()
}

/// Everything that was ordered and taken, in order of time.
pub fn order_lines(record: &Record) -> Vec<OrderLine> {
    let entries = (1..).zip(&record.journal);
    let taken = entries.filter(|(_, it)| it.fate.was_taken());
    let line = |(number, it): (u32, &crate::session::Entry)| OrderLine {
        number,
        at: it.at,
        clock: clock(record, it.at),
        what: words::given(&record.scenario, &record.journal, &it.order),
        is_change: matches!(it.order, Order::Act(_) | Order::Undo { .. }),
    };
    taken.map(line).collect()
}

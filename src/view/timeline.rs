//! Everything that happened, as marks on one line, under the curve of what customers lost. Scripted
//! causes are not among them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::time::SimTime;
use crate::scenario::describe;
use crate::scenario::order::Order;
use crate::session::{Entry, Note, Sample, Session, numbered, words};
use crate::sim::Event;
use crate::view::{Mark, Shape};

/// The line at the bottom of the room.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stripe {
    /// What happened, in order.
    pub marks: Vec<Mark>,
    /// Customer-minutes lost per minute, by the end of each period.
    pub harm: Vec<(SimTime, f64)>,
    /// Customers who are there at once, at most: what the harm per minute can be compared with.
    pub crowd: f64,
}

/// The line so far.
pub fn timeline(session: &Session) -> Stripe {
    Stripe {
        marks: marks(session),
        harm: harm(session.samples()),
        crowd: crowd(session.samples()),
    }
}

/// What could have been noticed, as marks.
fn marks(session: &Session) -> Vec<Mark> {
    let world = &session.scenario().world;
    let mut marks: Vec<Mark> = Vec::new();
    let mut released = BTreeMap::new();
    for (at, note) in session.log() {
        let (shape, label) = match note {
            Note::World(Event::WaveStarted {
                service, version, ..
            }) => {
                // One mark per release, not one per wave.
                if released.insert(*service, *version) == Some(*version) {
                    continue;
                }
                let name = describe::version(world, *service, *version);
                (
                    Shape::Change,
                    format!("{} {name}", world.components[*service].name),
                )
            }
            Note::World(Event::FailedOver(id)) => (
                Shape::Change,
                format!("{} fails over", world.components[*id].name),
            ),
            Note::Alarm {
                name,
                severity: 1,
                fired: true,
                ..
            } => (Shape::Alarm, name.clone()),
            Note::Ordered(number) => {
                let Some(entry) = numbered(session.journal(), *number) else {
                    continue;
                };
                match of_order(session, entry) {
                    Some(mark) => mark,
                    None => continue,
                }
            }
            Note::Published(index) => {
                let Some(published) = session.posts().get(*index) else {
                    continue;
                };
                (Shape::Message, published.post.to.name().to_owned())
            }
            Note::Reopened => (Shape::Severity, "open again".to_owned()),
            _ => continue,
        };
        marks.push(Mark {
            at: *at,
            shape,
            label,
        });
    }
    marks
}

fn of_order(session: &Session, entry: &Entry) -> Option<(Shape, String)> {
    match &entry.order {
        Order::Act(_) | Order::Undo { .. } => Some((
            Shape::Action,
            words::given(session.scenario(), session.journal(), &entry.order),
        )),
        Order::Declare { severity } => Some((Shape::Severity, format!("SEV{severity}"))),
        Order::Acknowledge => Some((Shape::Severity, "acknowledged".to_owned())),
        Order::DeclareMitigated => Some((Shape::Severity, "mitigated".to_owned())),
        Order::Close => Some((Shape::Severity, "closed".to_owned())),
        Order::Look(_)
        | Order::OpenChannel
        | Order::Page(_)
        | Order::Ask(_)
        | Order::Assign { .. }
        | Order::Suspect { .. }
        | Order::Post(_) => None,
    }
}

fn crowd(samples: &[Sample]) -> f64 {
    let present = |pair: &[Sample]| {
        let minutes = pair[1].at.since(pair[0].at).as_secs_f64() / 60.0;
        let present = pair[1].impact.present_minutes - pair[0].impact.present_minutes;
        if minutes > 0.0 {
            present / minutes
        } else {
            0.0
        }
    };
    samples.windows(2).map(present).fold(0.0, f64::max)
}

/// Harm per minute over the periods between samples.
pub fn harm(samples: &[Sample]) -> Vec<(SimTime, f64)> {
    let per_minute = |pair: &[Sample]| {
        let minutes = pair[1].at.since(pair[0].at).as_secs_f64() / 60.0;
        let lost = pair[1].impact.customer_minutes - pair[0].impact.customer_minutes;
        let rate = if minutes > 0.0 { lost / minutes } else { 0.0 };
        (pair[1].at, rate.max(0.0))
    };
    samples.windows(2).map(per_minute).collect()
}

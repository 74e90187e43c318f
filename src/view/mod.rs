//! What a front end shows, as plain data: no widget, no colour, no terminal code.
//!
//! May use everything before it. Reads sessions and records and changes nothing; every rule of the
//! game is elsewhere. A front end asks for a view once a frame or once a second and draws it.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod branch;
mod crew;
mod debrief;
mod debrief_moments;
mod desk;
mod layout;
mod map;
mod offers;
mod orders;
mod posts;
mod signals;
mod timeline;
mod worth;

pub use crate::base::text::thousands;
pub use branch::{BranchView, OrderLine, branch, order_lines};
pub use crew::{Worker, crew, place_of};
pub use debrief::{
    AxisRow, Cause, Curve, Curves, Debrief, Lesson, LossRow, MilestoneRow, PostRow, about,
    clock as clock_of_day, debrief, ended, sentence,
};
pub use debrief_moments::{Moment, Sign, effect};
pub use desk::{Desk, Figures, Member, MemberState, PagerItem, Speech, SpeechKind, clock_at, desk};
pub use layout::{Frame, Layout, Link, Place, layout};
pub use map::{Customers, EdgeState, Flow, Health, MapTap, NodeState, short};
pub use offers::{Field, Input, Offer, explain, offers, value_in_words};
pub use orders::{OrderRow, OrderState, orders};
pub use posts::{Listener, claims, journey_name, listeners};
pub use signals::{Mark, Plot, Shape, Threshold, all_of, important, plot};
pub use timeline::{Stripe, harm, timeline};
pub use worth::{
    ClueRow, DecisionRow, FollowUpRow, Histogram, Worth, picked_words, spared, usefulness_words,
    worth,
};

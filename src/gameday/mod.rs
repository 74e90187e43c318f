//! Game days: several teams play one incident from their browsers, a facilitator leads, and one
//! program on one machine is the host of it all.
//!
//! ```text
//!  browser ──JSON──► server ──Request──► keeper (one thread, owns the Room)
//!     ▲              (axum)                │ 1. Room::decide: an intent becomes a Deed, or a reason
//!     │                                    │ 2. Room::apply: the deed happens in memory
//!     │                                    │ 3. Store::append: the deeds of this round are on disk
//!     └──── Frame of the team, answer ◄────┘ 4. answers and new frames go out
//! ```
//!
//! - A [`room::Room`] has one clock, seats, and teams; a [`team::Team`] is an ordinary
//!   [`crate::session::Session`] with what people say beside it. All teams have one seed, so they meet
//!   the same cause and the same luck.
//! - A [`journal::Line`] is a moment and a [`journal::Deed`]. Everything that changes a room is a deed, the
//!   passing of time among them. [`room::Room::apply`] is the only way to change a room, live and on
//!   resuming alike, so a room is a function of its journal.
//! - What browsers may ask for is [`intent::Intent`] (a seat) and [`intent::Lead`] (the facilitator). A
//!   seat never sends an order: it names one of the offers that `view` makes to everybody, and
//!   [`role`] says which of them its roles may take. So no message, however made, can name a cause.
//! - What browsers see are parts of a [`parts::Frame`]: plain data of `view`, as JSON, with a
//!   revision each. A connection sends the parts that are newer than what it has sent before, when
//!   it can: who is slow misses steps in between, never the newest, and nobody waits for them.
//!
//! May use everything before it. Knows no rule of the game, never tells a seat anything but what a
//! player at the desktop could know, and contacts nobody.

pub mod aside;
pub mod comparison;
pub mod host;
pub mod intent;
pub mod joint;
pub mod journal;
pub mod judge;
pub mod keeper;
pub mod kit;
pub mod limits;
pub mod pack;
mod papers;
pub mod parts;
pub mod role;
pub mod room;
pub mod secret;
pub mod server;
pub mod standing;
pub mod store;
pub mod team;
pub mod truth;

pub use host::{Host, Left, Table};
pub use journal::Opening;
pub use keeper::{Keeper, Request};
pub use room::Room;

//! The window: Bevy draws the system as a living map, egui the desk around it.
//!
//! May use everything up to `files`. Owns no rule of the game: panels read views and return
//! [`intent::Intent`]s, [`state::Desktop`] turns those into orders, and the session decides. `game`,
//! `state`, `panels`, `screens` and `map::scene` know no Bevy and are tested without a window; `app`
//! is the only file that knows how they meet.

mod app;
pub mod branching;
pub mod command;
pub mod game;
#[cfg(feature = "gameday")]
pub mod hosting;
pub mod inquiry;
pub mod intent;
pub mod ledger;
pub mod map;
mod opening;
pub mod panels;
pub mod screen;
pub mod screens;
pub mod settings;
pub mod state;
pub mod store;
pub mod theme;
pub mod verdict;

pub use app::{DesktopPlugin, Held, Start, run};

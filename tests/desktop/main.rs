//! The window without a window: panels and screens driven through egui by their labels, and the whole
//! game in a Bevy app that has no display.

#![expect(clippy::unwrap_used, reason = "what is missing in a test is a failure")]

mod app;
mod branches;
mod drive;
#[cfg(feature = "gameday")]
mod gameday;
mod map;
mod panels;
mod right;
mod screens;

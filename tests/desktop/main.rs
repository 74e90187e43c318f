//! The window without a window: panels and screens driven through egui by their labels, and the whole
//! game in a Bevy app that has no display.

mod drive;
mod map;
mod panels;
mod right;
mod screens;

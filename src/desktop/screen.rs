//! The screens of the game.

use bevy::prelude::States;

/// Where the player is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, States)]
pub enum Screen {
    /// The first thing that is seen.
    #[default]
    Title,
    /// Which incident.
    Picker,
    /// What is known before it begins.
    Briefing,
    /// The incident.
    Room,
    /// What it came to.
    Debrief,
    /// Settings.
    Settings,
    /// The facilitator's console of a game day.
    #[cfg(feature = "gameday")]
    GameDay,
    /// A scenario file that has errors.
    Findings,
}

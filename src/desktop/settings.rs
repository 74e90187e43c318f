//! What the player has chosen once and for all.

use serde::{Deserialize, Serialize};

/// Sizes of text on offer, in percent.
pub const TEXT_SIZES: [u16; 5] = [85, 100, 115, 130, 150];

/// All settings. A file that lacks some gets the default of those.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Name of a palette of the theme.
    pub palette: String,
    /// Size of text, in percent.
    pub text_percent: u16,
    /// Nothing moves but what the simulation moves.
    pub reduced_motion: bool,
    /// An alarm brings the speed down to real time.
    pub slow_on_alarm: bool,
    /// Show causes and teaching notes after a run that was lost.
    pub spoilers_after_loss: bool,
    /// The tutorial has been finished or dismissed.
    pub tutorial_done: bool,
    /// Without a frame, over the whole screen.
    pub full_screen: bool,
    /// Size of the window, in points.
    pub window: (f32, f32),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            palette: "dark".to_owned(),
            text_percent: 100,
            reduced_motion: false,
            slow_on_alarm: true,
            spoilers_after_loss: true,
            tutorial_done: false,
            full_screen: false,
            window: (1600.0, 900.0),
        }
    }
}

impl Settings {
    /// With every value in its range, whatever the file said.
    pub fn mended(mut self) -> Self {
        self.text_percent = self.text_percent.clamp(TEXT_SIZES[0], 200);
        let sane = |size: f32, least: f32| {
            if size.is_finite() {
                size.clamp(least, 8_000.0)
            } else {
                least
            }
        };
        self.window = (sane(self.window.0, 960.0), sane(self.window.1, 600.0));
        self
    }

    /// Text size as a factor.
    pub fn text_scale(&self) -> f32 {
        f32::from(self.text_percent) / 100.0
    }
}

//! The tokens, as the data file has them.

use std::collections::BTreeMap;

use bevy_egui::egui::Color32;
use serde::Deserialize;

/// The size of body text that distances are designed for.
const DESIGNED_BODY: f32 = 14.0;
/// The file, compiled in.
const FILE: &str = include_str!("../../../assets/theme.ron");

/// Everything in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// By name.
    pub palettes: BTreeMap<String, Palette>,
    /// Sizes of type.
    pub sizes: Sizes,
    /// Distances.
    pub rhythm: Rhythm,
    /// Seconds that a change of state takes to be drawn.
    pub motion_s: f32,
}

/// Colours by their meanings.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Palette {
    /// Light text on dark ground.
    pub is_dark: bool,
    /// Behind everything.
    #[serde(deserialize_with = "colour")]
    pub ground: Color32,
    /// A panel.
    #[serde(deserialize_with = "colour")]
    pub panel: Color32,
    /// What lies on a panel.
    #[serde(deserialize_with = "colour")]
    pub raised: Color32,
    /// Lines of one pixel.
    #[serde(deserialize_with = "colour")]
    pub hairline: Color32,
    /// Words.
    #[serde(deserialize_with = "colour")]
    pub text: Color32,
    /// Words that matter less.
    #[serde(deserialize_with = "colour")]
    pub muted: Color32,
    /// Words that hardly matter; empty parts of gauges.
    #[serde(deserialize_with = "colour")]
    pub faint: Color32,
    /// As it should be.
    #[serde(deserialize_with = "colour")]
    pub healthy: Color32,
    /// Wants a look.
    #[serde(deserialize_with = "colour")]
    pub attention: Color32,
    /// Fails.
    #[serde(deserialize_with = "colour")]
    pub failing: Color32,
    /// The player, and what is selected.
    #[serde(deserialize_with = "colour")]
    pub own: Color32,
    /// Releases, changes and messages.
    #[serde(deserialize_with = "colour")]
    pub change: Color32,
}

/// Sizes of type, in points.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub struct Sizes {
    pub caption: f32,
    pub small: f32,
    pub body: f32,
    pub heading: f32,
    pub figure: f32,
    pub hero: f32,
}

/// Distances, in points.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub struct Rhythm {
    pub tight: f32,
    pub gap: f32,
    pub wide: f32,
    pub section: f32,
    pub radius: f32,
}

/// The tokens in use.
#[derive(Clone, Debug)]
pub struct Theme {
    /// The chosen palette.
    pub palette: Palette,
    /// Sizes of type.
    pub sizes: Sizes,
    /// Distances.
    pub rhythm: Rhythm,
    /// Seconds that a change of state takes to be drawn; 0 with reduced motion.
    pub motion_s: f32,
}

impl Tokens {
    /// The file that is compiled in; a test reads it.
    ///
    /// # Panics
    /// Never in a program whose tests passed.
    #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
    pub fn built_in() -> Self {
        ron::from_str(FILE).expect("assets/theme.ron can be read")
    }

    /// With the palette of that name, or the first one.
    pub fn theme(&self, palette: &str, reduced_motion: bool) -> Theme {
        let dark = || self.palettes.get("dark").or(self.palettes.values().next());
        let palette = self.palettes.get(palette).or_else(dark).copied();
        Theme {
            palette: palette.unwrap_or(Palette::NONE),
            sizes: self.sizes,
            rhythm: self.rhythm,
            motion_s: if reduced_motion { 0.0 } else { self.motion_s },
        }
    }
}

impl Theme {
    /// Bigger or smaller text, and the distances that go with it.
    pub fn scale(&mut self, by: f32) {
        let sizes = &mut self.sizes;
        for size in [
            &mut sizes.caption,
            &mut sizes.small,
            &mut sizes.body,
            &mut sizes.heading,
            &mut sizes.figure,
            &mut sizes.hero,
        ] {
            *size *= by;
        }
    }

    /// How much bigger than designed the text is.
    pub fn text_scale(&self) -> f32 {
        self.sizes.body / DESIGNED_BODY
    }
}

impl Default for Theme {
    fn default() -> Self {
        Tokens::built_in().theme("dark", false)
    }
}

impl Palette {
    /// For a file without palettes: black and white.
    const NONE: Self = Self {
        is_dark: true,
        ground: Color32::BLACK,
        panel: Color32::BLACK,
        raised: Color32::BLACK,
        hairline: Color32::GRAY,
        text: Color32::WHITE,
        muted: Color32::WHITE,
        faint: Color32::GRAY,
        healthy: Color32::WHITE,
        attention: Color32::WHITE,
        failing: Color32::WHITE,
        own: Color32::WHITE,
        change: Color32::WHITE,
    };
}

fn colour<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(from)?;
    Color32::from_hex(&text)
        .map_err(|_| serde::de::Error::custom(format!("{text} is no colour such as #5AA9F0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, as WCAG 2 defines it.
    fn luminance(colour: Color32) -> f32 {
        let [r, g, b, _] = bevy_egui::egui::Rgba::from(colour).to_array();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn words_can_be_read_in_every_palette() {
        let tokens = Tokens::built_in();
        assert!(tokens.palettes.len() >= 3);
        for (name, it) in &tokens.palettes {
            let signs = [it.healthy, it.attention, it.failing, it.own, it.change];
            for ground in [it.ground, it.panel, it.raised] {
                assert!(contrast(it.text, ground) >= 7.0, "{name}: text");
                assert!(contrast(it.muted, ground) >= 4.5, "{name}: muted");
                for sign in signs {
                    let is = contrast(sign, ground);
                    assert!(is >= 3.5, "{name}: {sign:?} on {ground:?} is {is}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_palette_is_the_dark_one() {
        let theme = Tokens::built_in().theme("no such", true);
        assert!(theme.palette.is_dark && theme.motion_s == 0.0);
    }
}

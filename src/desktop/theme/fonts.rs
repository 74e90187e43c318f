//! Inter for words, JetBrains Mono for figures and clocks; both compiled in.

use std::sync::Arc;

use bevy_egui::egui::{Context, FontData, FontDefinitions, FontFamily, FontId};

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
const SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
const MONO: &[u8] = include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf");
const MONO_SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/JetBrainsMono-SemiBold.ttf");

/// Name of the family of semi-bold words.
const HEAVY: &str = "semibold";
/// Name of the family of semi-bold figures.
const HEAVY_MONO: &str = "mono semibold";

/// Makes the fonts known to egui; its own stay behind them for signs that they lack.
pub fn install_fonts(context: &Context) {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned();
    let fallback = fallback.unwrap_or_default();
    let mut add = |name: &str, bytes: &'static [u8], family: FontFamily| {
        let data = Arc::new(FontData::from_static(bytes));
        fonts.font_data.insert(name.to_owned(), data);
        let mut names = vec![name.to_owned()];
        names.extend(fallback.iter().cloned());
        fonts.families.insert(family, names);
    };
    add("Inter", REGULAR, FontFamily::Proportional);
    add("Inter SemiBold", SEMIBOLD, FontFamily::Name(HEAVY.into()));
    add("JetBrains Mono", MONO, FontFamily::Monospace);
    let heavy_mono = FontFamily::Name(HEAVY_MONO.into());
    add("JetBrains Mono SemiBold", MONO_SEMIBOLD, heavy_mono);
    context.set_fonts(fonts);
}

/// Semi-bold words.
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(HEAVY.into()))
}

/// Figures; `heavy` is for those that are read from two metres.
pub fn mono(size: f32, heavy: bool) -> FontId {
    let family = if heavy {
        FontFamily::Name(HEAVY_MONO.into())
    } else {
        FontFamily::Monospace
    };
    FontId::new(size, family)
}

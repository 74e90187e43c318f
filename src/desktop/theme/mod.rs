//! How the window looks: tokens from `assets/theme.ron`, the fonts, and egui's style made from them.
//! No other file names a colour or a size.

mod fonts;
mod style;
mod tokens;

pub use fonts::{install_fonts, mono, semibold};
pub use style::style;
pub use tokens::{Palette, Rhythm, Sizes, Theme, Tokens};

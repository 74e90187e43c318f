//! egui's style, made from the tokens: flat surfaces, hairlines, no shadows.

use bevy_egui::egui::style::{Selection, WidgetVisuals, Widgets};
use bevy_egui::egui::{
    CornerRadius, FontFamily, FontId, Shadow, Stroke, Style, TextStyle, Visuals, vec2,
};

use super::{Theme, semibold};

/// The style of everything that egui draws.
pub fn style(theme: &Theme) -> Style {
    let sizes = &theme.sizes;
    let rhythm = &theme.rhythm;
    let mut style = Style::default();
    let proportional = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, proportional(sizes.caption)),
        (TextStyle::Body, proportional(sizes.small)),
        (TextStyle::Button, proportional(sizes.small)),
        (TextStyle::Heading, semibold(sizes.heading)),
        (TextStyle::Monospace, FontId::monospace(sizes.small)),
    ]
    .into();
    style.spacing.item_spacing = vec2(rhythm.gap, rhythm.gap);
    style.spacing.button_padding = vec2(rhythm.wide, rhythm.tight + 2.0);
    style.spacing.interact_size.y = 28.0;
    style.spacing.scroll.bar_width = 6.0;
    style.spacing.scroll.floating = true;
    style.interaction.tooltip_delay = 0.35;
    style.animation_time = theme.motion_s;
    style.visuals = visuals(theme);
    style
}

fn visuals(theme: &Theme) -> Visuals {
    let palette = &theme.palette;
    let mut visuals = if palette.is_dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let radius = CornerRadius::same(6);
    let hairline = Stroke::new(1.0, palette.hairline);
    let widget = |fill, stroke: Stroke, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: stroke,
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets = Widgets {
        noninteractive: widget(palette.panel, hairline, palette.text),
        inactive: widget(palette.raised, hairline, palette.text),
        hovered: widget(
            palette.hairline,
            Stroke::new(1.0, palette.faint),
            palette.text,
        ),
        active: widget(
            palette.hairline,
            Stroke::new(1.0, palette.own),
            palette.text,
        ),
        open: widget(palette.raised, hairline, palette.text),
    };
    visuals.selection = Selection {
        bg_fill: palette.own.gamma_multiply(0.35),
        stroke: Stroke::new(1.0, palette.own),
    };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(palette.muted);
    visuals.hyperlink_color = palette.own;
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.raised;
    visuals.window_stroke = hairline;
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.window_corner_radius = CornerRadius::same(theme.rhythm.radius as u8);
    visuals.menu_corner_radius = radius;
    visuals.extreme_bg_color = palette.ground;
    visuals.faint_bg_color = palette.raised;
    visuals.warn_fg_color = palette.attention;
    visuals.error_fg_color = palette.failing;
    visuals
}

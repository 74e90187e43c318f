//! A request as a waterfall: every span a bar where its time was.

use bevy_egui::egui::{
    Color32, CornerRadius, Label, Rect, RichText, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::desktop::intent::Intent;
use crate::desktop::panels::controls::{put_left, remark};
use crate::desktop::panels::widgets::{focus_ring, line, words as plain};
use crate::desktop::theme::{Theme, mono, semibold};
use crate::session::evidence::{SpanEnd, SpanPiece, TracePiece};

/// Draws it.
pub(super) fn trace_ui(ui: &mut Ui, theme: &Theme, trace: &TracePiece, out: &mut Vec<Intent>) {
    let whole_s = trace
        .spans
        .first()
        .map_or(0.0, |it| it.duration_s)
        .max(1e-6);
    let title = format!("{} · {}", capital(trace.what), time(whole_s));
    ui.add_space(theme.rhythm.tight);
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        let text = RichText::new(title).font(semibold(theme.sizes.small));
        ui.label(text.color(theme.palette.text));
        let rest = format!("{} {} {:016x}", trace.journey, trace.clock, trace.id);
        let text = RichText::new(rest).font(mono(theme.sizes.caption, false));
        ui.add(Label::new(text.color(theme.palette.muted)).truncate());
    });
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for span in &trace.spans {
            span_ui(ui, theme, span, whole_s, out);
        }
    });
    if trace.hidden > 0 {
        remark(ui, theme, &format!("{} further spans", trace.hidden));
    }
    ui.add_space(theme.rhythm.tight);
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// `35 ms`, `3.84 s`.
fn time(secs: f64) -> String {
    match secs {
        s if s < 0.000_95 => format!("{:.0} µs", s * 1e6),
        s if s < 0.009_95 => format!("{:.1} ms", s * 1e3),
        s if s < 0.9995 => format!("{:.0} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

fn span_ui(ui: &mut Ui, theme: &Theme, span: &SpanPiece, whole_s: f64, out: &mut Vec<Intent>) {
    let height = theme.sizes.caption + 7.0;
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, enabled, &span.words));
    if response.clicked() && span.component.is_some() {
        out.push(Intent::Select(span.component));
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    let x = |secs: f64| rect.left() + rect.width() * (secs / whole_s).clamp(0.0, 1.0) as f32;
    let (from, to) = (x(span.start_s), x(span.start_s + span.duration_s));
    let bar = Rect::from_min_max(
        pos2(from, rect.top()),
        pos2(to.max(from + 2.0), rect.bottom()),
    );
    let (ink, sign) = match span.end {
        SpanEnd::Ok => (theme.palette.healthy, ""),
        SpanEnd::Degraded => (theme.palette.attention, "▲ "),
        SpanEnd::Failed => (theme.palette.failing, "× "),
    };
    let radius = CornerRadius::same(3);
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, radius, theme.palette.raised);
    }
    painter.rect_filled(bar, radius, ink.gamma_multiply(0.42));
    // The part in which it only waited is drawn as an outline.
    let waited = x(span.start_s + span.wait_s.min(span.duration_s));
    let work = Rect::from_min_max(pos2(waited.min(bar.right()), bar.top()), bar.max);
    painter.rect_filled(work, radius, ink.gamma_multiply(0.38));
    painter.rect_filled(
        Rect::from_min_size(bar.min, vec2(2.0, bar.height())),
        CornerRadius::ZERO,
        ink,
    );
    label_ui(ui, theme, span, sign, bar, rect);
    focus_ring(ui, theme, &response, 6.0);
    let tip = if span.component.is_some() {
        format!("{}\nClick to point the console at it", span.words)
    } else {
        span.words.clone()
    };
    response.on_hover_text(tip);
}

/// The name: in the bar where it fits, or else beside it.
fn label_ui(ui: &Ui, theme: &Theme, span: &SpanPiece, sign: &str, bar: Rect, rect: Rect) {
    let words = format!("{sign}{}  {}", span.name, time(span.duration_s));
    let ink: Color32 = theme.palette.text;
    let font = plain(theme.sizes.caption);
    let left = (bar.left() + 6.0).min(rect.right() - 40.0);
    let right = bar.right() + 6.0;
    let inside = bar.right() - left;
    let after = rect.right() - right;
    let before = bar.left() - rect.left() - 6.0;
    let whole = line(ui, &words, font.clone(), ink, f32::MAX);
    let y = rect.center().y - whole.size().y / 2.0;
    let wide = whole.size().x;
    if wide <= inside {
        put_left(ui, pos2(left, y), whole);
    } else if wide <= after {
        put_left(ui, pos2(right, y), whole);
    } else if wide <= before {
        put_left(ui, pos2(bar.left() - 6.0 - wide, y), whole);
    } else if wide <= rect.right() - left {
        put_left(ui, pos2(left, y), whole);
    } else {
        let at = if inside.max(after) < before {
            rect.left()
        } else {
            left
        };
        let room = rect.right() - at;
        put_left(ui, pos2(at, y), line(ui, &words, font, ink, room));
    }
}

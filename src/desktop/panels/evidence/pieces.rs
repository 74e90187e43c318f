//! A finding, piece by piece: words, log lines, diffs, changes, requests.

use bevy_egui::egui::text::{LayoutJob, TextFormat};
use bevy_egui::egui::{Color32, Label, RichText, Ui};

use super::waterfall::trace_ui;
use crate::desktop::intent::Intent;
use crate::desktop::panels::controls::{figure, remark};
use crate::desktop::panels::glossary;
use crate::desktop::panels::widgets::words as plain;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::session::Evidence;
use crate::session::evidence::Piece;

/// Draws it.
pub(super) fn pieces_ui(
    ui: &mut Ui,
    theme: &Theme,
    found: &Evidence,
    filter: &str,
    out: &mut Vec<Intent>,
) {
    ui.spacing_mut().item_spacing.y = 3.0;
    let filter = filter.trim().to_lowercase();
    let passes = |text: &str| filter.is_empty() || text.to_lowercase().contains(&filter);
    let mut hidden = 0;
    for piece in found.pieces.iter() {
        match piece {
            Piece::Text(words) => text_ui(ui, theme, words),
            Piece::Pattern {
                level,
                text,
                rate,
                before,
            } => {
                if passes(text) || passes(level) {
                    pattern_ui(ui, theme, level, text, rate, before.as_deref());
                } else {
                    hidden += 1;
                }
            }
            Piece::Log { clock, level, text } => {
                if passes(text) || passes(level) {
                    log_ui(ui, theme, clock, level, text);
                } else {
                    hidden += 1;
                }
            }
            Piece::Diff(line) => diff_ui(ui, theme, line),
            Piece::Change {
                clock,
                kind,
                text,
                ours,
                ..
            } => change_ui(ui, theme, clock, kind, text, *ours),
            Piece::Trace(trace) => trace_ui(ui, theme, trace, out),
        }
    }
    if hidden > 0 {
        remark(ui, theme, &format!("{hidden} lines do not fit the filter"));
    }
}

fn text_ui(ui: &mut Ui, theme: &Theme, words: &str) {
    let trimmed = words.trim_start();
    let label = if trimmed.len() == words.len() {
        let text = RichText::new(words).size(theme.sizes.small);
        Label::new(text.color(theme.palette.text))
    } else {
        Label::new(figure(theme, words, theme.palette.text))
    };
    let response = ui.add(label.wrap().selectable(true));
    response.on_hover_ui(|ui| {
        ui.set_max_width(360.0);
        glossary::terms_ui(ui, theme, words);
    });
}

/// The colour of a level of log lines, and its sign.
fn level_ink(theme: &Theme, level: &str) -> (Color32, &'static str) {
    match level {
        "FATAL" | "ERROR" => (theme.palette.failing, "×"),
        "WARN" => (theme.palette.attention, "▲"),
        _ => (theme.palette.muted, "·"),
    }
}

fn job_ui(ui: &mut Ui, parts: &[(&str, Color32, bevy_egui::egui::FontId)]) {
    let mut job = LayoutJob::default();
    for (words, ink, font) in parts {
        job.append(words, 0.0, TextFormat::simple(font.clone(), *ink));
    }
    ui.add(Label::new(job).wrap().selectable(true));
}

fn pattern_ui(
    ui: &mut Ui,
    theme: &Theme,
    level: &str,
    text: &str,
    rate: &str,
    before: Option<&str>,
) {
    let (ink, sign) = level_ink(theme, level);
    let font = mono(theme.sizes.caption, false);
    let heavy = mono(theme.sizes.caption, true);
    let before = before.map_or_else(String::new, |it| format!(" before {it}"));
    job_ui(
        ui,
        &[
            (&format!("{sign} {level:<5} "), ink, font.clone()),
            (rate, theme.palette.text, heavy),
            (&format!("{before}\n"), theme.palette.muted, font.clone()),
            (&format!("  {text}"), theme.palette.text, font),
        ],
    );
}

fn log_ui(ui: &mut Ui, theme: &Theme, clock: &str, level: &str, text: &str) {
    let (ink, sign) = level_ink(theme, level);
    let font = mono(theme.sizes.caption, false);
    job_ui(
        ui,
        &[
            (&format!("{clock} "), theme.palette.muted, font.clone()),
            (&format!("{sign} {level:<5} "), ink, font.clone()),
            (text, theme.palette.text, font),
        ],
    );
}

/// Lines that came are green and have a plus, lines that went are red and have a minus.
fn diff_ui(ui: &mut Ui, theme: &Theme, line: &str) {
    let ink = match line.trim_start().chars().next() {
        Some('+') => theme.palette.healthy,
        Some('-' | '−') => theme.palette.failing,
        _ => theme.palette.muted,
    };
    let text = figure(theme, line, ink);
    ui.add(Label::new(text).wrap().selectable(true));
}

fn change_ui(ui: &mut Ui, theme: &Theme, clock: &str, kind: &str, text: &str, ours: bool) {
    let (sign, ink) = if ours {
        ("●", theme.palette.own)
    } else {
        ("◆", theme.palette.change)
    };
    let font = mono(theme.sizes.caption, false);
    let by = if ours { " by us" } else { "" };
    job_ui(
        ui,
        &[
            (&format!("{clock} "), theme.palette.muted, font),
            (
                &format!("{sign} {kind}  "),
                ink,
                semibold(theme.sizes.caption),
            ),
            (text, theme.palette.text, plain(theme.sizes.small)),
            (by, theme.palette.muted, plain(theme.sizes.caption)),
        ],
    );
}

//! What the kept runs say together: best, trend and time to recovery of each family, the weakest axis, and
//! what to drill next. Few runs say little, and it says so.

use bevy_egui::egui::{Grid, RichText, Ui};

use super::parts::{body, small};
use crate::base::text::clock_of;
use crate::debrief::history::{Family, History};
use crate::desktop::panels::widgets::card;
use crate::desktop::state::Shelf;
use crate::desktop::theme::{Theme, mono, semibold};

/// Draws it; nothing where no run has been scored.
pub(super) fn history_ui(ui: &mut Ui, theme: &Theme, history: &History, shelf: &Shelf) {
    if history.families.is_empty() {
        return;
    }
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width((ui.available_width()).min(1060.0 * theme.text_scale()));
        let head = RichText::new("What they say together").font(semibold(theme.sizes.body));
        ui.label(head.color(theme.palette.text));
        ui.add_space(theme.rhythm.gap);
        Grid::new("history")
            .num_columns(6)
            .spacing([theme.rhythm.section, theme.rhythm.gap])
            .show(ui, |ui| {
                for words in ["", "runs", "best", "trend", "time to recovery", "weakest"] {
                    small(ui, theme, words);
                }
                ui.end_row();
                for family in &history.families {
                    family_ui(ui, theme, family, shelf);
                    ui.end_row();
                }
            });
        ui.add_space(theme.rhythm.gap);
        let next = named(&history.next, shelf, ("“", "”"));
        body(ui, theme, &format!("Next: {next}."));
    });
    ui.add_space(theme.rhythm.wide);
}

fn family_ui(ui: &mut Ui, theme: &Theme, family: &Family, shelf: &Shelf) {
    let palette = &theme.palette;
    let figure = |words: String| RichText::new(words).font(mono(theme.sizes.small, false));
    let name = RichText::new(named(&family.scenario, shelf, ("", ""))).color(palette.text);
    ui.label(name).on_hover_text(&family.scenario);
    ui.label(figure(family.totals.len().to_string()));
    ui.label(figure(format!("{:.0}", family.best)));
    let (trend, tip) = match family.trend {
        Some(slope) => (
            format!("{slope:+.1} a run"),
            "Points from run to run: the median slope of all pairs",
        ),
        None => ("–".to_owned(), "A trend takes three runs"),
    };
    ui.label(figure(trend)).on_hover_text(tip);
    let repair = &family.repair;
    let time = match (repair.mean_s, repair.interval_s) {
        (Some(mean), Some((low, high))) => {
            let (mean, low, high) = (clock_of(mean), clock_of(low), clock_of(high));
            format!("mean {mean}, typically {low} to {high}")
        }
        (Some(mean), None) => format!("{} once", clock_of(mean)),
        (None, _) => "never recovered".to_owned(),
    };
    ui.label(figure(time)).on_hover_text(&repair.says);
    let weakest = format!("{} ({:.0})", family.weakest, family.weakest_points);
    ui.label(RichText::new(weakest).color(palette.muted));
}

/// The title of a scenario, between these marks, in place of the id that the words begin with.
fn named(words: &str, shelf: &Shelf, (open, close): (&str, &str)) -> String {
    let mut scenarios = shelf.scenarios.iter().map(|it| &it.scenario);
    match scenarios.find(|it| words.starts_with(it.id.as_str())) {
        Some(it) => words.replacen(&it.id, &format!("{open}{}{close}", it.meta.title), 1),
        None => words.to_owned(),
    }
}

//! What the facilitator lets happen, and to whom.

use bevy_egui::egui::{DragValue, TextEdit, Ui};

use super::super::parts::{choice, primary, small, title};
use crate::desktop::hosting::{Scene, Wish};
use crate::desktop::intent::Intent;
use crate::desktop::panels::widgets::card;
use crate::desktop::panels::{choice as choose, drop_down};
use crate::desktop::theme::Theme;
use crate::gameday::intent::{Inject, Lead};

/// What can be let happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sort {
    #[default]
    Hint,
    Executive,
    Line,
    Blind,
    Fault,
}

impl Sort {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Hint, "a hint", "Said by nobody of the incident"),
        (
            Self::Executive,
            "an executive asks",
            "And waits for an answer",
        ),
        (
            Self::Line,
            "a line in the channel",
            "Somebody says something",
        ),
        (
            Self::Blind,
            "signals are lost",
            "The dashboards of a team cannot be reached for a while",
        ),
        (
            Self::Fault,
            "a fault",
            "A part of the system fails; its consequences are simulated",
        ),
    ];
}

/// What it remembers between frames.
#[derive(Debug)]
pub(super) struct InjectUi {
    sort: Sort,
    /// Which team; `None` is all.
    team: Option<usize>,
    who: String,
    text: String,
    minutes: u32,
    fault: usize,
}

impl Default for InjectUi {
    fn default() -> Self {
        Self {
            sort: Sort::Hint,
            team: None,
            who: String::new(),
            text: String::new(),
            minutes: 5,
            fault: 0,
        }
    }
}

impl InjectUi {
    /// What it comes to; `None` while something is missing.
    fn inject(&self, scene: &Scene) -> Option<Inject> {
        let words = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
        Some(match self.sort {
            Sort::Hint => Inject::Hint {
                text: words(&self.text)?,
            },
            Sort::Executive => Inject::Executive {
                text: words(&self.text)?,
            },
            Sort::Line => Inject::Line {
                who: words(&self.who)?,
                text: words(&self.text)?,
            },
            Sort::Blind => Inject::Blind {
                minutes: self.minutes,
            },
            Sort::Fault => Inject::Fault {
                key: scene.secrets.faults.get(self.fault)?.key.clone(),
            },
        })
    }
}

/// Draws it.
pub(super) fn inject_ui(
    ui: &mut Ui,
    theme: &Theme,
    scene: &Scene,
    memory: &mut InjectUi,
    out: &mut Vec<Intent>,
) {
    card(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Let something happen");
        ui.horizontal_wrapped(|ui| {
            for (sort, words, tip) in Sort::ALL {
                if choice(ui, theme, words, memory.sort == sort, tip).clicked() {
                    memory.sort = sort;
                }
            }
        });
        team_ui(ui, theme, scene, memory);
        what_ui(ui, theme, scene, memory);
        let inject = memory.inject(scene);
        let enabled = inject.is_some();
        let tip = "At once";
        let button = ui.add_enabled_ui(enabled, |ui| primary(ui, theme, "Let it happen", tip));
        if button.inner.clicked()
            && let Some(inject) = inject
        {
            let team = memory.team;
            memory.text.clear();
            out.push(Intent::GameDay(Wish::Lead(Lead::Inject { team, inject })));
        }
    });
}

fn team_ui(ui: &mut Ui, theme: &Theme, scene: &Scene, memory: &mut InjectUi) {
    if scene.teams.len() < 2 {
        memory.team = None;
        return;
    }
    ui.horizontal(|ui| {
        small(ui, theme, "To");
        let all = "all teams";
        let known = memory.team.and_then(|it| scene.teams.get(it));
        let words = known.map_or(all, |it| it.name.as_str());
        let button = drop_down(ui, theme, words, true);
        let options = || {
            let names = scene.teams.iter().map(|it| it.name.clone());
            std::iter::once(all.to_owned()).chain(names).collect()
        };
        if let Some(chosen) = choose(ui, theme, &button, "Find a team", options) {
            memory.team = chosen.checked_sub(1);
        }
    });
}

fn what_ui(ui: &mut Ui, theme: &Theme, scene: &Scene, memory: &mut InjectUi) {
    match memory.sort {
        Sort::Blind => {
            let drag = DragValue::new(&mut memory.minutes);
            ui.add(drag.range(1..=120).suffix(" min"))
                .on_hover_text("Minutes of the incident");
        }
        Sort::Fault => {
            let faults = &scene.secrets.faults;
            let known = faults.get(memory.fault);
            let words = known.map_or("none", |it| it.words.as_str());
            let button = drop_down(ui, theme, words, true);
            let options = || faults.iter().map(|it| it.words.clone()).collect();
            if let Some(chosen) = choose(ui, theme, &button, "Find a fault", options) {
                memory.fault = chosen;
            }
        }
        Sort::Line => {
            let who = TextEdit::singleline(&mut memory.who);
            ui.add(who.hint_text("Who says it").desired_width(f32::INFINITY));
            words_ui(ui, &mut memory.text, "What is said");
        }
        Sort::Executive => words_ui(ui, &mut memory.text, "What the executive wants to know"),
        Sort::Hint => {
            for hint in &scene.secrets.hints {
                let tip = "Puts it into the field; nothing is said yet";
                if choice(ui, theme, hint, memory.text == *hint, tip).clicked() {
                    memory.text.clone_from(hint);
                }
            }
            words_ui(ui, &mut memory.text, "Or in your own words");
        }
    }
}

fn words_ui(ui: &mut Ui, text: &mut String, hint: &str) {
    let field = TextEdit::multiline(text).desired_rows(2);
    ui.add(field.hint_text(hint).desired_width(f32::INFINITY));
}

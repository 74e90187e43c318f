//! What is known before it begins: the place, the system, the people, what counts.

use bevy_egui::egui::{Align2, FontId, Rect, RichText, Sense, TextEdit, Ui, pos2, vec2};

use super::parts::{
    choice, hairline, header, page, pair, primary, prose, quiet, small, switch, title,
};
use crate::desktop::intent::Intent;
use crate::desktop::panels::{TUTORIAL_SCENARIO, widgets::card};
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::scenario::model::{Person, Scenario};
use crate::view::about;

/// A seed with which the tutorial's incident has the cause that is easiest to follow.
const TUTORIAL_SEED: &str = "1";

/// What it remembers between frames.
#[derive(Debug, Default)]
pub struct BriefingUi {
    /// A seed was typed, and no new one is wanted.
    is_typed: bool,
    /// What was typed.
    seed: String,
    /// Neither pause nor speed.
    exam: bool,
    /// The findings of the author are unfolded.
    shows_findings: bool,
    /// The keyboard has been put on the button.
    focused: bool,
}

impl BriefingUi {
    /// With the seed of the tutorial.
    pub fn tutorial() -> Self {
        Self {
            is_typed: true,
            seed: TUTORIAL_SEED.to_owned(),
            ..Self::default()
        }
    }

    /// What is to be started; an error is a sentence about the seed.
    fn start(&self) -> Result<Intent, &'static str> {
        let seed = if self.is_typed {
            let number = self.seed.trim().parse::<u64>();
            Some(number.map_err(|_| "A seed is a whole number, such as 7")?)
        } else {
            None
        };
        let exam = self.exam;
        Ok(Intent::Start { seed, exam })
    }
}

/// Draws it.
pub(super) fn briefing_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let theme = desktop.theme.clone();
    let Some(opened) = desktop.briefed.clone() else {
        out.push(Intent::Go(Screen::Picker));
        return;
    };
    let scenario = &opened.scenario;
    page(ui, &theme, "briefing", 1240.0, |ui| {
        let meta = &scenario.meta;
        let remark = format!("{} · {} · {}", scenario.id, meta.level, meta.place);
        if header(ui, &theme, &meta.title, &remark) {
            out.push(Intent::Go(Screen::Picker));
        }
        let whole = ui.available_width();
        let gap = theme.rhythm.section * 2.0;
        let scale = theme.text_scale();
        let left = ((whole - gap) * 0.54).min(900.0 * scale);
        let right = whole - gap - left;
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(left);
                words_ui(ui, &theme, scenario);
                ui.add_space(theme.rhythm.section);
                goals_ui(ui, &theme, scenario);
                findings_ui(ui, &theme, desktop);
            });
            ui.add_space(gap - theme.rhythm.gap);
            ui.vertical(|ui| {
                ui.set_width(right);
                start_ui(ui, &theme, scenario, &mut desktop.briefing, out);
                ui.add_space(theme.rhythm.gap);
                team_ui(ui, &theme, scenario);
            });
        });
    });
}

fn words_ui(ui: &mut Ui, theme: &Theme, scenario: &Scenario) {
    let start = scenario.meta.clock_start_min;
    ui.horizontal(|ui| {
        let clock = format!("{:02}:{:02}", start / 60 % 24, start % 60);
        let clock = RichText::new(clock).font(mono(theme.sizes.figure, true));
        ui.label(clock.color(theme.palette.text));
        let place = RichText::new(&scenario.meta.place).size(theme.sizes.heading);
        ui.label(place.color(theme.palette.muted));
    });
    ui.add_space(theme.rhythm.gap);
    let size = theme.sizes.heading * 0.94;
    ui.scope(|ui| prose(ui, theme, &scenario.meta.briefing, size));
}

fn goals_ui(ui: &mut Ui, theme: &Theme, scenario: &Scenario) {
    let goals = &scenario.objectives;
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "What counts as recovered");
        let share = format!("{} % of requests", percent(goals.success_share));
        pair(ui, theme, "Succeed", &share);
        if let Some(limit) = goals.latency_p95 {
            let words = format!("95 % within {limit}");
            pair(ui, theme, "Answered", &words);
        }
        pair(ui, theme, "And that for", &about(goals.hold.as_secs_f64()));
        pair(
            ui,
            theme,
            "Time limit",
            &about(goals.time_limit.as_secs_f64()),
        );
        if let Some(lost) = goals.lost_messages {
            let words = format!("more than {lost} messages");
            pair(ui, theme, "Lost at once when gone for good", &words);
        }
        hairline(ui, theme);
        title(ui, theme, "Who has to be told");
        for told in &scenario.informed {
            let first = about(told.first.as_secs_f64());
            let every = about(told.every.as_secs_f64());
            let words = format!("within {first}, then every {every}");
            pair(ui, theme, told.audience.name(), &words);
        }
    });
}

/// Without zeros at the end.
fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the author of a file may want to mend although it can be played.
fn findings_ui(ui: &mut Ui, theme: &Theme, desktop: &mut Desktop) {
    let Some(author) = desktop.author.as_ref().filter(|it| !it.findings.is_empty()) else {
        return;
    };
    ui.add_space(theme.rhythm.section);
    let shows = &mut desktop.briefing.shows_findings;
    let words = if *shows {
        "Hide what was found in the file"
    } else {
        "Show what was found in the file"
    };
    let tip = "Warnings of `sev1 check`; it can be played all the same";
    if quiet(ui, theme, words, tip).clicked() {
        *shows = !*shows;
    }
    if *shows {
        super::findings::text_ui(ui, theme, &author.findings);
    }
}

fn start_ui(
    ui: &mut Ui,
    theme: &Theme,
    scenario: &Scenario,
    memory: &mut BriefingUi,
    out: &mut Vec<Intent>,
) {
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Seed");
        let words = "The seed decides the cause and all luck: the same one is the same incident.";
        small(ui, theme, words);
        ui.horizontal(|ui| {
            let tip = "Takes one that you have not had";
            if choice(ui, theme, "a new one", !memory.is_typed, tip).clicked() {
                memory.is_typed = false;
            }
            let tip = "To try one again, or to play the same as somebody else";
            if choice(ui, theme, "this one", memory.is_typed, tip).clicked() {
                memory.is_typed = true;
            }
            if memory.is_typed {
                let field = TextEdit::singleline(&mut memory.seed)
                    .font(mono(theme.sizes.body, false))
                    .desired_width(110.0 * theme.text_scale())
                    .hint_text("such as 7");
                let label = ui.add(field);
                label.on_hover_text("A whole number");
            }
        });
        if scenario.id == TUTORIAL_SCENARIO && memory.seed == TUTORIAL_SEED {
            small(ui, theme, "This is the seed of the tutorial.");
        }
        hairline(ui, theme);
        let explains = "Real time from beginning to end: no pause, no speed, no going on later. As \
                        it is on call.";
        if switch(ui, theme, memory.exam, "Exam", explains) {
            memory.exam = !memory.exam;
        }
        ui.add_space(theme.rhythm.tight);
        let start = memory.start();
        ui.horizontal(|ui| {
            let tip = "The clock begins to run (Enter)";
            let enabled = start.is_ok();
            let button = ui.add_enabled_ui(enabled, |ui| primary(ui, theme, "Start", tip));
            if !std::mem::replace(&mut memory.focused, true) {
                button.inner.request_focus();
            }
            match start {
                Ok(intent) if button.inner.clicked() => out.push(intent),
                Ok(_) => {}
                Err(why) => {
                    let sign = RichText::new("▲").color(theme.palette.attention);
                    ui.label(sign);
                    small(ui, theme, why);
                }
            }
        });
    });
}

fn team_ui(ui: &mut Ui, theme: &Theme, scenario: &Scenario) {
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Your team");
        ui.spacing_mut().item_spacing.y = 2.0;
        for person in scenario.team.iter() {
            person_ui(ui, theme, person);
        }
    });
}

fn person_ui(ui: &mut Ui, theme: &Theme, person: &Person) {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let size = vec2(ui.available_width(), 44.0 * scale);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter_at(rect);
    let is_here = person.arrives.is_none();
    let middle = rect.center().y;
    let centre = pos2(rect.left() + 15.0 * scale, middle);
    let letter: String = person
        .name
        .chars()
        .take(1)
        .collect::<String>()
        .to_uppercase();
    let radius = 14.0 * scale;
    if is_here {
        painter.circle_filled(centre, radius, palette.own);
    } else {
        let stroke = bevy_egui::egui::Stroke::new(1.5, palette.faint);
        painter.circle_stroke(centre, radius, stroke);
    }
    let ink = if is_here {
        palette.ground
    } else {
        palette.muted
    };
    let font = semibold(theme.sizes.small);
    painter.text(centre, Align2::CENTER_CENTER, letter, font.clone(), ink);
    let when = match person.arrives {
        None => "here".to_owned(),
        Some(time) => format!("{} after a page", about(time.as_secs_f64())),
    };
    let colour = if is_here {
        palette.healthy
    } else {
        palette.muted
    };
    let right = painter.text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        &when,
        mono(theme.sizes.caption, false),
        colour,
    );
    let x = rect.left() + 40.0 * scale;
    let name = if person.name == "you" {
        "You"
    } else {
        person.name.as_str()
    };
    let room = Rect::from_min_max(pos2(x, rect.top()), pos2(right.left() - 8.0, rect.bottom()));
    let painter = painter.with_clip_rect(room);
    painter.text(
        pos2(x, middle),
        Align2::LEFT_BOTTOM,
        name,
        font,
        palette.text,
    );
    let skills = person.skills.iter().map(|it| it.name());
    let skills = skills.collect::<Vec<_>>().join(", ");
    let parts = [person.title.as_str(), skills.as_str()];
    let about = parts.into_iter().filter(|it| !it.is_empty());
    let about = about.collect::<Vec<_>>().join(" · ");
    let font = FontId::proportional(theme.sizes.caption);
    painter.text(
        pos2(x, middle + 1.0),
        Align2::LEFT_TOP,
        &about,
        font,
        palette.muted,
    );
    let known = format!("{name}\n{about}\n{when}");
    response.on_hover_text(known);
}

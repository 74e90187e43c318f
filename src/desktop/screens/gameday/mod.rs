//! Game days: opening a room, or going on with one; then the facilitator's console.

mod clock;
mod console;
mod inject;
mod joint;
mod teams;

use std::path::PathBuf;

use bevy_egui::egui::{DragValue, Margin, TextEdit, Ui};

use super::parts::{bullets, choice, hairline, header, page, primary, quiet, row, small, title};
use crate::desktop::hosting::Wish;
use crate::desktop::intent::Intent;
use crate::desktop::panels::widgets::{card, line, put_line};
use crate::desktop::panels::{choice as choose, drop_down};
use crate::desktop::screen::Screen;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, mono};
use crate::gameday::limits::MOST_TEAMS;
use crate::gameday::team;
use inject::InjectUi;

/// Rooms that are offered to be gone on with.
const MOST_ROOMS: usize = 6;

/// What it remembers between frames.
#[derive(Debug)]
pub struct GameDayUi {
    /// Rooms that were left, the last one in front.
    rooms: Vec<PathBuf>,
    scenario: usize,
    seed: String,
    teams: usize,
    /// What they are called, line by line.
    names: String,
    lan: bool,
    /// Whose signals are shown.
    team: usize,
    inject: InjectUi,
    note: String,
    /// It is about the team that is shown.
    is_of_team: bool,
    /// Teams read it at once.
    is_shown: bool,
    land_min: u32,
    /// The end was asked for once.
    is_sure: bool,
}

impl Default for GameDayUi {
    fn default() -> Self {
        Self {
            rooms: Vec::new(),
            scenario: 0,
            seed: "1".to_owned(),
            teams: 2,
            names: String::new(),
            lan: false,
            team: 0,
            inject: InjectUi::default(),
            note: String::new(),
            is_of_team: false,
            is_shown: false,
            land_min: 10,
            is_sure: false,
        }
    }
}

impl GameDayUi {
    /// With these rooms to be gone on with.
    pub fn with(rooms: Vec<PathBuf>) -> Self {
        Self {
            rooms,
            ..Self::default()
        }
    }
}

/// Draws it.
pub(super) fn gameday_ui(ui: &mut Ui, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    if desktop.hosting.is_some() {
        return console::console_ui(ui, desktop, out);
    }
    let theme = desktop.theme.clone();
    page(ui, &theme, "game day", 1120.0, |ui| {
        let remark = "Teams play one incident from their browsers, and you lead from this window";
        if header(ui, &theme, "Host a game day", remark) {
            out.push(Intent::Go(Screen::Title));
        }
        let whole = ui.available_width();
        let left = (whole - theme.rhythm.section) * 0.52;
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(left);
                card(&theme).inner_margin(20).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    form_ui(ui, &theme, desktop, out);
                });
            });
            ui.add_space(theme.rhythm.section);
            ui.vertical(|ui| {
                card(&theme).inner_margin(20).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    about_ui(ui, &theme);
                });
                ui.add_space(theme.rhythm.gap);
                rooms_ui(ui, &theme, &desktop.gameday, out);
            });
        });
    });
}

fn form_ui(ui: &mut Ui, theme: &Theme, desktop: &mut Desktop, out: &mut Vec<Intent>) {
    let (memory, shelf) = (&mut desktop.gameday, &desktop.shelf);
    let scenarios = &shelf.scenarios;
    title(ui, theme, "Incident");
    let known = scenarios.get(memory.scenario).map(|it| &it.scenario);
    let words = known.map_or("none", |it| it.meta.title.as_str());
    let button = drop_down(ui, theme, words, true);
    let options = || {
        let names = scenarios.iter().map(|it| it.scenario.meta.title.clone());
        names.collect()
    };
    if let Some(chosen) = choose(ui, theme, &button, "Find an incident", options) {
        memory.scenario = chosen;
    }
    if let Some(known) = known {
        let minutes = known.objectives.time_limit.as_secs_f64() / 60.0;
        let about = format!("{} · up to {minutes:.0} minutes", known.meta.level);
        small(ui, theme, &about);
        small(ui, theme, &known.meta.drill);
    }
    ui.add_space(theme.rhythm.wide);
    room_ui(ui, theme, memory);
    ui.add_space(theme.rhythm.section);
    hairline(ui, theme);
    ui.add_space(theme.rhythm.gap);
    let seed: Result<u64, _> = memory.seed.trim().parse();
    let given = memory.names.lines().filter(|it| !it.trim().is_empty());
    let teams = team::names(given, memory.teams);
    ui.horizontal(|ui| {
        let enabled = seed.is_ok() && teams.is_ok() && known.is_some();
        let tip = "The clock waits until you start it";
        let button = ui.add_enabled_ui(enabled, |ui| primary(ui, theme, "Open the room", tip));
        let clicked = button.inner.clicked();
        match (seed, teams, known) {
            (Ok(seed), Ok(teams), Some(known)) if clicked => {
                out.push(Intent::GameDay(Wish::Open {
                    scenario: known.id.clone(),
                    seed,
                    teams,
                    lan: memory.lan,
                }));
            }
            (Err(_), ..) => {
                small(ui, theme, "The seed is a whole number, such as 7.");
            }
            (_, Err(why), _) => {
                small(ui, theme, &format!("Not yet: {why}."));
            }
            _ => {}
        }
    });
}

/// The room: its luck, its teams, and who gets in.
fn room_ui(ui: &mut Ui, theme: &Theme, memory: &mut GameDayUi) {
    title(ui, theme, "Seed");
    let field = TextEdit::singleline(&mut memory.seed)
        .font(mono(theme.sizes.body, false))
        .margin(Margin::symmetric(8, 6))
        .desired_width(110.0 * theme.text_scale());
    ui.add(field).on_hover_text("A whole number");
    small(
        ui,
        theme,
        "It decides the cause and all luck, the same for every team.",
    );
    ui.add_space(theme.rhythm.wide);
    title(ui, theme, "Teams");
    let drag = DragValue::new(&mut memory.teams)
        .range(1..=MOST_TEAMS)
        .speed(0.1);
    ui.add(drag).on_hover_text("They race side by side");
    let names = TextEdit::multiline(&mut memory.names)
        .desired_rows(2)
        .margin(Margin::symmetric(8, 6))
        .desired_width(260.0 * theme.text_scale())
        .hint_text("Their names, one in a line");
    ui.add(names)
        .on_hover_text("Those without a name are numbered");
    ui.add_space(theme.rhythm.wide);
    title(ui, theme, "Who can join");
    ui.horizontal_wrapped(|ui| {
        let tip = "Only browsers on this machine reach the room";
        if choice(ui, theme, "this machine only", !memory.lan, tip).clicked() {
            memory.lan = false;
        }
        let tip = "Everybody who reaches this machine, and knows the room code";
        if choice(ui, theme, "everybody in this network", memory.lan, tip).clicked() {
            memory.lan = true;
        }
    });
}

fn about_ui(ui: &mut Ui, theme: &Theme) {
    title(ui, theme, "How it goes");
    let steps = [
        "Everybody opens one address, types the room code, and takes a role. Nothing is installed.",
        "You start the clock, see the cause and the true signals, let things happen, and give hints.",
        "Everything is on disk before it is acknowledged: a room can be gone on with after a crash.",
        "At the end a folder holds reports, replays, who did what and when, and the participants.",
    ];
    bullets(ui, theme, theme.palette.own, steps.into_iter());
}

fn rooms_ui(ui: &mut Ui, theme: &Theme, memory: &GameDayUi, out: &mut Vec<Intent>) {
    if memory.rooms.is_empty() {
        return;
    }
    card(theme).inner_margin(20).show(ui, |ui| {
        ui.set_width(ui.available_width());
        title(ui, theme, "Go on with a room");
        for folder in memory.rooms.iter().take(MOST_ROOMS) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let size = bevy_egui::egui::vec2(ui.available_width(), 34.0 * theme.text_scale());
            let (rect, response) = row(ui, theme, size, false, &name);
            let font = mono(theme.sizes.small, false);
            let words = line(ui, &name, font, theme.palette.text, rect.width() - 24.0);
            let at = rect.left_center() + bevy_egui::egui::vec2(12.0, 0.0);
            put_line(ui.painter(), words, at, bevy_egui::egui::Align::Min);
            if response
                .on_hover_text("Same clock, seats and code")
                .clicked()
            {
                out.push(Intent::GameDay(Wish::GoOn {
                    folder: folder.clone(),
                    lan: memory.lan,
                }));
            }
        }
    });
}

/// A small button in a row of its like.
fn small_button(ui: &mut Ui, theme: &Theme, words: &str, tip: &str) -> bool {
    quiet(ui, theme, words, tip).clicked()
}

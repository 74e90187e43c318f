//! A node in words: for those who listen, and in full for those who point at it.

use bevy_egui::egui::{Color32, Grid, RichText, Ui};

use super::icons::Icon;
use super::nodes::colour;
use crate::base::id::ComponentId;
use crate::desktop::game::Game;
use crate::desktop::theme::{Theme, mono, semibold};
use crate::scenario::describe;
use crate::scenario::model::Kind;
use crate::view::{Health, short};

/// A state of health in one word.
pub(super) const fn health_words(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Attention => "strained",
        Health::Failing => "failing",
    }
}

/// A node as a screen reader says it, such as `pricing, service, failing, 12 % fail`.
pub(super) fn spoken(game: &Game, id: ComponentId) -> String {
    let component = &game.session.scenario().world.components[id];
    let node = &game.tap.nodes[id];
    let kind = Icon::of(&component.kind).words();
    let health = health_words(node.health);
    let mut words = format!("{}, {kind}, {health}, {}", component.name, node.figure);
    if node.rolling_out {
        words.push_str(", release going out");
    }
    words
}

fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.01 {
        "under 1 %".to_owned()
    } else {
        format!("{:.0} %", share * 100.0)
    }
}

/// What there is to know about the customers.
pub(super) fn customers_ui(ui: &mut Ui, theme: &Theme, game: &Game) {
    let it = &game.tap.customers;
    title(ui, theme, "Customers", "everybody who uses the system");
    let health = Some(colour(&theme.palette, it.health));
    let ink = health.filter(|_| it.health != Health::Healthy);
    let mut rows = vec![
        ("requests", format!("{}/s", short(it.rate_per_s)), None),
        ("fail", percent(it.failed_share), ink),
    ];
    if it.late_share > 0.0 {
        let late = format!("{} of what is allowed", percent(it.late_share));
        rows.push(("backlog", late, ink));
    }
    rows_ui(ui, theme, &rows);
}

/// What there is to know about a node.
pub(super) fn node_ui(ui: &mut Ui, theme: &Theme, game: &Game, id: ComponentId) {
    let world = &game.session.scenario().world;
    let component = &world.components[id];
    let node = &game.tap.nodes[id];
    let sim = game.session.sim();
    let state = format!(
        "{} · {}",
        Icon::of(&component.kind).words(),
        health_words(node.health)
    );
    title(ui, theme, &component.name, &state);
    let health = Some(colour(&theme.palette, node.health));
    let mut rows = vec![("requests", format!("{}/s", short(node.rate_per_s)), None)];
    let is_bad = node.error_share > 0.01;
    rows.push(("fail", percent(node.error_share), health.filter(|_| is_bad)));
    if !matches!(component.kind, Kind::External(_) | Kind::Queue(_)) {
        let is_full = node.saturation > 0.9;
        rows.push(("full", percent(node.saturation), health.filter(|_| is_full)));
    }
    if node.queued >= 1.0 {
        rows.push(("waiting", short(node.queued), None));
    }
    if let Some(warmth) = node.warmth {
        rows.push(("hits", percent(warmth), None));
    }
    if let Kind::Service(service) = &component.kind {
        rows.push(("instances", sim.instances_wanted(id).to_string(), None));
        let running = sim.versions_running(id).iter().enumerate();
        let running: Vec<String> = running
            .filter(|(_, count)| **count > 0)
            .map(|(version, count)| {
                let name = describe::version(world, id, version as u8);
                format!("{name} on {count}")
            })
            .collect();
        if !service.versions.is_empty() && !running.is_empty() {
            let ink = Some(theme.palette.change).filter(|_| node.rolling_out);
            rows.push(("version", running.join(", "), ink));
        }
    }
    if node.down {
        rows.push(("down", "restarting or failing over".to_owned(), health));
    }
    let alarms = &game.session.scenario().signals.alarms;
    for item in game.desk.pager.iter().filter(|item| item.firing) {
        let is_here = |alarm: &crate::scenario::model::Alarm| {
            alarm.component == id && alarm.name == item.name
        };
        if alarms.iter().any(is_here) {
            rows.push(("alarm", item.name.clone(), Some(theme.palette.failing)));
        }
    }
    rows_ui(ui, theme, &rows);
}

fn title(ui: &mut Ui, theme: &Theme, name: &str, state: &str) {
    ui.label(RichText::new(name).font(semibold(theme.sizes.body)));
    ui.label(
        RichText::new(state)
            .size(theme.sizes.caption)
            .color(theme.palette.muted),
    );
}

fn rows_ui(ui: &mut Ui, theme: &Theme, rows: &[(&str, String, Option<Color32>)]) {
    Grid::new("rows")
        .num_columns(2)
        .spacing([theme.rhythm.section, theme.rhythm.tight])
        .show(ui, |ui| {
            for (name, value, ink) in rows {
                ui.label(
                    RichText::new(*name)
                        .size(theme.sizes.caption)
                        .color(theme.palette.muted),
                );
                let ink = ink.unwrap_or(theme.palette.text);
                let font = mono(theme.sizes.caption, false);
                ui.label(RichText::new(value).font(font).color(ink));
                ui.end_row();
            }
        });
}

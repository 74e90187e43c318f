//! Who does what, for how long still, and what one can ask of them.

use bevy_egui::egui::{
    Align, Button, Color32, Popup, PopupCloseBehavior, Rect, Response, RichText, ScrollArea,
    Stroke, Ui, pos2, vec2,
};

use super::widgets::{heading, line, paint_bar, put_line, row, tint, words};
use crate::base::id::PersonId;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::theme::{Theme, semibold};
use crate::scenario::order::{Order, Role};
use crate::view::{Member, MemberState};

/// Height of somebody at 100 % text: those who are not here take one line.
pub(super) fn height(member: &Member) -> f32 {
    if member.state == MemberState::Away {
        32.0
    } else {
        47.0
    }
}

/// Draws it, with a heading where nothing else says what it is.
pub fn team_ui(ui: &mut Ui, theme: &Theme, game: &Game, headed: bool, out: &mut Vec<Intent>) {
    let here = game.desk.team.iter().filter(|it| it.here).count();
    if headed {
        heading(ui, theme, "Team", &format!("{here} here"));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let list = ScrollArea::vertical().id_salt("team").auto_shrink(false);
    list.show(ui, |ui| {
        for member in &game.desk.team {
            member_ui(ui, theme, game, member, out);
        }
    });
}

/// What somebody is about, as a colour; grey is nothing that needs a look.
fn colour(theme: &Theme, state: MemberState) -> Color32 {
    let palette = &theme.palette;
    match state {
        MemberState::You => palette.own,
        MemberState::Working => palette.healthy,
        MemberState::Writing => palette.change,
        MemberState::Coming => palette.attention,
        MemberState::Free => palette.muted,
        MemberState::Away => palette.faint,
    }
}

fn member_ui(ui: &mut Ui, theme: &Theme, game: &Game, member: &Member, out: &mut Vec<Intent>) {
    let palette = &theme.palette;
    let scale = theme.text_scale();
    let away = member.state == MemberState::Away;
    let name = format!("{}, {}, {}", member.name, member.title, member.doing);
    let response = row(ui, theme, height(member) * scale, &name);
    let rect = response.rect;
    let colour = colour(theme, member.state);
    let painter = ui.painter();
    let disc = pos2(rect.left() + 15.0 * scale, rect.center().y);
    let radius = if away { 11.0 } else { 15.0 };
    disc_ui(ui, theme, member, disc, radius * scale, colour);
    let x = rect.left() + 42.0 * scale;
    let room = rect.right() - x;
    let has_bar = member.progress.is_some();
    let lift = if has_bar { 4.0 * scale } else { 0.0 };
    let half = if away { 0.0 } else { 8.5 * scale };
    let first = rect.center().y - half - lift;
    let second = rect.center().y + 8.5 * scale - lift;
    let ink = if away { palette.muted } else { palette.text };
    let name = line(ui, &member.name, semibold(theme.sizes.small), ink, room);
    let used = put_line(painter, name, pos2(x, first), Align::Min).width() + 6.0;
    if room - used > 24.0 {
        let title = line(
            ui,
            &member.title,
            words(theme.sizes.caption),
            palette.muted,
            room - used,
        );
        put_line(painter, title, pos2(x + used, first + 0.5), Align::Min);
    }
    let doing = if away { "" } else { &member.doing };
    let doing = line(ui, doing, words(theme.sizes.caption), palette.muted, room);
    put_line(painter, doing, pos2(x, second), Align::Min);
    if let Some(progress) = member.progress {
        let y = second + 11.5 * scale;
        let bar = Rect::from_min_max(pos2(x, y), pos2(rect.right(), y + 3.0));
        paint_bar(painter, theme, bar, progress, colour);
    }
    let response = response.on_hover_text(format!(
        "{}, {}\n{}\nClick to ask, page, assign or stop.",
        member.name, member.title, member.doing
    ));
    if game.watched.is_none() {
        asks_ui(theme, game, member, &response, out);
    }
}

/// A disc with an initial: filled is at it or here, an outline is not here.
fn disc_ui(
    ui: &Ui,
    theme: &Theme,
    member: &Member,
    at: bevy_egui::egui::Pos2,
    radius: f32,
    colour: Color32,
) {
    let painter = ui.painter();
    let initial: String = member.name.chars().take(1).collect();
    let ink = match member.state {
        MemberState::Away | MemberState::Coming => {
            painter.circle_stroke(at, radius - 0.5, Stroke::new(1.0, colour));
            colour
        }
        MemberState::Free => {
            painter.circle_filled(at, radius, tint(colour, 0.35));
            theme.palette.text
        }
        MemberState::You | MemberState::Working | MemberState::Writing => {
            painter.circle_filled(at, radius, colour);
            theme.palette.ground
        }
    };
    let initial = line(ui, &initial, semibold(theme.sizes.small), ink, radius * 2.0);
    put_line(painter, initial, at, Align::Center);
}

/// What can be asked of somebody.
fn asks_ui(
    theme: &Theme,
    game: &Game,
    member: &Member,
    response: &Response,
    out: &mut Vec<Intent>,
) {
    let popup = Popup::from_toggle_button_response(response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .frame(super::widgets::popup_frame(theme))
        .width(280.0 * theme.text_scale());
    popup.show(|ui| {
        ui.spacing_mut().item_spacing.y = theme.rhythm.tight;
        let name = RichText::new(&member.name).font(semibold(theme.sizes.body));
        ui.label(name);
        quiet(ui, theme, &member.title);
        ui.add_space(theme.rhythm.tight);
        let mut done = false;
        if member.id != crate::session::PLAYER {
            if member.state == MemberState::Away {
                let hint = "Calls them. It takes them a while to get here.";
                done |= ask_ui(ui, theme, game, "Page", hint, Order::Page(member.id), out);
            } else {
                let hint = "They say what they have noticed, if it is anything.";
                done |= ask_ui(ui, theme, game, "Ask", hint, Order::Ask(member.id), out);
            }
        }
        if let Some(order) = member.order {
            let hint = format!("{}. What is half done stays half done.", member.doing);
            let order = Order::Undo { order };
            done |= ask_ui(ui, theme, game, "Stop that", &hint, order, out);
        }
        if member.here {
            ui.add_space(theme.rhythm.tight);
            quiet(
                ui,
                theme,
                "Give them a role, so that everybody knows whom to turn to",
            );
            done |= roles_ui(ui, game, member.id, out);
        }
        if done {
            ui.close();
        }
    });
}

fn roles_ui(ui: &mut Ui, game: &Game, to: PersonId, out: &mut Vec<Intent>) -> bool {
    let mut done = false;
    ui.horizontal_wrapped(|ui| {
        for role in Role::ALL {
            let order = Order::Assign { role, to };
            let refusal = game.session.would_take(&order, None).err();
            let button = ui.add_enabled(refusal.is_none(), Button::new(role.name()));
            let button = button.on_hover_text(format!("Makes them {}", role.name()));
            let why = refusal.map(|why| why.to_string()).unwrap_or_default();
            if button.on_disabled_hover_text(why).clicked() {
                out.push(Intent::Order { order, by: None });
                done = true;
            }
        }
    });
    done
}

/// A button with what it does under it; greyed with the reason where it would be refused.
fn ask_ui(
    ui: &mut Ui,
    theme: &Theme,
    game: &Game,
    label: &str,
    hint: &str,
    order: Order,
    out: &mut Vec<Intent>,
) -> bool {
    let refusal = game.session.would_take(&order, None).err();
    let size = vec2(ui.available_width(), 0.0);
    let button = Button::new(label).min_size(size);
    let response = ui.add_enabled(refusal.is_none(), button);
    match refusal {
        Some(why) => quiet(ui, theme, &format!("Not now: {why}.")),
        None => quiet(ui, theme, hint),
    }
    let clicked = response.clicked();
    if clicked {
        out.push(Intent::Order { order, by: None });
    }
    clicked
}

fn quiet(ui: &mut Ui, theme: &Theme, text: &str) {
    let text = RichText::new(text).size(theme.sizes.caption);
    ui.label(text.color(theme.palette.muted));
}

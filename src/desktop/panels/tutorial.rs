//! The first run, step by step: a card beside what it is about, until the player has done it. Whether
//! it was done is read off the session, not off clicks: the keyboard and the console count as well.

use bevy_egui::egui::{
    Align2, Area, Button, Color32, Frame, Id, Label, Margin, Order as Layer, Pos2, Rect, RichText,
    Shape, Stroke, Ui, pos2, vec2,
};

use super::places::{Places, Side};
use super::widgets::bar;
use crate::desktop::game::Game;
use crate::desktop::intent::Intent;
use crate::desktop::settings::Settings;
use crate::desktop::state::Desktop;
use crate::desktop::theme::{Theme, semibold};
use crate::scenario::order::{Look, Order};
use crate::session::Note;

/// The incident that the tutorial is played in.
pub const TUTORIAL_SCENARIO: &str = "db-connection-leak";

/// How far the player is.
#[derive(Debug, Default)]
pub struct TutorialUi {
    /// It was asked for in another incident than its own.
    pub asked: bool,
    /// Only a small sign of it is shown.
    folded: bool,
    /// Everything was done; it says goodbye.
    finished: bool,
}

/// What a card is beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    Map,
    Left,
    Right,
    RightBelow,
    Top,
}

/// One step: what to do, why, and how to know that it was done.
struct Step {
    title: &'static str,
    what: &'static str,
    why: &'static str,
    spot: Spot,
    is_done: fn(&Game) -> bool,
}

const STEPS: &[Step] = &[
    Step {
        title: "Look at the map",
        what: "Requests run from the customers on the left to what they depend on. Press 3 for \
               twenty times the speed, and wait for the first alarm.",
        why: "Know what well looks like before it is not: a dot is a request that went well, a \
              cross one that failed.",
        spot: Spot::Map,
        is_done: |game| {
            let mut log = game.session.log().iter();
            log.any(|(_, note)| matches!(note, Note::Alarm { fired: true, .. }))
        },
    },
    Step {
        title: "Take the page",
        what: "Something fails. Press A to acknowledge. Space stops the clock whenever you want to \
               think.",
        why: "It says that somebody is on it. Until then others are called, and nobody knows who \
              leads.",
        spot: Spot::Left,
        is_done: |game| has(game, |it| *it == Order::Acknowledge),
    },
    Step {
        title: "Open a channel",
        what: "Press O. Findings and words then reach everybody.",
        why: "What is told twice is told late. One place, and everybody reads along.",
        spot: Spot::Left,
        is_done: |game| game.session.has_channel(),
    },
    Step {
        title: "Declare the incident",
        what: "Press D and choose a severity: 1 where most customers are hit, 2 where many are.",
        why: "It decides who comes and who is told. Too high can be taken back; too low costs time.",
        spot: Spot::Right,
        is_done: |game| has(game, |it| matches!(it, Order::Declare { .. })),
    },
    Step {
        title: "Choose a part",
        what: "Click a part of the map that is in trouble, or walk with [ and ].",
        why: "The console and the plots are then about that part. Begin where it hurts, and go on to \
              what that part waits for.",
        spot: Spot::Map,
        is_done: |game| {
            game.selected.is_some()
                || has(
                    game,
                    |it| matches!(it, Order::Look(look) if look.component().is_some()),
                )
        },
    },
    Step {
        title: "Look inside",
        what: "Press I and have its logs or traces pulled. Recent changes are worth a look, too.",
        why: "Each look costs somebody a minute. Ask for what can tell two causes apart.",
        spot: Spot::Right,
        is_done: |game| {
            let mut found = game.session.evidence().iter();
            found.any(|it| !matches!(it.look, Look::Reports))
        },
    },
    Step {
        title: "Tell customers",
        what: "Press C and write to the status page: how many are hit, and when you will write \
               again. Not yet why.",
        why: "Silence is read as not knowing. A promise of the next update is worth more than a \
              guess at the cause.",
        spot: Spot::Right,
        is_done: |game| has(game, |it| matches!(it, Order::Post(_))),
    },
    Step {
        title: "Write down a suspicion",
        what: "Press H: a part, what may be wrong with it, and how sure you are. Change it as you \
               learn more.",
        why: "It keeps you honest: the debrief compares how sure you were with what was true.",
        spot: Spot::RightBelow,
        is_done: |game| has(game, |it| matches!(it, Order::Suspect { .. })),
    },
    Step {
        title: "Do something about it",
        what: "Press M and choose a change for the part that you suspect. Pick what is quick and can \
               be taken back.",
        why: "First stop the harm, then understand all of it. Every change takes somebody's time, and \
              some time to work.",
        spot: Spot::Right,
        is_done: |game| has(game, |it| matches!(it, Order::Act(_))),
    },
    Step {
        title: "Wait and watch",
        what: "Stay until customers have been served well for some minutes. If nothing gets better, \
               look again, and change something else.",
        why: "What looks better for a minute may come back. Meanwhile keep your promise of the next \
              update.",
        spot: Spot::Top,
        is_done: |game| game.session.has_recovered() || game.session.ending().is_some(),
    },
    Step {
        title: "Close it",
        what: "Tell those outside that it is over, then close the incident: press T, or Ctrl+K and \
               write close.",
        why: "Closing too early opens it again, and costs trust. Then comes the debrief: what it came \
              to, and why.",
        spot: Spot::Right,
        is_done: |game| has(game, |it| *it == Order::Close),
    },
];

/// Whether an order of that sort was taken.
fn has(game: &Game, wanted: fn(&Order) -> bool) -> bool {
    let mut journal = game.session.journal().iter();
    journal.any(|it| it.fate.was_taken() && wanted(&it.order))
}

/// Draws it while it is wanted.
pub(super) fn tutorial_ui(ui: &Ui, desktop: &mut Desktop, places: &Places, out: &mut Vec<Intent>) {
    let Some(game) = desktop.game.as_ref().filter(|it| it.watched.is_none()) else {
        return;
    };
    let memory = &mut desktop.room.tutorial;
    let is_here = game.session.scenario().id == TUTORIAL_SCENARIO || memory.asked;
    let is_wanted = !desktop.settings.tutorial_done || memory.finished;
    if !is_here || !is_wanted || game.pace.is_exam() {
        return;
    }
    let theme = &desktop.theme;
    let todo = STEPS.iter().position(|step| !(step.is_done)(game));
    let settings = |done| {
        Intent::Settings(Box::new(Settings {
            tutorial_done: done,
            ..desktop.settings.clone()
        }))
    };
    let Some(todo) = todo else {
        if !desktop.settings.tutorial_done {
            memory.finished = true;
            out.push(settings(true));
        }
        if farewell_ui(ui, theme, places.map) {
            memory.finished = false;
        }
        return;
    };
    if memory.folded {
        if folded_ui(ui, theme, places.signals, todo) {
            memory.folded = false;
        }
        return;
    }
    match step_ui(ui, theme, places, todo) {
        Some(Answer::Fold) => memory.folded = true,
        Some(Answer::Dismiss) => out.push(settings(true)),
        None => {}
    }
}

/// What was answered to a card.
enum Answer {
    Fold,
    Dismiss,
}

/// Where the card's corner goes, which corner that is, and where its tip points. It lies on the
/// plots: the map is what the steps are about.
fn place(spot: Spot, places: &Places) -> (Pos2, Align2, Option<[f32; 2]>) {
    let room = places.signals.shrink(12.0);
    let two_sided = matches!(places.side, Side::Both { .. });
    let (up, left, right) = (Some([0.0, -1.0]), Some([-1.0, 0.0]), Some([1.0, 0.0]));
    match spot {
        Spot::Map | Spot::Top => (room.left_top(), Align2::LEFT_TOP, up),
        Spot::Left if two_sided => (room.left_top(), Align2::LEFT_TOP, left),
        Spot::Left | Spot::RightBelow => (room.right_bottom(), Align2::RIGHT_BOTTOM, right),
        Spot::Right if two_sided => (room.right_top(), Align2::RIGHT_TOP, right),
        Spot::Right => (room.right_bottom(), Align2::RIGHT_BOTTOM, None),
    }
}

fn step_ui(ui: &Ui, theme: &Theme, places: &Places, todo: usize) -> Option<Answer> {
    let step = STEPS.get(todo)?;
    let (at, pivot, tip) = place(step.spot, places);
    let mut answer = None;
    let area = Area::new(Id::new(("tutorial", todo))).order(Layer::Middle);
    let drawn = area.pivot(pivot).fixed_pos(at).show(ui.ctx(), |ui| {
        frame(theme).show(ui, |ui| {
            ui.set_width((300.0 * theme.text_scale()).min(places.signals.width() - 60.0));
            let count = STEPS.len();
            words(
                ui,
                theme.sizes.caption,
                theme.palette.own,
                &format!("Tutorial, step {} of {count}", todo + 1),
            );
            let share = todo as f64 / count as f64;
            let width = ui.available_width();
            bar(ui, theme, share, theme.palette.own, width);
            let title = RichText::new(step.title).font(semibold(theme.sizes.heading));
            ui.label(title.color(theme.palette.text));
            words(ui, theme.sizes.small, theme.palette.text, step.what);
            words(ui, theme.sizes.small, theme.palette.muted, step.why);
            ui.horizontal(|ui| {
                let tip = "Puts it into the corner until you want it again";
                if ui.add(Button::new("Later")).on_hover_text(tip).clicked() {
                    answer = Some(Answer::Fold);
                }
                let tip = "The command palette and the title bring it back";
                if ui
                    .add(Button::new("No tutorial"))
                    .on_hover_text(tip)
                    .clicked()
                {
                    answer = Some(Answer::Dismiss);
                }
            });
        });
    });
    if let Some(tip) = tip {
        tip_ui(ui, theme, drawn.response.rect, tip);
    }
    answer
}

fn frame(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.palette.raised)
        .stroke(Stroke::new(1.5, theme.palette.own))
        .corner_radius(theme.rhythm.radius)
        .inner_margin(Margin::symmetric(16, 12))
}

fn words(ui: &mut Ui, size: f32, colour: Color32, text: &str) {
    let text = RichText::new(text).size(size).color(colour);
    ui.add(Label::new(text).wrap());
}

/// A corner of the card that points at what it is about.
fn tip_ui(ui: &Ui, theme: &Theme, card: Rect, [x, y]: [f32; 2]) {
    let painter = ui.ctx().layer_painter(bevy_egui::egui::LayerId::new(
        Layer::Middle,
        Id::new("tutorial tip"),
    ));
    let base = if y == 0.0 {
        let edge = if x < 0.0 { card.left() } else { card.right() };
        pos2(edge, card.top() + 26.0)
    } else {
        pos2(card.left() + 40.0, card.top())
    };
    let along = vec2(x, y) * 11.0;
    let across = vec2(y, x) * 8.0;
    let points = vec![base + across, base + along, base - across];
    painter.add(Shape::convex_polygon(
        points,
        theme.palette.own,
        Stroke::NONE,
    ));
}

/// A sign that it is still there; says whether it is wanted again.
fn folded_ui(ui: &Ui, theme: &Theme, room: Rect, todo: usize) -> bool {
    let area = Area::new(Id::new("tutorial folded")).order(Layer::Middle);
    let at = pos2(room.left() + 18.0, room.bottom() - 18.0);
    let area = area.pivot(Align2::LEFT_BOTTOM).fixed_pos(at);
    let words = format!("Tutorial, step {} of {}", todo + 1, STEPS.len());
    let shown = area.show(ui.ctx(), |ui| {
        let text = RichText::new(words).font(semibold(theme.sizes.small));
        let button = Button::new(text.color(theme.palette.own));
        let stroke = Stroke::new(1.0, theme.palette.own);
        ui.add(button.fill(theme.palette.raised).stroke(stroke))
            .on_hover_text("Goes on with the tutorial")
            .clicked()
    });
    shown.inner
}

/// The last word; says whether it was heard.
fn farewell_ui(ui: &Ui, theme: &Theme, room: Rect) -> bool {
    let area = Area::new(Id::new("tutorial end")).order(Layer::Middle);
    let area = area.pivot(Align2::CENTER_CENTER).fixed_pos(room.center());
    let shown = area.show(ui.ctx(), |ui| {
        frame(theme).show(ui, |ui| {
            ui.set_width((300.0 * theme.text_scale()).min(room.width() - 60.0));
            let title = RichText::new("That was your first incident");
            let title = title.font(semibold(theme.sizes.heading));
            ui.label(title.color(theme.palette.text));
            let text = "Its debrief follows in a minute: what it came to, where points went, and \
                        what was behind it. The same incident with another seed has another cause.";
            words(ui, theme.sizes.small, theme.palette.text, text);
            ui.add(Button::new("Done")).clicked()
        })
        .inner
    });
    shown.inner
}

//! The right side of the room: orders by mouse and by keyboard, messages, suspicions, findings; and what
//! lies over the screen.

use bevy_egui::egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use sev1::base::id::ComponentId;
use sev1::base::time::SimDuration;
use sev1::desktop::intent::Intent;
use sev1::desktop::panels::RightTab;
use sev1::desktop::state::Desktop;
use sev1::scenario::action::Action;
use sev1::scenario::order::{Audience, Look, Order, Scope};
use sev1::session::evidence::Piece;
use sev1::session::{Entry, Session};

use crate::drive::{game, incident, wait};

type Room = Harness<'static, Desktop>;

fn session(room: &Room) -> &Session {
    &room.state().game.as_ref().unwrap().session
}

fn last(room: &Room) -> &Entry {
    session(room).journal().last().unwrap()
}

fn part(room: &Room, name: &str) -> ComponentId {
    let components = session(room).scenario().world.components.enumerate();
    components
        .filter(|(_, it)| it.name == name)
        .map(|(id, _)| id)
        .next()
        .unwrap()
}

/// Selects a part and shows what can be changed in it.
fn mitigate(room: &mut Room, name: &str) -> ComponentId {
    let id = part(room, name);
    room.state_mut().apply(Intent::Select(Some(id)));
    room.run();
    room.get_by_label("Mitigate").click();
    room.run();
    id
}

fn press(room: &mut Room, key: Key) {
    room.key_press(key);
    room.run();
}

fn write(room: &mut Room, words: &str) {
    room.event(Event::Text(words.to_owned()));
    room.run();
}

fn click(room: &mut Room, label: &str) {
    room.get_by_label(label).click();
    room.run();
}

/// Scrolls to something and clicks it.
fn reach(room: &mut Room, label: &str) {
    room.get_by_label(label).scroll_to_me();
    room.run();
    click(room, label);
}

#[test]
fn an_order_is_chosen_explained_and_given_by_mouse() {
    let mut room = incident("checkout-5xx", 7);
    let checkout = mitigate(&mut room, "checkout");
    reach(&mut room, "Restart in waves a part at a time");
    click(&mut room, "What would this do?");
    assert!(
        room.query_by_label_contains("cannot be taken back")
            .is_some()
    );
    assert!(session(&room).journal().is_empty());
    click(&mut room, "Restart in waves ⏎");
    let restart = Action::Restart {
        component: checkout,
        staggered: true,
    };
    assert_eq!(last(&room).order, Order::Act(vec![restart]));
    wait(&mut room, 1);
    click(&mut room, "Stop restart checkout in waves");
    assert_eq!(last(&room).order, Order::Undo { order: 1 });
}

#[test]
fn the_list_is_moved_through_with_arrows_and_enter_gives_the_order() {
    let mut room = incident("checkout-5xx", 7);
    press(&mut room, Key::I);
    press(&mut room, Key::ArrowDown);
    press(&mut room, Key::Enter);
    assert_eq!(last(&room).order, Order::Look(Look::Reports));
    // Space stops the clock and never gives an order, wherever the keyboard is.
    press(&mut room, Key::Space);
    assert_eq!(session(&room).journal().len(), 1);
    assert!(room.state().game.as_ref().unwrap().pace.is_paused());
    room.key_press_modifiers(Modifiers::ALT, Key::Num1);
    room.run();
    press(&mut room, Key::Enter);
    assert_eq!(last(&room).order, Order::Look(Look::Changes));
}

#[test]
fn the_incident_is_declared_with_its_severity() {
    let mut room = incident("checkout-5xx", 7);
    press(&mut room, Key::D);
    assert_eq!(room.state().room.right, RightTab::Coordinate);
    click(&mut room, "SEV2");
    click(&mut room, "Declare SEV2 ⏎");
    assert_eq!(last(&room).order, Order::Declare { severity: 2 });
}

#[test]
fn a_role_goes_to_whoever_is_chosen() {
    let mut room = incident("checkout-5xx", 7);
    press(&mut room, Key::T);
    reach(&mut room, "Give the role of communications nobody has it");
    let first = session(&room).team().iter().nth(1).unwrap().1.name.clone();
    click(&mut room, &first);
    write(&mut room, "Grace");
    press(&mut room, Key::Enter);
    click(&mut room, "Give the role of communications ⏎");
    let Order::Assign { to, .. } = last(&room).order else {
        panic!("{:?}", last(&room).order);
    };
    assert!(session(&room).team().name(to).starts_with("Grace"));
}

#[test]
fn a_message_says_what_it_claims_and_keeps_its_audience() {
    let mut room = incident("checkout-5xx", 7);
    press(&mut room, Key::C);
    click(&mut room, "Executives");
    click(&mut room, "Few, Fewer than 1 customer in 20");
    click(&mut room, "Promises another message within 15 min");
    assert!(
        room.query_by_label_contains("Fewer than 1 customer in 20 is affected")
            .is_some()
    );
    click(&mut room, "Send to executives");
    let Order::Post(post) = &last(&room).order else {
        panic!("{:?}", last(&room).order);
    };
    assert_eq!((post.to, post.scope), (Audience::Executives, Scope::Few));
    assert_eq!(post.next, Some(SimDuration::from_secs(900)));
    assert!(room.query_by_label_contains("claims nothing").is_some());
    assert!(room.query_by_label("Send to executives").is_some());
    // The same news is ready for the next ones who have to be told.
    room.get_by_label_contains("Status page").click();
    room.run();
    click(&mut room, "Send to status page");
    let Order::Post(post) = &last(&room).order else {
        panic!("{:?}", last(&room).order);
    };
    assert_eq!((post.to, post.scope), (Audience::Status, Scope::Few));
}

#[test]
fn a_suspicion_is_written_down_and_ruled_out() {
    let mut room = incident("db-connection-leak", 7);
    let first = session(&room).scenario().world.components.iter().next();
    let name = first.unwrap().name.clone();
    let id = part(&room, &name);
    room.state_mut().apply(Intent::Select(Some(id)));
    room.run();
    click(&mut room, "Add");
    click(&mut room, "what is wrong there");
    write(&mut room, "bad release");
    press(&mut room, Key::Enter);
    click(&mut room, "Suspect it");
    let hypothesis = session(&room).hypotheses()[0];
    assert_eq!((hypothesis.suspect.on, hypothesis.confidence), (id, 0.5));
    click(&mut room, &format!("Rule out {name}: a bad release"));
    assert_eq!(session(&room).hypotheses()[1].confidence, 0.0);
    assert!(room.query_by_label_contains("ruled out").is_some());
}

#[test]
fn findings_come_in_pieces_that_can_be_drawn() {
    let mut room = incident("checkout-5xx", 7);
    wait(&mut room, 240);
    let id = part(&room, "checkout");
    for look in [Look::Logs(id), Look::Traces(id), Look::Changes] {
        let order = Order::Look(look);
        room.state_mut().apply(Intent::Order { order, by: None });
        wait(&mut room, 120);
    }
    let all = session(&room).evidence();
    let has = |index: usize, is: fn(&Piece) -> bool| all[index].pieces.iter().any(is);
    assert!(has(0, |it| matches!(it, Piece::Log { .. })));
    assert!(has(
        1,
        |it| matches!(it, Piece::Trace(trace) if trace.spans.len() > 1)
    ));
    let span = all[1].pieces.iter().find_map(|it| match it {
        Piece::Trace(trace) => trace.spans.get(1).cloned(),
        _ => None,
    });
    let span = span.unwrap();
    assert!(
        all[1]
            .lines
            .iter()
            .any(|line| line.trim_start() == span.words)
    );
    click(&mut room, "Traces · checkout");
    room.get_all_by_label(&span.words).next().unwrap().click();
    room.run();
    assert_eq!(room.state().game.as_ref().unwrap().selected, span.component);
}

#[test]
fn the_palette_finds_commands_and_escape_shuts_it_first() {
    let mut room = incident("checkout-5xx", 7);
    let id = mitigate(&mut room, "checkout");
    let palette = |room: &mut Room| {
        room.key_press_modifiers(Modifiers::COMMAND, Key::K);
        room.run();
    };
    palette(&mut room);
    write(&mut room, "coordinate team");
    press(&mut room, Key::Enter);
    assert!(room.state().overlays.palette.is_none());
    assert_eq!(room.state().room.right, RightTab::Coordinate);
    palette(&mut room);
    press(&mut room, Key::Escape);
    assert!(room.state().overlays.palette.is_none());
    assert_eq!(room.state().game.as_ref().unwrap().selected, Some(id));
    palette(&mut room);
    write(&mut room, "restart waves");
    press(&mut room, Key::Enter);
    assert!(room.query_by_label("Restart in waves ⏎").is_some());
}

#[test]
fn the_glossary_opens_anywhere_and_is_searched() {
    let mut title = game(1280.0, 720.0);
    press(&mut title, Key::F1);
    write(&mut title, "dlq");
    assert!(title.query_by_label("dead-letter queue").is_some());
    assert!(title.query_by_label("canary").is_none());
    press(&mut title, Key::Escape);
    assert!(title.state().overlays.glossary.is_none());
}

#[test]
fn everything_has_its_place_in_a_small_window_with_big_text() {
    let mut room = game(1280.0, 720.0);
    let desktop = room.state_mut();
    let mut settings = desktop.settings.clone();
    settings.text_percent = 150;
    desktop.apply(Intent::Settings(Box::new(settings)));
    desktop.apply(Intent::Brief("spapi-auth".to_owned()));
    desktop.apply(Intent::Start {
        seed: Some(3),
        exam: false,
    });
    room.run();
    for tab in [
        RightTab::Mitigate,
        RightTab::Coordinate,
        RightTab::Communicate,
    ] {
        room.state_mut().room.show(tab);
        room.run();
        assert_eq!(room.state().room.right, tab);
        assert!(room.query_all_by_label(tab.name()).next().is_some());
    }
}

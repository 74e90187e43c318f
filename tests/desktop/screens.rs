//! Screens.

use sev1::desktop::screen::Screen;

use crate::drive::{game, incident, wait};

#[test]
fn a_game_begins_at_its_title_and_runs() {
    assert_eq!(game(1280.0, 720.0).state().screen, Screen::Title);
    let mut harness = incident("checkout-5xx", 7);
    wait(&mut harness, 5);
    let game = harness.state().game.as_ref().unwrap();
    assert_eq!(game.session.now().as_micros(), 5_000_000);
}

//! A game in an egui without a window.

use egui_kittest::Harness;
use sev1::desktop::intent::Intent;
use sev1::desktop::state::Desktop;
use sev1::desktop::theme::install_fonts;

/// The game at its title, with no folder of its own, in a window of this size.
pub(crate) fn game(width: f32, height: f32) -> Harness<'static, Desktop> {
    let mut has_fonts = false;
    let builder = Harness::builder().with_size([width, height]);
    builder.build_ui_state(
        move |ui, desktop: &mut Desktop| {
            if !std::mem::replace(&mut has_fonts, true) {
                install_fonts(ui.ctx());
                return;
            }
            desktop.ui(ui);
        },
        Desktop::new(None, 7),
    )
}

/// The same in a running incident.
pub(crate) fn incident(scenario: &str, seed: u64) -> Harness<'static, Desktop> {
    let mut harness = game(1920.0, 1080.0);
    let desktop = harness.state_mut();
    desktop.apply(Intent::Brief(scenario.to_owned()));
    desktop.apply(Intent::Start {
        seed: Some(seed),
        exam: false,
    });
    harness.run();
    harness
}

/// Lets so many simulated seconds pass.
pub(crate) fn wait(harness: &mut Harness<'static, Desktop>, seconds: u32) {
    for _ in 0..seconds * 4 {
        harness.state_mut().frame(0.25);
    }
    harness.run();
}

//! A game in an egui without a window.

use std::path::PathBuf;

use egui_kittest::Harness;
use sev1::desktop::intent::Intent;
use sev1::desktop::state::Desktop;
use sev1::desktop::store::Store;
use sev1::desktop::theme::install_fonts;

/// A folder that is gone again after the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sev1-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn store(&self) -> Store {
        Store::at(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The game at its title, with no folder of its own, in a window of this size.
pub(crate) fn game(width: f32, height: f32) -> Harness<'static, Desktop> {
    shown(Desktop::new(None, 7), width, height)
}

/// A game in a window of this size.
pub(crate) fn shown(desktop: Desktop, width: f32, height: f32) -> Harness<'static, Desktop> {
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
        desktop,
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

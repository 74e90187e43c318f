//! Bevy and winit panic where the display cannot be reached or nothing can draw. Until the first frame
//! that is a sentence for the player; afterwards it is a mistake of ours, and is shown as one.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bevy::prelude::Resource;

/// Longest reason that is passed on.
const LONGEST: usize = 160;

/// What is known to go wrong on players' machines, and what it means.
const KNOWN: &[(&str, &str)] = &[
    ("XOpenDisplayFailed", "the X server cannot be reached"),
    ("WaylandError", "the Wayland compositor cannot be reached"),
    (
        "Unable to find a GPU",
        "no graphics driver; on Linux, mesa-vulkan-drivers can draw on any machine",
    ),
];

/// Whether the window has been drawn once.
#[derive(Resource, Clone, Default)]
pub(super) struct Opening(Arc<AtomicBool>);

impl Opening {
    /// The first frame is drawn.
    pub(super) fn is_done(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Runs the program, and says why there is no window if it panics before the first frame.
    pub(super) fn run<T>(self, program: impl FnOnce(Self) -> T) -> Result<T, String> {
        let reason = Arc::new(Mutex::new(None));
        let usual = Arc::new(panic::take_hook());
        {
            let (opening, reason, usual) = (self.clone(), Arc::clone(&reason), Arc::clone(&usual));
            panic::set_hook(Box::new(move |panic| {
                if opening.0.load(Ordering::Relaxed) {
                    usual(panic);
                } else {
                    let mut first = reason.lock().unwrap_or_else(PoisonError::into_inner);
                    first.get_or_insert_with(|| in_a_line(panic));
                }
            }));
        }
        let ended = panic::catch_unwind(AssertUnwindSafe(|| program(self.clone())));
        panic::set_hook(Box::new(move |panic| usual(panic)));
        ended.map_err(|_| {
            if self.0.load(Ordering::Relaxed) {
                return "the game broke off; what was played is kept, and the title offers it"
                    .to_owned();
            }
            let mut reason = reason.lock().unwrap_or_else(PoisonError::into_inner);
            match reason.take() {
                Some(reason) => format!("the window could not be opened ({reason})"),
                None => "the window could not be opened".to_owned(),
            }
        })
    }
}

/// What a panic says, without the places in code that only help its authors.
fn in_a_line(panic: &PanicHookInfo<'_>) -> String {
    let text = panic.payload_as_str().unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    for (sign, meaning) in KNOWN {
        if line.contains(sign) {
            return (*meaning).to_owned();
        }
    }
    line.chars().take(LONGEST).collect()
}

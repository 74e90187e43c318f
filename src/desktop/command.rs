//! Every command that has a name: label, explanation and shortcut in one list, from which the palette,
//! the menus and the keyboard are made.

use bevy_egui::egui::{Context, Id, Key, KeyboardShortcut, Modifiers, Popup};

/// A command without parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each has its label and explanation in the list below"
)]
pub enum UiCommand {
    Palette,
    TogglePause,
    Speed1,
    Speed5,
    Speed20,
    Speed60,
    Acknowledge,
    OpenChannel,
    Declare,
    DeclareMitigated,
    Close,
    Investigate,
    Mitigate,
    Coordinate,
    Communicate,
    Hypotheses,
    Evidence,
    NextPart,
    PreviousPart,
    Deselect,
    UndoLast,
    FitMap,
    GlossaryHelp,
    Tutorial,
    Settings,
    SaveReplay,
    Screenshot,
    BiggerText,
    SmallerText,
    FullScreen,
    GiveUp,
    LeaveToTitle,
    Quit,
}

/// One row of the list.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Which.
    pub command: UiCommand,
    /// Its name.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub explains: &'static str,
    /// Its key.
    pub shortcut: Option<KeyboardShortcut>,
    /// Only makes sense in a running incident.
    pub in_room: bool,
}

const fn plain(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::NONE, key))
}

const fn command(key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(Modifiers::COMMAND, key))
}

const fn room(
    command: UiCommand,
    shortcut: Option<KeyboardShortcut>,
    label: &'static str,
    explains: &'static str,
) -> Entry {
    Entry {
        command,
        label,
        explains,
        shortcut,
        in_room: true,
    }
}

const fn anywhere(
    command: UiCommand,
    shortcut: Option<KeyboardShortcut>,
    label: &'static str,
    explains: &'static str,
) -> Entry {
    Entry {
        in_room: false,
        ..room(command, shortcut, label, explains)
    }
}

use UiCommand as U;

/// All commands, in the order of the palette.
pub const COMMANDS: &[Entry] = &[
    room(
        U::TogglePause,
        plain(Key::Space),
        "Pause or go on",
        "Stops the clock; orders can be given while it stands",
    ),
    room(
        U::Speed1,
        plain(Key::Num1),
        "Real time",
        "One second a second",
    ),
    room(
        U::Speed5,
        plain(Key::Num2),
        "5 times as fast",
        "Five seconds a second",
    ),
    room(
        U::Speed20,
        plain(Key::Num3),
        "20 times as fast",
        "A minute in three seconds",
    ),
    room(
        U::Speed60,
        plain(Key::Num4),
        "60 times as fast",
        "A minute a second",
    ),
    room(
        U::Acknowledge,
        plain(Key::A),
        "Acknowledge the page",
        "Says that you are on it; it stops paging others",
    ),
    room(
        U::OpenChannel,
        plain(Key::O),
        "Open an incident channel",
        "Everybody reads along, so findings need no retelling",
    ),
    room(
        U::Declare,
        plain(Key::D),
        "Declare the incident",
        "Opens the form for the severity",
    ),
    room(
        U::DeclareMitigated,
        None,
        "Declare mitigated",
        "Says that customers are no longer harmed",
    ),
    room(
        U::Close,
        None,
        "Close the incident",
        "It opens again if it is not over",
    ),
    room(
        U::Investigate,
        plain(Key::I),
        "Investigate",
        "What can be found out about the selected part",
    ),
    room(
        U::Mitigate,
        plain(Key::M),
        "Mitigate",
        "What can be changed in the selected part",
    ),
    room(
        U::Coordinate,
        plain(Key::T),
        "Coordinate the team",
        "Page, ask, assign, declare, close",
    ),
    room(
        U::Communicate,
        plain(Key::C),
        "Communicate",
        "Write to customers, executives, support or a vendor",
    ),
    room(
        U::Hypotheses,
        plain(Key::H),
        "Hypotheses",
        "Write down what you suspect, and how sure you are",
    ),
    room(
        U::Evidence,
        plain(Key::E),
        "Evidence",
        "What has been found so far",
    ),
    room(
        U::NextPart,
        plain(Key::CloseBracket),
        "Select the next part",
        "Along the map, from the customers on",
    ),
    room(
        U::PreviousPart,
        plain(Key::OpenBracket),
        "Select the part before",
        "Along the map, towards the customers",
    ),
    room(
        U::Deselect,
        plain(Key::Escape),
        "Step back",
        "Shuts what lies on top, or else selects nothing: the console shows the whole incident",
    ),
    room(
        U::UndoLast,
        command(Key::Z),
        "Take back the last change",
        "Stops it, or puts back what it changed, where that is possible",
    ),
    room(
        U::FitMap,
        plain(Key::F),
        "Show the whole map",
        "Ends zooming and panning",
    ),
    room(
        U::SaveReplay,
        command(Key::S),
        "Save the run so far",
        "Writes a replay that can be watched, continued and scored",
    ),
    room(
        U::GiveUp,
        None,
        "Stop here and debrief",
        "Ends the incident as it stands and shows what it came to",
    ),
    room(
        U::LeaveToTitle,
        None,
        "Leave to the title",
        "Keeps the run, so that you can go on later",
    ),
    anywhere(
        U::Palette,
        command(Key::K),
        "Command palette",
        "Every command by its name",
    ),
    anywhere(
        U::GlossaryHelp,
        plain(Key::F1),
        "What do the words mean?",
        "Explains the terms of the trade",
    ),
    anywhere(
        U::Tutorial,
        None,
        "Tutorial",
        "A gentle incident, step by step",
    ),
    anywhere(
        U::Settings,
        command(Key::Comma),
        "Settings",
        "Text size, colours, motion, alarms",
    ),
    anywhere(
        U::BiggerText,
        command(Key::Plus),
        "Bigger text",
        "Up to 150 %",
    ),
    anywhere(
        U::SmallerText,
        command(Key::Minus),
        "Smaller text",
        "Down to 85 %",
    ),
    anywhere(U::FullScreen, plain(Key::F11), "Full screen", "And back"),
    anywhere(
        U::Screenshot,
        plain(Key::F12),
        "Take a picture",
        "Writes a picture of the window beside your runs",
    ),
    anywhere(
        U::Quit,
        command(Key::Q),
        "Quit",
        "An unfinished run is kept",
    ),
];

impl UiCommand {
    /// Its row in the list.
    pub fn entry(self) -> &'static Entry {
        let found = COMMANDS.iter().find(|entry| entry.command == self);
        found.unwrap_or(&COMMANDS[0])
    }
}

impl Entry {
    /// Its key in words, such as `Ctrl+K`.
    pub fn keys(&self, context: &Context) -> String {
        self.shortcut
            .map_or_else(String::new, |it| context.format_shortcut(&it))
    }
}

/// The commands whose keys were pressed. While somebody writes, only keys with a modifier and those
/// without a letter count.
pub fn pressed(context: &Context, in_room: bool) -> Vec<UiCommand> {
    // egui takes the focus from a field when Escape is pressed, before anybody here sees it.
    let has_focus = context.memory(|memory| memory.focused().is_some());
    let had_focus = Id::new("something had the keyboard");
    let left = context.data_mut(|data| {
        let before = data.get_temp::<bool>(had_focus).unwrap_or_default();
        data.insert_temp(had_focus, has_focus);
        before && !has_focus
    });
    let writing = context.text_edit_focused();
    let mut found = Vec::new();
    for entry in COMMANDS.iter().filter(|entry| in_room || !entry.in_room) {
        let Some(shortcut) = entry.shortcut else {
            continue;
        };
        let writes = shortcut.modifiers.is_none() && !is_function_key(shortcut.logical_key);
        if writes && writing {
            continue;
        }
        // egui lets a plain key match with Alt held, too; Alt and a digit choose an offer.
        if shortcut.modifiers.is_none() && context.input(|input| input.modifiers.alt) {
            continue;
        }
        // A list that has dropped down is shut first, and so is whatever was written in.
        let is_escape = shortcut.logical_key == Key::Escape;
        if is_escape && Popup::is_any_open(context) {
            continue;
        }
        if context.input_mut(|input| input.consume_shortcut(&shortcut)) && !(is_escape && left) {
            found.push(entry.command);
        }
    }
    found
}

const fn is_function_key(key: Key) -> bool {
    matches!(key, Key::F1 | Key::F11 | Key::F12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_means_one_thing_and_every_command_is_explained() {
        for (place, entry) in COMMANDS.iter().enumerate() {
            assert!(!entry.label.is_empty() && !entry.explains.is_empty());
            let others = &COMMANDS[place + 1..];
            assert!(others.iter().all(|it| it.command != entry.command));
            if let Some(shortcut) = entry.shortcut {
                let same = others.iter().find(|it| it.shortcut == Some(shortcut));
                assert!(same.is_none(), "{}", entry.label);
            }
        }
    }
}

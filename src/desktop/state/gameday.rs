//! A game day behind the window: opening a room, leading it, ending it.

use std::path::Path;

use super::Desktop;
use crate::desktop::hosting::{Heard, Hosting, Wish};
use crate::desktop::screen::Screen;
use crate::desktop::screens::GameDayUi;
use crate::desktop::store::Store;
use crate::files::open_whole;
use crate::gameday::store::{fresh_folder, rooms};
use crate::gameday::{Left, Table};

/// The port that is tried first, the same as that of `sev1 host`; then any free one.
const PORT: u16 = 8711;

impl Desktop {
    /// The screen of game days.
    pub(super) fn go_to_game_day(&mut self) {
        self.leave();
        let folder = self.store.as_ref().map(Store::game_days);
        self.gameday = GameDayUi::with(folder.map(|it| rooms(&it)).unwrap_or_default());
        self.screen = Screen::GameDay;
    }

    /// Does what the facilitator asked for.
    pub(super) fn lead(&mut self, wish: Wish) {
        let done = match wish {
            Wish::Open {
                scenario,
                seed,
                teams,
                lan,
            } => self.open_room(&scenario, seed, teams, lan),
            Wish::GoOn { folder, lan } => self.go_on_with_room(&folder, lan),
            Wish::Lead(lead) => match &mut self.hosting {
                Some(hosting) => hosting.ask(lead),
                None => Ok(()),
            },
            Wish::End => {
                let ended = self.hosting.take().map_or(Ok(()), |it| it.host.end());
                self.go_to_game_day();
                ended
            }
        };
        if let Err(why) = done {
            self.say_bad(why);
        }
    }

    fn open_room(
        &mut self,
        scenario: &str,
        seed: u64,
        teams: Vec<String>,
        lan: bool,
    ) -> Result<(), String> {
        let mut findings = Vec::new();
        let opened = open_whole(scenario, &mut findings).map_err(|it| it.to_string())?;
        let opened = opened.ok_or_else(|| String::from_utf8_lossy(&findings).into_owned())?;
        let store = self
            .store
            .as_ref()
            .ok_or("There is no folder to keep it in")?;
        let folder = fresh_folder(&store.game_days(), &opened.scenario.id);
        let heard = Heard::default();
        let table = Table::open(opened, seed, teams, folder, heard.ear())?;
        self.host(table, lan, heard)
    }

    fn go_on_with_room(&mut self, folder: &Path, lan: bool) -> Result<(), String> {
        let left = Left::read(folder)?;
        let mut findings = Vec::new();
        let opened = open_whole(&left.named, &mut findings).map_err(|it| it.to_string())?;
        let opened = opened.ok_or_else(|| String::from_utf8_lossy(&findings).into_owned())?;
        let heard = Heard::default();
        let table = left.go_on(opened, heard.ear())?;
        self.host(table, lan, heard)
    }

    fn host(&mut self, table: Table, lan: bool, heard: Heard) -> Result<(), String> {
        let is_free = std::net::TcpListener::bind(("0.0.0.0", PORT)).is_ok();
        let host = table.serve(lan, if is_free { PORT } else { 0 })?;
        self.hosting = Some(Hosting::of(host, heard)?);
        Ok(())
    }

    /// Reads what is new in the room; says what was refused, and where the host has ended.
    pub(super) fn watch_the_room(&mut self) {
        let Some(hosting) = &mut self.hosting else {
            return;
        };
        let refused = hosting.poll();
        let is_running = hosting.host.is_running();
        for why in refused {
            self.say_bad(format!("Not done: {why}"));
        }
        if !is_running {
            self.lead(Wish::End);
        }
    }
}

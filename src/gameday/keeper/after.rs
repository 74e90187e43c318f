//! What a keeper has played beside the room: what teams are compared with, and the judgement once all is
//! over.

use std::sync::Arc;
use std::thread;

use serde_json::json;

use crate::gameday::comparison;
use crate::gameday::joint;
use crate::gameday::judge::{Judge, Word};
use crate::gameday::keeper::{Keeper, Request, Screen};
use crate::gameday::pack::{self, Judged};
use crate::view::Debrief;

impl Keeper {
    /// Plays what the next team without a comparison is compared with, on a thread of its own.
    pub(super) fn compare(&mut self) {
        if self.is_comparing {
            return;
        }
        let Some(team) = self.comparisons.missing(&self.room) else {
            return;
        };
        let (team, door) = (team.clone(), self.door());
        let work = move || {
            let scenario = team.session.scenario();
            let played = Arc::new(comparison::play(scenario, &team));
            // The host may have ended.
            drop(door.send(Request::Compared(scenario.added.clone(), played)));
        };
        // Without it the facilitator sees no reference and nobody a standing; nothing else needs it.
        let spawned = thread::Builder::new()
            .name("reference".to_owned())
            .spawn(work);
        self.is_comparing = spawned.is_ok();
    }

    /// Has the incidents judged once all are over, and the evidence written.
    pub(super) fn judge(&mut self) {
        if self.judge.is_some() || !self.room.has_begun || !self.room.is_over() {
            return;
        }
        let judge = Judge {
            room: self.room.clone(),
            opened: self.opened.clone(),
            folder: self.pack.clone(),
            comparisons: self.comparisons.clone(),
            door: self.door(),
            stop: Arc::clone(&self.stop),
            ear: Arc::clone(&self.ear),
        };
        let spawned = thread::Builder::new()
            .name("judge".to_owned())
            .spawn(move || judge.work());
        self.judge = spawned.ok();
    }

    pub(super) fn show_judged(&mut self, judged: Vec<(usize, Judged)>) {
        for (index, it) in judged {
            if let Some(screen) = self.teams.get_mut(index) {
                screen.frame.put("debrief", &it.debrief);
            }
            if let Some(known) = self.debriefs.get_mut(index) {
                *known = Some(it.debrief);
            }
        }
        let all: Vec<&Debrief> = self.debriefs.iter().flatten().collect();
        if all.len() < self.teams.len() {
            return;
        }
        let joint = joint::joint(&self.room, &all);
        self.lead.frame.put("debriefs", &all);
        let is_done = all.iter().all(|it| it.worth.is_some());
        for screen in self.screens() {
            if is_done {
                screen.frame.put("looking", &serde_json::Value::Null);
            }
            screen.frame.put("joint", &joint);
            screen.show();
        }
    }

    /// Everybody sees how far the judge is.
    pub(super) fn show_looking(&mut self, word: &Word) {
        let Word::Analysing {
            team,
            number,
            of,
            progress,
        } = word
        else {
            return;
        };
        let looking = json!({
            "team": team, "number": number, "of": of,
            "done": progress.done, "all": progress.all, "stage": progress.stage.words(),
        });
        for screen in self.screens() {
            screen.frame.put("looking", &looking);
        }
    }

    fn screens(&mut self) -> impl Iterator<Item = &mut Screen> {
        let others = [&mut self.lead, &mut self.wall];
        self.teams.iter_mut().chain(others)
    }

    /// Writes what the team of a seat takes on, where there is evidence already.
    pub(super) fn write_follow_ups(&self, seat: usize) {
        let team = self.room.seats.get(seat).map(|seat| seat.team);
        let is_written = self.debriefs.iter().any(Option::is_some);
        if let (Some(folder), Some(team)) = (&self.pack, team.filter(|_| is_written)) {
            let written = pack::write_follow_ups(folder, &self.room, team);
            if let Err(why) = written {
                (self.ear)(Word::Failed(why.to_string()));
            }
        }
    }
}

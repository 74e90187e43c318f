//! What is kept of a run that is debriefed: a copy, reports, branches of it.

use std::path::Path;

use super::Desktop;
use crate::debrief::analysis::Stage;
use crate::desktop::branching::Branching;
use crate::desktop::store::Store;
use crate::report::{Form, Kind, Source, written};

impl Desktop {
    /// Writes a copy of the run that is debriefed.
    pub(super) fn save_copy(&mut self, to: &Path) {
        let copied = self
            .debrief
            .kept
            .as_ref()
            .map(|from| Store::copy_run(from, to));
        match copied {
            Some(Ok(())) => {
                self.debrief.copied = Some(to.to_owned());
                self.debrief.copy_to = None;
            }
            Some(Err(why)) => self.say_bad(format!("The copy could not be written: {why}")),
            None => self.say_bad("This run was not kept"),
        }
    }

    /// Writes a report of the run that is debriefed, with what is known of it by now.
    pub(super) fn write_report(&mut self, kind: Kind, form: Form) {
        let Some(verdict) = &self.verdict else { return };
        let Some(judged) = &verdict.judged else {
            return self.say_bad("The run is still being scored");
        };
        let Some(store) = &self.store else {
            return self.say_bad("There is no folder to save to");
        };
        // What came of follow-ups belongs to marks: none of it, or both.
        let inquiry = self.inquiry.as_ref();
        let source = Source {
            record: &verdict.record,
            baselines: &judged.baselines,
            score: &judged.score,
            analysis: inquiry.and_then(|it| it.with(Stage::FollowUps)),
            asides: &[],
        };
        let stem = match &self.debrief.kept {
            Some(run) => {
                let name = run.file_name().unwrap_or_default().to_string_lossy();
                name.trim_end_matches(".ron")
                    .trim_end_matches(".replay")
                    .to_owned()
            }
            None => format!("{}-{}", verdict.record.scenario.id, verdict.record.seed),
        };
        let stem = match (kind, form) {
            (_, Form::Json) | (Kind::Full, _) => stem,
            (Kind::Incident, _) => format!("{stem}-incident"),
            (Kind::Story, _) => format!("{stem}-story"),
            (Kind::Interviewer, _) => format!("{stem}-interviewer"),
        };
        match store.keep_report(&stem, form.ending(), &written(&source, kind, form)) {
            Ok(file) => {
                self.say(format!("Written to {}", file.display()));
                self.debrief.reported = Some(file);
            }
            Err(why) => self.say_bad(format!("The report could not be written: {why}")),
        }
    }

    /// The branches of the run that is debriefed.
    pub(super) fn branching(&mut self) -> Option<&mut Branching> {
        let verdict = self.verdict.as_ref()?;
        let baselines = verdict.judged.as_ref().map(|it| &it.baselines);
        let start = || Branching::of(&verdict.record, baselines);
        Some(self.branching.get_or_insert_with(start))
    }

    /// Writes the branch that is shown as a replay beside the runs: it is none of the player's own.
    pub(super) fn keep_branch(&mut self) {
        let branching = self.branching.as_ref();
        let Some(branch) = branching.and_then(|it| it.branch.as_ref()) else {
            return;
        };
        let (Some(game), Some(store)) = (&self.game, &self.store) else {
            return self.say_bad("There is no folder to save to");
        };
        match store.keep_branch(&branch.session, &game.opened) {
            Ok(file) => {
                self.say(format!("Saved as {}", file.display()));
                self.debrief.branched = Some(file);
            }
            Err(why) => self.say_bad(format!("The branch could not be kept: {why}")),
        }
    }
}

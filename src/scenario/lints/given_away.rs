//! A text that can be read before the end and names the cause: an author's own spoiler, or six words in
//! a row that also stand in the cause. What looks find is simulated, so `prove` holds that to the same.

use super::Subject;
use crate::diag::{Code, Diagnostic, Findings, Span};
use crate::scenario::model;
use crate::scenario::raw;

/// So many words in a row that also stand in the cause are no chance.
const RUN_OF_WORDS: usize = 6;

/// The words of a text, to be held against others.
fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// All words of a text that give a variant's cause away: its spoilers, and a run of words of its cause.
pub fn given_away(variant: &model::Variant, text: &str) -> Vec<String> {
    let folded = text.to_lowercase();
    let spoilers = variant.truth.spoilers.iter();
    let mut found: Vec<String> = spoilers
        .filter(|it| !it.trim().is_empty() && folded.contains(&it.to_lowercase()))
        .cloned()
        .collect();
    let (cause, text) = (words_of(&variant.cause), words_of(text));
    let mut runs = cause.windows(RUN_OF_WORDS);
    let same = runs.find(|run| text.windows(RUN_OF_WORDS).any(|other| other == *run));
    found.extend(same.map(|run| run.join(" ")));
    found
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let shared = shared_texts(subject);
    let mut told = Vec::new();
    for cause in subject.causes() {
        let own = cause.written.map(|it| it.chat.iter()).into_iter().flatten();
        let own = own.map(|line| (line.text.span, line.text.0.as_str(), "this line", None));
        for (span, text, what, only_in) in shared.iter().copied().chain(own) {
            if only_in.is_some_and(|id: &str| id != cause.model.id) {
                continue;
            }
            for words in given_away(cause.model, text) {
                // A text that all causes share is named once.
                if told.contains(&(span, words.clone())) {
                    continue;
                }
                let message = format!("{what} gives the cause away: \"{words}\"");
                let help = "say what can be seen, not what it means; or narrow `spoilers`";
                findings.push(
                    Diagnostic::warning(Code::GivenAway, span, message).help(help.to_owned()),
                );
                told.push((span, words));
            }
        }
    }
}

/// Place, text, what it is, and the one variant it belongs to.
type Reachable<'a> = (Span, &'a str, &'static str, Option<&'a str>);

/// All texts that a player can reach, whatever the cause.
fn shared_texts<'a>(subject: &Subject<'a>) -> Vec<Reachable<'a>> {
    let all = &subject.scenario.value;
    let mut texts: Vec<Reachable<'a>> = Vec::new();
    let title = all.title.as_ref();
    texts.extend(title.map(|it| (it.span, it.value.as_str(), "the title", None)));
    texts.push((all.drill.span, &all.drill.0, "the drill", None));
    texts.push((all.briefing.span, &all.briefing.0, "the briefing", None));
    let chat = all.chat.iter();
    texts.extend(chat.map(|it| (it.text.span, it.text.0.as_str(), "this line", None)));
    let signals = subject.worlds.iter().map(|it| it.signals.as_ref());
    for signals in signals.chain([all.signals.as_ref()]).flatten() {
        let alarms = signals.alarms.iter();
        texts.extend(alarms.map(|it| {
            (
                it.name.span,
                it.name.as_str(),
                "the name of this alarm",
                None,
            )
        }));
        let logs = signals.logs.iter();
        texts.extend(logs.map(|it| {
            let only_in = it.variant.as_ref().map(|id| id.value.as_str());
            (it.text.span, it.text.0.as_str(), "this log line", only_in)
        }));
    }
    let worlds = subject.worlds.iter();
    let systems = worlds.map(|it| (&it.components, &it.jobs, &it.flags));
    for (components, jobs, flags) in systems.chain([(&all.components, &all.jobs, &all.flags)]) {
        for (name, component) in components {
            texts.push((name.span, name, "the name of this component", None));
            if let raw::Component::Service(service) = component {
                for (version, it) in &service.versions {
                    texts.push((version.span, version, "the name of this release", None));
                    let diff = it.diff.iter();
                    texts.extend(diff.map(|line| {
                        (
                            version.span,
                            line.as_str(),
                            "the diff of this release",
                            None,
                        )
                    }));
                }
            }
        }
        let jobs = jobs.iter().map(|(name, _)| (name, "the name of this job"));
        let flags = flags
            .iter()
            .map(|(name, _)| (name, "the name of this flag"));
        texts.extend(
            jobs.chain(flags)
                .map(|(name, what)| (name.span, name.as_str(), what, None)),
        );
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found_after, only_after};
    use crate::diag::Code;

    #[test]
    fn spoilers_and_long_runs_of_words_are_found_wherever_a_player_reads() {
        for (old, new, what) in [
            (
                r#""A shop""#,
                r#""Every eleventh order""#,
                "the title gives",
            ),
            (
                "Nothing is wrong yet.",
                "Soon EVERY eleventh fails.",
                "the briefing gives",
            ),
            (
                "Look at that.",
                "I think every eleventh is gone.",
                "this line gives",
            ),
            (
                "+ quick\"])",
                "+ every eleventh\"])",
                "the diff of this release gives",
            ),
            (
                "\"quick\": (",
                "\"every eleventh\": (",
                "the name of this flag gives",
            ),
        ] {
            let found = found_after(&[(old, new)]);
            let message = found.iter().find(|it| it.0 == Code::GivenAway);
            let message = &message.unwrap_or_else(|| panic!("{new}: {found:?}")).1;
            assert!(message.starts_with(what), "{message}");
            assert!(message.ends_with("\"every eleventh\""), "{message}");
        }
        let words = (
            "Look at that.",
            "11th order, and nobody counts them. The release forgets every",
        );
        assert_eq!(found_after(&[words]), [], "five words are a chance");
        let words = (
            "Look at that.",
            "Funny: order and nobody counts them... The release forgets",
        );
        assert_eq!(found_after(&[words]), []);
        let words = (
            "Look at that.",
            "So eleventh order, and nobody counts them?",
        );
        let message = only_after(&[words], Code::GivenAway);
        assert_eq!(
            message,
            "this line gives the cause away: \"eleventh order and nobody counts them\""
        );
    }
}

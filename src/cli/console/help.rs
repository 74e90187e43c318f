//! The help of the console: topics, commands, and what mechanisms and claims there are.

use super::names::{begins_with, short};
use super::parse::about;
use super::views::Reply;
use super::words::{TOPICS, WORDS};
use crate::diag::did_you_mean;
use crate::scenario::order::Mechanism;

const CLAIMS: &str = "\
A message claims what you say it claims, and is judged by that:
  scope=nobody|few|some|most|all   how many customers are hit
  journeys=NAME,NAME               what they cannot do
  cause=COMPONENT:MECHANISM        the cause, if you name one
  certain                          and are sure of it
  data=safe|checking|lost          what becomes of data
  next=30m                         when they hear from you again
  eta=20m                          when it will work again
  resolved                         it is over
  lang=fr                          left out: the audience's own language
  \"in your own words\"              left out: written from the claims
For example: post status scope=some data=safe next=30m";

/// Help in general, of a topic, or of commands that begin so.
pub(super) fn help(topic: Option<&str>) -> Reply {
    let Some(topic) = topic.map(str::to_lowercase) else {
        return overview();
    };
    if topic == "all" {
        let lines = TOPICS
            .iter()
            .flat_map(|(name, about)| of_topic(name, about));
        return text(lines.collect());
    }
    if let Some((name, about)) = TOPICS.iter().find(|(name, _)| begins_with(name, &topic)) {
        return text(of_topic(name, about));
    }
    let words = about(&topic);
    if words.is_empty() {
        let names = WORDS.iter().map(|word| word.name);
        let names = names.chain(TOPICS.iter().map(|(name, _)| *name));
        let hint = did_you_mean(&topic, names).unwrap_or_else(|| "`help` lists topics".to_owned());
        return Reply::Error {
            message: format!("there is no help about `{}`; {hint}", short(&topic)),
            detail: None,
        };
    }
    let mut lines: Vec<String> = words
        .iter()
        .flat_map(|word| row(word.name, word.form, word.does))
        .collect();
    if words.iter().any(|word| word.name == "suspect") {
        lines.push("What can be wrong with a part of a system:".to_owned());
        let all = Mechanism::ALL.iter();
        lines.extend(all.map(|it| format!("  {:<17} {}", it.name(), it.words())));
    }
    if words.iter().any(|word| word.name == "post") {
        lines.extend(CLAIMS.lines().map(str::to_owned));
    }
    text(lines)
}

fn overview() -> Reply {
    let mut lines = vec![
        "Time passes only by `wait` and `next`. Names and commands may be shortened.".to_owned(),
        "Any order may end with `by NAME`.".to_owned(),
        String::new(),
    ];
    for (name, about) in TOPICS {
        let words = WORDS.iter().filter(|word| word.topic == *name);
        let words: Vec<&str> = words.map(|word| word.name).collect();
        lines.push(format!("help {name}: {about}"));
        lines.push(format!("  {}", words.join(", ")));
    }
    text(lines)
}

fn of_topic(name: &str, about: &str) -> Vec<String> {
    let words = WORDS.iter().filter(|word| word.topic == name);
    let rows = words.flat_map(|word| row(word.name, word.form, word.does));
    let mut lines = vec![format!("{name}: {about}")];
    lines.extend(rows);
    lines
}

/// A command in a line, or in two where its form is long.
fn row(name: &str, form: &str, does: &str) -> Vec<String> {
    let head = format!("  {name} {form}");
    let head = head.trim_end();
    if head.chars().count() <= 30 && does.chars().count() <= 48 {
        return vec![format!("{head:<31} {does}")];
    }
    vec![head.to_owned(), format!("      {does}")]
}

fn text(lines: Vec<String>) -> Reply {
    Reply::Text {
        title: String::new(),
        lines,
    }
}

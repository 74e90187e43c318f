//! A line that somebody typed, as a command.
//!
//! Reads words; names and values are checked against the scenario, and whatever is wrong is said in
//! one line. Changes nothing.

use super::names::{begins_with, component, person, pick, short};
use super::orders::{self, Words};
use super::words::{WORDS, Word};
use crate::base::id::{ComponentId, PersonId};
use crate::base::time::SimDuration;
use crate::cli::console::names::Sort;
use crate::diag::{Severity, human};
use crate::files::Opened;
use crate::scenario::order::Order;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Nothing,
    Help(Option<String>),
    Briefing,
    Status,
    Alarms,
    Metrics(Option<ComponentId>),
    Map,
    Team,
    Journal,
    News,
    Findings,
    Show(Option<usize>),
    Hypotheses,
    Score,
    Save(Option<String>),
    Stop,
    Quit,
    Wait(SimDuration),
    Next,
    Give(Vec<Order>, Option<PersonId>),
}

/// Why a line could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// One line.
    pub(super) line: String,
    /// Findings with their places, where the line was written in the scenario language.
    pub(super) detail: Option<String>,
}

impl From<String> for Trouble {
    fn from(line: String) -> Self {
        Self { line, detail: None }
    }
}

impl From<&str> for Trouble {
    fn from(line: &str) -> Self {
        line.to_owned().into()
    }
}

/// A word of a line, and whether it stood between quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// Reads a line.
pub(super) fn parse(line: &str, opened: &Opened) -> Result<Command, Trouble> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(Command::Nothing);
    }
    if let Some(action) = as_action(line) {
        return written(action, opened);
    }
    let mut tokens = tokens(line)?;
    let by = match tokens.as_slice() {
        [_, .., word, name] if word.text == "by" && !word.quoted => {
            Some(person(&opened.scenario, Some(&name.text))?)
        }
        _ => None,
    };
    if by.is_some() {
        tokens.truncate(tokens.len() - 2);
    }
    let Some((first, rest)) = tokens.split_first() else {
        return Ok(Command::Nothing);
    };
    let word = find(&first.text)?;
    let mut words = Words::new(opened, word, rest);
    let command = match simple(word, &first.text, &mut words)? {
        Some(command) => command,
        None => Command::Give(orders::orders(&mut words)?, by),
    };
    words.no_more()?;
    if by.is_some() && !matches!(command, Command::Give(..)) {
        return Err(format!("`{}` is done by nobody in particular", word.name).into());
    }
    Ok(command)
}

/// Commands that are no orders.
fn simple(word: &Word, typed: &str, words: &mut Words<'_>) -> Result<Option<Command>, Trouble> {
    let scenario = &words.opened.scenario;
    Ok(Some(match word.name {
        "help" => Command::Help(words.take().map(|token| token.text.clone())),
        "briefing" => Command::Briefing,
        "status" => Command::Status,
        "alarms" => Command::Alarms,
        "map" => Command::Map,
        "team" => Command::Team,
        "journal" => Command::Journal,
        "news" => Command::News,
        "findings" => Command::Findings,
        "hypotheses" => Command::Hypotheses,
        "score" => Command::Score,
        "stop" => Command::Stop,
        "quit" => Command::Quit,
        "next" => Command::Next,
        "metrics" => Command::Metrics(match words.take() {
            None => None,
            Some(name) => {
                let name = component(scenario, Some(&name.text), Sort::Any)?;
                let mut all = scenario.world.components.enumerate();
                all.find(|(_, it)| it.name == name).map(|(id, _)| id)
            }
        }),
        "show" => Command::Show(match words.take() {
            None => None,
            Some(number) => Some(whole(&number.text, "a finding")?),
        }),
        "save" => Command::Save(words.take().map(|token| token.text.clone())),
        "wait" => Command::Wait(match words.take() {
            None if typed.eq_ignore_ascii_case("w") => SimDuration::from_secs(60),
            None => return Err("for how long? `wait 2m`, or `w` for a minute".into()),
            Some(time) => duration(&time.text)?,
        }),
        _ => return Ok(None),
    }))
}

/// A number of something, from 1.
pub(super) fn whole(text: &str, what: &str) -> Result<usize, Trouble> {
    let number = text.parse::<usize>().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("`{}` is no number of {what}", short(text)).into())
}

/// The command that a word stands for: the whole word, or the beginning of one.
fn find(typed: &str) -> Result<&'static Word, Trouble> {
    const SHORT: &[(&str, &str)] = &[
        ("w", "wait"),
        ("n", "next"),
        ("s", "status"),
        ("q", "quit"),
        ("exit", "quit"),
        ("?", "help"),
        ("acknowledge", "ack"),
        ("report", "score"),
    ];
    let lower = typed.to_lowercase();
    let full = SHORT
        .iter()
        .find(|(short, _)| *short == lower)
        .map(|(_, full)| *full);
    let names: Vec<&str> = WORDS.iter().map(|word| word.name).collect();
    let name = match full {
        Some(name) => name,
        None => pick("command", Some(typed), &names, &names).map_err(|why| {
            // Eighty words are no help; the nearest one is.
            match why.split_once("; there are ") {
                Some((first, _)) => format!("{first}; `help` lists them"),
                None => why,
            }
        })?,
    };
    let found = WORDS.iter().find(|word| word.name == name);
    found.ok_or_else(|| format!("there is no command `{name}`").into())
}

/// The scenario language in a line: after `do`, or where it can be nothing else.
fn as_action(line: &str) -> Option<&str> {
    if let Some((word, rest)) = line.split_once(char::is_whitespace)
        && word.eq_ignore_ascii_case("do")
    {
        return Some(rest.trim());
    }
    let name: String = line
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let is_action = name.starts_with(|c: char| c.is_ascii_uppercase())
        && line[name.len()..].starts_with('(')
        || line.starts_with('[');
    is_action.then_some(line)
}

/// Orders in the scenario language, `by NAME` behind them.
fn written(text: &str, opened: &Opened) -> Result<Command, Trouble> {
    let closes = text.rfind([')', ']']).map_or(0, |at| at + 1);
    let (action, by) = match text[closes..].rfind("by ") {
        Some(at) => {
            let (action, by) = text.split_at(closes + at);
            (
                action,
                Some(person(&opened.scenario, Some(by["by ".len()..].trim()))?),
            )
        }
        None => (text, None),
    };
    let (orders, findings, sources) = opened.orders("line", action);
    match orders {
        Some(orders) => Ok(Command::Give(orders, by)),
        None => Err(Trouble {
            line: first_line(findings.iter()),
            detail: Some(human::render(&findings, &sources, false)),
        }),
    }
}

/// Orders in the scenario language that this program has written itself: only what is wrong with the
/// values is news.
pub(super) fn own(text: &str, opened: &Opened) -> Result<Vec<Order>, Trouble> {
    let (orders, findings, _) = opened.orders("line", text);
    orders.ok_or_else(|| first_line(findings.iter()).into())
}

fn first_line<'f>(findings: impl Iterator<Item = &'f crate::diag::Diagnostic>) -> String {
    let mut errors = findings.filter(|finding| finding.severity == Severity::Error);
    let Some(first) = errors.next() else {
        return "this cannot be read".to_owned();
    };
    match &first.help {
        Some(help) => format!("{}; {help}", first.message),
        None => first.message.clone(),
    }
}

/// Words of a line. Quotes hold one together; an arrow joins what stands on both sides of it.
pub(super) fn tokens(line: &str) -> Result<Vec<Token>, Trouble> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut letters = line.chars().peekable();
    while let Some(&first) = letters.peek() {
        if first.is_whitespace() {
            letters.next();
            continue;
        }
        let mut token = Token {
            text: String::new(),
            quoted: false,
        };
        let mut inside = false;
        while let Some(&c) = letters.peek() {
            if c.is_whitespace() && !inside {
                break;
            }
            letters.next();
            match c {
                '"' => {
                    token.quoted |= token.text.is_empty();
                    inside = !inside;
                }
                '\\' if inside => token.text.extend(letters.next()),
                c => token.text.push(c),
            }
        }
        if inside {
            return Err("a quote is never closed".into());
        }
        tokens.push(token);
    }
    let is_arrow = |text: &str| text == "->" || text == "→";
    let mut joined: Vec<Token> = Vec::new();
    for token in tokens {
        match joined.last_mut() {
            Some(last) if is_arrow(&token.text) || ends_with_arrow(&last.text) => {
                last.text.push_str(&token.text);
            }
            Some(last) if token.text.starts_with("->") || token.text.starts_with('→') => {
                last.text.push_str(&token.text);
            }
            _ => joined.push(token),
        }
    }
    Ok(joined)
}

fn ends_with_arrow(text: &str) -> bool {
    text.ends_with("->") || text.ends_with('→')
}

/// A time that passes: `90s`, `2m`, `1m30s`, at most a day.
fn duration(text: &str) -> Result<SimDuration, Trouble> {
    let wrong = || {
        Trouble::from(format!(
            "`{}` is no time; write `90s`, `2m` or `1m30s`",
            short(text)
        ))
    };
    let (mut secs, mut number) = (0_u64, String::new());
    for c in text.chars() {
        if c.is_ascii_digit() && number.len() < 6 {
            number.push(c);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(wrong()),
        };
        secs += number.parse::<u64>().map_err(|_| wrong())? * unit;
        number.clear();
    }
    if secs == 0 || !number.is_empty() {
        return Err(wrong());
    }
    if secs > 86_400 {
        return Err("an incident does not last for days".into());
    }
    Ok(SimDuration::from_secs(secs))
}

/// The commands of a topic, or the one that is named: for help.
pub(super) fn about(topic: &str) -> Vec<&'static Word> {
    let of_topic: Vec<&Word> = WORDS.iter().filter(|word| word.topic == topic).collect();
    if !of_topic.is_empty() {
        return of_topic;
    }
    WORDS
        .iter()
        .filter(|word| begins_with(word.name, topic))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        tokens(line)
            .unwrap()
            .into_iter()
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn quotes_and_arrows_hold_words_together() {
        assert_eq!(
            texts(r#" post status  text="a \"b\" c" "d e""#),
            ["post", "status", "text=a \"b\" c", "d e"]
        );
        for line in [
            "drain a->b",
            "drain a -> b",
            "drain a ->b",
            "drain a-> b",
            "drain a → b",
        ] {
            let texts = texts(line);
            assert_eq!(texts.len(), 2, "{line}: {texts:?}");
        }
        assert!(tokens("say \"never closed").is_err());
    }

    #[test]
    fn times_need_their_unit() {
        let secs = |text| duration(text).map(|time| time.as_micros() / 1_000_000).ok();
        assert_eq!(
            (secs("90s"), secs("2m"), secs("1m30s"), secs("1h")),
            (Some(90), Some(120), Some(90), Some(3600))
        );
        for wrong in [
            "", "2", "m", "-2m", "2m3", "0s", "1d", "9999999s", "40h", "٣m",
        ] {
            assert_eq!(secs(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_command_is_found_by_its_name_and_only_once() {
        for (at, word) in WORDS.iter().enumerate() {
            assert_eq!(find(word.name), Ok(word));
            assert!(
                WORDS[at + 1..].iter().all(|other| other.name != word.name),
                "{}",
                word.name
            );
            assert!(word.does.chars().count() <= 76, "{}", word.name);
        }
        assert_eq!(find("stat").map(|word| word.name), Ok("status"));
        assert_eq!(find("W").map(|word| word.name), Ok("wait"));
        let unknown = find("rolback").unwrap_err().line;
        assert_eq!(
            unknown,
            "there is no command `rolback`; did you mean `rollback`?"
        );
        assert_eq!(
            find("xyzzy").unwrap_err().line,
            "there is no command `xyzzy`; `help` lists them"
        );
        assert_eq!(find("re").unwrap_err().line.split(" could be ").count(), 2);
    }
}

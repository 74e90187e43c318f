//! Commands that give orders: written in the scenario language, then read by its own decoder, so that
//! ranges, kinds and suggestions are the same as in a plan.

use super::names::{Sort, begins_with, call, component, person, pick, short};
use super::parse::{Token, Trouble, own, whole};
use super::words::Word;
use crate::files::Opened;
use crate::scenario::order::{Audience, Mechanism, Order, Role};

/// The words after a command, taken one after another.
pub(super) struct Words<'w> {
    pub(super) opened: &'w Opened,
    pub(super) word: &'static Word,
    rest: std::slice::Iter<'w, Token>,
}

impl<'w> Words<'w> {
    pub(super) fn new(opened: &'w Opened, word: &'static Word, rest: &'w [Token]) -> Self {
        Self {
            opened,
            word,
            rest: rest.iter(),
        }
    }

    pub(super) fn take(&mut self) -> Option<&'w Token> {
        self.rest.next()
    }

    fn text(&mut self) -> Option<&'w str> {
        self.take().map(|token| token.text.as_str())
    }

    /// Reports what is left over.
    pub(super) fn no_more(&mut self) -> Result<(), Trouble> {
        match self.take() {
            None => Ok(()),
            Some(token) => Err(format!("what is `{}`? {}", short(&token.text), self.form()).into()),
        }
    }

    /// How the command is written.
    fn form(&self) -> String {
        let Word { name, form, .. } = self.word;
        let space = if form.is_empty() { "" } else { " " };
        format!("the form is `{name}{space}{form}`")
    }

    fn needs(&self) -> Trouble {
        format!("something is missing: {}", self.form()).into()
    }

    fn component(&mut self, sort: Sort) -> Result<String, Trouble> {
        let word = self.text();
        Ok(quoted(component(&self.opened.scenario, word, sort)?))
    }

    fn call(&mut self, of: Sort) -> Result<String, Trouble> {
        let word = self.text();
        Ok(quoted(&call(&self.opened.scenario, word, of)?))
    }

    fn switch(&mut self) -> Result<bool, Trouble> {
        match self.text().map(str::to_lowercase).as_deref() {
            Some("on" | "start" | "true" | "yes") => Ok(true),
            Some("off" | "stop" | "false" | "no") => Ok(false),
            Some(other) => Err(format!("`{}` is neither on nor off", short(other)).into()),
            None => Err(self.needs()),
        }
    }

    fn value(&mut self) -> Result<String, Trouble> {
        self.take().map(value).ok_or_else(|| self.needs())
    }
}

/// A text between quotes, as the language reads it.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// A value as the language reads it: numbers and switches bare, all else between quotes.
fn value(token: &Token) -> String {
    let text = token.text.as_str();
    let number = text.parse::<f64>().is_ok_and(f64::is_finite);
    match text {
        "on" | "true" | "yes" => "true".to_owned(),
        "off" | "false" | "no" => "false".to_owned(),
        _ if number && !token.quoted => text.to_owned(),
        _ => quoted(text),
    }
}

/// The orders of a command.
pub(super) fn orders(words: &mut Words<'_>) -> Result<Vec<Order>, Trouble> {
    let scenario = &words.opened.scenario;
    let order = match words.word.name {
        "ack" => Order::Acknowledge,
        "channel" => Order::OpenChannel,
        "mitigated" => Order::DeclareMitigated,
        "close" => Order::Close,
        "page" => Order::Page(person(scenario, words.text())?),
        "ask" => Order::Ask(person(scenario, words.text())?),
        "declare" => {
            let text = words.text().ok_or_else(|| words.needs())?;
            let digits = text
                .strip_prefix("SEV")
                .or(text.strip_prefix("sev"))
                .unwrap_or(text);
            let severity = whole(digits, "a severity")?;
            Order::Declare {
                severity: u8::try_from(severity).unwrap_or(u8::MAX),
            }
        }
        "assign" => {
            let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
            let name = pick("role", words.text(), &names, &names)?;
            let role = Role::ALL.into_iter().find(|role| role.name() == name);
            Order::Assign {
                role: role.ok_or_else(|| words.needs())?,
                to: person(scenario, words.text())?,
            }
        }
        "undo" => {
            let text = words.text().ok_or_else(|| words.needs())?;
            let number = whole(text, "an order")?;
            Order::Undo {
                order: u32::try_from(number).unwrap_or(u32::MAX),
            }
        }
        _ => {
            let text = written(words)?;
            words.no_more()?;
            return own(&text, words.opened);
        }
    };
    Ok(vec![order])
}

/// What a command is in the scenario language.
fn written(words: &mut Words<'_>) -> Result<String, Trouble> {
    if let Some(text) = look(words)? {
        return Ok(text);
    }
    Ok(match words.word.name {
        "suspect" => suspect(words)?,
        "post" => post(words)?,
        "set" => set(words)?,
        "rollback" => {
            let service = words.component(Sort::Versioned)?;
            format!("RollBack(service: {service}{})", share(words))
        }
        "deploy" => {
            let (service, version) = (words.component(Sort::Versioned)?, words.text());
            let version = quoted(version.ok_or_else(|| words.needs())?);
            format!(
                "Deploy(service: {service}, version: {version}{})",
                share(words)
            )
        }
        "scale" => {
            let component = words.component(Sort::Scalable)?;
            format!(
                "Scale(component: {component}, instances: {})",
                words.value()?
            )
        }
        "restart" => {
            let component = words.component(Sort::Ours)?;
            let staggered = match words.text() {
                None => false,
                Some(word) if begins_with("staggered", word) => true,
                Some(word) => {
                    return Err(format!("what is `{}`? {}", short(word), words.form()).into());
                }
            };
            format!("Restart(component: {component}, staggered: {staggered})")
        }
        "flag" | "job" => switched(words)?,
        "breaker" => {
            let call = words.call(Sort::Any)?;
            let modes = ["Open", "Closed", "Auto"];
            let mode = pick("mode of a breaker", words.text(), &modes, &modes)?;
            format!("SetBreaker(call: {call}, mode: {mode})")
        }
        "autoscaler" => {
            let service = words.component(Sort::Autoscaled)?;
            format!("SetAutoscaler(service: {service}, on: {})", words.switch()?)
        }
        "healthchecks" => {
            let balancer = words.component(Sort::Checked)?;
            format!(
                "SetHealthChecks(balancer: {balancer}, on: {})",
                words.switch()?
            )
        }
        "gate" => {
            let service = words.component(Sort::Gated)?;
            format!("SetGate(service: {service}, on: {})", words.switch()?)
        }
        "drain" => format!("Drain(call: {})", words.call(Sort::Balancer)?),
        "undrain" => format!("Drain(call: {}, out: false)", words.call(Sort::Balancer)?),
        "revert" => format!("RevertConfig(component: {})", words.component(Sort::Any)?),
        _ => on_data(words)?,
    })
}

/// Looks: a name and what is looked at.
fn look(words: &mut Words<'_>) -> Result<Option<String>, Trouble> {
    let (name, sort) = match words.word.name {
        "changes" => return Ok(Some("Changes".to_owned())),
        "reports" => return Ok(Some("Reports".to_owned())),
        "logs" => ("Logs", Sort::Any),
        "traces" => ("Traces", Sort::Any),
        "diff" => ("Diff", Sort::Service),
        "profile" => ("Profile", Sort::Ours),
        "queries" => ("Queries", Sort::Database),
        "cache" => ("InspectCache", Sort::Cache),
        "queue" => ("InspectQueue", Sort::Queue),
        "sandbox" => ("Sandbox", Sort::External),
        "staging" => ("Staging", Sort::Service),
        "vendor" => ("AskVendor", Sort::External),
        "books" => ("Reconcile", Sort::Any),
        _ => return Ok(None),
    };
    Ok(Some(format!("{name}(of: {})", words.component(sort)?)))
}

/// Orders about what holds data.
fn on_data(words: &mut Words<'_>) -> Result<String, Trouble> {
    let (name, field, sort, more) = match words.word.name {
        "flush" => ("FlushCache", "cache", Sort::Cache, ""),
        "warm" => ("WarmCache", "cache", Sort::Cache, "rate"),
        "failover" => ("FailOver", "database", Sort::Database, ""),
        "replicas" => ("AddReplicas", "database", Sort::Database, "count?"),
        "killqueries" => ("KillQueries", "database", Sort::Database, ""),
        "killidle" => ("KillIdleConnections", "database", Sort::Database, ""),
        "pause" => ("PauseQueue", "queue", Sort::Queue, ""),
        "resume" => ("PauseQueue", "queue", Sort::Queue, "paused"),
        "replaydlq" => ("ReplayDeadLetters", "queue", Sort::Queue, "rate"),
        "skip" => ("SkipPoison", "queue", Sort::Queue, ""),
        "rotate" => ("RotateSecret", "api", Sort::External, ""),
        "refresh" => ("RefreshTokens", "api", Sort::External, ""),
        "reauth" => ("Reauthorise", "api", Sort::External, ""),
        other => return Err(format!("`{other}` is no order").into()),
    };
    let target = words.component(sort)?;
    let more = match more {
        "" => String::new(),
        "paused" => ", paused: false".to_owned(),
        "count?" => words
            .take()
            .map_or_else(String::new, |it| format!(", count: {}", value(it))),
        field => format!(", {field}: {}", words.value()?),
    };
    Ok(format!("{name}({field}: {target}{more})"))
}

fn share(words: &mut Words<'_>) -> String {
    let share = words.take().map(value);
    share.map_or_else(String::new, |share| format!(", share: {share}"))
}

fn switched(words: &mut Words<'_>) -> Result<String, Trouble> {
    let world = &words.opened.scenario.world;
    if words.word.name == "flag" {
        let names: Vec<&str> = world.flags.iter().map(|it| it.name.as_str()).collect();
        let name = quoted(pick("flag", words.text(), &names, &names)?);
        return Ok(format!("SetFlag(flag: {name}, on: {})", words.switch()?));
    }
    let names: Vec<&str> = world.jobs.iter().map(|it| it.name.as_str()).collect();
    let name = quoted(pick("job", words.text(), &names, &names)?);
    Ok(format!("SetJob(job: {name}, running: {})", words.switch()?))
}

/// `set TARGET SETTING VALUE… [over TIME]`: the target is a component, a call, a journey or a region.
fn set(words: &mut Words<'_>) -> Result<String, Trouble> {
    let world = &words.opened.scenario.world;
    let target = words.text().ok_or_else(|| words.needs())?;
    let journeys: Vec<&str> = world.journeys.iter().map(|it| it.name.as_str()).collect();
    let regions: Vec<&str> = world.regions.iter().map(|it| it.name.as_str()).collect();
    let mut text = if target.contains("->") || target.contains('→') {
        format!(
            "on: {}",
            quoted(&call(&words.opened.scenario, Some(target), Sort::Any)?)
        )
    } else if let Ok(name) = pick("journey", Some(target), &journeys, &journeys) {
        format!("journey: {}", quoted(name))
    } else if let Ok(name) = pick("region", Some(target), &regions, &regions) {
        format!("region: {}", quoted(name))
    } else {
        let name = component(&words.opened.scenario, Some(target), Sort::Any)?;
        format!("on: {}", quoted(name))
    };
    let mut settings = 0;
    while let Some(field) = words.text() {
        let (field, given) = match field.split_once(['=', ':']) {
            Some((field, given)) if !given.is_empty() => (
                field,
                value(&Token {
                    text: given.to_owned(),
                    quoted: false,
                }),
            ),
            _ => (field.trim_end_matches(['=', ':']), words.value()?),
        };
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let field = field.replace('-', "_");
        if field.is_empty() || !field.chars().all(is_name) {
            return Err(format!("`{}` is no setting; {}", short(&field), words.form()).into());
        }
        settings += usize::from(field != "over");
        text.push_str(&format!(", {field}: {given}"));
    }
    if settings == 0 {
        return Err(words.needs());
    }
    Ok(format!("Set({text})"))
}

/// `suspect COMPONENT MECHANISM [80%]`; the mechanism may be several words.
fn suspect(words: &mut Words<'_>) -> Result<String, Trouble> {
    let on = words.component(Sort::Any)?;
    let (mut name, mut confidence) = (String::new(), String::new());
    while let Some(token) = words.take() {
        let is_share = token
            .text
            .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'));
        if is_share {
            confidence = format!(", confidence: {}", value(token));
        } else {
            name.push_str(&token.text);
        }
    }
    if name.is_empty() {
        return Err("what is wrong with it? `help suspect` lists what can be".into());
    }
    Ok(format!(
        "Suspect(on: {on}, is: {}{confidence})",
        mechanism(&name)?
    ))
}

fn mechanism(word: &str) -> Result<&'static str, Trouble> {
    let names: Vec<&'static str> = Mechanism::ALL.iter().map(|it| it.name()).collect();
    let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    pick("mechanism", Some(&word), &names, &names).map_err(|why| {
        match why.split_once("; there are ") {
            Some((first, _)) => format!("{first}; `help suspect` lists them").into(),
            None => why.into(),
        }
    })
}

/// `post AUDIENCE CLAIM…`: claims are `key=value`, bare words, and a text between quotes.
fn post(words: &mut Words<'_>) -> Result<String, Trouble> {
    const KEYS: &[&str] = &[
        "scope", "cause", "certain", "data", "next", "eta", "lang", "resolved", "journeys", "text",
    ];
    let audiences: Vec<String> = Audience::ALL.iter().map(|it| format!("{it:?}")).collect();
    let audiences: Vec<&str> = audiences.iter().map(String::as_str).collect();
    let to = pick("audience", words.text(), &audiences, &audiences)?;
    let mut text = format!("Post(to: {to}");
    while let Some(token) = words.take() {
        if token.quoted {
            text.push_str(&format!(", text: {}", quoted(&token.text)));
            continue;
        }
        let (key, given) = token.text.split_once('=').unwrap_or((&token.text, ""));
        let key = if begins_with("language", key) {
            "lang"
        } else {
            key
        };
        let key = pick("claim", Some(key), KEYS, KEYS)?;
        let given = match key {
            "certain" | "resolved" => {
                format!("{key}: {}", !matches!(given, "no" | "false" | "off"))
            }
            _ if given.is_empty() => {
                return Err(format!("`{key}` needs a value, such as `{key}=…`").into());
            }
            "scope" => {
                let all = ["Nobody", "Few", "Some", "Most", "All", "Unsaid"];
                // In files `Some` would be an optional value to other readers.
                let scope = match pick("scope", Some(given), &all, &all)? {
                    "Some" => "Part",
                    other => other,
                };
                format!("scope: {scope}")
            }
            "data" => {
                let all = ["Safe", "Checking", "Lost", "Unsaid"];
                format!(
                    "data: {}",
                    pick("claim about data", Some(given), &all, &all)?
                )
            }
            "cause" => format!("cause: {}", cause(words.opened, given)?),
            "lang" => format!("language: {}", quoted(given)),
            "journeys" => format!("journeys: [{}]", journeys(words.opened, given)?),
            key => format!("{key}: {}", quoted(given)),
        };
        text.push_str(", ");
        text.push_str(&given);
    }
    text.push(')');
    Ok(text)
}

fn cause(opened: &Opened, given: &str) -> Result<String, Trouble> {
    let Some((on, is)) = given.split_once([':', '/']) else {
        return Err("a cause is a component and a mechanism: `cause=checkout:BadRelease`".into());
    };
    let on = quoted(component(&opened.scenario, Some(on), Sort::Any)?);
    Ok(format!("(on: {on}, is: {})", mechanism(is)?))
}

fn journeys(opened: &Opened, given: &str) -> Result<String, Trouble> {
    let all = opened.scenario.world.journeys.iter();
    let all: Vec<&str> = all.map(|it| it.name.as_str()).collect();
    let mut names = Vec::new();
    for word in given.split(',') {
        names.push(quoted(pick("journey", Some(word.trim()), &all, &all)?));
    }
    Ok(names.join(", "))
}

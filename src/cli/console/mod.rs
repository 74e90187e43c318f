//! `sev1 console`: an incident played line by line, by a person over a terminal or by a program that
//! reads JSON.
//!
//! Time passes only by commands. Owns no rule of the game: orders go to the session as they are, and
//! everything shown is what a player may see. Reads lines and writes text wherever it is told to.

mod game;
mod help;
mod names;
mod news;
mod orders;
mod parse;
mod show;
mod views;
mod words;

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use self::game::Game;
use self::parse::{Command, Trouble, parse};
use self::views::Reply;
use crate::base::time::SimTime;
use crate::cli::Failure;
use crate::cli::report;
use crate::cli::run::find_variant;
use crate::files::{Opened, open_whole, play, read_replay, scenario_of, write_replay};
use crate::scenario::model::Scenario;
use crate::session::{Session, Watch};

/// What a run is said to be played by.
const BY_HAND: &str = "by hand";
/// Longer lines are refused.
const LONGEST_LINE: usize = 64 * 1024;

/// Arguments of `console`.
#[derive(Debug, Args)]
pub struct ConsoleArgs {
    /// Id of a built-in scenario, or a path; with --resume it is in the file
    #[arg(required_unless_present = "resume")]
    scenario: Option<String>,
    /// Decides the cause and all luck
    #[arg(long, default_value_t = 1, conflicts_with = "resume")]
    seed: u64,
    /// Plays this cause instead of the one the seed picks
    #[arg(long, conflicts_with = "resume")]
    variant: Option<String>,
    /// Answers each line with one JSON object in one line
    #[arg(long)]
    json: bool,
    /// Writes the game to this file when it ends or stops
    #[arg(long)]
    save: Option<PathBuf>,
    /// Goes on with a game that was written to this file
    #[arg(long, conflicts_with = "scenario")]
    resume: Option<PathBuf>,
}

impl ConsoleArgs {
    /// A game of a scenario with a seed, and nothing else.
    pub fn of(scenario: String, seed: u64) -> Self {
        Self {
            scenario: Some(scenario),
            seed,
            variant: None,
            json: false,
            save: None,
            resume: None,
        }
    }
}

/// Where lines come from.
pub struct Input<'i> {
    /// The lines.
    pub lines: &'i mut dyn BufRead,
    /// Whether somebody types them and sees what they type.
    pub is_typed: bool,
}

/// Plays until the end of the input, or until somebody leaves.
pub fn run(
    args: &ConsoleArgs,
    input: &mut Input<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    let Some((opened, session, watch)) = begin(args, err)? else {
        return Ok(1);
    };
    let mut console = Console {
        game: Game::new(opened, session, watch),
        json: args.json,
        save: args.save.clone().or_else(|| args.resume.clone()),
        reported: false,
        unsaved: false,
    };
    console.greet(args.resume.is_some(), out)?;
    let outcome = console.play(input, out);
    // Whoever reads may be gone; the game is kept all the same.
    match console.leave(out, err) {
        Ok(code) => outcome.map(|()| code),
        Err(error) => outcome.and(Err(error)),
    }
}

fn begin(
    args: &ConsoleArgs,
    err: &mut dyn Write,
) -> Result<Option<(Opened, Session, Watch)>, Failure> {
    if let Some(file) = &args.resume {
        let replay = read_replay(file)?;
        let Some(opened) = scenario_of(&replay, file, err)? else {
            return Ok(None);
        };
        let (session, watch) = play(&replay, &opened, file)?;
        return Ok(Some((opened, session, watch)));
    }
    let named = args.scenario.as_deref().unwrap_or_default();
    let Some(opened) = open_whole(named, err)? else {
        return Ok(None);
    };
    let variant = find_variant(&opened.scenario, args.seed, args.variant.as_deref())?;
    let session = Session::start(&opened.scenario, args.seed, Some(variant));
    Ok(Some((opened, session, Watch::default())))
}

struct Console {
    game: Game,
    json: bool,
    /// Where the game is written when it stops, if that was said.
    save: Option<PathBuf>,
    /// Whether the report has been printed.
    reported: bool,
    /// Whether anything has happened since the game was written.
    unsaved: bool,
}

impl Console {
    fn greet(&mut self, resumed: bool, out: &mut dyn Write) -> Result<(), Failure> {
        let reply = if resumed {
            let news = self.game.news(0);
            Reply::News { news }
        } else {
            self.game.briefing()
        };
        self.print(&reply, out)?;
        if !self.json {
            writeln!(
                out,
                "\n`help` lists the commands; time passes only by `wait` and `next`.\n"
            )?;
        }
        self.report_if_over(out)
    }

    fn play(&mut self, input: &mut Input<'_>, out: &mut dyn Write) -> Result<(), Failure> {
        loop {
            if !self.json {
                write!(out, "{}", self.game.prompt())?;
            }
            out.flush()?;
            let Some(line) = read_line(input.lines)? else {
                if !self.json {
                    writeln!(out)?;
                }
                return Ok(());
            };
            // What nobody has typed stands nowhere else.
            if !self.json && !input.is_typed {
                writeln!(out, "{}", line.trim())?;
            }
            if !self.answer(&line, out)? {
                return Ok(());
            }
        }
    }

    /// Answers a line; says whether the game goes on.
    fn answer(&mut self, line: &str, out: &mut dyn Write) -> Result<bool, Failure> {
        let command = if line.len() > LONGEST_LINE {
            Err(Trouble::from("this line is far too long"))
        } else {
            parse(line, &self.game.opened)
        };
        let reply = match command {
            Err(trouble) => Reply::Error {
                message: trouble.line,
                detail: trouble.detail,
            },
            Ok(Command::Nothing) => return Ok(true),
            Ok(Command::Quit) => return Ok(false),
            Ok(Command::Save(file)) => self.save_to(file),
            Ok(Command::Score) => return self.score(out).map(|()| true),
            Ok(command) => {
                self.unsaved |= matches!(
                    command,
                    Command::Give(..) | Command::Wait(_) | Command::Next | Command::Stop
                );
                self.game.answer(&command)
            }
        };
        self.print(&reply, out)?;
        self.report_if_over(out)?;
        Ok(true)
    }

    fn print(&mut self, reply: &Reply, out: &mut dyn Write) -> Result<(), Failure> {
        if self.json {
            let report = self
                .is_news()
                .then(|| report::json(self.game.played(BY_HAND)));
            writeln!(out, "{}", self.game.json(reply, report))?;
        } else {
            show::human(reply, out)?;
        }
        Ok(())
    }

    /// Whether the incident is over and nobody has been told yet.
    fn is_news(&self) -> bool {
        self.game.session.ending().is_some() && !self.reported
    }

    fn report_if_over(&mut self, out: &mut dyn Write) -> Result<(), Failure> {
        if self.is_news() {
            self.reported = true;
            if !self.json {
                writeln!(out, "\nThe incident is over.\n")?;
                report::human(self.game.played(BY_HAND), out)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }

    fn score(&mut self, out: &mut dyn Write) -> Result<(), Failure> {
        if self.game.session.ending().is_none() {
            let message = "it is not over yet: the report comes at the end".to_owned();
            return self.print(
                &Reply::Error {
                    message,
                    detail: None,
                },
                out,
            );
        }
        if self.json {
            let title = self.game.session.scenario().meta.title.clone();
            let report = report::json(self.game.played(BY_HAND));
            writeln!(
                out,
                "{}",
                self.game.json(&Reply::Report { title }, Some(report))
            )?;
        } else {
            report::human(self.game.played(BY_HAND), out)?;
        }
        Ok(())
    }

    fn save_to(&mut self, file: Option<String>) -> Reply {
        let file = file.map(PathBuf::from).or_else(|| self.save.clone());
        let file = file.unwrap_or_else(|| self.default_file());
        match self.write(&file) {
            Ok(()) => Reply::Saved {
                file: file.display().to_string(),
            },
            Err(failure) => Reply::Error {
                message: failure.to_string(),
                detail: None,
            },
        }
    }

    fn write(&mut self, file: &Path) -> Result<(), Failure> {
        write_replay(&self.game.session, &self.game.opened, BY_HAND, file)?;
        self.unsaved = false;
        Ok(())
    }

    fn default_file(&self) -> PathBuf {
        let session = &self.game.session;
        let (id, seed) = (&session.scenario().id, session.sim().seed());
        PathBuf::from(format!("sev1-{id}-{seed}.replay.ron"))
    }

    /// Writes the game: where that was asked for, or where a game would be lost otherwise.
    fn leave(&mut self, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Failure> {
        let over = self.game.session.ending().is_some();
        let file = match &self.save {
            Some(file) => file.clone(),
            None if over || !self.unsaved => return Ok(0),
            None => self.default_file(),
        };
        if let Err(failure) = self.write(&file) {
            let folder = std::path::absolute(&file).unwrap_or_else(|_| file.clone());
            writeln!(
                err,
                "error: the game is not saved: {failure} (tried {})",
                folder.display()
            )?;
            return Ok(2);
        }
        let reply = Reply::Saved {
            file: file.display().to_string(),
        };
        // The file is there; that it cannot be said is no failure.
        if self.print(&reply, out).is_ok() && !self.json && !over {
            drop(writeln!(
                out,
                "Go on with: sev1 console --resume {}",
                file.display()
            ));
        }
        Ok(0)
    }
}

/// The next line without its end; `None` at the end of the input.
fn read_line(lines: &mut dyn BufRead) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    loop {
        let part = lines.fill_buf()?;
        if part.is_empty() {
            let line = (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned());
            return Ok(line);
        }
        let end = part.iter().position(|byte| *byte == b'\n');
        // Of a line without an end no more is kept than is needed to refuse it.
        let room = (LONGEST_LINE + 1).saturating_sub(bytes.len());
        let text = &part[..end.unwrap_or(part.len())];
        bytes.extend_from_slice(&text[..text.len().min(room)]);
        let used = end.map_or(part.len(), |end| end + 1);
        lines.consume(used);
        if end.is_some() {
            return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}

/// Local time of day at a moment of an incident.
fn clock(scenario: &Scenario, at: SimTime) -> String {
    let secs = u64::from(scenario.meta.clock_start_min) * 60 + at.as_micros() / 1_000_000;
    format!(
        "{:02}:{:02}:{:02}",
        secs / 3600 % 24,
        secs / 60 % 60,
        secs % 60
    )
}

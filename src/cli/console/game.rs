//! The game behind the lines: a session, what of it has been told, and an answer to every command.

use serde_json::Value;

use super::news::{self, News};
use super::parse::Command;
use super::views::{self, Answer, Reply};
use super::{clock, help};
use crate::base::id::PersonId;
use crate::base::time::{SimDuration, SimTime};
use crate::cli::chart::number;
use crate::cli::report::Played;
use crate::cli::run::judged;
use crate::files::Opened;
use crate::scenario::order::Order;
use crate::score::Depth;
use crate::session::{Ending, Fate, SECOND, Session, Watch, impact_of, words};

/// How long `next` waits for something to happen.
const PATIENCE: SimDuration = SimDuration::from_secs(600);
/// In whose name orders are given.
const ACTOR: &str = "you";

/// A game under way.
pub(super) struct Game {
    pub(super) opened: Opened,
    pub(super) session: Session,
    watch: Watch,
    /// How much of the log has been told.
    told: usize,
    played: Option<Played>,
}

impl Game {
    pub(super) fn new(opened: Opened, session: Session, watch: Watch) -> Self {
        Self {
            told: session.log().len(),
            opened,
            session,
            watch,
            played: None,
        }
    }

    /// The run and its score; computed once, after the end.
    pub(super) fn played(&mut self, plan: &str) -> &Played {
        let (session, watch) = (&self.session, &self.watch);
        self.played
            .get_or_insert_with(|| judged(session, plan, watch.clone(), Depth::Full))
    }

    pub(super) fn news(&self, from: usize) -> Vec<News> {
        news::since(&self.session, from)
    }

    pub(super) fn prompt(&self) -> String {
        let minutes = number(
            impact_of(self.session.sim())
                .seen()
                .customer_minutes
                .floor(),
        );
        let severity = self
            .severity()
            .map_or_else(String::new, |it| format!(" SEV{it}"));
        let over = if self.session.ending().is_some() {
            " · over"
        } else {
            ""
        };
        let now = clock(self.session.scenario(), self.session.now());
        format!("{now}{severity} · {minutes} min lost{over} > ")
    }

    /// What it is declared as, if it is.
    fn severity(&self) -> Option<u8> {
        let taken = self
            .session
            .journal()
            .iter()
            .rev()
            .filter(|it| it.fate.was_taken());
        let mut declared = taken.filter_map(|entry| match entry.order {
            Order::Declare { severity } => Some(severity),
            _ => None,
        });
        declared.next()
    }

    /// What the player reads before the clock starts.
    pub(super) fn briefing(&self) -> Reply {
        let scenario = self.session.scenario();
        let meta = &scenario.meta;
        let about = [meta.level.as_str(), meta.place.as_str()];
        let about: Vec<&str> = about.into_iter().filter(|it| !it.is_empty()).collect();
        let briefing = if meta.briefing.is_empty() {
            &meta.drill
        } else {
            &meta.briefing
        };
        let limit = scenario.objectives.time_limit;
        let mut lines = vec![String::new()];
        if !briefing.is_empty() {
            lines.extend(briefing.lines().map(str::to_owned));
            lines.push(String::new());
        }
        lines.push(format!(
            "It is {}. You have {limit}.",
            clock(scenario, SimTime::ZERO)
        ));
        Reply::Text {
            title: format!("{} ({})", meta.title, about.join(", ")),
            lines,
        }
    }

    /// Does what a command asks for.
    pub(super) fn answer(&mut self, command: &Command) -> Reply {
        let session = &self.session;
        match command {
            Command::Help(topic) => help::help(topic.as_deref()),
            Command::Briefing => self.briefing(),
            Command::Status => Reply::Status(views::status(session)),
            Command::Alarms => Reply::Alarms {
                alarms: views::alarms(session),
                objectives: views::objectives(session),
            },
            Command::Metrics(of) => Reply::Metrics {
                metrics: views::metrics(session, *of),
            },
            Command::Map => {
                let (components, journeys) = views::map(session);
                Reply::Map {
                    components,
                    journeys,
                }
            }
            Command::Team => Reply::Team {
                team: views::team(session),
            },
            Command::Journal => Reply::Journal {
                orders: views::journal(session),
            },
            Command::News => Reply::News { news: self.news(0) },
            Command::Findings => Reply::Findings {
                findings: views::findings(session, None),
            },
            Command::Show(which) => self.show(*which),
            Command::Hypotheses => Reply::Hypotheses {
                hypotheses: views::hypotheses(session),
            },
            Command::Wait(time) => self.wait(*time, false),
            Command::Next => self.wait(PATIENCE, true),
            Command::Stop => self.stop(),
            Command::Give(orders, by) => self.give(orders, *by),
            Command::Nothing | Command::Quit | Command::Score | Command::Save(_) => Reply::Text {
                title: String::new(),
                lines: Vec::new(),
            },
        }
    }

    fn show(&self, which: Option<usize>) -> Reply {
        let all = self.session.evidence().len();
        let which = which.unwrap_or(all);
        if which > all || which == 0 {
            let message = match all {
                0 => "nothing has been found yet".to_owned(),
                1 => "there is one finding: `show 1`".to_owned(),
                all => format!("findings are numbered from 1 to {all}"),
            };
            return Reply::Error {
                message,
                detail: None,
            };
        }
        Reply::Findings {
            findings: views::findings(&self.session, Some(which)),
        }
    }

    /// What has happened and not been told yet.
    fn fresh(&mut self) -> Vec<News> {
        let news = self.news(self.told);
        self.told = self.session.log().len();
        news
    }

    fn over(&self) -> Reply {
        Reply::Error {
            message: "the incident is over; `score` shows the report".to_owned(),
            detail: None,
        }
    }

    fn wait(&mut self, time: SimDuration, until_news: bool) -> Reply {
        if self.session.ending().is_some() {
            return self.over();
        }
        let until = self.session.now() + time;
        let mut news = Vec::new();
        while self.session.ending().is_none() && self.session.now() + SECOND <= until {
            self.session.advance_to(self.session.now() + SECOND);
            self.watch.look(self.session.sim());
            if self.session.log().len() > self.told {
                news.extend(self.fresh());
            }
            if until_news && news.iter().any(News::is_worth_a_look) {
                break;
            }
        }
        Reply::Time { news }
    }

    fn stop(&mut self) -> Reply {
        if self.session.ending().is_some() {
            return self.over();
        }
        self.session.stop();
        Reply::Time { news: self.fresh() }
    }

    fn give(&mut self, orders: &[Order], by: Option<PersonId>) -> Reply {
        if self.session.ending().is_some() {
            return self.over();
        }
        let before = self.told;
        let answers = orders
            .iter()
            .map(|order| self.give_one(order, by))
            .collect();
        // What comes of it at once, such as an answer; that it was ordered is said already.
        let mut news = self.news(before);
        news.retain(|it| it.what == "said");
        self.told = self.session.log().len();
        Reply::Orders {
            orders: answers,
            news,
        }
    }

    fn give_one(&mut self, order: &Order, by: Option<PersonId>) -> Answer {
        let answer = self.session.order(ACTOR, order.clone(), by);
        let scenario = self.session.scenario();
        let (who, until) = match self.session.journal().last().map(|entry| &entry.fate) {
            Some(Fate::Running { who, until }) => (
                Some(self.session.name_of(*who).to_owned()),
                Some(clock(scenario, *until)),
            ),
            _ => (None, None),
        };
        let wording = match order {
            Order::Post(post) if answer.is_ok() && post.text.trim().is_empty() => {
                Some(words::message(scenario, &in_its_language(scenario, post)))
            }
            Order::Post(post) if answer.is_ok() => Some(post.text.clone()),
            _ => None,
        };
        Answer {
            order: self.session.journal().len() as u32,
            what: words::given(scenario, self.session.journal(), order),
            taken: answer.is_ok(),
            why: answer.err().map(|why| why.to_string()),
            who,
            until,
            wording,
        }
    }

    /// An answer as an object: what it says, and how things stand.
    pub(super) fn json(&self, reply: &Reply, report: Option<Value>) -> Value {
        // All answers are made of texts, numbers and lists, which always serialise.
        let mut object = serde_json::to_value(reply).unwrap_or_default();
        if let Value::Object(fields) = &mut object {
            let session = &self.session;
            let minutes = impact_of(session.sim()).seen().customer_minutes;
            let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
            set("at_s", session.now().as_secs_f64().into());
            set("clock", clock(session.scenario(), session.now()).into());
            set("declared", self.severity().into());
            set(
                "customer_minutes",
                ((minutes * 1000.0).round() / 1000.0).into(),
            );
            set("ended", session.ending().map(name_of).into());
            if let Some(report) = report {
                set("report", report);
            }
        }
        object
    }
}

fn name_of(ending: Ending) -> &'static str {
    match ending {
        Ending::Closed => "closed",
        Ending::StoodDown => "stood_down",
        Ending::TimeUp => "time_up",
        Ending::DataLost => "data_lost",
        Ending::Abandoned => "abandoned",
    }
}

/// A message in the language it will go out in.
fn in_its_language(
    scenario: &crate::scenario::model::Scenario,
    post: &crate::scenario::order::Post,
) -> crate::scenario::order::Post {
    let mut post = post.clone();
    if post.language.is_empty() {
        let rule = scenario
            .informed
            .iter()
            .find(|rule| rule.audience == post.to);
        post.language = rule.map_or_else(|| "en".to_owned(), |rule| rule.language.clone());
    }
    post
}

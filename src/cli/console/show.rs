//! Answers as text for people: short tables, readable at 80 columns, without colours.

use std::io::{self, Write};

use super::news::News;
use super::views::{AlarmRow, Answer, MemberRow, MetricRow, PartRow, Reply, Status, short_time};
use crate::cli::chart::{number, spark};

/// Columns of a screen.
const WIDTH: usize = 80;

/// Prints an answer.
pub(super) fn human(reply: &Reply, out: &mut dyn Write) -> io::Result<()> {
    match reply {
        Reply::Text { title, lines } => {
            if !title.is_empty() {
                writeln!(out, "{title}")?;
            }
            lines.iter().try_for_each(|line| wrapped(out, "", line))
        }
        Reply::Error { message, detail } => match detail {
            Some(detail) => write!(out, "{detail}"),
            None => wrapped(out, "? ", message),
        },
        Reply::Orders { orders, news } => {
            orders.iter().try_for_each(|order| answer(order, out))?;
            told(news, out)
        }
        Reply::Time { news } if news.is_empty() => writeln!(out, "  nothing new"),
        Reply::News { news } if news.is_empty() => writeln!(out, "Nothing has happened yet."),
        Reply::Time { news } | Reply::News { news } => told(news, out),
        Reply::Status(it) => status(it, out),
        Reply::Alarms { alarms, objectives } => {
            alarms.iter().try_for_each(|row| alarm(row, out))?;
            for row in objectives {
                let mark = if row.firing { "▲" } else { "·" };
                let burn = format!(
                    "burns {} × in 1 h, {} × in 6 h",
                    number(row.burn_1h),
                    number(row.burn_6h)
                );
                let left = format!("{:.1} % of 30 days' budget left", row.budget_left * 100.0);
                wrapped(
                    out,
                    &format!("  {mark} "),
                    &format!("{}: {burn}, {left}", row.name),
                )?;
            }
            Ok(())
        }
        Reply::Metrics { metrics } => table_of_metrics(metrics, out),
        Reply::Map {
            components,
            journeys,
        } => {
            for journey in journeys {
                writeln!(out, "  customers, {} → {}", journey.name, journey.enters)?;
            }
            components.iter().try_for_each(|row| part(row, out))
        }
        Reply::Team { team } => team.iter().try_for_each(|row| member(row, out)),
        Reply::Journal { orders } if orders.is_empty() => writeln!(out, "No orders yet."),
        Reply::Journal { orders } => orders.iter().try_for_each(|row| {
            let text = format!("{} · {}", row.what, row.fate);
            wrapped(out, &format!("  {:>3}  {}  ", row.order, row.clock), &text)
        }),
        Reply::Findings { findings } if findings.is_empty() => {
            writeln!(out, "Nothing has been found yet.")
        }
        Reply::Findings { findings } => findings.iter().try_for_each(|row| {
            let head = format!("  {:>3}  {}  ", row.finding, row.clock);
            wrapped(out, &head, &format!("{}, by {}", row.title, row.who))?;
            row.lines
                .iter()
                .try_for_each(|line| wrapped(out, "       ", line))
        }),
        Reply::Hypotheses { hypotheses } if hypotheses.is_empty() => {
            writeln!(
                out,
                "No suspects yet: `suspect COMPONENT MECHANISM 80%` writes one down."
            )
        }
        Reply::Hypotheses { hypotheses } => hypotheses.iter().try_for_each(|row| {
            let share = row.confidence * 100.0;
            writeln!(out, "  {}  {share:>3.0} %  {}", row.clock, row.suspect)
        }),
        Reply::Saved { file } => writeln!(out, "Written to {file}"),
        Reply::Report { title } => writeln!(out, "{title}"),
    }
}

fn told(news: &[News], out: &mut dyn Write) -> io::Result<()> {
    for it in news {
        let mark = match it.what {
            "alarm" => "▲ ",
            "recovered" => "▽ recovered: ",
            "order" => "● ",
            "refused" => "✕ refused: ",
            "done" => "✓ done: ",
            "failed" => "✕ came to nothing: ",
            "stopped" => "✕ stopped: ",
            "undone" => "✓ taken back: ",
            "arrived" => "○ ",
            "said" => "“ ",
            "finding" => "◉ ",
            "posted" => "» ",
            _ => "◆ ",
        };
        wrapped(
            out,
            &format!("  {}  ", it.clock),
            &format!("{mark}{}", it.text),
        )?;
        for line in &it.lines {
            wrapped(out, "              ", line)?;
        }
    }
    Ok(())
}

fn answer(it: &Answer, out: &mut dyn Write) -> io::Result<()> {
    if let Some(why) = &it.why {
        return wrapped(out, "✕ ", &format!("{}: {why}", it.what));
    }
    let work = match (&it.who, &it.until) {
        (Some(who), Some(until)) => format!(": {who}, until {until}"),
        _ => String::new(),
    };
    wrapped(out, "● ", &format!("order {}, {}{work}", it.order, it.what))?;
    match &it.wording {
        Some(wording) => wrapped(out, "  » ", wording),
        None => Ok(()),
    }
}

fn status(it: &Status, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "  impact   {} customer-minutes lost, {} requests failed, {}{}",
        number(it.minutes.floor()),
        number(it.failed_requests as f64),
        it.currency,
        number(it.money_lost.floor()),
    )?;
    let page = if it.acknowledged {
        "taken"
    } else {
        "nobody has taken the page"
    };
    let channel = if it.channel {
        "open"
    } else {
        "none: findings are retold one by one"
    };
    writeln!(out, "  page     {page}\n  channel  {channel}")?;
    match it.firing.len() {
        0 => writeln!(out, "  alarms   none fires")?,
        _ => it.firing.iter().try_for_each(|row| alarm(row, out))?,
    }
    it.team
        .iter()
        .filter(|row| row.state != "away")
        .try_for_each(|row| member(row, out))
}

fn alarm(row: &AlarmRow, out: &mut dyn Write) -> io::Result<()> {
    let mark = match row.state {
        "alarm" => "▲",
        "ok" => "·",
        _ => "?",
    };
    let since = row
        .since
        .as_ref()
        .map_or_else(String::new, |at| format!(" since {at}"));
    let value = row
        .value
        .as_ref()
        .map_or_else(String::new, |value| format!(", last {value}"));
    let text = format!("{}: {}{since}{value}", row.name, row.state);
    wrapped(out, &format!("  {mark} "), &text)
}

fn member(row: &MemberRow, out: &mut dyn Write) -> io::Result<()> {
    let mut text = row.state.to_owned();
    if !row.doing.is_empty() {
        text = format!("{text}: {}", row.doing);
    }
    let roles = row.roles.join(", ");
    let about: Vec<&str> = [roles.as_str(), row.title.as_str()]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect();
    let skills = row.skills.join(", ");
    let about = if about.is_empty() {
        skills
    } else {
        format!("{}; {skills}", about.join(", "))
    };
    wrapped(
        out,
        &format!("  {:<10} ", cut(&row.name, 10)),
        &format!("{text} ({about})"),
    )
}

fn part(row: &PartRow, out: &mut dyn Write) -> io::Result<()> {
    let health = if row.health.is_empty() {
        "–".to_owned()
    } else {
        row.health.join(", ")
    };
    writeln!(out, "  {:<22} {:<9} {health}", cut(&row.name, 22), row.is)?;
    if !row.calls.is_empty() {
        wrapped(out, "      → ", &row.calls.join(", "))?;
    }
    match &row.pulls {
        Some(queue) => writeln!(out, "      ⇠ takes from {queue}"),
        None => Ok(()),
    }
}

fn table_of_metrics(rows: &[MetricRow], out: &mut dyn Write) -> io::Result<()> {
    let mut last = "";
    for row in rows {
        if row.component != last {
            writeln!(out, "{}", row.component)?;
            last = &row.component;
        }
        let most = row.course.iter().flatten().copied().fold(0.0, f64::max);
        let course = spark(&row.course, most);
        let value = row.value.map_or_else(|| "–".to_owned(), number);
        let age = row
            .age_s
            .map_or_else(String::new, |age| format!("{} ago", short_time(age)));
        let name = format!("{} {}", middle_cut(row.metric, 32), row.statistic);
        writeln!(
            out,
            "  {name:<36} {course:>15} {value:>9} {:<2} {age:>11}",
            row.unit
        )?;
    }
    if rows.is_empty() {
        writeln!(out, "It publishes no metrics.")?;
    }
    Ok(())
}

/// A text cut to a number of characters, at its end.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let short: String = text.chars().take(most - 1).collect();
    format!("{short}…")
}

/// The same, in its middle: beginnings and ends tell names apart.
fn middle_cut(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let (front, back) = (most / 2, most - most / 2 - 1);
    let front: String = letters[..front].iter().collect();
    let back: String = letters[letters.len() - back..].iter().collect();
    format!("{front}…{back}")
}

/// Prints text in lines of at most [`WIDTH`] characters; the second and later ones stand under the
/// first. Words longer than a line are left whole, so that they can be copied.
pub(super) fn wrapped(out: &mut dyn Write, head: &str, text: &str) -> io::Result<()> {
    let indent = head.chars().count();
    if text.is_empty() {
        return writeln!(out, "{}", head.trim_end());
    }
    let mut first = true;
    for paragraph in text.lines() {
        if indent + paragraph.chars().count() <= WIDTH {
            let head = if first { head } else { &" ".repeat(indent) };
            writeln!(out, "{}", format!("{head}{paragraph}").trim_end())?;
            first = false;
            continue;
        }
        let mut line = if first {
            head.to_owned()
        } else {
            " ".repeat(indent)
        };
        let mut used = indent;
        // What is indented stays so: it is a quotation.
        let own = paragraph.chars().take_while(|c| *c == ' ').count();
        line.push_str(&" ".repeat(own));
        used += own;
        let mut empty = true;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if !empty && used + 1 + length > WIDTH {
                writeln!(out, "{line}")?;
                line = " ".repeat(indent + own);
                used = indent + own;
                empty = true;
            }
            if !empty {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
            empty = false;
        }
        writeln!(out, "{}", line.trim_end())?;
        first = false;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(head: &str, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        wrapped(&mut out, head, text).unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn long_lines_go_on_under_their_beginning() {
        let shown = lines("  18:00  ", &"word ".repeat(40));
        assert!(
            shown.iter().all(|line| line.chars().count() <= WIDTH),
            "{shown:?}"
        );
        assert!(shown[0].starts_with("  18:00  word") && shown[1].starts_with("         word"));
        assert_eq!(lines("- ", "a\n\n  b"), ["- a", "", "    b"]);
        assert_eq!(
            lines("- ", &"x".repeat(100)).len(),
            1,
            "one word stays whole"
        );
        assert_eq!(lines("- ", ""), ["-"]);
    }

    #[test]
    fn names_are_cut_where_they_tell_least() {
        assert_eq!(
            middle_cut("http.server.requests outcome=SERVER_ERROR", 20),
            "http.serve…VER_ERROR"
        );
        assert_eq!(cut("checkout", 5), "chec…");
        assert_eq!(cut("né", 2), "né");
    }
}

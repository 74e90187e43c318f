//! The console: a game from the first line to the report, for people and for programs; what is typed
//! wrong; and that no game is lost when the line breaks.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{folder, sev1, shop, text};

/// Exit code, standard output and standard error of a console that is given these lines.
fn console(args: &[&str], lines: &str) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let all: Vec<&str> = ["sev1", "console"]
        .into_iter()
        .chain(args.iter().copied())
        .collect();
    let code = sev1::cli::run_with_input(&all, &mut lines.as_bytes(), &mut out, &mut err);
    (
        code,
        String::from_utf8(out).expect("UTF-8"),
        String::from_utf8(err).expect("UTF-8"),
    )
}

/// What a shop's console prints to these lines; it must end well.
#[track_caller]
fn played(shop: &Path, variant: &str, lines: &str) -> String {
    let (code, out, err) = console(&[text(shop), "--variant", variant], lines);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    out
}

#[track_caller]
fn has(out: &str, parts: &[&str]) {
    for part in parts {
        assert!(out.contains(part), "no {part:?} in\n{out}");
    }
}

/// The bad store's own plan, by hand.
const MENDED: &str = "\
next
ack
declare 1
map
metrics web
wait 30s
set web->store timeout 1s
next
wait 3m
mitigated
close
wait 2m
score
quit
";

#[test]
fn a_game_goes_from_the_briefing_to_the_report() {
    let shop = shop("console_game");
    let out = played(&shop, "bad-store", MENDED);
    has(
        &out,
        &[
            "It is 09:00:00. You have 8m.",
            "09:00:00 · 0 min lost > next\n",
            "  ▲ web errors",
            "● order 1, acknowledge",
            " SEV1 · ",
            "customers, buy 🧦 → web, \"EU\" 🛒",
            "      → store",
            "http.server.requests error rate avg",
            "● order 3, web, \"EU\" 🛒 → store · timeout = 1s: ",
            "✓ done: order 3, ",
            "  ▽ recovered: web errors",
            "The incident is over.",
            "cause bad-store · seed 1 · plan by hand",
            "Milestones",
            "Recovered · ",
            " · over > score\n",
        ],
    );
    assert_eq!(
        out.matches("Recovered · ").count(),
        2,
        "at the end, and when asked"
    );
    for line in out
        .lines()
        .take_while(|line| *line != "The incident is over.")
    {
        assert!(line.chars().count() <= 80, "{line}");
        assert!(
            !line.contains('\u{1b}') && !line.contains("bad-store"),
            "{line}"
        );
    }
}

#[test]
fn nothing_is_given_away_before_the_end() {
    let shop = shop("console_spoilers");
    let see = "status\nbriefing\nalarms\nmetrics\nmap\nteam\njournal\nnews\nfindings\nhypotheses\nscore\n";
    let looks = "channel\nchanges\nnext\nlogs store by Robin\nnext\nshow\n";
    let lines = format!("{see}next\n{see}{looks}wait 1m\n{see}");
    for json in [false, true] {
        for variant in ["bad-store", "slow-store"] {
            let save = shop.with_file_name("spoilers.replay.ron");
            let mut args = vec![text(&shop), "--variant", variant, "--save", text(&save)];
            args.extend(json.then_some("--json"));
            let (code, out, _) = console(&args, &lines);
            assert_eq!(code, 0);
            for word in ["bad-store", "slow-store", "cause ·", "variant", "onset"] {
                assert!(!out.contains(word), "{word:?} in\n{out}");
            }
        }
    }
}

#[test]
fn what_is_typed_wrong_is_answered_in_a_line_and_changes_nothing() {
    let shop = shop("console_wrong");
    for (line, answer) in [
        (
            "frobnicate",
            "there is no command `frobnicate`; `help` lists them",
        ),
        ("rolback web", "did you mean `rollback`?"),
        ("re web", "`re` could be "),
        ("scale web -3", "found the number -3"),
        ("scale web many", "expected a whole number"),
        (
            "scale web",
            "something is missing: the form is `scale COMPONENT N`",
        ),
        ("scale web 3 4", "what is `4`?"),
        ("suspect nobody Leak", "there is no component `nobody`"),
        ("suspect store leek", "did you mean `Leak`?"),
        ("suspect store Leak 800%", "a share must be"),
        ("suspect store", "what is wrong with it?"),
        (
            "logs stroe",
            "there is no component `stroe`; did you mean `store`?",
        ),
        ("logs", "which component? there are "),
        ("queue", "there is no queue here"),
        ("flush store", "needs a cache"),
        ("drain web->store", "needs a call of a balancer"),
        (
            "breaker web->shop open",
            "there is no call of `web, \"EU\" 🛒` to `shop`",
        ),
        ("breaker store->web open", "`store` calls nobody"),
        ("breaker open", "which call?"),
        ("set web->store tiemout 1s", "did you mean `timeout`?"),
        ("set web->store timeout 1", "found the number 1 without"),
        ("set web->store", "something is missing"),
        ("set store speed) 3", "is no setting"),
        ("page Robyn", "did you mean `Robin`?"),
        ("assign king Robin", "there is no role `king`"),
        ("declare high", "`high` is no number of a severity"),
        ("undo it", "`it` is no number of an order"),
        ("post everybody", "there is no audience `everybody`"),
        ("post status scope=lots", "there is no scope `lots`"),
        (
            "post status cause=store",
            "a cause is a component and a mechanism",
        ),
        ("post status next=soon", "expected a duration"),
        ("post status \"never closed", "a quote is never closed"),
        ("wait", "for how long?"),
        ("wait 2", "`2` is no time"),
        ("wait -2m", "`-2m` is no time"),
        ("show 3", "nothing has been found yet"),
        ("show 0", "`0` is no number of a finding"),
        ("status now", "what is `now`?"),
        ("status by Robin", "is done by nobody in particular"),
        ("help xyz", "there is no help about `xyz`"),
        ("score", "it is not over yet"),
    ] {
        let out = played(&shop, "bad-store", &format!("{line}\njournal\nquit\n"));
        let echo = format!("min lost > {line}\n? ");
        has(&out, &[answer, "No orders yet."]);
        assert!(out.contains(&echo), "{out}");
    }
    // A line without an end, and one that is no text.
    let long = format!("{}\nquit\n", "x".repeat(200_000));
    has(
        &played(&shop, "bad-store", &long),
        &["this line is far too long"],
    );
}

#[test]
fn what_the_session_refuses_stands_in_the_journal() {
    let shop = shop("console_refused");
    let lines = "declare 9\npage Robin\nask you\nundo 7\nclose\nclose\nlogs store by Dana\nrollback web\njournal\nquit\n";
    let save = shop.with_file_name("refused.replay.ron");
    let (code, out, err) = console(&[text(&shop), "--save", text(&save)], lines);
    assert_eq!((code, err.as_str()), (0, ""));
    has(
        &out,
        &[
            "✕ declare SEV9: a severity is from 1 to 5",
            "✕ page Robin: Robin is here",
            "✕ ask you: that is you",
            "✕ take back order 7: there is no order 7",
            "● order 5, close the incident",
            "✕ close the incident: it is closed",
            "✕ logs of store: Dana is not here; page them first",
            "✕ roll back web, \"EU\" 🛒: web, \"EU\" 🛒 runs its first release",
            "    1  09:00:00  declare SEV9 · refused: a severity is from 1 to 5",
        ],
    );
}

#[test]
fn the_scenario_language_can_be_typed_and_is_found_fault_with_by_place() {
    let shop = shop("console_language");
    let lines = "do Restart(component: \"stroe\")\nRestart(component: \"store\") by Robin\n\
                 do [Acknowledge, Declare(severity: 1)]\ndo Changes by you\nDo Undo(step: 9)\nquit\n";
    let save = shop.with_file_name("language.replay.ron");
    let (_, out, _) = console(&[text(&shop), "--save", text(&save)], lines);
    has(
        &out,
        &[
            "error[S0401]: there is no component `stroe`",
            " --> line:1:20",
            "  |                    ^^^^^^^",
            "did you mean `store`?",
            "● order 1, restart store, all at once: Robin, until 09:01:00",
            "✕ acknowledge: nothing has paged anybody",
            "● order 3, declare SEV1",
            "recent changes: you, until 09:01:00",
            "✕ take back order 9: there is no order 9",
        ],
    );
}

#[test]
fn messages_show_their_wording_before_they_go_out() {
    let shop = shop("console_post");
    let lines = "post status scope=some journeys=buy cause=store:Overload data=safe next=30m\n\
                 post exec lang=fr scope=all certain cause=web/badrel eta=20m resolved=no\n\
                 post support \"Say nothing yet.\" by Sam\nwait 2m\nquit\n";
    let save = shop.with_file_name("post.replay.ron");
    let (_, out, _) = console(&[text(&shop), "--save", text(&save)], lines);
    has(
        &out,
        &[
            "» Some customers see errors or delays (buy 🧦).",
            "We suspect store: more load",
            "Next update in 30 minutes.",
            "» Le service est actuellement indisponible pour nos clients.",
            "  09:01:00  » status page: Some customers",
        ],
    );
}

/// The JSON objects that a console answers with.
fn objects(args: &[&str], lines: &str) -> Vec<Value> {
    let all: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let (code, out, err) = console(&all, lines);
    assert_eq!((code, err.as_str()), (0, ""));
    out.lines()
        .map(|line| serde_json::from_str(line).expect("JSON in every line"))
        .collect()
}

#[test]
fn a_program_gets_one_object_for_each_line() {
    let shop = shop("console_json");
    let mut lines =
        String::from("frobnicate\nlogs stroe\ndeclare 9\nhelp\nhelp post\nbriefing\nnews\nshow\n");
    lines.push_str(&MENDED.replace(
        "quit\n",
        "status\nalarms\nteam\njournal\nfindings\nhypotheses\nack\n",
    ));
    let save = shop.with_file_name("game.replay.ron");
    let args = [text(&shop), "--variant", "bad-store", "--save", text(&save)];
    let answers = objects(&args, &format!("# a comment\n\n{lines}"));
    assert_eq!(
        answers.len(),
        1 + lines.lines().count() + 1,
        "the briefing, each line, the file"
    );
    for (answer, line) in answers.iter().skip(1).zip(lines.lines()) {
        let kind = answer["kind"].as_str().expect("a text");
        for key in ["at_s", "clock", "declared", "customer_minutes", "ended"] {
            assert!(answer.get(key).is_some(), "{line}: no {key} in {answer}");
        }
        let expected = match line {
            "frobnicate" | "logs stroe" | "show" | "ack"
                if answer["at_s"] != 0.0 || line != "ack" =>
            {
                None
            }
            _ => Some(kind),
        };
        if line.starts_with("wait") || line == "next" {
            assert_eq!(kind, "time", "{line}");
        }
        assert!(
            expected.is_some() || matches!(kind, "error" | "orders"),
            "{line}: {answer}"
        );
    }
    assert_eq!(answers[1]["kind"], "error");
    assert_eq!(
        (
            &answers[3]["orders"][0]["taken"],
            &answers[3]["orders"][0]["order"]
        ),
        (&false.into(), &1.into())
    );
    let ends: Vec<&Value> = answers
        .iter()
        .filter(|answer| answer.get("report").is_some())
        .collect();
    assert_eq!(ends.len(), 2, "when it ends, and when asked");
    assert_eq!(
        (&ends[0]["kind"], &ends[0]["ended"]),
        (&"time".into(), &"closed".into())
    );
    assert_eq!(ends[0]["report"]["outcome"], "recovered");
    assert_eq!(ends[0]["report"]["plan"], "by hand");
    let last = &answers[answers.len() - 2];
    assert!(
        last["message"]
            .as_str()
            .is_some_and(|it| it.contains("the incident is over")),
        "{last}"
    );

    // The same game as a replay says the same.
    let (code, out, _) = sev1(&["replay", text(&save), "--json"]);
    let again: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &again), (0, &ends[0]["report"]));
}

#[test]
fn a_game_cut_off_goes_on_where_it_was() {
    let shop = shop("console_cut");
    let save = text(&shop.with_file_name("cut.replay.ron")).to_owned();
    let whole = objects(&[text(&shop), "--variant", "bad-store"], MENDED);
    let report = |answers: &[Value]| {
        let mut with = answers
            .iter()
            .filter_map(|answer| answer.get("report").cloned());
        with.next().expect("a report")
    };
    let lines: Vec<&str> = MENDED.lines().collect();
    for cut in 0..11 {
        let before = lines[..cut].join("\n");
        let start = [text(&shop), "--variant", "bad-store", "--save", &save];
        let (code, out, err) = console(&start, &before);
        assert_eq!((code, err.as_str()), (0, ""));
        has(
            &out,
            &[
                &format!("Written to {save}"),
                &format!("sev1 console --resume {save}"),
            ],
        );
        let after = objects(&["--resume", &save], &lines[cut..].join("\n"));
        assert_eq!(report(&after), report(&whole), "cut before line {cut}");
    }
    let ended = objects(&["--resume", &save], "ack\n");
    assert_eq!(report(&ended), report(&whole), "what is over is over");
}

#[test]
fn orders_after_the_end_are_not_taken() {
    let shop = shop("console_after");
    let out = played(
        &shop,
        "bad-store",
        "wait 1h\nack\nwait 1m\nnext\nstop\nrestart store\njournal\nquit\n",
    );
    has(
        &out,
        &[
            "Not recovered by the time limit",
            "09:08:00 · ",
            "No orders yet.",
        ],
    );
    assert_eq!(out.matches("? the incident is over").count(), 5, "{out}");
    let stopped = played(&shop, "bad-store", "wait 2m\nstop\nquit\n");
    has(&stopped, &["The incident is over.", "09:02:00 · "]);
}

#[test]
fn a_game_is_written_to_the_current_folder_when_the_input_ends() {
    let folder = folder("console_default");
    let shop = shop("console_default_shop");
    let play = |lines: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sev1"))
            .args(["console", text(&shop), "--seed", "4"])
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the game starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(lines.as_bytes()).expect("it reads");
        drop(stdin);
        child.wait_with_output().expect("it ends")
    };
    let output = play("status\n");
    assert_eq!(output.status.code(), Some(0));
    let written = folder.join("sev1-a-shop-4.replay.ron");
    assert!(!written.exists(), "nothing has happened: nothing is kept");
    let output = play("wait 90s\nack");
    assert_eq!(output.status.code(), Some(0));
    has(
        &String::from_utf8_lossy(&output.stdout),
        &["Written to sev1-a-shop-4.replay.ron"],
    );
    assert_eq!(sev1(&["replay", text(&written)]).0, 0);

    // A folder is in the way: it says so and where.
    fs::remove_file(&written).expect("it was there");
    fs::create_dir(&written).expect("a folder");
    let output = play("wait 90s\nack");
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(err.lines().count(), 1, "{err}");
    has(
        &err,
        &[
            "the game is not saved",
            "could not write sev1-a-shop-4.replay.ron",
            text(&written),
        ],
    );
}

#[test]
fn a_console_that_cannot_start_says_so_in_a_line() {
    let shop = shop("console_start");
    let missing = text(&shop.with_file_name("missing.replay.ron")).to_owned();
    for args in [
        &["chekout-5xx"][..],
        &[text(&shop), "--variant", "nope"],
        &["--resume", &missing],
        &["--resume", text(&shop)],
    ] {
        let (code, out, err) = console(args, "");
        assert_eq!(
            (code, out.as_str(), err.lines().count()),
            (2, "", 1),
            "{err}"
        );
    }
    for args in [
        &[][..],
        &[text(&shop), "--resume", &missing],
        &["--resume", &missing, "--seed", "3"],
    ] {
        assert_eq!(console(args, "").0, 2, "{args:?}");
    }
}

//! The words of the console: every command with its form and what it does, in the order of the help.

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As it is typed; the beginning is enough.
    pub(super) name: &'static str,
    /// What follows it.
    pub(super) form: &'static str,
    /// What it does.
    pub(super) does: &'static str,
    /// Under which heading the help shows it.
    pub(super) topic: &'static str,
}

/// Headings of the help, in order, with a word about each.
pub(super) const TOPICS: &[(&str, &str)] = &[
    ("time", "time passes by these alone"),
    ("see", "costs no time"),
    (
        "look",
        "takes somebody's time; the finding is printed when it is there",
    ),
    ("team", "said and done at once"),
    (
        "act",
        "changes the system; somebody is busy with it, then it takes effect",
    ),
    ("end", "the game"),
];

macro_rules! words {
    ($($topic:ident { $($name:literal $form:literal $does:literal;)* })*) => {
        &[$($(Word { name: $name, form: $form, does: $does, topic: stringify!($topic) }),*),*]
    };
}

/// All commands.
pub(super) const WORDS: &[Word] = words! {
time {
    "wait" "TIME" "lets time pass: `wait 2m`, `wait 90s`; `w` is a minute";
    "next" "" "lets time pass until something happens, ten minutes at most";
}
see {
    "status" "" "clock, severity, impact, alarms, who does what";
    "briefing" "" "what you were told at the start";
    "alarms" "" "all alarms and objectives as they stand";
    "metrics" "[COMPONENT]" "published metrics: course, last value, age";
    "map" "" "the parts, who calls whom, their published health";
    "team" "" "who is here, what they know, what they do";
    "journal" "" "all orders and what became of them";
    "news" "" "everything that happened so far";
    "findings" "" "what has been found";
    "show" "[N]" "a finding once more";
    "hypotheses" "" "what you wrote down as suspects";
}
look {
    "logs" "COMPONENT" "log lines";
    "traces" "COMPONENT" "traces that pass it";
    "changes" "" "what was changed lately";
    "diff" "SERVICE" "what is new in its release";
    "profile" "COMPONENT" "where its time goes";
    "queries" "DATABASE" "what runs, and who holds connections";
    "cache" "CACHE" "content and load";
    "queue" "QUEUE" "what waits, and what was put aside";
    "sandbox" "API" "a call by hand, past our code";
    "staging" "SERVICE" "failing requests replayed";
    "vendor" "API" "the provider's own word";
    "books" "COMPONENT" "what it did, held against the books";
    "reports" "" "what customers report";
}
team {
    "ack" "" "takes the page";
    "channel" "" "opens a channel: findings need no retelling";
    "declare" "1..5" "declares the incident, or another severity";
    "page" "NAME" "calls somebody who is not here";
    "ask" "NAME" "asks what they have noticed";
    "assign" "ROLE NAME" "commander, operations, communications or scribe";
    "suspect" "COMPONENT MECHANISM [80%]" "writes a suspect down; `help suspect` lists mechanisms";
    "post" "AUDIENCE CLAIM…" "tells status, customers, executives, support or vendor; see `help post`";
    "mitigated" "" "declares that customers are no longer harmed";
    "close" "" "closes the incident";
}
act {
    "rollback" "SERVICE [25%]" "back to the version before";
    "deploy" "SERVICE VERSION [25%]" "rolls a version out";
    "scale" "COMPONENT N" "sets the number of instances";
    "restart" "COMPONENT [staggered]" "all instances, or in waves";
    "flag" "FLAG on|off" "switches a flag";
    "job" "JOB on|off" "starts or stops a background job";
    "breaker" "CALL open|closed|auto" "holds a breaker, or leaves it to itself";
    "autoscaler" "SERVICE on|off" "switches it";
    "healthchecks" "BALANCER on|off" "switches them";
    "gate" "SERVICE on|off" "switches its release gate; off lets anything pass";
    "drain" "CALL" "takes a target out of rotation: `drain alb->checkout`";
    "undrain" "CALL" "puts it back";
    "flush" "CACHE" "empties it";
    "warm" "CACHE RATE" "loads popular keys: `warm prices 500/s`";
    "failover" "DATABASE" "promotes a replica";
    "replicas" "DATABASE [N]" "adds read replicas";
    "killqueries" "DATABASE" "ends the slow queries";
    "killidle" "DATABASE" "closes connections nobody uses";
    "pause" "QUEUE" "stops consumption";
    "resume" "QUEUE" "goes on consuming";
    "replaydlq" "QUEUE RATE" "puts dead letters back: `replaydlq orders 15/s`";
    "skip" "QUEUE" "puts the blocking record aside";
    "rotate" "API" "makes new client secrets";
    "refresh" "API" "throws cached tokens away";
    "reauth" "API" "asks sellers to authorise again";
    "revert" "COMPONENT" "puts every changed setting back";
    "set" "TARGET SETTING VALUE… [over TIME]" "`set checkout->pricing timeout 200ms attempts 2`";
    "do" "ACTION" "as in a plan: `do RollBack(service: \"checkout\", share: \"25%\")`";
    "undo" "N" "stops order N, or takes it back";
}
end {
    "score" "" "the report, once it is over";
    "save" "FILE" "writes the game so far; `--resume FILE` goes on with it";
    "stop" "" "stands down: the incident is over for you";
    "help" "[TOPIC|COMMAND]" "this";
    "quit" "" "leaves; with `--save` the game so far is written";
}
};

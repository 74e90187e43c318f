//! Rules of the repository that no compiler holds: who may use whom, what the core never touches,
//! and how the files look. Each test is one rule; its message lists every place and what to do.
//!
//! May read the package's own files. Never runs the game.

mod scan;

use std::collections::{BTreeMap, BTreeSet};

use scan::{File, Used, files_in, root, sources};
use sev1::diag::{Findings, Sources};
use sev1::scenario::syntax::{self, Kind};

/// The modules of `src`; each uses only those in the rows above its own, and itself.
const ORDER: &[&[&str]] = &[
    &["base"],
    &["diag"],
    &["scenario"],
    &["sim"],
    &["observe"],
    &["session"],
    &["score"],
    &["debrief"],
    &["prove"],
    &["view"],
    &["report"],
    &["files"],
    &["gameday"],
    &["desktop"],
    &["cli"],
];

/// What is the same on every machine and every run.
const CORE: &[&str] = &[
    "base", "diag", "scenario", "sim", "observe", "session", "score", "debrief",
];

/// The only files that open files.
const OPEN_FILES: &[&str] = &[
    "src/files/mod.rs",
    "src/desktop/store.rs",
    "src/gameday/store.rs",
];

/// The longest source file.
const MOST_LINES: usize = 600;

/// The row of a module in [`ORDER`].
fn row(module: &str) -> Option<usize> {
    ORDER.iter().position(|row| row.contains(&module))
}

/// The module of `src` that a file belongs to; `None` for `lib.rs`, `main.rs` and other folders.
fn module_of(file: &File) -> Option<String> {
    let first = file
        .path
        .starts_with("src/")
        .then(|| file.module().into_iter().next())??;
    (first != "main").then_some(first)
}

/// Lists the places where a rule is broken.
fn check(offences: &[String], advice: &str) {
    assert!(
        offences.is_empty(),
        "\n  {}\n{advice}\n",
        offences.join("\n  ")
    );
}

/// Every use in `src` for which `is_wrong` gives a reason.
fn uses_where(is_wrong: impl Fn(&str, &File, &Used) -> Option<String>) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files_in("src")
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
    {
        let Some(module) = module_of(file) else {
            continue;
        };
        for used in file.uses() {
            if let Some(why) = is_wrong(&module, file, &used) {
                let place = format!("{}:{}", file.path, used.line);
                offences.push(format!("{place}: {} {why}", used.names.join("::")));
            }
        }
    }
    offences
}

/// Uses in the core, tests aside, that begin with one of `paths` or name one of `words`.
fn core_uses(paths: &[&[&str]], words: &[&str]) -> Vec<String> {
    uses_where(|module, _, used| {
        let is_core = CORE.contains(&module) && !used.in_test;
        let is_named = used.names.iter().any(|name| words.contains(&name.as_str()));
        let is_banned = is_named || paths.iter().any(|path| used.is_under(path));
        (is_core && is_banned).then(|| format!("in `{module}`"))
    })
}

/// Why: rustc lets modules of one crate use each other in circles; then nothing can be understood,
/// tested or taken out by itself.
#[test]
fn modules_use_only_those_before_them() {
    let offences = uses_where(|module, _, used| {
        let target = used.names.get(1).filter(|_| used.is_under(&["crate"]))?;
        let (from, to) = (row(module)?, row(target)?);
        (target != module && to >= from).then(|| format!("is not before `{module}`"))
    });
    check(
        &offences,
        "Move what both need into a module above, or hand it in as an argument. The order is in \
         ORDER (tests/integration/tidy.rs) and ARCHITECTURE.md.",
    );
}

/// Why: a module without a place in the order is under no rule.
#[test]
fn every_module_has_a_place_in_the_order_and_on_the_map() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap_or_default();
    let modules: BTreeSet<String> = files_in("src")
        .iter()
        .filter(|file| file.path != "src/lib.rs" && file.path.ends_with(".rs"))
        .filter_map(module_of)
        .collect();
    let mut offences = Vec::new();
    for module in modules {
        if row(&module).is_none() {
            offences.push(format!(
                "src/{module}: not in ORDER (tests/integration/tidy.rs)"
            ));
        }
        if !map.contains(&format!("`src/{module}`")) {
            offences.push(format!(
                "src/{module}: no heading `src/{module}` in ARCHITECTURE.md"
            ));
        }
    }
    check(
        &offences,
        "Decide what the module may use, then write it down in both places.",
    );
}

/// Why: the simulation takes the resolved scenario; files, spans and names are not its business.
#[test]
fn the_simulation_knows_only_the_resolved_scenario() {
    let offences = uses_where(|module, _, used| {
        let is_scenario = module == "sim" && used.is_under(&["crate", "scenario"]);
        let part = used.names.get(2).map(String::as_str);
        let is_fine = matches!(part, Some("model" | "action"));
        (is_scenario && !is_fine).then(|| "in `sim`".to_owned())
    });
    check(
        &offences,
        "`sim` takes `scenario::model` and `scenario::action` only: resolve it there.",
    );
}

/// Why: how an author wrote something must not change what is seen or played.
#[test]
fn who_plays_never_sees_the_file() {
    let offences = uses_where(|module, _, used| {
        let plays = matches!(
            module,
            "sim" | "observe" | "session" | "score" | "debrief" | "view"
        );
        let is_raw = used.is_under(&["crate", "scenario", "raw"]);
        (plays && is_raw).then(|| format!("in `{module}`"))
    });
    check(
        &offences,
        "Add what is needed to `scenario::model` and fill it in `scenario::resolve`.",
    );
}

/// Why: a front end is a leaf; a rule of the game found there would hold for one front end only.
#[test]
fn only_main_uses_the_command_line() {
    let offences = uses_where(|module, _, used| {
        let is_cli = module != "cli" && used.is_under(&["crate", "cli"]);
        is_cli.then(|| format!("in `{module}`"))
    });
    check(
        &offences,
        "Move what is needed out of `cli`, into the module that owns the rule.",
    );
}

/// Why: a run is a function of scenario, seed and actions; real time is not among them.
#[test]
fn the_core_reads_no_clock() {
    let offences = core_uses(&[&["std", "time"]], &["Instant", "SystemTime"]);
    check(
        &offences,
        "Use `base::time`; who needs real time hands a duration in.",
    );
}

/// Why: the core runs in a test, a browser or a server alike, and fails only for what it was given.
#[test]
fn only_named_files_open_files() {
    let offences = uses_where(|module, file, used| {
        let is_exempt = used.in_test || OPEN_FILES.contains(&file.path.as_str());
        let touches = used.is_under(&["std", "fs"])
            || (CORE.contains(&module)
                && (used.is_under(&["std", "net"]) || used.is_under(&["std", "io"])));
        (touches && !is_exempt).then(|| format!("in `{module}`"))
    });
    check(
        &offences,
        "Files are opened in src/files/mod.rs; pass bytes or texts on from there.",
    );
}

/// Why: what the shell or the locale says must not change a run.
#[test]
fn the_core_reads_no_environment() {
    let offences = core_uses(&[&["std", "env"], &["std", "process"]], &[]);
    check(
        &offences,
        "Read it in `cli` and hand it in. `env!` at compile time is fine.",
    );
}

/// Why: the core does not know who listens; its results are values and events.
#[test]
fn the_core_prints_nothing() {
    let macros = ["print!", "println!", "eprint!", "eprintln!", "dbg!"];
    let offences = core_uses(&[], &macros);
    check(&offences, "Return the text, or an event; `cli` prints.");
}

/// Why: a hash map's order differs from run to run, and sooner or later somebody iterates over it.
#[test]
fn the_core_keeps_order() {
    let offences = core_uses(&[], &["HashMap", "HashSet", "RandomState", "DefaultHasher"]);
    check(
        &offences,
        "Use `BTreeMap`, `BTreeSet`, or an `IdVec` indexed by a typed id.",
    );
}

/// Why: luck belongs to the seed and the moment; a shared generator gives another run each time.
#[test]
fn all_luck_comes_from_named_streams() {
    let paths: &[&[&str]] = &[&["rand", "rng"], &["rand", "random"], &["rand", "rngs"]];
    let words = [
        "thread_rng",
        "ThreadRng",
        "OsRng",
        "SysRng",
        "StdRng",
        "SmallRng",
        "from_os_rng",
    ];
    check(
        &core_uses(paths, &words),
        "Draw from a `base::rng::Stream` of your own.",
    );
}

/// Why: the order in which threads run is luck that no seed decides.
#[test]
fn the_core_has_no_threads_of_its_own() {
    let offences = core_uses(&[&["std", "thread"]], &["thread_local!", "lazy_static!"]);
    check(
        &offences,
        "Many runs at once are the caller's business; one run has one thread.",
    );
}

/// Why: clippy sees calls that no path shows, such as `x.powf(y)`, but only where it is told to.
#[test]
fn the_core_is_checked_by_clippy_too() {
    let wanted = "#![deny(clippy::disallowed_types, clippy::disallowed_methods)]";
    let mut offences = Vec::new();
    for module in CORE {
        let paths = [format!("src/{module}/mod.rs"), format!("src/{module}.rs")];
        for file in files_in("src")
            .iter()
            .filter(|file| paths.contains(&file.path))
        {
            if !file.text.lines().any(|line| line == wanted) {
                offences.push(format!("{}: no {wanted}", file.path));
            }
        }
    }
    check(
        &offences,
        "Put the line below the module's docs; .clippy.toml has the lists.",
    );
}

/// Why: whoever opens a file should learn from its first lines what it is for.
#[test]
fn every_file_says_what_it_is_for() {
    let silent = |file: &File| !file.text.starts_with("//!");
    let offences: Vec<String> = sources()
        .into_iter()
        .filter(silent)
        .map(|file| file.path)
        .collect();
    check(
        &offences,
        "Begin with `//!`: what it is for, what it may use, what it never does.",
    );
}

/// Why: a file holds one idea, and one idea fits on a few screens.
#[test]
fn files_are_short() {
    let mut offences = Vec::new();
    for file in sources() {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            offences.push(format!(
                "{}: {lines} lines, at most {MOST_LINES}",
                file.path
            ));
        }
    }
    check(
        &offences,
        "Find the second idea in the file and give it a file of its own.",
    );
}

/// Why: what is not written yet is a missing feature, and a test nobody runs proves nothing.
#[test]
fn nothing_is_left_for_later() {
    let mut offences = Vec::new();
    for file in sources() {
        for used in file.uses() {
            if let Some(name @ ("todo!" | "unimplemented!")) = used.names.last().map(String::as_str)
            {
                offences.push(format!("{}:{}: {name}", file.path, used.line));
            }
        }
        for line in file.attributes("ignore") {
            offences.push(format!("{}:{line}: #[ignore]", file.path));
        }
    }
    check(
        &offences,
        "Write it or leave it out; make a slow test smaller, or a benchmark.",
    );
}

/// Why: an id names one scenario on the command line and in every saved run.
#[test]
fn scenario_ids_are_unique() {
    let mut by_id: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files_in("scenarios") {
        if let Some(id) = scenario_id(&file) {
            by_id.entry(id).or_default().push(file.path);
        }
    }
    let twice = by_id.iter().filter(|(_, paths)| paths.len() > 1);
    let offences: Vec<String> = twice
        .map(|(id, paths)| format!("{id}: {}", paths.join(", ")))
        .collect();
    check(
        &offences,
        "Give each scenario an id of its own: saved runs name it.",
    );
}

/// The id of a scenario file: its `id`, or the name of the file (of its folder, if it is called
/// `scenario.ron`). `None` for worlds and other files.
fn scenario_id(file: &File) -> Option<String> {
    let mut names = file.path.strip_suffix(".ron")?.rsplit('/');
    let stem = names.find(|name| *name != "scenario")?;
    let (mut texts, mut findings) = (Sources::default(), Findings::default());
    let (_, tree) = syntax::parse(&file.path, file.text.as_bytes(), &mut texts, &mut findings);
    let Kind::Struct { fields, .. } = tree?.kind else {
        return None;
    };
    let only_scenarios_have = ["variants", "faults", "objectives", "plans"];
    if !fields
        .iter()
        .any(|field| only_scenarios_have.contains(&field.name.text.as_str()))
    {
        return None;
    }
    let id = fields
        .iter()
        .find(|field| field.name.text == "id")
        .map(|field| &field.value.kind);
    Some(if let Some(Kind::Str(id)) = id {
        id.clone()
    } else {
        stem.to_owned()
    })
}

/// Why: a clone must be whole by itself; a path that leads out of it leads nowhere.
#[test]
fn nothing_points_out_of_the_repository() {
    let outside = concat!("../", "shared");
    let mut offences = Vec::new();
    for file in files_in("") {
        for (number, line) in file.text.lines().enumerate() {
            if line.contains(outside) {
                offences.push(format!("{}:{}: {outside}", file.path, number + 1));
            }
        }
    }
    check(&offences, "Say here what is meant, or leave it out.");
}

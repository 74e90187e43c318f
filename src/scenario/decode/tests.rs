//! What an author sees for each mistake in a value's shape, and that one look finds them all.

use proptest::prelude::*;

use super::*;
use crate::base::time::SimDuration;
use crate::diag::{Sources, Spanned, human};
use crate::scenario::syntax;
use crate::scenario::units::{Rate, Share};

raw_struct! {
    /// A whole thing.
    pub(super) struct World {
        /// What it is called.
        title: Spanned<String>,
        /// Its parts.
        components: Entries<Component>,
        /// What happens to it.
        faults: Vec<Spanned<Fault>> = [],
        /// Level of difficulty.
        level: Spanned<u32> where 1 ..= 5 = 2,
        /// Said at the start.
        intro: Option<Prose>,
        /// Points of a curve.
        profile: Vec<(SimDuration, Rate)> = [("0s", "10/s")],
    }
}

raw_enum! {
    /// A part.
    pub(super) enum Component {
        /// Does work.
        Service(service: Service),
        /// Keeps copies.
        Cache {
            /// How much of the time it helps.
            hit_rate: Share,
            /// What it drops.
            policy: Policy = Lru,
        },
    }
}

raw_struct! {
    /// Does work.
    pub(super) struct Service {
        /// How many there are.
        instances: u32 where 1 ..= 1000 = 4,
        /// How long it may take.
        timeout: Spanned<SimDuration> where "1ms" ..= "1h" = "1s",
        /// What starts it.
        start: Trigger = At("0s"),
    }
}

raw_enum! {
    /// What a cache drops.
    pub(super) enum Policy derive(Copy, Eq) {
        /// The longest unused.
        Lru,
        /// The oldest.
        Fifo,
        /// Nothing.
        None,
    }
}

raw_enum! {
    /// When.
    pub(super) enum Trigger {
        /// Never.
        Never,
        /// At a time.
        At(time: SimDuration),
        /// Between times.
        Between(from: SimDuration, to: SimDuration where "0s" ..= "1d"),
        /// All of these.
        All(of: Vec<Trigger>),
        /// On a signal.
        When {
            /// Which.
            signal: Spanned<String>,
            /// Its least value.
            above: f64 = 0.5,
        },
    }
}

raw_struct! {
    /// What goes wrong.
    pub(super) struct Fault {
        /// Its name.
        name: String,
        /// When it starts.
        when: Box<Trigger>,
    }
}

fn read<T: Decode>(text: &str) -> (Option<T>, Findings, Sources, BTreeSet<String>) {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let (_, root) = syntax::parse("a.ron", text.as_bytes(), &mut sources, &mut findings);
    let (value, lost) =
        root.map_or_else(Default::default, |root| decode::<T>(&root, &mut findings));
    findings.sort();
    (value, findings, sources, lost)
}

fn sound<T: Decode>(text: &str) -> T {
    let (value, findings, sources, _) = read(text);
    assert!(
        findings.is_empty(),
        "{}",
        human::render(&findings, &sources, false)
    );
    value.expect("a value")
}

fn check<T: Decode>(text: &str, expected: &str) {
    let (_, findings, sources, _) = read::<T>(text);
    let shown = human::render(&findings, &sources, false);
    assert_eq!(
        shown.trim_end(),
        expected.trim(),
        "\n--- found ---\n{shown}"
    );
}

fn messages<T: Decode>(text: &str) -> Vec<String> {
    let (_, findings, ..) = read::<T>(text);
    findings
        .iter()
        .map(|finding| format!("{} {}", finding.code, finding.message))
        .collect()
}

#[test]
fn a_file_becomes_structs_with_defaults_filled_in() {
    let world: World = sound(
        r#"World(
            title: "Checkout",
            components: {
                "web": Service(),
                "api": Service(instances: 8, start: When(signal: "errors")),
                cache: Cache(hit_rate: "95%"),
            },
            faults: [(name: "leak", when: All([At("10m"), Between("1s", "2s"), Never]))],
            intro: "It is
                    Monday.

                    - one
                    - two",
        )"#,
    );
    assert_eq!(world.title.value, "Checkout");
    let names: Vec<&str> = world
        .components
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["web", "api", "cache"], "the order of the file");
    let Component::Service(web) = &world.components[0].1 else {
        panic!("no service")
    };
    assert_eq!(
        (web.instances, web.timeout.value),
        (4, SimDuration::from_secs(1))
    );
    assert_eq!(web.start, Trigger::At(SimDuration::ZERO));
    let Component::Service(api) = &world.components[1].1 else {
        panic!("no service")
    };
    assert!(
        matches!(&api.start, Trigger::When { signal, above } if **signal == "errors" && *above == 0.5)
    );
    assert!(matches!(
        world.components[2].1,
        Component::Cache {
            policy: Policy::Lru,
            ..
        }
    ));
    assert!(matches!(&*world.faults[0].when, Trigger::All(of) if of.len() == 3));
    assert_eq!(
        world.intro.as_deref(),
        Some("It is Monday.\n\n- one\n- two")
    );
    assert_eq!(world.profile.len(), 1);
}

#[test]
fn shorthands_mean_the_same() {
    assert_eq!(sound::<Component>("Service"), sound("Service()"));
    assert_eq!(
        sound::<Component>("Service(Service(instances: 4))"),
        sound("Service(instances: 4)")
    );
    assert_eq!(sound::<Trigger>("Never()"), Trigger::Never);
    assert_eq!(sound::<Policy>("None"), Policy::None);
    assert_eq!(sound::<Option<u32>>("Some(3)"), Some(3));
    assert_eq!(sound::<Option<u32>>("3"), Some(3));
    assert_eq!(sound::<Option<u32>>("None"), None);
    assert_eq!(sound::<u32>("3.0"), 3);
    assert_eq!(sound::<Service>("()"), sound("Service(start: At(\"0s\"))"));
}

const MISTAKEN: &str = r#"World(
    titel: "Checkout",
    components: {
        "api": Service(instances: "four", timout: "2s"),
        "db": Databse(),
        "cache": Cache(hit_rate: 5, policy: lru),
    },
    faults: [
        (when: At("750 parrots")),
        (name: "leak", when: At()),
    ],
    level: 9,
)"#;

const FINDINGS: &str = r#"
error[S0202]: `World` has no field `titel`
 --> a.ron:2:5
  |
2 |     titel: "Checkout",
  |     ^^^^^
  |
  = expected one of: title, components, faults, level, intro, profile
  = help: did you mean `title`?

error[S0201]: expected a whole number such as 12, found "four"
 --> a.ron:4:35
  |
4 |         "api": Service(instances: "four", timout: "2s"),
  |                                   ^^^^^^

error[S0202]: `Service` has no field `timout`
 --> a.ron:4:43
  |
4 |         "api": Service(instances: "four", timout: "2s"),
  |                                           ^^^^^^
  |
  = expected one of: instances, timeout, start
  = help: did you mean `timeout`?

error[S0204]: expected one of `Service` and `Cache`, found `Databse`
 --> a.ron:5:15
  |
5 |         "db": Databse(),
  |               ^^^^^^^
  |
  = expected one of: Service(…), Cache(hit_rate: …)

error[S0307]: a share must be from 0 to 1, or a percentage, found the number 5
 --> a.ron:6:34
  |
6 |         "cache": Cache(hit_rate: 5, policy: lru),
  |                                  ^
  |
  = help: did you mean "5%"?

error[S0204]: expected one of `Lru`, `Fifo` and `None`, found `lru`
 --> a.ron:6:45
  |
6 |         "cache": Cache(hit_rate: 5, policy: lru),
  |                                             ^^^
  |
  = expected one of: Lru, Fifo, None
  = help: did you mean `Lru`?

error[S0203]: `Fault` lacks the field `name`
 --> a.ron:9:9
  |
9 |         (when: At("750 parrots")),
  |         ^
  |
  = help: add `name: "…"`

error[S0301]: expected a duration such as "750ms" or "18m", found "750 parrots"
 --> a.ron:9:19
  |
9 |         (when: At("750 parrots")),
  |                   ^^^^^^^^^^^^^

error[S0206]: `At` takes one value (time), found 0
  --> a.ron:10:30
   |
10 |         (name: "leak", when: At()),
   |                              ^^

error[S0307]: `level` must be from 1 to 5, found the number 9
  --> a.ron:12:12
   |
12 |     level: 9,
   |            ^

10 errors"#;

#[test]
fn all_mistakes_of_a_file_come_at_once() {
    check::<World>(MISTAKEN, FINDINGS);
}

#[test]
fn what_is_wrong_with_one_value() {
    for (text, expected) in [
        (
            "Cache(policy: Lru)",
            "S0203 `Cache` lacks the field `hit_rate`",
        ),
        ("Cache(0.5)", "S0201 the values of `Cache` need their names"),
        (
            "Service(5)",
            "S0201 expected `Service(…)`, found the number 5",
        ),
        (
            "Service(instances: 0)",
            "S0307 `instances` must be from 1 to 1000, found the number 0",
        ),
        (
            "Service(instances: 4.5)",
            "S0201 expected a whole number, found the number 4.5",
        ),
        (
            "Service(instances: -4)",
            "S0307 expected a whole number from 0 to 4294967295, found the number -4",
        ),
        (
            "Service(timeout: \"2h\")",
            "S0307 `timeout` must be from \"1ms\" to \"1h\", found \"2h\"",
        ),
        (
            "Service(start: At(\"1s\", \"2s\"))",
            "S0206 `At` takes one value (time), found 2",
        ),
        (
            "Service(start: Never(1))",
            "S0206 `Never` takes no values, found 1",
        ),
        (
            "Service(start: At(time: \"1s\"))",
            "S0201 the values of `At` have no names",
        ),
        (
            "Service(start: Between(\"1s\"))",
            "S0206 `Between` takes 2 values (from, to), found 1",
        ),
        (
            "Service(start: Between(\"1s\", \"2d\"))",
            "S0307 `to` must be from \"0s\" to \"1d\", found \"2d\"",
        ),
        (
            "\"Service\"",
            "S0201 expected one of `Service` and `Cache`, found \"Service\"",
        ),
        (
            "[]",
            "S0201 expected one of `Service` and `Cache`, found a list",
        ),
    ] {
        assert_eq!(messages::<Component>(text), [expected], "{text}");
    }
}

#[test]
fn what_is_wrong_with_one_simple_value() {
    assert_eq!(
        messages::<Fault>("Leak(name: \"x\", when: Never)"),
        ["S0205 expected `Fault`, found `Leak`"]
    );
    assert_eq!(
        messages::<Fault>("[]"),
        ["S0201 expected `Fault(…)`, found a list"]
    );
    assert_eq!(
        messages::<Vec<u32>>("1"),
        ["S0201 expected a list, found the number 1"]
    );
    assert_eq!(
        messages::<Entries<u32>>("{1: 2}"),
        ["S0201 expected a text in quotes, found the number 1"]
    );
    assert_eq!(
        messages::<(u32, u32)>("(1, 2, 3)"),
        ["S0201 expected a tuple of 2 values, found a tuple"]
    );
    assert_eq!(
        messages::<f64>("1e999"),
        ["S0308 expected a finite number, found the number 1e999"]
    );
    assert_eq!(
        messages::<bool>("yes"),
        ["S0201 expected `true` or `false`, found the word `yes`"]
    );
}

#[test]
fn the_usual_slips_get_a_hint() {
    let help = |text: &str| {
        let (_, findings, ..) = read::<World>(text);
        findings
            .iter()
            .find_map(|f| f.help.clone())
            .unwrap_or_default()
    };
    assert_eq!(
        help("(title: Checkout, components: {})"),
        "texts go between quotes: \"Checkout\""
    );
    assert_eq!(
        help("(title: \"\", components: {}, level: \"3\")"),
        "leave out the quotes: 3"
    );
    assert_eq!(
        help("(title: \"\", components: {\"a\": \"Cache\"})"),
        "leave out the quotes: Cache"
    );
    assert_eq!(
        help("(title: \"\", components: [])"),
        "maps are written `{\"name\": value}`"
    );
    assert_eq!(
        help("(title: \"\", components: {}, faults: (name: \"\"))"),
        "put it in a list: `[…]`"
    );
}

#[test]
fn unsound_notation_is_not_reported_twice() {
    assert_eq!(
        messages::<Service>("(instances: 1x)"),
        ["S0109 `1x` is not a number"]
    );
    assert_eq!(messages::<Fault>("(name: \"x\", when Never)").len(), 1);
    assert_eq!(messages::<Fault>("(name: \"x\" ] )").len(), 1);
    assert_eq!(
        messages::<Service>("(start: At(1x))"),
        ["S0109 `1x` is not a number"]
    );
}

#[test]
fn names_of_what_could_not_be_read_are_remembered() {
    let (world, findings, _, lost) = read::<World>(
        r#"(title: "", components: {"api": Servce(), "db": Cache(hit_rate: 0.5)},
            faults: [(name: "leak", when: 5)])"#,
    );
    let world = world.expect("the rest is still looked at");
    assert_eq!((world.components.len(), world.faults.len()), (1, 0));
    assert_eq!(findings.iter().len(), 2);
    assert_eq!(lost.into_iter().collect::<Vec<_>>(), ["api", "leak"]);
}

#[test]
fn the_language_describes_itself() {
    let names: Vec<&str> = reachable(World::describe())
        .into_iter()
        .filter_map(|desc| match desc {
            TypeDesc::Struct(desc) => Some(desc.name),
            TypeDesc::Enum(desc) => Some(desc.name),
            _ => None,
        })
        .collect();
    assert_eq!(
        names,
        [
            "World",
            "Component",
            "Service",
            "Trigger",
            "Policy",
            "Fault"
        ]
    );
    let timeout = &Service::DESC.fields[1];
    assert_eq!(timeout.docs, ["How long it may take."]);
    assert_eq!(timeout.default, Some("\"1s\""));
    assert_eq!(timeout.range, Some(("\"1ms\"", "\"1h\"")));
    assert_eq!((timeout.of)().short(), "duration");
    assert!(!timeout.required() && World::DESC.fields[0].required());
    assert_eq!(faulty_defaults(World::describe()), [""; 0]);
}

#[test]
fn faulty_defaults_are_found() {
    raw_struct! {
        /// Wrong in two ways.
        pub(super) struct Wrong {
            /// Not a duration.
            wait: SimDuration = "5 parrots",
            /// Not a number.
            count: u32 where 1 ..= "many" = 3,
        }
    }
    let faults = faulty_defaults(Wrong::describe());
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults[0].starts_with("Wrong.wait: \"5 parrots\": expected a duration"),
        "{faults:?}"
    );
}

const SOUND: &str = r#"World(title: "C", components: {"web": Service(instances: 8, start: At("1s")),
 "c": Cache(hit_rate: "95%", policy: Fifo)}, faults: [(name: "leak", when: All([At("10m"), Never]))],
 level: 3, intro: Some("x"), profile: [("0s", 10), ("1m", "20k/s")])"#;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_decoding_panic_and_none_is_silent(
        cuts in proptest::collection::vec((0..SOUND.len(), 0usize..12, "[-()\\[\\]{}:,\"a0🔥 ]{0,3}"), 1..5),
    ) {
        let mut text = SOUND.to_owned();
        for (at, length, insert) in cuts {
            let at = text.floor_char_boundary(at);
            let end = text.floor_char_boundary((at + length).min(text.len()));
            text.replace_range(at..end, &insert);
        }
        let (value, findings, sources, _) = read::<World>(&text);
        prop_assert!(value.is_some() || findings.has_errors());
        for finding in &findings {
            let file = sources.get(finding.primary.span.file).expect("a known file");
            prop_assert!(finding.primary.span.end as usize <= file.text().len());
        }
        human::render(&findings, &sources, false);
    }
}

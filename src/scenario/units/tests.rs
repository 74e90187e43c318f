//! Quantities as people write them: what is read, what is refused, and in which words.

use proptest::prelude::*;

use super::*;
use crate::diag::{Findings, Sources};
use crate::scenario::decode::decode;
use crate::scenario::syntax;

/// The value, or the messages with their codes and help.
fn read<T: Decode>(text: &str) -> Result<T, String> {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let (_, node) = syntax::parse("a.ron", text.as_bytes(), &mut sources, &mut findings);
    let value = node.and_then(|node| decode::<T>(&node, &mut findings).0);
    assert_eq!(value.is_none(), findings.has_errors(), "{text}");
    value.ok_or_else(|| {
        let one = |f: &Diagnostic| {
            let help = f
                .help
                .as_ref()
                .map_or(String::new(), |help| format!("; {help}"));
            format!("{} {}{help}", f.code, f.message)
        };
        findings.iter().map(one).collect::<Vec<_>>().join("\n")
    })
}

fn refused<T: Decode + std::fmt::Debug>(text: &str) -> String {
    read::<T>(text).expect_err(text)
}

#[test]
fn durations() {
    for (text, micros) in [
        ("\"250us\"", 250),
        ("\"250µs\"", 250),
        ("\"750ms\"", 750_000),
        ("\"20s\"", 20_000_000),
        ("\"2.5s\"", 2_500_000),
        ("\"18m\"", 1_080_000_000),
        ("\"18 min\"", 1_080_000_000),
        ("\"1h30m\"", 5_400_000_000),
        ("\" 1h 30m 5s \"", 5_405_000_000),
        ("\"7d\"", 604_800_000_000),
        ("\"36500d\"", 3_153_600_000_000_000),
        ("\"0.1s\"", 100_000),
        ("\"1_000ms\"", 1_000_000),
        ("\"0\"", 0),
        ("0", 0),
    ] {
        assert_eq!(read(text), Ok(SimDuration::from_micros(micros)), "{text}");
    }
    let wanted = "expected a duration such as \"750ms\" or \"18m\", found";
    for (text, message) in [
        ("\"750 parrots\"", format!("S0301 {wanted} \"750 parrots\"")),
        ("\"\"", format!("S0301 {wanted} \"\"")),
        ("\"ms\"", format!("S0301 {wanted} \"ms\"")),
        (
            "\"750MS\"",
            format!("S0301 {wanted} \"750MS\"; did you mean \"750ms\"?"),
        ),
        (
            "\"5 minutes\"",
            format!("S0301 {wanted} \"5 minutes\"; did you mean \"5m\"?"),
        ),
        (
            "\"5m1h\"",
            format!("S0301 {wanted} \"5m1h\"; join units from large to small: \"1h30m\""),
        ),
        (
            "\"1h-5m\"",
            format!("S0301 {wanted} \"1h-5m\"; join units from large to small: \"1h30m\""),
        ),
        (
            "30",
            format!("S0309 {wanted} the number 30 without a unit; write \"30s\" or \"30ms\""),
        ),
        (
            "\"30\"",
            format!("S0309 {wanted} \"30\" without a unit; write \"30s\" or \"30ms\""),
        ),
        ("inf", format!("S0308 {wanted} the number inf")),
        ("NaN", format!("S0308 {wanted} the number NaN")),
        ("[1]", format!("S0301 {wanted} a list")),
        (
            "\"-5s\"",
            "S0307 a duration must be from 0s to 36500d, found \"-5s\"".to_owned(),
        ),
        (
            "\"36501d\"",
            "S0307 a duration must be from 0s to 36500d, found \"36501d\"".to_owned(),
        ),
    ] {
        assert_eq!(refused::<SimDuration>(text), message, "{text}");
    }
}

#[test]
fn rates() {
    for (text, per_s) in [
        ("\"20k/s\"", 20_000.0),
        ("\"1.2M/min\"", 20_000.0),
        ("\"4/min\"", 4.0 / 60.0),
        ("\".0167/s\"", 0.0167),
        ("\"3 / h\"", 3.0 / 3600.0),
        ("200", 200.0),
        ("0", 0.0),
    ] {
        assert_eq!(read(text), Ok(Rate(per_s)), "{text}");
    }
    let wanted = "expected a rate such as \"20k/s\" or \"4/min\", found";
    for (text, message) in [
        (
            "\"20k\"",
            format!("S0309 {wanted} \"20k\" without a unit; write \"20k/s\" or \"20k/min\""),
        ),
        (
            "\"4/minute\"",
            format!("S0302 {wanted} \"4/minute\"; did you mean \"4/m\"?"),
        ),
        ("\"a lot\"", format!("S0302 {wanted} \"a lot\"")),
        (
            "-1",
            "S0307 a rate must be from 0/s to 1000G/s, found the number -1".to_owned(),
        ),
        (
            "\"-1/s\"",
            "S0307 a rate must be from 0/s to 1000G/s, found \"-1/s\"".to_owned(),
        ),
        (
            "1e300",
            "S0307 a rate must be from 0/s to 1000G/s, found the number 1e300".to_owned(),
        ),
    ] {
        assert_eq!(refused::<Rate>(text), message, "{text}");
    }
}

#[test]
fn sizes() {
    for (text, bytes) in [
        ("\"2GB\"", 2_000_000_000),
        ("\"512MiB\"", 512 << 20),
        ("\"1.5 kB\"", 1_500),
        ("0", 0),
    ] {
        assert_eq!(read(text), Ok(Bytes(bytes)), "{text}");
    }
    assert!(refused::<Bytes>("512").starts_with("S0309"));
    assert!(refused::<Bytes>("\"512Mib\"").ends_with("did you mean \"512MiB\"?"));
    assert!(refused::<Bytes>("\"-1MB\"").starts_with("S0307"));
    assert!(refused::<Bytes>("\"99999PB\"").contains("from 0B to 1000PB"));
}

#[test]
fn shares() {
    for (text, share) in [
        ("\"82%\"", 0.82),
        ("0.82", 0.82),
        ("\"0.5 %\"", 0.005),
        ("1", 1.0),
    ] {
        assert_eq!(read(text), Ok(Share(share)), "{text}");
    }
    assert_eq!(
        refused::<Share>("5"),
        "S0307 a share must be from 0 to 1, or a percentage, found the number 5; did you mean \"5%\"?"
    );
    assert!(refused::<Share>("\"120%\"").contains("must be from 0% to 100%"));
    assert!(refused::<Share>("-0.1").starts_with("S0307"));
    assert!(refused::<Share>("\"0.5\"").ends_with("leave out the quotes: 0.5"));
}

#[test]
fn counts_and_times_of_day() {
    for (text, count) in [
        ("10000", 10_000),
        ("\"10k\"", 10_000),
        ("\"1.1k\"", 1_100),
        ("1e3", 1_000),
    ] {
        assert_eq!(read(text), Ok(Count(count)), "{text}");
    }
    assert!(refused::<Count>("2.5").contains("a count must be a whole number"));
    assert!(refused::<Count>("-1").starts_with("S0307"));
    assert!(refused::<Count>("\"10 thousand\"").starts_with("S0305"));
    assert_eq!(read("\"18:02\""), Ok(ClockTime(64_920)));
    assert_eq!(read("\"00:00:59\""), Ok(ClockTime(59)));
    assert!(refused::<ClockTime>("\"24:00\"").contains("from \"00:00\" to \"23:59:59\""));
    for bad in [
        "\"6:02 pm\"",
        "\"1802\"",
        "18",
        "\"1:2:3:4\"",
        "\"+1:02\"",
        "\":\"",
    ] {
        assert!(refused::<ClockTime>(bad).starts_with("S0306"), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_quantity_panic(text in "[-+.0-9_a-zµ%/: 🔥]{0,20}") {
        drop((text::duration(&text), text::rate(&text), text::size(&text)));
        drop((text::share(&text), text::count(&text), text::clock_time(&text)));
    }

    #[test]
    fn durations_read_back_as_they_print(micros in 0u64..60_000_000) {
        let printed = SimDuration::from_micros(micros);
        prop_assert_eq!(text::duration(&printed.to_string()), Ok(printed));
    }
}

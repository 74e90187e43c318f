//! Every kind of finding: its code, its name in the source, its title and its explanation.
//!
//! A code is never reused: findings are quoted in tickets and searched for. A retired code keeps
//! its line here and its page, and is no longer emitted. The pages lie in `explain/CODE.md`, each
//! with a wrong and a right example.

use std::fmt;

macro_rules! codes {
    ($($variant:ident = $code:literal, $title:literal;)*) => {
        /// What kind of finding something is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code as shown: `S0101`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// A few words for a heading.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The long explanation, Markdown, with a wrong and a right example.
            pub const fn explanation(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("explain/", $code, ".md")),)*
                }
            }
        }
    };
}

codes! {
    // S00xx: the file as a whole.
    NotUtf8 = "S0001", "the file is not UTF-8 text";
    TooLarge = "S0002", "the file is too large";
    EmptyFile = "S0003", "the file holds no value";
    // S01xx: the notation.
    BadToken = "S0101", "characters that mean nothing here";
    Unexpected = "S0102", "something else was expected";
    MissingComma = "S0103", "a comma is missing";
    Unclosed = "S0104", "a bracket is never closed";
    WrongClose = "S0105", "a bracket is closed by the wrong one";
    UnterminatedString = "S0106", "a text is never closed";
    UnterminatedComment = "S0107", "a comment is never closed";
    BadEscape = "S0108", "an escape that does not exist";
    BadNumber = "S0109", "a number that cannot be read";
    TooDeep = "S0110", "brackets are nested too deeply";
    TrailingText = "S0111", "text after the end of the value";
    DuplicateField = "S0112", "a field is given twice";
    DuplicateKey = "S0113", "a key is given twice";
    MixedFields = "S0114", "named and unnamed values are mixed";
    BadAttribute = "S0115", "an attribute that means nothing";
    // S02xx: shapes.
    WrongType = "S0201", "a value of another kind was expected";
    UnknownField = "S0202", "a field that does not exist";
    MissingField = "S0203", "a required field is missing";
    UnknownVariant = "S0204", "a choice that does not exist";
    WrongName = "S0205", "a value has another name than expected";
    WrongLength = "S0206", "too many or too few values";
    // S03xx: values.
    BadDuration = "S0301", "a duration that cannot be read";
    BadRate = "S0302", "a rate that cannot be read";
    BadSize = "S0303", "a size that cannot be read";
    BadShare = "S0304", "a share that cannot be read";
    BadCount = "S0305", "a count that cannot be read";
    BadClockTime = "S0306", "a time of day that cannot be read";
    OutOfRange = "S0307", "a value outside its range";
    NotFinite = "S0308", "a number that is not finite";
    MissingUnit = "S0309", "a number needs a unit";
    // S04xx: names, and what values mean together.
    UnknownName = "S0401", "a name that nothing has";
    DuplicateName = "S0402", "two things of one name";
    BadName = "S0403", "a name that cannot be used";
    WrongKind = "S0404", "a thing of another kind is needed";
    BadTarget = "S0405", "a change without a clear target";
    NoSuchKnob = "S0406", "a parameter that the target does not have";
    NoSuchSignal = "S0407", "a signal that cannot be used here";
    WrongUnit = "S0408", "a value in the unit of something else";
    UnknownPlace = "S0409", "a place in a log line that does not exist";
    CallCircle = "S0410", "components call each other in a circle";
    TooMany = "S0411", "more than the simulation takes";
    NothingThere = "S0412", "something that must be there is not";
    Impossible = "S0413", "a number that cannot be";
    Contradiction = "S0414", "values that contradict each other";
    WorldUnreadable = "S0415", "a world file that cannot be read";
    WorldCircle = "S0416", "world files that need each other";
    Unreached = "S0417", "a component that no journey comes to";
    TooLate = "S0418", "something after the time limit";
    NoEffect = "S0419", "something without an effect";
    // S05xx: quality. It can be played and is no good incident all the same.
    FewClues = "S0501", "a cause with fewer than three clues";
    OneSignal = "S0502", "clues in one kind of signal only";
    GivenAway = "S0503", "a text that names the cause";
    Unrefuted = "S0504", "a wrong suspect that nothing speaks against";
    IdleOffer = "S0505", "an action that can do nothing";
    NoAudience = "S0506", "communication that nobody can do or wants";
    NeverPicked = "S0507", "a variant that no seed picks";
    UnreachableFault = "S0508", "a fault that can never begin";
    DeadLine = "S0509", "a line that is never said";
    SilentAlarm = "S0510", "an alarm that can never go off";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Title and explanation of a code given as text, in any case: `S0101`, `s0101`.
pub fn explain(code: &str) -> Option<Code> {
    Code::ALL
        .iter()
        .copied()
        .find(|known| known.as_str().eq_ignore_ascii_case(code.trim()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_ordered_and_well_formed() {
        let texts: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(
            texts.windows(2).all(|pair| pair[0] < pair[1]),
            "unique and in order"
        );
        for text in texts {
            let digits = text.strip_prefix('S').expect("codes start with S");
            assert!(
                digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()),
                "{text}"
            );
        }
    }

    #[test]
    fn every_code_is_explained_with_a_wrong_and_a_right_example() {
        for code in Code::ALL {
            let page = code.explanation();
            assert!(page.len() > 120, "{code}: too short to help");
            assert!(
                page.lines().all(|line| line.len() <= 100),
                "{code}: long line"
            );
            for part in ["\nWrong:\n", "\nRight:\n"] {
                assert_eq!(page.matches(part).count(), 1, "{code}: {part:?}");
            }
            assert!(!code.title().ends_with('.'), "{code}");
        }
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "only a list of the folder shows pages without a code"
    )]
    fn every_page_belongs_to_a_code() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/diag/explain");
        let pages: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the folder of explanations")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let codes = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
        assert_eq!(pages, codes);
    }

    #[test]
    fn explain_finds_codes_in_any_case() {
        assert_eq!(explain(" s0202 "), Some(Code::UnknownField));
        assert_eq!(explain("S9999"), None);
        assert_eq!(explain(""), None);
    }
}

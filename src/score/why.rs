//! Reasons why points are missing, as data; in words they are one sentence each.

use std::fmt;

use crate::base::text::thousands;
use crate::base::time::SimDuration;
use crate::scenario::order::{Audience, Scope};
use crate::score::{Goal, Phase};

/// Why points are missing. Names and orders are in words already, so that a reason can be shown
/// without its scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Nobody did anything, or there was nothing to do.
    NobodyThere,
    /// More harm than the reference's in one phase.
    Harm {
        /// Which.
        phase: Phase,
        /// Customer-minutes more.
        minutes: f64,
        /// Money more.
        money: f64,
        /// Its sign or code.
        currency: String,
    },
    /// Something was reached later than by the reference.
    Late {
        /// What.
        goal: Goal,
        /// So long after the onset.
        took: SimDuration,
        /// And the reference.
        reference: SimDuration,
    },
    /// Something was never reached.
    Never {
        /// What.
        goal: Goal,
    },

    /// No message at all.
    NothingSaid,
    /// Somebody who had to be told was not.
    NeverTold {
        /// Who.
        audience: Audience,
    },
    /// The first message was late.
    FirstLate {
        /// For whom.
        audience: Audience,
        /// By so much.
        by: SimDuration,
    },
    /// A silence was too long.
    Silence {
        /// For whom.
        audience: Audience,
        /// So long.
        lasted: SimDuration,
        /// Instead of at most.
        allowed: SimDuration,
    },
    /// A message was in another language.
    WrongLanguage {
        /// For whom.
        audience: Audience,
        /// In this one.
        said: String,
        /// Instead of this one.
        wanted: String,
    },
    /// No message said how many are hit.
    NoScope {
        /// For whom.
        audience: Audience,
    },
    /// Fewer were said to be hit than were.
    Understated {
        /// What was said.
        said: Scope,
        /// The least share that was hit in the minutes before.
        least: f64,
    },
    /// Far more were said to be hit than were.
    Overstated {
        /// What was said.
        said: Scope,
        /// The largest share that was hit in the minutes before.
        most: f64,
    },
    /// No message promised the next.
    NoPromise {
        /// For whom.
        audience: Audience,
    },
    /// The next message did not come when it was promised.
    PromiseBroken {
        /// For whom.
        audience: Audience,
        /// It was promised within.
        promised: SimDuration,
    },
    /// They heard that something was wrong, and never that it was over.
    NeverOver {
        /// Who.
        audience: Audience,
    },
    /// A cause was named that is not the cause.
    WrongCause {
        /// Which.
        named: String,
        /// As certain, and not as a suspicion.
        certain: bool,
    },
    /// Recovery was promised while nothing got better.
    EtaUngrounded {
        /// Within.
        promised: SimDuration,
    },
    /// All was said to be well while it was not.
    ResolvedFalsely,
    /// All was said to be well, and then it was not.
    ResolvedTooSoon,
    /// Data was said to be safe while some was lost.
    DataSaidSafe {
        /// So many messages.
        lost: u64,
    },
    /// Data was lost, and nobody was told.
    DataLossUnsaid {
        /// So many messages.
        lost: u64,
    },

    /// Nothing was looked at and nothing was changed.
    NothingDecided,
    /// Harm went on to the end, and nothing more was tried.
    StoodBy {
        /// For so long.
        lasted: SimDuration,
    },
    /// Without it there would have been less harm.
    Harmful {
        /// What was done.
        what: String,
        /// Customer-minutes that it cost.
        minutes: f64,
    },
    /// Without it nothing would have been different.
    Needless {
        /// What was done.
        what: String,
    },
    /// A measure was lifted while it was still needed.
    UndoneTooEarly {
        /// What was done.
        what: String,
        /// Customer-minutes that it cost.
        minutes: f64,
    },
    /// Nothing that had been found or had alarmed spoke for it.
    Ungrounded {
        /// What was done.
        what: String,
    },
    /// The same thing had been done already, and nobody had looked what came of it.
    Repeated {
        /// What was done.
        what: String,
    },
    /// Capacity cost more than was allowed.
    OverBudget {
        /// Money.
        spent: f64,
        /// What was allowed.
        budget: f64,
        /// Sign or code of both.
        currency: String,
    },
    /// Data was handled where it may not be.
    DataElsewhere {
        /// So many requests.
        requests: u64,
    },
    /// It was never declared.
    NeverDeclared,
    /// It was declared as less severe than it was.
    DeclaredTooLow {
        /// As this.
        said: u8,
        /// Instead of at least this.
        right: u8,
    },
    /// It was declared as far more severe than it was.
    DeclaredTooHigh {
        /// As this.
        said: u8,
        /// Instead of this.
        right: u8,
    },
    /// A gate was opened, or its tests changed, and nobody had looked at what they saw.
    PastGate {
        /// The order.
        what: String,
    },
    /// Somebody was called out for something that could have waited.
    CalledOut {
        /// What it was.
        right: u8,
    },
    /// It was closed before it was over.
    ClosedEarly,
    /// All was well for long, and it was never closed.
    NeverClosed,
    /// Whoever played left before the end.
    WalkedAway,
    /// More people were paged than had anything to do.
    PagedTooMany {
        /// So many had nothing to do.
        idle: usize,
    },

    /// No suspicion was ever written down.
    NoHypothesis,
    /// No suspicion was left at the end that anybody believed in.
    NothingSuspected,
    /// What was suspected most at the end was not the cause.
    WrongRootCause {
        /// What was suspected.
        leading: String,
        /// What it was.
        right: String,
    },
    /// The place was right, what was said to be wrong there was not.
    WrongMechanism {
        /// What was suspected.
        leading: String,
        /// What it was.
        right: String,
    },
    /// The right suspicion came later than the reference's.
    InsightLate {
        /// So long after the onset.
        took: SimDuration,
        /// And the reference.
        reference: SimDuration,
    },
    /// The right suspicion never came, or did not stay.
    InsightNever,
    /// Somebody was surer, or less sure, than was right.
    Miscalibrated {
        /// The suspect.
        suspect: String,
        /// The last confidence, from 0 to 1.
        confidence: f64,
        /// Whether it was the cause.
        right: bool,
    },
    /// The cause was never among the suspects.
    CauseNotAmongSuspects,
    /// What helped was done while something else was suspected.
    RightFixWrongReason {
        /// What was done.
        what: String,
        /// What was suspected.
        leading: String,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyThere => f.write_str("nobody did anything"),
            Self::Harm {
                phase,
                minutes,
                money,
                currency,
            } => {
                write!(f, "{} customer-minutes", thousands(*minutes))?;
                if *money >= 0.5 {
                    write!(f, " and {currency}{}", thousands(*money))?;
                }
                write!(f, " more than the reference's {}", phase.words())
            }
            Self::Late {
                goal,
                took,
                reference,
            } => write!(
                f,
                "it took {took} until {}, the reference {reference}",
                goal.words()
            ),
            Self::Never { goal } => f.write_str(goal.never()),
            Self::NothingSaid
            | Self::NeverTold { .. }
            | Self::FirstLate { .. }
            | Self::Silence { .. }
            | Self::WrongLanguage { .. }
            | Self::NoScope { .. }
            | Self::Understated { .. }
            | Self::Overstated { .. }
            | Self::NoPromise { .. }
            | Self::PromiseBroken { .. }
            | Self::NeverOver { .. }
            | Self::WrongCause { .. }
            | Self::EtaUngrounded { .. }
            | Self::ResolvedFalsely
            | Self::ResolvedTooSoon
            | Self::DataSaidSafe { .. }
            | Self::DataLossUnsaid { .. } => self.about_messages(f),
            Self::NothingDecided
            | Self::StoodBy { .. }
            | Self::Harmful { .. }
            | Self::Needless { .. }
            | Self::UndoneTooEarly { .. }
            | Self::Ungrounded { .. }
            | Self::Repeated { .. }
            | Self::OverBudget { .. }
            | Self::DataElsewhere { .. }
            | Self::NeverDeclared
            | Self::DeclaredTooLow { .. }
            | Self::DeclaredTooHigh { .. }
            | Self::PastGate { .. }
            | Self::CalledOut { .. }
            | Self::ClosedEarly
            | Self::NeverClosed
            | Self::WalkedAway
            | Self::PagedTooMany { .. } => self.about_decisions(f),
            Self::NoHypothesis
            | Self::NothingSuspected
            | Self::WrongRootCause { .. }
            | Self::WrongMechanism { .. }
            | Self::InsightLate { .. }
            | Self::InsightNever
            | Self::Miscalibrated { .. }
            | Self::CauseNotAmongSuspects
            | Self::RightFixWrongReason { .. } => self.about_insight(f),
        }
    }
}

impl Why {
    fn about_messages(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverTold { audience } => write!(f, "{}: never told anything", audience.name()),
            Self::FirstLate { audience, by } => {
                write!(f, "{}: the first message was {by} late", audience.name())
            }
            Self::Silence {
                audience,
                lasted,
                allowed,
            } => write!(
                f,
                "{}: silence for {lasted}, and {allowed} was agreed",
                audience.name()
            ),
            Self::WrongLanguage {
                audience,
                said,
                wanted,
            } => write!(
                f,
                "{}: a message in `{said}` instead of `{wanted}`",
                audience.name()
            ),
            Self::NoScope { audience } => {
                write!(f, "{}: no message said how many are hit", audience.name())
            }
            Self::Understated { said, least } => write!(
                f,
                "a message said that {} hit, and at least {:.0} % were",
                scope(*said),
                least * 100.0
            ),
            Self::Overstated { said, most } => write!(
                f,
                "a message said that {} hit, and at most {:.0} % were",
                scope(*said),
                most * 100.0
            ),
            Self::NoPromise { audience } => {
                write!(
                    f,
                    "{}: no message said when the next comes",
                    audience.name()
                )
            }
            Self::PromiseBroken { audience, promised } => write!(
                f,
                "{}: the next message was promised in {promised} and did not come",
                audience.name()
            ),
            Self::NeverOver { audience } => {
                write!(f, "{}: nobody said that it is over", audience.name())
            }
            Self::WrongCause { named, certain } => {
                let how = if *certain {
                    "as certain"
                } else {
                    "as a suspicion"
                };
                write!(f, "a message named a wrong cause {how}: {named}")
            }
            Self::EtaUngrounded { promised } => write!(
                f,
                "recovery was promised in {promised} while nothing got better"
            ),
            Self::ResolvedFalsely => f.write_str("a message said that all is well, and it was not"),
            Self::ResolvedTooSoon => {
                f.write_str("a message said that all is well, and then it was not any more")
            }
            Self::DataSaidSafe { lost } => write!(
                f,
                "a message said that no data is lost, and {lost} messages were"
            ),
            Self::DataLossUnsaid { lost } => {
                write!(f, "{lost} messages were lost, and nobody was told")
            }
            _ => f.write_str("nobody outside was told anything"),
        }
    }

    fn about_decisions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StoodBy { lasted } => write!(
                f,
                "customers were harmed to the end, and for the last {lasted} nothing more was tried"
            ),
            Self::Harmful { what, minutes } => write!(
                f,
                "{what}: without it, {} customer-minutes fewer would have been lost",
                thousands(*minutes)
            ),
            Self::Needless { what } => {
                write!(f, "{what}: without it, nothing would have been different")
            }
            Self::UndoneTooEarly { what, minutes } => write!(
                f,
                "{what}: that was too early and cost {} customer-minutes",
                thousands(*minutes)
            ),
            Self::Ungrounded { what } => write!(
                f,
                "{what}: nothing that had been found or had alarmed spoke for it"
            ),
            Self::Repeated { what } => write!(
                f,
                "{what}: once more, with nothing looked at since the last time"
            ),
            Self::NeverDeclared => f.write_str("the incident was never declared"),
            Self::DeclaredTooLow { said, right } => {
                write!(f, "it was declared SEV{said} and was SEV{right}")
            }
            Self::DeclaredTooHigh { said, right } => {
                write!(f, "it was called SEV{said} and was SEV{right}")
            }
            Self::PastGate { what } => write!(
                f,
                "past the tests, before anybody had looked at what they saw: {what}"
            ),
            Self::CalledOut { right } => write!(
                f,
                "somebody was called out for a SEV{right}, which can wait for the day or for those \
                 who are here"
            ),
            Self::ClosedEarly => f.write_str("it was closed before it was over"),
            Self::OverBudget {
                spent,
                budget,
                currency,
            } => {
                let (spent, budget) = (thousands(*spent), thousands(*budget));
                write!(
                    f,
                    "capacity cost {currency}{spent}, and {currency}{budget} was allowed"
                )
            }
            Self::DataElsewhere { requests } => write!(
                f,
                "{} requests were handled in a region where their data may not be",
                thousands(*requests as f64)
            ),
            Self::NeverClosed => {
                f.write_str("all was well again, and nobody closed it and sent people home")
            }
            Self::WalkedAway => f.write_str("it was left before it was over"),
            Self::PagedTooMany { idle } => {
                write!(f, "{idle} people were called who then had nothing to do")
            }
            _ => f.write_str("nothing was looked at and nothing was changed"),
        }
    }

    fn about_insight(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingSuspected => f.write_str(
                "nothing was suspected any more in the end, and something was the cause",
            ),
            Self::WrongRootCause { leading, right } => write!(
                f,
                "what was suspected most ({leading}) was not the cause ({right})"
            ),
            Self::WrongMechanism { leading, right } => write!(
                f,
                "the place was right and what is wrong there was not: {leading}, and it was {right}"
            ),
            Self::InsightLate { took, reference } => write!(
                f,
                "the right suspicion came after {took}, the reference's after {reference}"
            ),
            Self::InsightNever => {
                f.write_str("the cause was never held more likely than not to the end")
            }
            Self::Miscalibrated {
                suspect,
                confidence,
                right,
            } => {
                let was = if *right { "it was" } else { "it was not" };
                write!(
                    f,
                    "{suspect} was last held {:.0} % likely, and {was} the cause",
                    confidence * 100.0
                )
            }
            Self::CauseNotAmongSuspects => f.write_str("the cause was never among the suspects"),
            Self::RightFixWrongReason { what, leading } => {
                write!(f, "{what} helped, while {leading} was suspected")
            }
            _ => f.write_str("no suspicion was ever written down"),
        }
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Unsaid => "an unknown number is",
        Scope::Nobody => "nobody is",
        Scope::Few => "a few are",
        Scope::Part => "some are",
        Scope::Most => "most are",
        Scope::All => "everybody is",
    }
}

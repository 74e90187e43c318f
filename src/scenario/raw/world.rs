//! The system that several scenarios may share, and its customers.

use super::action::Set;
use super::call::Backoff;
use super::component::Component;
use super::people::Team;
use super::signals::Signals;
use super::values::{Factor, Limit, Moment};
use crate::base::time::SimDuration;
use crate::diag::Spanned;
use crate::scenario::decode::{Entries, Prose, raw_enum, raw_struct};
use crate::scenario::units::{Rate, Share};

raw_struct! {
    /// A world file: a system that several scenarios share. A scenario adds to it, and replaces
    /// what has the same name.
    pub struct World {
        /// Another world to start from, as a path relative to this file.
        world: Option<Spanned<String>>,
        /// Places that share a fate.
        regions: Entries<Region> = {},
        /// The parts of the system.
        components: Entries<Component> = {},
        /// Kinds of customer requests.
        journeys: Entries<Journey> = {},
        /// Switches.
        flags: Entries<Flag> = {},
        /// Background jobs.
        jobs: Entries<Job> = {},
        /// What can be seen.
        signals: Option<Signals>,
        /// Who can do something about it.
        team: Team = {},
    }
}

raw_struct! {
    /// A group of components with one place.
    pub struct Region {
        /// Whether customer data may be handled here. Once one region says so, handling it in
        /// another is a breach that is counted.
        data: bool = false,
    }
}

raw_struct! {
    /// A kind of customer request.
    pub struct Journey {
        /// The component that customers call.
        to: Spanned<String>,
        /// Requests per second at the start.
        rate: Rate,
        /// Changes of the rate.
        changes: Vec<RateChange> = [],
        /// Standard deviation of a slow random factor on the rate.
        noise: Share = "0%",
        /// Customers stop waiting after this; left out is 10 s, or for ever if it
        /// `completes: OnProcessed`.
        timeout: Option<Spanned<Limit<SimDuration>>>,
        /// Tries of one customer in all.
        attempts: u32 where 1 ..= 100 = 1,
        /// The pause before a customer tries again.
        backoff: Backoff = (),
        /// Share of customers who give up after each failed try.
        abandon: Share = "0%",
        /// The operation as traces show it, such as `"POST /checkout"`.
        operation: String = "",
        /// Money per success.
        value: f64 where 0 ..= 1000000000 = 0,
        /// Requests of one active customer: turns failed requests into customer-minutes.
        per_customer: Spanned<Rate> = "1/min",
        /// What a degraded answer costs, as a share of a failed one.
        degraded_cost: Share = "25%",
        /// What one effect too many costs, as a multiple of a failed request.
        repeated_cost: Factor = 1,
        /// What a wrong answer costs, as a multiple of a failed request.
        wrong_cost: Factor = 1,
        /// Customer-minutes that an effect too many or a wrong answer costs for each minute until it is
        /// put right.
        open_cost: Factor = 0,
        /// Whether customers try again without a key of their own: an order of theirs that comes through
        /// after they gave it up and ordered again is one too many.
        unkeyed: bool = false,
        /// Whether it is made by ourselves, such as tests and probes: nobody is harmed when it fails,
        /// and no objective counts it.
        ours: bool = false,
        /// Who turns to the support desk, and when.
        contacts: Contacts = (),
        /// When a request counts as done.
        completes: Completes = OnAnswer,
        /// What is done later than this counts as degraded.
        fresh_within: Option<SimDuration>,
        /// Higher survives longer when load is shed.
        priority: u32 where 0 ..= 255 = 5,
    }
}

raw_struct! {
    /// Customers who turn to the support desk about a journey.
    pub struct Contacts {
        /// How many do on a quiet day.
        usual: Rate = "0/s",
        /// Share of those who failed, were done something twice or got a wrong answer, who do.
        share: Share = "10%",
        /// What does not fail is noticed after so long, on average.
        after: SimDuration where "1s" ..= "30d" = "15m",
        /// What they say who were done something twice, or got a wrong answer.
        says: Vec<Prose> = [],
    }
}

raw_struct! {
    /// A change of a rate.
    pub struct RateChange {
        /// When the new rate is reached.
        at: Spanned<Moment>,
        /// The new rate; or give `factor`.
        rate: Option<Spanned<Rate>>,
        /// The new rate as a factor on the journey's.
        factor: Option<Spanned<Factor>>,
        /// Moves there in a line from the change before, instead of jumping.
        ramp: bool = false,
    }
}

raw_enum! {
    /// When a request counts as done.
    pub enum Completes derive(Copy, Eq) {
        /// When the component that customers call answers.
        OnAnswer,
        /// When a worker has processed the message it became.
        OnProcessed,
    }
}

raw_struct! {
    /// A named switch.
    pub struct Flag {
        /// Whether it is on at the start.
        on: bool = false,
        /// What holds while it is on.
        changes: Vec<Spanned<Set>> = [],
    }
}

raw_struct! {
    /// Background work on a component.
    pub struct Job {
        /// Where it runs.
        on: Spanned<String>,
        /// Share of the component's capacity that it takes.
        load: Share where "0.1%" ..= "100%" = "50%",
        /// Whether it runs at the start.
        running: bool = false,
        /// The journeys whose repeated effects and wrong answers it puts right.
        corrects: Vec<Spanned<String>> = [],
        /// How many, over all of them.
        rate: Rate = "1/s",
    }
}

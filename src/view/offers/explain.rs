//! What an order would do, in general: what it changes, how long that takes, what it risks. Says the
//! same whatever the cause is, so that it tells nobody whether it is right.

use crate::base::id::{ComponentId, EdgeId};
use crate::base::time::SimDuration;
use crate::scenario::action::{Action, BreakerMode, ComponentKnob, EdgeKnob, Knob};
use crate::scenario::model::{Fallback, Kind, World};
use crate::scenario::order::{Look, Order};
use crate::session::Session;

/// An order in plain words.
pub fn explain(session: &Session, order: &Order) -> String {
    let world = &session.scenario().world;
    match order {
        Order::Act(actions) => match actions.first() {
            Some(it) => action(session, it),
            None => String::new(),
        },
        Order::Look(it) => look(world, *it),
        Order::Acknowledge => "Says that somebody is on it, and starts the clock of the incident. \
            It changes nothing in the system."
            .to_owned(),
        Order::OpenChannel => "Everybody reads along in one place. What somebody finds need not be \
            retold any more, which saves half a minute with every look. Costs nothing."
            .to_owned(),
        Order::Declare { .. } => "Says how bad it is, and that others may be called in. A severity \
            can be changed later; it is judged against what customers suffered."
            .to_owned(),
        Order::Page(who) => {
            let arrives = session.scenario().team.get(*who);
            let arrives = arrives.and_then(|person| person.arrives);
            let in_words = arrives.map_or_else(|| "in a while".to_owned(), after);
            format!("Calls somebody who is not here. They join {in_words} and bring what they know.")
        }
        Order::Ask(_) => "Asks what they have noticed. It takes no time; each tells what they could \
            know by now, once."
            .to_owned(),
        Order::Assign { .. } => "Whoever has the role gets its work first: operations the changes \
            and looks, communications the messages. Roles can be given to somebody else at any time."
            .to_owned(),
        Order::Suspect { .. } => "Writes down what is suspected. The newest word on each suspect \
            counts, and being sure counts only as much as it turns out to be right."
            .to_owned(),
        Order::Post(_) => "Tells somebody outside of the team. What a message claims is judged by \
            what was true when it went out."
            .to_owned(),
        Order::DeclareMitigated => "Says that customers are no longer harmed. It changes nothing in \
            the system, and is judged by whether it was so."
            .to_owned(),
        Order::Close => format!(
            "Ends the incident once the objectives have held for {}. If they do not, it opens again \
             after a minute, and that is remembered.",
            words(session.scenario().objectives.hold)
        ),
        Order::Undo { .. } => "Stops an order under way, or puts back what it changed.".to_owned(),
    }
}

fn look(world: &World, look: Look) -> String {
    let name = look.component().and_then(|id| world.components.get(id));
    let name = name.map_or("", |component| component.name.as_str());
    let what = match look {
        Look::Logs(_) => format!(
            "Counts the log lines of {name} by pattern over five minutes, beside the hour before, with a sample."
        ),
        Look::Traces(_) => format!(
            "Takes requests that passed {name} in the last two minutes apart: the slowest, a failing and an ordinary one, and where the time goes."
        ),
        Look::Changes => {
            "Lists what was changed lately: releases, settings, flags, jobs, scale, automation."
                .to_owned()
        }
        Look::Diff(_) => format!(
            "Shows which releases of {name} run, when they went out, and what the newest one changed."
        ),
        Look::Profile(_) => format!(
            "Samples {name} at work: how much of its time is processor, waiting for others, waiting for a turn."
        ),
        Look::Queries(_) => format!(
            "Shows what runs in {name}, how long, behind which locks, and who holds its connections."
        ),
        Look::Cache(_) => format!(
            "Shows how full {name} is, what it hits and throws out, and how even its shards are."
        ),
        Look::Queue(_) => format!(
            "Shows how many messages wait in {name}, how old they are, and what was put aside."
        ),
        Look::Sandbox(_) => {
            format!("Calls {name} by hand in the provider's sandbox, past our own code.")
        }
        Look::Staging(_) => format!(
            "Replays requests of every kind against the releases of {name} in a quiet copy of the system."
        ),
        Look::Vendor(_) => {
            format!("Asks the provider of {name} what they know. They answer as providers do.")
        }
        Look::Books(_) => format!(
            "Holds what {name} did in the last quarter of an hour against the books: what was carried out more than once, and a sample of its answers, checked by hand. The newest two minutes are not in them yet."
        ),
        Look::Reports => "Gathers what customers report through the support desk.".to_owned(),
    };
    format!(
        "{what} It shows the moment when it is done and changes nothing; whoever looks is busy."
    )
}

fn action(session: &Session, action: &Action) -> String {
    let world = &session.scenario().world;
    let name = |id: ComponentId| world.components[id].name.as_str();
    match *action {
        Action::Change(ref change) => self::change(world, change.knob),
        Action::RevertConfig(id) => format!(
            "Puts every setting of {} and of its calls back to what it was at the start. It takes \
             effect at once; releases, flags and data stay as they are. Settings that you changed \
             yourself go back, too.",
            name(id)
        ),
        Action::Deploy { service, .. } | Action::RollBack { service, .. } => {
            release(session, service)
        }
        Action::Scale { component, .. } => scale(world, component),
        Action::Restart {
            component,
            staggered,
        } => restart(world, component, staggered),
        Action::SetFlag { flag, on } => format!(
            "Switches {} {} within seconds, without a release. It changes only what the flag guards.",
            world.flags[flag].name,
            if on { "on" } else { "off" }
        ),
        Action::SetJob { job, running } => {
            let on = name(world.jobs[job].on);
            let rights = !world.jobs[job].corrects.is_empty();
            if running && rights {
                format!(
                    "The job puts right, one by one, what was done too often or answered wrongly, and takes \
                     its share of {on} meanwhile. It does not stop what goes wrong from going wrong."
                )
            } else if running {
                format!("The job takes its share of {on} again.")
            } else {
                format!("{on} gets the job's share back at once. The job's own work stays undone.")
            }
        }
        Action::SetBreaker { edge, mode } => breaker(world, edge, mode),
        Action::SetAutoscaler { on, .. } => if on {
            "It adds and removes copies by itself again, after its own measure and with its own delay."
        } else {
            "The number of copies stays what it is until somebody changes it, whatever the load does."
        }
        .to_owned(),
        Action::SetHealthChecks { on, .. } => if on {
            "Targets that fail their checks are taken out again, and come back when they pass."
        } else {
            "Nothing is taken out or brought back by itself any more: targets that fail keep their \
             traffic, and those that were taken out by hand stay out."
        }
        .to_owned(),
        Action::SetGate { on, .. } => if on {
            "Releases that have never run here have to pass the tests again."
        } else {
            "Any release may go out, whatever the tests say, until somebody switches the gate on again."
        }
        .to_owned(),
        Action::Drain { edge, out } => drain(world, edge, out),
        _ => stores(session, action),
    }
}

/// Caches, databases, queues, and somebody else's API.
fn stores(session: &Session, action: &Action) -> String {
    let world = &session.scenario().world;
    let name = |id: ComponentId| world.components[id].name.as_str();
    match *action {
        Action::FlushCache(id) => format!(
            "Throws everything out of {}: wrong entries are gone, and so are the right ones. Every \
             request misses at first and goes to what lies behind. It cannot be taken back.",
            name(id)
        ),
        Action::WarmCache { cache, .. } => format!(
            "Loads the most popular keys into {} at that rate, by reading them from what lies \
             behind: a high rate fills it sooner and loads that more. Entries that do not fit are \
             thrown out again.",
            name(cache)
        ),
        Action::FailOver(id) => fail_over(world, id),
        Action::AddReplicas { database, .. } => {
            let ready = match &world.components[database].kind {
                Kind::Database(it) => words(it.failover),
                _ => "a while".to_owned(),
            };
            format!(
                "More replicas answer more of the reads, each after {ready}. Writes, locks and the \
                 connection limit of the primary stay as they are. It cannot be taken back."
            )
        }
        Action::KillQueries(id) => format!(
            "Ends the slow queries that run in {} now; their callers get an error, and their locks \
             are free. If whatever sent them sends them again, they are back.",
            name(id)
        ),
        Action::KillIdleConnections(id) => format!(
            "Closes connections of {} that nobody uses, leaked ones among them. If they leak, they \
             leak again.",
            name(id)
        ),
        Action::PauseQueue { paused, .. } => if paused {
            "Consumers take nothing more: the load on what they call ends, messages wait and get \
             older. Nothing is lost before the retention ends."
        } else {
            "Consumers take messages again, as fast as they can: everything that waited comes at once."
        }
        .to_owned(),
        Action::ReplayDeadLetters { .. } => "Puts messages that were given up back at that rate. \
            What failed because of the message itself fails again."
            .to_owned(),
        Action::SkipPoison(_) => "Moves the record that blocks its shard to the dead letters; those \
            behind it go on. The record itself stays unprocessed until somebody replays it."
            .to_owned(),
        Action::RotateSecret(id) => {
            let after = match &world.components[id].kind {
                Kind::External(it) => it.auth.map(|auth| words(auth.propagation)),
                _ => None,
            };
            format!(
                "Makes a new client secret, valid after {}. Until then nothing changes; withdrawn \
                 authorisations are not brought back by it. It cannot be taken back.",
                after.unwrap_or_else(|| "a while".to_owned())
            )
        }
        Action::RefreshTokens(_) => "Throws the cached access tokens away and asks for new ones now, \
            all at once. Good for tokens that went bad while the secret is good; with a bad secret \
            the working ones are gone, too."
            .to_owned(),
        Action::Reauthorise(_) => "Asks the sellers whose authorisation is gone to give it again. \
            Each answers in their own time; a few take very long."
            .to_owned(),
        _ => String::new(),
    }
}

fn release(session: &Session, service: ComponentId) -> String {
    let Kind::Service(it) = &session.scenario().world.components[service].kind else {
        return String::new();
    };
    let waves = (1.0 / it.wave_share.clamp(0.01, 1.0)).ceil() as u64;
    let between = it.wave_every.as_micros().saturating_mul(waves - 1);
    let whole = SimDuration::from_micros(between) + it.startup;
    format!(
        "Goes out in waves: {:.0} % of the copies at a time, {} apart, and a new copy needs {} before \
         it takes requests; about {} until all are up. Copies are missing while they are replaced. \
         Only the release changes: settings, flags, data and caches stay as they are. A part of the \
         fleet makes a canary to compare with.",
        it.wave_share * 100.0,
        words(it.wave_every),
        words(it.startup),
        words(whole)
    )
}

fn scale(world: &World, id: ComponentId) -> String {
    let ready = match &world.components[id].kind {
        Kind::Service(it) => format!("New copies take requests after {}.", words(it.startup)),
        Kind::Cache(_) => "Its content is spread anew over the copies.".to_owned(),
        _ => "New copies need a while to start.".to_owned(),
    };
    format!(
        "{ready} More copies do more at once, and bring more calls and connections to everything \
         that {} calls; fewer do the opposite.",
        world.components[id].name
    )
}

fn restart(world: &World, id: ComponentId, staggered: bool) -> String {
    let component = &world.components[id];
    let gone = match &component.kind {
        Kind::Cache(_) => "its content is gone, and everything misses at first",
        Kind::Database(_) => "its connections, running queries and warm memory are gone",
        _ => "connections, memory and queued work of the restarted copies are gone",
    };
    let how = if staggered {
        "A part of the copies at a time, while the others carry the load"
    } else {
        "All copies at once: nothing is answered until they are up again"
    };
    let startup = match &component.kind {
        Kind::Service(it) => format!("; a copy needs {} to start", words(it.startup)),
        _ => String::new(),
    };
    format!(
        "{how}{startup}. Afterwards {gone}. If whatever filled them goes on, they fill again. It \
         cannot be taken back."
    )
}

fn breaker(world: &World, edge: EdgeId, mode: BreakerMode) -> String {
    let to = &world.components[world.edges[edge].to].name;
    let otherwise = match world.edges[edge].fallback {
        Fallback::None => format!("What needs {to} fails, quickly."),
        Fallback::Stale => {
            "Customers get an older or partial answer instead, if the fallback is used.".to_owned()
        }
        Fallback::Call(other) => {
            let other = world.edges.get(other);
            let name = other.map_or("", |it| world.components[it.to].name.as_str());
            format!("The calls go to {name} instead, if the fallback is used.")
        }
    };
    match mode {
        BreakerMode::Open => format!(
            "Calls to {to} are not sent any more and fail at once: its load ends, and the caller's \
             workers wait for nothing. {otherwise} Somebody has to close it again."
        ),
        BreakerMode::Auto => format!(
            "Calls to {to} flow again; the breaker opens by itself only if it is set up to."
        ),
        BreakerMode::Closed => format!("Calls to {to} flow whatever happens."),
    }
}

fn drain(world: &World, edge: EdgeId, out: bool) -> String {
    let to = &world.components[world.edges[edge].to].name;
    if out {
        format!(
            "{to} gets no new requests; the other targets carry them all, if they can. With DNS it \
             takes until the answers in use have expired."
        )
    } else {
        format!("{to} gets its share of the requests again.")
    }
}

fn fail_over(world: &World, id: ComponentId) -> String {
    let Kind::Database(it) = &world.components[id].kind else {
        return String::new();
    };
    let lag = if it.replication_lag.is_zero() {
        String::new()
    } else {
        format!(
            " Writes of the last {} are lost.",
            words(it.replication_lag)
        )
    };
    format!(
        "A replica takes over. {} is down for {}, and slower for {} until its memory is warm. Locks \
         and connections are gone.{lag} It cannot be taken back.",
        world.components[id].name,
        words(it.failover),
        words(it.cold_for)
    )
}

fn change(world: &World, knob: Knob) -> String {
    let text = match knob {
        Knob::Component(_, knob) => component_knob(knob),
        Knob::Edge(id, knob) => {
            let to = &world.components[world.edges[id].to].name;
            return format!(
                "{} It takes effect at once, without a release.",
                edge_knob(to, knob)
            );
        }
        Knob::Journey(..) => "",
    };
    format!("{text} It takes effect at once, without a release.")
}

fn component_knob(knob: ComponentKnob) -> &'static str {
    use ComponentKnob as C;
    match knob {
        C::Slots => {
            "More workers do more at once, share the same processors, and call others more at once; fewer protect what lies behind."
        }
        C::QueueLimit => {
            "Whoever comes when so many wait is refused at once. A short queue keeps waits short and throws more away."
        }
        C::Admission => {
            "Lets so many requests a second in and refuses the rest at once, whatever they are. Those inside are served; those outside are not."
        }
        C::ShedBelow => {
            "Refuses customers' journeys below that priority at once, so that the more important ones get through."
        }
        C::CacheEntries => {
            "Room for so many entries. A bigger cache still has to fill; a smaller one throws the surplus out."
        }
        C::CacheTtl => {
            "New entries live that long. A longer life means more hits and older answers."
        }
        C::Coalesce => {
            "Whether simultaneous misses of one key share one fetch instead of each making its own."
        }
        C::MaxConnections => {
            "More connections can be open. Each costs the database a little of its capacity."
        }
        C::ConsumeRate => {
            "Consumers take at most so many messages a second: what they call is spared, and the rest waits."
        }
        C::DropExpired => "Whether work is thrown away whose caller has given up.",
        C::NewestFirst => "Whether the newest is served first.",
        _ => "Sets this value.",
    }
}

fn edge_knob(to: &str, knob: EdgeKnob) -> String {
    use EdgeKnob as E;
    match knob {
        E::Timeout => format!(
            "Callers give up on {to} after that time. A short one frees their workers and fails calls that would have come; a long one holds workers."
        ),
        E::Attempts => format!(
            "How often a call to {to} is tried in all. Fewer tries take load off it and let more failures through."
        ),
        E::RetryBudget => format!(
            "At most so many retries for each first try of {to}. It keeps retries from becoming a storm; calls beyond it fail at the first try."
        ),
        E::Pool => format!(
            "So many connections to {to} for each instance. More let more calls through at once; fewer make callers wait for one, and spare {to}."
        ),
        E::Fallback => {
            format!("Whether customers get something lesser when {to} fails, instead of an error.")
        }
        E::Weight => format!(
            "How much of the traffic goes to {to}, relative to the other targets. DNS takes its time to live to follow."
        ),
        _ => format!("Sets how {to} is called."),
    }
}

fn words(time: SimDuration) -> String {
    let secs = time.as_secs_f64();
    if secs < 1.0 {
        format!("{:.0} ms", secs * 1e3)
    } else if secs < 100.0 {
        format!("{secs:.0} s")
    } else {
        format!("{:.0} min", secs / 60.0)
    }
}

fn after(time: SimDuration) -> String {
    format!("about {} after the page", words(time))
}

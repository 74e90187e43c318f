//! Orders: taken or refused, worked on by somebody, landed, stopped, taken back.

use crate::base::id::PersonId;
use crate::base::time::{SimDuration, SimTime};
use crate::scenario::action::Action;
use crate::scenario::order::{Look, Order, Post, Role};
use crate::session::catalogue::{self, Work};
use crate::session::evidence::{self, Evidence};
use crate::session::record::{Entry, Fate, Hypothesis, Note, Published, numbered};
use crate::session::{Refusal, Session, sense, undo, words};

/// What retelling a finding costs where there is no channel.
const RETELLING: SimDuration = SimDuration::from_secs(30);
/// Most orders of one incident: a bound on memory, far beyond what people can do.
pub const MOST_ORDERS: usize = 10_000;

/// What became of an order that may wait.
#[derive(Clone, Debug, PartialEq)]
pub enum Wait {
    /// Nobody is free for it.
    Later,
    /// It was taken, with this number, or refused.
    Now(Result<u32, Refusal>),
}

/// An order that somebody works on.
#[derive(Clone, Debug)]
pub(super) struct Task {
    number: u32,
    who: PersonId,
    lands: SimTime,
    /// Takes back what that order did.
    undoes: Option<u32>,
    /// What it changes.
    actions: Vec<Action>,
}

impl Session {
    /// Gives an order in somebody's name, to `by` or whoever can. Returns its number, and why it was
    /// refused if it was: refused orders stand in the journal, too.
    ///
    /// # Errors
    /// The reason; nothing has changed then.
    pub fn order(
        &mut self,
        actor: &str,
        order: Order,
        by: Option<PersonId>,
    ) -> Result<u32, Refusal> {
        match self.try_order(actor, order, by, |_| false) {
            Wait::Now(answer) => answer,
            Wait::Later => Err(Refusal::Over),
        }
    }

    /// The same, but an order for which nobody is free leaves no trace: it may be given again.
    pub fn order_or_wait(&mut self, actor: &str, order: Order, by: Option<PersonId>) -> Wait {
        self.try_order(actor, order, by, Refusal::passes_with_time)
    }

    fn try_order(
        &mut self,
        actor: &str,
        order: Order,
        by: Option<PersonId>,
        may_wait: impl Fn(&Refusal) -> bool,
    ) -> Wait {
        if self.ending().is_some() {
            return Wait::Now(Err(Refusal::Over));
        }
        if self.journal.len() >= MOST_ORDERS {
            return Wait::Now(Err(Refusal::Impossible(format!(
                "{MOST_ORDERS} orders have been given: nobody can follow any more"
            ))));
        }
        let number = self.journal.len() as u32 + 1;
        let now = self.now();
        let (fate, note, answer) = match self.take(number, &order, by) {
            Ok(fate) => (fate, Note::Ordered(number), Ok(number)),
            Err(why) if may_wait(&why) => return Wait::Later,
            Err(why) => (Fate::Refused(why.clone()), Note::Refused(number), Err(why)),
        };
        self.journal.push(Entry {
            at: now,
            actor: actor.to_owned(),
            order,
            by,
            fate,
        });
        self.log.push((now, note));
        Wait::Now(answer)
    }

    /// Whether an order would be taken now, without giving it.
    ///
    /// # Errors
    /// The reason why not.
    pub fn would_take(&self, order: &Order, by: Option<PersonId>) -> Result<(), Refusal> {
        if self.ending().is_some() {
            return Err(Refusal::Over);
        }
        // Trying it on a copy is right by construction, and a copy costs microseconds.
        self.clone().take(u32::MAX, order, by).map(|_| ())
    }

    fn take(&mut self, number: u32, order: &Order, by: Option<PersonId>) -> Result<Fate, Refusal> {
        if let Some(work) = catalogue::work(order) {
            return self.begin(number, order, by, work);
        }
        match *order {
            Order::Undo { order } => return self.take_back(number, order, by),
            Order::Acknowledge => {
                if !self.has_paged() {
                    return Err(Refusal::NothingToDo("nothing has paged anybody".to_owned()));
                }
                once(
                    &mut self.milestones.acknowledged,
                    self.sim.now(),
                    "acknowledged",
                )?;
            }
            Order::OpenChannel => {
                if self.has_channel {
                    return Err(Refusal::AlreadySo("there is a channel already".to_owned()));
                }
                self.has_channel = true;
            }
            Order::Declare { severity } => self.declare(severity)?,
            Order::Page(who) => {
                self.team.page(who, self.sim.now())?;
            }
            Order::Ask(who) => self.ask(who)?,
            Order::Assign { role, to } => self.team.assign(role, to)?,
            Order::Suspect { .. } => self.suspect(number, order)?,
            Order::DeclareMitigated => self.declare_mitigated()?,
            Order::Close => {
                if self.closed_at.is_some() {
                    return Err(Refusal::AlreadySo("it is closed".to_owned()));
                }
                self.closed_at = Some(self.now());
            }
            Order::Act(_) | Order::Look(_) | Order::Post(_) => {
                return Err(Refusal::NothingToDo(
                    "this order asks for nothing".to_owned(),
                ));
            }
        }
        Ok(Fate::Landed {
            who: None,
            at: self.now(),
        })
    }

    /// Whether an alarm or alert has gone off: there is nothing else to acknowledge.
    fn has_paged(&self) -> bool {
        let fired = |note: &Note| matches!(note, Note::Alarm { fired: true, .. });
        self.log.iter().any(|(_, note)| fired(note))
    }

    fn declare(&mut self, severity: u8) -> Result<(), Refusal> {
        if !(1..=5).contains(&severity) {
            return Err(Refusal::Impossible("a severity is from 1 to 5".to_owned()));
        }
        let last = self
            .journal
            .iter()
            .rev()
            .find_map(|entry| match entry.order {
                Order::Declare { severity } if entry.fate.was_taken() => Some(severity),
                _ => None,
            });
        if last == Some(severity) {
            return Err(Refusal::AlreadySo(format!(
                "it is declared as SEV{severity}"
            )));
        }
        let now = self.now();
        self.milestones.declared.get_or_insert(now);
        Ok(())
    }

    fn declare_mitigated(&mut self) -> Result<(), Refusal> {
        let before = self.journal.iter().rev();
        let mut before = before.filter(|entry| entry.fate.was_taken());
        if before.any(|entry| entry.order == Order::DeclareMitigated) {
            return Err(Refusal::AlreadySo("it is declared mitigated".to_owned()));
        }
        Ok(())
    }

    fn ask(&mut self, who: PersonId) -> Result<(), Refusal> {
        self.team.can_be_asked(who)?;
        let answer = self.chat.ask(who);
        let text = answer.unwrap_or_else(|| "Nothing from my side.".to_owned());
        let now = self.now();
        self.log.push((now, Note::Said { who, text }));
        Ok(())
    }

    fn suspect(&mut self, number: u32, order: &Order) -> Result<(), Refusal> {
        let &Order::Suspect {
            suspect,
            confidence,
        } = order
        else {
            return Ok(());
        };
        if self.scenario().world.components.get(suspect.on).is_none() {
            return Err(Refusal::NoSuchThing(
                "there is no such component".to_owned(),
            ));
        }
        if !(0.0..=1.0).contains(&confidence) {
            return Err(Refusal::Impossible(
                "a confidence is from 0 to 100 %".to_owned(),
            ));
        }
        let at = self.now();
        self.hypotheses.push(Hypothesis {
            at,
            order: number,
            suspect,
            confidence,
        });
        Ok(())
    }

    fn begin(
        &mut self,
        number: u32,
        order: &Order,
        by: Option<PersonId>,
        work: Work,
    ) -> Result<Fate, Refusal> {
        let (actions, role) = match order {
            Order::Act(actions) => {
                for action in actions {
                    sense::check(&self.sim, action)?;
                    self.nobody_at_it(action)?;
                }
                (actions.clone(), Role::Operations)
            }
            Order::Look(look) => {
                self.can_look(*look)?;
                (Vec::new(), Role::Operations)
            }
            Order::Post(post) => {
                self.can_post(post)?;
                (Vec::new(), Role::Communications)
            }
            _ => (Vec::new(), Role::Operations),
        };
        let takes = self.takes(order).unwrap_or(work.takes);
        self.assign(number, by, Work { takes, ..work }, role, actions, None)
    }

    fn assign(
        &mut self,
        number: u32,
        by: Option<PersonId>,
        work: Work,
        role: Role,
        actions: Vec<Action>,
        undoes: Option<u32>,
    ) -> Result<Fate, Refusal> {
        let now = self.now();
        let busy_with = |order| self.what_is_done(order);
        let who = self.team.choose(by, work, role, now, busy_with)?;
        let until = now + work.takes;
        self.team.begin(who, number, until);
        self.tasks.push(Task {
            number,
            who,
            lands: until,
            undoes,
            actions,
        });
        Ok(Fate::Running { who, until })
    }

    /// How long somebody is busy with an order; `None` is said and done.
    pub fn takes(&self, order: &Order) -> Option<SimDuration> {
        let takes = catalogue::work(order)?.takes;
        let is_retold = matches!(order, Order::Look(_)) && !self.has_channel;
        Some(if is_retold { takes + RETELLING } else { takes })
    }

    /// Whether there is something that would take back an order that has landed.
    pub fn can_take_back(&self, order: u32) -> bool {
        let index = (order as usize).wrapping_sub(1);
        let landed = self.journal.get(index);
        let landed = landed.is_some_and(|entry| matches!(entry.fate, Fate::Landed { .. }));
        let back = self.inverses.get(&order);
        landed && back.is_some_and(|list| !list.is_empty())
    }

    /// The very same change cannot be under way twice.
    fn nobody_at_it(&self, action: &Action) -> Result<(), Refusal> {
        let same = self.tasks.iter().find(|task| task.actions.contains(action));
        match same {
            None => Ok(()),
            Some(task) => Err(Refusal::AlreadySo(format!(
                "{} is at it",
                self.team.name(task.who)
            ))),
        }
    }

    fn can_look(&self, look: Look) -> Result<(), Refusal> {
        use crate::scenario::model::Kind;
        let Some(id) = look.component() else {
            return Ok(());
        };
        let components = &self.scenario().world.components;
        let Some(component) = components.get(id) else {
            return Err(Refusal::NoSuchThing(
                "there is no such component".to_owned(),
            ));
        };
        let (fits, needed) = match (look, &component.kind) {
            (Look::Diff(_) | Look::Staging(_), kind) => {
                (matches!(kind, Kind::Service(_)), "a service of ours")
            }
            (Look::Queries(_), kind) => (matches!(kind, Kind::Database(_)), "a database"),
            (Look::Cache(_), kind) => (matches!(kind, Kind::Cache(_)), "a cache"),
            (Look::Queue(_), kind) => (matches!(kind, Kind::Queue(_)), "a queue"),
            (Look::Sandbox(_) | Look::Vendor(_), kind) => {
                (matches!(kind, Kind::External(_)), "somebody else's API")
            }
            (Look::Profile(_), kind) => (!matches!(kind, Kind::External(_)), "a part of ours"),
            _ => (true, ""),
        };
        if fits {
            return Ok(());
        }
        Err(Refusal::NoSuchThing(format!(
            "{} is not {needed}",
            component.name
        )))
    }

    fn can_post(&self, post: &Post) -> Result<(), Refusal> {
        let world = &self.scenario().world;
        let known = post
            .journeys
            .iter()
            .all(|id| world.journeys.get(*id).is_some());
        let cause = post
            .cause
            .is_none_or(|it| world.components.get(it.on).is_some());
        if !known || !cause {
            return Err(Refusal::NoSuchThing(
                "the message names something unknown".to_owned(),
            ));
        }
        if post.text.len() > 4_000 || post.language.len() > 20 {
            return Err(Refusal::Impossible(
                "a message has at most 4000 characters".to_owned(),
            ));
        }
        Ok(())
    }

    /// Stops an order under way, or starts to take back what it did.
    fn take_back(
        &mut self,
        number: u32,
        target: u32,
        by: Option<PersonId>,
    ) -> Result<Fate, Refusal> {
        let index = (target as usize).wrapping_sub(1);
        let Some(entry) = self.journal.get(index) else {
            return Err(Refusal::NoSuchThing(format!("there is no order {target}")));
        };
        let now = self.now();
        if let Some(place) = self.tasks.iter().position(|task| task.number == target) {
            let task = self.tasks.remove(place);
            self.team.free(task.who);
            self.journal[index].fate = Fate::Cancelled { at: now };
            self.log.push((now, Note::Cancelled(target)));
            return Ok(Fate::Landed { who: None, at: now });
        }
        let Fate::Landed { .. } = entry.fate else {
            return Err(Refusal::CannotUndo(format!(
                "order {target} has not changed anything"
            )));
        };
        let Some(work) =
            catalogue::work(&entry.order).filter(|_| matches!(entry.order, Order::Act(_)))
        else {
            return Err(Refusal::CannotUndo(
                "only changes of the system can be taken back".to_owned(),
            ));
        };
        let Some(actions) = self
            .inverses
            .get(&target)
            .filter(|list| !list.is_empty())
            .cloned()
        else {
            return Err(Refusal::CannotUndo(
                "what happened once stays happened".to_owned(),
            ));
        };
        if self.tasks.iter().any(|task| task.undoes == Some(target)) {
            return Err(Refusal::AlreadySo("it is being taken back".to_owned()));
        }
        self.assign(number, by, work, Role::Operations, actions, Some(target))
    }

    /// Lands what is done by now, in the order in which it was ordered.
    pub(super) fn land_tasks(&mut self) {
        let now = self.now();
        while let Some(place) = self.tasks.iter().position(|task| task.lands <= now) {
            let task = self.tasks.remove(place);
            self.team.free(task.who);
            self.land(&task);
        }
    }

    /// Messages in work go out: whoever closes an incident waits for the last word.
    pub(super) fn send_what_is_written(&mut self) {
        let is_post = |task: &Task| {
            let entry = numbered(&self.journal, task.number);
            entry.is_some_and(|it| matches!(it.order, Order::Post(_)))
        };
        let posts: Vec<Task> = self
            .tasks
            .iter()
            .filter(|it| is_post(it))
            .cloned()
            .collect();
        for task in posts {
            self.tasks.retain(|it| it.number != task.number);
            self.team.free(task.who);
            self.land(&task);
        }
    }

    fn land(&mut self, task: &Task) {
        let now = self.now();
        let index = task.number as usize - 1;
        let fate = match self.effect(task) {
            Ok(()) => {
                self.log.push((now, Note::Landed(task.number)));
                Fate::Landed {
                    who: Some(task.who),
                    at: now,
                }
            }
            Err(why) => {
                self.log.push((now, Note::Failed(task.number)));
                Fate::Failed { at: now, why }
            }
        };
        self.journal[index].fate = fate;
    }

    fn effect(&mut self, task: &Task) -> Result<(), Refusal> {
        let order = self.journal[task.number as usize - 1].order.clone();
        match order {
            Order::Look(look) => {
                self.find(task, look);
                return Ok(());
            }
            Order::Post(post) => {
                self.publish(task, post);
                return Ok(());
            }
            _ => {}
        }
        if task.undoes.is_none() {
            // The world may have moved on since the order was given.
            for action in &task.actions {
                sense::check(&self.sim, action)?;
            }
            let back = undo::inverse_of_all(&self.sim, &task.actions);
            self.inverses.insert(task.number, back);
        }
        for action in &task.actions {
            self.sim.apply(action);
        }
        if let Some(target) = task.undoes {
            let now = self.now();
            let entry = &mut self.journal[target as usize - 1];
            if let Some(done) = entry.fate.landed_at() {
                entry.fate = Fate::Undone { done, at: now };
            }
            self.log.push((now, Note::Undone(target)));
        }
        Ok(())
    }

    fn find(&mut self, task: &Task, look: Look) {
        let found = evidence::find(&self.sim, &self.observer, look);
        let now = self.now();
        self.log.push((now, Note::Found(self.evidence.len())));
        self.found.push(look);
        self.evidence.push(Evidence {
            at: now,
            order: task.number,
            who: task.who,
            look,
            title: found.title,
            lines: found.lines,
            pieces: found.pieces,
            about: found.about,
        });
    }

    fn publish(&mut self, task: &Task, mut post: Post) {
        let scenario = std::sync::Arc::clone(self.scenario());
        if post.language.is_empty() {
            let rule = scenario
                .informed
                .iter()
                .find(|rule| rule.audience == post.to);
            post.language = rule.map_or_else(|| "en".to_owned(), |rule| rule.language.clone());
        }
        if post.text.trim().is_empty() {
            post.text = words::message(&scenario, &post);
        }
        let now = self.now();
        self.log.push((now, Note::Published(self.posts.len())));
        self.posts.push(Published {
            at: now,
            order: task.number,
            who: task.who,
            post,
            truth: self.situation(),
        });
    }
}

fn once(moment: &mut Option<SimTime>, now: SimTime, what: &str) -> Result<(), Refusal> {
    if moment.is_some() {
        return Err(Refusal::AlreadySo(format!("it is {what} already")));
    }
    *moment = Some(now);
    Ok(())
}

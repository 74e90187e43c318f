//! Actions: names become targets, and each target must be of the kind that the action needs.

use super::Resolver;
use super::names::Sort;
use crate::base::id::{ComponentId, DenseId};
use crate::diag::{Code, Diagnostic, Spanned};
use crate::scenario::action::{Action, BreakerMode};
use crate::scenario::{raw, units};

const RESTARTABLE: &[Sort] = &[
    Sort::Service,
    Sort::Balancer,
    Sort::Cache,
    Sort::Database,
    Sort::Queue,
];
const SCALABLE: &[Sort] = &[Sort::Service, Sort::Cache, Sort::Database];

impl Resolver<'_> {
    /// What a scripted cause does; what only people do is reported.
    pub(super) fn cause(&mut self, written: &Spanned<raw::Action>) -> Vec<Action> {
        if self.changes_the_world(written) {
            self.actions(written)
        } else {
            Vec::new()
        }
    }

    /// The actions that one written action stands for: a `Set` is as many as it gives parameters.
    pub(super) fn actions(&mut self, written: &Spanned<raw::Action>) -> Vec<Action> {
        match &written.value {
            raw::Action::Set(set) => self
                .changes(set, written.span)
                .into_iter()
                .map(Action::Change)
                .collect(),
            other => self.action(other).into_iter().collect(),
        }
    }

    fn action(&mut self, written: &raw::Action) -> Option<Action> {
        use raw::Action as A;
        let index = self.index;
        Some(match written {
            A::Set(_) => return None,
            A::RevertConfig { component } => {
                let place = self.component(component)?;
                Action::RevertConfig(self.id(place))
            }
            A::Deploy {
                service,
                version,
                share,
            } => self.deploy(service, version, *share)?,
            A::RollBack { service, share } => self.roll_back(service, *share)?,
            A::Scale {
                component,
                instances,
            } => Action::Scale {
                component: self.target_id(component, SCALABLE, "`Scale`")?,
                instances: *instances,
            },
            A::Restart {
                component,
                staggered,
            } => Action::Restart {
                component: self.target_id(component, RESTARTABLE, "`Restart`")?,
                staggered: *staggered,
            },
            A::SetFlag { flag, on } => Action::SetFlag {
                flag: DenseId::from_index(self.find(&index.flags, flag)?),
                on: *on,
            },
            A::SetJob { job, running } => Action::SetJob {
                job: DenseId::from_index(self.find(&index.jobs, job)?),
                running: *running,
            },
            A::SetBreaker { call, mode } => Action::SetBreaker {
                edge: self.call(call)?.1,
                mode: match mode {
                    raw::BreakerMode::Auto => BreakerMode::Auto,
                    raw::BreakerMode::Open => BreakerMode::Open,
                    raw::BreakerMode::Closed => BreakerMode::Closed,
                },
            },
            A::SetAutoscaler { service, on } => self.set_autoscaler(service, *on)?,
            A::SetHealthChecks { balancer, on } => self.set_health_checks(balancer, *on)?,
            A::SetGate { service, on } => self.set_gate(service, *on)?,
            A::Drain { call, out } => self.drain(call, *out)?,
            other => return self.action_on_data(other),
        })
    }

    /// Actions on what holds data: caches, databases, queues, other people's APIs.
    fn action_on_data(&mut self, written: &raw::Action) -> Option<Action> {
        use raw::Action as A;
        const CACHE: &[Sort] = &[Sort::Cache];
        const DATABASE: &[Sort] = &[Sort::Database];
        const QUEUE: &[Sort] = &[Sort::Queue];
        Some(match written {
            A::FlushCache { cache } => {
                Action::FlushCache(self.target_id(cache, CACHE, "`FlushCache`")?)
            }
            A::WarmCache { cache, rate } => Action::WarmCache {
                cache: self.target_id(cache, CACHE, "`WarmCache`")?,
                per_s: rate.per_s(),
            },
            A::FailOver { database } => {
                Action::FailOver(self.target_id(database, DATABASE, "`FailOver`")?)
            }
            A::AddReplicas { database, count } => Action::AddReplicas {
                database: self.target_id(database, DATABASE, "`AddReplicas`")?,
                count: *count,
            },
            A::KillQueries { database } => {
                Action::KillQueries(self.target_id(database, DATABASE, "`KillQueries`")?)
            }
            A::KillIdleConnections { database } => Action::KillIdleConnections(self.target_id(
                database,
                DATABASE,
                "`KillIdleConnections`",
            )?),
            A::PauseQueue { queue, paused } => Action::PauseQueue {
                queue: self.target_id(queue, QUEUE, "`PauseQueue`")?,
                paused: *paused,
            },
            A::ReplayDeadLetters { queue, rate } => Action::ReplayDeadLetters {
                queue: self.target_id(queue, QUEUE, "`ReplayDeadLetters`")?,
                per_s: rate.per_s(),
            },
            A::SkipPoison { queue } => {
                Action::SkipPoison(self.target_id(queue, QUEUE, "`SkipPoison`")?)
            }
            A::AddPoison { queue } => {
                Action::AddPoison(self.target_id(queue, QUEUE, "`AddPoison`")?)
            }
            A::RotateSecret { api } => Action::RotateSecret(self.with_auth(api, "`RotateSecret`")?),
            A::ExpireSecret { api } => Action::ExpireSecret(self.with_auth(api, "`ExpireSecret`")?),
            A::RefreshTokens { api } => {
                Action::RefreshTokens(self.with_auth(api, "`RefreshTokens`")?)
            }
            A::Reauthorise { api } => Action::Reauthorise(self.with_auth(api, "`Reauthorise`")?),
            _ => return None,
        })
    }

    fn target_id(
        &mut self,
        name: &Spanned<String>,
        sorts: &[Sort],
        who: &str,
    ) -> Option<ComponentId> {
        self.component_as(name, sorts, who)
            .map(|place| self.id(place))
    }

    fn service_of(&mut self, name: &Spanned<String>, who: &str) -> Option<(usize, &raw::Service)> {
        let place = self.component_as(name, &[Sort::Service], who)?;
        match self.index.component(place) {
            raw::Component::Service(service) => Some((place, service)),
            _ => None,
        }
    }

    fn deploy(
        &mut self,
        service: &Spanned<String>,
        version: &Spanned<String>,
        share: units::Share,
    ) -> Option<Action> {
        let index = self.index;
        let (place, raw::Component::Service(it)) = self
            .component_as(service, &[Sort::Service], "`Deploy`")
            .map(|place| (place, index.component(place)))?
        else {
            return None;
        };
        let names = it.versions.iter().map(|(name, _)| name.as_str());
        let Some(number) = names.clone().position(|name| name == version.value) else {
            if !self.lost.contains(version) {
                let message = format!("`{}` has no version `{}`", service.value, version.value);
                let mut finding = super::unknown(index, message, version, names);
                if it.versions.is_empty() {
                    finding = finding.help(format!(
                        "give `{}` its versions: `versions: {{\"v1\": (), \"{}\": ()}}`",
                        service.value, version.value
                    ));
                }
                self.findings.push(finding);
            }
            return None;
        };
        Some(Action::Deploy {
            service: self.id(place),
            version: u8::try_from(number).unwrap_or(u8::MAX),
            share: share.of_one(),
        })
    }

    fn roll_back(&mut self, service: &Spanned<String>, share: units::Share) -> Option<Action> {
        let (place, it) = self.service_of(service, "`RollBack`")?;
        if it.versions.len() < 2 {
            let message = format!("`{}` has no other version to roll back to", service.value);
            self.findings
                .push(Diagnostic::warning(Code::NoEffect, service.span, message));
        }
        Some(Action::RollBack {
            service: self.id(place),
            share: share.of_one(),
        })
    }

    fn set_autoscaler(&mut self, service: &Spanned<String>, on: bool) -> Option<Action> {
        let (place, it) = self.service_of(service, "`SetAutoscaler`")?;
        if it.autoscaler.is_none() {
            self.lacks(service, "autoscaler");
        }
        Some(Action::SetAutoscaler {
            service: self.id(place),
            on,
        })
    }

    fn set_health_checks(&mut self, balancer: &Spanned<String>, on: bool) -> Option<Action> {
        let place = self.component_as(balancer, &[Sort::Balancer], "`SetHealthChecks`")?;
        if matches!(self.index.component(place), raw::Component::Balancer(it) if it.health.is_none())
        {
            self.lacks(balancer, "health");
        }
        Some(Action::SetHealthChecks {
            balancer: self.id(place),
            on,
        })
    }

    fn set_gate(&mut self, service: &Spanned<String>, on: bool) -> Option<Action> {
        let (place, it) = self.service_of(service, "`SetGate`")?;
        if it.gate.is_none() {
            self.lacks(service, "gate");
        }
        Some(Action::SetGate {
            service: self.id(place),
            on,
        })
    }

    fn drain(&mut self, call: &Spanned<String>, out: bool) -> Option<Action> {
        let (caller, edge) = self.call(call)?;
        let sort = Sort::of(self.index.component(caller));
        if sort != Sort::Balancer {
            let name = &self.index.name(caller).value;
            let message = format!(
                "`Drain` needs a call of a balancer, and `{name}` is {}",
                sort.words()
            );
            self.error(Code::WrongKind, call.span, message);
        }
        Some(Action::Drain { edge, out })
    }

    fn with_auth(&mut self, api: &Spanned<String>, who: &str) -> Option<ComponentId> {
        let place = self.component_as(api, &[Sort::External], who)?;
        if matches!(self.index.component(place), raw::Component::External(it) if it.auth.is_none())
        {
            self.lacks(api, "auth");
        }
        Some(self.id(place))
    }

    fn lacks(&mut self, name: &Spanned<String>, field: &str) {
        let message = format!("`{}` has no `{field}`", name.value);
        let finding = Diagnostic::error(Code::NoSuchKnob, name.span, message);
        self.findings
            .push(finding.help(format!("add `{field}: ()` to it")));
    }
}

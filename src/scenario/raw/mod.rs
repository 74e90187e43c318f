//! The language as authors write it: one struct per pair of brackets, one field per field.
//!
//! Mirrors the files and nothing else: names are texts, quantities have their units, and whatever
//! may be left out has its default here. The docs of the fields are the reference of the language.
//! May use `base`, `diag` and the neighbours that read files; never looks up a name.

mod action;
mod call;
mod component;
mod people;
mod scenario;
mod signals;
mod values;
mod world;

pub use action::{Action, Audience, BreakerMode, DataClaim, Post, Role, Scope, Set};
pub use call::{Backoff, Breaker, Budget, Call, CallChange, Fallback, Pool};
pub use component::{
    Auth, Autoscaler, Balancer, Bucket, Cache, Component, Cpu, Database, Eviction, External, Gate,
    Health, Leak, LeakPer, Metric, Queue, Service, Slow, Slowdown, Version,
};
pub use people::{
    Again, ChatLine, Clue, Communication, Cue, Informed, Mechanism, Person, Skill, Suspect, Team,
    Weights,
};
pub use scenario::{
    Engine, Fault, Fix, Objectives, Plan, Scenario, Step, Teaching, Trigger, Variant, When,
};
pub use signals::{Alarm, FailureKind, Log, LogTrigger, SignalName, Signals, Slo};
pub use values::{Amount, Factor, Limit, Moment, OneOrMany};
pub use world::{Completes, Flag, Job, Journey, RateChange, Region, World};

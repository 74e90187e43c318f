//! Every action and every parameter has its true effect in the model: focused small worlds for what
//! each one does, and one large world in which none may be without effect or break the books.

mod balancers;
mod caches;
mod databases;
mod externals;
mod fleets;
mod gates;
pub(crate) mod kitchen;
mod parameters;
mod policies;
mod queues;
mod silent;

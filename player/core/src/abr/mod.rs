//! How good the picture may be: what the network carries, which variant next, when to give up on a fetch.

mod abandon;
mod choose;
mod estimator;

pub(crate) use abandon::{ABANDON_CHECK, Arrival, should_abandon};
pub(crate) use choose::{Level, View, choose};
pub(crate) use estimator::Estimator;

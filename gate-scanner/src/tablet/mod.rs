//! The agent's page: a reader of keys, a verdict in full screen, the history of the shift.

pub(crate) mod pages;

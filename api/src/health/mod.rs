//! Is the process alive, and can it serve? Each dependency is named.

pub(crate) mod http;
mod store;

pub(crate) use store::STATEMENTS;

//! Is the process alive, and can it serve? Each dependency is named.

mod clock;
pub(crate) mod http;
mod store;

pub(crate) use clock::watch_clock;
pub(crate) use store::STATEMENTS;

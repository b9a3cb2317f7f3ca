//! One scan: the code is opened, the ticket found, the verdict decided, the ledger written, and
//! only then is the agent answered.

mod answer;
mod decide;
mod enter;
mod expected;
mod history;
pub(crate) mod http;
mod identity;
pub(crate) mod overrides;
mod party;
mod sight;
mod skew;
mod tally;
mod told;

pub(crate) use party::Parties;
pub(crate) use skew::Skew;
pub(crate) use tally::Tally;

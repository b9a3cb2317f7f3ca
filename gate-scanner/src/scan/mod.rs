//! One scan: the code is opened, the ticket found, the verdict decided, the ledger written, and
//! only then is the agent answered.

mod answer;
mod decide;
mod enter;
pub(crate) mod http;
mod sight;
mod skew;

pub(crate) use skew::Skew;

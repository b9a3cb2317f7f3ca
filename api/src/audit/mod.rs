//! The invariants, checked on the live stores: what `api audit` prints. It reads and never mends.

mod inventory;
mod run;
mod store;

pub use run::{Finding, run};
pub(crate) use store::STATEMENTS;

//! Collecting money: one attempt after another at a provider's own page, told back by signed
//! webhooks and by asking. Every capture ends in one paid order or in a refund (invariant I3).

mod provider;
mod providers;
mod sandbox_bank;
mod sandbox_client;
mod signature;

pub use providers::Payments;
pub(crate) use sandbox_bank::{STATEMENTS as BANK_STATEMENTS, routes};

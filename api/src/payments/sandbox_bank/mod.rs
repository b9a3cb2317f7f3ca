//! The sandbox bank: a card payment provider for development, with its own books, its own hosted
//! page and signed webhooks that can be lost, delayed, doubled or reordered on request. It learns
//! of a payment from the signed link that the payer brings along. The shop reaches it over HTTP
//! only, as it would any provider. Production refuses to start with it.

mod decide;
mod deliver;
mod http;
mod pages;
mod store;

pub(super) use deliver::deliver_due;
pub(crate) use http::routes;
pub(crate) use store::STATEMENTS;

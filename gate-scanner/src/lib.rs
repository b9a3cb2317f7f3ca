//! The gate service: decides at the gate, with the centre or cut off from it.
//!
//! `sync` keeps the signed list of tickets and tells the centre what was scanned; `scan` decides;
//! `ledger` makes every decision durable before it is answered; `tablet` is the agent's page;
//! `reader` is the other program in this binary: it shows what USB readers read to a service.
//! The rules themselves are in `ticket_core::admission`.

mod agents;
mod app;
mod clock;
mod config;
mod device;
mod error;
mod http;
mod ledger;
mod reader;
mod routes;
mod scan;
pub mod serve;
mod supervisor;
mod sync;
mod tablet;
mod tablets;
mod turns;

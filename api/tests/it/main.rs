//! The service's integration tests: over HTTP, on real PostgreSQL and Redis; a file per slice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account_guards;
mod account_proofs;
mod accounts;
mod audit;
mod availability;
mod bank;
mod catalogue;
mod fair_use;
mod front;
mod gate_calls;
mod gate_reports;
mod gates;
mod hall;
mod harness;
mod health;
mod holds;
mod import;
mod keys;
mod orders;
mod orders_together;
mod oversell;
mod pages;
mod payments;
mod people;
mod programme;
mod queue_fairness;
mod queue_life;
mod rehearsals;
mod seat_map;
mod sessions;
mod shop;
mod statements;
mod tickets;
mod waiting_room;
mod webhooks;
